/*
 * Tables. Columns are as wide as their widest cell where that fits; else the
 * widest ones give way, down to their longest word and then further, and their
 * cells are wrapped.
 *
 *   word   row      heads
 *   ────   ───      a rule below them
 *   milk     3      cells, aligned as the table says
 */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stdlib.h>

#include "base/memory.h"
#include "lesson/render_parts.h"

enum { GAP = 2 };

struct column {
    int width, word; /* columns it gets; its longest word */
    char align;      /* 'l', 'c', 'r', or 0 */
};

struct table {
    struct flow *cells; /* (rows, count) */
    struct column *columns;
    size_t rows, count;
};

static void read_cells(struct table *table, cmark_node *node)
{
    struct flow *flow = table->cells;

    for (cmark_node *row = cmark_node_first_child(node); row;
         row = cmark_node_next(row)) {
        bool head = cmark_gfm_extensions_get_table_row_is_header(row);
        size_t col = 0;
        for (cmark_node *cell = cmark_node_first_child(row);
             cell && col < table->count; cell = cmark_node_next(cell))
            render_inlines(cell, head ? STYLE_HEADER : STYLE_NORMAL,
                           &flow[col++]);
        flow += table->count;
    }
}

static void read_table(struct table *table, cmark_node *node)
{
    const unsigned char *alignments =
        cmark_gfm_extensions_get_table_alignments(node);

    table->count = cmark_gfm_extensions_get_table_columns(node);
    for (cmark_node *row = cmark_node_first_child(node); row;
         row = cmark_node_next(row))
        table->rows++;
    table->cells =
        memory_zeroed(table->rows * table->count + 1, sizeof *table->cells);
    table->columns = memory_zeroed(table->count + 1, sizeof *table->columns);
    read_cells(table, node);
    for (size_t i = 0; i < table->rows * table->count; i++) {
        struct column *column = &table->columns[i % table->count];
        int width = flow_width(&table->cells[i]);
        int word = flow_word_width(&table->cells[i]);
        column->width = width > column->width ? width : column->width;
        column->word = word > column->word ? word : column->word;
        column->align = (char)alignments[i % table->count];
    }
}

static void clear_table(struct table *table)
{
    for (size_t i = 0; i < table->rows * table->count; i++)
        flow_clear(&table->cells[i]);
    free(table->cells);
    free(table->columns);
}

/* The column that can give most: beyond its longest word, or at all. */
static struct column *widest(const struct table *table, bool break_words)
{
    struct column *found = NULL;
    int most = 0;

    for (size_t i = 0; i < table->count; i++) {
        struct column *column = &table->columns[i];
        int spare = column->width - (break_words ? 1 : column->word);
        if (spare > most) {
            most = spare;
            found = column;
        }
    }
    return found;
}

/* Take columns away until all fit, or none has any to give. */
static void fit(const struct table *table, int width)
{
    int used = GAP * ((int)table->count - 1);

    for (size_t i = 0; i < table->count; i++)
        used += table->columns[i].width;
    while (used > width) {
        struct column *column = widest(table, false);
        if (!column)
            column = widest(table, true);
        if (!column)
            return;
        column->width--;
        used--;
    }
}

static int draw_cell(const struct flow *flow, const struct column *column,
                     const struct pen *pen, int col)
{
    struct flow_line line;
    int rows = 0;

    for (size_t at = 0; flow_next(flow, at, column->width, &line);
         at = line.next) {
        int spare = column->width - line.width;
        int shift = column->align == 'r'   ? spare
                    : column->align == 'c' ? spare / 2
                                           : 0;
        grid_need(pen->grid, pen->row + rows + 1);
        flow_draw_line(flow, &line, pen->grid, pen->row + rows,
                       col + (shift > 0 ? shift : 0));
        rows++;
    }
    return rows;
}

static int draw_row(const struct table *table, size_t row,
                    const struct pen *pen)
{
    int col = pen->col, most = 1;

    grid_need(pen->grid, pen->row + 1);
    for (size_t i = 0; i < table->count && col < pen->col + pen->width; i++) {
        int rows = draw_cell(&table->cells[row * table->count + i],
                             &table->columns[i], pen, col);
        most = rows > most ? rows : most;
        col += table->columns[i].width + GAP;
    }
    return most;
}

static void draw_rules(const struct table *table, const struct pen *pen)
{
    int col = pen->col, end = pen->col + pen->width;

    grid_need(pen->grid, pen->row + 1);
    for (size_t i = 0; i < table->count; i++) {
        for (int n = 0; n < table->columns[i].width && col + n < end; n++)
            grid_text(pen->grid, pen->row, col + n, STYLE_BORDER, "─");
        col += table->columns[i].width + GAP;
    }
}

int render_table(struct cmark_node *node, const struct pen *pen)
{
    struct table table = {0};
    struct pen here = *pen;

    read_table(&table, node);
    fit(&table, pen->width);
    for (size_t row = 0; row < table.rows; row++) {
        here.row += draw_row(&table, row, &here);
        if (row == 0) {
            draw_rules(&table, &here);
            here.row++;
        }
    }
    clear_table(&table);
    return here.row - pen->row;
}
