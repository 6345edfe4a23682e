/*
 * Each formula follows torch/optim's single-tensor code line by line, one
 * element through all lines at a time. Python's lines are whole-tensor
 * operations, each rounded to float32; where PyTorch's kernel fuses a product
 * into a sum (add with alpha, addcmul), so does `fused`.
 */
#include "nn/update.h"

#include <assert.h>
#include <math.h>

#include "base/fused.h"

/* --- The step's numbers --------------------------------------------------- */

static enum update_formula formula_of(const struct optimizer_options *o,
                                      bool sparse)
{
    switch (o->kind) {
    case OPTIMIZER_SGD:
        if (o->momentum == 0.0)
            return o->weight_decay == 0.0 ? UPDATE_SGD : UPDATE_SGD_DECAY;
        return o->nesterov ? UPDATE_SGD_NESTEROV : UPDATE_SGD_MOMENTUM;
    case OPTIMIZER_ADAGRAD:
        return sparse ? UPDATE_ADAGRAD_SPARSE : UPDATE_ADAGRAD;
    case OPTIMIZER_ADAM:
    case OPTIMIZER_ADAMW:
        return o->amsgrad ? UPDATE_ADAM_MAX : UPDATE_ADAM;
    case OPTIMIZER_SPARSE_ADAM:
        return sparse ? UPDATE_SPARSE_ADAM : UPDATE_ADAM;
    }
    assert(false && "an optimizer that does not exist");
    return UPDATE_SGD;
}

/* Adam's steps are larger at first, while its means are still near 0. */
static void correct_bias(struct update *u, const struct optimizer_options *o,
                         double t)
{
    double correction1 = 1.0 - pow(o->beta1, t);
    double root = sqrt(1.0 - pow(o->beta2, t));
    u->root_correction = (float)root;
    u->step_size = (float)(u->formula == UPDATE_SPARSE_ADAM
                               ? o->lr * root / correction1
                               : o->lr / correction1);
}

/* adamw shrinks the value itself, the others decay through the gradient. */
static void set_decay(struct update *u, const struct optimizer_options *o)
{
    bool decoupled = o->kind == OPTIMIZER_ADAMW;
    u->shrink = decoupled ? (float)(1.0 - o->lr * o->weight_decay) : 1.0f;
    u->weight_decay = decoupled ? 0.0f : (float)o->weight_decay;
}

struct update update_make(const struct optimizer_options *o, long steps,
                          bool sparse)
{
    double t = (double)steps;
    struct update u = {
        .formula = formula_of(o, sparse),
        .lr = (float)(o->lr / (1.0 + (t - 1.0) * o->lr_decay)),
        .momentum = (float)o->momentum,
        .undamped = steps == 1 ? 1.0f : (float)(1.0 - o->dampening),
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .rest1 = (float)(1.0 - o->beta1),
        .rest2 = (float)(1.0 - o->beta2),
        .eps = (float)o->eps,
    };
    set_decay(&u, o);
    correct_bias(&u, o, t);
    return u;
}

/* --- The formulas, for one element -------------------------------------- */

/* grad.add(param, alpha=weight_decay), where there is any. */
ALWAYS_INLINE float decayed(const struct update *u, float grad, float value)
{
    return u->weight_decay != 0.0f ? fused(u->weight_decay, value, grad) : grad;
}

ALWAYS_INLINE void sgd(const struct update *u, float *value, float grad)
{
    *value = fused(-u->lr, grad, *value);
}

/* Returns the decayed gradient; the buffer is in *momentum. */
ALWAYS_INLINE float sgd_buffer(const struct update *u, float value, float grad,
                               float *momentum)
{
    float d = decayed(u, grad, value);
    *momentum = fused(u->undamped, d, *momentum * u->momentum);
    return d;
}

ALWAYS_INLINE void sgd_momentum(const struct update *u, float *value,
                                float grad, float *momentum)
{
    sgd_buffer(u, *value, grad, momentum);
    *value = fused(-u->lr, *momentum, *value);
}

ALWAYS_INLINE void sgd_nesterov(const struct update *u, float *value,
                                float grad, float *momentum)
{
    float d = sgd_buffer(u, *value, grad, momentum);
    d = fused(u->momentum, *momentum, d);
    *value = fused(-u->lr, d, *value);
}

ALWAYS_INLINE void adagrad(const struct update *u, float *value, float grad,
                           float *square)
{
    float d = decayed(u, grad, *value);
    *square = fused(d, d, *square);
    *value += -u->lr * d / (sqrtf(*square) + u->eps);
}

