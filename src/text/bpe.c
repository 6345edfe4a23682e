/*
 * Learning keeps all different words in one row of positions, one a code
 * point, in order of first appearance:
 *
 *   symbol    d  o  g  |  d  o  t        after merging d and o:
 *   position  0  1  2     3  4  5        do -  g  |  do -  t
 *
 * next and previous link the positions that are still a symbol's start, within
 * a word. Each pair knows how often it stands in the text and where it ever
 * stood, from left to right; "first seen" is the first place that holds it
 * still.
 *
 * A symbol's text is made by one merge only: what becomes one symbol was
 * merged inside of itself, in the same order everywhere. So a pair appears in
 * the merge that makes the newer of its two symbols, in all its places; from
 * then on it only loses some, until it is merged itself. The heap that offers
 * the pair to merge may thus promise too much, never too little: a pair that
 * lost is found out when it comes up, and put back.
 *
 * Symbols and pairs are numbered by struct words: a symbol by its text, a pair
 * by its two symbols; the pairs merged in order, so that their number is the
 * merge's rank.
 */
#include "text/bpe.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/words.h"

#define NONE UINT32_MAX /* no position, no symbol, no pair */

struct merge {
    uint32_t left, right; /* symbols */
    uint32_t symbol;      /* left + right */
    int64_t count;
};

struct bpe {
    struct words words; /* learned from */
    int64_t *count;     /* of each; freed once learned */
    size_t count_capacity;
    struct words symbols;
    struct merge *merges; /* by rank */
    size_t merge_count, merge_capacity;
    struct words merged; /* the pairs merged: number → rank */
    size_t *piece_start; /* (words + 1) where a word's pieces start */
    uint32_t *piece;     /* symbols */
};

struct pair_key {
    uint32_t left, right;
};

/* A heap: the smallest key first, then the smallest position */

struct entry {
    int64_t key;
    uint32_t position, value;
};

struct heap {
    struct entry *entry;
    size_t count, capacity;
};

static bool comes_before(const struct entry *a, const struct entry *b)
{
    return a->key != b->key ? a->key < b->key : a->position < b->position;
}

