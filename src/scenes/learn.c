/*
 * backward: which rows got a gradient. update: what the update added to each
 * row. rows: the three marks as lists of words, and why they differ.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "lab/lookup.h"
#include "lab/loop.h"
#include "scenes/parts.h"
#include "scenes/scenes.h"

static const struct parameter *first_table(const struct lab *lab)
{
    return &lab->model->tables[0].weight;
}

/* --- backward ----------------------------------------------------------- */

enum { TABLES_MAX = 2 };

/* The tables whose gradients there are to see, that of a typed lookup first. */
static size_t with_gradients(const struct lab *lab,
                             const struct parameter *tables[TABLES_MAX])
{
    size_t first = (size_t)(lookup_table(lab) - lab->model->tables), count = 0;
    size_t all = lab_table_count(lab);

    for (size_t t = 0; t < all; t++) {
        const struct parameter *p =
            &lab->model->tables[(first + t) % all].weight;
        if (p->gradient != GRADIENT_NONE)
            tables[count++] = p;
    }
    return count;
}

static const struct parameter *first_gradient(const struct lab *lab)
{
    const struct parameter *tables[TABLES_MAX];

    return with_gradients(lab, tables) > 0 ? tables[0] : first_table(lab);
}

static bool backward_ready(const struct lab *lab)
{
    return lab->model && first_gradient(lab)->gradient != GRADIENT_NONE;
}

static void title_backward(const struct lab *lab, const struct frame *frame,
                           char *out, size_t size)
{
    const struct parameter *W = first_gradient(lab);
    char age[48];

    part_gradient_age(lab, W, age, sizeof age);
    snprintf(out, size, "%s.grad (%zu, %zu) · %zu of %zu rows %s 0%s", W->name,
             W->rows, W->cols, part_gradient_rows(W), W->rows,
             frame->ascii ? "!=" : "≠", age);
}

static void bottom_backward(const struct lab *lab, const struct frame *frame,
                            char *out, size_t size)
{
    part_legend(lab, first_gradient(lab), PART_GRADIENT, frame, out, size);
}

static void draw_second(const struct parameter *p, const struct lab *lab,
                        enum part_values values, const char *what,
                        const struct frame *frame, struct grid *grid)
{
    int row = part_line(grid);

    grid_printf(grid, row, 0, STYLE_TITLE, "%s%s (%zu, %zu)", p->name, what,
                p->rows, p->cols);
    part_parameter(lab, p, values, frame, grid);
}

/* With two tables each gets its half of a panel. */
static struct frame half_of(size_t tables, const struct frame *frame)
{
    struct frame half = *frame;

    if (tables > 1 && frame->height > 0)
        half.height = frame->height / 2;
    return half;
}

/* How often a row stands in what the gradient is of: the typed lookup, or the
 * mini-batch, where a rating's user stands before its item. */
static size_t count_row(const struct lab *lab, const struct parameter *W,
                        int64_t row)
{
    const struct tensor *ids = &lab->batch.tensor[BATCH_CTX];
    size_t i = (size_t)(lab_embedding(lab, W) - lab->model->tables);
    size_t stride = lab_table_count(lab), count = 0;

    if (lab->lookup.owns_gradient) {
        ids = &lab->lookup.ids;
        i = 0;
        stride = 1;
    }
    for (; i < tensor_count(ids); i += stride)
        count += ids->i[i] == row;
    return count;
}

/* " of Wi", where there is more than one table. */
static void of_table(const struct lab *lab, const struct parameter *W,
                     struct str *out)
{
    if (lab_table_count(lab) > 1)
        str_printf(out, " of %s", W->name);
}

/* scale_grad_by_freq: how often each row was looked up. */
static void draw_counts(const struct lab *lab, const struct parameter *W,
                        const struct frame *frame, struct grid *grid)
{
    struct str text = STR_INIT;

    if (W->marks.looked_up.count == 0)
        return;
    str_append(&text, "scale_grad_by_freq divided by the counts");
    of_table(lab, W, &text);
    str_append_char(&text, ':');
    for (size_t i = 0; i < W->marks.looked_up.count && i < 40; i++) {
        int64_t row = W->marks.looked_up.list[i];
        size_t count = count_row(lab, W, row);
        str_printf(&text, " %s %s%zu", lab_row_word(lab, W, row),
                   part_glyph(frame, GLYPH_TIMES), count);
    }
    grid_wrap(grid, grid->rows, 1, frame->width - 1, STYLE_NOTICE,
              str_text(&text));
    str_clear(&text);
}

