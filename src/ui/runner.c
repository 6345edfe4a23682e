/*
 * Invariants: a line runs (`line`) or the next of the queue is taken; while
 * `working` the session's work goes on a slice a turn, and of the typed
 * commands only those that change nothing run; the others wait for its end.
 * The outcome (error, notice, printed) is the last line's.
 */
#include "ui/runner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/command.h"
#include "draw/render.h"
#include "lab/history.h"
#include "lab/lab.h"
#include "lang/parse.h"

#define SLICE_SECONDS 0.004

enum {
    SAID_BYTES = 1000,
    SAID_LINES = 2, /* more are no message: they are output */
    UNDONE_NAMED = 3,
};

static const char command_prompt[] = "emb> ";

/* ---- the sink ---- */

static void take_grid(struct sink *sink, const struct grid *grid)
{
    struct runner *runner = (struct runner *)sink;
    if (runner->quiet)
        return;
    scrollback_add_grid(&runner->scrollback, grid);
    runner->printed = true;
    if (grid->rows == 1)
        render_text(grid, &runner->said); /* a line with a style */
    else
        runner->printed_picture = true;
}

static void take_text(struct sink *sink, const char *text, size_t length)
{
    struct runner *runner = (struct runner *)sink;
    if (runner->quiet)
        return;
    scrollback_add_text(&runner->scrollback, text, length);
    runner->printed = true;
    if (runner->said.length < SAID_BYTES)
        str_append_bytes(&runner->said, text, length);
}

static void take_notice(struct sink *sink, const char *text)
{
    struct runner *runner = (struct runner *)sink;
    struct str line = STR_INIT;
    if (runner->quiet)
        return;
    str_printf(&line, "note: %s", text);
    scrollback_add_line(&runner->scrollback, STYLE_NOTICE, str_text(&line));
    str_clear(&line);
    if (runner->notice.length > 0)
        str_append_char(&runner->notice, '\n');
    str_append(&runner->notice, text);
}

static bool take_progress(struct sink *sink, const char *what, double done,
                          double total, const char *note)
{
    struct runner *runner = (struct runner *)sink;
    struct progress progress = {
        .what = what, .done = done, .total = total, .note = note};
    if (runner->draw_progress != NULL)
        runner->draw_progress(runner->context, &progress);
    return !runner->stop;
}

/* ---- begin and end ---- */

void runner_init(struct runner *runner, bool ascii)
{
    *runner = (struct runner){
        .sink = {.grid = take_grid,
                 .text = take_text,
                 .notice = take_notice,
                 .progress = take_progress,
                 .width = 80,
                 .height = 24,
                 .ascii = ascii},
    };
    runner->last = &runner->first;
    session_init(&runner->session, &runner->sink);
    runner->session.front_end.interactive = true;
    runner->session.front_end.plays = true;
    runner->session.stop = &runner->stop;
}

static char *take_line(struct runner *runner)
{
    struct runner_line *line = runner->first;
    if (line == NULL)
        return NULL;
    char *text = line->text;
    runner->first = line->next;
    if (runner->first == NULL)
        runner->last = &runner->first;
    free(line);
    return text;
}

/* Lines that wait, and what is left of the one that runs. */
static void drop_lines(struct runner *runner)
{
    for (char *text; (text = take_line(runner)) != NULL;)
        free(text);
    free(runner->line.text);
    runner->line = (struct running){.text = NULL};
}

void runner_forget(struct runner *runner)
{
    free(runner->error);
    free(runner->typed);
    runner->error = runner->typed = NULL;
    runner->wrong_start = runner->wrong_length = 0;
    runner->printed = runner->printed_picture = runner->confirms = false;
    str_truncate(&runner->notice, 0);
    str_truncate(&runner->said, 0);
}

void runner_begin_page(struct runner *runner)
{
    runner->marks.count = 0;
}

void runner_clear(struct runner *runner)
{
    drop_lines(runner);
    runner_forget(runner);
    free(runner->repeat);
    free(runner->why);
    str_clear(&runner->notice);
    str_clear(&runner->said);
    session_clear(&runner->session);
    scrollback_clear(&runner->scrollback);
}

