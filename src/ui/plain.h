/*
 * The plain front end: lines in (a terminal through readline, a script, -c,
 * standard input), text out. Results go to standard output, messages to
 * standard error as `WHERE: error: what; what to do`.
 */
#ifndef EMBLAB_UI_PLAIN_H
#define EMBLAB_UI_PLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "commands/session.h"
#include "draw/render.h"
#include "lesson/player.h"

struct plain_options {
    bool echo;       /* print "emb> COMMAND" before each command */
    bool keep_going; /* go on after a command that failed */
    bool ascii;
    enum render_colors colors; /* unless the setting `color` says otherwise */
};

struct plain {
    struct sink sink; /* first: the sink's functions get back to this */
    struct session session;
    struct plain_options options;
    bool failed; /* some command failed */
    bool interrupted;
    bool quit;
    bool bar_shown;   /* a progress bar stands on standard error */
    double bar_drawn; /* ... since */
    double command_began;
    bool resumed;       /* the lab is one that had ended */
    bool terminal_err;  /* standard error is a terminal */
    int prompt_columns; /* of the prompt a line was typed behind */

    struct player *player; /* the lesson that is played; NULL: none */
    unsigned long item;    /* of its page, printed last */
    bool on_stage;         /* with the lesson all is over (`emblab play`) */
};

/* A plain front end with a lab of its own. Catches SIGINT. */
void plain_init(struct plain *plain, const struct plain_options *options);
void plain_clear(struct plain *plain);

/* Run the commands of text (lines and `;`). where: "-c", "file.emb". Returns
 * false when the rest is to be skipped. */
bool plain_run_text(struct plain *plain, const char *where, const char *text,
                    size_t length);

/* Run a stream line by line as it comes. */
bool plain_run_stream(struct plain *plain, const char *where, FILE *stream);

/* Run a script file: a regular file whole, a pipe or a device as it comes, "-"
 * standard input. Returns false when the rest is to be skipped. */
bool plain_run_file(struct plain *plain, const char *path);

/* Go on where the last interactive lab stopped; keep: and write its journal.
 * False, with a message, where that cannot be. */
bool plain_resume(struct plain *plain, bool keep);

/* The lab on a terminal: prompt, history, completion; init.emb first. */
void plain_run_terminal(struct plain *plain);

/* Play a lesson: on a terminal as options say, else to its end. False, with a
 * message, where it cannot be read. */
bool plain_play(struct plain *plain, const char *name,
                const struct player_options *options);

/* 0 done, 1 a command failed, 130 interrupted. */
int plain_status(const struct plain *plain);

/* The end: all that was printed must have arrived, or the status is 1, with a
 * message. Returns the status; plain is cleared. */
int plain_finish(struct plain *plain);

#endif
