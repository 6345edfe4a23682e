/*
 * Vector files: every format read to the same table, and every way in which
 * one can be wrong, each with its whole message.
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
#include <sys/stat.h>
#include <unistd.h>

#include "text/vectors.h"

static char folder[] = "/tmp/emblab-vectors-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

/* Names are relative: messages begin with them. */
static void write_file(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* The table's words; a row each. */
static const char *const words[] = {"the", "cat", "dog", "caf\xc3\xa9",
                                    ". . ."};
enum { ROWS = 5, DIMS = 3 };

static int64_t find_row(void *context, const char *word, size_t length)
{
    (void)context;
    for (int i = 0; i < ROWS; i++)
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
            return i;
    return -1;
}

struct table {
    float values[ROWS * DIMS];
    bool found[ROWS];
    struct vectors_info info;
    struct error err;
};

static int load(const char *name, struct table *t)
{
    struct vectors_target target = {.rows = ROWS,
                                    .dims = DIMS,
                                    .table = t->values,
                                    .found = t->found,
                                    .find = find_row};

    *t = (struct table){0};
    return vectors_load(name, &target, &t->info, &t->err);
}

static void assert_row(const struct table *t, int row, float a, float b,
                       float c)
{
    const float expected[] = {a, b, c};

    assert_true(t->found[row]);
    assert_memory_equal(t->values + row * DIMS, expected, sizeof expected);
}

static void assert_loads(const char *name, const void *bytes, size_t length,
                         enum vectors_format format, struct table *t)
{
    write_file(name, bytes, length);
    if (load(name, t) != 0)
        fail_msg("%s", t->err.message);
    assert_int_equal(t->info.format, format);
    unlink(name);
}

static void assert_refused(const char *name, const void *bytes, size_t length,
                           const char *message)
{
    struct table t;

    write_file(name, bytes, length);
    assert_int_equal(load(name, &t), -1);
    assert_int_equal(t.err.code, ERROR_FORMAT);
    assert_string_equal(t.err.message, message);
    unlink(name);
}

static void assert_text_refused(const char *name, const char *text,
                                const char *message)
{
    assert_refused(name, text, strlen(text), message);
}

/* "V D\n" and a word with its bytes of numbers, as word2vec writes them. */
static size_t add_binary(char *out, const char *word, float a, float b, float c,
                         bool newline)
{
    const float values[] = {a, b, c};
    size_t length = strlen(word);

    memcpy(out, word, length);
    out[length++] = ' ';
    memcpy(out + length, values, sizeof values);
    length += sizeof values;
    if (newline)
        out[length++] = '\n';
    return length;
}

static size_t make_binary(char *out, const char *header, bool newlines)
{
    size_t length = strlen(header);

    memcpy(out, header, length);
    length += add_binary(out + length, "cat", 1.5f, -2, 3, newlines);
    length += add_binary(out + length, "bird", 4, 5, 6, newlines);
    length += add_binary(out + length, "caf\xc3\xa9", 7, 8, 9, newlines);
    return length;
}

static void word2vec_text_is_read(void **state)
{
    const char *text = "4 3\n</s> 0 0 0 \ncat 1.5 -2 3e0 \nbird 4 5 6 \n"
                       "caf\xc3\xa9 7 8 9 \n";
    struct table t;

    (void)state;
    assert_loads("a.vec", text, strlen(text), VECTORS_WORD2VEC_TEXT, &t);
    assert_row(&t, 1, 1.5f, -2, 3);
    assert_row(&t, 3, 7, 8, 9);
    assert_false(t.found[0] || t.found[2] || t.found[4]);
    assert_int_equal(t.info.words, 4);
    assert_int_equal(t.info.dims, 3);
}

static void glove_text_is_read(void **state)
{
    const char *text = "the 0.1 0.2 0.3\r\ncat\t1.5  -2 3\r\ndog 4 5 6";
    struct table t;

    (void)state;
    assert_loads("a.txt", text, strlen(text), VECTORS_GLOVE, &t);
    assert_row(&t, 0, 0.1f, 0.2f, 0.3f);
    assert_row(&t, 1, 1.5f, -2, 3);
    assert_row(&t, 2, 4, 5, 6);
    assert_int_equal(t.info.words, 3);
}

static void empty_lines_at_the_end_are_no_words(void **state)
{
    struct table t;

    (void)state;
    assert_loads("a.txt", "cat 1 2 3\n\n\r\n\n", 14, VECTORS_GLOVE, &t);
    assert_int_equal(t.info.words, 1);
    assert_loads("a.vec", "1 3\ncat 1 2 3\n\n", 15, VECTORS_WORD2VEC_TEXT, &t);
    assert_int_equal(t.info.words, 1);
}

/* glove.840B has such a word. */
static void a_glove_word_may_hold_blanks(void **state)
{
    const char *text = "cat 1 2 3\n. . . 4 5 6\nat name 7 8 9\n";
    struct table t;

    (void)state;
    assert_loads("a.txt", text, strlen(text), VECTORS_GLOVE, &t);
    assert_row(&t, 4, 4, 5, 6);
    assert_int_equal(t.info.words, 3);
}

static void word2vec_binary_is_read_with_and_without_line_ends(void **state)
{
    (void)state;
    for (int newlines = 0; newlines < 2; newlines++) {
        char bytes[200];
        size_t length = make_binary(bytes, "3 3\n", newlines);
        struct table t;
        assert_loads(newlines ? "a.bin" : "a", bytes, length,
                     VECTORS_WORD2VEC_BINARY, &t);
        assert_row(&t, 1, 1.5f, -2, 3);
        assert_row(&t, 3, 7, 8, 9);
        assert_false(t.found[0]);
        assert_int_equal(t.info.words, 3);
    }
}

/* Bytes of numbers that read as text, where the name says they are none. */
static void a_bin_file_is_binary_whatever_it_looks_like(void **state)
{
    float expected[DIMS];
    struct table t;

    (void)state;
    memcpy(expected, "0.100.200.30", sizeof expected);
    assert_loads("a.bin", "1 3\ncat 0.100.200.30", 20, VECTORS_WORD2VEC_BINARY,
                 &t);
    assert_row(&t, 1, expected[0], expected[1], expected[2]);
}

/* What numpy.save writes for np.arange(15.).reshape(5, 3), by hand. */
static size_t make_npy(char *out, const char *dictionary, size_t values,
                       size_t size)
{
    memset(out, ' ', 128);
    memcpy(out, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(out + 10, dictionary, strlen(dictionary));
    out[127] = '\n';
    for (size_t i = 0; i < values; i++) {
        float narrow = (float)i;
        double wide = (double)i;
        memcpy(out + 128 + i * size,
               size == 4 ? (void *)&narrow : (void *)&wide, size);
    }
    return 128 + values * size;
}

static void npy_rows_are_read_by_id(void **state)
{
    char bytes[400];
    struct table t;
    size_t length;

    (void)state;
    length = make_npy(
        bytes, "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3), }",
        15, 4);
    assert_loads("a.npy", bytes, length, VECTORS_NPY, &t);
    for (int row = 0; row < ROWS; row++)
        assert_row(&t, row, (float)row * 3, (float)row * 3 + 1,
                   (float)row * 3 + 2);
    assert_int_equal(t.info.words, 5);
    length = make_npy(
        bytes, "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 3), }",
        15, 8);
    assert_loads("a.npy", bytes, length, VECTORS_NPY, &t);
    assert_row(&t, 4, 12, 13, 14);
}

static void another_number_of_dims_names_the_line(void **state)
{
    (void)state;
    assert_text_refused("a.txt", "cat 1 2 3\ndog 1 2\n",
                        "a.txt:2: 'dog' has 2 numbers, the first line has 3; "
                        "every word must have as many");
    assert_text_refused("a.txt", "cat 1 2 3\ndog 1 2 3 4\n",
                        "a.txt:2: 'dog' has 4 numbers, the first line has 3; "
                        "every word must have as many");
    assert_text_refused("a.vec", "2 3\ncat 1 2 3\ndog\n",
                        "a.vec:3: 'dog' has 0 numbers, the header says 3; "
                        "every word must have as many");
}

static void another_table_is_told_its_d(void **state)
{
    (void)state;
    assert_text_refused("a.txt", "cat 1 2 3 4\n",
                        "a.txt: it has 4 numbers a word and the table D=3; "
                        "type table with D=4");
}

static void a_missing_header_says_what_it_is(void **state)
{
    const char *expected =
        ":1: no header: the first line of a .vec or .bin file is \"V D\", the "
        "number of words and of numbers a word; a GloVe file ends in .txt";
    char message[300];

    (void)state;
    sprintf(message, "a.vec%s", expected);
    assert_text_refused("a.vec", "cat 1 2 3\n", message);
    sprintf(message, "a.bin%s", expected);
    assert_text_refused("a.bin", "cat 1 2 3\n", message);
    assert_text_refused("a.npy", "cat 1 2 3\n",
                        "a.npy: this is no NumPy file (it does not begin as "
                        "one); write it with numpy.save");
    assert_refused("a.txt", "cat \0\0\0\0\0\0", 10,
                   "a.txt: byte 5 is the control character 0; this is neither "
                   "a text of vectors nor a word2vec file, which begins with a "
                   "line \"V D\"");
}

static void a_word_twice_names_both_places(void **state)
{
    char bytes[200];
    size_t length;

    (void)state;
    assert_text_refused("a.txt", "cat 1 2 3\nx 1 2 3\ncat 1 2 3\n",
                        "a.txt:3: 'cat' stands in line 1 already; keep one of "
                        "them");
    assert_text_refused("a.vec", "3 3\ncat 1 2 3\nx 1 2 3\nx 1 2 3\n",
                        "a.vec:4: 'x' stands in line 3 already; keep one of "
                        "them");
    assert_text_refused("a.txt", "xy 1 2 3\nx 1 2 3\nx 1 2 3\n",
                        "a.txt:3: 'x' stands in line 2 already; keep one of "
                        "them");
    length = make_binary(bytes, "4 3\n", true);
    length += add_binary(bytes + length, "bird", 1, 2, 3, true);
    assert_refused("a.bin", bytes, length,
                   "a.bin: word 4: 'bird' is word 2 already; keep one of them");
}

/* These two have one 64-bit FNV-1a hash, 0x4eac0c95540867e4. */
static void words_with_one_hash_are_two_words(void **state)
{
    const char *text = "8yn0iYCKYHlIj4-BwPqk 1 2 3\n"
                       "GReLUrM4wMqfg9yzV3KQ 1 2 3\ncat 1 2 3\n";
    struct table t;

    (void)state;
    assert_loads("a.txt", text, strlen(text), VECTORS_GLOVE, &t);
    assert_int_equal(t.info.words, 3);
    assert_text_refused("a.vec",
                        "3 3\n8yn0iYCKYHlIj4-BwPqk 1 2 3\n"
                        "GReLUrM4wMqfg9yzV3KQ 1 2 3\n"
                        "GReLUrM4wMqfg9yzV3KQ 1 2 3\n",
                        "a.vec:4: 'GReLUrM4wMqfg9yzV3KQ' stands in line 3 "
                        "already; keep one of them");
}

/* As where a vocabulary hashes its words. */
static int64_t find_one_row(void *context, const char *word, size_t length)
{
    (void)context;
    (void)word;
    (void)length;
    return 0;
}

static void several_words_may_share_a_row(void **state)
{
    float values[DIMS];
    bool found[1] = {false};
    const float expected[] = {4, 5, 6};
    struct vectors_target target = {.rows = 1,
                                    .dims = DIMS,
                                    .table = values,
                                    .found = found,
                                    .find = find_one_row};

    (void)state;
    write_file("a.txt", "cat 1 2 3\ndog 4 5 6\n", 20);
    assert_int_equal(vectors_load("a.txt", &target, NULL, NULL), 0);
    assert_memory_equal(values, expected, sizeof expected);
    unlink("a.txt");
}

static void nan_and_infinity_name_the_place(void **state)
{
    char bytes[400];
    size_t length = make_binary(bytes, "4 3\n", false);
    const float values[] = {1, 2, -(float)NAN};

    (void)state;
    assert_text_refused("a.txt", "cat 1 2 3\ndog 1 nan 3\n",
                        "a.txt:2: number 2 of 'dog' is NaN; a table needs "
                        "finite numbers");
    assert_text_refused("a.txt", "cat 1 2 1e39\n",
                        "a.txt:1: number 3 of 'cat' is infinite; a table needs "
                        "finite numbers");
    length += add_binary(bytes + length, "dog", 1, values[2], 2, false);
    assert_refused("a.bin", bytes, length,
                   "a.bin: word 4: number 2 of 'dog' is NaN; a table needs "
                   "finite numbers");
    length = make_npy(
        bytes, "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3), }",
        15, 4);
    memcpy(bytes + 128 + 4 * 4, &values[2], 4);
    assert_refused("a.npy", bytes, length,
                   "a.npy: row 1, column 1 is NaN; a table needs finite "
                   "numbers");
}

static void what_is_no_number_is_named(void **state)
{
    (void)state;
    assert_text_refused("a.txt", "cat 1 2 3\ndog 1 two 3\n",
                        "a.txt:2: number 2 of 'dog' is 'two', which is no "
                        "number");
    assert_text_refused("a.txt", "the cat sat down\n",
                        "a.txt:1: number 1 of 'the' is 'cat', which is no "
                        "number");
    assert_text_refused("a.vec", "1 3\ncat 0x1 2 3\n",
                        "a.vec:2: number 1 of 'cat' is '0x1', which is no "
                        "number");
    assert_text_refused("a.txt", "cat 1 2 3\nd\x1b[31m \x1b 2 3\n",
                        "a.txt: byte 12 is the control character 27; this is "
                        "neither a text of vectors nor a word2vec file, which "
                        "begins with a line \"V D\"");
}

static void words_in_messages_are_short_and_visible(void **state)
{
    char text[200] = "1 3\n";

    (void)state;
    memset(text + 4, 'x', 100);
    strcpy(text + 104, " 1 2\n");
    assert_text_refused(
        "a.vec", text,
        "a.vec:2: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\u2026"
        "' has 2 numbers, the header says 3; every word must "
        "have as many");
    assert_text_refused("a.vec", "1 3\n\x1b[2J 1 2\n",
                        "a.vec:2: '\u241b[2J' has 2 numbers, the header says "
                        "3; every word must have as many");
}

static void a_cut_off_binary_names_the_word(void **state)
{
    char bytes[200];
    size_t length = make_binary(bytes, "3 3\n", true);

    (void)state;
    assert_refused("a.bin", bytes, length - 3,
                   "a.bin: word 3 of 3 ('caf\xc3\xa9') is cut off: 10 of its "
                   "12 bytes of numbers are there");
    assert_refused("a.bin", bytes, length - 16,
                   "a.bin: the file ends inside word 3 of 3; it is cut off");
    assert_refused("a.bin", bytes, length - 19,
                   "a.bin: the file ends after 2 of the 3 words that its "
                   "header says; it is cut off, or the header is wrong");
    length = make_binary(bytes, "2 3\n", true);
    assert_refused("a.bin", bytes, length,
                   "a.bin: 19 bytes follow the 2 words that the header says; "
                   "the header is wrong");
}

static void a_header_with_a_wrong_count_is_refused(void **state)
{
    (void)state;
    assert_text_refused("a.vec", "3 3\ncat 1 2 3\ndog 1 2 3\n",
                        "a.vec: the file ends after 2 of the 3 words that its "
                        "header says; it is cut off, or the header is wrong");
    assert_text_refused("a.vec", "1 3\ncat 1 2 3\ndog 1 2 3\n",
                        "a.vec:3: more than the 1 words that the header says; "
                        "the header is wrong");
    assert_text_refused("a.vec", "0 3\n",
                        "a.vec:1: the header says 0 words of 3 numbers; there "
                        "must be some");
    assert_text_refused("a.vec", "1 0\ncat\n",
                        "a.vec:1: the header says 1 words of 0 numbers; there "
                        "must be some");
}

static void a_claim_of_gigabytes_is_refused_at_once(void **state)
{
    char bytes[1000];
    size_t length;

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "25000000 100\n", 13);
    memcpy(bytes + 13, "\0\0\0\0", 4);
    assert_refused("a.bin", bytes, sizeof bytes,
                   "a.bin:1: the header says 25000000 words of 100 numbers, "
                   "which take 10.1 GB at least; the file has 1.0 kB: the "
                   "header is wrong, or most of the file is missing");
    assert_text_refused("a.vec", "1 4000000000\ncat 1 2 3\n",
                        "a.vec:1: the header says 1 words of 4000000000 "
                        "numbers, which take 8.0 GB at least; the file has 23 "
                        "bytes: the header is wrong, or most of the file is "
                        "missing");
    /* 2^65 + 1, which 64 bits would take for 1 */
    assert_text_refused("a.vec", "36893488147419103233 3\ncat 1 2 3\n",
                        "a.vec:1: the header says 18446744073709551615 words "
                        "of 3 numbers, which take 147574.0 PB at least; the "
                        "file has 33 bytes: the header is wrong, or most of "
                        "the file is missing");
    length = make_npy(bytes,
                      "{'descr': '<f4', 'fortran_order': False, "
                      "'shape': (25000000, 100), }",
                      15, 4);
    assert_refused("a.npy", bytes, length,
                   "a.npy: its shape (25000000, 100) takes 10.0 GB of numbers, "
                   "60 bytes are there; it is cut off, or its header is wrong");
}

static void npy_that_is_no_table_is_refused(void **state)
{
    static const char *const cases[][2] = {
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (5, 3), }",
         "a.npy: its numbers are '<i8'; save them as float32 "
         "(x.astype('float32'))"},
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (5, 3), }",
         "a.npy: it is in Fortran order; save numpy.ascontiguousarray(x)"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (15,), }",
         "a.npy: its shape is not that of a table; save an array of two "
         "dimensions, (V, D)"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3, 1), }",
         "a.npy: its shape is not that of a table; save an array of two "
         "dimensions, (V, D)"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }",
         "a.npy: its shape is (0, 3); there are no vectors"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }",
         "a.npy: it has 4 rows and the table V=5; a .npy has no words, so "
         "there must be one row for each"},
        {"{'descr': '<f4', 'fortran_order': False, "
         "'shape': (36893488147419103237, 3), }", /* 2^65 + 5 */
         "a.npy: its shape is not that of a table; save an array of two "
         "dimensions, (V, D)"},
        {"{'descr': '\x1b[2J', }",
         "a.npy: its numbers are '\u241b[2J'; save them as float32 "
         "(x.astype('float32'))"},
        {"{}", "a.npy: its numbers are of no known type; save them as float32 "
               "(x.astype('float32'))"}};
    char bytes[400];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = make_npy(bytes, cases[i][0], 15, 4);
        assert_refused("a.npy", bytes, length, cases[i][1]);
    }
}

