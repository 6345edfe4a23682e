/*
 * The small grammar inside `quiz` and `try`. First Markdown, the question;
 * from the first line on that begins with one of the marks below, only items.
 * An item may go on in lines that are indented.
 *
 *   quiz   - [x] choice   = EXPR   ? hint   ! explanation
 *   try    check: EXPR   solution: COMMANDS   ? hint
 */
#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lesson/reader.h"

/* One kind of item. take gets the text behind the mark and takes it over. */
struct item_kind {
    const char *mark;
    bool lines; /* those it goes on in stay lines; else they are one */
    int (*take)(struct reader *reader, size_t line, char *text);
};

static struct lesson_question *question_of(const struct reader *reader)
{
    return reader->lesson->blocks[reader->lesson->count - 1].question;
}

/* --- items ---------------------------------------------------------------- */

static int add_choice(struct reader *reader, size_t line, char *text,
                      bool right)
{
    struct lesson_question *question = question_of(reader);
    size_t n = question->choice_count;

    if ((n & (n - 1)) == 0) /* full at 0 and at powers of two */
        question->choices = memory_resize(question->choices, n == 0 ? 1 : 2 * n,
                                          sizeof *question->choices);
    question->choices[n] = (struct lesson_choice){text, right, line};
    question->choice_count = n + 1;
    for (size_t i = 0; i < n; i++) {
        if (str_equal(question->choices[i].text, text))
            return reader_fail(reader, line,
                               "the choice '%s' stands in line %zu already; "
                               "leave one out",
                               text, question->choices[i].line);
    }
    return 0;
}

static int take_right(struct reader *reader, size_t line, char *text)
{
    return add_choice(reader, line, text, true);
}

static int take_wrong(struct reader *reader, size_t line, char *text)
{
    return add_choice(reader, line, text, false);
}

static int take_hint(struct reader *reader, size_t line, char *text)
{
    struct lesson_question *question = question_of(reader);

    (void)line;
    reader_add_text(&question->hints, &question->hint_count, text);
    return 0;
}

/* What a question has one of at most. */
static int take_one(struct reader *reader, size_t line, const char *what,
                    char **place, char *text)
{
    if (*place) {
        free(text);
        return reader_fail(reader, line,
                           "this question has its %s already; leave one out",
                           what);
    }
    *place = text;
    return 0;
}

static int take_answer(struct reader *reader, size_t line, char *text)
{
    struct lesson_question *question = question_of(reader);

    question->answer_line = line;
    return take_one(reader, line, "= EXPR", &question->answer, text);
}

static int take_explanation(struct reader *reader, size_t line, char *text)
{
    return take_one(reader, line, "explanation",
                    &question_of(reader)->explanation, text);
}

static int take_check(struct reader *reader, size_t line, char *text)
{
    struct lesson_question *question = question_of(reader);

    question->check_line = line;
    return take_one(reader, line, "check", &question->check, text);
}

static int take_solution(struct reader *reader, size_t line, char *text)
{
    struct lesson_question *question = question_of(reader);

    question->solution_line = line;
    return take_one(reader, line, "solution", &question->solution, text);
}

static const struct item_kind quiz_items[] = {
    {"- [x] ", false, take_right}, {"- [X] ", false, take_right},
    {"- [ ] ", false, take_wrong}, {"= ", false, take_answer},
    {"? ", false, take_hint},      {"! ", false, take_explanation},
    {NULL, false, NULL},
};

static const struct item_kind try_items[] = {
    {"check:", false, take_check},
    {"solution:", true, take_solution},
    {"? ", false, take_hint},
    {NULL, false, NULL},
};

/* --- the grammar ---------------------------------------------------------- */

static const struct item_kind *kind_of(const struct item_kind *kinds,
                                       const struct reader_line *line)
{
    for (; kinds->mark; kinds++) {
        if (reader_line_starts(line, kinds->mark))
            return kinds;
    }
    return NULL;
}

static bool is_indented(const struct reader_line *line)
{
    return reader_line_starts(line, "  ") || reader_line_starts(line, "\t");
}

