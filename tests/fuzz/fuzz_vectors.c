/*
 * Any bytes as a vector file. The first byte says under which name it lies,
 * since .vec, .bin and .npy promise a format.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "text/vectors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 5, DIMS = 3 };

static int64_t find_row(void *context, const char *word, size_t length)
{
    (void)context;
    return length == 0 ? -1 : (unsigned char)word[0] % (ROWS + 1) - 1;
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fwrite(data, 1, size, file) != size ||
        fclose(file) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const endings[] = {".txt", ".vec", ".bin", ".npy"};
    char path[80];
    float table[ROWS * DIMS] = {0};
    bool found[ROWS] = {false};
    struct vectors_target target = {.rows = ROWS,
                                    .dims = DIMS,
                                    .table = table,
                                    .found = found,
                                    .find = find_row};
    struct vectors_info info;
    struct error err;

    if (size == 0)
        return 0;
    snprintf(path, sizeof path, "/tmp/emblab-fuzz-%ld%s", (long)getpid(),
             endings[data[0] % 4]);
    write_file(path, data + 1, size - 1);
    vectors_load(path, &target, &info, &err);
    unlink(path);
    return 0;
}
