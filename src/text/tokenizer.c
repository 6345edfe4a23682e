/*
 * Two ways through a line that give the same tokens. ASCII is read as it
 * stands. Where anything else comes near (it may combine with the character
 * before it), the rest up to the next blank is normalised and read code point
 * by code point. A token that is ASCII and followed by ASCII is complete: in
 * Unicode nothing of that range joins or combines with what came before.
 */
#include "text/tokenizer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "text/bpe.h"

#define SPACE_SHOWN "␣"

enum {
    SHORT_WORD = 64, /* longer ones are folded in a growing buffer */
    APOSTROPHE = 0x2019,
};

struct splitter {
    const struct tokenizer_options *options;
    const struct bpe *bpe;
    tokenizer_visit *visit;
    void *context;
    struct str normal; /* what is read code point by code point */
};

static bool is_ascii(char c)
{
    return ((unsigned char)c & 0x80) == 0;
}

static bool is_upper(char c)
{
    return (unsigned char)(c - 'A') < 26;
}

static bool is_ascii_word(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 ||
           (unsigned char)(c - '0') < 10;
}

static bool is_ascii_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Given that it is ASCII. */
static bool is_visible(char c)
{
    return c > ' ' && c <= '~';
}

static bool is_joiner(char c)
{
    return c == '\'' || c == '-';
}

static bool visit_word(struct splitter *s, const char *word, size_t length)
{
    if (s->options->kind == TOKENIZER_BPE)
        return bpe_split(s->bpe, word, length, s->visit, s->context);
    return s->visit(s->context, word, length);
}

/* Words and punctuation, code point by code point */

/*
 * The end of the word that starts at start: characters that start with a word
 * code point, and joiners with one on both sides.
 */
static size_t word_end(const char *text, size_t length, size_t start)
{
    size_t end = start + utf8_grapheme(text + start, length - start);
    while (end < length) {
        uint32_t c, after;
        size_t size = utf8_decode(text + end, length - end, &c, NULL);
        bool inner = c == '\'' || c == '-' || c == APOSTROPHE;
        if (inner && end + size < length) {
            utf8_decode(text + end + size, length - end - size, &after, NULL);
            inner = utf8_classify(after) == UTF8_WORD &&
                    utf8_grapheme(text + end, length - end) == size;
        } else {
            inner = false;
        }
        if (!inner && utf8_classify(c) != UTF8_WORD)
            break;
        end += utf8_grapheme(text + end, length - end);
    }
    return end;
}

static bool split_points(struct splitter *s, const char *text, size_t length)
{
    bool going = true;
    for (size_t i = 0; i < length && going;) {
        uint32_t c;
        size_t end = i + utf8_decode(text + i, length - i, &c, NULL);
        switch (utf8_classify(c)) {
        case UTF8_WORD:
            end = word_end(text, length, i);
            going = visit_word(s, text + i, end - i);
            break;
        case UTF8_OTHER:
            end = i + utf8_grapheme(text + i, length - i);
            if (s->options->keep_punct)
                going = s->visit(s->context, text + i, end - i);
            break;
        case UTF8_SPACE:
        case UTF8_CONTROL:
            break;
        }
        i = end;
    }
    return going;
}

/* The same where all is ASCII */

/*
 * Eight bytes at once, the first lowest. A byte's answer is its highest bit:
 * adding 0x80 - c to a byte below 0x80 sets it where the byte is at least c.
 */
#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS (EACH_BYTE * 0x80)
#define AT_LEAST(bytes, c) ((bytes) + (uint64_t)(0x80 - (c)) * EACH_BYTE)

