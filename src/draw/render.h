/*
 * A grid → bytes: plain text, text with ANSI colour, text with style letters
 * (tests), SVG, HTML. Trailing blanks are cut in the text forms. Whatever the
 * cells hold, no control character but the newline comes out, and of escape
 * sequences only colours and attributes (SGR).
 */
#ifndef EMBLAB_DRAW_RENDER_H
#define EMBLAB_DRAW_RENDER_H

#include <stdbool.h>

#include "base/str.h"
#include "draw/grid.h"

enum render_colors { RENDER_NO_COLOR, RENDER_8, RENDER_256, RENDER_DIRECT };

/* One line of text a row, each with its newline. */
void render_text(const struct grid *grid, struct str *out);

/*
 * The same with attributes and colours, as few of them as will do, back to
 * normal at each line's end. RENDER_NO_COLOR: the mono theme's attributes.
 * Where a theme brings its own background, lines are as wide as the grid.
 */
void render_ansi(const struct grid *grid, enum theme theme,
                 enum render_colors colors, struct str *out);

/*
 * style_letter of every cell in place of its text; bold cells as capitals
 * (":" for ".", the digits' )!@#$%^&* for 0-8).
 */
void render_letters(const struct grid *grid, struct str *out);

/* A whole document each; title is escaped. */
void render_svg(const struct grid *grid, enum theme theme, const char *title,
                struct str *out);
void render_html(const struct grid *grid, enum theme theme, const char *title,
                 struct str *out);

/*
 * The parts a page of several pictures is made of: the rules of a theme, one
 * picture as a <pre>, and words: made visible, and escaped for HTML and XML.
 */
void render_html_style(enum theme theme, struct str *out);
void render_html_picture(const struct grid *grid, enum theme theme,
                         struct str *out);
void render_escaped(const char *text, struct str *out);

/*
 * With --ascii: the box and glyph characters of a text as ASCII, in place
 * of each cell; one column stays one column. Letters of any script stay.
 */
void render_to_ascii(struct grid *grid);

#endif
