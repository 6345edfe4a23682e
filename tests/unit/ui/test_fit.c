/*
 * Every page of the shipped lessons fits its screen: wherever a lesson waits,
 * nothing of its page is left for another Enter.
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

struct pages {
    const char *lesson;
    size_t stops, cut;
};

/* A page that is too long says so in its border. */
static void look(void *context, const struct film *film)
{
    struct pages *pages = context;
    struct str text = STR_INIT;

    render_text(&film->grid, &text);
    pages->stops++;
    if (strstr(str_text(&text), "⋮ Enter: more")) {
        pages->cut++;
        print_error("%s:\n%s", pages->lesson, str_text(&text));
    }
    str_clear(&text);
}

static void check_fits(const char *lesson)
{
    struct pages pages = {.lesson = lesson};
    struct film_watcher watcher = {.stop = look, .context = &pages};
    struct error err = {0};

    if (film_play(lesson, &watcher, &err) != 0)
        fail_msg("%s: %s", lesson, err.message);
    assert_in_range(pages.stops, 3, 99);
    assert_int_equal(pages.cut, 0);
}

static void no_page_of_a_lesson_is_cut(void **state)
{
    static const char *const endings[] = {".md", NULL};
    char **names = file_list_data("lessons", endings);
    size_t count = 0;

    (void)state;
    for (; names && names[count]; count++)
        check_fits(names[count]);
    file_list_free(names);
    assert_in_range(count, 18, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_page_of_a_lesson_is_cut),
    };
    return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
