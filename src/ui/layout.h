/*
 * The whole screen as one grid: status line, chain of phases, panels, message
 * line, prompt. Pure: the lab and what the front end knows go in, a grid comes
 * out, so tests and `snapshot` have the very picture a person sees.
 */
#ifndef EMBLAB_UI_LAYOUT_H
#define EMBLAB_UI_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "draw/grid.h"
#include "scenes/lit.h"
#include "ui/message.h"
#include "ui/panels.h"
#include "ui/prompt.h"
#include "ui/scrollback.h"

struct lab;
struct player;
struct welcome;

enum { LAYOUT_SCENES = 32 };

/* How far a panel is scrolled by hand. */
struct layout_scroll {
    int64_t row; /* -1: not */
    int64_t col;
};

/* What the rows with a gradient do just now. */
enum layout_flash { FLASH_NONE, FLASH_FADING, FLASH_LIT };

struct layout {
    bool ascii;
    int digits;          /* decimals where there is room */
    const char *view;    /* the scene to see; NULL: the stage's own */
    bool chosen;         /* ... by the person, not by a command that ran */
    bool show_output;    /* the scrollback instead of panels */
    bool output_top;     /* from where it begins, until it is scrolled */
    bool output_reading; /* by nothing but Enter: it goes on with that */
    size_t output_up;    /* rows it is scrolled up */
    size_t output_from, output_to; /* lines of the last command */
    const size_t *output_marks;    /* where those before it began ... */
    size_t output_mark_count;      /* ... whose output stands with it */
    bool output_typed;             /* a person asked for it, not a lesson */
    bool lab_turn; /* where page or lab has room: the lab, not the page */
    const struct scrollback *output;
    const struct welcome *welcome; /* of an empty lab; NULL: no lessons */
    const struct player *player;   /* a lesson on stage; NULL: none */
    int page_top;                  /* its page's first row; < 0: to its end */
    struct layout_scroll scroll[LAYOUT_SCENES]; /* by place in scene_table */
    bool fresh;     /* what just became known is accented */
    struct lit lit; /* the cells the last `why` named */
    enum layout_flash flash;
    size_t events, events_done; /* of the timeline; 0: no bar */
    const char *playing;        /* "2 a second"; NULL: not */
    struct message message;
    struct prompt_view prompt;
};

/* Where things came to stand: for the mouse, and for scrolling. */
struct layout_map {
    struct panel panels[PANELS_MAX];
    size_t count;
    int focus;             /* which panel has it; -1: none */
    bool full[PANELS_MAX]; /* the picture reaches the panel's end */
    struct rect output;    /* rows 0: not shown */
    size_t output_up;      /* rows it is scrolled up */
    struct rect page;      /* of a lesson; rows 0: not shown */
    int page_top, page_room, page_rows;
    int cursor_col;
};

void layout_init(struct layout *layout);

/* Draw into grid, of the screen's size; map may be NULL. */
void layout_draw(const struct lab *lab, const struct layout *layout,
                 struct grid *grid, struct layout_map *map);

/* The panels alone, in an area of the grid that is blank. */
void layout_draw_panels(const struct lab *lab, const struct layout *layout,
                        struct rect area, struct grid *grid,
                        struct layout_map *map);

/* A title or a legend is cut between its parts ("a · b · c"), the last first,
 * before it is cut inside one. A tab parts what stands right of it. */
void layout_drop_parts(char *text, int room);

/* The scene that has the focus. NULL: there is none yet. */
const char *layout_focus(const struct lab *lab, const struct layout *layout);

/* The next scene to look at after the focused one (step 1 or -1), "output"
 * among them; NULL: there is none. */
const char *layout_next(const struct lab *lab, const struct layout *layout,
                        int step);

/* A scene's place in scene_table, or -1. */
int layout_scene_index(const char *name);

#endif
