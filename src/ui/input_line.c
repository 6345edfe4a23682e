/*
 * Columns are counted from the start of the prompt; what is drawn is the
 * window [offset, offset + cols) of them. The window moves by half its width,
 * so that it stands still while a few characters are typed.
 */
#include "ui/input_line.h"

#include <string.h>

#include "base/utf8.h"

/* The bytes of a piece of the line and what it looks like. */
static size_t read_piece(const char *text, size_t length,
                         char shown[CELL_BYTES], int *width)
{
    unsigned char first = (unsigned char)text[0];
    if (first < 0x20 || first == 0x7f) {
        shown[0] = '^';
        shown[1] = (char)(first ^ 0x40);
        shown[2] = '\0';
        *width = 2;
        return 1;
    }
    size_t size = utf8_grapheme(text, length);
    *width = utf8_grapheme_width(text, size);
    size_t kept = size < CELL_BYTES ? size : CELL_BYTES - 1;
    memcpy(shown, text, kept);
    shown[kept] = '\0';
    if (*width == 0 || size >= CELL_BYTES) { /* a mark without a base */
        strcpy(shown, "\xEF\xBF\xBD");
        *width = 1;
    }
    return size;
}

static int columns_of(const char *text, size_t length)
{
    char shown[CELL_BYTES];
    int columns = 0, width;
    for (size_t i = 0; i < length; columns += width)
        i += read_piece(text + i, length - i, shown, &width);
    return columns;
}

/* Where the window starts so that the cursor is in it. */
static int find_offset(int cursor, int cols)
{
    int last = cols > 1 ? cols - 1 : 1, half = cols > 1 ? cols / 2 : 1;
    return cursor < last ? 0 : ((cursor - last) / half + 1) * half;
}

/* Draw the pieces of text that lie whole in the window. */
static void draw_text(struct grid *grid, int row, int col,
                      const struct input_line *line)
{
    char shown[CELL_BYTES];
    int width;
    for (size_t i = 0; i < line->length && col < grid->cols; col += width) {
        bool wrong = i >= line->wrong_start &&
                     i - line->wrong_start < line->wrong_length;
        i += read_piece(line->text + i, line->length - i, shown, &width);
        if (col >= 0)
            grid_text(grid, row, col, wrong ? STYLE_ERROR : STYLE_NORMAL,
                      shown);
    }
}

int input_line_draw(struct grid *grid, int row, const struct input_line *line)
{
    int cols = grid->cols,
        prompt = columns_of(line->prompt, strlen(line->prompt));
    int cursor = prompt + columns_of(line->text, line->point);
    int offset = find_offset(cursor, cols);
    if (offset < prompt)
        grid_text(grid, row, -offset, STYLE_PROMPT, line->prompt);
    draw_text(grid, row, prompt - offset, line);
    int end = cursor +
              columns_of(line->text + line->point, line->length - line->point);
    if (offset > 0 && cols > 2)
        grid_text(grid, row, 0, STYLE_DIM, "<");
    if (end - offset > cols && cols > 2)
        grid_text(grid, row, cols - 1, STYLE_DIM, ">");
    cursor -= offset;
    return cursor < 0 ? 0 : cursor < cols ? cursor : cols - 1;
}
