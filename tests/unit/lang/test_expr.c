/*
 * Expressions as trees, written back as (operator left right): the shapes are
 * those that Python's ast module gives for the same text. Then every message
 * with its place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lang/expr.h"

static void write_node(const struct expr_node *node, struct str *out);

static void write_children(const char *head, const struct expr_node *first,
                           struct str *out)
{
    str_printf(out, "(%s", head);
    for (; first != NULL; first = first->next) {
        str_append(out, " ");
        write_node(first, out);
    }
    str_append(out, ")");
}

static void write_node(const struct expr_node *node, struct str *out)
{
    char head[100];

    switch (node->kind) {
    case EXPR_NUMBER:
        if (node->integer)
            str_printf(out, "%lld", (long long)node->integer_value);
        else
            str_printf(out, "%gf", node->number);
        break;
    case EXPR_TRUE:
        str_append(out, "True");
        break;
    case EXPR_FALSE:
        str_append(out, "False");
        break;
    case EXPR_NONE:
        str_append(out, "None");
        break;
    case EXPR_ELLIPSIS:
        str_append(out, "...");
        break;
    case EXPR_NAME:
        str_append(out, node->text);
        break;
    case EXPR_TEXT:
        str_printf(out, "'%s'", node->text);
        break;
    case EXPR_LIST:
        write_children("list", node->first, out);
        break;
    case EXPR_ATTRIBUTE:
        sprintf(head, ".%s", node->text);
        write_children(head, node->first, out);
        break;
    case EXPR_INDEX:
        write_children("index", node->first, out);
        break;
    case EXPR_SLICE:
        write_children("slice", node->first, out);
        break;
    case EXPR_CALL:
        write_children("call", node->first, out);
        break;
    case EXPR_KEYWORD:
        sprintf(head, "%s=", node->text);
        write_children(head, node->first, out);
        break;
    case EXPR_NEGATE:
        write_children("neg", node->first, out);
        break;
    case EXPR_BINARY:
        write_children(expr_operator_text(node->op), node->first, out);
        break;
    }
}

static void assert_tree(const char *text, const char *expected)
{
    struct expr expr;
    struct error err = {0};
    struct str out = STR_INIT;

    if (expr_parse(text, strlen(text), 1, &expr, &err) != 0)
        fail_msg("%s: %s", text, err.message);
    write_node(expr.root, &out);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
    expr_clear(&expr);
}

/* The whole message, and where it points at: columns from 1. */
static void assert_refused(const char *text, size_t column, size_t length,
                           const char *message)
{
    struct expr expr;
    struct error err = {0};

    assert_int_equal(expr_parse(text, strlen(text), 1, &expr, &err), -1);
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERROR_SYNTAX);
    assert_int_equal(err.column, column);
    assert_int_equal(err.length, length);
    assert_null(expr.root);
    expr_clear(&expr);
}

static void numbers_names_texts_and_constants_are_leaves(void **state)
{
    (void)state;
    assert_tree("7", "7");
    assert_tree("0.5", "0.5f");
    assert_tree(".5", "0.5f");
    assert_tree("1e-3", "0.001f");
    assert_tree("1.", "1f");
    assert_tree("9223372036854775807", "9223372036854775807");
    assert_tree("9223372036854775808", "9.22337e+18f");
    assert_tree("  W  ", "W");
    assert_tree("True", "True");
    assert_tree("False", "False");
    assert_tree("None", "None");
    assert_tree("'cat'", "'cat'");
    assert_tree("\"don't\"", "'don't'");
    assert_tree("'a\\'b\\\\ \\n'", "'a'b\\ \\n'");
    assert_tree("''", "''");
}

static void words_of_any_script_are_names(void **state)
{
    (void)state;
    assert_tree("W[cat]", "(index W cat)");
    assert_tree("W[don't]", "(index W don't)");
    assert_tree("W[caf\xc3\xa9]", "(index W caf\xc3\xa9)");
    assert_tree("W[\xe7\x8c\xab]", "(index W \xe7\x8c\xab)");
    assert_tree("W[3d]", "(index W 3d)");
    assert_tree("W[1e]", "(index W 1e)");
    assert_tree("W[\"<pad>\"]", "(index W '<pad>')");
}

