/*
 * A lesson over time, on a screen: what the player (lesson/player.h) wants is
 * done by the runner, its commands are typed for all to see, its pauses end by
 * themselves or with Enter. It knows no terminal and no clock.
 */
#ifndef EMBLAB_UI_LECTURE_H
#define EMBLAB_UI_LECTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "lesson/player.h"
#include "ui/keys.h"
#include "ui/runner.h"
#include "ui/viewer.h"

/* What goes on just now. */
enum lecture_state {
    LECTURE_READY,   /* nothing: see what the player wants */
    LECTURE_TYPING,  /* its command comes onto the prompt */
    LECTURE_RUNNING, /* ... and runs */
    LECTURE_WAITING, /* for a person, or until `due` */
};

struct lecture {
    struct player *player; /* NULL: no lesson is being played */
    enum player_mode mode; /* it began in; F5 may have it play by itself */
    bool on_stage;         /* the program is here for this lesson alone */
    bool began;            /* with the command that runs */
    bool went_on;          /* it goes on: what was said is read */
    bool over;             /* it is left, and with it the program */
    bool failed;           /* a command of it failed */
    enum lecture_state state;
    size_t typed;         /* bytes of the command that stand on the prompt */
    double due;           /* when the next thing happens; < 0: not by itself */
    int left;             /* seconds till then, as they are told; 0: not told */
    double speed;         /* the player's, when due was said */
    bool played;          /* F5 had it play by itself */
    double looked;        /* when the lesson's file was looked at */
    struct str held;      /* lines typed while its commands run */
    struct str ending;    /* the prompt, where Enter begins the next lesson */
    struct str ran;       /* the page's last command, until a person types */
    unsigned long begun;  /* the page whose blocks are gone through */
    unsigned long page;   /* the page that is shown ... */
    unsigned long seen;   /* ... the newest of its items ... */
    unsigned long newest; /* ... that there were when it began to wait ... */
    unsigned long read;   /* ... and which was the newest at the last stop */
    const char *focus;    /* the panel it asked for last ... */
    unsigned long focus_page; /* ... and on which page */
    unsigned long moved;      /* of the player, when its view was shown last */
};

/* Begin a lesson for which the program was started. */
int lecture_open(struct lecture *lecture, struct session *session,
                 const char *name, const struct player_options *options,
                 struct error *err);
/* What a command asks of a lesson (REQUEST_LESSON). */
int lecture_request(struct lecture *lecture, struct session *session,
                    const struct effect *effect, struct error *err);
void lecture_clear(struct lecture *lecture);

/* Do what is due. True: something is another way now. */
bool lecture_turn(struct lecture *lecture, struct runner *runner,
                  struct viewer *viewer, double now);
/* Seconds until something is due; < 0: nothing by itself. */
double lecture_wait(const struct lecture *lecture, double now);
/* Does its command run, or is it being typed? */
bool lecture_is_busy(const struct lecture *lecture);

/* A line was typed. False: it is none of the lesson's, and to be run. */
bool lecture_line(struct lecture *lecture, const struct runner *runner,
                  struct viewer *viewer, const char *line);
/* A key while the prompt is empty: does it steer the lesson? */
bool lecture_key(struct lecture *lecture, const struct runner *runner,
                 struct viewer *viewer, const struct key *key);
/* F5: it plays by itself, or waits for a person. False: there is no lesson. */
bool lecture_toggle(struct lecture *lecture, const struct runner *runner);
/* Does the lesson there is play by itself? */
bool lecture_plays(const struct lecture *lecture);
/* A person types something: what plays by itself waits. */
void lecture_hold(struct lecture *lecture);
/* Ctrl-C: types the rest at once, or waits. False: neither. */
bool lecture_interrupt(struct lecture *lecture);

/* The prompt while a lesson is played: text borrowed from buffer. */
void lecture_prompt(const struct lecture *lecture, struct prompt_view *view);

/* The command that the lesson ran last, for the message line; NULL: none. */
const char *lecture_command(const struct lecture *lecture);

/* "auto · next in 2 s · F5 pauses": of a lesson that plays by itself, or
 * another speed than is usual; else false. */
bool lecture_playing(const struct lecture *lecture, char *out, size_t size);

/* Behind a frame: new text is shown from where it begins. True: draw again. */
bool lecture_follow(struct lecture *lecture, struct viewer *viewer);

#endif
