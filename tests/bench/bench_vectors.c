/*
 * Loading a GloVe-format file of 400,000 words x 100 into a table: MB/s, the
 * median of several rounds, and the process's peak memory against the table's
 * (the vocabulary included). Goals: 60 MB/s, 1.3. The file is written to
 * $TMPDIR first. bench_vectors [WORDS [DIMS]].
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "text/vectors.h"
#include "text/words.h"

enum { ROUNDS = 5 };

struct progress {
    size_t calls;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static size_t word_text(char out[32], size_t word)
{
    return (size_t)sprintf(out, "w%zu", word * 7919 % 1000003);
}

/* Numbers as GloVe writes them: five or six digits behind the point. */
static void write_vectors(const char *path, size_t words, size_t dims)
{
    FILE *file = fopen(path, "w");
    uint64_t state = 42;
    char word[32];

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    for (size_t i = 0; i < words; i++) {
        word_text(word, i);
        fputs(word, file);
        for (size_t d = 0; d < dims; d++) {
            state = state * UINT64_C(6364136223846793005) +
                    UINT64_C(1442695040888963407);
            long digits = (long)(state >> 33) % 2000000 - 1000000;
            fprintf(file, " %s0.%0*ld", digits < 0 ? "-" : "",
                    digits % 10 == 0 ? 6 : 5, labs(digits) / 10);
        }
        putc('\n', file);
    }
    fclose(file);
}

static int64_t find_row(void *context, const char *word, size_t length)
{
    return words_find(context, word, length);
}

static bool count_call(void *context, size_t done, size_t total)
{
    struct progress *progress = context;
    progress->calls++;
    return done <= total;
}

static double load_seconds(const char *path,
                           const struct vectors_target *target)
{
    struct error err;
    struct vectors_info info;
    double start = now();

    if (vectors_load(path, target, &info, &err) != 0) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    return now() - start;
}

static void measure(const char *path, size_t words, size_t dims)
{
    struct words vocabulary;
    struct progress progress = {0};
    struct vectors_target target = {.rows = words, .dims = dims};
    struct rusage usage;
    double seconds[ROUNDS], bytes = (double)(words * dims * sizeof(float));
    char word[32];
    FILE *file = fopen(path, "r");

    fseek(file, 0, SEEK_END);
    double megabytes = (double)ftell(file) / 1e6;
    fclose(file);
    words_init(&vocabulary);
    for (size_t i = 0; i < words; i++) {
        size_t length = word_text(word, i);
        words_add(&vocabulary, word, length);
    }
    target.table = memory_new(words * dims, sizeof(float));
    target.found = memory_zeroed(words, sizeof(bool));
    target.find = find_row;
    target.find_context = &vocabulary;
    target.progress = count_call;
    target.progress_context = &progress;
    for (int i = 0; i < ROUNDS; i++)
        seconds[i] = load_seconds(path, &target);
    qsort(seconds, ROUNDS, sizeof seconds[0], compare_doubles);
    getrusage(RUSAGE_SELF, &usage);
    printf("%zu x %zu, %.0f MB: %.0f MB/s (goal 60), peak memory %.2f times "
           "the table (goal 1.3), %zu calls of progress a load\n",
           words, dims, megabytes, megabytes / seconds[ROUNDS / 2],
           (double)usage.ru_maxrss * 1024 / bytes, progress.calls / ROUNDS);
    free(target.table);
    free(target.found);
    words_clear(&vocabulary);
}

int main(int argc, char **argv)
{
    const char *folder = getenv("TMPDIR");
    size_t words = argc > 1 ? strtoul(argv[1], NULL, 10) : 400000;
    size_t dims = argc > 2 ? strtoul(argv[2], NULL, 10) : 100;
    char path[500];

    snprintf(path, sizeof path, "%s/emblab-bench-%ld.txt",
             folder != NULL ? folder : "/tmp", (long)getpid());
    write_vectors(path, words, dims);
    measure(path, words, dims);
    unlink(path);
    return 0;
}
