/*
 * Forward and backward of each mode side by side. The roundings are those of
 * PyTorch's CPU kernels: a mean divides the sum, its gradient multiplies by
 * the reciprocal; weights and scales are fused into the sum of a dense
 * gradient, and rounded first in a sparse one.
 */
#include "nn/bag.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fused.h"
#include "base/memory.h"

/* --- What is refused ----------------------------------------------------- */

static int check_offsets(const struct bag *bag, struct error *err)
{
    if (bag->bags > 0 && bag->offsets[0] != 0)
        return error_set(err, ERROR_RANGE,
                         "offsets[0] is %" PRId64 "; the first bag begins at 0",
                         bag->offsets[0]);
    for (size_t b = 1; b < bag->bags; b++)
        if (bag->offsets[b] < bag->offsets[b - 1])
            return error_set(err, ERROR_RANGE,
                             "offsets[%zu] is %" PRId64 ", before the bag in "
                             "front of it; put the offsets in order",
                             b, bag->offsets[b]);
    if (bag->bags > 0 && bag->offsets[bag->bags - 1] > (int64_t)bag->n)
        return error_set(err, ERROR_RANGE,
                         "offsets[%zu] is %" PRId64 ", but there are %zu ids; "
                         "choose at most %zu",
                         bag->bags - 1, bag->offsets[bag->bags - 1], bag->n,
                         bag->n);
    return 0;
}

int embedding_bag_check(const struct embedding *emb, const struct bag *bag,
                        struct error *err)
{
    if (bag->mode == BAG_MAX && emb->options.sparse)
        return error_set(err, ERROR_STATE,
                         "mode=max does not support sparse gradients; choose "
                         "mode=mean or sum, or a table with sparse=no");
    if (bag->mode == BAG_MAX && emb->options.scale_grad_by_freq)
        return error_set(err, ERROR_STATE,
                         "mode=max does not support scale_grad_by_freq; "
                         "choose mode=mean or sum, or a table with "
                         "scale_grad_by_freq=no");
    if (bag->mode != BAG_SUM && bag->weights != NULL)
        return error_set(err, ERROR_STATE,
                         "weights are only supported with mode=sum; choose "
                         "mode=sum, or leave them out");
    if (check_offsets(bag, err) != 0)
        return -1;
    return embedding_check_ids(emb, bag->ids, bag->n, err);
}

/* --- Parts both passes use ----------------------------------------------- */

static size_t bag_begin(const struct bag *bag, size_t b)
{
    return (size_t)bag->offsets[b];
}

static size_t bag_end(const struct bag *bag, size_t b)
{
    return b + 1 < bag->bags ? (size_t)bag->offsets[b + 1] : bag->n;
}

static bool is_padding(const struct embedding *emb, int64_t id)
{
    return emb->options.has_padding && id == emb->options.padding_idx;
}

/* Positions of bag b that count: all but padding's. */
static size_t bag_size(const struct embedding *emb, const struct bag *bag,
                       size_t b)
{
    size_t size = 0;
    for (size_t i = bag_begin(bag, b); i < bag_end(bag, b); i++)
        size += !is_padding(emb, bag->ids[i]);
    return size;
}

/* --- Sum and mean -------------------------------------------------------- */

static void sum_forward(const struct embedding *emb, const struct bag *bag,
                        size_t b, float *out)
{
    size_t D = emb->weight.cols;
    memset(out, 0, D * sizeof *out);
    for (size_t i = bag_begin(bag, b); i < bag_end(bag, b); i++) {
        if (is_padding(emb, bag->ids[i]))
            continue;
        const float *row = emb->weight.value + (size_t)bag->ids[i] * D;
        float weight = bag->weights != NULL ? bag->weights[i] : 1.0f;
        fused_add(out, weight, row, D);
    }
}

static void mean_forward(const struct embedding *emb, const struct bag *bag,
                         size_t b, float *out)
{
    sum_forward(emb, bag, b, out);
    size_t size = bag_size(emb, bag, b);
    for (size_t d = 0; size > 0 && d < emb->weight.cols; d++)
        out[d] /= (float)size;
}

/* --- Max ----------------------------------------------------------------- */

static void max_forward(const struct embedding *emb, const struct bag *bag,
                        size_t b, float *out, int64_t *argmax)
{
    size_t D = emb->weight.cols;
    bool empty = true;
    for (size_t d = 0; d < D; d++) {
        out[d] = 0.0f;
        argmax[d] = -1;
    }
    for (size_t i = bag_begin(bag, b); i < bag_end(bag, b); i++) {
        int64_t id = bag->ids[i];
        if (is_padding(emb, id))
            continue;
        const float *row = emb->weight.value + (size_t)id * D;
        for (size_t d = 0; d < D; d++) {
            if (empty || row[d] > out[d]) {
                out[d] = row[d];
                argmax[d] = id;
            }
        }
        empty = false;
    }
}

static size_t first_position(const struct bag *bag, size_t b, int64_t id)
{
    size_t i = bag_begin(bag, b);
    while (bag->ids[i] != id)
        i++;
    return i;
}

