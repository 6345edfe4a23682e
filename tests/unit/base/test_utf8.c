/*
 * UTF-8: expectations from the Unicode standard (15.0): table 3-8 and the
 * examples of section 3.9 for broken bytes, UAX #29 for graphemes, and
 * Python's unicodedata for normal forms and folding, as noted.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

#define FFFD "\xEF\xBF\xBD"
#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"

/* bytes read with every broken piece as U+FFFD, as it is copied too. */
static void assert_repaired(const char *bytes, const char *expected,
                            size_t pieces)
{
    struct str read = STR_INIT, copied = STR_INIT;
    size_t length = strlen(bytes), invalid = 0;
    for (size_t i = 0; i < length;) {
        uint32_t c;
        bool valid;
        char out[4];
        i += utf8_decode(bytes + i, length - i, &c, &valid);
        invalid += !valid;
        str_append_bytes(&read, out, utf8_encode(c, out));
    }
    assert_string_equal(str_text(&read), expected);
    assert_int_equal(invalid, pieces);
    assert_int_equal(utf8_count_invalid(bytes, length), pieces);
    assert_int_equal(utf8_append_valid(&copied, bytes, length), pieces);
    assert_string_equal(str_text(&copied), expected);
    str_clear(&read);
    str_clear(&copied);
}

static void valid_text_is_read_as_it_is(void **state)
{
    (void)state;
    assert_repaired("a\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"
                    "\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
                    "a\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"
                    "\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
                    0);
}

