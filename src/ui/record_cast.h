/*
 * A film for asciinema: asciicast v2, pictures in, lines of JSON out. Of each
 * picture only the rows that differ from the one before are written.
 */
#ifndef EMBLAB_UI_RECORD_CAST_H
#define EMBLAB_UI_RECORD_CAST_H

#include "base/str.h"
#include "draw/grid.h"

struct cast {
    struct str *out;   /* the caller's */
    struct grid shown; /* what the terminal shows by now */
    int cursor;        /* ... and where its cursor is; -1: hidden */
};

/* The header. out: where the film goes, also later; the caller's. */
void cast_begin(struct cast *cast, struct str *out, int rows, int cols,
                const char *title);
/* Show a picture of the film's size, the cursor in the last row, in column
 * cursor. seconds: since the film began; never less than before. What is shown
 * already is not written again. */
void cast_picture(struct cast *cast, double seconds, const struct grid *grid,
                  int cursor);
/* A place to jump to. */
void cast_marker(struct cast *cast, double seconds, const char *label);
/* The film lasts so long. */
void cast_end(struct cast *cast, double seconds);

/* Text as a string of JSON, with its quotes. */
void cast_append_string(struct str *out, const char *text, size_t length);

#endif
