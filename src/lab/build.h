/*
 * The stages of a lab, built from its head one after the other. Private to
 * src/lab: everybody else calls lab_edit and lab_require.
 */
#ifndef EMBLAB_LAB_BUILD_H
#define EMBLAB_LAB_BUILD_H

#include "lab/lab.h"

/* Read and number the text, sharing with `old` what its head has the same. */
int build_text(struct lab *lab, const struct lab *old,
               const struct lab_progress *progress, struct error *err);

/* Draw the table(s) from the seed. On failure the lab has none, as before. */
int build_table(struct lab *lab, const struct lab_progress *progress,
                struct error *err);

/* Output layer, windows, epoch order, optimizer. Likewise. */
int build_data(struct lab *lab, struct error *err);

void build_drop_table(struct lab *lab); /* and the data, and the past */
void build_drop_loop(struct lab *lab);  /* the same, but the past stays */
void build_drop_text(struct lab *lab);

#endif
