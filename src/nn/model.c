/*
 * A model owns its tables, its output layer and the noise it draws from.
 * parameters[] points at them in the order in which PyTorch draws and lists
 * them, so a model stays where it was made.
 *
 * Every embedding of a model takes the table's options; only the biases of
 * recommend are different: drawn, then zeroed, whatever init says.
 */
#include "nn/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* --- What goes together -------------------------------------------------- */

static int check_next_word(const struct model_options *options,
                           const struct model_shape *shape, struct error *err)
{
    if (options->pool == POOL_MASKED_MEAN)
        return error_set(err, ERROR_STATE,
                         "pool=masked_mean leaves out padding, and the "
                         "contexts of next_word have none; choose pool=mean");
    if (shape->C == 0)
        return error_set(err, ERROR_RANGE,
                         "a context of no words predicts nothing; choose C of "
                         "at least 1");
    if (options->loss == LOSS_NEGATIVE && options->k == 0)
        return error_set(err, ERROR_RANGE,
                         "loss=negative needs noise words; choose k of at "
                         "least 1");
    return 0;
}

static int check_sentiment(const struct model_options *options,
                           const struct embedding_options *table,
                           struct error *err)
{
    if (options->pool != POOL_MEAN && options->pool != POOL_MASKED_MEAN)
        return error_set(err, ERROR_STATE,
                         "sentiment pools texts of any length; choose "
                         "pool=mean or pool=masked_mean");
    if (options->pool == POOL_MASKED_MEAN && !table->has_padding)
        return error_set(err, ERROR_STATE,
                         "pool=masked_mean leaves out the padding row, and "
                         "this table has none; give it padding_idx=0, or "
                         "choose pool=mean");
    return 0;
}

static int check_recommend(const struct model_options *options,
                           const struct model_shape *shape,
                           const struct embedding_options *table,
                           struct error *err)
{
    if (options->pool != POOL_MEAN)
        return error_set(err, ERROR_STATE,
                         "recommend multiplies a user's row by an item's and "
                         "pools nothing; leave pool out");
    if (shape->items == 0)
        return error_set(err, ERROR_STATE,
                         "recommend needs users, items and ratings; load "
                         "them first, for instance corpus ratings");
    return embedding_check(table, shape->items, shape->D, err);
}

/* Subwords and negative sampling belong to models that read words. */
static int check_extras(const struct model_options *options,
                        const struct model_shape *shape, struct error *err)
{
    if (options->loss == LOSS_NEGATIVE && options->kind != MODEL_NEXT_WORD)
        return error_set(err, ERROR_STATE,
                         "loss=negative draws noise words for next_word; "
                         "leave loss out");
    if (shape->buckets == 0)
        return 0;
    if (options->kind == MODEL_RECOMMEND)
        return error_set(err, ERROR_STATE,
                         "recommend has no words to take apart; type "
                         "subwords off");
    if (options->pool != POOL_MEAN && options->pool != POOL_MASKED_MEAN)
        return error_set(err, ERROR_STATE,
                         "with subwords h is the mean over all rows; choose "
                         "pool=mean, or type subwords off");
    return 0;
}

int model_check(const struct model_options *options,
                const struct model_shape *shape,
                const struct embedding_options *table, struct error *err)
{
    if (check_extras(options, shape, err) != 0 ||
        embedding_check(table, shape->V + shape->buckets, shape->D, err) != 0)
        return -1;
    switch (options->kind) {
    case MODEL_NEXT_WORD:
        return check_next_word(options, shape, err);
    case MODEL_SENTIMENT:
        return check_sentiment(options, table, err);
    case MODEL_RECOMMEND:
        break;
    }
    return check_recommend(options, shape, table, err);
}

/* --- Sizes --------------------------------------------------------------- */

/* Rows and columns of U; recommend has none. */
static size_t outputs(const struct model_options *options,
                      const struct model_shape *shape)
{
    return options->kind == MODEL_SENTIMENT ? 1 : shape->V;
}

static size_t hidden(const struct model_options *options,
                     const struct model_shape *shape)
{
    return options->pool == POOL_CONCAT ? shape->C * shape->D : shape->D;
}

/* *sum += a * b; false, and *sum is SIZE_MAX, where it does not fit. */
static bool add_product(size_t *sum, size_t a, size_t b)
{
    if (*sum == SIZE_MAX || (b != 0 && a > (SIZE_MAX - 1 - *sum) / b)) {
        *sum = SIZE_MAX;
        return false;
    }
    *sum += a * b;
    return true;
}

size_t model_bytes(const struct model_options *options,
                   const struct model_shape *shape)
{
    const size_t D = shape->D;
    size_t rows = 0, cols = 0, count = 0;
    if (options->kind == MODEL_RECOMMEND) {
        add_product(&cols, 1, D);
        add_product(&cols, 1, 1); /* a bias beside each row */
        add_product(&rows, 1, shape->V);
        add_product(&rows, 1, shape->items);
        add_product(&count, rows, cols);
    } else {
        const bool concat = options->pool == POOL_CONCAT;
        add_product(&rows, 1, shape->V);
        add_product(&rows, 1, shape->buckets);
        add_product(&cols, concat ? shape->C : 1, D);
        add_product(&cols, 1, 1);
        add_product(&count, rows, D);
        add_product(&count, outputs(options, shape), cols);
    }
    size_t bytes = 0;
    add_product(&bytes, count, sizeof(float));
    return bytes;
}

