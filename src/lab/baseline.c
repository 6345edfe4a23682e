#include "lab/baseline.h"

#include <stdlib.h>

#include "base/memory.h"

void baseline_clear(struct baseline *baseline)
{
    for (size_t i = 0; i < baseline->count; i++)
        free(baseline->parameter[i].value);
    *baseline = (struct baseline){0};
}

static size_t bytes_of(const struct lab *lab)
{
    size_t bytes = 0;

    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        const struct parameter *p = lab->model->parameters[i];
        bytes += p->rows * p->cols * sizeof(float);
    }
    return bytes;
}

void baseline_take(struct baseline *baseline, const struct lab *lab)
{
    baseline_clear(baseline);
    if (!lab->model || bytes_of(lab) > BASELINE_BYTES_MAX)
        return;
    baseline->count = lab->model->parameter_count;
    for (size_t i = 0; i < baseline->count; i++) {
        const struct parameter *p = lab->model->parameters[i];
        baseline->parameter[i].name = p->name;
        baseline->parameter[i].rows = p->rows;
        baseline->parameter[i].cols = p->cols;
        baseline->parameter[i].value =
            memory_copy(p->value, p->rows * p->cols, sizeof(float));
    }
}

const float *baseline_row(const struct baseline *baseline,
                          const struct parameter *p, size_t row)
{
    for (size_t i = 0; i < baseline->count; i++) {
        if (baseline->parameter[i].rows == p->rows &&
            baseline->parameter[i].cols == p->cols &&
            str_equal(baseline->parameter[i].name, p->name))
            return baseline->parameter[i].value + row * p->cols;
    }
    return NULL;
}
