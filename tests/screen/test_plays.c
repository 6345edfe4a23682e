/*
 * Lessons of the curriculum play by themselves to their end, at two sizes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void what_a_machine_reads_plays_to_its_end(void **state)
{
    (void)state;
    check_plays("01-tokens", 24, 80);
    check_plays("01-tokens", 34, 120);
}

static void from_two_words_to_a_loss_plays_to_its_end(void **state)
{
    (void)state;
    check_plays("05-forward", 24, 80);
    check_plays("05-forward", 34, 120);
}

static void which_rows_light_up_plays_to_its_end(void **state)
{
    (void)state;
    check_plays("06-which-rows", 24, 80);
    check_plays("06-which-rows", 34, 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_machine_reads_plays_to_its_end),
        cmocka_unit_test(from_two_words_to_a_loss_plays_to_its_end),
        cmocka_unit_test(which_rows_light_up_plays_to_its_end),
    };
    return cmocka_run_group_tests_name("plays", tests, NULL, NULL);
}
