/*
 * What a text has that its tokenizer makes less of than a person expects.
 */
#ifndef EMBLAB_TEXT_HINTS_H
#define EMBLAB_TEXT_HINTS_H

#include <stdbool.h>
#include <stddef.h>

struct text_hints {
    char symbol[32]; /* the first emoji or other picture; "": there is none */
    bool unspaced;   /* words of Han or kana stand without blanks between */
};

/* Looks at the beginning of a text (valid UTF-8), up to a million bytes. */
void text_hints(const char *text, size_t length, struct text_hints *out);

/* The CORPUS_TASK_ that a text looks written for, by the tabs of its first
 * line that is not blank. */
int text_task(const char *text, size_t length);

#endif
