/*
 * Bars and tables: columns of text that are as wide as they need to be. They
 * know how many rows they take, and extend the grid by them.
 */
#include "draw/chart.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"
#include "draw/range.h"

/* --- bars --- */

enum { NOTE_MAX = 12, EIGHTHS = 8 };

struct bar_layout {
    int label, number, note, area; /* columns of each part */
    int zero;                      /* columns of the area left of zero */
    double base;                   /* the value that has no columns */
    double scale;                  /* columns of the area a unit */
};

static const char *note_text(const struct bar *bar)
{
    return bar->note == NULL ? "" : bar->note;
}

static void append_number(struct str *out, double value, int digits)
{
    if (isnan(value)) /* printf may call it -nan */
        str_append(out, "nan");
    else if (fabs(value) >= 1e9)
        str_printf(out, "%.*e", digits, value);
    else
        str_printf(out, "%.*f", digits, value);
}

static int number_columns(double value, int digits)
{
    struct str text = STR_INIT;
    append_number(&text, value, digits);
    int columns = (int)text.length;
    str_clear(&text);
    return columns;
}

/*
 * A zero in the middle takes one column more, for the line it is. Where the
 * values have one sign only, there is none: values below zero are measured
 * from the least.
 */
static void scale_bars(struct bar_layout *layout, const struct bar *bars,
                       size_t count)
{
    struct range range = {0, 0}, values = range_none;
    for (size_t i = 0; i < count; i++) {
        range_widen(&range, &bars[i].value, 1);
        range_widen(&values, &bars[i].value, 1);
    }
    if (values.low <= values.high && values.high < 0)
        range = values;
    bool two_sided = range.low < 0 && range.high > 0;
    int room = layout->area - (two_sided ? 1 : 0);
    if (range.high > range.low)
        layout->scale = (double)room / (range.high - range.low);
    layout->zero = two_sided ? (int)lround(-range.low * layout->scale) : 0;
    layout->base = two_sided ? 0 : range.low;
}

static struct bar_layout lay_out_bars(int width, const struct bar *bars,
                                      size_t count, int digits)
{
    struct bar_layout layout = {0};
    for (size_t i = 0; i < count; i++) {
        layout.label = at_least(layout.label, grid_text_width(bars[i].label));
        layout.number =
            at_least(layout.number, number_columns(bars[i].value, digits));
        layout.note =
            at_least(layout.note, grid_text_width(note_text(&bars[i])));
    }
    layout.label = at_most(layout.label, at_least(width / 3, 1));
    layout.note = at_most(layout.note, NOTE_MAX);
    int used = layout.label + 1 + layout.number + 1 +
               (layout.note > 0 ? layout.note + 1 : 0);
    layout.area = at_least(width - used, 0);
    scale_bars(&layout, bars, count);
    return layout;
}

/* To the right of col: whole blocks, and an eighth at least of what is > 0. */
static void draw_right_bar(struct grid *grid, int row, int col, double columns,
                           enum style style)
{
    static const char *const parts[EIGHTHS + 1] = {
        "", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█",
    };
    int eighths = at_least((int)lround(columns * EIGHTHS), 1);
    for (; eighths >= EIGHTHS; eighths -= EIGHTHS)
        col = grid_text(grid, row, col, style, parts[EIGHTHS]);
    grid_text(grid, row, col, style, parts[eighths]);
}

/* To the left of col, which it does not reach: there are halves only. */
static void draw_left_bar(struct grid *grid, int row, int col, double columns,
                          enum style style)
{
    int halves = (int)lround(columns * 2);
    if (halves == 0)
        grid_text(grid, row, col - 1, style, "▕");
    for (; halves >= 2; halves -= 2)
        grid_text(grid, row, --col, style, "█");
    if (halves == 1)
        grid_text(grid, row, --col, style, "▐");
}

static void draw_bar(struct grid *grid, int row, int col,
                     const struct bar_layout *layout, const struct bar *bar)
{
    bool two_sided = layout->zero > 0;
    int zero = col + layout->zero, right = zero + (two_sided ? 1 : 0);
    if (two_sided)
        grid_text(grid, row, zero, STYLE_BORDER, "│");
    double value = bar->value - layout->base;
    double columns = fabs(value) * layout->scale;
    if (!range_has(bar->value) || value == 0 || layout->area == 0)
        return;
    if (value > 0)
        draw_right_bar(grid, row, right,
                       fmin(columns, col + layout->area - right), bar->style);
    else
        draw_left_bar(grid, row, zero, fmin(columns, layout->zero), bar->style);
}

int chart_bars(struct grid *grid, int row, int col, int width,
               const struct bar *bars, size_t count, int digits)
{
    struct bar_layout layout = lay_out_bars(width, bars, count, digits);
    grid_need(grid, row + (int)count);
    for (size_t i = 0; i < count; i++) {
        struct str number = STR_INIT;
        int line = row + (int)i, at = col;
        append_number(&number, bars[i].value, digits);
        at = grid_fit(grid, line, at, layout.label, STYLE_LABEL, bars[i].label);
        at = grid_fit(grid, line, at + 1, -layout.number, STYLE_NORMAL,
                      str_text(&number));
        if (layout.note > 0)
            at = grid_fit(grid, line, at + 1, layout.note,
                          bars[i].note == NULL ? STYLE_NORMAL : STYLE_EMPHASIS,
                          note_text(&bars[i]));
        draw_bar(grid, line, at + 1, &layout, &bars[i]);
        str_clear(&number);
    }
    return (int)count;
}

/* --- table --- */

enum { BETWEEN_COLUMNS = 2 };

static const char *cell_text(const char *text)
{
    return text == NULL ? "" : text;
}

/* Columns of column i, negative to the right. */
static int column_width(const struct chart_column *columns, size_t column_count,
                        size_t i, const char *const *cells, size_t row_count)
{
    int width = columns[i].width;
    if (width != CHART_FIT && width != CHART_FIT_RIGHT)
        return width;
    int widest = grid_text_width(cell_text(columns[i].title));
    for (size_t row = 0; row < row_count; row++) {
        const char *text = cell_text(cells[row * column_count + i]);
        widest = at_least(widest, grid_text_width(text));
    }
    return width == CHART_FIT_RIGHT ? -widest : widest;
}

int chart_table(struct grid *grid, int row, int col,
                const struct chart_column *columns, size_t column_count,
                const char *const *cells, size_t row_count)
{
    int heads = 0;
    for (size_t i = 0; i < column_count; i++)
        heads = columns[i].title != NULL ? 1 : heads;
    grid_need(grid, row + heads + (int)row_count);
    for (size_t i = 0; i < column_count; i++) {
        int width = column_width(columns, column_count, i, cells, row_count);
        if (heads > 0)
            grid_fit(grid, row, col, width, STYLE_HEADER,
                     cell_text(columns[i].title));
        for (size_t at = 0; at < row_count; at++)
            grid_fit(grid, row + heads + (int)at, col, width, columns[i].style,
                     cell_text(cells[at * column_count + i]));
        col += abs(width) + BETWEEN_COLUMNS;
    }
    return heads + (int)row_count;
}
