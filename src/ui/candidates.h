/*
 * The completion panel: candidates in columns, or one a line with what it is.
 */
#ifndef EMBLAB_UI_CANDIDATES_H
#define EMBLAB_UI_CANDIDATES_H

#include "draw/grid.h"
#include "lang/match.h"

/* Draw so that the panel ends in row `last`; most: rows it may use. Returns
 * rows used; 0 where there is no room. */
int candidates_draw(struct grid *grid, int last, int most,
                    const struct completions *found);

#endif
