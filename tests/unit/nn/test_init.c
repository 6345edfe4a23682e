/* Initialisers against PyTorch's (tests/oracle/initialisers.py), to the bit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fixture.h"
#include "nn/init.h"

static enum init_kind kind_of(const char *name)
{
    static const char *const names[] = {
        "normal",          "uniform", "xavier_uniform", "xavier_normal",
        "kaiming_uniform", "zeros",   "ones",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum init_kind)i;
    fail_msg("no initialiser is called %s", name);
    return INIT_ZEROS;
}

static struct init_options options_of(const struct fixture *f)
{
    return (struct init_options){
        .kind = kind_of(fixture_text(f, "kind")),
        .mean = fixture_number_or(f, "mean", 0),
        .std = fixture_number_or(f, "std", 1),
        .from = fixture_number_or(f, "a", 0),
        .to = fixture_number_or(f, "b", 1),
        .gain = fixture_number_or(f, "gain", 1),
        .slope = fixture_number_or(f, "a", 0),
    };
}

static void assert_same_bits(const struct fixture *f, const char *name,
                             const float *values, size_t n)
{
    if (differing_bits(values, fixture_floats(f, name, n), n) > 0)
        fail_msg("%s: %s differs", fixture_where(f), name);
}

static void draws_what_pytorch_draws(void **state)
{
    struct fixture *f = *state;
    assert_true(fixture_next(f));
    size_t rows = (size_t)fixture_number(f, "rows");
    size_t cols = (size_t)fixture_number(f, "cols");
    float *values = memory_new(rows * cols, sizeof *values);
    float *bias = memory_new(rows, sizeof *bias);
    float after;
    struct rng rng;
    rng_seed(&rng, (uint64_t)fixture_number(f, "seed"));
    if (strcmp(fixture_text(f, "kind"), "linear") == 0) {
        init_linear(&rng, values, bias, rows, cols);
        assert_same_bits(f, "bias", bias, rows);
    } else {
        struct init_options options = options_of(f);
        init_fill(&options, &rng, values, rows, cols);
    }
    assert_same_bits(f, "values", values, rows * cols);
    rng_uniform(&rng, &after, 1, 0.0f, 1.0f);
    assert_same_bits(f, "after", &after, 1);
    free(values);
    free(bias);
}

int main(void)
{
    return fixture_run("initialisers.txt", draws_what_pytorch_draws);
}
