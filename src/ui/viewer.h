/*
 * What the person looks at and how keys steer it: the chosen scene, scrolling,
 * the output, the rows that light up. No terminal and no clock in here.
 */
#ifndef EMBLAB_UI_VIEWER_H
#define EMBLAB_UI_VIEWER_H

#include <stdbool.h>

#include "ui/layout.h"

struct viewer {
    struct layout layout;
    struct layout_map map; /* of the last frame */
    double flash_began;    /* < 0: nothing lights up */
};

void viewer_init(struct viewer *viewer, bool ascii,
                 const struct scrollback *output);

/* Show a scene, or "output". chosen: by the person. */
void viewer_show(struct viewer *viewer, const char *scene, bool chosen);
/* A step of play: show its scene; the output that is read stays. */
void viewer_step(struct viewer *viewer, const char *scene);
/* A scene that is asked for; the output stays, too. */
void viewer_focus(struct viewer *viewer, const char *scene);
/* As if it had been shown before and nothing since; NULL: the stage's own. */
void viewer_restore(struct viewer *viewer, const char *scene, bool chosen);
/* Light the cells that `why` named behind text, in the scene they stand in. */
void viewer_light(struct viewer *viewer, const struct lab *lab,
                  const char *text);
/* F6: the next scene there is something to see of; step -1: the one before. */
void viewer_next(struct viewer *viewer, const struct lab *lab, int step);
/* On a small screen: the page of a lesson, and no longer the lab. */
void viewer_turn_to_page(struct viewer *viewer);
/* Escape: away with the output, then back to the stage's own scene. */
void viewer_back(struct viewer *viewer);
/* A click chooses the panel. */
void viewer_click(struct viewer *viewer, int row, int col);

/* Scroll what has the focus by pages (< 0: up), by one row or column (A up, B
 * down, C right, D left), or what stands at a place by rows. */
void viewer_scroll_page(struct viewer *viewer, int pages);
/* The page of a lesson; false: there is no more of it that way. */
bool viewer_scroll_text(struct viewer *viewer, int rows);
/* Enter in a lesson: what covers the page goes, then the rest of what the
 * lesson printed, then of the page. False: all of it is read. */
bool viewer_read_on(struct viewer *viewer);
void viewer_scroll_step(struct viewer *viewer, char letter);
void viewer_scroll_at(struct viewer *viewer, int row, int col, int rows);

/* The rows with a gradient light up now; what they do at a later time; when
 * that changes next (< 0: no more). */
void viewer_flash(struct viewer *viewer, double now);
void viewer_end_flash(struct viewer *viewer);
enum layout_flash viewer_flash_at(struct viewer *viewer, double now);
double viewer_flash_wait(const struct viewer *viewer, double now);

#endif
