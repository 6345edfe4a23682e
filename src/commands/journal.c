/*
 * The file: "# emblab journal 1", then one command a line as it was typed,
 * each ended by its newline, which is what acknowledges it. A line
 * "#text DIGEST" before a corpus command is the digest of the text it read.
 * The lock on the file is the life of its lab.
 */
#include "commands/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"
#include "commands/replay.h"
#include "lab/history.h"

static const char first_line[] = "# emblab journal 1";

struct journal {
    int file;
    char *path;
    off_t length;     /* of whole lines: a failed write is cut off again */
    struct str lines; /* that the disk refused, and the one being written */
    bool dirty;       /* written since the last sync */
    bool failed;      /* the disk refused; said once */
};

/* --- where -------------------------------------------------------------- */

static char *folder_path(const char *name)
{
    struct str path = STR_INIT;
    char *state;

    str_printf(&path, "journal/%s", name);
    state = file_xdg_path(FILE_XDG_STATE, str_text(&path), true);
    str_clear(&path);
    return state;
}

/* Sorts by age as text does: date, time, process. */
static char *new_path(void)
{
    char name[96], stamp[32];
    struct timespec moment;
    struct tm parts;

    clock_gettime(CLOCK_REALTIME, &moment);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S",
             localtime_r(&moment.tv_sec, &parts));
    snprintf(name, sizeof name, "%s-%06ld-%ld.emb", stamp,
             (long)(moment.tv_nsec / 1000), (long)getpid());
    return folder_path(name);
}

static char *text_path(uint64_t digest)
{
    char name[64];

    snprintf(name, sizeof name, "text-%016" PRIx64, digest);
    return folder_path(name);
}

/* --- writing ------------------------------------------------------------ */

static void cannot_keep(struct session *session)
{
    struct journal *journal = session->journal;

    if (!journal->failed)
        sink_notice(session->sink,
                    "the journal %s cannot be written: %s; what you do from "
                    "here on is lost if the program is killed (save FILE "
                    "elsewhere)",
                    journal->path, strerror(errno));
    journal->failed = true;
}

/* A line whole, or not at all; then it goes before the next one, so that there
 * is no gap where the disk has room again. */
static void write_line(struct session *session, const char *text)
{
    struct journal *journal = session->journal;
    struct str *lines = &journal->lines;
    ssize_t written;

    str_printf(lines, "%s\n", text);
    written = write(journal->file, lines->data, lines->length);
    if (written == (ssize_t)lines->length) {
        journal->length += written;
        journal->dirty = true;
        str_truncate(lines, 0);
        if (journal->failed)
            sink_notice(session->sink, "the journal is written again");
        journal->failed = false;
    } else {
        cannot_keep(session);
        if (ftruncate(journal->file, journal->length) == 0)
            lseek(journal->file, journal->length, SEEK_SET);
    }
}

/* Whole or not at all; nobody else may read it. */
static void write_text(const char *path, const struct source *source)
{
    struct file_write w;

    if (file_write_open(&w, path, false, NULL) != 0)
        return;
    if (fchmod(fileno(w.stream), 0600) != 0) {
        file_write_abort(&w);
        return;
    }
    fwrite(source->text, 1, source->length, w.stream);
    (void)file_write_commit(&w, NULL);
}

/* The text that a corpus command read, kept where it is small; a file's time
 * is that of its last use. */
static void keep_text(const struct source *source)
{
    char *path = text_path(source->digest);

    if (path && source->path && source->length <= JOURNAL_TEXT_MAX) {
        if (file_exists(path))
            (void)utimensat(AT_FDCWD, path, NULL, 0);
        else
            write_text(path, source);
    }
    free(path);
}

/* "#text DIGEST", for the corpus command behind it. */
static void append_digest(const struct source *source, struct str *out)
{
    str_printf(out, "#text %016" PRIx64, source->digest);
}

static void write_digest(struct session *session)
{
    const struct source *source;
    struct str line = STR_INIT;

    if (!session->lab->text)
        return;
    source = &session->lab->text->source->source;
    keep_text(source);
    append_digest(source, &line);
    write_line(session, str_text(&line));
    str_clear(&line);
}

