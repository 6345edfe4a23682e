/*
 * What is a token. Expected tokens are written "a|b|c|". The two ways through
 * a line, for ASCII and for the rest, are compared on random text.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "text/tokenizer.h"

static const struct tokenizer_options word = {.kind = TOKENIZER_WORD,
                                              .lower = true};
static const struct tokenizer_options word_cased = {.kind = TOKENIZER_WORD};
static const struct tokenizer_options word_punct = {
    .kind = TOKENIZER_WORD, .lower = true, .keep_punct = true};
static const struct tokenizer_options character = {.kind = TOKENIZER_CHAR,
                                                   .lower = true};

static bool append_token(void *context, const char *token, size_t length)
{
    struct str *out = context;
    str_append_bytes(out, token, length);
    str_append_char(out, '|');
    return true;
}

static char *tokens_of(const struct tokenizer_options *options,
                       const char *line)
{
    struct tokenizer tokenizer;
    struct str out = STR_INIT;
    tokenizer_init(&tokenizer, options);
    assert_true(
        tokenizer_split(&tokenizer, line, strlen(line), append_token, &out));
    tokenizer_clear(&tokenizer);
    return str_take(&out);
}

static void assert_tokens(const struct tokenizer_options *options,
                          const char *line, const char *expected)
{
    char *tokens = tokens_of(options, line);
    assert_string_equal(tokens, expected);
    free(tokens);
}

/* Words */

static void words_are_runs_of_letters_and_digits(void **state)
{
    (void)state;
    assert_tokens(&word, "the cat drinks milk", "the|cat|drinks|milk|");
    assert_tokens(&word, "  The CAT,drinks 2 l.\t", "the|cat|drinks|2|l|");
    assert_tokens(&word, "snake_case a1b2", "snake|case|a1b2|");
    assert_tokens(&word, "", "");
    assert_tokens(&word, "... ?!", "");
}

static void inner_apostrophes_and_hyphens_stay(void **state)
{
    (void)state;
    assert_tokens(&word, "don't mother-in-law", "don't|mother-in-law|");
    assert_tokens(&word, "'tis -x- dogs' y-", "tis|x|dogs|y|");
    assert_tokens(&word, "rock-'n'-roll a--b c''d", "rock|n|roll|a|b|c|d|");
    assert_tokens(&word, "-", "");
    assert_tokens(&word_punct, "'tis a-b -c", "'|tis|a-b|-|c|");
    assert_tokens(&word_punct, "a-'b", "a|-|'|b|");
}

static void a_printed_apostrophe_stays_as_it_is(void **state)
{
    (void)state;
    assert_tokens(&word, "don\u2019t stop\u2019", "don\u2019t|stop|");
    assert_tokens(&word_punct, "\u2018don\u2019t\u2019",
                  "\u2018|don\u2019t|\u2019|");
}

static void words_of_all_scripts_are_words(void **state)
{
    (void)state;
    assert_tokens(&word, "\u041A\u043E\u0442 \u043F\u044C\u0451\u0442.",
                  "\u043A\u043E\u0442|\u043F\u044C\u0451\u0442|");
    assert_tokens(&word, "\u4E2D\u6587\u3002\u5B57", "\u4E2D\u6587|\u5B57|");
    assert_tokens(&word, "\u0928\u092E\u0938\u094D\u0924\u0947",
                  "\u0928\u092E\u0938\u094D\u0924\u0947|"); /* with marks */
    assert_tokens(&word, "\u0663\u0664 \u00BD m\u00B2",
                  "\u0663\u0664|\u00BD|m\u00B2|");
    assert_tokens(&word, "l\u2019\u00E9t\u00E9 caf\u00E9-bar",
                  "l\u2019\u00E9t\u00E9|caf\u00E9-bar|");
}

static void a_mark_belongs_to_what_it_follows(void **state)
{
    (void)state;
    assert_tokens(&word, "x\u0302y", "x\u0302y|");
    assert_tokens(&word, "a !\u0302 b", "a|b|"); /* no word of a mark */
    assert_tokens(&word_punct, "a !\u0302 b", "a|!\u0302|b|");
    assert_tokens(&word_punct, "\u2764\uFE0F", "\u2764\uFE0F|");
    assert_tokens(&word, "a'\u0301b", "a|b|"); /* no plain apostrophe */
    /* Persian: a joiner keeps the parts of a word apart, not two words */
    assert_tokens(&word, "\u0645\u06CC\u200C\u062E\u0648",
                  "\u0645\u06CC\u200C\u062E\u0648|");
}

