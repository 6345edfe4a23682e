/*
 * The twin script, as text. That PyTorch makes the same numbers of it is tried
 * by tests/oracle/twins.py; here, that each thing that was done stands in it,
 * once, and where it belongs.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/lookup.h"
#include "lab/loop.h"
#include "lab/twin.h"
#include "lab_case.h"

/* --- The script and what stands in it ------------------------------------- */

/* Valid until the next call. */
static const char *script(const struct lab *lab, enum twin_form form)
{
    static char *text;
    size_t length = 0;
    struct twin_options options = {form, tensor_print_defaults()};
    struct error err = {0};
    free(text);
    text = NULL;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    int status = twin_write(lab, &options, out, &err);
    fclose(out);
    if (status != 0)
        fail_msg("%s", err.message);
    return text;
}

static const char *whole(const struct lab *lab)
{
    return script(lab, TWIN_PRINTS);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

static void assert_times(const char *text, const char *part, size_t times)
{
    if (count_of(text, part) != times)
        fail_msg("\"%s\" stands %zu times, not %zu, in\n%s", part,
                 count_of(text, part), times, text);
}

/* The parts stand in the text in this order; the last one is NULL. */
static void assert_in_order(const char *text, const char *const *parts)
{
    const char *at = text;
    for (; *parts != NULL; parts++) {
        at = strstr(at, *parts);
        if (at == NULL)
            fail_msg("\"%s\" is missing, or too early, in\n%s", *parts, text);
        at += strlen(*parts);
    }
}
#define assert_order(text, ...) \
    assert_in_order(text, (const char *const[]){__VA_ARGS__, NULL})

static void freeze(struct lab *lab, const char *name, bool frozen)
{
    struct error err = {0};
    if (lab_freeze(lab, name, frozen, &err) != 0)
        fail_msg("%s", err.message);
}

static void set_optimizer(struct lab *lab,
                          const struct optimizer_options *options)
{
    struct error err = {0};
    if (lab_set_optimizer(lab, options, &err) != 0)
        fail_msg("%s", err.message);
}

static void backward(struct lab *lab)
{
    struct error err = {0};
    if (lookup_backward(lab, &err) != 0)
        fail_msg("%s", err.message);
}

static const int64_t ids[] = {3, 1, 1};

/* --- The loop ----------------------------------------------------------- */

static void steps_however_taken_are_one_loop(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    lab_steps(lab, 2);
    lab_phase(lab, PHASE_UPDATE);
    for (int i = 0; i < 4; i++)
        assert_int_equal(loop_step(lab, false, &err), 0);
    lab_phase(lab, PHASE_MEAN);
    lab_steps(lab, 1);
    const char *text = whole(lab);
    assert_times(text, "for step in range", 1);
    assert_times(text, "for step in range(8):\n    opt.zero_grad", 1);
    assert_times(text, "loss.backward()", 1);
}

static void half_a_mini_batch_stands_phase_by_phase(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 3);
    lab_phase(lab, PHASE_LOGITS);
    const char *text = whole(lab);
    assert_order(text, "for step in range(3):", "loss.backward()",
                 "up to its logits\nopt.zero_grad", "\nlogits = lin(h)",
                 "tensors = {", "\"logits\": logits");
    assert_times(text, "loss.backward()", 1);
    assert_times(text, "\"loss\": loss", 0);
}

static void what_was_undone_is_not_in_it(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    lab_steps(lab, 2);
    struct place place = lab->chain.now;
    lab_steps(lab, 3);
    assert_int_equal(chain_goto(lab, place, NULL, &err), 0);
    assert_times(whole(lab), "for step in range(2):", 1);
    assert_times(whole(lab), "for step in range(3):", 0);
}

