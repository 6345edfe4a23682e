/*
 * Memory. Small requests never fail: where the system has nothing left, the
 * program ends through the one exit that restores the terminal. What a person
 * sizes (V x D, a corpus) is asked for first with memory_reserve, which fails
 * with the size it would need and allocates nothing.
 */
#ifndef EMBLAB_BASE_MEMORY_H
#define EMBLAB_BASE_MEMORY_H

#include <stddef.h>

#include "base/error.h"

/* Allocate, zeroed for memory_zeroed; never NULL; free with free(). */
void *memory_new(size_t count, size_t size);
void *memory_zeroed(size_t count, size_t size);

/* Resize a block from here, or NULL. The old pointer is gone. */
void *memory_resize(void *block, size_t count, size_t size);

/*
 * Room for one more element in a growing array: *capacity doubles when length
 * has reached it. Returns the array's place, old or new.
 */
void *memory_grow(void *array, size_t length, size_t *capacity, size_t size);

/* A copy of text or bytes, caller's to free. memory_text(NULL) is NULL. */
char *memory_text(const char *text);
void *memory_copy(const void *bytes, size_t count, size_t size);

/*
 * Would count x size bytes fit in what the machine has free now (and in the
 * process's limits)? Fails with ERROR_MEMORY: "WHAT would need 12.3 GB, 7.9
 * GB are free; ...". Allocates nothing.
 */
int memory_reserve(size_t count, size_t size, const char *what,
                   struct error *err);

/* The most that memory_reserve grants one request from now on, whatever is
 * free; SIZE_MAX: all there is. Returns what it was. */
size_t memory_set_limit(size_t bytes);

/* Bytes a process could still get: physical memory available, less limits. */
size_t memory_available(void);

/* Called once when memory has run out, before the program ends. */
void memory_set_exit(void (*leave)(void));

#endif
