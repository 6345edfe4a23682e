/*
 * A row r is in the set when stamp[r] == turn and r >= 0. Emptying adds one
 * to turn, which unmarks every row at once; when turn would wrap around, the
 * stamps are cleared (once in 4 billion times). stamp and slot start as pages
 * of zeros that the system hands out when they are first written, so a set
 * over a large table costs the rows that were ever in it.
 */
#include "nn/rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void row_set_init(struct row_set *set, size_t rows)
{
    assert(rows < UINT32_MAX);
    *set = (struct row_set){.rows = rows, .turn = 1};
    set->stamp = memory_zeroed(rows, sizeof *set->stamp);
    set->slot = memory_zeroed(rows, sizeof *set->slot);
}

void row_set_clear(struct row_set *set)
{
    free(set->list);
    free(set->stamp);
    free(set->slot);
    memset(set, 0, sizeof *set);
}

/* Only the rows of the set are written: the copy of a large table is cheap. */
void row_set_copy(struct row_set *to, const struct row_set *from)
{
    row_set_init(to, from->rows);
    for (size_t i = 0; i < from->count; i++)
        row_set_add(to, from->list[i]);
}

void row_set_empty(struct row_set *set)
{
    set->count = 0;
    if (++set->turn == 0) {
        memset(set->stamp, 0, set->rows * sizeof *set->stamp);
        set->turn = 1;
    }
}

bool row_set_has(const struct row_set *set, int64_t row)
{
    assert(row >= 0 && (size_t)row < set->rows);
    return set->stamp[row] == set->turn;
}

size_t row_set_add(struct row_set *set, int64_t row)
{
    if (row_set_has(set, row))
        return set->slot[row];
    set->list =
        memory_grow(set->list, set->count, &set->capacity, sizeof *set->list);
    set->stamp[row] = set->turn;
    set->slot[row] = (uint32_t)set->count;
    set->list[set->count] = row;
    return set->count++;
}

static int compare_rows(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void row_set_sort(struct row_set *set)
{
    if (set->count > 1)
        qsort(set->list, set->count, sizeof *set->list, compare_rows);
    for (size_t i = 0; i < set->count; i++)
        set->slot[set->list[i]] = (uint32_t)i;
}

void row_marks_init(struct row_marks *marks, size_t rows)
{
    row_set_init(&marks->looked_up, rows);
    row_set_init(&marks->grad_nonzero, rows);
    row_set_init(&marks->changed, rows);
}

void row_marks_clear(struct row_marks *marks)
{
    row_set_clear(&marks->looked_up);
    row_set_clear(&marks->grad_nonzero);
    row_set_clear(&marks->changed);
}

void row_marks_copy(struct row_marks *to, const struct row_marks *from)
{
    row_set_copy(&to->looked_up, &from->looked_up);
    row_set_copy(&to->grad_nonzero, &from->grad_nonzero);
    row_set_copy(&to->changed, &from->changed);
}

void row_marks_empty(struct row_marks *marks)
{
    row_set_empty(&marks->looked_up);
    row_set_empty(&marks->grad_nonzero);
    row_set_empty(&marks->changed);
}
