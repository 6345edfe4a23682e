/*
 * SVG and HTML. Both cut a row into runs: neighbouring cells of one look, kept
 * apart where a font could break the columns (see is_steady), so that each run
 * can be pinned to the columns it has on the screen.
 *
 * Cells hold no control characters (grid.c), and what is written here as text
 * is escaped once more for its format: a hostile word cannot get out.
 */
#include "draw/render.h"

#include <string.h>

#include "base/utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static bool is_blank(const struct cell *cell)
{
    return str_equal(cell->text, " ");
}

/* --- what SVG and HTML share --- */

/* How a cell looks on a page: colours resolved, reverse done. */
struct ink {
    uint32_t foreground, background;
    bool bold, underline;
};

struct run {
    int row, col, cols;
    struct ink ink;
    bool steady; /* every font has its cells at one column each */
    struct str text;
};

static struct ink cell_ink(const struct cell *cell, enum theme theme)
{
    const struct look *look = style_look(theme, (enum style)cell->style);
    struct ink ink = {look->foreground_rgb, look->background_rgb,
                      look->bold || cell->bold != 0, look->underline};
    if (look->reverse) {
        ink.foreground = look->background_rgb;
        ink.background = look->foreground_rgb;
    }
    return ink;
}

static bool ink_equal(struct ink a, struct ink b)
{
    return a.foreground == b.foreground && a.background == b.background &&
           a.bold == b.bold && a.underline == b.underline;
}

/* The page's paper: what STYLE_NORMAL stands on. */
static uint32_t page_color(enum theme theme)
{
    return style_look(theme, STYLE_NORMAL)->background_rgb;
}

/*
 * Characters that monospace fonts have themselves, one column each: Latin,
 * Greek, Cyrillic, common punctuation, arrows, boxes and blocks. Others may
 * come from another font with other widths, or run from right to left.
 */
static bool is_steady(const struct cell *cell)
{
    static const uint32_t ranges[][2] = {
        {0x20, 0x24F},    {0x370, 0x482},   {0x48A, 0x52F},
        {0x2010, 0x2027}, {0x2190, 0x2193}, {0x2500, 0x259F},
    };
    uint32_t code_point;
    size_t length = strlen(cell->text);
    if (length == 0 ||
        utf8_decode(cell->text, length, &code_point, NULL) < length)
        return false;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (code_point >= ranges[i][0] && code_point <= ranges[i][1])
            return true;
    return false;
}

/* Append text for XML and HTML. U+FFFE and U+FFFF are no characters there. */
void render_escaped(const char *text, struct str *out)
{
    struct str visible = STR_INIT;
    utf8_append_visible(&visible, text, strlen(text));
    for (const char *at = str_text(&visible); *at != '\0'; at++) {
        if (*at == '&')
            str_append(out, "&amp;");
        else if (*at == '<')
            str_append(out, "&lt;");
        else if (*at == '>')
            str_append(out, "&gt;");
        else if (*at == '"')
            str_append(out, "&quot;");
        else if (strncmp(at, "\xEF\xBF\xBE", 3) == 0 ||
                 strncmp(at, "\xEF\xBF\xBF", 3) == 0) {
            str_append(out, REPLACEMENT);
            at += 2;
        } else
            str_append_char(out, *at);
    }
    str_clear(&visible);
}

/*
 * The run that starts at (row, col): cells of one ink, all steady or all not.
 * run->text is set anew; the columns are at least 1.
 */
static void read_run(const struct grid *grid, enum theme theme, int row,
                     int col, int end, struct run *run)
{
    const struct cell *first = grid_cell(grid, row, col);
    run->row = row;
    run->col = col;
    run->ink = cell_ink(first, theme);
    run->steady = is_steady(first);
    str_truncate(&run->text, 0);
    int at = col;
    while (at < end) {
        const struct cell *cell = grid_cell(grid, row, at);
        int width = grid_cell_width(grid, row, at);
        if (is_steady(cell) != run->steady ||
            !ink_equal(cell_ink(cell, theme), run->ink))
            break;
        str_append(&run->text, cell->text);
        at += width;
    }
    run->cols = at - col;
}

/* Columns of a row up to the last that leaves ink on the page. */
static int ink_end(const struct grid *grid, enum theme theme, int row)
{
    int end = grid->cols;
    while (end > 0) {
        const struct cell *cell = grid_cell(grid, row, end - 1);
        struct ink ink = cell_ink(cell, theme);
        if (!is_blank(cell) || ink.underline ||
            ink.background != page_color(theme))
            break;
        end--;
    }
    return end;
}

/* --- SVG --- */

