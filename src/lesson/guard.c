/*
 * Entering a command, the guard looks at what it asks for, then puts itself
 * between the session and its sink, limits memory and files, and sets a timer;
 * leaving, all is put back. The timer counts computing, not waiting, and ends
 * a command as Ctrl-C would: through the session's stop flag.
 *
 * What commands do with files is known from the command table: options that
 * are files are read, as is a corpus; FILE and what export writes are written.
 * A file is looked at before it is opened, which would not be enough against a
 * program that runs at the same time; a lesson is none.
 */
#include "lesson/guard.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/str.h"
#include "lab/lab.h"

static const struct guard_limits usual_limits = {
    .steps = 200000,
    .seconds = 30,
    .output = 4 << 20,
    .bytes = (size_t)512 << 20,
    .file = 32 << 20,
    .files = 20,
};

/* The sink that commands print into. */
struct guarded_sink {
    struct sink sink; /* first */
    struct lesson_guard *guard;
    struct sink *real;
};

/* What is put back on leaving. */
struct guard_inside {
    struct guarded_sink sink;
    volatile sig_atomic_t *stop; /* the session's; NULL: our own is lent */
    size_t memory;
    const char *writes; /* the file that is written; NULL: none */
    struct rlimit file;
    struct sigaction alarm;
    double began; /* seconds of computing */
    long step;
};

static volatile sig_atomic_t own_stop, timed_out;
static volatile sig_atomic_t *volatile stop_flag;

/* --- the sink ------------------------------------------------------------- */

/* Count what is printed; false: it is too much. Says so once. */
static bool count_output(struct guarded_sink *sink, size_t bytes)
{
    static const char cut[] = "(the lesson prints too much; cut here)\n";
    struct lesson_guard *guard = sink->guard;
    bool fits = guard->output <= guard->limits.output;

    guard->output += bytes;
    if (fits && guard->output > guard->limits.output && sink->real->text)
        sink->real->text(sink->real, cut, strlen(cut));
    return guard->output <= guard->limits.output;
}

static void pass_grid(struct sink *sink, const struct grid *grid)
{
    struct guarded_sink *own = (struct guarded_sink *)sink;

    if (count_output(own, (size_t)grid->rows * (size_t)(grid->cols + 1)) &&
        own->real->grid)
        own->real->grid(own->real, grid);
}

static void pass_text(struct sink *sink, const char *text, size_t length)
{
    struct guarded_sink *own = (struct guarded_sink *)sink;

    if (count_output(own, length) && own->real->text)
        own->real->text(own->real, text, length);
}

static void pass_notice(struct sink *sink, const char *text)
{
    struct guarded_sink *own = (struct guarded_sink *)sink;

    if (count_output(own, strlen(text)) && own->real->notice)
        own->real->notice(own->real, text);
}

static bool pass_progress(struct sink *sink, const char *what, double done,
                          double total, const char *note)
{
    struct guarded_sink *own = (struct guarded_sink *)sink;

    if (timed_out)
        return false;
    return !own->real->progress ||
           own->real->progress(own->real, what, done, total, note);
}

static void put_sink_between(struct lesson_guard *guard,
                             struct session *session)
{
    struct guarded_sink *own = &guard->inside->sink;

    own->guard = guard;
    own->real = session->sink;
    own->sink = *session->sink; /* its width and the like */
    own->sink.grid = pass_grid;
    own->sink.text = pass_text;
    own->sink.notice = pass_notice;
    own->sink.progress = pass_progress;
    session->sink = &own->sink;
}

/* --- time ----------------------------------------------------------------- */

static double computing(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void set_timer(double seconds)
{
    struct itimerval timer = {.it_value.tv_sec = (time_t)seconds};

    timer.it_value.tv_usec =
        (suseconds_t)((seconds - (double)timer.it_value.tv_sec) * 1e6);
    setitimer(ITIMER_PROF, &timer, NULL);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
    timed_out = 1;
    *stop_flag = 1;
}

static void start_clock(struct lesson_guard *guard, struct session *session)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    double left = guard->limits.seconds - guard->seconds;

    guard->inside->stop = session->stop;
    if (!session->stop)
        session->stop = &own_stop;
    stop_flag = session->stop;
    timed_out = own_stop = 0;
    sigemptyset(&action.sa_mask);
    sigaction(SIGPROF, &action, &guard->inside->alarm);
    guard->inside->began = computing();
    set_timer(left < 0.001 ? 0.001 : left);
}

