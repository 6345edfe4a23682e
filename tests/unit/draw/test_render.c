/* Text, letters, ANSI, SVG, HTML, ASCII: exact bytes, and hostile contents. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "draw/render.h"
#include "picture.h"

/* A small picture: marks, two steps of heat, bold by hand, a blank row. */
static void draw_small(struct grid *grid)
{
    grid_init(grid, 3, 14);
    grid_text(grid, 0, 0, STYLE_LOOKED_UP, "●");
    grid_text(grid, 0, 1, STYLE_GRADIENT, "▲");
    grid_text(grid, 0, 3, STYLE_LABEL, "cat");
    for (int col = 3; col < 6; col++)
        grid_cell(grid, 0, col)->bold = 1;
    grid_text(grid, 0, 6, STYLE_HEAT + 1, " -1");
    grid_text(grid, 0, 9, STYLE_HEAT + 8, "  2");
    grid_text(grid, 2, 1, STYLE_DIM, "· <&");
}

static void text_cuts_trailing_blanks(void **state)
{
    struct grid grid;
    struct str out = STR_INIT;
    (void)state;
    draw_small(&grid);
    grid_text(&grid, 0, 12, STYLE_HEAT, "  "); /* coloured, but blank */
    render_text(&grid, &out);
    assert_string_equal(str_text(&out), "●▲ cat -1  2\n"
                                        "\n"
                                        " · <&\n");
    str_clear(&out);
    grid_clear(&grid);
}

static void letters_show_styles_and_bold_as_capitals(void **state)
{
    struct grid grid;
    (void)state;
    draw_small(&grid);
    assert_letters(&grid, "og.LLL111888\n"
                          "\n"
                          ".dddd\n");
    for (int col = 6; col < 13; col++)
        grid_cell(&grid, 0, col)->bold = 1;
    assert_letters(&grid, "og.LLL!!!***:\n" /* shift and 1, 8, . */
                          "\n"
                          ".dddd\n");
    grid_clear(&grid);
}

/* --- ANSI --- */

static void assert_ansi(const struct grid *grid, enum theme theme,
                        enum render_colors colors, const char *expected)
{
    struct str out = STR_INIT;
    render_ansi(grid, theme, colors, &out);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
}

static void ansi_changes_no_more_than_differs(void **state)
{
    struct grid grid;
    (void)state;
    draw_small(&grid);
    assert_ansi(&grid, THEME_DEFAULT, RENDER_256,
                "\033[1;38;5;33m●\033[38;5;166m▲ \033[39mcat"
                "\033[22;38;5;16;48;5;32m -1"
                "\033[48;5;166m  2\033[0m\n"
                "\n"
                " \033[38;5;243m· <&\033[0m\n");
    grid_clear(&grid);
}

static void ansi_of_eight_colours(void **state)
{
    struct grid grid;
    (void)state;
    draw_small(&grid); /* steps 1, 8: white (7) on blue (4), on red (1) */
    assert_ansi(&grid, THEME_DEFAULT, RENDER_8,
                "\033[1;34m●\033[31m▲ \033[39mcat"
                "\033[22;37;44m -1\033[41m  2\033[0m\n"
                "\n"
                " · <&\n");
    grid_clear(&grid);
}

static void ansi_of_direct_colours(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 4);
    grid_text(&grid, 0, 0, STYLE_HEAT + 8, "2"); /* 16 on 166 = d75f00 */
    grid_text(&grid, 0, 1, STYLE_NORMAL, "x");
    assert_ansi(&grid, THEME_DEFAULT, RENDER_DIRECT,
                "\033[38;2;0;0;0;48;2;215;95;0m2\033[0mx\n");
    grid_clear(&grid);
}

static void ansi_without_colour_keeps_bold_and_reverse(void **state)
{
    struct grid grid;
    (void)state;
    draw_small(&grid);
    assert_ansi(&grid, THEME_DEFAULT, RENDER_NO_COLOR,
                "\033[1m●▲ cat -1\033[22;7m  2\033[0m\n"
                "\n"
                " \033[2m· <&\033[0m\n");
    grid_clear(&grid);
}

