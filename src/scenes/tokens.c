/*
 * tokens: each line of the text, its tokens below, their ids below them.
 * vocab: id, word, count. subwords: the rows of a word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "draw/range.h"
#include "scenes/parts.h"
#include "scenes/scenes.h"

/* --- tokens ------------------------------------------------------------- */

static bool has_text(const struct lab *lab)
{
    return lab->text != NULL;
}

static void title_tokens(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    const struct corpus *corpus = &lab->text->corpus;

    snprintf(out, size,
             frame->panel ? "%s · %s line%s · %s token%s · V=%s different"
                          : "%s: %s line%s, %s token%s, V=%s different",
             lab->text->source->source.name, str_count(corpus->lines),
             str_s(corpus->lines), str_count(corpus->tokens),
             str_s(corpus->tokens), str_count(corpus->vocab.size));
}

/* What is being laid out: tokens of one line over their ids. In a stream a
 * line of the text has a few rows; what is more of it is left out. */
struct token_layout {
    const struct frame *frame;
    struct grid *grid;
    size_t last_line; /* of the text, from 1 */
    size_t lines;     /* lines begun */
    size_t max_lines;
    size_t line;   /* of the text, from 1 */
    int line_rows; /* pairs of rows it has */
    bool cut;      /* and it is longer */
    int row;       /* of the tokens; the ids stand below */
    int col;
    bool full;
};

enum {
    TOKEN_MARGIN = 5,
    LINE_ROWS_MAX = 4,
    ELLIPSIS_COLUMNS = 2,
    TOKEN_BYTES_MAX = 1000, /* no more of it is shown */
};

/* Two rows for more tokens; false: no room. */
static bool new_rows(struct token_layout *l)
{
    int height = l->frame->height;

    if (height > 0 && l->grid->rows + 2 > height - 1)
        return false;
    l->row = l->grid->rows;
    grid_extend(l->grid, 2);
    l->col = TOKEN_MARGIN;
    l->line_rows++;
    return true;
}

static bool new_line(struct token_layout *l, size_t line)
{
    l->line_rows = 0;
    l->cut = false;
    if (l->lines == l->max_lines || !new_rows(l))
        return false;
    l->lines++;
    l->line = line;
    grid_printf(l->grid, l->row, 0, STYLE_DIM, "%4zu", line);
    return true;
}

/* Room for so many columns in this line of the text; false: there is none, and
 * either the line is cut or all is full. */
static bool make_room(struct token_layout *l, int columns)
{
    int room = l->frame->width - ELLIPSIS_COLUMNS - l->col;

    if (columns <= room || l->col == TOKEN_MARGIN)
        return true;
    if (l->frame->height == 0 && l->line_rows == LINE_ROWS_MAX) {
        l->cut = true;
        grid_text(l->grid, l->row, l->col, STYLE_DIM,
                  part_glyph(l->frame, GLYPH_ELLIPSIS));
        return false;
    }
    l->full = !new_rows(l);
    return !l->full;
}

static void put_token(struct token_layout *l, const char *token, int64_t id)
{
    int width = grid_text_width(token);
    int most = l->frame->width - ELLIPSIS_COLUMNS - TOKEN_MARGIN;
    char number[24];

    width = width < most || most < 1 ? width : most; /* cut, with an ellipsis */
    snprintf(number, sizeof number, "%lld", (long long)id);
    if (id >= 0 && (int)strlen(number) > width)
        width = (int)strlen(number);
    if (!make_room(l, width))
        return;
    grid_fit(l->grid, l->row, l->col, width, id >= 0 ? STYLE_NORMAL : STYLE_DIM,
             token);
    grid_text(l->grid, l->row + 1, l->col, STYLE_LABEL,
              id >= 0 ? number : part_glyph(l->frame, GLYPH_ZERO));
    l->col += width + 1;
}

