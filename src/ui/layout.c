/*
 * From top to bottom: status (row 0), chain (row 1), panels, message, prompt
 * (last row). Where rows run out they go in this order: panels down to three
 * rows, chain, panels, status, message; the prompt stays. On a wide screen
 * status and chain share a row where both fit.
 *
 * Each picture is drawn into a scratch grid of the panel's width and copied,
 * so no scene can draw outside its panel.
 */
#include "ui/layout.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "draw/render.h"
#include "lab/lab.h"
#include "lesson/player.h"
#include "scenes/scene.h"
#include "ui/candidates.h"
#include "ui/input_line.h"
#include "ui/page.h"
#include "ui/welcome.h"

enum {
    STATUS_FROM_ROWS = 3,   /* fewer rows have no status line */
    CHAIN_FROM_ROWS = 8,    /* fewer rows have no chain */
    CHAIN_COLS = 100,       /* more than any chain takes */
    SHARED_FROM_COLS = 112, /* status and chain in one row */
    SHARED_GAP = 2,
    DIGITS_FROM_COLS = 66, /* narrower pictures show 3 decimals */
    PANEL_ROWS = 7,        /* panels keep so many above the output */
    MESSAGE_ROWS = 5,
    LESSON_MESSAGE_ROWS = 3, /* its page is not to be cut */
    ROOMY_ROWS = 16, /* panels with fewer give none to the lab's own line */
    CANDIDATE_ROWS = 14,
    CURVE_STEPS = 2,        /* one point is no curve */
    BORDER_COLS = 5,        /* of a box that no title can take */
    OUTPUT_TITLE_COLS = 14, /* of the rule above the output, for its title */
    TIMELINE_GAP = 1,       /* blanks around the timeline */
    TIMELINE_MIN = 5,       /* a shorter bar says nothing */
    TIMELINE_MAX = 16,
    TIMELINE_COLS = 24, /* the chain leaves so many behind it, or all it can */
};

struct rows {
    int message, prompt; /* message -1: not there */
    struct rect panels;
};

/* ---- what is chosen ---- */

void layout_init(struct layout *layout)
{
    *layout = (struct layout){.digits = 4, .page_top = -1};
    for (int i = 0; i < LAYOUT_SCENES; i++)
        layout->scroll[i].row = -1;
}

int layout_scene_index(const char *name)
{
    assert(scene_count() <= LAYOUT_SCENES);
    for (size_t i = 0; name != NULL && i < scene_count(); i++)
        if (str_equal(scene_table[i]->name, name))
            return (int)i;
    return -1;
}

static bool scene_is_ready(const void *context, const char *name)
{
    const struct scene *scene = scene_find(name);
    return scene != NULL && scene->ready(context);
}

const char *layout_focus(const struct lab *lab, const struct layout *layout)
{
    bool wanted = layout->view != NULL && layout_scene_index(layout->view) >= 0;
    if (wanted && (layout->chosen || scene_is_ready(lab, layout->view)))
        return layout->view;
    const struct scene *scene = scene_current(lab);
    return scene != NULL ? scene->name : NULL;
}

const char *layout_next(const struct lab *lab, const struct layout *layout,
                        int step)
{
    int count = (int)scene_count(), places = count + 1; /* and the output */
    int at = layout_scene_index(layout_focus(lab, layout));
    at = layout->show_output ? count : at;
    for (int i = 1; i <= places; i++) {
        int next = ((at + i * step) % places + places) % places;
        if (next == count)
            return "output";
        if (scene_table[next]->ready(lab))
            return scene_table[next]->name;
    }
    return NULL;
}

/* ---- rows ---- */

/* How many cells of a row are used, and where the used part begins. */
static int used_part(const struct grid *grid, int row, int *first)
{
    int begin = 0, end = grid->cols;
    while (end > 0 && str_equal(grid_cell(grid, row, end - 1)->text, " "))
        end--;
    while (begin < end && str_equal(grid_cell(grid, row, begin)->text, " "))
        begin++;
    *first = begin;
    return end - begin;
}

/* The longest run of blanks inside a row from column `from` on. */
static int longest_gap(const struct grid *grid, int row, int from, int *first)
{
    int longest = 0, run = 0;
    for (int col = from; col < grid->cols; col++) {
        run = str_equal(grid_cell(grid, row, col)->text, " ") ? run + 1 : 0;
        if (run > longest) {
            longest = run;
            *first = col - run + 1;
        }
    }
    return longest;
}

