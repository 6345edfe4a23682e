/*
 * The speaker's notes for a second terminal: a file of its own for each lesson
 * that is played, in the state folder, for its owner alone. The player writes
 * it whole and in one step at every stop; `emblab play LESSON --notes` reads it
 * again and again. Neither waits for the other.
 */
#ifndef EMBLAB_LESSON_NOTES_H
#define EMBLAB_LESSON_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "base/error.h"
#include "base/str.h"
#include "lesson/player.h"

/* What the file says. */
struct notes {
    char *title; /* "06 Which rows light up?" */
    size_t page, pages;
    time_t began;
    pid_t pid;    /* who plays it; 0: not said */
    char *state;  /* "waits: Enter goes on" */
    char *next;   /* "types: step" */
    char *answer; /* of the question that is asked; NULL: none is */
    char *hints;  /* lines: those of that question; NULL: none */
    char *note;   /* lines; NULL: none here */
    char *before; /* ... then the last one on the way here; NULL: none */
};

/* A failure is no matter: the lesson plays on. */
void notes_write(const struct player *player);
/* The lesson is over: the file goes. */
void notes_end(const struct player *player);

/*
 * Read what is played of the lesson with this id. Fails: ERROR_NOT_FOUND where
 * nobody plays it; ERROR_FORMAT. The caller clears it in any case.
 */
int notes_read(const char *lesson_id, struct notes *notes, struct error *err);

/*
 * The id of the lesson that is being played, caller's to free: of several the
 * one whose notes are newest, the ids of the others appended to others, parted
 * by ", ". NULL with ERROR_NOT_FOUND: none is.
 */
char *notes_find(struct str *others, struct error *err);
void notes_clear(struct notes *notes);

#endif
