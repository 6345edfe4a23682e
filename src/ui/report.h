/*
 * Messages on standard error. On a terminal they are wrapped at words; else
 * each is one line, so that a script finds it whole.
 */
#ifndef EMBLAB_UI_REPORT_H
#define EMBLAB_UI_REPORT_H

#include "base/error.h"

/* Columns of the terminal at fd; 80 where there is none. */
int report_width(int fd);

/* A line end is added. What waits for standard output goes first. */
void report_text(const char *text);

/* Of a program that cannot begin: "emblab: error: ...". What is wrong in a file
 * (ERROR_SYNTAX) begins with the file's name instead. */
void report_error(const struct error *err);

#endif
