/*
 * training: next forward step epoch train play reset
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/show.h"
#include "commands/work.h"
#include "lab/eval.h"
#include "lab/history.h"
#include "lab/loop.h"
#include "lang/expr.h"

/* --- next, forward ------------------------------------------------------ */

static const char *const phase_choices =
    "batch|lookup|mean|logits|loss|backward|update";

/* The scene that shows what a phase made known. */
static const char *scene_of(enum batch_phase phase)
{
    return batch_phase_name(phase);
}

int next_phase(struct session *session, enum batch_phase phase,
               struct effect *effect, struct error *err)
{
    struct lab *lab = session->lab;
    bool first = true;

    if (lab_require(lab, LAB_DATA, err) != 0)
        return -1;
    do {
        if (loop_next(lab, err) != 0)
            return -1;
        if (lab->batch.phase == PHASE_LOSS)
            show_know_floor(session);
        if (phase == PHASE_NONE || lab->batch.phase == phase)
            show_scene(session, scene_of(lab->batch.phase), first);
    } while (phase != PHASE_NONE && lab->batch.phase != phase);
    if (lab->batch.phase == PHASE_UPDATE && session->watches->count > 0)
        watches_print(session);
    effect->view = scene_of(lab->batch.phase);
    return 0;
}

static int run_next(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    int phase = -1;

    if (call->typed->argc > 0 && spec_choice(&call->typed->args[0], "phase",
                                             phase_choices, &phase, err) != 0)
        return -1;
    return next_phase(session,
                      phase < 0 ? PHASE_NONE
                                : (enum batch_phase)(phase + PHASE_BATCH),
                      effect, err);
}

const struct command_spec command_next = {
    .name = "next",
    .family = FAMILY_TRAINING,
    .usage = "[PHASE]",
    .summary = "one phase of the mini-batch, or on to that phase",
    .details = "The phases: batch lookup mean logits loss backward update. "
               "After an update a new mini-batch begins.",
    .argument = ARGUMENT_CHOICE,
    .choices = "batch|lookup|mean|logits|loss|backward|update",
    .args_max = 1,
    .changes = true,
    .repeats = true,
    .run = run_next,
};

static int run_forward(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    (void)call;
    return next_phase(session, PHASE_LOSS, effect, err);
}

const struct command_spec command_forward = {
    .name = "forward",
    .family = FAMILY_TRAINING,
    .summary = "on to the loss: next loss",
    .changes = true,
    .run = run_forward,
};

/* --- step, epoch, train ------------------------------------------------- */

static int read_times(const struct call *call, const char *what, long *times,
                      struct error *err)
{
    int64_t n = 1;

    if (call->typed->argc > 0 &&
        spec_count(&call->typed->args[0], what, 1, 1000000000000, &n, err) != 0)
        return -1;
    *times = (long)n;
    return 0;
}

static int start(struct session *session, const struct work *work,
                 struct effect *effect, struct error *err)
{
    if (lab_require(session->lab, LAB_DATA, err) != 0)
        return -1;
    work_start(session, work, effect);
    return 0;
}

static int run_step(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    struct work work = {.kind = WORK_STEPS};

    if (read_times(call, "number of steps", &work.left, err) != 0)
        return -1;
    return start(session, &work, effect, err);
}

const struct command_spec command_step = {
    .name = "step",
    .family = FAMILY_TRAINING,
    .usage = "[n]",
    .summary = "to the end of this mini-batch, then n-1 more [1]",
    .args_max = 1,
    .changes = true,
    .repeats = true,
    .run = run_step,
};

static int run_epoch(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    struct work work = {.kind = WORK_EPOCHS};

    if (read_times(call, "number of epochs", &work.left, err) != 0)
        return -1;
    return start(session, &work, effect, err);
}

const struct command_spec command_epoch = {
    .name = "epoch",
    .family = FAMILY_TRAINING,
    .usage = "[n]",
    .summary = "to the end of this epoch, then n-1 more [1]",
    .args_max = 1,
    .changes = true,
    .repeats = true,
    .run = run_epoch,
};

enum { TRAIN_EPOCHS, TRAIN_UNTIL };

static const struct option_spec train_options[] = {
    {"epochs", OPTION_COUNT, "100", NULL, 1, 1e12, "at most so many"},
    {"until", OPTION_TEXT, "none", NULL, 0, 0,
     "stop when it holds: \"loss < 0.5\" (the epoch's mean)"},
    {.type = OPTION_END},
};

/* until= as a tree; columns are those of the line. */
static int read_until(const struct option_value *option, struct work *work,
                      struct error *err)
{
    if (!option->given || str_equal(option->text, "none"))
        return 0;
    work->until = memory_zeroed(1, sizeof *work->until);
    if (expr_parse(option->text, strlen(option->text),
                   option->value->column + 1, work->until, err) == 0)
        return 0;
    free(work->until);
    work->until = NULL;
    return -1;
}

/* A name that no tensor has, or ever will, is found before the first epoch. */
static int try_until(const struct session *session, struct work *work,
                     struct error *err)
{
    struct error trial = {0};
    bool truth;

    if (!work->until ||
        eval_condition(session->lab, work->until, 1, &truth, &trial) == 0 ||
        trial.code != ERROR_NOT_FOUND)
        return 0;
    *err = trial;
    expr_clear(work->until);
    free(work->until);
    return -1;
}

static int run_train(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    const struct option_value *o = call->options;
    struct work work = {.kind = WORK_TRAIN, .left = 100};

    if (o[TRAIN_EPOCHS].given)
        work.left = (long)o[TRAIN_EPOCHS].count;
    if (lab_require(session->lab, LAB_DATA, err) != 0 ||
        read_until(&o[TRAIN_UNTIL], &work, err) != 0 ||
        try_until(session, &work, err) != 0)
        return -1;
    work_start(session, &work, effect);
    return 0;
}

const struct command_spec command_train = {
    .name = "train",
    .family = FAMILY_TRAINING,
    .summary = "many epochs, or until a condition holds",
    .details = "epochs counts from here; an unfinished epoch counts as one. "
               "In until, loss is the epoch's mean: the sum of the pairs' "
               "losses divided by how many pairs there are. Ctrl-C stops "
               "after the current mini-batch.",
    .options = train_options,
    .changes = true,
    .run = run_train,
};

/* --- play, reset -------------------------------------------------------- */

static int run_play(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    double rate = 2;

    if (call->typed->argc > 0 &&
        spec_number(&call->typed->args[0], "steps a second", 0.01, 1000, &rate,
                    err) != 0)
        return -1;
    if (!session->front_end.plays)
        return error_set(err, ERROR_STATE,
                         "play steps by itself on a terminal; here use step "
                         "10 or train");
    if (lab_require(session->lab, LAB_DATA, err) != 0)
        return -1;
    effect->request = REQUEST_PLAY;
    effect->rate = rate;
    return 0;
}

const struct command_spec command_play = {
    .name = "play",
    .family = FAMILY_TRAINING,
    .usage = "[per_second]",
    .summary = "steps by itself, so many a second [2]",
    .args_max = 1,
    .changes = true,
    .run = run_play,
};

static int run_reset(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    (void)call;
    if (lab_reset(session->lab, &session->history->left, err) != 0)
        return -1;
    sink_printf(session->sink, "step 0 again: the weights of seed %llu\n",
                (unsigned long long)session->lab->head.table.seed);
    effect->view = "table";
    return 0;
}

const struct command_spec command_reset = {
    .name = "reset",
    .family = FAMILY_TRAINING,
    .summary = "runs the script's head again: the seed's weights, step 0",
    .changes = true,
    .run = run_reset,
};
