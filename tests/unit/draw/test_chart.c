/* Bars, line plots, scatters and tables as pictures. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "draw/chart.h"
#include "draw/render.h"
#include "picture.h"

#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

/* --- bars --- */

/* Label 6, number 6, note 6, three blanks: 16 columns are 0.16. */
static void bars_are_to_scale_in_eighths(void **state)
{
    static const struct bar bars[] = {
        {"chases", 0.16, NULL, STYLE_BAR},
        {"rules", 0.0825, NULL, STYLE_BAR},
        {"drinks", 0.05, "target", STYLE_BAR_TARGET},
        {"猫", 0.0001, NULL, STYLE_BAR},
        {"mat", 0, NULL, STYLE_BAR},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 37);
    assert_int_equal(chart_bars(&grid, 0, 0, 37, bars, 5, 4), 5);
    assert_picture(&grid, "chases 0.1600        ████████████████\n"
                          "rules  0.0825        ████████▎\n"
                          "drinks 0.0500 target █████\n"
                          "猫     0.0001        ▏\n" /* never unseen */
                          "mat    0.0000\n");
    assert_letters(&grid, "llllll...............rrrrrrrrrrrrrrrr\n"
                          "llllll...............rrrrrrrrr\n"
                          "llllll........iiiiii.xxxxx\n"
                          "llllll...............r\n"
                          "llllll.......\n");
    grid_clear(&grid);
}

/* Label 1, number 5, two blanks: 13 columns, one of them zero: 6 a side. */
static void negative_bars_grow_left_of_a_common_zero(void **state)
{
    static const struct bar bars[] = {
        {"a", -1, NULL, STYLE_BAR},    {"b", 1, NULL, STYLE_BAR},
        {"c", -0.25, NULL, STYLE_BAR}, {"d", 0.25, NULL, STYLE_BAR},
        {"e", -0.01, NULL, STYLE_BAR}, {"f", 0, NULL, STYLE_BAR},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 21);
    chart_bars(&grid, 0, 0, 21, bars, 6, 2);
    assert_picture(&grid, "a -1.00 ██████│\n"
                          "b  1.00       │██████\n"
                          "c -0.25     ▐█│\n"
                          "d  0.25       │█▌\n"
                          "e -0.01      ▕│\n"
                          "f  0.00       │\n");
    grid_clear(&grid);
}

/* Label 1, number 5, two blanks: 8 columns from -3 to -1, 4 a unit. */
static void values_below_zero_are_measured_from_the_least(void **state)
{
    static const struct bar bars[] = {
        {"a", -3, NULL, STYLE_BAR},
        {"b", -1, NULL, STYLE_BAR},
        {"c", -2, NULL, STYLE_BAR},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 16);
    chart_bars(&grid, 0, 0, 16, bars, 3, 2);
    assert_picture(&grid, "a -3.00\n"
                          "b -1.00 ████████\n"
                          "c -2.00 ████\n");
    grid_clear(&grid);
}

static void bars_of_no_numbers_are_not_drawn(void **state)
{
    static const struct bar bars[] = {
        {"a", 2, NULL, STYLE_BAR},
        {"b", NOT_A_NUMBER, NULL, STYLE_BAR},
        {"c", INF, NULL, STYLE_BAR},
        {"d", 1, NULL, STYLE_BAR},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 10);
    chart_bars(&grid, 0, 0, 10, bars, 4, 1);
    assert_picture(&grid, "a 2.0 ████\n"
                          "b nan\n"
                          "c inf\n"
                          "d 1.0 ██\n");
    grid_clear(&grid);
}

static void bars_begin_where_they_are_told(void **state)
{
    static const struct bar bars[] = {{"extraordinary", 1, NULL, STYLE_BAR}};
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 20);
    assert_int_equal(chart_bars(&grid, 1, 2, 18, bars, 1, 0), 1);
    assert_int_equal(grid.rows, 2);
    assert_picture(&grid, "\n"
                          "  extra… 1 █████████\n"); /* a third for words */
    grid_clear(&grid);
}

/* --- line plots --- */

/*
 * Eleven points on a diagonal. Columns: labels 2, a blank, the axis, 11 of
 * canvas, whose 22 dots stand for 0..10; rows: 6 of canvas, 24 dots. Point 1
 * is 2.1 dots right and 2.3 up of point 0: dots (0,0) (1,1) and (2,2) make
 * the corner's "⡠" and the upper left dot of the next cell.
 */
