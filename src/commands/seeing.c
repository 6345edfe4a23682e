/*
 * seeing: show rows shapes why diff hash (print.c: print watch unwatch)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "commands/work.h"
#include "lab/names.h"
#include "lab/tensor_text.h"
#include "lang/match.h"
#include "scenes/tensor.h"

/* --- show --------------------------------------------------------------- */

static int show_tensor(struct session *session, const char *name,
                       struct error *err)
{
    struct frame frame = show_frame(session);
    struct named named;
    struct grid grid;
    char title[160];

    if (call_need_tensor(session, name, err) != 0 ||
        name_find(session->lab, name, &named, err) != 0)
        return -1;
    if (named.none) {
        named_clear(&named);
        show_line(session, STYLE_NORMAL, "%s is None", name);
        return 0;
    }
    scene_tensor_title(session->lab, name, &named, title, sizeof title);
    grid_init(&grid, 0, frame.width);
    scene_tensor_draw(session->lab, name, &named, &frame, &grid);
    sink_line(session->sink, STYLE_TITLE, "%s", title);
    show_grid(session, &grid);
    grid_clear(&grid);
    named_clear(&named);
    return 0;
}

/* What a scene needs before it has something to show, and what gets there. */
static const struct scene_need {
    const char *name;
    enum lab_stage stage;
    const char *command;
} scene_needs[] = {
    {"tokens", LAB_TEXT, "corpus tiny"},
    {"vocab", LAB_TEXT, "corpus tiny"},
    {"subwords", LAB_TEXT, "subwords"},
    {"merges", LAB_TEXT, "tokenize bpe"},
    {"table", LAB_TABLE, "table"},
    {"lookup", LAB_TABLE, "lookup WORDS"},
    {"onehot", LAB_TABLE, "lookup WORDS"},
    {"rows", LAB_TABLE, "table"},
    {"shapes", LAB_TABLE, "table"},
    {NULL, LAB_DATA, "step"},
};

static const struct scene_need *need_of(const char *name)
{
    const struct scene_need *need = scene_needs;

    while (need->name && !str_equal(need->name, name))
        need++;
    return need;
}

static int show_stage(struct session *session, const struct scene *scene,
                      struct effect *effect, struct error *err)
{
    const struct scene_need *need = need_of(scene->name);

    if (lab_require(session->lab, need->stage, err) != 0)
        return -1;
    if (!scene->ready(session->lab))
        return error_set(err, ERROR_STATE,
                         "%s has nothing to show yet; `%s` gets there",
                         scene->name, need->command);
    show_scene(session, scene->name, true);
    effect->view = scene->name;
    return 0;
}

enum { SCENES_MAX = 32 };

/* Neither a stage nor a tensor: names the nearest of both. */
static int nothing_to_show(const struct session *session, const char *name,
                           struct error *err)
{
    const char *names[NAMES_MAX + SCENES_MAX];
    size_t count = name_list_all(session->lab, names);
    const char *nearest;

    for (size_t i = 0; i < scene_count(); i++)
        names[count++] = scene_table[i]->name;
    nearest = match_nearest(name, names, count);
    if (nearest)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no '%s' to show; did you mean %s?", name,
                         nearest);
    return error_set(err, ERROR_NOT_FOUND,
                     "there is no '%s' to show; `help show` lists what there "
                     "is",
                     name);
}

static int run_show(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    const char *name = call->typed->args[0].text;
    const struct scene *scene = scene_find(name);
    int status = scene ? show_stage(session, scene, effect, err)
                       : show_tensor(session, name, err);

    if (status == 0)
        return 0;
    if (!scene && err->code == ERROR_NOT_FOUND)
        nothing_to_show(session, name, err);
    return call_error_at(&call->typed->args[0], err);
}

const struct command_spec command_show = {
    .name = "show",
    .family = FAMILY_SEEING,
    .usage = "NAME",
    .summary = "draws a stage or a tensor, with words, marks and heat",
    .details = "NAME is a stage (tokens vocab subwords table lookup onehot "
               "windows batch mean logits loss backward update), rows, curve "
               "or shapes; or a tensor (W U b ctx tgt E h probs losses, and "
               "the gradients: W.grad E.grad h.grad logits.grad).",
    .argument = ARGUMENT_SHOWABLE,
    .args_min = 1,
    .args_max = 1,
    .run = run_show,
};

/* --- rows, shapes ------------------------------------------------------- */

static int run_scene(struct session *session, const char *name,
                     enum lab_stage stage, struct effect *effect,
                     struct error *err)
{
    if (lab_require(session->lab, stage, err) != 0)
        return -1;
    show_scene(session, name, true);
    effect->view = name;
    return 0;
}

static int run_rows(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    /* Run again it stands for any command that looked and needed the data. */
    enum lab_stage stage = session->silent > 0 ? LAB_DATA : LAB_TABLE;

    (void)call;
    return run_scene(session, "rows", stage, effect, err);
}

const struct command_spec command_rows = {
    .name = "rows",
    .family = FAMILY_SEEING,
    .summary = "which rows were looked up, have a gradient, changed",
    .run = run_rows,
};

static int run_shapes(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    (void)call;
    return run_scene(session, "shapes", LAB_TABLE, effect, err);
}

const struct command_spec command_shapes = {
    .name = "shapes",
    .family = FAMILY_SEEING,
    .summary = "letters, shapes and meanings, with the numbers of now",
    .run = run_shapes,
};

/* --- why, diff, memory, hash -------------------------------------------- */

static int run_diff(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    struct lab *lab = session->lab;
    struct frame frame = show_frame(session);
    size_t changed = 0;

    (void)call;
    (void)effect;
    if (lab_require(lab, LAB_TABLE, err) != 0)
        return -1;
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        struct grid grid;
        grid_init(&grid, 0, frame.width);
        changed += scene_diff_draw(lab, session->baseline,
                                   lab->model->parameters[i], &frame, &grid);
        show_grid(session, &grid);
        grid_clear(&grid);
    }
    if (changed == 0)
        show_line(session, STYLE_NORMAL, "the last command changed no weight");
    return 0;
}

const struct command_spec command_diff = {
    .name = "diff",
    .family = FAMILY_SEEING,
    .summary = "what the last command changed in the weights",
    .run = run_diff,
};

static int run_hash(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    (void)call;
    (void)effect;
    (void)err;
    sink_printf(session->sink, "%016llx\n",
                (unsigned long long)lab_hash(session->lab));
    return 0;
}

const struct command_spec command_hash = {
    .name = "hash",
    .family = FAMILY_SEEING,
    .summary = "16 hex digits of the whole state",
    .run = run_hash,
};
