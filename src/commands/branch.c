/*
 * time travel: branch, and compare branch.
 */
#include "commands/branch.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "commands/families.h"
#include "commands/journal.h"
#include "commands/replay.h"
#include "commands/show.h"
#include "lab/explore.h"
#include "lab/history.h"

static int run_branch(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    struct history *history = session->history;
    const char *name = call->typed->args[0].text;
    int64_t unused;

    (void)effect;
    if (value_to_integer(name + (*name == '+'), &unused)) {
        error_set(err, ERROR_USAGE,
                  "\"%s\" is a step's number; give the branch a name with a "
                  "letter",
                  name);
        return call_error_at(&call->typed->args[0], err);
    }
    history_branch(history, name);
    journal_command(session, call->typed->source);
    sink_printf(session->sink, "branch %s: %zu events%s; goto %s comes back\n",
                name, history->count,
                history->now < history->count ? ", with those undone" : "",
                name);
    return 0;
}

const struct command_spec command_branch = {
    .name = "branch",
    .family = FAMILY_TRAINING,
    .usage = "NAME",
    .summary = "keeps the future that undo left, or the present",
    .args_min = 1,
    .args_max = 1,
    .travels = true,
    .run = run_branch,
};

/* --- compare branch ----------------------------------------------------- */

/* The branch's lab, made by its commands in a session of its own. */
static int run_branch_commands(struct session *other,
                               const struct history_branch *branch,
                               struct error *err)
{
    for (size_t i = 0; i < branch->count; i++) {
        if (replay_command(other, branch->commands[i], err) != 0 &&
            err->code != ERROR_NUMERIC)
            return -1;
    }
    return 0;
}

static float row_distance(const float *a, const float *b, size_t D)
{
    double sum = 0;

    for (size_t d = 0; d < D; d++)
        sum += ((double)a[d] - (double)b[d]) * ((double)a[d] - (double)b[d]);
    return (float)sqrt(sum);
}

struct row_difference {
    int64_t row;
    float distance;
};

static int farthest_first(const void *a, const void *b)
{
    const struct row_difference *x = a, *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static void show_word(struct session *session, int64_t row, float distance,
                      float cosine)
{
    const struct parameter *W = &session->lab->model->tables[0].weight;
    struct str word = STR_INIT;

    utf8_append_fit(&word, lab_row_word(session->lab, W, row), 14);
    sink_printf(session->sink, "  %s  distance %8s   cosine %7s\n",
                str_text(&word), str_decimal((double)distance, 4),
                str_decimal((double)cosine, 4));
    str_clear(&word);
}

static void show_rows(struct session *session, const struct lab *there)
{
    const struct parameter *W = &session->lab->model->tables[0].weight;
    const struct parameter *V = &there->model->tables[0].weight;
    size_t D = W->cols, same = 0;
    struct row_difference *rows = memory_new(W->rows, sizeof *rows);

    for (size_t r = 0; r < W->rows; r++) {
        rows[r].row = (int64_t)r;
        rows[r].distance = row_distance(W->value + r * D, V->value + r * D, D);
        same += rows[r].distance == 0;
    }
    qsort(rows, W->rows, sizeof *rows, farthest_first);
    for (size_t i = 0; i < W->rows - same && i < 20; i++) {
        size_t at = (size_t)rows[i].row * D;
        show_word(session, rows[i].row, rows[i].distance,
                  explore_cosine(W->value + at, V->value + at, D));
    }
    sink_printf(session->sink, "  %zu of %zu rows are the same bit for bit\n",
                same, W->rows);
    free(rows);
}

static void show_loss(struct session *session, const char *name,
                      const struct lab *lab)
{
    sink_printf(session->sink, "  %-12s step %-6ld", name, lab->step);
    if (lab->losses.steps > 0)
        sink_printf(
            session->sink, " loss %s",
            str_decimal((double)lab->losses.step[lab->losses.steps - 1], 4));
    if (lab->losses.epochs > 0)
        sink_printf(session->sink, "   mean of epoch %zu: %s",
                    lab->losses.epochs,
                    str_decimal(lab->losses.epoch[lab->losses.epochs - 1], 4));
    show_text(session, "\n");
}

static int show_comparison(struct session *session, const char *name,
                           const struct lab *there, struct error *err)
{
    const struct lab *here = session->lab;
    bool comparable = here->model && there->model &&
                      here->model->tables[0].weight.rows ==
                          there->model->tables[0].weight.rows &&
                      lab_D(here) == lab_D(there);

    show_loss(session, "here", here);
    show_loss(session, name, there);
    if (!comparable)
        return error_set(err, ERROR_STATE,
                         "the tables here and in %s have different shapes; "
                         "their rows cannot be compared",
                         name);
    show_rows(session, there);
    return 0;
}

int branch_compare(struct session *session, const struct call *call,
                   struct error *err)
{
    const char *name = call->typed->argc > 1 ? call->typed->args[1].text : NULL;
    const struct history_branch *branch =
        name ? history_find_branch(session->history, name) : NULL;
    struct sink silent = sink_silent();
    struct session other;
    int status;

    if (!branch)
        return error_set(err, ERROR_NOT_FOUND,
                         name ? "there is no branch %s; history lists them"
                              : "compare branch wants a name%s",
                         name ? name : "; history lists them");
    session_init(&other, &silent);
    other.stop = session->stop;
    status = run_branch_commands(&other, branch, err);
    if (status == 0)
        status = show_comparison(session, name, other.lab, err);
    session_clear(&other);
    return status;
}
