/*
 * NumPy's format: "\x93NUMPY", version, header length, a Python dictionary
 * {'descr': '<f4', 'fortran_order': False, 'shape': (17, 6), }, the values in
 * C order. The dictionary is read by looking for its three keys: what numpy
 * writes has them once, and a value that is not as expected is refused.
 */
#include <math.h>
#include <string.h>

#include "text/vectors_private.h"

enum { MAGIC_BYTES = 8, HEADER_MAX = 4096 };

/* The bytes of the header behind the magic, and where it starts. */
static int find_header(struct vectors_reader *r, size_t *start, size_t *length)
{
    const unsigned char *b;
    size_t available;

    if (vectors_reader_fill(r, MAGIC_BYTES + 4, &available) != 0)
        return -1;
    b = (const unsigned char *)r->buffer + r->start;
    if (available < MAGIC_BYTES + 4)
        return vectors_fail(r, "the file ends inside its NumPy header; it is "
                               "cut off");
    *start = b[6] == 1 ? 10 : 12;
    *length = (size_t)b[8] | (size_t)b[9] << 8;
    if (b[6] > 1)
        *length |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (b[6] < 1 || b[6] > 3)
        return vectors_fail(r,
                            "its NumPy format %d.%d is not known here; write "
                            "it with numpy.save",
                            b[6], b[7]);
    if (*length > HEADER_MAX)
        return vectors_fail(r, "its NumPy header is longer than 4 kB; write it "
                               "with numpy.save");
    if (vectors_reader_fill(r, *start + *length, &available) != 0)
        return -1;
    if (available < *start + *length)
        return vectors_fail(r, "the file ends inside its NumPy header; it is "
                               "cut off");
    return 0;
}

/* What stands behind 'key': in the header text, NULL: the key is missing. */
static const char *find_value(const char *header, const char *key)
{
    const char *at = strstr(header, key);

    if (at == NULL)
        return NULL;
    at += strlen(key);
    return at + strspn(at, " :");
}

static bool starts_with(const char *text, const char *start)
{
    return text != NULL && strncmp(text, start, strlen(start)) == 0;
}

/* "(17, 6)": exactly two sizes. */
static bool read_shape(const char *at, struct vectors_npy *npy)
{
    size_t *sizes[] = {&npy->rows, &npy->dims};

    if (!starts_with(at, "("))
        return false;
    for (size_t i = 0; i < 2; i++) {
        at += 1 + strspn(at + 1, " ");
        if (*at < '0' || *at > '9')
            return false;
        for (*sizes[i] = 0; *at >= '0' && *at <= '9'; at++) {
            if (*sizes[i] > SIZE_MAX / 100)
                return false;
            *sizes[i] = *sizes[i] * 10 + (size_t)(*at - '0');
        }
        at += strspn(at, " ");
        if (*at != (i == 0 ? ',' : ')'))
            return false;
    }
    return true;
}

/* Rows x dims values must be what is left of the file. */
static int check_size(const struct vectors_reader *r,
                      const struct vectors_npy *npy)
{
    size_t left = r->size - vectors_reader_position(r);
    double wanted = (double)npy->rows * (double)npy->dims *
                    (double)npy->element;
    char claim[32], there[32];

    if (npy->rows == 0 || npy->dims == 0)
        return vectors_fail(r, "its shape is (%zu, %zu); there are no vectors",
                            npy->rows, npy->dims);
    if (wanted <= (double)left)
        return 0;
    return vectors_fail(r,
                        "its shape (%zu, %zu) takes %s of numbers, %s are "
                        "there; it is cut off, or its header is wrong",
                        npy->rows, npy->dims, vectors_size(claim, wanted),
                        vectors_size(there, (double)left));
}

static int fail_type(const struct vectors_reader *r, const char *type)
{
    char shown[VECTORS_SHOWN_MAX];

    return vectors_fail(
        r, "its numbers are %s; save them as float32 (x.astype('float32'))",
        type != NULL ? vectors_shown(shown, type, strcspn(type, ",}"))
                     : "of no known type");
}

static int read_dictionary(struct vectors_reader *r, const char *header,
                           struct vectors_npy *npy)
{
    const char *type = find_value(header, "'descr'");
    const char *order = find_value(header, "'fortran_order'");

    if (starts_with(type, "'<f4'"))
        npy->element = 4;
    else if (starts_with(type, "'<f8'"))
        npy->element = 8;
    else
        return fail_type(r, type);
    if (!starts_with(order, "False"))
        return vectors_fail(r, "it is in Fortran order; save "
                               "numpy.ascontiguousarray(x)");
    if (!read_shape(find_value(header, "'shape'"), npy))
        return vectors_fail(r, "its shape is not that of a table; save an "
                               "array of two dimensions, (V, D)");
    return 0;
}

int vectors_npy_header(struct vectors_reader *r, struct vectors_npy *npy)
{
    char header[HEADER_MAX + 1];
    size_t start = 0, length = 0;

    if (find_header(r, &start, &length) != 0)
        return -1;
    memcpy(header, r->buffer + r->start + start, length);
    header[length] = '\0';
    if (read_dictionary(r, header, npy) != 0)
        return -1;
    r->start += start + length;
    return check_size(r, npy);
}

/* A little-endian float32 or float64. */
static float decode(const unsigned char *bytes, size_t size)
{
    uint64_t bits = 0;
    uint32_t bits32;
    double wide;
    float value;

    for (size_t i = size; i-- > 0;)
        bits = bits << 8 | bytes[i];
    if (size == sizeof wide) {
        memcpy(&wide, &bits, sizeof wide);
        return (float)wide;
    }
    bits32 = (uint32_t)bits;
    memcpy(&value, &bits32, sizeof value);
    return value;
}

static int load_row(struct vectors_reader *r, const struct vectors_npy *npy,
                    size_t row, float *out)
{
    size_t bytes = npy->dims * npy->element;
    size_t available;

    if (vectors_reader_fill(r, bytes, &available) != 0)
        return -1;
    if (available < bytes)
        return vectors_fail(r,
                            "the file ends inside row %zu of %zu; it is cut "
                            "off",
                            row, npy->rows);
    for (size_t i = 0; i < npy->dims; i++) {
        const char *at = r->buffer + r->start + i * npy->element;
        out[i] = decode((const unsigned char *)at, npy->element);
        if (!isfinite(out[i]))
            return vectors_fail(
                r, "row %zu, column %zu is %s; a table needs finite numbers",
                row, i, isnan(out[i]) ? "NaN" : "infinite");
    }
    r->start += bytes;
    return 0;
}

int vectors_npy_load(struct vectors_reader *r, const struct vectors_npy *npy,
                     const struct vectors_target *target)
{
    if (npy->rows != target->rows)
        return vectors_fail(r,
                            "it has %zu rows and the table V=%zu; a .npy has "
                            "no words, so there must be one row for each",
                            npy->rows, target->rows);
    for (size_t row = 0; row < npy->rows; row++) {
        if (load_row(r, npy, row, target->table + row * npy->dims) != 0)
            return -1;
        target->found[row] = true;
    }
    return 0;
}
