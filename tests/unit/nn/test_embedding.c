/*
 * The embedding's own rules, one by one. That every argument agrees with
 * PyTorch over 20 steps of every optimizer is test_optimizer.c's business.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/embedding.h"

enum { V = 6, D = 3 };

static void table_init(struct embedding *emb, struct embedding_options options)
{
    struct rng rng;
    rng_seed(&rng, 42);
    assert_int_equal(embedding_init(emb, "W", V, D, &options, &rng, NULL), 0);
}

static void set_row(struct embedding *emb, size_t row, float a, float b,
                    float c)
{
    emb->weight.value[row * D] = a;
    emb->weight.value[row * D + 1] = b;
    emb->weight.value[row * D + 2] = c;
}

/* --- Making and looking up ------------------------------------------------ */

/* torch.manual_seed(123); nn.Embedding(10, 3)(torch.tensor([1, 2, 3, 4])) */
static void the_notes_example_prints_as_in_pytorch(void **state)
{
    (void)state;
    static const char expected[] = "-0.5880 0.3486 0.6603 "
                                   "-0.2196 -0.3792 0.7671 "
                                   "-1.1925 0.6984 -1.4097 "
                                   "0.1794 1.8951 1.3689 ";
    const int64_t ids[] = {1, 2, 3, 4};
    char text[200] = "";
    float E[4 * 3];
    struct embedding emb;
    struct rng rng;
    rng_seed(&rng, 123);
    assert_int_equal(embedding_init(&emb, "W", 10, 3,
                                    &(struct embedding_options){0}, &rng, NULL),
                     0);
    assert_int_equal(embedding_forward(&emb, ids, 4, E, NULL), 0);
    for (size_t i = 0; i < 12; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.4f ",
                 (double)E[i]);
    assert_string_equal(text, expected);
    embedding_clear(&emb);
}

static void the_padding_row_is_zero_at_the_start(void **state)
{
    (void)state;
    struct embedding emb;
    table_init(&emb, (struct embedding_options){.has_padding = true,
                                                .padding_idx = -2});
    assert_int_equal(emb.options.padding_idx, 4); /* from the end */
    for (size_t d = 0; d < D; d++)
        assert_true(emb.weight.value[4 * D + d] == 0.0f);
    embedding_clear(&emb);
}

static void an_initialiser_overwrites_the_padding_row(void **state)
{
    (void)state;
    struct embedding emb;
    table_init(&emb, (struct embedding_options){
                         .has_padding = true,
                         .padding_idx = 1,
                         .draw_again = true,
                         .init = {.kind = INIT_ONES},
                     });
    assert_true(emb.weight.value[1 * D] == 1.0f);
    embedding_clear(&emb);
}

static void a_lookup_copies_rows_and_marks_them(void **state)
{
    (void)state;
    const int64_t ids[] = {5, 0, 5};
    float E[3 * D];
    struct embedding emb;
    table_init(&emb, (struct embedding_options){0});
    assert_int_equal(embedding_forward(&emb, ids, 3, E, NULL), 0);
    assert_memory_equal(E, emb.weight.value + 5 * D, D * sizeof *E);
    assert_memory_equal(E + D, emb.weight.value, D * sizeof *E);
    assert_memory_equal(E + 2 * D, E, D * sizeof *E);
    assert_int_equal(emb.weight.marks.looked_up.count, 2);
    assert_true(row_set_has(&emb.weight.marks.looked_up, 5));
    assert_true(row_set_has(&emb.weight.marks.looked_up, 0));
    embedding_clear(&emb);
}

static void a_wrong_id_leaves_the_table_as_it_was(void **state)
{
    (void)state;
    const int64_t ids[] = {1, 2, 6}, negative[] = {-1};
    float E[3 * D], before[V * D];
    struct error err;
    struct embedding emb;
    table_init(&emb, (struct embedding_options){.has_max_norm = true,
                                                .max_norm = 0.01,
                                                .norm_type = 2});
    memcpy(before, emb.weight.value, sizeof before);
    assert_int_equal(embedding_forward(&emb, ids, 3, E, &err), -1);
    assert_int_equal(err.code, ERROR_RANGE);
    assert_string_equal(
        err.message,
        "id 6 at position 2 is not a row of W; ids go from 0 to 5");
    assert_memory_equal(emb.weight.value, before, sizeof before);
    assert_int_equal(emb.weight.marks.looked_up.count, 0);
    assert_int_equal(embedding_forward(&emb, negative, 1, E, &err), -1);
    embedding_clear(&emb);
}

