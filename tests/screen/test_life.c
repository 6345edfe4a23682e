/*
 * What goes on by itself and what keys do: phases, stepping, play, training
 * in slices, lighting up, views, scrolling, the mouse.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static struct terminal *start(int rows, int cols)
{
    return terminal_start(
        &(struct terminal_options){.rows = rows, .cols = cols});
}

static struct terminal *start_tiny(void)
{
    struct terminal *t = start(24, 80);
    terminal_type(t, "corpus tiny\r");
    return t;
}

/* The letter of the first mark of the row with this word. */
static char letter_at(struct terminal *t, const char *text, int right)
{
    int row, col = terminal_find(t, text, &row);
    assert_true(col >= 0);
    return terminal_letter(t, row, col + right);
}

/* ---- function keys ---- */

static void f1_shows_the_help(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "\033OP");
    assert_shows(t, " output ");
    assert_shows(t, "the text to learn from"); /* its first lines */
    assert_shows(t, "more below · PgDn");
    for (int i = 0; i < 6; i++)
        terminal_type(t, "\033[6~");
    assert_shows(t, "quit");
    assert_false(terminal_shows(t, "more below"));
    for (int i = 0; i < 6; i++)
        terminal_type(t, "\033[5~");
    assert_shows(t, "corpus tiny"); /* and before them */
    terminal_finish(t);
}

static void f2_goes_phase_by_phase(void **state)
{
    static const char *const phases[] = {"BATCH", "LOOKUP",   "MEAN",  "LOGITS",
                                         "LOSS",  "BACKWARD", "UPDATE"};
    struct terminal *t = start_tiny();
    (void)state;
    for (size_t i = 0; i < 7; i++) {
        terminal_type(t, "\033OQ");
        assert_shows(t, phases[i]);
    }
    assert_shows(t, "step 1");
    terminal_finish(t);
}

static void f3_steps(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "\033OR\033[13~");
    assert_shows(t, "step 2");
    terminal_finish(t);
}

static void f4_undoes_and_says_how_to_come_back(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step 3\rstep 2\r\033OS");
    assert_shows(t, "undone: step 2; now step 3; redo brings it back");
    assert_screen(t, "undone.80x24");
    terminal_type(t, "redo\r");
    assert_shows(t, "done again: step 2; now step 5");
    assert_false(terminal_shows(t, "╌"));
    terminal_finish(t);
}

static void undone_rows_and_marks_stand_as_they_were(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "next backward; view backward\r");
    terminal_type(t, "\014");
    char *before = strdup(terminal_row(t, 5));
    terminal_type(t, "next; next; view backward\r");
    assert_string_not_equal(terminal_row(t, 5), before);
    terminal_type(t, "\033OS\033OS\014");
    assert_string_equal(terminal_row(t, 5), before);
    free(before);
    terminal_type(t, "\033OS\033OS"); /* to where nothing was looked up */
    assert_false(terminal_shows(t, "not there yet"));
    terminal_finish(t);
}

static void f6_goes_through_all_that_can_be_seen(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step 3\r");
    terminal_type(t, "\033[17~");
    assert_shows(t, "rows of");
    terminal_type(t, "\033[17~");
    assert_shows(t, "loss of 3 steps");
    terminal_type(t, "\033[17;2~\033[17;2~");
    assert_shows(t, "after - before");
    for (int i = 0; i < 30 && !terminal_shows(t, " output "); i++)
        terminal_type(t, "\033[17~");
    assert_shows(t, " output ");
    terminal_type(t, "\033");
    assert_false(terminal_shows(t, " output "));
    terminal_finish(t);
}

static void escape_and_undo_come_back_to_the_picture_of_the_step(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\r");
    assert_shows(t, "W: after - before");
    terminal_type(t, "view curve\r");
    assert_shows(t, "loss of 1 step");
    terminal_type(t, "\033");
    assert_shows(t, "W: after - before");
    terminal_type(t, "step\rundo\r");
    assert_shows(t, "W: after - before");
    terminal_finish(t);
}

