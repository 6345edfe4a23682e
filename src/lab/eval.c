/*
 * A tree is evaluated from its leaves: names are the lab's tensors, words in
 * an index are rows. Every error gets the place of the node that is at fault.
 */
#include "lab/eval.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/eval_index.h"
#include "lab/eval_ops.h"
#include "lab/names.h"

void eval_clear(struct eval_value *value)
{
    tensor_clear(&value->tensor);
    tensor_clear(&value->indices);
    *value = (struct eval_value){.kind = EVAL_NONE};
}

static int at(const struct expr_node *node, struct error *err)
{
    if (err && err->column == 0)
        error_at(err, node->column, node->length);
    return -1;
}

static int evaluate(const struct eval_context *c, const struct expr_node *node,
                    struct eval_value *out, struct error *err);

/* --- names -------------------------------------------------------------- */

static int tensor_by_name(const struct eval_context *c, const char *name,
                          const struct expr_node *node, struct eval_value *out,
                          struct error *err)
{
    struct named named;
    struct error why = {0};

    if (c->loss && str_equal(name, "loss")) {
        *out = (struct eval_value){.kind = EVAL_FLOAT, .number = *c->loss};
        return 0;
    }
    if (name_find(c->lab, name, &named, &why) != 0) {
        error_set(err, why.code, "%s", why.message);
        return at(node, err);
    }
    *out = (struct eval_value){.kind = named.none ? EVAL_NONE : EVAL_TENSOR};
    if (named.none) {
        named_clear(&named);
        return 0;
    }
    if (memory_reserve(tensor_count(&named.value),
                       tensor_element_size(named.value.type),
                       "a copy of this tensor", err) != 0) {
        named_clear(&named);
        return at(node, err);
    }
    out->tensor = tensor_copy(&named.value);
    named_clear(&named);
    return 0;
}

/* A list of numbers, words or lists as a tensor. */
static int list_value(const struct eval_context *c,
                      const struct expr_node *node, struct eval_value *out,
                      struct error *err)
{
    *out = (struct eval_value){.kind = EVAL_TENSOR};
    return eval_list(c, node, &out->tensor, err) == 0 ? 0 : at(node, err);
}

/* --- attributes --------------------------------------------------------- */

static void transpose(const struct tensor *x, struct tensor *out)
{
    int64_t shape[TENSOR_DIMS_MAX];
    size_t n = tensor_count(x);

    for (int d = 0; d < x->ndim; d++)
        shape[d] = x->shape[x->ndim - 1 - d];
    *out = (struct tensor){0};
    tensor_reshape(out, x->type, x->ndim, shape);
    for (size_t i = 0; i < n; i++) {
        size_t rest = i, to = 0, stride = 1;
        size_t place[TENSOR_DIMS_MAX];
        for (int d = x->ndim - 1; d >= 0; d--) {
            place[d] = rest % (size_t)x->shape[d];
            rest /= (size_t)x->shape[d];
        }
        for (int d = 0; d < x->ndim; d++) {
            to += place[d] * stride;
            stride *= (size_t)x->shape[d];
        }
        tensor_set_element(out, to, tensor_element(x, i));
    }
}

static int attribute_of(struct eval_value *value, const char *name,
                        struct eval_value *out)
{
    *out = (struct eval_value){.kind = EVAL_TENSOR};
    if (value->kind == EVAL_PAIR && str_equal(name, "values")) {
        out->tensor = tensor_copy(&value->tensor);
        return 0;
    }
    if (value->kind == EVAL_PAIR && str_equal(name, "indices")) {
        out->tensor = tensor_copy(&value->indices);
        return 0;
    }
    if (value->kind != EVAL_TENSOR)
        return 1;
    if (str_equal(name, "T")) {
        transpose(&value->tensor, &out->tensor);
        return 0;
    }
    if (!str_equal(name, "shape"))
        return 1;
    *out = (struct eval_value){.kind = EVAL_SIZE, .ndim = value->tensor.ndim};
    memcpy(out->size, value->tensor.shape, sizeof out->size);
    return 0;
}

/* W.grad is a name of its own; .T, .shape are of any value. */
static int attribute(const struct eval_context *c, const struct expr_node *node,
                     struct eval_value *out, struct error *err)
{
    const struct expr_node *of = node->first;
    struct eval_value value;
    int status;

