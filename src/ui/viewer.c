/*
 * Scrolling goes by what the last frame showed (map): a picture whose end is
 * on screen is not scrolled down further, so no scroll position needs to know
 * how long a picture is.
 */
#include "ui/viewer.h"

#include "base/str.h"

#define LIT_SECONDS 0.15  /* rows with a gradient are lit so long ... */
#define FADE_SECONDS 0.35 /* ... and fade so long after */

void viewer_init(struct viewer *viewer, bool ascii,
                 const struct scrollback *output)
{
    *viewer = (struct viewer){.flash_began = -1};
    layout_init(&viewer->layout);
    viewer->layout.ascii = ascii;
    viewer->layout.output = output;
}

/* ---- what is shown ---- */

void viewer_show(struct viewer *viewer, const char *scene, bool chosen)
{
    struct layout *layout = &viewer->layout;
    layout->show_output = str_equal(scene, "output");
    layout->output_up = 0;
    layout->output_top = layout->output_reading = true;
    layout->lab_turn = true;
    if (layout->show_output)
        return;
    layout->view = scene;
    layout->chosen = chosen;
}

void viewer_step(struct viewer *viewer, const char *scene)
{
    viewer->layout.view = scene;
    viewer->layout.chosen = false;
    viewer->layout.lab_turn = true;
}

void viewer_turn_to_page(struct viewer *viewer)
{
    viewer->layout.lab_turn = false;
}

void viewer_focus(struct viewer *viewer, const char *scene)
{
    viewer->layout.view = scene;
    viewer->layout.chosen = true;
}

void viewer_restore(struct viewer *viewer, const char *scene, bool chosen)
{
    viewer->layout.view = scene;
    viewer->layout.chosen = chosen;
    viewer->layout.show_output = false;
}

/* Does a panel of the last frame show the scene? */
static bool shows(const struct viewer *viewer, const char *scene)
{
    for (size_t i = 0; i < viewer->map.count; i++)
        if (str_equal(viewer->map.panels[i].scene, scene))
            return true;
    return false;
}

void viewer_light(struct viewer *viewer, const struct lab *lab,
                  const char *text)
{
    struct layout *layout = &viewer->layout;
    lit_explain(lab, text, &layout->lit);
    const char *scene = layout->lit.scene;
    if (scene != NULL && !shows(viewer, scene)) {
        layout->view = scene;
        layout->chosen = false;
    }
}

void viewer_next(struct viewer *viewer, const struct lab *lab, int step)
{
    const char *next = layout_next(lab, &viewer->layout, step);
    if (next != NULL)
        viewer_show(viewer, next, true);
}

void viewer_back(struct viewer *viewer)
{
    struct layout *layout = &viewer->layout;
    if (!layout->show_output) {
        layout->view = NULL;
        layout->chosen = layout->lab_turn = false;
    }
    layout->show_output = false;
}

static bool is_inside(struct rect area, int row, int col)
{
    return row >= area.row && row < area.row + area.rows && col >= area.col &&
           col < area.col + area.cols;
}

/* The panel at a place; -1: none. */
static int panel_at(const struct viewer *viewer, int row, int col)
{
    for (size_t i = 0; i < viewer->map.count; i++)
        if (is_inside(viewer->map.panels[i].area, row, col))
            return (int)i;
    return -1;
}

void viewer_click(struct viewer *viewer, int row, int col)
{
    int panel = panel_at(viewer, row, col);
    if (panel >= 0)
        viewer_show(viewer, viewer->map.panels[panel].scene, true);
}

/* ---- scrolling ---- */

/* By hand: Enter no longer reads on in it. */
static void scroll_output(struct viewer *viewer, int rows)
{
    struct layout *layout = &viewer->layout;
    struct rect area = viewer->map.output;
    size_t all =
        scrollback_rows(layout->output, area.cols) -
        scrollback_rows_since(layout->output, layout->output_to, area.cols);
    size_t shown = area.rows > 1 ? (size_t)area.rows - 1 : 1;
    size_t most = all > shown ? all - shown : 0;
    layout->output_up = viewer->map.output_up;
    layout->output_top = layout->output_reading = false;
    if (rows < 0)
        layout->output_up += (size_t)-rows;
    else if (layout->output_up > (size_t)rows)
        layout->output_up -= (size_t)rows;
    else
        layout->output_up = 0;
    if (layout->output_up > most)
        layout->output_up = most;
}

/* From the window on the touched rows to the rows in order; above the first
 * row back to that window. */