static bool lay_token(void *context, size_t position, size_t line,
                      const char *token, size_t length, int64_t id)
{
    struct token_layout *l = context;
    bool last = l->lines == l->max_lines || l->line == l->last_line;
    struct str word = STR_INIT;

    (void)position;
    if (l->cut && line == l->line)
        return !last;
    if (line != l->line)
        l->full = !new_line(l, line);
    str_append_bytes(&word, token,
                     length < TOKEN_BYTES_MAX ? length : TOKEN_BYTES_MAX);
    if (!l->full)
        put_token(l, lab_shown(str_text(&word)), id);
    str_clear(&word);
    return !l->full;
}

static void draw_tokens(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    size_t lines = lab->text->corpus.lines;
    struct token_layout l = {
        .frame = frame, .grid = grid, .last_line = lines, .max_lines = 8};

    if (frame->max_rows > 0)
        l.max_lines = (size_t)frame->max_rows;
    else if (frame->height > 0)
        l.max_lines = lines;
    corpus_each_token(&lab->text->corpus, &lab->text->source->source, lay_token,
                      &l);
    if ((l.full || l.cut) && l.line < lines)
        grid_printf(grid, part_line(grid), 3, STYLE_DIM, "%s %s more line%s",
                    part_glyph(frame, GLYPH_ELIDED), str_count(lines - l.line),
                    lines - l.line == 1 ? "" : "s");
    part_keep(frame, grid);
}

const struct scene scene_tokens = {
    .name = "tokens",
    .help = "the text, its tokens and their ids",
    .ready = has_text,
    .title = title_tokens,
    .draw = draw_tokens,
};

/* --- vocab -------------------------------------------------------------- */

/* Rows of a hashed vocabulary that more than one word fell into. */
static size_t collisions_of(const struct vocab *vocab)
{
    size_t rows = 0;

    for (int64_t id = 0; id < (int64_t)vocab->size; id++)
        rows += vocab_row_count(vocab, id) > 1;
    return rows;
}

static void title_vocab(const struct lab *lab, const struct frame *frame,
                        char *out, size_t size)
{
    static const char *const orders[] = {"in order of appearance",
                                         "the most frequent first",
                                         "in alphabetical order"};
    const struct vocab *vocab = &lab->text->corpus.vocab;

    if (vocab->hash > 0)
        snprintf(out, size,
                 frame->panel ? "vocabulary: %s words in K=%s rows · %s stand "
                                "for several"
                              : "vocabulary: %s words hashed into K=%s rows, "
                                "%s of which stand for several",
                 str_count(vocab->kinds), str_count(vocab->hash),
                 str_count(collisions_of(vocab)));
    else
        snprintf(out, size,
                 frame->panel ? "vocabulary: V=%s · %s"
                              : "vocabulary: V=%s, %s",
                 str_count(vocab->size), orders[lab->head.vocab.order]);
}

enum {
    BESIDE_WORD = 13, /* "   id " before a word, " count" behind it */
    WORD_COLUMNS_MAX = 20,
};

/* Columns for words, so that their ids and counts fit beside them. */
static int word_width(const struct vocab *vocab, size_t count, int room)
{
    int width = 4, most = room - BESIDE_WORD;

    for (size_t id = 0; id < count; id++) {
        int columns =
            grid_text_width(lab_shown(vocab_word(vocab, (int64_t)id)));
        width = columns > width ? columns : width;
    }
    most = most > WORD_COLUMNS_MAX ? WORD_COLUMNS_MAX : most < 4 ? 4 : most;
    return width < most ? width : most;
}

static void draw_word(const struct vocab *vocab, int64_t id, int width,
                      struct grid *grid, int row, int col)
{
    grid_printf(grid, row, col, STYLE_LABEL, "%5lld", (long long)id);
    grid_fit(grid, row, col + 6, width, STYLE_NORMAL,
             lab_shown(vocab_word(vocab, id)));
    grid_printf(grid, row, col + 7 + width, STYLE_DIM, "%6s",
                str_count((unsigned long long)vocab->count[id]));
}

