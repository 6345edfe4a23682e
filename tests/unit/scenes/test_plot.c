/* The words on a plane. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "draw/render.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"

/* Whose label stands in the picture in this style. */
static bool has_label(const struct lab *lab, const struct frame *frame,
                      const char *word, enum style style)
{
    struct grid grid;
    bool found = false;

    draw_scene(lab, "plot", frame, &grid);
    for (int row = 0; row < grid.rows; row++) {
        for (int col = 0; col + (int)strlen(word) <= grid.cols; col++) {
            size_t i = 0;
            while (word[i] &&
                   grid_cell(&grid, row, col + (int)i)->text[0] == word[i])
                i++;
            found = found ||
                    (!word[i] && grid_cell(&grid, row, col)->style == style);
        }
    }
    grid_clear(&grid);
    return found;
}

static void ask(struct lab *lab, const int64_t *ids, size_t count)
{
    struct lab_row rows[LAB_ASKED_MAX];

    for (size_t i = 0; i < count; i++)
        rows[i] = (struct lab_row){&lab->model->tables[0].weight, ids[i]};
    lab_context_count(lab, rows[0].table, 0); /* as the command has it done */
    lab_ask(lab, rows, count);
}

enum { DRINKS = 2, CHASES = 6, QUEEN = 13 };

/* They are looked up seldom: at small sizes nothing is left for them, unless
 * they are asked about. */
static void words_asked_about_have_a_label_at_every_size(void **state)
{
    struct lab *lab = *state;
    int without = 0;

    ask(lab, (int64_t[]){CHASES, QUEEN}, 2);
    for (int height = 2; height <= 20; height++) {
        for (int width = 20; width <= 60; width += 5) {
            struct frame frame = panel_frame(width, height);
            assert_true(has_label(lab, &frame, "chases", STYLE_ACCENT));
            assert_true(has_label(lab, &frame, "queen", STYLE_ACCENT));
            lab->asked_count = 0;
            without += !has_label(lab, &frame, "queen", STYLE_NORMAL);
            lab->asked_count = 2;
        }
    }
    assert_true(without > 0);
}

/* The table is another one, so that its words are, too. */
static void another_table_was_not_asked_about(void **state)
{
    struct lab *lab = *state;
    struct head head;

    ask(lab, (int64_t[]){QUEEN}, 1);
    head = lab_head(lab, HEAD_TABLE);
    head.table.D = 4;
    lab_run(lab, &head);
    assert_false(lab_is_asked(lab, &lab->model->tables[0].weight, QUEEN));
}

static void planes_fit_panels_of_all_sizes(void **state)
{
    struct lab *lab = *state;

    ask(lab, (int64_t[]){DRINKS, CHASES, QUEEN}, 3);
    assert_fits_panels(lab, "plot");
}

static void rows_that_are_nobodys_are_left_out(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    struct frame frame = {.width = 80, .height = 20, .panel = true};
    struct grid grid;
    head.table.V = 300;
    lab_run(lab, &head);
    assert_null(lab->contexts); /* nobody has counted who learns */
    draw_scene(lab, "plot", &frame, &grid);
    assert_memory_equal(title_of(lab, "plot", &frame), "17 rows of W", 12);
    grid_clear(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(words_asked_about_have_a_label_at_every_size),
        WITH_TINY(another_table_was_not_asked_about),
        WITH_TINY(rows_that_are_nobodys_are_left_out),
        WITH_TINY(planes_fit_panels_of_all_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
