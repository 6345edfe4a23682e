#include "ui/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/str.h"
#include "lang/match.h"
#include "ui/manual.h"

enum { OPTIONS_MAX = 24 };

const struct program_option program_options[] = {
    {NULL, 'c', "COMMANDS", false, "run these commands and exit",
     OPTION_COMMANDS, "lab", false},
    {NULL, 'o', "FILE", false, ".cast, .html, .svg or .md", OPTION_OUTPUT,
     "record", false},
    {"resume", 0, NULL, false, "go on where the last lab stopped",
     OPTION_RESUME, "lab", false},
    {"study", 0, NULL, false, "every question wants an answer", OPTION_STUDY,
     "play", true},
    {"auto", 0, "SECONDS", true, "it goes on by itself", OPTION_AUTO, "play",
     true},
    {"notes", 0, NULL, false, "speaker's notes, beside the player",
     OPTION_NOTES, "play", true},
    {"update", 0, NULL, false, "expect what is printed now", OPTION_UPDATE,
     "check", false},
    {"plain", 0, NULL, false, "plain text, never the full screen", OPTION_PLAIN,
     NULL, false},
    {"color", 0, "auto|always|never", false,
     "colour in pictures (NO_COLOR is obeyed)", OPTION_COLOR, NULL, false},
    {"ascii", 0, NULL, false, "no characters beyond ASCII in pictures",
     OPTION_ASCII, NULL, false},
    {"echo", 0, NULL, false, "print each command before its result",
     OPTION_ECHO, "lab play", false},
    {"keep-going", 0, NULL, false, "go on after a command that failed",
     OPTION_KEEP_GOING, "lab play", false},
    {"version", 0, NULL, false, "print the version", OPTION_VERSION, NULL,
     false},
    {"help", 0, NULL, false, "print this help", OPTION_HELP, NULL, false},
    {"make", 0, "WHAT", false, NULL, OPTION_MAKE, NULL, false},
    {NULL, 0, NULL, false, NULL, OPTION_HELP, NULL, false},
};

static const char without_verb[] = "lab";

/* Is name one of the words of list? */
static bool has_word(const char *list, const char *name)
{
    size_t length = strlen(name);

    while (*list) {
        size_t word = strcspn(list, " ");
        if (word == length && strncmp(list, name, length) == 0)
            return true;
        list += word;
        list += strspn(list, " ");
    }
    return false;
}

void option_help(const struct program_option *option, struct str *out)
{
    if (option->with && !has_word(option->with, without_verb))
        str_printf(out, "with %s: ", option->with);
    str_append(out, option->help ? option->help : "");
}

int options_wrong_use(const char *format, const char *what)
{
    fputs("emblab: error: ", stderr);
    fprintf(stderr, format, what);
    fputs("; emblab --help lists what there is\n", stderr);
    return STATUS_USAGE;
}

static int read_color(const char *text, int *color)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (int i = 0; i < 3; i++) {
        if (str_equal(text, names[i])) {
            *color = i;
            return -1;
        }
    }
    return options_wrong_use("--color takes auto, always or never, not \"%s\"",
                             text);
}

static int read_seconds(const char *text, double *seconds)
{
    if (!text)
        return -1;
    if (number_read_double(text, strlen(text), seconds) && *seconds > 0 &&
        *seconds <= 3600)
        return -1;
    return options_wrong_use(
        "--auto takes the seconds of a pause, 3600 at most, not \"%s\"", text);
}

static int say_version(void)
{
    puts("emblab " EMBLAB_VERSION);
    return 0;
}

static int print_made(const char *what)
{
    struct str text = STR_INIT;
    bool known = manual_make(what, &text);

    fputs(str_text(&text), stdout);
    str_clear(&text);
    return known ? 0 : options_wrong_use("--make does not make \"%s\"", what);
}

static int print_help(void)
{
    return print_made("help");
}

