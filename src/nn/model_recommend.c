/*
 * recommend: four embeddings. ctx (B, 2) holds a user and an item a line;
 *
 *   prediction[b] = Wu[u]·Wi[i] + bu[u] + bi[i] + the mean rating
 *
 * and the loss is the mean squared error. There is no h: the phase "mean" is
 * passed through. batch->bag_rows holds the users (B), then the items (B).
 */
#include "nn/model_parts.h"

#include "nn/loss.h"
#include "nn/vector.h"

enum { WU, WI, BU, BI };

static const int64_t *users(const struct batch *batch)
{
    return batch->bag_rows;
}

static const int64_t *items(const struct batch *batch)
{
    return batch->bag_rows + batch->B;
}

/* The ids that the table of this number is looked up with. */
static const int64_t *ids_of(const struct batch *batch, int table)
{
    return table == WU || table == BU ? users(batch) : items(batch);
}

/* ctx (B, 2) to users (B), items (B); room for the biases. */
static int split_ids(const struct model *model, struct batch *batch,
                     struct error *err)
{
    const struct tensor *ctx = &batch->tensor[BATCH_CTX];
    const size_t B = (size_t)ctx->shape[0];
    batch->B = B;
    batch->bag_rows = batch_room(batch->bag_rows, 2 * B, &batch->bag_capacity,
                                 sizeof *batch->bag_rows);
    batch->biases = batch_room(batch->biases, 2 * B, &batch->bias_capacity,
                               sizeof *batch->biases);
    for (size_t b = 0; b < B; b++) {
        batch->bag_rows[b] = ctx->i[2 * b];
        batch->bag_rows[B + b] = ctx->i[2 * b + 1];
    }
    /* before the first table is touched */
    return embedding_check_ids(&model->tables[WI], items(batch), B, err);
}

/* Where a table's rows go: Eu, Ei, (B, D) each, or half of the biases. */
static float *place_of(const struct model *model, struct batch *batch,
                       int table)
{
    const size_t B = batch->B, D = model->shape.D;
    switch (table) {
    case WU:
        return batch_floats(batch, BATCH_E, 2, B, D, 0);
    case WI:
        return batch_floats(batch, BATCH_E2, 2, B, D, 0);
    case BU:
        return batch->biases;
    default:
        return batch->biases + B;
    }
}

static int lookup(struct model *model, struct batch *batch, struct error *err)
{
    if (split_ids(model, batch, err) != 0)
        return -1;
    for (int t = WU; t <= BI; t++) {
        if (embedding_forward(&model->tables[t], ids_of(batch, t), batch->B,
                              place_of(model, batch, t), err) != 0)
            return -1;
    }
    return 0;
}

static int peek(const struct model *model, struct batch *batch,
                struct error *err)
{
    if (split_ids(model, batch, err) != 0)
        return -1;
    for (int t = WU; t <= BI; t++) {
        if (model_peek(&model->tables[t], ids_of(batch, t), batch->B,
                       place_of(model, batch, t), err) != 0)
            return -1;
    }
    return 0;
}

static void pool(const struct model *model, struct batch *batch)
{
    (void)model;
    (void)batch;
}

static void compute_predictions(const struct model *model, struct batch *batch,
                                struct pass pass)
{
    const size_t B = batch->B, D = model->shape.D;
    const float *Eu = batch->tensor[BATCH_E].f;
    const float *Ei = batch->tensor[BATCH_E2].f;
    float *logits = batch_floats(batch, BATCH_LOGITS, 1, B, 0, 0);
    (void)pass;
    for (size_t b = 0; b < B; b++)
        logits[b] = vector_dot(Eu + b * D, Ei + b * D, D) + batch->biases[b] +
                    batch->biases[B + b] + model->rating_mean;
}

static void compute_loss(const struct model *model, struct batch *batch,
                         struct pass pass)
{
    const size_t B = batch->B;
    (void)model;
    (void)pass;
    if (!batch->known[BATCH_TGT])
        return;
    float *row_loss = batch_floats(batch, BATCH_ROW_LOSS, 1, B, 0, 0);
    float *loss = batch_floats(batch, BATCH_LOSS, 0, 0, 0, 0);
    *loss = loss_mse(batch->tensor[BATCH_LOGITS].f, batch->tensor[BATCH_TGT].f,
                     row_loss, B);
}

/* The gradient of one factor of the dot products: the other, times grad. */
static const float *factor_gradient(struct batch *batch,
                                    enum batch_tensor which, const float *other,
                                    const float *grad, size_t D)
{
    float *out = batch_floats(batch, which, 2, batch->B, D, 0);
    for (size_t b = 0; b < batch->B; b++)
        vector_scale(out + b * D, grad[b], other + b * D, D);
    return out;
}

static void backward(struct model *model, struct batch *batch, struct pass pass)
{
    const size_t B = batch->B, D = model->shape.D;
    float *grad = batch_floats(batch, BATCH_LOGITS_GRAD, 1, B, 0, 0);
    (void)pass;
    loss_mse_backward(batch->tensor[BATCH_LOGITS].f, batch->tensor[BATCH_TGT].f,
                      grad, B);
    for (int t = WU; t <= BI; t++) {
        struct embedding *table = &model->tables[t];
        const float *rows = grad; /* a bias adds to its prediction as it is */
        if (table->weight.frozen)
            continue;
        if (t == WU)
            rows = factor_gradient(batch, BATCH_E_GRAD,
                                   batch->tensor[BATCH_E2].f, grad, D);
        if (t == WI)
            rows = factor_gradient(batch, BATCH_E2_GRAD,
                                   batch->tensor[BATCH_E].f, grad, D);
        embedding_backward(table, ids_of(batch, t), B, rows);
    }
}

static void mark(struct model *model, const struct batch *batch)
{
    for (int t = WU; t <= BI; t++)
        model_mark_rows(&model->tables[t].weight, ids_of(batch, t), batch->B);
}

const struct model_phases model_recommend_phases = {
    .lookup = lookup,
    .peek = peek,
    .pool = pool,
    .logits = compute_predictions,
    .loss = compute_loss,
    .backward = backward,
    .mark = mark,
};
