/*
 * The one way out: every result, notice and picture, in every mode, passes a
 * sink, so a test reads what a person sees. A front end supplies the sink.
 */
#ifndef EMBLAB_DRAW_SINK_H
#define EMBLAB_DRAW_SINK_H

#include <stdbool.h>

#include "draw/grid.h"

struct sink {
    /* A result: whole lines, drawn as a grid; the sink copies what it keeps. */
    void (*grid)(struct sink *sink, const struct grid *grid);
    /* Exact text that scripts read (print, export to -, torch). */
    void (*text)(struct sink *sink, const char *text, size_t length);
    /* A notice for standard error or the message line; no newline. */
    void (*notice)(struct sink *sink, const char *text);
    /*
     * How far a long command is: done of total (0: unknown), a note such as
     * "loss 2.31". Called at most every few milliseconds; false: stop.
     */
    bool (*progress)(struct sink *sink, const char *what, double done,
                     double total, const char *note);
    int width;  /* columns a picture may use; 0: any number */
    int height; /* rows of a screen, 0: a stream without end */
    bool ascii; /* --ascii: pictures and notices in ASCII glyphs */
    bool quiet; /* no notices; results all the same */
};

/* A function the sink lacks swallows; progress then says "go on". */

/* A sink that swallows everything. */
struct sink sink_silent(void);

void sink_grid(struct sink *sink, const struct grid *grid);
void sink_text(struct sink *sink, const char *text);
void sink_printf(struct sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A result in one style; where it is wider than width, wrapped. */
void sink_line(struct sink *sink, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sink_notice(struct sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool sink_progress(struct sink *sink, const char *what, double done,
                   double total, const char *note);

#endif
