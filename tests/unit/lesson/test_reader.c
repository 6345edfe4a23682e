/*
 * Reading lessons: what each element becomes, on which line, and what is said
 * of what cannot be read. Expected lines are counted by hand in the texts.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/str.h"
#include "lesson/lesson.h"
#include "session_case.h"

#define HEAD "---\ntitle: T\nid: t\n---\n" /* four lines */

static struct lesson *must_parse(const char *text)
{
    struct error err = {0};
    struct lesson *lesson = lesson_parse("l.md", text, strlen(text), &err);

    if (!lesson)
        fail_msg("%s", err.message);
    return lesson;
}

static const char *refusal_of(const char *text, size_t length)
{
    static struct error err;
    struct lesson *lesson;

    error_clear(&err);
    lesson = lesson_parse("l.md", text, length, &err);
    if (lesson)
        fail_msg("this was read: %s", text);
    assert_int_equal(err.code, ERROR_SYNTAX);
    return err.message;
}

static void assert_refused(const char *text, const char *message)
{
    assert_string_equal(refusal_of(text, strlen(text)), message);
}

static const struct lesson_block *find(const struct lesson *lesson,
                                       const char *id)
{
    size_t index = lesson_find(lesson, id);

    assert_true(index < lesson->count);
    return &lesson->blocks[index];
}

/* --- what is read --------------------------------------------------------- */

static void head_fills_in_the_lesson(void **state)
{
    struct lesson *lesson = must_parse("---\n"
                                       "# only a remark\n"
                                       "title: Rows: which ones?\n"
                                       "id: which-rows\n"
                                       "requires: [lookup, batches]\n"
                                       "minutes: 10\n"
                                       "size: 120x34\n"
                                       "---\n"
                                       "Hello.\n");

    (void)state;
    assert_string_equal(lesson->title, "Rows: which ones?");
    assert_string_equal(lesson->id, "which-rows");
    assert_int_equal(lesson->require_count, 2);
    assert_string_equal(lesson->requires[0], "lookup");
    assert_string_equal(lesson->requires[1], "batches");
    assert_int_equal(lesson->require_line, 5);
    assert_int_equal(lesson->minutes, 10);
    assert_int_equal(lesson->cols, 120);
    assert_int_equal(lesson->rows, 34);
    assert_string_equal(lesson->path, "l.md");
    lesson_free(lesson);
}

static void head_has_defaults_and_quotes(void **state)
{
    struct lesson *lesson = must_parse("---\ntitle: \"a: b\"\nid: 'x'\n"
                                       "requires: []\n---\nHello.\n");

    (void)state;
    assert_string_equal(lesson->title, "a: b");
    assert_string_equal(lesson->id, "x");
    assert_int_equal(lesson->require_count, 0);
    assert_int_equal(lesson->minutes, 0);
    assert_int_equal(lesson->cols, 80);
    assert_int_equal(lesson->rows, 24);
    lesson_free(lesson);
}

static void blocks_come_in_their_order_with_their_lines(void **state)
{
    static const struct {
        enum lesson_kind kind;
        size_t line;
    } expected[] = {
        {LESSON_HEADING, 5}, {LESSON_TEXT, 7},   {LESSON_TEXT, 9},
        {LESSON_PAUSE, 12},  {LESSON_NOTE, 13},  {LESSON_TEXT, 15},
        {LESSON_TEXT, 19},   {LESSON_FOCUS, 23}, {LESSON_SPEED, 23},
        {LESSON_HIDE, 24},   {LESSON_SHOW, 26},  {LESSON_MARKER, 27},
    };
    struct lesson *lesson = must_parse(HEAD "# Title\n"
                                            "\n"
                                            "A paragraph.\n"
                                            "\n"
                                            "- a list\n"
                                            "- of two\n"
                                            "\n"
                                            "<!-- pause -->\n"
                                            "<!-- note: ask\n"
                                            "     them -->\n"
                                            "| a | b |\n"
                                            "|---|---|\n"
                                            "| 1 | 2 |\n"
                                            "\n"
                                            "```python\n"
                                            "x = 1\n"
                                            "```\n"
                                            "<!-- # a remark -->\n"
                                            "<!-- focus: table --> "
                                            "<!-- speed: 2.5 -->\n"
                                            "<!-- hide -->\n"
                                            "\n"
                                            "<!-- show -->\n"
                                            "<!-- marker: here -->\n");

    (void)state;
    assert_int_equal(lesson->count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < lesson->count; i++) {
        assert_int_equal(lesson->blocks[i].kind, expected[i].kind);
        assert_int_equal(lesson->blocks[i].line, expected[i].line);
    }
    assert_string_equal(lesson->blocks[4].text, "ask them");
    assert_string_equal(cmark_node_get_type_string(lesson->blocks[5].node),
                        "table");
    assert_string_equal(lesson->blocks[7].text, "table");
    assert_true(lesson->blocks[8].number == 2.5);
    assert_int_equal(find(lesson, "here")->kind, LESSON_MARKER);
    assert_int_equal(lesson_find(lesson, "there"), lesson->count);
    lesson_free(lesson);
}

