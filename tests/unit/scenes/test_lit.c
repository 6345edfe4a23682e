/*
 * Which cells `why` lights. In the worked example "cat" stands in the contexts
 * b=0 c=1, b=1 c=0, b=4 c=1 and b=5 c=0 (screens.md, "Why is this number").
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lab_case.h"
#include "scene_case.h"
#include "scenes/lit.h"

static void a_gradient_lights_its_row_and_the_words_it_came_from(void **state)
{
    struct lab *lab = *state;
    struct lit lit;
    lab_steps(lab, 1);
    lit_explain(lab, "W.grad[cat,4]", &lit);
    assert_string_equal(lit.scene, "backward");
    assert_true(lit_has(&lit, "W.grad", 1, 4));
    assert_true(lit_has(&lit, "W", 1, 4));
    assert_false(lit_has(&lit, "W.grad", 1, 3));
    assert_false(lit_has(&lit, "W.grad", 0, 4));
    assert_true(lit_has(&lit, "ctx", 0, 1));
    assert_true(lit_has(&lit, "ctx", 5, 0));
    assert_false(lit_has(&lit, "ctx", 0, 0));
    assert_false(lit_has(&lit, "ctx", 2, 0));
}

static void a_ledger_lights_the_whole_row(void **state)
{
    struct lab *lab = *state;
    struct lit lit;
    lab_steps(lab, 1);
    lit_explain(lab, "row cat", &lit);
    for (int d = 0; d < 6; d++)
        assert_true(lit_has(&lit, "W.grad", 1, d));
    assert_true(lit_has(&lit, "ctx", 4, 1));
    assert_false(lit_has(&lit, "ctx", 4, 0));
}

/* h[5] is the mean of E[5,0] (cat, row 1) and E[5,1] (chases, row 6). */
static void a_mean_lights_the_rows_it_is_of(void **state)
{
    struct lab *lab = *state;
    struct lit lit;
    lab_steps(lab, 1);
    lit_explain(lab, "h[5,4]", &lit);
    assert_string_equal(lit.scene, "mean");
    assert_true(lit_has(&lit, "h", 5, 4));
    assert_true(lit_has(&lit, "W", 1, 4));
    assert_true(lit_has(&lit, "W", 6, 4));
    assert_true(lit_has(&lit, "E", 10, 4));
    assert_true(lit_has(&lit, "ctx", 5, 1));
    assert_false(lit_has(&lit, "W", 0, 4));
}

/* E[5,1] is a copy of the row of chases, which is the context b=5 c=1. */
static void a_copy_lights_the_row_it_is_of(void **state)
{
    struct lab *lab = *state;
    struct lit lit;
    lab_steps(lab, 1);
    lit_explain(lab, "E[5,1,4]", &lit);
    assert_string_equal(lit.scene, "lookup");
    assert_true(lit_has(&lit, "W", 6, 4));
    assert_false(lit_has(&lit, "W", 1, 4));
    assert_true(lit_has(&lit, "ctx", 5, 1));
    assert_false(lit_has(&lit, "ctx", 5, 0));
}

/* In the picture that is row 5 * 2 + 1 of E and no other: what differs from
 * the picture without it. */
static void a_copy_is_accented_where_it_stands(void **state)
{
    struct lab *lab = *state;
    struct lit lit;
    struct frame frame = panel_frame(80, 50);
    struct grid plain, grid;
    int row = -1, count = 0;
    lab_steps(lab, 1);
    lit_explain(lab, "E[5,1,4]", &lit);
    draw_scene(lab, "lookup", &frame, &plain);
    frame.lit = &lit;
    draw_scene(lab, "lookup", &frame, &grid);
    for (int r = 20; r < grid.rows; r++) { /* below W's 18 lines */
        for (int c = 0; c < grid.cols; c++) {
            if (grid_cell(&grid, r, c)->style == grid_cell(&plain, r, c)->style)
                continue;
            assert_true(row == -1 || row == r);
            row = r;
            count++;
        }
    }
    assert_in_range(count, 6, 8);
    assert_string_equal(grid_cell(&grid, row, 1)->text, "5"); /* 5,1 W[6] */
    assert_string_equal(grid_cell(&grid, row, 3)->text, "1");
    grid_clear(&grid);
    grid_clear(&plain);
}

static void the_loss_lights_every_examples(void **state)
{
    struct lab *lab = *state;
    struct lit lit;
    lab_steps(lab, 1);
    lit_explain(lab, "loss", &lit);
    assert_true(lit_has(&lit, "row_loss", 0, LIT_ALL));
    assert_true(lit_has(&lit, "row_loss", 7, LIT_ALL));
}

static void what_makes_no_sense_lights_nothing(void **state)
{
    struct lab *lab = *state;
    struct lit lit;
    lab_steps(lab, 1);
    static const char *const wrong[] = {"W[zebra,0]", "W[cat", "", "row zebra",
                                        "W[cat,99]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lit_explain(lab, wrong[i], &lit);
        assert_int_equal(lit.count, 0);
        assert_null(lit.scene);
    }
    assert_false(lit_has(NULL, "W", 0, 0));
}

/* A window of 8 rows on 17 shows the first ones: mat, 16, only where named. */
static void a_named_row_is_not_left_out(void **state)
{
    struct lab *lab = *state;
    struct frame frame = panel_frame(54, 8);
    struct lit lit;
    lit_explain(lab, "W[on,0]", &lit);
    frame.lit = &lit;
    assert_line(lab, "table", &frame,
                "   15 on      0.188 -0.358 -0.317  0.589 -0.001 -0.304");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(a_gradient_lights_its_row_and_the_words_it_came_from),
        WITH_TINY(a_ledger_lights_the_whole_row),
        WITH_TINY(a_mean_lights_the_rows_it_is_of),
        WITH_TINY(a_copy_lights_the_row_it_is_of),
        WITH_TINY(a_copy_is_accented_where_it_stands),
        WITH_TINY(the_loss_lights_every_examples),
        WITH_TINY(what_makes_no_sense_lights_nothing),
        WITH_TINY(a_named_row_is_not_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
