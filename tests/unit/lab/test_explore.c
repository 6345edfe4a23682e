/*
 * Looking around in a table: neighbours, predictions, draws, and that none of
 * it leaves a trace. (Beside PyTorch: test_loop.c.)
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/explore.h"
#include "lab_case.h"

enum { THE, CAT, DRINKS, MILK, DOG };

static float *row_of(const struct lab *lab, int64_t id)
{
    return model_parameter(lab->model, "W")->value + id * 6;
}

/* Make the table's rows plain: row i points along axis i % 6. */
static void plain_table(struct lab *lab)
{
    memset(row_of(lab, 0), 0, 17 * 6 * sizeof(float));
    for (int64_t i = 0; i < 17; i++)
        row_of(lab, i)[i % 6] = (float)(1 + i);
}

static void cosine_is_that_of_the_angle(void **state)
{
    (void)state;
    const float a[] = {3, 0}, b[] = {1, 1}, c[] = {-2, 0}, zero[] = {0, 0};
    assert_float_equal(explore_cosine(a, b, 2), 0.70710678, 1e-7);
    assert_float_equal(explore_cosine(a, c, 2), -1, 0);
    /* F.cosine_similarity(zero, a) is 0: eps 1e-8 in place of the norm */
    assert_float_equal(explore_cosine(a, zero, 2), 0, 0);
}

static size_t nearest_to(struct lab *lab, int64_t id, bool all, size_t k,
                         struct neighbour *out, size_t *left_out)
{
    return explore_nearest(lab, model_parameter(lab->model, "W"),
                           row_of(lab, id), &id, 1, all, out, k, left_out);
}

static void neighbours_come_best_first_and_ties_by_id(void **state)
{
    struct lab *lab = *state;
    struct neighbour out[5];
    size_t left_out;
    plain_table(lab);
    row_of(lab, DRINKS)[0] = 2; /* half way between two axes */
    row_of(lab, DRINKS)[2] = 2;
    assert_int_equal(nearest_to(lab, THE, true, 5, out, &left_out), 5);
    /* ids 6 and 12 lie on the same axis as id 0; drinks at 45 degrees */
    assert_int_equal(out[0].id, 6);
    assert_int_equal(out[1].id, 12);
    assert_int_equal(out[2].id, DRINKS);
    assert_float_equal(out[2].similarity, sqrt(0.5), 1e-6);
    assert_int_equal(out[3].id, CAT); /* cosine 0, as the rest */
    assert_int_equal(left_out, 0);
}

static void words_in_no_context_are_left_out_or_flagged(void **state)
{
    struct lab *lab = *state;
    struct neighbour out[17];
    size_t left_out;
    size_t count = nearest_to(lab, THE, false, 17, out, &left_out);
    assert_int_equal(count, 10); /* 17 words, itself, 6 in no context */
    assert_int_equal(left_out, 6);
    count = nearest_to(lab, THE, true, 17, out, &left_out);
    assert_int_equal(count, 16);
    size_t flagged = 0;
    for (size_t i = 0; i < count; i++)
        flagged += out[i].never;
    assert_int_equal(flagged, 6);
}

static void predictions_add_up_to_one_and_fall(void **state)
{
    struct lab *lab = *state;
    struct prediction best[17];
    struct error err = {0};
    lab_steps(lab, 30);
    uint64_t before = lab_hash(lab);
    assert_int_equal(
        explore_predict(lab, (int64_t[]){THE, CAT}, 2, best, 17, &err), 0);
    double sum = 0;
    for (int i = 0; i < 17; i++) {
        sum += (double)best[i].prob;
        assert_true(i == 0 || best[i].prob <= best[i - 1].prob);
    }
    assert_float_equal(sum, 1, 1e-5);
    assert_true(lab_hash(lab) == before);
}

