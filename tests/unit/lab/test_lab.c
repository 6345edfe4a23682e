/*
 * Edits of the head: what they change, what they leave, and that a lab that
 * refuses is as it was.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/loop.h"
#include "lab_case.h"

/* --- the order of edits --------------------------------------------------- */

static void set_text(struct head *head)
{
    head->corpus.typed = memory_text(tiny_text);
}

static void set_table(struct head *head)
{
    head->table.D = 3;
    head->table.seed = 7;
}

static void set_windows(struct head *head)
{
    head->C = 1;
}

static void set_batch(struct head *head)
{
    head->batch.B = 5;
    head->batch.shuffle = true;
}

static void set_vocab(struct head *head)
{
    head->vocab.order = VOCAB_ALPHABETICAL;
}

static const struct {
    unsigned part;
    void (*set)(struct head *head);
} edits[] = {
    {HEAD_CORPUS, set_text},     {HEAD_TABLE, set_table},
    {HEAD_WINDOWS, set_windows}, {HEAD_BATCH, set_batch},
    {HEAD_VOCAB, set_vocab},
};
enum { EDITS = sizeof edits / sizeof *edits };

static void run_edit(struct lab *lab, int i)
{
    struct head head = lab_head(lab, edits[i].part);
    edits[i].set(&head);
    lab_run(lab, &head);
}

/* All orders, by Heap's algorithm; *hash: that of the first. */
static void try_orders(int order[EDITS], int n, uint64_t *hash)
{
    if (n == 1) {
        struct lab lab;
        lab_init(&lab);
        for (int i = 0; i < EDITS; i++)
            run_edit(&lab, order[i]);
        if (*hash == 0)
            *hash = lab_hash(&lab);
        assert_true(lab_hash(&lab) == *hash);
        assert_true(lab.has_data);
        lab_clear(&lab);
        return;
    }
    for (int i = 0; i < n; i++) {
        try_orders(order, n - 1, hash);
        int other = n % 2 == 0 ? i : 0, swap = order[other];
        order[other] = order[n - 1];
        order[n - 1] = swap;
    }
}

static void the_order_of_edits_leaves_no_trace(void **state)
{
    (void)state;
    int order[EDITS] = {0, 1, 2, 3, 4};
    uint64_t hash = 0;
    try_orders(order, EDITS, &hash);
}

/* --- what an edit does to the rest ---------------------------------------- */

static void an_edit_starts_training_over_and_says_so(void **state)
{
    struct lab *lab = *state;
    uint64_t before = lab_hash(lab);
    lab_steps(lab, 4);
    struct head head = lab_head(lab, HEAD_BATCH);
    lab_run(lab, &head);
    assert_int_equal(lab->step, 0);
    assert_int_equal(lab->losses.steps, 0);
    assert_true(lab_hash(lab) == before);
    assert_non_null(
        strstr(str_text(&lab->notes), "training starts over: 4 steps"));
}

static void settings_of_other_parts_stay(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = 3;
    lab_run(lab, &head);
    head = lab_head(lab, HEAD_WINDOWS);
    lab_run(lab, &head);
    assert_int_equal(lab_D(lab), 3);
}

static void a_new_table_does_not_read_the_text_again(void **state)
{
    struct lab *lab = *state;
    const struct lab_text *text = lab->text;
    struct head head = lab_head(lab, HEAD_TABLE);
    lab_run(lab, &head);
    assert_ptr_equal(lab->text, text);
}

static void a_new_vocabulary_does_not_read_the_file_again(void **state)
{
    struct lab *lab = *state;
    const struct lab_source *source = lab->text->source;
    struct head head = lab_head(lab, HEAD_VOCAB);
    head.vocab.min_count = 2;
    lab_run(lab, &head);
    assert_ptr_equal(lab->text->source, source);
    assert_int_equal(lab_V(lab), 11); /* of 17 words 6 stand once */
}

