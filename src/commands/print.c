/*
 * seeing: print watch unwatch. A name prints as PyTorch prints that tensor;
 * anything else is an expression, whose value is printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "commands/work.h"
#include "lab/eval.h"
#include "lab/names.h"
#include "lab/tensor_text.h"
#include "lang/expr.h"

/* --- print -------------------------------------------------------------- */

static void print_sparse(const struct parameter *p,
                         const struct tensor_print_options *options,
                         struct str *out)
{
    int64_t nnz = (int64_t)p->entries, cols = (int64_t)p->cols;
    int64_t shape[2] = {(int64_t)p->rows, cols};
    struct tensor indices =
        tensor_borrow(TENSOR_INT64, 2, (int64_t[]){1, nnz}, p->entry_ids);
    struct tensor values = tensor_borrow(
        TENSOR_FLOAT32, 2, (int64_t[]){nnz, cols}, p->entry_values);

    tensor_text_print_sparse(&indices, &values, 2, shape, options, NULL, out);
}

static void print_named(const struct named *named,
                        const struct tensor_print_options *options,
                        struct str *out)
{
    char suffix[96];

    if (named->none) {
        str_append(out, "None");
    } else if (named->sparse) {
        print_sparse(named->parameter, options, out);
    } else if (named->kind == NAME_PARAMETER) {
        tensor_text_print_parameter(&named->value, options,
                                    !named->parameter->frozen, out);
    } else if (named->grad_fn) {
        snprintf(suffix, sizeof suffix, "grad_fn=<%s>", named->grad_fn);
        tensor_text_print(&named->value, options, suffix, out);
    } else {
        tensor_text_print(&named->value, options, NULL, out);
    }
    str_append_char(out, '\n');
}

static int print_name(struct session *session, const char *name,
                      struct error *err)
{
    struct tensor_print_options options = show_print_options(session);
    struct named named;
    struct str out = STR_INIT;

    if (name_find(session->lab, name, &named, err) != 0)
        return -1;
    print_named(&named, &options, &out);
    show_text(session, str_text(&out));
    str_clear(&out);
    named_clear(&named);
    return 0;
}

/* torch, F and the functions are names too; emb and onehot are the table. */
static bool needs_table(const struct expr_node *node)
{
    static const char *const table[] = {"emb", "onehot", NULL};
    const char *name = node->text;

    if (node->kind != EXPR_NAME)
        return node->kind == EXPR_TEXT;
    for (size_t i = 0; table[i]; i++) {
        if (str_equal(name, table[i]))
            return true;
    }
    for (size_t i = 0; eval_function_names[i]; i++) {
        if (str_equal(name, eval_function_names[i]))
            return false;
    }
    return !str_equal(name, "torch") && !str_equal(name, "F");
}

/* What the names in a tree need to be there; 2 * 3 needs nothing. */
static int need_names(struct session *session, const struct expr_node *node,
                      struct error *err)
{
    static const char *const of_data[] = {"U", "b", "Wi", "bu", "bi", NULL};

    if (needs_table(node) && lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    for (size_t i = 0; node->kind == EXPR_NAME && of_data[i]; i++) {
        if (str_equal(node->text, of_data[i]) && session->lab->text &&
            lab_require(session->lab, LAB_DATA, err) != 0)
            return -1;
    }
    for (const struct expr_node *n = node->first; n; n = n->next) {
        if (need_names(session, n, err) != 0)
            return -1;
    }
    return 0;
}

static bool is_name(const struct expr_node *node)
{
    return node->kind == EXPR_NAME ||
           (node->kind == EXPR_ATTRIBUTE && node->first->kind == EXPR_NAME &&
            str_equal(node->text, "grad"));
}

static int print_value(struct session *session, const struct expr *expr,
                       struct error *err)
{
    struct tensor_print_options options = show_print_options(session);
    struct eval_value value;
    struct str out = STR_INIT;

    if (eval_expression(session->lab, expr, &value, err) != 0)
        return -1;
    eval_print(&value, &options, &out);
    str_append_char(&out, '\n');
    show_text(session, str_text(&out));
    str_clear(&out);
    eval_clear(&value);
    return 0;
}

enum { POINT_BEFORE = 40, POINT_COLUMNS = 70 };

/* Of a long expression the part around byte at, with … for the rest; where at
 * comes to stand in it, in columns. */
static int write_around(const char *text, size_t at, struct str *out)
{
    size_t start = at > POINT_BEFORE ? at - POINT_BEFORE : 0, length;

    while (start > 0 && ((unsigned char)text[start] & 0xC0) == 0x80)
        start++; /* never from the middle of a character */
    length = utf8_fit(text + start, POINT_COLUMNS);
    str_append(out, start > 0 ? "…" : "");
    str_append_bytes(out, text + start, length);
    str_append(out, text[start + length] ? "…" : "");
    return (start > 0) + utf8_width_bytes(text + start, at - start);
}

/* The expression once more, and a caret under what is wrong with it. */
static void point_at(const char *text, size_t column, struct error *err)
{
    struct str message = STR_INIT;
    int caret;

    if (err->column < column || err->column - column > strlen(text))
        return;
    str_printf(&message, "%s\n  ", err->message);
    caret = write_around(text, err->column - column, &message);
    str_printf(&message, "\n  %*s^", caret, "");
    snprintf(err->message, sizeof err->message, "%s", str_text(&message));
    str_clear(&message);
}

static int print_text(struct session *session, const char *text, size_t column,
                      struct error *err)
{
    struct expr expr;
    int status = expr_parse(text, strlen(text), column, &expr, err);

