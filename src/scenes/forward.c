/*
 * The forward pass after the lookup. mean: h, one vector a context. logits:
 * a score for each word. loss: what the right word's probability costs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "draw/chart.h"
#include "scenes/parts.h"
#include "scenes/scenes.h"
#include "scenes/side.h"

enum { INDEX_FROM_COLS = 60 }; /* a narrower panel leaves b out */

/* A batch tensor (B, cols) as a matrix whose rows are the contexts. */
struct contexts {
    const struct lab *lab;
    const struct tensor *t;
    const struct lit *lit;
    const char *name;
    struct str label;
};

static bool context_is_lit(void *context, int64_t row, int64_t col)
{
    const struct contexts *c = context;

    return lit_has(c->lit, c->name, row, col);
}

static const float *context_row(void *context, int64_t row)
{
    const struct contexts *c = context;
    size_t cols = tensor_count(c->t) / (size_t)c->t->shape[0];

    return c->t->f + (size_t)row * cols;
}

static const char *context_label(void *context, int64_t row)
{
    struct contexts *c = context;

    str_truncate(&c->label, 0);
    part_context(c->lab, (size_t)row, &c->label);
    return str_text(&c->label);
}

/* Both stay the caller's; the view's context is contexts. */
static void view_contexts(const struct lab *lab, enum batch_tensor which,
                          const struct frame *frame, struct contexts *contexts,
                          struct matrix_view *view)
{
    const struct tensor *t = &lab->batch.tensor[which];

    *contexts = (struct contexts){.lab = lab,
                                  .t = t,
                                  .lit = frame->lit,
                                  .name = which == BATCH_H ? "h" : "logits",
                                  .label = STR_INIT};
    *view = (struct matrix_view){
        .rows = t->shape[0],
        .cols = (int64_t)(tensor_count(t) / (size_t)t->shape[0]),
        .row = context_row,
        .word = context_label,
        .accented = frame->lit ? context_is_lit : NULL,
        .context = contexts,
        .digits = frame->digits,
        .index = !frame->panel || frame->width >= INDEX_FROM_COLS,
        .heat = true,
        .zero_dots = true,
        .row_title = "context"};
}

static struct matrix_window window_of(const struct frame *frame, int top)
{
    return (struct matrix_window){
        .width = frame->width,
        .height = frame->height > 0 ? frame->height - top : 0,
        .first_row = frame->first_row,
        .first_col = frame->first_col,
        .max_rows = frame->max_rows};
}

/* How many columns are shown, where that is not all. */
static void bottom_contexts(const struct lab *lab, enum batch_tensor which,
                            const struct frame *frame, char *out, size_t size)
{
    struct matrix_window window = window_of(frame, 0);
    struct contexts contexts;
    struct matrix_view view;

    view_contexts(lab, which, frame, &contexts, &view);
    part_columns_text(frame, matrix_columns(&view, &window), view.cols, out,
                      size);
    str_clear(&contexts.label);
}

static void draw_contexts(const struct lab *lab, enum batch_tensor which,
                          const struct frame *frame, struct grid *grid)
{
    int top = grid->rows;
    struct matrix_window window = window_of(frame, top);
    struct contexts contexts;
    struct matrix_view view;

    view_contexts(lab, which, frame, &contexts, &view);
    if (frame->height > 0) {
        if (window.height < 2)
            return;
        grid_need(grid, frame->height);
    }
    matrix_draw(grid, top, 0, &view, &window, NULL);
    str_clear(&contexts.label);
}

static bool known(const struct lab *lab, enum batch_tensor which)
{
    return lab->batch.known[which];
}

static const char *shape_of(const struct lab *lab, enum batch_tensor which,
                            char out[160])
{
    return tensor_shape_text(&lab->batch.tensor[which], out);
}

/* --- mean --------------------------------------------------------------- */

static bool mean_ready(const struct lab *lab)
{
    return known(lab, BATCH_H);
}

