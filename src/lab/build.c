/*
 * The stages in PyTorch's order of draws: seed, table(s), a file's rows, the
 * output layer; then the data, whose shuffles go on with the same generator.
 */
#include "lab/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/pretrained.h"
#include "text/hints.h"

/* --- text ---------------------------------------------------------------- */

static bool pass_progress(void *context, size_t done, size_t total)
{
    const struct lab_progress *progress = context;

    return progress->call(progress->context, "reading", (double)done,
                          (double)total);
}

static int task_of(const struct head *head)
{
    switch (head->model.kind) {
    case MODEL_SENTIMENT:
        return CORPUS_TASK_LABELS;
    case MODEL_RECOMMEND:
        return CORPUS_TASK_RATINGS;
    case MODEL_NEXT_WORD:
        break;
    }
    return CORPUS_TASK_TEXT;
}

/* sentiment needs <pad>: where the vocabulary lacks it, it becomes id 0. */
static struct vocab_options vocab_options_of(const struct head *head)
{
    struct vocab_options options = head->vocab;

    if (head->model.kind == MODEL_SENTIMENT && !options.pad) {
        options.pad = true;
        options.unk_first = false;
    }
    return options;
}

static bool same_source(const struct head *a, const struct head *b)
{
    const char *x = a->corpus.path ? a->corpus.path : a->corpus.typed;
    const char *y = b->corpus.path ? b->corpus.path : b->corpus.typed;

    return x && y && strcmp(x, y) == 0 && !a->corpus.path == !b->corpus.path;
}

static struct lab_source *read_source(const struct head *head,
                                      struct error *err)
{
    struct lab_source *shared = memory_zeroed(1, sizeof *shared);
    int status = head->corpus.path
                     ? source_read(&shared->source, head->corpus.name,
                                   head->corpus.path, err)
                     : source_type(&shared->source, head->corpus.typed, err);

    if (status != 0) {
        free(shared);
        return NULL;
    }
    shared->users = 1;
    return shared;
}

static void drop_source(struct lab_source *shared)
{
    if (--shared->users > 0)
        return;
    source_clear(&shared->source);
    free(shared);
}

static int build_subwords(struct lab_text *text, const struct head *head,
                          struct error *err)
{
    const struct head_subwords *options = &head->subwords;

    if (!options->on)
        return 0;
    if (subwords_build(&text->subwords, &text->corpus.vocab, options->min,
                       options->max, options->buckets, err) != 0)
        return -1;
    text->has_subwords = true;
    return 0;
}

static void note_text(struct lab *lab)
{
    const struct source *source = &lab->text->source->source;
    const struct vocab *vocab = &lab->text->corpus.vocab;

    if (source->invalid > 0)
        lab_note(lab, "%s invalid UTF-8 sequence%s in %s shown as U+FFFD%s",
                 str_count(source->invalid), source->invalid == 1 ? "" : "s",
                 source->name,
                 source->latin1 ? "; it is probably Latin-1: iconv -f latin1 "
                                  "-t utf-8 makes UTF-8 of it"
                                : "");
    if (vocab->dropped_tokens > 0)
        lab_note(lab,
                 "%s of %s tokens (%s different words) are not in the "
                 "vocabulary and %s",
                 str_count((unsigned long long)vocab->dropped_tokens),
                 str_count((unsigned long long)lab->text->corpus.total_tokens),
                 str_count(vocab->dropped_kinds),
                 vocab->unk >= 0 ? "count as <unk>" : "leave the text");
}

static void note_hints(struct lab *lab)
{
    const struct source *source = &lab->text->source->source;
    const struct tokenizer_options *options = &lab->head.tokenizer;
    struct text_hints hints;

    if (options->kind == TOKENIZER_CHAR ||
        lab->head.model.kind == MODEL_RECOMMEND)
        return;
    text_hints(source->text, source->length, &hints);
    if (hints.symbol[0] && !options->keep_punct)
        lab_note(lab,
                 "symbols such as %s leave the text as punctuation does; "
                 "tokenize %s punct=keep makes them tokens",
                 hints.symbol,
                 head_choice(head_tokenizer_choices, (int)options->kind));
    if (hints.unspaced && options->kind == TOKENIZER_WORD)
        lab_note(lab,
                 "%s has no blanks between its words, so whole phrases are "
                 "one token; tokenize char makes each character one",
                 source->name);
}

