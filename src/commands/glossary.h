/*
 * The field's words, each in a sentence or two, with numbers of this lab's
 * own example where that helps.
 */
#ifndef EMBLAB_COMMANDS_GLOSSARY_H
#define EMBLAB_COMMANDS_GLOSSARY_H

#include <stddef.h>

struct glossary_term {
    const char *name;
    const char *text;
};

/* In alphabetical order. */
extern const struct glossary_term glossary_terms[];
size_t glossary_count(void);

/* The term of that name, or that in the plural; NULL: there is none. Case
 * matters only where two terms differ in nothing else: v and V. */
const struct glossary_term *glossary_find(const char *name);

#endif
