/*
 * One sitting at the lab: the lab, the settings, the sink, and the work that
 * a command left unfinished so that a front end can go on in slices. The one
 * way in for front ends and lessons: a typed line → commands → effects.
 */
#ifndef EMBLAB_COMMANDS_SESSION_H
#define EMBLAB_COMMANDS_SESSION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "draw/sink.h"
#include "lang/match.h"

struct lab;
struct settings;
struct work;
struct baseline;
struct watches;
struct history;
struct journal;
struct guard;
struct played_lesson;

/* What a front end must carry out after a command. */
enum request {
    REQUEST_NONE,
    REQUEST_WORK, /* go on with session_work until it is done */
    REQUEST_PLAY, /* step by itself, effect.rate a second */
    REQUEST_VIEW, /* show effect.view */
    REQUEST_QUIT,
    REQUEST_LESSON, /* effect.lesson: lesson/player.h carries it out */
};

/* What REQUEST_LESSON asks for. */
enum lesson_request {
    LESSON_LIST,
    LESSON_PLAY,   /* effect.text: NAME or NAME#ID */
    LESSON_FORGET, /* effect.text: NAME */
    LESSON_RESUME,
    LESSON_HINT,
    LESSON_ANSWER,
    LESSON_BACK,
    LESSON_FORWARD,
    LESSON_CONTENTS,
    LESSON_GOTO, /* effect.text: an id */
    LESSON_LEAVE,
};

/* What a command changed, so that a front end knows what to redraw. */
struct effect {
    enum request request;
    const char *view; /* the scene that shows best what happened; NULL: stay */
    double rate;
    enum lesson_request lesson;
    const char *text; /* of a request; until the session's next command */
    const char *cell; /* that was explained, as typed; as long; NULL: none */
    bool lab_changed;
    bool settings_changed;
};

struct session;

/* What a front end is to the commands; what it cannot do is NULL. */
struct front_end {
    bool interactive; /* may ask, may wait */
    bool plays;       /* carries out REQUEST_PLAY */
    bool views;       /* ... REQUEST_VIEW: it shows scenes itself */
    /* Ask yes or no. Without it the answer is no. */
    bool (*ask)(struct session *session, const char *question);
    /* Ask for a line, caller's to free; NULL: there was none. The question
     * has been printed; it may be shown again where it is asked. Without it a
     * quiz needs its answer=. */
    char *(*answer)(struct session *session, const char *question);
    /* Draw the picture that a person sees now into an unused grid, for
     * snapshot. */
    void (*picture)(struct session *session, struct grid *grid);
    void *context; /* the front end's own */
};

struct session {
    struct lab *lab;
    struct settings *settings;
    struct sink *sink;
    struct front_end front_end;
    volatile sig_atomic_t *stop; /* set by Ctrl-C; may be NULL */
    struct work *work;           /* unfinished training; NULL: none */
    long slice;                  /* mini-batches in one go; 0: by time */
    struct baseline *baseline;   /* what `diff` compares with */
    struct watches *watches;     /* printed after every step */
    struct history *history;     /* the timeline */
    struct journal *journal;     /* NULL: a script, nothing is kept */
    int silent;                  /* > 0: commands are run again, not typed */
    struct guard *guard;         /* of a lesson's commands; NULL: a person's */
    const struct played_lesson *lesson; /* that is played; NULL: none */
    const char *text_path;      /* corpus reads this file instead; NULL */
    bool recording;             /* a command's event waits for its work */
    bool recording_changes;     /* ... and edits settings of the head */
    int quizzes, quizzes_right; /* the score */
    const char *view; /* the scene that was shown last; NULL: the lab's own */
    bool view_chosen; /* ... because it was asked for */
    char *kept_text;  /* what effect.text or effect.cell points to */
};

void session_init(struct session *session, struct sink *sink);
void session_clear(struct session *session);

/*
 * Run the command at *position of line and move behind it. Returns 1: ran;
 * 0: nothing left; -1: failed, err says what, the lab is as it was. Where
 * effect->request is REQUEST_WORK, the caller goes on with session_work before
 * the next command.
 */
int session_run(struct session *session, const char *line, size_t length,
                size_t *position, struct effect *effect, struct error *err);

/*
 * The command at *position as typed, without its comment, and move behind it;
 * caller's to free. NULL: the end, or nothing there (a comment, only `;`).
 */
char *session_source(const char *line, size_t length, size_t *position);

/*
 * Go on with the work for about seconds (at least one mini-batch), or for the
 * session's slice, where a clock must not count. Returns
 * 1: more to do; 0: done, its result is printed; -1: failed. *stop ends it
 * after the current mini-batch with ERROR_INTERRUPTED.
 */
int session_work(struct session *session, double seconds, struct error *err);

/* Nothing else to do: what was written goes to disk. */
void session_idle(struct session *session);

/* How far the work is, for a progress bar: done of total mini-batches
 * (total 0: unknown). False where there is none. */
bool session_work_progress(const struct session *session, double *done,
                           double *total, const char **what);

/*
 * Candidates for the word before byte point of line, ranked: commands,
 * options, their values, words of the vocabulary, corpora, files, places of the
 * lesson.
 */
void session_complete(struct session *session, const char *line, size_t point,
                      struct completions *out);

/* The usage line of the command being typed, or NULL; valid until the next
 * call. */
const char *session_usage(const char *line);

#endif
