/*
 * Lessons as tests: what passes, what is said of what does not, what --update
 * writes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "lab/lab.h"
#include "lesson/author.h"
#include "lesson/check.h"
#include "session_case.h"

#define HEAD "---\ntitle: T\nid: t\n---\n" /* four lines */
#define LAB "```emblab\nemb> corpus \"the cat sat. the dog\"; table D=2\n```\n"

/* What is told of a lesson, its folder left out; "" where it passes. */
static const char *messages_of(void **state, const char *text)
{
    static struct str told;
    const char *folder = *state, *path = folder_write(folder, "l.md", text);
    struct checker checker;
    bool passed;
    const char *at;

    str_truncate(&told, 0);
    checker_init(&checker, false);
    passed = checker_run(&checker, path);
    at = str_text(&checker.messages);
    for (const char *next; (next = strstr(at, folder)) != NULL;) {
        str_append_bytes(&told, at, (size_t)(next - at));
        at = next + strlen(folder) + 1;
    }
    str_append(&told, at);
    assert_int_equal(passed, told.length == 0);
    assert_int_equal(checker.passed, passed);
    assert_int_equal(checker.failed, !passed);
    checker_clear(&checker);
    return str_text(&told);
}

#define assert_passes(text) assert_string_equal(messages_of(state, text), "")
#define assert_fails(text, messages) \
    assert_string_equal(messages_of(state, text), messages)

/* --- what a check sees -------------------------------------------------------
 */

/* Behind "corpus tiny" and these commands. */
static const char *seen(const char *commands, const char *check)
{
    static struct str out;
    struct sitting s;

    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; table");
    sitting_ask(&s, commands);
    str_truncate(&out, 0);
    check_sees(s.session.lab, check, &out);
    sitting_end(&s);
    return str_text(&out);
}

static void a_check_sees_its_left_side_as_plain_values(void **state)
{
    (void)state;
    assert_string_equal(seen("lookup the milk", "equal(ids, [3])"),
                        "`ids` is [0, 3]");
    assert_string_equal(seen("table", "W.shape[1] == 4"), "`W.shape[1]` is 6");
    assert_string_equal(seen("table", "W.shape == (17, 4)"),
                        "`W.shape` is [17, 6]");
    assert_string_equal(seen("table init=zeros", "W.sum() == 4"),
                        "`W.sum()` is 0");
    assert_string_equal(seen("table init=zeros",
                             "equal(W[cat], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0])"),
                        "`W[cat]` is [0., 0., 0., 0., 0., 0.]");
    assert_string_equal(seen("table", "equal(W, 0)"), ""); /* too much */
}

static void of_several_conditions_the_first_that_fails_is_seen(void **state)
{
    static const char check[] =
        "(E.shape[0] == 2) * (E.shape[1] == 3) * (E.dim() == 3)";

    (void)state;
    assert_string_equal(seen("lookup [[0,1,2]]", check), "`E.shape[0]` is 1");
    assert_string_equal(seen("lookup [[0],[1]]", check), "`E.shape[1]` is 1");
    assert_string_equal(seen("lookup [[0,1,2],[0,0,0]]", check), "");
}

/* What an equality wants would be the answer. */
static void a_bound_is_told_and_a_wanted_value_is_not(void **state)
{
    (void)state;
    assert_string_equal(seen("table", "W.shape[0] <= 10"),
                        "`W.shape[0]` is 17, wanted: at most 10");
    assert_string_equal(seen("table", "(W.shape[0] + 1) * 2 > 40"),
                        "`(W.shape[0] + 1) * 2` is 36, wanted: more than 40");
    assert_string_equal(seen("table init=zeros", "abs(W[0,0] - 2.5) < 0.001"),
                        "`W[0,0]` is 0");
    assert_string_equal(seen("table init=zeros", "W[1,0] != 0"),
                        "`W[1,0]` is 0");
}

