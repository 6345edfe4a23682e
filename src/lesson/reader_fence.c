/*
 * Fenced blocks: `emblab`, `quiz` and `try`, each with an id behind it if it
 * is to have one (```quiz {#which}); other code is only shown, where its
 * language is one of a few: a misspelt `quizz` must not pass as code.
 */
#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lang/match.h"
#include "lesson/reader.h"

static const char prompt[] = "emb> ";

/* --- emblab --------------------------------------------------------------- */

static struct lesson_command *add_command(struct lesson_block *block)
{
    size_t n = block->command_count;

    if ((n & (n - 1)) == 0) /* full at 0 and at powers of two */
        block->commands = memory_resize(block->commands, n == 0 ? 1 : 2 * n,
                                        sizeof *block->commands);
    block->commands[n] = (struct lesson_command){0};
    block->command_count = n + 1;
    return &block->commands[n];
}

/* Empty lines below an output part it from the next command. */
static void drop_blank_end(struct lesson_block *block)
{
    struct lesson_command *command;

    if (block->command_count == 0)
        return;
    command = &block->commands[block->command_count - 1];
    while (command->expected_count > 0) {
        const char *last = command->expected[command->expected_count - 1];
        if (last[strspn(last, " \t")] != '\0')
            return;
        free(command->expected[--command->expected_count]);
    }
    free(command->expected);
    command->expected = NULL;
}

static int take_prompt(struct reader *reader, struct lesson_block *block,
                       const struct reader_line *line)
{
    struct lesson_command *command;

    drop_blank_end(block);
    command = add_command(block);
    command->line = line->number;
    command->text = reader_trim(line->text + 4, line->length - 4);
    if (*command->text == '\0')
        return reader_fail(reader, line->number,
                           "there is no command behind this prompt; write one");
    return 0;
}

/* A line of output, which needs a command above it. */
static int take_output(struct reader *reader, struct lesson_block *block,
                       const struct reader_line *line)
{
    struct lesson_command *command;
    struct str text = STR_INIT;

    if (block->command_count == 0)
        return reader_is_blank(line)
                   ? 0
                   : reader_fail(reader, line->number,
                                 "this output has no command above it; begin "
                                 "a line with `emb> `");
    command = &block->commands[block->command_count - 1];
    str_append_bytes(&text, line->text, line->length);
    reader_add_text(&command->expected, &command->expected_count,
                    str_take(&text));
    return 0;
}

static int read_commands(struct reader *reader, struct reader_text *text)
{
    struct lesson_block *block =
        &reader->lesson->blocks[reader->lesson->count - 1];
    struct reader_line line;

    while (reader_next_line(text, &line)) {
        if (reader_line_starts(&line, "emb>") && line.length > 4 &&
            line.text[4] != ' ')
            return reader_fail(reader, line.number,
                               "write a blank between emb> and the command");
        bool typed = reader_line_starts(&line, prompt) ||
                     (line.length == 4 && reader_line_starts(&line, "emb>"));
        if ((typed ? take_prompt : take_output)(reader, block, &line) != 0)
            return -1;
    }
    drop_blank_end(block);
    if (block->command_count == 0)
        return reader_fail(reader, block->line,
                           "this block has no command; begin a line with "
                           "`emb> `");
    return 0;
}

/* --- which block ---------------------------------------------------------- */

static const struct fence {
    const char *name;
    enum lesson_kind kind;
    int (*read)(struct reader *reader, struct reader_text *text);
} fences[] = {
    {"emblab", LESSON_COMMANDS, read_commands},
    {"quiz", LESSON_QUIZ, reader_quiz},
    {"try", LESSON_TRY, reader_try},
};

enum { FENCES = sizeof fences / sizeof *fences };

/* Code that is shown and not run. */
static const char *const languages[] = {"text", "python",   "c",
                                        "sh",   "markdown", "csv"};

enum { LANGUAGES = sizeof languages / sizeof *languages };

static int unknown_fence(const struct reader *reader, size_t line,
                         const char *name)
{
    const char *names[FENCES + LANGUAGES], *nearest;

    for (size_t i = 0; i < FENCES; i++)
        names[i] = fences[i].name;
    memcpy(names + FENCES, languages, sizeof languages);
    nearest = match_nearest(name, names, FENCES + LANGUAGES);
    if (nearest)
        return reader_fail(reader, line,
                           "no block is called '%s'; did you mean %s?", name,
                           nearest);
    return reader_fail(reader, line,
                       "no block is called '%.40s'; there are emblab, quiz and "
                       "try, and text, python, c, sh, markdown and csv for "
                       "code",
                       name);
}

