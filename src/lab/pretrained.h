/*
 * table from=FILE: rows of a vector file copied over the drawn table, as
 * nn.Embedding.from_pretrained; words the file lacks keep their draw.
 */
#ifndef EMBLAB_LAB_PRETRAINED_H
#define EMBLAB_LAB_PRETRAINED_H

#include "lab/lab.h"
#include "text/vectors.h"

/* Nothing where the head names no file. Notes what was found and lacking;
 * lab->drawn_words lists the words that keep their draw. */
int pretrained_load(struct lab *lab, const struct lab_progress *progress,
                    struct error *err);

/*
 * The same file's rows, read (again) into a table of this lab's size; found
 * (rows of it), false, becomes true where the file has the word. info and
 * progress may be NULL.
 */
int pretrained_read(const struct lab *lab, float *table, bool *found,
                    struct vectors_info *info,
                    const struct lab_progress *progress, struct error *err);

/* Did this row of the first table come from the file? */
bool pretrained_has(const struct lab *lab, int64_t row);

/* Would the file give the same rows again? Else fails naming it. */
int pretrained_check_same(const struct lab *lab, struct error *err);

#endif
