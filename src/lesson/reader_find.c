/*
 * Where lessons lie, and which come before which. A shipped lesson is found by
 * the name of its file, by that without its number, by the number alone, or by
 * its id; the id of a
 * lesson that is required is looked for beside the lesson first, then among
 * the shipped ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "lang/match.h"
#include "lesson/lesson.h"

static const char folder[] = "lessons";
static const char *const endings[] = {".md", NULL};

typedef struct lesson *parse_function(const char *path, const char *text,
                                      size_t length, struct error *err);

/* A file of 100 MB is refused before it is read. */
static int check_size(const char *path, struct error *err)
{
    struct stat status;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size <= LESSON_BYTES_MAX)
        return 0; /* what else is wrong with it, file_read says */
    return error_set(err, ERROR_SYNTAX,
                     "%s:1: error: %s are too many for a lesson, which has at "
                     "most %s; make several of it",
                     path, str_bytes((unsigned long long)status.st_size),
                     str_bytes(LESSON_BYTES_MAX));
}

static struct lesson *read_with(parse_function *parse, const char *path,
                                struct error *err)
{
    struct file_bytes bytes;
    struct lesson *lesson;

    if (check_size(path, err) != 0 || file_read(path, &bytes, err) != 0)
        return NULL;
    lesson = parse(path, bytes.data, bytes.length, err);
    file_bytes_clear(&bytes);
    return lesson;
}

/* The first bytes of a regular file up to the end of its head; 0: it is none,
 * or its head is longer than that. */
static size_t read_head(const char *path, char *head, size_t room)
{
    struct stat status;
    const char *end;
    size_t length;
    FILE *file;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return 0;
    file = fopen(path, "rb");
    if (!file)
        return 0;
    length = fread(head, 1, room - 1, file);
    fclose(file);
    head[length] = '\0';
    end = strstr(head, "\n---");
    return end ? (size_t)(end - head) + strlen("\n---") : 0;
}

/* Many heads are read for one lesson: no more of their files than needed. */
static struct lesson *read_front(const char *path, struct error *err)
{
    char head[4096];
    size_t length = read_head(path, head, sizeof head);

    return length > 0 ? lesson_parse_front(path, head, length, err)
                      : read_with(lesson_parse_front, path, err);
}

/* --- names ---------------------------------------------------------------- */

/* "06-which-rows" is called "which-rows", too. */
static const char *without_number(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits > 0 && name[digits] == '-' ? name + digits + 1 : name;
}

/* "06" and "6" are the number of "06-which-rows". */
static bool has_number(const char *name, const char *number)
{
    size_t digits = strspn(name, "0123456789");
    size_t length = strspn(number, "0123456789");

    return digits > 0 && name[digits] == '-' && length > 0 &&
           number[length] == '\0' &&
           strtoul(name, NULL, 10) == strtoul(number, NULL, 10);
}

static bool has_id(const char *name, const char *id)
{
    char *path = file_find_data(folder, name, endings, NULL);
    struct lesson *lesson = path ? read_front(path, NULL) : NULL;
    bool has = lesson && str_equal(lesson->id, id);

    lesson_free(lesson);
    free(path);
    return has;
}

/* The shipped lesson that `name` means, in names; NULL: none. */
static const char *match_shipped(char *const *names, const char *name)
{
    for (size_t i = 0; names[i]; i++) {
        if (str_equal(names[i], name))
            return names[i];
    }
    for (size_t i = 0; names[i]; i++) {
        if (str_equal(without_number(names[i]), name))
            return names[i];
    }
    for (size_t i = 0; names[i]; i++) {
        if (has_number(names[i], name))
            return names[i];
    }
    for (size_t i = 0; names[i]; i++) {
        if (has_id(names[i], name))
            return names[i];
    }
    return NULL;
}

/* With its number or without. */
static const char *nearest_name(char *const *names, const char *name)
{
    const char **all, *nearest;
    size_t count = 0;

    while (names[count])
        count++;
    all = memory_zeroed(2 * count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        all[2 * i] = names[i];
        all[2 * i + 1] = without_number(names[i]);
    }
    nearest = match_nearest(name, all, 2 * count);
    free(all);
    return nearest;
}

static void no_lesson(char *const *names, const char *name, struct error *err)
{
    const char *nearest = nearest_name(names, name);
    struct str list = STR_INIT;

    for (size_t i = 0; names[i]; i++)
        str_printf(&list, "%s%s", i ? ", " : "", names[i]);
    if (nearest && !file_exists(name))
        error_set(err, ERROR_NOT_FOUND,
                  "no lesson is called '%s'; did you mean %s?", name, nearest);
    else if (file_exists(name))
        error_set(err, ERROR_NOT_FOUND,
                  "no lesson is called '%s'; type ./%s for the file here", name,
                  name);
    else
        error_set(err, ERROR_NOT_FOUND,
                  "no lesson is called '%s'; there %s%s (a file's name has a / "
                  "or a .)",
                  name, list.length ? "are: " : "are none", str_text(&list));
    str_clear(&list);
}

/* Caller's to free; NULL with the error set. */
static char *find_path(const char *name, struct error *err)
{
    char **names, *path = NULL;
    const char *match;

    if (strpbrk(name, "/."))
        return memory_text(name);
    names = file_list_data(folder, endings);
    match = match_shipped(names, name);
    if (match)
        path = file_find_data(folder, match, endings, err);
    else
        no_lesson(names, name, err);
    file_list_free(names);
    return path;
}

/* --- what comes before what ----------------------------------------------- */