static const char *pool_text(const struct lab *lab)
{
    switch (lab->head.model.pool) {
    case POOL_SUM:
        return "E.sum(1)";
    case POOL_MAX:
        return "E.max(1).values";
    case POOL_CONCAT:
        return "E.flatten(1)";
    case POOL_MASKED_MEAN:
        return "mean of E without <pad>";
    case POOL_MEAN:
        break;
    }
    return "E.mean(1)";
}

static void title_mean(const struct lab *lab, const struct frame *frame,
                       char *out, size_t size)
{
    char E[160], h[160];

    if (known(lab, BATCH_E))
        snprintf(out, size, "h = %s: %s %s %s", pool_text(lab),
                 shape_of(lab, BATCH_E, E), part_glyph(frame, GLYPH_ARROW),
                 shape_of(lab, BATCH_H, h));
    else
        snprintf(out, size, "h = %s: %s", pool_text(lab),
                 shape_of(lab, BATCH_H, h));
}

/* h[0,0] = (1.9269 + -0.0431) / 2 = 0.9419: the first number, by hand. */
static void draw_mean_example(const struct lab *lab, struct grid *grid)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];
    const struct tensor *E = &lab->batch.tensor[BATCH_E];
    size_t C = (size_t)ctx->shape[1], D = lab->model->shape.D;
    struct str text = STR_INIT;

    if (lab->head.model.pool != POOL_MEAN || !known(lab, BATCH_E) || C > 4 ||
        E->ndim != 3)
        return;
    str_append(&text, "h[0,0] = (");
    for (size_t c = 0; c < C; c++)
        str_printf(&text, "%s%s", c ? " + " : "",
                   str_decimal((double)E->f[c * D], 4));
    str_printf(&text, ") / %zu = %s", C,
               str_decimal((double)lab->batch.tensor[BATCH_H].f[0], 4));
    grid_text(grid, part_line(grid), 1, STYLE_NORMAL, str_text(&text));
    str_clear(&text);
}

static void draw_mean(const struct lab *lab, const struct frame *frame,
                      struct grid *grid)
{
    draw_contexts(lab, BATCH_H, frame, grid);
    if (frame->height == 0)
        draw_mean_example(lab, grid);
}

static void bottom_mean(const struct lab *lab, const struct frame *frame,
                        char *out, size_t size)
{
    if (frame->panel)
        bottom_contexts(lab, BATCH_H, frame, out, size);
}

const struct scene scene_mean = {
    .name = "mean",
    .help = "one vector for each context",
    .ready = mean_ready,
    .title = title_mean,
    .bottom = bottom_mean,
    .draw = draw_mean,
};

/* --- logits ------------------------------------------------------------- */

static bool logits_ready(const struct lab *lab)
{
    return known(lab, BATCH_LOGITS) || known(lab, BATCH_PROBS);
}

static bool full_softmax(const struct lab *lab)
{
    return lab->head.model.kind == MODEL_NEXT_WORD &&
           lab->head.model.loss == LOSS_SOFTMAX;
}

static void title_logits(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    char logits[160];
    struct str context = STR_INIT;

    part_context(lab, 0, &context);
    shape_of(lab, known(lab, BATCH_LOGITS) ? BATCH_LOGITS : BATCH_PROBS,
             logits);
    if (full_softmax(lab) && side_is_narrow(frame))
        snprintf(out, size, "%s · b=0: %s",
                 known(lab, BATCH_PROBS) ? "probs" : "logits",
                 str_text(&context));
    else if (full_softmax(lab) && frame->panel)
        snprintf(out, size, "%s %s · b=0: %s · %s",
                 known(lab, BATCH_PROBS) ? "probs" : "logits", logits,
                 str_text(&context),
                 known(lab, BATCH_PROBS) ? "softmax(logits)" : "h @ U.T + b");
    else if (full_softmax(lab))
        snprintf(out, size, "%s %s · for b=0, after \"%s\"",
                 known(lab, BATCH_PROBS) ? "probs = softmax(logits)"
                                         : "logits = h @ U.T + b",
                 logits, str_text(&context));
    else if (lab->head.model.kind == MODEL_RECOMMEND)
        snprintf(out, size,
                 frame->panel ? "Wu·Wi + bu + bi + %.4f · %s"
                              : "Wu[u]·Wi[i] + bu[u] + bi[i] + %.4f %s",
                 (double)lab->model->rating_mean, logits);
    else
        snprintf(out, size, "logits = h @ U.T + b %s", logits);
    str_clear(&context);
}

