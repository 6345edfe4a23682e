#include "commands/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "commands/settings.h"
#include "lab/lab.h"
#include "scenes/scene.h"

void show_notes(struct session *session)
{
    struct str *notes = &session->lab->notes;
    char *line = notes->data;

    while (line && *line) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        sink_notice(session->sink, "%s", line);
        line = end ? end + 1 : NULL;
    }
    str_clear(notes);
}

void show_grid(struct session *session, const struct grid *grid)
{
    show_notes(session);
    sink_grid(session->sink, grid);
}

void show_text(struct session *session, const char *text)
{
    show_notes(session);
    sink_text(session->sink, text);
}

void show_line(struct session *session, enum style style, const char *format,
               ...)
{
    struct str text = STR_INIT;
    struct grid grid;
    va_list args;
    int width;

    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    width = grid_text_width(str_text(&text));
    if (session->sink->width > 0 && width > session->sink->width)
        width = session->sink->width;
    grid_init(&grid, 0, width);
    grid_wrap(&grid, 0, 0, width, style, str_text(&text));
    show_grid(session, &grid);
    grid_clear(&grid);
    str_clear(&text);
}

void show_wrapped(struct session *session, int indent, enum style style,
                  const char *text)
{
    int width = session->sink->width < 80 ? session->sink->width : 80;
    struct grid grid;

    grid_init(&grid, 0, width);
    grid_wrap(&grid, 0, indent, width - indent, style, text);
    show_grid(session, &grid);
    grid_clear(&grid);
}

enum { ENTRY_INDENT = 2, ENTRY_NARROW = 6, ENTRY_TEXT_MIN = 24 };

void show_entry(struct session *session, int column, const char *term,
                const char *text)
{
    int width = session->sink->width < 80 ? session->sink->width : 80;
    bool narrow = width - column < ENTRY_TEXT_MIN;
    int wide = grid_text_width(term) + ENTRY_INDENT;
    bool below = narrow || wide >= column;
    struct grid grid;

    column = narrow ? ENTRY_NARROW : column;
    grid_init(&grid, 1, wide > width ? wide : width);
    grid_text(&grid, 0, ENTRY_INDENT, STYLE_CODE, term);
    grid_wrap(&grid, below ? 1 : 0, column, width - column, STYLE_NORMAL, text);
    show_grid(session, &grid);
    grid_clear(&grid);
}

/* ---- amounts ---- */

enum { AMOUNT_GAP = 2, REMARK_INDENT = 6, REMARK_MIN = 24 };

/* Where the columns stand. */
struct amount_columns {
    int width;     /* all that there are */
    int much_end;  /* behind the amount, which stands on the right */
    int remark;    /* where the remark begins ... */
    bool is_below; /* ... in a row of its own */
};

static struct amount_columns amount_columns(const struct session *session,
                                            const struct show_amount *rows,
                                            size_t count)
{
    int screen = session->sink->width, what = 0, much = 0, remark = 0;
    struct amount_columns columns = {.width = 80};

    for (size_t i = 0; i < count; i++) {
        int widths[] = {grid_text_width(rows[i].what),
                        grid_text_width(rows[i].much),
                        grid_text_width(rows[i].remark)};
        what = widths[0] > what ? widths[0] : what;
        much = widths[1] > much ? widths[1] : much;
        remark = widths[2] > remark ? widths[2] : remark;
    }
    if (screen > 0 && screen < columns.width)
        columns.width = screen;
    columns.much_end = ENTRY_INDENT + what + AMOUNT_GAP + much;
    columns.remark = columns.much_end + AMOUNT_GAP + 1;
    columns.is_below = columns.width - columns.remark < REMARK_MIN &&
                       columns.width - columns.remark < remark;
    return columns;
}

static void draw_amount(struct session *session, const struct show_amount *row,
                        const struct amount_columns *columns)
{
    int much = columns->much_end - grid_text_width(row->much);
    int remark = columns->is_below ? REMARK_INDENT : columns->remark;
    struct grid grid;

    grid_init(&grid, 1,
              columns->much_end > columns->width ? columns->much_end
                                                 : columns->width);
    grid_text(&grid, 0, ENTRY_INDENT, STYLE_NORMAL, row->what);
    grid_text(&grid, 0, much, STYLE_NORMAL, row->much);
    grid_wrap(&grid, columns->is_below, remark, columns->width - remark,
              columns->is_below ? STYLE_DIM : STYLE_NORMAL, row->remark);
    show_grid(session, &grid);
    grid_clear(&grid);
}

