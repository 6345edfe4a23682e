/*
 * The forward pass: h, scores, the loss. The numbers are PyTorch's for the
 * first mini-batch of the worked example (oracle/tiny_seed42.txt).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"

static void a_mean_stands_beside_its_context(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_phase(lab, PHASE_MEAN);
    assert_scene(
        lab, "mean",
        " id context          0       1       2       3       4       5\n"
        "  0 the cat     0.9419 -0.0587  0.0743 -0.2284  0.1430 -1.3191\n"
        "  1 cat drinks -0.3855 -1.0820 -0.7605  1.2056  0.6249 -0.7816\n"
        "  2 the dog     1.6030  1.3919  0.7556 -0.3854  0.2234 -0.5964\n"
        "  3 dog drinks  0.2756  0.3685 -0.0792  1.0486  0.7053 -0.0589\n"
        "  4 the cat     0.9419 -0.0587  0.0743 -0.2284  0.1430 -1.3191\n"
        "  5 cat chases  0.1379 -1.0146 -0.2232  0.4371 -0.9750 -0.2040\n"
        "  6 chases a   -0.2805 -0.5128 -0.4842  0.6741 -1.3961  0.2539\n"
        "  7 the dog     1.6030  1.3919  0.7556 -0.3854  0.2234 -0.5964\n"
        " h[0,0] = (1.9269 + -0.0431) / 2 = 0.9419\n");
    assert_string_equal(title_of(lab, "mean", &frame),
                        "h = E.mean(1): (8, 2, 6) → (8, 6)");
}

static void a_narrow_panel_leaves_the_example_s_number_out(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(60, 12);
    struct grid grid;
    lab_phase(lab, PHASE_MEAN);
    draw_scene(lab, "mean", &frame, &grid);
    assert_string_equal(grid_cell(&grid, 1, 2)->text, "0");
    assert_string_equal(grid_cell(&grid, 1, 4)->text, "t"); /* the cat */
    grid_clear(&grid);
    frame.width = 59;
    draw_scene(lab, "mean", &frame, &grid);
    assert_string_equal(grid_cell(&grid, 1, 1)->text, "t");
    grid_clear(&grid);
}

static void other_pools_are_named_as_in_pytorch(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    static const struct {
        enum model_pool pool;
        const char *title;
    } pools[] = {
        {POOL_SUM, "h = E.sum(1): (8, 2, 6) → (8, 6)"},
        {POOL_MAX, "h = E.max(1).values: (8, 2, 6) → (8, 6)"},
        {POOL_CONCAT, "h = E.flatten(1): (8, 2, 6) → (8, 12)"},
    };
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
        struct head head = lab_head(lab, HEAD_MODEL);
        head.model.pool = pools[i].pool;
        lab_run(lab, &head);
        lab_phase(lab, PHASE_MEAN);
        assert_string_equal(title_of(lab, "mean", &frame), pools[i].title);
    }
}

/* 40 columns less label, number and note leave 16 and the zero's own: a unit is
 * 16 / (1.0869 + 0.5324) = 9.88 columns, so water has 10 3/4 and dog 5 1/4. */
static void scores_are_bars_left_and_right_of_zero(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(40, 20);
    struct grid grid;
    lab_phase(lab, PHASE_LOGITS);
    assert_string_equal(title_of(lab, "logits", &frame),
                        "logits (8, 17) · b=0: the cat · h @ U.T + b");
    draw_scene(lab, "logits", &frame, &grid);
    assert_picture(&grid, " the    -0.0199            ▕│\n"
                          " cat     0.2670             │██▋\n"
                          " drinks  0.2379 target      │██▍\n"
                          " milk    0.1165             │█▏\n"
                          " dog    -0.5324        █████│\n"
                          " water   1.0869             │██████████▊\n"
                          " chases  0.9707             │█████████▋\n"
                          " a       0.6844             │██████▊\n"
                          " mouse  -0.4269         ████│\n"
                          " ball   -0.4031         ████│\n"
                          " king    0.1499             │█▌\n"
                          " rules   0.4472             │████▍\n"
                          " land    0.1893             │█▉\n"
                          " queen   0.4775             │████▊\n"
                          " sleeps  1.0297             │██████████▏\n"
                          " on      0.2184             │██▏\n"
                          " mat     0.1699             │█▋\n");
    grid_clear(&grid);
    frame.height = 17; /* just enough: all words in their order */
    assert_line(lab, "logits", &frame, " mat     0.1699             │█▋");
    draw_scene(lab, "logits", &frame, &grid);
    assert_string_equal(grid_cell(&grid, 0, 1)->text, "t"); /* the */
    assert_string_equal(grid_cell(&grid, 1, 1)->text, "c"); /* cat */
    grid_clear(&grid);
}

static void probabilities_follow_the_loss(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(40, 20);
    struct grid grid;
    lab_phase(lab, PHASE_LOSS);
    assert_string_equal(title_of(lab, "logits", &frame),
                        "probs (8, 17) · b=0: the cat · softmax(logits)");
    draw_scene(lab, "logits", &frame, &grid);
    const struct cell *bar = grid_cell(&grid, 2, 23);
    assert_int_equal(bar->style, STYLE_BAR_TARGET); /* drinks */
    bar = grid_cell(&grid, 5, 23);
    assert_int_equal(bar->style, STYLE_BAR);
    grid_clear(&grid);
    assert_line(lab, "logits", &frame,
                " water  0.1188        ██████████████████");
    assert_line(lab, "logits", &frame, " drinks 0.0508 target ███████▊");
}

