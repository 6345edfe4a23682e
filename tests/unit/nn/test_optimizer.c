/*
 * The embedding with every argument under every optimizer, against PyTorch
 * (tests/oracle/layer.py): a table W beside a dense weight U and a bias b,
 * trained for 20 steps towards targets that are a formula of the position.
 * Then what the optimizer promises besides: copies, single rows, refusals.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fixture.h"
#include "nn/embedding.h"
#include "nn/optimizer.h"
#include "table_case.h"

enum { OUT = 3 };

/* A case's lab: what layer.py makes of the same options. */
struct lab {
    const struct fixture *f;
    struct rng rng;
    struct embedding emb;
    struct parameter U, b;
    struct parameter *parameters[3];
    struct optimizer opt;
    size_t V, D, n, steps;
    bool twice, cancel;
    float *E, *grad; /* (n, D) */
};

static double number(const struct lab *lab, const char *key, double otherwise)
{
    return fixture_number_or(lab->f, key, otherwise);
}

static void lab_init(struct lab *lab, const struct fixture *f)
{
    struct error err;
    *lab = (struct lab){.f = f};
    lab->V = (size_t)fixture_number(f, "V");
    lab->D = (size_t)fixture_number(f, "D");
    lab->n = (size_t)fixture_number(f, "n");
    lab->steps = (size_t)fixture_number(f, "steps");
    lab->twice = number(lab, "twice", 0) != 0;
    lab->cancel = number(lab, "cancel", 0) != 0;
    lab->E = memory_new(lab->n * lab->D, sizeof(float));
    lab->grad = memory_new(lab->n * lab->D, sizeof(float));

    struct embedding_options table = table_case(f);
    struct optimizer_options options = optimizer_case(f);
    rng_seed(&lab->rng, (uint64_t)fixture_number(f, "seed"));
    assert_int_equal(
        embedding_init(&lab->emb, "W", lab->V, lab->D, &table, &lab->rng, &err),
        0);
    lab->emb.weight.frozen = number(lab, "frozen", 0) != 0;
    parameter_init(&lab->U, "U", PARAMETER_LINEAR, 2, OUT, lab->D);
    parameter_init(&lab->b, "b", PARAMETER_LINEAR, 1, OUT, 1);
    init_linear(&lab->rng, lab->U.value, lab->b.value, OUT, lab->D);
    lab->parameters[0] = &lab->emb.weight;
    lab->parameters[1] = &lab->U;
    lab->parameters[2] = &lab->b;
    assert_int_equal(optimizer_check(&options, table.sparse, &err), 0);
    optimizer_init(&lab->opt, &options, lab->parameters, 3);
    for (size_t i = 0; i < 3; i++)
        lab->parameters[i]->keep_before = true;
}

static void lab_clear(struct lab *lab)
{
    optimizer_clear(&lab->opt);
    embedding_clear(&lab->emb);
    parameter_clear(&lab->U);
    parameter_clear(&lab->b);
    free(lab->E);
    free(lab->grad);
}

/* ((7 i + 3 d + 5 step) mod 11 - 5) / 4 */
static float target(size_t step, size_t i, size_t d)
{
    return ((float)((7 * i + 3 * d + 5 * step) % 11) - 5.0f) / 4.0f;
}

static void fill_gradient(struct lab *lab, size_t step, float factor)
{
    for (size_t i = 0; i < lab->n; i++)
        for (size_t d = 0; d < lab->D; d++) {
            size_t at = i * lab->D + d;
            float g = lab->cancel ? target(step, 0, d) * (i % 2 ? -1.0f : 1.0f)
                                  : lab->E[at] - target(step, i, d);
            lab->grad[at] = g * factor;
        }
}

static void fill_dense_gradient(struct parameter *p, size_t step)
{
    float *grad = parameter_grad_begin_dense(p);
    for (size_t i = 0; i < p->rows; i++)
        for (size_t d = 0; d < p->cols; d++) {
            size_t at = i * p->cols + d;
            grad[at] = p->value[at] - target(step, i, d);
        }
}

static void run_step(struct lab *lab, size_t step, const int64_t *ids)
{
    struct error err;
    for (size_t i = 0; i < 3; i++)
        parameter_begin_batch(lab->parameters[i]);
    assert_int_equal(embedding_forward(&lab->emb, ids, lab->n, lab->E, &err),
                     0);
    fill_gradient(lab, step, 1.0f);
    embedding_backward(&lab->emb, ids, lab->n, lab->grad);
    if (lab->twice) {
        fill_gradient(lab, step, 0.3f);
        embedding_backward(&lab->emb, ids, lab->n, lab->grad);
    }
    fill_dense_gradient(&lab->U, step);
    fill_dense_gradient(&lab->b, step);
    parameter_mark_gradient(&lab->emb.weight);
    optimizer_step(&lab->opt);
    parameter_mark_changed(&lab->emb.weight);
}

