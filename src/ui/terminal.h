/*
 * What is known about the terminal before anything is drawn: is there one,
 * does it take UTF-8.
 */
#ifndef EMBLAB_UI_TERMINAL_H
#define EMBLAB_UI_TERMINAL_H

#include <stdbool.h>

/*
 * Set LC_CTYPE from the environment, and nothing else (a decimal comma must
 * never reach numbers); where that is plain C, try C.UTF-8. Returns whether
 * characters are UTF-8. Call once, first of all.
 */
bool terminal_set_locale(void);

/* Standard input and output are a terminal that can do more than print. */
bool terminal_is_interactive(void);

/* The Linux console: its fonts lack the marks and round corners. */
bool terminal_lacks_glyphs(void);

#endif
