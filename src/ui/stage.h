/*
 * A lesson on stage: the screen of ui/layout.h with the lesson's page beside
 * the panels (below them where the screen is narrow), its title and "4/9" in
 * the first row. Pure, as the layout is: who plays the lesson (a terminal, a
 * recording) has the same picture.
 */
#ifndef EMBLAB_UI_STAGE_H
#define EMBLAB_UI_STAGE_H

#include "ui/layout.h"
#include "ui/runner.h"
#include "ui/viewer.h"

struct player;

/* As layout_draw. player NULL: the lab alone. */
void stage_draw(const struct lab *lab, const struct layout *layout,
                const struct player *player, struct grid *grid,
                struct layout_map *map);

/*
 * What the runner has done is news for the viewer: show it. began: a command
 * has run, so what was lit before is no longer. Clears the runner's news but
 * for quit and settings_changed.
 */
void stage_take_news(struct viewer *viewer, struct runner *runner, double now);

#endif
