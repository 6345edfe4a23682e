/*
 * A vocabulary keeps its words in a struct words (text/words.h) whose numbers
 * are the ids, so that looking up is one search:
 *
 *   specials | words, in the order asked for | rows named by their ids
 *
 * The last are not findable as words: vocab_find reads their number. With
 * hashing the numbers are not ids: after the specials stand all words of the
 * text by first appearance, chained by the row they fall into.
 */
#include "text/vocab.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/words.h"

#define PAD "<pad>"
#define UNK "<unk>"

enum { WAITING_TOKENS = 64, WAITING_BYTES = 1024 };

/*
 * Tokens that were noted and are not counted yet. Counting one is mostly
 * waiting for memory; all of them are asked for first, and wait together.
 */
struct waiting {
    uint64_t key[WAITING_TOKENS];   /* words_key */
    uint32_t start[WAITING_TOKENS]; /* in text */
    uint32_t length[WAITING_TOKENS];
    size_t count, bytes;
    char text[WAITING_BYTES];
};

struct vocab_counter {
    struct words words;
    int64_t *count; /* (counted) */
    size_t counted, capacity;
    int32_t *sequence; /* of the tokens noted */
    size_t sequence_length, sequence_capacity;
    struct waiting waiting;
};

struct vocab_index {
    struct words words;
    size_t specials;
    size_t named;      /* ids from here on are named by their number */
    size_t *row_words; /* hash: (size + 1) where a row starts in row_word */
    size_t *row_word;  /* hash: numbers of words, row after row */
};

/* Counting */

struct vocab_counter *vocab_counter_new(void)
{
    struct vocab_counter *counter = memory_zeroed(1, sizeof *counter);
    words_init(&counter->words);
    return counter;
}

void vocab_counter_free(struct vocab_counter *counter)
{
    if (counter == NULL)
        return;
    words_clear(&counter->words);
    free(counter->count);
    free(counter->sequence);
    free(counter);
}

/* A word was found at index, or is new. */
static size_t count_index(struct vocab_counter *counter, size_t index)
{
    if (index == counter->counted) {
        counter->count = memory_grow(counter->count, index, &counter->capacity,
                                     sizeof *counter->count);
        counter->count[counter->counted++] = 0;
    }
    counter->count[index]++;
    return index;
}

int64_t vocab_counter_add(struct vocab_counter *counter, const char *word,
                          size_t length)
{
    size_t index = words_add(&counter->words, word, length);
    return (int64_t)count_index(counter, index);
}

static void note_index(struct vocab_counter *counter, size_t index)
{
    if (counter->sequence_length == counter->sequence_capacity)
        counter->sequence =
            memory_grow(counter->sequence, counter->sequence_length,
                        &counter->sequence_capacity, sizeof *counter->sequence);
    counter->sequence[counter->sequence_length++] = (int32_t)index;
}

static void count_waiting(struct vocab_counter *counter)
{
    struct waiting *w = &counter->waiting;
    for (size_t i = 0; i < w->count; i++) {
        size_t length = w->length[i];
        size_t index = length <= WORDS_SHORT
                           ? words_add_short(&counter->words, length, w->key[i])
                           : words_add_long(&counter->words,
                                            w->text + w->start[i], length,
                                            w->key[i]);
        note_index(counter, count_index(counter, index));
    }
    w->count = w->bytes = 0;
}

void vocab_counter_note(struct vocab_counter *counter, const char *word,
                        size_t length)
{
    struct waiting *w = &counter->waiting;
    uint64_t key = words_key(word, length);
    if (w->count == WAITING_TOKENS || length > WAITING_BYTES - w->bytes)
        count_waiting(counter);
    if (length > WAITING_BYTES) {
        size_t index = words_add_long(&counter->words, word, length, key);
        note_index(counter, count_index(counter, index));
        return;
    }
    words_prefetch(&counter->words, length, key);
    w->key[w->count] = key;
    w->start[w->count] = (uint32_t)w->bytes;
    w->length[w->count++] = (uint32_t)length;
    if (length <= WORDS_SHORT) /* its key is enough */
        return;
    memcpy(w->text + w->bytes, word, length);
    w->bytes += length;
}

size_t vocab_counter_noted(const struct vocab_counter *counter)
{
    return counter->sequence_length + counter->waiting.count;
}

int32_t *vocab_counter_take(struct vocab_counter *counter)
{
    count_waiting(counter);
    int32_t *sequence = memory_resize(
        counter->sequence, counter->sequence_length, sizeof *sequence);
    counter->sequence = NULL;
    counter->sequence_length = counter->sequence_capacity = 0;
    return sequence;
}

size_t vocab_counter_size(const struct vocab_counter *counter)
{
    return counter->words.count;
}

