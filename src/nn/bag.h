/*
 * EmbeddingBag: lookup and pooling in one, over bags of ids that lie one
 * after another; bag b begins at offsets[b] and ends where the next begins.
 * PyTorch: torch.nn.EmbeddingBag, F.embedding_bag.
 */
#ifndef EMBLAB_NN_BAG_H
#define EMBLAB_NN_BAG_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "nn/embedding.h"

enum bag_mode { BAG_MEAN, BAG_SUM, BAG_MAX };

struct bag {
    enum bag_mode mode;
    const int64_t *ids; /* (n) */
    size_t n;
    const int64_t *offsets; /* (bags), the first 0, never falling, <= n */
    size_t bags;
    const float *weights; /* (n) per_sample_weights, only with sum; or NULL */
};

/*
 * Offsets in order, ids in range, and what PyTorch refuses: max with sparse
 * or scale_grad_by_freq, weights but with sum. Fails: ERROR_RANGE, ERROR_STATE.
 */
int embedding_bag_check(const struct embedding *emb, const struct bag *bag,
                        struct error *err);

/*
 * out: (bags, D). The padding row counts neither in the sum nor in the mean's
 * divisor; a bag with nothing left gives zeros. max: argmax (bags, D), the id
 * that each element came from, -1 where none; else NULL will do. Renormalises
 * and marks as embedding_forward. Fails: as embedding_bag_check.
 */
int embedding_bag_forward(struct embedding *emb, const struct bag *bag,
                          float *out, int64_t *argmax, struct error *err);

/*
 * grad_out: (bags, D). Accumulates into the table's gradient as
 * embedding_backward does; argmax as forward wrote it.
 */
void embedding_bag_backward(struct embedding *emb, const struct bag *bag,
                            const float *grad_out, const int64_t *argmax);

#endif
