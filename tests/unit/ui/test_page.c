/*
 * How a lesson's page shares the screen with the panels and the output. The
 * area is that of an 80x24 screen, where not said: 20 rows.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lesson/player.h"
#include "ui/page.h"

enum { LINES_MAX = 40 };

static const struct rect area = {2, 0, 20, 80};

/* A page of so many lines, each short. */
static struct page_areas arrange(struct rect screen, size_t lines,
                                 struct page_wish wish)
{
    static char label[] = "a", text[] = "line";
    struct player_item items[LINES_MAX];
    struct player player = {.items = items, .item_count = lines};
    assert_in_range(lines, 0, LINES_MAX);
    for (size_t i = 0; i < lines; i++)
        items[i] = (struct player_item){
            .kind = PLAYER_CHOICE, .label = label, .text = text};
    return page_arrange(&player, screen, &wish);
}

static void assert_rect(struct rect r, int row, int col, int rows, int cols)
{
    assert_int_equal(r.row, row);
    assert_int_equal(r.col, col);
    assert_int_equal(r.rows, rows);
    assert_int_equal(r.cols, cols);
}

static void without_output_page_and_panels_stand_side_by_side(void **state)
{
    struct page_areas a = arrange(area, 3, (struct page_wish){0});
    (void)state;
    assert_rect(a.panels, 2, 0, 20, 42);
    assert_rect(a.page, 2, 42, 20, 38);
    assert_int_equal(a.output.rows, 0);
    assert_int_equal(a.rule.rows, 0);
}

static void narrow_output_goes_below_the_panels(void **state)
{
    struct page_areas a = arrange(area, 3, (struct page_wish){4, 42, false});
    (void)state;
    assert_rect(a.panels, 2, 0, 15, 42);
    assert_rect(a.output, 17, 0, 5, 42);
    assert_rect(a.page, 2, 42, 20, 38);
}

static void output_wider_than_the_panels_goes_below_both(void **state)
{
    struct page_areas a = arrange(area, 3, (struct page_wish){11, 76, false});
    (void)state;
    assert_rect(a.panels, 2, 0, 8, 42);
    assert_rect(a.page, 2, 42, 8, 38);
    assert_rect(a.output, 10, 0, 12, 80);
}

/* 10 lines and their box need 12 of the 20 rows. */
static void below_both_the_page_keeps_its_rows(void **state)
{
    struct page_areas a = arrange(area, 10, (struct page_wish){7, 76, false});
    (void)state;
    assert_rect(a.page, 2, 42, 12, 38);
    a = arrange(area, 10, (struct page_wish){8, 42 + 1, false});
    assert_int_equal(a.panels.rows, 0); /* they give way */
    assert_rect(a.page, 2, 0, 11, 80);  /* cut by one row; as good as it gets */
    assert_rect(a.output, 13, 0, 9, 80);
}

static void tall_output_takes_the_place_of_the_panels(void **state)
{
    struct page_areas a = arrange(area, 10, (struct page_wish){14, 42, false});
    (void)state;
    assert_int_equal(a.panels.rows, 0);
    assert_rect(a.output, 2, 0, 20, 42);
    assert_rect(a.page, 2, 42, 20, 38);
}

static void tall_and_wide_output_stands_below_a_page_across(void **state)
{
    struct page_areas a = arrange(area, 2, (struct page_wish){16, 70, false});
    (void)state;
    assert_int_equal(a.panels.rows, 0);
    assert_rect(a.page, 2, 0, 3, 80); /* a rule and its two lines */
    assert_rect(a.output, 5, 0, 17, 80);
}

static void output_without_end_leaves_the_page_a_third(void **state)
{
    struct page_areas a = arrange(area, 12, (struct page_wish){900, 80, false});
    (void)state;
    assert_rect(a.page, 2, 0, 6, 80);
    assert_rect(a.output, 8, 0, 14, 80);
    a = arrange(area, 2, (struct page_wish){900, 80, false});
    assert_rect(a.page, 2, 0, 3, 80);
}

static void on_a_narrow_screen_the_page_stands_below(void **state)
{
    struct rect narrow = {2, 0, 20, 40};
    struct page_areas a = arrange(narrow, 3, (struct page_wish){0});
    (void)state;
    assert_rect(a.panels, 2, 0, 16, 40);
    assert_rect(a.page, 18, 0, 4, 40);
    a = arrange(narrow, 30, (struct page_wish){0});
    assert_rect(a.page, 12, 0, 10, 40);
}

