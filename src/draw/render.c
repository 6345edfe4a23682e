/*
 * The forms of text: cell by cell, row by row. ANSI keeps in mind what the
 * terminal is set to (a pen) and says only what differs.
 */
#include "draw/render.h"

#include <stdint.h>

static bool is_blank(const struct cell *cell)
{
    return str_equal(cell->text, " ");
}

/* Columns of a row up to the last that is not blank. */
static int text_end(const struct grid *grid, int row)
{
    int end = grid->cols;
    while (end > 0 && is_blank(grid_cell(grid, row, end - 1)))
        end--;
    return end;
}

void render_text(const struct grid *grid, struct str *out)
{
    for (int row = 0; row < grid->rows; row++) {
        int end = text_end(grid, row);
        for (int col = 0; col < end; col++)
            str_append(out, grid_cell(grid, row, col)->text);
        str_append_char(out, '\n');
    }
}

/* --- letters --- */

static char cell_letter(const struct cell *cell)
{
    char letter = style_letter((enum style)cell->style);
    if (cell->bold == 0)
        return letter;
    if (letter >= '0' && letter <= '8')
        return ")!@#$%^&*"[letter - '0'];
    return letter == '.' ? ':' : (char)(letter - 'a' + 'A');
}

void render_letters(const struct grid *grid, struct str *out)
{
    for (int row = 0; row < grid->rows; row++) {
        int end = grid->cols;
        while (end > 0 && is_blank(grid_cell(grid, row, end - 1)) &&
               cell_letter(grid_cell(grid, row, end - 1)) == '.')
            end--;
        for (int col = 0; col < end; col++)
            str_append_char(out, cell_letter(grid_cell(grid, row, col)));
        str_append_char(out, '\n');
    }
}

/* --- ANSI --- */

/* What the terminal is set to. Colours: -1 default, 0..255, or RGB_BIT | rgb.
 */
struct pen {
    int32_t foreground, background;
    bool bold, dim, underline, reverse;
};

enum { RGB_BIT = 1 << 24 };

static const struct pen plain_pen = {.foreground = -1, .background = -1};

static bool pen_equal(struct pen a, struct pen b)
{
    return a.foreground == b.foreground && a.background == b.background &&
           a.bold == b.bold && a.dim == b.dim && a.underline == b.underline &&
           a.reverse == b.reverse;
}

static int32_t pen_color(int index, int index8, enum render_colors colors)
{
    if (colors == RENDER_8)
        return index8;
    if (colors == RENDER_DIRECT && index >= 0)
        return (int32_t)style_palette_rgb(index) | RGB_BIT;
    return index;
}

static struct pen cell_pen(const struct cell *cell, enum theme theme,
                           enum render_colors colors)
{
    const struct look *look = style_look(theme, (enum style)cell->style);
    return (struct pen){
        .foreground = pen_color(look->foreground, look->foreground8, colors),
        .background = pen_color(look->background, look->background8, colors),
        .bold = look->bold || cell->bold != 0,
        .dim = look->dim && cell->bold == 0,
        .underline = look->underline,
        .reverse = look->reverse,
    };
}

/* base: 30 for text, 40 for background. */
static void append_color(struct str *out, int base, int32_t color,
                         enum render_colors colors)
{
    if (color < 0)
        str_printf(out, ";%d", base + 9);
    else if ((color & RGB_BIT) != 0)
        str_printf(out, ";%d;2;%d;%d;%d", base + 8, color >> 16 & 0xff,
                   color >> 8 & 0xff, color & 0xff);
    else if (colors == RENDER_8)
        str_printf(out, ";%d", base + color);
    else
        str_printf(out, ";%d;5;%d", base + 8, color);
}

/* The parameters that lead from one pen to another, each after a ";". */
static void append_changes(struct str *out, struct pen from, struct pen to,
                           enum render_colors colors)
{
    if ((from.bold && !to.bold) || (from.dim && !to.dim)) {
        str_append(out, ";22"); /* ends both */
        from.bold = from.dim = false;
    }
    if (to.bold && !from.bold)
        str_append(out, ";1");
    if (to.dim && !from.dim)
        str_append(out, ";2");
    if (from.underline != to.underline)
        str_append(out, to.underline ? ";4" : ";24");
    if (from.reverse != to.reverse)
        str_append(out, to.reverse ? ";7" : ";27");
    if (from.foreground != to.foreground)
        append_color(out, 30, to.foreground, colors);
    if (from.background != to.background)
        append_color(out, 40, to.background, colors);
}

static void change_pen(struct str *out, struct pen *pen, struct pen to,
                       enum render_colors colors)
{
    struct str changes = STR_INIT;
    if (pen_equal(to, plain_pen))
        str_append(&changes, ";0");
    else
        append_changes(&changes, *pen, to, colors);
    str_printf(out, "\033[%sm", str_text(&changes) + 1);
    str_clear(&changes);
    *pen = to;
}

/* A blank looks the same in every pen of its background. */
static bool needs_change(const struct cell *cell, struct pen pen, struct pen to)
{
    if (is_blank(cell) && !to.reverse && !to.underline)
        return pen.reverse || pen.underline || pen.background != to.background;
    return !pen_equal(pen, to);
}

/* Columns of a row up to the last that shows on a terminal. */
static int ansi_end(const struct grid *grid, int row, enum theme theme,
                    enum render_colors colors)
{
    int end = grid->cols;
    while (end > 0) {
        const struct cell *cell = grid_cell(grid, row, end - 1);
        struct pen pen = cell_pen(cell, theme, colors);
        if (!is_blank(cell) || needs_change(cell, plain_pen, pen))
            break;
        end--;
    }
    return end;
}

void render_ansi(const struct grid *grid, enum theme theme,
                 enum render_colors colors, struct str *out)
{
    if (colors == RENDER_NO_COLOR)
        theme = THEME_MONO;
    for (int row = 0; row < grid->rows; row++) {
        struct pen pen = plain_pen;
        int end = ansi_end(grid, row, theme, colors);
        for (int col = 0; col < end; col++) {
            const struct cell *cell = grid_cell(grid, row, col);
            struct pen to = cell_pen(cell, theme, colors);
            if (needs_change(cell, pen, to))
                change_pen(out, &pen, to, colors);
            str_append(out, cell->text);
        }
        if (!pen_equal(pen, plain_pen))
            change_pen(out, &pen, plain_pen, colors);
        str_append_char(out, '\n');
    }
}
