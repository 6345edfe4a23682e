/*
 * Reading a lesson: the bytes are looked at first, then the head of the file,
 * then cmark makes a tree of the rest, whose children at the top become blocks
 * in their order. cmark counts lines from where its text begins: reader->before
 * has how many stand above. The first mistake ends it.
 */
#include "lesson/reader.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"

/* Deeper lists in quotes in lists have no room on a screen. */
enum { DEPTH_MAX = 10, ID_MAX = 64, RUN_MAX = 16 * 1024 };

/* --- what the parts share ------------------------------------------------- */

int reader_fail(const struct reader *reader, size_t line, const char *format,
                ...)
{
    struct str what = STR_INIT;
    va_list args;

    va_start(args, format);
    str_vprintf(&what, format, args);
    va_end(args);
    error_set(reader->err, ERROR_SYNTAX, "%s:%zu: error: %s",
              reader->lesson->path, line, str_text(&what));
    str_clear(&what);
    return -1;
}

bool reader_next_line(struct reader_text *text, struct reader_line *line)
{
    size_t left = (size_t)(text->end - text->at);
    const char *end;

    if (left == 0)
        return false;
    end = memchr(text->at, '\n', left);
    line->text = text->at;
    line->length = end ? (size_t)(end - text->at) : left;
    line->number = text->line++;
    text->at = end ? end + 1 : text->end;
    return true;
}

static bool is_blank_char(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

bool reader_is_blank(const struct reader_line *line)
{
    for (size_t i = 0; i < line->length; i++) {
        if (!is_blank_char(line->text[i]))
            return false;
    }
    return true;
}

bool reader_line_starts(const struct reader_line *line, const char *prefix)
{
    size_t length = strlen(prefix);

    return line->length >= length && memcmp(line->text, prefix, length) == 0;
}

char *reader_trim(const char *text, size_t length)
{
    struct str out = STR_INIT;

    while (length > 0 && is_blank_char(text[length - 1]))
        length--;
    while (length > 0 && is_blank_char(*text)) {
        text++;
        length--;
    }
    str_append_bytes(&out, text, length);
    return str_take(&out);
}

struct lesson_block *reader_add_block(struct reader *reader,
                                      enum lesson_kind kind, size_t line)
{
    struct lesson *lesson = reader->lesson;
    struct lesson_block *block;

    lesson->blocks = memory_grow(lesson->blocks, lesson->count,
                                 &reader->capacity, sizeof *lesson->blocks);
    block = &lesson->blocks[lesson->count++];
    *block = (struct lesson_block){
        .kind = kind, .line = line, .hidden = reader->hidden_line > 0};
    return block;
}

/* The capacity follows from the count: full at 0 and at powers of two. */
void reader_add_text(char ***list, size_t *count, char *text)
{
    size_t n = *count;

    if ((n & (n - 1)) == 0)
        *list = memory_resize(*list, n == 0 ? 1 : 2 * n, sizeof **list);
    (*list)[n] = text;
    *count = n + 1;
}

int reader_check_id(const struct reader *reader, size_t line, const char *id)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    if (*id && id[strspn(id, letters)] == '\0' && strlen(id) <= ID_MAX)
        return 0;
    return reader_fail(reader, line,
                       "'%s' is no name for this; use up to %d letters, "
                       "digits, - and _",
                       id, ID_MAX);
}

/* --- the bytes ------------------------------------------------------------ */

static size_t line_of(const char *text, size_t offset)
{
    size_t line = 1;

    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

/* Tab and the line ends are the only controls that text has. */
static int check_controls(const struct reader *reader)
{
    for (size_t i = 0; i < reader->length; i++) {
        unsigned char c = (unsigned char)reader->text[i];
        if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f)
            return reader_fail(reader, line_of(reader->text, i),
                               "this is no text: it has the byte 0x%02x; a "
                               "lesson is a Markdown file",
                               c);
    }
    return 0;
}

static int check_utf8(const struct reader *reader)
{
    for (size_t i = 0; i < reader->length;) {
        uint32_t code_point;
        bool valid;
        size_t n = utf8_decode(reader->text + i, reader->length - i,
                               &code_point, &valid);
        if (!valid)
            return reader_fail(reader, line_of(reader->text, i),
                               "the byte 0x%02x here is not UTF-8; save the "
                               "file as UTF-8",
                               (unsigned char)reader->text[i]);
        i += n;
    }
    return 0;
}

/* Lines without an empty one between are one paragraph at worst, for which
 * cmark may need time that grows with the square of its length. */