    if (of->kind == EXPR_NAME && str_equal(node->text, "grad")) {
        char name[64];
        snprintf(name, sizeof name, "%.40s.grad", of->text);
        return tensor_by_name(c, name, node, out, err);
    }
    if (evaluate(c, of, &value, err) != 0)
        return -1;
    status = attribute_of(&value, node->text, out);
    eval_clear(&value);
    if (status == 0)
        return 0;
    error_set(err, ERROR_NOT_FOUND,
              "nothing here has .%s; there are .grad (of a name), .shape, .T",
              node->text);
    error_at(err, node->op_column, node->op_length);
    return -1;
}

/* --- calls -------------------------------------------------------------- */

static int keyword(const struct eval_context *c, const struct expr_node *node,
                   struct eval_arguments *args, struct error *err)
{
    struct eval_value value;

    if (evaluate(c, node->first, &value, err) != 0)
        return -1;
    if (str_equal(node->text, "dim") && value.kind == EVAL_INT) {
        args->has_dim = true;
        args->dim = value.integer;
    } else if (str_equal(node->text, "keepdim") && value.kind == EVAL_BOOL) {
        args->keepdim = value.truth;
    } else if (str_equal(node->text, "p") && args->count == 1) {
        args->value[args->count++] = value;
    } else if (str_equal(node->text, "rtol")) {
        args->rtol = value.number;
    } else if (str_equal(node->text, "atol")) {
        args->atol = value.number;
    } else {
        eval_clear(&value);
        error_set(err, ERROR_USAGE,
                  "no argument is called %s= here; there are dim=, keepdim=, "
                  "p=, rtol=, atol=",
                  node->text);
        return at(node, err);
    }
    return 0;
}

static void arguments_clear(struct eval_arguments *args)
{
    for (size_t i = 0; i < args->count; i++)
        eval_clear(&args->value[i]);
}

static int read_arguments(const struct eval_context *c,
                          const struct expr_node *first,
                          struct eval_arguments *args, struct error *err)
{
    for (const struct expr_node *n = first; n; n = n->next) {
        if (n->kind == EXPR_KEYWORD) {
            if (keyword(c, n, args, err) != 0)
                return -1;
            continue;
        }
        if (args->count == 8) {
            error_set(err, ERROR_USAGE, "that is too many arguments");
            return at(n, err);
        }
        if (evaluate(c, n, &args->value[args->count], err) != 0)
            return -1;
        args->count++;
    }
    return 0;
}

/* x.sum(1), sum(x, 1): the number is a dimension, but norm has p before it and
 * cos_sim another tensor. */
static void take_dim(const char *name, struct eval_arguments *args)
{
    static const char *const with_dim[] = {"sum",    "mean",   "max",     "min",
                                           "argmax", "argmin", "softmax", NULL};
    bool takes = str_equal(name, "norm") || str_equal(name, "cos_sim") ||
                 str_equal(name, "cosine_similarity");
    size_t place = takes ? 2 : 1;

    for (size_t i = 0; with_dim[i]; i++)
        takes |= str_equal(name, with_dim[i]);
    if (!takes || args->count <= place || args->value[place].kind != EVAL_INT)
        return;
    args->has_dim = true;
    args->dim = args->value[place].integer;
    args->count = place;
}

static int unknown_function(const char *name, const struct expr_node *node,
                            struct error *err)
{
    struct str names = STR_INIT;

    for (size_t i = 0; eval_function_names[i]; i++)
        str_printf(&names, "%s%s", i ? " " : "", eval_function_names[i]);
    error_set(err, ERROR_NOT_FOUND,
              "there is no function %s here; there are: %s", name,
              str_text(&names));
    str_clear(&names);
    return at(node, err);
}

static int call_function(const struct eval_context *c, const char *name,
                         const struct expr_node *node,
                         struct eval_arguments *args, struct eval_value *out,
                         struct error *err)
{
    int status;

    if (str_equal(name, "emb") || str_equal(name, "onehot") ||
        str_equal(name, "one_hot") || str_equal(name, "embedding"))
        status = eval_lookup(c, name, args, out, err);
    else
        status = eval_function(name, args, out, err);
    if (status == 1)
        return unknown_function(name, node, err);
    return status == 0 ? 0 : at(node, err);
}

