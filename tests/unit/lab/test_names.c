/*
 * Tensors by name: what there is, what comes later and from where, and the
 * grad_fn that PyTorch 1.13 prints (python3 -c 'print(lin(emb(ctx).mean(1)))').
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/memory.h"
#include "lab/lookup.h"
#include "lab/names.h"
#include "lab_case.h"

static struct named find(const struct lab *lab, const char *name)
{
    struct named named;
    struct error err = {0};
    if (name_find(lab, name, &named, &err) != 0)
        fail_msg("%s: %s", name, err.message);
    return named;
}

static void check(const struct lab *lab, const char *name, const char *shape,
                  enum name_kind kind, const char *grad_fn)
{
    struct named named = find(lab, name);
    char text[160];
    assert_string_equal(tensor_shape_text(&named.value, text), shape);
    assert_int_equal(named.kind, kind);
    if (grad_fn == NULL)
        assert_null(named.grad_fn);
    else
        assert_string_equal(named.grad_fn, grad_fn);
    named_clear(&named);
}

static void parameters_are_there_from_the_start(void **state)
{
    check(*state, "W", "(17, 6)", NAME_PARAMETER, NULL);
    check(*state, "U", "(17, 6)", NAME_PARAMETER, NULL);
    check(*state, "b", "(17,)", NAME_PARAMETER, NULL);
}

static void gradients_are_none_until_backward(void **state)
{
    struct lab *lab = *state;
    struct named grad = find(lab, "W.grad");
    assert_true(grad.none);
    named_clear(&grad);
    lab_steps(lab, 1);
    grad = find(lab, "W.grad");
    assert_false(grad.none);
    /* screens.md, "Backward": the, and milk, which stands in no context */
    assert_float_equal(grad.value.f[0], -0.048, 5e-4);
    assert_true(grad.value.f[3 * 6] == 0);
    named_clear(&grad);
    check(lab, "W.grad", "(17, 6)", NAME_GRADIENT, NULL);
    check(lab, "b.grad", "(17,)", NAME_GRADIENT, NULL);
}

static void a_sparse_gradient_says_so_and_densifies(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.sparse = true;
    lab_run(lab, &head);
    lab_steps(lab, 1);
    struct named grad = find(lab, "W.grad");
    assert_true(grad.sparse);
    assert_float_equal(grad.value.f[0], -0.048, 5e-4);
    assert_true(grad.value.f[16 * 6 + 5] == 0);
    named_clear(&grad);
}

static void what_a_mini_batch_computes_has_pytorchs_grad_fn(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    check(lab, "ctx", "(8, 2)", NAME_INPUT, NULL);
    check(lab, "ids", "(8, 2)", NAME_INPUT, NULL);
    check(lab, "tgt", "(8,)", NAME_INPUT, NULL);
    check(lab, "E", "(8, 2, 6)", NAME_FORWARD, "EmbeddingBackward0");
    check(lab, "h", "(8, 6)", NAME_FORWARD, "MeanBackward1");
    check(lab, "logits", "(8, 17)", NAME_FORWARD, "AddmmBackward0");
    check(lab, "probs", "(8, 17)", NAME_FORWARD, "SoftmaxBackward0");
    check(lab, "loss", "()", NAME_FORWARD, "NllLossBackward0");
    check(lab, "E.grad", "(8, 2, 6)", NAME_RETAINED, NULL);
    check(lab, "h.grad", "(8, 6)", NAME_RETAINED, NULL);
    check(lab, "logits.grad", "(8, 17)", NAME_RETAINED, NULL);
    check(lab, "losses", "(1,)", NAME_LOSSES, NULL);
}

static void without_anything_that_learns_below_there_is_no_grad_fn(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    assert_int_equal(lab_freeze(lab, "W", true, &err), 0);
    lab_steps(lab, 1);
    check(lab, "E", "(8, 2, 6)", NAME_FORWARD, NULL);
    check(lab, "h", "(8, 6)", NAME_FORWARD, NULL);
    check(lab, "logits", "(8, 17)", NAME_FORWARD, "AddmmBackward0");
    lab_look_up(lab, (int64_t[]){1}, 1);
    check(lab, "E", "(1, 6)", NAME_FORWARD, NULL);
}

