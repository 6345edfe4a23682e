/*
 * From ids to E to h, and h.grad back to the table.
 *
 * ids are ctx itself, (B, C), or with subwords the rows of all words of each
 * context, one bag a line, in batch->bag_rows. The mean counts every row,
 * padding too, as emb(ids).mean(1) does; masked_mean leaves padding out of the
 * sum and of the count, and an empty line gives zeros, as EmbeddingBag does.
 */
#include "nn/model_parts.h"

#include <string.h>

#include "nn/norm.h"
#include "nn/vector.h"

struct ids {
    const int64_t *list;
    size_t n;
};

static struct ids ids_of(const struct model *model, const struct batch *batch)
{
    if (model->has_subwords)
        return (struct ids){batch->bag_rows,
                            (size_t)batch->bag_offsets[batch->B]};
    return (struct ids){batch->tensor[BATCH_CTX].i,
                        tensor_count(&batch->tensor[BATCH_CTX])};
}

size_t model_hidden(const struct model *model)
{
    const struct model_shape *shape = &model->shape;
    return model->options.pool == POOL_CONCAT ? shape->C * shape->D : shape->D;
}

static size_t context_of(const struct batch *batch)
{
    return (size_t)batch->tensor[BATCH_CTX].shape[1];
}

/* --- Subwords ------------------------------------------------------------ */

static bool is_left_out(const struct model *model, int64_t id)
{
    const struct embedding_options *table = &model->tables[0].options;
    return model->options.pool == POOL_MASKED_MEAN && table->has_padding &&
           id == table->padding_idx;
}

static void append_bag(struct batch *batch, size_t *count, const int64_t *rows,
                       size_t n)
{
    if (*count + n > batch->bag_capacity)
        batch->bag_rows = batch_room(batch->bag_rows, 2 * (*count + n),
                                     &batch->bag_capacity,
                                     sizeof *batch->bag_rows);
    memcpy(batch->bag_rows + *count, rows, n * sizeof *rows);
    *count += n;
}

static int check_words(const struct model *model, const struct batch *batch,
                       struct error *err)
{
    const struct tensor *ctx = &batch->tensor[BATCH_CTX];
    for (size_t i = 0; i < tensor_count(ctx); i++) {
        if (ctx->i[i] < 0 || (size_t)ctx->i[i] >= model->shape.V)
            return error_set(err, ERROR_RANGE,
                             "id %lld at position %zu is outside the "
                             "vocabulary; valid ids are 0 to %zu",
                             (long long)ctx->i[i], i, model->shape.V - 1);
    }
    return 0;
}

/* The rows of every word of ctx (B, C), one bag a line. */
static int fill_bags(const struct model *model, struct batch *batch,
                     struct error *err)
{
    const int64_t *offsets = model->subwords.offsets;
    const int64_t *ctx = batch->tensor[BATCH_CTX].i;
    const size_t C = context_of(batch);
    size_t count = 0;
    if (check_words(model, batch, err) != 0)
        return -1;
    batch->bag_offsets = batch_room(batch->bag_offsets, batch->B + 1,
                                    &batch->bag_offset_capacity,
                                    sizeof *batch->bag_offsets);
    for (size_t i = 0; i < batch->B * C; i++) {
        if (i % C == 0)
            batch->bag_offsets[i / C] = (int64_t)count;
        if (!is_left_out(model, ctx[i]))
            append_bag(batch, &count, model->subwords.rows + offsets[ctx[i]],
                       (size_t)(offsets[ctx[i] + 1] - offsets[ctx[i]]));
    }
    batch->bag_offsets[batch->B] = (int64_t)count;
    return 0;
}

/* --- Lookup -------------------------------------------------------------- */

/* As a lookup would rescale the row in the table. */
static void renormalise(const struct embedding_options *options, float *row,
                        size_t D)
{
    const double norm = (double)norm_of(row, D, options->norm_type);
    if (norm > options->max_norm)
        vector_scale(row, (float)(options->max_norm / (norm + 1e-7)), row, D);
}

int model_peek(const struct embedding *emb, const int64_t *ids, size_t n,
               float *out, struct error *err)
{
    const size_t D = emb->weight.cols;
    if (embedding_check_ids(emb, ids, n, err) != 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        memcpy(out + i * D, emb->weight.value + (size_t)ids[i] * D,
               D * sizeof *out);
        if (emb->options.has_max_norm)
            renormalise(&emb->options, out + i * D, D);
    }
    return 0;
}

static float *shape_E(const struct model *model, struct batch *batch, size_t n)
{
    const size_t D = model->shape.D;
    if (model->has_subwords)
        return batch_floats(batch, BATCH_E, 2, n, D, 0);
    return batch_floats(batch, BATCH_E, 3, batch->B, context_of(batch), D);
}

