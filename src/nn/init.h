/*
 * Initialisers, each with PyTorch's draws. shape: (rows, cols).
 * PyTorch: torch.nn.init; fan_in is cols, fan_out is rows.
 */
#ifndef EMBLAB_NN_INIT_H
#define EMBLAB_NN_INIT_H

#include <stddef.h>

#include "base/rng.h"

enum init_kind {
    INIT_NORMAL,
    INIT_UNIFORM,
    INIT_XAVIER_UNIFORM,
    INIT_XAVIER_NORMAL,
    INIT_KAIMING_UNIFORM, /* a: negative slope of leaky_relu, default 0 */
    INIT_ZEROS,
    INIT_ONES,
};

struct init_options {
    enum init_kind kind;
    double mean, std; /* normal: 0, 1 */
    double from, to;  /* uniform: 0, 1 (typed a= b=) */
    double gain;      /* xavier: 1 */
    double slope;     /* kaiming: 0 (typed a=) */
};

/* Fill values (rows, cols). Draws as PyTorch's nn.init.KIND_ does. */
void init_fill(const struct init_options *options, struct rng *rng,
               float *values, size_t rows, size_t cols);

/* nn.Linear's own start: weight (out, in), then bias (out), both U(±1/√in). */
void init_linear(struct rng *rng, float *weight, float *bias, size_t out,
                 size_t in);

#endif