/* The column behind the current phase. */
static int phase_end(const struct grid *chain)
{
    int end = 0;
    for (int col = 0; col < chain->cols; col++)
        if (grid_cell(chain, 0, col)->style == STYLE_PHASE)
            end = col + 1;
    return end;
}

static bool is_blank_at(const struct grid *grid, int col)
{
    const struct cell *cell = grid_cell(grid, 0, col);
    return cell == NULL || str_equal(cell->text, " ");
}

/* From col on, or back from it: to where no word is cut. */
static int word_start(const struct grid *chain, int col)
{
    while (col < chain->cols && !is_blank_at(chain, col - 1))
        col++;
    return col;
}

static int word_end(const struct grid *chain, int col)
{
    while (col > 0 && !is_blank_at(chain, col))
        col--;
    return col;
}

/* The chain in room columns from col; the current phase is among them. */
static void draw_chain(const struct grid *chain, int begin, int width, int row,
                       int col, int room, struct grid *grid)
{
    int end = phase_end(chain), last = begin + width;
    if (width > room && end > begin + room)
        begin = word_start(chain, end - room);
    if (last > begin + room)
        last = word_end(chain, begin + room);
    grid_copy(grid, row, col, chain, (struct rect){0, begin, 1, last - begin});
}

/* Draw status and chain; returns the rows they take. They share a row where
 * the gap in the status line is wide enough. */
static int draw_top(const struct lab *lab, const struct layout *layout,
                    struct grid *grid)
{
    struct grid chain;
    struct str title = STR_INIT;
    int begin, gap_begin = 0, cols = grid->cols;
    if (grid->rows < STATUS_FROM_ROWS)
        return 0;
    if (layout->player != NULL)
        player_title(layout->player, &title);
    scene_status(lab, title.length > 0 ? str_text(&title) : NULL, cols, grid,
                 0);
    str_clear(&title);
    if (grid->rows < CHAIN_FROM_ROWS)
        return 1;
    grid_init(&chain, 1, CHAIN_COLS);
    scene_chain(lab, CHAIN_COLS, &chain, 0);
    int width = used_part(&chain, 0, &begin);
    int gap = longest_gap(grid, 0, 0, &gap_begin);
    bool shared = cols >= SHARED_FROM_COLS && gap >= width + 2 * SHARED_GAP;
    bool tight = (gap - width) / 2 < TIMELINE_COLS;
    if (shared)
        draw_chain(&chain, begin, width, 0,
                   gap_begin + (tight ? SHARED_GAP : (gap - width) / 2), width,
                   grid);
    else
        draw_chain(&chain, begin, width, 1, cols > begin ? begin : 0,
                   cols - begin, grid);
    grid_clear(&chain);
    return shared ? 1 : 2;
}

/* "timeline ━━━━━━╌╌ 6/8": what is done, and what redo brings back. It goes
 * behind the chain, where there is room. */
static void draw_timeline(const struct layout *layout, int row,
                          struct grid *grid)
{
    char count[64];
    int first = 0, gap = longest_gap(grid, row, grid->cols / 2, &first);
    snprintf(count, sizeof count,
             layout->events_done < layout->events ? " %zu/%zu" : " %zu",
             layout->events_done, layout->events);
    int text = (int)strlen(count), room = gap - text - 2 * TIMELINE_GAP;
    const char *label =
        room >= (int)strlen("timeline ") + TIMELINE_MIN ? "timeline " : "";
    room -= (int)strlen(label);
    if (layout->events == 0 || room < TIMELINE_MIN)
        return;
    int cells = room < TIMELINE_MAX ? room : TIMELINE_MAX;
    double share = (double)layout->events_done / (double)layout->events;
    int done = (int)(share * cells + 0.5), col = first + gap - TIMELINE_GAP;
    col -= (int)strlen(label) + cells + text;
    col = grid_text(grid, row, col, STYLE_DIM, label);
    for (int i = 0; i < cells; i++)
        col = grid_text(grid, row, col, i < done ? STYLE_BAR : STYLE_DIM,
                        i < done ? "━" : "╌");
    grid_text(grid, row, col, STYLE_DIM, count);
}

/* Which row is for what. */
static struct rows plan_rows(const struct grid *grid, int top)
{
    struct rows rows = {.message = -1, .prompt = grid->rows - 1};
    int bottom = rows.prompt;
    if (grid->rows >= 2)
        rows.message = --bottom;
    rows.panels = (struct rect){top, 0, bottom - top, grid->cols};
    return rows;
}

