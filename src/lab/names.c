/*
 * Names resolve in this order: the typed lookup's E and ids while it is
 * current, parameters, their gradients, the mini-batch's tensors.
 */
#include "lab/names.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "lab/lookup.h"

/* The mini-batch's tensors as the script calls them. */
struct batch_name {
    const char *name;
    enum batch_tensor tensor;
    enum name_kind kind;
    enum batch_phase phase; /* that computes it */
    unsigned models;        /* bit of enum model_kind */
};

enum {
    NEXT_WORD = 1 << MODEL_NEXT_WORD,
    SENTIMENT = 1 << MODEL_SENTIMENT,
    RECOMMEND = 1 << MODEL_RECOMMEND,
    ANY = NEXT_WORD | SENTIMENT | RECOMMEND,
    WORDS = NEXT_WORD | SENTIMENT,
};

static const struct batch_name batch_names[] = {
    {"ids", BATCH_CTX, NAME_INPUT, PHASE_BATCH, WORDS},
    {"ctx", BATCH_CTX, NAME_INPUT, PHASE_BATCH, ANY},
    {"tgt", BATCH_TGT, NAME_INPUT, PHASE_BATCH, ANY},
    {"noise", BATCH_NOISE, NAME_INPUT, PHASE_BATCH, NEXT_WORD},
    {"E", BATCH_E, NAME_FORWARD, PHASE_LOOKUP, WORDS},
    {"Eu", BATCH_E, NAME_FORWARD, PHASE_LOOKUP, RECOMMEND},
    {"Ei", BATCH_E2, NAME_FORWARD, PHASE_LOOKUP, RECOMMEND},
    {"h", BATCH_H, NAME_FORWARD, PHASE_MEAN, WORDS},
    {"logits", BATCH_LOGITS, NAME_FORWARD, PHASE_LOGITS, ANY},
    {"probs", BATCH_PROBS, NAME_FORWARD, PHASE_LOSS, WORDS},
    {"loss", BATCH_LOSS, NAME_FORWARD, PHASE_LOSS, ANY},
    {"E.grad", BATCH_E_GRAD, NAME_RETAINED, PHASE_BACKWARD, WORDS},
    {"Eu.grad", BATCH_E_GRAD, NAME_RETAINED, PHASE_BACKWARD, RECOMMEND},
    {"Ei.grad", BATCH_E2_GRAD, NAME_RETAINED, PHASE_BACKWARD, RECOMMEND},
    {"h.grad", BATCH_H_GRAD, NAME_RETAINED, PHASE_BACKWARD, WORDS},
    {"logits.grad", BATCH_LOGITS_GRAD, NAME_RETAINED, PHASE_BACKWARD, ANY},
};
enum { BATCH_NAMES = sizeof batch_names / sizeof *batch_names };

static const char *pool_grad_fn(const struct model_options *options)
{
    if (options->kind == MODEL_SENTIMENT)
        return options->pool == POOL_MASKED_MEAN ? "DivBackward0"
                                                 : "MeanBackward1";
    switch (options->pool) {
    case POOL_SUM:
        return "SumBackward1";
    case POOL_MAX:
        return "MaxBackward0";
    case POOL_CONCAT:
        return "ReshapeAliasBackward0";
    case POOL_MASKED_MEAN:
        return "DivBackward0";
    case POOL_MEAN:
        break;
    }
    return "MeanBackward1";
}

static const char *logits_grad_fn(const struct model_options *options)
{
    if (options->kind == MODEL_SENTIMENT)
        return "SqueezeBackward1";
    if (options->kind == MODEL_RECOMMEND || options->loss == LOSS_NEGATIVE)
        return "AddBackward0";
    return "AddmmBackward0";
}

static const char *loss_grad_fn(const struct model_options *options)
{
    switch (options->kind) {
    case MODEL_SENTIMENT:
        return "BinaryCrossEntropyWithLogitsBackward0";
    case MODEL_RECOMMEND:
        return "MseLossBackward0";
    case MODEL_NEXT_WORD:
        break;
    }
    return options->loss == LOSS_NEGATIVE ? "MeanBackward0"
                                          : "NllLossBackward0";
}

static const char *grad_fn_of(const struct model_options *options,
                              enum batch_tensor tensor)
{
    switch (tensor) {
    case BATCH_E:
    case BATCH_E2:
        return "EmbeddingBackward0";
    case BATCH_H:
        return pool_grad_fn(options);
    case BATCH_LOGITS:
        return logits_grad_fn(options);
    case BATCH_PROBS:
        return options->kind == MODEL_SENTIMENT ||
                       options->loss == LOSS_NEGATIVE
                   ? "SigmoidBackward0"
                   : "SoftmaxBackward0";
    case BATCH_LOSS:
        return loss_grad_fn(options);
    default:
        return NULL;
    }
}

