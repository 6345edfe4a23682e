/*
 * What the parts of the renderer share. Only render*.c include it.
 */
#ifndef EMBLAB_LESSON_RENDER_PARTS_H
#define EMBLAB_LESSON_RENDER_PARTS_H

#include "draw/grid.h"
#include "lesson/flow.h"

struct cmark_node;

/* Where is drawn, and in which style what has none of its own. */
struct pen {
    struct grid *grid;
    int row, col, width;
    enum style style;
};

/* The inline nodes below node, with their styles. */
void render_inlines(struct cmark_node *node, unsigned style, struct flow *flow);

/* A table in at most pen->width columns; rows used. */
int render_table(struct cmark_node *node, const struct pen *pen);

#endif
