/*
 * Any bytes as a lesson: it is read or refused with its line; what was read is
 * drawn narrow and wide, its expected output compared with itself and with
 * the text, and found again by its ids.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/compare.h"
#include "lesson/lesson.h"
#include "lesson/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void draw(const struct lesson *lesson, int width)
{
    struct grid grid;
    int row = 0;

    grid_init(&grid, 0, width);
    for (size_t i = 0; i < lesson->count; i++)
        row += render_block(&lesson->blocks[i], &grid, row, 0, width);
    assert(grid.rows == row);
    grid_clear(&grid);
}

static void compare(const struct lesson_command *command)
{
    struct comparison comparison;
    struct str text = STR_INIT, out = STR_INIT;

    for (size_t i = 0; i < command->expected_count; i++)
        str_printf(&text, "%s\n", command->expected[i]);
    compare_output(&comparison, command->expected, command->expected_count,
                   str_text(&text), NULL);
    compare_diff(&comparison, "", &out);
    compare_update(&comparison, &out);
    compare_clear(&comparison);
    compare_output(&comparison, command->expected, command->expected_count,
                   command->text, command->text);
    compare_update(&comparison, &out);
    compare_clear(&comparison);
    str_clear(&text);
    str_clear(&out);
}

static void try_block(const struct lesson *lesson,
                      const struct lesson_block *block)
{
    for (size_t i = 0; i < block->command_count; i++)
        compare(&block->commands[i]);
    if (block->id)
        assert(lesson_find(lesson, block->id) < lesson->count);
    assert(block->line > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct lesson *lesson =
        lesson_parse("fuzz.md", (const char *)data, size, &err);

    if (!lesson) {
        assert(err.code == ERROR_SYNTAX);
        assert(strncmp(err.message, "fuzz.md:", 8) == 0);
        return 0;
    }
    for (int width = 1; width <= 80; width += 13)
        draw(lesson, width);
    for (size_t i = 0; i < lesson->count; i++)
        try_block(lesson, &lesson->blocks[i]);
    lesson_free(lesson);
    return 0;
}
