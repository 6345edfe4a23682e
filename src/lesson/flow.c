/*
 * Lines break at blanks, which then belong to neither line; a word longer than
 * a line is broken between graphemes.
 */
#include "lesson/flow.h"

#include <limits.h>
#include <string.h>

#include "base/utf8.h"

void flow_append(struct flow *flow, const char *text, unsigned style)
{
    str_append(&flow->text, text);
    while (flow->styles.length < flow->text.length)
        str_append_char(&flow->styles, (char)style);
}

void flow_clear(struct flow *flow)
{
    str_clear(&flow->text);
    str_clear(&flow->styles);
}

/* Columns of n bytes as the grid shows them. */
static int columns_of(const char *text, size_t n)
{
    struct str piece = STR_INIT;
    int columns;

    if (n == 1 && *text >= ' ' && *text <= '~')
        return 1;
    str_append_bytes(&piece, text, n);
    columns = grid_text_width(str_text(&piece));
    str_clear(&piece);
    return columns;
}

/* Where a line may end: the last blank that was passed. */
struct break_place {
    size_t end, next;
    int width;
    bool found;
};

bool flow_next(const struct flow *flow, size_t start, int width,
               struct flow_line *line)
{
    const char *text = str_text(&flow->text);
    struct break_place blank = {0};
    size_t at = start;

    *line = (struct flow_line){.start = start};
    if (start >= flow->text.length)
        return false;
    while (at < flow->text.length && text[at] != '\n') {
        size_t n = utf8_grapheme(text + at, flow->text.length - at);
        int columns = columns_of(text + at, n);
        if (text[at] == ' ')
            blank = (struct break_place){at, at + 1, line->width, true};
        if (line->width + columns > width && at > start) {
            if (!blank.found)
                blank = (struct break_place){at, at, line->width, true};
            line->end = blank.end;
            line->next = blank.next;
            line->width = blank.width;
            return true;
        }
        line->width += columns;
        at += n;
    }
    line->end = at;
    line->next = at + (at < flow->text.length);
    return true;
}

int flow_width(const struct flow *flow)
{
    struct flow_line line;
    int widest = 0;

    for (size_t at = 0; flow_next(flow, at, INT_MAX, &line); at = line.next)
        widest = line.width > widest ? line.width : widest;
    return widest;
}

int flow_word_width(const struct flow *flow)
{
    const char *text = str_text(&flow->text);
    int widest = 0;

    for (size_t at = 0; at < flow->text.length;) {
        size_t n = strcspn(text + at, " \n");
        int columns = columns_of(text + at, n);
        widest = columns > widest ? columns : widest;
        at += n + 1;
    }
    return widest;
}

/* Bytes of one style from at on, before end. */
static size_t run_length(const struct flow *flow, size_t at, size_t end)
{
    const char *styles = flow->styles.data;
    size_t n = 1;

    while (at + n < end && styles[at + n] == styles[at])
        n++;
    return n;
}

static void embolden(struct grid *grid, int row, int from, int to)
{
    for (int col = from; col < to; col++) {
        struct cell *cell = grid_cell(grid, row, col);
        if (cell)
            cell->bold = 1;
    }
}

void flow_draw_line(const struct flow *flow, const struct flow_line *line,
                    struct grid *grid, int row, int col)
{
    struct str run = STR_INIT;

    for (size_t at = line->start; at < line->end;) {
        size_t n = run_length(flow, at, line->end);
        unsigned style = (unsigned char)flow->styles.data[at];
        int from = col;
        str_truncate(&run, 0);
        str_append_bytes(&run, flow->text.data + at, n);
        col = grid_text(grid, row, col,
                        (enum style)(style & ~(unsigned)FLOW_BOLD),
                        str_text(&run));
        if (style & FLOW_BOLD)
            embolden(grid, row, from, col);
        at += n;
    }
    str_clear(&run);
}

int flow_draw(const struct flow *flow, struct grid *grid, int row, int col,
              int width)
{
    struct flow_line line;
    int rows = 0;

    for (size_t at = 0; flow_next(flow, at, width, &line); at = line.next) {
        grid_need(grid, row + rows + 1);
        flow_draw_line(flow, &line, grid, row + rows, col);
        rows++;
    }
    return rows;
}
