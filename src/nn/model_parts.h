/*
 * What the model*.c files share and nobody else includes: a model's forward
 * and backward pass is a way from ids to h and a head from h to the loss.
 *
 * A pass that is not to be seen may leave out what only a viewer needs, never
 * a rounding: its numbers are the same to the bit.
 */
#ifndef EMBLAB_NN_MODEL_PARTS_H
#define EMBLAB_NN_MODEL_PARTS_H

#include "nn/model.h"

struct pass {
    bool seen;     /* every tensor is to be known afterwards */
    bool U_direct; /* U.grad is left out: the update goes straight into U */
};

/* One kind of model: its phases between lookup and update. */
struct model_phases {
    int (*lookup)(struct model *model, struct batch *batch, struct error *err);
    /* the same without touching the model */
    int (*peek)(const struct model *model, struct batch *batch,
                struct error *err);
    void (*pool)(const struct model *model, struct batch *batch);
    void (*logits)(const struct model *model, struct batch *batch,
                   struct pass pass);
    void (*loss)(const struct model *model, struct batch *batch,
                 struct pass pass);
    void (*backward)(struct model *model, struct batch *batch,
                     struct pass pass);
    void (*mark)(struct model *model, const struct batch *batch);
};

extern const struct model_phases model_softmax_phases;
extern const struct model_phases model_negative_phases;
extern const struct model_phases model_sentiment_phases;
extern const struct model_phases model_recommend_phases;

/* --- From ids to h and back (model_pool.c) -------------------------------- */

int model_pool_lookup(struct model *model, struct batch *batch,
                      struct error *err);
int model_pool_peek(const struct model *model, struct batch *batch,
                    struct error *err);
void model_pool_forward(const struct model *model, struct batch *batch);
/* h.grad is known; gives W.grad and, seen, E.grad. W is not frozen. */
void model_pool_backward(struct model *model, struct batch *batch,
                         struct pass pass);
void model_pool_mark(struct model *model, const struct batch *batch);

/* Mark rows as looked up, where the mini-batch is to be seen. */
void model_mark_rows(struct parameter *p, const int64_t *ids, size_t n);

/* Copies of the rows of ids, out (n, D), under max_norm; emb stays. */
int model_peek(const struct embedding *emb, const int64_t *ids, size_t n,
               float *out, struct error *err);

/* Columns of h and U: D, or C·D where the pool is concat. */
size_t model_hidden(const struct model *model);

/* --- The softmax head (model_softmax.c) --------------------------------- */

/* U += scale * logits.gradᵀ · h: plain SGD without a gradient in between. */
void model_softmax_update(struct model *model, const struct batch *batch,
                          float scale);

#endif
