/*
 * lookup: lookup backward zero_grad onehot bag compare
 */
#include "lab/lookup.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"
#include "commands/bag.h"
#include "commands/branch.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "commands/torch.h"
#include "commands/words.h"
#include "commands/work.h"
#include "draw/matrix.h"
#include "lab/loop.h"
#include "scenes/tensor.h"

/* --- lookup -------------------------------------------------------------- */

static int look_up(struct session *session, const struct call *call,
                   struct error *err)
{
    struct lookup_input input;
    struct str typed = STR_INIT;
    int status = -1;

    if (lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    if (words_read(session, call, &input, &typed, err) == 0)
        status = lookup_run(session->lab, &input, str_text(&typed), err);
    tensor_clear(&input.ids);
    str_clear(&typed);
    return status;
}

static int run_lookup(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    if (look_up(session, call, err) != 0)
        return -1;
    show_scene(session, "lookup", true);
    effect->view = "lookup";
    return 0;
}

const struct command_spec command_lookup = {
    .name = "lookup",
    .family = FAMILY_LOOKUP,
    .usage = "WORDS|LIST",
    .summary = "ids in, rows of the table out: E = emb(ids)",
    .details = "Words are tokenised as the corpus is. A list holds ids (or "
               "words) in any shape: lookup [[1, 2], [3, 4]] gives E the "
               "shape (2, 2, D). In recommend users are looked up in Wu and "
               "items in Wi; ids alone are users', and `lookup Wi [0, 1]` "
               "names the table.",
    .argument = ARGUMENT_WORDS,
    .args_min = 1,
    .args_max = COMMAND_ARGS_ANY,
    .changes = true,
    .run = run_lookup,
};

/* --- backward, forward, zero_grad ----------------------------------------- */

static int need_lookup(const struct session *session, struct error *err)
{
    if (session->lab->lookup.current)
        return 0;
    return error_set(err, ERROR_STATE,
                     "nothing was looked up yet; lookup WORDS first (in a "
                     "mini-batch it is `next backward`)");
}

static bool inside_batch(const struct lab *lab)
{
    return lab->has_data && !loop_between(lab) && !lab->lookup.current;
}

static int run_backward(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    (void)call;
    if (inside_batch(session->lab))
        return next_phase(session, PHASE_BACKWARD, effect, err);
    if (need_lookup(session, err) != 0 ||
        lookup_backward(session->lab, err) != 0)
        return -1;
    show_scene(session, "backward", true);
    effect->view = "backward";
    return 0;
}

const struct command_spec command_backward = {
    .name = "backward",
    .family = FAMILY_LOOKUP,
    .summary = "the gradient of E.sum() after a lookup: how often each row",
    .details = "E.sum().backward(retain_graph=True). The first starts from "
               "None, later ones add up until zero_grad or the next "
               "mini-batch. Inside a mini-batch it is `next backward`.",
    .changes = true,
    .run = run_backward,
};

static int run_zero_grad(struct session *session, const struct call *call,
                         struct effect *effect, struct error *err)
{
    (void)call;
    (void)effect;
    if (lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    if (session->lab->batch.phase == PHASE_BACKWARD)
        return error_set(err, ERROR_STATE,
                         "this mini-batch's gradient still waits for its "
                         "update; type `next update` first");
    lookup_zero_grad(session->lab);
    show_line(session, STYLE_NORMAL, "every gradient is None again");
    return 0;
}

const struct command_spec command_zero_grad = {
    .name = "zero_grad",
    .family = FAMILY_LOOKUP,
    .summary = "gradients back to None",
    .changes = true,
    .run = run_zero_grad,
};

/* --- onehot, compare ---------------------------------------------------- */

enum { SIDE_BY_SIDE_MAX = 4 };

/* E and one-hot @ W, each position's two rows one below the other. */
struct side_by_side {
    const struct session *session;
    const struct lookup_onehot *onehot;
    const struct parameter *W;
    const int64_t *ids;
    char label[64];
};

static const float *side_row(void *context, int64_t row)
{
    struct side_by_side *s = context;
    const struct lookup_onehot *o = s->onehot;
    const float *values = row % 2 == 0 ? o->E : o->product;

    return values + (size_t)(row / 2) * o->D;
}

static const char *side_word(void *context, int64_t row)
{
    struct side_by_side *s = context;
    const struct lab *lab = s->session->lab;
    int64_t id = s->ids[row / 2];

    if (row % 2 == 1)
        snprintf(s->label, sizeof s->label, "  one-hot @ %s", s->W->name);
    else
        snprintf(s->label, sizeof s->label, "%.40s = %s[%lld]",
                 lab_row_word(lab, s->W, id), s->W->name, (long long)id);
    return s->label;
}

static void show_forward(struct session *session,
                         const struct lookup_input *input,
                         const struct lookup_onehot *onehot)
{
    struct side_by_side side = {
        .session = session,
        .onehot = onehot,
        .W = &session->lab->model->tables[input->table].weight,
        .ids = input->ids.i};
    size_t shown = onehot->positions < SIDE_BY_SIDE_MAX ? onehot->positions
                                                        : SIDE_BY_SIDE_MAX;
    struct matrix_view view = {.rows = (int64_t)(2 * shown),
                               .cols = (int64_t)onehot->D,
                               .row = side_row,
                               .word = side_word,
                               .context = &side,
                               .digits = (int)session->settings->digits,
                               .row_title = "row of E"};
    struct matrix_window window = {.width = session->sink->width,
                                   .first_row = -1};
    struct grid grid;

    show_line(session, STYLE_TITLE, "forward: largest difference %g",
              (double)onehot->forward_difference);
    grid_init(&grid, 0, session->sink->width);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    show_grid(session, &grid);
    grid_clear(&grid);
    if (shown < onehot->positions)
        show_line(session, STYLE_DIM, " ... and %s more",
                  str_count(onehot->positions - shown));
}

/* The gradient of E.sum() has one value in all D columns of a row. */
static void show_gradient(struct session *session, const struct parameter *W,
                          const struct lookup_onehot *onehot)
{
    char title[32];
    size_t shown = onehot->row_count < 2 * SIDE_BY_SIDE_MAX
                       ? onehot->row_count
                       : 2 * SIDE_BY_SIDE_MAX;

    show_line(session, STYLE_TITLE,
              "gradient of E.sum(), in each column: largest difference %g",
              (double)onehot->backward_difference);
    snprintf(title, sizeof title, "row of %s.grad", W->name);
    show_line(session, STYLE_HEADER, " %-16s %8s %12s", title, "lookup",
              "one-hot");
    for (size_t r = 0; r < shown; r++) {
        struct str word = STR_INIT;
        utf8_append_fit(&word, lab_row_word(session->lab, W, onehot->rows[r]),
                        16);
        show_line(session, STYLE_NORMAL, " %s %8.4g %12.4g", str_text(&word),
                  (double)onehot->E_gradient[r],
                  (double)onehot->product_gradient[r]);
        str_clear(&word);
    }
    if (shown < onehot->row_count)
        show_line(session, STYLE_DIM, " ... and %s more rows",
                  str_count(onehot->row_count - shown));
}

static void note_onehot(struct session *session,
                        const struct lookup_onehot *onehot)
{
    if (onehot->forward_difference != 0)
        lab_note(session->lab, "the layer differs on purpose: max_norm "
                               "rescales the rows it looks up");
    if (onehot->backward_difference != 0)
        lab_note(session->lab,
                 "the layer differs on purpose: padding_idx keeps its row "
                 "without a gradient, scale_grad_by_freq divides by counts");
}

static int compare_onehot(struct session *session,
                          const struct lookup_input *input, struct error *err)
{
    const struct parameter *W =
        &session->lab->model->tables[input->table].weight;
    struct lookup_onehot onehot;

    if (lookup_compare_onehot(session->lab, input, &onehot, err) != 0)
        return -1;
    show_line(session, STYLE_TITLE,
              "E = %s[ids] beside one-hot (%zu, %zu) @ %s (%zu, %zu)", W->name,
              onehot.positions, onehot.V, W->name, onehot.V, onehot.D);
    show_forward(session, input, &onehot);
    show_gradient(session, W, &onehot);
    show_line(session, STYLE_NORMAL,
              "one-hot takes %zu × %zu × %zu = %s multiplications, the lookup "
              "none",
              onehot.positions, onehot.V, onehot.D,
              str_count((unsigned long long)onehot.multiplications));
    note_onehot(session, &onehot);
    lookup_onehot_clear(&onehot);
    return 0;
}

static void draw_onehot(struct session *session,
                        const struct lookup_input *input)
{
    const struct model *model = session->lab->model;
    struct frame frame = show_frame(session);
    struct grid grid;

    grid_init(&grid, 0, frame.width);
    scene_onehot_draw(session->lab, input, &frame, &grid);
    show_line(session, STYLE_TITLE, "one-hot (%zu, %zu): a 1 at each id",
              tensor_count(&input->ids),
              model->tables[input->table].weight.rows);
    show_grid(session, &grid);
    grid_clear(&grid);
    show_gap(session);
}

static int run_onehot(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    struct lookup_input input;
    int status = -1;

    (void)effect;
    if (lab_require(session->lab, LAB_TABLE, err) != 0 ||
        words_read(session, call, &input, NULL, err) != 0)
        return -1;
    if (lookup_check_ids(session->lab, &input, err) == 0) {
        draw_onehot(session, &input);
        status = compare_onehot(session, &input, err);
    }
    tensor_clear(&input.ids);
    return status;
}

const struct command_spec command_onehot = {
    .name = "onehot",
    .family = FAMILY_LOOKUP,
    .usage = "WORDS|LIST",
    .summary = "the same lookup through one-hot vectors times W",
    .details = "It only looks: E, the marks and the gradients stay those of "
               "the last lookup or mini-batch.",
    .argument = ARGUMENT_WORDS,
    .args_min = 1,
    .args_max = COMMAND_ARGS_ANY,
    .run = run_onehot,
};

/* What E and ids name now, borrowed: the typed lookup's, or the mini-batch's.
 * false: there is neither. */
static bool input_now(const struct lab *lab, struct lookup_input *out)
{
    bool batch = lab->batch.known[BATCH_CTX] &&
                 lab->head.model.kind != MODEL_RECOMMEND;

    *out = (struct lookup_input){0, lab->batch.tensor[BATCH_CTX]};
    if (lab->lookup.current)
        *out = (struct lookup_input){lab->lookup.table, lab->lookup.ids};
    return lab->lookup.current || batch;
}

enum { COMPARE_ONEHOT, COMPARE_BAG, COMPARE_TORCH, COMPARE_BRANCH };

enum { COMPARE_SECONDS };

static const struct option_spec compare_options[] = {
    {"seconds", OPTION_NUMBER, "120", NULL, 0.1, TORCH_SECONDS_MAX,
     "how long compare torch waits for Python"},
    {.type = OPTION_END},
};

static int run_compare(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    struct lookup_input input;
    int what;

    (void)effect;
    if (spec_choice(&call->typed->args[0], "comparison",
                    "onehot|bag|torch|branch", &what, err) != 0)
        return -1;
    if (what == COMPARE_TORCH)
        return torch_compare(session, call->options[COMPARE_SECONDS].number,
                             err);
    if (what == COMPARE_BRANCH)
        return branch_compare(session, call, err);
    if (!input_now(session->lab, &input))
        return error_set(err, ERROR_STATE,
                         "nothing was looked up yet; lookup WORDS first");
    return what == COMPARE_BAG ? bag_compare(session, &input, err)
                               : compare_onehot(session, &input, err);
}

const struct command_spec command_compare = {
    .name = "compare",
    .family = FAMILY_LOOKUP,
    .usage = "onehot|bag|torch|branch NAME",
    .summary = "forward and gradient side by side; largest difference",
    .details = "compare torch runs the script that export torch writes, with "
               "the python that `set python` names, and lists every tensor "
               "beside PyTorch's.",
    .options = compare_options,
    .argument = ARGUMENT_CHOICE,
    .choices = "onehot|bag|torch|branch",
    .args_min = 1,
    .args_max = 2,
    .run = run_compare,
};
