#include "lab/eval_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "lab/names.h"

/* --- words -------------------------------------------------------------- */

/* As the corpus has it: W[Cat] is W[cat], W[größe] is W[grösse]. */
static int64_t folded_id(const struct lab *lab, const char *word, size_t length)
{
    struct str folded = STR_INIT;
    int64_t id;

    utf8_append_normal(&folded, word, length, lab->head.tokenizer.lower);
    id = vocab_find_exact(lab_vocab(lab), str_text(&folded), folded.length);
    str_clear(&folded);
    return id;
}

static int64_t word_id(const struct lab *lab, const char *word, size_t length)
{
    int64_t id = vocab_find_exact(lab_vocab(lab), word, length);

    if (id < 0)
        id = folded_id(lab, word, length);
    if (id < 0 && lab->head.model.kind == MODEL_RECOMMEND && lab->text)
        id = vocab_find_exact(&lab->text->corpus.items, word, length);
    return id;
}

/* The table that is indexed decides whose words count: Wi has items. */
static int64_t word_of(const struct eval_context *c,
                       const struct expr_node *indexed, const char *word,
                       size_t length)
{
    const char *name = indexed && indexed->kind == EXPR_ATTRIBUTE
                           ? indexed->first->text
                       : indexed ? indexed->text
                                 : NULL;

    if (name && c->lab->text &&
        (str_equal(name, "Wi") || str_equal(name, "bi")))
        return vocab_find_exact(&c->lab->text->corpus.items, word, length);
    return word_id(c->lab, word, length);
}

/* --- lists -------------------------------------------------------------- */

struct leaves {
    double *value;
    size_t count, capacity;
    bool floats, bools;
    int ndim;
    int64_t shape[TENSOR_DIMS_MAX];
};

static int add_leaf(const struct eval_context *c, const struct expr_node *node,
                    struct leaves *l, struct error *err)
{
    struct eval_value value;
    double number = 0;
    size_t length;
    const char *text = expr_source(c->expr, node, &length);

    if (node->kind == EXPR_NAME || node->kind == EXPR_TEXT) {
        const char *word = node->text;
        number = (double)word_id(c->lab, word, strlen(word));
        if (number < 0)
            return error_set(err, ERROR_NOT_FOUND,
                             "\"%s\" is not in the vocabulary", word);
    } else {
        if (c->evaluate(c, node, &value, err) != 0)
            return -1;
        if (value.kind < EVAL_BOOL || value.kind > EVAL_FLOAT)
            return error_set(err, ERROR_USAGE,
                             "a list holds numbers, words or lists, not %.*s",
                             (int)length, text);
        l->floats |= value.kind == EVAL_FLOAT;
        l->bools |= value.kind == EVAL_BOOL;
        number = value.kind == EVAL_FLOAT  ? value.number
                 : value.kind == EVAL_BOOL ? value.truth
                                           : (double)value.integer;
    }
    l->value = memory_grow(l->value, l->count, &l->capacity, sizeof *l->value);
    l->value[l->count++] = number;
    return 0;
}

/* All lists of one level have one length. */
static int walk(const struct eval_context *c, const struct expr_node *node,
                int depth, struct leaves *l, struct error *err)
{
    int64_t n = (int64_t)expr_count(node);

    if (depth >= TENSOR_DIMS_MAX)
        return error_set(err, ERROR_RANGE, "a list nests at most %d deep",
                         TENSOR_DIMS_MAX);
    if (depth >= l->ndim) {
        l->ndim = depth + 1;
        l->shape[depth] = n;
    }
    if (l->shape[depth] != n)
        return error_set(err, ERROR_RANGE,
                         "the lists of a level have one length; here are %lld "
                         "and %lld",
                         (long long)l->shape[depth], (long long)n);
    for (const struct expr_node *item = node->first; item; item = item->next) {
        bool list = item->kind == EXPR_LIST;
        if (list ? walk(c, item, depth + 1, l, err) != 0
                 : add_leaf(c, item, l, err) != 0)
            return -1;
    }
    return 0;
}

