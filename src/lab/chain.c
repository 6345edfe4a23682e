/*
 * Invariants: anchors[0] stands right after the table was drawn. The log holds
 * the rows changed since anchors[now.anchor]; a delta at anchor i leads from
 * anchor i + 1 back to i, and exists for i < now.anchor unless it was dropped.
 * Anchors beyond now.anchor are the future that redo can reach: their acts are
 * kept, their deltas are not. Deltas are dropped from the oldest on.
 */
#include "lab/chain.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "lab/build.h"
#include "lab/lookup.h"
#include "lab/loop.h"
#include "lab/pretrained.h"

enum {
    BYTES_MAX_DEFAULT = 256 << 20,
    STEPS_BETWEEN_ANCHORS = 1024,
};

/* --- life --------------------------------------------------------------- */

static void act_clear(struct act *act)
{
    tensor_clear(&act->ids);
    free(act->typed);
}

static void free_optimizer(struct optimizer *optimizer)
{
    if (optimizer)
        optimizer_clear(optimizer);
    free(optimizer);
}

static void truncate_acts(struct anchor *anchor, size_t count)
{
    while (anchor->act_count > count)
        act_clear(&anchor->acts[--anchor->act_count]);
}

static void drop_delta(struct chain *chain, struct anchor *anchor)
{
    if (anchor->delta)
        chain->bytes -= anchor->delta->bytes;
    delta_free(anchor->delta);
    free_optimizer(anchor->replaced);
    anchor->delta = NULL;
    anchor->replaced = NULL;
}

static void drop_core(struct chain *chain, struct anchor *anchor)
{
    if (anchor->core)
        chain->bytes -= sizeof *anchor->core;
    free(anchor->core);
    anchor->core = NULL;
}

static void anchor_free(struct chain *chain, struct anchor *anchor)
{
    drop_delta(chain, anchor);
    drop_core(chain, anchor);
    truncate_acts(anchor, 0);
    free(anchor->acts);
    free(anchor);
}

static void drop_log(struct chain *chain)
{
    if (chain->log)
        log_stop(chain->log);
    free(chain->log);
    chain->log = NULL;
}

void chain_clear(struct chain *chain)
{
    drop_log(chain);
    while (chain->count > 0)
        anchor_free(chain, chain->anchors[--chain->count]);
    free(chain->anchors);
    *chain = (struct chain){.bytes_max = chain->bytes_max};
}

/* --- what an anchor remembers ------------------------------------------- */

static unsigned frozen_bits(const struct lab *lab)
{
    unsigned bits = 0;

    for (size_t i = 0; i < lab->model->parameter_count; i++)
        bits |= (unsigned)lab->model->parameters[i]->frozen << i;
    return bits;
}

static void take_core(const struct lab *lab, struct core *core)
{
    *core = (struct core){.has_data = lab->has_data,
                          .rng = lab->rng,
                          .epoch_rng = lab->epoch_rng,
                          .next = lab->order.next,
                          .epoch = lab->order.epoch,
                          .step = lab->step,
                          .losses = lab->losses.steps,
                          .epochs = lab->losses.epochs,
                          .pairs = lab->losses.pairs,
                          .sum = lab->losses.sum,
                          .options = lab->head.optimizer,
                          .frozen = frozen_bits(lab),
                          .freeze_typed = lab->head.freeze_typed,
                          .freeze_value = lab->head.freeze_value,
                          .set = lab->head.set};
    for (size_t i = 0; lab->has_data && i < lab->optimizer.count; i++)
        core->optimizer_steps[i] = lab->optimizer.states[i].steps;
}

/* The order of the anchor's epoch, drawn again where it was shuffled. */
static void restore_order(struct lab *lab, const struct core *core)
{
    struct rng rng = core->epoch_rng;
    bool redraw = lab->order.order && core->epoch != lab->order.epoch;

    lab->order.next = core->next;
    lab->order.epoch = core->epoch;
    lab->epoch_rng = core->epoch_rng;
    if (redraw && core->epoch > 0)
        rng_permutation(&rng, lab->order.order, lab->order.count);
}

static void restore_losses(struct lab *lab, const struct core *core)
{
    lab->losses.steps = core->losses;
    lab->losses.epochs = core->epochs;
    lab->losses.pairs = core->pairs;
    lab->losses.sum = core->sum;
}

