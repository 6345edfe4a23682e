/*
 * The full screen: reads keys and signals, lets the runner work, shows the
 * layout. One event loop; nothing in it waits for anything but events.
 */
#ifndef EMBLAB_UI_TUI_H
#define EMBLAB_UI_TUI_H

#include <stdbool.h>

#include "lesson/player.h"

struct tui_options {
    bool ascii;          /* --ascii */
    bool no_color;       /* --color=never, or NO_COLOR */
    bool resume;         /* --resume: go on where the last lab stopped */
    const char *startup; /* commands to run first (init.emb); may be NULL */
    const char *lesson;  /* play this one; NULL: none */
    struct player_options play;
};

/* Is there a terminal to draw on? (The answer may still be TUI_IMPOSSIBLE.) */
bool tui_possible(void);

enum { TUI_IMPOSSIBLE = -1 };

/*
 * Run the lab on the full screen until it is left. Returns the exit status, or
 * TUI_IMPOSSIBLE where the terminal cannot place a cursor: then nothing
 * happened, and the plain lab is the way.
 */
int tui_run(const struct tui_options *options);

#endif
