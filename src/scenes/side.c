#include "scenes/side.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/lookup.h"
#include "scenes/parts.h"

enum { NARROW = 36, WORD_COLS = 12, HALVED_ROWS = 12 };

bool side_is_narrow(const struct frame *frame)
{
    return frame->panel && frame->width < NARROW;
}

static int rows_left(const struct frame *frame, const struct grid *grid)
{
    return part_room(frame, grid->rows, 99);
}

/* A line below what there is, as long as there is room. */
static void add_line(const struct frame *frame, struct grid *grid,
                     enum style style, const char *text)
{
    if (rows_left(frame, grid) > 0)
        grid_fit(grid, part_line(grid), 0, frame->width, style, text);
}

static void add_more(const struct frame *frame, struct grid *grid, size_t more)
{
    char text[64];
    snprintf(text, sizeof text, "%s %zu more", part_glyph(frame, GLYPH_ELIDED),
             more);
    add_line(frame, grid, STYLE_DIM, text);
}

/* How many of count rows to list so that room is kept, one of it for what is
 * left out. */
static size_t rows_to_list(size_t count, int room)
{
    if (room < 1)
        return 0;
    return count <= (size_t)room ? count : (size_t)room - 1;
}

/* --- lookup ------------------------------------------------------------- */

/* "[0, 1, 2]" or, for more than one dimension, the shape. */
static void add_ids(const struct tensor *ids, const struct frame *frame,
                    struct grid *grid)
{
    char shape[160];
    struct str text = STR_INIT;
    size_t count = tensor_count(ids);
    str_append(&text, "ids     ");
    if (ids->ndim == 1 && count <= 8) {
        for (size_t i = 0; i < count; i++)
            str_printf(&text, "%s%lld", i == 0 ? "[" : ", ",
                       (long long)ids->i[i]);
        str_append_char(&text, ']');
    } else {
        str_append(&text, tensor_shape_text(ids, shape));
    }
    add_line(frame, grid, STYLE_NORMAL, str_text(&text));
    str_clear(&text);
}

/* "E[3]", or "E[1,0]": the place of a row of E. */
static void place_text(const struct tensor *ids, size_t i, struct str *out)
{
    size_t last = ids->ndim > 0 ? (size_t)ids->shape[ids->ndim - 1] : 1;
    if (ids->ndim == 2)
        str_printf(out, "E[%zu,%zu]", i / last, i % last);
    else
        str_printf(out, "E[%zu]", i);
}

static void add_copy(const struct lab *lab, const struct tensor *ids, size_t i,
                     const struct frame *frame, struct grid *grid)
{
    struct str text = STR_INIT;
    char from[32];
    snprintf(from, sizeof from, "%s[%lld]", lookup_table(lab)->weight.name,
             (long long)ids->i[i]);
    str_printf(&text, "%-5s %s ", from, part_glyph(frame, GLYPH_ARROW));
    place_text(ids, i, &text);
    str_printf(&text, "  %s",
               lab_row_word(lab, &lookup_table(lab)->weight, ids->i[i]));
    add_line(frame, grid, STYLE_ACCENT, str_text(&text));
    str_clear(&text);
}

/* Is the row of E the very row of W? (Not after an update.) */
static bool is_copy(const struct lab *lab, const struct tensor *ids,
                    const struct tensor *E, size_t i)
{
    const struct parameter *W = &lookup_table(lab)->weight;
    return memcmp(E->f + i * W->cols, W->value + (size_t)ids->i[i] * W->cols,
                  W->cols * sizeof *E->f) == 0;
}

static void add_equality(const struct lab *lab, const struct tensor *ids,
                         const struct tensor *E, const struct frame *frame,
                         struct grid *grid)
{
    char shape[160];
    struct str text = STR_INIT;
    size_t i = tensor_count(ids) > 1 ? 1 : 0;
    str_printf(&text, "E %s", tensor_shape_text(E, shape));
    add_line(frame, grid, STYLE_NORMAL, str_text(&text));
    str_truncate(&text, 0);
    place_text(ids, i, &text);
    str_printf(&text, " == %s[%lld]  %s", lookup_table(lab)->weight.name,
               (long long)ids->i[i],
               is_copy(lab, ids, E, i) ? "True" : "False");
    add_line(frame, grid, STYLE_NORMAL, str_text(&text));
    str_clear(&text);
}

/* What the same would cost as a product with one-hot rows. */
static void add_cost(const struct lab *lab, size_t count,
                     const struct frame *frame, struct grid *grid)
{
    const struct parameter *W = &lookup_table(lab)->weight;
    const char *times = part_glyph(frame, GLYPH_TIMES);
    struct grid text;
    struct str words = STR_INIT;
    str_printf(&words,
               "one-hot @ %s gives the same rows with %zu%s%zu%s%zu = %s "
               "multiplications. Here: none.",
               W->name, count, times, W->rows, times, W->cols,
               str_count((unsigned long long)(count * W->rows * W->cols)));
    grid_init(&text, 0, frame->width);
    int rows =
        grid_wrap(&text, 0, 0, frame->width, STYLE_DIM, str_text(&words));
    if (rows <= rows_left(frame, grid)) {
        int row = grid->rows;
        grid_extend(grid, rows);
        grid_copy(grid, row, 0, &text, (struct rect){0, 0, rows, text.cols});
    }
    grid_clear(&text);
    str_clear(&words);
}

static void add_typed(const struct lab *lab, const struct frame *frame,
                      struct grid *grid)
{
    struct str text = STR_INIT;
    str_printf(&text, "\"%s\"", lab->lookup.typed);
    add_line(frame, grid, STYLE_EMPHASIS, str_text(&text));
    add_line(frame, grid, STYLE_NORMAL, "");
    str_clear(&text);
}

