/*
 * Sparse gradients that several backward passes add to, against PyTorch's
 * (tests/oracle/entries.py): which entries there are, and what they hold.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fixture.h"
#include "nn/embedding.h"
#include "table_case.h"

/* ((7 i + 3 d + 5 t) mod 11 - 5) / 4 */
static float *make_gradient(size_t n, size_t D, size_t t)
{
    float *grad = memory_new(n * D, sizeof *grad);
    for (size_t i = 0; i < n; i++)
        for (size_t d = 0; d < D; d++)
            grad[i * D + d] = ((float)((7 * i + 3 * d + 5 * t) % 11) - 5.0f) /
                              4.0f;
    return grad;
}

static void backward(struct embedding *emb, const struct fixture *f, size_t t)
{
    char name[40];
    size_t n = (size_t)fixture_number(f, "n");
    snprintf(name, sizeof name, "ids_%zu", t);
    const int64_t *ids = fixture_ints(f, name, n);
    if (fixture_number(f, "stretched") != 0) {
        embedding_backward_sum(emb, ids, n);
        return;
    }
    float *grad = make_gradient(n, emb->weight.cols, t);
    embedding_backward(emb, ids, n, grad);
    free(grad);
}

static void assert_entries(const struct parameter *w, const struct fixture *f,
                           size_t t)
{
    char name[40];
    snprintf(name, sizeof name, "entry_ids_%zu", t);
    const int64_t *ids = fixture_ints(f, name, w->entries);
    assert_memory_equal(w->entry_ids, ids, w->entries * sizeof *ids);
    size_t count = w->entries * w->cols;
    snprintf(name, sizeof name, "entry_values_%zu", t);
    assert_agrees(w->entry_values, fixture_floats(f, name, count), count, 1,
                  name, f);
    count = w->rows * w->cols;
    float *dense = memory_new(count, sizeof *dense);
    parameter_grad_dense(w, dense);
    snprintf(name, sizeof name, "grad_%zu", t);
    assert_agrees(dense, fixture_floats(f, name, count), count, 1, name, f);
    free(dense);
}

static void entries_accumulate_as_pytorchs_do(void **state)
{
    struct fixture *f = *state;
    struct embedding emb;
    struct rng rng;
    assert_true(fixture_next(f));
    struct embedding_options options = table_case(f);
    options.sparse = true;
    rng_seed(&rng, 1);
    assert_int_equal(embedding_init(&emb, "W", (size_t)fixture_number(f, "V"),
                                    (size_t)fixture_number(f, "D"), &options,
                                    &rng, NULL),
                     0);
    size_t passes = (size_t)fixture_number(f, "passes");
    for (size_t t = 0; t < passes; t++) {
        backward(&emb, f, t);
        assert_entries(&emb.weight, f, t);
    }
    embedding_clear(&emb);
}

int main(void)
{
    return fixture_run("entries.txt", entries_accumulate_as_pytorchs_do);
}
