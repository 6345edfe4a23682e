/*
 * compare branch NAME: two futures row by row.
 */
#ifndef EMBLAB_COMMANDS_BRANCH_H
#define EMBLAB_COMMANDS_BRANCH_H

#include "commands/command.h"

/* The lab here and the one a branch leads to, which is run beside it. */
int branch_compare(struct session *session, const struct call *call,
                   struct error *err);

#endif