static void a_line_runs_from_corner_to_corner(void **state)
{
    static const double at[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    struct line_plot plot = {.x = at, .y = at, .count = 11};
    struct grid grid;
    (void)state;
    grid_init(&grid, 8, 15);
    chart_line(&grid, 0, 0, 15, 8, &plot);
    assert_picture(&grid, "10 ┤         ⡠⠊\n"
                          "   │       ⢀⠔⠁\n"
                          " 5 ┤     ⢀⠔⠁\n"
                          "   │   ⢀⠔⠁\n"
                          "   │ ⢀⠔⠁\n"
                          " 0 ┤⡠⠊\n"
                          "   └──────────┴\n"
                          "    0        10\n");
    grid_clear(&grid);
}

/*
 * 18 columns (36 dots) for 0..10 and 4 rows (16 dots) for 0..4. y: 2 is dot 8
 * from below (7.5), the lowest of its cell. x: 1 is dot 4 (3.5), column 2; 4
 * is dot 14, column 7, under its mean; 6 is dot 21, the right of column 10; 8
 * is dot 28, column 14. The mean of 3 is dot 11, in the same row as 2.
 */
static void means_and_floor_stand_out_of_the_line(void **state)
{
    static const double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const double y[] = {2, 2, 2, 2, NOT_A_NUMBER, 2, 2, 4};
    static const double mean_x[] = {4, 8}, mean_y[] = {2, 3};
    struct line_plot plot = {.x = x,
                             .y = y,
                             .count = 8,
                             .overlay_x = mean_x,
                             .overlay_y = mean_y,
                             .overlay_count = 2,
                             .floor = 1,
                             .has_floor = true,
                             .x_title = "step",
                             .y_title = "loss",
                             .floor_title = "floor 1",
                             .overlay_title = "mean"};
    struct grid grid;
    (void)state;
    grid_init(&grid, 7, 24);
    chart_line(&grid, 0, 0, 24, 7, &plot);
    assert_picture(&grid, "loss              ◆ mean\n"
                          "   4 ┤             ⢠⠃\n"
                          "   2 ┤  ⣀⣀⣀⣀⣀◆  ⢀⣀⣠⠃◆\n"
                          "     │╌ floor 1 ╌╌╌╌╌╌╌╌\n"
                          "   0 ┤\n"
                          "     └─────────────────┴\n"
                          "step  0               10\n");
    render_to_ascii(&grid);
    assert_picture(&grid, "loss              o mean\n"
                          "   4 +             **\n"
                          "   2 +  *****o  ****o\n"
                          "     |- floor 1 --------\n"
                          "   0 +\n"
                          "     +-----------------+\n"
                          "step  0               10\n");
    grid_clear(&grid);
}

/* 40 means on 40 columns: a mark in every fourth column at most, and the last
 * one is there. */
static void means_without_room_are_left_out(void **state)
{
    enum { COUNT = 40, ROWS = 4 };
    double x[COUNT], y[COUNT];
    struct line_plot plot = {.x = x,
                             .y = y,
                             .count = COUNT,
                             .overlay_x = x,
                             .overlay_y = y,
                             .overlay_count = COUNT};
    struct grid grid;
    int marks = 0, last = 0;
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        x[i] = i + 1;
        y[i] = 1;
    }
    grid_init(&grid, ROWS, COUNT);
    chart_line(&grid, 0, 0, COUNT, ROWS, &plot);
    for (int i = 0; i < ROWS * COUNT; i++)
        if (strcmp(grid_cell(&grid, i / COUNT, i % COUNT)->text, "◆") == 0) {
            marks++;
            last = i % COUNT;
        }
    assert_in_range(marks, 5, COUNT / 4);
    assert_int_equal(last, COUNT - 1);
    grid_clear(&grid);
}

/* More points than dots, up and down: no line joins them to one mass. */
static void a_dense_series_is_its_outermost_dots(void **state)
{
    static double x[5000], y[5000];
    struct line_plot plot = {.x = x, .y = y, .count = 5000};
    struct grid grid;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        x[i] = i;
        y[i] = i % 2;
    }
    grid_init(&grid, 2, 6); /* no room for axes; 4999 of 0..5000 */
    chart_line(&grid, 0, 0, 6, 2, &plot);
    assert_picture(&grid, "⠉⠉⠉⠉⠉⠉\n"
                          "⣀⣀⣀⣀⣀⣀\n");
    grid_clear(&grid);
}

