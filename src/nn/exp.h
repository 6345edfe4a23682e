/*
 * The exponential of a whole row of numbers: within one unit in the last
 * place, and the same bits from every compiler and on every machine, which
 * the C library's does not promise.
 * PyTorch: torch.exp, the heart of softmax and sigmoid.
 */
#ifndef EMBLAB_NN_EXP_H
#define EMBLAB_NN_EXP_H

#include <stddef.h>

/*
 * out[i] = exp(x[i] - shift), both (n), no x above shift; out may be x.
 * Returns their sum. NaN stays NaN.
 */
float exp_shifted(const float *x, float shift, float *out, size_t n);

/* The largest of x (n > 0), NaN left out; -INFINITY where all are. */
float exp_largest(const float *x, size_t n);

#endif