/* sparse=yes: what the COO gradient saves. */
static void draw_sparse(const struct lab *lab, const struct parameter *W,
                        const struct frame *frame, struct grid *grid)
{
    size_t entry = sizeof(int64_t) + W->cols * sizeof(float);
    struct str text = STR_INIT;

    str_append(&text, "sparse");
    of_table(lab, W, &text);
    str_printf(&text, ": %zu entries, %s; the dense gradient is ", W->entries,
               str_bytes(W->entries * entry));
    str_append(&text, str_bytes(W->rows * W->cols * sizeof(float)));
    grid_wrap(grid, grid->rows, 1, frame->width - 1, STYLE_NOTICE,
              str_text(&text));
    str_clear(&text);
}

static void draw_backward(const struct lab *lab, const struct frame *frame,
                          struct grid *grid)
{
    const struct parameter *tables[TABLES_MAX];
    size_t count = with_gradients(lab, tables);
    struct frame half = half_of(count, frame);

    part_parameter(lab, first_gradient(lab), PART_GRADIENT, &half, grid);
    if (count > 1)
        draw_second(tables[1], lab, PART_GRADIENT, ".grad", frame, grid);
    for (size_t t = 0; t < count && frame->height == 0; t++) {
        if (lab->model->tables[0].options.scale_grad_by_freq)
            draw_counts(lab, tables[t], frame, grid);
        if (tables[t]->gradient == GRADIENT_SPARSE)
            draw_sparse(lab, tables[t], frame, grid);
    }
}

const struct scene scene_backward = {
    .name = "backward",
    .help = "the gradient of the table: exactly which rows, and why",
    .ready = backward_ready,
    .title = title_backward,
    .bottom = bottom_backward,
    .draw = draw_backward,
};

/* --- update ------------------------------------------------------------- */

static bool update_ready(const struct lab *lab)
{
    return lab->model && lab->batch.phase == PHASE_UPDATE;
}

static void title_update(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    const struct parameter *W = first_table(lab);
    char factor[16];

    part_difference_factor(W, frame, factor, sizeof factor);
    snprintf(out, size, "%s: after - before%s · %zu of %zu rows changed",
             W->name, factor, W->marks.changed.count, W->rows);
}

enum { NUMBER_SIZE = 32 };

static void number(float value, char out[NUMBER_SIZE])
{
    snprintf(out, NUMBER_SIZE, "%s", str_decimal((double)value, 4));
}

/* W[the,0] = 1.9269 - 0.5 × -0.0485 = 1.9512 */
static void draw_update_example(const struct lab *lab,
                                const struct frame *frame, struct grid *grid)
{
    const struct parameter *W = first_table(lab);
    const struct optimizer_options *o = &lab->optimizer.options;
    bool plain = o->kind == OPTIMIZER_SGD && o->momentum == 0 &&
                 o->weight_decay == 0;
    char before[NUMBER_SIZE], after[NUMBER_SIZE];
    const float *grad;
    int64_t row;

    if (!plain || W->marks.changed.count == 0)
        return;
    row = W->marks.changed.list[0];
    grad = parameter_grad_row(W, (size_t)row);
    if (!grad)
        return;
    number(parameter_before(W, (size_t)row)[0], before);
    number(W->value[(size_t)row * W->cols], after);
    grid_printf(
        grid, part_line(grid), 1, STYLE_NORMAL, "%s[%s,0] = %s - %g %s %s = %s",
        W->name, lab_row_word(lab, W, row), before, o->lr,
        part_glyph(frame, GLYPH_TIMES), str_decimal((double)grad[0], 4), after);
}

static void say_rescaled(const struct lab *lab, struct str *out)
{
    for (size_t t = 0; t < lab_table_count(lab); t++) {
        const struct embedding *table = &lab->model->tables[t];
        size_t count = table->rescaled_count;
        if (count > 0 && !lab->lookup.current)
            str_printf(out,
                       "max_norm rescaled %zu row%s of %s at lookup, before "
                       "the update; the changes hold both. ",
                       count, str_s(count), table->weight.name);
    }
}

static void draw_rescaled(const struct lab *lab, const struct frame *frame,
                          struct grid *grid)
{
    struct str text = STR_INIT;

