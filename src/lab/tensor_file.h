/*
 * Tensors written to a stream: .npy, .csv, .tsv, word2vec's .vec, and the
 * quoting that words need there. The caller opens and closes the stream
 * (base/file.h), where a full disk is noticed.
 */
#ifndef EMBLAB_LAB_TENSOR_FILE_H
#define EMBLAB_LAB_TENSOR_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "nn/tensor.h"

/*
 * NumPy format 1.0, C order, little-endian `<f4`, `<i8` or `|b1`, the header
 * padded to a multiple of 64 bytes. Any number of dimensions.
 */
void tensor_file_write_npy(FILE *out, const struct tensor *t);

/*
 * One row a line, no header, %.9g (bool: 1 and 0); a tensor of one dimension
 * or none: one value a line. Fails with ERROR_USAGE on more than two.
 */
int tensor_file_write_csv(FILE *out, const struct tensor *t, struct error *err);
int tensor_file_write_tsv(FILE *out, const struct tensor *t, struct error *err);

/* The word of a row; borrowed until the next call. */
typedef const char *tensor_file_word(void *context, size_t row);

/*
 * word2vec text: "V D", then "word v v v" (%.9g) for each row of t, (V, D)
 * float32. A blank inside a word is written ␣. Fails with ERROR_USAGE on
 * other tensors.
 */
int tensor_file_write_vec(FILE *out, const struct tensor *t,
                          tensor_file_word *word, void *context,
                          struct error *err);

/* A field of .csv as RFC 4180 quotes it: "say ""hi"", twice". */
void tensor_file_write_csv_word(FILE *out, const char *word);
/* A field of .tsv: tabs and line ends become visible symbols (␉ ␊). */
void tensor_file_write_tsv_word(FILE *out, const char *word);

#endif
