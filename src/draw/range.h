/*
 * The numbers among values: how far they reach, for the scales of charts.
 */
#ifndef EMBLAB_DRAW_RANGE_H
#define EMBLAB_DRAW_RANGE_H

#include <stdbool.h>
#include <stddef.h>

struct range {
    double low, high; /* low > high: there was no number yet */
};

extern const struct range range_none;

/* Can it stand on a scale? Not nan, not infinite, nor nearly so. */
bool range_has(double value);

/* Reach to all of values (count) that are numbers. */
void range_widen(struct range *range, const double *values, size_t count);

/* Columns and rows of a picture: value, but at most, at least limit. */
int at_most(int value, int limit);
int at_least(int value, int limit);

#endif
