/*
 * A grid of cells: one grapheme and one style each. Scenes draw into it; it
 * becomes plain text, ANSI, SVG, HTML or a curses screen. Drawing outside is
 * clipped, never an error; wide graphemes take two cells.
 */
#ifndef EMBLAB_DRAW_GRID_H
#define EMBLAB_DRAW_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/style.h"

enum { CELL_BYTES = 22 }; /* a longer grapheme shows as � */

struct cell {
    char text[CELL_BYTES]; /* NUL-terminated; "" is the right half of a wide */
    unsigned char style;   /* enum style */
    unsigned char bold;    /* 1: bold whatever the style says */
};

struct grid {
    int rows, cols;
    int row_capacity;
    struct cell *cells; /* (rows, cols) */
};

void grid_init(struct grid *grid, int rows, int cols); /* blanks */
void grid_clear(struct grid *grid);                    /* frees */
void grid_erase(struct grid *grid);
/* Add blank rows below; drawing text pictures grows as it goes. */
void grid_extend(struct grid *grid, int rows);
/* As many rows as there are, or rows: grid_extend by what is missing. */
void grid_need(struct grid *grid, int rows);
/* NULL outside. A cell written by hand keeps the rules of text above. */
struct cell *grid_cell(const struct grid *grid, int row, int col);
int grid_cell_width(const struct grid *grid, int row, int col); /* 0, 1, 2 */

/*
 * Write text, made visible and clipped; returns the column behind it, also
 * where that lies outside. A mark without a base stands on ◌, another
 * character without width shows as �: nothing is there and unseen.
 */
int grid_text(struct grid *grid, int row, int col, enum style style,
              const char *text);
/* The columns grid_text would take for it. */
int grid_text_width(const char *text);
int grid_printf(struct grid *grid, int row, int col, enum style style,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
/* In exactly width columns: left-aligned, cut with …; negative: right.
 * Returns the column behind. */
int grid_fit(struct grid *grid, int row, int col, int width, enum style style,
             const char *text);
/*
 * Wrap words into columns [col, col + width) from row; returns rows used.
 * Extends the grid where it must. Lines end at \n; blanks within a line stay,
 * and those it starts with indent what is wrapped of it, too. A word longer
 * than a line is broken.
 */
int grid_wrap(struct grid *grid, int row, int col, int width, enum style style,
              const char *text);

/* A rectangle of a grid. */
struct rect {
    int row, col, rows, cols;
};
void grid_fill(struct grid *grid, struct rect area, enum style style);
void grid_restyle(struct grid *grid, struct rect area, enum style style);
/*
 * A rounded box with a title in its top and text in its bottom border, either
 * of which may be NULL. A tab in bottom parts what stands left from what stands
 * right: "● looked up\t4 of 6 →". Marks in it take their own styles.
 */
void grid_box(struct grid *grid, struct rect area, enum style border,
              const char *title, const char *bottom);
/* Copy part of a grid; clipped at both. */
void grid_copy(struct grid *to, int row, int col, const struct grid *from,
               struct rect area);

/* Glyphs with their ASCII stand-ins: "●" or "o". Set once at start-up. */
enum glyph {
    GLYPH_LOOKED_UP, /* ● o */
    GLYPH_GRADIENT,  /* ▲ ^ */
    GLYPH_CHANGED,   /* Δ * */
    GLYPH_ZERO,      /* · . */
    GLYPH_ARROW,     /* → -> */
    GLYPH_ELLIPSIS,  /* … ... */
    GLYPH_ELIDED,    /* ⋮ : */
    GLYPH_TIMES,     /* × x */
    GLYPH_BAR,       /* █ # */
    GLYPH_SUM,       /* Σ sum */
    GLYPH_PADDING,   /* ∅ p */
    GLYPH_COUNT,
};
const char *glyph_text(enum glyph glyph, bool ascii);
/* Into one cell, a glyph that has one column. */
void grid_glyph(struct grid *grid, int row, int col, enum style style,
                enum glyph glyph);

#endif
