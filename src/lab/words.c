/*
 * Rows and words: which vocabulary names the rows of which parameter.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
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

const struct embedding *lab_embedding(const struct lab *lab,
                                      const struct parameter *p)
{
    for (size_t t = 0; t < lab->model->table_count; t++) {
        if (p == &lab->model->tables[t].weight)
            return &lab->model->tables[t];
    }
    return NULL;
}

enum {
    SHOWN_BYTES = 250,
    NAME_BYTES = 8,      /* "U+10FFFF" */
    INVISIBLE_BYTES = 16 /* a longer word has something to see */
};

/* A word of nothing to see, such as a zero-width space: U+200B. False: there
 * is something. */
static bool name_invisible(const char *word, char *out)
{
    size_t length = strnlen(word, INVISIBLE_BYTES + 1), used = 0;

    if (length == 0 || length > INVISIBLE_BYTES || (word[0] & 0x80) == 0)
        return false;
    for (size_t i = 0; i < length;) {
        uint32_t point;
        bool valid;
        i += utf8_decode(word + i, length - i, &point, &valid);
        if (!valid || !utf8_is_format(point))
            return false;
        used += (size_t)snprintf(out + used, NAME_BYTES + 1, "U+%04X",
                                 (unsigned)point);
    }
    return true;
}

