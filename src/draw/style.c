/*
 * One table a theme: style → look. The default theme stands on whatever
 * background the terminal has, so its text keeps the terminal's own colours
 * where it can and colours that are readable on black and on white elsewhere.
 * The projector theme brings its background along. SVG and HTML pages know
 * their background: PAGE_* below. Every text is bold in the projector theme.
 *
 * Invariant (tested): no text has a contrast below 4.5:1 on its page, nor
 * below 7:1 for the projector.
 */
#include "draw/style.h"

#include <assert.h>
#include <math.h>

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

#define PAGE_DARK 0x15181e
#define PAGE_BLACK 0x000000
#define PAGE_WHITE 0xffffff

/* Text on the default theme's page; -1: the terminal's own colour. */
#define TEXT(index, index8, rgb, is_bold)                                 \
    {                                                                     \
        .foreground = (index), .background = -1, .foreground8 = (index8), \
        .background8 = -1, .foreground_rgb = (rgb),                       \
        .background_rgb = PAGE_DARK, .bold = (is_bold)                    \
    }

/* Bold text on black. */
#define LIGHT(index, index8, rgb)                                         \
    {                                                                     \
        .foreground = (index), .background = 16, .foreground8 = (index8), \
        .background8 = BLACK, .foreground_rgb = (rgb),                    \
        .background_rgb = PAGE_BLACK, .bold = true                        \
    }

/* A step of the ramp: text on a coloured background. */
#define HEAT(text, ground, text8, ground8, text_rgb, ground_rgb, is_bold)     \
    {                                                                         \
        .foreground = (text), .background = (ground), .foreground8 = (text8), \
        .background8 = (ground8), .foreground_rgb = (text_rgb),               \
        .background_rgb = (ground_rgb), .bold = (is_bold)                     \
    }

/* No colour at all: what remains is how bright, and attributes. */
#define PLAIN(rgb, ...)                                        \
    {                                                          \
        .foreground = -1, .background = -1, .foreground8 = -1, \
        .background8 = -1, .foreground_rgb = (rgb),            \
        .background_rgb = PAGE_WHITE, __VA_ARGS__              \
    }

static const struct look default_looks[STYLE_COUNT] = {
    [STYLE_NORMAL] = TEXT(-1, -1, 0xd7dae0, false),
    [STYLE_TITLE] = TEXT(-1, -1, 0xffffff, true),
    [STYLE_HEADER] = TEXT(243, -1, 0x9aa3b2, false),
    [STYLE_LABEL] = TEXT(-1, -1, 0xd7dae0, false),
    [STYLE_DIM] = TEXT(243, -1, 0x8b93a1, false),
    [STYLE_BORDER] = TEXT(243, -1, 0x7d8590, false),
    [STYLE_ACCENT] = TEXT(30, CYAN, 0x56d4dd, true),
    [STYLE_LOOKED_UP] = TEXT(33, BLUE, 0x5fb3ff, true),
    [STYLE_GRADIENT] = TEXT(166, RED, 0xffa657, true),
    [STYLE_CHANGED] = TEXT(134, MAGENTA, 0xd2a8ff, true),
    [STYLE_PHASE] = {.foreground = -1,
                     .background = -1,
                     .foreground8 = -1,
                     .background8 = -1,
                     .foreground_rgb = 0xd7dae0,
                     .background_rgb = PAGE_DARK,
                     .bold = true,
                     .reverse = true},
    [STYLE_BAR] = TEXT(33, BLUE, 0x5fb3ff, false),
    [STYLE_BAR_TARGET] = TEXT(166, RED, 0xffa657, true),
    [STYLE_GOOD] = TEXT(28, GREEN, 0x7ee787, true),
    [STYLE_ERROR] = TEXT(196, RED, 0xff7b72, true),
    [STYLE_NOTICE] = TEXT(136, YELLOW, 0xe3b341, false),
    [STYLE_PROMPT] = TEXT(33, BLUE, 0x79c0ff, true),
    [STYLE_CODE] = TEXT(30, CYAN, 0xa5d6ff, false),
    [STYLE_EMPHASIS] = TEXT(-1, -1, 0xffffff, true),
    [STYLE_SELECTED] = TEXT(33, BLUE, 0x79c0ff, true),
    [STYLE_STATUS] = TEXT(-1, -1, 0xd7dae0, false),
    [STYLE_HEAT + 0] = HEAT(231, 25, WHITE, BLUE, 0xffffff, 0x005faf, false),
    [STYLE_HEAT + 1] = HEAT(16, 32, WHITE, BLUE, 0x000000, 0x0087d7, false),
    [STYLE_HEAT + 2] = HEAT(16, 74, BLACK, CYAN, 0x000000, 0x5fafd7, false),
    [STYLE_HEAT + 3] = HEAT(16, 153, BLACK, CYAN, 0x000000, 0xafd7ff, false),
    [STYLE_HEAT + 4] = HEAT(16, 231, BLACK, WHITE, 0x000000, 0xffffff, false),
    [STYLE_HEAT + 5] = HEAT(16, 223, BLACK, YELLOW, 0x000000, 0xffd7af, false),
    [STYLE_HEAT + 6] = HEAT(16, 215, BLACK, YELLOW, 0x000000, 0xffaf5f, false),
    [STYLE_HEAT + 7] = HEAT(16, 208, WHITE, RED, 0x000000, 0xff8700, false),
    [STYLE_HEAT + 8] = HEAT(16, 166, WHITE, RED, 0x000000, 0xd75f00, false),
};