static void reset_draws_the_same_weights_again(void **state)
{
    struct lab *lab = *state;
    uint64_t before = lab_hash(lab);
    struct error err = {0};
    lab_steps(lab, 3);
    assert_true(lab_hash(lab) != before);
    assert_int_equal(lab_reset(lab, NULL, &err), 0);
    assert_true(lab_hash(lab) == before);
}

static void reset_keeps_the_optimizer_and_freezes_last_typed(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct optimizer_options adam = optimizer_defaults(OPTIMIZER_ADAM);
    assert_int_equal(lab_set_optimizer(lab, &adam, &err), 0);
    assert_int_equal(lab_freeze(lab, "U", true, &err), 0);
    lab_steps(lab, 2);
    assert_int_equal(lab_reset(lab, NULL, &err), 0);
    assert_int_equal(lab->optimizer.options.kind, OPTIMIZER_ADAM);
    assert_true(model_parameter(lab->model, "U")->frozen);
    assert_false(model_parameter(lab->model, "W")->frozen);
}

static void a_new_optimizer_keeps_weights_and_step(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct optimizer_options momentum = lab->head.optimizer;
    momentum.momentum = 0.9;
    assert_int_equal(lab_set_optimizer(lab, &momentum, &err), 0);
    lab_steps(lab, 2);
    const struct parameter *W = model_parameter(lab->model, "W");
    float weight = W->value[0];
    assert_int_equal(lab_set_optimizer(lab, &momentum, &err), 0);
    assert_int_equal(lab->step, 2);
    assert_true(W->value[0] == weight);
    assert_null(lab->optimizer.states[0].momentum); /* its state is empty */
}

static void freeze_is_in_place(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    lab_steps(lab, 1);
    assert_int_equal(lab_freeze(lab, "W", true, &err), 0);
    assert_int_equal(lab->step, 1);
    const struct parameter *W = model_parameter(lab->model, "W");
    float weight = W->value[0];
    lab_steps(lab, 1);
    assert_true(W->value[0] == weight);
    assert_int_equal(W->gradient, GRADIENT_NONE);
    assert_int_equal(lab_freeze(lab, "W", false, &err), 0);
    lab_steps(lab, 1);
    assert_true(W->value[0] != weight);
}

static void an_unknown_parameter_cannot_be_frozen(void **state)
{
    struct error err = {0};
    assert_int_equal(lab_freeze(*state, "Q", true, &err), -1);
    assert_non_null(strstr(err.message, "W, U, b"));
}

/* --- what a lab refuses ------------------------------------------------- */

static void too_small_a_V_is_refused(void **state)
{
    struct head head = lab_head(*state, HEAD_TABLE);
    head.table.V = 16;
    assert_non_null(
        strstr(lab_refusal(*state, &head), "V=16 is smaller than the"));
}

static void too_large_a_table_is_refused_with_its_size(void **state)
{
    struct head head = lab_head(*state, HEAD_TABLE);
    head.table.D = 1000000000000;
    /* 17 rows of W and of U, 4 bytes each: 136 TB and a little */
    assert_non_null(strstr(lab_refusal(*state, &head), "would need 136.0 TB"));
}

static void too_long_a_context_is_refused(void **state)
{
    struct head head = lab_head(*state, HEAD_WINDOWS);
    head.C = 6;
    assert_non_null(strstr(lab_refusal(*state, &head), "has 6"));
}

static void a_text_too_short_for_the_context_is_refused(void **state)
{
    struct head head = lab_head(*state, HEAD_CORPUS);
    head.corpus.typed = memory_text("two words");
    assert_non_null(strstr(lab_refusal(*state, &head), "C=2 needs a line of"));
}

static void a_missing_file_is_refused(void **state)
{
    struct head head = lab_head(*state, HEAD_CORPUS);
    head.corpus.name = memory_text("nosuch.txt");
    head.corpus.path = memory_text("/nonexistent/nosuch.txt");
    assert_non_null(strstr(lab_refusal(*state, &head), "there is no file"));
}

static void a_padding_row_outside_the_table_is_refused(void **state)
{
    struct head head = lab_head(*state, HEAD_TABLE);
    head.table.options.has_padding = true;
    head.table.options.padding_idx = 17;
    assert_non_null(strstr(lab_refusal(*state, &head), "-17 to 16"));
}

