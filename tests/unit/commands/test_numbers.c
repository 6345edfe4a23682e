/*
 * Numbers that have grown beyond all measure: shown as what they are.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lab/lab.h"
#include "session_case.h"

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in:\n%s", part, text);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_loss_has_an_exponent),
        cmocka_unit_test(no_nan_has_a_sign),
        cmocka_unit_test(why_explains_a_softmax_of_large_scores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
