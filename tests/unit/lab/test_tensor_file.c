/*
 * What is written, byte for byte; .npy is what numpy.save writes (1.24), and
 * what is written as .vec and .npy reads back to the same bits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/tensor_file.h"
#include "text/vectors.h"

/* A stream into memory. */
struct sheet {
    FILE *file;
    char *data;
    size_t length;
};

static void sheet_open(struct sheet *sheet)
{
    sheet->file = open_memstream(&sheet->data, &sheet->length);
    assert_non_null(sheet->file);
}

/* What was written must be these bytes. */
static void sheet_close(struct sheet *sheet, const void *expected,
                        size_t length)
{
    assert_int_equal(fclose(sheet->file), 0);
    assert_int_equal(sheet->length, length);
    assert_memory_equal(sheet->data, expected, length);
    free(sheet->data);
}

static void sheet_close_text(struct sheet *sheet, const char *expected)
{
    assert_int_equal(fclose(sheet->file), 0);
    assert_string_equal(sheet->data, expected);
    free(sheet->data);
}

static float small[] = {1.5f, -2, 0.1f, 1e-20f, -0.0f, 16777216};

static struct tensor floats(int ndim, int64_t a, int64_t b, int64_t c)
{
    int64_t shape[] = {a, b, c};

    return tensor_borrow(TENSOR_FLOAT32, ndim, shape, small);
}

