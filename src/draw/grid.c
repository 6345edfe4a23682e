/*
 * A grid is one array of cells, row after row. Invariants:
 * - every cell holds valid UTF-8 without control characters, one grapheme;
 * - a wide grapheme is followed by a cell whose text is "", its right half; no
 *   other cell is empty, and neither half ever stays without the other;
 * - a blank cell's text is " ".
 *
 * Text reaches cells in pieces: a grapheme each, 1 or 2 columns wide. What has
 * no width of its own gets one, so that the columns of a text are the sum of
 * its pieces and nothing is there without being seen.
 */
#include "draw/grid.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define NO_BASE "◌"
#define ELLIPSIS "…"

struct piece {
    char text[CELL_BYTES];
    int width; /* 1 or 2 */
};

static const struct cell blank = {.text = " ", .style = STYLE_NORMAL};

/* --- cells --- */

void grid_init(struct grid *grid, int rows, int cols)
{
    assert(rows >= 0 && cols >= 0);
    *grid = (struct grid){.cols = cols};
    grid_extend(grid, rows);
}

void grid_clear(struct grid *grid)
{
    free(grid->cells);
    *grid = (struct grid){0};
}

static void blank_rows(struct grid *grid, int from)
{
    size_t cols = (size_t)grid->cols;
    for (size_t i = (size_t)from * cols; i < (size_t)grid->rows * cols; i++)
        grid->cells[i] = blank;
}

void grid_erase(struct grid *grid)
{
    blank_rows(grid, 0);
}

void grid_extend(struct grid *grid, int rows)
{
    assert(rows >= 0);
    int from = grid->rows;
    grid->rows += rows;
    if (grid->rows > grid->row_capacity) {
        int doubled = grid->row_capacity * 2;
        grid->row_capacity = grid->rows > doubled ? grid->rows : doubled;
        size_t count = (size_t)grid->row_capacity * (size_t)grid->cols;
        if (count > 0)
            grid->cells = memory_resize(grid->cells, count, sizeof blank);
    }
    blank_rows(grid, from);
}

void grid_need(struct grid *grid, int rows)
{
    if (rows > grid->rows)
        grid_extend(grid, rows - grid->rows);
}

struct cell *grid_cell(const struct grid *grid, int row, int col)
{
    if (row < 0 || row >= grid->rows || col < 0 || col >= grid->cols)
        return NULL;
    return &grid->cells[(size_t)row * (size_t)grid->cols + (size_t)col];
}

static bool is_right_half(const struct grid *grid, int row, int col)
{
    const struct cell *cell = grid_cell(grid, row, col);
    return cell != NULL && cell->text[0] == '\0';
}

int grid_cell_width(const struct grid *grid, int row, int col)
{
    if (is_right_half(grid, row, col))
        return 0;
    return is_right_half(grid, row, col + 1) ? 2 : 1;
}

static void blank_cell(struct grid *grid, int row, int col)
{
    struct cell *cell = grid_cell(grid, row, col);
    if (cell != NULL)
        strcpy(cell->text, " ");
}

/* Before a cell is written: the other half of what stood there goes blank. */
static void release_cell(struct grid *grid, int row, int col)
{
    if (is_right_half(grid, row, col))
        blank_cell(grid, row, col - 1);
    if (is_right_half(grid, row, col + 1))
        blank_cell(grid, row, col + 1);
}

static void set_cell(struct grid *grid, int row, int col, const char *text,
                     enum style style)
{
    struct cell *cell = grid_cell(grid, row, col);
    if (cell == NULL)
        return;
    release_cell(grid, row, col);
    strcpy(cell->text, text);
    cell->style = (unsigned char)style;
    cell->bold = 0;
}

/* A wide piece that is cut by an edge leaves a blank. */
static void set_piece(struct grid *grid, int row, int col,
                      const struct piece *piece, enum style style)
{
    bool whole = piece->width == 1 || (grid_cell(grid, row, col) != NULL &&
                                       grid_cell(grid, row, col + 1) != NULL);
    set_cell(grid, row, col, whole ? piece->text : " ", style);
    if (piece->width == 2)
        set_cell(grid, row, col + 1, whole ? "" : " ", style);
}

/* --- text --- */

static bool is_printable_ascii(char byte)
{
    return byte >= ' ' && byte <= '~';
}

/* A grapheme without width: a mark gets a base, another a stand-in. */
static void give_width(struct piece *piece, const char *bytes, size_t length)
{
    uint32_t code_point;
    utf8_decode(bytes, length, &code_point, NULL);
    bool is_mark = utf8_classify(code_point) == UTF8_WORD;
    size_t base = strlen(NO_BASE);
    if (!is_mark || base + length >= CELL_BYTES) {
        strcpy(piece->text, REPLACEMENT);
    } else {
        memcpy(piece->text, NO_BASE, base);
        memcpy(piece->text + base, bytes, length);
        piece->text[base + length] = '\0';
    }
    piece->width = 1;
}

