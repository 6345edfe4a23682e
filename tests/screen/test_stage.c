/*
 * What stands on the stage of a lesson, and when: what plays by itself and how
 * it is held, what commands printed, what is said below. The lesson is
 * tests/screen/lesson.md, or one of the curriculum.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "harness.h"

#define LESSON "tests/screen/lesson.md"
#define F5 "\033[15~"

static struct terminal *play(int rows, int cols, const char *lesson,
                             const char *how)
{
    const char *args[] = {"play", lesson, how, NULL};
    return terminal_start(
        &(struct terminal_options){.rows = rows, .cols = cols, .args = args});
}

/* ---- by itself ---- */

static void f5_holds_a_lesson_that_plays_by_itself(void **state)
{
    struct terminal *t = play(24, 80, LESSON, "--auto=600");
    (void)state;
    assert_shows(t, "auto · 600 s · F5 pauses");
    terminal_type(t, F5);
    assert_shows(t, "paused · 600 s · F5 goes on");
    assert_false(terminal_shows(t, "step 1"));
    assert_false(terminal_shows(t, "a second"));
    terminal_type(t, F5);
    assert_shows(t, "auto · 600 s · F5 pauses");
    terminal_finish(t);
}

static void what_is_typed_holds_it_too(void **state)
{
    struct terminal *t = play(24, 80, LESSON, "--auto=600");
    (void)state;
    terminal_type(t, "st");
    assert_shows(t, "paused · 600 s · F5 goes on");
    terminal_type(t, "ep 5\r");
    assert_shows(t, "[off script] emb>");
    terminal_type(t, F5); /* back, and on */
    assert_false(terminal_shows(t, "[off script]"));
    assert_shows(t, "auto · 600 s · F5 pauses");
    terminal_finish(t);
}

static void f5_plays_a_lesson_of_its_student_and_stops_again(void **state)
{
    struct terminal *t = play(24, 80, LESSON, "--study");
    (void)state;
    assert_false(terminal_shows(t, "auto"));
    terminal_type(t, F5);
    assert_shows(t, "F5 plays the lesson by itself, F5 again stops it");
    assert_shows(t, "auto · next in ");
    terminal_type(t, F5);
    assert_false(terminal_shows(t, "auto ·"));
    assert_false(terminal_shows(t, "paused"));
    terminal_type(t, "+"); /* the speed is still to be chosen */
    assert_shows(t, "speed 1.5");
    assert_false(terminal_shows(t, "emb> +"));
    terminal_type(t, "-");
    assert_false(terminal_shows(t, "speed"));
    terminal_finish(t);
}

static void f5_puts_away_what_covers_the_page(void **state)
{
    struct terminal *t = play(24, 80, LESSON, "--study");
    (void)state;
    terminal_type(t, "lesson contents\r");
    assert_shows(t, "lesson goto ID");
    terminal_type(t, F5);
    assert_false(terminal_shows(t, "lesson goto ID"));
    terminal_finish(t);
}

/* ---- what is said ---- */

static int count(struct terminal *t, const char *text)
{
    int found = 0;
    for (const char *at = terminal_text(t); (at = strstr(at, text)) != NULL;
         at++)
        found++;
    return found;
}

static void an_error_is_said_once_and_the_page_stays(void **state)
{
    struct terminal *t = play(24, 80, LESSON, NULL);
    (void)state;
    terminal_type(t, "\r");
    terminal_type(t, "print loss\r");
    terminal_type(t, "hello\r");
    assert_int_equal(count(t, "error:"), 1);
    assert_int_equal(count(t, "hello"), 2); /* as typed, and in the message */
    assert_shows(t, "tensor(2.7842");       /* what was printed stays */
    assert_shows(t, "Six different words");
    terminal_type(t, "lesson tokns\r");
    assert_int_equal(count(t, "error:"), 1);
    assert_shows(t, "Six different words");
    terminal_finish(t);
}

static void what_the_lesson_ran_is_named_until_somebody_types(void **state)
{
    struct terminal *t = play(24, 80, LESSON, "--study");
    (void)state;
    terminal_type(t, "\r");
    assert_shows(t, "> step · 6 rows of W changed; loss 2.7842.");
    terminal_type(t, "print W.shape\r");
    assert_false(terminal_shows(t, "> step ·"));
    terminal_type(t, "lesson goto 1\r");
    terminal_type(t, "\r");
    assert_shows(t, "> step ·");
    terminal_type(t, "\r");
    assert_false(terminal_shows(t, "> step ·")); /* another page */
    terminal_finish(t);
}

