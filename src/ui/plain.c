/*
 * Standard output carries results only; whatever is written to standard error
 * (messages, notices, the progress bar) first flushes standard output, so that
 * both read in order on a terminal. A failed write to standard output (a full
 * disk) makes the status 1.
 *
 * A place (struct place) says where a line stands: a message begins with it.
 * Lines typed on a terminal have none; there the mistake itself is marked.
 */
#include "ui/plain.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "commands/command.h"
#include "commands/journal.h"
#include "commands/settings.h"
#include "draw/render.h"
#include "ui/progress.h"
#include "ui/plain_parts.h"
#include "ui/prompt.h"
#include "ui/report.h"
#include "ui/stage.h"

static const char prompt_text[] = "emb> ";

static volatile sig_atomic_t stop_flag;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    stop_flag = 1;
}

static void catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

/* --- the sink ----------------------------------------------------------- */

static void erase_bar(struct plain *plain)
{
    if (!plain->bar_shown)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    plain->bar_shown = false;
}

static enum render_colors colors_now(const struct plain *plain)
{
    int color = plain->session.settings->color;

    if (color == 2)
        return RENDER_NO_COLOR;
    if (color == 1 && plain->options.colors == RENDER_NO_COLOR)
        return RENDER_256;
    return plain->options.colors;
}

static void write_grid(struct sink *sink, const struct grid *grid)
{
    struct plain *plain = (struct plain *)sink;
    struct str out = STR_INIT;
    enum render_colors colors = colors_now(plain);

    erase_bar(plain);
    if (colors == RENDER_NO_COLOR)
        render_text(grid, &out);
    else
        render_ansi(grid, plain->session.settings->theme, colors, &out);
    fwrite(str_text(&out), 1, out.length, stdout);
    str_clear(&out);
}

static void write_text(struct sink *sink, const char *text, size_t length)
{
    erase_bar((struct plain *)sink);
    fwrite(text, 1, length, stdout);
}

/* A message: whole on one line, but wrapped at words on a terminal. */
static void write_message(struct plain *plain, const char *text)
{
    erase_bar(plain);
    report_text(text);
}

static void write_notice(struct sink *sink, const char *text)
{
    struct str note = STR_INIT;

    str_printf(&note, "note: %s", text);
    write_message((struct plain *)sink, str_text(&note));
    str_clear(&note);
}

#define BAR_AFTER_SECONDS 0.3
#define BAR_EVERY_SECONDS 0.1

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The bar is one row of the terminal, less its last column. */
static void draw_progress(struct plain *plain, const struct progress *progress)
{
    struct str text = STR_INIT;
    struct grid grid;

    grid_init(&grid, 1, report_width(STDERR_FILENO) - 1);
    progress_draw(&grid, 0, progress);
    if (plain->sink.ascii)
        render_to_ascii(&grid);
    render_text(&grid, &text);
    fflush(stdout);
    fprintf(stderr, "\r%.*s\033[K", (int)text.length - 1, str_text(&text));
    fflush(stderr);
    plain->bar_shown = true;
    plain->bar_drawn = now();
    grid_clear(&grid);
    str_clear(&text);
}

static bool show_progress(struct sink *sink, const char *what, double done,
                          double total, const char *note)
{
    struct plain *plain = (struct plain *)sink;
    double seconds = now() - plain->command_began;
    struct progress progress = {.what = what,
                                .done = done,
                                .total = total,
                                .seconds = seconds,
                                .note = note};

    if (plain->terminal_err && seconds >= BAR_AFTER_SECONDS &&
        now() - plain->bar_drawn >= BAR_EVERY_SECONDS)
        draw_progress(plain, &progress);
    return !stop_flag;
}

/* --- life --------------------------------------------------------------- */

static bool ask_on_terminal(struct session *session, const char *question)
{
    (void)session;
    return prompt_confirm(question);
}

static char *answer_on_terminal(struct session *session, const char *question)
{
    (void)session;
    (void)question; /* it stands above */
    fflush(stdout);
    return prompt_answer("your answer: ");
}

void plain_init(struct plain *plain, const struct plain_options *options)
{
    *plain = (struct plain){.options = *options};
    plain->sink = (struct sink){.grid = write_grid,
                                .text = write_text,
                                .notice = write_notice,
                                .progress = show_progress,
                                .width = report_width(STDOUT_FILENO),
                                .ascii = options->ascii};
    plain->terminal_err = isatty(STDERR_FILENO);
    session_init(&plain->session, &plain->sink);
    plain->session.stop = &stop_flag;
    plain->session.front_end.picture = stage_picture;
    catch_interrupt();
}

