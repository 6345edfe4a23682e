#include "random_commands.h"

#include <stdio.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

int dice_roll(struct dice *dice, int from, int to)
{
    uint64_t x = dice->state += 0x9E3779B97F4A7C15u; /* splitmix64 */

    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return from + (int)((x ^ (x >> 31)) % (uint64_t)(to - from + 1));
}

static const char *pick(struct dice *dice, const char *const *choices,
                        int count)
{
    return choices[dice_roll(dice, 0, count - 1)];
}
#define PICK(dice, choices) pick(dice, choices, COUNT(choices))

/* --- the head ------------------------------------------------------------ */

void random_text(struct dice *dice, char *out)
{
    static const char *const typed[] = {
        ("corpus \"the cat drinks milk / the dog drinks water / the cat chases "
         "a mouse / the dog chases a ball / the king rules the land\""),
        "corpus \"a b c d e f a b c d\"",
        "corpus \"x y z / y x z / z z y\"",
    };
    snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, typed));
}

static void random_table(struct dice *dice, char *out)
{
    static const char *const more[] = {
        "",
        " max_norm=1.5",
        " padding_idx=1",
        " sparse=yes",
        " sparse=yes max_norm=1",
        " scale_grad_by_freq=yes",
        " init=xavier_uniform",
        " init=zeros",
        " freeze=yes",
        " max_norm=2 norm_type=1 padding_idx=-1",
    };
    snprintf(out, RANDOM_COMMAND_MAX, "table D=%d seed=%d%s",
             dice_roll(dice, 1, 8), dice_roll(dice, 0, 99), PICK(dice, more));
}

static void random_data(struct dice *dice, char *out)
{
    switch (dice_roll(dice, 0, 3)) {
    case 0:
        snprintf(out, RANDOM_COMMAND_MAX, "windows C=%d",
                 dice_roll(dice, 1, 3));
        break;
    case 1:
        snprintf(out, RANDOM_COMMAND_MAX, "batch B=%d shuffle=yes",
                 dice_roll(dice, 1, 12));
        break;
    case 2:
        snprintf(out, RANDOM_COMMAND_MAX, "batch B=%d holdout=0.3",
                 dice_roll(dice, 1, 9));
        break;
    default:
        snprintf(out, RANDOM_COMMAND_MAX, "batch B=all");
    }
}

/* Another model reads another text, in one line, as a person would. */
static void random_model(struct dice *dice, char *out)
{
    static const char *const models[] = {
        "model next_word",
        "model next_word pool=sum",
        "model next_word pool=max",
        "model next_word pool=concat",
        "model next_word pool=masked_mean",
        "model next_word loss=negative k=2",
        "model next_word loss=negative k=5; table sparse=yes D=3",
    };
    int roll = dice_roll(dice, 0, 9);

    if (roll == 0)
        snprintf(out, RANDOM_COMMAND_MAX, "model sentiment; corpus %s",
                 dice->reviews);
    else if (roll == 1)
        snprintf(out, RANDOM_COMMAND_MAX, "model recommend; corpus %s",
                 dice->ratings);
    else
        snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, models));
}

static void random_words(struct dice *dice, char *out)
{
    static const char *const commands[] = {
        "vocab order=frequency",
        "vocab specials=\"<pad> <unk>\"",
        "vocab hash=5",
        "vocab max_size=4 specials=\"<unk>\"",
        "vocab",
        "tokenize char",
        "tokenize bpe merges=5",
        "tokenize word",
        "subwords buckets=20",
        "subwords min=2 max=3 buckets=7",
        "subwords off",
        "reset",
    };
    snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, commands));
}

static void random_optimizer(struct dice *dice, char *out)
{
    static const char *const commands[] = {
        "optimizer sgd lr=0.1",
        "optimizer sgd lr=0.1 momentum=0.9",
        "optimizer sgd lr=0.1 momentum=0.9 nesterov=yes weight_decay=0.01",
        "optimizer sgd lr=0.3 weight_decay=0.1",
        "optimizer sgd lr=1e30",
        "optimizer adagrad lr=0.1",
        "optimizer adagrad lr=0.1 lr_decay=0.1",
        "optimizer adam lr=0.01",
        "optimizer adam lr=0.01 amsgrad=yes",
        "optimizer adamw lr=0.02",
        "optimizer sparse_adam lr=0.01",
    };
    snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, commands));
}

/* --- the loop ------------------------------------------------------------ */

static void random_phase(struct dice *dice, char *out)
{
    static const char *const commands[] = {
        "next",        "next",     "next",          "next backward",
        "next lookup", "forward",  "next update",   "backward",
        "lookup the",  "lookup a", "lookup [0, 1]", "lookup [[0, 1], [1, 2]]",
        "lookup x y",  "zero_grad"};
    snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, commands));
}

static void random_steps(struct dice *dice, char *out)
{
    static const char *const commands[] = {
        "step",           "step",
        "step 2",         "step 7",
        "epoch",          "epoch 2",
        "train epochs=3", "step 30",
        "epoch",          "train epochs=9 until=\"loss < 1\""};
    snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, commands));
}

/* Not changes, or small ones; reads must leave no trace. */
static void random_rest(struct dice *dice, char *out)
{
    static const char *const commands[] = {
        "freeze W",   "unfreeze W",    "freeze U",   "unfreeze U",
        "freeze b",   "unfreeze b",    "freeze Wu",  "unfreeze Wu",
        "print W",    "why W[0,0]",    "rows",       "predict the",
        "evaluate",   "print W.sum()", "watch loss", "unwatch",
        "nearest the"};
    snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, commands));
}

void random_change(struct dice *dice, char *out)
{
    static void (*const kinds[])(struct dice *, char *) = {
        random_table, random_data,      random_model,     random_words,
        random_text,  random_optimizer, random_optimizer, random_phase,
        random_phase, random_phase,     random_phase,     random_phase,
        random_steps, random_steps,     random_steps,     random_steps,
        random_steps, random_rest,      random_rest,
    };
    kinds[dice_roll(dice, 0, COUNT(kinds) - 1)](dice, out);
}

void random_journey(struct dice *dice, char *out)
{
    static const char *const commands[] = {
        "undo",    "undo",    "redo",     "goto -1",     "goto 0",
        "goto +2", "when 0",  "when the", "branch left", "goto left",
        "redo 99", "undo 99", "history"};
    int roll = dice_roll(dice, 0, 19);

    if (roll < 3)
        snprintf(out, RANDOM_COMMAND_MAX, "undo %d", dice_roll(dice, 1, 6));
    else if (roll < 5)
        snprintf(out, RANDOM_COMMAND_MAX, "redo %d", dice_roll(dice, 1, 6));
    else if (roll < 8)
        snprintf(out, RANDOM_COMMAND_MAX, "goto %d", dice_roll(dice, 0, 40));
    else
        snprintf(out, RANDOM_COMMAND_MAX, "%s", PICK(dice, commands));
}
