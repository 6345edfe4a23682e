/*
 * The real program in a terminal emulator (libvterm). A test types, waits
 * until the program has said that it has done all that was sent (OSC 7777;
 * never for time), and looks at the cells.
 *
 * The program runs as the job of a small shell, so that Ctrl-Z works, with a
 * home folder of its own. EMBLAB names it; without, ./emblab.
 *
 * Stored screens lie in tests/screen/stored: the text, then a letter for how
 * each cell looks, then the cursor. UPDATE=1 writes them anew; read the
 * difference before you keep it. The letters:
 *   . plain   # bold   @ reverse   u underlined   0..8 the heat ramp
 *   b blue    d grey   c cyan   o orange   v violet   g green   r red
 *   y yellow; capitals: the same, bold.   ? anything else
 */
#ifndef EMBLAB_TESTS_HARNESS_H
#define EMBLAB_TESTS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

struct terminal_options {
    int rows, cols;          /* 0: 24, 80 */
    const char *term;        /* NULL: xterm-256color */
    const char *locale;      /* NULL: C.UTF-8 */
    const char *const *args; /* behind the program's name, NULL-ended */
    const char *const *env;  /* "NAME=value", NULL-ended */
    const char *home;        /* keep this folder; NULL: a new one, removed */
};

/* Start the program and wait for its first screen. */
struct terminal *terminal_start(const struct terminal_options *options);
/* ... without waiting: for programs that show none. */
struct terminal *terminal_launch(const struct terminal_options *options);
/* A terminal without a program, which got these bytes. */
struct terminal *terminal_of_bytes(int rows, int cols, const char *bytes);

/* Type, and wait until it is done (but for play and fading). */
void terminal_type(struct terminal *t, const char *text);
void terminal_send(struct terminal *t, const char *bytes, size_t length);
/* Type without waiting, and wait for what was sent. */
void terminal_post(struct terminal *t, const char *bytes, size_t length);
void terminal_wait(struct terminal *t);
/* Wait until the state the program tells (w: works, p: plays, f: flashes, q:
 * asks) has one of these letters, or (prefix !) none of them. */
void terminal_wait_for(struct terminal *t, const char *state);
/* Wait longer than 10 seconds for an answer. */
void terminal_be_patient(int seconds);
/* Wait until the screen shows text. */
void terminal_wait_text(struct terminal *t, const char *text);

/* Wait for the next picture, whatever it shows. */
void terminal_wait_frame(struct terminal *t);

void terminal_resize(struct terminal *t, int rows, int cols);
/* A new size, not waited for. */
void terminal_post_resize(struct terminal *t, int rows, int cols);
/* Send a signal; the next wait is for its handling too. */
void terminal_signal(struct terminal *t, int number);
/* Ctrl-C, which the terminal makes a signal, and wait. */
void terminal_interrupt(struct terminal *t);
/* A byte that the terminal makes a signal (Ctrl-Z): nobody reads it. */
void terminal_post_uncounted(struct terminal *t, const char *byte);
pid_t terminal_pid(const struct terminal *t);

/* Job control: wait until the program has stopped; let it go on. */
void terminal_wait_stopped(struct terminal *t);
void terminal_continue(struct terminal *t);

/* Wait for the program's end: its exit status, or 128 + the signal. */
int terminal_wait_end(struct terminal *t);
/* Close the terminal at once, as a window that is closed. Returns as above. */
int terminal_hang_up(struct terminal *t);
/* End it if it runs (Ctrl-D), and free all. Fails unless it ended well. */
void terminal_finish(struct terminal *t);
/* Free all, ending the program the hard way if it runs. */
void terminal_free(struct terminal *t);

/* What is on the screen: rows of text, blanks at the end cut. Until the next
 * call. */
const char *terminal_text(struct terminal *t);
const char *terminal_letters(struct terminal *t);
const char *terminal_row(struct terminal *t, int row);
char terminal_letter(struct terminal *t, int row, int col);
/* The first code point of a cell; 0: it holds none. */
uint32_t terminal_character(const struct terminal *t, int row, int col);
/* The palette index, or -1 default, -2 RGB (then *rgb). */
int terminal_ground(struct terminal *t, int row, int col, unsigned *rgb);
bool terminal_shows(struct terminal *t, const char *text);
/* Where text stands: row in *row, column returned; -1: nowhere. */
int terminal_find(struct terminal *t, const char *text, int *row);
void terminal_cursor(struct terminal *t, int *row, int *col);

bool terminal_is_alternate(const struct terminal *t);
bool terminal_reports_mouse(const struct terminal *t);
bool terminal_pastes_bracketed(const struct terminal *t);
struct termios terminal_modes(const struct terminal *t);
/* The modes there were before the program started. */
struct termios terminal_first_modes(const struct terminal *t);
/*
 * What the program sent that is no picture: a title, a bell, a question that
 * the terminal answers, ... NULL: nothing. terminal_finish looks, too.
 */
const char *terminal_strange(const struct terminal *t);
/* Bytes the program wrote since the start. */
size_t terminal_written(const struct terminal *t);
const char *terminal_home(const struct terminal *t);

#define assert_screen(t, name) assert_screen_at(t, name, __FILE__, __LINE__)
void assert_screen_at(struct terminal *t, const char *name, const char *file,
                      int line);
/* Every panel's frame is straight and closed: no text in it was wider than the
 * program thought. */
#define assert_frames(t) assert_frames_at(t, __FILE__, __LINE__)
void assert_frames_at(struct terminal *t, const char *file, int line);
/* Drawn anew, the screen is what it was: nothing went astray on the way. Types
 * the Right key, which puts out what is lit up, and Ctrl-L. */
#define assert_redraws(t) assert_redraws_at(t, __FILE__, __LINE__)
void assert_redraws_at(struct terminal *t, const char *file, int line);
#define assert_shows(t, text) assert_shows_at(t, text, __FILE__, __LINE__)
void assert_shows_at(struct terminal *t, const char *text, const char *file,
                     int line);

#endif
