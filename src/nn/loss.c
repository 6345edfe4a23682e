/*
 * Sums over a mini-batch run in double and in order of b, so that the mean is
 * the true one rounded once. Every exponential is exp_shifted's and every
 * logarithm a double's rounded to float: no result depends on which of its
 * float routines the C library picks for this machine.
 */
#include "nn/loss.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fused.h"
#include "nn/exp.h"
#include "nn/vector.h"

static float mean(const float *row_loss, size_t B)
{
    double sum = 0;
    for (size_t b = 0; b < B; b++)
        sum += (double)row_loss[b];
    return (float)(sum / (double)B);
}

/* --- Division, eight at a time where the processor can (fused.h) ---------- */

ALWAYS_INLINE void divide_all(float *x, float by, size_t n)
{
    enum { LANES = VECTOR_LANES };
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            x[i + l] /= by;
    for (; i < n; i++)
        x[i] /= by;
}

static void divide_plain(float *x, float by, size_t n)
{
    divide_all(x, by, n);
}

WITH_FMA static void divide_wide(float *x, float by, size_t n)
{
    divide_all(x, by, n);
}

static void divide(float *x, float by, size_t n)
{
    (has_fma() ? divide_wide : divide_plain)(x, by, n);
}

/* --- Softmax and cross-entropy ------------------------------------------- */

/* One row: probs (V) = exp(logits - largest), not yet divided by their sum. */
struct exponentials {
    float largest, sum;
};

static struct exponentials exponentiate(const float *logits, float *probs,
                                        size_t V)
{
    struct exponentials e = {.largest = exp_largest(logits, V)};
    e.sum = exp_shifted(logits, e.largest, probs, V);
    return e;
}

/* -log of softmax(logits)[target], the exponentials being those of its row. */
static float row_loss_of(float logit, struct exponentials e)
{
    return (float)log((double)e.sum) - (logit - e.largest);
}

void loss_softmax(const float *logits, float *probs, size_t B, size_t V)
{
    for (size_t b = 0; b < B; b++) {
        struct exponentials e = exponentiate(logits + b * V, probs + b * V, V);
        divide(probs + b * V, e.sum, V);
    }
}

float loss_cross_entropy(const float *logits, const int64_t *target,
                         float *probs, float *row_loss, size_t B, size_t V)
{
    for (size_t b = 0; b < B; b++) {
        assert(target[b] >= 0 && (size_t)target[b] < V);
        const float logit = logits[b * V + (size_t)target[b]];
        struct exponentials e = exponentiate(logits + b * V, probs + b * V, V);
        row_loss[b] = row_loss_of(logit, e);
        divide(probs + b * V, e.sum, V);
    }
    return mean(row_loss, B);
}

/* probs (V) of one row become the gradient of its logits. */
static void subtract_target(float *probs, int64_t target, size_t B, size_t V)
{
    const float by = (float)B;
    const float at_target = probs[target] - 1.0f;
    divide(probs, by, V);
    probs[target] = at_target / by;
}

void loss_cross_entropy_backward(const float *probs, const int64_t *target,
                                 float *grad, size_t B, size_t V)
{
    if (grad != probs)
        memcpy(grad, probs, B * V * sizeof *grad);
    for (size_t b = 0; b < B; b++)
        subtract_target(grad + b * V, target[b], B, V);
}

float loss_cross_entropy_in_place(float *logits, const int64_t *target,
                                  float *row_loss, size_t B, size_t V)
{
    for (size_t b = 0; b < B; b++) {
        float *row = logits + b * V;
        loss_cross_entropy(row, target + b, row, row_loss + b, 1, V);
        subtract_target(row, target[b], B, V);
    }
    return mean(row_loss, B);
}

/* --- Sigmoids ------------------------------------------------------------ */

/* e (n) = exp(-|s|): what both σ(s) and σ(-s) are made of, so that
 * neither is ever one minus the other. s (n); e may not be s. */
static void tails(const float *s, float *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        e[i] = -fabsf(s[i]);
    exp_shifted(e, 0.0f, e, n);
}

/* σ(s), e being s's tail or -s's. */
static float sigmoid(float s, float e)
{
    return (s < 0 ? e : 1.0f) / (1.0f + e);
}

/* -log σ(s) is this plus log(1 + e). */
static float above(float s)
{
    return s < 0 ? -s : 0.0f;
}

void loss_sigmoid(const float *logits, float *probs, size_t n)
{
    tails(logits, probs, n);
    for (size_t i = 0; i < n; i++)
        probs[i] = sigmoid(logits[i], probs[i]);
}

float loss_bce(const float *logits, const float *target, float *probs,
               float *row_loss, size_t B)
{
    tails(logits, probs, B);
    for (size_t b = 0; b < B; b++) {
        const float s = logits[b], t = target[b];
        const float log1 = (float)log1p((double)probs[b]);
        row_loss[b] = t * above(s) + (1.0f - t) * above(-s) + log1;
        probs[b] = sigmoid(s, probs[b]);
    }
    return mean(row_loss, B);
}

void loss_bce_backward(const float *probs, const float *target, float *grad,
                       size_t B)
{
    for (size_t b = 0; b < B; b++)
        grad[b] = (probs[b] - target[b]) / (float)B;
}

/* --- Squares ------------------------------------------------------------- */

float loss_mse(const float *prediction, const float *target, float *row_loss,
               size_t B)
{
    for (size_t b = 0; b < B; b++) {
        const float error = prediction[b] - target[b];
        row_loss[b] = error * error;
    }
    return mean(row_loss, B);
}

void loss_mse_backward(const float *prediction, const float *target,
                       float *grad, size_t B)
{
    for (size_t b = 0; b < B; b++)
        grad[b] = 2.0f * (prediction[b] - target[b]) / (float)B;
}

/* --- Negative sampling --------------------------------------------------- */

/* The sum of log(1 + e) is the log of a product, as long as that is a double:
 * one logarithm for up to 1000 factors, each at most 2. */
static double sum_of_logs(const float *e, size_t n)
{
    double sum = 0, product = 1;
    for (size_t i = 0; i < n; i++) {
        product *= 1.0 + (double)e[i];
        if (i % 1000 == 999) {
            sum += log(product);
            product = 1;
        }
    }
    return sum + log(product);
}

float loss_negative(const float *scores, float *probs, float *row_loss,
                    size_t B, size_t k)
{
    const size_t n = 1 + k;
    tails(scores, probs, B * n);
    for (size_t b = 0; b < B; b++) {
        const float *s = scores + b * n;
        float *e = probs + b * n;
        double sum = sum_of_logs(e, n) + (double)above(s[0]);
        for (size_t j = 1; j < n; j++)
            sum += (double)above(-s[j]);
        row_loss[b] = (float)sum;
        for (size_t j = 0; j < n; j++)
            e[j] = sigmoid(s[j], e[j]);
    }
    return mean(row_loss, B);
}

void loss_negative_backward(const float *scores, float *grad, size_t B,
                            size_t k)
{
    const size_t n = 1 + k;
    tails(scores, grad, B * n);
    for (size_t b = 0; b < B; b++) {
        const float *s = scores + b * n;
        float *g = grad + b * n;
        g[0] = -sigmoid(-s[0], g[0]) / (float)B;
        for (size_t j = 1; j < n; j++)
            g[j] = sigmoid(s[j], g[j]) / (float)B;
    }
}
