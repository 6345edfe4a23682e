/*
 * The sink's small helpers: they format, and make of plain words what the
 * front end's functions take. A sink without a function swallows what that
 * would have got. Results never depend on quiet; with ascii, pictures, lines
 * and notices arrive in ASCII glyphs, exact text as it is.
 */
#include "draw/sink.h"

#include <stdarg.h>
#include <string.h>

#include "base/str.h"
#include "draw/render.h"

void sink_grid(struct sink *sink, const struct grid *grid)
{
    if (sink->grid == NULL)
        return;
    if (!sink->ascii) {
        sink->grid(sink, grid);
        return;
    }
    struct grid copy;
    grid_init(&copy, grid->rows, grid->cols);
    grid_copy(&copy, 0, 0, grid,
              (struct rect){.rows = grid->rows, .cols = grid->cols});
    render_to_ascii(&copy);
    sink->grid(sink, &copy);
    grid_clear(&copy);
}

void sink_text(struct sink *sink, const char *text)
{
    if (sink->text != NULL)
        sink->text(sink, text, strlen(text));
}

void sink_printf(struct sink *sink, const char *format, ...)
{
    struct str text = STR_INIT;
    va_list args;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    if (sink->text != NULL)
        sink->text(sink, str_text(&text), text.length);
    str_clear(&text);
}

/* The widest of the lines of text. */
static int lines_width(const char *text)
{
    struct str line = STR_INIT;
    int widest = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        str_truncate(&line, 0);
        str_append_bytes(&line, text, length);
        int width = grid_text_width(str_text(&line));
        widest = width > widest ? width : widest;
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    str_clear(&line);
    return widest;
}

void sink_line(struct sink *sink, enum style style, const char *format, ...)
{
    struct str text = STR_INIT;
    va_list args;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    int width = lines_width(str_text(&text));
    if (sink->width > 0 && width > sink->width)
        width = sink->width;
    struct grid grid;
    grid_init(&grid, 0, width);
    grid_wrap(&grid, 0, 0, width, style, str_text(&text));
    sink_grid(sink, &grid);
    grid_clear(&grid);
    str_clear(&text);
}

/* text as one line of ASCII glyphs. */
static void append_as_ascii(struct str *out, const char *text)
{
    struct grid grid;
    grid_init(&grid, 1, grid_text_width(text));
    grid_text(&grid, 0, 0, STYLE_NORMAL, text);
    render_to_ascii(&grid);
    render_text(&grid, out);
    str_truncate(out, out->length - 1); /* the newline */
    grid_clear(&grid);
}

void sink_notice(struct sink *sink, const char *format, ...)
{
    if (sink->notice == NULL || sink->quiet)
        return;
    struct str text = STR_INIT, ascii = STR_INIT;
    va_list args;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    if (sink->ascii)
        append_as_ascii(&ascii, str_text(&text));
    sink->notice(sink, str_text(sink->ascii ? &ascii : &text));
    str_clear(&ascii);
    str_clear(&text);
}

bool sink_progress(struct sink *sink, const char *what, double done,
                   double total, const char *note)
{
    if (sink->progress == NULL)
        return true;
    return sink->progress(sink, what, done, total, note);
}

static void swallow_grid(struct sink *sink, const struct grid *grid)
{
    (void)sink;
    (void)grid;
}

static void swallow_text(struct sink *sink, const char *text, size_t length)
{
    (void)sink;
    (void)text;
    (void)length;
}

static void swallow_notice(struct sink *sink, const char *text)
{
    (void)sink;
    (void)text;
}

struct sink sink_silent(void)
{
    return (struct sink){.grid = swallow_grid,
                         .text = swallow_text,
                         .notice = swallow_notice,
                         .width = 80,
                         .quiet = true};
}
