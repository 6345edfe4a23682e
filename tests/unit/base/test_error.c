/* Errors: what the message says, and that it is always one visible line. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

static void setting_fills_in_and_fails(void **state)
{
    (void)state;
    struct error err = {ERROR_FILE, 7, 3, "before"};
    assert_int_equal(error_set(&err, ERROR_RANGE, "id %d; use 0..%d", 9, 4),
                     -1);
    assert_int_equal(err.code, ERROR_RANGE);
    assert_string_equal(err.message, "id 9; use 0..4");
    assert_int_equal(err.column, 0); /* the place before was another's */
    assert_int_equal(err.length, 0);
}

static void a_place_is_added(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERROR_SYNTAX, "what");
    assert_int_equal(error_at(&err, 5, 2), -1);
    assert_int_equal(err.column, 5);
    assert_int_equal(err.length, 2);
    assert_string_equal(err.message, "what");
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, ERROR_RANGE, "%s", "x"), -1);
    assert_int_equal(error_at(NULL, 1, 1), -1);
    error_clear(NULL);
}

static void clearing_forgets(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERROR_RANGE, "x");
    error_at(&err, 1, 1);
    error_clear(&err);
    assert_int_equal(err.code, ERROR_NONE);
    assert_string_equal(err.message, "");
    assert_int_equal(err.column, 0);
}

/* 700 two-byte letters are 1400 bytes: 1023 - 3 for the ellipsis = 1020. */
static void a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    char text[1500] = "";
    struct error err = {0};
    for (int i = 0; i < 700; i++)
        strcat(text, "ü");
    for (int shift = 0; shift < 2; shift++) {
        error_set(&err, ERROR_RANGE, "%s%s", shift ? "x" : "", text);
        size_t length = strlen(err.message);
        assert_int_equal(length, shift ? 1019 + 3 : 1020 + 3);
        assert_string_equal(err.message + length - 3, "…");
        assert_int_equal(utf8_count_invalid(err.message, length), 0);
    }
}

static void a_message_that_fits_is_whole(void **state)
{
    (void)state;
    char text[ERROR_MESSAGE_MAX];
    struct error err = {0};
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set(&err, ERROR_RANGE, "%s", text);
    assert_string_equal(err.message, text);
}

static void what_it_quotes_cannot_reach_the_terminal(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERROR_NOT_FOUND, "no '%s'", "\x1b[2J\n\xFF");
    assert_string_equal(err.message, "no '␛[2J␊�'");
}

static void a_message_may_quote_itself(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERROR_FILE, "inner");
    error_set(&err, err.code, "line 3: %s", err.message);
    assert_string_equal(err.message, "line 3: inner");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_fills_in_and_fails),
        cmocka_unit_test(a_place_is_added),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(clearing_forgets),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(a_message_that_fits_is_whole),
        cmocka_unit_test(what_it_quotes_cannot_reach_the_terminal),
        cmocka_unit_test(a_message_may_quote_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