/* --- parameters and their gradients -------------------------------------- */

static struct tensor parameter_tensor(const struct parameter *p, float *data)
{
    int64_t shape[2] = {(int64_t)p->rows, (int64_t)p->cols};

    return tensor_borrow(TENSOR_FLOAT32, p->ndim, shape, data);
}

static int find_gradient(const struct parameter *p, struct named *out,
                         struct error *err)
{
    size_t n = p->rows * p->cols;

    *out = (struct named){.kind = NAME_GRADIENT, .parameter = p};
    out->value = parameter_tensor(p, NULL);
    out->none = p->gradient == GRADIENT_NONE;
    out->sparse = p->gradient == GRADIENT_SPARSE;
    if (out->none)
        return 0;
    if (memory_reserve(n, sizeof(float), "this gradient, written out", err))
        return -1;
    if (p->gradient == GRADIENT_DENSE) {
        out->value = parameter_tensor(p, p->grad);
        return 0;
    }
    tensor_reshape(&out->value, TENSOR_FLOAT32, out->value.ndim,
                   (int64_t[]){(int64_t)p->rows, (int64_t)p->cols});
    parameter_grad_dense(p, out->value.f);
    return 0;
}

static const struct parameter *find_parameter(const struct lab *lab,
                                              const char *name, size_t length)
{
    for (size_t i = 0; lab->model && i < lab->model->parameter_count; i++) {
        const struct parameter *p = lab->model->parameters[i];
        if (strlen(p->name) == length && memcmp(p->name, name, length) == 0)
            return p;
    }
    return NULL;
}

/* Parameters and gradients: 1 found, 0 no such name, -1 failed. */
static int find_in_model(const struct lab *lab, const char *name,
                         struct named *out, struct error *err)
{
    const char *dot = strchr(name, '.');
    size_t length = dot ? (size_t)(dot - name) : strlen(name);
    const struct parameter *p = find_parameter(lab, name, length);

    if (!p || (dot && !str_equal(dot, ".grad")))
        return 0;
    if (dot)
        return find_gradient(p, out, err) == 0 ? 1 : -1;
    *out = (struct named){.kind = NAME_PARAMETER, .parameter = p};
    out->value = parameter_tensor(p, p->value);
    return 1;
}

/* --- the lookup's and the mini-batch's tensors ---------------------------- */

static struct tensor borrowed(const struct tensor *t)
{
    return tensor_borrow(t->type, t->ndim, t->shape, t->data);
}

static bool find_in_lookup(const struct lab *lab, const char *name,
                           struct named *out)
{
    const struct lab_lookup *lookup = &lab->lookup;

    if (!lookup->current)
        return false;
    *out = (struct named){0};
    if (str_equal(name, "ids")) {
        out->kind = NAME_INPUT;
        out->value = borrowed(&lookup->ids);
    } else if (str_equal(name, "E")) {
        out->kind = NAME_FORWARD;
        out->value = borrowed(&lookup->E);
        out->grad_fn = "EmbeddingBackward0";
    } else if (str_equal(name, "E.grad")) {
        out->kind = NAME_RETAINED;
        out->none = !lookup->has_grad;
        out->value = borrowed(lookup->has_grad ? &lookup->E_grad : &lookup->E);
    } else {
        return false;
    }
    if (lookup_table(lab)->weight.frozen)
        out->grad_fn = NULL;
    return true;
}

/* Does this tensor depend on a parameter that requires grad? */
static bool requires_grad(const struct lab *lab, enum batch_tensor tensor)
{
    bool table = !lab->model->tables[0].weight.frozen;

    if (tensor == BATCH_E2)
        return !lab->model->tables[1].weight.frozen;
    if (tensor == BATCH_E || tensor == BATCH_H)
        return table;
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        if (!lab->model->parameters[i]->frozen)
            return true;
    }
    return false;
}

static int not_yet(const struct lab *lab, const struct batch_name *known,
                   struct error *err)
{
    const char *phase = batch_phase_name(known->phase);

    if (str_equal(known->name, "E") || str_equal(known->name, "ids"))
        return error_set(err, ERROR_STATE,
                         "there is no %s yet; `lookup WORDS` or `next lookup` "
                         "makes it",
                         known->name);
    (void)lab;
    return error_set(err, ERROR_STATE,
                     "there is no %s yet; `next %s` computes it", known->name,
                     phase);
}

