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
    struct rect rule; /* instead of the page, where it waits for its turn */
};

/* What is to stand beside the page. */
struct page_wish {
    int output_rows, output_cols; /* rows 0: no output; its widest line */
    bool lab; /* where only one has room, the lab and not the page */
};

/*
 * Share area between panels, the page and the output, which has a rule above.
 * The page stands beside the panels; the output below them, or across below
 * both, or in the place of the panels, or below a page that goes across: the
 * first of these that cuts neither the page nor a line of the output. On a
 * narrow screen the page stands below; on a small one lab and page take turns.
 */
struct page_areas page_arrange(const struct player *player, struct rect area,
                               const struct page_wish *wish);

/* Does all of the output fit, without a fold? */
bool page_output_fits(const struct page_areas *areas,
                      const struct page_wish *wish);

/* The key that leads from the lab to the page; more: first to the rest of the
 * output. */
void page_draw_rule(struct rect rule, bool more, struct grid *grid);

/* Rows of text the page has at the width it has in area, and how many of them
 * area shows. */
int page_rows(const struct player *player, struct rect area);
int page_room(struct rect area);

/* The row of the text in which the first item begins that is newer than the
 * one with the serial `seen`; all its rows where none is. */
int page_row_behind(const struct player *player, struct rect area,
                    unsigned long seen);

/* The lesson's table of contents, where there is no picture yet; of a long one
 * as much around the page as there is room for. */
void page_draw_contents(const struct player *player, struct rect area,
                        struct grid *grid);

/* Draw it into area from its row `top` on; < 0: so that its end is in sight.
 * more: Enter brings more of the output first. Returns the row it begins
 * with. */
int page_draw(const struct player *player, struct rect area, int top, bool more,
              struct grid *grid);

#endif