static void pools_have_grad_fns_of_their_own(void **state)
{
    struct lab *lab = *state;
    static const struct {
        enum model_pool pool;
        const char *shape, *grad_fn;
    } pools[] = {
        {POOL_SUM, "(8, 6)", "SumBackward1"},
        {POOL_MAX, "(8, 6)", "MaxBackward0"},
        {POOL_CONCAT, "(8, 12)", "ReshapeAliasBackward0"},
    };
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
        struct head head = lab_head(lab, HEAD_MODEL);
        head.model.pool = pools[i].pool;
        lab_run(lab, &head);
        lab_steps(lab, 1);
        check(lab, "h", pools[i].shape, NAME_FORWARD, pools[i].grad_fn);
    }
}

static void a_typed_lookup_takes_over_E_and_ids(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    lab_steps(lab, 1);
    lab_look_up(lab, (int64_t[]){1, 1, 4}, 3);
    check(lab, "ids", "(3,)", NAME_INPUT, NULL);
    check(lab, "E", "(3, 6)", NAME_FORWARD, "EmbeddingBackward0");
    struct named grad = find(lab, "E.grad");
    assert_true(grad.none);
    named_clear(&grad);
    assert_int_equal(lookup_backward(lab, &err), 0);
    check(lab, "E.grad", "(3, 6)", NAME_RETAINED, NULL);
    check(lab, "ctx", "(8, 2)", NAME_INPUT, NULL);
    lab_phase(lab, PHASE_LOOKUP);
    check(lab, "E", "(8, 2, 6)", NAME_FORWARD, "EmbeddingBackward0");
}

static void what_comes_later_names_the_command(void **state)
{
    struct named named;
    struct error err = {0};
    assert_int_equal(name_find(*state, "h", &named, &err), -1);
    assert_int_equal(err.code, ERROR_STATE);
    assert_string_equal(err.message,
                        "there is no h yet; `next mean` computes it");
}

static void an_unknown_name_lists_what_there_is(void **state)
{
    struct named named;
    struct error err = {0};
    assert_int_equal(name_find(*state, "Q", &named, &err), -1);
    assert_int_equal(err.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(err.message, "W W.grad U U.grad b b.grad"));
}

static bool lists(const struct lab *lab, bool all, const char *name)
{
    const char *names[NAMES_MAX];
    size_t count = all ? name_list_all(lab, names) : name_list(lab, names);
    size_t times = 0;
    for (size_t i = 0; i < count; i++)
        times += str_equal(names[i], name);
    assert_in_range(times, 0, 1);
    return times == 1;
}

static void lists_know_now_from_later(void **state)
{
    struct lab *lab = *state;
    assert_true(lists(lab, false, "W"));
    assert_false(lists(lab, false, "h"));
    assert_true(lists(lab, true, "h"));
    assert_false(lists(lab, true, "Wu")); /* another model's */
    lab_steps(lab, 1);
    lab_look_up(lab, (int64_t[]){1}, 1);
    assert_true(lists(lab, false, "h"));
    assert_true(lists(lab, false, "E"));
}

static void recommend_has_names_of_its_own(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed =
        memory_text("ann\tsoup\t4\nbob\tcake\t2\nann\tcake\t5\n");
    head.model.kind = MODEL_RECOMMEND;
    lab_run(&lab, &head);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    lab_steps(&lab, 1);
    check(&lab, "Wu", "(2, 6)", NAME_PARAMETER, NULL);
    check(&lab, "Wi", "(2, 6)", NAME_PARAMETER, NULL);
    check(&lab, "bi", "(2, 1)", NAME_PARAMETER, NULL);
    check(&lab, "ctx", "(3, 2)", NAME_INPUT, NULL);
    check(&lab, "Eu", "(3, 6)", NAME_FORWARD, "EmbeddingBackward0");
    check(&lab, "Ei", "(3, 6)", NAME_FORWARD, "EmbeddingBackward0");
    check(&lab, "logits", "(3,)", NAME_FORWARD, "AddBackward0");
    check(&lab, "loss", "()", NAME_FORWARD, "MseLossBackward0");
    assert_false(lists(&lab, true, "probs"));
    lab_clear(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(parameters_are_there_from_the_start),
        WITH_TINY(gradients_are_none_until_backward),
        WITH_TINY(a_sparse_gradient_says_so_and_densifies),
        WITH_TINY(what_a_mini_batch_computes_has_pytorchs_grad_fn),
        WITH_TINY(without_anything_that_learns_below_there_is_no_grad_fn),
        WITH_TINY(pools_have_grad_fns_of_their_own),
        WITH_TINY(a_typed_lookup_takes_over_E_and_ids),
        WITH_TINY(what_comes_later_names_the_command),
        WITH_TINY(an_unknown_name_lists_what_there_is),
        WITH_TINY(lists_know_now_from_later),
        cmocka_unit_test(recommend_has_names_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
