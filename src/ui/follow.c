/*
 * The file is polled (lesson/notes.h): neither terminal waits for the other,
 * and either may vanish. A screen is drawn as a whole where it is another one
 * than before. No key but those that leave does anything.
 */
#include "ui/follow.h"
#include "ui/report.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/str.h"
#include "draw/grid.h"
#include "draw/render.h"
#include "lesson/lesson.h"
#include "lesson/notes.h"
#include "lesson/render.h"

#define POLL_SECONDS 0.25

static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

static void catch_stop(void)
{
    struct sigaction action = {.sa_handler = on_stop};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

/* --- one screen --------------------------------------------------------- */

enum { KEY_COLUMNS = 8 };

static int draw_line(struct grid *grid, int row, const char *key,
                     const char *text)
{
    if (!text)
        return row;
    grid_need(grid, row + 1);
    grid_text(grid, row, 0, STYLE_DIM, key);
    return row + grid_wrap(grid, row, KEY_COLUMNS, grid->cols - KEY_COLUMNS,
                           STYLE_NORMAL, text);
}

static void write_elapsed(time_t began, struct str *out)
{
    long seconds = (long)difftime(time(NULL), began);

    if (seconds < 0)
        seconds = 0;
    if (seconds >= 3600)
        str_printf(out, "%ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60,
                   seconds % 60);
    else
        str_printf(out, "%ld:%02ld", seconds / 60, seconds % 60);
}

/* Each line of a note is Markdown of its own. */
static int draw_note(struct grid *grid, int row, const char *note)
{
    char *lines = memory_text(note), *rest = NULL;

    for (char *line = strtok_r(lines, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        row += 1 + render_words(line, STYLE_EMPHASIS, grid, row, 0, grid->cols);
    free(lines);
    return row;
}

static void draw_notes(const struct notes *notes, bool clock, struct grid *grid)
{
    struct str elapsed = STR_INIT;
    int row = 0;

    write_elapsed(notes->began, &elapsed);
    if (notes->title)
        row += grid_wrap(grid, row, 0, grid->cols, STYLE_TITLE, notes->title);
    row++;
    if (notes->note)
        row = draw_note(grid, row, notes->note);
    row = draw_line(grid, row, "before", notes->before);
    row = draw_line(grid, row, "answer", notes->answer);
    row = draw_line(grid, row, "hints", notes->hints);
    row = draw_line(grid, row, "now", notes->state);
    row = draw_line(grid, row, "next", notes->next);
    if (clock)
        (void)draw_line(grid, row, "time", str_text(&elapsed));
    str_clear(&elapsed);
}

/* Which others are played, and how to leave: where it is looked at again and
 * again. */
static void draw_foot(const char *others, struct grid *grid)
{
    struct str text = STR_INIT;
    int row = grid->rows + 1;

    if (*others)
        str_printf(&text,
                   "also played: %s (emblab play NAME --notes follows one)\n",
                   others);
    str_append(&text, "q leaves");
    grid_need(grid, row);
    grid_wrap(grid, row, 0, grid->cols, STYLE_DIM, str_text(&text));
    str_clear(&text);
}

/* What is to be seen now, as text. id NULL: of whichever lesson is played. */
static int compose(const char *id, bool again, int cols, struct str *out,
                   struct error *err)
{
    struct str others = STR_INIT;
    char *found = id ? memory_text(id) : notes_find(&others, err);
    struct notes notes = {0};
    struct grid grid;
    int status = found ? notes_read(found, &notes, err) : -1;

    grid_init(&grid, 0, cols);
    if (status == 0)
        draw_notes(&notes, again, &grid);
    else
        grid_wrap(&grid, 0, 0, cols, STYLE_NORMAL, err->message);
    if (again)
        draw_foot(str_text(&others), &grid);
    render_text(&grid, out);
    grid_clear(&grid);
    notes_clear(&notes);
    free(found);
    str_clear(&others);
    return status;
}

/* --- again and again ---------------------------------------------------- */

static void size_of_terminal(int *rows, int *cols)
{
    struct winsize size;

    *rows = 24;
    *cols = 80;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
        size.ws_row > 0) {
        *rows = size.ws_row;
        *cols = size.ws_col;
    }
}

/* From the top, each line to its end, then nothing below. */
static void show(const char *text, int rows)
{
    fputs("\033[H", stdout);
    for (int row = 0; *text && row < rows - 1; row++) {
        size_t length = strcspn(text, "\n");
        printf("%.*s\033[K\r\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
    fputs("\033[J", stdout);
    fflush(stdout);
}

/* q, Ctrl-D, or a terminal that has gone. */
static bool wants_to_leave(void)
{
    enum { CTRL_D = 4 };
    char key;

    return read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q' ||
           key == CTRL_D;
}

static void wait_a_moment(bool keys)
{
    struct timespec t = {.tv_nsec = (long)(POLL_SECONDS * 1e9)};
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    if (!keys)
        nanosleep(&t, NULL);
    else if (poll(&input, 1, (int)(POLL_SECONDS * 1000)) > 0 &&
             wants_to_leave())
        stopped = 1;
}

/* Each key at once, and unseen. False: there is no keyboard. */
static bool take_keys(struct termios *before)
{
    struct termios keys;

    if (tcgetattr(STDIN_FILENO, before) != 0)
        return false;
    keys = *before;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    return tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
}

static void follow(const char *id)
{
    struct str shown = STR_INIT;
    struct termios before;
    bool keys = take_keys(&before);

    fputs("\033[2J", stdout);
    while (!stopped && !ferror(stdout)) {
        struct str text = STR_INIT;
        struct error err = {0};
        int rows, cols;
        size_of_terminal(&rows, &cols);
        (void)compose(id, true, cols, &text, &err);
        if (!str_equal(str_text(&text), str_text(&shown)))
            show(str_text(&text), rows);
        str_clear(&shown);
        shown = text;
        wait_a_moment(keys);
    }
    if (keys)
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
    str_clear(&shown);
    putchar('\n');
}

static int print_once(const char *id)
{
    struct str text = STR_INIT;
    struct error err = {0};
    int status = compose(id, false, 80, &text, &err);

    if (status == 0)
        fputs(str_text(&text), stdout);
    else
        fprintf(stderr, "emblab: error: %s\n", err.message);
    str_clear(&text);
    return status == 0 ? 0 : 1;
}

int follow_notes(const char *name)
{
    struct error err = {0};
    struct lesson *lesson = name ? lesson_read_front(name, &err) : NULL;
    const char *id = lesson ? lesson->id : NULL;
    int status = 0;

    if (name && !lesson) {
        report_error(&err);
        return 1;
    }
    if (isatty(STDOUT_FILENO)) {
        catch_stop();
        follow(id);
    } else {
        status = print_once(id);
    }
    lesson_free(lesson);
    return status;
}
