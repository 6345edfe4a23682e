/*
 * lookup.current: E and ids are the typed lookup's. owns_gradient: W.grad
 * came from a typed backward, so the next one accumulates. It implies current.
 */
#include "lab/lookup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/loop.h"

/* The index of position i as Python would write it: "[1, 0]". */
static void position_text(const struct tensor *ids, size_t position, char *out,
                          size_t size)
{
    size_t place[TENSOR_DIMS_MAX] = {0};
    size_t used = 0;

    for (int d = ids->ndim - 1; d >= 0; d--) {
        place[d] = position % (size_t)ids->shape[d];
        position /= (size_t)ids->shape[d];
    }
    out[0] = '\0';
    for (int d = 0; d < ids->ndim && used < size; d++)
        used += (size_t)snprintf(out + used, size - used, "%s%zu%s",
                                 d ? ", " : "[", place[d],
                                 d == ids->ndim - 1 ? "]" : "");
}

struct embedding *lookup_table(const struct lab *lab)
{
    return &lab->model->tables[lab->lookup.current ? lab->lookup.table : 0];
}

int lookup_check_ids(const struct lab *lab, const struct lookup_input *input,
                     struct error *err)
{
    const struct tensor *ids = &input->ids;
    int64_t V = (int64_t)lab->model->tables[input->table].weight.rows;
    size_t n = tensor_count(ids);

    for (size_t i = 0; i < n; i++) {
        char place[128];
        if (ids->i[i] >= 0 && ids->i[i] < V)
            continue;
        position_text(ids, i, place, sizeof place);
        return error_set(err, ERROR_RANGE,
                         "token %lld at position %s of ids: id %lld is "
                         "outside the table; V=%lld, so ids go from 0 to %lld",
                         (long long)ids->i[i], place, (long long)ids->i[i],
                         (long long)V, (long long)V - 1);
    }
    return 0;
}

static void shape_E(struct lab_lookup *lookup, size_t D)
{
    int64_t shape[TENSOR_DIMS_MAX];
    int ndim = lookup->ids.ndim;

    for (int d = 0; d < ndim; d++)
        shape[d] = lookup->ids.shape[d];
    shape[ndim] = (int64_t)D;
    tensor_reshape(&lookup->E, TENSOR_FLOAT32, ndim + 1, shape);
}

static int reserve_E(const struct lab *lab, const struct tensor *ids,
                     struct error *err)
{
    if (ids->ndim >= TENSOR_DIMS_MAX)
        return error_set(err, ERROR_RANGE,
                         "ids have %d dimensions; at most %d fit", ids->ndim,
                         TENSOR_DIMS_MAX - 1);
    return memory_reserve(tensor_count(ids), lab_D(lab) * sizeof(float),
                          "the result of this lookup", err);
}

/* For the marks a lookup counts as a mini-batch. */
static void begin_marks(struct lab *lab)
{
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        struct parameter *p = lab->model->parameters[i];
        row_marks_empty(&p->marks);
        if (loop_between(lab)) {
            row_set_empty(&p->before_rows);
            p->keep_before = true;
        }
    }
}

int lookup_run(struct lab *lab, const struct lookup_input *input,
               const char *typed, struct error *err)
{
    struct lab_lookup *lookup = &lab->lookup;
    struct embedding *table = &lab->model->tables[input->table];
    const struct tensor *ids = &input->ids;

    if (lookup_check_ids(lab, input, err) != 0 || reserve_E(lab, ids, err) != 0)
        return -1;
    begin_marks(lab);
    tensor_clear(&lookup->ids);
    lookup->ids = tensor_copy(ids);
    shape_E(lookup, table->weight.cols);
    if (embedding_forward(table, ids->i, tensor_count(ids), lookup->E.f, err) !=
        0)
        return -1;
    parameter_mark_changed(&table->weight);
    free(lookup->typed);
    lookup->typed = memory_text(typed);
    lookup->current = true;
    lookup->table = input->table;
    lookup->has_grad = false;
    chain_record(lab, &(struct act){.kind = ACT_LOOKUP,
                                    .table = lookup->table,
                                    .ids = lookup->ids,
                                    .typed = lookup->typed});
    return 0;
}

