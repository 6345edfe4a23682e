/*
 * Another program, run for its output: without a shell, in an empty folder of
 * its own that is gone afterwards, under a time limit, and never longer than
 * whoever waits for it wants. It leaves no file, no process and no zombie.
 */
#ifndef EMBLAB_BASE_PROCESS_H
#define EMBLAB_BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/str.h"

struct process_options {
    const char *const *argv; /* NULL-ended; argv[0] as a shell would find it */
    FILE *input;             /* its standard input, from the beginning */
    double seconds;          /* the time limit */
    size_t output_max;       /* bytes of standard output; more ends it */
    /* Asked ten times a second with the seconds gone by: false ends it. NULL:
     * always true. */
    bool (*wanted)(void *context, double seconds);
    void *context;
};

struct process_result {
    int status;     /* exit status; 128 + the signal that ended it */
    struct str out; /* standard output */
    struct str err; /* standard error, the first 64 KiB */
};

/*
 * Run it to its end; the caller clears result, also after a failure. The
 * program and all that it starts are one process group, ended as a whole.
 * Fails: ERROR_NOT_FOUND, there is no such program; ERROR_INTERRUPTED, no
 * longer wanted; ERROR_RANGE, too slow or too much output; ERROR_FILE, what
 * the system refuses. An exit status other than 0 is no failure here.
 */
int process_run(const struct process_options *options,
                struct process_result *result, struct error *err);
void process_result_clear(struct process_result *result);

#endif
