/*
 * Every command that changes the lab is an event on one timeline. The history
 * owns the events and, for edits of the head, the labs that were left; within
 * one head, a place on its chain says where each event ended.
 */
#ifndef EMBLAB_LAB_HISTORY_H
#define EMBLAB_LAB_HISTORY_H

#include "lab/lab.h"

struct history_event {
    char *command; /* as typed; what was stopped: as the steps it did */
    char *shown;   /* ... for a person: "train, stopped after 57 steps"; NULL:
                      the command */
    bool swaps;    /* it left one lab for another, which is in `other` */
    struct lab *other;
    struct place place_before, place_after; /* else: on the lab's chain */
    long step_before, step_after;
};

struct history_branch {
    char *name;
    char **commands; /* from the very beginning */
    size_t count;
};

struct history {
    struct history_event *events;
    size_t count, capacity;
    size_t now; /* events done: those beyond are what redo can do */
    struct history_branch *branches;
    size_t branch_count, branch_capacity;
    size_t bytes_max; /* set history_memory; 0: 256 MiB */

    /* the command that is running */
    char *command, *shown;
    struct place place;
    long step;
    bool had_model;
    struct lab *left;  /* lab_edit puts the lab it leaves here */
    struct lab *shell; /* no table before: head and text as they were */
};

void history_clear(struct history *history);

/* After a command that failed, in place of history_end: back to where the lab
 * was, whatever the command had built before it failed. */
void history_take_back(struct history *history, struct lab *lab);

/*
 * Around a command: begin before it runs, end after it (also when it failed).
 * Where it changed nothing no event stays, and history_end is false; changes:
 * the command is one that edits settings of the head even without a table.
 */
void history_begin(struct history *history, struct lab *lab,
                   const char *command);
bool history_end(struct history *history, struct lab *lab, bool changes);

/* The running command by another name: a train that was stopped is `step
 * 57`. */
void history_rename(struct history *history, const char *command);
/* What a person reads of the running command: as typed, and what became of it.
 * Before history_rename. */
void history_explain(struct history *history, const char *what);
/* An event for a person. */
const char *history_shown(const struct history_event *event);

/* The commands that made the lab as it is now, a line each, appended to out:
 * of an event that goto left in the middle what was done of it. */
struct str;
void history_write(const struct history *history, const struct lab *lab,
                   struct str *out);

/* A lab with the text that was there after event i < now; borrowed. */
const struct lab *history_lab_after(const struct history *history,
                                    const struct lab *lab, size_t i);

/* Take back or do again n events; *done: how many there were. */
int history_undo(struct history *history, struct lab *lab, size_t n,
                 size_t *done, const struct lab_progress *progress,
                 struct error *err);
int history_redo(struct history *history, struct lab *lab, size_t n,
                 size_t *done, const struct lab_progress *progress,
                 struct error *err);

/* To the end of a training step that this head has done already. */
int history_goto_step(struct history *history, struct lab *lab, long step,
                      const struct lab_progress *progress, struct error *err);

/* To the last training step up to now that changed this row of W, Wu or
 * Wi; *step 0: none did, and the lab is where it was. */
int history_when(struct history *history, struct lab *lab,
                 const struct lab_row *row, long *step,
                 const struct lab_progress *progress, struct error *err);

/* May a step up to now have changed this row? Only history_when knows; true
 * where what tells was let go to save memory. */
bool history_may_have_changed(const struct lab *lab, const struct lab_row *row);

/* Keep all events, redo's too, under a name; find them; how many of their
 * first commands are done here as well. */
void history_branch(struct history *history, const char *name);
struct history_branch *history_find_branch(const struct history *history,
                                           const char *name);
size_t history_common(const struct history *history,
                      const struct history_branch *branch);

#endif
