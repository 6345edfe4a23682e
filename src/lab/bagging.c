/*
 * The small table: row r holds the lab's row rows[r]. Pooling follows the
 * lookup position by position, as emb(x).mean(1) does: padding counts there.
 */
#include "lab/bagging.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct small {
    struct embedding table;
    int64_t *ids;     /* (n) in the small table */
    int64_t *offsets; /* (bags + 1), the last is n */
    size_t n;
};

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int64_t place_of(const struct bagging *b, int64_t id)
{
    const int64_t *found =
        bsearch(&id, b->rows, b->row_count, sizeof id, ascending);

    return found - b->rows;
}

static void list_rows(struct bagging *b, size_t n)
{
    b->rows = memory_copy(b->input.ids.i, n, sizeof *b->rows);
    qsort(b->rows, n, sizeof *b->rows, ascending);
    for (size_t i = 0; i < n; i++) {
        if (b->row_count == 0 || b->rows[b->row_count - 1] != b->rows[i])
            b->rows[b->row_count++] = b->rows[i];
    }
}

/* The lab's table with these rows only; its options, padding renumbered. */
static void make_table(const struct lab *lab, const struct bagging *b,
                       struct embedding *table)
{
    const struct embedding *whole = &lab->model->tables[b->input.table];
    const float *values = whole->weight.value;

    *table = (struct embedding){.options = whole->options};
    table->options.has_padding = false;
    parameter_init(&table->weight, whole->weight.name, PARAMETER_EMBEDDING, 2,
                   b->row_count, b->D);
    for (size_t r = 0; r < b->row_count; r++) {
        memcpy(table->weight.value + r * b->D,
               values + (size_t)b->rows[r] * b->D, b->D * sizeof *values);
        if (whole->options.has_padding &&
            b->rows[r] == whole->options.padding_idx) {
            table->options.has_padding = true;
            table->options.padding_idx = (int64_t)r;
        }
    }
}

static int make_offsets(const struct bagging *b, struct small *s,
                        struct error *err)
{
    bool rows = b->input.ids.ndim == 2;

    if (rows && b->offsets)
        return error_set(err, ERROR_USAGE,
                         "a list of lists has its own bags; offsets= is for "
                         "one flat list");
    s->offsets = memory_new(b->bags + 1, sizeof *s->offsets);
    for (size_t i = 0; i < b->bags; i++)
        s->offsets[i] = rows         ? (int64_t)i * b->input.ids.shape[1]
                        : b->offsets ? b->offsets[i]
                                     : 0;
    s->offsets[b->bags] = (int64_t)s->n;
    return 0;
}

static int small_init(const struct lab *lab, struct bagging *b, struct small *s,
                      struct error *err)
{
    *s = (struct small){.n = tensor_count(&b->input.ids)};
    if (lookup_check_ids(lab, &b->input, err) != 0)
        return -1;
    if (b->input.ids.ndim > 2)
        return error_set(err, ERROR_USAGE,
                         "EmbeddingBag takes ids of one or two dimensions");
    b->D = lab_D(lab);
    b->bags = b->input.ids.ndim == 2 ? (size_t)b->input.ids.shape[0]
              : b->offsets           ? b->offset_count
                                     : 1;
    if (make_offsets(b, s, err) != 0)
        return -1;
    list_rows(b, s->n);
    make_table(lab, b, &s->table);
    s->ids = memory_new(s->n, sizeof *s->ids);
    for (size_t i = 0; i < s->n; i++)
        s->ids[i] = place_of(b, b->input.ids.i[i]);
    return 0;
}

static void small_clear(struct small *s)
{
    embedding_clear(&s->table);
    free(s->ids);
    free(s->offsets);
}

static float *ones(size_t n)
{
    float *out = memory_new(n, sizeof *out);

    for (size_t i = 0; i < n; i++)
        out[i] = 1;
    return out;
}

