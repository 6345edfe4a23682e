/*
 * One expected line against one actual line: lesson/compare.h says how.
 */
#ifndef EMBLAB_LESSON_COMPARE_LINE_H
#define EMBLAB_LESSON_COMPARE_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* work: the characters that may still be looked at; false where there are
 * none left. */
bool compare_line_within(const char *expected, const char *actual,
                         size_t *work);

/* Where the "(~1e-4)" at the line's end begins, and how much it allows; NULL:
 * there is none. amount may be NULL. */
const char *compare_tolerance(const char *line, double *amount);

#endif
