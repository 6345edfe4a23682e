#include "scenes/parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "lab/loop.h"

enum {
    TOUCHED_MAX = 4096,
    BORDER = 5, /* columns of a panel's border that are no legend */
};

/* --- a parameter's numbers as a matrix ---------------------------------- */

static const float *difference_row(struct part_table *table, size_t row)
{
    const struct parameter *p = table->p;
    const float *before = parameter_before(p, row);
    const float *now = p->value + row * p->cols;

    for (size_t d = 0; d < p->cols; d++)
        table->room[d] = (now[d] - before[d]) * table->factor;
    return table->room;
}

static const float *gradient_row(const struct parameter *p, size_t row)
{
    return p->gradient == GRADIENT_DENSE ? p->grad + row * p->cols
                                         : parameter_grad_row(p, row);
}

static const float *row_values(void *context, int64_t row)
{
    struct part_table *table = context;
    const struct parameter *p = table->p;
    size_t r = (size_t)row;

    switch (table->values) {
    case PART_VALUE:
        return p->value + r * p->cols;
    case PART_GRADIENT:
        return gradient_row(p, r);
    case PART_BEFORE:
        return parameter_before(p, r);
    case PART_DIFFERENCE:
        break;
    }
    return row_set_has(&p->marks.changed, row) ? difference_row(table, r)
                                               : NULL;
}

static const char *row_word(void *context, int64_t row)
{
    struct part_table *table = context;

    return lab_row_word(table->lab, table->p, row);
}

static bool is_padding(const struct lab *lab, const struct parameter *p,
                       int64_t row)
{
    const struct embedding *table = lab_embedding(lab, p);

    return table && table->options.has_padding &&
           table->options.padding_idx == row;
}

static bool has_nonzero(const float *row, size_t cols)
{
    for (size_t d = 0; d < cols; d++) {
        if (row[d] != 0)
            return true;
    }
    return false;
}

/* Has the row that is shown a gradient? The marks are the typed lookup's, where
 * the gradient is an earlier mini-batch's. */
static bool has_gradient(const struct part_table *table, int64_t row)
{
    const float *grad;

    if (!table->older)
        return row_set_has(&table->p->marks.grad_nonzero, row);
    grad = gradient_row(table->p, (size_t)row);
    return grad && has_nonzero(grad, table->p->cols);
}

static unsigned row_flags(void *context, int64_t row)
{
    struct part_table *table = context;
    const struct row_marks *marks = &table->p->marks;
    unsigned flags = 0;

    if (row_set_has(&marks->looked_up, row))
        flags |= MATRIX_LOOKED_UP;
    if (has_gradient(table, row))
        flags |= MATRIX_GRADIENT;
    if (row_set_has(&marks->changed, row))
        flags |= MATRIX_CHANGED;
    if (is_padding(table->lab, table->p, row))
        flags |= MATRIX_PADDING;
    if (table->fresh && flags)
        flags |= MATRIX_FRESH;
    return flags;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static bool is_lit(void *context, int64_t row, int64_t col)
{
    struct part_table *table = context;

    return lit_has(table->lit, table->lit_name, row, col);
}

/* Rows that `why` named are not left out. */
static size_t add_lit_rows(const struct part_table *table, size_t count)
{
    const struct lit *lit = table->lit;

    for (size_t i = 0; lit && i < lit->count && count < TOUCHED_MAX; i++) {
        const struct lit_cell *cell = &lit->cells[i];
        if (cell->row >= 0 && cell->row < (int64_t)table->p->rows &&
            str_equal(cell->name, table->lit_name))
            table->touched[count++] = cell->row;
    }
    return count;
}

static size_t add_rows(int64_t *out, size_t count, const struct row_set *set)
{
    for (size_t i = 0; i < set->count && count < TOUCHED_MAX; i++)
        out[count++] = set->list[i];
    return count;
}

/* The rows of an earlier mini-batch's gradient, in order. */
static size_t add_older(const struct part_table *table, size_t count)
{
    size_t rows = table->older ? table->p->rows : 0;

    for (size_t r = 0; r < rows && count < TOUCHED_MAX; r++) {
        if (has_gradient(table, (int64_t)r))
            table->touched[count++] = (int64_t)r;
    }
    return count;
}

/* Has a row changed that is not among the touched ones (weight decay)? */
static bool others_moved(const struct row_marks *marks, size_t touched)
{
    const struct row_set *changed = &marks->changed;

    for (size_t i = 0; i < changed->count && changed->count <= touched; i++) {
        if (!row_set_has(&marks->looked_up, changed->list[i]) &&
            !row_set_has(&marks->grad_nonzero, changed->list[i]))
            return true;
    }
    return changed->count > touched;
}

/* Looked-up rows and those with a gradient; where there are none, changed. */
static void collect_touched(struct part_table *table)
{
    const struct row_marks *marks = &table->p->marks;
    size_t count = 0, kept = 0;

    table->touched = memory_new(TOUCHED_MAX, sizeof *table->touched);
    count = add_rows(table->touched, count, &marks->looked_up);
    count = add_rows(table->touched, count, &marks->grad_nonzero);
    count = add_older(table, count);
    if (count == 0)
        count = add_rows(table->touched, count, &marks->changed);
    count = add_lit_rows(table, count);
    qsort(table->touched, count, sizeof *table->touched, ascending);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || table->touched[kept - 1] != table->touched[i])
            table->touched[kept++] = table->touched[i];
    }
    table->view.touched = table->touched;
    table->view.touched_count = (int64_t)kept;
    table->view.others_moved =
        marks->looked_up.count + marks->grad_nonzero.count > 0 &&
        others_moved(marks, kept);
}

