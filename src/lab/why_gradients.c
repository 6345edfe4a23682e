/*
 * Gradients: W.grad from the places that looked the row up, U.grad and b.grad
 * from the examples, E.grad from h.grad, h.grad from logits.grad, that from
 * the probabilities.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/lookup.h"
#include "lab/loop.h"
#include "lab/why_parts.h"

static double batch_at(const struct lab *lab, enum batch_tensor which, size_t b,
                       size_t col)
{
    const struct tensor *t = &lab->batch.tensor[which];
    size_t cols = t->ndim > 1 ? (size_t)t->shape[t->ndim - 1] : 1;

    return (double)t->f[b * cols + col];
}

/* --- how h.grad reaches a position -------------------------------------- */

static bool is_padding(const struct lab *lab, size_t b, size_t c)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];

    return ctx->i[b * (size_t)ctx->shape[1] + c] == lab_vocab(lab)->pad;
}

/* Ids of an example that pooling counts. */
static double pooled_count(const struct lab *lab, size_t b)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];
    size_t C = (size_t)ctx->shape[1], count = 0;

    if (lab->head.model.pool != POOL_MASKED_MEAN)
        return (double)C;
    for (size_t c = 0; c < C; c++)
        count += !is_padding(lab, b, c);
    return (double)(count ? count : 1);
}

/* The column of h that column d of position c feeds, and its factor. */
static double share_of(const struct lab *lab, size_t b, size_t c, size_t d,
                       size_t *column)
{
    size_t D = lab->model->shape.D;

    *column = d;
    switch (lab->head.model.pool) {
    case POOL_SUM:
        return 1;
    case POOL_MAX:
        return lab->batch.pool_argmax[b * D + d] == (int64_t)c ? 1 : 0;
    case POOL_CONCAT:
        *column = c * D + d;
        return 1;
    case POOL_MASKED_MEAN:
        if (is_padding(lab, b, c))
            return 0;
        break;
    case POOL_MEAN:
        break;
    }
    return 1 / pooled_count(lab, b);
}

/* scale_grad_by_freq divides by how often the row stands in the batch: in
 * every stride-th place from first on. */
static double frequency_scale(const struct lab *lab, const struct tensor *ids,
                              size_t first, size_t stride, int64_t row)
{
    double count = 0;

    if (!lab->model->tables[0].options.scale_grad_by_freq)
        return 1;
    for (size_t i = first; i < tensor_count(ids); i += stride)
        count += ids->i[i] == row;
    return count > 0 ? 1 / count : 1;
}

/* --- the places of a row ------------------------------------------------ */

struct position {
    const struct lab *lab;
    int64_t row, col;
    why_visit *visit;
    void *context;
};

static void visit_pooled(const struct position *p, size_t b, size_t c,
                         double scale)
{
    size_t column;
    double share = share_of(p->lab, b, c, (size_t)p->col, &column);
    double h_grad = batch_at(p->lab, BATCH_H_GRAD, b, column);
    char label[96];

    if (share == 0)
        return;
    why_place(p->lab, b, (int64_t)c, label, sizeof label);
    p->visit(p->context, b, c, h_grad, label, h_grad * share * scale,
             share * scale);
}

static void each_in_contexts(const struct position *p)
{
    const struct tensor *ctx = &p->lab->batch.tensor[BATCH_CTX];
    size_t C = (size_t)ctx->shape[1];
    double scale = frequency_scale(p->lab, ctx, 0, 1, p->row);
    bool masked = p->lab->head.model.pool == POOL_MASKED_MEAN;

    for (size_t i = 0; i < tensor_count(ctx); i++) {
        if (ctx->i[i] == p->row &&
            !(masked && p->row == lab_vocab(p->lab)->pad))
            visit_pooled(p, i / C, i % C, scale);
    }
}