const char *lab_shown(const char *word)
{
    static char buffers[4][SHOWN_BYTES + 8];
    static int turn;
    size_t length = strnlen(word, SHOWN_BYTES + 1);
    char *out;

    if (name_invisible(word, buffers[turn % 4]))
        return buffers[turn++ % 4];
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

/* --- rows by name ------------------------------------------------------- */

size_t lab_table_count(const struct lab *lab)
{
    return lab->head.model.kind == MODEL_RECOMMEND ? 2 : 1;
}

size_t lab_table_words(const struct lab *lab, const struct parameter *table)
{
    return table == &lab->model->tables[0].weight ? lab_V(lab) : table->rows;
}

/* With hashing a row may be several names'; id is the row of all that fall
 * there, known or not. */
static bool row_has_name(const struct vocab *vocab, int64_t id,
                         const char *name)
{
    for (size_t n = 0; n < vocab_row_count(vocab, id); n++) {
        if (str_equal(vocab_row_word(vocab, id, n), name))
            return true;
    }
    return false;
}

int64_t lab_name_row(const struct lab *lab, const struct parameter *table,
                     const char *name)
{
    const struct vocab *vocab = lab_parameter_vocab(lab, table);
    struct str normal = STR_INIT;
    int64_t id;

    utf8_append_normal(&normal, name, strlen(name), false);
    id = vocab_find_exact(vocab, str_text(&normal), normal.length);
    if (vocab->hash > 0 && id >= 0 &&
        !row_has_name(vocab, id, str_text(&normal)))
        id = -1;
    str_clear(&normal);
    return id;
}

/* Not a name of either table: <unk>'s row or a hash, where there is one. */
static int find_unknown(const struct lab *lab, const struct parameter *first,
                        const char *word, struct lab_row *row,
                        struct error *err)
{
    const struct vocab *vocab = lab_parameter_vocab(lab, first);
    const char *nearest = NULL;

    *row = (struct lab_row){first, vocab_find(vocab, word, strlen(word))};
    if (row->id >= 0)
        return 0;
    for (size_t t = 0; t < 2 && !nearest; t++)
        nearest = vocab_nearest(
            lab_parameter_vocab(lab, &lab->model->tables[t].weight), word);
    if (nearest)
        return error_set(err, ERROR_NOT_FOUND,
                         "'%s' is no user and no item; did you mean '%s'?",
                         word, nearest);
    return error_set(err, ERROR_NOT_FOUND,
                     "'%s' is no user and no item; `show Wu` and `show Wi` "
                     "name them",
                     word);
}

/* A user's or an item's name is one word, whatever stands in it. */
static int find_name(const struct lab *lab, const struct parameter *first,
                     const char *word, struct lab_row *row, struct error *err)
{
    const struct parameter *users = &lab->model->tables[0].weight;
    const struct parameter *items = &lab->model->tables[1].weight;
    const struct parameter *order[] = {users, items};

    if (first == items) {
        order[0] = items;
        order[1] = users;
    }
    for (size_t i = 0; i < 2; i++) {
        *row = (struct lab_row){order[i], lab_name_row(lab, order[i], word)};
        if (row->id >= 0)
            return 0;
    }
    return find_unknown(lab, order[0], word, row, err);
}

/* A whole number that no word of the text is: an id, as in W[2]. */
static bool is_row_id(const struct lab *lab, const char *word, long long *id)
{
    const struct parameter *W = &lab->model->tables[0].weight;

    if (word[strspn(word, "0123456789")] != '\0' || *word == '\0')
        return false;
    *id = strtoll(word, NULL, 10); /* too large: the largest, and refused */
    return lab->text && lab_name_row(lab, W, word) < 0;
}

/* The words' rows, not those of subwords behind them. */
static int take_row_id(const struct lab *lab, const char *typed, long long id,
                       struct lab_row *row, struct error *err)
{
    const struct parameter *W = &lab->model->tables[0].weight;

    if (id >= (long long)lab_table_words(lab, W))
        return error_set(err, ERROR_RANGE,
                         "%s is no word of this text and no id; ids go from "
                         "0 to %zu",
                         typed, lab_table_words(lab, W) - 1);
    *row = (struct lab_row){W, id};
    return 0;
}

int lab_find_row(const struct lab *lab, const struct parameter *first,
                 const char *word, struct lab_row *row, struct error *err)
{
    int64_t *ids;
    size_t count;
    long long id;

    if (lab_table_count(lab) > 1)
        return find_name(lab, first, word, row, err);
    if (is_row_id(lab, word, &id))
        return take_row_id(lab, word, id, row, err);
    if (lab_encode(lab, word, &ids, &count, err) != 0)
        return -1;
    assert(ids || count == 0);
    *row = (struct lab_row){&lab->model->tables[0].weight,
                            count == 1 ? ids[0] : -1};
    free(ids);
    if (count == 1)
        return 0;
    return error_set(err, ERROR_USAGE,
                     "\"%s\" is %zu tokens here, not one; name one word", word,
                     count);
}

/* One name, in the table that *table says or, at first, in either. */
static int encode_name(const struct lab *lab, int *table, const char *name,
                       int64_t *id, struct error *err)
{
    const struct parameter *first =
        *table < 0 ? NULL : &lab->model->tables[*table].weight;
    struct lab_row row;

    if (lab_find_row(lab, first, name, &row, err) != 0)
        return -1;
    if (first && row.table != first)
        return error_set(err, ERROR_NOT_FOUND,
                         "'%s' is %s, and %s are asked for", name,
                         *table == 1 ? "a user" : "an item",
                         *table == 1 ? "items" : "users");
    *table = row.table != &lab->model->tables[0].weight;
    *id = row.id;
    return 0;
}

/* The next name of a list with commas, to free; NULL: no more. */
static char *next_name(const char **at)
{
    struct str name = STR_INIT;
    size_t length = strcspn(*at, ",");

    if (**at == '\0')
        return NULL;
    str_append_bytes(&name, *at, length);
    *at += length + ((*at)[length] == ',');
    return str_take(&name);
}

static char *trim(char *name)
{
    size_t length;

    name += strspn(name, " \t");
    length = strlen(name);
    while (length > 0 && strchr(" \t", name[length - 1]))
        length--;
    name[length] = '\0';
    return name;
}

static int encode_names(const struct lab *lab, int table, const char *text,
                        int64_t **ids, size_t *count, struct error *err)
{
    size_t capacity = 0;
    int status = 0;
    char *name;

    *ids = NULL;
    *count = 0;
    while (status == 0 && (name = next_name(&text)) != NULL) {
        *ids = memory_grow(*ids, *count, &capacity, sizeof **ids);
        status = encode_name(lab, &table, trim(name), *ids + *count, err);
        *count += status == 0;
        free(name);
    }
    if (status == 0)
        return 0;
    free(*ids);
    *ids = NULL;
    *count = 0;
    return -1;
}

int lab_encode_rows(const struct lab *lab, int table, const char *text,
                    int64_t **ids, size_t *count, struct error *err)
{
    if (lab_table_count(lab) > 1 && lab->model)
        return encode_names(lab, table, text, ids, count, err);
    return lab_encode(lab, text, ids, count, err);
}

const struct vocab *lab_table_vocab(const struct lab *lab, int table)
{
    if (table < 0)
        return NULL;
    return table == 1 ? &lab->text->corpus.items : lab_vocab(lab);
}

/* --- how often an epoch looks a row up ---------------------------------- */

/* The ids that example i looks up: [first, last) of the corpus. */
static void looked_up(const struct lab *lab, size_t i, size_t *first,
                      size_t *last)
{
    const struct corpus *corpus = &lab->text->corpus;
    size_t target = lab->windows.target[i];

    if (lab->head.model.kind == MODEL_NEXT_WORD) {
        *first = target - lab->windows.C;
        *last = target;
    } else {
        *first = corpus->line_start[target];
        *last = corpus->line_start[target + 1];
    }
}

static void count_contexts(struct lab *lab)
{
    const struct corpus *corpus = &lab->text->corpus;
    bool pairs = lab_table_count(lab) > 1; /* a user, then an item */
    size_t V = lab_V(lab);

    lab->contexts =
        memory_zeroed(V + corpus->items.size, sizeof *lab->contexts);
    for (size_t i = 0; i < lab->windows.count; i++) {
        size_t first, last;
        looked_up(lab, i, &first, &last);
        for (size_t at = first; at < last; at++)
            lab->contexts[(size_t)corpus->ids[at] +
                          (pairs && at > first ? V : 0)]++;
    }
}

int64_t lab_context_count(struct lab *lab, const struct parameter *table,
                          int64_t id)
{
    bool items = table != &lab->model->tables[0].weight;

    if (!lab->has_data)
        return -1;
    if (!lab->contexts)
        count_contexts(lab);
    return lab->contexts[(size_t)id + (items ? lab_V(lab) : 0)];
}
