/*
 * What a person is told whose line no command could take: the words of the
 * text are looked up, a word of the field is in the glossary.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "commands/played.h"
#include "session_case.h"

static void refuses(struct sitting *s, const char *line, const char *message)
{
    assert_string_equal(sitting_refusal(s, line), message);
}

static void words_of_the_text_are_looked_up(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny");
    refuses(&s, "the cat",
            "theme: there is no cat; `lookup the cat` looks these words up");
    refuses(&s, "dog milk",
            "no command is called \"dog\"; `lookup dog milk` looks these words "
            "up");
    refuses(&s, "cat",
            "no command is called \"cat\"; `lookup cat` looks this word up");
    refuses(&s, "a cat",
            "\"a\" could be analogy, answer; `lookup a cat` looks these words "
            "up");
    sitting_end(&s);
}

static void other_words_are_not(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    refuses(&s, "dog",
            "no command is called \"dog\"; help lists them"); /* no text yet */
    sitting_ask(&s, "corpus tiny");
    refuses(&s, "the zebra",
            "theme: there is no zebra; it takes default, projector or mono");
    refuses(&s, "theme cat",
            "theme: there is no cat; it takes default, projector or mono");
    refuses(&s, "lokup cat",
            "no command is called \"lokup\"; did you mean lookup?");
    refuses(&s, "TABLE", "no command is called \"TABLE\"; did you mean table?");
    sitting_ask(&s, "vocab hash=5");
    refuses(&s, "dog", "no command is called \"dog\"; help lists them");
    sitting_end(&s);
}

/* The caret stays where the command's own complaint put it. */
static void the_place_stays(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny");
    sitting_refusal(&s, "  the cat");
    assert_int_equal(s.err.column, 7);
    assert_int_equal(s.err.length, 3);
    sitting_end(&s);
}

static void who_wants_out_is_told_how(void **state)
{
    static const struct played_lesson lesson = {0};
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    refuses(&s, "exit", "no command is called \"exit\"; quit leaves emblab");
    refuses(&s, "q", "\"q\" could be quiz, quit; quit leaves emblab");
    s.session.lesson = &lesson;
    refuses(&s, "leave",
            "no command is called \"leave\"; lesson leave ends the lesson, "
            "quit emblab");
    s.session.lesson = NULL;
    sitting_end(&s);
}

static void a_word_of_the_field_is_in_the_glossary(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    refuses(&s, "embedding",
            "no command is called \"embedding\"; glossary embedding explains "
            "the word");
    refuses(&s, "Gradients",
            "no command is called \"Gradients\"; glossary gradient explains "
            "the word");
    refuses(&s, "weight decay",
            "no command is called \"weight\"; glossary weight decay explains "
            "the word");
    sitting_end(&s);
}

/* `view` and `corpus` alone say what there is. */
static void what_is_left_out_is_listed(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    refuses(&s, "corpus",
            "corpus of which text? a name (farm, friends, ratings, reviews, "
            "stories, tiny), a file (with a / or a .) or \"some words\"");
    assert_non_null(strstr(sitting_refusal(&s, "view"),
                           "view of what; there are: tokens merges vocab"));
    sitting_end(&s);
}

static void why_a_word_points_at_its_row(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; step");
    refuses(&s, "why the",
            "\"the\" is a word and no number; why row the says where its "
            "row's gradient comes from");
    assert_non_null(strstr(sitting_refusal(&s, "why zebra"), "no tensor"));
    assert_non_null(strstr(sitting_refusal(&s, "why row zebra"), "zebra"));
    assert_non_null(strstr(sitting_ask(&s, "why row the"), "(row 0): "));
    sitting_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_the_text_are_looked_up),
        cmocka_unit_test(other_words_are_not),
        cmocka_unit_test(the_place_stays),
        cmocka_unit_test(who_wants_out_is_told_how),
        cmocka_unit_test(a_word_of_the_field_is_in_the_glossary),
        cmocka_unit_test(what_is_left_out_is_listed),
        cmocka_unit_test(why_a_word_points_at_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