/* Subwords: h is the mean over all rows of the context's words. */
static void each_in_bags(const struct position *p)
{
    const struct batch *batch = &p->lab->batch;

    for (size_t b = 0; b < batch->B; b++) {
        int64_t first = batch->bag_offsets[b], last = batch->bag_offsets[b + 1];
        double share = 1 / (double)(last - first);
        double h_grad = batch_at(p->lab, BATCH_H_GRAD, b, (size_t)p->col);
        for (int64_t i = first; i < last; i++) {
            char label[96];
            if (batch->bag_rows[i] != p->row)
                continue;
            why_place(p->lab, b, -1, label, sizeof label);
            p->visit(p->context, b, (size_t)(i - first), h_grad, label,
                     h_grad * share, share);
        }
    }
}

/* recommend: the other side's row of the same rating, or 1 for a bias. */
static void each_rating(const struct position *p, const struct parameter *of)
{
    const struct model *model = p->lab->model;
    const struct tensor *ctx = &p->lab->batch.tensor[BATCH_CTX];
    size_t side = of->name[1] == 'i';
    bool bias = of->name[0] == 'b';
    const struct parameter *other = &model->tables[1 - side].weight;
    double scale = frequency_scale(p->lab, ctx, side, 2, p->row);

    for (size_t b = 0; b < p->lab->batch.B; b++) {
        char label[96];
        double grad = batch_at(p->lab, BATCH_LOGITS_GRAD, b, 0), factor;
        if (ctx->i[2 * b + side] != p->row)
            continue;
        factor = bias ? 1
                      : (double)parameter_before(
                            other, (size_t)ctx->i[2 * b + 1 - side])[p->col];
        why_place(p->lab, b, (int64_t)side, label, sizeof label);
        p->visit(p->context, b, side, grad, label, grad * factor * scale,
                 factor * scale);
    }
}

static void each_in_lookup(const struct position *p, const struct parameter *of)
{
    const struct lab_lookup *lookup = &p->lab->lookup;
    double scale = frequency_scale(p->lab, &lookup->ids, 0, 1, p->row);

    if (of != &lookup_table(p->lab)->weight)
        return;
    for (size_t i = 0; i < tensor_count(&lookup->ids); i++) {
        double grad = (double)lookup->E_grad.f[i * p->lab->model->shape.D];
        if (lookup->ids.i[i] == p->row)
            p->visit(p->context, i, 0, grad, "looked up", grad * scale, scale);
    }
}

void why_each_place(const struct lab *lab, const struct parameter *p,
                    int64_t row, int64_t col, why_visit *visit, void *context)
{
    struct position position = {lab, row, col, visit, context};
    const struct embedding_options *o = &lab->model->tables[0].options;

    if (o->has_padding && o->padding_idx == row && lab_embedding(lab, p))
        return;
    if (lab->lookup.owns_gradient)
        each_in_lookup(&position, p);
    else if (lab->head.model.kind == MODEL_RECOMMEND)
        each_rating(&position, p);
    else if (lab->model->has_subwords)
        each_in_bags(&position);
    else
        each_in_contexts(&position);
}

/* --- W.grad ------------------------------------------------------------- */

static void add_place(void *context, size_t b, size_t c, double factor,
                      const char *label, double value, double scale)
{
    struct why *why = context;
    struct why_term *term = why_add(why);

    snprintf(term->label, sizeof term->label, "b=%zu c=%zu  %s", b, c, label);
    term->product = true;
    term->a = factor;
    term->b = scale;
    term->value = value;
}

/* No place looked the row up, that is of the last lookup or mini-batch. */
static void say_no_place(const struct lab *lab, const struct parameter *p,
                         int64_t row, int64_t col, struct why *why)
{
    const struct embedding_options *o = &lab->model->tables[0].options;
    const float *grad = parameter_grad_row(p, (size_t)row);

    if (grad && grad[col] != 0)
        why_say(why, "grad",
                "from a backward before: gradients add up until zero_grad");
    else if (*p->name == 'W' && o->has_padding && o->padding_idx == row)
        why_say(why, "grad",
                "0: \"%s\" is the padding row: its gradient is always zero",
                why_word(lab, p, row));
    else
        why_say(why, "grad", "0: %s was not looked up in this mini-batch",
                why_word(lab, p, row));
}

