/*
 * The command table as a Markdown table: README.md's, checked by a test.
 */
#ifndef EMBLAB_COMMANDS_MARKDOWN_H
#define EMBLAB_COMMANDS_MARKDOWN_H

#include "base/str.h"

/* A row a command, in the order of help, a heading row a family. */
void commands_markdown(struct str *out);

#endif
