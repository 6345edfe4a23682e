/*
 * Looking around in a trained table. Everything here works on copies: it
 * draws nothing from the model's generator and changes nothing.
 */
#ifndef EMBLAB_LAB_EXPLORE_H
#define EMBLAB_LAB_EXPLORE_H

#include "lab/lab.h"

struct neighbour {
    int64_t id;
    float similarity; /* cosine of the raw rows */
    bool never;       /* stands in no context: its row is as drawn */
};

/*
 * The k rows of a table (W, Wu or Wi) nearest to vector (D) by cosine, best
 * first, leaving out the ids in except. Words that no epoch looks up are left
 * out and counted in *left_out, or flagged where all is set. out: (k). Returns
 * how many.
 */
size_t explore_nearest(struct lab *lab, const struct parameter *table,
                       const float *vector, const int64_t *except,
                       size_t except_count, bool all, struct neighbour *out,
                       size_t k, size_t *left_out);

/* Cosine of two rows. PyTorch: F.cosine_similarity; no norm is taken for less
 * than eps=1e-8. */
float explore_cosine(const float *a, const float *b, size_t D);

/* A forward pass of the model on typed ids, (B, C): probabilities (or the
 * rating). The batch is the caller's, zeroed before, cleared after. */
int explore_forward(struct lab *lab, const struct tensor *ids,
                    struct batch *batch, struct error *err);

struct prediction {
    int64_t id;
    float prob;
};
/* next_word: the k likeliest words after these ids (n), best first; softmax
 * over all words (also for a model trained with negative sampling). */
int explore_predict(struct lab *lab, const int64_t *ids, size_t n,
                    struct prediction *out, size_t k, struct error *err);

/* The word after these ids (n), drawn from the model's probabilities with a
 * generator of the caller's. */
int explore_draw(struct lab *lab, const int64_t *ids, size_t n, struct rng *rng,
                 int64_t *out, struct error *err);

/*
 * The first two principal components of rows ids (n) of a table.
 * xy: (n, 2). share: of the variance, for both axes. Eigenvectors by LAPACK;
 * their signs are chosen so that the same table gives the same picture.
 */
int explore_pca(const struct parameter *table, const int64_t *ids, size_t n,
                double *xy, double share[2], struct error *err);

#endif
