/*
 * UTF-8 text as a terminal shows it: bytes are not columns. Everything about
 * width, clipping and cursor arithmetic lives here; tables are utf8proc's.
 */
#ifndef EMBLAB_BASE_UTF8_H
#define EMBLAB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Read one code point from bytes (length > 0). Returns the number of bytes
 * read, at least 1; invalid bytes give 0xFFFD and *valid = false (valid may
 * be NULL), one replacement for each maximal broken piece (Unicode 3.9).
 */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *code_point,
                   bool *valid);

/* Write a code point's 1 to 4 bytes to out; returns how many. */
size_t utf8_encode(uint32_t code_point, char out[4]);

/* Bytes of the first grapheme cluster of text (0 at the end). */
size_t utf8_grapheme(const char *text, size_t length);

/*
 * Columns of one grapheme (0, 1 or 2), of a whole text. Controls count as 0:
 * show data through utf8_append_visible first. Several emoji joined into one
 * count as one (2), as newer terminals draw them.
 */
int utf8_grapheme_width(const char *grapheme, size_t length);
int utf8_width(const char *text);
int utf8_width_bytes(const char *text, size_t length);

/* How many bytes of text fit whole into columns. */
size_t utf8_fit(const char *text, int columns);

/*
 * Append text in exactly columns columns: padded on the right (or left for
 * negative columns), or cut with "…" where it is too long.
 */
void utf8_append_fit(struct str *out, const char *text, int columns);

/*
 * Append bytes with every control character as a visible symbol (␛ ␊ ␉, C1
 * and bidi controls as �) and invalid UTF-8 as �: what data may show on a
 * terminal. Returns the number of replaced invalid pieces.
 */
size_t utf8_append_visible(struct str *out, const char *bytes, size_t length);

/* Count the invalid pieces without copying; 0: the text is valid. */
size_t utf8_count_invalid(const char *bytes, size_t length);

/* Append bytes with every invalid piece as U+FFFD; returns how many. */
size_t utf8_append_valid(struct str *out, const char *bytes, size_t length);

/*
 * Append text in Unicode NFC; with fold, case-folded in full (ß becomes ss)
 * and then NFC. The text must be valid.
 */
void utf8_append_normal(struct str *out, const char *text, size_t length,
                        bool fold);

/*
 * Edits between two texts in code points: insert, delete, change, or swap two
 * neighbours (Damerau-Levenshtein, each piece edited once); limit + 1 where
 * there are more than limit. For "did you mean".
 */
size_t utf8_distance(const char *a, const char *b, size_t limit);

/* What kind of character: the categories that tokenizing asks about. */
enum utf8_class {
    UTF8_SPACE,   /* white space and line ends */
    UTF8_CONTROL, /* not visible, not white space */
    UTF8_WORD,    /* letters, digits (any number), marks */
    UTF8_OTHER,   /* visible: punctuation, symbols */
};
enum utf8_class utf8_classify(uint32_t code_point);

/* A format character, such as the zero-width space or a mark for direction: it
 * shows nothing by itself. */
bool utf8_is_format(uint32_t code_point);

/* An emoji or another picture (Unicode's So), not punctuation. */
bool utf8_is_symbol(uint32_t code_point);
/* A letter of a script that seldom has blanks between its words: Han, kana. */
bool utf8_is_unspaced(uint32_t code_point);

#endif
