/*
 * fastText-like subwords: each word has its own row and one row for each of
 * its character n-grams, hashed into buckets that follow the V word rows.
 */
#ifndef EMBLAB_TEXT_SUBWORDS_H
#define EMBLAB_TEXT_SUBWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "text/vocab.h"

struct subwords {
    size_t words; /* V */
    size_t buckets;
    int64_t *offsets; /* (V + 1) where each word's rows start */
    int64_t *rows;    /* its own row first, then V + hash mod buckets */
};

/*
 * N-grams of `<word>` of min to max code points, 32-bit FNV-1a of their UTF-8
 * bytes, mod buckets. Specials have their own row only. Fails: ERROR_RANGE
 * where min, max or buckets make no sense; ERROR_STATE for a hashed vocabulary.
 */
int subwords_build(struct subwords *s, const struct vocab *vocab, size_t min,
                   size_t max, size_t buckets, struct error *err);
void subwords_clear(struct subwords *s);

/* A word's n-grams in the order of their rows; returning false stops. */
typedef bool subwords_visit(void *context, const char *ngram, size_t length);
void subwords_each(const char *word, size_t min, size_t max,
                   subwords_visit *visit, void *context);
/* The bucket of an n-gram, in [0, buckets). */
uint32_t subwords_bucket(const char *ngram, size_t length, size_t buckets);

#endif