/* In pixels: what most monospace fonts have at FONT_SIZE, in whole numbers. */
enum {
    FONT_SIZE = 15,
    CELL_WIDTH = 9,
    CELL_HEIGHT = 18,
    BASELINE = 14,
    MARGIN = 18,
    BAR_HEIGHT = 34, /* the window's title bar */
    SVG_MIN_COLS = 12,
};

#define FONT_STACK                                                         \
    "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, " \
    "'Liberation Mono', monospace"

/* A title that fits between the window's corners. */
static void append_short_title(struct str *out, const char *title, int room)
{
    struct str visible = STR_INIT;
    utf8_append_visible(&visible, title, strlen(title));
    int width = utf8_width(str_text(&visible));
    if (room > 0)
        utf8_append_fit(out, str_text(&visible), width < room ? width : room);
    str_clear(&visible);
}

/* The window around the picture. */
struct frame {
    uint32_t bar, line, dots, title;
};

static const struct frame frames[THEME_COUNT] = {
    [THEME_DEFAULT] = {0x1f232b, 0x343a45, 0x4b5363, 0x9aa3b2},
    [THEME_PROJECTOR] = {0x1a1a1a, 0x8a8a8a, 0x8a8a8a, 0xffffff},
    [THEME_MONO] = {0xf2f4f7, 0xc9d1d9, 0xc9d1d9, 0x59636e},
};

static void append_window(struct str *out, const struct grid *grid,
                          enum theme theme, const char *title, int width,
                          int height)
{
    const struct frame *frame = &frames[theme];
    str_printf(out,
               "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"9\" "
               "fill=\"#%06x\" stroke=\"#%06x\"/>\n",
               width - 1, height - 1, page_color(theme), frame->line);
    str_printf(out,
               "<path d=\"M1 %d V9.5 A8.5 8.5 0 0 1 9.5 1 H%d.5 A8.5 8.5 0 0 1 "
               "%d 9.5 V%d Z\" fill=\"#%06x\"/>\n",
               BAR_HEIGHT, width - 10, width - 1, BAR_HEIGHT, frame->bar);
    for (int i = 0; i < 3; i++)
        str_printf(out,
                   "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"#%06x\"/>\n",
                   20 + i * 17, BAR_HEIGHT / 2, frame->dots);
    struct str shown = STR_INIT;
    append_short_title(&shown, title, grid->cols - SVG_MIN_COLS);
    str_printf(out,
               "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" "
               "font-size=\"13\" fill=\"#%06x\">",
               width / 2, BAR_HEIGHT / 2 + 5, frame->title);
    render_escaped(str_text(&shown), out);
    str_append(out, "</text>\n");
    str_clear(&shown);
}

/* Coloured backgrounds, one rectangle for neighbours of one colour. */
static void append_grounds(struct str *out, const struct grid *grid,
                           enum theme theme)
{
    str_append(out, "<g shape-rendering=\"crispEdges\">\n");
    for (int row = 0; row < grid->rows; row++)
        for (int col = 0, end; col < grid->cols; col = end) {
            uint32_t color =
                cell_ink(grid_cell(grid, row, col), theme).background;
            end = col + 1;
            while (end < grid->cols &&
                   cell_ink(grid_cell(grid, row, end), theme).background ==
                       color)
                end++;
            if (color != page_color(theme))
                str_printf(out,
                           "<rect x=\"%d\" y=\"%d\" width=\"%d\" "
                           "height=\"%d\" fill=\"#%06x\"/>\n",
                           MARGIN + col * CELL_WIDTH,
                           BAR_HEIGHT + MARGIN / 2 + row * CELL_HEIGHT,
                           (end - col) * CELL_WIDTH, CELL_HEIGHT, color);
        }
    str_append(out, "</g>\n");
}

static void append_svg_run(struct str *out, const struct run *run,
                           enum theme theme)
{
    str_printf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\"",
               MARGIN + run->col * CELL_WIDTH,
               BAR_HEIGHT + MARGIN / 2 + run->row * CELL_HEIGHT + BASELINE,
               run->cols * CELL_WIDTH);
    str_append(out,
               " lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"");
    if (run->ink.foreground != style_look(theme, STYLE_NORMAL)->foreground_rgb)
        str_printf(out, " fill=\"#%06x\"", run->ink.foreground);
    if (run->ink.bold)
        str_append(out, " font-weight=\"bold\"");
    if (run->ink.underline)
        str_append(out, " text-decoration=\"underline\"");
    str_append_char(out, '>');
    render_escaped(str_text(&run->text), out);
    str_append(out, "</text>\n");
}

static bool is_all_blank(const struct run *run)
{
    const char *text = str_text(&run->text);
    return strspn(text, " ") == strlen(text) && !run->ink.underline;
}

