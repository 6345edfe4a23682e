/*
 * The file: "# emblab progress 1", then a line an answer, "LESSON ID STATE",
 * and one for a lesson that was left in the middle, "LESSON page 4".
 * Who changes it holds the lock on progress.lock from reading to renaming.
 */
#include "lesson/progress.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"

static const char first_line[] = "# emblab progress 1";
static const char page_word[] = "page";
static const char *const state_names[] = {NULL, "skipped", "shown", "done"};

/* --- entries ------------------------------------------------------------ */

static struct progress_entry *find(const struct learning *learning,
                                   const char *lesson, const char *id)
{
    for (size_t i = 0; i < learning->count; i++) {
        struct progress_entry *entry = &learning->entries[i];
        if (entry->page == 0 && str_equal(entry->lesson, lesson) &&
            str_equal(entry->id, id))
            return entry;
    }
    return NULL;
}

static void put(struct learning *learning, const char *lesson, const char *id,
                enum progress_state state)
{
    struct progress_entry *entry = find(learning, lesson, id);

    if (entry) {
        if (entry->state < state)
            entry->state = state;
        return;
    }
    learning->entries = memory_grow(learning->entries, learning->count,
                                    &learning->capacity, sizeof *entry);
    learning->entries[learning->count++] =
        (struct progress_entry){memory_text(lesson), memory_text(id), state, 0};
}

static void drop(struct learning *learning, size_t i)
{
    free(learning->entries[i].lesson);
    free(learning->entries[i].id);
    learning->entries[i] = learning->entries[--learning->count];
}

static struct progress_entry *find_page(const struct learning *learning,
                                        const char *lesson)
{
    for (size_t i = 0; i < learning->count; i++) {
        struct progress_entry *entry = &learning->entries[i];
        if (entry->page > 0 && str_equal(entry->lesson, lesson))
            return entry;
    }
    return NULL;
}

/* 0: no more. */
static void put_page(struct learning *learning, const char *lesson, size_t page)
{
    struct progress_entry *entry = find_page(learning, lesson);

    if (entry && page > 0) {
        entry->page = page;
    } else if (entry) {
        drop(learning, (size_t)(entry - learning->entries));
    } else if (page > 0) {
        learning->entries = memory_grow(learning->entries, learning->count,
                                        &learning->capacity, sizeof *entry);
        learning->entries[learning->count++] = (struct progress_entry){
            memory_text(lesson), memory_text(page_word), PROGRESS_NONE, page};
    }
}

size_t progress_page(const struct learning *learning, const char *lesson)
{
    const struct progress_entry *entry = find_page(learning, lesson);

    return entry ? entry->page : 0;
}

void progress_clear(struct learning *learning)
{
    while (learning->count > 0)
        drop(learning, learning->count - 1);
    free(learning->entries);
    *learning = (struct learning){0};
}

bool progress_knows(const struct learning *learning, const char *lesson)
{
    for (size_t i = 0; i < learning->count; i++) {
        if (str_equal(learning->entries[i].lesson, lesson))
            return true;
    }
    return false;
}

enum progress_state progress_of(const struct learning *learning,
                                const char *lesson, const char *id)
{
    const struct progress_entry *entry = find(learning, lesson, id);

    return entry ? entry->state : PROGRESS_NONE;
}

struct progress_count progress_count(const struct learning *learning,
                                     const struct lesson *lesson)
{
    struct progress_count count = {0};

    for (size_t i = 0; i < lesson->count; i++) {
        const struct lesson_block *block = &lesson->blocks[i];
        enum progress_state state;
        if (!block->question || !block->id)
            continue;
        state = progress_of(learning, lesson->id, block->id);
        count.questions++;
        count.done += state == PROGRESS_DONE;
        count.shown += state == PROGRESS_SHOWN;
    }
    return count;
}

bool progress_finished(const struct progress_count *count)
{
    return count->questions > 0 &&
           count->done + count->shown == count->questions;
}

void progress_write_short(const struct progress_count *count, struct str *out)
{
    size_t answered = count->done + count->shown;

    if (answered == 0)
        return;
    if (progress_finished(count))
        str_append(out, "done");
    else
        str_printf(out, "%zu of %zu", answered, count->questions);
}

void progress_write(const struct progress_count *count, struct str *out)
{
    progress_write_short(count, out);
    if (count->shown > 0)
        str_printf(out, " (%zu shown)", count->shown);
}

/* --- reading ------------------------------------------------------------ */

/* What an id is made of in a lesson, and so in this file. */
static bool is_id(const char *text)
{
    return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_")] == '\0';
}

static enum progress_state find_state(const char *name)
{
    for (int i = PROGRESS_SKIPPED; i <= PROGRESS_DONE; i++) {
        if (str_equal(name, state_names[i]))
            return (enum progress_state)i;
    }
    return PROGRESS_NONE;
}

/* "which-rows page 4": 4; 0: it is no such line. No state reads as a number. */
static size_t read_page(char *const *words)
{
    enum { DIGITS_MAX = 6 };
    size_t digits = strspn(words[2], "0123456789");

    if (!str_equal(words[1], page_word) || digits == 0 || digits > DIGITS_MAX ||
        words[2][digits] != '\0')
        return 0;
    return strtoul(words[2], NULL, 10);
}

