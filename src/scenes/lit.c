/*
 * A cell lights what its formula reads, one step back, as far as a scene shows
 * it (none shows h.grad; targets are accented anyway). Where the formula runs
 * over places of the batch or cells of E, the terms of `why` say which: their
 * labels begin "b=0 c=1" or "E[5,0,4]".
 */
#include "scenes/lit.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/lab.h"
#include "lab/why.h"
#include "lang/expr.h"

static void light(struct lit *lit, const char *name, int64_t row, int64_t col)
{
    if (lit->count == LIT_MAX)
        return;
    struct lit_cell *cell = &lit->cells[lit->count++];
    snprintf(cell->name, sizeof cell->name, "%s", name);
    cell->row = row;
    cell->col = col;
}

bool lit_has(const struct lit *lit, const char *name, int64_t row, int64_t col)
{
    for (size_t i = 0; lit != NULL && i < lit->count; i++) {
        const struct lit_cell *cell = &lit->cells[i];
        if ((cell->row == row || cell->row == LIT_ALL || row == LIT_ALL) &&
            (cell->col == col || cell->col == LIT_ALL || col == LIT_ALL) &&
            str_equal(cell->name, name))
            return true;
    }
    return false;
}

/* --- which scene shows a tensor ------------------------------------------- */

static const char *scene_of(const char *name)
{
    static const char *const scenes[][2] = {
        {"W", "table"},          {"Wu", "table"},         {"Wi", "table"},
        {"h", "mean"},           {"W.grad", "backward"},  {"E", "lookup"},
        {"Wu.grad", "backward"}, {"Wi.grad", "backward"}, {"logits", "logits"},
        {"probs", "logits"},     {"loss", "loss"},        {"ctx", "batch"},
        {"tgt", "batch"},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
        if (str_equal(scenes[i][0], name))
            return scenes[i][1];
    return NULL;
}

/* --- one step back ---------------------------------------------------------
 */

static void light_copy(const struct lab *lab, struct lit *lit, int64_t b,
                       int64_t c, int64_t d)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];
    int64_t C = ctx->ndim > 1 ? ctx->shape[1] : 1;
    light(lit, "E", b * C + c, d);
    light(lit, "ctx", b, c);
    if (!lab->model->has_subwords && b * C + c < (int64_t)tensor_count(ctx))
        light(lit, "W", ctx->i[b * C + c], d);
}

static void light_terms(const struct lab *lab, const struct why *why,
                        struct lit *lit)
{
    for (size_t i = 0; i < why->count; i++) {
        const char *label = why->terms[i].label;
        long long b, c, d;
        if (sscanf(label, "b=%lld c=%lld", &b, &c) == 2)
            light(lit, "ctx", b, c);
        else if (sscanf(label, "E[%lld,%lld,%lld]", &b, &c, &d) == 3)
            light_copy(lab, lit, b, c, d);
    }
}

/* Tensors of the mini-batch, whose first index is the example. */
static void light_example(const struct lab *lab, const struct why_cell *cell,
                          struct lit *lit)
{
    int64_t b = cell->index[0], last = cell->index[cell->ndim - 1];
    if (str_equal(cell->name, "E") && cell->ndim == 3)
        light_copy(lab, lit, b, cell->index[1], last);
    else if (str_equal(cell->name, "logits"))
        light(lit, "h", b, LIT_ALL);
    else if (str_equal(cell->name, "probs"))
        light(lit, "logits", b, LIT_ALL);
    else if (str_equal(cell->name, "logits.grad"))
        light(lit, "probs", b, last);
}

static void light_cell(const struct lab *lab, const struct why_cell *cell,
                       const struct why *why, struct lit *lit)
{
    int64_t row = cell->ndim > 0 ? cell->index[0] : LIT_ALL;
    int64_t col = cell->ndim > 1 ? cell->index[cell->ndim - 1] : LIT_ALL;
    size_t base = strcspn(cell->name, ".");
    char value[sizeof cell->name], grad[sizeof cell->name + 6];
    snprintf(value, sizeof value, "%.*s", (int)base, cell->name);
    snprintf(grad, sizeof grad, "%s.grad", value);
    lit->scene = scene_of(cell->name);
    if (str_equal(cell->name, "loss"))
        light(lit, "row_loss", LIT_ALL, LIT_ALL);
    else if (model_parameter(lab->model, value) == NULL && cell->ndim > 0)
        light_example(lab, cell, lit);
    if (cell->ndim < 3) /* E's row is that of its place: light_copy */
        light(lit, cell->name, row, col);
    if (model_parameter(lab->model, value) != NULL) {
        light(lit, value, row, col);
        light(lit, grad, row, col);
    }
    light_terms(lab, why, lit);
}

/* --- what was typed ---------------------------------------------------------
 */

static void explain_cell(const struct lab *lab, const char *text,
                         struct lit *out)
{
    struct expr expr;
    struct why_cell cell;
    struct why why;
    if (expr_parse(text, strlen(text), 1, &expr, NULL) != 0)
        return;
    if (why_read_cell(lab, &expr, &cell, NULL) == 0 &&
        why_explain(lab, &cell, &why, NULL) == 0) {
        light_cell(lab, &cell, &why, out);
        why_clear(&why);
    }
    expr_clear(&expr);
}

static void explain_row(const struct lab *lab, const char *word,
                        struct lit *out)
{
    struct lab_row row;
    char cell[160];
    if (lab_find_row(lab, NULL, word, &row, NULL) != 0)
        return;
    snprintf(cell, sizeof cell, "%s.grad[%s,0]", row.table->name, word);
    explain_cell(lab, cell, out);
    for (size_t i = 0; i < out->count; i++)
        if (!str_equal(out->cells[i].name, "ctx"))
            out->cells[i].col = LIT_ALL;
}

void lit_explain(const struct lab *lab, const char *text, struct lit *out)
{
    *out = (struct lit){.count = 0};
    if (lab->model == NULL)
        return;
    if (strncmp(text, "row ", 4) == 0)
        explain_row(lab, text + 4 + strspn(text + 4, " "), out);
    else
        explain_cell(lab, text, out);
}