static void kept_punctuation_is_visible_characters(void **state)
{
    (void)state;
    assert_tokens(&word_punct, "Hi, you (two)...", "hi|,|you|(|two|)|.|.|.|");
    assert_tokens(&word_punct, "5 \u20AC\u2026", "5|\u20AC|\u2026|");
    assert_tokens(&word_punct, "\U0001F468\u200D\U0001F469!",
                  "\U0001F468\u200D\U0001F469|!|");
    assert_tokens(&word_punct, "a\x01\x7F\u200B\uFEFF\u00A0\u2003b", "a|b|");
}

/* unicodedata.normalize and str.casefold, in base/test_utf8.c too. */
static void text_is_composed_and_folded(void **state)
{
    (void)state;
    assert_tokens(&word, "E\u0301COLE \u00C9cole", "\u00E9cole|\u00E9cole|");
    assert_tokens(&word, "STRASSE Stra\u00DFe", "strasse|strasse|");
    assert_tokens(&word_cased, "The E\u0301cole", "The|\u00C9cole|");
}

static void a_long_word_is_one_token(void **state)
{
    (void)state;
    struct str line = STR_INIT, expected = STR_INIT;
    str_repeat(&line, "aBcdefghij", 100000);
    str_repeat(&expected, "abcdefghij", 100000);
    str_append(&expected, "|");
    assert_tokens(&word, str_text(&line), str_text(&expected));
    str_clear(&line);
    str_clear(&expected);
}

static bool stop_at_two(void *context, const char *token, size_t length)
{
    int *seen = context;
    (void)token;
    (void)length;
    return ++*seen < 2;
}

static void the_visitor_may_stop(void **state)
{
    (void)state;
    static const char *const lines[] = {"a b c d", "\u00E9 \u00E9 \u00E9",
                                        "a.b.c"};
    for (size_t i = 0; i < 3; i++)
        for (int kind = TOKENIZER_WORD; kind <= TOKENIZER_CHAR; kind++) {
            struct tokenizer_options options = {
                .kind = (enum tokenizer_kind)kind, .keep_punct = true};
            struct tokenizer tokenizer;
            int seen = 0;
            tokenizer_init(&tokenizer, &options);
            assert_false(tokenizer_split(&tokenizer, lines[i], strlen(lines[i]),
                                         stop_at_two, &seen));
            assert_int_equal(seen, 2);
            tokenizer_clear(&tokenizer);
        }
}

/* Both ways through a line */

static uint32_t random_state = 1;

static size_t draw(size_t below)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % below;
}

/* The rule for words, read off its definition, for ASCII. */
static void split_plainly(const char *line, bool keep, struct str *out)
{
    for (size_t i = 0; line[i] != '\0'; i++) {
        bool inner = (line[i] == '\'' || line[i] == '-') && i > 0 &&
                     isalnum((unsigned char)line[i - 1]) &&
                     isalnum((unsigned char)line[i + 1]);
        if (isalnum((unsigned char)line[i]) || inner) {
            str_append_char(out, (char)tolower((unsigned char)line[i]));
            continue;
        }
        if (out->length > 0 && out->data[out->length - 1] != '|')
            str_append_char(out, '|');
        if (keep && isgraph((unsigned char)line[i])) {
            str_append_char(out, line[i]);
            str_append_char(out, '|');
        }
    }
    if (out->length > 0 && out->data[out->length - 1] != '|')
        str_append_char(out, '|');
}

static void make_line(char *line, size_t length)
{
    static const char alphabet[] = "abcXYZx019''-- ,.#\t\x01";
    for (size_t i = 0; i < length; i++)
        line[i] = alphabet[draw(sizeof alphabet - 1)];
    line[length] = '\0';
}

static void ascii_lines_follow_the_rule(void **state)
{
    (void)state;
    char line[64];
    for (int i = 0; i < 20000; i++) {
        struct str expected = STR_INIT;
        bool keep = draw(2) == 0;
        make_line(line, draw(sizeof line));
        split_plainly(line, keep, &expected);
        assert_tokens(keep ? &word_punct : &word, line, str_text(&expected));
        str_clear(&expected);
    }
}

/* x becomes a letter, # a sign that is not ASCII. */
static char *make_foreign(const char *text)
{
    struct str out = STR_INIT;
    for (; *text != '\0'; text++)
        if (*text == 'x')
            str_append(&out, "\u0436");
        else if (*text == '#')
            str_append(&out, "\u20AC");
        else
            str_append_char(&out, *text);
    return str_take(&out);
}

