/*
 * The head as commands: what is written is what was set, options at their
 * defaults left out.
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
#include "lab/head.h"

static void assert_written(const struct head *head, unsigned parts,
                           const char *expected)
{
    struct str text = STR_INIT;
    head_write(head, parts, &text);
    assert_string_equal(str_text(&text), expected);
    str_clear(&text);
}

static int make_head(void **state)
{
    struct head *head = memory_new(1, sizeof *head);
    head_init(head);
    *state = head;
    return 0;
}

static int drop_head(void **state)
{
    head_clear(*state);
    free(*state);
    return 0;
}

static void defaults_are_those_of_the_language(void **state)
{
    assert_written(*state, HEAD_TOKENIZE, "tokenize word\n");
    assert_written(*state, HEAD_VOCAB, "vocab order=appearance\n");
    assert_written(*state, HEAD_SUBWORDS, "subwords off\n");
    assert_written(*state, HEAD_TABLE, "table D=6 seed=42\n");
    assert_written(*state, HEAD_WINDOWS, "windows C=2\n");
    assert_written(*state, HEAD_BATCH, "batch B=8\n");
    assert_written(*state, HEAD_MODEL, "model next_word\n");
    assert_written(*state, HEAD_OPTIMIZER, "optimizer sgd lr=0.5\n");
}

static void a_name_is_quoted_where_it_must_be(void **state)
{
    struct head *head = *state;
    head->corpus.name = memory_text("tiny");
    assert_written(head, HEAD_CORPUS, "corpus tiny\n");
    free(head->corpus.name);
    head->corpus.name = memory_text("my \"own\" text.txt");
    assert_written(head, HEAD_CORPUS,
                   "corpus file=\"my \\\"own\\\" text.txt\"\n");
    free(head->corpus.name);
    head->corpus.name = memory_text("a,b.txt"); /* quotes would make a text */
    assert_written(head, HEAD_CORPUS, "corpus file=\"a,b.txt\"\n");
}

static void typed_text_is_always_quoted(void **state)
{
    struct head *head = *state;
    head->corpus.typed = memory_text("a\\b");
    assert_written(head, HEAD_CORPUS, "corpus \"a\\\\b\"\n");
}

static void numbers_read_back_the_same(void **state)
{
    struct head *head = *state;
    head->optimizer.lr = 0.1;
    head->optimizer.momentum = 1.0 / 3;
    struct str text = STR_INIT;
    head_write(head, HEAD_OPTIMIZER, &text);
    const char *momentum = strstr(str_text(&text), "momentum=");
    assert_non_null(strstr(str_text(&text), "lr=0.1 "));
    assert_true(strtod(momentum + strlen("momentum="), NULL) == 1.0 / 3);
    str_clear(&text);
}

static void table_writes_what_differs_from_its_defaults(void **state)
{
    struct head_table *table = &((struct head *)*state)->table;
    table->V = 30;
    table->options.has_padding = true;
    table->options.padding_idx = -1;
    table->options.has_max_norm = true;
    table->options.max_norm = 2;
    table->options.norm_type = (double)INFINITY;
    table->options.scale_grad_by_freq = true;
    table->options.draw_again = true;
    table->options.init.kind = INIT_UNIFORM;
    table->options.init.from = -0.5;
    assert_written(*state, HEAD_TABLE,
                   "table V=30 D=6 seed=42 init=uniform a=-0.5 padding_idx=-1 "
                   "max_norm=2 norm_type=inf scale_grad_by_freq=yes\n");
}

static void a_file_freezes_unless_told_otherwise(void **state)
{
    struct head_table *table = &((struct head *)*state)->table;
    table->from = memory_text("glove.txt");
    table->freeze = true;
    assert_written(*state, HEAD_TABLE, "table D=6 seed=42 from=glove.txt\n");
    table->freeze = false;
    assert_written(*state, HEAD_TABLE,
                   "table D=6 seed=42 from=glove.txt freeze=no\n");
}

static void the_order_of_the_parts_is_that_of_the_script(void **state)
{
    struct head *head = *state;
    head->batch.all = true;
    head->batch.shuffle = true;
    head->batch.holdout = 0.2;
    head->model.loss = LOSS_NEGATIVE;
    head->C = 3;
    assert_written(head, HEAD_MODEL | HEAD_BATCH | HEAD_WINDOWS | HEAD_VOCAB,
                   "vocab order=appearance\nwindows C=3\n"
                   "batch B=all shuffle=yes holdout=0.2\n"
                   "model next_word loss=negative k=5\n");
}

