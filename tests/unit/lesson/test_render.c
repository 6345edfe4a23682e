/*
 * Text of lessons as cells: pictures that stand here, drawn by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "lesson/lesson.h"
#include "lesson/render.h"
#include "picture.h"

#define HEAD "---\ntitle: T\nid: t\n---\n"

/* All blocks of a lesson below each other. The caller clears the grid. */
static void draw(const char *text, int width, struct grid *grid)
{
    struct str whole = STR_INIT;
    struct error err = {0};
    struct lesson *lesson;
    int row = 0;

    str_printf(&whole, HEAD "%s", text);
    lesson = lesson_parse("l.md", str_text(&whole), whole.length, &err);
    if (!lesson)
        fail_msg("%s", err.message);
    grid_init(grid, 0, width);
    for (size_t i = 0; i < lesson->count; i++) {
        row += render_block(&lesson->blocks[i], grid, row, 0, width);
        assert_int_equal(grid->rows, row); /* what it says it used */
    }
    assert_sound(grid);
    lesson_free(lesson);
    str_clear(&whole);
}

#define assert_drawn(text, width, expected) \
    do {                                    \
        struct grid drawn;                  \
        draw(text, width, &drawn);          \
        assert_picture(&drawn, expected);   \
        grid_clear(&drawn);                 \
    } while (0)

#define assert_styled(text, width, expected) \
    do {                                     \
        struct grid drawn;                   \
        draw(text, width, &drawn);           \
        assert_letters(&drawn, expected);    \
        grid_clear(&drawn);                  \
    } while (0)

static void words_have_their_styles(void **state)
{
    (void)state;
    assert_drawn("a *bc* **de** `f g` *h **i***\n", 30, "a bc de f g h i\n");
    /* capitals are bold; i emphasis, k code */
    assert_styled("a *bc* **de** `f g` *h **i***\n", 30, "..ii.II.kkk.iiI\n");
}

static void headings_are_titles(void **state)
{
    (void)state;
    assert_drawn("# One\n\n## Two `x` {#two}\n", 10, "One\nTwo x\n");
    assert_styled("# One\n\n## Two `x` {#two}\n", 10, "TTT\nttttk\n");
}

static void paragraphs_wrap_between_words(void **state)
{
    (void)state;
    assert_drawn("one two three\nfour five  \nsix\n", 10,
                 "one two\nthree four\nfive\nsix\n");
    assert_drawn("abcdefghijklmno pq\n", 10, "abcdefghij\nklmno pq\n");
}

/* Each of these takes two columns. */
static void wide_words_wrap_whole(void **state)
{
    (void)state;
    assert_drawn("a日本語日本語\n", 10, "a日本語日\n本語\n");
}

static void links_tell_where_they_lead(void **state)
{
    (void)state;
    assert_drawn("[rows](06-which-rows.md) [x](#here) [y](https://a.b) "
                 "<https://c.d>\n",
                 70,
                 "rows (lesson 06-which-rows) x y (https://a.b) "
                 "https://c.d\n");
    assert_drawn("[z](https://a.b/page.html)\n", 70,
                 "z (https://a.b/page.html)\n");
    assert_styled("[y](https://a.b)\n", 20, "adddddddddddddd\n");
}

static void lists_indent_what_belongs_to_an_item(void **state)
{
    (void)state;
    assert_drawn("- one two three\n- four\n  1. five\n  2. six\n", 12,
                 "• one two\n"
                 "  three\n"
                 "• four\n"
                 "  1. five\n"
                 "  2. six\n");
}

static void loose_lists_have_room_and_numbers_align(void **state)
{
    (void)state;
    assert_drawn("9. nine\n\n   more\n\n10. ten\n", 12,
                 " 9. nine\n"
                 "\n"
                 "    more\n"
                 "\n"
                 "10. ten\n");
}

static void one_number_alone_takes_no_room_for_the_next(void **state)
{
    (void)state;
    assert_drawn("9. nine\n", 12, "9. nine\n");
    assert_drawn("8. eight\n9. nine\n", 12, "8. eight\n9. nine\n");
}

static void empty_items_have_their_row(void **state)
{
    (void)state;
    assert_drawn("-\n- a\n-\n", 12, "•\n• a\n•\n");
    assert_drawn("-\n- a\n-\n", 3, "\na\n\n");
}

static void quotes_have_a_bar(void **state)
{
    (void)state;
    assert_drawn("> one two three\n>\n> - four\n", 12,
                 "│ one two\n"
                 "│ three\n"
                 "│\n"
                 "│ • four\n");
}

static void code_stays_as_it_is(void **state)
{
    (void)state;
    assert_drawn("```python\nif x:\n    y  =  1\n\n\tz\n```\n", 20,
                 "  if x:\n"
                 "      y  =  1\n"
                 "\n"
                 "      z\n");
    assert_drawn("```\n123456789012 45\n```\n", 14,
                 "  123456789012\n"
                 "  45\n");
}

static void rules_are_as_wide_as_the_page(void **state)
{
    (void)state;
    assert_drawn("***\n", 12, "────────────\n");
}

static void tables_align_their_columns(void **state)
{
    (void)state;
    assert_drawn("| word | id |mid|\n|---|--:|:-:|\n| milk | 3 | x |\n"
                 "| queen | 13 | *yz* |\n",
                 30,
                 "word   id  mid\n"
                 "─────  ──  ───\n"
                 "milk    3   x\n"
                 "queen  13  yz\n");
    assert_styled("| a |\n|---|\n| `b` |\n", 10, "h\nb\nk\n");
}