static int check_backward(const struct lab *lab, struct error *err)
{
    const struct parameter *W = &lookup_table(lab)->weight;

    if (W->frozen)
        return error_set(err, ERROR_STATE,
                         "%s is frozen (requires_grad=False), so there is "
                         "nothing to differentiate; unfreeze %s first",
                         W->name, W->name);
    if (lab->batch.phase == PHASE_BACKWARD)
        return error_set(err, ERROR_STATE,
                         "this mini-batch's gradient still waits for its "
                         "update; type `next update` first");
    return 0;
}

/* d(E.sum())/dE is one everywhere; retain_graph adds one each time. */
static void add_ones(struct lab_lookup *lookup)
{
    size_t n = tensor_count(&lookup->E);

    if (!lookup->has_grad) {
        tensor_clear(&lookup->E_grad);
        lookup->E_grad = tensor_copy(&lookup->E);
        for (size_t i = 0; i < n; i++)
            lookup->E_grad.f[i] = 0;
    }
    for (size_t i = 0; i < n; i++)
        lookup->E_grad.f[i] += 1;
    lookup->has_grad = true;
}

static void forget_gradients(struct lab *lab)
{
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        parameter_zero_grad(lab->model->parameters[i]);
        row_set_empty(&lab->model->parameters[i]->marks.grad_nonzero);
    }
    lab->lookup.owns_gradient = false;
}

int lookup_backward(struct lab *lab, struct error *err)
{
    struct lab_lookup *lookup = &lab->lookup;

    if (check_backward(lab, err) != 0)
        return -1;
    if (!lookup->owns_gradient)
        forget_gradients(lab);
    embedding_backward_sum(lookup_table(lab), lookup->ids.i,
                           tensor_count(&lookup->ids));
    add_ones(lookup);
    lookup->owns_gradient = true;
    for (size_t t = 0; t < lab_table_count(lab); t++)
        parameter_mark_gradient(&lab->model->tables[t].weight);
    chain_record(lab, &(struct act){.kind = ACT_BACKWARD});
    return 0;
}

void lookup_zero_grad(struct lab *lab)
{
    forget_gradients(lab);
    chain_record(lab, &(struct act){.kind = ACT_ZERO_GRAD});
}

/* --- one-hot ------------------------------------------------------------ */

/* An embedding of n rows, zero, with the options that matter to a lookup. */
static void scratch_init(struct embedding *scratch,
                         const struct embedding *table, size_t n)
{
    *scratch = (struct embedding){.options = table->options};
    parameter_init(&scratch->weight, "scratch", PARAMETER_EMBEDDING, 2, n,
                   table->weight.cols);
}

/* emb(ids), max_norm's rescaling and all, from copies of the rows. */
static int onehot_forward(const struct embedding *table,
                          const struct tensor *ids, struct lookup_onehot *out,
                          struct error *err)
{
    const struct parameter *W = &table->weight;
    struct embedding scratch;
    int64_t *places = memory_new(out->positions, sizeof *places);
    int status;

    scratch_init(&scratch, table, out->positions);
    for (size_t i = 0; i < out->positions; i++) {
        places[i] = (int64_t)i;
        memcpy(scratch.weight.value + i * out->D,
               W->value + (size_t)ids->i[i] * out->D,
               out->D * sizeof *W->value);
    }
    status = embedding_forward(&scratch, places, out->positions, out->E, err);
    embedding_clear(&scratch);
    free(places);
    return status;
}

