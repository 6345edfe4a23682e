/*
 * Plays a lesson: one state machine for every front end. It knows no terminal
 * and no clock, draws nothing and types nothing. It says what it wants; the
 * front end does it and tells:
 *
 *   PLAYER_COMMAND  run player->command through the session, its work too
 *                   (typed visibly first where player->typed says so; with a
 *                   silent sink where player->quiet does), then player_ran
 *   PLAYER_PAUSE    wait for a line, give it to player_line; or, in auto,
 *   PLAYER_ANSWER   wait player_seconds and call player_go_on
 *   PLAYER_TRY
 *   PLAYER_OVER     the lesson is at its end: player_follow where there is a
 *                   next one and Enter is pressed; player_free when it is left
 *
 * What is to be read stands on the page: a list of items that grows until a
 * new page begins. The plain front end prints what was added, the full screen
 * draws the whole page.
 *
 * The lab goes with the lesson: a lesson starts from a fresh lab, every place
 * in it has its place on the timeline (lesson/trail.h), and going anywhere in
 * the lesson takes the lab there. What was done off script stays as a branch.
 */
#ifndef EMBLAB_LESSON_PLAYER_H
#define EMBLAB_LESSON_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/error.h"
#include "base/str.h"
#include "commands/session.h"
#include "lesson/lesson.h"

enum player_mode {
    PLAYER_TEACH, /* commands are typed; Enter goes on, and reveals */
    PLAYER_STUDY, /* questions must be answered */
    PLAYER_AUTO,  /* goes on by itself, answers too */
};

enum player_want {
    PLAYER_COMMAND, /* a command of the lesson is to be run */
    PLAYER_PAUSE,   /* Enter goes on */
    PLAYER_ANSWER,  /* a quiz waits for its answer */
    PLAYER_TRY,     /* a try waits until its check holds */
    PLAYER_OVER,
};

/* What stands on the page, in reading order. */
enum player_item_kind {
    PLAYER_HEADING,     /* node */
    PLAYER_TEXT,        /* node: as lesson/render.h draws it */
    PLAYER_QUESTION,    /* node: the text of a quiz or a try */
    PLAYER_CHOICE,      /* label: "a", text: "the" */
    PLAYER_HINT,        /* text */
    PLAYER_RIGHT,       /* text: "right: the, cat" */
    PLAYER_WRONG,       /* text: "not quite: 1 of 2 found" */
    PLAYER_SOLUTION,    /* text: the answer, told and not found */
    PLAYER_EXPLANATION, /* text: why it is so */
    PLAYER_REMARK,      /* text: about the playing ("kept as branch aside-1") */
    PLAYER_NEXT,        /* text: at the end, what comes next */
};

struct player_item {
    enum player_item_kind kind;
    struct cmark_node *node; /* borrowed from the lesson; NULL: text */
    char *text;              /* Markdown, to be drawn as render_words does */
    char *label;             /* of a choice: "a" */
    unsigned long serial;    /* grows; no two items share one */
};

struct player_options {
    enum player_mode mode;
    double auto_seconds; /* auto: a pause's length; 0: by what there is to
                            read; < 0: none at all */
    bool alone;          /* nobody can type: questions answer themselves */
    bool notes;          /* keep the speaker's notes file (lesson/notes.h) */
    time_t began;        /* ... which says since when */
    bool goes_on;        /* begin where it was left, unless "#ID" says where */
    bool follows;        /* the lab is as the lesson before has left it */
};

/* Read it, but change it only through the calls below. */
struct player {
    struct session *session; /* the caller's */
    struct lesson *lesson;
    struct player_options options;

    enum player_want wants;
    const char *command; /* PLAYER_COMMAND: what to run */
    size_t line;         /* ... and where it stands in the file */
    bool typed;          /* ... type it for all to see */
    bool quiet;          /* ... show neither it nor what it prints */

    size_t block;       /* of the lesson: where it stands */
    size_t page, pages; /* "4/9": 4 and 9 */
    struct player_item *items;
    size_t item_count;
    unsigned long page_serial; /* another one: the page began anew */

    const char *next;  /* PLAYER_OVER: the lesson that Enter begins, "02-table",
                          by player_follow; NULL: none, Enter leaves */
    bool last;         /* ... because it was the last there is */
    const char *note;  /* for the speaker; NULL: none on this page */
    const char *focus; /* the panel to look at; NULL: as the lab has it */
    const char *view;  /* the scene that the lesson's way to here has shown
                          last; NULL: the lab's own */
    bool view_chosen;  /* ... because it was asked for, whatever happened */
    unsigned long moved; /* another one: it has not come here in order, and
                            `view` is to be shown */
    double speed;        /* of typing and pauses, times as fast */
    bool held;           /* auto: waits like teach until player_go_on */
    bool off_script;     /* the lab is elsewhere: Enter or resume comes back */
    bool failed;         /* some command of the lesson failed unexpectedly */

    struct player_state *state; /* private */
};

/* --- begin and end ------------------------------------------------------ */

