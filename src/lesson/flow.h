/*
 * Words in several styles, wrapped into a width: a paragraph, a heading, a
 * cell of a table.
 */
#ifndef EMBLAB_LESSON_FLOW_H
#define EMBLAB_LESSON_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "draw/grid.h"

/* Each byte of text has its style: enum style, or'ed with FLOW_BOLD. A \n in
 * text ends a line. */
struct flow {
    struct str text, styles;
};

enum { FLOW_BOLD = 0x80 };

void flow_append(struct flow *flow, const char *text, unsigned style);
void flow_clear(struct flow *flow);

/* A line of it: bytes [start, end), and the columns they take. */
struct flow_line {
    size_t start, end;
    size_t next; /* where the line after it starts */
    int width;
};

/* The line from byte start on, in at most width columns (but one grapheme at
 * least); false: start is the end. */
bool flow_next(const struct flow *flow, size_t start, int width,
               struct flow_line *line);

/* Columns of its longest line, and of its longest word: what it likes to have
 * and what it must have to break no word. */
int flow_width(const struct flow *flow);
int flow_word_width(const struct flow *flow);

/* Draw a line; draw all lines, which returns the rows used. */
void flow_draw_line(const struct flow *flow, const struct flow_line *line,
                    struct grid *grid, int row, int col);
int flow_draw(const struct flow *flow, struct grid *grid, int row, int col,
              int width);

#endif
