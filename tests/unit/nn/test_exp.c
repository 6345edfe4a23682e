/* exp beside the C library's in double, and what must not change its bits. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "nn/exp.h"

enum { SAMPLES = 4096 };

static void assert_near(float actual, double expected, double allowed)
{
    if (!(fabs((double)actual - expected) <= allowed))
        fail_msg("%.9g instead of %.9g", (double)actual, expected);
}

/* One unit in the last place of the float nearest to x. */
static double unit_of(double x)
{
    int exponent;
    frexp(x, &exponent);
    return ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static double worst_error(float from, float to)
{
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        const float x = from + (to - from) * (float)i / SAMPLES;
        float ours;
        exp_shifted(&x, 0, &ours, 1);
        const double true_value = exp((double)x);
        const double error = fabs((double)ours - true_value) /
                             unit_of(true_value);
        worst = error > worst ? error : worst;
    }
    return worst;
}

static void within_one_unit_in_the_last_place(void **state)
{
    (void)state;
    assert_true(worst_error(-1, 0) < 1);
    assert_true(worst_error(-20, 0) < 1);
    assert_true(worst_error(-87, -20) < 1);
}

static void subnormal_results_are_kept(void **state)
{
    (void)state;
    assert_true(worst_error(-103, -87) < 1);
    const float x = -100;
    float out;
    exp_shifted(&x, 0, &out, 1);
    assert_true(out > 0 && out < FLT_MIN);
}

static void the_ends_of_the_line(void **state)
{
    const float x[] = {0, -104, -1e30f, -INFINITY, NAN};
    float out[5];
    (void)state;
    exp_shifted(x, 0, out, 5);
    assert_true(out[0] == 1);
    assert_true(out[1] == 0 && out[2] == 0 && out[3] == 0);
    assert_true(isnan(out[4]));
}

static void the_shift_is_taken_off_first(void **state)
{
    const float x[] = {1000, 999, 1000.5f};
    float out[3];
    (void)state;
    const float sum = exp_shifted(x, 1000.5f, out, 3);
    assert_near(out[0], exp(-0.5), 1e-7);
    assert_near(out[1], exp(-1.5), 1e-7);
    assert_true(out[2] == 1);
    assert_near(sum, exp(-0.5) + exp(-1.5) + 1, 3e-7);
}

/* A number's place in the row, and what stands beside it, are nothing to it. */
static void the_same_bits_wherever_a_number_stands(void **state)
{
    float x[37], out[37];
    (void)state;
    for (size_t i = 0; i < 37; i++)
        x[i] = -(float)(i * i) / 17;
    exp_shifted(x, 0, out, 37);
    for (size_t i = 0; i < 37; i++) {
        float alone;
        exp_shifted(&x[i], 0, &alone, 1);
        assert_memory_equal(&alone, &out[i], sizeof alone);
    }
}

static void a_row_may_be_overwritten(void **state)
{
    float x[19], out[19];
    (void)state;
    for (size_t i = 0; i < 19; i++)
        x[i] = -(float)i;
    const float sum = exp_shifted(x, 0, out, 19);
    const float again = exp_shifted(x, 0, x, 19);
    assert_memory_equal(x, out, sizeof x);
    assert_true(sum == again);
}

static void the_largest_of_any_number_of_numbers(void **state)
{
    float x[20];
    (void)state;
    for (size_t n = 1; n <= 20; n++)
        for (size_t at = 0; at < n; at++) {
            for (size_t i = 0; i < n; i++)
                x[i] = i == at ? -1 : -2 - (float)i;
            assert_true(exp_largest(x, n) == -1);
        }
    x[3] = NAN;
    x[5] = 7;
    assert_true(exp_largest(x, 20) == 7);
    x[0] = -INFINITY;
    assert_true(exp_largest(x, 1) == -INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_one_unit_in_the_last_place),
        cmocka_unit_test(subnormal_results_are_kept),
        cmocka_unit_test(the_ends_of_the_line),
        cmocka_unit_test(the_shift_is_taken_off_first),
        cmocka_unit_test(the_same_bits_wherever_a_number_stands),
        cmocka_unit_test(a_row_may_be_overwritten),
        cmocka_unit_test(the_largest_of_any_number_of_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
