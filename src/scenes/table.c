/*
 * table: W as it is now. lookup: which rows the ids copied, and E. onehot:
 * the same as a product of matrices.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "draw/range.h"
#include "scenes/parts.h"
#include "scenes/scenes.h"
#include "scenes/side.h"
#include "scenes/tensor.h"

/* Of recommend's two the one that a typed lookup read. */
static const struct parameter *first_table(const struct lab *lab)
{
    return &lookup_table(lab)->weight;
}

static bool has_table(const struct lab *lab)
{
    return lab->model != NULL;
}

enum { TITLE_EDGE = 3 }; /* columns of a panel that no title takes */

/* "N(0,1)", "xavier_uniform", "from glove.txt". */
static void start_of(const struct head_table *table, char *out, size_t size)
{
    const struct init_options *init = &table->options.init;

    if (table->from)
        snprintf(out, size, "from %s", table->from);
    else if (!table->options.draw_again)
        snprintf(out, size, "N(0,1)");
    else if (init->kind == INIT_NORMAL)
        snprintf(out, size, "N(%g,%g²)", init->mean, init->std);
    else if (init->kind == INIT_UNIFORM)
        snprintf(out, size, "U(%g,%g)", init->from, init->to);
    else
        snprintf(out, size, "%s",
                 head_choice(head_init_choices, (int)init->kind));
}

/* How W began, and its options. */
static void append_origin(const struct lab *lab, struct str *out)
{
    const struct embedding_options *o = &lab->model->tables[0].options;
    char start[64];

    start_of(&lab->head.table, start, sizeof start);
    str_printf(out, " · seed %llu · %s",
               (unsigned long long)lab->head.table.seed, start);
    if (o->has_padding)
        str_printf(out, " · padding_idx=%lld", (long long)o->padding_idx);
    if (o->has_max_norm)
        str_printf(out, " · max_norm=%g", o->max_norm);
    if (o->scale_grad_by_freq)
        str_append(out, " · scale_grad_by_freq");
    if (o->sparse)
        str_append(out, " · sparse");
    if (first_table(lab)->frozen)
        str_append(out, " · frozen");
}

/* In a panel the last parts go where there is no room: rather its beginning
 * than its age. */
static void title_table(const struct lab *lab, const struct frame *frame,
                        char *out, size_t size)
{
    const struct parameter *W = first_table(lab);
    struct str origin = STR_INIT, text = STR_INIT;
    char age[48] = "";
    bool fits;

    append_origin(lab, &origin);
    if (lab->step > 0)
        snprintf(age, sizeof age, " · after step %ld", lab->step);
    str_printf(&text, "%s (%zu, %zu)", W->name, W->rows, W->cols);
    fits = !frame->panel || grid_text_width(str_text(&text)) +
                                    grid_text_width(age) +
                                    grid_text_width(str_text(&origin)) <=
                                frame->width - TITLE_EDGE;
    str_append(&text, fits ? str_text(&origin) : age);
    str_append(&text, fits ? age : str_text(&origin));
    snprintf(out, size, "%s", str_text(&text));
    str_clear(&origin);
    str_clear(&text);
}

static void bottom_table(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    part_legend(lab, first_table(lab), PART_VALUE, frame, out, size);
}

static void draw_table(const struct lab *lab, const struct frame *frame,
                       struct grid *grid)
{
    const struct parameter *first = first_table(lab);
    const struct parameter *Wu = &lab->model->tables[0].weight;
    const struct parameter *other = first == Wu ? &lab->model->tables[1].weight
                                                : Wu;

    part_parameter(lab, first, PART_VALUE, frame, grid);
    if (lab->head.model.kind != MODEL_RECOMMEND)
        return;
    grid_printf(grid, part_line(grid), 0, STYLE_TITLE, "%s (%zu, %zu)",
                other->name, other->rows, other->cols);
    part_parameter(lab, other, PART_VALUE, frame, grid);
}

const struct scene scene_weights = {
    .name = "table",
    .help = "the table of vectors, a row a word",
    .ready = has_table,
    .title = title_table,
    .bottom = bottom_table,
    .draw = draw_table,
};

/* --- lookup ------------------------------------------------------------- */

/* What was looked up last: typed, or the mini-batch's contexts. */
struct looked_up {
    const struct embedding *table;
    const struct tensor *ids, *E;
    bool typed;
};

static bool find_lookup(const struct lab *lab, struct looked_up *out)
{
    if (!lab->model)
        return false;
    if (lab->lookup.current) {
        *out = (struct looked_up){lookup_table(lab), &lab->lookup.ids,
                                  &lab->lookup.E, true};
        return true;
    }
    if (!lab->batch.known[BATCH_E])
        return false;
    *out = (struct looked_up){lookup_table(lab), &lab->batch.tensor[BATCH_CTX],
                              &lab->batch.tensor[BATCH_E], false};
    return true;
}

