/*
 * Expressions in PyTorch's spelling → a tree: print W[cat], E[0,1] @ U.T,
 * F.softmax(logits, dim=1), loss < 0.5. Python's precedence. Every node keeps
 * its place for a caret. Nothing here knows which names exist or what they
 * mean: the lab evaluates.
 */
#ifndef EMBLAB_LANG_EXPR_H
#define EMBLAB_LANG_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum expr_kind {
    EXPR_NUMBER,    /* 7, 0.5, 1e-3 */
    EXPR_TRUE,      /* True */
    EXPR_FALSE,     /* False */
    EXPR_NONE,      /* None; in a slice also a part left out */
    EXPR_NAME,      /* W, loss, torch; in an index also a bare word: W[cat] */
    EXPR_TEXT,      /* "don't", 'cat' */
    EXPR_LIST,      /* [1, 2], (1, 2): items */
    EXPR_ATTRIBUTE, /* .text of the one child: W.grad */
    EXPR_INDEX,     /* child, then the items between [ and ] */
    EXPR_SLICE,     /* in an index: start, stop, step */
    EXPR_ELLIPSIS,  /* in an index: ... for all dimensions that are not named */
    EXPR_CALL,      /* what is called, then the arguments */
    EXPR_KEYWORD,   /* an argument text=child, behind all others */
    EXPR_NEGATE,    /* -child */
    EXPR_BINARY,    /* left, right */
};

enum expr_operator {
    EXPR_ADD,
    EXPR_SUBTRACT,
    EXPR_MULTIPLY,
    EXPR_DIVIDE,
    EXPR_MATMUL, /* @ */
    EXPR_EQUAL,
    EXPR_NOT_EQUAL,
    EXPR_LESS,
    EXPR_LESS_EQUAL,
    EXPR_GREATER,
    EXPR_GREATER_EQUAL,
};

struct expr_node {
    enum expr_kind kind;
    size_t column, length; /* in the typed line, bytes from 1; with its ( ) */
    enum expr_operator op; /* binary */
    size_t op_column, op_length; /* of the operator, of an attribute's name */
    const char *text; /* name, text without quotes, attribute, keyword */
    double number;
    bool integer; /* written without point and exponent, and fits: */
    int64_t integer_value;
    struct expr_node *first; /* children, in order */
    struct expr_node *next;  /* its sibling */
    int depth;               /* 1 without children */
};

struct expr {
    struct expr_node *root;
    char *source;             /* as typed */
    size_t column;            /* of its first byte in the line */
    struct expr_node **nodes; /* private: all there are */
    size_t count, capacity;
    char *names; /* private: what text points into */
};

/* A tree is no deeper: walking it needs no guard of its own. */
enum { EXPR_DEPTH_MAX = 200 };

/*
 * Parse text (length bytes), which stands at column of the typed line. The
 * whole text must be one expression. Fails: ERROR_SYNTAX with the place; expr
 * is empty then. The caller clears it.
 *
 * A word with a hyphen, W[well-known], reads as a subtraction, as Python has
 * it; who evaluates an index may look at expr_source of the item first.
 */
int expr_parse(const char *text, size_t length, size_t column,
               struct expr *expr, struct error *err);
void expr_clear(struct expr *expr);

/* A node's text as typed, *length bytes, borrowed. */
const char *expr_source(const struct expr *expr, const struct expr_node *node,
                        size_t *length);

/* Children of a node. */
size_t expr_count(const struct expr_node *node);

/* "+", "@", "<=" */
const char *expr_operator_text(enum expr_operator op);

#endif
