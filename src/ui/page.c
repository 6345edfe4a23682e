#include "ui/page.h"

#include "base/str.h"
#include "lesson/player.h"
#include "ui/layout.h"

enum {
    BESIDE_FROM_COLS = 64, /* narrower: the page stands below */
    BESIDE_LEAST = 34,
    BESIDE_MOST = 56,
    BOXED_FROM_ROWS = 7,   /* lower: a rule instead of a box */
    PANEL_ROWS = 7,        /* panels keep so many above the output */
    PAGE_SHARE = 3,        /* of output without end the page keeps a third */
    TURNS_BELOW_ROWS = 14, /* lower: lab or page, in turn, where both do not
                              stand side by side */
    RULE_FROM_ROWS = 3,    /* ... with a rule that says so */
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

/* Where the text stands in area: a blank beside the box, or below a rule,
 * which a single row has no room for. */
static struct rect text_area(struct rect area)
{
    int rule = area.rows > 1 ? 1 : 0;
    if (!is_boxed(area))
        return (struct rect){area.row + rule, area.col + 1, area.rows - rule,
                             area.cols - 2};
    return (struct rect){area.row + 1, area.col + 2, area.rows - 2,
                         area.cols - 3};
}

int page_room(struct rect area)
{
    struct rect text = text_area(area);
    return text.rows > 0 && text.cols > 0 ? text.rows : 0;
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
    int rows = page_rows(player, area) + 2;
    return rows < BOXED_FROM_ROWS ? rows - 1 : rows;
}

static void place_beside(struct page_areas *areas)
{
    int cols = clamp(areas->page.cols * 48 / 100, BESIDE_LEAST, BESIDE_MOST);
    areas->panels.cols -= cols;
    areas->page.col += areas->panels.cols;
    areas->page.cols = cols;
}

/* Below the panels: what the text needs, half of the rows at most. */
static void place_below(const struct player *player, struct page_areas *areas)
{
    int all = areas->page.rows, most = all / 2;
    int rows = clamp(rows_wanted(player, areas->page), 1, most > 1 ? most : 1);
    areas->page.row += all - rows;
    areas->page.rows = rows;
    areas->panels.rows -= rows;
}

/* Cut rows from below of area and return them. */
static struct rect cut_below(struct rect *area, int rows)
{
    area->rows -= rows;
    return (struct rect){area->row + area->rows, area->col, rows, area->cols};
}

/* The page has the whole area, or the lab has it but for a rule. */
static void take_turns(struct rect area, const struct page_wish *wish,
                       struct page_areas *areas)
{
    *areas = (struct page_areas){.page = area};
    if (!wish->lab)
        return;
    areas->page.rows = 0;
    if (area.rows >= RULE_FROM_ROWS)
        areas->rule = cut_below(&area, 1);
    if (wish->output_rows > 0)
        areas->output = area;
    else
        areas->panels = area;
}

/* The places for output of rows rows, its rule among them, in the order in
 * which they are tried. False: it has no room there. */

static bool put_below_panels(struct page_areas *areas, int rows, int cols)
{
    struct rect *panels = &areas->panels;
    if (cols > panels->cols || panels->rows - rows < PANEL_ROWS)
        return false;
    areas->output = cut_below(panels, rows);
    return true;
}

static bool put_below_both(const struct player *player, struct rect area,
                           struct page_areas *areas, int rows)
{
    int above = area.rows - rows;
    if (above < PANEL_ROWS || above < rows_wanted(player, areas->page))
        return false;
    areas->output = cut_below(&area, rows);
    areas->panels.rows = areas->page.rows = above;
    return true;
}

static bool put_for_panels(struct page_areas *areas, int rows, int cols)
{
    if (cols > areas->panels.cols || rows > areas->panels.rows)
        return false;
    areas->output = areas->panels;
    areas->panels.rows = 0;
    return true;
}

/* Always: what is longer is scrolled, beside no less than a part of the
 * page. */
static void put_across(const struct player *player, struct rect area,
                       struct page_areas *areas, int rows)
{
    int share = area.rows / PAGE_SHARE, left = area.rows - rows;
    int wanted = rows_wanted(player, area);
    if (left < wanted)
        left = clamp(wanted, 1, left > share ? left : share);
    areas->panels.rows = 0;
    areas->page = area;
    areas->page.rows = left;
    areas->output = cut_below(&area, area.rows - left);
}

static void place_output(const struct player *player, struct rect area,
                         const struct page_wish *wish, struct page_areas *areas)
{
    int rows = wish->output_rows + 1, cols = wish->output_cols;
    bool beside = areas->page.cols < area.cols;
    if (put_below_panels(areas, rows, cols))
        return;
    if (!beside)
        areas->output = cut_below(&areas->panels, areas->panels.rows);
    else if (put_below_both(player, area, areas, rows) ||
             put_for_panels(areas, rows, cols))
        return;
    else if (area.rows < TURNS_BELOW_ROWS)
        take_turns(area, wish, areas);
    else
        put_across(player, area, areas, rows);
}

struct page_areas page_arrange(const struct player *player, struct rect area,
                               const struct page_wish *wish)
{
    struct page_areas areas = {.panels = area, .page = area};
    bool beside = area.cols >= BESIDE_FROM_COLS;
    if (!beside && area.rows < TURNS_BELOW_ROWS) {
        take_turns(area, wish, &areas);
        return areas;
    }
    if (beside)
        place_beside(&areas);
    else
        place_below(player, &areas);
    if (wish->output_rows > 0)
        place_output(player, area, wish, &areas);
    return areas;
}

bool page_output_fits(const struct page_areas *areas,
                      const struct page_wish *wish)
{
    return areas->output.rows > wish->output_rows &&
           areas->output.cols >= wish->output_cols;
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

void page_draw_rule(struct rect rule, bool more, struct grid *grid)
{
    if (rule.rows > 0)
        draw_rule(rule, more ? "⋮ Enter: more" : "Enter: read on", grid);
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
    else if (area.rows > 1)
        draw_rule(area, str_text(&keys), grid);
    str_clear(&keys);
    str_clear(&bottom);
}

static void draw_entry(const struct player_entry *entry, struct rect area,
                       int row, struct grid *grid)
{
    enum style style = entry->here ? STYLE_EMPHASIS : STYLE_DIM;
    int room = area.cols - 6;
    grid_printf(grid, row, area.col, style, "%c%3zu ", entry->here ? '>' : ' ',
                entry->page);
    if (room > 0)
        grid_fit(grid, row, area.col + 5, room, style, entry->title);
}

/* The entry that one of `shown` begins with, so that the first of the page is
 * among them, in the middle where it can. */
static size_t first_entry(const struct player *player, size_t count,
                          size_t shown)
{
    size_t here = 0;
    while (here + 1 < count && !player_contents(player, here).here)
        here++;
    if (!player_contents(player, here).here || here < shown / 2)
        return 0;
    here -= shown / 2;
    return here + shown < count ? here : count - shown;
}

void page_draw_contents(const struct player *player, struct rect area,
                        struct grid *grid)
{
    size_t count = player_contents_count(player);
    size_t rows = area.rows > 0 ? (size_t)area.rows : 0;
    size_t shown = count <= rows ? count : rows > 1 ? rows - 1 : rows;
    size_t first = count > shown ? first_entry(player, count, shown) : 0;
    for (size_t i = 0; i < shown; i++) {
        struct player_entry entry = player_contents(player, first + i);
        draw_entry(&entry, area, area.row + (int)i, grid);
    }
    if (shown < count && shown < rows)
        grid_printf(grid, area.row + (int)shown, area.col + 5, STYLE_DIM,
                    "⋮ %zu more · lesson contents", count - shown);
}

int page_draw(const struct player *player, struct rect area, int top, bool more,
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
    draw_frame(player, area, top > 0, top < last || more, grid);
    grid_copy(grid, text.row, text.col, &page,
              (struct rect){top, 0, text.rows, text.cols});
    grid_clear(&page);
    return top;
}