/* Unicode 3.9, tables 3-8 to 3-11. */
static void broken_text_has_one_replacement_a_maximal_piece(void **state)
{
    (void)state;
    assert_repaired("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41",
                    FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A", 8);
    assert_repaired("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41",
                    FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A", 8);
    assert_repaired("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42",
                    FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B", 7);
    assert_repaired("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41",
                    FFFD FFFD FFFD FFFD "A", 4);
}

static void a_cut_character_at_the_end_is_one_piece(void **state)
{
    (void)state;
    assert_repaired("abcdefgh\xE2\x82", "abcdefgh" FFFD, 1);
    assert_repaired("\xF0\x9F\x98", FFFD, 1);
    assert_repaired("\xC3", FFFD, 1);
}

static void assert_graphemes(const char *text, const char *const *expected)
{
    size_t length = strlen(text), i = 0;
    for (; *expected != NULL; expected++) {
        size_t size = utf8_grapheme(text + i, length - i);
        assert_int_equal(size, strlen(*expected));
        assert_memory_equal(text + i, *expected, size);
        i += size;
    }
    assert_int_equal(i, length);
    assert_int_equal(utf8_grapheme(text + i, 0), 0);
}

/* UAX #29: GB3, GB6-8 (Hangul), GB9 (marks), GB9a, GB11 (joined emoji), GB12
 * (flags, two by two). */
static void graphemes_follow_the_rules(void **state)
{
    (void)state;
    assert_graphemes("ab", (const char *[]){"a", "b", NULL});
    assert_graphemes("e\u0301x", (const char *[]){"e\u0301", "x", NULL});
    assert_graphemes("\r\n\n", (const char *[]){"\r\n", "\n", NULL});
    assert_graphemes("\u1112\u1161\u11AB\u1100",
                     (const char *[]){"\u1112\u1161\u11AB", "\u1100", NULL});
    assert_graphemes("\u0915\u093E", (const char *[]){"\u0915\u093E", NULL});
    assert_graphemes(FAMILY "!", (const char *[]){FAMILY, "!", NULL});
    assert_graphemes(
        "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7",
        (const char *[]){"\U0001F1E9\U0001F1EA", "\U0001F1EB\U0001F1F7", NULL});
}

static void widths_are_those_of_terminals(void **state)
{
    (void)state;
    assert_int_equal(utf8_width(""), 0);
    assert_int_equal(utf8_width("cat"), 3);
    assert_int_equal(utf8_width("caf\u00E9"), 4);
    assert_int_equal(utf8_width("cafe\u0301"), 4);         /* combining: 0 */
    assert_int_equal(utf8_width("\u4E2D\u6587"), 4);       /* CJK: 2 each */
    assert_int_equal(utf8_width("\uFF21"), 2);             /* full width A */
    assert_int_equal(utf8_width("\u1112\u1161\u11AB"), 2); /* one syllable */
    assert_int_equal(utf8_width("\u200B"), 0); /* zero width space */
    assert_int_equal(utf8_width("\U0001F600"), 2);
    assert_int_equal(utf8_width(FAMILY), 2);
    assert_int_equal(utf8_width("\U0001F1E9\U0001F1EA"), 2); /* a flag */
    assert_int_equal(utf8_width("\U0001F44D\U0001F3FD"), 2); /* skin tone */
    assert_int_equal(utf8_width("\u0915\u093E"), 2); /* a spacing mark: 1 */
    assert_int_equal(utf8_width("\u0394\u00B7\u25CF"), 3); /* ambiguous: 1 */
    assert_int_equal(utf8_width_bytes("abc", 2), 2);
}

static void what_fits_is_whole_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_fit("cat", 2), 2);
    assert_int_equal(utf8_fit("cat", 9), 3);
    assert_int_equal(utf8_fit("cat", 0), 0);
    assert_int_equal(utf8_fit("\u4E2D\u6587", 3), 3); /* the second is cut */
    assert_int_equal(utf8_fit("e\u0301e", 1), 3);     /* the accent too */
}

static void assert_fits(const char *text, int columns, const char *expected)
{
    struct str s = STR_INIT;
    utf8_append_fit(&s, text, columns);
    assert_string_equal(str_text(&s), expected);
    int wanted = columns < 0 ? -columns : columns;
    assert_int_equal(utf8_width(str_text(&s)), wanted);
    str_clear(&s);
}

static void text_is_padded_or_cut_to_the_column(void **state)
{
    (void)state;
    assert_fits("cat", 5, "cat  ");
    assert_fits("cat", -5, "  cat");
    assert_fits("cat", 3, "cat");
    assert_fits("mouse", 4, "mou…");
    assert_fits("mouse", -4, "mou…");
    assert_fits("mouse", 1, "…");
    assert_fits("mouse", 0, "");
    assert_fits("", 2, "  ");
    assert_fits("\u4E2D\u6587\u5B57", 4, "\u4E2D… "); /* a gap of one */
    assert_fits("\u4E2D\u6587\u5B57", -4, " \u4E2D…");
    assert_fits("e\u0301te\u0301", 3, "e\u0301te\u0301");
}

static void assert_visible(const char *bytes, size_t length,
                           const char *expected, size_t invalid)
{
    struct str s = STR_INIT;
    assert_int_equal(utf8_append_visible(&s, bytes, length), invalid);
    assert_string_equal(str_text(&s), expected);
    str_clear(&s);
}

static void controls_are_shown_as_symbols(void **state)
{
    (void)state;
    assert_visible("a\x1B[31mb", 7, "a␛[31mb", 0);
    assert_visible("\0\t\n\r\x7F", 5, "␀␉␊␍␡", 0);
    assert_visible("\xC2\x85\xC2\x9B", 4, FFFD FFFD, 0); /* C1 */
    assert_visible("\xFFok\xE2\x82", 5, FFFD "ok" FFFD, 2);
    assert_visible("caf\u00E9 \u4E2D " FAMILY,
                   strlen("caf\u00E9 \u4E2D " FAMILY),
                   "caf\u00E9 \u4E2D " FAMILY, 0);
}

/* Bidi_Control (PropList.txt), the byte order mark, line separators. */
static void what_reorders_or_hides_is_replaced(void **state)
{
    (void)state;
    static const uint32_t hidden[] = {0x061C, 0x200E, 0x200F, 0x202A, 0x202B,
                                      0x202C, 0x202D, 0x202E, 0x2066, 0x2067,
                                      0x2068, 0x2069, 0xFEFF, 0x2028, 0x2029};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        char bytes[4];
        assert_visible(bytes, utf8_encode(hidden[i], bytes), FFFD, 0);
    }
}

static void no_control_byte_ever_comes_through(void **state)
{
    (void)state;
    struct str s = STR_INIT;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char bytes[4];
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        str_truncate(&s, 0);
        utf8_append_visible(&s, bytes, utf8_encode(c, bytes));
        uint32_t shown;
        utf8_decode(str_text(&s), s.length, &shown, NULL);
        assert_true(shown >= 0x20 && shown != 0x7F);
        assert_false(shown >= 0x80 && shown <= 0x9F);
    }
    str_clear(&s);
}

static void assert_normal(const char *text, bool fold, const char *expected)
{
    struct str s = STR_INIT;
    utf8_append_normal(&s, text, strlen(text), fold);
    assert_string_equal(str_text(&s), expected);
    str_clear(&s);
}

