/*
 * What to do after a line that no command could take: the commands say what
 * is wrong with it, this says what a person may have meant.
 */
#ifndef EMBLAB_COMMANDS_ADVICE_H
#define EMBLAB_COMMANDS_ADVICE_H

#include "base/error.h"
#include "commands/session.h"
#include "lang/parse.h"

/*
 * typed failed with err: where its first word is no command's whole name, the
 * message's second half may become a better one. Words of the vocabulary were
 * meant to be looked up, "exit" wants out, "gradient" is in the glossary.
 */
void advice_give(const struct session *session, const struct command *typed,
                 struct error *err);

#endif