static void freezes_come_last_and_in_order(void **state)
{
    struct head *head = *state;
    head->freeze_typed = head_parameter_bit("W") | head_parameter_bit("b");
    head->freeze_value = head_parameter_bit("b");
    struct str text = STR_INIT;
    head_write(head, ~0u, &text);
    const char *end = strstr(str_text(&text), "lr=0.5\n");
    assert_non_null(end);
    assert_string_equal(end + strlen("lr=0.5\n"), "unfreeze W\nfreeze b\n");
    str_clear(&text);
}

/* table freeze=yes freezes W; a typed unfreeze wins over it. */
static void a_typed_freeze_wins_over_the_tables_own(void **state)
{
    struct head *head = *state;
    assert_int_equal(head_frozen(head), 0);
    head->table.freeze = true;
    assert_int_equal(head_frozen(head), head_parameter_bit("W"));
    head->freeze_typed = head_parameter_bit("W");
    assert_int_equal(head_frozen(head), 0);
}

static void a_part_goes_back_to_its_own_defaults(void **state)
{
    struct head *head = *state;
    head->C = 5;
    head->batch.B = 3;
    head_reset_part(head, HEAD_WINDOWS);
    assert_int_equal(head->C, 2);
    assert_int_equal(head->batch.B, 3);
}

static void a_copy_owns_its_names(void **state)
{
    struct head *head = *state, copy;
    head->corpus.name = memory_text("tiny");
    head->table.from = memory_text("a.vec");
    head_copy(&copy, head);
    head->corpus.name[0] = 'T';
    assert_string_equal(copy.corpus.name, "tiny");
    assert_string_equal(copy.table.from, "a.vec");
    head_clear(&copy);
}

static void the_text_is_the_same_until_what_makes_it_changes(void **state)
{
    struct head *head = *state, copy;
    head->corpus.path = memory_text("tiny.txt");
    head_copy(&copy, head);
    copy.table.D = 7;
    copy.C = 3;
    assert_true(head_same_text(head, &copy));
    copy.tokenizer.lower = false;
    assert_false(head_same_text(head, &copy));
    copy.tokenizer.lower = true;
    copy.vocab.min_count = 2;
    assert_false(head_same_text(head, &copy));
    copy.vocab.min_count = 1;
    copy.model.kind = MODEL_SENTIMENT; /* reads labels, wants <pad> */
    assert_false(head_same_text(head, &copy));
    head_clear(&copy);
}

static void choices_are_the_names_as_typed(void **state)
{
    (void)state;
    assert_string_equal(
        head_choice(head_optimizer_choices, OPTIMIZER_SPARSE_ADAM),
        "sparse_adam");
    assert_string_equal(head_choice(head_init_choices, INIT_KAIMING_UNIFORM),
                        "kaiming_uniform");
    assert_string_equal(head_choice(head_pool_choices, POOL_MASKED_MEAN),
                        "masked_mean");
    assert_string_equal(head_choice(head_order_choices, VOCAB_ALPHABETICAL),
                        "alphabetical");
    assert_int_equal(head_parameter_bit("nothing"), 0);
}

#define WITH_HEAD(test) \
    cmocka_unit_test_setup_teardown(test, make_head, drop_head)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HEAD(defaults_are_those_of_the_language),
        WITH_HEAD(a_name_is_quoted_where_it_must_be),
        WITH_HEAD(typed_text_is_always_quoted),
        WITH_HEAD(numbers_read_back_the_same),
        WITH_HEAD(table_writes_what_differs_from_its_defaults),
        WITH_HEAD(a_file_freezes_unless_told_otherwise),
        WITH_HEAD(the_order_of_the_parts_is_that_of_the_script),
        WITH_HEAD(freezes_come_last_and_in_order),
        WITH_HEAD(a_typed_freeze_wins_over_the_tables_own),
        WITH_HEAD(a_part_goes_back_to_its_own_defaults),
        WITH_HEAD(a_copy_owns_its_names),
        WITH_HEAD(the_text_is_the_same_until_what_makes_it_changes),
        WITH_HEAD(choices_are_the_names_as_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
