/*
 * Expected output against actual output: which lines mean each other, what the
 * differences are, and what an update makes of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lesson/compare.h"
#include "lesson/compare_line.h"

enum { LINES_MAX = 16 };

/* The lines of a text, for what expects lines. */
struct lines {
    char *line[LINES_MAX];
    size_t count;
};

static struct lines lines_of(const char *text)
{
    struct lines lines = {.count = 0};

    while (*text) {
        size_t length = strcspn(text, "\n");
        struct str line = STR_INIT;
        str_append_bytes(&line, text, length);
        lines.line[lines.count++] = str_take(&line);
        text += length + (text[length] == '\n');
    }
    return lines;
}

static void drop_lines(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->line[i]);
}

/* What is told of the two: "" where they mean the same. */
static const char *diff_of(const char *expected, const char *actual,
                           const char *error)
{
    static struct str out;
    struct lines lines = lines_of(expected);
    struct comparison comparison;

    str_truncate(&out, 0);
    compare_output(&comparison, lines.line, lines.count, actual, error);
    if (!comparison.same)
        compare_diff(&comparison, "", &out);
    compare_clear(&comparison);
    drop_lines(&lines);
    return str_text(&out);
}

static const char *update_of(const char *expected, const char *actual)
{
    static struct str out;
    struct lines lines = lines_of(expected);
    struct comparison comparison;

    str_truncate(&out, 0);
    compare_output(&comparison, lines.line, lines.count, actual, NULL);
    compare_update(&comparison, &out);
    compare_clear(&comparison);
    drop_lines(&lines);
    return str_text(&out);
}

#define assert_same(expected, actual) \
    assert_string_equal(diff_of(expected, actual, NULL), "")
#define assert_diff(expected, actual, diff) \
    assert_string_equal(diff_of(expected, actual, NULL), diff)

/* --- lines ---------------------------------------------------------------- */

static void lines_are_taken_as_they_are(void **state)
{
    (void)state;
    assert_true(compare_line("a  b", "a  b"));
    assert_false(compare_line("a  b", "a b"));
    assert_false(compare_line("a", "A"));
    assert_false(compare_line("a", "ab"));
    assert_false(compare_line("ab", "a"));
    assert_false(compare_line(" a", "a"));
    assert_true(compare_line("a  ", "a"));
    assert_true(compare_line("a", "a \t"));
    assert_true(compare_line("", ""));
}

static void brackets_stand_for_any_text(void **state)
{
    (void)state;
    assert_true(compare_line("a [..] c", "a b c"));
    assert_true(compare_line("[..]", ""));
    assert_true(compare_line("[..]b", "ab ab"));
    assert_true(compare_line("a[..]", "a"));
    assert_true(compare_line("a[..]b[..]c", "axbxbxc"));
    assert_false(compare_line("a[..]b[..]c", "axcxb"));
    assert_false(compare_line("[..]b", "ba"));
    assert_true(compare_line("[..][..]", "x"));
}

static void tolerance_lets_numbers_differ(void **state)
{
    (void)state;
    assert_true(compare_line("loss 2.7842 (~1e-4)", "loss 2.7842"));
    assert_true(compare_line("loss 2.7842 (~1e-4)", "loss 2.7843"));
    assert_false(compare_line("loss 2.7842 (~1e-4)", "loss 2.7844"));
    assert_true(compare_line("loss 2.7842          (~1e-4)", "loss 2.7841"));
    assert_false(compare_line("loss 2.7842 (~1e-4)", "los 2.7842"));
    assert_true(compare_line("a 1e-4 b 2 (~0.5)", "a 0.0002 b 1.6"));
    assert_false(compare_line("a 1 b 2 (~0.5)", "a 1 b 2.6"));
    assert_false(compare_line("a 1 2 (~0.5)", "a 1"));
    assert_false(compare_line("a 1 (~0.5)", "a 1 2"));
    assert_false(compare_line("a nan (~0.5)", "a 1"));
}

/* A sign more moves what stands beside it. */
static void tolerance_lets_signs_and_blanks_move(void **state)
{
    (void)state;
    assert_true(
        compare_line("tensor([ 0.0000, 1]) (~1e-4)", "tensor([-0.0001, 1])"));
    assert_true(compare_line("  0.00001   x (~1e-4)", " -0.00001  x"));
    assert_true(compare_line("a 1 (~1)", "a  1"));
    assert_true(compare_line("a 1e+05 b (~1)", "a 100000 b"));
    assert_true(compare_line("a 9 b 1.99 (~1)", "a 10 b 2"));
    assert_false(compare_line("a 1e+05 b (~1)", "a 100002 b"));
    assert_false(compare_line("ab 1 (~1)", "a b 1"));
}