static void stop_clock(struct lesson_guard *guard, struct session *session)
{
    set_timer(0);
    sigaction(SIGPROF, &guard->inside->alarm, NULL);
    guard->seconds += computing() - guard->inside->began;
    if (timed_out)
        *session->stop = 0;
    session->stop = guard->inside->stop;
}

/* --- files ---------------------------------------------------------------- */

/* Is there a part of the path that is hidden or leads up? */
static bool has_dotted_part(const char *path)
{
    for (const char *at = path; at && *at; at = strchr(at, '/')) {
        at += strspn(at, "/");
        if (*at == '.' && at[1] != '/')
            return true;
    }
    return false;
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* Where links lead counts, not the name. */
static bool is_own_file(const struct lesson_guard *guard, const char *path)
{
    char *real = realpath(path, NULL);
    bool own = real && guard->folder && is_below(real, guard->folder) &&
               !has_dotted_part(real + strlen(guard->folder));

    free(real);
    return own;
}

/* A bare name is that of a shipped text. What is not there or no file, the
 * command refuses. */
static int may_read(const struct lesson_guard *guard, const char *path,
                    struct error *err)
{
    struct stat status;

    if (!strpbrk(path, "/."))
        return 0;
    if (has_dotted_part(path) ||
        (stat(path, &status) == 0 && !is_own_file(guard, path)))
        return error_set(err, ERROR_STATE,
                         "a lesson reads texts that come with emblab and files "
                         "of its own folder, and '%s' is neither; put it "
                         "beside the lesson",
                         path);
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
        (size_t)status.st_size > guard->limits.file)
        return error_set(err, ERROR_STATE,
                         "'%s' has %s, and a lesson reads at most %s; use a "
                         "smaller file",
                         path, str_bytes((unsigned long long)status.st_size),
                         str_bytes(guard->limits.file));
    return 0;
}

static int check_new_name(const struct lesson_guard *guard, const char *path,
                          struct error *err)
{
    const char *name = str_starts_with(path, "./") ? path + 2 : path;
    struct stat status;

    if (str_equal(path, "-"))
        return error_set(err, ERROR_STATE,
                         "a lesson writes no standard output; print or show "
                         "what is to be seen");
    if (strchr(name, '/') || *name == '.' || *name == '\0')
        return error_set(err, ERROR_STATE,
                         "a lesson writes only into the working directory, and "
                         "'%s' is elsewhere or hidden; give it a plain name",
                         path);
    if (lstat(name, &status) == 0)
        return error_set(err, ERROR_STATE,
                         "'%s' exists, and a lesson writes only new files; "
                         "move it away or play the lesson elsewhere",
                         path);
    if (guard->file_count >= guard->limits.files)
        return error_set(err, ERROR_STATE,
                         "a lesson writes at most %zu files; that is enough",
                         guard->limits.files);
    return 0;
}

/* A file that was not there before. */
static void note_file(struct lesson_guard *guard, const char *path)
{
    const char *name = str_starts_with(path, "./") ? path + 2 : path;
    struct stat status;

    if (lstat(name, &status) != 0)
        return;
    guard->files = memory_resize(guard->files, guard->file_count + 1,
                                 sizeof *guard->files);
    guard->files[guard->file_count++] = memory_text(name);
}

/* What export may write beside x.tsv; NULL: nothing. Caller's to free. */
static char *metadata_of(const char *path)
{
    static const char ending[] = ".tsv";
    size_t length = strlen(path);
    struct str beside = STR_INIT;

    if (length <= strlen(ending) ||
        !str_equal(path + length - strlen(ending), ending))
        return NULL;
    str_append_bytes(&beside, path, length - strlen(ending));
    str_append(&beside, "_metadata.tsv");
    return str_take(&beside);
}