static bool was_rescaled(const struct embedding *emb, int64_t row)
{
    for (size_t i = 0; i < emb->rescaled_count; i++)
        if (emb->rescaled_ids[i] == row)
            return true;
    return false;
}

/* 1 looked up, 2 gradient not zero, 4 changed, 8 renormalised at lookup. */
static void assert_marks(const struct lab *lab, size_t step,
                         const int64_t *expected)
{
    const struct row_marks *marks = &lab->emb.weight.marks;
    for (size_t v = 0; v < lab->V; v++) {
        int64_t row = (int64_t)v;
        int mask = 1 * row_set_has(&marks->looked_up, row) +
                   2 * row_set_has(&marks->grad_nonzero, row) +
                   4 * row_set_has(&marks->changed, row) +
                   8 * was_rescaled(&lab->emb, row);
        if (mask != expected[v])
            fail_msg("%s: step %zu, row %zu: marks %d, PyTorch has %d",
                     fixture_where(lab->f), step + 1, v, mask,
                     (int)expected[v]);
    }
}

static void assert_first_step(const struct lab *lab)
{
    size_t count = lab->V * lab->D;
    const struct parameter *w = &lab->emb.weight;
    assert_agrees(w->value, fixture_floats(lab->f, "W_first", count), count, 1,
                  "W after step 1", lab->f);
    if (fixture_find(lab->f, "grad_first") == NULL) {
        assert_int_equal(w->gradient, GRADIENT_NONE);
        return;
    }
    float *dense = memory_new(count, sizeof *dense);
    parameter_grad_dense(w, dense);
    assert_agrees(dense, fixture_floats(lab->f, "grad_first", count), count, 1,
                  "W.grad of step 1", lab->f);
    free(dense);
}

/* A state buffer of W, row by row as a delta would keep it. */
static void assert_state(const struct lab *lab, const char *name, size_t which)
{
    const struct fixture_array *expected = fixture_find(lab->f, name);
    size_t size = optimizer_row_size(&lab->opt, 0);
    if (expected == NULL || size == 0) /* frozen: it never took a step */
        return;
    float *row = memory_new(size, sizeof *row);
    float *all = memory_new(expected->count, sizeof *all);
    for (size_t v = 0; v < lab->V; v++) {
        optimizer_save_row(&lab->opt, 0, v, row);
        memcpy(all + v * lab->D, row + which * lab->D, lab->D * sizeof *all);
    }
    assert_agrees(all, expected->f, expected->count, 1, name, lab->f);
    free(row);
    free(all);
}

static void assert_last_step(const struct lab *lab)
{
    size_t count = lab->V * lab->D;
    const struct fixture *f = lab->f;
    assert_agrees(lab->emb.weight.value, fixture_floats(f, "W", count), count,
                  1, "W", f);
    assert_agrees(lab->U.value, fixture_floats(f, "U", OUT * lab->D),
                  OUT * lab->D, 1, "U", f);
    assert_agrees(lab->b.value, fixture_floats(f, "b", OUT), OUT, 1, "b", f);
    size_t momentum = fixture_find(f, "momentum") != NULL;
    assert_state(lab, "momentum", 0);
    assert_state(lab, "square", momentum);
    assert_state(lab, "square_max", momentum + 1);
}

static void training_agrees_with_pytorch(void **state)
{
    struct lab lab;
    assert_true(fixture_next(*state));
    lab_init(&lab, *state);
    const int64_t *ids = fixture_ints(*state, "ids", lab.steps * lab.n);
    const int64_t *marks = fixture_ints(*state, "marks", lab.steps * lab.V);
    for (size_t step = 0; step < lab.steps; step++) {
        run_step(&lab, step, ids + step * lab.n);
        assert_marks(&lab, step, marks + step * lab.V);
        if (step == 0)
            assert_first_step(&lab);
    }
    assert_last_step(&lab);
    lab_clear(&lab);
}

/* --- What PyTorch refuses ----------------------------------------------- */