/* 5 + 2 + 20 columns; the widest gives way, at blanks. */
static void tables_wrap_where_they_are_too_wide(void **state)
{
    (void)state;
    assert_drawn("| a | b |\n|---|---|\n| 12345 | five words are in this |\n",
                 18,
                 "a      b\n"
                 "─────  ───────────\n"
                 "12345  five words\n"
                 "       are in this\n");
}

/* 12 + 2 + 13 columns: both are wide, but one word is not broken while the
 * other column has blanks. */
static void tables_break_no_word_while_blanks_are_left(void **state)
{
    (void)state;
    assert_drawn("| w | b |\n|---|---|\n| abcdefghijkl | one two three |\n", 20,
                 "w             b\n"
                 "────────────  ──────\n"
                 "abcdefghijkl  one\n"
                 "              two\n"
                 "              three\n");
}

static void questions_show_their_text_alone(void **state)
{
    (void)state;
    assert_drawn("```quiz\nWhich *one*?\n\n- [x] a\n```\n"
                 "```try\nDo it.\ncheck: 1\nsolution: rows\n```\n"
                 "<!-- note: x -->\n",
                 20, "Which one?\nDo it.\n");
}

/* &#27; is an escape character to CommonMark. */
static void controls_never_reach_a_cell(void **state)
{
    (void)state;
    assert_drawn("&#27;[2J `\\x`\n", 20, "␛[2J \\x\n");
}

static void ignored_comments_are_not_seen(void **state)
{
    (void)state;
    assert_drawn("a<!-- # b -->c\n", 20, "ac\n");
}

static void words_take_a_style(void **state)
{
    struct grid grid;

    (void)state;
    grid_init(&grid, 0, 12);
    assert_int_equal(render_words("try `rows` now", STYLE_DIM, &grid, 0, 0, 9),
                     2);
    assert_picture(&grid, "try rows\nnow\n");
    assert_letters(&grid, "ddddkkkk\nddd\n");
    grid_clear(&grid);
}

static void titles_are_one_line(void **state)
{
    static const char text[] = HEAD "# A *b*\n\nx\n";
    struct error err = {0};
    struct lesson *lesson = lesson_parse("l", text, strlen(text), &err);
    struct str title = STR_INIT;

    (void)state;
    render_title(lesson->blocks[0].node, &title);
    assert_string_equal(str_text(&title), "A b");
    str_clear(&title);
    lesson_free(lesson);
}

/* Nothing is drawn outside of [col, col + width), nothing is lost. */
static void every_width_draws_inside_its_columns(void **state)
{
    static const char text[] = HEAD
        "# Head of it\n\nSome *words* 日本 to wrap.\n\n- a list\n"
        "  - of lists\n    - deep\n\n> a quote\n\n```\ncode it is\n```\n\n"
        "| a | b |\n|--|--|\n| one | two words |\n\n1. x\n";
    struct error err = {0};
    struct lesson *lesson = lesson_parse("l", text, strlen(text), &err);

    (void)state;
    assert_non_null(lesson);
    for (int width = 1; width <= 60; width++) {
        struct grid grid;
        int row = 0;
        grid_init(&grid, 0, width + 8);
        for (size_t i = 0; i < lesson->count; i++)
            row += render_block(&lesson->blocks[i], &grid, row, 4, width);
        assert_sound(&grid);
        for (int r = 0; r < grid.rows && width >= 10; r++) {
            for (int c = 0; c < 4; c++) {
                assert_string_equal(grid_cell(&grid, r, c)->text, " ");
                assert_string_equal(grid_cell(&grid, r, 4 + width + c)->text,
                                    " ");
            }
        }
        grid_clear(&grid);
    }
    lesson_free(lesson);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_have_their_styles),
        cmocka_unit_test(headings_are_titles),
        cmocka_unit_test(paragraphs_wrap_between_words),
        cmocka_unit_test(wide_words_wrap_whole),
        cmocka_unit_test(links_tell_where_they_lead),
        cmocka_unit_test(lists_indent_what_belongs_to_an_item),
        cmocka_unit_test(loose_lists_have_room_and_numbers_align),
        cmocka_unit_test(one_number_alone_takes_no_room_for_the_next),
        cmocka_unit_test(empty_items_have_their_row),
        cmocka_unit_test(quotes_have_a_bar),
        cmocka_unit_test(code_stays_as_it_is),
        cmocka_unit_test(rules_are_as_wide_as_the_page),
        cmocka_unit_test(tables_align_their_columns),
        cmocka_unit_test(tables_wrap_where_they_are_too_wide),
        cmocka_unit_test(tables_break_no_word_while_blanks_are_left),
        cmocka_unit_test(questions_show_their_text_alone),
        cmocka_unit_test(controls_never_reach_a_cell),
        cmocka_unit_test(ignored_comments_are_not_seen),
        cmocka_unit_test(words_take_a_style),
        cmocka_unit_test(titles_are_one_line),
        cmocka_unit_test(every_width_draws_inside_its_columns),
    };

    return cmocka_run_group_tests_name("lesson/render", tests, NULL, NULL);
}
