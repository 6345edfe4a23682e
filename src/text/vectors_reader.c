/*
 * The buffer holds the file's bytes [passed, passed + end); those from start
 * on are still to be read. Filling moves them to the front. A line that does
 * not fit makes the buffer grow, to a limit: a file without line ends is no
 * vector file, however long it is.
 */
#include "text/vectors_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"

enum {
    BUFFER_FIRST = 256 * 1024,
    LINE_MAX_BYTES = 64 * 1024 * 1024,
    SHOWN_BYTES = 40
};

/* What cannot be opened file_read refuses too, and it has the messages. */
static int refuse(const char *path, struct error *err)
{
    struct file_bytes bytes;

    if (file_read(path, &bytes, err) != 0)
        return -1;
    file_bytes_clear(&bytes);
    return error_set(err, ERROR_FILE, "cannot read '%s'; try again", path);
}

int vectors_reader_open(struct vectors_reader *r, const char *path,
                        struct error *err)
{
    struct stat status;

    *r = (struct vectors_reader){.path = path, .err = err, .fd = -1};
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        r->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (r->fd < 0)
        return refuse(path, err);
    r->size = (size_t)status.st_size;
    r->capacity = BUFFER_FIRST;
    r->buffer = memory_new(r->capacity, 1);
    return 0;
}

void vectors_reader_close(struct vectors_reader *r)
{
    if (r->fd >= 0)
        close(r->fd);
    free(r->buffer);
    r->fd = -1;
    r->buffer = NULL;
}

size_t vectors_reader_position(const struct vectors_reader *r)
{
    return r->passed + r->start;
}

/* One read into the room behind end. */
static int read_more(struct vectors_reader *r)
{
    ssize_t got;

    if (r->progress != NULL &&
        !r->progress(r->context, vectors_reader_position(r), r->size))
        return error_set(r->err, ERROR_INTERRUPTED,
                         "reading '%s' was interrupted; nothing has changed",
                         r->path);
    do {
        got = read(r->fd, r->buffer + r->end, r->capacity - r->end);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set(r->err, ERROR_FILE,
                         "cannot read on in '%s' (%s); try again", r->path,
                         strerror(errno));
    r->end += (size_t)got;
    r->at_end = got == 0;
    return 0;
}

int vectors_reader_fill(struct vectors_reader *r, size_t wanted,
                        size_t *available)
{
    if (r->end - r->start < wanted && !r->at_end) {
        memmove(r->buffer, r->buffer + r->start, r->end - r->start);
        r->passed += r->start;
        r->end -= r->start;
        r->start = 0;
        while (r->capacity < wanted) {
            r->capacity *= 2;
            r->buffer = memory_resize(r->buffer, r->capacity, 1);
        }
        while (r->end < wanted && !r->at_end)
            if (read_more(r) != 0)
                return -1;
    }
    *available = r->end - r->start;
    return 0;
}

/* The byte of the next line's end, counted from start, or what is left. */
static int find_line_end(struct vectors_reader *r, size_t *length)
{
    size_t searched = 0;
    size_t available = r->end - r->start;

    for (;;) {
        const char *from = r->buffer + r->start;
        const char *end = memchr(from + searched, '\n', available - searched);
        if (end != NULL) {
            *length = (size_t)(end - from);
            return 0;
        }
        searched = *length = available;
        if (available >= LINE_MAX_BYTES) {
            r->line++;
            return vectors_fail_line(r, "the line is longer than 64 MB; is "
                                        "this a file of word vectors?");
        }
        if (vectors_reader_fill(r, available + 1, &available) != 0)
            return -1;
        if (available == searched)
            return 0;
    }
}

int vectors_reader_line(struct vectors_reader *r, const char **text,
                        size_t *length)
{
    size_t bytes;

    if (find_line_end(r, &bytes) != 0)
        return -1;
    if (bytes == 0 && r->start == r->end)
        return 0;
    r->line++;
    *text = r->buffer + r->start;
    *length = bytes;
    if (bytes > 0 && (*text)[bytes - 1] == '\r')
        --*length;
    r->start += r->start + bytes < r->end ? bytes + 1 : bytes;
    return 1;
}

static int fail(const struct vectors_reader *r, size_t line, const char *format,
                va_list args)
{
    struct str message = STR_INIT;

    str_vprintf(&message, format, args);
    if (line > 0)
        error_set(r->err, ERROR_FORMAT, "%s:%zu: %s", r->path, line,
                  str_text(&message));
    else
        error_set(r->err, ERROR_FORMAT, "%s: %s", r->path, str_text(&message));
    str_clear(&message);
    return -1;
}

int vectors_fail_line(const struct vectors_reader *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail(r, r->line, format, args);
    va_end(args);
    return -1;
}

int vectors_fail(const struct vectors_reader *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail(r, 0, format, args);
    va_end(args);
    return -1;
}

const char *vectors_shown(char out[VECTORS_SHOWN_MAX], const char *word,
                          size_t length)
{
    bool cut = length > SHOWN_BYTES;

    if (cut)
        for (length = SHOWN_BYTES;
             length > 0 && ((unsigned char)word[length] & 0xc0) == 0x80;)
            length--;
    snprintf(out, VECTORS_SHOWN_MAX, "%.*s%s", (int)length, word,
             cut ? "\u2026" : "");
    return out;
}

const char *vectors_size(char out[32], double bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;

    while (bytes >= 1000.0 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1000.0;
        unit++;
    }
    snprintf(out, 32, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
    return out;
}