static void blanks_need_no_colour_of_their_own(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 20);
    grid_text(&grid, 0, 0, STYLE_ERROR, "a");
    grid_text(&grid, 0, 1, STYLE_NORMAL, "   ");
    grid_text(&grid, 0, 4, STYLE_ERROR, "b");
    grid_text(&grid, 0, 5, STYLE_DIM, "      ");
    grid_text(&grid, 1, 0, STYLE_PHASE, "  "); /* reversed: it shows */
    assert_ansi(&grid, THEME_DEFAULT, RENDER_256,
                "\033[1;38;5;196ma   b\033[0m\n"
                "\033[1;7m  \033[0m\n");
    grid_clear(&grid);
}

static void the_projectors_background_fills_its_lines(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 2, 4);
    grid_text(&grid, 0, 0, STYLE_NORMAL, "ab");
    assert_ansi(&grid, THEME_PROJECTOR, RENDER_256,
                "\033[1;38;5;231;48;5;16mab  \033[0m\n"
                "\033[1;38;5;231;48;5;16m    \033[0m\n");
    grid_clear(&grid);
}

/* What a terminal is told must be undone before each line ends. */
static void no_line_leaves_the_terminal_coloured(void **state)
{
    (void)state;
    for (int style = 0; style < STYLE_COUNT; style++)
        for (int theme = 0; theme < THEME_COUNT; theme++)
            for (int colors = 0; colors <= RENDER_DIRECT; colors++) {
                struct grid grid;
                struct str out = STR_INIT;
                grid_init(&grid, 1, 3);
                grid_text(&grid, 0, 0, (enum style)style, "abc");
                render_ansi(&grid, (enum theme)theme,
                            (enum render_colors)colors, &out);
                const char *text = str_text(&out), *last = text;
                for (const char *at = text; *at != '\0'; at++)
                    last = *at == '\033' ? at : last;
                if (*last == '\033')
                    assert_string_equal(last, "\033[0m\n");
                str_clear(&out);
                grid_clear(&grid);
            }
}

/* --- SVG and HTML --- */

/* Is text one of XML's five entities, up to its semicolon? Its length, or 0. */
static size_t entity_length(const char *text)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (str_starts_with(text, entities[i]))
            return strlen(entities[i]);
    return 0;
}

/*
 * Strict enough for what is written here: tags nest, attributes are quoted,
 * every & is an entity, no control character, valid UTF-8. Returns the
 * number of elements.
 */
static int assert_well_formed(const char *xml)
{
    char open[16][16];
    int depth = 0, elements = 0;
    assert_int_equal(utf8_count_invalid(xml, strlen(xml)), 0);
    for (const char *at = xml; *at != '\0'; at++) {
        assert_true((unsigned char)*at >= ' ' || *at == '\n');
        if (*at == '&')
            assert_true(entity_length(at) > 0);
        if (*at != '<')
            continue;
        bool closes = at[1] == '/';
        const char *name = at + 1 + closes;
        size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz");
        assert_in_range(length, 1, 15);
        bool quoted = false;
        for (at = name; *at != '>' || quoted; at++) {
            assert_true(*at != '\0' && *at != '<');
            if (*at == '&')
                assert_true(entity_length(at) > 0);
            quoted ^= *at == '"';
        }
        if (closes) {
            assert_in_range(depth, 1, 16);
            depth--;
            assert_memory_equal(open[depth], name, length);
            assert_int_equal(open[depth][length], '\0');
        } else if (at[-1] != '/') {
            assert_in_range(depth, 0, 15);
            memcpy(open[depth], name, length);
            open[depth++][length] = '\0';
        }
        elements += !closes;
    }
    assert_int_equal(depth, 0);
    return elements;
}