static void nothing_looked_up_is_nothing(void **state)
{
    (void)state;
    struct embedding emb;
    table_init(&emb, (struct embedding_options){
                         .has_max_norm = true, .max_norm = 1, .norm_type = 2});
    assert_int_equal(embedding_forward(&emb, NULL, 0, NULL, NULL), 0);
    embedding_backward(&emb, NULL, 0, NULL);
    assert_int_equal(emb.weight.gradient, GRADIENT_ROWS); /* zeros, not None */
    assert_int_equal(emb.weight.grad_rows.count, 0);
    embedding_clear(&emb);
}

/* --- max_norm ------------------------------------------------------------- */

static const struct embedding_options at_most_two = {
    .has_max_norm = true, .max_norm = 2, .norm_type = 2};

static void rows_above_max_norm_are_rescaled_in_place(void **state)
{
    (void)state;
    const int64_t ids[] = {3, 1, 3, 2};
    float E[4 * D];
    struct embedding emb;
    table_init(&emb, at_most_two);
    set_row(&emb, 1, 3, 4, 0);     /* norm 5 */
    set_row(&emb, 2, 1, 1, 1);     /* within */
    set_row(&emb, 3, 0, 0, -8);    /* norm 8, looked up twice */
    set_row(&emb, 5, 100, 100, 0); /* not looked up */
    emb.weight.keep_before = true;
    assert_int_equal(embedding_forward(&emb, ids, 4, E, NULL), 0);
    const float *W = emb.weight.value;
    /* 3 * 2 / (5 + 1e-7) and so on, in float32 */
    assert_true(W[1 * D] == 3.0f * (float)(2.0 / (5.0 + 1e-7)));
    assert_true(W[1 * D + 1] == 4.0f * (float)(2.0 / (5.0 + 1e-7)));
    assert_true(W[3 * D + 2] == -8.0f * (float)(2.0 / (8.0 + 1e-7)));
    assert_true(W[2 * D] == 1.0f);
    assert_true(W[5 * D] == 100.0f);
    assert_true(E[0 * D + 2] == W[3 * D + 2]); /* what is looked up is new */
    parameter_mark_changed(&emb.weight);
    assert_int_equal(emb.weight.marks.changed.count, 2);
    assert_true(parameter_before(&emb.weight, 3)[2] == -8.0f);
    embedding_clear(&emb);
}

static void what_was_rescaled_is_told_in_order_and_once(void **state)
{
    (void)state;
    const int64_t ids[] = {3, 1, 3}, other[] = {0};
    float E[3 * D];
    struct embedding emb;
    table_init(&emb, at_most_two);
    set_row(&emb, 0, 0, 0, 0);
    set_row(&emb, 1, 3, 4, 0);
    set_row(&emb, 3, 0, 0, -8);
    assert_int_equal(embedding_forward(&emb, ids, 3, E, NULL), 0);
    assert_int_equal(emb.rescaled_count, 2);
    assert_int_equal(emb.rescaled_ids[0], 1);
    assert_int_equal(emb.rescaled_ids[1], 3);
    assert_true(emb.rescaled_norms[0] == 5.0f);
    assert_true(emb.rescaled_norms[1] == 8.0f);
    assert_int_equal(embedding_forward(&emb, other, 1, E, NULL), 0);
    assert_int_equal(emb.rescaled_count, 0);
    embedding_clear(&emb);
}

