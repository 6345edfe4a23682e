/* Choosing words, numbering them, finding them again. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "text/vocab.h"

/* b 3, a 3, d 2, c 1, B 1, seen in the order b a d c B. */
static const char *const text = "b a b d a c b a d B";

static struct vocab_counter *count(const char *words)
{
    struct vocab_counter *counter = vocab_counter_new();
    for (size_t length; *words != '\0';
         words += length + (words[length] != 0)) {
        length = strcspn(words, " ");
        vocab_counter_add(counter, words, length);
    }
    return counter;
}

static int build(struct vocab *vocab, const char *words,
                 const struct vocab_options *options, struct error *err)
{
    int64_t new_id[100];
    struct vocab_counter *counter = count(words);
    assert_true(vocab_counter_size(counter) <= 100);
    int status = vocab_build(vocab, counter, options, new_id, err);
    vocab_counter_free(counter);
    return status;
}

/* "word:count " in the order of ids. */
static void assert_vocab(const struct vocab *vocab, const char *expected)
{
    struct str list = STR_INIT;
    for (size_t id = 0; id < vocab->size; id++)
        str_printf(&list, "%s:%d ", vocab_word(vocab, (int64_t)id),
                   (int)vocab->count[id]);
    assert_string_equal(str_text(&list), expected);
    str_clear(&list);
}

static void assert_build(const struct vocab_options *options,
                         const char *expected)
{
    struct vocab vocab;
    struct error err = {0};
    assert_int_equal(build(&vocab, text, options, &err), 0);
    assert_vocab(&vocab, expected);
    vocab_clear(&vocab);
}

/* Counting */

static void words_are_counted_by_first_appearance(void **state)
{
    (void)state;
    struct vocab_counter *counter = count(text);
    size_t length;
    int64_t times;
    assert_int_equal(vocab_counter_size(counter), 5);
    assert_string_equal(vocab_counter_word(counter, 1, &length, &times), "a");
    assert_int_equal(length, 1);
    assert_int_equal(times, 3);
    assert_int_equal(vocab_counter_add(counter, "d", 1), 2);
    assert_int_equal(vocab_counter_add(counter, "new", 3), 5);
    vocab_counter_free(counter);
    vocab_counter_free(NULL);
}

/* Words of 1 to 2000 bytes: short ones wait, long ones are counted at once;
 * the sequence is in order all the same. */
static void noting_is_adding(void **state)
{
    (void)state;
    static char bytes[2000];
    struct vocab_counter *added = vocab_counter_new();
    struct vocab_counter *noted = vocab_counter_new();
    int64_t expected[5000];
    uint32_t random = 3;
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < 5000; i++) {
        random = random * 1664525 + 1013904223;
        size_t length = random / 65536 % (i % 100 == 0 ? 2000 : 30);
        expected[i] = vocab_counter_add(added, bytes, length);
        vocab_counter_note(noted, bytes, length);
        assert_int_equal(vocab_counter_noted(noted), i + 1);
    }
    int32_t *sequence = vocab_counter_take(noted);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(sequence[i], expected[i]);
    assert_int_equal(vocab_counter_size(noted), vocab_counter_size(added));
    for (size_t i = 0; i < vocab_counter_size(added); i++) {
        size_t length[2];
        int64_t times[2];
        vocab_counter_word(added, i, &length[0], &times[0]);
        vocab_counter_word(noted, i, &length[1], &times[1]);
        assert_int_equal(length[0], length[1]);
        assert_int_equal(times[0], times[1]);
    }
    free(sequence);
    vocab_counter_free(added);
    vocab_counter_free(noted);
}

/* Choosing and numbering */

static void order_only_numbers_the_words(void **state)
{
    (void)state;
    struct vocab_options options = {.min_count = 1};
    assert_build(&options, "b:3 a:3 d:2 c:1 B:1 ");
    options.order = VOCAB_FREQUENCY; /* ties by first appearance */
    assert_build(&options, "b:3 a:3 d:2 c:1 B:1 ");
    options.order = VOCAB_ALPHABETICAL; /* by code point: capitals first */
    assert_build(&options, "B:1 a:3 b:3 c:1 d:2 ");
}

static void frequency_orders_by_count_first(void **state)
{
    (void)state;
    struct vocab vocab;
    struct vocab_options options = {.min_count = 1, .order = VOCAB_FREQUENCY};
    assert_int_equal(build(&vocab, "x y z z y z", &options, NULL), 0);
    assert_vocab(&vocab, "z:3 y:2 x:1 ");
    vocab_clear(&vocab);
}