static void heap_push(struct heap *heap, struct entry entry)
{
    heap->entry = memory_grow(heap->entry, heap->count, &heap->capacity,
                              sizeof *heap->entry);
    size_t at = heap->count++;
    while (at > 0 && comes_before(&entry, &heap->entry[(at - 1) / 2])) {
        heap->entry[at] = heap->entry[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->entry[at] = entry;
}

static struct entry heap_pop(struct heap *heap)
{
    struct entry top = heap->entry[0], last = heap->entry[--heap->count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count &&
            comes_before(&heap->entry[child + 1], &heap->entry[child]))
            child++;
        if (!comes_before(&heap->entry[child], &last))
            break;
        heap->entry[at] = heap->entry[child];
    }
    heap->entry[at] = last;
    return top;
}

/* Symbols in a row, linked */

struct chain {
    uint32_t *symbol;          /* NONE: merged into one before */
    uint32_t *next, *previous; /* NONE: the word's end, its start */
    size_t length;
};

static void chain_init(struct chain *chain, size_t length)
{
    chain->length = length;
    chain->symbol = memory_new(length, sizeof *chain->symbol);
    chain->next = memory_new(length, sizeof *chain->next);
    chain->previous = memory_new(length, sizeof *chain->previous);
}

static void chain_clear(struct chain *chain)
{
    free(chain->symbol);
    free(chain->next);
    free(chain->previous);
}

/* Do left and right still stand next to each other at a position? */
static bool chain_holds(const struct chain *chain, uint32_t at, uint32_t left,
                        uint32_t right)
{
    uint32_t next = chain->next[at];
    return chain->symbol[at] == left && next != NONE &&
           chain->symbol[next] == right;
}

/* Make one symbol of the two at a position. */
static void chain_merge(struct chain *chain, uint32_t at, uint32_t symbol)
{
    uint32_t right = chain->next[at], after = chain->next[right];
    chain->symbol[at] = symbol;
    chain->symbol[right] = NONE;
    chain->next[at] = after;
    if (after != NONE)
        chain->previous[after] = at;
}

/* Learning */

struct pair {
    struct pair_key key;
    int64_t count;    /* in the text, now */
    uint32_t *places; /* where it stands or stood */
    size_t place_count, place_capacity;
    size_t first; /* places before this one hold it no longer */
    bool gained;  /* in this merge: waits in gained */
};

struct learner {
    struct bpe *bpe;
    struct chain chain;
    uint32_t *word; /* (chain length) the word at a position */
    struct words keys;
    struct pair *pairs; /* by the number of their key */
    size_t pair_capacity;
    uint32_t *gained;
    size_t gained_count, gained_capacity;
    struct heap heap;
};

static uint32_t find_pair(struct learner *l, uint32_t left, uint32_t right)
{
    struct pair_key key = {left, right};
    size_t before = l->keys.count;
    size_t number = words_add(&l->keys, (const char *)&key, sizeof key);
    if (number == before) {
        l->pairs =
            memory_grow(l->pairs, number, &l->pair_capacity, sizeof *l->pairs);
        l->pairs[number] = (struct pair){.key = key};
    }
    return (uint32_t)number;
}

/* The pair that starts at a position stands there once more. */
static void gain(struct learner *l, uint32_t at)
{
    uint32_t next = l->chain.next[at];
    uint32_t number = find_pair(l, l->chain.symbol[at], l->chain.symbol[next]);
    struct pair *pair = &l->pairs[number];
    pair->count += l->bpe->count[l->word[at]];
    assert(pair->place_count == 0 || at > pair->places[pair->place_count - 1]);
    pair->places = memory_grow(pair->places, pair->place_count,
                               &pair->place_capacity, sizeof *pair->places);
    pair->places[pair->place_count++] = at;
    if (pair->gained)
        return;
    pair->gained = true;
    l->gained = memory_grow(l->gained, l->gained_count, &l->gained_capacity,
                            sizeof *l->gained);
    l->gained[l->gained_count++] = number;
}

/* The pair that starts at a position is about to go. */
static void lose(struct learner *l, uint32_t at)
{
    uint32_t next = l->chain.next[at];
    struct pair *pair =
        &l->pairs[find_pair(l, l->chain.symbol[at], l->chain.symbol[next])];
    pair->count -= l->bpe->count[l->word[at]];
}

/* Where the pair stands first. It stands somewhere. */
static uint32_t first_place(struct learner *l, struct pair *pair)
{
    while (!chain_holds(&l->chain, pair->places[pair->first], pair->key.left,
                        pair->key.right))
        pair->first++;
    return pair->places[pair->first];
}

static void offer(struct learner *l, uint32_t number)
{
    struct pair *pair = &l->pairs[number];
    if (pair->count > 0)
        heap_push(&l->heap,
                  (struct entry){-pair->count, first_place(l, pair), number});
}

static void offer_gained(struct learner *l)
{
    for (size_t i = 0; i < l->gained_count; i++) {
        l->pairs[l->gained[i]].gained = false;
        offer(l, l->gained[i]);
    }
    l->gained_count = 0;
}

/* The number of the pair to merge, or NONE where no pair is left. */
static uint32_t best_pair(struct learner *l)
{
    while (l->heap.count > 0) {
        struct entry top = heap_pop(&l->heap);
        if (-top.key == l->pairs[top.value].count)
            return top.value;
        offer(l, top.value); /* it has lost since */
    }
    return NONE;
}

static uint32_t add_symbol(struct bpe *bpe, uint32_t left, uint32_t right)
{
    struct str text = STR_INIT;
    str_append_bytes(&text, words_text(&bpe->symbols, left),
                     words_length(&bpe->symbols, left));
    str_append_bytes(&text, words_text(&bpe->symbols, right),
                     words_length(&bpe->symbols, right));
    size_t number = words_add(&bpe->symbols, str_text(&text), text.length);
    str_clear(&text);
    return (uint32_t)number;
}

/* The symbol that the pair becomes. */
static uint32_t record_merge(struct bpe *bpe, const struct pair *pair)
{
    struct pair_key key = pair->key;
    uint32_t symbol = add_symbol(bpe, key.left, key.right);
    size_t rank = words_add(&bpe->merged, (const char *)&key, sizeof key);
    assert(rank == bpe->merge_count); /* it was never merged before */
    bpe->merges = memory_grow(bpe->merges, rank, &bpe->merge_capacity,
                              sizeof *bpe->merges);
    bpe->merges[bpe->merge_count++] =
        (struct merge){key.left, key.right, symbol, pair->count};
    return symbol;
}

static void merge_at(struct learner *l, uint32_t at, uint32_t symbol)
{
    uint32_t right = l->chain.next[at];
    bool before = l->chain.previous[at] != NONE;
    bool after = l->chain.next[right] != NONE;
    if (before)
        lose(l, l->chain.previous[at]);
    if (after)
        lose(l, right);
    lose(l, at);
    chain_merge(&l->chain, at, symbol);
    if (before)
        gain(l, l->chain.previous[at]);
    if (after)
        gain(l, at);
}

/* Merge a pair wherever it stands, from the left. */
static void merge_pair(struct learner *l, uint32_t number)
{
    struct pair pair = l->pairs[number]; /* the array may move */
    uint32_t symbol = record_merge(l->bpe, &pair);
    for (size_t i = pair.first; i < pair.place_count; i++)
        if (chain_holds(&l->chain, pair.places[i], pair.key.left,
                        pair.key.right))
            merge_at(l, pair.places[i], symbol);
    struct pair *done = &l->pairs[number];
    assert(done->count == 0);
    free(done->places);
    *done = (struct pair){.key = pair.key};
    offer_gained(l);
}

/* Code points: every byte that does not go on with one. */
static size_t count_points(const char *word, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)word[i] & 0xC0) != 0x80;
    return count;
}