static const struct look projector_looks[STYLE_COUNT] = {
    [STYLE_NORMAL] = LIGHT(231, WHITE, 0xffffff),
    [STYLE_TITLE] = LIGHT(231, WHITE, 0xffffff),
    [STYLE_HEADER] = LIGHT(231, WHITE, 0xffffff),
    [STYLE_LABEL] = LIGHT(231, WHITE, 0xffffff),
    [STYLE_DIM] = LIGHT(252, WHITE, 0xd0d0d0),
    [STYLE_BORDER] = LIGHT(252, WHITE, 0xd0d0d0),
    [STYLE_ACCENT] = LIGHT(226, YELLOW, 0xffff00),
    [STYLE_LOOKED_UP] = LIGHT(123, CYAN, 0x87ffff),
    [STYLE_GRADIENT] = LIGHT(220, YELLOW, 0xffd700),
    [STYLE_CHANGED] = LIGHT(225, MAGENTA, 0xffd7ff),
    [STYLE_PHASE] = HEAT(16, 226, BLACK, YELLOW, 0x000000, 0xffff00, true),
    [STYLE_BAR] = LIGHT(123, CYAN, 0x87ffff),
    [STYLE_BAR_TARGET] = LIGHT(220, YELLOW, 0xffd700),
    [STYLE_GOOD] = LIGHT(157, GREEN, 0xafffaf),
    [STYLE_ERROR] = HEAT(231, 88, WHITE, RED, 0xffffff, 0x870000, true),
    [STYLE_NOTICE] = LIGHT(226, YELLOW, 0xffff00),
    [STYLE_PROMPT] = LIGHT(123, CYAN, 0x87ffff),
    [STYLE_CODE] = LIGHT(123, CYAN, 0x87ffff),
    [STYLE_EMPHASIS] = LIGHT(226, YELLOW, 0xffff00),
    [STYLE_SELECTED] = LIGHT(226, YELLOW, 0xffff00),
    [STYLE_STATUS] = LIGHT(231, WHITE, 0xffffff),
    [STYLE_HEAT + 0] = HEAT(231, 18, WHITE, BLUE, 0xffffff, 0x000087, true),
    [STYLE_HEAT + 1] = HEAT(231, 24, WHITE, BLUE, 0xffffff, 0x005f87, true),
    [STYLE_HEAT + 2] = HEAT(16, 81, BLACK, CYAN, 0x000000, 0x5fd7ff, true),
    [STYLE_HEAT + 3] = HEAT(16, 195, BLACK, CYAN, 0x000000, 0xd7ffff, true),
    [STYLE_HEAT + 4] = HEAT(16, 231, BLACK, WHITE, 0x000000, 0xffffff, true),
    [STYLE_HEAT + 5] = HEAT(16, 230, BLACK, YELLOW, 0x000000, 0xffffd7, true),
    [STYLE_HEAT + 6] = HEAT(16, 221, BLACK, YELLOW, 0x000000, 0xffd75f, true),
    [STYLE_HEAT + 7] = HEAT(16, 214, WHITE, RED, 0x000000, 0xffaf00, true),
    [STYLE_HEAT + 8] = HEAT(16, 208, WHITE, RED, 0x000000, 0xff8700, true),
};

