/*
 * Which questions of which lessons were done, shown or skipped: plain text in
 * $XDG_STATE_HOME/emblab/progress, a line "LESSON QUESTION done", by id; and
 * "LESSON page 4" where it was left in the middle. It is
 * written whole and in one step after every answer, over what is there by then,
 * so that two labs lose nothing of each other.
 */
#ifndef EMBLAB_LESSON_PROGRESS_H
#define EMBLAB_LESSON_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "lesson/lesson.h"

/* A better state stays when a worse one comes: done is done. */
enum progress_state {
    PROGRESS_NONE,
    PROGRESS_SKIPPED, /* gone past */
    PROGRESS_SHOWN,   /* the answer was told */
    PROGRESS_DONE,    /* answered */
};

struct progress_entry {
    char *lesson, *id;
    enum progress_state state;
    size_t page; /* > 0: where the lesson was left; id is "page" then */
};

struct learning {
    struct progress_entry *entries;
    size_t count, capacity;
    size_t damaged; /* lines that could not be read, and were left out */
};

/* Read it. A missing file is no progress. Fails where the file cannot be read;
 * learning is then empty. The caller clears it in any case. */
int progress_read(struct learning *learning, struct error *err);
void progress_clear(struct learning *learning);

/* Was anything of the lesson played? */
bool progress_knows(const struct learning *learning, const char *lesson);
enum progress_state progress_of(const struct learning *learning,
                                const char *lesson, const char *id);

/* The questions of a lesson with an id, and how many were done and shown. Ids
 * that the lesson no longer has do not count. */
struct progress_count {
    size_t questions, done, shown;
};
struct progress_count progress_count(const struct learning *learning,
                                     const struct lesson *lesson);
/* Is every question answered, by the student or by the lesson? */
bool progress_finished(const struct progress_count *count);
/* "2 of 4 (1 shown)", "done", appended; nothing where nothing is answered. */
void progress_write(const struct progress_count *count, struct str *out);
/* Without the solutions that were shown: "2 of 4", "done". */
void progress_write_short(const struct progress_count *count, struct str *out);

/* Put one answer into the file. Fails as the disk does; a damaged file is kept
 * beside as progress.damaged before it is written over. */
int progress_record(const char *lesson, const char *id,
                    enum progress_state state, struct error *err);

/* The page where a lesson was left; 0: it was not begun, or played to its end.
 */
size_t progress_page(const struct learning *learning, const char *lesson);
/* Put it into the file; 0: it is at its end. Fails as progress_record. */
int progress_record_page(const char *lesson, size_t page, struct error *err);

/* Forget a lesson, its place too; *forgotten: how many answers there were, and
 * one for the place. */
int progress_forget(const char *lesson, size_t *forgotten, struct error *err);

#endif
