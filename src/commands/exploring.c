/*
 * exploring: nearest similarity analogy predict generate curve plot. All of
 * them look and change nothing.
 */
#include "lab/explore.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/show.h"
#include "commands/words.h"
#include "draw/chart.h"

static const char *word_of(const struct session *session,
                           const struct lab_row *row)
{
    return lab_row_word(session->lab, row->table, row->id);
}

static const float *values_of(const struct lab_row *row)
{
    return row->table->value + (size_t)row->id * row->table->cols;
}

/* The rows that words name, all in the table of the first. */
static int read_rows(struct session *session, const struct call *call, size_t n,
                     struct lab_row *rows, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct value *word = &call->typed->args[i];
        const struct parameter *table = i > 0 ? rows[0].table : NULL;
        if (words_read_row(session, word, table, &rows[i], err) != 0)
            return -1;
        if (rows[i].table == rows[0].table)
            continue;
        error_set(err, ERROR_USAGE,
                  "%s is a row of %s and %s of %s; name rows of one table",
                  call->typed->args[0].text, rows[0].table->name, word->text,
                  rows[i].table->name);
        return call_error_at(word, err);
    }
    return 0;
}

/* With a text also the data, so that words that never learn are known. */
static int need_table(struct session *session, struct error *err)
{
    if (lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    return session->lab->text ? lab_require(session->lab, LAB_DATA, err) : 0;
}

/* What comes out of a table that was drawn and never trained looks like a
 * result. from_file: the rows are worth looking at where they were loaded. */
static void note_untrained(const struct session *session, bool from_file)
{
    const struct lab *lab = session->lab;
    enum init_kind init = lab->head.table.options.init.kind;

    if (lab->step > 0 || (from_file && lab->head.table.from) ||
        init == INIT_ZEROS || init == INIT_ONES)
        return;
    lab_note(session->lab, "untrained: these are random; train or step first");
}

/* Draws bars and frees them with their labels. */
static void draw_bars(struct session *session, struct bar *bars, size_t count)
{
    struct grid grid;

    grid_init(&grid, 0, session->sink->width);
    chart_bars(&grid, 0, 1, session->sink->width - 1, bars, count, 4);
    show_grid(session, &grid);
    grid_clear(&grid);
    for (size_t i = 0; i < count; i++)
        free((char *)bars[i].label);
    free(bars);
}

/* --- nearest, analogy ----------------------------------------------------- */

enum { NEAREST_ALL };

static const struct option_spec nearest_options[] = {
    {"all", OPTION_FLAG, "no", NULL, 0, 0,
     "also words that stand in no context, flagged"},
    {.type = OPTION_END},
};

static void draw_neighbours(struct session *session,
                            const struct parameter *table,
                            const struct neighbour *best, size_t count)
{
    struct bar *bars = memory_zeroed(count, sizeof *bars);

    for (size_t i = 0; i < count; i++)
        bars[i] = (struct bar){
            .label = memory_text(lab_row_word(session->lab, table, best[i].id)),
            .value = (double)best[i].similarity,
            .note = best[i].never ? "as drawn" : NULL,
            .style = STYLE_BAR};
    draw_bars(session, bars, count);
}

/* rows (n): the words typed, which are left out. */
static void print_nearest(struct session *session, const float *vector,
                          const struct lab_row *rows, size_t n, size_t k,
                          bool all)
{
    int64_t except[3];
    size_t left_out;
    struct neighbour *best = memory_new(k, sizeof *best);
    size_t count;

    for (size_t i = 0; i < n; i++)
        except[i] = rows[i].id;
    count = explore_nearest(session->lab, rows[0].table, vector, except, n, all,
                            best, k, &left_out);
    if (count == 0)
        show_line(session, STYLE_DIM, " no other word stands in a context");
    draw_neighbours(session, rows[0].table, best, count);
    if (left_out > 0)
        show_line(session, STYLE_DIM,
                  " (%s word%s left out: in no context of the data, so never "
                  "trained; all=yes)",
                  str_count(left_out), left_out == 1 ? "" : "s");
    free(best);
}

/* How many neighbours: what was typed, but no more than there are rows. */
static int read_k(const struct session *session, const struct call *call,
                  size_t index, const struct lab_row *row, size_t *k,
                  struct error *err)
{
    int64_t n = 5, most = (int64_t)lab_table_words(session->lab, row->table);

    if (call->typed->argc > index &&
        spec_count(&call->typed->args[index], "how many words", 1, INT64_MAX,
                   &n, err) != 0)
        return -1;
    *k = (size_t)(n < most ? n : most);
    return 0;
}

static int run_nearest(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    struct lab_row row;
    size_t k;

    (void)effect;
    if (need_table(session, err) != 0 ||
        read_rows(session, call, 1, &row, err) != 0 ||
        read_k(session, call, 1, &row, &k, err) != 0)
        return -1;
    note_untrained(session, true);
    lab_ask(session->lab, &row, 1);
    show_line(session, STYLE_TITLE,
              "nearest to %s by the cosine of their rows of %s",
              word_of(session, &row), row.table->name);
    if (lab_context_count(session->lab, row.table, row.id) == 0)
        lab_note(session->lab,
                 "%s stands in no context of the data: its row is as drawn, "
                 "and its neighbours mean nothing",
                 word_of(session, &row));
    print_nearest(session, values_of(&row), &row, 1, k,
                  call->options[NEAREST_ALL].flag);
    return 0;
}

const struct command_spec command_nearest = {
    .name = "nearest",
    .family = FAMILY_EXPLORING,
    .usage = "WORD [k]",
    .summary = "the k [5] words whose rows point the same way",
    .options = nearest_options,
    .argument = ARGUMENT_WORDS,
    .args_min = 1,
    .args_max = 2,
    .run = run_nearest,
};

static int run_similarity(struct session *session, const struct call *call,
                          struct effect *effect, struct error *err)
{
    struct lab_row rows[2];

    (void)effect;
    if (need_table(session, err) != 0 ||
        read_rows(session, call, 2, rows, err) != 0)
        return -1;
    note_untrained(session, true);
    lab_ask(session->lab, rows, 2);
    show_line(session, STYLE_NORMAL, "cosine similarity of %s and %s: %s",
              word_of(session, &rows[0]), word_of(session, &rows[1]),
              str_decimal((double)explore_cosine(values_of(&rows[0]),
                                                 values_of(&rows[1]),
                                                 lab_D(session->lab)),
                          4));
    return 0;
}

const struct command_spec command_similarity = {
    .name = "similarity",
    .family = FAMILY_EXPLORING,
    .usage = "A B",
    .summary = "cosine of two words' rows, from -1 to 1",
    .argument = ARGUMENT_WORDS,
    .args_min = 2,
    .args_max = 2,
    .run = run_similarity,
};

static int run_analogy(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    struct lab_row rows[3];
    size_t D, k;
    float *vector;

    (void)effect;
    if (need_table(session, err) != 0 ||
        read_rows(session, call, 3, rows, err) != 0 ||
        read_k(session, call, 3, &rows[0], &k, err) != 0)
        return -1;
    note_untrained(session, true);
    lab_ask(session->lab, rows, 3);
    D = lab_D(session->lab);
    vector = memory_new(D, sizeof *vector);
    for (size_t d = 0; d < D; d++)
        vector[d] = values_of(&rows[1])[d] - values_of(&rows[0])[d] +
                    values_of(&rows[2])[d];
    show_line(session, STYLE_TITLE, "%s is to %s as %s is to",
              word_of(session, &rows[0]), word_of(session, &rows[1]),
              word_of(session, &rows[2]));
    print_nearest(session, vector, rows, 3, k, false);
    free(vector);
    return 0;
}

const struct command_spec command_analogy = {
    .name = "analogy",
    .family = FAMILY_EXPLORING,
    .usage = "A B C [k]",
    .summary = "A is to B as C is to: the k [5] nearest to B - A + C",
    .argument = ARGUMENT_WORDS,
    .args_min = 3,
    .args_max = 4,
    .run = run_analogy,
};

/* --- predict, generate -------------------------------------------------- */

static const char *vocab_word_of(const struct session *session, int64_t id)
{
    return lab_row_word(session->lab, &session->lab->model->tables[0].weight,
                        id);
}

static void draw_predictions(struct session *session,
                             const struct prediction *best, size_t count)
{
    struct bar *bars = memory_zeroed(count, sizeof *bars);

    for (size_t i = 0; i < count; i++)
        bars[i] = (struct bar){
            .label = memory_text(vocab_word_of(session, best[i].id)),
            .value = (double)best[i].prob,
            .style = STYLE_BAR};
    draw_bars(session, bars, count);
}

/* The last C of the ids typed; fewer are an error where the order counts. */
static int context_of(const struct session *session, struct tensor *ids,
                      struct error *err)
{
    size_t C = session->lab->windows.C, n = tensor_count(ids);

    if (session->lab->head.model.pool == POOL_CONCAT && n < C)
        return error_set(err, ERROR_RANGE,
                         "pool=concat needs exactly C=%zu words; %zu is too "
                         "few",
                         C, n);
    if (n > C) {
        for (size_t i = 0; i < C; i++)
            ids->i[i] = ids->i[n - C + i];
        ids->shape[0] = (int64_t)C;
    }
    ids->ndim = 1;
    return 0;
}

/* after "the cat" */
static void show_after(struct session *session, const int64_t *ids, size_t n)
{
    struct str words = STR_INIT;

    for (size_t i = 0; i < n; i++)
        str_printf(&words, "%s%s", i ? " " : "",
                   vocab_word_of(session, ids[i]));
    show_line(session, STYLE_TITLE, "after \"%s\"", str_text(&words));
    str_clear(&words);
}

static int predict_next_word(struct session *session, struct tensor *ids,
                             size_t k, struct error *err)
{
    struct prediction *best;
    size_t n;
    int status;

    ids->shape[0] = (int64_t)tensor_count(ids);
    if (context_of(session, ids, err) != 0)
        return -1;
    n = (size_t)ids->shape[0];
    best = memory_new(k, sizeof *best);
    status = explore_predict(session->lab, ids->i, n, best, k, err);
    if (status == 0) {
        note_untrained(session, false);
        show_after(session, ids->i, n);
        draw_predictions(session, best, k);
    }
    free(best);
    return status;
}

static int predict_labels(struct session *session, struct tensor *ids,
                          struct error *err)
{
    struct batch batch = {0};

    if (ids->ndim == 1) {
        ids->shape[1] = ids->shape[0];
        ids->shape[0] = 1;
        ids->ndim = 2;
    }
    if (ids->ndim != 2)
        return error_set(err, ERROR_USAGE,
                         "predict takes words, or a list of texts as ids: "
                         "[[1, 2, 3], [4, 5, 6]]");
    if (explore_forward(session->lab, ids, &batch, err) != 0)
        return -1;
    note_untrained(session, false);
    for (size_t b = 0; b < batch.B; b++)
        show_line(session, STYLE_NORMAL, " %zu  probability of 1 %s", b,
                  str_decimal((double)batch.tensor[BATCH_PROBS].f[b], 4));
    batch_clear(&batch);
    return 0;
}

static int predict_ratings(struct session *session, const struct call *call,
                           struct error *err)
{
    const struct lab *lab = session->lab;
    struct batch batch = {0};
    struct tensor ids;
    int status;

    if (words_read_pairs(session, call, &ids, err) != 0)
        return -1;
    status = explore_forward(session->lab, &ids, &batch, err);
    if (status == 0)
        note_untrained(session, false);
    for (size_t b = 0; status == 0 && b < batch.B; b++)
        show_line(
            session, STYLE_NORMAL, " %s %s  rating %s",
            lab_row_word(lab, &lab->model->tables[0].weight, ids.i[2 * b]),
            lab_row_word(lab, &lab->model->tables[1].weight, ids.i[2 * b + 1]),
            str_decimal((double)batch.tensor[BATCH_LOGITS].f[b], 4));
    batch_clear(&batch);
    tensor_clear(&ids);
    return status;
}

static int check_in_table(const struct session *session,
                          const struct tensor *ids, struct error *err)
{
    int64_t V = (int64_t)lab_V(session->lab);

    for (size_t i = 0; i < tensor_count(ids); i++) {
        if (ids->i[i] < 0 || ids->i[i] >= V)
            return error_set(err, ERROR_RANGE,
                             "id %lld at position %zu is outside the table; "
                             "ids go from 0 to %lld",
                             (long long)ids->i[i], i, (long long)V - 1);
    }
    return 0;
}

enum { PREDICT_K };

static const struct option_spec predict_options[] = {
    {"k", OPTION_COUNT, "5", NULL, 1, 1e9, "how many words to show"},
    {.type = OPTION_END},
};

/* `predict the cat 3`: a number at the end that is no word is k. */
static bool number_at_end(const struct session *session,
                          const struct call *call, int64_t *k)
{
    size_t argc = call->typed->argc;
    const struct value *last = &call->typed->args[argc - 1];

    if (argc < 2 || last->kind != VALUE_WORD ||
        !value_to_integer(last->text, k) || *k < 1)
        return false;
    return !session->lab->text ||
           vocab_find_exact(lab_vocab(session->lab), last->text, last->length) <
               0;
}

static int run_predict(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    bool next_word = session->lab->head.model.kind == MODEL_NEXT_WORD;
    int64_t k = call->options[PREDICT_K].given ? call->options[PREDICT_K].count
                                               : 5;
    struct command shorter = *call->typed;
    struct call words = {call->spec, &shorter, call->options};
    struct lookup_input input;
    int status = -1;

    (void)effect;
    if (lab_require(session->lab, LAB_DATA, err) != 0)
        return -1;
    if (session->lab->head.model.kind == MODEL_RECOMMEND)
        return predict_ratings(session, call, err);
    if (number_at_end(session, call, &k))
        shorter.argc--;
    if (words_read(session, &words, &input, NULL, err) != 0)
        return -1;
    if (k > (int64_t)lab_V(session->lab))
        k = (int64_t)lab_V(session->lab);
    if (check_in_table(session, &input.ids, err) == 0)
        status = next_word
                     ? predict_next_word(session, &input.ids, (size_t)k, err)
                     : predict_labels(session, &input.ids, err);
    tensor_clear(&input.ids);
    return status;
}

const struct command_spec command_predict = {
    .name = "predict",
    .family = FAMILY_EXPLORING,
    .usage = "WORDS|LIST [k]",
    .summary = "what the model expects after these words",
    .details = "next_word gives the k likeliest words, sentiment the "
               "probability of label 1, recommend the rating that a user "
               "would give an item: predict USER ITEM.",
    .options = predict_options,
    .argument = ARGUMENT_WORDS,
    .args_min = 1,
    .args_max = COMMAND_ARGS_ANY,
    .run = run_predict,
};

static void append_word(const struct session *session, int64_t id,
                        struct str *out)
{
    if (out->length > 0)
        str_append_char(out, ' ');
    str_append(out, vocab_word_of(session, id));
}

/* n words after a window of C, which moves on; text gets them. */
static int generate(struct session *session, int64_t *window, size_t C,
                    int64_t n, struct str *text, struct error *err)
{
    struct rng rng = session->lab->rng;

    for (int64_t i = 0; i < n; i++) {
        int64_t id;
        if (session->stop && *session->stop)
            return error_set(err, ERROR_INTERRUPTED, "stopped after %lld words",
                             (long long)i);
        if (explore_draw(session->lab, window, C, &rng, &id, err) != 0)
            return -1;
        append_word(session, id, text);
        memmove(window, window + 1, (C - 1) * sizeof *window);
        window[C - 1] = id;
    }
    return 0;
}

static int run_generate(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    struct lab *lab = session->lab;
    struct str text = STR_INIT;
    int64_t n = 20, *window;
    size_t C;
    int status;

    (void)effect;
    if (call->typed->argc > 0 &&
        spec_count(&call->typed->args[0], "number of words", 1, 100000, &n,
                   err) != 0)
        return -1;
    if (lab_require(lab, LAB_DATA, err) != 0)
        return -1;
    if (lab->head.model.kind != MODEL_NEXT_WORD)
        return error_set(
            err, ERROR_STATE,
            "only model next_word can generate; this one is %s",
            head_choice(head_model_choices, (int)lab->head.model.kind));
    C = lab->windows.C;
    note_untrained(session, false);
    window = memory_new(C, sizeof *window);
    for (size_t c = 0; c < C; c++) {
        window[c] = lab->text->corpus.ids[lab->windows.target[0] - C + c];
        append_word(session, window[c], &text);
    }
    status = generate(session, window, C, n, &text, err);
    if (status == 0)
        show_wrapped(session, 0, STYLE_NORMAL, str_text(&text));
    str_clear(&text);
    free(window);
    return status;
}

const struct command_spec command_generate = {
    .name = "generate",
    .family = FAMILY_EXPLORING,
    .usage = "[n]",
    .summary = "n words [20] drawn from the model, one after the other",
    .details = "It begins with the first context of the text. The draws come "
               "from a copy of the generator: training is not disturbed, and "
               "the same lab gives the same words.",
    .args_max = 1,
    .run = run_generate,
};

/* --- curve, plot --------------------------------------------------------- */

static int run_curve(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    (void)call;
    if (session->lab->losses.steps == 0)
        return error_set(err, ERROR_STATE,
                         "no step has been taken yet, so there is no loss to "
                         "draw; step or epoch first");
    show_know_floor(session);
    show_scene(session, "curve", true);
    effect->view = "curve";
    return 0;
}

const struct command_spec command_curve = {
    .name = "curve",
    .family = FAMILY_EXPLORING,
    .summary = "the losses so far: each step, and the mean of each epoch",
    .run = run_curve,
};

enum { PLOT_WORDS_MIN = 3 };

/* Words that an epoch looks up; without data all of them. */
static size_t count_learning(struct session *session,
                             const struct parameter *table)
{
    size_t words = lab_table_words(session->lab, table), count = 0;

    for (size_t id = 0; id < words; id++)
        count += lab_context_count(session->lab, table, (int64_t)id) != 0;
    return count;
}

/* One table with enough of them is enough for a picture. */
static size_t most_learning(struct session *session)
{
    size_t most = 0;

    for (size_t t = 0; t < lab_table_count(session->lab); t++) {
        size_t count =
            count_learning(session, &session->lab->model->tables[t].weight);
        most = count > most ? count : most;
    }
    return most;
}

/* The words to label first; those that never learn are not on the plane. */
static int ask_words(struct session *session, const struct call *call,
                     struct error *err)
{
    struct lab_row rows[LAB_ASKED_MAX];
    size_t n = call->typed->argc;

    for (size_t i = 0; i < n; i++) {
        if (words_read_row(session, &call->typed->args[i], NULL, &rows[i],
                           err) != 0)
            return -1;
        if (lab_context_count(session->lab, rows[i].table, rows[i].id) == 0)
            lab_note(session->lab,
                     "%s stands in no context of the data, so its row never "
                     "learns and is not on the plane",
                     word_of(session, &rows[i]));
    }
    if (n > 0)
        lab_ask(session->lab, rows, n);
    return 0;
}

static int run_plot(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    size_t learning;

    if (need_table(session, err) != 0)
        return -1;
    learning = most_learning(session);
    if (learning < PLOT_WORDS_MIN)
        return error_set(err, ERROR_STATE,
                         "a plot wants at least %d rows that learn, there are "
                         "%zu; a longer text has more",
                         PLOT_WORDS_MIN, learning);
    if (ask_words(session, call, err) != 0)
        return -1;
    note_untrained(session, true);
    show_scene(session, "plot", true);
    effect->view = "plot";
    return 0;
}

const struct command_spec command_plot = {
    .name = "plot",
    .family = FAMILY_EXPLORING,
    .usage = "[WORDS]",
    .summary = "the words on a plane: two principal components of the table",
    .details = "Where there is no room for every word, WORDS are labelled "
               "first (at most 8), or without them those that the last plot, "
               "nearest, similarity or analogy named; then those that are "
               "looked up most.",
    .argument = ARGUMENT_WORDS,
    .args_max = LAB_ASKED_MAX,
    .run = run_plot,
};