/* The text that event i read, where it is a corpus command. */
static const struct source *text_read(const struct session *session, size_t i,
                                      const char *command)
{
    const struct lab_text *text;

    if (!replay_is_corpus(command))
        return NULL;
    text = history_lab_after(session->history, session->lab, i)->text;
    return text ? &text->source->source : NULL;
}

/* The timeline's commands, a line each, with the digests of their texts. */
static void append_commands(const struct session *session, bool keep,
                            struct str *out)
{
    struct str lines = STR_INIT;
    size_t i = 0;

    history_write(session->history, session->lab, &lines);
    for (char *line = lines.data; line && *line; i++) {
        char *end = strchr(line, '\n');
        const struct source *source;
        *end = '\0';
        source = text_read(session, i, line);
        if (source && keep)
            keep_text(source);
        if (source) {
            append_digest(source, out);
            str_append_char(out, '\n');
        }
        str_printf(out, "%s\n", line);
        line = end + 1;
    }
    str_clear(&lines);
}

void journal_command(struct session *session, const char *command)
{
    if (!session->journal || session->silent > 0)
        return;
    if (replay_is_corpus(command))
        write_digest(session);
    write_line(session, command);
}

void journal_sync(struct session *session)
{
    struct journal *journal = session->journal;

    if (!journal || !journal->dirty)
        return;
    (void)fdatasync(journal->file);
    journal->dirty = false;
}

/* --- opening, closing --------------------------------------------------- */

static bool open_file(struct session *session, char *path, int flags)
{
    struct journal *journal = memory_zeroed(1, sizeof *journal);

    journal->path = path;
    journal->file =
        path ? open(path, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    if (journal->file >= 0 && flock(journal->file, LOCK_EX | LOCK_NB) == 0) {
        session->journal = journal;
        return true;
    }
    if (journal->file >= 0)
        close(journal->file);
    free(path);
    free(journal);
    return false;
}

static int newest_first(const void *a, const void *b)
{
    return strcmp(*(char *const *)b, *(char *const *)a);
}

static bool is_journal(const char *name)
{
    size_t n = strlen(name);

    return n >= 5 && strcmp(name + n - 4, ".emb") == 0;
}

static bool is_text(const char *name)
{
    return strncmp(name, "text-", 5) == 0 && strlen(name) == 5 + 16 &&
           strspn(name + 5, "0123456789abcdef") == 16;
}

/* Paths of what lies in the folder, in reverse order of their names: journals
 * the newest first. NULL-ended, caller's to free. */
static char **list_files(bool (*wanted)(const char *name))
{
    char *folder = folder_path(""), **names = NULL;
    size_t count = 0, capacity = 0;
    DIR *dir = folder ? opendir(folder) : NULL;
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL) {
        if (!wanted(entry->d_name))
            continue;
        names = memory_grow(names, count, &capacity, sizeof *names);
        names[count++] = folder_path(entry->d_name);
    }
    if (dir)
        closedir(dir);
    free(folder);
    if (count > 0)
        qsort(names, count, sizeof *names, newest_first);
    names = memory_grow(names, count, &capacity, sizeof *names);
    names[count] = NULL;
    return names;
}

/* Is a lab still writing it? */
static bool is_alive(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool alive = file >= 0 && flock(file, LOCK_SH | LOCK_NB) != 0;

    if (file >= 0)
        close(file);
    return alive;
}

/* Old journals go, so that the folder stays small. */
static void prune(void)
{
    char **paths = list_files(is_journal);
    size_t kept = 0;
    off_t bytes = 0;

    for (size_t i = 0; paths[i]; i++) {
        struct stat info;
        if (stat(paths[i], &info) != 0)
            continue;
        bytes += info.st_size;
        if (++kept <= JOURNALS_KEPT && bytes <= JOURNAL_BYTES_KEPT)
            continue;
        if (!is_alive(paths[i]))
            unlink(paths[i]);
    }
    file_list_free(paths);
}

struct kept {
    char *path;
    struct timespec used;
    off_t bytes;
};

static int last_used_first(const void *a, const void *b)
{
    const struct timespec *x = &((const struct kept *)a)->used;
    const struct timespec *y = &((const struct kept *)b)->used;

    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? 1 : -1;
    return (x->tv_nsec < y->tv_nsec) - (x->tv_nsec > y->tv_nsec);
}

