/*
 * A tensor that is not known keeps its room but not its meaning: nobody reads
 * it. Its shape is what it last was.
 */
#include "nn/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void batch_clear(struct batch *batch)
{
    for (int i = 0; i < BATCH_TENSORS; i++)
        tensor_clear(&batch->tensor[i]);
    free(batch->pool_argmax);
    free(batch->bag_rows);
    free(batch->bag_offsets);
    free(batch->biases);
    memset(batch, 0, sizeof *batch);
}

void batch_begin(struct batch *batch)
{
    batch->phase = PHASE_NONE;
    memset(batch->known, 0, sizeof batch->known);
}

static void *reshape(struct batch *batch, enum batch_tensor which,
                     enum tensor_type type, int ndim, const int64_t *shape)
{
    tensor_reshape(&batch->tensor[which], type, ndim, shape);
    batch->known[which] = true;
    return batch->tensor[which].data;
}

float *batch_floats(struct batch *batch, enum batch_tensor which, int ndim,
                    size_t a, size_t b, size_t c)
{
    const int64_t shape[] = {(int64_t)a, (int64_t)b, (int64_t)c};
    return reshape(batch, which, TENSOR_FLOAT32, ndim, shape);
}

int64_t *batch_ids(struct batch *batch, enum batch_tensor which, int ndim,
                   size_t a, size_t b)
{
    const int64_t shape[] = {(int64_t)a, (int64_t)b};
    return reshape(batch, which, TENSOR_INT64, ndim, shape);
}

void *batch_room(void *buffer, size_t n, size_t *capacity, size_t size)
{
    if (n <= *capacity)
        return buffer;
    *capacity = n;
    return memory_resize(buffer, n, size);
}

static int64_t *copy_ids(const int64_t *ids, size_t capacity)
{
    return ids ? memory_copy(ids, capacity, sizeof *ids) : NULL;
}

void batch_copy(struct batch *to, const struct batch *from)
{
    *to = *from;
    for (int i = 0; i < BATCH_TENSORS; i++) {
        to->tensor[i] = (struct tensor){0};
        if (from->known[i])
            to->tensor[i] = tensor_copy(&from->tensor[i]);
    }
    to->pool_argmax = copy_ids(from->pool_argmax, from->pool_capacity);
    to->bag_rows = copy_ids(from->bag_rows, from->bag_capacity);
    to->bag_offsets = copy_ids(from->bag_offsets, from->bag_offset_capacity);
    to->biases = from->biases ? memory_copy(from->biases, from->bias_capacity,
                                            sizeof *from->biases)
                              : NULL;
}

const char *batch_phase_name(enum batch_phase phase)
{
    static const char *const names[PHASE_COUNT] = {
        [PHASE_NONE] = "",
        [PHASE_BATCH] = "batch",
        [PHASE_LOOKUP] = "lookup",
        [PHASE_MEAN] = "mean",
        [PHASE_LOGITS] = "logits",
        [PHASE_LOSS] = "loss",
        [PHASE_BACKWARD] = "backward",
        [PHASE_UPDATE] = "update",
    };
    return names[phase];
}
