/*
 * What a command takes, as data: its options with type, range, default and
 * help. One table checks what was typed, writes the help and drives the
 * completion, so they cannot drift apart.
 */
#ifndef EMBLAB_LANG_SPEC_H
#define EMBLAB_LANG_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "lang/parse.h"

enum option_type {
    OPTION_END,
    OPTION_FLAG,   /* yes no on off true false 1 0 */
    OPTION_COUNT,  /* integer in [min, max] */
    OPTION_NUMBER, /* finite double in [min, max]; inf only where max is */
    OPTION_CHOICE, /* one of choices, unique prefixes too */
    OPTION_TEXT,
    OPTION_LIST, /* [..], or a bare word: a list of one */
    OPTION_FILE, /* text, completed as a path */
};

struct option_spec {
    const char *name;
    enum option_type type;
    const char *fallback; /* default as shown: "8", "none"; NULL: required */
    const char *choices;  /* "word|char|bpe"; beside COUNT or NUMBER: words
                             also taken there ("all", "none", "off") */
    double min, max;      /* both 0: any finite number */
    const char *help;     /* one line; where required: what to do without it */
};

/* An option as typed and checked. */
struct option_value {
    bool given;
    int choice; /* index in choices, -1: a number was typed */
    bool flag;
    int64_t count;
    double number;
    const char *text;
    const struct value *value; /* as typed, borrowed from the command */
};

/*
 * Check a command's options against specs (ended by OPTION_END) and fill in
 * values (as many as specs). Names may be unique prefixes. Unknown option:
 * names the nearest; twice: an error; out of range: names the range. Errors
 * carry the column. What is not given has its default's value where that
 * reads as one ("8", "mean", "none" among choices), else zero, choice -1.
 */
int spec_bind(const struct option_spec *specs, const struct command *command,
              struct option_value *values, struct error *err);

/* Positional arguments that are numbers; what: "B", "number of steps". */
int spec_count(const struct value *value, const char *what, int64_t min,
               int64_t max, int64_t *out, struct error *err);
int spec_number(const struct value *value, const char *what, double min,
                double max, double *out, struct error *err);
/* A positional choice; names the candidates or the nearest on failure. */
int spec_choice(const struct value *value, const char *what,
                const char *choices, int *out, struct error *err);

/* "B=N|all [8]": an option as help shows it; appended to out. */
struct str;
void spec_usage(const struct option_spec *spec, struct str *out);

#endif
