/*
 * The terminal of the film knows nothing but cursor moves, "erase this line"
 * and colours. A row is erased before it is written: behind the last column a
 * terminal waits, and erasing there would take that column along. The cursor
 * is hidden until its first place is known.
 */
#include "ui/record_cast.h"

#include <string.h>

#include "draw/render.h"

/* Sixteen colours that a theme must have. No style uses them: colours in a
 * film are the terminal's own two, and those of the fixed 240. */
#define PALETTE                                                       \
    "#000000:#cd3131:#0dbc79:#e5e510:#2472c8:#bc3fbc:#11a8cd:#e5e5e5" \
    ":#666666:#f14c4c:#23d18b:#f5f543:#3b8eea:#d670d6:#29b8db:#ffffff"

/* ---- JSON ---- */

void cast_append_string(struct str *out, const char *text, size_t length)
{
    str_append_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            str_printf(out, "\\%c", c);
        else if (c == '\n')
            str_append(out, "\\n");
        else if (c == '\r')
            str_append(out, "\\r");
        else if (c < 0x20 || c == 0x7f)
            str_printf(out, "\\u%04x", c);
        else
            str_append_char(out, text[i]);
    }
    str_append_char(out, '"');
}

/* In milliseconds, whatever the locale writes for a decimal point. */
static void append_event(struct cast *cast, double seconds, char kind,
                         const struct str *text)
{
    long long milliseconds = (long long)(seconds * 1000 + 0.5);

    str_printf(cast->out, "[%lld.%03lld, \"%c\", ", milliseconds / 1000,
               milliseconds % 1000, kind);
    cast_append_string(cast->out, str_text(text), text->length);
    str_append(cast->out, "]\n");
}

/* ---- the film ---- */

void cast_begin(struct cast *cast, struct str *out, int rows, int cols,
                const char *title)
{
    const struct look *normal = style_look(THEME_DEFAULT, STYLE_NORMAL);

    *cast = (struct cast){.out = out, .cursor = -1};
    grid_init(&cast->shown, rows, cols);
    str_printf(out, "{\"version\": 2, \"width\": %d, \"height\": %d, ", cols,
               rows);
    str_append(out, "\"title\": ");
    cast_append_string(out, title, strlen(title));
    str_append(out, ", \"env\": {\"TERM\": \"xterm-256color\"}");
    str_printf(out,
               ", \"theme\": {\"fg\": \"#%06x\", \"bg\": \"#%06x\", "
               "\"palette\": \"%s\"}}\n",
               normal->foreground_rgb, normal->background_rgb, PALETTE);
}

static bool same_row(const struct grid *a, const struct grid *b, int row)
{
    for (int col = 0; col < a->cols; col++) {
        const struct cell *x = grid_cell(a, row, col);
        const struct cell *y = grid_cell(b, row, col);
        if (x->style != y->style || x->bold != y->bold ||
            !str_equal(x->text, y->text))
            return false;
    }
    return true;
}

static void append_row(struct str *out, const struct grid *grid, int row)
{
    struct grid line = {
        .rows = 1, .cols = grid->cols, .cells = grid_cell(grid, row, 0)};
    struct str text = STR_INIT;

    render_ansi(&line, THEME_DEFAULT, RENDER_256, &text);
    str_printf(out, "\033[%d;1H\033[2K", row + 1);
    str_append_bytes(out, str_text(&text), text.length - 1); /* without \n */
    str_clear(&text);
}

void cast_picture(struct cast *cast, double seconds, const struct grid *grid,
                  int cursor)
{
    struct str bytes = STR_INIT;

    for (int row = 0; row < grid->rows; row++) {
        if (!same_row(&cast->shown, grid, row))
            append_row(&bytes, grid, row);
    }
    if (bytes.length == 0 && cursor == cast->cursor)
        return;
    str_printf(&bytes, "\033[%d;%dH", grid->rows, cursor + 1);
    if (cast->cursor < 0)
        str_append(&bytes, "\033[?25h");
    cast->cursor = cursor;
    append_event(cast, seconds, 'o', &bytes);
    grid_copy(&cast->shown, 0, 0, grid,
              (struct rect){0, 0, grid->rows, grid->cols});
    str_clear(&bytes);
}

void cast_marker(struct cast *cast, double seconds, const char *label)
{
    struct str text = STR_INIT;

    str_append(&text, label);
    append_event(cast, seconds, 'm', &text);
    str_clear(&text);
}

void cast_end(struct cast *cast, double seconds)
{
    struct str nothing = STR_INIT;

    append_event(cast, seconds, 'o', &nothing);
    grid_clear(&cast->shown);
}
