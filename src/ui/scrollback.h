/*
 * Everything commands printed, to look back at: lines of text with styles,
 * word for word as the plain lab prints them. Bounded: the oldest lines go.
 */
#ifndef EMBLAB_UI_SCROLLBACK_H
#define EMBLAB_UI_SCROLLBACK_H

#include <stddef.h>

#include "base/str.h"
#include "draw/grid.h"

enum {
    SCROLLBACK_LINES = 20000,
    SCROLLBACK_BYTES = 4 << 20,
    SCROLLBACK_LINE_BYTES = 1 << 16, /* a longer line is broken */
};

struct scrollback {
    struct scrollback_line **lines; /* a ring */
    size_t first, count, capacity;
    size_t bytes;
    size_t added;       /* lines ever: a mark to come back to */
    struct str partial; /* printed text whose line has not ended */
};

void scrollback_clear(struct scrollback *sb); /* from and to zeroed */

/* Add the rows of a grid, trailing blanks cut. */
void scrollback_add_grid(struct scrollback *sb, const struct grid *grid);
/* Add printed text; lines end at \n, a last one without waits for it. */
void scrollback_add_text(struct scrollback *sb, const char *text,
                         size_t length);
/* Add whole lines in one style; ends a waiting line first. */
void scrollback_add_line(struct scrollback *sb, enum style style,
                         const char *text);

/* Rows all lines take when folded, between words, at cols columns. */
size_t scrollback_rows(const struct scrollback *sb, int cols);
/* ... those added since `added` was mark. */
size_t scrollback_rows_since(const struct scrollback *sb, size_t mark,
                             int cols);

/* Columns of the widest line added between two marks. */
int scrollback_columns(const struct scrollback *sb, size_t from, size_t to);

/* Draw into area, whose last row is the up-th from the newest. Rows count as
 * folded at area.cols. Where there are fewer they stand at the top. */
void scrollback_draw(const struct scrollback *sb, struct grid *grid,
                     struct rect area, size_t up);

#endif
