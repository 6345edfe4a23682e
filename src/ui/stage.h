/*
 * What a front end shows of a lesson and its lab, whoever looks: a person at a
 * terminal, or a recording.
 */
#ifndef EMBLAB_UI_STAGE_H
#define EMBLAB_UI_STAGE_H

#include "base/str.h"
#include "ui/runner.h"
#include "ui/viewer.h"

/* What the runner has done is news for the viewer: show it. Clears the runner's
 * news but for quit and settings_changed. */
void stage_take_news(struct viewer *viewer, struct runner *runner, double now);

/* What stands where and since when, for the next frame: what lights up, the
 * timeline, the last command's output. */
void stage_describe(struct viewer *viewer, const struct runner *runner,
                    double now);

/* What the last command had to note, for the message line. NULL: nothing, or it
 * stands in the output that is shown. */
const char *stage_notice(const struct viewer *viewer,
                         const struct runner *runner);

/* What the last command did, its lines as one, for the message line. False:
 * nothing that a line could say. */
bool stage_said(const struct runner *runner, struct str *out);

/* For snapshot, where there is no screen to look at: the full screen as it
 * would stand at 80x24, with the scene that the last command showed. */
void stage_picture(struct session *session, struct grid *grid);

#endif
