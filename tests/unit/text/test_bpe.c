/*
 * Byte pairs against the plain algorithm: count all pairs of the text as it
 * stands, merge the most frequent (of equals the one seen first), again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/bpe.h"

enum { WORDS_MAX_TEST = 64, SYMBOLS_MAX = 24 };

/* The text: words in order, each a list of symbols. */
struct plain {
    char *symbol[WORDS_MAX_TEST][SYMBOLS_MAX];
    size_t length[WORDS_MAX_TEST];
    size_t words;
};

static void plain_init(struct plain *p, const char *text)
{
    *p = (struct plain){.words = 0};
    for (size_t i = 0; text[i] != '\0';) {
        size_t size = utf8_grapheme(text + i, strlen(text + i));
        struct str symbol = STR_INIT;
        if (text[i] == ' ') {
            p->words++;
        } else {
            str_append_bytes(&symbol, text + i, size);
            p->symbol[p->words][p->length[p->words]++] = str_take(&symbol);
        }
        i += size;
    }
    p->words++;
}

static void plain_clear(struct plain *p)
{
    for (size_t w = 0; w < p->words; w++)
        for (size_t i = 0; i < p->length[w]; i++)
            free(p->symbol[w][i]);
}

static size_t plain_count(const struct plain *p, const char *a, const char *b)
{
    size_t count = 0;
    for (size_t w = 0; w < p->words; w++)
        for (size_t i = 0; i + 1 < p->length[w]; i++)
            count += str_equal(p->symbol[w][i], a) &&
                     str_equal(p->symbol[w][i + 1], b);
    return count;
}

/* The most frequent pair, the first seen of equals; 0: there is none. */
static size_t plain_best(const struct plain *p, const char **a, const char **b)
{
    size_t best = 0;
    for (size_t w = 0; w < p->words; w++)
        for (size_t i = 0; i + 1 < p->length[w]; i++) {
            const char *left = p->symbol[w][i], *right = p->symbol[w][i + 1];
            size_t count = plain_count(p, left, right);
            if (count <= best)
                continue;
            best = count;
            *a = left;
            *b = right;
        }
    return best;
}

static void plain_merge(struct plain *p, const char *a, const char *b)
{
    for (size_t w = 0; w < p->words; w++) {
        char **symbol = p->symbol[w];
        size_t kept = 0, length = p->length[w];
        for (size_t i = 0; i < length; i++) {
            if (i + 1 < length && str_equal(symbol[i], a) &&
                str_equal(symbol[i + 1], b)) {
                struct str both = STR_INIT;
                str_printf(&both, "%s%s", a, b);
                free(symbol[i]);
                free(symbol[++i]);
                symbol[kept++] = str_take(&both);
            } else {
                symbol[kept++] = symbol[i];
            }
        }
        p->length[w] = kept;
    }
}

static bool append_piece(void *context, const char *piece, size_t length)
{
    struct str *out = context;
    str_append_bytes(out, piece, length);
    str_append_char(out, '|');
    return true;
}

static struct bpe *learn(const char *text, size_t merges)
{
    struct bpe *bpe = bpe_new();
    for (size_t i = 0; text[i] != '\0';) {
        size_t length = strcspn(text + i, " ");
        if (length > 0)
            bpe_count(bpe, text + i, length);
        i += length + (text[i + length] == ' ');
    }
    assert_int_equal(bpe_learn(bpe, merges, NULL), 0);
    return bpe;
}

/* Each word of the text is cut as the plain algorithm left it, both by what
 * was remembered and by replaying the merges. */
static void assert_same_pieces(const struct bpe *bpe, const struct plain *p)
{
    for (size_t w = 0; w < p->words; w++) {
        struct str word = STR_INIT, expected = STR_INIT, out = STR_INIT;
        for (size_t i = 0; i < p->length[w]; i++) {
            str_append(&word, p->symbol[w][i]);
            str_printf(&expected, "%s|", p->symbol[w][i]);
        }
        bpe_split(bpe, str_text(&word), word.length, append_piece, &out);
        assert_string_equal(str_text(&out), str_text(&expected));
        str_truncate(&out, 0);
        bpe_replay(bpe, str_text(&word), word.length, append_piece, &out);
        assert_string_equal(str_text(&out), str_text(&expected));
        str_clear(&word);
        str_clear(&expected);
        str_clear(&out);
    }
}

