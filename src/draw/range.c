/* A range is empty as range_none, and only ever grows. */
#include "draw/range.h"

#include <math.h>

const struct range range_none = {HUGE_VAL, -HUGE_VAL};

/* The limit keeps differences finite. */
bool range_has(double value)
{
    return fabs(value) < 1e300;
}

void range_widen(struct range *range, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (range_has(values[i])) {
            range->low = fmin(range->low, values[i]);
            range->high = fmax(range->high, values[i]);
        }
}

int at_most(int value, int limit)
{
    return value < limit ? value : limit;
}

int at_least(int value, int limit)
{
    return value > limit ? value : limit;
}
