/*
 * What writes recordings: JSON, HTML and Markdown around text that may hold
 * anything, and of a film only what changes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "draw/grid.h"
#include "ui/record_cast.h"
#include "ui/record_html.h"
#include "ui/record_recap.h"

/* ---- JSON ---- */

static void check_string(const char *text, const char *expected)
{
    struct str out = STR_INIT;
    cast_append_string(&out, text, strlen(text));
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
}

static void json_strings_escape_what_they_must(void **state)
{
    (void)state;
    check_string("", "\"\"");
    check_string("say \"hi\"", "\"say \\\"hi\\\"\"");
    check_string("C:\\", "\"C:\\\\\"");
    check_string("a\nb\r", "\"a\\nb\\r\"");
    check_string("\033[0m\t\x01\x7f", "\"\\u001b[0m\\u0009\\u0001\\u007f\"");
    check_string("● → é", "\"● → é\"");
}

/* ---- films ---- */

struct film_case {
    struct cast cast;
    struct grid grid;
    struct str out;
};

static void begin(struct film_case *film, int rows, int cols)
{
    *film = (struct film_case){.out = STR_INIT};
    grid_init(&film->grid, rows, cols);
    cast_begin(&film->cast, &film->out, rows, cols, "a \"film\"");
    str_truncate(&film->out, 0);
}

/* The events since the last call must be these. */
static void expect(struct film_case *film, const char *events)
{
    assert_string_equal(str_text(&film->out), events);
    str_truncate(&film->out, 0);
}

static void end(struct film_case *film)
{
    cast_end(&film->cast, 9);
    grid_clear(&film->grid);
    str_clear(&film->out);
}

static void the_header_has_size_and_title_but_no_time(void **state)
{
    (void)state;
    struct cast cast;
    struct str out = STR_INIT;
    cast_begin(&cast, &out, 24, 80, "a \"film\"");
    assert_true(str_starts_with(str_text(&out),
                                "{\"version\": 2, \"width\": 80, "
                                "\"height\": 24, "
                                "\"title\": \"a \\\"film\\\"\", "));
    assert_null(strstr(str_text(&out), "timestamp"));
    assert_ptr_equal(strchr(str_text(&out), '\n') + 1,
                     str_text(&out) + out.length);
    cast_end(&cast, 0);
    str_clear(&out);
}

static void only_rows_that_changed_are_written(void **state)
{
    (void)state;
    struct film_case film;
    begin(&film, 3, 10);
    grid_text(&film.grid, 0, 0, STYLE_NORMAL, "one");
    grid_text(&film.grid, 1, 0, STYLE_NORMAL, "two");
    cast_picture(&film.cast, 0, &film.grid, 4);
    expect(&film, "[0.000, \"o\", \"\\u001b[1;1H\\u001b[2Kone"
                  "\\u001b[2;1H\\u001b[2Ktwo\\u001b[3;5H\\u001b[?25h\"]\n");
    grid_text(&film.grid, 1, 0, STYLE_NORMAL, "2  ");
    cast_picture(&film.cast, 1.5, &film.grid, 4);
    expect(&film, "[1.500, \"o\", \"\\u001b[2;1H\\u001b[2K2"
                  "\\u001b[3;5H\"]\n");
    end(&film);
}

static void a_row_in_another_style_has_changed(void **state)
{
    (void)state;
    struct film_case film;
    begin(&film, 2, 4);
    grid_text(&film.grid, 0, 0, STYLE_NORMAL, "x");
    cast_picture(&film.cast, 0, &film.grid, 0);
    str_truncate(&film.out, 0);
    grid_text(&film.grid, 0, 0, STYLE_TITLE, "x");
    cast_picture(&film.cast, 1, &film.grid, 0);
    expect(&film, "[1.000, \"o\", \"\\u001b[1;1H\\u001b[2K\\u001b[1mx"
                  "\\u001b[0m\\u001b[2;1H\"]\n");
    end(&film);
}

static void a_picture_shown_already_is_no_event(void **state)
{
    (void)state;
    struct film_case film;
    begin(&film, 2, 4);
    cast_picture(&film.cast, 0, &film.grid, 1);
    str_truncate(&film.out, 0);
    cast_picture(&film.cast, 1, &film.grid, 1);
    expect(&film, "");
    cast_picture(&film.cast, 2, &film.grid, 2);
    expect(&film, "[2.000, \"o\", \"\\u001b[2;3H\"]\n");
    end(&film);
}

static void times_are_milliseconds(void **state)
{
    (void)state;
    struct film_case film;
    begin(&film, 1, 4);
    cast_marker(&film.cast, 0.0004, "a");
    cast_marker(&film.cast, 0.0126, "b");
    cast_marker(&film.cast, 59.9996, "c\"d");
    expect(&film, "[0.000, \"m\", \"a\"]\n[0.013, \"m\", \"b\"]\n"
                  "[60.000, \"m\", \"c\\\"d\"]\n");
    end(&film);
}

/* ---- HTML ---- */

static void make_page(struct html_page *page, const char *title,
                      struct str *out)
{
    html_end(page, title, 2, 20, out);
}

static void add_screen(struct html_page *page, const char *heading,
                       const char *where, const char *text)
{
    struct grid grid;
    grid_init(&grid, 2, 20);
    grid_text(&grid, 0, 0, STYLE_NORMAL, text);
    html_add_screen(page, heading, where, &grid);
    grid_clear(&grid);
}

static void has(const struct str *out, const char *part)
{
    if (strstr(str_text(out), part) == NULL)
        fail_msg("no %s", part);
}

