/*
 * An event either moved the place on the chain of one lab, or it left one lab
 * for another (an edit of the head; the first table): then `other` holds the
 * lab on the side where we are not, and undoing or redoing it swaps the two.
 */
#include "lab/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BYTES_MAX_DEFAULT = 256 << 20 };

/* --- life --------------------------------------------------------------- */

static void free_lab(struct lab *lab)
{
    if (lab)
        lab_clear(lab);
    free(lab);
}

static void event_clear(struct history_event *event)
{
    free(event->command);
    free(event->shown);
    free_lab(event->other);
}

static void forget_from(struct history *history, size_t first)
{
    while (history->count > first)
        event_clear(&history->events[--history->count]);
}

static void branch_clear(struct history_branch *branch)
{
    for (size_t i = 0; i < branch->count; i++)
        free(branch->commands[i]);
    free(branch->commands);
    free(branch->name);
}

void history_clear(struct history *history)
{
    forget_from(history, 0);
    free(history->events);
    for (size_t i = 0; i < history->branch_count; i++)
        branch_clear(&history->branches[i]);
    free(history->branches);
    free_lab(history->left);
    free_lab(history->shell);
    free(history->command);
    free(history->shown);
    *history = (struct history){.bytes_max = history->bytes_max};
}

/* --- recording ---------------------------------------------------------- */

/* Is that place, where the next event begins, in the middle of the last one
 * (goto went there)? Also of one that had to draw the table first. */
static bool is_partial(const struct history *history, struct place place)
{
    return history->now > 0 &&
           place_before(place, history->events[history->now - 1].place_after);
}

/* What was done of the last event where the lab is at that step; of one that
 * drew a table and no more, what draws it. */
static void write_partial(const struct history *history, long step,
                          struct str *out)
{
    const struct history_event *last = &history->events[history->now - 1];

    long steps = last->swaps ? step : step - last->step_before;

    if (steps > 0)
        str_printf(out, "step %ld", steps);
    else
        str_append(out, "shapes");
}

/* The event that goto left in the middle is only what was done of it. */
static void settle_partial(struct history *history)
{
    struct history_event *last = &history->events[history->now - 1];
    struct str command = STR_INIT;

    write_partial(history, history->step, &command);
    free(last->command);
    last->command = str_take(&command);
    free(last->shown);
    last->shown = NULL;
    last->place_after = history->place;
    last->step_after = history->step;
}

void history_write(const struct history *history, const struct lab *lab,
                   struct str *out)
{
    bool partial = is_partial(history, lab->chain.now);

    for (size_t i = 0; i < history->now; i++) {
        if (partial && i + 1 == history->now)
            write_partial(history, lab->step, out);
        else
            str_append(out, history->events[i].command);
        str_append(out, "\n");
    }
}

const struct lab *history_lab_after(const struct history *history,
                                    const struct lab *lab, size_t i)
{
    for (size_t j = i + 1; j < history->now; j++) {
        if (history->events[j].swaps)
            return history->events[j].other; /* what event j left */
    }
    return lab;
}

void history_begin(struct history *history, struct lab *lab,
                   const char *command)
{
    free(history->command);
    free(history->shown);
    history->command = memory_text(command);
    history->shown = NULL;
    history->place = lab->chain.now;
    history->step = lab->step;
    history->had_model = lab->model != NULL;
    free_lab(history->shell);
    history->shell = lab->model ? NULL : lab_shell(lab);
    chain_begin_command(&lab->chain);
}

static void push(struct history *history, const struct history_event *event)
{
    history->events = memory_grow(history->events, history->count,
                                  &history->capacity, sizeof *history->events);
    history->events[history->count++] = *event;
    history->now = history->count;
}

/* Labs left long ago give up their tables where all is more than allowed. */
static void keep_within_memory(struct history *history, struct lab *lab)
{
    size_t most = history->bytes_max > 0 ? history->bytes_max
                                         : BYTES_MAX_DEFAULT;
    size_t bytes = 0;

    lab->chain.bytes_max = most;
    for (size_t i = history->count; i-- > 0;) {
        struct lab *other = history->events[i].other;
        if (!other)
            continue;
        bytes += chain_bytes(other);
        if (bytes > most)
            chain_chill(other);
    }
}

