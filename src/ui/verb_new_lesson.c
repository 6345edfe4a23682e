/*
 * emblab new-lesson FILE: writes a lesson to begin from.
 */
#include <stdio.h>

#include "lesson/author.h"
#include "ui/options.h"
#include "ui/verbs.h"

int verb_new_lesson(struct options *o)
{
    const char *path = *o->arguments;
    struct error err = {0};

    if (author_write(path, &err) != 0) {
        fprintf(stderr, "emblab: error: %s\n", err.message);
        return 1;
    }
    printf("%s: emblab %s plays it, emblab check %s tests it\n", path, path,
           path);
    return 0;
}
