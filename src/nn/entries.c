/*
 * Entries are rebuilt beside the old ones and then take their place.
 */
#include "nn/entries.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct entry_list {
    int64_t *ids;
    float *values;
    size_t count, cols;
};

static struct entry_list list_new(size_t room, size_t cols)
{
    return (struct entry_list){
        .ids = memory_new(room, sizeof(int64_t)),
        .values = memory_zeroed(room * cols, sizeof(float)),
        .cols = cols,
    };
}

/* Add entry i of p to the list's last entry, which is of the same row. */
static void add_to_last(struct entry_list *list, const struct parameter *p,
                        size_t i)
{
    float *to = list->values + (list->count - 1) * list->cols;
    const float *from = p->entry_values + i * list->cols;
    list->ids[list->count - 1] = p->entry_ids[i];
    for (size_t d = 0; d < list->cols; d++)
        to[d] += from[d];
}

static void list_replace(struct parameter *p, struct entry_list list,
                         size_t room)
{
    free(p->entry_ids);
    free(p->entry_values);
    p->entry_ids = list.ids;
    p->entry_values = list.values;
    p->entries = list.count;
    p->entry_capacity = room;
}

void entries_merge(struct parameter *p, size_t first)
{
    assert(first <= p->entries);
    size_t room = p->entries;
    struct entry_list list = list_new(room, p->cols);
    size_t a = 0;
    size_t b = first;
    while (a < first || b < p->entries) {
        bool take_a = b == p->entries ||
                      (a < first && p->entry_ids[a] <= p->entry_ids[b]);
        bool take_b = a == first ||
                      (b < p->entries && p->entry_ids[b] <= p->entry_ids[a]);
        list.count++;
        if (take_a)
            add_to_last(&list, p, a++);
        if (take_b)
            add_to_last(&list, p, b++);
    }
    list_replace(p, list, room);
}

void entries_sum(struct parameter *p)
{
    memset(p->grad_values, 0,
           p->grad_rows.count * p->cols * sizeof *p->grad_values);
    for (size_t i = 0; i < p->entries; i++) {
        float *row = parameter_grad_add_row(p, p->entry_ids[i]);
        for (size_t d = 0; d < p->cols; d++)
            row[d] += p->entry_values[i * p->cols + d];
    }
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void entries_coalesce(struct parameter *p)
{
    size_t count = p->grad_rows.count;
    struct entry_list list = list_new(count, p->cols);
    memcpy(list.ids, p->grad_rows.list, count * sizeof *list.ids);
    qsort(list.ids, count, sizeof *list.ids, compare_ids);
    for (size_t i = 0; i < count; i++)
        memcpy(list.values + i * p->cols,
               parameter_grad_row(p, (size_t)list.ids[i]),
               p->cols * sizeof *list.values);
    list.count = count;
    list_replace(p, list, count);
}
