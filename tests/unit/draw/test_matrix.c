/*
 * Matrices: the pictures of screens.md from PyTorch's numbers, and what
 * happens where things are large, odd, narrow or in another script.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "draw/matrix.h"
#include "draw/render.h"
#include "picture.h"

enum { V = 17, D = 6 };

static const char *const tiny_words[V] = {
    "the",    "cat",   "drinks", "milk", "dog",  "water",
    "chases", "a",     "mouse",  "ball", "king", "rules",
    "land",   "queen", "sleeps", "on",   "mat"};

/* torch.manual_seed(42); nn.Embedding(17, 6).weight */
static const float tiny_weight[V][D] = {
    {1.92691529F, 1.48728406F, 0.900717199F, -2.10552096F, 0.678418458F,
     -1.23454487F},
    {-0.0430674776F, -1.60466695F, -0.752135277F, 1.64872301F, -0.392478645F,
     -1.40360713F},
    {-0.727881312F, -0.559430182F, -0.768838882F, 0.76244539F, 1.64231694F,
     -0.159597471F},
};
/* W.grad after the first batch (screens.md, "Backward"); other rows are 0. */
static const float tiny_gradient[V][D] = {
    [0] = {-0.0484880395F, 0.0153624322F, 0.0312502608F, -0.0678714812F,
           -0.0130867846F, 0.00719411112F},
    [1] = {-0.0159956347F, 0.00826752931F, 0.0126925604F, -0.00437076949F,
           -0.0299139656F, 0.0079386048F},
    [2] = {0.00986475497F, 0.0338732898F, -0.00615568273F, 0.0169910751F,
           -0.00842925441F, 0.0220540091F},
    [4] = {-0.0388072319F, 0.029732842F, 0.0130991032F, -0.0240799077F,
           -0.00614108425F, 0.0157275461F},
    [6] = {0.00116526149F, -0.0363853499F, -0.00127301121F, 0.0371912196F,
           -0.00739587797F, -0.0129837403F},
    [7] = {0.0173448436F, -0.0251499973F, -0.00197009742F, 0.0147614814F,
           0.00714313379F, -0.00740177045F},
};
static const int64_t tiny_touched[] = {0, 1, 2, 4, 6, 7};
enum { TOUCHED = 6 };

struct table {
    const float (*values)[D];
    const char *const *words;
    unsigned marks; /* of the touched rows */
};

static const float *table_row(void *context, int64_t row)
{
    return ((const struct table *)context)->values[row];
}

static const char *table_word(void *context, int64_t row)
{
    return ((const struct table *)context)->words[row];
}

static unsigned table_flags(void *context, int64_t row)
{
    for (int i = 0; i < TOUCHED; i++)
        if (tiny_touched[i] == row)
            return ((const struct table *)context)->marks;
    return 0;
}

static struct table tiny_table = {tiny_weight, tiny_words, 0};
static struct table tiny_lookup = {tiny_weight, tiny_words, MATRIX_LOOKED_UP};
static struct table tiny_backward = {tiny_gradient, tiny_words,
                                     MATRIX_LOOKED_UP | MATRIX_GRADIENT};
static struct table tiny_step = {tiny_gradient, tiny_words,
                                 MATRIX_LOOKED_UP | MATRIX_GRADIENT |
                                     MATRIX_CHANGED};

/* As a panel of the worked example has it; touched: how many rows. */
static struct matrix_view tiny_view(struct table *table, int touched,
                                    int digits)
{
    return (struct matrix_view){
        .rows = V,
        .cols = D,
        .row = table_row,
        .word = table_word,
        .flags = table_flags,
        .context = table,
        .touched = tiny_touched,
        .touched_count = touched,
        .digits = digits,
        .index = true,
        .marks = true,
        .heat = true,
        .zero_dots = true,
        .row_title = "word",
    };
}

static struct matrix_window panel(int width, int height)
{
    return (struct matrix_window){
        .width = width, .height = height, .first_row = -1};
}

/* --- the pictures of screens.md --- */

