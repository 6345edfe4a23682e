#include "lab/eval_ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/product.h"

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

double eval_element(const struct tensor *t, size_t i)
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

void eval_set(struct tensor *t, size_t i, double value)
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
    eval_set(out, 0, number_of(value));
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
    return a == TENSOR_BOOL && b == TENSOR_BOOL && op == EXPR_MULTIPLY
               ? TENSOR_BOOL
               : TENSOR_INT64;
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

/* PyTorch's broadcasting: from the right, equal or 1. */
static bool broadcast_shape(const struct tensor *a, const struct tensor *b,
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

/* Where element i of a shape lies in a tensor broadcast to it. */
static size_t broadcast_index(const struct tensor *t, int ndim,
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

    if (!broadcast_shape(a, b, &ndim, shape))
        return shapes_differ(op, a, b, err);
    if (eval_make(out, result_type(op, a->type, b->type), ndim, shape, err) !=
        0)
        return -1;
    n = tensor_count(out);
    for (size_t i = 0; i < n; i++) {
        double x = eval_element(a, broadcast_index(a, ndim, shape, i));
        double y = eval_element(b, broadcast_index(b, ndim, shape, i));
        eval_set(out, i,
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
                sum += eval_element(a, a_at + i * p->k + j) *
                       eval_element(b, b_at + j * p->m + c);
            eval_set(out, out_at + i * p->m + c, sum);
        }
    }
}

static int matmul(const struct tensor *a, const struct tensor *b,
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
    status = op == EXPR_MATMUL ? matmul(&a, &b, &out->tensor, err)
                               : elementwise(op, &a, &b, &out->tensor, err);
    tensor_clear(&a);
    tensor_clear(&b);
    return status;
}

/* --- functions: element by element -------------------------------------- */

static int no_tensor(const char *name, struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "%s wants a tensor as its first argument", name);
}

static int map_to(const struct tensor *x, double (*function)(double),
                  enum tensor_type type, struct tensor *out, struct error *err)
{
    size_t n = tensor_count(x);

