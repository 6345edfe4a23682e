/* Cells: clipping, wide and combining characters, wrapping, boxes, copying. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "draw/grid.h"
#include "picture.h"

#define ACUTE "\xCC\x81"          /* U+0301, a mark */
#define ZERO_WIDTH "\xE2\x80\x8B" /* U+200B */
#define REPLACEMENT "\xEF\xBF\xBD"

static void text_is_clipped_and_returns_the_column_behind_it(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 6);
    assert_int_equal(grid_text(&grid, 0, 4, STYLE_TITLE, "abcd"), 8);
    assert_int_equal(grid_text(&grid, 1, -2, STYLE_DIM, "abcd"), 2);
    assert_int_equal(grid_text(&grid, 2, 0, STYLE_DIM, "below"), 5);
    assert_int_equal(grid_text(&grid, -1, 0, STYLE_DIM, "above"), 5);
    assert_picture(&grid, "    ab\n"
                          "cd\n");
    assert_letters(&grid, "....tt\n"
                          "dd\n");
    grid_clear(&grid);
}

static void printf_formats(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 12);
    assert_int_equal(grid_printf(&grid, 0, 1, STYLE_NORMAL, "%d × %s", 3, "猫"),
                     7);
    assert_picture(&grid, " 3 × 猫\n");
    grid_clear(&grid);
}

static void a_wide_character_takes_two_cells(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 6);
    assert_int_equal(grid_text(&grid, 0, 1, STYLE_LABEL, "猫a"), 4);
    assert_int_equal(grid_cell_width(&grid, 0, 1), 2);
    assert_int_equal(grid_cell_width(&grid, 0, 2), 0);
    assert_int_equal(grid_cell_width(&grid, 0, 3), 1);
    assert_letters(&grid, ".lll\n");
    grid_clear(&grid);
}

static void half_a_wide_character_never_stays(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 3, 6);
    for (int row = 0; row < 3; row++)
        grid_text(&grid, row, 0, STYLE_NORMAL, "猫犬鳥");
    grid_text(&grid, 0, 1, STYLE_NORMAL, "x");
    grid_text(&grid, 1, 2, STYLE_NORMAL, "x");
    grid_text(&grid, 2, 1, STYLE_NORMAL, "水"); /* over two halves */
    assert_picture(&grid, " x犬鳥\n"
                          "猫x 鳥\n"
                          " 水 鳥\n");
    assert_sound(&grid);
    grid_clear(&grid);
}

static void a_wide_character_cut_by_an_edge_leaves_a_blank(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 3);
    grid_text(&grid, 0, 2, STYLE_LABEL, "猫");
    grid_text(&grid, 1, -1, STYLE_LABEL, "猫a");
    assert_picture(&grid, "\n"
                          " a\n");
    assert_letters(&grid, "..l\n"
                          "ll\n");
    assert_sound(&grid);
    grid_clear(&grid);
}

/* "ab" with what may not be shown as it is between, each in one column. */
static void assert_shown_as(const char *text, const char *shown)
{
    struct grid grid;
    struct str whole = STR_INIT, expected = STR_INIT;
    str_printf(&whole, "a%sb", text);
    str_printf(&expected, "a%sb\n", shown);
    grid_init(&grid, 1, 20);
    int end = grid_text(&grid, 0, 0, STYLE_NORMAL, str_text(&whole));
    assert_picture(&grid, str_text(&expected));
    assert_sound(&grid);
    assert_int_equal(grid_text_width(str_text(&whole)), end);
    grid_clear(&grid);
    str_clear(&whole);
    str_clear(&expected);
}

static void controls_and_broken_bytes_are_visible(void **state)
{
    (void)state;
    assert_shown_as("\033[2J", "␛[2J");
    assert_shown_as("\n\t\r", "␊␉␍");
    assert_shown_as("\x7f", "␡");
    assert_shown_as("\xC2\x9B"
                    "1m",
                    REPLACEMENT "1m");            /* CSI in C1 */
    assert_shown_as("\xE2\x80\xAE", REPLACEMENT); /* RTL override */
    assert_shown_as("\xFF\xC3", REPLACEMENT REPLACEMENT);
}

static void what_has_no_width_is_seen(void **state)
{
    struct grid grid;
    (void)state;
    assert_shown_as(ACUTE, ACUTE); /* on the a */
    assert_shown_as(ZERO_WIDTH, REPLACEMENT);
    grid_init(&grid, 1, 4);
    assert_int_equal(grid_text(&grid, 0, 0, STYLE_NORMAL, ACUTE), 1);
    assert_picture(&grid, "◌" ACUTE "\n");
    assert_sound(&grid);
    grid_clear(&grid);
}