/* Of V values the count largest, the largest first, equal ones by id. */
static void pick_largest(const float *values, int64_t V, int64_t *ids,
                         size_t count)
{
    size_t have = 0;

    for (int64_t v = 0; v < V; v++) {
        size_t at = have;
        if (have == count && !(values[v] > values[ids[count - 1]]))
            continue;
        while (at > 0 && values[v] > values[ids[at - 1]])
            at--;
        have += have < count;
        for (size_t i = have - 1; i > at; i--)
            ids[i] = ids[i - 1];
        ids[at] = v;
    }
}

/* Bars there is room for, of n; in a panel the line that says how many are
 * left out takes one. */
static size_t bar_count(const struct frame *frame, int used, size_t n)
{
    size_t room = (size_t)part_room(frame, used, 20);

    if (n <= room)
        return n;
    return frame->height > 0 && room > 1 ? room - 1 : room;
}

static void draw_more(const struct frame *frame, size_t n, const char *what,
                      struct grid *grid)
{
    if (n > 0 && (frame->height == 0 || grid->rows < frame->height))
        grid_printf(grid, part_line(grid), 3, STYLE_DIM, "%s %s more %s%s",
                    part_glyph(frame, GLYPH_ELIDED), str_count(n), what,
                    str_s(n));
}

/* The words whose bars there is room for: all of them in their order, or the
 * largest and, smaller than these, the target. */
static size_t bar_words(const struct tensor *t, const struct frame *frame,
                        int used, int64_t target, int64_t **ids)
{
    size_t V = (size_t)t->shape[1], count = bar_count(frame, used, V), at = 0;

    *ids = memory_new(count + 1, sizeof **ids);
    for (size_t v = 0; count == V && v < V; v++)
        (*ids)[v] = (int64_t)v;
    if (count == V || count == 0)
        return count;
    pick_largest(t->f, t->shape[1], *ids, count);
    while (at < count && (*ids)[at] != target)
        at++;
    if (at == count)
        (*ids)[count - 1] = target;
    return count;
}

static const struct tensor *bar_values(const struct lab *lab)
{
    return &lab->batch
                .tensor[known(lab, BATCH_PROBS) ? BATCH_PROBS : BATCH_LOGITS];
}

/* The words of example b as bars: probabilities, or scores before them. */
static void draw_word_bars(const struct lab *lab, const struct frame *frame,
                           struct grid *grid)
{
    bool probs = known(lab, BATCH_PROBS);
    const struct tensor *t = bar_values(lab);
    int64_t target = lab->batch.tensor[BATCH_TGT].i[0], *ids;
    size_t count = bar_words(t, frame, grid->rows, target, &ids);
    struct bar *bars = memory_zeroed(count + 1, sizeof *bars);

    for (size_t i = 0; i < count; i++) {
        bool lit = lit_has(frame->lit, probs ? "probs" : "logits", 0, ids[i]);
        bars[i] = (struct bar){.label = memory_text(part_word(lab, ids[i])),
                               .value = (double)t->f[ids[i]],
                               .note = ids[i] == target ? "target" : NULL,
                               .style = lit                ? STYLE_ACCENT
                                        : ids[i] == target ? STYLE_BAR_TARGET
                                                           : STYLE_BAR};
    }
    chart_bars(grid, grid->rows, 1, frame->width - 1, bars, count, 4);
    draw_more(frame, (size_t)t->shape[1] - count, "word", grid);
    for (size_t i = 0; i < count; i++)
        free((char *)bars[i].label);
    free(bars);
    free(ids);
}

