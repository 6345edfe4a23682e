/*
 * Character n-grams as fastText takes them. Buckets: 32-bit FNV-1a mod 10,
 * computed by a Python loop.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "text/subwords.h"

static bool append_ngram(void *context, const char *ngram, size_t length)
{
    struct str *out = context;
    str_append_bytes(out, ngram, length);
    str_append_char(out, ' ');
    return true;
}

static void assert_ngrams(const char *word, size_t min, size_t max,
                          const char *expected)
{
    struct str out = STR_INIT;
    subwords_each(word, min, max, append_ngram, &out);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
}

/* The example of Bojanowski et al. 2017: where, n = 3. */
static void ngrams_are_of_the_word_between_signs(void **state)
{
    (void)state;
    assert_ngrams("where", 3, 3, "<wh whe her ere re> ");
    assert_ngrams("where", 3, 4, "<wh <whe whe wher her here ere ere> re> ");
    assert_ngrams("at", 3, 6, "<at <at> at> ");
    assert_ngrams("a", 4, 6, "");
}

static void a_sign_alone_is_no_ngram(void **state)
{
    (void)state;
    assert_ngrams("a", 1, 3, "<a <a> a a> ");
}

static void ngrams_are_of_code_points(void **state)
{
    (void)state;
    assert_ngrams("\u00E9t\u00E9", 3, 3, "<\u00E9t \u00E9t\u00E9 t\u00E9> ");
    assert_ngrams("\u4E2D", 1, 3, "<\u4E2D <\u4E2D> \u4E2D \u4E2D> ");
}

static struct vocab make_vocab(const char *const *words, size_t count,
                               const struct vocab_options *options)
{
    struct vocab vocab;
    int64_t ids[10];
    struct vocab_counter *counter = vocab_counter_new();
    for (size_t i = 0; i < count; i++)
        vocab_counter_add(counter, words[i], strlen(words[i]));
    assert_int_equal(vocab_build(&vocab, counter, options, ids, NULL), 0);
    vocab_counter_free(counter);
    return vocab;
}

/* V = 3: <pad>, where, é. <wh 2, whe 1, her 0, ere 3, re> 8; <é> 9. */
static void rows_are_the_word_then_its_ngrams(void **state)
{
    (void)state;
    static const char *const words[] = {"where", "\u00E9"};
    struct vocab_options options = {.min_count = 1, .pad = true};
    struct vocab vocab = make_vocab(words, 2, &options);
    struct subwords s;
    assert_int_equal(subwords_build(&s, &vocab, 3, 3, 10, NULL), 0);
    const int64_t offsets[] = {0, 1, 7, 9};
    const int64_t rows[] = {0, 1, 3 + 2, 3 + 1, 3 + 0, 3 + 3, 3 + 8, 2, 3 + 9};
    assert_int_equal(s.words, 3);
    assert_int_equal(s.buckets, 10);
    assert_memory_equal(s.offsets, offsets, sizeof offsets);
    assert_memory_equal(s.rows, rows, sizeof rows);
    subwords_clear(&s);
    vocab_clear(&vocab);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"a"};
    static const size_t bad[][3] = {{0, 3, 10}, {4, 3, 10}, {3, 6, 0}};
    struct vocab_options options = {.min_count = 1};
    struct vocab vocab = make_vocab(words, 1, &options);
    struct subwords s;
    struct error err = {0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            subwords_build(&s, &vocab, bad[i][0], bad[i][1], bad[i][2], &err),
            -1);
        assert_int_equal(err.code, ERROR_RANGE);
    }
    vocab_clear(&vocab);
    options.hash = 5;
    vocab = make_vocab(words, 1, &options);
    assert_int_equal(subwords_build(&s, &vocab, 3, 6, 10, &err), -1);
    assert_int_equal(err.code, ERROR_STATE);
    vocab_clear(&vocab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ngrams_are_of_the_word_between_signs),
        cmocka_unit_test(a_sign_alone_is_no_ngram),
        cmocka_unit_test(ngrams_are_of_code_points),
        cmocka_unit_test(rows_are_the_word_then_its_ngrams),
        cmocka_unit_test(what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