static void id_of_a_heading_leaves_its_text(void **state)
{
    struct lesson *lesson = must_parse(HEAD "## The *rows* of it {#a_row-1}\n");
    const struct lesson_block *block = find(lesson, "a_row-1");
    char *text = cmark_render_commonmark(block->node, CMARK_OPT_DEFAULT, 0);

    (void)state;
    assert_int_equal(block->kind, LESSON_HEADING);
    assert_string_equal(text, "## The *rows* of it\n");
    free(text);
    lesson_free(lesson);
}

static void commands_have_the_output_below_them(void **state)
{
    struct lesson *lesson = must_parse(HEAD "```emblab {#run}\n"
                                            "emb> corpus tiny\n"
                                            "emb> step; step\n"
                                            "  loss 2.7842\n"
                                            "\n"
                                            "...\n"
                                            "\n"
                                            "emb> rows\n"
                                            "```\n");
    const struct lesson_block *block = find(lesson, "run");

    (void)state;
    assert_int_equal(block->kind, LESSON_COMMANDS);
    assert_int_equal(block->command_count, 3);
    assert_string_equal(block->commands[0].text, "corpus tiny");
    assert_int_equal(block->commands[0].line, 6);
    assert_int_equal(block->commands[0].expected_count, 0);
    assert_string_equal(block->commands[1].text, "step; step");
    assert_int_equal(block->commands[1].expected_count, 3);
    assert_string_equal(block->commands[1].expected[0], "  loss 2.7842");
    assert_string_equal(block->commands[1].expected[1], "");
    assert_string_equal(block->commands[1].expected[2], "...");
    assert_int_equal(block->commands[2].line, 12);
    lesson_free(lesson);
}

static void quiz_has_choices_answer_hints_and_explanation(void **state)
{
    struct lesson *lesson = must_parse(HEAD "```quiz {#which}\n"
                                            "Which rows?\n"
                                            "\n"
                                            "* not a choice\n"
                                            "\n"
                                            "- [x] the\n"
                                            "- [ ] queen,\n"
                                            "  the second\n"
                                            "= rows(W.grad)\n"
                                            "\n"
                                            "? First.\n"
                                            "? Second.\n"
                                            "! Because\n"
                                            "  it is so.\n"
                                            "```\n");
    const struct lesson_question *q = find(lesson, "which")->question;
    char *text = cmark_render_commonmark(q->text, CMARK_OPT_DEFAULT, 0);

    (void)state;
    assert_string_equal(text, "Which rows?\n\n  - not a choice\n");
    assert_int_equal(q->choice_count, 2);
    assert_string_equal(q->choices[0].text, "the");
    assert_true(q->choices[0].right);
    assert_string_equal(q->choices[1].text, "queen, the second");
    assert_false(q->choices[1].right);
    assert_int_equal(q->choices[1].line, 11);
    assert_string_equal(q->answer, "rows(W.grad)");
    assert_int_equal(q->answer_line, 13);
    assert_int_equal(q->hint_count, 2);
    assert_string_equal(q->hints[1], "Second.");
    assert_string_equal(q->explanation, "Because it is so.");
    assert_null(q->check);
    free(text);
    lesson_free(lesson);
}

