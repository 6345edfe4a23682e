/*
 * What the script says beside what the lab holds. The lab is a table of ones,
 * (2, 2): 1065353216 is the int32 of the bits of 1.0f; each unit more is
 * 2^-23, some 1.19e-7. A value may be 1e-5 * 1 + 1e-6 * 1 = 1.1e-5 away: 92
 * units (1.097e-5), not 93 (1.109e-5).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/lookup.h"
#include "lab/twin_answer.h"
#include "lab_case.h"

#define ONE "1065353216"
#define ONES ONE " " ONE " " ONE " " ONE

static int lab_of_ones(void **state)
{
    static struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_TABLE);
    head.table.V = head.table.D = 2;
    head.table.options.draw_again = true;
    head.table.options.init.kind = INIT_ONES;
    lab_run(&lab, &head);
    *state = &lab;
    return 0;
}

static int clear_lab(void **state)
{
    lab_clear(*state);
    return 0;
}

static struct twin_answer answer(const struct lab *lab, const char *text)
{
    struct twin_answer out;
    struct error err = {0};
    if (twin_answer_read(lab, text, &out, &err) != 0)
        fail_msg("%s", err.message);
    return out;
}

static const char *refusal(const struct lab *lab, const char *text)
{
    static struct error err;
    struct twin_answer out;
    error_clear(&err);
    assert_int_equal(twin_answer_read(lab, text, &out, &err), -1);
    assert_int_equal(err.code, ERROR_FORMAT);
    return err.message;
}

/* The answer whose W has this as its last number. */
static struct twin_answer answer_with(const struct lab *lab, const char *last)
{
    struct str text = STR_INIT;
    str_printf(&text,
               "emblab twin 1.13.0\nW float32 2 2\n" ONE " " ONE " " ONE
               " %s\nW.grad None\nend\n",
               last);
    struct twin_answer out = answer(lab, str_text(&text));
    str_clear(&text);
    return out;
}

static void equal_tensors_agree(void **state)
{
    struct twin_answer a = answer_with(*state, ONE);
    assert_string_equal(a.torch, "1.13.0");
    assert_int_equal(a.count, 2);
    assert_int_equal(a.differing, 0);
    assert_string_equal(a.list[0].name, "W");
    assert_string_equal(a.list[0].shape, "(2, 2)");
    assert_true(a.list[0].largest == 0 && a.list[0].part == 0);
    assert_string_equal(a.list[1].name, "W.grad");
    assert_string_equal(a.list[1].shape, "None");
}

static void the_tolerance_is_that_of_meaning_md(void **state)
{
    struct twin_answer a = answer_with(*state, "1065353308"); /* 92 more */
    assert_int_equal(a.differing, 0);
    assert_true(a.list[0].largest == 92 * 0x1p-23);
    /* scale and |b| are those of PyTorch's number, 1 + 1.097e-5 */
    assert_true(fabs(a.list[0].part - 92 * 0x1p-23 / 1.1e-5) < 1e-4);
    assert_int_equal(answer_with(*state, "1065353309").differing, 1);
}

static void after_twenty_steps_it_is_ten_times_that(void **state)
{
    struct lab *lab = *state;
    lab->step = 20;
    assert_int_equal(answer_with(lab, "1065353309").differing, 1);
    lab->step = 21;
    assert_int_equal(answer_with(lab, "1065353309").differing, 0);
    assert_int_equal(answer_with(lab, "1065354136").differing, 0); /* 920 */
    assert_int_equal(answer_with(lab, "1065354140").differing, 1); /* 924 */
}

static void infinities_and_nan_agree_with_themselves_alone(void **state)
{
    struct lab *lab = *state;
    float *last = lab->model->tables[0].weight.value + 3;
    const char *nan_bits = "2143289344", *inf_bits = "2139095040";
    assert_int_equal(answer_with(lab, nan_bits).differing, 1);
    assert_int_equal(answer_with(lab, inf_bits).differing, 1);
    *last = (float)NAN;
    assert_int_equal(answer_with(lab, nan_bits).differing, 0);
    assert_int_equal(answer_with(lab, ONE).differing, 1);
    *last = (float)INFINITY;
    assert_int_equal(answer_with(lab, inf_bits).differing, 0);
    assert_int_equal(answer_with(lab, "-8388608").differing, 1); /* -inf */
}

