/*
 * Tensors as PyTorch prints them, character for character: widths, digits,
 * its rule for scientific notation, summarising, suffixes. PyTorch: print(t),
 * torch.set_printoptions (behaviour of 1.13).
 */
#ifndef EMBLAB_LAB_TENSOR_TEXT_H
#define EMBLAB_LAB_TENSOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "nn/tensor.h"

enum tensor_print_sci {
    TENSOR_PRINT_SCI_AUTO, /* sci_mode=None */
    TENSOR_PRINT_SCI_ON,
    TENSOR_PRINT_SCI_OFF,
};

enum { TENSOR_PRINT_PRECISION_MAX = 64 };

/* PyTorch: torch.set_printoptions. */
struct tensor_print_options {
    int precision;    /* digits behind the point, 0 to ..._PRECISION_MAX */
    size_t threshold; /* more elements than this are summarised; SIZE_MAX */
    int edgeitems;    /* shown at each end of a dimension then, at least 1 */
    int linewidth;    /* columns before a line breaks */
    enum tensor_print_sci sci_mode;
};

/* precision 4, threshold 1000, edgeitems 3, linewidth 80, sci_mode auto. */
struct tensor_print_options tensor_print_defaults(void);

/*
 * Append what print(t) shows, without the newline at its end. suffix: such as
 * "grad_fn=<EmbeddingBackward0>" or "requires_grad=True"; NULL: none.
 */
void tensor_text_print(const struct tensor *t,
                       const struct tensor_print_options *options,
                       const char *suffix, struct str *out);

/* The same of an nn.Parameter: its line "Parameter containing:" and whether
 * it requires a gradient (is not frozen). */
void tensor_text_print_parameter(const struct tensor *t,
                                 const struct tensor_print_options *options,
                                 bool requires_grad, struct str *out);

/*
 * The same of a sparse COO tensor of ndim dimensions, shape. indices: (S, nnz)
 * int64, S sparse dimensions; values: (nnz, ...), the dimensions left. W.grad
 * of an embedding with sparse=True: (1, nnz) and (nnz, D).
 */
void tensor_text_print_sparse(const struct tensor *indices,
                              const struct tensor *values, int ndim,
                              const int64_t *shape,
                              const struct tensor_print_options *options,
                              const char *suffix, struct str *out);

#endif