const char *vocab_counter_word(const struct vocab_counter *counter,
                               size_t index, size_t *length, int64_t *count)
{
    *length = words_length(&counter->words, index);
    *count = counter->count[index];
    return words_text(&counter->words, index);
}

/* Choosing: which words, in which order */

struct chosen {
    size_t number; /* in the counter: first appearance */
    const char *word;
    int64_t count;
};

static int compare_appearance(const void *a, const void *b)
{
    size_t left = ((const struct chosen *)a)->number;
    size_t right = ((const struct chosen *)b)->number;
    return (left > right) - (left < right);
}

static int compare_frequency(const void *a, const void *b)
{
    int64_t left = ((const struct chosen *)a)->count;
    int64_t right = ((const struct chosen *)b)->count;
    return left != right ? (left < right) - (left > right)
                         : compare_appearance(a, b);
}

/* By code point, which is the order of UTF-8's bytes. */
static int compare_alphabet(const void *a, const void *b)
{
    return strcmp(((const struct chosen *)a)->word,
                  ((const struct chosen *)b)->word);
}

static void sort_chosen(struct chosen *chosen, size_t count,
                        enum vocab_order order)
{
    if (count == 0)
        return;
    qsort(chosen, count, sizeof *chosen,
          order == VOCAB_FREQUENCY      ? compare_frequency
          : order == VOCAB_ALPHABETICAL ? compare_alphabet
                                        : compare_appearance);
}

/* The words of at least min_count, the most frequent first; how many. */
static size_t choose_frequent(const struct vocab_counter *counter,
                              size_t min_count, struct chosen *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < counter->words.count; i++)
        if ((uint64_t)counter->count[i] >= min_count)
            out[kept++] = (struct chosen){i, words_text(&counter->words, i),
                                          counter->count[i]};
    sort_chosen(out, kept, VOCAB_FREQUENCY);
    return kept;
}

/*
 * Write the chosen words to out, (counter's size), in the order they are
 * numbered; *kept: how many.
 */
static int choose(const struct vocab_counter *counter,
                  const struct vocab_options *options, size_t specials,
                  struct chosen *out, size_t *kept, struct error *err)
{
    size_t limit = options->max_size;
    if (limit > 0 && limit <= specials)
        return error_set(err, ERROR_RANGE,
                         "max_size=%zu leaves no room for a word beside %zu "
                         "special%s; make it larger",
                         limit, specials, specials == 1 ? "" : "s");
    *kept = choose_frequent(counter, options->min_count, out);
    if (*kept == 0)
        return error_set(err, ERROR_RANGE,
                         "no word occurs min_count=%zu times; make it smaller",
                         options->min_count);
    if (limit > 0 && *kept > limit - specials)
        *kept = limit - specials;
    sort_chosen(out, *kept, options->order);
    return 0;
}

/* Numbering */

static void add_special(struct vocab *vocab, const char *name, int64_t *id)
{
    struct vocab_index *index = vocab->index;
    *id = (int64_t)words_add(&index->words, name, strlen(name));
    index->specials = index->words.count;
}

/* Start a vocabulary with its specials as the first ids. */
static void start_vocab(struct vocab *vocab,
                        const struct vocab_options *options)
{
    *vocab = (struct vocab){.pad = -1, .unk = -1, .hash = options->hash};
    vocab->index = memory_zeroed(1, sizeof *vocab->index);
    words_init(&vocab->index->words);
    if (options->unk && options->unk_first)
        add_special(vocab, UNK, &vocab->unk);
    if (options->pad)
        add_special(vocab, PAD, &vocab->pad);
    if (options->unk && !options->unk_first)
        add_special(vocab, UNK, &vocab->unk);
}

/* The words stand: show them in the public fields. */
static void publish_words(struct vocab *vocab)
{
    struct words *words = &vocab->index->words;
    vocab->text = words->text;
    vocab->offset = words->offset;
    vocab->size = words->count;
}

/* What is not in the vocabulary becomes unk (-1 where there is none). */
static void number_dropped(struct vocab *vocab,
                           const struct vocab_counter *counter, int64_t *new_id)
{
    for (size_t i = 0; i < counter->words.count; i++) {
        if (new_id[i] >= 0)
            continue;
        new_id[i] = vocab->unk;
        vocab->dropped_kinds++;
        vocab->dropped_tokens += counter->count[i];
    }
    if (vocab->unk >= 0)
        vocab->count[vocab->unk] += vocab->dropped_tokens;
}

