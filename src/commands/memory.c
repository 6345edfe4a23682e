/*
 * seeing: memory
 */
#include <assert.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/show.h"
#include "lab/lab.h"

enum { MEMORY_V, MEMORY_D };

static const struct option_spec memory_options[] = {
    {"V", OPTION_COUNT, "this lab's", NULL, 1, 1e15, "rows"},
    {"D", OPTION_COUNT, "this lab's", NULL, 1, 1e9, "columns"},
    {.type = OPTION_END},
};

enum { ROWS_MAX = 16 };

/* The lines, collected: their columns are as wide as what stands in them. */
struct table {
    struct show_amount rows[ROWS_MAX];
    size_t count;
};

static void add(struct table *table, const char *what, double bytes,
                const char *why)
{
    assert(table->count < ROWS_MAX);
    table->rows[table->count++] = (struct show_amount){
        .what = memory_text(what),
        .much = memory_text(str_bytes((unsigned long long)bytes)),
        .remark = memory_text(why)};
}

/* What is counted; rows[1] and `pairs` are recommend's. */
struct sizes {
    bool pairs;
    double rows[2];   /* of the tables: W, or Wu and Wi */
    double buckets;   /* ... of W's rows, for subwords */
    double D;         /* their columns */
    double biases;    /* bu and bi: tables of one column */
    double positions; /* that one mini-batch looks up, in each table */
    bool most;        /* ... at most */
    double out[2];    /* U's shape; a bias a row */
};

/* The longest text that is trained on: a mini-batch is padded to its own. */
static size_t longest_example(const struct lab *lab)
{
    const struct corpus *corpus = &lab->text->corpus;
    size_t longest = 0;

    for (size_t i = 0; i < lab->windows.count; i++) {
        const size_t *start = &corpus->line_start[lab->windows.target[i]];
        if (start[1] - start[0] > longest)
            longest = start[1] - start[0];
    }
    return longest;
}

/* All rows that words have, at B times those of C words with the most. */
static size_t most_rows_of_a_word(const struct lab *lab)
{
    const int64_t *offsets = lab->text->subwords.offsets;
    size_t most = 0;

    for (size_t v = 0; v < lab->text->corpus.vocab.size; v++) {
        if ((size_t)(offsets[v + 1] - offsets[v]) > most)
            most = (size_t)(offsets[v + 1] - offsets[v]);
    }
    return most;
}

/* Of the mini-batch that is there; else of one like those to come. */
static void count_positions(const struct lab *lab, struct sizes *sizes)
{
    const struct batch *batch = &lab->batch;
    double B = lab->has_data ? (double)lab->order.B : 8; /* B=8 C=2: defaults */
    bool subwords = lab->model && lab->model->has_subwords;

    sizes->positions = B * (lab->model ? (double)lab->model->shape.C : 2);
    if (sizes->pairs) {
        sizes->positions = B;
    } else if (subwords && batch->phase >= PHASE_LOOKUP) {
        sizes->positions = (double)batch->bag_offsets[batch->B];
    } else if (subwords) {
        sizes->positions *= (double)most_rows_of_a_word(lab);
        sizes->most = true;
    } else if (batch->known[BATCH_CTX]) {
        sizes->positions = (double)tensor_count(&batch->tensor[BATCH_CTX]);
    } else if (lab->has_data && lab->head.model.kind == MODEL_SENTIMENT) {
        sizes->positions = B * (double)longest_example(lab);
        sizes->most = true;
    }
}

/* The output layer: a row a word, but one for a probability, none for
 * recommend; concat has a row of C times D. */
static void count_output(const struct lab *lab, double V, struct sizes *sizes)
{
    const struct model_options *o = &lab->head.model;
    double words = o->kind == MODEL_NEXT_WORD && o->pool == POOL_CONCAT
                       ? (double)lab->head.C
                       : 1;

    sizes->out[0] = o->kind == MODEL_NEXT_WORD ? V : 1;
    sizes->out[1] = words * sizes->D;
}

static void count_all(const struct lab *lab, const struct option_value *o,
                      struct sizes *sizes)
{
    double V = o[MEMORY_V].given ? (double)o[MEMORY_V].count
                                 : (double)lab_V(lab);
    bool own = !o[MEMORY_V].given;

    *sizes = (struct sizes){.pairs = lab_table_count(lab) > 1};
    sizes->D = o[MEMORY_D].given ? (double)o[MEMORY_D].count
                                 : (double)lab_D(lab);
    sizes->rows[0] = own ? (double)lab->model->tables[0].weight.rows : V;
    if (own)
        sizes->buckets = (double)lab->model->shape.buckets;
    if (sizes->pairs)
        sizes->rows[1] = (double)lab->model->shape.items;
    if (sizes->pairs)
        sizes->biases = sizes->rows[0] + sizes->rows[1];
    count_positions(lab, sizes);
    count_output(lab, V, sizes);
}

