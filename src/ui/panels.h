/*
 * Which pictures stand where: a stage and a size → rectangles. Pure
 * arithmetic; every size from 1x1 gives something.
 */
#ifndef EMBLAB_UI_PANELS_H
#define EMBLAB_UI_PANELS_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/grid.h"

enum { PANELS_MAX = 8 };

struct panel {
    const char *scene;
    struct rect area;   /* with its box */
    struct rect inside; /* where the picture goes */
    bool boxed;
};

struct panels_wish {
    const char *view;  /* the scene that has the focus */
    bool chosen;       /* by the person: it must not be left out */
    bool learning;     /* a mini-batch has begun */
    const char *spare; /* a scene with nothing to see in it yet: its place goes
                        * to another; NULL */
    bool all; /* keep a place also for what is not there yet; set here */
    bool (*ready)(const void *context, const char *scene);
    const void *context;
    int main_rows; /* rows the first picture would use, its box included */
};

/* Fill in at most PANELS_MAX panels that tile area; returns how many. */
size_t panels_arrange(const struct panels_wish *wish, struct rect area,
                      struct panel panels[PANELS_MAX]);

/* Has area the height for two bands? Else main_rows does not matter. */
bool panels_may_be_banded(struct rect area);

/* The scene that decides how high the first band is: main_rows is for it. */
const char *panels_first(const struct panels_wish *wish, struct rect area);

#endif
