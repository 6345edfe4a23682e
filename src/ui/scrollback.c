/*
 * A line is one block: its text, then one style byte for each grapheme.
 * Lines are never changed once added; folding happens while drawing, so a
 * resize folds anew.
 */
#include "ui/scrollback.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

struct scrollback_line {
    size_t length; /* bytes of text */
    size_t pieces; /* graphemes, one style each */
    int columns;
    char bytes[]; /* text, NUL, styles */
};

enum { BOLD = 0x80 }; /* beside the style in its byte */

static size_t line_bytes(const struct scrollback_line *line)
{
    return sizeof *line + line->length + 1 + line->pieces;
}

static struct scrollback_line *line_at(const struct scrollback *sb, size_t i)
{
    return sb->lines[(sb->first + i) % sb->capacity];
}

/* ---- adding ---- */

static void drop_oldest(struct scrollback *sb)
{
    struct scrollback_line *line = line_at(sb, 0);
    sb->bytes -= line_bytes(line);
    free(line);
    sb->first = (sb->first + 1) % sb->capacity;
    sb->count--;
}

static void grow(struct scrollback *sb)
{
    size_t capacity = sb->capacity == 0 ? 64 : sb->capacity * 2;
    struct scrollback_line **lines = memory_new(capacity, sizeof *lines);
    for (size_t i = 0; i < sb->count; i++)
        lines[i] = line_at(sb, i);
    free(sb->lines);
    sb->lines = lines;
    sb->capacity = capacity;
    sb->first = 0;
}

/* Take over text (made visible) and its styles. */
static void add(struct scrollback *sb, const char *text, size_t length,
                const unsigned char *styles, size_t pieces)
{
    struct scrollback_line *line =
        memory_new(1, sizeof *line + length + 1 + pieces);
    line->length = length;
    line->pieces = pieces;
    memcpy(line->bytes, text, length);
    line->bytes[length] = '\0';
    memcpy(line->bytes + length + 1, styles, pieces);
    line->columns = utf8_width_bytes(text, length);
    if (sb->count == sb->capacity)
        grow(sb);
    sb->lines[(sb->first + sb->count) % sb->capacity] = line;
    sb->count++;
    sb->bytes += line_bytes(line);
    while (sb->count > SCROLLBACK_LINES ||
           (sb->bytes > SCROLLBACK_BYTES && sb->count > 1))
        drop_oldest(sb);
}

/* Add text without line ends in one style. */
static void add_plain(struct scrollback *sb, enum style style,
                      const char *bytes, size_t length)
{
    struct str text = STR_INIT;
    utf8_append_visible(&text, bytes, length);
    size_t pieces = 0;
    for (size_t i = 0; i < text.length; pieces++)
        i += utf8_grapheme(text.data + i, text.length - i);
    unsigned char *styles = memory_new(pieces, 1);
    memset(styles, (int)style, pieces);
    add(sb, str_text(&text), text.length, styles, pieces);
    free(styles);
    str_clear(&text);
}

static void end_partial(struct scrollback *sb)
{
    if (sb->partial.length == 0)
        return;
    add_plain(sb, STYLE_NORMAL, sb->partial.data, sb->partial.length);
    str_truncate(&sb->partial, 0);
}

void scrollback_add_text(struct scrollback *sb, const char *text, size_t length)
{
    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        size_t part = end != NULL ? (size_t)(end - text) : length;
        size_t room = SCROLLBACK_LINE_BYTES - sb->partial.length;
        size_t taken = part < room ? part : room;
        str_append_bytes(&sb->partial, text, taken);
        text += taken;
        length -= taken;
        if (taken == part && end == NULL)
            return;
        bool ends = taken == part;
        add_plain(sb, STYLE_NORMAL, str_text(&sb->partial), sb->partial.length);
        str_truncate(&sb->partial, 0);
        text += ends;
        length -= ends;
    }
}

void scrollback_add_line(struct scrollback *sb, enum style style,
                         const char *text)
{
    end_partial(sb);
    for (;;) {
        size_t length = strcspn(text, "\n");
        add_plain(sb, style, text, length);
        if (text[length] == '\0')
            return;
        text += length + 1;
    }
}

