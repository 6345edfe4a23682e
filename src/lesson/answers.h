/*
 * The right answer of a quiz, and whether what a student typed is it. With
 * choices the marks decide; else the value of `= EXPR` on the lab as it is
 * when it is asked: a number, yes or no, a shape, rows as words.
 */
#ifndef EMBLAB_LESSON_ANSWERS_H
#define EMBLAB_LESSON_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "lesson/lesson.h"

struct lab;

enum answer_kind {
    ANSWER_CHOICES, /* right[] of the question's choices */
    ANSWER_NUMBERS, /* numbers in order: one, a shape, a vector */
    ANSWER_ROWS,    /* ids as a set, typed as words or ids */
    ANSWER_TRUTH,   /* yes or no */
};

struct answer_key {
    enum answer_kind kind;
    const struct lesson_question *question; /* borrowed */
    double *numbers;                        /* numbers, rows: the ids */
    int table; /* rows, ids: of which of the model's tables; -1: any */
    bool ids;  /* choices: words with ids; digits are ids, letters choices */
    size_t count;
    bool exact; /* numbers: integers */
    bool truth;
};

/* What the answer is now. Fails where the expression does. */
int answer_find(const struct lab *lab, const struct lesson_question *question,
                struct answer_key *key, struct error *err);
void answer_clear(struct answer_key *key);

enum answer_verdict {
    ANSWER_UNREADABLE, /* no answer to this question; why says what is one */
    ANSWER_WRONG,      /* why says how near: "1 of 2 found"; or nothing */
    ANSWER_RIGHT,
};
enum answer_verdict answer_judge(const struct answer_key *key,
                                 const struct lab *lab, const char *typed,
                                 struct str *why);

/* The answer to be read: "a  the, b  cat"; to be typed: "a, b". Appended. */
void answer_write(const struct answer_key *key, const struct lab *lab,
                  struct str *out);
void answer_write_typed(const struct answer_key *key, const struct lab *lab,
                        struct str *out);

/* What stands before choice i: letters, or numbers where a choice is itself a
 * letter. */
enum { ANSWER_LABEL_BYTES = 24 };
void answer_label(const struct lesson_question *question, size_t i,
                  char label[ANSWER_LABEL_BYTES]);

/* What one may type: "answer with a number". Borrowed. */
const char *answer_usage(const struct answer_key *key);

#endif
