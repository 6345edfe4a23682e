/*
 * A lesson that is being played, as far as commands know of it: the session
 * borrows it, lesson/player.h lends it.
 */
#ifndef EMBLAB_COMMANDS_PLAYED_H
#define EMBLAB_COMMANDS_PLAYED_H

#include "lang/match.h"

struct played_lesson {
    /* Add what `lesson goto` takes: ids, and pages where a digit was typed. */
    void (*add_places)(const struct played_lesson *lesson,
                       struct completions *out);
};

#endif
