/*
 * One scanner walks the line from left to right and never goes back further
 * than the token it is in.
 *
 * A token starts after blanks and is a quoted text, a list, name=value or a
 * bare word. Inside quotes nothing but \" and \\ means anything; inside the
 * brackets of a list, and of a word such as W[cat, 2], neither `;` nor `#`
 * nor a line's end does. Every column is the byte's place in the whole line
 * as given, from 1.
 *
 * On an error the position moves behind the command that has it, so that a
 * script can go on with the next one: to its `;`, or where a quote or bracket
 * is left open, to the end of that line.
 */
#include "lang/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"

struct scanner {
    const char *line;
    size_t length;
    size_t at;
    struct error *err;
};

static int scan_value(struct scanner *s, int depth, struct value *out);

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name(char c)
{
    return is_name_start(c) || (c >= '0' && c <= '9');
}

/* The byte at the scanner, NUL at the end (a NUL in the line is refused). */
static char here(const struct scanner *s)
{
    return s->at < s->length ? s->line[s->at] : '\0';
}

static bool at_separator(const struct scanner *s)
{
    return s->at >= s->length || here(s) == ';' || here(s) == '\n';
}

static bool at_gap(const struct scanner *s)
{
    return at_separator(s) || is_blank(here(s));
}

static void skip_blanks(struct scanner *s)
{
    while (s->at < s->length && is_blank(here(s)))
        s->at++;
}

static char *take_text(const struct scanner *s, size_t from, size_t to)
{
    char *text = memory_new(to - from + 1, 1);

    memcpy(text, s->line + from, to - from);
    text[to - from] = '\0';
    return text;
}

/* Point at bytes [from, to) of the line; the message was set before. */
static int fail_at(struct scanner *s, size_t from, size_t to)
{
    return error_at(s->err, from + 1, to - from);
}

/* How much of what was typed an error message repeats. */
static int shown(size_t length)
{
    return length > 40 ? 40 : (int)length;
}

/* Move behind a quoted text; false: it never ends. */
static bool skip_quoted(struct scanner *s)
{
    for (s->at++; s->at < s->length; s->at++) {
        if (here(s) == '\\' && s->at + 1 < s->length)
            s->at++;
        else if (here(s) == '"') {
            s->at++;
            return true;
        }
    }
    return false;
}

static int fail_open_quote(struct scanner *s, size_t from)
{
    error_set(s->err, ERROR_SYNTAX,
              "the quote opened here is not closed; end it with \"");
    return fail_at(s, from, from + 1);
}

static int scan_quoted(struct scanner *s, struct value *out)
{
    size_t from = s->at;
    struct str text = STR_INIT;

    out->kind = VALUE_QUOTED;
    for (s->at++; s->at < s->length && here(s) != '"'; s->at++) {
        char next = s->at + 1 < s->length ? s->line[s->at + 1] : '\0';
        if (here(s) == '\\' && (next == '"' || next == '\\'))
            s->at++;
        str_append_char(&text, here(s));
    }
    out->text = str_take(&text);
    if (s->at >= s->length)
        return fail_open_quote(s, from);
    s->at++;
    return 0;
}

/* Move behind a [...] inside a word. */
static int skip_brackets(struct scanner *s, size_t word)
{
    size_t from = s->at;
    size_t depth = 0;

    while (s->at < s->length) {
        char c = here(s);
        if (c == '"') {
            size_t quote = s->at;
            if (!skip_quoted(s))
                return fail_open_quote(s, quote);
            continue;
        }
        s->at++;
        depth += c == '[';
        if (c == ']' && --depth == 0)
            return 0;
    }
    error_set(s->err, ERROR_SYNTAX,
              "the [ in %.*s is not closed; add ], or put the word in quotes",
              shown(from + 1 - word), s->line + word);
    return fail_at(s, from, from + 1);
}

static int fail_inner_quote(struct scanner *s, size_t word)
{
    error_set(s->err, ERROR_SYNTAX,
              "a quote inside the word %.*s; put the whole word in quotes and "
              "write \\\" inside",
              shown(s->at - word), s->line + word);
    return fail_at(s, s->at, s->at + 1);
}