static void what_is_not_there_yet_is_said(void **state)
{
    (void)state;
    assert_string_equal(seen("table", "equal(ids, [3])"),
                        "there is no ids yet");
    assert_string_equal(seen("table", "equal(ids,"), "");
}

/* --- commands ------------------------------------------------------------- */

static void outputs_are_compared(void **state)
{
    assert_passes(HEAD LAB "```emblab\n"
                           "emb> print W.shape; print rows(W)\n"
                           "torch.Size([4, 2])\n"
                           "tensor([0, 1, 2, 3])\n"
                           "\n"
                           "emb> print W[cat]\n"
                           "...\n"
                           "```\n");
    assert_fails(HEAD LAB "```emblab\n"
                          "emb> print W.shape\n"
                          "torch.Size([4, 3])\n"
                          "```\n",
                 "l.md:9: error: `print W.shape` prints something else (- "
                 "expected, + printed); mend the lesson, or check --update "
                 "it\n"
                 "    - torch.Size([4, 3])\n"
                 "    + torch.Size([4, 2])\n");
}

static void lost_prompts_are_asked_for(void **state)
{
    assert_fails(HEAD LAB "```emblab\n"
                          "emb> print W.shape\n"
                          "torch.Size([4, 2])\n"
                          "lookup cat\n"
                          "```\n",
                 "l.md:9: error: `print W.shape` prints something else (- "
                 "expected, + printed); mend the lesson, or check --update "
                 "it\n"
                 "      torch.Size([4, 2])\n"
                 "    - lookup cat\n"
                 "    line 11: did you mean `emb> lookup cat`?\n");
    /* what a command prints may begin with its name */
    assert_null(strstr(messages_of(state, HEAD LAB "```emblab\nemb> help step\n"
                                                   "step no more\n...\n```\n"),
                       "did you mean"));
}

static void training_runs_to_its_end(void **state)
{
    assert_passes(HEAD LAB "```emblab\n"
                           "emb> windows C=1; batch B=1; train epochs=3; "
                           "print losses.shape\n"
                           "...\n"
                           "torch.Size([12])\n"
                           "```\n");
}

static void pictures_are_as_wide_as_the_lesson_says(void **state)
{
    assert_passes("---\ntitle: T\nid: t\nsize: 40x20\n---\n"
                  "```emblab\n"
                  "emb> help lesson\n"
                  "lesson[..]\n"
                  "...\n"
                  "```\n");
}

static void failures_must_be_expected(void **state)
{
    assert_passes(HEAD LAB "```emblab\nemb> lookup [9]\n"
                           "error: [..]id 9 is outside the table[..]\n```\n");
    assert_fails(HEAD "```emblab\nemb> step\n```\n",
                 "l.md:6: error: `step` fails: no text yet; type `corpus tiny` "
                 "(or corpus FILE, or corpus \"some words\") first\n");
    assert_fails(HEAD "```emblab\nemb> hash\nerror: no\n```\n",
                 "l.md:6: error: `hash` was to fail and does not; take the "
                 "line `error:` out\n");
}

static void rest_of_a_line_that_fails_is_skipped(void **state)
{
    assert_passes(HEAD LAB "```emblab\nemb> lookup [9]; table D=7\n"
                           "error: [..]\n"
                           "emb> print W.shape\ntorch.Size([4, 2])\n```\n");
}

static void notices_need_not_be_expected(void **state)
{
    assert_passes(HEAD "```emblab\nemb> corpus \"a b a b\"; table; step\n"
                       "...\nnote: [..]\n...\n```\n");
    assert_fails(HEAD "```emblab\nemb> corpus \"a b\"\n[..]\nnote: no\n```\n",
                 "l.md:6: error: `corpus \"a b\"` prints something else (- "
                 "expected, + printed); mend the lesson, or check --update "
                 "it\n"
                 "      [..]\n"
                 "    - note: no\n");
}

