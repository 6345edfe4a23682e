/*
 * Completion, from the same tables that run the commands: the word before
 * the cursor is a command, an option, an option's value, or what the
 * command's argument may be.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/command.h"
#include "commands/glossary.h"
#include "commands/settings.h"
#include "lab/lab.h"
#include "lab/names.h"
#include "scenes/scene.h"

/* Where the command that holds byte point begins, and its word there. */
struct cursor {
    size_t command; /* first byte of the command */
    size_t word;    /* first byte of the word before point */
};

/* Quotes and lists hide blanks and `;`; a half-typed one runs to point. */
static struct cursor find_cursor(const char *line, size_t point)
{
    struct cursor cursor = {0, 0};
    int depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < point; i++) {
        if (line[i] == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (line[i] == '[')
            cursor.word = ++depth == 1 ? i + 1 : cursor.word;
        else if (line[i] == ']')
            depth -= depth > 0;
        else if (line[i] == ';' && depth == 0)
            cursor.command = cursor.word = i + 1;
        else if (strchr(" \t,", line[i]))
            cursor.word = i + 1;
    }
    while (cursor.command < point && strchr(" \t", line[cursor.command]))
        cursor.command++;
    if (cursor.word < cursor.command)
        cursor.word = cursor.command;
    return cursor;
}

static const struct command_spec *typed_command(const char *line, size_t start)
{
    char name[64];
    size_t length = strcspn(line + start, " \t;");

    if (length == 0 || length >= sizeof name)
        return NULL;
    memcpy(name, line + start, length);
    name[length] = '\0';
    return command_find(name, 0, NULL);
}

/* --- candidates --------------------------------------------------------- */

static void add_commands(struct completions *out)
{
    for (size_t i = 0; i < command_count(); i++)
        completions_add(out, command_list[i]->name, command_list[i]->summary);
}

static void add_choices(struct completions *out, const char *choices)
{
    while (choices && *choices) {
        size_t length = strcspn(choices, "|");
        char word[64];
        if (length < sizeof word) {
            memcpy(word, choices, length);
            word[length] = '\0';
            completions_add(out, word, NULL);
        }
        choices += length + (choices[length] == '|');
    }
}

/* Words with this prefix only: a vocabulary can be large. */
static void add_words(struct session *session, struct completions *out)
{
    const struct vocab *vocab = lab_vocab(session->lab);
    size_t length = strlen(out->prefix), added = 0;

    for (size_t id = 0; id < vocab->size && added < 200; id++) {
        const char *word = vocab_word(vocab, (int64_t)id);
        if (strncmp(word, out->prefix, length) == 0) {
            completions_add(out, word, NULL);
            added++;
        }
    }
}

static void add_names(char **names, struct completions *out)
{
    for (size_t i = 0; names && names[i]; i++)
        completions_add(out, names[i], NULL);
    file_list_free(names);
}

static void add_files(struct completions *out)
{
    add_names(file_list_prefix(out->prefix), out);
}

static void add_corpora(struct completions *out)
{
    static const char *const endings[] = {".txt", ".tsv", NULL};

    if (!strpbrk(out->prefix, "/."))
        add_names(file_list_data("corpora", endings), out);
    add_files(out);
}

static void add_tensors(struct session *session, struct completions *out)
{
    const char *names[NAMES_MAX];
    size_t count = name_list(session->lab, names);

    for (size_t i = 0; i < count; i++)
        completions_add(out, names[i], NULL);
}

static void add_scenes(struct completions *out)
{
    for (size_t i = 0; i < scene_count(); i++)
        completions_add(out, scene_table[i]->name, scene_table[i]->help);
}

static void add_parameters(struct session *session, struct completions *out)
{
    const struct model *model = session->lab->model;

    for (size_t i = 0; model && i < model->parameter_count; i++)
        completions_add(out, model->parameters[i]->name, NULL);
}

static void add_settings(struct completions *out)
{
    for (size_t i = 0; settings_specs[i].type != OPTION_END; i++)
        completions_add(out, settings_specs[i].name, settings_specs[i].help);
}

static void add_arguments(struct session *session,
                          const struct command_spec *spec,
                          struct completions *out)
{
    switch (spec->argument) {
    case ARGUMENT_CORPUS:
        add_corpora(out);
        break;
    case ARGUMENT_WORDS:
        add_words(session, out);
        break;
    case ARGUMENT_TENSOR:
        add_tensors(session, out);
        break;
    case ARGUMENT_CHOICE:
        add_choices(out, spec->choices);
        break;
    case ARGUMENT_COMMAND:
        add_commands(out);
        break;
    case ARGUMENT_FILE:
        add_tensors(session, out);
        add_files(out);
        break;
    case ARGUMENT_SCENE:
        add_scenes(out);
        break;
    case ARGUMENT_TERM:
        for (size_t i = 0; i < glossary_count(); i++)
            completions_add(out, glossary_terms[i].name, NULL);
        break;
    case ARGUMENT_SETTING:
        add_settings(out);
        break;
    case ARGUMENT_PARAMETER:
        add_parameters(session, out);
        break;
    case ARGUMENT_SHOWABLE:
        add_scenes(out);
        add_tensors(session, out);
        break;
    case ARGUMENT_NONE:
        break;
    }
}

static void add_options(const struct command_spec *spec,
                        struct completions *out)
{
    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        struct str text = STR_INIT;
        str_printf(&text, "%s=", o->name);
        completions_add(out, str_text(&text), o->help);
        str_clear(&text);
    }
}

static void add_values(const struct option_spec *option,
                       struct completions *out)
{
    if (option->type == OPTION_FLAG)
        add_choices(out, "yes|no");
    else if (option->type == OPTION_FILE)
        add_files(out);
    else
        add_choices(out, option->choices);
}

static const struct option_spec *find_option(const struct command_spec *spec,
                                             const char *name, size_t length)
{
    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0)
            return o;
    }
    return NULL;
}

/* --- the word before the cursor ----------------------------------------- */

static void complete_argument(struct session *session, const char *line,
                              size_t start, size_t point,
                              const struct command_spec *spec,
                              struct completions *out)
{
    const char *equals = memchr(line + start, '=', point - start);
    const struct option_spec *option;

    if (equals) {
        size_t name = (size_t)(equals - (line + start));
        option = find_option(spec, line + start, name);
        completions_begin(out, line, start + name + 1, point);
        if (option)
            add_values(option, out);
        return;
    }
    completions_begin(out, line, start, point);
    add_arguments(session, spec, out);
    add_options(spec, out);
}

void session_complete(struct session *session, const char *line, size_t point,
                      struct completions *out)
{
    struct cursor cursor = find_cursor(line, point);
    const struct command_spec *spec;

    if (cursor.word == cursor.command) {
        completions_begin(out, line, cursor.word, point);
        add_commands(out);
    } else {
        spec = typed_command(line, cursor.command);
        if (spec)
            complete_argument(session, line, cursor.word, point, spec, out);
        else
            completions_begin(out, line, cursor.word, point);
    }
    completions_rank(out);
}

const char *session_usage(const char *line)
{
    static char usage[1024];
    size_t end = strlen(line);
    struct cursor cursor = find_cursor(line, end);
    const struct command_spec *spec = typed_command(line, cursor.command);
    struct str text = STR_INIT;

    if (!spec)
        return NULL;
    command_usage(spec, &text);
    str_append(&text, "   ");
    str_append(&text, spec->summary);
    snprintf(usage, sizeof usage, "%s", str_text(&text));
    str_clear(&text);
    return usage;
}
