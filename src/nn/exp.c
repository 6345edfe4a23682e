/*
 * exp(x) = 2^n * exp(r), n the integer nearest to x / ln 2, |r| <= ln 2 / 2:
 * a polynomial of degree 6 gives exp(r), and n goes into the exponent bits.
 *
 * LANES numbers go through every line together. The lanes never meet (the sum
 * is LANES sums, added at the end in a fixed order), each line is one rounding
 * (no fused multiply-add), and there is no branch: so a compiler may use
 * registers of any width, and the bits are the same.
 */
#include "nn/exp.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/fused.h"
#include "nn/vector.h"

enum { LANES = VECTOR_LANES, EXPONENT_BIAS = 127, MANTISSA_BITS = 23 };

/* From here down exp is 0 in float32; its way there passes subnormals. */
static const float lowest = -104.0f;

/* Added and taken away again, it rounds to an integer (|x| < 2^22). */
static const float rounder = 0x1.8p23f;

static const float per_ln2 = 0x1.715476p+0f;  /* 1 / ln 2 */
static const float ln2_high = 0x1.62e400p-1f; /* 15 bits: n * this is exact */
static const float ln2_low = 0x1.7f7d1cp-20f; /* ln 2 - ln2_high */

ALWAYS_INLINE uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ALWAYS_INLINE float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* exp(r) for |r| <= ln 2 / 2: the least-maximum fit, near 1/2! ... 1/6!. */
ALWAYS_INLINE float exp_near_0(float r)
{
    const float r2 = r * r;
    const float low = 0x1.fffffcp-2f + 0x1.55549p-3f * r;
    const float middle = 0x1.5558f8p-5f + 0x1.123b04p-7f * r;
    const float high = middle + 0x1.6a224ep-10f * r2;
    return (low + high * r2) * r2 + r + 1.0f;
}

/* exp(x), x <= 0 or NaN, which passes through every line. */
ALWAYS_INLINE float exp_of(float x)
{
    /* rounded holds n in its low bits */
    const float rounded = x * per_ln2 + rounder;
    const float n = rounded - rounder;
    const float r = (x - n * ln2_high) - n * ln2_low;
    /* 2^n may be too small for a float: 2^(n + 64) is not */
    const uint32_t exponent = bits_of(rounded) + (64 + EXPONENT_BIAS);
    const float power = float_of(exponent << MANTISSA_BITS);
    return exp_near_0(r) * power * 0x1p-64f;
}

/* x (LANES) becomes exp(x). */
ALWAYS_INLINE void exp_lanes(float *x)
{
    for (int l = 0; l < LANES; l++)
        x[l] = x[l] < lowest ? lowest : x[l];
    for (int l = 0; l < LANES; l++)
        x[l] = exp_of(x[l]);
}

ALWAYS_INLINE float shifted(const float *x, float shift, float *out, size_t n)
{
    float sum[LANES] = {0};
    float lane[LANES];
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int l = 0; l < LANES; l++)
            lane[l] = x[i + (size_t)l] - shift;
        exp_lanes(lane);
        for (int l = 0; l < LANES; l++)
            sum[l] += lane[l];
        memcpy(out + i, lane, sizeof lane);
    }
    if (i < n) { /* beside the last numbers stand some whose exp is 0 */
        for (size_t l = 0; l < LANES; l++)
            lane[l] = i + l < n ? x[i + l] - shift : lowest;
        exp_lanes(lane);
        for (int l = 0; l < LANES; l++)
            sum[l] += lane[l];
        memcpy(out + i, lane, (n - i) * sizeof *out);
    }
    return vector_join(sum);
}

static float shifted_plain(const float *x, float shift, float *out, size_t n)
{
    return shifted(x, shift, out, n);
}

/* Eight lanes in a register instead of four; nothing here is fused. */
WITH_FMA static float shifted_wide(const float *x, float shift, float *out,
                                   size_t n)
{
    return shifted(x, shift, out, n);
}

float exp_shifted(const float *x, float shift, float *out, size_t n)
{
    return (has_fma() ? shifted_wide : shifted_plain)(x, shift, out, n);
}

float exp_largest(const float *x, size_t n)
{
    float lane[LANES];
    for (int l = 0; l < LANES; l++)
        lane[l] = -INFINITY;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t l = 0; l < LANES; l++)
            lane[l] = x[i + l] > lane[l] ? x[i + l] : lane[l];
    }
    for (size_t l = 0; i + l < n; l++)
        lane[l] = x[i + l] > lane[l] ? x[i + l] : lane[l];
    float largest = lane[0];
    for (int l = 1; l < LANES; l++)
        largest = lane[l] > largest ? lane[l] : largest;
    return largest;
}
