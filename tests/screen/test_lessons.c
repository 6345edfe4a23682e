/*
 * Lessons on the full screen: the first screen, the page beside the panels,
 * commands typed for all to see, off script and back, the keys that steer.
 * tests/screen/lesson.md is the lesson.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "harness.h"

#define LESSON "tests/screen/lesson.md"

static struct terminal *play(int rows, int cols, const char *how)
{
    const char *args[] = {"play", LESSON, how, NULL};
    return terminal_start(
        &(struct terminal_options){.rows = rows, .cols = cols, .args = args});
}

/* On, and wait until the lesson's commands have been typed and run. */
static void go_on(struct terminal *t)
{
    terminal_type(t, "\r");
    terminal_type(t, "\014"); /* nothing lights up any more */
}

/* ---- the first screen ---- */

static void enter_on_the_first_screen_begins_the_first_lesson(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){0});
    (void)state;
    assert_shows(t, "Where to begin?");
    assert_shows(t, " > 01-tokens");
    terminal_type(t, "\r");
    assert_shows(t, "01 What a machine reads · 1/");
    terminal_type(t, "lesson leave\r");
    assert_false(terminal_shows(t, "· 1/"));
    terminal_finish(t);
}

static void what_is_done_stands_beside_the_lesson(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){0});
    char path[4200];
    (void)state;
    snprintf(path, sizeof path, "%s/emblab/progress", terminal_home(t));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("which-rows which done\n", file);
    fclose(file);
    struct terminal *again =
        terminal_start(&(struct terminal_options){.home = terminal_home(t)});
    assert_shows(again, "1 of 4");
    terminal_finish(again);
    terminal_finish(t);
}

/* ---- the stage ---- */

static const struct size {
    const char *name;
    int rows, cols;
} sizes[] = {{"80x24", 24, 80}, {"120x34", 34, 120}, {"40x12", 12, 40}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void the_page_stands_beside_the_panels(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct terminal *t = play(sizes[i].rows, sizes[i].cols, NULL);
        char file[64];
        snprintf(file, sizeof file, "stage-start.%s", sizes[i].name);
        assert_screen(t, file);
        go_on(t);
        snprintf(file, sizeof file, "stage-step.%s", sizes[i].name);
        assert_screen(t, file);
        terminal_finish(t);
    }
}

static void output_wider_than_the_panels_has_the_whole_width(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct terminal *t = play(sizes[i].rows, sizes[i].cols, NULL);
        char file[64];
        go_on(t);
        terminal_type(t, "memory V=1000000 D=300\r");
        snprintf(file, sizeof file, "stage-memory.%s", sizes[i].name);
        assert_screen(t, file);
        terminal_finish(t);
    }
}

static void commands_are_typed_for_all_to_see(void **state)
{
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    terminal_post(t, "\r", 1);
    terminal_wait_text(t, "emb> ste");
    assert_false(terminal_shows(t, "step 1"));
    terminal_wait(t);
    assert_shows(t, "step 1");
    assert_shows(t, "W.grad (17, 6)");
    terminal_finish(t);
}

static void enter_while_it_is_typed_goes_no_further_than_its_output(
    void **state)
{
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    terminal_post(t, "\r\r", 2);
    terminal_wait(t);
    assert_shows(t, "On stage · 2/");
    assert_shows(t, "W.grad (17, 6)");
    terminal_finish(t);
}

/* By itself the line would take longer than any test waits. */
static void enter_while_it_is_typed_types_the_rest(void **state)
{
    const char *args[] = {"play", "tests/screen/slow.md", NULL};
    struct terminal *t =
        terminal_start(&(struct terminal_options){.args = args});
    (void)state;
    terminal_post(t, "\r", 1);
    terminal_wait_text(t, "emb> c");
    terminal_post(t, "\r", 1);
    terminal_wait(t);
    assert_shows(t, "35 tokens");
    terminal_finish(t);
}

/* At 40x12 the page has four rows of text. */
static void a_long_page_is_read_before_the_lesson_goes_on(void **state)
{
    struct terminal *t = play(12, 40, NULL);
    (void)state;
    go_on(t);
    go_on(t); /* from the lab to the page */
    assert_shows(t, "A step");
    go_on(t);
    assert_shows(t, "Look at milk");
    for (int i = 0; i < 3 && !terminal_shows(t, "small screen"); i++) {
        assert_shows(t, "Enter: more");
        go_on(t);
    }
    assert_shows(t, "small screen");
    assert_shows(t, "Enter: continue");
    terminal_type(t, "\033[5~\033[5~");
    assert_shows(t, "Look at milk");
    go_on(t);
    assert_shows(t, "On stage · 3/"); /* read again first */
    terminal_finish(t);
}

