/*
 * The acts on the chain, up to where the lab stands, become moves: whole
 * mini-batches, phases of one, and everything else as it is. Whole ones are
 * counted together, however they were taken (a step, an epoch, seven times
 * next), and the moves then are written one after the other.
 */
#include "lab/twin_parts.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/str.h"

/* --- Moves -------------------------------------------------------------- */

enum move_kind {
    MOVE_STEPS, /* count whole mini-batches */
    MOVE_PHASE, /* on to phase `to` */
    MOVE_ACT,
};

struct move {
    enum move_kind kind;
    long count;
    enum batch_phase to;
    const struct act *act;
};

struct moves {
    struct move *list;
    size_t count, capacity;
    enum batch_phase phase; /* of the mini-batch, where the moves have led */
    bool undivided;         /* nothing else was done in it so far */
};

static void push(struct moves *moves, struct move move)
{
    moves->list = memory_grow(moves->list, moves->count, &moves->capacity,
                              sizeof *moves->list);
    moves->list[moves->count++] = move;
}

static struct move *last_of(struct moves *moves, enum move_kind kind)
{
    struct move *last = moves->count ? &moves->list[moves->count - 1] : NULL;

    return last && last->kind == kind ? last : NULL;
}

static void add_steps(struct moves *moves, long count)
{
    struct move *last = last_of(moves, MOVE_STEPS);

    if (last)
        last->count += count;
    else
        push(moves, (struct move){.kind = MOVE_STEPS, .count = count});
    moves->phase = PHASE_UPDATE;
}

static void add_phase(struct moves *moves, enum batch_phase to)
{
    struct move *last = last_of(moves, MOVE_PHASE);
    bool begins = moves->phase == PHASE_NONE || moves->phase == PHASE_UPDATE;

    if (begins || !last)
        push(moves, (struct move){.kind = MOVE_PHASE, .to = to});
    else
        last->to = to;
    moves->undivided = begins || (last && moves->undivided);
    moves->phase = to;
    if (to == PHASE_UPDATE && moves->undivided) {
        moves->count--;
        add_steps(moves, 1);
    }
}

static void add_act(struct moves *moves, const struct act *act)
{
    bool begins = moves->phase == PHASE_NONE || moves->phase == PHASE_UPDATE;

    switch (act->kind) {
    case ACT_PHASE:
        add_phase(moves, begins ? PHASE_BATCH : moves->phase + 1);
        break;
    case ACT_FINISH:
        add_phase(moves, PHASE_UPDATE);
        break;
    case ACT_FAILED: /* it stopped before the update */
        if (moves->phase != PHASE_BACKWARD)
            add_phase(moves, PHASE_BACKWARD);
        break;
    case ACT_STEPS:
        add_steps(moves, act->count);
        break;
    case ACT_LOOKUP:
    case ACT_BACKWARD:
    case ACT_ZERO_GRAD:
    case ACT_FREEZE:
    case ACT_OPTIMIZER:
    case ACT_DATA:
        push(moves, (struct move){.kind = MOVE_ACT, .act = act});
        break;
    }
}

/* What was done up to chain->now; beyond lies what redo could do. */
static struct moves read_moves(const struct chain *chain)
{
    struct moves moves = {0};
    struct place now = chain->now;

    for (size_t a = 0; a <= now.anchor; a++) {
        const struct anchor *anchor = chain->anchors[a];
        size_t acts = a < now.anchor ? anchor->act_count : now.acts;
        for (size_t i = 0; i < acts; i++)
            add_act(&moves, &anchor->acts[i]);
    }
    if (now.steps > 0)
        add_steps(&moves, now.steps);
    return moves;
}

/* --- Writing them ------------------------------------------------------- */

static void write_data(struct twin *t)
{
    const struct model *model = t->lab->model;

    twin_write_data(t);
    twin_title(t, model->has_output ? "output layer, optimizer" : "optimizer");
    twin_write_output(t);
    twin_write_freezes(t, model->table_count, model->parameter_count);
    twin_write_optimizer(t);
    if (t->options->form != TWIN_SKETCH)
        twin_line(t, "losses = []");
    t->has_data = true;
}

/* Before the first mini-batch it is the only one: start_optimizer. */
static void write_new_optimizer(struct twin *t, const struct act *act)
{
    t->optimizer = act->options;
    if (t->phase == PHASE_NONE)
        return;
    fputc('\n', t->out);
    twin_write_optimizer(t);
}

