/*
 * Whatever stands in a corpus, a file's name or a word, the script is ASCII
 * and a string stays a string: all but printable ASCII is escaped, and so are
 * quotes and backslashes.
 */
#include "lab/twin_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
    LINE_WIDTH = 76,
    LITERAL_MAX = 2000, /* items; a longer list is written as a text */
};

/* --- Lines -------------------------------------------------------------- */

static void indent(const struct twin *t)
{
    fprintf(t->out, "%*s", 4 * t->indent, "");
}

void twin_line(const struct twin *t, const char *format, ...)
{
    va_list args;

    indent(t);
    va_start(args, format);
    vfprintf(t->out, format, args);
    va_end(args);
    fputc('\n', t->out);
}

void twin_shaped(const struct twin *t, const char *code, const char *shape)
{
    twin_line(t, "%s  # %s", code, shape);
}

void twin_title(const struct twin *t, const char *format, ...)
{
    va_list args;

    fputs("\n# --- ", t->out);
    va_start(args, format);
    vfprintf(t->out, format, args);
    va_end(args);
    fputc('\n', t->out);
}

/* --- Strings and numbers ------------------------------------------------ */

static void escape(FILE *out, uint32_t code)
{
    if (code == '\n')
        fputs("\\n", out);
    else if (code == '\t')
        fputs("\\t", out);
    else if (code >= ' ' && code < 0x7f)
        fputc((int)code, out);
    else if (code < 0x100)
        fprintf(out, "\\x%02x", (unsigned)code);
    else if (code < 0x10000)
        fprintf(out, "\\u%04x", (unsigned)code);
    else
        fprintf(out, "\\U%08x", (unsigned)code);
}

static void write_escaped(FILE *out, const char *text, bool quoted)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length;) {
        uint32_t code;
        i += utf8_decode(text + i, length - i, &code, NULL);
        if (quoted && (code == '"' || code == '\\'))
            fputc('\\', out);
        escape(out, code);
    }
}

void twin_quoted(const struct twin *t, const char *text)
{
    fputc('"', t->out);
    write_escaped(t->out, text, true);
    fputc('"', t->out);
}

void twin_comment(const struct twin *t, const char *text)
{
    write_escaped(t->out, text, false);
}

static char *next_buffer(void)
{
    static char buffers[4][40];
    static int turn;

    return buffers[turn++ % 4];
}

const char *twin_number(double value)
{
    char *out = next_buffer();

    if (isinf(value))
        return value > 0 ? "float(\"inf\")" : "float(\"-inf\")";
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, 40, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    return out;
}

const char *twin_float(float value)
{
    char *out = next_buffer();

    for (int digits = 1; digits <= 9; digits++) {
        snprintf(out, 40, "%.*g", digits, (double)value);
        if (strtof(out, NULL) == value)
            break;
    }
    return out;
}

/* --- Lists -------------------------------------------------------------- */

/*
 * literal          block
 *   name = [         name = [int(i) for i in """
 *       1, 2,        1 2
 *   ]                """.split()]
 *
 * nested           nested block
 *   name = [         name = [[int(i) for i in line.split()] for line in """\
 *       [1, 2],      1 2
 *       [3],         3
 *   ]                """.splitlines()]
 */
void twin_list_begin(struct twin_list *list, const struct twin *t,
                     const char *name, enum twin_list_kind kind, bool nested,
                     size_t count)
{
    const char *type = kind == TWIN_FLOATS ? "float" : "int";

    *list = (struct twin_list){.t = t,
                               .nested = nested,
                               .numbers = kind != TWIN_STRINGS,
                               .block = kind != TWIN_STRINGS &&
                                        count > LITERAL_MAX};
    if (!list->block)
        twin_line(t, "%s = [", name);
    else if (nested)
        twin_line(t, "%s = [[%s(i) for i in line.split()] for line in \"\"\"\\",
                  name, type);
    else
        twin_line(t, "%s = [%s(i) for i in \"\"\"", name, type);
}

static void end_row(struct twin_list *list)
{
    bool ended = list->items > 0;

    if (ended && !list->block)
        fputs(list->nested ? "]," : ",", list->t->out);
    if (ended)
        fputc('\n', list->t->out);
    list->items = 0;
}

void twin_list_row(struct twin_list *list)
{
    end_row(list);
}

static void begin_line(struct twin_list *list, const char *text)
{
    if (!list->block)
        list->column = (size_t)fprintf(list->t->out, "%s", text);
    else
        list->column = 0;
}

/* What stands before an item: the row's beginning, or a separator. A nested
 * block has a row in one line, however long. */
static void separate(struct twin_list *list, size_t width)
{
    bool full = list->column + width + 2 > LINE_WIDTH;

    if (list->items++ == 0) {
        begin_line(list, list->nested ? "    [" : "    ");
    } else if (full && !(list->nested && list->block)) {
        fputs(list->block ? "\n" : ",\n", list->t->out);
        begin_line(list, list->nested ? "     " : "    ");
    } else {
        list->column +=
            (size_t)fprintf(list->t->out, "%s", list->block ? " " : ", ");
    }
    list->column += width;
}

static void add_number(struct twin_list *list, const char *text)
{
    separate(list, strlen(text));
    fputs(text, list->t->out);
}

void twin_list_int(struct twin_list *list, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)value);
    add_number(list, text);
}

/* 1 stands as 1.0 in a literal: a tensor of whole numbers would be int64. */
void twin_list_float(struct twin_list *list, float value)
{
    const char *number = twin_float(value);
    char text[40];

    snprintf(text, sizeof text, "%s%s", number,
             list->block || strpbrk(number, ".e") ? "" : ".0");
    add_number(list, text);
}

void twin_list_text(struct twin_list *list, const char *text)
{
    separate(list, strlen(text) + 2);
    twin_quoted(list->t, text);
}

void twin_list_end(struct twin_list *list)
{
    end_row(list);
    if (!list->block)
        twin_line(list->t, "]");
    else
        twin_line(list->t,
                  list->nested ? "\"\"\".splitlines()]" : "\"\"\".split()]");
}

static void write_ids(FILE *out, const struct tensor *ids, int dim,
                      const int64_t **next)
{
    if (dim == ids->ndim) {
        fprintf(out, "%lld", (long long)*(*next)++);
        return;
    }
    fputc('[', out);
    for (int64_t i = 0; i < ids->shape[dim]; i++) {
        if (i > 0)
            fputs(", ", out);
        write_ids(out, ids, dim + 1, next);
    }
    fputc(']', out);
}

void twin_ids(const struct twin *t, const struct tensor *ids)
{
    const int64_t *next = ids->i;

    write_ids(t->out, ids, 0, &next);
}
