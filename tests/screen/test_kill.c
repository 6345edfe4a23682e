/*
 * kill -9 at a random moment of a sitting on a terminal: --resume brings back
 * every step whose report had been shown. SOAK tries more moments.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/process.h"

enum { KILLS = 20, KILLS_SOAK = 300 };

static const char *program(void)
{
    const char *name = getenv("EMBLAB");

    return name ? name : "./emblab";
}

/* The program in plain mode on a new terminal. */
static pid_t start(int *master)
{
    pid_t pid;

    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0)
        fail_msg("no terminal: %s", strerror(errno));
    pid = fork();
    if (pid == 0) {
        int slave;
        setsid();
        slave = open(ptsname(*master), O_RDWR);
        for (int i = 0; i < 3; i++)
            dup2(slave, i);
        close(*master);
        execl(program(), program(), "--plain", "--color=never", (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* What arrives until the deadline, appended to text; false: too late. */
static bool read_more(int master, char *text, size_t size, int milliseconds)
{
    struct pollfd poll_fd = {.fd = master, .events = POLLIN};
    size_t length = strlen(text);
    ssize_t n;

    if (poll(&poll_fd, 1, milliseconds) <= 0)
        return false;
    n = read(master, text + length, size - length - 1);
    if (n <= 0)
        return false;
    text[length + (size_t)n] = '\0';
    return true;
}

static void wait_for(int master, char *text, size_t size, const char *what)
{
    while (!strstr(text, what)) {
        if (!read_more(master, text, size, 20000))
            fail_msg("no \"%s\" in:\n%s", what, text);
    }
}

/* The largest N of "step N   " at a line's start. */
static long last_step(const char *text)
{
    long last = 0;

    for (const char *at = text; (at = strstr(at, "\nstep ")) != NULL; at++) {
        char *end;
        long step = strtol(at + 6, &end, 10);
        if (strncmp(end, "   epoch", 8) == 0 && step > last)
            last = step;
    }
    return last;
}

static long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* A sitting of so many microseconds after its first step; the steps that it
 * acknowledged. */
static long sit_and_kill(long microseconds)
{
    static char text[1 << 20];
    int master;
    pid_t pid = start(&master);
    long deadline;

    *text = '\0';
    wait_for(master, text, sizeof text, "emb> ");
    dprintf(master, "corpus \"a b c a c b\"\nstep\n");
    wait_for(master, text, sizeof text, "\nstep 1   epoch");
    for (int i = 0; i < 200; i++)
        dprintf(master, "step\n");
    deadline = now() + microseconds;
    while (now() < deadline)
        read_more(master, text, sizeof text, 0);
    kill(pid, SIGKILL);
    while (read_more(master, text, sizeof text, 0))
        ;
    waitpid(pid, NULL, 0);
    close(master);
    return last_step(text);
}

/* The steps of the lab that --resume finds. */
static long resume(void)
{
    const char *argv[] = {program(), "--resume", "-c",
                          "export losses - format=csv", NULL};
    struct process_options options = {
        .argv = argv, .input = tmpfile(), .seconds = 60, .output_max = 1 << 20};
    struct process_result result = {0};
    struct error err = {0};
    long lines = -1; /* the head */

    if (process_run(&options, &result, &err) != 0)
        fail_msg("%s", err.message);
    if (result.status != 0)
        fail_msg("--resume: %s", str_text(&result.err));
    for (const char *c = str_text(&result.out); *c; c++)
        lines += *c == '\n';
    process_result_clear(&result);
    fclose(options.input);
    return lines;
}

static void no_acknowledged_step_is_missing(void **state)
{
    int kills = getenv("SOAK") ? KILLS_SOAK : KILLS;

    (void)state;
    srand((unsigned)time(NULL));
    for (int i = 0; i < kills; i++) {
        long shown = sit_and_kill(rand() % 60000), kept = resume();
        if (kept < shown)
            fail_msg("kill %d: step %ld was shown, %ld are there", i, shown,
                     kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_acknowledged_step_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