    if (eval_make(out, type, x->ndim, x->shape, err) != 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        eval_set(out, i, function(eval_element(x, i)));
    return 0;
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* --- functions: along a dimension --------------------------------------- */

/* A tensor as (outer, along, inner) around a dimension. */
struct around {
    size_t outer, along, inner;
};

static int check_dim(const struct tensor *x, int64_t *dim, struct error *err)
{
    int64_t n = x->ndim > 0 ? x->ndim : 1;

    if (*dim < -n || *dim >= n)
        return error_set(err, ERROR_RANGE,
                         "dim=%lld is out of range; this tensor takes %lld to "
                         "%lld",
                         (long long)*dim, (long long)-n, (long long)n - 1);
    if (*dim < 0)
        *dim += n;
    return 0;
}

static struct around split(const struct tensor *x, int64_t dim)
{
    struct around a = {1, 1, 1};

    for (int d = 0; d < x->ndim; d++) {
        size_t size = (size_t)x->shape[d];
        if (d < dim)
            a.outer *= size;
        else if (d == dim)
            a.along = size;
        else
            a.inner *= size;
    }
    return a;
}

/* Reduce `along` elements, inner apart, from element first on. */
typedef double reduce(const struct tensor *x, size_t first, size_t step,
                      size_t count, double p);

static double reduce_sum(const struct tensor *x, size_t first, size_t step,
                         size_t count, double p)
{
    double sum = 0;

    (void)p;
    for (size_t i = 0; i < count; i++)
        sum += eval_element(x, first + i * step);
    return sum;
}

static double reduce_mean(const struct tensor *x, size_t first, size_t step,
                          size_t count, double p)
{
    return reduce_sum(x, first, step, count, p) / (double)count;
}

static double find_extreme(const struct tensor *x, size_t first, size_t step,
                           size_t count, double sign, bool index)
{
    size_t best = 0;

    for (size_t i = 1; i < count; i++) {
        if (sign * eval_element(x, first + i * step) >
            sign * eval_element(x, first + best * step))
            best = i;
    }
    return index ? (double)best : eval_element(x, first + best * step);
}

static double reduce_max(const struct tensor *x, size_t first, size_t step,
                         size_t count, double p)
{
    (void)p;
    return find_extreme(x, first, step, count, 1, false);
}

static double reduce_min(const struct tensor *x, size_t first, size_t step,
                         size_t count, double p)
{
    (void)p;
    return find_extreme(x, first, step, count, -1, false);
}

static double reduce_argmax(const struct tensor *x, size_t first, size_t step,
                            size_t count, double p)
{
    (void)p;
    return find_extreme(x, first, step, count, 1, true);
}

static double reduce_argmin(const struct tensor *x, size_t first, size_t step,
                            size_t count, double p)
{
    (void)p;
    return find_extreme(x, first, step, count, -1, true);
}

static double reduce_norm(const struct tensor *x, size_t first, size_t step,
                          size_t count, double p)
{
    double sum = 0, largest = 0;

    for (size_t i = 0; i < count; i++) {
        double v = fabs(eval_element(x, first + i * step));
        largest = v > largest ? v : largest;
        sum += p == 2 ? v * v : pow(v, p);
    }
    if (isinf(p))
        return largest;
    return p == 2 ? sqrt(sum) : pow(sum, 1 / p);
}

/* Over one dimension, or over all elements. */
static int reduce_tensor(const struct tensor *x, reduce *function, double p,
                         enum tensor_type type,
                         const struct eval_arguments *args, struct tensor *out,
                         struct error *err)
{
    int64_t dim = args->dim, shape[TENSOR_DIMS_MAX] = {0};
    struct around a = {1, tensor_count(x), 1};
    int ndim = 0;

    if (args->has_dim) {
        if (check_dim(x, &dim, err) != 0)
            return -1;
        a = split(x, dim);
        for (int d = 0; d < x->ndim; d++) {
            if (d != dim || args->keepdim)
                shape[ndim++] = d == dim ? 1 : x->shape[d];
        }
    }
    if (a.along == 0 && function != reduce_sum && function != reduce_mean)
        return error_set(err, ERROR_RANGE, "there is no element to choose");
    if (eval_make(out, type, ndim, shape, err) != 0)
        return -1;
    for (size_t i = 0; i < a.outer * a.inner; i++)
        eval_set(out, i,
                 function(x, i / a.inner * a.along * a.inner + i % a.inner,
                          a.inner, a.along, p));
    return 0;
}

static int softmax(const struct tensor *x, const struct eval_arguments *args,
                   struct tensor *out, struct error *err)
{
    int64_t dim = args->has_dim ? args->dim : -1;
    struct around a;

    if (check_dim(x, &dim, err) != 0)
        return -1;
    a = split(x, dim);
    if (eval_make(out, TENSOR_FLOAT32, x->ndim, x->shape, err) != 0)
        return -1;
    for (size_t i = 0; i < a.outer * a.inner; i++) {
        size_t first = i / a.inner * a.along * a.inner + i % a.inner;
        double most = reduce_max(x, first, a.inner, a.along, 0), sum = 0;
        for (size_t j = 0; j < a.along; j++)
            sum += exp(eval_element(x, first + j * a.inner) - most);
        for (size_t j = 0; j < a.along; j++)
            out->f[first + j * a.inner] =
                (float)(exp(eval_element(x, first + j * a.inner) - most) / sum);
    }
    return 0;
}

/* PyTorch has these for floats alone: an id is no amount. */
static int need_floats(const char *name, const struct tensor *x,
                       struct error *err)
{
    if (x->type == TENSOR_FLOAT32)
        return 0;
    return error_set(err, ERROR_USAGE, "%s wants floats; .float() makes them",
                     name);
}

/* --- functions: the rest ------------------------------------------------ */

/* F.cosine_similarity's eps: no norm is taken for less. */
static double clamped_norm(double squares)
{
    double norm = sqrt(squares);

    return norm > 1e-8 ? norm : 1e-8;
}

/* x and y broadcast to shape, whose elements `along` step apart from i on. */
struct cosine {
    const struct tensor *x, *y;
    int ndim;
    int64_t shape[TENSOR_DIMS_MAX];
};

static double cosine_of(const struct cosine *c, size_t first, size_t step,
                        size_t along)
{
    double dot = 0, xx = 0, yy = 0;

    for (size_t j = 0; j < along; j++) {
        size_t i = first + j * step;
        double p =
            eval_element(c->x, broadcast_index(c->x, c->ndim, c->shape, i));
        double q =
            eval_element(c->y, broadcast_index(c->y, c->ndim, c->shape, i));
        dot += p * q;
        xx += p * p;
        yy += q * q;
    }
    return dot / (clamped_norm(xx) * clamped_norm(yy));
}

/* F.cosine_similarity(x, y, dim=1): the two broadcast, then dim is left out.
 * cos_sim is the same, and takes two vectors without a dim as well. */
static int cosine(const char *name, const struct eval_arguments *args,
                  const struct tensor *x, const struct tensor *y,
                  struct tensor *out, struct error *err)
{
    struct cosine c = {.x = x, .y = y};
    struct tensor whole = {0};
    int64_t dim = args->has_dim ? args->dim : 1, shape[TENSOR_DIMS_MAX];
    struct around a;
    int ndim = 0;

    if (!broadcast_shape(x, y, &c.ndim, c.shape)) {
        char xs[160], ys[160];
        return error_set(err, ERROR_RANGE,
                         "%s does not fit shapes %s and %s; from the right, "
                         "sizes must be equal or 1",
                         name, tensor_shape_text(x, xs),
                         tensor_shape_text(y, ys));
    }
    if (!args->has_dim && c.ndim < 2 && str_equal(name, "cos_sim"))
        dim = 0;
    whole.ndim = c.ndim;
    memcpy(whole.shape, c.shape, sizeof c.shape);
    if (check_dim(&whole, &dim, err) != 0)
        return -1;
    a = split(&whole, dim);
    for (int d = 0; d < c.ndim; d++) {
        if (d != dim)
            shape[ndim++] = c.shape[d];
    }
    if (eval_make(out, TENSOR_FLOAT32, ndim, shape, err) != 0)
        return -1;
    for (size_t i = 0; i < a.outer * a.inner; i++)
        out->f[i] =
            (float)cosine_of(&c, i / a.inner * a.along * a.inner + i % a.inner,
                             a.inner, a.along);
    return 0;
}

static bool same_shape(const struct tensor *x, const struct tensor *y)
{
    return x->ndim == y->ndim &&
           memcmp(x->shape, y->shape, (size_t)x->ndim * sizeof *x->shape) == 0;
}

static bool is_close(const struct tensor *x, const struct tensor *y,
                     double rtol, double atol)
{
    size_t n = tensor_count(x);

    for (size_t i = 0; i < n; i++) {
        double a = eval_element(x, i), b = eval_element(y, i);
        if (!(a == b || fabs(a - b) <= atol + rtol * fabs(b)))
            return false;
    }
    return true;
}

static int nonzero(const struct tensor *x, struct tensor *out,
                   struct error *err)
{
    size_t n = tensor_count(x), found = 0;
    int64_t shape[2] = {0, x->ndim};

    for (size_t i = 0; i < n; i++)
        found += eval_element(x, i) != 0;
    shape[0] = (int64_t)found;
    if (eval_make(out, TENSOR_INT64, 2, shape, err) != 0)
        return -1;
    found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t rest = i;
        if (eval_element(x, i) == 0)
            continue;
        for (int d = x->ndim - 1; d >= 0; d--) {
            out->i[found * (size_t)x->ndim + (size_t)d] =
                (int64_t)(rest % (size_t)x->shape[d]);
            rest /= (size_t)x->shape[d];
        }
        found++;
    }
    return 0;
}

/* The rows that have an element that is not zero. */
static int rows_of(const struct tensor *x, struct tensor *out,
                   struct error *err)
{
    size_t rows = x->ndim > 0 ? (size_t)x->shape[0] : 0;
    size_t cols = rows > 0 ? tensor_count(x) / rows : 0, found = 0;

