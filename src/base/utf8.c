/*
 * UTF-8 on top of utf8proc: its tables decide widths, grapheme clusters,
 * normal forms, case folding and categories. What is here by hand is the form
 * of UTF-8 itself and shortcuts for ASCII, which give what the tables would.
 *
 * Normalising works in segments that end where nothing can combine across the
 * cut, so that a line of 50 MB needs a buffer of a few kilobytes.
 */
#include "base/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/memory.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ELLIPSIS "…"

enum {
    REPLACEMENT_POINT = 0xFFFD,
    SEGMENT_BYTES = 256, /* the longest piece normalised at once */
    /* At most 128 non-ASCII code points of 2 bytes; folding makes up to 3 of
     * one, decomposing up to 4. */
    POINTS_MAX = SEGMENT_BYTES / 2 * 12,
};

static bool is_ascii(char byte)
{
    return ((unsigned char)byte & 0x80) == 0;
}

static bool is_printable_ascii(char byte)
{
    return byte >= ' ' && byte <= '~';
}

/* Bytes at the start of text that are ASCII, eight at a time. */
static size_t ascii_span(const char *text, size_t length)
{
    size_t i = 0;
    for (uint64_t eight; i + sizeof eight <= length; i += sizeof eight) {
        memcpy(&eight, text + i, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (i < length && is_ascii(text[i]))
        i++;
    return i;
}

/*
 * Length of the maximal piece that starts like a character and is none
 * (Unicode 3.9, table 3-7): what one U+FFFD stands for.
 */
static size_t broken_length(const unsigned char *bytes, size_t length)
{
    unsigned char lead = bytes[0], low = 0x80, high = 0xBF;
    if (lead < 0xC2 || lead > 0xF4)
        return 1;
    size_t whole = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead == 0xE0)
        low = 0xA0; /* below: an overlong form */
    else if (lead == 0xED)
        high = 0x9F; /* above: a surrogate */
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F; /* above: beyond U+10FFFF */
    size_t i = 1;
    while (i < whole && i < length && bytes[i] >= low && bytes[i] <= high) {
        low = 0x80;
        high = 0xBF;
        i++;
    }
    return i;
}

size_t utf8_decode(const char *bytes, size_t length, uint32_t *code_point,
                   bool *valid)
{
    assert(length > 0);
    const unsigned char *at = (const unsigned char *)bytes;
    bool good = true;
    size_t size = 1;
    *code_point = at[0];
    if (!is_ascii(bytes[0])) {
        utf8proc_ssize_t limit = length < 4 ? (utf8proc_ssize_t)length : 4;
        utf8proc_int32_t read;
        utf8proc_ssize_t used = utf8proc_iterate(at, limit, &read);
        good = used > 0;
        size = good ? (size_t)used : broken_length(at, length);
        *code_point = good ? (uint32_t)read : REPLACEMENT_POINT;
    }
    if (valid != NULL)
        *valid = good;
    return size;
}

size_t utf8_encode(uint32_t code_point, char out[4])
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)code_point,
                                        (utf8proc_uint8_t *)out);
}

size_t utf8_grapheme(const char *text, size_t length)
{
    if (length == 0)
        return 0;
    if (is_printable_ascii(text[0]) && (length == 1 || is_ascii(text[1])))
        return 1;
    utf8proc_int32_t state = 0;
    uint32_t before, after;
    size_t end = utf8_decode(text, length, &before, NULL);
    while (end < length) {
        size_t size = utf8_decode(text + end, length - end, &after, NULL);
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
                                             (utf8proc_int32_t)after, &state))
            break;
        end += size;
        before = after;
    }
    return end;
}

/*
 * Columns a terminal gives a code point. utf8proc counts a spacing mark (the
 * vowel signs of Indic scripts) as 0, wcwidth and terminals as 1.
 */
static int point_width(uint32_t code_point)
{
    utf8proc_int32_t c = (utf8proc_int32_t)code_point;
    if (utf8proc_category(c) == UTF8PROC_CATEGORY_MC)
        return 1;
    return utf8proc_charwidth(c);
}

