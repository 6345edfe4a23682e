/*
 * Norms of a row, to the bits of PyTorch's AVX2 kernels: whether a norm is
 * above max_norm decides whether a row changes, so a last bit matters.
 */
#ifndef EMBLAB_NN_NORM_H
#define EMBLAB_NN_NORM_H

#include <stddef.h>

/* (Σ |x|^p)^(1/p), p > 0, or max |x| for p = INFINITY. PyTorch: x.norm(p). */
float norm_of(const float *x, size_t n, double p);

#endif