/* A text written for another model fails at its first line, and the line is
 * not what is wrong. */
static int explain_format(const struct lab *lab, struct error *err)
{
    static const char *const looks[] = {"plain text", "labelled text",
                                        "ratings"};
    static const char *const models[] = {"next_word", "sentiment", "recommend"};
    static const char *const own[] = {"tiny", "reviews", "ratings"};
    const struct source *source = &lab->text->source->source;
    int task = task_of(&lab->head),
        is = text_task(source->text, source->length);

    if (!err || err->code != ERROR_FORMAT || is == task)
        return -1;
    return error_set(err, ERROR_FORMAT,
                     "%s; this looks like %s, which model %s reads; model %s "
                     "reads corpus %s",
                     err->message, looks[is], models[is], models[task],
                     own[task]);
}

static int make_text(struct lab *lab, const struct lab_progress *progress,
                     struct error *err)
{
    struct lab_text *text = lab->text;
    struct vocab_options vocab = vocab_options_of(&lab->head);
    bool report = progress && progress->call;
    struct lab_progress copy = report ? *progress : (struct lab_progress){0};

    if (corpus_build(&text->corpus, &text->source->source, &lab->head.tokenizer,
                     &vocab, task_of(&lab->head), report ? pass_progress : NULL,
                     &copy, err) != 0)
        return explain_format(lab, err);
    return build_subwords(text, &lab->head, err);
}

int build_text(struct lab *lab, const struct lab *old,
               const struct lab_progress *progress, struct error *err)
{
    struct lab_text *text;
    bool same = old->text && same_source(&lab->head, &old->head);

    if (same && head_same_text(&lab->head, &old->head)) {
        lab->text = old->text;
        lab->text->users++;
        return 0;
    }
    text = memory_zeroed(1, sizeof *text);
    text->users = 1;
    text->source = same ? old->text->source : read_source(&lab->head, err);
    if (!text->source) {
        free(text);
        return -1;
    }
    if (same)
        text->source->users++;
    lab->text = text;
    if (make_text(lab, progress, err) != 0) {
        build_drop_text(lab);
        return -1;
    }
    note_text(lab);
    note_hints(lab);
    return 0;
}

void build_drop_text(struct lab *lab)
{
    struct lab_text *text = lab->text;

    lab->text = NULL;
    if (!text || --text->users > 0)
        return;
    corpus_clear(&text->corpus);
    subwords_clear(&text->subwords);
    drop_source(text->source);
    free(text);
}

/* --- table --------------------------------------------------------------- */

/* V: the vocabulary's, or as typed, which may only be larger. */
static int resolve_V(const struct lab *lab, size_t *V, struct error *err)
{
    size_t words = lab->text ? lab->text->corpus.vocab.size : 0;
    size_t typed = lab->head.table.V;

    *V = typed > 0 ? typed : words;
    if (typed > 0 && typed < words)
        return error_set(err, ERROR_RANGE,
                         "V=%zu is smaller than the vocabulary of %s (%zu "
                         "words); leave V out, or vocab max_size=%zu",
                         typed, lab->text->source->source.name, words, typed);
    return 0;
}

static int resolve_options(const struct lab *lab, size_t V,
                           struct embedding_options *options, struct error *err)
{
    int64_t typed = lab->head.table.options.padding_idx;
    int64_t pad = lab->text ? lab->text->corpus.vocab.pad : -1;