/* torch.sum(x), F.softmax(x), sum(x), or x.sum(). */
static int call(const struct eval_context *c, const struct expr_node *node,
                struct eval_value *out, struct error *err)
{
    const struct expr_node *callee = node->first, *of = callee->first;
    struct eval_arguments args = {.rtol = 1e-5, .atol = 1e-8};
    bool method = callee->kind == EXPR_ATTRIBUTE;
    int status = 0;

    if (!method && callee->kind != EXPR_NAME) {
        error_set(err, ERROR_USAGE, "only a function can be called");
        return at(callee, err);
    }
    if (method && of->kind == EXPR_NAME &&
        (str_equal(of->text, "torch") || str_equal(of->text, "F")))
        method = false;
    if (method) {
        status = evaluate(c, of, &args.value[0], err);
        args.count = status == 0;
    }
    if (status == 0)
        status = read_arguments(c, callee->next, &args, err);
    take_dim(callee->text, &args);
    if (status == 0)
        status = call_function(c, callee->text, node, &args, out, err);
    arguments_clear(&args);
    return status;
}

/* --- operators ---------------------------------------------------------- */

static int negate(const struct eval_context *c, const struct expr_node *node,
                  struct eval_value *out, struct error *err)
{
    struct eval_value value, zero = {.kind = EVAL_INT};
    int status;

    if (evaluate(c, node->first, &value, err) != 0)
        return -1;
    if (value.kind == EVAL_FLOAT) {
        *out = (struct eval_value){.kind = EVAL_FLOAT, .number = -value.number};
        return 0;
    }
    zero.integer = -1;
    status = value.kind == EVAL_TENSOR && value.tensor.type == TENSOR_BOOL
                 ? eval_refuse_bools(EXPR_SUBTRACT, err)
                 : eval_binary(EXPR_MULTIPLY, &value, &zero, out, err);
    eval_clear(&value);
    return status == 0 ? 0 : at(node, err);
}

static int binary(const struct eval_context *c, const struct expr_node *node,
                  struct eval_value *out, struct error *err)
{
    struct eval_value left, right;
    int status;

    if (evaluate(c, node->first, &left, err) != 0)
        return -1;
    if (evaluate(c, node->first->next, &right, err) != 0) {
        eval_clear(&left);
        return -1;
    }
    status = eval_binary(node->op, &left, &right, out, err);
    eval_clear(&left);
    eval_clear(&right);
    return status == 0 ? 0 : at(node->first->next, err);
}

static int index_value(const struct eval_context *c,
                       const struct expr_node *node, struct eval_value *out,
                       struct error *err)
{
    struct eval_value value;
    int status;

    if (evaluate(c, node->first, &value, err) != 0)
        return -1;
    status = eval_index(c, &value, node, out, err);
    eval_clear(&value);
    return status == 0 ? 0 : at(node, err);
}

static int constant(const struct expr_node *node, struct eval_value *out)
{
    *out = (struct eval_value){.kind = EVAL_NONE};
    if (node->kind == EXPR_NUMBER) {
        out->kind = node->integer ? EVAL_INT : EVAL_FLOAT;
        out->integer = node->integer_value;
        out->number = node->number;
    } else if (node->kind != EXPR_NONE) {
        out->kind = EVAL_BOOL;
        out->truth = node->kind == EXPR_TRUE;
    }
    return 0;
}

static int evaluate(const struct eval_context *c, const struct expr_node *node,
                    struct eval_value *out, struct error *err)
{
    *out = (struct eval_value){.kind = EVAL_NONE};
    switch (node->kind) {
    case EXPR_NUMBER:
    case EXPR_TRUE:
    case EXPR_FALSE:
    case EXPR_NONE:
        return constant(node, out);
    case EXPR_NAME:
        return tensor_by_name(c, node->text, node, out, err);
    case EXPR_LIST:
        return list_value(c, node, out, err);
    case EXPR_ATTRIBUTE:
        return attribute(c, node, out, err);
    case EXPR_INDEX:
        return index_value(c, node, out, err);
    case EXPR_CALL:
        return call(c, node, out, err);
    case EXPR_NEGATE:
        return negate(c, node, out, err);
    case EXPR_BINARY:
        return binary(c, node, out, err);
    case EXPR_TEXT:
    case EXPR_SLICE:
    case EXPR_ELLIPSIS:
    case EXPR_KEYWORD:
        break;
    }
    error_set(err, ERROR_USAGE, "this has a meaning only inside an index");
    return at(node, err);
}