ALWAYS_INLINE void adagrad_sparse(const struct update *u, float *value,
                                  float grad, float *square)
{
    *square += grad * grad;
    *value = fused(-u->lr, grad / (sqrtf(*square) + u->eps), *value);
}

/* The moments of Adam, and its step by second moment v. */
ALWAYS_INLINE void adam_moments(const struct update *u, float *value,
                                float grad, float *momentum, float *square)
{
    *value *= u->shrink;
    float d = decayed(u, grad, *value);
    *momentum = fused(u->rest1, d, *momentum * u->beta1);
    *square = fused(u->rest2 * d, d, *square * u->beta2);
}

ALWAYS_INLINE void adam_step(const struct update *u, float *value,
                             float momentum, float v)
{
    float denom = sqrtf(v) / u->root_correction + u->eps;
    *value += -u->step_size * momentum / denom;
}

/* torch.maximum: NaN wins. */
ALWAYS_INLINE float larger(float a, float b)
{
    return a > b || a != a ? a : b;
}

ALWAYS_INLINE void sparse_adam(const struct update *u, float *value, float grad,
                               float *momentum, float *square)
{
    *momentum += (grad - *momentum) * u->rest1;
    *square += (grad * grad - *square) * u->rest2;
    float denom = sqrtf(*square) + u->eps;
    *value += -u->step_size * (*momentum / denom);
}

/* --- The loops ---------------------------------------------------------- */

/*
 * Blocks of a constant length are what lets gcc -O2 put a loop's elements side
 * by side in registers; the rest go one by one. The statement is in terms of
 * i, below n. run's u is a copy that no store can reach.
 */
enum { BLOCK = 8 };

#define EACH(...)                                  \
    do {                                           \
        size_t start = 0;                          \
        for (; start + BLOCK <= n; start += BLOCK) \
            for (size_t k = 0; k < BLOCK; k++) {   \
                const size_t i = start + k;        \
                __VA_ARGS__;                       \
            }                                      \
        for (size_t i = start; i < n; i++)         \
            __VA_ARGS__;                           \
    } while (0)

ALWAYS_INLINE void run(const struct update u, size_t n, float *restrict value,
                       const float *restrict grad, float *restrict momentum,
                       float *restrict square, float *restrict square_max)
{
    switch (u.formula) {
    case UPDATE_SGD:
        EACH(sgd(&u, &value[i], grad[i]));
        return;
    case UPDATE_SGD_DECAY:
        EACH(sgd(&u, &value[i], decayed(&u, grad[i], value[i])));
        return;
    case UPDATE_SGD_MOMENTUM:
        EACH(sgd_momentum(&u, &value[i], grad[i], &momentum[i]));
        return;
    case UPDATE_SGD_NESTEROV:
        EACH(sgd_nesterov(&u, &value[i], grad[i], &momentum[i]));
        return;
    case UPDATE_ADAGRAD:
        EACH(adagrad(&u, &value[i], grad[i], &square[i]));
        return;
    case UPDATE_ADAGRAD_SPARSE:
        EACH(adagrad_sparse(&u, &value[i], grad[i], &square[i]));
        return;
    case UPDATE_ADAM:
        EACH({
            adam_moments(&u, &value[i], grad[i], &momentum[i], &square[i]);
            adam_step(&u, &value[i], momentum[i], square[i]);
        });
        return;
    case UPDATE_ADAM_MAX:
        EACH({
            adam_moments(&u, &value[i], grad[i], &momentum[i], &square[i]);
            square_max[i] = larger(square_max[i], square[i]);
            adam_step(&u, &value[i], momentum[i], square_max[i]);
        });
        return;
    case UPDATE_SPARSE_ADAM:
        EACH(sparse_adam(&u, &value[i], grad[i], &momentum[i], &square[i]));
        return;
    }
}

static void run_plain(const struct update *u, size_t n, float *value,
                      const float *grad, float *momentum, float *square,
                      float *square_max)
{
    run(*u, n, value, grad, momentum, square, square_max);
}

WITH_FMA static void run_with_fma(const struct update *u, size_t n,
                                  float *value, const float *grad,
                                  float *momentum, float *square,
                                  float *square_max)
{
    run(*u, n, value, grad, momentum, square, square_max);
}

void update_run(const struct update *u, size_t n, float *value,
                const float *grad, float *momentum, float *square,
                float *square_max)
{
    (has_fma() ? run_with_fma : run_plain)(u, n, value, grad, momentum, square,
                                           square_max);
}