int eval_list(const struct eval_context *c, const struct expr_node *node,
              struct tensor *out, struct error *err)
{
    struct leaves l = {0};
    size_t whole = 1;
    int status = walk(c, node, 0, &l, err);

    for (int d = 0; d < l.ndim; d++)
        whole *= (size_t)l.shape[d];
    if (status == 0 && whole != l.count)
        status = error_set(err, ERROR_RANGE,
                           "a list holds either lists or numbers, not both");
    if (status == 0)
        status = eval_make(out,
                           l.floats  ? TENSOR_FLOAT32
                           : l.bools ? TENSOR_BOOL
                                     : TENSOR_INT64,
                           l.ndim, l.shape, err);
    for (size_t i = 0; status == 0 && i < l.count; i++)
        tensor_set_element(out, i, l.value[i]);
    free(l.value);
    return status;
}

/* --- one item of an index ----------------------------------------------- */

enum item_kind { ITEM_ONE, ITEM_RANGE, ITEM_MANY, ITEM_NEW };

struct item {
    enum item_kind kind;
    int64_t first, step, count;
    struct tensor ids; /* ITEM_MANY: int64 */
};

static int out_of_range(int64_t i, int64_t size, int dim, struct error *err)
{
    return error_set(err, ERROR_RANGE,
                     "index %lld is out of range for dimension %d of size "
                     "%lld",
                     (long long)i, dim, (long long)size);
}

static int set_one(struct item *item, int64_t i, int64_t size, int dim,
                   struct error *err)
{
    item->kind = ITEM_ONE;
    item->first = i < 0 ? i + size : i;
    if (item->first < 0 || item->first >= size)
        return out_of_range(i, size, dim, err);
    return 0;
}

static int slice_part(const struct eval_context *c,
                      const struct expr_node *node, int64_t fallback,
                      int64_t size, int64_t *out, struct error *err)
{
    struct eval_value value;

    *out = fallback;
    if (node->kind == EXPR_NONE)
        return 0;
    if (c->evaluate(c, node, &value, err) != 0)
        return -1;
    if (value.kind != EVAL_INT)
        return error_set(err, ERROR_USAGE, "a slice takes whole numbers");
    *out = value.integer;
    if (size >= 0 && *out < 0)
        *out += size;
    if (size >= 0 && *out < 0)
        *out = 0;
    if (size >= 0 && *out > size)
        *out = size;
    return 0;
}

static int set_slice(const struct eval_context *c, const struct expr_node *node,
                     struct item *item, int64_t size, struct error *err)
{
    const struct expr_node *start = node->first, *stop = start->next;
    int64_t end;

    item->kind = ITEM_RANGE;
    if (slice_part(c, start, 0, size, &item->first, err) != 0 ||
        slice_part(c, stop, size, size, &end, err) != 0 ||
        slice_part(c, stop->next, 1, -1, &item->step, err) != 0)
        return -1;
    if (item->step < 1)
        return error_set(err, ERROR_RANGE,
                         "a slice's step is at least 1, as in PyTorch");
    item->count = end > item->first
                      ? (end - item->first + item->step - 1) / item->step
                      : 0;
    return 0;
}

/* True places of a mask. */
static void ids_of_mask(const struct tensor *mask, struct tensor *out)
{
    int64_t n = mask->shape[0], count = 0;

    tensor_reshape(out, TENSOR_INT64, 1, &n);
    for (int64_t i = 0; i < n; i++) {
        if (mask->b[i])
            out->i[count++] = i;
    }
    out->shape[0] = count;
}

static int set_many(struct item *item, struct tensor *ids, int64_t size,
                    int dim, struct error *err)
{
    item->kind = ITEM_MANY;
    if (ids->type == TENSOR_FLOAT32)
        return error_set(err, ERROR_USAGE,
                         "an index is made of integers, not of floats");
    if (ids->type == TENSOR_BOOL && (ids->ndim != 1 || ids->shape[0] != size))
        return error_set(err, ERROR_RANGE,
                         "a mask has one True or False for each of the %lld",
                         (long long)size);
    if (ids->type == TENSOR_BOOL) {
        ids_of_mask(ids, &item->ids);
        return 0;
    }
    tensor_reshape(&item->ids, TENSOR_INT64, ids->ndim, ids->shape);
    for (size_t i = 0; i < tensor_count(ids); i++) {
        int64_t id = ids->i[i] < 0 ? ids->i[i] + size : ids->i[i];
        if (id < 0 || id >= size)
            return out_of_range(ids->i[i], size, dim, err);
        item->ids.i[i] = id;
    }
    return 0;
}