void part_table_init(struct part_table *table, const struct lab *lab,
                     const struct parameter *p, enum part_values values,
                     const struct frame *frame)
{
    *table = (struct part_table){.lab = lab,
                                 .p = p,
                                 .values = values,
                                 .fresh = frame->fresh,
                                 .lit = frame->lit};
    table->factor = values == PART_DIFFERENCE
                        ? powf(10, -(float)part_difference_exponent(p, frame))
                        : 1;
    table->older = values == PART_GRADIENT && p->gradient != GRADIENT_NONE &&
                   !part_gradient_is_new(lab, p);
    snprintf(table->lit_name, sizeof table->lit_name, "%s%s", p->name,
             values == PART_GRADIENT ? ".grad" : "");
    table->room = memory_new(p->cols, sizeof *table->room);
    table->view = (struct matrix_view){.rows = (int64_t)p->rows,
                                       .cols = (int64_t)p->cols,
                                       .row = row_values,
                                       .word = row_word,
                                       .flags = row_flags,
                                       .accented = frame->lit ? is_lit : NULL,
                                       .context = table,
                                       .digits = frame->digits,
                                       .index = true,
                                       .marks = true,
                                       .heat = true,
                                       .zero_dots = true,
                                       .row_title = "word"};
    collect_touched(table);
}

void part_table_clear(struct part_table *table)
{
    free(table->room);
    free(table->touched);
}

static struct matrix_window window_of(const struct frame *frame, int used)
{
    return (struct matrix_window){
        .width = frame->width,
        .height = frame->height > 0 ? frame->height - used : 0,
        .first_row = frame->first_row,
        .first_col = frame->first_col,
        .max_rows = frame->max_rows};
}

void part_parameter(const struct lab *lab, const struct parameter *p,
                    enum part_values values, const struct frame *frame,
                    struct grid *grid)
{
    struct part_table table;
    struct matrix_window window = window_of(frame, grid->rows);
    int top = grid->rows;

    if (frame->height > 0 && window.height < 2)
        return;
    if (frame->height > 0)
        grid_need(grid, frame->height);
    part_table_init(&table, lab, p, values, frame);
    matrix_draw(grid, top, 0, &table.view, &window, NULL);
    part_table_clear(&table);
}

size_t part_gradient_rows(const struct parameter *p)
{
    bool dense = p->gradient == GRADIENT_DENSE;
    size_t rows = dense ? p->rows : p->grad_rows.count, count = 0;
    const float *values = dense ? p->grad : p->grad_values;

    if (p->gradient == GRADIENT_NONE)
        return 0;
    for (size_t r = 0; r < rows; r++)
        count += has_nonzero(values + r * p->cols, p->cols);
    return count;
}

bool part_gradient_is_new(const struct lab *lab, const struct parameter *p)
{
    bool of_batch = lab->lookup.current && !lab->lookup.owns_gradient;

    return p->gradient != GRADIENT_NONE && !of_batch;
}

/* The largest change of the rows that a picture shows first. */
static float largest_difference(const struct parameter *p)
{
    const struct row_set *changed = &p->marks.changed;
    float largest = 0;

    for (size_t i = 0; i < changed->count && i < TOUCHED_MAX; i++) {
        size_t row = (size_t)changed->list[i];
        const float *before = parameter_before(p, row);
        const float *now = p->value + row * p->cols;
        for (size_t d = 0; d < p->cols; d++)
            largest = fmaxf(largest, fabsf(now[d] - before[d]));
    }
    return largest;
}

