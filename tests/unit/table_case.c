#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "table_case.h"

#include <string.h>

static bool has(const struct fixture *f, const char *key)
{
    return fixture_text_or(f, key, NULL) != NULL;
}

static bool flag(const struct fixture *f, const char *key)
{
    return fixture_number_or(f, key, 0) != 0;
}

static struct init_options init_case(const struct fixture *f)
{
    struct init_options init = {.kind = INIT_UNIFORM,
                                .from = -0.7,
                                .to = 1.3,
                                .gain = fixture_number_or(f, "gain", 1)};
    if (strcmp(fixture_text_or(f, "init", ""), "xavier_normal") == 0)
        init.kind = INIT_XAVIER_NORMAL;
    return init;
}

struct embedding_options table_case(const struct fixture *f)
{
    return (struct embedding_options){
        .has_padding = has(f, "padding_idx"),
        .padding_idx = (int64_t)fixture_number_or(f, "padding_idx", 0),
        .has_max_norm = has(f, "max_norm"),
        .max_norm = fixture_number_or(f, "max_norm", 0),
        .norm_type = fixture_number_or(f, "norm_type", 2),
        .scale_grad_by_freq = flag(f, "scale_grad_by_freq"),
        .sparse = flag(f, "sparse"),
        .draw_again = has(f, "init"),
        .init = init_case(f),
    };
}

static enum optimizer_kind kind_case(const char *name)
{
    static const char *const names[] = {"sgd", "adagrad", "adam", "adamw",
                                        "sparse_adam"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum optimizer_kind)i;
    fail_msg("no optimizer is called %s", name);
    return OPTIMIZER_SGD;
}

struct optimizer_options optimizer_case(const struct fixture *f)
{
    struct optimizer_options o =
        optimizer_defaults(kind_case(fixture_text(f, "optimizer")));
    o.lr = fixture_number_or(f, "lr", o.lr);
    o.momentum = fixture_number_or(f, "momentum", o.momentum);
    o.dampening = fixture_number_or(f, "dampening", o.dampening);
    o.nesterov = flag(f, "nesterov");
    o.weight_decay = fixture_number_or(f, "weight_decay", o.weight_decay);
    o.lr_decay = fixture_number_or(f, "lr_decay", o.lr_decay);
    o.initial_accumulator = fixture_number_or(f, "initial_accumulator", 0);
    o.beta1 = fixture_number_or(f, "beta1", o.beta1);
    o.beta2 = fixture_number_or(f, "beta2", o.beta2);
    o.eps = fixture_number_or(f, "eps", o.eps);
    o.amsgrad = flag(f, "amsgrad");
    return o;
}