static int check_runs(const struct reader *reader)
{
    struct reader_text text = {reader->text, reader->text + reader->length, 1};
    struct reader_line line;
    size_t run = 0, first = 1;

    while (reader_next_line(&text, &line)) {
        if (run == 0)
            first = line.number;
        run = reader_is_blank(&line) ? 0 : run + line.length + 1;
        if (run > RUN_MAX)
            return reader_fail(reader, first,
                               "more than %d kB stand here without an empty "
                               "line; part them",
                               RUN_MAX / 1024);
    }
    return 0;
}

static int check_length(const struct reader *reader, size_t length)
{
    if (length > LESSON_BYTES_MAX)
        return reader_fail(reader, 1,
                           "%s are too many for a lesson, which has at most "
                           "%s; make several of it",
                           str_bytes(length), str_bytes(LESSON_BYTES_MAX));
    return 0;
}

/* Without a byte order mark, and \r\n as \n: what every part may rely on. */
static void normalise(const char *text, size_t length, struct str *out)
{
    size_t start = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    for (size_t i = start; i < length; i++) {
        if (text[i] != '\r' || i + 1 == length || text[i + 1] != '\n')
            str_append_char(out, text[i]);
    }
}

/* --- Markdown ------------------------------------------------------------- */

size_t reader_node_line(const struct reader *reader, struct cmark_node *node)
{
    int line = cmark_node_get_start_line(node);

    return reader->before + (line < 1 ? 1 : (size_t)line);
}

static bool is_ignored_comment(const char *html)
{
    static const char mark[] = "<!--";

    if (!str_starts_with(html, mark))
        return false;
    html += strlen(mark);
    return html[strspn(html, " \t\n")] == '#';
}

/* `<unk>` in a sentence is HTML to CommonMark, and would not be seen. */
static int check_html(const struct reader *reader, cmark_node *node)
{
    const char *html = cmark_node_get_literal(node);
    size_t line = reader_node_line(reader, node);

    if (is_ignored_comment(html))
        return 0;
    if (str_starts_with(html, "<!--"))
        return reader_fail(reader, line,
                           "a comment must begin its line and stand outside "
                           "of all else; move it");
    return reader_fail(reader, line,
                       "'%.*s' is HTML, which a terminal does not show; write "
                       "it as `code` or with a \\ before the <",
                       (int)strcspn(html, "\n"), html);
}

static int check_inner_fence(const struct reader *reader, cmark_node *node)
{
    static const char *const ours[] = {"emblab", "quiz", "try"};
    const char *info = cmark_node_get_fence_info(node);
    size_t length = strcspn(info, " {");

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (strlen(ours[i]) == length && memcmp(info, ours[i], length) == 0)
            return reader_fail(reader, reader_node_line(reader, node),
                               "a block `%s` must begin at the margin; move it "
                               "out of the list or quote",
                               ours[i]);
    }
    return 0;
}

static int check_node(const struct reader *reader, cmark_node *node, int depth)
{
    if (depth > DEPTH_MAX)
        return reader_fail(reader, reader_node_line(reader, node),
                           "too much stands in each other here; nest at most "
                           "%d",
                           DEPTH_MAX);
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HTML_INLINE:
    case CMARK_NODE_HTML_BLOCK:
        return check_html(reader, node);
    case CMARK_NODE_CODE_BLOCK:
        return check_inner_fence(reader, node);
    case CMARK_NODE_IMAGE:
        return reader_fail(reader, reader_node_line(reader, node),
                           "a lesson shows no image; say it in words, or let "
                           "a command draw it");
    default:
        return 0;
    }
}

/* What is at the top is looked at when it becomes a block. */
static int check_tree(const struct reader *reader, cmark_node *document)
{
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;
    int depth = 0, status = 0;

    while (status == 0 && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        bool leaf = cmark_node_first_child(node) == NULL;
        if (event == CMARK_EVENT_EXIT) {
            depth -= !leaf;
            continue;
        }
        if (depth > 1)
            status = check_node(reader, node, depth);
        depth += !leaf;
    }
    cmark_iter_free(iter);
    return status;
}

static cmark_parser *new_parser(void)
{
    cmark_parser *parser;
    cmark_syntax_extension *table;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    table = cmark_find_syntax_extension("table");
    if (table)
        cmark_parser_attach_syntax_extension(parser, table);
    return parser;
}

struct cmark_node *reader_markdown(struct reader *reader,
                                   const struct reader_text *text)
{
    cmark_parser *parser = new_parser();
    cmark_node *document;
    size_t outer = reader->before;
    int status;

    cmark_parser_feed(parser, text->at, (size_t)(text->end - text->at));
    document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    cmark_consolidate_text_nodes(document);
    reader->before = text->line - 1;
    status = check_tree(reader, document);
    reader->before = outer;
    if (status == 0)
        return document;
    cmark_node_free(document);
    return NULL;
}

/* --- blocks --------------------------------------------------------------- */

