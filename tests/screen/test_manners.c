/*
 * Manners towards the terminal and the shell: leave, crash, stop and go on;
 * whatever happens, the terminal is given back as it was.
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

/* A sanitizer must not take the crash for its own. */
static struct terminal *start_tiny_to_crash(void)
{
    static const char *const env[] = {
        "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0:"
        "handle_sigfpe=0:handle_sigill=0",
        NULL};
    struct terminal *t = terminal_start(&(struct terminal_options){.env = env});
    terminal_type(t, "corpus tiny\r");
    return t;
}

static void check_signal(int number)
{
    struct terminal *t = start_tiny_to_crash();
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

static void a_crash_in_the_middle_of_work_does_too(void **state)
{
    struct terminal *t = start_tiny_to_crash();
    (void)state;
    train(t);
    terminal_signal(t, SIGSEGV);
    check_end(t, 128 + SIGSEGV);
    t = start_tiny_to_crash();
    terminal_type(t, "quiz rows\r");
    terminal_signal(t, SIGABRT);
    check_end(t, 128 + SIGABRT);
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

static void an_error_at_the_start_gives_it_back(void **state)
{
    static const char *const resume[] = {"--resume", NULL};
    struct terminal *t =
        terminal_launch(&(struct terminal_options){.args = resume});
    (void)state;
    assert_int_equal(terminal_wait_end(t), 1);
    assert_given_back(t);
    assert_shows(t, "emblab: error:");
    terminal_free(t);
}

/* What was typed last, when the window is closed. */
static void check_hang_up(const char *keys, const char *wait_for)
{
    struct terminal *t = start_tiny();
    terminal_post(t, keys, strlen(keys));
    if (wait_for != NULL)
        terminal_wait_for(t, wait_for);
    assert_int_equal(terminal_hang_up(t), 128 + SIGHUP);
    terminal_free(t);
}

static void a_terminal_that_closes_ends_the_program(void **state)
{
    (void)state;
    check_hang_up("", NULL);
    check_hang_up("half a comm", NULL);
    check_hang_up("\033[200~half a paste", NULL);
    check_hang_up("\022sea", NULL);
    check_hang_up("train epochs=100000000\r", "w");
    check_hang_up("play 50\r", "p");
    check_hang_up("quiz rows\r", "q");
}

static void what_was_done_is_there_after_a_terminal_that_closed(void **state)
{
    static const char *const resume[] = {"--resume", NULL};
    char home[] = "/tmp/emblab-kept-XXXXXX", command[64];
    struct terminal_options options = {.home = home};
    (void)state;
    assert_non_null(mkdtemp(home));
    struct terminal *t = terminal_start(&options);
    terminal_type(t, "corpus tiny; step 5\r");
    assert_int_equal(terminal_hang_up(t), 128 + SIGHUP);
    terminal_free(t);
    options.args = resume;
    t = terminal_start(&options);
    assert_shows(t, " step 5 ");
    terminal_finish(t);
    snprintf(command, sizeof command, "rm -r %s", home);
    assert_int_equal(system(command), 0);
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

/* Stop it in this state, let it go on. */
static void stop_and_continue(struct terminal *t)
{
    terminal_post_uncounted(t, "\032");
    terminal_wait_stopped(t);
    assert_given_back(t);
    terminal_continue(t);
    terminal_wait(t);
}

static void stopping_again_and_again_changes_nothing(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\r");
    terminal_type(t, "half");
    for (int i = 0; i < 20; i++)
        stop_and_continue(t);
    assert_shows(t, "emb> half");
    assert_redraws(t);
    terminal_finish(t);
}

static void a_question_is_still_there_after_a_stop(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "quiz rows\rthe c");
    stop_and_continue(t);
    assert_shows(t, "Which rows of the table");
    assert_shows(t, "answer> the c");
    terminal_type(t, "at\r");
    assert_shows(t, "score:");
    terminal_finish(t);
}

/* The step the status line tells. */
static int shown_step(struct terminal *t)
{
    const char *found = strstr(terminal_row(t, 0), " step ");
    return found != NULL ? atoi(found + 6) : 0;
}

static void play_goes_on_after_a_stop(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "play 50\r");
    stop_and_continue(t);
    terminal_wait_for(t, "p");
    for (int before = shown_step(t); shown_step(t) == before;)
        terminal_wait_frame(t);
    terminal_finish(t);
}

/* A signal that came while it was stopped, as `kill %1; fg`. */
static void check_signal_while_stopped(int number)
{
    struct terminal *t = start_tiny_to_crash();
    terminal_post_uncounted(t, "\032");
    terminal_wait_stopped(t);
    terminal_signal(t, number);
    terminal_continue(t);
    check_end(t, 128 + number);
}

static void signals_reach_it_while_it_is_stopped(void **state)
{
    (void)state;
    check_signal_while_stopped(SIGTERM);
    check_signal_while_stopped(SIGHUP);
    check_signal_while_stopped(SIGSEGV);
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

/* ---- writing ---- */

/* Calls of write() so far; -1: nobody counts them here. */
static long writes(const struct terminal *t)
{
    char path[64], line[256];
    long count = -1;
    snprintf(path, sizeof path, "/proc/%ld/io", (long)terminal_pid(t));
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "syscw: %ld", &count) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return count;
}

/* The terminal shows no half of a picture, and is woken once. */
static void a_whole_screen_is_written_at_once(void **state)
{
    (void)state;
    struct terminal *t = start_tiny();
    long before = writes(t);
    terminal_type(t, "\f");
    long after = writes(t);
    if (before >= 0)
        assert_in_range(after - before, 1, 4); /* and what tells of it */
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
        cmocka_unit_test(a_crash_in_the_middle_of_work_does_too),
        cmocka_unit_test(an_error_at_the_start_gives_it_back),
        cmocka_unit_test(a_terminal_that_closes_ends_the_program),
        cmocka_unit_test(what_was_done_is_there_after_a_terminal_that_closed),
        cmocka_unit_test(ctrl_z_stops_and_fg_comes_back),
        cmocka_unit_test(stopping_again_and_again_changes_nothing),
        cmocka_unit_test(a_question_is_still_there_after_a_stop),
        cmocka_unit_test(play_goes_on_after_a_stop),
        cmocka_unit_test(signals_reach_it_while_it_is_stopped),
        cmocka_unit_test(a_resize_while_stopped_is_seen),
        cmocka_unit_test(training_goes_on_after_a_stop),
        cmocka_unit_test(a_whole_screen_is_written_at_once),
    };
    return cmocka_run_group_tests_name("manners", tests, NULL, NULL);
}
