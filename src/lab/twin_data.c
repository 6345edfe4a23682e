/*
 * Examples are numbered as the lab numbers them, so that a shuffle draws the
 * same ones. A small corpus is written whole, as its lines of ids; of a large
 * one, in its first epoch, only the examples that were trained on (`used`, in
 * ascending order, finds them).
 */
#include "lab/twin_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"

enum {
    WHOLE_MAX = 100 * 1000, /* ids; a larger corpus may be cut */
    WORDS_MAX = 1000,
};

/* The examples that are written, and what the list of their ids is called. */
struct examples {
    const struct twin *t;
    int64_t *used; /* (count) ascending; NULL: all of them */
    size_t count;
};

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* How many examples the first epoch has come to see. */
static size_t seen_of(const struct lab *lab)
{
    return lab->order.epoch > 0 ? lab->order.next : 0;
}

bool twin_is_cut(const struct lab *lab)
{
    return lab->has_data && lab->text->corpus.tokens > WHOLE_MAX &&
           lab->order.epoch <= 1 && seen_of(lab) <= lab->windows.count / 2;
}

static struct examples choose_examples(const struct twin *t)
{
    const struct epoch_order *order = &t->lab->order;
    struct examples e = {.t = t, .count = t->lab->windows.count};

    if (!t->cut)
        return e;
    e.count = seen_of(t->lab);
    e.used = memory_new(e.count + 1, sizeof *e.used);
    for (size_t i = 0; i < e.count; i++)
        e.used[i] = order->order ? order->order[i] : (int64_t)i;
    qsort(e.used, e.count, sizeof *e.used, compare_int64);
    return e;
}

/* Where example i stands: windows.target. */
static size_t place_of(const struct examples *e, size_t i)
{
    size_t example = e->used ? (size_t)e->used[i] : i;

    return e->t->lab->windows.target[example];
}

/* --- Words -------------------------------------------------------------- */

static void write_words_of(const struct twin *t, const char *name,
                           const struct vocab *vocab)
{
    struct twin_list list;

    if (vocab->hash > 0 || vocab->size > WORDS_MAX) {
        twin_line(t, "# the %zu %s are left out: ids are all it takes",
                  vocab->size, vocab->hash > 0 ? "hashed words" : name);
        return;
    }
    twin_list_begin(&list, t, name, TWIN_STRINGS, false, vocab->size);
    for (size_t i = 0; i < vocab->size; i++)
        twin_list_text(&list, vocab_word(vocab, (int64_t)i));
    twin_list_end(&list);
}

static void write_words(const struct twin *t)
{
    const struct corpus *corpus = &t->lab->text->corpus;

    if (t->lab->head.model.kind == MODEL_RECOMMEND) {
        write_words_of(t, "user_names", &corpus->vocab);
        write_words_of(t, "item_names", &corpus->items);
    } else {
        write_words_of(t, "words", &corpus->vocab);
    }
}

/* --- Examples ----------------------------------------------------------- */

static void list_ids(struct twin_list *list, const struct corpus *corpus,
                     size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        twin_list_int(list, corpus->ids[i]);
    twin_list_row(list);
}

static void list_line(struct twin_list *list, const struct corpus *corpus,
                      size_t line)
{
    list_ids(list, corpus, corpus->line_start[line],
             corpus->line_start[line + 1]);
}

/* The lines up to that of the last pair: those held out come after it. */
static void list_whole_text(struct twin_list *list, const struct lab *lab)
{
    const struct corpus *corpus = &lab->text->corpus;
    size_t last = lab->windows.target[lab->windows.count - 1];

    for (size_t l = 0; corpus->line_start[l] <= last; l++) {
        if (corpus->line_start[l] < corpus->line_start[l + 1])
            list_line(list, corpus, l);
    }
}

/* Of a large text every pair used is a line of C + 1 ids. */
static void write_pairs(const struct twin *t, const struct examples *e)
{
    const struct lab *lab = t->lab;
    size_t C = lab->windows.C;
    struct twin_list list;

    twin_list_begin(&list, t, "lines", TWIN_INTS, true,
                    e->used ? e->count * (C + 1) : lab->text->corpus.tokens);
    for (size_t i = 0; e->used && i < e->count; i++)
        list_ids(&list, &lab->text->corpus, place_of(e, i) - C,
                 place_of(e, i) + 1);
    if (!e->used)
        list_whole_text(&list, lab);
    twin_list_end(&list);
    twin_line(t, "windows = torch.cat([torch.tensor(line).unfold(0, %zu, 1)",
              C + 1);
    twin_line(t, "                     for line in lines if len(line) > %zu])",
              C);
    twin_line(t, "contexts, targets = windows[:, :%zu], windows[:, %zu]", C, C);
}

static void write_lines(const struct twin *t, const struct examples *e,
                        const char *name)
{
    const struct corpus *corpus = &t->lab->text->corpus;
    struct twin_list list;

    twin_list_begin(&list, t, name, TWIN_INTS, true, corpus->tokens);
    for (size_t i = 0; i < e->count; i++)
        list_line(&list, corpus, place_of(e, i));
    twin_list_end(&list);
}

static void write_labels(const struct twin *t, const struct examples *e,
                         const char *name)
{
    struct twin_list list;

    twin_list_begin(&list, t, name, TWIN_FLOATS, false, e->count);
    for (size_t i = 0; i < e->count; i++)
        twin_list_float(&list, t->lab->text->corpus.label[place_of(e, i)]);
    twin_list_end(&list);
}

static void write_texts(const struct twin *t, const struct examples *e)
{
    write_lines(t, e, "texts");
    twin_line(t, "texts = [torch.tensor(text) for text in texts]");
    write_labels(t, e, "labels");
    twin_line(t, "labels = torch.tensor(labels)");
}