static void frozen_and_padding_rows_are_rescaled_too(void **state)
{
    (void)state;
    const int64_t ids[] = {1};
    float E[D];
    struct embedding_options options = at_most_two;
    struct embedding emb;
    options.has_padding = true;
    options.padding_idx = 1;
    table_init(&emb, options);
    set_row(&emb, 1, 0, 10, 0);
    emb.weight.frozen = true;
    assert_int_equal(embedding_forward(&emb, ids, 1, E, NULL), 0);
    assert_true(fabsf(E[1] - 2.0f) < 1e-6f);
    embedding_clear(&emb);
}

/* --- Backward ------------------------------------------------------------- */

static void repeated_ids_add_up(void **state)
{
    (void)state;
    const int64_t ids[] = {2, 5, 2};
    const float grad[] = {1, 2, 3, 4, 5, 6, 10, 20, 30};
    struct embedding emb;
    table_init(&emb, (struct embedding_options){0});
    embedding_backward(&emb, ids, 3, grad);
    const float *row = parameter_grad_row(&emb.weight, 2);
    assert_true(row[0] == 11.0f && row[1] == 22.0f && row[2] == 33.0f);
    assert_true(parameter_grad_row(&emb.weight, 5)[1] == 5.0f);
    assert_null(parameter_grad_row(&emb.weight, 0));
    assert_int_equal(emb.weight.grad_rows.count, 2);
    embedding_clear(&emb);
}

