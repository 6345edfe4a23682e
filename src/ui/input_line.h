/*
 * How the input line looks in one row of a grid: the prompt, the text with
 * controls as ^X, and, where it is too long, the part around the cursor
 * between < and >.
 */
#ifndef EMBLAB_UI_INPUT_LINE_H
#define EMBLAB_UI_INPUT_LINE_H

#include <stddef.h>

#include "draw/grid.h"

struct input_line {
    const char *prompt;
    const char *text;
    size_t length, point; /* bytes of text; the cursor stands before point */
    size_t wrong_start, wrong_length; /* bytes marked as wrong; 0: none */
};

/* Draw into row of grid; returns the column of the cursor. */
int input_line_draw(struct grid *grid, int row, const struct input_line *line);

#endif
