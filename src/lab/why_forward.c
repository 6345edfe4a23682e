/*
 * The forward pass: E is copied, h is pooled, logits are sums of products,
 * probs a softmax of them, the loss a mean.
 */
#include <math.h>
#include <stdio.h>

#include "lab/lookup.h"
#include "lab/why_parts.h"

static const struct tensor *batch_tensor(const struct lab *lab,
                                         enum batch_tensor which)
{
    return &lab->batch.tensor[which];
}

static void copied(const struct lab *lab, const struct tensor *ids,
                   const struct why_cell *cell, struct why *why)
{
    const struct parameter *W = &lookup_table(lab)->weight;
    size_t at = 0;
    int64_t id;

    for (int d = 0; d < cell->ndim - 1; d++)
        at = at * (size_t)ids->shape[d] + (size_t)cell->index[d];
    id = ids->i[at];
    why_how(why, "copied from row %lld of %s: %s[%s,%lld] at the lookup",
            (long long)id, W->name, W->name, why_word(lab, W, id),
            (long long)cell->index[cell->ndim - 1]);
}

static void rating_row(const struct lab *lab, const struct why_cell *cell,
                       size_t side, struct why *why)
{
    const struct parameter *p = &lab->model->tables[side].weight;
    int64_t id =
        batch_tensor(lab, BATCH_CTX)->i[2 * cell->index[0] + (int64_t)side];

    why_how(why, "copied from row %lld of %s: %s", (long long)id, p->name,
            why_word(lab, p, id));
}

/* --- h ------------------------------------------------------------------ */

static void pooled(const struct lab *lab, size_t b, size_t d, struct why *why)
{
    const struct tensor *ctx = batch_tensor(lab, BATCH_CTX);
    const struct tensor *E = batch_tensor(lab, BATCH_E);
    size_t C = (size_t)ctx->shape[1], D = lab->model->shape.D, count = 0;
    bool mean = lab->head.model.pool == POOL_MEAN ||
                lab->head.model.pool == POOL_MASKED_MEAN;
    bool masked = lab->head.model.pool == POOL_MASKED_MEAN;

    if (!lab->batch.known[BATCH_E] || E->ndim != 3) {
        why_how(why, "the mean over all rows of all context words");
        return;
    }
    if (lab->head.model.pool == POOL_CONCAT) {
        why_how(why, "E[%zu,%zu,%zu]: the context's vectors side by side", b,
                d / D, d % D);
        return;
    }
    if (lab->head.model.pool == POOL_MAX) {
        why_how(why, "the largest of E[%zu,:,%zu], at c=%lld", b, d,
                (long long)lab->batch.pool_argmax[b * D + d]);
        return;
    }
    for (size_t c = 0; c < C; c++)
        count += !(masked && ctx->i[b * C + c] == lab_vocab(lab)->pad);
    for (size_t c = 0; c < C; c++) {
        int64_t id = ctx->i[b * C + c];
        struct why_term *term;
        if (masked && id == lab_vocab(lab)->pad)
            continue;
        term = why_add(why);
        term->product = true;
        term->a = (double)E->f[(b * C + c) * D + d];
        term->b = mean ? 1 / (double)count : 1;
        term->value = term->a * term->b;
        snprintf(term->label, sizeof term->label, "E[%zu,%zu,%zu] %s", b, c, d,
                 why_word(lab, &lab->model->tables[0].weight, id));
    }
    why->adds_up = true;
    why_how(why, "%s over %zu words of the context", mean ? "the mean" : "Σ",
            count);
}

/* --- logits ------------------------------------------------------------- */

static void add_alone(struct why *why, const char *label, double value)
{
    struct why_term *term = why_add(why);

    term->value = value;
    snprintf(term->label, sizeof term->label, "%s", label);
}

static void add_products(struct why *why, const float *a, const float *b,
                         size_t n, const char *left, const char *right)
{
    for (size_t d = 0; d < n; d++) {
        struct why_term *term = why_add(why);
        term->product = true;
        term->a = (double)a[d];
        term->b = (double)b[d];
        term->value = term->a * term->b;
        snprintf(term->label, sizeof term->label, "%s[%zu] × %s[%zu]", left, d,
                 right, d);
    }
}

static int64_t scored_word(const struct lab *lab, size_t b, size_t j)
{
    size_t k = lab->head.model.k;

    if (lab->head.model.kind == MODEL_SENTIMENT)
        return 0;
    if (lab->head.model.loss != LOSS_NEGATIVE)
        return (int64_t)j;
    return j == 0 ? batch_tensor(lab, BATCH_TGT)->i[b]
                  : batch_tensor(lab, BATCH_NOISE)->i[b * k + j - 1];
}

