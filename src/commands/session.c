/*
 * A line's way: parsed, its command found, its options bound, its handler
 * run; then the lab's notes become notices. Work that a handler leaves
 * (session->work) is gone on with in slices by the front end.
 */
#include "commands/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands/advice.h"
#include "commands/command.h"
#include "commands/guard.h"
#include "commands/journal.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "commands/work.h"
#include "lab/baseline.h"
#include "lab/history.h"
#include "lab/lab.h"

void session_init(struct session *session, struct sink *sink)
{
    *session = (struct session){.sink = sink};
    session->lab = memory_new(1, sizeof *session->lab);
    lab_init(session->lab);
    session->settings = memory_new(1, sizeof *session->settings);
    settings_init(session->settings);
    session->baseline = memory_zeroed(1, sizeof *session->baseline);
    session->watches = memory_zeroed(1, sizeof *session->watches);
    session->history = memory_zeroed(1, sizeof *session->history);
}

void session_clear(struct session *session)
{
    work_stop(session);
    journal_close(session);
    history_clear(session->history);
    watches_clear(session->watches);
    baseline_clear(session->baseline);
    settings_clear(session->settings);
    lab_clear(session->lab);
    free(session->watches);
    free(session->history);
    free(session->baseline);
    free(session->settings);
    free(session->lab);
    free(session->kept_text);
    *session = (struct session){0};
}

const char *session_keep_text(struct session *session, const char *text)
{
    free(session->kept_text);
    session->kept_text = memory_text(text);
    return session->kept_text;
}

/* The option that a number alone was meant for, if it can only be one. */
static const struct option_spec *count_option(const struct command_spec *spec)
{
    const struct option_spec *found = NULL;

    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        if (o->type != OPTION_COUNT)
            continue;
        if (found)
            return NULL;
        found = o;
    }
    return found;
}

/* `train 40` */
static int no_such_argument(const struct command_spec *spec,
                            const struct value *extra, struct error *err)
{
    const struct option_spec *option = count_option(spec);
    int64_t number;

    if (spec->args_max > 0)
        error_set(err, ERROR_USAGE, "%s does not take '%s'; usage: %s %s",
                  spec->name, extra->text, spec->name, spec->usage);
    else if (option && value_to_integer(extra->text, &number))
        error_set(err, ERROR_USAGE,
                  "%s does not take '%s' alone; type %s %s=%s", spec->name,
                  extra->text, spec->name, option->name, extra->text);
    else if (spec->options)
        error_set(err, ERROR_USAGE,
                  "%s does not take '%s'; its options have names, such as "
                  "%s= (help %s)",
                  spec->name, extra->text, spec->options[0].name, spec->name);
    else
        error_set(err, ERROR_USAGE,
                  "%s does not take '%s'; leave it out (help %s)", spec->name,
                  extra->text, spec->name);
    return call_error_at(extra, err);
}

static int check_arguments(const struct call *call, struct error *err)
{
    const struct command_spec *spec = call->spec;
    size_t argc = call->typed->argc;

    if (spec->raw || (argc >= spec->args_min && argc <= spec->args_max))
        return 0;
    if (argc < spec->args_min) {
        error_set(err, ERROR_USAGE, "%s needs more; usage: %s %s", spec->name,
                  spec->name, spec->usage);
        return error_at(err, call->typed->column, strlen(call->typed->name));
    }
    return no_such_argument(spec, &call->typed->args[spec->args_max], err);
}

static const struct option_spec no_options[] = {{.type = OPTION_END}};

/* A command that only looks is no event, but for what it had to build. That
 * is done again by one that does no more: not by an export, say. */
static void rename_look(struct session *session)
{
    history_rename(session->history,
                   session->lab->has_data ? "rows" : "shapes");
}

void session_record_end(struct session *session)
{
    if (!session->recording)
        return;
    session->recording = false;
    if (history_end(session->history, session->lab, session->recording_changes))
        journal_command(
            session,
            session->history->events[session->history->now - 1].command);
}