/* The lab that was left in this command, or the shell where there was no
 * table; NULL: the command moved along the chain. */
static struct lab *take_other(struct history *history, const struct lab *lab,
                              bool changes)
{
    struct lab *other = history->left;
    bool new_table = !history->had_model && (lab->model || changes);

    history->left = NULL;
    if (!other && new_table) {
        other = history->shell;
        history->shell = NULL;
    }
    return other;
}

bool history_end(struct history *history, struct lab *lab, bool changes)
{
    struct lab *other = take_other(history, lab, changes);
    struct history_event event = {.swaps = other != NULL,
                                  .other = other,
                                  .place_before = history->place,
                                  .place_after = lab->chain.now,
                                  .step_before = history->step,
                                  .step_after = lab->step};

    if (!other && place_equal(event.place_before, event.place_after))
        return false;
    forget_from(history, history->now);
    if (is_partial(history, history->place))
        settle_partial(history);
    if (other)
        chain_forget_future(&other->chain);
    event.command = history->command;
    event.shown = history->shown;
    history->command = history->shown = NULL;
    push(history, &event);
    keep_within_memory(history, lab);
    return true;
}

void history_take_back(struct history *history, struct lab *lab)
{
    size_t done;

    if (!history_end(history, lab, false))
        return;
    history_undo(history, lab, 1, &done, NULL, NULL);
    forget_from(history, history->now);
}

void history_rename(struct history *history, const char *command)
{
    free(history->command);
    history->command = memory_text(command);
}

void history_explain(struct history *history, const char *what)
{
    struct str shown = STR_INIT;

    str_printf(&shown, "%s, %s", history->command, what);
    free(history->shown);
    history->shown = str_take(&shown);
}

const char *history_shown(const struct history_event *event)
{
    return event->shown ? event->shown : event->command;
}

/* --- going -------------------------------------------------------------- */

static int swap_with(struct history_event *event, struct lab *lab,
                     const struct lab_progress *progress, struct error *err)
{
    if (chain_warm(event->other, progress, err) != 0)
        return -1;
    lab_swap(lab, event->other);
    return 0;
}

/* The events of this lab that begin before its place are done: goto went to
 * any, or undo and redo were stopped on the way. */
static void count_done(struct history *history, const struct lab *lab)
{
    struct place now = lab->chain.now;

    while (history->now > 0 && !history->events[history->now - 1].swaps &&
           !place_before(history->events[history->now - 1].place_before, now))
        history->now--;
    while (history->now < history->count &&
           !history->events[history->now].swaps &&
           place_before(history->events[history->now].place_before, now))
        history->now++;
}

int history_undo(struct history *history, struct lab *lab, size_t n,
                 size_t *done, const struct lab_progress *progress,
                 struct error *err)
{
    for (*done = 0; *done < n && history->now > 0; ++*done) {
        struct history_event *event = &history->events[history->now - 1];
        int status = event->swaps
                         ? swap_with(event, lab, progress, err)
                         : chain_goto(lab, event->place_before, progress, err);
        if (status != 0) {
            count_done(history, lab);
            return -1;
        }
        history->now--;
    }
    return 0;
}

int history_redo(struct history *history, struct lab *lab, size_t n,
                 size_t *done, const struct lab_progress *progress,
                 struct error *err)
{
    for (*done = 0; *done < n; ++*done) {
        bool partial = is_partial(history, lab->chain.now);
        struct history_event *event;
        int status;
        if (!partial && history->now == history->count)
            break;
        event = &history->events[history->now - partial];
        status = event->swaps && !partial ? swap_with(event, lab, progress, err)
                                          : 0;
        if (status == 0)
            status = chain_goto(lab, event->place_after, progress, err);
        if (status != 0) {
            count_done(history, lab);
            return -1;
        }
        history->now += !partial;
    }
    return 0;
}

int history_goto_step(struct history *history, struct lab *lab, long step,
                      const struct lab_progress *progress, struct error *err)
{
    int status = chain_goto(lab, chain_place_of_step(lab, step), progress, err);

    count_done(history, lab);
    return status;
}

