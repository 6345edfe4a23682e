/*
 * Whole models beside PyTorch (oracle/models.py): each case is trained three
 * times from its seed, unseen, seen, and phase by phase, which must agree with
 * each other to the bit and with PyTorch as meaning.md has it, marks exactly.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fixture.h"
#include "nn/model.h"

/* --- Options from the case ------------------------------------------------ */

/* The index of the case's key among names, NULL-ended; the first without. */
static int choice(const struct fixture *f, const char *key,
                  const char *const *names)
{
    const char *text = fixture_text_or(f, key, names[0]);
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    fail_msg("%s: %s=%s", fixture_where(f), key, text);
    return 0;
}

static size_t size_or(const struct fixture *f, const char *key,
                      size_t otherwise)
{
    return (size_t)fixture_number_or(f, key, (double)otherwise);
}

static bool flag(const struct fixture *f, const char *key)
{
    return fixture_number_or(f, key, 0) != 0;
}

static struct model_options read_options(const struct fixture *f)
{
    static const char *const kinds[] = {"next_word", "sentiment", "recommend",
                                        NULL};
    static const char *const pools[] = {"mean",   "sum",         "max",
                                        "concat", "masked_mean", NULL};
    static const char *const losses[] = {"softmax", "negative", NULL};
    return (struct model_options){
        .kind = (enum model_kind)choice(f, "kind", kinds),
        .pool = (enum model_pool)choice(f, "pool", pools),
        .loss = (enum model_loss)choice(f, "loss", losses),
        .k = size_or(f, "k", 5)};
}

static struct model_shape read_shape(const struct fixture *f)
{
    return (struct model_shape){.V = size_or(f, "V", 0),
                                .items = size_or(f, "items", 0),
                                .D = size_or(f, "D", 0),
                                .C = size_or(f, "C", 0),
                                .buckets = size_or(f, "buckets", 0)};
}

static struct embedding_options read_table(const struct fixture *f)
{
    const bool uniform = strcmp(fixture_text_or(f, "init", ""), "uniform") == 0;
    return (struct embedding_options){
        .has_padding = fixture_text_or(f, "padding", NULL) != NULL,
        .padding_idx = (int64_t)fixture_number_or(f, "padding", 0),
        .has_max_norm = fixture_text_or(f, "max_norm", NULL) != NULL,
        .max_norm = fixture_number_or(f, "max_norm", 0),
        .norm_type = fixture_number_or(f, "norm_type", 2),
        .scale_grad_by_freq = flag(f, "scale"),
        .sparse = flag(f, "sparse"),
        .draw_again = uniform,
        .init = {.kind = INIT_UNIFORM, .from = 0, .to = 1}};
}

static struct optimizer_options read_optimizer(const struct fixture *f)
{
    static const char *const kinds[] = {"sgd",   "adagrad",     "adam",
                                        "adamw", "sparse_adam", NULL};
    struct optimizer_options o =
        optimizer_defaults((enum optimizer_kind)choice(f, "opt", kinds));
    o.lr = fixture_number(f, "lr");
    o.momentum = fixture_number_or(f, "momentum", o.momentum);
    o.dampening = fixture_number_or(f, "dampening", o.dampening);
    o.nesterov = flag(f, "nesterov");
    o.weight_decay = fixture_number_or(f, "weight_decay", 0);
    o.lr_decay = fixture_number_or(f, "lr_decay", o.lr_decay);
    o.initial_accumulator =
        fixture_number_or(f, "initial_accumulator", o.initial_accumulator);
    o.amsgrad = flag(f, "amsgrad");
    return o;
}

/* --- One training --------------------------------------------------------- */

enum way { UNSEEN, SEEN, BY_PHASE, WAYS };

struct lab {
    const struct fixture *fixture;
    enum way way;
    struct rng rng;
    struct model model;
    struct optimizer optimizer;
    struct batch batch;
    int64_t *starts; /* (N) where each line's ids begin */
    size_t N, B;
};

static void find_lines(struct lab *lab)
{
    const struct fixture_array *lengths = fixture_find(lab->fixture, "lengths");
    int64_t at = 0;
    lab->N = lengths->count;
    lab->starts = memory_new(lab->N + 1, sizeof *lab->starts);
    for (size_t i = 0; i < lab->N; i++) {
        lab->starts[i] = at;
        at += lengths->i[i];
    }
    lab->starts[lab->N] = at;
}