/* ---- panels ---- */

/* How a scene is to be drawn in a room of this size. */
static struct frame frame_for(const struct layout *layout, const char *name,
                              int rows, int cols)
{
    struct layout_scroll scroll = {.row = -1};
    int index = layout_scene_index(name);
    if (index >= 0)
        scroll = layout->scroll[index];
    return (struct frame){
        .width = cols,
        .height = rows,
        .digits =
            cols < DIGITS_FROM_COLS && layout->digits > 3 ? 3 : layout->digits,
        .first_row = scroll.row,
        .first_col = scroll.col,
        .fresh = layout->fresh,
        .panel = true,
        .lit = layout->lit.count > 0 ? &layout->lit : NULL,
    };
}

static void draw_not_ready(const struct panel *panel, struct grid *grid)
{
    grid_fit(grid, panel->inside.row, panel->inside.col, panel->inside.cols,
             STYLE_DIM, "not there yet");
}

/* Rows up to the last that is not blank. */
static int used_rows(const struct grid *grid)
{
    int rows = grid->rows, first;
    while (rows > 0 && used_part(grid, rows - 1, &first) == 0)
        rows--;
    return rows;
}

/* The picture itself; returns whether it fills the panel's rows. */
static bool draw_picture(const struct lab *lab, const struct scene *scene,
                         const struct frame *frame, const struct panel *panel,
                         struct grid *grid)
{
    struct grid picture;
    struct rect inside = panel->inside;
    if (frame->width < 1 || frame->height < 1)
        return false;
    grid_init(&picture, 0, frame->width);
    scene->draw(lab, frame, &picture);
    int used = used_rows(&picture);
    grid_copy(grid, inside.row, inside.col, &picture,
              (struct rect){0, 0, inside.rows, inside.cols});
    grid_clear(&picture);
    return used >= inside.rows;
}

void layout_drop_parts(char *text, int room)
{
    while (grid_text_width(text) > room) {
        char *last = NULL, *tab = strchr(text, '\t');
        for (char *at = text; (at = strstr(at, " · ")) != NULL; at++)
            if (tab == NULL || at < tab)
                last = at;
        if (last == NULL)
            return;
        memmove(last, tab != NULL ? tab : "",
                tab != NULL ? strlen(tab) + 1 : 1);
    }
}

static bool draw_panel(const struct lab *lab, const struct layout *layout,
                       const struct panel *panel, bool focused,
                       struct grid *grid)
{
    const struct scene *scene = scene_find(panel->scene);
    struct frame frame =
        frame_for(layout, panel->scene, panel->inside.rows, panel->inside.cols);
    char title[160] = "", bottom[160] = "";
    bool ready = scene != NULL && scene->ready(lab);
    snprintf(title, sizeof title, "%s", panel->scene);
    if (ready && scene->title != NULL)
        scene->title(lab, &frame, title, sizeof title);
    if (ready && scene->bottom != NULL)
        scene->bottom(lab, &frame, bottom, sizeof bottom);
    layout_drop_parts(title, panel->area.cols - BORDER_COLS);
    layout_drop_parts(bottom, panel->area.cols - BORDER_COLS - 3);
    if (panel->boxed)
        grid_box(grid, panel->area, focused ? STYLE_SELECTED : STYLE_BORDER,
                 title, bottom);
    if (ready)
        return draw_picture(lab, scene, &frame, panel, grid);
    draw_not_ready(panel, grid);
    return false;
}

/* Rows a scene would like, its box included, but no more than there are. */
static int rows_wanted(const struct lab *lab, const struct layout *layout,
                       const char *name, struct rect area)
{
    const struct scene *scene = scene_find(name);
    if (scene == NULL || !scene->ready(lab) || area.rows <= 2)
        return area.rows;
    struct frame frame = frame_for(layout, name, area.rows - 2, area.cols / 2);
    struct grid picture;
    grid_init(&picture, 0, area.cols / 2);
    scene->draw(lab, &frame, &picture);
    int rows = used_rows(&picture) + 2;
    grid_clear(&picture);
    return rows < area.rows ? rows : area.rows;
}

/* The rows with a gradient, as long as they are lit. */
static void flash_panel(const struct panel *panel, enum layout_flash flash,
                        struct grid *grid)
{
    enum style lit = flash == FLASH_LIT ? STYLE_PHASE : STYLE_ACCENT;
    struct rect row = panel->inside;
    row.rows = 1;
    for (int i = 0; i < panel->inside.rows; i++, row.row++) {
        bool marked = false;
        for (int col = row.col; col < row.col + row.cols; col++) {
            const struct cell *cell = grid_cell(grid, row.row, col);
            marked = marked || (cell != NULL && cell->style == STYLE_GRADIENT);
        }
        if (marked)
            grid_restyle(grid, row, lit);
    }
}

