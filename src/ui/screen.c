/*
 * `cells` is a copy of what curses has; a cell that did not change is not given
 * to curses again, and curses sends only what differs. One colour pair a
 * style: pair = style + 1.
 *
 * Cells hold a grapheme of one or two columns as utf8proc counts them. Where
 * the C library (and so curses) counts otherwise, the cell shows � instead:
 * columns stay columns.
 */
#include "ui/screen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/signals.h"

/* Bracketed paste; clicks and wheel, in the form without limits. */
#define REPORTS_ON "\033[?2004h\033[?1000h\033[?1006h"
#define REPORTS_OFF "\033[?1006l\033[?1000l\033[?2004l"

enum { ROWS_DEFAULT = 24, COLS_DEFAULT = 80, SIZE_MAX_SANE = 1000 };

static struct {
    SCREEN *curses;
    struct termios before; /* the terminal's modes when we came */
    bool utf8;
    bool colours; /* the terminal has some */
    bool valid;   /* cells are what curses has */
    struct cell *cells;
    int rows, cols;
    cchar_t *line; /* (cols) a row on its way to curses */
    attr_t attributes[STYLE_COUNT];
} screen;

/* ---- modes ---- */

/* Keys at once and unchanged; Ctrl-C and Ctrl-Z stay signals, and Ctrl-C
 * leaves the output that waits alone. */
static void set_modes(void)
{
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) != 0)
        return;
    modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    modes.c_lflag |= ISIG | NOFLSH;
    modes.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR);
    modes.c_cc[VQUIT] = _POSIX_VDISABLE;
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

static void append_capability(struct str *bytes, const char *name)
{
    const char *text = tigetstr(name);
    if (text == NULL || text == (const char *)-1)
        return;
    while (*text != '\0') { /* without padding: $<5> */
        if (text[0] == '$' && text[1] == '<') {
            text += strcspn(text, ">");
            text += *text == '>';
        } else {
            str_append_char(bytes, *text++);
        }
    }
}

/* What a crash must send, prepared while all is well. */
static void guard_against_crash(void)
{
    struct str bytes = STR_INIT;
    str_append(&bytes, REPORTS_OFF);
    append_capability(&bytes, "sgr0");
    append_capability(&bytes, "rmcup");
    append_capability(&bytes, "cnorm");
    str_append(&bytes, "\r\n");
    signals_guard(str_text(&bytes), bytes.length, &screen.before);
    str_clear(&bytes);
}

static bool can_place_cursor(void)
{
    const char *text = tigetstr("cup");
    return text != NULL && text != (const char *)-1;
}

void screen_write(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, length);
        if (written <= 0)
            return; /* the loop notices a terminal that is gone */
        bytes += written;
        length -= (size_t)written;
    }
}

static void write_text(const char *text)
{
    screen_write(text, strlen(text));
}

/*
 * Until it has been left once, ncurses 6.4 writes at every move of the cursor:
 * dozens of small writes a frame, each of which wakes the terminal. So leave
 * and come back. Before there are colours: it would set them back.
 */
static void write_whole_frames(void)
{
    endwin();
    refresh();
}

int screen_open(bool utf8)
{
    memset(&screen, 0, sizeof screen);
    if (tcgetattr(STDIN_FILENO, &screen.before) != 0)
        return -1;
    screen.utf8 = utf8;
    screen.curses = newterm(NULL, stdout, stdin);
    if (screen.curses == NULL)
        return -1;
    if (!can_place_cursor()) {
        reset_shell_mode();
        delscreen(screen.curses);
        return -1;
    }
    write_whole_frames();
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    typeahead(-1); /* never look at the keys */
    leaveok(stdscr, FALSE);
    set_modes();
    def_prog_mode();
    guard_against_crash();
    start_color();
    use_default_colors();
    screen.colours = has_colors();
    write_text(REPORTS_ON);
    return 0;
}

void screen_close(void)
{
    write_text(REPORTS_OFF);
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.before);
    signals_guard(NULL, 0, NULL);
    delscreen(screen.curses);
    free(screen.cells);
    free(screen.line);
    screen.cells = NULL;
    screen.line = NULL;
}

void screen_suspend(void)
{
    write_text(REPORTS_OFF);
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.before);
}

void screen_resume(void)
{
    reset_prog_mode();
    write_text(REPORTS_ON);
    screen_forget();
}

/* ---- size ---- */

static int sane(int size, int otherwise)
{
    return size < 1 ? otherwise : size > SIZE_MAX_SANE ? SIZE_MAX_SANE : size;
}

/* The terminal's own word; the usual size where it says nothing sensible. */
static void ask_size(int *rows, int *cols)
{
    struct winsize size = {0};
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    *rows = sane(size.ws_row, ROWS_DEFAULT);
    *cols = sane(size.ws_col, COLS_DEFAULT);
}

void screen_size(int *rows, int *cols)
{
    getmaxyx(stdscr, *rows, *cols);
}

void screen_resize(void)
{
    int rows, cols;
    ask_size(&rows, &cols);
    resizeterm(rows, cols);
    screen_forget();
}

/* Room for a grid of this size. */
static void fit_memory(int rows, int cols)
{
    if (rows == screen.rows && cols == screen.cols)
        return;
    screen.rows = rows;
    screen.cols = cols;
    size_t count = (size_t)rows * (size_t)cols;
    screen.cells = memory_resize(screen.cells, count, sizeof *screen.cells);
    screen.line = memory_resize(screen.line, (size_t)cols, sizeof *screen.line);
    screen.valid = false;
}

