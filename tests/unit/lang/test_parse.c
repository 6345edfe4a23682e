/*
 * The grammar of language.md, one rule a test; errors with the place they
 * point at. Columns are counted by hand from 1.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lang/parse.h"

static bool is_print(void *context, const char *name)
{
    (void)context;
    return strcmp(name, "print") == 0;
}

/* The first command of line; the caller clears it. */
static struct command parse(const char *line)
{
    struct command command;
    struct error err = {0};
    size_t position = 0;

    assert_int_equal(command_parse(line, strlen(line), &position, is_print,
                                   NULL, &command, &err),
                     1);
    return command;
}

/* The first command fails at column, length, with text in its message. */
static void assert_fails(const char *line, size_t column, size_t length,
                         const char *text)
{
    struct command command;
    struct error err = {0};
    size_t position = 0;

    assert_int_equal(command_parse(line, strlen(line), &position, is_print,
                                   NULL, &command, &err),
                     -1);
    assert_int_equal(err.code, ERROR_SYNTAX);
    if (strstr(err.message, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, text);
    assert_int_equal(err.column, column);
    assert_int_equal(err.length, length);
    assert_null(command.name);
    command_clear(&command);
}

static void assert_value(const struct value *value, enum value_kind kind,
                         const char *text, size_t column, size_t length)
{
    assert_int_equal(value->kind, kind);
    assert_string_equal(value->text, text);
    assert_int_equal(value->column, column);
    assert_int_equal(value->length, length);
}

/* The names of all commands on a line, "a|b|" ("-|" for an empty one). */
static void assert_names(const char *line, const char *expected)
{
    char names[200] = "";
    size_t position = 0;
    struct command c;
    int status;

    while ((status = command_parse(line, strlen(line), &position, is_print,
                                   NULL, &c, NULL)) != 0) {
        strcat(names, status < 0 ? "error" : c.name != NULL ? c.name : "-");
        strcat(names, "|");
        command_clear(&c);
    }
    assert_string_equal(names, expected);
    assert_int_equal(position, strlen(line));
}

static void words_and_options_keep_their_places(void **state)
{
    struct command c = parse("  table big D=6 W  init=normal");

    (void)state;
    assert_string_equal(c.name, "table");
    assert_int_equal(c.column, 3);
    assert_int_equal(c.argc, 2);
    assert_value(&c.args[0], VALUE_WORD, "big", 9, 3);
    assert_value(&c.args[1], VALUE_WORD, "W", 17, 1);
    assert_int_equal(c.option_count, 2);
    assert_string_equal(c.options[0].name, "D");
    assert_int_equal(c.options[0].column, 13);
    assert_value(&c.options[0].value, VALUE_WORD, "6", 15, 1);
    assert_string_equal(c.options[1].name, "init");
    assert_int_equal(c.options[1].column, 20);
    assert_value(&c.options[1].value, VALUE_WORD, "normal", 25, 6);
    command_clear(&c);
}

static void commands_are_separated_by_semicolons_and_lines(void **state)
{
    (void)state;
    assert_names("corpus tiny; step;step 2\r\nepoch",
                 "corpus|step|step|epoch|");
    assert_names("", "");
    assert_names("a;", "a|");
    assert_names(";a", "-|a|");
    assert_names("a\n\nb\n", "a|-|b|");
    assert_names("   ", "-|");
}

static void columns_count_from_the_start_of_the_whole_line(void **state)
{
    const char *line = "corpus tiny; table D=6";
    struct command c;
    size_t position = 12;

    (void)state;
    assert_int_equal(
        command_parse(line, strlen(line), &position, NULL, NULL, &c, NULL), 1);
    assert_int_equal(c.column, 14);
    assert_int_equal(c.options[0].column, 20);
    command_clear(&c);
}

static void a_comment_starts_a_word(void **state)
{
    struct command c = parse("show W#1 # ; step \"");

    (void)state;
    assert_int_equal(c.argc, 1);
    assert_string_equal(c.args[0].text, "W#1");
    assert_string_equal(c.source, "show W#1");
    command_clear(&c);
    c = parse("corpus \"# no comment\" x=#1");
    assert_string_equal(c.args[0].text, "# no comment");
    assert_string_equal(c.options[0].value.text, "#1");
    command_clear(&c);
    assert_names("# a; b\nc # d\ne", "-|c|e|");
}

static void quotes_keep_everything_but_two_escapes(void **state)
{
    struct command c = parse("corpus \"a \\\"b\\\" \\\\ \\n; [\" x");

    (void)state;
    assert_value(&c.args[0], VALUE_QUOTED, "a \"b\" \\ \\n; [", 8, 18);
    assert_int_equal(c.argc, 2);
    command_clear(&c);
    c = parse("corpus \"\"");
    assert_value(&c.args[0], VALUE_QUOTED, "", 8, 2);
    command_clear(&c);
}

static void an_option_takes_quotes_and_lists(void **state)
{
    struct command c = parse("train until=\"loss < 0.5\" betas=[0.9,0.999] "
                             "specials=\"<pad> <unk>\" lr=1e-3 f=a=b n=\"\"");

    (void)state;
    assert_int_equal(c.option_count, 6);
    assert_value(&c.options[0].value, VALUE_QUOTED, "loss < 0.5", 13, 12);
    assert_value(&c.options[1].value, VALUE_LIST, "[0.9,0.999]", 32, 11);
    assert_int_equal(c.options[1].value.count, 2);
    assert_string_equal(c.options[1].value.items[1].text, "0.999");
    assert_string_equal(c.options[2].value.text, "<pad> <unk>");
    assert_string_equal(c.options[3].value.text, "1e-3");
    assert_string_equal(c.options[4].value.text, "a=b");
    assert_string_equal(c.options[5].value.text, "");
    command_clear(&c);
}

static void lists_hold_words_quotes_numbers_and_lists(void **state)
{
    struct command c = parse("lookup [cat, \"a, b\", -4, [1,\n [2]], W[1, 2]]");
    const struct value *list = &c.args[0];

    (void)state;
    assert_value(list, VALUE_LIST, "[cat, \"a, b\", -4, [1,\n [2]], W[1, 2]]",
                 8, 37);
    assert_int_equal(list->count, 5);
    assert_value(&list->items[0], VALUE_WORD, "cat", 9, 3);
    assert_value(&list->items[1], VALUE_QUOTED, "a, b", 14, 6);
    assert_value(&list->items[2], VALUE_WORD, "-4", 22, 2);
    assert_value(&list->items[3], VALUE_LIST, "[1,\n [2]]", 26, 9);
    assert_value(&list->items[3].items[1].items[0], VALUE_WORD, "2", 32, 1);
    assert_value(&list->items[4], VALUE_WORD, "W[1, 2]", 37, 7);
    command_clear(&c);
}

static void a_list_without_blanks_or_over_lines_is_one_value(void **state)
{
    struct command c = parse("lookup [1,2,3] [\n1\n,\n2,\n]  []");

    (void)state;
    assert_int_equal(c.argc, 3);
    assert_int_equal(c.args[0].count, 3);
    assert_int_equal(c.args[1].count, 2);
    assert_int_equal(c.args[2].count, 0);
    command_clear(&c);
}

static void separators_inside_quotes_and_brackets_do_not_separate(void **state)
{
    (void)state;
    assert_names("a \"x;y\"; b [\"p;]\", q]; c W[u;v]; d", "a|b|c|d|");
}

static void bare_words_hold_anything_else(void **state)
{
    static const char *const words[] = {
        "../a/b.txt", "+3",   "-1",          "W[cat, 2]",    "don't",
        "a/b=c",      "x==y", "caf\xc3\xa9", "W[[1, 2], 3]", "W[\"a]\"]",
        "a,b",        "x]",   "f(x)",        "50%\\n"};
    char line[400] = "c";
    struct command c;

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        strcat(strcat(line, " "), words[i]);
    c = parse(line);
    assert_int_equal(c.argc, sizeof words / sizeof words[0]);
    for (size_t i = 0; i < c.argc; i++) {
        assert_int_equal(c.args[i].kind, VALUE_WORD);
        assert_string_equal(c.args[i].text, words[i]);
    }
    command_clear(&c);
}

static void source_and_rest_are_as_typed(void **state)
{
    struct command c = parse("  corpus  \"a  b\"   x=1  # why");

    (void)state;
    assert_string_equal(c.source, "corpus  \"a  b\"   x=1");
    assert_string_equal(c.rest, "\"a  b\"   x=1");
    assert_int_equal(c.rest_column, 11);
    command_clear(&c);
    c = parse("step ; x");
    assert_string_equal(c.source, "step");
    assert_string_equal(c.rest, "");
    command_clear(&c);
}

static void an_expression_is_kept_as_it_stands(void **state)
{
    struct command c = parse("print W[\"a;b\"] == (1, 2) @ x=1  # c");

    (void)state;
    assert_string_equal(c.rest, "W[\"a;b\"] == (1, 2) @ x=1");
    assert_int_equal(c.rest_column, 7);
    assert_int_equal(c.argc + c.option_count, 0);
    command_clear(&c);
    assert_names("print W[1]; step", "print|step|");
    assert_names("print W[\"a\\\"];b\"]; step", "print|step|");
    assert_names("print a#b; step", "print|step|");
    assert_names("print f(1,\n2)\nstep", "print|step|");
    /* An open bracket is the expression's error, and ends with its line. */
    c = parse("print W[1\nstep");
    assert_string_equal(c.rest, "W[1");
    command_clear(&c);
    assert_fails("print W[\"a]", 9, 1, "not closed");
}

static void an_open_quote_names_where_it_opened(void **state)
{
    (void)state;
    assert_fails("corpus \"the cat", 8, 1, "end it with \"");
    assert_fails("x [1, \"b]", 7, 1, "quote opened here");
    assert_fails("x W[\"b]", 5, 1, "quote opened here");
    assert_fails("x a=\"b\\\"", 5, 1, "quote opened here");
}

static void an_open_list_names_where_it_opened(void **state)
{
    (void)state;
    assert_fails("lookup [1, 2", 8, 1, "end it with ]");
    assert_fails("lookup [1, [2, 3]", 8, 1, "end it with ]");
    assert_fails("lookup [[1, 2], [3", 17, 1, "end it with ]");
    assert_fails("lookup [", 8, 1, "end it with ]");
    assert_fails("lookup [1, 2\nstep", 8, 1, "end it with ]");
    assert_fails("why W[cat, 2", 6, 1, "the [ in W[ is not closed");
}

static void slips_say_what_to_write(void **state)
{
    (void)state;
    assert_fails("table D= 6", 7, 2, "write D=VALUE");
    assert_fails("table D=; x", 7, 2, "D= has no value");
    assert_fails("table D = 6", 9, 1, "write D=VALUE");
    assert_fails("D=6", 1, 1, "begin with the command's name");
    assert_fails(" \"a\"", 2, 1, "a quoted text stands where a command");
    assert_fails("[1]", 1, 1, "a list stands where a command");
    assert_fails("lookup [1 2]", 11, 1, "a comma is missing");
    assert_fails("lookup [1,,2]", 11, 1, "nothing stands before this comma");
    assert_fails("corpus a\"b c\"", 9, 1, "a quote inside the word a");
    assert_fails("corpus \"a\"b", 11, 1, "b stands right behind the closing");
    assert_fails("x a=\"b\"c", 8, 1, "c stands right behind the closing");
    assert_fails("x a=[1]c", 8, 1, "c stands right behind the list");
    assert_fails("lookup [1]2", 11, 1, "2 stands right behind the list");
}

static void lists_nest_to_the_limit_and_no_deeper(void **state)
{
    char line[4 * PARSE_DEPTH_MAX] = "x ";
    struct command c;
    const struct value *value;
    int depth = 0;

    (void)state;
    memset(line + 2, '[', PARSE_DEPTH_MAX);
    memset(line + 2 + PARSE_DEPTH_MAX, ']', PARSE_DEPTH_MAX);
    c = parse(line);
    for (value = c.args; value != NULL; value = value->items)
        depth++;
    assert_int_equal(depth, PARSE_DEPTH_MAX);
    command_clear(&c);
    memset(line + 2, '[', PARSE_DEPTH_MAX + 1);
    assert_fails(line, 3 + PARSE_DEPTH_MAX, 1, "deep");
}

static void an_open_list_a_million_deep_is_an_error(void **state)
{
    size_t length = 1000000;
    char *line = malloc(length + 1);

    (void)state;
    memset(line, '[', length);
    line[length] = '\0';
    memcpy(line, "x ", 2);
    assert_fails(line, 3 + PARSE_DEPTH_MAX, 1, "deep");
    free(line);
}

static void a_script_goes_on_behind_a_mistake(void **state)
{
    (void)state;
    assert_names("table D= 6; step", "error|step|");
    assert_names("x \"a\"b; [1]; y", "error|error|y|");
    assert_names("corpus \"a ; b\nstep", "error|step|");
    assert_names("lookup [1, 2 ; a\nstep", "error|step|");
    assert_names("a\nlookup [1,\n[2\nstep", "a|error|error|step|");
    assert_names("lookup [1,\n\"b\nstep", "error|error|step|");
}

static void a_zero_byte_is_refused(void **state)
{
    struct command c;
    struct error err = {0};
    size_t position = 0;

    (void)state;
    assert_int_equal(
        command_parse("x a\0b c", 7, &position, NULL, NULL, &c, &err), -1);
    assert_int_equal(err.column, 4);
    assert_int_equal(position, 7);
    command_clear(&c);
}

/* As the one argument and as an option's value, in quotes only if needed. */
static void assert_written(const char *word, const char *expected)
{
    struct str line = STR_INIT;

    str_append(&line, "x ");
    command_write_word(word, false, &line);
    assert_string_equal(str_text(&line) + 2, expected);
    str_append(&line, " o=");
    command_write_word(word, true, &line);
    struct command c = parse(str_text(&line));
    assert_int_equal(c.argc, 1);
    assert_string_equal(c.args[0].text, word);
    assert_int_equal(c.option_count, 1);
    assert_string_equal(c.options[0].value.text, word);
    assert_int_equal(c.options[0].value.kind, VALUE_QUOTED);
    command_clear(&c);
    str_clear(&line);
}

static void a_written_word_reads_back(void **state)
{
    (void)state;
    assert_written("tiny", "tiny");
    assert_written("cor/pora.txt", "cor/pora.txt");
    assert_written("日本", "日本");
    assert_written("", "\"\"");
    assert_written("two words", "\"two words\"");
    assert_written("a;b", "\"a;b\"");
    assert_written("#1", "\"#1\"");
    assert_written("a=b", "\"a=b\"");
    assert_written("[x]", "\"[x]\"");
    assert_written("say \"hi\" \\n", "\"say \\\"hi\\\" \\\\n\"");
    assert_written("two\nlines", "\"two\nlines\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_options_keep_their_places),
        cmocka_unit_test(commands_are_separated_by_semicolons_and_lines),
        cmocka_unit_test(columns_count_from_the_start_of_the_whole_line),
        cmocka_unit_test(a_comment_starts_a_word),
        cmocka_unit_test(quotes_keep_everything_but_two_escapes),
        cmocka_unit_test(an_option_takes_quotes_and_lists),
        cmocka_unit_test(lists_hold_words_quotes_numbers_and_lists),
        cmocka_unit_test(a_list_without_blanks_or_over_lines_is_one_value),
        cmocka_unit_test(separators_inside_quotes_and_brackets_do_not_separate),
        cmocka_unit_test(bare_words_hold_anything_else),
        cmocka_unit_test(source_and_rest_are_as_typed),
        cmocka_unit_test(an_expression_is_kept_as_it_stands),
        cmocka_unit_test(an_open_quote_names_where_it_opened),
        cmocka_unit_test(an_open_list_names_where_it_opened),
        cmocka_unit_test(slips_say_what_to_write),
        cmocka_unit_test(lists_nest_to_the_limit_and_no_deeper),
        cmocka_unit_test(an_open_list_a_million_deep_is_an_error),
        cmocka_unit_test(a_script_goes_on_behind_a_mistake),
        cmocka_unit_test(a_zero_byte_is_refused),
        cmocka_unit_test(a_written_word_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
