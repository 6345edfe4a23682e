/*
 * A scatter marks every cell that a point or a label takes. All points take
 * theirs before the first label looks for a place.
 */
#include "draw/chart.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "draw/range.h"

/* Where points and labels stand; taken: (rows, cols). */
struct scatter {
    struct grid *grid;
    int row, col, rows, cols;
    bool *taken;
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

/* Are cells [col, col + width) of row within the area and not taken? */
static bool is_free(const struct scatter *s, int row, int col, int width)
{
    if (row < 0 || row >= s->rows || col < 0 || col + width > s->cols)
        return false;
    for (int i = col; i < col + width; i++)
        if (s->taken[row * s->cols + i])
            return false;
    return true;
}

static void take(struct scatter *s, int row, int col, int width)
{
    for (int i = col; i < col + width; i++)
        s->taken[row * s->cols + i] = true;
}

/*
 * Right of the point, left, above, below; a free column on either side, where
 * the area does not end, keeps labels apart.
 */
static bool place_label(struct scatter *s, const struct scatter_point *point)
{
    int row, col, width = grid_text_width(point->label);
    locate(s, point, &row, &col);
    int across = at_least(at_most(col - width / 2, s->cols - width), 0);
    const struct {
        int row, col;
    } places[] = {{row, col + 1},
                  {row, col - width},
                  {row - 1, across},
                  {row + 1, across}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int at = places[i].col, end = at + width;
        bool beside = places[i].row == row;
        int from = at == 0 || (beside && at > col) ? at : at - 1;
        int to = end == s->cols || (beside && at < col) ? end : end + 1;
        if (!is_free(s, places[i].row, from, to - from))
            continue;
        grid_text(s->grid, s->row + places[i].row, s->col + at, point->style,
                  point->label);
        take(s, places[i].row, at, width);
        return true;
    }
    return false;
}

static void scatter_init(struct scatter *s, const struct scatter_point *points,
                         size_t count)
{
    s->taken = memory_zeroed((size_t)s->rows * (size_t)s->cols, 1);
    s->x = s->y = range_none;
    for (size_t i = 0; i < count; i++)
        if (can_place(&points[i])) {
            range_widen(&s->x, &points[i].x, 1);
            range_widen(&s->y, &points[i].y, 1);
        }
}

size_t chart_scatter(struct grid *grid, int row, int col, int width, int height,
                     const struct scatter_point *points, size_t count)
{
    if (width < 1 || height < 1)
        return count;
    struct scatter s = {
        .grid = grid, .row = row, .col = col, .rows = height, .cols = width};
    scatter_init(&s, points, count);
    for (size_t i = 0; i < count; i++) {
        int at_row, at_col;
        if (!can_place(&points[i]))
            continue;
        locate(&s, &points[i], &at_row, &at_col);
        take(&s, at_row, at_col, 1);
        grid_text(grid, row + at_row, col + at_col, points[i].style, "•");
    }
    size_t left_out = 0;
    for (size_t i = 0; i < count; i++)
        if (!can_place(&points[i]) || !place_label(&s, &points[i]))
            left_out++;
    free(s.taken);
    return left_out;
}