static void write_ratings(const struct twin *t, const struct examples *e)
{
    write_lines(t, e, "pairs");
    twin_line(t, "pairs = torch.tensor(pairs)  # user, item");
    write_labels(t, e, "ratings");
    twin_line(t, "ratings = torch.tensor(ratings)");
}

static void write_used(const struct twin *t, const struct examples *e)
{
    struct twin_list list;

    if (!e->used)
        return;
    twin_line(
        t, "# of the %zu examples only the %zu that were trained on are here",
        t->lab->windows.count, e->count);
    if (e->count == 0)
        return;
    twin_list_begin(&list, t, "used", TWIN_INTS, false, e->count);
    for (size_t i = 0; i < e->count; i++)
        twin_list_int(&list, e->used[i]);
    twin_list_end(&list);
    twin_line(t, "used = torch.tensor(used)");
}

static void write_examples(const struct twin *t)
{
    struct examples e = choose_examples(t);

    write_used(t, &e);
    if (e.count > 0) {
        switch (t->lab->head.model.kind) {
        case MODEL_NEXT_WORD:
            write_pairs(t, &e);
            break;
        case MODEL_SENTIMENT:
            write_texts(t, &e);
            break;
        case MODEL_RECOMMEND:
            write_ratings(t, &e);
            break;
        }
    }
    free(e.used);
    if (t->lab->windows.held_out > 0)
        twin_line(t, "# the last %zu examples are held out, and left out here",
                  t->lab->windows.held_out);
}

/* What the names that the loop uses stand for. */
static void describe_examples(const struct twin *t)
{
    const struct lab *lab = t->lab;
    size_t N = lab->windows.count, C = lab->windows.C;

    if (lab->head.model.kind == MODEL_NEXT_WORD)
        fprintf(t->out, "# contexts (%zu, %zu), targets (%zu,): the pairs of ",
                N, C, N);
    else if (lab->head.model.kind == MODEL_SENTIMENT)
        fprintf(t->out, "# texts, labels (%zu,): the lines of ", N);
    else
        fprintf(t->out, "# pairs (%zu, 2), ratings (%zu,): the lines of ", N,
                N);
    fputc('"', t->out);
    twin_comment(t, lab->text->source->source.name);
    fputs("\"\n", t->out);
}

/* --- What models need besides ------------------------------------------- */

static void write_subword_rows(const struct twin *t)
{
    const struct subwords *s = &t->lab->text->subwords;
    struct twin_list list;

    twin_list_begin(&list, t, "subwords", TWIN_INTS, true,
                    (size_t)s->offsets[s->words]);
    for (size_t v = 0; v < s->words; v++) {
        for (int64_t i = s->offsets[v]; i < s->offsets[v + 1]; i++)
            twin_list_int(&list, s->rows[i]);
        twin_list_row(&list);
    }
    twin_list_end(&list);
}

/* Each context is a bag of rows; masked_mean leaves padding out of it. */
static void write_subwords(const struct twin *t)
{
    const struct lab *lab = t->lab;
    const struct embedding_options *o = &lab->model->tables[0].options;

    if (t->options->form == TWIN_SKETCH)
        twin_line(t, "# subwords: of every word its own row and its n-grams'");
    else
        write_subword_rows(t);
    fputs("\n\ndef bags(ctx):\n"
          "    bags = [[row for word in line",
          t->out);
    if (lab->head.model.pool == POOL_MASKED_MEAN && o->has_padding)
        fprintf(t->out, " if word != %lld", (long long)o->padding_idx);
    fputs(" for row in subwords[word]]\n"
          "            for line in ctx.tolist()]\n"
          "    sizes = torch.tensor([len(bag) for bag in bags])\n"
          "    rows = torch.tensor(sum(bags, []), dtype=torch.int64)\n"
          "    return rows, sizes.cumsum(0) - sizes\n"
          "\n\n",
          t->out);
}

static void write_noise(const struct twin *t)
{
    const struct vocab *vocab = &t->lab->text->corpus.vocab;
    const size_t V = t->lab->model->shape.V;
    struct twin_list list;

    if (t->options->form == TWIN_SKETCH) {
        twin_line(t, "# counts: how often each word stands in the text");
    } else {
        twin_list_begin(&list, t, "counts", TWIN_INTS, false, V);
        for (size_t v = 0; v < V; v++)
            twin_list_int(&list, v < vocab->size ? vocab->count[v] : 0);
        twin_list_end(&list);
    }
    twin_line(t, "weights = (torch.tensor(counts).double() ** 0.75).float()");
}

static void write_mini_batches(const struct twin *t)
{
    const struct epoch_order *order = &t->lab->order;

    fprintf(t->out,
            "\n\ndef mini_batches():\n"
            "    while True:  # epoch after epoch\n"
            "        order = torch.%s(%zu)\n"
            "        for first in range(0, %zu, %zu):\n"
            "            yield order[first:first + %zu]\n"
            "\n\nbatches = mini_batches()\n",
            order->shuffle ? "randperm" : "arange", order->count, order->count,
            order->B, order->B);
}

void twin_write_data(const struct twin *t)
{
    const struct lab *lab = t->lab;
    bool sketch = t->options->form == TWIN_SKETCH;

    twin_title(t, "data");
    describe_examples(t);
    if (!sketch) {
        write_words(t);
        write_examples(t);
    }
    if (lab->head.model.kind == MODEL_RECOMMEND)
        twin_line(t, "mean_rating = %s", twin_float(lab->model->rating_mean));
    if (lab->head.model.loss == LOSS_NEGATIVE)
        write_noise(t);
    if (lab->model->has_subwords)
        write_subwords(t);
    write_mini_batches(t);
}