static int set_value(struct item *item, struct eval_value *value, int64_t size,
                     int dim, struct error *err)
{
    if (value->kind == EVAL_INT)
        return set_one(item, value->integer, size, dim, err);
    if (value->kind == EVAL_TENSOR && value->tensor.ndim == 0 &&
        value->tensor.type == TENSOR_INT64)
        return set_one(item, value->tensor.i[0], size, dim, err);
    if (value->kind == EVAL_TENSOR && value->tensor.ndim > 0)
        return set_many(item, &value->tensor, size, dim, err);
    return error_set(err, ERROR_USAGE,
                     "an index is a whole number, a word, a slice, a list or "
                     "a tensor of integers");
}

static bool is_known_tensor(const struct eval_context *c, const char *name)
{
    struct named named;
    bool ids = name_find(c->lab, name, &named, NULL) == 0 &&
               named.value.type != TENSOR_FLOAT32;

    named_clear(&named);
    return ids;
}

/* A word names its row; it may be written with a hyphen, too. */
static bool read_word(const struct eval_context *c,
                      const struct expr_node *indexed,
                      const struct expr_node *node, int64_t *id)
{
    size_t length;
    const char *text = expr_source(c->expr, node, &length);

    if (node->kind == EXPR_TEXT) {
        text = node->text;
        length = strlen(text);
    } else if (node->kind == EXPR_NAME && is_known_tensor(c, node->text)) {
        return false;
    } else if (node->kind != EXPR_NAME && node->kind != EXPR_BINARY) {
        return false;
    }
    *id = word_of(c, indexed, text, length);
    return *id >= 0;
}

static int read_item(const struct eval_context *c,
                     const struct expr_node *indexed,
                     const struct expr_node *node, int64_t size, int dim,
                     struct item *item, struct error *err)
{
    struct eval_value value;
    int64_t id;
    int status;

    *item = (struct item){0};
    if (node->kind == EXPR_NONE) {
        item->kind = ITEM_NEW;
        return 0;
    }
    if (node->kind == EXPR_SLICE)
        return set_slice(c, node, item, size, err);
    if (read_word(c, indexed, node, &id))
        return set_one(item, id, size, dim, err);
    if (node->kind == EXPR_TEXT)
        return error_set(err, ERROR_NOT_FOUND,
                         "\"%s\" is not in the vocabulary", node->text);
    if (c->evaluate(c, node, &value, err) != 0) {
        if (node->kind == EXPR_NAME && err)
            error_set(err, ERROR_NOT_FOUND,
                      "\"%s\" is neither a word of the vocabulary nor a "
                      "tensor of ids",
                      node->text);
        return -1;
    }
    status = set_value(item, &value, size, dim, err);
    eval_clear(&value);
    if (status != 0)
        tensor_clear(&item->ids);
    return status;
}

/* --- the whole index ---------------------------------------------------- */

struct index {
    struct item items[TENSOR_DIMS_MAX];
    int count; /* items */
    int dims;  /* dimensions of the tensor they use */
    int many;  /* items that are lists */
};

static int too_many(const struct tensor *x, struct error *err)
{
    return error_set(err, ERROR_RANGE,
                     "too many indices: this tensor has %d dimension%s",
                     x->ndim, x->ndim == 1 ? "" : "s");
}

/* Dimensions that the items name; -1: there are two ellipses. */
static int dims_named(const struct expr_node *first)
{
    int named = 0, ellipses = 0;

    for (const struct expr_node *n = first; n; n = n->next) {
        ellipses += n->kind == EXPR_ELLIPSIS;
        named += n->kind != EXPR_ELLIPSIS && n->kind != EXPR_NONE;
    }
    return ellipses > 1 ? -1 : named;
}

