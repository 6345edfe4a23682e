/*
 * The names are what PyTorch 1.13 prints: found by asking it
 * (tests/oracle/expressions.py does), for every form of the language. A
 * number behind a name tells overloads apart: Sum…0 is of all elements, Sum…1
 * along a dimension.
 */
#include "lab/eval_grad.h"

#include <string.h>

#include "base/str.h"

/* --- layout --------------------------------------------------------------- */

void eval_strides(const struct eval_value *value, int64_t *stride)
{
    int64_t next = 1;

    for (int d = value->tensor.ndim - 1; d >= 0; d--) {
        stride[d] = value->grad.layout == EVAL_STRIDED ? value->grad.stride[d]
                                                       : next;
        next *= value->tensor.shape[d];
    }
}

/* Do the elements lie evenly, so that one stride reaches them all? */
static bool is_even(const struct eval_value *value)
{
    const int64_t *shape = value->tensor.shape;
    int64_t stride[TENSOR_DIMS_MAX], expected = 0;

    eval_strides(value, stride);
    for (int d = value->tensor.ndim - 1; d >= 0; d--) {
        if (shape[d] == 0)
            return true;
        if (shape[d] == 1)
            continue;
        if (expected != 0 && stride[d] != expected)
            return false;
        expected = stride[d] * shape[d];
    }
    return true;
}

static bool is_contiguous(const struct eval_value *value)
{
    int64_t stride[TENSOR_DIMS_MAX], next = 1;

    if (value->kind != EVAL_TENSOR)
        return true;
    eval_strides(value, stride);
    for (int d = value->tensor.ndim - 1; d >= 0; d--) {
        if (stride[d] != next && value->tensor.shape[d] != 1)
            return false;
        next *= value->tensor.shape[d];
    }
    return value->grad.layout != EVAL_UNKNOWN;
}

/* New values, one for each of the old: without gaps, and in memory in the
 * order that those have. PyTorch: TensorIterator. */
static void layout_like(const struct eval_value *of, struct eval_value *out)
{
    int64_t stride[TENSOR_DIMS_MAX], next = 1;
    bool placed[TENSOR_DIMS_MAX] = {false};

    if (is_contiguous(of))
        return;
    out->grad.layout = of->grad.layout;
    eval_strides(of, stride);
    for (int left = of->tensor.ndim; left > 0; left--) {
        int inner = -1; /* the innermost that is left */
        for (int d = of->tensor.ndim - 1; d >= 0; d--) {
            if (!placed[d] && (inner < 0 || stride[d] < stride[inner]))
                inner = d;
        }
        placed[inner] = true;
        out->grad.stride[inner] = next;
        next *= of->tensor.shape[inner];
    }
}

static bool has_dims(const struct eval_value *value)
{
    return value->kind == EVAL_TENSOR && value->tensor.ndim > 0;
}

/* Two that lie alike make a third; others are followed no further. */
static void layout_of_two(const struct eval_value *a,
                          const struct eval_value *b, struct eval_value *out)
{
    int64_t x[TENSOR_DIMS_MAX] = {0}, y[TENSOR_DIMS_MAX] = {0};

    eval_strides(a, x);
    eval_strides(b, y);
    if (!has_dims(b) || (a->tensor.ndim == b->tensor.ndim &&
                         memcmp(a->tensor.shape, b->tensor.shape,
                                (size_t)a->tensor.ndim * sizeof *x) == 0 &&
                         memcmp(x, y, sizeof x) == 0))
        layout_like(a, out);
    else if (!has_dims(a))
        layout_like(b, out);
    else if (!is_contiguous(a) || !is_contiguous(b))
        out->grad.layout = EVAL_UNKNOWN;
}

/* --- leaves and operators ------------------------------------------------- */

void eval_grad_name(const struct named *named, struct eval_value *out)
{
    out->grad = (struct eval_grad){.node = named->grad_fn};
    out->grad.parameter = named->kind == NAME_PARAMETER;
    out->grad.required = out->grad.parameter ? !named->parameter->frozen
                                             : named->grad_fn != NULL;
}

void eval_grad_node(bool required, const char *node, struct eval_value *out)
{
    out->grad = (struct eval_grad){0};
    if (out->kind != EVAL_TENSOR && out->kind != EVAL_PAIR)
        return;
    out->grad.required = required && out->tensor.type == TENSOR_FLOAT32;
    out->grad.node = out->grad.required ? node : NULL;
}

void eval_grad_transpose(const struct eval_value *of, struct eval_value *out)
{
    int n = of->tensor.ndim;
    int64_t stride[TENSOR_DIMS_MAX];

    eval_grad_node(of->grad.required, "PermuteBackward0", out);
    out->grad.layout = of->grad.layout;
    if (of->grad.layout == EVAL_UNKNOWN)
        return;
    out->grad.layout = EVAL_STRIDED;
    eval_strides(of, stride);
    for (int d = 0; d < n; d++)
        out->grad.stride[d] = stride[n - 1 - d];
}

void eval_grad_negate(const struct eval_value *value, struct eval_value *out)
{
    eval_grad_node(value->grad.required, "NegBackward0", out);
    layout_like(value, out);
}

/* A matrix times a batch is done as the batch times the matrix, both on their
 * sides, and put upright again: by a copy where that moves anything. */
