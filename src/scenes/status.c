/*
 * What frames every picture in the full screen: the status line, the chain of
 * phases, the message line.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "lab/lookup.h"
#include "lab/loop.h"
#include "scenes/parts.h"
#include "scenes/scene.h"

/* --- status ------------------------------------------------------------- */

static void left_status(const struct lab *lab, struct str *out)
{
    if (lab->text)
        str_printf(out, " %s", lab->text->source->source.name);
    if (lab->model)
        str_printf(out, "%s V=%zu D=%zu", lab->text ? " ·" : "",
                   lab->model->shape.V, lab->model->shape.D);
    if (lab->model && lab->has_data) {
        struct str optimizer = STR_INIT;
        if (lab->head.model.kind == MODEL_NEXT_WORD)
            str_printf(out, " C=%zu", lab->model->shape.C);
        str_printf(out, " B=%zu", lab->order.B);
        head_write(&lab->head, HEAD_OPTIMIZER, &optimizer);
        str_printf(out, " · %.*s",
                   (int)(optimizer.length - strlen("optimizer ") - 1),
                   str_text(&optimizer) + strlen("optimizer "));
        str_clear(&optimizer);
    } else if (lab->model) {
        str_printf(out, " · seed %llu",
                   (unsigned long long)lab->head.table.seed);
    } else if (!lab->text) {
        str_append(out, " emblab · no text yet");
    }
}

static void right_status(const struct lab *lab, struct str *out)
{
    if (lab->order.epoch > 0)
        str_printf(out, "step %ld · epoch %ld ", loop_step_number(lab),
                   lab->order.epoch);
}

void scene_status(const struct lab *lab, const char *title, int width,
                  struct grid *grid, int row)
{
    struct str left = STR_INIT, right = STR_INIT;
    struct rect line = {row, 0, 1, width};
    int room, wide, least;

    if (title)
        str_printf(&left, " %s", title);
    else
        left_status(lab, &left);
    right_status(lab, &right);
    grid_fill(grid, line, STYLE_STATUS);
    wide = grid_text_width(str_text(&right));
    least = title ? grid_text_width(str_text(&left)) + 1 : 20;
    room = wide + least < width ? width - wide - 1 : width;
    grid_fit(grid, row, 0, room, STYLE_STATUS, str_text(&left));
    if (room < width)
        grid_text(grid, row, width - wide, STYLE_STATUS, str_text(&right));
    str_clear(&left);
    str_clear(&right);
}

/* --- chain -------------------------------------------------------------- */

static const char *const head_chain[] = {"text",   "tokens",  "vocab", "table",
                                         "lookup", "windows", "batch", NULL};
static const char *const loop_chain[] = {
    "batch", "lookup", "mean", "logits", "loss", "backward", "update", NULL};

/* Where in the head's chain a lab without a mini-batch stands. */
static const char *head_stage(const struct lab *lab)
{
    if (lab->lookup.current)
        return "lookup";
    if (lab->has_data)
        return "windows";
    if (lab->model)
        return "table";
    return lab->text ? "vocab" : "text";
}

static void put_upper(struct str *out, const char *name)
{
    for (; *name; name++)
        str_append_char(out, *name >= 'a' && *name <= 'z'
                                 ? (char)(*name - 'a' + 'A')
                                 : *name);
}

void scene_chain(const struct lab *lab, int width, struct grid *grid, int row)
{
    bool loop = lab->batch.phase != PHASE_NONE && !lab->lookup.current;
    const char *const *chain = loop ? loop_chain : head_chain;
    const char *now = loop ? batch_phase_name(lab->batch.phase)
                           : head_stage(lab);
    int col = 1;

    for (; *chain && col < width; chain++) {
        bool current = str_equal(*chain, now);
        struct str text = STR_INIT;
        str_append_char(&text, ' ');
        if (current)
            put_upper(&text, *chain);
        else
            str_append(&text, *chain);
        str_append_char(&text, ' ');
        col = grid_text(grid, row, col, current ? STYLE_PHASE : STYLE_DIM,
                        str_text(&text));
        str_clear(&text);
    }
}

/* --- message ------------------------------------------------------------ */

static void lookup_message(const struct lab *lab, struct str *out)
{
    char ids[160], E[160];
    const struct parameter *W = &lookup_table(lab)->weight;

    if (lab->lookup.owns_gradient) {
        size_t rows = W->marks.grad_nonzero.count;
        str_printf(out,
                   "E.sum().backward(): %zu row%s of %s %s a gradient, how "
                   "often each was looked up.",
                   rows, str_s(rows), W->name, rows == 1 ? "has" : "have");
        return;
    }
    str_printf(out, "E = %s[ids]: %s ids in, %s vectors out.",
               lookup_table(lab)->weight.name,
               tensor_shape_text(&lab->lookup.ids, ids),
               tensor_shape_text(&lab->lookup.E, E));
}

/* A loss that is no number: what comes of it means nothing. */
static bool loss_is_broken(const struct lab *lab)
{
    return lab->batch.known[BATCH_LOSS] &&
           !isfinite(lab->batch.tensor[BATCH_LOSS].f[0]);
}