static void operators_bind_as_in_python(void **state)
{
    (void)state;
    assert_tree("1 + 2 * 3", "(+ 1 (* 2 3))");
    assert_tree("1 * 2 + 3", "(+ (* 1 2) 3)");
    assert_tree("1 - 2 - 3", "(- (- 1 2) 3)");
    assert_tree("a / b * c @ d", "(@ (* (/ a b) c) d)");
    assert_tree("a + b == c @ d", "(== (+ a b) (@ c d))");
    assert_tree("a != b", "(!= a b)");
    assert_tree("a < b", "(< a b)");
    assert_tree("a <= b", "(<= a b)");
    assert_tree("a > b", "(> a b)");
    assert_tree("a >= b", "(>= a b)");
    assert_tree("-a * b", "(* (neg a) b)");
    assert_tree("a * -b", "(* a (neg b))");
    assert_tree("-W.T[0]", "(neg (index (.T W) 0))");
    assert_tree("--a", "(neg (neg a))");
    assert_tree("+a - +b", "(- a b)");
    assert_tree("(1 + 2) * 3", "(* (+ 1 2) 3)");
    assert_tree("1 - (2 - 3)", "(- 1 (- 2 3))");
    assert_tree("(a < b) == (c < d)", "(== (< a b) (< c d))");
    assert_tree("well-known", "(- well known)");
}

static void indexing_takes_numbers_words_lists_and_slices(void **state)
{
    (void)state;
    assert_tree("W[-1]", "(index W (neg 1))");
    assert_tree("E[0,1]", "(index E 0 1)");
    assert_tree("W[cat, 2]", "(index W cat 2)");
    assert_tree("W[[1, 2, 3]]", "(index W (list 1 2 3))");
    assert_tree("W[1:3, :]",
                "(index W (slice 1 3 None) (slice None None None))");
    assert_tree("W[:, 2]", "(index W (slice None None None) 2)");
    assert_tree("W[::2]", "(index W (slice None None 2))");
    assert_tree("W[1:]", "(index W (slice 1 None None))");
    assert_tree("W[:-1]", "(index W (slice None (neg 1) None))");
    assert_tree("W[1:9:2]", "(index W (slice 1 9 2))");
    assert_tree("W[1:3:]", "(index W (slice 1 3 None))");
    assert_tree("E[0][1]", "(index (index E 0) 1)");
    assert_tree("W[ids[0]]", "(index W (index ids 0))");
    assert_tree("W[a+1,]", "(index W (+ a 1))");
}

static void attributes_and_calls_chain(void **state)
{
    (void)state;
    assert_tree("W.grad", "(.grad W)");
    assert_tree("W.grad.T.shape", "(.shape (.T (.grad W)))");
    assert_tree("emb(ids)", "(call emb ids)");
    assert_tree("W.sum()", "(call (.sum W))");
    assert_tree("2.sum()", "(call (.sum 2))");
    assert_tree("torch.softmax(logits, dim=1)",
                "(call (.softmax torch) logits (dim= 1))");
    assert_tree(
        "F.softmax(logits[0], -1).argmax()",
        "(call (.argmax (call (.softmax F) (index logits 0) (neg 1))))");
    assert_tree("torch.nn.functional.embedding(ids, W)",
                "(call (.embedding (.functional (.nn torch))) ids W)");
    assert_tree("W.norm(2, dim=1, keepdim=True)",
                "(call (.norm W) 2 (dim= 1) (keepdim= True))");
    assert_tree("allclose(h, E.mean(1), atol=1e-6)",
                "(call allclose h (call (.mean E) 1) (atol= 1e-06f))");
    assert_tree("equal(E[0,1], W[2])",
                "(call equal (index E 0 1) (index W 2))");
}

static void a_point_behind_digits_may_be_an_attribute(void **state)
{
    struct expr expr;

    (void)state;
    assert_int_equal(expr_parse("2.sum()", 7, 1, &expr, NULL), 0);
    assert_int_equal(expr.root->first->first->kind, EXPR_NUMBER);
    expr_clear(&expr);
}