/* Of 12 rows neither would leave the other enough. */
static void on_a_small_screen_lab_and_page_take_turns(void **state)
{
    struct terminal *t = play(12, 40, NULL);
    (void)state;
    assert_shows(t, "A lesson for the screen tests.");
    go_on(t);
    assert_shows(t, "drinks  0.010"); /* three rows of the table, or more */
    assert_shows(t, "Enter: read on");
    assert_false(terminal_shows(t, "A step"));
    go_on(t);
    assert_shows(t, "A step");
    assert_false(terminal_shows(t, "drinks  0.010"));
    terminal_type(t, "\033[17~"); /* F6: a panel */
    assert_shows(t, "Enter: read on");
    terminal_type(t, "lesson goto rows\r");
    assert_shows(t, "Which word's row");
    terminal_type(t, "print W[cat]\r");
    assert_shows(t, "tensor([");
    assert_false(terminal_shows(t, "Which word's row"));
    terminal_type(t, "hint\r"); /* what it brings is on the page */
    assert_shows(t, "Look at the contexts.");
    terminal_finish(t);
}

/* ---- off script ---- */

static void what_is_typed_runs_off_script_and_enter_comes_back(void **state)
{
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    go_on(t);
    terminal_type(t, "step 5\r");
    assert_shows(t, "[off script] emb>");
    assert_shows(t, "step 6");
    terminal_type(t, "\r");
    assert_shows(t, "goto aside");
    assert_shows(t, "step 1 ");
    assert_false(terminal_shows(t, "off script]"));
    terminal_type(t, "\033OR"); /* F3 is off script, too */
    assert_shows(t, "[off script] emb>");
    terminal_type(t, "resume\r");
    assert_shows(t, "step 1 ");
    terminal_finish(t);
}

static void what_only_looks_leaves_the_script(void **state)
{
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    go_on(t);
    terminal_type(t, "print loss\r");
    assert_shows(t, "tensor(2.7842");
    assert_false(terminal_shows(t, "off script"));
    go_on(t);
    assert_shows(t, "On stage · 3/");
    terminal_finish(t);
}

/* The lab may not be taken elsewhere under the feet of what trains it. */
static void while_training_runs_the_lesson_stays_where_it_is(void **state)
{
    static const char train[] = "train epochs=100000000\r";
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    terminal_post(t, train, sizeof train - 1);
    terminal_wait_text(t, "Ctrl-C stops");
    terminal_post(t, "\r\033[C\033[Dlesson forward\rresume\r", 29);
    terminal_post(t, "x", 1);
    terminal_wait_text(t, "emb> x");
    assert_shows(t, "On stage · 1/");
    terminal_interrupt(t);
    terminal_type(t, "\025");
    assert_shows(t, "On stage · 1/");
    terminal_finish(t);
}

static void long_answers_cover_the_page_until_enter(void **state)
{
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    terminal_type(t, "help\r");
    assert_shows(t, "  corpus      the text to learn from\n"); /* unfolded */
    assert_false(terminal_shows(t, "A lesson for the screen tests."));
    terminal_type(t, "\r");
    assert_shows(t, "A lesson for the screen tests.");
    assert_shows(t, "On stage · 1/");
    terminal_finish(t);
}

static void left_and_right_turn_pages(void **state)
{
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    terminal_type(t, "\033[C");
    assert_shows(t, "On stage · 2/");
    terminal_type(t, "\033[C");
    assert_shows(t, "On stage · 3/");
    terminal_type(t, "\033[D");
    terminal_type(t, "\033[D");
    assert_shows(t, "On stage · 1/");
    terminal_type(t, "ab\033[DX"); /* with text in the prompt they edit */
    assert_shows(t, "emb> aXb");
    terminal_finish(t);
}

/* ---- questions ---- */

static void in_study_a_question_wants_its_answer(void **state)
{
    struct terminal *t = play(24, 80, "--study");
    (void)state;
    go_on(t);
    go_on(t);
    go_on(t);
    assert_shows(t, "Which word's row has a gradient?");
    assert_shows(t, "answer>");
    terminal_type(t, "b\r");
    assert_shows(t, "Not quite");
    terminal_type(t, "a\r");
    assert_shows(t, "Only rows that were looked up");
    terminal_type(t, "\r");
    assert_shows(t, "Look up the word");
    terminal_type(t, "answer\r");
    assert_shows(t, "emb> lookup milk"); /* proposed, not run */
    terminal_type(t, "\r");
    assert_shows(t, "That is it.");
    terminal_type(t, "\r");
    assert_shows(t, "That was all.");
    terminal_finish(t);
}

static void text_replaces_a_proposed_solution_and_other_keys_edit_it(
    void **state)
{
    struct terminal *t = play(24, 80, "--study");
    (void)state;
    terminal_type(t, "lesson goto look-up\r");
    terminal_type(t, "answer\r");
    assert_string_equal(terminal_row(t, 23), "emb> lookup milk");
    terminal_type(t, "\033[D\177");
    assert_string_equal(terminal_row(t, 23), "emb> lookup mik");
    terminal_type(t, "s");
    assert_string_equal(terminal_row(t, 23), "emb> lookup misk");
    terminal_interrupt(t);
    terminal_type(t, "answer\r");
    assert_string_equal(terminal_row(t, 23), "emb> lookup milk");
    terminal_type(t, "lesson goto 1");
    assert_string_equal(terminal_row(t, 23), "emb> lesson goto 1");
    terminal_type(t, "\r");
    assert_shows(t, "· 1/6");
    terminal_finish(t);
}

