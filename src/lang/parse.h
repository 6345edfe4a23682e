/*
 * A typed line → commands. One command a line, `;` between, `#` at the start
 * of a word comments, name=value options, "quoted words" with \" and \\,
 * [1, [2, 3]] lists. Every piece keeps its place, so that an error can point
 * at it. Nothing here knows which commands exist.
 */
#ifndef EMBLAB_LANG_PARSE_H
#define EMBLAB_LANG_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum value_kind { VALUE_WORD, VALUE_QUOTED, VALUE_LIST };

struct value {
    enum value_kind kind;
    char *text;          /* word or quoted: unescaped; list: as typed */
    size_t column;       /* 1-based byte in the line */
    size_t length;       /* bytes as typed */
    struct value *items; /* list */
    size_t count;
};

struct option {
    char *name;
    size_t column;
    struct value value;
};

/* One command as typed. An empty line or a comment has name NULL. */
struct command {
    char *name;
    size_t column;
    struct value *args; /* positional, in order */
    size_t argc;
    struct option *options; /* name=value, in order */
    size_t option_count;
    char *source; /* the command as typed, trimmed, no `;` or comment */
    char *rest;   /* source after the name: what an expression command reads */
    size_t rest_column;
};

/* Lists nest this deep at most; deeper is an error, never a crash. */
enum { PARSE_DEPTH_MAX = 64 };

/*
 * Read the command at *position of line (length bytes, may hold several) and
 * move *position behind it and its `;` or line end. Returns 1: a command; 0:
 * the end; -1: ERROR_SYNTAX with its column (unbalanced quote or list, name
 * without value ...), *position behind the command that has it. Columns count
 * from the start of line, which may hold line ends: in quotes and brackets
 * they are part of the value. Inside an expression command (raw != NULL
 * returns true for the name, prefixes included) brackets, quotes and = are
 * kept as they are in rest, and args stay empty. The caller clears out.
 */
typedef bool parse_raw(void *context, const char *name);
int command_parse(const char *line, size_t length, size_t *position,
                  parse_raw *raw, void *context, struct command *out,
                  struct error *err);
void command_clear(struct command *command);

/* Append a word as it can be typed: in quotes where the grammar needs them,
 * or always. */
struct str;
void command_write_word(const char *text, bool quotes, struct str *out);
/* Can it be typed without quotes? */
bool command_is_word(const char *text);
/* NAME=VALUE, the value in quotes where it needs them. */
void command_write_option(const char *name, const char *value, struct str *out);

/* Numbers: the whole text must be one. 1e3 is an integer where it is exact. */
bool value_to_integer(const char *text, int64_t *out);
bool value_to_number(const char *text, double *out);

/*
 * A list of any shape flattened: leaves in order, and its shape where all
 * sublists of a level have one length (PyTorch's rule for a tensor).
 * Fails ERROR_SYNTAX on a ragged list or more than 8 dimensions, naming the
 * place; allow_ragged gives ndim 0 instead. A word is a list of one. Leaves are
 * caller's to free (the array, not the values).
 */
struct list_shape {
    int ndim;
    int64_t shape[8];
};
int value_flatten(const struct value *list, bool allow_ragged,
                  struct list_shape *shape, const struct value ***leaves,
                  size_t *count, struct error *err);

#endif