static const struct look mono_looks[STYLE_COUNT] = {
    [STYLE_NORMAL] = PLAIN(0x1f2328, .bold = false),
    [STYLE_TITLE] = PLAIN(0x000000, .bold = true),
    [STYLE_HEADER] = PLAIN(0x1f2328, .bold = false),
    [STYLE_LABEL] = PLAIN(0x1f2328, .bold = false),
    [STYLE_DIM] = PLAIN(0x59636e, .dim = true),
    [STYLE_BORDER] = PLAIN(0x59636e, .dim = true),
    [STYLE_ACCENT] = PLAIN(0x000000, .bold = true, .underline = true),
    [STYLE_LOOKED_UP] = PLAIN(0x000000, .bold = true),
    [STYLE_GRADIENT] = PLAIN(0x000000, .bold = true),
    [STYLE_CHANGED] = PLAIN(0x000000, .bold = true),
    [STYLE_PHASE] = PLAIN(0x1f2328, .bold = true, .reverse = true),
    [STYLE_BAR] = PLAIN(0x59636e, .bold = false),
    [STYLE_BAR_TARGET] = PLAIN(0x000000, .bold = true),
    [STYLE_GOOD] = PLAIN(0x000000, .bold = true),
    [STYLE_ERROR] = PLAIN(0x1f2328, .bold = true, .reverse = true),
    [STYLE_NOTICE] = PLAIN(0x1f2328, .underline = true),
    [STYLE_PROMPT] = PLAIN(0x000000, .bold = true),
    [STYLE_CODE] = PLAIN(0x1f2328, .underline = true),
    [STYLE_EMPHASIS] = PLAIN(0x000000, .bold = true),
    [STYLE_SELECTED] = PLAIN(0x000000, .bold = true),
    [STYLE_STATUS] = PLAIN(0x1f2328, .bold = false),
    [STYLE_HEAT + 0] = PLAIN(0x000000, .bold = true),
    [STYLE_HEAT + 1] = PLAIN(0x000000, .bold = true),
    [STYLE_HEAT + 2] = PLAIN(0x1f2328, .bold = false),
    [STYLE_HEAT + 3] = PLAIN(0x1f2328, .bold = false),
    [STYLE_HEAT + 4] = PLAIN(0x1f2328, .bold = false),
    [STYLE_HEAT + 5] = PLAIN(0x1f2328, .reverse = true),
    [STYLE_HEAT + 6] = PLAIN(0x1f2328, .reverse = true),
    [STYLE_HEAT + 7] = PLAIN(0x1f2328, .reverse = true),
    [STYLE_HEAT + 8] = PLAIN(0x1f2328, .reverse = true),
};

static const char letters[STYLE_COUNT] = {
    [STYLE_NORMAL] = '.',     [STYLE_TITLE] = 't',     [STYLE_HEADER] = 'h',
    [STYLE_LABEL] = 'l',      [STYLE_DIM] = 'd',       [STYLE_BORDER] = 'b',
    [STYLE_ACCENT] = 'a',     [STYLE_LOOKED_UP] = 'o', [STYLE_GRADIENT] = 'g',
    [STYLE_CHANGED] = 'c',    [STYLE_PHASE] = 'p',     [STYLE_BAR] = 'r',
    [STYLE_BAR_TARGET] = 'x', [STYLE_GOOD] = 'y',      [STYLE_ERROR] = 'e',
    [STYLE_NOTICE] = 'n',     [STYLE_PROMPT] = 'm',    [STYLE_CODE] = 'k',
    [STYLE_EMPHASIS] = 'i',   [STYLE_SELECTED] = 's',  [STYLE_STATUS] = 'u',
    [STYLE_HEAT + 0] = '0',   [STYLE_HEAT + 1] = '1',  [STYLE_HEAT + 2] = '2',
    [STYLE_HEAT + 3] = '3',   [STYLE_HEAT + 4] = '4',  [STYLE_HEAT + 5] = '5',
    [STYLE_HEAT + 6] = '6',   [STYLE_HEAT + 7] = '7',  [STYLE_HEAT + 8] = '8',
};

/* 16..231: a 6×6×6 cube; 232..255: 24 greys. */
uint32_t style_palette_rgb(int index)
{
    static const uint32_t levels[6] = {0, 95, 135, 175, 215, 255};
    assert(index >= 16 && index <= 255);
    if (index >= 232)
        return (uint32_t)(8 + 10 * (index - 232)) * 0x010101;
    int cube = index - 16;
    return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 |
           levels[cube % 6];
}

const struct look *style_look(enum theme theme, enum style style)
{
    static const struct look *const tables[THEME_COUNT] = {
        [THEME_DEFAULT] = default_looks,
        [THEME_PROJECTOR] = projector_looks,
        [THEME_MONO] = mono_looks,
    };
    assert(theme < THEME_COUNT && style < STYLE_COUNT);
    return &tables[theme][style];
}

char style_letter(enum style style)
{
    assert(style < STYLE_COUNT);
    return letters[style];
}

/* [-largest, largest] in nine equal parts; what is beyond takes the ends. */
enum style style_heat(float value, float largest)
{
    double ratio = (double)value / (double)largest;
    if (isinf(value))
        ratio = value > 0 ? 1 : -1;
    if (isnan(ratio)) /* a NaN, or 0 of 0 */
        ratio = 0;
    int step =
        (int)floor((fmax(-1, fmin(1, ratio)) + 1) / 2 * STYLE_HEAT_STEPS);
    if (step == STYLE_HEAT_STEPS)
        step--;
    return (enum style)(STYLE_HEAT + step);
}