/* Neither may be there yet: what is there afterwards is the lesson's. */
static int may_write(struct lesson_guard *guard, const char *path,
                     struct error *err)
{
    char *beside = metadata_of(path);
    int status = check_new_name(guard, path, err);

    if (status == 0 && beside)
        status = check_new_name(guard, beside, err);
    if (status == 0)
        guard->inside->writes = path;
    free(beside);
    return status;
}

static void limit_files(const struct lesson_guard *guard)
{
    struct rlimit limit;

    if (!guard->inside->writes)
        return;
    fflush(stdout); /* what was printed before is not the lesson's */
    getrlimit(RLIMIT_FSIZE, &guard->inside->file);
    limit = guard->inside->file;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > guard->limits.file)
        limit.rlim_cur = guard->limits.file;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void end_files(struct lesson_guard *guard)
{
    char *beside;

    if (!guard->inside->writes)
        return;
    setrlimit(RLIMIT_FSIZE, &guard->inside->file);
    beside = metadata_of(guard->inside->writes);
    note_file(guard, guard->inside->writes);
    if (beside)
        note_file(guard, beside);
    free(beside);
}

/* --- commands ------------------------------------------------------------- */

static bool is_command(const struct call *call, const char *name)
{
    return str_equal(call->spec->name, name);
}

/* Is argument i short for `name`? */
static bool argument_means(const struct call *call, size_t i, const char *name)
{
    return call->typed->argc > i &&
           str_starts_with(name, call->typed->args[i].text);
}

/* Settings that let programs run, or the machine be used up. */
static bool sets_the_machine(const struct call *call)
{
    return is_command(call, "set") && call->typed->argc > 1 &&
           (argument_means(call, 0, "python") ||
            argument_means(call, 0, "history_memory") ||
            argument_means(call, 0, "threads"));
}

static int check_command(const struct call *call, struct error *err)
{
    if (is_command(call, "load"))
        return error_set(err, ERROR_STATE,
                         "a lesson loads no lab; write its commands into the "
                         "lesson");
    if (is_command(call, "compare") && argument_means(call, 0, "torch"))
        return error_set(err, ERROR_STATE,
                         "a lesson runs no program; leave compare torch to "
                         "those who play it");
    if (sets_the_machine(call))
        return error_set(err, ERROR_STATE,
                         "a lesson does not set %s; leave it to those who "
                         "play it",
                         call->typed->args[0].text);
    return 0;
}

static int check_option(const struct lesson_guard *guard,
                        const struct option_spec *spec,
                        const struct option_value *value, struct error *err)
{
    if (!value->given)
        return 0;
    if (str_equal(spec->name, "force") && value->flag)
        return error_set(err, ERROR_STATE,
                         "a lesson overwrites nothing; leave force=yes out");
    return spec->type == OPTION_FILE ? may_read(guard, value->text, err) : 0;
}

static int check_options(const struct lesson_guard *guard,
                         const struct call *call, struct error *err)
{
    const struct option_spec *specs = call->spec->options;

    for (size_t i = 0; specs && specs[i].type != OPTION_END; i++) {
        if (check_option(guard, &specs[i], &call->options[i], err) != 0)
            return -1;
    }
    return 0;
}

static int check_arguments(struct lesson_guard *guard, const struct call *call,
                           struct error *err)
{
    const struct value *args = call->typed->args;

    if (call->spec->raw || call->typed->argc == 0)
        return 0;
    switch (call->spec->argument) {
    case ARGUMENT_CORPUS:
        return args[0].kind == VALUE_QUOTED
                   ? 0
                   : may_read(guard, args[0].text, err);
    case ARGUMENT_FILE:
        return may_write(guard, args[0].text, err);
    case ARGUMENT_EXPORT:
        return call->typed->argc > 1 ? may_write(guard, args[1].text, err) : 0;
    default:
        return 0;
    }
}

/* --- limits --------------------------------------------------------------- */

