/*
 * Finding what was meant: exact names win, then unique prefixes, then the
 * nearest name by edit distance (for "did you mean"); and the ranking of
 * completion candidates. Callers pass the names; nothing here knows any.
 */
#ifndef EMBLAB_LANG_MATCH_H
#define EMBLAB_LANG_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum match_result { MATCH_NONE, MATCH_ONE, MATCH_MANY };

/* names: count of them. On MATCH_ONE *index is it; on MATCH_MANY candidates
 * (may be NULL) gets "batch, backward, bag". Case matters; "" matches none. */
enum match_result match_name(const char *typed, const char *const *names,
                             size_t count, size_t *index,
                             struct str *candidates);

/* The nearest name within a third of its length, at least 1, at most 3 edits;
 * other case is nearest of all. NULL: none is near. */
const char *match_nearest(const char *typed, const char *const *names,
                          size_t count);

/*
 * Completion. A list of candidates for the word under the cursor: each the
 * whole word to put there, and what it is. Ranked: exact case prefix, then
 * folded prefix, then contained; within a rank as the caller added them.
 */
struct completion {
    char *text;
    char *note; /* one line: what it is; may be NULL */
    int rank;
};
struct completions {
    struct completion *items;
    size_t count, capacity;
    size_t start, end; /* bytes of the line that a candidate replaces */
    char *prefix;      /* the word so far */
    char append;       /* after a single match: ' ', '=', 0 */
};
void completions_begin(struct completions *c, const char *line, size_t start,
                       size_t end);
void completions_add(struct completions *c, const char *text, const char *note);
void completions_rank(struct completions *c);
/* The longest prefix shared by the candidates of the best rank there is: what
 * a person gets for Tab, caller's to free. */
char *completions_common(const struct completions *c);
void completions_clear(struct completions *c);

#endif
