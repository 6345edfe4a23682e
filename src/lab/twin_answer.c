/*
 * An answer is read once, from its beginning to its end:
 *
 *   emblab twin 1.13.0
 *   W float32 17 6            NAME TYPE SIZE...
 *   1065353216 -1082130432    a float32 as the int32 of its bits
 *   W.grad None
 *   ids int64 2
 *   3 4
 *   end
 */
#include "lab/twin_answer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"

static const char opening[] = "emblab twin ";

enum { NUMBER_BYTES = 21, LINE_BYTES = 256, STEPS_STRICT = 20 };

/* --- Reading ------------------------------------------------------------ */

struct reader {
    const char *at;
    struct error *err;
};

static int garbled(struct reader *r, const char *expected)
{
    int length = (int)strcspn(r->at, "\n");

    return error_set(r->err, ERROR_FORMAT,
                     "python did not answer as the script does: %s should "
                     "stand where \"%.*s\" does; is it a Python?",
                     expected, length < 60 ? length : 60, r->at);
}

/* Past this text, if it is what stands there. */
static bool pass(struct reader *r, const char *text)
{
    if (!str_starts_with(r->at, text))
        return false;
    r->at += strlen(text);
    return true;
}

static bool read_int(struct reader *r, int64_t *out)
{
    char *end;

    *out = strtoll(r->at, &end, 10);
    if (end == r->at)
        return false;
    r->at = end + (*end == ' ');
    return true;
}

static int read_opening(struct reader *r, struct twin_answer *out)
{
    const char *found = r->at;
    size_t length;

    for (; !str_starts_with(found, opening); found++) {
        found = strchr(found, '\n');
        if (!found)
            return garbled(r, "\"emblab twin\"");
    }
    r->at = found + strlen(opening);
    length = strcspn(r->at, "\n");
    snprintf(out->torch, sizeof out->torch, "%.*s", (int)length, r->at);
    r->at += length + (r->at[length] == '\n');
    return 0;
}

/* The values of a tensor like ours, (count) of its type. */
static int read_values(struct reader *r, struct tensor *out)
{
    size_t count = tensor_count(out);

    for (size_t i = 0; i < count; i++) {
        int64_t number;
        int32_t bits;
        if (!read_int(r, &number))
            return garbled(r, "a number");
        bits = (int32_t)number;
        if (out->type == TENSOR_INT64)
            out->i[i] = number;
        else
            memcpy(&out->f[i], &bits, sizeof bits);
    }
    return pass(r, "\n") ? 0 : garbled(r, "the end of the line");
}

static int read_shape(struct reader *r, const struct tensor *ours)
{
    bool ints = ours->type == TENSOR_INT64;

    if (!pass(r, ints ? "int64" : "float32"))
        return garbled(r, ints ? "int64" : "float32");
    pass(r, " ");
    for (int d = 0; d < ours->ndim; d++) {
        int64_t size;
        if (!read_int(r, &size) || size != ours->shape[d])
            return garbled(r, "the lab's own shape");
    }
    return pass(r, "\n") ? 0 : garbled(r, "the end of the shape");
}

/* --- Comparing ---------------------------------------------------------- */

static double largest_of(const float *values, size_t n)
{
    double largest = 0;

    for (size_t i = 0; i < n; i++) {
        if (isfinite(values[i]))
            largest = fmax(largest, fabs((double)values[i]));
    }
    return largest;
}

static bool are_same(float a, float b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void compare_floats(const struct tensor *ours,
                           const struct tensor *theirs, double slack,
                           struct twin_difference *out)
{
    size_t n = tensor_count(ours);
    double scale = largest_of(theirs->f, n);

    for (size_t i = 0; i < n; i++) {
        float a = ours->f[i], b = theirs->f[i];
        double apart = fabs((double)a - (double)b);
        double allowed = slack * (1e-5 * fabs((double)b) + 1e-6 * scale);
        if (are_same(a, b))
            continue;
        if (!isfinite(apart))
            apart = allowed = HUGE_VAL;
        out->largest = fmax(out->largest, apart);
        out->part = fmax(out->part, isfinite(allowed) && allowed > 0
                                        ? apart / allowed
                                        : HUGE_VAL);
    }
}

static void compare_ints(const struct tensor *ours, const struct tensor *theirs,
                         struct twin_difference *out)
{
    for (size_t i = 0; i < tensor_count(ours); i++)
        out->largest += ours->i[i] != theirs->i[i];
    out->part = out->largest > 0 ? HUGE_VAL : 0;
}

static int compare_values(struct reader *r, const struct tensor *ours,
                          double slack, struct twin_difference *out)
{
    struct tensor theirs = {0};
    int status;

    if (read_shape(r, ours) != 0)
        return -1;
    tensor_reshape(&theirs, ours->type, ours->ndim, ours->shape);
    status = read_values(r, &theirs);
    if (status == 0 && ours->type == TENSOR_INT64)
        compare_ints(ours, &theirs, out);
    else if (status == 0)
        compare_floats(ours, &theirs, slack, out);
    tensor_clear(&theirs);
    return status;
}

/* None beside a tensor: they differ, and its values are passed over. */
static int compare_none(struct reader *r, const struct named *ours, bool none,
                        struct twin_difference *out)
{
    if (none == ours->none)
        return 0;
    out->largest = out->part = HUGE_VAL;
    if (none)
        return 0;
    for (int line = 0; line < 2; line++) {
        r->at += strcspn(r->at, "\n");
        if (!pass(r, "\n"))
            return garbled(r, "the end of the line");
    }
    return 0;
}

static int compare_one(struct reader *r, const struct named *ours, double slack,
                       struct twin_difference *out)
{
    bool none;

    if (!pass(r, out->name) || !pass(r, " "))
        return garbled(r, out->name);
    none = pass(r, "None\n");
    tensor_shape_text(&ours->value, out->shape);
    if (ours->none && none)
        snprintf(out->shape, sizeof out->shape, "None");
    if (ours->none || none)
        return compare_none(r, ours, none, out);
    return compare_values(r, &ours->value, slack, out);
}

static int compare_named(const struct lab *lab, struct reader *r, double slack,
                         struct twin_difference *out)
{
    struct named ours;
    int status;

    if (name_find(lab, out->name, &ours, r->err) != 0)
        return -1;
    status = compare_one(r, &ours, slack, out);
    named_clear(&ours);
    return status;
}

int twin_answer_read(const struct lab *lab, const char *text,
                     struct twin_answer *out, struct error *err)
{
    struct reader reader = {text, err};
    const char *names[NAMES_MAX];

    *out = (struct twin_answer){.count = name_list(lab, names),
                                .slack = lab->step > STEPS_STRICT ? 10 : 1};
    if (read_opening(&reader, out) != 0)
        return -1;
    for (size_t i = 0; i < out->count; i++) {
        out->list[i].name = names[i];
        if (compare_named(lab, &reader, out->slack, &out->list[i]) != 0)
            return -1;
        out->differing += out->list[i].part > 1;
    }
    return pass(&reader, "end\n") ? 0 : garbled(&reader, "\"end\"");
}

size_t twin_answer_bytes(const struct lab *lab)
{
    const char *names[NAMES_MAX];
    size_t count = name_list(lab, names), bytes = 64 * 1024;

    for (size_t i = 0; i < count; i++) {
        struct named named;
        if (name_find(lab, names[i], &named, NULL) != 0)
            continue;
        bytes += LINE_BYTES + NUMBER_BYTES * tensor_count(&named.value);
        named_clear(&named);
    }
    return bytes;
}
