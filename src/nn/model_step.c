/*
 * The phases in order, one at a time or all at once, and what stands around
 * them: marks, the check before the update, forward on a copy.
 *
 * Plain SGD on the full softmax may add logits.gradᵀ·h straight into U. As
 * plain loops that rounds as gradient-then-update does, and is done where
 * nobody asks for U.grad. Above product.h's threshold it rounds otherwise, so
 * there every step does it, seen or not, and U.grad is only shown.
 */
#include "nn/model_parts.h"

#include <assert.h>
#include <math.h>

#include "nn/product.h"
#include "nn/vector.h"

static const struct model_phases *phases_of(const struct model *model)
{
    switch (model->options.kind) {
    case MODEL_SENTIMENT:
        return &model_sentiment_phases;
    case MODEL_RECOMMEND:
        return &model_recommend_phases;
    case MODEL_NEXT_WORD:
        break;
    }
    return model->options.loss == LOSS_NEGATIVE ? &model_negative_phases
                                                : &model_softmax_phases;
}

static bool is_softmax(const struct model *model)
{
    return phases_of(model) == &model_softmax_phases;
}

/* --- One phase each ------------------------------------------------------ */

static const struct pass whole = {.seen = true};

void model_begin(struct model *model, struct batch *batch, bool keep)
{
    batch_begin(batch);
    for (size_t i = 0; i < model->parameter_count; i++) {
        parameter_begin_batch(model->parameters[i]);
        model->parameters[i]->keep_before = keep;
    }
}

void model_draw_noise(struct model *model, struct batch *batch, struct rng *rng)
{
    const size_t B = (size_t)batch->tensor[BATCH_CTX].shape[0];
    const size_t k = model->options.k;
    rng_multinomial(rng, &model->noise, batch_ids(batch, BATCH_NOISE, 2, B, k),
                    B * k);
}

int model_lookup(struct model *model, struct batch *batch, struct error *err)
{
    assert(batch->known[BATCH_CTX]);
    if (phases_of(model)->lookup(model, batch, err) != 0)
        return -1;
    for (size_t t = 0; t < model->table_count; t++)
        parameter_mark_changed(&model->tables[t].weight); /* max_norm */
    phases_of(model)->mark(model, batch);
    batch->phase = PHASE_LOOKUP;
    return 0;
}

void model_pool(struct model *model, struct batch *batch)
{
    phases_of(model)->pool(model, batch);
    batch->phase = PHASE_MEAN;
}

static void logits(struct model *model, struct batch *batch, struct pass pass)
{
    phases_of(model)->logits(model, batch, pass);
    batch->phase = PHASE_LOGITS;
}

static void loss(struct model *model, struct batch *batch, struct pass pass)
{
    phases_of(model)->loss(model, batch, pass);
    batch->phase = PHASE_LOSS;
}

static void backward(struct model *model, struct batch *batch, struct pass pass)
{
    phases_of(model)->backward(model, batch, pass);
    for (size_t i = 0; i < model->parameter_count; i++)
        if (model->parameters[i]->keep_before)
            parameter_mark_gradient(model->parameters[i]);
    batch->phase = PHASE_BACKWARD;
}

void model_logits(struct model *model, struct batch *batch)
{
    logits(model, batch, whole);
}

void model_loss(struct model *model, struct batch *batch)
{
    loss(model, batch, whole);
}

void model_backward(struct model *model, struct batch *batch)
{
    backward(model, batch, whole);
}

/* --- The update ---------------------------------------------------------- */

/* Would the optimizer do nothing to U but add -lr times its gradient? */
static bool may_go_direct(const struct model *model,
                          const struct optimizer *opt)
{
    return is_softmax(model) && !model->U.frozen && optimizer_is_plain_sgd(opt);
}

static bool must_go_direct(const struct model *model, const struct batch *batch,
                           const struct optimizer *opt)
{
    return may_go_direct(model, opt) && model->U.gradient == GRADIENT_DENSE &&
           !product_is_plain(batch->B, model->U.rows, model->U.cols);
}

/* U by one product, everything else by the optimizer, which passes over a
 * parameter without a gradient; that U has made its step too is kept true. */