static void brackets_make_lists_of_lists(void **state)
{
    (void)state;
    assert_tree("[]", "(list)");
    assert_tree("[1, [2, 3],]", "(list 1 (list 2 3))");
    assert_tree("(1, 2)", "(list 1 2)");
    assert_tree("(1,)", "(list 1)");
    assert_tree("()", "(list)");
    assert_tree("((1))", "1");
    assert_tree("W.sum((0, 1))", "(call (.sum W) (list 0 1))");
    assert_tree("[1,\n 2]", "(list 1 2)");
}

static void assert_place(const struct expr *expr, const struct expr_node *node,
                         size_t column, const char *text)
{
    size_t length;
    const char *source = expr_source(expr, node, &length);

    assert_int_equal(node->column, column);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(source, text, length);
}

/* As after "print ", whose expression starts at column 7. */
static void every_node_knows_its_place(void **state)
{
    const char *text = "(a+ b) @ W [cat, 1:2].grad  ";
    struct expr expr;
    const struct expr_node *left, *attribute, *index, *item;

    (void)state;
    assert_int_equal(expr_parse(text, strlen(text), 7, &expr, NULL), 0);
    assert_place(&expr, expr.root, 7, "(a+ b) @ W [cat, 1:2].grad");
    assert_int_equal(expr.root->op_column, 14);
    assert_int_equal(expr.root->op_length, 1);
    left = expr.root->first;
    assert_place(&expr, left, 7, "(a+ b)");
    assert_int_equal(left->op_column, 9);
    assert_place(&expr, left->first->next, 11, "b");
    attribute = left->next;
    assert_place(&expr, attribute, 16, "W [cat, 1:2].grad");
    assert_int_equal(attribute->op_column, 29);
    assert_int_equal(attribute->op_length, 4);
    index = attribute->first;
    assert_place(&expr, index, 16, "W [cat, 1:2]");
    item = index->first->next;
    assert_place(&expr, item, 19, "cat");
    assert_place(&expr, item->next, 24, "1:2");
    assert_int_equal(expr_count(index), 3);
    expr_clear(&expr);
}

static void a_hyphenated_word_keeps_its_text(void **state)
{
    const char *text = "W[well-known]";
    struct expr expr;

    (void)state;
    assert_int_equal(expr_parse(text, strlen(text), 1, &expr, NULL), 0);
    assert_place(&expr, expr.root->first->next, 3, "well-known");
    expr_clear(&expr);
}

static void what_ends_too_early_says_so(void **state)
{
    (void)state;
    assert_refused("", 1, 0,
                   "an expression is missing; write one such as W[0] "
                   "or E.sum()");
    assert_refused("   ", 1, 0,
                   "an expression is missing; write one such as "
                   "W[0] or E.sum()");
    assert_refused("a +", 3, 1,
                   "the expression ends too early; a value must follow");
    assert_refused("-", 1, 1,
                   "the expression ends too early; a value must follow");
    assert_refused("W.", 2, 1, "a name must follow the point, such as .grad");
    assert_refused("W.1", 2, 2,
                   ".1 stands where an operator should; a word "
                   "with blanks or signs needs quotes");
    assert_refused("W.[1]", 2, 1,
                   "a name must follow the point, such as .grad");
}

static void an_open_bracket_names_where_it_opened(void **state)
{
    (void)state;
    assert_refused("W[cat", 2, 1,
                   "the [ opened here is not closed; end it with ]");
    assert_refused("f(a, [1, 2", 6, 1,
                   "the [ opened here is not closed; end it with ]");
    assert_refused("(a + (b)", 1, 1,
                   "the ( opened here is not closed; end it with )");
    assert_refused("f(", 2, 1,
                   "the ( opened here is not closed; end it with )");
    assert_refused("W[\"cat]", 3, 1,
                   "the quote opened here is not closed; end it with \"");
    assert_refused("W['cat\\']", 3, 1,
                   "the quote opened here is not closed; end it with '");
    assert_refused("a + b)", 6, 1, ") closes nothing; take it out");
    assert_refused("(a]", 3, 1,
                   "] stands where a comma or an operator should; a word with "
                   "blanks or signs needs quotes");
}