static void set_extras(struct lab *lab)
{
    const struct fixture *f = lab->fixture;
    const struct fixture_array *counts = fixture_find(f, "counts");
    const struct fixture_array *offsets = fixture_find(f, "offsets");
    const char *freeze = fixture_text_or(f, "freeze", NULL);
    lab->model.rating_mean = (float)fixture_number_or(f, "rating_mean", 0);
    if (counts)
        model_set_noise(&lab->model, counts->i);
    if (offsets) {
        lab->model.has_subwords = true;
        lab->model.subwords =
            (struct model_subwords){offsets->i, fixture_find(f, "rows")->i};
    }
    if (freeze && model_parameter(&lab->model, freeze))
        model_parameter(&lab->model, freeze)->frozen = true;
}

static void lab_init(struct lab *lab, const struct fixture *f, enum way way)
{
    const struct model_options options = read_options(f);
    const struct model_shape shape = read_shape(f);
    const struct embedding_options table = read_table(f);
    const struct optimizer_options optimizer = read_optimizer(f);
    struct error err;
    *lab = (struct lab){.fixture = f, .way = way, .B = size_or(f, "B", 0)};
    rng_seed(&lab->rng, (uint64_t)fixture_number(f, "seed"));
    if (model_init(&lab->model, &options, &shape, &table, &lab->rng, &err) !=
            0 ||
        optimizer_check(&optimizer, table.sparse, &err) != 0)
        fail_msg("%s: %s", fixture_where(f), err.message);
    model_add_output(&lab->model, &lab->rng);
    set_extras(lab);
    optimizer_init(&lab->optimizer, &optimizer, lab->model.parameters,
                   lab->model.parameter_count);
    find_lines(lab);
}

static void lab_clear(struct lab *lab)
{
    optimizer_clear(&lab->optimizer);
    model_clear(&lab->model);
    batch_clear(&lab->batch);
    free(lab->starts);
}

static void fill_ctx(struct lab *lab, size_t first, size_t B)
{
    const int64_t *ctx = fixture_find(lab->fixture, "ctx")->i;
    size_t longest = 0;
    for (size_t b = first; b < first + B; b++) {
        size_t length = (size_t)(lab->starts[b + 1] - lab->starts[b]);
        longest = length > longest ? length : longest;
    }
    int64_t *to = batch_ids(&lab->batch, BATCH_CTX, 2, B, longest);
    for (size_t b = first; b < first + B; b++) {
        size_t length = (size_t)(lab->starts[b + 1] - lab->starts[b]);
        for (size_t c = 0; c < longest; c++)
            *to++ = c < length ? ctx[(size_t)lab->starts[b] + c] : 0;
    }
}

static void fill(struct lab *lab, size_t step)
{
    const size_t batches = (lab->N + lab->B - 1) / lab->B;
    const size_t first = step % batches * lab->B;
    const size_t B = first + lab->B < lab->N ? lab->B : lab->N - first;
    const struct fixture_array *tgt = fixture_find(lab->fixture, "tgt");
    fill_ctx(lab, first, B);
    if (tgt->i)
        memcpy(batch_ids(&lab->batch, BATCH_TGT, 1, B, 0), tgt->i + first,
               B * sizeof *tgt->i);
    else
        memcpy(batch_floats(&lab->batch, BATCH_TGT, 1, B, 0, 0), tgt->f + first,
               B * sizeof *tgt->f);
    if (lab->model.options.loss == LOSS_NEGATIVE)
        model_draw_noise(&lab->model, &lab->batch, &lab->rng);
}

static float run_step(struct lab *lab, size_t step)
{
    struct error err = {0};
    struct model *model = &lab->model;
    const bool keep = lab->way != UNSEEN;
    int status = 0;
    model_begin(model, &lab->batch, keep);
    fill(lab, step);
    if (lab->way == BY_PHASE) {
        status = model_lookup(model, &lab->batch, &err);
        model_pool(model, &lab->batch);
        model_logits(model, &lab->batch);
        model_loss(model, &lab->batch);
        model_backward(model, &lab->batch);
        model_update(model, &lab->batch, &lab->optimizer, true);
    } else {
        status = model_step(model, &lab->batch, &lab->optimizer, keep, &err);
    }
    if (status != 0)
        fail_msg("%s: step %zu: %s", fixture_where(lab->fixture), step + 1,
                 err.message);
    return lab->batch.tensor[BATCH_LOSS].f[0];
}

/* --- What the fixture says of it ------------------------------------------ */

static int64_t mark_of(const struct parameter *p, size_t row)
{
    return row_set_has(&p->marks.looked_up, (int64_t)row) +
           2 * row_set_has(&p->marks.grad_nonzero, (int64_t)row) +
           4 * row_set_has(&p->marks.changed, (int64_t)row);
}

