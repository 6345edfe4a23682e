/*
 * Every tensor of the lab by the name it has in the script: parameters, their
 * gradients, the mini-batch's intermediates, the typed lookup's.
 */
#ifndef EMBLAB_LAB_NAMES_H
#define EMBLAB_LAB_NAMES_H

#include "lab/lab.h"

enum name_kind {
    NAME_PARAMETER,
    NAME_GRADIENT, /* of a parameter: plain, or sparse */
    NAME_FORWARD,  /* made by the forward pass: has a grad_fn */
    NAME_INPUT,    /* ids, ctx, tgt, noise */
    NAME_RETAINED, /* E.grad, h.grad, logits.grad */
    NAME_LOSSES,
};

struct named {
    enum name_kind kind;
    struct tensor value; /* borrowed; a dense view of a gradient: owned */
    const struct parameter *parameter; /* of NAME_PARAMETER, NAME_GRADIENT */
    const char *grad_fn;               /* "EmbeddingBackward0", or NULL */
    bool none;                         /* a gradient that is None */
    bool sparse;                       /* PyTorch would hold it as COO */
};

/*
 * Find a tensor by name. ERROR_NOT_FOUND: no such name (names the nearest);
 * ERROR_STATE: not there yet (names the command that makes it). A gradient
 * that is None is found, with none set. The caller clears out.
 */
int name_find(const struct lab *lab, const char *name, struct named *out,
              struct error *err);
void named_clear(struct named *named);

/* Names of tensors that are there now, static strings: how many. */
enum { NAMES_MAX = 64 };
size_t name_list(const struct lab *lab, const char *out[NAMES_MAX]);
/* Names of all that this model has, also what is not computed yet. */
size_t name_list_all(const struct lab *lab, const char *out[NAMES_MAX]);

#endif
