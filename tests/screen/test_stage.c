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
    assert_false(terminal_shows(t, "off script"));
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
    assert_shows(t, "auto · F5 pauses");
    terminal_type(t, F5);
    assert_false(terminal_shows(t, "auto ·"));
    assert_false(terminal_shows(t, "paused"));
    terminal_finish(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f5_holds_a_lesson_that_plays_by_itself),
        cmocka_unit_test(what_is_typed_holds_it_too),
        cmocka_unit_test(f5_plays_a_lesson_of_its_student_and_stops_again),
    };
    return cmocka_run_group_tests_name("stage", tests, NULL, NULL);
}
