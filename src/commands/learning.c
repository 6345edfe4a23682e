/*
 * learning: lessons lesson resume hint answer glossary help (quiz: quiz.c)
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/glossary.h"
#include "commands/show.h"
#include "lang/match.h"

/* --- lessons: the front end plays them (lesson/player.h) ------------------ */

static int request(struct session *session, struct effect *effect,
                   enum lesson_request lesson, const char *text)
{
    free(session->request_text);
    session->request_text = memory_text(text);
    effect->request = REQUEST_LESSON;
    effect->lesson = lesson;
    effect->text = session->request_text;
    return 0;
}

static int run_lessons(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    (void)call;
    (void)err;
    return request(session, effect, LESSON_LIST, NULL);
}

const struct command_spec command_lessons = {
    .name = "lessons",
    .family = FAMILY_LEARNING,
    .summary = "the lessons there are, and how far you are",
    .travels = true,
    .run = run_lessons,
};

/* The words that may stand behind `lesson` instead of a lesson's name. */
static const struct {
    const char *name;
    enum lesson_request lesson;
    bool wants_text;
} lesson_words[] = {
    {"forget", LESSON_FORGET, true},      {"goto", LESSON_GOTO, true},
    {"back", LESSON_BACK, false},         {"forward", LESSON_FORWARD, false},
    {"contents", LESSON_CONTENTS, false}, {"leave", LESSON_LEAVE, false},
};

static int lesson_word(struct session *session, const struct call *call,
                       size_t word, struct effect *effect, struct error *err)
{
    const struct value *args = call->typed->args;
    size_t argc = call->typed->argc;

    if (lesson_words[word].wants_text && argc < 2) {
        error_set(err, ERROR_USAGE,
                  "lesson %s wants a name behind it; lessons lists them",
                  args[0].text);
        return call_error_at(&args[0], err);
    }
    if (!lesson_words[word].wants_text && argc > 1) {
        error_set(err, ERROR_USAGE,
                  "lesson %s takes nothing more; leave '%s' "
                  "out",
                  args[0].text, args[1].text);
        return call_error_at(&args[1], err);
    }
    return request(session, effect, lesson_words[word].lesson,
                   argc > 1 ? args[1].text : NULL);
}

static int run_lesson(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    const struct value *args = call->typed->args;

    if (call->typed->argc == 0)
        return request(session, effect, LESSON_CONTENTS, NULL);
    for (size_t i = 0; i < sizeof lesson_words / sizeof *lesson_words; i++) {
        if (str_equal(args[0].text, lesson_words[i].name))
            return lesson_word(session, call, i, effect, err);
    }
    if (call->typed->argc > 1) {
        error_set(err, ERROR_USAGE,
                  "lesson takes one name, and '%s' is a second; lessons lists "
                  "them",
                  args[1].text);
        return call_error_at(&args[1], err);
    }
    return request(session, effect, LESSON_PLAY, args[0].text);
}

const struct command_spec command_lesson = {
    .name = "lesson",
    .family = FAMILY_LEARNING,
    .usage = "NAME[#ID]|forget NAME|goto ID|back|forward|contents|leave",
    .summary = "plays a lesson; moves about in it; forgets its progress",
    .details = "A lesson begins with a fresh lab; what was there stays as a "
               "branch. While it waits, anything may be typed: Enter, or "
               "resume, goes back to where the lesson left the lab. Without a "
               "name: the contents of the lesson that is played.",
    .argument = ARGUMENT_LESSON,
    .choices = "forget|goto|back|forward|contents|leave",
    .args_max = 2,
    .travels = true,
    .run = run_lesson,
};

static int run_resume(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    (void)call;
    (void)err;
    return request(session, effect, LESSON_RESUME, NULL);
}

const struct command_spec command_resume = {
    .name = "resume",
    .family = FAMILY_LEARNING,
    .summary = "back to where the lesson left the lab",
    .details = "What was done off script stays as a branch: goto aside comes "
               "back to it.",
    .travels = true,
    .run = run_resume,
};

static int run_hint(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    (void)call;
    (void)err;
    return request(session, effect, LESSON_HINT, NULL);
}

const struct command_spec command_hint = {
    .name = "hint",
    .family = FAMILY_LEARNING,
    .summary = "the next hint of a quiz or a try",
    .travels = true,
    .run = run_hint,
};

static int run_answer(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    (void)call;
    (void)err;
    return request(session, effect, LESSON_ANSWER, NULL);
}

const struct command_spec command_answer = {
    .name = "answer",
    .family = FAMILY_LEARNING,
    .summary = "the solution, on the prompt",
    .travels = true,
    .run = run_answer,
};

/* --- glossary ----------------------------------------------------------- */

enum { GLOSSARY_MAX = 128 };

static void list_terms(struct session *session)
{
    struct str text = STR_INIT;

    for (size_t i = 0; i < glossary_count(); i++)
        str_printf(&text, "%s%s", i ? ", " : "", glossary_terms[i].name);
    show_wrapped(session, 0, STYLE_NORMAL, str_text(&text));
    str_clear(&text);
}

