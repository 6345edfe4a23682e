/*
 * Printing against what PyTorch printed, character for character:
 * tests/oracle/print.py wrote both files.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fixture.h"
#include "lab/tensor_text.h"

#ifndef EMBLAB_TESTS
#define EMBLAB_TESTS "tests"
#endif

static FILE *open_expected(void)
{
    const char *tests = getenv("EMBLAB_TESTS");
    struct str path = STR_INIT;
    FILE *file;

    str_printf(&path, "%s/oracle/fixtures/print_expected.txt",
               tests != NULL ? tests : EMBLAB_TESTS);
    file = fopen(str_text(&path), "r");
    assert_non_null(file);
    str_clear(&path);
    return file;
}

/* The text under the next "== NAME"; the file's line after it is in *line. */
static void read_expected(FILE *file, char **line, size_t *room,
                          struct str *text)
{
    if (*line == NULL)
        assert_true(getline(line, room, file) > 0);
    assert_memory_equal(*line, "== ", 3);
    while (getline(line, room, file) > 0 && strncmp(*line, "== ", 3) != 0)
        str_append(text, *line);
    str_truncate(text, text->length - 1);
}

static struct tensor_print_options read_options(const struct fixture *f)
{
    struct tensor_print_options o = tensor_print_defaults();
    double sci = fixture_number_or(f, "sci_mode", -1);

    o.precision = (int)fixture_number_or(f, "precision", o.precision);
    o.threshold = (size_t)fixture_number_or(f, "threshold", 1000);
    o.edgeitems = (int)fixture_number_or(f, "edgeitems", o.edgeitems);
    o.linewidth = (int)fixture_number_or(f, "linewidth", o.linewidth);
    o.sci_mode = sci < 0   ? TENSOR_PRINT_SCI_AUTO
                 : sci > 0 ? TENSOR_PRINT_SCI_ON
                           : TENSOR_PRINT_SCI_OFF;
    return o;
}

/* The case's array as a tensor of its own. */
static struct tensor read_tensor(const struct fixture *f, const char *name,
                                 bool is_bool)
{
    const struct fixture_array *a = fixture_find(f, name);
    struct tensor t = {0};

    assert_non_null(a);
    tensor_reshape(&t,
                   is_bool        ? TENSOR_BOOL
                   : a->f != NULL ? TENSOR_FLOAT32
                                  : TENSOR_INT64,
                   a->ndim, a->shape);
    for (size_t i = 0; i < a->count; i++)
        if (is_bool)
            t.b[i] = a->i[i] != 0;
        else if (a->f != NULL)
            t.f[i] = a->f[i];
        else
            t.i[i] = a->i[i];
    return t;
}

static void print_sparse(const struct fixture *f,
                         const struct tensor_print_options *options,
                         const char *suffix, struct str *out)
{
    struct tensor indices = read_tensor(f, "indices", false);
    struct tensor values = read_tensor(f, "values", false);
    struct tensor size = read_tensor(f, "size", false);

    tensor_text_print_sparse(&indices, &values, (int)size.shape[0], size.i,
                             options, suffix, out);
    tensor_clear(&indices);
    tensor_clear(&values);
    tensor_clear(&size);
}

static void print_case(const struct fixture *f, struct str *out)
{
    struct tensor_print_options options = read_options(f);
    const char *kind = fixture_text(f, "kind");
    const char *suffix = fixture_text_or(f, "suffix", NULL);
    struct tensor t;

    if (strcmp(kind, "sparse") == 0) {
        print_sparse(f, &options, suffix, out);
        return;
    }
    t = read_tensor(f, "t", strcmp(fixture_text(f, "type"), "bool") == 0);
    if (strcmp(kind, "parameter") == 0)
        tensor_text_print_parameter(&t, &options, suffix != NULL, out);
    else
        tensor_text_print(&t, &options, suffix, out);
    tensor_clear(&t);
}

static void everything_prints_as_pytorch_prints_it(void **state)
{
    struct fixture *f = fixture_open("print.txt");
    FILE *file = open_expected();
    char *line = NULL;
    size_t room = 0, cases = 0;

    (void)state;
    while (fixture_next(f)) {
        struct str expected = STR_INIT, got = STR_INIT;
        read_expected(file, &line, &room, &expected);
        print_case(f, &got);
        if (strcmp(str_text(&got), str_text(&expected)) != 0)
            fail_msg("%s\nPyTorch:\n%s\nhere:\n%s", fixture_where(f),
                     str_text(&expected), str_text(&got));
        str_clear(&expected);
        str_clear(&got);
        cases++;
    }
    assert_true(cases >= 400);
    free(line);
    fclose(file);
    fixture_close(f);
}

static void assert_prints(const struct tensor *t, const char *expected)
{
    struct tensor_print_options options = tensor_print_defaults();
    struct str out = STR_INIT;

    str_append(&out, "before ");
    tensor_text_print(t, &options, NULL, &out);
    assert_string_equal(str_text(&out) + strlen("before "), expected);
    str_clear(&out);
}

static void a_negative_nan_has_no_sign(void **state)
{
    float values[] = {-(float)NAN, 1.5f};
    int64_t shape[] = {2};
    struct tensor t = tensor_borrow(TENSOR_FLOAT32, 1, shape, values);

    (void)state;
    assert_prints(&t, "tensor([   nan, 1.5000])");
}

/* What stands in out before must not count for the line's width. */
static void text_before_a_tensor_is_no_part_of_its_line(void **state)
{
    float values[] = {1};
    int64_t shape[] = {1};
    struct tensor t = tensor_borrow(TENSOR_FLOAT32, 1, shape, values);
    struct tensor_print_options options = tensor_print_defaults();
    struct str out = STR_INIT;

    (void)state;
    str_repeat(&out, "x", 70);
    tensor_text_print(&t, &options, "requires_grad=True", &out);
    assert_string_equal(str_text(&out) + 70,
                        "tensor([1.], requires_grad=True)");
    str_clear(&out);
}

/* torch.full((2000,), 1.).shape: with no threshold nothing is left out. */
static void without_a_threshold_everything_is_shown(void **state)
{
    int64_t shape[] = {2000};
    struct tensor t = {0};
    struct tensor_print_options options = tensor_print_defaults();
    struct str out = STR_INIT;
    size_t ones = 0;

    (void)state;
    tensor_reshape(&t, TENSOR_FLOAT32, 1, shape);
    for (int i = 0; i < 2000; i++)
        t.f[i] = 1;
    options.threshold = SIZE_MAX;
    tensor_text_print(&t, &options, NULL, &out);
    for (const char *c = str_text(&out); *c != '\0'; c++)
        ones += *c == '1';
    assert_int_equal(ones, 2000);
    str_clear(&out);
    tensor_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_prints_as_pytorch_prints_it),
        cmocka_unit_test(a_negative_nan_has_no_sign),
        cmocka_unit_test(text_before_a_tensor_is_no_part_of_its_line),
        cmocka_unit_test(without_a_threshold_everything_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
