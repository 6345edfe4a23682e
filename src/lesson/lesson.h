/*
 * A lesson as read: one CommonMark file (lessons/README.md has the format)
 * taken apart into blocks in the order they are played. Pure data: nothing
 * here runs a command. Text stays a tree of cmark nodes, which
 * lesson/render.h draws at any width.
 */
#ifndef EMBLAB_LESSON_LESSON_H
#define EMBLAB_LESSON_LESSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct cmark_node;

enum lesson_kind {
    LESSON_HEADING,  /* node; begins a section */
    LESSON_TEXT,     /* node: a paragraph, list, table, quote or plain code */
    LESSON_COMMANDS, /* an `emblab` block: commands */
    LESSON_QUIZ,     /* question */
    LESSON_TRY,      /* question */
    LESSON_PAUSE,    /* waits for Enter */
    LESSON_NOTE,     /* text: for the speaker's eyes */
    LESSON_SPEED,    /* number: typed characters and pauses, times as fast */
    LESSON_MARKER,   /* text: a name to jump to, and in recordings */
    LESSON_FOCUS,    /* text: the panel to look at */
    LESSON_HIDE,     /* text and commands from here are not shown ... */
    LESSON_SHOW,     /* ... to here */
};

/* A line `emb> ...` of an emblab block and the output expected below it. */
struct lesson_command {
    char *text;  /* without the prompt; may hold several, parted by `;` */
    size_t line; /* in the file, from 1 */
    char **expected;
    size_t expected_count; /* 0: the output is shown and not compared */
};

struct lesson_choice {
    char *text; /* without its mark: a word, or a sentence */
    bool right;
    size_t line;
};

/* A quiz or a try. What a quiz has not is NULL or 0, and so for a try. */
struct lesson_question {
    struct cmark_node *text; /* own document: the question */
    char **hints;            /* `? `, to be told one at a time */
    size_t hint_count;
    /* quiz */
    struct lesson_choice *choices;
    size_t choice_count;
    char *answer; /* `= EXPR`: evaluated on the lab when it is asked */
    size_t answer_line;
    char *explanation; /* `! `, told after the answer */
    /* try */
    char *check; /* an expression of the lab's state */
    size_t check_line;
    char *solution; /* commands */
    size_t solution_line;
};

struct lesson_block {
    enum lesson_kind kind;
    size_t line;             /* in the file, from 1 */
    bool hidden;             /* between hide and show */
    char *id;                /* `{#id}`; NULL: none */
    struct cmark_node *node; /* heading, text: borrowed from the document */
    struct lesson_command *commands;
    size_t command_count;
    struct lesson_question *question;
    char *text;    /* note, marker, focus */
    double number; /* speed */
};

struct lesson {
    char *path; /* as given, for messages: PATH:LINE: error: ... */
    char *id, *title;
    char **requires; /* ids of lessons that come before */
    size_t require_count, require_line;
    int minutes;    /* 0: not said */
    int rows, cols; /* `size:`; 24, 80 unless said */
    struct lesson_block *blocks;
    size_t count;
    struct cmark_node *document;
};

enum { LESSON_BYTES_MAX = 1 << 20 }; /* a longer file is refused */

/*
 * Read the text of a lesson. Returns it, caller's to free with lesson_free; or
 * NULL with ERROR_SYNTAX "PATH:LINE: error: what; what to do" (an unknown key,
 * block or comment, a quiz without a right answer, a duplicate id, bytes that
 * are not UTF-8 ...). _front reads the head alone: no blocks, no document.
 */
struct lesson *lesson_parse(const char *path, const char *text, size_t length,
                            struct error *err);
struct lesson *lesson_parse_front(const char *path, const char *text,
                                  size_t length, struct error *err);
void lesson_free(struct lesson *lesson);

/*
 * Read the file of a lesson: NAME of a shipped one (base name, the base name
 * without its number, the number, or id), or a path. As lesson_parse;
 * ERROR_NOT_FOUND names the lesson that was meant, or lists those there are.
 */
struct lesson *lesson_read(const char *name, struct error *err);
struct lesson *lesson_read_front(const char *name, struct error *err);

/*
 * Is every lesson that it requires there, beside it or shipped? ERROR_NOT_FOUND
 * with its line names the first that is not. (lesson_read refuses only a lesson
 * that comes before itself.)
 */
int lesson_check_requires(const struct lesson *lesson, struct error *err);

/* The block with this id or marker; count: there is none. */
size_t lesson_find(const struct lesson *lesson, const char *id);

#endif
