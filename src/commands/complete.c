/*
 * Completion, from the same tables that run the commands: the word before
 * the cursor is a command, an option, an option's value, or what the
 * command's argument may be.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/command.h"
#include "commands/glossary.h"
#include "commands/played.h"
#include "commands/settings.h"
#include "lab/lab.h"
#include "lab/names.h"
#include "scenes/scene.h"

/* The command that holds byte point, and its word there. */
struct cursor {
    const char *line;
    size_t point;
    size_t command; /* its first byte */
    size_t word;    /* first byte of the word before point */
    size_t words;   /* whole ones before that: its name, arguments, options */
    size_t options; /* how many of these are name=value */
    int depth;      /* of brackets around point */
    bool comment;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_end(char c)
{
    return c == ';' || c == '\n';
}

/* Behind a quoted text: point, where it is still open. */
static size_t skip_quoted(const struct cursor *cursor, size_t at)
{
    const char *line = cursor->line;

    for (at++; at < cursor->point && line[at] != '"'; at++)
        at += line[at] == '\\';
    return at < cursor->point ? at + 1 : cursor->point;
}

/* Behind a word. Inside of brackets each element is the word. */
static size_t skip_word(struct cursor *cursor, size_t at, bool *option)
{
    const char *line = cursor->line;

    for (; at < cursor->point; at++) {
        char c = line[at];
        if (cursor->depth == 0 && (is_blank(c) || is_end(c)))
            break;
        *option = *option || (c == '=' && cursor->depth == 0);
        cursor->depth += (c == '[') - (c == ']' && cursor->depth > 0);
        if (cursor->depth > 0 && (c == '[' || c == ',' || is_blank(c)))
            cursor->word = at + 1;
        if (c == '"')
            at = skip_quoted(cursor, at) - 1;
    }
    return at;
}

/* Over one word, which counts when it ends before point. */
static size_t take_word(struct cursor *cursor, size_t at)
{
    bool option = false;

    if (cursor->words == 0)
        cursor->command = at;
    cursor->word = at;
    at = skip_word(cursor, at, &option);
    if (at == cursor->point)
        return at;
    cursor->words++;
    cursor->options += option;
    cursor->word = at;
    return at;
}

static size_t skip_comment(struct cursor *cursor, size_t at)
{
    while (at < cursor->point && cursor->line[at] != '\n')
        at++;
    cursor->comment = at == cursor->point;
    return at;
}

static struct cursor find_cursor(const char *line, size_t point)
{
    struct cursor cursor = {.line = line, .point = point};

