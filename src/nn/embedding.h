/*
 * The embedding layer: a table of V rows, ids in, rows out. Ours, in plain
 * loops; every cost follows the ids, never V.
 * PyTorch: torch.nn.Embedding, F.embedding, torch.nn.EmbeddingBag.
 */
#ifndef EMBLAB_NN_EMBEDDING_H
#define EMBLAB_NN_EMBEDDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/rng.h"
#include "nn/init.h"
#include "nn/parameter.h"

struct embedding_options {
    bool has_padding;
    int64_t padding_idx; /* in [0, V) once resolved (negative: from the end) */
    bool has_max_norm;
    double max_norm;  /* > 0 */
    double norm_type; /* > 0, may be INFINITY */
    bool scale_grad_by_freq;
    bool sparse;
    bool draw_again; /* nn.init.X_ after nn.Embedding's own normals */
    struct init_options init;
};

struct embedding {
    struct embedding_options options;
    struct parameter weight; /* (V, D) */
    /* max_norm: what the last lookup rescaled, in order of renormalising */
    int64_t *rescaled_ids;
    float *rescaled_norms; /* the norm each had before */
    size_t rescaled_count;
    size_t rescaled_capacity;
};

/*
 * padding_idx in [-V, V), max_norm > 0, norm_type > 0, no sparse with
 * scale_grad_by_freq, V and D at least 1. Fails: ERROR_RANGE, ERROR_STATE.
 */
int embedding_check(const struct embedding_options *options, size_t V, size_t D,
                    struct error *err);

/*
 * Make the table and draw it: always nn.Embedding's normals first (padding row
 * zeroed after), then init's draw over all rows where draw_again. A negative
 * padding_idx is resolved. Fails: as embedding_check, and ERROR_MEMORY; then
 * nothing is allocated or drawn.
 */
int embedding_init(struct embedding *emb, const char *name, size_t V, size_t D,
                   const struct embedding_options *options, struct rng *rng,
                   struct error *err);
void embedding_clear(struct embedding *emb);

/* Make `to` a copy of everything in `from`, to the bit; clear it in the end. */
void embedding_copy(struct embedding *to, const struct embedding *from);

/* Are all ids rows of the table? Fails: ERROR_RANGE, naming position and id. */
int embedding_check_ids(const struct embedding *emb, const int64_t *ids,
                        size_t n, struct error *err);

/*
 * Look up the rows of ids. ids: (n), each in [0, V); out: (n, D), caller's.
 * With max_norm, renormalises the looked-up rows of the table in place first.
 * Marks the rows looked up. PyTorch: nn.Embedding.forward.
 * Fails: ERROR_RANGE, naming position and id; the table is then as it was.
 */
int embedding_forward(struct embedding *emb, const int64_t *ids, size_t n,
                      float *out, struct error *err);

/*
 * What a lookup does to the table before it copies: mark the rows of ids, and
 * with max_norm renormalise each once, in ascending order; rescaled_* tell
 * which. For models that read the rows themselves. PyTorch: embedding_renorm_.
 */
void embedding_touch(struct embedding *emb, const int64_t *ids, size_t n);

/*
 * Add the gradient of the rows: for each position i, grad_out[i] to the row
 * ids[i] (divided by its frequency in ids where the option says so; padding
 * gets none; a frozen table no gradient at all). grad_out: (n, D). The sum of
 * a row runs in order of position. A gradient that is there already is added
 * to afterwards, as one sum. PyTorch: embedding_dense_backward and
 * embedding_sparse_backward.
 *
 * Sparse entries met twice accumulate as PyTorch's do: two contiguous lists
 * are merged as if both were sorted.
 */
void embedding_backward(struct embedding *emb, const int64_t *ids, size_t n,
                        const float *grad_out);

/*
 * The same where each C positions share a gradient: position i gets
 * grad_h[i / C] / divisor, without a (n, D) gradient in memory. grad_h:
 * (n / C, D). divisor: C for a mean over the context, 1 for a sum.
 */
void embedding_backward_groups(struct embedding *emb, const int64_t *ids,
                               size_t n, size_t C, const float *grad_h,
                               float divisor);

/*
 * The general case: position i gets scales[i] * grad[source[i]], and nothing
 * is done about frequencies. source, scales: (n); grad: (any, D).
 */
void embedding_backward_scaled(struct embedding *emb, const int64_t *ids,
                               size_t n, const size_t *source,
                               const float *scales, const float *grad);

/*
 * PyTorch: E.sum().backward(). All ones; and since that gradient is one 1
 * stretched over (n, D), sparse entries of a second call follow those of the
 * first (but are merged where padding had to be left out), and are coalesced
 * once there are more of them than elements in the table.
 */
void embedding_backward_sum(struct embedding *emb, const int64_t *ids,
                            size_t n);

#endif