static void many_failures_are_cut(void **state)
{
    struct str text = STR_INIT;
    const char *told;

    str_append(&text, HEAD "```emblab\n");
    str_repeat(&text, "emb> step\n", 14);
    str_append(&text, "```\n");
    told = messages_of(state, str_text(&text));
    assert_non_null(strstr(told, "l.md:15: error:"));
    assert_null(strstr(told, "l.md:16: error:"));
    assert_non_null(strstr(told, "\n    (4 more)\n"));
    str_clear(&text);
}

/* --- questions ------------------------------------------------------------ */

/* the 0, cat 1, sat 2, dog 3; "the cat" is looked up */
#define QUIZ(answer, choices)                        \
    HEAD LAB "```emblab\nemb> lookup the cat\n```\n" \
             "```quiz\nWhat?\n" choices "= " answer "\n```\n"

static void words_must_agree_with_the_rows(void **state)
{
    assert_passes(QUIZ("ids", "- [x] the\n- [x] **cat**\n- [ ] dog\n"
                              "- [ ] none of them\n"));
    assert_passes(QUIZ("ids", "- [x] the, cat\n- [ ] the sat\n"
                              "- [ ] the cat dog\n- [x] 0 and so\n"));
    assert_passes(QUIZ("ids", "- [x] 0\n- [ ] 3\n- [x] [1, 0]\n"));
    assert_fails(QUIZ("ids", "- [x] the\n- [x] dog\n"),
                 "l.md:15: error: `= ids` and the marks differ: 'dog' is "
                 "wrong; mark it so, or mend the expression\n");
    assert_fails(QUIZ("ids", "- [x] the\n- [ ] cat\n"),
                 "l.md:15: error: `= ids` and the marks differ: 'cat' is "
                 "right; mark it so, or mend the expression\n");
}

/* dev, victor are users 0 and 1; jambalaya, shakshuka items 0 and 1. */
#define RATINGS(answer, choices)                                           \
    HEAD "```emblab\nemb> corpus ratings; model recommend\n"               \
         "emb> batch B=2; step\n```\n```quiz\nWhat?\n" choices "= " answer \
         "\n```\n"

static void names_must_agree_with_the_rows_of_their_own_table(void **state)
{
    assert_passes(RATINGS("rows(Wi.grad)", "- [x] jambalaya\n- [ ] pancakes\n"
                                           "- [x] shakshuka, jambalaya\n"));
    assert_fails(RATINGS("rows(Wi.grad)", "- [ ] jambalaya\n- [x] shakshuka\n"),
                 "l.md:13: error: `= rows(Wi.grad)` and the marks differ: "
                 "'jambalaya' is right; mark it so, or mend the expression\n");
    assert_fails(
        RATINGS("rows(Wi.grad)", "- [x] dev\n"),
        "l.md:12: error: `= rows(Wi.grad)` says nothing of these choices; "
        "name words or numbers in them, or leave it out\n");
    assert_passes(RATINGS("rows(Wu.grad)", "- [x] dev\n- [ ] finn\n"));
}

/* A word that the corpus does not have is not <unk>'s row. */
static void unknown_words_are_sentences(void **state)
{
    assert_passes(HEAD "```emblab\nemb> corpus \"a b\"; vocab "
                       "specials=\"<unk>\"; table; lookup a\n```\n"
                       "```quiz\nW?\n- [x] a\n- [x] neither of all\n"
                       "= ids\n```\n");
}

static void numbers_must_agree(void **state)
{
    assert_passes(QUIZ("W.shape[0]", "- [x] 4\n- [ ] 5\n- [ ] many\n"));
    assert_passes(QUIZ("W.sum() * 0 + 2.34567", "- [x] 2.35\n- [ ] 2.34\n"));
    assert_passes(QUIZ("W.shape", "- [x] (4, 2)\n- [ ] (2, 4)\n"));
    assert_passes(QUIZ("equal(W, W)", "- [x] yes\n- [ ] no\n"));
    assert_passes(QUIZ("W.shape[0] == 5", "- [ ] True\n- [x] False\n"));
    assert_fails(QUIZ("W.shape[0]", "- [ ] 4\n- [x] 5\n"),
                 "l.md:15: error: `= W.shape[0]` and the marks differ: '4' is "
                 "right; mark it so, or mend the expression\n");
}