static void an_optimizer_that_does_not_take_sparse_is_refused(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.options.sparse = true;
    head.optimizer = optimizer_defaults(OPTIMIZER_ADAM);
    assert_non_null(strstr(lab_refusal(lab, &head), "sparse"));
}

static bool stop_reading(void *context, const char *what, double done,
                         double total)
{
    (void)context;
    (void)what;
    (void)done;
    (void)total;
    return false;
}

static void reading_can_be_stopped_and_changes_nothing(void **state)
{
    struct lab *lab = *state;
    uint64_t before = lab_hash(lab);
    struct lab_progress progress = {.call = stop_reading};
    struct error err = {0};
    struct str text = STR_INIT;
    for (int i = 0; i < 200000; i++)
        str_append(&text, "the cat drinks milk\n");
    struct head head = lab_head(lab, HEAD_CORPUS);
    head.corpus.typed = str_take(&text);
    assert_int_equal(lab_edit(lab, &head, &progress, NULL, &err), -1);
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    assert_true(lab_hash(lab) == before);
    head_clear(&head);
}

/* --- what is missing is built --------------------------------------------- */

static void what_is_missing_is_built_with_the_defaults(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    lab_with_text(&lab, tiny_text);
    assert_null(lab.model);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    assert_string_equal(str_text(&lab.notes),
                        "chosen for you: table D=6 seed=42; windows C=2; batch "
                        "B=8; model next_word; optimizer sgd lr=0.5");
    str_clear(&lab.notes);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    assert_string_equal(str_text(&lab.notes), ""); /* said once */
    lab_clear(&lab);
}

static void without_a_text_the_command_that_comes_first_is_named(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    lab_init(&lab);
    assert_int_equal(lab_require(&lab, LAB_TABLE, &err), -1);
    assert_int_equal(err.code, ERROR_STATE);
    assert_non_null(strstr(err.message, "corpus tiny"));
    lab_clear(&lab);
}

static void a_table_of_numbers_needs_no_text(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_TABLE);
    head.table.V = 10;
    lab_run(&lab, &head);
    assert_int_equal(lab_require(&lab, LAB_TABLE, &err), 0);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), -1);
    const struct parameter *W = model_parameter(lab.model, "W");
    assert_string_equal(lab_row_word(&lab, W, 9), "9");
    int64_t *ids;
    size_t count;
    assert_int_equal(lab_encode(&lab, "3 9", &ids, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_int_equal(ids[1], 9);
    free(ids);
    assert_int_equal(lab_encode(&lab, "3 10", &ids, &count, &err), -1);
    lab_clear(&lab);
}

static void a_batch_larger_than_the_data_is_one_mini_batch(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.B = 100;
    lab_run(lab, &head);
    assert_int_equal(loop_batch_count(lab), 1);
    assert_int_equal(lab->order.B, 24);
    assert_non_null(strstr(str_text(&lab->notes), "B=100 is more than the 24"));
}

static void sentiment_gets_pad_as_id_0(void **state)
{
    (void)state;
    struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed = memory_text("1\tgood good\n0\tbad\n");
    head.model.kind = MODEL_SENTIMENT;
    lab_run(&lab, &head);
    assert_string_equal(vocab_word(lab_vocab(&lab), 0), "<pad>");
    assert_true(lab.model->tables[0].options.has_padding);
    assert_int_equal(lab.model->tables[0].options.padding_idx, 0);
    lab_clear(&lab);
}

static void sentiments_pad_comes_before_a_typed_unk(void **state)
{
    (void)state;
    struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL | HEAD_VOCAB);
    head.corpus.typed = memory_text("1\tgood good\n0\tbad\n");
    head.model.kind = MODEL_SENTIMENT;
    head.vocab.unk = true;
    head.vocab.unk_first = true;
    lab_run(&lab, &head);
    assert_string_equal(vocab_word(lab_vocab(&lab), 0), "<pad>");
    assert_string_equal(vocab_word(lab_vocab(&lab), 1), "<unk>");
    lab_clear(&lab);
}