void plain_clear(struct plain *plain)
{
    player_free(plain->player);
    session_clear(&plain->session);
}

int plain_status(const struct plain *plain)
{
    if (plain->interrupted)
        return 130;
    return plain->failed ? 1 : 0;
}

/* A full disk is a failure. What was written to the person's terminal may have
 * been interrupted by Ctrl-C, which is none. */
int plain_finish(struct plain *plain)
{
    int status = plain_status(plain);
    bool failed = fflush(stdout) != 0 || ferror(stdout);

    if (failed && !plain->session.front_end.interactive && status == 0) {
        fprintf(stderr, "emblab: error: standard output: %s\n",
                strerror(errno));
        status = 1;
    }
    plain_clear(plain);
    return status;
}

/* --- running ------------------------------------------------------------ */

/* A caret below each column of what is wrong in a line typed at the prompt. */
static void mark_mistake(const struct plain *plain, const char *text,
                         const struct error *err)
{
    size_t before = err->column - 1, length = err->length;
    int start, wide;

    if (err->column == 0 || before + length > strlen(text))
        return;
    start = plain->prompt_columns + utf8_width_bytes(text, before);
    wide = length > 0 ? utf8_width_bytes(text + before, length) : 1;
    if (start + wide < plain->sink.width)
        fprintf(stderr, "%*s%.*s\n", start, "", wide,
                "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^");
}

void plain_report(struct plain *plain, const struct place *place,
                  const struct error *err)
{
    struct str text = STR_INIT;

    if (place->where)
        str_printf(&text, "%s:%zu: ", place->where, place->line);
    if (err->code != ERROR_INTERRUPTED)
        str_append(&text, "error: ");
    str_append(&text, err->message);
    write_message(plain, str_text(&text));
    str_clear(&text);
}

static bool in_script(const struct place *place)
{
    return place->where != NULL;
}

/* Work to its end, with a bar where it takes long. */
static int run_work(struct plain *plain, struct error *err)
{
    int status;

    while ((status = session_work(&plain->session, 0.05, err)) == 1) {
        double done, total;
        const char *what;
        if (session_work_progress(&plain->session, &done, &total, &what))
            sink_progress(&plain->sink, what, done, total, NULL);
    }
    erase_bar(plain);
    return status;
}

int plain_command(struct plain *plain, const char *text, size_t length,
                  size_t *position, struct effect *effect, struct error *err)
{
    int status;

    plain->command_began = now();
    status = session_run(&plain->session, text, length, position, effect, err);
    erase_bar(plain);
    if (status == 1 && effect->request == REQUEST_WORK)
        status = run_work(plain, err) == 0 ? 1 : -1;
    return status;
}

void plain_wait(double seconds)
{
    struct timespec t = {.tv_sec = (time_t)seconds};

    t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
    nanosleep(&t, NULL);
}

/* play: a step each time, until Ctrl-C. */
static int run_play(struct plain *plain, double rate, struct error *err)
{
    static const char step[] = "step";
    int status = 1;

    while (status == 1 && !stop_flag) {
        struct effect effect;
        size_t position = 0;
        status =
            plain_command(plain, step, strlen(step), &position, &effect, err);
        fflush(stdout);
        if (status == 1 && !stop_flag)
            plain_wait(1 / rate);
    }
    return status;
}

static bool something_follows(const struct place *place, const char *rest)
{
    size_t length = place->end ? (size_t)(place->end - rest) : 0;
    char *command = NULL;

    if (!place->end)
        return true;
    for (size_t at = 0; at < length && !command;)
        command = session_source(rest, length, &at);
    free(command);
    return command != NULL;
}

/* What a failure means for the rest: false, to skip it. */
static bool go_on_after(struct plain *plain, const struct place *place,
                        const char *rest, const struct error *err)
{
    plain_report(plain, place, err);
    if (!in_script(place))
        return true;
    if (err->code == ERROR_INTERRUPTED) {
        plain->interrupted = true;
        return false;
    }
    plain->failed = true;
    if (!plain->options.keep_going && something_follows(place, rest))
        sink_notice(&plain->sink, "what follows is skipped; --keep-going "
                                  "runs it");
    return plain->options.keep_going;
}

bool plain_take_stop(void)
{
    bool stopped = stop_flag;

    stop_flag = 0;
    return stopped;
}

