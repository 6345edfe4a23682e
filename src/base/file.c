/*
 * Files. What a person names is looked at before it is opened: opening a FIFO
 * would wait, opening a device may do something. A file is written under a
 * temporary name in the same directory, so that renaming it is one step: at
 * every moment path is the old file or the new one, whole.
 */
#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { FIRST_READ = 64 * 1024, TEMPORARY_TRIES = 100, DATA_FOLDERS = 3 };

/* What a thing that is no regular file is called; NULL: it is one. */
static const char *kind_name(mode_t mode)
{
    if (S_ISREG(mode))
        return NULL;
    return S_ISDIR(mode)                    ? "a directory"
           : S_ISFIFO(mode)                 ? "a named pipe (FIFO)"
           : S_ISSOCK(mode)                 ? "a socket"
           : S_ISCHR(mode) || S_ISBLK(mode) ? "a device"
                                            : "no regular file";
}

static char *join(const char *folder, const char *name, const char *ending)
{
    struct str path = STR_INIT;
    str_printf(&path, "%s/%s%s", folder, name, ending);
    return str_take(&path);
}

/* The directory part of path ("." where there is none), caller's to free. */
static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return memory_text(".");
    struct str parent = STR_INIT;
    str_append_bytes(&parent, path, slash == path ? 1 : (size_t)(slash - path));
    return str_take(&parent);
}

/* Reading */

static int cannot_read(const char *path, struct error *err)
{
    int why = errno;
    if (why == ENOENT || why == ENOTDIR)
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no file '%s'; check the name", path);
    if (why == EACCES || why == EPERM)
        return error_set(err, ERROR_FILE,
                         "'%s' is not yours to read; change its permissions "
                         "(chmod u+r)",
                         path);
    return error_set(err, ERROR_FILE, "cannot read '%s' (%s); try another file",
                     path, strerror(why));
}

static int open_regular(const char *path, struct stat *status,
                        struct error *err)
{
    if (stat(path, status) != 0)
        return cannot_read(path, err);
    const char *kind = kind_name(status->st_mode);
    if (kind != NULL)
        return error_set(err, ERROR_FILE, "'%s' is %s; name a regular file",
                         path, kind);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return fd < 0 ? cannot_read(path, err) : fd;
}

/* Read to the end, whatever size the file claimed: it may be growing. */
static int read_all(int fd, size_t capacity, struct file_bytes *out)
{
    out->data = memory_new(capacity, 1);
    out->length = 0;
    for (;;) {
        if (out->length + 1 >= capacity) { /* one more for the NUL */
            capacity *= 2;
            out->data = memory_resize(out->data, capacity, 1);
        }
        ssize_t got =
            read(fd, out->data + out->length, capacity - 1 - out->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            out->data[out->length] = '\0';
            return got == 0 ? 0 : -1;
        }
        out->length += (size_t)got;
    }
}

int file_read(const char *path, struct file_bytes *out, struct error *err)
{
    struct stat status;
    *out = (struct file_bytes){NULL, 0};
    int fd = open_regular(path, &status, err);
    if (fd < 0)
        return -1;
    size_t size = (size_t)status.st_size + 2; /* NUL, and room to see the end */
    struct str what = STR_INIT;
    str_printf(&what, "reading '%s'", path);
    int failed = memory_reserve(size, 1, str_text(&what), err);
    str_clear(&what);
    if (failed == 0) {
        failed = read_all(fd, size < FIRST_READ ? FIRST_READ : size, out);
        if (failed != 0)
            cannot_read(path, err);
    }
    close(fd);
    if (failed != 0)
        file_bytes_clear(out);
    return failed;
}

void file_bytes_clear(struct file_bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct file_bytes){NULL, 0};
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

/* Writing */

static int already_exists(const char *path, struct error *err)
{
    return error_set(err, ERROR_FILE,
                     "'%s' exists; add force=yes to overwrite it", path);
}

static int cannot_write(const char *path, int why, struct error *err)
{
    if (why == ENOSPC || why == EFBIG || why == EDQUOT)
        return error_set(err, ERROR_FILE,
                         "no room to write '%s' (%s); free some space", path,
                         strerror(why));
    return error_set(err, ERROR_FILE,
                     "cannot write '%s' (%s); try another place", path,
                     why == 0 ? "a part was not taken" : strerror(why));
}

