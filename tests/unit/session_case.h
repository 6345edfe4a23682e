/*
 * Sittings at the lab for tests: commands go in as they are typed, what a
 * person would see comes out as text.
 */
#ifndef EMBLAB_TESTS_SESSION_CASE_H
#define EMBLAB_TESTS_SESSION_CASE_H

#include <stdint.h>

#include "base/str.h"
#include "commands/session.h"

struct sitting {
    struct session session;
    struct sink sink;
    struct str out;     /* results; the last command's with sitting_ask */
    struct str notices; /* a line each */
    struct error err;   /* of the last command */
};

void sitting_begin(struct sitting *s);
void sitting_end(struct sitting *s);

/* Run a line with its work; -1: a command failed, s->err says how. */
int sitting_run(struct sitting *s, const char *line);
/* Run it, which must succeed, and return what it printed. */
const char *sitting_ask(struct sitting *s, const char *line);
/* Run it, which must fail and leave the lab as it was: the message. */
const char *sitting_refusal(struct sitting *s, const char *line);

/* lab_hash, and what it leaves out though undo brings it back as well: marks,
 * the rows before the update, the means of the epochs, the typed gradient. */
uint64_t sitting_state(const struct sitting *s);

/*
 * A folder of its own for files and for the state (XDG_STATE_HOME is set to
 * it), removed with all that is in it. A group's setup and teardown: *state is
 * its path.
 */
int folder_begin(void **state);
int folder_end(void **state);

/* PATH/NAME with that content; one of four rotating buffers. */
const char *folder_write(const char *folder, const char *name,
                         const char *text);

#endif
