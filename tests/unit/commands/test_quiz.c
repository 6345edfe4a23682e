/*
 * Quizzes know what a step will do, say why, and leave the lab alone. The
 * first mini-batch is, with C=2: the cat → drinks, cat drinks → milk, drinks
 * milk → the, milk the → dog, the dog → drinks, dog drinks → water.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/memory.h"
#include "contains.h"
#include "lab/history.h"
#include "lab/lab.h"
#include "session_case.h"

static struct sitting sitting;

static int begin(void **state)
{
    (void)state;
    sitting_begin(&sitting);
    sitting_ask(&sitting, "corpus \"the cat drinks milk the dog drinks water "
                          "the cat chases a mouse the king rules\"; batch B=6; "
                          "table seed=42");
    return 0;
}

static int end(void **state)
{
    (void)state;
    sitting_end(&sitting);
    return 0;
}

static void rows_are_compared_as_a_set(void **state)
{
    (void)state;
    has(sitting_ask(&sitting,
                    "quiz rows answer=\"milk drinks, dog cat the dog\""),
        "right   score: 1 of 1");
}

/* The last mini-batch is on the screen, and the question is of the next. */
static char *say_milk(struct session *session, const char *question)
{
    (void)session;
    (void)question;
    return memory_text("drinks milk the dog");
}

static void the_next_mini_batch_stands_over_the_question(void **state)
{
    const char *out;
    (void)state;
    sitting_ask(&sitting, "batch B=3; step");
    sitting.session.front_end.answer = say_milk;
    out = sitting_ask(&sitting, "quiz rows");
    has(out, "batch 2/5 · ctx (3, 2)  tgt (3,)\n"
             "  0 milk the   → dog");
    has(out, "\n  2 dog drinks → water");
    has(strstr(out, "  2 dog"), "Which rows of the table");
    has(out, "right   score: 1 of 1");
}

static void an_answer_that_is_given_needs_no_picture(void **state)
{
    (void)state;
    has_not(sitting_ask(&sitting, "quiz rows answer=none"), "batch 1/");
}

static void a_missing_row_and_an_extra_one_have_reasons(void **state)
{
    (void)state;
    const char *out = sitting_ask(
        &sitting, "quiz rows answer=\"the cat drinks dog water king\"");
    has(out, "missing  milk: looked up 2 times\n");
    has(out, "extra    water: it is a target here, and in no context");
    has(out, "extra    king: it is in no context of this mini-batch");
    has_not(out, "missing  the");
    has(out, "not quite   score: 0 of 1");
}

static void padding_and_frozen_tables_are_reasons(void **state)
{
    (void)state;
    sitting_ask(&sitting, "table padding_idx=0");
    has(sitting_ask(&sitting, "quiz rows answer=the"),
        "extra    the: it is looked up, but padding_idx never");
    sitting_ask(&sitting, "freeze W");
    has(sitting_ask(&sitting, "quiz rows answer=cat"),
        "extra    cat: the table is frozen");
    has(sitting_ask(&sitting, "quiz rows answer=none"), "right");
}

static void sign_agrees_with_the_step_taken_afterwards(void **state)
{
    float before, after;
    const float *cell;
    bool up;

    (void)state;
    up = strstr(sitting_ask(&sitting, "quiz sign W[cat,2] answer=up"),
                "goes up") != NULL;
    cell = sitting.session.lab->model->tables[0].weight.value + 1 * 6 + 2;
    before = *cell;
    sitting_ask(&sitting, "step");
    after = *cell;
    assert_true(before != after);
    assert_true(up == (after > before));
}

static void next_shows_what_predict_shows(void **state)
{
    (void)state;
    sitting_ask(&sitting, "epoch 60");
    sitting_ask(&sitting, "quiz next of=\"the king\" answer=rules");
    has(str_text(&sitting.out), "after \"the king\"");
    has(str_text(&sitting.out), "right   score: 1 of 1");
    has(sitting_ask(&sitting, "quiz next of=\"the king\" answer=milk"),
        "not quite   score: 1 of 2");
}

static void a_quiz_leaves_everything_as_it_was(void **state)
{
    static const char *const before[] = {
        "step 3",
        "next",
        "next lookup",
        "next backward",
        "next",
        "model next_word loss=negative k=2; batch shuffle=yes B=3",
        "next loss",
        "optimizer adam; step",
        "undo 2"};
    (void)state;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        sitting_ask(&sitting, before[i]);
        uint64_t was = sitting_state(&sitting);
        size_t events = sitting.session.history->count;
        sitting_ask(&sitting, "quiz rows answer=cat");
        sitting_ask(&sitting, "quiz next answer=cat");
        sitting_ask(&sitting, "quiz sign W[0,0] answer=up");
        assert_true(sitting_state(&sitting) == was);
        assert_int_equal(sitting.session.history->count, events);
    }
}

static char *say_cat(struct session *session, const char *question)
{
    (void)session;
    assert_non_null(question);
    return memory_text("the cat drinks dog milk");
}

static void a_terminal_is_asked_and_without_one_answer_is_named(void **state)
{
    (void)state;
    has(sitting_refusal(&sitting, "quiz rows"), "answer=");
    sitting.session.front_end.answer = say_cat;
    has(sitting_ask(&sitting, "quiz rows"), "right   score: 1 of 1");
}

/* Enter alone, then an answer. */
static char *say_nothing_first(struct session *session, const char *question)
{
    static int asked;
    (void)session;
    assert_non_null(question);
    return memory_text(asked++ == 0 ? "  " : "the cat drinks dog milk");
}

static void an_empty_answer_is_asked_for_again(void **state)
{
    (void)state;
    sitting.session.front_end.answer = say_nothing_first;
    has(sitting_ask(&sitting, "quiz rows"), "right   score: 1 of 1");
}

static void wrong_quizzes_are_refused(void **state)
{
    (void)state;
    has(sitting_refusal(&sitting, "quiz rows answer=zebra"), "zebra");
    has(sitting_refusal(&sitting, "quiz sign answer=up"), "which cell");
    has(sitting_refusal(&sitting, "quiz sign W[cat,9] answer=up"), "9");
    has(sitting_refusal(&sitting, "quiz sign W[cat,2] answer=left"),
        "neither up nor down");
    has(sitting_refusal(&sitting, "quiz maybe"), "rows");
    has(sitting_ask(&sitting, "quiz rows answer=none"), "score: 0 of 1");
}

#define QUIZ_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUIZ_TEST(rows_are_compared_as_a_set),
        QUIZ_TEST(the_next_mini_batch_stands_over_the_question),
        QUIZ_TEST(an_answer_that_is_given_needs_no_picture),
        QUIZ_TEST(a_missing_row_and_an_extra_one_have_reasons),
        QUIZ_TEST(padding_and_frozen_tables_are_reasons),
        QUIZ_TEST(sign_agrees_with_the_step_taken_afterwards),
        QUIZ_TEST(next_shows_what_predict_shows),
        QUIZ_TEST(a_quiz_leaves_everything_as_it_was),
        QUIZ_TEST(a_terminal_is_asked_and_without_one_answer_is_named),
        QUIZ_TEST(an_empty_answer_is_asked_for_again),
        QUIZ_TEST(wrong_quizzes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