/* Digits in names and versions are no numbers that could differ. */
static void tolerance_takes_names_as_they_are(void **state)
{
    (void)state;
    assert_false(compare_line("x1 (~1)", "x2"));
    assert_false(compare_line("v1.2.3 (~9)", "v1.2.4"));
    assert_true(compare_line("W[3] 5 (~1)", "W[4] 5"));
    assert_true(compare_line("5-6 (~1)", "5-7"));
}

static void tolerance_and_brackets_go_together(void **state)
{
    (void)state;
    assert_true(compare_line("a [..] 1.00 (~0.1)", "a b c 1.05"));
    assert_false(compare_line("a [..] 1.00 (~0.1)", "a b c 1.15"));
}

static void what_is_no_tolerance_is_text(void **state)
{
    (void)state;
    assert_true(compare_line("a (~b)", "a (~b)"));
    assert_true(compare_line("(1)", "(1)"));
    assert_false(compare_line("a 1 (~1) b", "a 2 b"));
    assert_true(compare_line("x (~1e999)", "x (~1e999)"));
}

/* Each character looked at is counted, so that no pattern takes for ever. */
static void hostile_pattern_comes_to_an_end(void **state)
{
    struct str expected = STR_INIT, actual = STR_INIT;
    size_t work = 1000;

    (void)state;
    assert_true(compare_line_within("[..]b", "aaab", &work));
    assert_int_equal(work, 1000 - 6); /* [..], three a, b, the end */
    str_append(&expected, "[..]");
    str_repeat(&expected, "a", 10000);
    str_append(&expected, "b");
    str_repeat(&actual, "a", 20000);
    assert_false(
        compare_line_within(str_text(&expected), str_text(&actual), &work));
    assert_int_equal(work, 0);
    str_clear(&expected);
    str_clear(&actual);
}

/* --- outputs -------------------------------------------------------------- */

static void equal_outputs_are_the_same(void **state)
{
    (void)state;
    assert_same("a\nb\n", "a\nb\n");
    assert_same("a\n", "a");
    assert_same("a\n\n", "a\n");
    assert_same("a\n", "a\n\n  \n");
    assert_same("a\n\nb\n", "a\n\nb\n");
    assert_diff("a\n\nb\n", "a\nb\n", "  a\n- \n  b\n");
}

static void nothing_expected_is_all_right(void **state)
{
    (void)state;
    assert_same("", "a\nb\n");
    assert_same("", "");
}

static void dots_stand_for_any_lines(void **state)
{
    (void)state;
    assert_same("...\n", "");
    assert_same("...\n", "a\nb\n");
    assert_same("a\n...\n", "a\nb\nc\n");
    assert_same("...\nc\n", "a\nb\nc\n");
    assert_same("a\n...\nc\n...\n", "a\nb\nc\n");
    assert_same("...\nb\n...\nb\n", "b\na\nb\n");
    assert_same("  ...\n", "a\n");
    assert_diff("a\n...\n", "b\n", "- a\n+ b\n  ...\n");
    assert_diff("...\nd\n", "a\nb\n", "  a\n  ...\n- d\n+ b\n");
}

static void the_likest_line_stands_for_the_one_expected(void **state)
{
    (void)state;
    assert_diff("...\nchanged 12 of 17\n...\n",
                "step 2  epoch 1\n  loss 2.7\nchanged 9 of 17\nend\n",
                "    loss 2.7\n  ...\n- changed 12 of 17\n"
                "+ changed 9 of 17\n  end\n  ...\n");
    assert_diff("...\n  loss 2.5   (~1e-4)\n...\n",
                "step 2\n  batch 7\n  loss 2.7\n",
                "    batch 7\n  ...\n-   loss 2.5   (~1e-4)\n"
                "+   loss 2.7\n  ...\n");
    /* fewer differences go before likeness */
    assert_diff("...\nab 1\ncd\n", "ab 2\nxy\ncd\n",
                "  ab 2\n  ...\n- ab 1\n+ xy\n  cd\n");
}

static void diff_shows_what_differs_and_a_few_lines(void **state)
{
    (void)state;
    assert_diff("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nx\ne\nf\n",
                "  b\n  c\n- d\n+ x\n  e\n  f\n");
    assert_diff("a\nb\n", "b\n", "- a\n  b\n");
    assert_diff("b\n", "a\nb\n", "+ a\n  b\n");
    assert_diff("a\n", "", "- a\n");
}

