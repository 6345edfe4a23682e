/*
 * Terminals of every size, growing and shrinking at any moment. What is shown
 * after a change of size is what a program started at that size shows.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "harness.h"

static const char commands[] =
    "corpus tiny; table D=6; windows C=2; batch B=8; optimizer sgd; step\r";

static struct terminal *start(int rows, int cols)
{
    struct terminal *t =
        terminal_start(&(struct terminal_options){.rows = rows, .cols = cols});
    terminal_type(t, commands);
    return t;
}

/* Text and letters of the screen. Caller's to free. */
static char *look(struct terminal *t)
{
    char *text = strdup(terminal_text(t));
    const char *letters = terminal_letters(t);
    size_t length = strlen(text), more = strlen(letters);
    text = realloc(text, length + more + 1);
    memcpy(text + length, letters, more + 1);
    return text;
}

/* As a program looks that was started at this size and was sent this. */
static void assert_as_new(struct terminal *t, int rows, int cols,
                          const char *keys)
{
    struct terminal *new = start(rows, cols);
    terminal_type(t, "\014"); /* a key ends the lighting up */
    terminal_type(new, keys);
    terminal_type(new, "\014");
    char *seen = look(t), *expected = look(new);
    assert_string_equal(seen, expected);
    free(seen);
    free(expected);
    terminal_finish(new);
}

static const int sizes[][2] = {
    {1, 1},    {1, 2},   {2, 1},    {1, 80},   {1, 200}, {50, 1},   {2, 2},
    {2, 20},   {3, 3},   {4, 40},   {5, 5},    {6, 14},  {7, 30},   {8, 200},
    {12, 40},  {15, 79}, {24, 80},  {24, 81},  {25, 80}, {24, 132}, {34, 119},
    {34, 120}, {50, 80}, {60, 250}, {200, 500}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void assert_prompt(struct terminal *t, int rows, int cols)
{
    int row, col;
    terminal_cursor(t, &row, &col);
    assert_int_equal(row, rows - 1);
    assert_in_range(col, 0, cols - 1);
    if (cols > 5)
        assert_memory_equal(terminal_row(t, rows - 1), "emb>", 4);
}

static void every_size_has_its_prompt_and_looks_as_if_new(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        terminal_resize(t, sizes[i][0], sizes[i][1]);
        assert_prompt(t, sizes[i][0], sizes[i][1]);
        assert_as_new(t, sizes[i][0], sizes[i][1], "");
    }
    terminal_finish(t);
}

/* Every view, at every size: nothing is refused, nothing goes astray. */
static void every_view_fits_every_size(void **state)
{
    static const char *const views[] = {
        "view tokens\r", "view vocab\r",  "view table\r",    "view windows\r",
        "view batch\r",  "view logits\r", "view backward\r", "view curve\r",
        "view shapes\r", "view output\r", "help\r",          "tabel\r"};
    struct terminal *t = start(24, 80);
    (void)state;
    for (size_t v = 0; v < sizeof views / sizeof *views; v++) {
        terminal_type(t, views[v]);
        for (size_t i = 0; i < SIZES; i++) {
            terminal_resize(t, sizes[i][0], sizes[i][1]);
            assert_prompt(t, sizes[i][0], sizes[i][1]);
            assert_redraws(t);
            terminal_type(t, "\033[6~\033[1;2C\033[5~\033[1;2D");
        }
    }
    terminal_finish(t);
}

static void the_line_being_typed_survives_every_size(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    terminal_type(t, "lookup the cat 日本語 drinks");
    terminal_type(t, "\002\002\002");
    for (size_t i = 0; i < SIZES; i++) {
        terminal_resize(t, sizes[i][0], sizes[i][1]);
        assert_redraws(t);
    }
    terminal_resize(t, 24, 80);
    assert_string_equal(terminal_row(t, 23),
                        "emb> lookup the cat 日本語 drinks");
    assert_as_new(t, 24, 80, "lookup the cat 日本語 drinks\002\002\002");
    terminal_finish(t);
}

/* ---- storms ---- */

static void storm(struct terminal *t, int count)
{
    for (int i = 0; i < count; i++)
        terminal_post_resize(t, 1 + i * 7 % 60, 1 + i * 13 % 200);
}

static void a_storm_of_sizes_ends_in_the_right_picture(void **state)
{
    int times = getenv("SOAK") != NULL ? 200 : 3;
    struct terminal *t = start(24, 80);
    (void)state;
    for (int i = 0; i < times; i++) {
        storm(t, 300);
        terminal_resize(t, 24, 80);
        assert_as_new(t, 24, 80, "");
        storm(t, 100 + i);
        terminal_resize(t, 34, 120);
        assert_as_new(t, 34, 120, "");
    }
    terminal_finish(t);
}

static void a_storm_while_keys_come_loses_none(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    for (int i = 0; i < 200; i++) {
        terminal_post_resize(t, 1 + i * 7 % 60, 1 + i * 13 % 200);
        terminal_post(t, "next\r", 5);
    }
    terminal_resize(t, 24, 80); /* 200 phases: 28 mini-batches and 4 phases */
    assert_shows(t, " step 30 ");
    assert_shows(t, "LOGITS");
    assert_prompt(t, 24, 80);
    terminal_finish(t);
}

static void a_storm_while_training_runs_is_fine(void **state)
{
    struct terminal *t = start(24, 80);
    static const char endless[] = "train epochs=100000000\r";
    (void)state;
    terminal_post(t, endless, sizeof endless - 1);
    terminal_wait_for(t, "w");
    storm(t, 200);
    terminal_post_resize(t, 24, 80);
    terminal_wait_text(t, "Ctrl-C stops");
    terminal_interrupt(t);
    assert_shows(t, "stopped after step");
    assert_redraws(t);
    terminal_finish(t);
}

static void a_storm_while_it_plays_is_fine(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    terminal_type(t, "play 50\r");
    storm(t, 200);
    terminal_resize(t, 24, 80);
    terminal_wait_for(t, "p");
    terminal_interrupt(t);
    assert_prompt(t, 24, 80);
    assert_redraws(t);
    terminal_finish(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_has_its_prompt_and_looks_as_if_new),
        cmocka_unit_test(every_view_fits_every_size),
        cmocka_unit_test(the_line_being_typed_survives_every_size),
        cmocka_unit_test(a_storm_of_sizes_ends_in_the_right_picture),
        cmocka_unit_test(a_storm_while_keys_come_loses_none),
        cmocka_unit_test(a_storm_while_training_runs_is_fine),
        cmocka_unit_test(a_storm_while_it_plays_is_fine),
    };
    return cmocka_run_group_tests_name("sizes", tests, NULL, NULL);
}
