#include "ui/manual.h"

#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "commands/command.h"
#include "commands/markdown.h"
#include "ui/options.h"

enum { HELP_COLUMN = 30 };

static bool is_last(const struct program_option *o)
{
    return !o->name && !o->letter;
}

/* "--auto[=SECONDS]", "-c COMMANDS" */
static void option_usage(const struct program_option *o, struct str *out)
{
    if (o->letter)
        str_printf(out, "-%c %s", o->letter, o->argument ? o->argument : "");
    else
        str_printf(out, o->optional ? "--%s[=%s]" : "--%s%s%s", o->name,
                   o->optional   ? o->argument
                   : o->argument ? "="
                                 : "",
                   o->argument ? o->argument : "");
}

/* --- help ----------------------------------------------------------------- */

static void help_line(const char *left, const char *right, struct str *out)
{
    str_printf(out, "  %-*s%s\n", HELP_COLUMN, left, right);
}

static void make_help(struct str *out)
{
    str_append(out, "usage: emblab [OPTIONS]                  the lab\n"
                    "       emblab [OPTIONS] FILE...          plays lessons "
                    "(.md), runs scripts;\n"
                    "                                         - is standard "
                    "input\n"
                    "       emblab [OPTIONS] -c 'COMMANDS'    runs commands\n");
    for (const struct verb *verb = verb_list; verb->name; verb++) {
        struct str usage = STR_INIT;
        str_printf(&usage, "emblab %s %s", verb->name, verb->usage);
        str_printf(out, "       %-34s%s\n", str_text(&usage), verb->summary);
        str_clear(&usage);
    }
    str_append_char(out, '\n');
    for (const struct program_option *o = program_options; !is_last(o); o++) {
        struct str usage = STR_INIT;
        struct str help = STR_INIT;
        option_usage(o, &usage);
        option_help(o, &help);
        if (o->help)
            help_line(str_text(&usage), str_text(&help), out);
        str_clear(&help);
        str_clear(&usage);
    }
    str_append(out, "\nExit status: 0 done, 1 a command failed, 2 wrong use, "
                    "130 interrupted.\n"
                    "Inside: help lists the commands. Begin with: corpus tiny; "
                    "step\n");
}

/* --- the man page --------------------------------------------------------- */

/* Text that roff shall print as it is: a backslash, a hyphen that people copy,
 * a dot that begins a line. */
static void roff(struct str *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        bool begins = out->length == 0 || out->data[out->length - 1] == '\n';
        if (begins && (*c == '.' || *c == '\''))
            str_append(out, "\\&");
        if (*c == '\\')
            str_append(out, "\\e");
        else if (*c == '-')
            str_append(out, "\\-");
        else
            str_append_char(out, *c);
    }
}

static void roff_entry(struct str *out, const char *term, const char *text)
{
    str_append(out, ".TP\n.B ");
    roff(out, term);
    str_append_char(out, '\n');
    roff(out, text);
    str_append_char(out, '\n');
}

static void man_command(const struct command_spec *spec, struct str *out)
{
    struct str term = STR_INIT;

    str_printf(&term, "%s%s%s", spec->name, spec->usage ? " " : "",
               spec->usage ? spec->usage : "");
    roff_entry(out, str_text(&term), spec->summary);
    str_clear(&term);
    if (spec->details) {
        str_append(out, ".IP\n");
        roff(out, spec->details);
        str_append_char(out, '\n');
    }
    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        struct str usage = STR_INIT;
        spec_usage(o, &usage);
        str_append(out, ".RS\n");
        roff_entry(out, str_text(&usage), o->help ? o->help : "");
        str_append(out, ".RE\n");
        str_clear(&usage);
    }
}

static void man_commands(struct str *out)
{
    int family = -1;

    str_append(out, ".SH COMMANDS\nOne a line, or parted by\n.BR ; .\n"
                    "A unique beginning of a name is enough; defaults stand in "
                    "brackets.\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command_spec *spec = command_list[i];
        if ((int)spec->family != family)
            str_printf(out, ".SS %s\n", command_family_name(spec->family));
        family = (int)spec->family;
        man_command(spec, out);
    }
}