    if (status == 0)
        status = need_names(session, expr.root, err);
    if (status == 0 && is_name(expr.root))
        status = print_name(session, text, err);
    else if (status == 0)
        status = print_value(session, &expr, err);
    if (status != 0)
        point_at(text, column, err);
    expr_clear(&expr);
    return status;
}

static int run_print(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    (void)effect;
    if (!*call->typed->rest)
        return error_set(err, ERROR_USAGE,
                         "print what? a tensor or an expression: print W, "
                         "print W[cat] @ W.T");
    return print_text(session, call->typed->rest, call->typed->rest_column,
                      err);
}

const struct command_spec command_print = {
    .name = "print",
    .family = FAMILY_SEEING,
    .usage = "EXPR",
    .summary = "a tensor as PyTorch prints it, or an expression's values",
    .details =
        "Names, .grad .shape .T, indexing with numbers, words, slices and "
        "lists (W[cat], E[0,1], W[1:3, :], W[ids]), + - * / @ == < >, "
        "emb(ids), onehot(ids), rows(W.grad), sum mean max argmax norm abs "
        "exp log sqrt softmax dot cos_sim equal allclose nonzero unique; "
        "torch. and F. may stand before them.",
    .argument = ARGUMENT_TENSOR,
    .args_min = 1,
    .raw = true,
    .run = run_print,
};

/* --- watch, unwatch ----------------------------------------------------- */

void watches_print(struct session *session)
{
    for (size_t i = 0; i < session->watches->count; i++) {
        struct error err = {0};
        sink_printf(session->sink, "%s = ", session->watches->text[i]);
        if (print_text(session, session->watches->text[i], 1, &err) != 0)
            sink_printf(session->sink, "(%.*s)\n",
                        (int)strcspn(err.message, "\n"), err.message);
    }
}

/* What will never read, or name a tensor, is refused before it is watched. */
static int check_watch(const struct session *session, const struct call *call,
                       struct error *err)
{
    const char *text = call->typed->rest;
    struct error trial = {0};
    struct eval_value value;
    struct expr expr;

    if (expr_parse(text, strlen(text), call->typed->rest_column, &expr, err) !=
        0)
        return -1;
    if (session->lab->model &&
        eval_expression(session->lab, &expr, &value, &trial) == 0)
        eval_clear(&value);
    expr_clear(&expr);
    if (trial.code != ERROR_NOT_FOUND)
        return 0;
    *err = trial;
    return -1;
}

static int run_watch(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    struct watches *watches = session->watches;

    (void)effect;
    if (!*call->typed->rest)
        return error_set(err, ERROR_USAGE,
                         "watch what? a tensor or an expression, such as "
                         "watch loss");
    if (check_watch(session, call, err) != 0)
        return -1;
    watches->text = memory_grow(watches->text, watches->count,
                                &watches->capacity, sizeof *watches->text);
    watches->text[watches->count++] = memory_text(call->typed->rest);
    show_line(session, STYLE_NORMAL, "watch %zu: %s, after every step",
              watches->count, call->typed->rest);
    return 0;
}

const struct command_spec command_watch = {
    .name = "watch",
    .family = FAMILY_SEEING,
    .usage = "EXPR",
    .summary = "prints it after every step",
    .argument = ARGUMENT_TENSOR,
    .args_min = 1,
    .raw = true,
    .run = run_watch,
};

static int run_unwatch(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    struct watches *watches = session->watches;
    int64_t n = 0;

    (void)effect;
    if (call->typed->argc == 0) {
        watches_clear(watches);
        return 0;
    }
    if (spec_count(&call->typed->args[0], "number of the watch", 1,
                   (int64_t)watches->count, &n, err) != 0)
        return -1;
    free(watches->text[n - 1]);
    memmove(watches->text + n - 1, watches->text + n,
            (watches->count - (size_t)n) * sizeof *watches->text);
    watches->count--;
    return 0;
}

const struct command_spec command_unwatch = {
    .name = "unwatch",
    .family = FAMILY_SEEING,
    .usage = "[n]",
    .summary = "watches no more: the nth, or none at all",
    .args_max = 1,
    .run = run_unwatch,
};
