/*
 * A growing string: always ends in a NUL once something was appended, owns its
 * bytes. Start from STR_INIT, end with str_clear.
 */
#ifndef EMBLAB_BASE_STR_H
#define EMBLAB_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
    char *data; /* NUL-terminated; NULL while nothing was appended */
    size_t length;
    size_t capacity;
};

#define STR_INIT   \
    {              \
        NULL, 0, 0 \
    }

void str_clear(struct str *s); /* frees; usable again */
void str_truncate(struct str *s, size_t length);
void str_append(struct str *s, const char *text);
void str_append_bytes(struct str *s, const char *bytes, size_t length);
void str_append_char(struct str *s, char c);
void str_repeat(struct str *s, const char *text, size_t times);
void str_printf(struct str *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void str_vprintf(struct str *s, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The text, "" when empty; borrowed until the next change. */
const char *str_text(const struct str *s);

/* The bytes, caller's to free (never NULL); s is empty afterwards. */
char *str_take(struct str *s);

bool str_equal(const char *a, const char *b);
bool str_starts_with(const char *text, const char *prefix);

/* n with thousands separators ("9,812"), in one of eight rotating buffers. */
const char *str_count(unsigned long long n);

/* A number for a person: so many decimals ("2.7842"), from a million on an
 * exponent ("5.2837e21"); inf, -inf, and nan whatever its sign. In one of the
 * same buffers. */
const char *str_decimal(double value, int digits);

/* "s" but for one: "1 token", "2 tokens". */
const char *str_s(unsigned long long n);

/* Bytes for a person: "408 bytes", "1.2 kB", "12.3 GB" (powers of 1000), in
 * one of the same buffers. */
const char *str_bytes(unsigned long long n);

#endif
