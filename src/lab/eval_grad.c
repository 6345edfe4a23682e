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

/* New values keep the order of those they came of, which is followed no
 * further than this. */
static void note_layout(const struct eval_value *of, struct eval_value *out)
{
    int64_t stride[TENSOR_DIMS_MAX], next = 1;

    if (of->kind != EVAL_TENSOR)
        return;
    eval_strides(of, stride);
    for (int d = of->tensor.ndim - 1; d >= 0; d--) {
        if (stride[d] != next || of->grad.layout == EVAL_UNKNOWN)
            out->grad.layout = EVAL_UNKNOWN;
        next *= of->tensor.shape[d];
    }
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
    note_layout(value, out);
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
    note_layout(left, out);
    note_layout(right, out);
}

/* --- functions ------------------------------------------------------------ */

static const struct {
    const char *name, *node, *along; /* along: with dim=, where it differs */
} nodes[] = {
    {"sum", "SumBackward0", "SumBackward1"},
    {"mean", "MeanBackward0", "MeanBackward1"},
    {"max", "MaxBackward1", "MaxBackward0"},
    {"min", "MinBackward1", "MinBackward0"},
    {"norm", "NormBackward1", NULL},
    {"abs", "AbsBackward0", NULL},
    {"exp", "ExpBackward0", NULL},
    {"log", "LogBackward0", NULL},
    {"sqrt", "SqrtBackward0", NULL},
    {"sigmoid", "SigmoidBackward0", NULL},
    {"tanh", "TanhBackward0", NULL},
    {"softmax", "SoftmaxBackward0", NULL},
    {"dot", "DotBackward0", NULL},
    {"cos_sim", "SumBackward1", NULL},
    {"cosine_similarity", "SumBackward1", NULL},
    {"unique", "Unique2Backward0", NULL},
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

/* Does it make a tensor as large, element by element or along rows? */
static bool keeps_layout(const char *name)
{
    return !str_equal(name, "dot") && !str_equal(name, "unique");
}

void eval_grad_call(const char *name, const struct eval_arguments *args,
                    struct eval_value *out)
{
    bool required = false;

    if (str_equal(name, "flatten") && args->value[0].kind == EVAL_TENSOR)
        grad_flatten(&args->value[0], out);
    if (str_equal(name, "float") && args->value[0].kind == EVAL_TENSOR &&
        args->value[0].tensor.type == TENSOR_FLOAT32)
        out->grad = args->value[0].grad;
    for (size_t i = 0; i < args->count; i++)
        required |= args->value[i].grad.required;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        if (!str_equal(name, nodes[i].name))
            continue;
        eval_grad_node(required,
                       args->has_dim && nodes[i].along ? nodes[i].along
                                                       : nodes[i].node,
                       out);
        for (size_t a = 0; a < args->count && keeps_layout(name); a++)
            note_layout(&args->value[a], out);
    }
}
