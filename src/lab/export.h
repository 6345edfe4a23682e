/*
 * What `export` writes besides tensors: marks, vocabulary, tokens, losses and
 * words with their vectors. Formats: language.md, "Files".
 */
#ifndef EMBLAB_LAB_EXPORT_H
#define EMBLAB_LAB_EXPORT_H

#include <stdio.h>

#include "lab/lab.h"

/* Each writes to out; errors of writing show at file_write_commit. */
void export_marks(const struct lab *lab, FILE *out);
void export_vocab(const struct lab *lab, FILE *out);
/* recommend's other vocabulary. */
void export_items(const struct lab *lab, FILE *out);
void export_tokens(const struct lab *lab, FILE *out);
void export_losses(const struct lab *lab, FILE *out);
/* One word a line: the metadata of the Embedding Projector. */
void export_words(const struct lab *lab, const struct parameter *p, FILE *out);

#endif
