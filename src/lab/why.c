#include "lab/why.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/names.h"
#include "lab/why_parts.h"

/* --- building an answer ------------------------------------------------- */

struct why_term *why_add(struct why *why)
{
    why->terms =
        memory_grow(why->terms, why->count, &why->capacity, sizeof *why->terms);
    why->terms[why->count] = (struct why_term){0};
    return &why->terms[why->count++];
}

/* printf gives a NaN the sign of its bits. */
static void drop_sign_of_nan(char *text)
{
    for (char *at = text; (at = strstr(at, "-nan")) != NULL; at += 3) {
        if (at == text || at[-1] == ' ' || at[-1] == '(')
            memmove(at, at + 1, strlen(at));
    }
}

void why_say(struct why *why, const char *label, const char *format, ...)
{
    struct why_line *line;
    va_list args;

    why->lines = memory_grow(why->lines, why->line_count, &why->line_capacity,
                             sizeof *why->lines);
    line = &why->lines[why->line_count++];
    snprintf(line->label, sizeof line->label, "%s", label);
    va_start(args, format);
    vsnprintf(line->text, sizeof line->text, format, args);
    va_end(args);
    drop_sign_of_nan(line->text);
}

void why_how(struct why *why, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why->how, sizeof why->how, format, args);
    va_end(args);
    drop_sign_of_nan(why->how);
}

void why_clear(struct why *why)
{
    free(why->terms);
    free(why->lines);
    *why = (struct why){0};
}

const char *why_word(const struct lab *lab, const struct parameter *p,
                     int64_t row)
{
    return lab_row_word(lab, p, row);
}

/* Which table names the word at position c. */
static const char *context_word(const struct lab *lab, size_t c, int64_t id)
{
    bool recommend = lab->head.model.kind == MODEL_RECOMMEND;

    return lab_row_word(lab, &lab->model->tables[recommend ? c : 0].weight, id);
}

void why_place(const struct lab *lab, size_t b, int64_t c, char *out,
               size_t size)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];
    const struct tensor *tgt = &lab->batch.tensor[BATCH_TGT];
    size_t C = (size_t)ctx->shape[1];
    struct str text = STR_INIT;

    for (size_t i = 0; i < C; i++)
        str_printf(&text, (int64_t)i == c ? "%s[%s]" : "%s%s", i ? " " : "",
                   context_word(lab, i, ctx->i[b * C + i]));
    if (tgt->type == TENSOR_INT64)
        str_printf(&text, " → %s",
                   lab_row_word(lab, &lab->model->tables[0].weight, tgt->i[b]));
    else
        str_printf(&text, " → %g", (double)tgt->f[b]);
    snprintf(out, size, "%s", str_text(&text));
    str_clear(&text);
}

/* --- reading a cell ----------------------------------------------------- */

static int cell_error(const struct expr_node *node, struct error *err)
{
    error_at(err, node->column, node->length);
    return -1;
}

/* The vocabulary of a dimension: rows of a parameter, columns of logits. */
static const struct vocab *vocab_of(const struct lab *lab,
                                    const struct why_cell *cell, int dim)
{
    char name[24];
    const struct parameter *p;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(cell->name, "."),
             cell->name);
    p = lab->model ? model_parameter(lab->model, name) : NULL;
    if (p && dim == 0)
        return lab_parameter_vocab(lab, p);
    if (!p && dim == 1 && lab->head.model.loss == LOSS_SOFTMAX &&
        (str_equal(name, "logits") || str_equal(name, "probs")))
        return lab_vocab(lab);
    return NULL;
}

static int read_index(const struct lab *lab, const struct expr *expr,
                      const struct expr_node *node, struct why_cell *cell,
                      int64_t size, struct error *err)
{
    const struct vocab *vocab = vocab_of(lab, cell, cell->ndim);
    size_t length;
    const char *text = expr_source(expr, node, &length);
    const struct expr_node *number = node;
    int64_t i = -1;
    bool negative = node->kind == EXPR_NEGATE;

    if (negative)
        number = node->first;
    if (number->kind == EXPR_NUMBER && number->integer) {
        i = negative ? size - number->integer_value : number->integer_value;
    } else if (vocab) {
        if (node->kind == EXPR_TEXT) {
            text = node->text;
            length = strlen(text);
        }
        i = vocab_find_exact(vocab, text, length);
        if (i < 0) {
            error_set(err, ERROR_NOT_FOUND,
                      "\"%.*s\" is not a word of the vocabulary", (int)length,
                      text);
            return cell_error(node, err);
        }
    } else {
        error_set(err, ERROR_USAGE,
                  "index %d of %s is a whole number, not \"%.*s\"", cell->ndim,
                  cell->name, (int)length, text);
        return cell_error(node, err);
    }
    if (i < 0 || i >= size) {
        error_set(err, ERROR_RANGE,
                  "index %lld is out of range for dimension %d of size %lld",
                  (long long)i, cell->ndim, (long long)size);
        return cell_error(node, err);
    }
    cell->index[cell->ndim++] = i;
    return 0;
}

/* "W", "W.grad" from the tree. */
static int read_name(const struct expr_node *node, struct why_cell *cell,
                     struct error *err)
{
    if (node->kind == EXPR_NAME) {
        snprintf(cell->name, sizeof cell->name, "%.18s", node->text);
        return 0;
    }
    if (node->kind == EXPR_ATTRIBUTE && node->first->kind == EXPR_NAME &&
        str_equal(node->text, "grad")) {
        snprintf(cell->name, sizeof cell->name, "%.10s.grad",
                 node->first->text);
        return 0;
    }
    error_set(err, ERROR_USAGE,
              "why explains a cell, such as W[cat,2], logits.grad[5,a] or "
              "loss; why row WORD a whole row");
    return cell_error(node, err);
}

