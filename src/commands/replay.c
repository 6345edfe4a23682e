#include "commands/replay.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "lab/history.h"

int replay_command(struct session *session, const char *command,
                   struct error *err)
{
    struct sink *sink = session->sink, silent = sink_silent();
    size_t length = strlen(command), position = 0;
    struct effect effect;
    int status;

    session->sink = &silent;
    session->silent++;
    status = session_run(session, command, length, &position, &effect, err);
    while (status >= 0 && effect.request == REQUEST_WORK &&
           (status = session_work(session, 1, err)) == 1)
        ;
    session->silent--;
    session->sink = sink;
    return status < 0 ? -1 : 0;
}

bool replay_is_corpus(const char *command)
{
    return strncmp(command, "corpus ", 7) == 0;
}

/* --- lines -------------------------------------------------------------- */

/* The text a corpus command had read, where its file is another one now. */
static char *kept_text(const char *command, uint64_t digest)
{
    char name[64], *path;
    struct source source = {0};
    bool same;

    if (command[7] == '"')
        return NULL;
    same = source_read(&source, "text", command + 7, NULL) == 0 &&
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

static int run_corpus(struct session *session, const char *command,
                      uint64_t digest, struct error *err)
{
    bool a_file = strpbrk(command + 7, "/.") != NULL;
    char *kept = a_file && digest ? kept_text(command, digest) : NULL;
    int status;

    if (kept)
        sink_notice(session->sink,
                    "%s has changed since (its text was %016" PRIx64
                    "); the kept copy is used",
                    command + 7, digest);
    session->text_path = kept;
    status = replay_command(session, command, err);
    session->text_path = NULL;
    free(kept);
    if (status == 0 && digest && session->lab->text &&
        session->lab->text->source->source.digest != digest)
        sink_notice(session->sink,
                    "%s has changed since: its text is not %016" PRIx64
                    " any more, so the numbers differ",
                    command + 7, digest);
    return status;
}

static int run_line(struct session *session, const char *line, uint64_t *digest,
                    struct error *err)
{
    int status;

    if (sscanf(line, "#text %16" SCNx64, digest) == 1)
        return 0;
    if (*line == '#' || *line == '\0')
        return 0;
    status = replay_is_corpus(line) ? run_corpus(session, line, *digest, err)
                                    : replay_command(session, line, err);
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

static int run_lines(struct session *session, const char *name,
                     const char *text, size_t length,
                     struct replay_checks *checks, struct error *err)
{
    uint64_t digest = 0;
    size_t number = 1;

    for (size_t at = 0; at < length; number++) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t n = end ? (size_t)(end - text) - at : length - at;
        char *line = memory_copy(text + at, n + 1, 1);
        int status;
        line[n] = '\0';
        if (checks)
            read_checks(line, checks);
        status = run_line(session, line, &digest, err);
        free(line);
        if (status != 0 && err && err->code != ERROR_NUMERIC)
            return error_set(err, err->code, "%s:%zu: %s", name, number,
                             err->message);
        at += n + 1;
    }
    return 0;
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
