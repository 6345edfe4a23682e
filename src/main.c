/*
 * Options and the choice of a front end. Everything the program can be asked
 * for on its command line is in the table below.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/markdown.h"
#include "ui/plain.h"
#include "ui/terminal.h"
#include "ui/tui.h"

#define EMBLAB_VERSION "0.1"

enum { STATUS_USAGE = 2 };

struct options {
    struct plain_options plain;
    const char *commands; /* -c */
    bool plain_only;      /* --plain */
    bool resume;          /* --resume */
    int color;            /* 0 auto, 1 always, 2 never */
};

static const char usage_text[] =
    "usage: emblab [OPTIONS]                  the lab\n"
    "       emblab [OPTIONS] FILE...          runs scripts; - is standard "
    "input\n"
    "       emblab [OPTIONS] -c 'COMMANDS'    runs commands\n"
    "\n"
    "  --resume                      go on where the last lab stopped\n"
    "  --plain                       plain text, never the full screen\n"
    "  --color=auto|always|never     colour in pictures (NO_COLOR is obeyed)\n"
    "  --ascii                       no characters beyond ASCII in pictures\n"
    "  --echo                        print each command before its result\n"
    "  --keep-going                  go on after a command that failed\n"
    "  --version, --help\n"
    "\n"
    "Exit status: 0 done, 1 a command failed, 2 wrong use, 130 interrupted.\n"
    "Inside: help lists the commands. Begin with: corpus tiny; step\n";

static int wrong_use(const char *format, const char *what)
{
    fputs("emblab: error: ", stderr);
    fprintf(stderr, format, what);
    fputs("; emblab --help lists what there is\n", stderr);
    return STATUS_USAGE;
}

enum {
    OPTION_PLAIN = 256,
    OPTION_COLOR,
    OPTION_ASCII,
    OPTION_ECHO,
    OPTION_KEEP_GOING,
    OPTION_RESUME,
    OPTION_VERSION,
    OPTION_HELP,
    OPTION_MARKDOWN,
    OPTION_LATER,
};

static const struct option long_options[] = {
    {"plain", no_argument, NULL, OPTION_PLAIN},
    {"color", required_argument, NULL, OPTION_COLOR},
    {"ascii", no_argument, NULL, OPTION_ASCII},
    {"echo", no_argument, NULL, OPTION_ECHO},
    {"keep-going", no_argument, NULL, OPTION_KEEP_GOING},
    {"resume", no_argument, NULL, OPTION_RESUME},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {"commands-markdown", no_argument, NULL, OPTION_MARKDOWN},
    {"study", no_argument, NULL, OPTION_LATER},
    {"auto", optional_argument, NULL, OPTION_LATER},
    {"notes", no_argument, NULL, OPTION_LATER},
    {"update", no_argument, NULL, OPTION_LATER},
    {NULL, 0, NULL, 0},
};

static int read_color(const char *text, int *color)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (int i = 0; i < 3; i++) {
        if (str_equal(text, names[i])) {
            *color = i;
            return -1;
        }
    }
    return wrong_use("--color takes auto, always or never, not \"%s\"", text);
}

/* For README.md. */
static void print_markdown(void)
{
    struct str table = STR_INIT;

    commands_markdown(&table);
    fputs(str_text(&table), stdout);
    str_clear(&table);
}

static int lessons_later(const char *what)
{
    fprintf(stderr, "emblab: error: %s: lessons are not in this version\n",
            what);
    return STATUS_USAGE;
}

/* One option. -1: go on; else the exit status. typed: for messages. */
static int take_option(int option, const char *typed, struct options *o)
{
    switch (option) {
    case 'c':
        o->commands = optarg;
        return -1;
    case OPTION_PLAIN:
        o->plain_only = true;
        return -1;
    case OPTION_COLOR:
        return read_color(optarg, &o->color);
    case OPTION_ASCII:
        o->plain.ascii = true;
        return -1;
    case OPTION_ECHO:
        o->plain.echo = true;
        return -1;
    case OPTION_KEEP_GOING:
        o->plain.keep_going = true;
        return -1;
    case OPTION_RESUME:
        o->resume = true;
        return -1;
    case OPTION_VERSION:
        puts("emblab " EMBLAB_VERSION);
        return 0;
    case OPTION_HELP:
        fputs(usage_text, stdout);
        return 0;
    case OPTION_MARKDOWN:
        print_markdown();
        return 0;
    case OPTION_LATER:
        return lessons_later(typed);
    case 'o':
        return lessons_later("-o");
    case ':':
        return wrong_use("%s wants something behind it", typed);
    default:
        return wrong_use("there is no option \"%s\"", typed);
    }
}