    for (size_t at = 0; at < point;) {
        if (is_end(line[at])) {
            cursor.command = cursor.word = ++at;
            cursor.words = cursor.options = 0;
        } else if (is_blank(line[at])) {
            cursor.word = ++at;
        } else if (line[at] == '#') {
            at = skip_comment(&cursor, at);
        } else {
            at = take_word(&cursor, at);
        }
    }
    if (cursor.words == 0)
        cursor.command = cursor.word;
    return cursor;
}

static const struct command_spec *typed_command(const struct cursor *cursor)
{
    char name[64];
    size_t length = strcspn(cursor->line + cursor->command, " \t;\n");

    if (length == 0 || length >= sizeof name)
        return NULL;
    memcpy(name, cursor->line + cursor->command, length);
    name[length] = '\0';
    return command_find(name, 0, NULL);
}

/* --- candidates --------------------------------------------------------- */

/* What was typed of a word or a file, without the quote before it. */
static const char *typed_part(const struct completions *out)
{
    return out->prefix + (out->prefix[0] == '"');
}

/* A word or a file: in quotes where they were begun or the grammar needs
 * them. */
static void add_text(struct completions *out, const char *text)
{
    struct str typed = STR_INIT;

    command_write_word(text, out->prefix[0] == '"', &typed);
    completions_add(out, str_text(&typed), NULL);
    str_clear(&typed);
}

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

enum { WORDS_MAX = 200 };

/* Words with this prefix only: a vocabulary can be large. */
static void add_words_of(const struct vocab *vocab, struct completions *out)
{
    const char *typed = typed_part(out);
    size_t length = strlen(typed), added = 0;

    for (size_t id = 0; id < vocab->size && added < WORDS_MAX; id++) {
        const char *word = vocab_word(vocab, (int64_t)id);
        if (strncasecmp(word, typed, length) == 0) {
            add_text(out, word);
            added++;
        }
    }
}

/* The words of every table: users, then items. */
static void add_words(struct session *session, struct completions *out)
{
    const struct lab *lab = session->lab;

    add_words_of(lab_vocab(lab), out);
    if (lab->text && lab_table_count(lab) > 1)
        add_words_of(&lab->text->corpus.items, out);
}

static void add_names(char **names, struct completions *out)
{
    for (size_t i = 0; names && names[i]; i++)
        add_text(out, names[i]);
    file_list_free(names);
}

static void add_files(struct completions *out)
{
    add_names(file_list_prefix(typed_part(out)), out);
}

static void add_lessons(struct completions *out)
{
    static const char *const endings[] = {".md", NULL};

    add_names(file_list_data("lessons", endings), out);
}

/* A text's file: in quotes it would be the text, so that a name that needs
 * them is an option's value. */
static void add_text_file(struct completions *out, const char *name)
{
    struct str path = STR_INIT, typed = STR_INIT;

    str_printf(&path, "%s%s", strpbrk(name, "/.") ? "" : "./", name);
    if (out->prefix[0] == '"' || !command_is_word(name))
        command_write_option("file", str_text(&path), &typed);
    else
        str_append(&typed, str_text(&path));
    completions_add(out, str_text(&typed), NULL);
    str_clear(&path);
    str_clear(&typed);
}

static void add_corpora(struct completions *out)
{
    static const char *const endings[] = {".txt", ".tsv", NULL};
    char **files = file_list_prefix(typed_part(out));

    if (!strpbrk(out->prefix, "/.\""))
        add_names(file_list_data("corpora", endings), out);
    for (size_t i = 0; files && files[i]; i++)
        add_text_file(out, files[i]);
    file_list_free(files);
}

static void add_tensors(struct session *session, struct completions *out)
{
    const char *names[NAMES_MAX];
    size_t count = name_list_all(session->lab, names);

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

static void add_terms(struct completions *out)
{
    for (size_t i = 0; i < glossary_count(); i++)
        completions_add(out, glossary_terms[i].name, NULL);
}

static void add_tensors_or_words(struct session *session,
                                 const struct cursor *cursor,
                                 struct completions *out)
{
    if (cursor->depth > 0) /* W[cat] */
        add_words(session, out);
    else
        add_tensors(session, out);
}

/* What stands first in a command; choices may do beside the others. */
static void add_first(struct session *session, const struct command_spec *spec,
                      const struct cursor *cursor, struct completions *out)
{
    add_choices(out, spec->choices);
    switch (spec->argument) {
    case ARGUMENT_CORPUS:
        add_corpora(out);
        break;
    case ARGUMENT_WORDS:
        add_words(session, out);
        break;
    case ARGUMENT_EXPORT:
    case ARGUMENT_TENSOR:
        add_tensors_or_words(session, cursor, out);
        break;
    case ARGUMENT_COMMAND:
        add_commands(out);
        break;
    case ARGUMENT_FILE:
        add_files(out);
        break;
    case ARGUMENT_SCENE:
        add_scenes(out);
        break;
    case ARGUMENT_TERM:
        add_terms(out);
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
    case ARGUMENT_LESSON:
        add_lessons(out);
        break;
    case ARGUMENT_NONE:
    case ARGUMENT_CHOICE:
        break;
    }
}

static bool is_typed(const struct cursor *cursor, const char *name)
{
    size_t length = strlen(name);

    for (size_t at = cursor->command; at < cursor->word; at++) {
        const char *text = cursor->line + at + 1;
        if (is_blank(cursor->line[at]) && strncmp(text, name, length) == 0 &&
            text[length] == '=')
            return true;
    }
    return false;
}

static void add_options(const struct command_spec *spec,
                        const struct cursor *cursor, struct completions *out)
{
    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        struct str text = STR_INIT;
        str_printf(&text, "%s=", o->name);
        if (!is_typed(cursor, o->name))
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

static const struct option_spec *find_option(const struct option_spec *options,
                                             const char *name, size_t length)
{
    for (const struct option_spec *o = options; o && o->type != OPTION_END;
         o++) {
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0)
            return o;
    }
    return NULL;
}

/* --- the word before the cursor ----------------------------------------- */

/* The whole word before it; returns its bytes. */
static size_t word_before(const struct cursor *cursor, const char **word)
{
    size_t end = cursor->word, start;

    while (end > 0 && is_blank(cursor->line[end - 1]))
        end--;
    for (start = end; start > 0 && !is_blank(cursor->line[start - 1]);)
        start--;
    *word = cursor->line + start;
    return end - start;
}

/* The value of the setting named by the word before. */
static void add_setting_values(const struct cursor *cursor,
                               struct completions *out)
{
    const char *word;
    size_t length = word_before(cursor, &word);
    const struct option_spec *setting =
        find_option(settings_specs, word, length);

    if (setting)
        add_values(setting, out);
}

static bool is_behind(const struct cursor *cursor, const char *name)
{
    const char *word;
    size_t length = word_before(cursor, &word);

    return length == strlen(name) && strncmp(word, name, length) == 0;
}

/* Behind `lesson forget` and `lesson goto`. */
static void add_of_lesson(const struct session *session,
                          const struct cursor *cursor, struct completions *out)
{
    if (is_behind(cursor, "forget"))
        add_lessons(out);
    else if (is_behind(cursor, "goto") && session->lesson)
        session->lesson->add_places(session->lesson, out);
}

static void add_arguments(struct session *session, const struct cursor *cursor,
                          const struct command_spec *spec,
                          struct completions *out)
{
    size_t before = cursor->words - 1 - cursor->options;
    bool repeats = spec->raw || spec->argument == ARGUMENT_WORDS;

    if (!spec->raw && before >= spec->args_max)
        return;
    if (before == 0 || repeats)
        add_first(session, spec, cursor, out);
    else if (spec->argument == ARGUMENT_EXPORT)
        add_files(out);
    else if (spec->argument == ARGUMENT_SETTING)
        add_setting_values(cursor, out);
    else if (spec->argument == ARGUMENT_LESSON)
        add_of_lesson(session, cursor, out);
}

static bool is_name(char c)
{
    return (unsigned char)c >= 0x80 || (c && strchr("._'-", c)) ||
           (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* In an expression names end at its signs: W@U.t() */
static size_t name_start(const struct cursor *cursor)
{
    size_t start = cursor->point;

    while (start > cursor->word && is_name(cursor->line[start - 1]))
        start--;
    return start;
}

static void complete_value(const struct cursor *cursor,
                           const struct command_spec *spec, size_t length,
                           struct completions *out)
{
    const char *name = cursor->line + cursor->word;
    const struct option_spec *option = find_option(spec->options, name, length);

    completions_begin(out, cursor->line, cursor->word + length + 1,
                      cursor->point);
    if (option)
        add_values(option, out);
}

static void complete_argument(struct session *session,
                              const struct cursor *cursor,
                              const struct command_spec *spec,
                              struct completions *out)
{
    const char *word = cursor->line + cursor->word;
    const char *equals = memchr(word, '=', cursor->point - cursor->word);
    bool option = equals && equals > word && *word != '"' && !spec->raw;

    if (option) {
        complete_value(cursor, spec, (size_t)(equals - word), out);
        return;
    }
    completions_begin(out, cursor->line,
                      spec->raw ? name_start(cursor) : cursor->word,
                      cursor->point);
    add_arguments(session, cursor, spec, out);
    if (cursor->depth == 0)
        add_options(spec, cursor, out);
}

void session_complete(struct session *session, const char *line, size_t point,
                      struct completions *out)
{
    struct cursor cursor = find_cursor(line, point);
    const struct command_spec *spec = NULL;

    if (cursor.words > 0)
        spec = typed_command(&cursor);
    if (spec && !cursor.comment) {
        complete_argument(session, &cursor, spec, out);
    } else {
        completions_begin(out, line, cursor.word, point);
        if (cursor.words == 0 && !cursor.comment)
            add_commands(out);
    }
    completions_rank(out);
}

const char *session_usage(const char *line)
{
    static char usage[1024];
    struct cursor cursor = find_cursor(line, strlen(line));
    const struct command_spec *spec = typed_command(&cursor);
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