/* Columns of words side by side, filled downward. */
static void draw_vocab(const struct lab *lab, const struct frame *frame,
                       struct grid *grid)
{
    const struct vocab *vocab = &lab->text->corpus.vocab;
    size_t sample = vocab->size < 1000 ? vocab->size : 1000;
    int width = word_width(vocab, sample, frame->width);
    int wide = width + BESIDE_WORD + 2;
    int across = frame->width / wide > 0 ? frame->width / wide : 1;
    int rows = (int)((sample + (size_t)across - 1) / (size_t)across);
    int room = part_room(frame, grid->rows + 2, 20);
    int top = part_line(grid);

    if (frame->height > 0 && rows == room + 1)
        room++; /* all fit: nothing more to say below */
    rows = rows < room ? rows : room;
    grid_extend(grid, rows);
    for (int c = 0; c < across; c++) {
        if (c * rows >= (int)vocab->size)
            break;
        grid_printf(grid, top, c * wide, STYLE_HEADER, "%5s %-*s %6s", "id",
                    width, "word", "count");
        for (int r = 0; r < rows && c * rows + r < (int)vocab->size; r++)
            draw_word(vocab, c * rows + r, width, grid, top + 1 + r, c * wide);
    }
    if ((size_t)(rows * across) < vocab->size)
        grid_printf(grid, part_line(grid), 3, STYLE_DIM, "%s %s more words",
                    part_glyph(frame, GLYPH_ELIDED),
                    str_count(vocab->size - (size_t)(rows * across)));
}

/* Hashed: every row with all the words that fell into it. */
static void draw_hashed(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    const struct vocab *vocab = &lab->text->corpus.vocab;
    int room = part_room(frame, grid->rows + 2, 20);

    grid_text(grid, part_line(grid), 0, STYLE_HEADER,
              "   id  count  words of this row");
    for (int64_t id = 0; id < (int64_t)vocab->size && id < room; id++) {
        struct str words = STR_INIT;
        size_t count = vocab_row_count(vocab, id);
        int row = part_line(grid);
        for (size_t n = 0; n < count && n < 40; n++)
            str_printf(&words, "%s%s", n ? " " : "",
                       vocab_row_word(vocab, id, n));
        grid_printf(grid, row, 0, STYLE_LABEL, "%5lld %6s", (long long)id,
                    str_count((unsigned long long)vocab->count[id]));
        grid_fit(grid, row, 14, grid->cols - 14,
                 count > 1 ? STYLE_ACCENT : STYLE_NORMAL, str_text(&words));
        str_clear(&words);
    }
    if ((int64_t)vocab->size > room)
        grid_printf(grid, part_line(grid), 3, STYLE_DIM, "%s %s more rows",
                    part_glyph(frame, GLYPH_ELIDED),
                    str_count(vocab->size - (size_t)room));
}

static void draw_words(const struct lab *lab, const struct frame *frame,
                       struct grid *grid)
{
    if (lab->text->corpus.vocab.hash > 0)
        draw_hashed(lab, frame, grid);
    else
        draw_vocab(lab, frame, grid);
    part_keep(frame, grid);
}

const struct scene scene_vocab = {
    .name = "vocab",
    .help = "every word's id and count",
    .ready = has_text,
    .title = title_vocab,
    .draw = draw_words,
};

/* --- merges --------------------------------------------------------------- */

static bool has_merges(const struct lab *lab)
{
    return lab->text && lab->text->corpus.tokenizer.merge_count > 0;
}

static void title_merges(const struct lab *lab, const struct frame *frame,
                         char *out, size_t size)
{
    snprintf(out, size,
             frame->panel ? "byte pairs: %s merges · the most frequent first"
                          : "byte pairs: %s merges, the most frequent pair "
                            "first",
             str_count(lab->text->corpus.tokenizer.merge_count));
}

enum { MERGE_COL = 6, TIMES_COL = 36, TIMES_SIZE = 40 };

static void write_times(const struct tokenizer_merge *m, char out[TIMES_SIZE])
{
    snprintf(out, TIMES_SIZE, "%s time%s", str_count(m->count),
             m->count == 1 ? "" : "s");
}

