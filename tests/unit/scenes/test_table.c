/*
 * Tables: W, a lookup, one-hot vectors. The numbers are PyTorch's for
 * torch.manual_seed(42); nn.Embedding(17, 6).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/lookup.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"
#include "scenes/tensor.h"

#define HEAD_LINE \
    "      id word         0       1       2       3       4       5\n"
#define THE "  0 the     1.9269  1.4873  0.9007 -2.1055  0.6784 -1.2345\n"
#define CAT "  1 cat    -0.0431 -1.6047 -0.7521  1.6487 -0.3925 -1.4036\n"
#define DRINKS "  2 drinks -0.7279 -0.5594 -0.7688  0.7624  1.6423 -0.1596\n"
#define REST                                                            \
    "       3 milk   -0.4974  0.4396 -0.7581  1.0783  0.8008  1.6806\n" \
    "       4 dog     1.2791  1.2964  0.6105  1.3347 -0.2316  0.0418\n" \
    "       5 water  -0.2516  0.8599 -1.3847 -0.8712 -0.2234  1.7174\n" \
    "       6 chases  0.3189 -0.4245  0.3057 -0.7746 -1.5576  0.9956\n" \
    "       7 a      -0.8798 -0.6011 -1.2742  2.1228 -1.2347 -0.4879\n" \
    "       8 mouse  -0.9138 -0.6581  0.0780  0.5258 -0.4880  1.1914\n" \
    "       9 ball   -0.8140 -0.7360 -1.4032  0.0360 -0.0635  0.6756\n" \
    "      10 king   -0.0978  1.8446 -1.1845  1.3835  1.4451  0.8564\n" \
    "      11 rules   2.2181  0.5232  0.3466 -0.1973 -1.0546  1.2780\n" \
    "      12 land   -0.1722  0.5238  0.0566  0.4263  0.5750 -0.6417\n" \
    "      13 queen  -2.2064 -0.7508  0.0109 -0.3387 -1.3407 -0.5854\n" \
    "      14 sleeps  0.5362  0.5246  1.0669 -0.4502 -0.6788  0.5743\n" \
    "      15 on      0.1877 -0.3576 -0.3165  0.5886 -0.0013 -0.3036\n" \
    "      16 mat    -0.9864  0.1233  0.3499  0.6173 -0.1693  0.2332\n"

static void a_table_has_a_row_a_word(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    assert_scene(lab, "table",
                 HEAD_LINE "     " THE "     " CAT "     " DRINKS REST);
    assert_string_equal(title_of(lab, "table", &frame),
                        "W (17, 6) · seed 42 · N(0,1)");
    assert_string_equal(bottom_of(lab, "table", &frame), "");
}

static void what_makes_a_table_special_is_in_its_title(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = 3;
    head.table.seed = 7;
    head.table.options.has_padding = true;
    head.table.options.padding_idx = 3;
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 2;
    head.table.options.scale_grad_by_freq = true;
    head.table.freeze = true;
    head.table.options.draw_again = true;
    head.table.options.init.kind = INIT_UNIFORM;
    head.table.options.init.from = -1;
    lab_run(lab, &head);
    assert_string_equal(
        title_of(lab, "table", &frame),
        "W (17, 3) · seed 7 · U(-1,1) · padding_idx=3 · max_norm=2 · "
        "scale_grad_by_freq · frozen");
}

static void the_padding_row_has_a_badge(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_padding = true;
    head.table.options.padding_idx = 1;
    lab_run(lab, &head);
    assert_line(lab, "table", &frame,
                "  ∅    1 cat          ·       ·       ·       ·       ·"
                "       ·");
    lab_look_up(lab, (int64_t[]){1, 0}, 2);
    assert_line(lab, "table", &frame,
                " ●∅    1 cat          ·       ·       ·       ·       ·"
                "       ·");
    assert_string_equal(bottom_of(lab, "table", &frame),
                        "● looked up  ∅ padding");
}

/* screens.md, "Lookup" */
static void a_lookup_marks_its_rows_and_copies_them(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct tensor ids =
        tensor_borrow(TENSOR_INT64, 1, (int64_t[]){3}, (int64_t[]){0, 1, 2});
    struct error err = {0};
    assert_int_equal(
        lookup_run(lab, &(struct lookup_input){0, ids}, "the cat drinks", &err),
        0);
    assert_scene(
        lab, "lookup",
        " \"the cat drinks\" → ids [0, 1, 2]\n" HEAD_LINE " ●   " THE
        " ●   " CAT " ●   " DRINKS REST "\n"
        "E (3, 6): the rows, copied\n"
        " E   from            0       1       2       3       4       5\n"
        " 0 W[0] the     1.9269  1.4873  0.9007 -2.1055  0.6784 -1.2345\n"
        " 1 W[1] cat    -0.0431 -1.6047 -0.7521  1.6487 -0.3925 -1.4036\n"
        " 2 W[2] drinks -0.7279 -0.5594 -0.7688  0.7624  1.6423 -0.1596\n"
        " one-hot @ W gives the same with 3 × 17 × 6 = 306 multiplications; "
        "here: none\n");
    assert_string_equal(title_of(lab, "lookup", &frame),
                        "E = W[ids]: ids (3,) in, (3, 6) out");
    assert_string_equal(bottom_of(lab, "lookup", &frame), "● looked up");
}

