/*
 * Different words, each kept once: bytes ↔ number by first appearance. The
 * hash table under vocabularies, byte-pair symbols and counts; the inner loop
 * of reading a text.
 */
#ifndef EMBLAB_TEXT_WORDS_H
#define EMBLAB_TEXT_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct words_slot {
    uint64_t key;    /* the bytes of a word of up to 8, else their hash */
    uint32_t length; /* of the word, less what does not fit */
    uint32_t number; /* of the word + 1; 0: the slot is empty */
};

struct words {
    char *text; /* all words, each followed by NUL (and may hold NULs) */
    size_t text_length, text_capacity;
    size_t *offset; /* (count + 1) where each starts in text; text_length */
    size_t count, capacity;
    struct words_slot *slots; /* (mask + 1), a power of two */
    size_t mask;
};

/* At most this many words: numbers fit in 31 bits. */
#define WORDS_MAX ((size_t)INT32_MAX)

void words_init(struct words *words);
void words_clear(struct words *words);

/* The word's number, a new one if it was not there. */
size_t words_add(struct words *words, const char *word, size_t length);

/*
 * The same in two steps, for many words: in a large table most of a search is
 * waiting for memory, and several words can wait at once. key: words_key of
 * the word; a word of up to WORDS_SHORT bytes is wholly in it.
 */
enum { WORDS_SHORT = 8 };
static inline uint64_t words_key(const char *word, size_t length);
static inline void words_prefetch(const struct words *words, size_t length,
                                  uint64_t key);
static inline size_t words_add_short(struct words *words, size_t length,
                                     uint64_t key);
size_t words_add_long(struct words *words, const char *word, size_t length,
                      uint64_t key);

/* Number a word without looking for it or making it findable. */
size_t words_append(struct words *words, const char *word, size_t length);

/* The word's number, or -1. */
int64_t words_find(const struct words *words, const char *word, size_t length);

/* A word's bytes, borrowed until the next is added; NUL-terminated. */
static inline const char *words_text(const struct words *words, size_t number)
{
    return words->text + words->offset[number];
}

static inline size_t words_length(const struct words *words, size_t number)
{
    return words->offset[number + 1] - words->offset[number] - 1;
}

/* The parts of adding that are worth compiling into the loop over a text. */

static inline uint64_t words_mix(uint64_t hash, uint64_t value)
{
    /* odd and without structure: the digits of the golden ratio */
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

static inline uint64_t words_four(const char *bytes)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    return four;
}

uint64_t words_key_long(const char *word, size_t length);

/*
 * Up to eight bytes as a number, different for different words of one length:
 * pieces overlap rather than being copied byte by byte.
 */
static inline uint64_t words_key(const char *word, size_t length)
{
    if (length > WORDS_SHORT)
        return words_key_long(word, length);
    if (length >= 4)
        return words_four(word) << 32 | words_four(word + length - 4);
    if (length == 0)
        return 0;
    return (uint64_t)(unsigned char)word[0] << 16 |
           (uint64_t)(unsigned char)word[length / 2] << 8 |
           (unsigned char)word[length - 1];
}

/* Where to start looking for a word. */
static inline size_t words_slot(const struct words *words, size_t length,
                                uint64_t key)
{
    return (size_t)words_mix(key, (uint64_t)length << 56) & words->mask;
}

static inline void words_prefetch(const struct words *words, size_t length,
                                  uint64_t key)
{
    __builtin_prefetch(&words->slots[words_slot(words, length, key)]);
}

size_t words_insert_short(struct words *words, size_t length, uint64_t key);

static inline size_t words_add_short(struct words *words, size_t length,
                                     uint64_t key)
{
    const struct words_slot *slot =
        &words->slots[words_slot(words, length, key)];
    if (slot->key == key && slot->length == length && slot->number != 0)
        return slot->number - 1;
    return words_insert_short(words, length, key);
}

#endif
