/*
 * A tensor's values lie at data, in C order. capacity > 0 says that this
 * struct owns the block there and how many bytes it has; reshaping keeps a
 * block that is large enough, so that a buffer reused from mini-batch to
 * mini-batch is allocated once.
 */
#include "nn/tensor.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

size_t tensor_count(const struct tensor *t)
{
    size_t count = 1;
    for (int i = 0; i < t->ndim; i++)
        count *= (size_t)t->shape[i];
    return count;
}

size_t tensor_element_size(enum tensor_type type)
{
    switch (type) {
    case TENSOR_FLOAT32:
        return sizeof(float);
    case TENSOR_INT64:
        return sizeof(int64_t);
    case TENSOR_BOOL:
        return sizeof(bool);
    }
    assert(false && "a type of tensor that does not exist");
    return 1;
}

static void set_shape(struct tensor *t, enum tensor_type type, int ndim,
                      const int64_t *shape)
{
    assert(ndim >= 0 && ndim <= TENSOR_DIMS_MAX);
    t->type = type;
    t->ndim = ndim;
    memset(t->shape, 0, sizeof t->shape);
    for (int i = 0; i < ndim; i++) {
        assert(shape[i] >= 0);
        t->shape[i] = shape[i];
    }
}

double tensor_element(const struct tensor *t, size_t i)
{
    switch (t->type) {
    case TENSOR_FLOAT32:
        return (double)t->f[i];
    case TENSOR_INT64:
        return (double)t->i[i];
    case TENSOR_BOOL:
        break;
    }
    return t->b[i] ? 1 : 0;
}

void tensor_set_element(struct tensor *t, size_t i, double value)
{
    switch (t->type) {
    case TENSOR_FLOAT32:
        t->f[i] = (float)value;
        break;
    case TENSOR_INT64:
        t->i[i] = (int64_t)value;
        break;
    case TENSOR_BOOL:
        t->b[i] = value != 0;
        break;
    }
}

void tensor_reshape(struct tensor *t, enum tensor_type type, int ndim,
                    const int64_t *shape)
{
    set_shape(t, type, ndim, shape);
    size_t bytes = tensor_count(t) * tensor_element_size(type);
    if (t->capacity >= bytes && t->capacity > 0)
        return;
    if (t->capacity > 0)
        free(t->data);
    t->capacity = bytes > 0 ? bytes : 1;
    t->data = memory_new(t->capacity, 1);
}

void tensor_clear(struct tensor *t)
{
    if (t->capacity > 0)
        free(t->data);
    memset(t, 0, sizeof *t);
}

struct tensor tensor_borrow(enum tensor_type type, int ndim,
                            const int64_t *shape, void *data)
{
    struct tensor t = {0};
    set_shape(&t, type, ndim, shape);
    t.data = data;
    return t;
}

struct tensor tensor_copy(const struct tensor *t)
{
    struct tensor copy = {0};
    tensor_reshape(&copy, t->type, t->ndim, t->shape);
    size_t bytes = tensor_count(t) * tensor_element_size(t->type);
    if (bytes > 0)
        memcpy(copy.data, t->data, bytes);
    return copy;
}

const char *tensor_shape_text(const struct tensor *t, char out[160])
{
    const size_t size = 160;
    size_t length = 1;
    out[0] = '(';
    for (int i = 0; i < t->ndim; i++)
        length += (size_t)snprintf(out + length, size - length,
                                   i == 0 ? "%" PRId64 : ", %" PRId64,
                                   t->shape[i]);
    snprintf(out + length, size - length, t->ndim == 1 ? ",)" : ")");
    return out;
}