static void slips_say_what_to_write(void **state)
{
    (void)state;
    assert_refused("W = 1", 3, 1,
                   "= gives a value, which an expression cannot; == compares");
    assert_refused("f(1=2)", 4, 1, "= needs a name before it; == compares");
    assert_refused("f((a)=2)", 6, 1, "= needs a name before it; == compares");
    assert_refused("W U", 3, 1,
                   "U stands where an operator should; a word with blanks or "
                   "signs needs quotes");
    assert_refused("W[the cat]", 7, 3,
                   "cat stands where a comma or an operator should; a word "
                   "with blanks or signs needs quotes");
    assert_refused("W[<pad>]", 3, 1,
                   "< stands where a value should; a word with such a sign "
                   "needs quotes");
    assert_refused("a * * b", 5, 1,
                   "* stands where a value should; a word with such a sign "
                   "needs quotes");
    assert_refused("a, b", 2, 1,
                   ", stands outside of brackets; one expression at a time");
    assert_refused("W[]", 2, 2,
                   "nothing stands between [ and ]; give an index such as "
                   "[0]");
    assert_refused("[1,,2]", 4, 1,
                   ", stands where a value should; a word with such a sign "
                   "needs quotes");
    assert_refused("0 < a < 1", 7, 1,
                   "< compares what is compared already; one comparison at a "
                   "time");
    assert_refused("(a) < b == c", 9, 2,
                   "== compares what is compared already; one comparison at a "
                   "time");
    assert_refused("a:b", 2, 1,
                   ": stands where an operator should; a word with blanks or "
                   "signs needs quotes");
    assert_refused("W[1:2 x]", 7, 1,
                   "x stands where a comma or an operator should; a word with "
                   "blanks or signs needs quotes");
    assert_refused("W[1:2:3:4]", 8, 1,
                   ": stands where a comma or an operator should; a word with "
                   "blanks or signs needs quotes");
}

static void signs_without_meaning_are_named(void **state)
{
    static const char *const signs[] = {"%", "&", "|", "!", "^", "$", "?",
                                        "{", "}", "~", "`", ";", "#", "\\"};

    (void)state;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        char text[20], message[200];
        sprintf(text, "a %s b", signs[i]);
        sprintf(message,
                "%s means nothing in an expression; a word with such a sign "
                "needs quotes",
                signs[i]);
        assert_refused(text, 3, 1, message);
    }
    assert_refused("a \x1b b", 3, 1,
                   "\u241b means nothing in an expression; a word with such a "
                   "sign needs quotes");
    assert_refused("a \xff", 1, 3,
                   "the expression is no valid UTF-8 text; type it again");
}

static void keywords_come_last_and_once(void **state)
{
    (void)state;
    assert_refused("sum(dim=1, W)", 12, 1,
                   "a value stands behind a keyword such as dim=; put it "
                   "before");
    assert_refused("sum(W, dim=1, dim=0)", 15, 5,
                   "dim= is given twice; keep one");
    assert_refused("f(a=1,b=1,c=1,d=1,e=1,g=1,h=1,i=1,j=1,k=1,l=1,m=1,n=1,o=1,"
                   "p=1,q=1,r=1)",
                   67, 3, "r= is one keyword too many; no call takes as many");
}

static void long_names_are_cut_in_messages(void **state)
{
    (void)state;
    assert_refused("a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 3, 40,
                   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb stands where an operator "
                   "should; a word with blanks or signs needs quotes");
}

/* start, then n times piece, then middle, then n times closing. */
static char *repeat(const char *piece, const char *middle, const char *closing,
                    size_t n)
{
    struct str text = STR_INIT;

    str_repeat(&text, piece, n);
    str_append(&text, middle);
    str_repeat(&text, closing, n);
    return str_take(&text);
}