int utf8_grapheme_width(const char *grapheme, size_t length)
{
    int width = 0;
    for (size_t i = 0; i < length && width < 2;) {
        uint32_t code_point;
        i += utf8_decode(grapheme + i, length - i, &code_point, NULL);
        width += point_width(code_point);
    }
    return width < 2 ? width : 2;
}

int utf8_width(const char *text)
{
    return utf8_width_bytes(text, strlen(text));
}

int utf8_width_bytes(const char *text, size_t length)
{
    int width = 0;
    for (size_t i = 0; i < length;) {
        size_t size = utf8_grapheme(text + i, length - i);
        width += size == 1 && is_printable_ascii(text[i])
                     ? 1
                     : utf8_grapheme_width(text + i, size);
        i += size;
    }
    return width;
}

/* As utf8_fit; *used: the columns those bytes take. */
static size_t fit(const char *text, size_t length, int columns, int *used)
{
    size_t end = 0;
    *used = 0;
    while (end < length) {
        size_t size = utf8_grapheme(text + end, length - end);
        int width = utf8_grapheme_width(text + end, size);
        if (width > columns - *used)
            break;
        *used += width;
        end += size;
    }
    return end;
}

size_t utf8_fit(const char *text, int columns)
{
    int used;
    return fit(text, strlen(text), columns, &used);
}

void utf8_append_fit(struct str *out, const char *text, int columns)
{
    int room = columns < 0 ? -columns : columns, used;
    size_t length = strlen(text), end = fit(text, length, room, &used);
    bool cut = end < length;
    if (cut && room > 0) {
        end = fit(text, length, room - 1, &used);
        used++; /* the ellipsis; a wide character may leave a gap too */
    }
    size_t gap = (size_t)(room - used);
    if (columns < 0)
        str_repeat(out, " ", gap);
    str_append_bytes(out, text, end);
    if (cut && room > 0)
        str_append(out, ELLIPSIS);
    if (columns > 0)
        str_repeat(out, " ", gap);
}

/*
 * Unicode's Bidi_Control (which utf8proc does not hold) and the byte order
 * mark: they show nothing and reorder what stands around them.
 */
