/*
 * How far long work is, as one line: what, a bar, how much of how much, the
 * rate and the time left, how to stop it. Parts fall away from the right where
 * there is no room.
 */
#ifndef EMBLAB_UI_PROGRESS_H
#define EMBLAB_UI_PROGRESS_H

#include "draw/grid.h"

struct progress {
    const char *what;   /* "train" */
    double done, total; /* total 0: unknown */
    double seconds;     /* since it began */
    const char *note;   /* "loss 2.31"; may be NULL */
};

void progress_draw(struct grid *grid, int row, const struct progress *progress);

/* "0.4 s", "12 s", "3 min 05 s", "2 h 10 min": a time left, for a person. */
void progress_time(char *out, size_t size, double seconds);

#endif
