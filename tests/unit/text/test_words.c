/* Words ↔ numbers: what the hash table must never mix up. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "text/words.h"

static void numbers_follow_the_first_appearance(void **state)
{
    (void)state;
    struct words words;
    words_init(&words);
    assert_int_equal(words_add(&words, "the", 3), 0);
    assert_int_equal(words_add(&words, "cat", 3), 1);
    assert_int_equal(words_add(&words, "the", 3), 0);
    assert_int_equal(words_add(&words, "extraordinary", 13), 2);
    assert_int_equal(words_add(&words, "extraordinary", 13), 2);
    assert_int_equal(words.count, 3);
    assert_string_equal(words_text(&words, 2), "extraordinary");
    assert_int_equal(words_length(&words, 1), 3);
    assert_int_equal(words_find(&words, "cat", 3), 1);
    assert_int_equal(words_find(&words, "ca", 2), -1);
    assert_int_equal(words_find(&words, "extraordinarx", 13), -1);
    words_clear(&words);
}

/* Every length to 20, every byte of it changed: all are different words. */
static void one_byte_makes_another_word(void **state)
{
    (void)state;
    struct words words;
    size_t expected = 0;
    words_init(&words);
    for (int pass = 0; pass < 2; pass++, expected = 0)
        for (size_t length = 0; length <= 20; length++)
            for (size_t changed = 0; changed <= length; changed++) {
                char word[20];
                memset(word, 'a', sizeof word);
                if (changed > 0)
                    word[changed - 1] = '\0'; /* NUL is a byte like others */
                assert_int_equal(words_add(&words, word, length), expected);
                assert_memory_equal(words_text(&words, expected), word, length);
                expected++;
            }
    words_clear(&words);
}

static void many_words_are_all_found_again(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    struct words words;
    char word[40];
    words_init(&words);
    for (int i = 0; i < COUNT; i++) {
        int length = snprintf(word, sizeof word, i % 2 ? "%d" : "word-%d", i);
        assert_int_equal(words_add(&words, word, (size_t)length), i);
    }
    for (int i = 0; i < COUNT; i++) {
        int length = snprintf(word, sizeof word, i % 2 ? "%d" : "word-%d", i);
        assert_int_equal(words_find(&words, word, (size_t)length), i);
    }
    words_clear(&words);
}

static void adding_by_key_is_adding(void **state)
{
    (void)state;
    struct words words;
    static const char *const list[] = {"",    "a",    "ab",
                                       "abc", "abcd", "abcdefgh"};
    words_init(&words);
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < 6; i++) {
            size_t length = strlen(list[i]);
            uint64_t key = words_key(list[i], length);
            words_prefetch(&words, length, key);
            assert_int_equal(words_add_short(&words, length, key), i);
            assert_string_equal(words_text(&words, i), list[i]);
            assert_int_equal(words_find(&words, list[i], length), i);
        }
    words_clear(&words);
}

/* "xy" and "xyy" have the same key, and some of them the same slot. */
static void words_of_other_length_are_others(void **state)
{
    (void)state;
    size_t tried = 0;
    for (int i = 0; i < 26 * 26; i++) {
        char word[3] = {(char)('a' + i / 26), (char)('a' + i % 26)};
        struct words words;
        words_init(&words);
        word[2] = word[1];
        uint64_t key = words_key(word, 3);
        assert_true(words_key(word, 2) == key);
        if (words_slot(&words, 2, key) == words_slot(&words, 3, key)) {
            assert_int_equal(words_add_short(&words, 2, key), 0);
            assert_int_equal(words_add_short(&words, 3, key), 1);
            assert_int_equal(words_add_short(&words, 2, key), 0);
            tried++;
        }
        words_clear(&words);
    }
    if (tried == 0)
        skip();
}

static void an_appended_word_is_not_found(void **state)
{
    (void)state;
    struct words words;
    words_init(&words);
    words_add(&words, "cat", 3);
    assert_int_equal(words_append(&words, "cat", 3), 1);
    assert_int_equal(words_append(&words, "7", 1), 2);
    assert_int_equal(words_find(&words, "cat", 3), 0);
    assert_int_equal(words_find(&words, "7", 1), -1);
    assert_string_equal(words_text(&words, 2), "7");
    words_clear(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_the_first_appearance),
        cmocka_unit_test(one_byte_makes_another_word),
        cmocka_unit_test(many_words_are_all_found_again),
        cmocka_unit_test(adding_by_key_is_adding),
        cmocka_unit_test(words_of_other_length_are_others),
        cmocka_unit_test(an_appended_word_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
