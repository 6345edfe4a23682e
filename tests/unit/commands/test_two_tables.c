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
}

/* --- lookups ------------------------------------------------------------ */

static const struct lab_lookup *lookup(void)
{
    return &sitting.session.lab->lookup;
}

/* torch.manual_seed(42); nn.Embedding(3, 6); nn.Embedding(4, 6).weight[1] */
static void items_are_looked_up_among_the_items(void **state)
{
    (void)state;
    sitting_ask(&sitting, "reset");
    const char *out = sitting_ask(&sitting, "lookup pie");
    has(out, "E = Wi[ids]: ids (1,) in, (1, 6) out");
    has(out, "Wi[1] pie");
    has(out, "one-hot @ Wi gives the same with 1 × 4 × 6 = 24");
    assert_float_equal(lookup()->E.f[0], 0.034912344, 1e-6);
    assert_float_equal(lookup()->E.f[5], 0.175410837, 1e-6);
    has(sitting_ask(&sitting, "lookup bob"), "E = Wu[ids]");
    assert_float_equal(lookup()->E.f[0], 0.800800562, 1e-6);
    has(sitting_ask(&sitting, "lookup [[pie], [2]]"), "Wi[2] ham");
    assert_true(strncmp(sitting_ask(&sitting, "show table"), "Wi (4, 6)", 9) ==
                0);
}

static void ids_are_users_unless_the_table_is_named(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "lookup [0, 2]"), "Wu[2] kim");
    has(sitting_ask(&sitting, "lookup Wi [0, 2]"), "Wi[2] ham");
    has(sitting_ask(&sitting, "lookup Wi kim"), "Wi[3] kim");
    has(sitting_refusal(&sitting, "lookup Wi [4]"), "from 0 to 3");
    has(sitting_refusal(&sitting, "lookup [3]"), "from 0 to 2");
    has(sitting_refusal(&sitting, "lookup Wi pie [1]"), "one list, or words");
    has(sitting_refusal(&sitting, "lookup 1"), "ids stand in brackets: [1]");
}

static void a_lookup_takes_rows_of_one_table(void **state)
{
    (void)state;
    has(sitting_refusal(&sitting, "lookup pie tea ann"),
        "'ann' is a user and 'pie' an item");
    assert_int_equal(sitting.err.column, strlen("lookup pie tea ") + 1);
    has(sitting_refusal(&sitting, "lookup Wu ann pie"),
        "'pie' is an item, and Wu has the rows of the users");
    has(sitting_refusal(&sitting, "bag [ann, tea]"), "one bag takes rows");
    has(sitting_refusal(&sitting, "lookup pia"), "did you mean 'pie'");
}

static void a_shared_name_goes_with_the_others(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "lookup kim tea"), "Wi[3] kim");
    has(sitting_ask(&sitting, "lookup kim ann"), "Wu[2] kim");
    has_not(str_text(&sitting.notices), "is a user and an item");
    has(sitting_ask(&sitting, "lookup kim"), "Wu[2] kim");
    has(str_text(&sitting.notices),
        "kim is a user and an item; the user is meant; `lookup Wi kim` takes "
        "the item");
}

/* A row's gradient of E.sum() is how often it was looked up, in the table that
 * was; what went back into the other one stays until zero_grad. */
static void backward_goes_into_the_table_looked_up(void **state)
{
    (void)state;
    struct model *model = sitting.session.lab->model;
    const struct parameter *Wu = model_parameter(model, "Wu");
    const struct parameter *Wi = model_parameter(model, "Wi");
    sitting_ask(&sitting, "lookup pie ham pie");
    has(sitting_ask(&sitting, "backward"), "Wi.grad (4, 6) · 2 of 4 rows ≠ 0");
    assert_int_equal(Wu->gradient, GRADIENT_NONE);
    assert_float_equal(parameter_grad_row(Wi, 1)[3], 2, 0);
    assert_float_equal(parameter_grad_row(Wi, 2)[3], 1, 0);
    has_not(sitting_ask(&sitting, "rows"), "Wu");
    has(sitting_ask(&sitting, "why Wi.grad[pie,0]"), "2 places where \"pie\"");
    sitting_ask(&sitting, "lookup bob; backward");
    assert_float_equal(parameter_grad_row(Wu, 1)[0], 1, 0);
    assert_float_equal(parameter_grad_row(Wi, 1)[3], 2, 0);
    has(sitting_ask(&sitting, "why Wi.grad[pie,0]"), "add up until zero_grad");
    sitting_ask(&sitting, "next batch");
    assert_int_equal(Wi->gradient, GRADIENT_NONE);
    sitting_ask(&sitting, "freeze Wi; lookup tea");
    has(sitting_refusal(&sitting, "backward"), "Wi is frozen");
}

