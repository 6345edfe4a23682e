/*
 * learning: glossary help
 */
#include "base/str.h"
#include "commands/families.h"
#include "commands/glossary.h"
#include "commands/guard.h"
#include "commands/show.h"
#include "lang/match.h"

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

struct key_entry {
    const char *term, *text;
};

static void list_keys(struct session *session, const char *title,
                      const struct key_entry *entries, size_t count)
{
    enum { KEY_COLUMN = 18 };

    show_line(session, STYLE_TITLE, "%s", title);
    for (size_t i = 0; i < count; i++)
        show_entry(session, KEY_COLUMN, entries[i].term, entries[i].text);
}

/* What keys do beside commands. */
static void list_keys_of_screen(struct session *session)
{
    static const struct key_entry entries[] = {
        {"F2, F3, F4", "the next phase, a step, undo"},
        {"F5, + and -", "plays and pauses, faster and slower"},
        {"F6", "the next panel"},
        {"PgUp, PgDn", "scroll; Shift with an arrow by a row or a column"},
        {"Esc", "back from this, or from a chosen panel"},
        {"Tab, Ctrl-R, Up", "complete, search, what was typed before"},
        {"Ctrl-C", "stops training, never the program"},
    };

    list_keys(session, "keys", entries, sizeof entries / sizeof *entries);
}

/* In a lesson help begins with what is its own. */
static void list_keys_of_lesson(struct session *session)
{
    static const struct key_entry entries[] = {
        {"Enter", "goes on, at its end to the next lesson; in a question it "
                  "helps, or shows the answer"},
        {"back, forward", "turn pages, as Left and Right do on a full screen"},
        {"hint, answer", "of the question that is asked"},
        {"resume", "back to the lesson, from what you tried"},
        {"F5", "on a full screen: plays it by itself, and stops it"},
        {"lesson contents", "its pages; lesson goto leads there"},
        {"lesson leave", "ends it; the lab stays"},
    };

    list_keys(session, "this lesson", entries,
              sizeof entries / sizeof *entries);
}

static void list_commands(struct session *session)
{
    for (int family = 0; family < FAMILY_COUNT; family++) {
        show_line(session, STYLE_TITLE, "%s",
                  command_family_name((enum family)family));
        for (size_t i = 0; i < command_count(); i++) {
            const struct command_spec *spec = command_list[i];
            if ((int)spec->family == family)
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
        if (session->lesson && !session_guard(session))
            list_keys_of_lesson(session);
        else if (session->front_end.views && !session->lesson)
            list_keys_of_screen(session);
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
