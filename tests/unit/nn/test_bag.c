/*
 * EmbeddingBag against PyTorch's (tests/oracle/bags.py), its gradient also
 * against finite differences, and what it refuses.
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
#include "nn/bag.h"
#include "table_case.h"

static enum bag_mode mode_of(const char *name)
{
    if (strcmp(name, "mean") == 0)
        return BAG_MEAN;
    return strcmp(name, "sum") == 0 ? BAG_SUM : BAG_MAX;
}

static struct bag bag_of(const struct fixture *f)
{
    const struct fixture_array *ids = fixture_find(f, "ids");
    const struct fixture_array *offsets = fixture_find(f, "offsets");
    const struct fixture_array *weights = fixture_find(f, "weights");
    return (struct bag){
        .mode = mode_of(fixture_text(f, "mode")),
        .ids = ids->i,
        .n = ids->count,
        .offsets = offsets->i,
        .bags = offsets->count,
        .weights = weights != NULL ? weights->f : NULL,
    };
}

/* ((5 b + 3 d) mod 13 - 6) / 4, times factor */
static float *make_gradient(size_t bags, size_t D, float factor)
{
    float *grad = memory_new(bags * D, sizeof *grad);
    for (size_t b = 0; b < bags; b++)
        for (size_t d = 0; d < D; d++)
            grad[b * D + d] = ((float)((5 * b + 3 * d) % 13) - 6.0f) / 4.0f *
                              factor;
    return grad;
}

static void backward(struct embedding *emb, const struct bag *bag,
                     const int64_t *argmax, float factor)
{
    float *grad = make_gradient(bag->bags, emb->weight.cols, factor);
    embedding_bag_backward(emb, bag, grad, argmax);
    free(grad);
}

static void assert_gradient(const struct parameter *w, const struct fixture *f)
{
    size_t count = w->rows * w->cols;
    float *dense = memory_new(count, sizeof *dense);
    parameter_grad_dense(w, dense);
    assert_agrees(dense, fixture_floats(f, "grad", count), count, 1, "grad", f);
    free(dense);
    if (fixture_find(f, "entry_ids") == NULL)
        return;
    const int64_t *ids = fixture_ints(f, "entry_ids", w->entries);
    assert_memory_equal(w->entry_ids, ids, w->entries * sizeof *ids);
    count = w->entries * w->cols;
    assert_agrees(w->entry_values, fixture_floats(f, "entry_values", count),
                  count, 1, "entry_values", f);
}

static void table_init(struct embedding *emb, const struct fixture *f)
{
    struct rng rng;
    struct embedding_options options = table_case(f);
    rng_seed(&rng, (uint64_t)fixture_number(f, "seed"));
    assert_int_equal(embedding_init(emb, "W", (size_t)fixture_number(f, "V"),
                                    (size_t)fixture_number(f, "D"), &options,
                                    &rng, NULL),
                     0);
}

static void bags_agree_with_pytorch(void **state)
{
    struct fixture *f = *state;
    struct embedding emb;
    assert_true(fixture_next(f));
    table_init(&emb, f);
    struct bag bag = bag_of(f);
    size_t count = bag.bags * emb.weight.cols;
    float *out = memory_new(count, sizeof *out);
    int64_t *argmax = memory_new(count, sizeof *argmax);
    assert_int_equal(embedding_bag_forward(&emb, &bag, out, argmax, NULL), 0);
    assert_agrees(out, fixture_floats(f, "out", count), count, 1, "out", f);
    if (bag.mode == BAG_MAX)
        assert_memory_equal(argmax, fixture_ints(f, "argmax", count),
                            count * sizeof *argmax);
    backward(&emb, &bag, argmax, 1.0f);
    if (fixture_number(f, "twice") != 0)
        backward(&emb, &bag, argmax, 0.3f);
    assert_gradient(&emb.weight, f);
    count = emb.weight.rows * emb.weight.cols;
    assert_agrees(emb.weight.value, fixture_floats(f, "W", count), count, 1,
                  "W", f);
    free(out);
    free(argmax);
    embedding_clear(&emb);
}

/* --- Finite differences --------------------------------------------------- */

enum { V = 6, D = 3, N = 9, BAGS = 4 };

static const int64_t ids[N] = {1, 4, 4, 0, 2, 2, 5, 1, 1};
static const int64_t offsets[BAGS] = {0, 3, 3, 5};
static const float weights[N] = {0.5f, -1, 2, 0.25f, 1, 3, 0.5f, 1, -0.5f};

static struct bag small_bag(enum bag_mode mode)
{
    return (struct bag){mode,    ids,  N,
                        offsets, BAGS, mode == BAG_SUM ? weights : NULL};
}

static void small_table(struct embedding *emb, struct embedding_options options)
{
    struct rng rng;
    rng_seed(&rng, 3);
    assert_int_equal(embedding_init(emb, "W", V, D, &options, &rng, NULL), 0);
}

/* Half the sum of the squares of what the bags give. */
static double loss(struct embedding *emb, const struct bag *bag)
{
    float out[BAGS * D];
    int64_t argmax[BAGS * D];
    double sum = 0.0;
    assert_int_equal(embedding_bag_forward(emb, bag, out, argmax, NULL), 0);
    for (size_t i = 0; i < BAGS * D; i++)
        sum += 0.5 * (double)out[i] * (double)out[i];
    return sum;
}

