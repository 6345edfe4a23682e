/* Lines kept and folded: between words, indented, by columns and not bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "picture.h"
#include "ui/scrollback.h"

static void print(struct scrollback *sb, const char *text)
{
    scrollback_add_text(sb, text, strlen(text));
}

/* The newest rows, `up` of them left out, in an area of this size. */
static void check(const struct scrollback *sb, int rows, int cols, size_t up,
                  const char *expected)
{
    struct grid grid;
    grid_init(&grid, rows, cols);
    scrollback_draw(sb, &grid, (struct rect){0, 0, rows, cols}, up);
    assert_sound(&grid);
    assert_picture(&grid, expected);
    grid_clear(&grid);
}

static void a_line_that_fits_is_one_row(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "one two\nthree\n");
    check(&sb, 2, 7, 0, "one two\nthree\n");
    assert_int_equal(scrollback_rows(&sb, 7), 2);
    scrollback_clear(&sb);
}

static void nothing_is_drawn_outside_of_the_area(void **state)
{
    struct scrollback sb = {0};
    struct grid grid;
    (void)state;
    print(&sb, "one two three four five\n"); /* a row a word */
    grid_init(&grid, 4, 8);
    scrollback_draw(&sb, &grid, (struct rect){1, 1, 2, 6}, 2);
    assert_picture(&grid, "\n two\n three\n\n");
    grid_clear(&grid);
    scrollback_clear(&sb);
}

static void a_long_line_is_folded_between_words(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "one two three four\n");
    check(&sb, 3, 9, 0, "one two\nthree\nfour\n");
    assert_int_equal(scrollback_rows(&sb, 9), 3);
    scrollback_clear(&sb);
}

/* A blank with a mark is one grapheme of the line, and two where it folds. */
static void a_mark_on_the_blank_that_folds_has_a_style(void **state)
{
    struct scrollback sb = {0};
    struct grid grid;
    (void)state;
    print(&sb, "aaaa \u0308\u0308bb\u0308 \u0308bb \u0308bb\n");
    for (int cols = 1; cols < 12; cols++) {
        grid_init(&grid, 12, cols);
        scrollback_draw(&sb, &grid, (struct rect){0, 0, 12, cols}, 0);
        for (int i = 0; i < 12 * cols; i++)
            assert_int_equal(grid_cell(&grid, i / cols, i % cols)->style,
                             STYLE_NORMAL);
        grid_clear(&grid);
    }
    scrollback_clear(&sb);
}

static void what_is_folded_stays_indented(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "  one two three\n");
    check(&sb, 3, 8, 0, "  one\n  two\n  three\n");
    scrollback_clear(&sb);
}

static void a_word_longer_than_a_row_is_broken(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "abcdefgh ij\n");
    check(&sb, 3, 4, 0, "abcd\nefgh\nij\n");
    scrollback_clear(&sb);
}

/* 日 takes two columns: two of them and a blank are five. */
static void columns_count_not_bytes(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "日日 日日\n");
    check(&sb, 2, 5, 0, "日日\n日日\n");
    scrollback_clear(&sb);
}

static void rows_are_counted_from_a_mark(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "one\ntwo\n");
    size_t mark = sb.added;
    print(&sb, "three four\n\n");
    assert_int_equal(scrollback_rows_since(&sb, mark, 5), 3);
    assert_int_equal(scrollback_rows_since(&sb, sb.added, 5), 0);
    assert_int_equal(scrollback_columns(&sb, 0, mark), 3);
    assert_int_equal(scrollback_columns(&sb, mark, sb.added), 10);
    scrollback_clear(&sb);
}

static void looking_back_leaves_out_the_newest_rows(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "one\ntwo three\nfour\n");
    check(&sb, 2, 5, 1, "two\nthree\n");
    check(&sb, 2, 5, 2, "one\ntwo\n");
    scrollback_clear(&sb);
}

static void what_is_folded_of_an_entry_stands_below_its_text(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "  step    one mini-batch of words\n");
    check(&sb, 3, 22, 0,
          "  step    one\n          mini-batch\n"
          "          of words\n");
    scrollback_clear(&sb);
}

