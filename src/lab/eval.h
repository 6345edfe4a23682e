/*
 * Expressions on the lab's tensors, with PyTorch's meaning: broadcasting,
 * indexing, reductions. Values are copies: nothing in the lab changes.
 */
#ifndef EMBLAB_LAB_EVAL_H
#define EMBLAB_LAB_EVAL_H

#include "lab/lab.h"
#include "lab/tensor_text.h"
#include "lang/expr.h"

enum eval_kind {
    EVAL_TENSOR,
    EVAL_PAIR, /* max(dim).values, .indices */
    EVAL_BOOL, /* Python's True, False */
    EVAL_INT,
    EVAL_FLOAT,
    EVAL_SIZE, /* torch.Size */
    EVAL_NONE,
};

struct eval_value {
    enum eval_kind kind;
    struct tensor tensor;  /* owned */
    struct tensor indices; /* of a pair, owned */
    const char *pair;      /* ... and what made it: "max" or "min" */
    bool truth;
    int64_t integer;
    double number;
    int ndim; /* of a size */
    int64_t size[TENSOR_DIMS_MAX];
};

/* Fails with the place of the operand in the typed line; shape errors name
 * the operator and both shapes. The caller clears out. */
int eval_expression(const struct lab *lab, const struct expr *expr,
                    struct eval_value *out, struct error *err);
void eval_clear(struct eval_value *value);

/* As Python's print shows it, without a newline. */
void eval_print(const struct eval_value *value,
                const struct tensor_print_options *options, struct str *out);

/* Does a condition hold? loss: what the name loss stands for in it (train
 * until=: the epoch's mean). */
int eval_condition(const struct lab *lab, const struct expr *expr, double loss,
                   bool *truth, struct error *err);

/* Which of the model's tables has the rows that an expression's ids are of, by
 * the tensors it names: 1 in recommend for the items' (Wi, bi, Ei), 0 for the
 * users'; -1: it names neither or both. Other models: 0. */
int eval_table(const struct lab *lab, const struct expr *expr);

/* Is it true, as `if` asks: a bool, a number, a tensor of one element. */
int eval_truth(const struct eval_value *value, bool *truth, struct error *err);

/* The names of all functions, NULL-ended. */
extern const char *const eval_function_names[];

#endif