static int table_gradient(const struct lab *lab, const struct parameter *p,
                          int64_t row, int64_t col, struct why *why)
{
    const char *grad = lab->lookup.owns_gradient                 ? "E.grad"
                       : lab->head.model.kind == MODEL_RECOMMEND ? "logits.grad"
                                                                 : "h.grad";

    why_each_place(lab, p, row, col, add_place, why);
    for (size_t i = 0; i < why->count; i++)
        snprintf(why->terms[i].factor, sizeof why->terms[i].factor, "%s", grad);
    why->adds_up = true;
    if (why->count == 0)
        say_no_place(lab, p, row, col, why);
    else
        why_say(why, "places",
                "the sum over %zu place%s where \"%s\" (row %lld) was looked "
                "up: %s × share",
                why->count, why->count == 1 ? "" : "s", why_word(lab, p, row),
                (long long)row, grad);
    return 0;
}

/* --- U.grad, b.grad ----------------------------------------------------- */

/* The columns of logits in which word v stands in example b. */
static void output_terms(const struct lab *lab, int64_t v, int64_t col,
                         bool bias, struct why *why)
{
    const struct batch *batch = &lab->batch;
    bool negative = batch->tensor[BATCH_LOGITS_GRAD].ndim == 2 &&
                    lab->head.model.loss == LOSS_NEGATIVE;
    size_t k = negative ? lab->head.model.k : 0;

    for (size_t b = 0; b < batch->B; b++) {
        for (size_t j = 0; j <= k; j++) {
            int64_t at = negative ? (int64_t)j : v;
            int64_t word = v;
            struct why_term *term;
            if (negative)
                word = j == 0 ? batch->tensor[BATCH_TGT].i[b]
                              : batch->tensor[BATCH_NOISE].i[b * k + j - 1];
            if (word != v)
                continue;
            if (lab->head.model.kind == MODEL_SENTIMENT)
                at = 0;
            term = why_add(why);
            term->product = true;
            term->a = batch_at(lab, BATCH_LOGITS_GRAD, b, (size_t)at);
            term->b = bias ? 1 : batch_at(lab, BATCH_H, b, (size_t)col);
            term->value = term->a * term->b;
            snprintf(term->factor, sizeof term->factor, "logits.grad");
            why_place(lab, b, -1, term->label, sizeof term->label);
        }
    }
}

int why_gradient(const struct lab *lab, const struct parameter *p, int64_t row,
                 int64_t col, struct why *why, struct error *err)
{
    bool bias = str_equal(p->name, "b");

    if (p->gradient == GRADIENT_NONE)
        return error_set(err, ERROR_STATE, "%s.grad is None", p->name);
    if (!bias && !str_equal(p->name, "U"))
        return table_gradient(lab, p, row, col, why);
    output_terms(lab, row, col, bias, why);
    why->adds_up = true;
    why_say(why, "sum", "over %zu example%s: logits.grad[b,%s]%s", why->count,
            why->count == 1 ? "" : "s", why_word(lab, p, row),
            bias ? "" : " × h[b]");
    return 0;
}

/* --- E.grad, h.grad, logits.grad ---------------------------------------- */

static void h_gradient(const struct lab *lab, size_t b, size_t d,
                       struct why *why)
{
    const struct parameter *U = &lab->model->U;
    bool negative = lab->head.model.loss == LOSS_NEGATIVE &&
                    lab->head.model.kind == MODEL_NEXT_WORD;
    size_t k = lab->head.model.k, rows = negative ? k + 1 : U->rows;

