/*
 * How a model behaves around its numbers: what it refuses, what stays as it
 * was, what a step leaves known, that no way of taking a step changes a bit.
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
#include "nn/model.h"

enum { V = 11, D = 5, C = 2, B = 6, ITEMS = 4 };

struct lab {
    struct model model;
    struct optimizer optimizer;
    struct batch batch;
    struct rng rng;
};

/* What a test's model is made of; zeros: next_word, mean, softmax, sgd 0.5. */
struct plan {
    struct model_options options;
    struct model_shape shape;
    struct embedding_options table;
    double lr;
    size_t B;
};

static void lab_init(struct lab *lab, struct plan plan)
{
    static const int64_t counts[V] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    struct optimizer_options sgd = optimizer_defaults(OPTIMIZER_SGD);
    struct error err;
    if (plan.shape.V == 0)
        plan.shape =
            (struct model_shape){.V = V, .D = D, .C = C, .items = ITEMS};
    if (plan.options.loss == LOSS_NEGATIVE)
        plan.options.k = 3;
    *lab = (struct lab){0};
    rng_seed(&lab->rng, 5);
    if (model_init(&lab->model, &plan.options, &plan.shape, &plan.table,
                   &lab->rng, &err) != 0)
        fail_msg("%s", err.message);
    model_add_output(&lab->model, &lab->rng);
    if (plan.options.loss == LOSS_NEGATIVE)
        model_set_noise(&lab->model, counts);
    sgd.lr = plan.lr != 0 ? plan.lr : 0.5;
    optimizer_init(&lab->optimizer, &sgd, lab->model.parameters,
                   lab->model.parameter_count);
    lab->batch.B = plan.B ? plan.B : B;
}

static void lab_clear(struct lab *lab)
{
    optimizer_clear(&lab->optimizer);
    model_clear(&lab->model);
    batch_clear(&lab->batch);
}

/* Ids that depend on the number of the mini-batch. */
static void fill(struct lab *lab, size_t number)
{
    struct batch *batch = &lab->batch;
    const size_t rows = lab->batch.B, words = lab->model.shape.V;
    const bool recommend = lab->model.options.kind == MODEL_RECOMMEND;
    const size_t context = recommend ? 2 : lab->model.shape.C;
    int64_t *ctx = batch_ids(batch, BATCH_CTX, 2, rows, context);
    for (size_t i = 0; i < rows * context; i++)
        ctx[i] = (int64_t)((i * 7 + number * 3) % (recommend ? ITEMS : words));
    if (lab->model.options.kind == MODEL_NEXT_WORD) {
        int64_t *tgt = batch_ids(batch, BATCH_TGT, 1, rows, 0);
        for (size_t b = 0; b < rows; b++)
            tgt[b] = (int64_t)((b * 5 + number) % words);
    } else {
        float *tgt = batch_floats(batch, BATCH_TGT, 1, rows, 0, 0);
        for (size_t b = 0; b < rows; b++)
            tgt[b] = (float)((b + number) % 2);
    }
    if (lab->model.options.loss == LOSS_NEGATIVE)
        model_draw_noise(&lab->model, batch, &lab->rng);
}

static void begin(struct lab *lab, size_t number, bool keep)
{
    model_begin(&lab->model, &lab->batch, keep);
    fill(lab, number);
}

static int take(struct lab *lab, bool keep, struct error *err)
{
    return model_step(&lab->model, &lab->batch, &lab->optimizer, keep, err);
}

/* All parameters' values, one after another; the caller frees. */
static float *values_of(const struct model *model, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < model->parameter_count; i++)
        *count += model->parameters[i]->rows * model->parameters[i]->cols;
    float *values = memory_new(*count, sizeof *values);
    float *to = values;
    for (size_t i = 0; i < model->parameter_count; i++) {
        const struct parameter *p = model->parameters[i];
        memcpy(to, p->value, p->rows * p->cols * sizeof *to);
        to += p->rows * p->cols;
    }
    return values;
}

static void assert_same_values(const struct model *a, const struct model *b)
{
    size_t n, m;
    float *x = values_of(a, &n), *y = values_of(b, &m);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n * sizeof *x);
    free(x);
    free(y);
}

/* --- Making one ----------------------------------------------------------- */

