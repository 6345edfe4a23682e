/* Norms against PyTorch's (tests/oracle/norms.py), to the bit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

#include "fixture.h"
#include "nn/norm.h"

static void assert_norms(const struct fixture *f, const char *name, double p)
{
    enum { ROWS = 16 };
    size_t D = (size_t)fixture_number(f, "D");
    const float *rows = fixture_floats(f, "rows", ROWS * D);
    const float *expected = fixture_floats(f, name, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        float norm = norm_of(rows + i * D, D, p);
        if (norm != expected[i])
            fail_msg("%s: row %zu, p = %g: %.9g, PyTorch has %.9g",
                     fixture_where(f), i, p, (double)norm, (double)expected[i]);
    }
}

static void norms_have_pytorchs_bits(void **state)
{
    struct fixture *f = *state;
    assert_true(fixture_next(f));
    assert_norms(f, "one", 1.0);
    assert_norms(f, "two", 2.0);
    assert_norms(f, "half", 0.5);
    assert_norms(f, "three", 3.0);
    assert_norms(f, "inf", (double)INFINITY);
}

static void norm_of_a_row_with_nan_is_nan(void **state)
{
    (void)state;
    const float row[] = {1.0f, NAN, 2.0f};
    assert_true(isnan(norm_of(row, 3, 1.0)));
    assert_true(isnan(norm_of(row, 3, 2.0)));
    assert_true(isnan(norm_of(row, 3, 3.0)));
    assert_true(isnan(norm_of(row, 3, (double)INFINITY)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norm_of_a_row_with_nan_is_nan),
    };
    int failed = fixture_run("norms.txt", norms_have_pytorchs_bits);
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