/* Ctrl-C between two commands ends a script, and drops the rest of a line. */
static bool was_stopped(struct plain *plain, const struct place *place)
{
    if (!plain_take_stop())
        return false;
    plain->interrupted = in_script(place);
    return true;
}

static void echo_command(const struct plain *plain, const char *text,
                         size_t length, size_t position)
{
    char *source;

    if (!plain->options.echo || plain->session.front_end.interactive)
        return;
    source = session_source(text, length, &position);
    if (source)
        printf("emb> %s\n", source);
    free(source);
}

/* With --echo a line that is all comment tells the story between commands. */
static void echo_comment(const struct plain *plain, const char *text,
                         size_t length)
{
    size_t blank = 0;

    while (blank < length && strchr(" \t", text[blank]))
        blank++;
    if (plain->options.echo && blank < length && text[blank] == '#')
        printf("%.*s\n", (int)(length - blank), text + blank);
}

/* A line may hold several commands. False: skip the rest of the script. */
static bool run_line(struct plain *plain, const struct place *place,
                     const char *text, size_t length)
{
    size_t position = 0;

    echo_comment(plain, text, length);
    while (position < length) {
        struct effect effect;
        struct error err = {0};
        int status;
        echo_command(plain, text, length, position);
        status = plain_command(plain, text, length, &position, &effect, &err);
        if (status == 0)
            break;
        if (status == 1 && effect.request == REQUEST_PLAY)
            status = run_play(plain, effect.rate, &err);
        if (status == 1 && effect.request == REQUEST_LESSON)
            status = plain_lesson_request(plain, &effect, &err) == 0 ? 1 : -1;
        if (status == 1 && effect.request == REQUEST_QUIT) {
            plain->quit = true;
            return false;
        }
        if (status < 0 && !in_script(place))
            mark_mistake(plain, text, &err);
        if (status < 0 && !go_on_after(plain, place, text + position, &err))
            return false;
        if (was_stopped(plain, place) || (status < 0 && !in_script(place)))
            return !in_script(place);
    }
    return true;
}

/* Bytes of a byte order mark, which some editors put before everything. */
static size_t byte_order_mark(const char *text, size_t length)
{
    return length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

bool plain_run_text(struct plain *plain, const char *where, const char *text,
                    size_t length)
{
    struct place place = {where, 1, text + length};

    for (size_t start = byte_order_mark(text, length); start < length;
         place.line++) {
        const char *end = memchr(text + start, '\n', length - start);
        size_t n = end ? (size_t)(end - text) - start : length - start;
        if (!run_line(plain, &place, text + start, n))
            return false;
        start += n + 1;
    }
    return true;
}

/* Results are out before it waits for the next line: whoever writes the
 * commands may be waiting for them. */
bool plain_run_stream(struct plain *plain, const char *where, FILE *stream)
{
    struct place place = {where, 1, NULL};
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    bool more = true;

    while (more && fflush(stdout) == 0 &&
           (length = getline(&text, &room, stream)) >= 0) {
        size_t n = (size_t)length;
        size_t mark = place.line == 1 ? byte_order_mark(text, n) : 0;
        if (n > 0 && text[n - 1] == '\n')
            n--;
        more = run_line(plain, &place, text + mark, n - mark);
        place.line++;
    }
    free(text);
    return !was_stopped(plain, &place) && more;
}

static bool cannot_open(struct plain *plain, const struct error *err)
{
    struct str text = STR_INIT;

    str_printf(&text, "emblab: error: %s", err->message);
    report_text(str_text(&text));
    str_clear(&text);
    plain->failed = true;
    return plain->options.keep_going;
}

/* A pipe or a device (<(...), /dev/stdin) is read as it comes. */
static bool run_special(struct plain *plain, const char *path)
{
    FILE *stream = fopen(path, "r");
    struct error err = {0};
    bool more;

    if (!stream) {
        error_set(&err, ERROR_FILE, "cannot read '%s' (%s); try another file",
                  path, strerror(errno));
        return cannot_open(plain, &err);
    }
    more = plain_run_stream(plain, path, stream);
    fclose(stream);
    return more;
}

bool plain_run_file(struct plain *plain, const char *path)
{
    struct file_bytes bytes;
    struct error err = {0};
    struct stat status;
    bool more;

    if (str_equal(path, "-"))
        return plain_run_stream(plain, "<stdin>", stdin);
    if (stat(path, &status) == 0 &&
        (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)))
        return run_special(plain, path);
    if (file_read(path, &bytes, &err) != 0)
        return cannot_open(plain, &err);
    more = plain_run_text(plain, path, bytes.data, bytes.length);
    file_bytes_clear(&bytes);
    return more;
}

