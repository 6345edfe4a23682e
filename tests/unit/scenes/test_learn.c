/*
 * Which rows learn: gradients, updates, the three marks, and why they differ.
 * The numbers are PyTorch's for the worked example (screens.md).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/memory.h"
#include "lab/lookup.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"

#define UNTOUCHED "       ·       ·       ·       ·       ·       ·\n"
#define REST                                                \
    "       8 mouse " UNTOUCHED "       9 ball  " UNTOUCHED \
    "      10 king  " UNTOUCHED "      11 rules " UNTOUCHED \
    "      12 land  " UNTOUCHED "      13 queen " UNTOUCHED \
    "      14 sleeps" UNTOUCHED "      15 on    " UNTOUCHED \
    "      16 mat   " UNTOUCHED

static void a_gradient_shows_exactly_its_rows(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_phase(lab, PHASE_BACKWARD);
    assert_scene(
        lab, "backward",
        "      id word         0       1       2       3       4       5\n"
        " ●▲    0 the    -0.0485  0.0154  0.0313 -0.0679 -0.0131  0.0072\n"
        " ●▲    1 cat    -0.0160  0.0083  0.0127 -0.0044 -0.0299  0.0079\n"
        " ●▲    2 drinks  0.0099  0.0339 -0.0062  0.0170 -0.0084  0.0221\n"
        "       3 milk  " UNTOUCHED
        " ●▲    4 dog    -0.0388  0.0297  0.0131 -0.0241 -0.0061  0.0157\n"
        "       5 water " UNTOUCHED
        " ●▲    6 chases  0.0012 -0.0364 -0.0013  0.0372 -0.0074 -0.0130\n"
        " ●▲    7 a       0.0173 -0.0251 -0.0020  0.0148  0.0071 "
        "-0.0074\n" REST);
    assert_string_equal(title_of(lab, "backward", &frame),
                        "W.grad (17, 6) · 6 of 17 rows ≠ 0");
    assert_string_equal(bottom_of(lab, "backward", &frame),
                        "● looked up  ▲ gradient ≠ 0");
}

static void an_update_shows_what_it_added(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_phase(lab, PHASE_UPDATE);
    assert_scene(
        lab, "update",
        "      id word         0       1       2       3       4       5\n"
        " ●▲Δ   0 the     0.0242 -0.0077 -0.0156  0.0339  0.0065 -0.0036\n"
        " ●▲Δ   1 cat     0.0080 -0.0041 -0.0063  0.0022  0.0150 -0.0040\n"
        " ●▲Δ   2 drinks -0.0049 -0.0169  0.0031 -0.0085  0.0042 -0.0110\n"
        "       3 milk  " UNTOUCHED
        " ●▲Δ   4 dog     0.0194 -0.0149 -0.0065  0.0120  0.0031 -0.0079\n"
        "       5 water " UNTOUCHED
        " ●▲Δ   6 chases -0.0006  0.0182  0.0006 -0.0186  0.0037  0.0065\n"
        " ●▲Δ   7 a      -0.0087  0.0126  0.0010 -0.0074 -0.0036  0.0037\n" REST
        " W[the,0] = 1.9269 - 0.5 × -0.0485 = 1.9512\n");
    assert_string_equal(title_of(lab, "update", &frame),
                        "W: after - before · 6 of 17 rows changed");
    assert_string_equal(bottom_of(lab, "update", &frame),
                        "● looked up  ▲ gradient ≠ 0  Δ changed");
}

/* Adam's first step is lr in every element: at three decimals all the same. */
static void small_changes_are_shown_times_a_power_of_ten(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct frame frame = panel_frame(54, 19), stream = stream_frame();
    struct optimizer_options options = lab->head.optimizer;
    options.lr = 0.05;
    assert_int_equal(lab_set_optimizer(lab, &options, &err), 0);
    lab_phase(lab, PHASE_UPDATE);
    assert_string_equal(title_of(lab, "update", &frame),
                        "W: after - before, ×1e-3 · 6 of 17 rows changed");
    /* PyTorch: 2.4244, -0.7681, -1.5625, 3.3937, 0.6543, -0.3597 thousandths */
    assert_line(lab, "update", &frame,
                "●▲Δ 0 the     2.424 -0.768 -1.563  3.394  0.654 -0.360");
    assert_string_equal(title_of(lab, "update", &stream),
                        "W: after - before · 6 of 17 rows changed");
}

