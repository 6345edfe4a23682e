/*
 * A number is scanned once into sign, up to 19 digits and a power of ten:
 *
 *     value = +-digits * 10^exponent
 *
 * (19 digits without the zeros they begin with are more than 2^53, and so
 * never taken for exact, whatever digits follow them.)
 *
 * Where digits and the power are both exact as floating point, one product
 * or quotient is the correctly rounded value (Clinger's fast path). All else
 * goes to strtod and strtof under the C locale.
 */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

struct decimal {
    bool negative;
    bool exact; /* the exponent is right */
    uint64_t digits;
    long exponent;
};

enum {
    DIGITS_MAX = 19, /* 10^19 - 1 fits in 64 bits */
    EXPONENT_LIMIT = 99999,
    POWERS = 23 /* 10^22 is the last exact one in a double */
};

static const double powers[POWERS] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits and one point; returns where they end, NULL: there was no digit. */
static const char *scan_digits(const char *at, const char *end,
                               struct decimal *d)
{
    int kept = 0;
    long places = 0;
    bool point = false, any = false;

    for (; at < end && (is_digit(*at) || (*at == '.' && !point)); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        any = true;
        if (kept < DIGITS_MAX) {
            d->digits = d->digits * 10 + (uint64_t)(*at - '0');
            kept += d->digits != 0;
            places += point;
        }
    }
    d->exponent = -places;
    return any ? at : NULL;
}

static const char *scan_exponent(const char *at, const char *end,
                                 struct decimal *d)
{
    long value = 0;
    bool negative = false;

    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    at++;
    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    if (at == end)
        return NULL;
    for (; at < end && is_digit(*at); at++)
        if (value < EXPONENT_LIMIT)
            value = value * 10 + (*at - '0');
    if (value >= EXPONENT_LIMIT)
        d->exact = false;
    d->exponent += negative ? -value : value;
    return at;
}

static bool scan(const char *text, size_t length, struct decimal *d)
{
    const char *at = text, *end = text + length;

    *d = (struct decimal){.exact = true};
    if (at < end && (*at == '+' || *at == '-'))
        d->negative = *at++ == '-';
    at = scan_digits(at, end, d);
    if (at != NULL && at < end)
        at = scan_exponent(at, end, d);
    return at == end;
}

static bool read_special(const char *text, size_t length, double *out)
{
    static const char *const words[] = {"inf", "infinity", "nan"};
    static const double values[] = {HUGE_VAL, HUGE_VAL, (double)NAN};
    bool negative = length > 0 && text[0] == '-';

    if (length > 0 && (text[0] == '+' || text[0] == '-')) {
        text++;
        length--;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (length == strlen(words[i]) &&
            strncasecmp(text, words[i], length) == 0) {
            *out = negative ? -values[i] : values[i];
            return true;
        }
    return false;
}

/* strtod and strtof of a text that scan() found to be a number. */
static void read_slowly(const char *text, size_t length, double *d, float *f)
{
    static locale_t c_locale;
    char small[64];
    char *copy = length < sizeof small ? small : memory_new(length + 1, 1);
    locale_t before;

    memcpy(copy, text, length);
    copy[length] = '\0';
    if (c_locale == (locale_t)0)
        c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    before = uselocale(c_locale);
    if (d != NULL)
        *d = strtod(copy, NULL);
    if (f != NULL)
        *f = strtof(copy, NULL);
    uselocale(before);
    if (copy != small)
        free(copy);
}

/* The correctly rounded double by one exact operation; false: no such. */
static bool convert_fast(const struct decimal *d, double *out)
{
    double value;

    if (!d->exact || d->digits >> 53 != 0 || d->exponent <= -POWERS ||
        d->exponent >= POWERS)
        return false;
    value = (double)d->digits;
    value = d->exponent < 0 ? value / powers[-d->exponent]
                            : value * powers[d->exponent];
    *out = d->negative ? -value : value;
    return true;
}

bool number_read_double(const char *text, size_t length, double *out)
{
    struct decimal d;

    if (!scan(text, length, &d))
        return read_special(text, length, out);
    if (!convert_fast(&d, out))
        read_slowly(text, length, out, NULL);
    return true;
}

/*
 * Rounding a rounded double again is right unless the double lies exactly
 * between two floats: midpoints are doubles themselves, so a double on one
 * side of a midpoint means the number is on that side too. (The fast path's
 * doubles, 1e-22 to 1e38, are all within float's normal range.)
 */
static bool rounds_once(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x1fffffff) != 0x10000000;
}

bool number_read_float(const char *text, size_t length, float *out)
{
    struct decimal d;
    double value;

    if (!scan(text, length, &d)) {
        if (!read_special(text, length, &value))
            return false;
        *out = (float)value;
    } else if (convert_fast(&d, &value) && rounds_once(value)) {
        *out = (float)value;
    } else {
        read_slowly(text, length, NULL, out);
    }
    return true;
}