/*
 * May path be written? mode: that of the file there, 0 where there is none.
 */
static int check_target(const char *path, bool force, mode_t *mode,
                        struct error *err)
{
    struct stat status;
    *mode = 0;
    if (stat(path, &status) != 0) {
        if (errno != ENOENT)
            return cannot_write(path, errno, err);
        if (lstat(path, &status) == 0)
            return error_set(err, ERROR_FILE,
                             "'%s' is a symbolic link to nothing; remove it or "
                             "name another file",
                             path);
        return 0;
    }
    const char *kind = kind_name(status.st_mode);
    if (kind != NULL)
        return error_set(err, ERROR_FILE,
                         "'%s' is %s and is left alone; name a regular file",
                         path, kind);
    if (!force)
        return already_exists(path, err);
    if (access(path, W_OK) != 0)
        return cannot_write(path, errno, err);
    *mode = status.st_mode & 07777;
    return 0;
}

/* A new file in path's directory; its name to *name, its descriptor back. */
static int open_temporary(const char *path, char **name)
{
    static unsigned serial;
    char *folder = parent_of(path);
    int fd = -1;
    for (int i = 0; i < TEMPORARY_TRIES && fd < 0; i++) {
        struct str temporary = STR_INIT;
        str_printf(&temporary, "%s/.emblab-%ld-%u.tmp", folder, (long)getpid(),
                   serial++);
        *name = str_take(&temporary);
        fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0) {
            free(*name);
            *name = NULL;
            if (errno != EEXIST)
                break;
        }
    }
    free(folder);
    return fd;
}

int file_write_open(struct file_write *w, const char *path, bool force,
                    struct error *err)
{
    *w = (struct file_write){.force = force};
    if (str_equal(path, "-")) {
        w->stream = stdout;
        return 0;
    }
    mode_t mode;
    if (check_target(path, force, &mode, err) != 0)
        return -1;
    w->path = memory_text(path);
    w->target = mode == 0 ? NULL : realpath(path, NULL);
    if (w->target == NULL)
        w->target = memory_text(path);
    int fd = open_temporary(w->target, &w->temporary);
    if (fd >= 0 && (mode == 0 || fchmod(fd, mode) == 0))
        w->stream = fdopen(fd, "wb");
    if (w->stream != NULL)
        return 0;
    int why = errno;
    if (fd >= 0)
        close(fd);
    file_write_abort(w);
    return cannot_write(path, why, err);
}

/* Everything written is on the disk, or errno says why not (0: unknown). */
static int finish_stream(FILE *stream)
{
    bool failed_before = ferror(stream) != 0;
    errno = 0;
    if (fflush(stream) != 0)
        return -1;
    if (failed_before) {
        /* Why is forgotten. A file that is dropped anyway is asked again. */
        if (stream != stdout && write(fileno(stream), "", 1) >= 0)
            errno = 0;
        return -1;
    }
    if (stream == stdout)
        return 0;
    /* EINVAL, ENOTSUP: a file system that cannot be asked */
    if (fsync(fileno(stream)) != 0 && errno != EINVAL && errno != ENOTSUP)
        return -1;
    return 0;
}

/*
 * Give the temporary file its name. Without force a file that appeared since
 * it was looked for is not replaced: link refuses what rename would not.
 */
static int move_into_place(struct file_write *w)
{
    if (!w->force) {
        if (link(w->temporary, w->target) == 0)
            return unlink(w->temporary);
        if (errno == EEXIST)
            return -1;
    } /* a file system without links: renaming is the best there is */
    return rename(w->temporary, w->target);
}

