/*
 * The table of scenes and nothing else that draws.
 */
#include "scenes/scene.h"

#include "base/str.h"
#include "lab/loop.h"
#include "scenes/scenes.h"

const struct scene *const scene_table[] = {
    &scene_tokens,   &scene_merges, &scene_vocab,  &scene_subwords,
    &scene_weights,  &scene_lookup, &scene_onehot, &scene_windows,
    &scene_batch,    &scene_mean,   &scene_logits, &scene_loss,
    &scene_backward, &scene_update, &scene_rows,   &scene_curve,
    &scene_shapes,   &scene_plot,
};

size_t scene_count(void)
{
    return sizeof scene_table / sizeof *scene_table;
}

const struct scene *scene_find(const char *name)
{
    for (size_t i = 0; i < scene_count(); i++) {
        if (str_equal(scene_table[i]->name, name))
            return scene_table[i];
    }
    return NULL;
}

const struct scene *scene_current(const struct lab *lab)
{
    static const struct scene *const phases[PHASE_COUNT] = {
        [PHASE_BATCH] = &scene_batch,   [PHASE_LOOKUP] = &scene_lookup,
        [PHASE_MEAN] = &scene_mean,     [PHASE_LOGITS] = &scene_logits,
        [PHASE_LOSS] = &scene_loss,     [PHASE_BACKWARD] = &scene_backward,
        [PHASE_UPDATE] = &scene_update,
    };

    if (lab->lookup.current)
        return lab->lookup.owns_gradient ? &scene_backward : &scene_lookup;
    if (lab->batch.phase != PHASE_NONE)
        return phases[lab->batch.phase];
    if (lab->model)
        return &scene_weights;
    return lab->text ? &scene_tokens : NULL;
}