    *options = lab->head.table.options;
    if (!options->has_padding && pad >= 0 &&
        lab->head.model.kind == MODEL_SENTIMENT) {
        options->has_padding = true;
        options->padding_idx = pad;
    } else if (options->has_padding && typed < 0) {
        options->padding_idx = typed + (int64_t)V;
    }
    if (options->has_padding &&
        (options->padding_idx < 0 || options->padding_idx >= (int64_t)V))
        return error_set(err, ERROR_RANGE,
                         "padding_idx=%lld is outside the table; V=%zu takes "
                         "%lld to %lld",
                         (long long)typed, V, -(long long)V, (long long)V - 1);
    return embedding_check(options, V, lab->head.table.D, err);
}

static int resolve_shape(const struct lab *lab, struct model_shape *shape,
                         struct error *err)
{
    size_t V;

    if (resolve_V(lab, &V, err) != 0)
        return -1;
    *shape = (struct model_shape){
        .V = V,
        .items = lab->text ? lab->text->corpus.items.size : 0,
        .D = lab->head.table.D,
        .C = lab->head.C,
        .buckets = lab->text && lab->text->has_subwords
                       ? lab->head.subwords.buckets
                       : 0};
    return 0;
}

static void start_rng(struct lab *lab)
{
    rng_seed(&lab->rng, lab->head.table.seed);
}

static void apply_freezes(struct lab *lab)
{
    unsigned frozen = head_frozen(&lab->head);

    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        struct parameter *p = lab->model->parameters[i];
        p->frozen = (frozen & head_parameter_bit(p->name)) != 0;
    }
}

/* Which part of it is the table, as `memory` counts it. */
static int check_memory(const struct lab *lab, const struct model_shape *shape,
                        struct error *err)
{
    size_t all = model_bytes(&lab->head.model, shape);
    double table = 4 * ((double)shape->V + (double)shape->buckets) *
                   (double)shape->D;
    struct str what = STR_INIT;
    int status;

    str_printf(&what, "a table of V=%zu x D=%zu", shape->V, shape->D);
    if (table < (double)all && all < SIZE_MAX)
        str_printf(&what, " would need %s; with the %s it",
                   str_bytes((unsigned long long)table),
                   lab->head.model.kind == MODEL_RECOMMEND ? "other tables"
                                                           : "output layer");
    status = memory_reserve(all, 1, str_text(&what), err);
    str_clear(&what);
    return status;
}

static int make_model(struct lab *lab, struct error *err)
{
    struct model_shape shape;
    struct embedding_options options;

    if (resolve_shape(lab, &shape, err) != 0 ||
        resolve_options(lab, shape.V, &options, err) != 0 ||
        model_check(&lab->head.model, &shape, &options, err) != 0 ||
        check_memory(lab, &shape, err) != 0)
        return -1;
    start_rng(lab);
    lab->model = memory_zeroed(1, sizeof *lab->model);
    if (model_init(lab->model, &lab->head.model, &shape, &options, &lab->rng,
                   err) != 0) {
        free(lab->model);
        lab->model = NULL;
        return -1;
    }
    return 0;
}

int build_table(struct lab *lab, const struct lab_progress *progress,
                struct error *err)
{
    if (make_model(lab, err) != 0)
        return -1;
    if (!lab->text)
        vocab_build_numbers(&lab->numbers, lab->model->shape.V);
    if (pretrained_load(lab, progress, err) != 0) {
        build_drop_loop(lab); /* the past stays */
        return -1;
    }
    if (lab->text && lab->text->has_subwords) {
        lab->model->has_subwords = true;
        lab->model->subwords = (struct model_subwords){
            lab->text->subwords.offsets, lab->text->subwords.rows};
    }
    apply_freezes(lab);
    return 0;
}

/* --- data ---------------------------------------------------------------- */

static size_t batch_size(const struct lab *lab)
{
    size_t N = lab->windows.count;

    if (lab->head.batch.all)
        return N;
    return lab->head.batch.B < N ? lab->head.batch.B : N;
}