static void refused_where_pytorch_refuses(void **state)
{
    struct fixture *f = *state;
    struct error err;
    assert_true(fixture_next(f));
    struct embedding_options table = table_case(f);
    struct optimizer_options options = optimizer_case(f);
    bool refused = embedding_check(&table, 7, 3, &err) != 0 ||
                   optimizer_check(&options, table.sparse, &err) != 0;
    if (refused != (fixture_number(f, "refused") != 0))
        fail_msg("%s: %s", fixture_where(f),
                 refused ? err.message : "not refused");
}

static void assert_refusal_says(struct optimizer_options options, bool sparse,
                                const char *words)
{
    struct error err;
    assert_int_equal(optimizer_check(&options, sparse, &err), -1);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void refusals_say_what_would_be_accepted(void **state)
{
    (void)state;
    struct optimizer_options o = optimizer_defaults(OPTIMIZER_ADAM);
    assert_refusal_says(o, true, "choose sgd, adagrad or sparse_adam");
    o.beta2 = 1;
    assert_refusal_says(o, false,
                        "beta2=1 is out of range; choose 0 or more, "
                        "below 1");
    o = optimizer_defaults(OPTIMIZER_SPARSE_ADAM);
    assert_refusal_says(o, false, "sparse=yes");
    o.lr = 0;
    assert_refusal_says(o, true, "lr=0 is out of range; choose a number above");
    o = optimizer_defaults(OPTIMIZER_SGD);
    o.weight_decay = 0.1;
    assert_refusal_says(o, true, "sparse=no");
    o.nesterov = true;
    assert_refusal_says(o, false, "momentum=0.9 nesterov=yes");
    o = optimizer_defaults(OPTIMIZER_ADAGRAD);
    o.momentum = 0.9;
    assert_refusal_says(o, false, "adagrad has no momentum; leave it out");
}

/* PyTorch would take these, and train with nothing but NaN. */
static void values_without_end_are_refused(void **state)
{
    (void)state;
    struct optimizer_options o = optimizer_defaults(OPTIMIZER_SGD);
    o.lr = (double)INFINITY;
    assert_refusal_says(o, false, "lr=inf");
    o.lr = (double)NAN;
    assert_refusal_says(o, false, "lr=nan");
    o.lr = 0.1;
    o.dampening = (double)NAN;
    assert_refusal_says(o, false, "dampening=nan");
}

/* As the signatures in torch/optim have them; sgd's lr is ours. */
static void defaults_are_pytorchs(void **state)
{
    (void)state;
    static const struct {
        enum optimizer_kind kind;
        double lr, weight_decay, beta1, beta2, eps;
    } expected[] = {
        {OPTIMIZER_SGD, 0.5, 0, 0, 0, 0},
        {OPTIMIZER_ADAGRAD, 0.01, 0, 0, 0, 1e-10},
        {OPTIMIZER_ADAM, 0.001, 0, 0.9, 0.999, 1e-8},
        {OPTIMIZER_ADAMW, 0.001, 0.01, 0.9, 0.999, 1e-8},
        {OPTIMIZER_SPARSE_ADAM, 0.001, 0, 0.9, 0.999, 1e-8},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct optimizer_options o = optimizer_defaults(expected[i].kind);
        assert_true(o.lr == expected[i].lr);
        assert_true(o.weight_decay == expected[i].weight_decay);
        assert_true(o.beta1 == expected[i].beta1);
        assert_true(o.beta2 == expected[i].beta2);
        assert_true(o.eps == expected[i].eps);
        assert_true(o.momentum == 0 && o.lr_decay == 0 && !o.amsgrad);
    }
}

/* --- Promises ----------------------------------------------------------- */

enum { V = 9, D = 3, KINDS = 13 };

/* Every kind, with and without each of its arguments. */
static struct optimizer_options kind_number(size_t i)
{
    static const enum optimizer_kind kinds[KINDS] = {
        OPTIMIZER_SGD,     OPTIMIZER_SGD,     OPTIMIZER_SGD,
        OPTIMIZER_SGD,     OPTIMIZER_ADAGRAD, OPTIMIZER_ADAGRAD,
        OPTIMIZER_ADAGRAD, OPTIMIZER_ADAM,    OPTIMIZER_ADAM,
        OPTIMIZER_ADAM,    OPTIMIZER_ADAMW,   OPTIMIZER_ADAMW,
        OPTIMIZER_ADAGRAD,
    };
    struct optimizer_options o = optimizer_defaults(kinds[i]);
    o.momentum = i >= 1 && i <= 3 ? 0.9 : 0.0;
    o.dampening = i == 2 ? 0.2 : 0.0;
    o.nesterov = i == 3;
    o.initial_accumulator = i == 5 || i == 12 ? 0.5 : 0.0;
    if (i == 3 || i == 6 || i == 9 || i == 12)
        o.weight_decay = 0.1;
    o.amsgrad = i == 8 || i == 11;
    return o;
}

/* A small table or weight, the same for the same seed. */
static void weight_init(struct parameter *p, enum parameter_kind kind,
                        uint64_t seed)
{
    struct rng rng;
    rng_seed(&rng, seed);
    parameter_init(p, "W", kind, 2, V, D);
    rng_normal(&rng, p->value, V * D, 0.0, 1.0);
}

/* A gradient on two rows that move on with the step. */
static void fill_rows(struct parameter *p, size_t step, enum gradient_form form)
{
    parameter_begin_batch(p);
    if (form == GRADIENT_DENSE)
        parameter_grad_begin_dense(p);
    else
        parameter_grad_begin_rows(p, form == GRADIENT_SPARSE);
    for (size_t k = 0; k < 2; k++) {
        size_t row = (step * 2 + k * 3) % (V - 2);
        float *grad = form == GRADIENT_DENSE
                          ? p->grad + row * D
                          : parameter_grad_add_row(p, (int64_t)row);
        for (size_t d = 0; d < D; d++)
            grad[d] = p->value[row * D + d] - target(step, row, d);
        if (form == GRADIENT_SPARSE)
            memcpy(parameter_grad_add_entry(p, (int64_t)row), grad,
                   D * sizeof *grad);
    }
}

static void train(struct optimizer *opt, size_t from, size_t to,
                  enum gradient_form form)
{
    for (size_t step = from; step < to; step++) {
        fill_rows(opt->parameters[0], step, form);
        optimizer_step(opt);
    }
}

static void assert_same_values(const struct parameter *a,
                               const struct parameter *b, size_t kind)
{
    if (memcmp(a->value, b->value, V * D * sizeof *a->value) != 0)
        fail_msg("kind %zu: the values differ", kind);
}

/* Skipping rows is only allowed where no bit comes out otherwise. */
static void a_gradient_by_rows_does_what_the_dense_one_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct optimizer_options options = kind_number(i);
        struct parameter a, b, *pa = &a, *pb = &b;
        struct optimizer by_rows, dense;
        weight_init(&a, PARAMETER_EMBEDDING, i);
        weight_init(&b, PARAMETER_LINEAR, i);
        a.value[(V - 1) * D] = b.value[(V - 1) * D] = -0.0f;
        optimizer_init(&by_rows, &options, &pa, 1);
        optimizer_init(&dense, &options, &pb, 1);
        train(&by_rows, 0, 20, GRADIENT_ROWS);
        train(&dense, 0, 20, GRADIENT_DENSE);
        assert_same_values(&a, &b, i);
        optimizer_clear(&by_rows);
        optimizer_clear(&dense);
        parameter_clear(&a);
        parameter_clear(&b);
    }
}