/* No other rule for lines with a few characters beyond ASCII. */
static void mixed_lines_follow_the_same_rule(void **state)
{
    (void)state;
    static const struct tokenizer_options *const kinds[] = {&word, &word_punct,
                                                            &character};
    char line[64];
    for (int i = 0; i < 20000; i++) {
        const struct tokenizer_options *options = kinds[draw(3)];
        make_line(line, draw(sizeof line));
        for (char *at = line; *at != '\0'; at++)
            if (*at == 'X') /* folds to x, which would be made foreign */
                *at = 'Y';
        char *foreign = make_foreign(line), *tokens = tokens_of(options, line);
        char *expected = make_foreign(tokens);
        assert_tokens(options, foreign, expected);
        free(foreign);
        free(tokens);
        free(expected);
    }
}

/* Characters */

static void characters_are_graphemes(void **state)
{
    (void)state;
    assert_tokens(&character, "The cat.", "t|h|e|␣|c|a|t|.|");
    assert_tokens(&character, "e\u0301\U0001F468\u200D\U0001F469!",
                  "\u00E9|\U0001F468\u200D\U0001F469|!|");
    assert_tokens(&character, "a\t\u00A0b ", "a|␣|␣|b|␣|");
    assert_tokens(&character, "ab\r", "a|b|"); /* CRLF's */
    assert_tokens(&character, "\u00E9\r", "\u00E9|");
    assert_tokens(&character, "", "");
}

/* Byte pairs: more in test_bpe.c */

static void learn(struct tokenizer *t, const char *const *lines, size_t count,
                  const struct tokenizer_options *options)
{
    tokenizer_init(t, options);
    for (size_t i = 0; i < count; i++)
        tokenizer_study(t, lines[i], strlen(lines[i]));
    assert_int_equal(tokenizer_learn(t, NULL), 0);
}

static void assert_pieces(const struct tokenizer *t, const char *line,
                          const char *expected)
{
    struct str out = STR_INIT;
    tokenizer_split(t, line, strlen(line), append_token, &out);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
}

/* "the" three times: t+h 3, then th+e 3. */
static void words_are_cut_into_learned_pieces(void **state)
{
    (void)state;
    static const char *const lines[] = {"The cat", "the dog", "the mat"};
    struct tokenizer_options options = {
        .kind = TOKENIZER_BPE, .lower = true, .keep_punct = true, .merges = 2};
    struct tokenizer t;
    learn(&t, lines, 3, &options);
    assert_int_equal(t.merge_count, 2);
    assert_string_equal(t.merges[0].left, "t");
    assert_string_equal(t.merges[0].right, "h");
    assert_int_equal(t.merges[0].count, 3);
    assert_string_equal(t.merges[1].left, "th");
    assert_string_equal(t.merges[1].right, "e");
    assert_pieces(&t, "THE path, theme!", "the|p|a|th|,|the|m|e|!|");
    tokenizer_clear(&t);
}

/* th+e is found in words only, never across a blank or in signs. */
static void nothing_is_merged_across_words(void **state)
{
    (void)state;
    static const char *const lines[] = {"a.b a.b a.b", "a b !\u0302 !\u0302"};
    struct tokenizer_options options = {
        .kind = TOKENIZER_BPE, .keep_punct = true, .merges = 9};
    struct tokenizer t;
    learn(&t, lines, 2, &options);
    assert_int_equal(t.merge_count, 0);
    assert_pieces(&t, "a.b ab", "a|.|b|a|b|");
    tokenizer_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_runs_of_letters_and_digits),
        cmocka_unit_test(inner_apostrophes_and_hyphens_stay),
        cmocka_unit_test(a_printed_apostrophe_stays_as_it_is),
        cmocka_unit_test(words_of_all_scripts_are_words),
        cmocka_unit_test(a_mark_belongs_to_what_it_follows),
        cmocka_unit_test(kept_punctuation_is_visible_characters),
        cmocka_unit_test(text_is_composed_and_folded),
        cmocka_unit_test(a_long_word_is_one_token),
        cmocka_unit_test(the_visitor_may_stop),
        cmocka_unit_test(ascii_lines_follow_the_rule),
        cmocka_unit_test(mixed_lines_follow_the_same_rule),
        cmocka_unit_test(characters_are_graphemes),
        cmocka_unit_test(words_are_cut_into_learned_pieces),
        cmocka_unit_test(nothing_is_merged_across_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
