/*
 * What the plain front end's two files share: plain.c runs commands,
 * plain_lesson.c plays lessons. Only they include it.
 */
#ifndef EMBLAB_UI_PLAIN_PARTS_H
#define EMBLAB_UI_PLAIN_PARTS_H

#include "base/error.h"
#include "ui/plain.h"

/* Where a line of commands stands. */
struct place {
    const char *where; /* "-c", "file.emb"; NULL: typed on a terminal */
    size_t line;
    const char *end; /* of the whole text; NULL: nobody knows what follows */
};

/* Run the command at *position, its work too. As session_run: 1, 0, -1. */
int plain_command(struct plain *plain, const char *text, size_t length,
                  size_t *position, struct effect *effect, struct error *err);

/* "-c:1: error: what; what to do". What was stopped is no error. */
void plain_report(struct plain *plain, const struct place *place,
                  const struct error *err);

/* Wait so long; a signal ends it. */
void plain_wait(double seconds);

/* Ctrl-C came since the last call. */
bool plain_take_stop(void);

/* --- plain_lesson.c ----------------------------------------------------- */

/* Begin a lesson on stage. False, with a message: it cannot be. */
bool plain_lesson_open(struct plain *plain, const char *name,
                       const struct player_options *options, bool terminal);

/* Play it to its end; nobody is there. */
void plain_lesson_alone(struct plain *plain);

/*
 * The lesson goes on until it waits for a person: what came onto the page is
 * printed, what it wants run is run. True where there is no lesson; false: it
 * is over, and so is all.
 */
bool plain_lesson_go_on(struct plain *plain);

/* A line that was typed while it waited. False: it is a command to be run;
 * then plain_lesson_typed. */
bool plain_lesson_take(struct plain *plain, const char *line);
void plain_lesson_typed(struct plain *plain);

/* A request of a command. */
int plain_lesson_request(struct plain *plain, const struct effect *effect,
                         struct error *err);

#endif
