/*
 * Two texts are laid side by side, line by line, with as few differences as
 * possible (a line in place of another is one), and of ways with equally many
 * the one that puts lines in place of others that are like them: costs[i][j]
 * is what there is between the expected lines from i on and the actual ones
 * from j on. A line's pattern is matched as a shell matches `*`: on a mismatch
 * the last [..] takes one character more.
 *
 * A hostile lesson can make both slow, so that the work is counted; where it
 * becomes too much, the two differ in all their lines.
 */
#include "lesson/compare.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lesson/compare_line.h"

enum {
    CELLS_MAX = 4 << 20, /* expected x actual lines */
    WORK_MAX = 50000000, /* characters looked at */
    CONTEXT_LINES = 2,
    DIFF_LINES_MAX = 60,
};

/* A difference costs more than all unlikeness together (CELLS_MAX lines). */
#define DIFFERENCE ((uint64_t)1 << 32)
enum { UNLIKE_MAX = 15 };

static const char any_lines[] = "...";
static const char error_mark[] = "error:";

bool compare_line(const char *expected, const char *actual)
{
    size_t work = WORK_MAX;

    return compare_line_within(expected, actual, &work);
}

bool compare_expects_error(const char *expected)
{
    return str_starts_with(expected, error_mark);
}

static bool is_any(const char *expected)
{
    const char *text = expected + strspn(expected, " \t");

    if (!str_starts_with(text, any_lines))
        return false;
    text += strlen(any_lines);
    return text[strspn(text, " \t")] == '\0';
}

/* --- the lines ------------------------------------------------------------ */

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/* Lines that are empty at the end of an output say nothing. */
static void split(struct comparison *comparison, const char *printed,
                  const char *error)
{
    size_t room = count_lines(printed) + 2, count = 0;
    char **lines = memory_new(room, sizeof *lines);

    comparison->optional = memory_zeroed(room, sizeof *comparison->optional);
    while (*printed) {
        size_t length;
        struct str line = STR_INIT;
        if (str_starts_with(printed, COMPARE_OPTIONAL)) {
            comparison->optional[count] = true;
            printed += strlen(COMPARE_OPTIONAL);
        }
        length = strcspn(printed, "\n");
        str_append_bytes(&line, printed, length);
        lines[count++] = str_take(&line);
        printed += length + (printed[length] == '\n');
    }
    while (count > 0 && is_blank(lines[count - 1]))
        free(lines[--count]);
    if (error) {
        struct str line = STR_INIT;
        str_printf(&line, "%s %s", error_mark, error);
        comparison->optional[count] = false;
        lines[count++] = str_take(&line);
    }
    comparison->actual = lines;
    comparison->actual_count = count;
}

/* --- side by side --------------------------------------------------------- */

struct table {
    char *const *expected;
    size_t rows; /* expected lines */
    char *const *actual;
    size_t cols;           /* actual lines */
    const bool *optional;  /* (cols) which of them may be left out */
    size_t error;          /* the index of the error among them; cols: none */
    uint64_t *costs;       /* (rows + 1, cols + 1) */
    unsigned char *unlike; /* (rows, cols): 0: one means the other */
};

static uint64_t cost(const struct table *t, size_t row, size_t col)
{
    return t->costs[row * (t->cols + 1) + col];
}

static unsigned unlike(const struct table *t, size_t row, size_t col)
{
    return t->unlike[row * t->cols + col];
}

static bool may_skip(const struct table *t, size_t row, size_t col)
{
    return is_any(t->expected[row]) && col < t->cols && col != t->error;
}

/* What an actual line costs that nothing stands for. */
static uint64_t extra(const struct table *t, size_t col)
{
    return t->optional[col] ? 0 : DIFFERENCE;
}

/* What an expected line costs that did not come. */
static uint64_t missing(void)
{
    return DIFFERENCE + UNLIKE_MAX;
}

/* What a line costs in place of another; nothing if it means the other.
 * What may be left out is in nothing's place. */