static void long_diff_is_cut(void **state)
{
    struct str actual = STR_INIT;
    const char *diff;

    (void)state;
    str_repeat(&actual, "x\n", 100);
    diff = diff_of("a\n", str_text(&actual), NULL);
    assert_non_null(strstr(diff, "  (41 more lines)\n")); /* of 101 */
    str_clear(&actual);
}

static void failure_must_be_expected(void **state)
{
    (void)state;
    assert_string_equal(diff_of("error: no; do\n", "", "no; do"), "");
    assert_string_equal(diff_of("a\nerror: [..]do\n", "a\n", "no; do"), "");
    assert_string_equal(diff_of("error: no\n", "", "yes"),
                        "- error: no\n+ error: yes\n");
    assert_string_equal(diff_of("error: no\n", "a\n", NULL),
                        "- error: no\n+ a\n");
    /* nothing else stands for it */
    assert_string_equal(diff_of("", "a\n", "no"), "  a\n+ error: no\n");
    assert_string_equal(diff_of("...\n", "a\n", "no"),
                        "  a\n  ...\n+ error: no\n");
    assert_true(compare_expects_error("error: x"));
    assert_false(compare_expects_error("no error: x"));
}

static void notices_may_be_left_out(void **state)
{
    (void)state;
    assert_same("a\nb\n", "a\n" COMPARE_OPTIONAL "note: x\nb\n");
    assert_same("a\nnote: x\nb\n", "a\n" COMPARE_OPTIONAL "note: x\nb\n");
    assert_same("...\nnote: [..]\nb\n", "a\n" COMPARE_OPTIONAL "note: x\nb\n");
    assert_same("a\n", "a\n" COMPARE_OPTIONAL "note: x\n");
    assert_diff("note: y\n", COMPARE_OPTIONAL "note: x\n",
                "  note: x\n- note: y\n");
    assert_diff("a\nnote: y\n", "a\n", "  a\n- note: y\n");
}

static void too_long_outputs_differ(void **state)
{
    static char dots[] = "...";
    struct str actual = STR_INIT;
    char *expected[1000];
    struct comparison comparison;

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        expected[i] = dots;
    str_repeat(&actual, "x\n", 10000);
    compare_output(&comparison, expected, 1000, str_text(&actual), NULL);
    assert_false(comparison.same);
    compare_clear(&comparison);
    str_clear(&actual);
}

/* --- update --------------------------------------------------------------- */

static void update_keeps_what_still_holds(void **state)
{
    (void)state;
    assert_string_equal(update_of("a [..]\nb\n...\nz\n", "a 1\nc\nd\ne\nz\n"),
                        "a [..]\nc\n...\nz\n");
    assert_string_equal(update_of("a\n...\n", "b\nc\n"), "b\n...\n");
    assert_string_equal(update_of("a\n", "b\nc\n"), "b\nc\n");
    assert_string_equal(update_of("a\nb\nc\n", "a\nc\n"), "a\nc\n");
}

static void update_keeps_tolerances_in_their_column(void **state)
{
    (void)state;
    assert_string_equal(update_of("loss 1.0     (~1e-4)\n", "loss 2.0\n"),
                        "loss 2.0     (~1e-4)\n");
    assert_string_equal(update_of("loss 1.0 (~1e-4)\n", "loss 1.00004\n"),
                        "loss 1.0 (~1e-4)\n");
    assert_string_equal(update_of("x 1 (~1e-4)\n", "a longer x 2\n"),
                        "a longer x 2 (~1e-4)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_taken_as_they_are),
        cmocka_unit_test(brackets_stand_for_any_text),
        cmocka_unit_test(tolerance_lets_numbers_differ),
        cmocka_unit_test(tolerance_lets_signs_and_blanks_move),
        cmocka_unit_test(tolerance_takes_names_as_they_are),
        cmocka_unit_test(tolerance_and_brackets_go_together),
        cmocka_unit_test(what_is_no_tolerance_is_text),
        cmocka_unit_test(hostile_pattern_comes_to_an_end),
        cmocka_unit_test(equal_outputs_are_the_same),
        cmocka_unit_test(nothing_expected_is_all_right),
        cmocka_unit_test(dots_stand_for_any_lines),
        cmocka_unit_test(the_likest_line_stands_for_the_one_expected),
        cmocka_unit_test(diff_shows_what_differs_and_a_few_lines),
        cmocka_unit_test(long_diff_is_cut),
        cmocka_unit_test(failure_must_be_expected),
        cmocka_unit_test(notices_may_be_left_out),
        cmocka_unit_test(too_long_outputs_differ),
        cmocka_unit_test(update_keeps_what_still_holds),
        cmocka_unit_test(update_keeps_tolerances_in_their_column),
    };

    return cmocka_run_group_tests_name("lesson/compare", tests, NULL, NULL);
}
