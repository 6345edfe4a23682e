/*
 * The full screen in the terminal emulator of the screen tests. EMBLAB names
 * the program (./emblab).
 *
 * The machine may be busy with other things, so everything is measured in
 * rounds that take turns, and a figure is the median of its rounds, printed
 * with the least and the most of them.
 *
 * What the program computes is told in its own processor time: of all its
 * threads and of system calls. A frame is what a key that is drawn costs more
 * than one that nobody takes note of. Processor time, too, grows where others
 * use the same processor's units and caches: the yardstick, the same work in
 * every round, shows by how much.
 *
 * What a person waits for is told in time that passes, less the time in which
 * the program or this one could have run and others did ("alone"), for the
 * start and while training runs; with 30 labs, waiting is what is measured.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "screen/harness.h"

enum {
    ROUNDS = 9,
    STARTS = 5, /* all these: a round */
    FRAMES = 100,
    TURNS = 10,
    FADES = 10,
    STEPS = 20,
    ANEW = 20,
    KEYS = 180,
    LABS = 30,
    ROWS = 24,
    COLS = 80,
};

/* Keys that change nothing: one is drawn, of the other nobody takes note. */
#define STILL "\033[1;2D" /* to the left, in an empty line */
#define UNKNOWN "\033[99~"

/* ---- figures ---- */

enum figure_index {
    YARDSTICK,
    START,
    START_ALONE,
    START_CPU,
    RESIDENT,
    KEY_CPU,
    STILL_CPU,
    FADE_CPU,
    FADE_ROWS,
    FADE_BYTES,
    STEP_CPU,
    STEP_FRAME_CPU,
    STEP_ROWS,
    STEP_BYTES,
    ANEW_CPU,
    ANEW_BYTES,
    SMALL_CPU,
    LARGE_CPU,
    LARGE_RATIO,
    TRAINING_MEDIAN,
    TRAINING_MOST,
    TRAINING_ALONE,
    LABS_MEDIAN,
    LABS_MOST,
    FIGURES,
};

static const struct figure {
    const char *what, *unit;
    double goal; /* 0: none */
    int decimals;
} figures[FIGURES] = {
    [YARDSTICK] = {"yardstick", "ms", 0, 2},
    [START] = {"start to first screen", "ms", 0, 2},
    [START_ALONE] = {"  alone", "ms", 15, 2},
    [START_CPU] = {"  processor time", "ms", 0, 2},
    [RESIDENT] = {"resident, worked example", "MiB", 20, 1},
    [KEY_CPU] = {"a key that nobody takes note of", "us", 0, 0},
    [STILL_CPU] = {"a frame, nothing changed", "us", 200, 0},
    [FADE_CPU] = {"a frame, the rows that learn", "us", 200, 0},
    [FADE_ROWS] = {"  changed", "rows", 0, 0},
    [FADE_BYTES] = {"  sent", "bytes", 2000, 0},
    [STEP_CPU] = {"a step and its frame", "us", 0, 0},
    [STEP_FRAME_CPU] = {"  of this the frame", "us", 0, 0},
    [STEP_ROWS] = {"  changed", "rows", 0, 0},
    [STEP_BYTES] = {"  sent", "bytes", 0, 0},
    [ANEW_CPU] = {"a frame, the whole screen anew", "us", 0, 0},
    [ANEW_BYTES] = {"  sent", "bytes", 0, 0},
    [SMALL_CPU] = {"a frame of 17 x 6", "us", 0, 0},
    [LARGE_CPU] = {"a frame of 1,000,000 x 300", "us", 0, 0},
    [LARGE_RATIO] = {"  of 17 x 6", "times", 1.5, 2},
    [TRAINING_MEDIAN] = {"key to screen, training", "ms", 0, 2},
    [TRAINING_MOST] = {"  99 of 100 within", "ms", 0, 2},
    [TRAINING_ALONE] = {"  alone", "ms", 16, 2},
    [LABS_MEDIAN] = {"key to screen, 30 labs", "ms", 0, 2},
    [LABS_MOST] = {"  99 of 100 within", "ms", 16, 2},
};

static double rounds[FIGURES][ROUNDS];

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

static void print_figure(enum figure_index index)
{
    const struct figure *figure = &figures[index];
    double *values = rounds[index];
    int decimals = figure->decimals;
    double median = quantile(values, ROUNDS, 0.5);
    printf("%-32s %9.*f %-5s  %.*f to %.*f", figure->what, decimals, median,
           figure->unit, decimals, values[0], decimals, values[ROUNDS - 1]);
    if (figure->goal > 0)
        printf("  (goal %g%s)", figure->goal,
               median > figure->goal ? ": missed" : "");
    printf("\n");
}

/* ---- what is measured with ---- */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct schedule {
    double ran, waited; /* seconds so far: on a processor, and for one */
};

