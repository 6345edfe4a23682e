/*
 * seeing: why
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "draw/matrix.h"
#include "lab/names.h"
#include "lab/why.h"
#include "lang/expr.h"

enum { TERMS_SHOWN = 12 };

/* The largest terms first, where there are too many to show all. */
static int by_size(const void *a, const void *b)
{
    double x = fabs(((const struct why_term *)a)->value);
    double y = fabs(((const struct why_term *)b)->value);

    return (x < y) - (x > y);
}

static int label_width(const struct why *why, size_t shown)
{
    int width = 8;

    for (size_t i = 0; i < shown; i++) {
        int columns = utf8_width(why->terms[i].label);
        width = columns > width ? columns : width;
    }
    return width < 44 ? width : 44;
}

static void print_term(struct session *session, const struct why_term *term,
                       int width)
{
    struct str label = STR_INIT;

    utf8_append_fit(&label, term->label, width);
    if (term->product)
        sink_printf(session->sink, "    %s  %10s × %8s = %10s",
                    str_text(&label), str_decimal(term->a, 4),
                    str_decimal(term->b, 4), str_decimal(term->value, 4));
    else
        sink_printf(session->sink, "    %s  %23s %10s", str_text(&label), "",
                    str_decimal(term->value, 4));
    sink_printf(session->sink, "%s%s\n", *term->note ? "   " : "", term->note);
    str_clear(&label);
}

static void print_terms(struct session *session, struct why *why)
{
    size_t shown = why->count;
    double rest = 0;
    int width;

    if (shown > TERMS_SHOWN) {
        qsort(why->terms, why->count, sizeof *why->terms, by_size);
        shown = TERMS_SHOWN - 1;
    }
    width = label_width(why, shown);
    for (size_t i = 0; i < shown; i++)
        print_term(session, &why->terms[i], width);
    for (size_t i = shown; i < why->count; i++)
        rest += why->terms[i].value;
    if (shown < why->count)
        sink_printf(session->sink, "    … %zu smaller terms = %s\n",
                    why->count - shown, str_decimal(rest, 4));
}

static void print_why(struct session *session, struct why *why)
{
    sink_line(session->sink, STYLE_TITLE, "%s = %s%s%s", why->cell,
              str_decimal(why->value, 4), *why->how ? "   " : "", why->how);
    for (size_t i = 0; i < why->line_count; i++)
        sink_printf(session->sink, "  %-8s %s\n", why->lines[i].label,
                    why->lines[i].text);
    print_terms(session, why);
}

/* The table and its lookup answer for themselves: no data is made for them. */
static enum lab_stage stage_of(const struct session *session,
                               const struct expr_node *node)
{
    static const char *const of_table[] = {"W", "Wu", "E", "ids"};

    if (!session->lab->text)
        return LAB_TABLE;
    if (node->kind == EXPR_INDEX)
        node = node->first;
    if (node->kind == EXPR_ATTRIBUTE)
        node = node->first;
    for (size_t i = 0; i < sizeof of_table / sizeof *of_table; i++) {
        if (node->kind == EXPR_NAME && str_equal(node->text, of_table[i]))
            return LAB_TABLE;
    }
    return LAB_DATA;
}

static int why_cell(struct session *session, const char *text, size_t column,
                    struct error *err)
{
    struct expr expr;
    struct why_cell cell;
    struct why why;
    int status = expr_parse(text, strlen(text), column, &expr, err);

    if (status != 0)
        return -1;
    status = lab_require(session->lab, stage_of(session, expr.root), err);
    if (status == 0)
        status = why_read_cell(session->lab, &expr, &cell, err);
    expr_clear(&expr);
    if (status != 0 || why_explain(session->lab, &cell, &why, err) != 0)
        return -1;
    print_why(session, &why);
    why_clear(&why);
    return 0;
}

/* --- why row WORD ------------------------------------------------------- */

struct ledger {
    const struct why *why;
    const float *values, *total;
    size_t D;
};

static const float *ledger_row(void *context, int64_t row)
{
    const struct ledger *l = context;

    return row < (int64_t)l->why->count ? l->values + (size_t)row * l->D
                                        : l->total;
}

