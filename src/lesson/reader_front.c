/*
 * The head of a lesson: `key: value` lines between two lines `---`. The keys
 * are a table: what is not in it is a mistake. It is a small part of YAML, so
 * that code hosts show it well.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lang/match.h"
#include "lesson/reader.h"

enum { MINUTES_MAX = 600, ROWS_MIN = 10, COLS_MIN = 40, SIZE_MAX_CELLS = 500 };

/* One value as it stands in the file. */
struct entry {
    struct reader *reader;
    size_t line;
    char *value; /* trimmed, without quotes around it */
};

static int take_title(struct entry *entry)
{
    entry->reader->lesson->title = memory_text(entry->value);
    return 0;
}

static int take_id(struct entry *entry)
{
    entry->reader->lesson->id = memory_text(entry->value);
    return reader_check_id(entry->reader, entry->line, entry->value);
}

static int add_required(const struct entry *entry, char *id)
{
    struct lesson *lesson = entry->reader->lesson;

    reader_add_text(&lesson->requires, &lesson->require_count, id);
    if (reader_check_id(entry->reader, entry->line, id) != 0)
        return -1;
    for (size_t i = 0; i + 1 < lesson->require_count; i++) {
        if (str_equal(lesson->requires[i], id))
            return reader_fail(entry->reader, entry->line,
                               "'%s' is required twice; leave one out", id);
    }
    return 0;
}

/* `[a, b]`, or one id. */
static int take_requires(struct entry *entry)
{
    const char *at = entry->value;
    size_t length = strlen(at);

    entry->reader->lesson->require_line = entry->line;
    if (*at != '[')
        return add_required(entry, memory_text(at));
    if (at[length - 1] != ']')
        return reader_fail(entry->reader, entry->line,
                           "the list of what it requires has no end; close it "
                           "with ]");
    at++;
    if (at[strspn(at, " ")] == ']')
        return 0;
    for (const char *end = entry->value + length - 1; at <= end;) {
        size_t n = strcspn(at, ",]");
        if (add_required(entry, reader_trim(at, n)) != 0)
            return -1;
        at += n + 1;
    }
    return 0;
}

/* A whole number from 1 to most at *text, which moves behind it; 0: none. */
static int read_number(const char **text, int most)
{
    char *end;
    long n;

    if (**text < '0' || **text > '9')
        return 0;
    n = strtol(*text, &end, 10);
    *text = end;
    return n > most ? 0 : (int)n;
}

static int take_minutes(struct entry *entry)
{
    const char *at = entry->value;
    int minutes = read_number(&at, MINUTES_MAX);

    if (minutes < 1 || *at != '\0')
        return reader_fail(entry->reader, entry->line,
                           "'%s' is no number of minutes; write one from 1 to "
                           "%d",
                           entry->value, MINUTES_MAX);
    entry->reader->lesson->minutes = minutes;
    return 0;
}

static int take_size(struct entry *entry)
{
    struct lesson *lesson = entry->reader->lesson;
    const char *at = entry->value;
    int cols = read_number(&at, SIZE_MAX_CELLS), rows = 0;

    if (*at == 'x') {
        at++;
        rows = read_number(&at, SIZE_MAX_CELLS);
    }
    if (cols < COLS_MIN || rows < ROWS_MIN || *at != '\0')
        return reader_fail(entry->reader, entry->line,
                           "'%s' is no size of a screen; write columns and "
                           "rows like 80x24, at least %dx%d",
                           entry->value, COLS_MIN, ROWS_MIN);
    lesson->cols = cols;
    lesson->rows = rows;
    return 0;
}

static const struct key {
    const char *name;
    int (*take)(struct entry *entry);
} keys[] = {
    {"title", take_title},     {"id", take_id},     {"requires", take_requires},
    {"minutes", take_minutes}, {"size", take_size},
};

enum { KEYS = sizeof keys / sizeof *keys };

