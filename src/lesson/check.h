/*
 * Lessons as tests. Every command is run in a lab of its own and its output
 * compared with what the lesson expects; every `= EXPR` of a quiz must agree
 * with the marks on its choices; the check of every try must fail before its
 * solution and hold after.
 */
#ifndef EMBLAB_LESSON_CHECK_H
#define EMBLAB_LESSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "lesson/lesson.h"

struct lab;
struct session;
struct grid;

struct checker {
    bool update; /* write what was printed as what is expected */
    /* For snapshot, as a session's; NULL: there is none. */
    void (*picture)(struct session *session, struct grid *grid);
    size_t passed, failed; /* lessons */
    /* Of the lesson looked at last: */
    char *path;            /* its file, or the name it was asked for by */
    struct str messages;   /* a line or more for each failure, and a diff */
    size_t checks;         /* commands and questions looked at */
    size_t updated;        /* outputs written anew */
    struct check_ids *ids; /* private: those of all lessons so far */
};

void checker_init(struct checker *checker, bool update);
void checker_clear(struct checker *checker);

/* Check a lesson, named as for lesson_read. Has it passed? Nothing is written
 * but, with update, the lesson's file. */
bool checker_run(struct checker *checker, const char *name);

/*
 * Does a try's check hold in this lab? True is True, and a tensor that is not
 * zero anywhere. Fails where the expression cannot be read or computed.
 */
int check_holds(const struct lab *lab, const char *expression, bool *holds,
                struct error *err);

/*
 * What a check that does not hold sees, appended: of `equal(ids, [3])` or
 * `V == 7` the left side and its value, "`ids` is [13, 0]"; of a product of
 * conditions the first that does not hold; of a bound also what is wanted.
 * What cannot be computed says why. Nothing where it is no such thing, or where
 * the value takes more than a few words.
 */
void check_sees(const struct lab *lab, const char *expression, struct str *out);

/*
 * Does a quiz's `= EXPR` agree with the marks on its choices? Fails with what
 * differs. A choice that is neither word, number nor a list of them but a
 * sentence is left to its author; but one must be such.
 */
int check_choices(const struct lab *lab, const struct lesson_question *question,
                  struct error *err);

#endif
