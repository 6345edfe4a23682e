/*
 * Examples are positions: of the target in the corpus's ids for next_word,
 * else of the line. A context is the C ids before the target, so it needs no
 * room of its own.
 */
#include "text/windows.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FLOOR_BYTES = 256 }; /* a pair, where all contexts are different */

/* Examples */

static size_t line_length(const struct corpus *corpus, size_t line)
{
    return corpus->line_start[line + 1] - corpus->line_start[line];
}

/* How many examples a line makes. */
static size_t examples_of(const struct corpus *corpus, size_t line, size_t C)
{
    size_t length = line_length(corpus, line);
    if (corpus->task != CORPUS_TASK_TEXT)
        return length > 0;
    return length > C ? length - C : 0;
}

/*
 * The first of the held-out lines: of the lines that hold words the last
 * fraction, rounded up.
 */
static size_t first_held_out(const struct corpus *corpus, double holdout)
{
    size_t filled = 0, line = corpus->lines;
    for (size_t l = 0; l < corpus->lines; l++)
        filled += line_length(corpus, l) > 0;
    /* less a little: 0.07 x 100 is more than 7 in binary */
    size_t wanted = (size_t)fmax(ceil(holdout * (double)filled - 1e-6), 0);
    for (size_t held = 0; held < wanted; held++) {
        do
            line--;
        while (line_length(corpus, line) == 0);
    }
    return line;
}

static int no_examples(const struct corpus *corpus, size_t C, size_t lines,
                       struct error *err)
{
    size_t longest = 0;
    for (size_t l = 1; l < lines; l++)
        if (line_length(corpus, l) > line_length(corpus, longest))
            longest = l;
    if (corpus->task != CORPUS_TASK_TEXT || lines == 0)
        return error_set(err, ERROR_RANGE,
                         "no line is left to train on; hold out less, or use a "
                         "larger corpus");
    size_t length = line_length(corpus, longest);
    char smaller[48] = "";
    if (length > 1)
        snprintf(smaller, sizeof smaller, "type windows C=%zu, or ",
                 length - 1);
    return error_set(err, ERROR_RANGE,
                     "C=%zu needs a line of at least C + 1 tokens: the longest "
                     "to train on, line %zu, has %zu; %s%suse longer lines",
                     C, longest + 1, length, smaller,
                     corpus->tokenizer.options.kind == TOKENIZER_CHAR
                         ? ""
                         : "tokenize char, or ");
}

/* Write the examples of lines from ... to - 1; returns how many. */
static size_t list_examples(const struct corpus *corpus, size_t C, size_t from,
                            size_t to, size_t *out)
{
    size_t count = 0;
    for (size_t l = from; l < to; l++) {
        size_t examples = examples_of(corpus, l, C);
        size_t first =
            corpus->task == CORPUS_TASK_TEXT ? corpus->line_start[l] + C : l;
        for (size_t i = 0; i < examples; i++)
            out[count++] = first + i;
    }
    return count;
}

int windows_build(struct windows *w, const struct corpus *corpus, size_t C,
                  double holdout, struct error *err)
{
    assert(C > 0 && holdout >= 0 && holdout < 1);
    *w = (struct windows){.C = C};
    size_t border = first_held_out(corpus, holdout), total = 0, trained = 0;
    for (size_t l = 0; l < corpus->lines; l++) {
        total += examples_of(corpus, l, C);
        if (l < border)
            trained = total;
    }
    if (trained == 0)
        return no_examples(corpus, C, border, err);
    if (memory_reserve(total, sizeof *w->target, "the context windows", err) !=
        0)
        return -1;
    w->target = memory_new(total, sizeof *w->target);
    w->count = list_examples(corpus, C, 0, border, w->target);
    w->held_out =
        list_examples(corpus, C, border, corpus->lines, w->target + w->count);
    return 0;
}

void windows_clear(struct windows *w)
{
    free(w->target);
    *w = (struct windows){0};
}

/* The floor of the loss */

