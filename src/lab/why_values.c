/*
 * Parameters: what the last update did to a cell, with the optimizer's state
 * where it has one; or the draw, or the file, that it began as.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/history.h"
#include "lab/loop.h"
#include "lab/names.h"
#include "lab/pretrained.h"
#include "lab/why_parts.h"

static double gradient_at(const struct parameter *p, int64_t row, int64_t col)
{
    const float *grad;

    if (p->gradient == GRADIENT_DENSE)
        return (double)p->grad[row * (int64_t)p->cols + col];
    grad = parameter_grad_row(p, (size_t)row);
    return grad ? (double)grad[col] : 0;
}

/* A row of a file; .npy has no words, its rows are the ids. */
static void say_file(const struct lab *lab, const struct parameter *p,
                     int64_t row, struct why *why)
{
    const char *path = lab->head.table.from_path;
    size_t length = strlen(path);

    if (length > 4 && str_equal(path + length - 4, ".npy"))
        why_say(why, "start", "copied from %s: its row %lld",
                lab->head.table.from, (long long)row);
    else
        why_say(why, "start", "copied from %s: its vector of \"%s\"",
                lab->head.table.from, lab_row_word(lab, p, row));
}

/* Draws of this seed before the parameter's own. */
static void say_draw(const struct lab *lab, const struct parameter *p,
                     int64_t row, int64_t col, struct why *why)
{
    const struct embedding_options *o = &lab->model->tables[0].options;
    long long index = (long long)row * (long long)p->cols + col;
    bool first = p == &lab->model->tables[0].weight;
    unsigned long long seed = (unsigned long long)lab->head.table.seed;

    if (*p->name == 'W' && o->has_padding && o->padding_idx == row &&
        !o->draw_again)
        why_say(why, "start", "the padding row: zero at construction");
    else if (p->kind == PARAMETER_EMBEDDING && *p->name == 'b')
        why_say(why, "start", "the biases of the model begin as zeros");
    else if (*p->name == 'W' &&
             (o->init.kind == INIT_ZEROS || o->init.kind == INIT_ONES))
        why_say(why, "start", "init=%s sets every element to %d",
                head_choice(head_init_choices, (int)o->init.kind),
                o->init.kind == INIT_ONES);
    else if (*p->name == 'W' && o->draw_again)
        why_say(why, "start",
                "element %lld of init %s, drawn over "
                "nn.Embedding's own normals (seed %llu)",
                index, head_choice(head_init_choices, (int)o->init.kind), seed);
    else if (*p->name == 'W')
        why_say(why, "start",
                "began as draw %lld of normal_%s after "
                "manual_seed(%llu)",
                index, first ? "" : " (the second table's)", seed);
    else
        why_say(why, "start",
                "began as element %lld of nn.Linear's own "
                "uniform_ draw, after the table's, seed %llu",
                index, seed);
}

static bool is_read(const struct lab *lab, const struct parameter *p,
                    int64_t row)
{
    return p == &lab->model->tables[0].weight && pretrained_has(lab, row);
}

static void say_start(const struct lab *lab, const struct parameter *p,
                      int64_t row, int64_t col, struct why *why)
{
    const char *from = lab->head.table.from;

    if (is_read(lab, p, row)) {
        say_file(lab, p, row, why);
        return;
    }
    if (p == &lab->model->tables[0].weight && from)
        why_say(why, "file", "%s has no vector of \"%s\"", from,
                lab_row_word(lab, p, row));
    say_draw(lab, p, row, col, why);
}

/* w - lr × grad, with what the options add. */
static void say_sgd(const struct optimizer_options *o,
                    const struct optimizer_state *state, size_t at,
                    double before, double grad, struct why *why)
{
    double pulled = grad + o->weight_decay * before;

    if (o->weight_decay != 0)
        why_say(why, "decay",
                "grad + weight_decay × w = %.9g + %g × %.9g = "
                "%.9g",
                grad, o->weight_decay, before, pulled);
    if (o->momentum == 0) {
        why_say(why, "update", "%.9g - %g × %.9g   sgd: w - lr × %s", before,
                o->lr, pulled, o->weight_decay != 0 ? "that" : "grad");
        return;
    }
    why_say(why, "state",
            "momentum buffer %.9g = %g × the one before + "
            "(1 - dampening) × grad",
            (double)state->momentum[at], o->momentum);
    why_say(why, "update", "%.9g - %g × %s   sgd: w - lr × %s", before, o->lr,
            o->nesterov ? "(grad + momentum × buffer)" : "buffer",
            o->nesterov ? "nesterov's step" : "momentum buffer");
}

static void say_adagrad(const struct optimizer_options *o,
                        const struct optimizer_state *state, size_t at,
                        double before, struct why *why)
{
    double sum = (double)state->square[at];
    double lr = o->lr / (1 + ((double)state->steps - 1) * o->lr_decay);

    why_say(why, "state", "sum of squared gradients %.9g", sum);
    why_say(why, "update", "%.9g - %.9g × grad / (√%.9g + %g)   adagrad",
            before, lr, sum, o->eps);
}