static int find_in_batch(const struct lab *lab, const char *name,
                         struct named *out, struct error *err)
{
    unsigned model = 1u << lab->head.model.kind;

    for (size_t i = 0; i < BATCH_NAMES; i++) {
        const struct batch_name *known = &batch_names[i];
        if (!(known->models & model) || !str_equal(name, known->name))
            continue;
        *out = (struct named){.kind = known->kind};
        if (!lab->batch.known[known->tensor])
            return not_yet(lab, known, err);
        out->value = borrowed(&lab->batch.tensor[known->tensor]);
        if (requires_grad(lab, known->tensor))
            out->grad_fn = known->tensor == BATCH_H && lab->model->has_subwords
                               ? "EmbeddingBagBackward0"
                               : grad_fn_of(&lab->head.model, known->tensor);
        return 1;
    }
    return 0;
}

static int find_losses(const struct lab *lab, struct named *out)
{
    int64_t steps = (int64_t)lab->losses.steps;

    *out = (struct named){.kind = NAME_LOSSES};
    out->value = tensor_borrow(TENSOR_FLOAT32, 1, &steps, lab->losses.step);
    return 0;
}

static int unknown_name(const struct lab *lab, const char *name,
                        struct error *err)
{
    const char *names[NAMES_MAX];
    size_t count = name_list(lab, names);
    struct str text = STR_INIT;

    for (size_t i = 0; i < count; i++)
        str_printf(&text, "%s%s", i ? " " : "", names[i]);
    error_set(err, ERROR_NOT_FOUND,
              "no tensor is called \"%s\"; there are now: %s", name,
              count ? str_text(&text) : "none (corpus tiny makes some)");
    str_clear(&text);
    return -1;
}

int name_find(const struct lab *lab, const char *name, struct named *out,
              struct error *err)
{
    int found;

    *out = (struct named){0};
    if (str_equal(name, "losses"))
        return find_losses(lab, out);
    if (find_in_lookup(lab, name, out))
        return 0;
    found = find_in_model(lab, name, out, err);
    if (found == 0)
        found = find_in_batch(lab, name, out, err);
    if (found == 0)
        return unknown_name(lab, name, err);
    return found > 0 ? 0 : -1;
}

void named_clear(struct named *named)
{
    tensor_clear(&named->value);
    *named = (struct named){0};
}

/* The parameters' names, and their gradients'. */
static const struct {
    const char *name, *gradient;
    unsigned models;
} parameter_names[HEAD_PARAMETERS] = {
    {"W", "W.grad", WORDS},       {"U", "U.grad", WORDS},
    {"b", "b.grad", WORDS},       {"Wu", "Wu.grad", RECOMMEND},
    {"Wi", "Wi.grad", RECOMMEND}, {"bu", "bu.grad", RECOMMEND},
    {"bi", "bi.grad", RECOMMEND},
};

/* A list of names without duplicates. */
struct names {
    const char **out;
    size_t count;
};

static void add(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (str_equal(names->out[i], name))
            return;
    }
    assert(names->count < NAMES_MAX);
    names->out[names->count++] = name;
}

static void add_parameters(const struct lab *lab, bool all, struct names *names)
{
    unsigned model = 1u << lab->head.model.kind;

    for (size_t i = 0; i < HEAD_PARAMETERS; i++) {
        bool there = find_parameter(lab, parameter_names[i].name,
                                    strlen(parameter_names[i].name)) != NULL;
        if (!(parameter_names[i].models & model) || !(all || there))
            continue;
        add(names, parameter_names[i].name);
        add(names, parameter_names[i].gradient);
    }
}

static void add_tensors(const struct lab *lab, bool all, struct names *names)
{
    unsigned model = 1u << lab->head.model.kind;

    for (size_t i = 0; i < BATCH_NAMES; i++) {
        if ((batch_names[i].models & model) &&
            (all || lab->batch.known[batch_names[i].tensor]))
            add(names, batch_names[i].name);
    }
}

static size_t list_names(const struct lab *lab, bool all, const char **out)
{
    struct names names = {out, 0};

    add_parameters(lab, all, &names);
    if (all || lab->lookup.current) {
        add(&names, "ids");
        add(&names, "E");
        add(&names, "E.grad");
    }
    add_tensors(lab, all, &names);
    if (all || lab->losses.steps > 0)
        add(&names, "losses");
    return names.count;
}

size_t name_list(const struct lab *lab, const char *out[NAMES_MAX])
{
    return list_names(lab, false, out);
}

size_t name_list_all(const struct lab *lab, const char *out[NAMES_MAX])
{
    return list_names(lab, true, out);
}
