/*
 * One command is one const struct: its name, what it takes, its help and its
 * handler. The table in commands.c lists them all; parsing, checking, help,
 * completion and the README's table are made from it.
 */
#ifndef EMBLAB_COMMANDS_COMMAND_H
#define EMBLAB_COMMANDS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "commands/session.h"
#include "lang/parse.h"
#include "lang/spec.h"

/* The families, in the order help lists them. */
enum family {
    FAMILY_TEXT,
    FAMILY_TABLE,
    FAMILY_LOOKUP,
    FAMILY_DATA,
    FAMILY_TRAINING,
    FAMILY_SEEING,
    FAMILY_EXPLORING,
    FAMILY_LEARNING,
    FAMILY_FILES,
    FAMILY_SETTINGS,
    FAMILY_COUNT,
};

/* What a positional argument may be: for completion. */
enum argument {
    ARGUMENT_NONE,
    ARGUMENT_CORPUS,  /* a shipped corpus or a file */
    ARGUMENT_WORDS,   /* words of the vocabulary */
    ARGUMENT_TENSOR,  /* a tensor's name */
    ARGUMENT_CHOICE,  /* one of command_spec.choices */
    ARGUMENT_COMMAND, /* a command's name */
    ARGUMENT_FILE,
    ARGUMENT_EXPORT, /* a tensor or one of choices, then a file */
    ARGUMENT_SCENE,
    ARGUMENT_TERM, /* of the glossary */
    ARGUMENT_SETTING,
    ARGUMENT_PARAMETER,
    ARGUMENT_SHOWABLE, /* a scene or a tensor */
    ARGUMENT_LESSON,
};

/* A command as typed, checked against its struct. */
struct call {
    const struct command_spec *spec;
    const struct command *typed;
    const struct option_value *options; /* as many as spec->options */
};

typedef int command_run(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err);

struct command_spec {
    const char *name;
    enum family family;
    const char *usage;   /* the positional arguments: "NAME|FILE|\"text\"" */
    const char *summary; /* one line */
    const char *details; /* paragraphs for `help NAME`; may be NULL */
    const struct option_spec *options; /* ended by OPTION_END; may be NULL */
    enum argument argument;            /* what completion offers */
    const char *choices; /* "word|char|bpe": what may stand there, or all */
    size_t args_min, args_max;
    bool raw;      /* the rest of the line is an expression */
    bool changes;  /* an event of the timeline: the lab may change */
    bool travels;  /* moves on the timeline itself: never an event */
    bool repeats;  /* an empty line behind it is it again */
    bool retraces; /* takes typed commands back, or does them again */
    command_run *run;
};

enum { COMMAND_OPTIONS_MAX = 24, COMMAND_ARGS_ANY = 1 << 20 };

extern const struct command_spec *const command_list[];
size_t command_count(void);
const char *command_family_name(enum family family);

/* The command's event ends: at once, or when its work is done. */
void session_record_end(struct session *session);
/* ... because a loss or gradient was not finite: the timeline says so. */
void session_explain_numeric(struct session *session);

/* A copy for an effect, until the next one is kept. NULL stays NULL. */
const char *session_keep_text(struct session *session, const char *text);

/* By exact name or unique prefix; fails naming candidates or the nearest. */
const struct command_spec *command_find(const char *name, size_t column,
                                        struct error *err);

/* Does the command of that name, or prefix, take an expression? For
 * command_parse. */
bool command_is_raw(void *context, const char *name);

/* "table [V=N] [D=N] ...": a command's usage line, appended to out. */
struct str;
void command_usage(const struct command_spec *spec, struct str *out);

/* The positional arguments as one text, words separated by a blank. */
void call_words(const struct call *call, size_t from, struct str *out);

/*
 * Build what a tensor's name needs: U and what the loop makes need the data,
 * W and a typed lookup's E only the table. ERROR_NOT_FOUND: this model has no
 * tensor of that name.
 */
int call_need_tensor(struct session *session, const char *name,
                     struct error *err);

/* May the file at path be written over? On a terminal it asks; else only
 * with force. */
bool call_may_overwrite(struct session *session, const char *path, bool force);

/* An error at a positional argument: err's place becomes the argument's. */
int call_error_at(const struct value *value, struct error *err);

#endif