/* "bars from -12.34 to -10.12, the largest first" within a border. */
enum { LARGEST_FIRST_FROM_COLS = 50 };

/* What the bars measure: from zero, from the least where none is above. */
static void bottom_logits(const struct lab *lab, const struct frame *frame,
                          char *out, size_t size)
{
    const struct tensor *t = bar_values(lab);
    float low = INFINITY, high = -INFINITY;
    int64_t *ids;
    size_t count;

    if (!frame->panel || !full_softmax(lab)) {
        if (frame->panel && t->ndim == 2)
            bottom_contexts(lab, BATCH_LOGITS, frame, out, size);
        return;
    }
    count = bar_words(t, frame, 0, lab->batch.tensor[BATCH_TGT].i[0], &ids);
    for (size_t i = 0; i < count; i++) {
        low = fminf(low, t->f[ids[i]]);
        high = fmaxf(high, t->f[ids[i]]);
    }
    free(ids);
    if (!isfinite(low) || !isfinite(high))
        return;
    snprintf(out, size, "bars from %s to %s%s",
             low > 0 ? "0" : str_decimal((double)low, 2),
             str_decimal((double)high, 2),
             (int64_t)count == t->shape[1]            ? ""
             : frame->width < LARGEST_FIRST_FROM_COLS ? ""
                                                      : ", the largest first");
}

/* One score an example: contexts beside bars. */
static void draw_example_bars(const struct lab *lab, const struct frame *frame,
                              struct grid *grid)
{
    bool probs = known(lab, BATCH_PROBS) &&
                 lab->head.model.kind == MODEL_SENTIMENT;
    const struct tensor *t =
        &lab->batch.tensor[probs ? BATCH_PROBS : BATCH_LOGITS];
    size_t count = bar_count(frame, grid->rows, lab->batch.B);
    struct bar *bars;
    struct str *labels;

    bars = memory_zeroed(count, sizeof *bars);
    labels = memory_zeroed(count, sizeof *labels);
    for (size_t b = 0; b < count; b++) {
        part_context(lab, b, &labels[b]);
        bars[b] = (struct bar){.label = str_text(&labels[b]),
                               .value = (double)t->f[b],
                               .style = STYLE_BAR};
    }
    chart_bars(grid, grid->rows, 1, frame->width - 1, bars, count, 4);
    draw_more(frame, lab->batch.B - count, "example", grid);
    for (size_t b = 0; b < count; b++)
        str_clear(&labels[b]);
    free(labels);
    free(bars);
}

static void draw_logits(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    if (full_softmax(lab))
        draw_word_bars(lab, frame, grid);
    else if (lab->batch.tensor[BATCH_LOGITS].ndim == 1)
        draw_example_bars(lab, frame, grid);
    else
        draw_contexts(lab, BATCH_LOGITS, frame, grid);
}

const struct scene scene_logits = {
    .name = "logits",
    .help = "scores and probabilities beside the words",
    .ready = logits_ready,
    .title = title_logits,
    .bottom = bottom_logits,
    .draw = draw_logits,
};

/* --- loss --------------------------------------------------------------- */

static bool loss_ready(const struct lab *lab)
{
    return known(lab, BATCH_LOSS);
}

static void title_loss(const struct lab *lab, const struct frame *frame,
                       char *out, size_t size)
{
    (void)frame;
    snprintf(out, size, "loss %s · mean of %zu",
             str_decimal((double)lab->batch.tensor[BATCH_LOSS].f[0], 4),
             lab->batch.B);
}

/* What an epoch's mean was last, and the floor. */
static void bottom_loss(const struct lab *lab, const struct frame *frame,
                        char *out, size_t size)
{
    const struct lab_losses *losses = &lab->losses;
    struct str text = STR_INIT;
    const char *floor = side_is_narrow(frame) ? "floor "
                                              : "floor of the epoch's mean: ";

    if (losses->epochs > 0)
        str_printf(&text, "mean of epoch %zu: %s", losses->epochs,
                   str_decimal(losses->epoch[losses->epochs - 1], 4));
    if (lab->floor >= 0)
        str_printf(&text, "%s%.4f", text.length > 0 ? " · its floor: " : floor,
                   lab->floor);
    snprintf(out, size, "%s", str_text(&text));
    str_clear(&text);
}

