/*
 * The page of a lesson: its items in a box, from a row on, and how it shares
 * the screen with the panels and the output. Pure, as the layout is.
 */
#ifndef EMBLAB_UI_PAGE_H
#define EMBLAB_UI_PAGE_H

#include <stdbool.h>

#include "draw/grid.h"

struct player;

/* What stands where. Rows 0: it has no room, or is not there. */
struct page_areas {
    struct rect panels, page, output;
};

/*
 * Share area between panels, the page and output_rows rows of output (0:
 * none), a rule and lines output_cols wide. Beside the panels, or below them
 * where the screen is narrow; output wider than the panels goes below both
 * where that leaves the page enough.
 */
struct page_areas page_arrange(const struct player *player, struct rect area,
                               int output_rows, int output_cols);

/* Does all of the output fit, without a fold? */
bool page_output_fits(const struct page_areas *areas, int output_rows,
                      int output_cols);

/* Rows of text the page has at the width it has in area, and how many of them
 * area shows. */
int page_rows(const struct player *player, struct rect area);
int page_room(struct rect area);

/* The row of the text in which the first item begins that is newer than the
 * one with the serial `seen`; all its rows where none is. */
int page_row_behind(const struct player *player, struct rect area,
                    unsigned long seen);

/* The lesson's table of contents, where there is no picture yet. */
void page_draw_contents(const struct player *player, struct rect area,
                        struct grid *grid);

/* Draw it into area from its row `top` on; < 0: so that its end is in sight.
 * Returns the row it begins with. */
int page_draw(const struct player *player, struct rect area, int top,
              struct grid *grid);

#endif
