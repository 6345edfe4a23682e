/*
 * How handlers edit the script's head: a copy is changed, then run. On
 * failure the lab is as it was.
 */
#ifndef EMBLAB_COMMANDS_EDIT_H
#define EMBLAB_COMMANDS_EDIT_H

#include "base/error.h"
#include "commands/command.h"
#include "commands/session.h"
#include "lab/head.h"

/* A copy of the head with one part back at its defaults and marked as typed
 * (a command typed again starts from its own defaults). */
void edit_begin(const struct session *session, unsigned part,
                struct head *head);

/* Run the edited head and clear it. Reading shows its progress and stops
 * when *session->stop is set. call: the command that edits that part. */
int edit_finish(struct session *session, const struct call *call, unsigned part,
                struct head *head, struct error *err);

/* Typed bare, "just to look", a command goes back to its defaults: where that
 * changed something, or steps were lost, a note says what only looks. before:
 * the part as it was, from edit_part (freed here). */
void edit_note_bare(struct session *session, const struct call *call,
                    unsigned part, bool lost, char *before);
/* A part of the head as a command; NULL: nobody has typed or chosen it. */
char *edit_part(const struct session *session, unsigned part);

/* Is there no text yet that the edit could apply to? Then it says so; where
 * nothing was typed beside the command, there is nothing to wait. */
bool edit_waits(struct session *session, const struct call *call);

#endif