/* Of the texts those go that were used longest ago. */
static void prune_texts(void)
{
    char **paths = list_files(is_text);
    struct kept *texts;
    size_t count = 0;
    off_t bytes = 0;

    while (paths[count])
        count++;
    texts = memory_zeroed(count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        struct stat info;
        texts[i].path = paths[i];
        if (lstat(paths[i], &info) == 0 && S_ISREG(info.st_mode))
            texts[i] = (struct kept){paths[i], info.st_mtim, info.st_size};
    }
    qsort(texts, count, sizeof *texts, last_used_first);
    for (size_t i = 0; i < count; i++) {
        bytes += texts[i].bytes;
        if (i >= JOURNAL_TEXTS_KEPT || bytes > JOURNAL_BYTES_KEPT)
            unlink(texts[i].path);
    }
    free(texts);
    file_list_free(paths);
}

void journal_open(struct session *session)
{
    if (session->journal)
        return;
    if (!open_file(session, new_path(), O_CREAT | O_EXCL)) {
        sink_notice(session->sink,
                    "no journal: the state folder cannot be written (%s); "
                    "--resume will not find this lab",
                    strerror(errno));
        return;
    }
    write_line(session, first_line);
    prune();
    prune_texts();
}

/* A journal without a command is of no use to anybody. */
void journal_close(struct session *session)
{
    struct journal *journal = session->journal;

    if (!journal)
        return;
    journal_sync(session);
    if (journal->length <= (off_t)sizeof first_line)
        unlink(journal->path);
    close(journal->file);
    str_clear(&journal->lines);
    free(journal->path);
    free(journal);
    session->journal = NULL;
}

void journal_restart(struct session *session)
{
    struct str lines = STR_INIT;

    if (!session->journal || session->silent > 0)
        return;
    journal_close(session);
    journal_open(session);
    append_commands(session, true, &lines);
    if (session->journal && lines.length > 0) {
        str_truncate(&lines, lines.length - 1); /* write_line ends it */
        write_line(session, str_text(&lines));
    }
    str_clear(&lines);
}

/* --- resume ------------------------------------------------------------- */

/* The newest journal with a command in it whose lab has ended. */
static char *find_ended(struct file_bytes *bytes)
{
    char **paths = list_files(is_journal), *found = NULL;

    for (size_t i = 0; paths[i] && !found; i++) {
        if (is_alive(paths[i]) || file_read(paths[i], bytes, NULL) != 0)
            continue;
        if (bytes->length > sizeof first_line)
            found = memory_text(paths[i]);
        else
            file_bytes_clear(bytes);
    }
    file_list_free(paths);
    return found;
}

enum version { VERSION_THIS, VERSION_NEWER, VERSION_NONE };

static enum version version_of(const struct file_bytes *bytes)
{
    size_t at = sizeof first_line - 2, digits; /* of the number */
    const char *number = bytes->data + at;

    if (bytes->length < sizeof first_line ||
        memcmp(bytes->data, first_line, at) != 0)
        return VERSION_NONE;
    if (memcmp(number, "1\n", 2) == 0)
        return VERSION_THIS;
    digits = strspn(number, "0123456789");
    return digits > 0 && number[digits] == '\n' ? VERSION_NEWER : VERSION_NONE;
}

static int newer_version(const char *path, struct error *err)
{
    return error_set(err, ERROR_VERSION,
                     "%s is of a newer version of emblab; use that one", path);
}

static int check_journal(const char *path, const struct file_bytes *bytes,
                         struct error *err)
{
    switch (version_of(bytes)) {
    case VERSION_THIS:
        return 0;
    case VERSION_NEWER:
        return newer_version(path, err);
    case VERSION_NONE:
        break;
    }
    return error_set(err, ERROR_FORMAT,
                     "%s is no journal: its first line is not \"%s\"; remove "
                     "it to resume an older one",
                     path, first_line);
}

/* Only whole lines count. */
static size_t whole_lines(const struct file_bytes *bytes)
{
    size_t length = bytes->length;

    while (length > 0 && bytes->data[length - 1] != '\n')
        length--;
    return length;
}

static int go_on_with(struct session *session, char *path, size_t length)
{
    if (!open_file(session, path, 0))
        return -1;
    session->journal->length = (off_t)length;
    if (ftruncate(session->journal->file, (off_t)length) != 0)
        return -1;
    lseek(session->journal->file, (off_t)length, SEEK_SET);
    return 0;
}

