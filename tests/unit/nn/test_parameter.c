#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "nn/parameter.h"

enum { V = 5, D = 3 };

static void table_init(struct parameter *p)
{
    parameter_init(p, "W", PARAMETER_EMBEDDING, 2, V, D);
    for (size_t i = 0; i < V * D; i++)
        p->value[i] = (float)i;
}

static void set_row(struct parameter *p, int64_t row, float a, float b, float c)
{
    float *gradient = parameter_grad_add_row(p, row);
    gradient[0] = a;
    gradient[1] = b;
    gradient[2] = c;
}

static void a_new_parameter_has_no_gradient(void **state)
{
    (void)state;
    struct parameter p;
    table_init(&p);
    assert_int_equal(p.gradient, GRADIENT_NONE);
    assert_null(parameter_grad_row(&p, 2));
    assert_int_equal(p.marks.looked_up.rows, V);
    parameter_clear(&p);
}

static void rows_of_a_gradient_start_at_zero_and_stay(void **state)
{
    (void)state;
    struct parameter p;
    table_init(&p);
    parameter_grad_begin_rows(&p, false);
    set_row(&p, 4, 1, 2, 3);
    set_row(&p, 1, 4, 5, 6);
    parameter_zero_grad(&p);
    parameter_grad_begin_rows(&p, false);
    const float *row = parameter_grad_add_row(&p, 1);
    assert_true(row[0] == 0.0f && row[1] == 0.0f && row[2] == 0.0f);
    assert_null(parameter_grad_row(&p, 4));
    assert_ptr_equal(parameter_grad_add_row(&p, 1), row);
    parameter_clear(&p);
}

static void a_gradient_by_rows_is_zero_elsewhere(void **state)
{
    (void)state;
    const float expected[V * D] = {0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0, 1, 2, 3};
    float dense[V * D];
    struct parameter p;
    table_init(&p);
    parameter_grad_begin_rows(&p, false);
    set_row(&p, 4, 1, 2, 3);
    set_row(&p, 1, 4, 5, 6);
    parameter_grad_dense(&p, dense);
    assert_memory_equal(dense, expected, sizeof dense);
    assert_true(parameter_grad_row(&p, 1)[2] == 6.0f);
    assert_null(parameter_grad_row(&p, 0));
    parameter_clear(&p);
}

static void a_dense_gradient_begins_with_zeros(void **state)
{
    (void)state;
    float dense[V * D];
    struct parameter p;
    table_init(&p);
    parameter_grad_begin_dense(&p)[7] = 3.0f;
    assert_true(parameter_grad_row(&p, 2)[1] == 3.0f);
    parameter_grad_begin_dense(&p)[7] += 1.0f; /* accumulates */
    parameter_grad_dense(&p, dense);
    assert_true(dense[7] == 4.0f);
    parameter_zero_grad(&p);
    assert_true(parameter_grad_begin_dense(&p)[7] == 0.0f);
    parameter_clear(&p);
}

static void any_element_that_is_not_zero_marks_the_row(void **state)
{
    (void)state;
    struct parameter p;
    table_init(&p);
    parameter_grad_begin_rows(&p, false);
    set_row(&p, 0, 0, 0, 1e-45f); /* the smallest float there is */
    set_row(&p, 2, 0, -0.0f, 0);
    set_row(&p, 3, 5, 0, 0);
    parameter_mark_gradient(&p);
    assert_true(row_set_has(&p.marks.grad_nonzero, 0));
    assert_false(row_set_has(&p.marks.grad_nonzero, 2));
    assert_true(row_set_has(&p.marks.grad_nonzero, 3));
    assert_int_equal(p.marks.grad_nonzero.count, 2);
    parameter_zero_grad(&p);
    assert_int_equal(p.marks.grad_nonzero.count, 0);

    parameter_grad_begin_dense(&p)[4 * D + 1] = -2.0f;
    parameter_mark_gradient(&p);
    assert_int_equal(p.marks.grad_nonzero.count, 1);
    assert_true(row_set_has(&p.marks.grad_nonzero, 4));
    p.grad[4 * D + 1] = 0.0f; /* marked anew, not besides */
    parameter_mark_gradient(&p);
    assert_int_equal(p.marks.grad_nonzero.count, 0);
    parameter_clear(&p);
}

