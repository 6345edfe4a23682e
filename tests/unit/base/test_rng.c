/*
 * Draws against PyTorch's (tests/oracle/random_numbers.py). Integers, uniforms
 * and normals must have PyTorch's very bits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "fixture.h"

static struct rng seeded(const struct fixture *f)
{
    struct rng rng;
    rng_seed(&rng, strtoull(fixture_text(f, "seed"), NULL, 10));
    return rng;
}

static void assert_same_bits(const float *values, const float *expected,
                             size_t n, const struct fixture *f)
{
    size_t different = differing_bits(values, expected, n);
    if (different > 0)
        fail_msg("%s: %zu of %zu floats differ", fixture_where(f), different,
                 n);
}

static void check_uniform(const struct fixture *f)
{
    float values[30];
    struct rng rng = seeded(f);
    rng_uniform(&rng, values, 30, (float)fixture_number(f, "low"),
                (float)fixture_number(f, "high"));
    assert_same_bits(values, fixture_floats(f, "values", 30), 30, f);
}

static void check_normal(const struct fixture *f)
{
    const struct fixture_array *sizes = fixture_find(f, "sizes");
    const struct fixture_array *expected = fixture_find(f, "values");
    float *values = memory_new(expected->count, sizeof *values);
    struct rng rng = seeded(f);
    size_t at = 0;
    for (size_t i = 0; i < sizes->count; i++) {
        size_t n = (size_t)sizes->i[i];
        rng_normal(&rng, values + at, n, fixture_number(f, "mean"),
                   fixture_number(f, "std"));
        rng_uniform(&rng, values + at + n, 1, 0.0f, 1.0f);
        at += n + 1;
    }
    assert_int_equal(at, expected->count);
    assert_same_bits(values, expected->f, at, f);
    free(values);
}

static void check_permutation(const struct fixture *f)
{
    size_t n = (size_t)fixture_number(f, "n");
    int64_t *values = memory_new(n, sizeof *values);
    struct rng rng = seeded(f);
    rng_permutation(&rng, values, n);
    assert_memory_equal(values, fixture_ints(f, "values", n),
                        n * sizeof *values);
    free(values);
}

static void check_choice(const struct fixture *f)
{
    size_t n = (size_t)fixture_number(f, "n");
    size_t count = (size_t)fixture_number(f, "count");
    int64_t *values = memory_new(n, sizeof *values);
    struct rng rng = seeded(f);
    struct rng_choice choice;
    rng_choice_init(&choice, fixture_floats(f, "weights", count), count);
    rng_multinomial(&rng, &choice, values, n);
    assert_memory_equal(values, fixture_ints(f, "values", n),
                        n * sizeof *values);
    float after; /* as many words were taken as PyTorch takes */
    rng_uniform(&rng, &after, 1, 0.0f, 1.0f);
    assert_same_bits(&after, fixture_floats(f, "after", 1), 1, f);
    rng_choice_clear(&choice);
    free(values);
}

/* 64-bit FNV-1a, in two halves: for draws too many to list. */
static void assert_checksum(const struct fixture *f, const void *data,
                            size_t size)
{
    const unsigned char *bytes = data;
    const int64_t *sum = fixture_ints(f, "sum", 2);
    uint64_t value = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        value = (value ^ bytes[i]) * 1099511628211u;
    assert_int_equal(value >> 32, sum[0]);
    assert_int_equal(value & 0xffffffffu, sum[1]);
}

static void check_normal_sum(const struct fixture *f)
{
    size_t n = (size_t)fixture_number(f, "n");
    float *values = memory_new(n, sizeof *values);
    struct rng rng = seeded(f);
    rng_normal(&rng, values, n, 0.0, 1.0);
    assert_checksum(f, values, n * sizeof *values);
    free(values);
}