static void parameters_come_in_pytorchs_order(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab, (struct plan){0});
    assert_int_equal(lab.model.parameter_count, 3);
    assert_string_equal(lab.model.parameters[0]->name, "W");
    assert_string_equal(lab.model.parameters[1]->name, "U");
    assert_string_equal(lab.model.parameters[2]->name, "b");
    assert_ptr_equal(model_parameter(&lab.model, "U"), &lab.model.U);
    assert_null(model_parameter(&lab.model, "Wu"));
    lab_clear(&lab);
    lab_init(&lab, (struct plan){.options.kind = MODEL_RECOMMEND});
    assert_int_equal(lab.model.parameter_count, 4);
    assert_string_equal(lab.model.parameters[0]->name, "Wu");
    assert_string_equal(lab.model.parameters[1]->name, "Wi");
    assert_string_equal(lab.model.parameters[2]->name, "bu");
    assert_string_equal(lab.model.parameters[3]->name, "bi");
    assert_null(model_parameter(&lab.model, "U"));
    lab_clear(&lab);
}

static void biases_of_recommend_are_drawn_then_zeroed(void **state)
{
    struct lab lab;
    struct rng rng;
    float drawn[V * D + ITEMS * D + V + ITEMS];
    (void)state;
    lab_init(&lab, (struct plan){.options.kind = MODEL_RECOMMEND});
    const float *bu = lab.model.tables[2].weight.value;
    const float *bi = lab.model.tables[3].weight.value;
    for (size_t i = 0; i < V; i++)
        assert_true(bu[i] == 0);
    for (size_t i = 0; i < ITEMS; i++)
        assert_true(bi[i] == 0);
    rng_seed(&rng, 5);
    rng_normal(&rng, drawn, V * D, 0, 1);
    rng_normal(&rng, drawn, ITEMS * D, 0, 1);
    rng_normal(&rng, drawn, V, 0, 1);
    rng_normal(&rng, drawn, ITEMS, 0, 1);
    assert_int_equal(rng_next32(&rng), rng_next32(&lab.rng));
    lab_clear(&lab);
}

static void sizes_of_all_parameters(void **state)
{
    struct model_options options = {.kind = MODEL_NEXT_WORD};
    struct model_shape shape = {.V = 17, .D = 6, .C = 2, .items = 3};
    (void)state;
    assert_int_equal(model_bytes(&options, &shape), 4 * (17 * 6 + 17 * 6 + 17));
    options.pool = POOL_CONCAT;
    assert_int_equal(model_bytes(&options, &shape),
                     4 * (17 * 6 + 17 * 12 + 17));
    options.pool = POOL_MEAN;
    shape.buckets = 100;
    assert_int_equal(model_bytes(&options, &shape),
                     4 * (117 * 6 + 17 * 6 + 17));
    options.kind = MODEL_SENTIMENT;
    assert_int_equal(model_bytes(&options, &shape), 4 * (117 * 6 + 6 + 1));
    shape.buckets = 0;
    options.kind = MODEL_RECOMMEND;
    assert_int_equal(model_bytes(&options, &shape), 4 * (17 + 3) * (6 + 1));
}

static void sizes_beyond_counting_are_the_largest_number(void **state)
{
    const struct model_options options = {.kind = MODEL_NEXT_WORD};
    struct model_shape shape = {.V = SIZE_MAX / 8, .D = 3, .C = 2};
    (void)state;
    assert_true(model_bytes(&options, &shape) == SIZE_MAX);
    shape.D = SIZE_MAX;
    assert_true(model_bytes(&options, &shape) == SIZE_MAX);
    shape.V = 5;
    shape.D = SIZE_MAX / 40;
    assert_true(model_bytes(&options, &shape) == SIZE_MAX);
}

static void a_model_over_the_memory_there_is_allocates_nothing(void **state)
{
    const struct model_options options = {.kind = MODEL_NEXT_WORD};
    const struct model_shape shape = {.V = 1000000, .D = 1000000, .C = 2};
    const struct embedding_options table = {0};
    struct model model;
    struct rng rng, before;
    struct error err;
    (void)state;
    rng_seed(&rng, 1);
    before = rng;
    assert_int_equal(model_init(&model, &options, &shape, &table, &rng, &err),
                     -1);
    assert_int_equal(err.code, ERROR_MEMORY);
    assert_int_equal(model.table_count, 0);
    assert_int_equal(rng_next32(&rng), rng_next32(&before));
}

