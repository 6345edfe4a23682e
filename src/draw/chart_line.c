/*
 * A line plot is a canvas of dots, 2 x 4 in each cell (braille), within axes:
 * value → dot is linear, the ends of an axis are the centres of its first and
 * last dot. The floor and the overlay are drawn over the canvas in cells.
 */
#include "draw/chart.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "draw/range.h"

/* --- axes --- */

enum { TICK_BYTES = 32 };

/* From low to high in ticks a step apart. */
struct axis {
    double low, high, step;
};

/* The smallest of 1, 2, 5 x 10^k that is at least value (> 0). */
static double round_up(double value)
{
    static const int steps[] = {1, 2, 5};
    double power = pow(10, floor(log10(value)));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i] * power >= value * (1 - 1e-9))
            return steps[i] * power;
    return 10 * power;
}

/* An axis over a range, and 0 where that lies below, with about ticks ticks. */
static struct axis make_axis(struct range range, int ticks)
{
    double low = fmin(range.low, 0), high = range.high;
    if (!(high - low > 1e-300)) /* nothing, or one value */
        high = low + 1;
    double step = round_up((high - low) / ticks);
    return (struct axis){
        .low = floor(low / step + 1e-9) * step,
        .high = ceil(high / step - 1e-9) * step,
        .step = step,
    };
}

/* As make_axis for what is counted (steps, epochs): ticks at whole numbers. */
static struct axis make_count_axis(struct range range, int ticks)
{
    double high = range.low > range.high ? 1 : range.high;
    if (high >= 1 && high < ticks)
        ticks = (int)high;
    return make_axis((struct range){fmin(range.low, 0), high}, ticks);
}

static int axis_ticks(const struct axis *axis)
{
    return (int)lround((axis->high - axis->low) / axis->step);
}

static double tick_value(const struct axis *axis, int tick)
{
    double value = axis->low + tick * axis->step;
    return fabs(value) < axis->step / 2 ? 0 : value; /* never -0 */
}

/* What stands beside a tick: as many decimals as the step has. */
static const char *tick_text(const struct axis *axis, int tick,
                             char text[TICK_BYTES])
{
    double value = tick_value(axis, tick);
    int decimals = at_least((int)-floor(log10(axis->step) + 1e-9), 0);
    if (decimals > 6 || fmax(axis->high, -axis->low) >= 1e6)
        snprintf(text, TICK_BYTES, "%g", value);
    else
        snprintf(text, TICK_BYTES, "%.*f", decimals, value);
    return text;
}

/* Dot of a value among dots of them; -1: not on the axis. */
static int axis_dot(const struct axis *axis, double value, int dots)
{
    double at = (value - axis->low) / (axis->high - axis->low) * (dots - 1);
    if (!(at >= -0.5 && at <= dots - 0.5))
        return -1;
    return at_most(at_least((int)lround(at), 0), dots - 1);
}

/* --- line plot --- */

enum {
    DOTS_ACROSS = 2,
    DOTS_DOWN = 4,
    MIN_COLS = 12,
    MIN_ROWS = 4,
    OVERLAY_APART = 4, /* columns between marks of the overlay, at least */
};

struct canvas {
    int cols;
    unsigned char *dots; /* (rows, cols): braille patterns */
};

struct plot_area {
    int row, col, rows, cols; /* the canvas within the grid */
    int labels;               /* columns of labels left of the axis */
    bool axes, titles;
    struct axis x, y;
};

static void canvas_dot(struct canvas *canvas, int x, int y)
{
    static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    int row = y / DOTS_DOWN, col = x / DOTS_ACROSS;
    canvas->dots[row * canvas->cols + col] |=
        bits[y % DOTS_DOWN][x % DOTS_ACROSS];
}

/* All dots on the way; x0 <= x1. */
static void canvas_line(struct canvas *canvas, int x0, int y0, int x1, int y1)
{
    int across = x1 - x0, down = abs(y1 - y0), steps = at_least(across, down);
    for (int i = 0; i <= steps; i++) {
        int x = steps == 0 ? x0 : x0 + (across * i + steps / 2) / steps;
        int y = steps == 0 ? y0
                           : y0 + (y1 > y0 ? 1 : -1) *
                                      ((down * i + steps / 2) / steps);
        canvas_dot(canvas, x, y);
    }
}

/* Dots from the top; -1 where there is none. */
static int dot_down(const struct plot_area *area, double y)
{
    int dots = area->rows * DOTS_DOWN;
    int up = range_has(y) ? axis_dot(&area->y, y, dots) : -1;
    return up < 0 ? -1 : dots - 1 - up;
}

static int dot_across(const struct plot_area *area, double x)
{
    return range_has(x) ? axis_dot(&area->x, x, area->cols * DOTS_ACROSS) : -1;
}

/*
 * The series' dots; a value that is no number parts the line. Most points of
 * a long series fall on a column of dots where [low, high] is drawn already.
 */