static void padding_row_gets_no_gradient(void **state)
{
    (void)state;
    const int64_t ids[] = {2, 5, 2};
    const float grad[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct embedding emb;
    for (int sparse = 0; sparse < 2; sparse++) {
        table_init(&emb, (struct embedding_options){.has_padding = true,
                                                    .padding_idx = 2,
                                                    .sparse = sparse != 0});
        embedding_backward(&emb, ids, 3, grad);
        assert_null(parameter_grad_row(&emb.weight, 2));
        assert_non_null(parameter_grad_row(&emb.weight, 5));
        assert_int_equal(emb.weight.entries, sparse);
        embedding_clear(&emb);
    }
}

static void a_frozen_table_gets_no_gradient(void **state)
{
    (void)state;
    const int64_t ids[] = {2};
    const float grad[] = {1, 1, 1};
    struct embedding emb;
    table_init(&emb, (struct embedding_options){0});
    emb.weight.frozen = true;
    embedding_backward(&emb, ids, 1, grad);
    embedding_backward_groups(&emb, ids, 1, 1, grad, 1.0f);
    embedding_backward_sum(&emb, ids, 1);
    assert_int_equal(emb.weight.gradient, GRADIENT_NONE);
    embedding_clear(&emb);
}

static void scaling_by_frequency_divides_by_the_count(void **state)
{
    (void)state;
    const int64_t ids[] = {2, 5, 2, 2, 2};
    float grad[5 * D];
    struct embedding emb;
    table_init(&emb, (struct embedding_options){.scale_grad_by_freq = true});
    for (size_t i = 0; i < 5 * D; i++)
        grad[i] = 8.0f;
    embedding_backward(&emb, ids, 5, grad);
    assert_true(parameter_grad_row(&emb.weight, 2)[0] == 8.0f); /* 4 x 8/4 */
    assert_true(parameter_grad_row(&emb.weight, 5)[0] == 8.0f);
    embedding_clear(&emb);
}

static void a_sparse_gradient_has_an_entry_a_position(void **state)
{
    (void)state;
    const int64_t ids[] = {2, 5, 2};
    const float grad[] = {1, 2, 3, 4, 5, 6, 10, 20, 30};
    struct embedding emb;
    table_init(&emb, (struct embedding_options){.sparse = true});
    embedding_backward(&emb, ids, 3, grad);
    assert_int_equal(emb.weight.gradient, GRADIENT_SPARSE);
    assert_int_equal(emb.weight.entries, 3);
    assert_memory_equal(emb.weight.entry_ids, ids, sizeof ids);
    assert_memory_equal(emb.weight.entry_values, grad, sizeof grad);
    assert_true(parameter_grad_row(&emb.weight, 2)[2] == 33.0f);
    embedding_clear(&emb);
}

/* Large and small: 1 is lost beside 2^24, but 1 + 1 is not. */
static void a_second_pass_is_added_as_one_sum(void **state)
{
    (void)state;
    const int64_t ids[] = {1, 1};
    const float large[2 * D] = {0x1p24f};
    const float small[2 * D] = {1, 0, 0, 1, 0, 0};
    struct embedding emb;
    table_init(&emb, (struct embedding_options){0});
    embedding_backward(&emb, ids, 2, large);
    embedding_backward(&emb, ids, 2, small);
    assert_true(parameter_grad_row(&emb.weight, 1)[0] == 0x1p24f + 2.0f);
    embedding_clear(&emb);
}

/* Sparse: the entries (1), (2^24) and (1) merge to (1 + 1), (2^24). */
static void a_second_sparse_pass_is_summed_by_entries(void **state)
{
    (void)state;
    const int64_t ids[] = {1, 1};
    const float first[2 * D] = {1, 0, 0, 0x1p24f, 0, 0};
    const float second[D] = {1};
    struct embedding emb;
    table_init(&emb, (struct embedding_options){.sparse = true});
    embedding_backward(&emb, ids, 2, first);
    embedding_backward(&emb, ids, 1, second);
    assert_int_equal(emb.weight.entries, 2);
    assert_true(parameter_grad_row(&emb.weight, 1)[0] == 0x1p24f + 2.0f);
    embedding_clear(&emb);
}

static void assert_same_gradient(const struct embedding *a,
                                 const struct embedding *b)
{
    float x[V * D], y[V * D];
    parameter_grad_dense(&a->weight, x);
    parameter_grad_dense(&b->weight, y);
    assert_memory_equal(x, y, sizeof x);
    assert_int_equal(a->weight.entries, b->weight.entries);
    assert_int_equal(a->weight.gradient, b->weight.gradient);
}

/* A gradient shared by groups of 3, spelled out. */
static void shared_gradients_are_those_spelled_out(void **state)
{
    (void)state;
    enum { C = 3, B = 2 };
    const int64_t ids[B * C] = {1, 2, 2, 5, 1, 0};
    const float grad_h[B * D] = {1, -2, 0.1f, 7, 0.3f, 1e-3f};
    const struct embedding_options kinds[] = {
        {0},
        {.scale_grad_by_freq = true},
        {.sparse = true},
        {.has_padding = true, .padding_idx = 2},
    };
    float grad[B * C * D];
    for (size_t i = 0; i < B * C * D; i++)
        grad[i] = grad_h[i / (C * D) * D + i % D] / 3.0f;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct embedding a, b;
        table_init(&a, kinds[k]);
        table_init(&b, kinds[k]);
        embedding_backward(&a, ids, B * C, grad);
        embedding_backward_groups(&b, ids, B * C, C, grad_h, 3.0f);
        assert_same_gradient(&a, &b);
        embedding_backward(&a, ids, B * C, grad);
        embedding_backward_groups(&b, ids, B * C, C, grad_h, 3.0f);
        assert_same_gradient(&a, &b);
        embedding_clear(&a);
        embedding_clear(&b);
    }
}

/* The smallest case of all: a row's gradient is how often it was looked up. */
static void gradient_of_a_sum_counts_lookups(void **state)
{
    (void)state;
    const int64_t ids[] = {4, 1, 4, 4};
    struct embedding emb;
    table_init(&emb, (struct embedding_options){0});
    embedding_backward_sum(&emb, ids, 4);
    assert_true(parameter_grad_row(&emb.weight, 4)[0] == 3.0f);
    embedding_backward_sum(&emb, ids, 4);
    assert_true(parameter_grad_row(&emb.weight, 4)[0] == 6.0f);
    assert_true(parameter_grad_row(&emb.weight, 1)[2] == 2.0f);
    embedding_clear(&emb);
}

/* --- Finite differences --------------------------------------------------- */

static const int64_t looked_up[] = {2, 5, 2, 0, 2, 5, 1};
enum { N = 7 };

