/*
 * settings: set view theme quit
 */
#include <stdio.h>

#include "base/str.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "lab/history.h"
#include "lang/match.h"
#include "nn/product.h"
#include "scenes/scene.h"

enum { SETTINGS_MAX = 32, SETTING_COLUMN = 24 };

/* "digits 4   decimals in pictures [4]" */
static void show_setting(struct session *session, const struct option_spec *s)
{
    struct str term = STR_INIT, text = STR_INIT;

    str_printf(&term, "%s ", s->name);
    settings_value(session->settings, s->name, &term);
    str_printf(&text, "%s [%s]", s->help, s->fallback);
    show_entry(session, SETTING_COLUMN, str_text(&term), str_text(&text));
    str_clear(&text);
    str_clear(&term);
}

static void list_settings(struct session *session)
{
    for (const struct option_spec *s = settings_specs; s->type != OPTION_END;
         s++)
        show_setting(session, s);
}

/* By name or unique prefix; fails naming the nearest. */
static const struct option_spec *find_setting(const struct value *typed,
                                              struct error *err)
{
    const char *names[SETTINGS_MAX], *nearest;
    struct str candidates = STR_INIT;
    size_t count = 0, index;
    enum match_result result;

    while (settings_specs[count].type != OPTION_END) {
        names[count] = settings_specs[count].name;
        count++;
    }
    result = match_name(typed->text, names, count, &index, &candidates);
    nearest = match_nearest(typed->text, names, count);
    if (result == MATCH_MANY)
        error_set(err, ERROR_USAGE, "'%s' could be %s; type more of it",
                  typed->text, str_text(&candidates));
    else if (result == MATCH_NONE && nearest)
        error_set(err, ERROR_USAGE,
                  "there is no setting '%s'; did you mean %s?", typed->text,
                  nearest);
    else if (result == MATCH_NONE)
        error_set(err, ERROR_USAGE, "there is no setting '%s'; set lists them",
                  typed->text);
    str_clear(&candidates);
    return result == MATCH_ONE ? &settings_specs[index] : NULL;
}

/* `set NAME VALUE` is bound as if NAME=VALUE had been typed. */
static int bind(const struct call *call, const char *name,
                struct option_value *values, struct error *err)
{
    char typed_name[32];
    struct option option = {typed_name, call->typed->args[0].column,
                            call->typed->args[1]};
    struct command typed = {
        .name = call->typed->name, .options = &option, .option_count = 1};

    snprintf(typed_name, sizeof typed_name, "%s", name);
    return spec_bind(settings_specs, &typed, values, err);
}

static int run_set(struct session *session, const struct call *call,
                   struct effect *effect, struct error *err)
{
    struct option_value values[SETTINGS_MAX] = {0};
    const struct option_spec *setting;

    if (call->typed->argc == 0) {
        list_settings(session);
        return 0;
    }
    setting = find_setting(&call->typed->args[0], err);
    if (!setting)
        return call_error_at(&call->typed->args[0], err);
    if (call->typed->argc == 1) {
        show_setting(session, setting);
        return 0;
    }
    if (bind(call, setting->name, values, err) != 0)
        return -1;
    settings_apply(session->settings, values);
    product_set_threads((int)session->settings->threads);
    session->history->bytes_max = (size_t)session->settings->history_memory
                                  << 20;
    session->lab->chain.bytes_max = session->history->bytes_max;
    effect->settings_changed = true;
    return 0;
}

const struct command_spec command_set = {
    .name = "set",
    .family = FAMILY_SETTINGS,
    .usage = "[NAME [VALUE]]",
    .summary = "changes a setting; alone it lists them",
    .argument = ARGUMENT_SETTING,
    .args_max = 2,
    .run = run_set,
};

static int no_view(const char *what, struct error *err)
{
    struct str names = STR_INIT;

    for (size_t i = 0; i < scene_count(); i++)
        str_printf(&names, "%s%s", i ? " " : "", scene_table[i]->name);
    error_set(err, ERROR_USAGE, "%s; there are: %s", what, str_text(&names));
    str_clear(&names);
    return -1;
}

static int run_view(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    const struct value *name = call->typed->args;
    const struct scene *scene;

    if (call->typed->argc == 0)
        return no_view("view of what", err);
    scene = scene_find(name->text);
    if (!scene) {
        struct str what = STR_INIT;
        str_printf(&what, "there is no view \"%s\"", name->text);
        no_view(str_text(&what), err);
        str_clear(&what);
        return call_error_at(name, err);
    }
    if (!session->front_end.views)
        show_scene(session, scene->name, true);
    effect->request = REQUEST_VIEW;
    effect->view = scene->name;
    return 0;
}

const struct command_spec command_view = {
    .name = "view",
    .family = FAMILY_SETTINGS,
    .usage = "NAME",
    .summary = "which picture the screen shows",
    .argument = ARGUMENT_SCENE,
    .args_max = 1,
    .run = run_view,
};

static int run_theme(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    int theme;

    if (spec_choice(&call->typed->args[0], "theme", "default|projector|mono",
                    &theme, err) != 0)
        return -1;
    session->settings->theme = (enum theme)theme;
    effect->settings_changed = true;
    return 0;
}

const struct command_spec command_theme = {
    .name = "theme",
    .family = FAMILY_SETTINGS,
    .usage = "default|projector|mono",
    .summary = "colours: projector is for weak beamers",
    .argument = ARGUMENT_CHOICE,
    .choices = "default|projector|mono",
    .args_min = 1,
    .args_max = 1,
    .run = run_theme,
};

static int run_quit(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    (void)session;
    (void)call;
    (void)err;
    effect->request = REQUEST_QUIT;
    return 0;
}

const struct command_spec command_quit = {
    .name = "quit",
    .family = FAMILY_SETTINGS,
    .summary = "ends the program",
    .run = run_quit,
};
