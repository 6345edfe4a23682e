/* Options checked against a table: what is taken, and every message. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lang/spec.h"

enum {
    B,
    LR,
    LOWER,
    POOL,
    PAD,
    SPECIALS,
    BETAS,
    FROM,
    NORM,
    STD,
    V,
    K,
    OPTIONS
};

static const struct option_spec specs[] = {
    [B] = {"B", OPTION_COUNT, "8", "all", 1, 1000, "rows a mini-batch"},
    [LR] = {"lr", OPTION_NUMBER, "0.5", NULL, 0, 10, "learning rate"},
    [LOWER] = {"lower", OPTION_FLAG, "yes", NULL, 0, 0, "fold case"},
    [POOL] = {"pool", OPTION_CHOICE, "mean", "mean|max|masked_mean|sum", 0, 0,
              "how E becomes h"},
    [PAD] = {"padding_idx", OPTION_COUNT, "none", "none", -1e18, 1e18, "row"},
    [SPECIALS] = {"specials", OPTION_TEXT, "", NULL, 0, 0, "tokens"},
    [BETAS] = {"betas", OPTION_LIST, "[0.9,0.999]", NULL, 0, 0, "decays"},
    [FROM] = {"from", OPTION_FILE, "none", NULL, 0, 0, "vectors"},
    [NORM] = {"norm_type", OPTION_NUMBER, "2", NULL, 0, HUGE_VAL, "p"},
    [STD] = {"std", OPTION_NUMBER, "1", NULL, 0, 0, "any finite number"},
    [V] = {"V", OPTION_COUNT, "from vocab", NULL, 1, 9e18, "words"},
    [K] = {"k", OPTION_NUMBER, "all", "all|auto", 0.25, 0.75, "a share"},
    [OPTIONS] = {0}};

/* Bind line's options; the caller clears the command. */
static int bind(const char *line, struct command *command,
                struct option_value *values, struct error *err)
{
    size_t position = 0;

    *err = (struct error){0};
    assert_int_equal(
        command_parse(line, strlen(line), &position, NULL, NULL, command, NULL),
        1);
    return spec_bind(specs, command, values, err);
}

/* Binding fails at column, length with this whole message. */
static void assert_refused(const char *line, size_t column, size_t length,
                           enum error_code code, const char *message)
{
    struct command command;
    struct option_value values[OPTIONS];
    struct error err;

    assert_int_equal(bind(line, &command, values, &err), -1);
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, code);
    assert_int_equal(err.column, column);
    assert_int_equal(err.length, length);
    command_clear(&command);
}

static void defaults_count_where_they_read_as_values(void **state)
{
    struct command command;
    struct option_value v[OPTIONS];
    struct error err;

    (void)state;
    memset(v, 0xff, sizeof v);
    assert_int_equal(bind("x", &command, v, &err), 0);
    for (int i = 0; i < OPTIONS; i++)
        assert_false(v[i].given);
    assert_int_equal(v[B].count, 8);
    assert_int_equal(v[B].choice, -1);
    assert_true(v[LR].number == 0.5);
    assert_true(v[LOWER].flag);
    assert_int_equal(v[POOL].choice, 0);
    assert_int_equal(v[PAD].choice, 0);
    assert_string_equal(v[FROM].text, "none");
    assert_null(v[BETAS].value);
    assert_int_equal(v[V].count, 0);
    assert_int_equal(v[V].choice, -1);
    command_clear(&command);
}

static void every_type_takes_its_values(void **state)
{
    struct command command;
    struct option_value v[OPTIONS];
    struct error err;

    (void)state;
    assert_int_equal(bind("x B=1e2 lr=1e-3 lower=off pool=sum padding_idx=-1 "
                          "specials=\"<pad> <unk>\" betas=[0.8,0.9] "
                          "from=w.vec norm_type=inf std=-5e9 V=3 k=0.5",
                          &command, v, &err),
                     0);
    for (int i = 0; i < OPTIONS; i++)
        assert_true(v[i].given);
    assert_int_equal(v[B].count, 100);
    assert_true(v[LR].number == 1e-3);
    assert_false(v[LOWER].flag);
    assert_int_equal(v[POOL].choice, 3);
    assert_int_equal(v[PAD].count, -1);
    assert_int_equal(v[PAD].choice, -1);
    assert_string_equal(v[SPECIALS].text, "<pad> <unk>");
    assert_int_equal(v[BETAS].value->count, 2);
    assert_string_equal(v[FROM].text, "w.vec");
    assert_true(isinf(v[NORM].number));
    command_clear(&command);
}

static void a_word_stands_beside_a_number(void **state)
{
    struct command command;
    struct option_value v[OPTIONS];
    struct error err;

    (void)state;
    assert_int_equal(bind("x B=all padding_idx=none", &command, v, &err), 0);
    assert_int_equal(v[B].choice, 0);
    assert_int_equal(v[PAD].choice, 0);
    command_clear(&command);
}