static void a_shuffle_is_a_permutation_of_all_examples(void **state)
{
    struct lab *lab = *state;
    assert_times(whole(lab), "order = torch.arange(24)", 1);
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.shuffle = true;
    head.batch.B = 5;
    lab_run(lab, &head);
    assert_order(whole(lab), "order = torch.randperm(24)", "range(0, 24, 5)",
                 "order[first:first + 5]");
}

/* --- Events in the loop ------------------------------------------------- */

static void a_freeze_stands_at_its_step(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 2);
    freeze(lab, "U", true);
    lab_steps(lab, 1);
    freeze(lab, "U", false);
    assert_order(whole(lab), "range(2)", "\nU.requires_grad_(False)",
                 "\nopt.step()", "\nU.requires_grad_(True)", "tensors = {");
}

static void the_script_starts_with_the_freezes_last_typed(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    lab_steps(lab, 1);
    freeze(lab, "W", true);
    freeze(lab, "b", true);
    assert_int_equal(lab_reset(lab, NULL, &err), 0);
    assert_order(whole(lab), "W = emb.weight\nW.requires_grad_(False)",
                 "lin = nn.Linear", "b.requires_grad_(False)\nopt =");
}

static void only_what_learns_can_keep_a_gradient(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    assert_order(whole(lab), "\nE.retain_grad()\nh.retain_grad()\n"
                             "logits.retain_grad()\nloss.backward()");
    freeze(lab, "W", true);
    lab_steps(lab, 1);
    assert_order(whole(lab), "W.requires_grad_(False)",
                 "\nlogits.retain_grad()\nloss.backward()");
    assert_times(whole(lab), "E.retain_grad()", 1);
}

/* PyTorch's graph is made going forward: what was frozen then is not in it. */
static void to_learn_again_in_the_middle_it_goes_forward_again(void **state)
{
    struct lab *lab = *state;
    freeze(lab, "W", true);
    lab_phase(lab, PHASE_MEAN);
    freeze(lab, "W", false);
    assert_order(whole(lab), "W.requires_grad_(True)", "# forward again",
                 "E = emb(ctx)", "h = E.mean(1)", "tensors = {");
    lab_steps(lab, 1);
    freeze(lab, "W", true);
    freeze(lab, "W", false);
    assert_times(whole(lab), "# forward again", 1);
}

static void a_new_optimizer_stands_at_its_step(void **state)
{
    struct lab *lab = *state;
    struct optimizer_options adam = optimizer_defaults(OPTIMIZER_ADAM);
    adam.beta1 = 0.8;
    adam.amsgrad = true;
    lab_steps(lab, 2);
    set_optimizer(lab, &adam);
    lab_steps(lab, 1);
    assert_order(whole(lab), "opt = torch.optim.SGD([W, U, b], lr=0.5)\n",
                 "range(2)",
                 ("opt = torch.optim.Adam([W, U, b], lr=0.001, "
                  "betas=(0.8, 0.999), amsgrad=True)\n"),
                 "\nopt.step()");
}

static void before_the_first_step_the_optimizer_is_the_one_typed_last(
    void **state)
{
    struct lab *lab = *state;
    struct optimizer_options adam = optimizer_defaults(OPTIMIZER_ADAM);
    set_optimizer(lab, &adam);
    lab_look_up(lab, ids, 1);
    adam.lr = 0.25;
    set_optimizer(lab, &adam);
    lab_steps(lab, 1);
    assert_times(whole(lab), "torch.optim.", 1);
    assert_times(whole(lab), "opt = torch.optim.Adam([W, U, b], lr=0.25)\n", 1);
}

static void a_single_step_needs_no_loop(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    assert_times(whole(lab), "for step", 0);
    assert_times(whole(lab), "\nloss.backward()\nopt.step()\n", 1);
    freeze(lab, "b", true);
    lab_steps(lab, 1);
    assert_times(script(lab, TWIN_SKETCH),
                 "for step in range(1):\n    ...  # as above\n", 1);
}

