/* Growing strings. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <math.h>
#include "base/str.h"

static void an_empty_string_is_a_text(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    assert_string_equal(str_text(&s), "");
    char *taken = str_take(&s);
    assert_string_equal(taken, "");
    free(taken);
    str_truncate(&s, 0);
    str_clear(&s);
}

static void pieces_are_appended_in_order(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    str_append(&s, "ab");
    str_append_char(&s, 'c');
    str_append_bytes(&s, "def", 2);
    str_printf(&s, "-%d-%s", 42, "x");
    str_repeat(&s, "é.", 3);
    assert_string_equal(str_text(&s), "abcde-42-xé.é.é.");
    assert_int_equal(s.length, strlen("abcde-42-xé.é.é."));
    str_clear(&s);
    assert_null(s.data);
}

static void it_grows_to_any_length(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    for (int i = 0; i < 10000; i++)
        str_printf(&s, "%d,", i % 10);
    assert_int_equal(s.length, 20000);
    assert_int_equal(strlen(s.data), 20000);
    assert_memory_equal(s.data + 19990, "5,6,7,8,9,", 10);
    str_clear(&s);
}

static void one_long_piece_is_not_cut(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    char text[5000];
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    str_printf(&s, "%s|%s", text, text);
    assert_int_equal(s.length, 9999);
    assert_int_equal(s.data[4999], '|');
    str_clear(&s);
}

static void bytes_may_hold_nul(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    str_append_bytes(&s, "a\0b", 3);
    str_append(&s, "c");
    assert_memory_equal(s.data, "a\0bc", 5);
    str_clear(&s);
}

static void truncating_keeps_the_start(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    str_append(&s, "abcdef");
    str_truncate(&s, 2);
    assert_string_equal(str_text(&s), "ab");
    str_append(&s, "X");
    assert_string_equal(str_text(&s), "abX");
    str_clear(&s);
}

static void taking_leaves_it_empty(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    str_append(&s, "abc");
    char *taken = str_take(&s);
    assert_string_equal(taken, "abc");
    assert_int_equal(s.length, 0);
    assert_null(s.data);
    free(taken);
}

static void texts_are_compared(void **state)
{
    (void)state;
    assert_true(str_equal("ab", "ab"));
    assert_false(str_equal("ab", "abc"));
    assert_true(str_starts_with("abc", "ab"));
    assert_true(str_starts_with("abc", ""));
    assert_false(str_starts_with("ab", "abc"));
}

static void counts_have_thousands_separators(void **state)
{
    (void)state;
    assert_string_equal(str_count(0), "0");
    assert_string_equal(str_count(999), "999");
    assert_string_equal(str_count(1000), "1,000");
    assert_string_equal(str_count(9812), "9,812");
    assert_string_equal(str_count(123456789), "123,456,789");
    assert_string_equal(str_count(UINT64_MAX), "18,446,744,073,709,551,615");
}

static void four_counts_stand_in_one_sentence(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    str_printf(&s, "%s %s %s %s", str_count(1), str_count(2), str_count(3),
               str_count(4));
    assert_string_equal(str_text(&s), "1 2 3 4");
    str_clear(&s);
}

/* 17 x 6 floats are 408 bytes; 999,949 rounds down to 999.9, 999,950 up. */
static void a_decimal_has_an_exponent_where_digits_would_run_on(void **state)
{
    (void)state;
    assert_string_equal(str_decimal(2.78421, 4), "2.7842");
    assert_string_equal(str_decimal(-0.5, 2), "-0.50");
    assert_string_equal(str_decimal(999999, 1), "999999.0");
    assert_string_equal(str_decimal(1e6, 1), "1.0e6");
    assert_string_equal(str_decimal(-5283742991171144646656.0, 4),
                        "-5.2837e21");
}

static void a_plural_has_an_s_but_for_one(void **state)
{
    (void)state;
    assert_string_equal(str_s(0), "s");
    assert_string_equal(str_s(1), "");
    assert_string_equal(str_s(2), "s");
}

static void a_decimal_that_is_none_says_so_without_a_sign(void **state)
{
    (void)state;
    assert_string_equal(str_decimal((double)NAN, 4), "nan");
    assert_string_equal(str_decimal(-(double)NAN, 4), "nan");
    assert_string_equal(str_decimal((double)INFINITY, 4), "inf");
    assert_string_equal(str_decimal(-(double)INFINITY, 4), "-inf");
}

static void bytes_have_a_readable_unit(void **state)
{
    (void)state;
    assert_string_equal(str_bytes(0), "0 bytes");
    assert_string_equal(str_bytes(1), "1 byte");
    assert_string_equal(str_bytes(408), "408 bytes");
    assert_string_equal(str_bytes(999), "999 bytes");
    assert_string_equal(str_bytes(1000), "1.0 kB");
    assert_string_equal(str_bytes(999949), "999.9 kB");
    assert_string_equal(str_bytes(999950), "1.0 MB");
    assert_string_equal(str_bytes(12300000000), "12.3 GB");
    assert_string_equal(str_bytes(UINT64_MAX), "18.4 EB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decimal_has_an_exponent_where_digits_would_run_on),
        cmocka_unit_test(a_plural_has_an_s_but_for_one),
        cmocka_unit_test(a_decimal_that_is_none_says_so_without_a_sign),
        cmocka_unit_test(an_empty_string_is_a_text),
        cmocka_unit_test(pieces_are_appended_in_order),
        cmocka_unit_test(it_grows_to_any_length),
        cmocka_unit_test(one_long_piece_is_not_cut),
        cmocka_unit_test(bytes_may_hold_nul),
        cmocka_unit_test(truncating_keeps_the_start),
        cmocka_unit_test(taking_leaves_it_empty),
        cmocka_unit_test(texts_are_compared),
        cmocka_unit_test(counts_have_thousands_separators),
        cmocka_unit_test(four_counts_stand_in_one_sentence),
        cmocka_unit_test(bytes_have_a_readable_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
