/*
 * data, model: windows batch evaluate model optimizer
 */
#include <math.h>
#include <stdlib.h>

#include "base/str.h"
#include "commands/edit.h"
#include "commands/families.h"
#include "commands/show.h"
#include "lab/loop.h"

/* Head edits of the data: shown once there is a text to take it from. */
static int finish(struct session *session, const struct call *call,
                  unsigned part, struct head *head, const char *scene,
                  struct effect *effect, struct error *err)
{
    if (edit_finish(session, call, part, head, err) != 0)
        return -1;
    if (edit_waits(session, call))
        return 0;
    show_scene(session, scene, true);
    effect->view = scene;
    return 0;
}

/* --- windows ------------------------------------------------------------- */

enum { WINDOWS_C };

static const struct option_spec windows_options[] = {
    {"C", OPTION_COUNT, "2", NULL, 1, 1e6, "context words before the target"},
    {.type = OPTION_END},
};

static int run_windows(struct session *session, const struct call *call,
                       struct effect *effect, struct error *err)
{
    struct head head;

    edit_begin(session, HEAD_WINDOWS, &head);
    if (call->options[WINDOWS_C].given)
        head.C = (size_t)call->options[WINDOWS_C].count;
    return finish(session, call, HEAD_WINDOWS, &head, "windows", effect, err);
}

const struct command_spec command_windows = {
    .name = "windows",
    .family = FAMILY_DATA,
    .summary = "(context, target) pairs: C words, then the next one",
    .options = windows_options,
    .changes = true,
    .run = run_windows,
};

/* --- batch --------------------------------------------------------------- */

enum { BATCH_SIZE, BATCH_SHUFFLE, BATCH_HOLDOUT };

static const struct option_spec batch_options[] = {
    {"B", OPTION_COUNT, "8", "all", 1, 1e9, "pairs in a mini-batch"},
    {"shuffle", OPTION_FLAG, "no", NULL, 0, 0,
     "a new order each epoch: torch.randperm"},
    {"holdout", OPTION_NUMBER, "0", NULL, 0, 0.999,
     "last fraction of the lines, never trained on"},
    {.type = OPTION_END},
};

static int run_batch(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    const struct option_value *o = call->options;
    struct head head;

    edit_begin(session, HEAD_BATCH, &head);
    if (o[BATCH_SIZE].given) {
        head.batch.all = o[BATCH_SIZE].choice >= 0;
        if (!head.batch.all)
            head.batch.B = (size_t)o[BATCH_SIZE].count;
    }
    if (o[BATCH_SHUFFLE].given)
        head.batch.shuffle = o[BATCH_SHUFFLE].flag;
    if (o[BATCH_HOLDOUT].given)
        head.batch.holdout = o[BATCH_HOLDOUT].number;
    return finish(session, call, HEAD_BATCH, &head, "windows", effect, err);
}

const struct command_spec command_batch = {
    .name = "batch",
    .family = FAMILY_DATA,
    .summary = "how many pairs make a mini-batch, and in what order",
    .details = "B=1 is stochastic, B=all is full-batch gradient descent; the "
               "optimizer is the same for all three.",
    .options = batch_options,
    .changes = true,
    .run = run_batch,
};

/* --- evaluate ------------------------------------------------------------ */

static int run_evaluate(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    struct loop_evaluation result;
    bool ratings = session->lab->head.model.kind == MODEL_RECOMMEND;

    (void)call;
    (void)effect;
    if (lab_require(session->lab, LAB_DATA, err) != 0 ||
        loop_evaluate(session->lab, &result, err) != 0)
        return -1;
    show_line(session, STYLE_TITLE, "%s held-out example%s",
              str_count(result.examples), result.examples == 1 ? "" : "s");
    show_line(session, STYLE_NORMAL, "  loss      %s",
              str_decimal(result.loss, 4));
    if (ratings)
        show_line(session, STYLE_NORMAL, "  RMSE      %s",
                  str_decimal(result.accuracy, 4));
    else
        show_line(session, STYLE_NORMAL, "  accuracy  %.1f %%",
                  100 * result.accuracy);
    return 0;
}