static int read_options(int argc, char **argv, struct options *o)
{
    int option;

    opterr = 0; /* messages are ours */
    while ((option = getopt_long(argc, argv, ":c:o:", long_options, NULL)) !=
           -1) {
        int status = take_option(option, argv[optind - 1], o);
        if (status >= 0)
            return status;
    }
    return -1;
}

/* The verbs of later versions. */
static bool is_verb(const char *word)
{
    static const char *const verbs[] = {"play", "check", "record",
                                        "new-lesson"};

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (str_equal(word, verbs[i]))
            return true;
    }
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static enum render_colors choose_colors(const struct options *o)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (o->color == 2)
        return RENDER_NO_COLOR;
    if (o->color == 1)
        return RENDER_256;
    if ((no_color && *no_color) || !isatty(STDOUT_FILENO) || !term ||
        str_equal(term, "dumb"))
        return RENDER_NO_COLOR;
    return strstr(term, "256color") ? RENDER_256 : RENDER_8;
}

static void run_plain(struct plain *plain, const struct options *o,
                      char *const *files)
{
    bool interactive = !o->commands && !*files && isatty(STDIN_FILENO) &&
                       isatty(STDOUT_FILENO);

    if (o->resume && !plain_resume(plain, interactive))
        return;
    if (o->commands) {
        plain_run_text(plain, "-c", o->commands, strlen(o->commands));
    } else if (*files) {
        while (*files && plain_run_file(plain, *files))
            files++;
    } else if (interactive) {
        plain_run_terminal(plain);
    } else {
        plain_run_stream(plain, "<stdin>", stdin);
    }
}

/* Start-up commands; NULL: there are none. Caller's to free. */
static char *read_startup(void)
{
    char *path = file_xdg_path(FILE_XDG_CONFIG, "init.emb", false),
         *text = NULL;
    struct file_bytes bytes = {0};

    if (path && file_exists(path) && file_read(path, &bytes, NULL) == 0)
        text = memory_text(bytes.data);
    file_bytes_clear(&bytes);
    free(path);
    return text;
}

/* The lab on the full screen; TUI_IMPOSSIBLE: there is none to be had. */
static int run_full_screen(const struct options *o)
{
    char *startup;
    int status;

    if (o->plain_only || !tui_possible())
        return TUI_IMPOSSIBLE;
    startup = read_startup();
    status = tui_run(
        &(struct tui_options){.ascii = o->plain.ascii,
                              .no_color = o->plain.colors == RENDER_NO_COLOR,
                              .resume = o->resume,
                              .startup = startup});
    free(startup);
    return status;
}

/* Everything printed must have arrived: a full disk is a failure. */
static int finish(struct plain *plain)
{
    int status = plain_status(plain);

    if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
        fprintf(stderr, "emblab: error: standard output: %s\n",
                strerror(errno));
        status = 1;
    }
    plain_clear(plain);
    return status;
}

static int check_files(char *const *files)
{
    if (*files && is_verb(*files))
        return lessons_later(*files);
    for (; *files; files++) {
        if (ends_with(*files, ".md"))
            return lessons_later(*files);
    }
    return -1;
}

/* A terminal that cannot show more than ASCII gets no more. */
static void settle_output(struct options *o, bool utf8)
{
    if (isatty(STDOUT_FILENO) && (!utf8 || terminal_lacks_glyphs()))
        o->plain.ascii = true;
    o->plain.colors = choose_colors(o);
    signal(SIGXFSZ, SIG_IGN); /* a file's size limit is a failed write */
    signal(SIGPIPE, SIG_DFL); /* `emblab ... | head` ends quietly */
}

int main(int argc, char **argv)
{
    struct options options = {0};
    static struct plain plain;
    int status;
    bool utf8 = terminal_set_locale();

    file_set_program(argv[0]);
    status = read_options(argc, argv, &options);
    if (status < 0)
        status = check_files(argv + optind);
    if (status >= 0)
        return status;
    if (options.commands && argv[optind])
        return wrong_use("-c takes no FILE beside it, but there is \"%s\"",
                         argv[optind]);
    settle_output(&options, utf8);
    if (!options.commands && !argv[optind]) {
        status = run_full_screen(&options);
        if (status != TUI_IMPOSSIBLE)
            return status;
    }
    plain_init(&plain, &options.plain);
    run_plain(&plain, &options, argv + optind);
    return finish(&plain);
}
