/*
 * A text as ids: read, normalised, tokenised, numbered, with lines kept apart.
 * Two stages, so that a new vocabulary does not read the file again: the
 * source text, and what the tokenizer and vocabulary make of it.
 */
#ifndef EMBLAB_TEXT_CORPUS_H
#define EMBLAB_TEXT_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "text/tokenizer.h"
#include "text/vocab.h"

/* The bytes of a text: from a file or typed. */
struct source {
    char *name; /* as shown: "tiny", "notes.txt", "typed text" */
    char *path; /* where it was read, NULL for typed text */
    char *text; /* valid UTF-8, invalid pieces replaced by U+FFFD */
    size_t length;
    size_t invalid;  /* how many pieces were replaced */
    bool latin1;     /* all of them may be letters of Latin-1 */
    size_t mapped;   /* private: bytes mapped */
    uint64_t digest; /* of the bytes as read (FNV-1a 64) */
};

/* Read a file: missing, empty, binary (NUL bytes), unreadable, not a regular
 * file: each its own message. name is copied. A byte order mark is left out.
 * On failure source is empty. */
int source_read(struct source *source, const char *name, const char *path,
                struct error *err);
/* Typed text: "\n" between lines. */
int source_type(struct source *source, const char *text, struct error *err);
void source_clear(struct source *source);

enum { CORPUS_TASK_TEXT, CORPUS_TASK_LABELS, CORPUS_TASK_RATINGS };

/*
 * The lines of a task other than text are fields between tabs:
 *
 *   labels   LABEL<TAB>TEXT         a label is a number from 0 to 1
 *   ratings  USER<TAB>ITEM<TAB>RATING   (further fields are left alone)
 *
 * Blank lines belong to no example. CRLF ends a line as LF does.
 */
struct corpus {
    int task;
    struct tokenizer tokenizer;
    struct vocab vocab; /* ratings: users */
    struct vocab items; /* ratings: items */
    int32_t *ids;       /* (tokens) every kept token, lines in order */
    size_t tokens;
    size_t *line_start; /* (lines + 1) into ids; empty lines count */
    size_t lines;
    float *label;         /* (lines): labels 0/1 or ratings; NULL for text */
    int64_t total_tokens; /* before words were dropped */
};

/*
 * Called now and then with bytes done of total; returning false interrupts
 * (ERROR_INTERRUPTED). May be NULL.
 */
typedef bool corpus_progress(void *context, size_t done, size_t total);

/*
 * Tokenise, count, number. On failure corpus is as if never started: a text
 * without words (ERROR_FORMAT), a line that lacks a field or whose label is no
 * number (ERROR_FORMAT, naming file and line), what vocab_build refuses.
 * Ratings: what vocab says holds for users and for items; a rating whose user
 * or item is not in its vocabulary leaves.
 */
int corpus_build(struct corpus *corpus, const struct source *source,
                 const struct tokenizer_options *tokenizer,
                 const struct vocab_options *vocab, int task,
                 corpus_progress *progress, void *context, struct error *err);
void corpus_clear(struct corpus *corpus);

/*
 * Ids of typed words, tokenised as the corpus is (ratings: users between
 * blanks); appended to *ids (grown with memory_grow). <pad> and <unk> between
 * blanks are the specials, where the vocabulary has them. Unknown without
 * <unk>: ERROR_NOT_FOUND, naming it and the nearest word; *count stays.
 */
int corpus_encode(const struct corpus *corpus, const char *text, size_t length,
                  int64_t **ids, size_t *count, size_t *capacity,
                  struct error *err);

/*
 * Every token again in order, also the dropped ones (id -1), for `tokens` and
 * `export tokens`: line from 1. Stops when visit returns false.
 */
typedef bool corpus_visit(void *context, size_t position, size_t line,
                          const char *token, size_t length, int64_t id);
void corpus_each_token(const struct corpus *corpus, const struct source *source,
                       corpus_visit *visit, void *context);

#endif