/* With max_norm the changes are not lr × grad alone. */
static void an_update_says_what_max_norm_did_before_it(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_TABLE);
    char message[512];
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 2;
    lab_run(lab, &head);
    lab_phase(lab, PHASE_UPDATE);
    /* norms of the rows looked up (PyTorch): the 3.63, cat 2.83, drinks 2.18,
     * dog 2.35, chases 2.10, a 3.00 */
    assert_line(lab, "update", &frame,
                " max_norm rescaled 6 rows of W at lookup, before the update; "
                "the changes hold");
    scene_message(lab, 78, message, sizeof message);
    assert_memory_equal(message,
                        "6 rows of W changed (6 rescaled by max_norm at "
                        "lookup, too); loss",
                        65);
}

/* Where sgd is not plain the sum would be wrong, so it is not shown. */
static void the_sum_by_hand_is_shown_only_where_it_is_true(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct frame frame = stream_frame();
    struct grid grid;
    struct optimizer_options options = lab->head.optimizer;
    options.weight_decay = 0.1;
    assert_int_equal(lab_set_optimizer(lab, &options, &err), 0);
    lab_phase(lab, PHASE_UPDATE);
    draw_scene(lab, "update", &frame, &grid);
    assert_int_equal(grid.rows, 18);
    grid_clear(&grid);
}

static void rows_are_lists_of_words(void **state)
{
    struct lab *lab = *state;
    lab_phase(lab, PHASE_BACKWARD);
    assert_scene(lab, "rows",
                 "W\n"
                 " ● looked up      6 of 17    the cat drinks dog chases a\n"
                 " ▲ grad ≠ 0       6 of 17    the cat drinks dog chases a\n"
                 " Δ changed        0 of 17\n"
                 "U\n"
                 " ▲ grad ≠ 0      17 of 17    all of them\n"
                 " Δ changed        0 of 17\n"
                 "b\n"
                 " ▲ grad ≠ 0      17 of 17    all of them\n"
                 " Δ changed        0 of 17\n");
}

static void rows_say_what_they_are_of(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    assert_string_equal(title_of(lab, "rows", &frame),
                        "no mini-batch yet, so no row has a mark");
    lab_steps(lab, 4);
    assert_string_equal(title_of(lab, "rows", &frame),
                        "rows of mini-batch 1 of 3 in epoch 2");
    lab_look_up(lab, (int64_t[]){2}, 1);
    assert_string_equal(title_of(lab, "rows", &frame),
                        "rows of the lookup \"typed\"");
    assert_scene(lab, "rows",
                 "W\n"
                 " ● looked up      1 of 17    drinks\n"
                 " ▲ grad ≠ 0       0 of 17\n"
                 " Δ changed        0 of 17\n");
}

/* A mini-batch's gradient is still there after a lookup: it is shown with its
 * own triangles, and not taken for the lookup's. */
static void an_older_gradient_is_not_the_lookups(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_steps(lab, 1);
    lab_look_up(lab, (int64_t[]){3}, 1);
    assert_string_equal(title_of(lab, "backward", &frame),
                        "W.grad (17, 6) · 6 of 17 rows ≠ 0 · from step 1");
    assert_string_equal(bottom_of(lab, "backward", &frame),
                        "● looked up  ▲ gradient ≠ 0");
    assert_line(lab, "backward", &frame,
                "  ▲    0 the    -0.0485  0.0154  0.0313 -0.0679 -0.0131"
                "  0.0072");
    assert_line(lab, "backward", &frame,
                " ●     3 milk         ·       ·       ·       ·       ·"
                "       ·");
    lab_look_up(lab, (int64_t[]){0}, 1);
    assert_line(lab, "backward", &frame,
                " ●▲    0 the    -0.0485  0.0154  0.0313 -0.0679 -0.0131"
                "  0.0072");
    char why[512];
    scene_why_marks_differ(lab, why, sizeof why);
    assert_string_equal(why, "");
}

/* --- why the marks differ ----------------------------------------------------
 */

static void check_why(struct lab *lab, const char *expected)
{
    char why[512];
    scene_why_marks_differ(lab, why, sizeof why);
    assert_string_equal(why, expected);
}

static void set_optimizer(struct lab *lab, struct optimizer_options options)
{
    struct error err = {0};
    assert_int_equal(lab_set_optimizer(lab, &options, &err), 0);
}

static void nothing_is_said_where_they_agree(void **state)
{
    struct lab *lab = *state;
    check_why(lab, "");
    for (int phase = PHASE_BATCH; phase <= PHASE_UPDATE; phase++) {
        lab_phase(lab, (enum batch_phase)phase);
        check_why(lab, "");
    }
}

