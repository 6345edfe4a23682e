/*
 * Where a number came from: the numbers it was computed from, one step back.
 * What is shown are the very numbers used, and they add up to the value.
 */
#ifndef EMBLAB_LAB_WHY_H
#define EMBLAB_LAB_WHY_H

#include "lab/lab.h"
#include "lang/expr.h"

/* One term: value, or a × b, and what it stands for. */
struct why_term {
    char label[96];  /* "b=0 c=1  the [cat] → drinks", "a" */
    char factor[48]; /* "h.grad[0,4]", what a is; may be empty */
    bool product;    /* a × b = value; else value alone */
    double a, b, value;
    char note[64]; /* "the target: pushed up"; may be empty */
};

struct why {
    char cell[96]; /* "W[cat,4]" */
    double value;
    char how[192]; /* "Σ over 17 words of logits.grad[5,v] × U[v,4]" */
    bool adds_up;  /* the terms' values sum to value (else: how says it) */
    struct why_term *terms;
    size_t count, capacity;
    struct why_line *lines; /* said before the terms: "update", "grad" */
    size_t line_count, line_capacity;
};
struct why_line {
    char label[24];
    char text[224];
};

/* A cell: a tensor's name and its indices. */
struct why_cell {
    char name[24];
    int ndim;
    int64_t index[TENSOR_DIMS_MAX];
};

/* Read W[cat,4], h.grad[5,-1], loss. Fails at its place: no such tensor, a
 * word that is not there, an index missing or out of range. */
int why_read_cell(const struct lab *lab, const struct expr *expr,
                  struct why_cell *cell, struct error *err);

/* Explain a cell. Fails where its tensor is not there yet. */
int why_explain(const struct lab *lab, const struct why_cell *cell,
                struct why *out, struct error *err);
void why_clear(struct why *why);

/*
 * The ledger of a row of W, Wu or Wi: every place in the mini-batch (or
 * of the typed lookup) that put gradient into it. One term a place, label as
 * above; values: (count, D), which sum to its gradient. Caller's to free.
 */
int why_row(const struct lab *lab, const struct lab_row *row, struct why *out,
            float **values, struct error *err);

#endif
