/*
 * windows: the pairs, mini-batch by mini-batch. batch: the one at hand.
 */
#include <stdio.h>

#include "lab/loop.h"
#include "scenes/parts.h"
#include "scenes/scenes.h"
#include "scenes/side.h"

/* --- windows ------------------------------------------------------------ */

static bool has_data(const struct lab *lab)
{
    return lab->has_data;
}

static void title_windows(const struct lab *lab, const struct frame *frame,
                          char *out, size_t size)
{
    size_t N = lab->windows.count, batches = loop_batch_count(lab);
    struct str text = STR_INIT;

    (void)frame;
    if (lab->head.model.kind == MODEL_NEXT_WORD)
        str_printf(&text, "%s (context, target) pair%s, C=%zu", str_count(N),
                   str_s(N), lab->windows.C);
    else
        str_printf(&text, "%s example%s", str_count(N), str_s(N));
    str_printf(&text, " · B=%zu: %s mini-batch%s an epoch%s", lab->order.B,
               str_count(batches), batches == 1 ? "" : "es",
               lab->order.shuffle ? " · shuffled" : "");
    if (lab->windows.held_out > 0)
        str_printf(&text, " · %s held out", str_count(lab->windows.held_out));
    snprintf(out, size, "%s", str_text(&text));
    str_clear(&text);
}

static void pair_text(const struct lab *lab, size_t example,
                      const struct frame *frame, struct str *out)
{
    const struct corpus *corpus = &lab->text->corpus;
    size_t at = lab->windows.target[example];
    bool next_word = lab->head.model.kind == MODEL_NEXT_WORD;
    size_t first = next_word ? at - lab->windows.C : corpus->line_start[at];
    size_t last = next_word ? at : corpus->line_start[at + 1];

    for (size_t i = first; i < last && (int)out->length < frame->width; i++) {
        bool item = lab->head.model.kind == MODEL_RECOMMEND && i > first;
        const struct vocab *vocab = item ? &corpus->items : &corpus->vocab;
        str_printf(out, "%s%s", i > first ? " " : "",
                   lab_shown(vocab_word(vocab, corpus->ids[i])));
    }
    str_printf(out, " %s ", part_glyph(frame, GLYPH_ARROW));
    if (next_word)
        str_append(out, lab_shown(vocab_word(&corpus->vocab, corpus->ids[at])));
    else
        str_printf(out, "%g", (double)corpus->label[at]);
}

static void draw_windows(const struct lab *lab, const struct frame *frame,
                         struct grid *grid)
{
    size_t N = lab->windows.count, B = lab->order.B, shown = 0;
    int room = part_room(frame, grid->rows + 1, 24);

    for (; shown < N && (int)shown < room; shown++) {
        struct str text = STR_INIT;
        int row = part_line(grid);
        if (!lab->order.shuffle && shown % B == 0)
            grid_printf(grid, row, 1, STYLE_TITLE, "batch %zu", shown / B + 1);
        pair_text(lab, shown, frame, &text);
        grid_printf(grid, row, 11, STYLE_DIM, "%4zu", shown);
        grid_fit(grid, row, 17, grid->cols - 17, STYLE_NORMAL, str_text(&text));
        str_clear(&text);
    }
    if (shown < N)
        grid_printf(grid, part_line(grid), 11, STYLE_DIM, "%s %s more",
                    part_glyph(frame, GLYPH_ELIDED), str_count(N - shown));
}

const struct scene scene_windows = {
    .name = "windows",
    .help = "the examples, mini-batch by mini-batch",
    .ready = has_data,
    .title = title_windows,
    .draw = draw_windows,
};

/* --- batch -------------------------------------------------------------- */

static bool has_batch(const struct lab *lab)
{
    return lab->batch.known[BATCH_CTX];
}

static void title_batch(const struct lab *lab, const struct frame *frame,
                        char *out, size_t size)
{
    char ctx[160], tgt[160];

    if (side_is_narrow(frame)) {
        snprintf(out, size, "batch %zu/%zu · step %ld", loop_batch_number(lab),
                 loop_batch_count(lab), loop_step_number(lab));
        return;
    }
    snprintf(out, size, "batch %zu/%zu · ctx %s  tgt %s",
             loop_batch_number(lab), loop_batch_count(lab),
             tensor_shape_text(&lab->batch.tensor[BATCH_CTX], ctx),
             tensor_shape_text(&lab->batch.tensor[BATCH_TGT], tgt));
}

/* "[0 1] → 2": the same in ids, as far as they fit. */
static void ids_text(const struct lab *lab, size_t b, const struct frame *frame,
                     struct str *out)
{
    const struct tensor *ctx = &lab->batch.tensor[BATCH_CTX];
    const struct tensor *tgt = &lab->batch.tensor[BATCH_TGT];
    size_t C = (size_t)ctx->shape[1];

    str_append_char(out, '[');
    for (size_t c = 0; c < C; c++)
        str_printf(out, "%s%lld", c ? " " : "", (long long)ctx->i[b * C + c]);
    str_printf(out, "] %s ", part_glyph(frame, GLYPH_ARROW));
    if (tgt->type == TENSOR_INT64)
        str_printf(out, "%lld", (long long)tgt->i[b]);
    else
        str_printf(out, "%g", (double)tgt->f[b]);
}

static void draw_example(const struct lab *lab, size_t b, int width,
                         const struct frame *frame, struct grid *grid)
{
    struct str context = STR_INIT, target = STR_INIT, ids = STR_INIT;
    int row = part_line(grid), col;
    int word = frame->width - width - 8 < 12 ? frame->width - width - 8 : 12;

    part_context(lab, b, &context);
    part_target(lab, b, &target);
    ids_text(lab, b, frame, &ids);
    grid_printf(grid, row, 0, STYLE_DIM, "%3zu", b);
    col = grid_fit(grid, row, 4, width, STYLE_NORMAL, str_text(&context));
    col = grid_printf(grid, row, col + 1, STYLE_DIM, "%s ",
                      part_glyph(frame, GLYPH_ARROW));
    col = grid_fit(grid, row, col, word, STYLE_ACCENT, str_text(&target));
    if (frame->width - col > 12)
        grid_fit(grid, row, col + 2, frame->width - col - 2, STYLE_LABEL,
                 str_text(&ids));
    str_clear(&context);
    str_clear(&target);
    str_clear(&ids);
}

static void draw_batch(const struct lab *lab, const struct frame *frame,
                       struct grid *grid)
{
    int limit = frame->width / 2 > 8 ? frame->width / 2 : 8;
    int width = part_context_width(lab, limit);
    int room = part_room(frame, grid->rows, 32);
    size_t B = lab->batch.B, b = 0;

    if (side_is_narrow(frame)) {
        side_draw_batch(lab, frame, grid);
        return;
    }
    if ((int)B > room)
        room--;
    for (; b < B && (int)b < room; b++)
        draw_example(lab, b, width, frame, grid);
    if (b < B)
        grid_printf(grid, part_line(grid), 4, STYLE_DIM, "%s %zu more",
                    part_glyph(frame, GLYPH_ELIDED), B - b);
}

const struct scene scene_batch = {
    .name = "batch",
    .help = "the mini-batch: contexts and targets, as words and ids",
    .ready = has_batch,
    .title = title_batch,
    .draw = draw_batch,
};