static void a_copy_goes_on_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct optimizer_options options = kind_number(i);
        struct parameter a, b, *pa = &a, *pb = &b;
        struct optimizer opt, copy;
        weight_init(&a, PARAMETER_EMBEDDING, i);
        optimizer_init(&opt, &options, &pa, 1);
        train(&opt, 0, 6, GRADIENT_ROWS);
        parameter_copy(&b, &a);
        optimizer_copy(&copy, &opt, &pb);
        train(&opt, 6, 12, GRADIENT_ROWS);
        train(&copy, 6, 12, GRADIENT_ROWS);
        assert_same_values(&a, &b, i);
        assert_int_equal(copy.states[0].steps, 12);
        optimizer_clear(&opt);
        optimizer_clear(&copy);
        parameter_clear(&a);
        parameter_clear(&b);
    }
}

/* What time travel does: values, rows of state and steps put back. */
static void rows_put_back_go_on_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct optimizer_options options = kind_number(i);
        struct parameter a, b, *pa = &a;
        struct optimizer opt;
        float kept[V][3 * D];
        weight_init(&a, PARAMETER_EMBEDDING, i);
        optimizer_init(&opt, &options, &pa, 1);
        train(&opt, 0, 4, GRADIENT_ROWS);
        parameter_copy(&b, &a);
        for (size_t row = 0; row < V; row++)
            optimizer_save_row(&opt, 0, row, kept[row]);
        train(&opt, 4, 9, GRADIENT_ROWS);
        float after[V * D];
        memcpy(after, a.value, sizeof after);

        memcpy(a.value, b.value, V * D * sizeof *a.value);
        opt.states[0].steps = 4;
        for (size_t row = 0; row < V; row++)
            optimizer_restore_row(&opt, 0, row, kept[row]);
        train(&opt, 4, 9, GRADIENT_ROWS);
        assert_memory_equal(a.value, after, sizeof after);
        optimizer_clear(&opt);
        parameter_clear(&a);
        parameter_clear(&b);
    }
}

