/*
 * Start to exit: the median of 50 runs of `emblab -c quit`, beside the same
 * for true(1), which is what starting any program costs here. Goal: 5 ms.
 * EMBLAB in the environment names the program (./emblab).
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

enum { RUNS = 50 };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Run a command once; its seconds, or -1 where it fails. */
static double seconds_once(char *const argv[])
{
    double start = seconds_now();
    pid_t child;
    int status;
    if (posix_spawnp(&child, argv[0], NULL, NULL, argv, environ) != 0 ||
        waitpid(child, &status, 0) != child || status != 0)
        return -1.0;
    return seconds_now() - start;
}

static int compare_seconds(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of RUNS runs in milliseconds, or a negative number. */
static double median_milliseconds(char *const argv[])
{
    double seconds[RUNS];
    for (int i = 0; i < RUNS; i++) {
        seconds[i] = seconds_once(argv);
        if (seconds[i] < 0)
            return -1.0;
    }
    qsort(seconds, RUNS, sizeof seconds[0], compare_seconds);
    return 1e3 * (seconds[RUNS / 2 - 1] + seconds[RUNS / 2]) / 2;
}

int main(void)
{
    char usual[] = "./emblab", option[] = "-c", quit[] = "quit",
         no_op[] = "true";
    char *named = getenv("EMBLAB");
    char *program = named != NULL ? named : usual;
    double ours = median_milliseconds((char *[]){program, option, quit, NULL});
    double least = median_milliseconds((char *[]){no_op, NULL});
    if (ours < 0) {
        fprintf(stderr, "%s -c quit failed\n", program);
        return 1;
    }
    printf("start to exit  %6.2f ms   goal 5 ms   true(1) %.2f ms\n", ours,
           least);
    return 0;
}
