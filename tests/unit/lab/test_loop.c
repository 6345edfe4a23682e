/*
 * The loop: a text to a trained table as PyTorch trains it (oracle/lab.py),
 * whichever way the steps are taken, and the marks of each step.
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
#include "lab/explore.h"
#include "lab/lookup.h"
#include "lab/loop.h"
#include "lab_case.h"

/* --- beside PyTorch ----------------------------------------------------- */

/* The fixture's text: words between _, lines between /. */
static char *read_text(const struct fixture *f)
{
    char *text = memory_text(fixture_text(f, "text"));
    for (char *c = text; *c; c++)
        if (*c == '_' || *c == '/')
            *c = *c == '_' ? ' ' : '\n';
    return text;
}

static void make_case(struct lab *lab, const struct fixture *f)
{
    lab_init(lab);
    struct head head = lab_head(lab, HEAD_CORPUS | HEAD_TABLE | HEAD_WINDOWS |
                                         HEAD_BATCH | HEAD_OPTIMIZER);
    head.corpus.typed = read_text(f);
    head.table.D = (size_t)fixture_number(f, "D");
    head.table.seed = (uint64_t)fixture_number(f, "seed");
    head.C = (size_t)fixture_number(f, "C");
    head.batch.B = (size_t)fixture_number(f, "B");
    head.batch.shuffle = fixture_number(f, "shuffle") != 0;
    head.batch.holdout = fixture_number(f, "holdout");
    head.optimizer.lr = fixture_number(f, "lr");
    lab_run(lab, &head);
}

static void check_parameter(const struct lab *lab, const char *name,
                            const struct fixture *f)
{
    const struct parameter *p = model_parameter(lab->model, name);
    size_t n = p->rows * p->cols;
    assert_agrees(p->value, fixture_floats(f, name, n), n, 1, name, f);
}

static void check_prediction(struct lab *lab, size_t n, const struct fixture *f)
{
    size_t V = lab_V(lab);
    char name[32];
    int64_t *ids = memory_new(n, sizeof *ids);
    struct prediction *best = memory_new(V, sizeof *best);
    float *probs = memory_new(V, sizeof *probs);
    struct error err = {0};
    for (size_t i = 0; i < n; i++)
        ids[i] = (int64_t)(i % V);
    assert_int_equal(explore_predict(lab, ids, n, best, V, &err), 0);
    for (size_t i = 0; i < V; i++)
        probs[best[i].id] = best[i].prob;
    snprintf(name, sizeof name, "after%zu", n);
    assert_agrees(probs, fixture_floats(f, name, V), V, 1, name, f);
    free(probs);
    free(best);
    free(ids);
}

static void check_held_out(struct lab *lab, const struct fixture *f)
{
    struct loop_evaluation evaluation;
    struct error err = {0};
    if (fixture_find(f, "held_out") == NULL)
        return;
    assert_int_equal(loop_evaluate(lab, &evaluation, &err), 0);
    const float *expected = fixture_floats(f, "held_out", 2);
    assert_float_equal(evaluation.loss, expected[0], 1e-5);
    assert_float_equal(evaluation.accuracy, expected[1], 1e-6);
}

static void check_components(struct lab *lab, const struct fixture *f)
{
    if (fixture_find(f, "pca") == NULL)
        return;
    size_t V = lab_V(lab);
    int64_t *ids = memory_new(V, sizeof *ids);
    double *xy = memory_new(2 * V, sizeof *xy), share[2];
    struct error err = {0};
    for (size_t v = 0; v < V; v++)
        ids[v] = (int64_t)v;
    assert_int_equal(
        explore_pca(&lab->model->tables[0].weight, ids, V, xy, share, &err), 0);
    const float *expected = fixture_floats(f, "pca", 2 * V);
    for (size_t i = 0; i < 2 * V; i++)
        assert_float_equal(xy[i], expected[i], 1e-3);
    for (size_t i = 0; i < 2; i++)
        assert_float_equal(share[i], fixture_floats(f, "share", 2)[i], 1e-4);
    free(xy);
    free(ids);
}