static uint64_t in_place(const struct table *t, size_t row, size_t col)
{
    unsigned u = unlike(t, row, col);

    if (u > 0 && t->optional[col])
        u = UNLIKE_MAX;
    return u == 0 ? 0 : DIFFERENCE + u;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The cost at a place whose neighbours below and right are known. */
static uint64_t cost_of(const struct table *t, size_t row, size_t col)
{
    uint64_t best = UINT64_MAX;

    if (row == t->rows)
        return col < t->cols ? cost(t, row, col + 1) + extra(t, col) : 0;
    if (is_any(t->expected[row])) {
        best = cost(t, row + 1, col);
        if (may_skip(t, row, col))
            best = least(best, cost(t, row, col + 1));
    } else {
        best = cost(t, row + 1, col) + missing();
        if (col < t->cols)
            best =
                least(best, cost(t, row + 1, col + 1) + in_place(t, row, col));
    }
    if (col < t->cols)
        best = least(best, cost(t, row, col + 1) + extra(t, col));
    return best;
}

/* By how much of both is neither their common beginning nor end, 1 for little:
 * numbers change within a line. */
static unsigned char unlikeness(const char *expected, const char *actual,
                                size_t *work)
{
    const char *tolerance = compare_tolerance(expected, NULL);
    size_t x = tolerance ? (size_t)(tolerance - expected) : strlen(expected);
    size_t y = strlen(actual), head = 0, tail = 0;
    size_t longer, shorter;

    while (x > 0 && expected[x - 1] == ' ')
        x--;
    longer = x > y ? x : y;
    shorter = x > y ? y : x;
    if (*work < longer + 1)
        return UNLIKE_MAX;
    *work -= longer + 1;
    while (head < shorter && expected[head] == actual[head])
        head++;
    while (tail < shorter - head &&
           expected[x - 1 - tail] == actual[y - 1 - tail])
        tail++;
    return (unsigned char)(1 + (UNLIKE_MAX - 1) * (longer - head - tail) /
                                   (longer + 1));
}

static void fill(struct table *t)
{
    size_t work = WORK_MAX;

    t->costs = memory_new((t->rows + 1) * (t->cols + 1), sizeof *t->costs);
    t->unlike = memory_zeroed(t->rows * t->cols + 1, 1);
    for (size_t row = t->rows + 1; row-- > 0;) {
        for (size_t col = t->cols + 1; col-- > 0;) {
            const char *line = row < t->rows ? t->expected[row] : NULL;
            if (line && col < t->cols && !is_any(line) &&
                !compare_line_within(line, t->actual[col], &work))
                t->unlike[row * t->cols + col] =
                    unlikeness(line, t->actual[col], &work);
            t->costs[row * (t->cols + 1) + col] = cost_of(t, row, col);
        }
    }
}

static void add(struct comparison *comparison, enum compare_kind kind,
                const char *expected, const char *actual)
{
    comparison->steps[comparison->count++] =
        (struct compare_step){kind, expected, actual};
    if (kind == COMPARE_MISSING || kind == COMPARE_EXTRA)
        comparison->same = false;
}

/* May an actual line be passed over here? */
static bool is_free(const struct table *t, size_t row, size_t col)
{
    return t->optional[col] || (row < t->rows && may_skip(t, row, col));
}

/* Does the cheapest way go on (rows, cols) further, at that price? */
static bool leads(const struct table *t, size_t row, size_t col, int rows,
                  int cols, uint64_t price)
{
    size_t r = row + (size_t)rows, c = col + (size_t)cols;

    return r <= t->rows && c <= t->cols &&
           cost(t, r, c) + price == cost(t, row, col);
}

/* One step of the cheapest way from (row, col) on. */
static void walk_step(struct comparison *comparison, const struct table *t,
                      size_t *row, size_t *col)
{
    const char *expected = *row < t->rows ? t->expected[*row] : NULL;
    const char *actual = *col < t->cols ? t->actual[*col] : NULL;
    bool any = expected && is_any(expected);
    int rows = 0, cols = 0;

    if (expected && actual && !any && unlike(t, *row, *col) == 0 &&
        leads(t, *row, *col, 1, 1, 0)) {
        add(comparison, COMPARE_SAME, expected, actual);
        rows = cols = 1;
    } else if (any && leads(t, *row, *col, 1, 0, 0)) {
        add(comparison, COMPARE_ANY, expected, NULL);
        rows = 1;
    } else if (actual && is_free(t, *row, *col) &&
               leads(t, *row, *col, 0, 1, 0)) {
        add(comparison, COMPARE_SKIPPED, NULL, actual);
        cols = 1;
    } else if (expected && actual && !any &&
               leads(t, *row, *col, 1, 1, in_place(t, *row, *col))) {
        add(comparison, COMPARE_MISSING, expected, NULL);
        add(comparison, COMPARE_EXTRA, NULL, actual);
        rows = cols = 1;
    } else if (expected && !any && leads(t, *row, *col, 1, 0, missing())) {
        add(comparison, COMPARE_MISSING, expected, NULL);
        rows = 1;
    } else {
        add(comparison, COMPARE_EXTRA, NULL, actual);
        cols = 1;
    }
    *row += (size_t)rows;
    *col += (size_t)cols;
}

static void align(struct comparison *comparison, struct table *t)
{
    size_t row = 0, col = 0;

    fill(t);
    while (row < t->rows || col < t->cols)
        walk_step(comparison, t, &row, &col);
    free(t->costs);
    free(t->unlike);
}

/* Too long to be laid side by side. */
static void differ(struct comparison *comparison, const struct table *t)
{
    for (size_t i = 0; i < t->rows; i++)
        add(comparison, COMPARE_MISSING, t->expected[i], NULL);
    for (size_t i = 0; i < t->cols; i++)
        add(comparison, COMPARE_EXTRA, NULL, t->actual[i]);
}

/* Nothing is expected: all is well, but an error. */
static void accept(struct comparison *comparison, const struct table *t)
{
    for (size_t i = 0; i < t->cols; i++)
        add(comparison, i == t->error ? COMPARE_EXTRA : COMPARE_SKIPPED, NULL,
            t->actual[i]);
}

void compare_output(struct comparison *comparison, char *const *expected,
                    size_t count, const char *printed, const char *error)
{
    struct table t = {.expected = expected, .rows = count};

    *comparison = (struct comparison){.same = true};
    while (t.rows > 0 && is_blank(expected[t.rows - 1]))
        t.rows--;
    split(comparison, printed, error);
    t.actual = comparison->actual;
    t.optional = comparison->optional;
    t.cols = comparison->actual_count;
    t.error = error ? t.cols - 1 : t.cols;
    comparison->steps =
        memory_new(t.rows + t.cols + 1, sizeof *comparison->steps);
    if (t.rows == 0)
        accept(comparison, &t);
    else if ((t.rows + 1) * (t.cols + 1) > CELLS_MAX)
        differ(comparison, &t);
    else
        align(comparison, &t);
}

void compare_clear(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->actual_count; i++)
        free(comparison->actual[i]);
    free(comparison->actual);
    free(comparison->optional);
    free(comparison->steps);
    *comparison = (struct comparison){0};
}

