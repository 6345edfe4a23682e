/*
 * What a cell means, never what colour it has: a theme maps meanings to
 * colours and attributes, monochrome among them. Marks and bold carry
 * everything; colour only repeats it.
 */
#ifndef EMBLAB_DRAW_STYLE_H
#define EMBLAB_DRAW_STYLE_H

#include <stdbool.h>
#include <stdint.h>

enum style {
    STYLE_NORMAL,
    STYLE_TITLE,  /* a panel's name and shape */
    STYLE_HEADER, /* column numbers, table heads */
    STYLE_LABEL,  /* row numbers and words */
    STYLE_DIM,    /* untouched rows, elisions, hints */
    STYLE_BORDER,
    STYLE_ACCENT,    /* what just became known */
    STYLE_LOOKED_UP, /* ● */
    STYLE_GRADIENT,  /* ▲ */
    STYLE_CHANGED,   /* Δ */
    STYLE_PHASE,     /* the current phase in the chain */
    STYLE_BAR,
    STYLE_BAR_TARGET, /* the bar of the right answer */
    STYLE_GOOD,
    STYLE_ERROR,
    STYLE_NOTICE,
    STYLE_PROMPT,
    STYLE_CODE,
    STYLE_EMPHASIS,
    STYLE_SELECTED, /* the focused panel's border, a chosen candidate */
    STYLE_STATUS,   /* the status line */
    STYLE_HEAT,     /* STYLE_HEAT + 0..8: the diverging ramp, 4 is zero */
    STYLE_COUNT = STYLE_HEAT + 9,
};

enum { STYLE_HEAT_STEPS = 9, STYLE_HEAT_ZERO = 4 };

enum theme { THEME_DEFAULT, THEME_PROJECTOR, THEME_MONO, THEME_COUNT };

/*
 * How a style looks. Colours are palette indices, or -1: the terminal's own.
 * Where reverse is set, foreground and background are yet to be exchanged.
 */
struct look {
    int foreground, background;   /* of 256; direct colour: style_palette_rgb */
    int foreground8, background8; /* of 8 */
    uint32_t foreground_rgb, background_rgb; /* on the page of SVG and HTML */
    bool bold, reverse, underline, dim;
};
const struct look *style_look(enum theme theme, enum style style);

/*
 * The 0xRRGGBB that xterm gives index 16..255 of its palette (index below 16
 * differs from terminal to terminal, and no look uses it).
 */
uint32_t style_palette_rgb(int index);

/* One letter (. a-z 0-8) for each style, for stored screens in tests. */
char style_letter(enum style style);

/*
 * The ramp: value against the largest absolute value shown → heat style. Nine
 * equal parts; NaN, and everything where largest is 0, is the middle one.
 */
enum style style_heat(float value, float largest);

#endif