/* A bare word; in a list it also ends at , and ]. */
static int scan_word(struct scanner *s, bool in_list, struct value *out)
{
    size_t from = s->at;

    out->kind = VALUE_WORD;
    while (s->at < s->length && !is_blank(here(s)) && here(s) != '\n') {
        char c = here(s);
        if (in_list ? c == ',' || c == ']' : c == ';')
            break;
        if (c == '"')
            return fail_inner_quote(s, from);
        if (c != '[')
            s->at++;
        else if (skip_brackets(s, from) != 0)
            return -1;
    }
    out->text = take_text(s, from, s->at);
    return 0;
}

static void skip_list_blanks(struct scanner *s)
{
    while (s->at < s->length && (is_blank(here(s)) || here(s) == '\n'))
        s->at++;
}

static int fail_open_list(struct scanner *s, size_t from)
{
    error_set(s->err, ERROR_SYNTAX,
              "the list opened here is not closed; end it with ]");
    return fail_at(s, from, from + 1);
}

static bool list_closes(const struct scanner *s, size_t list)
{
    struct scanner from_list = {s->line, s->length, list, NULL};

    return skip_brackets(&from_list, list) == 0;
}

/* After an item: a comma, or the end of the list, or an error. */
static int scan_comma(struct scanner *s, size_t list, const struct value *item)
{
    skip_list_blanks(s);
    if (here(s) == ',') {
        s->at++;
        return 0;
    }
    if (here(s) == ']')
        return 0;
    if (s->at >= s->length || !list_closes(s, list))
        return fail_open_list(s, list);
    error_set(s->err, ERROR_SYNTAX,
              "a comma is missing in the list after %.*s; write [1, 2, 3]",
              shown(item->length), s->line + item->column - 1);
    return fail_at(s, s->at, s->at + 1);
}

static int scan_item(struct scanner *s, size_t list, int depth,
                     struct value *item)
{
    if (here(s) == ',') {
        error_set(s->err, ERROR_SYNTAX,
                  "nothing stands before this comma; take it out");
        return fail_at(s, s->at, s->at + 1);
    }
    if (scan_value(s, depth, item) != 0)
        return -1;
    return scan_comma(s, list, item);
}

static int scan_list(struct scanner *s, int depth, struct value *out)
{
    size_t from = s->at++;
    size_t capacity = 0;

    out->kind = VALUE_LIST;
    if (depth > PARSE_DEPTH_MAX) {
        error_set(s->err, ERROR_SYNTAX,
                  "lists nest more than %d deep; use fewer brackets",
                  PARSE_DEPTH_MAX);
        return fail_at(s, from, from + 1);
    }
    for (skip_list_blanks(s); here(s) != ']'; skip_list_blanks(s)) {
        if (s->at >= s->length)
            return fail_open_list(s, from);
        out->items =
            memory_grow(out->items, out->count, &capacity, sizeof *out->items);
        out->items[out->count] = (struct value){0};
        if (scan_item(s, from, depth, &out->items[out->count++]) != 0)
            return -1;
    }
    s->at++;
    out->text = take_text(s, from, s->at);
    return 0;
}

/* A quoted text, a list or a bare word; depth: lists it is in, plus one. */
static int scan_value(struct scanner *s, int depth, struct value *out)
{
    size_t from = s->at;
    int status;

    out->column = from + 1;
    if (here(s) == '"')
        status = scan_quoted(s, out);
    else if (here(s) == '[')
        status = scan_list(s, depth + 1, out);
    else
        status = scan_word(s, depth > 0, out);
    out->length = s->at - from;
    return status;
}

/* What follows a value outside of lists: "abc"def and [1]2 are mistakes. */
static int check_gap(struct scanner *s, const struct value *value)
{
    if (at_gap(s))
        return 0;
    error_set(s->err, ERROR_SYNTAX,
              "%c stands right behind the %s; put a blank between them",
              here(s), value->kind == VALUE_LIST ? "list" : "closing quote");
    return fail_at(s, s->at, s->at + 1);
}

