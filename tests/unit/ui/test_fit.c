/*
 * The shipped lessons fit the screens of a classroom: wherever one waits, all
 * of its page is to be seen, and every line that its commands printed since it
 * waited last, on a row of its own. On a small screen Enter leads to all that
 * the last one printed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "draw/render.h"
#include "ui/record_film.h"

enum { ROWS_MAX = 500 };

/* What was printed, as rows of the whole screen's width, and which of them were
 * seen. */
struct output {
    struct grid rows;
    bool seen[ROWS_MAX];
};

struct viewing {
    const char *lesson;
    bool small; /* the screen: Enter leads on */
    size_t stops, rows, wrong;
    struct output output;
};

/* ---- what was printed ---- */

static void forget(struct output *output)
{
    grid_clear(&output->rows);
    *output = (struct output){.rows = {0}};
}

/* A command has run: the lines of its output, where that is what it shows. */
static void ran(void *context, const struct film *film)
{
    struct viewing *viewing = context;
    struct output *output = &viewing->output;
    const struct runner *runner = &film->runner;
    const struct scrollback *printed = &runner->scrollback;
    int cols = film->grid.cols;
    size_t below = scrollback_rows_since(printed, runner->output_to, cols);
    int rows = (int)(scrollback_rows_since(printed, runner->output_from, cols) -
                     below);

    if (viewing->small)
        forget(output);
    if (!film->viewer.layout.show_output)
        return;
    if (output->rows.cols == 0)
        grid_init(&output->rows, 0, cols);
    int top = output->rows.rows;
    assert_in_range(top + rows, 1, ROWS_MAX);
    grid_need(&output->rows, top + rows);
    scrollback_draw(printed, &output->rows, (struct rect){top, 0, rows, cols},
                    below);
}

/* Does a row of the screen show that row of the output, from its margin on? */
static bool shows_row(const struct film *film, const struct grid *rows, int row)
{
    struct rect area = film->viewer.map.output;
    for (int r = area.row; r < area.row + area.rows; r++) {
        int col = 0;
        while (col < rows->cols) {
            const struct cell *seen = grid_cell(&film->grid, r, area.col + col);
            const char *text = grid_cell(rows, row, col)->text;
            bool outside = col >= area.cols;
            if (!str_equal(text, outside || seen == NULL ? " " : seen->text))
                break;
            col++;
        }
        if (col == rows->cols)
            return true;
    }
    return false;
}

/* ---- looking ---- */

static void complain(struct viewing *viewing, const struct film *film,
                     const char *what)
{
    struct str text = STR_INIT;
    render_text(&film->grid, &text);
    print_error("%s, %dx%d: %s\n%s", viewing->lesson, film->grid.cols,
                film->grid.rows, what, str_text(&text));
    str_clear(&text);
    viewing->wrong++;
}

static void look_at_output(struct viewing *viewing, const struct film *film)
{
    struct output *output = &viewing->output;
    for (int row = 0; row < output->rows.rows; row++)
        output->seen[row] |= shows_row(film, &output->rows, row);
}

static void expect_all_seen(struct viewing *viewing, const struct film *film)
{
    struct output *output = &viewing->output;
    struct str text = STR_INIT;
    for (int row = 0; row < output->rows.rows; row++) {
        if (output->seen[row])
            continue;
        str_truncate(&text, 0);
        for (int col = 0; col < output->rows.cols; col++)
            str_append(&text, grid_cell(&output->rows, row, col)->text);
        complain(viewing, film, str_text(&text));
    }
    viewing->rows += (size_t)output->rows.rows;
    str_clear(&text);
    forget(output);
}

static bool shows(const struct film *film, const char *what)
{
    struct str text = STR_INIT;
    render_text(&film->grid, &text);
    bool found = strstr(str_text(&text), what) != NULL;
    str_clear(&text);
    return found;
}

static bool is_one_of(const char *text, const char *a, const char *b)
{
    return str_equal(text, a) || str_equal(text, b);
}

/* Of a panel's title and its legend nothing may be missing. */
static void look_at_frames(struct viewing *viewing, const struct film *film)
{
    for (int row = 0; row < film->grid.rows; row++) {
        bool frame = false, cut = false;
        for (int col = 0; col < film->grid.cols; col++) {
            const char *text = grid_cell(&film->grid, row, col)->text;
            if (is_one_of(text, "╭", "╰"))
                frame = true;
            else if (is_one_of(text, "╮", "╯"))
                frame = false;
            cut |= frame && str_equal(text, "…");
        }
        if (cut)
            complain(viewing, film, "a panel's title is cut");
    }
}

static void stop(void *context, const struct film *film)
{
    struct viewing *viewing = context;
    bool more = shows(film, "⋮ Enter: more");
    viewing->stops++;
    look_at_output(viewing, film);
    if (!viewing->small)
        look_at_frames(viewing, film);
    if (more && !viewing->small)
        complain(viewing, film, "a page or an output is cut");
    if (!more)
        expect_all_seen(viewing, film);
}

/* Returns how many rows of output were looked for. */
static size_t check_fits(const char *lesson, int rows, int cols)
{
    struct viewing viewing = {.lesson = lesson, .small = rows < 24};
    struct film_watcher watcher = {.stop = stop,
                                   .ran = ran,
                                   .context = &viewing,
                                   .rows = rows,
                                   .cols = cols};
    struct error err = {0};

    if (film_play(lesson, &watcher, &err) != 0)
        fail_msg("%s: %s", lesson, err.message);
    forget(&viewing.output);
    assert_in_range(viewing.stops, 3, 999);
    assert_int_equal(viewing.wrong, 0);
    return viewing.rows;
}

static void check_all(int rows, int cols)
{
    static const char *const endings[] = {".md", NULL};
    char **names = file_list_data("lessons", endings);
    size_t count = 0, looked_for = 0;

    for (; names && names[count]; count++)
        looked_for += check_fits(names[count], rows, cols);
    file_list_free(names);
    assert_in_range(count, 18, 99);
    assert_in_range(looked_for, 500, 99999);
}

static void lessons_fit_80x24(void **state)
{
    (void)state;
    check_all(24, 80);
}

static void lessons_fit_120x34(void **state)
{
    (void)state;
    check_all(34, 120);
}

static void enter_leads_to_all_of_a_lesson_at_40x12(void **state)
{
    (void)state;
    check_all(12, 40);
}

/* Where no page has room Enter goes on; where a row has, it brings them all. */
static void at_any_size_a_lesson_comes_to_its_end(void **state)
{
    static const int sizes[][2] = {{1, 1},  {3, 20},  {4, 30}, {5, 30},
                                   {6, 1},  {7, 2},   {7, 3},  {8, 80},
                                   {9, 63}, {10, 64}, {15, 40}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct film_watcher watcher = {.rows = sizes[i][0],
                                       .cols = sizes[i][1]};
        struct error err = {0};
        if (film_play("01-tokens", &watcher, &err) != 0)
            fail_msg("%dx%d: %s", watcher.cols, watcher.rows, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lessons_fit_80x24),
        cmocka_unit_test(lessons_fit_120x34),
        cmocka_unit_test(enter_leads_to_all_of_a_lesson_at_40x12),
        cmocka_unit_test(at_any_size_a_lesson_comes_to_its_end),
    };
    return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