/* --- what is told --------------------------------------------------------- */

static bool differs(const struct compare_step *step)
{
    return step->kind == COMPARE_MISSING || step->kind == COMPARE_EXTRA;
}

/* Is a difference within a few lines? */
static bool is_near(const struct comparison *comparison, size_t at)
{
    size_t from = at > CONTEXT_LINES ? at - CONTEXT_LINES : 0;

    for (size_t i = from; i <= at + CONTEXT_LINES; i++) {
        if (i < comparison->count && differs(&comparison->steps[i]))
            return true;
    }
    return false;
}

void compare_diff(const struct comparison *comparison, const char *indent,
                  struct str *out)
{
    size_t lines = 0, cut = 0;

    for (size_t i = 0; i < comparison->count; i++) {
        const struct compare_step *step = &comparison->steps[i];
        char mark = step->kind == COMPARE_MISSING ? '-'
                    : step->kind == COMPARE_EXTRA ? '+'
                                                  : ' ';
        if (!is_near(comparison, i))
            continue;
        if (++lines <= DIFF_LINES_MAX)
            str_printf(out, "%s%c %s\n", indent, mark,
                       step->expected ? step->expected : step->actual);
        else
            cut++;
    }
    if (cut > 0)
        str_printf(out, "%s  (%zu more lines)\n", indent, cut);
}

/* An actual line for one that is missing: its tolerance stays with it. */
static void update_line(const char *expected, const char *actual,
                        struct str *out)
{
    const char *tolerance = expected ? compare_tolerance(expected, NULL) : NULL;
    size_t column = tolerance ? (size_t)(tolerance - expected) : 0;
    size_t length = strlen(actual);

    str_append(out, actual);
    if (tolerance) {
        str_repeat(out, " ", length < column ? column - length : 1);
        str_append(out, tolerance);
    }
    str_append_char(out, '\n');
}

void compare_update(const struct comparison *comparison, struct str *out)
{
    size_t missing = 0; /* expected lines before here that did not come */

    for (size_t i = 0; i < comparison->count; i++) {
        const struct compare_step *step = &comparison->steps[i];
        switch (step->kind) {
        case COMPARE_SAME:
        case COMPARE_ANY:
            str_printf(out, "%s\n", step->expected);
            missing = 0;
            break;
        case COMPARE_EXTRA:
            update_line(missing ? comparison->steps[i - missing].expected
                                : NULL,
                        step->actual, out);
            break;
        case COMPARE_MISSING:
            missing++;
            break;
        case COMPARE_SKIPPED:
            missing = 0;
            break;
        }
    }
}
