#include "commands/work.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/show.h"
#include "commands/command.h"
#include "commands/guard.h"
#include "lab/eval.h"
#include "lab/history.h"
#include "lab/loop.h"
#include "lang/expr.h"

void work_start(struct session *session, const struct work *work,
                struct effect *effect)
{
    work_drop(session);
    session->work = memory_copy(work, 1, sizeof *work);
    session->work->first_step = session->lab->step;
    session->work->first_epoch = session->lab->losses.epochs;
    session->work->total = work->left;
    effect->request = REQUEST_WORK;
    effect->view = "update";
}

void work_drop(struct session *session)
{
    if (session->work && session->work->until) {
        expr_clear(session->work->until);
        free(session->work->until);
    }
    free(session->work);
    session->work = NULL;
}

/* --- slices --------------------------------------------------------------- */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Is the step about to be taken the last that can end the work? */
static bool may_be_last(const struct lab *lab, const struct work *work)
{
    if (work->kind == WORK_STEPS)
        return work->left == 1;
    if (work->left > 1 && !work->until)
        return false;
    if (!loop_between(lab))
        return lab->order.next >= lab->order.count;
    if (lab->order.next >= lab->order.count) /* it begins an epoch */
        return lab->order.B >= lab->order.count;
    return lab->order.next + lab->order.B >= lab->order.count;
}

/* Book a step: is the work done? 1: yes, 0: no, -1: the condition failed. */
static int step_done(const struct lab *lab, struct work *work,
                     struct error *err)
{
    if (work->kind == WORK_STEPS)
        return --work->left == 0;
    if (!loop_epoch_done(lab))
        return 0;
    work->left--;
    if (work->until && eval_condition(lab, work->until,
                                      lab->losses.epoch[lab->losses.epochs - 1],
                                      &work->reached, err) != 0)
        return -1;
    return work->left == 0 || work->reached;
}

static bool stopped(const struct session *session)
{
    return session->stop && *session->stop;
}

/* Run to the deadline. 1: more, 0: done, -1: failed. The slice's last step
 * is kept, so that what is on screen has its marks; a stop that comes within
 * a step that is not ends after the next. */
static int run_slice(struct session *session, double deadline,
                     struct error *err)
{
    struct lab *lab = session->lab;
    struct work *work = session->work;
    bool each = session->watches->count > 0;
    long steps = 0;

    for (;;) {
        bool over = session->slice > 0 ? ++steps >= session->slice
                                       : now() >= deadline;
        bool last = stopped(session) || over;
        bool keep = last || each || may_be_last(lab, work);
        int done;
        if (loop_step(lab, keep, err) != 0)
            return -1;
        if (each)
            watches_print(session);
        done = step_done(lab, work, err);
        if (done != 0)
            return done < 0 ? -1 : 0;
        if (keep && stopped(session))
            return error_set(err, ERROR_INTERRUPTED, "stopped after step %ld",
                             lab->step);
        if (last)
            return 1;
    }
}

/* --- reports -------------------------------------------------------------- */

static int digits_of(size_t number)
{
    return snprintf(NULL, 0, "%zu", number);
}

enum { WORDS_ROOM_MIN = 24 }; /* else they stand in lines of their own */

/* "  looked up  6 of 17 rows   the cat drinks ..." */
static void report_mark(struct session *session, const char *label,
                        const struct parameter *p, const struct row_set *rows,
                        int digits)
{
    struct str line = STR_INIT, words = STR_INIT;
    int room;

    str_printf(&line, "  %-10s %*zu of %zu rows", label, digits, rows->count,
               p->rows);
    room = session->sink->width - (int)line.length - 3;
    if (rows->count == p->rows)
        str_append(&words, "all of them");
    else
        show_row_words(session->lab, p, rows,
                       room < WORDS_ROOM_MIN ? 2 * session->sink->width : room,
                       &words);
    if (room < WORDS_ROOM_MIN) {
        show_line(session, STYLE_NORMAL, "%s", str_text(&line));
        show_wrapped(session, 4, STYLE_NORMAL, str_text(&words));
    } else {
        show_line(session, STYLE_NORMAL, "%s   %s", str_text(&line),
                  str_text(&words));
    }
    str_clear(&words);
    str_clear(&line);
}

static void report_table(struct session *session, struct parameter *p)
{
    struct row_marks *marks = &p->marks;
    size_t most = marks->looked_up.count;

    if (marks->grad_nonzero.count > most)
        most = marks->grad_nonzero.count;
    if (marks->changed.count > most)
        most = marks->changed.count;
    row_set_sort(&marks->looked_up);
    row_set_sort(&marks->grad_nonzero);
    row_set_sort(&marks->changed);
    report_mark(session, "looked up", p, &marks->looked_up, digits_of(most));
    report_mark(session, "gradient", p, &marks->grad_nonzero, digits_of(most));
    report_mark(session, "changed", p, &marks->changed, digits_of(most));
}

static void report_rows(struct session *session)
{
    const struct lab *lab = session->lab;
    size_t tables = lab->head.model.kind == MODEL_RECOMMEND ? 2 : 1;
    char why[512];

    for (size_t t = 0; t < tables; t++) {
        struct parameter *p = &lab->model->tables[t].weight;
        if (tables > 1)
            show_line(session, STYLE_TITLE, "  %s", p->name);
        report_table(session, p);
    }
    scene_why_marks_differ(lab, why, sizeof why);
    if (*why)
        show_wrapped(session, 2, STYLE_NOTICE, why);
}

