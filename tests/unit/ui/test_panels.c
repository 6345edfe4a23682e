/* Which pictures stand where, in columns and rows. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "ui/panels.h"

enum { ROWS_MAX = 70, COLS_MAX = 250 };

static bool all_are_ready(const void *context, const char *scene)
{
    (void)context;
    (void)scene;
    return true;
}

static bool none_is_ready(const void *context, const char *scene)
{
    (void)context;
    (void)scene;
    return false;
}

static struct panels_wish learning(const char *view, bool chosen)
{
    return (struct panels_wish){.view = view,
                                .chosen = chosen,
                                .learning = true,
                                .ready = all_are_ready,
                                .main_rows = 19};
}

static struct rect area_of(int rows, int cols)
{
    return (struct rect){.rows = rows, .cols = cols};
}

/* The scenes of the panels with blanks between. */
static const char *scenes_of(const struct panels_wish *wish, int rows, int cols)
{
    static char text[200];
    struct panel panels[PANELS_MAX];
    size_t count = panels_arrange(wish, area_of(rows, cols), panels);

    *text = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, panels[i].scene);
    }
    return text;
}

static void check_tiles(const struct panels_wish *wish, int rows, int cols)
{
    static unsigned char covered[ROWS_MAX][COLS_MAX];
    struct panel panels[PANELS_MAX];
    size_t count = panels_arrange(wish, area_of(rows, cols), panels);
    bool shown = false;

    memset(covered, 0, sizeof covered);
    for (size_t i = 0; i < count; i++) {
        struct rect r = panels[i].area;
        shown |= strcmp(panels[i].scene, wish->view) == 0;
        for (int row = r.row; row < r.row + r.rows; row++)
            for (int col = r.col; col < r.col + r.cols; col++)
                covered[row][col]++;
    }
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++)
            if (covered[row][col] != 1)
                fail_msg("%s in %d x %d: %d panels at %d,%d", wish->view, rows,
                         cols, covered[row][col], row, col);
    if (wish->chosen && !shown)
        fail_msg("%s in %d x %d is left out", wish->view, rows, cols);
}

static void panels_tile_every_area_with_what_was_chosen(void **state)
{
    static const char *const views[] = {"tokens", "table", "lookup", "batch",
                                        "logits", "loss",  "curve",  "update",
                                        "plot",   "rows"};
    (void)state;
    for (size_t v = 0; v < sizeof views / sizeof *views; v++)
        for (int rows = 1; rows <= ROWS_MAX; rows += rows < 30 ? 1 : 7)
            for (int cols = 1; cols <= COLS_MAX; cols += 9) {
                struct panels_wish wish = learning(views[v], true);
                check_tiles(&wish, rows, cols);
                wish.chosen = false;
                check_tiles(&wish, rows, cols);
                wish.learning = false;
                check_tiles(&wish, rows, cols);
            }
}

/* A box takes a row or column on each side. */
static void the_picture_stands_inside_of_its_box(void **state)
{
    struct panels_wish wish = learning("curve", true);
    struct panel panels[PANELS_MAX], *panel = panels;
    (void)state;
    wish.ready = none_is_ready;
    assert_int_equal(panels_arrange(&wish, area_of(4, 20), panels), 1);
    assert_true(panel->boxed);
    assert_int_equal(panel->inside.row, 1);
    assert_int_equal(panel->inside.col, 1);
    assert_int_equal(panel->inside.rows, 2);
    assert_int_equal(panel->inside.cols, 18);
    assert_int_equal(panels_arrange(&wish, area_of(3, 20), panels), 1);
    assert_false(panel->boxed);
    assert_int_equal(panel->inside.rows, 3);
    assert_int_equal(panels_arrange(&wish, area_of(4, 19), panels), 1);
    assert_false(panel->boxed);
    assert_int_equal(panel->inside.cols, 19);
}

static int top_rows(int rows, int main_rows)
{
    struct panels_wish wish = learning("table", false);
    struct panel panels[PANELS_MAX];

    wish.main_rows = main_rows;
    assert_true(panels_arrange(&wish, area_of(rows, 120), panels) > 0);
    return panels[0].area.rows;
}

/* At most two thirds, or 20 rows; a second band has 8 at least. */
static void the_first_picture_decides_how_high_its_band_is(void **state)
{
    (void)state;
    assert_int_equal(top_rows(40, 12), 12);
    assert_int_equal(top_rows(40, 26), 26);
    assert_int_equal(top_rows(40, 27), 26);
    assert_int_equal(top_rows(40, 90), 26);
    assert_int_equal(top_rows(28, 90), 20);
    assert_int_equal(top_rows(27, 90), 27);
    assert_int_equal(top_rows(27, 18), 18);
    assert_int_equal(top_rows(26, 12), 26);
}

/* 120 columns have room for two matrices of 56. */
static void what_is_chosen_takes_the_place_of_the_last(void **state)
{
    struct panels_wish wish = learning("update", false);
    (void)state;
    assert_string_equal(scenes_of(&wish, 40, 120),
                        "table backward batch mean logits curve");
    wish.chosen = true;
    assert_string_equal(scenes_of(&wish, 40, 120),
                        "table update batch mean logits curve");
    wish.view = "plot"; /* 70 columns */
    assert_string_equal(scenes_of(&wish, 40, 120),
                        "plot batch mean logits curve");
    wish.view = "loss";
    assert_string_equal(scenes_of(&wish, 40, 120),
                        "table backward batch mean logits loss");
}

static void a_small_screen_shows_the_scene_with_its_neighbour(void **state)
{
    struct panels_wish wish = learning("backward", false);
    (void)state;
    assert_string_equal(scenes_of(&wish, 20, 80), "backward batch");
    assert_string_equal(scenes_of(&wish, 20, 79), "backward");
    assert_string_equal(scenes_of(&wish, 20, 110), "backward batch logits");
    wish.view = "lookup";
    assert_string_equal(scenes_of(&wish, 20, 80), "table lookup");
    assert_string_equal(scenes_of(&wish, 20, 79), "lookup");
}

/* ... unless it is what somebody wants to see. */
static void a_scene_to_spare_gives_its_place_to_another(void **state)
{
    struct panels_wish wish = learning("backward", false);
    (void)state;
    wish.spare = "curve";
    assert_string_equal(scenes_of(&wish, 40, 120),
                        "table backward batch mean logits loss");
    wish.view = "loss";
    assert_string_equal(scenes_of(&wish, 20, 80), "loss");
    wish.view = "curve";
    assert_string_equal(scenes_of(&wish, 20, 80), "curve batch");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panels_tile_every_area_with_what_was_chosen),
        cmocka_unit_test(the_picture_stands_inside_of_its_box),
        cmocka_unit_test(the_first_picture_decides_how_high_its_band_is),
        cmocka_unit_test(what_is_chosen_takes_the_place_of_the_last),
        cmocka_unit_test(a_scene_to_spare_gives_its_place_to_another),
        cmocka_unit_test(a_small_screen_shows_the_scene_with_its_neighbour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
