/*
 * A lesson that plays by itself on a screen nobody sees, by a clock that only
 * it has: the same lesson is the same film each time. What there is to see is
 * told to a watcher, who writes it down.
 */
#ifndef EMBLAB_UI_RECORD_FILM_H
#define EMBLAB_UI_RECORD_FILM_H

#include "base/error.h"
#include "base/str.h"
#include "draw/grid.h"
#include "lesson/player.h"
#include "ui/lecture.h"
#include "ui/runner.h"
#include "ui/viewer.h"

struct film;

/* What a watcher wants to know; what it leaves NULL it is not told. */
struct film_watcher {
    /* The screen is another one now: film->grid, film->cursor. */
    void (*picture)(void *context, const struct film *film);
    /* The lesson has come to a place with a name. */
    void (*place)(void *context, const struct film *film, const char *id);
    /* A command is to be run, and it was: it stands in the scrollback, and
     * below it what it printed. Quiet ones are not told. */
    void (*types)(void *context, const struct film *film);
    void (*ran)(void *context, const struct film *film);
    /* The lesson waits: the screen is one to be looked at. */
    void (*stop)(void *context, const struct film *film);
    void *context;
    int rows, cols; /* of the screen; 0: as the lesson's file says */
};

struct film {
    struct runner runner; /* first: its sink leads to it */
    struct viewer viewer;
    struct lecture lecture;
    const struct player *player; /* the lecture's */
    struct grid grid;
    int cursor;      /* its column, in the last row */
    double now;      /* seconds since the film began */
    size_t told;     /* blocks whose names were told */
    size_t line;     /* in the file, of the command that runs */
    long work_began; /* the lab's step before its work */
    struct str said; /* what it did, in one line */
    const struct film_watcher *watcher;
};

/*
 * Play a lesson (its name, or a path) to its end. Fails where it cannot be
 * read, and with PATH:LINE where a command fails that should not.
 */
int film_play(const char *name, const struct film_watcher *watcher,
              struct error *err);

/* Where in the file the command stands that the player wants; a solution:
 * where its try has it. */
size_t film_line(const struct player *player);

/* The lesson has failed: in that line, by failure; or, with ERROR_NONE, without
 * a word. Returns -1. */
int film_failed(const struct player *player, size_t line,
                const struct error *failure, struct error *err);

#endif
