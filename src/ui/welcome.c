/*
 * Only lessons of which something is done are read whole: the others need no
 * more than their first lines, so that a start costs little.
 */
#include "ui/welcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "lesson/lesson.h"
#include "lesson/progress.h"

enum {
    NAME_COLS = 20,
    TITLE_COLS = 34,
    MINUTES_FROM_COLS = 64, /* narrower: no minutes, no progress */
    AROUND_ROWS = 2,        /* a line above the lessons, one below */
};

/* ---- reading ---- */

static void count_progress(const struct learning *learning, const char *name,
                           struct welcome_lesson *out)
{
    struct lesson *lesson = lesson_read(name, NULL);
    if (lesson == NULL)
        return;
    struct progress_count count = progress_count(learning, lesson);
    struct str text = STR_INIT;
    progress_write_short(&count, &text);
    snprintf(out->progress, sizeof out->progress, "%s", str_text(&text));
    str_clear(&text);
    lesson_free(lesson);
}

static void add(struct welcome *welcome, const struct learning *learning,
                const char *name)
{
    struct lesson *front = lesson_read_front(name, NULL);
    if (front == NULL)
        return;
    struct welcome_lesson *lesson = &welcome->lessons[welcome->count++];
    *lesson = (struct welcome_lesson){.name = memory_text(name),
                                      .title = memory_text(front->title),
                                      .minutes = front->minutes};
    if (progress_knows(learning, front->id))
        count_progress(learning, name, lesson);
    lesson_free(front);
}

static bool is_done(const struct welcome_lesson *lesson)
{
    return str_starts_with(lesson->progress, "done");
}

void welcome_read(struct welcome *welcome)
{
    static const char *const endings[] = {".md", NULL};
    char **names = file_list_data("lessons", endings);
    struct learning learning = {0};
    size_t count = 0;
    welcome_clear(welcome);
    while (names[count] != NULL)
        count++;
    (void)progress_read(&learning, NULL);
    welcome->lessons = memory_zeroed(count + 1, sizeof *welcome->lessons);
    for (size_t i = 0; i < count; i++)
        add(welcome, &learning, names[i]);
    while (welcome->next < welcome->count &&
           is_done(&welcome->lessons[welcome->next]))
        welcome->next++;
    progress_clear(&learning);
    file_list_free(names);
}

void welcome_clear(struct welcome *welcome)
{
    for (size_t i = 0; i < welcome->count; i++) {
        free(welcome->lessons[i].name);
        free(welcome->lessons[i].title);
    }
    free(welcome->lessons);
    *welcome = (struct welcome){.count = 0};
}

char *welcome_command(const struct welcome *welcome)
{
    struct str command = STR_INIT;
    if (welcome->next >= welcome->count)
        return NULL;
    str_printf(&command, "lesson %s", welcome->lessons[welcome->next].name);
    return str_take(&command);
}

/* ---- drawing ---- */

static int name_columns(const struct welcome *welcome)
{
    int widest = 0;
    for (size_t i = 0; i < welcome->count; i++) {
        int width = grid_text_width(welcome->lessons[i].name);
        widest = width > widest ? width : widest;
    }
    return widest < NAME_COLS ? widest : NAME_COLS;
}

static void draw_lesson(const struct welcome *welcome, size_t i, int row,
                        struct rect area, struct grid *grid)
{
    const struct welcome_lesson *lesson = &welcome->lessons[i];
    bool next = i == welcome->next;
    enum style style = next              ? STYLE_EMPHASIS
                       : is_done(lesson) ? STYLE_DIM
                                         : STYLE_NORMAL;
    int col =
        grid_text(grid, row, area.col, STYLE_ACCENT, next ? " > " : "   ");
    int right = area.col + area.cols;
    col = grid_fit(grid, row, col, name_columns(welcome), style, lesson->name);
    col += 2;
    int room = right - col < TITLE_COLS ? right - col : TITLE_COLS;
    if (room > 0)
        col = grid_fit(grid, row, col, room, style, lesson->title);
    if (area.cols < MINUTES_FROM_COLS)
        return;
    if (lesson->minutes > 0)
        grid_printf(grid, row, col, STYLE_DIM, "%3d min", lesson->minutes);
    grid_text(grid, row, col + 9, STYLE_GOOD, lesson->progress);
}

/* The lessons around the next one, as many as there is room for. */
static void draw_lessons(const struct welcome *welcome, struct rect area,
                         struct grid *grid)
{
    int room = area.rows - AROUND_ROWS, count = (int)welcome->count;
    int shown = count < room ? count : room;
    int first = (int)welcome->next - shown / 2;
    first = first > count - shown ? count - shown : first;
    first = first < 0 ? 0 : first;
    bool all_done = welcome->next >= welcome->count;
    grid_fit(grid, area.row, area.col, area.cols, STYLE_TITLE,
             all_done ? " All lessons are done. lesson NAME plays one again:"
                      : " Where to begin? Enter plays the lesson marked >:");
    for (int i = 0; i < shown; i++)
        draw_lesson(welcome, (size_t)(first + i), area.row + 1 + i, area, grid);
    if (shown < count && area.rows > shown + 1)
        grid_printf(grid, area.row + 1 + shown, area.col + 3, STYLE_DIM,
                    "⋮ %d more: lessons", count - shown);
}

static void draw_free_play(struct rect area, struct grid *grid)
{
    static const char text[] =
        "A lab for word embeddings. Free play:\n\n"
        "  corpus tiny     a small text to begin with\n"
        "  lessons         the lessons there are\n"
        "  help            all commands\n\n"
        "  F1 help   F2 next phase   F3 step   F5 play   F6 next panel\n"
        "  Tab completes, Ctrl-R searches what was typed, Ctrl-D leaves";
    struct grid lines;
    grid_init(&lines, 0, area.cols);
    int rows = grid_wrap(&lines, 0, 1, area.cols - 2, STYLE_NORMAL, text);
    int shown = rows < area.rows ? rows : area.rows;
    grid_copy(grid, area.row, area.col, &lines,
              (struct rect){0, 0, shown, area.cols});
    grid_clear(&lines);
}

void welcome_draw(const struct welcome *welcome, struct rect area,
                  struct grid *grid)
{
    if (area.rows < 1 || area.cols < 4)
        return;
    bool lessons = welcome != NULL && welcome->count > 0 &&
                   area.rows > AROUND_ROWS;
    if (lessons)
        draw_lessons(welcome, area, grid);
    int used = lessons ? (int)welcome->count + AROUND_ROWS : 0;
    area.row += used;
    area.rows -= used;
    if (area.rows > 0)
        draw_free_play(area, grid);
}