int part_difference_exponent(const struct parameter *p,
                             const struct frame *frame)
{
    float largest = largest_difference(p);
    int digits = frame->digits > 0 ? frame->digits : 4;

    if (!(largest > 0) || largest >= 20 * powf(10, -(float)digits))
        return 0;
    /* what rounds to 1e-3 is written 1.000, not 9.999 */
    return (int)floorf(log10f(largest * 1.001F));
}

void part_difference_factor(const struct parameter *p,
                            const struct frame *frame, char *out, size_t size)
{
    int exponent = part_difference_exponent(p, frame);

    *out = '\0';
    if (exponent != 0)
        snprintf(out, size, ", %s1e%d", part_glyph(frame, GLYPH_TIMES),
                 exponent);
}

void part_gradient_age(const struct lab *lab, const struct parameter *p,
                       char *out, size_t size)
{
    *out = '\0';
    if (p->gradient != GRADIENT_NONE && !part_gradient_is_new(lab, p))
        snprintf(out, size, " · from step %ld", loop_step_number(lab));
}

int64_t part_columns_shown(const struct lab *lab, const struct parameter *p,
                           enum part_values values, const struct frame *frame)
{
    struct part_table table;
    struct matrix_window window = window_of(frame, 0);
    int64_t shown;

    part_table_init(&table, lab, p, values, frame);
    shown = matrix_columns(&table.view, &window);
    part_table_clear(&table);
    return shown;
}

void part_columns_text(const struct frame *frame, int64_t shown, int64_t cols,
                       char *out, size_t size)
{
    *out = '\0';
    if (shown < cols)
        snprintf(out, size, "%s%lld of %lld %s", frame->panel ? "\t" : "   ",
                 (long long)shown, (long long)cols,
                 part_glyph(frame, GLYPH_ARROW));
}

/* What a legend is of. */
struct legend {
    const struct lab *lab;
    const struct parameter *p;
    const struct frame *frame;
    bool gradient; /* ▲ may stand in the gutter */
};

/* A mark and what it means; in a narrow panel the short word for it. */
static void add_mark(const struct frame *frame, bool narrow, enum glyph glyph,
                     const char *wide_word, const char *narrow_word,
                     struct str *out)
{
    if (out->length > 0)
        str_append(out, frame->panel ? " " : "  ");
    str_printf(out, "%s%s%s", part_glyph(frame, glyph), narrow ? "" : " ",
               narrow ? narrow_word : wide_word);
}

/* The words of a legend: of the marks that there are. */
static void legend_words(const struct legend *legend, bool narrow,
                         struct str *out)
{
    const struct parameter *p = legend->p;
    const struct frame *frame = legend->frame;
    const struct embedding *table = lab_embedding(legend->lab, p);

    if (p->marks.looked_up.count > 0)
        add_mark(frame, narrow, GLYPH_LOOKED_UP, "looked up", "lookup", out);
    if (legend->gradient)
        add_mark(frame, narrow, GLYPH_GRADIENT,
                 frame->ascii ? "gradient != 0" : "gradient ≠ 0", "grad", out);
    if (p->marks.changed.count > 0)
        add_mark(frame, narrow, GLYPH_CHANGED, "changed", "change", out);
    if (table && table->options.has_padding)
        add_mark(frame, narrow, GLYPH_PADDING, "padding", "pad", out);
}

/* For the border of a panel. */
static bool is_too_wide(const char *words, const char *columns,
                        const struct frame *frame)
{
    return frame->panel &&
           grid_text_width(words) + grid_text_width(columns) + BORDER >
               frame->width;
}

static void put_legend(const struct legend *legend, int64_t shown, char *out,
                       size_t size)
{
    const struct frame *frame = legend->frame;
    int64_t cols = (int64_t)legend->p->cols;
    struct str text = STR_INIT;
    char columns[64];

    part_columns_text(frame, shown, cols, columns, sizeof columns);
    legend_words(legend, false, &text);
    if (is_too_wide(str_text(&text), columns, frame)) {
        str_truncate(&text, 0);
        legend_words(legend, true, &text);
    }
    if (is_too_wide(str_text(&text), columns, frame) && *columns)
        snprintf(columns, sizeof columns, "\t%lld/%lld %s", (long long)shown,
                 (long long)cols, part_glyph(frame, GLYPH_ARROW));
    snprintf(out, size, "%s%s", str_text(&text), columns);
    str_clear(&text);
}

void part_legend_of(const struct lab *lab, const struct parameter *p,
                    int64_t shown, const struct frame *frame, char *out,
                    size_t size)
{
    struct legend legend = {lab, p, frame, part_gradient_is_new(lab, p)};

    put_legend(&legend, shown, out, size);
}

