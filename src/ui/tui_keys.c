/*
 * What a key does on the full screen: it edits the line, steers what plays by
 * itself, moves the view, or answers a question that a command asks.
 */
#include "ui/tui_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ui/screen.h"
#include "ui/signals.h"

enum { WHEEL_ROWS = 3 };

/* ---- lines ---- */

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
        runner_toggle_play(runner, tui_now());
        return;
    }
    if (lecture_plays(lecture) && !lecture->player->held) {
        /* what covers the page would hide that it goes on */
        tui->viewer.layout.show_output = false;
        viewer_turn_to_page(&tui->viewer);
    }
    if (began) {
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

void tui_interrupt(struct tui *tui)
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

void tui_suspend(struct tui *tui)
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
        tui_interrupt(tui);
        break;
    case KEYS_SUSPEND:
        tui_suspend(tui);
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

void tui_press(struct tui *tui, const struct key *key)
{
    if (tui->asking == ASKING_KEY)
        press_agreement(tui, key);
    else
        press(tui, key);
}