static bool lookup_ready(const struct lab *lab)
{
    struct looked_up unused;

    return find_lookup(lab, &unused);
}

static void title_lookup(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    struct looked_up l = {0};
    char ids[160], E[160];

    if (!find_lookup(lab, &l))
        return;
    if (side_is_narrow(frame)) {
        snprintf(out, size, "lookup");
        return;
    }
    const char *name =
        lab->head.model.kind == MODEL_RECOMMEND && !l.typed ? "Eu" : "E";
    tensor_shape_text(l.ids, ids);
    tensor_shape_text(l.E, E);
    if (frame->panel)
        snprintf(out, size, "%s = %s[ids] · %s %s %s", name,
                 l.table->weight.name, ids, part_glyph(frame, GLYPH_ARROW), E);
    else
        snprintf(out, size, "%s = %s[ids]: ids %s in, %s out", name,
                 l.table->weight.name, ids, E);
}

static void bottom_lookup(const struct lab *lab, const struct frame *frame,
                          char *out, size_t size)
{
    if (!side_is_narrow(frame))
        part_legend(lab, &lookup_table(lab)->weight, PART_VALUE, frame, out,
                    size);
}

/* E, row by row: which row of W each is a copy of. */
struct copied {
    const struct lab *lab;
    const struct looked_up *l;
    const struct lit *lit;
    struct str label;
    char **words; /* with hashing: the words typed, one a row; else NULL */
    size_t word_count, word_capacity;
};

static bool add_word(void *context, const char *token, size_t length)
{
    struct copied *c = context;

    c->words = memory_grow(c->words, c->word_count, &c->word_capacity,
                           sizeof *c->words);
    c->words[c->word_count] = memory_new(length + 1, 1);
    memcpy(c->words[c->word_count], token, length);
    c->words[c->word_count++][length] = '\0';
    return true;
}

static void drop_words(struct copied *c)
{
    for (size_t i = 0; i < c->word_count; i++)
        free(c->words[i]);
    free(c->words);
    c->words = NULL;
    c->word_count = c->word_capacity = 0;
}

/* Words that share a row have the name of the first of them there; a row of E
 * belongs to the one that was typed. */
static void find_words(struct copied *c)
{
    const char *typed = c->l->typed ? c->lab->lookup.typed : "[";

    if (!c->lab->text || lab_vocab(c->lab)->hash == 0 || *typed == '[')
        return;
    tokenizer_split(&c->lab->text->corpus.tokenizer, typed, strlen(typed),
                    add_word, c);
    if (c->word_count != tensor_count(c->l->ids))
        drop_words(c);
}

static int64_t source_row(const struct copied *c, int64_t position)
{
    if (c->lab->head.model.kind == MODEL_RECOMMEND && !c->l->typed)
        return c->l->ids->i[2 * position];
    if (c->lab->model->has_subwords && !c->l->typed)
        return c->lab->batch.bag_rows[position];
    return c->l->ids->i[position];
}

static const float *copied_row(void *context, int64_t row)
{
    const struct copied *c = context;

    return c->l->E->f + (size_t)row * c->lab->model->shape.D;
}

/* What `why` named is a cell of the mini-batch's E, not of a typed lookup's. */
static bool copied_is_lit(void *context, int64_t row, int64_t col)
{
    const struct copied *c = context;

    return !c->l->typed && lit_has(c->lit, "E", row, col);
}

/* "0,1 W[2] drinks": the place in E, and the row it is a copy of. */
static const char *copied_word(void *context, int64_t row)
{
    struct copied *c = context;
    const struct tensor *E = c->l->E;
    const struct parameter *W = &c->l->table->weight;
    int64_t id = source_row(c, row), place[TENSOR_DIMS_MAX], rest = row;

    for (int d = E->ndim - 2; d >= 0; d--) {
        place[d] = rest % E->shape[d];
        rest /= E->shape[d];
    }
    str_truncate(&c->label, 0);
    for (int d = 0; d < E->ndim - 1; d++)
        str_printf(&c->label, "%s%lld", d ? "," : "", (long long)place[d]);
    str_printf(&c->label, " %s[%lld] %s", W->name, (long long)id,
               c->words ? c->words[row] : lab_row_word(c->lab, W, id));
    return str_text(&c->label);
}

enum { COPIED_COLUMNS = 20 }; /* in a panel: "0,1 W[2] drinks" */