static void svg_pins_each_run_to_its_columns(void **state)
{
    struct grid grid;
    struct str out = STR_INIT;
    (void)state;
    draw_small(&grid);
    render_svg(&grid, THEME_DEFAULT, "a picture", &out);
    const char *svg = str_text(&out);
    assert_well_formed(svg);
    assert_non_null(strstr(svg, "<title>a picture</title>"));
    /* 9 x 18 pixels a cell, the first at (18, 43) */
    assert_non_null(strstr(svg,
                           "<rect x=\"72\" y=\"43\" width=\"27\" height=\"18\" "
                           "fill=\"#0087d7\"/>"));
    assert_non_null(
        strstr(svg, "<text x=\"72\" y=\"57\" textLength=\"27\" "
                    "lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" "
                    "fill=\"#000000\"> -1</text>"));
    assert_non_null(strstr(svg, "font-weight=\"bold\">cat</text>"));
    assert_non_null(strstr(svg, ">· &lt;&amp;</text>"));
    assert_non_null(strstr(svg, "DejaVu Sans Mono"));
    str_clear(&out);
    grid_clear(&grid);
}

/* Other fonts have other widths: such characters stand in runs of their own. */
static void svg_keeps_other_scripts_apart(void **state)
{
    struct grid grid;
    struct str out = STR_INIT;
    (void)state;
    grid_init(&grid, 1, 20);
    grid_text(&grid, 0, 0, STYLE_NORMAL, "a 猫犬 שלום b");
    render_svg(&grid, THEME_MONO, "t", &out);
    const char *svg = str_text(&out);
    assert_well_formed(svg);
    assert_non_null(strstr(svg, "x=\"18\" y=\"57\" textLength=\"18\""));
    assert_non_null(strstr(svg, "x=\"36\" y=\"57\" textLength=\"36\""));
    assert_non_null(strstr(svg, ">猫犬</text>"));
    assert_non_null(strstr(svg, "x=\"81\" y=\"57\" textLength=\"36\""));
    assert_non_null(strstr(svg, ">שלום</text>"));
    assert_non_null(strstr(svg, "> b</text>"));
    str_clear(&out);
    grid_clear(&grid);
}

/* What data may hold: markup, controls, broken bytes, XML's non-characters. */
#define HOSTILE                                                            \
    "</text><script>alert(\"x\")</script>&#0;\033]0;t\a\n\xFF\xEF\xBF\xBF" \
    "]]>\xC2\x9B'"

static void hostile_text_stays_text(void **state)
{
    (void)state;
    for (int theme = 0; theme < THEME_COUNT; theme++) {
        struct grid grid;
        struct str svg = STR_INIT, html = STR_INIT;
        grid_init(&grid, 1, 80);
        grid_text(&grid, 0, 0, STYLE_NORMAL, HOSTILE);
        render_svg(&grid, (enum theme)theme, HOSTILE, &svg);
        render_html(&grid, (enum theme)theme, HOSTILE, &html);
        assert_well_formed(str_text(&svg));
        assert_null(strstr(str_text(&svg), "<script"));
        assert_non_null(strstr(str_text(&svg), "alert(&quot;x&quot;)"));
        assert_null(strstr(str_text(&html), "<script"));
        assert_null(strstr(str_text(&svg), "\xEF\xBF\xBF"));
        for (const char *at = str_text(&html); *at != '\0'; at++)
            assert_true((unsigned char)*at >= ' ' || *at == '\n');
        assert_int_equal(utf8_count_invalid(str_text(&html), html.length), 0);
        str_clear(&svg);
        str_clear(&html);
        grid_clear(&grid);
    }
}

static void svg_of_nothing_is_a_window(void **state)
{
    struct grid grid;
    struct str out = STR_INIT;
    (void)state;
    grid_init(&grid, 0, 0);
    render_svg(&grid, THEME_DEFAULT, "a rather long title for it", &out);
    assert_well_formed(str_text(&out));
    str_clear(&out);
    grid_clear(&grid);
}

