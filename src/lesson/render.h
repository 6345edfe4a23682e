/*
 * What a lesson says, as cells: headings, paragraphs, lists, tables, quotes,
 * code, with a style for each kind of word. Every width from 1 gives
 * something; from 10 on nothing is cut off but a table's that has more columns
 * than there is room. Links tell where they lead.
 */
#ifndef EMBLAB_LESSON_RENDER_H
#define EMBLAB_LESSON_RENDER_H

#include "base/str.h"
#include "draw/grid.h"
#include "lesson/lesson.h"

/*
 * Draw into columns [col, col + width) from row. Extends the grid where it
 * must. Returns rows used, 0 where there is nothing to see. node: a block or a
 * whole document, as lesson.h has them.
 */
int render_node(struct cmark_node *node, struct grid *grid, int row, int col,
                int width);

/* The same of a block: a heading's or text's node, the text that a quiz or a
 * try asks with; 0 rows for all others. */
int render_block(const struct lesson_block *block, struct grid *grid, int row,
                 int col, int width);

/* The same of a few words of Markdown, such as a hint; what is not marked in
 * them has that style. */
int render_words(const char *text, enum style style, struct grid *grid, int row,
                 int col, int width);

/* The words of a node alone, in one line: a heading for a list of contents. */
void render_title(struct cmark_node *node, struct str *out);

#endif