static void unique_prefixes_are_taken(void **state)
{
    struct command command;
    struct option_value v[OPTIONS];
    struct error err;

    (void)state;
    assert_int_equal(bind("x po=mas low=y B=a", &command, v, &err), 0);
    assert_int_equal(v[POOL].choice, 2);
    assert_true(v[LOWER].given && v[LOWER].flag);
    assert_int_equal(v[B].choice, 0);
    command_clear(&command);
}

static void every_word_for_yes_and_no_is_taken(void **state)
{
    static const char *const words[] = {"yes",  "no",    "on", "off",
                                        "true", "false", "1",  "0"};

    (void)state;
    for (int i = 0; i < 8; i++) {
        char line[40];
        struct command command;
        struct option_value v[OPTIONS];
        struct error err;
        sprintf(line, "x lower=%s", words[i]);
        assert_int_equal(bind(line, &command, v, &err), 0);
        assert_int_equal(v[LOWER].flag, i % 2 == 0);
        command_clear(&command);
    }
}

static void an_unknown_option_names_the_nearest(void **state)
{
    (void)state;
    assert_refused("x pol=sum", 3, 3, ERROR_USAGE,
                   "x has no option pol=; did you mean pool=?");
    assert_refused("x LR=1", 3, 2, ERROR_USAGE,
                   "x has no option LR=; did you mean lr=?");
    assert_refused("x drop=1", 3, 4, ERROR_USAGE,
                   "x has no option drop=; it has B= lr= lower= pool= "
                   "padding_idx= specials= betas= from= norm_type= std= V= k=");
    assert_refused("x p=1", 3, 1, ERROR_USAGE,
                   "p= could be pool, padding_idx; type more of it");
}

static void a_command_without_options_says_so(void **state)
{
    static const struct option_spec none[] = {{0}};
    struct command command;
    struct option_value value;
    struct error err = {0};
    size_t position = 0;

    (void)state;
    command_parse("step B=1", 8, &position, NULL, NULL, &command, NULL);
    assert_int_equal(spec_bind(none, &command, &value, &err), -1);
    assert_string_equal(err.message, "step has no option B=; it takes no "
                                     "options: leave it out");
    command_clear(&command);
}

static void an_option_given_twice_is_refused(void **state)
{
    (void)state;
    assert_refused("x B=1 lr=1 B=2", 12, 1, ERROR_USAGE,
                   "B= is given twice; keep one");
    assert_refused("x pool=sum poo=max", 12, 3, ERROR_USAGE,
                   "pool= is given twice; keep one");
}

static void out_of_range_names_the_range(void **state)
{
    (void)state;
    assert_refused("x B=0", 5, 1, ERROR_RANGE,
                   "B=: 0 is out of range; give a whole number from 1 to 1000, "
                   "or all");
    assert_refused("x B=99999999999999999999", 5, 20, ERROR_RANGE,
                   "B=: 99999999999999999999 is out of range; give a whole "
                   "number from 1 to 1000, or all");
    assert_refused("x lr=-1", 6, 2, ERROR_RANGE,
                   "lr=: -1 is out of range; give a number from 0 to 10");
    assert_refused("x lr=inf", 6, 3, ERROR_RANGE,
                   "lr=: inf is out of range; give a number from 0 to 10");
    assert_refused("x norm_type=-1", 13, 2, ERROR_RANGE,
                   "norm_type=: -1 is out of range; give a number of at least "
                   "0");
    assert_refused("x std=inf", 7, 3, ERROR_RANGE,
                   "std=: inf is out of range; give a number");
    assert_refused("x V=0", 5, 1, ERROR_RANGE,
                   "V=: 0 is out of range; give a whole number of at least 1");
    assert_refused("x k=1", 5, 1, ERROR_RANGE,
                   "k=: 1 is out of range; give a number from 0.25 to 0.75, or "
                   "all or auto");
    assert_refused("x k=a", 5, 1, ERROR_USAGE,
                   "k=: a could be all, auto; type more of it");
}

static void what_is_no_number_says_so(void **state)
{
    (void)state;
    assert_refused("x B=many", 5, 4, ERROR_USAGE,
                   "B=: many is no number; give a whole number from 1 to 1000, "
                   "or all");
    assert_refused("x B=2.5", 5, 3, ERROR_RANGE,
                   "B=: 2.5 is not whole; give a whole number from 1 to 1000, "
                   "or all");
    assert_refused("x lr=nan", 6, 3, ERROR_USAGE,
                   "lr=: nan is no number; give a number from 0 to 10");
    assert_refused("x padding_idx=x", 15, 1, ERROR_USAGE,
                   "padding_idx=: x is no number; give a whole number, or "
                   "none");
}

