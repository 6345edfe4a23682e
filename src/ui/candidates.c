#include "ui/candidates.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"
#include "base/utf8.h"

enum {
    BOX = 2,     /* rows, and columns, of a box's two borders */
    GAP = 2,     /* between columns */
    FEW = 8,     /* up to so many stand one a line, with their notes */
    WIDEST = 30, /* a longer candidate is cut */
};

/* How the candidates stand: column by column, as names in a listing. */
struct shape {
    int rows, columns, width;
    size_t shown;
};

static int widest(const struct completions *found)
{
    int most = 1;
    for (size_t i = 0; i < found->count; i++) {
        int width = utf8_width(found->items[i].text);
        most = width > most ? width : most;
    }
    return most < WIDEST ? most : WIDEST;
}

static bool have_notes(const struct completions *found)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->items[i].note != NULL)
            return true;
    return false;
}

static struct shape shape_of(const struct completions *found, int cols,
                             int most)
{
    struct shape shape = {.width = widest(found)};
    int count = (int)found->count;
    bool listed = count <= FEW && count <= most && have_notes(found);
    int fitting = (cols + GAP) / (shape.width + GAP);
    shape.columns = listed || fitting < 1 ? 1 : fitting;
    shape.rows = (count + shape.columns - 1) / shape.columns;
    if (shape.rows > most)
        shape.rows = most;
    shape.columns = (count + shape.rows - 1) / shape.rows;
    if (shape.columns > fitting)
        shape.columns = fitting < 1 ? 1 : fitting;
    size_t room = (size_t)(shape.rows * shape.columns);
    shape.shown = room < found->count ? room : found->count;
    return shape;
}

/* The bytes that were typed already stand out in what they begin. */
static void draw_one(struct grid *grid, int row, int col, int width,
                     const struct completions *found, size_t i)
{
    const char *text = found->items[i].text;
    grid_fit(grid, row, col, width, STYLE_NORMAL, text);
    const char *prefix = found->prefix != NULL ? found->prefix : "";
    if (str_starts_with(text, prefix) && utf8_width(prefix) < width)
        grid_text(grid, row, col, STYLE_EMPHASIS, prefix);
}

static void draw_all(struct grid *grid, struct rect inside,
                     const struct completions *found, const struct shape *shape)
{
    for (size_t i = 0; i < shape->shown; i++) {
        int row = inside.row + (int)i % shape->rows;
        int col = inside.col + (int)i / shape->rows * (shape->width + GAP);
        int room = inside.col + inside.cols - col;
        draw_one(grid, row, col, shape->width < room ? shape->width : room,
                 found, i);
        int note = col + shape->width + GAP;
        room = inside.col + inside.cols - note;
        if (shape->columns == 1 && found->items[i].note != NULL && room > 4)
            grid_fit(grid, row, note, room, STYLE_DIM, found->items[i].note);
    }
}

int candidates_draw(struct grid *grid, int last, int most,
                    const struct completions *found)
{
    if (found->count == 0 || most <= BOX || grid->cols <= BOX + 4)
        return 0;
    struct shape shape = shape_of(found, grid->cols - BOX, most - BOX);
    int rows = shape.rows + BOX;
    struct rect box = {last - rows + 1, 0, rows, grid->cols};
    struct rect inside = {box.row + 1, 1, shape.rows, box.cols - BOX};
    char title[64], bottom[64];
    snprintf(title, sizeof title, "%zu candidates", found->count);
    snprintf(bottom, sizeof bottom, "%zu more; type on",
             found->count - shape.shown);
    grid_fill(grid, box, STYLE_NORMAL);
    grid_box(grid, box, STYLE_SELECTED, title,
             shape.shown < found->count ? bottom : NULL);
    draw_all(grid, inside, found, &shape);
    return rows;
}
