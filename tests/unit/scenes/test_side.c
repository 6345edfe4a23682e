/*
 * The narrow panels at the side: a mini-batch and its losses in few columns.
 * The losses are PyTorch's for the first mini-batch of the worked example.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"
#include "scenes/lit.h"

/* 14 rows: one of shapes; of the other 13 the examples have 6. */
static void examples_and_losses_share_a_low_panel(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(30, 14);
    struct grid grid;
    lab_phase(lab, PHASE_LOSS);
    draw_scene(lab, "batch", &frame, &grid);
    assert_picture(&grid, "ctx (8, 2)   tgt (8,)\n"
                          "the cat    → drinks\n"
                          "cat drinks → milk\n"
                          "the dog    → drinks\n"
                          "dog drinks → water\n"
                          "the cat    → chases\n"
                          "⋮ 3 more\n"
                          "loss  2.7842 mean of 8\n"
                          "b=0   2.9789  drinks\n"
                          "b=1   2.3410  milk\n"
                          "b=2   2.9725  drinks\n"
                          "b=3   2.8063  water\n"
                          "b=4   2.2462  chases\n"
                          "⋮ 3 more\n");
    grid_clear(&grid);
}

static void all_stand_where_there_is_room(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(30, 14);
    lab_phase(lab, PHASE_BATCH);
    assert_line(lab, "batch", &frame, "the dog    → chases"); /* the last */
    frame.height = 9;
    assert_line(lab, "batch", &frame, "the dog    → chases");
    frame.height = 8;
    assert_line(lab, "batch", &frame, "⋮ 2 more");
}

static enum style style_at(const struct grid *grid, int row, int col)
{
    return (enum style)grid_cell(grid, row, col)->style;
}

/* why W.grad[cat,4] names cat of "the cat" and of "cat drinks". */
static void words_that_why_names_stand_out(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(30, 20);
    struct grid grid;
    struct lit lit;
    lab_phase(lab, PHASE_BACKWARD);
    lit_explain(lab, "W.grad[cat,4]", &lit);
    frame.lit = &lit;
    draw_scene(lab, "batch", &frame, &grid);
    for (int col = 0; col < 10; col++) {
        assert_int_equal(style_at(&grid, 1, col) == STYLE_ACCENT,
                         col >= 4 && col < 7);
        assert_int_equal(style_at(&grid, 2, col) == STYLE_ACCENT, col < 3);
        assert_int_not_equal(style_at(&grid, 3, col), STYLE_ACCENT);
    }
    grid_clear(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(examples_and_losses_share_a_low_panel),
        WITH_TINY(all_stand_where_there_is_room),
        WITH_TINY(words_that_why_names_stand_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
