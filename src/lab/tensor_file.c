/*
 * A number is written with %.9g, which is enough for a float32 to be read
 * back bit for bit; Python's spelling of nan, without a sign, for all of them.
 */
#include "lab/tensor_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

enum { NPY_ALIGNMENT = 64, NPY_MAGIC_BYTES = 10 };

/* "(17, 6)", "(8,)", "()" as NumPy's header has it. */
static void append_npy_shape(struct str *out, const struct tensor *t)
{
    char shape[160];

    str_append(out, tensor_shape_text(t, shape));
}

static void write_npy_header(FILE *out, const struct tensor *t)
{
    static const char *const types[] = {[TENSOR_FLOAT32] = "<f4",
                                        [TENSOR_INT64] = "<i8",
                                        [TENSOR_BOOL] = "|b1"};
    struct str header = STR_INIT;

    str_printf(&header, "{'descr': '%s', 'fortran_order': False, 'shape': ",
               types[t->type]);
    append_npy_shape(&header, t);
    str_append(&header, ", }");
    while ((NPY_MAGIC_BYTES + header.length + 1) % NPY_ALIGNMENT != 0)
        str_append_char(&header, ' ');
    str_append_char(&header, '\n');
    fwrite("\x93NUMPY\x01\x00", 1, 8, out);
    putc((int)(header.length & 0xff), out);
    putc((int)(header.length >> 8), out);
    fwrite(header.data, 1, header.length, out);
    str_clear(&header);
}

static void write_little_endian(FILE *out, uint64_t bits, size_t size)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(bits >> (8 * i) & 0xff);
    fwrite(bytes, 1, size, out);
}

void tensor_file_write_npy(FILE *out, const struct tensor *t)
{
    size_t count = tensor_count(t);

    write_npy_header(out, t);
    for (size_t i = 0; i < count; i++)
        if (t->type == TENSOR_FLOAT32) {
            uint32_t bits;
            memcpy(&bits, &t->f[i], sizeof bits);
            write_little_endian(out, bits, sizeof bits);
        } else if (t->type == TENSOR_INT64) {
            write_little_endian(out, (uint64_t)t->i[i], sizeof t->i[i]);
        } else {
            putc(t->b[i], out);
        }
}

static void write_value(FILE *out, const struct tensor *t, size_t at)
{
    if (t->type == TENSOR_INT64)
        fprintf(out, "%" PRId64, t->i[at]);
    else if (t->type == TENSOR_BOOL)
        fputs(t->b[at] ? "1" : "0", out);
    else if (isnan(t->f[at]))
        fputs("nan", out);
    else
        fprintf(out, "%.9g", (double)t->f[at]);
}

/* Rows of values with a separator between them. */
static int write_rows(FILE *out, const struct tensor *t, char separator,
                      const char *ending, struct error *err)
{
    char shape[160];
    size_t count = tensor_count(t);
    size_t width = t->ndim == 2 ? (size_t)t->shape[1] : 1;

    if (t->ndim > 2)
        return error_set(err, ERROR_USAGE,
                         "a tensor of shape %s does not fit into %s, which has "
                         "rows and columns; export it as .npy",
                         tensor_shape_text(t, shape), ending);
    for (size_t i = 0; i < count; i++) {
        write_value(out, t, i);
        putc((i + 1) % width == 0 ? '\n' : separator, out);
    }
    return 0;
}

int tensor_file_write_csv(FILE *out, const struct tensor *t, struct error *err)
{
    return write_rows(out, t, ',', ".csv", err);
}

int tensor_file_write_tsv(FILE *out, const struct tensor *t, struct error *err)
{
    return write_rows(out, t, '\t', ".tsv", err);
}

/* A word as one field: no blank, no line end, nothing that moves a cursor. */
static void write_vec_word(FILE *out, const char *word)
{
    struct str visible = STR_INIT;

    utf8_append_visible(&visible, word, strlen(word));
    for (const char *c = str_text(&visible); *c != '\0'; c++)
        if (*c == ' ')
            fputs("\u2423", out);
        else
            putc(*c, out);
    str_clear(&visible);
}

int tensor_file_write_vec(FILE *out, const struct tensor *t,
                          tensor_file_word *word, void *context,
                          struct error *err)
{
    char shape[160];
    size_t rows, dims;

    if (t->ndim != 2 || t->type != TENSOR_FLOAT32)
        return error_set(err, ERROR_USAGE,
                         "a tensor of shape %s is no table of word vectors; "
                         "export it as .csv or .npy",
                         tensor_shape_text(t, shape));
    rows = (size_t)t->shape[0];
    dims = (size_t)t->shape[1];
    fprintf(out, "%zu %zu\n", rows, dims);
    for (size_t row = 0; row < rows; row++) {
        write_vec_word(out, word(context, row));
        for (size_t i = 0; i < dims; i++) {
            putc(' ', out);
            write_value(out, t, row * dims + i);
        }
        putc('\n', out);
    }
    return 0;
}

void tensor_file_write_csv_word(FILE *out, const char *word)
{
    if (word[strcspn(word, "\",\r\n")] == '\0') {
        fputs(word, out);
        return;
    }
    putc('"', out);
    for (; *word != '\0'; word++) {
        if (*word == '"')
            putc('"', out);
        putc(*word, out);
    }
    putc('"', out);
}

void tensor_file_write_tsv_word(FILE *out, const char *word)
{
    struct str visible = STR_INIT;

    utf8_append_visible(&visible, word, strlen(word));
    fputs(str_text(&visible), out);
    str_clear(&visible);
}
