/*
 * A vector is read into a row of its own, which is copied to the table when
 * its word has a row there.
 *
 * To find a word that comes twice a hash of each is kept, not the words: a
 * table of 160 MB is not to cost 40 MB more. Where a hash comes twice the file
 * is read again from its start, up to the word; that tells where it stood
 * first, if it did. Since blank lines are refused, a word's number gives its
 * line.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/str.h"
#include "text/vectors_private.h"

enum {
    WORD_MAX_BYTES = 64 * 1024,
    SEEN_LEAST = 1024,       /* slots at first: by the words expected, */
    SEEN_MOST = 1024 * 1024, /* but not by what a header claims */
    NUMBER_BYTES = 8         /* of a number in a text, about */
};

/* 64-bit FNV-1a, never 0. */
static uint64_t hash_word(const char *word, size_t length)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)word[i]) * UINT64_C(1099511628211);
    return hash != 0 ? hash : 1;
}

/* Where a hash stands, or would. */
static uint64_t *find_slot(const struct vectors_seen *seen, uint64_t hash)
{
    size_t at = (size_t)(hash ^ hash >> 32) & seen->mask;

    while (seen->slots[at] != 0 && seen->slots[at] != hash)
        at = (at + 1) & seen->mask;
    return &seen->slots[at];
}

static void resize_seen(struct vectors_seen *seen, size_t slots)
{
    struct vectors_seen larger = {.mask = slots - 1, .count = seen->count};

    larger.slots = memory_zeroed(slots, sizeof *larger.slots);
    for (size_t i = 0; seen->slots != NULL && i <= seen->mask; i++)
        if (seen->slots[i] != 0)
            *find_slot(&larger, seen->slots[i]) = seen->slots[i];
    free(seen->slots);
    *seen = larger;
}

/* Add a hash; true: it was there. */
static bool add_seen(struct vectors_seen *seen, uint64_t hash)
{
    uint64_t *slot;

    if (2 * seen->count > seen->mask)
        resize_seen(seen, 2 * (seen->mask + 1));
    slot = find_slot(seen, hash);
    if (*slot == hash)
        return true;
    *slot = hash;
    seen->count++;
    return false;
}

/* Where a word stands: its line, or in a binary file its number. */
static int fail_word(struct vectors_loading *l, const char *message)
{
    if (l->info.format == VECTORS_WORD2VEC_BINARY)
        return vectors_fail(&l->reader, "word %zu: %s", l->count, message);
    return vectors_fail_line(&l->reader, "%s", message);
}

static int fail_twice(struct vectors_loading *l, const char *word,
                      size_t length, size_t first)
{
    char shown[VECTORS_SHOWN_MAX];
    struct str message = STR_INIT;

    vectors_shown(shown, word, length);
    if (l->info.format == VECTORS_WORD2VEC_BINARY)
        str_printf(&message, "'%s' is word %zu already; keep one of them",
                   shown, first);
    else
        str_printf(&message,
                   "'%s' stands in line %zu already; keep one of them", shown,
                   first + l->has_header);
    fail_word(l, str_text(&message));
    str_clear(&message);
    return -1;
}

static int check_finite(struct vectors_loading *l, const char *word,
                        size_t length)
{
    char shown[VECTORS_SHOWN_MAX];
    struct str message = STR_INIT;
    size_t i = 0;

    while (i < l->info.dims && isfinite(l->row[i]))
        i++;
    if (i == l->info.dims)
        return 0;
    str_printf(&message,
               "number %zu of '%s' is %s; a table needs finite numbers", i + 1,
               vectors_shown(shown, word, length),
               isnan(l->row[i]) ? "NaN" : "infinite");
    fail_word(l, str_text(&message));
    str_clear(&message);
    return -1;
}

/* The word's number in the file, read again from its start. */
static size_t find_first(const struct vectors_loading *l, const char *word,
                         size_t length)
{
    struct vectors_loading again = {.wanted = word, .wanted_length = length};

    if (vectors_reader_open(&again.reader, l->reader.path, NULL) != 0)
        return l->count;
    if (vectors_begin(&again) == 0) {
        again.row = memory_new(again.info.dims, sizeof *again.row);
        vectors_words_load(&again);
        free(again.row);
    }
    vectors_reader_close(&again.reader);
    return again.count;
}

static bool is_wanted(const struct vectors_loading *l, const char *word,
                      size_t length)
{
    return length == l->wanted_length && memcmp(word, l->wanted, length) == 0;
}

