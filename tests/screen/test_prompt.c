/*
 * The prompt: editing, history, search, completion, usage, errors, paste,
 * UTF-8, vi mode. What stands in the last row is compared as text.
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

static struct terminal *start(void)
{
    return terminal_start(&(struct terminal_options){.rows = 24});
}

/* The prompt's row, and the column of the cursor in it. */
static void check_prompt(struct terminal *t, const char *expected, int cursor)
{
    int row, col;
    assert_string_equal(terminal_row(t, 23), expected);
    terminal_cursor(t, &row, &col);
    assert_int_equal(row, 23);
    assert_int_equal(col, cursor);
}

static void typed_text_stands_behind_the_prompt(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "hello");
    check_prompt(t, "emb> hello", 10);
    terminal_type(t, "\177\177");
    check_prompt(t, "emb> hel", 8);
    terminal_finish(t);
}

static void the_cursor_keys_edit(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "step 3");
    terminal_type(t, "\033[D\033[D");
    check_prompt(t, "emb> step 3", 9);
    terminal_type(t, "\033[H");
    check_prompt(t, "emb> step 3", 5);
    terminal_type(t, "\033[3~");
    check_prompt(t, "emb> tep 3", 5);
    terminal_type(t, "s\033OF");
    check_prompt(t, "emb> step 3", 11);
    terminal_type(t, "\033[1;5D");
    check_prompt(t, "emb> step 3", 10);
    terminal_type(t, "\001\033f");
    check_prompt(t, "emb> step 3", 9);
    terminal_finish(t);
}

static void up_brings_back_what_was_typed(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus tiny\rshapes\r\033[A");
    check_prompt(t, "emb> shapes", 11);
    terminal_type(t, "\033[A");
    check_prompt(t, "emb> corpus tiny", 16);
    terminal_type(t, "\033[B\033[B");
    check_prompt(t, "emb>", 5);
    terminal_finish(t);
}

static void help_begins_with_the_keys_of_the_screen(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){0});
    (void)state;
    terminal_type(t, "help\r");
    assert_shows(t, "  F2, F3, F4 ");
    assert_shows(t, "Shift with an arrow by a row or a column");
    terminal_finish(t);
}

static void ctrl_r_searches_the_history(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus tiny\rshapes\r");
    terminal_type(t, "\022"
                     "co");
    assert_shows(t, "(reverse-i-search)`co': corpus tiny");
    terminal_type(t, "\033[C"); /* takes the line */
    assert_non_null(strstr(terminal_row(t, 23), "emb> corpus tiny"));
    terminal_finish(t);
}

static void escape_ends_a_search_and_a_split_character_does_not(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus \"é\"\r");
    terminal_type(t, "\022");
    terminal_post(t, "\xc3", 1);
    terminal_send(t, "\xa9", 1);
    assert_shows(t, "`é': corpus \"é\"");
    terminal_type(t, "\033");
    assert_string_equal(terminal_row(t, 23), "emb> corpus \"é\"");
    terminal_finish(t);
}

static void ctrl_c_leaves_a_search_and_drops_the_line(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus tiny\r\022co");
    terminal_interrupt(t);
    check_prompt(t, "emb>", 5);
    terminal_type(t, "abc");
    terminal_interrupt(t);
    check_prompt(t, "emb>", 5);
    terminal_finish(t);
}

static void tab_completes_what_is_unique(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corp\t");
    check_prompt(t, "emb> corpus", 12);
    terminal_type(t, "ti\t");
    assert_non_null(strstr(terminal_row(t, 23), "emb> corpus tiny"));
    terminal_finish(t);
}

static void tab_shows_candidates_in_a_panel_and_never_asks(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "\t");
    assert_shows(t, "candidates");
    assert_false(terminal_shows(t, "Display all"));
    assert_screen(t, "candidates.80x24");
    terminal_type(t, "x");
    assert_false(terminal_shows(t, "candidates"));
    terminal_finish(t);
}

static void escape_puts_the_candidates_away(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "co\t");
    assert_shows(t, "candidates");
    terminal_type(t, "\033");
    assert_false(terminal_shows(t, "candidates"));
    assert_string_equal(terminal_row(t, 23), "emb> co");
    terminal_finish(t);
}

static void words_of_the_vocabulary_complete(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus tiny\r");
    terminal_type(t, "lookup the chas\t");
    assert_non_null(strstr(terminal_row(t, 23), "emb> lookup the chases"));
    terminal_finish(t);
}

