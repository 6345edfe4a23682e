/*
 * The screen is drawn as the lab alone has it, and between its top and its
 * bottom rows once more. What was printed takes the rows below both where it is
 * wide, and those below the panels where it fits there.
 */
#include "ui/stage.h"

#include <stdlib.h>

#include "base/str.h"
#include "lesson/player.h"
#include "scenes/scene.h"

enum {
    BESIDE_FROM_COLS = 64, /* narrower: the page stands below */
    PAGE_COLS_LEAST = 34,
    PAGE_COLS_MOST = 56,
    PANEL_ROWS_LEAST = 7,
    TOP_ROWS = 2,
    BOTTOM_ROWS = 2, /* message and prompt */
    MESSAGE_ROWS = 3,
    OUTPUT_COLS = 400, /* wider than anything printed for a screen */
};

#define FLASH_MOST_A_SECOND 2.0 /* faster play must not flash: it hurts */

/* ---- the page ---- */

/* Its items with an empty row between, but for choices. */
static void draw_items(const struct player *player, struct grid *page)
{
    int row = 0;

    for (size_t i = 0; i < player->item_count; i++) {
        const struct player_item *item = &player->items[i];
        bool tight = i > 0 && item->kind == PLAYER_CHOICE &&
                     player->items[i - 1].kind == PLAYER_CHOICE;
        if (i > 0 && !tight)
            row++;
        row += player_draw_item(item, page, row, 0, page->cols);
    }
}

/* The end of the page is what is new: it stays in sight. */
static void draw_page(const struct player *player, struct rect area,
                      struct grid *grid)
{
    struct rect shown = {0, 0, area.rows - 2, area.cols - 4};
    struct str keys = STR_INIT;
    struct grid page;

    if (area.rows < 3 || area.cols < 6)
        return;
    grid_init(&page, 0, area.cols - 4);
    draw_items(player, &page);
    if (page.rows > shown.rows)
        shown.row = page.rows - shown.rows;
    str_append_char(&keys, '\t');
    player_keys(player, &keys);
    grid_box(grid, area, STYLE_SELECTED, shown.row > 0 ? "⋮" : NULL,
             str_text(&keys));
    grid_copy(grid, area.row + 1, area.col + 2, &page, shown);
    grid_clear(&page);
    str_clear(&keys);
}

/* Rows the page needs, its box included. */
static int page_rows(const struct player *player, int cols)
{
    struct grid page;
    int rows;

    if (cols < 6)
        return 0;
    grid_init(&page, 0, cols - 4);
    draw_items(player, &page);
    rows = page.rows + 2;
    grid_clear(&page);
    return rows;
}

/* ---- what stands where ---- */

struct areas {
    struct rect panels, page, output; /* rows 0: not there */
};

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

/* Rows and columns of what the last command printed. */
static int output_size(const struct layout *layout, int *cols)
{
    size_t below =
        scrollback_rows_since(layout->output, layout->output_to, OUTPUT_COLS);
    size_t rows = scrollback_rows_since(layout->output, layout->output_from,
                                        OUTPUT_COLS) -
                  below;
    struct grid grid;
    int widest = 0;

    rows = rows < 200 ? rows : 200;
    grid_init(&grid, (int)rows, OUTPUT_COLS);
    scrollback_draw(layout->output, &grid,
                    (struct rect){0, 0, (int)rows, OUTPUT_COLS}, below);
    for (int row = 0; row < grid.rows; row++) {
        for (int col = widest; col < grid.cols; col++) {
            if (!str_equal(grid_cell(&grid, row, col)->text, " "))
                widest = col + 1;
        }
    }
    grid_clear(&grid);
    *cols = widest;
    return (int)rows;
}

static void place_output(const struct layout *layout,
                         const struct player *player, struct areas *areas)
{
    int cols, rows, wanted = 1 + output_size(layout, &cols);
    struct rect *panels = &areas->panels, *page = &areas->page;
    bool beside = page->col > 0, wide = cols > panels->cols && beside;
    int page_least = wide ? page_rows(player, page->cols) : 0;
    int keep = clamp(page_least, PANEL_ROWS_LEAST, panels->rows);

    rows = clamp(wanted, 0, panels->rows - keep);
    if (rows < wanted && rows < panels->rows / 2)
        rows = clamp(wanted, 0, panels->rows / 2);
    panels->rows -= rows;
    if (wide)
        page->rows -= rows;
    areas->output =
        (struct rect){panels->row + panels->rows, panels->col, rows,
                      wide ? panels->cols + page->cols : panels->cols};
}