static void update_direct(struct model *model, struct batch *batch,
                          struct optimizer *opt)
{
    const enum gradient_form shown = model->U.gradient;
    parameter_save_rows(&model->U);
    model_softmax_update(model, batch, (float)-opt->options.lr);
    model->U.gradient = GRADIENT_NONE;
    optimizer_step(opt);
    model->U.gradient = shown;
    for (size_t i = 0; i < opt->count; i++)
        opt->states[i].steps += opt->parameters[i] == &model->U;
}

static void update(struct model *model, struct batch *batch,
                   struct optimizer *opt, bool direct, bool keep)
{
    if (direct)
        update_direct(model, batch, opt);
    else
        optimizer_step(opt);
    for (size_t i = 0; keep && i < model->parameter_count; i++)
        parameter_mark_changed(model->parameters[i]);
    batch->phase = PHASE_UPDATE;
}

void model_update(struct model *model, struct batch *batch,
                  struct optimizer *opt, bool keep)
{
    update(model, batch, opt, must_go_direct(model, batch, opt), keep);
}

/* --- A whole step -------------------------------------------------------- */

static bool gradient_is_finite(const struct parameter *p)
{
    switch (p->gradient) {
    case GRADIENT_NONE:
        return true;
    case GRADIENT_DENSE:
        return vector_is_finite(p->grad, p->rows * p->cols);
    case GRADIENT_ROWS:
    case GRADIENT_SPARSE:
        break;
    }
    return vector_is_finite(p->grad_values, p->grad_rows.count * p->cols);
}

/*
 * U and b of a softmax need no look: an element of b.grad sums numbers of at
 * most 1/B over B rows, one of U.grad the same times h, and where h was not
 * finite neither was the loss.
 */
static bool is_bounded(const struct model *model, const struct parameter *p)
{
    return is_softmax(model) && (p == &model->U || p == &model->b);
}

int model_check_finite(const struct model *model, const struct batch *batch,
                       struct error *err)
{
    const float value = batch->tensor[BATCH_LOSS].f[0];
    if (!isfinite(value))
        return error_set(err, ERROR_NUMERIC,
                         "the loss is %g; undo, then try a smaller lr",
                         (double)value);
    for (size_t i = 0; i < model->parameter_count; i++) {
        const struct parameter *p = model->parameters[i];
        if (!is_bounded(model, p) && !gradient_is_finite(p))
            return error_set(err, ERROR_NUMERIC,
                             "the gradient of %s is not finite; undo, then "
                             "try a smaller lr",
                             p->name);
    }
    return 0;
}

int model_step(struct model *model, struct batch *batch, struct optimizer *opt,
               bool keep, struct error *err)
{
    const bool seen = keep || batch->phase > PHASE_MEAN;
    const struct pass pass = {.seen = seen,
                              .U_direct = !seen && may_go_direct(model, opt)};
    assert(batch->phase < PHASE_UPDATE);
    if (batch->phase < PHASE_LOOKUP && model_lookup(model, batch, err) != 0)
        return -1;
    if (batch->phase < PHASE_MEAN)
        model_pool(model, batch);
    if (batch->phase < PHASE_LOGITS)
        logits(model, batch, pass);
    if (batch->phase < PHASE_LOSS)
        loss(model, batch, pass);
    if (batch->phase < PHASE_BACKWARD)
        backward(model, batch, pass);
    if (model_check_finite(model, batch, err) != 0)
        return -1;
    update(model, batch, opt,
           pass.U_direct || must_go_direct(model, batch, opt), keep);
    return 0;
}

/* --- Forward only, marks ------------------------------------------------- */

int model_forward(const struct model *model, struct batch *batch,
                  struct error *err)
{
    const struct model_phases *phases = phases_of(model);
    if (phases == &model_negative_phases)
        phases = &model_softmax_phases;
    assert(batch->known[BATCH_CTX]);
    if (phases->peek(model, batch, err) != 0)
        return -1;
    phases->pool(model, batch);
    phases->logits(model, batch, whole);
    phases->loss(model, batch, whole);
    batch->phase = PHASE_LOSS;
    return 0;
}

void model_mark_lookup(struct model *model, const struct batch *batch)
{
    for (size_t i = 0; i < model->parameter_count; i++) {
        struct parameter *p = model->parameters[i];
        row_marks_empty(&p->marks);
        parameter_mark_changed(p);
        if (batch->phase >= PHASE_BACKWARD)
            parameter_mark_gradient(p);
    }
    if (batch->phase >= PHASE_LOOKUP)
        phases_of(model)->mark(model, batch);
}