static void rating(const struct lab *lab, size_t b, struct why *why)
{
    const struct model *model = lab->model;
    const int64_t *pair = batch_tensor(lab, BATCH_CTX)->i + 2 * b;

    add_products(why, batch_tensor(lab, BATCH_E)->f + b * model->shape.D,
                 batch_tensor(lab, BATCH_E2)->f + b * model->shape.D,
                 model->shape.D, "Eu", "Ei");
    add_alone(
        why, "bu of the user",
        (double)parameter_before(&model->tables[2].weight, (size_t)pair[0])[0]);
    add_alone(
        why, "bi of the item",
        (double)parameter_before(&model->tables[3].weight, (size_t)pair[1])[0]);
    add_alone(why, "mean rating", (double)model->rating_mean);
    why->adds_up = true;
    why_how(why, "Wu[u]·Wi[i] + bu[u] + bi[i] + the mean rating");
}

static void score(const struct lab *lab, size_t b, size_t j, struct why *why)
{
    const struct tensor *h = batch_tensor(lab, BATCH_H);
    size_t n = (size_t)h->shape[1];
    size_t v = (size_t)scored_word(lab, b, j);

    add_products(why, h->f + b * n, parameter_before(&lab->model->U, v), n, "h",
                 "U");
    add_alone(why, "bias b", (double)parameter_before(&lab->model->b, v)[0]);
    why->adds_up = true;
    why_how(why, "Σ over %zu columns of h[%zu] × U[%s], + b[%s]", n, b,
            why_word(lab, &lab->model->U, (int64_t)v),
            why_word(lab, &lab->model->U, (int64_t)v));
}

/* --- probs, loss -------------------------------------------------------- */

/* Beyond this e^x overflows, and the largest score is taken off all first. */
enum { EXP_MAX = 700 };

static double largest(const float *scores, size_t count)
{
    double top = (double)scores[0];

    for (size_t i = 1; i < count; i++)
        top = fmax(top, (double)scores[i]);
    return top;
}

static void softmax(const float *scores, size_t V, size_t b, size_t v,
                    struct why *why)
{
    double top = largest(scores, V), score = (double)scores[v], sum = 0;

    top = top > EXP_MAX ? top : 0;
    for (size_t i = 0; i < V; i++)
        sum += exp((double)scores[i] - top);
    if (top == 0)
        why_how(why, "e^%.9g / Σ over %zu words of e^logits[%zu] = %.9g / %.9g",
                score, V, b, exp(score), sum);
    else
        why_how(why,
                "e^(%.9g - top) / Σ over %zu words of e^(logits[%zu] - top) = "
                "%.9g / %.9g, top = %.9g the largest score",
                score, V, b, exp(score - top), sum, top);
}

static void probability(const struct lab *lab, size_t b, size_t v,
                        struct why *why)
{
    const struct tensor *logits = batch_tensor(lab, BATCH_LOGITS);
    size_t V = (size_t)logits->shape[logits->ndim - 1];

    if (lab->head.model.kind == MODEL_SENTIMENT)
        why_how(why, "σ(logits[%zu]) = 1 / (1 + e^-(%.9g))", b,
                (double)logits->f[b]);
    else
        softmax(logits->f + b * V, V, b, v, why);
}

static void mean_loss(const struct lab *lab, struct why *why)
{
    const struct tensor *rows = batch_tensor(lab, BATCH_ROW_LOSS);
    size_t B = lab->batch.B;

    for (size_t b = 0; b < B; b++) {
        struct why_term *term = why_add(why);
        term->product = true;
        term->a = (double)rows->f[b];
        term->b = 1 / (double)B;
        term->value = term->a * term->b;
        why_place(lab, b, -1, term->label, sizeof term->label);
    }
    why->adds_up = true;
    why_how(why, "the mean of %zu losses", B);
}

static void input(const struct why_cell *cell, struct why *why)
{
    why_how(why, "%s comes from the text: it is an id, or a label", cell->name);
}

void why_forward(const struct lab *lab, const struct why_cell *cell,
                 struct why *why)
{
    size_t b = (size_t)cell->index[0];
    size_t j = cell->ndim > 1 ? (size_t)cell->index[1] : 0;

    if (str_equal(cell->name, "E"))
        copied(lab,
               lab->lookup.current ? &lab->lookup.ids
                                   : batch_tensor(lab, BATCH_CTX),
               cell, why);
    else if (str_equal(cell->name, "Eu") || str_equal(cell->name, "Ei"))
        rating_row(lab, cell, cell->name[1] == 'i', why);
    else if (str_equal(cell->name, "h"))
        pooled(lab, b, j, why);
    else if (str_equal(cell->name, "logits") &&
             lab->head.model.kind == MODEL_RECOMMEND)
        rating(lab, b, why);
    else if (str_equal(cell->name, "logits"))
        score(lab, b, j, why);
    else if (str_equal(cell->name, "probs"))
        probability(lab, b, j, why);
    else if (str_equal(cell->name, "loss"))
        mean_loss(lab, why);
    else
        input(cell, why);
}
