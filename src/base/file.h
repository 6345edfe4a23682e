/*
 * Files: read whole with an honest message for everything that is not a
 * regular file, written to a temporary name, synced and renamed; the XDG
 * folders; where shipped data lies.
 */
#ifndef EMBLAB_BASE_FILE_H
#define EMBLAB_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/str.h"

/*
 * A file's bytes; data[length] is NUL. A copy, not a mapping: a file that is
 * written over or cut short while it is used changes and breaks nothing.
 */
struct file_bytes {
    char *data; /* free with free() or file_bytes_clear */
    size_t length;
};

/*
 * Read a regular file whole. Directory, device, FIFO, socket, unreadable:
 * ERROR_FILE; missing: ERROR_NOT_FOUND; larger than the memory there is:
 * ERROR_MEMORY; each with its own message.
 */
int file_read(const char *path, struct file_bytes *out, struct error *err);
void file_bytes_clear(struct file_bytes *bytes);

/*
 * Write a file: open a temporary name beside path, write through stream, then
 * file_write_commit syncs and renames it over path, or file_write_abort drops
 * it. An existing regular file needs force; anything else that exists (device,
 * FIFO, directory) is refused. path "-": stream is standard output, never
 * closed. A full disk is an error at commit, and path is as it was. A symbolic
 * link stays one: what it points to is written. An overwritten file keeps its
 * mode, a new one gets 0666 less the umask. After either end w is empty.
 */
struct file_write {
    FILE *stream;
    char *path;   /* NULL: standard output */
    char *target; /* what is written: path, or where a link leads */
    char *temporary;
    bool force;
};
int file_write_open(struct file_write *w, const char *path, bool force,
                    struct error *err);
int file_write_commit(struct file_write *w, struct error *err);
void file_write_abort(struct file_write *w);

/* file_write of bytes that are there already. */
int file_write_all(const char *path, const void *bytes, size_t length,
                   bool force, struct error *err);

bool file_exists(const char *path);

/*
 * Where the system does not say which file is running, shipped data is found
 * from main's argv[0]: call this first.
 */
void file_set_program(const char *argv0);

/*
 * Shipped data: a bare name is looked up as FOLDER/NAME + ending in
 * $EMBLAB_DATA, then beside the executable, then in ../share/emblab from it; a
 * name with / or . is a path. endings: NULL-terminated, tried in order.
 * Returns a path, caller's to free, or NULL with ERROR_NOT_FOUND that lists
 * where it looked and the names there are.
 */
char *file_find_data(const char *folder, const char *name,
                     const char *const *endings, struct error *err);

/*
 * Names (without ending) of the shipped data in folder, sorted, NULL-ended;
 * free with file_list_free. A README is none of them.
 */
char **file_list_data(const char *folder, const char *const *endings);
/*
 * Paths that start with prefix ("cor", "corpora/t"), sorted, directories ending
 * in '/'; hidden ones only where the prefix's last part starts with a dot.
 */
char **file_list_prefix(const char *prefix);
void file_list_free(char **names);

/*
 * $XDG_STATE_HOME/emblab/NAME (or ..._CONFIG_HOME), the folder made with 0700
 * when make is set; caller's to free; NULL where there is no home.
 */
enum file_xdg { FILE_XDG_STATE, FILE_XDG_CONFIG };
char *file_xdg_path(enum file_xdg which, const char *name, bool make);

#endif
