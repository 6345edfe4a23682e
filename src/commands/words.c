#include "commands/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lab/lab.h"

/* What stands alone is a word; an id would stand in a list. */
static void say_brackets(const struct lab *lab, const struct value *value,
                         struct error *err)
{
    int64_t id;

    if (lab->text && value->kind == VALUE_WORD &&
        value_to_integer(value->text, &id))
        error_set(err, ERROR_NOT_FOUND,
                  "'%s' is no word of this text; ids stand in brackets: [%s]",
                  value->text, value->text);
}

static int encode_at(const struct lab *lab, const struct value *value,
                     int64_t **ids, size_t *count, struct error *err)
{
    if (lab_encode(lab, value->text, ids, count, err) == 0)
        return 0;
    say_brackets(lab, value, err);
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
                      struct tensor *ids, struct error *err)
{
    size_t total = 0, capacity = 0;
    int64_t *all = NULL;

    for (size_t i = 0; i < call->typed->argc; i++) {
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

/* --- users or items ------------------------------------------------------ */

enum { USERS, ITEMS, SIDES };

static const char *const side_names[SIDES] = {"user", "item"};

/* What was typed for one of the two tables, a name or an id each. */
struct names {
    const struct value **values; /* owned */
    size_t count;
    bool list; /* ids can stand in it */
};

static const struct parameter *side_table(const struct lab *lab, size_t side)
{
    return &lab->model->tables[side].weight;
}

static bool is_id(const struct names *names, const struct value *value,
                  int64_t *id)
{
    return names->list && value->kind == VALUE_WORD &&
           value_to_integer(value->text, id);
}

static bool is_name(const struct lab *lab, size_t side,
                    const struct value *value)
{
    return lab_name_row(lab, side_table(lab, side), value->text) >= 0;
}

/* The first name that only the other side has; NULL: none. */
static const struct value *find_stranger(const struct lab *lab,
                                         const struct names *names, size_t side)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct value *value = names->values[i];
        int64_t id;
        if (!is_id(names, value, &id) && !is_name(lab, side, value) &&
            is_name(lab, !side, value))
            return value;
    }
    return NULL;
}

/* Wu or Wi before the names or the list: SIDES where neither stands there. */
static size_t named_side(const struct lab *lab, const struct call *call)
{
    const struct value *first = &call->typed->args[0];
    size_t side = USERS;

    if (call->typed->argc < 2 || first->kind != VALUE_WORD)
        return SIDES;
    while (side < SIDES && !str_equal(first->text, side_table(lab, side)->name))
        side++;
    return side;
}

/* A name that both sides have: say which is meant, and how to take the other.
 */
static void note_shared_names(struct lab *lab, const struct call *call,
                              const struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct value *value = names->values[i];
        int64_t id;
        if (is_id(names, value, &id) || !is_name(lab, USERS, value) ||
            !is_name(lab, ITEMS, value))
            continue;
        lab_note(lab,
                 "%s is a user and an item; the user is meant; `%s %s %s` "
                 "takes the item",
                 value->text, call->spec->name, side_table(lab, ITEMS)->name,
                 value->text);
        return;
    }
}

static int choose_side(struct lab *lab, const struct call *call,
                       const struct names *names, size_t *side,
                       struct error *err)
{
    const struct value *item = find_stranger(lab, names, USERS);
    const struct value *user = find_stranger(lab, names, ITEMS);

    *side = item ? ITEMS : USERS;
    if (item && user) {
        error_set(err, ERROR_USAGE,
                  "'%s' is a user and '%s' an item, and one %s takes rows of "
                  "one table; type one for each (`predict` takes a pair)",
                  user->text, item->text, call->spec->name);
        return call_error_at(item->column > user->column ? item : user, err);
    }
    if (!item && !user)
        note_shared_names(lab, call, names);
    return 0;
}

