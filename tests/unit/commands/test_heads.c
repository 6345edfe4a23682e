/*
 * Commands of the head: what they say of what is lost, kept and chosen.
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

/* Run it and return what was noticed. */
static const char *notices(struct sitting *s, const char *line)
{
    str_truncate(&s->notices, 0);
    str_append(&s->notices, "");
    sitting_ask(s, line);
    return str_text(&s->notices);
}

static void trained(struct sitting *s)
{
    sitting_begin(s);
    sitting_ask(s, "corpus \"a b c a c b\"; table D=3; step 4");
}

/* --- typed alone, "just to look" ------------------------------------------ */

static void a_bare_command_says_what_is_lost_and_what_only_looks(void **state)
{
    static const char *const commands[][2] = {
        {"table", "to look only: show W\n"},
        {"model", "to look only: shapes\n"},
        {"windows", "to look only: show windows\n"},
        {"batch", "to look only: show windows\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct sitting s;
        const char *said;
        trained(&s);
        uint64_t before = sitting_state(&s);
        said = notices(&s, commands[i][0]);
        has(said, "training starts over: 4 steps lost; undo brings them back");
        has(said, "typed alone goes back to its defaults; ");
        has(said, commands[i][1]);
        assert_int_equal(s.session.lab->step, 0);
        sitting_ask(&s, "undo");
        assert_true(sitting_state(&s) == before);
        sitting_end(&s);
    }
}

/* vocab and tokenize are at their defaults, but nobody typed them. */
static void a_bare_command_that_undoes_settings_says_so(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"a b c a c b\"; tokenize char; vocab min_count=2");
    has(notices(&s, "tokenize"), "to look only: tokens\n");
    has(notices(&s, "vocab"), "to look only: show vocab\n");
    has_not(notices(&s, "vocab"), "to look only");
    sitting_end(&s);
}

static void a_command_with_its_options_needs_no_hint(void **state)
{
    struct sitting s;
    (void)state;
    trained(&s);
    has_not(notices(&s, "table D=4"), "to look only");
    has_not(notices(&s, "table"), "lost"); /* no step since */
    sitting_end(&s);
}

static void a_bare_optimizer_says_how_to_take_it_back(void **state)
{
    struct sitting s;
    const char *said;
    (void)state;
    trained(&s);
    sitting_ask(&s, "optimizer adam lr=0.01");
    uint64_t before = sitting_state(&s);
    said = notices(&s, "optimizer");
    has(said, "its state is empty; undo takes it back");
    has(said, "to look only: torch\n");
    sitting_ask(&s, "undo");
    assert_true(sitting_state(&s) == before);
    sitting_end(&s);
}

static void a_bare_freeze_says_how_to_take_it_back(void **state)
{
    struct sitting s;
    (void)state;
    trained(&s);
    has(notices(&s, "freeze"), "unfreeze or undo lets it learn again; to look "
                               "only: show W\n");
    has_not(notices(&s, "freeze U"), "to look only");
    sitting_end(&s);
}

/* --- another text --------------------------------------------------------- */

static void what_stays_with_another_text_is_said_once(void **state)
{
    struct sitting s;
    const char *said;
    (void)state;
    sitting_begin(&s);
    has_not(notices(&s, "tokenize char; corpus \"a b c\""), "kept:");
    said = notices(&s, "optimizer sgd lr=1; corpus \"a b c a\"");
    has(said, "kept: tokenize char, optimizer sgd lr=1\n");
    said = notices(&s, "windows C=3; table D=6; freeze U; corpus \"c d e f\"");
    has(said, "kept: tokenize char, windows C=3, optimizer sgd lr=1, freeze "
              "U\n");
    sitting_end(&s);
}

static void what_is_as_it_always_is_needs_no_word(void **state)
{
    struct sitting s;
    (void)state;
    trained(&s);
    sitting_ask(&s, "table; optimizer");
    has_not(notices(&s, "corpus \"a b c a\""), "kept:");
    sitting_end(&s);
}

/* --- lines that are too short --------------------------------------------- */

static void too_short_lines_name_what_to_type(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"ab cd\"");
    has(sitting_refusal(&s, "step"),
        "line 1, has 2; type windows C=1, or tokenize char, or use longer "
        "lines");
    sitting_ask(&s, "windows C=1; step");
    sitting_end(&s);
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"abcd\"");
    has(sitting_refusal(&s, "step"), "has 1; tokenize char, or use");
    sitting_ask(&s, "tokenize char; step");
    has(sitting_refusal(&s, "windows C=9"), "has 4; type windows C=3, or use");
    sitting_end(&s);
}

/* --- texts that the tokenizer makes less of ------------------------------- */