/* "Which rows? {#which}": the id at the end of a heading leaves its text. */
static int take_heading_id(struct reader *reader, struct lesson_block *block)
{
    cmark_node *last = cmark_node_last_child(block->node);
    const char *text, *mark;
    struct str before = STR_INIT;
    size_t length;

    if (!last || cmark_node_get_type(last) != CMARK_NODE_TEXT)
        return 0;
    text = cmark_node_get_literal(last);
    mark = strstr(text, "{#");
    if (!mark)
        return 0;
    length = strlen(mark);
    if (mark[length - 1] != '}')
        return reader_fail(reader, block->line,
                           "an id ends the heading, as in {#name}; put it "
                           "last and close it with }");
    block->id = reader_trim(mark + 2, length - 3);
    while (mark > text && mark[-1] == ' ')
        mark--;
    str_append_bytes(&before, text, (size_t)(mark - text));
    cmark_node_set_literal(last, str_text(&before));
    str_clear(&before);
    return reader_check_id(reader, block->line, block->id);
}

static int add_heading(struct reader *reader, cmark_node *node)
{
    struct lesson_block *block = reader_add_block(
        reader, LESSON_HEADING, reader_node_line(reader, node));

    block->node = node;
    return take_heading_id(reader, block);
}

static int add_node(struct reader *reader, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        return add_heading(reader, node);
    case CMARK_NODE_HTML_BLOCK:
        return reader_comments(reader, node);
    case CMARK_NODE_CODE_BLOCK:
        return reader_fence(reader, node);
    default:
        reader_add_block(reader, LESSON_TEXT, reader_node_line(reader, node))
            ->node = node;
        return 0;
    }
}

/* Where an id stands. Progress, markers and messages need it to be one's. */
struct id_place {
    const char *id;
    size_t line;
};

static int compare_places(const void *a, const void *b)
{
    const struct id_place *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static const char *name_of_block(const struct lesson_block *block)
{
    return block->kind == LESSON_MARKER ? block->text : block->id;
}

static int check_ids(const struct reader *reader)
{
    const struct lesson *lesson = reader->lesson;
    struct id_place *places = memory_new(lesson->count + 1, sizeof *places);
    size_t count = 0;
    int status = 0;

    for (size_t i = 0; i < lesson->count; i++) {
        const char *id = name_of_block(&lesson->blocks[i]);
        if (id)
            places[count++] = (struct id_place){id, lesson->blocks[i].line};
    }
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 1; i < count && status == 0; i++) {
        if (str_equal(places[i - 1].id, places[i].id))
            status = reader_fail(reader, places[i].line,
                                 "the id '%s' stands in line %zu already; give "
                                 "each its own",
                                 places[i].id, places[i - 1].line);
    }
    free(places);
    return status;
}

static int read_blocks(struct reader *reader, const struct reader_text *text)
{
    struct lesson *lesson = reader->lesson;

    lesson->document = reader_markdown(reader, text);
    if (!lesson->document)
        return -1;
    reader->before = text->line - 1;
    for (cmark_node *node = cmark_node_first_child(lesson->document); node;
         node = cmark_node_next(node)) {
        if (add_node(reader, node) != 0)
            return -1;
    }
    if (reader->hidden_line > 0)
        return reader_fail(reader, reader->hidden_line,
                           "no <!-- show --> follows this <!-- hide -->; put "
                           "one where the lesson is to be seen again");
    if (lesson->count == 0)
        return reader_fail(reader, text->line,
                           "there is nothing after the head; write the lesson "
                           "here");
    return check_ids(reader);
}

/* Head and, where whole, blocks. NULL with the error set. */
static struct lesson *parse(const char *path, const char *text, size_t length,
                            bool whole, struct error *err)
{
    struct str clean = STR_INIT;
    struct reader reader = {.err = err};
    struct reader_text rest;
    int status;

    reader.lesson = memory_zeroed(1, sizeof *reader.lesson);
    reader.lesson->path = memory_text(path);
    status = check_length(&reader, length);
    if (status == 0)
        normalise(text, length, &clean);
    reader.text = str_text(&clean);
    reader.length = clean.length;
    if (status != 0 || check_controls(&reader) != 0 ||
        check_utf8(&reader) != 0 || check_runs(&reader) != 0 ||
        reader_front(&reader, &rest) != 0 ||
        (whole && read_blocks(&reader, &rest) != 0)) {
        lesson_free(reader.lesson);
        reader.lesson = NULL;
    }
    str_clear(&clean);
    return reader.lesson;
}

struct lesson *lesson_parse(const char *path, const char *text, size_t length,
                            struct error *err)
{
    return parse(path, text, length, true, err);
}

struct lesson *lesson_parse_front(const char *path, const char *text,
                                  size_t length, struct error *err)
{
    return parse(path, text, length, false, err);
}
