/*
 * The file: "# emblab notes 1", then lines "KEY TEXT": title, page, pages,
 * began, pid, state, next, answer, and a line "note" for each line of the note.
 * One whose process has gone (it was killed) is as good as none.
 */
#include "lesson/notes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    if (player->note)
        add(out, "note", player->note);
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
    else if (str_equal(key, "note"))
        add_line(&notes->note, text);
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

void notes_clear(struct notes *notes)
{
    free(notes->title);
    free(notes->state);
    free(notes->next);
    free(notes->answer);
    free(notes->note);
    *notes = (struct notes){0};
}