static void the_gradient_looks_as_in_a_panel_of_54_columns(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_backward, TOUCHED, 3);
    struct matrix_window window = panel(54, 18);
    int64_t shown;
    (void)state;
    grid_init(&grid, 18, 54);
    assert_int_equal(matrix_draw(&grid, 0, 0, &view, &window, &shown), 18);
    assert_int_equal(shown, 6);
    assert_picture(&grid,
                   "   id word        0      1      2      3      4      5\n"
                   "●▲  0 the    -0.048  0.015  0.031 -0.068 -0.013  0.007\n"
                   "●▲  1 cat    -0.016  0.008  0.013 -0.004 -0.030  0.008\n"
                   "●▲  2 drinks  0.010  0.034 -0.006  0.017 -0.008  0.022\n"
                   "    3 milk        ·      ·      ·      ·      ·      ·\n"
                   "●▲  4 dog    -0.039  0.030  0.013 -0.024 -0.006  0.016\n"
                   "    5 water       ·      ·      ·      ·      ·      ·\n"
                   "●▲  6 chases  0.001 -0.036 -0.001  0.037 -0.007 -0.013\n"
                   "●▲  7 a       0.017 -0.025 -0.002  0.015  0.007 -0.007\n"
                   "    8 mouse       ·      ·      ·      ·      ·      ·\n"
                   "    9 ball        ·      ·      ·      ·      ·      ·\n"
                   "   10 king        ·      ·      ·      ·      ·      ·\n"
                   "   11 rules       ·      ·      ·      ·      ·      ·\n"
                   "   12 land        ·      ·      ·      ·      ·      ·\n"
                   "   13 queen       ·      ·      ·      ·      ·      ·\n"
                   "   14 sleeps      ·      ·      ·      ·      ·      ·\n"
                   "   15 on          ·      ·      ·      ·      ·      ·\n"
                   "   16 mat         ·      ·      ·      ·      ·      ·\n");
    grid_clear(&grid);
}

/*
 * The largest is 0.068, so a step of heat is 2 * 0.0679 / 9 = 0.0151 wide and
 * the middle one is up to 0.0075: -0.048 is step 1, 0.015 (0.01536) step 5,
 * 0.031 step 6, -0.068 step 0, -0.013 step 3, 0.007 step 4, as row 0 shows.
 */
static void rows_that_learn_are_lit_and_the_others_dim(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_backward, TOUCHED, 3);
    struct matrix_window window = panel(54, 6);
    (void)state;
    grid_init(&grid, 5, 54);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_letters(&grid,
                   "...hh.hhhhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh\n"
                   "og.LL:LLLLLL.11111155555556666666000000033333334444444\n"
                   "og.LL:LLLLLL.33333355555555555555444444422222225555555\n"
                   "og.LL:LLLLLL.55555566666664444444555555533333335555555\n"
                   "og.LL:LLLLLL.11111166666665555555222222244444445555555\n");
    grid_clear(&grid);
}

static bool is_cell_of_cat(void *context, int64_t row, int64_t col)
{
    (void)context;
    return row == 1 && col == 4;
}

/* As above, but for W.grad[cat,4]. */
static void a_cell_that_is_named_is_accented(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_backward, TOUCHED, 3);
    struct matrix_window window = panel(54, 4);
    (void)state;
    view.accented = is_cell_of_cat;
    grid_init(&grid, 3, 54);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_letters(&grid,
                   "...hh.hhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh\n"
                   "og.LL:LLLL.11111155555556666666000000033333334444444\n"
                   "og.LL:LLLL.333333555555555555554444444aaaaaaa5555555\n");
    assert_int_equal(matrix_columns(&view, &window), 6);
    grid_clear(&grid);
}

static void the_table_looks_as_in_the_lookup_screen(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_lookup, 3, 3);
    struct matrix_window window = panel(54, 18);
    (void)state;
    /* "the cat drinks": rows 0, 1, 2; the other marks are not this lookup's */
    view.rows = 3;
    grid_init(&grid, 4, 54);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid,
                   "   id word        0      1      2      3      4      5\n"
                   "●   0 the     1.927  1.487  0.901 -2.106  0.678 -1.235\n"
                   "●   1 cat    -0.043 -1.605 -0.752  1.649 -0.392 -1.404\n"
                   "●   2 drinks -0.728 -0.559 -0.769  0.762  1.642 -0.160\n");
    grid_clear(&grid);
}