static void the_linux_console_has_function_keys_of_its_own(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "\033[[C");
    assert_shows(t, "step 1");
    terminal_finish(t);
}

/* ---- lighting up ---- */

static void rows_with_a_gradient_light_up_and_fade(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "next loss\r");
    terminal_type(t, "next\r");
    assert_screen(t, "lit.80x24");
    assert_int_equal(letter_at(t, "drinks  0.010", 10), '@');
    assert_int_equal(letter_at(t, "milk      ", 0), 'd');
    terminal_wait_for(t, "!f");
    assert_int_equal(letter_at(t, "drinks  0.010", 10), '5');
    terminal_finish(t);
}

static void what_just_became_known_is_accented_until_the_next_command(
    void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "next backward\r");
    terminal_type(t, "\014");
    assert_int_equal(letter_at(t, "the    -0.048", 0), 'C');
    terminal_type(t, "view backward\r");
    assert_int_equal(letter_at(t, "the    -0.048", 0), '#');
    terminal_finish(t);
}

static void why_lights_the_cells_it_names(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step; view backward\r");
    terminal_type(t, "\014");
    assert_int_equal(letter_at(t, "1 cat ", 36), '2'); /* W.grad[cat,4] */
    terminal_type(t, "why W.grad[cat,4]\r");
    assert_screen(t, "why.80x24");
    assert_int_equal(letter_at(t, "1 cat ", 36), 'C');
    assert_int_equal(letter_at(t, "1 cat ", 29), '4');
    assert_int_equal(letter_at(t, "cat drinks → milk", 0), 'C');
    assert_int_equal(letter_at(t, "cat drinks → milk", 5), '.');
    terminal_type(t, "why h[5,4]\r");
    assert_int_equal(letter_at(t, "cat chases  0.138", 39), 'C');
    terminal_type(t, "view backward\r");
    assert_int_equal(letter_at(t, "1 cat ", 36), '2');
    terminal_finish(t);
}

static void why_row_lights_the_row_and_its_places(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step; why row cat\r");
    terminal_type(t, "\014");
    assert_int_equal(letter_at(t, "1 cat ", 9), 'C');
    assert_int_equal(letter_at(t, "1 cat ", 43), 'C');
    assert_int_equal(letter_at(t, "0 the ", 9), '1');
    terminal_finish(t);
}

/* ---- play ---- */

static void play_steps_by_itself_until_ctrl_c(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "play 5\r");
    terminal_wait_text(t, "step 2 ");
    assert_shows(t, "playing 5 a second");
    terminal_interrupt(t);
    assert_false(terminal_shows(t, "playing"));
    terminal_finish(t);
}

static void f5_plays_pauses_and_goes_on(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "\033[15~");
    assert_shows(t, "playing 2 a second");
    terminal_type(t, "\033[15~");
    assert_shows(t, "paused, 2 a second");
    terminal_type(t, "\033[15~");
    assert_shows(t, "playing 2 a second");
    terminal_finish(t);
}

static void plus_and_minus_change_the_speed(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "play 2\r");
    terminal_type(t, "++");
    assert_shows(t, "5 a second");
    terminal_type(t, "---");
    assert_shows(t, "playing 1 a second");
    terminal_type(t, "x+"); /* with text in the prompt they are text */
    assert_shows(t, "emb> x+");
    assert_shows(t, "playing 1 a second");
    terminal_finish(t);
}

static void the_prompt_answers_while_it_plays(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "play 100\r");
    terminal_type(t, "nearest cat\r");
    assert_shows(t, "dog");
    assert_shows(t, "playing");
    terminal_wait_text(t, "epoch 1");    /* of 10 to 19: steps later ... */
    assert_shows(t, "emb> nearest cat"); /* ... the answer is still there */
    terminal_finish(t);
}

