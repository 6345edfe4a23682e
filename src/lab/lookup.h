/*
 * A lookup typed by hand, and what can be done with it: the smallest case of
 * a forward and a backward pass.
 */
#ifndef EMBLAB_LAB_LOOKUP_H
#define EMBLAB_LAB_LOOKUP_H

#include "lab/lab.h"

/* Rows to look up, as they were typed; ids belong to who made it. */
struct lookup_input {
    size_t table; /* of the model's tables: 0, or in recommend 1 for items */
    struct tensor ids; /* int64, any shape */
};

/* The table that the typed lookup read; the first where none is current. */
struct embedding *lookup_table(const struct lab *lab);

/* Are all ids rows of their table? ERROR_RANGE names token, position, id and
 * valid range. */
int lookup_check_ids(const struct lab *lab, const struct lookup_input *input,
                     struct error *err);

/*
 * Look up ids in their table: E = emb(ids), if lookup_check_ids lets them pass.
 * typed: the words, for the picture. Marks: a lookup counts as a mini-batch.
 */
int lookup_run(struct lab *lab, const struct lookup_input *input,
               const char *typed, struct error *err);

/* E.sum().backward(retain_graph=True): the first from None, later ones
 * accumulate, in recommend in either table. Fails where the table is frozen or
 * nothing was looked up. */
int lookup_backward(struct lab *lab, struct error *err);

/* W.grad (and those of all parameters) back to None. */
void lookup_zero_grad(struct lab *lab);

/*
 * A lookup of ids (any shape) through the table, and the same through one-hot
 * vectors times W; the gradient that E.sum() gives either way. All of it on
 * copies: the lab stays as it is. Fails: ids out of range, too much work.
 */
struct lookup_onehot {
    size_t positions, V, D;
    double multiplications; /* positions x V x D */
    float *E, *product;     /* (positions, D): emb(ids), one-hot @ W */
    int64_t *rows;          /* (row_count) the different ids, ascending */
    size_t row_count;
    float *E_gradient;         /* (row_count) W.grad, the same in all columns */
    float *product_gradient;   /* (row_count) of one-hot @ W */
    float forward_difference;  /* largest |product - E| */
    float backward_difference; /* largest difference of the gradients */
};
int lookup_compare_onehot(const struct lab *lab,
                          const struct lookup_input *input,
                          struct lookup_onehot *out, struct error *err);
void lookup_onehot_clear(struct lookup_onehot *onehot);

#endif