static void text_is_composed(void **state)
{
    (void)state;
    assert_normal("Cat", false, "Cat");
    assert_normal("e\u0301", false, "\u00E9");
    assert_normal("nae\u0308f, e\u0301te\u0301", false,
                  "na\u00EBf, \u00E9t\u00E9");
    assert_normal("\u212B", false, "\u00C5");               /* Angstrom sign */
    assert_normal("q\u0307\u0323", false, "q\u0323\u0307"); /* reordered */
    assert_normal("\u0958", false, "\u0915\u093C");         /* excluded */
    assert_normal("\u1112\u1161\u11AB", false, "\uD55C");
    assert_normal("\uFB01", false, "\uFB01"); /* NFC, not NFKC */
}

/* CaseFolding.txt, statuses C and F. */
static void folding_is_full(void **state)
{
    (void)state;
    assert_normal("THE Cat", true, "the cat");
    assert_normal("Stra\u00DFe", true, "strasse");
    assert_normal("\u1E9E", true, "ss");
    assert_normal("\uFB01n", true, "fin");
    assert_normal("\u03A3\u03C2", true, "\u03C3\u03C3");
    assert_normal("\u0130", true, "i\u0307");
    assert_normal("\u00C9COLE E\u0301COLE", true, "\u00E9cole \u00E9cole");
    assert_normal("\u01F0\u0390", true, "\u01F0\u0390");
    assert_normal("\u13A0\uAB70", true, "\u13A0\u13A0"); /* Cherokee folds up */
}

/*
 * unicodedata.normalize("NFC", normalize("NFC", s).casefold()) for an iota
 * below that folds to a letter: composing first decides where the accent is.
 */
static void text_is_composed_before_it_is_folded(void **state)
{
    (void)state;
    assert_normal("\u03B1\u0345\u0301", true, "\u03AC\u03B9");
}

/* n times piece, after some letters of two bytes and of one. */
static void assert_seams(const char *piece, const char *normal)
{
    struct str text = STR_INIT, expected = STR_INIT;
    for (size_t before = 0; before < 9; before++)
        for (size_t n = 0; n < 200; n += 7) {
            str_truncate(&text, 0);
            str_truncate(&expected, 0);
            str_repeat(&text, before % 3 == 0 ? "a" : "\u00DF", before);
            str_repeat(&expected, before % 3 == 0 ? "a" : "ss", before);
            str_repeat(&text, piece, n);
            str_repeat(&expected, normal, n);
            assert_normal(str_text(&text), true, str_text(&expected));
        }
    str_clear(&text);
    str_clear(&expected);
}

/* Long runs are normalised in pieces. Hangul, a Tamil vowel sign that is no
 * mark and yet composes, accents, and letters that stand alone. */
static void seams_do_not_show(void **state)
{
    (void)state;
    assert_seams("\u1100\u1161\u11A8", "\uAC01");
    assert_seams("\u0B95\u0BC6\u0BBE", "\u0B95\u0BCA");
    assert_seams("\u0415\u0308\u4E2D", "\u0451\u4E2D");
    assert_seams("\u4E2DE\u0301", "\u4E2D\u00E9");
}

static void a_mountain_of_marks_is_no_trouble(void **state)
{
    (void)state;
    struct str text = STR_INIT, out = STR_INIT;
    str_append(&text, "a");
    str_repeat(&text, "\u0301\u0323", 200000); /* out of order */
    utf8_append_normal(&out, str_text(&text), text.length, true);
    assert_int_equal(utf8_count_invalid(str_text(&out), out.length), 0);
    assert_true(out.length > 700000);
    assert_int_equal(utf8_grapheme(str_text(&out), out.length), out.length);
    str_clear(&text);
    str_clear(&out);
}

/* Counted by hand; "ca" -> "abc" is 3 where each piece is edited once. */
static void distances_count_edits(void **state)
{
    (void)state;
    assert_int_equal(utf8_distance("", "", 3), 0);
    assert_int_equal(utf8_distance("", "abc", 3), 3);
    assert_int_equal(utf8_distance("kitten", "sitting", 3), 3);
    assert_int_equal(utf8_distance("dgo", "dog", 3), 1);
    assert_int_equal(utf8_distance("ca", "abc", 5), 3);
    assert_int_equal(utf8_distance("na\u00EFve", "naive", 3), 1);
    assert_int_equal(utf8_distance("drinks", "dirnsk", 5), 2);
    assert_int_equal(utf8_distance("flaw", "lawn", 5), 2);
    assert_int_equal(utf8_distance("\xe7\x8c\xab", "\xe7\x8a\xac", 5), 1);
}