/* Some steps to be seen, some not: the numbers must be the same. */
static void trains_as_pytorch_does(void **state)
{
    struct fixture *f = *state;
    struct lab lab;
    struct error err = {0};
    assert_true(fixture_next(f));
    make_case(&lab, f);
    for (int step = 0; step < 20; step++)
        if (loop_step(&lab, step % 3 == 0, &err) != 0)
            fail_msg("%s: %s", fixture_where(f), err.message);
    assert_agrees(lab.losses.step, fixture_floats(f, "losses", 20), 20, 1,
                  "losses", f);
    check_parameter(&lab, "W", f);
    check_parameter(&lab, "U", f);
    check_parameter(&lab, "b", f);
    const struct parameter *W = model_parameter(lab.model, "W");
    float cosine =
        explore_cosine(W->value, W->value + (W->rows - 1) * W->cols, W->cols);
    assert_float_equal(cosine, fixture_floats(f, "cosine", 1)[0], 2e-6);
    for (size_t n = 1; n <= lab.windows.C; n++)
        check_prediction(&lab, n, f);
    check_held_out(&lab, f);
    check_components(&lab, f);
    lab_clear(&lab);
}

/* --- ways to take a step ------------------------------------------------ */

static void phases_one_by_one_are_a_step_to_the_bit(void **state)
{
    struct lab *lab = *state, other;
    lab_with_text(&other, tiny_text);
    struct error err = {0};
    assert_int_equal(lab_require(&other, LAB_DATA, &err), 0);
    for (int step = 0; step < 7; step++) {
        lab_steps(lab, 1);
        lab_phase(&other, PHASE_UPDATE);
        assert_true(lab_hash(lab) == lab_hash(&other));
    }
    lab_clear(&other);
}

static void a_step_goes_on_from_any_phase(void **state)
{
    struct lab *lab = *state, other;
    struct error err = {0};
    lab_steps(lab, 1);
    for (int phase = PHASE_BATCH; phase < PHASE_UPDATE; phase++) {
        lab_with_text(&other, tiny_text);
        assert_int_equal(lab_require(&other, LAB_DATA, &err), 0);
        lab_phase(&other, (enum batch_phase)phase);
        lab_steps(&other, 1);
        assert_int_equal(other.step, 1);
        assert_true(lab_hash(lab) == lab_hash(&other));
        lab_clear(&other);
    }
}

static void an_unseen_step_has_the_same_bits(void **state)
{
    struct lab *lab = *state, other;
    struct error err = {0};
    lab_with_text(&other, tiny_text);
    assert_int_equal(lab_require(&other, LAB_DATA, &err), 0);
    for (int step = 0; step < 10; step++) {
        assert_int_equal(loop_step(&other, false, &err), 0);
        lab_steps(lab, 1);
    }
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        const struct parameter *a = lab->model->parameters[i];
        const struct parameter *b = other.model->parameters[i];
        assert_int_equal(differing_bits(a->value, b->value, a->rows * a->cols),
                         0);
    }
    assert_int_equal(differing_bits(lab->losses.step, other.losses.step, 10),
                     0);
    lab_clear(&other);
}

/* A lookup in the middle of a mini-batch borrows the marks; the mini-batch
 * then goes on as if nothing had been. */
static void a_lookup_in_between_does_not_disturb_the_mini_batch(void **state)
{
    struct lab *lab = *state, other;
    struct error err = {0};
    lab_with_text(&other, tiny_text);
    assert_int_equal(lab_require(&other, LAB_DATA, &err), 0);
    lab_phase(&other, PHASE_MEAN);
    lab_look_up(&other, (int64_t[]){16, 16}, 2);
    assert_int_equal(lookup_backward(&other, &err), 0);
    lab_steps(&other, 1);
    lab_steps(lab, 1);
    assert_true(lab_hash(lab) == lab_hash(&other));
    lab_clear(&other);
}

/* --- the books ---------------------------------------------------------- */