static void forget_batch(struct lab *lab)
{
    model_begin(lab->model, &lab->batch, true);
    lab->lookup.current = false;
    lab->lookup.owns_gradient = false;
    lab->lookup.has_grad = false;
}

static void restore_core(struct lab *lab, const struct core *core)
{
    lab->rng = core->rng;
    lab->step = core->step;
    lab->head.optimizer = core->options;
    lab->head.freeze_typed = core->freeze_typed;
    lab->head.freeze_value = core->freeze_value;
    lab->head.set = core->set;
    forget_batch(lab);
    restore_losses(lab, core);
    if (lab->has_data)
        restore_order(lab, core);
    for (size_t i = 0; i < lab->model->parameter_count; i++)
        lab->model->parameters[i]->frozen = (core->frozen >> i) & 1u;
    for (size_t i = 0; lab->has_data && i < lab->optimizer.count; i++)
        lab->optimizer.states[i].steps = core->optimizer_steps[i];
}

/* --- recording ---------------------------------------------------------- */

static struct anchor *anchor_now(const struct chain *chain)
{
    return chain->anchors[chain->now.anchor];
}

static void listen(struct lab *lab)
{
    if (!lab->chain.log)
        lab->chain.log = memory_zeroed(1, sizeof *lab->chain.log);
    log_start(lab->chain.log, lab->model,
              lab->has_data ? &lab->optimizer : NULL);
}

/* The anchor now holds something again. */
static void not_dropped(struct chain *chain)
{
    if (chain->dropped > chain->now.anchor)
        chain->dropped = chain->now.anchor;
}

static void take_anchor(struct lab *lab, struct anchor *anchor)
{
    if (anchor->core)
        return;
    anchor->core = memory_new(1, sizeof *anchor->core);
    take_core(lab, anchor->core);
    anchor->step = lab->step;
    lab->chain.bytes += sizeof *anchor->core;
    not_dropped(&lab->chain);
}

static void push_anchor(struct lab *lab)
{
    struct chain *chain = &lab->chain;
    struct anchor *anchor = memory_zeroed(1, sizeof *anchor);

    take_anchor(lab, anchor);
    chain->anchors = memory_grow(chain->anchors, chain->count, &chain->capacity,
                                 sizeof *chain->anchors);
    chain->anchors[chain->count] = anchor;
    chain->now = (struct place){.anchor = chain->count++};
    chain->since_anchor = 0;
}

void chain_start(struct lab *lab)
{
    chain_clear(&lab->chain);
    push_anchor(lab);
    lab->chain.anchors[0]->core->set |= HEAD_TABLE; /* its defaults are taken */
    listen(lab);
}

/* Deltas from the oldest on, with what is of use only to them, until the rest
 * fits. The first anchor's core is where everything begins again. */
static void keep_within_memory(struct chain *chain)
{
    size_t most = chain->bytes_max > 0 ? chain->bytes_max : BYTES_MAX_DEFAULT;

    while (chain->dropped < chain->now.anchor && chain->bytes > most) {
        struct anchor *oldest = chain->anchors[chain->dropped];
        drop_delta(chain, oldest);
        if (chain->dropped > 0)
            drop_core(chain, oldest);
        chain->dropped++;
    }
}

static struct act copy_act(const struct act *act)
{
    struct act copy = *act;

    copy.ids = (struct tensor){0};
    if (act->kind == ACT_LOOKUP)
        copy.ids = tensor_copy(&act->ids);
    copy.typed = memory_text(act->typed);
    return copy;
}

static void push_act(struct chain *chain, const struct act *act)
{
    struct anchor *anchor = anchor_now(chain);

    /* Most anchors have one act; of train until= there is one an epoch. */
    if (anchor->act_count == anchor->act_capacity) {
        anchor->act_capacity =
            anchor->act_capacity > 0 ? 2 * anchor->act_capacity : 1;
        anchor->acts = memory_resize(anchor->acts, anchor->act_capacity,
                                     sizeof *anchor->acts);
    }
    anchor->acts[anchor->act_count++] = copy_act(act);
    chain->now.acts++;
}

/* What was done beyond now is forgotten: something new begins. It begins where
 * somebody looked, so the last step before it is done to be seen again. */