/* --- the lab on a terminal ---------------------------------------------- */

static void complete(void *context, const char *line, size_t point,
                     struct completions *out)
{
    session_complete(context, line, point, out);
}

/* Mistakes in it are reported, and the lab opens all the same. */
static void run_init_file(struct plain *plain)
{
    char *path = file_xdg_path(FILE_XDG_CONFIG, "init.emb", false);

    if (path && file_exists(path))
        plain_run_file(plain, path);
    plain->failed = plain->interrupted = false;
    free(path);
}

bool plain_resume(struct plain *plain, bool keep)
{
    struct error err = {0};

    plain->command_began = now();
    if (journal_resume(&plain->session, keep, &err) == 0) {
        plain->resumed = true;
        return true;
    }
    fprintf(stderr, "emblab: error: %s\n", err.message);
    plain->failed = true;
    return false;
}

static void greet(void)
{
    fputs("emblab: see how a word-embedding layer works and learns. help lists "
          "the\ncommands, quit ends. Begin with: corpus tiny; lookup the cat; "
          "step\n",
          stdout);
    fflush(stdout);
}

/* What the line's first command is; NULL: there is none of that name. */
static const struct command_spec *spec_of(const char *line)
{
    size_t position = 0;
    char *source = session_source(line, strlen(line), &position);
    const struct command_spec *spec;

    if (!source)
        return NULL;
    source[strcspn(source, " \t")] = '\0';
    spec = command_find(source, 0, NULL);
    free(source);
    return spec;
}

/* An empty line is the last stepping command again, until another one has led
 * elsewhere. */
static const char *repeat(const char *line, char **stepping)
{
    const struct command_spec *spec;

    if (line[strspn(line, " \t")] == '\0')
        return *stepping ? *stepping : line;
    spec = spec_of(line);
    if (spec && (spec->repeats || spec->changes || spec->travels)) {
        free(*stepping);
        *stepping = spec->repeats ? memory_text(line) : NULL;
    }
    return line;
}

static void run_typed(struct plain *plain, const char *line, char **stepping)
{
    struct place typed = {NULL, 0, NULL};

    plain->sink.width = report_width(STDOUT_FILENO);
    stop_flag = 0;
    if (!plain->player || !plain_lesson_take(plain, line)) {
        line = repeat(line, stepping);
        run_line(plain, &typed, line, strlen(line));
        plain_lesson_typed(plain);
    }
    stop_flag = 0;
    fflush(stdout);
    session_idle(&plain->session);
}

/* What stands before the line, which a lesson may have begun already. */
static char *read_line(struct plain *plain)
{
    struct str prompt = STR_INIT;
    char *line;

    if (plain->player) {
        prompt_propose(player_take_proposal(plain->player));
        player_prompt(plain->player, &prompt);
    } else {
        str_append(&prompt, prompt_text);
    }
    plain->prompt_columns = utf8_width(str_text(&prompt));
    line = prompt_read(str_text(&prompt));
    str_clear(&prompt);
    return line;
}

static void open_terminal(struct plain *plain)
{
    plain->session.front_end = (struct front_end){.interactive = true,
                                                  .plays = true,
                                                  .ask = ask_on_terminal,
                                                  .answer = answer_on_terminal,
                                                  .picture = stage_picture};
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ); /* the journal is written first */
    if (!plain->resumed) {
        journal_open(&plain->session);
        run_init_file(plain);
    }
}

/* The prompt, until the person leaves. */
static void serve_terminal(struct plain *plain)
{
    struct prompt_completer completer = {complete, &plain->session};
    char *line, *stepping = NULL;

    prompt_open_plain(&completer, &stop_flag);
    while (!plain->quit && plain_lesson_go_on(plain) &&
           (line = read_line(plain)) != NULL) {
        run_typed(plain, line, &stepping);
        free(line);
    }
    prompt_close();
    free(stepping);
}

void plain_run_terminal(struct plain *plain)
{
    open_terminal(plain);
    greet();
    serve_terminal(plain);
}

bool plain_play(struct plain *plain, const char *name,
                const struct player_options *options)
{
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);

    if (terminal)
        open_terminal(plain);
    if (!plain_lesson_open(plain, name, options, terminal))
        return plain->options.keep_going;
    if (terminal)
        serve_terminal(plain);
    else
        plain_lesson_alone(plain);
    return !plain->interrupted && (!plain->failed || plain->options.keep_going);
}
