/*
 * Blocks stand below each other with an empty row between, but for the items
 * of a tight list. A block in another (an item's paragraph, a quote's) is
 * drawn with a narrower pen, as long as there is room for one.
 */
#include "lesson/render.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <string.h>

#include "lesson/render_parts.h"

/* Indented no further than this: a column of single letters helps nobody. */
enum { WIDTH_LEAST = 4, CODE_INDENT = 2, TAB_COLUMNS = 4 };

static int draw(struct cmark_node *node, const struct pen *pen);

static bool is_type(struct cmark_node *node, const char *name)
{
    return str_equal(cmark_node_get_type_string(node), name);
}

/* The pen moved to the right; *indent becomes 0 where there is no room. */
static struct pen indented(const struct pen *pen, int *indent)
{
    struct pen inner = *pen;

    if (pen->width - *indent < WIDTH_LEAST)
        *indent = 0;
    inner.col += *indent;
    inner.width -= *indent;
    return inner;
}

/* --- words ---------------------------------------------------------------- */

/* Where a link leads, unless its text says so: a lesson by its name. */
static void append_target(struct flow *flow, cmark_node *link, size_t from)
{
    const char *url = cmark_node_get_url(link), *name = strrchr(url, '/');
    const char *text = str_text(&flow->text) + from;
    size_t length;
    struct str target = STR_INIT;

    if (*url == '\0' || *url == '#' || str_equal(url, text))
        return;
    name = name ? name + 1 : url;
    length = strlen(name);
    if (length > 3 && str_equal(name + length - 3, ".md"))
        str_printf(&target, " (lesson %.*s)", (int)length - 3, name);
    else
        str_printf(&target, " (%s)", url);
    flow_append(flow, str_text(&target), STYLE_DIM);
    str_clear(&target);
}

/* style: of what has none of its own. Returns that of node's inner text. */
static unsigned style_of(cmark_node *node, unsigned style)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_EMPH:
        return STYLE_EMPHASIS | (style & FLOW_BOLD);
    case CMARK_NODE_STRONG:
        return STYLE_EMPHASIS | FLOW_BOLD;
    case CMARK_NODE_LINK:
        return STYLE_ACCENT;
    default:
        return style;
    }
}

static void append_inline(cmark_node *node, unsigned style, struct flow *flow)
{
    size_t from = flow->text.length;

    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        flow_append(flow, cmark_node_get_literal(node), style);
        break;
    case CMARK_NODE_CODE:
        flow_append(flow, cmark_node_get_literal(node), STYLE_CODE);
        break;
    case CMARK_NODE_SOFTBREAK:
        flow_append(flow, " ", style);
        break;
    case CMARK_NODE_LINEBREAK:
        flow_append(flow, "\n", style);
        break;
    case CMARK_NODE_HTML_INLINE: /* only comments came through the reader */
        break;
    default:
        render_inlines(node, style_of(node, style), flow);
        if (cmark_node_get_type(node) == CMARK_NODE_LINK)
            append_target(flow, node, from);
    }
}

void render_inlines(struct cmark_node *node, unsigned style, struct flow *flow)
{
    for (cmark_node *child = cmark_node_first_child(node); child;
         child = cmark_node_next(child))
        append_inline(child, style, flow);
}

static int draw_words(cmark_node *node, unsigned style, const struct pen *pen)
{
    struct flow flow = {0};
    int rows;

    render_inlines(node, style, &flow);
    rows = flow_draw(&flow, pen->grid, pen->row, pen->col, pen->width);
    flow_clear(&flow);
    return rows;
}

/* --- blocks --------------------------------------------------------------- */

static int draw_heading(cmark_node *node, const struct pen *pen)
{
    bool first = cmark_node_get_heading_level(node) == 1;

    return draw_words(node, first ? STYLE_TITLE | FLOW_BOLD : STYLE_TITLE, pen);
}

/* gap: empty rows between two. */
static int draw_children(cmark_node *node, const struct pen *pen, int gap)
{
    struct pen here = *pen;

    for (cmark_node *child = cmark_node_first_child(node); child;
         child = cmark_node_next(child)) {
        int rows = draw(child, &here);
        if (rows == 0)
            continue;
        here.row += rows + gap;
    }
    return here.row > pen->row ? here.row - pen->row - gap : 0;
}

