/*
 * The cells that `why` names: the one asked about and those it was computed
 * from. Scenes that show one of them draw it accented.
 */
#ifndef EMBLAB_SCENES_LIT_H
#define EMBLAB_SCENES_LIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lab;

enum { LIT_MAX = 128, LIT_ALL = -1 };

/* A cell of a tensor as a table: E (B, C, D) counts its rows as B*C. */
struct lit_cell {
    char name[32];    /* "W", "W.grad", "h", "ctx" */
    int64_t row, col; /* LIT_ALL: every one */
};

struct lit {
    const char *scene; /* where the cell asked about stands; NULL: nowhere */
    struct lit_cell cells[LIT_MAX];
    size_t count;
};

/* Fill in for what was typed behind why: "W[cat,4]", "row cat". Nothing is lit
 * where that makes no sense. */
void lit_explain(const struct lab *lab, const char *text, struct lit *out);

/* Is this cell lit? lit may be NULL: none is. */
bool lit_has(const struct lit *lit, const char *name, int64_t row, int64_t col);

#endif