/* Row 2 is the frame of the first panel: its title. */
static void pages_have_the_same_picture_on_every_way(void **state)
{
    struct terminal *t = play(24, 80, "tests/screen/pictures.md", "--study");
    char *windows, *table, *plot;
    (void)state;
    windows = strdup(terminal_row(t, 2));
    terminal_type(t, "\r");
    table = strdup(terminal_row(t, 2));
    assert_string_not_equal(table, windows);
    terminal_type(t, "\r");
    plot = strdup(terminal_row(t, 2));
    assert_string_not_equal(plot, table);
    terminal_type(t, "lesson goto 1\r");
    assert_string_equal(terminal_row(t, 2), windows);
    terminal_type(t, "lesson goto 2\r");
    assert_string_equal(terminal_row(t, 2), table);
    terminal_type(t, "step; view curve\r");
    assert_string_not_equal(terminal_row(t, 2), table);
    terminal_type(t, "\r"); /* back to the lesson */
    assert_string_equal(terminal_row(t, 2), table);
    terminal_type(t, "lesson goto 4\r");
    assert_string_equal(terminal_row(t, 2), plot);
    terminal_finish(t);
    free(plot);
    free(windows);
    free(table);
}

static void long_contents_show_where_one_is_and_how_many_more(void **state)
{
    struct terminal *t = play(12, 80, "tests/screen/words.md", NULL);
    (void)state;
    assert_shows(t, ">  1 Page number 1");
    assert_shows(t, "   7 Page number 7");
    assert_shows(t, "⋮ 13 more · lesson contents");
    terminal_type(t, "lesson goto 12\r");
    assert_shows(t, "   9 Page number 9");
    assert_shows(t, "> 12 Page number 12");
    assert_shows(t, "  15 Page number 15");
    terminal_type(t, "lesson goto 20\r");
    assert_shows(t, "> 20 Page number 20");
    assert_shows(t, "⋮ 13 more");
    terminal_resize(t, 24, 80);
    assert_shows(t, "   1 Page number 1");
    assert_shows(t, "> 20 Page number 20");
    assert_false(terminal_shows(t, "more"));
    terminal_finish(t);
}

static void the_next_page_begins_without_what_was_said(void **state)
{
    struct terminal *t = play(24, 80, LESSON, NULL);
    (void)state;
    terminal_type(t, "\r");
    terminal_type(t, "print loss\r");
    terminal_type(t, "hello\r");
    terminal_type(t, "\r");
    assert_shows(t, "On stage · 3/");
    assert_false(terminal_shows(t, "error:"));
    assert_false(terminal_shows(t, "tensor("));
    terminal_finish(t);
}

static void a_notice_is_said_as_long_as_its_command_is_the_last(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){0});
    int row;
    (void)state;
    terminal_type(t, "corpus tiny; step; nearest cat\r");
    assert_shows(t, "nearest to cat");
    assert_true(terminal_find(t, "chosen for you", &row) < 0 || row < 22);
    terminal_finish(t);
}

static void a_notice_that_stands_in_the_output_is_said_once(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){0});
    (void)state;
    terminal_type(t, "corpus tiny; table D=6\r");
    terminal_type(t, "nearest cat\r");
    assert_shows(t, "nearest to cat");
    assert_int_equal(count(t, "untrained"), 1);
    terminal_finish(t);
}

static void a_short_history_is_output_and_no_message(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){0});
    int first, second;
    (void)state;
    terminal_type(t, "corpus tiny\r");
    terminal_type(t, "step 2\r");
    terminal_type(t, "history\r");
    assert_true(terminal_find(t, "1  corpus tiny", &first) >= 0);
    assert_true(terminal_find(t, "2> step 2", &second) >= 0);
    assert_int_equal(second, first + 1);
    assert_shows(t, "Esc puts the output away");
    terminal_finish(t);
}

static void undo_to_the_beginning_says_so(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){0});
    (void)state;
    terminal_type(t, "corpus tiny\r");
    terminal_type(t, "table D=6\r");
    terminal_type(t, "undo\r");
    terminal_type(t, "undo\r");
    assert_shows(t, "Where to begin?");
    assert_shows(t, "undone: corpus tiny");
    terminal_finish(t);
}