/* "resumed: tiny, step 12, after 5 commands; history lists them" */
static void say_resumed(struct session *session)
{
    const struct lab *lab = session->lab;
    size_t count = session->history->now;

    sink_notice(session->sink,
                "resumed: %s, step %ld, after %zu command%s; history lists "
                "them",
                lab->text ? lab->text->source->source.name : "no text yet",
                lab->step, count, str_s(count));
}

/* Ctrl-C on the way: the lab is what it has come to. Its journal is of more
 * than that, so nothing is added to it. */
static void say_stopped(struct session *session)
{
    sink_notice(session->sink,
                "stopped at step %ld of the lab that was to come back; "
                "--resume still brings all of it, and what is typed now is "
                "not kept",
                session->lab->step);
}

int journal_resume(struct session *session, bool keep, struct error *err)
{
    struct file_bytes bytes = {0};
    char *path = find_ended(&bytes);
    size_t length;
    int status;

    if (!path)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no lab to resume; start one with emblab");
    length = whole_lines(&bytes);
    status = check_journal(path, &bytes, err);
    if (status == 0)
        status = replay_run(session, path, bytes.data, length, err);
    if (status == 0 && length < bytes.length)
        sink_notice(session->sink, "the last line of the journal was cut; it "
                                   "is left out");
    file_bytes_clear(&bytes);
    if (status != 0 && keep && err->code == ERROR_INTERRUPTED) {
        say_stopped(session);
        free(path);
        return 0;
    }
    if (status == 0)
        say_resumed(session);
    if (status == 0 && keep && go_on_with(session, path, length) == 0)
        return 0;
    free(status == 0 && keep ? NULL : path);
    return status;
}

/* --- save, load --------------------------------------------------------- */

void journal_write(const struct session *session, struct str *out)
{
    const struct lab *lab = session->lab;
    time_t now = time(NULL);
    struct tm parts;
    char date[64];

    strftime(date, sizeof date, "%Y-%m-%d %H:%M", localtime_r(&now, &parts));
    str_printf(out, "%s\n# saved %s\n", first_line, date);
    append_commands(session, false, out);
    if (lab->losses.steps > 0)
        str_printf(out, "# loss %.9g\n",
                   (double)lab->losses.step[lab->losses.steps - 1]);
    str_printf(out, "# hash %016" PRIx64 "\n", lab_hash(lab));
}

/* Any file may be named: say what `save` writes, and what stands here. */
static int no_saved_lab(const char *path, const struct file_bytes *bytes,
                        struct error *err)
{
    enum { COLUMNS = 40, BYTES_MAX = 4 * COLUMNS };
    struct str line = STR_INIT;
    size_t length = 0;
    int shown;

    if (bytes->length == 0)
        return error_set(err, ERROR_FORMAT,
                         "%s is empty; `load` reads what `save` wrote", path);
    while (length < bytes->length && length < BYTES_MAX &&
           bytes->data[length] != '\n')
        length++;
    utf8_append_visible(&line, bytes->data, length);
    shown = (int)utf8_fit(str_text(&line), COLUMNS);
    error_set(err, ERROR_FORMAT,
              "%s:1: no saved lab: `save` begins with \"%s\", and here stands "
              "\"%.*s\"; `emblab FILE` runs commands and plays lessons",
              path, first_line, shown, str_text(&line));
    str_clear(&line);
    return -1;
}

static int check_saved(const char *path, const struct file_bytes *bytes,
                       struct error *err)
{
    switch (version_of(bytes)) {
    case VERSION_THIS:
        return 0;
    case VERSION_NEWER:
        return newer_version(path, err);
    case VERSION_NONE:
        break;
    }
    return no_saved_lab(path, bytes, err);
}

int journal_load(struct session *session, const char *path, struct error *err)
{
    struct file_bytes bytes;
    struct replay_checks checks = {0};
    int status;

    if (file_read(path, &bytes, err) != 0)
        return -1;
    status = check_saved(path, &bytes, err);
    if (status == 0)
        status = replay_run_fresh(session, path, bytes.data, bytes.length,
                                  &checks, err);
    file_bytes_clear(&bytes);
    return status;
}