static void phase_message(const struct lab *lab, struct str *out)
{
    const struct parameter *W = &lab->model->tables[0].weight;
    const struct row_marks *marks = &W->marks;
    size_t B = lab->batch.B, rescaled = lab->model->tables[0].rescaled_count;

    if (loss_is_broken(lab)) {
        str_printf(out,
                   "The loss is %s: its gradients teach nothing. undo goes "
                   "back; then a smaller lr.",
                   str_decimal((double)lab->batch.tensor[BATCH_LOSS].f[0], 4));
        return;
    }
    switch (lab->batch.phase) {
    case PHASE_BATCH:
        str_printf(out, "%zu example%s come%s in; gradients are None again.", B,
                   str_s(B), B == 1 ? "s" : "");
        break;
    case PHASE_LOOKUP:
        str_printf(out, "%zu different row%s of %s %s copied into E.",
                   marks->looked_up.count, str_s(marks->looked_up.count),
                   W->name, marks->looked_up.count == 1 ? "was" : "were");
        break;
    case PHASE_MEAN:
        str_printf(out, "%zu context%s became %zu vector%s.", B, str_s(B), B,
                   str_s(B));
        break;
    case PHASE_LOGITS:
        str_append(out, lab->head.model.kind == MODEL_NEXT_WORD
                            ? "Every word has a score; the softmax comes next."
                            : "Every example has a score; the loss comes "
                              "next.");
        break;
    case PHASE_LOSS:
        str_printf(out, "The loss is %s, the mean over %zu example%s.",
                   str_decimal((double)lab->batch.tensor[BATCH_LOSS].f[0], 4),
                   B, str_s(B));
        break;
    case PHASE_BACKWARD:
        str_printf(out,
                   "%zu different word%s looked up, so %zu row%s of %s %s a "
                   "gradient.",
                   marks->looked_up.count, str_s(marks->looked_up.count),
                   marks->grad_nonzero.count, str_s(marks->grad_nonzero.count),
                   W->name, marks->grad_nonzero.count == 1 ? "has" : "have");
        break;
    case PHASE_UPDATE:
        str_printf(out, "%zu row%s of %s changed", marks->changed.count,
                   str_s(marks->changed.count), W->name);
        if (rescaled > 0 && !W->frozen)
            str_printf(out, " (%zu rescaled by max_norm at lookup, too)",
                       rescaled);
        str_printf(out, "; loss %s.",
                   str_decimal((double)lab->batch.tensor[BATCH_LOSS].f[0], 4));
        break;
    case PHASE_NONE:
    case PHASE_COUNT:
        break;
    }
}

/* The same in few words, for narrow screens; nothing where it is short. */
static void short_message(const struct lab *lab, struct str *out)
{
    const struct parameter *W = &lab->model->tables[0].weight;
    const struct row_marks *marks = &W->marks;
    char ids[160], E[160];

    if (lab->lookup.current)
        str_printf(out, "E = %s[ids]: %s ids, %s",
                   lookup_table(lab)->weight.name,
                   tensor_shape_text(&lab->lookup.ids, ids),
                   tensor_shape_text(&lab->lookup.E, E));
    else if (loss_is_broken(lab))
        str_append(out, "The loss is no number: undo goes back.");
    else if (lab->batch.phase == PHASE_LOOKUP)
        str_printf(out, "%zu row%s of %s copied into E.",
                   marks->looked_up.count, str_s(marks->looked_up.count),
                   W->name);
    else if (lab->batch.phase == PHASE_LOGITS)
        str_printf(out, "Every %s has a score.",
                   lab->head.model.kind == MODEL_NEXT_WORD ? "word"
                                                           : "example");
    else if (lab->batch.phase == PHASE_LOSS)
        str_printf(out, "The loss is %s, the mean of %zu.",
                   str_decimal((double)lab->batch.tensor[BATCH_LOSS].f[0], 4),
                   lab->batch.B);
    else if (lab->batch.phase == PHASE_BACKWARD)
        str_printf(out, "%zu looked up, %zu with a gradient.",
                   marks->looked_up.count, marks->grad_nonzero.count);
}

/* Where the text is too wide and there is a shorter one, that. */
static void fit_message(const struct lab *lab, int width, struct str *text)
{
    struct str shorter = STR_INIT;

    if (utf8_width(str_text(text)) > width && lab->model)
        short_message(lab, &shorter);
    if (shorter.length > 0) {
        str_truncate(text, 0);
        str_append(text, str_text(&shorter));
    }
    str_clear(&shorter);
}

void scene_message(const struct lab *lab, int width, char *out, size_t size)
{
    struct str text = STR_INIT;
    char why[512] = "";

    if (lab->lookup.current)
        lookup_message(lab, &text);
    else if (lab->model && lab->batch.phase != PHASE_NONE)
        phase_message(lab, &text);
    else if (!lab->text && !lab->model)
        str_append(&text, "Begin with: corpus tiny   (help lists the "
                          "commands)");
    if (lab->batch.phase >= PHASE_BACKWARD && !lab->lookup.current &&
        !loss_is_broken(lab))
        scene_why_marks_differ(lab, why, sizeof why);
    fit_message(lab, width, &text);
    snprintf(out, size, "%s%s%s", str_text(&text), *why ? " " : "", why);
    str_clear(&text);
}