static void padding_says_why(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_padding = true;
    head.table.options.padding_idx = 1;
    lab_run(lab, &head);
    lab_steps(lab, 1);
    check_why(lab, "\"cat\" is the padding row: its gradient is always zero. ");
}

static void a_frozen_table_says_why(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    assert_int_equal(lab_freeze(lab, "W", true, &err), 0);
    lab_steps(lab, 1);
    check_why(lab, "W is frozen: it has no gradient. ");
}

static void momentum_says_why(void **state)
{
    struct lab *lab = *state;
    struct optimizer_options options = lab->head.optimizer;
    options.momentum = 0.9;
    set_optimizer(lab, options);
    lab_steps(lab, 2);
    check_why(
        lab,
        "2 rows (cat, drinks) changed without a gradient: momentum=0.9 goes "
        "on from earlier steps. ");
}

static void adam_says_why(void **state)
{
    struct lab *lab = *state;
    set_optimizer(lab, optimizer_defaults(OPTIMIZER_ADAM));
    lab_steps(lab, 2);
    check_why(lab,
              "2 rows (cat, drinks) changed without a gradient: adam's running "
              "mean of earlier gradients goes on. ");
}

static void weight_decay_says_why(void **state)
{
    struct lab *lab = *state;
    struct optimizer_options options = lab->head.optimizer;
    options.weight_decay = 0.5;
    set_optimizer(lab, options);
    lab_steps(lab, 1);
    check_why(lab, "11 rows (milk, ...) changed without a gradient: "
                   "weight_decay=0.5 pulls every row. ");
}

static void max_norm_says_why(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 2;
    lab_run(lab, &head);
    lab_look_up(lab, (int64_t[]){0}, 1);
    check_why(lab, "1 row (the) changed without a gradient: max_norm rescaled "
                   "them at lookup. ");
}

static void a_rate_of_zero_says_why(void **state)
{
    struct lab *lab = *state;
    struct optimizer_options options = lab->head.optimizer;
    options.lr = 0;
    set_optimizer(lab, options);
    lab_steps(lab, 1);
    check_why(lab, "6 rows (the) have a gradient too small to change a bit, or "
                   "lr is 0. ");
}

/* --- sizes
 * --------------------------------------------------------------------- */

static void panels_of_any_size_are_kept_to(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    assert_fits_panels(lab, "backward");
    assert_fits_panels(lab, "update");
    assert_fits_panels(lab, "rows");
}

/* screens.md, "A lesson on stage": touched rows first. */
static void a_low_panel_keeps_the_touched_rows(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(54, 10);
    lab_phase(lab, PHASE_BACKWARD);
    assert_line(lab, "backward", &frame,
                "●▲  7 a       0.017 -0.025 -0.002  0.015  0.007 -0.007");
    assert_line(lab, "backward", &frame,
                "●▲  4 dog    -0.039  0.030  0.013 -0.024 -0.006  0.016");
}

/* Wu.grad[u] = logits.grad × Wi[i]; with both tables zero nothing cancels, a
 * factor is zero. The biases learn. */
static void a_factor_of_zero_is_no_cancelling(void **state)
{
    (void)state;
    struct lab lab;
    char why[512];
    lab_init(&lab);
    struct head head =
        lab_head(&lab, HEAD_CORPUS | HEAD_MODEL | HEAD_TABLE | HEAD_BATCH);
    head.corpus.typed = memory_text("u\ti\t1\nv\tj\t2\n");
    head.model.kind = MODEL_RECOMMEND;
    head.table.options.init.kind = INIT_ZEROS;
    head.table.options.draw_again = true;
    lab_run(&lab, &head);
    lab_steps(&lab, 1);
    scene_why_marks_differ(&lab, why, sizeof why);
    assert_string_equal(
        why, "2 looked-up rows (u, v) got a gradient of exactly zero: it is "
             "the error times the row of Wi, and one of them is zero. 2 "
             "looked-up rows (i, j) got a gradient of exactly zero: it is "
             "the error times the row of Wu, and one of them is zero. ");
    lab_clear(&lab);
}