const struct command_spec command_evaluate = {
    .name = "evaluate",
    .family = FAMILY_DATA,
    .summary = "loss and accuracy (or error) on the held-out lines",
    .run = run_evaluate,
};

/* --- model --------------------------------------------------------------- */

enum { MODEL_POOL, MODEL_LOSS, MODEL_K };

static const struct option_spec model_options[] = {
    {"pool", OPTION_CHOICE, "mean", "mean|sum|max|concat|masked_mean", 0, 0,
     "how the context's vectors become one"},
    {"loss", OPTION_CHOICE, "softmax", "softmax|negative", 0, 0,
     "over all words, or against k noise words"},
    {"k", OPTION_COUNT, "5", NULL, 1, 10000, "noise words a pair"},
    {.type = OPTION_END},
};

static int run_model(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    const struct option_value *o = call->options;
    int kind = MODEL_NEXT_WORD;
    struct head head;

    if (call->typed->argc > 0 &&
        spec_choice(&call->typed->args[0], "model", head_model_choices, &kind,
                    err) != 0)
        return -1;
    edit_begin(session, HEAD_MODEL, &head);
    head.model.kind = (enum model_kind)kind;
    if (o[MODEL_POOL].given)
        head.model.pool = (enum model_pool)o[MODEL_POOL].choice;
    if (o[MODEL_LOSS].given)
        head.model.loss = (enum model_loss)o[MODEL_LOSS].choice;
    if (o[MODEL_K].given)
        head.model.k = (size_t)o[MODEL_K].count;
    return finish(session, call, HEAD_MODEL, &head, "shapes", effect, err);
}

const struct command_spec command_model = {
    .name = "model",
    .family = FAMILY_DATA,
    .usage = "[next_word|sentiment|recommend]",
    .summary = "what the vectors are learned for",
    .options = model_options,
    .argument = ARGUMENT_CHOICE,
    .choices = "next_word|sentiment|recommend",
    .args_max = 1,
    .changes = true,
    .run = run_model,
};

/* --- optimizer ----------------------------------------------------------- */

enum {
    OPTIMIZER_LR,
    OPTIMIZER_MOMENTUM,
    OPTIMIZER_DAMPENING,
    OPTIMIZER_NESTEROV,
    OPTIMIZER_WEIGHT_DECAY,
    OPTIMIZER_LR_DECAY,
    OPTIMIZER_BETAS,
    OPTIMIZER_EPS,
    OPTIMIZER_AMSGRAD,
};

static const struct option_spec optimizer_options[] = {
    {"lr", OPTION_NUMBER, "sgd 0.5, others PyTorch's", NULL, 0, 1e30,
     "learning rate"},
    {"momentum", OPTION_NUMBER, "0", NULL, 0, 1e30, "sgd"},
    {"dampening", OPTION_NUMBER, "0", NULL, -1e30, 1e30, "sgd"},
    {"nesterov", OPTION_FLAG, "no", NULL, 0, 0, "sgd"},
    {"weight_decay", OPTION_NUMBER, "0, adamw 0.01", NULL, 0, 1e30,
     "pulls every weight towards zero"},
    {"lr_decay", OPTION_NUMBER, "0", NULL, 0, 1e30, "adagrad"},
    {"betas", OPTION_LIST, "[0.9,0.999]", NULL, 0, 0, "adam family"},
    {"eps", OPTION_NUMBER, "1e-8, adagrad 1e-10", NULL, 0, 1e30,
     "keeps the division finite"},
    {"amsgrad", OPTION_FLAG, "no", NULL, 0, 0, "adam, adamw"},
    {.type = OPTION_END},
};

/* Which options a kind has, in the order of optimizer_options. */
static const char *const optimizer_has[] = {
    [OPTIMIZER_SGD] = "lmdnw....",         [OPTIMIZER_ADAGRAD] = "l...wr.e.",
    [OPTIMIZER_ADAM] = "l...w.bea",        [OPTIMIZER_ADAMW] = "l...w.bea",
    [OPTIMIZER_SPARSE_ADAM] = "l.....be.",
};