/* --- when --------------------------------------------------------------- */

/* The row as it is now; going to another step may move the table. */
static const float *row_now(const struct lab *lab, size_t table, int64_t row)
{
    const struct parameter *p = lab->model->parameters[table];

    return p->value + (size_t)row * p->cols;
}

/* Steps from `from` on, one by one: the last that changed the row. */
static int find_change(struct history *history, struct lab *lab, size_t table,
                       int64_t row, long from, long to, long *found,
                       const struct lab_progress *progress, struct error *err)
{
    size_t bytes = lab_D(lab) * sizeof(float);
    float *before = memory_new(lab_D(lab), sizeof *before);
    int status = history_goto_step(history, lab, from, progress, err);

    *found = 0;
    for (long step = from + 1; step <= to && status == 0; step++) {
        memcpy(before, row_now(lab, table, row), bytes);
        status = history_goto_step(history, lab, step, progress, err);
        if (memcmp(before, row_now(lab, table, row), bytes) != 0)
            *found = step;
    }
    free(before);
    return status;
}

static bool delta_has(const struct delta *delta, size_t table, int64_t row)
{
    const struct delta_rows *rows = &delta->parameter[table];

    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i] == row)
            return true;
    }
    return false;
}

/* The first step of the last stretch in which the row can have changed. */
static long stretch_of(const struct lab *lab, size_t table, int64_t row)
{
    const struct chain *chain = &lab->chain;
    size_t at = chain->now.anchor;

    if (row_set_has(&chain->log->parameter[table].rows, row))
        return chain->anchors[at]->step;
    while (at-- > 0) {
        const struct delta *delta = chain->anchors[at]->delta;
        if (!delta || delta_has(delta, table, row))
            return delta ? chain->anchors[at]->step : 0;
    }
    return -1;
}

/* Which of the model's parameters a table is: going may move it. */
static size_t number_of(const struct lab *lab, const struct parameter *table)
{
    size_t i = 0;

    while (lab->model->parameters[i] != table)
        i++;
    return i;
}

bool history_may_have_changed(const struct lab *lab, const struct lab_row *row)
{
    return lab->step > 0 && lab->chain.count > 0 &&
           stretch_of(lab, number_of(lab, row->table), row->id) >= 0;
}

int history_when(struct history *history, struct lab *lab,
                 const struct lab_row *row, long *step,
                 const struct lab_progress *progress, struct error *err)
{
    struct place place = lab->chain.now;
    size_t table = number_of(lab, row->table);
    int64_t id = row->id;
    long from = stretch_of(lab, table, id), to = lab->step;
    int status = 0;

    *step = 0;
    if (from >= 0)
        status =
            find_change(history, lab, table, id, from, to, step, progress, err);
    if (status == 0 && *step > 0)
        return history_goto_step(history, lab, *step, progress, err);
    if (status == 0 && !place_equal(place, lab->chain.now)) {
        status = chain_goto(lab, place, progress, err);
        count_done(history, lab);
    }
    return status;
}

/* --- branches ----------------------------------------------------------- */

struct history_branch *history_find_branch(const struct history *history,
                                           const char *name)
{
    for (size_t i = 0; i < history->branch_count; i++) {
        if (str_equal(history->branches[i].name, name))
            return &history->branches[i];
    }
    return NULL;
}

void history_branch(struct history *history, const char *name)
{
    struct history_branch *branch = history_find_branch(history, name);

    if (branch) {
        branch_clear(branch);
    } else {
        history->branches =
            memory_grow(history->branches, history->branch_count,
                        &history->branch_capacity, sizeof *history->branches);
        branch = &history->branches[history->branch_count++];
    }
    *branch = (struct history_branch){.name = memory_text(name)};
    branch->commands = memory_new(history->count + 1, sizeof(char *));
    for (size_t i = 0; i < history->count; i++)
        branch->commands[branch->count++] =
            memory_text(history->events[i].command);
}

size_t history_common(const struct history *history,
                      const struct history_branch *branch)
{
    size_t i = 0;

    while (i < history->now && i < branch->count &&
           str_equal(history->events[i].command, branch->commands[i]))
        i++;
    return i;
}