static void try_has_check_and_solution(void **state)
{
    struct lesson *lesson = must_parse(HEAD "```try {#milk}\n"
                                            "Look up \"milk\".\n"
                                            "check: equal(ids, [3])\n"
                                            "solution: corpus tiny\n"
                                            "  lookup milk\n"
                                            "? The command is `lookup`.\n"
                                            "```\n");
    const struct lesson_question *q = find(lesson, "milk")->question;

    (void)state;
    assert_string_equal(q->check, "equal(ids, [3])");
    assert_int_equal(q->check_line, 7);
    assert_string_equal(q->solution, "corpus tiny\nlookup milk");
    assert_int_equal(q->solution_line, 8);
    assert_int_equal(q->hint_count, 1);
    assert_int_equal(q->choice_count, 0);
    assert_null(q->explanation);
    lesson_free(lesson);
}

static void line_ends_and_marks_of_other_systems_are_read(void **state)
{
    struct lesson *lesson =
        must_parse("\xEF\xBB\xBF---\r\ntitle: T\r\nid: t\r\n---\r\n"
                   "```emblab\r\nemb> rows\r\nout\r\n```\r\n");

    (void)state;
    assert_string_equal(lesson->title, "T");
    assert_string_equal(lesson->blocks[0].commands[0].text, "rows");
    assert_string_equal(lesson->blocks[0].commands[0].expected[0], "out");
    lesson_free(lesson);
}

static void front_alone_does_not_look_at_the_blocks(void **state)
{
    static const char text[] = HEAD "```quizz\n";
    struct error err = {0};
    struct lesson *lesson =
        lesson_parse_front("l.md", text, strlen(text), &err);

    (void)state;
    assert_non_null(lesson);
    assert_string_equal(lesson->title, "T");
    assert_int_equal(lesson->count, 0);
    lesson_free(lesson);
}

/* --- what is refused ------------------------------------------------------ */

