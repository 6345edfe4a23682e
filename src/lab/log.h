/*
 * The rows that changed since a moment, with the values they had then: what
 * it takes to go back. Costs follow the rows touched. While it listens it is
 * the observer of every parameter; sealed, it is a delta, as small as it can
 * be, that a chain of them keeps.
 */
#ifndef EMBLAB_LAB_LOG_H
#define EMBLAB_LAB_LOG_H

#include "nn/model.h"
#include "nn/optimizer.h"

/* Rows of one parameter as they were. */
struct delta_rows {
    size_t count;
    size_t cols;
    size_t state_size; /* floats of optimizer state a row; 0: zeros */
    size_t with_state; /* the first rows; the others' state is as it was */
    int64_t *rows;     /* (count) */
    float *values;     /* (count, cols) */
    float *state;      /* (count, state_size) */
};

struct delta {
    size_t parameters;
    struct delta_rows parameter[MODEL_PARAMETERS_MAX];
    size_t bytes;
};

/* One parameter being listened to. */
struct log_rows {
    struct parameter *p;
    struct optimizer *optimizer; /* NULL: no data yet */
    size_t index;                /* of p in the optimizer */
    struct row_set rows;
    float *values, *state;
    size_t value_capacity, state_capacity;
    size_t state_size;
    bool replaced;     /* the optimizer: states are no longer logged */
    size_t with_state; /* ... but of so many rows */
};

struct log {
    bool listening;
    size_t parameters;
    struct log_rows parameter[MODEL_PARAMETERS_MAX];
};

/*
 * Listen to the model's parameters from now on. optimizer may be NULL. The
 * log, the model and the optimizer must stay where they are.
 */
void log_start(struct log *log, struct model *model,
               struct optimizer *optimizer);
void log_stop(struct log *log); /* frees; the parameters have no observer */

/* The optimizer is another object from now on. The one before keeps its
 * states, so of rows that change from now on only the values are logged. */
void log_optimizer_replaced(struct log *log);

/* What was logged as a delta of its own; the log goes on from now, empty. */
struct delta *log_seal(struct log *log);
void delta_free(struct delta *delta); /* NULL too */

/* Put the rows back and go on, empty. */
void log_take_back(struct log *log);
void delta_apply(const struct delta *delta, struct model *model,
                 struct optimizer *optimizer);

#endif