static void plot_losses(struct grid *grid, size_t count)
{
    static double x[1000], y[1000];
    for (size_t i = 0; i < count; i++) {
        x[i] = (double)i + 1;
        y[i] = 2.9 / (1 + (double)i / 30);
    }
    struct line_plot plot = {.x = x, .y = y, .count = count, .x_title = "step"};
    grid_init(grid, 12, 60);
    chart_line(grid, 0, 0, 60, 12, &plot);
}

/* What stands beside the axes. */
static void append_labels(const struct grid *grid, struct str *out)
{
    for (int row = 0; row < grid->rows; row++)
        for (int col = 0; col < grid->cols; col++)
            if (row == grid->rows - 1 || col < 6)
                str_append(out, grid_cell(grid, row, col)->text);
}

static void axes_stay_put_while_a_series_grows(void **state)
{
    struct str first = STR_INIT, later = STR_INIT;
    struct grid grid;
    (void)state;
    plot_losses(&grid, 101);
    append_labels(&grid, &first);
    grid_clear(&grid);
    for (size_t count = 102; count <= 150; count++) {
        plot_losses(&grid, count);
        str_truncate(&later, 0);
        append_labels(&grid, &later);
        assert_string_equal(str_text(&first), str_text(&later));
        grid_clear(&grid);
    }
    str_clear(&first);
    str_clear(&later);
}

static void a_plot_of_nothing_has_axes(void **state)
{
    struct line_plot plot = {.x_title = "step"};
    struct grid grid;
    (void)state;
    grid_init(&grid, 5, 16);
    chart_line(&grid, 0, 0, 16, 5, &plot);
    assert_picture(&grid, "   1 ┤\n"
                          "     │\n"
                          "   0 ┤\n"
                          "     └─────────┴\n"
                          "step  0        1\n");
    grid_clear(&grid);
}

static void what_is_counted_has_whole_ticks(void **state)
{
    static const double at[] = {1, 2};
    struct line_plot plot = {.x = at, .y = at, .count = 2};
    struct grid grid;
    (void)state;
    grid_init(&grid, 4, 54); /* wide enough for four ticks */
    chart_line(&grid, 0, 0, 54, 4, &plot);
    assert_string_equal(grid_cell(&grid, 3, 3)->text, "0");
    assert_string_equal(grid_cell(&grid, 3, 53)->text, "2");
    for (int col = 0; col < 54; col++)
        assert_string_not_equal(grid_cell(&grid, 3, col)->text, ".");
    grid_clear(&grid);
}

/* Six columns lie right of the axis, and "100000" needs them all. */
static void labels_that_would_touch_are_left_out(void **state)
{
    static const double x[] = {0, 100000}, y[] = {0, 1000};
    struct line_plot plot = {.x = x, .y = y, .count = 2};
    struct grid grid;
    (void)state;
    grid_init(&grid, 4, 12);
    chart_line(&grid, 0, 0, 12, 4, &plot);
    assert_string_equal(grid_cell(&grid, 3, 6)->text, "0");
    for (int col = 7; col < 12; col++)
        assert_string_equal(grid_cell(&grid, 3, col)->text, " ");
    grid_clear(&grid);
}

/* Its title too: to the right, or away. */
static void the_floors_title_gives_way(void **state)
{
    static const double x[] = {0, 1, 9, 10}, y[] = {1, 1, 4, 4};
    struct line_plot plot = {.x = x,
                             .y = y,
                             .count = 2,
                             .floor = 1,
                             .has_floor = true,
                             .floor_title = "floor"};
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 20);
    plot.overlay_x = x + 3;
    plot.overlay_y = y;
    plot.overlay_count = 1; /* so that x goes to 10 */
    chart_line(&grid, 0, 0, 20, 1, &plot);
    assert_picture(&grid, "⠉⠉⠁╌╌╌╌╌╌╌╌╌ floor ◆\n");
    grid_erase(&grid);
    chart_line(&grid, 0, 0, 8, 1, &plot);
    assert_picture(&grid, "⠉⠁╌╌╌╌╌◆\n");
    grid_clear(&grid);
}

