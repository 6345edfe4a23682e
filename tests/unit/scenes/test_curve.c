/* The curve of losses, and the letters with their shapes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "draw/render.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"

static void shapes_are_those_of_the_design(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    assert_scene(
        lab, "shapes",
        "V, D     17, 6          vocabulary size, embedding dimension\n"
        "B, C     8, 2           batch size, context size\n"
        "N        24             examples in an epoch\n"
        "W        (17, 6)        embedding table\n"
        "U        (17, 6)        output layer: weight of nn.Linear\n"
        "b        (17,)          output layer: bias\n"
        "ctx      (8, 2)         context ids\n"
        "tgt      (8,)           targets\n"
        "E        (8, 2, 6)      rows looked up: embedding(ctx)\n"
        "h        (8, 6)         one vector a context\n"
        "logits   (8, 17)        scores\n"
        "probs    (8, 17)        their softmax\n"
        "loss     ()             the mean over the mini-batch\n");
}

static void what_is_not_computed_yet_has_no_shape(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_phase(lab, PHASE_LOOKUP);
    assert_line(lab, "shapes", &frame,
                "E        (8, 2, 6)      rows looked up: embedding(ctx)");
    assert_line(lab, "shapes", &frame,
                "h        not yet        one vector a context");
}

static void shapes_beyond_a_panel_are_a_mark(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(40, 3);
    struct grid grid;
    lab_steps(lab, 1);
    draw_scene(lab, "shapes", &frame, &grid);
    assert_picture(&grid, "V, D     17, 6          vocabulary size…\n"
                          "B, C     8, 2           batch size, con…\n"
                          "   ⋮\n");
    grid_clear(&grid);
}

static void a_typed_lookup_has_shapes_of_its_own(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_look_up(lab, (int64_t[]){1, 2, 3}, 3);
    assert_line(lab, "shapes", &frame, "ids      (3,)           ids looked up");
    assert_line(lab, "shapes", &frame,
                "E        (3, 6)         their rows: embedding(ids)");
}

static void narrow_meanings_wrap_in_a_stream(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    frame.width = 40;
    assert_line(lab, "shapes", &frame,
                "V, D     17, 6          vocabulary size,");
    assert_line(lab, "shapes", &frame, "                        embedding");
}

/* --- curve ------------------------------------------------------------------
 */

static void a_curve_needs_a_loss(void **state)
{
    struct lab *lab = *state;
    assert_false(scene_find("curve")->ready(lab));
    lab_steps(lab, 1);
    assert_true(scene_find("curve")->ready(lab));
}

static void the_title_counts_steps_and_epochs(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    lab_steps(lab, 1);
    assert_string_equal(title_of(lab, "curve", &frame), "loss of 1 step");
    lab_steps(lab, 5);
    assert_string_equal(title_of(lab, "curve", &frame),
                        "loss of 6 steps · mean of epoch 2: 2.6503");
}

/* The axis reaches from 0 to a round number above the largest loss (3.124). */
static void the_axis_holds_every_loss(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct grid grid;
    struct str text = STR_INIT;
    lab_steps(lab, 6);
    lab_floor(lab);
    draw_scene(lab, "curve", &frame, &grid);
    render_text(&grid, &text);
    assert_non_null(strstr(str_text(&text), "\n   4 ┤"));
    assert_non_null(strstr(str_text(&text), "\n   0 ┤"));
    assert_non_null(strstr(str_text(&text), "floor"));
    assert_non_null(strstr(str_text(&text), "◆"));
    str_clear(&text);
    grid_clear(&grid);
}

/* Each context of "a b c d" has one target only: the least loss is 0. */
static void a_floor_of_zero_is_a_floor(void **state)
{
    (void)state;
    struct lab lab;
    struct frame frame = stream_frame();
    struct grid grid;
    struct str text = STR_INIT;
    struct error err = {0};
    lab_with_text(&lab, "a b c d");
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    lab_steps(&lab, 1);
    assert_true(lab_floor(&lab) == 0);
    draw_scene(&lab, "curve", &frame, &grid);
    render_text(&grid, &text);
    assert_non_null(strstr(str_text(&text), "floor"));
    str_clear(&text);
    grid_clear(&grid);
    lab_clear(&lab);
}

static int column_of(const struct grid *grid, int row, const char *text)
{
    for (int col = 0; col < grid->cols; col++)
        if (strcmp(grid_cell(grid, row, col)->text, text) == 0)
            return col;
    return -1;
}

static int row_of(const struct grid *grid, const char *text, int first)
{
    for (int row = first; row < grid->rows; row++)
        if (column_of(grid, row, text) >= 0)
            return row;
    return -1;
}

/* Three mini-batches an epoch: its mean stands over step 3. */
static void an_epochs_mean_stands_at_its_last_step(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct grid grid;
    lab_steps(lab, 4);
    draw_scene(lab, "curve", &frame, &grid);
    int mean = row_of(&grid, "◆", 1), axis = grid.rows - 1;
    assert_true(mean > 0);
    assert_int_equal(column_of(&grid, mean, "◆"), column_of(&grid, axis, "3"));
    grid_clear(&grid);
}

static void a_loss_stands_at_its_step(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct grid grid;
    lab_steps(lab, 2);
    draw_scene(lab, "curve", &frame, &grid);
    /* from step 1, half way along, to step 2 at the right */
    int axis = grid.rows - 1, one = column_of(&grid, axis, "1"), first = 80;
    for (int row = 1; row < grid.rows - 2; row++)
        for (int col = 8; col < first; col++)
            if (!strchr(" ", *grid_cell(&grid, row, col)->text))
                first = col;
    assert_in_range(first, one - 1, one + 1);
    grid_clear(&grid);
}

static void many_steps_are_drawn_as_few(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct grid grid;
    lab_steps(lab, 6000);
    draw_scene(lab, "curve", &frame, &grid);
    assert_int_equal(grid.rows, 16);
    grid_clear(&grid);
}

static void panels_of_any_size_are_kept_to(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 10);
    assert_fits_panels(lab, "curve");
    assert_fits_panels(lab, "shapes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(shapes_are_those_of_the_design),
        WITH_TINY(what_is_not_computed_yet_has_no_shape),
        WITH_TINY(shapes_beyond_a_panel_are_a_mark),
        WITH_TINY(a_typed_lookup_has_shapes_of_its_own),
        WITH_TINY(narrow_meanings_wrap_in_a_stream),
        WITH_TINY(a_curve_needs_a_loss),
        WITH_TINY(the_title_counts_steps_and_epochs),
        WITH_TINY(the_axis_holds_every_loss),
        cmocka_unit_test(a_floor_of_zero_is_a_floor),
        WITH_TINY(an_epochs_mean_stands_at_its_last_step),
        WITH_TINY(a_loss_stands_at_its_step),
        WITH_TINY(many_steps_are_drawn_as_few),
        WITH_TINY(panels_of_any_size_are_kept_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
