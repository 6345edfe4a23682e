#include "ui/stage.h"

#include <stdlib.h>

#include "base/str.h"
#include "lesson/player.h"
#include "scenes/scene.h"

#define FLASH_MOST_A_SECOND 2.0 /* faster play must not flash: it hurts */

void stage_draw(const struct lab *lab, const struct layout *layout,
                const struct player *player, struct grid *grid,
                struct layout_map *map)
{
    struct layout staged = *layout;

    staged.player = player;
    layout_draw(lab, &staged, grid, map);
}

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
