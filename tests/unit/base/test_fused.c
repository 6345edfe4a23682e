#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/fused.h"

/*
 * a b = 2^-24 - 2^-70, just under half a unit in the last place of c: exactly
 * rounded the sum is c. Rounded to double in between, it would be a tie and
 * end one unit higher; multiplied first, likewise.
 */
static const float a = 0x1.000002p-12f;
static const float b = 0x0.fffffep-12f;
static const float c = 0x1.000002p+0f;

static void the_sum_is_rounded_once(void **state)
{
    (void)state;
    volatile float x = a, y = b, z = c; /* not folded by the compiler */
    assert_true((float)((double)x * (double)y + (double)z) != z);
    assert_true(fused(x, y, z) == z);
}

/* In blocks, in what is left over, and in nothing beside. */
static void sums_of_every_length_are_rounded_once(void **state)
{
    (void)state;
    enum { MOST = 37 };
    for (size_t n = 0; n < MOST; n++) {
        float x[MOST], y[MOST];
        for (size_t i = 0; i < MOST; i++) {
            x[i] = i % 3 == 0 ? b : (float)i;
            y[i] = i % 3 == 0 ? c : 0.5f;
        }
        fused_add(y, a, x, n);
        for (size_t i = 0; i < MOST; i++) {
            float before = i % 3 == 0 ? c : 0.5f;
            assert_true(y[i] == (i < n ? fmaf(a, x[i], before) : before));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sum_is_rounded_once),
        cmocka_unit_test(sums_of_every_length_are_rounded_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
