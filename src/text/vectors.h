/*
 * Files of word vectors: word2vec text and binary, fastText .vec, GloVe, and
 * NumPy's .npy (rows without words). Read in one pass through a small buffer,
 * straight into the table's rows, whatever the file's size or claims.
 */
#ifndef EMBLAB_TEXT_VECTORS_H
#define EMBLAB_TEXT_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum vectors_format {
    VECTORS_WORD2VEC_TEXT,   /* "V D", then "word v v v" lines; fastText .vec */
    VECTORS_WORD2VEC_BINARY, /* "V D", then word, blank, D float32, [newline] */
    VECTORS_GLOVE,           /* "word v v v" lines */
    VECTORS_NPY,             /* (V, D) of float32 or float64: row i is id i */
};

/* What a file says of itself before its vectors are read. */
struct vectors_info {
    enum vectors_format format;
    size_t words; /* 0: GloVe does not say */
    size_t dims;  /* numbers a word */
};

/* "word2vec text", "GloVe" ... */
const char *vectors_format_name(enum vectors_format format);

/* The row that a word of the file goes to; -1: none, it is left out. */
typedef int64_t vectors_find_row(void *context, const char *word,
                                 size_t length);
/* Bytes done of total, every few hundred kB; false interrupts. */
typedef bool vectors_progress(void *context, size_t done, size_t total);

struct vectors_target {
    size_t rows, dims; /* V, D of the table */
    float *table;      /* (rows, dims): a found word's row is overwritten */
    bool *found;       /* (rows), set true for them, others left alone */
    vectors_find_row *find;
    void *find_context;
    vectors_progress *progress; /* may be NULL */
    void *progress_context;
};

/*
 * Copy the file's vectors into the rows of their words. info (may be NULL)
 * gets what was read; words is then their number. .npy must have as many rows
 * as the table, and find is not asked.
 * PyTorch: nn.Embedding.from_pretrained, row by row.
 *
 * Fails, each with its own message that names file and line (a binary file's
 * word): another D than the table's or the first line's, no header where the
 * name says .vec or .bin, a word twice, NaN and infinity, a number that is
 * none, a cut-off binary, a header that claims more than the file holds, or
 * less; ERROR_INTERRUPTED. The table's values are then undefined.
 */
int vectors_load(const char *path, const struct vectors_target *target,
                 struct vectors_info *info, struct error *err);

#endif