/* "which-rows which done". False: it is no such line. */
static bool read_line(struct learning *learning, char *line)
{
    char *words[4] = {0}, *rest = NULL;
    size_t count = 0, page;

    for (char *word = strtok_r(line, " ", &rest); word && count < 4;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    if (count != 3 || !is_id(words[0]) || !is_id(words[1]))
        return false;
    page = read_page(words);
    if (page > 0) {
        put_page(learning, words[0], page);
        return true;
    }
    if (find_state(words[2]) == PROGRESS_NONE)
        return false;
    put(learning, words[0], words[1], find_state(words[2]));
    return true;
}

/* The state is a line's last word: a line that reads well is whole, also
 * without its \n. */
static void read_lines(struct learning *learning, struct file_bytes *bytes)
{
    char *line = bytes->data, *end = bytes->data + bytes->length;

    while (line < end) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            stop = end;
        *stop = '\0';
        if (strlen(line) != (size_t)(stop - line)) /* a NUL in it */
            learning->damaged++;
        else if (*line != '#' && *line != '\0' && !read_line(learning, line))
            learning->damaged++;
        line = stop + 1;
    }
}

static char *state_path(const char *name)
{
    return file_xdg_path(FILE_XDG_STATE, name, true);
}

int progress_read(struct learning *learning, struct error *err)
{
    char *path = state_path("progress");
    struct file_bytes bytes = {0};
    int status = 0;

    *learning = (struct learning){0};
    if (path && file_exists(path)) {
        status = file_read(path, &bytes, err);
        if (status == 0)
            read_lines(learning, &bytes);
    }
    file_bytes_clear(&bytes);
    free(path);
    return status;
}

/* --- writing ------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    const struct progress_entry *x = a, *y = b;
    int order = strcmp(x->lesson, y->lesson);

    if (order == 0)
        order = (x->page > 0) - (y->page > 0);
    return order != 0 ? order : strcmp(x->id, y->id);
}

/* A file for its owner alone, from the first moment. */
static void make_private(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file >= 0)
        close(file);
}

static void write_entry(const struct progress_entry *entry, struct str *out)
{
    if (entry->page > 0)
        str_printf(out, "%s %s %zu\n", entry->lesson, page_word, entry->page);
    else
        str_printf(out, "%s %s %s\n", entry->lesson, entry->id,
                   state_names[entry->state]);
}

static int write_file(const char *path, const struct learning *learning,
                      struct error *err)
{
    struct str text = STR_INIT;
    int status;

    if (learning->count > 0)
        qsort(learning->entries, learning->count, sizeof *learning->entries,
              by_name);
    str_printf(&text, "%s\n", first_line);
    for (size_t i = 0; i < learning->count; i++)
        write_entry(&learning->entries[i], &text);
    make_private(path);
    status = file_write_all(path, str_text(&text), text.length, true, err);
    str_clear(&text);
    return status;
}

/* What cannot be read is not thrown away. */
static void keep_damaged(const char *path)
{
    char *beside = state_path("progress.damaged");
    struct file_bytes bytes = {0};

    if (beside && file_read(path, &bytes, NULL) == 0) {
        make_private(beside);
        (void)file_write_all(beside, bytes.data, bytes.length, true, NULL);
    }
    file_bytes_clear(&bytes);
    free(beside);
}

/* A change of the entries; what it did, for the caller. */
struct change {
    const char *lesson, *id;
    enum progress_state state; /* PROGRESS_NONE: forget the lesson, or ... */
    bool moves;                /* ... keep this page */
    size_t page;
    size_t forgotten;
};

static void apply(struct learning *learning, struct change *change)
{
    if (change->moves)
        put_page(learning, change->lesson, change->page);
    else if (change->state != PROGRESS_NONE)
        put(learning, change->lesson, change->id, change->state);
    for (size_t i = learning->count;
         !change->moves && change->state == PROGRESS_NONE && i-- > 0;) {
        if (!str_equal(learning->entries[i].lesson, change->lesson))
            continue;
        drop(learning, i);
        change->forgotten++;
    }
}

static int read_and_write(const char *path, struct change *change,
                          struct error *err)
{
    struct learning learning;
    int status = progress_read(&learning, err);

    if (status == 0 && change->moves &&
        progress_page(&learning, change->lesson) == change->page)
        change->moves = false; /* it stands there */
    else if (status == 0)
        apply(&learning, change);
    if (status == 0 && (change->moves || change->state != PROGRESS_NONE ||
                        change->forgotten > 0)) {
        if (learning.damaged > 0)
            keep_damaged(path);
        status = write_file(path, &learning, err);
    }
    progress_clear(&learning);
    return status;
}

static int change_file(struct change *change, struct error *err)
{
    char *path = state_path("progress"), *lock = state_path("progress.lock");
    int file = lock ? open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    int status;

    if (!path)
        status = error_set(err, ERROR_FILE,
                           "there is no place for your progress: HOME is not "
                           "set; set it");
    else {
        if (file >= 0)
            (void)flock(file, LOCK_EX);
        status = read_and_write(path, change, err);
    }
    if (file >= 0)
        close(file);
    free(lock);
    free(path);
    return status;
}

int progress_record(const char *lesson, const char *id,
                    enum progress_state state, struct error *err)
{
    struct change change = {.lesson = lesson, .id = id, .state = state};

    return change_file(&change, err);
}

int progress_record_page(const char *lesson, size_t page, struct error *err)
{
    struct change change = {.lesson = lesson, .moves = true, .page = page};

    return change_file(&change, err);
}

int progress_forget(const char *lesson, size_t *forgotten, struct error *err)
{
    struct change change = {.lesson = lesson};
    int status = change_file(&change, err);

    *forgotten = change.forgotten;
    return status;
}