static void a_cut_off_npy_is_refused(void **state)
{
    char bytes[400];
    size_t length = make_npy(
        bytes, "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 3), }",
        15, 4);

    (void)state;
    assert_refused("a.npy", bytes, length - 4,
                   "a.npy: its shape (5, 3) takes 60 bytes of numbers, 56 "
                   "bytes are there; it is cut off, or its header is wrong");
    assert_refused("a.npy", bytes, 50,
                   "a.npy: the file ends inside its NumPy header; it is cut "
                   "off");
    assert_refused("a.npy", bytes, 8,
                   "a.npy: the file ends inside its NumPy header; it is cut "
                   "off");
    bytes[6] = 9;
    assert_refused("a.npy", bytes, length,
                   "a.npy: its NumPy format 9.0 is not known here; write it "
                   "with numpy.save");
}

static void words_and_headers_have_a_longest_length(void **state)
{
    static char bytes[80000];

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "1 3\n", 4);
    assert_refused("a.bin", bytes, sizeof bytes,
                   "a.bin: word 1 is longer than 64 kB; is this a word2vec "
                   "file?");
    memcpy(bytes, "\x93NUMPY\x01\x00\xff\xff", 10);
    assert_refused("a.npy", bytes, sizeof bytes,
                   "a.npy: its NumPy header is longer than 4 kB; write it with "
                   "numpy.save");
}

