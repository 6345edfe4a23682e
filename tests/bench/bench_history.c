/*
 * Time travel: milliseconds to take back one step, after 10,000 steps of the
 * worked example and anywhere in that run, however they were taken; and what a
 * step to be seen costs and keeps in a table of 100,000 x 100 with sparse
 * updates. Goals: 5 ms, never more than 50; bytes as the rows it touched.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "commands/session.h"
#include "draw/sink.h"
#include "lab/lab.h"

static double milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* Run a line with its work; the milliseconds it took. */
static double run(struct session *session, const char *line)
{
    double start = milliseconds();
    size_t position = 0, length = strlen(line);
    struct effect effect;
    struct error err = {0};

    while (session_run(session, line, length, &position, &effect, &err) == 1) {
        while (effect.request == REQUEST_WORK &&
               session_work(session, 1, &err) == 1)
            ;
    }
    if (err.message[0]) {
        fprintf(stderr, "%s: %s\n", line, err.message);
        exit(1);
    }
    return milliseconds() - start;
}

static double run_step(struct session *session, const char *verb, long step)
{
    char line[64];

    snprintf(line, sizeof line, "%s %ld", verb, step);
    return run(session, line);
}

/* One step back from places all over the run, and the way between them. */
static void go_about(const char *how, struct session *session, long steps)
{
    double worst = 0, sum = 0, far = 0;

    for (int i = 0; i < 300; i++) {
        long place = 1 + i * 7919L % steps;
        double took = run_step(session, "goto", place);
        far = took > far ? took : far;
        took = run(session, "goto -1");
        worst = took > worst ? took : worst;
        sum += took;
    }
    printf("%-26s one step back: mean %5.2f ms, worst %5.2f; from anywhere to "
           "anywhere: worst %6.2f\n",
           how, sum / 300, worst, far);
}

static void worked_example(const char *how, const char *command, int times)
{
    struct sink sink = sink_silent();
    struct session session;
    double undo;

    session_init(&session, &sink);
    run(&session, "corpus tiny; table D=6 seed=42; windows C=2; batch B=8; "
                  "optimizer sgd lr=0.5");
    for (int i = 0; i < times; i++)
        run(&session, command);
    run(&session, "step");
    undo = run(&session, "undo");
    printf("%-26s undo of the last step: %5.2f ms\n", how, undo);
    go_about(how, &session, 9999);
    session_clear(&session);
}

/* A text of many words, each a few times. */
static char *many_words(int words)
{
    struct str text = STR_INIT;

    str_append(&text, "corpus \"");
    for (int i = 0; i < 2 * words; i++)
        str_printf(&text, "w%d ", i % words);
    str_append(&text, "\"");
    return str_take(&text);
}

static void large_table(int V)
{
    struct sink sink = sink_silent();
    struct session session;
    char *corpus = many_words(V);
    size_t before;
    double took = 0;

    session_init(&session, &sink);
    run(&session, corpus);
    run(&session, "table D=100 sparse=yes; model next_word loss=negative k=5; "
                  "optimizer sgd lr=0.1; step 2");
    run(&session, "step");
    before = session.lab->chain.bytes;
    for (int i = 0; i < 200; i++)
        took += run(&session, "step");
    printf("V=%-7d a seen step %6.3f ms, keeps %6zu bytes, undo %6.2f ms\n", V,
           took / 200, (session.lab->chain.bytes - before) / 200,
           run(&session, "undo"));
    session_clear(&session);
    free(corpus);
}

int main(void)
{
    worked_example("10,000 steps at once", "step 10000", 1);
    worked_example("10,000 steps one by one", "step", 10000);
    large_table(1000);
    large_table(100000);
    return 0;
}
