/*
 * A tree of steps: each is a command of the timeline behind that of its
 * parent; the root (TRAIL_START) is the fresh lab and has no command. Two
 * children of one parent differ. The root is nobody's child, so that 0 ends a
 * list of children.
 */
#include "lesson/trail.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/journal.h"
#include "commands/replay.h"
#include "lab/baseline.h"
#include "lab/history.h"
#include "lab/lab.h"

struct trail_step {
    size_t parent;
    size_t child, sibling; /* the newest child, the next older; 0: none */
    size_t depth;          /* commands from the fresh lab to here */
    char *command;         /* NULL: the root */
};

void trail_init(struct trail *trail)
{
    *trail = (struct trail){.count = 1, .capacity = 1};
    trail->steps = memory_zeroed(1, sizeof *trail->steps);
}

void trail_clear(struct trail *trail)
{
    for (size_t i = 0; i < trail->count; i++)
        free(trail->steps[i].command);
    free(trail->steps);
    *trail = (struct trail){0};
}

static size_t add_child(struct trail *trail, size_t parent, const char *command)
{
    struct trail_step *step;

    trail->steps = memory_grow(trail->steps, trail->count, &trail->capacity,
                               sizeof *trail->steps);
    step = &trail->steps[trail->count];
    *step = (struct trail_step){.parent = parent,
                                .sibling = trail->steps[parent].child,
                                .depth = trail->steps[parent].depth + 1,
                                .command = memory_text(command)};
    trail->steps[parent].child = trail->count;
    return trail->count++;
}

/* The step that follows parent by this command. */
static size_t follow(struct trail *trail, size_t parent, const char *command)
{
    size_t child = trail->steps[parent].child;

    while (child != 0 && !str_equal(trail->steps[child].command, command))
        child = trail->steps[child].sibling;
    return child != 0 ? child : add_child(trail, parent, command);
}

size_t trail_here(struct trail *trail, const struct session *session)
{
    struct str made = STR_INIT;
    size_t place = TRAIL_START;

    history_write(session->history, session->lab, &made);
    for (char *line = made.data, *end; line && *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        place = follow(trail, place, line);
    }
    str_clear(&made);
    return place;
}

bool trail_passes(const struct trail *trail, size_t place, size_t through)
{
    while (trail->steps[place].depth > trail->steps[through].depth)
        place = trail->steps[place].parent;
    return place == through;
}

const char **trail_way(const struct trail *trail, size_t from, size_t place)
{
    size_t before = trail->steps[from].depth;
    size_t count = trail->steps[place].depth - before;
    const char **way = memory_new(count + 1, sizeof *way);

    for (way[count] = NULL; count > 0; place = trail->steps[place].parent)
        way[--count] = trail->steps[place].command;
    return way;
}

static void keep_number(struct session *session, const char *verb, size_t n)
{
    struct str command = STR_INIT;

    str_printf(&command, "%s %zu", verb, n);
    if (n > 0)
        journal_command(session, str_text(&command));
    str_clear(&command);
}

static bool report(void *context, const char *what, double done, double total)
{
    struct session *session = context;

    if (session->stop && *session->stop)
        return false;
    return sink_progress(session->sink, what, done, total, NULL);
}

/* How many of the way's first commands are done, and whole: goto may have
 * left the last in the middle. */
static size_t common(const struct session *session, const char *const *way)
{
    const struct history *history = session->history;
    size_t i = 0;

    while (i < history->now && way[i] &&
           str_equal(history->events[i].command, way[i]))
        i++;
    if (i > 0 && i == history->now &&
        !place_equal(history->events[i - 1].place_after,
                     session->lab->chain.now))
        i--;
    return i;
}

static int go_back(struct session *session, size_t events, struct error *err)
{
    struct lab_progress progress = {report, session};
    size_t done;
    int status;

    if (session->history->now == events)
        return 0;
    status = history_undo(session->history, session->lab,
                          session->history->now - events, &done, &progress,
                          err);
    keep_number(session, "undo", done);
    return status;
}

/* Is the event that redo would do this one? */
static bool can_redo(const struct history *history, const char *command)
{
    return history->now < history->count &&
           str_equal(history->events[history->now].command, command);
}

static int go_on(struct session *session, const char *command,
                 struct error *err)
{
    struct lab_progress progress = {report, session};
    size_t done;
    int status;

    if (can_redo(session->history, command)) {
        status = history_redo(session->history, session->lab, 1, &done,
                              &progress, err);
        keep_number(session, "redo", done);
        return status;
    }
    status = replay_command(session, command, err);
    if (status != 0 && err->code == ERROR_NUMERIC)
        status = 0; /* it is part of the way */
    if (status == 0)
        journal_command(session, command);
    return status;
}

int trail_go(const struct trail *trail, struct session *session, size_t place,
             struct error *err)
{
    const char **way = trail_way(trail, TRAIL_START, place);
    size_t depth = trail->steps[place].depth, at = common(session, way);
    bool there = at == depth && session->history->now == depth;
    int status;

    if (at == depth && depth > 0 && !there)
        at--; /* the last command is done again, for `diff` */
    status = go_back(session, at, err);
    baseline_clear(session->baseline);
    for (; status == 0 && way[at]; at++) {
        if (at + 1 == depth)
            baseline_take(session->baseline, session->lab);
        status = go_on(session, way[at], err);
    }
    free(way);
    return status;
}

const char *trail_keep(struct session *session, const char *prefix)
{
    struct history *history = session->history;
    struct str name = STR_INIT, command = STR_INIT;
    const char *kept;

    str_append(&name, prefix);
    for (int i = 2; history_find_branch(history, str_text(&name)); i++) {
        str_truncate(&name, 0);
        str_printf(&name, "%s-%d", prefix, i);
    }
    history_branch(history, str_text(&name));
    str_printf(&command, "branch %s", str_text(&name));
    journal_command(session, str_text(&command));
    kept = history_find_branch(history, str_text(&name))->name;
    str_clear(&name);
    str_clear(&command);
    return kept;
}