static void only_rows_whose_bits_differ_are_changed(void **state)
{
    (void)state;
    struct parameter p;
    table_init(&p);
    p.keep_before = true;
    for (size_t row = 0; row < 3; row++)
        parameter_save_row(&p, row);
    p.value[0] = -0.0f; /* was 0.0f: other bits */
    p.value[1 * D + 1] = 99.0f;
    parameter_mark_changed(&p);
    assert_true(row_set_has(&p.marks.changed, 0));
    assert_true(row_set_has(&p.marks.changed, 1));
    assert_int_equal(p.marks.changed.count, 2);
    p.value[0] = 0.0f; /* changed and changed back */
    parameter_mark_changed(&p);
    assert_int_equal(p.marks.changed.count, 1);
    parameter_clear(&p);
}

static void the_first_values_of_a_batch_are_kept(void **state)
{
    (void)state;
    struct parameter p;
    table_init(&p);
    p.keep_before = true;
    parameter_save_row(&p, 2); /* max_norm at lookup ... */
    p.value[2 * D] = 50.0f;
    parameter_save_row(&p, 2); /* ... then the update */
    p.value[2 * D] = 60.0f;
    assert_true(parameter_before(&p, 2)[0] == 6.0f);
    assert_true(parameter_before(&p, 1)[0] == 3.0f); /* as it is */
    parameter_begin_batch(&p);
    assert_true(parameter_before(&p, 2)[0] == 60.0f);
    parameter_clear(&p);
}

static void nothing_is_kept_unless_the_step_is_seen(void **state)
{
    (void)state;
    struct parameter p;
    table_init(&p);
    parameter_save_row(&p, 2);
    assert_int_equal(p.before_rows.count, 0);
    parameter_clear(&p);
}

static void a_new_batch_forgets_gradient_and_marks(void **state)
{
    (void)state;
    struct parameter p;
    table_init(&p);
    p.keep_before = true;
    row_set_add(&p.marks.looked_up, 1);
    parameter_grad_begin_rows(&p, true);
    set_row(&p, 1, 1, 1, 1);
    parameter_grad_add_entry(&p, 1);
    parameter_save_row(&p, 1);
    parameter_begin_batch(&p);
    assert_int_equal(p.gradient, GRADIENT_NONE);
    assert_int_equal(p.entries, 0);
    assert_int_equal(p.grad_rows.count, 0);
    assert_int_equal(p.before_rows.count, 0);
    assert_int_equal(p.marks.looked_up.count, 0);
    parameter_clear(&p);
}

static void many_rows_and_entries_keep_their_values(void **state)
{
    (void)state;
    enum { ROWS = 300 };
    struct parameter p;
    parameter_init(&p, "W", PARAMETER_EMBEDDING, 2, ROWS, 2);
    memset(p.value, 0, ROWS * 2 * sizeof *p.value);
    p.keep_before = true;
    parameter_grad_begin_rows(&p, true);
    for (int64_t row = ROWS - 1; row >= 0; row--) {
        parameter_grad_add_row(&p, row)[1] = (float)row;
        parameter_grad_add_entry(&p, row)[0] = (float)row;
        p.value[row * 2] = (float)-row;
        parameter_save_row(&p, (size_t)row);
    }
    for (size_t row = 0; row < ROWS; row++) {
        assert_true(parameter_grad_row(&p, row)[1] == (float)row);
        assert_true(parameter_before(&p, row)[0] == -(float)row);
        size_t entry = ROWS - 1 - row;
        assert_int_equal(p.entry_ids[entry], row);
        assert_true(p.entry_values[entry * 2] == (float)row);
    }
    parameter_clear(&p);
}

