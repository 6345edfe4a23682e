/*
 * Private to text/vectors*.c: a file through a buffer, by lines or by bytes,
 * that knows where it is for messages and progress; and what is known of a
 * file while it is loaded.
 */
#ifndef EMBLAB_TEXT_VECTORS_PRIVATE_H
#define EMBLAB_TEXT_VECTORS_PRIVATE_H

#include "text/vectors.h"

struct vectors_reader {
    const char *path; /* borrowed */
    int fd;
    size_t size;   /* the file's bytes when it was opened */
    size_t passed; /* bytes that are no longer in the buffer */
    char *buffer;
    size_t start, end, capacity; /* what is to be read: [start, end) */
    bool at_end;                 /* the file has no more bytes */
    size_t line;                 /* of the last line read, from 1 */
    vectors_progress *progress;
    void *context;
    struct error *err;
};

int vectors_reader_open(struct vectors_reader *r, const char *path,
                        struct error *err);
void vectors_reader_close(struct vectors_reader *r);

/* Bytes read so far. */
size_t vectors_reader_position(const struct vectors_reader *r);

/*
 * Have `wanted` bytes in the buffer at start, or all there are; how many are
 * there goes to *available. Pointers into the buffer move. Fails: the system
 * refuses to read, progress interrupts.
 */
int vectors_reader_fill(struct vectors_reader *r, size_t wanted,
                        size_t *available);

/* The next line without its end (\n or \r\n), until the next call. 1; 0: the
 * end; -1. */
int vectors_reader_line(struct vectors_reader *r, const char **text,
                        size_t *length);

/* ERROR_FORMAT with "path:line: " before the message, or "path: ". */
int vectors_fail_line(const struct vectors_reader *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int vectors_fail(const struct vectors_reader *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A word of the file as a message may show it: cut at a character where it is
 * long. */
enum { VECTORS_SHOWN_MAX = 80 };
const char *vectors_shown(char out[VECTORS_SHOWN_MAX], const char *word,
                          size_t length);
/* "1.2 MB" */
const char *vectors_size(char out[32], double bytes);

/* .npy, text/vectors_npy.c: the reader stands at the file's start, then behind
 * its header. */
struct vectors_npy {
    size_t rows, dims;
    size_t element; /* bytes: 4 or 8 */
};
int vectors_npy_header(struct vectors_reader *r, struct vectors_npy *npy);
int vectors_npy_load(struct vectors_reader *r, const struct vectors_npy *npy,
                     const struct vectors_target *target);

/* Hashes, 0 where there is none; at most half of the slots are full. */
struct vectors_seen {
    uint64_t *slots; /* (mask + 1), a power of two; NULL: empty */
    size_t mask, count;
};

struct vectors_loading {
    struct vectors_reader reader;
    struct vectors_info info;
    struct vectors_npy npy;
    bool has_header; /* a first line "V D" */
    const struct vectors_target *target;
    float *row;               /* (dims) the vector being read */
    size_t count;             /* words read, the current one included */
    struct vectors_seen seen; /* all of them */
    const char *wanted;       /* reading again: stop at this word; else NULL */
    size_t wanted_length;
};

/* Tell the format; the reader stands at the first vector afterwards. */
int vectors_begin(struct vectors_loading *l);

/* The formats with words, text/vectors_words.c. */
int vectors_words_load(struct vectors_loading *l);

static inline bool vectors_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Over blanks, and to the end of a field, within [at, end). */
const char *vectors_skip_blanks(const char *at, const char *end);
const char *vectors_field_end(const char *at, const char *end);

#endif
