/* Which rows of a large table are shown, and what is said of the others. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>

#include "base/str.h"
#include "draw/elide.h"

enum { ROOM_MAX = 64 };

/* A plan as text: "0 1 [7/2] 9": row 0, row 1, 7 hidden (2 touched), row 9. */
static void assert_plan(const struct elide_table *table, int room, bool fill,
                        const char *expected)
{
    struct elide_line lines[ROOM_MAX];
    struct str text = STR_INIT;
    int count = elide_plan(table, room, fill, lines);
    assert_true(count <= room);
    for (int i = 0; i < count; i++) {
        str_append(&text, i == 0 ? "" : " ");
        if (lines[i].hidden == 0)
            str_printf(&text, "%" PRId64, lines[i].row);
        else if (lines[i].touched == 0)
            str_printf(&text, "[%" PRId64 "]", lines[i].hidden);
        else
            str_printf(&text, "[%" PRId64 "/%" PRId64 "]", lines[i].hidden,
                       lines[i].touched);
    }
    assert_string_equal(str_text(&text), expected);
    str_clear(&text);
}

static void all_rows_are_shown_where_they_fit(void **state)
{
    static const int64_t touched[] = {2};
    struct elide_table table = {5, touched, 1};
    (void)state;
    assert_plan(&table, 5, true, "0 1 2 3 4");
    assert_plan(&table, 9, false, "0 1 2 3 4");
}

static void an_untouched_table_shows_its_first_and_last_rows(void **state)
{
    struct elide_table table = {100, NULL, 0};
    (void)state;
    assert_plan(&table, 12, true, "0 1 2 3 4 5 6 7 [89] 97 98 99");
    assert_plan(&table, 12, false, "0 1 2 3 4 5 6 7 [89] 97 98 99");
    assert_plan(&table, 4, true, "0 1 [97] 99");
    assert_plan(&table, 3, true, "0 [98] 99");
    assert_plan(&table, 2, true, "0 [99]");
    assert_plan(&table, 1, true, "[100]");
    assert_plan(&table, 0, true, "");
}

static void touched_rows_bring_their_neighbours_and_the_ends(void **state)
{
    static const int64_t touched[] = {20, 40};
    struct elide_table table = {100, touched, 2};
    (void)state;
    assert_plan(&table, 40, false, "0 [18] 19 20 21 [17] 39 40 41 [57] 99");
    assert_plan(&table, 13, true, "0 1 2 [16] 19 20 21 [17] 39 40 41 [57] 99");
}

static void touched_rows_come_first(void **state)
{
    static const int64_t touched[] = {20, 40};
    struct elide_table table = {100, touched, 2};
    (void)state;
    assert_plan(&table, 5, true, "[20] 20 [19] 40 [59]");
    assert_plan(&table, 6, true, "[19] 19 20 [19] 40 [59]");
}

/* A line for one hidden row would cost what the row costs. */
static void a_gap_of_one_row_is_closed(void **state)
{
    static const int64_t touched[] = {3, 7};
    struct elide_table table = {100, touched, 2};
    (void)state;
    assert_plan(&table, 11, false, "0 1 2 3 4 5 6 7 8 [90] 99");
}

/* The lesson's panel in screens.md: 8 lines, six touched rows. */
static void a_crowded_plan_counts_all_hidden_rows_once(void **state)
{
    static const int64_t touched[] = {0, 1, 2, 4, 6, 7};
    struct elide_table table = {17, touched, 6};
    (void)state;
    assert_plan(&table, 8, true, "0 1 2 3 4 6 7 [10]");
    assert_plan(&table, 7, true, "0 1 2 4 6 7 [11]");
    assert_plan(&table, 9, true, "0 1 2 3 4 5 6 7 [9]");
    assert_plan(&table, 5, true, "0 1 2 4 [13/2]");
}

/* No line takes the place of the last of them, nor of the only one. */
static void touched_rows_go_before_the_line_for_the_others(void **state)
{
    static const int64_t touched[] = {0, 1, 2, 4, 6, 7};
    struct elide_table table = {17, touched, 6};
    (void)state;
    assert_plan(&table, 6, true, "0 1 2 4 6 7");
    assert_plan(&table, 2, true, "0 [16/5]");
    assert_plan(&table, 1, true, "0");
}

static void a_window_by_hand_is_kept_full(void **state)
{
    struct elide_table table = {10, NULL, 0};
    struct elide_line lines[ROOM_MAX];
    (void)state;
    assert_int_equal(elide_window(&table, 4, 3, lines), 4);
    assert_int_equal(lines[0].row, 3);
    assert_int_equal(lines[3].row, 6);
    assert_int_equal(elide_window(&table, 4, 9, lines), 4);
    assert_int_equal(lines[0].row, 6);
    assert_int_equal(elide_window(&table, 40, 9, lines), 10);
    assert_int_equal(lines[0].row, 0);
}

static void assert_honest(const struct elide_table *table, int room, bool fill)
{
    struct elide_line lines[ROOM_MAX];
    int count = elide_plan(table, room, fill, lines);
    int64_t shown = 0, hidden = 0, shown_touched = 0, hidden_touched = 0;
    int64_t next = 0;
    assert_in_range(count, 1, room);
    for (int i = 0; i < count; i++) {
        const struct elide_line *line = &lines[i];
        assert_true(line->row >= next);
        next = line->row + 1;
        hidden += line->hidden;
        hidden_touched += line->touched;
        shown += line->hidden == 0;
        for (int64_t t = 0; t < table->touched_count; t++)
            shown_touched += line->hidden == 0 &&
                             table->touched[t] == line->row;
    }
    if (table->touched_count > 0 && shown == room && shown == shown_touched &&
        table->rows > room)
        return; /* their numbers tell of the gaps */
    assert_int_equal(shown + hidden, table->rows);
    assert_int_equal(shown_touched + hidden_touched, table->touched_count);
    if (table->touched_count <= room) /* there was room for all of them */
        assert_int_equal(hidden_touched, 0);
    if (fill && table->rows >= room)
        assert_int_equal(count, room);
}

static void every_plan_accounts_for_every_row(void **state)
{
    unsigned seed = 7;
    (void)state;
    for (int round = 0; round < 5000; round++) {
        int64_t touched[60], count = 0;
        seed = seed * 1103515245U + 12345U;
        int64_t rows = 1 + (int64_t)(seed >> 16) % 60;
        int room = 1 + (int)(seed >> 8) % 30;
        unsigned chance = seed >> 24 & 7;
        for (int64_t row = 0; row < rows; row++) {
            seed = seed * 1103515245U + 12345U;
            if ((seed >> 16 & 7) < chance)
                touched[count++] = row;
        }
        struct elide_table table = {rows, touched, count};
        assert_honest(&table, room, true);
        assert_honest(&table, room, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_rows_are_shown_where_they_fit),
        cmocka_unit_test(an_untouched_table_shows_its_first_and_last_rows),
        cmocka_unit_test(touched_rows_bring_their_neighbours_and_the_ends),
        cmocka_unit_test(touched_rows_come_first),
        cmocka_unit_test(a_gap_of_one_row_is_closed),
        cmocka_unit_test(a_crowded_plan_counts_all_hidden_rows_once),
        cmocka_unit_test(touched_rows_go_before_the_line_for_the_others),
        cmocka_unit_test(a_window_by_hand_is_kept_full),
        cmocka_unit_test(every_plan_accounts_for_every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
