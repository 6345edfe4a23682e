/*
 * compare bag: the fused form beside lookup and pooling, on the last lookup.
 */
#ifndef EMBLAB_COMMANDS_BAG_H
#define EMBLAB_COMMANDS_BAG_H

#include "base/error.h"
#include "commands/session.h"

struct lookup_input;

int bag_compare(struct session *session, const struct lookup_input *input,
                struct error *err);

#endif
