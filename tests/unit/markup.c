#include "markup.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void fail_at(const char *what, const char *at)
{
    fail_msg("%s: %.60s", what, at);
}

/* ---- JSON: each function reads a value and returns what is behind ---- */

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static const char *skip_string(const char *at)
{
    const char *begin = at;
    for (at++; *at != '"'; at++) {
        if ((unsigned char)*at < 0x20)
            fail_at("a string with a control character, or no end", begin);
        if (*at != '\\')
            continue;
        at++;
        if (*at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") < 4)
            fail_at("no four digits", begin);
        if (*at == '\0' || strchr("\"\\/bfnrtu", *at) == NULL)
            fail_at("no such escape", begin);
    }
    return at + 1;
}

static const char *skip_number(const char *at)
{
    const char *begin = at;
    at += *at == '-';
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || (digits > 1 && *at == '0'))
        fail_at("no number", begin);
    at += digits;
    if (*at != '.')
        return at;
    digits = strspn(at + 1, "0123456789");
    if (digits == 0)
        fail_at("no number", begin);
    return at + 1 + digits;
}

static const char *skip_value(const char *at);

/* [...] or {...}: the values within, keys before them where named. */
static const char *skip_members(const char *at, char end, bool named)
{
    at = skip_blanks(at + 1);
    if (*at == end)
        return at + 1;
    for (;;) {
        if (named) {
            if (*at != '"')
                fail_at("no key", at);
            at = skip_blanks(skip_string(at));
            if (*at != ':')
                fail_at("no :", at);
            at = skip_blanks(at + 1);
        }
        at = skip_blanks(skip_value(at));
        if (*at == end)
            return at + 1;
        if (*at != ',')
            fail_at("no comma", at);
        at = skip_blanks(at + 1);
    }
}

static const char *skip_value(const char *at)
{
    switch (*at) {
    case '"':
        return skip_string(at);
    case '[':
        return skip_members(at, ']', false);
    case '{':
        return skip_members(at, '}', true);
    default:
        return skip_number(at);
    }
}

void assert_json_lines(const char *text)
{
    while (*text != '\0') {
        const char *end = skip_value(text);
        if (*end != '\n')
            fail_at("more than a value on the line", text);
        text = end + 1;
    }
}

/* ---- markup ---- */

enum { DEPTH_MOST = 64, NAME_MOST = 32 };

struct reader {
    const char *at;
    char open[DEPTH_MOST][NAME_MOST];
    int depth;
};

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(name, *names) != 0)
        names++;
    return *names != NULL;
}

static void read_name(struct reader *reader, char name[NAME_MOST])
{
    size_t n = strspn(reader->at, "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ-:0123456789");
    if (n == 0 || n >= NAME_MOST)
        fail_at("no name", reader->at);
    memcpy(name, reader->at, n);
    name[n] = '\0';
    reader->at += n;
}

/* &amp; and the like: at stands on the &. */
static void read_entity(struct reader *reader)
{
    static const char *const names[] = {"amp", "lt", "gt", "quot", NULL};
    char name[NAME_MOST];
    reader->at++;
    read_name(reader, name);
    if (!is_one_of(name, names) || *reader->at++ != ';')
        fail_at("no entity", reader->at - strlen(name) - 1);
}

static void read_attribute_value(struct reader *reader)
{
    if (strncmp(reader->at, "=\"", 2) != 0)
        fail_at("no value in quotes", reader->at);
    reader->at += 2;
    while (*reader->at != '"') {
        if (*reader->at == '<' || *reader->at == '\0')
            fail_at("an attribute without an end", reader->at);
        if (*reader->at == '&')
            read_entity(reader);
        else
            reader->at++;
    }
    reader->at++;
}

/* Attributes up to the tag's end; true: it closes itself. */
static bool read_attributes(struct reader *reader)
{
    char name[NAME_MOST];
    for (;;) {
        reader->at += strspn(reader->at, " \n");
        if (*reader->at == '>') {
            reader->at++;
            return false;
        }
        if (strncmp(reader->at, "/>", 2) == 0) {
            reader->at += 2;
            return true;
        }
        read_name(reader, name);
        if (*reader->at == '=')
            read_attribute_value(reader);
    }
}

static void read_tag(struct reader *reader)
{
    static const char *const empty[] = {"meta", "br", NULL};
    static const char *const raw[] = {"script", "style", NULL};
    const char *begin = reader->at++;
    char name[NAME_MOST], end[NAME_MOST + 3];
    bool closes = *reader->at == '/';
    reader->at += closes;
    read_name(reader, name);
    if (closes) {
        if (reader->depth == 0 ||
            strcmp(reader->open[--reader->depth], name) != 0)
            fail_at("closes what is not open", begin);
        if (*reader->at++ != '>')
            fail_at("no end of a tag", begin);
        return;
    }
    if (read_attributes(reader) || is_one_of(name, empty))
        return;
    if (reader->depth == DEPTH_MOST)
        fail_at("too deep", begin);
    strcpy(reader->open[reader->depth++], name);
    if (!is_one_of(name, raw))
        return;
    snprintf(end, sizeof end, "</%s", name);
    reader->at = strstr(reader->at, end);
    if (reader->at == NULL)
        fail_at("no end", begin);
}

void assert_markup(const char *text)
{
    static const char doctype[] = "<!DOCTYPE html>";
    struct reader reader = {.at = text};
    if (strncmp(text, doctype, strlen(doctype)) == 0)
        reader.at += strlen(doctype);
    while (*reader.at != '\0') {
        if (*reader.at == '<')
            read_tag(&reader);
        else if (*reader.at == '&')
            read_entity(&reader);
        else
            reader.at++;
    }
    if (reader.depth > 0)
        fail_at("not closed", reader.open[reader.depth - 1]);
}
