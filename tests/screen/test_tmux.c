/*
 * Whole scenes in a real terminal multiplexer with a real shell: tmux shows
 * what the emulator of the other tests shows, Ctrl-Z and fg are the shell's,
 * and afterwards the shell has its screen and its modes again.
 *
 * tmux cannot tell when the program is done: a test looks again until it sees
 * what it expects. That comes from the emulator: nothing is stored twice.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

#include "base/str.h"

enum { PATIENCE_SECONDS = 20, COMMAND_BYTES = 4096 };

static const char worked_example[] = "corpus tiny; table D=6 seed=42; "
                                     "windows C=2; batch B=8; "
                                     "optimizer sgd lr=0.5; step";

/* A server of its own with one window, a shell, and a folder for both. */
struct tmux {
    char folder[256];
};

/* ---- tmux ---- */

/* tmux, with these arguments as a shell reads them. Returns what it prints,
 * the caller's to free. */
static char *ask(const struct tmux *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static char *ask(const struct tmux *x, const char *format, ...)
{
    char command[COMMAND_BYTES], bytes[4096];
    struct str out = STR_INIT;
    va_list arguments;
    int length = snprintf(command, sizeof command,
                          "tmux -u -f /dev/null -S %s/socket ", x->folder);
    va_start(arguments, format);
    vsnprintf(command + length, sizeof command - (size_t)length, format,
              arguments);
    va_end(arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, pipe)) > 0;)
        str_append_bytes(&out, bytes, n);
    if (pclose(pipe) != 0)
        fail_msg("failed: %s", command);
    return str_take(&out);
}

#define tell(...) free(ask(__VA_ARGS__))

static void press(const struct tmux *x, const char *key)
{
    tell(x, "send-keys %s", key);
}

/* Text (without a single quote) and Enter. */
static void type(const struct tmux *x, const char *line)
{
    tell(x, "send-keys -l -- '%s'", line);
    press(x, "Enter");
}

/* The shell of the test that runs; NULL: it closed it. */
static struct tmux *opened;

/* A shell of 80 columns and 24 rows, on a terminal that tmux calls so. */
static struct tmux *open_shell(const char *term)
{
    struct tmux *x = opened = calloc(1, sizeof *x);
    const char *folder = getenv("TMPDIR");
    char here[1024];
    snprintf(x->folder, sizeof x->folder, "%s/emblab-tmux-XXXXXX",
             folder != NULL ? folder : "/tmp");
    assert_non_null(mkdtemp(x->folder));
    assert_non_null(getcwd(here, sizeof here));
    tell(x,
         "set-option -g default-terminal %s \\; new-session -d -x 80 -y 24 "
         "\"env -u NO_COLOR -u ENV HOME=%s XDG_STATE_HOME=%s "
         "XDG_CONFIG_HOME=%s INPUTRC=/dev/null LC_ALL=C.UTF-8 "
         "EMBLAB_DATA='%s' PS1='sh: ' sh -i\"",
         term, x->folder, x->folder, x->folder, here);
    return x;
}

static void close_shell(struct tmux *x)
{
    char command[COMMAND_BYTES];
    tell(x, "kill-server");
    snprintf(command, sizeof command, "rm -r '%s'", x->folder);
    assert_int_equal(system(command), 0);
    free(x);
    opened = NULL;
}

/* A test that failed leaves its shell behind. */
static int close_what_is_left(void **state)
{
    (void)state;
    if (opened != NULL)
        close_shell(opened);
    return 0;
}

/* ---- looking ---- */

static char *look(struct terminal *t)
{
    struct str all = STR_INIT;
    str_append(&all, terminal_text(t));
    str_append(&all, terminal_letters(t));
    return str_take(&all);
}

/* The window as the emulator would show it: text, then letters. */
static char *look_at_window(const struct tmux *x, int rows, int cols)
{
    char *lines = ask(x, "capture-pane -e -N -p");
    struct str bytes = STR_INIT;
    for (const char *c = lines; *c != '\0'; c++)
        if (*c != '\n')
            str_append_char(&bytes, *c);
        else if (c[1] != '\0')
            str_append(&bytes, "\r\n");
    struct terminal *t = terminal_of_bytes(rows, cols, str_text(&bytes));
    char *seen = look(t);
    terminal_free(t);
    str_clear(&bytes);
    free(lines);
    return seen;
}

/* Look until the window is as expected. */
static void wait_for_screen(const struct tmux *x, int rows, int cols,
                            const char *expected)
{
    time_t deadline = time(NULL) + PATIENCE_SECONDS;
    char *seen = look_at_window(x, rows, cols);
    while (!str_equal(seen, expected) && time(NULL) < deadline) {
        free(seen);
        seen = look_at_window(x, rows, cols);
    }
    if (!str_equal(seen, expected))
        fail_msg("expected:\n%s\nseen:\n%s", expected, seen);
    free(seen);
}

static void wait_for_text(const struct tmux *x, const char *text)
{
    time_t deadline = time(NULL) + PATIENCE_SECONDS;
    char *seen = ask(x, "capture-pane -p");
    while (strstr(seen, text) == NULL && time(NULL) < deadline) {
        free(seen);
        seen = ask(x, "capture-pane -p");
    }
    if (strstr(seen, text) == NULL)
        fail_msg("no \"%s\" in:\n%s", text, seen);
    free(seen);
}

/* ---- scenes ---- */

