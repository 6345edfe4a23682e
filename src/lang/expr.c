/*
 * Recursive descent, one function a level of Python's grammar; the scanner is
 * one token ahead. Both recursion and the tree are bounded by EXPR_DEPTH_MAX:
 * nesting counts on the way down, and every node knows its depth, so that a
 * long chain (1+1+1+...) cannot become a deep tree either.
 *
 * All nodes are owned by the list expr.nodes from the moment they are made,
 * so a failure anywhere leaks nothing; names lie in one block as long as any
 * source can need.
 */
#include "lang/expr.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "lang/expr_scan.h"
#include "lang/parse.h"

enum { KEYWORDS_MAX = 16 };

struct parser {
    struct expr *expr;
    struct expr_scanner s;
    char *names_end; /* free room in expr->names */
    int depth;
};

static struct expr_node *parse_expression(struct parser *p);

/* The token cannot stand here: NULL, for what should have been a node. */
static struct expr_node *fail_token(struct parser *p, const char *message)
{
    expr_scan_fail_token(&p->s, message);
    return NULL;
}

/* Take the token if it is of this kind: 1; 0: it is another; -1. */
static int take(struct parser *p, int kind)
{
    if (p->s.token.kind != kind)
        return 0;
    return expr_scan_next(&p->s) == 0 ? 1 : -1;
}

/* --- Nodes --- */

/* A node that starts at a byte of the source. */
static struct expr_node *add_node(struct parser *p, enum expr_kind kind,
                                  size_t start)
{
    struct expr *e = p->expr;
    struct expr_node *node = memory_zeroed(1, sizeof *node);

    e->nodes = memory_grow(e->nodes, e->count, &e->capacity, sizeof *e->nodes);
    e->nodes[e->count++] = node;
    node->kind = kind;
    node->column = e->column + start;
    node->depth = 1;
    return node;
}

/* The node ends with the token taken last. */
static struct expr_node *end_node(struct parser *p, struct expr_node *node)
{
    node->length = p->expr->column + p->s.last_end - node->column;
    return node;
}

static size_t start_of(const struct parser *p, const struct expr_node *node)
{
    return node->column - p->expr->column;
}

/* Append a child; last is the one before it, NULL for the first. */
static void add_child(struct expr_node *parent, struct expr_node *last,
                      struct expr_node *child)
{
    if (last == NULL)
        parent->first = child;
    else
        last->next = child;
    if (parent->depth <= child->depth)
        parent->depth = child->depth + 1;
}

static struct expr_node *fail_deep(struct parser *p, size_t start)
{
    expr_scan_fail(&p->s, start, start + 1,
                   "the expression nests more than %d deep; split it",
                   EXPR_DEPTH_MAX);
    return NULL;
}

static struct expr_node *check_depth(struct parser *p, struct expr_node *node)
{
    return node->depth > EXPR_DEPTH_MAX ? fail_deep(p, p->s.token.start) : node;
}

/* Bytes [start, end) of the source as a string of its own. */
static char *take_name(struct parser *p, size_t start, size_t end)
{
    char *name = p->names_end;

    memcpy(name, p->expr->source + start, end - start);
    name[end - start] = '\0';
    p->names_end += end - start + 1;
    return name;
}

/* A quoted text without its quotes and the backslashes before \ and quotes. */
static char *take_text(struct parser *p, size_t start, size_t end)
{
    char *text = p->names_end, *out = text;
    const char *source = p->expr->source;

    for (size_t i = start + 1; i < end - 1; i++) {
        if (source[i] == '\\' && strchr("\\\"'", source[i + 1]) != NULL)
            i++;
        *out++ = source[i];
    }
    *out++ = '\0';
    p->names_end = out;
    return text;
}

/* --- Grammar --- */

static struct expr_node *parse_number(struct parser *p)
{
    struct expr_token token = p->s.token;
    struct expr_node *node = add_node(p, EXPR_NUMBER, token.start);
    const char *text = take_name(p, token.start, token.end);
    bool read =
        number_read_double(text, token.end - token.start, &node->number);

    assert(read);
    (void)read;
    node->integer = text[strspn(text, "0123456789")] == '\0' &&
                    value_to_integer(text, &node->integer_value);
    return expr_scan_next(&p->s) == 0 ? end_node(p, node) : NULL;
}

