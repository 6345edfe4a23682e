/*
 * The input line: GNU readline behind one header. It edits, remembers,
 * searches (Ctrl-R) and completes, by the user's inputrc, vi mode too. In the
 * full screen it reads no key and writes no byte itself; in the plain lab it
 * is readline as people know it. Only prompt.c includes readline.
 */
#ifndef EMBLAB_UI_PROMPT_H
#define EMBLAB_UI_PROMPT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "lang/match.h"

/* Who knows the candidates: session_complete with its session. */
struct prompt_completer {
    void (*complete)(void *context, const char *line, size_t point,
                     struct completions *out);
    void *context;
};

/* ---- the plain lab on a terminal ---- */

/*
 * Start readline on standard input and output. stop: set by the caller's
 * SIGINT handler (installed without SA_RESTART); may be NULL. The history
 * file ($XDG_STATE_HOME/emblab/history) is read. completer is copied.
 */
void prompt_open_plain(const struct prompt_completer *completer,
                       volatile sig_atomic_t *stop);

/*
 * Read one line behind the prompt text; it joins the history. Ctrl-C drops what
 * was typed and prompts again (and clears *stop). Returns the line, caller's to
 * free; NULL: end of input (Ctrl-D on an empty line, or the terminal is gone).
 */
char *prompt_read(const char *text);

/* Read an answer: it joins no history, and Ctrl-C ends it (NULL). */
char *prompt_answer(const char *text);

/* The next line that is read begins with this text, a proposal as that of
 * prompt_set_line. Taken over; NULL: nothing. */
void prompt_propose(char *text);

/* Ask a question answered by y or n and Enter; anything else is no. */
bool prompt_confirm(const char *question);

/* ---- the full screen: our loop reads the keys, a grid shows the line ---- */

/* Start readline without a terminal of its own; the history file is read.
 * text: the prompt, borrowed until prompt_close. */
void prompt_open_screen(const struct prompt_completer *completer,
                        const char *text);

/* Typed bytes: whole characters and whole escape sequences only. */
void prompt_feed(const char *bytes, size_t length);

/*
 * Pasted text without control characters, put in at the cursor. A line that
 * grows beyond PROMPT_LINE_MAX bytes is dropped whole, up to its end: false.
 */
enum { PROMPT_LINE_MAX = 1 << 14 };
bool prompt_paste(const char *text, size_t length);

/* Accept the line as Enter does. */
void prompt_accept(void);

/*
 * The next accepted line in the order typed, caller's to free; NULL: none.
 * *end is set when Ctrl-D ended the input.
 */
char *prompt_take_line(bool *end);

/* Ctrl-C: drop the line, end a search or a numeric argument. */
void prompt_cancel(void);

/* Put text into the empty line, as a proposal: Enter accepts it, a character
 * that is typed replaces it, any other key edits it. */
void prompt_set_line(const char *text);

/*
 * The lines from now on answer a question: they stand behind this text and
 * join no history. NULL: no longer; a Ctrl-D that was given as an answer is
 * forgotten.
 */
void prompt_ask(const char *text);

/* Would a lone Escape mean something to the editor (vi mode, a search)? */
bool prompt_wants_escape(void);

/* The size of the screen changed. */
void prompt_resize(int rows, int cols);

/* What there is to draw; everything borrowed until the next call. */
struct prompt_view {
    const char *prompt; /* "emb> ", or readline's own in a search */
    const char *line;
    size_t length, point; /* bytes of line; the cursor stands before point */
    bool searching;       /* prompt is readline's: no usage, no candidates */
    const struct completions *candidates; /* Tab showed them; NULL: none */
};
void prompt_look(struct prompt_view *view);

/* Put the candidates away; false: there were none. */
bool prompt_dismiss(void);

/* Write the history, give the terminal back, free everything. Both modes. */
void prompt_close(void);

#endif
