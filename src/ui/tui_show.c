/*
 * What the full screen shows: what stands in the message line and beside the
 * title, and when a frame is due. Drawing changes nothing but the screen.
 */
#include "ui/tui_parts.h"

#include <stdio.h>

#include "base/str.h"
#include "commands/settings.h"
#include "ui/screen.h"
#include "ui/stage.h"

#define DRAW_SECONDS (1.0 / 15) /* between frames of what goes on by itself */
#define PROGRESS_AFTER_SECONDS 0.2

enum { MESSAGE_COLS = 52 }; /* narrower: what a key does in few words */

void tui_apply_settings(struct tui *tui)
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
        message->said =
            tui->grid.cols > MESSAGE_COLS
                ? "Esc puts the output away, PgUp and PgDn scroll it."
                : "Esc: away, PgUp PgDn: scroll";
        return;
    }
    if (stage_said(runner, &tui->said))
        message->said = str_text(&tui->said);
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
                                .wrong_length = runner->wrong_length,
                                .command = lecture_command(&tui->lecture)};
    if (prompt->length > 0 && !prompt->searching &&
        tui->lecture.state != LECTURE_TYPING)
        message->usage = session_usage(prompt->line);
    message->typing = prompt->line;
    if (runner_progress(runner, tui_now(), &tui->progress, tui->note,
                        sizeof tui->note) &&
        tui->progress.seconds >= PROGRESS_AFTER_SECONDS)
        message->progress = &tui->progress;
    if (message->progress != NULL && runner_waiting(runner, &tui->waiting))
        message->waiting = str_text(&tui->waiting);
    message->notice = stage_notice(&tui->viewer, runner);
    describe_outcome(tui, message);
}

void tui_fit_grid(struct tui *tui)
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
    stage_describe(&tui->viewer, &tui->runner, tui_now());
    layout_draw(tui->runner.session.lab, layout, &tui->grid, &tui->viewer.map);
    if (lecture_follow(&tui->lecture, &tui->viewer))
        layout_draw(tui->runner.session.lab, layout, &tui->grid,
                    &tui->viewer.map);
    screen_show(&tui->grid, tui->viewer.map.cursor_col);
    tui->dirty = tui->urgent = false;
    tui->drawn = true;
    tui->last_draw = tui_now();
}

/* For snapshot: the screen as it would be drawn now. */
void tui_copy_screen(struct session *session, struct grid *grid)
{
    struct tui *tui = session->front_end.context;
    struct layout layout = tui->viewer.layout;
    layout.message = (struct message){0};
    layout.prompt = (struct prompt_view){.prompt = "emb> ", .line = ""};
    grid_init(grid, tui->grid.rows, tui->grid.cols);
    layout_draw(session->lab, &layout, grid, NULL);
}

/* A long command's own progress: drawn between, no key is read. */
void tui_draw_progress(void *context, const struct progress *progress)
{
    struct tui *tui = context;
    if (tui_now() - tui->last_draw < DRAW_SECONDS)
        return;
    prompt_look(&tui->viewer.layout.prompt);
    tui->viewer.layout.message = (struct message){.progress = progress};
    layout_draw(tui->runner.session.lab, &tui->viewer.layout, &tui->grid,
                &tui->viewer.map);
    screen_show(&tui->grid, tui->viewer.map.cursor_col);
    tui->last_draw = tui_now();
}

void tui_draw_if_due(struct tui *tui)
{
    struct viewer *viewer = &tui->viewer;
    bool due = tui->dirty && tui_now() - tui->last_draw >= DRAW_SECONDS;
    bool fades = viewer->layout.flash != viewer_flash_at(viewer, tui_now());
    if (tui->urgent || due || fades)
        draw(tui);
}

double tui_draw_wait(const struct tui *tui)
{
    double left = tui->last_draw + DRAW_SECONDS - tui_now();
    if (!tui->dirty)
        return -1;
    return left > 0 ? left : 0;
}