static void lines_that_are_no_vectors_are_refused(void **state)
{
    (void)state;
    assert_text_refused("a.txt", "",
                        "a.txt: the file is empty; name one with "
                        "vectors");
    assert_text_refused("a.txt", "cat 1 2 3\n\ndog 1 2 3\n",
                        "a.txt:3: an empty line stands before this one; take "
                        "it out");
    assert_text_refused("a.vec", "2 3\n\ncat 1 2 3\n",
                        "a.vec:2: the line is empty; take it out");
    assert_text_refused("a.txt", "cat 1 2 3\n dog 1 2\n",
                        "a.txt:2: the line begins with a blank; a word comes "
                        "first");
    assert_text_refused("a.txt", "cat\n",
                        "a.txt:1: no numbers behind the word; a line is "
                        "\"word v1 v2 ...\"");
}

static void what_is_no_file_is_refused(void **state)
{
    struct table t;

    (void)state;
    assert_int_equal(load("missing.txt", &t), -1);
    assert_int_equal(t.err.code, ERROR_NOT_FOUND);
    assert_int_equal(load(".", &t), -1);
    assert_int_equal(t.err.code, ERROR_FILE);
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(load("fifo", &t), -1);
    assert_int_equal(t.err.code, ERROR_FILE);
    unlink("fifo");
}