    say_rescaled(lab, &text);
    if (text.length > 0)
        grid_wrap(grid, grid->rows, 1, frame->width - 1, STYLE_NOTICE,
                  str_text(&text));
    str_clear(&text);
}

static void bottom_update(const struct lab *lab, const struct frame *frame,
                          char *out, size_t size)
{
    part_legend(lab, first_table(lab), PART_DIFFERENCE, frame, out, size);
}

static void draw_update(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    struct frame half = half_of(lab_table_count(lab), frame);

    part_parameter(lab, first_table(lab), PART_DIFFERENCE, &half, grid);
    if (lab_table_count(lab) > 1) {
        const struct parameter *second = &lab->model->tables[1].weight;
        char what[48], factor[16];
        part_difference_factor(second, frame, factor, sizeof factor);
        snprintf(what, sizeof what, ": after - before%s", factor);
        draw_second(second, lab, PART_DIFFERENCE, what, frame, grid);
    }
    if (frame->height == 0) {
        draw_update_example(lab, frame, grid);
        draw_rescaled(lab, frame, grid);
    }
}

const struct scene scene_update = {
    .name = "update",
    .help = "what the update added to each row",
    .ready = update_ready,
    .title = title_update,
    .bottom = bottom_update,
    .draw = draw_update,
};

/* --- rows --------------------------------------------------------------- */

static bool rows_ready(const struct lab *lab)
{
    return lab->model != NULL;
}

static void title_rows(const struct lab *lab, const struct frame *frame,
                       char *out, size_t size)
{
    if (lab->lookup.current)
        snprintf(out, size, "rows of the lookup \"%s\"", lab->lookup.typed);
    else if (lab->batch.phase == PHASE_NONE)
        snprintf(out, size, "no mini-batch yet, so no row has a mark");
    else
        snprintf(out, size,
                 frame->panel ? "rows of mini-batch %zu of %zu · epoch %ld"
                              : "rows of mini-batch %zu of %zu in epoch %ld",
                 loop_batch_number(lab), loop_batch_count(lab),
                 loop_epoch(lab));
}

static int by_row(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

enum { WORDS_BESIDE_WIDTH = 56 }; /* else they stand below */

/* The words of the rows of a set, the rows ascending. */
static void list_words(const struct lab *lab, const struct parameter *p,
                       const struct row_set *rows, struct str *out)
{
    enum { MOST = 400 };
    size_t count = rows->count < MOST ? rows->count : MOST;
    int64_t *sorted;

    if (rows->count == p->rows) {
        str_append(out, "all of them");
        return;
    }
    sorted = memory_copy(rows->list, rows->count, sizeof *sorted);
    qsort(sorted, rows->count, sizeof *sorted, by_row);
    for (size_t i = 0; i < count; i++)
        str_printf(out, "%s%s", i ? " " : "", lab_row_word(lab, p, sorted[i]));
    if (count < rows->count)
        str_printf(out, " ... and %zu more", rows->count - count);
    free(sorted);
}

static void draw_mark(const struct lab *lab, const struct parameter *p,
                      const struct row_set *rows, enum glyph glyph,
                      enum style style, const char *label,
                      const struct frame *frame, struct grid *grid)
{
    struct str text = STR_INIT;
    bool narrow = frame->width < WORDS_BESIDE_WIDTH;
    int row = part_line(grid), left = narrow ? 4 : 29;

    grid_text(grid, row, 1, style, part_glyph(frame, glyph));
    grid_fit(grid, row, 3, 12, STYLE_LABEL, label);
    grid_printf(grid, row, 16, STYLE_LABEL, "%3zu of %zu", rows->count,
                p->rows);
    list_words(lab, p, rows, &text);
    if (rows->count > 0)
        grid_wrap(grid, narrow ? row + 1 : row, left, frame->width - left,
                  STYLE_NORMAL, str_text(&text));
    str_clear(&text);
}

static void draw_parameter_rows(const struct lab *lab,
                                const struct parameter *p,
                                const struct frame *frame, struct grid *grid)
{
    const char *gradient = frame->ascii ? "grad != 0" : "grad ≠ 0";

    grid_printf(grid, part_line(grid), 0, STYLE_TITLE, "%s%s", p->name,
                p->frozen ? " (frozen)" : "");
    if (p->kind == PARAMETER_EMBEDDING || p->marks.looked_up.count > 0)
        draw_mark(lab, p, &p->marks.looked_up, GLYPH_LOOKED_UP, STYLE_LOOKED_UP,
                  "looked up", frame, grid);
    draw_mark(lab, p, &p->marks.grad_nonzero, GLYPH_GRADIENT, STYLE_GRADIENT,
              gradient, frame, grid);
    draw_mark(lab, p, &p->marks.changed, GLYPH_CHANGED, STYLE_CHANGED,
              "changed", frame, grid);
}

static void draw_rows(const struct lab *lab, const struct frame *frame,
                      struct grid *grid)
{
    char why[512];

    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        const struct parameter *p = lab->model->parameters[i];
        bool full = frame->height > 0 && grid->rows + 4 > frame->height;
        bool typed = p == &lookup_table(lab)->weight ||
                     p->marks.grad_nonzero.count > 0;
        if (!full && (!lab->lookup.current || typed))
            draw_parameter_rows(lab, p, frame, grid);
    }
    scene_why_marks_differ(lab, why, sizeof why);
    if (*why)
        grid_wrap(grid, grid->rows, 0, frame->width, STYLE_NOTICE, why);
    part_keep(frame, grid);
}