static const char *turned_node(const struct tensor *product)
{
    const int64_t *sides = product->shape + product->ndim - 2;

    return sides[0] <= 1 || sides[1] <= 1 || tensor_count(product) == 0
               ? "TransposeBackward0"
               : "CloneBackward0";
}

/* torch.matmul has no node of its own: each pair of ranks has its way. */
static const char *matmul_node(const struct tensor *a, const struct tensor *b,
                               const struct tensor *product)
{
    if (a->ndim == 1 && b->ndim == 1)
        return "DotBackward0";
    if (a->ndim == 2 && b->ndim == 1)
        return "MvBackward0";
    if (a->ndim == 1 && b->ndim == 2)
        return "SqueezeBackward3";
    if (a->ndim == 2 && b->ndim == 2)
        return "MmBackward0";
    return a->ndim == 2 ? turned_node(product) : "UnsafeViewBackward0";
}

static const char *operator_node(enum expr_operator op,
                                 const struct eval_value *left,
                                 const struct eval_value *right,
                                 const struct eval_value *out)
{
    bool number = left->kind != EVAL_TENSOR;

    switch (op) {
    case EXPR_ADD:
        return "AddBackward0";
    case EXPR_SUBTRACT: /* 1 - x is rsub(x, 1) */
        return number ? "RsubBackward1" : "SubBackward0";
    case EXPR_MULTIPLY:
        return "MulBackward0";
    case EXPR_DIVIDE: /* 1 / x is x.reciprocal() * 1 */
        return number ? "MulBackward0" : "DivBackward0";
    case EXPR_MATMUL:
        return matmul_node(&left->tensor, &right->tensor, &out->tensor);
    default:
        return NULL;
    }
}

void eval_grad_binary(enum expr_operator op, const struct eval_value *left,
                      const struct eval_value *right, struct eval_value *out)
{
    eval_grad_node(left->grad.required || right->grad.required,
                   operator_node(op, left, right, out), out);
    if (op == EXPR_MATMUL || out->kind != EVAL_TENSOR)
        return;
    layout_of_two(left, right, out);
}

/* --- functions ------------------------------------------------------------ */

/* Where a function's values lie. */
enum values { VALUES_NEW, VALUES_LIKE, VALUES_FEWER };

static const struct {
    const char *name, *node, *along; /* along: with dim=, where it differs */
    enum values values;
} nodes[] = {
    {"sum", "SumBackward0", "SumBackward1", VALUES_FEWER},
    {"mean", "MeanBackward0", "MeanBackward1", VALUES_FEWER},
    {"max", "MaxBackward1", "MaxBackward0", VALUES_FEWER},
    {"min", "MinBackward1", "MinBackward0", VALUES_FEWER},
    {"norm", "NormBackward1", NULL, VALUES_FEWER},
    {"abs", "AbsBackward0", NULL, VALUES_LIKE},
    {"exp", "ExpBackward0", NULL, VALUES_LIKE},
    {"log", "LogBackward0", NULL, VALUES_LIKE},
    {"sqrt", "SqrtBackward0", NULL, VALUES_LIKE},
    {"sigmoid", "SigmoidBackward0", NULL, VALUES_LIKE},
    {"tanh", "TanhBackward0", NULL, VALUES_LIKE},
    {"softmax", "SoftmaxBackward0", NULL, VALUES_NEW},
    {"dot", "DotBackward0", NULL, VALUES_NEW},
    {"cos_sim", "SumBackward1", NULL, VALUES_FEWER},
    {"cosine_similarity", "SumBackward1", NULL, VALUES_FEWER},
    {"unique", "Unique2Backward0", NULL, VALUES_NEW},
};

/* A vector is flat already; what lies evenly is seen as one, anything else
 * copied. */
static void grad_flatten(const struct eval_value *x, struct eval_value *out)
{
    if (x->tensor.ndim == 1) {
        out->grad = x->grad;
    } else if (x->grad.layout == EVAL_UNKNOWN && x->tensor.ndim > 1) {
        eval_grad_node(x->grad.required, NULL, out);
        out->grad.layout = EVAL_UNKNOWN;
    } else {
        eval_grad_node(
            x->grad.required,
            is_even(x) ? "ReshapeAliasBackward0" : "UnsafeViewBackward0", out);
    }
}

static void layout_of_call(enum values values,
                           const struct eval_arguments *args,
                           struct eval_value *out)
{
    if (values == VALUES_LIKE)
        layout_like(&args->value[0], out);
    for (size_t i = 0; i < args->count && values == VALUES_FEWER; i++) {
        if (!is_contiguous(&args->value[i]))
            out->grad.layout = EVAL_UNKNOWN;
    }
}

void eval_grad_call(const char *name, const struct eval_arguments *args,
                    struct eval_value *out)
{
    const struct eval_value *x = &args->value[0];
    bool required = false;

    if (str_equal(name, "flatten") && x->kind == EVAL_TENSOR)
        grad_flatten(x, out);
    if (str_equal(name, "float") && x->kind == EVAL_TENSOR &&
        x->tensor.type == TENSOR_FLOAT32)
        out->grad = x->grad;
    for (size_t i = 0; i < args->count; i++)
        required |= args->value[i].grad.required;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        bool along = args->has_dim && nodes[i].along;
        if (!str_equal(name, nodes[i].name))
            continue;
        eval_grad_node(required, along ? nodes[i].along : nodes[i].node, out);
        layout_of_call(nodes[i].values, args, out);
    }
}
