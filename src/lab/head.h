/*
 * The head of the lab's PyTorch script: everything that is settled before the
 * training loop, as plain values. Commands edit a copy of it; the lab is what
 * running it gives. The order in which it was typed leaves no trace.
 */
#ifndef EMBLAB_LAB_HEAD_H
#define EMBLAB_LAB_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "nn/model.h"
#include "text/tokenizer.h"
#include "text/vocab.h"

/* The parts of a head, as bits: which were typed or chosen, which to run. */
enum {
    HEAD_CORPUS = 1,
    HEAD_TOKENIZE = 2,
    HEAD_VOCAB = 4,
    HEAD_SUBWORDS = 8,
    HEAD_TABLE = 16,
    HEAD_WINDOWS = 32,
    HEAD_BATCH = 64,
    HEAD_MODEL = 128,
    HEAD_OPTIMIZER = 256,
    /* everything the text stage is made from */
    HEAD_TEXT = HEAD_CORPUS | HEAD_TOKENIZE | HEAD_VOCAB,
};

struct head_corpus {
    char *name;  /* as typed: "tiny", "notes.txt"; NULL: none */
    char *path;  /* the file it stands in; NULL for typed text */
    char *typed; /* the text itself, where it was typed */
};

struct head_subwords {
    bool on;
    size_t min, max, buckets;
};

struct head_table {
    size_t V; /* 0: from the vocabulary */
    size_t D;
    uint64_t seed;
    struct embedding_options options;
    char *from; /* vector file as typed, NULL: none */
    char *from_path;
    bool freeze;
};

struct head_batch {
    size_t B;
    bool all; /* B=all */
    bool shuffle;
    double holdout;
};

struct head {
    unsigned set; /* HEAD_ bits: typed, or chosen when something needed it */
    struct head_corpus corpus;
    struct tokenizer_options tokenizer;
    struct vocab_options vocab;
    struct head_subwords subwords;
    struct head_table table;
    size_t C;
    struct head_batch batch;
    struct model_options model;
    struct optimizer_options optimizer;
    /* freeze, unfreeze: bit i is head_parameter_names[i] */
    unsigned freeze_typed; /* typed for this parameter */
    unsigned freeze_value; /* ... and frozen; else the table's own default */
};

/* W U b Wu Wi bu bi: every parameter a model may have. */
extern const char *const head_parameter_names[];
enum { HEAD_PARAMETERS = 7 };
/* The bit of a parameter's name in head.frozen; 0: no such name. */
unsigned head_parameter_bit(const char *name);

/* Every part at its default, nothing set. */
void head_init(struct head *head);
void head_clear(struct head *head);
/* A deep copy into an unused struct. */
void head_copy(struct head *to, const struct head *from);

/* The defaults of one part (a command typed again starts from them). */
void head_reset_part(struct head *head, unsigned part);

/* Do two heads make the same tokens and vocabulary? */
bool head_same_text(const struct head *a, const struct head *b);

/* The set parts as commands, one a line. `parts`: which. */
void head_write(const struct head *head, unsigned parts, struct str *out);

/* Of these parts those that were set to what is not the default, and what was
 * frozen, as commands in one line: "tokenize char, windows C=3". */
void head_write_unusual(const struct head *head, unsigned parts,
                        struct str *out);

/* Names as typed: "word", "frequency", "normal", "next_word", "sgd" ... */
extern const char *const head_tokenizer_choices;
extern const char *const head_order_choices;
extern const char *const head_init_choices;
extern const char *const head_model_choices;
extern const char *const head_pool_choices;
extern const char *const head_loss_choices;
extern const char *const head_optimizer_choices;
/* The freezes that the script starts with. */
unsigned head_frozen(const struct head *head);

/* The nth of "a|b|c"; one of four rotating buffers. */
const char *head_choice(const char *choices, int index);

#endif
