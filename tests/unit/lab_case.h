/*
 * Labs for tests, made as commands make them: a head is edited, then run.
 */
#ifndef EMBLAB_TESTS_LAB_CASE_H
#define EMBLAB_TESTS_LAB_CASE_H

#include "lab/lab.h"

/* The eight sentences of corpora/tiny.txt. */
extern const char *const tiny_text;

/* A lab whose corpus is typed text; clear it with lab_clear. */
void lab_with_text(struct lab *lab, const char *text);

/* The lab's head with those parts at their defaults and typed, to change and
 * then run; lab_run clears it and fails the test where the lab refuses. */
struct head lab_head(const struct lab *lab, unsigned parts);
void lab_run(struct lab *lab, struct head *head);
/* The same, but the lab must refuse: the message, valid until the next call,
 * and the lab must be as it was. */
const char *lab_refusal(struct lab *lab, struct head *head);

/* A cmocka group's setup and teardown: *state is a lab with the tiny text,
 * the worked example's settings, and everything built. */
int tiny_lab(void **state);
int drop_lab(void **state);
#define WITH_TINY(test) \
    cmocka_unit_test_setup_teardown(test, tiny_lab, drop_lab)

/* Take n steps, each to be seen. */
void lab_steps(struct lab *lab, int n);
/* On to that phase of the mini-batch. */
void lab_phase(struct lab *lab, enum batch_phase phase);
/* Look up ids (n). */
void lab_look_up(struct lab *lab, const int64_t *ids, int64_t n);

/* "the cat": the words of a set of rows of p, ascending, with blanks between;
 * valid until the next call. */
const char *row_words(const struct lab *lab, const struct parameter *p,
                      const struct row_set *rows);

#endif
