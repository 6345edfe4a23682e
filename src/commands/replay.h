/*
 * Running recorded commands again, silently: journals, saved files, branches.
 */
#ifndef EMBLAB_COMMANDS_REPLAY_H
#define EMBLAB_COMMANDS_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "commands/session.h"

/* Run a line's commands (and their work) without showing anything. */
int replay_command(struct session *session, const char *command,
                   struct error *err);

/* Is it a corpus command, in whatever spelling? */
bool replay_is_corpus(const char *command);

/*
 * Run the lines of a journal: comments are skipped but for "#text". name: for
 * messages, "NAME:LINE: ...". On failure the lab stands before that line. Such
 * a file is not trusted: a line that does not change the lab (export, save, set
 * python ...) is refused before the first line is run.
 */
int replay_run(struct session *session, const char *name, const char *text,
               size_t length, struct error *err);

/* What a saved file says the lab should be in the end. */
struct replay_checks {
    bool has_hash, has_loss;
    uint64_t hash;
    double loss;
};

/*
 * The same on a fresh lab, with the hash checked at the end: a difference is
 * an error, unless the last loss agrees within 1e-4 (a large model's products
 * round differently on another machine), which is a notice. On failure the
 * session's lab and timeline are as they were.
 */
int replay_run_fresh(struct session *session, const char *name,
                     const char *text, size_t length,
                     struct replay_checks *checks, struct error *err);

#endif
