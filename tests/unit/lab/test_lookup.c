/*
 * The typed lookup: E, marks, the gradient that counts, and one-hot beside it.
 * The numbers of W are PyTorch's (screens.md, "Lookup").
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/lookup.h"
#include "lab/loop.h"
#include "lab_case.h"

enum { THE, CAT, DRINKS, MILK, DOG };

static struct parameter *W_of(struct lab *lab)
{
    return model_parameter(lab->model, "W");
}

static void rows_are_copied_in_the_order_of_the_ids(void **state)
{
    struct lab *lab = *state;
    lab_look_up(lab, (int64_t[]){DRINKS, THE, DRINKS}, 3);
    const struct tensor *E = &lab->lookup.E;
    assert_int_equal(E->ndim, 2);
    assert_int_equal(E->shape[0], 3);
    assert_int_equal(E->shape[1], 6);
    assert_float_equal(E->f[0], -0.728, 5e-4);
    assert_float_equal(E->f[6], 1.927, 5e-4);
    assert_float_equal(E->f[12], -0.728, 5e-4);
}

static void ids_of_any_shape_give_their_shape_and_D(void **state)
{
    struct lab *lab = *state;
    struct tensor ids = {0};
    struct error err = {0};
    tensor_reshape(&ids, TENSOR_INT64, 3, (int64_t[]){2, 1, 2});
    for (int i = 0; i < 4; i++)
        ids.i[i] = i;
    assert_int_equal(
        lookup_run(lab, &(struct lookup_input){0, ids}, "typed", &err), 0);
    char shape[160];
    assert_string_equal(tensor_shape_text(&lab->lookup.E, shape),
                        "(2, 1, 2, 6)");
    tensor_clear(&ids);
}

static void a_lookup_counts_as_a_mini_batch_for_the_marks(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    lab_look_up(lab, (int64_t[]){MILK, MILK}, 2);
    struct parameter *W = W_of(lab);
    assert_string_equal(row_words(lab, W, &W->marks.looked_up), "milk");
    assert_string_equal(row_words(lab, W, &W->marks.grad_nonzero), "");
    assert_string_equal(row_words(lab, W, &W->marks.changed), "");
    assert_int_equal(model_parameter(lab->model, "U")->marks.changed.count, 0);
}

static void a_lookup_leaves_weights_and_gradient(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    struct parameter *W = W_of(lab);
    float *before = memory_copy(W->value, 17 * 6, sizeof *before);
    lab_look_up(lab, (int64_t[]){MILK}, 1);
    assert_memory_equal(W->value, before, 17 * 6 * sizeof *before);
    assert_int_not_equal(W->gradient, GRADIENT_NONE);
    free(before);
}

static void max_norm_rescales_what_is_looked_up(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 2;
    lab_run(lab, &head);
    lab_look_up(lab, (int64_t[]){THE, DRINKS}, 2);
    struct parameter *W = W_of(lab);
    /* |W[the]| = 3.6268, |W[drinks]| = 2.1767 with torch.norm */
    assert_string_equal(row_words(lab, W, &W->marks.changed), "the drinks");
    assert_float_equal(lab->model->tables[0].rescaled_norms[0], 3.6268, 5e-5);
    assert_float_equal(W->value[0], 1.92691529F * 2 / 3.6268F, 2e-5);
}

static void ids_out_of_range_name_token_position_id_and_range(void **state)
{
    struct lab *lab = *state;
    struct tensor ids = {0};
    struct error err = {0};
    uint64_t before = lab_hash(lab);
    tensor_reshape(&ids, TENSOR_INT64, 2, (int64_t[]){2, 2});
    ids.i[0] = ids.i[1] = ids.i[3] = 0;
    ids.i[2] = 17;
    assert_int_equal(
        lookup_run(lab, &(struct lookup_input){0, ids}, "typed", &err), -1);
    assert_int_equal(err.code, ERROR_RANGE);
    assert_string_equal(err.message,
                        "token 17 at position [1, 0] of ids: id 17 is outside "
                        "the table; V=17, so ids go from 0 to 16");
    ids.i[2] = -1;
    assert_int_equal(
        lookup_run(lab, &(struct lookup_input){0, ids}, "typed", &err), -1);
    assert_true(lab_hash(lab) == before);
    tensor_clear(&ids);
}