static struct expr_node *parse_name(struct parser *p)
{
    struct expr_token token = p->s.token;
    const char *name = take_name(p, token.start, token.end);
    struct expr_node *node = add_node(p, EXPR_NAME, token.start);

    node->text = name;
    if (str_equal(name, "True"))
        node->kind = EXPR_TRUE;
    else if (str_equal(name, "False"))
        node->kind = EXPR_FALSE;
    else if (str_equal(name, "None"))
        node->kind = EXPR_NONE;
    return expr_scan_next(&p->s) == 0 ? end_node(p, node) : NULL;
}

static struct expr_node *parse_text(struct parser *p)
{
    struct expr_node *node = add_node(p, EXPR_TEXT, p->s.token.start);

    node->text = take_text(p, p->s.token.start, p->s.token.end);
    return expr_scan_next(&p->s) == 0 ? end_node(p, node) : NULL;
}

typedef struct expr_node *parse_item(struct parser *p);

/* A comma, or the closing bracket of what opened at start: it follows. */
static int take_comma(struct parser *p, size_t start, char close)
{
    int status = take(p, ',');

    if (status != 0 || p->s.token.kind == close)
        return status < 0 ? -1 : 0;
    if (p->s.token.kind == EXPR_TOKEN_END)
        return expr_scan_fail(
            &p->s, start, start + 1,
            "the %c opened here is not closed; end it with %c",
            p->expr->source[start], close);
    return expr_scan_fail_token(
        &p->s, " stands where a comma or an operator should; a word with "
               "blanks or signs needs quotes");
}

/*
 * Items between commas up to close, behind the children that parent has; the
 * opening bracket at start was taken, the closing one is taken.
 */
static int parse_items(struct parser *p, struct expr_node *parent,
                       parse_item *parse, size_t start, char close)
{
    struct expr_node *last = parent->first;

    while (p->s.token.kind != close) {
        struct expr_node *item = NULL;
        if (p->s.token.kind == EXPR_TOKEN_END)
            return take_comma(p, start, close);
        item = parse(p);
        if (item == NULL || take_comma(p, start, close) != 0)
            return -1;
        add_child(parent, last, item);
        last = item;
    }
    return take(p, close) > 0 ? 0 : -1;
}

static struct expr_node *parse_list(struct parser *p)
{
    size_t start = p->s.token.start;
    struct expr_node *node = add_node(p, EXPR_LIST, start);

    if (expr_scan_next(&p->s) != 0 ||
        parse_items(p, node, parse_expression, start, ']') != 0)
        return NULL;
    return check_depth(p, end_node(p, node));
}

/* (x) is x, with its brackets; (x,) and (x, y) are lists. */
static struct expr_node *parse_parentheses(struct parser *p)
{
    size_t start = p->s.token.start;
    struct expr_node *list = add_node(p, EXPR_LIST, start);
    struct expr_node *only;
    bool comma;

    if (expr_scan_next(&p->s) != 0 ||
        parse_items(p, list, parse_expression, start, ')') != 0)
        return NULL;
    only = list->first;
    comma = only != NULL &&
            memchr(p->expr->source + start_of(p, only) + only->length, ',',
                   p->s.last_end - start_of(p, only) - only->length) != NULL;
    if (only == NULL || only->next != NULL || comma)
        return check_depth(p, end_node(p, list));
    only->column = list->column;
    return end_node(p, only);
}

static struct expr_node *fail_missing(struct parser *p)
{
    size_t before = p->s.last_end;

    if (p->s.token.kind == EXPR_TOKEN_END && before == 0) {
        expr_scan_fail(&p->s, 0, 0,
                       "an expression is missing; write one such as W[0] or "
                       "E.sum()");
        return NULL;
    }
    if (p->s.token.kind == EXPR_TOKEN_END) {
        expr_scan_fail(&p->s, before - 1, before,
                       "the expression ends too early; a value "
                       "must follow");
        return NULL;
    }
    return fail_token(p, " stands where a value should; a word with such a "
                         "sign needs quotes");
}

