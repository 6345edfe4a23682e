/*
 * The lab's twin: the PyTorch script that makes the same numbers from the same
 * seed. The whole of it, runnable with nothing but torch, or a sketch of it:
 * the lines a student would type.
 *
 * The script is written from what the lab holds (tables, data) and from the
 * acts on its chain (lab/chain.h), so that whatever was done in the loop, a
 * frozen row or a new optimizer in the middle of a mini-batch, stands where it
 * was done.
 */
#ifndef EMBLAB_LAB_TWIN_H
#define EMBLAB_LAB_TWIN_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "lab/lab.h"
#include "lab/tensor_text.h"

enum twin_form {
    TWIN_SKETCH, /* no data, loops folded: to be read */
    TWIN_PRINTS, /* whole; prints every tensor as `print` does */
    TWIN_EXACT,  /* whole; writes every tensor for lab/twin_answer.h */
};

struct twin_options {
    enum twin_form form;
    struct tensor_print_options print; /* TWIN_PRINTS: torch.set_printoptions */
};

/*
 * Write the script of a lab that has a table (LAB_TABLE). ASCII alone, whatever
 * the text holds. A table's rows that a file gave are read from it again and
 * stand in the script. Fails where that file is no longer what it was;
 * errors of writing show where the stream is closed.
 */
int twin_write(const struct lab *lab, const struct twin_options *options,
               FILE *out, struct error *err);

#endif