/* The heads of lessons, each id once. */
struct heads {
    struct lesson **items;
    size_t count, capacity;
};

/* Its place among heads; heads->count: it is none of them. */
static size_t find_head(const struct heads *heads, const char *id)
{
    size_t i = 0;

    while (i < heads->count && !str_equal(heads->items[i]->id, id))
        i++;
    return i;
}

/* A file that is no lesson is none that could be required. */
static void add_head(struct heads *heads, const char *path)
{
    struct lesson *head = read_front(path, NULL);

    if (!head || find_head(heads, head->id) < heads->count) {
        lesson_free(head);
        return;
    }
    heads->items = memory_grow(heads->items, heads->count, &heads->capacity,
                               sizeof *heads->items);
    heads->items[heads->count++] = head;
}

/* Lessons in the folder of path. */
static void add_neighbours(struct heads *heads, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str beside = STR_INIT;
    char **paths;

    if (slash)
        str_append_bytes(&beside, path, (size_t)(slash - path) + 1);
    paths = file_list_prefix(str_text(&beside));
    for (size_t i = 0; paths[i]; i++) {
        size_t length = strlen(paths[i]);
        if (length > 3 && str_equal(paths[i] + length - 3, ".md"))
            add_head(heads, paths[i]);
    }
    file_list_free(paths);
    str_clear(&beside);
}

static void add_shipped(struct heads *heads)
{
    char **names = file_list_data(folder, endings);

    for (size_t i = 0; names[i]; i++) {
        char *path = file_find_data(folder, names[i], endings, NULL);
        if (path)
            add_head(heads, path);
        free(path);
    }
    file_list_free(names);
}

static bool knows(const struct heads *heads, const struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->require_count; i++) {
        if (!find_head(heads, lesson->requires[i]))
            return false;
    }
    return true;
}

/* Is all there that is required, and what that requires? */
static bool is_complete(const struct heads *heads, const struct lesson *lesson)
{
    for (size_t i = 0; i < heads->count; i++) {
        if (!knows(heads, heads->items[i]))
            return false;
    }
    return knows(heads, lesson);
}

static void clear_heads(struct heads *heads)
{
    for (size_t i = 0; i < heads->count; i++)
        lesson_free(heads->items[i]);
    free(heads->items);
}

/* A walk along what is required, each lesson entered once. */
struct walk {
    const struct heads *heads;
    const char *goal; /* the id that must not come again */
    bool *entered;    /* (heads->count) */
};

/* The way from id back to the goal, appended to way; false: there is none. */
static bool leads_back(struct walk *walk, const char *id, struct str *way)
{
    size_t length = way->length, index = find_head(walk->heads, id);

    str_printf(way, " → %s", id);
    if (str_equal(id, walk->goal))
        return true;
    if (index < walk->heads->count && !walk->entered[index]) {
        const struct lesson *head = walk->heads->items[index];
        walk->entered[index] = true;
        for (size_t i = 0; i < head->require_count; i++) {
            if (leads_back(walk, head->requires[i], way))
                return true;
        }
    }
    str_truncate(way, length);
    return false;
}

static int check_circle(const struct lesson *lesson, const struct heads *heads,
                        struct error *err)
{
    struct walk walk = {.heads = heads, .goal = lesson->id};
    struct str way = STR_INIT;
    int status = 0;

    walk.entered = memory_zeroed(heads->count + 1, sizeof *walk.entered);
    for (size_t i = 0; i < lesson->require_count && status == 0; i++) {
        if (leads_back(&walk, lesson->requires[i], &way))
            status = error_set(err, ERROR_SYNTAX,
                               "%s:%zu: error: the lesson requires itself "
                               "(%s%s); leave one out of `requires`",
                               lesson->path, lesson->require_line, lesson->id,
                               str_text(&way));
    }
    free(walk.entered);
    str_clear(&way);
    return status;
}

static int check_known(const struct lesson *lesson, const struct heads *heads,
                       struct error *err)
{
    for (size_t i = 0; i < lesson->require_count; i++) {
        if (find_head(heads, lesson->requires[i]) == heads->count)
            return error_set(err, ERROR_NOT_FOUND,
                             "%s:%zu: error: no lesson has the id '%s'; "
                             "require one that is there",
                             lesson->path, lesson->require_line,
                             lesson->requires[i]);
    }
    return 0;
}

/* known: what it requires must be there, too. */
static int check_requires(const struct lesson *lesson, bool known,
                          struct error *err)
{
    struct heads heads = {0};
    int status;

    if (lesson->require_count == 0)
        return 0;
    add_neighbours(&heads, lesson->path);
    if (!is_complete(&heads, lesson))
        add_shipped(&heads);
    status = check_circle(lesson, &heads, err);
    if (status == 0 && known)
        status = check_known(lesson, &heads, err);
    clear_heads(&heads);
    return status;
}

int lesson_check_requires(const struct lesson *lesson, struct error *err)
{
    return check_requires(lesson, true, err);
}

/* --- reading -------------------------------------------------------------- */

struct lesson *lesson_read(const char *name, struct error *err)
{
    char *path = find_path(name, err);
    struct lesson *lesson = path ? read_with(lesson_parse, path, err) : NULL;

    if (lesson && check_requires(lesson, false, err) != 0) {
        lesson_free(lesson);
        lesson = NULL;
    }
    free(path);
    return lesson;
}

struct lesson *lesson_read_front(const char *name, struct error *err)
{
    char *path = find_path(name, err);
    struct lesson *lesson = path ? read_front(path, err) : NULL;

    free(path);
    return lesson;
}
