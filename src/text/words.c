/*
 * Open addressing with linear probing. Invariants: at most half of the slots
 * are full, so that a search ends; slots with the same key and length hold the
 * same word where it has up to 8 bytes. So most searches touch one slot and
 * nothing else.
 */
#include "text/words.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_SLOTS = 1024 };

static uint64_t eight(const char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

uint64_t words_key_long(const char *word, size_t length)
{
    uint64_t hash = 0;
    for (size_t i = 0; i + 8 < length; i += 8)
        hash = words_mix(hash, eight(word + i));
    return words_mix(hash, eight(word + length - 8));
}

/* The bytes of a short word, from its key. */
static void unpack(uint64_t key, size_t length, char word[WORDS_SHORT])
{
    uint32_t first = (uint32_t)(key >> 32), last = (uint32_t)key;
    if (length >= 4 && length <= WORDS_SHORT) {
        memcpy(word, &first, sizeof first);
        memcpy(word + length - 4, &last, sizeof last);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        size_t shift = i == 0 ? 16 : i == length - 1 ? 0 : 8;
        word[i] = (char)(unsigned char)(key >> shift);
    }
}

void words_init(struct words *words)
{
    *words = (struct words){.mask = FIRST_SLOTS - 1};
    words->slots = memory_zeroed(FIRST_SLOTS, sizeof *words->slots);
    words->offset = memory_zeroed(1, sizeof *words->offset);
    words->capacity = 1;
}

void words_clear(struct words *words)
{
    free(words->text);
    free(words->offset);
    free(words->slots);
    *words = (struct words){0};
}

/* The slot that holds the word, or the empty one where it would go. */
static struct words_slot *find_slot(const struct words *words, const char *word,
                                    size_t length, uint64_t key)
{
    for (size_t at = words_slot(words, length, key);;
         at = (at + 1) & words->mask) {
        struct words_slot *slot = &words->slots[at];
        if (slot->number == 0)
            return slot;
        if (slot->key != key || slot->length != (uint32_t)length)
            continue;
        if (length <= WORDS_SHORT ||
            (words_length(words, slot->number - 1) == length &&
             memcmp(words_text(words, slot->number - 1), word, length) == 0))
            return slot;
    }
}

static void grow_slots(struct words *words)
{
    struct words_slot *old = words->slots;
    size_t count = words->mask + 1;
    words->mask = 2 * count - 1;
    words->slots = memory_zeroed(2 * count, sizeof *words->slots);
    for (size_t i = 0; i < count; i++) {
        if (old[i].number == 0)
            continue;
        size_t length = words_length(words, old[i].number - 1);
        size_t at = words_slot(words, length, old[i].key);
        while (words->slots[at].number != 0)
            at = (at + 1) & words->mask;
        words->slots[at] = old[i];
    }
    free(old);
}

static void reserve_text(struct words *words, size_t length)
{
    size_t needed = words->text_length + length;
    if (needed <= words->text_capacity)
        return;
    words->text_capacity = needed * 2;
    words->text = memory_resize(words->text, words->text_capacity, 1);
}

size_t words_append(struct words *words, const char *word, size_t length)
{
    assert(words->count < WORDS_MAX);
    reserve_text(words, length + 1);
    memcpy(words->text + words->text_length, word, length);
    words->text[words->text_length + length] = '\0';
    words->text_length += length + 1;
    words->count++;
    words->offset = memory_grow(words->offset, words->count, &words->capacity,
                                sizeof *words->offset);
    words->offset[words->count] = words->text_length;
    return words->count - 1;
}

size_t words_add(struct words *words, const char *word, size_t length)
{
    return words_add_long(words, word, length, words_key(word, length));
}

size_t words_insert_short(struct words *words, size_t length, uint64_t key)
{
    char word[WORDS_SHORT];
    unpack(key, length, word);
    return words_add_long(words, word, length, key);
}

size_t words_add_long(struct words *words, const char *word, size_t length,
                      uint64_t key)
{
    struct words_slot *slot = find_slot(words, word, length, key);
    if (slot->number != 0)
        return slot->number - 1;
    size_t number = words_append(words, word, length);
    *slot = (struct words_slot){key, (uint32_t)length, (uint32_t)number + 1};
    if (2 * words->count > words->mask)
        grow_slots(words);
    return number;
}

int64_t words_find(const struct words *words, const char *word, size_t length)
{
    return (int64_t)find_slot(words, word, length, words_key(word, length))
               ->number -
           1;
}
