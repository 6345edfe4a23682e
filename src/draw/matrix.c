/*
 * A picture is made in two passes. The first asks the callbacks once for each
 * row shown and keeps what they say: values only of the columns that can fit.
 * Then all widths are known: the number's (from the largest and the smallest
 * value shown), the words', the gutter's. The second pass draws.
 *
 * Every number of a picture has the same field: a blank and the number. So
 * columns line up, and how many of them fit can be told by adding one after
 * the other until the fields, which only grow, no longer do.
 */
#include "draw/matrix.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "draw/elide.h"

enum {
    GUTTER = 3, /* one column a mark */
    LEAD = 1,   /* blanks before the gutter, where there is room */
    GAP = 2,    /* blanks behind it, where there is room */
    DEFAULT_DIGITS = 4,
    DEFAULT_ROWS = 40,
    WORD_MIN = 4,
    WORD_MAX = 16,
    NAME_MAX_WIDTH = 10, /* of a column's name */
    NUMBER_BYTES = 64,
    WHOLE_DIGITS_MAX = 8,
    ID_COLUMNS = 2, /* "id" */
};

struct line {
    struct elide_line rows;
    unsigned flags;
    size_t word; /* where its word begins in picture.words */
};

struct picture {
    const struct matrix_view *view;
    int digits;
    struct line *lines; /* (count) */
    int count;
    struct str words; /* NUL-terminated, one after the other */
    float *values;    /* (count, fetched) from first_col on */
    int64_t first_col;
    int fetched; /* columns kept */
    int cols;    /* of these, columns that fit */
    int lead, gutter, gap, index_width, word_width, field;
    int width;     /* columns there are */
    float largest; /* of the values shown, absolutely */
    bool some_lit; /* then rows that are not are dim */
};

/* What the width of numbers depends on. */
struct extent {
    float low, high; /* finite, low <= 0 <= high */
    bool odd;        /* nan or infinity */
};

/* --- numbers --- */

static void right_align(char *out, size_t size, const char *text, int columns,
                        int width)
{
    size_t blanks = width > columns ? (size_t)(width - columns) : 0;
    assert(blanks + strlen(text) < size);
    memset(out, ' ', blanks);
    strcpy(out + blanks, text);
}

/* 1.5e+06 → 1.5e6 */
static void shorten_exponent(char *text)
{
    char *at = strchr(text, 'e') + 1, *digits = at + 1;
    while (digits[0] == '0' && digits[1] != '\0')
        digits++;
    if (*at == '-')
        at++;
    memmove(at, digits, strlen(digits) + 1);
}

/* The most exact form that fits, or a row of # where none does. */
static void format_number(char text[NUMBER_BYTES], double value, int width,
                          int digits)
{
    for (int decimals = digits; decimals >= (digits > 0 ? 1 : 0); decimals--)
        if (snprintf(text, NUMBER_BYTES, "%.*f", decimals, value) <= width)
            return;
    for (int decimals = digits > 3 ? digits : 3; decimals >= 0; decimals--) {
        snprintf(text, NUMBER_BYTES, "%.*e", decimals, value);
        shorten_exponent(text);
        if ((int)strlen(text) <= width)
            return;
    }
    memset(text, '#', (size_t)width);
    text[width] = '\0';
}

void matrix_number(char *out, size_t size, float value, int width, int digits,
                   bool zero_dots)
{
    char text[NUMBER_BYTES];
    assert(width > 0 && width < NUMBER_BYTES);
    digits = digits < 0 ? 0 : digits;
    if (zero_dots && value == 0) {
        right_align(out, size, glyph_text(GLYPH_ZERO, false), 1, width);
        return;
    }
    if (isnan(value))
        strcpy(text, "nan");
    else if (isinf(value))
        strcpy(text, value < 0 ? "-inf" : "inf");
    else
        format_number(text, (double)value, width, digits);
    if (zero_dots && strspn(text, "-0.") == strlen(text))
        strcpy(text, "~0");
    right_align(out, size, text, (int)strlen(text), width);
}

