#include "scenes/tensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scenes/parts.h"

void scene_tensor_title(const struct lab *lab, const char *name,
                        const struct named *named, char *out, size_t size)
{
    const struct parameter *p = named->parameter;
    char shape[160], age[48];

    tensor_shape_text(&named->value, shape);
    if (named->kind == NAME_GRADIENT) {
        part_gradient_age(lab, p, age, sizeof age);
        snprintf(out, size, "%s %s · %zu of %zu rows not zero%s", name, shape,
                 part_gradient_rows(p), p->rows, age);
    } else if (named->kind == NAME_PARAMETER && p->frozen)
        snprintf(out, size, "%s %s · frozen", name, shape);
    else
        snprintf(out, size, "%s %s", name, shape);
}

/* Any tensor as rows of its last dimension. */
struct plain_rows {
    const struct lab *lab;
    const struct tensor *t;
    int64_t cols;
    bool examples; /* rows are the mini-batch's examples */
    float *room;   /* (cols) for integers */
    struct str label;
};

static const float *plain_row(void *context, int64_t row)
{
    struct plain_rows *r = context;

    if (r->t->type == TENSOR_FLOAT32)
        return r->t->f + row * r->cols;
    for (int64_t c = 0; c < r->cols; c++)
        r->room[c] = r->t->type == TENSOR_INT64
                         ? (float)r->t->i[row * r->cols + c]
                         : (float)r->t->b[row * r->cols + c];
    return r->room;
}

/* What an example's row stands for: its context, or one word of that. */
static void append_words(struct plain_rows *r, const int64_t *place)
{
    const struct tensor *ctx = &r->lab->batch.tensor[BATCH_CTX];
    bool one = r->t->ndim == 3 && r->t->shape[1] == ctx->shape[1];

    if (one)
        str_append(
            &r->label,
            part_word(r->lab, ctx->i[place[0] * ctx->shape[1] + place[1]]));
    else
        part_context(r->lab, (size_t)place[0], &r->label);
}

/* The place in the leading dimensions, and the context's words. */
static const char *plain_label(void *context, int64_t row)
{
    struct plain_rows *r = context;
    int64_t place[TENSOR_DIMS_MAX], rest = row;

    str_truncate(&r->label, 0);
    for (int d = r->t->ndim - 2; d >= 0; d--) {
        place[d] = rest % r->t->shape[d];
        rest /= r->t->shape[d];
    }
    str_append_char(&r->label, '[');
    for (int d = 0; d < r->t->ndim - 1; d++)
        str_printf(&r->label, "%s%lld", d ? "," : "", (long long)place[d]);
    str_append_char(&r->label, ']');
    if (r->examples && r->t->ndim > 1) {
        str_append_char(&r->label, ' ');
        append_words(r, place);
    }
    return str_text(&r->label);
}

enum { COLUMN_WORDS_MAX = 200 }; /* more columns than stand in any picture */

/* What of the columns does not fit is said. */
static void say_columns(struct grid *grid, int64_t shown, int64_t cols)
{
    if (shown < cols)
        grid_printf(grid, part_line(grid), 1, STYLE_DIM,
                    "(%lld of %lld columns)", (long long)shown,
                    (long long)cols);
}

/* Scores and probabilities have a column a word; NULL: others have none. */
static char **column_words(const struct lab *lab, const struct tensor *t)
{
    size_t V = lab_V(lab);
    bool scores = lab->head.model.kind == MODEL_NEXT_WORD &&
                  lab->head.model.loss == LOSS_SOFTMAX && t->ndim == 2 &&
                  t->type == TENSOR_FLOAT32 && t->shape[1] == (int64_t)V &&
                  (t->data == lab->batch.tensor[BATCH_LOGITS].data ||
                   t->data == lab->batch.tensor[BATCH_PROBS].data ||
                   t->data == lab->batch.tensor[BATCH_LOGITS_GRAD].data);
    char **words;

    if (!scores)
        return NULL;
    words = memory_new(V, sizeof *words);
    for (size_t v = 0; v < V; v++)
        words[v] =
            memory_text(v < COLUMN_WORDS_MAX ? part_word(lab, (int64_t)v) : "");
    return words;
}

static void free_words(const struct lab *lab, char **words)
{
    for (size_t v = 0; words && v < lab_V(lab); v++)
        free(words[v]);
    free(words);
}