static void a_row_ends_between_columns(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "W = -0.0351   changed in step 1\n");
    check(&sb, 2, 24, 0, "W = -0.0351\nchanged in step 1\n");
    print(&sb, "W   changed in the step one\n"); /* that gap is too far left */
    check(&sb, 2, 20, 0, "W   changed in the\n    step one\n");
    scrollback_clear(&sb);
}

static void a_list_of_numbers_is_no_entry(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "[ 0.0049,  0.0065, -0.1186]\n");
    check(&sb, 2, 20, 0, "[ 0.0049,  0.0065,\n -0.1186]\n");
    scrollback_clear(&sb);
}

static void the_rest_of_a_tensors_row_stands_below_its_numbers(void **state)
{
    struct scrollback sb = {0};
    (void)state;
    print(&sb, "tensor([[ 1.9269,  1.4873, -2.1055],\n"
               "        [ 0.0049,  0.0065, -0.1186]])\n");
    check(&sb, 4, 28, 0,
          "tensor([[ 1.9269,  1.4873,\n"
          "         -2.1055],\n"
          "        [ 0.0049,  0.0065,\n"
          "         -0.1186]])\n");
    scrollback_clear(&sb);
}

static void rows_of_a_picture_are_cut_and_not_folded(void **state)
{
    struct scrollback sb = {0};
    struct grid picture;
    (void)state;
    grid_init(&picture, 2, 20);
    grid_text(&picture, 0, 0, STYLE_NORMAL, "by the cosine of rows");
    grid_text(&picture, 1, 0, STYLE_NORMAL, "dog  0.5860 │███████");
    scrollback_add_grid(&sb, &picture);
    grid_clear(&picture);
    check(&sb, 2, 15, 0, "by the cosine …\ndog  0.5860 │█…\n");
    check(&sb, 2, 20, 0, "by the cosine of row\ndog  0.5860 │███████\n");
    assert_int_equal(scrollback_rows(&sb, 5), 2);
    scrollback_clear(&sb);
}

static void a_table_is_a_picture_and_prose_is_none(void **state)
{
    struct scrollback sb = {0};
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 14);
    grid_wrap(&grid, 0, 0, 14, STYLE_NORMAL, "one two three four");
    scrollback_add_grid(&sb, &grid);
    grid_clear(&grid);
    assert_int_equal(scrollback_rows(&sb, 7), 3);
    grid_init(&grid, 2, 16);
    grid_text(&grid, 0, 0, STYLE_NORMAL, "id   word   0   1");
    grid_text(&grid, 1, 0, STYLE_NORMAL, " 0   the   .1  .2");
    scrollback_add_grid(&sb, &grid);
    grid_clear(&grid);
    assert_int_equal(scrollback_rows(&sb, 7), 3 + 2);
    scrollback_clear(&sb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_fits_is_one_row),
        cmocka_unit_test(nothing_is_drawn_outside_of_the_area),
        cmocka_unit_test(a_long_line_is_folded_between_words),
        cmocka_unit_test(what_is_folded_stays_indented),
        cmocka_unit_test(a_word_longer_than_a_row_is_broken),
        cmocka_unit_test(columns_count_not_bytes),
        cmocka_unit_test(what_is_folded_of_an_entry_stands_below_its_text),
        cmocka_unit_test(a_row_ends_between_columns),
        cmocka_unit_test(a_list_of_numbers_is_no_entry),
        cmocka_unit_test(the_rest_of_a_tensors_row_stands_below_its_numbers),
        cmocka_unit_test(rows_of_a_picture_are_cut_and_not_folded),
        cmocka_unit_test(a_table_is_a_picture_and_prose_is_none),
        cmocka_unit_test(a_mark_on_the_blank_that_folds_has_a_style),
        cmocka_unit_test(rows_are_counted_from_a_mark),
        cmocka_unit_test(looking_back_leaves_out_the_newest_rows),
    };
    return cmocka_run_group_tests_name("scrollback", tests, NULL, NULL);
}