static void write_act(struct twin *t, const struct act *act)
{
    switch (act->kind) {
    case ACT_LOOKUP:
        twin_write_lookup(t, act);
        break;
    case ACT_BACKWARD:
        twin_write_backward(t);
        break;
    case ACT_ZERO_GRAD:
        twin_write_forget(t);
        break;
    case ACT_FREEZE:
        fputc('\n', t->out);
        twin_write_freeze(t, act->name, act->frozen);
        break;
    case ACT_OPTIMIZER:
        write_new_optimizer(t, act);
        break;
    case ACT_DATA:
        write_data(t);
        break;
    case ACT_PHASE:
    case ACT_FINISH:
    case ACT_FAILED:
    case ACT_STEPS:
        assert(!"these are moves of their own");
    }
}

static void write_moves(struct twin *t, const struct moves *moves)
{
    for (size_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->list[i];
        if (move->kind == MOVE_STEPS)
            twin_write_steps(t, move->count);
        else if (move->kind == MOVE_PHASE)
            twin_write_phases(t, move->to);
        else
            write_act(t, move->act);
    }
}

/* --- The whole ---------------------------------------------------------- */

enum { COMMENT_MAX = 200 };

/* One part of the head as the command that types it, in a comment. */
static void write_command(const struct twin *t, unsigned part)
{
    struct str command = STR_INIT;

    head_write(&t->lab->head, part, &command);
    while (command.length > 0 && command.data[command.length - 1] == '\n')
        str_truncate(&command, command.length - 1);
    if (command.length > COMMENT_MAX) {
        str_truncate(&command, COMMENT_MAX);
        str_append(&command, "...");
    }
    fputs("#   ", t->out);
    twin_comment(t, str_text(&command));
    fputc('\n', t->out);
    str_clear(&command);
}

static void write_opening(const struct twin *t)
{
    unsigned set = t->lab->head.set;

    fputs("# The PyTorch twin of an emblab lab: the same numbers from the "
          "same seed.\n# It needs nothing but torch. The lab was made by\n",
          t->out);
    for (unsigned part = 1; part <= HEAD_OPTIMIZER; part <<= 1) {
        if (set & part)
            write_command(t, part);
    }
    fputc('\n', t->out);
}

static void write_imports(const struct twin *t)
{
    fputs("import torch\n"
          "from torch import nn\n",
          t->out);
    if (t->lab->has_data)
        fputs("from torch.nn import functional as F\n", t->out);
}

/* What the script starts with: the first anchor stands behind the head. */
static struct twin start(const struct lab *lab,
                         const struct twin_options *options, FILE *out)
{
    const struct core *core = lab->chain.anchors[0]->core;
    struct twin t = {.lab = lab,
                     .options = options,
                     .out = out,
                     .cut = twin_is_cut(lab),
                     .optimizer = core->options};
    struct head head = {.table.freeze = lab->head.table.freeze,
                        .model.kind = lab->head.model.kind,
                        .freeze_typed = core->freeze_typed,
                        .freeze_value = core->freeze_value};

    t.frozen = head_frozen(&head);
    return t;
}

/* The optimizer typed last before the first mini-batch: those before it have
 * done nothing. */
static void start_optimizer(struct twin *t, const struct moves *moves)
{
    for (size_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->list[i];
        if (move->kind != MOVE_ACT)
            return;
        if (move->act->kind == ACT_OPTIMIZER)
            t->optimizer = move->act->options;
    }
}

static int write_script(struct twin *t, const struct moves *moves,
                        struct error *err)
{
    const struct lab *lab = t->lab;
    bool sketch = t->options->form == TWIN_SKETCH;

    if (!sketch)
        write_opening(t);
    write_imports(t);
    fprintf(t->out, "\ntorch.manual_seed(%llu)\n",
            (unsigned long long)lab->head.table.seed);
    if (twin_write_tables(t, err) != 0)
        return -1;
    twin_write_freezes(t, 0, lab->model->table_count);
    if (lab->chain.anchors[0]->core->has_data)
        write_data(t);
    write_moves(t, moves);
    if (!sketch)
        twin_write_tensors(t);
    return 0;
}

int twin_write(const struct lab *lab, const struct twin_options *options,
               FILE *out, struct error *err)
{
    struct twin t;
    struct moves moves;
    int status;

    assert(lab->model && lab->chain.count > 0);
    t = start(lab, options, out);
    moves = read_moves(&lab->chain);
    start_optimizer(&t, &moves);
    status = write_script(&t, &moves, err);
    free(moves.list);
    return status;
}
