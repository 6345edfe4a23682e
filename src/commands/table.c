/*
 * table: table freeze unfreeze
 */
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/edit.h"
#include "commands/families.h"
#include "commands/show.h"
#include "lab/lab.h"

enum {
    TABLE_V,
    TABLE_D,
    TABLE_SEED,
    TABLE_INIT,
    TABLE_MEAN,
    TABLE_STD,
    TABLE_A,
    TABLE_B,
    TABLE_GAIN,
    TABLE_PADDING_IDX,
    TABLE_MAX_NORM,
    TABLE_NORM_TYPE,
    TABLE_SCALE,
    TABLE_SPARSE,
    TABLE_FROM,
    TABLE_FREEZE,
};

static const struct option_spec table_options[] = {
    {"V", OPTION_COUNT, "from vocab", NULL, 1, 1e12,
     "rows; without a corpus the words are the ids"},
    {"D", OPTION_COUNT, "6", NULL, 1, 1e9, "columns: numbers a word has"},
    {"seed", OPTION_COUNT, "42", NULL, 0, 9.2e18, "torch.manual_seed"},
    {"init", OPTION_CHOICE, "normal",
     "normal|uniform|xavier_uniform|xavier_normal|kaiming_uniform|zeros|ones",
     0, 0, "how the table starts: torch.nn.init"},
    {"mean", OPTION_NUMBER, "0", NULL, -1e30, 1e30, "of normal"},
    {"std", OPTION_NUMBER, "1", NULL, 0, 1e30, "of normal"},
    {"a", OPTION_NUMBER, "0", NULL, -1e30, 1e30,
     "uniform: lowest; kaiming: negative slope"},
    {"b", OPTION_NUMBER, "1", NULL, -1e30, 1e30, "uniform: highest"},
    {"gain", OPTION_NUMBER, "1", NULL, -1e30, 1e30, "of xavier"},
    {"padding_idx", OPTION_COUNT, "none", "none", -1e12, 1e12,
     "this row starts at zero and gets no gradient"},
    {"max_norm", OPTION_NUMBER, "none", "none", 0, 1e30,
     "longer rows are rescaled when they are looked up"},
    {"norm_type", OPTION_NUMBER, "2", NULL, 0, HUGE_VAL,
     "the p of max_norm's norm"},
    {"scale_grad_by_freq", OPTION_FLAG, "no", NULL, 0, 0,
     "divide a row's gradient by its count in the mini-batch"},
    {"sparse", OPTION_FLAG, "no", NULL, 0, 0,
     "the gradient is a sparse tensor"},
    {"from", OPTION_FILE, "none", NULL, 0, 0,
     "vectors from a file: word2vec, GloVe, fastText, .npy; for Wu in "
     "recommend"},
    {"freeze", OPTION_FLAG, "no; yes with from", NULL, 0, 0,
     "requires_grad=False for W, or Wu in recommend: from_pretrained"},
    {.type = OPTION_END},
};

static int needs_init(const struct option_value *o, int option, bool right,
                      const char *kinds, struct error *err)
{
    if (!o[option].given || right)
        return 0;
    error_set(err, ERROR_USAGE, "%s= belongs to init=%s; this init is %s",
              table_options[option].name, kinds,
              head_choice(head_init_choices,
                          o[TABLE_INIT].given ? o[TABLE_INIT].choice : 0));
    return call_error_at(o[option].value, err);
}

static int check_init(const struct option_value *o, enum init_kind kind,
                      struct error *err)
{
    bool normal = kind == INIT_NORMAL, uniform = kind == INIT_UNIFORM;
    bool kaiming = kind == INIT_KAIMING_UNIFORM;
    bool xavier = kind == INIT_XAVIER_UNIFORM || kind == INIT_XAVIER_NORMAL;

    if (needs_init(o, TABLE_MEAN, normal, "normal", err) != 0 ||
        needs_init(o, TABLE_STD, normal, "normal", err) != 0 ||
        needs_init(o, TABLE_A, uniform || kaiming, "uniform or kaiming_uniform",
                   err) != 0 ||
        needs_init(o, TABLE_B, uniform, "uniform", err) != 0)
        return -1;
    return needs_init(o, TABLE_GAIN, xavier, "xavier_uniform or xavier_normal",
                      err);
}

/* init=normal with mean 0 and std 1 is nn.Embedding's own draw, typed or
 * not; anything else draws again. */
static int read_init(const struct option_value *o,
                     struct embedding_options *options, struct error *err)
{
    struct init_options *init = &options->init;

    if (o[TABLE_INIT].given)
        init->kind = (enum init_kind)o[TABLE_INIT].choice;
    if (check_init(o, init->kind, err) != 0)
        return -1;
    if (o[TABLE_MEAN].given)
        init->mean = o[TABLE_MEAN].number;
    if (o[TABLE_STD].given)
        init->std = o[TABLE_STD].number;
    if (o[TABLE_A].given && init->kind == INIT_KAIMING_UNIFORM)
        init->slope = o[TABLE_A].number;
    else if (o[TABLE_A].given)
        init->from = o[TABLE_A].number;
    if (o[TABLE_B].given)
        init->to = o[TABLE_B].number;
    if (o[TABLE_GAIN].given)
        init->gain = o[TABLE_GAIN].number;
    options->draw_again = init->kind != INIT_NORMAL || init->mean != 0 ||
                          init->std != 1;
    if (init->kind == INIT_UNIFORM && init->from > init->to)
        return error_set(err, ERROR_RANGE,
                         "a=%g is above b=%g; uniform draws from a to b",
                         init->from, init->to);
    return 0;
}

