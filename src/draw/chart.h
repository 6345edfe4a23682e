/*
 * Bars beside words, a line plot (loss), a scatter of labelled points (PCA), a
 * table of texts. Numbers that are no numbers (nan, infinities) are left out
 * of scales and never drawn as if they were.
 */
#ifndef EMBLAB_DRAW_CHART_H
#define EMBLAB_DRAW_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/grid.h"

struct bar {
    const char *label;
    double value;
    const char *note; /* after the number: "target"; may be NULL */
    enum style style; /* of the bar: STYLE_BAR, STYLE_BAR_TARGET */
};

/*
 * One line each: label, number with digits decimals, note, bar to scale, in
 * width columns. Negative values grow left of a common zero; where none is
 * above zero, all grow right from the least. Extends the grid where it must;
 * returns rows used.
 */
int chart_bars(struct grid *grid, int row, int col, int width,
               const struct bar *bars, size_t count, int digits);

struct line_plot {
    const double *x, *y; /* (count) x ascending */
    size_t count;
    const double *overlay_x, *overlay_y; /* second series: epoch means */
    size_t overlay_count;
    double floor; /* a horizontal line here where has_floor */
    bool has_floor;
    /* Any of them may be NULL. */
    const char *x_title, *y_title, *floor_title, *overlay_title;
};

/*
 * In width x height cells, with axes. The series is a braille line (ASCII: *),
 * or dots where it has more points than columns of dots: of each column the
 * outermost. The overlay stands out of it as diamonds (o), as many of them as
 * have room, the floor is dashed. Axes begin at 0 where no value is negative
 * and end at round numbers, so they stay put while a series grows. Too small an
 * area loses titles, then axes.
 */
void chart_line(struct grid *grid, int row, int col, int width, int height,
                const struct line_plot *plot);

struct scatter_point {
    double x, y;
    const char *label;
    enum style style;
};

/*
 * Points as dots with their labels beside, in an area of width x height cells
 * that they fill (the axes have each their own scale). A label goes where it
 * covers neither point nor label, earlier points choose first. Those of the
 * first `asked` points cover other points where nothing is free. Returns
 * labels left out, for the caller to say so.
 */
size_t chart_scatter(struct grid *grid, int row, int col, int width, int height,
                     const struct scatter_point *points, size_t count,
                     size_t asked);

/* Widths of a column: 0 or CHART_FIT_RIGHT make it as wide as needed. */
enum { CHART_FIT = 0, CHART_FIT_RIGHT = -1 };

struct chart_column {
    const char *title; /* may be NULL; no heads where all are */
    int width;         /* negative: right-aligned */
    enum style style;
};

/*
 * A text table: cells (row_count, column_count), any of which may be NULL.
 * Extends the grid where it must; returns rows used.
 */
int chart_table(struct grid *grid, int row, int col,
                const struct chart_column *columns, size_t column_count,
                const char *const *cells, size_t row_count);

#endif