static void forget_future(struct chain *chain)
{
    struct anchor *anchor = anchor_now(chain);
    struct act steps = {.kind = ACT_STEPS, .count = chain->now.steps};

    while (chain->count > chain->now.anchor + 1)
        anchor_free(chain, chain->anchors[--chain->count]);
    truncate_acts(anchor, chain->now.acts);
    chain->now.steps = 0;
    if (steps.count > 0)
        push_act(chain, &steps);
    if (anchor->act_count > 0)
        anchor->acts[anchor->act_count - 1].seen |=
            anchor->acts[anchor->act_count - 1].kind == ACT_STEPS;
}

void chain_forget_future(struct chain *chain)
{
    if (chain->count > 0)
        forget_future(chain);
}

static void seal(struct chain *chain)
{
    struct anchor *anchor = anchor_now(chain);

    not_dropped(chain);
    anchor->delta = log_seal(chain->log);
    chain->bytes += anchor->delta->bytes;
}

bool chain_wants_anchor(const struct lab *lab)
{
    return !lab->chain.replaying &&
           lab->chain.since_anchor >= STEPS_BETWEEN_ANCHORS;
}

void chain_begin_command(struct chain *chain)
{
    chain->open = false;
}

void chain_before_batch(struct lab *lab)
{
    if (lab->chain.replaying)
        return;
    forget_future(&lab->chain);
    seal(&lab->chain);
    push_anchor(lab);
    lab->chain.open = false;
    keep_within_memory(&lab->chain);
}

void chain_record_step(struct lab *lab)
{
    struct chain *chain = &lab->chain;
    struct anchor *anchor;

    if (chain->replaying)
        return;
    chain->since_anchor++;
    if (!chain->open) {
        chain_record(lab, &(struct act){.kind = ACT_STEPS, .count = 1});
        chain->open = true;
        return;
    }
    anchor = anchor_now(chain);
    anchor->acts[anchor->act_count - 1].count++;
}

void chain_record(struct lab *lab, const struct act *act)
{
    struct chain *chain = &lab->chain;

    if (chain->replaying || chain->count == 0)
        return;
    forget_future(chain);
    push_act(chain, act);
    chain->open = false;
    if (act->kind == ACT_DATA)
        listen(lab);
}

void chain_keep_optimizer(struct lab *lab)
{
    struct anchor *anchor;

    if (lab->chain.count == 0)
        return;
    anchor = anchor_now(&lab->chain);
    if (anchor->replaced)
        return;
    anchor->replaced = memory_new(1, sizeof *anchor->replaced);
    optimizer_copy(anchor->replaced, &lab->optimizer, lab->model->parameters);
    log_optimizer_replaced(lab->chain.log);
}

/* --- places ------------------------------------------------------------- */

struct place chain_end(const struct chain *chain)
{
    if (chain->count == 0)
        return (struct place){0};
    return (struct place){.anchor = chain->count - 1,
                          .acts = chain->anchors[chain->count - 1]->act_count};
}

bool place_equal(struct place a, struct place b)
{
    return a.anchor == b.anchor && a.acts == b.acts && a.steps == b.steps;
}

bool place_before(struct place a, struct place b)
{
    if (a.anchor != b.anchor)
        return a.anchor < b.anchor;
    return a.acts != b.acts ? a.acts < b.acts : a.steps < b.steps;
}

/* Training steps that the first acts of an anchor complete. */
static long steps_of_acts(const struct anchor *anchor, size_t acts)
{
    long steps = 0, phases = 0;

    for (size_t i = 0; i < acts; i++) {
        const struct act *act = &anchor->acts[i];
        phases += act->kind == ACT_PHASE;
        steps += act->kind == ACT_STEPS ? act->count : act->kind == ACT_FINISH;
    }
    return steps + (phases == PHASE_UPDATE);
}

long chain_step_at(const struct lab *lab, struct place place)
{
    const struct anchor *anchor = lab->chain.anchors[place.anchor];

    return anchor->step + steps_of_acts(anchor, place.acts) + place.steps;
}

struct place chain_place_of_step(const struct lab *lab, long step)
{
    const struct chain *chain = &lab->chain;
    struct place place = {.anchor = chain->count - 1};
    const struct anchor *anchor;

    while (place.anchor > 0 && chain->anchors[place.anchor]->step >= step)
        place.anchor--;
    anchor = chain->anchors[place.anchor];
    while (place.acts < anchor->act_count && chain_step_at(lab, place) < step)
        place.acts++;
    if (chain_step_at(lab, place) > step) { /* within steps */
        place.acts--;
        place.steps = step - chain_step_at(lab, place);
    }
    return place;
}