void side_draw_lookup(const struct lab *lab, const struct tensor *ids,
                      const struct tensor *E, bool typed,
                      const struct frame *frame, struct grid *grid)
{
    enum { BELOW = 7 }; /* rows kept for what stands below the copies */
    size_t count = tensor_count(ids);
    if (typed)
        add_typed(lab, frame, grid);
    add_ids(ids, frame, grid);
    int room = rows_left(frame, grid);
    size_t listed = rows_to_list(count, room > BELOW + 3 ? room - BELOW : room);
    for (size_t i = 0; i < listed; i++)
        add_copy(lab, ids, i, frame, grid);
    if (listed < count)
        add_more(frame, grid, count - listed);
    if (count == 0)
        return;
    bool airy = rows_left(frame, grid) > BELOW + 2;
    if (airy)
        add_line(frame, grid, STYLE_NORMAL, "");
    add_equality(lab, ids, E, frame, grid);
    if (airy)
        add_line(frame, grid, STYLE_NORMAL, "");
    add_cost(lab, count, frame, grid);
}

/* --- batch and losses --------------------------------------------------- */

static bool has_losses(const struct lab *lab)
{
    return lab->batch.known[BATCH_ROW_LOSS];
}

/* The words of a context that `why` named. */
static void accent_words(const struct lab *lab, size_t b, int width,
                         const struct frame *frame, struct grid *grid, int row)
{
    size_t C = (size_t)lab->batch.tensor[BATCH_CTX].shape[1];
    for (size_t c = 0; frame->lit != NULL && c < C; c++) {
        struct rect place = {.row = row, .rows = 1};
        if (!lit_has(frame->lit, "ctx", (int64_t)b, (int64_t)c))
            continue;
        part_context_place(lab, b, c, &place.col, &place.cols);
        if (place.col + place.cols > width)
            place.cols = width - place.col;
        if (place.cols > 0)
            grid_restyle(grid, place, STYLE_ACCENT);
    }
}

static void add_example(const struct lab *lab, size_t b, int width,
                        const struct frame *frame, struct grid *grid)
{
    struct str context = STR_INIT, target = STR_INIT;
    int row = part_line(grid), col;
    part_context(lab, b, &context);
    part_target(lab, b, &target);
    col = grid_fit(grid, row, 0, width, STYLE_NORMAL, str_text(&context));
    accent_words(lab, b, width, frame, grid, row);
    col = grid_printf(grid, row, col + 1, STYLE_DIM, "%s ",
                      part_glyph(frame, GLYPH_ARROW));
    if (col < frame->width)
        grid_fit(grid, row, col, frame->width - col, STYLE_ACCENT,
                 str_text(&target));
    str_clear(&context);
    str_clear(&target);
}

/* "ctx (8, 2)   tgt (8,)": each above its column, where both fit. */
static void add_shapes(const struct lab *lab, int width,
                       const struct frame *frame, struct grid *grid)
{
    char shape[160], text[200];
    int row = part_line(grid);
    snprintf(text, sizeof text, "ctx %s",
             tensor_shape_text(&lab->batch.tensor[BATCH_CTX], shape));
    int col = grid_text(grid, row, 0, STYLE_HEADER, text);
    int target = width + 3 > col + 1 ? width + 3 : col + 1;
    snprintf(text, sizeof text, "tgt %s",
             tensor_shape_text(&lab->batch.tensor[BATCH_TGT], shape));
    if (target < frame->width)
        grid_fit(grid, row, target, frame->width - target, STYLE_HEADER, text);
}

static void add_loss(const struct lab *lab, size_t b, const struct frame *frame,
                     struct grid *grid)
{
    struct str target = STR_INIT;
    char number[16];
    int row = part_line(grid);
    part_target(lab, b, &target);
    grid_printf(grid, row, 0, STYLE_DIM, "b=%zu", b);
    matrix_number(number, sizeof number, lab->batch.tensor[BATCH_ROW_LOSS].f[b],
                  7, 4, false);
    int col = grid_printf(grid, row, 5, part_loss_style(lab, frame, b), "%s  ",
                          number);
    if (col < frame->width)
        grid_fit(grid, row, col, frame->width - col, STYLE_NORMAL,
                 str_text(&target));
    str_clear(&target);
}

void side_draw_losses(const struct lab *lab, const struct frame *frame,
                      struct grid *grid)
{
    char text[64];
    size_t B = lab->batch.B, listed;
    if (!has_losses(lab) || rows_left(frame, grid) < 1)
        return;
    snprintf(text, sizeof text, "loss %7s mean of %zu",
             str_decimal((double)lab->batch.tensor[BATCH_LOSS].f[0], 4), B);
    add_line(frame, grid, STYLE_EMPHASIS, text);
    listed = rows_to_list(B, rows_left(frame, grid));
    for (size_t b = 0; b < listed; b++)
        add_loss(lab, b, frame, grid);
    if (listed < B)
        add_more(frame, grid, B - listed);
}

void side_draw_batch(const struct lab *lab, const struct frame *frame,
                     struct grid *grid)
{
    size_t B = lab->batch.B;
    int limit = frame->width - WORD_COLS;
    int width = part_context_width(lab, limit > 4 ? limit : 4);
    int room = rows_left(frame, grid) - 1;
    if (room < 1)
        return;
    add_shapes(lab, width, frame, grid);
    if (has_losses(lab) && 2 * (int)B + 1 > room && room >= HALVED_ROWS)
        room = room / 2; /* each gets its half */
    size_t listed = rows_to_list(B, room);
    for (size_t b = 0; b < listed; b++)
        add_example(lab, b, width, frame, grid);
    if (listed < B)
        add_more(frame, grid, B - listed);
    side_draw_losses(lab, frame, grid);
}
