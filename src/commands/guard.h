/*
 * What holds for commands that no person typed, but a lesson brought. The
 * session asks; lesson/guard.h answers. Commands that are run again (undo,
 * a journal) are not asked about: they were, the first time.
 */
#ifndef EMBLAB_COMMANDS_GUARD_H
#define EMBLAB_COMMANDS_GUARD_H

#include "base/error.h"
#include "commands/command.h"
#include "commands/session.h"

struct guard {
    /* Before a command, or (call is NULL) before a slice of its work: may it
     * be? -1: it may not, and leave is not called. */
    int (*enter)(struct guard *guard, struct session *session,
                 const struct call *call, struct error *err);
    /* Behind it, also where it failed: status and *err are the command's own.
     * Returns the status. effect is NULL behind a slice. */
    int (*leave)(struct guard *guard, struct session *session,
                 struct effect *effect, int status, struct error *err);
};

/* The guard to be asked now; NULL: none. */
struct guard *session_guard(const struct session *session);

#endif