/* A file much larger than the reader's buffer. */
static char *make_large(size_t lines, size_t *length)
{
    char *text = malloc(lines * 60);

    assert_non_null(text);
    *length = 0;
    for (size_t i = 0; i < lines; i++)
        *length += (size_t)sprintf(text + *length, "w%zu %zu.25 -0.%zu 1e-3\n",
                                   i, i, i);
    *length += (size_t)sprintf(text + *length, "cat 1 2 3\n");
    return text;
}

static void a_file_larger_than_the_buffer_is_read_whole(void **state)
{
    size_t length;
    char *text = make_large(50000, &length);
    struct table t;

    (void)state;
    assert_loads("a.txt", text, length, VECTORS_GLOVE, &t);
    assert_int_equal(t.info.words, 50001);
    assert_row(&t, 1, 1, 2, 3);
    memcpy(strstr(text, "w49999 "), "w00003", 6);
    memcpy(strstr(text, "w10003 "), "w00003", 6);
    write_file("a.txt", text, length);
    assert_int_equal(load("a.txt", &t), -1);
    assert_string_equal(t.err.message,
                        "a.txt:50000: 'w00003' stands in line 10004 already; "
                        "keep one of them");
    memcpy(strstr(text, "w00003 "), "w10003", 6);
    memcpy(strstr(text, "w00003 "), "w49999", 6);
    memcpy(strstr(text, "w49999 ") + 7, "x", 1);
    write_file("a.txt", text, length);
    assert_int_equal(load("a.txt", &t), -1);
    assert_string_equal(t.err.message,
                        "a.txt:50000: number 1 of 'w49999' is 'x9999.25', "
                        "which is no number");
    unlink("a.txt");
    free(text);
}

