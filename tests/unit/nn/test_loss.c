/*
 * Losses where the answer is known: by arithmetic, or because it must not
 * depend on something. Beside PyTorch they are tested as parts of whole models
 * (test_model_parity.c), their gradients by slopes (test_model_gradients.c).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/loss.h"

static void assert_near(float actual, double expected, double allowed)
{
    if (!(fabs((double)actual - expected) <= allowed))
        fail_msg("%.9g instead of %.9g", (double)actual, expected);
}

static const float logits[2 * 5] = {1, 2, -1, 0.5f, 0, -3, 4, 4, 1, 2};
static const int64_t target[2] = {1, 4};

static void probabilities_sum_to_one_and_keep_their_ratios(void **state)
{
    float probs[10];
    (void)state;
    loss_softmax(logits, probs, 2, 5);
    for (size_t b = 0; b < 2; b++) {
        float sum = 0;
        for (size_t v = 0; v < 5; v++)
            sum += probs[b * 5 + v];
        assert_near(sum, 1, 1e-6);
    }
    assert_near(probs[1] / probs[0], exp(1), 1e-5);
    assert_true(probs[6] == probs[7]);
}

static void equal_logits_cost_log_V(void **state)
{
    float equal[7] = {3, 3, 3, 3, 3, 3, 3}, probs[7], row;
    (void)state;
    assert_near(loss_cross_entropy(equal, &(int64_t){2}, probs, &row, 1, 7),
                log(7), 1e-6);
}

static void cross_entropy_is_the_mean_of_minus_log_probs(void **state)
{
    float probs[10], rows[2];
    (void)state;
    const float loss = loss_cross_entropy(logits, target, probs, rows, 2, 5);
    for (size_t b = 0; b < 2; b++)
        assert_near(rows[b], -log((double)probs[b * 5 + (size_t)target[b]]),
                    1e-6);
    assert_near(loss, ((double)rows[0] + (double)rows[1]) / 2, 1e-7);
}

static void huge_logits_neither_overflow_nor_vanish(void **state)
{
    float huge[3] = {9900, 1e4f, -1e4f}, probs[3], row;
    (void)state;
    const float loss =
        loss_cross_entropy(huge, &(int64_t){0}, probs, &row, 1, 3);
    assert_near(loss, 100, 1e-5);
    assert_true(probs[2] == 0);
}

static void what_is_not_finite_shows_in_the_loss(void **state)
{
    float probs[3], row;
    (void)state;
    float with_nan[3] = {1, NAN, 0};
    assert_true(
        isnan(loss_cross_entropy(with_nan, &(int64_t){0}, probs, &row, 1, 3)));
    float with_inf[3] = {1, INFINITY, 0};
    assert_true(
        isnan(loss_cross_entropy(with_inf, &(int64_t){0}, probs, &row, 1, 3)));
}

static void the_gradient_is_probs_minus_one_hot_over_B(void **state)
{
    float probs[10], grad[10], rows[2];
    (void)state;
    loss_cross_entropy(logits, target, probs, rows, 2, 5);
    loss_cross_entropy_backward(probs, target, grad, 2, 5);
    for (size_t i = 0; i < 10; i++) {
        const float one = (int64_t)(i % 5) == target[i / 5] ? 1 : 0;
        assert_true(grad[i] == (probs[i] - one) / 2);
    }
}

static void in_place_gives_the_same_bits(void **state)
{
    float x[3 * 19], probs[3 * 19], grad[3 * 19], rows[3], rows_again[3];
    const int64_t words[3] = {0, 18, 7};
    (void)state;
    for (size_t i = 0; i < 3 * 19; i++)
        x[i] = (float)(i * 37 % 23) / 7 - 1;
    const float loss = loss_cross_entropy(x, words, probs, rows, 3, 19);
    loss_cross_entropy_backward(probs, words, grad, 3, 19);
    const float again =
        loss_cross_entropy_in_place(x, words, rows_again, 3, 19);
    assert_true(loss == again);
    assert_memory_equal(rows, rows_again, sizeof rows);
    assert_memory_equal(x, grad, sizeof x);
}

static void sigmoids_are_true_far_from_zero(void **state)
{
    const float s[4] = {0, 30, -30, -100};
    float probs[4];
    (void)state;
    loss_sigmoid(s, probs, 4);
    assert_true(probs[0] == 0.5f);
    assert_true(probs[1] == 1);
    assert_near(probs[2] / 9.357623e-14f, 1, 1e-6); /* exp(-30) */
    assert_true(probs[3] > 0);
}

