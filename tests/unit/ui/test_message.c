/* Messages above the prompt: as many lines as they need and may have. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "picture.h"
#include "ui/message.h"

/* Drawn with its last line in the lowest of 4 rows of 16 columns, which were
 * full of dots; used: what it says it used. */
static void check(const struct message *message, int most, int used,
                  const char *expected)
{
    struct grid grid;
    grid_init(&grid, 4, 16);
    for (int row = 0; row < 4; row++)
        grid_text(&grid, row, 0, STYLE_NORMAL, "................");
    assert_int_equal(message_draw(&grid, 3, most, message), used);
    assert_sound(&grid);
    assert_picture(&grid, expected);
    grid_clear(&grid);
}

static void an_error_stands_below_the_line_that_was_typed(void **state)
{
    const struct message message = {.error = "no word so",
                                    .typed = "look dgo",
                                    .wrong_start = 5,
                                    .wrong_length = 3};
    (void)state;
    check(&message, 4, 2,
          "................\n"
          "................\n"
          "> look dgo\n"
          " no word so\n");
    check(&message, 1, 1,
          "................\n"
          "................\n"
          "................\n"
          " no word so\n");
}

static void a_lessons_command_stands_before_what_it_brought_about(void **state)
{
    struct message message = {.command = "step", .own = "6 rows of W changed"};
    (void)state;
    check(&message, 4, 1,
          "................\n"
          "................\n"
          "................\n"
          " > step · 6 row…\n");
    assert_int_equal(message_own_cols(&message, 40), 40 - 1 - 6 - 3);
    assert_int_equal(message_own_cols(&message, 16), 0); /* no room for words */
    message.own = "";
    check(&message, 4, 1,
          "................\n"
          "................\n"
          "................\n"
          " > step\n");
    message.said = "6 rows changed";
    check(&message, 4, 2,
          "................\n"
          "................\n"
          " > step · 6 rows\n"
          " changed\n");
    message.error = "no text";
    check(&message, 4, 2,
          "................\n"
          "................\n"
          "> step\n"
          " no text\n");
}

static void what_waits_stands_above_the_progress(void **state)
{
    const struct progress progress = {.what = "steps"};
    const struct message message = {.progress = &progress, .waiting = "step"};
    (void)state;
    check(&message, 4, 4,
          " waits for the\n"
          " end of this:\n"
          " step\n"
          " steps  · 0\n");
    check(&message, 1, 1,
          "................\n"
          "................\n"
          "................\n"
          " steps  · 0\n");
}

static void an_error_without_a_place_stands_alone(void **state)
{
    const struct message message = {.error = "no word so", .typed = "look"};
    (void)state;
    check(&message, 4, 1,
          "................\n"
          "................\n"
          "................\n"
          " no word so\n");
}

static void a_notice_leaves_its_last_line_to_what_was_done(void **state)
{
    const struct message message = {.notice = "one two three four five six",
                                    .said = "done"};
    (void)state;
    check(&message, 4, 3,
          "................\n"
          " one two three\n"
          " four five six\n"
          " done\n");
    check(&message, 2, 2,
          "................\n"
          "................\n"
          " one two three …\n"
          " done\n");
    check(&message, 1, 1,
          "................\n"
          "................\n"
          "................\n"
          " one two three …\n");
}

/* 18 columns of usage; what stands far on the left needs no leaving out. */
static void a_long_usage_goes_on_from_the_option_being_typed(void **state)
{
    static const char *const cases[][2] = {
        {"run cc=", " run … cc=3\n"},
        {"run aa", " run aa=1 bb=2 …\n"},
        {"run zz", " run aa=1 bb=2 …\n"},
        {"run ", " run aa=1 bb=2 …\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct message message = {.usage = "run aa=1 bb=2 cc=3",
                                        .typing = cases[i][0]};
        struct grid grid;
        grid_init(&grid, 1, 16);
        assert_int_equal(message_draw(&grid, 0, 1, &message), 1);
        assert_picture(&grid, cases[i][1]);
        grid_clear(&grid);
    }
}

static void a_question_comes_before_all(void **state)
{
    const struct message message = {
        .question = "Sure?", .error = "e", .notice = "n", .said = "s"};
    (void)state;
    check(&message, 4, 1,
          "................\n"
          "................\n"
          "................\n"
          " Sure?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_stands_below_the_line_that_was_typed),
        cmocka_unit_test(a_lessons_command_stands_before_what_it_brought_about),
        cmocka_unit_test(what_waits_stands_above_the_progress),
        cmocka_unit_test(an_error_without_a_place_stands_alone),
        cmocka_unit_test(a_notice_leaves_its_last_line_to_what_was_done),
        cmocka_unit_test(a_long_usage_goes_on_from_the_option_being_typed),
        cmocka_unit_test(a_question_comes_before_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