/* The first piece of visible text (length > 0); returns its bytes. */
static size_t read_piece(const char *text, size_t length, struct piece *piece)
{
    if (is_printable_ascii(text[0]) &&
        (length == 1 || is_printable_ascii(text[1]))) {
        piece->text[0] = text[0];
        piece->text[1] = '\0';
        piece->width = 1;
        return 1;
    }
    size_t size = utf8_grapheme(text, length);
    piece->width = utf8_grapheme_width(text, size);
    if (piece->width == 0) {
        give_width(piece, text, size);
    } else if (size >= CELL_BYTES) {
        strcpy(piece->text, REPLACEMENT);
        piece->width = 1;
    } else {
        memcpy(piece->text, text, size);
        piece->text[size] = '\0';
    }
    return size;
}

/*
 * Text as it may be shown: itself where it is printable ASCII, or a copy in
 * buffer with controls and invalid bytes made visible.
 */
static const char *make_visible(const char *text, struct str *buffer)
{
    const char *at = text;
    while (is_printable_ascii(*at))
        at++;
    if (*at == '\0')
        return text;
    utf8_append_visible(buffer, text, strlen(text));
    return str_text(buffer);
}

static int visible_width(const char *text, size_t length)
{
    struct piece piece;
    int width = 0;
    for (size_t i = 0; i < length; width += piece.width)
        i += read_piece(text + i, length - i, &piece);
    return width;
}

/* Bytes of visible text that fit whole into room columns; *used: theirs. */
static size_t visible_fit(const char *text, size_t length, int room, int *used)
{
    struct piece piece;
    size_t end = 0;
    *used = 0;
    while (end < length) {
        size_t size = read_piece(text + end, length - end, &piece);
        if (*used + piece.width > room)
            break;
        *used += piece.width;
        end += size;
    }
    return end;
}

/*
 * count characters of a column each, printable ASCII, or blanks (text NULL).
 * Returns the column behind them. Only at its ends can a run cut a wide one.
 */
static int put_run(struct grid *grid, int row, int col, enum style style,
                   const char *text, int count)
{
    if (count <= 0)
        return col;
    release_cell(grid, row, col);
    release_cell(grid, row, col + count - 1);
    for (int i = 0; i < count; i++) {
        struct cell *cell = grid_cell(grid, row, col + i);
        if (cell != NULL)
            *cell = (struct cell){.text = {text != NULL ? text[i] : ' '},
                                  .style = (unsigned char)style};
    }
    return col + count;
}

/* How many bytes text begins with that are a character of a column each. The
 * last one before others is not among them: those may be marks on it. */
static size_t ascii_run(const char *text, size_t length)
{
    size_t run = 0;
    while (run < length && is_printable_ascii(text[run]))
        run++;
    return run > 0 && run < length ? run - 1 : run;
}

/* Visible text into cells; returns the column behind it. */
static int put_text(struct grid *grid, int row, int col, enum style style,
                    const char *text, size_t length)
{
    struct piece piece;
    for (size_t i = 0; i < length;) {
        size_t run = ascii_run(text + i, length - i);
        col = put_run(grid, row, col, style, text + i, (int)run);
        i += run;
        if (i == length)
            break;
        i += read_piece(text + i, length - i, &piece);
        set_piece(grid, row, col, &piece, style);
        col += piece.width;
    }
    return col;
}

static int put_blanks(struct grid *grid, int row, int col, enum style style,
                      int count)
{
    return put_run(grid, row, col, style, NULL, count);
}

int grid_text(struct grid *grid, int row, int col, enum style style,
              const char *text)
{
    struct str buffer = STR_INIT;
    const char *shown = make_visible(text, &buffer);
    col = put_text(grid, row, col, style, shown, strlen(shown));
    str_clear(&buffer);
    return col;
}

int grid_text_width(const char *text)
{
    struct str buffer = STR_INIT;
    const char *shown = make_visible(text, &buffer);
    int width = visible_width(shown, strlen(shown));
    str_clear(&buffer);
    return width;
}

int grid_printf(struct grid *grid, int row, int col, enum style style,
                const char *format, ...)
{
    struct str text = STR_INIT;
    va_list args;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    col = grid_text(grid, row, col, style, str_text(&text));
    str_clear(&text);
    return col;
}