/* SparseAdam refuses dense gradients, Adam sparse ones. */
static void sparse_adam_is_two_optimizers(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.sparse = true;
    lab_run(lab, &head);
    struct optimizer_options sparse = optimizer_defaults(OPTIMIZER_SPARSE_ADAM);
    set_optimizer(lab, &sparse);
    lab_steps(lab, 1);
    assert_order(whole(lab), "sparse=True)",
                 "opt = torch.optim.SparseAdam([W], lr=0.001)\n"
                 "opt_dense = torch.optim.Adam([U, b], lr=0.001)\n",
                 "\nopt.zero_grad(set_to_none=True)\n"
                 "opt_dense.zero_grad(set_to_none=True)\n",
                 "\nopt.step()\nopt_dense.step()\n");
}

/* --- Typed lookups ------------------------------------------------------ */

static void a_lookup_before_the_data_comes_before_it(void **state)
{
    struct lab lab;
    struct error err = {0};
    (void)state;
    lab_with_text(&lab, tiny_text);
    assert_int_equal(lab_require(&lab, LAB_TABLE, &err), 0);
    lab_look_up(&lab, ids, 3);
    backward(&lab);
    assert_times(whole(&lab), "nn.Linear", 0);
    assert_times(whole(&lab), "zero_grad", 0);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    assert_order(whole(&lab),
                 ("ids = torch.tensor([3, 1, 1])  # typed\nE = emb(ids)\n"
                  "E.retain_grad()\nE.sum().backward(retain_graph=True)\n"),
                 "lin = nn.Linear(6, 17)", "\"ids\": ids", "\"E\": E");
    lab_clear(&lab);
}

static void in_a_mini_batch_a_lookup_borrows_E(void **state)
{
    struct lab *lab = *state;
    lab_phase(lab, PHASE_LOOKUP);
    lab_look_up(lab, ids, 3);
    lab_look_up(lab, ids, 1);
    backward(lab);
    assert_order(whole(lab), "E = emb(ctx)",
                 "batch_E = E\nids =", "E = emb(ids)", "E.sum()",
                 "\"ids\": ids");
    assert_times(whole(lab), "batch_E = E\n", 1);
    lab_phase(lab, PHASE_MEAN);
    assert_order(whole(lab), "E.sum()", "on to its mean\n", "W.grad = None\n",
                 "E = batch_E\n", "h = E.mean(1)", "\"ids\": ctx");
}

/* The first begins from None, later ones accumulate, also of other lookups. */
static void gradients_of_a_mini_batch_go_before_typed_ones_come(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    lab_look_up(lab, ids, 3);
    backward(lab);
    backward(lab);
    lab_look_up(lab, ids, 2);
    backward(lab);
    const char *text = strstr(whole(lab), "ids = torch.tensor([3, 1, 1])");
    assert_non_null(text);
    assert_times(text, "E.sum().backward(retain_graph=True)", 3);
    assert_times(text, "zero_grad", 1);
    lookup_zero_grad(lab);
    text = strstr(whole(lab), "ids = torch.tensor([3, 1])");
    assert_order(text, "E.sum()", "opt.zero_grad(set_to_none=True)\n\n# ---");
}

/* Any lookup with max_norm makes PyTorch refuse to go back before it. */
static void after_a_rescaling_lookup_the_mini_batch_goes_forward_again(
    void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.has_max_norm = true;
    head.table.options.max_norm = 1;
    lab_run(lab, &head);
    lab_look_up(lab, ids, 3);
    lab_phase(lab, PHASE_LOGITS);
    assert_times(whole(lab), "# forward again", 0);
    lab_look_up(lab, ids, 3);
    lab_phase(lab, PHASE_LOSS);
    assert_order(whole(lab), "E = batch_E", "# forward again", "E = emb(ctx)",
                 "logits = lin(h)", "loss = F.cross_entropy");
}

