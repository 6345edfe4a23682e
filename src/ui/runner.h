/*
 * What happens between a typed line and the screen: lines wait in a queue,
 * commands run one a turn, training runs in slices, play steps by itself;
 * everything printed goes to the scrollback. It knows no terminal and no
 * clock: the time is passed in.
 */
#ifndef EMBLAB_UI_RUNNER_H
#define EMBLAB_UI_RUNNER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "commands/session.h"
#include "draw/sink.h"
#include "ui/message.h"
#include "ui/scrollback.h"

/* Steps by itself. */
struct play {
    bool on, paused;
    double rate; /* steps a second */
    double next; /* when the next step is due */
};

/* A line on its way through the session. */
struct running {
    char *text; /* NULL: none */
    size_t length, position;
};

enum { RUNNER_MARKS = 16 };

/* Where the output of the commands begins that stand together: those of a
 * line, or of a lesson's page. The oldest are forgotten. */
struct output_marks {
    size_t at[RUNNER_MARKS]; /* scrollback.added */
    size_t count;
};

struct runner_line {
    char *text;
    bool aside; /* typed while work was under way: need not wait for it */
    struct runner_line *next;
};

struct runner {
    struct sink sink; /* first: the sink's functions find the runner by it */
    struct session session;
    struct scrollback scrollback;
    volatile sig_atomic_t stop; /* Ctrl-C: set by the signal handler */

    struct runner_line *first, **last; /* lines that wait */
    struct running line;               /* the line that runs */
    char *repeat; /* the last stepping command; NULL: none */

    bool script;               /* the line that runs is a lesson's */
    bool quiet;                /* ... and nobody is to see it */
    struct error script_error; /* how it failed */

    bool working;  /* the session has unfinished work */
    bool own_step; /* what runs is play's, not typed */
    double work_began;
    struct play play;

    /* What the last command has to say. */
    char *error, *typed;
    size_t wrong_start, wrong_length;
    size_t error_at; /* the line of the output the error is */
    struct str notice;
    struct str said; /* its text, where runner_says: for the message line */
    bool confirms;   /* it is one whose text says what it did, no more */
    bool retraces;   /* it is undo or redo: say where it led */
    bool printed;    /* it printed something ... */
    bool printed_picture;
    bool output_typed; /* a person's line printed it, not a lesson's */
    size_t output_from, output_to; /* ... in these lines (scrollback.added) */
    struct output_marks marks;     /* ... and where the ones before did */
    bool keeps_marks;              /* they are a page's, not a line's */
    struct output_before {
        size_t from, to, marks;
    } before; /* a line that prints nothing but its error leaves all that */

    /* News for the front end, which clears them. */
    const char *view; /* show this scene; NULL: no news */
    char *why;        /* what `why` explained; NULL: no news */
    bool view_chosen; /* ... because the command asked for just that */
    bool show_output; /* show what was printed */
    bool lab_changed, settings_changed, stepped, quit;
    bool typed_ended;  /* a line that was typed has run, with its work */
    bool script_ended; /* ... a lesson's; script_error says how */

    /* Carry out a REQUEST_LESSON. NULL: there are no lessons here. */
    int (*lesson)(void *context, const struct effect *effect,
                  struct error *err);
    /* A long command tells how far it is: draw it. May be NULL. */
    void (*draw_progress)(void *context, const struct progress *progress);
    void *context;
};

/* The front end sets sink.width and height, and again when they change. */
void runner_init(struct runner *runner, bool ascii);
void runner_clear(struct runner *runner);

/*
 * A line was typed, or a key stands for it. Empty: the last stepping command
 * again. aside: where work is under way and the line changes nothing, it runs
 * at once (pasted lines do not: they run in their order).
 */
void runner_type(struct runner *runner, const char *line, bool aside);

/*
 * Run a lesson's line before any other; nothing else runs just now. quiet:
 * neither it nor what it prints is shown. script_ended tells when it is done.
 */
void runner_script(struct runner *runner, const char *line, bool quiet);

/* The next line that waits and is not empty: a question in the middle of a
 * command takes it as its answer. Caller's to free; NULL: none waits. */
char *runner_take_typed(struct runner *runner);

/* A command asks in its middle: what it has printed so far is to be seen. */
void runner_ask(struct runner *runner);
/* A question in the middle of a command was answered; line NULL: it was left
 * alone. What comes of it is in sight, however much was asked before. */
void runner_answer(struct runner *runner, const char *line);

/* Do one thing that is due: a command, a slice of work, a step of play.
 * Returns whether anything was done. */
bool runner_turn(struct runner *runner, double now);

/* The lines that wait, as one: "optimizer adam; step". False: none does. */
bool runner_waiting(const struct runner *runner, struct str *out);

/* Is there something to do at once? */
bool runner_is_busy(const struct runner *runner);
/* ... that was typed, not a step of play. */
bool runner_is_busy_with_typed(const struct runner *runner);
/* Seconds until play's next step; < 0: none is due. */
double runner_wait(const struct runner *runner, double now);

/*
 * Ctrl-C: work stops after the current mini-batch, play stops, lines that
 * wait are dropped. False: there was nothing to stop.
 */
bool runner_interrupt(struct runner *runner);

/* What the last line had to say is read, and gone. */
void runner_forget(struct runner *runner);
/* What is printed from here on stands together. */
void runner_begin_page(struct runner *runner);

/* What the last command printed is short, and says what it did. */
bool runner_says(const struct runner *runner);

/* F5 and + and -. */
void runner_toggle_play(struct runner *runner, double now);
void runner_change_speed(struct runner *runner, int step);

/* The work's progress; false: there is none. */
bool runner_progress(const struct runner *runner, double now,
                     struct progress *progress, char *note, size_t note_size);

#endif
