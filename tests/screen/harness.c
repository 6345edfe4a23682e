/*
 * Three processes: the test (holds the terminal's other end), a keeper (leads
 * the session, as a shell would) and the program (the keeper's job). Bytes of
 * the program are fed to the emulator up to an acknowledgement that says that
 * everything sent is done; what comes behind it stays in `pending` for the
 * next wait, so that a test sees exactly that screen.
 */
#include "harness.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"

#define STORED "tests/screen/stored"
#define HOME_NAME "/emblab-screen-"

enum { OSC_BYTES = 128 };

static int patience_ms = 10000; /* only a broken program takes this long */

void terminal_be_patient(int seconds)
{
    patience_ms = seconds * 1000;
}

/* What the program has told last. */
struct acknowledged {
    bool any;
    unsigned long long bytes;
    unsigned long signals;
    int rows, cols;
    char state[16];
};

struct terminal {
    VTerm *vt;
    VTermScreen *screen;
    int master;
    pid_t keeper, program;
    int from_keeper, to_keeper;
    bool ended;
    int status;
    unsigned long long sent;
    unsigned long signals; /* that it must have handled */
    int rows, cols;
    struct acknowledged told;
    struct str pending; /* read and not yet fed */
    size_t pending_next;
    char osc[OSC_BYTES]; /* an acknowledgement on its way in */
    size_t osc_length;
    bool alternate, mouse, bracketed;
    const char *strange; /* NULL: nothing so far */
    size_t written;
    struct termios first_modes;
    char *home;
    bool own_home;
    struct str text; /* of the last look */
};

/* ---- the program's side ---- */

static void set_environment(const struct terminal *t,
                            const struct terminal_options *options)
{
    static const char *const kept[] = {"PATH", "ASAN_OPTIONS", "EMBLAB",
                                       "UBSAN_OPTIONS", "LD_LIBRARY_PATH"};
    char *values[sizeof kept / sizeof *kept], folder[4096];
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        values[i] = memory_text(getenv(kept[i]));
    static char *none[] = {NULL};
    extern char **environ;
    environ = none;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (values[i] != NULL)
            setenv(kept[i], values[i], 1);
    setenv("TERM", options->term ? options->term : "xterm-256color", 1);
    setenv("LC_ALL", options->locale ? options->locale : "C.UTF-8", 1);
    setenv("HOME", t->home, 1);
    setenv("XDG_STATE_HOME", t->home, 1);
    setenv("XDG_CONFIG_HOME", t->home, 1);
    setenv("INPUTRC", "/dev/null", 1);
    setenv("EMBLAB_ACK", "1", 1);
    if (getcwd(folder, sizeof folder) != NULL)
        setenv("EMBLAB_DATA", folder, 1);
    for (size_t i = 0; options->env != NULL && options->env[i] != NULL; i++)
        putenv((char *)(uintptr_t)options->env[i]);
}