/* ... is as many whole dimensions as the other items leave. */
static int add_ellipsis(const struct tensor *x, int named, struct index *index,
                        struct error *err)
{
    if (named < 0)
        return error_set(err, ERROR_USAGE, "an index takes one ... at most");
    for (int left = x->ndim - named; left > 0; left--) {
        if (index->count == TENSOR_DIMS_MAX)
            return too_many(x, err);
        index->items[index->count++] = (struct item){
            .kind = ITEM_RANGE, .step = 1, .count = x->shape[index->dims]};
        index->dims++;
    }
    return 0;
}

static int add_item(const struct eval_context *c, const struct tensor *x,
                    const struct expr_node *indexed, const struct expr_node *n,
                    struct index *index, struct error *err)
{
    struct item *item = &index->items[index->count];
    int64_t size;

    if (index->count == TENSOR_DIMS_MAX ||
        (index->dims == x->ndim && n->kind != EXPR_NONE))
        return too_many(x, err);
    size = index->dims < x->ndim ? x->shape[index->dims] : 1;
    if (read_item(c, indexed, n, size, index->dims, item, err) != 0) {
        if (err && err->column == 0)
            error_at(err, n->column, n->length);
        return -1;
    }
    index->count++;
    index->dims += item->kind != ITEM_NEW;
    index->many += item->kind == ITEM_MANY;
    return 0;
}

static int read_index(const struct eval_context *c, const struct tensor *x,
                      const struct expr_node *node, struct index *index,
                      struct error *err)
{
    const struct expr_node *first = node->first->next;

    for (const struct expr_node *n = first; n; n = n->next) {
        int status = n->kind == EXPR_ELLIPSIS
                         ? add_ellipsis(x, dims_named(first), index, err)
                         : add_item(c, x, node->first, n, index, err);
        if (status != 0)
            return -1;
    }
    if (index->many > 1)
        return error_set(err, ERROR_USAGE,
                         "one list in an index is taken here; index twice, "
                         "as in W[ids][:, [0, 1]]");
    return 0;
}

static void result_shape(const struct tensor *x, const struct index *index,
                         int *ndim, int64_t *shape)
{
    *ndim = 0;
    for (int i = 0; i < index->count; i++) {
        const struct item *item = &index->items[i];
        if (item->kind == ITEM_RANGE)
            shape[(*ndim)++] = item->count;
        if (item->kind == ITEM_NEW)
            shape[(*ndim)++] = 1;
        for (int d = 0; item->kind == ITEM_MANY && d < item->ids.ndim; d++)
            shape[(*ndim)++] = item->ids.shape[d];
    }
    for (int d = index->dims; d < x->ndim; d++)
        shape[(*ndim)++] = x->shape[d];
}

/* The element of x that element `at` of the result is. */
static size_t source_of(const struct tensor *x, const struct index *index,
                        size_t at)
{
    size_t source = 0, stride = 1;
    int dim = x->ndim - 1;

    for (; dim >= index->dims; dim--) {
        source += at % (size_t)x->shape[dim] * stride;
        at /= (size_t)x->shape[dim];
        stride *= (size_t)x->shape[dim];
    }
    for (int i = index->count - 1; i >= 0; i--) {
        const struct item *item = &index->items[i];
        size_t here = (size_t)item->first;
        if (item->kind == ITEM_NEW)
            continue;
        if (item->kind == ITEM_RANGE) {
            here += at % (size_t)item->count * (size_t)item->step;
            at /= (size_t)item->count;
        } else if (item->kind == ITEM_MANY) {
            size_t n = tensor_count(&item->ids);
            here = (size_t)item->ids.i[at % n];
            at /= n;
        }
        source += here * stride;
        stride *= (size_t)x->shape[dim--];
    }
    return source;
}

static int gather(const struct tensor *x, const struct index *index,
                  struct tensor *out, struct error *err)
{
    int ndim;
    int64_t shape[3 * TENSOR_DIMS_MAX];
    size_t n;