static uint64_t read_eight(const char *text)
{
    uint64_t eight;
    memcpy(&eight, text, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

/* Which of eight bytes are letters or digits, as is_ascii_word says. */
static uint64_t word_bits(uint64_t eight)
{
    uint64_t seven = eight & ~HIGH_BITS;
    uint64_t lower = seven | EACH_BYTE * 0x20;
    uint64_t letter = AT_LEAST(lower, 'a') & ~AT_LEAST(lower, 'z' + 1);
    uint64_t digit = AT_LEAST(seven, '0') & ~AT_LEAST(seven, '9' + 1);
    return (letter | digit) & ~eight & HIGH_BITS;
}

/* The end of letters and digits; *capitals is set where there are some. */
static size_t run_end(const char *line, size_t length, size_t start,
                      bool *capitals)
{
    size_t i = start;
    uint64_t upper = 0;
    while (i + 8 <= length) {
        uint64_t eight = read_eight(line + i);
        uint64_t other = ~word_bits(eight) & HIGH_BITS;
        /* the run's bytes: all below the lowest bit of other */
        uint64_t run = (other - 1) & ~other;
        /* of letters and digits only capitals lack bit 5 */
        upper |= ~(eight << 2) & run & HIGH_BITS;
        if (other != 0) {
            *capitals |= upper != 0;
            return i + (size_t)__builtin_ctzll(other) / 8;
        }
        i += 8;
    }
    for (; i < length && is_ascii_word(line[i]); i++)
        upper |= is_upper(line[i]);
    *capitals |= upper != 0;
    return i;
}

/* The end of a word, and whether it has capitals. */
static size_t ascii_word_end(const char *line, size_t length, size_t start,
                             bool *capitals)
{
    size_t i = run_end(line, length, start, capitals);
    while (i + 1 < length && is_joiner(line[i]) && is_ascii_word(line[i + 1]))
        i = run_end(line, length, i + 1, capitals);
    return i;
}

/* Is what ended at end complete, or may what follows change it? */
static bool is_complete(const char *line, size_t length, size_t end)
{
    if (end == length)
        return true;
    if (is_joiner(line[end]) && end + 1 < length)
        return is_ascii(line[end + 1]);
    return is_ascii(line[end]);
}

static bool visit_folded(struct splitter *s, const char *word, size_t length)
{
    char small[SHORT_WORD], *folded = small;
    if (length > sizeof small)
        folded = memory_new(length, 1);
    for (size_t i = 0; i < length; i++)
        folded[i] = (char)(is_upper(word[i]) ? word[i] | 0x20 : word[i]);
    bool going = visit_word(s, folded, length);
    if (folded != small)
        free(folded);
    return going;
}

/* Normalise from start to the next blank and split that; *end: the blank. */
static bool split_normal(struct splitter *s, const char *line, size_t length,
                         size_t start, size_t *end)
{
    *end = start;
    while (*end < length && !is_ascii_blank(line[*end]))
        (*end)++;
    str_truncate(&s->normal, 0);
    utf8_append_normal(&s->normal, line + start, *end - start,
                       s->options->lower);
    return split_points(s, str_text(&s->normal), s->normal.length);
}

/* The word or other thing that starts at start; *end: where it ends. */
static bool split_one(struct splitter *s, const char *line, size_t length,
                      size_t start, size_t *end)
{
    bool capitals = false, word = is_ascii_word(line[start]);
    *end = start + 1;
    if (word)
        *end = ascii_word_end(line, length, start, &capitals);
    if (!is_ascii(line[start]) || !is_complete(line, length, *end))
        return split_normal(s, line, length, start, end);
    if (word && capitals && s->options->lower)
        return visit_folded(s, line + start, *end - start);
    if (word)
        return visit_word(s, line + start, *end - start);
    if (s->options->keep_punct && is_visible(line[start]))
        return s->visit(s->context, line + start, 1);
    return true;
}

static bool split_words(struct splitter *s, const char *line, size_t length)
{
    for (size_t i = 0; i < length;)
        if (is_ascii_blank(line[i]))
            i++;
        else if (!split_one(s, line, length, i, &i))
            return false;
    return true;
}

/* Characters */

static bool visit_character(struct splitter *s, const char *text, size_t length)
{
    uint32_t c;
    size_t size = utf8_decode(text, length, &c, NULL);
    if (size == length && utf8_classify(c) == UTF8_SPACE)
        return s->visit(s->context, SPACE_SHOWN, strlen(SPACE_SHOWN));
    return s->visit(s->context, text, length);
}

static bool split_characters(struct splitter *s, const char *line,
                             size_t length)
{
    size_t i = 0;
    bool going = true;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    for (; i < length && going && is_complete(line, length, i + 1); i++) {
        if (!is_ascii(line[i]))
            break;
        char c = line[i];
        if (s->options->lower && is_upper(c))
            c = (char)(c | 0x20);
        going = visit_character(s, &c, 1);
    }
    if (i == length || !going)
        return going;
    utf8_append_normal(&s->normal, line + i, length - i, s->options->lower);
    const char *text = str_text(&s->normal);
    for (size_t at = 0; at < s->normal.length && going;) {
        size_t size = utf8_grapheme(text + at, s->normal.length - at);
        going = visit_character(s, text + at, size);
        at += size;
    }
    return going;
}

/* Tokenizers */

void tokenizer_init(struct tokenizer *t,
                    const struct tokenizer_options *options)
{
    *t = (struct tokenizer){.options = *options};
    if (options->kind == TOKENIZER_BPE)
        t->bpe = bpe_new();
}

void tokenizer_clear(struct tokenizer *t)
{
    for (size_t i = 0; i < t->merge_count; i++) {
        free(t->merges[i].left);
        free(t->merges[i].right);
    }
    free(t->merges);
    bpe_free(t->bpe);
    *t = (struct tokenizer){0};
}

static bool count_word(void *context, const char *token, size_t length)
{
    bpe_count(context, token, length);
    return true;
}

void tokenizer_study(struct tokenizer *t, const char *line, size_t length)
{
    if (t->options.kind != TOKENIZER_BPE)
        return;
    struct tokenizer words = {.options = t->options};
    words.options.kind = TOKENIZER_WORD;
    words.options.keep_punct = false;
    tokenizer_split(&words, line, length, count_word, t->bpe);
}

int tokenizer_learn(struct tokenizer *t, struct error *err)
{
    if (t->options.kind != TOKENIZER_BPE)
        return 0;
    if (bpe_learn(t->bpe, t->options.merges, err) != 0)
        return -1;
    t->merge_count = bpe_merges(t->bpe);
    t->merges = memory_new(t->merge_count, sizeof *t->merges);
    for (size_t i = 0; i < t->merge_count; i++) {
        const char *left, *right;
        bpe_merge(t->bpe, i, &left, &right, &t->merges[i].count);
        t->merges[i].left = memory_text(left);
        t->merges[i].right = memory_text(right);
    }
    return 0;
}

bool tokenizer_split(const struct tokenizer *t, const char *line, size_t length,
                     tokenizer_visit *visit, void *context)
{
    struct splitter splitter = {&t->options, t->bpe, visit, context, STR_INIT};
    bool going = t->options.kind == TOKENIZER_CHAR
                     ? split_characters(&splitter, line, length)
                     : split_words(&splitter, line, length);
    str_clear(&splitter.normal);
    return going;
}
