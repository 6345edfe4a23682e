/*
 * The bytes of a text, made valid UTF-8 once, so that nothing above has to
 * think of anything else.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/corpus.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* FNV-1a, 64 bits. */
static uint64_t digest_of(const char *bytes, size_t length)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

/* Is it text at all? */
static int check_bytes(const struct source *source, struct error *err)
{
    const char *text = source->text;
    if (source->length == 0)
        return error_set(err, ERROR_FORMAT,
                         "'%s' is empty; a corpus needs some words",
                         source->name);
    const char *nul = memchr(text, '\0', source->length);
    if (nul == NULL)
        return 0;
    bool wide = memcmp(text, "\xFF\xFE", 2) == 0 ||
                memcmp(text, "\xFE\xFF", 2) == 0;
    if (wide)
        return error_set(err, ERROR_FORMAT, "'%s' is UTF-16; save it as UTF-8",
                         source->name);
    return error_set(err, ERROR_FORMAT,
                     "'%s' is binary (a NUL byte at %s); a corpus is plain "
                     "text",
                     source->name, str_count((size_t)(nul - text)));
}

static void drop_byte_order_mark(struct source *source)
{
    size_t mark = strlen(BYTE_ORDER_MARK);
    if (source->length < mark ||
        memcmp(source->text, BYTE_ORDER_MARK, mark) != 0)
        return;
    source->length -= mark;
    memmove(source->text, source->text + mark, source->length + 1);
}

/* Is every byte beyond ASCII a letter or sign of Latin-1, and none a part of
 * UTF-8? */
static bool is_latin1(const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t code_point;
        bool valid;
        size_t size = utf8_decode(text + i, length - i, &code_point, &valid);
        if (valid ? code_point >= 0x80 : (unsigned char)text[i] < 0xA0)
            return false;
        i += size;
    }
    return true;
}

/* Replace what is no UTF-8; a valid text is not copied. */
static void make_valid(struct source *source)
{
    if (utf8_count_invalid(source->text, source->length) == 0)
        return;
    struct str valid = STR_INIT;
    source->latin1 = is_latin1(source->text, source->length);
    source->invalid = utf8_append_valid(&valid, source->text, source->length);
    source->length = valid.length;
    free(source->text);
    source->text = str_take(&valid);
}

/* source has name, path, text and length. */
static int take_bytes(struct source *source, struct error *err)
{
    if (check_bytes(source, err) != 0) {
        source_clear(source);
        return -1;
    }
    source->digest = digest_of(source->text, source->length);
    drop_byte_order_mark(source);
    make_valid(source);
    return 0;
}

int source_read(struct source *source, const char *name, const char *path,
                struct error *err)
{
    struct file_bytes bytes;
    *source = (struct source){0};
    if (file_read(path, &bytes, err) != 0)
        return -1;
    source->name = memory_text(name);
    source->path = memory_text(path);
    source->text = bytes.data;
    source->length = bytes.length;
    return take_bytes(source, err);
}

int source_type(struct source *source, const char *text, struct error *err)
{
    *source = (struct source){
        .name = memory_text("typed text"),
        .text = memory_text(text),
        .length = strlen(text),
    };
    return take_bytes(source, err);
}

void source_clear(struct source *source)
{
    free(source->name);
    free(source->path);
    free(source->text);
    *source = (struct source){0};
}
