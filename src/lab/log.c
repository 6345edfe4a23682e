/*
 * Invariant: a row is in log_rows.rows exactly if its value or its optimizer
 * state may differ from those at the log's start; values and state hold, at
 * the row's slot, what they were. Until a first step there is no state, which
 * stands for that of a new optimizer.
 */
#include "lab/log.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void *grow(void *array, size_t slot, size_t *capacity, size_t size)
{
    return size > 0 ? memory_grow(array, slot, capacity, size) : array;
}

/* The observer of a parameter. */
static void save_row(void *observer, size_t row)
{
    struct log_rows *log = observer;
    const struct parameter *p = log->p;
    size_t slot, width = p->cols * sizeof(float);

    if (row_set_has(&log->rows, (int64_t)row))
        return;
    slot = row_set_add(&log->rows, (int64_t)row);
    log->values = grow(log->values, slot, &log->value_capacity, width);
    memcpy(log->values + slot * p->cols, p->value + row * p->cols, width);
    if (log->replaced || log->state_size == 0)
        return;
    log->state = grow(log->state, slot, &log->state_capacity,
                      log->state_size * sizeof(float));
    optimizer_save_row(log->optimizer, log->index, row,
                       log->state + slot * log->state_size);
}

/* From now on nothing is logged. The size of a state is fixed here: the
 * first step of an optimizer allocates it, but then it stood for a new one's.
 */
static void begin(struct log_rows *log)
{
    size_t size =
        log->optimizer ? optimizer_row_size(log->optimizer, log->index) : 0;

    row_set_empty(&log->rows);
    log->replaced = false;
    if (size == log->state_size)
        return;
    free(log->state); /* its room was counted in rows of another size */
    log->state = NULL;
    log->state_capacity = 0;
    log->state_size = size;
}

void log_start(struct log *log, struct model *model,
               struct optimizer *optimizer)
{
    log_stop(log);
    log->listening = true;
    log->parameters = model->parameter_count;
    for (size_t i = 0; i < log->parameters; i++) {
        struct log_rows *rows = &log->parameter[i];
        *rows = (struct log_rows){
            .p = model->parameters[i], .optimizer = optimizer, .index = i};
        row_set_init(&rows->rows, rows->p->rows);
        begin(rows);
        rows->p->observe = save_row;
        rows->p->observer = rows;
    }
}

void log_optimizer_replaced(struct log *log)
{
    for (size_t i = 0; i < log->parameters; i++) {
        struct log_rows *rows = &log->parameter[i];
        if (!rows->replaced)
            rows->with_state = rows->rows.count;
        rows->replaced = true;
    }
}

static size_t rows_with_state(const struct log_rows *log)
{
    return log->replaced ? log->with_state : log->rows.count;
}

void log_stop(struct log *log)
{
    for (size_t i = 0; i < log->parameters; i++) {
        struct log_rows *rows = &log->parameter[i];
        rows->p->observe = NULL;
        rows->p->observer = NULL;
        row_set_clear(&rows->rows);
        free(rows->values);
        free(rows->state);
    }
    *log = (struct log){0};
}

static size_t seal_rows(struct log_rows *log, struct delta_rows *out)
{
    size_t n = log->rows.count, cols = log->p->cols;
    size_t states = rows_with_state(log) * log->state_size;

    *out = (struct delta_rows){.count = n,
                               .cols = cols,
                               .state_size = log->state_size,
                               .with_state = rows_with_state(log)};
    if (n > 0) {
        out->rows = memory_copy(log->rows.list, n, sizeof *out->rows);
        out->values = memory_copy(log->values, n * cols, sizeof(float));
    }
    if (states > 0)
        out->state = memory_copy(log->state, states, sizeof(float));
    begin(log);
    return n * (sizeof *out->rows + cols * sizeof(float)) +
           states * sizeof(float);
}

struct delta *log_seal(struct log *log)
{
    struct delta *delta = memory_zeroed(1, sizeof *delta);

    delta->parameters = log->parameters;
    delta->bytes = sizeof *delta;
    for (size_t i = 0; i < log->parameters; i++)
        delta->bytes += seal_rows(&log->parameter[i], &delta->parameter[i]);
    return delta;
}

void delta_free(struct delta *delta)
{
    for (size_t i = 0; delta && i < delta->parameters; i++) {
        free(delta->parameter[i].rows);
        free(delta->parameter[i].values);
        free(delta->parameter[i].state);
    }
    free(delta);
}

/* A row's state back; where there was none, that of a new optimizer. */
static void restore_state(struct optimizer *optimizer, size_t index, size_t row,
                          const float *state, size_t state_size)
{
    size_t now = optimizer ? optimizer_row_size(optimizer, index) : 0;

    if (now > 0)
        optimizer_restore_row(optimizer, index, row,
                              state_size == now ? state : NULL);
}

static const float *row_state(const struct delta_rows *delta, size_t i)
{
    return delta->state_size > 0 ? delta->state + i * delta->state_size : NULL;
}

static void apply_rows(const struct delta_rows *delta, struct parameter *p,
                       struct optimizer *optimizer, size_t index)
{
    for (size_t i = 0; i < delta->count; i++) {
        size_t row = (size_t)delta->rows[i];
        memcpy(p->value + row * p->cols, delta->values + i * p->cols,
               p->cols * sizeof(float));
        if (i < delta->with_state)
            restore_state(optimizer, index, row, row_state(delta, i),
                          delta->state_size);
    }
}

void delta_apply(const struct delta *delta, struct model *model,
                 struct optimizer *optimizer)
{
    for (size_t i = 0; i < delta->parameters; i++)
        apply_rows(&delta->parameter[i], model->parameters[i], optimizer, i);
}

void log_take_back(struct log *log)
{
    for (size_t i = 0; i < log->parameters; i++) {
        struct log_rows *rows = &log->parameter[i];
        struct delta_rows view = {.count = rows->rows.count,
                                  .cols = rows->p->cols,
                                  .state_size = rows->state_size,
                                  .with_state = rows_with_state(rows),
                                  .rows = rows->rows.list,
                                  .values = rows->values,
                                  .state = rows->state};
        apply_rows(&view, rows->p, rows->optimizer, rows->index);
        begin(rows);
    }
}
