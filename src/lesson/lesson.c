/*
 * A lesson owns everything in it but the nodes of its blocks, which belong to
 * the document.
 */
#include "lesson/lesson.h"

#include <cmark-gfm.h>
#include <stdlib.h>

#include "base/str.h"

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static void free_question(struct lesson_question *question)
{
    if (!question)
        return;
    if (question->text)
        cmark_node_free(question->text);
    free_texts(question->hints, question->hint_count);
    for (size_t i = 0; i < question->choice_count; i++)
        free(question->choices[i].text);
    free(question->choices);
    free(question->answer);
    free(question->explanation);
    free(question->check);
    free(question->solution);
    free(question);
}

static void clear_block(struct lesson_block *block)
{
    for (size_t i = 0; i < block->command_count; i++) {
        free(block->commands[i].text);
        free_texts(block->commands[i].expected,
                   block->commands[i].expected_count);
    }
    free(block->commands);
    free_question(block->question);
    free(block->id);
    free(block->text);
}

void lesson_free(struct lesson *lesson)
{
    if (!lesson)
        return;
    for (size_t i = 0; i < lesson->count; i++)
        clear_block(&lesson->blocks[i]);
    free(lesson->blocks);
    free_texts(lesson->requires, lesson->require_count);
    if (lesson->document)
        cmark_node_free(lesson->document);
    free(lesson->title);
    free(lesson->id);
    free(lesson->path);
    free(lesson);
}

size_t lesson_find(const struct lesson *lesson, const char *id)
{
    for (size_t i = 0; i < lesson->count; i++) {
        const struct lesson_block *block = &lesson->blocks[i];
        if (block->id && str_equal(block->id, id))
            return i;
        if (block->kind == LESSON_MARKER && str_equal(block->text, id))
            return i;
    }
    return lesson->count;
}
