/*
 * Lessons played in tests: a front end that types, runs what the lesson wants
 * run and remembers it.
 */
#ifndef EMBLAB_TESTS_PLAYER_CASE_H
#define EMBLAB_TESTS_PLAYER_CASE_H

#include "lesson/player.h"
#include "session_case.h"

struct staging {
    struct sitting s;
    struct player *player;
    struct str ran; /* what the lesson had run: a line each, quiet ones with a
                       '~' before, those it wanted typed with a '>' */
};

/* Begin a lesson of this text, which is written to FOLDER/l.md; progress of
 * the lesson `t` is forgotten. */
void staging_begin(struct staging *t, const char *folder, const char *text,
                   enum player_mode mode);
void staging_end(struct staging *t);

/* Begin it in a sitting that is under way (staging_begin does both). */
void staging_play(struct staging *t, const char *folder, const char *text,
                  enum player_mode mode);

/* Type a line while it waits, "" for Enter, and run what is wanted then. A
 * command that fails fails the test. */
void staging_type(struct staging *t, const char *line);
/* The same of a line that may fail: -1, and t->s.err says how. */
int staging_attempt(struct staging *t, const char *line);
/* The same of a line that must fail: its message. */
const char *staging_refusal(struct staging *t, const char *line);
/* Enter n times. */
void staging_enter(struct staging *t, int n);
/* What it wants until it waits. */
void staging_settle(struct staging *t);

/* The page as text: a line for each item, "hint: ..." before its kind. */
const char *staging_page(struct staging *t);

#endif