void show_amounts(struct session *session, struct show_amount *rows,
                  size_t count)
{
    struct amount_columns columns = amount_columns(session, rows, count);

    for (size_t i = 0; i < count; i++) {
        draw_amount(session, &rows[i], &columns);
        free(rows[i].what);
        free(rows[i].much);
        free(rows[i].remark);
        rows[i] = (struct show_amount){0};
    }
}

void show_gap(struct session *session)
{
    show_text(session, "\n");
}

struct frame show_frame(const struct session *session)
{
    return (struct frame){.width = session->sink->width,
                          .ascii = session->sink->ascii,
                          .digits = (int)session->settings->digits,
                          .first_row = -1};
}

struct tensor_print_options show_print_options(const struct session *session)
{
    static const enum tensor_print_sci sci[] = {
        TENSOR_PRINT_SCI_AUTO, TENSOR_PRINT_SCI_ON, TENSOR_PRINT_SCI_OFF};
    const struct settings *settings = session->settings;

    return (struct tensor_print_options){
        .precision = (int)settings->precision,
        .threshold = (size_t)settings->threshold,
        .edgeitems = (int)settings->edgeitems,
        .linewidth = (int)settings->linewidth,
        .sci_mode = sci[settings->sci]};
}

/* Title on the left and legend on the right, or below where both are too
 * long for one line. */
static void draw_heading(struct grid *grid, const char *title,
                         const char *bottom)
{
    int wide = grid_text_width(bottom);
    int room = grid->cols - grid_text_width(title) - wide;
    int row = grid_wrap(grid, 0, 0, grid->cols, STYLE_TITLE, title);

    if (!*bottom)
        return;
    if (room >= 2)
        grid_text(grid, 0, grid->cols - wide, STYLE_DIM, bottom);
    else
        grid_wrap(grid, row, 0, grid->cols, STYLE_DIM, bottom);
}

static void append_grid(struct grid *to, const struct grid *from)
{
    struct rect all = {0, 0, from->rows, from->cols};
    int row = to->rows;

    grid_extend(to, from->rows);
    grid_copy(to, row, 0, from, all);
}

static void show(struct session *session, const struct lab *lab,
                 const char *name, bool first, int rows)
{
    const struct scene *scene = scene_find(name);
    struct frame frame = show_frame(session);
    char title[256] = "", bottom[160] = "";
    struct grid heading, picture;

    if (!scene || !scene->ready(lab))
        return;
    frame.max_rows = rows;
    if (scene->title)
        scene->title(lab, &frame, title, sizeof title);
    if (scene->bottom)
        scene->bottom(lab, &frame, bottom, sizeof bottom);
    grid_init(&heading, 0, frame.width);
    draw_heading(&heading, title, bottom);
    grid_init(&picture, 0, frame.width);
    scene->draw(lab, &frame, &picture);
    append_grid(&heading, &picture);
    if (!first)
        show_gap(session);
    show_grid(session, &heading);
    grid_clear(&picture);
    grid_clear(&heading);
}

enum { FLOOR_PAIRS_MAX = 200000 };

void show_know_floor(struct session *session)
{
    if (session->lab->windows.count <= FLOOR_PAIRS_MAX)
        (void)lab_floor(session->lab);
}

void show_scene(struct session *session, const char *name, bool first)
{
    show(session, session->lab, name, first, 0);
}

void show_scene_of(struct session *session, const struct lab *lab,
                   const char *name)
{
    show(session, lab, name, true, 0);
}

void show_scene_rows(struct session *session, const char *name, int rows)
{
    show(session, session->lab, name, true, rows);
}

void show_row_words(const struct lab *lab, const struct parameter *p,
                    const struct row_set *rows, int width, struct str *out)
{
    int used = 0, reserved = snprintf(NULL, 0, " ... and %s more",
                                      str_count(rows->count));

    for (size_t i = 0; i < rows->count; i++) {
        const char *word = lab_row_word(lab, p, rows->list[i]);
        int columns = grid_text_width(word) + 1;
        bool last = i + 1 == rows->count;
        const char *between = i > 0 ? " " : "";
        if (used + columns > (last ? width + 1 : width + 1 - reserved)) {
            str_printf(out, "%s... and %s more", between,
                       str_count(rows->count - i));
            return;
        }
        str_printf(out, "%s%s", between, word);
        used += columns;
    }
}
