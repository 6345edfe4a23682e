/*
 * learning: lessons lesson resume hint answer; the front end plays them
 * (lesson/player.h). (glossary help: help.c; quiz: quiz.c)
 */
#include "base/str.h"
#include "commands/families.h"

static int request(struct session *session, struct effect *effect,
                   enum lesson_request lesson, const char *text)
{
    effect->request = REQUEST_LESSON;
    effect->lesson = lesson;
    effect->text = session_keep_text(session, text);
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
                  lesson_words[word].lesson == LESSON_GOTO
                      ? "lesson %s wants an id or a page behind it; lesson "
                        "contents lists them"
                      : "lesson %s wants a name behind it; lessons lists them",
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
    .usage = "NAME[#ID]|forget NAME|goto ID|goto PAGE|back|forward|"
             "contents|leave",
    .summary = "plays a lesson; moves about in it; forgets its progress",
    .details = "A lesson begins with a fresh lab; what was there stays as a "
               "branch. One that was left goes on where it was; NAME#start "
               "begins anew. While it waits, anything may be typed: Enter, or "
               "resume, goes back to where the lesson left the lab; back "
               "and forward, alone, turn pages. At its end Enter begins the "
               "next one. Without a name: the contents "
               "of the lesson that is played.",
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
