/*
 * The expressions of print against what PyTorch prints for them
 * (tests/oracle/expressions.py), and what must end in a message.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "session_case.h"

enum { CASES_LEAST = 200 };

static struct sitting sitting;

static int begin(void **state)
{
    (void)state;
    sitting_begin(&sitting);
    sitting_ask(&sitting, "table V=10 D=3 seed=123; lookup [[1,2,4],[4,3,2]]; "
                          "backward");
    return 0;
}

static int end(void **state)
{
    (void)state;
    sitting_end(&sitting);
    return 0;
}

/* What print prints, or "error". */
static const char *printed(const char *expression)
{
    struct str line = STR_INIT;
    int status;

    str_truncate(&sitting.out, 0);
    str_append(&sitting.out, "");
    str_printf(&line, "print %s", expression);
    status = sitting_run(&sitting, str_text(&line));
    str_clear(&line);
    if (status != 0 && !sitting.err.message[0])
        fail_msg("%s: refused without a word", expression);
    return status == 0 ? str_text(&sitting.out) : "error\n";
}

static size_t wrong;

static void compare(const char *expression, const char *wanted)
{
    const char *got = printed(expression);

    if (strcmp(got, wanted) == 0)
        return;
    print_error("%s\nPyTorch:\n%sprint:\n%s%s\n", expression, wanted, got,
                *got == 'e' ? sitting.err.message : "");
    wrong++;
}

static char *read_cases(void)
{
    const char *folder = getenv("EMBLAB_TESTS");
    struct str path = STR_INIT;
    struct file_bytes bytes;
    struct error err = {0};

    str_printf(&path, "%s/oracle/fixtures/expressions.txt",
               folder ? folder : "tests");
    if (file_read(str_text(&path), &bytes, &err) != 0)
        fail_msg("%s", err.message);
    str_clear(&path);
    return bytes.data;
}

static void print_prints_what_pytorch_prints(void **state)
{
    char *text = read_cases(), *next = strstr(text, "\n> ");
    size_t count = 0;

    (void)state;
    wrong = 0;
    while (next) {
        char *expression = next + 3, *output = strchr(expression, '\n') + 1;
        output[-1] = '\0';
        next = strstr(output, "\n> ");
        if (next)
            next[1] = '\0';
        compare(expression, output);
        if (next)
            next[1] = '>';
        count++;
    }
    free(text);
    assert_true(count >= CASES_LEAST);
    if (wrong > 0)
        fail_msg("%zu of %zu differ", wrong, count);
}

/* n times open, an expression, n times close. */
static char *nest(const char *open, const char *inside, const char *close,
                  int n)
{
    struct str text = STR_INIT;

    str_append(&text, "print ");
    for (int i = 0; i < n; i++)
        str_append(&text, open);
    str_append(&text, inside);
    for (int i = 0; i < n; i++)
        str_append(&text, close);
    return str_take(&text);
}

static void an_expression_nested_10000_deep_is_refused(void **state)
{
    static const char *const shapes[][3] = {
        {"(", "W", ")"},   {"abs(", "W", ")"}, {"W[", "0", "]"},
        {"-", "W", ""},    {"", "W", ".T"},    {"", "W", "[0]"},
        {"", "W", " + W"}, {"[", "0", "]"},    {"W[[", "0", "]]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char *line = nest(shapes[i][0], shapes[i][1], shapes[i][2], 10000);
        const char *message = sitting_refusal(&sitting, line);
        if (!*message)
            fail_msg("%s: no message", shapes[i][0]);
        free(line);
    }
}

static void a_result_of_100_gigabytes_is_refused(void **state)
{
    (void)state;
    sitting_ask(&sitting, "table V=160000 D=1");
    const char *message = sitting_refusal(&sitting, "print W @ W.T");
    if (!strstr(message, "GB") && !strstr(message, "GiB"))
        fail_msg("%s", message);
    sitting_refusal(&sitting, "print W + W.T");
    sitting_refusal(&sitting, "print W.T == W");
}

static void shape_errors_name_operator_shapes_and_place(void **state)
{
    (void)state;
    const char *message = sitting_refusal(&sitting, "print W + E");
    if (!strstr(message, "+") || !strstr(message, "(10, 3)") ||
        !strstr(message, "(2, 3, 3)") || !strstr(message, "  W + E\n      ^"))
        fail_msg("%s", message);
}

/* Numbers are numbers before there is a text; a name needs one. */
static void numbers_alone_need_no_table(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    assert_string_equal(sitting_ask(&s, "print 2*3"), "6\n");
    assert_string_equal(sitting_ask(&s, "print torch.sum([1, 2])"),
                        "tensor(3)\n");
    assert_string_equal(sitting_ask(&s, "print [0.5, 1]"),
                        "tensor([0.5000, 1.0000])\n");
    assert_string_equal(sitting_ask(&s, "print [1 < 2, 2 < 1]"),
                        "tensor([ True, False])\n");
    assert_non_null(strstr(sitting_refusal(&s, "print W"), "no text yet"));
    assert_non_null(strstr(sitting_refusal(&s, "print 2 * W"), "no text yet"));
    assert_non_null(
        strstr(sitting_refusal(&s, "print emb([1])"), "no text yet"));
    sitting_end(&s);
}

/* Below, at and above the number. */
static void comparisons_tell_equal_from_less(void **state)
{
    static const char *const cases[][2] = {
        {"<", "[ True, False, False]"},  {"<=", "[ True,  True, False]"},
        {">", "[False, False,  True]"},  {">=", "[False,  True,  True]"},
        {"==", "[False,  True, False]"}, {"!=", "[ True, False,  True]"},
    };
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[64], wanted[64];
        snprintf(line, sizeof line, "print [1, 2, 3] %s 2", cases[i][0]);
        snprintf(wanted, sizeof wanted, "tensor(%s)\n", cases[i][1]);
        assert_string_equal(sitting_ask(&s, line), wanted);
    }
    sitting_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(print_prints_what_pytorch_prints, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            an_expression_nested_10000_deep_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_result_of_100_gigabytes_is_refused,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            shape_errors_name_operator_shapes_and_place, begin, end),
        cmocka_unit_test(numbers_alone_need_no_table),
        cmocka_unit_test(comparisons_tell_equal_from_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
