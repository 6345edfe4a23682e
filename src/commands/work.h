/*
 * Training that a command has left to be done: how far to go, and what to
 * print at the end. The front end runs it in slices (session_work).
 */
#ifndef EMBLAB_COMMANDS_WORK_H
#define EMBLAB_COMMANDS_WORK_H

#include <stdbool.h>

#include "base/error.h"
#include "commands/session.h"
#include "nn/batch.h"

enum work_kind { WORK_STEPS, WORK_EPOCHS, WORK_TRAIN };

struct work {
    enum work_kind kind;
    long left;          /* steps or epochs still to do */
    long total;         /* ... of the whole work */
    struct expr *until; /* owned; NULL: none */
    long first_step;    /* lab->step when it began */
    size_t first_epoch; /* whole epochs when it began */
    bool reached;       /* until came true */
};

struct expr;

/* Leave work to the front end: effect asks for it. Takes over until. */
void work_start(struct session *session, const struct work *work,
                struct effect *effect);
void work_drop(struct session *session);

/* The program ends in the middle of it: what was done is an event, kept in
 * the journal as the steps it did. */
void work_stop(struct session *session);

/* On to phase in this mini-batch (PHASE_NONE: one phase), and show it. */
int next_phase(struct session *session, enum batch_phase phase,
               struct effect *effect, struct error *err);

/* "step 1   epoch 1   batch 1 of 3 ..." and the rows, then the gradient. */
void report_step(struct session *session);

/* Expressions printed after every step. */
struct watches {
    char **text;
    size_t count, capacity;
};
void watches_clear(struct watches *watches);
void watches_print(struct session *session);

#endif