static void draw_copies(const struct lab *lab, const struct looked_up *l,
                        const struct frame *frame, struct grid *grid)
{
    struct copied copied = {.lab = lab, .l = l, .lit = frame->lit};
    struct matrix_view view = {
        .rows = (int64_t)(tensor_count(l->E) / lab->model->shape.D),
        .cols = (int64_t)lab->model->shape.D,
        .row = copied_row,
        .word = copied_word,
        .accented = frame->lit ? copied_is_lit : NULL,
        .context = &copied,
        .digits = frame->digits,
        .heat = true,
        .zero_dots = true,
        .row_title = "E   from",
        .word_width = frame->panel ? COPIED_COLUMNS : 0};
    struct matrix_window window = {.width = frame->width,
                                   .first_row = -1,
                                   .first_col = frame->first_col,
                                   .max_rows = 20};
    int top = grid->rows;

    if (frame->height > 0) {
        window.height = frame->height - top;
        if (window.height < 2)
            return;
        grid_need(grid, frame->height);
    }
    find_words(&copied);
    matrix_draw(grid, top, 0, &view, &window, NULL);
    drop_words(&copied);
    str_clear(&copied.label);
}

/* "the cat drinks" → ids [0, 1, 2]; a typed list is shown as it was typed. */
static void draw_typed(const struct lab *lab, const struct frame *frame,
                       struct grid *grid)
{
    const struct lab_lookup *lookup = &lab->lookup;
    size_t n = tensor_count(&lookup->ids);
    bool list = lookup->typed[0] == '[';
    struct str line = STR_INIT;

    if (!list)
        str_printf(&line, "\"%s\" %s ", lookup->typed,
                   part_glyph(frame, GLYPH_ARROW));
    str_append(&line, "ids ");
    if (list)
        str_append(&line, lookup->typed);
    for (size_t i = 0; !list && i < n && i < 24; i++)
        str_printf(&line, "%s%lld", i ? ", " : "[",
                   (long long)lookup->ids.i[i]);
    if (!list)
        str_append(&line, n > 24 ? ", ...]" : "]");
    grid_fit(grid, part_line(grid), 1, grid->cols - 1, STYLE_NORMAL,
             str_text(&line));
    str_clear(&line);
}

static void draw_rescaled(const struct lab *lab, const struct frame *frame,
                          struct grid *grid)
{
    const struct embedding *table = lookup_table(lab);

    for (size_t i = 0; i < table->rescaled_count && i < 8; i++) {
        if (part_room(frame, grid->rows, 99) < 1)
            return;
        grid_printf(grid, part_line(grid), 1, STYLE_ACCENT,
                    "max_norm=%g: row %lld %s had norm %s and was rescaled "
                    "in place",
                    table->options.max_norm, (long long)table->rescaled_ids[i],
                    lab_row_word(lab, &table->weight, table->rescaled_ids[i]),
                    str_decimal((double)table->rescaled_norms[i], 4));
    }
}

enum { TOUCHED_SEEN = 4, COPIES_MIN = 3 };

/* In a panel W has what E leaves it: a low one shows W alone, which has the
 * same rows, marked. A stream has room for both, and for what
 * they say. */
static void draw_in_panel(const struct lab *lab, const struct looked_up *l,
                          const struct frame *frame, struct grid *grid)
{
    struct frame upper = *frame;
    int rows = (int)(tensor_count(l->E) / lab->model->shape.D) + 1;
    int most = frame->height / 2;
    int seen =
        at_most((int)l->table->weight.marks.looked_up.count, TOUCHED_SEEN);
    bool low = frame->height - grid->rows < 1 + seen + 1 + COPIES_MIN;

    if (!low)
        upper.height = frame->height - at_most(rows, most);
    part_parameter(lab, &l->table->weight, PART_VALUE, &upper, grid);
    if (!low)
        draw_copies(lab, l, frame, grid);
}

/* n rows looked up are n one-hot rows times W, which costs. */
static void say_one_hot(const struct parameter *W, size_t n,
                        const struct frame *frame, struct grid *grid)
{
    const char *times = part_glyph(frame, GLYPH_TIMES);
    struct str text = STR_INIT;

    str_printf(&text,
               "one-hot @ %s gives the same with %zu %s %zu %s %zu = %s "
               "multiplications; here: none",
               W->name, n, times, W->rows, times, W->cols,
               str_count((unsigned long long)n * W->rows * W->cols));
    grid_wrap(grid, part_line(grid), 1, grid->cols - 1, STYLE_DIM,
              str_text(&text));
    str_clear(&text);
}

