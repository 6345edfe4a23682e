/*
 * What can be typed behind `emblab`: one table of options and one of verbs.
 * Reading, --help, the man page and the shells' completion are made from them.
 */
#ifndef EMBLAB_UI_OPTIONS_H
#define EMBLAB_UI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/plain.h"

#define EMBLAB_VERSION "0.1"

/* Exit statuses besides 0: done, and 1: a command failed. */
enum { STATUS_USAGE = 2, STATUS_INTERRUPTED = 130 };

struct options {
    struct plain_options plain;
    const char *commands; /* -c; NULL: none */
    const char *output;   /* -o; NULL: none */
    bool plain_only;      /* --plain */
    bool resume;          /* --resume */
    bool study, notes, update;
    bool self_playing;   /* --auto */
    double auto_seconds; /* --auto=SECONDS; 0: not said */
    int color;           /* 0 auto, 1 always, 2 never */
    unsigned given;      /* bit i: program_options[i] was typed */
    const struct verb *verb;
    char *const *arguments; /* what is left: files, or the verb's; NULL ends */
};

/* `emblab NAME ...` */
struct verb {
    const char *name;
    const char *usage;      /* what goes behind it: "LESSON -o FILE" */
    const char *summary;    /* one line */
    int args_min, args_max; /* -1: any number */
    /* Returns the exit status. */
    int (*run)(struct options *options);
};

/* Ended by a verb without a name: ui/verbs.c. */
extern const struct verb verb_list[];

enum program_option_id {
    OPTION_COMMANDS,
    OPTION_OUTPUT,
    OPTION_RESUME,
    OPTION_STUDY,
    OPTION_AUTO,
    OPTION_NOTES,
    OPTION_UPDATE,
    OPTION_PLAIN,
    OPTION_COLOR,
    OPTION_ASCII,
    OPTION_ECHO,
    OPTION_KEEP_GOING,
    OPTION_VERSION,
    OPTION_HELP,
    OPTION_MAKE,
};

struct program_option {
    const char *name;     /* NULL: only the letter */
    char letter;          /* 0: only the name */
    const char *argument; /* "FILE", "auto|always|never"; NULL: takes none */
    bool optional;        /* the argument may be left out */
    const char *help;     /* one line; NULL: for the build, not for people */
    enum program_option_id id;
    const char *with; /* the verbs that take it, "lab" without one: "lab play";
                         NULL: all */
    bool mode;        /* at most one such goes with a verb */
};

/* Ended by one without name and letter. */
extern const struct program_option program_options[];
/* Its help, with the verbs that it is for: "with play: it goes on by itself".
 * Appended. */
struct str;
void option_help(const struct program_option *option, struct str *out);

/* Read the command line. -1: go on with options; else the exit status, and
 * what there was to say is said. */
int options_read(int argc, char **argv, struct options *options);

/* "emblab: error: ...": returns STATUS_USAGE. */
int options_wrong_use(const char *format, const char *what);

#endif