/* The table alone would fit; U, (1000, 10^11), does not. */
static void the_output_layer_counts_before_the_table_is_made(void **state)
{
    const struct model_options options = {.pool = POOL_CONCAT};
    const struct model_shape shape = {.V = 1000, .D = 100, .C = 1000000000};
    const struct embedding_options table = {0};
    struct model model;
    struct rng rng;
    struct error err;
    (void)state;
    rng_seed(&rng, 1);
    assert_int_equal(model_init(&model, &options, &shape, &table, &rng, &err),
                     -1);
    assert_int_equal(err.code, ERROR_MEMORY);
    assert_int_equal(model.table_count, 0);
}

struct refusal {
    struct plan plan;
    enum error_code code;
    const char *names; /* what the message says to do */
};

static const struct model_shape words = {.V = V, .D = D, .C = C};
static const struct model_shape with_buckets = {
    .V = V, .D = D, .C = C, .buckets = 8};

static void what_does_not_go_together_is_refused(void **state)
{
    const struct refusal refusals[] = {
        {{{.pool = POOL_MASKED_MEAN}, words, {0}, 0, 0},
         ERROR_STATE,
         "pool=mean"},
        {{{.pool = POOL_MAX}, with_buckets, {0}, 0, 0},
         ERROR_STATE,
         "subwords off"},
        {{{.pool = POOL_CONCAT}, with_buckets, {0}, 0, 0},
         ERROR_STATE,
         "subwords off"},
        {{{.loss = LOSS_NEGATIVE, .k = 0}, words, {0}, 0, 0},
         ERROR_RANGE,
         "k of at least 1"},
        {{{0}, {.V = V, .D = D, .C = 0}, {0}, 0, 0},
         ERROR_RANGE,
         "C of at least 1"},
        {{{0}, {.V = 0, .D = D, .C = C}, {0}, 0, 0}, ERROR_RANGE, "V"},
        {{{0}, {.V = V, .D = 0, .C = C}, {0}, 0, 0}, ERROR_RANGE, "D"},
        {{{.kind = MODEL_SENTIMENT, .pool = POOL_CONCAT}, words, {0}, 0, 0},
         ERROR_STATE,
         "masked_mean"},
        {{{.kind = MODEL_SENTIMENT, .pool = POOL_MASKED_MEAN},
          words,
          {0},
          0,
          0},
         ERROR_STATE,
         "padding_idx=0"},
        {{{.kind = MODEL_SENTIMENT, .loss = LOSS_NEGATIVE, .k = 5},
          words,
          {0},
          0,
          0},
         ERROR_STATE,
         "next_word"},
        {{{.kind = MODEL_RECOMMEND}, words, {0}, 0, 0},
         ERROR_STATE,
         "corpus ratings"},
        {{{.kind = MODEL_RECOMMEND, .pool = POOL_SUM}, words, {0}, 0, 0},
         ERROR_STATE,
         "leave pool out"},
        {{{.kind = MODEL_RECOMMEND}, with_buckets, {0}, 0, 0},
         ERROR_STATE,
         "subwords off"},
        {{{0}, words, {.has_padding = true, .padding_idx = V}, 0, 0},
         ERROR_RANGE,
         "padding_idx"},
        {{{.kind = MODEL_RECOMMEND},
          {.V = V, .D = D, .items = 2},
          {.has_padding = true, .padding_idx = 3},
          0,
          0},
         ERROR_RANGE,
         "padding_idx"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        struct error err = {0};
        assert_int_equal(
            model_check(&r->plan.options, &r->plan.shape, &r->plan.table, &err),
            -1);
        assert_int_equal(err.code, r->code);
        assert_non_null(strchr(err.message, ';'));
        if (!strstr(err.message, r->names))
            fail_msg("\"%s\" does not say %s", err.message, r->names);
    }
}

/* --- Steps ---------------------------------------------------------------- */

static void take_phases(struct lab *lab, enum batch_phase last)
{
    if (last >= PHASE_LOOKUP)
        assert_int_equal(model_lookup(&lab->model, &lab->batch, NULL), 0);
    if (last >= PHASE_MEAN)
        model_pool(&lab->model, &lab->batch);
    if (last >= PHASE_LOGITS)
        model_logits(&lab->model, &lab->batch);
    if (last >= PHASE_LOSS)
        model_loss(&lab->model, &lab->batch);
    if (last >= PHASE_BACKWARD)
        model_backward(&lab->model, &lab->batch);
}

/* The large one is above the size where CBLAS takes over. */
static const struct plan plain = {0};
static const struct plan large = {
    .shape = {.V = 300, .D = 24, .C = C}, .lr = 0.1, .B = 16};

static void from_phase_on(struct plan plan, enum batch_phase phase)
{
    struct lab unseen, mixed;
    lab_init(&unseen, plan);
    lab_init(&mixed, plan);
    for (size_t number = 0; number < 4; number++) {
        begin(&unseen, number, false);
        assert_int_equal(take(&unseen, false, NULL), 0);
        begin(&mixed, number, true);
        take_phases(&mixed, phase);
        assert_int_equal(take(&mixed, number % 2 == 0, NULL), 0);
        assert_int_equal(mixed.batch.phase, PHASE_UPDATE);
        assert_same_values(&unseen.model, &mixed.model);
    }
    lab_clear(&unseen);
    lab_clear(&mixed);
}

static void a_step_from_any_phase_gives_the_same_bits(void **state)
{
    (void)state;
    for (enum batch_phase p = PHASE_NONE; p <= PHASE_BACKWARD; p++) {
        from_phase_on(plain, p);
        from_phase_on(large, p);
    }
}

/* Above the threshold U takes the product as it is; what is shown as U.grad
 * must then be what U moved by. */
static void the_gradient_shown_is_the_one_that_moved_U(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab, large);
    begin(&lab, 0, true);
    assert_int_equal(take(&lab, true, NULL), 0);
    const struct parameter *U = &lab.model.U;
    assert_int_equal(U->gradient, GRADIENT_DENSE);
    assert_int_equal(U->marks.changed.count, U->rows);
    for (size_t row = 0; row < U->rows; row++)
        for (size_t d = 0; d < U->cols; d++) {
            const double moved = (double)U->value[row * U->cols + d] -
                                 (double)parameter_before(U, row)[d];
            const double grad = (double)U->grad[row * U->cols + d];
            assert_true(fabs(moved + 0.1 * grad) < 5e-8);
        }
    lab_clear(&lab);
}

