/* Which examples a text makes, and in which order they are taken. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "text/windows.h"

static const char *const tiny = "the cat drinks milk\n"
                                "the dog drinks water\n"
                                "the cat chases a mouse\n"
                                "the dog chases a ball\n"
                                "the king rules the land\n"
                                "the queen rules the land\n"
                                "the cat sleeps on the mat\n"
                                "the dog sleeps on the mat\n";

static struct corpus build(const char *text, int task)
{
    struct tokenizer_options tokenizer = {.lower = true};
    struct vocab_options vocab = {.min_count = 1};
    struct source source;
    struct corpus corpus;
    struct error err = {0};
    assert_int_equal(source_type(&source, text, &err), 0);
    assert_int_equal(corpus_build(&corpus, &source, &tokenizer, &vocab, task,
                                  NULL, NULL, &err),
                     0);
    source_clear(&source);
    return corpus;
}

/* "a b>c, ..." of the examples from ... to - 1. */
static void assert_pairs(const struct windows *w, const struct corpus *corpus,
                         size_t from, size_t to, const char *expected)
{
    struct str pairs = STR_INIT;
    for (size_t i = from; i < to; i++) {
        for (size_t c = w->C; c > 0; c--)
            str_printf(
                &pairs, "%s%s",
                vocab_word(&corpus->vocab, corpus->ids[w->target[i] - c]),
                c > 1 ? " " : ">");
        str_printf(&pairs, "%s, ",
                   vocab_word(&corpus->vocab, corpus->ids[w->target[i]]));
    }
    assert_string_equal(str_text(&pairs), expected);
    str_clear(&pairs);
}

/* 4-2 + 4-2 + 4 x (5-2) + 6-2 + 6-2 = 24 with C=2, as in the exercise. */
static void the_worked_example_has_24_pairs(void **state)
{
    (void)state;
    struct corpus corpus = build(tiny, CORPUS_TASK_TEXT);
    struct windows w;
    assert_int_equal(corpus.vocab.size, 17);
    assert_int_equal(corpus.tokens, 40);
    assert_int_equal(windows_build(&w, &corpus, 2, 0, NULL), 0);
    assert_int_equal(w.count, 24);
    assert_int_equal(w.held_out, 0);
    assert_pairs(&w, &corpus, 0, 8,
                 "the cat>drinks, cat drinks>milk, the dog>drinks, "
                 "dog drinks>water, the cat>chases, cat chases>a, "
                 "chases a>mouse, the dog>chases, ");
    windows_clear(&w);
    corpus_clear(&corpus);
}

static void windows_never_cross_a_line(void **state)
{
    (void)state;
    struct corpus corpus = build("a b c\n\nd e\nf\ng h i j\n", 0);
    struct windows w;
    assert_int_equal(windows_build(&w, &corpus, 2, 0, NULL), 0);
    assert_pairs(&w, &corpus, 0, w.count, "a b>c, g h>i, h i>j, ");
    windows_clear(&w);
    assert_int_equal(windows_build(&w, &corpus, 1, 0, NULL), 0);
    assert_pairs(&w, &corpus, 0, w.count, "a>b, b>c, d>e, g>h, h>i, i>j, ");
    windows_clear(&w);
    corpus_clear(&corpus);
}

static void the_last_lines_are_held_out(void **state)
{
    (void)state;
    struct corpus corpus = build("a b\nc d\n\ne f\ng h\ni j\n\n\n", 0);
    struct windows w; /* 5 lines with words: 0.4 of them are 2 */
    assert_int_equal(windows_build(&w, &corpus, 1, 0.4, NULL), 0);
    assert_int_equal(w.count, 3);
    assert_int_equal(w.held_out, 2);
    assert_pairs(&w, &corpus, 0, 5, "a>b, c>d, e>f, g>h, i>j, ");
    windows_clear(&w);
    assert_int_equal(windows_build(&w, &corpus, 1, 0.5, NULL), 0);
    assert_int_equal(w.held_out, 3); /* 2.5, rounded up */
    windows_clear(&w);
    corpus_clear(&corpus);
}

