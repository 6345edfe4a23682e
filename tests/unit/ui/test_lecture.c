/*
 * A lesson over time, by a clock of the test's: what is told of a wait.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "session_case.h"
#include "ui/lecture.h"

/* 2 s, and 0.3 s for each of 20 words: 8 s. */
#define PAGE                                                      \
    "---\ntitle: T\nid: t\n---\n\n"                               \
    "a b c d e f g h i j k l m n o p q r s t\n\n<!-- pause -->\n" \
    "\nu\n"

struct hall {
    struct runner runner;
    struct viewer viewer;
    struct lecture lecture;
};

static void begin(struct hall *hall, const char *folder, double seconds)
{
    const struct player_options options = {.mode = PLAYER_AUTO,
                                           .auto_seconds = seconds};
    struct error err = {0};
    *hall = (struct hall){.lecture = {.player = NULL}};
    runner_init(&hall->runner, false);
    viewer_init(&hall->viewer, false, &hall->runner.scrollback);
    if (lecture_open(&hall->lecture, &hall->runner.session,
                     folder_write(folder, "t.md", PAGE), &options, &err) != 0)
        fail_msg("%s", err.message);
}

static void end(struct hall *hall)
{
    lecture_clear(&hall->lecture);
    runner_clear(&hall->runner);
}

/* Its turns at a time, until nothing more happens. */
static void at(struct hall *hall, double now)
{
    while (lecture_turn(&hall->lecture, &hall->runner, &hall->viewer, now))
        continue;
}

static const char *told(const struct hall *hall)
{
    static char text[64];
    assert_true(lecture_playing(&hall->lecture, text, sizeof text));
    return text;
}

static void a_wait_is_counted_down(void **state)
{
    struct hall hall;
    begin(&hall, *state, 0);
    at(&hall, 100);
    assert_string_equal(told(&hall), "auto · next in 8 s · F5 pauses");
    at(&hall, 100.9);
    assert_string_equal(told(&hall), "auto · next in 8 s · F5 pauses");
    assert_true(lecture_wait(&hall.lecture, 100.9) <= 0.1 + 1e-9);
    at(&hall, 101);
    assert_string_equal(told(&hall), "auto · next in 7 s · F5 pauses");
    at(&hall, 107.9);
    assert_string_equal(told(&hall), "auto · next in 1 s · F5 pauses");
    assert_int_equal(hall.lecture.player->page, 1);
    at(&hall, 108);
    assert_int_equal(hall.lecture.player->page, 2);
    end(&hall);
}

static void another_speed_counts_by_itself(void **state)
{
    struct hall hall;
    begin(&hall, *state, 0);
    at(&hall, 100);
    at(&hall, 102);
    player_change_speed(hall.lecture.player, 1); /* 6 s are left: 4 */
    at(&hall, 102);
    assert_string_equal(told(&hall),
                        "auto · next in 4 s · speed 1.5 · F5 pauses");
    at(&hall, 106);
    assert_int_equal(hall.lecture.player->page, 2);
    end(&hall);
}

static void who_holds_it_sees_no_countdown(void **state)
{
    struct hall hall;
    begin(&hall, *state, 0);
    at(&hall, 100);
    lecture_hold(&hall.lecture);
    at(&hall, 101);
    assert_string_equal(told(&hall), "paused · F5 goes on");
    at(&hall, 200);
    assert_int_equal(hall.lecture.player->page, 1);
    end(&hall);
}

static void long_and_short_waits_are_not_counted(void **state)
{
    struct hall hall;
    begin(&hall, *state, 600);
    at(&hall, 100);
    assert_string_equal(told(&hall), "auto · 600 s · F5 pauses");
    at(&hall, 101);
    assert_string_equal(told(&hall), "auto · 600 s · F5 pauses");
    end(&hall);
    begin(&hall, *state, 1);
    at(&hall, 100);
    assert_string_equal(told(&hall), "auto · 1 s · F5 pauses");
    end(&hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_is_counted_down),
        cmocka_unit_test(another_speed_counts_by_itself),
        cmocka_unit_test(who_holds_it_sees_no_countdown),
        cmocka_unit_test(long_and_short_waits_are_not_counted),
    };
    return cmocka_run_group_tests_name("ui/lecture", tests, folder_begin,
                                       folder_end);
}