/* ---- training ---- */

static const char endless[] = "train epochs=100000000\r";

static void training_shows_a_bar_with_rate_and_time_left(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post(t, endless, sizeof endless - 1);
    terminal_wait_for(t, "w");
    terminal_wait_text(t, "Ctrl-C stops");
    terminal_wait_text(t, "a second");
    assert_shows(t, "left");
    terminal_interrupt(t);
    assert_shows(t, "stopped after step");
    terminal_finish(t);
}

static void the_prompt_answers_while_training_runs(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post(t, endless, sizeof endless - 1);
    terminal_wait_for(t, "w");
    terminal_post(t, "shap", 4);
    terminal_wait_text(t, "emb> shap");
    terminal_post(t, "es\r", 3);
    terminal_wait_text(t, "vocabulary size");
    terminal_wait_for(t, "w");
    terminal_interrupt(t);
    terminal_finish(t);
}

static void what_waits_for_the_end_of_training_is_said(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post(t, endless, sizeof endless - 1);
    terminal_wait_for(t, "w");
    terminal_wait_text(t, "Ctrl-C stops");
    terminal_post(t, "optimizer adam\r", 15);
    terminal_wait_text(t, "waits for the end of this: optimizer adam");
    terminal_interrupt(t);
    assert_shows(t, "stopped after step");
    assert_shows(t, "not run: optimizer adam");
    assert_shows(t, "sgd lr=0.5");
    terminal_finish(t);
}

static void what_changes_the_lab_waits_for_the_end_of_training(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step 300\rtable D=4\r");
    assert_shows(t, "V=17 D=4");
    terminal_finish(t);
}

static void undo_waits_for_the_end_of_training_too(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step 2\r");
    terminal_post(t, endless, sizeof endless - 1);
    terminal_wait_for(t, "w");
    terminal_post(t, "shapes\r", 7); /* what only looks does not wait */
    terminal_wait_text(t, "vocabulary size");
    terminal_post(t, "\033OSx", 4); /* F4 */
    terminal_wait_text(t, "emb> x");
    assert_false(terminal_shows(t, "undone"));
    terminal_interrupt(t);
    terminal_finish(t);
}

static void ctrl_c_drops_what_waits_behind_training(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post(t, endless, sizeof endless - 1);
    terminal_wait_for(t, "w");
    terminal_post(t, "table D=4\r", 10);
    terminal_interrupt(t);
    assert_shows(t, "V=17 D=6");
    terminal_finish(t);
}

static void the_rest_of_the_line_runs_after_training(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step 30; view curve\r");
    assert_shows(t, "loss of 30 steps");
    terminal_finish(t);
}

/* ---- views and scrolling ---- */

static void a_click_chooses_a_panel(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\r");
    terminal_type(t, "\014");
    assert_int_equal(terminal_letter(t, 2, 0), 'B');
    assert_int_equal(terminal_letter(t, 2, 79), 'd');
    terminal_type(t, "\033[<0;70;10M");
    assert_int_equal(terminal_letter(t, 2, 79), 'B');
    terminal_finish(t);
}

static void page_down_scrolls_a_long_table_and_page_up_comes_back(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    terminal_type(t, "table V=1000 D=4 seed=1; lookup [500]\r");
    assert_shows(t, "500");
    assert_shows(t, "rows untouched");
    terminal_type(t, "view table\r");
    terminal_type(t, "\033[6~");
    assert_false(terminal_shows(t, "rows untouched"));
    assert_shows(t, " 20 ");
    terminal_type(t, "\033[6~\033[6~\033[5~\033[5~\033[5~\033[5~");
    assert_shows(t, "rows untouched");
    terminal_finish(t);
}

static void scrolling_ends_at_the_last_row(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "table D=6\r");
    for (int i = 0; i < 5; i++)
        terminal_type(t, "\033[6~");
    assert_shows(t, "16 mat");
    terminal_finish(t);
}

