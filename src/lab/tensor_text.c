/*
 * Printing takes two walks over the elements that will be shown (all of
 * them, or the edges of each dimension where the tensor is summarised). The
 * first settles one format for all elements: integral, fixed or scientific,
 * and the width of the widest; the second writes.
 *
 * Some of PyTorch's ways look odd and are kept as they are: zeros, inf and nan
 * never widen a column; with none but those even a forced sci_mode is
 * ignored; an ellipsis counts as an element where a line breaks.
 */
#include "lab/tensor_text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    /* Sign, 39 digits of the largest float32, point, digits behind it. */
    VALUE_MAX = 48 + TENSOR_PRINT_PRECISION_MAX
};

enum form { FORM_INTEGRAL, FORM_FIXED, FORM_SCIENTIFIC };

struct printer {
    const struct tensor *t;
    const struct tensor_print_options *options;
    bool summarize;
    size_t stride[TENSOR_DIMS_MAX]; /* elements from one index to the next */
    enum form form;
    size_t width;
    /* Of the finite elements that are not zero: */
    double least, most; /* their sizes; most is 0 where there are none */
    bool integral;
    struct str *out;
};

typedef void visit_element(struct printer *p, size_t at);

struct tensor_print_options tensor_print_defaults(void)
{
    return (struct tensor_print_options){.precision = 4,
                                         .threshold = 1000,
                                         .edgeitems = 3,
                                         .linewidth = 80,
                                         .sci_mode = TENSOR_PRINT_SCI_AUTO};
}

/* Is a dimension of this size cut to its edges? */
static bool is_cut(const struct printer *p, int64_t size)
{
    return p->summarize && size > 2 * (int64_t)p->options->edgeitems;
}

/* After index i of a dimension the next one shown: past the ellipsis. */
static int64_t next_shown(const struct printer *p, int64_t size, int64_t i)
{
    if (is_cut(p, size) && i + 1 == p->options->edgeitems)
        return size - p->options->edgeitems;
    return i + 1;
}

static void visit_shown(struct printer *p, int dim, size_t at,
                        visit_element *visit)
{
    if (dim == p->t->ndim) {
        visit(p, at);
        return;
    }
    for (int64_t i = 0; i < p->t->shape[dim];
         i = next_shown(p, p->t->shape[dim], i))
        visit_shown(p, dim + 1, at + (size_t)i * p->stride[dim], visit);
}

static size_t float_text(const struct printer *p, double value, enum form form,
                         char text[VALUE_MAX])
{
    int length;

    if (isnan(value)) {
        length = snprintf(text, VALUE_MAX, "nan"); /* Python shows no sign */
    } else if (form == FORM_SCIENTIFIC) {
        length =
            snprintf(text, VALUE_MAX, "%.*e", p->options->precision, value);
    } else if (form == FORM_FIXED) {
        length =
            snprintf(text, VALUE_MAX, "%.*f", p->options->precision, value);
    } else {
        length =
            snprintf(text, VALUE_MAX, isinf(value) ? "%.0f" : "%.0f.", value);
    }
    assert(length > 0 && length < VALUE_MAX);
    return (size_t)length;
}

static size_t element_text(const struct printer *p, size_t at,
                           char text[VALUE_MAX])
{
    int length;

    if (p->t->type == TENSOR_FLOAT32)
        return float_text(p, (double)p->t->f[at], p->form, text);
    if (p->t->type == TENSOR_INT64)
        length = snprintf(text, VALUE_MAX, "%" PRId64, p->t->i[at]);
    else
        length =
            snprintf(text, VALUE_MAX, "%s", p->t->b[at] ? "True" : "False");
    return (size_t)length;
}

static void measure_size(struct printer *p, size_t at)
{
    double value = (double)p->t->f[at];
    double size = fabs(value);

    if (!isfinite(value) || value == 0.0)
        return;
    p->least = p->most == 0.0 || size < p->least ? size : p->least;
    p->most = size > p->most ? size : p->most;
    p->integral = p->integral && value == ceil(value);
}

static void measure_width(struct printer *p, size_t at)
{
    char text[VALUE_MAX];
    size_t width;

    if (p->t->type == TENSOR_FLOAT32 &&
        (!isfinite(p->t->f[at]) || p->t->f[at] == 0.0f))
        return;
    width = element_text(p, at, text);
    p->width = width > p->width ? width : p->width;
}

