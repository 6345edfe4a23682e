#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "nn/batch.h"

static void phases_have_the_names_that_are_typed(void **state)
{
    (void)state;
    assert_string_equal(batch_phase_name(PHASE_NONE), "");
    assert_string_equal(batch_phase_name(PHASE_BATCH), "batch");
    assert_string_equal(batch_phase_name(PHASE_LOOKUP), "lookup");
    assert_string_equal(batch_phase_name(PHASE_MEAN), "mean");
    assert_string_equal(batch_phase_name(PHASE_LOGITS), "logits");
    assert_string_equal(batch_phase_name(PHASE_LOSS), "loss");
    assert_string_equal(batch_phase_name(PHASE_BACKWARD), "backward");
    assert_string_equal(batch_phase_name(PHASE_UPDATE), "update");
}

static void a_tensor_is_known_until_the_next_batch_and_keeps_its_room(
    void **state)
{
    struct batch batch = {0};
    (void)state;
    const float *before = batch_floats(&batch, BATCH_H, 2, 8, 6, 0);
    batch.phase = PHASE_MEAN;
    assert_true(batch.known[BATCH_H]);
    assert_int_equal(batch.tensor[BATCH_H].ndim, 2);
    assert_int_equal(batch.tensor[BATCH_H].shape[0], 8);
    assert_int_equal(batch.tensor[BATCH_H].shape[1], 6);
    batch_begin(&batch);
    assert_false(batch.known[BATCH_H]);
    assert_int_equal(batch.phase, PHASE_NONE);
    assert_ptr_equal(batch_floats(&batch, BATCH_H, 2, 4, 6, 0), before);
    batch_clear(&batch);
}

static void a_scalar_has_no_dimension(void **state)
{
    struct batch batch = {0};
    (void)state;
    batch_floats(&batch, BATCH_LOSS, 0, 0, 0, 0)[0] = 2.5f;
    assert_int_equal(batch.tensor[BATCH_LOSS].ndim, 0);
    assert_int_equal(tensor_count(&batch.tensor[BATCH_LOSS]), 1);
    batch_clear(&batch);
}

static void room_only_grows(void **state)
{
    size_t capacity = 0;
    (void)state;
    int *room = batch_room(NULL, 10, &capacity, sizeof *room);
    room[9] = 3;
    assert_ptr_equal(batch_room(room, 5, &capacity, sizeof *room), room);
    assert_int_equal(capacity, 10);
    room = batch_room(room, 1000, &capacity, sizeof *room);
    assert_int_equal(room[9], 3);
    assert_int_equal(capacity, 1000);
    free(room);
}

static void a_copy_shares_nothing(void **state)
{
    struct batch batch = {0}, copy;
    (void)state;
    batch_ids(&batch, BATCH_TGT, 1, 1, 0)[0] = 7;
    batch_floats(&batch, BATCH_H, 1, 1, 0, 0)[0] = 1;
    batch.bag_rows =
        batch_room(NULL, 1, &batch.bag_capacity, sizeof *batch.bag_rows);
    batch.bag_rows[0] = 5;
    batch.phase = PHASE_MEAN;
    batch.known[BATCH_H] = false;
    batch_copy(&copy, &batch);
    batch.tensor[BATCH_TGT].i[0] = 8;
    batch.bag_rows[0] = 6;
    assert_int_equal(copy.tensor[BATCH_TGT].i[0], 7);
    assert_int_equal(copy.bag_rows[0], 5);
    assert_int_equal(copy.phase, PHASE_MEAN);
    assert_false(copy.known[BATCH_H]);
    assert_null(copy.tensor[BATCH_H].data);
    batch_clear(&copy);
    batch_clear(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_have_the_names_that_are_typed),
        cmocka_unit_test(
            a_tensor_is_known_until_the_next_batch_and_keeps_its_room),
        cmocka_unit_test(a_scalar_has_no_dimension),
        cmocka_unit_test(room_only_grows),
        cmocka_unit_test(a_copy_shares_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