static void a_grapheme_too_long_for_a_cell_is_replaced(void **state)
{
    struct str marks = STR_INIT, shown = STR_INIT;
    (void)state;
    str_repeat(&marks, ACUTE, 10); /* with its a: 21 bytes, the most */
    assert_shown_as(str_text(&marks), str_text(&marks));
    str_append(&marks, ACUTE);
    struct grid grid;
    str_printf(&shown, "a%sb", str_text(&marks));
    grid_init(&grid, 1, 4);
    grid_text(&grid, 0, 0, STYLE_NORMAL, str_text(&shown));
    assert_picture(&grid, REPLACEMENT "b\n");
    grid_clear(&grid);
    str_clear(&marks);
    str_clear(&shown);
}

/* Emoji of several code points, Arabic, Devanagari, Hangul, flags. */
static void columns_of_a_text_are_the_columns_of_its_cells(void **state)
{
    static const struct {
        const char *text;
        int width;
    } cases[] = {
        {"", 0},       {"cat", 3},   {"猫犬", 4},        {"e" ACUTE, 1},
        {"שלום", 4},   {"한국", 4},  {"👩‍🔬", 2}, {"🇩🇪", 2},
        {"ﬁn\033", 3}, {"日a本", 5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct grid grid;
        grid_init(&grid, 1, 12);
        assert_int_equal(grid_text_width(cases[i].text), cases[i].width);
        assert_int_equal(grid_text(&grid, 0, 0, STYLE_LABEL, cases[i].text),
                         cases[i].width);
        assert_sound(&grid);
        grid_clear(&grid);
    }
}

static void random_bytes_leave_a_sound_grid(void **state)
{
    struct grid grid;
    unsigned seed = 1;
    (void)state;
    grid_init(&grid, 4, 17);
    for (int round = 0; round < 2000; round++) {
        char text[24];
        for (size_t i = 0; i + 1 < sizeof text; i++) {
            seed = seed * 1103515245U + 12345U;
            text[i] = (char)(seed >> 16 & 0xff);
        }
        text[sizeof text - 1] = '\0';
        int col = (int)(seed >> 8 & 31) - 8, row = round % 4;
        assert_int_equal(grid_text(&grid, row, col, STYLE_NORMAL, text),
                         col + grid_text_width(text));
        grid_fit(&grid, row, col, (int)(seed >> 4 & 15) - 8, STYLE_DIM, text);
        assert_sound(&grid);
    }
    grid_clear(&grid);
}

static void fit_pads_or_cuts_to_the_width(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 8, 12);
    grid_fill(&grid, (struct rect){0, 0, 8, 12}, STYLE_NORMAL);
    for (int row = 0; row < 8; row++)
        grid_text(&grid, row, 0, STYLE_NORMAL, "------------");
    assert_int_equal(grid_fit(&grid, 0, 1, 6, STYLE_LABEL, "cat"), 7);
    assert_int_equal(grid_fit(&grid, 1, 1, -6, STYLE_LABEL, "cat"), 7);
    assert_int_equal(grid_fit(&grid, 2, 1, 6, STYLE_LABEL, "animals"), 7);
    assert_int_equal(grid_fit(&grid, 3, 1, -6, STYLE_LABEL, "animals"), 7);
    assert_int_equal(grid_fit(&grid, 4, 1, 6, STYLE_LABEL, "猫犬鳥水"), 7);
    assert_int_equal(grid_fit(&grid, 5, 1, -6, STYLE_LABEL, "猫犬鳥水"), 7);
    assert_int_equal(grid_fit(&grid, 6, 1, 1, STYLE_LABEL, "cat"), 2);
    assert_int_equal(grid_fit(&grid, 7, 1, 0, STYLE_LABEL, "cat"), 1);
    assert_picture(&grid, "-cat   -----\n"
                          "-   cat-----\n"
                          "-anima…-----\n"
                          "-anima…-----\n"
                          "-猫犬… -----\n"
                          "- 猫犬…-----\n"
                          "-…----------\n"
                          "------------\n");
    assert_letters(&grid, ".llllll.....\n"
                          ".llllll.....\n"
                          ".llllll.....\n"
                          ".llllll.....\n"
                          ".llllll.....\n"
                          ".llllll.....\n"
                          ".l..........\n"
                          "............\n");
    grid_clear(&grid);
}

static void wrapping_breaks_between_words(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 14);
    int rows = grid_wrap(&grid, 0, 1, 12, STYLE_NORMAL,
                         "the cat drinks milk, the dog drinks water");
    assert_int_equal(rows, 4);
    assert_int_equal(grid.rows, 4); /* it grew */
    assert_picture(&grid, " the cat\n"
                          " drinks milk,\n"
                          " the dog\n"
                          " drinks water\n");
    grid_clear(&grid);
}

