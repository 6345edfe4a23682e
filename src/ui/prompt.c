/*
 * readline has one global editor, so there is one prompt. The bytes typed wait
 * in a queue from which readline reads, and lines it accepted wait in a list;
 * readline is never called with an empty queue, so it never waits. In the
 * plain lab the bytes are read here, in the full screen by its loop: either
 * way they come as whole keys, past what would make readline crash.
 *
 * Completion hands readline whole lines up to the cursor (no word breaks of
 * its own), so that where a candidate starts is decided in one place, by the
 * completer.
 */
#include "ui/prompt.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "ui/keys.h"

enum { HISTORY_LINES = 2000 };

struct typed_line {
    char *text;
    struct typed_line *next;
};

static struct {
    bool open;
    bool screen;      /* in the full screen; else the plain lab */
    bool confirming;  /* the line is an answer: no history, no candidates */
    const char *text; /* in the full screen: what lines stand behind */
    struct prompt_completer completer;
    volatile sig_atomic_t *stop;
    struct key_decoder keys; /* the plain lab's terminal */
    FILE *nowhere;           /* what readline would print in the full screen */

    struct str queue; /* bytes on their way to readline */
    size_t queue_next;
    struct typed_line *first, **last; /* accepted lines */
    bool ended;                       /* Ctrl-D */
    char *proposal; /* what the next line read begins with; NULL */
    bool proposed;  /* the line holds a proposal that nobody has edited */
    bool overflow;  /* a pasted line was too long and is dropped */

    struct completions found;
    bool shown; /* found is on the screen */

    char *history_path;
    int history_new; /* lines since the file was read */
} prompt;

/* ---- history ---- */

static void read_history_file(void)
{
    using_history();
    stifle_history(HISTORY_LINES);
    prompt.history_new = 0;
    prompt.history_path = file_xdg_path(FILE_XDG_STATE, "history", true);
    if (prompt.history_path != NULL)
        read_history(prompt.history_path);
    using_history(); /* Up starts from the newest */
}