/* --- going back --------------------------------------------------------- */

/* The optimizer object that was replaced since this anchor, back in place. */
static void put_back_optimizer(struct lab *lab, struct anchor *anchor)
{
    if (!anchor->replaced)
        return;
    optimizer_clear(&lab->optimizer);
    lab->optimizer = *anchor->replaced;
    free(anchor->replaced);
    anchor->replaced = NULL;
}

/* From now.anchor's log, then delta by delta, to the moment of an anchor. */
static void go_back(struct lab *lab, size_t target)
{
    struct chain *chain = &lab->chain;
    size_t at = chain->now.anchor;

    put_back_optimizer(lab, chain->anchors[at]);
    log_take_back(chain->log);
    while (at > target) {
        struct anchor *anchor = chain->anchors[--at];
        put_back_optimizer(lab, anchor);
        delta_apply(anchor->delta, lab->model,
                    lab->has_data ? &lab->optimizer : NULL);
        drop_delta(chain, anchor);
    }
    restore_core(lab, chain->anchors[target]->core);
    chain->now = (struct place){.anchor = target};
    chain->since_anchor = 0;
    listen(lab);
}

/* Deltas were dropped on the way: begin again from the head. */
static int start_again(struct lab *lab, struct error *err)
{
    struct chain *chain = &lab->chain;

    if (pretrained_check_same(lab, err) != 0)
        return -1; /* nothing is lost yet */
    drop_log(chain);
    for (size_t i = 0; i < chain->count; i++)
        drop_delta(chain, chain->anchors[i]);
    lab->head.optimizer = chain->anchors[0]->core->options;
    lab->head.freeze_typed = chain->anchors[0]->core->freeze_typed;
    lab->head.freeze_value = chain->anchors[0]->core->freeze_value;
    lab->head.set = chain->anchors[0]->core->set;
    build_drop_loop(lab);
    if (build_table(lab, NULL, err) != 0)
        return -1;
    if (chain->anchors[0]->core->has_data && build_data(lab, err) != 0)
        return -1;
    forget_batch(lab);
    chain->now = (struct place){0};
    listen(lab);
    return 0;
}

/* Not where the output layer must go: that is drawn into the model. */
static bool can_go_back(const struct lab *lab, size_t target)
{
    const struct chain *chain = &lab->chain;

    if (!chain->anchors[target]->core ||
        chain->anchors[target]->core->has_data != lab->has_data)
        return false;
    for (size_t i = target; i < chain->now.anchor; i++) {
        if (!chain->anchors[i]->delta)
            return false;
    }
    return true;
}

/* --- doing again -------------------------------------------------------- */

/* The data again, for which the defaults had been taken. */
static void do_data(struct lab *lab)
{
    struct error ignored = {0};

    (void)build_data(lab, &ignored);
    lab->head.set |= HEAD_MODEL | HEAD_BATCH | HEAD_OPTIMIZER;
    if (lab->head.model.kind == MODEL_NEXT_WORD)
        lab->head.set |= HEAD_WINDOWS;
    listen(lab);
}

/* Failures repeat as they were (a loss that was NaN then is NaN now). */
static void do_act(struct lab *lab, const struct act *act)
{
    struct error ignored = {0};

    switch (act->kind) {
    case ACT_PHASE:
        (void)loop_next(lab, &ignored);
        break;
    case ACT_FINISH:
        (void)loop_step(lab, true, &ignored);
        break;
    case ACT_FAILED:
        (void)(act->phase ? loop_next(lab, &ignored)
                          : loop_step(lab, act->seen, &ignored));
        break;
    case ACT_STEPS:
        assert(!"do_steps has dealt with it");
        break;
    case ACT_LOOKUP:
        (void)lookup_run(lab, &(struct lookup_input){act->table, act->ids},
                         act->typed, &ignored);
        break;
    case ACT_BACKWARD:
        (void)lookup_backward(lab, &ignored);
        break;
    case ACT_ZERO_GRAD:
        lookup_zero_grad(lab);
        break;
    case ACT_FREEZE:
        (void)lab_freeze(lab, act->name, act->frozen, &ignored);
        break;
    case ACT_OPTIMIZER:
        (void)lab_set_optimizer(lab, &act->options, &ignored);
        break;
    case ACT_DATA:
        do_data(lab);
        break;
    }
}