static void scroll_panel(struct viewer *viewer, int panel, int rows)
{
    int index = layout_scene_index(viewer->map.panels[panel].scene);
    if (index < 0 || (rows > 0 && !viewer->map.full[panel]))
        return;
    struct layout_scroll *scroll = &viewer->layout.scroll[index];
    if (rows < 0 && scroll->row + rows < 0)
        scroll->row = -1;
    else
        scroll->row = (scroll->row < 0 ? 0 : scroll->row) + rows;
}

static void scroll_focus(struct viewer *viewer, int rows)
{
    if (viewer->layout.show_output && viewer->map.output.rows > 0)
        scroll_output(viewer, rows);
    else if (viewer->map.focus >= 0)
        scroll_panel(viewer, viewer->map.focus, rows);
}

bool viewer_scroll_text(struct viewer *viewer, int rows)
{
    const struct layout_map *map = &viewer->map;
    int last = map->page_rows > map->page_room ? map->page_rows - map->page_room
                                               : 0;
    int top = map->page_top + rows;
    top = top > last ? last : top < 0 ? 0 : top;
    if (map->page_room < 1 || top == map->page_top)
        return false;
    viewer->layout.page_top = top;
    return true;
}

/* What a lesson printed, but for what is in sight. */
static bool read_output(struct viewer *viewer)
{
    const struct layout_map *map = &viewer->map;
    struct layout *layout = &viewer->layout;
    if (!layout->output_reading || layout->output_typed ||
        map->output.rows == 0 || map->output_up == 0)
        return false;
    scroll_output(viewer, map->output.rows > 3 ? map->output.rows - 2 : 1);
    layout->output_reading = true;
    return true;
}

bool viewer_read_on(struct viewer *viewer)
{
    const struct layout *layout = &viewer->layout;
    bool covered = viewer->map.page.rows == 0;
    int room = viewer->map.page_room;
    if (covered && layout->output_typed && layout->show_output) {
        viewer_back(viewer);
        viewer_turn_to_page(viewer);
        return true;
    }
    if (read_output(viewer))
        return true;
    if (covered && layout->lab_turn) {
        viewer->layout.show_output = false;
        viewer_turn_to_page(viewer);
        return true;
    }
    return viewer_scroll_text(viewer, room > 1 ? room - 1 : 1);
}

void viewer_scroll_at(struct viewer *viewer, int row, int col, int rows)
{
    int panel = panel_at(viewer, row, col);
    if (is_inside(viewer->map.page, row, col))
        viewer_scroll_text(viewer, rows);
    else if (is_inside(viewer->map.output, row, col))
        scroll_output(viewer, rows);
    else if (panel >= 0)
        scroll_panel(viewer, panel, rows);
}

void viewer_scroll_page(struct viewer *viewer, int pages)
{
    const struct layout_map *map = &viewer->map;
    int text = map->page_room > 1 ? map->page_room - 1 : 1;
    bool output = viewer->layout.show_output && map->output.rows > 0;
    if (!output && viewer_scroll_text(viewer, pages * text))
        return;
    int rows = output            ? map->output.rows
               : map->focus >= 0 ? map->panels[map->focus].inside.rows
                                 : 0;
    scroll_focus(viewer, pages * (rows > 3 ? rows - 2 : 1));
}

static void scroll_columns(struct viewer *viewer, int cols)
{
    int focus = viewer->map.focus;
    int index = focus < 0 ? -1
                          : layout_scene_index(viewer->map.panels[focus].scene);
    if (index < 0)
        return;
    int64_t *col = &viewer->layout.scroll[index].col;
    *col = *col + cols > 0 ? *col + cols : 0;
}

void viewer_scroll_step(struct viewer *viewer, char letter)
{
    if (letter == 'A' || letter == 'B')
        scroll_focus(viewer, letter == 'A' ? -1 : 1);
    else
        scroll_columns(viewer, letter == 'C' ? 1 : -1);
}

/* ---- lighting up ---- */

void viewer_flash(struct viewer *viewer, double now)
{
    viewer->flash_began = now;
}

void viewer_end_flash(struct viewer *viewer)
{
    viewer->flash_began = -1;
}

enum layout_flash viewer_flash_at(struct viewer *viewer, double now)
{
    double age = now - viewer->flash_began;
    if (viewer->flash_began < 0)
        return FLASH_NONE;
    if (age < LIT_SECONDS)
        return FLASH_LIT;
    if (age < LIT_SECONDS + FADE_SECONDS)
        return FLASH_FADING;
    viewer->flash_began = -1;
    return FLASH_NONE;
}

double viewer_flash_wait(const struct viewer *viewer, double now)
{
    if (viewer->flash_began < 0)
        return -1;
    double age = now - viewer->flash_began;
    double end = age < LIT_SECONDS ? LIT_SECONDS : LIT_SECONDS + FADE_SECONDS;
    return end > age ? end - age : 0;
}
