/*
 * The pictures that stand beside a matrix, in a narrow panel: what was looked
 * up, the mini-batch and its losses, in words. Private to src/scenes.
 */
#ifndef EMBLAB_SCENES_SIDE_H
#define EMBLAB_SCENES_SIDE_H

#include <stdbool.h>

#include "scenes/scene.h"

struct tensor;

/* Is the panel too narrow for the wide form of these scenes? */
bool side_is_narrow(const struct frame *frame);

/* ids → rows → E. ids: any shape; E: that shape + (D). */
void side_draw_lookup(const struct lab *lab, const struct tensor *ids,
                      const struct tensor *E, bool typed,
                      const struct frame *frame, struct grid *grid);

/* Contexts and targets, and below them the losses as far as they are known. */
void side_draw_batch(const struct lab *lab, const struct frame *frame,
                     struct grid *grid);

/* The loss of each example and what it should have said. */
void side_draw_losses(const struct lab *lab, const struct frame *frame,
                      struct grid *grid);

#endif