/* --- Making and ending --------------------------------------------------- */

static void list_parameters(struct model *model)
{
    model->parameter_count = 0;
    for (size_t t = 0; t < model->table_count; t++)
        model->parameters[model->parameter_count++] = &model->tables[t].weight;
    if (model->has_output) {
        model->parameters[model->parameter_count++] = &model->U;
        model->parameters[model->parameter_count++] = &model->b;
    }
}

struct table_plan {
    const char *name;
    size_t rows, cols;
};

/* The tables in PyTorch's order of draws; returns how many. */
static size_t plan_tables(const struct model_options *options,
                          const struct model_shape *shape,
                          struct table_plan *plan)
{
    const size_t users = shape->V, items = shape->items, D = shape->D;
    if (options->kind == MODEL_RECOMMEND) {
        plan[0] = (struct table_plan){"Wu", users, D};
        plan[1] = (struct table_plan){"Wi", items, D};
        plan[2] = (struct table_plan){"bu", users, 1};
        plan[3] = (struct table_plan){"bi", items, 1};
        return 4;
    }
    plan[0] = (struct table_plan){"W", shape->V + shape->buckets, D};
    return 1;
}

/* recommend's biases: nn.Embedding draws, nn.init.zeros_ takes it away. */
static struct embedding_options bias_options(struct embedding_options options)
{
    options.draw_again = true;
    options.init = (struct init_options){.kind = INIT_ZEROS};
    return options;
}

static int make_tables(struct model *model,
                       const struct embedding_options *table, struct rng *rng,
                       struct error *err)
{
    struct table_plan plan[MODEL_TABLES_MAX];
    const struct embedding_options zeros = bias_options(*table);
    const size_t count = plan_tables(&model->options, &model->shape, plan);
    for (size_t t = 0; t < count; t++) {
        const bool is_bias = t >= 2;
        if (embedding_init(&model->tables[t], plan[t].name, plan[t].rows,
                           plan[t].cols, is_bias ? &zeros : table, rng,
                           err) != 0)
            return -1;
        model->table_count++;
    }
    return 0;
}

int model_init(struct model *model, const struct model_options *options,
               const struct model_shape *shape,
               const struct embedding_options *table, struct rng *rng,
               struct error *err)
{
    *model = (struct model){.options = *options, .shape = *shape};
    if (model_check(options, shape, table, err) != 0 ||
        memory_reserve(model_bytes(options, shape), 1, "this model", err) != 0)
        return -1;
    const struct rng before = *rng;
    if (make_tables(model, table, rng, err) != 0) {
        *rng = before;
        model_clear(model);
        return -1;
    }
    list_parameters(model);
    return 0;
}

void model_add_output(struct model *model, struct rng *rng)
{
    if (model->options.kind == MODEL_RECOMMEND)
        return;
    const enum parameter_kind kind = model->options.loss == LOSS_NEGATIVE
                                         ? PARAMETER_EMBEDDING
                                         : PARAMETER_LINEAR;
    const size_t rows = outputs(&model->options, &model->shape);
    const size_t cols = hidden(&model->options, &model->shape);
    parameter_init(&model->U, "U", kind, 2, rows, cols);
    parameter_init(&model->b, "b", kind, 1, rows, 1);
    init_linear(rng, model->U.value, model->b.value, rows, cols);
    model->has_output = true;
    list_parameters(model);
}

void model_clear(struct model *model)
{
    for (size_t t = 0; t < model->table_count; t++)
        embedding_clear(&model->tables[t]);
    if (model->has_output) {
        parameter_clear(&model->U);
        parameter_clear(&model->b);
    }
    rng_choice_clear(&model->noise);
    memset(model, 0, sizeof *model);
}

static void copy_noise(struct rng_choice *to, const struct rng_choice *from)
{
    if (from->cumulative == NULL)
        return;
    to->cumulative =
        memory_copy(from->cumulative, from->count, sizeof *from->cumulative);
    to->first = memory_copy(from->first, from->parts + 1, sizeof *from->first);
}

void model_copy(struct model *to, const struct model *from)
{
    *to = *from;
    for (size_t t = 0; t < from->table_count; t++)
        embedding_copy(&to->tables[t], &from->tables[t]);
    if (from->has_output) {
        parameter_copy(&to->U, &from->U);
        parameter_copy(&to->b, &from->b);
    }
    copy_noise(&to->noise, &from->noise);
    list_parameters(to);
}

void model_set_noise(struct model *model, const int64_t *counts)
{
    const size_t V = model->shape.V;
    float *weights = memory_new(V, sizeof *weights);
    for (size_t v = 0; v < V; v++)
        weights[v] = (float)pow((double)counts[v], 0.75);
    rng_choice_clear(&model->noise);
    rng_choice_init(&model->noise, weights, V);
    free(weights);
}

struct parameter *model_parameter(struct model *model, const char *name)
{
    for (size_t i = 0; i < model->parameter_count; i++)
        if (strcmp(model->parameters[i]->name, name) == 0)
            return model->parameters[i];
    return NULL;
}
