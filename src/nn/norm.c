/*
 * The order of the sums is what their compiler made of PyTorch's loops. For
 * p = 2: eight running sums over the whole eights, added up in order; then
 * fours whose squares are rounded before they are added; then the rest, fused.
 * All others run in one sum. Everything is float32.
 */
#include "nn/norm.h"

#include <assert.h>
#include <math.h>

#include "base/fused.h"

enum { LANES = 8, HALF = 4 };

ALWAYS_INLINE float sum_of_lanes(const float lanes[LANES])
{
    float sum = lanes[0];
    for (size_t i = 1; i < LANES; i++)
        sum += lanes[i];
    return sum;
}

ALWAYS_INLINE float norm_two(const float *x, size_t n)
{
    float lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lanes[k] = fused(x[i + k], x[i + k], lanes[k]);
    float sum = sum_of_lanes(lanes);
    for (; i + HALF <= n; i += HALF)
        for (size_t k = 0; k < HALF; k++)
            sum += x[i + k] * x[i + k];
    for (; i < n; i++)
        sum = fused(x[i], x[i], sum);
    return sqrtf(sum);
}

static float norm_two_plain(const float *x, size_t n)
{
    return norm_two(x, n);
}

WITH_FMA static float norm_two_with_fma(const float *x, size_t n)
{
    return norm_two(x, n);
}

static float norm_one(const float *x, size_t n)
{
    float sum = 0.0f;
    for (size_t i = 0; i < n; i++)
        sum += fabsf(x[i]);
    return sum;
}

/* NaN, once met, stays: it is not below anything, nor anything above it. */
static float norm_largest(const float *x, size_t n)
{
    float largest = 0.0f;
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(x[i]) <= largest) && !isnan(largest))
            largest = fabsf(x[i]);
    return largest;
}

static float norm_power(const float *x, size_t n, float p)
{
    float sum = 0.0f;
    for (size_t i = 0; i < n; i++)
        sum += powf(fabsf(x[i]), p);
    return powf(sum, 1.0f / p);
}

float norm_of(const float *x, size_t n, double p)
{
    assert(p > 0.0);
    if (p == 2.0)
        return (has_fma() ? norm_two_with_fma : norm_two_plain)(x, n);
    if (p == 1.0)
        return norm_one(x, n);
    if (isinf(p))
        return norm_largest(x, n);
    return norm_power(x, n, (float)p);
}
