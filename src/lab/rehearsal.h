/*
 * A step taken on a copy of the lab, to see what it would do: the lab, its
 * generator and its timeline know nothing of it.
 */
#ifndef EMBLAB_LAB_REHEARSAL_H
#define EMBLAB_LAB_REHEARSAL_H

#include "lab/lab.h"

/*
 * A copy that can go on with the loop (loop_next, loop_step). The lab must
 * have LAB_DATA and stay as it is until rehearsal_end. Text, windows, head and
 * typed lookup are the lab's: the copy may not be edited.
 */
void rehearsal_begin(const struct lab *lab, struct lab *copy);
void rehearsal_end(struct lab *copy);

#endif
