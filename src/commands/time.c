/*
 * time travel: goto undo redo history when (branch: branch.c)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/journal.h"
#include "commands/replay.h"
#include "commands/show.h"
#include "commands/words.h"
#include "commands/work.h"
#include "lab/baseline.h"
#include "lab/history.h"
#include "lab/loop.h"
#include "scenes/scene.h"

static bool report(void *context, const char *what, double done, double total)
{
    struct session *session = context;

    if (session->stop && *session->stop)
        return false;
    return sink_progress(session->sink, what, done, total, NULL);
}

static struct lab_progress progress_of(struct session *session)
{
    return (struct lab_progress){report, session};
}

/* Where the lab is now, in one line. */
static void say_where(struct session *session)
{
    const struct lab *lab = session->lab;
    const struct history *history = session->history;

    sink_printf(session->sink, "step %ld", lab->step);
    if (lab->step > 0)
        sink_printf(
            session->sink, "   loss %s",
            str_decimal((double)lab->losses.step[lab->losses.steps - 1], 4));
    if (history->now < history->count)
        sink_printf(session->sink, "   %zu event%s to redo",
                    history->count - history->now,
                    history->count - history->now == 1 ? "" : "s");
    show_text(session, "\n");
}

static void moved(struct session *session, struct effect *effect)
{
    const struct scene *scene = scene_current(session->lab);

    baseline_clear(session->baseline);
    effect->lab_changed = true;
    effect->view = scene ? scene->name : "tokens";
}

/* What a journey comes down to, for the journal. */
static void keep_number(struct session *session, const char *verb, long n)
{
    struct str command = STR_INIT;

    str_printf(&command, "%s %ld", verb, n);
    journal_command(session, str_text(&command));
    str_clear(&command);
}

/* Ctrl-C in a long replay: the lab is at a step on the way. */
static int stopped_on_the_way(struct session *session, const char *verb,
                              size_t done)
{
    if (done > 0)
        keep_number(session, verb, (long)done);
    if (session->lab->chain.count > 0)
        keep_number(session, "goto", session->lab->step);
    return -1;
}

/* --- undo, redo --------------------------------------------------------- */

static int read_times(const struct call *call, int64_t *n, struct error *err)
{
    *n = 1;
    if (call->typed->argc == 0)
        return 0;
    return spec_count(&call->typed->args[0], "number of events", 1, 1000000000,
                      n, err);
}

/* "undid  step 3", for each event, the last ones where they are many. */
static void say_events(struct session *session, const char *verb, size_t first,
                       size_t count)
{
    const struct history *history = session->history;

    for (size_t i = 0; i < count; i++) {
        if (count > 6 && i == 3)
            sink_printf(session->sink, "  ... %zu more\n", count - 6);
        if (count > 6 && i >= 3 && i < count - 3)
            continue;
        sink_printf(session->sink, "%s  %s\n", verb,
                    history_shown(&history->events[first + i]));
    }
}

static int run_undo(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    struct history *history = session->history;
    struct lab_progress progress = progress_of(session);
    int64_t n;
    size_t done;
    int status;

    if (read_times(call, &n, err) != 0)
        return -1;
    if (history->now == 0)
        return error_set(err, ERROR_STATE,
                         "there is nothing to undo: this is where the lab "
                         "began");
    status =
        history_undo(history, session->lab, (size_t)n, &done, &progress, err);
    moved(session, effect);
    if (status != 0)
        return stopped_on_the_way(session, "undo", done);
    keep_number(session, "undo", (long)done);
    say_events(session, "undid", history->now, done);
    say_where(session);
    return 0;
}

const struct command_spec command_undo = {
    .name = "undo",
    .family = FAMILY_TRAINING,
    .usage = "[n]",
    .summary = "takes back the last command that changed the lab",
    .details = "One typed command is one event: `undo` after `step 100` takes "
               "back all hundred, bit for bit.",
    .args_max = 1,
    .travels = true,
    .retraces = true,
    .run = run_undo,
};

