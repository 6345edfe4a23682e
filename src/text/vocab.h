/*
 * The vocabulary: words ↔ ids, with counts. min_count and max_size choose
 * words by frequency, ties by first appearance; order only numbers them;
 * specials come first. With hashing, id = FNV-1a(word) mod K (after the
 * specials, if there are any) and a row may stand for several words.
 */
#ifndef EMBLAB_TEXT_VOCAB_H
#define EMBLAB_TEXT_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum vocab_order {
    VOCAB_APPEARANCE,
    VOCAB_FREQUENCY,
    VOCAB_ALPHABETICAL, /* by code point */
};

struct vocab_options {
    enum vocab_order order;
    size_t min_count; /* 1 */
    size_t max_size;  /* 0: none; counts the specials */
    bool pad, unk;    /* specials <pad>, <unk>, in the order typed */
    bool unk_first;   /* "<unk> <pad>" */
    size_t hash;      /* K, 0: off; takes neither min_count nor max_size */
};

struct vocab {
    size_t size;               /* V (with hash: specials + K) */
    char *text;                /* all words, each NUL-terminated */
    size_t *offset;            /* (size) where each id's word starts in text */
    int64_t *count;            /* (size) occurrences; <unk>: what it replaced */
    int64_t pad, unk;          /* ids, -1: none */
    size_t hash;               /* K, 0: off */
    size_t kinds;              /* different words seen before choosing */
    size_t dropped_kinds;      /* of them, not in the vocabulary */
    int64_t dropped_tokens;    /* their occurrences */
    struct vocab_index *index; /* private */
};

/*
 * Words as they are counted: a hash table from bytes to first-appearance
 * index. Build a vocabulary from it; see text/corpus.h, which drives it.
 */
struct vocab_counter;
struct vocab_counter *vocab_counter_new(void);
void vocab_counter_free(struct vocab_counter *counter);
/* Count one occurrence; returns the word's index by first appearance. */
int64_t vocab_counter_add(struct vocab_counter *counter, const char *word,
                          size_t length);
/*
 * Count one occurrence and note it in a sequence, for the tokens of a text:
 * many times faster where the text has many different words. Whether it is
 * counted is certain only once the sequence is taken.
 */
void vocab_counter_note(struct vocab_counter *counter, const char *word,
                        size_t length);
size_t vocab_counter_noted(const struct vocab_counter *counter);
/* The indices of the words noted, in order, (noted), caller's to free. */
int32_t *vocab_counter_take(struct vocab_counter *counter);
size_t vocab_counter_size(const struct vocab_counter *counter);
/* A counted word, borrowed until the next is added, and its count. */
const char *vocab_counter_word(const struct vocab_counter *counter,
                               size_t index, size_t *length, int64_t *count);

/*
 * Choose and number. new_id: (counter's size), caller's: the id of each
 * counted word, unk's, or -1 for a word that leaves the text.
 * Fails: ERROR_RANGE where nothing would be left, or max_size has no room;
 * ERROR_USAGE for hash with min_count or max_size; ERROR_MEMORY.
 */
int vocab_build(struct vocab *vocab, const struct vocab_counter *counter,
                const struct vocab_options *options, int64_t *new_id,
                struct error *err);
/* V words that are their own ids, "0" ... "V-1": table V=N without a corpus. */
void vocab_build_numbers(struct vocab *vocab, size_t size);
/* Extra rows beyond the words (table V=N of more than there are words), whose
 * words are their ids: grows the vocabulary to size. */
void vocab_extend(struct vocab *vocab, size_t size);
void vocab_clear(struct vocab *vocab);

/* A word's id, or unk's, or -1. With hash: always an id. */
int64_t vocab_find(const struct vocab *vocab, const char *word, size_t length);
/* The same, but -1 for what only <unk> would stand for. */
int64_t vocab_find_exact(const struct vocab *vocab, const char *word,
                         size_t length);

/* The word of an id, borrowed; with hash the first word that fell there, ""
 * where none did. */
const char *vocab_word(const struct vocab *vocab, int64_t id);

/* How many words share an id (with hash: 0, 1 or a collision), and the nth of
 * them, by first appearance, from 0. */
size_t vocab_row_count(const struct vocab *vocab, int64_t id);
const char *vocab_row_word(const struct vocab *vocab, int64_t id, size_t n);

/* The nearest word by edit distance, of equals the most frequent, for "did you
 * mean"; NULL: none is near. */
const char *vocab_nearest(const struct vocab *vocab, const char *word);

/* 32-bit FNV-1a of bytes taken unsigned. */
uint32_t vocab_fnv1a(const char *bytes, size_t length);

#endif