/* Bytes of NAME where NAME= stands here, else 0; x==y is a word. */
static size_t option_name(const struct scanner *s)
{
    size_t end = s->at;

    if (!is_name_start(here(s)))
        return 0;
    while (end < s->length && is_name(s->line[end]))
        end++;
    if (end >= s->length || s->line[end] != '=')
        return 0;
    return end + 1 < s->length && s->line[end + 1] == '=' ? 0 : end - s->at;
}

static int scan_option(struct scanner *s, size_t name, struct option *out)
{
    size_t from = s->at;

    out->name = take_text(s, from, from + name);
    out->column = from + 1;
    s->at += name + 1;
    if (at_gap(s)) {
        error_set(s->err, ERROR_SYNTAX,
                  "%s= has no value; write %s=VALUE without blanks", out->name,
                  out->name);
        return fail_at(s, from, s->at);
    }
    if (scan_value(s, 0, &out->value) != 0)
        return -1;
    return check_gap(s, &out->value);
}

/* "D = 6" is the most common slip. */
static int fail_equals(struct scanner *s, const struct command *command)
{
    const char *name = command->argc > 0 ? command->args[command->argc - 1].text
                                         : "NAME";

    error_set(s->err, ERROR_SYNTAX,
              "= stands alone; write %.40s=VALUE without blanks", name);
    return fail_at(s, s->at, s->at + 1);
}

struct room {
    size_t args, options; /* capacities while a command grows */
};

static int scan_argument(struct scanner *s, struct room *room,
                         struct command *out)
{
    size_t name = option_name(s);
    struct value *value;

    if (name > 0) {
        out->options = memory_grow(out->options, out->option_count,
                                   &room->options, sizeof *out->options);
        out->options[out->option_count] = (struct option){0};
        return scan_option(s, name, &out->options[out->option_count++]);
    }
    if (here(s) == '=')
        return fail_equals(s, out);
    out->args =
        memory_grow(out->args, out->argc, &room->args, sizeof *out->args);
    value = &out->args[out->argc++];
    *value = (struct value){0};
    if (scan_value(s, 0, value) != 0)
        return -1;
    return check_gap(s, value);
}

static size_t line_end(const struct scanner *s, size_t from)
{
    const char *end = memchr(s->line + from, '\n', s->length - from);

    return end != NULL ? (size_t)(end - s->line) : s->length;
}

/*
 * Move to the end of a command without reading its words. Where a bracket or
 * a quote is left open that is the end of its line; false: it was the quote
 * at *quote.
 */
static bool skip_command(struct scanner *s, size_t *quote)
{
    size_t depth = 0, bracket = 0; /* the outermost open one */

    while (s->at < s->length) {
        char c = here(s);
        if (depth == 0 && (at_separator(s) || (c == '#' && s->at > 0 &&
                                               is_blank(s->line[s->at - 1]))))
            return true;
        if (c == '"') {
            *quote = s->at;
            if (!skip_quoted(s)) {
                s->at = line_end(s, depth > 0 ? bracket : *quote);
                return false;
            }
            continue;
        }
        if ((c == '[' || c == '(') && depth++ == 0)
            bracket = s->at;
        depth -= (c == ']' || c == ')') && depth > 0;
        s->at++;
    }
    if (depth > 0)
        s->at = line_end(s, bracket);
    return true;
}

static int scan_name(struct scanner *s, struct command *out)
{
    struct value name = {0};
    size_t option = option_name(s);
    int status;

    if (option > 0 || here(s) == '"' || here(s) == '[' || here(s) == '=') {
        error_set(s->err, ERROR_SYNTAX,
                  "%s stands where a command should; begin with the command's "
                  "name",
                  option > 0       ? "an option"
                  : here(s) == '"' ? "a quoted text"
                  : here(s) == '[' ? "a list"
                                   : "=");
        return fail_at(s, s->at, s->at + (option > 0 ? option : 1));
    }
    out->column = s->at + 1;
    status = scan_word(s, false, &name);
    out->name = name.text;
    return status;
}