static int run_redo(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    struct history *history = session->history;
    struct lab_progress progress = progress_of(session);
    size_t before = history->now, done;
    bool inside = before > 0 &&
                  session->lab->step < history->events[before - 1].step_after;
    int64_t n;
    int status;

    if (read_times(call, &n, err) != 0)
        return -1;
    status =
        history_redo(history, session->lab, (size_t)n, &done, &progress, err);
    moved(session, effect);
    if (status != 0)
        return stopped_on_the_way(session, "redo", done);
    if (done == 0)
        return error_set(err, ERROR_STATE,
                         "there is nothing to redo; redo does again what undo "
                         "took back, until something new is typed");
    keep_number(session, "redo", (long)done);
    say_events(session, "did again", before - inside,
               history->now - before + inside);
    say_where(session);
    return 0;
}

const struct command_spec command_redo = {
    .name = "redo",
    .family = FAMILY_TRAINING,
    .usage = "[n]",
    .summary = "does again what undo took back",
    .args_max = 1,
    .travels = true,
    .retraces = true,
    .run = run_redo,
};

/* --- goto, branch ------------------------------------------------------- */

/* 120, +10, -3: a training step. */
static int read_step(const struct session *session, const struct value *value,
                     long *step, struct error *err)
{
    const char *text = value->text;
    bool relative = *text == '+' || *text == '-';
    int64_t n;

    if (!value_to_integer(text + (*text == '+'), &n)) {
        error_set(err, ERROR_NOT_FOUND,
                  "\"%s\" is neither a step (goto 50, goto +5, goto -5) nor a "
                  "branch; branch NAME makes one",
                  text);
        return call_error_at(value, err);
    }
    *step = (long)n + (relative ? session->lab->step : 0);
    if (*step >= 0)
        return 0;
    error_set(err, ERROR_RANGE,
              "%s steps back from step %ld is before the beginning; goto 0 is "
              "the beginning",
              text + 1, session->lab->step);
    return call_error_at(value, err);
}

/* The last training step that was done of this head. */
static long last_step(const struct lab *lab)
{
    return lab->chain.count > 0 ? chain_step_at(lab, chain_end(&lab->chain))
                                : 0;
}

/* An event of its own, as if `step N` had been typed. */
static int train_on(struct session *session, long step, struct effect *effect,
                    struct error *err)
{
    struct work work = {.kind = WORK_STEPS, .left = step - session->lab->step};
    struct str command = STR_INIT;

    str_printf(&command, "step %ld", work.left);
    history_begin(session->history, session->lab, str_text(&command));
    str_clear(&command);
    if (lab_require(session->lab, LAB_DATA, err) != 0) {
        history_take_back(session->history, session->lab);
        return -1;
    }
    session->recording = true;
    session->recording_changes = true;
    work_start(session, &work, effect);
    return 0;
}

static int go_to_step(struct session *session, long step, struct effect *effect,
                      struct error *err)
{
    struct lab_progress progress = progress_of(session);
    long last = last_step(session->lab);
    long done = step < last ? step : last;

    if (session->lab->chain.count > 0 &&
        history_goto_step(session->history, session->lab, done, &progress,
                          err) != 0)
        return stopped_on_the_way(session, "goto", 0);
    moved(session, effect);
    keep_number(session, "goto", done);
    if (step > last)
        return train_on(session, step, effect, err);
    say_where(session);
    return 0;
}

/* Some of its commands are done: the journal begins anew with them. */
static int stopped_in_branch(struct session *session)
{
    journal_restart(session);
    return -1;
}

static int go_to_branch(struct session *session, const struct call *call,
                        const struct history_branch *branch,
                        struct effect *effect, struct error *err)
{
    struct history *history = session->history;
    struct lab_progress progress = progress_of(session);
    size_t common = history_common(history, branch), done;
    int status = history_undo(history, session->lab, history->now - common,
                              &done, &progress, err);

    while (status == 0 && history->now < branch->count) {
        size_t now = history->now;
        bool same =
            now < history->count &&
            str_equal(history->events[now].command, branch->commands[now]);
        status =
            same ? history_redo(history, session->lab, 1, &done, &progress, err)
                 : replay_command(session, branch->commands[now], err);
        if (status != 0 && err->code == ERROR_NUMERIC)
            status = 0; /* it is part of that branch */
        if (history->now == now)
            break;
    }
    moved(session, effect);
    if (status != 0)
        return stopped_in_branch(session);
    journal_command(session, call->typed->source);
    say_where(session);
    return 0;
}