static void wrapping_keeps_lines_blanks_and_indents(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 16);
    int rows = grid_wrap(&grid, 0, 0, 16, STYLE_NORMAL,
                         "loss   2.7842\n\n  looked up the cat drinks\nend\n");
    assert_int_equal(rows, 5);
    assert_picture(&grid, "loss   2.7842\n"
                          "\n"
                          "  looked up the\n"
                          "  cat drinks\n"
                          "end\n");
    grid_clear(&grid);
}

static void wrapping_breaks_a_word_longer_than_the_line(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 5);
    assert_int_equal(
        grid_wrap(&grid, 0, 0, 5, STYLE_NORMAL, "embeddings 猫犬鳥水"), 4);
    assert_picture(&grid, "embed\n"
                          "dings\n"
                          "猫犬\n"
                          "鳥水\n");
    grid_clear(&grid);
}

static void wrapping_into_one_column_ends(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 1);
    assert_int_equal(grid_wrap(&grid, 0, 0, 0, STYLE_NORMAL, "a 猫b"), 3);
    assert_picture(&grid, "a\n"
                          "\n" /* no room for a wide one */
                          "b\n");
    assert_int_equal(grid_wrap(&grid, 0, 0, 1, STYLE_NORMAL, ""), 1);
    grid_clear(&grid);
}

static void a_box_carries_its_title_and_its_legend(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 3, 56);
    grid_box(&grid, (struct rect){0, 0, 3, 56}, STYLE_BORDER,
             "W.grad (17, 6) · 6 of 17 rows ≠ 0",
             "● looked up ▲ gradient ≠ 0 Δ changed");
    assert_picture(
        &grid, "╭─ W.grad (17, 6) · 6 of 17 rows ≠ 0 ──────────────────╮\n"
               "│                                                      │\n"
               "╰─ ● looked up ▲ gradient ≠ 0 Δ changed ───────────────╯\n");
    assert_letters(
        &grid, "bbtttttttttttttttttttttttttttttttttttbbbbbbbbbbbbbbbbbbb\n"
               "b......................................................b\n"
               "bbdodddddddddddgddddddddddddddcdddddddddbbbbbbbbbbbbbbbb\n");
    grid_clear(&grid);
}

static void a_tab_sends_the_rest_to_the_right(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 43);
    grid_box(&grid, (struct rect){0, 0, 2, 43}, STYLE_SELECTED, NULL,
             "● looked up ▲ gradient ≠ 0\t4 of 6 →");
    assert_picture(&grid, "╭─────────────────────────────────────────╮\n"
                          "╰─ ● looked up ▲ gradient ≠ 0 ── 4 of 6 → ╯\n");
    grid_clear(&grid);
}

static void a_small_box_cuts_its_texts(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 8, 14);
    grid_box(&grid, (struct rect){0, 0, 2, 14}, STYLE_BORDER, "W.grad (17, 6)",
             "looked up\t4 of 6");
    grid_box(&grid, (struct rect){2, 0, 2, 6}, STYLE_BORDER, "W.grad", "a\tb");
    grid_box(&grid, (struct rect){4, 0, 2, 2}, STYLE_BORDER, "W", "W");
    grid_box(&grid, (struct rect){6, 0, 1, 9}, STYLE_BORDER, "W", "W");
    grid_box(&grid, (struct rect){7, 0, 9, 1}, STYLE_BORDER, "W", "W");
    assert_picture(&grid, "╭─ W.grad (… ╮\n"
                          "╰──── 4 of 6 ╯\n"
                          "╭─ … ╮\n"
                          "╰─ b ╯\n"
                          "╭╮\n"
                          "╰╯\n"
                          "\n"
                          "\n");
    grid_clear(&grid);
}

static void fill_blanks_and_restyle_keeps_the_text(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 6);
    grid_text(&grid, 0, 0, STYLE_NORMAL, "abcdef");
    grid_text(&grid, 1, 0, STYLE_NORMAL, "猫犬鳥");
    grid_restyle(&grid, (struct rect){0, -1, 1, 3}, STYLE_ACCENT);
    grid_fill(&grid, (struct rect){0, 3, 2, 9}, STYLE_CODE);
    assert_picture(&grid, "abc\n"
                          "猫\n");
    assert_letters(&grid, "aa.kkk\n"
                          "...kkk\n");
    assert_sound(&grid);
    grid_erase(&grid);
    assert_letters(&grid, "\n\n");
    grid_clear(&grid);
}

