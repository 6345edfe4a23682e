/*
 * What a tokenizer makes less of than a person expects.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "text/hints.h"

static struct text_hints hints_of(const char *text)
{
    struct text_hints hints;

    text_hints(text, strlen(text), &hints);
    return hints;
}

static void plain_text_has_none(void **state)
{
    (void)state;
    struct text_hints hints =
        hints_of("The cat, \"they\" say: \xe2\x80\x9cno"
                 "\xe2\x80\x9d \xe2\x80\x94 3 \xe2\x82\xac");
    assert_string_equal(hints.symbol, "");
    assert_false(hints.unspaced);
}

/* A family is four emoji, joined. */
static void the_first_symbol_is_taken_whole(void **state)
{
    static const char family[] = "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91"
                                 "\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";
    struct str text = STR_INIT;
    (void)state;
    str_printf(&text, "a %s b \xf0\x9f\x98\x80", family);
    assert_string_equal(hints_of(str_text(&text)).symbol, family);
    str_clear(&text);
}

/* Joined into one character of a million bytes: its beginning will do. */
static void symbols_without_end_cost_no_time(void **state)
{
    struct str text = STR_INIT;
    (void)state;
    while (text.length < 1000000)
        str_append(&text, "\xf0\x9f\x91\xa8\xe2\x80\x8d");
    assert_in_range(strlen(hints_of(str_text(&text)).symbol), 4, 31);
    str_clear(&text);
}

static void runs_of_han_and_kana_have_no_blanks(void **state)
{
    (void)state;
    assert_true(hints_of("\u732B\u559D\u725B\u5976").unspaced);
    assert_true(hints_of("\u306D\u3053\u306F cat").unspaced);
    assert_false(hints_of("\u732B \u559D \u725B\u5976").unspaced);
    assert_false(hints_of("\uACE0\uC591\uC774\uAC00").unspaced); /* Korean */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_has_none),
        cmocka_unit_test(the_first_symbol_is_taken_whole),
        cmocka_unit_test(symbols_without_end_cost_no_time),
        cmocka_unit_test(runs_of_han_and_kana_have_no_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
