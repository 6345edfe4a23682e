/*
 * The first screen: what is done of each lesson stands there whole.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>

#include "lesson/progress.h"
#include "picture.h"
#include "session_case.h"
#include "ui/welcome.h"

#define QUESTION(id) \
    "\n```quiz {#" id "}\nWhich?\n\n- [x] one\n- [ ] two\n```\n"

static void record(const char *lesson, const char *id,
                   enum progress_state state)
{
    struct error err;

    assert_int_equal(progress_record(lesson, id, state, &err), 0);
}

/* A lesson with two questions, under the longest name there is room for. */
static void write_lesson(const char *folder, const char *file, const char *id)
{
    struct str text = STR_INIT;

    str_printf(&text,
               "---\ntitle: Is a table learned, or is it given?\nid: "
               "%s\nminutes: 12\n---\n" QUESTION("a") QUESTION("b"),
               id);
    folder_write(folder, file, str_text(&text));
    str_clear(&text);
}

static void progress_fits_eighty_columns(void **state)
{
    const char *folder = *state;
    struct welcome welcome = {0};
    struct str path = STR_INIT;
    struct grid grid;

    str_printf(&path, "%s/lessons", folder);
    assert_int_equal(mkdir(str_text(&path), 0700), 0);
    str_clear(&path);
    write_lesson(folder, "lessons/17-learned-or-givens.md", "one");
    write_lesson(folder, "lessons/18-learned-or-givens.md", "two");
    setenv("EMBLAB_DATA", folder, 1);
    record("one", "a", PROGRESS_SHOWN);
    record("one", "b", PROGRESS_SHOWN);
    record("two", "a", PROGRESS_SHOWN);
    welcome_read(&welcome);
    assert_int_equal(welcome.next, 1);
    grid_init(&grid, 4, 80);
    welcome_draw(&welcome, (struct rect){0, 0, 4, 80}, &grid);
    assert_picture(
        &grid,
        " Where to begin? Enter plays the lesson marked >:\n"
        "   17-learned-or-givens  Is a table learned, or is it give… 12 min  "
        "done\n"
        " > 18-learned-or-givens  Is a table learned, or is it give… 12 min  "
        "1 of 2\n"
        "\n");
    grid_clear(&grid);
    welcome_clear(&welcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_fits_eighty_columns),
    };

    return cmocka_run_group_tests_name("welcome", tests, folder_begin,
                                       folder_end);
}
