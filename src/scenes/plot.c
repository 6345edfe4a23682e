/*
 * plot: the words that learn on a plane, the first two principal components
 * of their rows. Of more than there is room for, those asked about last, then
 * those looked up most: an order that no size of the picture changes.
 * recommend has a plane for the users and, below it, one for the items.
 *
 * The components are computed anew only when a row has changed: a frame that
 * shows the same table costs no eigenvectors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "draw/chart.h"
#include "lab/explore.h"
#include "scenes/parts.h"
#include "scenes/scenes.h"

enum { WORDS_MAX = 120, WORDS_MIN = 3, STREAM_ROWS = 22 };

/* What stands on the plane. */
struct plane {
    int64_t ids[WORDS_MAX];
    int64_t ranks[WORDS_MAX]; /* descending, ties by id */
    size_t count, asked;      /* the first of them were asked about */
    size_t learning;          /* words to choose from */
    double xy[2 * WORDS_MAX];
    double share[2]; /* of the variance */
};

/* The rows that each table's plane was computed of. */
enum { TABLES_MAX = 2 };
static struct last {
    struct plane plane;
    float *rows; /* (count, cols) */
    size_t cols;
} last[TABLES_MAX];

static const struct parameter *table_of(const struct lab *lab, size_t table)
{
    return &lab->model->tables[table].weight;
}

/* --- which words --------------------------------------------------------- */

/* How often an epoch looks each word up; NULL: nobody knows. */
static const int64_t *lookups_of(const struct lab *lab, size_t table)
{
    size_t first = table > 0 ? lab_V(lab) : 0;

    return lab->has_data && lab->contexts ? lab->contexts + first : NULL;
}

static void add_word(struct plane *plane, int64_t id, int64_t rank)
{
    size_t at = plane->count;

    plane->learning++;
    while (at > 0 && plane->ranks[at - 1] < rank)
        at--;
    if (at == WORDS_MAX)
        return;
    if (plane->count < WORDS_MAX)
        plane->count++;
    for (size_t i = plane->count - 1; i > at; i--) {
        plane->ids[i] = plane->ids[i - 1];
        plane->ranks[i] = plane->ranks[i - 1];
    }
    plane->ids[at] = id;
    plane->ranks[at] = rank;
}

/* Rows behind the vocabulary's (V= asked for more) are nobody's. */
static size_t known_words(const struct lab *lab, const struct parameter *p)
{
    size_t rows = lab_table_words(lab, p);
    size_t words = lab->text ? lab_parameter_vocab(lab, p)->size : rows;

    return words < rows ? words : rows;
}

static void choose_words(const struct lab *lab, size_t table,
                         struct plane *plane)
{
    const struct parameter *p = table_of(lab, table);
    const int64_t *lookups = lookups_of(lab, table);
    size_t words = known_words(lab, p);

    plane->count = plane->learning = plane->asked = 0;
    for (int64_t id = 0; id < (int64_t)words; id++) {
        int64_t rank = lookups ? lookups[id] : 0;
        if (lookups && rank == 0)
            continue;
        if (lab_is_asked(lab, p, id)) {
            rank = INT64_MAX;
            plane->asked++;
        }
        add_word(plane, id, rank);
    }
}

/* --- where they stand ---------------------------------------------------- */

static float *copy_rows(const struct parameter *W, const struct plane *plane)
{
    float *rows = memory_new(plane->count * W->cols, sizeof *rows);

    for (size_t i = 0; i < plane->count; i++)
        memcpy(rows + i * W->cols, W->value + (size_t)plane->ids[i] * W->cols,
               W->cols * sizeof *rows);
    return rows;
}

static bool is_last(const struct last *it, const struct plane *plane,
                    const float *rows, size_t cols)
{
    return it->rows && it->cols == cols && it->plane.count == plane->count &&
           it->plane.learning == plane->learning &&
           it->plane.asked == plane->asked &&
           memcmp(it->plane.ids, plane->ids,
                  plane->count * sizeof *plane->ids) == 0 &&
           memcmp(it->rows, rows, plane->count * cols * sizeof *rows) == 0;
}

/* A table's plane of now, borrowed until the next call; NULL: too few words,
 * or numbers that are none. */
static const struct plane *plane_of(const struct lab *lab, size_t table)
{
    const struct parameter *W = table_of(lab, table);
    struct last *it = &last[table];
    struct plane *plane = memory_new(1, sizeof *plane);
    float *rows;
    int status = -1;

    choose_words(lab, table, plane);
    rows = copy_rows(W, plane);
    if (is_last(it, plane, rows, W->cols)) {
        free(rows);
        free(plane);
        return &it->plane;
    }
    if (plane->count >= WORDS_MIN)
        status = explore_pca(W, plane->ids, plane->count, plane->xy,
                             plane->share, NULL);
    free(it->rows);
    it->rows = NULL;
    if (status == 0) {
        it->plane = *plane;
        it->rows = rows;
        it->cols = W->cols;
    } else {
        free(rows);
    }
    free(plane);
    return status == 0 ? &it->plane : NULL;
}

