/*
 * Whole pictures compared with text that stands in the test: what a grid
 * shows, one line a row, or the letters of its styles (render_letters).
 * Trailing blanks do not count.
 */
#ifndef EMBLAB_TESTS_PICTURE_H
#define EMBLAB_TESTS_PICTURE_H

#include "draw/grid.h"

#define assert_picture(grid, expected) \
    assert_picture_at(grid, expected, __FILE__, __LINE__)
#define assert_letters(grid, expected) \
    assert_letters_at(grid, expected, __FILE__, __LINE__)

void assert_picture_at(const struct grid *grid, const char *expected,
                       const char *file, int line);
void assert_letters_at(const struct grid *grid, const char *expected,
                       const char *file, int line);

/* No half of a wide character without the other, nothing empty, no controls. */
void assert_sound(const struct grid *grid);

#endif
