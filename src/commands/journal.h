/*
 * Nothing is lost. While a person works, every command that changed the lab
 * is written to a journal in the state folder before its effect is shown; two
 * labs never share one. --resume runs the newest journal whose lab has ended,
 * however it ended. A saved file has the same form, and its hash at the end.
 */
#ifndef EMBLAB_COMMANDS_JOURNAL_H
#define EMBLAB_COMMANDS_JOURNAL_H

#include <stdbool.h>

#include "base/error.h"
#include "commands/session.h"

enum {
    JOURNALS_KEPT = 20,            /* older ones are removed, */
    JOURNAL_BYTES_KEPT = 64 << 20, /* and what is beyond this in all */
    JOURNAL_TEXT_MAX = 1 << 20,    /* texts up to this are kept beside it, */
    JOURNAL_TEXTS_KEPT = 100,      /* so many, those last used */
};

/*
 * Begin a journal for an interactive lab. A state folder that cannot be
 * written is a notice, never an error: the lab works, unkept.
 */
void journal_open(struct session *session);
void journal_close(struct session *session);

/* A new journal with the commands of the timeline as it is now (load). */
void journal_restart(struct session *session);

/* A command that changed the lab, or moved on its timeline. */
void journal_command(struct session *session, const char *command);

/* To disk what was written since; called when nothing else is to do. */
void journal_sync(struct session *session);

/*
 * Run the newest journal of a lab that has ended, silently, and go on writing
 * it (where keep). ERROR_NOT_FOUND: there is none. A last line that was cut is
 * left out; a text file that changed since is taken from the kept copy, with
 * a notice. A notice says what was resumed.
 */
int journal_resume(struct session *session, bool keep, struct error *err);

/*
 * Run a saved file on a fresh lab and check its hash. On failure the lab and
 * its timeline are as they were.
 */
int journal_load(struct session *session, const char *path, struct error *err);

/* The commands that made this lab, with date and hash, appended to out. */
struct str;
void journal_write(const struct session *session, struct str *out);

#endif
