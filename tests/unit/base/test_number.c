/*
 * Numbers in text against strtod and strtof, which glibc rounds correctly,
 * bit for bit; and in a locale that writes a comma.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static void assert_like_libc(const char *text)
{
    double d = 77, d_libc = strtod(text, NULL);
    float f = 77, f_libc = strtof(text, NULL);

    assert_true(number_read_double(text, strlen(text), &d));
    assert_true(number_read_float(text, strlen(text), &f));
    if (memcmp(&d, &d_libc, sizeof d) != 0)
        fail_msg("%s as double: %.17g, libc %.17g", text, d, d_libc);
    if (memcmp(&f, &f_libc, sizeof f) != 0)
        fail_msg("%s as float: %.9g, libc %.9g", text, (double)f,
                 (double)f_libc);
}

static void plain_numbers_read_as_libc_reads_them(void **state)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "+1",
        "1.",
        ".5",
        "-0.418",
        "1e10",
        "1E-10",
        "0.1e+1",
        "123456.",
        "1e22",
        "1e23",
        "00.100",
        "4.9e-324",
        "1e-46",
        "1e-400",
        "1e400",
        "-1e39",
        "1e-38",
        "3.4028235e38",
        "3.4028236e38",
        "1.17549435e-38",
        "9007199254740993",
        "0.000000000000000000000000000000000000001",
        "12345678901234567890123",
        "0.12345678901234567890123",
        "1e99999999999",
        "1e-99999999999",
        "0e99999999999",
        "100000000000000000000000000000000000000000000000000000000000000000"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_like_libc(texts[i]);
}

/* 0.000...01e999999, whose point and exponent nearly make up for each other. */
static void absurd_exponents_are_read_right(void **state)
{
    enum { ZEROS = 99990 };
    char *text = malloc(ZEROS + 20);

    (void)state;
    memset(text, '0', ZEROS);
    text[1] = '.';
    strcpy(text + ZEROS, "1e999999");
    assert_like_libc(text);
    strcpy(text + ZEROS, "1e99988");
    assert_like_libc(text);
    free(text);
}

/* 1 + 2^-24 lies between two floats; a digit far behind decides. */
static void a_float_is_rounded_once(void **state)
{
    (void)state;
    assert_like_libc("1.000000059604644775390625");
    assert_like_libc("1.000000059604644775390626");
    assert_like_libc("1.000000059604644775390624");
    /* The double nearest to each of these lies between two floats. */
    assert_like_libc("0.7297362983226776");
    assert_like_libc("0.0003436678525758907");
    assert_like_libc("2.327659656370979e+18");
    assert_like_libc("28.79631519317627");
    assert_like_libc("16777217.0000000001");
    assert_like_libc("16777217");
    assert_like_libc("16777219");
}

static void random_numbers_read_as_libc_reads_them(void **state)
{
    uint64_t seed = 88172645463325252u;
    char text[64];

    (void)state;
    for (int n = 0; n < 300000; n++) {
        double scale;
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        scale = pow(10, (double)(seed % 30) - 15);
        sprintf(text,
                n % 3 == 0   ? "%.*f"
                : n % 3 == 1 ? "%.*g"
                             : "%.*e",
                (int)(seed >> 8) % 12 & 15,
                ((double)(seed >> 11) * 0x1p-53 - 0.5) * scale);
        assert_like_libc(text);
    }
}

static void infinity_and_nan_read_in_any_case(void **state)
{
    double d;
    float f;

    (void)state;
    assert_true(number_read_double("inf", 3, &d) && isinf(d) && d > 0);
    assert_true(number_read_double("-INF", 4, &d) && isinf(d) && d < 0);
    assert_true(number_read_float("Infinity", 8, &f) && isinf(f) && f > 0);
    assert_true(number_read_float("nan", 3, &f) && isnan(f));
    assert_true(number_read_float("-NaN", 4, &f) && isnan(f));
}

static void what_is_no_number_is_refused(void **state)
{
    static const char *const texts[] = {
        "",     "+",    "-",   ".",   "e5",  "1e",    "1e+",       "1.2.3",
        "1x",   " 1",   "1 ",  "0x1", "--1", "1,5",   "in",        "infi",
        "nano", "1e5.", "+-1", "1e-", ".e1", "1_000", "\xc2\xa0 1"};
    double d;
    float f;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (number_read_double(texts[i], strlen(texts[i]), &d) ||
            number_read_float(texts[i], strlen(texts[i]), &f))
            fail_msg("\"%s\" is read as a number", texts[i]);
}

static void only_the_given_bytes_are_read(void **state)
{
    double d;

    (void)state;
    assert_true(number_read_double("12345", 2, &d));
    assert_true(d == 12.0);
    assert_true(number_read_double("1e5", 1, &d));
    assert_true(d == 1.0);
}

static void a_locale_with_commas_changes_nothing(void **state)
{
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE",
                                          "fr_FR"};
    double d;
    bool found = false;

    (void)state;
    for (size_t i = 0; i < 4 && !found; i++)
        found = setlocale(LC_NUMERIC, locales[i]) != NULL;
    if (!found)
        skip();
    /* Too many digits for the fast path. */
    assert_true(number_read_double("0.1234567890123456789012", 24, &d));
    setlocale(LC_NUMERIC, "C");
    assert_true(d == 0.1234567890123456789012);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_numbers_read_as_libc_reads_them),
        cmocka_unit_test(absurd_exponents_are_read_right),
        cmocka_unit_test(a_float_is_rounded_once),
        cmocka_unit_test(random_numbers_read_as_libc_reads_them),
        cmocka_unit_test(infinity_and_nan_read_in_any_case),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(only_the_given_bytes_are_read),
        cmocka_unit_test(a_locale_with_commas_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
