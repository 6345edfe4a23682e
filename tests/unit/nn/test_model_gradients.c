/*
 * Every gradient beside the slope of the loss: each number of E, h, logits and
 * of every parameter is moved a little both ways, the phases after it run
 * again, and the five-point formula must give what backward gave. For each
 * model, pool and loss.
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

/* With this seed no two candidates of a maximum are within two steps. */
enum { V = 7, D = 4, C = 3, B = 5, BUCKETS = 3, ITEMS = 6, SEED = 14 };

/* The formula errs by h^4, the losses by 1e-7: so near must they be. */
static const float step_size = 0.02f;
static const double allowed = 1e-4;

struct lab {
    struct model model;
    struct batch batch;
    struct rng rng;
};

static const int64_t offsets[V + 1] = {0, 2, 3, 6, 8, 9, 12, 14};
static const int64_t rows[14] = {0, 7, 1, 2, 8, 9, 3, 7, 4, 5, 7, 8, 6, 9};

/* No word twice in a line: where two are the maximum it has no slope. */
static const int64_t contexts[B * C] = {1, 2, 3, 4, 0, 5, 6, 2,
                                        1, 3, 0, 6, 5, 1, 0};
static const int64_t words[B] = {2, 0, 6, 2, 5};
static const float labels[B] = {0, 1, 1, 0, 1};
static const int64_t rated[B * 2] = {0, 1, 3, 5, 0, 4, 6, 1, 2, 2};
static const float ratings[B] = {1, 5, 3, 4, 2};

static void fill(struct lab *lab)
{
    struct batch *batch = &lab->batch;
    const enum model_kind kind = lab->model.options.kind;
    if (kind == MODEL_RECOMMEND)
        memcpy(batch_ids(batch, BATCH_CTX, 2, B, 2), rated, sizeof rated);
    else
        memcpy(batch_ids(batch, BATCH_CTX, 2, B, C), contexts, sizeof contexts);
    if (kind == MODEL_NEXT_WORD)
        memcpy(batch_ids(batch, BATCH_TGT, 1, B, 0), words, sizeof words);
    else
        memcpy(batch_floats(batch, BATCH_TGT, 1, B, 0, 0),
               kind == MODEL_SENTIMENT ? labels : ratings, sizeof labels);
    if (lab->model.options.loss == LOSS_NEGATIVE)
        model_draw_noise(&lab->model, batch, &lab->rng);
}

static void lab_init(struct lab *lab, struct model_options options,
                     bool subwords)
{
    static const int64_t counts[V] = {5, 1, 2, 2, 1, 3, 1};
    const struct model_shape shape = {.V = V,
                                      .D = D,
                                      .C = C,
                                      .items = ITEMS,
                                      .buckets = subwords ? BUCKETS : 0};
    const struct embedding_options table = {.has_padding = options.pool ==
                                                           POOL_MASKED_MEAN};
    *lab = (struct lab){0};
    options.k = 2;
    rng_seed(&lab->rng, SEED);
    assert_int_equal(
        model_init(&lab->model, &options, &shape, &table, &lab->rng, NULL), 0);
    model_add_output(&lab->model, &lab->rng);
    lab->model.rating_mean = 3;
    lab->model.has_subwords = subwords;
    lab->model.subwords = (struct model_subwords){offsets, rows};
    if (options.loss == LOSS_NEGATIVE)
        model_set_noise(&lab->model, counts);
    model_begin(&lab->model, &lab->batch, true);
    fill(lab);
}

static void lab_clear(struct lab *lab)
{
    model_clear(&lab->model);
    batch_clear(&lab->batch);
}

/* The mean loss once the phases after `phase` have run again, in double. */
static double loss_after(struct lab *lab, enum batch_phase phase)
{
    double sum = 0;
    if (phase < PHASE_LOOKUP)
        assert_int_equal(model_lookup(&lab->model, &lab->batch, NULL), 0);
    if (phase < PHASE_MEAN)
        model_pool(&lab->model, &lab->batch);
    if (phase < PHASE_LOGITS)
        model_logits(&lab->model, &lab->batch);
    model_loss(&lab->model, &lab->batch);
    for (size_t b = 0; b < B; b++)
        sum += (double)lab->batch.tensor[BATCH_ROW_LOSS].f[b];
    return sum / B;
}

