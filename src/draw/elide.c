/*
 * The rows chosen so far are kept sorted, with the number of gaps between them
 * and at both ends. Invariant: chosen rows and one line a gap fit in the room
 * (the state is spacious), or, where touched rows alone leave no room for that,
 * chosen rows and a single line do.
 */
#include "draw/elide.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { LAST_ROWS_MAX = 3 };

struct choice {
    const struct elide_table *table;
    int room;
    int64_t *rows; /* (count) ascending, of capacity room */
    int count;
    int gaps;
};

/* Index of the first of values (ascending) that is not below value. */
static int64_t lower_bound(const int64_t *values, int64_t count, int64_t value)
{
    int64_t low = 0, high = count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int64_t touched_within(const struct elide_table *table, int64_t from,
                              int64_t to)
{
    return lower_bound(table->touched, table->touched_count, to) -
           lower_bound(table->touched, table->touched_count, from);
}

static bool is_spacious(const struct choice *choice)
{
    return choice->count + choice->gaps <= choice->room;
}

/* Choose a row if there is room; true if it is chosen now or was already. */
static bool choose(struct choice *choice, int64_t row, bool must)
{
    if (row < 0 || row >= choice->table->rows)
        return true;
    int at = (int)lower_bound(choice->rows, choice->count, row);
    if (at < choice->count && choice->rows[at] == row)
        return true;
    bool joins_left = row == 0 || (at > 0 && choice->rows[at - 1] == row - 1);
    bool joins_right = row == choice->table->rows - 1 ||
                       (at < choice->count && choice->rows[at] == row + 1);
    int gaps = choice->gaps + 1 - (joins_left ? 1 : 0) - (joins_right ? 1 : 0);
    bool one_line_each = is_spacious(choice) && !must;
    if (choice->count + 1 + (one_line_each ? gaps : 1) > choice->room)
        return false;
    memmove(&choice->rows[at + 1], &choice->rows[at],
            (size_t)(choice->count - at) * sizeof choice->rows[0]);
    choice->rows[at] = row;
    choice->count++;
    choice->gaps = gaps;
    return true;
}

static void choose_touched(struct choice *choice)
{
    const struct elide_table *table = choice->table;
    int64_t chosen = 0;
    while (chosen < table->touched_count &&
           choose(choice, table->touched[chosen], true))
        chosen++;
    for (int64_t i = 0; i < chosen; i++) {
        choose(choice, table->touched[i] - 1, false);
        choose(choice, table->touched[i] + 1, false);
    }
}

static void choose_ends(struct choice *choice)
{
    int last_rows = 1;
    if (choice->table->touched_count == 0) {
        last_rows = choice->room / 4;
        last_rows = last_rows < 1 ? 1 : last_rows;
        last_rows = last_rows > LAST_ROWS_MAX ? LAST_ROWS_MAX : last_rows;
    }
    choose(choice, 0, false);
    for (int i = 1; i <= last_rows; i++)
        choose(choice, choice->table->rows - i, false);
}

/* A line that stands for one row costs what the row costs. */
static void close_small_gaps(struct choice *choice)
{
    for (int i = 0; i + 1 < choice->count; i++)
        if (choice->rows[i + 1] == choice->rows[i] + 2)
            choose(choice, choice->rows[i] + 1, false);
    if (choice->count > 0 && choice->rows[0] == 1)
        choose(choice, 0, false);
    if (choice->count > 0 &&
        choice->rows[choice->count - 1] == choice->table->rows - 2)
        choose(choice, choice->table->rows - 1, false);
}

static void choose_from_top(struct choice *choice)
{
    for (int64_t row = 0; row < choice->table->rows; row++)
        if (!choose(choice, row, false))
            break;
}

static struct elide_line hidden_line(const struct elide_table *table,
                                     int64_t from, int64_t to)
{
    return (struct elide_line){from, to - from,
                               touched_within(table, from, to)};
}

/* The chosen rows, each gap with its line. */
static int list_spacious(const struct choice *choice, struct elide_line *lines)
{
    int count = 0;
    int64_t next = 0;
    for (int i = 0; i <= choice->count; i++) {
        int64_t row = i < choice->count ? choice->rows[i] : choice->table->rows;
        if (row > next)
            lines[count++] = hidden_line(choice->table, next, row);
        if (i < choice->count)
            lines[count++] = (struct elide_line){.row = row};
        next = row + 1;
    }
    return count;
}

/* The chosen rows, the largest gap with a line for all of them. */
static int list_crowded(const struct choice *choice, struct elide_line *lines)
{
    int largest = 0, count = 0;
    int64_t next = 0, size = 0, at = 0;
    for (int i = 0; i <= choice->count; i++) {
        int64_t row = i < choice->count ? choice->rows[i] : choice->table->rows;
        if (row - next >= size) {
            largest = i;
            size = row - next;
            at = next;
        }
        next = row + 1;
    }
    struct elide_line all = hidden_line(choice->table, 0, choice->table->rows);
    all.row = at;
    all.hidden -= choice->count;
    for (int i = 0; i < choice->count; i++)
        all.touched -=
            touched_within(choice->table, choice->rows[i], choice->rows[i] + 1);
    for (int i = 0; i <= choice->count; i++) {
        if (i == largest)
            lines[count++] = all;
        if (i < choice->count)
            lines[count++] = (struct elide_line){.row = choice->rows[i]};
    }
    return count;
}

int elide_window(const struct elide_table *table, int room, int64_t first,
                 struct elide_line *lines)
{
    if (first > table->rows - room)
        first = table->rows - room;
    if (first < 0)
        first = 0;
    int count = 0;
    while (count < room && first + count < table->rows) {
        lines[count] = (struct elide_line){.row = first + count};
        count++;
    }
    return count;
}

/* Just the touched rows, and no line for the others: it would cost one. */
static int list_touched(const struct elide_table *table, int room,
                        struct elide_line *lines)
{
    for (int i = 0; i < room; i++)
        lines[i] = (struct elide_line){.row = table->touched[i]};
    return room;
}

int elide_plan(const struct elide_table *table, int room, bool fill,
               struct elide_line *lines)
{
    if (table->rows <= room || room < 1)
        return elide_window(table, room, 0, lines);
    if (table->touched_count == room || (room == 1 && table->touched_count > 0))
        return list_touched(table, room, lines);
    struct choice choice = {.table = table, .room = room, .gaps = 1};
    choice.rows = memory_new((size_t)room, sizeof choice.rows[0]);
    choose_touched(&choice);
    choose_ends(&choice);
    close_small_gaps(&choice);
    if (fill || table->touched_count == 0)
        choose_from_top(&choice);
    int count = is_spacious(&choice) ? list_spacious(&choice, lines)
                                     : list_crowded(&choice, lines);
    assert(count <= room);
    free(choice.rows);
    return count;
}