/* Drinks is not among the likeliest, but is what should be. */
static void few_rows_show_the_likeliest_words(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(49, 4);
    struct grid grid;
    lab_phase(lab, PHASE_LOSS);
    draw_scene(lab, "logits", &frame, &grid);
    assert_int_equal(grid.rows, 4);
    assert_string_equal(grid_cell(&grid, 0, 1)->text, "w"); /* water */
    assert_string_equal(grid_cell(&grid, 1, 1)->text, "s"); /* sleeps */
    assert_string_equal(grid_cell(&grid, 2, 1)->text, "d"); /* drinks */
    grid_clear(&grid);
    assert_line(lab, "logits", &frame, "   ⋮ 14 more words");
    assert_string_equal(bottom_of(lab, "logits", &frame),
                        "bars from 0 to 0.12");
    frame.width = 50;
    assert_string_equal(bottom_of(lab, "logits", &frame),
                        "bars from 0 to 0.12, the largest first");
    frame.height = 17; /* all of them, in their order */
    assert_string_equal(bottom_of(lab, "logits", &frame),
                        "bars from 0 to 0.12");
}

/* Rows beyond the words keep their own names side by side. */
static void names_of_rows_beyond_the_words_stay_apart(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(30, 30);
    struct grid grid;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.V = 25;
    lab_run(lab, &head);
    lab_phase(lab, PHASE_LOGITS);
    draw_scene(lab, "logits", &frame, &grid);
    for (int row = 17; row < 25; row++) {
        char name[3] = {grid_cell(&grid, row, 1)->text[0],
                        grid_cell(&grid, row, 2)->text[0], '\0'};
        char expected[16];
        snprintf(expected, sizeof expected, "%d", row);
        assert_string_equal(name, expected);
    }
    grid_clear(&grid);
}

static void each_example_costs_its_share(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_phase(lab, PHASE_LOSS);
    assert_scene(lab, "loss",
                 "b=0   2.9789  the cat    → drinks  -ln 0.0508\n"
                 "b=1   2.3410  cat drinks → milk    -ln 0.0962\n"
                 "b=2   2.9725  the dog    → drinks  -ln 0.0512\n"
                 "b=3   2.8063  dog drinks → water   -ln 0.0604\n"
                 "b=4   2.2462  the cat    → chases  -ln 0.1058\n"
                 "b=5   3.2393  cat chases → a       -ln 0.0392\n"
                 "b=6   3.2232  chases a   → mouse   -ln 0.0398\n"
                 "b=7   2.4659  the dog    → chases  -ln 0.0849\n");
    assert_string_equal(title_of(lab, "loss", &frame),
                        "loss 2.7842 · mean of 8");
    assert_string_equal(bottom_of(lab, "loss", &frame), "");
    lab_steps(lab, 4); /* design.md: the first epoch's mean is 2.892 */
    lab_floor(lab);
    assert_string_equal(bottom_of(lab, "loss", &frame),
                        "mean of epoch 1: 2.8924 · its floor: 0.3324");
}

static void the_last_epochs_mean_and_the_rest_are_named(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_steps(lab, 6); /* the oracle's second epoch: 2.6503 */
    assert_string_equal(bottom_of(lab, "loss", &frame),
                        "mean of epoch 2: 2.6503");
    frame.max_rows = 4;
    assert_line(lab, "loss", &frame, "     ⋮ 5 more");
}

static void before_its_phase_a_scene_is_not_ready(void **state)
{
    struct lab *lab = *state;
    lab_phase(lab, PHASE_LOOKUP);
    assert_false(scene_find("mean")->ready(lab));
    assert_false(scene_find("logits")->ready(lab));
    assert_false(scene_find("loss")->ready(lab));
    lab_phase(lab, PHASE_MEAN);
    assert_true(scene_find("mean")->ready(lab));
    assert_false(scene_find("logits")->ready(lab));
}

static void panels_of_any_size_are_kept_to(void **state)
{
    struct lab *lab = *state;
    lab_phase(lab, PHASE_LOSS);
    assert_fits_panels(lab, "mean");
    assert_fits_panels(lab, "logits");
    assert_fits_panels(lab, "loss");
}

/* One score an example. */
static void sentiments_scores_stand_beside_their_texts(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    struct frame frame = stream_frame();
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed = memory_text("1\tgood soup\n0\tbad\n");
    head.model.kind = MODEL_SENTIMENT;
    lab_run(&lab, &head);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    lab_phase(&lab, PHASE_LOSS);
    struct grid grid;
    draw_scene(&lab, "logits", &frame, &grid);
    assert_int_equal(grid.rows, 2);
    char line[16] = "";
    for (int col = 1; col < 10; col++)
        line[col - 1] = grid_cell(&grid, 0, col)->text[0];
    assert_string_equal(line, "good soup");
    grid_clear(&grid);
    lab_clear(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(a_mean_stands_beside_its_context),
        WITH_TINY(a_narrow_panel_leaves_the_example_s_number_out),
        WITH_TINY(other_pools_are_named_as_in_pytorch),
        WITH_TINY(scores_are_bars_left_and_right_of_zero),
        WITH_TINY(probabilities_follow_the_loss),
        WITH_TINY(few_rows_show_the_likeliest_words),
        WITH_TINY(names_of_rows_beyond_the_words_stay_apart),
        WITH_TINY(each_example_costs_its_share),
        WITH_TINY(the_last_epochs_mean_and_the_rest_are_named),
        WITH_TINY(before_its_phase_a_scene_is_not_ready),
        WITH_TINY(panels_of_any_size_are_kept_to),
        cmocka_unit_test(sentiments_scores_stand_beside_their_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
