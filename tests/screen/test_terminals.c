/*
 * Kinds of terminals: TERM, colours, locales, --ascii, NO_COLOR, themes, and
 * where there is no full screen.
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

/* The worked example after one step, on this terminal; nothing lights up. */
static struct terminal *start(const char *term, const char *locale,
                              const char *const *args, const char *const *env)
{
    struct terminal *t = terminal_start(&(struct terminal_options){
        .term = term, .locale = locale, .args = args, .env = env});
    terminal_type(t, "corpus tiny; table D=6 seed=42; windows C=2; "
                     "batch B=8; optimizer sgd lr=0.5; step\r");
    terminal_type(t, "\014");
    return t;
}

/* How the number 0.024 in the row of "the" looks. */
static int ground_of_the(struct terminal *t, unsigned *rgb)
{
    int row, col = terminal_find(t, "0.024", &row);
    assert_true(col > 0);
    return terminal_ground(t, row, col, rgb);
}

static char letter_of_the(struct terminal *t)
{
    int row, col = terminal_find(t, "0.024", &row);
    assert_true(col > 0);
    return terminal_letter(t, row, col);
}

static void xterm_256color_has_the_ramp(void **state)
{
    struct terminal *t = start("xterm-256color", NULL, NULL, NULL);
    (void)state;
    assert_screen(t, "xterm-256color");
    assert_int_equal(ground_of_the(t, NULL), 208); /* step 7 of the ramp */
    assert_true(terminal_reports_mouse(t));
    assert_true(terminal_pastes_bracketed(t));
    terminal_finish(t);
}

static void tmux_256color_has_the_ramp(void **state)
{
    struct terminal *t = start("tmux-256color", NULL, NULL, NULL);
    (void)state;
    assert_screen(t, "xterm-256color"); /* the same to the cell */
    terminal_finish(t);
}

static void xterm_has_eight_colours(void **state)
{
    struct terminal *t = start("xterm", NULL, NULL, NULL);
    (void)state;
    assert_screen(t, "xterm");
    assert_int_equal(ground_of_the(t, NULL), 1); /* red */
    terminal_finish(t);
}

static void the_linux_console_has_eight_colours_and_ascii_marks(void **state)
{
    struct terminal *t = start("linux", NULL, NULL, NULL);
    (void)state;
    assert_screen(t, "linux");
    assert_shows(t, "o^*");
    terminal_finish(t);
}

static void vt100_has_no_colour_and_says_it_with_attributes(void **state)
{
    struct terminal *t = start("vt100", NULL, NULL, NULL);
    (void)state;
    assert_screen(t, "vt100");
    assert_int_equal(letter_of_the(t), '@'); /* above zero: reverse */
    terminal_finish(t);
}

/* ncurses knows direct colour by the flag RGB; Debian's small terminfo has no
 * such terminal, so one is made. */
static void direct_colour_gets_the_colours_themselves(void **state)
{
    char folder[] = "/tmp/emblab-terminfo-XXXXXX", command[512], env[64];
    unsigned rgb = 0;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command,
             "infocmp -x xterm-256color | sed "
             "-e 's|^xterm-256color.*|direct,|' -e 's|ccc, ||' "
             "-e 's|colors#0x100|colors#0x1000000|' "
             "-e 's|pairs#0x10000|pairs#0x7FFF|' "
             "-e 's|setab=[^,]*,|setab=\\\\E[48;2;%%p1%%{65536}%%/%%d;"
             "%%p1%%{256}%%/%%{255}%%\\&%%d;%%p1%%{255}%%\\&%%dm, RGB,|' "
             ">%s/source && tic -x -o %s %s/source 2>%s/messages",
             folder, folder, folder, folder);
    if (system(command) != 0)
        skip(); /* no infocmp or tic */
    snprintf(env, sizeof env, "TERMINFO=%s", folder);
    const char *const envs[] = {env, NULL};
    struct terminal *t = start("direct", NULL, NULL, envs);
    assert_int_equal(ground_of_the(t, &rgb), -2);
    assert_int_equal(rgb, 0xff8700); /* colour 208 of 256 */
    terminal_finish(t);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static void no_color_leaves_attributes_and_marks(void **state)
{
    const char *const env[] = {"NO_COLOR=1", NULL};
    struct terminal *t = start(NULL, NULL, NULL, env);
    (void)state;
    assert_screen(t, "no-color");
    assert_int_equal(ground_of_the(t, NULL), -1);
    terminal_finish(t);
}

