#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scene_case.h"

#include <string.h>

#include "draw/render.h"
#include "picture.h"

struct frame stream_frame(void)
{
    return (struct frame){.width = 80, .digits = 4, .first_row = -1};
}

struct frame panel_frame(int width, int height)
{
    return (struct frame){.width = width,
                          .height = height,
                          .digits = 3,
                          .first_row = -1,
                          .panel = true};
}

static const struct scene *find(const char *name)
{
    const struct scene *scene = scene_find(name);
    if (scene == NULL)
        fail_msg("there is no scene %s", name);
    return scene;
}

void draw_scene(const struct lab *lab, const char *name,
                const struct frame *frame, struct grid *grid)
{
    const struct scene *scene = find(name);
    if (!scene->ready(lab))
        fail_msg("%s has nothing to show", name);
    grid_init(grid, 0, frame->width);
    scene->draw(lab, frame, grid);
    assert_sound(grid);
    if (frame->height > 0)
        assert_in_range(grid->rows, 0, frame->height);
}

const char *title_of(const struct lab *lab, const char *name,
                     const struct frame *frame)
{
    static char title[256];
    title[0] = '\0';
    find(name)->title(lab, frame, title, sizeof title);
    return title;
}

const char *bottom_of(const struct lab *lab, const char *name,
                      const struct frame *frame)
{
    static char bottom[256];
    bottom[0] = '\0';
    if (find(name)->bottom != NULL)
        find(name)->bottom(lab, frame, bottom, sizeof bottom);
    return bottom;
}

void assert_scene_at(const struct lab *lab, const char *name,
                     const char *expected, const char *file, int line)
{
    struct frame frame = stream_frame();
    struct grid grid;
    draw_scene(lab, name, &frame, &grid);
    assert_picture_at(&grid, expected, file, line);
    grid_clear(&grid);
}

void assert_fits_panels(const struct lab *lab, const char *name)
{
    for (int width = 1; width < 130; width += width < 50 ? 1 : 13)
        for (int height = 1; height < 40; height += 3) {
            struct frame frame = panel_frame(width, height);
            struct grid grid;
            draw_scene(lab, name, &frame, &grid);
            grid_clear(&grid);
        }
}

void assert_line(const struct lab *lab, const char *name,
                 const struct frame *frame, const char *expected)
{
    struct grid grid;
    struct str text = STR_INIT, line = STR_INIT;
    draw_scene(lab, name, frame, &grid);
    str_append(&text, "\n");
    render_text(&grid, &text);
    str_printf(&line, "\n%s\n", expected);
    if (strstr(str_text(&text), str_text(&line)) == NULL)
        fail_msg("no line \"%s\" in:%s", expected, str_text(&text));
    str_clear(&line);
    str_clear(&text);
    grid_clear(&grid);
}
