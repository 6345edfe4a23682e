/*
 * Modules are called emb and lin (users, items, user_bias, item_bias for
 * recommend), their weights as in the lab: W, U, b (Wu, Wi, bu, bi). They are
 * made in the order in which PyTorch draws them; frozen after that.
 */
#include "lab/twin_parts.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/str.h"
#include "lab/pretrained.h"

static const char *const recommend_names[] = {"users", "items", "user_bias",
                                              "item_bias"};

const char *twin_table_name(const struct twin *t, size_t table)
{
    return t->lab->head.model.kind == MODEL_RECOMMEND ? recommend_names[table]
                                                      : "emb";
}

/* --- Tables ------------------------------------------------------------- */

static void write_max_norm(const struct twin *t,
                           const struct embedding_options *o)
{
    if (!o->has_max_norm)
        return;
    fprintf(t->out, ", max_norm=%s", twin_number(o->max_norm));
    if (o->norm_type != 2)
        fprintf(t->out, ", norm_type=%s", twin_number(o->norm_type));
}

static void write_module(const struct twin *t, size_t table)
{
    const struct embedding *emb = &t->lab->model->tables[table];
    const struct embedding_options *o = &emb->options;

    fprintf(t->out, "%s = nn.Embedding(%zu, %zu", twin_table_name(t, table),
            emb->weight.rows, emb->weight.cols);
    if (o->has_padding)
        fprintf(t->out, ", padding_idx=%lld", (long long)o->padding_idx);
    write_max_norm(t, o);
    if (o->scale_grad_by_freq)
        fputs(", scale_grad_by_freq=True", t->out);
    if (o->sparse)
        fputs(", sparse=True", t->out);
    fputs(")\n", t->out);
}

/* The initialiser's own arguments, beyond the tensor. */
static void write_init_arguments(const struct twin *t,
                                 const struct init_options *init)
{
    switch (init->kind) {
    case INIT_NORMAL:
        fprintf(t->out, ", mean=%s, std=%s", twin_number(init->mean),
                twin_number(init->std));
        break;
    case INIT_UNIFORM:
        fprintf(t->out, ", %s, %s", twin_number(init->from),
                twin_number(init->to));
        break;
    case INIT_XAVIER_UNIFORM:
    case INIT_XAVIER_NORMAL:
        if (init->gain != 1)
            fprintf(t->out, ", gain=%s", twin_number(init->gain));
        break;
    case INIT_KAIMING_UNIFORM:
        if (init->slope != 0)
            fprintf(t->out, ", a=%s", twin_number(init->slope));
        break;
    case INIT_ZEROS:
    case INIT_ONES:
        break;
    }
}

static void write_init(const struct twin *t, size_t table)
{
    const struct embedding_options *o = &t->lab->model->tables[table].options;

    if (!o->draw_again)
        return;
    fprintf(t->out, "nn.init.%s_(%s.weight",
            head_choice(head_init_choices, (int)o->init.kind),
            twin_table_name(t, table));
    write_init_arguments(t, &o->init);
    fputs(")\n", t->out);
}

/* --- A file's rows ------------------------------------------------------ */

static void write_rows(const struct twin *t, const float *rows,
                       const bool *found, size_t count)
{
    const size_t D = lab_D(t->lab), V = lab_vocab(t->lab)->size;
    struct twin_list list;

    twin_list_begin(&list, t, "found", TWIN_INTS, false, count);
    for (size_t v = 0; v < V; v++) {
        if (found[v])
            twin_list_int(&list, (int64_t)v);
    }
    twin_list_end(&list);
    twin_list_begin(&list, t, "rows", TWIN_FLOATS, true, count * D);
    for (size_t v = 0; v < V; v++) {
        for (size_t d = 0; found[v] && d < D; d++)
            twin_list_float(&list, rows[v * D + d]);
        if (found[v])
            twin_list_row(&list);
    }
    twin_list_end(&list);
}

static void write_pretrained(const struct twin *t, const float *rows,
                             const bool *found)
{
    const size_t V = lab_vocab(t->lab)->size;
    bool sketch = t->options->form == TWIN_SKETCH;
    size_t count = 0;

    for (size_t v = 0; v < V; v++)
        count += found[v];
    fputs(sketch ? "# found, rows: " : "# ", t->out);
    fprintf(t->out, "%zu of %zu words have their row from \"", count, V);
    twin_comment(t, t->lab->head.table.from);
    fprintf(t->out, "\"%s\n", count < V ? "; the others keep their draw" : "");
    if (count == 0)
        return;
    if (!sketch)
        write_rows(t, rows, found, count);
    twin_line(t, "with torch.no_grad():");
    twin_line(t, "    %s.weight[found] = %s", twin_table_name(t, 0),
              sketch ? "rows" : "torch.tensor(rows)");
}

static int copy_pretrained(const struct twin *t, struct error *err)
{
    const struct lab *lab = t->lab;
    const size_t rows = lab->model->tables[0].weight.rows, D = lab_D(lab);
    float *values;
    bool *found;
    int status;

    if (!lab->head.table.from)
        return 0;
    if (memory_reserve(rows * D, sizeof *values, "the file's rows again", err))
        return -1;
    values = memory_zeroed(rows * D, sizeof *values);
    found = memory_zeroed(rows, sizeof *found);
    status = pretrained_read(lab, values, found, NULL, NULL, err);
    if (status == 0)
        write_pretrained(t, values, found);
    free(values);
    free(found);
    return status;
}

