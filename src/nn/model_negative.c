/*
 * next_word with negative sampling: a pair touches the rows of U and b of its
 * target and of k noise words, so that a step costs the same whatever V is.
 * The columns of scores (B, 1 + k) are the target's, then the noise's; a word
 * drawn twice, or drawn as its own target, is simply there twice.
 *
 * U and b keep their gradients by rows (PARAMETER_EMBEDDING), which is what
 * PyTorch's dense gradients are among their zeros.
 */
#include "nn/model_parts.h"

#include <assert.h>
#include <string.h>

#include "nn/loss.h"
#include "nn/vector.h"

/* The word of column j of row b. */
static int64_t word_of(const struct model *model, const struct batch *batch,
                       size_t b, size_t j)
{
    const size_t k = model->options.k;
    return j == 0 ? batch->tensor[BATCH_TGT].i[b]
                  : batch->tensor[BATCH_NOISE].i[b * k + j - 1];
}

static void mark_output(struct parameter *p, const struct batch *batch)
{
    model_mark_rows(p, batch->tensor[BATCH_TGT].i, batch->B);
    model_mark_rows(p, batch->tensor[BATCH_NOISE].i,
                    tensor_count(&batch->tensor[BATCH_NOISE]));
}

static int lookup(struct model *model, struct batch *batch, struct error *err)
{
    assert(batch->known[BATCH_NOISE]);
    return model_pool_lookup(model, batch, err);
}

/* Ask for a row, and for its place in the gradient's set, before it is needed.
 * The rows of a pair come from anywhere in a table larger than the caches. */
static void prefetch_row(const struct parameter *p, size_t row)
{
    enum { CACHE_LINE = 64 / sizeof(float) };
    for (size_t d = 0; d < p->cols; d += CACHE_LINE)
        __builtin_prefetch(p->value + row * p->cols + d);
    __builtin_prefetch(p->grad_rows.stamp + row);
    __builtin_prefetch(p->grad_rows.slot + row);
}

static void prefetch_pair(const struct model *model, const struct batch *batch,
                          size_t b)
{
    for (size_t j = 0; b < batch->B && j <= model->options.k; j++) {
        const size_t v = (size_t)word_of(model, batch, b, j);
        prefetch_row(&model->U, v);
        prefetch_row(&model->b, v);
    }
}

static void compute_scores(const struct model *model, struct batch *batch,
                           struct pass pass)
{
    const size_t n = 1 + model->options.k, D = model->U.cols;
    float *scores = batch_floats(batch, BATCH_LOGITS, 2, batch->B, n, 0);
    (void)pass;
    assert(batch->tensor[BATCH_NOISE].shape[0] == (int64_t)batch->B);
    for (size_t b = 0; b < batch->B; b++) {
        const float *h = batch->tensor[BATCH_H].f + b * D;
        prefetch_pair(model, batch, b + 1);
        for (size_t j = 0; j < n; j++) {
            const size_t v = (size_t)word_of(model, batch, b, j);
            assert(v < model->U.rows);
            scores[b * n + j] = vector_dot(model->U.value + v * D, h, D) +
                                model->b.value[v];
        }
    }
}

static void compute_loss(const struct model *model, struct batch *batch,
                         struct pass pass)
{
    const size_t B = batch->B, k = model->options.k;
    float *probs = batch_floats(batch, BATCH_PROBS, 2, B, 1 + k, 0);
    float *row_loss = batch_floats(batch, BATCH_ROW_LOSS, 1, B, 0, 0);
    float *loss = batch_floats(batch, BATCH_LOSS, 0, 0, 0, 0);
    (void)pass;
    *loss = loss_negative(batch->tensor[BATCH_LOGITS].f, probs, row_loss, B, k);
}

/* Row b's part of U.grad and b.grad: grad (1 + k) is that of its scores. */
static void output_backward(struct model *model, const struct batch *batch,
                            size_t b, const float *grad)
{
    const size_t n = 1 + model->options.k, D = model->U.cols;
    const float *h = batch->tensor[BATCH_H].f + b * D;
    for (size_t j = 0; j < n; j++) {
        const int64_t v = word_of(model, batch, b, j);
        if (!model->U.frozen)
            vector_add_scaled(parameter_grad_add_row(&model->U, v), grad[j], h,
                              D);
        if (!model->b.frozen)
            *parameter_grad_add_row(&model->b, v) += grad[j];
    }
}

static void hidden_backward(const struct model *model,
                            const struct batch *batch, size_t b,
                            const float *grad, float *h_grad)
{
    const size_t n = 1 + model->options.k, D = model->U.cols;
    memset(h_grad, 0, D * sizeof *h_grad);
    for (size_t j = 0; j < n; j++) {
        const size_t v = (size_t)word_of(model, batch, b, j);
        vector_add_scaled(h_grad, grad[j], model->U.value + v * D, D);
    }
}

static void backward(struct model *model, struct batch *batch, struct pass pass)
{
    const size_t B = batch->B, n = 1 + model->options.k, D = model->U.cols;
    const bool into_W = !model->tables[0].weight.frozen;
    float *grad = batch_floats(batch, BATCH_LOGITS_GRAD, 2, B, n, 0);
    loss_negative_backward(batch->tensor[BATCH_LOGITS].f, grad, B, n - 1);
    float *h_grad = into_W ? batch_floats(batch, BATCH_H_GRAD, 2, B, D, 0)
                           : NULL;
    if (!model->U.frozen)
        parameter_grad_begin_rows(&model->U, false);
    if (!model->b.frozen)
        parameter_grad_begin_rows(&model->b, false);
    for (size_t b = 0; b < B; b++) {
        output_backward(model, batch, b, grad + b * n);
        if (into_W)
            hidden_backward(model, batch, b, grad + b * n, h_grad + b * D);
    }
    if (into_W)
        model_pool_backward(model, batch, pass);
}

/* A row of U or b is looked up, and marked, when the scores are made. */
static void mark(struct model *model, const struct batch *batch)
{
    model_pool_mark(model, batch);
    mark_output(&model->U, batch);
    mark_output(&model->b, batch);
}

const struct model_phases model_negative_phases = {
    .lookup = lookup,
    .peek = model_pool_peek,
    .pool = model_pool_forward,
    .logits = compute_scores,
    .loss = compute_loss,
    .backward = backward,
    .mark = mark,
};
