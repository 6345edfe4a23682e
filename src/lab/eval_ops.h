/*
 * What eval.c computes with: broadcasting operators (eval_ops.c), reductions
 * and other functions (eval_functions.c). Private to src/lab. Shapes follow
 * PyTorch; sums are in double, in order.
 */
#ifndef EMBLAB_LAB_EVAL_OPS_H
#define EMBLAB_LAB_EVAL_OPS_H

#include "lab/eval.h"

/* Room for a result, asked for before it is made. */
int eval_make(struct tensor *t, enum tensor_type type, int ndim,
              const int64_t *shape, struct error *err);

/* A Python number as a tensor without dimensions. */
void eval_to_tensor(const struct eval_value *value, struct tensor *out);

/* left op right, broadcast. Fails naming op and both shapes. */
int eval_binary(enum expr_operator op, const struct eval_value *left,
                const struct eval_value *right, struct eval_value *out,
                struct error *err);
/* -1, with a message: op takes no tensors of True and False. */
int eval_refuse_bools(enum expr_operator op, struct error *err);

/* PyTorch's broadcasting: from the right, equal or 1. false: they do not fit.
 * shape: room for TENSOR_DIMS_MAX. */
bool eval_broadcast_shape(const struct tensor *a, const struct tensor *b,
                          int *ndim, int64_t *shape);
/* Where element i of a shape lies in a tensor broadcast to it. */
size_t eval_broadcast_index(const struct tensor *t, int ndim,
                            const int64_t *shape, size_t i);

/* a @ b, as torch.matmul has it. */
int eval_matmul(const struct tensor *a, const struct tensor *b,
                struct tensor *out, struct error *err);

/* A function's arguments, evaluated. */
struct eval_arguments {
    struct eval_value value[8];
    size_t count;
    bool has_dim, keepdim;
    int64_t dim;
    double rtol, atol; /* allclose */
};

/*
 * A function or method by name (prefixes torch. and F. cut off): its first
 * argument is the tensor it is a method of. Returns 1 where there is no such
 * function.
 */
int eval_function(const char *name, struct eval_arguments *args,
                  struct eval_value *out, struct error *err);

#endif
