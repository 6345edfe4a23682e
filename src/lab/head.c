/*
 * Invariant: every part always holds usable values; `set` only says which of
 * them a person typed or the lab chose. Strings are owned by the head.
 */
#include "lab/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *const head_parameter_names[] = {"W",  "U",  "b", "Wu",
                                            "Wi", "bu", "bi"};

const char *const head_tokenizer_choices = "word|char|bpe";
const char *const head_order_choices = "appearance|frequency|alphabetical";
const char *const head_init_choices = "normal|uniform|xavier_uniform|"
                                      "xavier_normal|kaiming_uniform|zeros|"
                                      "ones";
const char *const head_model_choices = "next_word|sentiment|recommend";
const char *const head_pool_choices = "mean|sum|max|concat|masked_mean";
const char *const head_loss_choices = "softmax|negative";
const char *const head_optimizer_choices = "sgd|adagrad|adam|adamw|sparse_adam";

unsigned head_parameter_bit(const char *name)
{
    for (unsigned i = 0; i < HEAD_PARAMETERS; i++) {
        if (str_equal(name, head_parameter_names[i]))
            return 1u << i;
    }
    return 0;
}

/* from=FILE fills the first table, and from_pretrained freezes what it fills:
 * W, or the users' Wu. */
unsigned head_frozen(const struct head *head)
{
    bool recommend = head->model.kind == MODEL_RECOMMEND;
    unsigned first = head_parameter_bit(recommend ? "Wu" : "W");
    unsigned table = head->table.freeze ? first : 0;

    return (table & ~head->freeze_typed) |
           (head->freeze_value & head->freeze_typed);
}

const char *head_choice(const char *choices, int index)
{
    static char buffers[4][32];
    static int turn;
    char *out = buffers[turn++ % 4];

    while (index-- > 0)
        choices += strcspn(choices, "|") + 1;
    snprintf(out, sizeof buffers[0], "%.*s", (int)strcspn(choices, "|"),
             choices);
    return out;
}

static void reset_corpus(struct head *head)
{
    free(head->corpus.name);
    free(head->corpus.path);
    free(head->corpus.typed);
    head->corpus = (struct head_corpus){0};
}

static void reset_table(struct head *head)
{
    free(head->table.from);
    free(head->table.from_path);
    head->table = (struct head_table){.D = 6, .seed = 42};
    head->table.options.padding_idx = -1;
    head->table.options.norm_type = 2;
    head->table.options.init = (struct init_options){
        .kind = INIT_NORMAL, .std = 1, .to = 1, .gain = 1};
}

void head_reset_part(struct head *head, unsigned part)
{
    if (part & HEAD_CORPUS)
        reset_corpus(head);
    if (part & HEAD_TOKENIZE)
        head->tokenizer = (struct tokenizer_options){
            .kind = TOKENIZER_WORD, .lower = true, .merges = 100};
    if (part & HEAD_VOCAB)
        head->vocab = (struct vocab_options){.min_count = 1};
    if (part & HEAD_SUBWORDS)
        head->subwords =
            (struct head_subwords){.min = 3, .max = 6, .buckets = 2000};
    if (part & HEAD_TABLE)
        reset_table(head);
    if (part & HEAD_WINDOWS)
        head->C = 2;
    if (part & HEAD_BATCH)
        head->batch = (struct head_batch){.B = 8};
    if (part & HEAD_MODEL)
        head->model = (struct model_options){.k = 5};
    if (part & HEAD_OPTIMIZER)
        head->optimizer = optimizer_defaults(OPTIMIZER_SGD);
}

void head_init(struct head *head)
{
    *head = (struct head){0};
    head_reset_part(head, ~0u);
}

void head_clear(struct head *head)
{
    reset_corpus(head);
    free(head->table.from);
    free(head->table.from_path);
    *head = (struct head){0};
}

void head_copy(struct head *to, const struct head *from)
{
    *to = *from;
    to->corpus.name = memory_text(from->corpus.name);
    to->corpus.path = memory_text(from->corpus.path);
    to->corpus.typed = memory_text(from->corpus.typed);
    to->table.from = memory_text(from->table.from);
    to->table.from_path = memory_text(from->table.from_path);
}

static bool same_string(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_vocab(const struct vocab_options *a,
                       const struct vocab_options *b)
{
    return a->order == b->order && a->min_count == b->min_count &&
           a->max_size == b->max_size && a->pad == b->pad && a->unk == b->unk &&
           a->unk_first == b->unk_first && a->hash == b->hash;
}

static bool same_subwords(const struct head_subwords *a,
                          const struct head_subwords *b)
{
    bool same = a->min == b->min && a->max == b->max &&
                a->buckets == b->buckets;

    return a->on == b->on && (same || !a->on);
}

bool head_same_text(const struct head *a, const struct head *b)
{
    return same_string(a->corpus.path, b->corpus.path) &&
           same_string(a->corpus.typed, b->corpus.typed) &&
           a->tokenizer.kind == b->tokenizer.kind &&
           a->tokenizer.lower == b->tokenizer.lower &&
           a->tokenizer.keep_punct == b->tokenizer.keep_punct &&
           a->tokenizer.merges == b->tokenizer.merges &&
           same_vocab(&a->vocab, &b->vocab) &&
           same_subwords(&a->subwords, &b->subwords) &&
           a->model.kind == b->model.kind;
}