static struct areas plan(const struct layout *layout,
                         const struct player *player, struct rect all)
{
    struct areas areas = {.panels = all, .page = all};

    if (all.cols >= BESIDE_FROM_COLS) {
        areas.page.cols =
            clamp(all.cols * 45 / 100, PAGE_COLS_LEAST, PAGE_COLS_MOST);
        areas.page.col = all.col + all.cols - areas.page.cols;
        areas.panels.cols -= areas.page.cols;
    } else {
        areas.page.rows =
            clamp(page_rows(player, all.cols), 3, all.rows * 2 / 3);
        areas.page.row = all.row + all.rows - areas.page.rows;
        areas.panels.rows -= areas.page.rows;
    }
    if (layout->show_output && layout->output)
        place_output(layout, player, &areas);
    return areas;
}

/* ---- drawing ---- */

static void draw_output(const struct layout *layout, struct rect area,
                        struct grid *grid)
{
    size_t below;

    if (area.rows < 2)
        return;
    for (int col = 0; col < area.cols; col++)
        grid_text(grid, area.row, area.col + col, STYLE_BORDER, "─");
    grid_text(grid, area.row, area.col + 2, STYLE_TITLE, " output ");
    area.row++;
    area.rows--;
    below = scrollback_rows_since(layout->output, layout->output_to, area.cols);
    scrollback_draw(layout->output, grid, area, layout->output_up + below);
}

/* The status line's right end stays; the rest is the lesson's. */
static void draw_title(const struct player *player, struct grid *grid)
{
    struct str title = STR_INIT;
    int blank = 0, col = grid->cols - 1;

    player_title(player, &title);
    while (col > 0 && blank < 2) {
        blank = str_equal(grid_cell(grid, 0, col)->text, " ") ? blank + 1 : 0;
        col--;
    }
    if (col < grid_text_width(str_text(&title)) + 2)
        col = grid->cols;
    for (int i = 0; i < col; i++)
        grid_text(grid, 0, i, STYLE_STATUS, " ");
    grid_fit(grid, 0, 1, col - 1, STYLE_TITLE, str_text(&title));
    str_clear(&title);
}

static void draw_message(const struct lab *lab, const struct layout *layout,
                         struct grid *grid)
{
    char own[512] = "";
    struct message message = layout->message;

    scene_message(lab, grid->cols - 1, own, sizeof own);
    message.own = own;
    message_draw(grid, grid->rows - BOTTOM_ROWS, MESSAGE_ROWS, &message);
}

void stage_draw(const struct lab *lab, const struct layout *layout,
                const struct player *player, struct grid *grid,
                struct layout_map *map)
{
    struct layout frame = *layout;
    struct layout_map unused;
    struct rect all = {TOP_ROWS, 0, grid->rows - TOP_ROWS - BOTTOM_ROWS,
                       grid->cols};
    struct areas areas;

    map = map ? map : &unused;
    if (!player || all.rows < 6 || all.cols < 20) {
        layout_draw(lab, layout, grid, map);
        return;
    }
    frame.show_output = false;
    frame.message = (struct message){0};
    layout_draw(lab, &frame, grid, map);
    for (int row = TOP_ROWS; row < grid->rows - 1; row++)
        grid_fill(grid, (struct rect){row, 0, 1, grid->cols}, STYLE_NORMAL);
    *map = (struct layout_map){.focus = -1, .cursor_col = map->cursor_col};
    areas = plan(layout, player, all);
    draw_title(player, grid);
    layout_draw_panels(lab, layout, areas.panels, grid, map);
    draw_page(player, areas.page, grid);
    draw_output(layout, areas.output, grid);
    map->output = areas.output;
    draw_message(lab, layout, grid);
}

/* ---- news ---- */

/* The rows with a gradient light up as it arrives. */
static void begin_flash(struct viewer *viewer, const struct runner *runner,
                        double now)
{
    const struct play *play = &runner->play;
    const struct scene *scene = scene_current(runner->session.lab);
    bool arrived = scene && (str_equal(scene->name, "backward") ||
                             str_equal(scene->name, "update"));

    if (arrived && (!play->on || play->rate <= FLASH_MOST_A_SECOND))
        viewer_flash(viewer, now);
}

void stage_take_news(struct viewer *viewer, struct runner *runner, double now)
{
    if (runner->show_output)
        viewer_show(viewer, "output", false);
    if (runner->why)
        viewer_light(viewer, runner->session.lab, runner->why);
    free(runner->why);
    runner->why = NULL;
    if (runner->view && runner->own_step)
        viewer_step(viewer, runner->view);
    else if (runner->view)
        viewer_show(viewer, runner->view, runner->view_chosen);
    if (runner->lab_changed) {
        viewer->layout.fresh = true;
        begin_flash(viewer, runner, now);
    }
    runner->show_output = runner->lab_changed = runner->stepped = false;
    runner->view = NULL;
}
