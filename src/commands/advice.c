/*
 * Prefixes are a good thing for who knows the commands: "the" is theme. Who
 * does not know them types words of the text, and is told what takes those.
 */
#include "commands/advice.h"

#include <string.h>
#include <strings.h>

#include "commands/command.h"
#include "commands/glossary.h"
#include "lab/lab.h"
#include "text/vocab.h"

/* The message with other words behind what is wrong: "what; what to do". The
 * place stays. */
static void replace_advice(struct error *err, const char *advice)
{
    size_t column = err->column, length = err->length;
    int what = (int)strcspn(err->message, ";");

    error_set(err, err->code, "%.*s; %s", what, err->message, advice);
    error_at(err, column, length);
}

/* Also in other letters: "did you mean table?" says more than the rest here. */
static bool is_command(const char *name)
{
    for (size_t i = 0; i < command_count(); i++) {
        if (strcasecmp(command_list[i]->name, name) == 0)
            return true;
    }
    return false;
}

/* Whose word it is: behind a hash every word has a row, and means nothing. */
static bool is_word(const struct vocab *vocab, const char *text)
{
    return vocab->hash == 0 && vocab_find_exact(vocab, text, strlen(text)) >= 0;
}

static bool are_words(const struct session *session,
                      const struct command *typed)
{
    const struct vocab *vocab = session->lab->text ? lab_vocab(session->lab)
                                                   : NULL;

    if (!vocab || typed->option_count > 0 || !is_word(vocab, typed->name))
        return false;
    for (size_t i = 0; i < typed->argc; i++) {
        if (typed->args[i].kind == VALUE_LIST ||
            !is_word(vocab, typed->args[i].text))
            return false;
    }
    return true;
}

static bool wants_out(const char *name)
{
    static const char *const names[] = {"exit", "leave", "bye", "q", "end"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_equal(name, names[i]))
            return true;
    }
    return false;
}

/* Of the glossary: the line as one term, or its first word. */
static const struct glossary_term *find_term(const struct command *typed)
{
    const struct glossary_term *term = glossary_find(typed->source);

    return term ? term : glossary_find(typed->name);
}

void advice_give(const struct session *session, const struct command *typed,
                 struct error *err)
{
    struct str advice = STR_INIT;
    const struct glossary_term *term = find_term(typed);
    bool none = command_find(typed->name, 0, NULL) == NULL;

    if (is_command(typed->name))
        return;
    if (are_words(session, typed))
        str_printf(&advice, "`lookup %s` looks %s up", typed->source,
                   typed->argc > 0 ? "these words" : "this word");
    else if (none && wants_out(typed->name))
        str_append(&advice, session->lesson
                                ? "lesson leave ends the lesson, quit emblab"
                                : "quit leaves emblab");
    else if (none && term)
        str_printf(&advice, "glossary %s explains the word", term->name);
    if (advice.length > 0)
        replace_advice(err, str_text(&advice));
    str_clear(&advice);
}