static size_t count_positions(const struct bpe *bpe)
{
    size_t positions = 0;
    for (size_t w = 0; w < bpe->words.count; w++)
        positions += count_points(words_text(&bpe->words, w),
                                  words_length(&bpe->words, w));
    return positions;
}

/* Lay out a word's code points from a position on; returns the one after. */
static size_t lay_out(struct learner *l, size_t w, size_t at)
{
    const char *word = words_text(&l->bpe->words, w);
    size_t length = words_length(&l->bpe->words, w), from = at;
    for (size_t i = 0; i < length; at++) {
        uint32_t point;
        size_t size = utf8_decode(word + i, length - i, &point, NULL);
        size_t symbol = words_add(&l->bpe->symbols, word + i, size);
        i += size;
        l->chain.symbol[at] = (uint32_t)symbol;
        l->chain.previous[at] = at == from ? NONE : (uint32_t)at - 1;
        l->chain.next[at] = i == length ? NONE : (uint32_t)at + 1;
        l->word[at] = (uint32_t)w;
    }
    return at;
}

static void learner_init(struct learner *l, struct bpe *bpe, size_t positions)
{
    *l = (struct learner){.bpe = bpe};
    chain_init(&l->chain, positions);
    l->word = memory_new(positions, sizeof *l->word);
    words_init(&l->keys);
    for (size_t w = 0, at = 0; w < bpe->words.count; w++)
        at = lay_out(l, w, at);
    for (uint32_t at = 0; at < positions; at++)
        if (l->chain.next[at] != NONE)
            gain(l, at);
    offer_gained(l);
}

static void learner_clear(struct learner *l)
{
    for (size_t i = 0; i < l->keys.count; i++)
        free(l->pairs[i].places);
    free(l->pairs);
    free(l->gained);
    free(l->heap.entry);
    free(l->word);
    words_clear(&l->keys);
    chain_clear(&l->chain);
}

/* Remember how the words stand after the last merge. */
static void keep_pieces(struct bpe *bpe, const struct chain *chain,
                        const uint32_t *word)
{
    size_t kept = 0, next_word = 0;
    bpe->piece_start = memory_new(bpe->words.count + 1, sizeof(size_t));
    bpe->piece = memory_new(chain->length, sizeof *bpe->piece);
    for (size_t at = 0; at < chain->length; at++) {
        if (word[at] == next_word)
            bpe->piece_start[next_word++] = kept;
        if (chain->symbol[at] != NONE)
            bpe->piece[kept++] = chain->symbol[at];
    }
    bpe->piece_start[next_word] = kept;
}

int bpe_learn(struct bpe *bpe, size_t merges, struct error *err)
{
    assert(bpe->piece_start == NULL);
    size_t positions = count_positions(bpe);
    if (positions >= NONE)
        return error_set(err, ERROR_RANGE,
                         "the different words have more than %lu letters; "
                         "learn byte pairs on a smaller text",
                         (unsigned long)NONE);
    /* A position: five numbers here, a place or two and what pairs need. */
    if (memory_reserve(positions, 64, "learning byte pairs", err) != 0)
        return -1;
    struct learner learner;
    learner_init(&learner, bpe, positions);
    while (bpe->merge_count < merges) {
        uint32_t pair = best_pair(&learner);
        if (pair == NONE)
            break;
        merge_pair(&learner, pair);
    }
    keep_pieces(bpe, &learner.chain, learner.word);
    learner_clear(&learner);
    free(bpe->count);
    bpe->count = NULL;
    return 0;
}

/* What was learned */

struct bpe *bpe_new(void)
{
    struct bpe *bpe = memory_zeroed(1, sizeof *bpe);
    words_init(&bpe->words);
    words_init(&bpe->symbols);
    words_init(&bpe->merged);
    return bpe;
}