int grid_fit(struct grid *grid, int row, int col, int width, enum style style,
             const char *text)
{
    struct str buffer = STR_INIT;
    const char *shown = make_visible(text, &buffer);
    size_t length = strlen(shown);
    int room = abs(width), used;
    size_t end = visible_fit(shown, length, room, &used);
    bool cut = end < length && room > 0;
    if (cut)
        end = visible_fit(shown, length, room - 1, &used);
    int gap = room - used - (cut ? 1 : 0);
    if (width < 0)
        col = put_blanks(grid, row, col, style, gap);
    col = put_text(grid, row, col, style, shown, end);
    if (cut)
        col = put_text(grid, row, col, style, ELLIPSIS, strlen(ELLIPSIS));
    if (width > 0)
        col = put_blanks(grid, row, col, style, gap);
    str_clear(&buffer);
    return col;
}

/* --- wrapping --- */

/*
 * Bytes of the line that go on one row of width columns: all, or up to the
 * last blank that leaves something before it, or as much as fits.
 */
static size_t break_line(const char *line, size_t length, int width)
{
    int used;
    size_t end = visible_fit(line, length, width, &used);
    if (end == length || line[end] == ' ')
        return end;
    size_t words = end;
    while (words > 0 && line[words - 1] != ' ')
        words--;
    while (words > 0 && line[words - 1] == ' ')
        words--;
    if (words > 0)
        return words;
    struct piece first; /* always go on, also where nothing fits */
    return end > 0 ? end : read_piece(line, length, &first);
}

static size_t leading_blanks(const char *line, size_t length)
{
    size_t blanks = 0;
    while (blanks < length && line[blanks] == ' ')
        blanks++;
    return blanks;
}

/* Wrap one line of visible text; returns rows used, at least 1. */
static int wrap_line(struct grid *grid, struct rect area, enum style style,
                     const char *line, size_t length)
{
    size_t blanks = leading_blanks(line, length);
    int indent = (int)blanks < area.cols / 2 ? (int)blanks : 0, rows = 0;
    line += indent;
    length -= (size_t)indent;
    do {
        size_t end = break_line(line, length, area.cols - indent);
        grid_need(grid, area.row + rows + 1);
        put_text(grid, area.row + rows, area.col + indent, style, line, end);
        end += leading_blanks(line + end, length - end);
        line += end;
        length -= end;
        rows++;
    } while (length > 0);
    return rows;
}

int grid_wrap(struct grid *grid, int row, int col, int width, enum style style,
              const char *text)
{
    struct str buffer = STR_INIT;
    struct rect area = {.row = row, .col = col, .cols = width < 1 ? 1 : width};
    for (;;) {
        size_t length = strcspn(text, "\n");
        str_truncate(&buffer, 0);
        utf8_append_visible(&buffer, text, length);
        area.row +=
            wrap_line(grid, area, style, str_text(&buffer), buffer.length);
        text += length;
        if (*text == '\0' || *++text == '\0') /* a last \n ends, adds none */
            break;
    }
    str_clear(&buffer);
    return area.row - row;
}

/* --- rectangles --- */

void grid_fill(struct grid *grid, struct rect area, enum style style)
{
    for (int row = area.row; row < area.row + area.rows; row++)
        put_blanks(grid, row, area.col, style, area.cols);
}

void grid_restyle(struct grid *grid, struct rect area, enum style style)
{
    for (int row = area.row; row < area.row + area.rows; row++)
        for (int col = area.col; col < area.col + area.cols; col++) {
            struct cell *cell = grid_cell(grid, row, col);
            if (cell != NULL)
                cell->style = (unsigned char)style;
        }
}

static void draw_frame(struct grid *grid, struct rect area, enum style style)
{
    int bottom = area.row + area.rows - 1, right = area.col + area.cols - 1;
    for (int col = area.col + 1; col < right; col++) {
        set_cell(grid, area.row, col, "─", style);
        set_cell(grid, bottom, col, "─", style);
    }
    for (int row = area.row + 1; row < bottom; row++) {
        set_cell(grid, row, area.col, "│", style);
        set_cell(grid, row, right, "│", style);
    }
    set_cell(grid, area.row, area.col, "╭", style);
    set_cell(grid, area.row, right, "╮", style);
    set_cell(grid, bottom, area.col, "╰", style);
    set_cell(grid, bottom, right, "╯", style);
}

/* A text within a border, a blank on either side, in at most room columns. */
static void draw_in_border(struct grid *grid, int row, int col, int room,
                           enum style style, const char *text)
{
    int width = grid_text_width(text);
    if (room < 1 || width == 0)
        return;
    set_cell(grid, row, col, " ", style);
    col =
        grid_fit(grid, row, col + 1, width < room ? width : room, style, text);
    set_cell(grid, row, col, " ", style);
}

