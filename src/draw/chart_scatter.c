/*
 * A scatter marks every cell that a point or a label takes. All points take
 * theirs before the first label looks for a place. What belongs to the points
 * asked for is held: nothing covers it.
 */
#include "draw/chart.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "draw/range.h"

enum { FREE, TAKEN, HELD };

/* Where points and labels stand; cells: (rows, cols). */
struct scatter {
    struct grid *grid;
    int row, col, rows, cols;
    unsigned char *cells;
    struct range x, y;
};

static bool can_place(const struct scatter_point *point)
{
    return range_has(point->x) && range_has(point->y);
}

/* Cell of value among cells of them; all equal: the middle. */
static int scatter_cell(double value, struct range range, int cells)
{
    double size = range.high - range.low;
    double ratio = size > 0 ? (value - range.low) / size : 0.5;
    return (int)lround(ratio * (cells - 1));
}

static void locate(const struct scatter *s, const struct scatter_point *point,
                   int *row, int *col)
{
    *col = scatter_cell(point->x, s->x, s->cols);
    *row = s->rows - 1 - scatter_cell(point->y, s->y, s->rows);
}

static void take(struct scatter *s, int row, int col, int width, bool held)
{
    for (int i = col; i < col + width; i++) {
        unsigned char *cell = &s->cells[row * s->cols + i];
        if (*cell != HELD)
            *cell = held ? HELD : TAKEN;
    }
}

/* Where a label may stand. */
struct place {
    int row, col;
    int from, to; /* columns that must be free: it keeps a blank on either
                     side, where the area does not end */
};

enum { PLACES = 8 };

/* Right of the point, left, above, below, then at its corners. */
static void find_places(const struct scatter *s,
                        const struct scatter_point *point, int width,
                        struct place places[PLACES])
{
    int row, col;
    locate(s, point, &row, &col);
    int left = col - width, right = col + 1;
    int across = at_least(at_most(col - width / 2, s->cols - width), 0);
    const struct place all[PLACES] = {
        {.row = row, .col = right},      {.row = row, .col = left},
        {.row = row - 1, .col = across}, {.row = row + 1, .col = across},
        {.row = row - 1, .col = right},  {.row = row + 1, .col = right},
        {.row = row - 1, .col = left},   {.row = row + 1, .col = left}};
    for (int i = 0; i < PLACES; i++) {
        struct place *place = &places[i];
        *place = all[i];
        int at = place->col, end = at + width;
        bool beside = place->row == row;
        place->from = at == 0 || (beside && at > col) ? at : at - 1;
        place->to = end == s->cols || (beside && at < col) ? end : end + 1;
    }
}

/* Cells that a label there would cover or touch; INT_MAX: it cannot stand
 * there. */
static int cost_of(const struct scatter *s, const struct place *place)
{
    int cost = 0;
    if (place->row < 0 || place->row >= s->rows || place->from < 0 ||
        place->to > s->cols)
        return INT_MAX;
    for (int i = place->from; i < place->to; i++) {
        if (s->cells[place->row * s->cols + i] == HELD)
            return INT_MAX;
        cost += s->cells[place->row * s->cols + i];
    }
    return cost;
}

static bool place_label(struct scatter *s, const struct scatter_point *point,
                        bool asked)
{
    int width = grid_text_width(point->label), least = INT_MAX;
    struct place places[PLACES], best = {0};
    if (width == 0)
        return true;
    find_places(s, point, width, places);
    for (int i = 0; i < PLACES; i++) {
        int cost = cost_of(s, &places[i]);
        if (cost < least) {
            least = cost;
            best = places[i];
        }
    }
    if (least > (asked ? INT_MAX - 1 : 0))
        return false;
    grid_text(s->grid, s->row + best.row, s->col + best.col, point->style,
              point->label);
    take(s, best.row, best.col, width, asked);
    return true;
}

static void scatter_init(struct scatter *s, const struct scatter_point *points,
                         size_t count)
{
    s->cells = memory_zeroed((size_t)s->rows * (size_t)s->cols, 1);
    s->x = s->y = range_none;
    for (size_t i = 0; i < count; i++)
        if (can_place(&points[i])) {
            range_widen(&s->x, &points[i].x, 1);
            range_widen(&s->y, &points[i].y, 1);
        }
}

size_t chart_scatter(struct grid *grid, int row, int col, int width, int height,
                     const struct scatter_point *points, size_t count,
                     size_t asked)
{
    if (width < 1 || height < 1)
        return count;
    struct scatter s = {
        .grid = grid, .row = row, .col = col, .rows = height, .cols = width};
    scatter_init(&s, points, count);
    for (size_t i = count; i-- > 0;) { /* of two at one place the first */
        int at_row, at_col;
        if (!can_place(&points[i]))
            continue;
        locate(&s, &points[i], &at_row, &at_col);
        take(&s, at_row, at_col, 1, i < asked);
        grid_text(grid, row + at_row, col + at_col, points[i].style, "•");
    }
    size_t left_out = 0;
    for (size_t i = 0; i < count; i++)
        if (!can_place(&points[i]) || !place_label(&s, &points[i], i < asked))
            left_out++;
    free(s.cells);
    return left_out;
}