/* Trained on the text for long, "the queen" can only be followed by rules. */
static void what_was_learned_is_predicted(void **state)
{
    struct lab *lab = *state;
    struct prediction best[1];
    struct error err = {0};
    lab_steps(lab, 300);
    assert_int_equal(
        explore_predict(lab, (int64_t[]){THE, 13}, 2, best, 1, &err), 0);
    assert_string_equal(
        lab_row_word(lab, model_parameter(lab->model, "W"), best[0].id),
        "rules");
    assert_true(best[0].prob > 0.8f);
}

static void max_norm_does_not_rescale_the_table_that_is_looked_at(void **state)
{
    struct lab *lab = *state;
    struct prediction best[1];
    struct error err = {0};
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 0.5;
    lab_run(lab, &head);
    uint64_t before = lab_hash(lab);
    assert_int_equal(
        explore_predict(lab, (int64_t[]){THE, CAT}, 2, best, 1, &err), 0);
    assert_true(lab_hash(lab) == before);
}

/* All probability on one word: that word is drawn, whatever the number. */
static void draws_follow_the_probabilities(void **state)
{
    struct lab *lab = *state;
    struct rng rng = lab->rng;
    struct error err = {0};
    int64_t id = -1;
    struct parameter *b = model_parameter(lab->model, "b");
    b->value[DOG] = 1000;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(
            explore_draw(lab, (int64_t[]){THE, CAT}, 2, &rng, &id, &err), 0);
        assert_int_equal(id, DOG);
    }
    assert_true(rng.draws == lab->rng.draws + 20); /* the lab's did not move */
}

/* Two of the four rows differ along each axis: the variance is 2 a^2 and
 * 2 b^2 over a sum of both. */
static void components_are_the_axes_of_most_variance(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    double xy[8], share[2];
    memset(row_of(lab, 0), 0, 17 * 6 * sizeof(float));
    row_of(lab, 0)[4] = 3;
    row_of(lab, 1)[4] = -3;
    row_of(lab, 2)[1] = 1;
    row_of(lab, 3)[1] = -1;
    assert_int_equal(explore_pca(model_parameter(lab->model, "W"),
                                 (int64_t[]){0, 1, 2, 3}, 4, xy, share, &err),
                     0);
    assert_float_equal(share[0], 18.0 / 20, 1e-6);
    assert_float_equal(share[1], 2.0 / 20, 1e-6);
    assert_float_equal(xy[0], 3, 1e-6);
    assert_float_equal(xy[2], -3, 1e-6);
    assert_float_equal(xy[5], 1, 1e-6);
    assert_float_equal(xy[7], -1, 1e-6);
    assert_float_equal(xy[1], 0, 1e-6);
}

static void a_table_of_one_column_has_one_component(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    double xy[6], share[2];
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = 1;
    lab_run(lab, &head);
    assert_int_equal(explore_pca(model_parameter(lab->model, "W"),
                                 (int64_t[]){0, 1, 2}, 3, xy, share, &err),
                     0);
    assert_float_equal(share[0], 1, 1e-6);
    assert_float_equal(share[1], 0, 0);
    assert_float_equal(xy[1], 0, 0);
}

static void a_table_that_is_not_finite_has_none(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    double xy[6], share[2];
    row_of(lab, 1)[2] = NAN;
    assert_int_equal(explore_pca(model_parameter(lab->model, "W"),
                                 (int64_t[]){0, 1, 2}, 3, xy, share, &err),
                     -1);
    assert_int_equal(err.code, ERROR_NUMERIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cosine_is_that_of_the_angle),
        WITH_TINY(neighbours_come_best_first_and_ties_by_id),
        WITH_TINY(words_in_no_context_are_left_out_or_flagged),
        WITH_TINY(predictions_add_up_to_one_and_fall),
        WITH_TINY(what_was_learned_is_predicted),
        WITH_TINY(max_norm_does_not_rescale_the_table_that_is_looked_at),
        WITH_TINY(draws_follow_the_probabilities),
        WITH_TINY(components_are_the_axes_of_most_variance),
        WITH_TINY(a_table_of_one_column_has_one_component),
        WITH_TINY(a_table_that_is_not_finite_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
