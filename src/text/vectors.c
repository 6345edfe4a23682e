/*
 * What a file is, is told by how it begins: NumPy's magic, a line of two whole
 * numbers (word2vec, text or binary by what follows), or a word and its
 * numbers (GloVe). The name only decides where it promises a header.
 *
 * Nothing is allocated by what a header claims: the numbers of a word must
 * fit in the file, or the header is refused.
 */
#include "text/vectors.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"
#include "text/vectors_private.h"

enum { SAMPLE_BYTES = 64 * 1024 }; /* what the format is told by */

const char *vectors_format_name(enum vectors_format format)
{
    static const char *const names[] = {
        [VECTORS_WORD2VEC_TEXT] = "word2vec text",
        [VECTORS_WORD2VEC_BINARY] = "word2vec binary",
        [VECTORS_GLOVE] = "GloVe",
        [VECTORS_NPY] = "NumPy"};

    return names[format];
}

const char *vectors_skip_blanks(const char *at, const char *end)
{
    while (at < end && vectors_is_blank(*at))
        at++;
    return at;
}

const char *vectors_field_end(const char *at, const char *end)
{
    while (at < end && !vectors_is_blank(*at))
        at++;
    return at;
}

/* A whole number (SIZE_MAX for larger ones); false: there is none here. */
static bool read_whole(const char **at, const char *end, size_t *out)
{
    const char *from = vectors_skip_blanks(*at, end);

    *out = 0;
    for (*at = from; *at < end && **at >= '0' && **at <= '9'; ++*at) {
        size_t digit = (size_t)(**at - '0');
        *out = *out > (SIZE_MAX - digit) / 10 ? SIZE_MAX : *out * 10 + digit;
    }
    return *at > from && (*at == end || vectors_is_blank(**at));
}

static bool read_header(const char *line, size_t length,
                        struct vectors_info *info)
{
    const char *at = line, *end = line + length;

    return read_whole(&at, end, &info->words) &&
           read_whole(&at, end, &info->dims) &&
           vectors_skip_blanks(at, end) == end;
}

/* The first control character but tab and line end; length: there is none. */
static size_t find_control(const char *bytes, size_t length)
{
    size_t i = 0;

    while (i < length && ((unsigned char)bytes[i] >= ' ' || bytes[i] == '\t' ||
                          bytes[i] == '\n' || bytes[i] == '\r'))
        i++;
    return i;
}

/*
 * Behind a header: does a text follow? It does where the word's first number
 * reads as one, and where nothing speaks against a text with a mistake there.
 */
static bool is_text(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    const char *line = memchr(bytes, '\n', length);
    const char *number = vectors_field_end(bytes, line != NULL ? line : end);
    const char *number_end;
    float value;

    number = vectors_skip_blanks(number, end);
    number_end = vectors_field_end(number, line != NULL ? line : end);
    if (number_read_float(number, (size_t)(number_end - number), &value))
        return true;
    return find_control(bytes, length) == length &&
           utf8_count_invalid(bytes, length) <= 1; /* one: the sample's cut */
}

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);

    return length > wanted && strcmp(path + length - wanted, ending) == 0;
}

/* V x D numbers need so many bytes at least; would they fit in the file? */
static int check_claim(const struct vectors_loading *l)
{
    const struct vectors_reader *r = &l->reader;
    size_t left = r->size - vectors_reader_position(r);
    bool binary = l->info.format == VECTORS_WORD2VEC_BINARY;
    double number = binary ? 4.0 : 2.0; /* bytes; a blank and a digit */
    double least = (double)l->info.words * ((double)l->info.dims * number + 2);
    char size[32], claim[32];

    if (l->info.words == 0 || l->info.dims == 0)
        return vectors_fail_line(
            r, "the header says %zu words of %zu numbers; there must be some",
            l->info.words, l->info.dims);
    if (least <= 2.0 * (double)left)
        return 0;
    return vectors_fail_line(
        r,
        "the header says %zu words of %zu numbers, which take %s at least; the "
        "file has %s: the header is wrong, or most of the file is missing",
        l->info.words, l->info.dims, vectors_size(claim, least),
        vectors_size(size, (double)r->size));
}