/* The panel with the scene; the first where none has it. */
static int find_focus(const struct layout_map *map, const char *scene)
{
    for (size_t i = 0; i < map->count; i++)
        if (str_equal(map->panels[i].scene, scene))
            return (int)i;
    return map->count > 0 ? 0 : -1;
}

void layout_draw_panels(const struct lab *lab, const struct layout *layout,
                        struct rect area, struct grid *grid,
                        struct layout_map *map)
{
    const char *focus = layout_focus(lab, layout);
    if (focus == NULL || scene_current(lab) == NULL) {
        if (layout->player != NULL)
            page_draw_contents(layout->player, area, grid);
        else
            welcome_draw(layout->welcome, area, grid);
        return;
    }
    struct panels_wish wish = {.view = focus,
                               .chosen = layout->chosen,
                               .learning = scene_is_ready(lab, "batch"),
                               .ready = scene_is_ready,
                               .context = lab};
    if (lab->losses.steps < CURVE_STEPS)
        wish.spare = "curve";
    if (panels_may_be_banded(area))
        wish.main_rows =
            rows_wanted(lab, layout, panels_first(&wish, area), area);
    map->count = panels_arrange(&wish, area, map->panels);
    map->focus = find_focus(map, focus);
    for (size_t i = 0; i < map->count; i++) {
        const struct panel *panel = &map->panels[i];
        bool focused = (int)i == map->focus;
        map->full[i] =
            draw_panel(lab, layout, panel, focused && map->count > 1, grid);
        if (layout->flash != FLASH_NONE)
            flash_panel(panel, layout->flash, grid);
    }
}

/* ---- output ---- */

/* Rows below the last command's output: play's steps go on printing. */
static size_t rows_below(const struct layout *layout, int cols)
{
    return scrollback_rows_since(layout->output, layout->output_to, cols);
}

static size_t output_rows(const struct layout *layout, int cols)
{
    return scrollback_rows_since(layout->output, layout->output_from, cols) -
           rows_below(layout, cols);
}

/* The rows the output takes of the panels' area, from below: what the last
 * command printed, where that leaves a panel worth its rows. Who scrolls back
 * reads, and has all of them. */
static struct rect output_area(const struct layout *layout, struct rect area)
{
    size_t wanted = 1 + output_rows(layout, area.cols); /* and the rule */
    int split = area.rows - PANEL_ROWS;
    bool scrolled = layout->output_up > 0 && !layout->output_top;
    if (!scrolled && split > 0 && wanted <= (size_t)split) {
        area.row += area.rows - (int)wanted;
        area.rows = (int)wanted;
    }
    return area;
}

/* Rows below those that are shown: of output that is longer than its room the
 * beginning is shown first. */
static size_t output_up(const struct layout *layout, struct rect lines)
{
    size_t all = output_rows(layout, lines.cols);
    if (!layout->output_top)
        return layout->output_up;
    return all > (size_t)lines.rows ? all - (size_t)lines.rows : 0;
}

/* "3 more below · PgDn", as much as there is room for. */
static void draw_output_keys(const struct layout_map *map, struct rect rule,
                             struct grid *grid)
{
    char text[64] = "PgUp PgDn scroll · Esc back";
    bool below = map->output_up > 0;
    if (below)
        snprintf(text, sizeof text, "%zu more below · PgDn · Esc back",
                 map->output_up);
    layout_drop_parts(text, rule.cols - OUTPUT_TITLE_COLS);
    int width = grid_text_width(text) + 2;
    if (width <= rule.cols - OUTPUT_TITLE_COLS)
        grid_printf(grid, rule.row, rule.col + rule.cols - width - 2,
                    below ? STYLE_ACCENT : STYLE_DIM, " %s ", text);
}

/* The rows for the lines, below the rule. Beside a lesson's page what was
 * printed before would be taken for the command's own. */
static struct rect output_lines(const struct layout *layout, struct rect area)
{
    struct rect lines = area;
    size_t all = output_rows(layout, area.cols);
    if (area.rows >= 2) {
        lines.row++;
        lines.rows--;
    }
    if (layout->player != NULL && layout->output_top && all > 0 &&
        all < (size_t)lines.rows)
        lines.rows = (int)all;
    return lines;
}

