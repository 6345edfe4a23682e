/*
 * A tensor as the rest of the house sees it: type, shape, values in C order.
 * It either owns its values or borrows them from a parameter or a batch.
 */
#ifndef EMBLAB_NN_TENSOR_H
#define EMBLAB_NN_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tensor_type { TENSOR_FLOAT32, TENSOR_INT64, TENSOR_BOOL };

enum { TENSOR_DIMS_MAX = 8 };

struct tensor {
    enum tensor_type type;
    int ndim; /* 0: a scalar */
    int64_t shape[TENSOR_DIMS_MAX];
    union {
        void *data;
        float *f;
        int64_t *i;
        bool *b;
    };
    size_t capacity; /* bytes owned at data; 0: borrowed or empty */
};

/* Number of elements: the product of the shape, 1 for a scalar. */
size_t tensor_count(const struct tensor *t);
size_t tensor_element_size(enum tensor_type type);
/* Element i in C order as a number, True is 1; and back. */
double tensor_element(const struct tensor *t, size_t i);
void tensor_set_element(struct tensor *t, size_t i, double value);

/*
 * Give t this type and shape and room for its values, which are undefined
 * afterwards; reuses owned memory. The room must have been asked for
 * (memory_reserve) where a person chose the size. Zeroed struct: empty tensor.
 */
void tensor_reshape(struct tensor *t, enum tensor_type type, int ndim,
                    const int64_t *shape);
void tensor_clear(struct tensor *t);

/* A view of values that belong to someone else. */
struct tensor tensor_borrow(enum tensor_type type, int ndim,
                            const int64_t *shape, void *data);

/* An owned copy. PyTorch: tensor.clone(). */
struct tensor tensor_copy(const struct tensor *t);

/* "(17, 6)", "(8,)", "()": the shape as Python writes it. */
const char *tensor_shape_text(const struct tensor *t, char out[160]);

#endif
