/*
 * The speaker's second terminal: the notes of a lesson that is being played.
 */
#ifndef EMBLAB_UI_FOLLOW_H
#define EMBLAB_UI_FOLLOW_H

/*
 * Show the notes of this lesson, and again whenever they change, until q,
 * Ctrl-D, Ctrl-C or the end of the terminal; a lesson that is not being played
 * is waited for. name NULL: whichever is played, the one that moved last.
 * Without a terminal: what they are now, once. Returns the exit status.
 */
int follow_notes(const char *name);

#endif
