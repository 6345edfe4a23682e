/*
 * A turn of the loop: take signals, read keys, let the runner do one thing,
 * draw if something changed, wait. Keys are drawn at once; what goes on by
 * itself (training, play) is drawn at most a few times a second. curses only
 * writes and readline only edits: this loop alone reads.
 *
 * With EMBLAB_ACK set, every turn tells after its output what was done so
 * far (OSC 7777), so that a test waits for what it sent and never for time.
 */
#include "ui/tui.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "commands/journal.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/stage.h"
#include "ui/terminal.h"
#include "ui/tui_parts.h"
#include "ui/report.h"

#define QUICK_SECONDS 0.002 /* a command done sooner is drawn once */

enum { READ_BYTES = 16384, STATUS_FAILED = 1 };

double tui_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- news from the runner ---- */

static void take_news(struct tui *tui)
{
    struct runner *runner = &tui->runner;
    if (runner->settings_changed)
        tui_apply_settings(tui);
    if (runner->quit)
        tui->leaving = true;
    runner->settings_changed = false;
    stage_take_news(&tui->viewer, runner, tui_now());
}

static void run_turn(struct tui *tui)
{
    struct runner *runner = &tui->runner;
    bool began = !runner->working;
    if (!runner_turn(runner, tui_now()))
        return;
    if (began) {
        tui->viewer.layout.fresh = false;
        tui->viewer.layout.lit.count = 0;
    }
    tui->dirty = true;
    tui->urgent |= !runner_is_busy(runner) && !runner->own_step;
    take_news(tui);
}

/* Go on with work that may be done at once: what lies between is no picture
 * that anyone could see. */
static void run_turns(struct tui *tui)
{
    double began = tui_now();
    do {
        run_turn(tui);
    } while (!tui->leaving && runner_is_busy(&tui->runner) &&
             tui_now() - began < QUICK_SECONDS);
}

static void read_keys(struct tui *tui)
{
    unsigned char bytes[READ_BYTES];
    struct key key;
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) {
        tui->leaving = true; /* the terminal is gone */
        tui->status = 128 + SIGHUP;
        return;
    }
    for (ssize_t i = 0; i < count; i++)
        if (keys_push(&tui->keys, bytes[i], &key))
            tui_press(tui, &key);
    if (keys_flush(&tui->keys, &key))
        tui_press(tui, &key);
    tui->last_byte = tui_now();
}

/* Escape alone, or half a sequence, after a while without more. */
static void expire_keys(struct tui *tui)
{
    int after = keys_timeout_after(&tui->keys);
    struct key key;
    if (after >= 0 && tui_now() - tui->last_byte >= after / 1000.0 &&
        keys_timeout(&tui->keys, &key))
        tui_press(tui, &key);
}

/* ---- signals ---- */

static void take_signals(struct tui *tui)
{
    struct signals signals = signals_take();
    if (signals.interrupt) {
        tui->urgent = true;
        tui_interrupt(tui);
    }
    if (signals.suspend)
        tui_suspend(tui);
    if (signals.resume && !signals.suspend) {
        screen_resume();
        screen_resize();
        tui->urgent = true;
    }
    if (signals.resize) {
        screen_resize();
        tui->urgent = true;
    }
    if (signals.leave != 0) {
        tui->leaving = true;
        tui->status = 128 + signals.leave;
    }
}

/* ---- waiting ---- */