static void the_colour_option_is_obeyed(void **state)
{
    const char *const args[] = {"--color=never", NULL};
    struct terminal *t = start(NULL, NULL, args, NULL);
    (void)state;
    assert_int_equal(ground_of_the(t, NULL), -1);
    terminal_type(t, "set color always\r");
    assert_int_equal(ground_of_the(t, NULL), 208);
    terminal_finish(t);
}

static void ascii_shows_no_other_glyph(void **state)
{
    const char *const args[] = {"--ascii", NULL};
    struct terminal *t = start(NULL, NULL, args, NULL);
    (void)state;
    assert_screen(t, "ascii");
    for (const char *p = terminal_text(t); *p != '\0'; p++)
        assert_true((unsigned char)*p < 0x80);
    terminal_finish(t);
}

static void in_a_c_locale_utf8_is_tried(void **state)
{
    struct terminal *t = start(NULL, "C", NULL, NULL);
    (void)state;
    assert_screen(t, "xterm-256color");
    terminal_type(t, "é");
    assert_shows(t, "emb> é");
    terminal_finish(t);
}

static void the_projector_theme_is_bold_on_black(void **state)
{
    struct terminal *t = start(NULL, NULL, NULL, NULL);
    (void)state;
    terminal_type(t, "theme projector\r");
    assert_int_equal(terminal_ground(t, 23, 0, NULL), 16);
    assert_int_equal(ground_of_the(t, NULL), 214);
    terminal_type(t, "theme default\r\014");
    assert_int_equal(ground_of_the(t, NULL), 208);
    terminal_finish(t);
}

static void the_mono_theme_needs_no_restart(void **state)
{
    struct terminal *t = start(NULL, NULL, NULL, NULL);
    (void)state;
    terminal_type(t, "theme mono\r");
    assert_int_equal(ground_of_the(t, NULL), -1);
    assert_int_equal(letter_of_the(t), '@');
    terminal_finish(t);
}

/* ---- no full screen ---- */

/* What the program prints until it is left by quit. (libtinfo never frees what
 * it had begun of a terminal that it does not know.) */
static void check_plain(const char *term, const char *const *args)
{
    static const char *const env[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
    struct terminal *t = terminal_launch(
        &(struct terminal_options){.term = term, .args = args, .env = env});
    terminal_post(t, "corpus tiny; step; quit\r", 24);
    assert_int_equal(terminal_wait_end(t), 0);
    assert_false(terminal_is_alternate(t));
    assert_shows(t, "W.grad (17, 6)");
    terminal_free(t);
}

static void a_dumb_terminal_gets_plain_text(void **state)
{
    (void)state;
    check_plain("dumb", NULL);
}

static void an_unknown_terminal_gets_plain_text(void **state)
{
    (void)state;
    check_plain("no-such-terminal", NULL);
}

static void the_plain_option_gets_plain_text(void **state)
{
    const char *const args[] = {"--plain", NULL};
    (void)state;
    check_plain("xterm-256color", args);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xterm_256color_has_the_ramp),
        cmocka_unit_test(tmux_256color_has_the_ramp),
        cmocka_unit_test(xterm_has_eight_colours),
        cmocka_unit_test(the_linux_console_has_eight_colours_and_ascii_marks),
        cmocka_unit_test(vt100_has_no_colour_and_says_it_with_attributes),
        cmocka_unit_test(direct_colour_gets_the_colours_themselves),
        cmocka_unit_test(no_color_leaves_attributes_and_marks),
        cmocka_unit_test(the_colour_option_is_obeyed),
        cmocka_unit_test(ascii_shows_no_other_glyph),
        cmocka_unit_test(in_a_c_locale_utf8_is_tried),
        cmocka_unit_test(the_projector_theme_is_bold_on_black),
        cmocka_unit_test(the_mono_theme_needs_no_restart),
        cmocka_unit_test(a_dumb_terminal_gets_plain_text),
        cmocka_unit_test(an_unknown_terminal_gets_plain_text),
        cmocka_unit_test(the_plain_option_gets_plain_text),
    };
    return cmocka_run_group_tests_name("terminals", tests, NULL, NULL);
}