/* The item that line begins, with the indented lines below it. */
static int read_item(struct reader *reader, const struct item_kind *kind,
                     const struct reader_line *first, struct reader_text *text)
{
    struct reader_text rest = *text;
    struct reader_line line;
    struct str item = STR_INIT;
    size_t mark = strlen(kind->mark);

    str_append_bytes(&item, first->text + mark, first->length - mark);
    while (reader_next_line(&rest, &line) && is_indented(&line) &&
           !reader_is_blank(&line)) {
        char *more = reader_trim(line.text, line.length);
        str_append_char(&item, kind->lines ? '\n' : ' ');
        str_append(&item, more);
        free(more);
        *text = rest;
    }
    char *whole = reader_trim(str_text(&item), item.length);
    str_clear(&item);
    if (*whole == '\0') {
        free(whole);
        return reader_fail(reader, first->number,
                           "nothing stands behind '%s'; write it there",
                           kind->mark);
    }
    return kind->take(reader, first->number, whole);
}

/* "- [] milk" and the like would be a list in the question. */
static int check_question_line(const struct reader *reader,
                               const struct reader_line *line)
{
    if (!reader_line_starts(line, "- ["))
        return 0;
    return reader_fail(reader, line->number,
                       "this choice is marked neither - [x] nor - [ ]; mark it "
                       "so, with a blank behind");
}

/* The question: everything above the first item. Leaves text at that. */
static int read_text(struct reader *reader, const struct item_kind *kinds,
                     struct reader_text *text)
{
    struct reader_text question = *text, rest = *text;
    struct reader_line line;
    bool empty = true;

    while (reader_next_line(&rest, &line) && !kind_of(kinds, &line)) {
        if (check_question_line(reader, &line) != 0)
            return -1;
        empty = empty && reader_is_blank(&line);
        *text = rest;
    }
    question.end = text->at;
    if (empty)
        return reader_fail(reader, question.line - 1,
                           "nothing is asked here; begin the block with the "
                           "question");
    question_of(reader)->text = reader_markdown(reader, &question);
    return question_of(reader)->text ? 0 : -1;
}

/* `marks`: those there are, for messages. */
static int read_question(struct reader *reader, const struct item_kind *kinds,
                         const char *marks, struct reader_text *text)
{
    struct lesson_block *block =
        &reader->lesson->blocks[reader->lesson->count - 1];
    struct reader_line line;

    block->question = memory_zeroed(1, sizeof *block->question);
    if (read_text(reader, kinds, text) != 0)
        return -1;
    while (reader_next_line(text, &line)) {
        const struct item_kind *kind = kind_of(kinds, &line);
        if (reader_is_blank(&line))
            continue;
        if (!kind)
            return reader_fail(reader, line.number,
                               "this line is no item of the question; begin it "
                               "with %s, or indent it if it goes on",
                               marks);
        if (read_item(reader, kind, &line, text) != 0)
            return -1;
    }
    return 0;
}

int reader_quiz(struct reader *reader, struct reader_text *text)
{
    const struct lesson_question *question;
    size_t line = text->line - 1, right = 0;

    if (read_question(reader, quiz_items, "- [x], - [ ], =, ? or !", text) != 0)
        return -1;
    question = question_of(reader);
    for (size_t i = 0; i < question->choice_count; i++)
        right += question->choices[i].right;
    if (question->choice_count == 0 && !question->answer)
        return reader_fail(reader, line,
                           "this quiz has no right answer; add choices - [x] "
                           "and - [ ], or = EXPR");
    if (question->choice_count > 0 && right == 0)
        return reader_fail(reader, line,
                           "no choice of this quiz is right; mark one with "
                           "- [x]");
    return 0;
}

int reader_try(struct reader *reader, struct reader_text *text)
{
    const struct lesson_question *question;
    size_t line = text->line - 1;

    if (read_question(reader, try_items, "check:, solution: or ?", text) != 0)
        return -1;
    question = question_of(reader);
    if (!question->check)
        return reader_fail(reader, line,
                           "this try has no check; add a line `check: EXPR`");
    if (!question->solution)
        return reader_fail(reader, line,
                           "this try has no solution; add a line `solution: "
                           "COMMANDS`");
    return 0;
}