static void a_copy_stands_alone(void **state)
{
    (void)state;
    struct parameter p, copy;
    table_init(&p);
    p.keep_before = true;
    p.frozen = true;
    parameter_grad_begin_rows(&p, true);
    set_row(&p, 3, 7, 8, 9);
    parameter_grad_add_entry(&p, 3)[0] = 7.0f;
    parameter_save_row(&p, 3);
    parameter_mark_gradient(&p);
    parameter_copy(&copy, &p);
    p.value[3 * D] = 100.0f;
    parameter_begin_batch(&p);
    assert_true(copy.frozen);
    assert_true(copy.value[3 * D] == 9.0f);
    assert_int_equal(copy.gradient, GRADIENT_SPARSE);
    assert_true(parameter_grad_row(&copy, 3)[2] == 9.0f);
    assert_int_equal(copy.entries, 1);
    assert_int_equal(copy.entry_ids[0], 3);
    assert_true(copy.entry_values[0] == 7.0f);
    assert_true(parameter_before(&copy, 3)[1] == 10.0f);
    assert_true(row_set_has(&copy.marks.grad_nonzero, 3));
    parameter_clear(&p);
    parameter_clear(&copy);
}

static void a_dense_gradient_is_copied_too(void **state)
{
    (void)state;
    struct parameter p, copy;
    table_init(&p);
    parameter_grad_begin_dense(&p)[V * D - 1] = 2.0f;
    parameter_copy(&copy, &p);
    p.grad[V * D - 1] = 3.0f;
    assert_true(parameter_grad_row(&copy, V - 1)[D - 1] == 2.0f);
    parameter_clear(&p);
    parameter_clear(&copy);
}

/* What an observer was told: the row, and its first value at that moment. */
struct heard {
    struct parameter *p;
    size_t count;
    size_t rows[V];
    float values[V];
};

static void hear(void *observer, size_t row)
{
    struct heard *heard = observer;
    assert_in_range(heard->count, 0, V - 1);
    heard->values[heard->count] = heard->p->value[row * D];
    heard->rows[heard->count++] = row;
}

static void an_observer_hears_of_rows_before_they_change(void **state)
{
    (void)state;
    struct parameter p, copy;
    table_init(&p);
    struct heard heard = {.p = &p};
    parameter_save_rows(&p); /* nobody listens, nothing is kept */
    p.observe = hear;
    p.observer = &heard;
    parameter_save_row(&p, 3);
    p.value[3 * D] = 77.0f;
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.rows[0], 3);
    assert_true(heard.values[0] == 9.0f);
    parameter_copy(&copy, &p);
    assert_null(copy.observe);
    heard.count = 0;
    parameter_save_rows(&p);
    assert_int_equal(heard.count, V);
    assert_int_equal(p.before_rows.count, 0);
    parameter_clear(&p);
    parameter_clear(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_parameter_has_no_gradient),
        cmocka_unit_test(rows_of_a_gradient_start_at_zero_and_stay),
        cmocka_unit_test(a_gradient_by_rows_is_zero_elsewhere),
        cmocka_unit_test(a_dense_gradient_begins_with_zeros),
        cmocka_unit_test(any_element_that_is_not_zero_marks_the_row),
        cmocka_unit_test(only_rows_whose_bits_differ_are_changed),
        cmocka_unit_test(the_first_values_of_a_batch_are_kept),
        cmocka_unit_test(nothing_is_kept_unless_the_step_is_seen),
        cmocka_unit_test(a_new_batch_forgets_gradient_and_marks),
        cmocka_unit_test(many_rows_and_entries_keep_their_values),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(a_dense_gradient_is_copied_too),
        cmocka_unit_test(an_observer_hears_of_rows_before_they_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
