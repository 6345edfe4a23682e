/*
 * A line is one block: its text, then one style byte for each grapheme.
 * Lines are never changed once added; folding happens while drawing, so a
 * resize folds anew. A row of a picture makes no sense folded: it is cut.
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
    bool picture; /* cut where it is too long, not folded */
    char bytes[]; /* text, NUL, styles */
};

enum {
    BOLD = 0x80,      /* beside the style in its byte */
    PICTURE_GAPS = 3, /* a row with so many gaps stands in columns */
    GAP_FROM = 3,     /* a gap in the first third ends no row */
};

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
                const unsigned char *styles, size_t pieces, bool picture)
{
    struct scrollback_line *line =
        memory_new(1, sizeof *line + length + 1 + pieces);
    line->length = length;
    line->pieces = pieces;
    line->picture = picture;
    memcpy(line->bytes, text, length);
    line->bytes[length] = '\0';
    memcpy(line->bytes + length + 1, styles, pieces);
    line->columns = utf8_width_bytes(text, length);
    if (sb->count == sb->capacity)
        grow(sb);
    sb->lines[(sb->first + sb->count) % sb->capacity] = line;
    sb->count++;
    sb->added++;
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
    add(sb, str_text(&text), text.length, styles, pieces, false);
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

/* Bars, boxes, curves: U+2500 to U+259F and U+2800 to U+28FF. */
static bool is_drawn(const char *text)
{
    uint32_t c;
    if (text[0] == '\0') /* the right half of a wide one */
        return false;
    utf8_decode(text, strlen(text), &c, NULL);
    return (c >= 0x2500 && c <= 0x259f) || (c >= 0x2800 && c <= 0x28ff);
}

/* Columns apart from each other, or bars. */
static bool is_picture_row(const struct grid *grid, int row)
{
    int cols = used_cells(grid, row), blanks = 0, gaps = 0, col = 0;
    while (col < cols && str_equal(grid_cell(grid, row, col)->text, " "))
        col++;
    for (; col < cols; col++) {
        const char *text = grid_cell(grid, row, col)->text;
        if (is_drawn(text))
            return true;
        blanks = str_equal(text, " ") ? blanks + 1 : 0;
        gaps += blanks == 2;
    }
    return gaps >= PICTURE_GAPS;
}

static bool is_picture(const struct grid *grid)
{
    for (int row = 0; row < grid->rows; row++)
        if (is_picture_row(grid, row))
            return grid->rows > 1;
    return false;
}

void scrollback_add_grid(struct scrollback *sb, const struct grid *grid)
{
    end_partial(sb);
    struct str text = STR_INIT;
    unsigned char *styles = memory_new((size_t)grid->cols, 1);
    bool picture = is_picture(grid);
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
        add(sb, str_text(&text), text.length, styles, pieces, picture);
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

/* A line is folded between words; what is folded of it is indented as it is,
 * or, of an entry ("step    one mini-batch"), as what stands behind its gap, or
 * of a tensor's row ("tensor([[ 1.9269") as its numbers. */
struct fold {
    const struct scrollback_line *line;
    int cols;
    size_t byte, piece;             /* where the next row begins */
    size_t begin, end, begin_piece; /* bytes of this row, its first style */
    int indent;
    int row; /* rows so far */
};

static int width_at(const struct scrollback_line *line, size_t byte,
                    size_t *size)
{
    *size = utf8_grapheme(line->bytes + byte, line->length - byte);
    int width = utf8_grapheme_width(line->bytes + byte, *size);
    return width < 1 ? 1 : width; /* a lone mark is shown with a base */
}

static bool is_blank_at(const struct scrollback_line *line, size_t byte)
{
    return byte < line->length && line->bytes[byte] == ' ';
}

/* A gap between columns begins there. Behind a comma it is none: that is a list
 * of numbers. */
static bool is_gap_at(const struct scrollback_line *line, size_t byte)
{
    return byte > 0 && is_blank_at(line, byte) && is_blank_at(line, byte + 1) &&
           line->bytes[byte - 1] != ' ' && line->bytes[byte - 1] != ',';
}

/* The column behind the first gap in the line; 0: it has none so far left that
 * a text has room behind it. */
static int entry_column(const struct scrollback_line *line, int cols)
{
    size_t size;
    int col = 0;
    bool gap = false;
    for (size_t i = 0; i < line->length && col <= cols / 2; i += size) {
        if (gap && !is_blank_at(line, i))
            return col;
        gap |= is_gap_at(line, i);
        col += width_at(line, i, &size);
    }
    return 0;
}

/* The column behind "tensor([[", "[" and the like; 0: it begins with none. */
static int numbers_column(const struct scrollback_line *line)
{
    const char *text = line->bytes + strspn(line->bytes, " ");
    if (strncmp(text, "tensor(", strlen("tensor(")) == 0)
        text += strlen("tensor(");
    size_t brackets = strspn(text, "[");
    return brackets > 0 ? (int)(text - line->bytes + (ptrdiff_t)brackets) : 0;
}

static struct fold fold_begin(const struct scrollback_line *line, int cols)
{
    struct fold fold = {.line = line, .cols = cols};
    int entry = entry_column(line, cols), numbers = numbers_column(line);
    while (is_blank_at(line, (size_t)fold.indent) && fold.indent < cols / 2)
        fold.indent++;
    if (entry > 0)
        fold.indent = entry;
    if (numbers > 0 && numbers < cols / 2)
        fold.indent = numbers;
    return fold;
}

/* Where a row may end. */
struct fold_place {
    size_t byte, piece; /* byte 0: nowhere */
    int col;
};

/* The row ends there, or where it must, within a word longer than a row. */
static void end_row(struct fold *fold, const struct fold_place *place)
{
    fold->end = fold->byte = place->byte;
    fold->piece = place->piece;
}

/* How far a row from fold->byte reaches: to the end, to the last gap between
 * columns where that is not far left, to the last blank, or through a word
 * that is longer than a row. */
static void find_end(struct fold *fold, int room)
{
    size_t size, piece = fold->piece;
    struct fold_place blank = {0}, gap = {0}, here = {0};
    bool word = false;
    for (size_t i = fold->byte; i < fold->line->length; i += size, piece++) {
        int width = width_at(fold->line, i, &size);
        bool is_blank = fold->line->bytes[i] == ' ';
        here.byte = i;
        here.piece = piece;
        if (is_gap_at(fold->line, i))
            gap = here;
        if (is_blank && word)
            blank = here;
        word |= !is_blank;
        if (here.col + width > room && here.col > 0) {
            bool columns = gap.byte > 0 && gap.col >= room / GAP_FROM;
            end_row(fold, columns ? &gap : blank.byte > 0 ? &blank : &here);
            return;
        }
        here.col += width;
    }
    fold->end = fold->byte = fold->line->length;
}

/* The next row; an empty line has one. */
static bool fold_next(struct fold *fold)
{
    if (fold->row > 0 && fold->byte >= fold->line->length)
        return false;
    while (fold->row > 0 && is_blank_at(fold->line, fold->byte)) {
        fold->byte++;
        fold->piece++;
    }
    fold->begin = fold->byte;
    fold->begin_piece = fold->piece;
    find_end(fold, fold->row > 0 ? fold->cols - fold->indent : fold->cols);
    fold->row++;
    return true;
}

/* The only row of a picture's line: its end is cut, and that is seen. */
static void cut_row(struct fold *fold)
{
    int col = 0;
    size_t size;
    fold->end = 0;
    for (size_t i = 0; i < fold->line->length; i += size) {
        col += width_at(fold->line, i, &size);
        if (col >= fold->cols)
            break;
        fold->end = i + size;
    }
    fold->byte = fold->line->length;
    fold->row++;
}

/* A row may begin within a grapheme (a mark on the blank it is folded at), and
 * then has one piece more than the line. */
static unsigned char style_of(const struct scrollback_line *line, size_t piece)
{
    const unsigned char *styles = (const unsigned char *)line->bytes +
                                  line->length + 1;
    return piece < line->pieces ? styles[piece] : STYLE_NORMAL;
}

static void draw_row(const struct fold *fold, struct grid *grid, int row,
                     int col)
{
    const struct scrollback_line *line = fold->line;
    size_t size, piece = fold->begin_piece;
    col += fold->row > 1 ? fold->indent : 0;
    for (size_t i = fold->begin; i < fold->end; i += size, piece++) {
        char text[CELL_BYTES] = "";
        int width = width_at(line, i, &size);
        unsigned char style = style_of(line, piece);
        memcpy(text, line->bytes + i, size < CELL_BYTES ? size : 0);
        grid_text(grid, row, col, (enum style)(style & ~BOLD), text);
        struct cell *cell = grid_cell(grid, row, col);
        if (cell != NULL)
            cell->bold = (style & BOLD) != 0;
        col += width;
    }
}

static int rows_of(const struct scrollback_line *line, int cols)
{
    struct fold fold = fold_begin(line, cols);
    if (line->columns <= cols || line->picture)
        return 1;
    while (fold_next(&fold))
        ;
    return fold.row;
}

size_t scrollback_rows_since(const struct scrollback *sb, size_t mark, int cols)
{
    size_t lines = sb->added > mark ? sb->added - mark : 0, rows = 0;
    for (size_t i = sb->count - (lines < sb->count ? lines : sb->count);
         i < sb->count; i++)
        rows += (size_t)rows_of(line_at(sb, i), cols);
    return rows;
}

int scrollback_columns(const struct scrollback *sb, size_t from, size_t to)
{
    size_t oldest = sb->added - sb->count;
    int widest = 0;
    for (size_t i = from > oldest ? from : oldest; i < to; i++) {
        int columns = line_at(sb, i - oldest)->columns;
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

size_t scrollback_rows(const struct scrollback *sb, int cols)
{
    return scrollback_rows_since(sb, 0, cols);
}

/* Draw the rows of a line from `skip` on; returns how many were drawn. */
static int draw_line(const struct scrollback_line *line, struct grid *grid,
                     struct rect area, int skip)
{
    struct fold fold = fold_begin(line, area.cols);
    int drawn = 0;
    if (line->picture && line->columns > area.cols && area.rows > 0) {
        cut_row(&fold);
        draw_row(&fold, grid, area.row, area.col);
        grid_text(grid, area.row, area.col + area.cols - 1, STYLE_DIM, "…");
        return 1;
    }
    while (drawn < area.rows && fold_next(&fold))
        if (fold.row > skip)
            draw_row(&fold, grid, area.row + drawn++, area.col);
    return drawn;
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
    for (size_t i = first; i < sb->count && area.rows > 0; i++) {
        int drawn = draw_line(line_at(sb, i), grid, area, (int)skip);
        skip = 0;
        area.row += drawn;
        area.rows -= drawn;
    }
}
