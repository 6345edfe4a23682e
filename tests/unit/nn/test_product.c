/*
 * The three products beside sums in double, below and above the size where
 * CBLAS takes over, on shapes that fill no register.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fused.h"
#include "base/memory.h"
#include "base/rng.h"
#include "nn/product.h"

struct shape {
    size_t n, m, k;
};

/* Plain ones, then one just below and two above the threshold. */
static const struct shape shapes[] = {
    {1, 1, 1},  {8, 17, 6},   {3, 8, 16},   {5, 1, 33},    {1, 300, 7},
    {40, 2, 9}, {64, 16, 64}, {64, 16, 65}, {33, 70, 129},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static struct rng rng;

static float *draw(size_t n)
{
    float *x = memory_new(n, sizeof *x);
    rng_uniform(&rng, x, n, -1, 1);
    return x;
}

/* A sum of n terms below 1 in float32 is true to about n roundings. */
static void assert_close(float actual, double expected, size_t terms)
{
    if (!(fabs((double)actual - expected) <= 6e-8 * (double)(terms + 2)))
        fail_msg("%g instead of %g", (double)actual, expected);
}

static void rows_are_a_times_b_transposed_plus_bias(void **state)
{
    (void)state;
    for (size_t s = 0; s < SHAPES; s++) {
        const size_t n = shapes[s].n, m = shapes[s].m, k = shapes[s].k;
        float *a = draw(n * k), *b = draw(m * k), *bias = draw(m);
        float *out = draw(n * m), *plain = draw(n * m);
        product_rows(a, b, bias, out, n, m, k);
        product_rows(a, b, NULL, plain, n, m, k);
        for (size_t i = 0; i < n * m; i++) {
            double sum = 0;
            for (size_t p = 0; p < k; p++)
                sum += (double)a[i / m * k + p] * (double)b[i % m * k + p];
            assert_close(plain[i], sum, k);
            assert_close(out[i], sum + (double)bias[i % m], k + 1);
        }
        free(a), free(b), free(bias), free(out), free(plain);
    }
}

static void plain_is_a_times_b(void **state)
{
    (void)state;
    for (size_t s = 0; s < SHAPES; s++) {
        const size_t n = shapes[s].n, m = shapes[s].m, k = shapes[s].k;
        float *a = draw(n * m), *b = draw(m * k), *out = draw(n * k);
        product_plain(a, b, out, n, m, k);
        for (size_t i = 0; i < n * k; i++) {
            double sum = 0;
            for (size_t p = 0; p < m; p++)
                sum += (double)a[i / k * m + p] * (double)b[p * k + i % k];
            assert_close(out[i], sum, m);
        }
        free(a), free(b), free(out);
    }
}

static void outer_adds_a_multiple_of_a_transposed_times_b(void **state)
{
    const float scale = -0.25f;
    (void)state;
    for (size_t s = 0; s < SHAPES; s++) {
        const size_t n = shapes[s].n, m = shapes[s].m, k = shapes[s].k;
        float *a = draw(n * m), *b = draw(n * k), *out = draw(m * k);
        float *before = memory_copy(out, m * k, sizeof *out);
        product_outer(a, b, scale, out, n, m, k);
        for (size_t i = 0; i < m * k; i++) {
            double sum = 0;
            for (size_t p = 0; p < n; p++)
                sum += (double)a[p * m + i / k] * (double)b[p * k + i % k];
            assert_close(out[i], (double)before[i] + (double)scale * sum, n);
        }
        free(a), free(b), free(out), free(before);
    }
}

/* What lets a step go straight into U without a gradient in between. */
static void a_plain_outer_rounds_as_gradient_then_update(void **state)
{
    enum { N = 8, M = 17, K = 6 };
    const float lr = 0.3f;
    float grad[M * K] = {0};
    (void)state;
    float *a = draw(N * M), *b = draw(N * K), *U = draw(M * K);
    float *direct = memory_copy(U, M * K, sizeof *U);
    product_outer(a, b, 1, grad, N, M, K);
    product_outer(a, b, -lr, direct, N, M, K);
    for (size_t i = 0; i < M * K; i++)
        U[i] = fused(-lr, grad[i], U[i]);
    assert_memory_equal(U, direct, M * K * sizeof *U);
    free(a), free(b), free(U), free(direct);
}

/* Each element is one sum in order of its terms: plain C, to the bit. */
static void a_plain_product_sums_in_order(void **state)
{
    enum { N = 5, M = 11, K = 13 };
    (void)state;
    float *a = draw(N * M), *b = draw(M * K), *out = draw(N * K);
    product_plain(a, b, out, N, M, K);
    for (size_t i = 0; i < N * K; i++) {
        float sum = 0;
        for (size_t p = 0; p < M; p++)
            sum += a[i / K * M + p] * b[p * K + i % K];
        assert_memory_equal(&out[i], &sum, sizeof sum);
    }
    free(a), free(b), free(out);
}

static void the_threshold_counts_multiply_adds(void **state)
{
    (void)state;
    assert_true(product_is_plain(64, 16, 64));
    assert_false(product_is_plain(64, 16, 65));
    assert_true(product_is_plain(0, SIZE_MAX, SIZE_MAX));
    assert_false(product_is_plain(SIZE_MAX, 2, SIZE_MAX / 2));
}

static void more_threads_give_the_same_product(void **state)
{
    enum { N = 64, M = 256, K = 64 };
    (void)state;
    float *a = draw(N * M), *b = draw(M * K);
    float *one = draw(N * K), *two = draw(N * K);
    product_plain(a, b, one, N, M, K);
    product_set_threads(2);
    product_plain(a, b, two, N, M, K);
    product_set_threads(1);
    for (size_t i = 0; i < N * K; i++)
        assert_close(two[i], (double)one[i], M);
    free(a), free(b), free(one), free(two);
}

static int seed(void **state)
{
    (void)state;
    rng_seed(&rng, 3);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_a_times_b_transposed_plus_bias),
        cmocka_unit_test(plain_is_a_times_b),
        cmocka_unit_test(outer_adds_a_multiple_of_a_transposed_times_b),
        cmocka_unit_test(a_plain_outer_rounds_as_gradient_then_update),
        cmocka_unit_test(a_plain_product_sums_in_order),
        cmocka_unit_test(the_threshold_counts_multiply_adds),
        cmocka_unit_test(more_threads_give_the_same_product),
    };
    return cmocka_run_group_tests(tests, seed, NULL);
}
