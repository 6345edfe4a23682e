/*
 * What the parts of the reader share: the lesson being made, and where its
 * mistakes are told. Only reader*.c include it; everybody else reads lessons
 * through lesson/lesson.h.
 */
#ifndef EMBLAB_LESSON_READER_H
#define EMBLAB_LESSON_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lesson/lesson.h"

/* A stretch of text with the line it begins on: what is still to be read. */
struct reader_text {
    const char *at, *end;
    size_t line;
};

struct reader {
    struct lesson *lesson;
    const char *text; /* valid UTF-8, lines end in \n alone */
    size_t length;
    size_t before;      /* lines above the text whose nodes are looked at */
    size_t capacity;    /* of lesson->blocks */
    size_t hidden_line; /* of a `hide` that no `show` has ended; 0: none */
    struct reader_text lines; /* the file's, as far as fences were closed */
    struct error *err;
};

/* The next line, without its \n; false: there is none. */
struct reader_line {
    const char *text;
    size_t length;
    size_t number;
};
bool reader_next_line(struct reader_text *text, struct reader_line *line);
bool reader_is_blank(const struct reader_line *line);
bool reader_line_starts(const struct reader_line *line, const char *prefix);

/* Fill in the error "PATH:LINE: error: ..." and return -1. */
int reader_fail(const struct reader *reader, size_t line, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

/* A new block at the end of the lesson; borrowed until the next. */
struct lesson_block *reader_add_block(struct reader *reader,
                                      enum lesson_kind kind, size_t line);

/* length bytes without blanks at their ends, caller's to free. */
char *reader_trim(const char *text, size_t length);

/* Add text to a growing list of texts. It takes text over. */
void reader_add_text(char ***list, size_t *count, char *text);

/* Letters, digits, - and _: what an id or a marker is made of. */
int reader_check_id(const struct reader *reader, size_t line, const char *id);

/*
 * Take apart the head of the file, `---` to `---`. *rest gets what follows.
 * Fills in title, id, requires and the like.
 */
int reader_front(struct reader *reader, struct reader_text *rest);

/*
 * A tree of what text says, its nodes counting its own lines; checked for
 * what a lesson may not hold (raw HTML, blocks of ours inside others). NULL
 * with the error set; else for cmark_node_free.
 */
struct cmark_node *reader_markdown(struct reader *reader,
                                   const struct reader_text *text);

/* The file's line on which a node begins. */
size_t reader_node_line(const struct reader *reader, struct cmark_node *node);

/* An HTML block at the top: one comment or several. */
int reader_comments(struct reader *reader, struct cmark_node *node);

/* A fenced block at the top: ours, or code that is only shown. */
int reader_fence(struct reader *reader, struct cmark_node *node);

/* The inside of a quiz or a try, for the block added last. */
int reader_quiz(struct reader *reader, struct reader_text *text);
int reader_try(struct reader *reader, struct reader_text *text);

#endif
