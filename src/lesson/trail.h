/*
 * Where a lesson has led the lab. A place on the trail is a way from the fresh
 * lab: the commands of the timeline (lab/history.h) that lead there. Ways share
 * their beginnings, so a place costs one command. Going to a place undoes and
 * does again what is still on the timeline, and runs what is not.
 */
#ifndef EMBLAB_LESSON_TRAIL_H
#define EMBLAB_LESSON_TRAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "commands/session.h"

enum { TRAIL_START = 0 }; /* the place of the fresh lab */

struct trail {
    struct trail_step *steps;
    size_t count, capacity;
};

void trail_init(struct trail *trail);
void trail_clear(struct trail *trail);

/* The place where the lab is now; a new one where it was never noted. */
size_t trail_here(struct trail *trail, const struct session *session);

/* Does the way to `place` lead through `through`, or end there? */
bool trail_passes(const struct trail *trail, size_t place, size_t through);

/* The commands that lead from one place to another that lies behind it,
 * NULL-ended; borrowed, the array to free. */
const char **trail_way(const struct trail *trail, size_t from, size_t place);

/*
 * Take the lab to a place. (What is there is the same to the bit; trail_here
 * may name it otherwise where goto had been in the middle of an event.) Fails
 * as the command that fails does (a file that has gone), or with
 * ERROR_INTERRUPTED: the lab is then on its way.
 */
int trail_go(const struct trail *trail, struct session *session, size_t place,
             struct error *err);

/*
 * Keep the timeline as it is, its future too, as a branch: PREFIX, or else
 * PREFIX-2 and so on. Returns its name, borrowed from the timeline.
 */
const char *trail_keep(struct session *session, const char *prefix);

#endif
