/*
 * The full screen's own parts: tui.c is its loop, tui_keys.c what keys do,
 * tui_show.c what is seen.
 */
#ifndef EMBLAB_UI_TUI_PARTS_H
#define EMBLAB_UI_TUI_PARTS_H

#include <stdbool.h>

#include "base/str.h"
#include "draw/grid.h"
#include "ui/keys.h"
#include "ui/lecture.h"
#include "ui/message.h"
#include "ui/prompt.h"
#include "ui/runner.h"
#include "ui/viewer.h"
#include "ui/welcome.h"

/* A command waits for an answer in the middle of its work. */
enum asking {
    ASKING_NOTHING,
    ASKING_KEY,  /* y or n */
    ASKING_LINE, /* the next line typed */
};

struct tui {
    struct runner runner; /* first: progress finds the screen by it */
    struct viewer viewer;
    struct lecture lecture;
    struct welcome welcome;
    struct grid grid;
    struct key_decoder keys;
    bool utf8, no_color, acknowledges;
    double last_byte; /* when the last byte came */
    double last_draw;
    bool dirty;  /* something to draw, at leisure */
    bool urgent; /* ... at once */
    bool drawn;  /* a frame nobody was told of */
    bool leaving;
    int status;
    enum asking asking;
    const char *question; /* NULL: none */
    bool agreed;          /* the answer to ASKING_KEY */
    char *reply;          /* ... to ASKING_LINE; NULL: there was none */
    char playing[64], note[64];
    struct str said, waiting;
    struct progress progress;
    char acknowledged[64];
};

/* Seconds of a clock that only goes forward. */
double tui_now(void);

/* ---- tui_keys.c ---- */

/* A key, for who waits for one. */
void tui_press(struct tui *tui, const struct key *key);
/* Ctrl-C: the innermost thing that goes on stops. */
void tui_interrupt(struct tui *tui);
/* Ctrl-Z: give the terminal back until the person returns. */
void tui_suspend(struct tui *tui);

/* ---- tui_show.c ---- */

void tui_apply_settings(struct tui *tui);
/* The grid gets the size of the screen, where that has changed. */
void tui_fit_grid(struct tui *tui);
/* Draw what is urgent, or has waited long enough. */
void tui_draw_if_due(struct tui *tui);
/* Seconds until what waits to be drawn is; < 0: nothing waits. */
double tui_draw_wait(const struct tui *tui);
/* For snapshot: the screen as it would be drawn now. */
void tui_copy_screen(struct session *session, struct grid *grid);
/* A long command's own progress: drawn between, no key is read. context: the
 * tui. */
void tui_draw_progress(void *context, const struct progress *progress);

#endif
