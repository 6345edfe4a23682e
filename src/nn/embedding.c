/*
 * The table is a parameter (V, D) whose gradient is kept by rows. Nothing
 * here walks over the V rows but the draw at the start: a lookup, a backward
 * pass and the renormalising of max_norm follow the ids.
 *
 * options.padding_idx is resolved (>= 0) from embedding_init on. rescaled_*
 * tell of the last lookup only.
 */
#include "nn/embedding.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fused.h"
#include "base/memory.h"
#include "nn/entries.h"
#include "nn/norm.h"
#include "nn/vector.h"

/* --- Making a table ------------------------------------------------------ */

static int check_shape(size_t V, size_t D, struct error *err)
{
    if (V == 0 || D == 0)
        return error_set(err, ERROR_RANGE,
                         "a table of %zu rows and %zu columns has no elements; "
                         "choose V and D of at least 1",
                         V, D);
    if (V >= UINT32_MAX || D > SIZE_MAX / sizeof(float) / V)
        return error_set(err, ERROR_RANGE,
                         "a table of %zu x %zu is more than this program can "
                         "count; choose a smaller V or D",
                         V, D);
    return 0;
}

static int check_padding(const struct embedding_options *options, size_t V,
                         struct error *err)
{
    int64_t rows = (int64_t)V;
    if (!options->has_padding ||
        (options->padding_idx >= -rows && options->padding_idx < rows))
        return 0;
    return error_set(err, ERROR_RANGE,
                     "padding_idx=%" PRId64
                     " is not a row of the table; choose "
                     "one from 0 to %" PRId64 ", or from -1 (the last) to "
                     "%" PRId64,
                     options->padding_idx, rows - 1, -rows);
}

static int check_norm(const struct embedding_options *options,
                      struct error *err)
{
    if (!options->has_max_norm)
        return 0;
    if (!(options->max_norm > 0.0))
        return error_set(err, ERROR_RANGE,
                         "max_norm=%g would wipe out or turn round every row "
                         "that is looked up (PyTorch accepts it); choose a "
                         "number above 0",
                         options->max_norm);
    if (!(options->norm_type > 0.0))
        return error_set(err, ERROR_RANGE,
                         "norm_type=%g is not a norm (PyTorch accepts it); "
                         "choose 1, 2, another number above 0, or inf",
                         options->norm_type);
    return 0;
}

int embedding_check(const struct embedding_options *options, size_t V, size_t D,
                    struct error *err)
{
    if (check_shape(V, D, err) != 0 || check_padding(options, V, err) != 0 ||
        check_norm(options, err) != 0)
        return -1;
    if (options->sparse && options->scale_grad_by_freq)
        return error_set(err, ERROR_STATE,
                         "scale_grad_by_freq is not supported with sparse "
                         "gradients; choose sparse=no, or "
                         "scale_grad_by_freq=no");
    return 0;
}

static void draw(struct embedding *emb, struct rng *rng)
{
    const struct embedding_options *options = &emb->options;
    struct parameter *w = &emb->weight;
    rng_normal(rng, w->value, w->rows * w->cols, 0.0, 1.0);
    if (options->has_padding)
        memset(w->value + (size_t)options->padding_idx * w->cols, 0,
               w->cols * sizeof *w->value);
    if (options->draw_again)
        init_fill(&options->init, rng, w->value, w->rows, w->cols);
}

int embedding_init(struct embedding *emb, const char *name, size_t V, size_t D,
                   const struct embedding_options *options, struct rng *rng,
                   struct error *err)
{
    char what[80];
    memset(emb, 0, sizeof *emb);
    snprintf(what, sizeof what, "a table of %zu x %zu", V, D);
    if (embedding_check(options, V, D, err) != 0 ||
        memory_reserve(V * D, sizeof(float), what, err) != 0)
        return -1;
    emb->options = *options;
    if (emb->options.padding_idx < 0)
        emb->options.padding_idx += (int64_t)V;
    parameter_init(&emb->weight, name, PARAMETER_EMBEDDING, 2, V, D);
    draw(emb, rng);
    return 0;
}

void embedding_clear(struct embedding *emb)
{
    parameter_clear(&emb->weight);
    free(emb->rescaled_ids);
    free(emb->rescaled_norms);
    memset(emb, 0, sizeof *emb);
}

void embedding_copy(struct embedding *to, const struct embedding *from)
{
    *to = *from;
    parameter_copy(&to->weight, &from->weight);
    to->rescaled_capacity = from->rescaled_count;
    to->rescaled_ids = memory_copy(from->rescaled_ids, from->rescaled_count,
                                   sizeof *from->rescaled_ids);
    to->rescaled_norms = memory_copy(from->rescaled_norms, from->rescaled_count,
                                     sizeof *from->rescaled_norms);
}