/* 24 pairs in mini-batches of 7: 7, 7, 7 and 3. */
static void the_last_batch_may_be_smaller(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.B = 7;
    lab_run(lab, &head);
    assert_int_equal(loop_batch_count(lab), 4);
    assert_int_equal(loop_epoch(lab), 0);
    lab_steps(lab, 3);
    assert_int_equal(loop_batch_number(lab), 3);
    assert_false(loop_epoch_done(lab));
    lab_steps(lab, 1);
    assert_int_equal(loop_batch_number(lab), 4);
    assert_int_equal(lab->batch.B, 3);
    assert_true(loop_epoch_done(lab));
    assert_int_equal(loop_epoch(lab), 1);
    lab_steps(lab, 1);
    assert_int_equal(loop_epoch(lab), 2);
    assert_int_equal(loop_batch_number(lab), 1);
}

/* An epoch's mean is over its pairs, not over its mini-batches. */
static void the_mean_of_an_epoch_is_over_its_pairs(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.B = 7;
    lab_run(lab, &head);
    lab_steps(lab, 4);
    const float *loss = lab->losses.step;
    double mean =
        (7.0 * (double)(loss[0] + loss[1] + loss[2]) + 3.0 * (double)loss[3]) /
        24;
    assert_int_equal(lab->losses.epochs, 1);
    assert_float_equal(lab->losses.epoch[0], mean, 1e-6);
}

/* design.md: 2.892, 2.650, 2.457 */
static void epochs_of_the_worked_example_fall(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 9);
    assert_float_equal(lab->losses.epoch[0], 2.892, 5e-4);
    assert_float_equal(lab->losses.epoch[1], 2.650, 5e-4);
    assert_float_equal(lab->losses.epoch[2], 2.457, 5e-4);
}

static void nothing_held_out_cannot_be_evaluated(void **state)
{
    struct loop_evaluation evaluation;
    struct error err = {0};
    assert_int_equal(loop_evaluate(*state, &evaluation, &err), -1);
    assert_int_equal(err.code, ERROR_STATE);
    assert_non_null(strstr(err.message, "holdout=0.2"));
}

/* --- marks -------------------------------------------------------------- */

static void check_marks(const struct lab *lab, const char *name,
                        const char *looked_up, const char *gradient,
                        const char *changed)
{
    const struct parameter *p = model_parameter(lab->model, name);
    assert_string_equal(row_words(lab, p, &p->marks.looked_up), looked_up);
    assert_string_equal(row_words(lab, p, &p->marks.grad_nonzero), gradient);
    assert_string_equal(row_words(lab, p, &p->marks.changed), changed);
}

static const char *const all_words =
    "the cat drinks milk dog water chases a mouse ball king rules land queen "
    "sleeps on mat";

static void marks_come_phase_by_phase(void **state)
{
    struct lab *lab = *state;
    const char *six = "the cat drinks dog chases a"; /* design.md */
    lab_phase(lab, PHASE_BATCH);
    check_marks(lab, "W", "", "", "");
    lab_phase(lab, PHASE_LOOKUP);
    check_marks(lab, "W", six, "", "");
    lab_phase(lab, PHASE_LOSS);
    check_marks(lab, "W", six, "", "");
    lab_phase(lab, PHASE_BACKWARD);
    check_marks(lab, "W", six, six, "");
    check_marks(lab, "U", "", all_words, "");
    lab_phase(lab, PHASE_UPDATE);
    check_marks(lab, "W", six, six, six);
    check_marks(lab, "U", "", all_words, all_words);
}

/* The pairs of the second mini-batch are those of lines 4 to 6. */
static void each_mini_batch_has_marks_of_its_own(void **state)
{
    struct lab *lab = *state;
    const char *second = "the dog chases a king rules queen";
    lab_steps(lab, 2);
    check_marks(lab, "W", second, second, second);
}

static void a_padding_row_is_looked_up_without_a_gradient(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_padding = true;
    head.table.options.padding_idx = 1;
    lab_run(lab, &head);
    lab_steps(lab, 1);
    check_marks(lab, "W", "the cat drinks dog chases a",
                "the drinks dog chases a", "the drinks dog chases a");
}

/* Rows of the first mini-batch move on in the second: drinks and cat stand in
 * no context there. */
