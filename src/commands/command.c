#include "commands/command.h"

#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/names.h"
#include "lang/match.h"

const char *command_family_name(enum family family)
{
    static const char *const names[FAMILY_COUNT] = {
        "text",   "table",     "lookup",   "data, model", "training",
        "seeing", "exploring", "learning", "files",       "settings"};

    return names[family];
}

static size_t command_names(const char **names, size_t room)
{
    size_t count = command_count();

    for (size_t i = 0; i < count && i < room; i++)
        names[i] = command_list[i]->name;
    return count;
}

const struct command_spec *command_find(const char *name, size_t column,
                                        struct error *err)
{
    const char *names[128];
    size_t count = command_names(names, 128), index;
    struct str candidates = STR_INIT;
    const char *nearest;

    switch (match_name(name, names, count, &index, &candidates)) {
    case MATCH_ONE:
        str_clear(&candidates);
        return command_list[index];
    case MATCH_MANY:
        error_set(err, ERROR_USAGE, "\"%s\" could be %s; type more of it", name,
                  str_text(&candidates));
        break;
    case MATCH_NONE:
        nearest = match_nearest(name, names, count);
        if (nearest)
            error_set(err, ERROR_USAGE,
                      "no command is called \"%s\"; did you mean %s?", name,
                      nearest);
        else
            error_set(err, ERROR_USAGE,
                      "no command is called \"%s\"; help lists them", name);
        break;
    }
    str_clear(&candidates);
    error_at(err, column, strlen(name));
    return NULL;
}

bool command_is_raw(void *context, const char *name)
{
    const struct command_spec *spec = command_find(name, 0, NULL);

    (void)context;
    return spec && spec->raw;
}

void command_usage(const struct command_spec *spec, struct str *out)
{
    str_append(out, spec->name);
    if (spec->usage && *spec->usage) {
        str_append_char(out, ' ');
        str_append(out, spec->usage);
    }
    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        str_append_char(out, ' ');
        spec_usage(o, out);
    }
}

void call_words(const struct call *call, size_t from, struct str *out)
{
    for (size_t i = from; i < call->typed->argc; i++) {
        if (i > from)
            str_append_char(out, ' ');
        str_append(out, call->typed->args[i].text);
    }
}

int call_error_at(const struct value *value, struct error *err)
{
    return error_at(err, value->column, value->length);
}

/* Has this model a tensor of that name, now or later? */
static int check_tensor(const struct session *session, const char *name,
                        struct error *err)
{
    const char *names[NAMES_MAX], *nearest;
    size_t count = name_list_all(session->lab, names);

    for (size_t i = 0; i < count; i++) {
        if (str_equal(names[i], name))
            return 0;
    }
    nearest = match_nearest(name, names, count);
    if (nearest)
        return error_set(err, ERROR_NOT_FOUND,
                         "no tensor is called '%s'; did you mean %s?", name,
                         nearest);
    return error_set(err, ERROR_NOT_FOUND,
                     "no tensor is called '%s'; shapes lists them", name);
}

int call_need_tensor(struct session *session, const char *name,
                     struct error *err)
{
    static const char *const of_table[] = {"W",   "W.grad", "Wu",    "Wu.grad",
                                           "ids", "E",      "E.grad"};

    if (check_tensor(session, name, err) != 0)
        return -1;
    for (size_t i = 0; i < sizeof of_table / sizeof *of_table; i++) {
        if (str_equal(name, of_table[i]))
            return lab_require(session->lab, LAB_TABLE, err);
    }
    return lab_require(session->lab, session->lab->text ? LAB_DATA : LAB_TABLE,
                       err);
}

bool call_may_overwrite(struct session *session, const char *path, bool force)
{
    struct str question = STR_INIT;

    if (force || !session->front_end.ask || !file_exists(path))
        return force;
    str_printf(&question, "%s exists; overwrite it?", path);
    force = session->front_end.ask(session, str_text(&question));
    str_clear(&question);
    return force;
}
