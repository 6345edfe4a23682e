/*
 * What Tab offers: the word before the cursor is a command, an option, its
 * value, or what the command takes there. Candidates come best first.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_case.h"

static struct sitting sitting;

static int begin(void **state)
{
    (void)state;
    sitting_begin(&sitting);
    return sitting_run(&sitting, "corpus tiny; table");
}

static int end(void **state)
{
    (void)state;
    sitting_end(&sitting);
    return 0;
}

/* The candidates for what stands before a | in line, or at its end. */
static struct completions complete(const char *line)
{
    struct completions out;
    const char *bar = strchr(line, '|');
    size_t point = bar != NULL ? (size_t)(bar - line) : strlen(line);
    char *copy = malloc(strlen(line) + 1);
    memcpy(copy, line, point);
    strcpy(copy + point, line + point + (bar != NULL));
    session_complete(&sitting.session, copy, point, &out);
    assert_int_equal(out.end, point);
    free(copy);
    return out;
}

/* The best of them, at most as many as expected holds. */
static void check(const char *line, const char *expected)
{
    struct completions found = complete(line);
    struct str text = STR_INIT;
    for (size_t i = 0; i < found.count && text.length < strlen(expected); i++)
        str_printf(&text, "%s%s", i ? " " : "", found.items[i].text);
    assert_string_equal(str_text(&text), expected);
    if (*expected == '\0')
        assert_int_equal(found.count, 0);
    str_clear(&text);
    completions_clear(&found);
}

static bool offers(const char *line, const char *text)
{
    struct completions found = complete(line);
    bool there = false;
    for (size_t i = 0; i < found.count; i++)
        there = there || strcmp(found.items[i].text, text) == 0;
    completions_clear(&found);
    return there;
}

/* Where the candidate goes: bytes [start, point). */
static void check_start(const char *line, size_t start)
{
    struct completions found = complete(line);
    assert_int_equal(found.start, start);
    completions_clear(&found);
}

static void the_first_word_is_a_command(void **state)
{
    (void)state;
    check("", "corpus tokenize tokens vocab");
    check("opt", "optimizer");
    check("  ste", "step");
    check("lo", "lookup load");
    check("step; gl", "glossary");
    check("step;", "corpus");
    check("step\nuns", "");
    check("OPT", "optimizer");
    check_start("step;  gl", 7);
    check("opt|imizer sgd", "optimizer");
}

static void a_comment_is_left_alone(void **state)
{
    (void)state;
    check("step # op", "");
    check("# ", "");
    check("lookup the # c", "");
    check("step # op\nopt", "optimizer");
}

static void an_unknown_command_takes_nothing(void **state)
{
    (void)state;
    check("lokup th", "");
    check("s the", ""); /* ambiguous */
}

static void words_of_the_vocabulary_stand_behind_lookup(void **state)
{
    (void)state;
    check("lookup dr", "drinks");
    check("lookup the ch", "chases");
    check("look cat m", "milk mouse mat");
    check("lookup DR", "drinks");
    check("nearest ki", "king");
    check("plot king ki", "king");
    check_start("lookup the ch", 11);
}

static void lists_hold_words(void **state)
{
    (void)state;
    check("lookup [the, dr", "drinks");
    check("lookup [[the, cat], [do", "dog");
    check("lookup [the;dr", ""); /* one word, it is no separator there */
    check("lookup [the, cat] dr", "drinks");
    check_start("lookup [the,dr", 12);
}

static void quotes_stay_where_they_were_begun(void **state)
{
    (void)state;
    check("lookup \"dr", "\"drinks\"");
    check("lookup \"the; dr", "");
    check("lookup \"the\" dr", "drinks");
    check("lookup \"a \\\" b\" dr", "drinks");
    check_start("lookup \"dr", 7);
}

static void words_the_grammar_would_cut_are_quoted(void **state)
{
    (void)state;
    struct sitting *s = &sitting;
    assert_int_equal(
        sitting_run(s, "corpus \"a=b c#d \\\"q; \"; tokenize char"), 0);
    check("lookup =", "\"=\"");
    check("lookup ;", "corpus"); /* a new command */
    check("lookup \"\\", "");
    check("lookup \";", "\";\"");
    assert_true(offers("lookup ", "\"#\""));
    assert_true(offers("lookup ", "\"\\\"\""));
    assert_true(offers("lookup ", "q"));
}

static void options_come_with_their_sign(void **state)
{
    (void)state;
    check("table pad", "padding_idx=");
    check("table D=6 no", "norm_type=");
    check("table ", "V= D= seed= init=");
    check("table D=6 ", "V= seed= init="); /* D is there already */
    check("tab se", "seed=");
    check("optimizer adagrad lr_decay=1 l", "lr=");
    check("step x", "");
}

