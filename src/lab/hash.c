/*
 * The digest of the whole state, which is what the script gives, however much
 * of it was needed so far: the head as commands, every parameter bit,
 * the optimizer's state, the generator, the position in the data, the
 * mini-batch in progress and the typed lookup. FNV-1a, 64 bits, in words.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/build.h"

static const uint64_t FNV_OFFSET = 14695981039346656037u;
static const uint64_t FNV_PRIME = 1099511628211u;

static uint64_t mix_bytes(uint64_t hash, const void *data, size_t length)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * FNV_PRIME;
    return hash;
}

/* Four bytes at a time: floats of a large table. */
static uint64_t mix_floats(uint64_t hash, const float *values, size_t count)
{
    for (size_t i = 0; values && i < count; i++) {
        uint32_t word;
        memcpy(&word, values + i, sizeof word);
        hash = (hash ^ word) * FNV_PRIME;
        hash ^= hash >> 29;
    }
    return hash;
}

static uint64_t mix_number(uint64_t hash, uint64_t number)
{
    return mix_bytes(hash, &number, sizeof number);
}

static uint64_t mix_tensor(uint64_t hash, const struct tensor *t)
{
    hash = mix_bytes(hash, t->shape, (size_t)t->ndim * sizeof *t->shape);
    if (!t->data)
        return hash;
    return mix_bytes(hash, t->data,
                     tensor_count(t) * tensor_element_size(t->type));
}

static uint64_t mix_head(uint64_t hash, const struct head *head)
{
    struct str text = STR_INIT;

    head_write(head, ~0u, &text);
    hash = mix_bytes(hash, str_text(&text), text.length);
    str_clear(&text);
    return hash;
}

static uint64_t mix_parameter(uint64_t hash, const struct parameter *p)
{
    hash = mix_floats(hash, p->value, p->rows * p->cols);
    hash = mix_number(hash, p->frozen);
    hash = mix_number(hash, p->gradient);
    if (p->gradient == GRADIENT_DENSE)
        return mix_floats(hash, p->grad, p->rows * p->cols);
    if (p->gradient == GRADIENT_NONE)
        return hash;
    for (size_t i = 0; i < p->grad_rows.count; i++)
        hash = mix_number(hash, (uint64_t)p->grad_rows.list[i]);
    return mix_floats(hash, p->grad_values, p->grad_rows.count * p->cols);
}

static uint64_t mix_optimizer(uint64_t hash, const struct optimizer *opt)
{
    for (size_t i = 0; i < opt->count; i++) {
        const struct optimizer_state *s = &opt->states[i];
        size_t n = opt->parameters[i]->rows * opt->parameters[i]->cols;
        hash = mix_number(hash, (uint64_t)s->steps);
        if (s->steps == 0)
            continue; /* no state yet, whatever the buffers hold */
        hash = mix_floats(hash, s->momentum, n);
        hash = mix_floats(hash, s->square, n);
        hash = mix_floats(hash, s->square_max, n);
    }
    return hash;
}

static uint64_t mix_rng(uint64_t hash, const struct rng *rng)
{
    hash = mix_bytes(hash, rng->state, sizeof rng->state);
    hash = mix_number(hash, rng->next);
    hash = mix_number(hash, rng->has_normal);
    return rng->has_normal ? mix_bytes(hash, &rng->normal, sizeof rng->normal)
                           : hash;
}

static uint64_t mix_loop(uint64_t hash, const struct lab *lab)
{
    hash = mix_optimizer(hash, &lab->optimizer);
    hash = mix_number(hash, (uint64_t)lab->step);
    hash = mix_number(hash, (uint64_t)lab->order.epoch);
    hash = mix_number(hash, lab->order.next);
    if (lab->order.order && lab->order.epoch > 0)
        hash = mix_bytes(hash, lab->order.order,
                         lab->order.count * sizeof *lab->order.order);
    hash = mix_floats(hash, lab->losses.step, lab->losses.steps);
    hash = mix_number(hash, lab->batch.phase);
    for (int t = 0; t < BATCH_TENSORS; t++) {
        if (lab->batch.known[t])
            hash = mix_tensor(hash, &lab->batch.tensor[t]);
    }
    return hash;
}

static uint64_t mix_lookup(uint64_t hash, const struct lab_lookup *lookup)
{
    hash = mix_number(hash, lookup->current ? 1 + lookup->table : 0);
    if (lookup->current) {
        hash = mix_tensor(hash, &lookup->ids);
        hash = mix_tensor(hash, &lookup->E);
    }
    return hash;
}

static uint64_t hash_of(const struct lab *lab)
{
    uint64_t hash = mix_head(FNV_OFFSET, &lab->head);

    if (lab->text)
        hash = mix_number(hash, lab->text->source->source.digest);
    if (lab->model) {
        for (size_t i = 0; i < lab->model->parameter_count; i++)
            hash = mix_parameter(hash, lab->model->parameters[i]);
        hash = mix_rng(hash, &lab->rng);
    }
    if (lab->has_data)
        hash = mix_loop(hash, lab);
    return mix_lookup(hash, &lab->lookup);
}

/* The lab with all its stages built, as lab_require would: a copy, to clear. */
static void copy_whole(const struct lab *lab, struct lab *whole)
{
    lab_init(whole);
    head_clear(&whole->head);
    head_copy(&whole->head, &lab->head);
    whole->text = lab->text;
    whole->text->users++;
    if (lab->model) {
        whole->model = memory_new(1, sizeof *whole->model);
        model_copy(whole->model, lab->model);
        whole->rng = lab->rng;
    } else if (build_table(whole, NULL, NULL) != 0) {
        return;
    }
    (void)build_data(whole, NULL);
}

uint64_t lab_hash(const struct lab *lab)
{
    struct lab whole;
    uint64_t hash;

    if (!lab->text || lab->has_data)
        return hash_of(lab);
    copy_whole(lab, &whole);
    whole.lookup = lab->lookup; /* borrowed */
    hash = hash_of(&whole);
    whole.lookup = (struct lab_lookup){0};
    lab_clear(&whole);
    return hash;
}