static int prepare_ids(const struct model *model, struct batch *batch,
                       struct error *err)
{
    batch->B = (size_t)batch->tensor[BATCH_CTX].shape[0];
    return model->has_subwords ? fill_bags(model, batch, err) : 0;
}

int model_pool_lookup(struct model *model, struct batch *batch,
                      struct error *err)
{
    if (prepare_ids(model, batch, err) != 0)
        return -1;
    const struct ids ids = ids_of(model, batch);
    return embedding_forward(&model->tables[0], ids.list, ids.n,
                             shape_E(model, batch, ids.n), err);
}

int model_pool_peek(const struct model *model, struct batch *batch,
                    struct error *err)
{
    if (prepare_ids(model, batch, err) != 0)
        return -1;
    const struct ids ids = ids_of(model, batch);
    return model_peek(&model->tables[0], ids.list, ids.n,
                      shape_E(model, batch, ids.n), err);
}

void model_mark_rows(struct parameter *p, const int64_t *ids, size_t n)
{
    if (!p->keep_before)
        return;
    for (size_t i = 0; i < n; i++)
        row_set_add(&p->marks.looked_up, ids[i]);
}

void model_pool_mark(struct model *model, const struct batch *batch)
{
    const struct ids ids = ids_of(model, batch);
    model_mark_rows(&model->tables[0].weight, ids.list, ids.n);
}

/* --- E to h -------------------------------------------------------------- */

/* h (D) = the sum of n rows of E. */
static void add_rows(const float *E, size_t n, size_t D, float *h)
{
    memcpy(h, E, D * sizeof *h);
    for (size_t c = 1; c < n; c++)
        vector_add(h, E + c * D, D);
}

static void pool_sum(const float *E, size_t B, size_t C, size_t D, float *h)
{
    for (size_t b = 0; b < B; b++)
        add_rows(E + b * C * D, C, D, h + b * D);
}

static void pool_mean(const float *E, size_t B, size_t C, size_t D, float *h)
{
    for (size_t b = 0; b < B; b++) {
        add_rows(E + b * C * D, C, D, h + b * D);
        vector_divide(h + b * D, (float)C, D);
    }
}

static void pool_bags(const float *E, const int64_t *offsets, size_t B,
                      size_t D, float *h)
{
    for (size_t b = 0; b < B; b++) {
        const size_t n = (size_t)(offsets[b + 1] - offsets[b]);
        memset(h + b * D, 0, D * sizeof *h);
        if (n > 0) {
            add_rows(E + (size_t)offsets[b] * D, n, D, h + b * D);
            vector_divide(h + b * D, (float)n, D);
        }
    }
}

/* The first of equals wins, and NaN over all, as in PyTorch. */
static void pool_max(const float *E, size_t B, size_t C, size_t D, float *h,
                     int64_t *argmax)
{
    for (size_t i = 0; i < B * D; i++) {
        const float *first = E + i / D * C * D + i % D;
        int64_t best = 0;
        for (size_t c = 1; c < C; c++) {
            const float x = first[c * D], most = first[(size_t)best * D];
            if (most == most && !(x <= most))
                best = (int64_t)c;
        }
        argmax[i] = best;
        h[i] = first[(size_t)best * D];
    }
}

static size_t count_words(const struct model *model, const int64_t *ids,
                          size_t L)
{
    size_t count = 0;
    for (size_t c = 0; c < L; c++)
        count += !is_left_out(model, ids[c]);
    return count;
}

static void pool_masked(const struct model *model, const struct batch *batch,
                        float *h)
{
    const size_t L = context_of(batch), D = model->shape.D;
    for (size_t b = 0; b < batch->B; b++) {
        const int64_t *ids = batch->tensor[BATCH_CTX].i + b * L;
        const float *E = batch->tensor[BATCH_E].f + b * L * D;
        memset(h + b * D, 0, D * sizeof *h);
        for (size_t c = 0; c < L; c++)
            if (!is_left_out(model, ids[c]))
                vector_add(h + b * D, E + c * D, D);
        const size_t count = count_words(model, ids, L);
        if (count > 0)
            vector_divide(h + b * D, (float)count, D);
    }
}