static void answers_must_be_computable_and_meant(void **state)
{
    assert_fails(QUIZ("ids +", "- [x] 4\n"),
                 "l.md:14: error: `= ids +` cannot be computed: the "
                 "expression ends too early; a value must follow\n");
    assert_fails(QUIZ("ids", "- [x] because it is so\n- [ ] for it was\n"),
                 "l.md:15: error: `= ids` says nothing of these choices; name "
                 "words or numbers in them, or leave it out\n");
    assert_passes(QUIZ("ids", ""));
}

#define TRY(check, solution) \
    HEAD LAB "```try\nDo it.\ncheck: " check "\nsolution: " solution "\n```\n"

static void try_must_fail_before_and_hold_after(void **state)
{
    assert_passes(TRY("equal(ids, [1])", "lookup cat"));
    assert_passes(TRY("W == 0", "table init=zeros"));
    assert_passes(TRY("W.shape[1] == 3", "table D=5\n  table D=3"));
    assert_fails(TRY("W.shape[1] == 2", "lookup cat"),
                 "l.md:10: error: the check `W.shape[1] == 2` holds before "
                 "anything was done; check for something that is not so yet\n");
    assert_fails(TRY("equal(ids, [1])", "lookup dog"),
                 "l.md:10: error: the check `equal(ids, [1])` does not hold "
                 "after the solution; mend one of them\n");
    assert_fails(TRY("equal(ids, [1])", "lookup zebra"),
                 "l.md:11: error: the solution fails: 'zebra' is not in the "
                 "vocabulary; `vocab` lists its words\n");
}

static void nothing_follows_from_a_failure_before(void **state)
{
    assert_fails(HEAD LAB "```emblab\nemb> lookup zebra\n```\n"
                          "```try\nDo it.\ncheck: W.shape[1] == 2\n"
                          "solution: lookup cat\n```\n",
                 "l.md:9: error: `lookup zebra` fails: 'zebra' is not in the "
                 "vocabulary; `vocab` lists its words\n");
}

static void check_must_be_computable_after(void **state)
{
    const char *told = messages_of(state, TRY("no_such == 1", "rows"));

    assert_non_null(strstr(told, "l.md:10: error: the check `no_such == 1` "
                                 "cannot be computed: no tensor is called "));
    assert_non_null(strstr(told, "; `help print` lists what a check knows\n"));
}

/* --- what stands around --------------------------------------------------- */

static void mistakes_of_reading_fail(void **state)
{
    assert_fails("no head\n",
                 "l.md:1: error: a lesson begins with its head; make the first "
                 "line --- and add title: and id:\n");
}

static void missing_lesson_fails(void **state)
{
    struct checker checker;

    (void)state;
    checker_init(&checker, false);
    assert_false(checker_run(&checker, "./nowhere.md"));
    assert_string_equal(str_text(&checker.messages),
                        "emblab: error: there is no file './nowhere.md'; check "
                        "the name\n");
    assert_int_equal(checker.failed, 1);
    checker_clear(&checker);
}

static void required_lessons_must_be_there(void **state)
{
    assert_fails("---\ntitle: T\nid: t\nrequires: [nowhere]\n---\nx\n",
                 "l.md:4: error: no lesson has the id 'nowhere'; require one "
                 "that is there\n");
}

