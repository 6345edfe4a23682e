/*
 * Every product here is out (rows, columns) = left (rows, terms) times right
 * (terms, columns); the three public forms differ in which operand lies
 * transposed in memory and in what happens to out.
 *
 * The plain loops first pack the right operand into panels of LANES columns,
 * zeros beside the last. A block of the result is then LANES sums that never
 * meet: each runs over the terms in order, whatever the width of the
 * machine's registers, so the compiler may put them side by side in one
 * register (gcc -O2 does, the trip count being a constant) without -ffast-math
 * and without changing a bit. A single sum over terms would not allow that.
 */
#include "nn/product.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <cblas.h>

#include "base/fused.h"
#include "base/memory.h"

enum { LANES = 8 };

struct matrix {
    const float *data;
    size_t row_step, column_step; /* in floats */
};

struct result {
    float *data; /* (rows, columns) */
    size_t rows, columns, terms;
    const float *bias; /* (columns) or NULL */
    float scale;       /* of what is added; used where add is set */
    bool add;
};

/* The right operand in panels; grows to the largest ever packed. */
static float *panels;
static size_t panels_capacity;

static int threads_wanted = 1;
static int threads_set; /* what the library was told; 0: nothing yet */

static size_t panel_count(size_t columns)
{
    return (columns + LANES - 1) / LANES;
}

static void reserve_panels(size_t count)
{
    if (count > panels_capacity) {
        panels = memory_resize(panels, count, sizeof *panels);
        panels_capacity = count;
    }
}

/* Copy (or transpose) right (terms, columns) to panels (·, terms, LANES). */
static void pack(struct matrix right, size_t terms, size_t columns)
{
    reserve_panels(panel_count(columns) * terms * LANES);
    float *to = panels;
    for (size_t first = 0; first < columns; first += LANES) {
        const size_t left = columns - first;
        const size_t used = left < LANES ? left : LANES;
        const float *from = right.data + first * right.column_step;
        for (size_t p = 0; p < terms; p++) {
            for (size_t l = 0; l < used; l++) {
                to[l] = from[l * right.column_step];
            }
            for (size_t l = used; l < LANES; l++) {
                to[l] = 0.0f;
            }
            to += LANES;
            from += right.row_step;
        }
    }
}

/* sum (LANES) = one row of left (terms, step apart) times one panel. */
static void sum_block(const float *left, size_t step, const float *panel,
                      size_t terms, float *sum)
{
    float lane[LANES] = {0};
    for (size_t p = 0; p < terms; p++) {
        const float x = left[p * step];
        for (int l = 0; l < LANES; l++) {
            lane[l] += x * panel[l];
        }
        panel += LANES;
    }
    for (int l = 0; l < LANES; l++) {
        sum[l] = lane[l];
    }
}

static void store_block(const struct result *out, size_t row, size_t first,
                        const float *sum)
{
    const size_t left = out->columns - first;
    const size_t used = left < LANES ? left : LANES;
    float *to = out->data + row * out->columns + first;
    if (out->add) {
        fused_add(to, out->scale, sum, used);
        return;
    }
    for (size_t l = 0; l < used; l++)
        to[l] = out->bias ? sum[l] + out->bias[first + l] : sum[l];
}

static void multiply_plain(struct matrix left, struct matrix right,
                           const struct result *out)
{
    pack(right, out->terms, out->columns);
    const float *panel = panels;
    for (size_t first = 0; first < out->columns; first += LANES) {
        for (size_t row = 0; row < out->rows; row++) {
            float sum[LANES];
            sum_block(left.data + row * left.row_step, left.column_step, panel,
                      out->terms, sum);
            store_block(out, row, first, sum);
        }
        panel += out->terms * LANES;
    }
}

/* Not at start-up: waking the library's threads would be paid by every run. */
static void prepare_library(void)
{
    if (threads_set != threads_wanted) {
        openblas_set_num_threads(threads_wanted);
        threads_set = threads_wanted;
    }
}

bool product_is_plain(size_t n, size_t m, size_t k)
{
    return n == 0 || m == 0 || k == 0 || n <= PRODUCT_PLAIN_MAX / m / k;
}

/* CBLAS counts in int. */
static int count(size_t n)
{
    assert(n <= INT_MAX);
    return (int)n;
}

void product_rows(const float *a, const float *b, const float *bias, float *out,
                  size_t n, size_t m, size_t k)
{
    if (product_is_plain(n, m, k)) {
        const struct result to = {
            .data = out, .rows = n, .columns = m, .terms = k, .bias = bias};
        multiply_plain((struct matrix){a, k, 1}, (struct matrix){b, 1, k}, &to);
        return;
    }
    prepare_library();
    for (size_t i = 0; bias != NULL && i < n; i++)
        memcpy(out + i * m, bias, m * sizeof *out);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count(n), count(m),
                count(k), 1.0f, a, count(k), b, count(k), bias ? 1.0f : 0.0f,
                out, count(m));
}

void product_plain(const float *a, const float *b, float *out, size_t n,
                   size_t m, size_t k)
{
    if (product_is_plain(n, m, k)) {
        const struct result to = {
            .data = out, .rows = n, .columns = k, .terms = m};
        multiply_plain((struct matrix){a, m, 1}, (struct matrix){b, k, 1}, &to);
        return;
    }
    prepare_library();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count(n), count(k),
                count(m), 1.0f, a, count(m), b, count(k), 0.0f, out, count(k));
}

void product_outer(const float *a, const float *b, float scale, float *out,
                   size_t n, size_t m, size_t k)
{
    if (product_is_plain(n, m, k)) {
        const struct result to = {.data = out,
                                  .rows = m,
                                  .columns = k,
                                  .terms = n,
                                  .scale = scale,
                                  .add = true};
        multiply_plain((struct matrix){a, 1, m}, (struct matrix){b, k, 1}, &to);
        return;
    }
    prepare_library();
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, count(m), count(k),
                count(n), scale, a, count(m), b, count(k), 1.0f, out, count(k));
}

void product_set_threads(int threads)
{
    assert(threads > 0);
    threads_wanted = threads;
}