/* Take a value in; returns whether that changed the extent. */
static bool extend(struct extent *extent, float value)
{
    bool odd = !isfinite(value);
    if (odd ? extent->odd : extent->low <= value && value <= extent->high)
        return false;
    if (odd)
        extent->odd = true;
    else if (value > extent->high)
        extent->high = value;
    else
        extent->low = value;
    return true;
}

static int plain_length(float value, int digits)
{
    return snprintf(NULL, 0, "%.*f", digits, (double)value);
}

/*
 * Columns that the numbers of an extent need. With nothing but zeros, what
 * a negative fraction would take: a gradient that arrives moves nothing.
 */
static int number_width(const struct extent *extent, int digits)
{
    int widest = digits > 0 ? digits + 5 : WHOLE_DIGITS_MAX; /* -123.4560 */
    int width = extent->odd ? (int)strlen("-inf") : 1;
    bool zero = extent->low == 0 && extent->high == 0;
    int high = plain_length(zero && digits > 0 ? -0.0F : extent->high, digits);
    width = high > width ? high : width;
    int low = extent->low < 0 ? plain_length(extent->low, digits) : 0;
    width = low > width ? low : width;
    return width < widest ? width : widest;
}

/* --- first pass: what is shown, and how wide --- */

static int row_room(const struct matrix_window *window)
{
    if (window->height > 0)
        return window->height - 1;
    return window->max_rows > 0 ? window->max_rows : DEFAULT_ROWS;
}

static void plan_lines(struct picture *p, const struct matrix_window *window)
{
    struct elide_table table = {p->view->rows, p->view->touched,
                                p->view->touched_count};
    int room = row_room(window);
    size_t lines = (size_t)(room > 0 ? room : 1);
    struct elide_line *plan = memory_new(lines, sizeof plan[0]);
    p->count = window->first_row < 0
                   ? elide_plan(&table, room, window->height > 0, plan)
                   : elide_window(&table, room, window->first_row, plan);
    p->lines = memory_zeroed(lines, sizeof p->lines[0]);
    for (int i = 0; i < p->count; i++)
        p->lines[i].rows = plan[i];
    free(plan);
}

static float *line_values(const struct picture *p, int line)
{
    return p->values + (size_t)line * (size_t)p->fetched;
}

/* Ask for all there is to know of a row, and keep it. */
static void fetch_line(struct picture *p, int at)
{
    const struct matrix_view *view = p->view;
    struct line *line = &p->lines[at];
    if (line->rows.hidden > 0)
        return;
    if (view->flags != NULL)
        line->flags = view->flags(view->context, line->rows.row);
    const char *word =
        view->word == NULL ? NULL : view->word(view->context, line->rows.row);
    line->word = p->words.length;
    word = word == NULL ? "" : word;
    str_append_bytes(&p->words, word, strlen(word) + 1);
    const float *values = view->row(view->context, line->rows.row);
    if (values != NULL && p->fetched > 0)
        memcpy(line_values(p, at), values + p->first_col,
               (size_t)p->fetched * sizeof values[0]);
}

static void fetch_lines(struct picture *p)
{
    int64_t left = p->view->cols - p->first_col;
    int most = p->width / 2 + 1; /* a field has two columns at least */
    p->fetched = left < most ? (int)left : most;
    size_t count = (size_t)p->count * (size_t)p->fetched;
    p->values = memory_zeroed(count > 0 ? count : 1, sizeof p->values[0]);
    for (int i = 0; i < p->count; i++)
        fetch_line(p, i);
}

enum {
    LIT = MATRIX_LOOKED_UP | MATRIX_GRADIENT | MATRIX_CHANGED | MATRIX_FRESH,
    MARKED = MATRIX_LOOKED_UP | MATRIX_GRADIENT | MATRIX_CHANGED |
             MATRIX_PADDING,
};