/* A rule with a title, then the lines. */
static void draw_output(const struct layout *layout, struct rect area,
                        struct grid *grid, struct layout_map *map)
{
    struct rect lines = output_lines(layout, area);
    map->output_up = output_up(layout, lines);
    if (area.rows >= 2) {
        for (int col = 0; col < area.cols; col++)
            grid_text(grid, area.row, area.col + col, STYLE_SELECTED, "─");
        grid_text(grid, area.row, area.col + 2, STYLE_TITLE, " output ");
        draw_output_keys(map, area, grid);
    }
    scrollback_draw(layout->output, grid, lines,
                    map->output_up + rows_below(layout, lines.cols));
}

/* ---- below the panels ---- */

static void draw_playing(const struct layout *layout, int row, int col,
                         struct grid *grid)
{
    if (layout->playing == NULL)
        return;
    int width = grid_text_width(layout->playing);
    if (grid->cols - width - 2 > col)
        grid_text(grid, row, grid->cols - width - 1, STYLE_ACCENT,
                  layout->playing);
}

static int draw_prompt(const struct layout *layout, int row, struct grid *grid)
{
    const struct prompt_view *prompt = &layout->prompt;
    struct input_line line = {
        .prompt = prompt->prompt != NULL ? prompt->prompt : "",
        .text = prompt->line != NULL ? prompt->line : "",
        .length = prompt->length,
        .point = prompt->point,
    };
    int cursor = input_line_draw(grid, row, &line), first;
    int end = used_part(grid, row, &first) + first;
    draw_playing(layout, row, end + 1, grid);
    return cursor;
}

/* Rows a message may take of the panels': few; what must be read whole, half
 * of them. */
static int message_rows(const struct layout *layout, int above)
{
    const struct message *message = &layout->message;
    int limit = layout->player != NULL ? LESSON_MESSAGE_ROWS : MESSAGE_ROWS;
    bool whole = message->question != NULL || message->error != NULL ||
                 message->notice != NULL;
    if (!whole && above < ROOMY_ROWS)
        return 1;
    int most = 1 + above / (whole ? 2 : 8);
    return most < limit ? most : limit;
}

/* The message: its last line in its row, the others above. Returns how many
 * of those. */
/* Of a picture that is none of the mini-batch's, what it is. */
static bool describe_view(const struct lab *lab, const struct layout *layout,
                          char *out, size_t size)
{
    static const char *const others[] = {
        "tokens",  "merges", "vocab", "subwords", "onehot",
        "windows", "rows",   "curve", "shapes",   "plot"};
    const char *focus = layout_focus(lab, layout);
    bool empty = scene_current(lab) == NULL;
    if (empty && layout->player != NULL)
        return true; /* the page says it all */
    if (empty && layout->welcome != NULL) {
        snprintf(out, size,
                 "Or play freely: corpus tiny, then step. help lists "
                 "the commands, Ctrl-D leaves.");
        return true;
    }
    bool stands_alone = lab->batch.phase != PHASE_NONE;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (stands_alone && str_equal(focus, others[i])) {
            snprintf(out, size, "%s: %s. Esc: back to the phase's picture.",
                     focus, scene_find(focus)->help);
            return true;
        }
    return false;
}

static int draw_message(const struct lab *lab, const struct layout *layout,
                        const struct rows *rows, struct grid *grid)
{
    char own[512] = "";
    struct message message = layout->message;
    int above = rows->panels.rows;
    if (rows->message < 0)
        return 0;
    int cols = message_own_cols(&message, grid->cols);
    if (cols > 0 && !describe_view(lab, layout, own, sizeof own))
        scene_message(lab, cols, own, sizeof own);
    message.own = own;
    return message_draw(grid, rows->message, message_rows(layout, above),
                        &message) -
           1;
}

/* The completion panel, over the rows above the message. */
static void draw_candidates(const struct layout *layout,
                            const struct rows *rows, int covered,
                            struct grid *grid)
{
    int room = rows->panels.rows - covered;
    if (layout->prompt.candidates != NULL && rows->message >= 0)
        candidates_draw(grid, rows->message - covered - 1,
                        room < CANDIDATE_ROWS ? room : CANDIDATE_ROWS,
                        layout->prompt.candidates);
}

static bool shows_output(const struct layout *layout)
{
    return layout->show_output && layout->output != NULL;
}

/* Beside the page of a lesson. What a person asked for is read before all
 * else: where it does not fit it has the whole area. */
