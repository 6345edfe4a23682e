/*
 * Elements are read and written as doubles, whatever the type; the result of
 * an operator has the type that PyTorch gives it.
 */
#include "lab/eval_ops.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

/* --- elements ----------------------------------------------------------- */

int eval_make(struct tensor *t, enum tensor_type type, int ndim,
              const int64_t *shape, struct error *err)
{
    size_t n = 1;

    *t = (struct tensor){0};
    for (int d = 0; d < ndim; d++) {
        if (shape[d] > 0 && n > SIZE_MAX / 16 / (size_t)shape[d])
            n = SIZE_MAX / 16;
        else
            n *= (size_t)shape[d];
    }
    if (memory_reserve(n, tensor_element_size(type),
                       "the result of this expression", err) != 0)
        return -1;
    tensor_reshape(t, type, ndim, shape);
    return 0;
}

static enum tensor_type type_of(const struct eval_value *value)
{
    switch (value->kind) {
    case EVAL_TENSOR:
        return value->tensor.type;
    case EVAL_FLOAT:
        return TENSOR_FLOAT32;
    case EVAL_BOOL:
        return TENSOR_BOOL;
    default:
        return TENSOR_INT64;
    }
}

static double number_of(const struct eval_value *v)
{
    if (v->kind == EVAL_FLOAT)
        return v->number;
    return v->kind == EVAL_BOOL ? v->truth : (double)v->integer;
}

void eval_to_tensor(const struct eval_value *value, struct tensor *out)
{
    *out = (struct tensor){0};
    if (value->kind == EVAL_TENSOR) {
        *out = tensor_borrow(value->tensor.type, value->tensor.ndim,
                             value->tensor.shape, value->tensor.data);
        return;
    }
    tensor_reshape(out, type_of(value), 0, NULL);
    tensor_set_element(out, 0, number_of(value));
}

/* --- operators ---------------------------------------------------------- */

static bool is_number(const struct eval_value *v)
{
    return v->kind == EVAL_INT || v->kind == EVAL_FLOAT || v->kind == EVAL_BOOL;
}

static double apply(enum expr_operator op, double a, double b)
{
    switch (op) {
    case EXPR_ADD:
        return a + b;
    case EXPR_SUBTRACT:
        return a - b;
    case EXPR_MULTIPLY:
        return a * b;
    case EXPR_DIVIDE:
        return a / b;
    case EXPR_EQUAL:
        return a == b;
    case EXPR_NOT_EQUAL:
        return a != b;
    case EXPR_LESS:
        return a < b;
    case EXPR_LESS_EQUAL:
        return a <= b;
    case EXPR_GREATER:
        return a > b;
    case EXPR_GREATER_EQUAL:
        return a >= b;
    case EXPR_MATMUL:
        break;
    }
    return (double)NAN;
}

/* Two floats with one rounding, as PyTorch's kernels have it. */
static double apply_float(enum expr_operator op, float a, float b)
{
    switch (op) {
    case EXPR_ADD:
        return (double)(a + b);
    case EXPR_SUBTRACT:
        return (double)(a - b);
    case EXPR_MULTIPLY:
        return (double)(a * b);
    case EXPR_DIVIDE:
        return (double)(a / b);
    default:
        return apply(op, (double)a, (double)b);
    }
}

static enum tensor_type result_type(enum expr_operator op, enum tensor_type a,
                                    enum tensor_type b)
{
    if (op >= EXPR_EQUAL)
        return TENSOR_BOOL;
    if (op == EXPR_DIVIDE || a == TENSOR_FLOAT32 || b == TENSOR_FLOAT32)
        return TENSOR_FLOAT32;
    return a == TENSOR_BOOL && b == TENSOR_BOOL ? TENSOR_BOOL : TENSOR_INT64;
}

int eval_refuse_bools(enum expr_operator op, struct error *err)
{
    return error_set(err, ERROR_RANGE,
                     "%s takes no True and False; .float() makes numbers of "
                     "them",
                     expr_operator_text(op));
}

/* PyTorch adds and multiplies them, as or and and. */
static bool takes_bools(enum expr_operator op, const struct tensor *a,
                        const struct tensor *b)
{
    bool left = a->type == TENSOR_BOOL, right = b->type == TENSOR_BOOL;

    return !(op == EXPR_SUBTRACT && (left || right)) &&
           !(op == EXPR_MATMUL && left && right);
}

