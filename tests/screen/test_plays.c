/*
 * Lessons of the curriculum play by themselves to their end, at two sizes.
 * Three of them always, all where LESSONS=all (.ci/run).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "harness.h"

/* Eight times as fast, pauses of no time; each page is there for a frame. */
static void check_plays(const char *lesson, int rows, int cols)
{
    const char *args[] = {"play", lesson, "--auto=0.01", NULL};
    struct terminal *t = terminal_launch(
        &(struct terminal_options){.rows = rows, .cols = cols, .args = args});
    char page[32];
    int pages = 0, row;
    terminal_post(t, "++++++++", 8);
    terminal_wait_text(t, " · 1/");
    const char *at = strstr(terminal_row(t, 0), " · 1/");
    assert_non_null(at);
    pages = atoi(at + strlen(" · 1/"));
    assert_in_range(pages, 3, 99);
    snprintf(page, sizeof page, " · %d/%d", pages, pages);
    terminal_wait_text(t, page);
    assert_true(terminal_find(t, page, &row) >= 0 && row == 0);
    assert_int_equal(terminal_wait_end(t), 0);
    terminal_free(t);
}

static void check_plays_at_both_sizes(const char *lesson)
{
    check_plays(lesson, 24, 80);
    check_plays(lesson, 34, 120);
}

static void what_a_machine_reads_plays_to_its_end(void **state)
{
    (void)state;
    check_plays_at_both_sizes("01-tokens");
}

static void from_two_words_to_a_loss_plays_to_its_end(void **state)
{
    (void)state;
    check_plays_at_both_sizes("05-forward");
}

static void which_rows_light_up_plays_to_its_end(void **state)
{
    (void)state;
    check_plays_at_both_sizes("06-which-rows");
}

static void all_lessons_play_to_their_end(void **state)
{
    static const char *const endings[] = {".md", NULL};
    char **names = file_list_data("lessons", endings);
    size_t count = 0;
    (void)state;
    for (; names != NULL && names[count] != NULL; count++)
        check_plays_at_both_sizes(names[count]);
    file_list_free(names);
    assert_in_range(count, 18, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_machine_reads_plays_to_its_end),
        cmocka_unit_test(from_two_words_to_a_loss_plays_to_its_end),
        cmocka_unit_test(which_rows_light_up_plays_to_its_end),
    };
    const struct CMUnitTest all[] = {
        cmocka_unit_test(all_lessons_play_to_their_end),
    };
    const char *which = getenv("LESSONS");
    if (which != NULL && str_equal(which, "all"))
        return cmocka_run_group_tests_name("all plays", all, NULL, NULL);
    return cmocka_run_group_tests_name("plays", tests, NULL, NULL);
}