/* `{#id}` behind the block's name. */
static int take_id(struct reader *reader, struct lesson_block *block,
                   const char *rest)
{
    size_t length = strlen(rest);

    if (length == 0)
        return 0;
    if (length < 4 || !str_starts_with(rest, "{#") || rest[length - 1] != '}')
        return reader_fail(reader, block->line,
                           "'%.40s' is no id; write {#name} behind the block's "
                           "name",
                           rest);
    block->id = reader_trim(rest + 2, length - 3);
    return reader_check_id(reader, block->line, block->id);
}

/* Line number `last` of the file. Blocks come in their order, so that the
 * lines before are behind us. */
static struct reader_line find_line(struct reader *reader, size_t last)
{
    struct reader_line line = {"", 0, 0};

    if (reader->lines.line == 0)
        reader->lines = (struct reader_text){reader->text,
                                             reader->text + reader->length, 1};
    while (line.number < last && reader_next_line(&reader->lines, &line))
        ;
    return line;
}

static bool closes(const struct reader_line *line, char mark, int length)
{
    size_t blank = 0, marks = 0;

    while (blank < line->length && line->text[blank] == ' ')
        blank++;
    while (blank + marks < line->length && line->text[blank + marks] == mark)
        marks++;
    return marks >= (size_t)length;
}

/* "```quiz" of a line that begins a block, caller's to free; NULL: it begins
 * none. */
static char *begun_block(const struct reader_line *line, int length)
{
    char *text = reader_trim(line->text, line->length);
    size_t marks = strspn(text, "`"), name = strcspn(text + marks, " {`");

    if (marks >= (size_t)length && name > 0 && !strchr(text + marks, '`')) {
        text[marks + name] = '\0';
        return text;
    }
    free(text);
    return NULL;
}

/* A block without an end goes on to the end of the next one. */
static int check_inside(const struct reader *reader, cmark_node *node,
                        size_t first, int length)
{
    const char *text = cmark_node_get_literal(node);
    struct reader_text inside = {text, text + strlen(text), first + 1};
    struct reader_line line;

    while (reader_next_line(&inside, &line)) {
        char *begun = begun_block(&line, length);
        if (!begun)
            continue;
        reader_fail(reader, first,
                    "this block has no end before line %zu, where %.40s "
                    "begins; close it with ```",
                    line.number, begun);
        free(begun);
        return -1;
    }
    return 0;
}

/* A block that is never closed swallows the rest of the lesson. */
static int check_closed(struct reader *reader, cmark_node *node)
{
    size_t first = reader_node_line(reader, node);
    size_t last = reader->before + (size_t)cmark_node_get_end_line(node);
    int length, offset;
    char mark;
    struct reader_line line;

    if (!cmark_node_get_fenced(node, &length, &offset, &mark))
        return 0;
    if (mark == '`' && check_inside(reader, node, first, length) != 0)
        return -1;
    line = find_line(reader, last);
    if (last > first && closes(&line, mark, length))
        return 0;
    return reader_fail(reader, first, "this block has no end; close it with %s",
                       mark == '~' ? "~~~" : "```");
}

static int read_ours(struct reader *reader, cmark_node *node,
                     const struct fence *fence, const char *rest)
{
    size_t line = reader_node_line(reader, node);
    const char *text = cmark_node_get_literal(node);
    struct reader_text inside = {text, text + strlen(text), line + 1};
    struct lesson_block *block = reader_add_block(reader, fence->kind, line);

    if (take_id(reader, block, rest) != 0)
        return -1;
    return fence->read(reader, &inside);
}

static bool is_language(const char *name)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (str_equal(name, languages[i]))
            return true;
    }
    return *name == '\0';
}

static int read_fence(struct reader *reader, cmark_node *node, const char *name,
                      const char *rest)
{
    size_t line = reader_node_line(reader, node);

    for (size_t i = 0; i < FENCES; i++) {
        if (str_equal(name, fences[i].name))
            return read_ours(reader, node, &fences[i], rest);
    }
    if (!is_language(name))
        return unknown_fence(reader, line, name);
    reader_add_block(reader, LESSON_TEXT, line)->node = node;
    return 0;
}

int reader_fence(struct reader *reader, struct cmark_node *node)
{
    const char *info = cmark_node_get_fence_info(node);
    size_t length = strcspn(info, " \t{");
    char *name = reader_trim(info, length);
    char *rest = reader_trim(info + length, strlen(info + length));
    int status = check_closed(reader, node);

    if (status == 0)
        status = read_fence(reader, node, name, rest);
    free(name);
    free(rest);
    return status;
}