    if (eval_make(out, TENSOR_INT64, 1, &(int64_t){(int64_t)rows}, err) != 0)
        return -1;
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < cols; c++) {
            if (eval_element(x, r * cols + c) != 0) {
                out->i[found++] = (int64_t)r;
                break;
            }
        }
    }
    out->shape[0] = (int64_t)found;
    return 0;
}

static const struct tensor *sorting;

static int by_value(const void *a, const void *b)
{
    double x = eval_element(sorting, *(const size_t *)a);
    double y = eval_element(sorting, *(const size_t *)b);

    return (x > y) - (x < y);
}

static int unique(const struct tensor *x, struct tensor *out, struct error *err)
{
    size_t n = tensor_count(x), count = 0;
    size_t *order = memory_new(n, sizeof *order);
    int status = eval_make(out, x->type, 1, &(int64_t){(int64_t)n}, err);

    for (size_t i = 0; i < n; i++)
        order[i] = i;
    sorting = x;
    qsort(order, n, sizeof *order, by_value);
    for (size_t i = 0; i < n && status == 0; i++) {
        double value = eval_element(x, order[i]);
        if (count == 0 || eval_element(out, count - 1) != value)
            eval_set(out, count++, value);
    }
    if (status == 0)
        out->shape[0] = (int64_t)count;
    free(order);
    return status;
}