static const char *ledger_label(void *context, int64_t row)
{
    const struct ledger *l = context;

    return row < (int64_t)l->why->count ? l->why->terms[row].label
                                        : "sum: the gradient";
}

static void draw_ledger(struct session *session, const struct why *why,
                        const float *values, const struct lab_row *row)
{
    const struct parameter *W = row->table;
    const float *total = parameter_grad_row(W, (size_t)row->id);
    float *zeros = memory_zeroed(W->cols, sizeof *zeros);
    struct ledger ledger = {why, values, total ? total : zeros, W->cols};
    struct matrix_view view = {.rows = (int64_t)why->count + 1,
                               .cols = (int64_t)W->cols,
                               .row = ledger_row,
                               .word = ledger_label,
                               .context = &ledger,
                               .digits = (int)session->settings->digits,
                               .heat = true,
                               .zero_dots = true,
                               .row_title = "place",
                               .word_width = 32};
    struct matrix_window window = {.width = session->sink->width,
                                   .first_row = -1};
    struct grid grid;

    grid_init(&grid, 0, session->sink->width);
    matrix_draw(&grid, 0, 0, &view, &window, NULL);
    sink_grid(session->sink, &grid);
    grid_clear(&grid);
    free(zeros);
}

static bool is_padding(const struct lab *lab, const struct lab_row *row)
{
    const struct embedding *table = lab_embedding(lab, row->table);

    return table && table->options.has_padding &&
           table->options.padding_idx == row->id;
}

static int why_word_row(struct session *session, const char *word,
                        struct error *err)
{
    struct why why;
    float *values;
    struct lab_row row;

    if (lab_find_row(session->lab, NULL, word, &row, err) != 0 ||
        why_row(session->lab, &row, &why, &values, err) != 0)
        return -1;
    sink_line(session->sink, STYLE_TITLE,
              "%s (row %lld): %zu place%s put gradient into it", why.cell,
              (long long)row.id, why.count, why.count == 1 ? "" : "s");
    if (is_padding(session->lab, &row))
        show_line(session, STYLE_NOTICE,
                  "  it is the padding row: its gradient is always zero");
    draw_ledger(session, &why, values, &row);
    free(values);
    why_clear(&why);
    return 0;
}

/* `why the`: a word is no number, but its row has a ledger. */
static void point_at_row(struct session *session, const char *word,
                         struct error *err)
{
    struct lab_row row;

    if (err->code == ERROR_NOT_FOUND &&
        lab_find_row(session->lab, NULL, word, &row, NULL) == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "\"%s\" is a word and no number; why row %s says where its "
                  "row's gradient comes from",
                  word, word);
}

static int run_why(struct session *session, const struct call *call,
                   struct effect *effect, struct error *err)
{
    const char *text = call->typed->rest;
    int status;

    if (lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    if (!*text)
        return error_set(err, ERROR_USAGE,
                         "why what? a cell such as why W[cat,2], or why row "
                         "cat");
    if (str_equal(text, "row"))
        return error_set(err, ERROR_USAGE,
                         "why row of which word? why row cat");
    if (strncmp(text, "row ", 4) == 0)
        status = why_word_row(session, text + 4 + strspn(text + 4, " "), err);
    else
        status = why_cell(session, text, call->typed->rest_column, err);
    if (status != 0)
        point_at_row(session, text, err);
    if (status == 0)
        effect->cell = session_keep_text(session, text);
    return status;
}

const struct command_spec command_why = {
    .name = "why",
    .family = FAMILY_SEEING,
    .usage = "CELL|row WORD",
    .summary = "the numbers that a number was computed from",
    .details = "Any cell of any tensor: why W[cat,2], why W.grad[cat,2], why "
               "h.grad[5,2], why logits.grad[5,a], why probs[5,a], why "
               "h[5,2], why E[5,0,2], why loss. why row cat is the ledger of "
               "every place that put gradient into the row.",
    .argument = ARGUMENT_TENSOR,
    .args_min = 1,
    .raw = true,
    .run = run_why,
};
