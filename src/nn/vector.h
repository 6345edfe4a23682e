/*
 * Loops over rows of floats that a compiler may put side by side in registers
 * of any width without changing a bit: blocks of LANES numbers that never
 * meet. The inner trip count is a constant, which is what lets gcc -O2
 * vectorise it; a sum of products is LANES sums, added in a fixed order at the
 * end. (A single running sum could only be vectorised by -ffast-math, which
 * would let each machine choose its own order.)
 */
#ifndef EMBLAB_NN_VECTOR_H
#define EMBLAB_NN_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { VECTOR_LANES = 8, VECTOR_HALF = VECTOR_LANES / 2 };

/* y += x */
static inline void vector_add(float *restrict y, const float *restrict x,
                              size_t n)
{
    size_t i = 0;
    for (; i + VECTOR_HALF <= n; i += VECTOR_HALF)
        for (size_t l = 0; l < VECTOR_HALF; l++)
            y[i + l] += x[i + l];
    for (; i < n; i++)
        y[i] += x[i];
}

/* y += a x */
static inline void vector_add_scaled(float *restrict y, float a,
                                     const float *restrict x, size_t n)
{
    size_t i = 0;
    for (; i + VECTOR_HALF <= n; i += VECTOR_HALF)
        for (size_t l = 0; l < VECTOR_HALF; l++)
            y[i + l] += a * x[i + l];
    for (; i < n; i++)
        y[i] += a * x[i];
}

/* y = a x; y may be x. */
static inline void vector_scale(float *y, float a, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = a * x[i];
}

/* y /= by */
static inline void vector_divide(float *y, float by, size_t n)
{
    size_t i = 0;
    for (; i + VECTOR_HALF <= n; i += VECTOR_HALF)
        for (size_t l = 0; l < VECTOR_HALF; l++)
            y[i + l] /= by;
    for (; i < n; i++)
        y[i] /= by;
}

/* The LANES sums of a long sum become one. */
static inline float vector_join(const float *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/* The sum of x[i] y[i]. */
static inline float vector_dot(const float *x, const float *y, size_t n)
{
    float lane[VECTOR_LANES] = {0};
    size_t i = 0;
    for (; i + VECTOR_LANES <= n; i += VECTOR_LANES)
        for (size_t l = 0; l < VECTOR_LANES; l++)
            lane[l] += x[i + l] * y[i + l];
    for (size_t l = 0; i + l < n; l++)
        lane[l] += x[i + l] * y[i + l];
    return vector_join(lane);
}

/* Is there neither NaN nor Inf? Those are the floats whose exponent is full. */
static inline bool vector_is_finite(const float *x, size_t n)
{
    const int32_t sign_off = 0x7fffffff, infinity = 0x7f800000;
    int32_t largest[VECTOR_HALF] = {0};
    size_t i = 0;
    for (; i + VECTOR_HALF <= n; i += VECTOR_HALF) {
        int32_t bits[VECTOR_HALF];
        memcpy(bits, x + i, sizeof bits);
        for (int l = 0; l < VECTOR_HALF; l++) {
            bits[l] &= sign_off;
            largest[l] = bits[l] > largest[l] ? bits[l] : largest[l];
        }
    }
    for (int l = 0; i < n; i++, l++) {
        int32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        bits &= sign_off;
        largest[l] = bits > largest[l] ? bits : largest[l];
    }
    for (int l = 0; l < VECTOR_HALF; l++)
        if (largest[l] >= infinity)
            return false;
    return true;
}

#endif