static void plain_text_has_four_decimals_and_blanks_around_the_marks(
    void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_step, TOUCHED, 4);
    struct matrix_window window = panel(80, 0);
    (void)state;
    grid_init(&grid, 0, 80);
    assert_int_equal(matrix_draw(&grid, 0, 0, &view, &window, NULL), 18);
    assert_int_equal(grid.rows, 18);
    grid.rows = 6;
    assert_picture(
        &grid,
        "      id word         0       1       2       3       4       5\n"
        " ●▲Δ   0 the    -0.0485  0.0154  0.0313 -0.0679 -0.0131  0.0072\n"
        " ●▲Δ   1 cat    -0.0160  0.0083  0.0127 -0.0044 -0.0299  0.0079\n"
        " ●▲Δ   2 drinks  0.0099  0.0339 -0.0062  0.0170 -0.0084  0.0221\n"
        "       3 milk         ·       ·       ·       ·       ·       ·\n"
        " ●▲Δ   4 dog    -0.0388  0.0297  0.0131 -0.0241 -0.0061  0.0157\n");
    grid_clear(&grid);
}

static void a_lessons_panel_elides_rows_and_columns(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_backward, TOUCHED, 3);
    struct matrix_window window = panel(41, 9);
    int64_t shown;
    (void)state;
    grid_init(&grid, 9, 41);
    assert_int_equal(matrix_draw(&grid, 0, 0, &view, &window, &shown), 9);
    assert_int_equal(shown, 4);
    assert_picture(&grid, "   id word        0      1      2      3\n"
                          "●▲  0 the    -0.048  0.015  0.031 -0.068\n"
                          "●▲  1 cat    -0.016  0.008  0.013 -0.004\n"
                          "●▲  2 drinks  0.010  0.034 -0.006  0.017\n"
                          "    3 milk        ·      ·      ·      ·\n"
                          "●▲  4 dog    -0.039  0.030  0.013 -0.024\n"
                          "●▲  6 chases  0.001 -0.036 -0.001  0.037\n"
                          "●▲  7 a       0.017 -0.025 -0.002  0.015\n"
                          "    ⋮ 10 rows untouched\n");
    grid_clear(&grid);
}

static void columns_scroll(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_backward, TOUCHED, 3);
    struct matrix_window window = panel(34, 3);
    int64_t shown;
    (void)state;
    window.first_col = 4;
    window.first_row = 1;
    grid_init(&grid, 3, 34);
    matrix_draw(&grid, 0, 0, &view, &window, &shown);
    assert_int_equal(shown, 2);
    assert_picture(&grid, "   id word        4      5\n"
                          "●▲  1 cat    -0.030  0.008\n"
                          "●▲  2 drinks -0.008  0.022\n");
    window.first_col = 99; /* the last column at least */
    window.first_row = 99; /* the last rows */
    matrix_draw(&grid, 0, 0, &view, &window, &shown);
    assert_int_equal(shown, 1);
    grid_clear(&grid);
}

static void forty_columns_by_twelve_still_work(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_backward, TOUCHED, 3);
    struct matrix_window window = panel(38, 6);
    (void)state;
    grid_init(&grid, 6, 38);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, "   id word        0      1      2\n"
                          "●▲  0 the    -0.048  0.015  0.031\n"
                          "●▲  1 cat    -0.016  0.008  0.013\n"
                          "●▲  2 drinks  0.010  0.034 -0.006\n"
                          "●▲  4 dog    -0.039  0.030  0.013\n"
                          "    ⋮ 13 rows, 2 touched\n");
    grid_clear(&grid);
}