static void momentum_moves_rows_without_a_gradient(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct optimizer_options options = lab->head.optimizer;
    options.momentum = 0.9;
    assert_int_equal(lab_set_optimizer(lab, &options, &err), 0);
    lab_steps(lab, 2);
    check_marks(lab, "W", "the dog chases a king rules queen",
                "the dog chases a king rules queen",
                "the cat drinks dog chases a king rules queen");
}

static void weight_decay_changes_every_row(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct optimizer_options options = lab->head.optimizer;
    options.weight_decay = 0.1;
    assert_int_equal(lab_set_optimizer(lab, &options, &err), 0);
    lab_steps(lab, 1);
    check_marks(lab, "W", "the cat drinks dog chases a",
                "the cat drinks dog chases a", all_words);
}

static void a_learning_rate_of_zero_changes_no_row(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct optimizer_options options = lab->head.optimizer;
    options.lr = 0;
    assert_int_equal(lab_set_optimizer(lab, &options, &err), 0);
    lab_steps(lab, 1);
    check_marks(lab, "W", "the cat drinks dog chases a",
                "the cat drinks dog chases a", "");
}

/* --- what ends training ------------------------------------------------- */

static void diverge(struct lab *lab)
{
    struct error err = {0};
    struct optimizer_options options = lab->head.optimizer;
    options.lr = 1e30;
    assert_int_equal(lab_set_optimizer(lab, &options, &err), 0);
    lab_steps(lab, 1);
}

static void a_loss_that_is_no_number_stops_before_the_update(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    diverge(lab);
    struct parameter *W = model_parameter(lab->model, "W");
    float *before = memory_copy(W->value, W->rows * W->cols, sizeof(float));
    assert_int_equal(loop_step(lab, true, &err), -1);
    assert_int_equal(err.code, ERROR_NUMERIC);
    assert_non_null(strstr(err.message, "step 2: the loss is nan"));
    assert_int_equal(lab->step, 1);
    assert_int_equal(differing_bits(W->value, before, W->rows * W->cols), 0);
    free(before);
}

static void phases_stop_there_too(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    diverge(lab);
    lab_phase(lab, PHASE_LOSS);
    assert_int_equal(loop_next(lab, &err), -1);
    assert_int_equal(err.code, ERROR_NUMERIC);
    assert_int_equal(loop_next(lab, &err), -1);
    assert_int_equal(lab->step, 1);
}

static void nothing_can_learn_where_all_is_frozen(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    for (size_t i = 0; i < lab->model->parameter_count; i++)
        assert_int_equal(
            lab_freeze(lab, lab->model->parameters[i]->name, true, &err), 0);
    assert_int_equal(loop_step(lab, true, &err), -1);
    assert_int_equal(err.code, ERROR_STATE);
    assert_int_equal(lab->batch.phase, PHASE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(phases_one_by_one_are_a_step_to_the_bit),
        WITH_TINY(a_step_goes_on_from_any_phase),
        WITH_TINY(an_unseen_step_has_the_same_bits),
        WITH_TINY(a_lookup_in_between_does_not_disturb_the_mini_batch),
        WITH_TINY(the_last_batch_may_be_smaller),
        WITH_TINY(the_mean_of_an_epoch_is_over_its_pairs),
        WITH_TINY(epochs_of_the_worked_example_fall),
        WITH_TINY(nothing_held_out_cannot_be_evaluated),
        WITH_TINY(marks_come_phase_by_phase),
        WITH_TINY(each_mini_batch_has_marks_of_its_own),
        WITH_TINY(a_padding_row_is_looked_up_without_a_gradient),
        WITH_TINY(momentum_moves_rows_without_a_gradient),
        WITH_TINY(weight_decay_changes_every_row),
        WITH_TINY(a_learning_rate_of_zero_changes_no_row),
        WITH_TINY(a_loss_that_is_no_number_stops_before_the_update),
        WITH_TINY(phases_stop_there_too),
        WITH_TINY(nothing_can_learn_where_all_is_frozen),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + fixture_run("lab.txt", trains_as_pytorch_does);
}
