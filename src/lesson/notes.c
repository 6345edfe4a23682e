/*
 * The file: "# emblab notes 1", then lines "KEY TEXT": title, page, pages,
 * began, pid, state, next, answer, and a line "hint" for each hint of the
 * question, "note" for each line of the note, "before" for one of a note that
 * stands on an earlier page.
 * One whose process has gone (it was killed) is as good as none.
 */
#include "lesson/notes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "base/utf8.h"

static const char first_line[] = "# emblab notes 1";

static char *path_of(const char *lesson_id, bool make)
{
    struct str name = STR_INIT;
    char *path;

    str_printf(&name, "notes/%s", lesson_id);
    path = file_xdg_path(FILE_XDG_STATE, str_text(&name), make);
    str_clear(&name);
    return path;
}

/* --- writing ------------------------------------------------------------ */

/* "KEY TEXT", once for each line of text. */
static void add(struct str *out, const char *key, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        str_printf(out, "%s ", key);
        utf8_append_visible(out, text, length);
        str_append_char(out, '\n');
        text += length + (text[length] == '\n');
    }
}

static void add_hints(const struct player *player, struct str *out)
{
    const struct lesson_question *question;

    if (player->wants != PLAYER_ANSWER && player->wants != PLAYER_TRY)
        return;
    question = player->lesson->blocks[player->block].question;
    for (size_t i = 0; i < question->hint_count; i++)
        add(out, "hint", question->hints[i]);
}

/* The last note before this page: a page with a question has seldom its own. */
static const char *note_before(const struct player *player)
{
    for (size_t i = player->block; i-- > 0;) {
        if (player->lesson->blocks[i].kind == LESSON_NOTE)
            return player->lesson->blocks[i].text;
    }
    return NULL;
}

static void add_note(const struct player *player, struct str *out)
{
    const char *before = note_before(player);

    if (player->note)
        add(out, "note", player->note);
    else if (before)
        add(out, "before", before);
}

static void compose(const struct player *player, struct str *out)
{
    struct str text = STR_INIT;

    str_printf(out, "%s\n", first_line);
    player_title(player, &text);
    add(out, "title", str_text(&text));
    str_printf(out, "page %zu\npages %zu\nbegan %lld\npid %ld\n", player->page,
               player->pages, (long long)player->options.began, (long)getpid());
    str_truncate(&text, 0);
    player_keys(player, &text);
    add(out, "state", str_text(&text));
    str_truncate(&text, 0);
    player_next(player, &text);
    add(out, "next", str_text(&text));
    str_truncate(&text, 0);
    player_solution(player, &text);
    add(out, "answer", str_text(&text));
    add_hints(player, out);
    add_note(player, out);
    str_clear(&text);
}

/* In one step, for its owner alone. It need not outlive the machine's power,
 * so nobody waits for the disk. */
static void replace_file(const char *path, const struct str *text)
{
    struct str beside = STR_INIT;
    int file;
    bool written = false;

    str_printf(&beside, "%s.%ld", path, (long)getpid());
    file = open(str_text(&beside),
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file >= 0) {
        written = write(file, text->data, text->length) ==
                  (ssize_t)text->length;
        close(file);
    }
    if (file >= 0 && (!written || rename(str_text(&beside), path) != 0))
        (void)unlink(str_text(&beside));
    str_clear(&beside);
}

void notes_write(const struct player *player)
{
    char *path = path_of(player->lesson->id, true);
    struct str text = STR_INIT;

    if (!path)
        return;
    compose(player, &text);
    replace_file(path, &text);
    str_clear(&text);
    free(path);
}

void notes_end(const struct player *player)
{
    char *path = path_of(player->lesson->id, false);

    if (path)
        (void)unlink(path);
    free(path);
}

/* --- reading ------------------------------------------------------------ */

static void take_text(char **to, const char *text)
{
    free(*to);
    *to = memory_text(text);
}

static void add_line(char **to, const char *text)
{
    struct str lines = STR_INIT;

    if (*to)
        str_printf(&lines, "%s\n", *to);
    str_append(&lines, text);
    free(*to);
    *to = str_take(&lines);
}