const struct scene scene_rows = {
    .name = "rows",
    .help = "which rows were looked up, have a gradient, changed",
    .ready = rows_ready,
    .title = title_rows,
    .draw = draw_rows,
};

/* --- why the marks differ ----------------------------------------------- */

/* Rows in both; asks for those of the smaller set. */
static size_t count_both(const struct row_set *a, const struct row_set *b)
{
    const struct row_set *small = a->count < b->count ? a : b;
    const struct row_set *large = small == a ? b : a;
    size_t count = 0;

    for (size_t i = 0; i < small->count; i++)
        count += row_set_has(large, small->list[i]);
    return count;
}

/* Rows in a but not in b; *first: one of them. With weight decay every row of
 * a large table is in a: they are not gone through. */
static size_t only_in(const struct row_set *a, const struct row_set *b,
                      int64_t *first)
{
    size_t i = 0;

    while (i < a->count && row_set_has(b, a->list[i]))
        i++;
    if (i < a->count)
        *first = a->list[i];
    return a->count - count_both(a, b);
}

/* "cat", "cat, dog", or the first of more: "cat, ..." of the rows in a but not
 * in b. */
static void name_rows(const struct lab *lab, const struct parameter *p,
                      const struct row_set *a, const struct row_set *b,
                      size_t count, struct str *out)
{
    size_t named = 0, most = count == 2 ? 2 : 1;

    for (size_t i = 0; i < a->count && named < most; i++) {
        if (row_set_has(b, a->list[i]))
            continue;
        str_printf(out, "%s%s", named > 0 ? ", " : "",
                   lab_row_word(lab, p, a->list[i]));
        named++;
    }
    str_append(out, count > most ? ", ..." : "");
}

/* Does example b look up a row of p that has no gradient? */
static bool looks_up_zero_row(const struct lab *lab, const struct parameter *p,
                              size_t b)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];
    size_t C = (size_t)ctx->shape[1], first = 0, last = C;

    if (lab_table_count(lab) > 1) { /* a user, then an item */
        first = p->name[1] == 'i';
        last = first + 1;
    }
    for (size_t c = first; c < last; c++) {
        if (!row_set_has(&p->marks.grad_nonzero, ctx->i[b * C + c]))
            return true;
    }
    return false;
}

/* What an example hands on to the rows that it looked up; NULL: unknown. */
static const struct tensor *handed_to(const struct lab *lab,
                                      const struct parameter *p)
{
    enum batch_tensor which = BATCH_H_GRAD;

    if (lab->model->has_subwords || lab->lookup.owns_gradient)
        return NULL;
    if (lab_table_count(lab) > 1)
        which = *p->name == 'b'     ? BATCH_LOGITS_GRAD
                : p->name[1] == 'i' ? BATCH_E2_GRAD
                                    : BATCH_E_GRAD;
    return lab->batch.known[which] ? &lab->batch.tensor[which] : NULL;
}

static bool all_zero(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] != 0)
            return false;
    }
    return true;
}

/* Were all that was added up to these rows' gradients zeros? Then nothing
 * cancelled. */