static void a_lookup_made_while_frozen_is_made_again_to_go_back(void **state)
{
    struct lab *lab = *state;
    freeze(lab, "W", true);
    lab_look_up(lab, ids, 3);
    freeze(lab, "W", false);
    backward(lab);
    assert_order(whole(lab), "W.requires_grad_(False)", "E = emb(ids)\n",
                 "W.requires_grad_(True)", "E = emb(ids)\nE.retain_grad()\n",
                 "E.sum()");
}

/* --- The head ----------------------------------------------------------- */

static void every_option_of_the_table_is_an_argument(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    struct embedding_options *o = &head.table.options;
    head.table.D = 3;
    head.table.seed = 7;
    o->has_padding = o->has_max_norm = o->scale_grad_by_freq = true;
    o->padding_idx = -1; /* from the end: V = 17 */
    o->max_norm = 0.1;
    o->norm_type = (double)INFINITY;
    head.table.freeze = true;
    lab_run(lab, &head);
    assert_order(whole(lab), "torch.manual_seed(7)\n",
                 "emb = nn.Embedding(17, 3, padding_idx=16, max_norm=0.1, "
                 "norm_type=float(\"inf\"), scale_grad_by_freq=True)\n"
                 "W = emb.weight\nW.requires_grad_(False)\n");
}

static void check_init(struct lab *lab, struct init_options init,
                       const char *line)
{
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.init = init;
    head.table.options.draw_again = true;
    lab_run(lab, &head);
    assert_order(whole(lab), "nn.Embedding(17, 6)\n", line, "W = emb.weight");
}

static void an_initialiser_has_its_own_arguments(void **state)
{
    struct lab *lab = *state;
    const double a = 0.25;
    check_init(lab, (struct init_options){INIT_NORMAL, .mean = a, .std = 2},
               "nn.init.normal_(emb.weight, mean=0.25, std=2)\n");
    check_init(lab, (struct init_options){INIT_UNIFORM, .from = -a, .to = 1e-7},
               "nn.init.uniform_(emb.weight, -0.25, 1e-07)\n");
    check_init(lab, (struct init_options){INIT_XAVIER_UNIFORM, .gain = 1},
               "nn.init.xavier_uniform_(emb.weight)\n");
    check_init(lab, (struct init_options){INIT_XAVIER_NORMAL, .gain = 1.4},
               "nn.init.xavier_normal_(emb.weight, gain=1.4)\n");
    check_init(lab, (struct init_options){INIT_KAIMING_UNIFORM, .slope = a},
               "nn.init.kaiming_uniform_(emb.weight, a=0.25)\n");
    check_init(lab, (struct init_options){.kind = INIT_ZEROS},
               "nn.init.zeros_(emb.weight)\n");
    check_init(lab, (struct init_options){.kind = INIT_ONES},
               "nn.init.ones_(emb.weight)\n");
}

