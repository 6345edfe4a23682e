/*
 * A growing string. Invariants: data is NULL and length 0 until something is
 * appended; after that data[length] is NUL and capacity > length.
 */
#include "base/str.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_CAPACITY = 32, SHARED_BUFFERS = 8, SHARED_LENGTH = 32 };

/* Room for extra more bytes and the NUL. */
static void reserve(struct str *s, size_t extra)
{
    assert(extra < SIZE_MAX - s->length);
    size_t needed = s->length + extra + 1;
    if (needed <= s->capacity)
        return;
    size_t capacity = s->capacity == 0 ? FIRST_CAPACITY : s->capacity;
    while (capacity < needed)
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    s->data = memory_resize(s->data, capacity, 1);
    s->capacity = capacity;
}

void str_clear(struct str *s)
{
    free(s->data);
    *s = (struct str)STR_INIT;
}

void str_truncate(struct str *s, size_t length)
{
    assert(length <= s->length);
    s->length = length;
    if (s->data != NULL)
        s->data[length] = '\0';
}

void str_append(struct str *s, const char *text)
{
    str_append_bytes(s, text, strlen(text));
}

void str_append_bytes(struct str *s, const char *bytes, size_t length)
{
    reserve(s, length);
    if (length > 0)
        memcpy(s->data + s->length, bytes, length);
    s->length += length;
    s->data[s->length] = '\0';
}

void str_append_char(struct str *s, char c)
{
    reserve(s, 1);
    s->data[s->length++] = c;
    s->data[s->length] = '\0';
}

void str_repeat(struct str *s, const char *text, size_t times)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < times; i++)
        str_append_bytes(s, text, length);
}

void str_printf(struct str *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str_vprintf(s, format, args);
    va_end(args);
}

void str_vprintf(struct str *s, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    reserve(s, 0);
    size_t room = s->capacity - s->length;
    int length = vsnprintf(s->data + s->length, room, format, args);
    assert(length >= 0);
    if ((size_t)length >= room) { /* it was cut: now the size is known */
        reserve(s, (size_t)length);
        vsnprintf(s->data + s->length, (size_t)length + 1, format, again);
    }
    s->length += (size_t)length;
    va_end(again);
}

const char *str_text(const struct str *s)
{
    return s->data == NULL ? "" : s->data;
}

char *str_take(struct str *s)
{
    char *text = s->data == NULL ? memory_text("") : s->data;
    *s = (struct str)STR_INIT;
    return text;
}

bool str_equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool str_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The next of a few static buffers: several fit in one printf. */
static char *shared_buffer(void)
{
    static char buffers[SHARED_BUFFERS][SHARED_LENGTH];
    static size_t next;
    return buffers[next++ % SHARED_BUFFERS];
}

const char *str_count(unsigned long long n)
{
    char *buffer = shared_buffer();
    char *at = buffer + SHARED_LENGTH - 1;
    *at = '\0';
    for (int digits = 0; digits == 0 || n > 0; n /= 10, digits++) {
        if (digits > 0 && digits % 3 == 0)
            *--at = ',';
        *--at = (char)('0' + (int)(n % 10));
    }
    return at;
}

const char *str_s(unsigned long long n)
{
    return n == 1 ? "" : "s";
}

/* 1.5e+07 → 1.5e7 */
static void shorten_exponent(char *text)
{
    char *at = strchr(text, 'e') + 1, *digits = at + 1;
    while (digits[0] == '0' && digits[1] != '\0')
        digits++;
    memmove(at, digits, strlen(digits) + 1);
}

const char *str_decimal(double value, int digits)
{
    char *buffer = shared_buffer();
    if (isnan(value))
        return "nan";
    if (isinf(value))
        return value < 0 ? "-inf" : "inf";
    if (fabs(value) < 1e6) {
        snprintf(buffer, SHARED_LENGTH, "%.*f", digits, value);
        return buffer;
    }
    snprintf(buffer, SHARED_LENGTH, "%.*e", digits, value);
    shorten_exponent(buffer);
    return buffer;
}

const char *str_bytes(unsigned long long n)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    char *buffer = shared_buffer();
    if (n < 1000) {
        snprintf(buffer, SHARED_LENGTH, "%llu byte%s", n, n == 1 ? "" : "s");
        return buffer;
    }
    double value = (double)n / 1000;
    size_t unit = 0;
    while (value >= 999.95) { /* what would print as 1000.0 */
        value /= 1000;
        unit++;
    }
    snprintf(buffer, SHARED_LENGTH, "%.1f %s", value, units[unit]);
    return buffer;
}