static void man_synopsis(struct str *out)
{
    str_append(out, ".SH SYNOPSIS\n"
                    ".B emblab\n.RI [ OPTIONS ]\n.RI [ FILE ...]\n.br\n"
                    ".B emblab\n.RI [ OPTIONS ]\n.B \\-c\n.I COMMANDS\n");
    for (const struct verb *verb = verb_list; verb->name; verb++) {
        str_printf(out, ".br\n.B emblab %s\n", verb->name);
        roff(out, verb->usage);
        str_append_char(out, '\n');
    }
}

static void man_options(struct str *out)
{
    str_append(out, ".SH OPTIONS\n");
    for (const struct program_option *o = program_options; !is_last(o); o++) {
        struct str usage = STR_INIT;
        struct str help = STR_INIT;
        option_usage(o, &usage);
        option_help(o, &help);
        if (o->help)
            roff_entry(out, str_text(&usage), str_text(&help));
        str_clear(&help);
        str_clear(&usage);
    }
    str_append(out, ".SH VERBS\n");
    for (const struct verb *verb = verb_list; verb->name; verb++) {
        struct str usage = STR_INIT;
        str_printf(&usage, "%s %s", verb->name, verb->usage);
        roff_entry(out, str_text(&usage), verb->summary);
        str_clear(&usage);
    }
}

static const char man_rest[] =
    ".SH EXIT STATUS\n"
    "0: done. 1: a command failed, or a lesson did not hold. 2: wrong use. "
    "130: interrupted.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B EMBLAB_DATA\nA folder with\n.I corpora\nand\n.IR lessons ,\n"
    "looked at before those that were installed.\n"
    ".TP\n.B NO_COLOR\nWhere it is set and not empty, there is no colour.\n"
    ".TP\n.BR XDG_STATE_HOME \", \" XDG_CONFIG_HOME\n"
    "Where the folder\n.I emblab\nlies: with the journal of the lab and the "
    "progress in the lessons, and with\n.I init.emb\n"
    "(commands run at the start of an interactive lab).\n"
    ".SH EXAMPLES\n"
    ".nf\n.B emblab \\-c 'corpus tiny; step; why row cat'\n"
    ".B emblab play tokens\n.B emblab check lessons/*.md\n.fi\n"
    ".SH SEE ALSO\n.BR python3 (1);\nPyTorch's\n.BR torch.nn.Embedding .\n";

static void make_man(struct str *out)
{
    str_append(out, ".TH EMBLAB 1 \"\" \"emblab " EMBLAB_VERSION
                    "\" \"User Commands\"\n.SH NAME\n"
                    "emblab \\- see how a word-embedding layer works and "
                    "learns\n");
    man_synopsis(out);
    str_append(out,
               ".SH DESCRIPTION\n"
               "An interactive laboratory: it walks a small text through "
               "tokens, the V by D table, lookups, mini\\-batches, forward, "
               "loss, backward and update, with PyTorch's numbers, and marks "
               "exactly which rows of the table got a gradient, and why. "
               "Without a terminal it reads commands and prints plain text.\n");
    man_options(out);
    man_commands(out);
    str_append(out, man_rest);
}

/* --- completion ------------------------------------------------------------
 */

/* The names, each with before it and behind it. */
static void verb_names(const char *between, struct str *out)
{
    for (const struct verb *verb = verb_list; verb->name; verb++)
        str_printf(out, "%s%s", verb == verb_list ? "" : between, verb->name);
}

static void option_names(struct str *out)
{
    for (const struct program_option *o = program_options; !is_last(o); o++) {
        if (!o->help)
            continue;
        if (o->letter)
            str_printf(out, "-%c ", o->letter);
        else
            str_printf(out, "--%s%s ", o->name,
                       o->argument && !o->optional ? "=" : "");
    }
}