/* One-hot @ W as it is defined: for each element the sum over all rows. */
static void onehot_product(const struct parameter *W, const struct tensor *ids,
                           struct lookup_onehot *out)
{
    memset(out->product, 0, out->positions * out->D * sizeof *out->product);
    for (size_t i = 0; i < out->positions; i++) {
        float *product = out->product + i * out->D;
        for (size_t v = 0; v < out->V; v++) {
            float hot = (int64_t)v == ids->i[i] ? 1.0f : 0.0f;
            for (size_t d = 0; d < out->D; d++)
                product[d] += hot * W->value[v * out->D + d];
        }
    }
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void list_rows(const struct tensor *ids, struct lookup_onehot *out)
{
    out->rows = memory_copy(ids->i, out->positions, sizeof *out->rows);
    qsort(out->rows, out->positions, sizeof *out->rows, ascending);
    for (size_t i = 0; i < out->positions; i++) {
        if (out->row_count == 0 ||
            out->rows[out->row_count - 1] != out->rows[i])
            out->rows[out->row_count++] = out->rows[i];
    }
}

/* The layer's own gradient of E.sum(), in a table made for it; and one-hot's,
 * which counts: the transpose of one-hot times ones. */
static void onehot_backward(const struct embedding *table,
                            const struct tensor *ids, struct lookup_onehot *out)
{
    struct embedding scratch;
    size_t n = out->positions;

    scratch_init(&scratch, table, out->V);
    embedding_backward_sum(&scratch, ids->i, n);
    for (size_t r = 0; r < out->row_count; r++) {
        const float *grad =
            parameter_grad_row(&scratch.weight, (size_t)out->rows[r]);
        out->E_gradient[r] = grad ? grad[0] : 0;
        out->product_gradient[r] = 0;
        for (size_t i = 0; i < n; i++)
            out->product_gradient[r] += ids->i[i] == out->rows[r] ? 1.0f : 0.0f;
    }
    embedding_clear(&scratch);
}

static float largest_difference(const float *a, const float *b, size_t n)
{
    float largest = 0;

    for (size_t i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(a[i] - b[i]));
    return largest;
}

enum { ONEHOT_MULTIPLICATIONS_MAX = 400 * 1000 * 1000 };

static int onehot_begin(const struct lab *lab, const struct lookup_input *input,
                        struct lookup_onehot *out, struct error *err)
{
    const struct parameter *W = &lab->model->tables[input->table].weight;
    size_t n = tensor_count(&input->ids);

    *out = (struct lookup_onehot){.positions = n, .V = W->rows, .D = W->cols};
    out->multiplications = (double)n * (double)W->rows * (double)W->cols;
    if (lookup_check_ids(lab, input, err) != 0)
        return -1;
    if (out->multiplications > ONEHOT_MULTIPLICATIONS_MAX)
        return error_set(err, ERROR_RANGE,
                         "one-hot would take %.3g multiplications here; look "
                         "up fewer words, or use a smaller table",
                         out->multiplications);
    return 0;
}

int lookup_compare_onehot(const struct lab *lab,
                          const struct lookup_input *input,
                          struct lookup_onehot *out, struct error *err)
{
    const struct embedding *table = &lab->model->tables[input->table];
    const struct tensor *ids = &input->ids;
    size_t elements;

    if (onehot_begin(lab, input, out, err) != 0)
        return -1;
    elements = out->positions * out->D;
    out->E = memory_new(elements, sizeof *out->E);
    out->product = memory_new(elements, sizeof *out->product);
    list_rows(ids, out);
    out->E_gradient = memory_new(out->row_count, sizeof *out->E_gradient);
    out->product_gradient =
        memory_new(out->row_count, sizeof *out->product_gradient);
    if (onehot_forward(table, ids, out, err) != 0) {
        lookup_onehot_clear(out);
        return -1;
    }
    onehot_product(&table->weight, ids, out);
    onehot_backward(table, ids, out);
    out->forward_difference =
        largest_difference(out->product, out->E, elements);
    out->backward_difference = largest_difference(
        out->product_gradient, out->E_gradient, out->row_count);
    return 0;
}

void lookup_onehot_clear(struct lookup_onehot *onehot)
{
    free(onehot->E);
    free(onehot->product);
    free(onehot->rows);
    free(onehot->E_gradient);
    free(onehot->product_gradient);
    *onehot = (struct lookup_onehot){0};
}