static void run_program(const struct terminal *t,
                        const struct terminal_options *options)
{
    const char *program = getenv("EMBLAB");
    char *arguments[32] = {(char *)(uintptr_t)(program ? program : "./emblab")};
    for (size_t i = 0; options->args != NULL && options->args[i] != NULL; i++)
        arguments[i + 1] = (char *)(uintptr_t)options->args[i];
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    signal(SIGTTOU, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    set_environment(t, options);
    execv(arguments[0], arguments);
    perror(arguments[0]);
    _exit(127);
}

/* The keeper: says the program's number, then each stop, until it ends. */
static void keep(struct terminal *t, const struct terminal_options *options,
                 const char *slave, int out, int in)
{
    int status = 0;
    char path[64];
    snprintf(path, sizeof path, "%s", slave);
    for (int other = 3; other < 256; other++) /* other terminals' ends too */
        if (other != out && other != in)
            close(other);
    setsid();
    int fd = open(path, O_RDWR); /* the controlling terminal */
    ioctl(fd, TIOCSCTTY, 0);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    signal(SIGTTOU, SIG_IGN);
    signal(SIGHUP, SIG_IGN); /* a closed terminal is the program's affair */
    pid_t program = fork();
    if (program == 0) {
        setpgid(0, 0);
        close(out);
        close(in);
        run_program(t, options);
    }
    setpgid(program, program);
    if (write(out, &program, sizeof program) < 0)
        _exit(126);
    while (waitpid(program, &status, WUNTRACED) == program &&
           WIFSTOPPED(status)) {
        char go;
        tcsetpgrp(STDIN_FILENO, getpgrp());
        if (write(out, "S", 1) < 0 || read(in, &go, 1) <= 0)
            break;
        tcsetpgrp(STDIN_FILENO, program);
        kill(-program, SIGCONT);
    }
    _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

/* ---- starting ---- */

static int take_property(VTermProp property, VTermValue *value, void *user)
{
    struct terminal *t = user;
    if (property == VTERM_PROP_ALTSCREEN)
        t->alternate = value->boolean != 0;
    if (property == VTERM_PROP_MOUSE)
        t->mouse = value->number != VTERM_PROP_MOUSE_NONE;
    if (property == VTERM_PROP_TITLE || property == VTERM_PROP_ICONNAME)
        t->strange = "a title";
    return 1;
}

static int take_bell(void *user)
{
    ((struct terminal *)user)->strange = "a bell";
    return 1;
}

static int take_control(unsigned char control, void *user)
{
    (void)control;
    ((struct terminal *)user)->strange = "an unknown control";
    return 1;
}

static int take_string(const char *command, size_t length, void *user)
{
    (void)command;
    (void)length;
    ((struct terminal *)user)->strange = "a string for the terminal itself";
    return 1;
}

/* The emulator answers: it was asked. */
static void take_answer(const char *bytes, size_t length, void *user)
{
    (void)bytes;
    (void)length;
    ((struct terminal *)user)->strange = "a question to the terminal";
}

static void start_emulator(struct terminal *t)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = take_property,
                                                   .bell = take_bell};
    static const VTermParserCallbacks unknown = {
        .control = take_control, .osc = take_string, .dcs = take_string};
    t->vt = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, take_answer, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_set_unrecognised_fallbacks(t->screen, &unknown, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
}

static void set_size(const struct terminal *t)
{
    struct winsize size = {.ws_row = (unsigned short)t->rows,
                           .ws_col = (unsigned short)t->cols};
    ioctl(t->master, TIOCSWINSZ, &size);
}

static char *new_home(void)
{
    char name[4096];
    const char *folder = getenv("TMPDIR");
    snprintf(name, sizeof name, "%s" HOME_NAME "XXXXXX",
             folder != NULL ? folder : "/tmp");
    assert_non_null(mkdtemp(name));
    return memory_text(name);
}

struct terminal *terminal_launch(const struct terminal_options *options)
{
    struct terminal *t = memory_zeroed(1, sizeof *t);
    int out[2], in[2];
    t->rows = options->rows > 0 ? options->rows : 24;
    t->cols = options->cols > 0 ? options->cols : 80;
    t->own_home = options->home == NULL;
    t->home = t->own_home ? new_home() : memory_text(options->home);
    t->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(t->master >= 0 && grantpt(t->master) == 0 &&
                unlockpt(t->master) == 0);
    assert_true(pipe(out) == 0 && pipe(in) == 0);
    fcntl(t->master, F_SETFD, FD_CLOEXEC);
    set_size(t);
    tcgetattr(t->master, &t->first_modes);
    t->keeper = fork();
    assert_true(t->keeper >= 0);
    if (t->keeper == 0) {
        close(out[0]);
        close(in[1]);
        keep(t, options, ptsname(t->master), out[1], in[0]);
    }
    close(out[1]);
    close(in[0]);
    t->from_keeper = out[0];
    t->to_keeper = in[1];
    fcntl(t->from_keeper, F_SETFD, FD_CLOEXEC);
    fcntl(t->to_keeper, F_SETFD, FD_CLOEXEC);
    assert_int_equal(read(t->from_keeper, &t->program, sizeof t->program),
                     sizeof t->program);
    start_emulator(t);
    return t;
}

struct terminal *terminal_start(const struct terminal_options *options)
{
    struct terminal *t = terminal_launch(options);
    terminal_wait(t);
    return t;
}

struct terminal *terminal_of_bytes(int rows, int cols, const char *bytes)
{
    struct terminal *t = memory_zeroed(1, sizeof *t);
    t->rows = rows;
    t->cols = cols;
    t->ended = true;
    t->master = t->from_keeper = t->to_keeper = -1;
    start_emulator(t);
    vterm_input_write(t->vt, bytes, strlen(bytes));
    return t;
}

/* ---- reading what the program writes ---- */

static void feed(struct terminal *t, const char *bytes, size_t length)
{
    vterm_input_write(t->vt, bytes, length);
}

/* Bracketed paste is not among libvterm's properties. */
static void watch_modes(struct terminal *t, const char *bytes, size_t length)
{
    static const char on[] = "\033[?2004h", off[] = "\033[?2004l";
    for (size_t i = 0; i + sizeof on - 1 <= length; i++) {
        if (memcmp(bytes + i, on, sizeof on - 1) == 0)
            t->bracketed = true;
        if (memcmp(bytes + i, off, sizeof off - 1) == 0)
            t->bracketed = false;
    }
}

static void take_acknowledgement(struct terminal *t)
{
    struct acknowledged told = {.any = true};
    t->osc[t->osc_length] = '\0';
    int found = sscanf(t->osc, "\033]7777;%llu;%lu;%dx%d;%15[a-z]", &told.bytes,
                       &told.signals, &told.rows, &told.cols, told.state);
    if (found >= 4 && told.bytes > t->sent)
        t->strange = "an acknowledgement of what nobody sent";
    if (found >= 4)
        t->told = told;
    else
        feed(t, t->osc, t->osc_length);
    t->osc_length = 0;
}

/*
 * Feed pending bytes to the emulator up to the next acknowledgement, which is
 * taken out of them. True: there was one.
 */
static bool feed_to_acknowledgement(struct terminal *t)
{
    static const char head[] = "\033]7777;";
    while (t->pending_next < t->pending.length) {
        char byte = t->pending.data[t->pending_next++];
        bool inside = t->osc_length >= sizeof head - 1;
        if (inside || byte == head[t->osc_length]) {
            t->osc[t->osc_length++] = byte;
            if (inside && (byte == '\a' || t->osc_length == OSC_BYTES - 1)) {
                take_acknowledgement(t);
                return true;
            }
            continue;
        }
        feed(t, t->osc, t->osc_length);
        t->osc_length = byte == head[0];
        t->osc[0] = byte;
        if (byte != head[0])
            feed(t, &byte, 1);
    }
    str_truncate(&t->pending, 0);
    t->pending_next = 0;
    return false;
}

/* Only a program that is broken is waited for so long. */
static void give_up(struct terminal *t)
{
    print_error("the program does not answer (sent %llu bytes, %llu decoded, "
                "state \"%s\"); its screen:\n%s",
                t->sent, t->told.bytes, t->told.state, terminal_text(t));
    fail();
}

/* Read what there is, waiting for it; false: the program's end is closed. */
static bool read_more(struct terminal *t)
{
    char bytes[65536];
    struct pollfd ready = {.fd = t->master, .events = POLLIN};
    if (poll(&ready, 1, patience_ms) == 0) {
        give_up(t);
    }
    ssize_t count = read(t->master, bytes, sizeof bytes);
    if (count <= 0)
        return false;
    t->written += (size_t)count;
    watch_modes(t, bytes, (size_t)count);
    str_append_bytes(&t->pending, bytes, (size_t)count);
    return true;
}

typedef bool condition(struct terminal *t, const char *what);

/* The program should run, and its end of the terminal is closed. */
static void fail_ended(struct terminal *t)
{
    while (feed_to_acknowledgement(t))
        ;
    print_error("the program ended; its screen:\n%s", terminal_text(t));
    fail();
}

void terminal_wait_frame(struct terminal *t)
{
    while (!feed_to_acknowledgement(t))
        if (!read_more(t))
            fail_ended(t);
}

/* Feed and read until the condition holds right behind an acknowledgement. */
static void wait_until(struct terminal *t, condition *holds, const char *what)
{
    time_t deadline = time(NULL) + 2 * patience_ms / 1000;
    while (!holds(t, what)) {
        if (time(NULL) > deadline)
            give_up(t);
        terminal_wait_frame(t);
    }
}

static bool has_done_all(struct terminal *t, const char *what)
{
    (void)what;
    return t->told.any && t->told.bytes >= t->sent &&
           t->told.signals >= t->signals && t->told.rows == t->rows &&
           t->told.cols == t->cols && strchr(t->told.state, 'w') == NULL;
}

static bool is_in_state(struct terminal *t, const char *what)
{
    bool none = what[0] == '!';
    bool one = strpbrk(t->told.state, what + none) != NULL;
    return t->told.any && t->told.bytes >= t->sent && one != none;
}

static bool shows(struct terminal *t, const char *what)
{
    return t->told.any && strstr(terminal_text(t), what) != NULL;
}

void terminal_wait(struct terminal *t)
{
    wait_until(t, has_done_all, NULL);
}

void terminal_wait_for(struct terminal *t, const char *state)
{
    wait_until(t, is_in_state, state);
}

void terminal_wait_text(struct terminal *t, const char *text)
{
    wait_until(t, shows, text);
}

/* ---- sending ---- */

void terminal_post(struct terminal *t, const char *bytes, size_t length)
{
    t->sent += length;
    while (length > 0) {
        struct pollfd ready = {.fd = t->master, .events = POLLIN | POLLOUT};
        if (poll(&ready, 1, patience_ms) == 0)
            give_up(t);
        if ((ready.revents & (POLLIN | POLLHUP)) != 0 && !read_more(t))
            fail_ended(t);
        if ((ready.revents & POLLOUT) == 0)
            continue;
        ssize_t count = write(t->master, bytes, length < 512 ? length : 512);
        if (count < 0 && errno != EAGAIN)
            return;
        bytes += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
}

void terminal_send(struct terminal *t, const char *bytes, size_t length)
{
    terminal_post(t, bytes, length);
    terminal_wait(t);
}

void terminal_type(struct terminal *t, const char *text)
{
    terminal_send(t, text, strlen(text));
}

void terminal_post_resize(struct terminal *t, int rows, int cols)
{
    t->rows = rows;
    t->cols = cols;
    vterm_set_size(t->vt, rows, cols);
    set_size(t);
}

void terminal_resize(struct terminal *t, int rows, int cols)
{
    terminal_post_resize(t, rows, cols);
    terminal_wait(t);
}

void terminal_signal(struct terminal *t, int number)
{
    t->signals = t->told.signals + 1;
    kill(t->program, number);
}

void terminal_post_uncounted(struct terminal *t, const char *byte)
{
    assert_int_equal(write(t->master, byte, 1), 1);
}

void terminal_interrupt(struct terminal *t)
{
    t->signals = t->told.signals + 1;
    terminal_post_uncounted(t, "\003");
    terminal_wait(t);
}

pid_t terminal_pid(const struct terminal *t)
{
    return t->program;
}

/* ---- stop, go on, end ---- */

/* Read what the program writes while waiting for the keeper's word; true: it
 * came, false: the keeper has gone. */
static bool wait_for_keeper(struct terminal *t)
{
    char byte;
    for (;;) {
        struct pollfd ready[] = {{.fd = t->from_keeper, .events = POLLIN},
                                 {.fd = t->master, .events = POLLIN}};
        if (poll(ready, 2, patience_ms) == 0)
            fail_msg("%s", "the program neither stopped nor ended");
        if ((ready[1].revents & POLLIN) != 0)
            read_more(t);
        else if (ready[0].revents != 0)
            return read(t->from_keeper, &byte, 1) == 1;
    }
}

static void feed_all(struct terminal *t)
{
    while (feed_to_acknowledgement(t))
        ;
}

void terminal_wait_stopped(struct terminal *t)
{
    assert_true(wait_for_keeper(t));
    feed_all(t);
}

void terminal_continue(struct terminal *t)
{
    t->signals = t->told.signals + 1;
    t->told.any = false;
    assert_int_equal(write(t->to_keeper, "C", 1), 1);
}

static void take_status(struct terminal *t)
{
    int status = 0;
    waitpid(t->keeper, &status, 0);
    t->ended = true;
    t->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                    : WEXITSTATUS(status);
}

int terminal_wait_end(struct terminal *t)
{
    if (!t->ended) {
        while (wait_for_keeper(t))
            ;
        take_status(t);
        feed_all(t);
    }
    return t->status;
}

int terminal_hang_up(struct terminal *t)
{
    int status = 0;
    close(t->master);
    t->master = -1;
    waitpid(t->keeper, &status, 0);
    t->ended = true;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

void terminal_free(struct terminal *t)
{
    if (!t->ended) {
        kill(-t->program, SIGKILL);
        kill(t->keeper, SIGKILL);
        waitpid(t->keeper, NULL, 0);
    }
    if (t->own_home && strstr(t->home, HOME_NAME) != NULL)
        nftw(t->home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    if (t->master >= 0)
        close(t->master);
    if (t->from_keeper >= 0) {
        close(t->from_keeper);
        close(t->to_keeper);
    }
    vterm_free(t->vt);
    str_clear(&t->pending);
    str_clear(&t->text);
    free(t->home);
    free(t);
}

void terminal_finish(struct terminal *t)
{
    if (!t->ended) {
        terminal_interrupt(t); /* stops what runs ... */
        terminal_interrupt(t); /* ... and drops what stands in the prompt */
        terminal_post(t, "\004", 1);
    }
    int status = terminal_wait_end(t);
    if (status != 0) /* what it said, if it did */
        print_error("the last screen:\n%s", terminal_text(t));
    bool restored = !t->alternate && !t->mouse && !t->bracketed;
    const char *strange = t->strange;
    terminal_free(t);
    assert_int_equal(status, 0);
    assert_true(restored);
    if (strange != NULL)
        fail_msg("the terminal got %s", strange);
}

/* ---- looking ---- */

static VTermScreenCell cell_at(const struct terminal *t, int row, int col)
{
    VTermScreenCell cell;
    VTermPos place = {.row = row, .col = col};
    vterm_screen_get_cell(t->screen, place, &cell);
    return cell;
}

static void append_row(struct terminal *t, int row)
{
    size_t start = t->text.length, end = start;
    for (int col = 0; col < t->cols;) {
        VTermScreenCell cell = cell_at(t, row, col);
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
            char bytes[4];
            str_append_bytes(&t->text, bytes,
                             utf8_encode(cell.chars[i], bytes));
        }
        if (cell.chars[0] == 0)
            str_append_char(&t->text, ' ');
        if (cell.chars[0] != 0 && cell.chars[0] != ' ')
            end = t->text.length;
        col += cell.width > 0 ? cell.width : 1;
    }
    str_truncate(&t->text, end);
}

const char *terminal_row(struct terminal *t, int row)
{
    str_truncate(&t->text, 0);
    append_row(t, row);
    return str_text(&t->text);
}

const char *terminal_text(struct terminal *t)
{
    str_truncate(&t->text, 0);
    for (int row = 0; row < t->rows; row++) {
        append_row(t, row);
        str_append_char(&t->text, '\n');
    }
    return str_text(&t->text);
}

int terminal_ground(struct terminal *t, int row, int col, unsigned *rgb)
{
    VTermColor ground = cell_at(t, row, col).bg;
    if (VTERM_COLOR_IS_DEFAULT_BG(&ground))
        return -1;
    if (VTERM_COLOR_IS_INDEXED(&ground))
        return ground.indexed.idx;
    if (rgb != NULL)
        *rgb = (unsigned)ground.rgb.red << 16 |
               (unsigned)ground.rgb.green << 8 | ground.rgb.blue;
    return -2;
}

/* The ramp in 256 colours; then the same in 8. */
static char ground_letter(int index)
{
    static const int ramp[] = {25, 32, 74, 153, 231, 223, 215, 208, 166};
    static const int eight[] = {4, 4, 6, 6, 7, 3, 3, 1, 1};
    for (int i = 0; i < 9; i++)
        if (ramp[i] == index)
            return (char)('0' + i);
    for (int i = 0; i < 9; i++)
        if (eight[i] == index)
            return (char)('0' + i);
    return '?';
}

static char text_letter(int index)
{
    static const struct {
        int index;
        char letter;
    } letters[] = {{33, 'b'}, {243, 'd'}, {30, 'c'},  {166, 'o'}, {134, 'v'},
                   {28, 'g'}, {196, 'r'}, {136, 'y'}, {4, 'b'},   {6, 'c'},
                   {1, 'r'},  {5, 'v'},   {2, 'g'},   {3, 'y'}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].index == index)
            return letters[i].letter;
    return '?';
}

static char letter_of(const VTermScreenCell *cell)
{
    if (cell->attrs.reverse)
        return '@';
    if (!VTERM_COLOR_IS_DEFAULT_BG(&cell->bg))
        return VTERM_COLOR_IS_INDEXED(&cell->bg)
                   ? ground_letter(cell->bg.indexed.idx)
                   : '?';
    if (VTERM_COLOR_IS_DEFAULT_FG(&cell->fg)) {
        if (cell->attrs.bold)
            return '#';
        return cell->attrs.underline ? 'u' : '.';
    }
    char letter = VTERM_COLOR_IS_INDEXED(&cell->fg)
                      ? text_letter(cell->fg.indexed.idx)
                      : '?';
    return cell->attrs.bold && letter != '?' ? (char)(letter ^ 0x20) : letter;
}

char terminal_letter(struct terminal *t, int row, int col)
{
    VTermScreenCell cell = cell_at(t, row, col);
    return letter_of(&cell);
}

uint32_t terminal_character(const struct terminal *t, int row, int col)
{
    return cell_at(t, row, col).chars[0];
}

/* Blanks that look like nothing are blanks; a wide character has its letter
 * twice. */
const char *terminal_letters(struct terminal *t)
{
    str_truncate(&t->text, 0);
    for (int row = 0; row < t->rows; row++) {
        size_t end = t->text.length;
        for (int col = 0; col < t->cols;) {
            VTermScreenCell cell = cell_at(t, row, col);
            char letter = letter_of(&cell);
            bool blank = cell.chars[0] == 0 || cell.chars[0] == ' ';
            bool unseen = blank && strchr("@?012345678", letter) == NULL;
            for (int half = 0; half < (cell.width > 1 ? 2 : 1); half++, col++)
                str_append_char(&t->text, unseen ? ' ' : letter);
            if (!unseen)
                end = t->text.length;
        }
        str_truncate(&t->text, end);
        str_append_char(&t->text, '\n');
    }
    return str_text(&t->text);
}

bool terminal_shows(struct terminal *t, const char *text)
{
    return strstr(terminal_text(t), text) != NULL;
}

int terminal_find(struct terminal *t, const char *text, int *row)
{
    for (int r = 0; r < t->rows; r++) {
        const char *line = terminal_row(t, r);
        const char *found = strstr(line, text);
        if (found == NULL)
            continue;
        if (row != NULL)
            *row = r;
        return utf8_width_bytes(line, (size_t)(found - line));
    }
    return -1;
}

void terminal_cursor(struct terminal *t, int *row, int *col)
{
    VTermPos place;
    vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &place);
    *row = place.row;
    *col = place.col;
}

bool terminal_is_alternate(const struct terminal *t)
{
    return t->alternate;
}

bool terminal_reports_mouse(const struct terminal *t)
{
    return t->mouse;
}

bool terminal_pastes_bracketed(const struct terminal *t)
{
    return t->bracketed;
}

struct termios terminal_modes(const struct terminal *t)
{
    struct termios modes;
    tcgetattr(t->master, &modes);
    return modes;
}

struct termios terminal_first_modes(const struct terminal *t)
{
    return t->first_modes;
}

const char *terminal_strange(const struct terminal *t)
{
    return t->strange;
}

size_t terminal_written(const struct terminal *t)
{
    return t->written;
}

const char *terminal_home(const struct terminal *t)
{
    return t->home;
}

/* ---- stored screens ---- */

static char *describe(struct terminal *t)
{
    struct str all = STR_INIT;
    int row, col;
    str_append(&all, terminal_text(t));
    str_append(&all, "--- how it looks\n");
    str_append(&all, terminal_letters(t));
    terminal_cursor(t, &row, &col);
    str_printf(&all, "--- cursor %d,%d\n", row, col);
    return str_take(&all);
}

static char *read_file(const char *path)
{
    struct str all = STR_INIT;
    char bytes[4096];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    for (size_t count; (count = fread(bytes, 1, sizeof bytes, file)) > 0;)
        str_append_bytes(&all, bytes, count);
    fclose(file);
    return str_take(&all);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* The lines that differ, as a person compares them. */
static void print_difference(const char *stored, const char *seen)
{
    for (int line = 1; *stored != '\0' || *seen != '\0'; line++) {
        size_t a = strcspn(stored, "\n"), b = strcspn(seen, "\n");
        if (a != b || memcmp(stored, seen, a) != 0)
            print_error("line %d\n  stored: %.*s\n  seen:   %.*s\n", line,
                        (int)a, stored, (int)b, seen);
        stored += a + (stored[a] == '\n');
        seen += b + (seen[b] == '\n');
    }
}

void assert_screen_at(struct terminal *t, const char *name, const char *file,
                      int line)
{
    char path[256];
    const char *update = getenv("UPDATE");
    snprintf(path, sizeof path, STORED "/%s", name);
    char *seen = describe(t);
    if (update != NULL && *update == '1')
        write_file(path, seen);
    char *stored = read_file(path);
    bool same = stored != NULL && str_equal(stored, seen);
    if (!same)
        print_difference(stored != NULL ? stored : "", seen);
    free(stored);
    free(seen);
    if (!same) {
        print_error("%s differs (UPDATE=1 stores what is seen)\n", path);
        _fail(file, line);
    }
}

/* From a corner down to the one below: nothing but the border. */
static bool is_straight(const struct terminal *t, int row, int col,
                        uint32_t corner)
{
    while (++row < t->rows) {
        uint32_t c = terminal_character(t, row, col);
        if (c == corner)
            return true;
        if (c != U'│')
            return false;
    }
    return false;
}

void assert_frames_at(struct terminal *t, const char *file, int line)
{
    int corners = 0;
    for (int row = 0; row < t->rows; row++)
        for (int col = 0; col < t->cols; col++) {
            uint32_t c = terminal_character(t, row, col);
            if (c != U'╭' && c != U'╮')
                continue;
            corners++;
            if (is_straight(t, row, col, c == U'╭' ? U'╰' : U'╯'))
                continue;
            print_error("the frame from row %d, column %d is not straight:\n%s",
                        row, col, terminal_text(t));
            _fail(file, line);
        }
    if (corners == 0) {
        print_error("there is no frame:\n%s", terminal_text(t));
        _fail(file, line);
    }
}

void assert_redraws_at(struct terminal *t, const char *file, int line)
{
    terminal_type(t, "\033[C");
    char *before = describe(t);
    terminal_type(t, "\014");
    char *after = describe(t);
    bool same = str_equal(before, after);
    if (!same)
        print_difference(before, after);
    free(before);
    free(after);
    if (!same) {
        print_error("drawn anew it looks different (stored: before)\n");
        _fail(file, line);
    }
}

void assert_shows_at(struct terminal *t, const char *text, const char *file,
                     int line)
{
    if (terminal_shows(t, text))
        return;
    print_error("\"%s\" is not on the screen:\n%s", text, terminal_text(t));
    _fail(file, line);
}