/* PyTorch: torch._tensor_str._Formatter. */
static void choose_format(struct printer *p)
{
    enum form plain;

    p->width = 1;
    p->form = FORM_INTEGRAL;
    if (p->t->type == TENSOR_FLOAT32) {
        p->integral = true;
        visit_shown(p, 0, 0, measure_size);
        if (p->most == 0.0)
            return;
    }
    plain = p->integral ? FORM_INTEGRAL : FORM_FIXED;
    p->form = plain;
    if (p->t->type == TENSOR_FLOAT32 &&
        (p->most / p->least > 1000.0 || p->most > 1.0e8 || p->least < 1.0e-4))
        p->form = FORM_SCIENTIFIC;
    visit_shown(p, 0, 0, measure_width);
    /* A forced mode changes the form and not the width. */
    if (p->options->sci_mode == TENSOR_PRINT_SCI_ON)
        p->form = FORM_SCIENTIFIC;
    else if (p->options->sci_mode == TENSOR_PRINT_SCI_OFF)
        p->form = plain;
}

static void print_element(struct printer *p, size_t at)
{
    char text[VALUE_MAX];
    size_t length = element_text(p, at, text);

    if (length < p->width)
        str_repeat(p->out, " ", p->width - length);
    str_append_bytes(p->out, text, length);
}

static void print_break(struct printer *p, size_t lines, int indent)
{
    str_append(p->out, ",");
    str_repeat(p->out, "\n", lines);
    str_repeat(p->out, " ", (size_t)indent + 1);
}

/* The innermost dimension: items, as many on a line as fit. */
struct vector {
    int64_t on_line, printed;
    int indent;
};

static void begin_item(struct printer *p, struct vector *v)
{
    if (v->printed > 0 && v->printed % v->on_line == 0)
        print_break(p, 1, v->indent);
    else if (v->printed > 0)
        str_append(p->out, ", ");
    v->printed++;
}

static void print_vector(struct printer *p, size_t at, int indent)
{
    int64_t size = p->t->shape[p->t->ndim - 1];
    struct vector v = {.indent = indent};

    v.on_line = (p->options->linewidth - indent) / ((int64_t)p->width + 2);
    v.on_line = v.on_line < 1 ? 1 : v.on_line;
    str_append(p->out, "[");
    for (int64_t i = 0; i < size; i = next_shown(p, size, i)) {
        if (is_cut(p, size) && v.printed == p->options->edgeitems) {
            begin_item(p, &v);
            str_append(p->out, " ...");
        }
        begin_item(p, &v);
        print_element(p, at + (size_t)i);
    }
    str_append(p->out, "]");
}

/* PyTorch: torch._tensor_str._tensor_str_with_formatter. */
static void print_dimension(struct printer *p, int dim, size_t at, int indent)
{
    int left = p->t->ndim - dim; /* dimensions from here inwards */
    int64_t size = left > 0 ? p->t->shape[dim] : 0;

    if (left == 0) {
        print_element(p, at);
        return;
    }
    if (left == 1) {
        print_vector(p, at, indent);
        return;
    }
    str_append(p->out, "[");
    for (int64_t i = 0; i < size; i = next_shown(p, size, i)) {
        if (i > 0)
            print_break(p, (size_t)left - 1, indent);
        if (is_cut(p, size) && i == size - p->options->edgeitems) {
            str_append(p->out, "...");
            print_break(p, (size_t)left - 1, indent);
        }
        print_dimension(p, dim + 1, at + (size_t)i * p->stride[dim],
                        indent + 1);
    }
    str_append(p->out, "]");
}

/* The brackets and what is in them. PyTorch: torch._tensor_str._tensor_str. */
static void print_values(const struct tensor *t,
                         const struct tensor_print_options *options, int indent,
                         struct str *out)
{
    struct printer p = {.t = t, .options = options, .out = out};
    size_t stride = 1;

    assert(options->edgeitems > 0 && options->precision >= 0 &&
           options->precision <= TENSOR_PRINT_PRECISION_MAX);
    if (tensor_count(t) == 0) {
        str_append(out, "[]");
        return;
    }
    p.summarize = tensor_count(t) > options->threshold;
    for (int dim = t->ndim - 1; dim >= 0; dim--) {
        p.stride[dim] = stride;
        stride *= (size_t)t->shape[dim];
    }
    choose_format(&p);
    print_dimension(&p, 0, 0, indent);
}

