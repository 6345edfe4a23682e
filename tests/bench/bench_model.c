/*
 * Microseconds of processor time a training step costs (which others on the
 * machine disturb least; on a quiet one it is the time that passes), the
 * medians of ROUNDS rounds, on data drawn at random. Without an argument all
 * cases; with names, those, as "NAME µs" lines for torch_model.py, which runs
 * PyTorch's same steps beside them and prints the ratios.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cblas.h>

#include "base/memory.h"
#include "nn/model.h"

enum { ROUNDS = 9, BATCHES = 16 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median microseconds of n runs of what(state). */
static double median_of(void (*what)(void *state), void *state, int n)
{
    double us[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        double start = seconds_now();
        for (int i = 0; i < n; i++)
            what(state);
        us[r] = 1e6 * (seconds_now() - start) / n;
    }
    qsort(us, ROUNDS, sizeof us[0], compare_doubles);
    return us[ROUNDS / 2];
}

/* --- A training step ----------------------------------------------------- */

/*
 * used: how many of the V words are in the data, the first (0: all). The steps
 * of two tables that differ in V alone then need as much of the caches.
 */
struct plan {
    const char *name;
    struct model_options options;
    struct model_shape shape;
    size_t B;
    enum optimizer_kind optimizer;
    bool sparse;
    bool table_only; /* lookup, backward and update of one table */
    size_t used;
    int steps; /* a round */
};

struct run {
    const struct plan *plan;
    struct model model;
    struct optimizer optimizer;
    struct batch batch;
    struct rng rng;
    int64_t *ctx, *tgt; /* BATCHES mini-batches */
    size_t next;
};

static size_t words_used(const struct plan *plan)
{
    return plan->used != 0 ? plan->used : plan->shape.V;
}

static void draw_ids(struct run *run, int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ids[i] = (int64_t)(rng_next32(&run->rng) % words_used(run->plan));
}

/* Noise is drawn from the words used, each as likely as the other. */
static void set_noise(struct run *run)
{
    int64_t *counts = memory_zeroed(run->plan->shape.V, sizeof *counts);
    for (size_t v = 0; v < words_used(run->plan); v++)
        counts[v] = 1;
    model_set_noise(&run->model, counts);
    free(counts);
}

static void run_init(struct run *run, const struct plan *plan)
{
    const struct embedding_options table = {.sparse = plan->sparse};
    struct optimizer_options options = optimizer_defaults(plan->optimizer);
    struct error err;
    *run = (struct run){.plan = plan};
    rng_seed(&run->rng, 1);
    if (model_init(&run->model, &plan->options, &plan->shape, &table, &run->rng,
                   &err) != 0) {
        fprintf(stderr, "%s: %s\n", plan->name, err.message);
        exit(1);
    }
    model_add_output(&run->model, &run->rng);
    options.lr = 0.01;
    optimizer_init(&run->optimizer, &options, run->model.parameters,
                   plan->table_only ? 1 : run->model.parameter_count);
    const size_t pairs = BATCHES * plan->B;
    run->ctx = memory_new(pairs * plan->shape.C, sizeof *run->ctx);
    run->tgt = memory_new(pairs, sizeof *run->tgt);
    draw_ids(run, run->ctx, pairs * plan->shape.C);
    draw_ids(run, run->tgt, pairs);
    if (plan->options.loss == LOSS_NEGATIVE)
        set_noise(run);
}

static void run_clear(struct run *run)
{
    optimizer_clear(&run->optimizer);
    model_clear(&run->model);
    batch_clear(&run->batch);
    free(run->ctx);
    free(run->tgt);
}

static void run_step(void *state)
{
    struct run *run = state;
    const size_t B = run->plan->B, C = run->plan->shape.C;
    const size_t first = run->next++ % BATCHES * B;
    model_begin(&run->model, &run->batch, false);
    memcpy(batch_ids(&run->batch, BATCH_CTX, 2, B, C), run->ctx + first * C,
           B * C * sizeof *run->ctx);
    memcpy(batch_ids(&run->batch, BATCH_TGT, 1, B, 0), run->tgt + first,
           B * sizeof *run->tgt);
    if (run->plan->options.loss == LOSS_NEGATIVE)
        model_draw_noise(&run->model, &run->batch, &run->rng);
    if (model_step(&run->model, &run->batch, &run->optimizer, false, NULL) != 0)
        exit(1);
}

/* E = emb(ids); E.backward(E); opt.step() */
static void run_table_step(void *state)
{
    struct run *run = state;
    struct embedding *table = &run->model.tables[0];
    const size_t n = run->plan->B * run->plan->shape.C;
    const int64_t *ids = run->ctx + run->next++ % BATCHES * n;
    float *E = batch_floats(&run->batch, BATCH_E, 2, n, table->weight.cols, 0);
    parameter_begin_batch(&table->weight);
    if (embedding_forward(table, ids, n, E, NULL) != 0)
        exit(1);
    embedding_backward(table, ids, n, E);
    optimizer_step(&run->optimizer);
}