static const char *refusal_of(const char *text, enum model_kind kind)
{
    static char message[ERROR_MESSAGE_MAX];
    struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed = memory_text(text);
    head.model.kind = kind;
    snprintf(message, sizeof message, "%s", lab_refusal(&lab, &head));
    lab_clear(&lab);
    return message;
}

/* A text for another model is no text with a broken line. */
static void a_text_of_another_model_names_the_model_that_reads_it(void **state)
{
    (void)state;
    assert_non_null(strstr(refusal_of("the cat\n", MODEL_RECOMMEND),
                           "looks like plain text, which model next_word "
                           "reads; model recommend reads corpus ratings"));
    assert_non_null(strstr(refusal_of("\nthe cat\n", MODEL_SENTIMENT),
                           "which model next_word reads"));
    assert_non_null(strstr(refusal_of("a\tb\t3\n", MODEL_SENTIMENT),
                           "ratings, which model recommend reads"));
    assert_non_null(strstr(refusal_of("1\tgood\n", MODEL_RECOMMEND),
                           "labelled text, which model sentiment reads"));
    assert_null(
        strstr(refusal_of("1\tgood\nbad\n", MODEL_SENTIMENT), "looks like"));
}

/* --- facts about the text ----------------------------------------------- */

/* Six words are only ever targets (design.md). */
static void words_in_no_context_are_counted_as_such(void **state)
{
    struct lab *lab = *state;
    struct str never = STR_INIT;
    const struct parameter *W = model_parameter(lab->model, "W");
    for (int64_t id = 0; id < 17; id++)
        if (lab_context_count(lab, &lab->model->tables[0].weight, id) == 0)
            str_printf(&never, "%s ", lab_row_word(lab, W, id));
    assert_string_equal(str_text(&never), "milk water mouse ball land mat ");
    str_clear(&never);
    /* one context with "the" in each of the first four sentences, two in
     * each of the last four, where it stands a second time */
    assert_int_equal(lab_context_count(lab, &lab->model->tables[0].weight, 0),
                     4 * 1 + 4 * 2);
}

static void the_floor_is_what_the_contexts_cannot_tell(void **state)
{
    assert_float_equal(lab_floor(*state), 0.3324, 5e-5); /* design.md */
}

static void a_hash_tells_one_bit_of_one_weight(void **state)
{
    struct lab *lab = *state;
    uint64_t before = lab_hash(lab);
    float *weight = &model_parameter(lab->model, "U")->value[3];
    *weight = nextafterf(*weight, 1);
    assert_true(lab_hash(lab) != before);
}

static void a_hash_is_that_of_the_script_built_or_not(void **state)
{
    struct lab *whole = *state, lab;
    lab_with_text(&lab, tiny_text);
    assert_null(lab.model);
    assert_true(lab_hash(&lab) == lab_hash(whole));
    assert_null(lab.model);
    struct error err = {0};
    assert_int_equal(lab_require(&lab, LAB_TABLE, &err), 0);
    lab_look_up(&lab, (int64_t[]){3, 1}, 2);
    assert_true(lab_hash(&lab) != lab_hash(whole));
    lab_look_up(whole, (int64_t[]){3, 1}, 2);
    assert_true(lab_hash(&lab) == lab_hash(whole));
    lab_clear(&lab);
}

static void subwords_come_and_go_with_an_edit(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_SUBWORDS);
    head.subwords.on = true;
    head.subwords.buckets = 50;
    lab_run(lab, &head);
    assert_true(lab->text->has_subwords);
    assert_int_equal(model_parameter(lab->model, "W")->rows, 17 + 50);
    head = lab_head(lab, HEAD_SUBWORDS);
    lab_run(lab, &head);
    assert_false(lab->text->has_subwords);
    assert_int_equal(model_parameter(lab->model, "W")->rows, 17);
}

