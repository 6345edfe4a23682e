/*
 * Context windows and mini-batches: C words of context, the next word the
 * target, never across a line; which pairs make up which mini-batch.
 * Sentiment: a line is an example. Recommend: a rating is an example.
 */
#ifndef EMBLAB_TEXT_WINDOWS_H
#define EMBLAB_TEXT_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/rng.h"
#include "text/corpus.h"

/* The examples of a corpus; held-out lines come after the training ones. */
struct windows {
    size_t C;
    size_t *target;  /* (total) next_word: position of the target in ids;
                        else: the line of the example */
    size_t count;    /* N: examples trained on */
    size_t held_out; /* the last holdout fraction of the lines */
};

/*
 * C is at least 1, holdout in [0, 1). Of the lines that hold words the last
 * fraction is held out, rounded up (as scikit-learn's train_test_split).
 * Fails with ERROR_RANGE where the corpus has no line of C + 1 tokens (or no
 * labelled line), naming the longest line there is.
 */
int windows_build(struct windows *w, const struct corpus *corpus, size_t C,
                  double holdout, struct error *err);
void windows_clear(struct windows *w);

/* The loss no model of these windows can beat: mean over the training pairs
 * of -ln of the target's share among pairs with the same context (order
 * ignored when bag is set, as mean pooling ignores it). Other tasks: 0. -1
 * where counting so many pairs would not fit in memory. Costs about half a µs
 * and 150 bytes a pair. */
double windows_floor(const struct windows *w, const struct corpus *corpus,
                     bool bag);

/* Where an epoch stands: the order of its examples and the next one. */
struct epoch_order {
    int64_t *order; /* (N) when shuffled, NULL: 0 ... N-1 */
    size_t count;   /* N */
    size_t B;
    size_t next; /* first example of the next mini-batch */
    long epoch;  /* from 1; 0 before the first mini-batch */
    bool shuffle;
};
void epoch_order_init(struct epoch_order *o, size_t N, size_t B, bool shuffle);
void epoch_order_clear(struct epoch_order *o);
/*
 * Take the next mini-batch's examples: indices, (B), caller's. Starts a new
 * epoch when the last is done, drawing torch.randperm(N) where shuffled.
 * Returns how many: B, or what is left of the epoch.
 */
size_t epoch_order_take(struct epoch_order *o, struct rng *rng,
                        int64_t *indices);
/* Mini-batches in an epoch: ceil(N / B). */
size_t epoch_order_batches(const struct epoch_order *o);

#endif