static void check_permutation_sum(const struct fixture *f)
{
    size_t n = (size_t)fixture_number(f, "n");
    int64_t *values = memory_new(n, sizeof *values);
    struct rng rng = seeded(f);
    rng_permutation(&rng, values, n);
    assert_checksum(f, values, n * sizeof *values);
    free(values);
}

static void draws_what_pytorch_draws(void **state)
{
    static const struct {
        const char *draw;
        void (*check)(const struct fixture *f);
    } kinds[] = {
        {"uniform", check_uniform},
        {"normal", check_normal},
        {"normal_sum", check_normal_sum},
        {"permutation", check_permutation},
        {"permutation_sum", check_permutation_sum},
        {"choice", check_choice},
    };
    struct fixture *f = *state;
    assert_true(fixture_next(f));
    const char *draw = fixture_text(f, "draw");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(draw, kinds[i].draw) == 0) {
            kinds[i].check(f);
            return;
        }
    fail_msg("%s: no draw is called %s", fixture_where(f), draw);
}

/* The C++ standard's test of mt19937: [rand.predef]. */
static void ten_thousandth_word_of_the_default_seed(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 5489);
    for (int i = 1; i < 10000; i++)
        rng_next32(&rng);
    assert_int_equal(rng_next32(&rng), 4123659995u);
    assert_int_equal(rng.draws, 10000);
}

static void only_the_low_32_bits_seed(void **state)
{
    (void)state;
    struct rng a, b;
    rng_seed(&a, 77);
    rng_seed(&b, 77 + ((uint64_t)9 << 32));
    assert_int_equal(rng_next64(&a), rng_next64(&b));
}

static void the_first_of_two_words_is_the_high_one(void **state)
{
    (void)state;
    struct rng a, b;
    rng_seed(&a, 5);
    b = a;
    uint64_t high = rng_next32(&a);
    uint64_t low = rng_next32(&a);
    assert_true(rng_next64(&b) == (high << 32 | low));
}

static void a_copied_generator_goes_on_alike(void **state)
{
    (void)state;
    struct rng rng;
    float first[5], second[5];
    rng_seed(&rng, 11);
    rng_normal(&rng, first, 3, 0.0, 1.0); /* leaves a normal waiting */
    struct rng copy = rng;
    rng_normal(&rng, first, 5, 0.0, 1.0);
    rng_normal(&copy, second, 5, 0.0, 1.0);
    assert_memory_equal(first, second, sizeof first);
}

static void seeding_forgets_the_waiting_normal(void **state)
{
    (void)state;
    struct rng rng;
    float once, again;
    rng_seed(&rng, 11);
    rng_normal(&rng, &once, 1, 0.0, 1.0);
    rng_seed(&rng, 11);
    rng_normal(&rng, &again, 1, 0.0, 1.0);
    assert_true(once == again);
}

/* Weights 0: never drawn, also not at either end. */
static void an_id_of_weight_zero_is_never_chosen(void **state)
{
    (void)state;
    const float weights[] = {0, 1, 0, 0, 2, 0};
    int64_t ids[2000];
    struct rng rng;
    struct rng_choice choice;
    rng_seed(&rng, 1);
    rng_choice_init(&choice, weights, 6);
    rng_multinomial(&rng, &choice, ids, 2000);
    size_t ones = 0;
    for (size_t i = 0; i < 2000; i++) {
        assert_true(ids[i] == 1 || ids[i] == 4);
        ones += ids[i] == 1;
    }
    assert_in_range(ones, 600, 733); /* a third, give or take 3 sigma */
    rng_choice_clear(&choice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousandth_word_of_the_default_seed),
        cmocka_unit_test(only_the_low_32_bits_seed),
        cmocka_unit_test(the_first_of_two_words_is_the_high_one),
        cmocka_unit_test(a_copied_generator_goes_on_alike),
        cmocka_unit_test(seeding_forgets_the_waiting_normal),
        cmocka_unit_test(an_id_of_weight_zero_is_never_chosen),
    };
    int failed = fixture_run("random_numbers.txt", draws_what_pytorch_draws);
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