static void lab_of_model(struct lab *lab, const char *text,
                         struct model_options model)
{
    struct error err = {0};
    lab_init(lab);
    struct head head = lab_head(lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed = memory_text(text);
    head.model = model;
    lab_run(lab, &head);
    if (lab_require(lab, LAB_DATA, &err) != 0)
        fail_msg("%s", err.message);
}

static void sentiment_pads_its_texts(void **state)
{
    struct lab lab;
    (void)state;
    lab_of_model(&lab, "1\ta good film\n0\tbad\n",
                 (struct model_options){.kind = MODEL_SENTIMENT, .k = 5});
    lab_steps(&lab, 1);
    /* whole numbers, but a tensor of floats */
    assert_order(whole(&lab), "padding_idx=0",
                 ("texts = [\n    [1, 2, 3],\n"
                  "    [4],\n]"),
                 "labels = [\n    1.0, 0.0,\n]", "lin = nn.Linear(6, 1)",
                 "pad_sequence(", "padding_value=0",
                 "logits = lin(h).squeeze(1)",
                 "F.binary_cross_entropy_with_logits(logits, tgt)");
    lab_clear(&lab);
}

static void recommend_draws_its_tables_in_order(void **state)
{
    struct lab lab;
    (void)state;
    lab_of_model(&lab, "ann\tjam\t4\nbob\ttea\t2.5\nann\ttea\t1\n",
                 (struct model_options){.kind = MODEL_RECOMMEND, .k = 5});
    lab_steps(&lab, 1);
    assert_order(whole(&lab), "users = nn.Embedding(2, 6)\n",
                 "items = nn.Embedding(2, 6)\n",
                 ("user_bias = nn.Embedding(2, 1)\n"
                  "nn.init.zeros_(user_bias.weight)\n"),
                 "item_bias = nn.Embedding(2, 1)\n", "Wu = users.weight\n",
                 "pairs = [\n    [0, 0],\n    [1, 1],\n    [0, 1],\n]",
                 "ratings = [\n    4.0, 2.5, 1.0,\n]", "mean_rating = 2.5\n",
                 "opt = torch.optim.SGD([Wu, Wi, bu, bi], lr=0.5)",
                 "F.mse_loss(logits, tgt)");
    lab_clear(&lab);
}

/* --- What stands in a text ---------------------------------------------- */

/* Printable ASCII and newlines alone, and until the code begins comments. */
static void assert_harmless(const char *text)
{
    bool comment = true, at_start = true;
    for (const char *c = text; *c != '\0'; c++) {
        assert_true(*c == '\n' || (*c >= ' ' && *c < 0x7f));
        if (at_start && comment && *c != '\n') {
            comment = *c == '#';
            assert_true(comment || strncmp(c, "import torch\n", 13) == 0);
        }
        at_start = *c == '\n';
    }
}

static void words_cannot_leave_their_quotes(void **state)
{
    struct lab lab;
    (void)state;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_TOKENIZE);
    head.tokenizer.keep_punct = true;
    head.corpus.typed = memory_text("say \" or \\ twice\n"
                                    "\u732b na\u00efve \U0001F642 # '''\n"
                                    "exit()\rexit()\n");
    lab_run(&lab, &head);
    struct error err = {0};
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    const char *text = whole(&lab);
    assert_harmless(text);
    assert_order(text, "\"say\", \"\\\"\", \"or\", \"\\\\\", \"twice\"",
                 "\"\\u732b\", \"na\\xefve\", \"\\U0001f642\", \"#\", \"'\"");
    lab_clear(&lab);
}

/* Lines of three words, so many that only those trained on are written. */
static void lab_of_many_words(struct lab *lab, bool shuffle)
{
    struct str text = STR_INIT;
    struct error err = {0};
    for (int i = 0; i < 40000; i++)
        str_printf(&text, "w%d x%d y%d\n", i % 7, i % 5, i % 3);
    lab_with_text(lab, str_text(&text));
    str_clear(&text);
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.B = 2;
    head.batch.shuffle = shuffle;
    lab_run(lab, &head);
    assert_int_equal(lab_require(lab, LAB_DATA, &err), 0);
}

static void of_a_large_text_only_what_was_trained_on_is_written(void **state)
{
    struct lab lab;
    (void)state;
    lab_of_many_words(&lab, false);
    assert_times(whole(&lab), "only the 0 that were trained on", 1);
    lab_steps(&lab, 2);
    /* w0 x0 y0 w1 x1 y1 w2 ...: ids by first appearance */
    assert_order(whole(&lab), "of the 40000 examples only the 4",
                 "used = [\n    0, 1, 2, 3,\n]",
                 ("lines = [\n    [0, 1, 2],\n    [3, 4, 5],\n    [6, 7, 8],\n"
                  "    [9, 10, 2],\n]"),
                 "torch.arange(40000)",
                 "i = torch.searchsorted(used, next(batches))");
    lab_clear(&lab);
}

