#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "nn/rows.h"

static void a_set_holds_what_was_added_once(void **state)
{
    (void)state;
    struct row_set set;
    row_set_init(&set, 10);
    assert_int_equal(row_set_add(&set, 7), 0);
    assert_int_equal(row_set_add(&set, 2), 1);
    assert_int_equal(row_set_add(&set, 7), 0);
    assert_int_equal(row_set_add(&set, 2), 1);
    assert_int_equal(set.count, 2);
    assert_int_equal(set.list[0], 7);
    assert_int_equal(set.list[1], 2);
    assert_true(row_set_has(&set, 2));
    assert_false(row_set_has(&set, 0));
    row_set_clear(&set);
}

static void an_emptied_set_holds_nothing(void **state)
{
    (void)state;
    struct row_set set;
    row_set_init(&set, 4);
    for (int64_t row = 0; row < 4; row++)
        row_set_add(&set, row);
    assert_int_equal(set.count, 4);
    row_set_empty(&set);
    assert_int_equal(set.count, 0);
    for (int64_t row = 0; row < 4; row++)
        assert_false(row_set_has(&set, row));
    assert_int_equal(row_set_add(&set, 3), 0);
    row_set_clear(&set);
}

/* Turns count in 32 bits: after the last, old stamps must not come alive. */
static void a_set_survives_the_end_of_its_turns(void **state)
{
    (void)state;
    struct row_set set;
    row_set_init(&set, 3);
    row_set_add(&set, 0); /* stamped with turn 1 */
    set.turn = UINT32_MAX;
    set.count = 0;
    row_set_add(&set, 1);
    row_set_empty(&set);
    for (int64_t row = 0; row < 3; row++)
        assert_false(row_set_has(&set, row));
    row_set_add(&set, 2);
    assert_true(row_set_has(&set, 2));
    row_set_clear(&set);
}

static void sorting_puts_rows_in_order_and_slots_follow(void **state)
{
    (void)state;
    const int64_t added[] = {8, 3, 5, 0};
    const int64_t sorted[] = {0, 3, 5, 8};
    struct row_set set;
    row_set_init(&set, 9);
    for (size_t i = 0; i < 4; i++)
        row_set_add(&set, added[i]);
    row_set_sort(&set);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(set.list[i], sorted[i]);
        assert_int_equal(set.slot[sorted[i]], i);
    }
    row_set_clear(&set);
}

/* Random operations, followed on both. */
static void a_set_agrees_with_an_array_of_flags(void **state)
{
    (void)state;
    enum { ROWS = 50 };
    bool flags[ROWS] = {false};
    size_t count = 0;
    struct row_set set;
    row_set_init(&set, ROWS);
    srand(4);
    for (int i = 0; i < 5000; i++) {
        int64_t row = rand() % ROWS;
        if (rand() % 40 == 0) {
            row_set_empty(&set);
            for (size_t r = 0; r < ROWS; r++)
                flags[r] = false;
            count = 0;
        }
        row_set_add(&set, row);
        count += !flags[row];
        flags[row] = true;
        assert_int_equal(set.count, count);
        for (int64_t r = 0; r < ROWS; r++)
            assert_int_equal(row_set_has(&set, r), flags[r]);
    }
    row_set_clear(&set);
}

static void a_copy_stands_alone(void **state)
{
    (void)state;
    struct row_set set, copy;
    row_set_init(&set, 6);
    row_set_add(&set, 5);
    row_set_add(&set, 1);
    row_set_copy(&copy, &set);
    row_set_add(&set, 2);
    assert_int_equal(copy.count, 2);
    assert_int_equal(copy.list[0], 5);
    assert_true(row_set_has(&copy, 1));
    assert_false(row_set_has(&copy, 2));
    row_set_clear(&set);
    row_set_clear(&copy);
}

static void the_three_marks_are_three_sets(void **state)
{
    (void)state;
    struct row_marks marks, copy;
    row_marks_init(&marks, 5);
    row_set_add(&marks.looked_up, 1);
    row_set_add(&marks.grad_nonzero, 2);
    row_set_add(&marks.changed, 3);
    row_marks_copy(&copy, &marks);
    row_marks_empty(&marks);
    assert_int_equal(marks.looked_up.count, 0);
    assert_int_equal(marks.grad_nonzero.count, 0);
    assert_int_equal(marks.changed.count, 0);
    assert_true(row_set_has(&copy.looked_up, 1));
    assert_true(row_set_has(&copy.grad_nonzero, 2));
    assert_true(row_set_has(&copy.changed, 3));
    assert_false(row_set_has(&copy.changed, 1));
    row_marks_clear(&marks);
    row_marks_clear(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_holds_what_was_added_once),
        cmocka_unit_test(an_emptied_set_holds_nothing),
        cmocka_unit_test(a_set_survives_the_end_of_its_turns),
        cmocka_unit_test(sorting_puts_rows_in_order_and_slots_follow),
        cmocka_unit_test(a_set_agrees_with_an_array_of_flags),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(the_three_marks_are_three_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