static void without_marks_every_row_has_its_heat(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_table, 0, 3);
    struct matrix_window window = panel(54, 2);
    (void)state;
    view.rows = 1;
    grid_init(&grid, 2, 54);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    /* the largest is 2.106: steps are 0.468 wide, the middle up to 0.234 */
    assert_letters(&grid,
                   "...hh.hhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh.hhhhhh\n"
                   "...ll.llll.88888877777776666666000000055555551111111\n");
    grid_clear(&grid);
}

static void in_ascii_the_picture_is_as_wide(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_step, TOUCHED, 3);
    struct matrix_window window = panel(41, 9);
    (void)state;
    grid_init(&grid, 9, 41);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    render_to_ascii(&grid);
    grid.rows = 5;
    assert_picture(&grid, "   id word        0      1      2      3\n"
                          "o^* 0 the    -0.048  0.015  0.031 -0.068\n"
                          "o^* 1 cat    -0.016  0.008  0.013 -0.004\n"
                          "o^* 2 drinks  0.010  0.034 -0.006  0.017\n"
                          "    3 milk        .      .      .      .\n");
    grid_clear(&grid);
}

/* Also where none of the touched rows is in sight. */
static void untouched_rows_stay_dim_when_scrolled_to(void **state)
{
    struct grid grid;
    struct matrix_view view = tiny_view(&tiny_backward, TOUCHED, 3);
    struct matrix_window window = panel(20, 3);
    (void)state;
    window.first_row = 9;
    grid_init(&grid, 3, 20);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_letters(&grid, "...hh.hhhh.hhhhhh\n"
                          "...dd.dddd.dddddd\n"
                          "...dd.dddd.dddddd\n");
    grid_clear(&grid);
}

/* --- numbers --- */

static void assert_number(float value, int width, int digits, bool zero_dots,
                          const char *expected)
{
    char out[64];
    matrix_number(out, sizeof out, value, width, digits, zero_dots);
    assert_string_equal(out, expected);
    assert_int_equal(grid_text_width(out), width);
}

static void numbers_lose_decimals_and_then_take_an_exponent(void **state)
{
    (void)state;
    assert_number(1.5F, 8, 3, true, "   1.500");
    assert_number(-123.456F, 8, 3, true, "-123.456");
    assert_number(-1234.5678F, 8, 3, true, "-1234.57");
    assert_number(-12345.678F, 8, 3, true, "-12345.7");
    assert_number(-123456.7F, 8, 3, true, "-1.235e5");
    assert_number(-3.4e38F, 8, 3, true, "-3.40e38");
    assert_number(-3.4e38F, 6, 3, true, " -3e38");
}

static void zeros_are_dots_and_what_rounds_to_zero_says_so(void **state)
{
    (void)state;
    assert_number(0, 6, 3, true, "     ·");
    assert_number(-0.0F, 6, 3, true, "     ·");
    assert_number(0.0004F, 6, 3, true, "    ~0");
    assert_number(-0.0004F, 6, 3, true, "    ~0");
    assert_number(0.0006F, 6, 3, true, " 0.001");
    assert_number(1e-45F, 6, 3, true, "    ~0");
    assert_number(0, 6, 3, false, " 0.000");
    assert_number(-0.0004F, 6, 3, false, "-0.000");
}

static void nan_and_infinities_have_their_names(void **state)
{
    (void)state;
    assert_number(NAN, 6, 3, true, "   nan");
    assert_number(-NAN, 6, 3, true, "   nan");
    assert_number(INFINITY, 6, 3, true, "   inf");
    assert_number(-INFINITY, 6, 3, false, "  -inf");
}

static void a_number_that_fits_in_no_form_is_crossed_out(void **state)
{
    (void)state;
    assert_number(-123456.0F, 3, 3, true, "###");
}

/* One row of values, with as many columns as they are. */
static void assert_row(const float *values, int64_t cols, int digits,
                       const char *expected)
{
    struct table table = {(const float(*)[D])values, NULL, 0};
    struct matrix_view view = {.rows = 1,
                               .cols = cols,
                               .row = table_row,
                               .context = &table,
                               .digits = digits,
                               .zero_dots = true};
    struct matrix_window window = panel(60, 0);
    struct grid grid;
    grid_init(&grid, 0, 60);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, expected);
    grid_clear(&grid);
}

