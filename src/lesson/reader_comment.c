/*
 * What a lesson says to the player: `<!-- pause -->`, `<!-- note: ... -->`.
 * The words are a table; `<!-- #` begins a comment that is only a comment.
 */
#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/str.h"
#include "lang/match.h"
#include "lesson/reader.h"
#include "scenes/scene.h"

static const struct word {
    const char *name;
    enum lesson_kind kind;
    bool argument;
} words[] = {
    {"pause", LESSON_PAUSE, false}, {"note", LESSON_NOTE, true},
    {"speed", LESSON_SPEED, true},  {"marker", LESSON_MARKER, true},
    {"focus", LESSON_FOCUS, true},  {"hide", LESSON_HIDE, false},
    {"show", LESSON_SHOW, false},
};

enum { WORDS = sizeof words / sizeof *words };

#define SPEED_LEAST 0.1
#define SPEED_MOST 100.0

static int unknown_word(const struct reader *reader, size_t line,
                        const char *name)
{
    const char *names[WORDS], *nearest;

    for (size_t i = 0; i < WORDS; i++)
        names[i] = words[i].name;
    nearest = match_nearest(name, names, WORDS);
    if (nearest)
        return reader_fail(reader, line,
                           "no comment is called '%s'; did you mean %s?", name,
                           nearest);
    return reader_fail(reader, line,
                       "'%.40s' is no comment of a lesson; there are pause, "
                       "note, speed, marker, focus, hide and show, and <!-- # "
                       "begins any other",
                       name);
}

static int take_speed(const struct reader *reader, struct lesson_block *block)
{
    double number;

    if (!number_read_double(block->text, strlen(block->text), &number) ||
        !(number >= SPEED_LEAST && number <= SPEED_MOST))
        return reader_fail(reader, block->line,
                           "'%s' is no speed; write a number from %g to %g, 1 "
                           "being the usual",
                           block->text, SPEED_LEAST, SPEED_MOST);
    free(block->text);
    block->text = NULL;
    block->number = number;
    return 0;
}

static int check_focus(const struct reader *reader,
                       const struct lesson_block *block)
{
    struct str names = STR_INIT;
    int status;

    if (scene_find(block->text))
        return 0;
    for (size_t i = 0; i < scene_count(); i++)
        str_printf(&names, "%s%s", i ? ", " : "", scene_table[i]->name);
    status = reader_fail(reader, block->line,
                         "no panel is called '%s'; there are %s", block->text,
                         str_text(&names));
    str_clear(&names);
    return status;
}

/* hide and show come in pairs, one not within another. */
static int take_hide(struct reader *reader, const struct lesson_block *block)
{
    bool hide = block->kind == LESSON_HIDE;

    if (hide && reader->hidden_line > 0)
        return reader_fail(reader, block->line,
                           "it is hidden from line %zu on already; put a <!-- "
                           "show --> before",
                           reader->hidden_line);
    if (!hide && reader->hidden_line == 0)
        return reader_fail(reader, block->line,
                           "nothing is hidden here; put a <!-- hide --> "
                           "before");
    reader->hidden_line = hide ? block->line : 0;
    return 0;
}

static int check_block(struct reader *reader, struct lesson_block *block)
{
    switch (block->kind) {
    case LESSON_SPEED:
        return take_speed(reader, block);
    case LESSON_MARKER:
        return reader_check_id(reader, block->line, block->text);
    case LESSON_FOCUS:
        return check_focus(reader, block);
    case LESSON_HIDE:
    case LESSON_SHOW:
        return take_hide(reader, block);
    default:
        return 0;
    }
}

/* text (owned by the block) behind the colon; NULL: there was no colon. */
static int add_word(struct reader *reader, const struct word *word, size_t line,
                    char *text)
{
    struct lesson_block *block = reader_add_block(reader, word->kind, line);

    block->text = text;
    if (word->argument && (!text || *text == '\0'))
        return reader_fail(reader, line,
                           "%s says nothing; write <!-- %s: ... "
                           "-->",
                           word->name, word->name);
    if (!word->argument && text)
        return reader_fail(reader, line,
                           "%s takes nothing behind it; write <!-- %s -->",
                           word->name, word->name);
    return check_block(reader, block);
}

/* The lines of a note are one paragraph, but for empty ones. */
static char *fold(const char *text, size_t length)
{
    struct reader_text lines = {text, text + length, 1};
    struct reader_line line;
    struct str out = STR_INIT;
    bool gap = false;

    while (reader_next_line(&lines, &line)) {
        char *part = reader_trim(line.text, line.length);
        if (*part != '\0') {
            if (out.length > 0)
                str_append(&out, gap ? "\n\n" : " ");
            str_append(&out, part);
        }
        gap = *part == '\0';
        free(part);
    }
    return str_take(&out);
}

/* What stands between <!-- and -->. */
static int read_comment(struct reader *reader, size_t line, const char *text,
                        size_t length)
{
    const char *colon = memchr(text, ':', length);
    size_t head = colon ? (size_t)(colon - text) : length;
    char *name = reader_trim(text, head);
    int status = 1;

    if (*name == '#')
        status = 0;
    for (size_t i = 0; i < WORDS && status == 1; i++) {
        if (str_equal(name, words[i].name))
            status =
                add_word(reader, &words[i], line,
                         colon ? fold(colon + 1, length - head - 1) : NULL);
    }
    if (status == 1)
        status = unknown_word(reader, line, name);
    free(name);
    return status;
}

/* The first comment of *html, which moves behind it. */
static int next_comment(struct reader *reader, struct reader_text *html)
{
    const char *end;

    if (!str_starts_with(html->at, "<!--"))
        return reader_fail(reader, html->line,
                           "'%.*s' is HTML, which a terminal does not show; "
                           "write it in Markdown",
                           (int)strcspn(html->at, "\n"), html->at);
    end = strstr(html->at + 4, "-->");
    if (!end)
        return reader_fail(reader, html->line,
                           "this comment has no end; close it with -->");
    if (read_comment(reader, html->line, html->at + 4,
                     (size_t)(end - html->at) - 4) != 0)
        return -1;
    for (; html->at < end + 3; html->at++)
        html->line += *html->at == '\n';
    return 0;
}

int reader_comments(struct reader *reader, struct cmark_node *node)
{
    const char *text = cmark_node_get_literal(node);
    struct reader_text html = {text, text + strlen(text),
                               reader_node_line(reader, node)};

    for (;;) {
        for (; *html.at && strchr(" \t\n", *html.at); html.at++)
            html.line += *html.at == '\n';
        if (html.at == html.end)
            return 0;
        if (next_comment(reader, &html) != 0)
            return -1;
    }
}