static int parse_repeated(const char *piece, const char *middle,
                          const char *closing, size_t n)
{
    char *text = repeat(piece, middle, closing, n);
    struct expr expr;
    struct error err = {0};
    int status = expr_parse(text, strlen(text), 1, &expr, &err);

    if (status != 0)
        assert_string_equal(err.message, "the expression nests more than 200 "
                                         "deep; split it");
    expr_clear(&expr);
    free(text);
    return status;
}

static void deep_nesting_is_an_error_and_never_a_crash(void **state)
{
    static const char *const shapes[][3] = {
        {"(", "a", ")"},    {"[", "", "]"},   {"-", "a", ""},
        {"+", "a", ""},     {"f(", "a", ")"}, {"a[", "0", "]"},
        {"", "a", ".T"},    {"", "a", "[0]"}, {"", "a", "(1)"},
        {"", "a", "+1"},    {"", "a", "@b"},  {"a[1:", "0", "]"},
        {"f(x=", "a", ")"}, {"-(", "a", ")"}, {"a*(", "1", ")"}};

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const char *const *s = shapes[i];
        assert_int_equal(parse_repeated(s[0], s[1], s[2], 60), 0);
        assert_int_equal(parse_repeated(s[0], s[1], s[2], 10000), -1);
        assert_int_equal(parse_repeated(s[0], s[1], s[2], 100000), -1);
    }
    assert_int_equal(parse_repeated("", "a", "+1", EXPR_DEPTH_MAX - 1), 0);
    assert_int_equal(parse_repeated("", "a", "+1", EXPR_DEPTH_MAX), -1);
}

static void a_long_list_is_not_deep(void **state)
{
    char *items = repeat("", "[0", ",1", 100000);
    struct str text = STR_INIT;
    struct expr expr;

    (void)state;
    str_printf(&text, "%s]", items);
    assert_int_equal(expr_parse(text.data, text.length, 1, &expr, NULL), 0);
    assert_int_equal(expr_count(expr.root), 100001);
    assert_int_equal(expr.root->depth, 2);
    expr_clear(&expr);
    str_clear(&text);
    free(items);
}

/* Every beginning of an expression, and every one with a byte changed:
 * whatever comes out, the sanitizers must find nothing. */
static void broken_expressions_never_crash(void **state)
{
    const char *whole = "-torch.f(W[don't, 1:2, 'a\\''], dim=1) @ (x, [1.5e3])"
                        " <= .5 == True";
    char text[100];
    struct expr expr;

    (void)state;
    for (size_t length = 0; length <= strlen(whole); length++) {
        expr_parse(whole, length, 1, &expr, NULL);
        expr_clear(&expr);
    }
    for (size_t i = 0; i < strlen(whole); i++)
        for (int byte = 0; byte < 256; byte++) {
            strcpy(text, whole);
            text[i] = (char)byte;
            expr_parse(text, strlen(whole), 1, &expr, NULL);
            expr_clear(&expr);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_names_texts_and_constants_are_leaves),
        cmocka_unit_test(words_of_any_script_are_names),
        cmocka_unit_test(operators_bind_as_in_python),
        cmocka_unit_test(indexing_takes_numbers_words_lists_and_slices),
        cmocka_unit_test(attributes_and_calls_chain),
        cmocka_unit_test(a_point_behind_digits_may_be_an_attribute),
        cmocka_unit_test(brackets_make_lists_of_lists),
        cmocka_unit_test(every_node_knows_its_place),
        cmocka_unit_test(a_hyphenated_word_keeps_its_text),
        cmocka_unit_test(what_ends_too_early_says_so),
        cmocka_unit_test(an_open_bracket_names_where_it_opened),
        cmocka_unit_test(slips_say_what_to_write),
        cmocka_unit_test(signs_without_meaning_are_named),
        cmocka_unit_test(keywords_come_last_and_once),
        cmocka_unit_test(long_names_are_cut_in_messages),
        cmocka_unit_test(deep_nesting_is_an_error_and_never_a_crash),
        cmocka_unit_test(a_long_list_is_not_deep),
        cmocka_unit_test(broken_expressions_never_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
