/*
 * A scene is one picture of one stage: lab → grid. The table of scenes is the
 * list of everything there is to see; plain text prints them, the full screen
 * puts them in panels. A scene never computes what the lab holds and never
 * changes it.
 */
#ifndef EMBLAB_SCENES_SCENE_H
#define EMBLAB_SCENES_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "draw/grid.h"

struct lab;
struct lit;

/* How a scene is to be drawn. */
struct frame {
    int width;    /* columns there are */
    int height;   /* rows there are; 0: as many as it needs (a stream) */
    int max_rows; /* with height 0: of what the scene lists; 0: it knows */
    bool ascii;
    int digits; /* decimals of matrices: 4, or 3 in a narrow panel */
    int64_t first_row, first_col; /* scrolled by hand; -1: not */
    bool fresh;                   /* what just became known is accented */
    bool panel;            /* the caller draws the box: no heading line */
    const struct lit *lit; /* cells that `why` named; NULL: none */
};

struct scene {
    const char *name; /* as `view` and `show` take it: "backward" */
    const char *help; /* one line */
    /* Is there anything to show yet? */
    bool (*ready)(const struct lab *lab);
    /* "W.grad (17, 6) · 6 of 17 rows ≠ 0": the panel's title. */
    void (*title)(const struct lab *lab, const struct frame *frame, char *out,
                  size_t size);
    /* The legend or hint for the bottom border; NULL: none. */
    void (*bottom)(const struct lab *lab, const struct frame *frame, char *out,
                   size_t size);
    /* Draw into grid (frame->width columns; extended downward as needed, but
     * not beyond frame->height where that is set). */
    void (*draw)(const struct lab *lab, const struct frame *frame,
                 struct grid *grid);
};

/* In the order of the stages: tokens vocab table lookup windows batch mean
 * logits loss backward update, then curve, shapes, watch. */
extern const struct scene *const scene_table[];
size_t scene_count(void);
const struct scene *scene_find(const char *name);

/* The scene of the stage the lab is in. */
const struct scene *scene_current(const struct lab *lab);

/* The status line and the chain of phases, as the full screen's two top rows;
 * the current phase in STYLE_PHASE. title: what stands left in place of the
 * lab's own; may be NULL. */
void scene_status(const struct lab *lab, const char *title, int width,
                  struct grid *grid, int row);
void scene_chain(const struct lab *lab, int width, struct grid *grid, int row);
/* Where the three marks differ, one line says why; "" where they agree. */
void scene_why_marks_differ(const struct lab *lab, char *out, size_t size);

/* The one line under the panels: what happened, and why the marks differ; in
 * few words where it is wider than width. */
void scene_message(const struct lab *lab, int width, char *out, size_t size);

#endif