/* Append what is new, so that labs side by side do not lose each other's. */
static void write_history_file(void)
{
    if (prompt.history_path == NULL || prompt.history_new == 0)
        return;
    int fd = open(prompt.history_path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return; /* a history that cannot be kept is no reason to complain */
    close(fd);
    int lines = prompt.history_new < history_length ? prompt.history_new
                                                    : history_length;
    append_history(lines, prompt.history_path);
    history_truncate_file(prompt.history_path, HISTORY_LINES);
}

/*
 * Lines of the history that were edited keep their undo lists; readline 8.2
 * frees some of them while it still points at them, and crashes later. Nobody
 * misses them: they are let go.
 */
static void forget_undo_lists(void)
{
    HIST_ENTRY **entries = history_list();
    for (; entries != NULL && *entries != NULL; entries++)
        (*entries)->data = NULL;
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

static void remember_line(const char *line)
{
    HIST_ENTRY *newest = history_get(history_base + history_length - 1);
    if (is_blank(line) || (newest != NULL && str_equal(newest->line, line)))
        return;
    add_history(line);
    prompt.history_new++;
}

/* ---- accepted lines ---- */

/* readline's line handler; the line is ours. Runs inside readline: nothing
 * is drawn or run here. */
static void accept_line(char *line)
{
    if (!prompt.screen)
        rl_callback_handler_remove(); /* the terminal is its own again */
    forget_undo_lists();
    if (line == NULL) {
        prompt.ended = true;
        return;
    }
    if (!prompt.confirming)
        remember_line(line);
    struct typed_line *typed = memory_new(1, sizeof *typed);
    typed->text = line;
    typed->next = NULL;
    *prompt.last = typed;
    prompt.last = &typed->next;
}

char *prompt_take_line(bool *end)
{
    struct typed_line *typed = prompt.first;
    *end = typed == NULL && prompt.ended;
    if (typed == NULL)
        return NULL;
    char *line = typed->text;
    prompt.first = typed->next;
    if (prompt.first == NULL)
        prompt.last = &prompt.first;
    free(typed);
    return line;
}

/* ---- completion ---- */

/* No character breaks a word: readline hands over the line to the cursor. */
static char *no_word_breaks(void)
{
    static char none[] = "";
    return none;
}

/* The line up to the candidate's start, then text. malloc'ed for readline. */
static char *line_with(const char *text)
{
    size_t before = prompt.found.start, length = strlen(text);
    char *line = memory_new(before + length + 1, 1);
    memcpy(line, rl_line_buffer, before);
    memcpy(line + before, text, length + 1);
    return line;
}

/* What all candidates share; never less than what was typed. */
static char *common_line(const char *typed)
{
    char *common = completions_common(&prompt.found);
    char *line = line_with(common);
    free(common);
    if (!str_starts_with(line, typed) && prompt.found.count > 1) {
        free(line);
        line = memory_text(typed);
    }
    return line;
}

/* Is a bracket open at byte end of the line? */
static bool in_brackets(size_t end)
{
    int depth = 0;
    for (size_t i = 0; i < end; i++)
        depth += (rl_line_buffer[i] == '[') - (rl_line_buffer[i] == ']');
    return depth > 0;
}

/* What follows a single candidate: a blank, but behind "D=" or a folder, and
 * in `W[cat`, where it would part the word from its bracket. */
static int append_behind(const struct completions *found)
{
    const char *text = found->items[0].text;
    size_t length = strlen(text);
    if (found->append != '\0' || length == 0)
        return (unsigned char)found->append;
    if (in_brackets(found->start) || strchr("=/[", text[length - 1]) != NULL)
        return '\0';
    return ' ';
}

static char **complete_line(const char *text, int start, int end)
{
    (void)start;
    (void)end;
    rl_attempted_completion_over = 1; /* never file names of readline's own */
    completions_clear(&prompt.found);
    if (prompt.confirming || prompt.completer.complete == NULL)
        return NULL;
    prompt.completer.complete(prompt.completer.context, rl_line_buffer,
                              (size_t)rl_point, &prompt.found);
    size_t count = prompt.found.count;
    if (count == 0)
        return NULL;
    rl_completion_append_character = append_behind(&prompt.found);
    rl_completion_suppress_append = rl_completion_append_character == '\0';
    char **matches = memory_zeroed(count + 2, sizeof *matches);
    matches[0] = common_line(text);
    for (size_t i = 0; i < count && count > 1; i++)
        matches[i + 1] = line_with(prompt.found.items[i].text);
    return matches;
}

/* In the plain lab: the candidates themselves, not the lines they make. */
static void print_candidates(void)
{
    size_t count = prompt.found.count;
    char **items = memory_zeroed(count + 2, sizeof *items);
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        items[i + 1] = prompt.found.items[i].text;
        size_t length = strlen(items[i + 1]);
        longest = length > longest ? length : longest;
    }
    rl_display_match_list(items, (int)count, (int)longest);
    rl_forced_update_display();
    free(items);
}

static void show_matches(char **matches, int count, int longest)
{
    (void)matches;
    (void)count;
    (void)longest;
    if (prompt.screen)
        prompt.shown = true;
    else
        print_candidates();
}

bool prompt_dismiss(void)
{
    bool shown = prompt.shown;
    prompt.shown = false;
    return shown;
}

/* ---- start and end ---- */

static int next_byte(FILE *stream)
{
    (void)stream;
    if (prompt.queue_next >= prompt.queue.length)
        return EOF;
    return (unsigned char)prompt.queue.data[prompt.queue_next++];
}

static int byte_waits(void)
{
    return prompt.queue_next < prompt.queue.length;
}

static void bind_keys_in(const char *map)
{
    Keymap keymap = rl_get_keymap_by_name(map);
    static const struct {
        const char *sequence;
        rl_command_func_t *function;
    } keys[] = {
        {"\\e[H", rl_beg_of_line},      {"\\e[F", rl_end_of_line},
        {"\\e[3~", rl_delete},          {"\\e[1;5C", rl_forward_word},
        {"\\e[1;5D", rl_backward_word},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        rl_bind_keyseq_if_unbound_in_map(keys[i].sequence, keys[i].function,
                                         keymap);
}

/* What the user's inputrc must not change, and what it may. */
static void set_variables_and_start(void)
{
    rl_variable_bind("show-all-if-ambiguous", "on"); /* inputrc may say off */
    Keymap meta = rl_get_keymap_by_name("emacs-meta");
    Keymap ctrl_x = rl_get_keymap_by_name("emacs-ctlx");
    rl_unbind_function_in_map(rl_vi_editing_mode, meta); /* a trap */
    /* Alt and a key without a meaning as the character sought: NULL (8.2). */
    rl_unbind_function_in_map(rl_char_search,
                              rl_get_keymap_by_name("emacs-standard"));
    rl_unbind_function_in_map(rl_backward_char_search, meta);
    /* From a line of the history they free its undo list twice (8.2). */
    rl_unbind_function_in_map(rl_noninc_forward_search, meta);
    rl_unbind_function_in_map(rl_noninc_reverse_search, meta);
    /* A macro that reads keys ends in a state without a callback (8.2). */
    rl_unbind_function_in_map(rl_start_kbd_macro, ctrl_x);
    rl_unbind_function_in_map(rl_call_last_kbd_macro, ctrl_x);
    rl_initialize();
    rl_variable_bind("bell-style", "none");
    rl_variable_bind("page-completions", "off");
    rl_variable_bind("completion-query-items", "-1"); /* never asks */
    if (prompt.screen || !isatty(STDOUT_FILENO))
        rl_variable_bind("enable-bracketed-paste", "off");
    bind_keys_in("emacs-standard");
    bind_keys_in("vi-insert");
    bind_keys_in("vi-command");
}

/* Before any other readline call. */
static void open_common(const struct prompt_completer *completer)
{
    assert(!prompt.open);
    memset(&prompt, 0, sizeof prompt);
    prompt.open = true;
    prompt.last = &prompt.first;
    if (completer != NULL)
        prompt.completer = *completer;
    rl_readline_name = "emblab";
    rl_change_environment = 0;
    rl_attempted_completion_function = complete_line;
    rl_completion_word_break_hook = no_word_breaks;
    rl_completion_display_matches_hook = show_matches;
    rl_sort_completion_matches = 0;
    rl_filename_completion_desired = 0;
    rl_getc_function = next_byte;
    rl_input_available_hook = byte_waits;
}

void prompt_open_plain(const struct prompt_completer *completer,
                       volatile sig_atomic_t *stop)
{
    open_common(completer);
    prompt.stop = stop;
    keys_init(&prompt.keys, MB_CUR_MAX > 1);
    rl_catch_signals = 1;
    rl_catch_sigwinch = 1;
    set_variables_and_start();
    read_history_file();
}

void prompt_close(void)
{
    if (!prompt.open)
        return;
    rl_callback_handler_remove();
    forget_undo_lists();
    write_history_file();
    rl_clear_history();
    free(prompt.history_path);
    prompt_propose(NULL);
    completions_clear(&prompt.found);
    str_clear(&prompt.queue);
    bool end;
    for (char *line; (line = prompt_take_line(&end)) != NULL;)
        free(line);
    if (prompt.nowhere != NULL)
        fclose(prompt.nowhere);
    prompt.open = false;
}

/* ---- the full screen ---- */

static void show_nothing(void)
{
}

void prompt_open_screen(const struct prompt_completer *completer,
                        const char *text)
{
    open_common(completer);
    prompt.screen = true;
    prompt.text = text;
    prompt.nowhere = fopen("/dev/null", "w");
    rl_redisplay_function = show_nothing;
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    if (prompt.nowhere != NULL)
        rl_outstream = prompt.nowhere;
    set_variables_and_start();
    read_history_file();
    rl_callback_handler_install(text, accept_line);
}

/* ---- keys, for both ---- */

/* Drop the line and every unfinished command of the editor. */
static void drop_line(void)
{
    rl_callback_sigcleanup();
    rl_free_line_state();
    rl_clear_message();
    forget_undo_lists();
    using_history();
    rl_replace_line("", 1);
    prompt.shown = prompt.proposed = false;
}

/* A repeat count of a million would keep readline busy for minutes. */
static void limit_count(void)
{
    enum { COUNT_MAX = 999 };
    if (rl_numeric_arg > COUNT_MAX)
        rl_numeric_arg = COUNT_MAX;
}

/* A line, or a text searched for, that was yanked again and again. */
static bool is_out_of_hand(void)
{
    enum { SEARCH_MAX = 1000 };
    return rl_end > 2 * PROMPT_LINE_MAX ||
           (rl_display_prompt != NULL &&
            strlen(rl_display_prompt) > SEARCH_MAX);
}

/* Has the plain lab its line? The editor is closed until the next is read. */
static bool is_closed(void)
{
    return !prompt.screen && (prompt.first != NULL || prompt.ended);
}

static void read_bytes(const char *bytes, size_t length)
{
    str_append_bytes(&prompt.queue, bytes, length);
    while (byte_waits() && !prompt.ended && !is_closed())
        rl_callback_read_char();
    str_truncate(&prompt.queue, 0);
    prompt.queue_next = 0;
}

/*
 * Enter behind a repeat count (Alt-5) is noticed when the next key has been
 * read: one that does nothing, lest it begin a search in a line that is gone.
 */
static void finish_accepted_line(void)
{
    enum { VI = 0 };
    if (rl_done && !prompt.ended && !is_closed())
        read_bytes(rl_editing_mode == VI ? "\033" : "\005", 1);
}

static void feed(const char *bytes, size_t length)
{
    limit_count();
    read_bytes(bytes, length);
    finish_accepted_line();
    if (is_closed() || !is_out_of_hand())
        return;
    drop_line();
    if (!prompt.screen)
        rl_forced_update_display();
}

/*
 * readline 8.2 crashes on a key in a search that begins a sequence of keys
 * (Ctrl-X f), or that is one (Alt-Y): the search has to end before.
 */
static bool begins_sequence_in_search(const char *bytes, size_t length)
{
    unsigned char first = (unsigned char)bytes[0];
    return first < ' ' && (length > 1 || first != '\033') &&
           RL_ISSTATE(RL_STATE_ISEARCH) &&
           rl_get_keymap()[first].type == ISKMAP;
}

/*
 * readline 8.2 reads behind the end of a line when a search forwards that
 * failed turns round: its place is still that in another, longer line. Such a
 * search ends instead, and one backwards begins, for the same words.
 */
static bool turns_round_failed_search(const char *bytes, size_t length)
{
    const KEYMAP_ENTRY *entry = &rl_get_keymap()[(unsigned char)bytes[0]];
    return length == 1 && RL_ISSTATE(RL_STATE_ISEARCH) &&
           entry->type == ISFUNC &&
           entry->function == rl_reverse_search_history &&
           str_starts_with(rl_display_prompt, "(failed i-search)");
}

/* What was proposed is as if selected: text replaces it, other keys edit it. */
static void take_proposed(bool text)
{
    if (prompt.proposed && text) {
        rl_delete_text(0, rl_end);
        rl_point = 0;
    }
    prompt.proposed = false;
}

/* Does this key put itself into the line? (In vi's command mode none does.) */
static bool is_text(const char *bytes)
{
    const KEYMAP_ENTRY *entry = &rl_get_keymap()[(unsigned char)bytes[0]];
    return entry->type == ISFUNC && entry->function == rl_insert;
}

void prompt_feed(const char *bytes, size_t length)
{
    bool dropped = prompt.overflow;
    prompt.overflow = false;
    prompt.shown = false;
    take_proposed(is_text(bytes));
    if (dropped && length == 1 && (bytes[0] == '\r' || bytes[0] == '\n'))
        return; /* Enter behind a paste that was dropped runs nothing */
    if (begins_sequence_in_search(bytes, length))
        feed("\033", 1);
    if (turns_round_failed_search(bytes, length)) {
        feed("\033", 1);
        feed(bytes, length); /* the next asks for the last words again */
    }
    if (is_closed())
        return;
    if (rl_end < PROMPT_LINE_MAX || (unsigned char)bytes[0] < ' ')
        feed(bytes, length);
}

/* Does the editor read keys for something else than the line? */
static bool reads_keys(void)
{
    return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH |
                      RL_STATE_NUMERICARG | RL_STATE_MULTIKEY |
                      RL_STATE_VIMOTION | RL_STATE_CHARSEARCH) != 0;
}

bool prompt_paste(const char *text, size_t length)
{
    prompt.shown = false;
    if (prompt.overflow)
        return true; /* said already */
    if ((size_t)rl_end + length > PROMPT_LINE_MAX) {
        drop_line();
        prompt.overflow = true;
        return false;
    }
    take_proposed(true);
    if (reads_keys())
        feed(text, length);
    else
        rl_insert_text(text);
    return true;
}

void prompt_accept(void)
{
    prompt_feed("\r", 1);
}

void prompt_cancel(void)
{
    prompt.overflow = false;
    drop_line();
}

void prompt_set_line(const char *text)
{
    rl_replace_line(text, 1);
    rl_point = rl_end;
    prompt.proposed = true;
}

void prompt_ask(const char *text)
{
    prompt.confirming = text != NULL;
    prompt.ended = false;
    rl_set_prompt(text != NULL ? text : prompt.text);
}

bool prompt_wants_escape(void)
{
    return reads_keys() || rl_editing_mode == 0; /* 0: vi */
}

void prompt_resize(int rows, int cols)
{
    rl_set_screen_size(rows, cols);
}

void prompt_look(struct prompt_view *view)
{
    view->prompt = rl_display_prompt != NULL ? rl_display_prompt : "";
    view->searching = !str_equal(view->prompt, rl_prompt);
    view->line = rl_line_buffer;
    view->length = (size_t)rl_end;
    view->point = (size_t)rl_point;
    view->candidates = prompt.shown ? &prompt.found : NULL;
}

/* ---- the plain lab ---- */

static bool was_stopped(void)
{
    return prompt.stop != NULL && *prompt.stop;
}

/* Ctrl-C: a line that answers a question ends it, another begins anew. */
static void drop_plain_line(void)
{
    if (prompt.stop != NULL)
        *prompt.stop = 0;
    keys_reset(&prompt.keys);
    prompt.overflow = false;
    drop_line();
    rl_crlf();
    if (prompt.confirming) {
        prompt.ended = true;
        return;
    }
    rl_on_new_line();
    rl_redisplay();
}

/* Milliseconds after which what was read so far counts; -1: never. */
static int patience(void)
{
    enum { PASTE = 20 };
    return prompt.keys.pasting ? PASTE : keys_timeout_after(&prompt.keys);
}

enum waited { WAITED_BYTE, WAITED_SIGNAL, WAITED_TIME, WAITED_GONE };

/*
 * Wait until there is something to read or a signal came. Signals are blocked
 * between looking and waiting, so none is missed.
 */
static enum waited wait_for_terminal(void)
{
    enum waited what = WAITED_SIGNAL;
    int after = patience();
    struct timespec limit = {after / 1000, after % 1000 * 1000000L};
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    if (!rl_pending_signal() && !was_stopped()) {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(STDIN_FILENO, &readable);
        int ready = pselect(STDIN_FILENO + 1, &readable, NULL, NULL,
                            after >= 0 ? &limit : NULL, &before);
        what = ready > 0        ? WAITED_BYTE
               : ready == 0     ? WAITED_TIME
               : errno == EINTR ? WAITED_SIGNAL
                                : WAITED_GONE;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return what;
}

void prompt_propose(char *text)
{
    free(prompt.proposal);
    prompt.proposal = text;
}

static void insert_proposal(void)
{
    if (prompt.proposal == NULL)
        return;
    rl_insert_text(prompt.proposal);
    rl_redisplay();
    prompt.proposed = true;
    prompt_propose(NULL);
}

/* Keys that mean nothing here, unless the user's inputrc says what. */
static void feed_if_bound(const char *sequence)
{
    int type;
    if (rl_function_of_keyseq(sequence, NULL, &type) != NULL)
        prompt_feed(sequence, strlen(sequence));
}

static void press_function(int number)
{
    static const char *const sequences[] = {
        "\033OP",   "\033OQ",   "\033OR",   "\033OS",   "\033[15~", "\033[17~",
        "\033[18~", "\033[19~", "\033[20~", "\033[21~", "\033[23~", "\033[24~"};
    if (number >= 1 && number <= 12)
        feed_if_bound(sequences[number - 1]);
}

static void take_paste(const struct key *key)
{
    if (key->length > 0 && !prompt_paste(key->bytes, key->length)) {
        rl_crlf();
        fprintf(stderr,
                "note: the pasted line is longer than %d bytes and was left "
                "out; put it in a file\n",
                PROMPT_LINE_MAX);
        rl_on_new_line();
    }
    rl_redisplay();
    if (key->enter)
        prompt_accept();
}

static void press(const struct key *key)
{
    switch (key->kind) {
    case KEYS_EDIT:
        prompt_feed(key->bytes, key->length);
        break;
    case KEYS_PASTE:
        take_paste(key);
        break;
    case KEYS_ESCAPE:
        prompt_feed("\033", 1);
        break;
    case KEYS_REDRAW:
        prompt_feed("\f", 1);
        break;
    case KEYS_INTERRUPT:
        drop_plain_line();
        break;
    case KEYS_FUNCTION:
        press_function(key->number);
        break;
    case KEYS_PAGE_UP:
        feed_if_bound("\033[5~");
        break;
    case KEYS_PAGE_DOWN:
        feed_if_bound("\033[6~");
        break;
    case KEYS_SCROLL:
    case KEYS_WHEEL_UP:
    case KEYS_WHEEL_DOWN:
    case KEYS_CLICK:
    case KEYS_SUSPEND:
        break;
    }
}

/* One byte at a time: what follows a line is for whoever reads next. */
static void read_terminal(void)
{
    unsigned char byte;
    struct key key;
    ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (was_stopped()) /* Ctrl-C took away what waited: this came behind it */
        drop_plain_line();
    if (prompt.ended)
        return;
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
        prompt.ended = true;
    else if (count > 0 && keys_push(&prompt.keys, byte, &key))
        press(&key);
}

/* No more came for a while. */
static void expire_keys(void)
{
    struct key key;
    if (keys_timeout(&prompt.keys, &key) || keys_flush(&prompt.keys, &key))
        press(&key);
}

static void take_input(enum waited what)
{
    if (was_stopped())
        drop_plain_line();
    else if (what == WAITED_BYTE)
        read_terminal();
    else if (what == WAITED_TIME)
        expire_keys();
    else if (what == WAITED_GONE)
        prompt.ended = true;
}

char *prompt_read(const char *text)
{
    bool end = prompt.ended = false;
    char *line = NULL;
    fflush(stdout);
    rl_callback_handler_install(text, accept_line);
    insert_proposal();
    while (line == NULL && !end) {
        enum waited what = wait_for_terminal();
        rl_check_signals();
        take_input(what);
        line = prompt_take_line(&end);
    }
    rl_callback_handler_remove();
    return line;
}

char *prompt_answer(const char *text)
{
    prompt.confirming = true;
    char *answer = prompt_read(text);
    prompt.confirming = false;
    return answer;
}

bool prompt_confirm(const char *question)
{
    struct str text = STR_INIT;
    str_printf(&text, "%s (y or n) ", question);
    char *answer = prompt_answer(str_text(&text));
    bool yes = answer != NULL && (answer[0] == 'y' || answer[0] == 'Y');
    free(answer);
    str_clear(&text);
    return yes;
}