static void rows_beyond_the_words_are_named_by_their_ids(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.V = 20;
    lab_run(lab, &head);
    const struct parameter *W = model_parameter(lab->model, "W");
    assert_string_equal(lab_row_word(lab, W, 16), "mat");
    assert_string_equal(lab_row_word(lab, W, 19), "19");
}

static void invalid_utf8_is_replaced_and_counted(void **state)
{
    (void)state;
    struct lab lab;
    char path[] = "/tmp/emblab-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a\xff b\xfe c\n", 8), 8);
    close(fd);
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS);
    head.corpus.name = memory_text("bad");
    head.corpus.path = memory_text(path);
    lab_run(&lab, &head);
    assert_string_equal(str_text(&lab.notes),
                        "2 invalid UTF-8 sequences in bad shown as U+FFFD; it "
                        "is probably Latin-1: iconv -f latin1 -t utf-8 makes "
                        "UTF-8 of it");
    lab_clear(&lab);
    unlink(path);
}

/* Adagrad's sums may begin elsewhere than at 0 (torch.optim's
 * initial_accumulator_value): back before the first step they do so again. */
static void going_back_gives_adagrad_its_first_sums_again(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct head head = lab_head(lab, HEAD_OPTIMIZER);
    head.optimizer = optimizer_defaults(OPTIMIZER_ADAGRAD);
    head.optimizer.initial_accumulator = 0.25;
    lab_run(lab, &head);
    struct place start = lab->chain.now;
    lab_steps(lab, 2);
    struct place end = lab->chain.now;
    uint64_t after = lab_hash(lab);
    assert_int_equal(chain_goto(lab, start, NULL, &err), 0);
    lab_steps(lab, 2);
    assert_true(lab_hash(lab) == after);
    assert_true(place_equal(lab->chain.now, end));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_edits_leaves_no_trace),
        WITH_TINY(an_edit_starts_training_over_and_says_so),
        WITH_TINY(settings_of_other_parts_stay),
        WITH_TINY(a_new_table_does_not_read_the_text_again),
        WITH_TINY(a_new_vocabulary_does_not_read_the_file_again),
        WITH_TINY(reset_draws_the_same_weights_again),
        WITH_TINY(reset_keeps_the_optimizer_and_freezes_last_typed),
        WITH_TINY(a_new_optimizer_keeps_weights_and_step),
        WITH_TINY(freeze_is_in_place),
        WITH_TINY(an_unknown_parameter_cannot_be_frozen),
        WITH_TINY(too_small_a_V_is_refused),
        WITH_TINY(too_large_a_table_is_refused_with_its_size),
        WITH_TINY(too_long_a_context_is_refused),
        WITH_TINY(a_text_too_short_for_the_context_is_refused),
        WITH_TINY(a_missing_file_is_refused),
        WITH_TINY(a_padding_row_outside_the_table_is_refused),
        WITH_TINY(an_optimizer_that_does_not_take_sparse_is_refused),
        WITH_TINY(reading_can_be_stopped_and_changes_nothing),
        cmocka_unit_test(what_is_missing_is_built_with_the_defaults),
        cmocka_unit_test(without_a_text_the_command_that_comes_first_is_named),
        cmocka_unit_test(a_table_of_numbers_needs_no_text),
        WITH_TINY(a_batch_larger_than_the_data_is_one_mini_batch),
        cmocka_unit_test(sentiment_gets_pad_as_id_0),
        cmocka_unit_test(a_text_of_another_model_names_the_model_that_reads_it),
        cmocka_unit_test(sentiments_pad_comes_before_a_typed_unk),
        WITH_TINY(words_in_no_context_are_counted_as_such),
        WITH_TINY(the_floor_is_what_the_contexts_cannot_tell),
        WITH_TINY(a_hash_tells_one_bit_of_one_weight),
        WITH_TINY(a_hash_is_that_of_the_script_built_or_not),
        WITH_TINY(subwords_come_and_go_with_an_edit),
        WITH_TINY(rows_beyond_the_words_are_named_by_their_ids),
        WITH_TINY(going_back_gives_adagrad_its_first_sums_again),
        cmocka_unit_test(invalid_utf8_is_replaced_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
