/* Themes: letters, the ramp, and contrast as the web's WCAG 2.1 counts it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "draw/style.h"

static void every_style_has_a_letter_of_its_own(void **state)
{
    char seen[STYLE_COUNT + 1] = "";
    (void)state;
    for (int style = 0; style < STYLE_COUNT; style++) {
        char letter = style_letter((enum style)style);
        assert_non_null(strchr(".abcdefghijklmnopqrstuvwxyz012345678", letter));
        assert_null(strchr(seen, letter));
        seen[style] = letter;
    }
    assert_int_equal(strlen(seen), STYLE_COUNT);
    for (int step = 0; step < STYLE_HEAT_STEPS; step++)
        assert_int_equal(style_letter((enum style)(STYLE_HEAT + step)),
                         '0' + step);
}

/* Nine equal parts of [-9, 9]: 2 wide each, the middle one is [-1, 1). */
static void the_ramp_parts_the_values_in_nine(void **state)
{
    static const struct {
        float value;
        int step;
    } cases[] = {
        {-9, 0},     {-7.01F, 0}, {-6.99F, 1}, {-5.01F, 1}, {-4.99F, 2},
        {-3.01F, 2}, {-2.99F, 3}, {-1.01F, 3}, {-0.99F, 4}, {0, 4},
        {0.99F, 4},  {1.01F, 5},  {2.99F, 5},  {3.01F, 6},  {4.99F, 6},
        {5.01F, 7},  {6.99F, 7},  {7.01F, 8},  {9, 8},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(style_heat(cases[i].value, 9),
                         STYLE_HEAT + cases[i].step);
}

static void values_beyond_the_ramp_take_its_ends(void **state)
{
    (void)state;
    assert_int_equal(style_heat(2, 1), STYLE_HEAT + 8);
    assert_int_equal(style_heat(-2, 1), STYLE_HEAT + 0);
    assert_int_equal(style_heat(INFINITY, 1), STYLE_HEAT + 8);
    assert_int_equal(style_heat(-INFINITY, 0), STYLE_HEAT + 0);
    assert_int_equal(style_heat(NAN, 1), STYLE_HEAT + STYLE_HEAT_ZERO);
    assert_int_equal(style_heat(0, 0), STYLE_HEAT + STYLE_HEAT_ZERO);
}

static const struct look *heat(enum theme theme, int step)
{
    return style_look(theme, (enum style)(STYLE_HEAT + step));
}

/* Blue below zero, orange above: a ramp for colour-blind eyes. */
static void the_ramp_has_the_colours_that_were_measured(void **state)
{
    static const int of_256[] = {25, 32, 74, 153, 231, 223, 215, 208, 166};
    static const int blue = 4, cyan = 6, white = 7, yellow = 3, red = 1;
    const int of_8[] = {blue,   blue,   cyan, cyan, white,
                        yellow, yellow, red,  red};
    (void)state;
    for (int step = 0; step < STYLE_HEAT_STEPS; step++) {
        const struct look *look = heat(THEME_DEFAULT, step);
        assert_int_equal(look->background, of_256[step]);
        assert_int_equal(look->foreground, step == 0 ? 231 : 16);
        assert_int_equal(look->background8, of_8[step]);
        assert_int_equal(look->background_rgb,
                         style_palette_rgb(look->background));
        assert_int_equal(look->foreground_rgb,
                         style_palette_rgb(look->foreground));
    }
}

static void mono_reverses_above_zero_and_is_bold_far_below(void **state)
{
    (void)state;
    for (int step = 0; step < STYLE_HEAT_STEPS; step++) {
        const struct look *look = heat(THEME_MONO, step);
        assert_int_equal(look->reverse, step > STYLE_HEAT_ZERO);
        assert_int_equal(look->bold, step < 2);
    }
}

static void mono_has_no_colour(void **state)
{
    (void)state;
    for (int style = 0; style < STYLE_COUNT; style++) {
        const struct look *look = style_look(THEME_MONO, (enum style)style);
        assert_int_equal(look->foreground, -1);
        assert_int_equal(look->background, -1);
        assert_int_equal(look->foreground8, -1);
        assert_int_equal(look->background8, -1);
    }
}

static void the_palette_is_a_cube_and_a_row_of_greys(void **state)
{
    (void)state;
    assert_int_equal(style_palette_rgb(16), 0x000000);
    assert_int_equal(style_palette_rgb(231), 0xffffff);
    assert_int_equal(style_palette_rgb(16 + 36 * 1 + 6 * 2 + 3), 0x5f87af);
    assert_int_equal(style_palette_rgb(232), 0x080808);
    assert_int_equal(style_palette_rgb(255), 0xeeeeee);
}

/* --- contrast --- */

static double linear(uint32_t channel)
{
    double value = (double)channel / 255;
    return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

/* WCAG 2.1: relative luminance. */
static double luminance(uint32_t rgb)
{
    return 0.2126 * linear(rgb >> 16 & 0xff) +
           0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
}

/* WCAG 2.1: (lighter + 0.05) / (darker + 0.05), from 1 to 21. */
static double contrast(uint32_t a, uint32_t b)
{
    double light = fmax(luminance(a), luminance(b));
    double dark = fmin(luminance(a), luminance(b));
    return (light + 0.05) / (dark + 0.05);
}

static void contrast_is_counted_as_the_standard_does(void **state)
{
    (void)state;
    assert_true(fabs(contrast(0x000000, 0xffffff) - 21) < 1e-9);
    /* The standard's own example: the lightest grey that passes on white. */
    assert_true(contrast(0x767676, 0xffffff) >= 4.5);
    assert_true(contrast(0x777777, 0xffffff) < 4.5);
}

static void assert_contrast(uint32_t text, uint32_t ground, double least,
                            const char *theme, int style)
{
    double ratio = contrast(text, ground);
    if (ratio < least)
        fail_msg("theme %s, style %c: %06x on %06x has a contrast of %.2f",
                 theme, style_letter((enum style)style), (unsigned)text,
                 (unsigned)ground, ratio);
}

static void every_text_on_a_page_is_readable(void **state)
{
    static const double least[] = {
        [THEME_DEFAULT] = 4.5, [THEME_PROJECTOR] = 7, [THEME_MONO] = 4.5};
    static const char *const names[] = {[THEME_DEFAULT] = "default",
                                        [THEME_PROJECTOR] = "projector",
                                        [THEME_MONO] = "mono"};
    (void)state;
    for (int theme = 0; theme < THEME_COUNT; theme++)
        for (int style = 0; style < STYLE_COUNT; style++) {
            const struct look *look =
                style_look((enum theme)theme, (enum style)style);
            assert_contrast(look->foreground_rgb, look->background_rgb,
                            least[theme], names[theme], style);
        }
}

/* terminal.md promises 5.4 on the ramp; the projector has 7 everywhere. */
static void text_on_a_terminals_own_colours_is_readable(void **state)
{
    (void)state;
    for (int step = 0; step < STYLE_HEAT_STEPS; step++) {
        const struct look *look = heat(THEME_DEFAULT, step);
        assert_contrast(style_palette_rgb(look->foreground),
                        style_palette_rgb(look->background), 5.4, "default",
                        STYLE_HEAT + step);
    }
    for (int style = 0; style < STYLE_COUNT; style++) {
        const struct look *look =
            style_look(THEME_PROJECTOR, (enum style)style);
        assert_contrast(style_palette_rgb(look->foreground),
                        style_palette_rgb(look->background), 7, "projector",
                        style);
    }
}

/* Nobody knows what background a terminal has: 3:1 on the worst of both. */
static void coloured_text_shows_on_black_and_on_white(void **state)
{
    (void)state;
    for (int style = 0; style < STYLE_HEAT; style++) {
        const struct look *look = style_look(THEME_DEFAULT, (enum style)style);
        assert_int_equal(look->background, -1);
        if (look->foreground < 0)
            continue;
        uint32_t text = style_palette_rgb(look->foreground);
        assert_contrast(text, 0x000000, 3, "default", style);
        assert_contrast(text, 0xffffff, 3, "default", style);
    }
}

static void the_projector_is_bold_throughout(void **state)
{
    (void)state;
    for (int style = 0; style < STYLE_COUNT; style++)
        assert_true(style_look(THEME_PROJECTOR, (enum style)style)->bold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_style_has_a_letter_of_its_own),
        cmocka_unit_test(the_ramp_parts_the_values_in_nine),
        cmocka_unit_test(values_beyond_the_ramp_take_its_ends),
        cmocka_unit_test(the_ramp_has_the_colours_that_were_measured),
        cmocka_unit_test(mono_reverses_above_zero_and_is_bold_far_below),
        cmocka_unit_test(mono_has_no_colour),
        cmocka_unit_test(the_palette_is_a_cube_and_a_row_of_greys),
        cmocka_unit_test(contrast_is_counted_as_the_standard_does),
        cmocka_unit_test(every_text_on_a_page_is_readable),
        cmocka_unit_test(text_on_a_terminals_own_colours_is_readable),
        cmocka_unit_test(coloured_text_shows_on_black_and_on_white),
        cmocka_unit_test(the_projector_is_bold_throughout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