static int shapes_differ(enum expr_operator op, const struct tensor *a,
                         const struct tensor *b, struct error *err)
{
    char x[160], y[160];

    return error_set(err, ERROR_RANGE, "%s does not fit shapes %s and %s%s",
                     expr_operator_text(op), tensor_shape_text(a, x),
                     tensor_shape_text(b, y),
                     op == EXPR_MATMUL
                         ? "; the columns of the left must be the rows of the "
                           "right"
                         : "; from the right, sizes must be equal or 1");
}

bool eval_broadcast_shape(const struct tensor *a, const struct tensor *b,
                          int *ndim, int64_t *shape)
{
    *ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    for (int d = 0; d < *ndim; d++) {
        int da = a->ndim - *ndim + d, db = b->ndim - *ndim + d;
        int64_t x = da >= 0 ? a->shape[da] : 1;
        int64_t y = db >= 0 ? b->shape[db] : 1;
        if (x != y && x != 1 && y != 1)
            return false;
        shape[d] = x == 1 ? y : x;
    }
    return true;
}

size_t eval_broadcast_index(const struct tensor *t, int ndim,
                            const int64_t *shape, size_t i)
{
    size_t index = 0, stride = 1;

    for (int d = ndim - 1; d >= 0; d--) {
        int dt = t->ndim - ndim + d;
        size_t size = shape[d] > 0 ? (size_t)shape[d] : 1, at = i % size;
        i /= size;
        if (dt < 0)
            continue;
        if (t->shape[dt] != 1)
            index += at * stride;
        stride *= (size_t)t->shape[dt];
    }
    return index;
}

static int elementwise(enum expr_operator op, const struct tensor *a,
                       const struct tensor *b, struct tensor *out,
                       struct error *err)
{
    int ndim;
    int64_t shape[TENSOR_DIMS_MAX] = {0};
    bool floats = a->type == TENSOR_FLOAT32 || b->type == TENSOR_FLOAT32 ||
                  op == EXPR_DIVIDE;
    size_t n;

    if (!eval_broadcast_shape(a, b, &ndim, shape))
        return shapes_differ(op, a, b, err);
    if (eval_make(out, result_type(op, a->type, b->type), ndim, shape, err) !=
        0)
        return -1;
    n = tensor_count(out);
    for (size_t i = 0; i < n; i++) {
        double x = tensor_element(a, eval_broadcast_index(a, ndim, shape, i));
        double y = tensor_element(b, eval_broadcast_index(b, ndim, shape, i));
        tensor_set_element(out, i,
                           floats ? apply_float(op, (float)x, (float)y)
                                  : apply(op, x, y));
    }
    return 0;
}

/*
 * A matrix product as torch.matmul has it: a vector is a row on the left, a
 * column on the right; dimensions before the last two are a batch, and those
 * of both sides broadcast.
 */
struct matmul {
    size_t n, k, m;       /* (n, k) @ (k, m) */
    int batch;            /* dimensions of the batch, of the result */
    int a_batch, b_batch; /* ... of each side */
};

static int64_t batch_size(const struct tensor *t, int own, int batch, int d)
{
    int at = d - (batch - own);

    return at < 0 ? 1 : t->shape[at];
}

/* Elements before the matrix of batch number i. */
static size_t matrix_at(const struct tensor *t, int own, int batch,
                        const int64_t *shape, size_t i, size_t elements)
{
    size_t at = 0, stride = elements;

    for (int d = batch - 1; d >= 0; d--) {
        size_t size = (size_t)batch_size(t, own, batch, d);
        size_t here = i % (size_t)shape[d];
        i /= (size_t)shape[d];
        at += (size == 1 ? 0 : here) * stride;
        stride *= size;
    }
    return at;
}

static bool plan_matmul(const struct tensor *a, const struct tensor *b,
                        struct matmul *p, int64_t *shape)
{
    if (a->ndim < 1 || b->ndim < 1)
        return false;
    p->a_batch = a->ndim > 2 ? a->ndim - 2 : 0;
    p->b_batch = b->ndim > 2 ? b->ndim - 2 : 0;
    p->batch = p->a_batch > p->b_batch ? p->a_batch : p->b_batch;
    p->n = a->ndim > 1 ? (size_t)a->shape[a->ndim - 2] : 1;
    p->k = (size_t)a->shape[a->ndim - 1];
    p->m = b->ndim > 1 ? (size_t)b->shape[b->ndim - 1] : 1;
    if ((size_t)b->shape[b->ndim > 1 ? b->ndim - 2 : 0] != p->k)
        return false;
    for (int d = 0; d < p->batch; d++) {
        int64_t x = batch_size(a, p->a_batch, p->batch, d);
        int64_t y = batch_size(b, p->b_batch, p->batch, d);
        if (x != y && x != 1 && y != 1)
            return false;
        shape[d] = x == 1 ? y : x;
    }
    return true;
}

