/*
 * torch, export torch, compare torch: three uses of lab/twin.h.
 */
#include "commands/torch.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/process.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "commands/show.h"
#include "lab/twin.h"
#include "lab/twin_answer.h"

/* --- torch -------------------------------------------------------------- */

static int print_sketch(struct session *session, FILE *out, char **text,
                        struct error *err)
{
    const struct twin_options options = {.form = TWIN_SKETCH};
    int status = twin_write(session->lab, &options, out, err);

    fclose(out);
    if (status == 0)
        show_text(session, *text);
    return status;
}

static int run_torch(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out;
    int status;

    (void)call;
    (void)effect;
    if (lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    out = open_memstream(&text, &length);
    if (!out)
        return error_set(err, ERROR_MEMORY, "no memory is left for the text");
    status = print_sketch(session, out, &text, err);
    free(text);
    return status;
}

const struct command_spec command_torch = {
    .name = "torch",
    .family = FAMILY_LEARNING,
    .summary = "the PyTorch lines of what was done so far",
    .details = "To be read: the data is named, not listed. export torch "
               "FILE.py writes the whole script, which runs with nothing but "
               "torch; compare torch runs it.",
    .run = run_torch,
};

/* --- export torch ------------------------------------------------------- */

int torch_export(struct session *session, const char *path, bool force,
                 struct error *err)
{
    const struct twin_options options = {TWIN_PRINTS,
                                         show_print_options(session)};
    struct file_write w;

    if (lab_require(session->lab, LAB_TABLE, err) != 0 ||
        file_write_open(&w, path, force, err) != 0)
        return -1;
    if (twin_write(session->lab, &options, w.stream, err) == 0)
        return file_write_commit(&w, err);
    file_write_abort(&w);
    return -1;
}

/* --- compare torch: running --------------------------------------------- */

static bool still_wanted(void *context, double seconds)
{
    struct session *session = context;
    char note[32];

    if (session->stop && *session->stop)
        return false;
    snprintf(note, sizeof note, "%.0f s", seconds);
    return sink_progress(session->sink, "python", seconds, 0, note);
}

/* The last line that says something: of a traceback, what was wrong. */
static void last_line(const char *text, char *out, size_t size)
{
    out[0] = '\0';
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (strspn(text, " \t\r") < length)
            snprintf(out, size, "%.*s", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static int explain_missing(const char *python, const char *what,
                           struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND,
                     "%s %s; on Debian and Ubuntu `apt-get install "
                     "python3-torch`, then set python /usr/bin/python3 (or "
                     "name another Python that has it: set python PATH)",
                     python, what);
}

static int explain_status(const char *python,
                          const struct process_result *result,
                          struct error *err)
{
    char line[256];

    if (strstr(result->err.data ? result->err.data : "",
               "No module named 'torch'"))
        return explain_missing(python, "has no PyTorch", err);
    last_line(str_text(&result->err), line, sizeof line);
    return error_set(err, ERROR_STATE,
                     "%s ended with status %d%s%s; export torch FILE.py "
                     "writes the script it ran",
                     python, result->status, *line ? ": " : "", line);
}

static int explain_failure(const char *python, struct error *err)
{
    if (err && err->code == ERROR_NOT_FOUND)
        return explain_missing(python, "is not to be found", err);
    if (err && err->code == ERROR_RANGE)
        return error_set(err, ERROR_RANGE, "%s (compare torch seconds=600)",
                         err->message);
    return -1;
}

/* Run the script; *result is what Python printed. */
static int run_python(struct session *session, FILE *script, double seconds,
                      struct process_result *result, struct error *err)
{
    const char *python = session->settings->python;
    const char *const argv[] = {python, "-I", "-", NULL};
    const struct process_options options = {
        .argv = argv,
        .input = script,
        .seconds = seconds,
        .output_max = twin_answer_bytes(session->lab),
        .wanted = still_wanted,
        .context = session};

    if (process_run(&options, result, err) != 0)
        return explain_failure(python, err);
    return result->status == 0 ? 0 : explain_status(python, result, err);
}

/* --- compare torch: reporting ------------------------------------------- */

static void show_difference(struct session *session,
                            const struct twin_difference *d)
{
    bool agrees = d->part <= 1;
    char largest[32] = "-", part[32] = "-";

    if (isfinite(d->largest))
        snprintf(largest, sizeof largest, d->largest == 0 ? "0" : "%.1e",
                 d->largest);
    if (isfinite(d->part))
        snprintf(part, sizeof part, d->part == 0 ? "0" : "%.2g %%",
                 100 * d->part);
    show_line(session, agrees ? STYLE_NORMAL : STYLE_ERROR,
              "%-12s %-16s %10s %13s  %s", d->name, d->shape, largest, part,
              agrees ? "agrees" : "differs");
}

static void append_differing(const struct twin_answer *answer, struct str *out)
{
    for (size_t i = 0; i < answer->count; i++) {
        if (answer->list[i].part > 1)
            str_printf(out, "%s%s", out->length ? ", " : "",
                       answer->list[i].name);
    }
}

static int report(struct session *session, const struct twin_answer *answer,
                  struct error *err)
{
    struct str names = STR_INIT;
    int status = 0;

    show_line(session, STYLE_TITLE, "beside PyTorch %s, after %ld step%s",
              answer->torch, session->lab->step,
              session->lab->step == 1 ? "" : "s");
    show_line(session, STYLE_HEADER, "%-12s %-16s %10s %13s", "tensor", "shape",
              "difference", "of tolerance");
    for (size_t i = 0; i < answer->count; i++)
        show_difference(session, &answer->list[i]);
    append_differing(answer, &names);
    if (answer->differing > 0)
        status = error_set(
            err, ERROR_NUMERIC,
            "%zu of %zu tensors differ from PyTorch's by more than rounding: "
            "%s; where training is unstable (a large lr) no two machines "
            "agree, so try a smaller lr or fewer steps",
            answer->differing, answer->count, str_text(&names));
    else
        show_line(session, STYLE_NORMAL, "all %zu tensors agree",
                  answer->count);
    str_clear(&names);
    return status;
}

static int compare_with(struct session *session, FILE *script, double seconds,
                        struct error *err)
{
    const struct twin_options options = {.form = TWIN_EXACT};
    struct process_result result = {0};
    struct twin_answer answer;
    int status = twin_write(session->lab, &options, script, err);

    if (status == 0)
        status = run_python(session, script, seconds, &result, err);
    if (status == 0)
        status =
            twin_answer_read(session->lab, str_text(&result.out), &answer, err);
    process_result_clear(&result);
    return status == 0 ? report(session, &answer, err) : -1;
}

int torch_compare(struct session *session, double seconds, struct error *err)
{
    FILE *script;
    int status;

    if (lab_require(session->lab, LAB_TABLE, err) != 0)
        return -1;
    if (session->silent > 0) /* done again for what it built */
        return 0;
    script = tmpfile(); /* without a name: nothing of it can be left */
    if (!script)
        return error_set(err, ERROR_FILE,
                         "the script cannot be written to a temporary file: "
                         "%s; make room in /tmp",
                         strerror(errno));
    status = compare_with(session, script, seconds, err);
    fclose(script);
    return status;
}
