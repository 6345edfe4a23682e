/*
 * a * b + c rounded once to float32, as PyTorch's kernels compute it.
 *
 * Processors of the last ten years do it in one instruction, eight at a time,
 * where the compiler may count on that. So a loop over many is compiled twice:
 * an ALWAYS_INLINE function holds it, one caller is plain and one WITH_FMA,
 * and has_fma() chooses. The bits are the same either way.
 */
#ifndef EMBLAB_BASE_FUSED_H
#define EMBLAB_BASE_FUSED_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE float fused(float a, float b, float c)
{
    return fmaf(a, b, c);
}

#ifdef __x86_64__

#define WITH_FMA __attribute__((target("avx2,fma")))

static inline bool has_fma(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#else /* elsewhere the instruction is there for all, or for none */

#define WITH_FMA

static inline bool has_fma(void)
{
    return false;
}

#endif

/* y += a x, each (n), each element fused. */
void fused_add(float *restrict y, float a, const float *restrict x, size_t n);

#endif
