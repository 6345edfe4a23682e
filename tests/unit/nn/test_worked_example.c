/*
 * The worked example, wholly: PyTorch's trace of it (oracle/tiny.py) holds
 * the initial weights, every tensor of steps 1 to 3, the table afterwards and
 * after step 120, and all 120 losses.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fixture.h"
#include "nn/model.h"

enum { V = 17, D = 6, C = 2, B = 8, PAIRS = 24, STEPS = 120, LINE_MAX_ = 512 };

/* --- The trace ------------------------------------------------------------ */

struct trace {
    char (*lines)[LINE_MAX_];
    size_t count, capacity;
};

static int load_trace(void **state)
{
    const char *tests = getenv("EMBLAB_TESTS");
    char path[512];
    struct trace *trace = memory_zeroed(1, sizeof *trace);
    snprintf(path, sizeof path, "%s/oracle/fixtures/tiny_seed42.txt",
             tests ? tests : "tests");
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    for (;;) {
        trace->lines = memory_grow(trace->lines, trace->count, &trace->capacity,
                                   sizeof *trace->lines);
        if (!fgets(trace->lines[trace->count], LINE_MAX_, file))
            break;
        trace->count++;
    }
    fclose(file);
    *state = trace;
    return 0;
}

static int drop_trace(void **state)
{
    struct trace *trace = *state;
    free(trace->lines);
    free(trace);
    return 0;
}

/* The index of the line after the heading "NAME stepN" + rest. */
static size_t find(const struct trace *trace, const char *name, int step,
                   const char *rest)
{
    char heading[LINE_MAX_];
    snprintf(heading, sizeof heading, "%s step%d%s", name, step, rest);
    for (size_t i = 0; i < trace->count; i++)
        if (strncmp(trace->lines[i], heading, strlen(heading)) == 0)
            return i + 1;
    fail_msg("the trace has no %s", heading);
    return 0;
}

/* n numbers from that line on. */
static void read_numbers(const struct trace *trace, size_t line, float *out,
                         size_t n)
{
    size_t count = 0;
    for (; count < n; line++) {
        char *next = trace->lines[line];
        for (char *end; count < n; next = end) {
            float x = strtof(next, &end);
            if (end == next)
                break;
            out[count++] = x;
        }
    }
}

static void check(const struct trace *trace, const char *name, int step,
                  const char *rest, const float *actual, size_t n, double slack)
{
    float expected[V * 24];
    char what[64];
    read_numbers(trace, find(trace, name, step, rest), expected, n);
    snprintf(what, sizeof what, "%s of step %d", name, step);
    assert_agrees(actual, expected, n, slack, what, NULL);
}

static void check_loss(const struct trace *trace, int step, float actual)
{
    char heading[64];
    snprintf(heading, sizeof heading, "loss step%d ", step);
    for (size_t i = 0; i < trace->count; i++) {
        const char *line = trace->lines[i];
        if (strncmp(line, heading, strlen(heading)) == 0 &&
            line[strlen(heading)] != '(') {
            float expected = strtof(line + strlen(heading), NULL);
            assert_agrees(&actual, &expected, 1, step <= 20 ? 1 : 10, heading,
                          NULL);
            return;
        }
    }
    fail_msg("the trace has no %s", heading);
}

/* --- The lab -------------------------------------------------------------- */

struct lab {
    struct rng rng;
    struct model model;
    struct optimizer optimizer;
    struct batch batch;
};

/* the cat drinks milk dog water chases a mouse ball king rules land queen
 * sleeps on mat */
static const int64_t text[8][7] = {
    {0, 1, 2, 3, -1},          {0, 4, 2, 5, -1},
    {0, 1, 6, 7, 8, -1},       {0, 4, 6, 7, 9, -1},
    {0, 10, 11, 0, 12, -1},    {0, 13, 11, 0, 12, -1},
    {0, 1, 14, 15, 0, 16, -1}, {0, 4, 14, 15, 0, 16, -1},
};