/* The vector in row is that of this word: check it and give it its row. */
static int take_vector(struct vectors_loading *l, const char *word,
                       size_t length)
{
    const struct vectors_target *t = l->target;
    size_t first = ++l->count;
    int64_t row;

    if (l->wanted != NULL)
        return is_wanted(l, word, length) ? -1 : 0;
    if (add_seen(&l->seen, hash_word(word, length)))
        first = find_first(l, word, length);
    if (first < l->count)
        return fail_twice(l, word, length, first);
    if (check_finite(l, word, length) != 0)
        return -1;
    row = t->find(t->find_context, word, length);
    if (row < 0)
        return 0;
    memcpy(t->table + (size_t)row * t->dims, l->row, t->dims * sizeof *l->row);
    t->found[row] = true;
    return 0;
}

/* Text: a word a line. */

static int fail_number(struct vectors_loading *l, const char *word,
                       size_t length, size_t number, const char *field,
                       const char *end)
{
    char shown_word[VECTORS_SHOWN_MAX], shown_field[VECTORS_SHOWN_MAX];

    return vectors_fail_line(
        &l->reader, "number %zu of '%s' is '%s', which is no number", number,
        vectors_shown(shown_word, word, length),
        vectors_shown(shown_field, field, (size_t)(end - field)));
}

static int fail_dims(struct vectors_loading *l, const char *word, size_t length,
                     size_t dims)
{
    char shown[VECTORS_SHOWN_MAX];

    return vectors_fail_line(
        &l->reader,
        "'%s' has %zu numbers, %s %zu; every word must "
        "have as many",
        vectors_shown(shown, word, length), dims,
        l->has_header ? "the header says" : "the first line has", l->info.dims);
}

/* A line's fields, from the left. */
static size_t count_fields(const char *at, const char *end)
{
    size_t count = 0;

    for (at = vectors_skip_blanks(at, end); at < end;
         at = vectors_skip_blanks(at, end)) {
        at = vectors_field_end(at, end);
        count++;
    }
    return count;
}

/*
 * Where the word ends. GloVe has words with blanks in them (". . ."): fields
 * beyond D numbers belong to the word, but where one of them is a number the
 * line is simply too long.
 */
static const char *find_word_end(const struct vectors_loading *l,
                                 const char *line, const char *end)
{
    size_t fields = count_fields(line, end);
    size_t extra = fields > l->info.dims + 1 ? fields - l->info.dims - 1 : 0;
    const char *first = vectors_field_end(line, end);
    const char *at = first;

    for (size_t i = 0; i < extra; i++) {
        const char *field = vectors_skip_blanks(at, end);
        float value;
        at = vectors_field_end(field, end);
        if (number_read_float(field, (size_t)(at - field), &value))
            return first;
    }
    return at;
}

/* The numbers behind a word; how many there are where they fit in the row. */
static size_t read_numbers(struct vectors_loading *l, const char *at,
                           const char *end, const char **wrong)
{
    size_t count = 0;

    *wrong = NULL;
    for (at = vectors_skip_blanks(at, end); at < end;
         at = vectors_skip_blanks(at, end)) {
        const char *field = at;
        at = vectors_field_end(at, end);
        if (count < l->info.dims && *wrong == NULL &&
            !number_read_float(field, (size_t)(at - field), &l->row[count]))
            *wrong = field;
        count++;
    }
    return count;
}

/* Number `number` (from 1) of a word is no number. */
static int fail_field(struct vectors_loading *l, const char *line,
                      const char *word_end, const char *field, const char *end)
{
    size_t number = count_fields(word_end, field) + 1;

    return fail_number(l, line, (size_t)(word_end - line), number, field,
                       vectors_field_end(field, end));
}

static int read_line(struct vectors_loading *l, const char *line, size_t length)
{
    const char *end = line + length;
    const char *word_end = vectors_field_end(line, end);
    const char *wrong;
    size_t count;

    if (length == 0)
        return vectors_fail_line(&l->reader, "the line is empty; take it out");
    if (word_end == line)
        return vectors_fail_line(&l->reader, "the line begins with a blank; a "
                                             "word comes first");
    count = read_numbers(l, word_end, end, &wrong);
    if (count > l->info.dims) {
        word_end = find_word_end(l, line, end);
        count = read_numbers(l, word_end, end, &wrong);
    }
    if (count != l->info.dims)
        return fail_dims(l, line, (size_t)(word_end - line), count);
    if (wrong != NULL)
        return fail_field(l, line, word_end, wrong, end);
    return take_vector(l, line, (size_t)(word_end - line));
}

/* 1: a line that is not empty follows; 0: none; -1. */
static int find_more(struct vectors_loading *l)
{
    const char *line;
    size_t length;
    int status;

    do {
        status = vectors_reader_line(&l->reader, &line, &length);
    } while (status > 0 && length == 0);
    return status;
}

static int fail_short(struct vectors_loading *l)
{
    return vectors_fail(&l->reader,
                        "the file ends after %zu of the %zu words that its "
                        "header says; it is cut off, or the header is wrong",
                        l->count, l->info.words);
}