/* Numbers of all tables of the model. */
static double table_numbers(const struct sizes *s)
{
    return (s->rows[0] + s->rows[1]) * s->D + s->biases;
}

static void show_title(struct session *session, const struct sizes *s)
{
    struct str title = STR_INIT;

    if (s->pairs)
        str_printf(&title, "%.0f users, %.0f items,", s->rows[0], s->rows[1]);
    else
        str_printf(&title, "V=%.0f", s->rows[0] - s->buckets);
    if (s->buckets > 0)
        str_printf(&title, ", %.0f buckets,", s->buckets);
    sink_line(session->sink, STYLE_TITLE, "%s D=%.0f, in float32 (4 bytes)",
              str_text(&title), s->D);
    str_clear(&title);
}

static void add_tables(struct table *table, const struct sizes *s)
{
    if (!s->pairs) {
        add(table,
            s->buckets > 0 ? "table W (V + buckets, D)" : "table W (V, D)",
            4 * s->rows[0] * s->D,
            s->buckets > 0 ? "(V + buckets) x D x 4" : "V x D x 4");
        return;
    }
    add(table, "table Wu (users, D)", 4 * s->rows[0] * s->D, "users x D x 4");
    add(table, "table Wi (items, D)", 4 * s->rows[1] * s->D, "items x D x 4");
    add(table, "tables bu, bi (., 1)", 4 * s->biases, "a number a row");
}

static void add_gradients(struct table *table, const struct sizes *s)
{
    double row = 8 + 4 * s->D + (s->pairs ? 8 + 4 : 0);
    struct str why = STR_INIT;

    add(table, "gradient, dense", 4 * table_numbers(s),
        "every row, mostly zeros");
    str_printf(&why, "%s%.0f position%s%s: their ids and rows",
               s->most ? "at most " : "", s->positions,
               s->positions == 1 ? "" : "s", s->pairs ? " a table" : "");
    add(table, "gradient, sparse=yes", s->positions * row * (s->pairs ? 2 : 1),
        str_text(&why));
    str_clear(&why);
}

static void add_optimizers(struct table *table, const struct sizes *s)
{
    add(table, "optimizer sgd", 0, "keeps nothing");
    add(table, "  with momentum; adagrad", 4 * table_numbers(s),
        "one number a weight");
    add(table, "optimizer adam, adamw", 8 * table_numbers(s),
        "two numbers a weight; amsgrad a third");
}

static void add_output(struct table *table, const struct sizes *s)
{
    struct str what = STR_INIT;
    bool scores = s->out[0] > 1;

    if (s->pairs)
        return;
    str_printf(&what, "output layer U (%s, %s), b", scores ? "V" : "1",
               s->out[1] > s->D ? "C x D" : "D");
    add(table, str_text(&what), 4 * s->out[0] * (s->out[1] + 1),
        scores ? "the scores of all words" : "one score a text");
    str_clear(&what);
}

static void add_input(struct table *table, const struct sizes *s)
{
    double ids = s->positions * (s->pairs ? 2 : 1);
    const char *most = s->most ? "at most " : "";
    struct str why = STR_INIT;

    str_printf(&why, "%s%.0f ids", most, ids);
    add(table, "a mini-batch as ids", 8 * ids, str_text(&why));
    str_truncate(&why, 0);
    str_printf(&why, "%s%.0f x %s numbers, all but %.0f of them 0", most,
               s->positions,
               s->pairs         ? "(users + items)"
               : s->buckets > 0 ? "(V + buckets)"
                                : "V",
               ids);
    add(table, "the same as one-hot",
        4 * s->positions * (s->rows[0] + s->rows[1]), str_text(&why));
    str_clear(&why);
}

static int run_memory(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    const struct option_value *o = call->options;
    bool typed = o[MEMORY_V].given && o[MEMORY_D].given;
    bool pairs = lab_table_count(session->lab) > 1; /* items from the data */
    struct table table = {.count = 0};
    struct sizes sizes;

    (void)effect;
    if ((!typed || pairs) && lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    count_all(session->lab, o, &sizes);
    show_title(session, &sizes);
    add_tables(&table, &sizes);
    add_gradients(&table, &sizes);
    add_optimizers(&table, &sizes);
    add_output(&table, &sizes);
    add_input(&table, &sizes);
    show_amounts(session, table.rows, table.count);
    return 0;
}

const struct command_spec command_memory = {
    .name = "memory",
    .family = FAMILY_SEEING,
    .summary = "bytes of the table, its gradient, the optimizer",
    .details = "For this lab, or for any size: memory V=400000 D=300.",
    .options = memory_options,
    .run = run_memory,
};
