/*
 * The COO entries of a sparse gradient when a second backward pass adds to
 * them: what PyTorch's sum of two sparse tensors makes of the two lists.
 */
#ifndef EMBLAB_NN_ENTRIES_H
#define EMBLAB_NN_ENTRIES_H

#include <stddef.h>

#include "nn/parameter.h"

/*
 * Merge the entries from `first` on into those before it: both lists are
 * taken for sorted, and entries that meet with the same row become one.
 */
void entries_merge(struct parameter *p, size_t first);

/* The rows' gradients from the entries, in their order. */
void entries_sum(struct parameter *p);

/* One entry a row, ascending, each the row's gradient. */
void entries_coalesce(struct parameter *p);

#endif
