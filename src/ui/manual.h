/*
 * What is written about the program for others to read, made from its tables
 * so that it cannot be wrong: help, man page, shell completion, README table.
 */
#ifndef EMBLAB_UI_MANUAL_H
#define EMBLAB_UI_MANUAL_H

#include <stdbool.h>

struct str;

/*
 * Append what is asked for: "help" (--help), "man" (emblab.1, roff), "bash" and
 * "zsh" (completion functions), "markdown" (README's table of commands).
 * False: there is nothing of that name.
 */
bool manual_make(const char *what, struct str *out);

#endif
