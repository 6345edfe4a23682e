/*
 * Sets of rows of a table whose cost follows the rows in them, never the
 * table: adding, asking and emptying touch no other row. Three of them are a
 * table's marks; the three facts are never mixed up.
 */
#ifndef EMBLAB_NN_ROWS_H
#define EMBLAB_NN_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct row_set {
    size_t rows;     /* rows of the table */
    size_t count;    /* rows in the set */
    int64_t *list;   /* (count) in order of adding, or ascending once sorted */
    uint32_t *stamp; /* (rows) == turn: in the set */
    uint32_t *slot;  /* (rows) the row's place in list, valid when in the set */
    uint32_t turn;
    size_t capacity; /* of list */
};

void row_set_init(struct row_set *set, size_t rows);
void row_set_clear(struct row_set *set); /* frees */
void row_set_copy(struct row_set *to, const struct row_set *from);
void row_set_empty(struct row_set *set); /* O(1) */
/* Add a row (0 <= row < rows); returns its slot. */
size_t row_set_add(struct row_set *set, int64_t row);
bool row_set_has(const struct row_set *set, int64_t row);
void row_set_sort(struct row_set *set); /* list ascending, slots follow */

/* The marks of a table: what happened to its rows in this mini-batch. */
struct row_marks {
    struct row_set looked_up;    /* ● an id of the mini-batch */
    struct row_set grad_nonzero; /* ▲ an element of the gradient != 0.0f */
    struct row_set changed;      /* Δ bits differ from the batch's start */
};

void row_marks_init(struct row_marks *marks, size_t rows);
void row_marks_clear(struct row_marks *marks);
void row_marks_copy(struct row_marks *to, const struct row_marks *from);
void row_marks_empty(struct row_marks *marks);

#endif
