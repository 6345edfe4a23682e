/*
 * The child leads a process group of its own, so that Ctrl-C on the terminal
 * reaches us alone, and so that whatever it starts can be ended with it. Three
 * pipes come from it: output, errors, and one that closes by itself when exec
 * succeeds and else carries errno. We wait in poll, a tenth of a second at
 * most.
 *
 * A child that has ended is first only looked at (WNOWAIT): as long as it is
 * not reaped its number, which is the group's, belongs to nobody else.
 */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    TICK_MS = 100,
    ERRORS_MAX = 64 * 1024,
    FOLDERS_OPEN = 8, /* nftw */
};

enum { OUTPUT, ERRORS, EXEC, PIPES };

struct process {
    const struct process_options *options;
    struct process_result *result;
    char *program; /* argv[0], absolute where it had a / */
    char *folder;
    pid_t pid;
    int ends[PIPES][2]; /* read, write; -1: closed */
    double began;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

/* --- The folder --------------------------------------------------------- */

static int make_folder(struct process *p, struct error *err)
{
    const char *parent = getenv("TMPDIR");
    struct str path = STR_INIT;

    str_printf(&path, "%s/emblab-XXXXXX", parent && *parent ? parent : "/tmp");
    p->folder = str_take(&path);
    if (mkdtemp(p->folder)) /* mode 0700 */
        return 0;
    error_set(err, ERROR_FILE,
              "a folder like %s cannot be made: %s; set TMPDIR "
              "to one that can be written to",
              p->folder, strerror(errno));
    free(p->folder);
    p->folder = NULL;
    return -1;
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    remove(path);
    return 0; /* go on with the others */
}

static void remove_folder(struct process *p)
{
    if (p->folder)
        nftw(p->folder, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
    free(p->folder);
}

/* A path with a / is meant from here, not from the folder. Links stay: a
 * Python finds its packages by the name it is called by. */
static char *absolute_program(const char *name)
{
    struct str path = STR_INIT;
    char *here;

    if (!strchr(name, '/') || *name == '/' || !(here = getcwd(NULL, 0)))
        return memory_text(name);
    str_printf(&path, "%s/%s", here, name);
    free(here);
    return str_take(&path);
}

/* --- The child ---------------------------------------------------------- */

static int open_pipes(struct process *p)
{
    for (int i = 0; i < PIPES; i++) {
        if (pipe(p->ends[i]) != 0)
            return -1;
        for (int end = 0; end < 2; end++)
            fcntl(p->ends[i][end], F_SETFD, FD_CLOEXEC);
        fcntl(p->ends[i][0], F_SETFL, O_NONBLOCK);
    }
    return 0;
}

static void reset_signals(void)
{
    static const int numbers[] = {SIGINT,  SIGQUIT, SIGTERM, SIGHUP,
                                  SIGPIPE, SIGTSTP, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Never returns; a failure goes to us through the pipe. */
static void become(const struct process *p)
{
    const char *const *argv = p->options->argv;
    int input = fileno(p->options->input), failure;
    ssize_t written;

    setpgid(0, 0);
    reset_signals();
    if (dup2(input, STDIN_FILENO) >= 0 &&
        dup2(p->ends[OUTPUT][1], STDOUT_FILENO) >= 0 &&
        dup2(p->ends[ERRORS][1], STDERR_FILENO) >= 0 && chdir(p->folder) == 0)
        execvp(p->program, (char *const *)argv);
    failure = errno;
    written = write(p->ends[EXEC][1], &failure, sizeof failure);
    (void)written;
    _exit(127);
}

static int start(struct process *p, struct error *err)
{
    if (fflush(p->options->input) != 0 ||
        lseek(fileno(p->options->input), 0, SEEK_SET) != 0 ||
        open_pipes(p) != 0 || (p->pid = fork()) < 0)
        return error_set(err, ERROR_FILE,
                         "%s cannot be started: %s; end other programs first",
                         p->options->argv[0], strerror(errno));
    if (p->pid == 0)
        become(p);
    setpgid(p->pid, p->pid); /* whoever comes first; the other one fails */
    for (int i = 0; i < PIPES; i++)
        close_end(&p->ends[i][1]);
    return 0;
}

/* --- Waiting ------------------------------------------------------------ */

/* Take what a pipe has; closes it at its end. */
static void take(int *end, struct str *out, size_t most)
{
    char bytes[16 * 1024];
    ssize_t n;

    while ((n = read(*end, bytes, sizeof bytes)) > 0) {
        size_t room = most > out->length ? most - out->length : 0;
        str_append_bytes(out, bytes, (size_t)n < room ? (size_t)n : room);
        if (out->length >= most && (size_t)n > room)
            return;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(end);
}

static void take_all(struct process *p)
{
    if (p->ends[OUTPUT][0] >= 0)
        take(&p->ends[OUTPUT][0], &p->result->out, p->options->output_max + 1);
    if (p->ends[ERRORS][0] >= 0)
        take(&p->ends[ERRORS][0], &p->result->err, ERRORS_MAX);
}

static bool has_ended(const struct process *p)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) !=
               0 ||
           info.si_pid == p->pid;
}

static int check_limits(const struct process *p, struct error *err)
{
    const struct process_options *o = p->options;
    double seconds = now() - p->began;

    if (o->wanted && !o->wanted(o->context, seconds))
        return error_set(err, ERROR_INTERRUPTED, "%s was stopped after %.1f s",
                         o->argv[0], seconds);
    if (seconds > o->seconds)
        return error_set(err, ERROR_RANGE,
                         "%s had not finished after %g s; give it more time",
                         o->argv[0], o->seconds);
    if (p->result->out.length > o->output_max)
        return error_set(err, ERROR_RANGE,
                         "%s printed more than the %zu bytes expected of it; "
                         "is it a Python?",
                         o->argv[0], o->output_max);
    return 0;
}

static int wait_for_end(struct process *p, struct error *err)
{
    while (!has_ended(p)) {
        struct pollfd ends[2] = {{p->ends[OUTPUT][0], POLLIN, 0},
                                 {p->ends[ERRORS][0], POLLIN, 0}};
        bool silent = ends[0].fd < 0 && ends[1].fd < 0; /* about to end */
        poll(ends, 2, silent ? TICK_MS / 20 : TICK_MS);
        take_all(p);
        if (check_limits(p, err) != 0)
            return -1;
    }
    return 0;
}

/* The group ends, whoever of it still runs; then the child is reaped. */
static void end_group(struct process *p)
{
    int status = 0;

    kill(-p->pid, SIGKILL);
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
        ;
    p->result->status = WIFEXITED(status) ? WEXITSTATUS(status)
                                          : 128 + WTERMSIG(status);
}

static int check_exec(const struct process *p, struct error *err)
{
    int failure = 0;

    if (read(p->ends[EXEC][0], &failure, sizeof failure) !=
        (ssize_t)sizeof failure)
        return 0;
    return error_set(err, failure == ENOENT ? ERROR_NOT_FOUND : ERROR_FILE,
                     "%s cannot be run: %s; name a program that can",
                     p->options->argv[0], strerror(failure));
}

static int run(struct process *p, struct error *err)
{
    int status;

    if (make_folder(p, err) != 0 || start(p, err) != 0)
        return -1;
    status = wait_for_end(p, err);
    take_all(p);
    end_group(p);
    if (status == 0)
        status = check_exec(p, err);
    return status == 0 ? check_limits(p, err) : status;
}

int process_run(const struct process_options *options,
                struct process_result *result, struct error *err)
{
    struct process p = {.options = options, .result = result, .began = now()};
    int status;

    *result = (struct process_result){0};
    for (int i = 0; i < PIPES; i++)
        p.ends[i][0] = p.ends[i][1] = -1;
    p.program = absolute_program(options->argv[0]);
    status = run(&p, err);
    for (int i = 0; i < PIPES; i++) {
        close_end(&p.ends[i][0]);
        close_end(&p.ends[i][1]);
    }
    remove_folder(&p);
    free(p.program);
    return status;
}

void process_result_clear(struct process_result *result)
{
    str_clear(&result->out);
    str_clear(&result->err);
    *result = (struct process_result){0};
}