/* -t log σ(s) - (1 - t) log σ(-s) */
static void bce_of_any_target(void **state)
{
    const float s[4] = {0, 2, -40, 3}, t[4] = {1, 0, 1, 0.25f};
    float probs[4], rows[4], grad[4];
    (void)state;
    const float loss = loss_bce(s, t, probs, rows, 4);
    assert_near(rows[0], log(2), 1e-7);
    assert_near(rows[1], 2 + log1p(exp(-2)), 1e-6);
    assert_near(rows[2], 40, 1e-6);
    assert_near(rows[3], 0.75 * 3 + log1p(exp(-3)), 1e-6);
    assert_near(loss,
                ((double)rows[0] + (double)rows[1] + (double)rows[2] +
                 (double)rows[3]) /
                    4,
                1e-6);
    loss_bce_backward(probs, t, grad, 4);
    for (size_t b = 0; b < 4; b++)
        assert_true(grad[b] == (probs[b] - t[b]) / 4);
}

static void mse_is_the_mean_square(void **state)
{
    const float p[2] = {3, 1}, t[2] = {5, 0.5f};
    float rows[2], grad[2];
    (void)state;
    assert_true(loss_mse(p, t, rows, 2) == (4 + 0.25f) / 2);
    loss_mse_backward(p, t, grad, 2);
    assert_true(grad[0] == -2 && grad[1] == 0.5f);
}

static void negative_sampling_adds_a_logistic_loss_a_word(void **state)
{
    const float s[2 * 3] = {1, -2, 0.5f, -3, 0, 4};
    float probs[6], rows[2];
    (void)state;
    const float loss = loss_negative(s, probs, rows, 2, 2);
    for (size_t b = 0; b < 2; b++) {
        double sum = log1p(exp(-(double)s[b * 3]));
        for (size_t j = 1; j < 3; j++)
            sum += log1p(exp((double)s[b * 3 + j]));
        assert_near(rows[b], sum, 1e-6);
    }
    assert_near(loss, ((double)rows[0] + (double)rows[1]) / 2, 1e-6);
    assert_near(probs[0], 1 / (1 + exp(-1)), 1e-7);
}

/* A product of so many factors would be no double: they are taken apart. */
static void a_thousand_noise_words_are_not_too_many(void **state)
{
    enum { K = 3000 };
    static float s[1 + K], probs[1 + K];
    float row;
    (void)state;
    memset(s, 0, sizeof s);
    loss_negative(s, probs, &row, 1, K);
    assert_near(row, (1 + K) * log(2), 2e-4);
}

/* The target's gradient is -σ(-s): 1 - σ(s) would be 0 from s = 17 on. */
static void a_sure_target_still_has_a_gradient(void **state)
{
    const float s[2] = {40, -40};
    float grad[2];
    (void)state;
    loss_negative_backward(s, grad, 1, 1);
    assert_near(grad[0] / -4.248354e-18f, 1, 1e-6); /* exp(-40) */
    assert_near(grad[1] / 4.248354e-18f, 1, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_sum_to_one_and_keep_their_ratios),
        cmocka_unit_test(equal_logits_cost_log_V),
        cmocka_unit_test(cross_entropy_is_the_mean_of_minus_log_probs),
        cmocka_unit_test(huge_logits_neither_overflow_nor_vanish),
        cmocka_unit_test(what_is_not_finite_shows_in_the_loss),
        cmocka_unit_test(the_gradient_is_probs_minus_one_hot_over_B),
        cmocka_unit_test(in_place_gives_the_same_bits),
        cmocka_unit_test(sigmoids_are_true_far_from_zero),
        cmocka_unit_test(bce_of_any_target),
        cmocka_unit_test(mse_is_the_mean_square),
        cmocka_unit_test(negative_sampling_adds_a_logistic_loss_a_word),
        cmocka_unit_test(a_thousand_noise_words_are_not_too_many),
        cmocka_unit_test(a_sure_target_still_has_a_gradient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