/* Nothing was looked up yet; then three rows were. */
static void the_legend_names_the_marks_there_are(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(40, 8);
    assert_string_equal(bottom_of(lab, "table", &frame), "\t4 of 6 →");
    lab_look_up(lab, (int64_t[]){0, 1, 2}, 3);
    assert_string_equal(bottom_of(lab, "table", &frame),
                        "● looked up\t4 of 6 →");
}

/* All words share row 0, whose name is that of the first, "the". */
static void a_hashed_row_is_named_by_the_word_typed(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_VOCAB | HEAD_TABLE);
    struct error err = {0};
    head.vocab.hash = 1;
    head.table.D = 2;
    head.table.options.init.kind = INIT_ONES;
    head.table.options.draw_again = true;
    lab_run(lab, &head);
    struct tensor ids =
        tensor_borrow(TENSOR_INT64, 1, (int64_t[]){2}, (int64_t[]){0, 0});
    assert_int_equal(
        lookup_run(lab, &(struct lookup_input){0, ids}, "Mouse, king", &err),
        0);
    assert_line(lab, "lookup", &frame, " 0 W[0] mouse 1.0000 1.0000");
    assert_line(lab, "lookup", &frame, " 1 W[0] king  1.0000 1.0000");
    assert_int_equal(
        lookup_run(lab, &(struct lookup_input){0, ids}, "[0, 0]", &err), 0);
    assert_line(lab, "lookup", &frame, " 1 W[0] the 1.0000 1.0000");
}

static void rescaled_rows_are_named_with_their_norms(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 2;
    lab_run(lab, &head);
    lab_look_up(lab, (int64_t[]){0}, 1);
    /* torch.norm(W[0]) is 3.6268 */
    assert_line(lab, "lookup", &frame,
                " max_norm=2: row 0 the had norm 3.6268 and was rescaled in "
                "place");
    assert_string_equal(bottom_of(lab, "lookup", &frame),
                        "● looked up  Δ changed");
}

static void a_mini_batchs_lookup_shows_places_of_two_dimensions(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_phase(lab, PHASE_LOOKUP);
    assert_line(lab, "lookup", &frame,
                " 1,1 W[2] drinks -0.7279 -0.5594 -0.7688  0.7624  1.6423 "
                "-0.1596");
    assert_line(lab, "lookup", &frame, "E (8, 2, 6): the rows, copied");
    lab_phase(lab, PHASE_UPDATE);
    assert_line(lab, "lookup", &frame,
                "E (8, 2, 6): the rows, copied before the update");
}

static void one_hot_has_a_one_at_each_id(void **state)
{
    struct lab *lab = *state;
    lab_look_up(lab, (int64_t[]){16, 0}, 2);
    assert_scene(lab, "onehot",
                 " word  0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16\n"
                 " mat   ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  1\n"
                 " the   1  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·\n");
}

static void a_large_table_is_a_window_on_its_touched_rows(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct grid grid;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.V = 10000;
    head.table.D = 2;
    lab_run(lab, &head);
    lab_look_up(lab, (int64_t[]){5000}, 1);
    draw_scene(lab, "table", &frame, &grid);
    assert_in_range(grid.rows, 5, 45);
    grid_clear(&grid);
    const float *row = lab->model->tables[0].weight.value + 5000 * 2;
    char line[80];
    snprintf(line, sizeof line, " ●    5000 5000 %7.4f %7.4f", (double)row[0],
             (double)row[1]);
    assert_line(lab, "table", &frame, line);
}

