/*
 * Every bound is computed in double, in the order of torch/nn/init.py, and
 * rounded to float32 once, where the draw begins.
 */
#include "nn/init.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static void fill_uniform(struct rng *rng, float *values, size_t n, double bound)
{
    rng_uniform(rng, values, n, (float)-bound, (float)bound);
}

/* PyTorch: nn.init.xavier_*'s standard deviation. */
static double xavier_std(double gain, size_t rows, size_t cols)
{
    return gain * sqrt(2.0 / ((double)cols + (double)rows));
}

/* PyTorch: nn.init.kaiming_uniform_(a=slope), mode fan_in, leaky_relu. */
static void fill_kaiming(struct rng *rng, float *values, size_t rows,
                         size_t cols, double slope)
{
    double gain = sqrt(2.0 / (1.0 + slope * slope));
    double std = gain / sqrt((double)cols);
    fill_uniform(rng, values, rows * cols, sqrt(3.0) * std);
}

static void fill_constant(float *values, size_t n, float value)
{
    for (size_t i = 0; i < n; i++)
        values[i] = value;
}

void init_fill(const struct init_options *options, struct rng *rng,
               float *values, size_t rows, size_t cols)
{
    size_t n = rows * cols;
    double std = xavier_std(options->gain, rows, cols);
    switch (options->kind) {
    case INIT_NORMAL:
        rng_normal(rng, values, n, options->mean, options->std);
        return;
    case INIT_UNIFORM:
        rng_uniform(rng, values, n, (float)options->from, (float)options->to);
        return;
    case INIT_XAVIER_UNIFORM:
        fill_uniform(rng, values, n, sqrt(3.0) * std);
        return;
    case INIT_XAVIER_NORMAL:
        rng_normal(rng, values, n, 0.0, std);
        return;
    case INIT_KAIMING_UNIFORM:
        fill_kaiming(rng, values, rows, cols, options->slope);
        return;
    case INIT_ZEROS:
        fill_constant(values, n, 0.0f);
        return;
    case INIT_ONES:
        fill_constant(values, n, 1.0f);
        return;
    }
    assert(false && "an initialiser that does not exist");
}

void init_linear(struct rng *rng, float *weight, float *bias, size_t out,
                 size_t in)
{
    fill_kaiming(rng, weight, out, in, sqrt(5.0));
    fill_uniform(rng, bias, out, 1.0 / sqrt((double)in));
}