/* All of a named table. */
static int check_side(const struct lab *lab, const struct names *names,
                      size_t side, struct error *err)
{
    const struct value *stranger = find_stranger(lab, names, side);

    if (!stranger)
        return 0;
    error_set(err, ERROR_USAGE, "'%s' is %s, and %s has the rows of the %ss",
              stranger->text, side == USERS ? "an item" : "a user",
              side_table(lab, side)->name, side_names[side]);
    return call_error_at(stranger, err);
}

static int read_name(const struct lab *lab, const struct names *names,
                     const struct value *value, size_t side, int64_t *id,
                     struct error *err)
{
    struct lab_row row;

    if (is_id(names, value, id))
        return 0;
    if (lab_find_row(lab, side_table(lab, side), value->text, &row, err) != 0) {
        say_brackets(lab, value, err);
        return call_error_at(value, err);
    }
    *id = row.id;
    return 0;
}

/* The names or the list that stand from `from` on, and their shape. */
static int collect_names(const struct call *call, size_t from,
                         struct names *names, struct tensor *ids,
                         struct error *err)
{
    const struct value *args = call->typed->args;
    struct list_shape shape = {1, {(int64_t)(call->typed->argc - from)}};

    *names = (struct names){.count = call->typed->argc - from,
                            .list = args[from].kind == VALUE_LIST};
    if (names->list) {
        if (value_flatten(&args[from], false, &shape, &names->values,
                          &names->count, err) != 0)
            return -1;
    } else {
        names->values = memory_new(names->count, sizeof *names->values);
        for (size_t i = 0; i < names->count; i++)
            names->values[i] = &args[from + i];
    }
    tensor_reshape(ids, TENSOR_INT64, shape.ndim, shape.shape);
    return 0;
}

static int read_sides(struct session *session, const struct call *call,
                      struct lookup_input *out, struct error *err)
{
    struct lab *lab = session->lab;
    size_t named = named_side(lab, call);
    struct names names;
    int status;

    if (collect_names(call, named < SIDES, &names, &out->ids, err) != 0)
        return -1;
    out->table = named;
    status = named < SIDES ? check_side(lab, &names, named, err)
                           : choose_side(lab, call, &names, &out->table, err);
    for (size_t i = 0; i < names.count && status == 0; i++)
        status = read_name(lab, &names, names.values[i], out->table,
                           &out->ids.i[i], err);
    free(names.values);
    return status;
}

/* --- words of one table -------------------------------------------------- */

static bool has_sides(const struct lab *lab)
{
    return lab->text && lab_table_count(lab) > 1;
}

static int read_any(struct session *session, const struct call *call,
                    struct lookup_input *out, struct error *err)
{
    if (has_sides(session->lab))
        return read_sides(session, call, out, err);
    if (call->typed->args[0].kind == VALUE_LIST)
        return read_list(session, &call->typed->args[0], &out->ids, err);
    return read_words(session, call, &out->ids, err);
}

/* A list stands alone, or behind a table's name. */
static int check_form(struct session *session, const struct call *call,
                      size_t *from, struct error *err)
{
    const struct command *typed = call->typed;

    *from = has_sides(session->lab) && named_side(session->lab, call) < SIDES;
    for (size_t i = *from; i < typed->argc && typed->argc > *from + 1; i++) {
        if (typed->args[i].kind == VALUE_LIST)
            return error_set(err, ERROR_USAGE,
                             "one list, or words; not both: put all of it "
                             "into one list");
    }
    return 0;
}

int words_read(struct session *session, const struct call *call,
               struct lookup_input *out, struct str *typed, struct error *err)
{
    size_t from;

    *out = (struct lookup_input){0};
    if (check_form(session, call, &from, err) != 0)
        return -1;
    if (read_any(session, call, out, err) != 0) {
        tensor_clear(&out->ids);
        return -1;
    }
    if (typed)
        call_words(call, from, typed);
    if (tensor_count(&out->ids) > 0)
        return 0;
    tensor_clear(&out->ids);
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