/* The sooner of two waits in seconds; < 0: for ever. */
static double sooner(double a, double b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

static double seconds_to_wait(struct tui *tui)
{
    double wait = runner_wait(&tui->runner, tui_now());
    int after = keys_timeout_after(&tui->keys);
    if (after >= 0) {
        double left = tui->last_byte + after / 1000.0 - tui_now();
        wait = sooner(wait, left > 0 ? left : 0);
    }
    wait = sooner(wait, viewer_flash_wait(&tui->viewer, tui_now()));
    wait = sooner(wait, lecture_wait(&tui->lecture, tui_now()));
    return sooner(wait, tui_draw_wait(tui));
}

/* Say what was done so far, where that is news. */
static void acknowledge(struct tui *tui)
{
    char text[sizeof tui->acknowledged];
    bool asks = tui->asking != ASKING_NOTHING;
    bool works = !asks && (runner_is_busy_with_typed(&tui->runner) ||
                           lecture_is_busy(&tui->lecture));
    if (!tui->acknowledges || tui->dirty || tui->urgent)
        return;
    snprintf(text, sizeof text, "\033]7777;%llu;%lu;%dx%d;%s%s%s%s\a",
             (unsigned long long)keys_decoded(&tui->keys), signals_handled(),
             tui->grid.rows, tui->grid.cols, works ? "w" : "",
             tui->runner.play.on && !tui->runner.play.paused ? "p" : "",
             tui->viewer.flash_began >= 0 ? "f" : "", asks ? "q" : "");
    if (!tui->drawn && str_equal(text, tui->acknowledged))
        return;
    tui->drawn = false;
    memcpy(tui->acknowledged, text, sizeof text);
    screen_write(text, strlen(text));
}

/* Nothing has come: what the session wrote goes to disk, then wait. */
static int wait_in_peace(struct tui *tui, struct pollfd *events)
{
    int ready = poll(events, 2, 0);
    if (ready != 0)
        return ready;
    session_idle(&tui->runner.session);
    double wait = seconds_to_wait(tui);
    return poll(events, 2, wait < 0 ? -1 : (int)(wait * 1000) + (wait > 0));
}

/* Wait for keys, a signal or the next thing that is due. */
static void wait_for_events(struct tui *tui, bool at_once)
{
    struct pollfd events[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                              {.fd = signals_fd(), .events = POLLIN}};
    int ready = at_once ? poll(events, 2, 0) : wait_in_peace(tui, events);
    /* What was typed before Ctrl-C is there before its signal. */
    if (ready > 0 && (events[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        read_keys(tui);
    if (ready > 0 && events[1].revents != 0)
        take_signals(tui);
    expire_keys(tui);
}

/* What the lesson does by itself; true: there may be more at once. */
static bool play_lecture(struct tui *tui)
{
    struct lecture *lecture = &tui->lecture;
    bool more = lecture_turn(lecture, &tui->runner, &tui->viewer, tui_now());
    tui->urgent |= more;
    if (lecture->over) {
        tui->leaving = true;
        tui->status = lecture->failed ? STATUS_FAILED : 0;
    }
    return more;
}

static void show(struct tui *tui)
{
    tui_fit_grid(tui);
    tui_draw_if_due(tui);
    acknowledge(tui);
}

/* In the middle of work a key is shown before the next slice, unless it began
 * a command: then that is done first. */
static void turn(struct tui *tui)
{
    bool goes_on = false;
    if (tui->runner.working && tui->runner.first == NULL)
        show(tui);
    if (!tui->leaving)
        run_turns(tui);
    if (!tui->leaving)
        goes_on = play_lecture(tui);
    show(tui);
    if (!tui->leaving)
        wait_for_events(tui, goes_on || runner_is_busy(&tui->runner));
}

/* ---- questions ---- */

/* The session asks in the middle of a command: the loop goes on inside, but
 * for the runner, until there is an answer. */
static void wait_for_answer(struct tui *tui, enum asking asking,
                            const char *question)
{
    tui->asking = asking;
    tui->question = question;
    tui->urgent = true;
    while (tui->asking != ASKING_NOTHING && !tui->leaving) {
        show(tui);
        wait_for_events(tui, false);
    }
    tui->asking = ASKING_NOTHING;
    tui->question = NULL;
    tui->urgent = true;
}

static bool ask(struct session *session, const char *question)
{
    struct tui *tui = session->front_end.context;
    struct str text = STR_INIT;
    str_printf(&text, "%s (y or n)", question);
    tui->agreed = false;
    wait_for_answer(tui, ASKING_KEY, str_text(&text));
    str_clear(&text);
    return tui->agreed;
}

/* A line that was typed already answers; else the next one. */
static char *ask_line(struct session *session, const char *question)
{
    struct tui *tui = session->front_end.context;
    struct str text = STR_INIT;
    tui->reply = runner_take_typed(&tui->runner);
    if (tui->reply != NULL) {
        runner_answer(&tui->runner, tui->reply);
        return tui->reply;
    }
    str_printf(&text, "%s\nEnter answers, Ctrl-C leaves the question.",
               question);
    runner_ask(&tui->runner);
    viewer_show(&tui->viewer, "output", false);
    prompt_ask("answer> ");
    wait_for_answer(tui, ASKING_LINE, str_text(&text));
    prompt_ask(NULL);
    str_clear(&text);
    runner_answer(&tui->runner, tui->reply);
    return tui->reply;
}

/* ---- begin and end ---- */

static int request_lesson(void *context, const struct effect *effect,
                          struct error *err)
{
    struct tui *tui = context;
    return lecture_request(&tui->lecture, &tui->runner.session, effect, err);
}

static void complete(void *context, const char *line, size_t point,
                     struct completions *out)
{
    session_complete(context, line, point, out);
}

static void type_startup(struct tui *tui, const char *commands)
{
    struct str line = STR_INIT;
    while (commands != NULL && *commands != '\0') {
        size_t length = strcspn(commands, "\n");
        str_truncate(&line, 0);
        str_append_bytes(&line, commands, length);
        if (length > 0)
            runner_type(&tui->runner, str_text(&line), false);
        commands += length + (commands[length] == '\n');
    }
    str_clear(&line);
}

static void open_lab(struct tui *tui, const struct tui_options *options)
{
    bool ascii = options->ascii || !tui->utf8 || terminal_lacks_glyphs();
    runner_init(&tui->runner, ascii);
    tui->runner.draw_progress = tui_draw_progress;
    tui->runner.lesson = request_lesson;
    tui->runner.context = tui;
    struct front_end *front_end = &tui->runner.session.front_end;
    front_end->views = true;
    front_end->ask = ask;
    front_end->answer = ask_line;
    front_end->picture = tui_copy_screen;
    front_end->context = tui;
    viewer_init(&tui->viewer, ascii, &tui->runner.scrollback);
    keys_init(&tui->keys, tui->utf8);
    tui->no_color = options->no_color;
    tui->acknowledges = getenv("EMBLAB_ACK") != NULL;
}

/* The last lab again, or a new one with its start-up commands. Fails where
 * there is none to resume. */
static int begin_lab(struct tui *tui, const struct tui_options *options,
                     struct error *err)
{
    struct session *session = &tui->runner.session;
    if (options->resume)
        return journal_resume(session, true, err);
    if (options->lesson != NULL)
        return lecture_open(&tui->lecture, session, options->lesson,
                            &options->play, err);
    welcome_read(&tui->welcome);
    tui->viewer.layout.welcome = &tui->welcome;
    journal_open(session);
    type_startup(tui, options->startup);
    return 0;
}

static void open_prompt(struct tui *tui)
{
    struct prompt_completer completer = {complete, &tui->runner.session};
    prompt_open_screen(&completer, "emb> ");
    tui_apply_settings(tui);
}

static void close_lab(struct tui *tui)
{
    lecture_clear(&tui->lecture);
    welcome_clear(&tui->welcome);
    runner_clear(&tui->runner);
    str_clear(&tui->said);
    str_clear(&tui->waiting);
    grid_clear(&tui->grid);
}

bool tui_possible(void)
{
    return terminal_is_interactive();
}

/* The screen is there: the loop, until the person leaves. */
static int run(struct tui *tui, const struct tui_options *options)
{
    struct error err = {0};
    memory_set_exit(signals_restore);
    open_prompt(tui); /* a lab that is resumed shows how far it is */
    tui_fit_grid(tui);
    bool began = begin_lab(tui, options, &err) == 0;
    while (began && !tui->leaving)
        turn(tui);
    screen_close();
    prompt_close();
    memory_set_exit(NULL);
    if (!began)
        report_error(&err);
    return began ? tui->status : STATUS_FAILED;
}

int tui_run(const struct tui_options *options)
{
    static struct tui tui; /* large, and there is one terminal */
    tui = (struct tui){.utf8 = terminal_set_locale(), .urgent = true};
    if (signals_open(&tui.runner.stop) != 0)
        return TUI_IMPOSSIBLE;
    open_lab(&tui, options);
    int status = screen_open(tui.utf8) == 0 ? run(&tui, options)
                                            : TUI_IMPOSSIBLE;
    close_lab(&tui);
    signals_close();
    return status;
}