static void multiply(const struct matmul *p, const struct tensor *a,
                     size_t a_at, const struct tensor *b, size_t b_at,
                     struct tensor *out, size_t out_at)
{
    for (size_t i = 0; i < p->n; i++) {
        for (size_t c = 0; c < p->m; c++) {
            double sum = 0;
            for (size_t j = 0; j < p->k; j++)
                sum += tensor_element(a, a_at + i * p->k + j) *
                       tensor_element(b, b_at + j * p->m + c);
            tensor_set_element(out, out_at + i * p->m + c, sum);
        }
    }
}

int eval_matmul(const struct tensor *a, const struct tensor *b,
                struct tensor *out, struct error *err)
{
    int64_t shape[TENSOR_DIMS_MAX + 2] = {0};
    struct matmul p = {0};
    size_t matrices = 1;
    int ndim;

    if (!plan_matmul(a, b, &p, shape))
        return shapes_differ(EXPR_MATMUL, a, b, err);
    if (a->type != b->type)
        return error_set(err, ERROR_RANGE,
                         "@ wants both sides of one type; one holds floats, "
                         "the other integers");
    for (int d = 0; d < p.batch; d++)
        matrices *= (size_t)shape[d];
    ndim = p.batch;
    if (a->ndim > 1)
        shape[ndim++] = (int64_t)p.n;
    if (b->ndim > 1)
        shape[ndim++] = (int64_t)p.m;
    if (eval_make(out, a->type, ndim, shape, err) != 0)
        return -1;
    for (size_t i = 0; i < matrices; i++)
        multiply(&p, a, matrix_at(a, p.a_batch, p.batch, shape, i, p.n * p.k),
                 b, matrix_at(b, p.b_batch, p.batch, shape, i, p.k * p.m), out,
                 i * p.n * p.m);
    return 0;
}

/* Two Python numbers. */
static int number_result(enum expr_operator op, const struct eval_value *a,
                         const struct eval_value *b, struct eval_value *out,
                         struct error *err)
{
    double result = apply(op, number_of(a), number_of(b));
    bool whole = a->kind != EVAL_FLOAT && b->kind != EVAL_FLOAT &&
                 op != EXPR_DIVIDE;

    if (op == EXPR_DIVIDE && number_of(b) == 0)
        return error_set(err, ERROR_RANGE, "a number divided by zero");
    *out = (struct eval_value){.number = result, .truth = result != 0};
    if (op >= EXPR_EQUAL)
        out->kind = EVAL_BOOL;
    else
        out->kind = whole ? EVAL_INT : EVAL_FLOAT;
    if (whole)
        out->integer = (int64_t)result;
    return 0;
}

static bool sizes_equal(const struct eval_value *a, const struct eval_value *b)
{
    return a->ndim == b->ndim &&
           memcmp(a->size, b->size, (size_t)a->ndim * sizeof *a->size) == 0;
}

int eval_binary(enum expr_operator op, const struct eval_value *left,
                const struct eval_value *right, struct eval_value *out,
                struct error *err)
{
    struct tensor a, b;
    int status;

    *out = (struct eval_value){.kind = EVAL_TENSOR};
    if (left->kind == EVAL_SIZE && right->kind == EVAL_SIZE &&
        (op == EXPR_EQUAL || op == EXPR_NOT_EQUAL)) {
        *out = (struct eval_value){.kind = EVAL_BOOL,
                                   .truth = sizes_equal(left, right) ==
                                            (op == EXPR_EQUAL)};
        return 0;
    }
    if (is_number(left) && is_number(right) && op != EXPR_MATMUL) {
        return number_result(op, left, right, out, err);
    }
    if ((left->kind != EVAL_TENSOR && !is_number(left)) ||
        (right->kind != EVAL_TENSOR && !is_number(right)))
        return error_set(
            err, ERROR_USAGE, "%s takes tensors and numbers; one side is %s",
            expr_operator_text(op),
            left->kind == EVAL_NONE || right->kind == EVAL_NONE ? "None"
                                                                : "neither");
    eval_to_tensor(left, &a);
    eval_to_tensor(right, &b);
    if (!takes_bools(op, &a, &b))
        status = eval_refuse_bools(op, err);
    else if (op == EXPR_MATMUL)
        status = eval_matmul(&a, &b, &out->tensor, err);
    else
        status = elementwise(op, &a, &b, &out->tensor, err);
    tensor_clear(&a);
    tensor_clear(&b);
    return status;
}
