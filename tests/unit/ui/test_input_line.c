/* The input line in a row: scrolling, controls, the cursor's column. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "picture.h"
#include "ui/input_line.h"

/* Draw prompt and text, the cursor before point; returns its column. */
static int draw(struct grid *grid, int cols, const char *prompt,
                const char *text, size_t point)
{
    struct input_line line = {
        .prompt = prompt, .text = text, .length = strlen(text), .point = point};
    grid_init(grid, 1, cols);
    int cursor = input_line_draw(grid, 0, &line);
    assert_sound(grid);
    return cursor;
}

static void check(int cols, const char *prompt, const char *text, size_t point,
                  const char *expected, int cursor)
{
    struct grid grid;
    assert_int_equal(draw(&grid, cols, prompt, text, point), cursor);
    char line[200];
    snprintf(line, sizeof line, "%s\n", expected);
    assert_picture(&grid, line);
    grid_clear(&grid);
}

static void a_short_line_stands_behind_its_prompt(void **state)
{
    (void)state;
    check(20, "emb> ", "step", 4, "emb> step", 9);
    check(20, "emb> ", "step", 0, "emb> step", 5);
    check(20, "emb> ", "", 0, "emb>", 5);
}

static void the_cursor_counts_columns_not_bytes(void **state)
{
    (void)state;
    check(20, "> ", "é日x", 2, "> é日x", 3);
    check(20, "> ", "é日x", 5, "> é日x", 5);
    check(20, "> ", "e\xcc\x81x", 3, "> e\xcc\x81x", 3); /* a combining mark */
}

static void controls_are_shown_as_two_characters(void **state)
{
    (void)state;
    check(20, "> ", "a\001b\177", 2, "> a^Ab^?", 5);
}

/* 10 columns: the cursor's column 2 + 7 is not below 9, so the window begins
 * at column 5 (the d), where the mark stands. */
static void a_long_line_shows_the_part_around_the_cursor(void **state)
{
    (void)state;
    check(10, "> ", "abcdefg", 7, "<efg", 4);
}

static void a_line_that_goes_on_ends_in_a_mark(void **state)
{
    (void)state;
    check(10, "> ", "abcdefghijklm", 0, "> abcdefg>", 2);
    check(10, "> ", "abcdefghijklm", 13, "<jklm", 5);
    check(10, "> ", "abcdefghijklm", 8, "<efghijklm", 5);
}

static void a_wide_character_is_never_cut(void **state)
{
    (void)state;
    check(10, "> ", "日日日日日日日", 21, "< 日日", 6);
    check(9, "> ", "日日日日日日日", 0, "> 日日日>", 2);
}

static void the_wrong_word_is_marked(void **state)
{
    struct grid grid;
    struct input_line line = {.prompt = "> ",
                              .text = "tabel D=6",
                              .length = 9,
                              .wrong_start = 0,
                              .wrong_length = 5};
    (void)state;
    grid_init(&grid, 1, 20);
    input_line_draw(&grid, 0, &line);
    assert_letters(&grid, "mmeeeee....\n");
    grid_clear(&grid);
}

static void any_width_and_any_point_work(void **state)
{
    static const char text[] = "corpus \"日本\" é\001 and a lot more of it";
    (void)state;
    for (int cols = 1; cols < 60; cols++)
        for (size_t point = 0; point < sizeof text; point++) {
            struct grid grid;
            if ((text[point] & 0xc0) == 0x80)
                continue; /* inside a character */
            int cursor = draw(&grid, cols, "emb> ", text, point);
            assert_in_range(cursor, 0, cols - 1);
            grid_clear(&grid);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_line_stands_behind_its_prompt),
        cmocka_unit_test(the_cursor_counts_columns_not_bytes),
        cmocka_unit_test(controls_are_shown_as_two_characters),
        cmocka_unit_test(a_long_line_shows_the_part_around_the_cursor),
        cmocka_unit_test(a_line_that_goes_on_ends_in_a_mark),
        cmocka_unit_test(a_wide_character_is_never_cut),
        cmocka_unit_test(the_wrong_word_is_marked),
        cmocka_unit_test(any_width_and_any_point_work),
    };
    return cmocka_run_group_tests_name("input_line", tests, NULL, NULL);
}
