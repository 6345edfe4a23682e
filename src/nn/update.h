/*
 * What one step of an optimizer does to a run of elements: the arithmetic of
 * torch.optim alone. Which rows take part is the optimizer's business.
 */
#ifndef EMBLAB_NN_UPDATE_H
#define EMBLAB_NN_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/optimizer.h"

/* torch.optim's formulas; two kinds have one of their own for COO gradients. */
enum update_formula {
    UPDATE_SGD,
    UPDATE_SGD_DECAY,
    UPDATE_SGD_MOMENTUM,
    UPDATE_SGD_NESTEROV,
    UPDATE_ADAGRAD,
    UPDATE_ADAGRAD_SPARSE,
    UPDATE_ADAM,
    UPDATE_ADAM_MAX, /* amsgrad */
    UPDATE_SPARSE_ADAM,
};

/* The step's numbers: computed in double as Python does, used in float32. */
struct update {
    enum update_formula formula;
    float lr;           /* sgd; adagrad's lr after its decay */
    float weight_decay; /* sgd, adagrad, adam: added to the gradient */
    float momentum;
    float undamped; /* 1 - dampening; 1 in the first step */
    float beta1, beta2;
    float rest1, rest2; /* 1 - beta */
    float eps;
    float shrink;          /* adamw: 1 - lr * weight_decay; else 1 */
    float step_size;       /* adam family, with its bias correction */
    float root_correction; /* sqrt(1 - beta2^step) */
};

/*
 * The numbers of step `steps` (from 1). sparse: the gradient is PyTorch's COO.
 */
struct update update_make(const struct optimizer_options *options, long steps,
                          bool sparse);

/*
 * Update n elements, those of a row or of a whole parameter. The buffers are
 * those of optimizer_state; NULL where the formula has none. None overlap.
 */
void update_run(const struct update *update, size_t n, float *value,
                const float *grad, float *momentum, float *square,
                float *square_max);

#endif