static bool is_invisible_control(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || c == 0xFEFF ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* What stands for a character that must not reach a terminal; c if it may. */
static uint32_t visible_point(uint32_t c)
{
    if (c < 0x20)
        return 0x2400 + c; /* ␀ ␁ ... ␛ ... ␟ */
    if (c == 0x7F)
        return 0x2421; /* ␡ */
    if (c < 0x7F)
        return c;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    bool hidden = category == UTF8PROC_CATEGORY_CC ||
                  category == UTF8PROC_CATEGORY_ZL ||
                  category == UTF8PROC_CATEGORY_ZP || is_invisible_control(c);
    return hidden ? REPLACEMENT_POINT : c;
}

size_t utf8_append_visible(struct str *out, const char *bytes, size_t length)
{
    size_t invalid = 0;
    for (size_t i = 0; i < length;) {
        size_t plain = i;
        while (plain < length && is_printable_ascii(bytes[plain]))
            plain++;
        if (plain > i) {
            str_append_bytes(out, bytes + i, plain - i);
            i = plain;
            continue;
        }
        uint32_t code_point;
        bool valid;
        char encoded[4];
        i += utf8_decode(bytes + i, length - i, &code_point, &valid);
        size_t size = utf8_encode(visible_point(code_point), encoded);
        str_append_bytes(out, encoded, size);
        invalid += !valid;
    }
    return invalid;
}

size_t utf8_count_invalid(const char *bytes, size_t length)
{
    size_t invalid = 0;
    for (size_t i = 0; i < length;) {
        if (is_ascii(bytes[i])) {
            i += ascii_span(bytes + i, length - i);
            continue;
        }
        uint32_t code_point;
        bool valid;
        i += utf8_decode(bytes + i, length - i, &code_point, &valid);
        invalid += !valid;
    }
    return invalid;
}

size_t utf8_append_valid(struct str *out, const char *bytes, size_t length)
{
    size_t invalid = 0, good = 0; /* bytes[good..i) is valid, not yet copied */
    for (size_t i = 0; i < length;) {
        if (is_ascii(bytes[i])) {
            i += ascii_span(bytes + i, length - i);
            continue;
        }
        uint32_t code_point;
        bool valid;
        size_t size = utf8_decode(bytes + i, length - i, &code_point, &valid);
        if (!valid) {
            str_append_bytes(out, bytes + good, i - good);
            str_append(out, REPLACEMENT);
            good = i + size;
            invalid++;
        }
        i += size;
    }
    str_append_bytes(out, bytes + good, length - good);
    return invalid;
}

static void append_ascii(struct str *out, const char *text, size_t length,
                         bool fold)
{
    size_t from = out->length;
    str_append_bytes(out, text, length);
    if (!fold)
        return;
    for (size_t i = from; i < out->length; i++)
        if (out->data[i] >= 'A' && out->data[i] <= 'Z')
            out->data[i] = (char)(out->data[i] + ('a' - 'A'));
}

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/*
 * Bytes of the segment at the start of text, whose first byte is any: up to
 * an ASCII character (they never combine with what is before) or, in long
 * runs, the end of a grapheme (what combines is one grapheme, UAX #29). More
 * marks on one letter than fit are normalised in pieces, which bounds the work
 * on hostile text.
 */
static size_t segment_length(const char *text, size_t length)
{
    size_t end = 1, whole = 0;
    while (end < length && end < SEGMENT_BYTES && !is_ascii(text[end]))
        end++;
    if (end == length || is_ascii(text[end]))
        return end;
    while (continues_character(text[end]))
        end--;
    for (size_t next = 0; next < end;
         next += utf8_grapheme(text + next, end - next))
        whole = next;
    return whole > 0 ? whole : end;
}

/* Write text's NFC (folded first) into points as UTF-8; returns its bytes. */
static size_t normal_form(const char *text, size_t length, bool fold,
                          utf8proc_int32_t points[POINTS_MAX + 1])
{
    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t count = utf8proc_decompose(
        (const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, points,
        POINTS_MAX, fold ? options | UTF8PROC_CASEFOLD : options);
    assert(count >= 0 && count <= POINTS_MAX);
    utf8proc_ssize_t bytes = utf8proc_reencode(points, count, options);
    assert(bytes >= 0);
    return (size_t)bytes;
}

/* NFC before folding: what folds depends on the order of marks. */
static void append_segment(struct str *out, const char *text, size_t length,
                           bool fold)
{
    utf8proc_int32_t normal[POINTS_MAX + 1], folded[POINTS_MAX + 1];
    size_t bytes = normal_form(text, length, false, normal);
    const char *result = (const char *)normal;
    if (fold) {
        bytes = normal_form(result, bytes, true, folded);
        result = (const char *)folded;
    }
    str_append_bytes(out, result, bytes);
}

void utf8_append_normal(struct str *out, const char *text, size_t length,
                        bool fold)
{
    for (size_t i = 0; i < length;) {
        size_t ascii = ascii_span(text + i, length - i);
        if (ascii > 0 && i + ascii < length)
            ascii--; /* the last may carry a mark that follows */
        append_ascii(out, text + i, ascii, fold);
        i += ascii;
        if (i == length)
            break;
        size_t segment = segment_length(text + i, length - i);
        append_segment(out, text + i, segment, fold);
        i += segment;
    }
}

/* Code points of text, (*count), caller's to free. */
static uint32_t *decode(const char *text, size_t *count)
{
    size_t length = strlen(text);
    uint32_t *points = memory_new(length + 1, sizeof *points);

    *count = 0;
    for (size_t at = 0; at < length;)
        at += utf8_decode(text + at, length - at, &points[(*count)++], NULL);
    return points;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * Two code-point texts and the last three rows of their edit table, kept in a
 * band of 2 * limit + 1 cells about the diagonal, so that a long word costs its
 * length, not its square.
 */
struct edits {
    uint32_t *a, *b;
    size_t a_length, b_length;
    size_t *row[3]; /* (b_length + 1): two before, before, current */
    size_t limit;
};

static size_t cell(const struct edits *e, size_t i, size_t j)
{
    size_t cost = e->a[i - 1] != e->b[j - 1];
    size_t best = smaller(e->row[1][j] + 1, e->row[2][j - 1] + 1);

    best = smaller(best, e->row[1][j - 1] + cost);
    if (i > 1 && j > 1 && e->a[i - 1] == e->b[j - 2] &&
        e->a[i - 2] == e->b[j - 1])
        best = smaller(best, e->row[0][j - 2] + 1);
    return best;
}

/* Row i within the band; returns its smallest cell. */
static size_t fill_row(struct edits *e, size_t i)
{
    size_t first = i > e->limit ? i - e->limit : 0;
    size_t last = smaller(i + e->limit, e->b_length);
    size_t least = e->limit + 1;
    size_t *oldest = e->row[0];

    e->row[0] = e->row[1];
    e->row[1] = e->row[2];
    e->row[2] = oldest;
    if (first > 0)
        e->row[2][first - 1] = e->limit + 1; /* left of the band */
    for (size_t j = first; j <= last; j++) {
        e->row[2][j] = i == 0 ? j : j == 0 ? i : cell(e, i, j);
        least = smaller(least, e->row[2][j]);
    }
    if (last < e->b_length)
        e->row[2][last + 1] = e->limit + 1; /* right of it */
    return least;
}

static size_t count_edits(struct edits *e)
{
    for (size_t i = 0; i <= e->a_length; i++)
        if (fill_row(e, i) > e->limit)
            return e->limit + 1;
    return smaller(e->row[2][e->b_length], e->limit + 1);
}

size_t utf8_distance(const char *a, const char *b, size_t limit)
{
    struct edits e = {.limit = limit};
    size_t distance = limit + 1;
    size_t *cells;

    e.a = decode(a, &e.a_length);
    e.b = decode(b, &e.b_length);
    cells = memory_zeroed(3 * (e.b_length + 1), sizeof *cells);
    for (size_t i = 0; i < 3; i++)
        e.row[i] = cells + i * (e.b_length + 1);
    if (e.a_length <= e.b_length + limit && e.b_length <= e.a_length + limit)
        distance = count_edits(&e);
    free(cells);
    free(e.a);
    free(e.b);
    return distance;
}

bool utf8_is_format(uint32_t code_point)
{
    return utf8proc_category((utf8proc_int32_t)code_point) ==
           UTF8PROC_CATEGORY_CF;
}

bool utf8_is_symbol(uint32_t code_point)
{
    return utf8proc_category((utf8proc_int32_t)code_point) ==
           UTF8PROC_CATEGORY_SO;
}

/* Letters without case that are two columns wide, but for Korean's syllables,
 * which only take part in grapheme clusters as such. */
bool utf8_is_unspaced(uint32_t code_point)
{
    utf8proc_int32_t c = (utf8proc_int32_t)code_point;
    return utf8proc_category(c) == UTF8PROC_CATEGORY_LO &&
           utf8proc_charwidth(c) == 2 &&
           utf8proc_get_property(c)->boundclass == UTF8PROC_BOUNDCLASS_OTHER;
}

enum utf8_class utf8_classify(uint32_t code_point)
{
    utf8proc_int32_t c = (utf8proc_int32_t)code_point;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return UTF8_WORD;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return UTF8_SPACE;
    case UTF8PROC_CATEGORY_CC:
        return (c >= '\t' && c <= '\r') || c == 0x85 ? UTF8_SPACE
                                                     : UTF8_CONTROL;
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN:
        return UTF8_CONTROL;
    default:
        return UTF8_OTHER;
    }
}