static void an_unseen_step_leaves_out_what_only_a_viewer_needs(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab, plain);
    begin(&lab, 0, false);
    assert_int_equal(take(&lab, false, NULL), 0);
    assert_true(lab.batch.known[BATCH_LOSS]);
    assert_false(lab.batch.known[BATCH_LOGITS]);
    assert_false(lab.batch.known[BATCH_PROBS]);
    assert_false(lab.batch.known[BATCH_E_GRAD]);
    assert_int_equal(lab.model.U.gradient, GRADIENT_NONE);
    for (size_t i = 0; i < lab.model.parameter_count; i++) {
        assert_int_equal(lab.model.parameters[i]->before_rows.count, 0);
        assert_int_equal(lab.model.parameters[i]->marks.changed.count, 0);
    }
    begin(&lab, 1, true);
    assert_false(lab.batch.known[BATCH_LOSS]);
    assert_int_equal(take(&lab, true, NULL), 0);
    for (int i = 0; i < BATCH_TENSORS; i++)
        if (i != BATCH_NOISE && i != BATCH_E2 && i != BATCH_E2_GRAD)
            assert_true(lab.batch.known[i]);
    lab_clear(&lab);
}

/* PyTorch: opt.zero_grad() between backward() and step(). */
static void without_a_gradient_nothing_is_updated(void **state)
{
    const struct plan *plans[] = {&plain, &large};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct lab lab, before;
        lab_init(&lab, *plans[i]);
        lab_init(&before, *plans[i]);
        begin(&lab, 0, true);
        take_phases(&lab, PHASE_BACKWARD);
        for (size_t p = 0; p < lab.model.parameter_count; p++)
            parameter_zero_grad(lab.model.parameters[p]);
        model_update(&lab.model, &lab.batch, &lab.optimizer, true);
        assert_same_values(&lab.model, &before.model);
        lab_clear(&lab);
        lab_clear(&before);
    }
}

