#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"
#include "draw/render.h"
#include "picture.h"

void assert_picture_at(const struct grid *grid, const char *expected,
                       const char *file, int line)
{
    struct str text = STR_INIT;
    render_text(grid, &text);
    _assert_string_equal(str_text(&text), expected, file, line);
    str_clear(&text);
}

void assert_letters_at(const struct grid *grid, const char *expected,
                       const char *file, int line)
{
    struct str text = STR_INIT;
    render_letters(grid, &text);
    _assert_string_equal(str_text(&text), expected, file, line);
    str_clear(&text);
}

static void assert_sound_text(const char *text)
{
    size_t length = strlen(text);
    assert_in_range(length, 1, CELL_BYTES - 1);
    assert_int_equal(utf8_count_invalid(text, length), 0);
    for (size_t i = 0; i < length; i++)
        assert_true((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
}

void assert_sound(const struct grid *grid)
{
    for (int row = 0; row < grid->rows; row++)
        for (int col = 0; col < grid->cols; col++) {
            const char *text = grid_cell(grid, row, col)->text;
            int columns = grid_cell_width(grid, row, col);
            if (columns == 0) {
                assert_int_equal(grid_cell_width(grid, row, col - 1), 2);
                continue;
            }
            assert_sound_text(text);
            assert_int_equal(grid_text_width(text), columns);
        }
}