static void html_is_a_page_of_selectable_text(void **state)
{
    struct grid grid;
    struct str out = STR_INIT;
    (void)state;
    draw_small(&grid);
    render_html(&grid, THEME_DEFAULT, "a <picture>", &out);
    const char *html = str_text(&out);
    assert_true(str_starts_with(html, "<!DOCTYPE html>\n<html lang=\"en\">"));
    assert_non_null(strstr(html, "<meta charset=\"utf-8\">"));
    assert_non_null(strstr(html, "<title>a &lt;picture&gt;</title>"));
    /* styles 7 8 3 22 29 4: as the enum numbers them */
    const char *expected =
        "<pre class=\"emblab\">\n"
        "<span class=\"s7 w\" style=\"width: 1ch\">●</span>"
        "<span class=\"s8 w\" style=\"width: 1ch\">▲</span> "
        "<span class=\"s3 b\">cat</span><span class=\"s22\"> -1</span>"
        "<span class=\"s29\">  2</span>\n"
        "\n"
        " <span class=\"s4\">· &lt;&amp;</span>\n"
        "</pre>\n";
    assert_int_equal(STYLE_LOOKED_UP, 7);
    assert_int_equal(STYLE_HEAT + 8, 29);
    assert_non_null(strstr(html, expected));
    assert_non_null(strstr(html, ".s22 { color: #000000; "
                                 "background: #0087d7;"));
    str_clear(&out);
    grid_clear(&grid);
}

static void html_needs_nothing_from_elsewhere(void **state)
{
    static const char *const outside[] = {"http", "src=",    "href",
                                          "url(", "@import", "<link"};
    struct grid grid;
    struct str out = STR_INIT;
    (void)state;
    draw_small(&grid);
    render_html(&grid, THEME_PROJECTOR, "t", &out);
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        assert_null(strstr(str_text(&out), outside[i]));
    str_clear(&out);
    grid_clear(&grid);
}

/* The title in the window's bar: its colours are not among the styles'. */
static double linear(unsigned channel)
{
    double value = (double)channel / 255;
    return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(unsigned rgb)
{
    return 0.2126 * linear(rgb >> 16 & 0xff) +
           0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
}

static unsigned colour_after(const char *text, const char *mark)
{
    const char *at = strstr(text, mark);
    assert_non_null(at);
    at = strstr(at, "fill=\"#");
    assert_non_null(at);
    return (unsigned)strtoul(at + strlen("fill=\"#"), NULL, 16);
}

static void the_windows_title_is_readable(void **state)
{
    (void)state;
    for (int theme = 0; theme < THEME_COUNT; theme++) {
        struct grid grid;
        struct str out = STR_INIT;
        grid_init(&grid, 1, 80);
        render_svg(&grid, (enum theme)theme, "a title", &out);
        double bar = luminance(colour_after(str_text(&out), "<path"));
        double text = luminance(colour_after(str_text(&out), "<text"));
        assert_non_null(strstr(str_text(&out), ">a title</text>"));
        assert_true((fmax(bar, text) + 0.05) / (fmin(bar, text) + 0.05) >= 4.5);
        str_clear(&out);
        grid_clear(&grid);
    }
}

/* --- ASCII --- */

static void assert_ascii(enum style style, const char *text,
                         const char *expected)
{
    struct grid grid;
    struct str line = STR_INIT;
    str_printf(&line, "%s\n", expected);
    grid_init(&grid, 1, grid_text_width(text));
    grid_text(&grid, 0, 0, style, text);
    render_to_ascii(&grid);
    assert_picture(&grid, str_text(&line));
    str_clear(&line);
    grid_clear(&grid);
}

static void ascii_stands_in_for_boxes_and_glyphs(void **state)
{
    (void)state;
    assert_ascii(STYLE_NORMAL, "╭─ W ─╮│╰╯├┤┬┴┼┌┐└┘", "+- W -+|+++++++++++");
    assert_ascii(STYLE_NORMAL, "●▲Δ · ⋮ × █ ∅ …", "o^* . : x # p ~");
    assert_ascii(STYLE_NORMAL, "Σ over 17 × 6 ± 2 “a”",
                 "S over 17 x 6 + 2 \"a\"");
    assert_ascii(STYLE_NORMAL, "⡇⢀⣿\xE2\xA0\x80", "***\xE2\xA0\x80");
}

static void ascii_of_two_columns_takes_the_blank_behind(void **state)
{
    (void)state;
    assert_ascii(STYLE_NORMAL, "W[0] → E[0]", "W[0] ->E[0]");
    assert_ascii(STYLE_NORMAL, "▲ gradient ≠ 0", "^ gradient !=0");
    assert_ascii(STYLE_NORMAL, "a ≤ b ≥ c", "a <=b >=c");
    assert_ascii(STYLE_NORMAL, "→x ≠x ≤x", ">x #x <x");
    assert_ascii(STYLE_NORMAL, "4 of 6 →", "4 of 6 >");
}

static void an_ascii_arrow_takes_a_blank_before_where_there_are_two(
    void **state)
{
    (void)state;
    assert_ascii(STYLE_NORMAL, "the cat  → drinks", "the cat -> drinks");
    assert_ascii(STYLE_NORMAL, "  →x", " ->x");
    assert_ascii(STYLE_NORMAL, "a  ≠ b", "a  !=b");
}

static void ascii_of_two_columns_has_one_style(void **state)
{
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 2);
    grid_text(&grid, 0, 0, STYLE_ACCENT, "→");
    render_to_ascii(&grid);
    assert_letters(&grid, "aa\n");
    grid_clear(&grid);
}