static void freezing(const char *name, struct plan plan)
{
    struct lab lab, before;
    lab_init(&lab, plan);
    lab_init(&before, plan);
    struct parameter *p = model_parameter(&lab.model, name);
    p->frozen = true;
    for (size_t number = 0; number < 4; number++) {
        begin(&lab, number, number % 2 == 0);
        assert_int_equal(take(&lab, number % 2 == 0, NULL), 0);
        assert_int_equal(p->gradient, GRADIENT_NONE);
    }
    assert_memory_equal(p->value, model_parameter(&before.model, name)->value,
                        p->rows * p->cols * sizeof *p->value);
    assert_int_equal(p->marks.changed.count, 0);
    lab_clear(&lab);
    lab_clear(&before);
}

static void a_frozen_parameter_stays_whatever_the_size(void **state)
{
    const struct plan negative = {.options.loss = LOSS_NEGATIVE};
    const struct plan recommend = {.options.kind = MODEL_RECOMMEND};
    (void)state;
    for (const char *const *name = (const char *const[]){"W", "U", "b", NULL};
         *name; name++) {
        freezing(*name, plain);
        freezing(*name, large);
        freezing(*name, negative);
    }
    for (const char *const *name =
             (const char *const[]){"Wu", "Wi", "bu", "bi", NULL};
         *name; name++)
        freezing(*name, recommend);
}

/* PyTorch: E, h, Eu ask for no gradient where their table does not. */
static void a_frozen_table_leaves_its_rows_without_a_gradient(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab, plain);
    lab.model.tables[0].weight.frozen = true;
    begin(&lab, 0, true);
    take_phases(&lab, PHASE_BACKWARD);
    assert_false(lab.batch.known[BATCH_H_GRAD]);
    assert_false(lab.batch.known[BATCH_E_GRAD]);
    assert_true(lab.batch.known[BATCH_LOGITS_GRAD]);
    lab_clear(&lab);
    lab_init(&lab, (struct plan){.options.kind = MODEL_RECOMMEND});
    lab.model.tables[0].weight.frozen = true;
    begin(&lab, 0, true);
    take_phases(&lab, PHASE_BACKWARD);
    assert_false(lab.batch.known[BATCH_E_GRAD]);
    assert_true(lab.batch.known[BATCH_E2_GRAD]);
    lab_clear(&lab);
}

static void max_norm_marks_rows_changed_at_the_lookup(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab, (struct plan){.table = {.has_max_norm = true,
                                           .max_norm = 0.1,
                                           .norm_type = 2}});
    begin(&lab, 0, true);
    take_phases(&lab, PHASE_LOOKUP);
    const struct row_marks *marks = &lab.model.tables[0].weight.marks;
    assert_true(marks->looked_up.count > 0);
    assert_int_equal(marks->changed.count, marks->looked_up.count);
    lab_clear(&lab);
}

static void padding_row_gets_no_gradient(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab,
             (struct plan){.table = {.has_padding = true, .padding_idx = 3}});
    begin(&lab, 0, true);
    lab.batch.tensor[BATCH_CTX].i[0] = 3;
    assert_int_equal(take(&lab, true, NULL), 0);
    const struct row_marks *marks = &lab.model.tables[0].weight.marks;
    assert_true(row_set_has(&marks->looked_up, 3));
    assert_false(row_set_has(&marks->grad_nonzero, 3));
    assert_false(row_set_has(&marks->changed, 3));
    lab_clear(&lab);
}

static void negative_sampling_touches_its_words_only(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab, (struct plan){.options.loss = LOSS_NEGATIVE, .B = 1});
    begin(&lab, 0, true);
    assert_int_equal(take(&lab, true, NULL), 0);
    const int64_t *noise = lab.batch.tensor[BATCH_NOISE].i;
    const int64_t target = lab.batch.tensor[BATCH_TGT].i[0];
    const struct parameter *both[] = {&lab.model.U, &lab.model.b};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(both[i]->kind, PARAMETER_EMBEDDING);
        for (int64_t v = 0; v < V; v++) {
            const bool met = v == target || v == noise[0] || v == noise[1] ||
                             v == noise[2];
            assert_int_equal(row_set_has(&both[i]->marks.looked_up, v), met);
            assert_int_equal(row_set_has(&both[i]->marks.changed, v), met);
        }
    }
    begin(&lab, 1, false);
    assert_int_equal(take(&lab, false, NULL), 0);
    assert_int_equal(lab.model.U.marks.looked_up.count, 0);
    lab_clear(&lab);
}

