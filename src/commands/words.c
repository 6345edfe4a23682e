#include "commands/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lab/lab.h"

/* An item is no row of the table that words look up. */
static bool is_item(const struct lab *lab, const char *word)
{
    return lab->text && lab_table_count(lab) > 1 &&
           vocab_find_exact(&lab->text->corpus.items, word, strlen(word)) >= 0;
}

static int encode_at(const struct lab *lab, const struct value *value,
                     int64_t **ids, size_t *count, struct error *err)
{
    int64_t id;

    if (lab_encode(lab, value->text, ids, count, err) == 0)
        return 0;
    if (lab->text && value->kind == VALUE_WORD &&
        value_to_integer(value->text, &id))
        error_set(err, ERROR_NOT_FOUND,
                  "'%s' is no word of this text; ids stand in brackets: [%s]",
                  value->text, value->text);
    else if (is_item(lab, value->text))
        error_set(err, ERROR_NOT_FOUND,
                  "'%s' is an item, and this takes users, the words of Wu; "
                  "`print Wi[%s]` shows its row",
                  value->text, value->text);
    return call_error_at(value, err);
}

static int read_one(struct session *session, const struct value *value,
                    int64_t *id, struct error *err)
{
    int64_t *ids;
    size_t count;

    if (encode_at(session->lab, value, &ids, &count, err) != 0)
        return -1;
    if (count == 1)
        *id = ids[0];
    free(ids);
    if (count == 1)
        return 0;
    error_set(err, ERROR_USAGE,
              "\"%s\" is %zu tokens here, not one; name one word", value->text,
              count);
    return call_error_at(value, err);
}

static int read_words(struct session *session, const struct call *call,
                      size_t from, struct tensor *ids, struct error *err)
{
    size_t total = 0, capacity = 0;
    int64_t *all = NULL;

    for (size_t i = from; i < call->typed->argc; i++) {
        int64_t *some;
        size_t count;
        if (encode_at(session->lab, &call->typed->args[i], &some, &count,
                      err) != 0) {
            free(all);
            return -1;
        }
        for (size_t j = 0; j < count; j++) {
            all = memory_grow(all, total, &capacity, sizeof *all);
            all[total++] = some[j];
        }
        free(some);
    }
    tensor_reshape(ids, TENSOR_INT64, 1, (int64_t[]){(int64_t)total});
    if (total > 0)
        memcpy(ids->i, all, total * sizeof *all);
    free(all);
    return 0;
}

/* A leaf of a list is an id, or a word. */
static int read_leaf(struct session *session, const struct value *leaf,
                     int64_t *id, struct error *err)
{
    double number;

    if (leaf->kind == VALUE_WORD && value_to_integer(leaf->text, id))
        return 0;
    if (leaf->kind == VALUE_WORD && value_to_number(leaf->text, &number)) {
        error_set(err, ERROR_RANGE,
                  "%s is not an integer; ids are whole numbers from 0",
                  leaf->text);
        return call_error_at(leaf, err);
    }
    return read_one(session, leaf, id, err);
}

static int read_list(struct session *session, const struct value *list,
                     struct tensor *ids, struct error *err)
{
    struct list_shape shape;
    const struct value **leaves;
    size_t count;
    int status = 0;

    if (value_flatten(list, false, &shape, &leaves, &count, err) != 0)
        return -1;
    tensor_reshape(ids, TENSOR_INT64, shape.ndim, shape.shape);
    for (size_t i = 0; i < count && status == 0; i++)
        status = read_leaf(session, leaves[i], &ids->i[i], err);
    free(leaves);
    if (status != 0)
        tensor_clear(ids);
    return status;
}

int words_read(struct session *session, const struct call *call, size_t from,
               struct tensor *ids, struct str *typed, struct error *err)
{
    const struct value *first = &call->typed->args[from];
    bool list = call->typed->argc > from && first->kind == VALUE_LIST;

