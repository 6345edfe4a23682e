/*
 * The loop's past. A lab's state is a place on a chain of anchors: each anchor
 * stands before a mini-batch; from it lead the acts done since (phases, the
 * rest of the mini-batch, lookups, freezes ...) and then plain steps. Going to
 * a place means going back to its anchor (by deltas, or from the head where
 * those were dropped for memory) and doing its acts again, to the same bits.
 */
#ifndef EMBLAB_LAB_CHAIN_H
#define EMBLAB_LAB_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/rng.h"
#include "lab/log.h"
#include "nn/optimizer.h"
#include "nn/tensor.h"

struct lab;
struct lab_progress;

enum act_kind {
    ACT_PHASE,    /* one phase of the mini-batch */
    ACT_FINISH,   /* the rest of the mini-batch */
    ACT_STEPS,    /* count whole mini-batches, unseen */
    ACT_FAILED,   /* a mini-batch whose loss was not finite */
    ACT_LOOKUP,   /* table, ids, typed */
    ACT_BACKWARD, /* of the typed lookup */
    ACT_ZERO_GRAD,
    ACT_FREEZE,    /* name, frozen */
    ACT_OPTIMIZER, /* a new optimizer object */
    ACT_DATA,      /* output layer, windows, optimizer were built */
};

struct act {
    enum act_kind kind;
    long count; /* ACT_STEPS */
    bool seen; /* ACT_FAILED: as loop_step's keep; ACT_STEPS: the last one is */
    bool phase; /* ACT_FAILED: by loop_next */
    size_t table;
    struct tensor ids;
    char *typed;
    const char *name;
    bool frozen;
    struct optimizer_options options;
};

/* What an anchor's moment was, but for the rows, which deltas hold. */
struct core {
    bool has_data;
    struct rng rng;
    struct rng epoch_rng; /* shuffled: before this epoch's order was drawn */
    size_t next;
    long epoch, step;
    size_t losses, epochs, pairs;
    double sum;
    long optimizer_steps[MODEL_PARAMETERS_MAX];
    struct optimizer_options options;
    unsigned frozen; /* bit i: parameter i of the model */
    unsigned freeze_typed, freeze_value, set; /* of the head */
};

struct anchor {
    long step;         /* as in core */
    struct core *core; /* NULL: dropped with the delta */
    struct act *acts;
    size_t act_count, act_capacity;
    struct delta *delta;        /* from the next anchor back to this one; NULL:
                                   dropped, or this is where the log listens */
    struct optimizer *replaced; /* by an ACT_OPTIMIZER since this anchor */
};

/* A place on the chain: acts of an anchor that are done, and, of an ACT_STEPS
 * that is not done whole, how many of its steps: 0 < steps < count. */
struct place {
    size_t anchor, acts;
    long steps;
};

struct chain {
    struct anchor **anchors; /* NULL: no table yet */
    size_t count, capacity;
    struct place now;
    struct log *log;   /* since anchor now.anchor */
    bool replaying;    /* acts are done again, not recorded */
    bool open;         /* the last act is steps of this very command */
    long since_anchor; /* steps, to set anchors in long runs */
    size_t bytes;      /* of deltas and cores */
    size_t dropped;    /* anchors before this one hold neither any more */
    size_t bytes_max;  /* history_memory; 0: the default, 256 MiB */
};

/* Begin: the table has just been drawn. */
void chain_start(struct lab *lab);
void chain_clear(struct chain *chain);

/* The lab was moved in memory: mends what points into it. */
void chain_moved(struct lab *lab);

/* Bytes that a lab left behind holds: tables, optimizer, deltas. */
size_t chain_bytes(const struct lab *lab);
/* Free them; the acts stay, and chain_warm gets to the same place again. */
void chain_chill(struct lab *lab);
int chain_warm(struct lab *lab, const struct lab_progress *progress,
               struct error *err);

/* A new command: what it does is told apart from what was before. */
void chain_begin_command(struct chain *chain);

/* A mini-batch is about to begin that will be seen: sets an anchor. */
void chain_before_batch(struct lab *lab);

/* A whole mini-batch was done unseen. */
void chain_record_step(struct lab *lab);

/* An act was done; what is beyond now is forgotten. Takes over nothing. */
void chain_record(struct lab *lab, const struct act *act);

/* Is an anchor due, so that going back stays quick? */
bool chain_wants_anchor(const struct lab *lab);

/* Something new began elsewhere: what is beyond now is forgotten. */
void chain_forget_future(struct chain *chain);

/* Before the optimizer object is replaced: keeps the old one. */
void chain_keep_optimizer(struct lab *lab);

/* The end of what was ever done (what redo could reach). */
struct place chain_end(const struct chain *chain);
bool place_equal(struct place a, struct place b);
/* Is a before b? */
bool place_before(struct place a, struct place b);

/* Training steps done at a place; the place of a step (its end), at or before
 * chain_end. */
long chain_step_at(const struct lab *lab, struct place place);
struct place chain_place_of_step(const struct lab *lab, long step);

/*
 * Go there. Long replays call progress (may be NULL) and can be stopped
 * (ERROR_INTERRUPTED); the lab is then at some place before.
 */
int chain_goto(struct lab *lab, struct place place,
               const struct lab_progress *progress, struct error *err);

#endif