static void make_bash(struct str *out)
{
    str_append(
        out, "# bash completion for emblab\n"
             "_emblab()\n{\n"
             "    local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]}\n"
             "    COMPREPLY=()\n"
             "    case $word in\n"
             "    -*)\n"
             "        COMPREPLY=($(compgen -W '");
    option_names(out);
    str_append(out,
               "' -- \"$word\"))\n"
               "        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
               "        return ;;\n"
               "    esac\n"
               "    if ((COMP_CWORD == 1)); then\n"
               "        COMPREPLY=($(compgen -W '");
    verb_names(" ", out);
    str_append(out, "' -- \"$word\"))\n"
                    "    elif [[ $first == play || $first == check || "
                    "$first == record ]]; then\n"
                    "        COMPREPLY=($(compgen -W \"$(emblab --make=lessons "
                    "2>/dev/null)\" -- \"$word\"))\n"
                    "    fi\n"
                    "    compopt -o default\n"
                    "}\n"
                    "complete -F _emblab emblab\n");
}

/* In zsh's "[...]" of _arguments. */
static void zsh_text(struct str *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            str_append(out, "'\\'");
        if (strchr("[]:\\", *text))
            str_append_char(out, '\\');
        str_append_char(out, *text);
    }
}

static void zsh_option(const struct program_option *o, struct str *out)
{
    struct str help = STR_INIT;

    if (!o->help)
        return;
    str_append(out, "        '");
    if (o->letter)
        str_printf(out, "-%c[", o->letter);
    else
        str_printf(out, "--%s%s[", o->name,
                   !o->argument  ? ""
                   : o->optional ? "=-"
                                 : "=");
    option_help(o, &help);
    zsh_text(out, str_text(&help));
    str_clear(&help);
    str_append_char(out, ']');
    if (o->argument && strchr(o->argument, '|')) {
        str_append(out, ": :(");
        for (const char *c = o->argument; *c; c++)
            str_append_char(out, *c == '|' ? ' ' : *c);
        str_append_char(out, ')');
    } else if (o->argument) {
        str_printf(out, "%s %s:%s", o->optional ? "::" : ":", o->argument,
                   str_equal(o->argument, "FILE") ? "_files" : "");
    }
    str_append(out, "' \\\n");
}

static void make_zsh(struct str *out)
{
    str_append(out, "#compdef emblab\n\n"
                    "_emblab_words()\n{\n"
                    "    local -a words\n"
                    "    if ((CURRENT == 2)); then\n"
                    "        words=(");
    verb_names(" ", out);
    str_append(out, ")\n"
                    "    else\n"
                    "        words=(${(f)\"$(emblab --make=lessons "
                    "2>/dev/null)\"})\n"
                    "    fi\n"
                    "    compadd -a words\n"
                    "    _files\n"
                    "}\n\n"
                    "_emblab()\n{\n"
                    "    _arguments \\\n");
    for (const struct program_option *o = program_options; !is_last(o); o++)
        zsh_option(o, out);
    str_append(out, "        '*: :_emblab_words'\n}\n\n_emblab \"$@\"\n");
}

/* The names of the shipped lessons, a line each. */
static void make_lessons(struct str *out)
{
    static const char *const endings[] = {".md", NULL};
    char **names = file_list_data("lessons", endings);

    for (size_t i = 0; names && names[i]; i++)
        str_printf(out, "%s\n", names[i]);
    file_list_free(names);
}

bool manual_make(const char *what, struct str *out)
{
    static const struct {
        const char *name;
        void (*make)(struct str *out);
    } all[] = {{"help", make_help},       {"man", make_man},
               {"bash", make_bash},       {"zsh", make_zsh},
               {"lessons", make_lessons}, {"markdown", commands_markdown}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (str_equal(all[i].name, what)) {
            all[i].make(out);
            return true;
        }
    }
    return false;
}