/* Learn up to merges of text both ways; everything agrees. */
static void assert_same(const char *text, size_t merges)
{
    struct bpe *bpe = learn(text, merges);
    struct plain plain;
    plain_init(&plain, text);
    for (size_t rank = 0; rank < merges; rank++) {
        const char *a, *b, *left, *right;
        size_t count, best = plain_best(&plain, &a, &b);
        if (best == 0) {
            assert_int_equal(bpe_merges(bpe), rank);
            break;
        }
        assert_true(rank < bpe_merges(bpe));
        bpe_merge(bpe, rank, &left, &right, &count);
        assert_string_equal(left, a);
        assert_string_equal(right, b);
        assert_int_equal(count, best);
        char *own_a = memory_text(a), *own_b = memory_text(b);
        plain_merge(&plain, own_a, own_b);
        free(own_a);
        free(own_b);
    }
    assert_same_pieces(bpe, &plain);
    plain_clear(&plain);
    bpe_free(bpe);
}

static void the_most_frequent_pair_comes_first(void **state)
{
    (void)state;
    assert_same("low low low low low lower lower newest newest newest newest "
                "newest newest widest widest widest",
                20);
}

static void of_equals_the_first_seen_comes_first(void **state)
{
    (void)state;
    assert_same("ab cd ef", 10);
    assert_same("xy ab ab xy", 10);
    assert_same("abcd bcda cdab", 12);
}

static void repeated_letters_are_merged_from_the_left(void **state)
{
    (void)state;
    assert_same("aaa", 5);
    assert_same("aaaa aaaaa aaaaaaa", 9);
    assert_same("abababab baba", 9);
}

static void pairs_are_of_code_points(void **state)
{
    (void)state;
    assert_same("\u043A\u043E\u0442 \u043A\u043E\u0442 \u4E2D\u6587 "
                "\u00E9t\u00E9 \u00E9t\u00E9",
                10);
}

/* Few letters make many ties and overlaps. */
static void random_texts_agree(void **state)
{
    (void)state;
    uint32_t random = 7;
    for (int round = 0; round < 400; round++) {
        char text[400];
        size_t length = 0, letters = 2 + (size_t)round % 3;
        for (size_t w = 0; w < 30; w++) {
            size_t n = 1 + (random = random * 1664525 + 1013904223) / 65536 % 9;
            for (size_t i = 0; i < n; i++) {
                random = random * 1664525 + 1013904223;
                text[length++] = (char)('a' + random / 65536 % letters);
            }
            text[length++] = ' ';
        }
        text[length - 1] = '\0';
        assert_same(text, 60);
    }
}

static void assert_pieces(const struct bpe *bpe, const char *word,
                          const char *expected)
{
    struct str out = STR_INIT;
    bpe_split(bpe, word, strlen(word), append_piece, &out);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
}

/* l+o, lo+w learned; new words have new letters, and pairs in new places. */
static void other_words_are_cut_by_the_same_merges(void **state)
{
    (void)state;
    struct bpe *bpe = learn("low low low", 2);
    assert_pieces(bpe, "slowly", "s|low|l|y|");
    assert_pieces(bpe, "lolow", "lo|low|");
    assert_pieces(bpe, "z\u00E9z", "z|\u00E9|z|");
    assert_pieces(bpe, "l", "l|");
    bpe_free(bpe);
}

static void nothing_to_learn_from_is_no_error(void **state)
{
    (void)state;
    struct bpe *bpe = learn("", 10);
    assert_int_equal(bpe_merges(bpe), 0);
    assert_pieces(bpe, "ab", "a|b|");
    bpe_free(bpe);
    bpe = learn("ab", 0);
    assert_pieces(bpe, "ab", "a|b|");
    bpe_free(bpe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_frequent_pair_comes_first),
        cmocka_unit_test(of_equals_the_first_seen_comes_first),
        cmocka_unit_test(repeated_letters_are_merged_from_the_left),
        cmocka_unit_test(pairs_are_of_code_points),
        cmocka_unit_test(random_texts_agree),
        cmocka_unit_test(other_words_are_cut_by_the_same_merges),
        cmocka_unit_test(nothing_to_learn_from_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