static int check_options(const struct option_value *o, int kind,
                         struct error *err)
{
    for (int i = 0; optimizer_options[i].type != OPTION_END; i++) {
        if (!o[i].given || optimizer_has[kind][i] != '.')
            continue;
        error_set(err, ERROR_USAGE,
                  "%s has no %s; help optimizer lists what "
                  "each takes",
                  head_choice(head_optimizer_choices, kind),
                  optimizer_options[i].name);
        return call_error_at(o[i].value, err);
    }
    return 0;
}

static int read_betas(const struct option_value *o,
                      struct optimizer_options *options, struct error *err)
{
    const struct value *list = o->value;

    if (!o->given)
        return 0;
    if (list->kind == VALUE_LIST && list->count == 2 &&
        value_to_number(list->items[0].text, &options->beta1) &&
        value_to_number(list->items[1].text, &options->beta2))
        return 0;
    error_set(err, ERROR_USAGE, "betas takes two numbers: betas=[0.9,0.999]");
    return call_error_at(list, err);
}

static void take_number(const struct option_value *o, double *out)
{
    if (o->given)
        *out = o->number;
}

static int read_optimizer(const struct option_value *o, int kind,
                          struct optimizer_options *options, struct error *err)
{
    *options = optimizer_defaults((enum optimizer_kind)kind);
    if (check_options(o, kind, err) != 0)
        return -1;
    take_number(&o[OPTIMIZER_LR], &options->lr);
    take_number(&o[OPTIMIZER_MOMENTUM], &options->momentum);
    take_number(&o[OPTIMIZER_DAMPENING], &options->dampening);
    take_number(&o[OPTIMIZER_WEIGHT_DECAY], &options->weight_decay);
    take_number(&o[OPTIMIZER_LR_DECAY], &options->lr_decay);
    take_number(&o[OPTIMIZER_EPS], &options->eps);
    options->nesterov = o[OPTIMIZER_NESTEROV].flag;
    options->amsgrad = o[OPTIMIZER_AMSGRAD].flag;
    return read_betas(&o[OPTIMIZER_BETAS], options, err);
}

static int read_kind(const struct call *call, int *kind, struct error *err)
{
    *kind = OPTIMIZER_SGD;
    if (call->typed->argc == 0)
        return 0;
    return spec_choice(&call->typed->args[0], "optimizer",
                       head_optimizer_choices, kind, err);
}

static void say_optimizer(struct session *session, const struct call *call,
                          char *before)
{
    struct lab *lab = session->lab;
    char *line = edit_part(session, HEAD_OPTIMIZER);

    show_text(session, line);
    free(line);
    edit_waits(session, call);
    if (lab->step > 0)
        lab_note(lab,
                 "a new optimizer: the weights and step %ld stay, its state is "
                 "empty; undo takes it back",
                 lab->step);
    edit_note_bare(session, call, HEAD_OPTIMIZER, lab->step > 0, before);
}

static int run_optimizer(struct session *session, const struct call *call,
                         struct effect *effect, struct error *err)
{
    struct optimizer_options options;
    char *before;
    int kind;

    (void)effect;
    if (read_kind(call, &kind, err) != 0 ||
        read_optimizer(call->options, kind, &options, err) != 0)
        return -1;
    before = edit_part(session, HEAD_OPTIMIZER);
    if (lab_set_optimizer(session->lab, &options, err) != 0) {
        free(before);
        return -1;
    }
    say_optimizer(session, call, before);
    return 0;
}

const struct command_spec command_optimizer = {
    .name = "optimizer",
    .family = FAMILY_DATA,
    .usage = "[sgd|adagrad|adam|adamw|sparse_adam]",
    .summary = "how gradients change the weights: torch.optim",
    .details =
        "sgd: lr momentum dampening nesterov weight_decay. adagrad: lr "
        "lr_decay weight_decay eps. adam, adamw: lr betas eps weight_decay "
        "amsgrad. sparse_adam: lr betas eps; it is SparseAdam on the tables "
        "and Adam on the dense layers. Typed while training it is a new "
        "optimizer object: the weights stay, its state is empty.",
    .options = optimizer_options,
    .argument = ARGUMENT_CHOICE,
    .choices = "sgd|adagrad|adam|adamw|sparse_adam",
    .args_max = 1,
    .changes = true,
    .run = run_optimizer,
};
