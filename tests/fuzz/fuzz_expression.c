/* Any bytes as an expression; the tree is walked as deep as it may be. */
#include <stdint.h>
#include <stdlib.h>

#include "lang/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct expr *expr, const struct expr_node *node)
{
    size_t length;
    const char *source = expr_source(expr, node, &length);

    if (node->depth > EXPR_DEPTH_MAX || source < expr->source)
        abort();
    for (size_t i = 0; i < length; i++)
        if (source[i] == '\0')
            abort();
    for (node = node->first; node != NULL; node = node->next)
        walk(expr, node);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct expr expr;
    struct error err;

    if (expr_parse((const char *)data, size, 1, &expr, &err) == 0)
        walk(&expr, expr.root);
    else if (err.column == 0 || err.message[0] == '\0')
        abort();
    expr_clear(&expr);
    return 0;
}
