/*
 * Numbers that have grown beyond all measure: shown as what they are.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "contains.h"
#include "lab/lab.h"
#include "session_case.h"

/* Two steps with a learning rate that throws the weights out of all bounds;
 * the third has a NaN. */
static void begin(struct sitting *s)
{
    sitting_begin(s);
    sitting_ask(s, "corpus tiny; optimizer sgd lr=1e12");
}

/* PyTorch's loss of step 2 is 5.2837e21 (tests/oracle, lr=1e12). */
static void a_large_loss_has_an_exponent(void **state)
{
    struct sitting s;
    const char *seen;
    (void)state;
    begin(&s);
    has(sitting_ask(&s, "step 2"), "\n  loss 5.2837e21\n");
    seen = sitting_ask(&s, "show loss");
    has(seen, "loss 5.2837e21 ");
    has(seen, "e21  dog chases  → a");
    has(seen, "-ln <1e-45"); /* the probability is 0 in float32 */
    has(sitting_ask(&s, "why loss"), "loss = 5.2837e21   the mean of 8 losses");
    sitting_end(&s);
}

static void no_nan_has_a_sign(void **state)
{
    static const char *const commands[] = {
        "show loss", "why loss",    "why probs[0,0]", "predict the cat",
        "rows",      "show logits", "diff",
    };
    struct sitting s;
    (void)state;
    begin(&s);
    sitting_run(&s, "step 3");
    has(s.err.message, "step 3: the loss is nan");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        has_not(sitting_ask(&s, commands[i]), "-nan");
    has(sitting_ask(&s, "show loss"), "loss nan · mean of 8");
    sitting_end(&s);
}

/* e^x overflows beyond 709; the sum is still what the softmax divides by. */
static void why_explains_a_softmax_of_large_scores(void **state)
{
    struct sitting s;
    const char *seen;
    (void)state;
    begin(&s);
    sitting_run(&s, "step 2");
    seen = sitting_ask(&s, "why probs[0,the]");
    has(seen, "the largest score");
    has_not(seen, "inf");
    has_not(seen, "nan");
    sitting_end(&s);
}

/* One rating, D=1: loss = (w x)^2 and x.grad = 2 w^2 x. With seed 6 x is
 * -0.9937, so w = 1.5e19 gives 2.22e38, and 4.47e38, more than a float has. */
static void overflow(struct sitting *s, const char *folder, const char *w,
                     const char *commands)
{
    struct str line = STR_INIT;
    char text[256], file[256];
    snprintf(text, sizeof text, "%s",
             folder_write(folder, "one.tsv", "ann\tx\t5\n"));
    snprintf(file, sizeof file, "ann %s\n", w);
    str_printf(&line,
               "corpus %s; model recommend; table D=1 seed=6 from=%s "
               "freeze=no; %s",
               text, folder_write(folder, "w.txt", file), commands);
    sitting_begin(s);
    sitting_run(s, str_text(&line));
    str_clear(&line);
}

/* Whole or phase by phase, the loss being finite. */
static void a_gradient_that_is_not_finite_stops_every_way(void **state)
{
    static const char *const ways[] = {
        "step", "epoch", "next backward; next update", "next loss; step"};
    uint64_t seen = 0;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct sitting s;
        overflow(&s, *state, "15000000000000000000", ways[i]);
        has(s.err.message, "step 1: a gradient is not finite, so training "
                           "stopped before the update");
        assert_int_equal(s.session.lab->step, 0);
        has(sitting_ask(&s, "print loss"), "tensor(2.2216e+38");
        if (i > 0)
            assert_true(sitting_state(&s) == seen);
        seen = sitting_state(&s);
        sitting_end(&s);
    }
}

/* w = 1.3e19: the gradients are finite, w.grad = 2 x^2 w = 2.57e19. */
static void a_large_gradient_has_an_exponent_in_the_example(void **state)
{
    struct sitting s;
    overflow(&s, *state, "13000000000000000000", "next backward");
    has(sitting_ask(&s, "next update"),
        "Wu[ann,0] = 1.3000e19 - 0.5 × 2.5672e19 = 1.6423e17");
    sitting_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_loss_has_an_exponent),
        cmocka_unit_test(no_nan_has_a_sign),
        cmocka_unit_test(why_explains_a_softmax_of_large_scores),
        cmocka_unit_test_setup_teardown(
            a_gradient_that_is_not_finite_stops_every_way, folder_begin,
            folder_end),
        cmocka_unit_test_setup_teardown(
            a_large_gradient_has_an_exponent_in_the_example, folder_begin,
            folder_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
