/*
 * A lesson as one page of HTML: a section a screen, each with its picture as
 * text in its colours and, for ears, its words. With the page's own script one
 * screen is seen at a time and keys step; without it they all follow each
 * other. Nothing is loaded from anywhere, and the page forbids itself to.
 */
#ifndef EMBLAB_UI_RECORD_HTML_H
#define EMBLAB_UI_RECORD_HTML_H

#include <stddef.h>

#include "base/str.h"
#include "draw/grid.h"

struct html_page {
    struct str contents, screens;
    struct str ids;     /* of the screen to come: "a b" */
    struct str words;   /* ... what is said on it, as HTML */
    struct str heading; /* that the contents had last */
    size_t count;
};

void html_begin(struct html_page *page);

/* Names of the screen to come, and its words: a paragraph a piece that is
 * parted by an empty line; a command; what it printed, line by line. */
void html_add_id(struct html_page *page, const char *id);
void html_add_words(struct html_page *page, const char *text);
void html_add_command(struct html_page *page, const char *command);
void html_add_output(struct html_page *page, const char *text);

/* The screen itself. heading: of the page of the lesson it shows; where: "4/9",
 * its place. */
void html_add_screen(struct html_page *page, const char *heading,
                     const char *where, const struct grid *grid);

/* The whole document to out; page is cleared. rows, cols: a screen's size. */
void html_end(struct html_page *page, const char *title, int rows, int cols,
              struct str *out);

#endif