/* A key that a later version may have is left alone. */
static void take_line(struct notes *notes, const char *key, const char *text)
{
    if (str_equal(key, "title"))
        take_text(&notes->title, text);
    else if (str_equal(key, "page"))
        notes->page = strtoul(text, NULL, 10);
    else if (str_equal(key, "pages"))
        notes->pages = strtoul(text, NULL, 10);
    else if (str_equal(key, "began"))
        notes->began = (time_t)strtoll(text, NULL, 10);
    else if (str_equal(key, "pid"))
        notes->pid = (pid_t)strtol(text, NULL, 10);
    else if (str_equal(key, "state"))
        take_text(&notes->state, text);
    else if (str_equal(key, "next"))
        take_text(&notes->next, text);
    else if (str_equal(key, "answer"))
        take_text(&notes->answer, text);
    else if (str_equal(key, "hint"))
        add_line(&notes->hints, text);
    else if (str_equal(key, "note"))
        add_line(&notes->note, text);
    else if (str_equal(key, "before"))
        add_line(&notes->before, text);
}

static void take_lines(struct notes *notes, char *text)
{
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *blank = strchr(line, ' ');
        if (!blank || *line == '#')
            continue;
        *blank = '\0';
        take_line(notes, line, blank + 1);
    }
}

static int nobody_plays(const char *lesson_id, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND,
                     "nobody plays %s now; emblab play %s in another terminal "
                     "begins",
                     lesson_id, lesson_id);
}

static bool is_gone(const struct notes *notes)
{
    return notes->pid > 0 && kill(notes->pid, 0) != 0 && errno == ESRCH;
}

int notes_read(const char *lesson_id, struct notes *notes, struct error *err)
{
    char *path = path_of(lesson_id, false);
    struct file_bytes bytes = {0};
    int status = 0;

    *notes = (struct notes){0};
    if (!path || !file_exists(path))
        status = nobody_plays(lesson_id, err);
    else
        status = file_read(path, &bytes, err);
    if (status == 0 && !str_starts_with(bytes.data, first_line))
        status = error_set(err, ERROR_FORMAT,
                           "%s holds no speaker's notes; remove it", path);
    if (status == 0)
        take_lines(notes, bytes.data);
    if (status == 0 && is_gone(notes))
        status = nobody_plays(lesson_id, err);
    file_bytes_clear(&bytes);
    free(path);
    return status;
}

/* When the notes of this lesson were written; false: nobody plays it. */
static bool is_played(const char *id, const char *path, struct timespec *when)
{
    struct notes notes;
    struct error err = {0};
    struct stat status;
    bool played = notes_read(id, &notes, &err) == 0 && stat(path, &status) == 0;

    if (played)
        *when = status.st_mtim;
    notes_clear(&notes);
    return played;
}

static bool is_later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec
                                  : a->tv_nsec > b->tv_nsec;
}

static void add_other(struct str *others, const char *id)
{
    str_printf(others, "%s%s", others->length > 0 ? ", " : "", id);
}

/* Of all that lie in the folder: an id has no dot, a file that is just being
 * written has one. */
char *notes_find(struct str *others, struct error *err)
{
    char *folder = path_of("", false), *newest = NULL;
    char **paths = file_list_prefix(folder ? folder : "/");
    struct timespec newest_when = {0}, when;

    for (size_t i = 0; folder && paths[i]; i++) {
        const char *id = paths[i] + strlen(folder);
        if (strchr(id, '.') || !is_played(id, paths[i], &when))
            continue;
        if (newest && !is_later(&when, &newest_when)) {
            add_other(others, id);
            continue;
        }
        if (newest)
            add_other(others, newest);
        take_text(&newest, id);
        newest_when = when;
    }
    if (!newest)
        error_set(err, ERROR_NOT_FOUND,
                  "nobody plays a lesson now; emblab play LESSON in another "
                  "terminal begins one");
    file_list_free(paths);
    free(folder);
    return newest;
}

void notes_clear(struct notes *notes)
{
    free(notes->title);
    free(notes->state);
    free(notes->next);
    free(notes->answer);
    free(notes->hints);
    free(notes->note);
    free(notes->before);
    *notes = (struct notes){0};
}
