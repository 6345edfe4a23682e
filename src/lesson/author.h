/*
 * A lesson to begin from: small, with one of each element, and it passes its
 * own check.
 */
#ifndef EMBLAB_LESSON_AUTHOR_H
#define EMBLAB_LESSON_AUTHOR_H

#include "base/error.h"
#include "base/str.h"

/* The lesson that a file of that name would hold, appended. */
void author_template(const char *path, struct str *out);

/* Write it into a new file, whose name ends in .md. */
int author_write(const char *path, struct error *err);

#endif