static void say_adam(const struct optimizer_options *o,
                     const struct optimizer_state *state, size_t at,
                     double before, struct why *why)
{
    double t = (double)state->steps;
    double v = (double)(o->amsgrad ? state->square_max : state->square)[at];

    why_say(why, "state", "m = %.9g, v = %.9g%s after %g steps",
            (double)state->momentum[at], v,
            o->amsgrad ? " (the largest so far)" : "", t);
    if (o->kind == OPTIMIZER_ADAMW) {
        double kept = 1 - o->lr * o->weight_decay;
        why_say(why, "decay", "w × (1 - lr × weight_decay) = %.9g × %.9g",
                before, kept);
        before *= kept;
    }
    why_say(why, "update",
            "%.9g - %g / (1 - %g^%g) × m / (√v / √(1 - %g^%g) + %g)   %s",
            before, o->lr, o->beta1, t, o->beta2, t, o->eps,
            head_choice(head_optimizer_choices, (int)o->kind));
}

/* PyTorch's SparseAdam adds eps before the correction of v, not after it; the
 * dense layers beside it take Adam's step. */
static void say_sparse_adam(const struct optimizer_options *o,
                            const struct optimizer_state *state, size_t at,
                            double before, struct why *why)
{
    double t = (double)state->steps;

    why_say(why, "state", "m = %.9g, v = %.9g after %g steps",
            (double)state->momentum[at], (double)state->square[at], t);
    why_say(why, "update",
            "%.9g - %g × √(1 - %g^%g) / (1 - %g^%g) × m / (√v + %g)   "
            "sparse_adam",
            before, o->lr, o->beta2, t, o->beta1, t, o->eps);
}

static void say_where_grad(const struct lab *lab, const struct parameter *p,
                           int64_t row, int64_t col, double grad,
                           struct why *why)
{
    char column[24] = "";

    if (p->ndim > 1)
        snprintf(column, sizeof column, ",%lld", (long long)col);
    why_say(why, "grad", "%.9g   why %s.grad[%s%s]", grad, p->name,
            why_word(lab, p, row), column);
}

static void say_update(const struct lab *lab, const struct parameter *p,
                       int64_t row, int64_t col, double before, struct why *why)
{
    const struct optimizer_options *o = &lab->optimizer.options;
    size_t at = (size_t)row * p->cols + (size_t)col, index = 0;
    double grad = gradient_at(p, row, col);

    for (size_t i = 0; i < lab->optimizer.count; i++) {
        if (lab->optimizer.parameters[i] == p)
            index = i;
    }
    why_how(why, "changed in step %ld, was %s", lab->step,
            str_decimal(before, 4));
    if (lab->optimizer.states[index].steps == 0)
        why_say(why, "update",
                "by the optimizer before this one, whose state "
                "is gone; undo brings it back");
    else if (o->kind == OPTIMIZER_SGD)
        say_sgd(o, &lab->optimizer.states[index], at, before, grad, why);
    else if (o->kind == OPTIMIZER_ADAGRAD)
        say_adagrad(o, &lab->optimizer.states[index], at, before, why);
    else if (o->kind == OPTIMIZER_SPARSE_ADAM && p->gradient == GRADIENT_SPARSE)
        say_sparse_adam(o, &lab->optimizer.states[index], at, before, why);
    else
        say_adam(o, &lab->optimizer.states[index], at, before, why);
    if (p->gradient != GRADIENT_NONE)
        say_where_grad(lab, p, row, col, grad, why);
}

/* What max_norm made of the value at the mini-batch's lookup: the update began
 * there. */
static double say_rescaled(const struct lab *lab, const struct parameter *p,
                           int64_t row, double before, struct why *why)
{
    const struct embedding *table = lab_embedding(lab, p);

    for (size_t i = 0; table && i < table->rescaled_count; i++) {
        double norm = (double)table->rescaled_norms[i];
        double factor = table->options.max_norm / (norm + 1e-7);
        if (table->rescaled_ids[i] != row)
            continue;
        why_say(why, "max_norm",
                "at lookup the row had norm %.9g, so %.9g was multiplied by "
                "%g / (norm + 1e-7) = %.9g",
                norm, before, table->options.max_norm, factor);
        before = (double)(float)(before * factor);
    }
    return before;
}

/* Between its start and the last mini-batch. */
static void say_earlier(const struct lab *lab, const struct parameter *p,
                        int64_t row, struct why *why)
{
    struct lab_row place = {.table = p, .id = row};

    if (*p->name == 'W' && history_may_have_changed(lab, &place))
        why_say(why, "earlier",
                "steps before may have changed it: `when %s` goes to the last "
                "that did",
                why_word(lab, p, row));
}

void why_parameter(const struct lab *lab, const struct parameter *p,
                   int64_t row, int64_t col, struct why *why)
{
    double before = (double)parameter_before(p, (size_t)row)[col];
    double now = (double)p->value[row * (int64_t)p->cols + col];
    bool updated = lab->batch.phase == PHASE_UPDATE && lab->has_data;

    before = say_rescaled(lab, p, row, before, why);
    if (updated && row_set_has(&p->marks.changed, row) && before != now) {
        say_update(lab, p, row, col, before, why);
        if (p->gradient != GRADIENT_NONE)
            (void)why_gradient(lab, p, row, col, why, NULL);
        return;
    }
    if (why->line_count > 0)
        why_how(why, "rescaled by max_norm when it was looked up");
    else if (lab->step > 0)
        why_how(why, "not changed in the last mini-batch");
    else
        why_how(why, is_read(lab, p, row) ? "as read" : "as drawn");
    say_earlier(lab, p, row, why);
    say_start(lab, p, row, col, why);
}