static struct expr_node *parse_primary(struct parser *p)
{
    switch (p->s.token.kind) {
    case EXPR_TOKEN_NUMBER:
        return parse_number(p);
    case EXPR_TOKEN_NAME:
        return parse_name(p);
    case EXPR_TOKEN_TEXT:
        return parse_text(p);
    case '[':
        return parse_list(p);
    case '(':
        return parse_parentheses(p);
    default:
        return fail_missing(p);
    }
}

/* A part of a slice that is left out stands as None, without width. */
static struct expr_node *parse_slice_part(struct parser *p)
{
    if (p->s.token.kind != ':' && p->s.token.kind != ',' &&
        p->s.token.kind != ']')
        return parse_expression(p);
    return add_node(p, EXPR_NONE, p->s.token.start);
}

/* The rest of start:stop:step behind start. */
static struct expr_node *parse_slice(struct parser *p, struct expr_node *start)
{
    struct expr_node *slice = add_node(p, EXPR_SLICE, start_of(p, start));
    struct expr_node *last = start;

    add_child(slice, NULL, start);
    for (int part = 0; part < 2; part++) {
        struct expr_node *next = NULL;
        int colon = take(p, ':');
        if (colon >= 0)
            next = colon > 0 ? parse_slice_part(p)
                             : add_node(p, EXPR_NONE, p->s.token.start);
        if (next == NULL)
            return NULL;
        add_child(slice, last, next);
        last = next;
    }
    return check_depth(p, end_node(p, slice));
}

static struct expr_node *parse_ellipsis(struct parser *p)
{
    struct expr_node *node = add_node(p, EXPR_ELLIPSIS, p->s.token.start);

    for (int dots = 0; dots < 3; dots++) {
        if (p->s.token.kind != '.')
            return fail_missing(p);
        if (expr_scan_next(&p->s) != 0)
            return NULL;
    }
    return end_node(p, node);
}

static struct expr_node *parse_index_item(struct parser *p)
{
    struct expr_node *item;

    if (p->s.token.kind == '.')
        return parse_ellipsis(p);
    item = p->s.token.kind == ':' ? add_node(p, EXPR_NONE, p->s.token.start)
                                  : parse_expression(p);
    if (item == NULL || p->s.token.kind != ':')
        return item;
    return parse_slice(p, item);
}

static struct expr_node *parse_index(struct parser *p, struct expr_node *base)
{
    size_t start = p->s.token.start;
    struct expr_node *node = add_node(p, EXPR_INDEX, start_of(p, base));

    add_child(node, NULL, base);
    if (expr_scan_next(&p->s) != 0 ||
        parse_items(p, node, parse_index_item, start, ']') != 0)
        return NULL;
    if (base->next == NULL) {
        expr_scan_fail(
            &p->s, start, p->s.last_end,
            "nothing stands between [ and ]; give an index such as [0]");
        return NULL;
    }
    return end_node(p, node);
}

/* The = of name=value has come: name becomes the keyword. */
static struct expr_node *parse_keyword(struct parser *p, struct expr_node *name)
{
    struct expr_node *value;

    if (name->kind != EXPR_NAME || name->length != strlen(name->text))
        return fail_token(p, " needs a name before it; == compares");
    value = expr_scan_next(&p->s) == 0 ? parse_expression(p) : NULL;
    if (value == NULL)
        return NULL;
    name->kind = EXPR_KEYWORD;
    add_child(name, NULL, value);
    return check_depth(p, end_node(p, name));
}

static struct expr_node *parse_argument(struct parser *p)
{
    struct expr_node *argument = parse_expression(p);

    if (argument == NULL || p->s.token.kind != '=')
        return argument;
    return parse_keyword(p, argument);
}

static int fail_argument(struct parser *p, const struct expr_node *argument,
                         const char *format)
{
    size_t start = start_of(p, argument);

    return expr_scan_fail(&p->s, start, start + argument->length, format,
                          argument->text);
}

static bool has_keyword(const struct expr_node *from,
                        const struct expr_node *to, const char *name)
{
    for (; from != to; from = from->next)
        if (from->kind == EXPR_KEYWORD && str_equal(from->text, name))
            return true;
    return false;
}

