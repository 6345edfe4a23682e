/*
 * Every scene's struct: what scene.c puts in its table.
 */
#ifndef EMBLAB_SCENES_SCENES_H
#define EMBLAB_SCENES_SCENES_H

#include "scenes/scene.h"

extern const struct scene scene_tokens, scene_merges, scene_vocab,
    scene_subwords;
extern const struct scene scene_weights, scene_lookup, scene_onehot;
extern const struct scene scene_windows, scene_batch;
extern const struct scene scene_mean, scene_logits, scene_loss;
extern const struct scene scene_backward, scene_update, scene_rows;
extern const struct scene scene_curve, scene_shapes, scene_plot;

#endif
