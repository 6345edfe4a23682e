/* The table of verbs, and nothing else. */
#include "ui/verbs.h"

#include <stddef.h>

#include "ui/options.h"

const struct verb verb_list[] = {
    {"play", "LESSON", "plays a lesson", 0, 1, verb_play},
    {"check", "LESSON...", "does what the lessons say hold?", 1, -1,
     verb_check},
    {"record", "LESSON -o FILE", "a lesson as film, page or recap", 1, 1,
     verb_record},
    {"new-lesson", "FILE", "a lesson to begin with", 1, 1, verb_new_lesson},
    {NULL, NULL, NULL, 0, 0, NULL},
};
