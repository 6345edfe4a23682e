/*
 * What stands between the panels and the prompt: one line, more where an
 * error or a notice needs it (the panels have less): a question,
 * the usage of the command being typed, progress, an error with its word
 * marked, notices, or what the lab has to say.
 */
#ifndef EMBLAB_UI_MESSAGE_H
#define EMBLAB_UI_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/grid.h"
#include "ui/progress.h"

struct message {
    const char *question;             /* the highest rank first; NULL: none */
    const char *usage;                /* of the command being typed ... */
    const char *typing;               /* ... as far as it is typed */
    const struct progress *progress;  /* of work under way */
    const char *waiting;              /* lines that wait for its end */
    const char *error;                /* of the last command ... */
    const char *typed;                /* ... as it was typed; may be NULL */
    size_t wrong_start, wrong_length; /* bytes of typed; length 0: no place */
    const char *notice;               /* of the last command */
    const char *said;                 /* what the last command did */
    const char *own;                  /* the lab's line */
    const char *command;              /* a lesson's, that brought this about:
                                         stands before all that is said */
};

/*
 * Draw so that the last line stands in row; most: rows it may use at most, at
 * least 1. Returns rows used.
 */
int message_draw(struct grid *grid, int row, int most,
                 const struct message *message);

/* Columns of a row of `cols` that the command leaves for the lab's line. */
int message_own_cols(const struct message *message, int cols);

#endif