/* --- Forward ------------------------------------------------------------- */

int embedding_check_ids(const struct embedding *emb, const int64_t *ids,
                        size_t n, struct error *err)
{
    size_t V = emb->weight.rows;
    for (size_t i = 0; i < n; i++)
        if (ids[i] < 0 || (size_t)ids[i] >= V)
            return error_set(err, ERROR_RANGE,
                             "id %" PRId64 " at position %zu is not a row of "
                             "%s; ids go from 0 to %zu",
                             ids[i], i, emb->weight.name, V - 1);
    return 0;
}

static void note_rescaled(struct embedding *emb, int64_t id, float norm)
{
    size_t capacity = emb->rescaled_capacity; /* two arrays grow as one */
    emb->rescaled_ids = memory_grow(emb->rescaled_ids, emb->rescaled_count,
                                    &capacity, sizeof *emb->rescaled_ids);
    emb->rescaled_norms = memory_grow(emb->rescaled_norms, emb->rescaled_count,
                                      &emb->rescaled_capacity,
                                      sizeof *emb->rescaled_norms);
    emb->rescaled_ids[emb->rescaled_count] = id;
    emb->rescaled_norms[emb->rescaled_count++] = norm;
}

static void renormalise_row(struct embedding *emb, int64_t id)
{
    struct parameter *w = &emb->weight;
    float *row = w->value + (size_t)id * w->cols;
    float norm = norm_of(row, w->cols, emb->options.norm_type);
    if (!((double)norm > emb->options.max_norm))
        return;
    parameter_save_row(w, (size_t)id);
    note_rescaled(emb, id, norm);
    float factor = (float)(emb->options.max_norm / ((double)norm + 1e-7));
    for (size_t d = 0; d < w->cols; d++)
        row[d] *= factor;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void renormalise(struct embedding *emb, const int64_t *ids, size_t n)
{
    if (n == 0)
        return;
    int64_t *sorted = memory_copy(ids, n, sizeof *ids);
    qsort(sorted, n, sizeof *sorted, compare_ids);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            renormalise_row(emb, sorted[i]);
    free(sorted);
}

void embedding_touch(struct embedding *emb, const int64_t *ids, size_t n)
{
    emb->rescaled_count = 0;
    if (emb->options.has_max_norm)
        renormalise(emb, ids, n);
    for (size_t i = 0; i < n; i++)
        row_set_add(&emb->weight.marks.looked_up, ids[i]);
}

int embedding_forward(struct embedding *emb, const int64_t *ids, size_t n,
                      float *out, struct error *err)
{
    if (embedding_check_ids(emb, ids, n, err) != 0)
        return -1;
    embedding_touch(emb, ids, n);
    size_t D = emb->weight.cols;
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * D, emb->weight.value + (size_t)ids[i] * D,
               D * sizeof *out);
    return 0;
}

/* --- Backward ------------------------------------------------------------ */

static bool is_padding(const struct embedding *emb, int64_t id)
{
    return emb->options.has_padding && id == emb->options.padding_idx;
}

/* One backward pass, and the gradient that was there before it. */
struct pass {
    struct embedding *emb;
    float *earlier; /* the rows' gradient so far; NULL: this pass is first */
    size_t earlier_rows;
    size_t earlier_entries;
};

/* Set the rows so far aside: this pass makes a sum of its own from zeros. */
static void take_earlier(struct pass *pass, struct parameter *w)
{
    size_t count = w->grad_rows.count * w->cols;
    pass->earlier_rows = w->grad_rows.count;
    pass->earlier_entries = w->entries;
    if (count == 0 || w->gradient == GRADIENT_SPARSE)
        return;
    pass->earlier = memory_copy(w->grad_values, count, sizeof(float));
    memset(w->grad_values, 0, count * sizeof(float));
}

/* False where the table takes no gradient. */
static bool pass_begin(struct pass *pass, struct embedding *emb)
{
    *pass = (struct pass){.emb = emb};
    if (emb->weight.frozen)
        return false;
    take_earlier(pass, &emb->weight);
    parameter_grad_begin_rows(&emb->weight, emb->options.sparse);
    return true;
}

/* merge: two lists of entries become one as PyTorch merges contiguous ones. */
static void pass_end(struct pass *pass, bool merge)
{
    struct parameter *w = &pass->emb->weight;
    if (pass->earlier != NULL)
        for (size_t i = 0; i < pass->earlier_rows * w->cols; i++)
            w->grad_values[i] = pass->earlier[i] + w->grad_values[i];
    free(pass->earlier);
    if (pass->earlier_entries == 0)
        return;
    if (merge)
        entries_merge(w, pass->earlier_entries);
    entries_sum(w);
}