static const struct refusal {
    const char *text, *message;
} refusals[] = {
    /* the head */
    {"", "l.md:1: error: a lesson begins with its head; make the first line "
         "--- and add title: and id:"},
    {"# Hello\n", "l.md:1: error: a lesson begins with its head; make the "
                  "first line --- and add title: and id:"},
    {"---\ntitle: T\nid: t\n", "l.md:1: error: the head has no end; close it "
                               "with a line ---"},
    {"---\nid: t\n---\nx\n", "l.md:1: error: the head has no title; add a line "
                             "`title: What it is about`"},
    {"---\ntitle: T\n---\nx\n", "l.md:1: error: the head has no id; add a line "
                                "like `id: which-rows`"},
    {"---\ntitel: T\n---\n", "l.md:2: error: no key is called 'titel'; did you "
                             "mean title?"},
    {"---\ntitle: T\nauthor: me\n---\n",
     "l.md:3: error: no key is called 'author'; there are title, id, requires, "
     "minutes and size"},
    {"---\ntitle: T\ntitle: U\n---\n",
     "l.md:3: error: title stands in line 2 already; leave one out"},
    {"---\ntitle: T\nhello\n---\n", "l.md:3: error: this is no `key: value`; "
                                    "end the head with a line ---"},
    {"---\ntitle:\n---\n",
     "l.md:2: error: title has no value; write one behind the colon"},
    {"---\nid: a b\n---\n", "l.md:2: error: 'a b' is no name for this; use up "
                            "to 64 letters, digits, - and _"},
    {"---\nminutes: ten\n---\n", "l.md:2: error: 'ten' is no number of "
                                 "minutes; write one from 1 to 600"},
    {"---\nminutes: 99999999999999999999\n---\n",
     "l.md:2: error: '99999999999999999999' is no number of minutes; write one "
     "from 1 to 600"},
    {"---\nsize: 24\n---\n", "l.md:2: error: '24' is no size of a screen; "
                             "write columns and rows like 80x24, at least "
                             "40x10"},
    {"---\nsize: 80x9\n---\n", "l.md:2: error: '80x9' is no size of a screen; "
                               "write columns and rows like 80x24, at least "
                               "40x10"},
    {"---\nrequires: [a, b\n---\n", "l.md:2: error: the list of what it "
                                    "requires has no end; close it with ]"},
    {"---\nrequires: [a, a]\n---\n",
     "l.md:2: error: 'a' is required twice; leave one out"},
    {"---\nrequires: [a, , b]\n---\n",
     "l.md:2: error: '' is no name for this; use up to 64 letters, digits, - "
     "and _"},
    {"---\ntitle: T\nid: t\nrequires: t\n---\nx\n",
     "l.md:4: error: the lesson requires itself; leave 't' out"},
    {HEAD "\n\n", "l.md:5: error: there is nothing after the head; write the "
                  "lesson here"},
    /* comments */
    {HEAD "<!-- puase -->\n",
     "l.md:5: error: no comment is called 'puase'; did you mean pause?"},
    {HEAD "hello\n\n<!-- pause -->\n<!-- remember the milk -->\n",
     "l.md:8: error: 'remember the milk' is no comment of a lesson; there are "
     "pause, note, speed, marker, focus, hide and show, and <!-- # begins any "
     "other"},
    {HEAD "<!-- pause: 3 -->\n", "l.md:5: error: pause takes nothing behind "
                                 "it; write <!-- pause -->"},
    {HEAD "<!-- note -->\n",
     "l.md:5: error: note says nothing; write <!-- note: ... -->"},
    {HEAD "<!-- note: -->\n",
     "l.md:5: error: note says nothing; write <!-- note: ... -->"},
    {HEAD "<!-- speed: fast -->\n", "l.md:5: error: 'fast' is no speed; write "
                                    "a number from 0.1 to 100, 1 being the "
                                    "usual"},
    {HEAD "<!-- speed: nan -->\n", "l.md:5: error: 'nan' is no speed; write a "
                                   "number from 0.1 to 100, 1 being the "
                                   "usual"},
    {HEAD "<!-- focus: tabel -->\n",
     "l.md:5: error: no panel is called 'tabel'; there are tokens, merges, "
     "vocab, subwords, table, lookup, onehot, windows, batch, mean, logits, "
     "loss, backward, update, rows, curve, shapes, plot"},
    {HEAD "<!-- marker: a b -->\n",
     "l.md:5: error: 'a b' is no name for this; use up to 64 letters, digits, "
     "- and _"},
    {HEAD "<!-- hide -->\nhello\n",
     "l.md:5: error: no <!-- show --> follows this <!-- hide -->; put one "
     "where the lesson is to be seen again"},
    {HEAD "<!-- show -->\n", "l.md:5: error: nothing is hidden here; put a "
                             "<!-- hide --> before"},
    {HEAD "<!-- hide -->\n<!-- hide -->\n",
     "l.md:6: error: it is hidden from line 5 on already; put a <!-- show --> "
     "before"},
    {HEAD "<!-- note: for ever\n\nand ever\n",
     "l.md:5: error: this comment has no end; close it with -->"},
    {HEAD "a\nb <!-- pause -->\n",
     "l.md:6: error: a comment must begin its line and stand outside of all "
     "else; move it"},
    {HEAD "- a\n\n  <!-- pause -->\n",
     "l.md:7: error: a comment must begin its line and stand outside of all "
     "else; move it"},
    /* HTML */
    {HEAD "Words like <unk> are rare.\n",
     "l.md:5: error: '<unk>' is HTML, which a terminal does not show; write it "
     "as `code` or with a \\ before the <"},
    {HEAD "<div>\nhello\n</div>\n", "l.md:5: error: '<div>' is HTML, which a "
                                    "terminal does not show; write it in "
                                    "Markdown"},
    {HEAD "<script>alert(1)</script>\n",
     "l.md:5: error: '<script>alert(1)</script>' is HTML, which a terminal "
     "does not show; write it in Markdown"},
    /* blocks */
    {HEAD "```quizz\n```\n",
     "l.md:5: error: no block is called 'quizz'; did you mean quiz?"},
    {HEAD "```perl\n```\n",
     "l.md:5: error: no block is called 'perl'; there are emblab, quiz and "
     "try, and text, python, c, sh, markdown and csv for code"},
    {HEAD "- in a list\n\n  ```emblab\n  emb> rows\n  ```\n",
     "l.md:7: error: a block `emblab` must begin at the margin; move it out of "
     "the list or quote"},
    {HEAD "Look:\n\nA row ![of W](w.png) here.\n",
     "l.md:7: error: a lesson shows no image; say it in words, or let a "
     "command draw it"},
    {HEAD "```emblab {which}\nemb> rows\n```\n",
     "l.md:5: error: '{which}' is no id; write {#name} behind the block's "
     "name"},
    {HEAD "```emblab\nout\n```\n", "l.md:6: error: this output has no command "
                                   "above it; begin a line with `emb> `"},
    {HEAD "```emblab\nemb>\n```\n", "l.md:6: error: there is no command behind "
                                    "this prompt; write one"},
    {HEAD "```emblab\n\n```\n", "l.md:5: error: this block has no command; "
                                "begin a line with `emb> `"},
    {HEAD "```emblab\nemb> rows\n",
     "l.md:5: error: this block has no end; close it with ```"},
    {HEAD "```\n", "l.md:5: error: this block has no end; close it with ```"},
    {HEAD "```emblab\nemb> rows\n\nText.\n\n```quiz {#q}\nA?\n= 1\n```\n",
     "l.md:5: error: this block has no end before line 10, where ```quiz "
     "begins; close it with ```"},
    {HEAD "```text\nShown.\n\n```emblab\nemb> rows\n```\n",
     "l.md:5: error: this block has no end before line 8, where ```emblab "
     "begins; close it with ```"},
    {HEAD "```emblab\nemb>rows\n```\n",
     "l.md:6: error: write a blank between emb> and the command"},
    {HEAD "# A {#x\n\n# B {#x} y\n",
     "l.md:5: error: an id ends the heading, as in {#name}; put it last and "
     "close it with }"},
    {HEAD "# A {#x}\n\n```emblab {#x}\nemb> rows\n```\n",
     "l.md:7: error: the id 'x' stands in line 5 already; give each its own"},
    {HEAD "# A {#x}\n\n<!-- marker: x -->\n",
     "l.md:7: error: the id 'x' stands in line 5 already; give each its own"},
    {HEAD "> > > > > > > > > > > deep\n",
     "l.md:5: error: too much stands in each other here; nest at most 10"},
    /* quiz and try */
    {HEAD "```quiz\nWhich?\n```\n",
     "l.md:5: error: this quiz has no right answer; add choices - [x] and - [ "
     "], or = EXPR"},
    {HEAD "```quiz\nWhich?\n- [ ] a\n- [ ] b\n```\n",
     "l.md:5: error: no choice of this quiz is right; mark one with - [x]"},
    {HEAD "```quiz\n- [x] a\n```\n", "l.md:5: error: nothing is asked here; "
                                     "begin the block with the question"},
    {HEAD "```quiz\nWhich?\n- [] a\n```\n",
     "l.md:7: error: this choice is marked neither - [x] nor - [ ]; mark it "
     "so, with a blank behind"},
    {HEAD "```quiz\nWhich?\n- [x] a\n- [ ] a\n```\n",
     "l.md:8: error: the choice 'a' stands in line 7 already; leave one out"},
    {HEAD "```quiz\nWhich?\n- [x] a\nand so on\n```\n",
     "l.md:8: error: this line is no item of the question; begin it with - "
     "[x], - [ ], =, ? or !, or indent it if it goes on"},
    {HEAD "```quiz\nWhich?\n- [x] a\n  \n  b\n```\n",
     "l.md:9: error: this line is no item of the question; begin it with - "
     "[x], - [ ], =, ? or !, or indent it if it goes on"},
    {HEAD "```quiz\nWhich?\n= 1\n= 2\n```\n",
     "l.md:8: error: this question has its = EXPR already; leave one out"},
    {HEAD "```quiz\nWhich?\n- [x] a\n! b\n! c\n```\n",
     "l.md:9: error: this question has its explanation already; leave one "
     "out"},
    {HEAD "```quiz\nWhich <row>?\n- [x] a\n```\n",
     "l.md:6: error: '<row>' is HTML, which a terminal does not show; write it "
     "as `code` or with a \\ before the <"},
    {HEAD "```quiz\nWhich?\n- [x] a\n? \n```\n",
     "l.md:8: error: nothing stands behind '? '; write it there"},
    {HEAD "```try\nDo it.\nsolution: rows\n```\n",
     "l.md:5: error: this try has no check; add a line `check: EXPR`"},
    {HEAD "```try\nDo it.\ncheck: 1\n```\n",
     "l.md:5: error: this try has no solution; add a line `solution: "
     "COMMANDS`"},
    {HEAD "```try\nDo it.\ncheck: 1\ncheck: 2\nsolution: rows\n```\n",
     "l.md:8: error: this question has its check already; leave one out"},
    {HEAD "```try\nDo it.\ncheck: 1\n! so\nsolution: rows\n```\n",
     "l.md:8: error: this line is no item of the question; begin it with "
     "check:, solution: or ?, or indent it if it goes on"},
    /* bytes */
    {HEAD "a\nb\xff\n", "l.md:6: error: the byte 0xff here is not UTF-8; save "
                        "the file as UTF-8"},
    {HEAD "a\n\x1b[2J\n", "l.md:6: error: this is no text: it has the byte "
                          "0x1b; a lesson is a Markdown file"},
};