static void number_chosen(struct vocab *vocab, const struct chosen *chosen,
                          size_t kept, const struct vocab_counter *counter,
                          int64_t *new_id)
{
    struct words *words = &vocab->index->words;
    for (size_t i = 0; i < counter->words.count; i++)
        new_id[i] = -1;
    vocab->count = memory_zeroed(words->count + kept, sizeof *vocab->count);
    for (size_t i = 0; i < kept; i++) {
        /* A word spelled as a special is that special. */
        size_t id = words_add(words, chosen[i].word, strlen(chosen[i].word));
        new_id[chosen[i].number] = (int64_t)id;
        vocab->count[id] += chosen[i].count;
    }
    vocab->index->named = words->count;
    publish_words(vocab);
    number_dropped(vocab, counter, new_id);
}

/* Hashing */

static size_t hashed_row(const struct vocab *vocab, const char *word,
                         size_t length)
{
    return vocab->index->specials + vocab_fnv1a(word, length) % vocab->hash;
}

/* Sort the words into their rows, keeping their order within a row. */
static void chain_rows(struct vocab *vocab, size_t kinds, const int64_t *new_id)
{
    struct vocab_index *index = vocab->index;
    index->row_words = memory_zeroed(vocab->size + 2, sizeof(size_t));
    index->row_word = memory_new(kinds + index->specials, sizeof(size_t));
    size_t *end = index->row_words + 1; /* shifted: filling makes them starts */
    for (size_t i = 0; i < index->specials; i++)
        end[i + 1]++;
    for (size_t i = 0; i < kinds; i++)
        end[new_id[i] + 1]++;
    for (size_t row = 1; row <= vocab->size; row++)
        end[row] += end[row - 1];
    for (size_t i = 0; i < index->specials; i++)
        index->row_word[end[i]++] = i;
    for (size_t i = 0; i < kinds; i++)
        index->row_word[end[new_id[i]]++] = index->specials + i;
}

/* Name each row by its first word; the word "" stands at empty. */
static void name_rows(struct vocab *vocab, size_t empty)
{
    const struct vocab_index *index = vocab->index;
    vocab->text = index->words.text;
    vocab->offset = memory_new(vocab->size, sizeof *vocab->offset);
    for (size_t row = 0; row < vocab->size; row++) {
        bool any = index->row_words[row] < index->row_words[row + 1];
        size_t word = any ? index->row_word[index->row_words[row]] : empty;
        vocab->offset[row] = index->words.offset[word];
    }
}

static int build_hashed(struct vocab *vocab,
                        const struct vocab_counter *counter,
                        const struct vocab_options *options, int64_t *new_id,
                        struct error *err)
{
    if (options->min_count > 1 || options->max_size > 0)
        return error_set(
            err, ERROR_USAGE, "hash=%zu numbers every word; leave out %s",
            options->hash, options->min_count > 1 ? "min_count" : "max_size");
    if (memory_reserve(options->hash, 3 * sizeof(size_t), "a vocabulary's hash",
                       err) != 0)
        return -1;
    start_vocab(vocab, options);
    struct words *words = &vocab->index->words;
    size_t kinds = counter->words.count;
    vocab->size = words->count + options->hash;
    vocab->count = memory_zeroed(vocab->size, sizeof *vocab->count);
    for (size_t i = 0; i < kinds; i++) {
        const char *word = words_text(&counter->words, i);
        size_t length = words_length(&counter->words, i);
        words_append(words, word, length);
        new_id[i] = (int64_t)hashed_row(vocab, word, length);
        vocab->count[new_id[i]] += counter->count[i];
    }
    vocab->index->named = vocab->size;
    size_t empty = words_append(words, "", 0);
    chain_rows(vocab, kinds, new_id);
    name_rows(vocab, empty);
    return 0;
}

int vocab_build(struct vocab *vocab, const struct vocab_counter *counter,
                const struct vocab_options *options, int64_t *new_id,
                struct error *err)
{
    size_t kinds = counter->words.count, kept;
    int failed;
    *vocab = (struct vocab){.pad = -1, .unk = -1};
    if (options->hash > 0) {
        failed = build_hashed(vocab, counter, options, new_id, err);
    } else {
        struct chosen *chosen = memory_new(kinds, sizeof *chosen);
        size_t specials = (size_t)options->pad + (size_t)options->unk;
        failed = choose(counter, options, specials, chosen, &kept, err);
        if (failed == 0) {
            start_vocab(vocab, options);
            number_chosen(vocab, chosen, kept, counter, new_id);
        }
        free(chosen);
    }
    vocab->kinds = kinds;
    return failed;
}

/* Rows that are named by their ids */

void vocab_build_numbers(struct vocab *vocab, size_t size)
{
    static const struct vocab_options plain = {.min_count = 1};
    start_vocab(vocab, &plain);
    vocab_extend(vocab, size);
}