/* Keywords come last, each once, and not so many that this takes long. */
static int check_arguments(struct parser *p, const struct expr_node *first)
{
    int keywords = 0;

    for (const struct expr_node *a = first; a != NULL; a = a->next) {
        if (a->kind != EXPR_KEYWORD && keywords > 0)
            return fail_argument(p, a,
                                 "a value stands behind a keyword such as "
                                 "dim=; put it before");
        if (a->kind != EXPR_KEYWORD)
            continue;
        if (++keywords > KEYWORDS_MAX)
            return fail_argument(p, a,
                                 "%s= is one keyword too many; no call takes "
                                 "as many");
        if (has_keyword(first, a, a->text))
            return fail_argument(p, a, "%s= is given twice; keep one");
    }
    return 0;
}

static struct expr_node *parse_call(struct parser *p, struct expr_node *callee)
{
    size_t start = p->s.token.start;
    struct expr_node *node = add_node(p, EXPR_CALL, start_of(p, callee));

    add_child(node, NULL, callee);
    if (expr_scan_next(&p->s) != 0 ||
        parse_items(p, node, parse_argument, start, ')') != 0 ||
        check_arguments(p, callee->next) != 0)
        return NULL;
    return end_node(p, node);
}

static struct expr_node *parse_attribute(struct parser *p,
                                         struct expr_node *base)
{
    struct expr_node *node = add_node(p, EXPR_ATTRIBUTE, start_of(p, base));

    add_child(node, NULL, base);
    if (expr_scan_next(&p->s) != 0)
        return NULL;
    if (p->s.token.kind != EXPR_TOKEN_NAME) {
        expr_scan_fail(&p->s, p->s.last_end - 1, p->s.last_end,
                       "a name must follow the point, such as .grad");
        return NULL;
    }
    node->text = take_name(p, p->s.token.start, p->s.token.end);
    node->op_column = p->expr->column + p->s.token.start;
    node->op_length = p->s.token.end - p->s.token.start;
    return expr_scan_next(&p->s) == 0 ? end_node(p, node) : NULL;
}

static struct expr_node *parse_postfix(struct parser *p)
{
    struct expr_node *node = parse_primary(p);

    while (node != NULL) {
        if (p->s.token.kind == '.')
            node = parse_attribute(p, node);
        else if (p->s.token.kind == '[')
            node = parse_index(p, node);
        else if (p->s.token.kind == '(')
            node = parse_call(p, node);
        else
            break;
        if (node != NULL)
            node = check_depth(p, node);
    }
    return node;
}

static struct expr_node *parse_unary(struct parser *p)
{
    size_t start = p->s.token.start;
    int sign = p->s.token.kind;
    struct expr_node *operand, *node;

    if (sign != '-' && sign != '+')
        return parse_postfix(p);
    if (++p->depth > EXPR_DEPTH_MAX)
        return fail_deep(p, start);
    operand = expr_scan_next(&p->s) == 0 ? parse_unary(p) : NULL;
    p->depth--;
    if (operand == NULL || sign == '+')
        return operand;
    node = add_node(p, EXPR_NEGATE, start);
    add_child(node, NULL, operand);
    return check_depth(p, end_node(p, node));
}

/* By enum expr_operator. */
static const struct {
    const char *text;
    int token;
    int level; /* 0 binds least */
} operators[] = {
    [EXPR_ADD] = {"+", '+', 1},
    [EXPR_SUBTRACT] = {"-", '-', 1},
    [EXPR_MULTIPLY] = {"*", '*', 2},
    [EXPR_DIVIDE] = {"/", '/', 2},
    [EXPR_MATMUL] = {"@", '@', 2},
    [EXPR_EQUAL] = {"==", EXPR_TOKEN_EQUAL, 0},
    [EXPR_NOT_EQUAL] = {"!=", EXPR_TOKEN_NOT_EQUAL, 0},
    [EXPR_LESS] = {"<", '<', 0},
    [EXPR_LESS_EQUAL] = {"<=", EXPR_TOKEN_LESS_EQUAL, 0},
    [EXPR_GREATER] = {">", '>', 0},
    [EXPR_GREATER_EQUAL] = {">=", EXPR_TOKEN_GREATER_EQUAL, 0},
};

enum { LEVELS = 3, OPERATORS = sizeof operators / sizeof operators[0] };

/* The operator of this level that comes next; OPERATORS: none. */
static int next_operator(const struct parser *p, int level)
{
    int op = 0;

    while (op < OPERATORS && (operators[op].token != p->s.token.kind ||
                              operators[op].level != level))
        op++;
    return op;
}

