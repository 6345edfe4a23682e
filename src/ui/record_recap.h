/*
 * A lesson as Markdown to read again: its text, what was typed and what that
 * printed, as the plain lab prints it, the questions with their answers.
 */
#ifndef EMBLAB_UI_RECORD_RECAP_H
#define EMBLAB_UI_RECORD_RECAP_H

#include "base/error.h"
#include "base/str.h"

/* name: of a lesson, or a path. Fails as film_play does. */
int recap_write(const char *name, struct str *out, struct error *err);

/* Text in a fence that nothing in it can end. kind: "text". */
void recap_append_code(struct str *out, const char *kind, const char *text);

#endif