static void the_field_follows_the_values_shown(void **state)
{
    (void)state;
    assert_row((const float[]){0.25F, 0.5F}, 2, 3,
               "      0     1\n"
               "  0.250 0.500\n");
    assert_row((const float[]){0.25F, -0.5F}, 2, 3,
               "       0      1\n"
               "   0.250 -0.500\n");
    assert_row((const float[]){0.25F, -100}, 2, 3,
               "         0        1\n"
               "     0.250 -100.000\n");
    assert_row((const float[]){0.25F, 12345, -1e9F, INFINITY, NAN}, 5, 3,
               "         0        1        2        3        4\n"
               "     0.250 12345.00 -1.000e9      inf      nan\n");
}

static void what_is_no_number_is_an_error(void **state)
{
    static const float values[] = {NAN, 1, -INFINITY, 0};
    struct table table = {(const float(*)[D])values, NULL, 0};
    struct matrix_view view = {.rows = 1,
                               .cols = 4,
                               .row = table_row,
                               .context = &table,
                               .digits = 3,
                               .heat = true,
                               .zero_dots = true};
    struct matrix_window window = panel(40, 0);
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 40);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, "      0     1     2     3\n"
                          "    nan 1.000  -inf     ·\n");
    assert_letters(&grid, "..hhhhh.hhhhh.hhhhh.hhhhh\n"
                          "..eeeee888888eeeeeedddddd\n");
    grid_clear(&grid);
}

/* A gradient that arrives must not move the columns. */
static void zeros_take_the_field_of_negative_fractions(void **state)
{
    (void)state;
    assert_row((const float[]){0, 0}, 2, 3,
               "       0      1\n"
               "       ·      ·\n");
}

static void whole_numbers_have_no_decimals(void **state)
{
    (void)state;
    assert_row((const float[]){0, 1, 0}, 3, MATRIX_WHOLE,
               "  0 1 2\n"
               "  · 1 ·\n");
    assert_row((const float[]){0, 16, -2}, 3, MATRIX_WHOLE,
               "   0  1  2\n"
               "   · 16 -2\n");
}

/* --- labels --- */

static void columns_may_have_names(void **state)
{
    static const char *const names[] = {"the", "cat", "extraordinarily"};
    static const float values[] = {0.25F, 0.5F, 0.75F};
    struct table table = {(const float(*)[D])values, NULL, 0};
    struct matrix_view view = {.rows = 1,
                               .cols = 3,
                               .row = table_row,
                               .context = &table,
                               .column_names = names,
                               .digits = 3,
                               .index = true};
    struct matrix_window window = panel(60, 0);
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 60);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, " id        the        cat extraordi…\n"
                          "  0      0.250      0.500      0.750\n");
    grid_clear(&grid);
}

/* Wide, combining, right to left, joined, hostile, long: six rows. Words have
 * a quarter of the 44 columns, and the three that the numbers leave. */
static void words_of_any_script_leave_the_columns_aligned(void **state)
{
    static const char *const words[V] = {"猫",         "e\xCC\x81t\xC3\xA9",
                                         "שלום",       "👩‍🔬",
                                         "a\033[31mb", "donaudampfschifffahrt"};
    struct table table = {tiny_gradient, words, MATRIX_LOOKED_UP};
    struct matrix_view view = tiny_view(&table, 0, 3);
    struct matrix_window window = panel(44, 0);
    struct grid grid;
    (void)state;
    view.rows = 6;
    view.cols = 3;
    grid_init(&grid, 0, 44);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(
        &grid, "      id word                0      1      2\n"
               " ●     0 猫             -0.048  0.015  0.031\n"
               " ●     1 e\xCC\x81t\xC3\xA9            -0.016  0.008  0.013\n"
               " ●     2 שלום            0.010  0.034 -0.006\n"
               "       3 👩‍🔬                  ·      ·      ·\n"
               " ●     4 a␛[31mb        -0.039  0.030  0.013\n"
               "       5 donaudampfsch…      ·      ·      ·\n");
    assert_sound(&grid);
    for (int row = 1; row < grid.rows; row++) { /* all end in one column */
        assert_string_not_equal(grid_cell(&grid, row, 43)->text, " ");
    }
    grid_clear(&grid);
}

