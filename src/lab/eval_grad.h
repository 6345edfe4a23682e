/*
 * What autograd knows of an expression's value: whether it requires grad, and
 * the node of its last operation, as PyTorch 1.13 names it. Nothing is
 * differentiated here: print shows the names. Private to src/lab.
 */
#ifndef EMBLAB_LAB_EVAL_GRAD_H
#define EMBLAB_LAB_EVAL_GRAD_H

#include "lab/eval_ops.h"
#include "lab/names.h"

/* A tensor by its name: a parameter is a leaf, frozen or not. */
void eval_grad_name(const struct named *named, struct eval_value *out);

/* out came of an operation called node ("SelectBackward0") on a value that
 * requires grad or not. Only floats can. */
void eval_grad_node(bool required, const char *node, struct eval_value *out);

void eval_grad_negate(const struct eval_value *value, struct eval_value *out);
void eval_grad_binary(enum expr_operator op, const struct eval_value *left,
                      const struct eval_value *right, struct eval_value *out);
/* Of eval_function. */
void eval_grad_call(const char *name, const struct eval_arguments *args,
                    struct eval_value *out);

/* x.T, and x.values of a max: of is x. */
void eval_grad_transpose(const struct eval_value *of, struct eval_value *out);

/* How far two neighbours along each dimension lie apart in memory, as PyTorch
 * has it: a view shares its values, ours are copies. stride: room for
 * TENSOR_DIMS_MAX. */
void eval_strides(const struct eval_value *value, int64_t *stride);

#endif
