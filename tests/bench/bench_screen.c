/*
 * The full screen in the terminal emulator of the screen tests: start to first
 * screen, a frame's processor time and bytes, a large table beside a small
 * one, key to screen while training runs and with 30 labs at once, memory.
 * EMBLAB names the program (./emblab).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "screen/harness.h"

enum { STARTS = 30, FRAMES = 1000, STEPS = 200, KEYS = 1000, LABS = 30 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value that a share of the count values do not exceed. */
static double quantile(double *values, size_t count, double share)
{
    qsort(values, count, sizeof *values, compare);
    size_t at = (size_t)(share * (double)count);
    return values[at < count ? at : count - 1];
}

/* Processor seconds of the program so far. */
static double cpu_seconds(const struct terminal *t)
{
    char path[64];
    unsigned long long ns = 0;
    snprintf(path, sizeof path, "/proc/%ld/schedstat", (long)terminal_pid(t));
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%llu", &ns) != 1)
        ns = 0;
    if (file != NULL)
        fclose(file);
    return 1e-9 * (double)ns;
}

static double resident_mib(const struct terminal *t)
{
    char path[64], line[256];
    double kib = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)terminal_pid(t));
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmRSS: %lf", &kib) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return kib / 1024;
}

static struct terminal *start(const char *commands)
{
    struct terminal *t =
        terminal_start(&(struct terminal_options){.rows = 24, .cols = 80});
    terminal_type(t, commands);
    return t;
}

/* ---- */

static void measure_start(void)
{
    double seconds[STARTS];
    for (int i = 0; i < STARTS; i++) {
        double begin = seconds_now();
        struct terminal *t = terminal_start(&(struct terminal_options){0});
        seconds[i] = seconds_now() - begin;
        terminal_finish(t);
    }
    printf("start to first screen          %7.2f ms     (goal 15)\n",
           1e3 * quantile(seconds, STARTS, 0.5));
}

/* Frames of which nothing changes: composing, and finding that out. */
static double frame_seconds(struct terminal *t)
{
    double begin = cpu_seconds(t);
    for (int i = 0; i < FRAMES; i++)
        terminal_type(t, "\033[1;2D"); /* already at the first column */
    return (cpu_seconds(t) - begin) / FRAMES;
}

static void measure_frames(void)
{
    struct terminal *t = start("corpus tiny; step\r");
    printf("resident, worked example       %7.1f MiB    (goal 20)\n",
           resident_mib(t));
    double idle = frame_seconds(t), begin = cpu_seconds(t);
    size_t bytes = terminal_written(t);
    for (int i = 0; i < STEPS; i++)
        terminal_type(t, "\r"); /* a step more, and its frame */
    printf("a frame, nothing changed       %7.1f us     (goal 200)\n",
           1e6 * idle);
    printf("a step and its frame           %7.1f us, %.0f bytes (goal 2000)\n",
           1e6 * (cpu_seconds(t) - begin) / STEPS,
           (double)(terminal_written(t) - bytes) / STEPS);
    terminal_finish(t);
}

static void measure_large_table(void)
{
    struct terminal *small = start("table V=17 D=6 seed=1\r");
    double usual = frame_seconds(small);
    terminal_finish(small);
    struct terminal *large = terminal_start(&(struct terminal_options){0});
    static const char command[] = "table V=1000000 D=300 seed=1\r";
    terminal_post(large, command, sizeof command - 1);
    terminal_wait_text(large, "1000000");
    terminal_wait(large);
    double seconds = frame_seconds(large);
    printf("a frame of 1,000,000 x 300     %7.1f us     %.2f of 17 x 6 "
           "(goal 1.5)\n",
           1e6 * seconds, seconds / usual);
    terminal_finish(large);
}

/* Type and erase a letter, KEYS times; state: what the program is in. */
static void measure_keys(struct terminal **labs, size_t count, double pause,
                         const char *state, const char *what)
{
    static double seconds[KEYS];
    struct timespec rest = {.tv_nsec = (long)(1e9 * pause)};
    for (size_t i = 0; i < KEYS; i++) {
        struct terminal *t = labs[i / 2 % count];
        double begin = seconds_now();
        terminal_post(t, i % 2 == 0 ? "x" : "\177", 1);
        terminal_wait_for(t, state);
        seconds[i] = seconds_now() - begin;
        nanosleep(&rest, NULL);
    }
    double median = quantile(seconds, KEYS, 0.5);
    printf("%-30s %7.2f ms     99 of 100 within %.2f ms (goal 16)\n", what,
           1e3 * median, 1e3 * quantile(seconds, KEYS, 0.99));
}

static void measure_training_keys(void)
{
    struct terminal *t = start("corpus tiny\r");
    static const char train[] = "train epochs=100000000\r";
    terminal_post(t, train, sizeof train - 1);
    terminal_wait_for(t, "w");
    measure_keys(&t, 1, 0.003, "w", "key to screen, training");
    terminal_interrupt(t);
    terminal_finish(t);
}

/* 30 people, each typing 6 keys a second. */
static void measure_labs(void)
{
    struct terminal *labs[LABS];
    for (int i = 0; i < LABS; i++)
        labs[i] = start("corpus tiny; step\r");
    measure_keys(labs, LABS, 1.0 / (6 * LABS), "!w", "key to screen, 30 labs");
    for (int i = 0; i < LABS; i++)
        terminal_finish(labs[i]);
}

int main(void)
{
    terminal_be_patient(60); /* 300 million random numbers take their time */
    measure_start();
    measure_frames();
    measure_large_table();
    measure_training_keys();
    measure_labs();
    return EXIT_SUCCESS;
}