static void the_contents_lead_anywhere(void **state)
{
    struct terminal *t = play(24, 80, NULL);
    (void)state;
    terminal_type(t, "lesson contents\r");
    assert_shows(t, "look-up");
    terminal_type(t, "lesson goto rows\r");
    assert_shows(t, "Which word's row has a gradient?");
    assert_shows(t, "step 1 "); /* the lab went along */
    terminal_finish(t);
}

static void enter_at_its_end_begins_the_next_lesson(void **state)
{
    const char *args[] = {"play", "01-tokens#end", NULL};
    struct terminal *t =
        terminal_start(&(struct terminal_options){.args = args});
    (void)state;
    go_on(t);
    assert_shows(t, "Enter begins 02 A table");
    assert_shows(t, "Enter: 02 A table full of dice ╯");
    assert_shows(t, "[Enter: lesson 02-table] emb>");
    terminal_type(t, "step 2\r");
    assert_shows(t, "[off script] emb>");
    terminal_type(t, "\r");
    assert_shows(t, "[Enter: lesson 02-table] emb>");
    go_on(t);
    assert_shows(t, "02 A table full of dice · 1/");
    assert_false(terminal_shows(t, "step 1"));
    terminal_type(t, "lesson leave\r");
    assert_shows(t, "the lesson is left on page 1 of");
    terminal_finish(t);
}

/* The prompt leaves room to type. */
static void a_narrow_screen_names_the_next_lesson_in_short(void **state)
{
    const char *args[] = {"play", "16-what-follows#end", NULL};
    struct terminal *t = terminal_start(
        &(struct terminal_options){.rows = 12, .cols = 40, .args = args});
    (void)state;
    for (int i = 0; i < 9 && !terminal_shows(t, "Enter: 17 "); i++)
        go_on(t);
    assert_shows(t, "\n[Enter: 17-learned-or-given] emb>");
    terminal_finish(t);
}

static void the_last_lesson_leads_nowhere(void **state)
{
    const char *args[] = {"play", "18-pitfalls#end", NULL};
    struct terminal *t =
        terminal_start(&(struct terminal_options){.args = args});
    (void)state;
    go_on(t);
    assert_shows(t, "that was the last · Enter: leave");
    terminal_post(t, "\r", 1);
    assert_int_equal(terminal_wait_end(t), 0);
    terminal_free(t);
}

/* ---- by itself ---- */

static void space_holds_what_plays_by_itself(void **state)
{
    struct terminal *t = play(24, 80, "--auto=600");
    (void)state;
    terminal_type(t, "."); /* on at once */
    assert_shows(t, "On stage · 2/");
    assert_shows(t, "auto · 600 s · F5 pauses");
    terminal_type(t, " ");
    assert_shows(t, "paused · 600 s · F5 goes on");
    terminal_type(t, "."); /* goes on, and no longer waits */
    assert_shows(t, "On stage · 3/");
    terminal_type(t, "+");
    assert_shows(t, "speed 1.5 · F5 pauses");
    terminal_type(t, "x+"); /* with text in the prompt they are text */
    assert_shows(t, "emb> x+");
    terminal_finish(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enter_on_the_first_screen_begins_the_first_lesson),
        cmocka_unit_test(what_is_done_stands_beside_the_lesson),
        cmocka_unit_test(the_page_stands_beside_the_panels),
        cmocka_unit_test(output_wider_than_the_panels_has_the_whole_width),
        cmocka_unit_test(commands_are_typed_for_all_to_see),
        cmocka_unit_test(
            enter_while_it_is_typed_goes_no_further_than_its_output),
        cmocka_unit_test(enter_while_it_is_typed_types_the_rest),
        cmocka_unit_test(a_long_page_is_read_before_the_lesson_goes_on),
        cmocka_unit_test(on_a_small_screen_lab_and_page_take_turns),
        cmocka_unit_test(what_is_typed_runs_off_script_and_enter_comes_back),
        cmocka_unit_test(what_only_looks_leaves_the_script),
        cmocka_unit_test(while_training_runs_the_lesson_stays_where_it_is),
        cmocka_unit_test(long_answers_cover_the_page_until_enter),
        cmocka_unit_test(left_and_right_turn_pages),
        cmocka_unit_test(in_study_a_question_wants_its_answer),
        cmocka_unit_test(
            text_replaces_a_proposed_solution_and_other_keys_edit_it),
        cmocka_unit_test(the_contents_lead_anywhere),
        cmocka_unit_test(enter_at_its_end_begins_the_next_lesson),
        cmocka_unit_test(a_narrow_screen_names_the_next_lesson_in_short),
        cmocka_unit_test(the_last_lesson_leads_nowhere),
        cmocka_unit_test(space_holds_what_plays_by_itself),
    };
    return cmocka_run_group_tests_name("lessons", tests, NULL, NULL);
}