static void the_wheel_scrolls_what_is_under_it(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    terminal_type(t, "table V=1000 D=4 seed=1\r");
    terminal_type(t, "\033[<65;10;10M");
    assert_false(terminal_shows(t, "  0 0"));
    assert_shows(t, "  3 3");
    terminal_type(t, "\033[<64;10;10M\033[<64;10;10M");
    assert_shows(t, "  0 0");
    terminal_finish(t);
}

static void shift_and_right_shows_the_next_columns(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    terminal_type(t, "table V=10 D=100 seed=1\r");
    assert_shows(t, "       0       1       2");
    terminal_type(t, "\033[1;2C");
    assert_false(terminal_shows(t, "       0       1       2"));
    assert_shows(t, "       1       2       3");
    terminal_type(t, "\033[1;2D\033[1;2D");
    assert_shows(t, "       0       1       2");
    terminal_finish(t);
}

/* ---- questions ---- */

static void a_quiz_asks_and_the_next_line_answers(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "next batch; quiz rows\r");
    assert_shows(t, "Which rows of the table will get a gradient");
    assert_shows(t, "the cat    → drinks"); /* what it asks about */
    assert_shows(t, "answer>");
    terminal_type(t, "the cat drinks dog chases a");
    assert_shows(t, "Which rows of the table"); /* no command's usage */
    terminal_type(t, "\r");
    assert_shows(t, "right   score: 1 of 1");
    assert_shows(t, "emb>");
    terminal_type(t, "\033[A"); /* an answer is no command to repeat */
    assert_shows(t, "emb> next batch; quiz rows");
    terminal_finish(t);
}

static void an_empty_line_is_no_answer(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "quiz rows\r\r  \r");
    assert_shows(t, "answer>");
    assert_shows(t, "7 the dog    → chases"); /* what it asks about */
    terminal_type(t, "milk\r");
    assert_shows(t, "not quite   score: 0 of 1");
    terminal_finish(t);
}

static void ctrl_c_leaves_a_quiz_unanswered(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "quiz rows\rmil");
    terminal_interrupt(t);
    assert_shows(t, "nothing is counted");
    assert_false(terminal_shows(t, "error"));
    terminal_type(t, "quiz rows\r");
    terminal_type(t, "\004"); /* nor does Ctrl-D leave the lab */
    assert_shows(t, "emb>");
    terminal_type(t, "quiz rows answer=none\r");
    assert_shows(t, "score: 0 of 1");
    terminal_finish(t);
}

static void lines_pasted_behind_a_quiz_answer_it(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "\033[200~quiz sign \"W[the,0]\"\rup\rnext batch; shap");
    terminal_type(t, "\033[201~");
    assert_shows(
        t, "emb> next batch; shap"); /* the question was not asked again */
    terminal_type(t, "\025quiz sign \"W[the,0]\" answer=up\r");
    assert_shows(t, "score: 2 of 2");
    terminal_finish(t);
}

/* ---- output ---- */

static void what_was_printed_can_be_looked_back_at(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\rprint W\rnearest cat\r");
    assert_shows(t, "emb> nearest cat");
    for (int i = 0; i < 20; i++)
        terminal_type(t, "\033[5~");
    assert_shows(t, "emb> corpus tiny");
    for (int i = 0; i < 20; i++)
        terminal_type(t, "\033[6~");
    assert_shows(t, "emb> nearest cat");
    terminal_finish(t);
}

static void the_output_stands_below_the_panels_where_there_is_room(void **state)
{
    struct terminal *t = start(50, 120);
    (void)state;
    terminal_type(t, "corpus tiny; step; nearest cat\r");
    assert_shows(t, "W.grad (17, 6)");
    assert_shows(t, " output ");
    terminal_finish(t);
}

