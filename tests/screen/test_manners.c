/*
 * Manners towards the terminal and the shell: stop and go on, resize, leave,
 * crash; whatever happens, the terminal is given back as it was.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "harness.h"

static struct terminal *start_tiny(void)
{
    struct terminal *t = terminal_start(&(struct terminal_options){.rows = 24});
    terminal_type(t, "corpus tiny\r");
    return t;
}

/* Training that goes on until it is stopped. */
static void train(struct terminal *t)
{
    static const char endless[] = "train epochs=100000000\r";
    terminal_post(t, endless, sizeof endless - 1);
    terminal_wait_for(t, "w");
}

/* The first screen is gone, no mode stayed on, the tty is as it was. */
static void assert_given_back(struct terminal *t)
{
    struct termios first = terminal_first_modes(t), now = terminal_modes(t);
    assert_false(terminal_is_alternate(t));
    assert_false(terminal_reports_mouse(t));
    assert_false(terminal_pastes_bracketed(t));
    assert_int_equal(first.c_lflag, now.c_lflag);
    assert_int_equal(first.c_iflag, now.c_iflag);
    assert_int_equal(first.c_oflag, now.c_oflag);
    assert_memory_equal(first.c_cc, now.c_cc, sizeof now.c_cc);
    assert_null(terminal_strange(t));
}

/* ---- leaving ---- */

/* What was typed or sent ends the program with this status. */
static void check_end(struct terminal *t, int status)
{
    assert_int_equal(terminal_wait_end(t), status);
    assert_given_back(t);
    terminal_free(t);
}

static void quit_gives_the_terminal_back(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post(t, "quit\r", 5);
    check_end(t, 0);
}

static void ctrl_d_leaves(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post(t, "\004", 1);
    check_end(t, 0);
}

static void quit_works_while_training_runs(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    train(t);
    terminal_post(t, "quit\r", 5);
    check_end(t, 0);
}

static void check_signal(int number)
{
    struct terminal *t = start_tiny();
    terminal_signal(t, number);
    check_end(t, 128 + number);
}

static void signals_to_leave_leave_by_the_front_door(void **state)
{
    (void)state;
    check_signal(SIGTERM);
    check_signal(SIGHUP);
    check_signal(SIGQUIT);
}

static void a_crash_gives_the_terminal_back(void **state)
{
    (void)state;
    check_signal(SIGSEGV);
    check_signal(SIGBUS);
    check_signal(SIGABRT);
    check_signal(SIGFPE);
    check_signal(SIGILL);
}

static void a_terminal_that_closes_ends_the_program(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    train(t);
    assert_int_equal(terminal_hang_up(t), 128 + SIGHUP);
    terminal_free(t);
}

/* ---- stop and go on ---- */

static void ctrl_z_stops_and_fg_comes_back(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\r");
    terminal_type(t, "half");
    terminal_post_uncounted(t, "\032");
    terminal_wait_stopped(t);
    assert_given_back(t);
    terminal_continue(t);
    terminal_wait(t);
    assert_true(terminal_is_alternate(t));
    assert_true(terminal_reports_mouse(t));
    assert_shows(t, "step 1");
    assert_shows(t, "emb> half");
    terminal_type(t, "\025step\r");
    assert_shows(t, "step 2");
    terminal_finish(t);
}

static void a_resize_while_stopped_is_seen(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post_uncounted(t, "\032");
    terminal_wait_stopped(t);
    terminal_post_resize(t, 34, 120);
    terminal_continue(t);
    terminal_wait(t);
    assert_memory_equal(terminal_row(t, 33), "emb>", 4);
    terminal_finish(t);
}

static void training_goes_on_after_a_stop(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    train(t);
    terminal_post_uncounted(t, "\032");
    terminal_wait_stopped(t);
    terminal_continue(t);
    terminal_wait_for(t, "w");
    terminal_wait_text(t, "Ctrl-C stops");
    terminal_interrupt(t);
    assert_shows(t, "stopped after step");
    terminal_finish(t);
}

/* ---- sizes ---- */

static void every_size_has_its_prompt(void **state)
{
    static const int sizes[][2] = {{1, 1},   {1, 80},  {2, 20},   {3, 3},
                                   {4, 40},  {5, 5},   {7, 30},   {8, 200},
                                   {12, 40}, {24, 80}, {24, 132}, {34, 120},
                                   {50, 80}, {60, 250}};
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\r");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int rows = sizes[i][0], cols = sizes[i][1], row, col;
        terminal_resize(t, rows, cols);
        terminal_cursor(t, &row, &col);
        assert_int_equal(row, rows - 1);
        assert_in_range(col, 0, cols - 1);
        if (cols > 5)
            assert_memory_equal(terminal_row(t, rows - 1), "emb>", 4);
    }
    terminal_finish(t);
}

static void a_storm_of_resizes_ends_in_the_right_picture(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\r");
    for (int i = 0; i < 300; i++)
        terminal_post_resize(t, 1 + i * 7 % 60, 1 + i * 13 % 200);
    terminal_resize(t, 24, 80);
    terminal_type(t, "\014");
    assert_shows(t, "●▲Δ 0 the     0.024");
    assert_memory_equal(terminal_row(t, 23), "emb>", 4);
    terminal_finish(t);
}

static void resizing_while_training_runs_is_fine(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    train(t);
    for (int i = 0; i < 30; i++)
        terminal_post_resize(t, 1 + i, 1 + 4 * i);
    terminal_post_resize(t, 24, 80);
    terminal_wait_text(t, "Ctrl-C stops");
    terminal_interrupt(t);
    terminal_finish(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quit_gives_the_terminal_back),
        cmocka_unit_test(ctrl_d_leaves),
        cmocka_unit_test(quit_works_while_training_runs),
        cmocka_unit_test(signals_to_leave_leave_by_the_front_door),
        cmocka_unit_test(a_crash_gives_the_terminal_back),
        cmocka_unit_test(a_terminal_that_closes_ends_the_program),
        cmocka_unit_test(ctrl_z_stops_and_fg_comes_back),
        cmocka_unit_test(a_resize_while_stopped_is_seen),
        cmocka_unit_test(training_goes_on_after_a_stop),
        cmocka_unit_test(every_size_has_its_prompt),
        cmocka_unit_test(a_storm_of_resizes_ends_in_the_right_picture),
        cmocka_unit_test(resizing_while_training_runs_is_fine),
    };
    return cmocka_run_group_tests_name("manners", tests, NULL, NULL);
}
