/*
 * Private to lang/expr*.c: an expression's text as tokens, one at a time.
 */
#ifndef EMBLAB_LANG_EXPR_SCAN_H
#define EMBLAB_LANG_EXPR_SCAN_H

#include <stddef.h>

#include "base/error.h"

/* Single characters are tokens of their own value. */
enum expr_token_kind {
    EXPR_TOKEN_END = 256,
    EXPR_TOKEN_NUMBER,
    EXPR_TOKEN_NAME, /* also words such as don't, 3d */
    EXPR_TOKEN_TEXT,
    EXPR_TOKEN_EQUAL,
    EXPR_TOKEN_NOT_EQUAL,
    EXPR_TOKEN_LESS_EQUAL,
    EXPR_TOKEN_GREATER_EQUAL,
};

struct expr_token {
    int kind;
    size_t start, end; /* bytes of the source */
};

struct expr_scanner {
    const char *source;      /* valid UTF-8 and a NUL, no other NUL */
    size_t length;           /* of source, in bytes */
    size_t column;           /* of its first byte in the typed line */
    struct expr_token token; /* the next one; zeroed before the first */
    size_t last_end;         /* where the token before it ended */
    struct error *err;
};

/* On to the next token. Fails: an open quote, a sign without meaning. */
int expr_scan_next(struct expr_scanner *s);

/* ERROR_SYNTAX about bytes [start, end) of the source; returns -1. */
int expr_scan_fail(struct expr_scanner *s, size_t start, size_t end,
                   const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same about the token, which begins the message. */
int expr_scan_fail_token(struct expr_scanner *s, const char *message);

#endif