/* Half of the columns would leave the number no room. */
static void words_are_cut_for_the_first_column(void **state)
{
    static const char *const words[V] = {"donaudampfschiff"};
    struct table table = {tiny_gradient, words, MATRIX_LOOKED_UP};
    struct matrix_view view = tiny_view(&table, 0, 3);
    struct matrix_window window = panel(19, 0);
    struct grid grid;
    (void)state;
    view.rows = 1;
    view.word_width = 20;
    grid_init(&grid, 0, 19);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, "   id word        0\n"
                          "●   0 donau… -0.048\n");
    grid_clear(&grid);
}

static unsigned odd_flags(void *context, int64_t row)
{
    static const unsigned flags[] = {
        MATRIX_LOOKED_UP | MATRIX_PADDING, MATRIX_CHANGED,
        MATRIX_LOOKED_UP | MATRIX_GRADIENT | MATRIX_CHANGED | MATRIX_FRESH};
    (void)context;
    return flags[row];
}

static void padding_is_badged_and_what_is_new_is_accented(void **state)
{
    struct matrix_view view = tiny_view(&tiny_table, 0, 3);
    struct matrix_window window = panel(40, 0);
    struct grid grid;
    (void)state;
    view.rows = 3;
    view.cols = 2;
    view.flags = odd_flags;
    grid_init(&grid, 0, 40);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, "      id word        0      1\n"
                          " ●∅    0 the     1.927  1.487\n"
                          "   Δ   1 cat    -0.043 -1.605\n"
                          " ●▲Δ   2 drinks -0.728 -0.559\n");
    /* 1.927 is the largest: steps are 0.428 wide */
    assert_letters(&grid, "......hh.hhhhhh.hhhhhh.hhhhhh\n"
                          ".on...LL:LLLLLL.8888887777777\n"
                          "...c..LL:LLLLLL.4444440000000\n"
                          ".ogc..AA:AAAAAA.@@@@@@#######\n");
    view.heat = false;
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_letters(&grid, "......hh.hhhhhh.hhhhhh.hhhhhh\n"
                          ".on...LL:LLLLLL..............\n"
                          "...c..LL:LLLLLL..............\n"
                          ".ogc..AA:AAAAAA.AAAAAAAAAAAAA\n");
    grid_clear(&grid);
}

static void the_gutter_stays_where_it_is_asked_for(void **state)
{
    struct matrix_view view = tiny_view(&tiny_table, 0, 3);
    struct matrix_window window = panel(40, 0);
    struct grid grid;
    (void)state;
    view.rows = 1;
    view.cols = 1;
    grid_init(&grid, 0, 40);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, "      id word     0\n"
                          "       0 the  1.927\n");
    view.marks = false;
    grid_erase(&grid);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, " id word     0\n"
                          "  0 the  1.927\n");
    view.index = false;
    grid_erase(&grid);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, " word     0\n"
                          " the  1.927\n");
    grid_clear(&grid);
}

/* --- large tables --- */

enum { WIDE = 300 };

/* Counts what it is asked; every row comes from the one buffer. */
struct counter {
    int rows, words, flags;
    float buffer[WIDE];
    char word[32];
};

static const float *count_row(void *context, int64_t row)
{
    struct counter *counter = context;
    counter->rows++;
    for (int i = 0; i < WIDE; i++)
        counter->buffer[i] = (float)(row % 10) + (float)i / 1000;
    return counter->buffer;
}

static const char *count_word(void *context, int64_t row)
{
    struct counter *counter = context;
    counter->words++;
    snprintf(counter->word, sizeof counter->word, "w%" PRId64, row);
    return counter->word;
}

static unsigned count_flags(void *context, int64_t row)
{
    struct counter *counter = context;
    counter->flags++;
    return row == 4711 || row == 4713 ? MATRIX_LOOKED_UP : 0;
}

