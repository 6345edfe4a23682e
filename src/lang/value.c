/*
 * What typed values mean: numbers, and lists as tensors. The functions are
 * declared in lang/parse.h, beside the values.
 */
#include "lang/parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits as sign and size, in the way int64_t has one more negative. */
struct whole {
    bool negative;
    uint64_t size;
};

static bool whole_append(struct whole *w, char digit)
{
    uint64_t limit = (uint64_t)INT64_MAX + w->negative;
    uint64_t add = (uint64_t)(digit - '0');

    if (w->size > (limit - add) / 10)
        return false;
    w->size = w->size * 10 + add;
    return true;
}

/*
 * The digits of mantissa (sign gone) shifted by the power of ten: those
 * behind the point must be zeros.
 */
static bool whole_read(const char *mantissa, size_t length, long power,
                       struct whole *w)
{
    const char *point = memchr(mantissa, '.', length);
    long before = point != NULL ? point - mantissa : (long)length;
    long left = before + power; /* digits that stand before the point */

    for (size_t i = 0; i < length; i++) {
        if (mantissa[i] == '.')
            continue;
        if (left-- > 0) {
            if (!whole_append(w, mantissa[i]))
                return false;
        } else if (mantissa[i] != '0') {
            return false;
        }
    }
    for (; left > 0 && w->size > 0; left--)
        if (!whole_append(w, '0'))
            return false;
    return true;
}

/* The power in "e-3"; one that no int64_t reaches is as good as another. */
static long power_of_ten(const char *exponent)
{
    const long far = 1000000000;
    long power = *exponent != '\0' ? strtol(exponent + 1, NULL, 10) : 0;

    return power > far ? far : power < -far ? -far : power;
}

bool value_to_integer(const char *text, int64_t *out)
{
    struct whole w = {.negative = text[0] == '-'};
    const char *mantissa = text + (text[0] == '-' || text[0] == '+');
    size_t length = strcspn(mantissa, "eE");
    double number;

    if (!number_read_double(text, strlen(text), &number) ||
        !(is_digit(mantissa[0]) || mantissa[0] == '.'))
        return false;
    if (!whole_read(mantissa, length, power_of_ten(mantissa + length), &w))
        return false;
    *out = w.negative ? (int64_t)(0 - w.size) : (int64_t)w.size;
    return true;
}

bool value_to_number(const char *text, double *out)
{
    return number_read_double(text, strlen(text), out) && !isnan(*out);
}

struct flattening {
    struct list_shape shape;
    bool allow_ragged, ragged;
    const struct value **leaves;
    size_t count, capacity;
    struct error *err;
};

/* The shape along the first items: what all others must agree with. */
static int expect_shape(struct flattening *f, const struct value *list)
{
    const int most = (int)(sizeof f->shape.shape / sizeof f->shape.shape[0]);

    while (list != NULL && list->kind == VALUE_LIST) {
        if (f->shape.ndim == most && f->allow_ragged) {
            f->ragged = true;
            return 0;
        }
        if (f->shape.ndim == most) {
            error_set(f->err, ERROR_SYNTAX,
                      "this list is the %dth inside another; a tensor has at "
                      "most %d dimensions",
                      most + 1, most);
            return error_at(f->err, list->column, list->length);
        }
        f->shape.shape[f->shape.ndim++] = (int64_t)list->count;
        list = list->count > 0 ? &list->items[0] : NULL;
    }
    return 0;
}

static int fail_ragged(struct flattening *f, const struct value *value,
                       int depth)
{
    if (value->kind != VALUE_LIST)
        error_set(f->err, ERROR_SYNTAX,
                  "%.40s stands where the first place has a list; make all "
                  "parts of the list alike",
                  value->text);
    else if (depth >= f->shape.ndim)
        error_set(f->err, ERROR_SYNTAX,
                  "a list stands where the first place has none; make all "
                  "parts of the list alike");
    else
        error_set(f->err, ERROR_SYNTAX,
                  "this list has %zu items where the first has %lld; a tensor "
                  "needs rows of one length",
                  value->count, (long long)f->shape.shape[depth]);
    return error_at(f->err, value->column, value->length);
}

/* Recursion is as deep as lists nest: PARSE_DEPTH_MAX at most. */
static int add_leaves(struct flattening *f, const struct value *value,
                      int depth)
{
    bool fits = value->kind == VALUE_LIST
                    ? depth < f->shape.ndim &&
                          (int64_t)value->count == f->shape.shape[depth]
                    : depth == f->shape.ndim;

    if (!fits && !f->allow_ragged)
        return fail_ragged(f, value, depth);
    f->ragged = f->ragged || !fits;
    if (value->kind != VALUE_LIST) {
        f->leaves =
            memory_grow(f->leaves, f->count, &f->capacity, sizeof *f->leaves);
        f->leaves[f->count++] = value;
        return 0;
    }
    for (size_t i = 0; i < value->count; i++)
        if (add_leaves(f, &value->items[i], depth + 1) != 0)
            return -1;
    return 0;
}

int value_flatten(const struct value *list, bool allow_ragged,
                  struct list_shape *shape, const struct value ***leaves,
                  size_t *count, struct error *err)
{
    struct flattening f = {.allow_ragged = allow_ragged, .err = err};
    int status = 0;

    if (list->kind == VALUE_LIST)
        status = expect_shape(&f, list);
    else
        f.shape = (struct list_shape){1, {1}};
    if (status == 0)
        status = add_leaves(&f, list, list->kind == VALUE_LIST ? 0 : 1);
    if (status != 0) {
        free(f.leaves);
        return -1;
    }
    if (f.ragged)
        f.shape = (struct list_shape){0};
    *shape = f.shape;
    *leaves = f.leaves;
    *count = f.count;
    return 0;
}