static void trace_series(struct canvas *canvas, const struct plot_area *area,
                         const struct line_plot *plot)
{
    int last_x = -1, last_y = -1, low = 0, high = -1;
    for (size_t i = 0; i < plot->count; i++) {
        int x = dot_across(area, plot->x[i]), y = dot_down(area, plot->y[i]);
        bool shown = x >= 0 && y >= 0, joined = last_x >= 0 && last_x <= x;
        if (shown && joined && x == last_x && y >= low && y <= high) {
            last_y = y;
            continue;
        }
        if (shown && joined)
            canvas_line(canvas, last_x, last_y, x, y);
        else if (shown)
            canvas_dot(canvas, x, y);
        low = joined && x == last_x ? at_most(low, y) : y;
        high = joined && x == last_x ? at_least(high, y) : y;
        last_x = shown ? x : -1;
        last_y = y;
    }
}

/* The least and the largest of a column of dots. */
static void dot_column(struct canvas *canvas, int x, int low, int high)
{
    if (low > high)
        return;
    canvas_dot(canvas, x, low);
    canvas_dot(canvas, x, high);
}

/* More points than columns of dots: a line through all of them would be one
 * solid mass, so each column has its outermost points as dots. */
static void scatter_series(struct canvas *canvas, const struct plot_area *area,
                           const struct line_plot *plot)
{
    int column = -1, low = INT_MAX, high = -1;
    for (size_t i = 0; i < plot->count; i++) {
        int x = dot_across(area, plot->x[i]), y = dot_down(area, plot->y[i]);
        if (x < 0 || y < 0)
            continue;
        if (x != column) {
            dot_column(canvas, column, low, high);
            column = x;
            low = high = y;
        }
        low = at_most(low, y);
        high = at_least(high, y);
    }
    dot_column(canvas, column, low, high);
}

static bool is_crowded(const struct plot_area *area,
                       const struct line_plot *plot)
{
    int first = plot->count ? dot_across(area, plot->x[0]) : 0;
    int last = plot->count ? dot_across(area, plot->x[plot->count - 1]) : 0;
    return first >= 0 && last >= first &&
           plot->count > (size_t)(last - first + 1);
}

static void draw_series(struct grid *grid, const struct plot_area *area,
                        const struct line_plot *plot)
{
    size_t cells = (size_t)area->rows * (size_t)area->cols;
    struct canvas canvas = {area->cols, memory_zeroed(cells, 1)};
    if (is_crowded(area, plot))
        scatter_series(&canvas, area, plot);
    else
        trace_series(&canvas, area, plot);
    for (int row = 0; row < area->rows; row++)
        for (int col = 0; col < area->cols; col++) {
            unsigned char dots = canvas.dots[row * area->cols + col];
            if (dots == 0)
                continue;
            char text[5] = {0};
            utf8_encode(0x2800U + dots, text);
            grid_text(grid, area->row + row, area->col + col, STYLE_BAR, text);
        }
    free(canvas.dots);
}

/* From the last one on: where they would stand in a heap, most are left out. */
static void draw_overlay(struct grid *grid, const struct plot_area *area,
                         const struct line_plot *plot)
{
    int before = area->cols + OVERLAY_APART;
    for (size_t i = plot->overlay_count; i-- > 0;) {
        int x = dot_across(area, plot->overlay_x[i]);
        int y = dot_down(area, plot->overlay_y[i]);
        int col = x / DOTS_ACROSS;
        if (x < 0 || y < 0 || before - col < OVERLAY_APART)
            continue;
        grid_text(grid, area->row + y / DOTS_DOWN, area->col + col,
                  STYLE_BAR_TARGET, "◆");
        before = col;
    }
}

#define FLOOR "╌"

static bool is_floor(const struct grid *grid, int row, int col)
{
    const struct cell *cell = grid_cell(grid, row, col);
    return cell != NULL && str_equal(cell->text, FLOOR);
}

/* In the line itself, at the left, where a loss has yet to come down to it;
 * where the series is there already, at the right, or not at all. */
static void draw_floor_title(struct grid *grid, const struct plot_area *area,
                             const char *title, int row)
{
    int width = grid_text_width(title) + 2; /* with a blank on either side */
    int right = area->col + area->cols - width;
    const int starts[] = {area->col + 1, right, right - 1};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        int start = starts[i], end = start + width, col = start;
        while (col < end && is_floor(grid, row, col))
            col++;
        if (start < area->col || col < end)
            continue;
        grid_fit(grid, row, start, width, STYLE_GOOD, "");
        grid_text(grid, row, start + 1, STYLE_GOOD, title);
        return;
    }
}

/* It gives way to what is drawn on it. */
static void draw_floor(struct grid *grid, const struct plot_area *area,
                       const struct line_plot *plot)
{
    int y = plot->has_floor ? dot_down(area, plot->floor) : -1;
    if (y < 0)
        return;
    int row = area->row + y / DOTS_DOWN;
    for (int col = area->col; col < area->col + area->cols; col++) {
        const struct cell *cell = grid_cell(grid, row, col);
        if (cell != NULL && str_equal(cell->text, " "))
            grid_text(grid, row, col, STYLE_GOOD, FLOOR);
    }
    if (plot->floor_title != NULL)
        draw_floor_title(grid, area, plot->floor_title, row);
}