/* --- Numbers that end a training ---------------------------------------- */

static void a_loss_that_is_not_finite_stops_before_the_update(void **state)
{
    const struct plan plans[] = {
        {.lr = 1e30},
        {.options.loss = LOSS_NEGATIVE, .lr = 1e38},
        {.options.kind = MODEL_SENTIMENT, .lr = 1e38},
        {.options.kind = MODEL_RECOMMEND, .lr = 1e30},
        {.shape = {.V = 300, .D = 24, .C = C}, .lr = 1e30, .B = 16},
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof plans / sizeof *plans; i++) {
        struct lab lab;
        struct error err = {0};
        const bool keep = i % 2 == 0;
        size_t n, number = 0;
        int status = 0;
        lab_init(&lab, plans[i / 2]);
        float *before = NULL, *after;
        while (status == 0 && number < 10) {
            free(before);
            before = values_of(&lab.model, &n);
            begin(&lab, number++, keep);
            status = take(&lab, keep, &err);
        }
        assert_int_equal(status, -1);
        assert_int_equal(err.code, ERROR_NUMERIC);
        after = values_of(&lab.model, &n);
        assert_memory_equal(before, after, n * sizeof *after);
        free(before);
        free(after);
        lab_clear(&lab);
    }
}

/* The loss overflows nowhere, the sum of two rows' gradients does. */
static void a_gradient_that_is_not_finite_stops_before_the_update(void **state)
{
    (void)state;
    for (int keep = 0; keep < 2; keep++) {
        struct lab lab;
        struct error err = {0};
        size_t n;
        lab_init(&lab, (struct plan){.options = {.pool = POOL_SUM}, .B = 2});
        for (size_t i = 0; i < (size_t)V * D; i++)
            lab.model.tables[0].weight.value[i] = 0;
        for (size_t i = 0; i < (size_t)V * D; i++)
            lab.model.U.value[i] = i < (size_t)5 * D ? -3e38f : 3e38f;
        begin(&lab, 0, keep);
        for (size_t i = 0; i < 2 * C; i++)
            lab.batch.tensor[BATCH_CTX].i[i] = 1;
        lab.batch.tensor[BATCH_TGT].i[0] = 0;
        lab.batch.tensor[BATCH_TGT].i[1] = 1;
        float *before = values_of(&lab.model, &n);
        assert_int_equal(take(&lab, keep, &err), -1);
        assert_int_equal(err.code, ERROR_NUMERIC);
        assert_non_null(strstr(err.message, "gradient of W"));
        assert_true(isfinite(lab.batch.tensor[BATCH_LOSS].f[0]));
        float *after = values_of(&lab.model, &n);
        assert_memory_equal(before, after, n * sizeof *after);
        free(before);
        free(after);
        lab_clear(&lab);
    }
}

static void set_subwords(struct lab *lab)
{
    static int64_t offsets[V + 1], rows[V];
    for (size_t v = 0; v <= V; v++)
        offsets[v] = (int64_t)v;
    for (size_t v = 0; v < V; v++)
        rows[v] = (int64_t)v;
    lab->model.has_subwords = true;
    lab->model.subwords = (struct model_subwords){offsets, rows};
}

static void an_id_out_of_range_leaves_the_tables_as_they_were(void **state)
{
    const struct embedding_options table = {
        .has_max_norm = true, .max_norm = 0.5, .norm_type = 2};
    const struct plan plans[] = {
        {.table = table},
        {.options.kind = MODEL_RECOMMEND, .table = table},
        {.shape = with_buckets, .table = table},
    };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct lab lab, before;
        struct error err = {0};
        lab_init(&lab, plans[i]);
        lab_init(&before, plans[i]);
        if (plans[i].shape.buckets > 0)
            set_subwords(&lab);
        begin(&lab, 0, true);
        lab.batch.tensor[BATCH_CTX].i[3] = V;
        assert_int_equal(model_forward(&lab.model, &lab.batch, &err), -1);
        assert_int_equal(err.code, ERROR_RANGE);
        error_clear(&err);
        assert_int_equal(take(&lab, true, &err), -1);
        assert_int_equal(err.code, ERROR_RANGE);
        assert_same_values(&lab.model, &before.model);
        lab_clear(&lab);
        lab_clear(&before);
    }
}