static void the_floor_gives_way_to_the_line(void **state)
{
    static const double x[] = {0, 5}, y[] = {1, 1};
    struct line_plot plot = {
        .x = x, .y = y, .count = 2, .floor = 1, .has_floor = true};
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 10); /* x: 0..5 of 0..5 and of 0..10 */
    chart_line(&grid, 0, 0, 6, 1, &plot);
    assert_picture(&grid, "⠉⠉⠉⠉⠉⠉\n");
    grid_erase(&grid);
    plot.count = 1;
    chart_line(&grid, 0, 0, 6, 1, &plot);
    assert_picture(&grid, "⠁╌╌╌╌╌\n");
    grid_clear(&grid);
}

static void huge_values_have_short_labels(void **state)
{
    static const double x[] = {1, 2}, y[] = {0, 3e12};
    struct line_plot plot = {.x = x, .y = y, .count = 2};
    struct grid grid;
    (void)state;
    grid_init(&grid, 5, 16);
    chart_line(&grid, 0, 0, 16, 5, &plot);
    assert_string_equal(grid_cell(&grid, 0, 0)->text, "5");
    assert_string_equal(grid_cell(&grid, 0, 1)->text, "e");
    grid_clear(&grid);
}

/* Any size, any numbers: no crash, nothing outside the area. */
static void plots_stay_in_their_area(void **state)
{
    static const double odd[] = {-3, NOT_A_NUMBER, INF, -INF, 1e308, -1e308,
                                 0,  1e-320,       2,   2};
    static const struct scatter_point points[] = {
        {0, 0, "cat", STYLE_NORMAL},    {INF, 1, "dog", STYLE_NORMAL},
        {5, 5, "猫犬", STYLE_NORMAL},   {5, 5, "", STYLE_NORMAL},
        {-3, 1e308, "x", STYLE_NORMAL}, {3, NOT_A_NUMBER, "y", STYLE_NORMAL}};
    struct line_plot plot = {odd, odd,  10,  odd, odd,     10,
                             1,   true, "x", "y", "floor", "mean"};
    (void)state;
    for (int width = -1; width < 30; width++)
        for (int height = -1; height < 12; height++) {
            struct grid grid;
            grid_init(&grid, 20, 40);
            chart_line(&grid, 3, 4, width, height, &plot);
            chart_scatter(&grid, 3, 4, width, height, points, 6, 0);
            for (int row = 0; row < 20; row++)
                for (int col = 0; col < 40; col++) {
                    bool inside = row >= 3 && row < 3 + height && col >= 4 &&
                                  col < 4 + width;
                    const char *text = grid_cell(&grid, row, col)->text;
                    if (!inside && strcmp(text, " ") != 0)
                        fail_msg("%d x %d draws %s at %d, %d", width, height,
                                 text, row, col);
                }
            assert_sound(&grid);
            grid_clear(&grid);
        }
}

/* --- scatter --- */

/* 21 x 5 cells for [0, 10] x [0, 4]: two columns and one row a unit. */
static void points_have_their_words_beside_them(void **state)
{
    static const struct scatter_point points[] = {
        {0, 4, "cat", STYLE_NORMAL},
        {10, 3, "dog", STYLE_ACCENT}, /* no room on the right */
        {5, 0, "猫", STYLE_NORMAL},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 5, 21);
    assert_int_equal(chart_scatter(&grid, 0, 0, 21, 5, points, 3, 0), 0);
    assert_picture(&grid, "•cat\n"
                          "                 dog•\n"
                          "\n"
                          "\n"
                          "          •猫\n");
    assert_letters(&grid, "....\n"
                          ".................aaaa\n"
                          "\n"
                          "\n"
                          ".............\n");
    grid_clear(&grid);
}

/* Words at one place go right, left, above, below, and then nowhere: a word
 * above leaves no room at the corners. */
