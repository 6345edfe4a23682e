/*
 * learning: quiz rows, quiz next, quiz sign CELL. The answer is what a copy of
 * the lab does; the lab itself stays where it is, for the student to step.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/show.h"
#include "lab/explore.h"
#include "lab/loop.h"
#include "lab/rehearsal.h"
#include "lab/why.h"
#include "lang/expr.h"

enum { QUIZ_ANSWER, QUIZ_OF };

static const struct option_spec quiz_options[] = {
    {"answer", OPTION_TEXT, "asked for", NULL, 0, 0,
     "the answer, where nobody can be asked"},
    {"of", OPTION_TEXT, "the next example", NULL, 0, 0,
     "quiz next: the words before the one to guess"},
    {.type = OPTION_END},
};

/* --- asking, and the score ------------------------------------------------ */

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t")] == '\0';
}

/* The answer, caller's to free; NULL: none is to be had. An empty line is no
 * answer: the question is asked again. */
static char *ask(struct session *session, const struct call *call,
                 const char *question, struct error *err)
{
    char *answer;

    show_wrapped(session, 0, STYLE_TITLE, question);
    if (call->options[QUIZ_ANSWER].given)
        return memory_text(call->options[QUIZ_ANSWER].text);
    if (!session->front_end.answer) {
        error_set(err, ERROR_STATE,
                  "nobody can be asked here; give answer=\"...\" with the "
                  "quiz");
        return NULL;
    }
    answer = session->front_end.answer(session, question);
    while (answer && is_blank(answer)) {
        free(answer);
        answer = session->front_end.answer(session, question);
    }
    if (!answer)
        error_set(err, ERROR_INTERRUPTED,
                  "no answer, so nothing is counted; quiz asks again");
    return answer;
}

static void keep_score(struct session *session, bool right)
{
    session->quizzes++;
    session->quizzes_right += right;
    sink_line(session->sink, right ? STYLE_GOOD : STYLE_NOTICE,
              "%s   score: %d of %d", right ? "right" : "not quite",
              session->quizzes_right, session->quizzes);
}

/* --- quiz rows ------------------------------------------------------------ */

enum { TABLES_MAX = 2 }; /* recommend: of the users, of the items */

static void put(struct row_set *rows, int64_t id)
{
    if (!row_set_has(rows, id))
        row_set_add(rows, id);
}

/* Words as the corpus has them. */
static int read_words(const struct lab *lab, const char *answer,
                      struct row_set *rows, struct error *err)
{
    int64_t *ids = NULL;
    size_t count = 0;
    int status = lab_encode(lab, answer, &ids, &count, err);

    for (size_t i = 0; status == 0 && i < count; i++)
        put(rows, ids[i]);
    free(ids);
    return status;
}

/* Names of users and of items, in any order. */
static int read_names(const struct lab *lab, char *answer, struct row_set *rows,
                      struct error *err)
{
    char *rest = NULL;

    for (char *name = strtok_r(answer, " \t", &rest); name;
         name = strtok_r(NULL, " \t", &rest)) {
        struct lab_row row;
        if (lab_find_row(lab, NULL, name, &row, err) != 0)
            return -1;
        put(&rows[row.table != &lab->model->tables[0].weight], row.id);
    }
    return 0;
}

/* rows: a set for each table. Commas are as good as blanks; "none" is no row
 * at all. */
static int read_rows(const struct lab *lab, char *answer, struct row_set *rows,
                     struct error *err)
{
    size_t tables = lab_table_count(lab);

    for (char *c = answer; *c; c++) {
        if (*c == ',')
            *c = ' ';
    }
    for (size_t t = 0; t < tables; t++)
        row_set_init(&rows[t],
                     lab_table_words(lab, &lab->model->tables[t].weight));
    if (str_equal(answer, "none"))
        return 0;
    return tables > 1 ? read_names(lab, answer, rows, err)
                      : read_words(lab, answer, rows, err);
}

/* How often an id stands in every stride-th place, from first on. */
static size_t count_in(const struct batch *batch, enum batch_tensor which,
                       int64_t id, size_t first, size_t stride)
{
    const struct tensor *t = &batch->tensor[which];
    size_t found = 0;

    for (size_t i = first; t->type == TENSOR_INT64 && i < tensor_count(t);
         i += stride)
        found += t->i[i] == id;
    return found;
}

/* How often the mini-batch looks a row of that table up. */
static size_t lookups(const struct lab *lab, size_t table, int64_t id)
{
    return count_in(&lab->batch, BATCH_CTX, id, table, lab_table_count(lab));
}

static void say_missing(struct session *session, const struct lab *after,
                        size_t table, int64_t id)
{
    const struct parameter *W = &after->model->tables[table].weight;
    size_t n = lookups(after, table, id);

    if (n > 0)
        sink_printf(session->sink, "  missing  %s: looked up %zu time%s\n",
                    lab_row_word(after, W, id), n, n == 1 ? "" : "s");
    else
        sink_printf(session->sink,
                    "  missing  %s: a word that shares its row was looked up\n",
                    lab_row_word(after, W, id));
}

