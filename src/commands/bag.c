/*
 * lookup: bag, and compare bag.
 */
#include "commands/bag.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "commands/words.h"
#include "draw/matrix.h"
#include "lab/bagging.h"

enum { BAG_OPTION_MODE, BAG_OPTION_OFFSETS, BAG_OPTION_WEIGHTS };

static const struct option_spec bag_options[] = {
    {"mode", OPTION_CHOICE, "mean", "mean|sum|max", 0, 0,
     "how a bag is pooled"},
    {"offsets", OPTION_LIST, "none", NULL, 0, 0,
     "where each bag of a flat list begins: [0,2]"},
    {"weights", OPTION_LIST, "none", NULL, 0, 0,
     "per_sample_weights, with mode=sum"},
    {.type = OPTION_END},
};

/* The numbers of a list option; NULL where it was not typed. */
static int read_numbers(const struct option_value *option, double **out,
                        size_t *count, struct error *err)
{
    struct list_shape shape;
    const struct value **leaves;

    *out = NULL;
    *count = 0;
    if (!option->given)
        return 0;
    if (value_flatten(option->value, false, &shape, &leaves, count, err) != 0)
        return -1;
    *out = memory_new(*count, sizeof **out);
    for (size_t i = 0; i < *count; i++) {
        if (value_to_number(leaves[i]->text, &(*out)[i]))
            continue;
        error_set(err, ERROR_USAGE, "\"%s\" is no number", leaves[i]->text);
        call_error_at(leaves[i], err);
        free(*out);
        free(leaves);
        *out = NULL;
        return -1;
    }
    free(leaves);
    return 0;
}

static int check_counts(const struct bagging *b, size_t n, size_t weights,
                        struct error *err)
{
    if (b->weights && weights != n)
        return error_set(err, ERROR_RANGE,
                         "there are %zu weights for %zu ids; one each", weights,
                         n);
    if (b->weights && b->mode != BAG_SUM)
        return error_set(err, ERROR_STATE,
                         "per_sample_weights goes only with mode=sum, as in "
                         "PyTorch");
    return 0;
}

static const char *mode_name(enum bag_mode mode)
{
    static const char *const names[] = {"mean", "sum", "max"};

    return names[mode];
}

struct bag_rows {
    const float *values;
    size_t D;
};

static const float *bag_row(void *context, int64_t row)
{
    const struct bag_rows *rows = context;

    return rows->values + (size_t)row * rows->D;
}

static void draw_bags(struct session *session, const struct bagging *b)
{
    struct bag_rows rows = {b->out, b->D};
    struct matrix_view view = {.rows = (int64_t)b->bags,
                               .cols = (int64_t)b->D,
                               .row = bag_row,
                               .context = &rows,
                               .digits = (int)session->settings->digits,
                               .index = true,
                               .heat = true};
    struct matrix_window window = {.width = session->sink->width,
                                   .first_row = -1};
    struct grid grid;

    sink_line(session->sink, STYLE_TITLE,
              "EmbeddingBag(mode=%s): %zu ids in %zu bag%s -> (%zu, %zu)",
              mode_name(b->mode), tensor_count(&b->input.ids), b->bags,
              b->bags == 1 ? "" : "s", b->bags, b->D);
    grid_init(&grid, 0, session->sink->width);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    show_grid(session, &grid);
    grid_clear(&grid);
}

static int run_parsed(struct session *session, struct bagging *b,
                      const double *offsets, const double *weights, size_t n,
                      struct error *err)
{
    int64_t *starts = memory_new(b->offset_count, sizeof *starts);
    float *factors = memory_new(n, sizeof *factors);
    int status;

    for (size_t i = 0; i < b->offset_count; i++)
        starts[i] = (int64_t)offsets[i];
    for (size_t i = 0; weights && i < n; i++)
        factors[i] = (float)weights[i];
    b->offsets = offsets ? starts : NULL;
    b->weights = weights ? factors : NULL;
    status = bagging_run(session->lab, b, err);
    if (status == 0)
        draw_bags(session, b);
    bagging_clear(b);
    free(starts);
    free(factors);
    return status;
}

static int run_bag(struct session *session, const struct call *call,
                   struct effect *effect, struct error *err)
{
    const struct option_value *o = call->options;
    struct bagging b = {.mode = o[BAG_OPTION_MODE].given
                                    ? (enum bag_mode)o[BAG_OPTION_MODE].choice
                                    : BAG_MEAN};
    double *offsets = NULL, *weights = NULL;
    size_t weight_count = 0;
    int status = -1;

    (void)effect;
    if (lab_require(session->lab, LAB_TABLE, err) != 0 ||
        words_read(session, call, &b.input, NULL, err) != 0)
        return -1;
    if (read_numbers(&o[BAG_OPTION_OFFSETS], &offsets, &b.offset_count, err) ==
            0 &&
        read_numbers(&o[BAG_OPTION_WEIGHTS], &weights, &weight_count, err) ==
            0) {
        static const float present;
        b.weights = weights ? &present : NULL;
        if (check_counts(&b, tensor_count(&b.input.ids), weight_count, err) ==
            0)
            status = run_parsed(session, &b, offsets, weights,
                                tensor_count(&b.input.ids), err);
    }
    free(offsets);
    free(weights);
    tensor_clear(&b.input.ids);
    return status;
}

const struct command_spec command_bag = {
    .name = "bag",
    .family = FAMILY_LOOKUP,
    .usage = "WORDS|LIST",
    .summary = "lookup and pooling in one: nn.EmbeddingBag",
    .details = "Words or a flat list are one bag, or several with offsets=; "
               "in a list of lists each list is a bag. A padding row counts "
               "neither in the sum nor in the mean's divisor. It looks and "
               "changes nothing.",
    .options = bag_options,
    .argument = ARGUMENT_WORDS,
    .args_min = 1,
    .args_max = COMMAND_ARGS_ANY,
    .run = run_bag,
};

/* --- compare bag -------------------------------------------------------- */

static int compare_mode(struct session *session,
                        const struct lookup_input *input, enum bag_mode mode,
                        bool *differs, struct error *err)
{
    struct bagging b = {.mode = mode, .input = *input};

    if (bagging_run(session->lab, &b, err) != 0)
        return -1;
    sink_printf(session->sink,
                "  %-5s %4zu bag%s   forward %-12g gradient %g\n",
                mode_name(mode), b.bags, b.bags == 1 ? " " : "s",
                (double)b.forward_difference, (double)b.backward_difference);
    *differs |= b.forward_difference > 1e-5f || b.backward_difference > 1e-5f;
    bagging_clear(&b);
    return 0;
}

int bag_compare(struct session *session, const struct lookup_input *input,
                struct error *err)
{
    const struct embedding_options *o = &session->lab->model->tables[0].options;
    bool differs = false, no_max = o->sparse || o->scale_grad_by_freq;

    sink_line(session->sink, STYLE_TITLE,
              "EmbeddingBag against lookup, then pooling: largest difference");
    if (compare_mode(session, input, BAG_MEAN, &differs, err) != 0 ||
        compare_mode(session, input, BAG_SUM, &differs, err) != 0 ||
        (!no_max && compare_mode(session, input, BAG_MAX, &differs, err) != 0))
        return -1;
    if (no_max)
        show_text(session, "  max   refused with sparse or "
                           "scale_grad_by_freq, as in PyTorch\n");
    if (differs && o->has_padding)
        sink_notice(session->sink,
                    "the bag leaves the padding row out of sum and count; "
                    "emb(x).mean(1) counts it (masked_mean does not)");
    return 0;
}