/* Where the text of one tensor starts in out, and the column it is at. */
struct tail {
    const struct tensor_print_options *options;
    struct str *out;
    size_t column; /* of its last line, as PyTorch counts: two too many */
};

static struct tail tail_begin(const struct tensor_print_options *options,
                              struct str *out, size_t start)
{
    const char *text = out->data + start;
    const char *line = strrchr(text, '\n');
    size_t length = out->length - start;
    size_t column = line == NULL ? length + 2
                                 : length - (size_t)(line - text) + 1;

    return (struct tail){options, out, column};
}

/* ", suffix", on a line of its own where it does not fit.
 * PyTorch: torch._tensor_str._add_suffixes. */
static void tail_add(struct tail *tail, const char *suffix, bool force_newline)
{
    const char *indent = "       "; /* as wide as "tensor(" */
    size_t length = strlen(suffix);

    if (force_newline ||
        tail->column + length + 2 > (size_t)tail->options->linewidth) {
        str_printf(tail->out, ",\n%s%s", indent, suffix);
        tail->column = strlen(indent) + length;
    } else {
        str_printf(tail->out, ", %s", suffix);
        tail->column += length + 2;
    }
}

static const char *type_suffix(enum tensor_type type)
{
    return type == TENSOR_INT64 ? "dtype=torch.int64" : "dtype=torch.bool";
}

/* "(17, 6)" behind some words. */
static void shape_suffix(char out[200], const char *words,
                         const struct tensor *t)
{
    char shape[160];

    snprintf(out, 200, "%s%s", words, tensor_shape_text(t, shape));
}

void tensor_text_print(const struct tensor *t,
                       const struct tensor_print_options *options,
                       const char *suffix, struct str *out)
{
    const char *prefix = "tensor(";
    size_t start = out->length;
    struct tail tail;
    char size[200];

    str_append(out, prefix);
    print_values(t, options, (int)strlen(prefix), out);
    tail = tail_begin(options, out, start);
    if (tensor_count(t) == 0 && t->ndim != 1) {
        shape_suffix(size, "size=", t);
        tail_add(&tail, size, false);
    }
    if (tensor_count(t) == 0 && t->type != TENSOR_FLOAT32)
        tail_add(&tail, type_suffix(t->type), false);
    if (suffix != NULL)
        tail_add(&tail, suffix, false);
    str_append(out, ")");
}

void tensor_text_print_parameter(const struct tensor *t,
                                 const struct tensor_print_options *options,
                                 bool requires_grad, struct str *out)
{
    str_append(out, "Parameter containing:\n");
    tensor_text_print(t, options, requires_grad ? "requires_grad=True" : NULL,
                      out);
}

/* "indices=tensor([[...]])" inside "tensor(". */
static void print_part(const char *prefix, const struct tensor *t,
                       const struct tensor_print_options *options, int indent,
                       struct str *out)
{
    char size[200];

    str_append(out, prefix);
    print_values(t, options, indent + (int)strlen(prefix), out);
    if (tensor_count(t) == 0) {
        shape_suffix(size, ", size=", t);
        str_append(out, size);
    }
    str_append(out, ")");
}

void tensor_text_print_sparse(const struct tensor *indices,
                              const struct tensor *values, int ndim,
                              const int64_t *shape,
                              const struct tensor_print_options *options,
                              const char *suffix, struct str *out)
{
    struct tensor whole = tensor_borrow(values->type, ndim, shape, NULL);
    size_t start = out->length;
    struct tail tail;
    char text[200];

    str_append(out, "tensor(");
    print_part("indices=tensor(", indices, options, 7, out);
    str_append(out, ",\n       ");
    print_part("values=tensor(", values, options, 7, out);
    tail = tail_begin(options, out, start);
    shape_suffix(text, "size=", &whole);
    tail_add(&tail, text, true);
    snprintf(text, sizeof text, "nnz=%" PRId64, indices->shape[1]);
    tail_add(&tail, text, false);
    tail_add(&tail, "layout=torch.sparse_coo", false);
    if (suffix != NULL)
        tail_add(&tail, suffix, false);
    str_append(out, ")");
}
