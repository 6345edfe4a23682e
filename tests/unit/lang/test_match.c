/* Names, distances and the ranking of completions. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lang/match.h"

static const char *const commands[] = {"batch", "backward", "bag",
                                       "step",  "steps",    "corpus"};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void an_exact_name_wins_over_longer_ones(void **state)
{
    size_t index = 99;

    (void)state;
    assert_int_equal(match_name("step", commands, COMMANDS, &index, NULL),
                     MATCH_ONE);
    assert_int_equal(index, 3);
}

static void a_unique_prefix_is_the_name(void **state)
{
    size_t index = 99;

    (void)state;
    assert_int_equal(match_name("bac", commands, COMMANDS, &index, NULL),
                     MATCH_ONE);
    assert_int_equal(index, 1);
}

static void an_ambiguous_prefix_lists_its_candidates(void **state)
{
    size_t index;
    struct str candidates = STR_INIT;

    (void)state;
    assert_int_equal(match_name("ba", commands, COMMANDS, &index, &candidates),
                     MATCH_MANY);
    assert_string_equal(str_text(&candidates), "batch, backward, bag");
    str_clear(&candidates);
}

static void unknown_empty_and_other_case_match_nothing(void **state)
{
    size_t index;

    (void)state;
    assert_int_equal(match_name("x", commands, COMMANDS, &index, NULL),
                     MATCH_NONE);
    assert_int_equal(match_name("", commands, 1, &index, NULL), MATCH_NONE);
    assert_int_equal(match_name("B", commands, COMMANDS, &index, NULL),
                     MATCH_NONE);
    assert_int_equal(match_name("batches", commands, COMMANDS, &index, NULL),
                     MATCH_NONE);
}

static void the_nearest_name_is_suggested(void **state)
{
    (void)state;
    assert_string_equal(match_nearest("corpsu", commands, COMMANDS), "corpus");
    assert_string_equal(match_nearest("stpe", commands, COMMANDS), "step");
    assert_string_equal(match_nearest("CORPUS", commands, COMMANDS), "corpus");
    assert_null(match_nearest("zebra", commands, COMMANDS));
}

static void the_nearest_of_several_wins_within_three_edits(void **state)
{
    static const char *const names[] = {"matches", "patches",
                                        "abcdefghijklmnop"};

    (void)state;
    assert_string_equal(match_nearest("mattches", names, 3), "matches");
    assert_string_equal(match_nearest("pattches", names, 3), "patches");
    assert_string_equal(match_nearest("abcdefghijklm", names, 3),
                        "abcdefghijklmnop");
    assert_null(match_nearest("abcdefghijkl", names, 3));
}

static void nothing_near_is_no_suggestion(void **state)
{
    static const char *const letters[] = {"B", "C", "k"};

    (void)state;
    assert_null(match_nearest("x", letters, 3));
    assert_null(match_nearest("", letters, 3));
    assert_null(match_nearest("corpus", letters, 3));
    assert_string_equal(match_nearest("b", letters, 3), "B");
    assert_string_equal(match_nearest("kk", letters, 3), "k");
}

static struct completions complete(const char *line, size_t start, size_t end,
                                   const char *const *names, size_t count)
{
    struct completions c;

    completions_begin(&c, line, start, end);
    for (size_t i = 0; i < count; i++)
        completions_add(&c, names[i], i == 0 ? "the first" : NULL);
    completions_rank(&c);
    return c;
}

static void assert_completions(const struct completions *c,
                               const char *expected)
{
    char got[200] = "";

    for (size_t i = 0; i < c->count; i++)
        strcat(strcat(got, c->items[i].text), " ");
    assert_string_equal(got, expected);
}

static void completions_rank_prefix_fold_contained(void **state)
{
    static const char *const names[] = {"subWord", "Word",  "wood",
                                        "word",    "WORDS", "wordy"};
    struct completions c = complete("table word x", 6, 10, names, 6);

    (void)state;
    assert_string_equal(c.prefix, "word");
    assert_completions(&c, "word wordy Word WORDS subWord ");
    assert_string_equal(c.items[4].note, "the first");
    assert_null(c.items[0].note);
    assert_int_equal(c.start, 6);
    assert_int_equal(c.end, 10);
    completions_clear(&c);
}

static void completions_fold_beyond_ascii(void **state)
{
    static const char *const names[] = {"\xc3\x84pfel", "apfel"};
    struct completions c = complete("\xc3\xa4p", 0, 3, names, 2);

    (void)state;
    assert_completions(&c, "\xc3\x84pfel ");
    completions_clear(&c);
}

static void an_empty_prefix_takes_all_in_order(void **state)
{
    struct completions c = complete("", 0, 0, commands, COMMANDS);

    (void)state;
    assert_completions(&c, "batch backward bag step steps corpus ");
    completions_clear(&c);
}

static void assert_common(const char *prefix, const char *const *names,
                          size_t count, const char *expected)
{
    struct completions c = complete(prefix, 0, strlen(prefix), names, count);
    char *common = completions_common(&c);

    assert_string_equal(common, expected);
    free(common);
    completions_clear(&c);
}

static void the_common_prefix_is_that_of_the_best_rank(void **state)
{
    static const char *const names[] = {"corpus", "corpora", "xco"};
    static const char *const accents[] = {"ca\xc3\xa9", "ca\xc3\xa8"};

    (void)state;
    assert_common("co", names, 3, "corp");
    assert_common("ba", commands, COMMANDS, "ba");
    assert_common("bac", commands, COMMANDS, "backward");
    assert_common("zz", commands, COMMANDS, "");
    assert_common("c", accents, 2, "ca");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exact_name_wins_over_longer_ones),
        cmocka_unit_test(a_unique_prefix_is_the_name),
        cmocka_unit_test(an_ambiguous_prefix_lists_its_candidates),
        cmocka_unit_test(unknown_empty_and_other_case_match_nothing),
        cmocka_unit_test(the_nearest_name_is_suggested),
        cmocka_unit_test(the_nearest_of_several_wins_within_three_edits),
        cmocka_unit_test(nothing_near_is_no_suggestion),
        cmocka_unit_test(completions_rank_prefix_fold_contained),
        cmocka_unit_test(completions_fold_beyond_ascii),
        cmocka_unit_test(an_empty_prefix_takes_all_in_order),
        cmocka_unit_test(the_common_prefix_is_that_of_the_best_rank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