    result_shape(x, index, &ndim, shape);
    if (ndim > TENSOR_DIMS_MAX)
        return error_set(err, ERROR_RANGE,
                         "the result would have %d dimensions; %d are the "
                         "most",
                         ndim, TENSOR_DIMS_MAX);
    if (eval_make(out, x->type, ndim, shape, err) != 0)
        return -1;
    n = tensor_count(out);
    for (size_t i = 0; i < n; i++)
        tensor_set_element(out, i, tensor_element(x, source_of(x, index, i)));
    return 0;
}

static int index_size(const struct eval_context *c,
                      const struct eval_value *size,
                      const struct expr_node *node, struct eval_value *out,
                      struct error *err)
{
    struct item item;

    if (read_item(c, NULL, node->first->next, size->ndim, 0, &item, err) != 0)
        return -1;
    tensor_clear(&item.ids);
    if (item.kind != ITEM_ONE)
        return error_set(err, ERROR_USAGE, "a shape takes one whole number");
    *out = (struct eval_value){.kind = EVAL_INT,
                               .integer = size->size[item.first]};
    return 0;
}

int eval_index(const struct eval_context *c, const struct eval_value *value,
               const struct expr_node *node, struct eval_value *out,
               struct error *err)
{
    struct index index = {0};
    int status;

    if (value->kind == EVAL_SIZE)
        return index_size(c, value, node, out, err);
    if (value->kind != EVAL_TENSOR)
        return error_set(err, ERROR_USAGE, "only tensors have an index");
    *out = (struct eval_value){.kind = EVAL_TENSOR};
    status = read_index(c, &value->tensor, node, &index, err);
    if (status == 0)
        status = gather(&value->tensor, &index, &out->tensor, err);
    for (int i = 0; i < index.count; i++)
        tensor_clear(&index.items[i].ids);
    return status;
}

/* --- lookups ------------------------------------------------------------ */

static int check_ids(const struct tensor *ids, int64_t V, struct error *err)
{
    for (size_t i = 0; i < tensor_count(ids); i++) {
        if (ids->i[i] < 0 || ids->i[i] >= V)
            return error_set(err, ERROR_RANGE,
                             "id %lld is outside the table; ids go from 0 to "
                             "%lld",
                             (long long)ids->i[i], (long long)V - 1);
    }
    return 0;
}

int eval_lookup(const struct eval_context *c, const char *name,
                const struct eval_arguments *args, struct eval_value *out,
                struct error *err)
{
    const struct parameter *W;
    bool onehot = *name == 'o';
    struct tensor ids;
    int64_t shape[TENSOR_DIMS_MAX], cols;
    int status;

    *out = (struct eval_value){.kind = EVAL_TENSOR};
    if (!c->lab->model)
        return error_set(err, ERROR_STATE, "there is no table yet");
    if (args->count < 1 || args->value[0].kind > EVAL_INT ||
        (args->value[0].kind == EVAL_TENSOR &&
         args->value[0].tensor.type != TENSOR_INT64))
        return error_set(err, ERROR_USAGE, "%s takes ids: whole numbers", name);
    W = &c->lab->model->tables[0].weight;
    cols = (int64_t)(onehot ? W->rows : W->cols);
    eval_to_tensor(&args->value[0], &ids);
    if (ids.ndim == TENSOR_DIMS_MAX)
        status = error_set(err, ERROR_RANGE, "ids have too many dimensions");
    else
        status = check_ids(&ids, (int64_t)W->rows, err);
    memcpy(shape, ids.shape, sizeof shape);
    shape[ids.ndim < TENSOR_DIMS_MAX ? ids.ndim : 0] = cols;
    if (status == 0)
        status = eval_make(&out->tensor, onehot ? TENSOR_INT64 : TENSOR_FLOAT32,
                           ids.ndim + 1, shape, err);
    for (size_t i = 0; status == 0 && i < tensor_count(&ids); i++) {
        size_t id = (size_t)ids.i[i], width = (size_t)cols;
        if (onehot) {
            memset(out->tensor.i + i * width, 0, width * sizeof(int64_t));
            out->tensor.i[i * width + id] = 1;
        } else {
            memcpy(out->tensor.f + i * width, W->value + id * width,
                   width * sizeof(float));
        }
    }
    tensor_clear(&ids);
    return status;
}
