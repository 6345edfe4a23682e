/*
 * The optimizer decides which rows a step must visit; update.c does the
 * arithmetic on each.
 *
 * PyTorch's dense update walks over all V rows. Where a row has no gradient
 * in this step, the same bits come out of:
 *   - leaving it alone, where its state is still zero (and for SGD without
 *     momentum and Adagrad always): the update is then p + (-lr * 0), p itself;
 *   - updating it with a gradient of zeros, where it has a state: momentum and
 *     Adam go on moving a row that once had a gradient.
 * Weight decay, and an eps of 0 (0 / 0), move every row: then all are visited.
 * A sparse gradient moves its own rows only, but with SGD's momentum, which
 * PyTorch keeps as a sparse tensor of all rows so far.
 */
#include "nn/optimizer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/update.h"

/* --- Which buffers a kind has -------------------------------------------- */

static bool is_adam(enum optimizer_kind kind)
{
    return kind == OPTIMIZER_ADAM || kind == OPTIMIZER_ADAMW ||
           kind == OPTIMIZER_SPARSE_ADAM;
}

static bool has_momentum(const struct optimizer_options *o)
{
    return is_adam(o->kind) || (o->kind == OPTIMIZER_SGD && o->momentum != 0.0);
}

static bool has_square(const struct optimizer_options *o)
{
    return is_adam(o->kind) || o->kind == OPTIMIZER_ADAGRAD;
}

static bool has_square_max(const struct optimizer_options *o)
{
    return is_adam(o->kind) && o->amsgrad;
}

static size_t buffers_of(const struct optimizer_options *o)
{
    return (size_t)has_momentum(o) + has_square(o) + has_square_max(o);
}

size_t optimizer_bytes(const struct optimizer_options *options, size_t rows,
                       size_t cols)
{
    return buffers_of(options) * rows * cols * sizeof(float);
}

bool optimizer_is_plain_sgd(const struct optimizer *opt)
{
    const struct optimizer_options *o = &opt->options;
    return o->kind == OPTIMIZER_SGD && o->momentum == 0.0 &&
           o->weight_decay == 0.0;
}

/* --- Life ---------------------------------------------------------------- */

static void init_parts(struct optimizer *opt,
                       const struct optimizer_options *options,
                       struct parameter **parameters, size_t count)
{
    size_t cols = 1;
    for (size_t i = 0; i < count; i++)
        cols = parameters[i]->cols > cols ? parameters[i]->cols : cols;
    opt->options = *options;
    opt->count = count;
    opt->parameters = memory_copy(parameters, count, sizeof(*parameters));
    opt->states = memory_zeroed(count, sizeof *opt->states);
    opt->zeros = memory_zeroed(cols, sizeof *opt->zeros);
}

void optimizer_init(struct optimizer *opt,
                    const struct optimizer_options *options,
                    struct parameter **parameters, size_t count)
{
    init_parts(opt, options, parameters, count);
    for (size_t i = 0; i < count; i++)
        row_set_init(&opt->states[i].active, parameters[i]->rows);
}

void optimizer_clear(struct optimizer *opt)
{
    for (size_t i = 0; i < opt->count; i++) {
        struct optimizer_state *state = &opt->states[i];
        free(state->momentum);
        free(state->square);
        free(state->square_max);
        row_set_clear(&state->active);
    }
    free(opt->states);
    free(opt->parameters);
    free(opt->zeros);
    memset(opt, 0, sizeof *opt);
}

/* Zeros that cost nothing until a row of them is written. */
static void allocate(const struct optimizer_options *options,
                     struct optimizer_state *state, const struct parameter *p)
{
    size_t count = p->rows * p->cols;
    if (has_momentum(options) && state->momentum == NULL)
        state->momentum = memory_zeroed(count, sizeof(float));
    if (has_square(options) && state->square == NULL)
        state->square = memory_zeroed(count, sizeof(float));
    if (has_square_max(options) && state->square_max == NULL)
        state->square_max = memory_zeroed(count, sizeof(float));
}

