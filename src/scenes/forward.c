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

static void draw_contexts(const struct lab *lab, enum batch_tensor which,
                          const struct frame *frame, struct grid *grid)
{
    const struct tensor *t = &lab->batch.tensor[which];
    struct contexts contexts = {.lab = lab,
                                .t = t,
                                .lit = frame->lit,
                                .name = which == BATCH_H ? "h" : "logits",
                                .label = STR_INIT};
    struct matrix_view view = {
        .rows = t->shape[0],
        .cols = (int64_t)(tensor_count(t) / (size_t)t->shape[0]),
        .row = context_row,
        .word = context_label,
        .accented = frame->lit ? context_is_lit : NULL,
        .context = &contexts,
        .digits = frame->digits,
        .index = !frame->panel || frame->width >= INDEX_FROM_COLS,
        .heat = true,
        .zero_dots = true,
        .row_title = "context"};
    struct matrix_window window = {.width = frame->width,
                                   .first_row = frame->first_row,
                                   .first_col = frame->first_col,
                                   .max_rows = frame->max_rows};
    int top = grid->rows;

    if (frame->height > 0) {
        window.height = frame->height - top;
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

const struct scene scene_mean = {
    .name = "mean",
    .help = "one vector for each context",
    .ready = mean_ready,
    .title = title_mean,
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

    (void)frame;
    part_context(lab, 0, &context);
    shape_of(lab, known(lab, BATCH_LOGITS) ? BATCH_LOGITS : BATCH_PROBS,
             logits);
    if (full_softmax(lab))
        snprintf(out, size, "%s %s · for b=0, after \"%s\"",
                 known(lab, BATCH_PROBS) ? "probs = softmax(logits)"
                                         : "logits = h @ U.T + b",
                 logits, str_text(&context));
    else if (lab->head.model.kind == MODEL_RECOMMEND)
        snprintf(out, size, "Wu[u]·Wi[i] + bu[u] + bi[i] + %.4f %s",
                 (double)lab->model->rating_mean, logits);
    else
        snprintf(out, size, "logits = h @ U.T + b %s", logits);
    str_clear(&context);
}

/* Ids by value, the largest first; equal ones by id. */
static const float *ordering_values;

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    if (ordering_values[x] != ordering_values[y])
        return ordering_values[x] < ordering_values[y] ? 1 : -1;
    return (x > y) - (x < y);
}

/* The words of example b as bars: probabilities, or scores before them. */
static void draw_word_bars(const struct lab *lab, const struct frame *frame,
                           struct grid *grid)
{
    bool probs = known(lab, BATCH_PROBS);
    const struct tensor *t =
        &lab->batch.tensor[probs ? BATCH_PROBS : BATCH_LOGITS];
    int64_t V = t->shape[1], target = lab->batch.tensor[BATCH_TGT].i[0];
    int room = part_room(frame, grid->rows, 20);
    int64_t *order = memory_new((size_t)V, sizeof *order);
    struct bar *bars = memory_zeroed((size_t)V, sizeof *bars);
    size_t count = V < room ? (size_t)V : (size_t)room;

    for (int64_t v = 0; v < V; v++)
        order[v] = v;
    if (V > room) {
        ordering_values = t->f;
        qsort(order, (size_t)V, sizeof *order, by_value);
    }
    for (size_t i = 0; i < count; i++) {
        bool lit = lit_has(frame->lit, probs ? "probs" : "logits", 0, order[i]);
        bars[i] = (struct bar){.label = memory_text(part_word(lab, order[i])),
                               .value = (double)t->f[order[i]],
                               .note = order[i] == target ? "target" : NULL,
                               .style = lit                  ? STYLE_ACCENT
                                        : order[i] == target ? STYLE_BAR_TARGET
                                                             : STYLE_BAR};
    }
    chart_bars(grid, grid->rows, 1, frame->width - 1, bars, count, 4);
    for (size_t i = 0; i < count; i++)
        free((char *)bars[i].label);
    free(bars);
    free(order);
}

/* One score an example: contexts beside bars. */
static void draw_example_bars(const struct lab *lab, const struct frame *frame,
                              struct grid *grid)
{
    bool probs = known(lab, BATCH_PROBS) &&
                 lab->head.model.kind == MODEL_SENTIMENT;
    const struct tensor *t =
        &lab->batch.tensor[probs ? BATCH_PROBS : BATCH_LOGITS];
    size_t count = lab->batch.B;
    int room = part_room(frame, grid->rows, 20);
    struct bar *bars;
    struct str *labels;

    if (count > (size_t)room)
        count = (size_t)room;
    bars = memory_zeroed(count, sizeof *bars);
    labels = memory_zeroed(count, sizeof *labels);
    for (size_t b = 0; b < count; b++) {
        part_context(lab, b, &labels[b]);
        bars[b] = (struct bar){.label = str_text(&labels[b]),
                               .value = (double)t->f[b],
                               .style = STYLE_BAR};
    }
    chart_bars(grid, grid->rows, 1, frame->width - 1, bars, count, 4);
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

    (void)frame;
    if (losses->epochs > 0)
        str_printf(&text, "mean of epoch %zu: %s", losses->epochs,
                   str_decimal(losses->epoch[losses->epochs - 1], 4));
    if (lab->floor >= 0)
        str_printf(&text, "%sfloor of this text: %.4f",
                   text.length > 0 ? " · " : "", lab->floor);
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

static void draw_row_loss(const struct lab *lab, size_t b, int width,
                          const struct frame *frame, struct grid *grid)
{
    struct str context = STR_INIT, target = STR_INIT;
    char number[16];
    int row = part_line(grid), col;

    part_context(lab, b, &context);
    part_target(lab, b, &target);
    grid_printf(grid, row, 0, STYLE_DIM, "b=%-3zu", b);
    matrix_number(number, sizeof number, lab->batch.tensor[BATCH_ROW_LOSS].f[b],
                  8, 4, false);
    grid_text(grid, row, 6, part_loss_style(lab, frame, b), number);
    col = grid_fit(grid, row, 16, width, STYLE_NORMAL, str_text(&context));
    col = grid_printf(grid, row, col + 1, STYLE_DIM, "%s ",
                      part_glyph(frame, GLYPH_ARROW));
    col = grid_fit(grid, row, col, 12, STYLE_NORMAL, str_text(&target));
    if (full_softmax(lab) && known(lab, BATCH_PROBS)) {
        int64_t V = lab->batch.tensor[BATCH_PROBS].shape[1];
        int64_t t = lab->batch.tensor[BATCH_TGT].i[b];
        double p = (double)lab->batch.tensor[BATCH_PROBS].f[(int64_t)b * V + t];
        str_truncate(&context, 0);
        append_minus_ln(p, &context);
        grid_text(grid, row, col + 2, STYLE_DIM, str_text(&context));
    }
    str_clear(&context);
    str_clear(&target);
}

static void draw_loss(const struct lab *lab, const struct frame *frame,
                      struct grid *grid)
{
    int limit = frame->width - 48 > 10 ? frame->width - 48 : 10;
    int width = part_context_width(lab, limit);
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
        draw_row_loss(lab, b, width, frame, grid);
    if (b < B)
        grid_printf(grid, part_line(grid), 6, STYLE_DIM, "%s %zu more",
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
