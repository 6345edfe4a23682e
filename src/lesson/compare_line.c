/*
 * A pattern is text and [..]. With a tolerance, text is numbers, stretches of
 * blanks (which are all alike, since a sign more moves columns) and characters.
 */
#include "lesson/compare_line.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"

static const char any_text[] = "[..]";

/* A place in a line. */
struct place {
    const char *start, *at, *end;
};

struct match {
    struct place expected, actual;
    bool tolerant;
    double tolerance;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_' || c == '.';
}

const char *compare_tolerance(const char *line, double *amount)
{
    const char *end = line + strlen(line), *start = NULL;
    double number;

    while (end > line && end[-1] == ' ')
        end--;
    if (end == line || end[-1] != ')')
        return NULL;
    for (const char *at = line; (at = strstr(at, "(~")) != NULL; at++)
        start = at;
    if (!start || !is_digit(start[2]))
        return NULL;
    if (!number_read_double(start + 2, (size_t)(end - start) - 3, &number) ||
        !isfinite(number))
        return NULL;
    if (amount)
        *amount = number;
    return start;
}

static void drop_blank_end(struct place *place)
{
    while (place->end > place->start &&
           (place->end[-1] == ' ' || place->end[-1] == '\t'))
        place->end--;
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/* Behind the exponent at `at`; at itself: there is none. */
static const char *skip_exponent(const char *at, const char *end)
{
    const char *digits = at + 1;

    if (at == end || *at != 'e')
        return at;
    if (digits < end && (*digits == '-' || *digits == '+'))
        digits++;
    end = skip_digits(digits, end);
    return end > digits ? end : at;
}

/* Bytes of the number at a place: sign, digits, point, exponent; 0: none. */
static size_t number_length(const struct place *place)
{
    const char *at = place->at, *digits;

    if (at > place->start && is_word(at[-1]))
        return 0;
    if (at < place->end && (*at == '-' || *at == '+'))
        at++;
    digits = at;
    at = skip_digits(at, place->end);
    if (at == digits)
        return 0;
    if (at < place->end && *at == '.')
        at = skip_digits(at + 1, place->end);
    return (size_t)(skip_exponent(at, place->end) - place->at);
}

/* Both stand at numbers of so many bytes: near enough? */
static bool match_numbers(struct match *m, size_t expected, size_t actual)
{
    double x, y;

    /* 2.7842 and 2.7843 are a little more than 1e-4 apart in binary */
    if (!number_read_double(m->expected.at, expected, &x) ||
        !number_read_double(m->actual.at, actual, &y) ||
        !(fabs(x - y) <= m->tolerance * (1 + 1e-6)))
        return false;
    m->expected.at += expected;
    m->actual.at += actual;
    return true;
}

static struct place behind_blanks(const struct place *place)
{
    struct place behind = *place;

    while (behind.at < behind.end && *behind.at == ' ')
        behind.at++;
    return behind;
}

/* Blanks match blanks, and before numbers also none. */
static bool match_blanks(struct match *m)
{
    struct place expected = behind_blanks(&m->expected);
    struct place actual = behind_blanks(&m->actual);
    bool some = expected.at > m->expected.at || actual.at > m->actual.at;
    bool both = expected.at > m->expected.at && actual.at > m->actual.at;

    if (!both &&
        !(some && number_length(&expected) > 0 && number_length(&actual) > 0))
        return false;
    m->expected = expected;
    m->actual = actual;
    return true;
}

/* The next piece of the expected line against what stands there. */
static bool match_piece(struct match *m)
{
    struct place *expected = &m->expected, *actual = &m->actual;

    if (m->tolerant) {
        size_t x = number_length(expected), y = number_length(actual);
        if (x > 0 && y > 0)
            return match_numbers(m, x, y);
        if (match_blanks(m))
            return true;
    }
    if (expected->at == expected->end || actual->at == actual->end)
        return false;
    return *expected->at++ == *actual->at++;
}

static bool at_any(const struct place *place)
{
    return (size_t)(place->end - place->at) >= strlen(any_text) &&
           memcmp(place->at, any_text, strlen(any_text)) == 0;
}

/* What [..] began, tried again with one character more in it. */
struct retry {
    const char *expected, *actual; /* NULL: there was none */
};

static bool match_pattern(struct match *m, size_t *work)
{
    struct retry retry = {0};

    while (*work > 0) {
        --*work;
        if (at_any(&m->expected)) {
            m->expected.at += strlen(any_text);
            retry = (struct retry){m->expected.at, m->actual.at};
        } else if (m->expected.at == m->expected.end &&
                   m->actual.at == m->actual.end) {
            return true;
        } else if (!match_piece(m)) {
            if (!retry.expected || retry.actual == m->actual.end)
                return false;
            m->expected.at = retry.expected;
            m->actual.at = ++retry.actual;
        }
    }
    return false;
}

static struct place place_of(const char *text, const char *end)
{
    struct place place = {text, text, end};

    drop_blank_end(&place);
    return place;
}

bool compare_line_within(const char *expected, const char *actual, size_t *work)
{
    struct match m = {0};
    const char *tolerance = compare_tolerance(expected, &m.tolerance);

    m.tolerant = tolerance != NULL;
    m.expected =
        place_of(expected, tolerance ? tolerance : expected + strlen(expected));
    m.actual = place_of(actual, actual + strlen(actual));
    return match_pattern(&m, work);
}
