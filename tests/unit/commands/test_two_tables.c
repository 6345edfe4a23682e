/*
 * recommend has two tables: what takes a word takes a user or an item. Users
 * are ann, bob, kim; items tea, pie, ham and another kim.
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

#include "contains.h"
#include "lab/lab.h"
#include "lab/why.h"
#include "session_case.h"

static struct sitting sitting;

static int begin(void **state)
{
    char line[600];

    sitting_begin(&sitting);
    snprintf(line, sizeof line, "corpus %s; model recommend; batch B=2; step",
             folder_write(*state, "r.tsv",
                          "ann\ttea\t5\nbob\tpie\t2\nkim\tham\t1\n"
                          "ann\tpie\t4\nbob\tkim\t3\nkim\ttea\t2\n"));
    sitting_ask(&sitting, line);
    return 0;
}

static int end(void **state)
{
    (void)state;
    sitting_end(&sitting);
    return 0;
}

static void neighbours_come_from_the_word_s_own_table(void **state)
{
    (void)state;
    const char *items = sitting_ask(&sitting, "nearest tea");
    has(items, "rows of Wi");
    has(items, "pie");
    has(items, "ham");
    has_not(items, "ann");
    const char *users = sitting_ask(&sitting, "nearest ann");
    has(users, "rows of Wu");
    has(users, "bob");
    has_not(users, "pie");
}

static const float *row_of(const char *table, int64_t id)
{
    return model_parameter(sitting.session.lab->model, table)->value + id * 6;
}

static void similarity_is_the_cosine_of_two_items(void **state)
{
    (void)state;
    const float *tea = row_of("Wi", 0), *pie = row_of("Wi", 1);
    double dot = 0, a = 0, b = 0;
    char expected[32];
    for (int d = 0; d < 6; d++) {
        dot += (double)tea[d] * (double)pie[d];
        a += (double)tea[d] * (double)tea[d];
        b += (double)pie[d] * (double)pie[d];
    }
    snprintf(expected, sizeof expected, ": %.4f", dot / sqrt(a * b));
    has(sitting_ask(&sitting, "similarity tea pie"), expected);
}

static void rows_of_two_tables_are_not_compared(void **state)
{
    (void)state;
    has(sitting_refusal(&sitting, "similarity tea ann"),
        "tea is a row of Wi and ann of Wu");
    has(sitting_refusal(&sitting, "analogy ann bob tea"), "rows of one table");
}

static void a_shared_name_follows_the_first_word(void **state)
{
    (void)state;
    sitting_ask(&sitting, "similarity tea kim");
    has_not(str_text(&sitting.notices), "kim is a user and an item");
    has(sitting_ask(&sitting, "nearest kim"), "rows of Wu");
    has(str_text(&sitting.notices), "kim is a user and an item; the user");
}

/* Wu[ann]·Wi[pie] + bu[ann] + bi[pie] + the mean of 5 2 1 4 3 2 */
static void predict_takes_a_user_and_an_item(void **state)
{
    (void)state;
    double rating =
        (double)*model_parameter(sitting.session.lab->model, "bu")->value +
        (double)model_parameter(sitting.session.lab->model, "bi")->value[1] +
        17.0 / 6;
    char expected[64];
    for (int d = 0; d < 6; d++)
        rating += (double)row_of("Wu", 0)[d] * (double)row_of("Wi", 1)[d];
    snprintf(expected, sizeof expected, "ann pie  rating %.4f", rating);
    has(sitting_ask(&sitting, "predict ann pie"), expected);
    has(sitting_ask(&sitting, "predict [[1, 0], [ann, pie]]"), expected);
    has(sitting_ask(&sitting, "predict [[1, 3]]"), "bob kim");
}

static void what_is_no_pair_is_refused(void **state)
{
    (void)state;
    has(sitting_refusal(&sitting, "predict pie ann"), "'pie' is no user");
    has(sitting_refusal(&sitting, "predict ann"), "a user and an item");
    has(sitting_refusal(&sitting, "predict [[3, 0]]"), "from 0 to 2");
    has(sitting_refusal(&sitting, "predict [[0, 4]]"), "from 0 to 3");
    has(sitting_refusal(&sitting, "nearest pia"), "did you mean 'pie'");
    has(sitting_refusal(&sitting, "lookup pie"), "`print Wi[pie]`");
}

