/*
 * Optimizers: torch.optim's SGD, Adagrad, Adam, AdamW, SparseAdam with their
 * arguments, defaults, order of operations and refusals. A row whose state
 * and gradient are zero is left alone where PyTorch's update would not change
 * a bit, so a step costs the rows that ever had a gradient, not V.
 */
#ifndef EMBLAB_NN_OPTIMIZER_H
#define EMBLAB_NN_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "nn/parameter.h"

enum optimizer_kind {
    OPTIMIZER_SGD,
    OPTIMIZER_ADAGRAD,
    OPTIMIZER_ADAM,
    OPTIMIZER_ADAMW,
    OPTIMIZER_SPARSE_ADAM, /* SparseAdam on tables, Adam on dense layers */
};

struct optimizer_options {
    enum optimizer_kind kind;
    double lr;
    double momentum, dampening; /* sgd */
    bool nesterov;              /* sgd */
    double weight_decay;
    double lr_decay;            /* adagrad */
    double initial_accumulator; /* adagrad: 0 */
    double beta1, beta2;        /* adam family */
    double eps;
    bool amsgrad;
};

/* PyTorch's defaults of a kind (sgd: lr 0.5, ours). */
struct optimizer_options optimizer_defaults(enum optimizer_kind kind);

/*
 * What torch.optim refuses: values out of range, nesterov without momentum or
 * with dampening, the kinds that do not take sparse gradients (sparse: a table
 * with sparse=yes gets one), and SparseAdam without a sparse table; also, as
 * PyTorch does by having no such argument, values that are not the kind's own.
 * Says what would be accepted. Fails: ERROR_RANGE, ERROR_STATE.
 */
int optimizer_check(const struct optimizer_options *options, bool sparse,
                    struct error *err);

/*
 * State of one parameter. Buffers (rows, cols), NULL where the kind has none
 * or before the first step. A row outside `active` was never updated: its
 * state is the initial one, whatever the buffers hold there (for all kinds but
 * Adagrad with an initial_accumulator that is zeros, and they hold zeros).
 */
struct optimizer_state {
    long steps;        /* of this parameter */
    float *momentum;   /* sgd momentum_buffer; adam exp_avg (m) */
    float *square;     /* adam exp_avg_sq (v); adagrad sum */
    float *square_max; /* amsgrad max_exp_avg_sq */
    bool every_row;    /* all rows are active; the set is not kept */
    struct row_set active;
};

struct optimizer {
    struct optimizer_options options;
    struct parameter **parameters; /* (count) borrowed, in a copied array */
    struct optimizer_state *states;
    size_t count;
    float *zeros; /* a row of the widest parameter's gradient that is zero */
};

void optimizer_init(struct optimizer *opt,
                    const struct optimizer_options *options,
                    struct parameter **parameters, size_t count);
void optimizer_clear(struct optimizer *opt);

/*
 * Make `to` an optimizer in the same state, to the bit, for `parameters` (the
 * same shapes in the same order; a copy of the model's). Clear it in the end.
 */
void optimizer_copy(struct optimizer *to, const struct optimizer *from,
                    struct parameter **parameters);

/*
 * The state of single rows, for deltas: how many floats a row of parameter i
 * has (0: none, or no step yet), and its state out to and in from as many;
 * in NULL: the state before the row's first update.
 * Steps are not a row's: opt->states[i].steps, which is the caller's to put
 * back as well, before or after.
 */
size_t optimizer_row_size(const struct optimizer *opt, size_t i);
void optimizer_save_row(const struct optimizer *opt, size_t i, size_t row,
                        float *out);
void optimizer_restore_row(struct optimizer *opt, size_t i, size_t row,
                           const float *in);

/* Bytes of state this optimizer holds for a dense (rows, cols) parameter. */
size_t optimizer_bytes(const struct optimizer_options *options, size_t rows,
                       size_t cols);

/*
 * SGD that does nothing but add -lr times the gradient: who has a gradient as
 * a product may add it without the optimizer.
 */
bool optimizer_is_plain_sgd(const struct optimizer *opt);

/*
 * One update of every parameter that has a gradient. Rows about to change are
 * saved (parameter_save_row). PyTorch: opt.step().
 */
void optimizer_step(struct optimizer *opt);

#endif
