/* The sink's helpers: what reaches the front end, and in which form. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "draw/render.h"
#include "draw/sink.h"

/* A front end that keeps what it gets; sink comes first: its address is its. */
struct keeper {
    struct sink sink;
    struct str grids, letters, texts, notices;
    int progress_calls;
    bool go_on;
};

static void keep_grid(struct sink *sink, const struct grid *grid)
{
    struct keeper *keeper = (struct keeper *)sink;
    render_text(grid, &keeper->grids);
    render_letters(grid, &keeper->letters);
}

static void keep_text(struct sink *sink, const char *text, size_t length)
{
    str_append_bytes(&((struct keeper *)sink)->texts, text, length);
}

static void keep_notice(struct sink *sink, const char *text)
{
    struct str *notices = &((struct keeper *)sink)->notices;
    str_printf(notices, "%s\n", text);
}

static bool keep_progress(struct sink *sink, const char *what, double done,
                          double total, const char *note)
{
    struct keeper *keeper = (struct keeper *)sink;
    keeper->progress_calls++;
    str_printf(&keeper->texts, "%s %g/%g %s", what, done, total, note);
    return keeper->go_on;
}

static void keeper_init(struct keeper *keeper)
{
    *keeper = (struct keeper){.sink = {.grid = keep_grid,
                                       .text = keep_text,
                                       .notice = keep_notice,
                                       .progress = keep_progress,
                                       .width = 20}};
}

static void keeper_clear(struct keeper *keeper)
{
    str_clear(&keeper->grids);
    str_clear(&keeper->letters);
    str_clear(&keeper->texts);
    str_clear(&keeper->notices);
}

static void a_line_is_a_grid_in_its_style(void **state)
{
    struct keeper keeper;
    (void)state;
    keeper_init(&keeper);
    sink_line(&keeper.sink, STYLE_GOOD, "loss %.4f", 2.7842);
    assert_string_equal(str_text(&keeper.grids), "loss 2.7842\n");
    assert_string_equal(str_text(&keeper.letters), "yyyyyyyyyyy\n");
    sink_line(&keeper.sink, STYLE_NORMAL, "%s", "");
    assert_string_equal(str_text(&keeper.grids), "loss 2.7842\n\n");
    keeper_clear(&keeper);
}

static void a_long_line_is_wrapped_where_there_is_a_width(void **state)
{
    struct keeper keeper;
    (void)state;
    keeper_init(&keeper);
    sink_line(&keeper.sink, STYLE_NORMAL, "  gradient 6 rows: the cat drinks");
    assert_string_equal(str_text(&keeper.grids), "  gradient 6 rows:\n"
                                                 "  the cat drinks\n");
    keeper.sink.width = 0;
    str_truncate(&keeper.grids, 0);
    sink_line(&keeper.sink, STYLE_NORMAL, "gradient 6 rows: the cat drinks");
    assert_string_equal(str_text(&keeper.grids),
                        "gradient 6 rows: the cat drinks\n");
    keeper_clear(&keeper);
}

static void text_arrives_byte_for_byte(void **state)
{
    struct keeper keeper;
    (void)state;
    keeper_init(&keeper);
    keeper.sink.ascii = true;
    sink_text(&keeper.sink, "tensor([[1.]])\n");
    sink_printf(&keeper.sink, "%d × %s\n", 3, "\033");
    assert_string_equal(str_text(&keeper.texts), "tensor([[1.]])\n3 × \033\n");
    keeper_clear(&keeper);
}

static void ascii_pictures_and_notices_have_ascii_glyphs(void **state)
{
    struct keeper keeper;
    struct grid grid;
    (void)state;
    keeper_init(&keeper);
    keeper.sink.ascii = true;
    grid_init(&grid, 1, 10);
    grid_text(&grid, 0, 0, STYLE_GRADIENT, "▲ 猫 …");
    sink_grid(&keeper.sink, &grid);
    assert_string_equal(str_text(&keeper.grids), "^ 猫 ~\n");
    assert_string_equal(grid_cell(&grid, 0, 0)->text, "▲"); /* a copy */
    sink_notice(&keeper.sink, "%s wait…", "猫");
    assert_string_equal(str_text(&keeper.notices), "猫 wait~\n");
    grid_clear(&grid);
    keeper_clear(&keeper);
}

static void quiet_drops_notices_and_nothing_else(void **state)
{
    struct keeper keeper;
    (void)state;
    keeper_init(&keeper);
    sink_notice(&keeper.sink, "B=%d", 8);
    keeper.sink.quiet = true;
    sink_notice(&keeper.sink, "not this");
    sink_line(&keeper.sink, STYLE_NORMAL, "a");
    sink_text(&keeper.sink, "b");
    assert_string_equal(str_text(&keeper.notices), "B=8\n");
    assert_string_equal(str_text(&keeper.grids), "a\n");
    assert_string_equal(str_text(&keeper.texts), "b");
    keeper_clear(&keeper);
}

static void progress_asks_whether_to_go_on(void **state)
{
    struct keeper keeper;
    (void)state;
    keeper_init(&keeper);
    keeper.go_on = true;
    assert_true(sink_progress(&keeper.sink, "train", 1, 2, "loss 2.31"));
    keeper.go_on = false;
    assert_false(sink_progress(&keeper.sink, "", 0, 0, ""));
    assert_int_equal(keeper.progress_calls, 2);
    assert_true(
        str_starts_with(str_text(&keeper.texts), "train 1/2 loss 2.31"));
    keeper_clear(&keeper);
}

static void a_sink_without_functions_swallows_all(void **state)
{
    struct sink sink = {.width = 80};
    struct grid grid;
    (void)state;
    grid_init(&grid, 1, 1);
    sink_grid(&sink, &grid);
    sink_text(&sink, "a");
    sink_printf(&sink, "a");
    sink_line(&sink, STYLE_NORMAL, "a");
    sink_notice(&sink, "a");
    assert_true(sink_progress(&sink, "a", 0, 0, NULL));
    grid_clear(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_grid_in_its_style),
        cmocka_unit_test(a_long_line_is_wrapped_where_there_is_a_width),
        cmocka_unit_test(text_arrives_byte_for_byte),
        cmocka_unit_test(ascii_pictures_and_notices_have_ascii_glyphs),
        cmocka_unit_test(quiet_drops_notices_and_nothing_else),
        cmocka_unit_test(progress_asks_whether_to_go_on),
        cmocka_unit_test(a_sink_without_functions_swallows_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
