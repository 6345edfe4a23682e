/*
 * One pass over the beginning: ASCII is passed by. A run is a stretch of
 * letters of a script without blanks; where blanks are put between such words
 * a run is one or two letters long.
 */
#include "text/hints.h"

#include <string.h>

#include "base/utf8.h"

enum { HINTS_BYTES = 1000 * 1000, INVALID = 0xFFFD };

static void take_symbol(const char *text, size_t length, struct text_hints *out)
{
    size_t size = utf8_grapheme(text, length);

    if (out->symbol[0] == '\0' && size < sizeof out->symbol)
        memcpy(out->symbol, text, size);
}

void text_hints(const char *text, size_t length, struct text_hints *out)
{
    size_t letters = 0, runs = 0;
    bool in_run = false;

    *out = (struct text_hints){0};
    length = length < HINTS_BYTES ? length : HINTS_BYTES;
    for (size_t i = 0; i < length;) {
        uint32_t c;
        size_t size = utf8_decode(text + i, length - i, &c, NULL);
        bool unspaced = c >= 0x80 && utf8_is_unspaced(c);
        if (c >= 0x80 && c != INVALID && utf8_is_symbol(c))
            take_symbol(text + i, length - i, out);
        letters += unspaced;
        runs += unspaced && !in_run;
        in_run = unspaced;
        i += size;
    }
    out->unspaced = letters > 2 * runs;
}