void model_pool_forward(const struct model *model, struct batch *batch)
{
    const size_t B = batch->B, C = context_of(batch), D = model->shape.D;
    const float *E = batch->tensor[BATCH_E].f;
    float *h = batch_floats(batch, BATCH_H, 2, B, model_hidden(model), 0);
    if (model->has_subwords) {
        pool_bags(E, batch->bag_offsets, B, D, h);
        return;
    }
    switch (model->options.pool) {
    case POOL_MEAN:
        pool_mean(E, B, C, D, h);
        break;
    case POOL_SUM:
        pool_sum(E, B, C, D, h);
        break;
    case POOL_MAX:
        batch->pool_argmax = batch_room(batch->pool_argmax, B * D,
                                        &batch->pool_capacity,
                                        sizeof *batch->pool_argmax);
        pool_max(E, B, C, D, h, batch->pool_argmax);
        break;
    case POOL_CONCAT:
        memcpy(h, E, B * C * D * sizeof *h);
        break;
    case POOL_MASKED_MEAN:
        pool_masked(model, batch, h);
        break;
    }
}

/* --- h.grad to E.grad to W.grad ------------------------------------------ */

/* n rows of E.grad (n, D) get their line's h.grad (D) / divisor each. */
static void spread(const float *h_grad, size_t divisor, size_t n, size_t D,
                   float *E_grad)
{
    for (size_t c = 0; c < n; c++) {
        memcpy(E_grad + c * D, h_grad, D * sizeof *E_grad);
        vector_divide(E_grad + c * D, (float)divisor, D);
    }
}

static void spread_bags(const int64_t *offsets, size_t B, size_t D,
                        const float *h_grad, float *E_grad)
{
    for (size_t b = 0; b < B; b++) {
        const size_t n = (size_t)(offsets[b + 1] - offsets[b]);
        if (n > 0)
            spread(h_grad + b * D, n, n, D, E_grad + (size_t)offsets[b] * D);
    }
}

static void spread_masked(const struct model *model, const struct batch *batch,
                          const float *h_grad, float *E_grad)
{
    const size_t L = context_of(batch), D = model->shape.D;
    memset(E_grad, 0, batch->B * L * D * sizeof *E_grad);
    for (size_t b = 0; b < batch->B; b++) {
        const int64_t *ids = batch->tensor[BATCH_CTX].i + b * L;
        const size_t count = count_words(model, ids, L);
        for (size_t c = 0; c < L; c++)
            if (!is_left_out(model, ids[c]))
                spread(h_grad + b * D, count, 1, D, E_grad + (b * L + c) * D);
    }
}

/* Only the largest of the C numbers gets the gradient of their maximum. */
static void spread_max(const struct batch *batch, size_t C, size_t D,
                       const float *h_grad, float *E_grad)
{
    memset(E_grad, 0, batch->B * C * D * sizeof *E_grad);
    for (size_t i = 0; i < batch->B * D; i++) {
        const size_t c = i / D * C + (size_t)batch->pool_argmax[i];
        E_grad[c * D + i % D] = h_grad[i];
    }
}

/* By what h.grad is divided where all C rows of a line get the same. */
static size_t divisor_of(const struct model *model, size_t C)
{
    return model->options.pool == POOL_SUM ? 1 : C;
}

static float *fill_E_grad(const struct model *model, struct batch *batch)
{
    const size_t B = batch->B, C = context_of(batch), D = model->shape.D;
    const float *h_grad = batch->tensor[BATCH_H_GRAD].f;
    float *E_grad = model->has_subwords
                        ? batch_floats(batch, BATCH_E_GRAD, 2,
                                       (size_t)batch->bag_offsets[B], D, 0)
                        : batch_floats(batch, BATCH_E_GRAD, 3, B, C, D);
    if (model->has_subwords) {
        spread_bags(batch->bag_offsets, B, D, h_grad, E_grad);
        return E_grad;
    }
    switch (model->options.pool) {
    case POOL_MEAN:
    case POOL_SUM:
        for (size_t b = 0; b < B; b++)
            spread(h_grad + b * D, divisor_of(model, C), C, D,
                   E_grad + b * C * D);
        break;
    case POOL_MAX:
        spread_max(batch, C, D, h_grad, E_grad);
        break;
    case POOL_CONCAT:
        memcpy(E_grad, h_grad, B * C * D * sizeof *E_grad);
        break;
    case POOL_MASKED_MEAN:
        spread_masked(model, batch, h_grad, E_grad);
        break;
    }
    return E_grad;
}

void model_pool_backward(struct model *model, struct batch *batch,
                         struct pass pass)
{
    const struct ids ids = ids_of(model, batch);
    const size_t C = context_of(batch);
    const bool shared =
        !model->has_subwords &&
        (model->options.pool == POOL_MEAN || model->options.pool == POOL_SUM);
    const float *E_grad = pass.seen || !shared ? fill_E_grad(model, batch)
                                               : NULL;
    if (shared)
        embedding_backward_groups(&model->tables[0], ids.list, ids.n, C,
                                  batch->tensor[BATCH_H_GRAD].f,
                                  (float)divisor_of(model, C));
    else
        embedding_backward(&model->tables[0], ids.list, ids.n, E_grad);
}
