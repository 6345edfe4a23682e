/*
 * An error is a value of its caller: nothing here is kept, so that a failure
 * inside a failure cannot overwrite the message a person should read.
 * Invariant: message is one line of whole, visible characters, NUL-terminated:
 * it may quote a path or a word of a text, and goes to a terminal.
 */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

#define ELLIPSIS "…"

/* Copy text, cut at a character's start and ended with "…" if too long. */
static void copy_message(char message[ERROR_MESSAGE_MAX],
                         const struct str *text)
{
    size_t end = text->length;
    const char *tail = "";
    if (end >= ERROR_MESSAGE_MAX) {
        tail = ELLIPSIS;
        end = ERROR_MESSAGE_MAX - sizeof ELLIPSIS;
        while (end > 0 && ((unsigned char)text->data[end] & 0xC0) == 0x80)
            end--; /* a continuation byte: the character starts before it */
    }
    memcpy(message, str_text(text), end);
    memcpy(message + end, tail, strlen(tail) + 1);
}

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
    assert(code != ERROR_NONE);
    if (err == NULL)
        return -1;
    err->code = code;
    err->column = 0;
    err->length = 0;
    struct str typed = STR_INIT, shown = STR_INIT;
    va_list args;
    va_start(args, format);
    str_vprintf(&typed, format, args);
    va_end(args);
    utf8_append_visible(&shown, str_text(&typed), typed.length);
    copy_message(err->message, &shown);
    str_clear(&shown);
    str_clear(&typed);
    return -1;
}

int error_at(struct error *err, size_t column, size_t length)
{
    if (err != NULL) {
        err->column = column;
        err->length = length;
    }
    return -1;
}

void error_clear(struct error *err)
{
    if (err == NULL)
        return;
    err->code = ERROR_NONE;
    err->column = 0;
    err->length = 0;
    err->message[0] = '\0';
}