static int evaluate_root(const struct eval_context *c, struct eval_value *out,
                         struct error *err)
{
    int status;

    if (err)
        error_clear(err);
    status = evaluate(c, c->expr->root, out, err);
    if (status != 0)
        eval_clear(out);
    return status;
}

int eval_expression(const struct lab *lab, const struct expr *expr,
                    struct eval_value *out, struct error *err)
{
    struct eval_context context = {lab, expr, evaluate, NULL};

    return evaluate_root(&context, out, err);
}

int eval_condition(const struct lab *lab, const struct expr *expr, double loss,
                   bool *truth, struct error *err)
{
    struct eval_context context = {lab, expr, evaluate, &loss};
    struct eval_value value;
    int status = evaluate_root(&context, &value, err);

    if (status != 0)
        return -1;
    status = eval_truth(&value, truth, err);
    eval_clear(&value);
    return status;
}

/* --- what comes out ----------------------------------------------------- */

static void print_number(double value, struct str *out)
{
    char text[40];

    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    str_append(out, text);
    if (isfinite(value) && !strpbrk(text, ".e"))
        str_append(out, ".0");
}

static void print_pair(const struct eval_value *value,
                       const struct tensor_print_options *options,
                       struct str *out)
{
    str_printf(out, "torch.return_types.%s(\nvalues=", value->pair);
    tensor_text_print(&value->tensor, options, NULL, out);
    str_append(out, ",\nindices=");
    tensor_text_print(&value->indices, options, NULL, out);
    str_append(out, ")");
}

void eval_print(const struct eval_value *value,
                const struct tensor_print_options *options, struct str *out)
{
    switch (value->kind) {
    case EVAL_TENSOR:
        tensor_text_print(&value->tensor, options, NULL, out);
        break;
    case EVAL_PAIR:
        print_pair(value, options, out);
        break;
    case EVAL_BOOL:
        str_append(out, value->truth ? "True" : "False");
        break;
    case EVAL_INT:
        str_printf(out, "%lld", (long long)value->integer);
        break;
    case EVAL_FLOAT:
        print_number(value->number, out);
        break;
    case EVAL_SIZE:
        str_append(out, "torch.Size([");
        for (int d = 0; d < value->ndim; d++)
            str_printf(out, "%s%lld", d ? ", " : "", (long long)value->size[d]);
        str_append(out, "])");
        break;
    case EVAL_NONE:
        str_append(out, "None");
        break;
    }
}

int eval_truth(const struct eval_value *value, bool *truth, struct error *err)
{
    if (value->kind == EVAL_TENSOR && tensor_count(&value->tensor) == 1) {
        *truth = tensor_element(&value->tensor, 0) != 0;
        return 0;
    }
    if (value->kind == EVAL_BOOL || value->kind == EVAL_INT ||
        value->kind == EVAL_FLOAT) {
        *truth = value->truth || value->integer != 0 || value->number != 0;
        return 0;
    }
    return error_set(err, ERROR_USAGE,
                     "a condition is one value that is true or false; this "
                     "one has more");
}

/* --- whose rows ----------------------------------------------------------- */

/* A bit for each table whose tensors are named. */
static unsigned named_tables(const struct lab *lab,
                             const struct expr_node *node)
{
    static const char *const names[][2] = {
        {"Wu", "Wi"}, {"bu", "bi"}, {"Eu", "Ei"}};
    unsigned tables = 0;

    if (node->kind == EXPR_NAME) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            tables |= str_equal(node->text, names[i][0]) ? 1u : 0u;
            tables |= str_equal(node->text, names[i][1]) ? 2u : 0u;
        }
        if (str_equal(node->text, "ids") || str_equal(node->text, "E"))
            tables |= 1u << lab->lookup.table;
    }
    for (node = node->first; node; node = node->next)
        tables |= named_tables(lab, node);
    return tables;
}

int eval_table(const struct lab *lab, const struct expr *expr)
{
    unsigned tables;

    if (lab_table_count(lab) < 2)
        return 0;
    tables = named_tables(lab, expr->root);
    return tables == 1 ? 0 : tables == 2 ? 1 : -1;
}
