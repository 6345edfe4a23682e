/*
 * What people type for an answer is read as what it says, and what is said of
 * it does not give the answer away.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "lesson/answers.h"
#include "session_case.h"

/* A sitting and a question on its lab. */
struct asked {
    struct sitting s;
    struct answer_key key;
};

static void ask_expression(struct asked *a, const char *commands,
                           char *expression)
{
    static struct lesson_question question;
    struct error err;

    sitting_begin(&a->s);
    sitting_ask(&a->s, commands);
    question = (struct lesson_question){.answer = expression};
    assert_int_equal(answer_find(a->s.session.lab, &question, &a->key, &err),
                     0);
}

static void ask_choices(struct asked *a, struct lesson_choice *choices,
                        size_t count)
{
    static struct lesson_question question;
    struct error err;

    sitting_begin(&a->s);
    sitting_ask(&a->s, "corpus tiny");
    question =
        (struct lesson_question){.choices = choices, .choice_count = count};
    assert_int_equal(answer_find(a->s.session.lab, &question, &a->key, &err),
                     0);
}

static void end(struct asked *a)
{
    answer_clear(&a->key);
    sitting_end(&a->s);
}

static enum answer_verdict judge(struct asked *a, const char *typed)
{
    struct str why = STR_INIT;
    enum answer_verdict verdict =
        answer_judge(&a->key, a->s.session.lab, typed, &why);

    str_clear(&why);
    return verdict;
}

/* What is said of it. */
static const char *why_not(struct asked *a, const char *typed)
{
    static char text[256];
    struct str why = STR_INIT;

    assert_int_not_equal(answer_judge(&a->key, a->s.session.lab, typed, &why),
                         ANSWER_RIGHT);
    assert_in_range(why.length, 0, sizeof text - 1);
    strcpy(text, str_text(&why));
    str_clear(&why);
    return text;
}

static void rows_may_be_joined_by_words(void **state)
{
    static const char *const right[] = {"dog and milk", "dog or milk",
                                        "dog, milk", "dog, and milk.",
                                        "dog & milk"};
    struct asked a;
    char ids[] = "ids";

    (void)state;
    ask_expression(&a, "corpus tiny; lookup dog milk", ids);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        if (judge(&a, right[i]) != ANSWER_RIGHT)
            fail_msg("%s is not taken", right[i]);
    }
    assert_int_equal(judge(&a, "dog and cat"), ANSWER_WRONG);
    assert_int_equal(judge(&a, "dog and zebra"), ANSWER_UNREADABLE);
    assert_non_null(strstr(why_not(&a, "dog and zebra"), "zebra"));
    end(&a);
}

/* In this text `and` has a row of its own. */
static void a_word_of_the_text_stays_a_word(void **state)
{
    struct asked a;
    char ids[] = "ids";

    (void)state;
    ask_expression(&a, "corpus \"dog and milk\"; lookup dog and milk", ids);
    assert_int_equal(judge(&a, "dog and milk"), ANSWER_RIGHT);
    assert_int_equal(judge(&a, "dog milk"), ANSWER_WRONG);
    end(&a);
    ask_expression(&a, "corpus \"dog and milk\"; lookup dog milk", ids);
    assert_int_equal(judge(&a, "dog and milk"), ANSWER_RIGHT);
    end(&a);
}

static void choices_may_be_joined_by_words(void **state)
{
    char salt[] = "salt and pepper", oil[] = "oil", bread[] = "bread";
    struct lesson_choice choices[] = {{.text = salt, .right = true},
                                      {.text = oil},
                                      {.text = bread, .right = true}};
    struct asked a;

    (void)state;
    ask_choices(&a, choices, 3);
    assert_int_equal(judge(&a, "a and c"), ANSWER_RIGHT);
    assert_int_equal(judge(&a, "A or C"), ANSWER_RIGHT);
    assert_int_equal(judge(&a, "bread and a"), ANSWER_RIGHT);
    assert_string_equal(why_not(&a, "salt and pepper"), "1 of 2 found");
    assert_string_equal(why_not(&a, "a and b"),
                        "1 of 2 found, 1 does not belong");
    assert_string_equal(why_not(&a, "vinegar"),
                        "answer with the letters before the choices, commas "
                        "between them");
    end(&a);
}

static void a_single_choice_is_asked_for_by_one_letter(void **state)
{
    char up[] = "up", down[] = "down";
    struct lesson_choice choices[] = {{.text = up},
                                      {.text = down, .right = true}};
    struct asked a;

    (void)state;
    ask_choices(&a, choices, 2);
    assert_string_equal(why_not(&a, "left"),
                        "answer with the letter before one of the choices");
    assert_string_equal(why_not(&a, "a"), "");
    assert_string_equal(why_not(&a, "none"), "");
    assert_string_equal(why_not(&a, "a and b"),
                        "only one of them is the answer");
    end(&a);
}

static void a_number_may_be_a_sum(void **state)
{
    static const char *const right[] = {
        "51",       "17 x 3", "17x3", "17*3",     "17 \u00D7 3",
        "3 X 17",   "50 + 1", "52-1", "2*3 + 45", "0 x 3 + 51",
        "3 * 17.0", "51.",    "[51]"};
    static const char *const unread[] = {"17 y 3", "17 x", "17 /3", "x 3", "*"};
    struct asked a;
    char expression[] = "17 * 3";

    (void)state;
    ask_expression(&a, "corpus tiny", expression);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        if (judge(&a, right[i]) != ANSWER_RIGHT)
            fail_msg("%s is not taken", right[i]);
    }
    assert_int_equal(judge(&a, "17 x 4"), ANSWER_WRONG);
    assert_int_equal(judge(&a, "0x33"), ANSWER_WRONG); /* 0 times 33 */
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
        assert_string_equal(why_not(&a, unread[i]), "answer with a number");
    end(&a);
}

static void a_shape_may_be_said_with_times(void **state)
{
    struct asked a;
    char expression[] = "W.shape";

    (void)state;
    ask_expression(&a, "corpus tiny; table", expression);
    assert_int_equal(judge(&a, "17 x 6"), ANSWER_RIGHT);
    assert_int_equal(judge(&a, "(17 \u00D7 6)"), ANSWER_RIGHT);
    assert_int_equal(judge(&a, "17 and 6"), ANSWER_RIGHT);
    assert_int_equal(judge(&a, "6 x 17"), ANSWER_WRONG);
    assert_string_equal(why_not(&a, "many"),
                        "answer with numbers, commas between them");
    end(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_may_be_joined_by_words),
        cmocka_unit_test(a_word_of_the_text_stays_a_word),
        cmocka_unit_test(choices_may_be_joined_by_words),
        cmocka_unit_test(a_single_choice_is_asked_for_by_one_letter),
        cmocka_unit_test(a_number_may_be_a_sum),
        cmocka_unit_test(a_shape_may_be_said_with_times),
    };

    return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