static double step_microseconds(const struct plan *plan)
{
    struct run run;
    void (*step)(void *) = plan->table_only ? run_table_step : run_step;
    run_init(&run, plan);
    for (int i = 0; i < BATCHES; i++)
        step(&run);
    double us = median_of(step, &run, plan->steps);
    run_clear(&run);
    return us;
}

#define NEGATIVE                      \
    {                                 \
        .loss = LOSS_NEGATIVE, .k = 5 \
    }
#define SIZES(v, d, c)               \
    {                                \
        .V = (v), .D = (d), .C = (c) \
    }

static const struct plan plans[] = {
    {"worked-sgd", {0}, SIZES(17, 6, 2), 8, OPTIMIZER_SGD, .steps = 20000},
    {"worked-adam", {0}, SIZES(17, 6, 2), 8, OPTIMIZER_ADAM, .steps = 20000},
    {"V1000-sgd", {0}, SIZES(1000, 64, 4), 32, OPTIMIZER_SGD, .steps = 200},
    {"V10000-sgd", {0}, SIZES(10000, 256, 4), 256, OPTIMIZER_SGD, .steps = 3},
    {"V1000-adam", {0}, SIZES(1000, 64, 4), 32, OPTIMIZER_ADAM, .steps = 100},
    {"V10000-adam", {0}, SIZES(10000, 64, 4), 32, OPTIMIZER_ADAM, .steps = 20},
    {"V1000-negative", NEGATIVE, SIZES(1000, 100, 2), 32, OPTIMIZER_SGD,
     .sparse = true, .steps = 1000},
    {"V100000-negative", NEGATIVE, SIZES(100000, 100, 2), 32, OPTIMIZER_SGD,
     .sparse = true, .used = 1000, .steps = 1000},
    {"table-V1000-sgd",
     {0},
     SIZES(1000, 64, 4),
     64,
     OPTIMIZER_SGD,
     .table_only = true,
     .steps = 2000},
    {"table-V1000000-sgd",
     {0},
     SIZES(1000000, 64, 4),
     64,
     OPTIMIZER_SGD,
     .table_only = true,
     .used = 1000,
     .steps = 2000},
    {"table-V1000-sparse_adam",
     {0},
     SIZES(1000, 64, 4),
     64,
     OPTIMIZER_SPARSE_ADAM,
     .sparse = true,
     .table_only = true,
     .steps = 1000},
    {"table-V100000-sparse_adam",
     {0},
     SIZES(100000, 64, 4),
     64,
     OPTIMIZER_SPARSE_ADAM,
     .sparse = true,
     .table_only = true,
     .used = 1000,
     .steps = 1000},
};
enum { PLANS = sizeof plans / sizeof *plans };

/* --- The limit: the three bare products of V10000-sgd --------------------- */

enum { BARE_V = 10000, BARE_D = 256, BARE_B = 256 };

struct bare {
    float *U, *h, *logits;
};

static void bare_products(void *state)
{
    struct bare *bare = state;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, BARE_B, BARE_V, BARE_D,
                1, bare->h, BARE_D, bare->U, BARE_D, 0, bare->logits, BARE_V);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, BARE_B, BARE_D,
                BARE_V, 1, bare->logits, BARE_V, bare->U, BARE_D, 0, bare->h,
                BARE_D);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, BARE_V, BARE_D, BARE_B,
                1, bare->logits, BARE_V, bare->h, BARE_D, 0, bare->U, BARE_D);
}

static double bare_microseconds(void)
{
    struct bare bare = {memory_zeroed(BARE_V * BARE_D, sizeof(float)),
                        memory_zeroed(BARE_B * BARE_D, sizeof(float)),
                        memory_zeroed(BARE_B * BARE_V, sizeof(float))};
    openblas_set_num_threads(1);
    bare_products(&bare);
    double us = median_of(bare_products, &bare, 3);
    free(bare.U);
    free(bare.h);
    free(bare.logits);
    return us;
}

/* ------------------------------------------------------------------------- */

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(name, argv[i]) == 0)
            return true;
    return argc == 1;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < PLANS; i++)
        if (is_wanted(plans[i].name, argc, argv))
            printf("%-26s %12.2f us a step\n", plans[i].name,
                   step_microseconds(&plans[i]));
    if (is_wanted("V10000-products", argc, argv))
        printf("%-26s %12.2f us for the three bare products\n",
               "V10000-products", bare_microseconds());
    return 0;
}