static void distances_beyond_the_limit_are_cut(void **state)
{
    (void)state;
    assert_int_equal(utf8_distance("kitten", "sitting", 2), 3);
    assert_int_equal(utf8_distance("abcdefgh", "12345678", 2), 3);
    assert_int_equal(utf8_distance("a", "abcdefgh", 2), 3);
    assert_int_equal(utf8_distance("cat", "cat", 0), 0);
}

/* The whole table, by the definition (optimal string alignment). */
static size_t slow_distance(const char *a, const char *b)
{
    size_t d[12][12];

    for (size_t i = 0; i <= strlen(a); i++)
        for (size_t j = 0; j <= strlen(b); j++) {
            size_t best = i == 0 ? j : i;
            if (i > 0 && j > 0) {
                size_t cost = a[i - 1] != b[j - 1];
                best = d[i - 1][j - 1] + cost;
                best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
                best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                    best = d[i - 2][j - 2] + 1;
            }
            d[i][j] = best;
        }
    return d[strlen(a)][strlen(b)];
}

static void distances_in_their_band_equal_the_whole_table(void **state)
{
    unsigned seed = 1;

    (void)state;
    for (int n = 0; n < 20000; n++) {
        char text[2][11] = {"", ""};
        size_t limit, expected;
        for (int t = 0; t < 2; t++)
            for (int i = 0; i < 10; i++) {
                seed = seed * 1103515245u + 12345u;
                text[t][i] = (char)(seed >> 16 & 7) < 1
                                 ? '\0'
                                 : (char)('a' + (seed >> 20 & 3));
            }
        limit = seed >> 16 & 7;
        expected = slow_distance(text[0], text[1]);
        expected = expected > limit ? limit + 1 : expected;
        if (utf8_distance(text[0], text[1], limit) != expected)
            fail_msg("%s %s limit %zu", text[0], text[1], limit);
    }
}

/* isalnum and isspace of the C locale say the same of ASCII. */
static void ascii_is_classified_as_in_c(void **state)
{
    (void)state;
    for (int c = 0; c < 0x80; c++) {
        enum utf8_class expected = isalnum(c)   ? UTF8_WORD
                                   : isspace(c) ? UTF8_SPACE
                                   : iscntrl(c) ? UTF8_CONTROL
                                                : UTF8_OTHER;
        assert_int_equal(utf8_classify((uint32_t)c), expected);
    }
}

static void characters_are_classified_by_category(void **state)
{
    (void)state;
    static const struct {
        uint32_t c;
        enum utf8_class expected;
    } cases[] = {
        {0x00E9, UTF8_WORD},    {0x4E2D, UTF8_WORD},    {0x0301, UTF8_WORD},
        {0x093E, UTF8_WORD},    {0x0665, UTF8_WORD},    {0x2167, UTF8_WORD},
        {0x00A0, UTF8_SPACE},   {0x3000, UTF8_SPACE},   {0x2028, UTF8_SPACE},
        {0x0085, UTF8_SPACE},   {0x200B, UTF8_CONTROL}, {0xFEFF, UTF8_CONTROL},
        {0x0084, UTF8_CONTROL}, {0x0378, UTF8_CONTROL}, {0x2019, UTF8_OTHER},
        {0x20AC, UTF8_OTHER},   {0x1F600, UTF8_OTHER},  {0xFFFD, UTF8_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_classify(cases[i].c), cases[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_text_is_read_as_it_is),
        cmocka_unit_test(broken_text_has_one_replacement_a_maximal_piece),
        cmocka_unit_test(a_cut_character_at_the_end_is_one_piece),
        cmocka_unit_test(graphemes_follow_the_rules),
        cmocka_unit_test(widths_are_those_of_terminals),
        cmocka_unit_test(what_fits_is_whole_characters),
        cmocka_unit_test(text_is_padded_or_cut_to_the_column),
        cmocka_unit_test(controls_are_shown_as_symbols),
        cmocka_unit_test(what_reorders_or_hides_is_replaced),
        cmocka_unit_test(no_control_byte_ever_comes_through),
        cmocka_unit_test(text_is_composed),
        cmocka_unit_test(folding_is_full),
        cmocka_unit_test(text_is_composed_before_it_is_folded),
        cmocka_unit_test(seams_do_not_show),
        cmocka_unit_test(a_mountain_of_marks_is_no_trouble),
        cmocka_unit_test(distances_count_edits),
        cmocka_unit_test(distances_beyond_the_limit_are_cut),
        cmocka_unit_test(distances_in_their_band_equal_the_whole_table),
        cmocka_unit_test(ascii_is_classified_as_in_c),
        cmocka_unit_test(characters_are_classified_by_category),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