static void draw_in_stream(const struct lab *lab, const struct looked_up *l,
                           const struct frame *frame, struct grid *grid)
{
    const struct parameter *W = &l->table->weight;
    struct frame upper = *frame;
    size_t n = tensor_count(l->E) / lab->model->shape.D;
    bool updated = !l->typed && lab->batch.phase == PHASE_UPDATE;
    char shape[160];

    upper.max_rows = frame->max_rows > 0 ? frame->max_rows : 17;
    part_parameter(lab, W, PART_VALUE, &upper, grid);
    part_line(grid);
    grid_printf(grid, part_line(grid), 0, STYLE_TITLE,
                "E %s: the rows, copied%s", tensor_shape_text(l->E, shape),
                updated ? " before the update" : "");
    draw_copies(lab, l, frame, grid);
    if (l->typed)
        say_one_hot(W, n, frame, grid);
}

/* Beside the table. What E's rows are copies of is not always ctx: with
 * subwords a word is several rows, and a rating's user is one id of two. */
static void draw_beside(const struct lab *lab, const struct looked_up *l,
                        const struct frame *frame, struct grid *grid)
{
    struct copied copied = {.lab = lab, .l = l};
    int64_t n = (int64_t)(tensor_count(l->E) / lab->model->shape.D);
    struct tensor rows = {0};

    if (n == (int64_t)tensor_count(l->ids) && !lab->model->has_subwords) {
        side_draw_lookup(lab, l->ids, l->E, l->typed, frame, grid);
        return;
    }
    tensor_reshape(&rows, TENSOR_INT64, 1, &n);
    for (int64_t i = 0; i < n; i++)
        rows.i[i] = source_row(&copied, i);
    side_draw_lookup(lab, &rows, l->E, l->typed, frame, grid);
    tensor_clear(&rows);
}

static void draw_lookup(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    struct looked_up l = {0};

    if (!find_lookup(lab, &l))
        return;
    if (side_is_narrow(frame)) {
        draw_beside(lab, &l, frame, grid);
        return;
    }
    if (l.typed)
        draw_typed(lab, frame, grid);
    draw_rescaled(lab, frame, grid);
    if (frame->height > 0)
        draw_in_panel(lab, &l, frame, grid);
    else
        draw_in_stream(lab, &l, frame, grid);
}

const struct scene scene_lookup = {
    .name = "lookup",
    .help = "ids, the rows they point at, and E",
    .ready = lookup_ready,
    .title = title_lookup,
    .bottom = bottom_lookup,
    .draw = draw_lookup,
};

/* --- onehot ------------------------------------------------------------- */

static bool onehot_ready(const struct lab *lab)
{
    return lab->model && lab->lookup.current;
}

static void title_onehot(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    snprintf(out, size,
             frame->panel ? "one-hot (%zu, %zu) · a 1 at each id, times %s"
                          : "one-hot (%zu, %zu): a 1 at each id, times %s",
             tensor_count(&lab->lookup.ids), lookup_table(lab)->weight.rows,
             lookup_table(lab)->weight.name);
}

struct onehot {
    const struct lab *lab;
    const struct parameter *W;
    const int64_t *ids;
    float *row;
};

static const float *onehot_row(void *context, int64_t row)
{
    struct onehot *o = context;

    memset(o->row, 0, o->W->rows * sizeof *o->row);
    o->row[o->ids[row]] = 1;
    return o->row;
}

static const char *onehot_word(void *context, int64_t row)
{
    struct onehot *o = context;

    return lab_row_word(o->lab, o->W, o->ids[row]);
}

void scene_onehot_draw(const struct lab *lab, const struct lookup_input *input,
                       const struct frame *frame, struct grid *grid)
{
    const struct parameter *W = &lab->model->tables[input->table].weight;
    struct onehot onehot = {lab, W, input->ids.i,
                            memory_new(W->rows, sizeof(float))};
    struct matrix_view view = {.rows = (int64_t)tensor_count(&input->ids),
                               .cols = (int64_t)W->rows,
                               .row = onehot_row,
                               .word = onehot_word,
                               .context = &onehot,
                               .digits = MATRIX_WHOLE,
                               .zero_dots = true,
                               .row_title = "word"};
    struct matrix_window window = {.width = frame->width,
                                   .height = frame->height,
                                   .first_row = -1,
                                   .first_col = frame->first_col,
                                   .max_rows = 12};

    if (frame->height > 0)
        grid_need(grid, frame->height);
    matrix_draw(grid, 0, 0, &view, &window, NULL);
    free(onehot.row);
}

static void draw_onehot(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    struct lookup_input input = {lab->lookup.table, lab->lookup.ids};

    scene_onehot_draw(lab, &input, frame, grid);
}

const struct scene scene_onehot = {
    .name = "onehot",
    .help = "the lookup as one-hot vectors times W",
    .ready = onehot_ready,
    .title = title_onehot,
    .draw = draw_onehot,
};