static void add_scaled(float *sum, float scale, const float *gradient, size_t D)
{
    if (scale == 1.0f)
        vector_add(sum, gradient, D);
    else
        fused_add(sum, scale, gradient, D);
}

/* Add scale * gradient (D) to the row of id; in sparse form, rounded first. */
static void pass_add(const struct pass *pass, int64_t id, const float *gradient,
                     float scale)
{
    struct parameter *w = &pass->emb->weight;
    if (is_padding(pass->emb, id))
        return;
    float *row = parameter_grad_add_row(w, id);
    if (!pass->emb->options.sparse) {
        add_scaled(row, scale, gradient, w->cols);
        return;
    }
    float *entry = parameter_grad_add_entry(w, id);
    for (size_t d = 0; d < w->cols; d++)
        entry[d] = gradient[d] * scale;
    vector_add(row, entry, w->cols);
}

/* How often each row but padding's stands in ids, by its slot. */
static uint32_t *count_rows(struct embedding *emb, const int64_t *ids, size_t n)
{
    struct parameter *w = &emb->weight;
    for (size_t i = 0; i < n; i++)
        if (!is_padding(emb, ids[i]))
            parameter_grad_add_row(w, ids[i]);
    uint32_t *counts = memory_zeroed(w->grad_rows.count, sizeof *counts);
    for (size_t i = 0; i < n; i++)
        if (!is_padding(emb, ids[i]))
            counts[w->grad_rows.slot[ids[i]]]++;
    return counts;
}

/* Scales by position, caller's to free, or NULL: all 1. */
static float *frequency_scales(struct embedding *emb, const int64_t *ids,
                               size_t n)
{
    if (!emb->options.scale_grad_by_freq)
        return NULL;
    uint32_t *counts = count_rows(emb, ids, n);
    float *scales = memory_zeroed(n, sizeof *scales);
    for (size_t i = 0; i < n; i++)
        if (!is_padding(emb, ids[i]))
            scales[i] =
                (float)(1.0 / counts[emb->weight.grad_rows.slot[ids[i]]]);
    free(counts);
    return scales;
}

void embedding_backward(struct embedding *emb, const int64_t *ids, size_t n,
                        const float *grad_out)
{
    struct pass pass;
    if (!pass_begin(&pass, emb))
        return;
    float *scales = frequency_scales(emb, ids, n);
    for (size_t i = 0; i < n; i++)
        pass_add(&pass, ids[i], grad_out + i * emb->weight.cols,
                 scales != NULL ? scales[i] : 1.0f);
    free(scales);
    pass_end(&pass, true);
}

void embedding_backward_groups(struct embedding *emb, const int64_t *ids,
                               size_t n, size_t C, const float *grad_h,
                               float divisor)
{
    struct pass pass;
    if (!pass_begin(&pass, emb))
        return;
    size_t D = emb->weight.cols;
    float *scales = frequency_scales(emb, ids, n);
    float *share = memory_new(D, sizeof *share);
    for (size_t i = 0; i < n; i++) {
        if (i % C == 0)
            for (size_t d = 0; d < D; d++)
                share[d] = grad_h[i / C * D + d] / divisor;
        pass_add(&pass, ids[i], share, scales != NULL ? scales[i] : 1.0f);
    }
    free(share);
    free(scales);
    pass_end(&pass, true);
}

void embedding_backward_scaled(struct embedding *emb, const int64_t *ids,
                               size_t n, const size_t *source,
                               const float *scales, const float *grad)
{
    struct pass pass;
    if (!pass_begin(&pass, emb))
        return;
    for (size_t i = 0; i < n; i++)
        pass_add(&pass, ids[i], grad + source[i] * emb->weight.cols, scales[i]);
    pass_end(&pass, true);
}

void embedding_backward_sum(struct embedding *emb, const int64_t *ids, size_t n)
{
    struct pass pass;
    if (!pass_begin(&pass, emb))
        return;
    struct parameter *w = &emb->weight;
    float *scales = frequency_scales(emb, ids, n);
    float *ones = memory_new(w->cols, sizeof *ones);
    for (size_t d = 0; d < w->cols; d++)
        ones[d] = 1.0f;
    for (size_t i = 0; i < n; i++)
        pass_add(&pass, ids[i], ones, scales != NULL ? scales[i] : 1.0f);
    free(ones);
    free(scales);
    bool merge = emb->options.has_padding; /* which made a list of its own */
    pass_end(&pass, merge);
    if (pass.earlier_entries > 0 && !merge && w->entries > w->rows * w->cols)
        entries_coalesce(w);
}
