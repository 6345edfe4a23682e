#include "ui/page.h"

#include "base/str.h"
#include "lesson/player.h"
#include "ui/layout.h"

enum {
    BESIDE_FROM_COLS = 64, /* narrower: the page stands below */
    BESIDE_LEAST = 34,
    BESIDE_MOST = 56,
    BOXED_FROM_ROWS = 7, /* lower: a rule instead of a box */
    PANEL_ROWS = 7,      /* panels keep so many above the output */
    PAGE_ROWS = 9,       /* the page keeps so many above output below both */
    LOW_ROWS = 14,       /* in a lower area the page has most of it */
};

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

/* ---- the text ---- */

static bool is_boxed(struct rect area)
{
    return area.rows >= BOXED_FROM_ROWS;
}

/* Where the text stands in area: a blank beside the box. */
static struct rect text_area(struct rect area)
{
    if (!is_boxed(area))
        return (struct rect){area.row + 1, area.col + 1, area.rows - 1,
                             area.cols - 2};
    return (struct rect){area.row + 1, area.col + 2, area.rows - 2,
                         area.cols - 3};
}

int page_room(struct rect area)
{
    int rows = text_area(area).rows;
    return rows > 0 ? rows : 0;
}

/* Items with an empty row between, but for choices. Returns the row in which
 * the first one begins that is newer than `seen`; the rows where none is. */
static int draw_items(const struct player *player, unsigned long seen,
                      struct grid *page)
{
    int row = 0, begins = -1;
    for (size_t i = 0; i < player->item_count; i++) {
        const struct player_item *item = &player->items[i];
        bool tight = i > 0 && item->kind == PLAYER_CHOICE &&
                     player->items[i - 1].kind == PLAYER_CHOICE;
        row += i > 0 && !tight ? 1 : 0;
        if (begins < 0 && item->serial > seen)
            begins = row;
        row += player_draw_item(item, page, row, 0, page->cols);
    }
    return begins < 0 ? row : begins;
}

static int draw_text(const struct player *player, int cols, unsigned long seen,
                     struct grid *page)
{
    grid_init(page, 0, cols > 0 ? cols : 1);
    return draw_items(player, seen, page);
}

int page_row_behind(const struct player *player, struct rect area,
                    unsigned long seen)
{
    struct grid page;
    int row = draw_text(player, text_area(area).cols, seen, &page);
    grid_clear(&page);
    return row;
}

int page_rows(const struct player *player, struct rect area)
{
    struct grid page;
    draw_text(player, text_area(area).cols, 0, &page);
    int rows = page.rows;
    grid_clear(&page);
    return rows;
}

/* ---- what stands where ---- */

/* The rows an area of a page needs for all its text. */
static int rows_wanted(const struct player *player, struct rect area)
{
    return page_rows(player, area) + 2;
}

static void place_beside(struct page_areas *areas)
{
    int cols = clamp(areas->page.cols * 48 / 100, BESIDE_LEAST, BESIDE_MOST);
    areas->panels.cols -= cols;
    areas->page.col += areas->panels.cols;
    areas->page.cols = cols;
}

/* Below the panels: what the text needs, half of the rows at most, but of a
 * low area two thirds. */
static void place_below(const struct player *player, struct page_areas *areas)
{
    int all = areas->page.rows;
    int most = all < LOW_ROWS ? all * 2 / 3 : all / 2;
    int rows = clamp(rows_wanted(player, areas->page), 1, most > 1 ? most : 1);
    areas->page.row += all - rows;
    areas->page.rows = rows;
    areas->panels.rows -= rows;
}

/* The output takes rows from below of the panels, or of panels and page. */
static void place_output(struct page_areas *areas, struct rect area, int rows,
                         int cols)
{
    struct rect *panels = &areas->panels;
    bool beside = areas->page.cols < area.cols;
    bool wide = beside && cols > panels->cols && area.rows - rows >= PAGE_ROWS;
    if (rows > panels->rows || panels->rows - rows < PANEL_ROWS) {
        if (!wide)
            rows = panels->rows;
    }
    panels->rows -= rows;
    areas->output = (struct rect){panels->row + panels->rows, panels->col, rows,
                                  wide ? area.cols : panels->cols};
    if (wide)
        areas->page.rows -= rows;
}

struct page_areas page_arrange(const struct player *player, struct rect area,
                               int output_rows, int output_cols)
{
    struct page_areas areas = {.panels = area, .page = area};
    if (area.cols >= BESIDE_FROM_COLS)
        place_beside(&areas);
    else
        place_below(player, &areas);
    if (output_rows > 0)
        place_output(&areas, area, output_rows + 1, output_cols);
    return areas;
}

bool page_output_fits(const struct page_areas *areas, int output_rows,
                      int output_cols)
{
    return areas->output.rows > output_rows &&
           areas->output.cols >= output_cols;
}

/* ---- drawing ---- */

/* A rule with the keys, where a box would take too many rows. */
static void draw_rule(struct rect area, const char *keys, struct grid *grid)
{
    for (int col = 0; col < area.cols; col++)
        grid_text(grid, area.row, area.col + col, STYLE_SELECTED, "─");
    int width = grid_text_width(keys), room = area.cols - 6;
    width = width < room ? width : room;
    if (width < 1)
        return;
    int col = area.col + area.cols - width - 4;
    grid_text(grid, area.row, col, STYLE_DIM, " ");
    col = grid_fit(grid, area.row, col + 1, width, STYLE_DIM, keys);
    grid_text(grid, area.row, col, STYLE_DIM, " ");
}

static void draw_frame(const struct player *player, struct rect area,
                       bool above, bool below, struct grid *grid)
{
    struct str keys = STR_INIT, bottom = STR_INIT;
    player_keys(player, &keys);
    if (below) {
        str_truncate(&keys, 0);
        str_append(&keys, "⋮ Enter: more");
    }
    if (keys.length > 0)
        layout_drop_parts(keys.data, area.cols - 5);
    str_printf(&bottom, "\t%s", str_text(&keys));
    if (is_boxed(area))
        grid_box(grid, area, STYLE_SELECTED, above ? "⋮ PgUp" : NULL,
                 keys.length > 0 ? str_text(&bottom) : NULL);
    else
        draw_rule(area, str_text(&keys), grid);
    str_clear(&keys);
    str_clear(&bottom);
}

void page_draw_contents(const struct player *player, struct rect area,
                        struct grid *grid)
{
    size_t count = player_contents_count(player);
    for (size_t i = 0; i < count && (int)i < area.rows; i++) {
        struct player_entry entry = player_contents(player, i);
        enum style style = entry.here ? STYLE_EMPHASIS : STYLE_DIM;
        int row = area.row + (int)i, room = area.cols - 6;
        grid_printf(grid, row, area.col, style, "%c%3zu ",
                    entry.here ? '>' : ' ', entry.page);
        if (room > 0)
            grid_fit(grid, row, area.col + 5, room, style, entry.title);
    }
}

int page_draw(const struct player *player, struct rect area, int top,
              struct grid *grid)
{
    struct rect text = text_area(area);
    struct grid page;
    if (text.rows < 1 || text.cols < 1)
        return 0;
    draw_text(player, text.cols, 0, &page);
    int last = page.rows > text.rows ? page.rows - text.rows : 0;
    top = top < 0 || top > last ? last : top;
    grid_fill(grid, area, STYLE_NORMAL);
    draw_frame(player, area, top > 0, top < last, grid);
    grid_copy(grid, text.row, text.col, &page,
              (struct rect){top, 0, text.rows, text.cols});
    grid_clear(&page);
    return top;
}