static int check_limits(const struct lesson_guard *guard, struct error *err)
{
    if (guard->steps > guard->limits.steps)
        return error_set(err, ERROR_STATE,
                         "a lesson takes at most %ld training steps; train "
                         "less",
                         guard->limits.steps);
    if (guard->seconds > guard->limits.seconds)
        return error_set(err, ERROR_STATE,
                         "a lesson computes for at most %g seconds; do less",
                         guard->limits.seconds);
    if (guard->output > guard->limits.output)
        return error_set(err, ERROR_STATE,
                         "a lesson prints at most %s; show less",
                         str_bytes(guard->limits.output));
    return 0;
}

/* --- entering and leaving ------------------------------------------------- */

static int check_call(struct lesson_guard *guard, const struct call *call,
                      struct error *err)
{
    if (check_command(call, err) != 0 || check_options(guard, call, err) != 0)
        return -1;
    return check_arguments(guard, call, err);
}

static int enter(struct guard *own, struct session *session,
                 const struct call *call, struct error *err)
{
    struct lesson_guard *guard = (struct lesson_guard *)own;

    if (check_limits(guard, err) != 0)
        return -1;
    *guard->inside = (struct guard_inside){.step = session->lab->step};
    if (call && check_call(guard, call, err) != 0)
        return -1;
    put_sink_between(guard, session);
    guard->inside->memory = memory_set_limit(guard->limits.bytes);
    limit_files(guard);
    start_clock(guard, session);
    return 0;
}

/* A lesson asks no front end for these. */
static int check_request(struct effect *effect, struct error *err)
{
    enum request request = effect->request;

    if (request != REQUEST_QUIT && request != REQUEST_PLAY &&
        request != REQUEST_LESSON)
        return 0;
    *effect = (struct effect){0};
    return error_set(err, ERROR_STATE,
                     request == REQUEST_PLAY
                         ? "a lesson does not step by itself; use step or "
                           "epoch"
                     : request == REQUEST_QUIT
                         ? "a lesson does not end the lab; leave it out"
                         : "a lesson does not play lessons; leave it to those "
                           "who play it");
}

static int leave(struct guard *own, struct session *session,
                 struct effect *effect, int status, struct error *err)
{
    struct lesson_guard *guard = (struct lesson_guard *)own;
    long steps = session->lab->step - guard->inside->step;

    stop_clock(guard, session);
    end_files(guard);
    memory_set_limit(guard->inside->memory);
    session->sink = guard->inside->sink.real;
    guard->steps += steps > 0 ? steps : 0;
    if (status < 0 && timed_out) {
        guard->seconds = guard->limits.seconds + 1;
        check_limits(guard, err);
    }
    if (status >= 0 && effect && check_request(effect, err) != 0)
        return -1;
    return status;
}

/* --- a lesson's guard ----------------------------------------------------- */

/* The lesson's own folder. All of a disk, or nothing, is nobody's own. */
static char *own_folder(const char *path)
{
    char *real = realpath(path, NULL),
         *slash = real ? strrchr(real, '/') : NULL;

    if (!slash || slash == real) {
        free(real);
        return NULL;
    }
    *slash = '\0';
    return real;
}

void lesson_guard_init(struct lesson_guard *guard, const struct lesson *lesson)
{
    *guard =
        (struct lesson_guard){.guard = {enter, leave}, .limits = usual_limits};
    guard->folder = own_folder(lesson->path);
    guard->inside = memory_zeroed(1, sizeof *guard->inside);
}

void lesson_guard_clear(struct lesson_guard *guard)
{
    for (size_t i = 0; i < guard->file_count; i++)
        free(guard->files[i]);
    free(guard->files);
    free(guard->folder);
    free(guard->inside);
    *guard = (struct lesson_guard){0};
}

void lesson_guard_on(struct lesson_guard *guard, struct session *session)
{
    session->guard = &guard->guard;
}

void lesson_guard_off(struct session *session)
{
    session->guard = NULL;
}

void lesson_guard_remove_files(struct lesson_guard *guard)
{
    for (size_t i = 0; i < guard->file_count; i++) {
        unlink(guard->files[i]);
        free(guard->files[i]);
    }
    guard->file_count = 0;
}