void vocab_extend(struct vocab *vocab, size_t size)
{
    assert(vocab->hash == 0 && size >= vocab->size);
    char name[32];
    vocab->count = memory_resize(vocab->count, size, sizeof *vocab->count);
    for (size_t id = vocab->size; id < size; id++) {
        char *at = name + sizeof name;
        for (size_t rest = id; at == name + sizeof name || rest > 0; rest /= 10)
            *--at = (char)('0' + rest % 10);
        words_append(&vocab->index->words, at,
                     (size_t)(name + sizeof name - at));
        vocab->count[id] = 0;
    }
    publish_words(vocab);
}

/* The id that a word names as a number, as vocab_extend wrote it, or -1. */
static int64_t find_number(const struct vocab *vocab, const char *word,
                           size_t length)
{
    size_t id = 0;
    if (length == 0 || length > 10 || (length > 1 && word[0] == '0'))
        return -1;
    for (size_t i = 0; i < length; i++) {
        if (word[i] < '0' || word[i] > '9')
            return -1;
        id = 10 * id + (size_t)(word[i] - '0');
    }
    return id >= vocab->index->named && id < vocab->size ? (int64_t)id : -1;
}

void vocab_clear(struct vocab *vocab)
{
    if (vocab->index != NULL) {
        if (vocab->hash > 0)
            free(vocab->offset);
        words_clear(&vocab->index->words);
        free(vocab->index->row_words);
        free(vocab->index->row_word);
        free(vocab->index);
    }
    free(vocab->count);
    *vocab = (struct vocab){.pad = -1, .unk = -1};
}

/* Looking up */

int64_t vocab_find(const struct vocab *vocab, const char *word, size_t length)
{
    int64_t id = vocab_find_exact(vocab, word, length);
    return id >= 0 ? id : vocab->unk;
}

int64_t vocab_find_exact(const struct vocab *vocab, const char *word,
                         size_t length)
{
    if (vocab->index == NULL)
        return -1;
    int64_t number = words_find(&vocab->index->words, word, length);
    if (vocab->hash > 0) /* only the specials are findable */
        return number >= 0 ? number : (int64_t)hashed_row(vocab, word, length);
    return number >= 0 ? number : find_number(vocab, word, length);
}

const char *vocab_word(const struct vocab *vocab, int64_t id)
{
    assert(id >= 0 && (size_t)id < vocab->size);
    return vocab->text + vocab->offset[id];
}

size_t vocab_row_count(const struct vocab *vocab, int64_t id)
{
    assert(id >= 0 && (size_t)id < vocab->size);
    const size_t *start = vocab->index->row_words;
    return start == NULL ? 1 : start[id + 1] - start[id];
}

const char *vocab_row_word(const struct vocab *vocab, int64_t id, size_t n)
{
    const struct vocab_index *index = vocab->index;
    assert(n < vocab_row_count(vocab, id));
    if (index->row_words == NULL)
        return vocab_word(vocab, id);
    return words_text(&index->words, index->row_word[index->row_words[id] + n]);
}

/* How many words there are to be meant, and the count of one. */
static size_t words_meant(const struct vocab *vocab)
{
    const struct vocab_index *index = vocab->index;
    return vocab->hash > 0 ? index->words.count - 1 : index->named;
}

static int64_t count_of(const struct vocab *vocab, size_t number)
{
    const struct words *words = &vocab->index->words;
    if (vocab->hash == 0)
        return vocab->count[number];
    return vocab->count[hashed_row(vocab, words_text(words, number),
                                   words_length(words, number))];
}

/* Edits that still are "near": a third of the word, 1 to 3. */
static size_t near_limit(size_t length)
{
    return length < 6 ? 1 : length < 9 ? 2 : 3;
}

const char *vocab_nearest(const struct vocab *vocab, const char *word)
{
    const char *nearest = NULL;
    size_t best = near_limit(strlen(word)) + 1;
    int64_t best_count = 0;
    if (vocab->index == NULL)
        return NULL;
    size_t end = words_meant(vocab);
    for (size_t i = vocab->index->specials; i < end; i++) {
        const char *other = words_text(&vocab->index->words, i);
        size_t distance = utf8_distance(word, other, best);
        int64_t count = count_of(vocab, i);
        bool nearer = distance < best || (distance == best && nearest != NULL &&
                                          count > best_count);
        if (!nearer || distance >= strlen(word)) /* nothing in common */
            continue;
        nearest = other;
        best = distance;
        best_count = count;
    }
    return nearest;
}

uint32_t vocab_fnv1a(const char *bytes, size_t length)
{
    uint32_t hash = UINT32_C(2166136261);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT32_C(16777619);
    return hash;
}