static void mistakes_are_told_with_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        assert_refused(refusals[i].text, refusals[i].message);
}

static void binary_is_refused(void **state)
{
    static const char text[] = HEAD "a\n\0b";

    (void)state;
    assert_string_equal(refusal_of(text, sizeof text - 1),
                        "l.md:6: error: this is no text: it has the byte "
                        "0x00; a lesson is a Markdown file");
}

static void long_lesson_is_refused(void **state)
{
    size_t length = LESSON_BYTES_MAX + 1;
    char *text = memory_new(length, 1);

    (void)state;
    memset(text, 'a', length);
    assert_string_equal(refusal_of(text, length),
                        "l.md:1: error: 1.0 MB are too many for a lesson, "
                        "which has at most 1.0 MB; make several of it");
    free(text);
}

/* What would take a reader of Markdown for ever is refused before. */
static void long_run_of_lines_is_refused(void **state)
{
    struct str text = STR_INIT;
    struct lesson *lesson;

    (void)state;
    str_append(&text, HEAD "\n");
    str_repeat(&text, "![[]()\n", 2000);
    str_append(&text, "\n");
    str_repeat(&text, "![[]()\n", 2000);
    lesson = must_parse(str_text(&text)); /* two of 14 kB */
    lesson_free(lesson);
    str_repeat(&text, "![[]()\n", 400);
    assert_refused(str_text(&text),
                   "l.md:2007: error: more than 16 kB stand here without an "
                   "empty line; part them");
    str_clear(&text);
}