/* The same of two tables: each hands on to a row of its own. */
static void users_and_items_cancel_by_themselves(void **state)
{
    (void)state;
    struct lab lab;
    char why[512];
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL | HEAD_BATCH);
    head.corpus.typed = memory_text("u\ti\t1\nv\tj\t2\n");
    head.model.kind = MODEL_RECOMMEND;
    lab_run(&lab, &head);
    lab_phase(&lab, PHASE_BACKWARD);
    row_set_empty(&model_parameter(lab.model, "Wu")->marks.grad_nonzero);
    scene_why_marks_differ(&lab, why, sizeof why);
    assert_string_equal(why, "2 looked-up rows (u, v) got gradients that "
                             "cancel to exactly zero. ");
    row_set_empty(&model_parameter(lab.model, "Wi")->marks.grad_nonzero);
    scene_why_marks_differ(&lab, why, sizeof why);
    assert_non_null(strstr(why, "2 looked-up rows (i, j) got gradients that "
                                "cancel to exactly zero. "));
    lab_clear(&lab);
}

static void an_update_of_two_tables_shows_both(void **state)
{
    (void)state;
    struct lab lab;
    struct frame frame = stream_frame();
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL | HEAD_BATCH);
    head.corpus.typed = memory_text("u\ti\t1\nv\tj\t2\n");
    head.model.kind = MODEL_RECOMMEND;
    lab_run(&lab, &head);
    lab_steps(&lab, 1);
    assert_line(&lab, "update", &frame, "Wi: after - before (2, 6)");
    lab_clear(&lab);
}

/* With U all zeros nothing comes back through it: h.grad = g @ U. */
static void nothing_to_correct_is_said_of_one_table(void **state)
{
    struct lab *lab = *state;
    struct parameter *U;
    lab_phase(lab, PHASE_BATCH);
    U = model_parameter(lab->model, "U");
    memset(U->value, 0, U->rows * U->cols * sizeof *U->value);
    lab_phase(lab, PHASE_BACKWARD);
    check_why(lab, "6 looked-up rows (the, ...) got a gradient of exactly "
                   "zero: the loss had nothing to correct. ");
}

/* What was handed on is not zero: a row without the mark has a sum that is. */
static void places_that_sum_to_zero_cancel(void **state)
{
    struct lab *lab = *state;
    char why[512];
    lab_phase(lab, PHASE_BACKWARD);
    struct parameter *W = model_parameter(lab->model, "W");
    row_set_empty(&W->marks.grad_nonzero); /* as if the sums were zero */
    scene_why_marks_differ(lab, why, sizeof why);
    assert_non_null(strstr(why, "gradients that cancel to exactly zero"));
}

/* What a typed lookup handed on is not known; nothing is said of a loss. */
static void a_lookup_has_no_loss_to_speak_of(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    lab_look_up(lab, (int64_t[]){0, 2}, 2);
    assert_int_equal(lookup_backward(lab, &err), 0);
    row_set_empty(&model_parameter(lab->model, "W")->marks.grad_nonzero);
    check_why(lab,
              "2 looked-up rows (the, drinks) got gradients that cancel to "
              "exactly zero. ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(a_gradient_shows_exactly_its_rows),
        WITH_TINY(an_update_shows_what_it_added),
        WITH_TINY(small_changes_are_shown_times_a_power_of_ten),
        WITH_TINY(an_update_says_what_max_norm_did_before_it),
        WITH_TINY(the_sum_by_hand_is_shown_only_where_it_is_true),
        WITH_TINY(rows_are_lists_of_words),
        WITH_TINY(rows_say_what_they_are_of),
        WITH_TINY(an_older_gradient_is_not_the_lookups),
        WITH_TINY(nothing_is_said_where_they_agree),
        WITH_TINY(padding_says_why),
        WITH_TINY(a_frozen_table_says_why),
        WITH_TINY(momentum_says_why),
        WITH_TINY(adam_says_why),
        WITH_TINY(weight_decay_says_why),
        WITH_TINY(max_norm_says_why),
        WITH_TINY(a_rate_of_zero_says_why),
        WITH_TINY(panels_of_any_size_are_kept_to),
        WITH_TINY(a_low_panel_keeps_the_touched_rows),
        cmocka_unit_test(a_factor_of_zero_is_no_cancelling),
        cmocka_unit_test(users_and_items_cancel_by_themselves),
        cmocka_unit_test(an_update_of_two_tables_shows_both),
        cmocka_unit_test_setup_teardown(nothing_to_correct_is_said_of_one_table,
                                        tiny_lab, drop_lab),
        cmocka_unit_test_setup_teardown(a_lookup_has_no_loss_to_speak_of,
                                        tiny_lab, drop_lab),
        cmocka_unit_test_setup_teardown(places_that_sum_to_zero_cancel,
                                        tiny_lab, drop_lab),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