static float mean_rating(const struct lab *lab)
{
    double sum = 0;

    for (size_t i = 0; i < lab->windows.count; i++)
        sum += (double)lab->text->corpus.label[lab->windows.target[i]];
    return (float)(sum / (double)lab->windows.count);
}

static int check_batch_memory(const struct lab *lab, struct error *err)
{
    const struct model_shape *shape = &lab->model->shape;
    bool full = lab->head.model.kind == MODEL_NEXT_WORD &&
                lab->head.model.loss == LOSS_SOFTMAX;
    size_t row = (full ? 3 * shape->V : 0) + 2 * shape->D * (shape->C + 1);
    char what[96];

    snprintf(what, sizeof what, "a mini-batch of B=%zu", batch_size(lab));
    return memory_reserve(batch_size(lab), row * sizeof(float), what, err);
}

/* Rows beyond the words (table V=100) are never drawn as noise. */
static void prepare_noise(struct lab *lab)
{
    const struct vocab *vocab = &lab->text->corpus.vocab;
    int64_t *counts = memory_zeroed(lab->model->shape.V, sizeof *counts);

    memcpy(counts, vocab->count, vocab->size * sizeof *counts);
    model_set_noise(lab->model, counts);
    free(counts);
}

static void prepare_model(struct lab *lab)
{
    model_add_output(lab->model, &lab->rng);
    if (lab->head.model.loss == LOSS_NEGATIVE)
        prepare_noise(lab);
    if (lab->head.model.kind == MODEL_RECOMMEND)
        lab->model->rating_mean = mean_rating(lab);
    apply_freezes(lab);
}

static int make_windows(struct lab *lab, struct error *err)
{
    if (windows_build(&lab->windows, &lab->text->corpus, lab->head.C,
                      lab->head.batch.holdout, err) != 0)
        return -1;
    if (optimizer_check(&lab->head.optimizer, lab->head.table.options.sparse,
                        err) == 0 &&
        check_batch_memory(lab, err) == 0)
        return 0;
    windows_clear(&lab->windows);
    return -1;
}

int build_data(struct lab *lab, struct error *err)
{
    size_t B;

    if (make_windows(lab, err) != 0)
        return -1;
    prepare_model(lab);
    B = batch_size(lab);
    if (!lab->head.batch.all && B < lab->head.batch.B)
        lab_note(lab,
                 "B=%zu is more than the %zu example%s there %s; an epoch is "
                 "one mini-batch of %zu",
                 lab->head.batch.B, B, str_s(B), B == 1 ? "is" : "are", B);
    epoch_order_init(&lab->order, lab->windows.count, B,
                     lab->head.batch.shuffle);
    lab->examples = memory_new(B, sizeof *lab->examples);
    optimizer_init(&lab->optimizer, &lab->head.optimizer,
                   lab->model->parameters, lab->model->parameter_count);
    lab->has_data = true;
    return 0;
}

static void drop_data(struct lab *lab)
{
    if (!lab->has_data)
        return;
    windows_clear(&lab->windows);
    epoch_order_clear(&lab->order);
    optimizer_clear(&lab->optimizer);
    free(lab->examples);
    free(lab->contexts);
    lab->examples = NULL;
    lab->contexts = NULL;
    lab->floor = -1;
    lab->has_data = false;
}

void build_drop_table(struct lab *lab)
{
    chain_clear(&lab->chain);
    build_drop_loop(lab);
}

void build_drop_loop(struct lab *lab)
{
    drop_data(lab);
    batch_clear(&lab->batch);
    if (lab->model) {
        model_clear(lab->model);
        free(lab->model);
        lab->model = NULL;
    }
    lab->asked_count = 0;
    vocab_clear(&lab->numbers);
    free(lab->losses.step);
    free(lab->losses.epoch);
    lab->losses = (struct lab_losses){0};
    file_list_free(lab->drawn_words);
    lab->drawn_words = NULL;
    lab->drawn_count = 0;
    lab->step = 0;
}
