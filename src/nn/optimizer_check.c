/*
 * Which arguments each kind of optimizer has, their defaults, and the values
 * torch.optim takes for them. An argument a kind does not have is 0 in its
 * options.
 */
#include "nn/optimizer.h"

#include <math.h>

struct optimizer_options optimizer_defaults(enum optimizer_kind kind)
{
    struct optimizer_options o = {.kind = kind};
    switch (kind) {
    case OPTIMIZER_SGD:
        o.lr = 0.5;
        return o;
    case OPTIMIZER_ADAGRAD:
        o.lr = 1e-2;
        o.eps = 1e-10;
        return o;
    case OPTIMIZER_ADAMW:
        o.weight_decay = 1e-2;
        break;
    case OPTIMIZER_ADAM:
    case OPTIMIZER_SPARSE_ADAM:
        break;
    }
    o.lr = 1e-3;
    o.beta1 = 0.9;
    o.beta2 = 0.999;
    o.eps = 1e-8;
    return o;
}

enum { SGD = 1, ADAGRAD = 2, ADAM = 4, ADAMW = 8, SPARSE_ADAM = 16 };

static unsigned bit_of(enum optimizer_kind kind)
{
    return 1u << kind;
}

static const char *name_of(enum optimizer_kind kind)
{
    static const char *const names[] = {"sgd", "adagrad", "adam", "adamw",
                                        "sparse_adam"};
    return names[kind];
}

/* An argument's value, the kinds that have it, and its range. */
struct argument {
    const char *name;
    double value;
    unsigned kinds;
    bool below_one; /* [0, 1) */
    unsigned above; /* kinds that refuse 0 as well */
};

static int check_argument(const struct argument *a, enum optimizer_kind kind,
                          struct error *err)
{
    if (!(a->kinds & bit_of(kind))) {
        if (a->value == 0.0)
            return 0;
        return error_set(err, ERROR_STATE, "%s has no %s; leave it out",
                         name_of(kind), a->name);
    }
    bool positive = (a->above & bit_of(kind)) != 0;
    bool enough = positive ? a->value > 0.0 : a->value >= 0.0;
    if (enough && isfinite(a->value) && (!a->below_one || a->value < 1.0))
        return 0;
    return error_set(err, ERROR_RANGE, "%s=%g is out of range; choose %s%s",
                     a->name, a->value,
                     positive ? "a number above 0" : "0 or more",
                     a->below_one ? ", below 1" : "");
}

static int check_arguments(const struct optimizer_options *o, struct error *err)
{
    const unsigned adams = ADAM | ADAMW | SPARSE_ADAM;
    const struct argument arguments[] = {
        {"lr", o->lr, SGD | ADAGRAD | adams, false, SPARSE_ADAM},
        {"momentum", o->momentum, SGD, false, 0},
        {"nesterov", o->nesterov, SGD, false, 0},
        {"weight_decay", o->weight_decay, SGD | ADAGRAD | ADAM | ADAMW, false,
         0},
        {"lr_decay", o->lr_decay, ADAGRAD, false, 0},
        {"initial_accumulator", o->initial_accumulator, ADAGRAD, false, 0},
        {"beta1", o->beta1, adams, true, 0},
        {"beta2", o->beta2, adams, true, 0},
        {"eps", o->eps, ADAGRAD | adams, false, SPARSE_ADAM},
        {"amsgrad", o->amsgrad, ADAM | ADAMW, false, 0},
    };
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
        if (check_argument(&arguments[i], o->kind, err) != 0)
            return -1;
    return 0;
}

/* Dampening may be any number, as in PyTorch, which even takes -1. */
static int check_momentum(const struct optimizer_options *o, struct error *err)
{
    if (o->kind != OPTIMIZER_SGD && o->dampening != 0.0)
        return error_set(err, ERROR_STATE, "%s has no dampening; leave it out",
                         name_of(o->kind));
    if (!isfinite(o->dampening))
        return error_set(err, ERROR_RANGE,
                         "dampening=%g is not a number to go on with; choose "
                         "one such as 0.5",
                         o->dampening);
    if (o->nesterov && (o->momentum <= 0.0 || o->dampening != 0.0))
        return error_set(err, ERROR_STATE,
                         "nesterov requires a momentum above 0 and dampening "
                         "0; choose for example momentum=0.9 nesterov=yes");
    return 0;
}

static int check_form(const struct optimizer_options *o, bool sparse,
                      struct error *err)
{
    if (!sparse && o->kind == OPTIMIZER_SPARSE_ADAM)
        return error_set(err, ERROR_STATE,
                         "sparse_adam does not support dense gradients; "
                         "choose a table with sparse=yes, or optimizer adam");
    if (!sparse)
        return 0;
    if (o->kind == OPTIMIZER_ADAM || o->kind == OPTIMIZER_ADAMW)
        return error_set(err, ERROR_STATE,
                         "%s does not support sparse gradients; choose sgd, "
                         "adagrad or sparse_adam, or a table with sparse=no",
                         name_of(o->kind));
    if (o->weight_decay != 0.0)
        return error_set(err, ERROR_STATE,
                         "weight_decay is not compatible with sparse "
                         "gradients; leave it out, or choose a table with "
                         "sparse=no");
    return 0;
}

int optimizer_check(const struct optimizer_options *options, bool sparse,
                    struct error *err)
{
    if (check_arguments(options, err) != 0 || check_momentum(options, err) != 0)
        return -1;
    return check_form(options, sparse, err);
}