/* Sum of c E^2 / 2 with another c for every element. */
static double loss(struct embedding *emb)
{
    float E[N * D];
    double sum = 0.0;
    assert_int_equal(embedding_forward(emb, looked_up, N, E, NULL), 0);
    for (size_t i = 0; i < N * D; i++)
        sum += ((double)i - 8.0) * 0.5 * (double)E[i] * (double)E[i];
    return sum;
}

static void backward(struct embedding *emb)
{
    float E[N * D];
    assert_int_equal(embedding_forward(emb, looked_up, N, E, NULL), 0);
    for (size_t i = 0; i < N * D; i++)
        E[i] *= (float)i - 8.0f;
    embedding_backward(emb, looked_up, N, E);
}

/* The slope of the loss at an element, over a step that floats hold exactly. */
static double slope(struct embedding *emb, size_t at)
{
    const float step = 0x1p-6f;
    float kept = emb->weight.value[at];
    emb->weight.value[at] = kept + step;
    double above = loss(emb);
    emb->weight.value[at] = kept - step;
    double below = loss(emb);
    emb->weight.value[at] = kept;
    return (above - below) / (2.0 * (double)step);
}

static void the_gradient_is_the_slope_of_the_loss(void **state)
{
    (void)state;
    const double counts[V] = {1, 1, 3, 1, 1, 2};
    const struct embedding_options kinds[] = {
        {0}, {.sparse = true}, {.scale_grad_by_freq = true}};
    for (size_t k = 0; k < 3; k++) {
        struct embedding emb;
        float grad[V * D];
        table_init(&emb, kinds[k]);
        backward(&emb);
        parameter_grad_dense(&emb.weight, grad);
        for (size_t at = 0; at < V * D; at++) {
            double share = k == 2 ? counts[at / D] : 1.0;
            double expected = slope(&emb, at) / share;
            assert_true(fabs((double)grad[at] - expected) < 2e-3);
        }
        embedding_clear(&emb);
    }
}

/* --- Copies and refusals -------------------------------------------------- */

static void a_copy_stands_alone(void **state)
{
    (void)state;
    const int64_t ids[] = {1};
    float E[D];
    struct embedding emb, copy;
    table_init(&emb, at_most_two);
    set_row(&emb, 1, 3, 4, 0);
    assert_int_equal(embedding_forward(&emb, ids, 1, E, NULL), 0);
    embedding_backward_sum(&emb, ids, 1);
    embedding_copy(&copy, &emb);
    set_row(&emb, 1, 0, 0, 0);
    embedding_backward_sum(&emb, ids, 1);
    assert_memory_equal(copy.weight.value + D, E, sizeof E);
    assert_true(parameter_grad_row(&copy.weight, 1)[0] == 1.0f);
    assert_int_equal(copy.rescaled_count, 1);
    assert_true(copy.rescaled_norms[0] == 5.0f);
    embedding_clear(&emb);
    embedding_clear(&copy);
}

static void assert_refused(struct embedding_options options, size_t rows,
                           size_t cols, enum error_code code,
                           const char *message)
{
    struct embedding emb;
    struct error err;
    struct rng rng;
    rng_seed(&rng, 1);
    assert_int_equal(
        embedding_init(&emb, "W", rows, cols, &options, &rng, &err), -1);
    assert_int_equal(err.code, code);
    if (strstr(err.message, message) == NULL)
        fail_msg("'%s' does not say '%s'", err.message, message);
    assert_null(emb.weight.value);
    assert_int_equal(rng.draws, 0);
}