static void draw_merge(const struct tokenizer_merge *m,
                       const struct frame *frame, int times_col,
                       struct grid *grid, int row)
{
    struct str merge = STR_INIT;
    char times[TIMES_SIZE];

    str_printf(&merge, "%s + %s %s %s%s", m->left, m->right,
               part_glyph(frame, GLYPH_ARROW), m->left, m->right);
    grid_fit(grid, row, MERGE_COL, times_col - 1 - MERGE_COL, STYLE_NORMAL,
             str_text(&merge));
    write_times(m, times);
    grid_text(grid, row, times_col, STYLE_DIM, times);
    str_clear(&merge);
}

static void draw_merges(const struct lab *lab, const struct frame *frame,
                        struct grid *grid)
{
    const struct tokenizer *t = &lab->text->corpus.tokenizer;
    size_t room = (size_t)part_room(frame, grid->rows + 1, 20);
    size_t shown = t->merge_count < room ? t->merge_count : room;
    int times_col = TIMES_COL;

    for (size_t i = 0; i < shown; i++) {
        char times[TIMES_SIZE];
        write_times(&t->merges[i], times);
        times_col = at_most(times_col, frame->width - (int)strlen(times));
    }
    for (size_t i = 0; i < shown; i++) {
        int row = part_line(grid);
        grid_printf(grid, row, 0, STYLE_DIM, "%4zu", i + 1);
        draw_merge(&t->merges[i], frame, times_col, grid, row);
    }
    if (t->merge_count > room)
        grid_printf(grid, part_line(grid), 3, STYLE_DIM, "%s %s more merges",
                    part_glyph(frame, GLYPH_ELIDED),
                    str_count(t->merge_count - room));
    part_keep(frame, grid);
}

const struct scene scene_merges = {
    .name = "merges",
    .help = "the pairs that bpe merged, one by one",
    .ready = has_merges,
    .title = title_merges,
    .draw = draw_merges,
};

/* --- subwords ----------------------------------------------------------- */

static bool has_subwords(const struct lab *lab)
{
    return lab->text && lab->text->has_subwords;
}

static void title_subwords(const struct lab *lab, const struct frame *frame,
                           char *out, size_t size)
{
    const struct head_subwords *s = &lab->head.subwords;

    snprintf(out, size,
             frame->panel ? "subwords: n-grams of %zu to %zu · %s buckets"
                          : "subwords: n-grams of %zu to %zu characters, %s "
                            "buckets",
             s->min, s->max, str_count(s->buckets));
}

static void draw_word_rows(const struct lab *lab, int64_t id, struct grid *grid)
{
    const struct subwords *s = &lab->text->subwords;
    struct str line = STR_INIT;

    for (int64_t i = s->offsets[id];
         i < s->offsets[id + 1] && (int)line.length < grid->cols; i++)
        str_printf(&line, "%s%lld", i > s->offsets[id] ? " " : "",
                   (long long)s->rows[i]);
    grid_fit(grid, grid->rows - 1, 0, 14, STYLE_NORMAL,
             lab_shown(vocab_word(&lab->text->corpus.vocab, id)));
    grid_fit(grid, grid->rows - 1, 15, grid->cols - 15, STYLE_LABEL,
             str_text(&line));
    str_clear(&line);
}

static void draw_subwords(const struct lab *lab, const struct frame *frame,
                          struct grid *grid)
{
    size_t V = lab->text->corpus.vocab.size;
    int room = part_room(frame, grid->rows + 1, 12);

    room += frame->height > 0; /* of one too many part_keep makes a mark */
    grid_text(grid, part_line(grid), 0, STYLE_HEADER,
              "word           rows whose mean stands for it");
    for (size_t id = 0; id < V && (int)id < room; id++) {
        part_line(grid);
        draw_word_rows(lab, (int64_t)id, grid);
    }
    part_keep(frame, grid);
}

const struct scene scene_subwords = {
    .name = "subwords",
    .help = "the rows that a word's n-grams share",
    .ready = has_subwords,
    .title = title_subwords,
    .draw = draw_subwords,
};