/* The new name itself on the disk; a failure leaves a whole file anyway. */
static void sync_folder(const char *path)
{
    char *folder = parent_of(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

static void forget(struct file_write *w)
{
    free(w->path);
    free(w->target);
    free(w->temporary);
    *w = (struct file_write){0};
}

static int commit_output(struct file_write *w, struct error *err)
{
    int failed = finish_stream(stdout), why = errno;
    clearerr(stdout);
    forget(w);
    return failed == 0 ? 0 : cannot_write("standard output", why, err);
}

/* Sync, close, rename: 0, or -1 with errno; the stream is gone after. */
static int write_through(struct file_write *w)
{
    int failed = finish_stream(w->stream), why = errno;
    if (fclose(w->stream) != 0 && failed == 0) {
        failed = -1;
        why = errno;
    }
    w->stream = NULL;
    errno = why;
    return failed == 0 ? move_into_place(w) : -1;
}

int file_write_commit(struct file_write *w, struct error *err)
{
    assert(w->stream != NULL);
    if (w->stream == stdout)
        return commit_output(w, err);
    if (write_through(w) == 0) {
        sync_folder(w->target);
        forget(w);
        return 0;
    }
    if (errno == EEXIST)
        already_exists(w->path, err);
    else
        cannot_write(w->path, errno, err);
    file_write_abort(w);
    return -1;
}

void file_write_abort(struct file_write *w)
{
    if (w->stream != NULL && w->stream != stdout)
        fclose(w->stream);
    if (w->temporary != NULL)
        unlink(w->temporary);
    forget(w);
}

int file_write_all(const char *path, const void *bytes, size_t length,
                   bool force, struct error *err)
{
    struct file_write w;
    if (file_write_open(&w, path, force, err) != 0)
        return -1;
    fwrite(bytes, 1, length, w.stream); /* commit looks for the failure */
    return file_write_commit(&w, err);
}

/* Lists of names */

struct names {
    char **item; /* NULL-ended once finished */
    size_t count, capacity;
};

static void names_add(struct names *names, char *name)
{
    names->item = memory_grow(names->item, names->count, &names->capacity,
                              sizeof *names->item);
    names->item[names->count++] = name;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each once, NULL-ended. */
static char **names_finish(struct names *names)
{
    if (names->count > 1)
        qsort(names->item, names->count, sizeof *names->item, compare_names);
    size_t kept = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (kept > 0 && str_equal(names->item[kept - 1], names->item[i]))
            free(names->item[i]);
        else
            names->item[kept++] = names->item[i];
    }
    names->count = kept;
    names_add(names, NULL);
    return names->item;
}

void file_list_free(char **names)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        free(names[i]);
    free(names);
}

/* Shipped data */

static char *program; /* the executable's path, once known */

/* Where $PATH has a program of this name, caller's to free, or NULL. */
static char *search_path(const char *name)
{
    const char *at = getenv("PATH");
    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at, ":");
        struct str path = STR_INIT;
        str_append_bytes(&path, at, length);
        str_printf(&path, "%s/%s", length == 0 ? "." : "", name);
        if (access(str_text(&path), X_OK) == 0)
            return str_take(&path);
        str_clear(&path);
        at += length + (at[length] == ':');
    }
    return NULL;
}

void file_set_program(const char *argv0)
{
    char *found = strchr(argv0, '/') != NULL ? memory_text(argv0)
                                             : search_path(argv0);
    char *whole = found == NULL ? NULL : realpath(found, NULL);
    free(found);
    free(program);
    program = whole;
}