static int64_t pair_ctx[PAIRS][C], pair_tgt[PAIRS];

static void make_pairs(void)
{
    size_t n = 0;
    for (size_t line = 0; line < 8; line++)
        for (size_t i = C; text[line][i] >= 0; i++, n++) {
            memcpy(pair_ctx[n], text[line] + i - C, sizeof pair_ctx[n]);
            pair_tgt[n] = text[line][i];
        }
    assert_int_equal(n, PAIRS);
}

static void lab_init(struct lab *lab)
{
    const struct model_options options = {.kind = MODEL_NEXT_WORD};
    const struct model_shape shape = {.V = V, .D = D, .C = C};
    const struct embedding_options table = {0};
    struct optimizer_options sgd = optimizer_defaults(OPTIMIZER_SGD);
    memset(lab, 0, sizeof *lab);
    make_pairs();
    rng_seed(&lab->rng, 42);
    assert_int_equal(
        model_init(&lab->model, &options, &shape, &table, &lab->rng, NULL), 0);
    model_add_output(&lab->model, &lab->rng);
    sgd.lr = 0.5;
    optimizer_init(&lab->optimizer, &sgd, lab->model.parameters,
                   lab->model.parameter_count);
}

static void lab_clear(struct lab *lab)
{
    optimizer_clear(&lab->optimizer);
    model_clear(&lab->model);
    batch_clear(&lab->batch);
}

static void fill(struct lab *lab, int step)
{
    const size_t first = (size_t)(step - 1) * B % PAIRS;
    memcpy(batch_ids(&lab->batch, BATCH_CTX, 2, B, C), pair_ctx[first],
           B * C * sizeof(int64_t));
    memcpy(batch_ids(&lab->batch, BATCH_TGT, 1, B, 0), &pair_tgt[first],
           B * sizeof(int64_t));
}

static float step(struct lab *lab, int number, bool keep)
{
    model_begin(&lab->model, &lab->batch, keep);
    fill(lab, number);
    assert_int_equal(
        model_step(&lab->model, &lab->batch, &lab->optimizer, keep, NULL), 0);
    return lab->batch.tensor[BATCH_LOSS].f[0];
}

/* --- Tests ---------------------------------------------------------------- */

static void initial_weights_are_pytorchs(void **state)
{
    struct lab lab;
    lab_init(&lab);
    check(*state, "W", 0, " (17, 6)", lab.model.tables[0].weight.value, V * D,
          1);
    check(*state, "U", 0, " (17, 6)", lab.model.U.value, V * D, 1);
    check(*state, "b", 0, " (17,)", lab.model.b.value, V, 1);
    lab_clear(&lab);
}

