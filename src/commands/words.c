#include "commands/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lab/lab.h"

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
    return call_error_at(value, err);
}

int words_read_one(struct session *session, const struct value *value,
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
    return words_read_one(session, leaf, id, err);
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
