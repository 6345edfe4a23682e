/*
 * What the twin script said (TWIN_EXACT), beside the lab's own tensors: how
 * far each is from PyTorch's, and whether that is within meaning.md's
 * tolerance.
 */
#ifndef EMBLAB_LAB_TWIN_ANSWER_H
#define EMBLAB_LAB_TWIN_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lab/lab.h"
#include "lab/names.h"

struct twin_difference {
    const char *name; /* static */
    char shape[160];  /* "(17, 6)", "None" */
    double largest;   /* |ours - PyTorch's|; ids: how many differ */
    /* the largest |a - b| / (slack (1e-5 |b| + 1e-6 max|b|)), b PyTorch's:
     * above 1 they disagree. Ids, and None beside a tensor: 0 or infinite. */
    double part;
};

struct twin_answer {
    char torch[40]; /* torch.__version__ */
    double slack;   /* 1 up to 20 steps, then 10 */
    struct twin_difference list[NAMES_MAX];
    size_t count, differing;
};

/* Bytes that the answer for this lab cannot exceed. */
size_t twin_answer_bytes(const struct lab *lab);

/*
 * Read and compare. What comes before the answer's first line is passed over.
 * Fails with ERROR_FORMAT where the answer is not that of this lab's script.
 */
int twin_answer_read(const struct lab *lab, const char *text,
                     struct twin_answer *out, struct error *err);

#endif