static void alphabetical_is_by_code_point(void **state)
{
    (void)state;
    struct vocab vocab;
    struct vocab_options options = {.min_count = 1,
                                    .order = VOCAB_ALPHABETICAL};
    const char *words = "\U0001F600 \uFF21 \u00E9 z za";
    assert_int_equal(build(&vocab, words, &options, NULL), 0);
    assert_vocab(&vocab, "z:1 za:1 \u00E9:1 \uFF21:1 \U0001F600:1 ");
    vocab_clear(&vocab);
}

static void rare_words_leave(void **state)
{
    (void)state;
    struct vocab vocab;
    int64_t new_id[5];
    struct vocab_options options = {.min_count = 2};
    struct vocab_counter *counter = count(text);
    assert_int_equal(vocab_build(&vocab, counter, &options, new_id, NULL), 0);
    assert_vocab(&vocab, "b:3 a:3 d:2 ");
    assert_int_equal(vocab.kinds, 5);
    assert_int_equal(vocab.dropped_kinds, 2);
    assert_int_equal(vocab.dropped_tokens, 2);
    const int64_t expected[] = {0, 1, 2, -1, -1};
    assert_memory_equal(new_id, expected, sizeof expected);
    vocab_clear(&vocab);
    vocab_counter_free(counter);
}

static void unk_counts_what_it_replaced(void **state)
{
    (void)state;
    struct vocab vocab;
    int64_t new_id[5];
    struct vocab_options options = {.min_count = 2, .unk = true};
    struct vocab_counter *counter = count(text);
    assert_int_equal(vocab_build(&vocab, counter, &options, new_id, NULL), 0);
    assert_vocab(&vocab, "<unk>:2 b:3 a:3 d:2 ");
    const int64_t expected[] = {1, 2, 3, 0, 0};
    assert_memory_equal(new_id, expected, sizeof expected);
    assert_int_equal(vocab.unk, 0);
    assert_int_equal(vocab.pad, -1);
    assert_int_equal(vocab.dropped_kinds, 2);
    vocab_clear(&vocab);
    vocab_counter_free(counter);
}

static void specials_come_first_in_the_order_typed(void **state)
{
    (void)state;
    struct vocab_options options = {
        .min_count = 3, .pad = true, .unk = true, .order = VOCAB_ALPHABETICAL};
    assert_build(&options, "<pad>:0 <unk>:4 a:3 b:3 ");
    options.unk_first = true;
    assert_build(&options, "<unk>:4 <pad>:0 a:3 b:3 ");
    options.unk = false;
    assert_build(&options, "<pad>:0 a:3 b:3 ");
}

static void max_size_keeps_the_most_frequent_and_counts_specials(void **state)
{
    (void)state;
    struct vocab_options options = {.min_count = 1, .max_size = 3};
    assert_build(&options, "b:3 a:3 d:2 ");
    options.pad = options.unk = true;
    assert_build(&options, "<pad>:0 <unk>:7 b:3 ");
    options.max_size = 6;
    assert_build(&options, "<pad>:0 <unk>:1 b:3 a:3 d:2 c:1 ");
    options.max_size = 99;
    assert_build(&options, "<pad>:0 <unk>:0 b:3 a:3 d:2 c:1 B:1 ");
}

static void chosen_by_frequency_numbered_by_appearance(void **state)
{
    (void)state;
    struct vocab vocab;
    struct vocab_options options = {.min_count = 1, .max_size = 2};
    assert_int_equal(build(&vocab, "x y z z y z", &options, NULL), 0);
    assert_vocab(&vocab, "y:2 z:3 ");
    vocab_clear(&vocab);
}

