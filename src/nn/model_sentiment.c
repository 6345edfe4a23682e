/*
 * sentiment: one logit a line, logits (B,) = h·U[0] + b[0], and binary
 * cross-entropy. The output layer is nn.Linear(D, 1): U (1, D), b (1,).
 */
#include "nn/model_parts.h"

#include "nn/loss.h"
#include "nn/product.h"

static void compute_logits(const struct model *model, struct batch *batch,
                           struct pass pass)
{
    float *logits = batch_floats(batch, BATCH_LOGITS, 1, batch->B, 0, 0);
    (void)pass;
    product_rows(batch->tensor[BATCH_H].f, model->U.value, model->b.value,
                 logits, batch->B, 1, model->U.cols);
}

static void compute_loss(const struct model *model, struct batch *batch,
                         struct pass pass)
{
    const size_t B = batch->B;
    const float *logits = batch->tensor[BATCH_LOGITS].f;
    float *probs = batch_floats(batch, BATCH_PROBS, 1, B, 0, 0);
    (void)model;
    (void)pass;
    if (!batch->known[BATCH_TGT]) {
        loss_sigmoid(logits, probs, B);
        return;
    }
    float *row_loss = batch_floats(batch, BATCH_ROW_LOSS, 1, B, 0, 0);
    float *loss = batch_floats(batch, BATCH_LOSS, 0, 0, 0, 0);
    *loss = loss_bce(logits, batch->tensor[BATCH_TGT].f, probs, row_loss, B);
}

static void backward(struct model *model, struct batch *batch, struct pass pass)
{
    const size_t B = batch->B, D = model->U.cols;
    float *grad = batch_floats(batch, BATCH_LOGITS_GRAD, 1, B, 0, 0);
    loss_bce_backward(batch->tensor[BATCH_PROBS].f, batch->tensor[BATCH_TGT].f,
                      grad, B);
    if (!model->b.frozen) {
        float *b_grad = parameter_grad_begin_dense(&model->b);
        for (size_t b = 0; b < B; b++)
            *b_grad += grad[b];
    }
    if (!model->U.frozen)
        product_outer(grad, batch->tensor[BATCH_H].f, 1.0f,
                      parameter_grad_begin_dense(&model->U), B, 1, D);
    if (model->tables[0].weight.frozen)
        return;
    product_plain(grad, model->U.value,
                  batch_floats(batch, BATCH_H_GRAD, 2, B, D, 0), B, 1, D);
    model_pool_backward(model, batch, pass);
}

const struct model_phases model_sentiment_phases = {
    .lookup = model_pool_lookup,
    .peek = model_pool_peek,
    .pool = model_pool_forward,
    .logits = compute_logits,
    .loss = compute_loss,
    .backward = backward,
    .mark = model_pool_mark,
};
