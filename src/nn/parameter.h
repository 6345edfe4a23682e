/*
 * A parameter: values (rows, cols), its gradient, whether it is frozen, its
 * marks, and the values it had when the mini-batch began.
 *
 * The gradient of an embedding is kept as the rows that have one, so that its
 * cost follows the ids of the mini-batch; PyTorch's dense (V, D) gradient is
 * those rows among zeros, its sparse one the entries a position. The gradient
 * of a linear layer is dense.
 * PyTorch: torch.nn.Parameter.
 */
#ifndef EMBLAB_NN_PARAMETER_H
#define EMBLAB_NN_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/rows.h"
#include "nn/tensor.h"

enum parameter_kind {
    PARAMETER_EMBEDDING, /* gradient by rows */
    PARAMETER_LINEAR,    /* gradient dense */
};

enum gradient_form {
    GRADIENT_NONE,   /* PyTorch prints None: no backward yet, or frozen */
    GRADIENT_ROWS,   /* the rows in grad_rows, all other rows zero */
    GRADIENT_SPARSE, /* the same, and PyTorch holds COO entries */
    GRADIENT_DENSE,  /* grad: every element */
};

struct parameter {
    const char *name; /* "W", "U", "b", "Wu", ... static */
    enum parameter_kind kind;
    int ndim;     /* 2, or 1 for a bias: (rows,), cols is 1 */
    size_t rows;  /* V, or out_features */
    size_t cols;  /* D, or in_features, or 1 */
    float *value; /* (rows, cols) */
    bool frozen;  /* requires_grad=False */

    enum gradient_form gradient;
    float *grad;              /* dense: (rows, cols), else not meaningful */
    struct row_set grad_rows; /* rows: which, slot: where in grad_values */
    float *grad_values;       /* (grad_rows.count, cols), coalesced */
    size_t grad_capacity;     /* rows of room in grad_values */
    int64_t *entry_ids;       /* sparse: (entries) row of each COO entry */
    float *entry_values;      /* sparse: (entries, cols), uncoalesced */
    size_t entries;
    size_t entry_capacity;

    struct row_marks marks;

    /*
     * Values at the start of the mini-batch of the rows that were about to
     * change (an update, max_norm); a row not in before_rows is as it was.
     * Kept only where a step is to be seen (parameter_keep_before).
     */
    bool keep_before;
    struct row_set before_rows;
    float *before_values; /* (before_rows.count, cols) */
    size_t before_capacity;

    /* Told of every row before it changes, by whoever wants to take it back;
     * NULL: nobody. Not copied by parameter_copy. */
    void (*observe)(void *observer, size_t row);
    void *observer;
};

/* Allocate values (undefined) of (rows, cols); ask memory_reserve first. */
void parameter_init(struct parameter *p, const char *name,
                    enum parameter_kind kind, int ndim, size_t rows,
                    size_t cols);
void parameter_clear(struct parameter *p);

/* Make `to` a copy of everything in `from`, to the bit; clear it in the end. */
void parameter_copy(struct parameter *to, const struct parameter *from);

/* Gradient back to None. PyTorch: zero_grad(set_to_none=True). */
void parameter_zero_grad(struct parameter *p);

/* Start of a mini-batch: marks and before-values emptied, gradient None. */
void parameter_begin_batch(struct parameter *p);

/*
 * Whoever changes a value (or the optimizer's state of a row) calls it first:
 * tells the observer, and remembers the row's values, once a mini-batch, where
 * keep_before is set.
 */
void parameter_save_row(struct parameter *p, size_t row);
/* The same for all rows; nothing where nobody asks. */
void parameter_save_rows(struct parameter *p);
/* The row's values at the start of the mini-batch. (cols), borrowed. */
const float *parameter_before(const struct parameter *p, size_t row);

/*
 * What a backward pass calls. Beginning turns None into a gradient of zeros
 * of that form, and leaves one that is there to accumulate on. Pointers are
 * borrowed until the next call.
 *
 * begin_dense: the gradient, (rows, cols).
 * begin_rows: no row yet; add_row then gives the row's coalesced gradient
 * (cols), zeros when it is new; add_entry (sparse) one more COO entry's values
 * (cols), undefined, which the caller also adds to the row's gradient.
 */
float *parameter_grad_begin_dense(struct parameter *p);
void parameter_grad_begin_rows(struct parameter *p, bool sparse);
float *parameter_grad_add_row(struct parameter *p, int64_t row);
float *parameter_grad_add_entry(struct parameter *p, int64_t row);

/* The coalesced gradient of a row, NULL where it is zero by form or None. */
const float *parameter_grad_row(const struct parameter *p, size_t row);

/* Write the gradient densified, (rows, cols), as PyTorch's .to_dense(). */
void parameter_grad_dense(const struct parameter *p, float *out);

/* Fill in marks.grad_nonzero and marks.changed from gradient and before. */
void parameter_mark_gradient(struct parameter *p);
void parameter_mark_changed(struct parameter *p);

#endif