static double slope(struct lab *lab, enum batch_phase phase, float *x)
{
    const float here = *x;
    double loss[5] = {0};
    for (int i = -2; i <= 2; i++) {
        *x = here + (float)i * step_size;
        if (i != 0)
            loss[i + 2] = loss_after(lab, phase);
    }
    *x = here;
    return (loss[0] - 8 * loss[1] + 8 * loss[3] - loss[4]) /
           (12 * (double)step_size);
}

static void check_slopes(struct lab *lab, enum batch_phase phase, float *x,
                         const float *grad, size_t n, const char *name)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double expected = slope(lab, phase, &x[i]);
        if (!(fabs(expected - (double)grad[i]) <= allowed))
            fail_msg("%s[%zu]: gradient %g, slope of the loss %g", name, i,
                     (double)grad[i], expected);
        most = fmax(most, fabs(expected));
    }
    assert_true(most > 10 * allowed); /* there was something to find */
}

static void check_tensor(struct lab *lab, enum batch_tensor which,
                         enum batch_tensor grad, enum batch_phase phase,
                         const char *name)
{
    struct tensor *x = &lab->batch.tensor[which];
    if (!lab->batch.known[which])
        return;
    assert_true(lab->batch.known[grad]);
    struct tensor copy = tensor_copy(&lab->batch.tensor[grad]);
    check_slopes(lab, phase, x->f, copy.f, tensor_count(x), name);
    loss_after(lab, PHASE_NONE);
    tensor_clear(&copy);
}

static void check_parameter(struct lab *lab, struct parameter *p)
{
    const size_t n = p->rows * p->cols;
    float *grad = memory_new(n, sizeof *grad);
    parameter_grad_dense(p, grad);
    check_slopes(lab, PHASE_NONE, p->value, grad, n, p->name);
    free(grad);
}

/* The padding row has no gradient by rule, though the loss may depend on it;
 * under masked_mean it does not, and both are zero. */
static void check_model(struct model_options options, bool subwords)
{
    struct lab lab;
    lab_init(&lab, options, subwords);
    loss_after(&lab, PHASE_NONE);
    model_backward(&lab.model, &lab.batch);
    check_tensor(&lab, BATCH_E, BATCH_E_GRAD, PHASE_LOOKUP, "E");
    check_tensor(&lab, BATCH_E2, BATCH_E2_GRAD, PHASE_LOOKUP, "Ei");
    check_tensor(&lab, BATCH_H, BATCH_H_GRAD, PHASE_MEAN, "h");
    check_tensor(&lab, BATCH_LOGITS, BATCH_LOGITS_GRAD, PHASE_LOGITS, "logits");
    for (size_t i = 0; i < lab.model.parameter_count; i++)
        check_parameter(&lab, lab.model.parameters[i]);
    lab_clear(&lab);
}

static void next_word_with_every_pool(void **state)
{
    (void)state;
    for (enum model_pool pool = POOL_MEAN; pool <= POOL_CONCAT; pool++)
        check_model((struct model_options){.pool = pool}, false);
}

static void negative_sampling_with_every_pool(void **state)
{
    (void)state;
    for (enum model_pool pool = POOL_MEAN; pool <= POOL_CONCAT; pool++)
        check_model((struct model_options){.pool = pool, .loss = LOSS_NEGATIVE},
                    false);
}

static void subwords(void **state)
{
    (void)state;
    check_model((struct model_options){0}, true);
    check_model((struct model_options){.loss = LOSS_NEGATIVE}, true);
    check_model((struct model_options){.kind = MODEL_SENTIMENT}, true);
}

static void sentiment(void **state)
{
    (void)state;
    check_model((struct model_options){.kind = MODEL_SENTIMENT}, false);
    check_model((struct model_options){.kind = MODEL_SENTIMENT,
                                       .pool = POOL_MASKED_MEAN},
                false);
}

static void recommend(void **state)
{
    (void)state;
    check_model((struct model_options){.kind = MODEL_RECOMMEND}, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_word_with_every_pool),
        cmocka_unit_test(negative_sampling_with_every_pool),
        cmocka_unit_test(subwords),
        cmocka_unit_test(sentiment),
        cmocka_unit_test(recommend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
