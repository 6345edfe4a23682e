/*
 * The models: parameters in PyTorch's order of draws, and the phases of one
 * training step, each a function, so that a step can stop between any two.
 *
 *   next_word   W (V,D)  U (V,D) b (V,)   h = pool(E), logits = h·Uᵀ + b
 *   sentiment   W (V,D)  U (1,D) b (1,)   h = mean(E), logits (B,)
 *   recommend   Wu, Wi (·,D), bu, bi (·,1)  Wu[u]·Wi[i] + bu[u] + bi[i] + mean
 */
#ifndef EMBLAB_NN_MODEL_H
#define EMBLAB_NN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/rng.h"
#include "nn/batch.h"
#include "nn/embedding.h"
#include "nn/optimizer.h"

enum model_kind { MODEL_NEXT_WORD, MODEL_SENTIMENT, MODEL_RECOMMEND };
enum model_pool {
    POOL_MEAN,
    POOL_SUM,
    POOL_MAX,
    POOL_CONCAT,
    POOL_MASKED_MEAN,
};
enum model_loss { LOSS_SOFTMAX, LOSS_NEGATIVE };

struct model_options {
    enum model_kind kind;
    enum model_pool pool;
    enum model_loss loss;
    size_t k; /* noise words a pair */
};

struct model_shape {
    size_t V;     /* words (rows of U); users for recommend */
    size_t items; /* recommend */
    size_t D;
    size_t C;       /* next_word: context words */
    size_t buckets; /* subwords: rows of W beyond V, else 0 */
};

/* Rows of each id where words have subwords; borrowed by the model. */
struct model_subwords {
    const int64_t *offsets; /* (V + 1) */
    const int64_t *rows;    /* the word's own row first */
};

enum { MODEL_TABLES_MAX = 4, MODEL_PARAMETERS_MAX = 4 };

struct model {
    struct model_options options;
    struct model_shape shape;
    /* tables[0] is W or Wu; recommend: Wi, bu, bi follow */
    struct embedding tables[MODEL_TABLES_MAX];
    size_t table_count;
    bool has_output; /* U and b are there */
    struct parameter U, b;
    struct parameter *parameters[MODEL_PARAMETERS_MAX]; /* in torch's order */
    size_t parameter_count;
    struct rng_choice noise; /* negative sampling: count^0.75 of each word */
    float rating_mean;       /* recommend: of the training data */
    bool has_subwords;
    struct model_subwords subwords;
};

/*
 * What the combination refuses: sizes of 0, a pool, loss or kind that do not
 * go together, and what the table itself refuses (embedding_check).
 */
int model_check(const struct model_options *options,
                const struct model_shape *shape,
                const struct embedding_options *table, struct error *err);

/* Bytes of all parameters' values; overflow gives SIZE_MAX. */
size_t model_bytes(const struct model_options *options,
                   const struct model_shape *shape);

/*
 * Make the tables (nn.Embedding draws; recommend's biases are zeroed). The
 * output layer is drawn by model_add_output, which must come next: between
 * the two stands only what the script does to the table (a file's rows copied
 * over it). The struct points into itself: it stays where it is.
 */
int model_init(struct model *model, const struct model_options *options,
               const struct model_shape *shape,
               const struct embedding_options *table, struct rng *rng,
               struct error *err);
void model_add_output(struct model *model, struct rng *rng);
void model_clear(struct model *model);

/*
 * Make `to` a copy of everything in `from`, to the bit, gradients and marks
 * too; clear it in the end. What was borrowed (subwords) stays borrowed.
 */
void model_copy(struct model *to, const struct model *from);

/* Negative sampling's noise: multinomial(count^0.75). counts: (V). */
void model_set_noise(struct model *model, const int64_t *counts);

/*
 * The phases of a mini-batch. model_begin zeroes gradients and marks and
 * forgets the batch: the first act of a mini-batch. The caller then fills
 * batch->tensor[CTX] and [TGT] (model_draw_noise: [NOISE]) and makes them
 * known; each phase computes its tensors and sets batch->phase.
 * keep: the step is to be seen, so before-values and marks are kept; without
 * it the numbers are the same to the bit, the marks are not made.
 * model_lookup fails with ERROR_RANGE; the tables are then as they were.
 */
void model_begin(struct model *model, struct batch *batch, bool keep);
void model_draw_noise(struct model *model, struct batch *batch,
                      struct rng *rng);
int model_lookup(struct model *model, struct batch *batch, struct error *err);
void model_pool(struct model *model, struct batch *batch);
void model_logits(struct model *model, struct batch *batch);
void model_loss(struct model *model, struct batch *batch);
void model_backward(struct model *model, struct batch *batch);
/* optimizer->step(); with keep, marks what changed. */
void model_update(struct model *model, struct batch *batch,
                  struct optimizer *opt, bool keep);

/*
 * All phases from where the batch stands to the update. Where a step is not
 * to be seen, tensors that only a viewer needs (logits, probs, E.grad, U.grad)
 * may stay unknown. Fails with ERROR_NUMERIC when the loss or a gradient is
 * not finite, before the update.
 */
int model_step(struct model *model, struct batch *batch, struct optimizer *opt,
               bool keep, struct error *err);

/* What model_step asks between backward and update. */
int model_check_finite(const struct model *model, const struct batch *batch,
                       struct error *err);

/*
 * Forward only, on a batch of its own: predict, evaluate, curve. The model is
 * not touched: nothing is drawn or marked, and max_norm rescales what was
 * looked up, not the table. Without a known target there is no loss. Negative
 * sampling gives what it stands for: logits and probs of all words, (B, V),
 * and their cross-entropy.
 */
int model_forward(const struct model *model, struct batch *batch,
                  struct error *err);

/*
 * Make the marks of the mini-batch again, as far as it has come: something
 * else (a typed lookup) had used them.
 */
void model_mark_lookup(struct model *model, const struct batch *batch);

/* The parameter of that name ("W", "U", "b", "Wu", ...), or NULL. */
struct parameter *model_parameter(struct model *model, const char *name);

#endif