/* 0.07 x 100 is 7.000000000000001 in binary: still 7 lines. */
static void a_fraction_is_taken_as_it_is_written(void **state)
{
    (void)state;
    struct str text = STR_INIT;
    struct windows w;
    str_repeat(&text, "a b\n", 100);
    struct corpus corpus = build(str_text(&text), 0);
    assert_int_equal(windows_build(&w, &corpus, 1, 0.07, NULL), 0);
    assert_int_equal(w.held_out, 7);
    windows_clear(&w);
    corpus_clear(&corpus);
    str_clear(&text);
}

static void assert_refused(const char *text, int task, size_t C, double holdout,
                           const char *says)
{
    struct corpus corpus = build(text, task);
    struct windows w;
    struct error err = {0};
    assert_int_equal(windows_build(&w, &corpus, C, holdout, &err), -1);
    assert_int_equal(err.code, ERROR_RANGE);
    if (strstr(err.message, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, says);
    assert_null(w.target);
    windows_clear(&w);
    corpus_clear(&corpus);
}

static void too_short_lines_are_refused_naming_the_longest(void **state)
{
    (void)state;
    assert_refused("a b\nc d e\nf\n", 0, 3, 0, "line 2, has 3");
    assert_refused("a b\nc d e\n", 0, SIZE_MAX, 0, "line 2, has 3");
    assert_refused("a b\nc d e\n", 0, 2, 0.5, "line 1, has 2");
    assert_refused("a b c\n", 0, 2, 0.5, "no line is left to train on");
    assert_refused("0\tbad\n", CORPUS_TASK_LABELS, 2, 0.5, "no line is left");
}

static void a_labelled_line_is_an_example(void **state)
{
    (void)state;
    struct corpus corpus =
        build("1\tgood film\n\n0\tbad\n1\t...\n0\tdull\n", CORPUS_TASK_LABELS);
    struct windows w;
    assert_int_equal(windows_build(&w, &corpus, 2, 0.3, NULL), 0);
    assert_int_equal(w.count, 2); /* a line without words is none */
    assert_int_equal(w.held_out, 1);
    const size_t lines[] = {0, 2, 4};
    assert_memory_equal(w.target, lines, sizeof lines);
    windows_clear(&w);
    corpus_clear(&corpus);
}

static void a_rating_is_an_example(void **state)
{
    (void)state;
    struct corpus corpus =
        build("ann\ttea\t5\nbob\ttea\t3\n", CORPUS_TASK_RATINGS);
    struct windows w;
    assert_int_equal(windows_build(&w, &corpus, 2, 0, NULL), 0);
    assert_int_equal(w.count, 2);
    assert_int_equal(w.target[1], 1);
    windows_clear(&w);
    corpus_clear(&corpus);
}

/* The floor */

static double floor_of(const char *text, size_t C, bool bag)
{
    struct corpus corpus = build(text, 0);
    struct windows w;
    assert_int_equal(windows_build(&w, &corpus, C, 0, NULL), 0);
    double value = windows_floor(&w, &corpus, bag);
    windows_clear(&w);
    corpus_clear(&corpus);
    return value;
}

/*
 * Of the 24 contexts of two words only these leave a choice: "the cat" and
 * "the dog" with drinks, chases, sleeps (3 ln 3 each), "chases a" with mouse,
 * ball (2 ln 2): (6 ln 3 + 2 ln 2) / 24 = 0.33242.
 */
static void the_worked_example_has_its_floor(void **state)
{
    (void)state;
    double expected = (6 * log(3) + 2 * log(2)) / 24;
    assert_true(fabs(expected - 0.3324) < 5e-5);
    assert_true(fabs(floor_of(tiny, 2, true) - expected) < 1e-12);
    assert_true(fabs(floor_of(tiny, 2, false) - expected) < 1e-12);
}

/* "a b > x" and "b a > y" are one context for a mean: ln 2 a pair. */
static void order_may_tell_what_a_bag_cannot(void **state)
{
    (void)state;
    const char *text = "a b x\nb a y\n";
    assert_true(fabs(floor_of(text, 2, true) - log(2)) < 1e-12);
    assert_true(floor_of(text, 2, false) == 0);
}

/* a > b twice, a > c once: (2 ln(3/2) + ln 3) / 3. */
static void the_floor_weighs_by_frequency(void **state)
{
    (void)state;
    double expected = (2 * log(1.5) + log(3)) / 3;
    assert_true(fabs(floor_of("a b\na b\na c\n", 1, true) - expected) < 1e-12);
}

static void held_out_pairs_do_not_count(void **state)
{
    (void)state;
    struct corpus corpus = build("a b\na b\na b\na c\n", 0);
    struct windows w;
    assert_int_equal(windows_build(&w, &corpus, 1, 0.25, NULL), 0);
    assert_true(windows_floor(&w, &corpus, true) == 0);
    windows_clear(&w);
    corpus_clear(&corpus);
}

/* Epochs */

static void assert_take(struct epoch_order *o, struct rng *rng,
                        const char *expected)
{
    int64_t indices[8];
    struct str list = STR_INIT;
    size_t taken = epoch_order_take(o, rng, indices);
    for (size_t i = 0; i < taken; i++)
        str_printf(&list, "%d ", (int)indices[i]);
    assert_string_equal(str_text(&list), expected);
    str_clear(&list);
}

static void batches_follow_the_text(void **state)
{
    (void)state;
    struct epoch_order o;
    struct rng rng;
    rng_seed(&rng, 1);
    epoch_order_init(&o, 5, 2, false);
    assert_int_equal(epoch_order_batches(&o), 3);
    assert_int_equal(o.epoch, 0);
    assert_take(&o, &rng, "0 1 ");
    assert_int_equal(o.epoch, 1);
    assert_take(&o, &rng, "2 3 ");
    assert_int_equal(o.next, 4);
    assert_take(&o, &rng, "4 "); /* the last may be smaller */
    assert_int_equal(o.epoch, 1);
    assert_take(&o, &rng, "0 1 ");
    assert_int_equal(o.epoch, 2);
    assert_int_equal(rng.draws, 0);
    epoch_order_clear(&o);
}

/* torch.manual_seed(42); torch.randperm(5): 2 4 3 0 1, then 1 4 3 2 0. */
static void each_epoch_is_shuffled_as_randperm(void **state)
{
    (void)state;
    struct epoch_order o;
    struct rng rng;
    rng_seed(&rng, 42);
    epoch_order_init(&o, 5, 3, true);
    assert_take(&o, &rng, "2 4 3 ");
    assert_take(&o, &rng, "0 1 ");
    assert_take(&o, &rng, "1 4 3 ");
    assert_take(&o, &rng, "2 0 ");
    epoch_order_clear(&o);
}

static void a_batch_larger_than_the_data_is_all_of_it(void **state)
{
    (void)state;
    struct epoch_order o;
    epoch_order_init(&o, 3, 100, false);
    assert_int_equal(epoch_order_batches(&o), 1);
    assert_take(&o, NULL, "0 1 2 ");
    assert_take(&o, NULL, "0 1 2 ");
    assert_int_equal(o.epoch, 2);
    epoch_order_clear(&o);
}

static void batches_that_divide_the_data_leave_none_over(void **state)
{
    (void)state;
    struct epoch_order o;
    epoch_order_init(&o, 4, 2, false);
    assert_int_equal(epoch_order_batches(&o), 2);
    assert_take(&o, NULL, "0 1 ");
    assert_take(&o, NULL, "2 3 ");
    assert_take(&o, NULL, "0 1 ");
    epoch_order_clear(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example_has_24_pairs),
        cmocka_unit_test(windows_never_cross_a_line),
        cmocka_unit_test(the_last_lines_are_held_out),
        cmocka_unit_test(a_fraction_is_taken_as_it_is_written),
        cmocka_unit_test(too_short_lines_are_refused_naming_the_longest),
        cmocka_unit_test(a_labelled_line_is_an_example),
        cmocka_unit_test(a_rating_is_an_example),
        cmocka_unit_test(the_worked_example_has_its_floor),
        cmocka_unit_test(order_may_tell_what_a_bag_cannot),
        cmocka_unit_test(the_floor_weighs_by_frequency),
        cmocka_unit_test(held_out_pairs_do_not_count),
        cmocka_unit_test(batches_follow_the_text),
        cmocka_unit_test(each_epoch_is_shuffled_as_randperm),
        cmocka_unit_test(a_batch_larger_than_the_data_is_all_of_it),
        cmocka_unit_test(batches_that_divide_the_data_leave_none_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