static void words_without_room_are_counted(void **state)
{
    static const struct scatter_point points[] = {
        {0, 0, "", STYLE_NORMAL},     {10, 4, "", STYLE_NORMAL},
        {5, 2, "one", STYLE_NORMAL},  {5, 2, "two", STYLE_NORMAL},
        {5, 2, "six", STYLE_NORMAL},  {5, 2, "ten", STYLE_NORMAL},
        {5, 2, "none", STYLE_NORMAL}, {NOT_A_NUMBER, 1, "nan", STYLE_NORMAL},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 5, 21);
    assert_int_equal(chart_scatter(&grid, 0, 0, 21, 5, points, 8, 0), 2);
    assert_picture(&grid, "                    •\n"
                          "         six\n"
                          "       two•one\n"
                          "         ten\n"
                          "•\n");
    grid_clear(&grid);
}

/* Beside x stand points, and others where it would be above or below. */
static void words_stand_at_the_corners_last(void **state)
{
    static const struct scatter_point points[] = {
        {0, 0, "", STYLE_NORMAL}, {8, 2, "", STYLE_NORMAL},
        {3, 0, "", STYLE_NORMAL}, {3, 1, "", STYLE_NORMAL},
        {3, 2, "", STYLE_NORMAL}, {5, 1, "", STYLE_NORMAL},
        {4, 1, "x", STYLE_NORMAL}};
    struct grid grid;
    (void)state;
    grid_init(&grid, 3, 9);
    assert_int_equal(chart_scatter(&grid, 0, 0, 9, 3, points, 7, 0), 0);
    assert_picture(&grid, "   • x  •\n"
                          "   •••\n"
                          "•  •\n");
    grid_clear(&grid);
}

/* Every place of "cow" has a point in it: of those asked for, it covers the
 * fewest, which is one on the right; otherwise it is left out. */
static void words_asked_for_cover_points(void **state)
{
    static const struct scatter_point points[] = {{2, 0, "cow", STYLE_ACCENT},
                                                  {0, 0, "", STYLE_NORMAL},
                                                  {1, 0, "", STYLE_NORMAL},
                                                  {3, 0, "", STYLE_NORMAL},
                                                  {6, 0, "", STYLE_NORMAL}};
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 7);
    assert_int_equal(chart_scatter(&grid, 0, 0, 7, 1, points, 5, 0), 1);
    assert_int_equal(chart_scatter(&grid, 1, 0, 7, 1, points, 5, 1), 0);
    assert_picture(&grid, "••••  •\n"
                          "•••cow•\n");
    grid_clear(&grid);
}

/* The second word asked for leaves the first alone. */
static void words_asked_for_keep_apart(void **state)
{
    static const struct scatter_point points[] = {{0, 0, "cow", STYLE_ACCENT},
                                                  {1, 0, "pig", STYLE_ACCENT},
                                                  {8, 0, "", STYLE_NORMAL}};
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 9);
    assert_int_equal(chart_scatter(&grid, 0, 0, 9, 1, points, 3, 2), 1);
    assert_picture(&grid, "••pig   •\n");
    grid_clear(&grid);
}

/* No label may touch another: two words would read as one. */
static void words_keep_a_blank_between_them(void **state)
{
    static const struct scatter_point points[] = {
        {0, 0, "left", STYLE_NORMAL},
        {5, 0, "cat", STYLE_NORMAL},
        {10, 0, "", STYLE_NORMAL},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 11);
    assert_int_equal(chart_scatter(&grid, 0, 0, 11, 1, points, 3, 0), 1);
    assert_picture(&grid, "•    •cat •\n");
    grid_clear(&grid);
}

static void words_keep_a_blank_on_their_left_too(void **state)
{
    static const struct scatter_point points[] = {
        {0, 0, "abcd", STYLE_NORMAL}, {10, 0, "wxyz", STYLE_NORMAL}};
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 11);
    assert_int_equal(chart_scatter(&grid, 0, 0, 11, 1, points, 2, 0), 0);
    assert_int_equal(chart_scatter(&grid, 1, 0, 10, 1, points, 2, 0), 1);
    assert_picture(&grid, "•abcd wxyz•\n"
                          "•abcd    •\n");
    grid_clear(&grid);
}

/* Neither side is free; centred below it would pass the edge. */
static void words_move_into_the_area(void **state)
{
    static const struct scatter_point points[] = {
        {0, 0, "", STYLE_NORMAL},
        {9, 3, "king", STYLE_NORMAL},
        {10, 3, "queen", STYLE_NORMAL},
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 4, 11);
    assert_int_equal(chart_scatter(&grid, 0, 0, 11, 4, points, 3, 0), 0);
    assert_picture(&grid, "     king••\n"
                          "      queen\n"
                          "\n"
                          "•\n");
    grid_clear(&grid);
}