static struct page_areas share_with_page(const struct layout *layout,
                                         struct rect area)
{
    struct page_wish wish = {.lab = layout->lab_turn};
    if (shows_output(layout)) {
        int cols = scrollback_columns(layout->output, layout->output_from,
                                      layout->output_to);
        wish.output_rows = (int)output_rows(layout, area.cols);
        wish.output_cols = cols < area.cols ? cols : area.cols;
    }
    struct page_areas areas = page_arrange(layout->player, area, &wish);
    if (areas.output.rows == 0 || !layout->output_typed ||
        page_output_fits(&areas, &wish))
        return areas;
    return (struct page_areas){.output = area};
}

/* The panels, the output below them, the page of a lesson beside them. */
static struct page_areas share_area(const struct layout *layout,
                                    struct rect area)
{
    struct page_areas areas = {.panels = area};
    if (layout->player != NULL)
        return share_with_page(layout, area);
    if (shows_output(layout)) {
        areas.output = output_area(layout, area);
        areas.panels.rows -= areas.output.rows;
    }
    return areas;
}

static bool cuts_page(const struct layout *layout, struct rect page)
{
    return page.rows > 0 && page_rows(layout->player, page) > page_room(page);
}

/* Would all the output from that mark on fit, and leave a panel its rows, if
 * there is any beside the last command's? */
static bool fits_from(const struct layout *layout, size_t mark,
                      struct rect area, bool has_panels)
{
    struct layout with = *layout;
    with.output_from = mark;
    struct page_areas areas = share_area(&with, area);
    return (areas.panels.rows >= PANEL_ROWS || !has_panels) &&
           (size_t)areas.output.rows > output_rows(&with, areas.output.cols) &&
           !cuts_page(layout, areas.page);
}

/* The output of the commands before the last one, as far as there is room. */
static size_t first_output(const struct layout *layout, struct rect area)
{
    size_t from = layout->output_from;
    bool has_panels = share_area(layout, area).panels.rows >= PANEL_ROWS;
    for (size_t i = layout->output_mark_count; i-- > 0;) {
        size_t mark = layout->output_marks[i];
        if (mark < from && !fits_from(layout, mark, area, has_panels))
            break;
        from = mark < from ? mark : from;
    }
    return from;
}

/* Does Enter bring more of the output before it goes on? */
static bool reads_output(const struct layout *layout,
                         const struct layout_map *map)
{
    return layout->output_reading && !layout->output_typed &&
           map->output.rows > 0 && map->output_up > 0;
}

static void draw_page(const struct layout *layout, struct rect area,
                      struct grid *grid, struct layout_map *map)
{
    map->page_room = page_room(area);
    map->page_rows = page_rows(layout->player, area);
    map->page_top = page_draw(layout->player, area, layout->page_top,
                              reads_output(layout, map), grid);
}

static void draw_areas(const struct lab *lab, const struct layout *asked,
                       struct rect area, struct grid *grid,
                       struct layout_map *map)
{
    struct layout with = *asked;
    const struct layout *layout = &with;
    if (with.show_output && with.output != NULL)
        with.output_from = first_output(asked, area);
    struct page_areas areas = share_area(layout, area);
    map->output = areas.output;
    map->page = areas.page;
    if (areas.panels.rows > 0)
        layout_draw_panels(lab, layout, areas.panels, grid, map);
    if (areas.output.rows > 0)
        draw_output(layout, areas.output, grid, map);
    if (areas.page.rows > 0)
        draw_page(layout, areas.page, grid, map);
    page_draw_rule(areas.rule, reads_output(layout, map), grid);
}

void layout_draw(const struct lab *lab, const struct layout *layout,
                 struct grid *grid, struct layout_map *map)
{
    struct layout_map unused;
    map = map != NULL ? map : &unused;
    *map = (struct layout_map){.focus = -1};
    grid_erase(grid);
    int top = draw_top(lab, layout, grid);
    struct rows rows = plan_rows(grid, top);
    struct rect area = rows.panels;
    if (top > 0 && grid->rows >= CHAIN_FROM_ROWS)
        draw_timeline(layout, top - 1, grid);
    int covered = draw_message(lab, layout, &rows, grid);
    area.rows -= covered;
    if (area.rows > 0)
        draw_areas(lab, layout, area, grid, map);
    draw_candidates(layout, &rows, covered, grid);
    map->cursor_col = draw_prompt(layout, rows.prompt, grid);
    if (layout->ascii)
        render_to_ascii(grid);
}
