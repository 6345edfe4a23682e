/*
 * Pictures that a command asks for with something of its own: tensors by name,
 * one-hot vectors, what changed.
 */
#ifndef EMBLAB_SCENES_TENSOR_H
#define EMBLAB_SCENES_TENSOR_H

#include "lab/baseline.h"
#include "lab/lookup.h"
#include "lab/names.h"
#include "scenes/scene.h"

/* Title: "W (17, 6)", with what is worth saying of a gradient. */
void scene_tensor_title(const struct lab *lab, const char *name,
                        const struct named *named, char *out, size_t size);

/* A tensor of any shape: matrices with words, marks and heat; 1-D as one
 * column (or row); 3-D and more as matrices one below the other. */
void scene_tensor_draw(const struct lab *lab, const char *name,
                       const struct named *named, const struct frame *frame,
                       struct grid *grid);

/* One-hot vectors of ids, each a row with a 1 at its word's id. */
void scene_onehot_draw(const struct lab *lab, const struct lookup_input *input,
                       const struct frame *frame, struct grid *grid);

/* Rows of p that differ from the baseline (or, where that does not hold
 * them, from the start of the mini-batch): before, after, difference. Draws
 * nothing and returns 0 where no row changed, else how many did. */
size_t scene_diff_draw(const struct lab *lab, const struct baseline *baseline,
                       const struct parameter *p, const struct frame *frame,
                       struct grid *grid);

#endif