/* All words up to the separator; s ends right behind the last of them. */
static int scan_arguments(struct scanner *s, struct command *out)
{
    struct room room = {0};
    size_t end;

    do {
        end = s->at;
        skip_blanks(s);
        if (at_separator(s) || here(s) == '#') {
            s->at = end;
            return 0;
        }
    } while (scan_argument(s, &room, out) == 0);
    return -1;
}

/* An expression: everything up to the separator, as it stands. */
static int scan_raw(struct scanner *s)
{
    size_t quote;

    if (!skip_command(s, &quote))
        return fail_open_quote(s, quote);
    while (is_blank(s->line[s->at - 1]))
        s->at--;
    return 0;
}

/* source and rest: the command from `from` to where the scanner is. */
static int take_source(struct scanner *s, size_t from, size_t name_end,
                       struct command *out)
{
    const char *zero = memchr(s->line + from, '\0', s->at - from);
    size_t rest = name_end;

    if (zero != NULL) {
        size_t at = (size_t)(zero - s->line);
        error_set(s->err, ERROR_SYNTAX,
                  "a zero byte stands in the command; take it out");
        return fail_at(s, at, at + 1);
    }
    while (rest < s->at && (is_blank(s->line[rest]) || s->line[rest] == '\n'))
        rest++;
    out->source = take_text(s, from, s->at);
    out->rest = take_text(s, rest, s->at);
    out->rest_column = rest + 1;
    return 0;
}

static int scan_command(struct scanner *s, parse_raw *raw, void *context,
                        struct command *out)
{
    size_t from = s->at, name_end;
    int status;

    if (scan_name(s, out) != 0)
        return -1;
    name_end = s->at;
    if (raw != NULL && raw(context, out->name))
        status = scan_raw(s);
    else
        status = scan_arguments(s, out);
    return status == 0 ? take_source(s, from, name_end, out) : -1;
}

int command_parse(const char *line, size_t length, size_t *position,
                  parse_raw *raw, void *context, struct command *out,
                  struct error *err)
{
    struct scanner s = {line, length, *position, err};
    size_t from, quote;
    int status = 1;

    *out = (struct command){0};
    if (s.at >= s.length)
        return 0;
    skip_blanks(&s);
    from = s.at;
    if (!at_separator(&s) && here(&s) != '#' &&
        scan_command(&s, raw, context, out) != 0) {
        command_clear(out);
        s.at = from;
        skip_command(&s, &quote);
        status = -1;
    }
    skip_blanks(&s);
    if (here(&s) == '#')
        s.at = line_end(&s, s.at);
    *position = s.at < s.length ? s.at + 1 : s.length;
    return status;
}

static void value_clear(struct value *value)
{
    for (size_t i = 0; i < value->count; i++)
        value_clear(&value->items[i]);
    free(value->items);
    free(value->text);
}

void command_clear(struct command *command)
{
    for (size_t i = 0; i < command->argc; i++)
        value_clear(&command->args[i]);
    for (size_t i = 0; i < command->option_count; i++) {
        value_clear(&command->options[i].value);
        free(command->options[i].name);
    }
    free(command->args);
    free(command->options);
    free(command->name);
    free(command->source);
    free(command->rest);
    *command = (struct command){0};
}

bool command_is_word(const char *text)
{
    return *text && !strpbrk(text, " \t\n\r\v\f\";#[]=,\\");
}

void command_write_option(const char *name, const char *value, struct str *out)
{
    str_printf(out, "%s=", name);
    command_write_word(value, false, out);
}

void command_write_word(const char *text, bool quotes, struct str *out)
{
    if (!quotes && command_is_word(text)) {
        str_append(out, text);
        return;
    }
    str_append_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            str_append_char(out, '\\');
        str_append_char(out, *text);
    }
    str_append_char(out, '"');
}