static void copies_are_clipped_and_never_halve_a_character(void **state)
{
    struct grid from, to;
    (void)state;
    grid_init(&from, 2, 7);
    grid_text(&from, 0, 0, STYLE_TITLE, "a猫b犬c");
    grid_text(&from, 1, 0, STYLE_DIM, "1234567");
    grid_cell(&from, 1, 2)->bold = 1;
    grid_init(&to, 3, 5);
    grid_copy(&to, 1, 0, &from, (struct rect){0, 2, 9, 3}); /* |猫] b [犬| */
    assert_picture(&to, "\n"
                        " b\n"
                        "345\n");
    assert_letters(&to, "\n"
                        "ttt\n"
                        "Ddd\n");
    assert_sound(&to);
    grid_copy(&to, 0, -2, &from, (struct rect){0, 0, 1, 7});
    assert_picture(&to, " b犬c\n"
                        " b\n"
                        "345\n");
    grid_copy(&to, 0, 2, &from, (struct rect){0, 0, 1, 7});
    assert_picture(&to, " ba猫\n"
                        " b\n"
                        "345\n");
    assert_sound(&to);
    grid_clear(&from);
    grid_clear(&to);
}

static void a_glyph_leaves_no_half_of_what_it_covers(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 6);
    grid_text(&grid, 0, 0, STYLE_TITLE, "a猫b犬");
    grid_glyph(&grid, 0, 2, STYLE_DIM, GLYPH_ZERO);
    grid_glyph(&grid, 0, 5, STYLE_DIM, GLYPH_GRADIENT);
    grid_glyph(&grid, 0, 6, STYLE_DIM, GLYPH_GRADIENT); /* outside */
    assert_picture(&grid, "a ·b ▲\n");
    assert_letters(&grid, "ttdttd\n");
    assert_sound(&grid);
    grid_clear(&grid);
}

static void a_grid_grows_downward_and_keeps_its_rows(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 0, 3);
    for (int row = 0; row < 100; row++) {
        grid_extend(&grid, 1);
        grid_printf(&grid, row, 0, STYLE_NORMAL, "%d", row);
    }
    grid_need(&grid, 50); /* there are more */
    assert_int_equal(grid.rows, 100);
    grid_need(&grid, 101);
    assert_int_equal(grid.rows, 101);
    assert_string_equal(grid_cell(&grid, 42, 1)->text, "2");
    assert_string_equal(grid_cell(&grid, 100, 0)->text, " ");
    assert_null(grid_cell(&grid, 101, 0));
    assert_null(grid_cell(&grid, 0, 3));
    grid_clear(&grid);
}

static void an_empty_grid_takes_drawing_and_shows_nothing(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 0);
    grid_text(&grid, 0, 0, STYLE_NORMAL, "猫");
    grid_box(&grid, (struct rect){0, 0, 5, 5}, STYLE_BORDER, "t", "b");
    assert_picture(&grid, "\n\n");
    grid_clear(&grid);
}

static void glyphs_have_stand_ins_in_ascii(void **state)
{
    (void)state;
    assert_string_equal(glyph_text(GLYPH_LOOKED_UP, false), "●");
    assert_string_equal(glyph_text(GLYPH_LOOKED_UP, true), "o");
    for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
        assert_int_equal(grid_text_width(glyph_text((enum glyph)glyph, false)),
                         1);
        const char *ascii = glyph_text((enum glyph)glyph, true);
        assert_true(strlen(ascii) > 0);
        for (; *ascii != '\0'; ascii++)
            assert_in_range(*ascii, '!', '~');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_clipped_and_returns_the_column_behind_it),
        cmocka_unit_test(printf_formats),
        cmocka_unit_test(a_wide_character_takes_two_cells),
        cmocka_unit_test(half_a_wide_character_never_stays),
        cmocka_unit_test(a_wide_character_cut_by_an_edge_leaves_a_blank),
        cmocka_unit_test(controls_and_broken_bytes_are_visible),
        cmocka_unit_test(what_has_no_width_is_seen),
        cmocka_unit_test(a_grapheme_too_long_for_a_cell_is_replaced),
        cmocka_unit_test(columns_of_a_text_are_the_columns_of_its_cells),
        cmocka_unit_test(random_bytes_leave_a_sound_grid),
        cmocka_unit_test(fit_pads_or_cuts_to_the_width),
        cmocka_unit_test(wrapping_breaks_between_words),
        cmocka_unit_test(wrapping_keeps_lines_blanks_and_indents),
        cmocka_unit_test(wrapping_breaks_a_word_longer_than_the_line),
        cmocka_unit_test(wrapping_into_one_column_ends),
        cmocka_unit_test(a_box_carries_its_title_and_its_legend),
        cmocka_unit_test(a_tab_sends_the_rest_to_the_right),
        cmocka_unit_test(a_small_box_cuts_its_texts),
        cmocka_unit_test(fill_blanks_and_restyle_keeps_the_text),
        cmocka_unit_test(copies_are_clipped_and_never_halve_a_character),
        cmocka_unit_test(a_glyph_leaves_no_half_of_what_it_covers),
        cmocka_unit_test(a_grid_grows_downward_and_keeps_its_rows),
        cmocka_unit_test(an_empty_grid_takes_drawing_and_shows_nothing),
        cmocka_unit_test(glyphs_have_stand_ins_in_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
