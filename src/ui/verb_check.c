/*
 * emblab check LESSON...: a line for each lesson and a summary on standard
 * output, what failed on standard error. A README.md among them, as *.md
 * brings, is no lesson and passed over.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lesson/check.h"
#include "ui/options.h"
#include "ui/stage.h"
#include "ui/verbs.h"

static void tell(const struct checker *checker, bool passed)
{
    printf("%-5s %s (%zu check%s)\n", passed ? "ok" : "FAIL", checker->path,
           checker->checks, checker->checks == 1 ? "" : "s");
    if (checker->updated > 0)
        printf("      %zu output%s written anew\n", checker->updated,
               checker->updated == 1 ? "" : "s");
    fflush(stdout); /* so that both read in order */
    fputs(str_text(&checker->messages), stderr);
}

static bool is_readme(const char *path)
{
    const char *slash = strrchr(path, '/');

    return str_equal(slash ? slash + 1 : path, "README.md");
}

int verb_check(struct options *o)
{
    struct checker checker;
    int status;

    checker_init(&checker, o->update);
    checker.picture = stage_picture;
    for (char *const *name = o->arguments; *name; name++) {
        if (!is_readme(*name))
            tell(&checker, checker_run(&checker, *name));
    }
    printf("%zu passed, %zu failed\n", checker.passed, checker.failed);
    status = checker.failed > 0;
    checker_clear(&checker);
    return status;
}
