/*
 * Writing a lesson's file anew with some of its lines replaced. All others stay
 * byte for byte.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "lesson/check_parts.h"

void edits_add(struct edits *edits, size_t line, size_t count, char *text)
{
    edits->items = memory_grow(edits->items, edits->count, &edits->capacity,
                               sizeof *edits->items);
    edits->items[edits->count++] = (struct edit){line, count, text};
}

void edits_clear(struct edits *edits)
{
    for (size_t i = 0; i < edits->count; i++)
        free(edits->items[i].text);
    free(edits->items);
    *edits = (struct edits){0};
}

/* Where the next line begins. */
static const char *next_line(const char *at)
{
    at += strcspn(at, "\n");
    return at + (*at == '\n');
}

/* New lines end as the file's do. */
static void append_lines(struct str *out, const char *text, bool crlf)
{
    for (; *text; text++) {
        if (*text == '\n' && crlf)
            str_append_char(out, '\r');
        str_append_char(out, *text);
    }
}

static void apply(const struct edits *edits, const char *text, struct str *out)
{
    bool crlf = strstr(text, "\r\n") != NULL;
    size_t line = 1;

    for (size_t i = 0; i < edits->count; i++) {
        const struct edit *edit = &edits->items[i];
        const char *from = text;
        for (; line < edit->line; line++)
            text = next_line(text);
        str_append_bytes(out, from, (size_t)(text - from));
        append_lines(out, edit->text, crlf);
        for (; line < edit->line + edit->count; line++)
            text = next_line(text);
    }
    str_append(out, text);
}

/* Could an output be read as commands, or as the end of its block? */
static bool same_lesson(const struct lesson *a, const struct lesson *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->blocks[i].kind != b->blocks[i].kind ||
            a->blocks[i].command_count != b->blocks[i].command_count)
            return false;
    }
    return true;
}

static int check_text(const struct lesson *lesson, const struct str *text,
                      struct error *err)
{
    struct error why = {0};
    struct lesson *again =
        lesson_parse(lesson->path, str_text(text), text->length, &why);
    bool same = again && same_lesson(lesson, again);

    lesson_free(again);
    if (same)
        return 0;
    return error_set(err, ERROR_STATE,
                     "with this output the lesson would not be read the same; "
                     "write the expected lines yourself, with ... for what is "
                     "like a command");
}

int edits_write(const struct edits *edits, const struct lesson *lesson,
                struct error *err)
{
    struct file_bytes bytes;
    struct str text = STR_INIT;
    int status;

    if (file_read(lesson->path, &bytes, err) != 0)
        return -1;
    apply(edits, bytes.data, &text);
    status = check_text(lesson, &text, err);
    if (status == 0)
        status = file_write_all(lesson->path, str_text(&text), text.length,
                                true, err);
    str_clear(&text);
    file_bytes_clear(&bytes);
    return status;
}
