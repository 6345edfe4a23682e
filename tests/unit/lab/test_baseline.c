/* What `diff` compares with: the parameters as they were. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lab/baseline.h"
#include "lab_case.h"

static void rows_are_kept_as_they_were(void **state)
{
    struct lab *lab = *state;
    struct baseline baseline = {0};
    const struct parameter *W = model_parameter(lab->model, "W");
    baseline_take(&baseline, lab);
    float before = W->value[0];
    lab_steps(lab, 1);
    assert_true(W->value[0] != before);
    assert_true(baseline_row(&baseline, W, 0)[0] == before);
    baseline_take(&baseline, lab);
    assert_true(baseline_row(&baseline, W, 0)[0] == W->value[0]);
    baseline_clear(&baseline);
    assert_null(baseline_row(&baseline, W, 0));
}

static void another_shape_is_not_compared(void **state)
{
    struct lab *lab = *state;
    struct baseline baseline = {0};
    baseline_take(&baseline, lab);
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = 3;
    lab_run(lab, &head);
    assert_null(baseline_row(&baseline, model_parameter(lab->model, "W"), 0));
    baseline_clear(&baseline);
}

/* 17 rows of W and of U, and b: 4 * (34 * D + 17) bytes, more than 16 MiB */
static void too_large_a_lab_is_not_copied(void **state)
{
    struct lab *lab = *state;
    struct baseline baseline = {0};
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = BASELINE_BYTES_MAX / 4 / 34 + 1;
    lab_run(lab, &head);
    baseline_take(&baseline, lab);
    assert_int_equal(baseline.count, 0);
    baseline_clear(&baseline);
}

static void without_a_table_there_is_nothing_to_keep(void **state)
{
    (void)state;
    struct lab lab;
    struct baseline baseline = {0};
    lab_init(&lab);
    baseline_take(&baseline, &lab);
    assert_int_equal(baseline.count, 0);
    lab_clear(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(rows_are_kept_as_they_were),
        WITH_TINY(another_shape_is_not_compared),
        WITH_TINY(too_large_a_lab_is_not_copied),
        cmocka_unit_test(without_a_table_there_is_nothing_to_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