static int load_word2vec_text(struct vectors_loading *l)
{
    const char *line;
    size_t length;

    while (l->count < l->info.words) {
        int status = vectors_reader_line(&l->reader, &line, &length);
        if (status == 0)
            return fail_short(l);
        if (status < 0 || read_line(l, line, length) != 0)
            return -1;
    }
    if (find_more(l) > 0)
        return vectors_fail_line(&l->reader,
                                 "more than the %zu words that the header "
                                 "says; the header is wrong",
                                 l->info.words);
    return 0;
}

static int load_glove(struct vectors_loading *l)
{
    const char *line;
    size_t length;
    int status;

    while ((status = vectors_reader_line(&l->reader, &line, &length)) > 0) {
        if (length == 0 && find_more(l) > 0)
            return vectors_fail_line(&l->reader, "an empty line stands before "
                                                 "this one; take it out");
        if (length > 0 && read_line(l, line, length) != 0)
            return -1;
    }
    return status;
}

/* Binary. */

/* Skip the line end that some writers put behind each vector. */
static int skip_line_end(struct vectors_reader *r)
{
    size_t available;

    do {
        if (vectors_reader_fill(r, 1, &available) != 0)
            return -1;
    } while (available > 0 && r->buffer[r->start] == '\n' && ++r->start > 0);
    return 0;
}

/* The length of the word at the reader, which a blank ends. */
static int find_blank(struct vectors_loading *l, size_t *length)
{
    struct vectors_reader *r = &l->reader;
    size_t available = 0, wanted = 256;

    for (;; wanted *= 2) {
        const char *blank;
        if (vectors_reader_fill(r, wanted, &available) != 0)
            return -1;
        blank = memchr(r->buffer + r->start, ' ', available);
        if (blank != NULL) {
            *length = (size_t)(blank - (r->buffer + r->start));
            return 0;
        }
        if (wanted >= WORD_MAX_BYTES)
            return vectors_fail(r,
                                "word %zu is longer than 64 kB; is this a "
                                "word2vec file?",
                                l->count + 1);
        if (available < wanted)
            break;
    }
    if (available == 0)
        return fail_short(l);
    return vectors_fail(r,
                        "the file ends inside word %zu of %zu; it is cut off",
                        l->count + 1, l->info.words);
}

/* Little-endian float32, whatever this machine has. */
static void decode_floats(const char *bytes, size_t count, float *out)
{
    const unsigned char *at = (const unsigned char *)bytes;

    for (size_t i = 0; i < count; i++, at += 4) {
        uint32_t bits = (uint32_t)at[0] | (uint32_t)at[1] << 8 |
                        (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        memcpy(&out[i], &bits, sizeof bits);
    }
}

static int read_binary_word(struct vectors_loading *l)
{
    struct vectors_reader *r = &l->reader;
    char shown[VECTORS_SHOWN_MAX];
    size_t bytes = l->info.dims * 4;
    size_t length = 0, available;
    const char *word;

    if (skip_line_end(r) != 0 || find_blank(l, &length) != 0 ||
        vectors_reader_fill(r, length + 1 + bytes, &available) != 0)
        return -1;
    word = r->buffer + r->start;
    if (available < length + 1 + bytes)
        return vectors_fail(
            r,
            "word %zu of %zu ('%s') is cut off: %zu of its %zu bytes of "
            "numbers are there",
            l->count + 1, l->info.words, vectors_shown(shown, word, length),
            available - length - 1, bytes);
    decode_floats(word + length + 1, l->info.dims, l->row);
    r->start += length + 1 + bytes;
    return take_vector(l, word, length);
}

static int load_word2vec_binary(struct vectors_loading *l)
{
    struct vectors_reader *r = &l->reader;
    size_t available;

    while (l->count < l->info.words)
        if (read_binary_word(l) != 0)
            return -1;
    if (skip_line_end(r) != 0 || vectors_reader_fill(r, 1, &available) != 0)
        return -1;
    if (available > 0)
        return vectors_fail(r,
                            "%zu bytes follow the %zu words that the header "
                            "says; the header is wrong",
                            r->size - vectors_reader_position(r),
                            l->info.words);
    return 0;
}

/* Room for the words to come, so that growing leaves no holes in memory. */
static void expect_words(struct vectors_loading *l)
{
    size_t expected = l->info.words;
    size_t slots = SEEN_LEAST;

    if (!l->has_header)
        expected = l->reader.size / (l->info.dims * NUMBER_BYTES);
    while (slots < SEEN_MOST && slots / 2 < expected)
        slots *= 2;
    resize_seen(&l->seen, slots);
}

int vectors_words_load(struct vectors_loading *l)
{
    if (l->wanted == NULL)
        expect_words(l);
    if (l->info.format == VECTORS_WORD2VEC_BINARY)
        return load_word2vec_binary(l);
    return l->has_header ? load_word2vec_text(l) : load_glove(l);
}