static void draw_plain(const struct lab *lab, const struct named *named,
                       const struct frame *frame, struct grid *grid)
{
    const struct tensor *t = &named->value;
    int64_t cols = t->ndim > 0 ? t->shape[t->ndim - 1] : 1, shown = 0;
    char **words = column_words(lab, t);
    struct plain_rows rows = {
        .lab = lab,
        .t = t,
        .cols = cols,
        .examples = !lab->lookup.current && lab->batch.known[BATCH_CTX] &&
                    t->ndim > 1 && t->shape[0] == (int64_t)lab->batch.B,
        .room = memory_new((size_t)(cols > 0 ? cols : 1), sizeof(float))};
    struct matrix_view view = {
        .rows = cols > 0 ? (int64_t)tensor_count(t) / cols : 0,
        .cols = cols,
        .row = plain_row,
        .word = t->ndim > 1 ? plain_label : NULL,
        .context = &rows,
        .digits = t->type == TENSOR_FLOAT32 ? frame->digits : MATRIX_WHOLE,
        .heat = t->type == TENSOR_FLOAT32,
        .zero_dots = t->type == TENSOR_FLOAT32,
        .row_title = ""};
    struct matrix_window window = {.width = frame->width,
                                   .first_row = frame->first_row,
                                   .first_col = frame->first_col,
                                   .max_rows = frame->max_rows};

    view.column_names = (const char *const *)words;
    matrix_draw(grid, grid->rows, 0, &view, &window, &shown);
    say_columns(grid, shown, cols);
    free_words(lab, words);
    free(rows.room);
    str_clear(&rows.label);
}

void scene_tensor_draw(const struct lab *lab, const char *name,
                       const struct named *named, const struct frame *frame,
                       struct grid *grid)
{
    enum part_values values = named->kind == NAME_GRADIENT ? PART_GRADIENT
                                                           : PART_VALUE;

    (void)name;
    if (!named->parameter) {
        draw_plain(lab, named, frame, grid);
        return;
    }
    part_parameter(lab, named->parameter, values, frame, grid);
    say_columns(grid, part_columns_shown(lab, named->parameter, values, frame),
                (int64_t)named->parameter->cols);
}

/* --- what the last command changed -------------------------------------- */

struct difference {
    const struct lab *lab;
    const struct baseline *baseline;
    const struct parameter *p;
    int64_t *rows; /* that changed */
    size_t count;
    float *room;
};

static const float *row_before(const struct difference *d, int64_t row)
{
    const float *kept = baseline_row(d->baseline, d->p, (size_t)row);

    return kept ? kept : parameter_before(d->p, (size_t)row);
}

static const float *difference_row(void *context, int64_t index)
{
    struct difference *d = context;
    int64_t row = d->rows[index];
    const float *before = row_before(d, row);
    const float *now = d->p->value + (size_t)row * d->p->cols;

    for (size_t c = 0; c < d->p->cols; c++)
        d->room[c] = now[c] - before[c];
    return d->room;
}

static const char *difference_word(void *context, int64_t index)
{
    struct difference *d = context;

    return lab_row_word(d->lab, d->p, d->rows[index]);
}

static void find_changed(struct difference *d)
{
    size_t bytes = d->p->cols * sizeof(float);

    for (size_t row = 0; row < d->p->rows; row++) {
        const float *before = row_before(d, (int64_t)row);
        if (memcmp(before, d->p->value + row * d->p->cols, bytes) != 0)
            d->rows[d->count++] = (int64_t)row;
    }
}

size_t scene_diff_draw(const struct lab *lab, const struct baseline *baseline,
                       const struct parameter *p, const struct frame *frame,
                       struct grid *grid)
{
    struct difference d = {.lab = lab, .baseline = baseline, .p = p};
    struct matrix_view view = {.cols = (int64_t)p->cols,
                               .row = difference_row,
                               .word = difference_word,
                               .context = &d,
                               .digits = frame->digits,
                               .heat = true,
                               .zero_dots = true,
                               .row_title = "word"};
    struct matrix_window window = {
        .width = frame->width, .first_row = -1, .max_rows = 24};

    d.rows = memory_new(p->rows, sizeof *d.rows);
    d.room = memory_new(p->cols, sizeof *d.room);
    find_changed(&d);
    if (d.count > 0) {
        view.rows = (int64_t)d.count;
        grid_printf(grid, part_line(grid), 0, STYLE_TITLE,
                    "%s: now - before · %zu of %zu rows changed%s", p->name,
                    d.count, p->rows,
                    baseline_row(baseline, p, 0) ? ""
                                                 : " in the last mini-batch");
        matrix_draw(grid, grid->rows, 0, &view, &window, NULL);
    }
    free(d.rows);
    free(d.room);
    return d.count;
}
