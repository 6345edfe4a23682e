/*
 * Errors a person can cause: a code, a message "what; what to do", and, where
 * the mistake has a place in what was typed, its column. The caller owns the
 * struct; functions that can fail return 0, or -1 with the struct filled in.
 * A bug in this program is never an error of this kind: it asserts.
 */
#ifndef EMBLAB_BASE_ERROR_H
#define EMBLAB_BASE_ERROR_H

#include <stddef.h>

enum error_code {
    ERROR_NONE,
    ERROR_SYNTAX,      /* the line does not read as a command */
    ERROR_USAGE,       /* a command, option or value that does not exist */
    ERROR_RANGE,       /* a number or id outside what is possible */
    ERROR_NOT_FOUND,   /* a file, word, tensor or name that is not there */
    ERROR_STATE,       /* too early, or refused in this state */
    ERROR_FILE,        /* the system refused: open, read, write, disk full */
    ERROR_FORMAT,      /* a file whose contents are not what they should be */
    ERROR_MEMORY,      /* asked before allocating: it would not fit */
    ERROR_NUMERIC,     /* NaN or Inf in training */
    ERROR_INTERRUPTED, /* Ctrl-C */
    ERROR_VERSION,     /* a file of a newer emblab */
};

enum { ERROR_MESSAGE_MAX = 1024 };

struct error {
    enum error_code code;
    size_t column; /* 1-based byte in the typed line, 0: no place */
    size_t length; /* bytes of the word that is wrong, 0: unknown */
    char message[ERROR_MESSAGE_MAX];
};

/*
 * Fill in err (which may be NULL) and return -1, so that a function can
 * `return error_set(err, ERROR_RANGE, "id %d ...; ...", id)`. Too long a
 * message is cut at a character boundary and ends in "…"; control characters
 * of what it quotes are shown as symbols (base/utf8.h, utf8_append_visible).
 * The arguments may point into err itself.
 */
int error_set(struct error *err, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Say where in the typed line the mistake is: column from 1, in bytes. */
int error_at(struct error *err, size_t column, size_t length);

/* Back to "no error". */
void error_clear(struct error *err);

#endif