/* ---- lines ---- */

void runner_type(struct runner *runner, const char *line, bool aside)
{
    struct runner_line *waiting = memory_new(1, sizeof *waiting);
    waiting->text = memory_text(line);
    waiting->aside = aside && runner->working;
    waiting->next = NULL;
    *runner->last = waiting;
    runner->last = &waiting->next;
}

/* What was typed, behind its prompt. line NULL: it was given up. */
static void echo(struct runner *runner, const char *prompt, const char *line)
{
    struct grid grid;
    if (runner->quiet)
        return;
    line = line != NULL ? line : "";
    grid_init(&grid, 1, grid_text_width(line) + (int)strlen(prompt));
    int col = grid_text(&grid, 0, 0, STYLE_PROMPT, prompt);
    grid_text(&grid, 0, col, STYLE_CODE, line);
    scrollback_add_grid(&runner->scrollback, &grid);
    grid_clear(&grid);
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/* A command's output begins here. */
static void mark_output(struct runner *runner)
{
    struct output_marks *marks = &runner->marks;
    runner->output_from = runner->scrollback.added;
    if (marks->count == RUNNER_MARKS)
        memmove(marks->at, marks->at + 1, --marks->count * sizeof *marks->at);
    marks->at[marks->count++] = runner->output_from;
}

void runner_ask(struct runner *runner)
{
    runner->output_to = runner->scrollback.added;
}

void runner_answer(struct runner *runner, const char *line)
{
    mark_output(runner);
    echo(runner, "answer> ", line);
}

/* What a line needs that begins to run. */
static void start_line(struct runner *runner, struct running *line)
{
    line->length = strlen(line->text);
    line->position = 0;
    if (!runner->quiet)
        runner_forget(runner);
    if (!runner->keeps_marks)
        runner->marks.count = 0;
    runner->before = (struct output_before){
        runner->output_from, runner->output_to, runner->marks.count};
    mark_output(runner);
    runner->output_typed = !runner->script;
    echo(runner, command_prompt, line->text);
}

/* Take the next line that waits; an empty one is the last stepping command
 * again. False: there is none. */
static bool begin_line(struct runner *runner, struct running *line)
{
    line->text = take_line(runner);
    while (line->text != NULL && is_blank(line->text)) {
        free(line->text);
        line->text = runner->repeat != NULL ? memory_text(runner->repeat)
                                            : take_line(runner);
    }
    if (line->text == NULL)
        return false;
    if (!runner->working)
        runner->own_step = false;
    start_line(runner, line);
    return true;
}

char *runner_take_typed(struct runner *runner)
{
    char *text = take_line(runner);
    while (text != NULL && is_blank(text)) {
        free(text);
        text = take_line(runner);
    }
    return text;
}

void runner_script(struct runner *runner, const char *line, bool quiet)
{
    assert(runner->line.text == NULL && !runner->working);
    runner->script = true;
    runner->quiet = quiet;
    runner->own_step = false;
    error_clear(&runner->script_error);
    runner->line.text = memory_text(line);
    start_line(runner, &runner->line);
}

static void end_line(struct running *line)
{
    free(line->text);
    *line = (struct running){.text = NULL};
}

/* ---- commands ---- */

static bool takes_expression(void *context, const char *name)
{
    const struct command_spec *spec = command_find(name, 0, NULL);
    (void)context;
    return spec != NULL && spec->raw;
}

/*
 * The struct of the command that line has at *position, which moves behind
 * it. NULL: there is none, or one that does not exist; then *more says whether
 * the line goes on. source (may be NULL) gets it as typed, to free.
 */
static const struct command_spec *look_at(const char *line, size_t *position,
                                          bool *more, char **source)
{
    struct command typed = {0};
    const struct command_spec *spec = NULL;
    int status = command_parse(line, strlen(line), position, takes_expression,
                               NULL, &typed, NULL);
    *more = status == 1;
    if (status == 1 && typed.name != NULL)
        spec = command_find(typed.name, 0, NULL);
    if (source != NULL)
        *source = spec != NULL ? memory_text(typed.source) : NULL;
    command_clear(&typed);
    return spec;
}

/* Does it take the lab elsewhere, on the timeline or in a lesson? */
static bool moves(const struct command_spec *spec)
{
    return spec->changes || spec->travels;
}

/* Does no command of the line change the lab? */
static bool only_looks(const char *line)
{
    size_t position = 0;
    for (bool more = true; more;) {
        const struct command_spec *spec = look_at(line, &position, &more, NULL);
        if (spec != NULL && moves(spec))
            return false;
    }
    return true;
}

/* Does what it prints say what it did, and is nothing to look at? */
static bool is_confirmed(const struct command_spec *spec)
{
    return moves(spec) || spec->family == FAMILY_FILES ||
           spec->family == FAMILY_SETTINGS;
}

/* For an empty line: a step that a person takes, until something else leads
 * elsewhere. Takes source. */
static void remember_step(struct runner *runner,
                          const struct command_spec *spec, char *source)
{
    bool step = spec != NULL && spec->repeats && !runner->script;
    if (spec == NULL || !(step || moves(spec))) {
        free(source);
        return;
    }
    free(runner->repeat);
    runner->repeat = step ? source : NULL;
    if (!step)
        free(source);
}

/* What the line's next command is: for an empty line, for the message line. */
static void remember_command(struct runner *runner, const struct running *line)
{
    char *source;
    bool more;
    size_t position = line->position;
    const struct command_spec *spec =
        look_at(line->text, &position, &more, &source);
    runner->confirms = spec != NULL && is_confirmed(spec);
    runner->retraces = spec != NULL && spec->retraces;
    runner->printed_picture = false;
    str_truncate(&runner->said, 0);
    if (runner->script && !runner->quiet) /* a person's line keeps all */
        str_truncate(&runner->notice, 0);
    remember_step(runner, spec, source);
}

/* Where in the line the mistake is; no place where it says none. */
static void mark_wrong(struct runner *runner, const struct error *err)
{
    size_t length = strlen(runner->typed);
    if (err->column == 0 || err->column > length)
        return;
    runner->wrong_start = err->column - 1;
    runner->wrong_length = err->length > 0 ? err->length : 1;
}

/* line: as it was typed; NULL: the error is not about what was typed. */
static void take_error(struct runner *runner, const char *line,
                       const struct error *err)
{
    if (runner->script)
        runner->script_error = *err;
    if (runner->quiet)
        return;
    if (err->code == ERROR_INTERRUPTED) {
        sink_notice(&runner->sink, "%s", err->message);
        return;
    }
    struct str text = STR_INIT;
    str_printf(&text, "error: %s", err->message);
    runner->error_at = runner->scrollback.added;
    scrollback_add_line(&runner->scrollback, STYLE_ERROR, str_text(&text));
    free(runner->error);
    free(runner->typed);
    runner->error = str_take(&text);
    runner->typed = memory_text(line);
    if (line != NULL)
        mark_wrong(runner, err);
}

static void begin_work(struct runner *runner, double now)
{
    runner->working = true;
    runner->work_began = now;
}

static void begin_play(struct runner *runner, double rate, double now)
{
    runner->play = (struct play){.on = true, .rate = rate, .next = now};
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

/* A line that is set in stands in a list or a table. */
static bool has_list(const char *text)
{
    return *text == ' ' || strstr(text, "\n ") != NULL;
}

bool runner_says(const struct runner *runner)
{
    const struct str *said = &runner->said;
    return runner->confirms && !runner->printed_picture && said->length > 0 &&
           said->length < SAID_BYTES &&
           count_lines(str_text(said)) <= SAID_LINES &&
           !has_list(str_text(said));
}

/* Where undo or redo has led, from `before` events done. */
static void say_journey(struct runner *runner, size_t before)
{
    const struct history *history = runner->session.history;
    bool back = history->now < before;
    size_t from = back ? history->now : before;
    size_t count = back ? before - history->now : history->now - before;
    str_truncate(&runner->said, 0);
    str_append(&runner->said, back ? "undone: " : "done again: ");
    if (count > UNDONE_NAMED)
        str_printf(&runner->said, "%zu commands", count);
    for (size_t i = 0; i < count && count <= UNDONE_NAMED; i++)
        str_printf(&runner->said, "%s%s", i > 0 ? ", " : "",
                   history->events[from + i].command);
    str_printf(&runner->said, "; now step %ld", runner->session.lab->step);
    if (back)
        str_printf(&runner->said, "; redo brings %s back",
                   count == 1 ? "it" : "them");
}

static void take_effect(struct runner *runner, const struct effect *effect,
                        double now)
{
    if (effect->request == REQUEST_WORK)
        begin_work(runner, now);
    if (effect->request == REQUEST_PLAY)
        begin_play(runner, effect->rate, now);
    if (effect->request == REQUEST_QUIT)
        runner->quit = true;
    if (runner->quiet)
        return;
    runner->view_chosen = effect->request == REQUEST_VIEW;
    if (effect->view != NULL)
        runner->view = effect->view;
    else if (runner->printed && !runner_says(runner))
        runner->show_output = true;
    if (effect->cell != NULL) {
        free(runner->why);
        runner->why = memory_text(effect->cell);
    }
    runner->lab_changed |= effect->lab_changed;
    runner->settings_changed |= effect->settings_changed;
}

/* What a command asks of a lesson. False: it failed, and that is said. */
static bool carry_out(struct runner *runner, const struct running *line,
                      const struct effect *effect)
{
    struct error err = {0};
    if (effect->request != REQUEST_LESSON || runner->lesson == NULL ||
        runner->script) /* a lesson plays no lesson */
        return true;
    if (runner->lesson(runner->context, effect, &err) == 0)
        return true;
    take_error(runner, line->text, &err);
    return false;
}

/* Run the line's next command; at its end, or after a failure, line->text is
 * NULL. */
static void run_command(struct runner *runner, struct running *line, double now)
{
    struct effect effect = {0};
    struct error err = {0};
    if (!runner->working)
        runner->stop = 0;
    if (line->position > 0)
        mark_output(runner);
    remember_command(runner, line);
    size_t events = runner->session.history->now;
    int status = session_run(&runner->session, line->text, line->length,
                             &line->position, &effect, &err);
    if (status < 0) {
        take_error(runner, line->text, &err);
        runner->play.on = false;
    } else if (status > 0 && carry_out(runner, line, &effect)) {
        if (runner->retraces && runner->session.history->now != events)
            say_journey(runner, events);
        take_effect(runner, &effect, now);
    }
    if (status <= 0 || runner->quit || line->position >= line->length)
        end_line(line);
}

/* ---- work ---- */

bool runner_waiting(const struct runner *runner, struct str *out)
{
    str_truncate(out, 0);
    for (const struct runner_line *line = runner->first; line != NULL;
         line = line->next)
        if (!is_blank(line->text))
            str_printf(out, "%s%s", out->length > 0 ? "; " : "", line->text);
    return out->length > 0;
}

/* The lines that wait do not go without a word. */
static void stop_work(struct runner *runner, const struct error *why)
{
    struct error err = *why;
    struct str lines = STR_INIT;
    if (runner_waiting(runner, &lines))
        error_set(&err, why->code, "%s; not run: %s", why->message,
                  str_text(&lines));
    take_error(runner, NULL, &err);
    str_clear(&lines);
    runner->play.on = false;
    drop_lines(runner);
}

static void run_slice(struct runner *runner)
{
    struct error err = {0};
    int status = session_work(&runner->session, SLICE_SECONDS, &err);
    if (status > 0)
        return;
    runner->working = false;
    runner->stepped = true;
    runner->lab_changed = true;
    if (status < 0)
        stop_work(runner, &err);
}

/* The error stands in the message line, and not in the output as well: what
 * was printed before stays. */
static void end_output(struct runner *runner)
{
    if (runner->error == NULL) {
        runner->output_to = runner->scrollback.added;
    } else if (!runner->printed) {
        runner->output_from = runner->before.from;
        runner->output_to = runner->before.to;
        if (runner->marks.count > runner->before.marks)
            runner->marks.count = runner->before.marks;
    } else {
        runner->output_to = runner->error_at;
    }
}

/* While work is under way: a line that only looks runs at once. */
static bool run_aside(struct runner *runner, double now)
{
    struct running line;
    const struct runner_line *waiting = runner->first;
    if (waiting == NULL || !waiting->aside || is_blank(waiting->text) ||
        !only_looks(waiting->text))
        return false;
    begin_line(runner, &line);
    while (line.text != NULL)
        run_command(runner, &line, now);
    end_output(runner);
    return true;
}

/* ---- turns ---- */

bool runner_is_busy(const struct runner *runner)
{
    return runner->working || runner->line.text != NULL ||
           runner->first != NULL;
}

bool runner_is_busy_with_typed(const struct runner *runner)
{
    bool runs = runner->working || runner->line.text != NULL;
    return runner->first != NULL || (runs && !runner->own_step);
}

static bool play_is_due(const struct runner *runner, double now)
{
    return runner->play.on && !runner->play.paused && now >= runner->play.next;
}

/* The next step of play; one that is late is not made up for. */
static void begin_play_step(struct runner *runner, double now)
{
    struct play *play = &runner->play;
    play->next += 1 / play->rate;
    if (play->next < now)
        play->next = now;
    runner->line = (struct running){.text = memory_text("step")};
    runner->line.length = strlen(runner->line.text);
    runner->own_step = true;
    runner_forget(runner);
    echo(runner, command_prompt, runner->line.text);
}

/* Tell of a line that has ended with this turn. */
static void tell_end(struct runner *runner)
{
    if (runner->line.text != NULL || runner->working)
        return;
    if (runner->script)
        runner->script_ended = true;
    else if (!runner->own_step)
        runner->typed_ended = true;
    runner->script = runner->quiet = false;
}

static bool do_turn(struct runner *runner, double now)
{
    if (runner->working) {
        if (!run_aside(runner, now))
            run_slice(runner);
        return true;
    }
    if (runner->line.text == NULL && !begin_line(runner, &runner->line)) {
        if (!play_is_due(runner, now))
            return false;
        begin_play_step(runner, now);
    }
    run_command(runner, &runner->line, now);
    return true;
}

/* What play's steps print is not what the last line printed. */
bool runner_turn(struct runner *runner, double now)
{
    bool done = do_turn(runner, now);
    if (done && !runner->own_step)
        end_output(runner);
    if (done)
        tell_end(runner);
    return done;
}

double runner_wait(const struct runner *runner, double now)
{
    if (!runner->play.on || runner->play.paused)
        return -1;
    return runner->play.next > now ? runner->play.next - now : 0;
}

bool runner_interrupt(struct runner *runner)
{
    bool busy = runner_is_busy(runner) || runner->play.on;
    runner->play.on = false;
    if (!runner->working) {
        runner->stop = 0;
        drop_lines(runner);
    }
    return busy;
}

void runner_toggle_play(struct runner *runner, double now)
{
    if (!runner->play.on) {
        runner_type(runner, "play", false);
        return;
    }
    runner->play.paused = !runner->play.paused;
    runner->play.next = now;
}

void runner_change_speed(struct runner *runner, int step)
{
    static const double rates[] = {0.1, 0.2, 0.5, 1,   2,   3,   5,
                                   10,  20,  50,  100, 200, 500, 1000};
    enum { COUNT = sizeof rates / sizeof *rates };
    double rate = runner->play.rate;
    if (step > 0) {
        int i = 0;
        while (i < COUNT - 1 && rates[i] <= rate)
            i++;
        runner->play.rate = rates[i];
    } else {
        int i = COUNT - 1;
        while (i > 0 && rates[i] >= rate)
            i--;
        runner->play.rate = rates[i];
    }
}

bool runner_progress(const struct runner *runner, double now,
                     struct progress *progress, char *note, size_t note_size)
{
    const struct lab_losses *losses = &runner->session.lab->losses;
    *progress = (struct progress){0};
    if (!runner->working ||
        !session_work_progress(&runner->session, &progress->done,
                               &progress->total, &progress->what))
        return false;
    progress->seconds = now - runner->work_began;
    if (losses->steps > 0) {
        snprintf(note, note_size, "loss %s",
                 str_decimal((double)losses->step[losses->steps - 1], 4));
        progress->note = note;
    }
    return true;
}