static bool nothing_was_handed(const struct lab *lab, const struct parameter *p)
{
    const struct tensor *grad = handed_to(lab, p);
    size_t B = lab->batch.B, cols = grad ? tensor_count(grad) / B : 0;

    if (!grad)
        return false;
    for (size_t b = 0; b < B; b++) {
        if (!all_zero(grad->f + b * cols, cols) && looks_up_zero_row(lab, p, b))
            return false;
    }
    return true;
}

/* A product with a zero is zero, whatever the other factor. */
static void say_zero_gradient(const struct lab *lab, const struct parameter *p,
                              size_t count, struct str *out)
{
    bool factor = lab_table_count(lab) > 1 && *p->name == 'W';

    str_printf(out, "%zu looked-up row%s (", count, str_s(count));
    name_rows(lab, p, &p->marks.looked_up, &p->marks.grad_nonzero, count, out);
    str_append(out, ") got a gradient of exactly zero: ");
    if (factor)
        str_printf(out,
                   "it is the error times the row of %s, and one of them is "
                   "zero. ",
                   p->name[1] == 'i' ? "Wu" : "Wi");
    else
        str_append(out, "the loss had nothing to correct. ");
}

static void why_no_gradient(const struct lab *lab, const struct parameter *p,
                            struct str *out)
{
    const struct embedding_options *o = &lab->model->tables[0].options;
    int64_t row = -1;
    size_t count = only_in(&p->marks.looked_up, &p->marks.grad_nonzero, &row);

    if (!p->frozen && !part_gradient_is_new(lab, p))
        return;
    if (count == 0)
        return;
    if (p->frozen)
        str_printf(out, "%s is frozen: it has no gradient. ", p->name);
    else if (o->has_padding && count == 1 && row == o->padding_idx)
        str_printf(out,
                   "\"%s\" is the padding row: its gradient is always zero. ",
                   lab_row_word(lab, p, row));
    else if (!o->has_padding && nothing_was_handed(lab, p))
        say_zero_gradient(lab, p, count, out);
    else {
        str_printf(out, "%zu looked-up row%s (", count, str_s(count));
        name_rows(lab, p, &p->marks.looked_up, &p->marks.grad_nonzero, count,
                  out);
        str_printf(out, ") got gradients that cancel to exactly zero%s. ",
                   o->has_padding ? ", or are padding" : "");
    }
}

static void why_changed(const struct lab *lab, const struct parameter *p,
                        struct str *out)
{
    const struct optimizer_options *o = &lab->head.optimizer;
    int64_t row = -1;
    size_t count = only_in(&p->marks.changed, &p->marks.grad_nonzero, &row);

    if (count == 0)
        return;
    str_printf(out, "%zu row%s (", count, str_s(count));
    name_rows(lab, p, &p->marks.changed, &p->marks.grad_nonzero, count, out);
    str_append(out, ") changed without a gradient: ");
    if (p->frozen || lab->batch.phase != PHASE_UPDATE)
        str_append(out, "max_norm rescaled them at lookup. ");
    else if (o->weight_decay != 0 && o->kind != OPTIMIZER_SPARSE_ADAM)
        str_printf(out, "weight_decay=%g pulls every row. ", o->weight_decay);
    else if (o->kind == OPTIMIZER_SGD)
        str_printf(out, "momentum=%g goes on from earlier steps. ",
                   o->momentum);
    else
        str_printf(out, "%s's running mean of earlier gradients goes on. ",
                   head_choice(head_optimizer_choices, (int)o->kind));
}

static void why_unchanged(const struct lab *lab, const struct parameter *p,
                          struct str *out)
{
    int64_t row = -1;
    size_t count = only_in(&p->marks.grad_nonzero, &p->marks.changed, &row);

    if (count == 0 || lab->batch.phase != PHASE_UPDATE || lab->lookup.current)
        return;
    str_printf(out,
               "%zu row%s (%s) %s a gradient too small to change a bit, "
               "or lr is 0. ",
               count, count == 1 ? "" : "s", lab_row_word(lab, p, row),
               count == 1 ? "has" : "have");
}

void scene_why_marks_differ(const struct lab *lab, char *out, size_t size)
{
    struct str text = STR_INIT;

    for (size_t t = 0; lab->model && t < lab->model->table_count; t++) {
        const struct parameter *p = &lab->model->tables[t].weight;
        why_no_gradient(lab, p, &text);
        why_changed(lab, p, &text);
        why_unchanged(lab, p, &text);
    }
    snprintf(out, size, "%s", str_text(&text));
    str_clear(&text);
}