/* --- the table of functions --------------------------------------------- */

const char *const eval_function_names[] = {"sum",
                                           "mean",
                                           "max",
                                           "min",
                                           "argmax",
                                           "argmin",
                                           "norm",
                                           "abs",
                                           "exp",
                                           "log",
                                           "sqrt",
                                           "sigmoid",
                                           "tanh",
                                           "softmax",
                                           "dot",
                                           "cos_sim",
                                           "cosine_similarity",
                                           "equal",
                                           "allclose",
                                           "nonzero",
                                           "unique",
                                           "rows",
                                           "item",
                                           "numel",
                                           "dim",
                                           "flatten",
                                           "float",
                                           "long",
                                           "emb",
                                           "onehot",
                                           NULL};

static int run_reduction(const char *name, const struct tensor *x,
                         struct eval_arguments *args, struct eval_value *out,
                         struct error *err)
{
    static const struct {
        const char *name;
        reduce *function;
        bool index, selects;
    } reductions[] = {
        {"sum", reduce_sum, false, false},
        {"mean", reduce_mean, false, false},
        {"max", reduce_max, false, true},
        {"min", reduce_min, false, true},
        {"argmax", reduce_argmax, true, false},
        {"argmin", reduce_argmin, true, false},
    };

    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++) {
        enum tensor_type type = x->type;
        if (!str_equal(name, reductions[i].name))
            continue;
        if (reductions[i].index || (type == TENSOR_BOOL && i == 0))
            type = TENSOR_INT64;
        if (i == 1 && need_floats(name, x, err) != 0)
            return -1;
        if (reduce_tensor(x, reductions[i].function, 0, type, args,
                          &out->tensor, err) != 0)
            return -1;
        if (!reductions[i].selects || !args->has_dim)
            return 0;
        out->kind = EVAL_PAIR;
        out->pair = reductions[i].name;
        return reduce_tensor(x, i == 2 ? reduce_argmax : reduce_argmin, 0,
                             TENSOR_INT64, args, &out->indices, err);
    }
    return 1;
}

static int run_map(const char *name, const struct tensor *x,
                   struct eval_value *out, struct error *err)
{
    static const struct {
        const char *name;
        double (*function)(double);
    } maps[] = {{"exp", exp},    {"log", log},         {"sqrt", sqrt},
                {"tanh", tanh},  {"sigmoid", sigmoid}, {"abs", fabs},
                {"float", floor}};

    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        if (!str_equal(name, maps[i].name))
            continue;
        if (str_equal(name, "float") && x->type == TENSOR_FLOAT32) {
            out->tensor = tensor_copy(x);
            return 0;
        }
        if (str_equal(name, "abs") && x->type == TENSOR_INT64)
            return map_to(x, fabs, TENSOR_INT64, &out->tensor, err);
        return map_to(x, maps[i].function, TENSOR_FLOAT32, &out->tensor, err);
    }
    return 1;
}

static int run_two(const char *name, const struct tensor *x,
                   const struct eval_arguments *args, struct eval_value *out,
                   struct error *err)
{
    const struct tensor *y;
    bool dot = str_equal(name, "dot"), equal = str_equal(name, "equal");
    bool close = str_equal(name, "allclose");
    bool cos = str_equal(name, "cos_sim") ||
               str_equal(name, "cosine_similarity");

