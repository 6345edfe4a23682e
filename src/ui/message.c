#include "ui/message.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "ui/input_line.h"

enum {
    INDENT = 1,
    OWN_COLS = 16, /* narrower, beside a command, the lab's line says nothing */
};

/* One line, cut where it is too long. */
static int draw_line(struct grid *grid, int row, enum style style,
                     const char *text)
{
    grid_fill(grid, (struct rect){row, 0, 1, grid->cols}, STYLE_NORMAL);
    grid_fit(grid, row, INDENT, grid->cols - INDENT, style, text);
    return 1;
}

/* Where usage speaks of the option that is being typed; 0: nowhere. */
static size_t find_option(const char *usage, const char *typing)
{
    const char *word = strrchr(typing, ' ');
    size_t length = word != NULL ? strcspn(++word, "=") : 0;
    for (const char *at = strchr(usage, ' '); length > 0 && at != NULL;
         at = strchr(at + 1, ' '))
        if (strncmp(at + 1, word, length) == 0)
            return (size_t)(at + 1 - usage);
    return 0;
}

/* The usage; where it is too long, its command and on from the option. */
static void draw_usage(struct grid *grid, int row,
                       const struct message *message)
{
    const char *usage = message->usage;
    size_t at = find_option(usage, message->typing);
    bool fits = grid_text_width(usage) + INDENT <= grid->cols;
    if (fits || at == 0 || utf8_width_bytes(usage, at) < grid->cols * 2 / 3) {
        draw_line(grid, row, STYLE_DIM, usage);
        return;
    }
    struct str text = STR_INIT;
    str_append_bytes(&text, usage, strcspn(usage, " "));
    str_printf(&text, " … %s", usage + at);
    draw_line(grid, row, STYLE_DIM, str_text(&text));
    str_clear(&text);
}

/* Wrapped text, its last row at row; at most `most` rows: what is too long
 * loses its end. */
static int draw_wrapped(struct grid *grid, int row, int most, enum style style,
                        const char *text)
{
    struct grid lines;
    grid_init(&lines, 0, grid->cols);
    int used = grid_wrap(&lines, 0, INDENT, grid->cols - INDENT, style, text);
    int shown = used < most ? used : most;
    int first = row - shown + 1;
    grid_fill(grid, (struct rect){first, 0, shown, grid->cols}, STYLE_NORMAL);
    grid_copy(grid, first, 0, &lines, (struct rect){0, 0, shown, grid->cols});
    if (shown < used)
        grid_text(grid, row, grid->cols - 1, style, "…");
    grid_clear(&lines);
    return shown;
}

static void write_command(const struct message *message, struct str *out)
{
    if (message->command != NULL)
        str_printf(out, "> %s", message->command);
}

int message_own_cols(const struct message *message, int cols)
{
    struct str command = STR_INIT;
    int left = cols - INDENT;
    write_command(message, &command);
    if (command.length > 0)
        left -= utf8_width(str_text(&command)) + (int)strlen(" - ");
    str_clear(&command);
    return left < OWN_COLS && message->command != NULL ? 0 : left;
}

/* "> lookup cat · " and what was said of it; NULL: the command alone. */
static int draw_said(struct grid *grid, int row, int most,
                     const struct message *message, const char *said)
{
    struct str text = STR_INIT;
    write_command(message, &text);
    int width = utf8_width(str_text(&text)), room = grid->cols - INDENT;
    if (said != NULL && *said != '\0')
        str_printf(&text, "%s%s", text.length > 0 ? " · " : "", said);
    int used = draw_wrapped(grid, row, most, STYLE_NORMAL, str_text(&text));
    if (width > 0)
        grid_restyle(grid,
                     (struct rect){row - used + 1, INDENT, 1,
                                   width < room ? width : room},
                     STYLE_CODE);
    str_clear(&text);
    return used;
}

/* The line as typed, the wrong word marked, the message below. Of a lesson's
 * command, which nobody typed, the line stands there without a mark, too. */
static int draw_error(struct grid *grid, int row, int most,
                      const struct message *message)
{
    bool has_place = message->typed != NULL && message->wrong_length > 0;
    const char *typed = has_place ? message->typed : message->command;
    int below = draw_wrapped(grid, row,
                             typed != NULL && most > 1 ? most - 1 : most,
                             STYLE_ERROR, message->error);
    if (typed == NULL || most <= below)
        return below;
    struct input_line line = {.prompt = "> ",
                              .text = typed,
                              .length = strlen(typed),
                              .point = has_place ? message->wrong_start : 0,
                              .wrong_start = message->wrong_start,
                              .wrong_length = has_place ? message->wrong_length
                                                        : 0};
    grid_fill(grid, (struct rect){row - below, 0, 1, grid->cols}, STYLE_NORMAL);
    input_line_draw(grid, row - below, &line);
    return below + 1;
}

/* Notices, and below them what was done, where there is room for both. */
static int draw_notice(struct grid *grid, int row, int most,
                       const struct message *message)
{
    int below = 0;
    if ((message->said != NULL || message->command != NULL) && most > 1)
        below = draw_said(grid, row, most - 1, message, message->said);
    return below + draw_wrapped(grid, row - below, most - below, STYLE_NOTICE,
                                message->notice);
}

/* How far it is, and above it what waits for it. */
static int draw_progress(struct grid *grid, int row, int most,
                         const struct message *message)
{
    int above = 0;
    draw_line(grid, row, STYLE_NORMAL, "");
    progress_draw(grid, row, message->progress);
    if (message->waiting != NULL && most > 1) {
        struct str text = STR_INIT;
        str_printf(&text, "waits for the end of this: %s", message->waiting);
        above = draw_wrapped(grid, row - 1, most - 1, STYLE_NOTICE,
                             str_text(&text));
        str_clear(&text);
    }
    return above + 1;
}

int message_draw(struct grid *grid, int row, int most,
                 const struct message *message)
{
    if (message->question != NULL)
        return draw_wrapped(grid, row, most, STYLE_NOTICE, message->question);
    if (message->usage != NULL) {
        draw_usage(grid, row, message);
        return 1;
    }
    if (message->progress != NULL)
        return draw_progress(grid, row, most, message);
    if (message->error != NULL)
        return draw_error(grid, row, most, message);
    if (message->notice != NULL)
        return draw_notice(grid, row, most, message);
    if (message->said != NULL)
        return draw_said(grid, row, most, message, message->said);
    if (message->own != NULL)
        return draw_said(grid, row, message->command != NULL ? 1 : most,
                         message, message->own);
    return 1;
}
