/*
 * curve: the loss of each step, the mean of each epoch over it, and the floor
 * of this text. shapes: letters, shapes, meanings, with the numbers of now.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "draw/chart.h"
#include "lab/loop.h"
#include "scenes/parts.h"
#include "scenes/scenes.h"

/* --- curve -------------------------------------------------------------- */

static bool curve_ready(const struct lab *lab)
{
    return lab->losses.steps > 0;
}

static void title_curve(const struct lab *lab, const struct frame *frame,
                        char *out, size_t size)
{
    const struct lab_losses *l = &lab->losses;

    (void)frame;
    if (l->epochs > 0)
        snprintf(out, size, "loss of %s steps · mean of epoch %zu: %s",
                 str_count(l->steps), l->epochs,
                 str_decimal(l->epoch[l->epochs - 1], 4));
    else
        snprintf(out, size, "loss of %s step%s", str_count(l->steps),
                 l->steps == 1 ? "" : "s");
}

enum { CURVE_POINTS_MAX = 2000 };

/* At most CURVE_POINTS_MAX of count, evenly spaced, the last one among them. */
static size_t pick(size_t i, size_t points, size_t count)
{
    return points < 2 ? count - 1 : i * (count - 1) / (points - 1);
}

static void draw_curve(const struct lab *lab, const struct frame *frame,
                       struct grid *grid)
{
    const struct lab_losses *l = &lab->losses;
    size_t steps = l->steps < CURVE_POINTS_MAX ? l->steps : CURVE_POINTS_MAX;
    size_t epochs = l->epochs < CURVE_POINTS_MAX ? l->epochs : CURVE_POINTS_MAX;
    double *xy = memory_new(2 * (steps + epochs), sizeof *xy);
    double *x = xy, *y = x + steps, *ex = y + steps, *ey = ex + epochs;
    int height = frame->height > 0 ? frame->height - grid->rows : 16;
    char floor[40];
    struct line_plot plot = {x,      y,      steps,      ex,
                             ey,     epochs, lab->floor, lab->floor >= 0,
                             "step", "loss", floor,      "mean of the epoch"};

    snprintf(floor, sizeof floor, "floor %s", str_decimal(lab->floor, 2));

    for (size_t i = 0; i < steps; i++) {
        size_t at = pick(i, steps, l->steps);
        x[i] = (double)(at + 1);
        y[i] = (double)l->step[at];
    }
    for (size_t i = 0; i < epochs; i++) {
        size_t at = pick(i, epochs, l->epochs);
        ex[i] = (double)((at + 1) * loop_batch_count(lab));
        ey[i] = l->epoch[at];
    }
    grid_extend(grid, height);
    chart_line(grid, grid->rows - height, 0, frame->width, height, &plot);
    free(xy);
}

const struct scene scene_curve = {
    .name = "curve",
    .help = "the losses so far",
    .ready = curve_ready,
    .title = title_curve,
    .draw = draw_curve,
};

/* --- shapes ------------------------------------------------------------- */

static bool shapes_ready(const struct lab *lab)
{
    return lab->model != NULL;
}

static void title_shapes(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    (void)frame;
    snprintf(out, size, "model %s: letters, shapes, meanings",
             head_choice(head_model_choices, (int)lab->head.model.kind));
}

enum { LETTER_COLUMNS = 9, SHAPE_COLUMNS = 15 };

/* Where shapes are being listed. */
struct shapes {
    struct grid *grid;
    bool wraps; /* rows may be added */
};

static void shape_line(const struct shapes *shapes, const char *letter,
                       const char *shape, const char *meaning)
{
    struct grid *grid = shapes->grid;
    int row = part_line(grid), left = LETTER_COLUMNS + SHAPE_COLUMNS;

    grid_text(grid, row, 0, STYLE_LABEL, letter);
    grid_text(grid, row, LETTER_COLUMNS, STYLE_ACCENT, shape);
    if (shapes->wraps)
        grid_wrap(grid, row, left, grid->cols - left, STYLE_NORMAL, meaning);
    else
        grid_fit(grid, row, left, grid->cols - left, STYLE_NORMAL, meaning);
}

static void shape_of_batch(const struct lab *lab, enum batch_tensor which,
                           const char *letter, const char *meaning,
                           const struct shapes *shapes)
{
    char shape[160] = "not yet";

    if (lab->batch.known[which])
        tensor_shape_text(&lab->batch.tensor[which], shape);
    shape_line(shapes, letter, shape, meaning);
}

