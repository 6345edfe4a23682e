/*
 * Byte-pair encoding: words are sequences of code points; the most frequent
 * pair of neighbours becomes one symbol, again and again. A part of the
 * tokenizer (text/tokenizer.h), which says what a word is.
 */
#ifndef EMBLAB_TEXT_BPE_H
#define EMBLAB_TEXT_BPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "text/tokenizer.h"

struct bpe *bpe_new(void);
void bpe_free(struct bpe *bpe);

/* Count one occurrence of a word (valid UTF-8, not empty) to learn from. */
void bpe_count(struct bpe *bpe, const char *word, size_t length);

/*
 * Learn up to merges merges from the words counted, once. Fails with
 * ERROR_MEMORY; nothing is learned then.
 */
int bpe_learn(struct bpe *bpe, size_t merges, struct error *err);

/* How many merges were learned, and one of them (strings borrowed). */
size_t bpe_merges(const struct bpe *bpe);
void bpe_merge(const struct bpe *bpe, size_t rank, const char **left,
               const char **right, size_t *count);

/*
 * Visit the pieces of a word: those it was left with while learning; for other
 * words the merges replayed in order, which for a word it learned from gives
 * the same. Returns false where visit stopped it.
 */
bool bpe_split(const struct bpe *bpe, const char *word, size_t length,
               tokenizer_visit *visit, void *context);

/* The same without the memory of words learned from; for the tests. */
bool bpe_replay(const struct bpe *bpe, const char *word, size_t length,
                tokenizer_visit *visit, void *context);

#endif