static struct expr_node *parse_level(struct parser *p, int level);

static struct expr_node *parse_right(struct parser *p, struct expr_node *left,
                                     int op)
{
    struct expr_node *node = add_node(p, EXPR_BINARY, start_of(p, left));
    struct expr_node *right;

    node->op = (enum expr_operator)op;
    node->op_column = p->expr->column + p->s.token.start;
    node->op_length = p->s.token.end - p->s.token.start;
    if (expr_scan_next(&p->s) != 0)
        return NULL;
    right = parse_level(p, operators[op].level + 1);
    if (right == NULL)
        return NULL;
    add_child(node, NULL, left);
    add_child(node, left, right);
    return check_depth(p, end_node(p, node));
}

/* A comparison without brackets of its own: those start before its left. */
static bool is_comparison(const struct expr_node *node)
{
    return node->kind == EXPR_BINARY && operators[node->op].level == 0 &&
           node->column == node->first->column;
}

static struct expr_node *parse_level(struct parser *p, int level)
{
    struct expr_node *left = level == LEVELS ? parse_unary(p)
                                             : parse_level(p, level + 1);
    int op;

    while (left != NULL && (op = next_operator(p, level)) < OPERATORS) {
        if (level == 0 && is_comparison(left))
            return fail_token(p, " compares what is compared already; one "
                                 "comparison at a time");
        left = parse_right(p, left, op);
    }
    return left;
}

static struct expr_node *parse_expression(struct parser *p)
{
    struct expr_node *node;

    if (++p->depth > EXPR_DEPTH_MAX)
        return fail_deep(p, p->s.token.start);
    node = parse_level(p, 0);
    p->depth--;
    return node;
}

/* What may stand behind a whole expression: nothing. */
static int check_end(struct parser *p)
{
    switch (p->s.token.kind) {
    case EXPR_TOKEN_END:
        return 0;
    case ')':
    case ']':
        return expr_scan_fail_token(&p->s, " closes nothing; take it out");
    case '=':
        return expr_scan_fail_token(
            &p->s, " gives a value, which an expression cannot; == compares");
    case ',':
        return expr_scan_fail_token(
            &p->s, " stands outside of brackets; one expression at a time");
    default:
        return expr_scan_fail_token(
            &p->s, " stands where an operator should; a word with blanks or "
                   "signs needs quotes");
    }
}

static int parse_all(struct parser *p, const char *text, size_t length)
{
    struct expr_node *root;

    if (memchr(text, '\0', length) != NULL ||
        utf8_count_invalid(text, length) > 0)
        return expr_scan_fail(&p->s, 0, length,
                              "the expression is no valid UTF-8 text; "
                              "type it again");
    if (expr_scan_next(&p->s) != 0)
        return -1;
    root = parse_expression(p);
    if (root == NULL || check_end(p) != 0)
        return -1;
    p->expr->root = root;
    return 0;
}

int expr_parse(const char *text, size_t length, size_t column,
               struct expr *expr, struct error *err)
{
    struct parser p = {.expr = expr};

    *expr = (struct expr){.column = column};
    expr->source = memory_new(length + 1, 1);
    memcpy(expr->source, text, length);
    expr->source[length] = '\0';
    expr->names = memory_new(2 * length + 1, 1);
    p.names_end = expr->names;
    p.s = (struct expr_scanner){
        .source = expr->source, .length = length, .column = column, .err = err};
    if (parse_all(&p, text, length) == 0)
        return 0;
    expr_clear(expr);
    return -1;
}

void expr_clear(struct expr *expr)
{
    for (size_t i = 0; i < expr->count; i++)
        free(expr->nodes[i]);
    free(expr->nodes);
    free(expr->source);
    free(expr->names);
    *expr = (struct expr){0};
}

const char *expr_source(const struct expr *expr, const struct expr_node *node,
                        size_t *length)
{
    *length = node->length;
    return expr->source + (node->column - expr->column);
}

size_t expr_count(const struct expr_node *node)
{
    size_t count = 0;

    for (node = node->first; node != NULL; node = node->next)
        count++;
    return count;
}

const char *expr_operator_text(enum expr_operator op)
{
    return operators[op].text;
}