/* The probability behind a loss: where it rounds to nothing, as a power. */
static void append_minus_ln(double p, struct str *out)
{
    if (p == 0) /* below what a float32 holds; the loss came from the scores */
        str_append(out, "-ln <1e-45");
    else if (p < 0.00005)
        str_printf(out, "-ln %.0e", p);
    else
        str_printf(out, "-ln %s", str_decimal(p, 4));
}

/* Columns of a row: where its loss, context and target begin. */
enum { LOSS_COL = 5, CONTEXT_COL = 14, TARGET_MAX = 12, PROBABILITY_COLS = 12 };

struct loss_columns {
    int context, target; /* their widths */
};

static void draw_row_loss(const struct lab *lab, size_t b,
                          const struct loss_columns *columns,
                          const struct frame *frame, struct grid *grid)
{
    struct str context = STR_INIT, target = STR_INIT;
    char number[16];
    int row = part_line(grid), col;

    part_context(lab, b, &context);
    part_target(lab, b, &target);
    grid_printf(grid, row, 0, STYLE_DIM, "b=%-3zu", b);
    matrix_number(number, sizeof number, lab->batch.tensor[BATCH_ROW_LOSS].f[b],
                  CONTEXT_COL - LOSS_COL - 2, 4, false);
    grid_text(grid, row, LOSS_COL, part_loss_style(lab, frame, b), number);
    col = grid_fit(grid, row, CONTEXT_COL, columns->context, STYLE_NORMAL,
                   str_text(&context));
    col = grid_printf(grid, row, col + 1, STYLE_DIM, "%s ",
                      part_glyph(frame, GLYPH_ARROW));
    col = grid_fit(grid, row, col, columns->target, STYLE_NORMAL,
                   str_text(&target));
    if (full_softmax(lab) && known(lab, BATCH_PROBS)) {
        int64_t V = lab->batch.tensor[BATCH_PROBS].shape[1];
        int64_t t = lab->batch.tensor[BATCH_TGT].i[b];
        double p = (double)lab->batch.tensor[BATCH_PROBS].f[(int64_t)b * V + t];
        str_truncate(&context, 0);
        append_minus_ln(p, &context);
        if (col + 2 + (int)context.length <= frame->width)
            grid_text(grid, row, col + 2, STYLE_DIM, str_text(&context));
    }
    str_clear(&context);
    str_clear(&target);
}

static void draw_loss(const struct lab *lab, const struct frame *frame,
                      struct grid *grid)
{
    int target = part_target_width(lab, TARGET_MAX);
    int limit = frame->width - CONTEXT_COL - 3 - target - PROBABILITY_COLS;
    struct loss_columns columns = {
        part_context_width(lab, limit > 10 ? limit : 10), target};
    int room = part_room(frame, grid->rows, 32);
    size_t B = lab->batch.B, b = 0;

    if (side_is_narrow(frame)) {
        side_draw_losses(lab, frame, grid);
        return;
    }
    if (!known(lab, BATCH_ROW_LOSS))
        return;
    if ((int)B > room)
        room--;
    for (; b < B && (int)b < room; b++)
        draw_row_loss(lab, b, &columns, frame, grid);
    if (b < B)
        grid_printf(grid, part_line(grid), LOSS_COL, STYLE_DIM, "%s %zu more",
                    part_glyph(frame, GLYPH_ELIDED), B - b);
}

const struct scene scene_loss = {
    .name = "loss",
    .help = "what each example costs, and their mean",
    .ready = loss_ready,
    .title = title_loss,
    .bottom = bottom_loss,
    .draw = draw_loss,
};