/* One option. -1: go on; else the exit status. */
static int take_option(enum program_option_id id, struct options *o)
{
    bool *const flags[] = {
        [OPTION_RESUME] = &o->resume,
        [OPTION_STUDY] = &o->study,
        [OPTION_AUTO] = &o->self_playing,
        [OPTION_NOTES] = &o->notes,
        [OPTION_UPDATE] = &o->update,
        [OPTION_PLAIN] = &o->plain_only,
        [OPTION_ASCII] = &o->plain.ascii,
        [OPTION_ECHO] = &o->plain.echo,
        [OPTION_KEEP_GOING] = &o->plain.keep_going,
    };

    if (id < sizeof flags / sizeof *flags && flags[id])
        *flags[id] = true;
    switch (id) {
    case OPTION_COMMANDS:
        o->commands = optarg;
        return -1;
    case OPTION_OUTPUT:
        o->output = optarg;
        return -1;
    case OPTION_COLOR:
        return read_color(optarg, &o->color);
    case OPTION_AUTO:
        return read_seconds(optarg, &o->auto_seconds);
    case OPTION_VERSION:
        return say_version();
    case OPTION_HELP:
        return print_help();
    case OPTION_MAKE:
        return print_made(optarg);
    default:
        return -1;
    }
}

/* program_options as getopt_long wants them; its values are 256 + index. */
struct getopt_tables {
    struct option names[OPTIONS_MAX + 1];
    struct str letters;
};

static void fill_tables(struct getopt_tables *tables)
{
    size_t count = 0;

    str_append_char(&tables->letters, ':');
    for (int i = 0; program_options[i].name || program_options[i].letter; i++) {
        const struct program_option *o = &program_options[i];
        int kind = !o->argument  ? no_argument
                   : o->optional ? optional_argument
                                 : required_argument;
        if (o->letter)
            str_printf(&tables->letters, "%c%s", o->letter,
                       o->argument ? ":" : "");
        if (o->name)
            tables->names[count++] =
                (struct option){o->name, kind, NULL, 256 + i};
    }
}

/* What getopt_long returned as an index of program_options; -1: nothing. */
static int option_index(int found)
{
    if (found >= 256)
        return found - 256;
    for (int i = 0; program_options[i].name || program_options[i].letter; i++) {
        if (program_options[i].letter && program_options[i].letter == found)
            return i;
    }
    return -1;
}

static int read_all(int argc, char **argv, const struct getopt_tables *tables,
                    struct options *o)
{
    int found, status = -1;

    opterr = 0; /* messages are ours */
    while (status < 0 &&
           (found = getopt_long(argc, argv, str_text(&tables->letters),
                                tables->names, NULL)) != -1) {
        const char *typed = argv[optind - 1];
        int index = option_index(found);
        if (found == ':')
            status = options_wrong_use("%s wants something behind it", typed);
        else if (index < 0)
            status = options_wrong_use("there is no option \"%s\"", typed);
        else
            status = take_option(program_options[index].id, o);
        if (index >= 0)
            o->given |= 1u << index;
    }
    return status;
}

static const struct verb *find_verb(const char *name)
{
    for (const struct verb *verb = verb_list; verb->name; verb++) {
        if (str_equal(verb->name, name))
            return verb;
    }
    return NULL;
}

static const char *nearest_verb(const char *typed)
{
    enum { VERBS_MAX = 16 };
    const char *names[VERBS_MAX];
    size_t count = 0;

    for (; count < VERBS_MAX && verb_list[count].name; count++)
        names[count] = verb_list[count].name;
    return match_nearest(typed, names, count);
}

static int unknown_verb(const char *typed, const char *nearest)
{
    fprintf(stderr,
            "emblab: error: there is no file \"%s\"; did you mean %s?\n", typed,
            nearest);
    return STATUS_USAGE;
}

static int count_arguments(const struct options *o)
{
    int count = 0;

    while (o->arguments[count])
        count++;
    return count;
}