/* ... and into an optimizer that never took a step. */
static void rows_put_into_a_new_optimizer_go_on_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct optimizer_options options = kind_number(i);
        struct parameter a, b, *pa = &a, *pb = &b;
        struct optimizer opt, other;
        float row[3 * D];
        weight_init(&a, PARAMETER_EMBEDDING, i);
        optimizer_init(&opt, &options, &pa, 1);
        train(&opt, 0, 4, GRADIENT_ROWS);
        parameter_copy(&b, &a);
        optimizer_init(&other, &options, &pb, 1);
        for (size_t r = 0; r < V; r++) {
            optimizer_save_row(&opt, 0, r, row);
            optimizer_restore_row(&other, 0, r, row);
        }
        other.states[0].steps = 4;
        train(&opt, 4, 9, GRADIENT_ROWS);
        train(&other, 4, 9, GRADIENT_ROWS);
        assert_same_values(&a, &b, i);
        optimizer_clear(&opt);
        optimizer_clear(&other);
        parameter_clear(&a);
        parameter_clear(&b);
    }
}

static void a_row_never_updated_has_the_initial_state(void **state)
{
    (void)state;
    struct optimizer_options options = kind_number(5); /* accumulator 0.5 */
    struct parameter p, *pp = &p;
    struct optimizer opt;
    float row[D];
    weight_init(&p, PARAMETER_EMBEDDING, 1);
    optimizer_init(&opt, &options, &pp, 1);
    assert_int_equal(optimizer_row_size(&opt, 0), 0);
    train(&opt, 0, 1, GRADIENT_ROWS);
    assert_int_equal(optimizer_row_size(&opt, 0), D);
    optimizer_save_row(&opt, 0, V - 1, row);
    assert_true(row[0] == 0.5f && row[D - 1] == 0.5f);
    optimizer_save_row(&opt, 0, 0, row);
    assert_true(row[0] > 0.5f);
    optimizer_restore_row(&opt, 0, 0, NULL);
    optimizer_save_row(&opt, 0, 0, row);
    assert_true(row[0] == 0.5f && row[D - 1] == 0.5f);
    optimizer_clear(&opt);
    parameter_clear(&p);
}

static size_t rows_visited(struct optimizer_options options,
                           enum gradient_form form, size_t steps)
{
    struct parameter p, *pp = &p;
    struct optimizer opt;
    weight_init(&p, PARAMETER_EMBEDDING, 1);
    p.keep_before = true;
    optimizer_init(&opt, &options, &pp, 1);
    train(&opt, 0, steps, form);
    size_t count = p.before_rows.count;
    optimizer_clear(&opt);
    parameter_clear(&p);
    return count;
}

/* Two rows a step, {0, 3} then {2, 5}: the second step visits ... */
static void only_rows_that_move_are_visited(void **state)
{
    (void)state;
    struct optimizer_options sgd = optimizer_defaults(OPTIMIZER_SGD);
    struct optimizer_options adam = optimizer_defaults(OPTIMIZER_ADAM);
    struct optimizer_options lazy = optimizer_defaults(OPTIMIZER_SPARSE_ADAM);
    struct optimizer_options adagrad = optimizer_defaults(OPTIMIZER_ADAGRAD);
    assert_int_equal(rows_visited(sgd, GRADIENT_ROWS, 2), 2);
    assert_int_equal(rows_visited(sgd, GRADIENT_SPARSE, 2), 2);
    assert_int_equal(rows_visited(adagrad, GRADIENT_ROWS, 2), 2);
    assert_int_equal(rows_visited(adagrad, GRADIENT_SPARSE, 2), 2);
    assert_int_equal(rows_visited(lazy, GRADIENT_SPARSE, 2), 2);
    assert_int_equal(rows_visited(adam, GRADIENT_ROWS, 2), 4);
    assert_int_equal(rows_visited(adam, GRADIENT_DENSE, 2), V);
    sgd.momentum = 0.9;
    assert_int_equal(rows_visited(sgd, GRADIENT_ROWS, 2), 4);
    assert_int_equal(rows_visited(sgd, GRADIENT_SPARSE, 2), 4);
    adam.weight_decay = 0.1;
    assert_int_equal(rows_visited(adam, GRADIENT_ROWS, 2), V);
    sgd.weight_decay = 0.1;
    assert_int_equal(rows_visited(sgd, GRADIENT_ROWS, 2), V);
}