static void a_word_in_brackets_completes_without_a_blank(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus tiny; table\r");
    terminal_type(t, "print W[chas\t,2]");
    assert_non_null(strstr(terminal_row(t, 23), "emb> print W[chases,2]"));
    terminal_type(t, "\r");
    assert_shows(t, "tensor(0.3057");
    terminal_finish(t);
}

static void the_usage_stands_in_the_message_line_while_typing(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "windows ");
    assert_non_null(strstr(terminal_row(t, 22), "windows C=N"));
    terminal_type(t, "\025");
    assert_null(strstr(terminal_row(t, 22), "windows C=N"));
    terminal_finish(t);
}

static void a_long_usage_shows_the_option_being_typed(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "table max_n");
    assert_non_null(strstr(terminal_row(t, 22), "max_norm="));
    terminal_finish(t);
}

static void an_error_marks_the_word_that_is_wrong(void **state)
{
    struct terminal *t = start();
    int row;
    (void)state;
    terminal_type(t, "corpus tiny; tabel D=6\r");
    assert_shows(t, "error: ");
    int col = terminal_find(t, "> corpus tiny; tabel D=6", &row);
    assert_int_equal(col, 0);
    assert_int_equal(terminal_letter(t, row, 2), '.');
    assert_int_equal(terminal_letter(t, row, 2 + 13), 'R'); /* bold red */
    terminal_finish(t);
}

static void the_error_goes_when_the_next_command_runs(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "nonsense\r");
    assert_shows(t, "error: ");
    terminal_type(t, "corpus tiny\r");
    assert_false(terminal_shows(t, "error: "));
    terminal_finish(t);
}

static void after_an_error_the_rest_of_the_line_is_skipped(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "nonsense; corpus tiny\r");
    assert_shows(t, "no text yet");
    terminal_finish(t);
}

static void pasted_lines_run_one_after_the_other(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "\033[200~corpus tiny\rtable D=4\rsha\033[201~");
    assert_shows(t, "V=17 D=4");
    check_prompt(t, "emb> sha", 8);
    terminal_finish(t);
}

static void a_pasted_tab_is_a_blank(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "\033[200~a\tb\033[201~");
    check_prompt(t, "emb> a b", 8);
    terminal_finish(t);
}

static void a_paste_of_a_megabyte_is_refused_and_said(void **state)
{
    struct terminal *t = start();
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    (void)state;
    memset(bytes, 'a', SIZE);
    terminal_post(t, "\033[200~", 6);
    terminal_post(t, bytes, SIZE);
    terminal_send(t, "\033[201~", 6);
    assert_shows(t, "longer than 16384 bytes");
    terminal_type(t, "\rcorpus tiny\r");
    assert_shows(t, "tiny");
    free(bytes);
    terminal_finish(t);
}

static void a_paste_of_many_lines_runs_them_all(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus tiny\r");
    terminal_post(t, "\033[200~", 6);
    for (int i = 0; i < 2000; i++)
        terminal_post(t, "next\n", 5);
    terminal_send(t, "\033[201~", 6);
    /* 2000 phases are 285 mini-batches of 7 and 5 phases of the next */
    assert_shows(t, "step 286");
    terminal_finish(t);
}

static void wide_characters_keep_the_cursor_in_place(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "日本é");
    check_prompt(t, "emb> 日本é", 5 + 2 + 2 + 1);
    terminal_type(t, "\033[D\033[D");
    check_prompt(t, "emb> 日本é", 7);
    terminal_type(t, "\177");
    check_prompt(t, "emb> 本é", 5);
    terminal_finish(t);
}

static void a_long_line_scrolls(void **state)
{
    struct terminal *t = start();
    char text[201];
    (void)state;
    memset(text, 'x', 200);
    text[200] = '\0';
    terminal_type(t, text);
    const char *row = terminal_row(t, 23);
    assert_int_equal(row[0], '<');
    terminal_type(t, "\001");
    row = terminal_row(t, 23);
    assert_int_equal(row[strlen(row) - 1], '>');
    assert_memory_equal(row, "emb> xxx", 8);
    terminal_finish(t);
}

static void the_history_is_kept_for_the_next_lab(void **state)
{
    char home[] = "/tmp/emblab-history-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(home));
    struct terminal_options options = {.home = home};
    struct terminal *t = terminal_start(&options);
    terminal_type(t, "corpus tiny\r");
    terminal_finish(t);
    t = terminal_start(&options);
    terminal_type(t, "\033[A");
    check_prompt(t, "emb> corpus tiny", 16);
    terminal_finish(t);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", home);
    assert_int_equal(system(command), 0);
}