static void long_lines_are_folded_between_words(void **state)
{
    struct terminal *t = start(24, 44);
    (void)state;
    terminal_type(t, "corpus tiny; step; why row cat\r");
    terminal_type(t, "glossary embedding\r");
    assert_screen(t, "folded.44x24");
    terminal_finish(t);
}

static void a_step_puts_the_output_away(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step; print loss\r");
    assert_shows(t, "tensor(2.7842");
    terminal_type(t, "\r");
    assert_false(terminal_shows(t, " output "));
    terminal_finish(t);
}

static void printed_text_is_shown_word_for_word(void **state)
{
    struct terminal *t = start(24, 80);
    (void)state;
    terminal_type(t, "table V=10 D=3 seed=123; lookup [1,2,3,4]; print E\r");
    assert_shows(t, "tensor([[-0.5880,  0.3486,  0.6603],\n"
                    "        [-0.2196, -0.3792,  0.7671],\n"
                    "        [-1.1925,  0.6984, -1.4097],\n"
                    "        [ 0.1794,  1.8951,  1.3689]], "
                    "grad_fn=<EmbeddingBackward0>)");
    terminal_finish(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(f1_shows_the_help),
        cmocka_unit_test(f2_goes_phase_by_phase),
        cmocka_unit_test(f3_steps),
        cmocka_unit_test(f4_undoes_and_says_how_to_come_back),
        cmocka_unit_test(undone_rows_and_marks_stand_as_they_were),
        cmocka_unit_test(f6_goes_through_all_that_can_be_seen),
        cmocka_unit_test(escape_and_undo_come_back_to_the_picture_of_the_step),
        cmocka_unit_test(the_linux_console_has_function_keys_of_its_own),
        cmocka_unit_test(rows_with_a_gradient_light_up_and_fade),
        cmocka_unit_test(
            what_just_became_known_is_accented_until_the_next_command),
        cmocka_unit_test(why_lights_the_cells_it_names),
        cmocka_unit_test(why_row_lights_the_row_and_its_places),
        cmocka_unit_test(play_steps_by_itself_until_ctrl_c),
        cmocka_unit_test(f5_plays_pauses_and_goes_on),
        cmocka_unit_test(plus_and_minus_change_the_speed),
        cmocka_unit_test(the_prompt_answers_while_it_plays),
        cmocka_unit_test(training_shows_a_bar_with_rate_and_time_left),
        cmocka_unit_test(the_prompt_answers_while_training_runs),
        cmocka_unit_test(what_waits_for_the_end_of_training_is_said),
        cmocka_unit_test(what_changes_the_lab_waits_for_the_end_of_training),
        cmocka_unit_test(undo_waits_for_the_end_of_training_too),
        cmocka_unit_test(ctrl_c_drops_what_waits_behind_training),
        cmocka_unit_test(the_rest_of_the_line_runs_after_training),
        cmocka_unit_test(a_click_chooses_a_panel),
        cmocka_unit_test(page_down_scrolls_a_long_table_and_page_up_comes_back),
        cmocka_unit_test(scrolling_ends_at_the_last_row),
        cmocka_unit_test(the_wheel_scrolls_what_is_under_it),
        cmocka_unit_test(shift_and_right_shows_the_next_columns),
        cmocka_unit_test(a_quiz_asks_and_the_next_line_answers),
        cmocka_unit_test(an_empty_line_is_no_answer),
        cmocka_unit_test(ctrl_c_leaves_a_quiz_unanswered),
        cmocka_unit_test(lines_pasted_behind_a_quiz_answer_it),
        cmocka_unit_test(what_was_printed_can_be_looked_back_at),
        cmocka_unit_test(
            the_output_stands_below_the_panels_where_there_is_room),
        cmocka_unit_test(long_lines_are_folded_between_words),
        cmocka_unit_test(a_step_puts_the_output_away),
        cmocka_unit_test(printed_text_is_shown_word_for_word),
    };
    return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