static void symbols_that_leave_the_text_are_named(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    has(notices(&s, "corpus \"i love 😀 cats, and “dogs” ©\""),
        "symbols such as 😀 leave the text as punctuation does; tokenize word "
        "punct=keep makes them tokens\n");
    has_not(notices(&s, "tokenize word punct=keep"), "symbols");
    has(notices(&s, "tokenize bpe"), "tokenize bpe punct=keep");
    has_not(notices(&s, "tokenize char"), "symbols");
    sitting_ask(&s, "tokenize");
    has_not(notices(&s, "corpus \"i love “dogs” — and 3 €\""), "symbols");
    sitting_end(&s);
}

static void words_without_blanks_lead_to_tokenize_char(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    has(notices(&s, "corpus \"猫喝牛奶。狗喝水。\""),
        "has no blanks between its words, so whole phrases are one token; "
        "tokenize char makes each character one\n");
    has(notices(&s, "corpus \"ねこはミルクをのむ\""), "tokenize char");
    has_not(notices(&s, "corpus \"猫 喝 牛奶\""), "blanks");
    has_not(notices(&s, "corpus \"고양이가 우유를 마신다\""), "blanks");
    has_not(notices(&s, "corpus \"Crème brûlée, ѳита и יין\""), "blanks");
    has_not(notices(&s, "tokenize char; corpus \"猫喝牛奶\""), "blanks");
    sitting_end(&s);
}

/* --- before anything was learned ------------------------------------------ */

static const char *const looks[] = {"nearest a",     "similarity a b",
                                    "analogy a b c", "predict a b",
                                    "generate 3",    "plot"};
enum { LOOKS = sizeof looks / sizeof *looks };

static void what_nobody_trained_is_called_random(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"a b c a c b\"; table");
    for (size_t i = 0; i < LOOKS; i++)
        has(notices(&s, looks[i]), "untrained: these are random; ");
    sitting_ask(&s, "step");
    for (size_t i = 0; i < LOOKS; i++)
        has_not(notices(&s, looks[i]), "untrained");
    sitting_end(&s);
}

/* The rows of a file are results; the output layer is still as drawn. */
static void what_came_from_a_file_is_not_random(void **state)
{
    struct sitting s;
    struct str line = STR_INIT;
    sitting_begin(&s);
    str_printf(&line, "corpus \"a b c a c b\"; table D=2 from=%s",
               folder_write(*state, "v.vec", "3 2\na 1 2\nb 2 1\nc 0 1\n"));
    sitting_ask(&s, str_text(&line));
    has_not(notices(&s, "nearest a"), "untrained");
    has(notices(&s, "predict a b"), "untrained");
    sitting_end(&s);
    str_clear(&line);
}

/* from_pretrained(freeze=True) on the table that the file fills; the others
 * are nn.Embedding(...) and learn. */
static void users_from_a_file_are_frozen_as_words_are(void **state)
{
    struct sitting s;
    struct str line = STR_INIT;
    char data[256];
    snprintf(
        data, sizeof data, "%s",
        folder_write(*state, "r.tsv", "ann\tx\t5\nbob\ty\t3\nann\ty\t4\n"));
    sitting_begin(&s);
    str_printf(&line, "corpus %s; model recommend; table D=2 from=%s; step",
               data, folder_write(*state, "u.txt", "ann 1 2\nbob 2 1\n"));
    sitting_ask(&s, str_text(&line));
    has(sitting_ask(&s, "print Wu"), "tensor([[1., 2.],\n        [2., 1.]])\n");
    has(sitting_ask(&s, "print Wu.grad"), "None");
    has(sitting_ask(&s, "print Wi.grad"), "tensor([[");
    sitting_ask(&s, "unfreeze Wu; step");
    has(sitting_ask(&s, "print Wu.grad"), "tensor([[");
    sitting_end(&s);
    str_clear(&line);
}

static void the_freeze_typed_last_is_the_one_that_holds(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"a b c a c b\"; table D=2; unfreeze W; "
                    "table D=2 freeze=yes; step");
    has(sitting_ask(&s, "print W.grad"), "None");
    sitting_ask(&s, "table D=2 freeze=no; step");
    has(sitting_ask(&s, "print W.grad"), "tensor([[");
    sitting_ask(&s, "freeze W; table D=2 freeze=no; step");
    has(sitting_ask(&s, "print W.grad"), "tensor([[");
    sitting_ask(&s, "freeze W; table D=3; step");
    has(sitting_ask(&s, "print W.grad"), "None");
    sitting_end(&s);
}

/* --- the order of the head -------------------------------------------------
 */

