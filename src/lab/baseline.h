/*
 * The parameters as they were before a command, for `diff`. Kept only where
 * they are small enough to copy; a larger lab has the mini-batch's own
 * before-values (nn/parameter.h).
 */
#ifndef EMBLAB_LAB_BASELINE_H
#define EMBLAB_LAB_BASELINE_H

#include "lab/lab.h"

enum { BASELINE_BYTES_MAX = 16 << 20 };

struct baseline {
    size_t count; /* 0: too large, or there was no table */
    struct {
        const char *name;
        size_t rows, cols;
        float *value;
    } parameter[MODEL_PARAMETERS_MAX];
};

void baseline_take(struct baseline *baseline, const struct lab *lab);
void baseline_clear(struct baseline *baseline);

/* A row as it was; NULL where the baseline does not hold it. */
const float *baseline_row(const struct baseline *baseline,
                          const struct parameter *p, size_t row);

#endif
