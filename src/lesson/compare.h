/*
 * The output a lesson expects of a command against what the command printed.
 * A line of the expected output is taken as it is, blanks at its end aside,
 * but for
 *
 *   ...           alone: any number of lines, none among them
 *   [..]          within a line: any text
 *   (~1e-4)       at a line's end: its numbers may differ by so much
 *   error: TEXT   the command fails with TEXT
 */
#ifndef EMBLAB_LESSON_COMPARE_H
#define EMBLAB_LESSON_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum compare_kind {
    COMPARE_SAME,    /* an expected line and the actual one that it means */
    COMPARE_ANY,     /* an expected `...` */
    COMPARE_SKIPPED, /* an actual line that `...` stands for, or optional */
    COMPARE_MISSING, /* an expected line that did not come */
    COMPARE_EXTRA,   /* an actual line that was not expected */
};

struct compare_step {
    enum compare_kind kind;
    const char *expected; /* NULL for skipped and extra */
    const char *actual;   /* NULL for any and missing */
};

/* How one becomes the other, in as few differences as possible. */
struct comparison {
    struct compare_step *steps;
    size_t count;
    bool same;
    char **actual; /* owned: the lines */
    size_t actual_count;
    bool *optional; /* owned: which of them may be left out */
};

/* Before a printed line: it may, but need not be expected (a notice). */
#define COMPARE_OPTIONAL "\001"

/*
 * Compare. expected: count lines, borrowed; 0: whatever is printed is right.
 * printed: lines that end in \n. error: the message the command failed with,
 * or NULL. It is an actual line "error: MESSAGE", the last, that no `...`
 * stands for. Ended by compare_clear.
 */
void compare_output(struct comparison *comparison, char *const *expected,
                    size_t count, const char *printed, const char *error);
void compare_clear(struct comparison *comparison);

/* Does one line mean the other? */
bool compare_line(const char *expected, const char *actual);

/* The differences, `-` before what is missing and `+` before what is too
 * much, with a few lines around; long ones are cut. Appended. */
void compare_diff(const struct comparison *comparison, const char *indent,
                  struct str *out);

/* The expected output as it should be: lines that still hold stay as they
 * are, a tolerance stays on its line. Appended. */
void compare_update(const struct comparison *comparison, struct str *out);

/* Is it a line that expects a failure? */
bool compare_expects_error(const char *expected);

#endif
