/*
 * Rows and words: which vocabulary names the rows of which parameter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/lab.h"

size_t lab_V(const struct lab *lab)
{
    return lab->model ? lab->model->shape.V : 0;
}

size_t lab_D(const struct lab *lab)
{
    return lab->model ? lab->model->shape.D : 0;
}

const struct vocab *lab_vocab(const struct lab *lab)
{
    return lab->text ? &lab->text->corpus.vocab : &lab->numbers;
}

const struct vocab *lab_parameter_vocab(const struct lab *lab,
                                        const struct parameter *p)
{
    bool items = str_equal(p->name, "Wi") || str_equal(p->name, "bi");
    bool single = lab->head.model.kind == MODEL_SENTIMENT &&
                  (str_equal(p->name, "U") || str_equal(p->name, "b"));

    if (single)
        return NULL;
    if (items)
        return &lab->text->corpus.items;
    return lab_vocab(lab);
}

enum { SHOWN_BYTES = 250 };

const char *lab_shown(const char *word)
{
    static char buffers[4][SHOWN_BYTES + 8];
    static int turn;
    size_t length = strnlen(word, SHOWN_BYTES + 1);
    char *out;

    if (length <= SHOWN_BYTES)
        return word;
    while (length > 0 && ((unsigned char)word[length] & 0xC0) == 0x80)
        length--; /* not in the middle of a character */
    out = buffers[turn++ % 4];
    snprintf(out, sizeof buffers[0], "%.*s…", (int)length, word);
    return out;
}

const char *lab_row_word(const struct lab *lab, const struct parameter *p,
                         int64_t row)
{
    return lab_shown(lab_row_word_whole(lab, p, row));
}

const char *lab_row_word_whole(const struct lab *lab, const struct parameter *p,
                               int64_t row)
{
    static char numbers[4][32];
    static int turn;
    const struct vocab *vocab = lab_parameter_vocab(lab, p);
    char *out;

    if (vocab && row < (int64_t)vocab->size)
        return vocab_word(vocab, row);
    out = numbers[turn++ % 4];
    if (vocab && lab->text && lab->text->has_subwords &&
        row >= (int64_t)lab->model->shape.V)
        snprintf(out, sizeof numbers[0], "#%lld",
                 (long long)row - (long long)lab->model->shape.V);
    else
        snprintf(out, sizeof numbers[0], "%lld", (long long)row);
    return out;
}

/* A table without a corpus: its words are its ids. */
static int encode_numbers(const struct lab *lab, const char *text,
                          int64_t **ids, size_t *count, struct error *err)
{
    size_t capacity = 0;

    *ids = NULL;
    *count = 0;
    for (const char *c = text + strspn(text, " "); *c; c += strspn(c, " ")) {
        size_t length = strcspn(c, " ");
        int64_t id = vocab_find_exact(&lab->numbers, c, length);
        if (id < 0) {
            free(*ids);
            *ids = NULL;
            return error_set(err, ERROR_NOT_FOUND,
                             "\"%.*s\" is not a row of this table; without a "
                             "corpus its words are the ids 0 to %zu",
                             (int)length, c, lab->numbers.size - 1);
        }
        *ids = memory_grow(*ids, *count, &capacity, sizeof **ids);
        (*ids)[(*count)++] = id;
        c += length;
    }
    return 0;
}

int lab_encode(const struct lab *lab, const char *text, int64_t **ids,
               size_t *count, struct error *err)
{
    size_t capacity = 0;

    if (!lab->text)
        return encode_numbers(lab, text, ids, count, err);
    *ids = NULL;
    *count = 0;
    if (corpus_encode(&lab->text->corpus, text, strlen(text), ids, count,
                      &capacity, err) == 0)
        return 0;
    free(*ids);
    *ids = NULL;
    return -1;
}

/* How often each row of the first table is looked up in an epoch. */
static void count_contexts(struct lab *lab)
{
    const struct corpus *corpus = &lab->text->corpus;
    const struct windows *w = &lab->windows;

    lab->contexts = memory_zeroed(lab_V(lab), sizeof *lab->contexts);
    for (size_t i = 0; i < w->count; i++) {
        size_t first = w->target[i], last = w->target[i];
        if (lab->head.model.kind == MODEL_NEXT_WORD) {
            first -= w->C;
        } else {
            first = corpus->line_start[w->target[i]];
            last = corpus->line_start[w->target[i] + 1];
        }
        if (lab->head.model.kind == MODEL_RECOMMEND)
            last = first + 1; /* the user; items have a table of their own */
        for (size_t at = first; at < last; at++)
            lab->contexts[corpus->ids[at]]++;
    }
}

int64_t lab_context_count(struct lab *lab, int64_t id)
{
    if (!lab->has_data)
        return -1;
    if (!lab->contexts)
        count_contexts(lab);
    return lab->contexts[id];
}