/* Shorter lines than a guess by the file's size has them. */
static void more_words_than_expected_are_read(void **state)
{
    enum { WORDS = 39000 };
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char *text = malloc(WORDS * 10 + 1);
    struct table t;

    (void)state;
    for (int i = 0; i < WORDS; i++)
        sprintf(text + (size_t)i * 10, "%c%c%c 1 2 3\n", digits[i / 36 / 36],
                digits[i / 36 % 36], digits[i % 36]);
    assert_loads("a.txt", text, WORDS * 10, VECTORS_GLOVE, &t);
    assert_int_equal(t.info.words, WORDS);
    memcpy(text + (WORDS - 1) * 10, text, 3);
    assert_refused("a.txt", text, WORDS * 10,
                   "a.txt:39000: '000' stands in line 1 already; keep one of "
                   "them");
    free(text);
}

/* One word of a line longer than the buffer, and numbers across its edge. */
static void a_line_longer_than_the_buffer_is_read(void **state)
{
    enum { WIDTH = 100000 };
    char *text = malloc(WIDTH * 5 + 10);
    float *row = malloc(WIDTH * sizeof *row);
    bool found[ROWS] = {false};
    struct vectors_target target = {.rows = 1,
                                    .dims = WIDTH,
                                    .table = row,
                                    .found = found,
                                    .find = find_row};
    size_t length = (size_t)sprintf(text, "the");

    (void)state;
    for (int i = 0; i < WIDTH; i++)
        length += (size_t)sprintf(text + length, " %d", i % 1000);
    write_file("a.txt", text, length);
    assert_int_equal(vectors_load("a.txt", &target, NULL, NULL), 0);
    for (int i = 0; i < WIDTH; i++)
        assert_true(row[i] == (float)(i % 1000));
    unlink("a.txt");
    free(text);
    free(row);
}