static void equal_points_stand_in_the_middle(void **state)
{
    static const struct scatter_point points[] = {{3, 3, "a", STYLE_NORMAL}};
    struct grid grid;
    (void)state;
    grid_init(&grid, 3, 5);
    assert_int_equal(chart_scatter(&grid, 0, 0, 5, 3, points, 1, 0), 0);
    assert_picture(&grid, "\n"
                          "  •a\n"
                          "\n");
    grid_clear(&grid);
}

/* --- tables --- */

static void table_columns_align_by_what_is_seen(void **state)
{
    static const struct chart_column columns[] = {
        {"letter", CHART_FIT, STYLE_LABEL},
        {"shape", CHART_FIT_RIGHT, STYLE_NORMAL},
        {"n", -4, STYLE_NORMAL},
        {"meaning", 9, STYLE_DIM},
    };
    static const char *const cells[] = {
        "W",  "(17, 6)",   "102", "embedding table", /* cut */
        "猫", "(8, 2, 6)", "96",  "mean",
        "b",  NULL,        "17",  "bias",
    };
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 40);
    assert_int_equal(chart_table(&grid, 0, 1, columns, 4, cells, 3), 4);
    assert_picture(&grid, " letter      shape     n  meaning\n"
                          " W         (17, 6)   102  embeddin…\n"
                          " 猫      (8, 2, 6)    96  mean\n"
                          " b                    17  bias\n");
    assert_letters(&grid, ".hhhhhh..hhhhhhhhh..hhhh..hhhhhhhhh\n"
                          ".llllll...................ddddddddd\n"
                          ".llllll...................ddddddddd\n"
                          ".llllll...................ddddddddd\n");
    grid_clear(&grid);
}

static void a_table_without_titles_has_no_head(void **state)
{
    static const struct chart_column columns[] = {
        {NULL, CHART_FIT, STYLE_NORMAL}, {NULL, CHART_FIT, STYLE_NORMAL}};
    static const char *const cells[] = {"a", "b", "cat", "d"};
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 10);
    assert_int_equal(chart_table(&grid, 0, 0, columns, 2, cells, 2), 2);
    assert_picture(&grid, "a    b\n"
                          "cat  d\n");
    grid_clear(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_to_scale_in_eighths),
        cmocka_unit_test(negative_bars_grow_left_of_a_common_zero),
        cmocka_unit_test(values_below_zero_are_measured_from_the_least),
        cmocka_unit_test(bars_of_no_numbers_are_not_drawn),
        cmocka_unit_test(bars_begin_where_they_are_told),
        cmocka_unit_test(a_line_runs_from_corner_to_corner),
        cmocka_unit_test(means_and_floor_stand_out_of_the_line),
        cmocka_unit_test(means_without_room_are_left_out),
        cmocka_unit_test(a_dense_series_is_its_outermost_dots),
        cmocka_unit_test(axes_stay_put_while_a_series_grows),
        cmocka_unit_test(a_plot_of_nothing_has_axes),
        cmocka_unit_test(what_is_counted_has_whole_ticks),
        cmocka_unit_test(labels_that_would_touch_are_left_out),
        cmocka_unit_test(the_floor_gives_way_to_the_line),
        cmocka_unit_test(the_floors_title_gives_way),
        cmocka_unit_test(huge_values_have_short_labels),
        cmocka_unit_test(plots_stay_in_their_area),
        cmocka_unit_test(points_have_their_words_beside_them),
        cmocka_unit_test(words_without_room_are_counted),
        cmocka_unit_test(words_stand_at_the_corners_last),
        cmocka_unit_test(words_asked_for_cover_points),
        cmocka_unit_test(words_asked_for_keep_apart),
        cmocka_unit_test(words_keep_a_blank_between_them),
        cmocka_unit_test(words_keep_a_blank_on_their_left_too),
        cmocka_unit_test(words_move_into_the_area),
        cmocka_unit_test(equal_points_stand_in_the_middle),
        cmocka_unit_test(table_columns_align_by_what_is_seen),
        cmocka_unit_test(a_table_without_titles_has_no_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
