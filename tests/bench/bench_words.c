/*
 * Words a second of next_word with negative sampling (k=5, D=100, C=2) over a
 * text of 2,000,000 words, 100,000 of them different, in lines of 20: the
 * median of ROUNDS passes over a part of it. Word r is drawn as often as 1/r
 * (Zipf's law), and each at least once. With a FILE the text is written there,
 * for fasttext_words.py, which trains fastText on it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "nn/model.h"

enum {
    WORDS = 2000000,
    DIFFERENT = 100000,
    LINE = 20,
    C = 2,
    PAIRS_A_LINE = LINE - C,
    D = 100,
    K = 5,
    B = 64,
    ROUNDS = 5,
};

struct training {
    struct model model;
    struct optimizer optimizer;
    struct batch batch;
    struct rng rng;
    int64_t *ids;    /* (WORDS) */
    int64_t *counts; /* (DIFFERENT) */
    size_t pair;     /* the next pair of the text */
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- The text ----------------------------------------------------------- */

static void draw_text(struct training *t)
{
    float *weights = memory_new(DIFFERENT, sizeof *weights);
    int64_t *order = memory_new(WORDS, sizeof *order);
    int64_t *drawn = memory_new(WORDS, sizeof *drawn);
    struct rng_choice choice = {0};
    for (size_t v = 0; v < DIFFERENT; v++) {
        weights[v] = 1.0f / (float)(v + 1);
        drawn[v] = (int64_t)v;
    }
    rng_choice_init(&choice, weights, DIFFERENT);
    rng_multinomial(&t->rng, &choice, drawn + DIFFERENT, WORDS - DIFFERENT);
    rng_permutation(&t->rng, order, WORDS);
    t->ids = memory_new(WORDS, sizeof *t->ids);
    t->counts = memory_zeroed(DIFFERENT, sizeof *t->counts);
    for (size_t i = 0; i < WORDS; i++) {
        t->ids[i] = drawn[order[i]];
        t->counts[t->ids[i]]++;
    }
    rng_choice_clear(&choice);
    free(weights);
    free(order);
    free(drawn);
}

static int write_text(const struct training *t, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return -1;
    for (size_t i = 0; i < WORDS; i++)
        fprintf(file, "w%lld%c", (long long)t->ids[i],
                i % LINE == LINE - 1 ? '\n' : ' ');
    return fclose(file);
}

/* --- Training ----------------------------------------------------------- */

static void make_model(struct training *t)
{
    const struct model_options options = {.loss = LOSS_NEGATIVE, .k = K};
    const struct model_shape shape = {.V = DIFFERENT, .D = D, .C = C};
    const struct embedding_options table = {0};
    const struct optimizer_options sgd = optimizer_defaults(OPTIMIZER_SGD);
    struct error err;
    if (model_init(&t->model, &options, &shape, &table, &t->rng, &err) != 0) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    model_add_output(&t->model, &t->rng);
    model_set_noise(&t->model, t->counts);
    optimizer_init(&t->optimizer, &sgd, t->model.parameters,
                   t->model.parameter_count);
}

static void step(struct training *t)
{
    model_begin(&t->model, &t->batch, false);
    int64_t *ctx = batch_ids(&t->batch, BATCH_CTX, 2, B, C);
    int64_t *tgt = batch_ids(&t->batch, BATCH_TGT, 1, B, 0);
    for (size_t b = 0; b < B; b++, t->pair++) {
        const size_t line = t->pair / PAIRS_A_LINE % (WORDS / LINE);
        const int64_t *at = t->ids + line * LINE + t->pair % PAIRS_A_LINE;
        memcpy(ctx + b * C, at, C * sizeof *ctx);
        tgt[b] = at[C];
    }
    model_draw_noise(&t->model, &t->batch, &t->rng);
    if (model_step(&t->model, &t->batch, &t->optimizer, false, NULL) != 0)
        exit(1);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double words_a_second(struct training *t)
{
    enum { STEPS = 5000 };
    double rates[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        const double start = seconds_now();
        for (int i = 0; i < STEPS; i++)
            step(t);
        /* a line of 20 words has 18 pairs, as its first two have no context */
        rates[round] = (double)STEPS * B * LINE / PAIRS_A_LINE /
                       (seconds_now() - start);
    }
    qsort(rates, ROUNDS, sizeof rates[0], compare_doubles);
    return rates[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    struct training t = {0};
    rng_seed(&t.rng, 1);
    draw_text(&t);
    if (argc > 1 && write_text(&t, argv[1]) != 0) {
        perror(argv[1]);
        return 1;
    }
    make_model(&t);
    printf("negative sampling  %10.0f words a second (V=%d D=%d C=%d k=%d)\n",
           words_a_second(&t), DIFFERENT, D, C, K);
    optimizer_clear(&t.optimizer);
    model_clear(&t.model);
    batch_clear(&t.batch);
    free(t.ids);
    free(t.counts);
    return 0;
}