static struct matrix_view large_view(struct counter *counter)
{
    return (struct matrix_view){.rows = 1000000,
                                .cols = WIDE,
                                .row = count_row,
                                .word = count_word,
                                .flags = count_flags,
                                .context = counter,
                                .digits = 3,
                                .index = true,
                                .marks = true,
                                .row_title = "word"};
}

static void a_large_table_is_a_window_on_its_touched_rows(void **state)
{
    static const int64_t touched[] = {4711, 4713};
    struct counter counter = {0};
    struct matrix_view view = large_view(&counter);
    struct matrix_window window = panel(40, 0);
    struct grid grid;
    int64_t shown;
    (void)state;
    view.touched = touched;
    view.touched_count = 2;
    grid_init(&grid, 0, 40);
    matrix_draw(&grid, 0, 0, &view, &window, &shown);
    assert_int_equal(shown, 3);
    assert_picture(&grid, "        id word        0     1     2\n"
                          "         0 w0      0.000 0.001 0.002\n"
                          "         ⋮ 4,709 rows untouched\n"
                          "      4710 w4710   0.000 0.001 0.002\n"
                          "●     4711 w4711   1.000 1.001 1.002\n"
                          "      4712 w4712   2.000 2.001 2.002\n"
                          "●     4713 w4713   3.000 3.001 3.002\n"
                          "      4714 w4714   4.000 4.001 4.002\n"
                          "         ⋮ 995,284 rows untouched\n"
                          "    999999 w999999 9.000 9.001 9.002\n");
    grid_clear(&grid);
}

static void nobody_asks_for_a_row_that_is_not_shown(void **state)
{
    struct counter counter = {0};
    struct matrix_view view = large_view(&counter);
    struct matrix_window window = panel(120, 31);
    struct grid grid;
    int64_t shown;
    (void)state;
    grid_init(&grid, 31, 120);
    /* 30 lines, one of them says how many are hidden */
    assert_int_equal(matrix_draw(&grid, 0, 0, &view, &window, &shown), 31);
    assert_int_equal(counter.rows, 29);
    assert_int_equal(counter.words, 29);
    assert_int_equal(counter.flags, 29);
    /* 3 marks, a blank, 6 digits, a blank, 7 letters: 102 are left for 6s */
    assert_int_equal(shown, 17);
    counter.rows = 0;
    window.first_row = 500000;
    window.first_col = 250;
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_int_equal(counter.rows, 30);
    grid_clear(&grid);
}

static void an_untouched_table_counts_what_it_hides(void **state)
{
    struct counter counter = {0};
    struct matrix_view view = large_view(&counter);
    struct matrix_window window = {.width = 30, .first_row = -1, .max_rows = 5};
    struct grid grid;
    (void)state;
    view.rows = 9816;
    view.word = NULL;
    view.flags = NULL;
    view.marks = false;
    view.cols = 2;
    grid_init(&grid, 1, 30);
    assert_int_equal(matrix_draw(&grid, 1, 2, &view, &window, NULL), 6);
    assert_picture(&grid, "\n"
                          "     id     0     1\n"
                          "      0 0.000 0.001\n"
                          "      1 1.000 1.001\n"
                          "      2 2.000 2.001\n"
                          "      ⋮ 9,812 rows\n"
                          "   9815 5.000 5.001\n");
    grid_clear(&grid);
}

static const float *no_row(void *context, int64_t row)
{
    (void)context;
    (void)row;
    return NULL;
}

static void a_row_that_is_not_stored_is_zero(void **state)
{
    struct matrix_view view = tiny_view(&tiny_table, 0, 3);
    struct matrix_window window = panel(40, 0);
    struct grid grid;
    (void)state;
    view.rows = 1;
    view.cols = 2;
    view.row = no_row;
    grid_init(&grid, 0, 40);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    assert_picture(&grid, "      id word      0      1\n"
                          "       0 the       ·      ·\n");
    grid_clear(&grid);
}