/* Of a number that is not negative. */
static int digits_of(int64_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

static int widest_word(const struct picture *p)
{
    int widest = 0;
    if (p->view->word == NULL)
        return 0;
    if (p->view->row_title != NULL)
        widest = grid_text_width(p->view->row_title);
    for (int i = 0; i < p->count; i++) {
        const struct line *line = &p->lines[i];
        int width = line->rows.hidden > 0
                        ? 0
                        : grid_text_width(str_text(&p->words) + line->word);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void measure_labels(struct picture *p)
{
    const struct matrix_view *view = p->view;
    unsigned flags = 0;
    for (int i = 0; i < p->count; i++)
        flags |= p->lines[i].flags;
    p->some_lit = view->touched_count > 0 || (flags & LIT) != 0;
    bool gutter = view->marks || (flags & MARKED) != 0 ||
                  (view->flags != NULL && view->touched_count > 0);
    p->gutter = gutter ? GUTTER : 0;
    if (view->index) {
        int id = digits_of(view->rows > 0 ? view->rows - 1 : 0);
        p->index_width = id > ID_COLUMNS ? id : ID_COLUMNS;
    }
    int limit = view->word_width > 0 ? view->word_width : WORD_MAX;
    int most = view->word_width > 0 ? p->width / 2 : p->width / 4;
    most = most < WORD_MIN ? WORD_MIN : most;
    most = most > limit ? limit : most;
    int words = widest_word(p);
    p->word_width = words < most ? words : most;
}

/* Columns before the first number. */
static int labels_width(const struct picture *p)
{
    int between = p->index_width > 0 && p->word_width > 0 ? 1 : 0;
    return p->lead + p->gutter + p->gap + p->index_width + between +
           p->word_width;
}

static int name_width(const struct picture *p, int col)
{
    int64_t at = p->first_col + col;
    if (p->view->column_names == NULL)
        return digits_of(at);
    int width = grid_text_width(p->view->column_names[at]);
    return width < NAME_MAX_WIDTH ? width : NAME_MAX_WIDTH;
}

/* Set cols and field: the most columns that fit behind the labels. */
static void fit_columns(struct picture *p)
{
    struct extent extent = {0};
    int room = p->width - labels_width(p), names = 0;
    int number = number_width(&extent, p->digits);
    p->cols = 0;
    for (int col = 0; col < p->fetched; col++) {
        bool wider = false;
        for (int i = 0; i < p->count; i++)
            wider |= extend(&extent, line_values(p, i)[col]);
        int name = name_width(p, col);
        names = name > names ? name : names;
        if (wider)
            number = number_width(&extent, p->digits);
        int field = 1 + (number > names ? number : names);
        if ((int64_t)field * (col + 1) > room)
            break;
        p->field = field;
        p->cols = col + 1;
        p->largest = fmaxf(extent.high, -extent.low);
    }
}

/* Blanks around the gutter where they cost no column; words are cut for the
 * first one. */
static void lay_out(struct picture *p)
{
    p->lead = LEAD;
    p->gap = p->gutter > 0 ? GAP : 0;
    fit_columns(p);
    if (p->cols == p->view->cols && p->cols > 0)
        return;
    bool touches = p->index_width == 0 || p->index_width > ID_COLUMNS;
    p->lead = 0;
    p->gap = p->gutter > 0 && touches ? 1 : 0;
    fit_columns(p);
    while (p->cols == 0 && p->fetched > 0 && p->word_width > WORD_MIN) {
        p->word_width--;
        fit_columns(p);
    }
}

/* What the columns leave goes to words that would be cut. */
static void widen_words(struct picture *p)
{
    int limit = p->view->word_width > 0 ? p->view->word_width : WORD_MAX;
    int spare = p->width - labels_width(p) - p->cols * p->field;
    int words = widest_word(p), most = p->word_width + spare;
    words = words < limit ? words : limit;
    words = words < most ? words : most;
    p->word_width = words > p->word_width ? words : p->word_width;
}

static void picture_init(struct picture *p, const struct matrix_view *view,
                         const struct matrix_window *window)
{
    int digits = view->digits == 0 ? DEFAULT_DIGITS : view->digits;
    int64_t last = view->cols > 0 ? view->cols - 1 : 0;
    int64_t first = window->first_col < 0 ? 0 : window->first_col;
    *p = (struct picture){
        .view = view,
        .digits = digits < 0 ? 0 : digits,
        .words = STR_INIT,
        .first_col = first < last ? first : last,
        .width = window->width,
    };
    plan_lines(p, window);
    fetch_lines(p);
    measure_labels(p);
    lay_out(p);
    if (p->word_width > 0)
        widen_words(p);
}

static void picture_clear(struct picture *p)
{
    str_clear(&p->words);
    free(p->values);
    free(p->lines);
}

/* --- second pass: drawing --- */

/* Where a picture is drawn; what does not fit its width is clipped. */
struct place {
    struct grid *grid;
    int row, col, right;
};

/* As grid_fit, and on to the column behind. */
static void put(struct place *at, int width, enum style style, const char *text)
{
    int room = at->right - at->col, columns = abs(width);
    if (columns > room)
        width = width < 0 ? -room : room;
    if (room > 0)
        grid_fit(at->grid, at->row, at->col, width, style, text);
    at->col += columns;
}

/* A glyph of a column. Looked at as text, each would be measured anew: a table
 * has as many dots for zeros as it has numbers. */
static void put_glyph(struct place *at, enum glyph glyph, enum style style)
{
    if (at->col < at->right)
        grid_glyph(at->grid, at->row, at->col, style, glyph);
    at->col++;
}

static void embolden(struct place *at, int cols)
{
    for (int i = 0; i < cols; i++) {
        struct cell *cell = grid_cell(at->grid, at->row, at->col + i);
        if (cell != NULL && at->col + i < at->right)
            cell->bold = 1;
    }
}

static void draw_head(const struct picture *p, struct place at)
{
    const struct matrix_view *view = p->view;
    at.col += p->lead + p->gutter + p->gap;
    put(&at, -p->index_width, STYLE_HEADER, "id");
    at.col += p->index_width > 0 && p->word_width > 0 ? 1 : 0;
    put(&at, p->word_width, STYLE_HEADER,
        view->row_title == NULL ? "" : view->row_title);
    for (int col = 0; col < p->cols; col++) {
        char number[NUMBER_BYTES];
        snprintf(number, sizeof number, "%" PRId64, p->first_col + col);
        const char *name = view->column_names == NULL
                               ? number
                               : view->column_names[p->first_col + col];
        at.col++;
        put(&at, -(p->field - 1), STYLE_HEADER, name);
    }
}

static void draw_mark(struct place *at, bool shown, enum glyph glyph,
                      enum style style)
{
    if (shown)
        put_glyph(at, glyph, style);
    else
        put(at, 1, STYLE_NORMAL, "");
}

static void draw_gutter(const struct picture *p, struct place *at,
                        unsigned flags)
{
    if (p->gutter == 0)
        return;
    bool gradient = (flags & MATRIX_GRADIENT) != 0;
    bool padding = (flags & MATRIX_PADDING) != 0 && !gradient;
    draw_mark(at, (flags & MATRIX_LOOKED_UP) != 0, GLYPH_LOOKED_UP,
              STYLE_LOOKED_UP);
    draw_mark(at, gradient || padding, padding ? GLYPH_PADDING : GLYPH_GRADIENT,
              padding ? STYLE_NOTICE : STYLE_GRADIENT);
    draw_mark(at, (flags & MATRIX_CHANGED) != 0, GLYPH_CHANGED, STYLE_CHANGED);
}

static enum style value_style(const struct picture *p, unsigned flags,
                              float value)
{
    bool lit = (flags & LIT) != 0 || !p->some_lit;
    if (!isfinite(value))
        return STYLE_ERROR;
    if (!lit || (value == 0 && p->view->zero_dots))
        return STYLE_DIM;
    if (p->view->heat)
        return style_heat(value, p->largest);
    return (flags & MATRIX_FRESH) != 0 ? STYLE_ACCENT : STYLE_NORMAL;
}

static bool is_accented(const struct picture *p, int line, int col)
{
    const struct matrix_view *view = p->view;
    return view->accented != NULL &&
           view->accented(view->context, p->lines[line].rows.row,
                          p->first_col + col);
}

static void put_number(const struct picture *p, struct place *at, int width,
                       enum style style, float value)
{
    char text[NUMBER_BYTES];
    if (value == 0 && p->view->zero_dots) {
        put(at, width - 1, style, "");
        put_glyph(at, GLYPH_ZERO, style);
        return;
    }
    matrix_number(text, sizeof text, value, p->field - 1, p->digits,
                  p->view->zero_dots);
    put(at, -width, style, text);
}

/* Heat fills the blanks between numbers, but not the one after the word. */
static void draw_values(const struct picture *p, struct place *at, int line)
{
    unsigned flags = p->lines[line].flags;
    const float *values = line_values(p, line);
    for (int col = 0; col < p->cols; col++) {
        enum style style = is_accented(p, line, col)
                               ? STYLE_ACCENT
                               : value_style(p, flags, values[col]);
        if (col == 0)
            at->col++;
        struct place start = *at;
        put_number(p, at, col == 0 ? p->field - 1 : p->field, style,
                   values[col]);
        if ((flags & MATRIX_FRESH) != 0)
            embolden(&start, at->col - start.col);
    }
}

static void draw_row(const struct picture *p, struct place at, int i)
{
    const struct line *line = &p->lines[i];
    bool lit = (line->flags & LIT) != 0;
    enum style style = (line->flags & MATRIX_FRESH) != 0 ? STYLE_ACCENT
                       : lit || !p->some_lit             ? STYLE_LABEL
                                                         : STYLE_DIM;
    char id[NUMBER_BYTES];
    snprintf(id, sizeof id, "%" PRId64, line->rows.row);
    at.col += p->lead;
    draw_gutter(p, &at, line->flags);
    at.col += p->gap;
    struct place labels = at;
    put(&at, -p->index_width, style, id);
    at.col += p->index_width > 0 && p->word_width > 0 ? 1 : 0;
    put(&at, p->word_width, style, str_text(&p->words) + line->word);
    if (lit)
        embolden(&labels, at.col - labels.col);
    draw_values(p, &at, i);
}

/* "⋮ 9,812 rows untouched", under the last digit of the row numbers. */
static void draw_elision(const struct picture *p, struct place at, int i)
{
    const struct elide_line *rows = &p->lines[i].rows;
    struct str text = STR_INIT;
    str_printf(&text, "%s %s %s", glyph_text(GLYPH_ELIDED, false),
               str_count((unsigned long long)rows->hidden),
               rows->hidden == 1 ? "row" : "rows");
    if (rows->touched > 0)
        str_printf(&text, ", %s touched",
                   str_count((unsigned long long)rows->touched));
    else if (p->view->touched_count > 0 && !p->view->others_moved)
        str_append(&text, " untouched");
    at.col += p->lead + p->gutter + p->gap;
    at.col += p->index_width > 0 ? p->index_width - 1 : 0;
    put(&at, grid_text_width(str_text(&text)), STYLE_DIM, str_text(&text));
    str_clear(&text);
}

int matrix_draw(struct grid *grid, int row, int col,
                const struct matrix_view *view,
                const struct matrix_window *window, int64_t *shown_cols)
{
    struct matrix_window shown = *window;
    if (shown.width <= 0)
        shown.width = grid->cols > col ? grid->cols - col : 0;
    struct picture p;
    picture_init(&p, view, &shown);
    if (window->height == 0)
        grid_need(grid, row + 1 + p.count);
    struct place at = {grid, row, col, col + shown.width};
    draw_head(&p, at);
    for (int i = 0; i < p.count; i++) {
        at.row++;
        if (p.lines[i].rows.hidden > 0)
            draw_elision(&p, at, i);
        else
            draw_row(&p, at, i);
    }
    if (shown_cols != NULL)
        *shown_cols = p.cols;
    int used = 1 + p.count;
    picture_clear(&p);
    return used;
}

int64_t matrix_columns(const struct matrix_view *view,
                       const struct matrix_window *window)
{
    struct picture p;
    picture_init(&p, view, window);
    int64_t cols = p.cols;
    picture_clear(&p);
    return cols;
}