static void write_what_rows_are(const struct twin *t)
{
    const struct model_shape *shape = &t->lab->model->shape;

    if (t->lab->head.model.kind == MODEL_RECOMMEND)
        twin_title(t, "tables: %zu users, %zu items, D=%zu", shape->V,
                   shape->items, shape->D);
    else if (shape->buckets > 0)
        twin_title(t, "table: V=%zu words and %zu buckets, D=%zu", shape->V,
                   shape->buckets, shape->D);
    else
        twin_title(t, "table: V=%zu, D=%zu", shape->V, shape->D);
}

int twin_write_tables(struct twin *t, struct error *err)
{
    const struct model *model = t->lab->model;

    write_what_rows_are(t);
    for (size_t table = 0; table < model->table_count; table++) {
        write_module(t, table);
        write_init(t, table);
    }
    if (copy_pretrained(t, err) != 0)
        return -1;
    for (size_t table = 0; table < model->table_count; table++)
        twin_line(t, "%s = %s.weight", model->tables[table].weight.name,
                  twin_table_name(t, table));
    return 0;
}

/* --- Output layer ------------------------------------------------------- */

void twin_write_output(struct twin *t)
{
    const struct model *model = t->lab->model;

    if (model->has_output) {
        twin_line(t, "lin = nn.Linear(%zu, %zu)", model->U.cols, model->U.rows);
        twin_line(t, "U, b = lin.weight, lin.bias");
    }
}

/* --- Optimizers --------------------------------------------------------- */

static void write_argument(const struct twin *t, const char *name, double value,
                           double fallback)
{
    if (value != fallback)
        fprintf(t->out, ", %s=%s", name, twin_number(value));
}

static void write_flag(const struct twin *t, const char *name, bool value)
{
    if (value)
        fprintf(t->out, ", %s=True", name);
}

/* lr always, the others where they are not PyTorch's defaults. */
static void write_arguments(const struct twin *t,
                            const struct optimizer_options *o)
{
    const struct optimizer_options d = optimizer_defaults(o->kind);

    fprintf(t->out, ", lr=%s", twin_number(o->lr));
    write_argument(t, "momentum", o->momentum, d.momentum);
    write_argument(t, "dampening", o->dampening, d.dampening);
    write_flag(t, "nesterov", o->nesterov);
    write_argument(t, "lr_decay", o->lr_decay, d.lr_decay);
    write_argument(t, "initial_accumulator_value", o->initial_accumulator,
                   d.initial_accumulator);
    if (o->beta1 != d.beta1 || o->beta2 != d.beta2)
        fprintf(t->out, ", betas=(%s, %s)", twin_number(o->beta1),
                twin_number(o->beta2));
    write_argument(t, "eps", o->eps, d.eps);
    write_argument(t, "weight_decay", o->weight_decay, d.weight_decay);
    write_flag(t, "amsgrad", o->amsgrad);
}

static void write_one_optimizer(const struct twin *t, const char *name,
                                const char *class, size_t from, size_t to)
{
    fprintf(t->out, "%s = torch.optim.%s([", name, class);
    for (size_t i = from; i < to; i++)
        fprintf(t->out, "%s%s", i > from ? ", " : "",
                t->lab->model->parameters[i]->name);
    fputc(']', t->out);
    write_arguments(t, &t->optimizer);
    fputs(")\n", t->out);
}

void twin_write_optimizer(struct twin *t)
{
    static const char *const classes[] = {
        [OPTIMIZER_SGD] = "SGD",
        [OPTIMIZER_ADAGRAD] = "Adagrad",
        [OPTIMIZER_ADAM] = "Adam",
        [OPTIMIZER_ADAMW] = "AdamW",
        [OPTIMIZER_SPARSE_ADAM] = "SparseAdam"};
    const struct model *model = t->lab->model;
    bool two = t->optimizer.kind == OPTIMIZER_SPARSE_ADAM && model->has_output;
    size_t first = two ? model->table_count : model->parameter_count;

    write_one_optimizer(t, "opt", classes[t->optimizer.kind], 0, first);
    if (two)
        write_one_optimizer(t, "opt_dense", "Adam", first,
                            model->parameter_count);
    t->loop_shown = false;
}

/* --- Freezes ------------------------------------------------------------ */

bool twin_is_frozen(const struct twin *t, const char *name)
{
    return (t->frozen & head_parameter_bit(name)) != 0;
}

void twin_write_freezes(const struct twin *t, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const char *name = t->lab->model->parameters[i]->name;
        if (twin_is_frozen(t, name))
            twin_line(t, "%s.requires_grad_(False)", name);
    }
}

void twin_write_freeze(struct twin *t, const char *name, bool frozen)
{
    unsigned bit = head_parameter_bit(name);
    bool learns_again = !frozen && (t->frozen & bit);

    t->frozen = frozen ? t->frozen | bit : t->frozen & ~bit;
    twin_line(t, "%s.requires_grad_(%s)", name, frozen ? "False" : "True");
    if (learns_again)
        twin_write_again(t, "its graph was made without it");
}