static void what_a_page_printed_stands_together(void **state)
{
    struct terminal *t = play(24, 80, LESSON, NULL);
    (void)state;
    terminal_type(t, "\r");
    terminal_type(t, "print loss; print ids\r");
    assert_shows(t, "tensor(2.7842");
    assert_shows(t, "tensor([");
    terminal_type(t, "print step\r");
    assert_shows(t, "tensor(2.7842");
    terminal_finish(t);
}

static void each_page_stands_with_what_it_printed_itself(void **state)
{
    struct terminal *t = play(24, 80, LESSON, NULL);
    (void)state;
    terminal_type(t, "\r");
    terminal_type(t, "print loss\r");
    terminal_type(t, "\r");
    assert_shows(t, "On stage · 3/");
    terminal_type(t, "print ids\r");
    assert_shows(t, "tensor([");
    assert_false(terminal_shows(t, "tensor(2.7842"));
    terminal_finish(t);
}

static void what_went_wrong_off_script_is_gone_when_the_lesson_goes_on(
    void **state)
{
    struct terminal *t = play(24, 80, LESSON, NULL);
    (void)state;
    terminal_type(t, "\r");
    terminal_type(t, "step 5\r");
    terminal_type(t, "hello\r");
    assert_shows(t, "error:");
    terminal_type(t, "\r");
    assert_shows(t, "On stage · 2/");
    assert_false(terminal_shows(t, "error:"));
    terminal_finish(t);
}

/* At 40x12 the page has four rows of text: the question alone takes them. */
static void what_is_new_on_the_page_is_in_sight(void **state)
{
    struct terminal *t = play(12, 40, LESSON, "--study");
    (void)state;
    terminal_type(t, "lesson goto rows\r");
    for (int i = 0; i < 3 && terminal_shows(t, "Enter: more"); i++)
        terminal_type(t, "\r");
    terminal_type(t, "b\r");
    assert_shows(t, "Not quite");
    terminal_type(t, "hint\r");
    assert_shows(t, "Look at the contexts.");
    terminal_type(t, "b\r");
    assert_shows(t, "Not quite");
    terminal_finish(t);
}

static void help_begins_with_what_is_the_lessons_own(void **state)
{
    struct terminal *t = play(24, 80, LESSON, NULL);
    int own, other;
    (void)state;
    terminal_type(t, "\033OP");
    assert_true(terminal_find(t, "back, forward", &own) >= 0);
    assert_true(terminal_find(t, "  tokenize ", &other) >= 0);
    assert_true(own < other);
    terminal_type(t, "lesson leave\r");
    terminal_type(t, "help\r");
    assert_false(terminal_shows(t, "back, forward"));
    terminal_finish(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f5_holds_a_lesson_that_plays_by_itself),
        cmocka_unit_test(what_is_typed_holds_it_too),
        cmocka_unit_test(f5_puts_away_what_covers_the_page),
        cmocka_unit_test(f5_plays_a_lesson_of_its_student_and_stops_again),
        cmocka_unit_test(an_error_is_said_once_and_the_page_stays),
        cmocka_unit_test(what_the_lesson_ran_is_named_until_somebody_types),
        cmocka_unit_test(pages_have_the_same_picture_on_every_way),
        cmocka_unit_test(long_contents_show_where_one_is_and_how_many_more),
        cmocka_unit_test(the_next_page_begins_without_what_was_said),
        cmocka_unit_test(a_notice_is_said_as_long_as_its_command_is_the_last),
        cmocka_unit_test(a_notice_that_stands_in_the_output_is_said_once),
        cmocka_unit_test(a_short_history_is_output_and_no_message),
        cmocka_unit_test(undo_to_the_beginning_says_so),
        cmocka_unit_test(what_a_page_printed_stands_together),
        cmocka_unit_test(each_page_stands_with_what_it_printed_itself),
        cmocka_unit_test(
            what_went_wrong_off_script_is_gone_when_the_lesson_goes_on),
        cmocka_unit_test(what_is_new_on_the_page_is_in_sight),
        cmocka_unit_test(help_begins_with_what_is_the_lessons_own),
    };
    return cmocka_run_group_tests_name("stage", tests, NULL, NULL);
}