/* Text contrast first, then heat: marks carry everything. */
static void marks_and_heat_have_their_styles(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct grid grid;
    lab_look_up(lab, (int64_t[]){0}, 1);
    draw_scene(lab, "table", &frame, &grid);
    assert_int_equal(grid_cell(&grid, 1, 1)->style, STYLE_LOOKED_UP);
    assert_string_equal(grid_cell(&grid, 1, 1)->text, "●");
    assert_in_range(grid_cell(&grid, 1, 20)->style, STYLE_HEAT,
                    STYLE_HEAT + STYLE_HEAT_STEPS - 1);
    assert_int_equal(grid_cell(&grid, 2, 20)->style, STYLE_DIM);
    grid_clear(&grid);
}

/* A word is several rows: E's rows are copies of those, not of W[ctx]. */
static void beside_the_table_subwords_are_named_as_the_rows_they_are(
    void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(24, 20);
    struct head head = lab_head(lab, HEAD_SUBWORDS);
    head.subwords.on = true;
    head.subwords.min = head.subwords.max = 3;
    head.subwords.buckets = 50;
    lab_run(lab, &head);
    lab_phase(lab, PHASE_LOOKUP);
    char copy[40], equal[40];
    int64_t row = lab->batch.bag_rows[1];
    snprintf(copy, sizeof copy, "W[%lld] → E[1]  %s", (long long)row,
             lab_row_word(lab, &lab->model->tables[0].weight, row));
    snprintf(equal, sizeof equal, "E[1] == W[%lld]  True", (long long)row);
    assert_line(lab, "lookup", &frame, copy);
    assert_line(lab, "lookup", &frame, equal);
}

/* More items than users: an item's id would lie outside Wu. */
static void beside_the_table_a_rating_is_its_user(void **state)
{
    struct lab lab;
    struct frame frame = panel_frame(24, 20);
    (void)state;
    lab_with_text(&lab, "ann\tx\t5\nann\ty\t3\nann\tz\t4\n");
    struct head head = lab_head(&lab, HEAD_MODEL);
    head.model.kind = MODEL_RECOMMEND;
    lab_run(&lab, &head);
    lab_phase(&lab, PHASE_LOOKUP);
    assert_line(&lab, "lookup", &frame, "Wu[0] → E[2]  ann");
    assert_line(&lab, "lookup", &frame, "E[1] == Wu[0]  True");
    lab_clear(&lab);
}

static void panels_of_any_size_are_kept_to(void **state)
{
    struct lab *lab = *state;
    lab_look_up(lab, (int64_t[]){3, 16, 3}, 3);
    assert_fits_panels(lab, "table");
    assert_fits_panels(lab, "lookup");
    assert_fits_panels(lab, "onehot");
}

/* Where not all of it has room, the age of W is what stays. */
static void a_narrow_title_says_of_which_step_w_is(void **state)
{
    struct lab *lab = *state;
    struct frame half = panel_frame(40, 20), wide = panel_frame(54, 20);
    assert_string_equal(title_of(lab, "table", &half),
                        "W (17, 6) · seed 42 · N(0,1)");
    lab_steps(lab, 1);
    assert_string_equal(title_of(lab, "table", &half),
                        "W (17, 6) · after step 1 · seed 42 · N(0,1)");
    assert_string_equal(title_of(lab, "table", &wide),
                        "W (17, 6) · seed 42 · N(0,1) · after step 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(the_legend_names_the_marks_there_are),
        WITH_TINY(a_table_has_a_row_a_word),
        WITH_TINY(what_makes_a_table_special_is_in_its_title),
        WITH_TINY(a_narrow_title_says_of_which_step_w_is),
        WITH_TINY(the_padding_row_has_a_badge),
        WITH_TINY(a_lookup_marks_its_rows_and_copies_them),
        WITH_TINY(a_hashed_row_is_named_by_the_word_typed),
        WITH_TINY(rescaled_rows_are_named_with_their_norms),
        WITH_TINY(a_mini_batchs_lookup_shows_places_of_two_dimensions),
        WITH_TINY(one_hot_has_a_one_at_each_id),
        WITH_TINY(a_large_table_is_a_window_on_its_touched_rows),
        WITH_TINY(marks_and_heat_have_their_styles),
        WITH_TINY(beside_the_table_subwords_are_named_as_the_rows_they_are),
        cmocka_unit_test(beside_the_table_a_rating_is_its_user),
        WITH_TINY(panels_of_any_size_are_kept_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