static int compare_ids(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/*
 * The number of each training pair's context, (count), caller's to free:
 * contexts are counted as the words of a text are, by the bytes of their ids.
 */
static int32_t *count_contexts(const struct windows *w,
                               const struct corpus *corpus, bool bag,
                               struct vocab_counter *contexts)
{
    size_t bytes = w->C * sizeof(int32_t);
    int32_t *context = memory_new(w->C, sizeof *context);
    for (size_t i = 0; i < w->count; i++) {
        memcpy(context, corpus->ids + w->target[i] - w->C, bytes);
        if (bag) /* the same words in any order are the same context */
            qsort(context, w->C, sizeof *context, compare_ids);
        vocab_counter_note(contexts, (const char *)context, bytes);
    }
    free(context);
    return vocab_counter_take(contexts);
}

/* And pairs, by the number of their context and their target. */
struct pair {
    int32_t context, target;
};

static void count_pairs(const struct windows *w, const struct corpus *corpus,
                        const int32_t *context_of, struct vocab_counter *pairs)
{
    for (size_t i = 0; i < w->count; i++) {
        struct pair pair = {context_of[i], corpus->ids[w->target[i]]};
        vocab_counter_note(pairs, (const char *)&pair, sizeof pair);
    }
    free(vocab_counter_take(pairs));
}

/* The sum over all pairs of -ln(pair's count / its context's count). */
static double sum_surprise(const struct vocab_counter *contexts,
                           const struct vocab_counter *pairs)
{
    double sum = 0;
    for (size_t i = 0; i < vocab_counter_size(pairs); i++) {
        struct pair pair;
        size_t length;
        int64_t count, of;
        memcpy(&pair, vocab_counter_word(pairs, i, &length, &count),
               sizeof pair);
        vocab_counter_word(contexts, (size_t)pair.context, &length, &of);
        sum += (double)count * log((double)of / (double)count);
    }
    return sum;
}

double windows_floor(const struct windows *w, const struct corpus *corpus,
                     bool bag)
{
    if (corpus->task != CORPUS_TASK_TEXT)
        return 0;
    /* two tables, which grow by doubling, and two sequences */
    if (memory_reserve(w->count, FLOOR_BYTES, "the floor", NULL) != 0)
        return -1;
    struct vocab_counter *contexts = vocab_counter_new();
    struct vocab_counter *pairs = vocab_counter_new();
    int32_t *context_of = count_contexts(w, corpus, bag, contexts);
    count_pairs(w, corpus, context_of, pairs);
    double sum = sum_surprise(contexts, pairs);
    free(context_of);
    vocab_counter_free(contexts);
    vocab_counter_free(pairs);
    return sum / (double)w->count;
}

/* Epochs */

void epoch_order_init(struct epoch_order *o, size_t N, size_t B, bool shuffle)
{
    assert(N > 0 && B > 0);
    *o = (struct epoch_order){.count = N, .B = B, .shuffle = shuffle};
}

void epoch_order_clear(struct epoch_order *o)
{
    free(o->order);
    *o = (struct epoch_order){0};
}

static void start_epoch(struct epoch_order *o, struct rng *rng)
{
    o->epoch++;
    o->next = 0;
    if (!o->shuffle)
        return;
    if (o->order == NULL)
        o->order = memory_new(o->count, sizeof *o->order);
    rng_permutation(rng, o->order, o->count);
}

size_t epoch_order_take(struct epoch_order *o, struct rng *rng,
                        int64_t *indices)
{
    if (o->epoch == 0 || o->next >= o->count)
        start_epoch(o, rng);
    size_t left = o->count - o->next;
    size_t taken = left < o->B ? left : o->B;
    for (size_t i = 0; i < taken; i++) {
        size_t at = o->next + i;
        indices[i] = o->order != NULL ? o->order[at] : (int64_t)at;
    }
    o->next += taken;
    return taken;
}

size_t epoch_order_batches(const struct epoch_order *o)
{
    return o->count / o->B + (o->count % o->B != 0);
}