/* What every element of a row's state is before its first update. */
static float initial_state(const struct optimizer_options *options)
{
    return options->kind == OPTIMIZER_ADAGRAD
               ? (float)options->initial_accumulator
               : 0.0f;
}

/* A row takes part for the first time: its state is the initial one. */
static void activate(const struct optimizer_options *options,
                     struct optimizer_state *state, const struct parameter *p,
                     size_t row)
{
    if (state->every_row || row_set_has(&state->active, (int64_t)row))
        return;
    row_set_add(&state->active, (int64_t)row);
    float initial = initial_state(options);
    for (size_t i = 0; initial != 0.0f && i < p->cols; i++)
        state->square[row * p->cols + i] = initial;
}

static void activate_all(const struct optimizer_options *options,
                         struct optimizer_state *state,
                         const struct parameter *p)
{
    if (state->every_row)
        return;
    if (initial_state(options) != 0.0f)
        for (size_t row = 0; row < p->rows; row++)
            activate(options, state, p, row);
    state->every_row = true;
    row_set_empty(&state->active);
}

/* --- Copies -------------------------------------------------------------- */

static void copy_row(float *to, const float *from, size_t row, size_t cols)
{
    if (from != NULL)
        memcpy(to + row * cols, from + row * cols, cols * sizeof *to);
}

static void copy_state(const struct optimizer_options *options,
                       struct optimizer_state *to,
                       const struct optimizer_state *from,
                       const struct parameter *p)
{
    to->steps = from->steps;
    to->every_row = from->every_row;
    row_set_copy(&to->active, &from->active);
    if (from->steps == 0)
        return;
    allocate(options, to, p);
    size_t count = from->every_row ? p->rows : from->active.count;
    for (size_t i = 0; i < count; i++) {
        size_t row = from->every_row ? i : (size_t)from->active.list[i];
        copy_row(to->momentum, from->momentum, row, p->cols);
        copy_row(to->square, from->square, row, p->cols);
        copy_row(to->square_max, from->square_max, row, p->cols);
    }
}

void optimizer_copy(struct optimizer *to, const struct optimizer *from,
                    struct parameter **parameters)
{
    init_parts(to, &from->options, parameters, from->count);
    for (size_t i = 0; i < from->count; i++)
        copy_state(&from->options, &to->states[i], &from->states[i],
                   parameters[i]);
}

size_t optimizer_row_size(const struct optimizer *opt, size_t i)
{
    if (opt->states[i].steps == 0)
        return 0;
    return buffers_of(&opt->options) * opt->parameters[i]->cols;
}

/* The row's place in each buffer there is, in one order. */
static size_t row_buffers(const struct optimizer *opt, size_t i, size_t row,
                          float *buffers[3])
{
    const struct optimizer_state *state = &opt->states[i];
    size_t at = row * opt->parameters[i]->cols;
    size_t count = 0;
    if (state->momentum != NULL)
        buffers[count++] = state->momentum + at;
    if (state->square != NULL)
        buffers[count++] = state->square + at;
    if (state->square_max != NULL)
        buffers[count++] = state->square_max + at;
    return count;
}

static bool is_active(const struct optimizer_state *state, size_t row)
{
    return state->every_row || row_set_has(&state->active, (int64_t)row);
}

void optimizer_save_row(const struct optimizer *opt, size_t i, size_t row,
                        float *out)
{
    float *buffers[3];
    size_t cols = opt->parameters[i]->cols;
    size_t count = row_buffers(opt, i, row, buffers);
    float initial = initial_state(&opt->options);
    bool active = is_active(&opt->states[i], row);
    for (size_t k = 0; k < count; k++)
        for (size_t d = 0; d < cols; d++)
            *out++ = active ? buffers[k][d] : initial;
}

void optimizer_restore_row(struct optimizer *opt, size_t i, size_t row,
                           const float *in)
{
    float *buffers[3];
    size_t cols = opt->parameters[i]->cols;
    allocate(&opt->options, &opt->states[i], opt->parameters[i]);
    activate(&opt->options, &opt->states[i], opt->parameters[i], row);
    size_t count = row_buffers(opt, i, row, buffers);
    for (size_t k = 0; k < count; k++)
        for (size_t d = 0; d < cols; d++)
            buffers[k][d] = in != NULL ? in[k * cols + d]
                                       : initial_state(&opt->options);
}