static void those_of_a_shuffle_stand_in_ascending_order(void **state)
{
    struct lab lab;
    (void)state;
    lab_of_many_words(&lab, true);
    lab_steps(&lab, 2);
    const char *text = strstr(whole(&lab), "used = [\n");
    assert_non_null(text);
    text += strlen("used = [\n");
    long before = -1;
    for (int i = 0; i < 4; i++) {
        char *end;
        long used = strtol(text, &end, 10);
        assert_true(used > before);
        before = used;
        text = end + 1;
    }
    assert_true(before > 3); /* not simply the first ones */
    lab_clear(&lab);
}

/* --- Its forms ---------------------------------------------------------- */

static void a_sketch_names_the_data_and_repeats_no_loop(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 2);
    freeze(lab, "U", true);
    lab_steps(lab, 3);
    const char *text = script(lab, TWIN_SKETCH);
    assert_order(text, "import torch\n",
                 "# contexts (24, 2), targets (24,): the pairs of",
                 "for step in range(2):", "loss.backward()",
                 "for step in range(3):\n    ...  # as above\n");
    assert_times(text, "loss.backward()", 1);
    assert_times(text, "retain_grad", 0);
    assert_times(text, "tensors", 0);
    assert_times(text, "drinks", 0);
}

static void the_print_options_are_pytorchs_where_they_differ(void **state)
{
    struct lab *lab = *state;
    struct twin_options options = {TWIN_PRINTS, tensor_print_defaults()};
    struct error err = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    options.print.precision = 7;
    options.print.sci_mode = TENSOR_PRINT_SCI_OFF;
    assert_int_equal(twin_write(lab, &options, out, &err), 0);
    fclose(out);
    assert_order(text,
                 "torch.set_printoptions(precision=7, threshold=1000, "
                 "edgeitems=3,",
                 "linewidth=80, sci_mode=False)");
    free(text);
    assert_times(whole(lab), "set_printoptions", 0);
}

#define tiny_test(f) cmocka_unit_test_setup_teardown(f, tiny_lab, drop_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        tiny_test(steps_however_taken_are_one_loop),
        tiny_test(half_a_mini_batch_stands_phase_by_phase),
        tiny_test(what_was_undone_is_not_in_it),
        tiny_test(a_shuffle_is_a_permutation_of_all_examples),
        tiny_test(a_freeze_stands_at_its_step),
        tiny_test(the_script_starts_with_the_freezes_last_typed),
        tiny_test(only_what_learns_can_keep_a_gradient),
        tiny_test(to_learn_again_in_the_middle_it_goes_forward_again),
        tiny_test(a_new_optimizer_stands_at_its_step),
        tiny_test(before_the_first_step_the_optimizer_is_the_one_typed_last),
        tiny_test(a_single_step_needs_no_loop),
        tiny_test(sparse_adam_is_two_optimizers),
        cmocka_unit_test(a_lookup_before_the_data_comes_before_it),
        tiny_test(in_a_mini_batch_a_lookup_borrows_E),
        tiny_test(gradients_of_a_mini_batch_go_before_typed_ones_come),
        tiny_test(after_a_rescaling_lookup_the_mini_batch_goes_forward_again),
        tiny_test(a_lookup_made_while_frozen_is_made_again_to_go_back),
        tiny_test(every_option_of_the_table_is_an_argument),
        tiny_test(an_initialiser_has_its_own_arguments),
        cmocka_unit_test(sentiment_pads_its_texts),
        cmocka_unit_test(recommend_draws_its_tables_in_order),
        cmocka_unit_test(words_cannot_leave_their_quotes),
        cmocka_unit_test(of_a_large_text_only_what_was_trained_on_is_written),
        cmocka_unit_test(those_of_a_shuffle_stand_in_ascending_order),
        tiny_test(a_sketch_names_the_data_and_repeats_no_loop),
        tiny_test(the_print_options_are_pytorchs_where_they_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