void bpe_free(struct bpe *bpe)
{
    if (bpe == NULL)
        return;
    words_clear(&bpe->words);
    words_clear(&bpe->symbols);
    words_clear(&bpe->merged);
    free(bpe->count);
    free(bpe->merges);
    free(bpe->piece_start);
    free(bpe->piece);
    free(bpe);
}

void bpe_count(struct bpe *bpe, const char *word, size_t length)
{
    assert(length > 0 && bpe->piece_start == NULL);
    size_t before = bpe->words.count;
    size_t number = words_add(&bpe->words, word, length);
    if (number == before) {
        bpe->count = memory_grow(bpe->count, number, &bpe->count_capacity,
                                 sizeof *bpe->count);
        bpe->count[number] = 0;
    }
    bpe->count[number]++;
}

size_t bpe_merges(const struct bpe *bpe)
{
    return bpe->merge_count;
}

void bpe_merge(const struct bpe *bpe, size_t rank, const char **left,
               const char **right, size_t *count)
{
    assert(rank < bpe->merge_count);
    const struct merge *merge = &bpe->merges[rank];
    *left = words_text(&bpe->symbols, merge->left);
    *right = words_text(&bpe->symbols, merge->right);
    *count = (size_t)merge->count;
}

/* Splitting */

struct replay {
    const struct bpe *bpe;
    struct chain chain;
    size_t *start; /* (chain length + 1) bytes of each code point */
    struct heap heap;
};

/* The pair at a position, if it was ever merged, waits for its rank. */
static void await(struct replay *r, uint32_t at)
{
    uint32_t next = r->chain.next[at];
    if (next == NONE)
        return;
    struct pair_key key = {r->chain.symbol[at], r->chain.symbol[next]};
    int64_t rank = words_find(&r->bpe->merged, (const char *)&key, sizeof key);
    if (rank >= 0)
        heap_push(&r->heap, (struct entry){rank, at, 0});
}

static void replay_init(struct replay *r, const struct bpe *bpe,
                        const char *word, size_t length)
{
    size_t points = count_points(word, length);
    *r = (struct replay){.bpe = bpe};
    chain_init(&r->chain, points);
    r->start = memory_new(points + 1, sizeof *r->start);
    for (size_t at = 0, i = 0; at < points; at++) {
        uint32_t point;
        size_t size = utf8_decode(word + i, length - i, &point, NULL);
        int64_t symbol = words_find(&bpe->symbols, word + i, size);
        r->chain.symbol[at] = symbol < 0 ? NONE : (uint32_t)symbol;
        r->chain.previous[at] = at == 0 ? NONE : (uint32_t)at - 1;
        r->chain.next[at] = at + 1 == points ? NONE : (uint32_t)at + 1;
        r->start[at] = i;
        i += size;
    }
    r->start[points] = length;
    for (uint32_t at = 0; at < points; at++)
        await(r, at);
}

static void replay_clear(struct replay *r)
{
    chain_clear(&r->chain);
    free(r->start);
    free(r->heap.entry);
}

static void replay_merges(struct replay *r)
{
    while (r->heap.count > 0) {
        struct entry top = heap_pop(&r->heap);
        const struct merge *merge = &r->bpe->merges[top.key];
        if (!chain_holds(&r->chain, top.position, merge->left, merge->right))
            continue;
        chain_merge(&r->chain, top.position, merge->symbol);
        await(r, top.position);
        if (r->chain.previous[top.position] != NONE)
            await(r, r->chain.previous[top.position]);
    }
}

bool bpe_replay(const struct bpe *bpe, const char *word, size_t length,
                tokenizer_visit *visit, void *context)
{
    struct replay replay;
    replay_init(&replay, bpe, word, length);
    replay_merges(&replay);
    bool going = true;
    for (uint32_t at = 0; at != NONE && going; at = replay.chain.next[at]) {
        uint32_t next = replay.chain.next[at];
        size_t start = replay.start[at];
        size_t end = next == NONE ? length : replay.start[next];
        going = visit(context, word + start, end - start);
    }
    replay_clear(&replay);
    return going;
}

bool bpe_split(const struct bpe *bpe, const char *word, size_t length,
               tokenizer_visit *visit, void *context)
{
    int64_t known = words_find(&bpe->words, word, length);
    if (known < 0 || bpe->piece_start == NULL)
        return bpe_replay(bpe, word, length, visit, context);
    size_t end = bpe->piece_start[known + 1];
    for (size_t i = bpe->piece_start[known]; i < end; i++)
        if (!visit(context, words_text(&bpe->symbols, bpe->piece[i]),
                   words_length(&bpe->symbols, bpe->piece[i])))
            return false;
    return true;
}