static struct schedule schedule_of(pid_t pid)
{
    char path[64];
    unsigned long long ran = 0, waited = 0;
    snprintf(path, sizeof path, "/proc/%ld/schedstat", (long)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%llu %llu", &ran, &waited) != 2)
        ran = waited = 0;
    if (file != NULL)
        fclose(file);
    return (struct schedule){1e-9 * (double)ran, 1e-9 * (double)waited};
}

/* Processor seconds of the program so far. */
static double cpu_seconds(const struct terminal *t)
{
    return schedule_of(terminal_pid(t)).ran;
}

/* Seconds in which it, or who measures, waited for a processor. */
static double waited_seconds(const struct terminal *t)
{
    double ours = schedule_of(getpid()).waited;
    return t != NULL ? ours + schedule_of(terminal_pid(t)).waited : ours;
}

/* ... and what it did behind its last answer done, too: nothing but waiting is
 * left when it has answered once more. */
static double settled_seconds(struct terminal *t)
{
    terminal_type(t, UNKNOWN);
    return cpu_seconds(t);
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

static struct terminal *start(int rows, const char *commands)
{
    struct terminal *t =
        terminal_start(&(struct terminal_options){.rows = rows, .cols = COLS});
    terminal_post(t, commands, strlen(commands));
    terminal_wait(t);
    return t;
}

/* Microseconds of the program for a key, on average of count. */
static double key_us(struct terminal *t, const char *key, int count)
{
    double begin = settled_seconds(t);
    for (int i = 0; i < count; i++)
        terminal_type(t, key);
    return 1e6 * (settled_seconds(t) - begin) / count;
}

/* A row's text and how it looks. */
struct row {
    char text[COLS * 8], letters[COLS + 1];
};

static void look_at(struct terminal *t, struct row rows[ROWS])
{
    for (int row = 0; row < ROWS; row++) {
        snprintf(rows[row].text, sizeof rows[row].text, "%s",
                 terminal_row(t, row));
        for (int col = 0; col < COLS; col++)
            rows[row].letters[col] = terminal_letter(t, row, col);
        rows[row].letters[COLS] = '\0';
    }
}

static int count_changed(struct terminal *t, const struct row before[ROWS])
{
    static struct row after[ROWS];
    int count = 0;
    look_at(t, after);
    for (int row = 0; row < ROWS; row++)
        count += strcmp(before[row].text, after[row].text) != 0 ||
                 strcmp(before[row].letters, after[row].letters) != 0;
    return count;
}

/* ---- what is measured, a round each ---- */

struct labs {
    struct terminal *worked, *steps;
    struct terminal *row; /* does the same steps, and has nearly no screen */
    struct terminal *small, *large, *training;
    struct terminal *many[LABS];
};

/* The same work every time: numbers that jump about in a megabyte. */
static void measure_yardstick(int round)
{
    enum { PLACES = 1 << 18, JUMPS = 1 << 20 };
    static uint32_t places[PLACES];
    struct timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    for (uint32_t i = 0, at = 1; i < JUMPS; i++) {
        at = at * 1664525 + 1013904223;
        places[at >> 14] += i;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    rounds[YARDSTICK][round] = 1e3 * (double)(end.tv_sec - begin.tv_sec) +
                               1e-6 * (double)(end.tv_nsec - begin.tv_nsec);
}

static void measure_start(int round)
{
    double ms[STARTS], alone[STARTS], cpu[STARTS];
    for (int i = 0; i < STARTS; i++) {
        double waited = waited_seconds(NULL), begin = seconds_now();
        struct terminal *t = terminal_start(&(struct terminal_options){0});
        ms[i] = 1e3 * (seconds_now() - begin);
        alone[i] = ms[i] - 1e3 * (waited_seconds(t) - waited);
        cpu[i] = 1e3 * cpu_seconds(t);
        terminal_finish(t);
    }
    rounds[START][round] = quantile(ms, STARTS, 0.5);
    rounds[START_ALONE][round] = quantile(alone, STARTS, 0.5);
    rounds[START_CPU][round] = quantile(cpu, STARTS, 0.5);
}

/* After a step the rows that learn are lit; a key puts that out. */
static void measure_fades(struct terminal *t, int round)
{
    static struct row before[ROWS];
    double us[FADES], rows[FADES], bytes[FADES];
    for (int i = 0; i < FADES; i++) {
        terminal_type(t, "\r");
        look_at(t, before);
        double begin = settled_seconds(t);
        size_t written = terminal_written(t);
        terminal_type(t, STILL);
        us[i] = 1e6 * (cpu_seconds(t) - begin);
        bytes[i] = (double)(terminal_written(t) - written);
        rows[i] = count_changed(t, before);
    }
    rounds[FADE_CPU][round] = quantile(us, FADES, 0.5) - rounds[KEY_CPU][round];
    rounds[FADE_BYTES][round] = quantile(bytes, FADES, 0.5);
    rounds[FADE_ROWS][round] = quantile(rows, FADES, 0.5);
}

static void measure_frames(struct terminal *t, int round)
{
    double key = key_us(t, UNKNOWN, FRAMES);
    rounds[RESIDENT][round] = resident_mib(t);
    rounds[KEY_CPU][round] = key;
    rounds[STILL_CPU][round] = key_us(t, STILL, FRAMES) - key;
    size_t written = terminal_written(t);
    rounds[ANEW_CPU][round] = key_us(t, "\f", ANEW) - key;
    rounds[ANEW_BYTES][round] = (double)(terminal_written(t) - written) / ANEW;
}

/* The frame's part is what a step costs more than on a screen of one row. */
static void measure_steps(const struct labs *labs, int round)
{
    static struct row before[ROWS];
    struct terminal *t = labs->steps;
    double row = key_us(labs->row, "\r", STEPS);
    size_t written = terminal_written(t);
    double step = key_us(t, "\r", STEPS);
    rounds[STEP_CPU][round] = step;
    rounds[STEP_FRAME_CPU][round] = step - row;
    rounds[STEP_BYTES][round] = (double)(terminal_written(t) - written) / STEPS;
    look_at(t, before);
    terminal_type(t, "\r");
    terminal_type(labs->row, "\r");
    rounds[STEP_ROWS][round] = count_changed(t, before);
}

/* What a frame costs a lab without the key that asked for it. */
static double frame_us(struct terminal *t, int count)
{
    double key = key_us(t, UNKNOWN, count);
    return key_us(t, STILL, count) - key;
}

/* In short turns: what disturbs the one disturbs the other. */
static void measure_tables(const struct labs *labs, int round)
{
    double small = 0, large = 0;
    for (int i = 0; i < TURNS; i++) {
        small += frame_us(labs->small, FRAMES / TURNS) / TURNS;
        large += frame_us(labs->large, FRAMES / TURNS) / TURNS;
    }
    rounds[SMALL_CPU][round] = small;
    rounds[LARGE_CPU][round] = large;
    rounds[LARGE_RATIO][round] = large / small;
}

/* Type and erase a letter, KEYS times; state: what the program is in. Sets ms
 * (KEYS) to what each took, alone to that less the waiting for a processor. */
static void time_keys(struct terminal *const *labs, size_t count, double pause,
                      const char *state, double *ms, double *alone)
{
    struct timespec rest = {.tv_nsec = (long)(1e9 * pause)};
    for (size_t i = 0; i < KEYS; i++) {
        struct terminal *t = labs[i / 2 % count];
        double waited = waited_seconds(t), begin = seconds_now();
        terminal_post(t, i % 2 == 0 ? "x" : "\177", 1);
        terminal_wait_for(t, state);
        ms[i] = 1e3 * (seconds_now() - begin);
        alone[i] = ms[i] - 1e3 * (waited_seconds(t) - waited);
        nanosleep(&rest, NULL);
    }
}

static void measure_training_keys(struct terminal *t, int round)
{
    static const char train[] = "train epochs=100000000\r";
    double ms[KEYS], alone[KEYS];
    terminal_post(t, train, sizeof train - 1);
    terminal_wait_for(t, "w");
    time_keys(&t, 1, 0.003, "w", ms, alone);
    terminal_interrupt(t);
    rounds[TRAINING_MEDIAN][round] = quantile(ms, KEYS, 0.5);
    rounds[TRAINING_MOST][round] = quantile(ms, KEYS, 0.99);
    rounds[TRAINING_ALONE][round] = quantile(alone, KEYS, 0.99);
}

/* 30 people, each typing 6 keys a second. */
static void measure_many_keys(const struct labs *labs, int round)
{
    double ms[KEYS], alone[KEYS];
    time_keys(labs->many, LABS, 1.0 / (6 * LABS), "!w", ms, alone);
    rounds[LABS_MEDIAN][round] = quantile(ms, KEYS, 0.5);
    rounds[LABS_MOST][round] = quantile(ms, KEYS, 0.99);
}

/* ---- */

static void open_labs(struct labs *labs)
{
    static const char worked[] =
        "corpus tiny; table D=6 seed=42; windows C=2; batch B=8; "
        "optimizer sgd lr=0.5; step\r";
    labs->worked = start(ROWS, worked);
    labs->steps = start(ROWS, worked);
    labs->row = start(1, worked);
    labs->training = start(ROWS, worked);
    for (int i = 0; i < LABS; i++)
        labs->many[i] = start(ROWS, worked);
    labs->small = start(ROWS, "table V=17 D=6 seed=1\r");
    labs->large = start(ROWS, "table V=1000000 D=300 seed=1\r");
}

static void close_labs(struct labs *labs)
{
    struct terminal *single[] = {labs->worked, labs->steps, labs->row,
                                 labs->small,  labs->large, labs->training};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        terminal_finish(single[i]);
    for (int i = 0; i < LABS; i++)
        terminal_finish(labs->many[i]);
}

int main(void)
{
    struct labs labs;
    terminal_be_patient(60); /* 300 million random numbers take their time */
    open_labs(&labs);
    for (int round = 0; round < ROUNDS; round++) {
        measure_yardstick(round);
        measure_start(round);
        measure_frames(labs.worked, round);
        measure_fades(labs.worked, round);
        measure_steps(&labs, round);
        measure_tables(&labs, round);
        measure_training_keys(labs.training, round);
        measure_many_keys(&labs, round);
    }
    for (int i = 0; i < FIGURES; i++)
        print_figure((enum figure_index)i);
    close_labs(&labs);
    return EXIT_SUCCESS;
}