static int run_goto(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    const struct value *where = &call->typed->args[0];
    const struct history_branch *branch =
        history_find_branch(session->history, where->text);
    long step = 0;

    if (branch)
        return go_to_branch(session, call, branch, effect, err);
    if (read_step(session, where, &step, err) != 0)
        return -1;
    return go_to_step(session, step, effect, err);
}

const struct command_spec command_goto = {
    .name = "goto",
    .family = FAMILY_TRAINING,
    .usage = "STEP|+N|-N|BRANCH",
    .summary = "to the end of that training step, either way",
    .details = "goto 50 stands after step 50, goto -3 three steps earlier, "
               "goto past the last step trains on, goto NAME goes to a "
               "branch. Nothing is lost: redo comes back.",
    .args_min = 1,
    .args_max = 1,
    .travels = true,
    .run = run_goto,
};

/* --- history, when ------------------------------------------------------ */

/* Of the event that goto left in the middle: where the lab is in it. */
static void show_event(struct session *session, size_t i)
{
    const struct history *history = session->history;
    const struct history_event *event = &history->events[i];
    enum style style = i < history->now ? STYLE_NORMAL : STYLE_DIM;
    bool here = i + 1 == history->now;
    char rest[48] = "";

    if (i >= history->now)
        snprintf(rest, sizeof rest, "  (undone)");
    else if (here && session->lab->step < event->step_after)
        snprintf(rest, sizeof rest, "  (it goes on to step %ld)",
                 event->step_after);
    sink_line(session->sink, style, "%4zu%s %-40s step %ld%s", i + 1,
              here ? ">" : " ", history_shown(event),
              *rest && here ? session->lab->step : event->step_after, rest);
}

static int run_history(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    const struct history *history = session->history;

    (void)call;
    (void)effect;
    (void)err;
    for (size_t i = 0; i < history->count; i++)
        show_event(session, i);
    if (history->count == 0)
        show_text(session, "nothing has changed the lab yet\n");
    for (size_t i = 0; i < history->branch_count; i++)
        sink_printf(session->sink, "branch %s: %zu events\n",
                    history->branches[i].name, history->branches[i].count);
    return 0;
}

const struct command_spec command_history = {
    .name = "history",
    .family = FAMILY_TRAINING,
    .summary = "the commands that made this lab, and the branches",
    .travels = true,
    .run = run_history,
};

/* step 0: none. */
static void say_when(struct session *session, const char *name, long step)
{
    if (step == 0) {
        sink_printf(session->sink,
                    "the row of %s is as drawn: no step has changed it\n",
                    name);
        return;
    }
    sink_printf(session->sink,
                "step %ld was the last to change the row of %s\n", step, name);
    say_where(session);
}

static int run_when(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    struct lab *lab = session->lab;
    struct lab_progress progress = progress_of(session);
    struct lab_row row;
    long step = 0;
    char *name;
    int status;

    if (!lab->model || lab->step == 0)
        return error_set(err, ERROR_STATE,
                         "no step has been taken yet; step first");
    if (words_read_row(session, &call->typed->args[0], NULL, &row, err) != 0)
        return -1;
    /* going back may build the model anew, and row.table with it */
    name = memory_text(lab_row_word(lab, row.table, row.id));
    status = history_when(session->history, lab, &row, &step, &progress, err);
    if (status == 0 && step > 0) {
        moved(session, effect);
        keep_number(session, "goto", step);
    }
    if (status == 0)
        say_when(session, name, step);
    free(name);
    return status == 0 ? 0 : stopped_on_the_way(session, "goto", 0);
}

const struct command_spec command_when = {
    .name = "when",
    .family = FAMILY_TRAINING,
    .usage = "WORD",
    .summary = "to the last step that changed this word's row",
    .argument = ARGUMENT_WORDS,
    .args_min = 1,
    .args_max = 1,
    .travels = true,
    .run = run_when,
};