/*
 * Read a lesson and start it. name: as lesson_read, with "#ID", or "#4" for a
 * page, behind it to begin there. The session's lab becomes a fresh one; what
 * was there is kept as a branch, which the page says. NULL with an error where
 * the lesson cannot be read: then nothing has changed. The caller frees it
 * before the session.
 */
struct player *player_open(struct session *session, const char *name,
                           const struct player_options *options,
                           struct error *err);

/* The same of a lesson that is read already (it becomes the player's). */
struct player *player_new(struct session *session, struct lesson *lesson,
                          const struct player_options *options);

/* The lab stays as it is. NULL is allowed. */
void player_free(struct player *player);

/* Remove the files that the lesson's commands have written, where it was played
 * for something else than them. */
void player_remove_files(struct player *player);

/* --- what a front end tells --------------------------------------------- */

/* The command it wanted has been run, with its work; err: how it failed, or
 * NULL. After Ctrl-C (ERROR_INTERRUPTED) the player waits. */
void player_ran(struct player *player, const struct error *err);

/* What to do with a line that was typed while it waits. */
enum player_line {
    PLAYER_LINE_TAKEN, /* Enter, an answer, `back`, `forward`: done */
    PLAYER_LINE_RUN,   /* run its commands, then player_typed */
};
enum player_line player_line(struct player *player, const char *line);

/* Commands typed by a person have been run: a try may hold now, the lab may
 * be off script. */
void player_typed(struct player *player);

/*
 * Enter without an answer; in auto, its time is over. Off script: back to the
 * lesson. Pause: on. Question: teach and auto reveal it (a try: its solution
 * is typed), study gives the next hint, then says that the next Enter puts the
 * solution on the prompt.
 */
void player_go_on(struct player *player);

/* Carry out a REQUEST_LESSON (lesson, lessons, resume, hint, answer). *player
 * may be NULL, and becomes another one or NULL where a lesson is begun or left.
 * options: for a lesson that begins; NULL: to study it. Output goes to the
 * session's sink. */
int player_request(struct player **player, struct session *session,
                   const struct effect *effect,
                   const struct player_options *options, struct error *err);

/* PLAYER_OVER: *player becomes the next lesson, played as this one is, since
 * then. False: it cannot be read, which the page of this one says. */
bool player_follow(struct player **player, time_t began);

/* --- moving ------------------------------------------------------------- */

/* The lab goes along. Where that needs commands, they are wanted (quiet)
 * before anything else. Questions passed over count as skipped. */
void player_back(struct player *player);    /* to the page before */
void player_forward(struct player *player); /* to the next page */
int player_jump(struct player *player, const char *id, struct error *err);

/* Off script: back to where the lesson left the lab. */
void player_resume(struct player *player);

/* The next hint; the solution onto the prompt, that of a try behind going back
 * to where it was asked. Fail where there is nothing to ask about. */
int player_hint(struct player *player, struct error *err);
int player_answer(struct player *player, struct error *err);

/* Has the file changed? Then it is read again and played on at the same place
 * (by id, else by what is nearest); a mistake in it is a remark and the lesson
 * stays as it was. For a front end to call now and then. True: look again. */
bool player_poll(struct player *player);

/* Faster (> 0) or slower. */
void player_change_speed(struct player *player, int step);
/* From here on in another mode. */
void player_set_mode(struct player *player, enum player_mode mode);
/* Auto: wait until it is told to go on, or no longer. */
void player_hold(struct player *player, bool held);

/* --- what to show ------------------------------------------------------- */

/* Draw an item of the page into columns [col, col + width) from row; extends
 * the grid; returns the rows used. */
struct grid;
int player_draw_item(const struct player_item *item, struct grid *grid, int row,
                     int col, int width);

/* "06 Which rows light up? · 4/9", appended. */
void player_title(const struct player *player, struct str *out);
/* "Enter: continue · ← back", "your turn · Enter: a hint": for the panel's
 * border. */
void player_keys(const struct player *player, struct str *out);
/* "[4/9] emb> ", "[off script] emb> " */
void player_prompt(const struct player *player, struct str *out);
/* What comes next, in a line, for the speaker: "types: step". */
void player_next(const struct player *player, struct str *out);

/* The answer of the question that is asked, for the speaker: "a  the; b  cat",
 * or a try's commands. Nothing where nothing is asked. */
void player_solution(const struct player *player, struct str *out);

/* Text to put on the prompt without running it, once, caller's to free; NULL:
 * there is none. */
char *player_take_proposal(struct player *player);

/* Auto: how long to wait here; < 0: until it is told to go on. */
double player_seconds(const struct player *player);
/* Seconds to type one character visibly. */
double player_typing_seconds(const struct player *player);

/* The table of contents: a line each, "4  lookup-milk  Look up ...". */
size_t player_contents_count(const struct player *player);
struct player_entry {
    size_t page;
    const char *id;    /* NULL: none */
    const char *title; /* borrowed until the next call of any kind */
    bool here;
};
struct player_entry player_contents(const struct player *player, size_t i);

#endif
