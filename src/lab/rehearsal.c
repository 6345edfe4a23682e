/*
 * Deep are the parts that a step changes: model, optimizer, batch, order,
 * losses. The copy's chain records nothing.
 */
#include "lab/rehearsal.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

void rehearsal_begin(const struct lab *lab, struct lab *copy)
{
    assert(lab->has_data);
    *copy = *lab;
    copy->chain = (struct chain){.replaying = true};
    copy->notes = (struct str)STR_INIT;
    copy->losses =
        (struct lab_losses){.sum = lab->losses.sum, .pairs = lab->losses.pairs};
    copy->model = memory_new(1, sizeof *copy->model);
    model_copy(copy->model, lab->model);
    optimizer_copy(&copy->optimizer, &lab->optimizer, copy->model->parameters);
    batch_copy(&copy->batch, &lab->batch);
    copy->examples =
        memory_copy(lab->examples, lab->order.B, sizeof *copy->examples);
    if (lab->order.order)
        copy->order.order = memory_copy(lab->order.order, lab->order.count,
                                        sizeof *copy->order.order);
}

void rehearsal_end(struct lab *copy)
{
    free(copy->order.order);
    free(copy->examples);
    free(copy->losses.step);
    free(copy->losses.epoch);
    batch_clear(&copy->batch);
    optimizer_clear(&copy->optimizer);
    model_clear(copy->model);
    free(copy->model);
    str_clear(&copy->notes);
    *copy = (struct lab){0};
}