static bool report(const struct lab_progress *progress, long done, long total)
{
    if (!progress || !progress->call || done % 256 != 0)
        return true;
    return progress->call(progress->context, "replay", (double)done,
                          (double)total);
}

/* Steps of an act, on to step number `to`; the last one may be seen. */
static int do_steps(struct lab *lab, long to, bool seen,
                    const struct lab_progress *progress, struct error *err)
{
    struct chain *chain = &lab->chain;
    long first = chain->now.steps;

    while (chain->now.steps < to) {
        struct error ignored = {0};
        bool stop = !report(progress, chain->now.steps - first, to - first);
        bool last = stop || (seen && chain->now.steps + 1 == to);
        (void)loop_step(lab, last, &ignored);
        chain->now.steps++;
        if (stop && chain->now.steps < to)
            return error_set(err, ERROR_INTERRUPTED,
                             "stopped at step %ld on the way", lab->step);
    }
    return 0;
}

/* The acts of the anchor at hand, on to place, or all of them. */
static int do_acts(struct lab *lab, struct place place, bool there,
                   const struct lab_progress *progress, struct error *err)
{
    struct chain *chain = &lab->chain;
    const struct anchor *anchor = anchor_now(chain);
    size_t acts = there ? place.acts : anchor->act_count;

    for (; chain->now.acts < acts; chain->now.acts++) {
        const struct act *act = &anchor->acts[chain->now.acts];
        bool last = act->seen ||
                    (there && chain->now.acts + 1 == acts && !place.steps);
        if (act->kind != ACT_STEPS)
            do_act(lab, act);
        else if (do_steps(lab, act->count, last, progress, err) != 0)
            return -1;
        chain->now.steps = 0;
    }
    return there ? do_steps(lab, place.steps, true, progress, err) : 0;
}

static int go_forward(struct lab *lab, struct place place,
                      const struct lab_progress *progress, struct error *err)
{
    struct chain *chain = &lab->chain;

    while (do_acts(lab, place, chain->now.anchor == place.anchor, progress,
                   err) == 0) {
        if (chain->now.anchor == place.anchor)
            return 0;
        seal(chain);
        chain->now = (struct place){.anchor = chain->now.anchor + 1};
        take_anchor(lab, anchor_now(chain));
        keep_within_memory(chain);
    }
    return -1;
}

int chain_goto(struct lab *lab, struct place place,
               const struct lab_progress *progress, struct error *err)
{
    struct chain *chain = &lab->chain;
    int status = 0;

    if (place_equal(place, chain->now))
        return 0;
    chain->replaying = true;
    if (place_before(place, chain->now)) {
        if (can_go_back(lab, place.anchor))
            go_back(lab, place.anchor);
        else
            status = start_again(lab, err);
    }
    if (status == 0)
        status = go_forward(lab, place, progress, err);
    chain->replaying = false;
    return status;
}

/* --- labs that were left ------------------------------------------------ */

void chain_moved(struct lab *lab)
{
    struct log *log = lab->chain.log;

    for (size_t i = 0; log && i < log->parameters; i++) {
        if (log->parameter[i].optimizer)
            log->parameter[i].optimizer = &lab->optimizer;
    }
}

size_t chain_bytes(const struct lab *lab)
{
    size_t bytes = lab->chain.bytes;

    if (!lab->model)
        return 0;
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        const struct parameter *p = lab->model->parameters[i];
        bytes += p->rows * p->cols * sizeof(float);
        bytes += optimizer_bytes(&lab->head.optimizer, p->rows, p->cols);
    }
    return bytes;
}

void chain_chill(struct lab *lab)
{
    struct chain *chain = &lab->chain;

    if (!lab->model)
        return;
    drop_log(chain);
    for (size_t i = 0; i < chain->count; i++)
        drop_delta(chain, chain->anchors[i]);
    build_drop_loop(lab);
}

int chain_warm(struct lab *lab, const struct lab_progress *progress,
               struct error *err)
{
    struct chain *chain = &lab->chain;
    struct place place = chain->now;
    int status;

    if (lab->model || chain->count == 0)
        return 0;
    chain->replaying = true;
    status = start_again(lab, err);
    if (status == 0)
        status = go_forward(lab, place, progress, err);
    chain->replaying = false;
    if (status != 0) { /* not half warm: cold, at the same place */
        chain_chill(lab);
        chain->now = place;
    }
    return status;
}
