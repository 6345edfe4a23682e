/*
 * Names are compared byte for byte first: case matters in this language (B
 * is a batch size, b a bias). Only suggestions and completions look past it.
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
        distance = utf8_distance(typed, names[i], limit);
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