    if (!dot && !equal && !close && !cos)
        return 1;
    if (args->count < 2 || args->value[1].kind != EVAL_TENSOR)
        return error_set(err, ERROR_USAGE, "%s takes two tensors", name);
    y = &args->value[1].tensor;
    if (dot && (x->ndim != 1 || y->ndim != 1))
        return error_set(err, ERROR_RANGE,
                         "dot takes two vectors; @ multiplies matrices");
    if (dot)
        return matmul(x, y, &out->tensor, err);
    if (cos && y->type != TENSOR_FLOAT32 && need_floats(name, x, err) != 0)
        return -1;
    if (cos)
        return cosine(name, args, x, y, &out->tensor, err);
    out->kind = EVAL_BOOL;
    if (close && !same_shape(x, y))
        return error_set(err, ERROR_RANGE,
                         "allclose takes two tensors of one shape");
    out->truth = same_shape(x, y) &&
                 is_close(x, y, equal ? 0 : args->rtol, equal ? 0 : args->atol);
    return 0;
}

static int run_rest(const char *name, const struct tensor *x,
                    struct eval_arguments *args, struct eval_value *out,
                    struct error *err)
{
    size_t n = tensor_count(x);
    double p = args->count > 1 && args->value[1].kind == EVAL_FLOAT
                   ? args->value[1].number
               : args->count > 1 && args->value[1].kind == EVAL_INT
                   ? (double)args->value[1].integer
                   : 2;

    if ((str_equal(name, "norm") || str_equal(name, "softmax")) &&
        need_floats(name, x, err) != 0)
        return -1;
    if (str_equal(name, "norm"))
        return reduce_tensor(x, reduce_norm, p, TENSOR_FLOAT32, args,
                             &out->tensor, err);
    if (str_equal(name, "softmax"))
        return softmax(x, args, &out->tensor, err);
    if (str_equal(name, "nonzero"))
        return nonzero(x, &out->tensor, err);
    if (str_equal(name, "rows"))
        return rows_of(x, &out->tensor, err);
    if (str_equal(name, "unique"))
        return unique(x, &out->tensor, err);
    if (str_equal(name, "numel") || str_equal(name, "dim")) {
        *out = (struct eval_value){
            .kind = EVAL_INT, .integer = *name == 'n' ? (int64_t)n : x->ndim};
        return 0;
    }
    if (str_equal(name, "item") && n == 1) {
        *out = (struct eval_value){.kind = x->type == TENSOR_FLOAT32
                                               ? EVAL_FLOAT
                                           : x->type == TENSOR_BOOL ? EVAL_BOOL
                                                                    : EVAL_INT,
                                   .number = eval_element(x, 0),
                                   .integer = (int64_t)eval_element(x, 0),
                                   .truth = eval_element(x, 0) != 0};
        return 0;
    }
    if (str_equal(name, "item"))
        return error_set(err, ERROR_RANGE,
                         "item wants one element; this tensor has %zu", n);
    if (str_equal(name, "flatten")) {
        out->tensor = tensor_copy(x);
        out->tensor.ndim = 1;
        out->tensor.shape[0] = (int64_t)n;
        return 0;
    }
    if (str_equal(name, "long"))
        return map_to(x, trunc, TENSOR_INT64, &out->tensor, err);
    return 1;
}

int eval_function(const char *name, struct eval_arguments *args,
                  struct eval_value *out, struct error *err)
{
    bool known = false;
    struct tensor x;
    int status;

    *out = (struct eval_value){.kind = EVAL_TENSOR};
    for (size_t i = 0; eval_function_names[i]; i++)
        known |= str_equal(name, eval_function_names[i]);
    if (!known)
        return 1;
    if (args->count == 0 || args->value[0].kind > EVAL_FLOAT ||
        args->value[0].kind == EVAL_PAIR)
        return no_tensor(name, err);
    eval_to_tensor(&args->value[0], &x);
    status = run_reduction(name, &x, args, out, err);
    if (status == 1)
        status = run_map(name, &x, out, err);
    if (status == 1)
        status = run_two(name, &x, args, out, err);
    if (status == 1)
        status = run_rest(name, &x, args, out, err);
    tensor_clear(&x);
    if (status != 0)
        eval_clear(out);
    return status;
}
