/*
 * The line of long work: a time left is read at once, with its units.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "contains.h"
#include "draw/render.h"
#include "ui/progress.h"

static void a_time_left_names_its_units(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } times[] = {
        {0.41, "0.4 s"},      {9.96, "10 s"},        {59, "59 s"},
        {60, "1 min 00 s"},   {185, "3 min 05 s"},   {3599, "59 min 59 s"},
        {3600, "1 h 00 min"}, {22440, "6 h 14 min"}, {359999, "99 h 59 min"},
        {1e6, "days"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[32];
        progress_time(text, sizeof text, times[i].seconds);
        assert_string_equal(text, times[i].text);
    }
}

/* 100 of 1000 in 1,000 s: the 900 to come take 9,000 s. */
static void long_work_says_how_many_hours_are_left(void **state)
{
    const struct progress progress = {
        .what = "train", .done = 100, .total = 1000, .seconds = 1000};
    struct str text = STR_INIT;
    struct grid grid;

    (void)state;
    grid_init(&grid, 1, 100);
    progress_draw(&grid, 0, &progress);
    render_text(&grid, &text);
    has(str_text(&text), "2 h 30 min left");
    str_clear(&text);
    grid_clear(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_left_names_its_units),
        cmocka_unit_test(long_work_says_how_many_hours_are_left),
    };

    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