void part_legend(const struct lab *lab, const struct parameter *p,
                 enum part_values values, const struct frame *frame, char *out,
                 size_t size)
{
    struct legend legend = {lab, p, frame, part_gradient_is_new(lab, p)};

    if (values == PART_GRADIENT)
        legend.gradient = p->gradient != GRADIENT_NONE;
    put_legend(&legend, part_columns_shown(lab, p, values, frame), out, size);
}

enum { CONTEXT_BYTES_MAX = 400 }; /* no more of one is shown */

/* --- words -------------------------------------------------------------- */

const char *part_word(const struct lab *lab, int64_t id)
{
    return lab_row_word(lab, &lab->model->tables[0].weight, id);
}

static const char *context_word(const struct lab *lab, size_t c, int64_t id)
{
    size_t table = lab->head.model.kind == MODEL_RECOMMEND ? c : 0;

    return lab_row_word(lab, &lab->model->tables[table].weight, id);
}

/* The first count words of example b's context. */
static void context_words(const struct lab *lab, size_t b, size_t count,
                          struct str *out)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];
    size_t C = (size_t)ctx->shape[1], start = out->length;
    int64_t pad = lab_vocab(lab)->pad;

    for (size_t c = 0; c < count; c++) {
        int64_t id = ctx->i[b * C + c];
        if (id == pad && lab->head.model.kind == MODEL_SENTIMENT)
            continue;
        if (out->length - start > CONTEXT_BYTES_MAX) {
            str_append(out, " ...");
            return;
        }
        if (c > 0)
            str_append_char(out, ' ');
        str_append(out, context_word(lab, c, id));
    }
}

void part_context(const struct lab *lab, size_t b, struct str *out)
{
    context_words(lab, b, (size_t)lab->batch.tensor[BATCH_CTX].shape[1], out);
}

void part_context_place(const struct lab *lab, size_t b, size_t c, int *col,
                        int *cols)
{
    struct str text = STR_INIT;

    context_words(lab, b, c, &text);
    *col = grid_text_width(str_text(&text)) + (c > 0);
    str_truncate(&text, 0);
    context_words(lab, b, c + 1, &text);
    *cols = grid_text_width(str_text(&text)) - *col;
    str_clear(&text);
}

void part_target(const struct lab *lab, size_t b, struct str *out)
{
    const struct tensor *tgt = &lab->batch.tensor[BATCH_TGT];

    if (tgt->type == TENSOR_INT64)
        str_append(out, part_word(lab, tgt->i[b]));
    else
        str_printf(out, "%g", (double)tgt->f[b]);
}

enum style part_loss_style(const struct lab *lab, const struct frame *frame,
                           size_t b)
{
    bool fresh = frame->fresh && lab->batch.phase == PHASE_LOSS;

    return fresh || lit_has(frame->lit, "row_loss", (int64_t)b, LIT_ALL)
               ? STYLE_ACCENT
               : STYLE_NORMAL;
}

enum { MEASURED_MOST = 200 }; /* examples: a screen never shows more */

/* The widest of the examples' texts, from least to limit columns. */
static int widest(const struct lab *lab,
                  void (*write)(const struct lab *, size_t, struct str *),
                  int least, int limit)
{
    int width = least;

    for (size_t b = 0; b < lab->batch.B && b < MEASURED_MOST; b++) {
        struct str text = STR_INIT;
        int columns;
        write(lab, b, &text);
        columns = grid_text_width(str_text(&text));
        width = columns > width ? columns : width;
        str_clear(&text);
    }
    return width < limit ? width : limit;
}

int part_context_width(const struct lab *lab, int limit)
{
    return widest(lab, part_context, 4, limit);
}

int part_target_width(const struct lab *lab, int limit)
{
    return widest(lab, part_target, 1, limit);
}

/* --- lines -------------------------------------------------------------- */

int part_line(struct grid *grid)
{
    grid_extend(grid, 1);
    return grid->rows - 1;
}

int part_room(const struct frame *frame, int used, int fallback)
{
    int room = fallback;

    if (frame->height > 0)
        room = frame->height - used;
    else if (frame->max_rows > 0)
        room = frame->max_rows;
    return room > 0 ? room : 0;
}

void part_keep(const struct frame *frame, struct grid *grid)
{
    struct rect last = {frame->height - 1, 0, 1, grid->cols};

    if (frame->height == 0 || grid->rows <= frame->height)
        return;
    grid->rows = frame->height;
    grid_fill(grid, last, STYLE_NORMAL);
    grid_text(grid, last.row, 3, STYLE_DIM, part_glyph(frame, GLYPH_ELIDED));
}

const char *part_glyph(const struct frame *frame, enum glyph glyph)
{
    return glyph_text(glyph, frame->ascii);
}