static void shape_of_parameter(const struct parameter *p, const char *meaning,
                               const struct shapes *shapes)
{
    char shape[64];

    if (p->ndim == 1)
        snprintf(shape, sizeof shape, "(%zu,)", p->rows);
    else
        snprintf(shape, sizeof shape, "(%zu, %zu)", p->rows, p->cols);
    shape_line(shapes, p->name, shape, meaning);
}

static void draw_sizes(const struct lab *lab, const struct shapes *shapes)
{
    char text[96];

    snprintf(text, sizeof text, "%zu, %zu", lab->model->shape.V,
             lab->model->shape.D);
    shape_line(shapes, "V, D", text, "vocabulary size, embedding dimension");
    if (!lab->has_data)
        return;
    snprintf(text, sizeof text, "%zu, %zu", lab->order.B, lab->model->shape.C);
    if (lab->head.model.kind == MODEL_NEXT_WORD)
        shape_line(shapes, "B, C", text, "batch size, context size");
    snprintf(text, sizeof text, "%zu", lab->windows.count);
    shape_line(shapes, "N", text, "examples in an epoch");
}

static const char *parameter_meaning(const struct parameter *p)
{
    static const char *const meanings[][2] = {
        {"W", "embedding table"},
        {"U", "output layer: weight of nn.Linear"},
        {"b", "output layer: bias"},
        {"Wu", "embedding table of the users"},
        {"Wi", "embedding table of the items"},
        {"bu", "how generous each user is"},
        {"bi", "how liked each item is"},
    };

    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (str_equal(p->name, meanings[i][0]))
            return meanings[i][1];
    }
    return "";
}

static void draw_batch_shapes(const struct lab *lab,
                              const struct shapes *shapes)
{
    bool words = lab->head.model.kind != MODEL_RECOMMEND;

    shape_of_batch(lab, BATCH_CTX, "ctx", "context ids", shapes);
    shape_of_batch(lab, BATCH_TGT, "tgt", "targets", shapes);
    if (lab->head.model.loss == LOSS_NEGATIVE)
        shape_of_batch(lab, BATCH_NOISE, "noise", "noise words", shapes);
    if (!lab->lookup.current || !words)
        shape_of_batch(lab, BATCH_E, words ? "E" : "Eu",
                       words ? "rows looked up: embedding(ctx)"
                             : "the users' rows",
                       shapes);
    if (!words)
        shape_of_batch(lab, BATCH_E2, "Ei", "the items' rows", shapes);
    if (words)
        shape_of_batch(lab, BATCH_H, "h", "one vector a context", shapes);
    shape_of_batch(lab, BATCH_LOGITS, "logits", "scores", shapes);
    if (words)
        shape_of_batch(lab, BATCH_PROBS, "probs",
                       lab->head.model.kind == MODEL_SENTIMENT
                           ? "their sigmoid"
                           : "their softmax",
                       shapes);
    shape_of_batch(lab, BATCH_LOSS, "loss", "the mean over the mini-batch",
                   shapes);
}

static void draw_shapes(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    struct shapes list = {grid, frame->height == 0}, *shapes = &list;
    bool words = lab->head.model.kind != MODEL_RECOMMEND;

    draw_sizes(lab, shapes);
    for (size_t i = 0; i < lab->model->parameter_count; i++)
        shape_of_parameter(lab->model->parameters[i],
                           parameter_meaning(lab->model->parameters[i]),
                           shapes);
    if (lab->lookup.current) {
        char ids[160], E[160];
        shape_line(shapes, "ids", tensor_shape_text(&lab->lookup.ids, ids),
                   "ids looked up");
        shape_line(shapes, "E", tensor_shape_text(&lab->lookup.E, E),
                   words                    ? "their rows: embedding(ids)"
                   : lab->lookup.table == 1 ? "their rows: Wi[ids]"
                                            : "their rows: Wu[ids]");
    }
    if (lab->has_data)
        draw_batch_shapes(lab, shapes);
    part_keep(frame, grid);
}

const struct scene scene_shapes = {
    .name = "shapes",
    .help = "letters, shapes and meanings",
    .ready = shapes_ready,
    .title = title_shapes,
    .draw = draw_shapes,
};