void report_step(struct session *session)
{
    const struct lab *lab = session->lab;
    struct str line = STR_INIT;

    str_printf(&line, "step %ld   epoch %ld   batch %zu of %zu   B=%zu",
               lab->step, loop_epoch(lab), loop_batch_number(lab),
               loop_batch_count(lab), lab->batch.B);
    if (lab->head.model.kind == MODEL_NEXT_WORD)
        str_printf(&line, " C=%zu", lab->windows.C);
    show_line(session, STYLE_TITLE, "%s", str_text(&line));
    show_line(session, STYLE_NORMAL, "  loss %s",
              str_decimal((double)lab->batch.tensor[BATCH_LOSS].f[0], 4));
    str_clear(&line);
    report_rows(session);
    show_scene(session, "backward", false);
}

static void report_floor(struct session *session)
{
    double floor = lab_floor(session->lab);

    if (floor >= 0)
        show_line(session, STYLE_DIM,
                  "  no model's mean over an epoch can get below %.4f", floor);
}

enum { EPOCHS_SHOWN = 10 };

/* The first epochs and the last ones. */
static void report_epochs(struct session *session, const struct work *work)
{
    const struct lab *lab = session->lab;
    size_t first = work->first_epoch, count = lab->losses.epochs - first;

    for (size_t i = 0; i < count; i++) {
        if (count > EPOCHS_SHOWN && i == EPOCHS_SHOWN / 2) {
            show_line(session, STYLE_DIM, "  ... %zu epochs",
                      count - EPOCHS_SHOWN);
            i = count - EPOCHS_SHOWN / 2;
        }
        show_line(session, STYLE_NORMAL,
                  "epoch %-4zu mean loss %s over %s example%s", first + i + 1,
                  str_decimal(lab->losses.epoch[first + i], 4),
                  str_count(lab->windows.count), str_s(lab->windows.count));
    }
    report_floor(session);
}

static void report_train(struct session *session, const struct work *work)
{
    const struct lab *lab = session->lab;
    size_t first = work->first_epoch, epochs = lab->losses.epochs - first;
    long steps = lab->step - work->first_step;

    show_line(session, STYLE_TITLE, "%zu epoch%s, %ld step%s", epochs,
              epochs == 1 ? "" : "s", steps, steps == 1 ? "" : "s");
    if (epochs > 1)
        show_line(session, STYLE_NORMAL,
                  "  mean loss %s in epoch %zu, %s in epoch %zu",
                  str_decimal(lab->losses.epoch[first], 4), first + 1,
                  str_decimal(lab->losses.epoch[lab->losses.epochs - 1], 4),
                  lab->losses.epochs);
    else if (epochs == 1)
        show_line(session, STYLE_NORMAL, "  mean loss %s in epoch %zu",
                  str_decimal(lab->losses.epoch[first], 4), first + 1);
    report_floor(session);
    if (work->until && !work->reached)
        sink_notice(session->sink,
                    "the condition did not come true; train goes on from "
                    "here");
}

static void report(struct session *session)
{
    switch (session->work->kind) {
    case WORK_STEPS:
        report_step(session);
        break;
    case WORK_EPOCHS:
        report_epochs(session, session->work);
        break;
    case WORK_TRAIN:
        report_train(session, session->work);
        break;
    }
}

/* What was stopped stands in the history as the steps it did, so that it can
 * be done again; but a loss that is not finite would stop it there again. */
static void end_event(struct session *session, int status,
                      const struct error *err)
{
    long steps = session->lab->step - session->work->first_step;
    struct str command = STR_INIT;

    if (status != 0 && steps > 0 && (!err || err->code != ERROR_NUMERIC)) {
        str_printf(&command, "stopped after %ld step%s", steps,
                   steps == 1 ? "" : "s");
        history_explain(session->history, str_text(&command));
        str_truncate(&command, 0);
        str_printf(&command, "step %ld", steps);
        history_rename(session->history, str_text(&command));
        str_clear(&command);
    } else if (status != 0 && err && err->code == ERROR_NUMERIC) {
        session_explain_numeric(session);
    }
    session_record_end(session);
}

void work_stop(struct session *session)
{
    if (!session->work)
        return;
    end_event(session, -1, NULL);
    work_drop(session);
}

/* The slice has been run: status is run_slice's. */
static int end_slice(struct session *session, int status, struct error *err)
{
    if (status == 1)
        return 1;
    if (status == 0 || (session->lab->step > session->work->first_step && err &&
                        err->code == ERROR_INTERRUPTED))
        report(session);
    end_event(session, status, err);
    work_drop(session);
    return status;
}

int session_work(struct session *session, double seconds, struct error *err)
{
    struct guard *guard = session_guard(session);
    int status;

    if (!session->work)
        return 0;
    if (guard && guard->enter(guard, session, NULL, err) != 0)
        return end_slice(session, -1, err);
    status = run_slice(session, now() + seconds, err);
    status = end_slice(session, status, err);
    return guard ? guard->leave(guard, session, NULL, status, err) : status;
}

bool session_work_progress(const struct session *session, double *done,
                           double *total, const char **what)
{
    const struct work *work = session->work;
    const struct lab *lab = session->lab;

    if (!work)
        return false;
    *what = work->kind == WORK_STEPS ? "steps" : "epochs";
    *done = (double)(work->total - work->left);
    if (work->kind != WORK_STEPS && !loop_epoch_done(lab))
        *done += (double)lab->order.next / (double)lab->order.count;
    *total = (double)work->total;
    return true;
}

/* --- watches -------------------------------------------------------------- */

void watches_clear(struct watches *watches)
{
    for (size_t i = 0; i < watches->count; i++)
        free(watches->text[i]);
    free(watches->text);
    *watches = (struct watches){0};
}