static void ascii_knows_bars_from_brackets(void **state)
{
    (void)state;
    assert_ascii(STYLE_NORMAL, "▐BACKWARD▌", "[BACKWARD]");
    assert_ascii(STYLE_BAR, "██▌", "###");
    assert_ascii(STYLE_BAR_TARGET, "▐█", "##");
    assert_ascii(STYLE_BAR, "█▏", "#|");
}

static void ascii_leaves_letters_of_any_script(void **state)
{
    (void)state;
    assert_ascii(STYLE_LABEL, "Δέλτα ΣΔ été 猫 שלום", "Δέλτα ΣΔ été 猫 שלום");
    assert_ascii(STYLE_LABEL, "●▲Δ10 king", "o^*10 king");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_cuts_trailing_blanks),
        cmocka_unit_test(letters_show_styles_and_bold_as_capitals),
        cmocka_unit_test(ansi_changes_no_more_than_differs),
        cmocka_unit_test(ansi_of_eight_colours),
        cmocka_unit_test(ansi_of_direct_colours),
        cmocka_unit_test(ansi_without_colour_keeps_bold_and_reverse),
        cmocka_unit_test(blanks_need_no_colour_of_their_own),
        cmocka_unit_test(the_projectors_background_fills_its_lines),
        cmocka_unit_test(no_line_leaves_the_terminal_coloured),
        cmocka_unit_test(svg_pins_each_run_to_its_columns),
        cmocka_unit_test(svg_keeps_other_scripts_apart),
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(svg_of_nothing_is_a_window),
        cmocka_unit_test(html_is_a_page_of_selectable_text),
        cmocka_unit_test(html_needs_nothing_from_elsewhere),
        cmocka_unit_test(the_windows_title_is_readable),
        cmocka_unit_test(ascii_stands_in_for_boxes_and_glyphs),
        cmocka_unit_test(ascii_of_two_columns_takes_the_blank_behind),
        cmocka_unit_test(
            an_ascii_arrow_takes_a_blank_before_where_there_are_two),
        cmocka_unit_test(ascii_of_two_columns_has_one_style),
        cmocka_unit_test(ascii_knows_bars_from_brackets),
        cmocka_unit_test(ascii_leaves_letters_of_any_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
