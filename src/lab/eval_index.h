/*
 * Indexing and lookups in expressions: W[cat], E[0,1], W[1:3, :], W[ids],
 * emb([1, 2]). Private to src/lab.
 */
#ifndef EMBLAB_LAB_EVAL_INDEX_H
#define EMBLAB_LAB_EVAL_INDEX_H

#include "lab/eval_ops.h"

struct eval_context {
    const struct lab *lab;
    const struct expr *expr;
    int (*evaluate)(const struct eval_context *context,
                    const struct expr_node *node, struct eval_value *out,
                    struct error *err);
    const double *loss; /* what `loss` is in a condition; NULL: the tensor */
};

/* value[items of node after its first child]. PyTorch's basic indexing, and
 * lists or int64 and bool tensors in one place. */
int eval_index(const struct eval_context *c, const struct eval_value *value,
               const struct expr_node *node, struct eval_value *out,
               struct error *err);

/* [1, [2, 3]] or [the, cat]: all leaves numbers, words or True/False. */
int eval_list(const struct eval_context *c, const struct expr_node *node,
              struct tensor *out, struct error *err);

/* emb(ids): rows of the first table. onehot(ids): (…, V). */
int eval_lookup(const struct eval_context *c, const char *name,
                const struct eval_arguments *args, struct eval_value *out,
                struct error *err);

#endif