static int begin_after_header(struct vectors_loading *l)
{
    struct vectors_reader *r = &l->reader;
    size_t available;

    l->has_header = true;
    if (vectors_reader_fill(r, SAMPLE_BYTES, &available) != 0)
        return -1;
    l->info.format = has_ending(r->path, ".bin") ||
                             !is_text(r->buffer + r->start, available)
                         ? VECTORS_WORD2VEC_BINARY
                         : VECTORS_WORD2VEC_TEXT;
    return check_claim(l);
}

static int refuse_headless(struct vectors_loading *l, size_t available)
{
    const struct vectors_reader *r = &l->reader;
    size_t control = find_control(r->buffer, available);

    if (has_ending(r->path, ".npy"))
        return vectors_fail(r, "this is no NumPy file (it does not begin as "
                               "one); write it with numpy.save");
    if (has_ending(r->path, ".bin") || has_ending(r->path, ".vec"))
        return vectors_fail_line(
            r, "no header: the first line of a .vec or .bin file is \"V D\", "
               "the number of words and of numbers a word; a GloVe file ends "
               "in .txt");
    if (control < available)
        return vectors_fail(r,
                            "byte %zu is the control character %d; this is "
                            "neither a text of vectors nor a word2vec file, "
                            "which begins with a line \"V D\"",
                            control + 1, r->buffer[control]);
    return 0;
}

/* GloVe has no header: D is what the first line has. */
static int begin_glove(struct vectors_loading *l, const char *line,
                       size_t length)
{
    const char *end = line + length;
    const char *at = vectors_field_end(line, end);

    l->info = (struct vectors_info){.format = VECTORS_GLOVE};
    while ((at = vectors_skip_blanks(at, end)) < end) {
        at = vectors_field_end(at, end);
        l->info.dims++;
    }
    if (l->info.dims == 0)
        return vectors_fail_line(
            &l->reader, "no numbers behind the word; a line is \"word v1 v2 "
                        "...\"");
    return 0;
}

static bool is_npy(const struct vectors_reader *r, size_t available)
{
    return available >= 6 && memcmp(r->buffer, "\x93NUMPY", 6) == 0;
}

/* Tell the format; the reader stands at the first vector afterwards. */
static int begin_text(struct vectors_loading *l, size_t available)
{
    struct vectors_reader *r = &l->reader;
    const char *line;
    size_t length;
    int status = vectors_reader_line(r, &line, &length);

    if (status < 0)
        return -1;
    if (status == 0)
        return vectors_fail(r, "the file is empty; name one with vectors");
    if (read_header(line, length, &l->info))
        return begin_after_header(l);
    if (refuse_headless(l, available) != 0 || begin_glove(l, line, length) != 0)
        return -1;
    r->start = 0; /* the line is a vector: nothing has moved yet */
    r->line = 0;
    return 0;
}

int vectors_begin(struct vectors_loading *l)
{
    struct vectors_reader *r = &l->reader;
    size_t available;

    if (vectors_reader_fill(r, SAMPLE_BYTES, &available) != 0)
        return -1;
    if (!is_npy(r, available))
        return begin_text(l, available);
    if (vectors_npy_header(r, &l->npy) != 0)
        return -1;
    l->info = (struct vectors_info){VECTORS_NPY, l->npy.rows, l->npy.dims};
    return 0;
}

static int check_dims(const struct vectors_loading *l)
{
    if (l->info.dims == l->target->dims)
        return 0;
    return vectors_fail(&l->reader,
                        "it has %zu numbers a word and the table D=%zu; "
                        "type table with D=%zu",
                        l->info.dims, l->target->dims, l->info.dims);
}

static int load(struct vectors_loading *l)
{
    int status;

    if (vectors_begin(l) != 0 || check_dims(l) != 0)
        return -1;
    if (l->info.format == VECTORS_NPY)
        return vectors_npy_load(&l->reader, &l->npy, l->target);
    l->row = memory_new(l->info.dims, sizeof *l->row);
    status = vectors_words_load(l);
    l->info.words = l->count;
    free(l->row);
    free(l->seen.slots);
    return status;
}

int vectors_load(const char *path, const struct vectors_target *target,
                 struct vectors_info *info, struct error *err)
{
    struct vectors_loading l = {.target = target};
    int status;

    if (vectors_reader_open(&l.reader, path, err) != 0)
        return -1;
    l.reader.progress = target->progress;
    l.reader.context = target->progress_context;
    status = load(&l);
    if (info != NULL)
        *info = l.info;
    vectors_reader_close(&l.reader);
    return status;
}