static void undo_and_redo_keep_the_table(void **state)
{
    (void)state;
    uint64_t before = sitting_state(&sitting), after;
    sitting_ask(&sitting, "lookup pie; backward");
    after = sitting_state(&sitting);
    sitting_ask(&sitting, "undo 2");
    assert_int_equal(sitting_state(&sitting), before);
    sitting_ask(&sitting, "redo 2");
    assert_int_equal(sitting_state(&sitting), after);
    assert_int_equal(lookup()->table, 1);
}

static void one_hot_and_bag_take_items(void **state)
{
    (void)state;
    const char *onehot = sitting_ask(&sitting, "onehot pie tea pie");
    has(onehot, "E = Wi[ids] beside one-hot (3, 4) @ Wi (4, 6)");
    has(onehot, "row of Wi.grad");
    has(onehot, "forward: largest difference 0");
    sitting_ask(&sitting, "lookup pie tea");
    has(sitting_ask(&sitting, "compare onehot"), "one-hot (2, 4) @ Wi (4, 6)");
    sitting_ask(&sitting, "compare bag");
    /* the mean of one row is the row */
    char row[64];
    snprintf(row, sizeof row, "%7.4f", (double)row_of("Wi", 1)[0]);
    has(sitting_ask(&sitting, "bag pie"), row);
    has(sitting_ask(&sitting, "bag Wi [1]"), row);
}

static void the_twin_looks_items_up_in_items(void **state)
{
    (void)state;
    sitting_ask(&sitting, "reset");
    const char *out =
        sitting_ask(&sitting, "lookup pie; backward; lookup ann; torch");
    has(out, "ids = torch.tensor([1])  # pie\nE = items(ids)\n"
             "E.sum().backward(retain_graph=True)\n");
    has(out, "ids = torch.tensor([0])  # ann\nE = users(ids)\n");
}

/* In the middle of a mini-batch the gradients are lent to the lookups. */
static void the_twin_gives_each_table_its_gradient_back(void **state)
{
    (void)state;
    const char *out =
        sitting_ask(&sitting, "next lookup; lookup pie; backward; next; torch");
    has(out, "Wi.grad = None\n");
    has_not(out, "Wu.grad = None");
    assert_int_equal(
        model_parameter(sitting.session.lab->model, "Wi")->gradient,
        GRADIENT_NONE);
}

/* Twice pie and once ham: PyTorch's gradients are 1 and 1. */
static void counts_are_of_the_table_s_own_ids(void **state)
{
    (void)state;
    sitting_ask(&sitting, "table scale_grad_by_freq=yes; lookup pie ham pie");
    has(sitting_ask(&sitting, "backward"),
        "divided by the counts of Wi: pie ×2 ham ×1");
    assert_float_equal(
        *parameter_grad_row(model_parameter(sitting.session.lab->model, "Wi"),
                            1),
        1, 0);
    /* ann 0, tea 0, bob 1, pie 1: each once in its own table */
    const char *out = sitting_ask(&sitting, "next backward");
    has(out, "counts of Wu: ann ×1 bob ×1");
    has(out, "counts of Wi: tea ×1 pie ×1");
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
    session_complete(&sitting.session, "lookup h", 8, &out);
    assert_int_equal(out.count, 1);
    assert_string_equal(out.items[0].text, "ham");
    completions_clear(&out);
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
        WITH_RATINGS(items_are_looked_up_among_the_items),
        WITH_RATINGS(ids_are_users_unless_the_table_is_named),
        WITH_RATINGS(a_lookup_takes_rows_of_one_table),
        WITH_RATINGS(a_shared_name_goes_with_the_others),
        WITH_RATINGS(backward_goes_into_the_table_looked_up),
        WITH_RATINGS(undo_and_redo_keep_the_table),
        WITH_RATINGS(one_hot_and_bag_take_items),
        WITH_RATINGS(the_twin_looks_items_up_in_items),
        WITH_RATINGS(the_twin_gives_each_table_its_gradient_back),
        WITH_RATINGS(counts_are_of_the_table_s_own_ids),
        WITH_RATINGS(why_row_takes_an_item),
        WITH_RATINGS(when_goes_to_the_last_step_that_changed_an_item),
        WITH_RATINGS(quiz_asks_for_rows_of_both_tables),
        WITH_RATINGS(why_divides_by_the_counts_of_its_own_table),
        WITH_RATINGS(each_table_has_a_plane),
        WITH_RATINGS(items_are_completed),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