/* ---- colours ---- */

static int colour_of(int index, int index8, uint32_t rgb)
{
    if (index < 0)
        return -1;
    if (COLORS > 256) /* direct colour: the number is the colour itself */
        return (int)rgb;
    return COLORS == 256 ? index : index8;
}

static attr_t attributes_of(const struct look *look)
{
    attr_t attributes = A_NORMAL;
    if (look->bold)
        attributes |= A_BOLD;
    if (look->reverse)
        attributes |= A_REVERSE;
    if (look->underline)
        attributes |= A_UNDERLINE;
    if (look->dim)
        attributes |= A_DIM;
    return attributes;
}

void screen_set_theme(enum theme theme, bool colour)
{
    bool coloured = colour && screen.colours && theme != THEME_MONO;
    if (!coloured)
        theme = THEME_MONO;
    for (int i = 0; i < STYLE_COUNT; i++) {
        const struct look *look = style_look(theme, (enum style)i);
        screen.attributes[i] = attributes_of(look);
        if (!screen.colours)
            continue;
        int ground = colour_of(look->background, look->background8,
                               look->background_rgb);
        int text = colour_of(look->foreground, look->foreground8,
                             look->foreground_rgb);
        init_extended_pair(i + 1, text, ground);
    }
    screen.valid = false;
}

/* ---- cells ---- */

/* The pair of a style; 0 where there are no colours. */
static int pair_of(int style)
{
    return screen.colours ? style + 1 : 0;
}

/*
 * A grapheme as curses takes it: one character with width columns and up to
 * four without any. Returns false where the C library sees other columns.
 */
static bool to_wide(const char *text, int width, wchar_t out[CCHARW_MAX + 1])
{
    enum {
        ZERO_WIDTH_JOINER = 0x200d,
        SELECTOR_TEXT = 0xfe0e,
        SELECTOR_PICTURE = 0xfe0f
    };
    size_t length = strlen(text), count = 0;
    if (length == 1 && width == 1) { /* ASCII, and visible */
        out[count++] = (wchar_t)text[0];
        out[count] = L'\0';
        return true;
    }
    for (size_t i = 0; i < length && count < CCHARW_MAX;) {
        uint32_t code_point;
        i += utf8_decode(text + i, length - i, &code_point, NULL);
        if (count == 0 && (wcwidth((wchar_t)code_point) != width ||
                           (!screen.utf8 && code_point >= 0x80)))
            return false;
        bool joins = code_point == ZERO_WIDTH_JOINER ||
                     code_point == SELECTOR_TEXT ||
                     code_point == SELECTOR_PICTURE;
        if (count == 0 || (!joins && wcwidth((wchar_t)code_point) == 0))
            out[count++] = (wchar_t)code_point;
    }
    out[count] = L'\0';
    return count > 0;
}

/* One cell into the line; returns how many columns it covers. */
static int put_cell(const struct cell *cell, int width, int *count)
{
    wchar_t wide[CCHARW_MAX + 1] = {0};
    attr_t attributes = screen.attributes[cell->style];
    short pair = (short)pair_of(cell->style);
    if (cell->bold)
        attributes |= A_BOLD;
    bool fits = to_wide(cell->text, width, wide);
    if (!fits) {
        wide[0] = screen.utf8 ? L'\xfffd' : L'?';
        wide[1] = L'\0';
    }
    setcchar(&screen.line[(*count)++], wide, attributes, pair, NULL);
    if (!fits && width == 2) {
        setcchar(&screen.line[(*count)++], L" ", attributes, pair, NULL);
    }
    return width;
}

/* The cells of a row from col up to end; returns the column behind them. */
static int put_cells(const struct grid *grid, int row, int col, int end)
{
    int count = 0, first = col;
    while (col < end)
        col += put_cell(grid_cell(grid, row, col),
                        grid_cell_width(grid, row, col), &count);
    mvadd_wchnstr(row, first, screen.line, count);
    return col;
}

/* What changed in a row, run by run. Of a wide character both halves go. */
static void put_changes(const struct grid *grid, int row)
{
    struct cell *old = screen.cells + (size_t)row * (size_t)grid->cols;
    const struct cell *new = grid_cell(grid, row, 0);
    for (int col = 0; col < grid->cols;) {
        int end = col;
        while (end < grid->cols &&
               memcmp(&old[end], &new[end], sizeof *new) != 0)
            end++;
        if (end == col) {
            col++;
            continue;
        }
        bool cut = grid_cell_width(grid, row, col) == 0;
        col = put_cells(grid, row, cut ? col - 1 : col, end);
    }
}

void screen_forget(void)
{
    screen.valid = false;
    clearok(curscr, TRUE);
}

void screen_show(const struct grid *grid, int cursor_col)
{
    fit_memory(grid->rows, grid->cols);
    size_t cols = (size_t)grid->cols, bytes = cols * sizeof *grid->cells;
    for (int row = 0; row < grid->rows; row++) {
        struct cell *old = screen.cells + (size_t)row * cols;
        const struct cell *new = grid->cells + (size_t)row *cols;
        if (!screen.valid)
            put_cells(grid, row, 0, grid->cols);
        else if (memcmp(old, new, bytes) != 0)
            put_changes(grid, row);
        memcpy(old, new, bytes);
    }
    screen.valid = true;
    move(grid->rows - 1, cursor_col);
    refresh();
}