/* Cells of a row up to the last that is not blank. */
static int used_cells(const struct grid *grid, int row)
{
    int cols = grid->cols;
    while (cols > 0 && str_equal(grid_cell(grid, row, cols - 1)->text, " "))
        cols--;
    return cols;
}

void scrollback_add_grid(struct scrollback *sb, const struct grid *grid)
{
    end_partial(sb);
    struct str text = STR_INIT;
    unsigned char *styles = memory_new((size_t)grid->cols, 1);
    for (int row = 0; row < grid->rows; row++) {
        size_t pieces = 0;
        int cols = used_cells(grid, row);
        str_truncate(&text, 0);
        for (int col = 0; col < cols; col++) {
            const struct cell *cell = grid_cell(grid, row, col);
            str_append(&text, cell->text);
            if (cell->text[0] != '\0')
                styles[pieces++] =
                    (unsigned char)(cell->style | (cell->bold ? BOLD : 0));
        }
        add(sb, str_text(&text), text.length, styles, pieces);
    }
    free(styles);
    str_clear(&text);
}

void scrollback_clear(struct scrollback *sb)
{
    while (sb->count > 0)
        drop_oldest(sb);
    free(sb->lines);
    str_clear(&sb->partial);
    *sb = (struct scrollback){0};
}

/* ---- drawing ---- */

/*
 * Go through a line folded at cols: the rows it takes. Where grid is not NULL
 * its rows from `skip` on are drawn from row on, up to row `end`.
 */
static int fold(const struct scrollback_line *line, int cols, struct grid *grid,
                struct rect area, int skip)
{
    const unsigned char *styles = (const unsigned char *)line->bytes +
                                  line->length + 1;
    int row = 0, col = 0;
    for (size_t i = 0, piece = 0; i < line->length; piece++) {
        size_t size = utf8_grapheme(line->bytes + i, line->length - i);
        int width = utf8_grapheme_width(line->bytes + i, size);
        width = width < 1 ? 1 : width; /* a lone mark is shown with a base */
        if (col + width > cols && col > 0) {
            row++;
            col = 0;
        }
        if (grid != NULL && row >= skip && row - skip < area.rows) {
            char text[CELL_BYTES] = "";
            memcpy(text, line->bytes + i, size < CELL_BYTES ? size : 0);
            int at = area.col + col, to = area.row + row - skip;
            grid_text(grid, to, at, (enum style)(styles[piece] & ~BOLD), text);
            struct cell *cell = grid_cell(grid, to, at);
            if (cell != NULL)
                cell->bold = (styles[piece] & BOLD) != 0;
        }
        col += width;
        i += size;
    }
    return row + 1;
}

static int rows_of(const struct scrollback_line *line, int cols)
{
    struct rect nowhere = {0};
    if (line->columns <= cols)
        return 1;
    return fold(line, cols, NULL, nowhere, 0);
}

size_t scrollback_rows(const struct scrollback *sb, int cols)
{
    size_t rows = 0;
    for (size_t i = 0; i < sb->count; i++)
        rows += (size_t)rows_of(line_at(sb, i), cols);
    return rows;
}

void scrollback_draw(const struct scrollback *sb, struct grid *grid,
                     struct rect area, size_t up)
{
    size_t wanted = (size_t)area.rows + up, rows = 0, first = sb->count;
    if (area.cols < 1)
        return;
    while (first > 0 && rows < wanted)
        rows += (size_t)rows_of(line_at(sb, --first), area.cols);
    size_t skip = rows > wanted ? rows - wanted : 0;
    struct rect left = area;
    for (size_t i = first; i < sb->count && left.rows > 0; i++) {
        int all = rows_of(line_at(sb, i), area.cols);
        fold(line_at(sb, i), area.cols, grid, left, (int)skip);
        int drawn = all - (int)skip;
        skip = 0;
        left.row += drawn;
        left.rows -= drawn;
    }
}