static void none_agrees_with_none_alone(void **state)
{
    const struct lab *lab = *state;
    struct twin_answer a = answer(lab, "emblab twin 1\nW None\nW.grad None\n"
                                       "end\n");
    assert_int_equal(a.differing, 1);
    assert_true(isinf(a.list[0].part));
    a = answer(lab, "emblab twin 1\nW float32 2 2\n" ONES
                    "\nW.grad float32 2 2\n0 0 0 0\nend\n");
    assert_int_equal(a.differing, 1);
    assert_true(isinf(a.list[1].part) && a.list[0].part == 0);
}

static void ids_agree_exactly(void **state)
{
    struct lab *lab = *state;
    lab_look_up(lab, (const int64_t[]){0, 1}, 2);
    struct twin_answer a = answer(
        lab, "emblab twin 1\nW float32 2 2\n" ONES "\nW.grad None\n"
             "ids int64 2\n0 1\nE float32 2 2\n" ONES "\nE.grad None\nend\n");
    assert_int_equal(a.differing, 0);
    a = answer(lab,
               "emblab twin 1\nW float32 2 2\n" ONES "\nW.grad None\n"
               "ids int64 2\n1 0\nE float32 2 2\n" ONES "\nE.grad None\nend\n");
    assert_int_equal(a.differing, 1);
    assert_true(a.list[2].largest == 2);
}

static void what_comes_before_the_answer_is_passed_over(void **state)
{
    struct twin_answer a = answer(
        *state, "hello emblab twin\n\nemblab twin 2\nW float32 2 2\n" ONES
                "\nW.grad None\nend\n");
    assert_string_equal(a.torch, "2");
    assert_int_equal(a.differing, 0);
}

static void an_answer_that_is_none_is_refused(void **state)
{
    const struct lab *lab = *state;
    static const char *const texts[] = {
        "",
        "emblab twin",
        "emblab twin 1",
        "emblab twin 1\n",
        "emblab twin 1\nU float32 2 2\n" ONES,
        "emblab twin 1\nW float32 2\n" ONES,
        "emblab twin 1\nW float32 2 2 2\n" ONES,
        "emblab twin 1\nW int64 2 2\n" ONES,
        "emblab twin 1\nW float32 2 2\n" ONE " " ONE " " ONE "\nW.grad None\n",
        "emblab twin 1\nW float32 2 2\n" ONES " " ONE "\nW.grad None\nend\n",
        "emblab twin 1\nW float32 2 2\n" ONES "\nW.grad None\n",
        "emblab twin 1\nW float32 2 2\n" ONES "\nW.grad float32 2 2\n",
        "emblab twin 1\nW float32 2 2\n" ONES "\nW.grad None\nends\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_non_null(strstr(refusal(lab, texts[i]), "is it a Python?"));
    assert_non_null(
        strstr(refusal(lab, texts[4]), "W should stand where \"U "));
}

/* 11 characters a number at most, and what is printed around them. */
static void an_answer_has_room_for_all_its_numbers(void **state)
{
    assert_true(twin_answer_bytes(*state) > 4 * 12 + 100);
}

#define ones_test(f) cmocka_unit_test_setup_teardown(f, lab_of_ones, clear_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ones_test(equal_tensors_agree),
        ones_test(the_tolerance_is_that_of_meaning_md),
        ones_test(after_twenty_steps_it_is_ten_times_that),
        ones_test(infinities_and_nan_agree_with_themselves_alone),
        ones_test(none_agrees_with_none_alone),
        ones_test(ids_agree_exactly),
        ones_test(what_comes_before_the_answer_is_passed_over),
        ones_test(an_answer_that_is_none_is_refused),
        ones_test(an_answer_has_room_for_all_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
