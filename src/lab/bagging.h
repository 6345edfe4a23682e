/*
 * nn.EmbeddingBag on typed ids, beside the lookup and pooling it fuses. All of
 * it on a small table with the looked-up rows only: the lab stays as it is.
 */
#ifndef EMBLAB_LAB_BAGGING_H
#define EMBLAB_LAB_BAGGING_H

#include "lab/lookup.h"
#include "nn/bag.h"

/* What to pool. ids of two dimensions: each row is a bag; else offsets say
 * where bags begin (none: all ids are one bag). */
struct bagging {
    enum bag_mode mode;
    struct lookup_input input; /* its ids borrowed */
    const int64_t *offsets;    /* (offset_count), or NULL */
    size_t offset_count;
    const float *weights; /* (n) per_sample_weights, or NULL */

    size_t bags, D;
    float *out;    /* (bags, D): the fused form */
    float *pooled; /* (bags, D): lookup, then sum, mean or max */
    float forward_difference;
    size_t row_count;       /* different ids */
    int64_t *rows;          /* (row_count) */
    float *fused_gradient;  /* (row_count, D) of out.sum() */
    float *pooled_gradient; /* (row_count, D) of pooled.sum() */
    float backward_difference;
};

/* Fill in everything below the inputs. Fails as embedding_bag_check, and on
 * ids out of range; weights and offsets that do not fit. */
int bagging_run(const struct lab *lab, struct bagging *bagging,
                struct error *err);
void bagging_clear(struct bagging *bagging);

#endif
