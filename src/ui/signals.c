/*
 * The flags are sig_atomic_t, set by handlers and cleared by the loop; the
 * pipe holds at least one byte while a flag is set. SIGINT and friends are
 * installed without SA_RESTART: a waiting call returns.
 */
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { RESTORE_BYTES = 512, STACK_BYTES = 32 * 1024 };

static const int watched[] = {SIGINT,  SIGWINCH, SIGTSTP, SIGCONT,
                              SIGTERM, SIGHUP,   SIGQUIT};
static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
enum {
    WATCHED = sizeof watched / sizeof *watched,
    DEADLY = sizeof deadly / sizeof *deadly,
};

static volatile sig_atomic_t came[WATCHED]; /* since taken */
static volatile sig_atomic_t *stop_flag;
static struct sigaction before[WATCHED], before_deadly[DEADLY];
static int pipe_ends[2] = {-1, -1};
static unsigned long handled;

static char restore_bytes[RESTORE_BYTES];
static volatile sig_atomic_t restore_length; /* 0: nothing to restore */
static struct termios restore_modes;
static char alternate_stack[STACK_BYTES];

/* ---- handlers ---- */

static void note_signal(int number)
{
    int saved = errno;
    for (int i = 0; i < WATCHED; i++)
        if (watched[i] == number)
            came[i] = 1;
    if (number == SIGINT && stop_flag != NULL)
        *stop_flag = 1;
    ssize_t written = write(pipe_ends[1], "", 1); /* full: awake anyway */
    (void)written;
    errno = saved;
}

static void restore(int terminal)
{
    size_t length = (size_t)restore_length;
    restore_length = 0;
    if (length == 0)
        return;
    ssize_t written = write(terminal, restore_bytes, length);
    (void)written;
    tcsetattr(STDIN_FILENO, TCSANOW, &restore_modes);
}

void signals_restore(void)
{
    restore(STDOUT_FILENO);
}

/* OpenBLAS has threads: the loop may go on drawing while one of them is here.
 * What it draws goes nowhere: the terminal is given back, and stays so. */
static void crash(int number)
{
    int terminal = dup(STDOUT_FILENO);
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    restore(terminal >= 0 ? terminal : STDOUT_FILENO);
    for (int i = 0; i < DEADLY; i++)
        if (deadly[i] == number)
            sigaction(number, &before_deadly[i], NULL);
    raise(number);
}

/* ---- installing ---- */

static void install(int number, void (*handler)(int), int flags,
                    struct sigaction *old)
{
    struct sigaction action = {0};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, old);
}

static int open_pipe(void)
{
    if (pipe(pipe_ends) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(pipe_ends[i], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

int signals_open(volatile sig_atomic_t *stop)
{
    if (open_pipe() != 0)
        return -1;
    stop_flag = stop;
    handled = 0;
    for (int i = 0; i < WATCHED; i++) {
        came[i] = 0;
        install(watched[i], note_signal, 0, &before[i]);
    }
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = STACK_BYTES};
    sigaltstack(&stack, NULL);
    for (int i = 0; i < DEADLY; i++)
        install(deadly[i], crash, SA_ONSTACK | SA_NODEFER, &before_deadly[i]);
    return 0;
}

void signals_close(void)
{
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i], &before[i], NULL);
    for (int i = 0; i < DEADLY; i++)
        sigaction(deadly[i], &before_deadly[i], NULL);
    restore_length = 0;
    stop_flag = NULL;
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    pipe_ends[0] = pipe_ends[1] = -1;
}

int signals_fd(void)
{
    return pipe_ends[0];
}

/* ---- the loop's side ---- */

/* Read and clear a flag; a signal in between is the same news. */
static bool take(int number)
{
    bool set = false;
    for (int i = 0; i < WATCHED; i++)
        if (watched[i] == number) {
            set = came[i] != 0;
            came[i] = 0;
        }
    handled += set;
    return set;
}

struct signals signals_take(void)
{
    char bytes[64];
    while (read(pipe_ends[0], bytes, sizeof bytes) > 0)
        ;
    struct signals signals = {
        .interrupt = take(SIGINT),
        .resize = take(SIGWINCH),
        .suspend = take(SIGTSTP),
        .resume = take(SIGCONT),
    };
    if (take(SIGQUIT))
        signals.leave = SIGQUIT;
    if (take(SIGTERM))
        signals.leave = SIGTERM;
    if (take(SIGHUP))
        signals.leave = SIGHUP;
    return signals;
}

unsigned long signals_handled(void)
{
    return handled;
}

void signals_stop(void)
{
    struct sigaction ours;
    install(SIGTSTP, SIG_DFL, 0, &ours);
    kill(0, SIGTSTP); /* the shell's whole job, as the terminal would */
    sigaction(SIGTSTP, &ours, NULL);
}

void signals_guard(const char *bytes, size_t length,
                   const struct termios *modes)
{
    restore_length = 0;
    if (bytes == NULL || length > sizeof restore_bytes)
        return;
    memcpy(restore_bytes, bytes, length);
    restore_modes = *modes;
    restore_length = (sig_atomic_t)length;
}
