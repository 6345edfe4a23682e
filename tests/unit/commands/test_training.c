/*
 * Training that is stopped: what is there to see is of its last step.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "contains.h"
#include "lab/lab.h"
#include "session_case.h"

static volatile sig_atomic_t stop;

static void on_alarm(int number)
{
    (void)number;
    stop = 1;
}

/* Ctrl-C after some microseconds of training, wherever that is. */
static void stop_after(struct sitting *s, const char *command, int microseconds)
{
    struct itimerval timer = {.it_value = {.tv_usec = microseconds}};
    struct effect effect;
    size_t position = 0;

    stop = 0;
    s->session.stop = &stop;
    assert_int_equal(1, session_run(&s->session, command, strlen(command),
                                    &position, &effect, &s->err));
    setitimer(ITIMER_REAL, &timer, NULL);
    assert_int_equal(-1, session_work(&s->session, 10, &s->err));
    assert_int_equal(s->err.code, ERROR_INTERRUPTED);
    stop = 0;
}

/* Most steps of training leave no marks; one of them is under way when the
 * signal comes. All 17 rows of U and b get a gradient in every step. */
static void what_was_stopped_has_the_marks_of_its_last_step(void **state)
{
    struct sigaction action = {.sa_handler = on_alarm};
    struct sitting s;
    (void)state;
    sigaction(SIGALRM, &action, NULL);
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny");
    for (int trial = 0; trial < 20; trial++) {
        stop_after(&s, "train epochs=1000000", 2000 + 97 * trial);
        has(sitting_ask(&s, "rows"), "17 of 17");
        has_not(sitting_ask(&s, "rows"), " 0 of 17");
    }
    sitting_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_stopped_has_the_marks_of_its_last_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
