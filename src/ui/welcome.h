/*
 * Where to begin: the lessons with what is done of each, the next one marked,
 * or free play. What an empty lab shows.
 */
#ifndef EMBLAB_UI_WELCOME_H
#define EMBLAB_UI_WELCOME_H

#include <stddef.h>

#include "draw/grid.h"

struct welcome_lesson {
    char *name, *title;
    int minutes;       /* 0: not said */
    char progress[32]; /* "done", "2 of 3"; "": nothing yet */
};

struct welcome {
    struct welcome_lesson *lessons;
    size_t count;
    size_t next; /* the first that is not done; count: all are */
};

/* Look what lessons there are; what cannot be read is left out. */
void welcome_read(struct welcome *welcome);
void welcome_clear(struct welcome *welcome);

/* "lesson NAME" of the next one, caller's to free; NULL: there is none. */
char *welcome_command(const struct welcome *welcome);

/* welcome may be NULL: free play alone. */
void welcome_draw(const struct welcome *welcome, struct rect area,
                  struct grid *grid);

#endif