/* --- Forward only --------------------------------------------------------- */

static void forward_touches_nothing(void **state)
{
    const struct plan plans[] = {
        {.table = {.has_max_norm = true, .max_norm = 0.5, .norm_type = 2}},
        {.options.loss = LOSS_NEGATIVE},
        {.options.kind = MODEL_SENTIMENT},
        {.options.kind = MODEL_RECOMMEND,
         .table = {.has_max_norm = true, .max_norm = 0.5, .norm_type = 1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct lab lab, before;
        lab_init(&lab, plans[i]);
        lab_init(&before, plans[i]);
        model_begin(&lab.model, &lab.batch, true);
        fill(&lab, 1);
        const struct rng rng = lab.rng;
        assert_int_equal(model_forward(&lab.model, &lab.batch, NULL), 0);
        assert_int_equal(lab.batch.phase, PHASE_LOSS);
        assert_same_values(&lab.model, &before.model);
        assert_memory_equal(&rng, &lab.rng, sizeof rng);
        for (size_t p = 0; p < lab.model.parameter_count; p++) {
            assert_int_equal(lab.model.parameters[p]->marks.looked_up.count, 0);
            assert_int_equal(lab.model.parameters[p]->marks.changed.count, 0);
        }
        lab_clear(&lab);
        lab_clear(&before);
    }
}

/* max_norm: the very bits a training step would look up. */
static void forward_gives_what_a_step_would_compute(void **state)
{
    const double norms[] = {1, 2, 2.5, HUGE_VAL};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const struct plan plan = {.table = {.has_max_norm = true,
                                            .max_norm = 0.7,
                                            .norm_type = norms[i]}};
        struct lab lab, copy;
        lab_init(&lab, plan);
        lab_init(&copy, plan);
        begin(&lab, 2, true);
        begin(&copy, 2, true);
        assert_int_equal(model_forward(&lab.model, &lab.batch, NULL), 0);
        assert_int_equal(take(&copy, true, NULL), 0);
        for (int t = BATCH_E; t <= BATCH_LOSS; t++)
            if (t != BATCH_E2)
                assert_memory_equal(
                    lab.batch.tensor[t].f, copy.batch.tensor[t].f,
                    tensor_count(&lab.batch.tensor[t]) * sizeof(float));
        lab_clear(&lab);
        lab_clear(&copy);
    }
}

static void forward_without_a_target_predicts(void **state)
{
    const struct plan plans[] = {{.options.loss = LOSS_NEGATIVE},
                                 {.options.kind = MODEL_SENTIMENT},
                                 {.options.kind = MODEL_RECOMMEND}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct lab lab;
        lab_init(&lab, plans[i]);
        fill(&lab, 0);
        lab.batch.known[BATCH_TGT] = false;
        assert_int_equal(model_forward(&lab.model, &lab.batch, NULL), 0);
        assert_true(lab.batch.known[BATCH_LOGITS]);
        assert_false(lab.batch.known[BATCH_LOSS]);
        if (plans[i].options.loss == LOSS_NEGATIVE) {
            double sum = 0;
            assert_int_equal(lab.batch.tensor[BATCH_PROBS].shape[1], V);
            for (size_t v = 0; v < V; v++)
                sum += (double)lab.batch.tensor[BATCH_PROBS].f[v];
            assert_true(fabs(sum - 1) < 1e-6);
        }
        lab_clear(&lab);
    }
}

/* --- Copies and marks --------------------------------------------------- */

static void a_copy_goes_its_own_way_from_the_same_bits(void **state)
{
    const struct plan plans[] = {{.options.loss = LOSS_NEGATIVE},
                                 {.options.kind = MODEL_RECOMMEND},
                                 {.options.pool = POOL_MAX}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct lab lab, copy = {0};
        lab_init(&lab, plans[i]);
        begin(&lab, 0, true);
        take_phases(&lab, PHASE_BACKWARD);
        model_copy(&copy.model, &lab.model);
        optimizer_copy(&copy.optimizer, &lab.optimizer, copy.model.parameters);
        batch_copy(&copy.batch, &lab.batch);
        copy.rng = lab.rng;
        assert_int_equal(take(&copy, true, NULL), 0);
        assert_int_equal(take(&lab, true, NULL), 0);
        assert_same_values(&lab.model, &copy.model);
        begin(&lab, 1, false);
        assert_int_equal(take(&lab, false, NULL), 0);
        begin(&copy, 1, true);
        assert_int_equal(take(&copy, true, NULL), 0);
        assert_same_values(&lab.model, &copy.model);
        assert_ptr_not_equal(lab.model.parameters[0], copy.model.parameters[0]);
        lab_clear(&lab);
        lab_clear(&copy);
    }
}

static void assert_same_rows(const struct row_set *a, const struct row_set *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_true(row_set_has(b, a->list[i]));
}

static void marks_come_back(struct plan plan)
{
    struct lab lab;
    struct row_marks before[MODEL_PARAMETERS_MAX];
    lab_init(&lab, plan);
    begin(&lab, 0, true);
    assert_int_equal(take(&lab, true, NULL), 0);
    for (size_t i = 0; i < lab.model.parameter_count; i++) {
        struct row_marks *marks = &lab.model.parameters[i]->marks;
        row_marks_copy(&before[i], marks);
        row_marks_empty(marks);
        row_set_add(&marks->looked_up, 0);
    }
    assert_true(before[0].looked_up.count > 0);
    model_mark_lookup(&lab.model, &lab.batch);
    for (size_t i = 0; i < lab.model.parameter_count; i++) {
        struct row_marks *marks = &lab.model.parameters[i]->marks;
        assert_same_rows(&before[i].looked_up, &marks->looked_up);
        assert_same_rows(&before[i].grad_nonzero, &marks->grad_nonzero);
        assert_same_rows(&before[i].changed, &marks->changed);
        row_marks_clear(&before[i]);
    }
    lab_clear(&lab);
}

static void marks_come_back_after_something_else_used_them(void **state)
{
    (void)state;
    marks_come_back((struct plan){0});
    marks_come_back((struct plan){.options.loss = LOSS_NEGATIVE});
    marks_come_back((struct plan){.options.kind = MODEL_SENTIMENT});
    marks_come_back((struct plan){.options.kind = MODEL_RECOMMEND});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_come_in_pytorchs_order),
        cmocka_unit_test(biases_of_recommend_are_drawn_then_zeroed),
        cmocka_unit_test(sizes_of_all_parameters),
        cmocka_unit_test(sizes_beyond_counting_are_the_largest_number),
        cmocka_unit_test(a_model_over_the_memory_there_is_allocates_nothing),
        cmocka_unit_test(the_output_layer_counts_before_the_table_is_made),
        cmocka_unit_test(max_norm_marks_rows_changed_at_the_lookup),
        cmocka_unit_test(what_does_not_go_together_is_refused),
        cmocka_unit_test(a_step_from_any_phase_gives_the_same_bits),
        cmocka_unit_test(the_gradient_shown_is_the_one_that_moved_U),
        cmocka_unit_test(an_unseen_step_leaves_out_what_only_a_viewer_needs),
        cmocka_unit_test(without_a_gradient_nothing_is_updated),
        cmocka_unit_test(a_frozen_parameter_stays_whatever_the_size),
        cmocka_unit_test(a_frozen_table_leaves_its_rows_without_a_gradient),
        cmocka_unit_test(padding_row_gets_no_gradient),
        cmocka_unit_test(negative_sampling_touches_its_words_only),
        cmocka_unit_test(a_loss_that_is_not_finite_stops_before_the_update),
        cmocka_unit_test(a_gradient_that_is_not_finite_stops_before_the_update),
        cmocka_unit_test(an_id_out_of_range_leaves_the_tables_as_they_were),
        cmocka_unit_test(forward_touches_nothing),
        cmocka_unit_test(forward_gives_what_a_step_would_compute),
        cmocka_unit_test(forward_without_a_target_predicts),
        cmocka_unit_test(a_copy_goes_its_own_way_from_the_same_bits),
        cmocka_unit_test(marks_come_back_after_something_else_used_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