static void options_out_of_range_are_refused(void **state)
{
    (void)state;
    const struct embedding_options none = {0};
    struct embedding_options o = {.has_padding = true, .padding_idx = 10};
    assert_refused(o, 10, 3, ERROR_RANGE,
                   "padding_idx=10 is not a row of the table; choose one from "
                   "0 to 9, or from -1 (the last) to -10");
    o.padding_idx = -11;
    assert_refused(o, 10, 3, ERROR_RANGE, "padding_idx=-11");

    o = (struct embedding_options){.has_max_norm = true, .norm_type = 2};
    assert_refused(o, 10, 3, ERROR_RANGE, "max_norm=0");
    o.max_norm = -1;
    assert_refused(o, 10, 3, ERROR_RANGE, "PyTorch accepts it");
    o.max_norm = (double)NAN;
    assert_refused(o, 10, 3, ERROR_RANGE, "max_norm=nan");
    o.max_norm = 1;
    o.norm_type = 0;
    assert_refused(o, 10, 3, ERROR_RANGE, "norm_type=0");
    o.norm_type = -2;
    assert_refused(o, 10, 3, ERROR_RANGE, "choose 1, 2, another number");

    assert_refused(none, 0, 3, ERROR_RANGE, "at least 1");
    assert_refused(none, 3, 0, ERROR_RANGE, "at least 1");
    o = (struct embedding_options){.sparse = true, .scale_grad_by_freq = true};
    assert_refused(o, 10, 3, ERROR_STATE, "sparse=no");
}

static void a_table_that_would_not_fit_is_refused(void **state)
{
    (void)state;
    const struct embedding_options none = {0};
    assert_refused(none, 4000000000u, 1000000, ERROR_MEMORY, "table");
    assert_refused(none, SIZE_MAX, 1, ERROR_RANGE, "smaller V or D");
    assert_refused(none, 1000, SIZE_MAX / 100, ERROR_RANGE, "smaller V or D");
}

/* A table of a million rows: only those of the ids are ever written to. */
static void costs_follow_the_ids(void **state)
{
    (void)state;
    enum { ROWS = 1000000 };
    const int64_t ids[] = {999999, 17, 500000, 17};
    const float grad[4] = {1, 2, 3, 4};
    struct parameter *w;
    struct embedding emb;
    struct rng rng;
    float E[4];
    rng_seed(&rng, 1);
    assert_int_equal(embedding_init(&emb, "W", ROWS, 1,
                                    &(struct embedding_options){0}, &rng, NULL),
                     0);
    w = &emb.weight;
    w->keep_before = true;
    assert_int_equal(embedding_forward(&emb, ids, 4, E, NULL), 0);
    embedding_backward(&emb, ids, 4, grad);
    parameter_mark_gradient(w);
    assert_int_equal(w->grad_rows.count, 3);
    assert_in_range(w->grad_capacity, 3, 64);
    assert_int_equal(w->marks.looked_up.count, 3);
    assert_int_equal(w->marks.grad_nonzero.count, 3);
    assert_null(w->grad);
    assert_true(parameter_grad_row(w, 17)[0] == 6.0f);
    embedding_clear(&emb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_notes_example_prints_as_in_pytorch),
        cmocka_unit_test(the_padding_row_is_zero_at_the_start),
        cmocka_unit_test(an_initialiser_overwrites_the_padding_row),
        cmocka_unit_test(a_lookup_copies_rows_and_marks_them),
        cmocka_unit_test(a_wrong_id_leaves_the_table_as_it_was),
        cmocka_unit_test(nothing_looked_up_is_nothing),
        cmocka_unit_test(rows_above_max_norm_are_rescaled_in_place),
        cmocka_unit_test(what_was_rescaled_is_told_in_order_and_once),
        cmocka_unit_test(frozen_and_padding_rows_are_rescaled_too),
        cmocka_unit_test(repeated_ids_add_up),
        cmocka_unit_test(padding_row_gets_no_gradient),
        cmocka_unit_test(a_frozen_table_gets_no_gradient),
        cmocka_unit_test(scaling_by_frequency_divides_by_the_count),
        cmocka_unit_test(a_sparse_gradient_has_an_entry_a_position),
        cmocka_unit_test(a_second_pass_is_added_as_one_sum),
        cmocka_unit_test(a_second_sparse_pass_is_summed_by_entries),
        cmocka_unit_test(shared_gradients_are_those_spelled_out),
        cmocka_unit_test(gradient_of_a_sum_counts_lookups),
        cmocka_unit_test(the_gradient_is_the_slope_of_the_loss),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(a_table_that_would_not_fit_is_refused),
        cmocka_unit_test(costs_follow_the_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