static void their_values_follow(void **state)
{
    (void)state;
    check("table init=x", "xavier_uniform xavier_normal");
    check("table sparse=", "yes no");
    check("batch B=8 shuffle=y", "yes");
    check("table D=", "");
    check("table nothing=", "");
    check_start("table init=x", 11);
}

static void choices_stand_first_only(void **state)
{
    (void)state;
    check("optimizer ad", "adagrad adam adamw");
    check("optimizer adam l", "lr=");
    check("optimizer lr=1 ada", "adagrad adam adamw");
    assert_false(offers("optimizer adam ", "sgd"));
    check("tokenize b", "bpe");
    check("compare on", "onehot");
    check("theme pro", "projector");
}

static void what_a_command_does_not_take_is_not_offered(void **state)
{
    (void)state;
    check("similarity the cat ", "");
    check("corpus tiny ti", "");
    check("hash ", "");
    check("step 5 ", "");
}

static void corpora_and_files(void **state)
{
    const char *folder = *state;
    char line[300];
    struct str path = STR_INIT;
    check("corpus ti", "tiny");
    assert_true(offers("corpus ", "farm"));
    assert_false(offers("corpus \"", "\"farm\"")); /* that is a text */
    folder_write(folder, "one.txt", "a b");
    folder_write(folder, "two words.txt", "a b");
    snprintf(line, sizeof line, "corpus %s/on", folder);
    str_printf(&path, "%s/one.txt", folder);
    check(line, str_text(&path));
    snprintf(line, sizeof line, "load %s/tw", folder);
    str_clear(&path);
    str_printf(&path, "\"%s/two words.txt\"", folder);
    check(line, str_text(&path));
    snprintf(line, sizeof line, "load \"%s/two wo", folder);
    check(line, str_text(&path));
    /* in quotes it would be the text */
    str_clear(&path);
    str_printf(&path, "file=\"%s/two words.txt\"", folder);
    snprintf(line, sizeof line, "corpus %s/tw", folder);
    check(line, str_text(&path));
    snprintf(line, sizeof line, "corpus \"%s/two", folder);
    check(line, str_text(&path));
    snprintf(line, sizeof line, "corpus file=\"%s/two", folder);
    check(line, str_text(&path) + strlen("file="));
    str_clear(&path);
}

static void tensors_and_expressions(void **state)
{
    (void)state;
    check("print W", "W W.grad");
    check("print lo", "logits loss"); /* what is not computed yet too */
    check("print W[dr", "drinks");
    check("print W[cat] @ U", "U U.grad");
    check("print W@U", "U U.grad");
    check("print W[cat, 0", "");
    check_start("print W@U", 8);
    check("watch los", "loss");
}

static void exports_take_a_name_and_a_file(void **state)
{
    (void)state;
    char line[300];
    struct str path = STR_INIT;
    check("export mar", "marks");
    check("export W.g", "W.grad");
    folder_write(*state, "here.csv", "1");
    snprintf(line, sizeof line, "export W %s/he", (char *)*state);
    str_printf(&path, "%s/here.csv", (char *)*state);
    check(line, str_text(&path));
    assert_false(offers("save ", "W"));
    check("export W x.csv for", "format= force=");
    str_clear(&path);
}

static void scenes_terms_and_settings(void **state)
{
    (void)state;
    check("show back", "backward");
    check("show W.g", "W.grad");
    check("view log", "logits");
    check("glossary pad", "padding");
    check("help opt", "optimizer");
    check("lesson forget 02", "02-table");
    check("lesson goto 02", ""); /* none is played */
    check("set prec", "precision");
    check("set color al", "always");
    check("set color ", "auto always never");
    check("set color always ", "");
    check("freeze W", "W");
}

static void the_usage_is_of_the_command_at_the_end(void **state)
{
    (void)state;
    assert_non_null(strstr(session_usage("tab"), "table V=N [from vocab] "));
    assert_non_null(strstr(session_usage("tab"), "   the V x D table"));
    assert_non_null(strstr(session_usage("step; lookup the"), "lookup WORDS"));
    assert_null(session_usage(""));
    assert_null(session_usage("step; "));
    assert_null(session_usage("nothing"));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_word_is_a_command),
        TEST(a_comment_is_left_alone),
        TEST(an_unknown_command_takes_nothing),
        TEST(words_of_the_vocabulary_stand_behind_lookup),
        TEST(lists_hold_words),
        TEST(quotes_stay_where_they_were_begun),
        TEST(words_the_grammar_would_cut_are_quoted),
        TEST(options_come_with_their_sign),
        TEST(their_values_follow),
        TEST(choices_stand_first_only),
        TEST(what_a_command_does_not_take_is_not_offered),
        TEST(corpora_and_files),
        TEST(tensors_and_expressions),
        TEST(exports_take_a_name_and_a_file),
        TEST(scenes_terms_and_settings),
        TEST(the_usage_is_of_the_command_at_the_end),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