/* The first mini-batch: ann tea, bob pie. */
static void why_row_takes_an_item(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "why row tea"), "Wi.grad[tea] (row 0): 1 place");
    has(sitting_ask(&sitting, "why row ham"), "Wi.grad[ham] (row 2): 0 places");
    has(sitting_ask(&sitting, "why row ann"), "Wu.grad[ann] (row 0): 1 place");
}

/* ham stands in the second of three mini-batches only. */
static void when_goes_to_the_last_step_that_changed_an_item(void **state)
{
    (void)state;
    sitting_ask(&sitting, "step 2");
    has(sitting_ask(&sitting, "when ham"),
        "step 2 was the last to change the row of ham");
    assert_int_equal(sitting.session.lab->step, 2);
}

/* The second mini-batch: kim ham, ann pie. */
static void quiz_asks_for_rows_of_both_tables(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "quiz rows answer=\"kim, ham ann pie\""),
        "right   score: 1 of 1");
    const char *out = sitting_ask(&sitting, "quiz rows answer=\"kim tea\"");
    has(out, "missing  ham");
    has(out, "extra    tea: it is in no rating");
    has_not(out, "kim:");
}

static void each_table_has_a_plane(void **state)
{
    (void)state;
    const char *out = sitting_ask(&sitting, "plot");
    has(out, "3 rows of Wu");
    has(out, "4 rows of Wi");
    has(out, "ham");
}

static void items_are_completed(void **state)
{
    (void)state;
    struct completions out = {0};
    bool found = false;
    session_complete(&sitting.session, "nearest h", 9, &out);
    for (size_t i = 0; i < out.count; i++)
        found |= str_equal(out.items[i].text, "ham");
    completions_clear(&out);
    assert_true(found);
}

/* All six ratings in one mini-batch: ann's two are divided by 2, whatever
 * item has her id; the terms add up to the gradient. */
static void why_divides_by_the_counts_of_its_own_table(void **state)
{
    (void)state;
    sitting_ask(&sitting, "table scale_grad_by_freq=yes; batch B=all; step");
    const struct parameter *bu =
        model_parameter(sitting.session.lab->model, "bu");
    const struct parameter *Wu =
        model_parameter(sitting.session.lab->model, "Wu");
    struct why_cell cells[] = {{.name = "Wu.grad", .ndim = 2},
                               {.name = "bu.grad", .ndim = 2}};
    const double expected[] = {(double)*parameter_grad_row(Wu, 0),
                               (double)*parameter_grad_row(bu, 0)};
    for (size_t i = 0; i < 2; i++) {
        struct why why;
        struct error err = {0};
        double sum = 0;
        assert_int_equal(
            why_explain(sitting.session.lab, &cells[i], &why, &err), 0);
        assert_int_equal(why.count, 2);
        for (size_t t = 0; t < why.count; t++)
            sum += why.terms[t].value;
        assert_float_equal(sum, expected[i], 1e-5);
        why_clear(&why);
    }
}

#define WITH_RATINGS(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RATINGS(neighbours_come_from_the_word_s_own_table),
        WITH_RATINGS(similarity_is_the_cosine_of_two_items),
        WITH_RATINGS(rows_of_two_tables_are_not_compared),
        WITH_RATINGS(a_shared_name_follows_the_first_word),
        WITH_RATINGS(predict_takes_a_user_and_an_item),
        WITH_RATINGS(what_is_no_pair_is_refused),
        WITH_RATINGS(why_row_takes_an_item),
        WITH_RATINGS(when_goes_to_the_last_step_that_changed_an_item),
        WITH_RATINGS(quiz_asks_for_rows_of_both_tables),
        WITH_RATINGS(why_divides_by_the_counts_of_its_own_table),
        WITH_RATINGS(each_table_has_a_plane),
        WITH_RATINGS(items_are_completed),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
