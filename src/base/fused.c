/*
 * Blocks of a constant length are what lets gcc -O2 put the elements of a loop
 * side by side in registers.
 */
#include "base/fused.h"

enum { BLOCK = 8 };

ALWAYS_INLINE void add(float *restrict y, float a, const float *restrict x,
                       size_t n)
{
    size_t i = 0;
    for (; i + BLOCK <= n; i += BLOCK)
        for (size_t k = 0; k < BLOCK; k++)
            y[i + k] = fused(a, x[i + k], y[i + k]);
    for (; i < n; i++)
        y[i] = fused(a, x[i], y[i]);
}

static void add_plain(float *y, float a, const float *x, size_t n)
{
    add(y, a, x, n);
}

WITH_FMA static void add_with_fma(float *y, float a, const float *x, size_t n)
{
    add(y, a, x, n);
}

void fused_add(float *restrict y, float a, const float *restrict x, size_t n)
{
    (has_fma() ? add_with_fma : add_plain)(y, a, x, n);
}
