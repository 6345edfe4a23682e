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
#include "base/str.h"
#include "commands/journal.h"
#include "commands/settings.h"
#include "scenes/scene.h"
#include "ui/keys.h"
#include "ui/lecture.h"
#include "ui/prompt.h"
#include "ui/runner.h"
#include "ui/screen.h"
#include "ui/signals.h"
#include "ui/stage.h"
#include "ui/terminal.h"
#include "ui/viewer.h"
#include "ui/welcome.h"

#define DRAW_SECONDS (1.0 / 15) /* between frames of what goes on by itself */
#define PROGRESS_AFTER_SECONDS 0.2

enum { READ_BYTES = 16384, WHEEL_ROWS = 3, STATUS_FAILED = 1 };

/* A command waits for an answer in the middle of its work. */
enum asking {
    ASKING_NOTHING,
    ASKING_KEY,  /* y or n */
    ASKING_LINE, /* the next line typed */
};

struct tui {
    struct runner runner; /* first: progress finds the screen by it */
    struct viewer viewer;
    struct lecture lecture;
    struct welcome welcome;
    struct grid grid;
    struct key_decoder keys;
    bool utf8, no_color, acknowledges;
    double last_byte; /* when the last byte came */
    double last_draw;
    bool dirty;  /* something to draw, at leisure */
    bool urgent; /* ... at once */
    bool drawn;  /* a frame nobody was told of */
    bool leaving;
    int status;
    enum asking asking;
    const char *question; /* NULL: none */
    bool agreed;          /* the answer to ASKING_KEY */
    char *reply;          /* ... to ASKING_LINE; NULL: there was none */
    char playing[64], note[64];
    struct str said;
    struct progress progress;
    char acknowledged[64];
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- what is shown ---- */

static void apply_settings(struct tui *tui)
{
    const struct settings *settings = tui->runner.session.settings;
    bool colour = settings->color == 1 ||
                  (settings->color == 0 && !tui->no_color);
    screen_set_theme(settings->theme, colour);
    tui->viewer.layout.digits = (int)settings->digits;
}

static void describe_play(struct tui *tui)
{
    const struct play *play = &tui->runner.play;
    tui->viewer.layout.playing = NULL;
    if (lecture_playing(&tui->lecture, tui->playing, sizeof tui->playing))
        tui->viewer.layout.playing = tui->playing;
    if (!play->on)
        return;
    snprintf(tui->playing, sizeof tui->playing, "%s %g a second · F5 %s · + -",
             play->paused ? "paused," : "playing", play->rate,
             play->paused ? "goes on" : "pauses");
    tui->viewer.layout.playing = tui->playing;
}

/* What the last command did, its lines as one; of output that is shown, how
 * to put it away. */
static void describe_outcome(struct tui *tui, struct message *message)
{
    const struct runner *runner = &tui->runner;
    if (tui->viewer.layout.show_output) {
        message->said = "Esc puts the output away, PgUp and PgDn scroll it.";
        return;
    }
    if (stage_said(runner, &tui->said))
        message->said = str_text(&tui->said);
}

/* Is what the last command had to note in the output that is shown? */
static bool stands_in_output(const struct tui *tui)
{
    const struct runner *runner = &tui->runner;
    return tui->viewer.layout.show_output &&
           runner->output_to == runner->scrollback.added;
}

/* What stands in the message line. */
static void describe_message(struct tui *tui)
{
    struct runner *runner = &tui->runner;
    struct message *message = &tui->viewer.layout.message;
    const struct prompt_view *prompt = &tui->viewer.layout.prompt;
    *message = (struct message){.question = tui->question,
                                .error = runner->error,
                                .typed = runner->typed,
                                .wrong_start = runner->wrong_start,
                                .wrong_length = runner->wrong_length};
    if (prompt->length > 0 && !prompt->searching &&
        tui->lecture.state != LECTURE_TYPING)
        message->usage = session_usage(prompt->line);
    message->typing = prompt->line;
    if (runner_progress(runner, now(), &tui->progress, tui->note,
                        sizeof tui->note) &&
        tui->progress.seconds >= PROGRESS_AFTER_SECONDS)
        message->progress = &tui->progress;
    if (runner->notice.length > 0 && !stands_in_output(tui))
        message->notice = str_text(&runner->notice);
    describe_outcome(tui, message);
}

static void fit_grid(struct tui *tui)
{
    int rows, cols;
    screen_size(&rows, &cols);
    if (rows == tui->grid.rows && cols == tui->grid.cols)
        return;
    grid_clear(&tui->grid);
    grid_init(&tui->grid, rows, cols);
    tui->runner.sink.width = cols;
    tui->runner.sink.height = rows;
    prompt_resize(rows, cols);
}

static void draw(struct tui *tui)
{
    struct layout *layout = &tui->viewer.layout;
    prompt_look(&layout->prompt);
    if (tui->asking == ASKING_NOTHING)
        lecture_prompt(&tui->lecture, &layout->prompt);
    describe_message(tui);
    describe_play(tui);
    stage_describe(&tui->viewer, &tui->runner, now());
    layout_draw(tui->runner.session.lab, layout, &tui->grid, &tui->viewer.map);
    if (lecture_follow(&tui->lecture, &tui->viewer))
        layout_draw(tui->runner.session.lab, layout, &tui->grid,
                    &tui->viewer.map);
    screen_show(&tui->grid, tui->viewer.map.cursor_col);
    tui->dirty = tui->urgent = false;
    tui->drawn = true;
    tui->last_draw = now();
}

/* For snapshot: the screen as it would be drawn now. */
static void copy_screen(struct session *session, struct grid *grid)
{
    struct tui *tui = session->front_end;
    struct layout layout = tui->viewer.layout;
    layout.message = (struct message){0};
    layout.prompt = (struct prompt_view){.prompt = "emb> ", .line = ""};
    grid_init(grid, tui->grid.rows, tui->grid.cols);
    layout_draw(session->lab, &layout, grid, NULL);
}

/* A long command's own progress: drawn between, no key is read. */
static void draw_progress(void *context, const struct progress *progress)
{
    struct tui *tui = context;
    if (now() - tui->last_draw < DRAW_SECONDS)
        return;
    prompt_look(&tui->viewer.layout.prompt);
    tui->viewer.layout.message = (struct message){.progress = progress};
    layout_draw(tui->runner.session.lab, &tui->viewer.layout, &tui->grid,
                &tui->viewer.map);
    screen_show(&tui->grid, tui->viewer.map.cursor_col);
    tui->last_draw = now();
}

/* ---- news from the runner ---- */

static void take_news(struct tui *tui)
{
    struct runner *runner = &tui->runner;
    if (runner->settings_changed)
        apply_settings(tui);
    if (runner->quit)
        tui->leaving = true;
    runner->settings_changed = false;
    stage_take_news(&tui->viewer, runner, now());
}

static void run_turn(struct tui *tui)
{
    struct runner *runner = &tui->runner;
    bool began = !runner->working;
    if (!runner_turn(runner, now()))
        return;
    if (began) {
        tui->viewer.layout.fresh = false;
        tui->viewer.layout.lit.count = 0;
    }
    tui->dirty = true;
    tui->urgent |= !runner_is_busy(runner) && !runner->own_step;
    take_news(tui);
}

/* An empty line is no answer: the question stays. */
static void take_reply(struct tui *tui, char *line)
{
    if (line[strspn(line, " \t")] == '\0') {
        free(line);
        return;
    }
    tui->reply = line;
    tui->asking = ASKING_NOTHING;
}

/* Enter in an empty lab: the next lesson. */
static bool begin_lesson(struct tui *tui, const char *line)
{
    bool blank = line[strspn(line, " \t")] == '\0' &&
                 !runner_is_busy(&tui->runner);
    bool empty = layout_focus(tui->runner.session.lab, &tui->viewer.layout) ==
                 NULL;
    char *command = blank && empty ? welcome_command(&tui->welcome) : NULL;
    if (command != NULL)
        runner_type(&tui->runner, command, false);
    free(command);
    return command != NULL;
}

/* Lines that were accepted go to who asks, or to the runner. */
static void take_lines(struct tui *tui, bool aside)
{
    bool end = false;
    for (char *line; (line = prompt_take_line(&end)) != NULL;) {
        if (tui->asking == ASKING_LINE) {
            take_reply(tui, line);
            continue;
        }
        if (!lecture_line(&tui->lecture, &tui->runner, &tui->viewer, line) &&
            !begin_lesson(tui, line))
            runner_type(&tui->runner, line, aside);
        free(line);
    }
    if (end && tui->asking == ASKING_LINE)
        tui->asking = ASKING_NOTHING; /* Ctrl-D leaves the question alone */
    else
        tui->leaving |= end;
}

/* ---- keys ---- */

/* F5: pause and go on, of what plays by itself: the lab, else the lesson. */
static void press_play(struct tui *tui)
{
    struct runner *runner = &tui->runner;
    struct lecture *lecture = &tui->lecture;
    bool began = lecture->player != NULL && !lecture_plays(lecture);
    if (runner->play.on || !lecture_toggle(lecture, runner)) {
        runner_toggle_play(runner, now());
    } else if (began) {
        runner_forget(runner);
        sink_notice(&runner->sink,
                    "F5 plays the lesson by itself, F5 again stops it");
    }
}

static void press_function(struct tui *tui, const struct key *key)
{
    static const char *const commands[] = {
        [1] = "help", [2] = "next", [3] = "step", [4] = "undo"};
    if (tui->asking != ASKING_NOTHING && key->number < 6)
        return; /* the answer first */
    switch (key->number) {
    case 1:
    case 2:
    case 3:
    case 4:
        runner_type(&tui->runner, commands[key->number], true);
        break;
    case 5:
        press_play(tui);
        break;
    case 6:
        viewer_next(&tui->viewer, tui->runner.session.lab, key->shift ? -1 : 1);
        break;
    default:
        break;
    }
}

/* Escape: candidates away, then the output, then the chosen view. */
static void press_escape(struct tui *tui)
{
    if (prompt_wants_escape()) {
        prompt_feed("\033", 1);
    } else if (!prompt_dismiss()) {
        viewer_back(&tui->viewer);
    }
}

/* + and - steer the play as long as the prompt is empty. */
static bool press_speed(struct tui *tui, const struct key *key)
{
    struct prompt_view prompt;
    prompt_look(&prompt);
    if (!tui->runner.play.on || prompt.length > 0 || prompt.searching ||
        key->length != 1 || (key->bytes[0] != '+' && key->bytes[0] != '-'))
        return false;
    runner_change_speed(&tui->runner, key->bytes[0] == '+' ? 1 : -1);
    return true;
}

/* The keys of a lesson, likewise. */
static bool press_lecture(struct tui *tui, const struct key *key)
{
    struct prompt_view prompt;
    prompt_look(&prompt);
    return prompt.length == 0 && !prompt.searching &&
           tui->asking == ASKING_NOTHING &&
           lecture_key(&tui->lecture, &tui->runner, &tui->viewer, key);
}

/* Who types something is not to be hurried. */
static void hold_lecture(struct tui *tui)
{
    struct prompt_view prompt;
    prompt_look(&prompt);
    if (prompt.length > 0 && tui->asking == ASKING_NOTHING)
        lecture_hold(&tui->lecture);
}

static void take_paste(struct tui *tui, const struct key *key)
{
    if (key->length > 0 && !prompt_paste(key->bytes, key->length))
        sink_notice(&tui->runner.sink,
                    "the pasted line is longer than %d bytes and was left "
                    "out; put it in a file",
                    PROMPT_LINE_MAX);
    if (key->enter)
        prompt_accept();
    take_lines(tui, false);
}

/* A key for the editor; it may end a line. */
static void take_edit(struct tui *tui, const struct key *key)
{
    if (press_speed(tui, key) || press_lecture(tui, key))
        return;
    prompt_feed(key->bytes, key->length);
    hold_lecture(tui);
    take_lines(tui, true);
}

static void interrupt(struct tui *tui)
{
    keys_reset(&tui->keys);
    if (tui->asking != ASKING_NOTHING) {
        tui->asking = ASKING_NOTHING;
        prompt_cancel();
    } else if (!runner_interrupt(&tui->runner) &&
               !lecture_interrupt(&tui->lecture)) {
        prompt_cancel();
    }
}

static void suspend(struct tui *tui)
{
    screen_suspend();
    signals_stop();
    screen_resume();
    screen_resize();
    tui->urgent = true;
}

static void press(struct tui *tui, const struct key *key)
{
    tui->urgent = true;
    viewer_end_flash(&tui->viewer); /* who types has seen it */
    switch (key->kind) {
    case KEYS_EDIT:
        take_edit(tui, key);
        break;
    case KEYS_PASTE:
        take_paste(tui, key);
        break;
    case KEYS_ESCAPE:
        press_escape(tui);
        break;
    case KEYS_FUNCTION:
        press_function(tui, key);
        break;
    case KEYS_PAGE_UP:
    case KEYS_PAGE_DOWN:
        viewer_scroll_page(&tui->viewer, key->kind == KEYS_PAGE_UP ? -1 : 1);
        break;
    case KEYS_SCROLL:
        viewer_scroll_step(&tui->viewer, key->letter);
        break;
    case KEYS_WHEEL_UP:
    case KEYS_WHEEL_DOWN:
        viewer_scroll_at(&tui->viewer, key->row, key->col,
                         key->kind == KEYS_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
        break;
    case KEYS_CLICK:
        viewer_click(&tui->viewer, key->row, key->col);
        break;
    case KEYS_REDRAW:
        screen_forget();
        break;
    case KEYS_INTERRUPT:
        interrupt(tui);
        break;
    case KEYS_SUSPEND:
        suspend(tui);
        break;
    }
}

/* A question takes one key: y agrees, any other does not. */
static void press_agreement(struct tui *tui, const struct key *key)
{
    if (key->kind != KEYS_EDIT && key->kind != KEYS_ESCAPE &&
        key->kind != KEYS_INTERRUPT)
        return;
    tui->agreed = key->kind == KEYS_EDIT && (key->bytes[0] | 0x20) == 'y';
    tui->asking = ASKING_NOTHING;
    tui->urgent = true;
}

static void take_key(struct tui *tui, const struct key *key)
{
    if (tui->asking == ASKING_KEY)
        press_agreement(tui, key);
    else
        press(tui, key);
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
            take_key(tui, &key);
    if (keys_flush(&tui->keys, &key))
        take_key(tui, &key);
    tui->last_byte = now();
}

/* Escape alone, or half a sequence, after a while without more. */
static void expire_keys(struct tui *tui)
{
    int after = keys_timeout_after(&tui->keys);
    struct key key;
    if (after >= 0 && now() - tui->last_byte >= after / 1000.0 &&
        keys_timeout(&tui->keys, &key))
        take_key(tui, &key);
}

/* ---- signals ---- */

static void take_signals(struct tui *tui)
{
    struct signals signals = signals_take();
    if (signals.interrupt) {
        tui->urgent = true;
        interrupt(tui);
    }
    if (signals.suspend)
        suspend(tui);
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
    double wait = runner_wait(&tui->runner, now());
    int after = keys_timeout_after(&tui->keys);
    if (after >= 0) {
        double left = tui->last_byte + after / 1000.0 - now();
        wait = sooner(wait, left > 0 ? left : 0);
    }
    wait = sooner(wait, viewer_flash_wait(&tui->viewer, now()));
    wait = sooner(wait, lecture_wait(&tui->lecture, now()));
    if (tui->dirty) {
        double left = tui->last_draw + DRAW_SECONDS - now();
        wait = sooner(wait, left > 0 ? left : 0);
    }
    return wait;
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

static void draw_if_due(struct tui *tui)
{
    struct viewer *viewer = &tui->viewer;
    bool due = tui->dirty && now() - tui->last_draw >= DRAW_SECONDS;
    bool fades = viewer->layout.flash != viewer_flash_at(viewer, now());
    if (tui->urgent || due || fades)
        draw(tui);
}

/* What the lesson does by itself; true: there may be more at once. */
static bool play_lecture(struct tui *tui)
{
    struct lecture *lecture = &tui->lecture;
    if (!lecture_turn(lecture, &tui->runner, &tui->viewer, now()))
        return false;
    tui->urgent = true;
    if (lecture->over) {
        tui->leaving = true;
        tui->status = lecture->failed ? STATUS_FAILED : 0;
    }
    return true;
}

static void turn(struct tui *tui)
{
    bool goes_on = false;
    if (!tui->leaving)
        run_turn(tui);
    if (!tui->leaving)
        goes_on = play_lecture(tui);
    fit_grid(tui);
    draw_if_due(tui);
    acknowledge(tui);
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
        fit_grid(tui);
        draw_if_due(tui);
        acknowledge(tui);
        wait_for_events(tui, false);
    }
    tui->asking = ASKING_NOTHING;
    tui->question = NULL;
    tui->urgent = true;
}

static bool ask(struct session *session, const char *question)
{
    struct tui *tui = session->front_end;
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
    struct tui *tui = session->front_end;
    struct str text = STR_INIT;
    tui->reply = runner_take_typed(&tui->runner);
    if (tui->reply != NULL) {
        runner_echo(&tui->runner, "answer> ", tui->reply);
        return tui->reply;
    }
    str_printf(&text, "%s\nEnter answers, Ctrl-C leaves the question.",
               question);
    prompt_ask("answer> ");
    wait_for_answer(tui, ASKING_LINE, str_text(&text));
    prompt_ask(NULL);
    str_clear(&text);
    runner_echo(&tui->runner, "answer> ", tui->reply);
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
    tui->runner.draw_progress = draw_progress;
    tui->runner.lesson = request_lesson;
    tui->runner.context = tui;
    tui->runner.session.ask = ask;
    tui->runner.session.answer = ask_line;
    tui->runner.session.front_end = tui;
    tui->runner.session.picture = copy_screen;
    tui->runner.session.views = true;
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
    apply_settings(tui);
}

static void close_lab(struct tui *tui)
{
    lecture_clear(&tui->lecture);
    welcome_clear(&tui->welcome);
    runner_clear(&tui->runner);
    str_clear(&tui->said);
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
    bool began = begin_lab(tui, options, &err) == 0;
    memory_set_exit(signals_restore);
    open_prompt(tui);
    while (began && !tui->leaving)
        turn(tui);
    screen_close();
    prompt_close();
    memory_set_exit(NULL);
    if (!began)
        fprintf(stderr,
                err.code == ERROR_SYNTAX ? "%s\n" : "emblab: error: %s\n",
                err.message);
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
