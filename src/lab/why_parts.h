/*
 * The pieces of why.c: one explanation a kind of tensor. Private to src/lab.
 */
#ifndef EMBLAB_LAB_WHY_PARTS_H
#define EMBLAB_LAB_WHY_PARTS_H

#include "lab/why.h"

struct why_term *why_add(struct why *why);
void why_say(struct why *why, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void why_how(struct why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "the [cat] → drinks": example b, the word at c in brackets (-1: none). */
void why_place(const struct lab *lab, size_t b, int64_t c, char *out,
               size_t size);

/* The word that stands for row v of parameter p. */
const char *why_word(const struct lab *lab, const struct parameter *p,
                     int64_t row);

/* why_values.c: parameters: update, optimizer state, draw or file. */
void why_parameter(const struct lab *lab, const struct parameter *p,
                   int64_t row, int64_t col, struct why *why);
/* why_gradients.c */
int why_gradient(const struct lab *lab, const struct parameter *p, int64_t row,
                 int64_t col, struct why *why, struct error *err);
void why_retained(const struct lab *lab, const struct why_cell *cell,
                  struct why *why);
/* why_forward.c */
void why_forward(const struct lab *lab, const struct why_cell *cell,
                 struct why *why);

/*
 * Visit every place where a row of a table was looked up in the mini-batch:
 * position c of example b, and the gradient it put into column col.
 */
typedef void why_visit(void *context, size_t b, size_t c, double factor,
                       const char *label, double value, double scale);
void why_each_place(const struct lab *lab, const struct parameter *p,
                    int64_t row, int64_t col, why_visit *visit, void *context);

#endif