/* --- files ---------------------------------------------------------------- */

#define LESSON(id, requires) \
    "---\ntitle: T\nid: " id "\nrequires: " requires "\n---\nHello.\n"

/* EMBLAB_DATA is a folder with lessons. */
static const char *ship_lessons(void **state)
{
    static char folder[256];

    snprintf(folder, sizeof folder, "%s/lessons", (char *)*state);
    mkdir(folder, 0700);
    setenv("EMBLAB_DATA", *state, 1);
    folder_write(folder, "06-rows.md", LESSON("which-rows", "[]"));
    folder_write(folder, "07-learning.md", LESSON("learn", "[which-rows]"));
    folder_write(folder, "README.md", "no lesson");
    return folder;
}

static void assert_found(const char *name, const char *id)
{
    struct error err = {0};
    struct lesson *lesson = lesson_read(name, &err);

    if (!lesson)
        fail_msg("%s", err.message);
    assert_string_equal(lesson->id, id);
    lesson_free(lesson);
}

static void shipped_lessons_are_found_by_three_names(void **state)
{
    const char *folder = ship_lessons(state);
    char path[300];

    assert_found("06-rows", "which-rows");
    assert_found("rows", "which-rows");
    assert_found("which-rows", "which-rows");
    snprintf(path, sizeof path, "%s/07-learning.md", folder);
    assert_found(path, "learn");
}

static const char *read_refusal(const char *name)
{
    static struct error err;

    error_clear(&err);
    assert_null(lesson_read(name, &err));
    return err.message;
}

