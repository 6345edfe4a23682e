/*
 * Names are compared byte for byte first: case matters in this language (B
 * is a batch size, b a bias). Only suggestions and completions look past it.
 *
 * The edit distance is kept in a band of 2 * limit + 1 cells about the
 * diagonal, so a long word costs its length, not its square.
 */
#include "lang/match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/utf8.h"

enum match_result match_name(const char *typed, const char *const *names,
                             size_t count, size_t *index,
                             struct str *candidates)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        if (str_equal(typed, names[i])) {
            *index = i;
            return MATCH_ONE;
        }
    for (size_t i = 0; i < count && typed[0] != '\0'; i++)
        if (str_starts_with(names[i], typed) && found++ == 0)
            *index = i;
    if (found > 1 && candidates != NULL)
        for (size_t i = 0, n = 0; i < count; i++)
            if (str_starts_with(names[i], typed))
                str_printf(candidates, "%s%s", n++ > 0 ? ", " : "", names[i]);
    return found == 0 ? MATCH_NONE : found == 1 ? MATCH_ONE : MATCH_MANY;
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

/* Two code-point texts and the last three rows of their edit table. */
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

size_t match_distance(const char *a, const char *b, size_t limit)
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

/* Code points: every byte that does not go on with one. */
static size_t count_points(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

const char *match_nearest(const char *typed, const char *const *names,
                          size_t count)
{
    const char *nearest = NULL;
    size_t typed_length = count_points(typed);
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < count; i++) {
        size_t length = count_points(names[i]);
        size_t limit = length < 3 ? 1 : length > 9 ? 3 : length / 3;
        size_t distance;
        if (strcasecmp(typed, names[i]) == 0)
            return names[i];
        distance = match_distance(typed, names[i], limit);
        /* Something must be common to both: x is not "near" y. */
        if (distance <= limit && distance < best &&
            (distance < length || distance < typed_length)) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

enum { RANK_PREFIX, RANK_FOLDED, RANK_CONTAINED, RANKS };

void completions_begin(struct completions *c, const char *line, size_t start,
                       size_t end)
{
    *c = (struct completions){.start = start, .end = end};
    c->prefix = memory_new(end - start + 1, 1);
    memcpy(c->prefix, line + start, end - start);
    c->prefix[end - start] = '\0';
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* Lower case: cheap for ASCII, by Unicode's rules for what is valid UTF-8. */
static char *fold(const char *text)
{
    size_t length = strlen(text);
    struct str folded = STR_INIT;

    if (!is_ascii(text) && utf8_count_invalid(text, length) == 0) {
        utf8_append_normal(&folded, text, length, true);
    } else {
        str_append_bytes(&folded, text, length);
        for (size_t i = 0; i < length; i++)
            if (folded.data[i] >= 'A' && folded.data[i] <= 'Z')
                folded.data[i] = (char)(folded.data[i] - 'A' + 'a');
    }
    return str_take(&folded);
}

static int rank_of(const char *text, const char *prefix)
{
    char *folded_text, *folded_prefix;
    int rank = RANKS;

    if (str_starts_with(text, prefix))
        return RANK_PREFIX;
    folded_text = fold(text);
    folded_prefix = fold(prefix);
    if (str_starts_with(folded_text, folded_prefix))
        rank = RANK_FOLDED;
    else if (strstr(folded_text, folded_prefix) != NULL)
        rank = RANK_CONTAINED;
    free(folded_text);
    free(folded_prefix);
    return rank;
}

void completions_add(struct completions *c, const char *text, const char *note)
{
    int rank = rank_of(text, c->prefix);

    if (rank == RANKS)
        return;
    c->items = memory_grow(c->items, c->count, &c->capacity, sizeof *c->items);
    c->items[c->count++] =
        (struct completion){memory_text(text), memory_text(note), rank};
}

void completions_rank(struct completions *c)
{
    struct completion *sorted = memory_new(c->count + 1, sizeof *sorted);
    size_t n = 0;

    for (int rank = 0; rank < RANKS; rank++)
        for (size_t i = 0; i < c->count; i++)
            if (c->items[i].rank == rank)
                sorted[n++] = c->items[i];
    free(c->items);
    c->items = sorted;
    c->capacity = c->count + 1;
}

char *completions_common(const struct completions *c)
{
    int best = RANKS;
    const char *first = NULL;
    size_t length = 0;
    struct str common = STR_INIT;

    for (size_t i = 0; i < c->count; i++) {
        size_t same = 0;
        if (c->items[i].rank > best)
            continue;
        if (c->items[i].rank < best) {
            best = c->items[i].rank;
            first = c->items[i].text;
            length = strlen(first);
        }
        while (same < length && c->items[i].text[same] == first[same])
            same++;
        length = same;
    }
    while (length > 0 && ((unsigned char)first[length] & 0xc0) == 0x80)
        length--; /* not in the middle of a character */
    str_append_bytes(&common, first != NULL ? first : "", length);
    return str_take(&common);
}

void completions_clear(struct completions *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->items[i].text);
        free(c->items[i].note);
    }
    free(c->items);
    free(c->prefix);
    *c = (struct completions){0};
}
