/*
 * One place asks the system for memory. Small requests that fail end the
 * program; what a person sizes is compared with what is free beforehand.
 * "Free" is the smallest of: what the kernel calls available, what the
 * process's limits leave, and what the control group (a container) leaves.
 */
#include "base/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/str.h"

enum { FIRST_ELEMENTS = 16 };

static void (*leave_program)(void);
static size_t request_limit = SIZE_MAX;

/* Memory has run out: no message may allocate from here on. */
static _Noreturn void run_out(void)
{
    static const char message[] =
        "emblab: error: out of memory; close other programs, or use a "
        "smaller text or table\n";
    void (*leave)(void) = leave_program;
    leave_program = NULL; /* leaving may run out too: then it is not asked */
    if (leave != NULL)
        leave();
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    exit(EXIT_FAILURE);
}

/* count x size, at least 1 (a block is never NULL). */
static size_t block_size(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        run_out();
    size_t bytes = count * size;
    return bytes == 0 ? 1 : bytes;
}

void *memory_new(size_t count, size_t size)
{
    return memory_resize(NULL, count, size);
}

void *memory_zeroed(size_t count, size_t size)
{
    void *block = calloc(1, block_size(count, size));
    if (block == NULL)
        run_out();
    return block;
}

void *memory_resize(void *block, size_t count, size_t size)
{
    void *resized = realloc(block, block_size(count, size));
    if (resized == NULL)
        run_out();
    return resized;
}

void *memory_grow(void *array, size_t length, size_t *capacity, size_t size)
{
    assert(length <= *capacity);
    if (length < *capacity)
        return array;
    if (*capacity > SIZE_MAX / 2)
        run_out();
    *capacity = *capacity == 0 ? FIRST_ELEMENTS : *capacity * 2;
    return memory_resize(array, *capacity, size);
}

char *memory_text(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text) + 1, 1);
}

void *memory_copy(const void *bytes, size_t count, size_t size)
{
    void *copy = memory_new(count, size);
    if (count * size > 0)
        memcpy(copy, bytes, count * size);
    return copy;
}

/*
 * The number after key in a small text file of the kernel's, or SIZE_MAX where
 * there is none ("max" in a control group). key "": the file is the number.
 */
static size_t system_number(const char *path, const char *key)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return SIZE_MAX;
    char line[256];
    uint64_t value = UINT64_MAX;
    size_t length = strlen(key);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, length) == 0 &&
            sscanf(line + length, "%" SCNu64, &value) == 1)
            break;
    fclose(file);
    return value > SIZE_MAX ? SIZE_MAX : (size_t)value;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* limit - used, where there is a limit. */
static size_t left_of(size_t limit, size_t used)
{
    if (limit == SIZE_MAX || used == SIZE_MAX)
        return SIZE_MAX;
    return limit > used ? limit - used : 0;
}

static size_t physical_available(void)
{
    size_t kilobytes = system_number("/proc/meminfo", "MemAvailable:");
    if (kilobytes != SIZE_MAX)
        return kilobytes > SIZE_MAX / 1024 ? SIZE_MAX : kilobytes * 1024;
#ifdef _SC_AVPHYS_PAGES
    long pages = sysconf(_SC_AVPHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0)
        return (size_t)pages * (size_t)page;
#endif
    return SIZE_MAX; /* unknown: then the system decides */
}

/* What a limit of the process leaves; used: its line in /proc/self/status. */
static size_t limit_left(int which, const char *used)
{
    struct rlimit limit;
    if (getrlimit(which, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    size_t kilobytes = system_number("/proc/self/status", used);
    return left_of((size_t)limit.rlim_cur,
                   kilobytes == SIZE_MAX ? 0 : kilobytes * 1024);
}

/* A container's limit (control group v2, as seen from inside). Pages of files
 * that could be dropped count as free. */
static size_t container_left(void)
{
    size_t used = system_number("/sys/fs/cgroup/memory.current", "");
    size_t files = system_number("/sys/fs/cgroup/memory.stat", "inactive_file");
    if (used != SIZE_MAX && files <= used)
        used -= files;
    return left_of(system_number("/sys/fs/cgroup/memory.max", ""), used);
}

size_t memory_available(void)
{
    size_t left = smaller(physical_available(), container_left());
    left = smaller(left, limit_left(RLIMIT_AS, "VmSize:"));
    return smaller(left, limit_left(RLIMIT_DATA, "VmData:"));
}

size_t memory_set_limit(size_t bytes)
{
    size_t before = request_limit;
    request_limit = bytes;
    return before;
}

int memory_reserve(size_t count, size_t size, const char *what,
                   struct error *err)
{
    if (size != 0 && count > SIZE_MAX / size)
        return error_set(err, ERROR_MEMORY,
                         "%s would need more bytes than a computer can count; "
                         "make it smaller",
                         what);
    if (count * size > request_limit)
        return error_set(err, ERROR_MEMORY,
                         "%s would need %s, but at most %s may be used here; "
                         "make it smaller",
                         what, str_bytes(count * size),
                         str_bytes(request_limit));
    size_t available = memory_available();
    if (count * size <= available)
        return 0;
    return error_set(err, ERROR_MEMORY,
                     "%s would need %s, %s are free; make it smaller", what,
                     str_bytes(count * size), str_bytes(available));
}

void memory_set_exit(void (*leave)(void))
{
    leave_program = leave;
}