/* 0 / (sqrt(0) + 0) is NaN, in PyTorch too, for every row there is. */
static void an_eps_of_zero_spoils_untouched_rows(void **state)
{
    (void)state;
    struct optimizer_options options = optimizer_defaults(OPTIMIZER_ADAM);
    struct parameter p, *pp = &p;
    struct optimizer opt;
    options.eps = 0;
    weight_init(&p, PARAMETER_EMBEDDING, 1);
    optimizer_init(&opt, &options, &pp, 1);
    train(&opt, 0, 1, GRADIENT_ROWS);
    assert_true(isnan(p.value[(V - 1) * D]));
    assert_true(!isnan(p.value[0]));
    optimizer_clear(&opt);
    parameter_clear(&p);
}

static void a_parameter_without_gradient_is_passed_over(void **state)
{
    (void)state;
    struct optimizer_options options = kind_number(9);
    struct parameter a, b, *both[] = {&a, &b};
    struct optimizer opt;
    weight_init(&a, PARAMETER_EMBEDDING, 1);
    weight_init(&b, PARAMETER_EMBEDDING, 1);
    optimizer_init(&opt, &options, both, 2);
    fill_rows(&a, 0, GRADIENT_ROWS);
    float before[V * D];
    memcpy(before, b.value, sizeof before);
    optimizer_step(&opt);
    assert_memory_equal(b.value, before, sizeof before);
    assert_int_equal(opt.states[0].steps, 1);
    assert_int_equal(opt.states[1].steps, 0);
    optimizer_clear(&opt);
    parameter_clear(&a);
    parameter_clear(&b);
}

/* Bytes: 4 for each float of the buffers torch.optim keeps. */
static void state_has_the_bytes_of_pytorchs(void **state)
{
    (void)state;
    const size_t buffers[KINDS] = {0, 1, 1, 1, 1, 1, 1, 2, 3, 2, 2, 3, 1};
    for (size_t i = 0; i < KINDS; i++) {
        struct optimizer_options options = kind_number(i);
        assert_int_equal(optimizer_bytes(&options, 100, 7),
                         buffers[i] * 100 * 7 * 4);
    }
}

static void plain_sgd_has_neither_momentum_nor_decay(void **state)
{
    (void)state;
    struct optimizer opt = {.options = optimizer_defaults(OPTIMIZER_SGD)};
    assert_true(optimizer_is_plain_sgd(&opt));
    opt.options.momentum = 0.1;
    assert_false(optimizer_is_plain_sgd(&opt));
    opt.options = optimizer_defaults(OPTIMIZER_SGD);
    opt.options.weight_decay = 0.1;
    assert_false(optimizer_is_plain_sgd(&opt));
    opt.options = optimizer_defaults(OPTIMIZER_ADAGRAD);
    assert_false(optimizer_is_plain_sgd(&opt));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_say_what_would_be_accepted),
        cmocka_unit_test(values_without_end_are_refused),
        cmocka_unit_test(defaults_are_pytorchs),
        cmocka_unit_test(a_gradient_by_rows_does_what_the_dense_one_does),
        cmocka_unit_test(a_copy_goes_on_alike),
        cmocka_unit_test(rows_put_back_go_on_alike),
        cmocka_unit_test(rows_put_into_a_new_optimizer_go_on_alike),
        cmocka_unit_test(a_row_never_updated_has_the_initial_state),
        cmocka_unit_test(only_rows_that_move_are_visited),
        cmocka_unit_test(an_eps_of_zero_spoils_untouched_rows),
        cmocka_unit_test(a_parameter_without_gradient_is_passed_over),
        cmocka_unit_test(state_has_the_bytes_of_pytorchs),
        cmocka_unit_test(plain_sgd_has_neither_momentum_nor_decay),
    };
    int failed = fixture_run("layer.txt", training_agrees_with_pytorch);
    failed += fixture_run("refusals.txt", refused_where_pytorch_refuses);
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