static void draw_y_axis(struct grid *grid, const struct plot_area *area)
{
    int axis = area->col - 1;
    for (int row = 0; row < area->rows; row++)
        grid_text(grid, area->row + row, axis, STYLE_BORDER, "│");
    int taken = area->row + area->rows; /* one label a row */
    for (int tick = 0; tick <= axis_ticks(&area->y); tick++) {
        double value = tick_value(&area->y, tick);
        int row = area->row + dot_down(area, value) / DOTS_DOWN;
        if (row >= taken)
            continue;
        char text[TICK_BYTES];
        grid_fit(grid, row, axis - 1 - area->labels, -area->labels,
                 STYLE_HEADER, tick_text(&area->y, tick, text));
        grid_text(grid, row, axis, STYLE_BORDER, "┤");
        taken = row;
    }
}

static void draw_x_axis(struct grid *grid, const struct plot_area *area)
{
    int row = area->row + area->rows, free_from = area->col - 1;
    grid_text(grid, row, area->col - 1, STYLE_BORDER, "└");
    for (int col = 0; col < area->cols; col++)
        grid_text(grid, row, area->col + col, STYLE_BORDER, "─");
    for (int tick = 0; tick <= axis_ticks(&area->x); tick++) {
        double value = tick_value(&area->x, tick);
        int at = area->col + dot_across(area, value) / DOTS_ACROSS;
        char text[TICK_BYTES];
        int length = (int)strlen(tick_text(&area->x, tick, text));
        int left = at - length / 2;
        left = at_most(left, area->col + area->cols - length);
        if (left < free_from)
            continue;
        if (at > area->col)
            grid_text(grid, row, at, STYLE_BORDER, "┴");
        grid_text(grid, row + 1, left, STYLE_HEADER, text);
        free_from = left + length + 1;
    }
}

static void draw_titles(struct grid *grid, const struct plot_area *area,
                        const struct line_plot *plot)
{
    int left = area->col - 2 - area->labels;
    int right = area->col + area->cols;
    if (area->axes && plot->x_title != NULL)
        grid_fit(grid, area->row + area->rows + 1, left, -area->labels,
                 STYLE_HEADER, plot->x_title);
    if (!area->titles)
        return;
    if (plot->y_title != NULL)
        left =
            grid_text(grid, area->row - 1, left, STYLE_HEADER, plot->y_title);
    if (plot->overlay_title == NULL || plot->overlay_count == 0)
        return;
    int width = grid_text_width(plot->overlay_title);
    if (right - width - 2 <= left)
        return;
    grid_text(grid, area->row - 1, right - width - 2, STYLE_BAR_TARGET, "◆");
    grid_text(grid, area->row - 1, right - width, STYLE_HEADER,
              plot->overlay_title);
}

static void set_axes(struct plot_area *area, const struct line_plot *plot)
{
    struct range x = range_none, y = range_none;
    range_widen(&x, plot->x, plot->count);
    range_widen(&x, plot->overlay_x, plot->overlay_count);
    range_widen(&y, plot->y, plot->count);
    range_widen(&y, plot->overlay_y, plot->overlay_count);
    if (plot->has_floor)
        range_widen(&y, &plot->floor, 1);
    area->x = make_count_axis(x, at_least(area->cols / 12, 1));
    area->y = make_axis(y, at_least(area->rows / 2, 1));
}

/* Columns for the labels of y and the title of x below them. */
static int label_columns(const struct plot_area *area,
                         const struct line_plot *plot)
{
    int columns = 0;
    for (int tick = 0; tick <= axis_ticks(&area->y); tick++) {
        char text[TICK_BYTES];
        int length = (int)strlen(tick_text(&area->y, tick, text));
        columns = at_least(columns, length);
    }
    if (plot->x_title != NULL)
        columns = at_least(columns, at_most(grid_text_width(plot->x_title), 8));
    return columns;
}

void chart_line(struct grid *grid, int row, int col, int width, int height,
                const struct line_plot *plot)
{
    if (width < 1 || height < 1)
        return;
    bool axes = width >= MIN_COLS && height >= MIN_ROWS;
    bool titles = axes && height > MIN_ROWS &&
                  (plot->y_title != NULL || plot->overlay_title != NULL);
    struct plot_area area = {.row = row + (titles ? 1 : 0),
                             .col = col,
                             .rows = height - (titles ? 1 : 0) - (axes ? 2 : 0),
                             .cols = width,
                             .axes = axes,
                             .titles = titles};
    set_axes(&area, plot);
    if (axes) {
        area.labels = at_most(label_columns(&area, plot), width / 3);
        area.col += area.labels + 2;
        area.cols -= area.labels + 2;
        set_axes(&area, plot);
    }
    draw_series(grid, &area, plot);
    draw_overlay(grid, &area, plot);
    draw_floor(grid, &area, plot);
    if (axes) {
        draw_y_axis(grid, &area);
        draw_x_axis(grid, &area);
    }
    draw_titles(grid, &area, plot);
}