/* A line as it stands, wrapped where it is too long. Tabs become blanks. */
static int draw_code_line(const char *text, size_t length,
                          const struct pen *pen)
{
    struct flow flow = {0};
    int rows;

    for (size_t i = 0; i < length; i++) {
        char one[2] = {text[i], '\0'};
        size_t blanks = TAB_COLUMNS - flow.text.length % TAB_COLUMNS;
        for (size_t b = 0; text[i] == '\t' && b < blanks; b++)
            flow_append(&flow, " ", STYLE_CODE);
        if (text[i] != '\t')
            flow_append(&flow, one, STYLE_CODE);
    }
    rows = flow_draw(&flow, pen->grid, pen->row, pen->col, pen->width);
    flow_clear(&flow);
    return rows > 0 ? rows : 1;
}

static int draw_code(cmark_node *node, const struct pen *pen)
{
    const char *text = cmark_node_get_literal(node);
    int indent = CODE_INDENT;
    struct pen here = indented(pen, &indent);

    while (*text) {
        size_t length = strcspn(text, "\n");
        here.row += draw_code_line(text, length, &here);
        text += length + (text[length] == '\n');
    }
    grid_need(pen->grid, here.row);
    return here.row - pen->row;
}

static int draw_quote(cmark_node *node, const struct pen *pen)
{
    int indent = 2, rows;
    struct pen here = indented(pen, &indent);

    rows = draw_children(node, &here, 1);
    for (int i = 0; i < rows && indent > 0; i++)
        grid_text(pen->grid, pen->row + i, pen->col, STYLE_BORDER, "│");
    return rows;
}

static int draw_item(cmark_node *item, const char *mark, int indent,
                     const struct pen *pen, int gap)
{
    struct pen here = indented(pen, &indent);
    int rows;

    grid_need(pen->grid, pen->row + 1); /* also where the item is empty */
    if (indent > 0)
        grid_text(pen->grid, pen->row, pen->col, STYLE_ACCENT, mark);
    rows = draw_children(item, &here, gap);
    return rows > 0 ? rows : 1;
}

static int draw_list(cmark_node *list, const struct pen *pen)
{
    bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
    int number = cmark_node_get_list_start(list);
    int gap = cmark_node_get_list_tight(list) ? 0 : 1, indent = 2;
    struct pen here = *pen;
    char mark[32] = "•";

    for (cmark_node *item = cmark_node_last_child(list); ordered && item;
         item = NULL) {
        int count = 0;
        for (; item; item = cmark_node_previous(item))
            count++;
        indent = snprintf(mark, sizeof mark, "%d. ", number + count - 1);
    }
    for (cmark_node *item = cmark_node_first_child(list); item;
         item = cmark_node_next(item)) {
        if (ordered)
            snprintf(mark, sizeof mark, "%*d.", indent - 2, number++);
        here.row += draw_item(item, mark, indent, &here, gap) + gap;
    }
    return here.row - pen->row - gap;
}

static int draw_rule(const struct pen *pen)
{
    grid_need(pen->grid, pen->row + 1);
    for (int i = 0; i < pen->width; i++)
        grid_text(pen->grid, pen->row, pen->col + i, STYLE_BORDER, "─");
    return 1;
}

static int draw(struct cmark_node *node, const struct pen *pen)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        return draw_heading(node, pen);
    case CMARK_NODE_PARAGRAPH:
        return draw_words(node, pen->style, pen);
    case CMARK_NODE_CODE_BLOCK:
        return draw_code(node, pen);
    case CMARK_NODE_BLOCK_QUOTE:
        return draw_quote(node, pen);
    case CMARK_NODE_LIST:
        return draw_list(node, pen);
    case CMARK_NODE_THEMATIC_BREAK:
        return draw_rule(pen);
    case CMARK_NODE_DOCUMENT:
        return draw_children(node, pen, 1);
    default:
        return is_type(node, "table") ? render_table(node, pen) : 0;
    }
}

/* --- what callers see ----------------------------------------------------- */

int render_node(struct cmark_node *node, struct grid *grid, int row, int col,
                int width)
{
    return draw(node, &(struct pen){grid, row, col, width < 1 ? 1 : width,
                                    STYLE_NORMAL});
}

int render_block(const struct lesson_block *block, struct grid *grid, int row,
                 int col, int width)
{
    struct cmark_node *node = block->question ? block->question->text
                                              : block->node;

    return node ? render_node(node, grid, row, col, width) : 0;
}

int render_words(const char *text, enum style style, struct grid *grid, int row,
                 int col, int width)
{
    cmark_node *document =
        cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT);
    struct pen pen = {grid, row, col, width < 1 ? 1 : width, style};
    int rows = draw(document, &pen);

    cmark_node_free(document);
    return rows;
}

void render_title(struct cmark_node *node, struct str *out)
{
    cmark_iter *iter = cmark_iter_new(node);

    while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        cmark_node *at = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(at);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            str_append(out, cmark_node_get_literal(at));
        if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            str_append_char(out, ' ');
    }
    cmark_iter_free(iter);
}