/* --- backward ----------------------------------------------------------- */

/* The gradient of a row: how often it was looked up, in every column. */
static float gradient_of(struct lab *lab, size_t row)
{
    const float *grad = parameter_grad_row(W_of(lab), row);
    if (grad == NULL)
        return 0;
    for (size_t d = 1; d < 6; d++)
        assert_true(grad[d] == grad[0]);
    return grad[0];
}

static void look_back(struct lab *lab)
{
    struct error err = {0};
    if (lookup_backward(lab, &err) != 0)
        fail_msg("%s", err.message);
}

static void a_gradient_counts_the_lookups(void **state)
{
    struct lab *lab = *state;
    lab_look_up(lab, (int64_t[]){THE, CAT, THE}, 3);
    look_back(lab);
    assert_true(gradient_of(lab, THE) == 2);
    assert_true(gradient_of(lab, CAT) == 1);
    assert_true(gradient_of(lab, DOG) == 0);
    struct parameter *W = W_of(lab);
    assert_string_equal(row_words(lab, W, &W->marks.grad_nonzero), "the cat");
    for (int i = 0; i < 18; i++)
        assert_true(lab->lookup.E_grad.f[i] == 1);
}

static void later_ones_accumulate_until_zero_grad(void **state)
{
    struct lab *lab = *state;
    lab_look_up(lab, (int64_t[]){THE, CAT, THE}, 3);
    look_back(lab);
    look_back(lab);
    assert_true(gradient_of(lab, THE) == 4);
    assert_true(lab->lookup.E_grad.f[0] == 2);
    lab_look_up(lab, (int64_t[]){DOG, THE}, 2);
    look_back(lab);
    assert_true(gradient_of(lab, THE) == 5);
    assert_true(gradient_of(lab, DOG) == 1);
    lookup_zero_grad(lab);
    assert_int_equal(W_of(lab)->gradient, GRADIENT_NONE);
    assert_false(lab->lookup.owns_gradient);
    look_back(lab);
    assert_true(lab->lookup.owns_gradient);
    assert_true(gradient_of(lab, THE) == 1);
    assert_true(gradient_of(lab, CAT) == 0);
}

static void the_first_starts_from_none(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1); /* its gradient is still there to be seen */
    lab_look_up(lab, (int64_t[]){CAT}, 1);
    look_back(lab);
    assert_true(gradient_of(lab, CAT) == 1);
    assert_true(gradient_of(lab, THE) == 0);
    lab_steps(lab, 1);
    lab_look_up(lab, (int64_t[]){THE}, 1);
    look_back(lab);
    assert_true(gradient_of(lab, THE) == 1);
    assert_true(gradient_of(lab, CAT) == 0);
}

static void the_next_mini_batch_starts_from_none_again(void **state)
{
    struct lab *lab = *state;
    lab_look_up(lab, (int64_t[]){MILK}, 1);
    look_back(lab);
    lab_phase(lab, PHASE_BATCH);
    assert_int_equal(W_of(lab)->gradient, GRADIENT_NONE);
    assert_false(lab->lookup.current);
    lab_steps(lab, 1);
    assert_true(gradient_of(lab, MILK) == 0);
}

static void a_frozen_table_has_nothing_to_differentiate(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    assert_int_equal(lab_freeze(lab, "W", true, &err), 0);
    lab_look_up(lab, (int64_t[]){MILK}, 1);
    assert_int_equal(lookup_backward(lab, &err), -1);
    assert_int_equal(err.code, ERROR_STATE);
    assert_non_null(strstr(err.message, "unfreeze W"));
}