static void a_wrong_choice_names_nearest_or_candidates(void **state)
{
    (void)state;
    assert_refused("x pool=maen", 8, 4, ERROR_USAGE,
                   "pool=: there is no maen; did you mean mean? It takes mean, "
                   "max, masked_mean or sum");
    assert_refused("x pool=ma", 8, 2, ERROR_USAGE,
                   "pool=: ma could be max, masked_mean; type more of it");
    assert_refused("x pool=zzz", 8, 3, ERROR_USAGE,
                   "pool=: there is no zzz; it takes mean, max, masked_mean or "
                   "sum");
    assert_refused("x lower=maybe", 9, 5, ERROR_USAGE,
                   "lower=: there is no maybe; it takes yes, no, on, off, "
                   "true, false, 1 or 0");
}

static void only_list_options_take_lists(void **state)
{
    (void)state;
    assert_refused("x B=[1]", 5, 3, ERROR_USAGE,
                   "B= takes no list; give it one value");
    assert_refused("x specials=[a]", 12, 3, ERROR_USAGE,
                   "specials= takes no list; give it one value");
    assert_refused("x from=\"\"", 8, 2, ERROR_USAGE,
                   "from=: the name is empty; give a file's name");
}

static void a_required_option_must_be_there(void **state)
{
    static const struct option_spec required[] = {
        {"answer", OPTION_TEXT, NULL, NULL, 0, 0, "write answer=\"WORDS\""},
        {0}};
    struct command command;
    struct option_value value;
    struct error err = {0};
    size_t position = 0;

    (void)state;
    command_parse(" quiz rows", 10, &position, NULL, NULL, &command, NULL);
    assert_int_equal(spec_bind(required, &command, &value, &err), -1);
    assert_string_equal(err.message,
                        "quiz needs answer=; write answer=\"WORDS\"");
    assert_int_equal(err.column, 2);
    assert_int_equal(err.length, 4);
    command_clear(&command);
}

static void positional_values_are_checked_alike(void **state)
{
    struct command command;
    struct error err = {0};
    size_t position = 0;
    const char *line = "x 0 0.5 adma [1]";
    int64_t count = 0;
    double number = 0;
    int choice = 0;

    (void)state;
    command_parse(line, strlen(line), &position, NULL, NULL, &command, NULL);
    assert_int_equal(spec_count(&command.args[0], "number of steps", 1, 2000000,
                                &count, &err),
                     -1);
    assert_string_equal(err.message, "number of steps: 0 is out of range; give "
                                     "a whole number from 1 to 2000000");
    assert_int_equal(err.column, 3);
    /* A range of one number is a range like others. */
    assert_int_equal(spec_count(&command.args[0], "id", 0, 0, &count, &err), 0);
    assert_int_equal(
        spec_number(&command.args[1], "speed", 0, 1, &number, &err), 0);
    assert_true(number == 0.5);
    assert_int_equal(
        spec_choice(&command.args[2], "optimizer", "sgd|adam", &choice, &err),
        -1);
    assert_string_equal(err.message, "optimizer: there is no adma; did you "
                                     "mean adam? It takes sgd or adam");
    assert_int_equal(err.column, 9);
    assert_int_equal(spec_count(&command.args[3], "k", 1, 9, &count, &err), -1);
    assert_string_equal(err.message, "k takes no list; give it one value");
    command_clear(&command);
}

static void usage_shows_type_choices_and_default(void **state)
{
    static const char *const expected[] = {
        "B=N|all [8]",
        "lr=X [0.5]",
        "lower=yes|no [yes]",
        "pool=mean|max|masked_mean|sum [mean]",
        "padding_idx=N|none [none]",
        "specials=TEXT",
        "betas=LIST [[0.9,0.999]]",
        "from=FILE [none]",
        "norm_type=X [2]",
        "std=X [1]",
        "V=N [from vocab]",
        "k=X|all|auto [all]"};

    (void)state;
    for (int i = 0; i < OPTIONS; i++) {
        struct str out = STR_INIT;
        spec_usage(&specs[i], &out);
        assert_string_equal(str_text(&out), expected[i]);
        str_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_count_where_they_read_as_values),
        cmocka_unit_test(every_type_takes_its_values),
        cmocka_unit_test(a_word_stands_beside_a_number),
        cmocka_unit_test(unique_prefixes_are_taken),
        cmocka_unit_test(every_word_for_yes_and_no_is_taken),
        cmocka_unit_test(an_unknown_option_names_the_nearest),
        cmocka_unit_test(a_command_without_options_says_so),
        cmocka_unit_test(an_option_given_twice_is_refused),
        cmocka_unit_test(out_of_range_names_the_range),
        cmocka_unit_test(what_is_no_number_says_so),
        cmocka_unit_test(a_wrong_choice_names_nearest_or_candidates),
        cmocka_unit_test(only_list_options_take_lists),
        cmocka_unit_test(a_required_option_must_be_there),
        cmocka_unit_test(positional_values_are_checked_alike),
        cmocka_unit_test(usage_shows_type_choices_and_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