static void read_layer(const struct option_value *o,
                       struct embedding_options *options)
{
    if (o[TABLE_PADDING_IDX].given && o[TABLE_PADDING_IDX].choice < 0) {
        options->has_padding = true;
        options->padding_idx = o[TABLE_PADDING_IDX].count;
    }
    if (o[TABLE_MAX_NORM].given && o[TABLE_MAX_NORM].choice < 0) {
        options->has_max_norm = true;
        options->max_norm = o[TABLE_MAX_NORM].number;
    }
    if (o[TABLE_NORM_TYPE].given)
        options->norm_type = o[TABLE_NORM_TYPE].number;
    if (o[TABLE_SCALE].given)
        options->scale_grad_by_freq = o[TABLE_SCALE].flag;
    if (o[TABLE_SPARSE].given)
        options->sparse = o[TABLE_SPARSE].flag;
}

static int read_from(const struct option_value *o, struct head_table *table,
                     struct error *err)
{
    static const char *const endings[] = {".vec", ".txt", ".npy", NULL};

    if (o[TABLE_FROM].given && !str_equal(o[TABLE_FROM].text, "none")) {
        table->from_path =
            file_find_data("corpora", o[TABLE_FROM].text, endings, err);
        if (!table->from_path)
            return call_error_at(o[TABLE_FROM].value, err);
        table->from = memory_text(o[TABLE_FROM].text);
        table->freeze = true;
    }
    if (o[TABLE_FREEZE].given)
        table->freeze = o[TABLE_FREEZE].flag;
    return 0;
}

/* Refused also where there is no max_norm that would use it. */
static int check_norm_type(const struct option_value *o, struct error *err)
{
    if (!o[TABLE_NORM_TYPE].given || o[TABLE_NORM_TYPE].number > 0)
        return 0;
    error_set(err, ERROR_RANGE,
              "norm_type=%g is not a norm (PyTorch accepts it); choose 1, 2, "
              "another number above 0, or inf",
              o[TABLE_NORM_TYPE].number);
    return call_error_at(o[TABLE_NORM_TYPE].value, err);
}

static int read_table(const struct option_value *o, struct head_table *table,
                      struct error *err)
{
    if (check_norm_type(o, err) != 0)
        return -1;
    if (o[TABLE_V].given)
        table->V = (size_t)o[TABLE_V].count;
    if (o[TABLE_D].given)
        table->D = (size_t)o[TABLE_D].count;
    if (o[TABLE_SEED].given)
        table->seed = (uint64_t)o[TABLE_SEED].count;
    read_layer(o, &table->options);
    if (read_init(o, &table->options, err) != 0)
        return -1;
    return read_from(o, table, err);
}

/* Typed later, freeze= wins over a freeze or unfreeze of the same table. */
static void forget_freeze(struct head *head)
{
    head->freeze_typed &= ~(head_parameter_bit("W") | head_parameter_bit("Wu"));
}

static int run_table(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    struct head head;

    edit_begin(session, HEAD_TABLE, &head);
    if (read_table(call->options, &head.table, err) != 0) {
        head_clear(&head);
        return -1;
    }
    if (call->options[TABLE_FREEZE].given)
        forget_freeze(&head);
    if (edit_finish(session, call, HEAD_TABLE, &head, err) != 0)
        return -1;
    if (!session->lab->model)
        lab_note(session->lab,
                 "the table waits for a text, whose vocabulary gives it V "
                 "rows: corpus tiny, or table V=10");
    show_scene(session, "table", true);
    effect->view = "table";
    return 0;
}

const struct command_spec command_table = {
    .name = "table",
    .family = FAMILY_TABLE,
    .summary = "the V x D table of the layer: nn.Embedding(V, D)",
    .details =
        "One row a word, drawn at random from the seed, as PyTorch draws it "
        "after torch.manual_seed. Every option is nn.Embedding's own; init "
        "draws the table again as torch.nn.init does.",
    .options = table_options,
    .changes = true,
    .run = run_table,
};

/* --- freeze, unfreeze ----------------------------------------------------- */

static int set_frozen(struct session *session, const struct call *call,
                      bool freeze, struct error *err)
{
    const char *fallback =
        session->lab->head.model.kind == MODEL_RECOMMEND ? "Wu" : "W";
    const char *name = call->typed->argc > 0 ? call->typed->args[0].text
                                             : fallback;
    bool table = str_equal(name, fallback);

    if (lab_require(session->lab, table ? LAB_TABLE : LAB_DATA, err) != 0)
        return -1;
    if (lab_freeze(session->lab, name, freeze, err) != 0)
        return call->typed->argc > 0 ? call_error_at(&call->typed->args[0], err)
                                     : -1;
    show_line(session, STYLE_NORMAL, "%s %s: requires_grad=%s", name,
              freeze ? "is frozen" : "learns again", freeze ? "False" : "True");
    if (freeze && call->typed->argc == 0)
        lab_note(session->lab,
                 "freeze typed alone freezes %s; unfreeze or undo lets it "
                 "learn again; to look only: show %s",
                 name, name);
    return 0;
}

static int run_freeze(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    (void)effect;
    return set_frozen(session, call, true, err);
}

static int run_unfreeze(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    (void)effect;
    return set_frozen(session, call, false, err);
}

const struct command_spec command_freeze = {
    .name = "freeze",
    .family = FAMILY_TABLE,
    .usage = "[NAME]",
    .summary = "a parameter [W] stops learning: requires_grad=False",
    .argument = ARGUMENT_PARAMETER,
    .args_max = 1,
    .changes = true,
    .run = run_freeze,
};

const struct command_spec command_unfreeze = {
    .name = "unfreeze",
    .family = FAMILY_TABLE,
    .usage = "[NAME]",
    .summary = "a parameter [W] learns again",
    .argument = ARGUMENT_PARAMETER,
    .args_max = 1,
    .changes = true,
    .run = run_unfreeze,
};
