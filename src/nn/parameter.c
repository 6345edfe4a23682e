/*
 * A parameter owns its values, gradient, marks and before-values.
 *
 * The gradient's buffers outlive the gradient: only `gradient` says whether
 * there is one and of which form, so that a training step allocates nothing.
 * By rows, grad_rows.slot[r] is where row r lies in grad_values; the slots
 * are in order of first touch, and grad_rows is therefore never sorted. The
 * same holds for before_rows and before_values.
 */
#include "nn/parameter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void parameter_init(struct parameter *p, const char *name,
                    enum parameter_kind kind, int ndim, size_t rows,
                    size_t cols)
{
    assert(ndim == 2 || (ndim == 1 && cols == 1));
    assert(cols == 0 || rows <= SIZE_MAX / sizeof(float) / cols);
    *p = (struct parameter){
        .name = name, .kind = kind, .ndim = ndim, .rows = rows, .cols = cols};
    p->value = memory_new(rows * cols, sizeof *p->value);
    row_set_init(&p->grad_rows, rows);
    row_set_init(&p->before_rows, rows);
    row_marks_init(&p->marks, rows);
}

void parameter_clear(struct parameter *p)
{
    free(p->value);
    free(p->grad);
    free(p->grad_values);
    free(p->entry_ids);
    free(p->entry_values);
    free(p->before_values);
    row_set_clear(&p->grad_rows);
    row_set_clear(&p->before_rows);
    row_marks_clear(&p->marks);
    memset(p, 0, sizeof *p);
}

/* A copy of the first `used` of a buffer of floats; NULL stays NULL. */
static float *copy_floats(const float *floats, size_t used, size_t room)
{
    if (floats == NULL)
        return NULL;
    float *copy = memory_new(room, sizeof *copy);
    memcpy(copy, floats, used * sizeof *copy);
    return copy;
}

static void copy_entries(struct parameter *to, const struct parameter *from)
{
    to->entry_values = copy_floats(from->entry_values,
                                   from->entries * from->cols,
                                   from->entry_capacity * from->cols);
    if (from->entry_ids != NULL)
        to->entry_ids = memory_copy(from->entry_ids, from->entry_capacity,
                                    sizeof *from->entry_ids);
}

void parameter_copy(struct parameter *to, const struct parameter *from)
{
    size_t cols = from->cols;
    size_t count = from->rows * cols;
    *to = *from;
    to->value = copy_floats(from->value, count, count);
    to->grad = copy_floats(from->grad, count, count);
    to->grad_values = copy_floats(from->grad_values,
                                  from->grad_rows.count * cols,
                                  from->grad_capacity * cols);
    to->before_values = copy_floats(from->before_values,
                                    from->before_rows.count * cols,
                                    from->before_capacity * cols);
    copy_entries(to, from);
    row_set_copy(&to->grad_rows, &from->grad_rows);
    row_set_copy(&to->before_rows, &from->before_rows);
    row_marks_copy(&to->marks, &from->marks);
    to->observe = NULL;
    to->observer = NULL;
}

void parameter_zero_grad(struct parameter *p)
{
    p->gradient = GRADIENT_NONE;
    p->entries = 0;
    row_set_empty(&p->grad_rows);
    row_set_empty(&p->marks.grad_nonzero);
}

void parameter_begin_batch(struct parameter *p)
{
    parameter_zero_grad(p);
    row_marks_empty(&p->marks);
    row_set_empty(&p->before_rows);
}

/* --- The gradient -------------------------------------------------------- */

float *parameter_grad_begin_dense(struct parameter *p)
{
    assert(p->gradient == GRADIENT_NONE || p->gradient == GRADIENT_DENSE);
    size_t count = p->rows * p->cols;
    if (p->grad == NULL)
        p->grad = memory_new(count, sizeof *p->grad);
    if (p->gradient == GRADIENT_NONE)
        memset(p->grad, 0, count * sizeof *p->grad);
    p->gradient = GRADIENT_DENSE;
    return p->grad;
}

void parameter_grad_begin_rows(struct parameter *p, bool sparse)
{
    enum gradient_form form = sparse ? GRADIENT_SPARSE : GRADIENT_ROWS;
    assert(p->gradient == GRADIENT_NONE || p->gradient == form);
    p->gradient = form;
}

/* Room for one more row of floats in a growing buffer. */
static float *grow_rows(float *values, size_t count, size_t *capacity,
                        size_t cols)
{
    return memory_grow(values, count, capacity, cols * sizeof *values);
}