/* The elements that were largest pass the gradient on, alone of their bag. */
static void max_backward(struct embedding *emb, const struct bag *bag,
                         const float *grad_out, const int64_t *argmax)
{
    size_t D = emb->weight.cols;
    float *grad = memory_zeroed(bag->n * D, sizeof *grad);
    for (size_t b = 0; b < bag->bags; b++)
        for (size_t d = 0; d < D; d++) {
            int64_t id = argmax[b * D + d];
            if (id >= 0)
                grad[first_position(bag, b, id) * D + d] = grad_out[b * D + d];
        }
    embedding_backward(emb, bag->ids, bag->n, grad);
    free(grad);
}

/* --- Gradient of sum and mean -------------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The different ids, ascending, and how often each stands in the bags. */
struct frequencies {
    int64_t *sorted; /* (n) all ids */
    int64_t *ids;    /* (count) */
    size_t *times;   /* (count) */
    size_t count;
};

static struct frequencies frequencies_of(const int64_t *ids, size_t n)
{
    struct frequencies f = {.sorted = memory_copy(ids, n, sizeof *ids),
                            .ids = memory_new(n, sizeof *ids),
                            .times = memory_zeroed(n, sizeof(size_t))};
    if (n > 0)
        qsort(f.sorted, n, sizeof *f.sorted, compare_ids);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || f.sorted[i] != f.sorted[i - 1])
            f.ids[f.count++] = f.sorted[i];
        f.times[f.count - 1]++;
    }
    return f;
}

static size_t ordinal(const struct frequencies *f, int64_t id)
{
    const int64_t *at = bsearch(&id, f->ids, f->count, sizeof id, compare_ids);
    assert(at != NULL);
    return (size_t)(at - f->ids);
}

/*
 * The frequency that scale_grad_by_freq divides id's gradient by. One would
 * expect id's own. PyTorch's kernel takes that of sorted[u], where id is the
 * u-th different id; and PyTorch is right here, also where it is wrong.
 */
static size_t scale_frequency(const struct frequencies *f, int64_t id)
{
    return f->times[ordinal(f, f->sorted[ordinal(f, id)])];
}

/* Which bag each position is in, and what its gradient is multiplied by. */
struct spread {
    size_t *source; /* (n) */
    double *scales; /* (n) */
};

static struct spread spread_of(const struct embedding *emb,
                               const struct bag *bag)
{
    struct spread s = {memory_zeroed(bag->n, sizeof *s.source),
                       memory_new(bag->n, sizeof *s.scales)};
    for (size_t b = 0; b < bag->bags; b++) {
        size_t size = bag_size(emb, bag, b);
        for (size_t i = bag_begin(bag, b); i < bag_end(bag, b); i++) {
            s.source[i] = b;
            s.scales[i] = bag->weights != NULL ? (double)bag->weights[i] : 1.0;
            if (bag->mode == BAG_MEAN && size > 0)
                s.scales[i] /= (double)size;
        }
    }
    return s;
}

static void divide_by_frequency(double *scales, const struct bag *bag)
{
    struct frequencies f = frequencies_of(bag->ids, bag->n);
    for (size_t i = 0; i < bag->n; i++)
        scales[i] /= (double)scale_frequency(&f, bag->ids[i]);
    free(f.sorted);
    free(f.ids);
    free(f.times);
}

static void sum_backward(struct embedding *emb, const struct bag *bag,
                         const float *grad_out)
{
    struct spread s = spread_of(emb, bag);
    float *scales = memory_new(bag->n, sizeof *scales);
    if (emb->options.scale_grad_by_freq)
        divide_by_frequency(s.scales, bag);
    for (size_t i = 0; i < bag->n; i++)
        scales[i] = (float)s.scales[i];
    embedding_backward_scaled(emb, bag->ids, bag->n, s.source, scales,
                              grad_out);
    free(scales);
    free(s.scales);
    free(s.source);
}

/* --- The layer ----------------------------------------------------------- */

int embedding_bag_forward(struct embedding *emb, const struct bag *bag,
                          float *out, int64_t *argmax, struct error *err)
{
    if (embedding_bag_check(emb, bag, err) != 0)
        return -1;
    embedding_touch(emb, bag->ids, bag->n);
    size_t D = emb->weight.cols;
    for (size_t b = 0; b < bag->bags; b++) {
        float *to = out + b * D;
        if (bag->mode == BAG_MAX)
            max_forward(emb, bag, b, to, argmax + b * D);
        else if (bag->mode == BAG_MEAN)
            mean_forward(emb, bag, b, to);
        else
            sum_forward(emb, bag, b, to);
    }
    return 0;
}

void embedding_bag_backward(struct embedding *emb, const struct bag *bag,
                            const float *grad_out, const int64_t *argmax)
{
    if (bag->bags == 0) /* ids before the first bag are in none */
        return;
    if (bag->mode == BAG_MAX)
        max_backward(emb, bag, grad_out, argmax);
    else
        sum_backward(emb, bag, grad_out);
}
