/*
 * One mini-batch: what came in and every intermediate of the pass, by name.
 * Buffers keep their room from batch to batch. What a phase has not yet
 * computed is not known, and a stale value is never shown.
 */
#ifndef EMBLAB_NN_BATCH_H
#define EMBLAB_NN_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/tensor.h"

enum batch_phase {
    PHASE_NONE,   /* no mini-batch yet */
    PHASE_BATCH,  /* ctx, tgt (noise) */
    PHASE_LOOKUP, /* E */
    PHASE_MEAN,   /* h */
    PHASE_LOGITS,
    PHASE_LOSS, /* probs, row losses, loss */
    PHASE_BACKWARD,
    PHASE_UPDATE,
    PHASE_COUNT,
};

enum batch_tensor {
    BATCH_CTX,      /* next_word (B, C); sentiment (B, L); recommend (B, 2) */
    BATCH_TGT,      /* int64 (B,), or float (B,) */
    BATCH_NOISE,    /* int64 (B, k): negative sampling */
    BATCH_E,        /* (B, C, D); subwords (rows, D); recommend: Eu (B, D) */
    BATCH_E2,       /* recommend: Ei (B, D) */
    BATCH_H,        /* (B, D); concat (B, C·D); recommend: none */
    BATCH_LOGITS,   /* (B, V); negative (B, 1 + k), the target first; (B,) */
    BATCH_PROBS,    /* softmax or sigmoid of them; recommend: none */
    BATCH_ROW_LOSS, /* (B,) */
    BATCH_LOSS,     /* () */
    BATCH_E_GRAD,
    BATCH_E2_GRAD,
    BATCH_H_GRAD,
    BATCH_LOGITS_GRAD,
    BATCH_TENSORS,
};

struct batch {
    enum batch_phase phase; /* the last phase that was computed */
    size_t B;
    struct tensor tensor[BATCH_TENSORS];
    bool known[BATCH_TENSORS];

    int64_t *pool_argmax; /* pool=max: (B, D) which of the C was largest */
    size_t pool_capacity;
    /*
     * The ids that are looked up where ctx is not yet what they are: subwords,
     * the rows of all words of a context as a bag; recommend, the users and
     * then the items.
     */
    int64_t *bag_rows;    /* (bag_offsets[B]) */
    int64_t *bag_offsets; /* (B + 1) */
    size_t bag_capacity, bag_offset_capacity;
    float *biases; /* recommend: (2, B) rows of bu, then of bi */
    size_t bias_capacity;
};

void batch_clear(struct batch *batch);

/* Forget what is known, keep the room. phase: PHASE_NONE. */
void batch_begin(struct batch *batch);

/*
 * Give a tensor its shape (ndim of a, b, c; the rest unused) and make it
 * known; its values, undefined, are the caller's to fill.
 */
float *batch_floats(struct batch *batch, enum batch_tensor which, int ndim,
                    size_t a, size_t b, size_t c);
int64_t *batch_ids(struct batch *batch, enum batch_tensor which, int ndim,
                   size_t a, size_t b);

/* Room for n elements of size in a buffer that never shrinks. */
void *batch_room(void *buffer, size_t n, size_t *capacity, size_t size);

/* Make `to` a copy of everything in `from`; clear it in the end. */
void batch_copy(struct batch *to, const struct batch *from);

/* The phase's name as typed: "batch", "lookup", ... */
const char *batch_phase_name(enum batch_phase phase);

#endif