static void links_lead_somewhere(void **state)
{
    folder_write(*state, "06-rows.md", HEAD "x\n");
    assert_passes(HEAD "[a](06-rows.md), [b](06-rows.md#start), [c](#d),\n"
                       "[e](https://example.org/none.md), [f](none.txt).\n");
    assert_fails(HEAD "One.\n\n- a\n- see [rows](06-rosw.md#start)\n",
                 "l.md:8: error: this link leads to no file: '06-rosw.md'; "
                 "did you mean 06-rows.md?\n");
    assert_fails(HEAD "```quiz\nAs [there](far/elsewhere.md)?\n= 1\n```\n",
                 "l.md:6: error: this link leads to no file: "
                 "'far/elsewhere.md'; give its path from here\n");
}

static void ids_are_each_lessons_own(void **state)
{
    struct checker checker;
    char first[256];

    snprintf(first, sizeof first, "%s",
             folder_write(*state, "one.md", HEAD "x\n"));
    checker_init(&checker, false);
    assert_true(checker_run(&checker, first));
    assert_true(checker_run(&checker, first)); /* the same once more */
    assert_false(
        checker_run(&checker, folder_write(*state, "two.md", HEAD "x\n")));
    assert_non_null(strstr(str_text(&checker.messages),
                           "two.md:1: error: the id 't' is that of "));
    assert_int_equal(checker.passed, 2);
    assert_int_equal(checker.failed, 1);
    checker_clear(&checker);
}

static void lessons_do_not_see_each_others_lab(void **state)
{
    struct checker checker;

    checker_init(&checker, false);
    assert_true(
        checker_run(&checker, folder_write(*state, "a.md",
                                           "---\ntitle: T\nid: a\n---\n" LAB)));
    assert_true(checker_run(
        &checker, folder_write(*state, "b.md",
                               "---\ntitle: T\nid: b\n---\n```emblab\n"
                               "emb> step\nerror: no text yet[..]\n```\n")));
    checker_clear(&checker);
}

/* --- update --------------------------------------------------------------- */

/* The file after an update that passes, or does not. */
static char *updated(void **state, const char *text, bool passes)
{
    const char *path = folder_write(*state, "u.md", text);
    struct checker checker;
    struct file_bytes bytes;

    checker_init(&checker, true);
    assert_int_equal(checker_run(&checker, path), passes);
    checker_clear(&checker);
    assert_int_equal(file_read(path, &bytes, NULL), 0);
    return bytes.data;
}

static void update_writes_what_differs_alone(void **state)
{
    char *text = updated(state,
                         HEAD LAB "Text.\n```emblab\n"
                                  "emb> print W.shape; print ids\n"
                                  "torch.Size([..])\n"
                                  "error: x\n"
                                  "emb> print rows(W); print W.shape\n"
                                  "...\n"
                                  "torch.Size([9, 9])\n"
                                  "\n"
                                  "emb> print W[cat].sum() * 0\n"
                                  "tensor(1.0)    (~1e-4)\n"
                                  "emb> hash\n"
                                  "```\n"
                                  "More.\n",
                         true);

    assert_string_equal(text, HEAD LAB
                        "Text.\n```emblab\n"
                        "emb> print W.shape; print ids\n"
                        "torch.Size([..])\n"
                        "error: there is no ids yet; `lookup WORDS` or `next "
                        "lookup` makes it\n"
                        "emb> print rows(W); print W.shape\n"
                        "...\n"
                        "torch.Size([4, 2])\n"
                        "\n"
                        "emb> print W[cat].sum() * 0\n"
                        "tensor(0.)     (~1e-4)\n"
                        "emb> hash\n"
                        "```\n"
                        "More.\n");
    free(text);
}

static void update_is_done_once(void **state)
{
    static const char lesson[] = HEAD LAB
        "```emblab\nemb> print W.shape\nx\ny\n```\n";
    char *once = updated(state, lesson, true);
    char *twice = updated(state, once, true);

    assert_string_equal(once, twice);
    free(once);
    free(twice);
}