static const char *why_no_gradient(const struct lab *after, size_t number,
                                   int64_t id)
{
    const struct embedding *table = &after->model->tables[number];
    bool target = count_in(&after->batch, BATCH_TGT, id, 0, 1) > 0;

    if (table->weight.frozen)
        return "the table is frozen, so no row gets a gradient";
    if (lookups(after, number, id) == 0 && lab_table_count(after) > 1)
        return "it is in no rating of this mini-batch";
    if (lookups(after, number, id) == 0)
        return target ? "it is a target here, and in no context; targets "
                        "teach U, not W"
                      : "it is in no context of this mini-batch";
    if (table->options.has_padding && table->options.padding_idx == id)
        return "it is looked up, but padding_idx never gets a gradient";
    return "it is looked up, but its gradient is 0 in every column";
}

/* The answer against what the copy did. Right where nothing differs. */
static bool compare_rows(struct session *session, const struct lab *after,
                         size_t table, const struct row_set *answer)
{
    const struct parameter *W = &after->model->tables[table].weight;
    bool same = true;

    for (int64_t id = 0; id < (int64_t)lab_table_words(after, W); id++) {
        bool truth = row_set_has(&W->marks.grad_nonzero, id);
        if (truth == row_set_has(answer, id))
            continue;
        same = false;
        if (truth)
            say_missing(session, after, table, id);
        else
            sink_printf(session->sink, "  extra    %s: %s\n",
                        lab_row_word(after, W, id),
                        why_no_gradient(after, table, id));
    }
    return same;
}

static int quiz_rows(struct session *session, const struct call *call,
                     struct lab *after, struct error *err)
{
    struct row_set rows[TABLES_MAX] = {0};
    bool two = lab_table_count(after) > 1, same = true;
    char *answer;
    int status;

    if (loop_step(after, true, err) != 0)
        return -1;
    if (!call->options[QUIZ_ANSWER].given) /* what it can be told from */
        show_scene_of(session, after, "batch");
    answer = ask(session, call,
                 two ? "Which rows of Wu and Wi will get a gradient in the "
                       "next step? (users and items, or none)"
                     : "Which rows of the table will get a gradient in the "
                       "next step? (words, or none)",
                 err);
    if (!answer)
        return -1;
    status = read_rows(session->lab, answer, rows, err);
    for (size_t t = 0; status == 0 && t < lab_table_count(after); t++)
        same = compare_rows(session, after, t, &rows[t]) && same;
    if (status == 0)
        keep_score(session, same);
    for (size_t t = 0; t < TABLES_MAX; t++)
        row_set_clear(&rows[t]);
    free(answer);
    return status;
}

/* --- quiz next ------------------------------------------------------------ */

/* The words before: those of of=, or the next mini-batch's first example. */
static int read_context(struct session *session, const struct call *call,
                        struct lab *after, int64_t **ids, size_t *count,
                        struct error *err)
{
    const struct option_value *of = &call->options[QUIZ_OF];

    if (of->given)
        return lab_encode(session->lab, of->text, ids, count, err);
    if (loop_between(after) && loop_next(after, err) != 0)
        return -1;
    *count = after->windows.C;
    *ids = memory_copy(after->batch.tensor[BATCH_CTX].i, *count, sizeof **ids);
    return 0;
}

static void write_words(const struct lab *lab, const int64_t *ids, size_t n,
                        struct str *out)
{
    for (size_t i = 0; i < n; i++)
        str_printf(out, "%s%s", i ? " " : "",
                   lab_row_word(lab, &lab->model->tables[0].weight, ids[i]));
}

static int judge_next(struct session *session, char *answer,
                      const struct prediction *best, size_t n,
                      struct error *err)
{
    const struct lab *lab = session->lab;
    int64_t *ids;
    size_t count;

    if (lab_encode(lab, answer, &ids, &count, err) != 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        sink_printf(
            session->sink, "  %.4f  %s\n", (double)best[i].prob,
            lab_row_word(lab, &lab->model->tables[0].weight, best[i].id));
    keep_score(session, count == 1 && ids[0] == best[0].id);
    free(ids);
    return 0;
}

static int ask_next(struct session *session, const struct call *call,
                    const int64_t *ids, size_t count, struct error *err)
{
    struct prediction best[3];
    size_t n = lab_V(session->lab) < 3 ? lab_V(session->lab) : 3;
    struct str question = STR_INIT;
    char *answer = NULL;
    int status = -1;

    str_append(&question, "Which word does the model hold most probable after "
                          "\"");
    write_words(session->lab, ids, count, &question);
    str_append(&question, "\"?");
    if (explore_predict(session->lab, ids, count, best, n, err) == 0)
        answer = ask(session, call, str_text(&question), err);
    if (answer)
        status = judge_next(session, answer, best, n, err);
    str_clear(&question);
    free(answer);
    return status;
}

static int quiz_next(struct session *session, const struct call *call,
                     struct lab *after, struct error *err)
{
    int64_t *ids;
    size_t count;
    int status;

