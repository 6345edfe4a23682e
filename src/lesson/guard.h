/*
 * A lesson cannot hurt. While its guard is on, commands run as a lesson's: none
 * that runs programs, loads labs or ends the lab; files are read only from the
 * lesson's own folder and below (shipped texts have bare names), and only new
 * regular files are written, into the working directory; steps, bytes, time
 * and output have an end. What a person types is not guarded.
 */
#ifndef EMBLAB_LESSON_GUARD_H
#define EMBLAB_LESSON_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

#include "commands/guard.h"
#include "draw/sink.h"
#include "lesson/lesson.h"

/* Of a whole lesson, but bytes of one request and of one file. */
struct guard_limits {
    long steps;     /* mini-batches */
    double seconds; /* of computing */
    size_t output;  /* bytes printed */
    size_t bytes;   /* of memory */
    size_t file;    /* bytes of a file written or read */
    size_t files;   /* written */
};

struct lesson_guard {
    struct guard guard; /* first: its functions find the rest by it */
    struct guard_limits limits;
    char *folder; /* the lesson's own, a real path; NULL: none to read from */
    char **files; /* that were written, by name */
    size_t file_count;
    long steps; /* used, of limits */
    double seconds;
    size_t output;
    struct guard_inside *inside; /* private: what is put back on leaving */
};

/* Ended by lesson_guard_clear. limits may be changed before it is on. */
void lesson_guard_init(struct lesson_guard *guard, const struct lesson *lesson);
void lesson_guard_clear(struct lesson_guard *guard);

/* From now on, and until off, the session's commands are the lesson's. */
void lesson_guard_on(struct lesson_guard *guard, struct session *session);
void lesson_guard_off(struct session *session);

/* Remove the files that were written. */
void lesson_guard_remove_files(struct lesson_guard *guard);

#endif
