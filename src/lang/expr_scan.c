/*
 * Only the token at hand is kept: a kind and its bytes in the source, which
 * stays whole for messages.
 */
#include "lang/expr_scan.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/str.h"

enum { SHOWN_BYTES = 30 }; /* of a token in a message */

int expr_scan_fail(struct expr_scanner *s, size_t start, size_t end,
                   const char *format, ...)
{
    struct str message = STR_INIT;
    va_list args;

    va_start(args, format);
    str_vprintf(&message, format, args);
    va_end(args);
    error_set(s->err, ERROR_SYNTAX, "%s", str_text(&message));
    str_clear(&message);
    return error_at(s->err, s->column + start, end - start);
}

int expr_scan_fail_token(struct expr_scanner *s, const char *message)
{
    const char *token = s->source + s->token.start;
    size_t length = s->token.end - s->token.start;

    if (length > SHOWN_BYTES)
        for (length = SHOWN_BYTES;
             ((unsigned char)token[length] & 0xc0) == 0x80;)
            length--;
    return expr_scan_fail(s, s->token.start, s->token.end, "%.*s%s",
                          (int)length, token, message);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters of any script: what is not ASCII is taken as one. */
static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_name_part(char c)
{
    return is_name_start(c) || is_digit(c);
}

/* The byte at a place of the source; NUL behind its end. */
static char at(const struct expr_scanner *s, size_t place)
{
    return place < s->length ? s->source[place] : '\0';
}

/* Names; an apostrophe inside one belongs to it: W[don't]. */
static size_t skip_name(const struct expr_scanner *s, size_t place)
{
    while (is_name_part(at(s, place)) ||
           (at(s, place) == '\'' && is_name_start(at(s, place + 1))))
        place++;
    return place;
}

static size_t skip_digits(const struct expr_scanner *s, size_t place)
{
    while (is_digit(at(s, place)))
        place++;
    return place;
}

/* Digits, point, digits, exponent; in 2.sum() the point is not the number's. */
static size_t skip_number(const struct expr_scanner *s, size_t place)
{
    size_t exponent;

    place = skip_digits(s, place);
    if (at(s, place) == '.' && !is_name_start(at(s, place + 1)))
        place = skip_digits(s, place + 1);
    if (at(s, place) != 'e' && at(s, place) != 'E')
        return place;
    exponent = place + 1;
    if (at(s, exponent) == '+' || at(s, exponent) == '-')
        exponent++;
    return is_digit(at(s, exponent)) ? skip_digits(s, exponent) : place;
}

static int scan_text(struct expr_scanner *s)
{
    size_t start = s->token.start;
    char quote = at(s, start);
    size_t place = start + 1;

    while (place < s->length && at(s, place) != quote)
        place += at(s, place) == '\\' ? 2 : 1;
    if (place >= s->length)
        return expr_scan_fail(
            s, start, start + 1,
            "the quote opened here is not closed; end it with %c", quote);
    s->token.kind = EXPR_TOKEN_TEXT;
    s->token.end = place + 1;
    return 0;
}

static void scan_number(struct expr_scanner *s)
{
    s->token.kind = EXPR_TOKEN_NUMBER;
    s->token.end = skip_number(s, s->token.start);
    if (is_name_start(at(s, s->token.end))) { /* a word such as 3d */
        s->token.kind = EXPR_TOKEN_NAME;
        s->token.end = skip_name(s, s->token.start);
    }
}

static int scan_operator(struct expr_scanner *s)
{
    static const struct {
        char text[3];
        int kind;
    } pairs[] = {{"==", EXPR_TOKEN_EQUAL},
                 {"!=", EXPR_TOKEN_NOT_EQUAL},
                 {"<=", EXPR_TOKEN_LESS_EQUAL},
                 {">=", EXPR_TOKEN_GREATER_EQUAL}};
    char c = at(s, s->token.start), next = at(s, s->token.start + 1);

    s->token.kind = (unsigned char)c;
    s->token.end = s->token.start + 1;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (c == pairs[i].text[0] && next == pairs[i].text[1]) {
            s->token.kind = pairs[i].kind;
            s->token.end++;
            return 0;
        }
    if (strchr("()[],:.+-*/@<>=", c) == NULL)
        return expr_scan_fail_token(
            s, " means nothing in an expression; a word with such a sign needs "
               "quotes");
    return 0;
}

/* Take the token: the next one is scanned. */
int expr_scan_next(struct expr_scanner *s)
{
    size_t place = s->token.end;

    s->last_end = place;
    while (place < s->length && strchr(" \t\r\n\v\f", at(s, place)) != NULL)
        place++;
    s->token.start = s->token.end = place;
    if (place >= s->length) {
        s->token.kind = EXPR_TOKEN_END;
    } else if (is_name_start(at(s, place))) {
        s->token.kind = EXPR_TOKEN_NAME;
        s->token.end = skip_name(s, place);
    } else if (is_digit(at(s, place)) ||
               (at(s, place) == '.' && is_digit(at(s, place + 1)))) {
        scan_number(s);
    } else if (at(s, place) == '"' || at(s, place) == '\'') {
        return scan_text(s);
    } else {
        return scan_operator(s);
    }
    return 0;
}
