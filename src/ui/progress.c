/*
 * The line is made of parts in order of importance; each is added while the
 * whole still fits.
 */
#include "ui/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

#define RATE_AFTER_SECONDS 0.1

enum { BAR_COLS = 20, BAR_COLS_NARROW = 8, NARROW = 100 };

void progress_time(char *out, size_t size, double seconds)
{
    if (seconds < 9.95) {
        snprintf(out, size, "%.1f s", seconds);
        return;
    }
    double whole = ceil(seconds);
    if (whole < 60)
        snprintf(out, size, "%.0f s", whole);
    else if (whole < 3600)
        snprintf(out, size, "%d min %02d s", (int)whole / 60, (int)whole % 60);
    else if (whole < 360000)
        snprintf(out, size, "%d h %02d min", (int)whole / 3600,
                 (int)whole / 60 % 60);
    else
        snprintf(out, size, "days");
}

static double fraction_done(const struct progress *progress)
{
    if (progress->total <= 0)
        return 0;
    double fraction = progress->done / progress->total;
    return fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
}

/* The bar with its eighth blocks; returns the column behind it. */
static int draw_bar(struct grid *grid, int row, int col, int cols,
                    double fraction)
{
    static const char *const eighths[] = {" ", "▏", "▎", "▍", "▌",
                                          "▋", "▊", "▉", "█"};
    int filled = (int)(fraction * cols * 8);
    col = grid_text(grid, row, col, STYLE_BORDER, "▕");
    for (int i = 0; i < cols; i++) {
        int here = filled - i * 8;
        here = here < 0 ? 0 : here > 8 ? 8 : here;
        col = grid_text(grid, row, col, STYLE_BAR, eighths[here]);
    }
    return grid_text(grid, row, col, STYLE_BORDER, "▏");
}

/* Add " · text" where the whole of it fits. */
static int add_part(struct grid *grid, int row, int col, const char *text)
{
    int width = utf8_width(text);
    if (width == 0 || col + 3 + width > grid->cols)
        return col;
    col = grid_text(grid, row, col, STYLE_DIM, " · ");
    return grid_text(grid, row, col, STYLE_NORMAL, text);
}

static int add_counts(struct grid *grid, int row, int col,
                      const struct progress *progress)
{
    char text[96];
    const char *done = str_count((unsigned long long)progress->done);
    if (progress->total > 0)
        snprintf(text, sizeof text, "%s of %s", done,
                 str_count((unsigned long long)progress->total));
    else
        snprintf(text, sizeof text, "%s", done);
    return add_part(grid, row, col, text);
}

/* Units a second so far; 0: not known yet. */
static double rate_of(const struct progress *progress)
{
    if (progress->seconds < RATE_AFTER_SECONDS)
        return 0;
    return progress->done / progress->seconds;
}

static int add_time_left(struct grid *grid, int row, int col,
                         const struct progress *progress)
{
    char text[48], left[32];
    double rate = rate_of(progress);
    if (progress->total <= 0 || rate <= 0)
        return col;
    progress_time(left, sizeof left, (progress->total - progress->done) / rate);
    snprintf(text, sizeof text, "%s left", left);
    return add_part(grid, row, col, text);
}

static int add_rate(struct grid *grid, int row, int col,
                    const struct progress *progress)
{
    char text[64];
    double rate = rate_of(progress);
    if (rate <= 0)
        return col;
    if (rate < 1) {
        char each[32];
        progress_time(each, sizeof each, 1 / rate);
        snprintf(text, sizeof text, "one in %s", each);
    } else if (rate < 10)
        snprintf(text, sizeof text, "%.1f a second", rate);
    else
        snprintf(text, sizeof text, "%s a second",
                 str_count((unsigned long long)rate));
    return add_part(grid, row, col, text);
}

void progress_draw(struct grid *grid, int row, const struct progress *progress)
{
    char percent[16];
    double fraction = fraction_done(progress);
    int col = grid_printf(grid, row, 1, STYLE_NORMAL, "%s ", progress->what);
    if (progress->total > 0) {
        int cols = grid->cols < NARROW ? BAR_COLS_NARROW : BAR_COLS;
        col = draw_bar(grid, row, col, cols, fraction);
        snprintf(percent, sizeof percent, " %3.0f %%", floor(fraction * 100));
        col = grid_text(grid, row, col, STYLE_NORMAL, percent);
    }
    col = add_time_left(grid, row, col, progress);
    col = add_part(grid, row, col, "Ctrl-C stops");
    col = add_rate(grid, row, col, progress);
    col = add_counts(grid, row, col, progress);
    if (progress->note != NULL)
        add_part(grid, row, col, progress->note);
}
