#include "lab/explore.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/loss.h"

/* --- nearest ------------------------------------------------------------- */

float explore_cosine(const float *a, const float *b, size_t D)
{
    double dot = 0, aa = 0, bb = 0, eps = 1e-8;

    for (size_t d = 0; d < D; d++) {
        dot += (double)a[d] * (double)b[d];
        aa += (double)a[d] * (double)a[d];
        bb += (double)b[d] * (double)b[d];
    }
    return (float)(dot / (fmax(sqrt(aa), eps) * fmax(sqrt(bb), eps)));
}

static bool contains(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

/* Keep the k best, best first; a tie keeps the lower id. */
static size_t keep_best(struct neighbour *best, size_t count, size_t k,
                        struct neighbour candidate)
{
    size_t at = count < k ? count : k;

    while (at > 0 && best[at - 1].similarity < candidate.similarity)
        at--;
    if (at >= k)
        return count;
    if (count < k)
        count++;
    memmove(best + at + 1, best + at, (count - at - 1) * sizeof *best);
    best[at] = candidate;
    return count;
}

size_t explore_nearest(struct lab *lab, const struct parameter *table,
                       const float *vector, const int64_t *except,
                       size_t except_count, bool all, struct neighbour *out,
                       size_t k, size_t *left_out)
{
    int64_t words = (int64_t)lab_table_words(lab, table);
    size_t count = 0;

    *left_out = 0;
    for (int64_t id = 0; id < words; id++) {
        bool never = lab_context_count(lab, table, id) == 0;
        struct neighbour candidate = {.id = id, .never = never};
        if (contains(except, except_count, id))
            continue;
        if (never && !all) {
            ++*left_out;
            continue;
        }
        candidate.similarity = explore_cosine(
            vector, table->value + (size_t)id * table->cols, table->cols);
        count = keep_best(out, count, k, candidate);
    }
    return count;
}

/* --- predict, generate ---------------------------------------------------- */

int explore_forward(struct lab *lab, const struct tensor *ids,
                    struct batch *batch, struct error *err)
{
    struct tensor *ctx = &batch->tensor[BATCH_CTX];

    batch_begin(batch);
    batch->B = (size_t)ids->shape[0];
    tensor_reshape(ctx, TENSOR_INT64, 2, ids->shape);
    memcpy(ctx->i, ids->i, tensor_count(ids) * sizeof *ids->i);
    batch->known[BATCH_CTX] = true;
    batch->phase = PHASE_BATCH;
    return model_forward(lab->model, batch, err);
}

static int probabilities(struct lab *lab, const int64_t *ids, size_t n,
                         float *probs, struct error *err)
{
    struct batch batch = {0};
    struct tensor ctx = tensor_borrow(TENSOR_INT64, 2,
                                      (int64_t[]){1, (int64_t)n},
                                      memory_copy(ids, n, sizeof *ids));
    int status = explore_forward(lab, &ctx, &batch, err);

    if (status == 0)
        loss_softmax(batch.tensor[BATCH_LOGITS].f, probs, 1, lab_V(lab));
    batch_clear(&batch);
    free(ctx.data);
    return status;
}

int explore_predict(struct lab *lab, const int64_t *ids, size_t n,
                    struct prediction *out, size_t k, struct error *err)
{
    size_t V = lab_V(lab), count = 0;
    float *probs = memory_new(V, sizeof *probs);
    struct neighbour *best = memory_new(k, sizeof *best);
    int status = probabilities(lab, ids, n, probs, err);

    for (size_t v = 0; status == 0 && v < V; v++)
        count = keep_best(
            best, count, k,
            (struct neighbour){.id = (int64_t)v, .similarity = probs[v]});
    for (size_t i = 0; i < count; i++)
        out[i] = (struct prediction){best[i].id, best[i].similarity};
    free(best);
    free(probs);
    return status;
}

static int64_t choose(const float *probs, size_t V, struct rng *rng)
{
    double u = (double)rng_next32(rng) / 4294967296.0, sum = 0;

    for (size_t v = 0; v < V; v++) {
        sum += (double)probs[v];
        if (u < sum)
            return (int64_t)v;
    }
    return (int64_t)V - 1;
}

int explore_draw(struct lab *lab, const int64_t *ids, size_t n, struct rng *rng,
                 int64_t *out, struct error *err)
{
    size_t V = lab_V(lab);
    float *probs = memory_new(V, sizeof *probs);
    int status = probabilities(lab, ids, n, probs, err);

    if (status == 0)
        *out = choose(probs, V, rng);
    free(probs);
    return status;
}

/* --- principal components ----------------------------------------------- */

static void mean_row(const struct parameter *W, const int64_t *ids, size_t n,
                     double *mean)
{
    memset(mean, 0, W->cols * sizeof *mean);
    for (size_t i = 0; i < n; i++) {
        for (size_t d = 0; d < W->cols; d++)
            mean[d] += (double)W->value[(size_t)ids[i] * W->cols + d];
    }
    for (size_t d = 0; d < W->cols; d++)
        mean[d] /= (double)n;
}

/* Covariance (D, D), and its trace: the whole variance. */
static double covariance(const struct parameter *W, const int64_t *ids,
                         size_t n, const double *mean, double *cov)
{
    size_t D = W->cols;
    double trace = 0;

    memset(cov, 0, D * D * sizeof *cov);
    for (size_t i = 0; i < n; i++) {
        const float *row = W->value + (size_t)ids[i] * D;
        for (size_t a = 0; a < D; a++) {
            double x = (double)row[a] - mean[a];
            for (size_t b = 0; b <= a; b++)
                cov[a * D + b] += x * ((double)row[b] - mean[b]);
        }
    }
    for (size_t d = 0; d < D; d++)
        trace += cov[d * D + d];
    return trace;
}

/* An eigenvector is given up to its sign: the largest element is positive. */
static void fix_sign(double *axis, size_t D)
{
    size_t largest = 0;

    for (size_t d = 1; d < D; d++) {
        if (fabs(axis[d]) > fabs(axis[largest]))
            largest = d;
    }
    if (axis[largest] >= 0)
        return;
    for (size_t d = 0; d < D; d++)
        axis[d] = -axis[d];
}

static void project(const struct parameter *W, const int64_t *ids, size_t n,
                    const double *mean, const double *axis, double *xy)
{
    for (size_t i = 0; i < n; i++) {
        const float *row = W->value + (size_t)ids[i] * W->cols;
        xy[2 * i] = 0;
        for (size_t d = 0; d < W->cols; d++)
            xy[2 * i] += ((double)row[d] - mean[d]) * axis[d];
    }
}

/* The last two (largest) of the eigenvectors; columns of vectors (2, D). */
static int top_two(double *cov, size_t D, double *values, double *vectors,
                   struct error *err)
{
    lapack_int n = (lapack_int)D, found = 0, *support;
    lapack_int first = n > 1 ? n - 1 : 1, info;

    support = memory_new(4 * D + 4, sizeof *support);
    info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'U', n, cov, n, 0, 0,
                          first, n, 0, &found, values, vectors, n, support);
    free(support);
    if (info == 0)
        return 0;
    return error_set(err, ERROR_NUMERIC,
                     "the table has no principal components (LAPACK says "
                     "%d); are there NaN or Inf in it?",
                     (int)info);
}

enum { PCA_D_MAX = 2048 };

int explore_pca(const struct parameter *table, const int64_t *ids, size_t n,
                double *xy, double share[2], struct error *err)
{
    size_t D = table->cols, axes = D > 1 ? 2 : 1;
    double *mean, *cov, *values, *vectors, whole;
    int status;

    if (D > PCA_D_MAX)
        return error_set(err, ERROR_RANGE,
                         "plot takes tables of up to D=%d; this one has %zu",
                         PCA_D_MAX, D);
    mean = memory_new(D * (D + 4), sizeof *mean);
    cov = mean + D;
    values = cov + D * D;
    vectors = values + D;
    mean_row(table, ids, n, mean);
    whole = covariance(table, ids, n, mean, cov);
    status = top_two(cov, D, values, vectors, err);
    memset(xy, 0, 2 * n * sizeof *xy);
    share[0] = share[1] = 0;
    for (size_t i = 0; status == 0 && i < axes; i++) {
        double *axis = vectors + (axes - 1 - i) * D;
        fix_sign(axis, D);
        project(table, ids, n, mean, axis, xy + i);
        share[i] = whole > 0 ? values[axes - 1 - i] / whole : 0;
    }
    free(mean);
    return status;
}