    if (session->lab->head.model.kind != MODEL_NEXT_WORD)
        return error_set(err, ERROR_STATE,
                         "quiz next is about model next_word; this model has "
                         "no next word");
    if (read_context(session, call, after, &ids, &count, err) != 0)
        return -1;
    status = ask_next(session, call, ids, count, err);
    free(ids);
    return status;
}

/* --- quiz sign CELL ------------------------------------------------------- */

static const float *cell_value(const struct lab *lab,
                               const struct why_cell *cell)
{
    const struct parameter *p = model_parameter(lab->model, cell->name);

    if (!p || cell->ndim < 1)
        return NULL;
    return p->value + (size_t)cell->index[0] * p->cols +
           (size_t)(cell->ndim > 1 ? cell->index[1] : 0);
}

static int read_cell(struct session *session, const struct call *call,
                     struct why_cell *cell, struct error *err)
{
    const struct value *typed = &call->typed->args[1];
    struct expr expr;
    int status;

    if (call->typed->argc < 2)
        return error_set(err, ERROR_USAGE,
                         "quiz sign of which cell? quiz sign \"W[cat,2]\"");
    if (expr_parse(typed->text, strlen(typed->text), typed->column, &expr,
                   err) != 0)
        return -1;
    status = why_read_cell(session->lab, &expr, cell, err);
    expr_clear(&expr);
    if (status == 0 && !cell_value(session->lab, cell))
        status = error_set(err, ERROR_USAGE,
                           "a step moves W, U and b; ask about a cell of "
                           "those, such as W[cat,2]");
    return status;
}

/* -1 down, 0 it stays, 1 up; 2: none of these. */
static int read_sign(const char *answer)
{
    static const char *const names[] = {"down", "-", "stay",  "same",
                                        "0",    "+", "stays", "up"};
    static const int signs[] = {-1, -1, 0, 0, 0, 1, 0, 1};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (str_equal(answer, names[i]))
            return signs[i];
    }
    return 2;
}

static int judge_sign(struct session *session, const char *answer,
                      const char *cell, float before, float after,
                      struct error *err)
{
    int truth = (after > before) - (after < before), sign = read_sign(answer);

    if (sign == 2)
        return error_set(err, ERROR_USAGE,
                         "\"%s\" is neither up nor down nor stay", answer);
    sink_printf(session->sink, "  %s %s: %.6f to %.6f\n", cell,
                truth == 0  ? "stays"
                : truth > 0 ? "goes up"
                            : "goes down",
                (double)before, (double)after);
    keep_score(session, sign == truth);
    return 0;
}

static int quiz_sign(struct session *session, const struct call *call,
                     struct lab *after, struct error *err)
{
    struct why_cell cell;
    struct str question = STR_INIT;
    char *answer;
    int status = -1;

    if (read_cell(session, call, &cell, err) != 0 ||
        loop_step(after, true, err) != 0)
        return -1;
    str_printf(&question,
               "Will the next step move %s up or down, or will it stay?",
               call->typed->args[1].text);
    answer = ask(session, call, str_text(&question), err);
    if (answer)
        status = judge_sign(session, answer, call->typed->args[1].text,
                            *cell_value(session->lab, &cell),
                            *cell_value(after, &cell), err);
    str_clear(&question);
    free(answer);
    return status;
}

/* --- quiz ----------------------------------------------------------------- */

static int run_quiz(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    static int (*const kinds[])(struct session *, const struct call *,
                                struct lab *, struct error *) = {
        quiz_rows, quiz_next, quiz_sign};
    struct lab after;
    int kind, status;

    (void)effect;
    if (strchr(call->typed->args[0].text, '[')) {
        error_set(err, ERROR_USAGE,
                  "quiz what of %s? quiz sign \"%s\" asks whether the next "
                  "step moves it up or down",
                  call->typed->args[0].text, call->typed->args[0].text);
        return call_error_at(&call->typed->args[0], err);
    }
    if (spec_choice(&call->typed->args[0], "quiz", "rows|next|sign", &kind,
                    err) != 0 ||
        lab_require(session->lab, LAB_DATA, err) != 0)
        return -1;
    rehearsal_begin(session->lab, &after);
    status = kinds[kind](session, call, &after, err);
    rehearsal_end(&after);
    return status;
}

const struct command_spec command_quiz = {
    .name = "quiz",
    .family = FAMILY_LEARNING,
    .usage = "rows|next|sign CELL",
    .summary = "guess before you step: which rows, which word, up or down",
    .details = "quiz rows shows the next mini-batch and asks which rows it "
               "gives a gradient, "
               "quiz next which word the model holds most probable, quiz sign "
               "\"W[cat,2]\" where the next step moves that number. A copy of "
               "the lab takes the step; you take yours afterwards.",
    .options = quiz_options,
    .argument = ARGUMENT_CHOICE,
    .choices = "rows|next|sign",
    .args_min = 1,
    .args_max = 2,
    .run = run_quiz,
};
