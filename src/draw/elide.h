/*
 * Which rows of a table stand in a picture with room for few of them: the
 * touched rows first, then their neighbours, the first and the last row, what
 * is left from the top; and lines that say how many are hidden. Never scans
 * the table: the cost follows the room.
 */
#ifndef EMBLAB_DRAW_ELIDE_H
#define EMBLAB_DRAW_ELIDE_H

#include <stdbool.h>
#include <stdint.h>

struct elide_line {
    int64_t row;     /* the row shown, or the first hidden one */
    int64_t hidden;  /* rows this line stands for; 0: it shows row */
    int64_t touched; /* how many of the hidden ones are touched */
};

struct elide_table {
    int64_t rows;
    const int64_t *touched; /* (touched_count) ascending */
    int64_t touched_count;
};

/*
 * Plan at most room lines into lines (room), in the order of the rows; returns
 * how many. All rows where they fit. With fill no room is left over, without
 * it only what is worth seeing is planned. Where there is no room for a line at
 * every gap, one line at the largest counts all that is hidden; where the
 * touched rows, or one of them, fill the room, there is none.
 */
int elide_plan(const struct elide_table *table, int room, bool fill,
               struct elide_line *lines);

/* A window by hand: rows from first on, moved up so that it is full. */
int elide_window(const struct elide_table *table, int room, int64_t first,
                 struct elide_line *lines);

#endif