/* A legend's marks look as they do in the gutter. */
static void colour_marks(struct grid *grid, int row, int col, int cols)
{
    static const struct {
        enum glyph glyph;
        enum style style;
    } marks[] = {
        {GLYPH_LOOKED_UP, STYLE_LOOKED_UP},
        {GLYPH_GRADIENT, STYLE_GRADIENT},
        {GLYPH_CHANGED, STYLE_CHANGED},
    };
    for (int i = col; i < col + cols; i++) {
        struct cell *cell = grid_cell(grid, row, i);
        for (size_t m = 0; cell != NULL && m < 3; m++)
            if (str_equal(cell->text, glyph_text(marks[m].glyph, false)))
                cell->style = (unsigned char)marks[m].style;
    }
}

/* ╰─ left ──── right ╯ */
static void draw_bottom(struct grid *grid, struct rect area, const char *text)
{
    int row = area.row + area.rows - 1, room = area.cols - 5;
    const char *tab = strchr(text, '\t');
    size_t length = tab == NULL ? strlen(text) : (size_t)(tab - text);
    if (tab != NULL) {
        int width = grid_text_width(tab + 1);
        width = width < room ? width : room;
        int col = area.col + area.cols - 3 - width;
        draw_in_border(grid, row, col, width, STYLE_DIM, tab + 1);
        room -= width + 3;
    }
    struct str left = STR_INIT;
    str_append_bytes(&left, text, length);
    draw_in_border(grid, row, area.col + 2, room, STYLE_DIM, str_text(&left));
    str_clear(&left);
    colour_marks(grid, row, area.col, area.cols);
}

void grid_box(struct grid *grid, struct rect area, enum style border,
              const char *title, const char *bottom)
{
    if (area.rows < 2 || area.cols < 2)
        return;
    draw_frame(grid, area, border);
    if (title != NULL)
        draw_in_border(grid, area.row, area.col + 2, area.cols - 5, STYLE_TITLE,
                       title);
    if (bottom != NULL)
        draw_bottom(grid, area, bottom);
}

/* Move two places to the first that lies within both sizes; returns how many
 * of count are left from there. */
static int clip(int *from, int from_size, int *to, int to_size, int count)
{
    int skip = *from < *to ? -*from : -*to;
    skip = skip > 0 ? skip : 0;
    *from += skip;
    *to += skip;
    count -= skip;
    count = count < from_size - *from ? count : from_size - *from;
    return count < to_size - *to ? count : to_size - *to;
}

/* What is cut in half leaves a blank. */
static void copy_row(struct grid *to, int row, int col, const struct grid *from,
                     int from_row, int from_col, int cols)
{
    bool cut = is_right_half(from, from_row, from_col + cols);
    release_cell(to, row, col);
    release_cell(to, row, col + cols - 1);
    memmove(grid_cell(to, row, col), grid_cell(from, from_row, from_col),
            (size_t)cols * sizeof blank);
    if (is_right_half(to, row, col))
        blank_cell(to, row, col);
    if (cut)
        blank_cell(to, row, col + cols - 1);
}

void grid_copy(struct grid *to, int row, int col, const struct grid *from,
               struct rect area)
{
    int rows = clip(&area.row, from->rows, &row, to->rows, area.rows);
    int cols = clip(&area.col, from->cols, &col, to->cols, area.cols);
    for (int i = 0; i < rows && cols > 0; i++)
        copy_row(to, row + i, col, from, area.row + i, area.col, cols);
}

/* --- glyphs --- */

const char *glyph_text(enum glyph glyph, bool ascii)
{
    static const char *const glyphs[GLYPH_COUNT][2] = {
        [GLYPH_LOOKED_UP] = {"●", "o"}, [GLYPH_GRADIENT] = {"▲", "^"},
        [GLYPH_CHANGED] = {"Δ", "*"},   [GLYPH_ZERO] = {"·", "."},
        [GLYPH_ARROW] = {"→", "->"},    [GLYPH_ELLIPSIS] = {"…", "..."},
        [GLYPH_ELIDED] = {"⋮", ":"},    [GLYPH_TIMES] = {"×", "x"},
        [GLYPH_BAR] = {"█", "#"},       [GLYPH_SUM] = {"Σ", "sum"},
        [GLYPH_PADDING] = {"∅", "p"},
    };
    assert(glyph < GLYPH_COUNT);
    return glyphs[glyph][ascii ? 1 : 0];
}

void grid_glyph(struct grid *grid, int row, int col, enum style style,
                enum glyph glyph)
{
    set_cell(grid, row, col, glyph_text(glyph, false), style);
}
