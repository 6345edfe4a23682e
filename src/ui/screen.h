/*
 * A grid → the terminal, through curses; only what changed is sent. curses
 * only writes here: keys are read by the loop. Only screen.c includes curses.
 */
#ifndef EMBLAB_UI_SCREEN_H
#define EMBLAB_UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/grid.h"
#include "draw/style.h"

/*
 * Take the terminal: alternate screen, no echo, keys at once, Ctrl-C and
 * Ctrl-Z as signals, mouse and paste reported. utf8: what the locale says.
 * Returns 0, or -1 where this terminal cannot place a cursor: then nothing
 * has changed. The signal handlers must be there (signals_open) before.
 */
int screen_open(bool utf8);

/* Give the terminal back. */
void screen_close(void);

/* Colours as the theme has them, as many as the terminal has; colour false:
 * none. May be called again. */
void screen_set_theme(enum theme theme, bool colour);

/* The size as of screen_open or the last screen_resize. */
void screen_size(int *rows, int *cols);

/* Show grid (of the screen's size), the cursor in its last row at col. */
void screen_show(const struct grid *grid, int cursor_col);

/* The next screen_show draws everything (Ctrl-L). */
void screen_forget(void);

/* The terminal has a new size: tell curses. */
void screen_resize(void);

/* Before the program stops, and after it goes on. */
void screen_suspend(void);
void screen_resume(void);

/* Bytes straight to the terminal, behind everything shown so far. */
void screen_write(const char *bytes, size_t length);

#endif
