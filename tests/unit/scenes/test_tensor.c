/* Tensors by name, and what changed. The numbers are PyTorch's (screens.md). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "draw/render.h"
#include "lab/baseline.h"
#include "lab/names.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"
#include "scenes/tensor.h"

static void draw(const struct lab *lab, const char *name, struct grid *grid)
{
    struct frame frame = stream_frame();
    struct named named;
    struct error err = {0};
    if (name_find(lab, name, &named, &err) != 0)
        fail_msg("%s: %s", name, err.message);
    grid_init(grid, 0, frame.width);
    scene_tensor_draw(lab, name, &named, &frame, grid);
    assert_sound(grid);
    named_clear(&named);
}

static void assert_tensor(const struct lab *lab, const char *name,
                          const char *expected)
{
    struct grid grid;
    draw(lab, name, &grid);
    assert_picture(&grid, expected);
    grid_clear(&grid);
}

static const char *title(const struct lab *lab, const char *name)
{
    static char text[160];
    struct named named;
    struct error err = {0};
    assert_int_equal(name_find(lab, name, &named, &err), 0);
    scene_tensor_title(lab, name, &named, text, sizeof text);
    named_clear(&named);
    return text;
}

static int two_pairs(void **state)
{
    tiny_lab(state);
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE | HEAD_BATCH);
    head.table.D = 2;
    head.batch.B = 2;
    lab_run(lab, &head);
    lab_steps(lab, 1);
    return 0;
}

static void ids_are_whole_numbers_beside_their_words(void **state)
{
    struct lab *lab = *state;
    assert_tensor(lab, "ctx",
                  "                0 1\n"
                  " [0] the cat    0 1\n"
                  " [1] cat drinks 1 2\n");
    assert_tensor(lab, "tgt",
                  "  0 1\n"
                  "  2 3\n");
    assert_string_equal(title(lab, "ctx"), "ctx (2, 2)");
}

/* torch.manual_seed(42); nn.Embedding(17, 2).weight[:3] is 1.9269, 1.4873;
 * 0.9007, -2.1055; 0.6784, -1.2345 */
static void three_dimensions_name_each_place_and_its_word(void **state)
{
    assert_tensor(*state, "E",
                  "                    0       1\n"
                  " [0,0] the     1.9269  1.4873\n"
                  " [0,1] cat     0.9007 -2.1055\n"
                  " [1,0] cat     0.9007 -2.1055\n"
                  " [1,1] drinks  0.6784 -1.2345\n");
}

static void scores_have_a_column_a_word(void **state)
{
    struct grid grid;
    struct str text = STR_INIT;
    draw(*state, "probs", &grid);
    render_text(&grid, &text);
    assert_non_null(strstr(str_text(&text),
                           "  the    cat drinks   milk    dog  water chases"));
    assert_non_null(strstr(str_text(&text), " (9 of 17 columns)\n"));
    str_clear(&text);
    grid_clear(&grid);
}

static void a_scalar_is_a_number(void **state)
{
    struct lab *lab = *state;
    struct grid grid;
    draw(lab, "loss", &grid);
    assert_int_equal(grid.rows, 2);
    grid_clear(&grid);
    assert_string_equal(title(lab, "loss"), "loss ()");
}

static void a_gradients_title_counts_its_rows(void **state)
{
    struct lab *lab = *state;
    assert_string_equal(title(lab, "W.grad"),
                        "W.grad (17, 2) · 3 of 17 rows not zero");
    assert_string_equal(title(lab, "b.grad"),
                        "b.grad (17,) · 17 of 17 rows not zero");
}

static void a_frozen_parameters_title_says_so(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    assert_int_equal(lab_freeze(lab, "U", true, &err), 0);
    assert_string_equal(title(lab, "U"), "U (17, 2) · frozen");
    assert_string_equal(title(lab, "W"), "W (17, 2)");
}

/* --- what changed
 * ---------------------------------------------------------------- */

/* Differences of the first update: screens.md has 0.5 of the gradient with the
 * other sign. */
static void only_rows_that_changed_are_drawn(void **state)
{
    struct lab *lab = *state;
    struct baseline baseline = {0};
    struct frame frame = stream_frame();
    struct grid grid;
    const struct parameter *W = model_parameter(lab->model, "W");
    baseline_take(&baseline, lab);
    grid_init(&grid, 0, frame.width);
    assert_int_equal(scene_diff_draw(lab, &baseline, W, &frame, &grid), 0);
    assert_int_equal(grid.rows, 0);
    lab_steps(lab, 1);
    assert_int_equal(scene_diff_draw(lab, &baseline, W, &frame, &grid), 6);
    assert_picture(&grid,
                   "W: now - before · 6 of 17 rows changed\n"
                   " word         0       1       2       3       4       5\n"
                   " the     0.0242 -0.0077 -0.0156  0.0339  0.0065 -0.0036\n"
                   " cat     0.0080 -0.0041 -0.0063  0.0022  0.0150 -0.0040\n"
                   " drinks -0.0049 -0.0169  0.0031 -0.0085  0.0042 -0.0110\n"
                   " dog     0.0194 -0.0149 -0.0065  0.0120  0.0031 -0.0079\n"
                   " chases -0.0006  0.0182  0.0006 -0.0186  0.0037  0.0065\n"
                   " a      -0.0087  0.0126  0.0010 -0.0074 -0.0036  0.0037\n");
    grid_clear(&grid);
    baseline_clear(&baseline);
}

/* A lab too large for a copy has the mini-batch's own before-values. */
static void without_a_baseline_it_is_the_mini_batchs_difference(void **state)
{
    struct lab *lab = *state;
    struct baseline none = {0};
    struct frame frame = stream_frame();
    struct grid grid;
    const struct parameter *W = model_parameter(lab->model, "W");
    lab_steps(lab, 2);
    grid_init(&grid, 0, frame.width);
    assert_int_equal(scene_diff_draw(lab, &none, W, &frame, &grid), 7);
    struct str text = STR_INIT;
    render_text(&grid, &text);
    assert_non_null(strstr(str_text(&text), "in the last mini-batch"));
    str_clear(&text);
    grid_clear(&grid);
}

#define WITH_PAIRS(test) \
    cmocka_unit_test_setup_teardown(test, two_pairs, drop_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PAIRS(ids_are_whole_numbers_beside_their_words),
        WITH_PAIRS(three_dimensions_name_each_place_and_its_word),
        WITH_PAIRS(scores_have_a_column_a_word),
        WITH_PAIRS(a_scalar_is_a_number),
        WITH_PAIRS(a_gradients_title_counts_its_rows),
        WITH_PAIRS(a_frozen_parameters_title_says_so),
        WITH_TINY(only_rows_that_changed_are_drawn),
        WITH_TINY(without_a_baseline_it_is_the_mini_batchs_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
