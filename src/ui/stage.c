#include "ui/stage.h"

#include <stdlib.h>
#include <string.h>

#include "commands/session.h"
#include "commands/settings.h"
#include "lab/history.h"
#include "scenes/scene.h"

#define FLASH_MOST_A_SECOND 2.0 /* faster play must not flash: it hurts */

/* The rows with a gradient light up as it arrives. */
static void begin_flash(struct viewer *viewer, const struct runner *runner,
                        double now)
{
    const struct play *play = &runner->play;
    const struct scene *scene = scene_current(runner->session.lab);
    bool arrived = scene && (str_equal(scene->name, "backward") ||
                             str_equal(scene->name, "update"));

    if (arrived && (!play->on || play->rate <= FLASH_MOST_A_SECOND))
        viewer_flash(viewer, now);
}

void stage_take_news(struct viewer *viewer, struct runner *runner, double now)
{
    if (runner->show_output)
        viewer_show(viewer, "output", false);
    if (runner->why)
        viewer_light(viewer, runner->session.lab, runner->why);
    free(runner->why);
    runner->why = NULL;
    if (runner->view && runner->own_step)
        viewer_step(viewer, runner->view);
    else if (runner->view)
        viewer_show(viewer, runner->view, runner->view_chosen);
    if (runner->lab_changed) {
        viewer->layout.fresh = true;
        begin_flash(viewer, runner, now);
    }
    runner->show_output = runner->lab_changed = runner->stepped = false;
    runner->view = NULL;
}

void stage_describe(struct viewer *viewer, const struct runner *runner,
                    double now)
{
    struct layout *layout = &viewer->layout;

    layout->flash = viewer_flash_at(viewer, now);
    layout->events = runner->session.history->count;
    layout->events_done = runner->session.history->now;
    layout->output_from = runner->output_from;
    layout->output_typed = runner->output_typed;
    layout->output_to = runner->output_to;
    layout->output_marks = runner->marks.at;
    layout->output_mark_count = runner->marks.count;
}

const char *stage_notice(const struct viewer *viewer,
                         const struct runner *runner)
{
    bool shown = viewer->layout.show_output &&
                 runner->output_to == runner->scrollback.added;

    return runner->notice.length > 0 && !shown ? str_text(&runner->notice)
                                               : NULL;
}

bool stage_said(const struct runner *runner, struct str *out)
{
    if (!runner_says(runner) || runner->working)
        return false;
    str_truncate(out, 0);
    for (const char *at = str_text(&runner->said); *at != '\0';) {
        size_t length;
        at += strspn(at, " ");
        length = strcspn(at, "\n");
        str_printf(out, "%s%.*s", out->length > 0 ? "; " : "", (int)length, at);
        at += length + (at[length] == '\n');
    }
    return true;
}

void stage_picture(struct session *session, struct grid *grid)
{
    enum { ROWS = 24, COLS = 80 };
    struct layout layout;

    layout_init(&layout);
    layout.ascii = session->sink->ascii;
    layout.digits = (int)session->settings->digits;
    layout.view = session->view;
    layout.chosen = session->view_chosen;
    layout.prompt = (struct prompt_view){.prompt = "emb> ", .line = ""};
    grid_init(grid, ROWS, COLS);
    layout_draw(session->lab, &layout, grid, NULL);
}