static void assert_refused(const struct vocab_options *options,
                           enum error_code code, const char *says)
{
    struct vocab vocab;
    struct error err = {0};
    assert_int_equal(build(&vocab, text, options, &err), -1);
    assert_int_equal(err.code, code);
    if (strstr(err.message, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, says);
    assert_int_equal(vocab.size, 0);
    vocab_clear(&vocab);
}

static void an_impossible_choice_is_refused(void **state)
{
    (void)state;
    struct vocab_options options = {.min_count = 4};
    assert_refused(&options, ERROR_RANGE, "min_count=4");
    options = (struct vocab_options){
        .min_count = 1, .max_size = 2, .pad = true, .unk = true};
    assert_refused(&options, ERROR_RANGE, "max_size=2 leaves no room");
    options = (struct vocab_options){.min_count = 2, .hash = 5};
    assert_refused(&options, ERROR_USAGE, "leave out min_count");
    options = (struct vocab_options){.min_count = 1, .max_size = 3, .hash = 5};
    assert_refused(&options, ERROR_USAGE, "leave out max_size");
    options = (struct vocab_options){.min_count = 1, .hash = SIZE_MAX / 2};
    assert_refused(&options, ERROR_MEMORY, "hash");
}

/* Finding */

static void words_are_found_or_unknown(void **state)
{
    (void)state;
    struct vocab vocab;
    struct vocab_options options = {.min_count = 2};
    build(&vocab, text, &options, NULL);
    assert_int_equal(vocab_find(&vocab, "d", 1), 2);
    assert_int_equal(vocab_find(&vocab, "c", 1), -1);
    assert_int_equal(vocab_find(&vocab, "", 0), -1);
    vocab_clear(&vocab);
    options.unk = true;
    build(&vocab, text, &options, NULL);
    assert_int_equal(vocab_find(&vocab, "c", 1), 0);
    assert_int_equal(vocab_find_exact(&vocab, "c", 1), -1);
    assert_int_equal(vocab_find_exact(&vocab, "d", 1), 3);
    vocab_clear(&vocab);
}

static void assert_nearest(const char *words, const char *word,
                           const char *expected)
{
    struct vocab vocab;
    struct vocab_options options = {.min_count = 1, .pad = true, .unk = true};
    build(&vocab, words, &options, NULL);
    const char *nearest = vocab_nearest(&vocab, word);
    if (expected == NULL)
        assert_null(nearest);
    else
        assert_string_equal(nearest, expected);
    vocab_clear(&vocab);
}

static void the_nearest_word_is_meant(void **state)
{
    (void)state;
    const char *words = "the cat drinks milk car car a";
    assert_nearest(words, "catt", "cat");
    assert_nearest(words, "drnks", "drinks");
    assert_nearest(words, "dirnks", "drinks");
    assert_nearest(words, "cax", "car"); /* as near as cat, more frequent */
    assert_nearest(words, "elephant", NULL);
    assert_nearest(words, "x", NULL);    /* one edit, nothing in common */
    assert_nearest(words, "<pad", NULL); /* specials are not meant */
}

/* Hashing. 32-bit FNV-1a's published test vectors. */

static void the_hash_is_fnv1a(void **state)
{
    (void)state;
    assert_int_equal(vocab_fnv1a("", 0), 0x811C9DC5);
    assert_int_equal(vocab_fnv1a("a", 1), 0xE40C292C);
    assert_int_equal(vocab_fnv1a("foobar", 6), 0xBF9CF968);
    /* bytes above 127, taken unsigned: Python's plain loop */
    assert_int_equal(vocab_fnv1a("\u00E9", 2), 513665217);
}

/*
 * FNV-1a mod 5 by a Python loop: the 0, cat 1, drinks 0, milk 2, mouse 4,
 * ball 4, none 3.
 */
static void hashed_words_share_rows(void **state)
{
    (void)state;
    struct vocab vocab;
    int64_t new_id[6];
    struct vocab_options options = {.min_count = 1, .hash = 5};
    struct vocab_counter *counter = count("the cat drinks milk mouse ball the");
    assert_int_equal(vocab_build(&vocab, counter, &options, new_id, NULL), 0);
    const int64_t expected[] = {0, 1, 0, 2, 4, 4};
    assert_memory_equal(new_id, expected, sizeof expected);
    assert_vocab(&vocab, "the:3 cat:1 milk:1 :0 mouse:2 ");
    assert_int_equal(vocab_row_count(&vocab, 0), 2);
    assert_string_equal(vocab_row_word(&vocab, 0, 1), "drinks");
    assert_int_equal(vocab_row_count(&vocab, 3), 0);
    assert_string_equal(vocab_row_word(&vocab, 4, 0), "mouse");
    assert_string_equal(vocab_row_word(&vocab, 4, 1), "ball");
    assert_int_equal(vocab_find(&vocab, "ball", 4), 4);
    assert_int_equal(vocab_find(&vocab, "never-seen", 10),
                     vocab_fnv1a("never-seen", 10) % 5);
    assert_string_equal(vocab_nearest(&vocab, "drnks"), "drinks");
    assert_int_equal(vocab.kinds, 6);
    assert_int_equal(vocab.dropped_kinds, 0);
    vocab_clear(&vocab);
    vocab_counter_free(counter);
}

static void hashed_rows_come_after_the_specials(void **state)
{
    (void)state;
    struct vocab vocab;
    struct vocab_options options = {.min_count = 1, .hash = 5, .pad = true};
    assert_int_equal(build(&vocab, "the cat", &options, NULL), 0);
    assert_vocab(&vocab, "<pad>:0 the:1 cat:1 :0 :0 :0 ");
    assert_int_equal(vocab_find(&vocab, "cat", 3), 2);
    assert_int_equal(vocab_find(&vocab, "<pad>", 5), 0);
    assert_int_equal(vocab_row_count(&vocab, 0), 1);
    assert_string_equal(vocab_row_word(&vocab, 0, 0), "<pad>");
    vocab_clear(&vocab);
}

static void a_row_without_hashing_is_one_word(void **state)
{
    (void)state;
    struct vocab vocab;
    struct vocab_options options = {.min_count = 1};
    build(&vocab, text, &options, NULL);
    assert_int_equal(vocab_row_count(&vocab, 2), 1);
    assert_string_equal(vocab_row_word(&vocab, 2, 0), "d");
    vocab_clear(&vocab);
}

/* Ids as words */

static void a_table_without_a_text_has_ids_for_words(void **state)
{
    (void)state;
    struct vocab vocab;
    vocab_build_numbers(&vocab, 11);
    assert_vocab(&vocab, "0:0 1:0 2:0 3:0 4:0 5:0 6:0 7:0 8:0 9:0 10:0 ");
    assert_int_equal(vocab_find(&vocab, "10", 2), 10);
    assert_int_equal(vocab_find(&vocab, "0", 1), 0);
    assert_int_equal(vocab_find(&vocab, "11", 2), -1);
    assert_int_equal(vocab_find(&vocab, "01", 2), -1);
    assert_int_equal(vocab_find(&vocab, "1x", 2), -1);
    assert_int_equal(vocab_find(&vocab, "99999999999999999999", 20), -1);
    assert_null(vocab_nearest(&vocab, "12"));
    vocab_clear(&vocab);
    assert_int_equal(vocab_find(&vocab, "1", 1), -1); /* none is left */
}

static void rows_beyond_the_words_have_ids_for_words(void **state)
{
    (void)state;
    struct vocab vocab;
    struct vocab_options options = {.min_count = 1};
    build(&vocab, "cat 4 cat", &options, NULL);
    vocab_extend(&vocab, 5);
    assert_vocab(&vocab, "cat:2 4:1 2:0 3:0 4:0 ");
    assert_int_equal(vocab_find(&vocab, "3", 1), 3);
    assert_int_equal(vocab_find(&vocab, "4", 1), 1); /* a word of the text */
    assert_int_equal(vocab_find(&vocab, "1", 1), -1);
    vocab_clear(&vocab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_counted_by_first_appearance),
        cmocka_unit_test(noting_is_adding),
        cmocka_unit_test(order_only_numbers_the_words),
        cmocka_unit_test(frequency_orders_by_count_first),
        cmocka_unit_test(alphabetical_is_by_code_point),
        cmocka_unit_test(rare_words_leave),
        cmocka_unit_test(unk_counts_what_it_replaced),
        cmocka_unit_test(specials_come_first_in_the_order_typed),
        cmocka_unit_test(max_size_keeps_the_most_frequent_and_counts_specials),
        cmocka_unit_test(chosen_by_frequency_numbered_by_appearance),
        cmocka_unit_test(an_impossible_choice_is_refused),
        cmocka_unit_test(words_are_found_or_unknown),
        cmocka_unit_test(the_nearest_word_is_meant),
        cmocka_unit_test(the_hash_is_fnv1a),
        cmocka_unit_test(hashed_words_share_rows),
        cmocka_unit_test(hashed_rows_come_after_the_specials),
        cmocka_unit_test(a_row_without_hashing_is_one_word),
        cmocka_unit_test(a_table_without_a_text_has_ids_for_words),
        cmocka_unit_test(rows_beyond_the_words_have_ids_for_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
