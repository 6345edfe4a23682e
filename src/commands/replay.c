#include "commands/replay.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "lab/history.h"

#define SLICE_SECONDS 0.1 /* between two looks at the progress bar */

/* To the end of its work; sink shows how far it is, where that takes long. */
static int finish_work(struct session *session, struct sink *sink,
                       struct error *err)
{
    double done, total;
    const char *what;
    int status;

    while ((status = session_work(session, SLICE_SECONDS, err)) == 1) {
        if (session_work_progress(session, &done, &total, &what))
            sink_progress(sink, "again:", done, total, what);
    }
    return status;
}

int replay_command(struct session *session, const char *command,
                   struct error *err)
{
    struct sink *sink = session->sink, silent = sink_silent();
    size_t length = strlen(command), position = 0;
    struct effect effect;
    int status;

    session->sink = &silent;
    session->silent++;
    do {
        status = session_run(session, command, length, &position, &effect, err);
        if (status >= 0 && effect.request == REQUEST_WORK)
            status = finish_work(session, sink, err);
    } while (status >= 0 && position < length);
    session->silent--;
    session->sink = sink;
    return status < 0 ? -1 : 0;
}

/* The one word of a corpus command, however it was typed (`corp a.txt`,
 * `corpus file="a b.txt"`), to be freed; NULL: it is none. quoted: that word is
 * the text itself. */
static char *corpus_word(const char *command, bool *quoted)
{
    struct command typed = {0};
    size_t position = 0;
    char *word = NULL;

    if (command_parse(command, strlen(command), &position, command_is_raw, NULL,
                      &typed, NULL) == 1 &&
        typed.name && typed.argc + typed.option_count == 1 &&
        command_find(typed.name, 0, NULL) == &command_corpus) {
        const struct value *text = typed.argc > 0 ? &typed.args[0]
                                                  : &typed.options[0].value;
        *quoted = typed.argc > 0 && text->kind == VALUE_QUOTED;
        word = memory_text(text->text);
    }
    command_clear(&typed);
    return word;
}

bool replay_is_corpus(const char *command)
{
    bool quoted;
    char *word = corpus_word(command, &quoted);

    free(word);
    return word != NULL;
}

/* --- what may be run ---------------------------------------------------- */

/* Commands that make the lab, or go along its timeline; what only looks stands
 * in a timeline as one of two. Nothing that writes or reads another lab's
 * file, that sets what programs are run, or that runs them. */
static bool belongs(const struct command_spec *spec)
{
    if (spec == &command_load)
        return false;
    return spec->changes || spec->travels || spec == &command_rows ||
           spec == &command_shapes;
}

/* What cannot be read as a command fails when its turn comes. */
static int check_line(const char *line, struct error *err)
{
    size_t position = 0, length = strlen(line);
    int found, status = 0;

    do {
        struct command typed = {0};
        const struct command_spec *spec = NULL;
        found = command_parse(line, length, &position, command_is_raw, NULL,
                              &typed, NULL);
        if (found == 1 && typed.name)
            spec = command_find(typed.name, 0, NULL);
        command_clear(&typed);
        if (spec && !belongs(spec))
            status = error_set(err, ERROR_FORMAT,
                               "%s has no place here: this file holds only "
                               "commands that make a lab; remove the line",
                               spec->name);
    } while (status == 0 && found != 0);
    return status;
}

/* --- lines -------------------------------------------------------------- */

/* The text a corpus command had read, where its file is another one now. */
static char *kept_text(const char *file, uint64_t digest)
{
    char name[64], *path;
    struct source source = {0};
    bool same;

    same = source_read(&source, "text", file, NULL) == 0 &&
           source.digest == digest;
    source_clear(&source);
    if (same)
        return NULL;
    snprintf(name, sizeof name, "journal/text-%016" PRIx64, digest);
    path = file_xdg_path(FILE_XDG_STATE, name, false);
    if (path && file_exists(path))
        return path;
    free(path);
    return NULL;
}

/* word: the corpus, as typed; quoted: it is the text itself. */
static int run_corpus(struct session *session, const char *command,
                      const char *word, bool quoted, uint64_t digest,
                      struct error *err)
{
    bool a_file = !quoted && strpbrk(word, "/.") != NULL;
    char *kept = a_file && digest ? kept_text(word, digest) : NULL;
    int status;

    if (kept)
        sink_notice(session->sink,
                    "%s has changed since (its text was %016" PRIx64
                    "); the kept copy is used",
                    word, digest);
    session->text_path = kept;
    status = replay_command(session, command, err);
    session->text_path = NULL;
    free(kept);
    if (status == 0 && digest && session->lab->text &&
        session->lab->text->source->source.digest != digest)
        sink_notice(session->sink,
                    "%s has changed since: its text is not %016" PRIx64
                    " any more, so the numbers differ",
                    word, digest);
    return status;
}