    *ids = (struct tensor){0};
    if (list && call->typed->argc > from + 1)
        return error_set(err, ERROR_USAGE,
                         "one list, or words; not both: put all of it into "
                         "one list");
    if (list ? read_list(session, first, ids, err) != 0
             : read_words(session, call, from, ids, err) != 0)
        return -1;
    if (typed)
        call_words(call, from, typed);
    if (tensor_count(ids) > 0)
        return 0;
    tensor_clear(ids);
    return error_set(err, ERROR_USAGE,
                     "nothing to look up; name a word or an id");
}

/* --- rows of the tables -------------------------------------------------- */

/* A name that users and items share: say which is meant, and how to see the
 * other. */
static void note_shared_name(struct lab *lab, const struct lab_row *row,
                             const char *word)
{
    bool item = row->table == &lab->model->tables[1].weight;
    const struct parameter *other = &lab->model->tables[!item].weight;
    const struct vocab *vocab = lab_parameter_vocab(lab, other);

    if (vocab_find_exact(vocab, word, strlen(word)) >= 0)
        lab_note(lab,
                 "%s is a user and an item; the %s is meant; `print "
                 "%s[%s]` shows the %s",
                 word, item ? "item" : "user", other->name, word,
                 item ? "user" : "item");
}

int words_read_row(struct session *session, const struct value *value,
                   const struct parameter *first, struct lab_row *row,
                   struct error *err)
{
    struct lab *lab = session->lab;

    if (lab_find_row(lab, first, value->text, row, err) != 0)
        return call_error_at(value, err);
    if (!first && lab_table_count(lab) > 1)
        note_shared_name(lab, row, value->text);
    return 0;
}

/* A user (side 0) or an item (side 1): its name, or in a list its id. */
static int read_side(struct session *session, const struct value *value,
                     size_t side, bool list, int64_t *id, struct error *err)
{
    static const char *const kinds[] = {"user", "item"};
    const struct parameter *table = &session->lab->model->tables[side].weight;
    struct lab_row row;

    if (list && value->kind == VALUE_WORD &&
        value_to_integer(value->text, id)) {
        if (*id >= 0 && *id < (int64_t)table->rows)
            return 0;
        error_set(err, ERROR_RANGE,
                  "there is no %s %lld; ids of %s go from 0 to %zu",
                  kinds[side], (long long)*id, table->name, table->rows - 1);
        return call_error_at(value, err);
    }
    if (words_read_row(session, value, table, &row, err) != 0)
        return -1;
    *id = row.id;
    if (row.table == table)
        return 0;
    error_set(err, ERROR_USAGE, "'%s' is no %s; a pair is a user, then an item",
              value->text, kinds[side]);
    return call_error_at(value, err);
}

/* The pairs' values, and how many; free *leaves of a list. */
static int collect_pairs(const struct call *call, const struct value ***leaves,
                         size_t *count, struct error *err)
{
    const struct value *first = &call->typed->args[0];
    struct list_shape shape = {0};

    *leaves = NULL;
    *count = call->typed->argc;
    if (first->kind == VALUE_LIST && *count == 1) {
        if (value_flatten(first, false, &shape, leaves, count, err) != 0)
            return -1;
        if (shape.ndim <= 2 && shape.shape[shape.ndim - 1] == 2)
            return 0;
    } else if (first->kind != VALUE_LIST && *count == 2) {
        return 0;
    }
    free(*leaves);
    *leaves = NULL;
    return error_set(err, ERROR_USAGE,
                     "predict takes a user and an item here, or a list of such "
                     "pairs: predict [[0, 3], [1, 3]]");
}

int words_read_pairs(struct session *session, const struct call *call,
                     struct tensor *ids, struct error *err)
{
    const struct value **leaves;
    size_t count;
    int status = 0;

    *ids = (struct tensor){0};
    if (collect_pairs(call, &leaves, &count, err) != 0)
        return -1;
    tensor_reshape(ids, TENSOR_INT64, 2, (int64_t[]){(int64_t)count / 2, 2});
    for (size_t i = 0; i < count && status == 0; i++) {
        const struct value *value = leaves ? leaves[i] : &call->typed->args[i];
        status =
            read_side(session, value, i % 2, leaves != NULL, &ids->i[i], err);
    }
    free(leaves);
    if (status != 0)
        tensor_clear(ids);
    return status;
}