float *parameter_grad_add_row(struct parameter *p, int64_t row)
{
    assert(p->gradient == GRADIENT_ROWS || p->gradient == GRADIENT_SPARSE);
    size_t known = p->grad_rows.count;
    size_t slot = row_set_add(&p->grad_rows, row);
    if (slot == known) {
        p->grad_values =
            grow_rows(p->grad_values, known, &p->grad_capacity, p->cols);
        memset(p->grad_values + slot * p->cols, 0, p->cols * sizeof(float));
    }
    return p->grad_values + slot * p->cols;
}

float *parameter_grad_add_entry(struct parameter *p, int64_t row)
{
    assert(p->gradient == GRADIENT_SPARSE);
    size_t capacity = p->entry_capacity; /* two arrays grow as one */
    p->entry_ids =
        memory_grow(p->entry_ids, p->entries, &capacity, sizeof *p->entry_ids);
    p->entry_values =
        grow_rows(p->entry_values, p->entries, &p->entry_capacity, p->cols);
    p->entry_ids[p->entries] = row;
    return p->entry_values + p->entries++ * p->cols;
}

const float *parameter_grad_row(const struct parameter *p, size_t row)
{
    switch (p->gradient) {
    case GRADIENT_NONE:
        return NULL;
    case GRADIENT_DENSE:
        return p->grad + row * p->cols;
    case GRADIENT_ROWS:
    case GRADIENT_SPARSE:
        break;
    }
    if (!row_set_has(&p->grad_rows, (int64_t)row))
        return NULL;
    return p->grad_values + (size_t)p->grad_rows.slot[row] * p->cols;
}

void parameter_grad_dense(const struct parameter *p, float *out)
{
    size_t width = p->cols * sizeof *out;
    if (p->gradient == GRADIENT_DENSE) {
        memcpy(out, p->grad, p->rows * width);
        return;
    }
    memset(out, 0, p->rows * width);
    for (size_t i = 0; i < p->grad_rows.count; i++)
        memcpy(out + (size_t)p->grad_rows.list[i] * p->cols,
               p->grad_values + i * p->cols, width);
}

/* --- Values before the mini-batch ---------------------------------------- */

void parameter_save_row(struct parameter *p, size_t row)
{
    if (p->observe != NULL)
        p->observe(p->observer, row);
    if (!p->keep_before || row_set_has(&p->before_rows, (int64_t)row))
        return;
    size_t slot = row_set_add(&p->before_rows, (int64_t)row);
    p->before_values =
        grow_rows(p->before_values, slot, &p->before_capacity, p->cols);
    memcpy(p->before_values + slot * p->cols, p->value + row * p->cols,
           p->cols * sizeof *p->value);
}

void parameter_save_rows(struct parameter *p)
{
    for (size_t row = 0; (p->keep_before || p->observe) && row < p->rows; row++)
        parameter_save_row(p, row);
}

const float *parameter_before(const struct parameter *p, size_t row)
{
    if (!row_set_has(&p->before_rows, (int64_t)row))
        return p->value + row * p->cols;
    return p->before_values + (size_t)p->before_rows.slot[row] * p->cols;
}

/* --- Marks --------------------------------------------------------------- */

static void mark_if_nonzero(struct parameter *p, int64_t row,
                            const float *gradient)
{
    for (size_t i = 0; i < p->cols; i++) {
        if (gradient[i] != 0.0f) {
            row_set_add(&p->marks.grad_nonzero, row);
            return;
        }
    }
}

void parameter_mark_gradient(struct parameter *p)
{
    row_set_empty(&p->marks.grad_nonzero);
    if (p->gradient == GRADIENT_DENSE) {
        for (size_t row = 0; row < p->rows; row++)
            mark_if_nonzero(p, (int64_t)row, p->grad + row * p->cols);
        return;
    }
    for (size_t i = 0; i < p->grad_rows.count; i++)
        mark_if_nonzero(p, p->grad_rows.list[i], p->grad_values + i * p->cols);
}

void parameter_mark_changed(struct parameter *p)
{
    row_set_empty(&p->marks.changed);
    for (size_t i = 0; i < p->before_rows.count; i++) {
        int64_t row = p->before_rows.list[i];
        const float *now = p->value + (size_t)row * p->cols;
        if (memcmp(now, p->before_values + i * p->cols,
                   p->cols * sizeof *now) != 0)
            row_set_add(&p->marks.changed, row);
    }
}
