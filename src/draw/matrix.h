/*
 * A matrix with row words, marks in the gutter, heat, and elision: touched
 * rows and their neighbours, the first and last rows, "⋮ 9,812 rows untouched"
 * between. Cost follows what is drawn.
 *
 *   ●▲Δ   0 the    -0.0485  0.0154    the lead, the gutter, the row's number,
 *         3 milk         ·       ·    its word, fields of one width
 */
#ifndef EMBLAB_DRAW_MATRIX_H
#define EMBLAB_DRAW_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "draw/grid.h"

enum {
    MATRIX_LOOKED_UP = 1,
    MATRIX_GRADIENT = 2,
    MATRIX_CHANGED = 4,
    MATRIX_PADDING = 8, /* the pad row: ∅ in place of ▲, which it never has */
    MATRIX_FRESH = 16, /* just became known: accent */
};

enum { MATRIX_WHOLE = -1 }; /* digits: no decimals (ids, one-hot, counts) */

/*
 * What is drawn. Each callback is called at most once for each row that is
 * shown; what it returns is copied before the next call, so that all rows may
 * come from one buffer. Where some rows are touched or marked, the others are
 * drawn dim and without heat.
 */
struct matrix_view {
    int64_t rows, cols;
    /* Values of a row, (cols), borrowed; NULL: the row is all zero. */
    const float *(*row)(void *context, int64_t row);
    const char *(*word)(void *context, int64_t row); /* NULL: no words */
    unsigned (*flags)(void *context, int64_t row);   /* NULL: no marks */
    /* Is this number to be drawn accented? NULL: none is. */
    bool (*accented)(void *context, int64_t row, int64_t col);
    void *context;
    const int64_t *touched; /* (touched_count) ascending: rows never elided
                               while there is room */
    int64_t touched_count;
    bool others_moved; /* ... but the others are not all untouched */
    const char *const *column_names; /* (cols); NULL: 0 1 2 ... */
    int digits;            /* decimals: 4 plain, 3 in a narrow panel; 0: 4 */
    bool index;            /* show the row's number */
    bool marks;            /* keep the gutter even where no row has a mark */
    bool heat;             /* colour by value */
    bool zero_dots;        /* 0 as ·, non-zero that rounds to zero as ~0 */
    const char *row_title; /* head of the word column: "word"; may be NULL */
    int word_width; /* columns a word may take where there is room; 0: 16 */
};

struct matrix_window {
    int width;         /* columns there are; 0: to the grid's edge */
    int height;        /* rows there are with the head line; 0: as needed */
    int64_t first_row; /* scrolled by hand to here; -1: elide untouched */
    int64_t first_col;
    int max_rows; /* with height 0: elide beyond this many; 0: 40 */
};

/*
 * Draw at (row, col) of grid, on cells taken to be blank; the grid is extended
 * where height is 0. Returns rows used. *shown_cols (may be NULL) gets how many
 * columns fit. Blanks stand around the gutter where all columns fit with them,
 * none where they do not.
 */
int matrix_draw(struct grid *grid, int row, int col,
                const struct matrix_view *view,
                const struct matrix_window *window, int64_t *shown_cols);

/* How many columns matrix_draw would show. */
int64_t matrix_columns(const struct matrix_view *view,
                       const struct matrix_window *window);

/*
 * A number in width columns (at least 6), right-aligned, at most digits
 * decimals: fewer where it does not fit, then an exponent; "·" for 0 and "~0"
 * for what rounds to it (with zero_dots); nan, inf. size: width + 2 or more.
 */
void matrix_number(char *out, size_t size, float value, int width, int digits,
                   bool zero_dots);

#endif
