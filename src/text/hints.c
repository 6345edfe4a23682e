/*
 * One pass over the beginning: ASCII is passed by. A run is a stretch of
 * letters of a script without blanks; where blanks are put between such words
 * a run is one or two letters long.
 */
#include "text/hints.h"

#include <string.h>

#include "base/utf8.h"
#include "text/corpus.h"

enum { HINTS_BYTES = 1000 * 1000, INVALID = 0xFFFD };

/* Emoji joined without end are one character too: no more of it is looked at
 * than there is room for. */
static void take_symbol(const char *text, size_t length, struct text_hints *out)
{
    size_t room = sizeof out->symbol, size;

    if (out->symbol[0] != '\0')
        return;
    size = utf8_grapheme(text, length < room ? length : room);
    if (size < room)
        memcpy(out->symbol, text, size);
}

void text_hints(const char *text, size_t length, struct text_hints *out)
{
    size_t letters = 0, runs = 0;
    bool in_run = false;

    *out = (struct text_hints){0};
    length = length < HINTS_BYTES ? length : HINTS_BYTES;
    for (size_t i = 0, size; i < length; i += size) {
        uint32_t c = (unsigned char)text[i];
        bool unspaced = false;
        size = 1;
        if (c >= 0x80) {
            size = utf8_decode(text + i, length - i, &c, NULL);
            unspaced = utf8_is_unspaced(c);
            if (c != INVALID && utf8_is_symbol(c))
                take_symbol(text + i, length - i, out);
        }
        letters += unspaced;
        runs += unspaced && !in_run;
        in_run = unspaced;
    }
    out->unspaced = letters > 2 * runs;
}

int text_task(const char *text, size_t length)
{
    size_t i = 0, tabs = 0;

    while (i < length && strchr(" \r\n", text[i]))
        i++;
    for (; i < length && text[i] != '\n'; i++)
        tabs += text[i] == '\t';
    return tabs == 0   ? CORPUS_TASK_TEXT
           : tabs == 1 ? CORPUS_TASK_LABELS
                       : CORPUS_TASK_RATINGS;
}
