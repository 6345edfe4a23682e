/*
 * A word's rows are listed once, for all words, in two arrays: the rows one
 * word after another, and where each word's begin. N-grams are taken as
 * fastText takes them: from the left, short ones first, and never a lone sign
 * of the word's border.
 */
#include "text/subwords.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"

static bool stops_here(const char *text, size_t at, size_t length)
{
    return at == length || ((unsigned char)text[at] & 0xC0) != 0x80;
}

/* The n-grams that start at a byte of text, min to max code points long. */
static bool visit_from(const char *text, size_t length, size_t start,
                       size_t min, size_t max, subwords_visit *visit,
                       void *context)
{
    size_t n = 0;
    for (size_t end = start + 1; end <= length && n < max; end++) {
        if (!stops_here(text, end, length))
            continue;
        n++;
        bool border = n == 1 && (start == 0 || end == length);
        if (n >= min && !border && !visit(context, text + start, end - start))
            return false;
    }
    return true;
}

void subwords_each(const char *word, size_t min, size_t max,
                   subwords_visit *visit, void *context)
{
    struct str text = STR_INIT;
    str_printf(&text, "<%s>", word);
    bool going = true;
    for (size_t i = 0; i < text.length && going; i++)
        if (stops_here(text.data, i, text.length))
            going =
                visit_from(text.data, text.length, i, min, max, visit, context);
    str_clear(&text);
}

uint32_t subwords_bucket(const char *ngram, size_t length, size_t buckets)
{
    return (uint32_t)(vocab_fnv1a(ngram, length) % buckets);
}

struct listing {
    struct subwords *s;
    size_t count, capacity;
};

static void add_row(struct listing *l, size_t row)
{
    l->s->rows =
        memory_grow(l->s->rows, l->count, &l->capacity, sizeof *l->s->rows);
    l->s->rows[l->count++] = (int64_t)row;
}

static bool add_ngram(void *context, const char *ngram, size_t length)
{
    struct listing *l = context;
    add_row(l, l->s->words + subwords_bucket(ngram, length, l->s->buckets));
    return true;
}

int subwords_build(struct subwords *s, const struct vocab *vocab, size_t min,
                   size_t max, size_t buckets, struct error *err)
{
    *s = (struct subwords){.words = vocab->size, .buckets = buckets};
    if (min == 0 || max < min || buckets == 0)
        return error_set(
            err, ERROR_RANGE,
            "subwords min=%zu max=%zu buckets=%zu is not possible; "
            "use 1 <= min <= max and at least one bucket",
            min, max, buckets);
    if (vocab->hash > 0)
        return error_set(err, ERROR_STATE,
                         "subwords need a vocabulary of words; leave out vocab "
                         "hash=%zu",
                         vocab->hash);
    struct listing listing = {.s = s};
    s->offsets = memory_new(vocab->size + 1, sizeof *s->offsets);
    for (size_t id = 0; id < vocab->size; id++) {
        int64_t signed_id = (int64_t)id;
        s->offsets[id] = (int64_t)listing.count;
        add_row(&listing, id);
        if (signed_id != vocab->pad && signed_id != vocab->unk)
            subwords_each(vocab_word(vocab, signed_id), min, max, add_ngram,
                          &listing);
    }
    s->offsets[vocab->size] = (int64_t)listing.count;
    return 0;
}

void subwords_clear(struct subwords *s)
{
    free(s->offsets);
    free(s->rows);
    *s = (struct subwords){0};
}
