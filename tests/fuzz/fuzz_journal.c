/*
 * Any bytes as a journal: it is refused, or run. What was run is saved, and
 * what was saved gives the same lab again. Nothing of it may write a file.
 *
 * Numbers are cut to two digits, so that no input may ask for gigabytes or for
 * a million epochs; what takes long all the same is stopped, as by Ctrl-C.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/journal.h"
#include "commands/replay.h"
#include "draw/sink.h"
#include "lab/history.h"
#include "lab/lab.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile sig_atomic_t stop;

static void on_timer(int number)
{
    (void)number;
    stop = 1;
}

/* Kept texts are looked for where there are none. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART};

    (void)argc;
    (void)argv;
    setenv("XDG_STATE_HOME", "/nonexistent", 1);
    setenv("EMBLAB_DATA", "/nonexistent", 1);
    return sigaction(SIGVTALRM, &action, NULL);
}

static void start_timer(long microseconds)
{
    struct itimerval timer = {.it_value = {.tv_usec = microseconds}};

    stop = 0;
    setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The bytes as text, without large numbers. */
static char *tame(const uint8_t *data, size_t size)
{
    char *text = memory_copy(data, size + (size == 0), 1);
    size_t digits = 0;

    for (size_t i = 0; i < size; i++) {
        bool exponent = digits > 0 && (text[i] | 0x20) == 'e';
        digits = is_digit(text[i]) ? digits + 1 : 0;
        if (digits > 2 || exponent)
            text[i] = 'x';
    }
    return text;
}

static int run(struct session *session, const char *text, size_t length)
{
    struct replay_checks checks = {0};
    struct error err = {0};
    int status =
        replay_run_fresh(session, "journal", text, length, &checks, &err);

    if (status != 0 && err.message[0] == '\0')
        abort(); /* refused without a word */
    return status;
}

/* What was saved must give the same lab, to the bit. */
static void check_saved(const struct session *session)
{
    struct sink silent = sink_silent();
    struct str saved = STR_INIT;
    struct session other;
    int status;

    journal_write(session, &saved);
    session_init(&other, &silent);
    other.stop = &stop;
    start_timer(300000);
    status = run(&other, str_text(&saved), saved.length);
    if (!stop &&
        (status != 0 || lab_hash(other.lab) != lab_hash(session->lab))) {
        fprintf(stderr, "saved, it is another lab:\n%s\n", str_text(&saved));
        abort();
    }
    session_clear(&other);
    str_clear(&saved);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sink silent = sink_silent();
    struct session session;
    char *text = tame(data, size);

    session_init(&session, &silent);
    session.stop = &stop;
    start_timer(100000);
    if (run(&session, text, size) == 0 && !stop)
        check_saved(&session);
    start_timer(0);
    session_clear(&session);
    free(text);
    return 0;
}