static void an_empty_matrix_has_a_head_only(void **state)
{
    struct matrix_view view = tiny_view(&tiny_table, 0, 3);
    struct matrix_window window = panel(40, 0);
    struct grid grid;
    int64_t shown = 9;
    (void)state;
    view.rows = 0;
    view.cols = 0;
    grid_init(&grid, 0, 40);
    assert_int_equal(matrix_draw(&grid, 0, 0, &view, &window, &shown), 1);
    assert_int_equal(shown, 0);
    assert_picture(&grid, "   id word\n");
    grid_clear(&grid);
}

/* --- widths --- */

/* Whatever the size, what stands around the window stays. */
static void nothing_is_drawn_outside_the_window(void **state)
{
    struct matrix_view view = tiny_view(&tiny_step, TOUCHED, 3);
    (void)state;
    for (int width = 1; width <= 70; width++)
        for (int height = 1; height <= 20; height++) {
            struct matrix_window window = panel(width, height);
            struct grid grid;
            grid_init(&grid, 24, 80);
            for (int row = 0; row < 24; row++)
                for (int col = 0; col < 80; col++)
                    grid_text(&grid, row, col, STYLE_CODE, "x");
            int used = matrix_draw(&grid, 2, 4, &view, &window, NULL);
            assert_in_range(used, 1, height);
            assert_int_equal(grid.rows, 24);
            for (int row = 0; row < 24; row++)
                for (int col = 0; col < 80; col++) {
                    const struct cell *cell = grid_cell(&grid, row, col);
                    bool inside = row >= 2 && row < 2 + height && col >= 4 &&
                                  col < 4 + width;
                    if (!inside && (cell->text[0] != 'x' || cell->bold != 0))
                        fail_msg("%d x %d draws at %d, %d", width, height, row,
                                 col);
                }
            grid_clear(&grid);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_looks_as_in_a_panel_of_54_columns),
        cmocka_unit_test(rows_that_learn_are_lit_and_the_others_dim),
        cmocka_unit_test(a_cell_that_is_named_is_accented),
        cmocka_unit_test(the_table_looks_as_in_the_lookup_screen),
        cmocka_unit_test(
            plain_text_has_four_decimals_and_blanks_around_the_marks),
        cmocka_unit_test(a_lessons_panel_elides_rows_and_columns),
        cmocka_unit_test(columns_scroll),
        cmocka_unit_test(forty_columns_by_twelve_still_work),
        cmocka_unit_test(without_marks_every_row_has_its_heat),
        cmocka_unit_test(in_ascii_the_picture_is_as_wide),
        cmocka_unit_test(untouched_rows_stay_dim_when_scrolled_to),
        cmocka_unit_test(numbers_lose_decimals_and_then_take_an_exponent),
        cmocka_unit_test(zeros_are_dots_and_what_rounds_to_zero_says_so),
        cmocka_unit_test(nan_and_infinities_have_their_names),
        cmocka_unit_test(a_number_that_fits_in_no_form_is_crossed_out),
        cmocka_unit_test(the_field_follows_the_values_shown),
        cmocka_unit_test(what_is_no_number_is_an_error),
        cmocka_unit_test(zeros_take_the_field_of_negative_fractions),
        cmocka_unit_test(whole_numbers_have_no_decimals),
        cmocka_unit_test(columns_may_have_names),
        cmocka_unit_test(words_of_any_script_leave_the_columns_aligned),
        cmocka_unit_test(words_are_cut_for_the_first_column),
        cmocka_unit_test(padding_is_badged_and_what_is_new_is_accented),
        cmocka_unit_test(the_gutter_stays_where_it_is_asked_for),
        cmocka_unit_test(a_large_table_is_a_window_on_its_touched_rows),
        cmocka_unit_test(nobody_asks_for_a_row_that_is_not_shown),
        cmocka_unit_test(an_untouched_table_counts_what_it_hides),
        cmocka_unit_test(a_row_that_is_not_stored_is_zero),
        cmocka_unit_test(an_empty_matrix_has_a_head_only),
        cmocka_unit_test(nothing_is_drawn_outside_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