/* --- One step ------------------------------------------------------------ */

/* One parameter's step, under way. */
struct step {
    const struct optimizer_options *options;
    struct parameter *p;
    struct optimizer_state *state;
    struct update update;
    const float *zeros; /* (cols) the gradient of a row that has none */
};

/* n elements from the row on, with gradient grad. */
static void update_elements(const struct step *step, size_t row,
                            const float *grad, size_t n)
{
    const struct optimizer_state *state = step->state;
    size_t at = row * step->p->cols;
    update_run(&step->update, n, step->p->value + at, grad,
               state->momentum != NULL ? state->momentum + at : NULL,
               state->square != NULL ? state->square + at : NULL,
               state->square_max != NULL ? state->square_max + at : NULL);
}

static void update_row(const struct step *step, size_t row)
{
    const float *grad = parameter_grad_row(step->p, row);
    parameter_save_row(step->p, row);
    update_elements(step, row, grad != NULL ? grad : step->zeros,
                    step->p->cols);
}

/*
 * Does a row that has a state, but no gradient this time, move? So it does
 * where momentum goes on; with a sparse gradient, SGD's only.
 */
static bool moves_active_rows(const struct step *step)
{
    if (!has_momentum(step->options))
        return false;
    return step->p->gradient != GRADIENT_SPARSE ||
           step->options->kind == OPTIMIZER_SGD;
}

/* Does every row move, those without gradient and without state too? */
static bool moves_every_row(const struct step *step)
{
    const struct optimizer_options *o = step->options;
    if (step->state->every_row && moves_active_rows(step))
        return true;
    if (step->p->gradient == GRADIENT_SPARSE)
        return false;
    return o->weight_decay != 0.0 ||
           (has_square(o) && step->update.eps == 0.0f);
}

static void step_all_rows(const struct step *step)
{
    struct parameter *p = step->p;
    activate_all(step->options, step->state, p);
    if (p->gradient != GRADIENT_DENSE) {
        for (size_t row = 0; row < p->rows; row++)
            update_row(step, row);
        return;
    }
    parameter_save_rows(p);
    update_elements(step, 0, p->grad, p->rows * p->cols);
}

static void step_own_rows(const struct step *step)
{
    const struct row_set *rows = &step->p->grad_rows;
    bool has_state = buffers_of(step->options) > 0;
    for (size_t i = 0; has_state && i < rows->count; i++)
        activate(step->options, step->state, step->p, (size_t)rows->list[i]);
    if (moves_active_rows(step))
        rows = &step->state->active;
    for (size_t i = 0; i < rows->count; i++)
        update_row(step, (size_t)rows->list[i]);
}

/* PyTorch adds the entries of a sparse gradient one after another. */
static void step_entries(const struct step *step)
{
    struct parameter *p = step->p;
    for (size_t i = 0; i < p->entries; i++) {
        size_t row = (size_t)p->entry_ids[i];
        parameter_save_row(p, row);
        update_elements(step, row, p->entry_values + i * p->cols, p->cols);
    }
}

static void step_parameter(const struct optimizer *opt, struct parameter *p,
                           struct optimizer_state *state)
{
    const struct optimizer_options *options = &opt->options;
    bool sparse = p->gradient == GRADIENT_SPARSE;
    allocate(options, state, p);
    state->steps++;
    struct step step = {options, p, state,
                        update_make(options, state->steps, sparse), opt->zeros};
    if (p->gradient == GRADIENT_DENSE || moves_every_row(&step))
        step_all_rows(&step);
    else if (sparse && buffers_of(options) == 0)
        step_entries(&step);
    else
        step_own_rows(&step);
}

void optimizer_step(struct optimizer *opt)
{
    for (size_t i = 0; i < opt->count; i++)
        if (opt->parameters[i]->gradient != GRADIENT_NONE)
            step_parameter(opt, opt->parameters[i], &opt->states[i]);
}