/* What the emulator shows after the worked example and these keys. */
static char *expect(const char *term, int rows, int cols, const char *keys)
{
    struct terminal *t = terminal_start(
        &(struct terminal_options){.term = term, .rows = rows, .cols = cols});
    terminal_type(t, worked_example);
    terminal_type(t, "\r");
    terminal_type(t, keys);
    terminal_type(t, "\014"); /* a key ends the lighting up */
    char *seen = look(t);
    terminal_finish(t);
    return seen;
}

/* A shell that has said something, then the program in it. */
static struct tmux *open_lab(const char *term)
{
    const char *program = getenv("EMBLAB");
    struct tmux *x = open_shell(term);
    char line[COMMAND_BYTES];
    type(x, "stty -g >$HOME/modes; echo $((40 + 2)) before");
    wait_for_text(x, "42 before");
    snprintf(line, sizeof line, "%s", program ? program : "./emblab");
    type(x, line);
    wait_for_text(x, "emb>");
    return x;
}

static void run_worked_example(const struct tmux *x)
{
    type(x, worked_example);
    press(x, "C-l");
}

/* The shell is back: its screen, its modes, nothing of ours. */
static void assert_shell(const struct tmux *x)
{
    wait_for_text(x, "42 before");
    type(x, "stty -g | cmp - $HOME/modes && echo $((40 + 3)) the same");
    wait_for_text(x, "43 the same");
    char *modes = ask(x, "display-message -p "
                         "'#{alternate_on} #{mouse_any_flag} "
                         "#{cursor_flag} #{insert_flag}'");
    assert_string_equal(modes, "0 0 1 0\n");
    free(modes);
    char *text = ask(x, "capture-pane -p");
    assert_null(strstr(text, "W.grad"));
    free(text);
}

static void check_scene(const char *term)
{
    struct tmux *x = open_lab(term);
    char *expected = expect(term, 24, 80, "");
    run_worked_example(x);
    wait_for_screen(x, 24, 80, expected);
    free(expected);
    type(x, "quit");
    assert_shell(x);
    close_shell(x);
}

static void a_scene_looks_as_in_the_emulator(void **state)
{
    (void)state;
    check_scene("tmux-256color");
    check_scene("screen-256color");
    check_scene("screen");
}

static void ctrl_z_and_fg_are_the_shells(void **state)
{
    struct tmux *x = open_lab("tmux-256color");
    char *expected = expect("tmux-256color", 24, 80, "half");
    (void)state;
    run_worked_example(x);
    tell(x, "send-keys -l half");
    wait_for_screen(x, 24, 80, expected);
    for (int i = 0; i < 3; i++) {
        press(x, "C-z");
        assert_shell(x);
        if (i == 1)
            type(x, "bg"); /* it stops again: the terminal is not its own */
        type(x, "fg");
        wait_for_screen(x, 24, 80, expected);
    }
    free(expected);
    press(x, "C-u");
    type(x, "quit");
    assert_shell(x);
    close_shell(x);
}

static void the_window_grows_and_shrinks(void **state)
{
    static const int sizes[][2] = {{34, 120}, {12, 40}, {1, 1}, {24, 80}};
    struct tmux *x = open_lab("tmux-256color");
    (void)state;
    run_worked_example(x);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int rows = sizes[i][0], cols = sizes[i][1];
        char *expected = expect("tmux-256color", rows, cols, "");
        tell(x, "resize-window -x %d -y %d", cols, rows);
        wait_for_screen(x, rows, cols, expected);
        free(expected);
    }
    type(x, "quit");
    assert_shell(x);
    close_shell(x);
}

static void pasted_lines_run(void **state)
{
    struct tmux *x = open_lab("tmux-256color");
    char *expected = expect("tmux-256color", 24, 80, "next\rnext\rview");
    (void)state;
    run_worked_example(x);
    tell(x, "set-buffer 'next\nnext\nview'");
    tell(x, "paste-buffer -p");
    press(x, "C-l");
    wait_for_screen(x, 24, 80, expected);
    free(expected);
    press(x, "C-u");
    type(x, "quit");
    assert_shell(x);
    close_shell(x);
}

static void a_crash_leaves_a_usable_shell(void **state)
{
    const char *program = getenv("EMBLAB");
    struct tmux *x = open_shell("tmux-256color");
    char line[COMMAND_BYTES];
    int pid = 0;
    (void)state;
    type(x, "stty -g >$HOME/modes; echo $((40 + 2)) before");
    wait_for_text(x, "42 before");
    snprintf(line, sizeof line,
             "ASAN_OPTIONS=handle_segv=0 sh -c \"echo \\$\\$ >$HOME/pid; "
             "exec %s\"",
             program ? program : "./emblab");
    type(x, line);
    wait_for_text(x, "emb>");
    /* No key behind it: one that is not read yet would be the shell's. */
    type(x, worked_example);
    wait_for_text(x, "UPDATE");
    snprintf(line, sizeof line, "%s/pid", x->folder);
    FILE *file = fopen(line, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    assert_int_equal(kill(pid, SIGSEGV), 0);
    wait_for_text(x, "Segmentation fault");
    assert_shell(x);
    close_shell(x);
}

#define TEST(name) cmocka_unit_test_teardown(name, close_what_is_left)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scene_looks_as_in_the_emulator),
        TEST(ctrl_z_and_fg_are_the_shells),
        TEST(the_window_grows_and_shrinks),
        TEST(pasted_lines_run),
        TEST(a_crash_leaves_a_usable_shell),
    };
    return cmocka_run_group_tests_name("tmux", tests, NULL, NULL);
}
