/*
 * A head as the commands that type it: what `save` writes and what notes show
 * of the defaults chosen. Options at their default are left out, but the ones
 * a reader looks for first.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/head.h"
#include "lang/parse.h"

/* Numbers as short as they read back the same, whole ones without exponent. */
static void write_number(double value, struct str *out)
{
    char text[32];

    if (fabs(value) < 1e15 && value == floor(value)) {
        str_printf(out, "%.0f", value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    str_append(out, isinf(value) ? "inf" : text);
}

static void write_option(struct str *out, const char *name, double value,
                         double fallback)
{
    if (value == fallback)
        return;
    str_printf(out, " %s=", name);
    write_number(value, out);
}

static void write_flag(struct str *out, const char *name, bool value,
                       bool fallback)
{
    if (value != fallback)
        str_printf(out, " %s=%s", name, value ? "yes" : "no");
}

/* A name in quotes would be the text itself. */
static void write_corpus(const struct head *head, struct str *out)
{
    const char *name = head->corpus.name;

    str_append(out, "corpus ");
    if (head->corpus.typed)
        command_write_word(head->corpus.typed, true, out);
    else if (!name)
        str_append(out, "none");
    else if (command_is_word(name))
        str_append(out, name);
    else
        command_write_option("file", name, out);
}

static void write_tokenize(const struct head *head, struct str *out)
{
    const struct tokenizer_options *t = &head->tokenizer;

    str_printf(out, "tokenize %s",
               head_choice(head_tokenizer_choices, (int)t->kind));
    write_flag(out, "lower", t->lower, true);
    if (t->keep_punct)
        str_append(out, " punct=keep");
    if (t->kind == TOKENIZER_BPE)
        str_printf(out, " merges=%zu", t->merges);
}

static void write_vocab(const struct head *head, struct str *out)
{
    const struct vocab_options *v = &head->vocab;

    str_printf(out, "vocab order=%s",
               head_choice(head_order_choices, (int)v->order));
    write_option(out, "min_count", (double)v->min_count, 1);
    write_option(out, "max_size", (double)v->max_size, 0);
    if (v->pad && v->unk)
        str_printf(out, " specials=\"%s\"",
                   v->unk_first ? "<unk> <pad>" : "<pad> <unk>");
    else if (v->pad || v->unk)
        str_printf(out, " specials=\"%s\"", v->pad ? "<pad>" : "<unk>");
    write_option(out, "hash", (double)v->hash, 0);
}

static void write_subwords(const struct head *head, struct str *out)
{
    const struct head_subwords *s = &head->subwords;

    if (s->on)
        str_printf(out, "subwords min=%zu max=%zu buckets=%zu", s->min, s->max,
                   s->buckets);
    else
        str_append(out, "subwords off");
}

static void write_init(const struct init_options *init, struct str *out)
{
    str_printf(out, " init=%s",
               head_choice(head_init_choices, (int)init->kind));
    if (init->kind == INIT_NORMAL) {
        write_option(out, "mean", init->mean, 0);
        write_option(out, "std", init->std, 1);
    }
    if (init->kind == INIT_UNIFORM) {
        write_option(out, "a", init->from, 0);
        write_option(out, "b", init->to, 1);
    }
    if (init->kind == INIT_XAVIER_UNIFORM || init->kind == INIT_XAVIER_NORMAL)
        write_option(out, "gain", init->gain, 1);
    if (init->kind == INIT_KAIMING_UNIFORM)
        write_option(out, "a", init->slope, 0);
}

static void write_table(const struct head *head, struct str *out)
{
    const struct head_table *t = &head->table;
    const struct embedding_options *o = &t->options;

    str_append(out, "table");
    write_option(out, "V", (double)t->V, 0);
    str_printf(out, " D=%zu seed=%llu", t->D, (unsigned long long)t->seed);
    if (o->draw_again)
        write_init(&o->init, out);
    if (o->has_padding)
        str_printf(out, " padding_idx=%lld", (long long)o->padding_idx);
    if (o->has_max_norm)
        write_option(out, "max_norm", o->max_norm, -1);
    write_option(out, "norm_type", o->norm_type, 2);
    write_flag(out, "scale_grad_by_freq", o->scale_grad_by_freq, false);
    write_flag(out, "sparse", o->sparse, false);
    if (t->from) {
        str_append(out, " from=");
        command_write_word(t->from, false, out);
    }
    write_flag(out, "freeze", t->freeze, t->from != NULL);
}

static void write_batch(const struct head *head, struct str *out)
{
    if (head->batch.all)
        str_append(out, "batch B=all");
    else
        str_printf(out, "batch B=%zu", head->batch.B);
    write_flag(out, "shuffle", head->batch.shuffle, false);
    write_option(out, "holdout", head->batch.holdout, 0);
}

static void write_model(const struct head *head, struct str *out)
{
    const struct model_options *m = &head->model;

    str_printf(out, "model %s", head_choice(head_model_choices, (int)m->kind));
    if (m->pool != POOL_MEAN)
        str_printf(out, " pool=%s",
                   head_choice(head_pool_choices, (int)m->pool));
    if (m->loss == LOSS_NEGATIVE)
        str_printf(out, " loss=negative k=%zu", m->k);
}

static void write_betas(const struct optimizer_options *o, struct str *out)
{
    struct optimizer_options d = optimizer_defaults(o->kind);

    if (o->beta1 == d.beta1 && o->beta2 == d.beta2)
        return;
    str_append(out, " betas=[");
    write_number(o->beta1, out);
    str_append_char(out, ',');
    write_number(o->beta2, out);
    str_append_char(out, ']');
}

static void write_optimizer(const struct head *head, struct str *out)
{
    const struct optimizer_options *o = &head->optimizer;
    struct optimizer_options d = optimizer_defaults(o->kind);

    str_printf(out, "optimizer %s lr=",
               head_choice(head_optimizer_choices, (int)o->kind));
    write_number(o->lr, out);
    write_option(out, "momentum", o->momentum, d.momentum);
    write_option(out, "dampening", o->dampening, d.dampening);
    write_flag(out, "nesterov", o->nesterov, d.nesterov);
    write_option(out, "weight_decay", o->weight_decay, d.weight_decay);
    write_option(out, "lr_decay", o->lr_decay, d.lr_decay);
    write_betas(o, out);
    write_option(out, "eps", o->eps, d.eps);
    write_flag(out, "amsgrad", o->amsgrad, d.amsgrad);
}

static void write_windows(const struct head *head, struct str *out)
{
    str_printf(out, "windows C=%zu", head->C);
}

static void write_freezes(const struct head *head, struct str *out)
{
    for (unsigned i = 0; i < HEAD_PARAMETERS; i++) {
        if (head->freeze_typed & (1u << i))
            str_printf(out, "%s %s\n",
                       head->freeze_value & (1u << i) ? "freeze" : "unfreeze",
                       head_parameter_names[i]);
    }
}

void head_write(const struct head *head, unsigned parts, struct str *out)
{
    static const struct {
        unsigned part;
        void (*write)(const struct head *head, struct str *out);
    } writers[] = {
        {HEAD_CORPUS, write_corpus},       {HEAD_TOKENIZE, write_tokenize},
        {HEAD_VOCAB, write_vocab},         {HEAD_SUBWORDS, write_subwords},
        {HEAD_TABLE, write_table},         {HEAD_WINDOWS, write_windows},
        {HEAD_BATCH, write_batch},         {HEAD_MODEL, write_model},
        {HEAD_OPTIMIZER, write_optimizer},
    };

    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (!(parts & writers[i].part))
            continue;
        writers[i].write(head, out);
        str_append_char(out, '\n');
    }
    if (parts == ~0u)
        write_freezes(head, out);
}

/* Lines → "a, b" */
static void append_lines(const char *lines, struct str *out)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        str_append(out, out->length > 0 ? ", " : "");
        str_append_bytes(out, lines, length);
        lines += length + 1;
    }
}

static void append_unusual(const struct head *head, const struct head *usual,
                           unsigned part, struct str *out)
{
    struct str text = STR_INIT, fallback = STR_INIT;

    head_write(head, part, &text);
    head_write(usual, part, &fallback);
    if (!str_equal(str_text(&text), str_text(&fallback)))
        append_lines(str_text(&text), out);
    str_clear(&fallback);
    str_clear(&text);
}

void head_write_unusual(const struct head *head, unsigned parts,
                        struct str *out)
{
    struct str freezes = STR_INIT;
    struct head usual;

    head_init(&usual);
    for (unsigned part = 1; part <= HEAD_OPTIMIZER; part <<= 1) {
        if (parts & head->set & part)
            append_unusual(head, &usual, part, out);
    }
    head_clear(&usual);
    write_freezes(head, &freezes);
    append_lines(str_text(&freezes), out);
    str_clear(&freezes);
}
