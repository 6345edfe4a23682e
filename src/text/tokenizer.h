/*
 * Text → tokens. Rules in one place: NFC first, then case folding if asked; a
 * tokenizer sees one line at a time: nothing crosses a line.
 *
 *   word  maximal runs of letters, digits and marks; ' and - (and ’, as books
 *         print it) stay where a letter, digit or mark stands on both sides.
 *         Other visible characters are dropped, or tokens of their own.
 *   char  graphemes; white space is shown as ␣. Nothing is dropped.
 *   bpe   words as above, cut into pieces: pairs of code points merged in the
 *         order learned. Pieces are shown as they are, without a sign for
 *         where a word ends; what is no word stays whole.
 *
 * A character is a grapheme, judged by its first code point: a mark, a joiner
 * or a variation selector belongs to the character it follows.
 */
#ifndef EMBLAB_TEXT_TOKENIZER_H
#define EMBLAB_TEXT_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum tokenizer_kind { TOKENIZER_WORD, TOKENIZER_CHAR, TOKENIZER_BPE };

struct tokenizer_options {
    enum tokenizer_kind kind;
    bool lower;      /* full case folding */
    bool keep_punct; /* word, bpe: other visible characters are tokens */
    size_t merges;   /* bpe */
};

/* One learned merge of bpe, in order. */
struct tokenizer_merge {
    char *left, *right; /* the merged symbol is left + right */
    size_t count;       /* how often the pair stood when it was merged */
};

struct tokenizer {
    struct tokenizer_options options;
    struct tokenizer_merge *merges; /* bpe, learned */
    size_t merge_count;
    struct bpe *bpe; /* what was learned; private */
};

/*
 * Called for each token in order; the text is not NUL-terminated, and borrowed
 * until the call returns. Returning false stops.
 */
typedef bool tokenizer_visit(void *context, const char *token, size_t length);

void tokenizer_init(struct tokenizer *t,
                    const struct tokenizer_options *options);
void tokenizer_clear(struct tokenizer *t);

/*
 * Bpe's merges are learned from lines of text (valid UTF-8): show every line,
 * then learn, once. The most frequent pair comes first, ties by first seen (in
 * the text as merged so far); it ends early where no pair is left. Other
 * kinds: nothing. Fails: ERROR_MEMORY.
 */
void tokenizer_study(struct tokenizer *t, const char *line, size_t length);
int tokenizer_learn(struct tokenizer *t, struct error *err);

/* Split one line (valid UTF-8). Deterministic; needs no vocabulary. Returns
 * false where visit stopped it. */
bool tokenizer_split(const struct tokenizer *t, const char *line, size_t length,
                     tokenizer_visit *visit, void *context);

#endif