static void vi_mode_comes_from_the_inputrc(void **state)
{
    char path[] = "/tmp/emblab-inputrc-XXXXXX", variable[64];
    int fd = mkstemp(path);
    (void)state;
    FILE *file = fdopen(fd, "w");
    fputs("set editing-mode vi\n", file);
    fclose(file);
    snprintf(variable, sizeof variable, "INPUTRC=%s", path);
    const char *const env[] = {variable, NULL};
    struct terminal *t = terminal_start(&(struct terminal_options){.env = env});
    terminal_type(t, "abc");
    terminal_type(t, "\033");
    terminal_type(t, "0x");
    assert_string_equal(terminal_row(t, 23), "emb> bc");
    terminal_type(t, "i\033[A");
    remove(path);
    terminal_finish(t);
}

static void an_empty_enter_repeats_the_last_step(void **state)
{
    struct terminal *t = start();
    (void)state;
    terminal_type(t, "corpus tiny\r\r");
    assert_false(terminal_shows(t, "step"));
    terminal_type(t, "step\r\r\r");
    assert_shows(t, "step 3");
    terminal_type(t, "next\rshapes\r\r");
    assert_shows(t, "LOOKUP");
    terminal_finish(t);
}

static void an_empty_enter_repeats_nothing_from_before_a_journey(void **state)
{
    static const char *const journeys[] = {"train steps=2", "goto 1", "reset",
                                           "redo", "lr 0.5"};
    (void)state;
    for (size_t i = 0; i < sizeof journeys / sizeof *journeys; i++) {
        struct terminal *t = start();
        terminal_type(t, "corpus tiny\rstep 3\rstep 4\rundo\r");
        terminal_type(t, journeys[i]);
        terminal_type(t, "\r\014");
        char *before = strdup(terminal_row(t, 0));
        terminal_type(t, "\r\014");
        assert_string_equal(terminal_row(t, 0), before);
        free(before);
        terminal_type(t, "step 3\rnearest cat\rprint W.shape\r\014");
        before = strdup(terminal_row(t, 0));
        terminal_type(t, "\r\014"); /* who only looked goes on */
        assert_string_not_equal(terminal_row(t, 0), before);
        free(before);
        terminal_finish(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_text_stands_behind_the_prompt),
        cmocka_unit_test(the_cursor_keys_edit),
        cmocka_unit_test(up_brings_back_what_was_typed),
        cmocka_unit_test(help_begins_with_the_keys_of_the_screen),
        cmocka_unit_test(ctrl_r_searches_the_history),
        cmocka_unit_test(escape_ends_a_search_and_a_split_character_does_not),
        cmocka_unit_test(ctrl_c_leaves_a_search_and_drops_the_line),
        cmocka_unit_test(tab_completes_what_is_unique),
        cmocka_unit_test(tab_shows_candidates_in_a_panel_and_never_asks),
        cmocka_unit_test(escape_puts_the_candidates_away),
        cmocka_unit_test(words_of_the_vocabulary_complete),
        cmocka_unit_test(a_word_in_brackets_completes_without_a_blank),
        cmocka_unit_test(the_usage_stands_in_the_message_line_while_typing),
        cmocka_unit_test(a_long_usage_shows_the_option_being_typed),
        cmocka_unit_test(an_error_marks_the_word_that_is_wrong),
        cmocka_unit_test(the_error_goes_when_the_next_command_runs),
        cmocka_unit_test(after_an_error_the_rest_of_the_line_is_skipped),
        cmocka_unit_test(pasted_lines_run_one_after_the_other),
        cmocka_unit_test(a_pasted_tab_is_a_blank),
        cmocka_unit_test(a_paste_of_a_megabyte_is_refused_and_said),
        cmocka_unit_test(a_paste_of_many_lines_runs_them_all),
        cmocka_unit_test(wide_characters_keep_the_cursor_in_place),
        cmocka_unit_test(a_long_line_scrolls),
        cmocka_unit_test(the_history_is_kept_for_the_next_lab),
        cmocka_unit_test(vi_mode_comes_from_the_inputrc),
        cmocka_unit_test(an_empty_enter_repeats_the_last_step),
        cmocka_unit_test(an_empty_enter_repeats_nothing_from_before_a_journey),
    };
    return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