/* A header of 128 bytes, the dictionary and blanks. */
static size_t expect_header(char *out, const char *dictionary)
{
    memset(out, ' ', 128);
    memcpy(out, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(out + 10, dictionary, strlen(dictionary));
    out[127] = '\n';
    return 128;
}

static void npy_holds_floats_in_c_order(void **state)
{
    struct tensor t = floats(2, 2, 3, 0);
    struct sheet sheet;
    char expected[200];
    size_t length = expect_header(
        expected,
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");

    (void)state;
    /* 1.5, -2, 0.1, 1e-20, -0, 2^24 as IEEE 754 has them, low byte first */
    memcpy(expected + length,
           "\x00\x00\xc0\x3f\x00\x00\x00\xc0\xcd\xcc\xcc\x3d"
           "\x08\xe5\x3c\x1e\x00\x00\x00\x80\x00\x00\x80\x4b",
           24);
    sheet_open(&sheet);
    tensor_file_write_npy(sheet.file, &t);
    sheet_close(&sheet, expected, length + 24);
}

static void npy_holds_integers_and_truth(void **state)
{
    int64_t shape[] = {2}, ids[] = {3, -2};
    bool truth[] = {true, false};
    struct tensor t = tensor_borrow(TENSOR_INT64, 1, shape, ids);
    struct sheet sheet;
    char expected[200];
    size_t length = expect_header(
        expected, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }");

    (void)state;
    memcpy(expected + length,
           "\x03\0\0\0\0\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff", 16);
    sheet_open(&sheet);
    tensor_file_write_npy(sheet.file, &t);
    sheet_close(&sheet, expected, length + 16);
    expect_header(expected,
                  "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }");
    memcpy(expected + length, "\x01\x00", 2);
    t = tensor_borrow(TENSOR_BOOL, 1, shape, truth);
    sheet_open(&sheet);
    tensor_file_write_npy(sheet.file, &t);
    sheet_close(&sheet, expected, length + 2);
}

static void npy_keeps_the_shape_of_scalars_and_cubes(void **state)
{
    struct tensor t = floats(0, 0, 0, 0);
    struct sheet sheet;
    char expected[200];
    size_t length = expect_header(
        expected, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }");

    (void)state;
    memcpy(expected + length, small, 4);
    sheet_open(&sheet);
    tensor_file_write_npy(sheet.file, &t);
    sheet_close(&sheet, expected, length + 4);
    expect_header(
        expected,
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }");
    memcpy(expected + length, small, 24);
    t = floats(3, 1, 2, 3);
    sheet_open(&sheet);
    tensor_file_write_npy(sheet.file, &t);
    sheet_close(&sheet, expected, length + 24);
}

/* A header that does not fit in 128 bytes takes 192. */
static void npy_headers_are_padded_to_64_bytes(void **state)
{
    int64_t shape[8] = {1000000000000000, 1000000000000000, 1000000000000000,
                        0};
    struct tensor t = tensor_borrow(TENSOR_FLOAT32, 8, shape, small);
    struct sheet sheet;

    (void)state;
    sheet_open(&sheet);
    tensor_file_write_npy(sheet.file, &t);
    fclose(sheet.file);
    assert_int_equal(sheet.length, 192);
    assert_int_equal(sheet.data[8], 192 - 10 - 256);
    assert_int_equal(sheet.data[191], '\n');
    free(sheet.data);
}

static void csv_has_a_row_a_line(void **state)
{
    struct tensor t = floats(2, 2, 3, 0);
    struct sheet sheet;

    (void)state;
    sheet_open(&sheet);
    assert_int_equal(tensor_file_write_csv(sheet.file, &t, NULL), 0);
    sheet_close_text(&sheet, "1.5,-2,0.100000001\n"
                             "9.99999968e-21,-0,16777216\n");
    sheet_open(&sheet);
    assert_int_equal(tensor_file_write_tsv(sheet.file, &t, NULL), 0);
    sheet_close_text(&sheet, "1.5\t-2\t0.100000001\n"
                             "9.99999968e-21\t-0\t16777216\n");
}

static void csv_has_a_value_a_line_in_one_dimension(void **state)
{
    struct tensor t = floats(1, 3, 0, 0);
    struct sheet sheet;

    (void)state;
    sheet_open(&sheet);
    assert_int_equal(tensor_file_write_csv(sheet.file, &t, NULL), 0);
    sheet_close_text(&sheet, "1.5\n-2\n0.100000001\n");
    t = floats(0, 0, 0, 0);
    sheet_open(&sheet);
    assert_int_equal(tensor_file_write_csv(sheet.file, &t, NULL), 0);
    sheet_close_text(&sheet, "1.5\n");
}

static void csv_spells_nan_integers_and_truth(void **state)
{
    float odd[] = {-(float)NAN, INFINITY, -INFINITY, 1};
    int64_t shape[] = {2, 2}, ids[] = {INT64_MIN, 2, 3, 4};
    bool truth[] = {true, false, false, true};
    struct tensor t = tensor_borrow(TENSOR_FLOAT32, 2, shape, odd);
    struct sheet sheet;

    (void)state;
    sheet_open(&sheet);
    tensor_file_write_csv(sheet.file, &t, NULL);
    t = tensor_borrow(TENSOR_INT64, 2, shape, ids);
    tensor_file_write_csv(sheet.file, &t, NULL);
    t = tensor_borrow(TENSOR_BOOL, 2, shape, truth);
    tensor_file_write_csv(sheet.file, &t, NULL);
    sheet_close_text(&sheet, "nan,inf\n-inf,1\n-9223372036854775808,2\n3,4\n"
                             "1,0\n0,1\n");
}

static void more_than_two_dimensions_need_npy(void **state)
{
    struct tensor t = floats(3, 1, 2, 3);
    struct sheet sheet;
    struct error err = {0};

    (void)state;
    sheet_open(&sheet);
    assert_int_equal(tensor_file_write_csv(sheet.file, &t, &err), -1);
    assert_int_equal(err.code, ERROR_USAGE);
    assert_string_equal(err.message,
                        "a tensor of shape (1, 2, 3) does not fit into .csv, "
                        "which has rows and columns; export it as .npy");
    assert_int_equal(tensor_file_write_tsv(sheet.file, &t, &err), -1);
    assert_int_equal(tensor_file_write_vec(sheet.file, &t, NULL, NULL, &err),
                     -1);
    assert_string_equal(err.message,
                        "a tensor of shape (1, 2, 3) is no table of word "
                        "vectors; export it as .csv or .npy");
    sheet_close_text(&sheet, "");
}

static const char *const words[] = {"cat", "a b\tc", "caf\xc3\xa9"};

static const char *word_of(void *context, size_t row)
{
    (void)context;
    return words[row];
}

static void vec_has_a_header_and_a_word_a_line(void **state)
{
    struct tensor t = floats(2, 3, 2, 0);
    struct sheet sheet;

    (void)state;
    sheet_open(&sheet);
    assert_int_equal(tensor_file_write_vec(sheet.file, &t, word_of, NULL, NULL),
                     0);
    sheet_close_text(&sheet, "3 2\ncat 1.5 -2\n"
                             "a\u2423b\u2409c 0.100000001 9.99999968e-21\n"
                             "caf\xc3\xa9 -0 16777216\n");
}

static void csv_words_are_quoted_as_rfc_4180_has_it(void **state)
{
    struct sheet sheet;

    (void)state;
    sheet_open(&sheet);
    tensor_file_write_csv_word(sheet.file, "plain; 'word' caf\xc3\xa9");
    putc('|', sheet.file);
    tensor_file_write_csv_word(sheet.file, "a,b");
    putc('|', sheet.file);
    tensor_file_write_csv_word(sheet.file, "say \"hi\"");
    putc('|', sheet.file);
    tensor_file_write_csv_word(sheet.file, "two\nlines");
    putc('|', sheet.file);
    tensor_file_write_csv_word(sheet.file, "old\rmac");
    putc('|', sheet.file);
    tensor_file_write_csv_word(sheet.file, "");
    sheet_close_text(&sheet, "plain; 'word' caf\xc3\xa9|\"a,b\"|"
                             "\"say \"\"hi\"\"\"|\"two\nlines\"|\"old\rmac\"|");
}

static void tsv_words_hold_no_tab_and_no_line_end(void **state)
{
    struct sheet sheet;

    (void)state;
    sheet_open(&sheet);
    tensor_file_write_tsv_word(sheet.file, "a b\tc\nd");
    sheet_close_text(&sheet, "a b\u2409c\u240ad");
}

/* Rows r0, r1, ... */
static const char *number_word(void *context, size_t row)
{
    sprintf(context, "r%zu", row);
    return context;
}

static int64_t number_of(void *context, const char *word, size_t length)
{
    (void)context;
    (void)length;
    return strtol(word + 1, NULL, 10);
}

enum { ROWS = 500, DIMS = 7 };

/* Random bits that are finite numbers, denormal ones too. */
static void draw_bits(float *values)
{
    uint32_t seed = 1;

    for (int i = 0; i < ROWS * DIMS; i++)
        do {
            seed = seed * 1664525u + 1013904223u;
            memcpy(&values[i], &seed, sizeof seed);
        } while (!isfinite(values[i]));
    values[0] = FLT_MAX;
    values[1] = FLT_MIN;
    values[2] = 1e-45f;
}

static void assert_reads_back(const char *path, const float *values)
{
    static float read[ROWS * DIMS];
    static bool found[ROWS];
    struct vectors_target target = {.rows = ROWS,
                                    .dims = DIMS,
                                    .table = read,
                                    .found = found,
                                    .find = number_of};
    struct error err = {0};

    if (vectors_load(path, &target, NULL, &err) != 0)
        fail_msg("%s", err.message);
    assert_memory_equal(read, values, sizeof read);
}

static void what_is_written_reads_back_to_the_same_bits(void **state)
{
    static float values[ROWS * DIMS];
    char path[] = "/tmp/emblab-tensor-XXXXXX", word[32];
    int64_t shape[] = {ROWS, DIMS};
    struct tensor t = tensor_borrow(TENSOR_FLOAT32, 2, shape, values);
    FILE *file = fdopen(mkstemp(path), "w");

    (void)state;
    draw_bits(values);
    assert_int_equal(tensor_file_write_vec(file, &t, number_word, word, NULL),
                     0);
    fclose(file);
    assert_reads_back(path, values);
    file = fopen(path, "w");
    tensor_file_write_npy(file, &t);
    fclose(file);
    assert_reads_back(path, values);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(npy_holds_floats_in_c_order),
        cmocka_unit_test(npy_holds_integers_and_truth),
        cmocka_unit_test(npy_keeps_the_shape_of_scalars_and_cubes),
        cmocka_unit_test(npy_headers_are_padded_to_64_bytes),
        cmocka_unit_test(csv_has_a_row_a_line),
        cmocka_unit_test(csv_has_a_value_a_line_in_one_dimension),
        cmocka_unit_test(csv_spells_nan_integers_and_truth),
        cmocka_unit_test(more_than_two_dimensions_need_npy),
        cmocka_unit_test(vec_has_a_header_and_a_word_a_line),
        cmocka_unit_test(csv_words_are_quoted_as_rfc_4180_has_it),
        cmocka_unit_test(tsv_words_hold_no_tab_and_no_line_end),
        cmocka_unit_test(what_is_written_reads_back_to_the_same_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
