/*
 * What expressions call by name. A reduction sees its tensor as (outer, along,
 * inner) around the dimension that goes; what is no function of one tensor
 * alone comes after them.
 */
#include "lab/eval_ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

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
        tensor_set_element(out, i, function(tensor_element(x, i)));
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
        sum += tensor_element(x, first + i * step);
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
        if (sign * tensor_element(x, first + i * step) >
            sign * tensor_element(x, first + best * step))
            best = i;
    }
    return index ? (double)best : tensor_element(x, first + best * step);
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
        double v = fabs(tensor_element(x, first + i * step));
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
        tensor_set_element(
            out, i,
            function(x, i / a.inner * a.along * a.inner + i % a.inner, a.inner,
                     a.along, p));
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
            sum += exp(tensor_element(x, first + j * a.inner) - most);
        for (size_t j = 0; j < a.along; j++)
            out->f[first + j * a.inner] =
                (float)(exp(tensor_element(x, first + j * a.inner) - most) /
                        sum);
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
        double p = tensor_element(
            c->x, eval_broadcast_index(c->x, c->ndim, c->shape, i));
        double q = tensor_element(
            c->y, eval_broadcast_index(c->y, c->ndim, c->shape, i));
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

    if (!eval_broadcast_shape(x, y, &c.ndim, c.shape)) {
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
        double a = tensor_element(x, i), b = tensor_element(y, i);
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
        found += tensor_element(x, i) != 0;
    shape[0] = (int64_t)found;
    if (eval_make(out, TENSOR_INT64, 2, shape, err) != 0)
        return -1;
    found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t rest = i;
        if (tensor_element(x, i) == 0)
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
            if (tensor_element(x, r * cols + c) != 0) {
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
    double x = tensor_element(sorting, *(const size_t *)a);
    double y = tensor_element(sorting, *(const size_t *)b);

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
        double value = tensor_element(x, order[i]);
        if (count == 0 || tensor_element(out, count - 1) != value)
            tensor_set_element(out, count++, value);
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
        return eval_matmul(x, y, &out->tensor, err);
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
                                   .number = tensor_element(x, 0),
                                   .integer = (int64_t)tensor_element(x, 0),
                                   .truth = tensor_element(x, 0) != 0};
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
