/*
 * seeing: memory
 */
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

static void line(struct session *session, const char *what, double bytes,
                 const char *why)
{
    sink_printf(session->sink, "  %-28s %12s   %s\n", what,
                str_bytes((unsigned long long)bytes), why);
}

/* What one mini-batch looks up: positions, and how many rows at most. */
static double positions_of(const struct lab *lab)
{
    if (!lab->has_data)
        return 16; /* B=8 C=2, the defaults */
    return (double)lab->order.B * (double)lab->model->shape.C;
}

static void show_gradients(struct session *session, double V, double D)
{
    double positions = positions_of(session->lab);
    double touched = positions < V ? positions : V;
    struct str why = STR_INIT;

    line(session, "gradient, dense", 4 * V * D, "every row, mostly zeros");
    str_printf(&why, "%.0f positions: their ids and rows", touched);
    line(session, "gradient, sparse=yes", touched * (8 + 4 * D),
         str_text(&why));
    str_clear(&why);
}

static void show_optimizers(struct session *session, double V, double D)
{
    line(session, "optimizer sgd", 0, "keeps nothing");
    line(session, "  with momentum; adagrad", 4 * V * D, "one number a weight");
    line(session, "optimizer adam, adamw", 8 * V * D,
         "two numbers a weight; amsgrad a third");
}

static void show_input(struct session *session, double V)
{
    double positions = positions_of(session->lab);
    struct str why = STR_INIT;

    str_printf(&why, "%.0f ids", positions);
    line(session, "a mini-batch as ids", 8 * positions, str_text(&why));
    str_truncate(&why, 0);
    str_printf(&why, "%.0f x V numbers, all but %.0f of them 0", positions,
               positions);
    line(session, "the same as one-hot", 4 * positions * V, str_text(&why));
    str_clear(&why);
}

static int run_memory(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    const struct option_value *o = call->options;
    bool typed = o[MEMORY_V].given && o[MEMORY_D].given;
    double V, D;

    (void)effect;
    if (!typed && lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    V = o[MEMORY_V].given ? (double)o[MEMORY_V].count
                          : (double)session->lab->model->tables[0].weight.rows;
    D = o[MEMORY_D].given ? (double)o[MEMORY_D].count
                          : (double)lab_D(session->lab);
    sink_line(session->sink, STYLE_TITLE, "V=%.0f D=%.0f, in float32 (4 bytes)",
              V, D);
    line(session, "table W (V, D)", 4 * V * D, "V x D x 4");
    show_gradients(session, V, D);
    show_optimizers(session, V, D);
    line(session, "output layer U (V, D), b", 4 * V * (D + 1),
         "the scores of all words");
    show_input(session, V);
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
