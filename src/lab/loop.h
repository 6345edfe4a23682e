/*
 * The loop of the lab's script: one mini-batch at a time, one phase at a
 * time. However a step is taken, its numbers are the same to the bit.
 */
#ifndef EMBLAB_LAB_LOOP_H
#define EMBLAB_LAB_LOOP_H

#include <stdbool.h>

#include "lab/lab.h"

/* One phase more; after an update a new mini-batch begins. The lab must have
 * LAB_DATA. Fails with ERROR_NUMERIC where the loss is not finite. */
int loop_next(struct lab *lab, struct error *err);

/*
 * To the end of this mini-batch, or one whole new one. keep: its gradients,
 * marks and before-values are to be seen.
 */
int loop_step(struct lab *lab, bool keep, struct error *err);

/* Is the current mini-batch done, or none begun? */
bool loop_between(const struct lab *lab);

/* The training step at hand, from 1: the one in progress, else the last that
 * was done; 0: none begun. */
long loop_step_number(const struct lab *lab);

/* Mini-batches of the current epoch: which (from 1) of how many. */
size_t loop_batch_number(const struct lab *lab);
size_t loop_batch_count(const struct lab *lab);
long loop_epoch(const struct lab *lab); /* from 1; 0: none begun */
bool loop_epoch_done(const struct lab *lab);

/* Loss on the held-out examples; accuracy (next_word, sentiment) or root mean
 * squared error (recommend). Fails where nothing is held out. */
struct loop_evaluation {
    size_t examples;
    double loss;
    double accuracy; /* in [0, 1]; recommend: the RMSE */
};
int loop_evaluate(struct lab *lab, struct loop_evaluation *out,
                  struct error *err);

#endif
