/* Numbers as typed, and lists as tensors; the functions of lang/parse.h. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/parse.h"

static void assert_integer(const char *text, int64_t expected)
{
    int64_t value = -77;

    if (!value_to_integer(text, &value) || value != expected)
        fail_msg("%s is read as %lld", text, (long long)value);
}

static void integers_read_as_written(void **state)
{
    (void)state;
    assert_integer("0", 0);
    assert_integer("-0", 0);
    assert_integer("+12", 12);
    assert_integer("-3", -3);
    assert_integer("007", 7);
    assert_integer("9223372036854775807", INT64_MAX);
    assert_integer("-9223372036854775808", INT64_MIN);
}

static void an_exact_number_is_an_integer_however_it_is_written(void **state)
{
    (void)state;
    assert_integer("1e3", 1000);
    assert_integer("1.5e1", 15);
    assert_integer("2.0", 2);
    assert_integer("1200e-2", 12);
    assert_integer(".5E+1", 5);
    assert_integer("0e99999999999999999999", 0);
    assert_integer("9007199254740993", 9007199254740993); /* 2^53 + 1 */
    assert_integer("0.000000000000000000009e21", 9);
}

static void what_is_no_integer_is_refused(void **state)
{
    static const char *const texts[] = {
        "",      "-",   "1.5",   "1e-1",  "9223372036854775808",
        "abc",   "1x",  "inf",   "nan",   "-9223372036854775809",
        "1e19",  "1 2", " 1",    "0x10",  "1e",
        ".",     "--1", "1.2.3", "1e1.5", "1e-999999999999999999999",
        "1e-400"};
    int64_t value;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (value_to_integer(texts[i], &value))
            fail_msg("\"%s\" is read as %lld", texts[i], (long long)value);
}

static void numbers_are_decimal_or_infinite_and_never_nan(void **state)
{
    double value;

    (void)state;
    assert_true(value_to_number("-1.5e-3", &value));
    assert_true(value == -0.0015);
    assert_true(value_to_number(".5", &value));
    assert_true(value == 0.5);
    assert_true(value_to_number("inf", &value));
    assert_true(isinf(value) && value > 0);
    assert_true(value_to_number("-Infinity", &value));
    assert_true(isinf(value) && value < 0);
    assert_false(value_to_number("nan", &value));
    assert_false(value_to_number("", &value));
    assert_false(value_to_number("0x1p3", &value));
    assert_false(value_to_number("1,5", &value));
}

/* The list typed after "x "; the caller clears the command. */
static struct command parse_list(const char *text)
{
    struct command command;
    size_t position = 0;

    assert_int_equal(command_parse(text, strlen(text), &position, NULL, NULL,
                                   &command, NULL),
                     1);
    assert_int_equal(command.argc, 1);
    return command;
}

/* expected: shape, then the leaves: "2,3:1 2 3 4 5 6". */
static void assert_flat(const char *line, bool ragged, const char *expected)
{
    struct command command = parse_list(line);
    struct list_shape shape;
    const struct value **leaves;
    size_t count;
    char got[200] = "";

    assert_int_equal(
        value_flatten(&command.args[0], ragged, &shape, &leaves, &count, NULL),
        0);
    for (int i = 0; i < shape.ndim; i++)
        sprintf(got + strlen(got), "%s%d", i > 0 ? "," : "",
                (int)shape.shape[i]);
    strcat(got, ":");
    for (size_t i = 0; i < count; i++)
        strcat(strcat(got, i > 0 ? " " : ""), leaves[i]->text);
    assert_string_equal(got, expected);
    free(leaves);
    command_clear(&command);
}

static void assert_ragged(const char *line, size_t column, size_t length,
                          const char *text)
{
    struct command command = parse_list(line);
    struct list_shape shape;
    const struct value **leaves;
    size_t count;
    struct error err = {0};

    assert_int_equal(
        value_flatten(&command.args[0], false, &shape, &leaves, &count, &err),
        -1);
    if (strstr(err.message, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, text);
    assert_int_equal(err.column, column);
    assert_int_equal(err.length, length);
    command_clear(&command);
}

static void a_list_flattens_to_leaves_and_shape(void **state)
{
    (void)state;
    assert_flat("x [1, 2, 3]", false, "3:1 2 3");
    assert_flat("x [[1, 2, 3], [4, 5, 6]]", false, "2,3:1 2 3 4 5 6");
    assert_flat("x [[[a]], [[b]]]", false, "2,1,1:a b");
    assert_flat("x [[[[[[[[7]]]]]]]]", false, "1,1,1,1,1,1,1,1:7");
    /* torch.tensor([]).shape is (0,), torch.tensor([[], []]).shape (2, 0) */
    assert_flat("x []", false, "0:");
    assert_flat("x [[], []]", false, "2,0:");
    assert_flat("x word", false, "1:word");
}

static void a_ragged_list_names_the_place(void **state)
{
    (void)state;
    assert_ragged("x [[1, 2], [3]]", 12, 3, "1 items where the first has 2");
    assert_ragged("x [[1, 2], 3]", 12, 1, "3 stands where");
    assert_ragged("x [1, [2]]", 7, 3, "a list stands where");
    assert_ragged("x [[], [1]]", 8, 3, "1 items where the first has 0");
    assert_ragged("x [[[[[[[[[7]]]]]]]]]", 11, 3, "at most 8 dimensions");
}

static void a_ragged_list_keeps_its_leaves_where_allowed(void **state)
{
    (void)state;
    assert_flat("x [[1, 2], [3]]", true, ":1 2 3");
    assert_flat("x [1, [2, [3]]]", true, ":1 2 3");
    assert_flat("x [[1, 2], [3, 4]]", true, "2,2:1 2 3 4");
    assert_flat("x [[[[[[[[[7]]]]]]]]]", true, ":7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_read_as_written),
        cmocka_unit_test(an_exact_number_is_an_integer_however_it_is_written),
        cmocka_unit_test(what_is_no_integer_is_refused),
        cmocka_unit_test(numbers_are_decimal_or_infinite_and_never_nan),
        cmocka_unit_test(a_list_flattens_to_leaves_and_shape),
        cmocka_unit_test(a_ragged_list_names_the_place),
        cmocka_unit_test(a_ragged_list_keeps_its_leaves_where_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