/* --- the scene ----------------------------------------------------------- */

static bool plot_ready(const struct lab *lab)
{
    return lab->model &&
           (table_of(lab, 0)->rows >= WORDS_MIN ||
            (lab_table_count(lab) > 1 && table_of(lab, 1)->rows >= WORDS_MIN));
}

static void write_title(const struct lab *lab, size_t table,
                        const struct frame *frame, char *out, size_t size)
{
    const struct plane *plane = plane_of(lab, table);

    if (!plane)
        snprintf(out, size, "no plane: fewer than %d words learn", WORDS_MIN);
    else
        snprintf(out, size,
                 frame->panel ? "%zu rows of %s · two principal components · "
                                "%.0f %% and %.0f %% of the variance"
                              : "%zu rows of %s by their two principal "
                                "components: %.0f %% and %.0f %% of the "
                                "variance",
                 plane->count, table_of(lab, table)->name,
                 100 * plane->share[0], 100 * plane->share[1]);
}

static void title_plot(const struct lab *lab, const struct frame *frame,
                       char *out, size_t size)
{
    write_title(lab, 0, frame, out, size);
}

static size_t draw_points(const struct lab *lab, size_t table,
                          const struct plane *plane, int height,
                          struct grid *grid)
{
    struct scatter_point *points = memory_zeroed(plane->count, sizeof *points);
    int top = grid->rows;
    size_t left_out;

    for (size_t i = 0; i < plane->count; i++)
        points[i] = (struct scatter_point){
            .x = plane->xy[2 * i],
            .y = plane->xy[2 * i + 1],
            .label = memory_text(
                lab_row_word(lab, table_of(lab, table), plane->ids[i])),
            .style = i < plane->asked ? STYLE_ACCENT : STYLE_NORMAL};
    grid_extend(grid, height);
    left_out = chart_scatter(grid, top, 0, grid->cols, height, points,
                             plane->count, plane->asked);
    for (size_t i = 0; i < plane->count; i++)
        free((char *)points[i].label);
    free(points);
    return left_out;
}

/* What the picture does not show. */
static void draw_left_out(const struct plane *plane, size_t left_out,
                          struct grid *grid)
{
    if (plane->count < plane->learning)
        grid_printf(grid, part_line(grid), 0, STYLE_DIM,
                    "(the most looked-up of %s words)",
                    str_count(plane->learning));
    if (left_out > 0)
        grid_printf(grid, part_line(grid), 0, STYLE_DIM,
                    "(%zu word%s no room for a label)", left_out,
                    left_out == 1 ? " has" : "s have");
}

/* Rows for the lines below: nobody knows yet whether both are needed. A plane
 * lower than HEIGHT_MIN is not worth sharing the panel with another. */
enum { BELOW = 2, HEIGHT_MIN = 5 };

static int height_of_plane(const struct frame *frame, const struct grid *grid,
                           int planes)
{
    if (frame->height <= 0)
        return STREAM_ROWS;
    return (frame->height - grid->rows - (planes - 1)) / planes;
}

/* height: of the points and of what is said below them; where that is too
 * little for both, of the points. */
static void draw_plane(const struct lab *lab, size_t table, int height,
                       bool room_below, struct grid *grid)
{
    const struct plane *plane = plane_of(lab, table);
    size_t left_out;

    if (!plane)
        return;
    if (!room_below && height > 3 * BELOW) {
        height -= plane->count < plane->learning ? BELOW : BELOW - 1;
        room_below = true;
    }
    left_out = draw_points(lab, table, plane, height, grid);
    if (room_below)
        draw_left_out(plane, left_out, grid);
}

static void draw_plot(const struct lab *lab, const struct frame *frame,
                      struct grid *grid)
{
    bool stream = frame->height <= 0, two = lab_table_count(lab) > 1;
    int height = height_of_plane(frame, grid, two ? 2 : 1);
    char title[256];

    if (two && height < HEIGHT_MIN) {
        two = false;
        height = height_of_plane(frame, grid, 1);
    }
    draw_plane(lab, 0, height, stream, grid);
    if (two) {
        write_title(lab, 1, frame, title, sizeof title);
        grid_text(grid, part_line(grid), 0, STYLE_TITLE, title);
        draw_plane(lab, 1, height, stream, grid);
    }
    part_keep(frame, grid);
}

const struct scene scene_plot = {
    .name = "plot",
    .help = "the words on a plane",
    .ready = plot_ready,
    .title = title_plot,
    .draw = draw_plot,
};
