/*
 * The verbs' handlers: `emblab NAME ...` runs verb_NAME, which returns the
 * exit status. One file a verb.
 */
#ifndef EMBLAB_UI_VERBS_H
#define EMBLAB_UI_VERBS_H

struct options;

int verb_check(struct options *o);
int verb_new_lesson(struct options *o);
int verb_play(struct options *o);
int verb_record(struct options *o);

#endif