static void check_batch(const struct trace *trace, const struct lab *lab,
                        int number)
{
    static const struct {
        const char *name;
        enum batch_tensor tensor;
        const char *shape;
    } names[] = {
        {"h", BATCH_H, " (8, 6)"},
        {"logits", BATCH_LOGITS, " (8, 17)"},
        {"probs", BATCH_PROBS, " (8, 17)"},
        {"loss", BATCH_LOSS, " ()"},
        {"logits.grad", BATCH_LOGITS_GRAD, " (8, 17)"},
        {"h.grad", BATCH_H_GRAD, " (8, 6)"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct tensor *t = &lab->batch.tensor[names[i].tensor];
        assert_true(lab->batch.known[names[i].tensor]);
        check(trace, names[i].name, number, names[i].shape, t->f,
              tensor_count(t), 1);
    }
}

static void check_gradients(const struct trace *trace, const struct lab *lab,
                            int number)
{
    float grad[V * D];
    parameter_grad_dense(&lab->model.tables[0].weight, grad);
    check(trace, "W.grad", number, " (17, 6)", grad, V * D, 1);
    parameter_grad_dense(&lab->model.U, grad);
    check(trace, "U.grad", number, " (17, 6)", grad, V * D, 1);
    parameter_grad_dense(&lab->model.b, grad);
    check(trace, "b.grad", number, " (17,)", grad, V, 1);
}

static void check_ids(const struct trace *trace, const struct lab *lab,
                      int number)
{
    float ctx[B * C], tgt[B];
    for (size_t i = 0; i < B * C; i++)
        ctx[i] = (float)lab->batch.tensor[BATCH_CTX].i[i];
    for (size_t i = 0; i < B; i++)
        tgt[i] = (float)lab->batch.tensor[BATCH_TGT].i[i];
    check(trace, "ctx", number, " (8, 2)", ctx, B * C, 0);
    check(trace, "tgt", number, " (8,)", tgt, B, 0);
}

static void every_tensor_of_three_steps_is_pytorchs(void **state)
{
    struct lab lab;
    lab_init(&lab);
    for (int number = 1; number <= 3; number++) {
        step(&lab, number, true);
        check_ids(*state, &lab, number);
        check_batch(*state, &lab, number);
        check_gradients(*state, &lab, number);
        check(*state, "W", number, " after update",
              lab.model.tables[0].weight.value, V * D, 1);
    }
    lab_clear(&lab);
}

static void train(void **state, bool keep)
{
    struct lab lab;
    lab_init(&lab);
    for (int number = 1; number <= STEPS; number++)
        check_loss(*state, number, step(&lab, number, keep));
    check(*state, "W", STEPS, " after update", lab.model.tables[0].weight.value,
          V * D, 10);
    lab_clear(&lab);
}

static void a_hundred_and_twenty_seen_steps_are_pytorchs(void **state)
{
    train(state, true);
}

static void a_hundred_and_twenty_unseen_steps_are_pytorchs(void **state)
{
    train(state, false);
}

static void assert_marked(const struct row_set *set, const int64_t *ids,
                          size_t n)
{
    assert_int_equal(set->count, n);
    for (size_t i = 0; i < n; i++)
        assert_true(row_set_has(set, ids[i]));
}

/* the cat drinks dog chases a: design.md's six rows of the first step */
static void six_rows_of_W_and_all_of_U_light_up(void **state)
{
    static const int64_t six[] = {0, 1, 2, 4, 6, 7};
    struct lab lab;
    (void)state;
    lab_init(&lab);
    step(&lab, 1, true);
    const struct row_marks *W = &lab.model.tables[0].weight.marks;
    assert_marked(&W->looked_up, six, 6);
    assert_marked(&W->grad_nonzero, six, 6);
    assert_marked(&W->changed, six, 6);
    assert_int_equal(lab.model.U.marks.grad_nonzero.count, V);
    assert_int_equal(lab.model.U.marks.changed.count, V);
    assert_int_equal(lab.model.b.marks.changed.count, V);
    lab_clear(&lab);
}

/* milk water mouse ball land mat are only ever targets */
static void words_that_are_only_targets_keep_their_row(void **state)
{
    static const size_t targets[] = {3, 5, 8, 9, 12, 16};
    struct lab lab;
    float before[V * D];
    (void)state;
    lab_init(&lab);
    const float *W = lab.model.tables[0].weight.value;
    memcpy(before, W, sizeof before);
    for (int number = 1; number <= STEPS; number++)
        step(&lab, number, false);
    for (size_t i = 0; i < 6; i++)
        assert_memory_equal(W + targets[i] * D, before + targets[i] * D,
                            D * sizeof *W);
    assert_memory_not_equal(W, before, D * sizeof *W);
    lab_clear(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initial_weights_are_pytorchs),
        cmocka_unit_test(every_tensor_of_three_steps_is_pytorchs),
        cmocka_unit_test(a_hundred_and_twenty_seen_steps_are_pytorchs),
        cmocka_unit_test(a_hundred_and_twenty_unseen_steps_are_pytorchs),
        cmocka_unit_test(six_rows_of_W_and_all_of_U_light_up),
        cmocka_unit_test(words_that_are_only_targets_keep_their_row),
    };
    return cmocka_run_group_tests(tests, load_trace, drop_trace);
}