    for (size_t j = 0; j < rows; j++) {
        int64_t v = (int64_t)j;
        struct why_term *term = why_add(why);
        if (negative)
            v = j == 0 ? lab->batch.tensor[BATCH_TGT].i[b]
                       : lab->batch.tensor[BATCH_NOISE].i[b * k + j - 1];
        term->product = true;
        term->a = batch_at(lab, BATCH_LOGITS_GRAD, b, j);
        term->b = (double)parameter_before(U, (size_t)v)[d];
        term->value = term->a * term->b;
        snprintf(term->label, sizeof term->label, "%s", why_word(lab, U, v));
        if (lab->head.model.kind == MODEL_NEXT_WORD &&
            v == lab->batch.tensor[BATCH_TGT].i[b] && (!negative || j == 0))
            snprintf(term->note, sizeof term->note, "the target: pushed up");
    }
    why->adds_up = true;
    why_how(why, "Σ over %zu %s of logits.grad[%zu,v] × U(before)[v,%zu]", rows,
            negative    ? "scores"
            : rows == 1 ? "row"
                        : "words",
            b, d);
}

static void E_gradient(const struct lab *lab, const struct why_cell *cell,
                       struct why *why)
{
    size_t b = (size_t)cell->index[0], c, d, column;
    double share, h;

    why->adds_up = true;
    if (cell->ndim < 3 || lab->model->has_subwords) {
        why_how(why, "the gradient of what this row was used for");
        why->adds_up = false;
        return;
    }
    c = (size_t)cell->index[1];
    d = (size_t)cell->index[2];
    share = share_of(lab, b, c, d, &column);
    h = batch_at(lab, BATCH_H_GRAD, b, column);
    *why_add(why) = (struct why_term){
        .product = true, .a = h, .b = share, .value = h * share};
    snprintf(why->terms[0].label, sizeof why->terms[0].label, "h.grad[%zu,%zu]",
             b, column);
    why_how(why, "h.grad[%zu,%zu] × its share in h", b, column);
}

/* (what was said - what was right) / B */
static void logits_gradient(const struct lab *lab, const struct why_cell *cell,
                            struct why *why)
{
    size_t b = (size_t)cell->index[0];
    size_t v = cell->ndim > 1 ? (size_t)cell->index[1] : 0;
    const struct tensor *tgt = &lab->batch.tensor[BATCH_TGT];
    double B = (double)lab->batch.B;

    if (lab->head.model.kind == MODEL_RECOMMEND) {
        why_how(why, "2 × (prediction - rating) / B = 2 × (%.9g - %g) / %g",
                batch_at(lab, BATCH_LOGITS, b, 0), (double)tgt->f[b], B);
    } else if (lab->head.model.kind == MODEL_SENTIMENT) {
        why_how(why, "(probs[%zu] - label) / B = (%.9g - %g) / %g", b,
                batch_at(lab, BATCH_PROBS, b, 0), (double)tgt->f[b], B);
    } else if (lab->head.model.loss == LOSS_NEGATIVE) {
        double p = 1 / (1 + exp(-batch_at(lab, BATCH_LOGITS, b, v)));
        why_how(why, "(σ(score) - %d) / B = (%.9g - %d) / %g", v == 0, p,
                v == 0, B);
    } else {
        int one = tgt->i[b] == (int64_t)v;
        why_how(why, "(probs[%zu,%s] - %d) / B = (%.9g - %d) / %g", b,
                why_word(lab, &lab->model->U, (int64_t)v), one,
                batch_at(lab, BATCH_PROBS, b, v), one, B);
    }
}

void why_retained(const struct lab *lab, const struct why_cell *cell,
                  struct why *why)
{
    if (lab->lookup.current) {
        why_how(why, "E.sum() adds each element once: 1 for each backward");
        return;
    }
    if (str_equal(cell->name, "h.grad"))
        h_gradient(lab, (size_t)cell->index[0], (size_t)cell->index[1], why);
    else if (str_equal(cell->name, "logits.grad"))
        logits_gradient(lab, cell, why);
    else
        E_gradient(lab, cell, why);
}