static int run_line(struct session *session, const char *line, uint64_t *digest,
                    struct error *err)
{
    bool quoted;
    char *word;
    int status;

    if (sscanf(line, "#text %16" SCNx64, digest) == 1)
        return 0;
    if (*line == '#' || *line == '\0')
        return 0;
    word = corpus_word(line, &quoted);
    status = word ? run_corpus(session, line, word, quoted, *digest, err)
                  : replay_command(session, line, err);
    free(word);
    *digest = 0;
    return status;
}

static void read_checks(const char *line, struct replay_checks *checks)
{
    if (sscanf(line, "# hash %16" SCNx64, &checks->hash) == 1)
        checks->has_hash = true;
    if (sscanf(line, "# loss %lf", &checks->loss) == 1)
        checks->has_loss = true;
}

/* A text of lines, on its way. */
struct reading {
    struct session *session;
    const char *name; /* for messages */
    struct replay_checks *checks;
    uint64_t digest; /* of the text that the next line reads */
};

static int check_one(struct reading *reading, const char *line,
                     struct error *err)
{
    (void)reading;
    return check_line(line, err);
}

static int run_one(struct reading *reading, const char *line, struct error *err)
{
    int status;

    if (reading->checks)
        read_checks(line, reading->checks);
    status = run_line(reading->session, line, &reading->digest, err);
    return status != 0 && err && err->code == ERROR_NUMERIC ? 0 : status;
}

static int each_line(struct reading *reading, const char *text, size_t length,
                     int (*take)(struct reading *, const char *,
                                 struct error *),
                     struct error *err)
{
    size_t number = 1;

    for (size_t at = 0; at < length; number++) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t n = end ? (size_t)(end - text) - at : length - at;
        char *line = memory_new(n + 1, 1);
        int status;
        memcpy(line, text + at, n);
        line[n] = '\0';
        status = take(reading, line, err);
        free(line);
        if (status != 0 && err)
            return error_set(err, err->code, "%s:%zu: %s", reading->name,
                             number, err->message);
        if (status != 0)
            return -1;
        at += n + 1;
    }
    return 0;
}

/* First all are looked at, so that a file that must not be run does nothing. */
static int run_lines(struct session *session, const char *name,
                     const char *text, size_t length,
                     struct replay_checks *checks, struct error *err)
{
    struct reading reading = {session, name, checks, 0};

    if (each_line(&reading, text, length, check_one, err) != 0)
        return -1;
    return each_line(&reading, text, length, run_one, err);
}

int replay_run(struct session *session, const char *name, const char *text,
               size_t length, struct error *err)
{
    return run_lines(session, name, text, length, NULL, err);
}

/* --- on a fresh lab ----------------------------------------------------- */

static int check_result(struct session *session,
                        const struct replay_checks *checks, const char *name,
                        struct error *err)
{
    const struct lab_losses *losses = &session->lab->losses;
    uint64_t hash = lab_hash(session->lab);
    bool close;

    if (!checks->has_hash || hash == checks->hash)
        return 0;
    close = checks->has_loss && losses->steps > 0 &&
            fabs((double)losses->step[losses->steps - 1] - checks->loss) <=
                1e-4;
    if (!close)
        return error_set(err, ERROR_FORMAT,
                         "%s does not give the lab it was saved from: hash "
                         "%016" PRIx64 ", saved %016" PRIx64
                         "; was it edited, or has its text changed?",
                         name, hash, checks->hash);
    sink_notice(session->sink,
                "%s: the hash differs, the last loss agrees: this machine "
                "rounds large products in another way",
                name);
    return 0;
}

int replay_run_fresh(struct session *session, const char *name,
                     const char *text, size_t length,
                     struct replay_checks *checks, struct error *err)
{
    struct lab *old_lab = session->lab;
    struct history *old_history = session->history;
    int status;

    session->lab = memory_new(1, sizeof *session->lab);
    lab_init(session->lab);
    session->history = memory_zeroed(1, sizeof *session->history);
    session->history->bytes_max = old_history->bytes_max;
    status = run_lines(session, name, text, length, checks, err);
    if (status == 0)
        status = check_result(session, checks, name, err);
    if (status != 0) {
        struct lab *lab = session->lab;
        struct history *history = session->history;
        session->lab = old_lab;
        session->history = old_history;
        old_lab = lab;
        old_history = history;
    }
    history_clear(old_history);
    lab_clear(old_lab);
    free(old_history);
    free(old_lab);
    return status;
}
