/*
 * What the parts of the check share. Only check*.c include it.
 */
#ifndef EMBLAB_LESSON_CHECK_PARTS_H
#define EMBLAB_LESSON_CHECK_PARTS_H

#include <stddef.h>

#include "base/error.h"
#include "lesson/lesson.h"

/* Lines of a file to be replaced: count of them from line on. */
struct edit {
    size_t line, count;
    char *text; /* owned; whole lines */
};

struct edits {
    struct edit *items; /* by line, ascending */
    size_t count, capacity;
};

/* Takes text over. */
void edits_add(struct edits *edits, size_t line, size_t count, char *text);
void edits_clear(struct edits *edits);

/* Write the lesson's file with the edits in one step; it must still read as
 * the same lesson. */
int edits_write(const struct edits *edits, const struct lesson *lesson,
                struct error *err);

/*
 * Does every link to another Markdown file lead to one? Each that does not is
 * told: tell(context, its line, what is wrong and what to do).
 */
typedef void link_teller(void *context, size_t line, const char *message);
void check_links(const struct lesson *lesson, link_teller *tell, void *context);

#endif