static void check_marks(const struct lab *lab, const char *when)
{
    for (size_t i = 0; i < lab->model.parameter_count; i++) {
        const struct parameter *p = lab->model.parameters[i];
        char name[40];
        snprintf(name, sizeof name, "%s.marks.%s", when, p->name);
        const int64_t *expected = fixture_ints(lab->fixture, name, p->rows);
        for (size_t row = 0; row < p->rows; row++)
            if (mark_of(p, row) != expected[row])
                fail_msg("%s: %s: row %zu has %lld, PyTorch %lld",
                         fixture_where(lab->fixture), name, row,
                         (long long)mark_of(p, row), (long long)expected[row]);
    }
}

static void check_gradients(const struct lab *lab)
{
    for (size_t i = 0; i < lab->model.parameter_count; i++) {
        const struct parameter *p = lab->model.parameters[i];
        char name[40];
        snprintf(name, sizeof name, "last.%s.grad", p->name);
        const struct fixture_array *expected = fixture_find(lab->fixture, name);
        assert_int_equal(p->gradient == GRADIENT_NONE, expected == NULL);
        if (!expected)
            continue;
        float *grad = memory_new(p->rows * p->cols, sizeof *grad);
        parameter_grad_dense(p, grad);
        assert_agrees(grad, expected->f, p->rows * p->cols, 1, name,
                      lab->fixture);
        free(grad);
    }
}

static void check_batch(const struct lab *lab)
{
    static const struct {
        const char *name;
        enum batch_tensor tensor;
    } names[] = {
        {"last.h", BATCH_H},
        {"last.logits", BATCH_LOGITS},
        {"last.logits.grad", BATCH_LOGITS_GRAD},
        {"last.h.grad", BATCH_H_GRAD},
        {"last.E.grad", BATCH_E_GRAD},
        {"last.E2.grad", BATCH_E2_GRAD},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct fixture_array *expected =
            fixture_find(lab->fixture, names[i].name);
        const struct tensor *t = &lab->batch.tensor[names[i].tensor];
        if (!expected)
            continue;
        assert_true(lab->batch.known[names[i].tensor]);
        assert_int_equal(tensor_count(t), expected->count);
        assert_agrees(t->f, expected->f, expected->count, 1, names[i].name,
                      lab->fixture);
    }
}

static void check_noise(const struct lab *lab)
{
    const struct fixture_array *noise =
        fixture_find(lab->fixture, "last.noise");
    if (noise)
        assert_memory_equal(lab->batch.tensor[BATCH_NOISE].i, noise->i,
                            noise->count * sizeof *noise->i);
}

static void check_parameters(const struct lab *lab)
{
    for (size_t i = 0; i < lab->model.parameter_count; i++) {
        const struct parameter *p = lab->model.parameters[i];
        const size_t n = p->rows * p->cols;
        assert_agrees(p->value, fixture_floats(lab->fixture, p->name, n), n, 1,
                      p->name, lab->fixture);
    }
}

static void train(struct lab *lab, float *losses, size_t steps)
{
    for (size_t step = 0; step < steps; step++) {
        losses[step] = run_step(lab, step);
        if (step == 0 && lab->way != UNSEEN)
            check_marks(lab, "first");
    }
    assert_agrees(losses, fixture_floats(lab->fixture, "losses", steps), steps,
                  1, "losses", lab->fixture);
    check_parameters(lab);
    check_noise(lab);
    if (lab->way != UNSEEN) {
        check_marks(lab, "last");
        check_gradients(lab);
        check_batch(lab);
    }
}

static void assert_same_bits(const struct lab *a, const struct lab *b)
{
    for (size_t i = 0; i < a->model.parameter_count; i++) {
        const struct parameter *p = a->model.parameters[i];
        if (memcmp(p->value, b->model.parameters[i]->value,
                   p->rows * p->cols * sizeof *p->value) != 0)
            fail_msg("%s: %s differs between two ways to take a step",
                     fixture_where(a->fixture), p->name);
    }
    for (size_t i = 0; i < a->optimizer.count; i++)
        assert_int_equal(a->optimizer.states[i].steps,
                         b->optimizer.states[i].steps);
}

static void trains_as_pytorch_does_seen_and_unseen(void **state)
{
    struct fixture *f = *state;
    struct lab labs[WAYS];
    float losses[WAYS][32] = {{0}};
    assert_true(fixture_next(f));
    const size_t steps = size_or(f, "steps", 0);
    for (enum way way = 0; way < WAYS; way++) {
        lab_init(&labs[way], f, way);
        train(&labs[way], losses[way], steps);
        assert_memory_equal(losses[way], losses[0], sizeof losses[0]);
        assert_same_bits(&labs[0], &labs[way]);
    }
    for (enum way way = 0; way < WAYS; way++)
        lab_clear(&labs[way]);
}

int main(void)
{
    return fixture_run("models.txt", trains_as_pytorch_does_seen_and_unseen);
}