static void explain_term(struct session *session,
                         const struct glossary_term *term)
{
    show_line(session, STYLE_TITLE, "%s", term->name);
    show_wrapped(session, 2, STYLE_NORMAL, term->text);
}

static enum match_result find_term(const char *typed, size_t *index,
                                   struct str *candidates)
{
    const char *names[GLOSSARY_MAX];

    for (size_t i = 0; i < glossary_count(); i++)
        names[i] = glossary_terms[i].name;
    return match_name(typed, names, glossary_count(), index, candidates);
}

static int unknown_term(const char *typed, const char *candidates,
                        struct error *err)
{
    const char *names[GLOSSARY_MAX], *nearest;

    if (*candidates)
        return error_set(err, ERROR_NOT_FOUND,
                         "'%s' could be %s; type more of it", typed,
                         candidates);
    for (size_t i = 0; i < glossary_count(); i++)
        names[i] = glossary_terms[i].name;
    nearest = match_nearest(typed, names, glossary_count());
    if (nearest)
        return error_set(err, ERROR_NOT_FOUND,
                         "the glossary has no '%s'; did you mean %s?", typed,
                         nearest);
    return error_set(err, ERROR_NOT_FOUND,
                     "the glossary has no '%s'; glossary lists its words",
                     typed);
}

static int run_glossary(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    struct str typed = STR_INIT, candidates = STR_INIT;
    int status = 0;
    size_t index;

    (void)effect;
    call_words(call, 0, &typed);
    if (typed.length == 0)
        list_terms(session);
    else if (find_term(str_text(&typed), &index, &candidates) == MATCH_ONE)
        explain_term(session, &glossary_terms[index]);
    else
        status = unknown_term(str_text(&typed), str_text(&candidates), err);
    str_clear(&typed);
    str_clear(&candidates);
    return status;
}

const struct command_spec command_glossary = {
    .name = "glossary",
    .family = FAMILY_LEARNING,
    .usage = "[TERM]",
    .summary = "what a word of the field means",
    .argument = ARGUMENT_TERM,
    .args_max = 4,
    .run = run_glossary,
};

/* --- help --------------------------------------------------------------- */

enum { COMMAND_COLUMN = 14, OPTION_COLUMN = 34 };

static void list_commands(struct session *session)
{
    for (int family = 0; family < FAMILY_COUNT; family++) {
        show_line(session, STYLE_TITLE, "%s",
                  command_family_name((enum family)family));
        for (size_t i = 0; i < command_count(); i++) {
            const struct command_spec *spec = command_list[i];
            if ((int)spec->family == family && spec->run)
                show_entry(session, COMMAND_COLUMN, spec->name, spec->summary);
        }
    }
    show_wrapped(
        session, 0, STYLE_DIM,
        "help COMMAND explains one, glossary WORD a word of the field. "
        "Begin with: corpus tiny; lookup the cat; step");
}

static void explain_options(struct session *session,
                            const struct command_spec *spec)
{
    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        struct str usage = STR_INIT;
        spec_usage(o, &usage);
        show_entry(session, OPTION_COLUMN, str_text(&usage), o->help);
        str_clear(&usage);
    }
}

static void explain_command(struct session *session,
                            const struct command_spec *spec)
{
    show_line(session, STYLE_TITLE, "%s%s%s", spec->name,
              spec->usage ? " " : "", spec->usage ? spec->usage : "");
    show_wrapped(session, 2, STYLE_NORMAL, spec->summary);
    explain_options(session, spec);
    if (spec->details)
        show_wrapped(session, 2, STYLE_NORMAL, spec->details);
    if (!spec->run)
        show_line(session, STYLE_DIM, "  (not in this version)");
}

/* Then help lists the commands it could be. */
static bool begins_a_command(const char *typed)
{
    for (size_t i = 0; i < command_count(); i++) {
        if (str_starts_with(command_list[i]->name, typed))
            return true;
    }
    return false;
}

/* A command; or, where none begins like that, a word of the glossary. */
static int run_help(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    const struct value *name = call->typed->args;
    const struct command_spec *spec;
    size_t index;

    (void)effect;
    if (call->typed->argc == 0) {
        list_commands(session);
        return 0;
    }
    spec = command_find(name->text, name->column, err);
    if (!spec && (begins_a_command(name->text) ||
                  find_term(name->text, &index, NULL) != MATCH_ONE))
        return -1;
    if (spec)
        explain_command(session, spec);
    else
        explain_term(session, &glossary_terms[index]);
    return 0;
}

const struct command_spec command_help = {
    .name = "help",
    .family = FAMILY_LEARNING,
    .usage = "[COMMAND]",
    .summary = "all commands, or one explained",
    .argument = ARGUMENT_COMMAND,
    .args_max = 1,
    .run = run_help,
};