static void sparse_adam_may_be_typed_before_its_table(void **state)
{
    static const char *const orders[] = {
        "corpus \"a b c a c b\"; table sparse=yes; optimizer sparse_adam",
        "corpus \"a b c a c b\"; optimizer sparse_adam; table sparse=yes",
        "table sparse=yes; optimizer sparse_adam; corpus \"a b c a c b\"",
        "optimizer sparse_adam; table sparse=yes; corpus \"a b c a c b\"",
        "optimizer sparse_adam; corpus \"a b c a c b\"; table sparse=yes",
    };
    uint64_t hash = 0;
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct sitting s;
        sitting_begin(&s);
        sitting_ask(&s, orders[i]);
        sitting_ask(&s, "step 2");
        if (i > 0)
            assert_true(lab_hash(s.session.lab) == hash);
        hash = lab_hash(s.session.lab);
        sitting_end(&s);
    }
}

static void sparse_adam_says_what_it_waits_for(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    has(notices(&s, "optimizer sparse_adam"),
        "sparse_adam waits for a table with sparse=yes\n");
    has(notices(&s, "corpus \"a b c a c b\""), "waits for a table");
    has(sitting_refusal(&s, "step"), "choose a table with sparse=yes");
    has(sitting_refusal(&s, "table D=3"), "choose a table with sparse=yes");
    sitting_ask(&s, "optimizer adam; table D=3");
    has(sitting_refusal(&s, "optimizer sparse_adam"),
        "choose a table with sparse=yes");
    sitting_end(&s);
}

/* --- slips ---------------------------------------------------------------- */

static void a_number_alone_is_shown_with_its_name(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    has(sitting_refusal(&s, "train 40"), "type train epochs=40");
    has(sitting_refusal(&s, "batch 4"), "type batch B=4");
    has(sitting_refusal(&s, "windows 3"), "type windows C=3");
    has(sitting_refusal(&s, "table 8"), "its options have names, such as V= ");
    has(sitting_refusal(&s, "reset 8"), "leave it out");
    sitting_end(&s);
}

static void a_quiz_about_a_cell_is_quiz_sign(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    has(sitting_refusal(&s, "quiz \"W[cat,2]\""),
        "quiz sign \"W[cat,2]\" asks");
    sitting_end(&s);
}

static void a_corpus_misspelt_names_the_nearest(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    has(sitting_refusal(&s, "corpus tinny"), "did you mean tiny?");
    has(sitting_refusal(&s, "corpus zzzzzz"), "there are: ");
    sitting_end(&s);
}

static void one_of_a_kind_has_no_plural(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    has(sitting_ask(&s, "corpus \"cat\""),
        "1 line, 1 token, 1 different word\n");
    has(sitting_ask(&s, "tokens"), "1 line, 1 token, V=1 different");
    has(notices(&s, "corpus \"a b c\"; windows C=2; step"),
        "B=8 is more than the 1 example there is;");
    has(sitting_ask(&s, "epoch"), "over 1 example\n");
    has(sitting_ask(&s, "show windows"), "1 (context, target) pair, C=2");
    sitting_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_command_says_what_is_lost_and_what_only_looks),
        cmocka_unit_test(a_bare_command_that_undoes_settings_says_so),
        cmocka_unit_test(a_command_with_its_options_needs_no_hint),
        cmocka_unit_test(a_bare_optimizer_says_how_to_take_it_back),
        cmocka_unit_test(a_bare_freeze_says_how_to_take_it_back),
        cmocka_unit_test(what_stays_with_another_text_is_said_once),
        cmocka_unit_test(what_is_as_it_always_is_needs_no_word),
        cmocka_unit_test(too_short_lines_name_what_to_type),
        cmocka_unit_test(symbols_that_leave_the_text_are_named),
        cmocka_unit_test(words_without_blanks_lead_to_tokenize_char),
        cmocka_unit_test(what_nobody_trained_is_called_random),
        cmocka_unit_test_setup_teardown(what_came_from_a_file_is_not_random,
                                        folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(
            users_from_a_file_are_frozen_as_words_are, folder_begin,
            folder_end),
        cmocka_unit_test(the_freeze_typed_last_is_the_one_that_holds),
        cmocka_unit_test(sparse_adam_may_be_typed_before_its_table),
        cmocka_unit_test(sparse_adam_says_what_it_waits_for),
        cmocka_unit_test(a_number_alone_is_shown_with_its_name),
        cmocka_unit_test(a_quiz_about_a_cell_is_quiz_sign),
        cmocka_unit_test(a_corpus_misspelt_names_the_nearest),
        cmocka_unit_test(one_of_a_kind_has_no_plural),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
