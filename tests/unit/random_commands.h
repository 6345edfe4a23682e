/*
 * Random sittings for property tests: commands of every kind that changes the
 * lab, drawn from a seed.
 */
#ifndef EMBLAB_TESTS_RANDOM_COMMANDS_H
#define EMBLAB_TESTS_RANDOM_COMMANDS_H

#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
    const char *reviews, *ratings; /* paths of texts for the other models */
};

/* from to to, both included. */
int dice_roll(struct dice *dice, int from, int to);

enum { RANDOM_COMMAND_MAX = 600 };

/* The text to begin with; any command that may change the lab; a journey on
 * the timeline. out: RANDOM_COMMAND_MAX bytes. */
void random_text(struct dice *dice, char *out);
void random_change(struct dice *dice, char *out);
void random_journey(struct dice *dice, char *out);

#endif