static int unknown_key(const struct reader *reader, size_t line,
                       const char *name)
{
    const char *names[KEYS], *nearest;

    for (size_t i = 0; i < KEYS; i++)
        names[i] = keys[i].name;
    nearest = match_nearest(name, names, KEYS);
    if (nearest)
        return reader_fail(reader, line,
                           "no key is called '%s'; did you mean %s?", name,
                           nearest);
    return reader_fail(reader, line,
                       "no key is called '%s'; there are title, id, requires, "
                       "minutes and size",
                       name);
}

/* The value behind the colon; quotes around all of it are YAML's. */
static char *read_value(const char *text, size_t length)
{
    char *value = reader_trim(text, length);
    size_t n = strlen(value);

    if (n >= 2 && (*value == '"' || *value == '\'') && value[n - 1] == *value) {
        memmove(value, value + 1, n - 2);
        value[n - 2] = '\0';
    }
    return value;
}

/* seen: the line of each key, 0 where it has not come yet. */
static int take_entry(struct entry *entry, const char *name, size_t seen[KEYS])
{
    const struct reader *reader = entry->reader;

    for (size_t i = 0; i < KEYS; i++) {
        if (!str_equal(keys[i].name, name))
            continue;
        if (seen[i] > 0)
            return reader_fail(reader, entry->line,
                               "%s stands in line %zu already; leave one out",
                               name, seen[i]);
        seen[i] = entry->line;
        if (*entry->value == '\0')
            return reader_fail(reader, entry->line,
                               "%s has no value; write one behind the colon",
                               name);
        return keys[i].take(entry);
    }
    return unknown_key(reader, entry->line, name);
}

static int read_entry(struct reader *reader, const struct reader_line *line,
                      size_t seen[KEYS])
{
    const char *colon = memchr(line->text, ':', line->length);
    struct entry entry = {.reader = reader, .line = line->number};
    char *name;
    int status;

    if (reader_is_blank(line) || *line->text == '#')
        return 0;
    if (!colon)
        return reader_fail(reader, line->number,
                           "this is no `key: value`; end the head with a line "
                           "---");
    name = reader_trim(line->text, (size_t)(colon - line->text));
    entry.value =
        read_value(colon + 1, line->length - (size_t)(colon + 1 - line->text));
    status = take_entry(&entry, name, seen);
    free(entry.value);
    free(name);
    return status;
}

static bool is_fence(const struct reader_line *line)
{
    struct reader_line rest = *line;

    if (!reader_line_starts(line, "---"))
        return false;
    rest.text += 3;
    rest.length -= 3;
    return reader_is_blank(&rest);
}

static int check_whole(const struct reader *reader)
{
    const struct lesson *lesson = reader->lesson;

    if (!lesson->title)
        return reader_fail(reader, 1,
                           "the head has no title; add a line "
                           "`title: What it is about`");
    if (!lesson->id)
        return reader_fail(reader, 1,
                           "the head has no id; add a line like "
                           "`id: which-rows`");
    for (size_t i = 0; i < lesson->require_count; i++) {
        const char *needed = lesson->requires[i];
        if (str_equal(needed, lesson->id))
            return reader_fail(reader, lesson->require_line,
                               "the lesson requires itself; leave '%s' out",
                               lesson->id);
    }
    return 0;
}

int reader_front(struct reader *reader, struct reader_text *rest)
{
    size_t seen[KEYS] = {0};
    struct reader_line line;

    *rest =
        (struct reader_text){reader->text, reader->text + reader->length, 1};
    reader->lesson->cols = 80;
    reader->lesson->rows = 24;
    if (!reader_next_line(rest, &line) || !is_fence(&line))
        return reader_fail(reader, 1,
                           "a lesson begins with its head; make the first line "
                           "--- and add title: and id:");
    while (reader_next_line(rest, &line)) {
        if (is_fence(&line))
            return check_whole(reader);
        if (read_entry(reader, &line, seen) != 0)
            return -1;
    }
    return reader_fail(reader, 1,
                       "the head has no end; close it with a line ---");
}