static void update_keeps_line_ends_and_hides_no_failure(void **state)
{
    char *text = updated(state,
                         "---\r\ntitle: T\r\nid: t\r\n---\r\n```emblab\r\n"
                         "emb> corpus \"a b\"\r\n3\r\nemb> why\r\n```\r\n",
                         false);

    assert_string_equal(
        text, "---\r\ntitle: T\r\nid: t\r\n---\r\n```emblab\r\n"
              "emb> corpus \"a b\"\r\ntyped text: 1 line, 2 tokens, 2 "
              "different words\r\nemb> why\r\n```\r\n");
    free(text);
}

/* --- the template --------------------------------------------------------- */

static void template_passes_its_own_check(void **state)
{
    struct str path = STR_INIT;
    struct checker checker;
    struct error err = {0};

    str_printf(&path, "%s/07-my_words.md", (char *)*state);
    assert_int_equal(author_write(str_text(&path), &err), 0);
    checker_init(&checker, false);
    if (!checker_run(&checker, str_text(&path)))
        fail_msg("%s", str_text(&checker.messages));
    assert_true(checker.checks >= 5);
    checker_clear(&checker);
    /* never over another file */
    assert_int_equal(author_write(str_text(&path), &err), -1);
    assert_non_null(strstr(err.message, "exists; take another name"));
    assert_int_equal(author_write("lesson.txt", &err), -1);
    assert_non_null(strstr(err.message, "end it with .md"));
    str_clear(&path);
}

static void template_is_named_after_its_file(void **state)
{
    struct str text = STR_INIT;

    (void)state;
    author_template("x/07-my_words.md", &text);
    assert_non_null(
        strstr(str_text(&text), "title: My words\nid: 07-my-words\n"));
    str_truncate(&text, 0);
    author_template("é.md", &text);
    assert_non_null(strstr(str_text(&text), "\nid: lesson\n"));
    str_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_sees_its_left_side_as_plain_values),
        cmocka_unit_test(of_several_conditions_the_first_that_fails_is_seen),
        cmocka_unit_test(a_bound_is_told_and_a_wanted_value_is_not),
        cmocka_unit_test(what_is_not_there_yet_is_said),
        cmocka_unit_test(outputs_are_compared),
        cmocka_unit_test(lost_prompts_are_asked_for),
        cmocka_unit_test(training_runs_to_its_end),
        cmocka_unit_test(pictures_are_as_wide_as_the_lesson_says),
        cmocka_unit_test(failures_must_be_expected),
        cmocka_unit_test(rest_of_a_line_that_fails_is_skipped),
        cmocka_unit_test(notices_need_not_be_expected),
        cmocka_unit_test(many_failures_are_cut),
        cmocka_unit_test(words_must_agree_with_the_rows),
        cmocka_unit_test(names_must_agree_with_the_rows_of_their_own_table),
        cmocka_unit_test(unknown_words_are_sentences),
        cmocka_unit_test(numbers_must_agree),
        cmocka_unit_test(answers_must_be_computable_and_meant),
        cmocka_unit_test(try_must_fail_before_and_hold_after),
        cmocka_unit_test(nothing_follows_from_a_failure_before),
        cmocka_unit_test(check_must_be_computable_after),
        cmocka_unit_test(mistakes_of_reading_fail),
        cmocka_unit_test(missing_lesson_fails),
        cmocka_unit_test(required_lessons_must_be_there),
        cmocka_unit_test(links_lead_somewhere),
        cmocka_unit_test(ids_are_each_lessons_own),
        cmocka_unit_test(lessons_do_not_see_each_others_lab),
        cmocka_unit_test(update_writes_what_differs_alone),
        cmocka_unit_test(update_is_done_once),
        cmocka_unit_test(update_keeps_line_ends_and_hides_no_failure),
        cmocka_unit_test(template_passes_its_own_check),
        cmocka_unit_test(template_is_named_after_its_file),
    };

    return cmocka_run_group_tests_name("lesson/check", tests, folder_begin,
                                       folder_end);
}
