#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "nn/tensor.h"

static void a_scalar_has_one_element(void **state)
{
    (void)state;
    struct tensor t = {0};
    tensor_reshape(&t, TENSOR_FLOAT32, 0, NULL);
    assert_int_equal(tensor_count(&t), 1);
    t.f[0] = 2.5f;
    tensor_clear(&t);
}

static void count_is_the_product_of_the_shape(void **state)
{
    (void)state;
    const int64_t shape[] = {4, 3, 5};
    const int64_t none[] = {4, 0};
    struct tensor t = {0};
    tensor_reshape(&t, TENSOR_INT64, 3, shape);
    assert_int_equal(tensor_count(&t), 60);
    tensor_reshape(&t, TENSOR_INT64, 2, none);
    assert_int_equal(tensor_count(&t), 0);
    tensor_clear(&t);
}

static void elements_have_the_size_of_their_type(void **state)
{
    (void)state;
    assert_int_equal(tensor_element_size(TENSOR_FLOAT32), 4);
    assert_int_equal(tensor_element_size(TENSOR_INT64), 8);
    assert_int_equal(tensor_element_size(TENSOR_BOOL), 1);
}

static void room_is_kept_when_it_is_enough(void **state)
{
    (void)state;
    const int64_t large[] = {100}, small[] = {5, 2}, larger[] = {101};
    struct tensor t = {0};
    tensor_reshape(&t, TENSOR_FLOAT32, 1, large);
    float *block = t.f;
    tensor_reshape(&t, TENSOR_BOOL, 2, small);
    assert_int_equal(t.type, TENSOR_BOOL);
    assert_ptr_equal(t.f, block);
    tensor_reshape(&t, TENSOR_FLOAT32, 1, large);
    assert_ptr_equal(t.f, block);
    assert_int_equal(t.capacity, 400);
    tensor_reshape(&t, TENSOR_FLOAT32, 1, larger);
    assert_int_equal(t.capacity, 404);
    t.f[100] = 1.0f;
    tensor_clear(&t);
    assert_null(t.data);
}

static void borrowed_values_are_never_freed_or_written(void **state)
{
    (void)state;
    float values[] = {1, 2, 3, 4, 5, 6};
    const int64_t shape[] = {2, 3}, other[] = {1};
    struct tensor view = tensor_borrow(TENSOR_FLOAT32, 2, shape, values);
    assert_ptr_equal(view.f, values);
    tensor_reshape(&view, TENSOR_FLOAT32, 1, other); /* owns from here on */
    view.f[0] = 9.0f;
    assert_true(values[0] == 1.0f);
    tensor_clear(&view);

    view = tensor_borrow(TENSOR_FLOAT32, 2, shape, values);
    tensor_clear(&view);
}

static void a_copy_stands_alone(void **state)
{
    (void)state;
    int64_t values[] = {7, 8, 9};
    const int64_t shape[] = {3};
    struct tensor view = tensor_borrow(TENSOR_INT64, 1, shape, values);
    struct tensor copy = tensor_copy(&view);
    values[1] = 0;
    assert_int_equal(copy.i[1], 8);
    assert_int_equal(copy.shape[0], 3);
    tensor_clear(&copy);
}

static void shapes_read_as_python_writes_them(void **state)
{
    (void)state;
    char text[160];
    const int64_t shape[] = {17, 6, 1, 2};
    const int64_t longest[] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX,
                               INT64_MAX, INT64_MAX, INT64_MAX, 0};
    struct tensor t = tensor_borrow(TENSOR_BOOL, 0, NULL, NULL);
    assert_string_equal(tensor_shape_text(&t, text), "()");
    t = tensor_borrow(TENSOR_BOOL, 1, shape, NULL);
    assert_string_equal(tensor_shape_text(&t, text), "(17,)");
    t = tensor_borrow(TENSOR_BOOL, 2, shape, NULL);
    assert_string_equal(tensor_shape_text(&t, text), "(17, 6)");
    t = tensor_borrow(TENSOR_BOOL, 4, shape, NULL);
    assert_string_equal(tensor_shape_text(&t, text), "(17, 6, 1, 2)");
    t = tensor_borrow(TENSOR_BOOL, 8, longest, NULL);
    assert_int_equal(strlen(tensor_shape_text(&t, text)), 7 * 21 + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scalar_has_one_element),
        cmocka_unit_test(count_is_the_product_of_the_shape),
        cmocka_unit_test(elements_have_the_size_of_their_type),
        cmocka_unit_test(room_is_kept_when_it_is_enough),
        cmocka_unit_test(borrowed_values_are_never_freed_or_written),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(shapes_read_as_python_writes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