static void a_waiting_gradient_is_not_written_over(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    lab_phase(lab, PHASE_BACKWARD);
    lab_look_up(lab, (int64_t[]){MILK}, 1);
    assert_int_equal(lookup_backward(lab, &err), -1);
    assert_non_null(strstr(err.message, "next update"));
}

/* --- one-hot ------------------------------------------------------------ */

static void compare(const struct lab *lab, struct lookup_onehot *out)
{
    struct tensor ids = tensor_borrow(TENSOR_INT64, 1, (int64_t[]){3},
                                      (int64_t[]){DRINKS, CAT, DRINKS});
    struct error err = {0};
    assert_int_equal(
        lookup_compare_onehot(lab, &(struct lookup_input){0, ids}, out, &err),
        0);
}

static void one_hot_gives_the_same_rows_and_gradient(void **state)
{
    struct lab *lab = *state;
    struct lookup_onehot out;
    uint64_t before = lab_hash(lab);
    compare(lab, &out);
    assert_true(out.multiplications == 3 * 17 * 6);
    assert_float_equal(out.E[0], -0.728, 5e-4);
    assert_true(out.forward_difference == 0);
    assert_int_equal(out.row_count, 2);
    assert_int_equal(out.rows[0], CAT);
    assert_true(out.E_gradient[0] == 1 && out.product_gradient[0] == 1);
    assert_true(out.E_gradient[1] == 2 && out.product_gradient[1] == 2);
    assert_true(out.backward_difference == 0);
    assert_true(lab_hash(lab) == before);
    lookup_onehot_clear(&out);
}

static void one_hot_knows_nothing_of_padding(void **state)
{
    struct lab *lab = *state;
    struct lookup_onehot out;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_padding = true;
    head.table.options.padding_idx = DRINKS;
    lab_run(lab, &head);
    compare(lab, &out);
    assert_true(out.forward_difference == 0);
    assert_true(out.E_gradient[1] == 0 && out.product_gradient[1] == 2);
    assert_true(out.backward_difference == 2);
    lookup_onehot_clear(&out);
}

/* drinks stands twice, so each of its two gradients of 1 is halved. */
static void one_hot_knows_nothing_of_frequencies(void **state)
{
    struct lab *lab = *state;
    struct lookup_onehot out;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.scale_grad_by_freq = true;
    lab_run(lab, &head);
    compare(lab, &out);
    assert_true(out.E_gradient[1] == 1);
    assert_true(out.backward_difference == 1);
    lookup_onehot_clear(&out);
}

static void one_hot_knows_nothing_of_max_norm(void **state)
{
    struct lab *lab = *state;
    struct lookup_onehot out;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 1;
    lab_run(lab, &head);
    uint64_t before = lab_hash(lab);
    compare(lab, &out);
    assert_true(out.forward_difference > 0.1f);
    assert_float_equal(out.product[0], -0.728, 5e-4); /* as drawn */
    assert_true(lab_hash(lab) == before);
    lookup_onehot_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(rows_are_copied_in_the_order_of_the_ids),
        WITH_TINY(ids_of_any_shape_give_their_shape_and_D),
        WITH_TINY(a_lookup_counts_as_a_mini_batch_for_the_marks),
        WITH_TINY(a_lookup_leaves_weights_and_gradient),
        WITH_TINY(max_norm_rescales_what_is_looked_up),
        WITH_TINY(ids_out_of_range_name_token_position_id_and_range),
        WITH_TINY(a_gradient_counts_the_lookups),
        WITH_TINY(later_ones_accumulate_until_zero_grad),
        WITH_TINY(the_first_starts_from_none),
        WITH_TINY(the_next_mini_batch_starts_from_none_again),
        WITH_TINY(a_frozen_table_has_nothing_to_differentiate),
        WITH_TINY(a_waiting_gradient_is_not_written_over),
        WITH_TINY(one_hot_gives_the_same_rows_and_gradient),
        WITH_TINY(one_hot_knows_nothing_of_padding),
        WITH_TINY(one_hot_knows_nothing_of_frequencies),
        WITH_TINY(one_hot_knows_nothing_of_max_norm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