static int run_fused(struct bagging *b, struct small *s, struct error *err)
{
    struct bag bag = {b->mode, s->ids, s->n, s->offsets, b->bags, b->weights};
    int64_t *argmax = memory_new(b->bags * b->D, sizeof *argmax);
    float *grad = ones(b->bags * b->D);
    int status = embedding_bag_check(&s->table, &bag, err);

    b->out = memory_zeroed(b->bags * b->D, sizeof *b->out);
    if (status == 0)
        status = embedding_bag_forward(&s->table, &bag, b->out, argmax, err);
    if (status == 0) {
        embedding_bag_backward(&s->table, &bag, grad, argmax);
        b->fused_gradient =
            memory_zeroed(b->row_count * b->D, sizeof *b->fused_gradient);
        parameter_grad_dense(&s->table.weight, b->fused_gradient);
    }
    free(grad);
    free(argmax);
    return status;
}

/* One bag of E (n, D) by hand; grad_E gets d(out.sum()) / dE. */
static void pool_bag(const struct bagging *b, const float *E, size_t first,
                     size_t last, float *out, float *grad_E)
{
    float share = b->mode == BAG_MEAN && last > first
                      ? 1.0f / (float)(last - first)
                      : 1.0f;

    for (size_t d = 0; d < b->D; d++) {
        size_t largest = first;
        float sum = 0;
        for (size_t i = first; i < last; i++) {
            float weight = b->weights ? b->weights[i] : 1;
            sum += weight * E[i * b->D + d];
            grad_E[i * b->D + d] = b->mode == BAG_MAX ? 0 : share * weight;
            if (E[i * b->D + d] > E[largest * b->D + d])
                largest = i;
        }
        out[d] = sum * share;
        if (b->mode == BAG_MAX && last > first) {
            out[d] = E[largest * b->D + d];
            grad_E[largest * b->D + d] = 1;
        }
    }
}

static int run_pooled(struct bagging *b, struct small *s, struct error *err)
{
    float *E = memory_new(s->n * b->D, sizeof *E);
    float *grad_E = memory_zeroed(s->n * b->D, sizeof *grad_E);
    int status = embedding_forward(&s->table, s->ids, s->n, E, err);

    b->pooled = memory_zeroed(b->bags * b->D, sizeof *b->pooled);
    parameter_zero_grad(&s->table.weight);
    for (size_t i = 0; i < b->bags && status == 0; i++)
        pool_bag(b, E, (size_t)s->offsets[i], (size_t)s->offsets[i + 1],
                 b->pooled + i * b->D, grad_E);
    if (status == 0) {
        embedding_backward(&s->table, s->ids, s->n, grad_E);
        b->pooled_gradient =
            memory_zeroed(b->row_count * b->D, sizeof *b->pooled_gradient);
        parameter_grad_dense(&s->table.weight, b->pooled_gradient);
    }
    free(grad_E);
    free(E);
    return status;
}

static float largest_difference(const float *x, const float *y, size_t n)
{
    float largest = 0;

    for (size_t i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(x[i] - y[i]));
    return largest;
}

int bagging_run(const struct lab *lab, struct bagging *b, struct error *err)
{
    struct small small;
    int status = small_init(lab, b, &small, err);

    if (status == 0)
        status = run_fused(b, &small, err);
    if (status == 0)
        status = run_pooled(b, &small, err);
    if (status == 0) {
        b->forward_difference =
            largest_difference(b->out, b->pooled, b->bags * b->D);
        b->backward_difference = largest_difference(
            b->fused_gradient, b->pooled_gradient, b->row_count * b->D);
    }
    small_clear(&small);
    if (status != 0)
        bagging_clear(b);
    return status;
}

void bagging_clear(struct bagging *b)
{
    free(b->out);
    free(b->pooled);
    free(b->rows);
    free(b->fused_gradient);
    free(b->pooled_gradient);
    b->out = b->pooled = b->fused_gradient = b->pooled_gradient = NULL;
    b->rows = NULL;
    b->row_count = 0;
}