/* The directory of the executable, caller's to free. */
static char *program_folder(void)
{
    char link[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", link, sizeof link - 1);
    if (length > 0) {
        link[length] = '\0';
        return parent_of(link);
    }
    return program != NULL ? parent_of(program) : memory_text(".");
}

/* The places where folder may lie, in order; returns how many. */
static size_t data_folders(const char *folder, char *out[DATA_FOLDERS])
{
    size_t count = 0;
    const char *set = getenv("EMBLAB_DATA");
    if (set != NULL && *set != '\0')
        out[count++] = join(set, folder, "");
    char *beside = program_folder();
    out[count++] = join(beside, folder, "");
    char *shared = join(beside, "../share/emblab", "");
    out[count++] = join(shared, folder, "");
    free(shared);
    free(beside);
    return count;
}

static void free_all(char **item, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(item[i]);
}

static bool is_regular(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* "a, b, c" of a NULL-ended list. */
static void append_names(struct str *out, char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        str_printf(out, "%s%s", i > 0 ? ", " : "", names[i]);
}

static void data_missing(const char *folder, const char *name,
                         const char *const *endings, struct error *err)
{
    char *folders[DATA_FOLDERS + 1] = {NULL};
    size_t count = data_folders(folder, folders);
    char **names = file_list_data(folder, endings);
    struct str looked = STR_INIT, there = STR_INIT;
    append_names(&looked, folders);
    append_names(&there, names);
    if (is_regular(name))
        error_set(err, ERROR_NOT_FOUND,
                  "no '%s' among the %s that come with emblab; type ./%s for "
                  "the file here",
                  name, folder, name);
    else
        error_set(err, ERROR_NOT_FOUND,
                  "no '%s' in %s; there %s%s (a file's name has a / or a .)",
                  name, str_text(&looked), names[0] == NULL ? "is" : "are: ",
                  names[0] == NULL ? " nothing" : str_text(&there));
    str_clear(&looked);
    str_clear(&there);
    file_list_free(names);
    free_all(folders, count);
}

char *file_find_data(const char *folder, const char *name,
                     const char *const *endings, struct error *err)
{
    if (strpbrk(name, "/.") != NULL)
        return memory_text(name);
    char *folders[DATA_FOLDERS], *found = NULL;
    size_t count = data_folders(folder, folders);
    for (size_t i = 0; i < count && found == NULL; i++)
        for (size_t e = 0; endings[e] != NULL && found == NULL; e++) {
            char *path = join(folders[i], name, endings[e]);
            if (is_regular(path))
                found = path;
            else
                free(path);
        }
    free_all(folders, count);
    if (found == NULL)
        data_missing(folder, name, endings, err);
    return found;
}

/* Add name less one of the endings, if it is a name of shipped data. */
static void add_data_name(struct names *names, const char *name,
                          const char *const *endings)
{
    size_t length = strlen(name);
    for (size_t e = 0; endings[e] != NULL; e++) {
        size_t tail = strlen(endings[e]);
        if (length <= tail || !str_equal(name + length - tail, endings[e]))
            continue;
        struct str bare = STR_INIT;
        str_append_bytes(&bare, name, length - tail);
        if (strchr(str_text(&bare), '.') == NULL &&
            !str_equal(str_text(&bare), "README"))
            names_add(names, str_take(&bare));
        str_clear(&bare);
        return;
    }
}

char **file_list_data(const char *folder, const char *const *endings)
{
    struct names names = {NULL, 0, 0};
    char *folders[DATA_FOLDERS];
    size_t count = data_folders(folder, folders);
    for (size_t i = 0; i < count; i++) {
        DIR *directory = opendir(folders[i]);
        if (directory == NULL)
            continue;
        for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
            add_data_name(&names, entry->d_name, endings);
        closedir(directory);
    }
    free_all(folders, count);
    return names_finish(&names);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

char **file_list_prefix(const char *prefix)
{
    const char *slash = strrchr(prefix, '/');
    size_t head = slash == NULL ? 0 : (size_t)(slash - prefix) + 1;
    const char *start = prefix + head;
    char *folder = parent_of(prefix);
    struct names names = {NULL, 0, 0};
    DIR *directory = opendir(folder);
    free(folder);
    for (struct dirent *entry;
         directory != NULL && (entry = readdir(directory)) != NULL;) {
        const char *name = entry->d_name;
        if (!str_starts_with(name, start) || str_equal(name, ".") ||
            str_equal(name, "..") || (name[0] == '.' && start[0] != '.'))
            continue;
        struct str path = STR_INIT;
        str_append_bytes(&path, prefix, head);
        str_append(&path, name);
        if (is_folder(str_text(&path)))
            str_append_char(&path, '/');
        names_add(&names, str_take(&path));
    }
    if (directory != NULL)
        closedir(directory);
    return names_finish(&names);
}

/* XDG folders */

/* Make every directory above path that is not there, private. */
static void make_parents(const char *path)
{
    char *parent = parent_of(path);
    for (char *at = parent + 1; *at != '\0'; at++)
        if (*at == '/') {
            *at = '\0';
            mkdir(parent, 0700);
            *at = '/';
        }
    mkdir(parent, 0700);
    free(parent);
}

/* An environment variable that holds an absolute path, or NULL. */
static const char *absolute_variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] == '/' ? value : NULL;
}

char *file_xdg_path(enum file_xdg which, const char *name, bool make)
{
    bool state = which == FILE_XDG_STATE;
    const char *base =
        absolute_variable(state ? "XDG_STATE_HOME" : "XDG_CONFIG_HOME");
    const char *home = absolute_variable("HOME");
    if (base == NULL && home == NULL)
        return NULL;
    struct str path = STR_INIT;
    if (base != NULL)
        str_append(&path, base);
    else
        str_printf(&path, "%s/%s", home, state ? ".local/state" : ".config");
    str_printf(&path, "/emblab/%s", name);
    if (make)
        make_parents(str_text(&path));
    return str_take(&path);
}