void render_svg(const struct grid *grid, enum theme theme, const char *title,
                struct str *out)
{
    int cols = grid->cols > SVG_MIN_COLS ? grid->cols : SVG_MIN_COLS;
    int width = cols * CELL_WIDTH + 2 * MARGIN;
    int height = grid->rows * CELL_HEIGHT + BAR_HEIGHT + MARGIN;
    str_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
               "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
               "font-family=\"" FONT_STACK "\" font-size=\"%d\" "
               "fill=\"#%06x\">\n<title>",
               width, height, width, height, FONT_SIZE,
               style_look(theme, STYLE_NORMAL)->foreground_rgb);
    render_escaped(title, out);
    str_append(out, "</title>\n");
    append_window(out, grid, theme, title, width, height);
    append_grounds(out, grid, theme);
    struct run run = {.text = STR_INIT};
    for (int row = 0; row < grid->rows; row++) {
        int end = ink_end(grid, theme, row);
        for (int col = 0; col < end; col += run.cols) {
            read_run(grid, theme, row, col, end, &run);
            if (!is_all_blank(&run))
                append_svg_run(out, &run, theme);
        }
    }
    str_clear(&run.text);
    str_append(out, "</svg>\n");
}

/* --- HTML --- */

/* Class names: s and the style's number, b for bold by hand. */
static void append_class_rule(struct str *out, enum theme theme,
                              enum style style)
{
    struct cell cell = {.text = " ", .style = (unsigned char)style};
    struct ink ink = cell_ink(&cell, theme);
    str_printf(out, "pre.emblab .s%d { color: #%06x;", (int)style,
               ink.foreground);
    if (ink.background != page_color(theme))
        str_printf(out, " background: #%06x; display: inline-block;",
                   ink.background);
    if (ink.bold)
        str_append(out, " font-weight: bold;");
    if (ink.underline)
        str_append(out, " text-decoration: underline;");
    str_append(out, " }\n");
}

void render_html_style(enum theme theme, struct str *out)
{
    const struct frame *frame = &frames[theme];
    str_printf(out,
               "pre.emblab {\n"
               "  display: inline-block; margin: 1em; padding: 1em 1.2em;\n"
               "  color: #%06x; background: #%06x; border: 1px solid #%06x;\n"
               "  border-radius: 9px; font: 15px/1.2 " FONT_STACK ";\n"
               "  direction: ltr; font-variant-ligatures: none;\n"
               "}\n"
               "pre.emblab .w { display: inline-block; white-space: pre; "
               "unicode-bidi: isolate; }\n"
               "pre.emblab .b { font-weight: bold; }\n",
               style_look(theme, STYLE_NORMAL)->foreground_rgb,
               page_color(theme), frame->line);
    for (int style = STYLE_NORMAL + 1; style < STYLE_COUNT; style++)
        append_class_rule(out, theme, (enum style)style);
}

/* A run in a span where it needs one: a style, bold by hand, fixed columns. */
static void append_html_run(struct str *out, const struct run *run,
                            const struct cell *first)
{
    bool styled = first->style != STYLE_NORMAL, bold = first->bold != 0;
    bool span = styled || bold || !run->steady;
    if (span) {
        struct str classes = STR_INIT;
        if (styled)
            str_printf(&classes, " s%d", first->style);
        if (bold)
            str_append(&classes, " b");
        if (!run->steady)
            str_append(&classes, " w");
        str_printf(out, "<span class=\"%s\"", str_text(&classes) + 1);
        if (!run->steady)
            str_printf(out, " style=\"width: %dch\"", run->cols);
        str_append_char(out, '>');
        str_clear(&classes);
    }
    render_escaped(str_text(&run->text), out);
    if (span)
        str_append(out, "</span>");
}

void render_html_picture(const struct grid *grid, enum theme theme,
                         struct str *out)
{
    struct run run = {.text = STR_INIT};
    str_append(out, "<pre class=\"emblab\">\n");
    for (int row = 0; row < grid->rows; row++) {
        int end = ink_end(grid, theme, row);
        for (int col = 0; col < end; col += run.cols) {
            read_run(grid, theme, row, col, end, &run);
            append_html_run(out, &run, grid_cell(grid, row, col));
        }
        str_append_char(out, '\n');
    }
    str_append(out, "</pre>\n");
    str_clear(&run.text);
}

void render_html(const struct grid *grid, enum theme theme, const char *title,
                 struct str *out)
{
    str_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                    "<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" "
                    "content=\"width=device-width, initial-scale=1\">\n"
                    "<title>");
    render_escaped(title, out);
    str_printf(out,
               "</title>\n<style>\nbody { margin: 0; background: #%06x; }\n",
               frames[theme].bar);
    render_html_style(theme, out);
    str_append(out, "</style>\n</head>\n<body>\n");
    render_html_picture(grid, theme, out);
    str_append(out, "</body>\n</html>\n");
}