static int read_indices(const struct lab *lab, const struct expr *expr,
                        const struct tensor *t, struct why_cell *cell,
                        struct error *err)
{
    const struct expr_node *root = expr->root;
    const struct expr_node *item = root->kind == EXPR_INDEX ? root->first->next
                                                            : NULL;
    char shape[160];

    for (; item && cell->ndim < t->ndim; item = item->next) {
        if (read_index(lab, expr, item, cell, t->shape[cell->ndim], err) != 0)
            return -1;
    }
    if (!item && cell->ndim == t->ndim)
        return 0;
    error_set(err, ERROR_USAGE,
              "%s has the shape %s: a cell of it takes %d ind%s", cell->name,
              tensor_shape_text(t, shape), t->ndim,
              t->ndim == 1 ? "ex" : "ices");
    return cell_error(root, err);
}

int why_read_cell(const struct lab *lab, const struct expr *expr,
                  struct why_cell *cell, struct error *err)
{
    const struct expr_node *root = expr->root;
    struct named named;
    int status;

    *cell = (struct why_cell){0};
    if (read_name(root->kind == EXPR_INDEX ? root->first : root, cell, err) !=
        0)
        return -1;
    if (name_find(lab, cell->name, &named, err) != 0)
        return cell_error(root, err);
    if (named.none) {
        named_clear(&named);
        return error_set(err, ERROR_STATE,
                         "%s is None: there was no backward pass, or it is "
                         "frozen",
                         cell->name);
    }
    status = read_indices(lab, expr, &named.value, cell, err);
    named_clear(&named);
    return status;
}

/* --- the answer --------------------------------------------------------- */

static void write_cell(const struct lab *lab, const struct why_cell *cell,
                       char *out, size_t size)
{
    struct str text = STR_INIT;

    str_append(&text, cell->name);
    for (int d = 0; d < cell->ndim; d++) {
        const struct vocab *vocab = vocab_of(lab, cell, d);
        str_append(&text, d ? "," : "[");
        if (vocab && cell->index[d] < (int64_t)vocab->size)
            str_append(&text, vocab_word(vocab, cell->index[d]));
        else
            str_printf(&text, "%lld", (long long)cell->index[d]);
    }
    if (cell->ndim > 0)
        str_append_char(&text, ']');
    snprintf(out, size, "%s", str_text(&text));
    str_clear(&text);
}

static double value_of(const struct named *named, const struct why_cell *cell)
{
    size_t at = 0;

    for (int d = 0; d < cell->ndim; d++)
        at = at * (size_t)named->value.shape[d] + (size_t)cell->index[d];
    return named->value.type == TENSOR_FLOAT32 ? (double)named->value.f[at]
                                               : (double)named->value.i[at];
}

int why_explain(const struct lab *lab, const struct why_cell *cell,
                struct why *out, struct error *err)
{
    struct named named;
    int64_t row = cell->index[0], col = cell->ndim > 1 ? cell->index[1] : 0;
    int status = 0;

    *out = (struct why){0};
    if (name_find(lab, cell->name, &named, err) != 0)
        return -1;
    write_cell(lab, cell, out->cell, sizeof out->cell);
    out->value = value_of(&named, cell);
    if (named.kind == NAME_PARAMETER)
        why_parameter(lab, named.parameter, row, col, out);
    else if (named.kind == NAME_GRADIENT)
        status = why_gradient(lab, named.parameter, row, col, out, err);
    else if (named.kind == NAME_RETAINED)
        why_retained(lab, cell, out);
    else
        why_forward(lab, cell, out);
    named_clear(&named);
    if (status != 0)
        why_clear(out);
    return status;
}

/* --- the ledger of a row ------------------------------------------------ */

struct ledger {
    struct why *why;
    float *values;
    size_t capacity, D, col;
    size_t next; /* place, of this column */
};

static void enter(void *context, size_t b, size_t c, double factor,
                  const char *label, double value, double scale)
{
    struct ledger *l = context;

    (void)factor;
    (void)scale;
    if (l->col == 0) {
        struct why_term *term = why_add(l->why);
        snprintf(term->label, sizeof term->label, "b=%zu c=%zu  %s", b, c,
                 label);
        l->values = memory_grow(l->values, l->next, &l->capacity,
                                l->D * sizeof *l->values);
    }
    l->values[l->next++ * l->D + l->col] = (float)value;
}

int why_row(const struct lab *lab, const struct lab_row *row, struct why *out,
            float **values, struct error *err)
{
    const struct parameter *p = row->table;
    struct ledger ledger = {.why = out, .D = p->cols};

    *out = (struct why){0};
    *values = NULL;
    if (p->gradient == GRADIENT_NONE)
        return error_set(err, ERROR_STATE,
                         "%s.grad is None: there was no backward pass yet%s",
                         p->name, p->frozen ? ", and it is frozen" : "");
    snprintf(out->cell, sizeof out->cell, "%s.grad[%s]", p->name,
             lab_row_word(lab, p, row->id));
    for (ledger.col = 0; ledger.col < p->cols; ledger.col++) {
        ledger.next = 0;
        why_each_place(lab, p, row->id, (int64_t)ledger.col, enter, &ledger);
    }
    out->adds_up = true;
    *values = ledger.values;
    return 0;
}