static void unknown_lesson_lists_those_there_are(void **state)
{
    ship_lessons(state);
    assert_non_null(strstr(read_refusal("zebra"),
                           "no lesson is called 'zebra'; there are: 06-rows, "
                           "07-learning"));
    assert_non_null(strstr(read_refusal("rowz"),
                           "no lesson is called 'rowz'; did you mean rows?"));
    assert_non_null(strstr(read_refusal("./rwos"), "there is no file"));
}

static void circle_of_requirements_is_refused(void **state)
{
    const char *folder = *state, *path;

    setenv("EMBLAB_DATA", folder, 1);
    path = folder_write(folder, "a.md", LESSON("a", "[b]"));
    folder_write(folder, "b.md", LESSON("b", "[c]"));
    folder_write(folder, "c.md", LESSON("c", "[d, a]"));
    folder_write(folder, "d.md", LESSON("d", "[d2]"));
    assert_non_null(strstr(read_refusal(path),
                           "a.md:4: error: the lesson requires itself (a → b → "
                           "c → a); leave one out of `requires`"));
}

static void circle_elsewhere_does_not_hang(void **state)
{
    const char *folder = *state;

    setenv("EMBLAB_DATA", folder, 1);
    folder_write(folder, "e.md", LESSON("e", "[f]"));
    folder_write(folder, "f.md", LESSON("f", "[g]"));
    folder_write(folder, "g.md", LESSON("g", "[f]"));
    assert_found(folder_write(folder, "e.md", LESSON("e", "[f]")), "e");
}

static void requirements_must_be_there(void **state)
{
    struct error err = {0};
    struct lesson *lesson;

    ship_lessons(state);
    lesson = lesson_read("learning", &err);
    assert_non_null(lesson);
    assert_int_equal(lesson_check_requires(lesson, &err), 0);
    lesson_free(lesson);
    lesson = lesson_read(
        folder_write(*state, "h.md", LESSON("h", "[learn, nowhere]")), &err);
    assert_non_null(lesson);
    assert_int_equal(lesson_check_requires(lesson, &err), -1);
    assert_int_equal(err.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(err.message, "h.md:4: error: no lesson has the id "
                                        "'nowhere'; require one that is "
                                        "there"));
    lesson_free(lesson);
}

static void large_file_is_refused_unread(void **state)
{
    const char *path = folder_write(*state, "large.md", "");

    assert_int_equal(truncate(path, 100000000), 0);
    assert_non_null(strstr(read_refusal(path),
                           "large.md:1: error: 100.0 MB are too many for a "
                           "lesson, which has at most 1.0 MB"));
}

static void fifo_and_folder_are_refused(void **state)
{
    char path[300];

    snprintf(path, sizeof path, "%s/fifo.md", (char *)*state);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_non_null(strstr(read_refusal(path), "is a named pipe (FIFO)"));
    assert_non_null(strstr(read_refusal("/"), "is a directory"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_fills_in_the_lesson),
        cmocka_unit_test(head_has_defaults_and_quotes),
        cmocka_unit_test(blocks_come_in_their_order_with_their_lines),
        cmocka_unit_test(id_of_a_heading_leaves_its_text),
        cmocka_unit_test(commands_have_the_output_below_them),
        cmocka_unit_test(quiz_has_choices_answer_hints_and_explanation),
        cmocka_unit_test(try_has_check_and_solution),
        cmocka_unit_test(line_ends_and_marks_of_other_systems_are_read),
        cmocka_unit_test(front_alone_does_not_look_at_the_blocks),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(binary_is_refused),
        cmocka_unit_test(long_lesson_is_refused),
        cmocka_unit_test(long_run_of_lines_is_refused),
        cmocka_unit_test(shipped_lessons_are_found_by_three_names),
        cmocka_unit_test(unknown_lesson_lists_those_there_are),
        cmocka_unit_test(circle_of_requirements_is_refused),
        cmocka_unit_test(circle_elsewhere_does_not_hang),
        cmocka_unit_test(requirements_must_be_there),
        cmocka_unit_test(large_file_is_refused_unread),
        cmocka_unit_test(fifo_and_folder_are_refused),
    };

    return cmocka_run_group_tests_name("lesson/reader", tests, folder_begin,
                                       folder_end);
}