void session_explain_numeric(struct session *session)
{
    history_explain(session->history, "stopped: not finite");
}

/* A command that fails leaves the lab as it was, also where it had to build
 * something first. But a loss that is not finite is there to be looked at. */
static void record_failure(struct session *session, const struct error *err)
{
    if (session->recording && err->code == ERROR_NUMERIC)
        session_explain_numeric(session);
    if (!session->recording || err->code == ERROR_NUMERIC) {
        session_record_end(session);
        return;
    }
    session->recording = false;
    history_take_back(session->history, session->lab);
}

/* Every command but time travel may become an event of the timeline: also
 * one that only looks, where it had to build what it looks at. */
static int run_recorded(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    bool changes = call->spec->changes;
    int status;

    if (changes) {
        baseline_take(session->baseline, session->lab);
        effect->lab_changed = true;
    }
    if (!call->spec->travels) {
        history_begin(session->history, session->lab, call->typed->source);
        session->recording = true;
    }
    status = call->spec->run(session, call, effect, err);
    session->recording_changes = changes && status == 0;
    if (!changes && !call->spec->travels)
        rename_look(session);
    if (status != 0)
        record_failure(session, err);
    else if (effect->request != REQUEST_WORK)
        session_record_end(session);
    return status;
}

struct guard *session_guard(const struct session *session)
{
    return session->silent > 0 ? NULL : session->guard;
}

static int run_guarded(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    struct guard *guard = session_guard(session);
    int status;

    if (!guard)
        return run_recorded(session, call, effect, err);
    if (guard->enter(guard, session, call, err) != 0)
        return -1;
    status = run_recorded(session, call, effect, err);
    return guard->leave(guard, session, effect, status, err);
}

static int run_command(struct session *session, const struct command *typed,
                       struct effect *effect, struct error *err)
{
    struct option_value options[COMMAND_OPTIONS_MAX] = {0};
    struct call call = {.typed = typed, .options = options};

    call.spec = command_find(typed->name, typed->column, err);
    if (!call.spec)
        return -1;
    if (!call.spec->raw &&
        spec_bind(call.spec->options ? call.spec->options : no_options, typed,
                  options, err) != 0)
        return -1;
    if (check_arguments(&call, err) != 0)
        return -1;
    return run_guarded(session, &call, effect, err);
}

char *session_source(const char *line, size_t length, size_t *position)
{
    struct command typed = {0};
    size_t start = *position;
    int status = command_parse(line, length, position, command_is_raw, NULL,
                               &typed, NULL);
    struct str source = STR_INIT;

    if (status == 1 && typed.name)
        str_append(&source, typed.source);
    else if (status < 0) /* as it stands, for it does not read as a command */
        str_append_bytes(&source, line + start, *position - start);
    command_clear(&typed);
    return source.length > 0 ? str_take(&source) : NULL;
}

/* What a front end without a screen of its own takes for the picture now. */
static void remember_view(struct session *session, const struct effect *effect)
{
    if (effect->view == NULL || session->silent > 0)
        return;
    session->view = effect->view;
    session->view_chosen = effect->request == REQUEST_VIEW;
}

int session_run(struct session *session, const char *line, size_t length,
                size_t *position, struct effect *effect, struct error *err)
{
    struct command typed = {0};
    int status;

    *effect = (struct effect){0};
    error_clear(err);
    status = command_parse(line, length, position, command_is_raw, NULL, &typed,
                           err);
    if (status == 1 && typed.name) {
        status = run_command(session, &typed, effect, err) == 0 ? 1 : -1;
        if (status == 1) {
            remember_view(session, effect);
            show_notes(session);
        } else {
            advice_give(session, &typed, err);
            str_clear(&session->lab->notes);
        }
    }
    command_clear(&typed);
    return status;
}

void session_idle(struct session *session)
{
    journal_sync(session);
}