/* The slope of the loss at an element, over a step that floats hold exactly. */
static double slope(struct embedding *emb, const struct bag *bag, size_t at)
{
    const float step = 0x1p-7f;
    float kept = emb->weight.value[at];
    emb->weight.value[at] = kept + step;
    double above = loss(emb, bag);
    emb->weight.value[at] = kept - step;
    double below = loss(emb, bag);
    emb->weight.value[at] = kept;
    return (above - below) / (2.0 * (double)step);
}

static void assert_gradient_is_the_slope(enum bag_mode mode)
{
    struct embedding emb;
    float out[BAGS * D], dense[V * D];
    int64_t argmax[BAGS * D];
    struct bag bag = small_bag(mode);
    small_table(&emb, (struct embedding_options){0});
    assert_int_equal(embedding_bag_forward(&emb, &bag, out, argmax, NULL), 0);
    embedding_bag_backward(&emb, &bag, out, argmax);
    parameter_grad_dense(&emb.weight, dense);
    for (size_t at = 0; at < V * D; at++)
        assert_true(fabs((double)dense[at] - slope(&emb, &bag, at)) < 1e-3);
    embedding_clear(&emb);
}

static void gradient_of_a_mean_is_the_slope(void **state)
{
    (void)state;
    assert_gradient_is_the_slope(BAG_MEAN);
}

static void gradient_of_a_weighted_sum_is_the_slope(void **state)
{
    (void)state;
    assert_gradient_is_the_slope(BAG_SUM);
}

static void gradient_of_a_max_is_the_slope(void **state)
{
    (void)state;
    assert_gradient_is_the_slope(BAG_MAX);
}

/* --- Refusals ------------------------------------------------------------- */

static void assert_refused(struct embedding_options options, struct bag bag,
                           const char *words)
{
    struct embedding emb;
    struct error err;
    small_table(&emb, options);
    assert_int_equal(embedding_bag_forward(&emb, &bag, NULL, NULL, &err), -1);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' does not say '%s'", err.message, words);
    embedding_clear(&emb);
}

static void max_refuses_sparse_and_frequencies(void **state)
{
    (void)state;
    assert_refused((struct embedding_options){.sparse = true},
                   small_bag(BAG_MAX), "sparse");
    assert_refused((struct embedding_options){.scale_grad_by_freq = true},
                   small_bag(BAG_MAX), "scale_grad_by_freq");
}

static void weights_only_go_with_sum(void **state)
{
    (void)state;
    struct bag bag = small_bag(BAG_MEAN);
    bag.weights = weights;
    assert_refused((struct embedding_options){0}, bag, "mode=sum");
    bag.mode = BAG_MAX;
    assert_refused((struct embedding_options){0}, bag, "mode=sum");
}

static void offsets_must_make_bags(void **state)
{
    (void)state;
    const int64_t late[] = {1, 3};
    const int64_t falling[] = {0, 4, 2};
    const int64_t beyond[] = {0, N + 1};
    struct bag bag = small_bag(BAG_SUM);
    bag.offsets = late;
    bag.bags = 2;
    assert_refused((struct embedding_options){0}, bag, "offsets[0] is 1");
    bag.offsets = falling;
    bag.bags = 3;
    assert_refused((struct embedding_options){0}, bag, "offsets[2] is 2");
    bag.offsets = beyond;
    bag.bags = 2;
    assert_refused((struct embedding_options){0}, bag, "offsets[1] is 10");
}

static void an_id_outside_the_table_is_refused(void **state)
{
    (void)state;
    const int64_t outside[] = {1, V};
    struct bag bag = {BAG_SUM, outside, 2, offsets, 1, NULL};
    assert_refused((struct embedding_options){0}, bag, "id 6 at position 1");
}

/* torch.embedding_bag of rows that are equal: max_indices is the first. */
static void the_first_of_equal_rows_is_the_largest(void **state)
{
    (void)state;
    const int64_t equal[] = {3, 1, 2};
    struct bag bag = {BAG_MAX, equal, 3, offsets, 1, NULL};
    struct embedding emb;
    float out[D];
    int64_t argmax[D];
    small_table(&emb, (struct embedding_options){0});
    memset(emb.weight.value, 0, V * D * sizeof *emb.weight.value);
    assert_int_equal(embedding_bag_forward(&emb, &bag, out, argmax, NULL), 0);
    for (size_t d = 0; d < D; d++)
        assert_int_equal(argmax[d], 3);
    embedding_clear(&emb);
}

static void a_frozen_table_gets_no_gradient(void **state)
{
    (void)state;
    struct embedding emb;
    struct bag bag = small_bag(BAG_MEAN);
    small_table(&emb, (struct embedding_options){0});
    emb.weight.frozen = true;
    backward(&emb, &bag, NULL, 1.0f);
    assert_int_equal(emb.weight.gradient, GRADIENT_NONE);
    embedding_clear(&emb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_of_a_mean_is_the_slope),
        cmocka_unit_test(gradient_of_a_weighted_sum_is_the_slope),
        cmocka_unit_test(gradient_of_a_max_is_the_slope),
        cmocka_unit_test(max_refuses_sparse_and_frequencies),
        cmocka_unit_test(weights_only_go_with_sum),
        cmocka_unit_test(offsets_must_make_bags),
        cmocka_unit_test(an_id_outside_the_table_is_refused),
        cmocka_unit_test(the_first_of_equal_rows_is_the_largest),
        cmocka_unit_test(a_frozen_table_gets_no_gradient),
    };
    int failed = fixture_run("bags.txt", bags_agree_with_pytorch);
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