static bool stop_in_the_middle(void *context, size_t done, size_t total)
{
    size_t *last = context;

    assert_true(done >= *last && done <= total);
    *last = done;
    return done < total / 2;
}

static void progress_counts_bytes_and_interrupts(void **state)
{
    size_t length, last = 0;
    char *text = make_large(50000, &length);
    float values[ROWS * DIMS];
    bool found[ROWS] = {false};
    struct error err = {0};
    struct vectors_target target = {.rows = ROWS,
                                    .dims = DIMS,
                                    .table = values,
                                    .found = found,
                                    .find = find_row,
                                    .progress = stop_in_the_middle,
                                    .progress_context = &last};

    (void)state;
    write_file("a.txt", text, length);
    assert_int_equal(vectors_load("a.txt", &target, NULL, &err), -1);
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    assert_true(last >= length / 2);
    assert_false(found[1]);
    unlink("a.txt");
    free(text);
}

static bool cut_the_file(void *context, size_t done, size_t total)
{
    (void)total;
    assert_int_equal(truncate(context, (off_t)done + 1000), 0);
    return true;
}

static void a_file_that_shrinks_while_it_is_read_is_refused(void **state)
{
    enum { WIDTH = 200000 };
    static float values[WIDTH], row[WIDTH];
    static char name[] = "a.npy";
    char header[200];
    bool found[ROWS] = {false};
    struct error err = {0};
    struct vectors_target target = {.rows = 1,
                                    .dims = WIDTH,
                                    .table = row,
                                    .found = found,
                                    .find = find_row,
                                    .progress = cut_the_file,
                                    .progress_context = name};
    FILE *file = fopen("a.npy", "w");

    (void)state;
    make_npy(header,
             "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 200000), }",
             0, 4);
    fwrite(header, 1, 128, file);
    fwrite(values, 1, sizeof values, file);
    fclose(file);
    assert_int_equal(vectors_load("a.npy", &target, NULL, &err), -1);
    assert_string_equal(err.message, "a.npy: the file ends inside row 0 of 1; "
                                     "it is cut off");
    unlink("a.npy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(word2vec_text_is_read),
        cmocka_unit_test(glove_text_is_read),
        cmocka_unit_test(empty_lines_at_the_end_are_no_words),
        cmocka_unit_test(a_glove_word_may_hold_blanks),
        cmocka_unit_test(word2vec_binary_is_read_with_and_without_line_ends),
        cmocka_unit_test(a_bin_file_is_binary_whatever_it_looks_like),
        cmocka_unit_test(npy_rows_are_read_by_id),
        cmocka_unit_test(another_number_of_dims_names_the_line),
        cmocka_unit_test(another_table_is_told_its_d),
        cmocka_unit_test(a_missing_header_says_what_it_is),
        cmocka_unit_test(a_word_twice_names_both_places),
        cmocka_unit_test(words_with_one_hash_are_two_words),
        cmocka_unit_test(several_words_may_share_a_row),
        cmocka_unit_test(nan_and_infinity_name_the_place),
        cmocka_unit_test(what_is_no_number_is_named),
        cmocka_unit_test(words_in_messages_are_short_and_visible),
        cmocka_unit_test(a_cut_off_binary_names_the_word),
        cmocka_unit_test(a_header_with_a_wrong_count_is_refused),
        cmocka_unit_test(a_claim_of_gigabytes_is_refused_at_once),
        cmocka_unit_test(npy_that_is_no_table_is_refused),
        cmocka_unit_test(a_cut_off_npy_is_refused),
        cmocka_unit_test(words_and_headers_have_a_longest_length),
        cmocka_unit_test(lines_that_are_no_vectors_are_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_file_larger_than_the_buffer_is_read_whole),
        cmocka_unit_test(more_words_than_expected_are_read),
        cmocka_unit_test(a_line_longer_than_the_buffer_is_read),
        cmocka_unit_test(progress_counts_bytes_and_interrupts),
        cmocka_unit_test(a_file_that_shrinks_while_it_is_read_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