static void on_a_small_screen_one_of_both_has_the_rows(void **state)
{
    struct rect small = {2, 0, 8, 40};
    struct page_areas a = arrange(small, 3, (struct page_wish){0, 0, false});
    (void)state;
    assert_rect(a.page, 2, 0, 8, 40);
    assert_int_equal(a.panels.rows, 0);
    a = arrange(small, 3, (struct page_wish){0, 0, true});
    assert_int_equal(a.page.rows, 0);
    assert_rect(a.panels, 2, 0, 7, 40);
    assert_rect(a.rule, 9, 0, 1, 40);
    a = arrange(small, 3, (struct page_wish){50, 40, true});
    assert_rect(a.output, 2, 0, 7, 40);
    assert_int_equal(a.panels.rows, 0);
}

/* Side by side as long as what is printed has room. */
static void on_a_low_screen_wide_output_takes_its_turn(void **state)
{
    struct rect low = {2, 0, 9, 80};
    struct page_areas a = arrange(low, 3, (struct page_wish){0, 0, true});
    (void)state;
    assert_rect(a.page, 2, 42, 9, 38);
    a = arrange(low, 3, (struct page_wish){6, 42, true});
    assert_rect(a.output, 2, 0, 9, 42);
    a = arrange(low, 3, (struct page_wish){6, 43, true});
    assert_rect(a.output, 2, 0, 8, 80);
    assert_rect(a.rule, 10, 0, 1, 80);
    assert_int_equal(a.page.rows, 0);
    a = arrange(low, 3, (struct page_wish){6, 43, false});
    assert_rect(a.page, 2, 0, 9, 80);
}

static void assert_inside(struct rect r, struct rect screen)
{
    if (r.rows == 0)
        return;
    assert_in_range(r.rows, 1, screen.rows);
    assert_in_range(r.cols, 1, screen.cols);
    assert_in_range(r.row, screen.row, screen.row + screen.rows - r.rows);
    assert_in_range(r.col, screen.col, screen.col + screen.cols - r.cols);
}

/* Inside the area, and as many cells as it has: then none is in two. */
static void whatever_the_size_every_cell_has_one_owner(void **state)
{
    (void)state;
    for (int cols = 1; cols <= 130; cols += cols < 60 ? 7 : 1)
        for (int rows = 1; rows <= 40; rows++)
            for (int output = 0; output <= 40; output += 5) {
                struct rect screen = {1, 0, rows, cols};
                struct page_areas a = arrange(
                    screen, (size_t)(rows * 7 % 13),
                    (struct page_wish){output, output * 3, rows % 2 == 0});
                struct rect all[] = {a.panels, a.page, a.output, a.rule};
                int cells = 0;
                for (size_t i = 0; i < 4; i++) {
                    assert_inside(all[i], screen);
                    cells += all[i].rows * all[i].cols;
                }
                assert_int_equal(cells, rows * cols);
            }
}

/* A row each, an empty one between them, but none between choices. */
static void what_is_new_is_found_on_the_page(void **state)
{
    static char label[] = "a", text[] = "line";
    struct player_item items[] = {
        {.kind = PLAYER_REMARK, .text = text, .serial = 4},
        {.kind = PLAYER_REMARK, .text = text, .serial = 5},
        {.kind = PLAYER_CHOICE, .label = label, .text = text, .serial = 6},
        {.kind = PLAYER_CHOICE, .label = label, .text = text, .serial = 7},
    };
    const struct player player = {.items = items, .item_count = 4};
    (void)state;
    assert_int_equal(page_rows(&player, area), 6);
    assert_int_equal(page_row_behind(&player, area, 0), 0);
    assert_int_equal(page_row_behind(&player, area, 4), 2);
    assert_int_equal(page_row_behind(&player, area, 5), 4);
    assert_int_equal(page_row_behind(&player, area, 6), 5);
    assert_int_equal(page_row_behind(&player, area, 7), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_output_page_and_panels_stand_side_by_side),
        cmocka_unit_test(narrow_output_goes_below_the_panels),
        cmocka_unit_test(output_wider_than_the_panels_goes_below_both),
        cmocka_unit_test(below_both_the_page_keeps_its_rows),
        cmocka_unit_test(tall_output_takes_the_place_of_the_panels),
        cmocka_unit_test(tall_and_wide_output_stands_below_a_page_across),
        cmocka_unit_test(output_without_end_leaves_the_page_a_third),
        cmocka_unit_test(on_a_narrow_screen_the_page_stands_below),
        cmocka_unit_test(on_a_small_screen_one_of_both_has_the_rows),
        cmocka_unit_test(on_a_low_screen_wide_output_takes_its_turn),
        cmocka_unit_test(whatever_the_size_every_cell_has_one_owner),
        cmocka_unit_test(what_is_new_is_found_on_the_page),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