static void has_not(const struct str *out, const char *part)
{
    if (strstr(str_text(out), part) != NULL)
        fail_msg("there is %s", part);
}

static void text_cannot_leave_its_place_in_a_page(void **state)
{
    (void)state;
    static const char bad[] = "</pre><script>x('&\"')";
    struct html_page page;
    struct str out = STR_INIT;
    html_begin(&page);
    html_add_words(&page, bad);
    html_add_command(&page, bad);
    html_add_output(&page, bad);
    add_screen(&page, bad, "1/1", bad);
    make_page(&page, bad, &out);
    has_not(&out, "<script>x");
    has_not(&out, "'&\"'");
    has(&out, "<title>&lt;/pre&gt;&lt;script&gt;x('&amp;&quot;')</title>");
    str_clear(&out);
}

static void controls_in_a_page_are_seen_and_not_obeyed(void **state)
{
    (void)state;
    struct html_page page;
    struct str out = STR_INIT;
    html_begin(&page);
    html_add_words(&page, "a\033[31mb\xff");
    add_screen(&page, "h", "1/1", "");
    make_page(&page, "t", &out);
    has(&out, "<p>a␛[31mb\xEF\xBF\xBD</p>");
    has_not(&out, "\033");
    str_clear(&out);
}

static void a_screen_has_the_ids_of_its_places(void **state)
{
    (void)state;
    struct html_page page;
    struct str out = STR_INIT;
    html_begin(&page);
    html_add_id(&page, "start");
    html_add_id(&page, "which");
    html_add_id(&page, "x-1");
    add_screen(&page, "One", "1/2", "");
    add_screen(&page, "One", "1/2", "");
    html_add_id(&page, "end");
    add_screen(&page, "Two", "2/2", "");
    make_page(&page, "t", &out);
    has(&out,
        "<section id=\"start\" data-page=\"1/2\">\n<span id=\"which\"></span>\n"
        "<span id=\"x-1\"></span>\n<h2 tabindex=\"-1\">One</h2>");
    has(&out, "<section id=\"screen.2\" data-page=\"1/2\">\n<h2");
    has(&out,
        "<section id=\"end\" data-page=\"2/2\">\n<h2 tabindex=\"-1\">Two</h2>");
    str_clear(&out);
}

static void the_contents_have_each_heading_once(void **state)
{
    (void)state;
    struct html_page page;
    struct str out = STR_INIT;
    html_begin(&page);
    add_screen(&page, "One", "1/2", "");
    add_screen(&page, "One", "1/2", "");
    add_screen(&page, "Two", "2/2", "");
    make_page(&page, "t", &out);
    has(&out, "<ol>\n<li><a href=\"#screen.1\">One</a></li>\n"
              "<li><a href=\"#screen.3\">Two</a></li>\n</ol>");
    str_clear(&out);
}

static void words_are_paragraphs_and_printed_lines_stay_lines(void **state)
{
    (void)state;
    struct html_page page;
    struct str out = STR_INIT;
    html_begin(&page);
    html_add_words(&page, "one\ntwo\n\n\nthree\n");
    html_add_command(&page, "print W[<unk>]");
    html_add_output(&page, "a  b\nc  d\n");
    html_add_output(&page, "");
    add_screen(&page, "h", "1/1", "");
    make_page(&page, "t", &out);
    has(&out, "<div class=\"words\">\n<p>one\ntwo</p>\n<p>three</p>\n"
              "<p>Command: <code>print W[&lt;unk&gt;]</code></p>\n"
              "<pre>a  b\nc  d\n</pre>\n</div>");
    str_clear(&out);
}

static void the_picture_is_for_eyes_alone(void **state)
{
    (void)state;
    struct html_page page;
    struct str out = STR_INIT;
    html_begin(&page);
    add_screen(&page, "h", "1/1", "╭─ W ─╮");
    make_page(&page, "t", &out);
    has(&out, "<div aria-hidden=\"true\">\n<pre class=\"emblab\">\n╭─ W ─╮");
    has(&out, "<html lang=\"en\">");
    has(&out, "role=\"status\" aria-live=\"polite\"");
    str_clear(&out);
}

/* ---- Markdown ---- */

static void check_fence(const char *text, const char *expected)
{
    struct str out = STR_INIT;
    recap_append_code(&out, "text", text);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
}

static void nothing_printed_ends_its_fence(void **state)
{
    (void)state;
    check_fence("a\n", "```text\na\n```\n\n");
    check_fence("a `b` c", "```text\na `b` c\n```\n\n");
    check_fence("```\nx\n", "````text\n```\nx\n````\n\n");
    check_fence("a ````` b `\n", "``````text\na ````` b `\n``````\n\n");
    check_fence("", "```text\n```\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_strings_escape_what_they_must),
        cmocka_unit_test(the_header_has_size_and_title_but_no_time),
        cmocka_unit_test(only_rows_that_changed_are_written),
        cmocka_unit_test(a_row_in_another_style_has_changed),
        cmocka_unit_test(a_picture_shown_already_is_no_event),
        cmocka_unit_test(times_are_milliseconds),
        cmocka_unit_test(text_cannot_leave_its_place_in_a_page),
        cmocka_unit_test(controls_in_a_page_are_seen_and_not_obeyed),
        cmocka_unit_test(a_screen_has_the_ids_of_its_places),
        cmocka_unit_test(the_contents_have_each_heading_once),
        cmocka_unit_test(words_are_paragraphs_and_printed_lines_stay_lines),
        cmocka_unit_test(the_picture_is_for_eyes_alone),
        cmocka_unit_test(nothing_printed_ends_its_fence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