/* Has the verb what it needs? */
static int check_verb(const struct options *o)
{
    const struct verb *verb = o->verb;
    int count = count_arguments(o);
    struct str usage = STR_INIT;
    int status = -1;

    str_printf(&usage, "%s %s", verb->name, verb->usage);
    if (count < verb->args_min ||
        (verb->args_max >= 0 && count > verb->args_max))
        status = options_wrong_use("it is: emblab %s", str_text(&usage));
    str_clear(&usage);
    return status;
}

/* "--study", "-o" */
static const char *option_typed(const struct program_option *option,
                                char text[32])
{
    if (option->name)
        snprintf(text, 32, "--%s", option->name);
    else
        snprintf(text, 32, "-%c", option->letter);
    return text;
}

/* An option that this verb, or the lab, does not take: say who does. */
static int out_of_place(const struct program_option *option,
                        const struct verb *verb)
{
    char typed[32];
    bool lab = has_word(option->with, without_verb);
    const char *taker = verb_list->name;
    struct str text = STR_INIT;
    int status;

    for (const struct verb *v = verb_list; v->name; v++)
        taker = has_word(option->with, v->name) ? v->name : taker;
    option_typed(option, typed);
    if (!verb)
        str_printf(&text, "%s is for a verb: emblab %s %s", typed, taker,
                   typed);
    else if (lab)
        str_printf(&text, "%s does not take %s: it is for the lab, emblab %s",
                   verb->name, typed, typed);
    else
        str_printf(&text, "%s does not take %s: it is for emblab %s",
                   verb->name, typed, taker);
    status = options_wrong_use("%s", str_text(&text));
    str_clear(&text);
    return status;
}

static int two_modes(const struct program_option *one,
                     const struct program_option *other)
{
    char first[32], second[32];
    struct str text = STR_INIT;
    int status;

    str_printf(&text, "%s and %s are two ways to %s; leave one out",
               option_typed(one, first), option_typed(other, second),
               one->with);
    status = options_wrong_use("%s", str_text(&text));
    str_clear(&text);
    return status;
}

/* Do the options go with the verb, and with each other? */
static int check_options(const struct options *o)
{
    const struct program_option *mode = NULL;
    const char *name = o->verb ? o->verb->name : without_verb;

    for (int i = 0; program_options[i].name || program_options[i].letter; i++) {
        const struct program_option *option = &program_options[i];
        if (!(o->given & 1u << i))
            continue;
        if (option->with && !has_word(option->with, name))
            return out_of_place(option, o->verb);
        if (option->mode && mode)
            return two_modes(mode, option);
        mode = option->mode ? option : mode;
    }
    return -1;
}

/* A lesson alone is played, as if the verb stood before it. */
static bool is_lesson(const struct options *o)
{
    const char *file = o->arguments[0];
    size_t length = file ? strlen(file) : 0;

    return !o->commands && length > 3 && !o->arguments[1] &&
           str_equal(file + length - 3, ".md");
}

/* The verb that was typed, or is meant. */
static void take_verb(struct options *o)
{
    o->verb = *o->arguments ? find_verb(*o->arguments) : NULL;
    if (o->verb)
        o->arguments++;
    else if (is_lesson(o))
        o->verb = find_verb("play");
}

int options_read(int argc, char **argv, struct options *options)
{
    struct getopt_tables tables = {.letters = STR_INIT};
    const char *nearest;
    int status;

    fill_tables(&tables);
    status = read_all(argc, argv, &tables, options);
    str_clear(&tables.letters);
    options->arguments = argv + optind;
    if (status >= 0)
        return status;
    take_verb(options);
    status = check_options(options);
    if (status >= 0)
        return status;
    if (options->verb)
        return check_verb(options);
    if (!options->commands && argv[optind] && !file_exists(argv[optind]) &&
        (nearest = nearest_verb(argv[optind])) != NULL)
        return unknown_verb(argv[optind], nearest);
    if (options->commands && argv[optind])
        return options_wrong_use(
            "-c takes no FILE beside it, but there is \"%s\"", argv[optind]);
    return -1;
}
