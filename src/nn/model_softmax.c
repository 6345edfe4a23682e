/*
 * next_word with the full softmax: logits (B, V) = h·Uᵀ + b, cross-entropy.
 *
 * A pass that is not seen writes the logits where their gradient belongs, and
 * the loss turns one into the other in place.
 */
#include "nn/model_parts.h"

#include "nn/loss.h"
#include "nn/product.h"
#include "nn/vector.h"

static void compute_logits(const struct model *model, struct batch *batch,
                           struct pass pass)
{
    const enum batch_tensor which = pass.seen ? BATCH_LOGITS
                                              : BATCH_LOGITS_GRAD;
    const size_t V = model->U.rows;
    float *logits = batch_floats(batch, which, 2, batch->B, V, 0);
    product_rows(batch->tensor[BATCH_H].f, model->U.value, model->b.value,
                 logits, batch->B, V, model->U.cols);
}

/* Forward without a target (predict): probs, no loss. */
static void compute_probs(struct batch *batch, float *probs, size_t V)
{
    loss_softmax(batch->tensor[BATCH_LOGITS].f, probs, batch->B, V);
}

static void compute_loss(const struct model *model, struct batch *batch,
                         struct pass pass)
{
    const size_t B = batch->B, V = model->U.rows;
    float *probs = pass.seen ? batch_floats(batch, BATCH_PROBS, 2, B, V, 0)
                             : NULL;
    if (!batch->known[BATCH_TGT]) {
        compute_probs(batch, probs, V);
        return;
    }
    const int64_t *target = batch->tensor[BATCH_TGT].i;
    float *row_loss = batch_floats(batch, BATCH_ROW_LOSS, 1, B, 0, 0);
    float *loss = batch_floats(batch, BATCH_LOSS, 0, 0, 0, 0);
    if (pass.seen)
        *loss = loss_cross_entropy(batch->tensor[BATCH_LOGITS].f, target, probs,
                                   row_loss, B, V);
    else
        *loss = loss_cross_entropy_in_place(batch->tensor[BATCH_LOGITS_GRAD].f,
                                            target, row_loss, B, V);
}

static const float *logits_gradient(struct batch *batch, size_t V,
                                    struct pass pass)
{
    const size_t B = batch->B;
    if (pass.seen)
        loss_cross_entropy_backward(
            batch->tensor[BATCH_PROBS].f, batch->tensor[BATCH_TGT].i,
            batch_floats(batch, BATCH_LOGITS_GRAD, 2, B, V, 0), B, V);
    return batch->tensor[BATCH_LOGITS_GRAD].f;
}

static void output_backward(struct model *model, const struct batch *batch,
                            struct pass pass, const float *grad)
{
    const size_t B = batch->B, V = model->U.rows;
    if (!model->b.frozen) {
        float *b_grad = parameter_grad_begin_dense(&model->b);
        for (size_t i = 0; i < B; i++)
            vector_add(b_grad, grad + i * V, V);
    }
    if (!model->U.frozen && !pass.U_direct)
        product_outer(grad, batch->tensor[BATCH_H].f, 1.0f,
                      parameter_grad_begin_dense(&model->U), B, V,
                      model->U.cols);
}

static void backward(struct model *model, struct batch *batch, struct pass pass)
{
    const size_t B = batch->B, V = model->U.rows, K = model->U.cols;
    const float *grad = logits_gradient(batch, V, pass);
    output_backward(model, batch, pass, grad);
    if (model->tables[0].weight.frozen)
        return;
    product_plain(grad, model->U.value,
                  batch_floats(batch, BATCH_H_GRAD, 2, B, K, 0), B, V, K);
    model_pool_backward(model, batch, pass);
}

void model_softmax_update(struct model *model, const struct batch *batch,
                          float scale)
{
    product_outer(batch->tensor[BATCH_LOGITS_GRAD].f, batch->tensor[BATCH_H].f,
                  scale, model->U.value, batch->B, model->U.rows,
                  model->U.cols);
}

const struct model_phases model_softmax_phases = {
    .lookup = model_pool_lookup,
    .peek = model_pool_peek,
    .pool = model_pool_forward,
    .logits = compute_logits,
    .loss = compute_loss,
    .backward = backward,
    .mark = model_pool_mark,
};
