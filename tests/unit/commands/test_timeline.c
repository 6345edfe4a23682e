/*
 * Whatever is typed, in whatever order: undo and redo come through exactly
 * the states seen before, and what was saved or kept in the journal gives the
 * same lab in a new process. The commands are drawn from a seed; SEED and
 * CASES draw others.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/process.h"
#include "commands/journal.h"
#include "lab/history.h"
#include "lab/lab.h"
#include "random_commands.h"
#include "session_case.h"

enum { CASES = 200, CASES_SOAK = 2000, CASES_A_CHILD = 50, EVENTS_MAX = 400 };

/* One random sitting. */
struct trial {
    struct sitting sitting;
    struct dice dice;
    long seed;
    struct str typed;           /* for the message */
    uint64_t state[EVENTS_MAX]; /* after so many events */
    bool known[EVENTS_MAX];
};

static void wrong(const struct trial *t, const char *what)
{
    fail_msg("seed %ld: %s after:\n%s", t->seed, what, str_text(&t->typed));
}

static const struct history *timeline(const struct trial *t)
{
    return t->sitting.session.history;
}

static struct place place_now(const struct trial *t)
{
    return t->sitting.session.lab->chain.now;
}

/* Does the lab stand in the middle of an event? */
static bool inside_event(const struct trial *t)
{
    const struct history *h = timeline(t);

    return h->now > 0 &&
           place_before(place_now(t), h->events[h->now - 1].place_after);
}

static void type(struct trial *t, const char *line)
{
    str_printf(&t->typed, "%s\n", line);
    (void)sitting_run(&t->sitting, line);
}

static void know(struct trial *t, size_t events, uint64_t state)
{
    t->state[events] = state;
    t->known[events] = true;
}

/* One command, which is an event, or must not have changed anything. Where it
 * begins inside an event, that one has ended there. */
static void change(struct trial *t, const char *command)
{
    size_t before = timeline(t)->now;
    uint64_t state = sitting_state(&t->sitting);

    type(t, command);
    if (timeline(t)->now == before + 1) {
        know(t, before, state);
        know(t, before + 1, sitting_state(&t->sitting));
    } else if (timeline(t)->now != before) {
        wrong(t, "more than one event");
    } else if (state != sitting_state(&t->sitting)) {
        wrong(t, "no event, yet the lab has changed");
    }
}

/* A line may hold two commands. */
static void change_line(struct trial *t, char *line)
{
    char *second = strstr(line, "; ");

    if (second)
        *second = '\0';
    change(t, line);
    if (second)
        change(t, second + 2);
}

/* Goto may train on or take a branch: then other events stand there. */
static void journey(struct trial *t, const char *command)
{
    size_t now;
    bool new_events = strncmp(command, "goto", 4) == 0;

    type(t, command);
    now = timeline(t)->now;
    for (size_t i = 0; new_events && i < EVENTS_MAX; i++)
        t->known[i] = false;
    if (inside_event(t))
        return;
    if (t->known[now] && t->state[now] != sitting_state(&t->sitting))
        wrong(t, "not the state seen before,");
    know(t, now, sitting_state(&t->sitting));
}

static void live(struct trial *t)
{
    static const size_t memories[] = {0, 0, 1, 3000, 100000};
    char line[RANDOM_COMMAND_MAX];
    int commands = dice_roll(&t->dice, 5, 25);

    timeline(t);
    t->sitting.session.history->bytes_max = memories[dice_roll(&t->dice, 0, 4)];
    if (dice_roll(&t->dice, 0, 9) > 0) {
        random_text(&t->dice, line);
        change(t, line);
    }
    for (int i = 0; i < commands; i++) {
        if (i > 3 && dice_roll(&t->dice, 0, 2) == 0) {
            random_journey(&t->dice, line);
            journey(t, line);
        } else {
            random_change(&t->dice, line);
            change_line(t, line);
        }
    }
}

/* Back to the beginning event by event, and forth again. */
static void walk(struct trial *t)
{
    while (timeline(t)->now > 0)
        journey(t, "undo");
    while (timeline(t)->now < timeline(t)->count)
        journey(t, "redo");
}

/* --- in a new process ---------------------------------------------------- */

static void case_folder(const char *folder, long seed, char *out, size_t size)
{
    snprintf(out, size, "%s/case-%ld", folder, seed);
}

/* Half of the sittings end where they are, in the middle of their past. */
static void run_trial(struct trial *t, const char *folder)
{
    char path[512];
    struct str saved = STR_INIT;

    case_folder(folder, t->seed, path, sizeof path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(setenv("XDG_STATE_HOME", path, 1), 0);
    sitting_begin(&t->sitting);
    journal_open(&t->sitting.session);
    live(t);
    if (t->seed % 2 == 0)
        walk(t);
    str_printf(&saved, "save %s/saved.emb", path);
    type(t, str_text(&saved));
    if (timeline(t)->now > 0 && t->sitting.err.message[0])
        wrong(t, t->sitting.err.message);
    str_clear(&saved);
}

struct expected {
    long seed;
    uint64_t state;
};

/* The child: for each folder the state that --resume and load give. */
static int replay_cases(char **folders)
{
    for (; *folders; folders++) {
        struct sitting resumed, loaded;
        struct error err = {0};
        struct str line = STR_INIT;
        setenv("XDG_STATE_HOME", *folders, 1);
        sitting_begin(&resumed);
        sitting_begin(&loaded);
        if (journal_resume(&resumed.session, false, &err) != 0)
            printf("%s: resume: %s\n", *folders, err.message);
        str_printf(&line, "load %s/saved.emb", *folders);
        if (sitting_run(&loaded, str_text(&line)) != 0)
            printf("%s: load: %s\n", *folders, loaded.err.message);
        printf("%016" PRIx64 " %016" PRIx64 "\n", sitting_state(&resumed),
               sitting_state(&loaded));
        str_clear(&line);
        sitting_end(&resumed);
        sitting_end(&loaded);
    }
    return 0;
}

/* Line by line, so that the message names the seed. */
static void compare_output(const struct expected *expected, size_t count,
                           const char *out)
{
    for (size_t i = 0; i < count; i++) {
        char wanted[64];
        size_t length = strcspn(out, "\n");
        snprintf(wanted, sizeof wanted, "%016" PRIx64 " %016" PRIx64,
                 expected[i].state, expected[i].state);
        if (length != strlen(wanted) || strncmp(out, wanted, length) != 0)
            fail_msg("seed %ld: wanted %s, after --resume and load: %.400s",
                     expected[i].seed, wanted, out);
        out += length + 1;
    }
}

static void compare_with_child(const char *folder,
                               const struct expected *expected, size_t count)
{
    const char *argv[CASES_A_CHILD + 2] = {"/proc/self/exe"};
    char paths[CASES_A_CHILD][512];
    struct process_options options = {.argv = argv,
                                      .input = tmpfile(),
                                      .seconds = 100,
                                      .output_max = 1 << 20};
    struct process_result result = {0};
    struct error err = {0};

    for (size_t i = 0; i < count; i++) {
        case_folder(folder, expected[i].seed, paths[i], sizeof paths[i]);
        argv[i + 1] = paths[i];
    }
    if (process_run(&options, &result, &err) != 0)
        fail_msg("%s", err.message);
    if (result.status != 0)
        fail_msg("status %d: %s", result.status, str_text(&result.err));
    compare_output(expected, count, str_text(&result.out));
    fclose(options.input);
    process_result_clear(&result);
}

/* --- the property -------------------------------------------------------- */

static const char reviews[] = "1\tgood film and good songs\n"
                              "0\tbad film\n"
                              "1\tI love the good film\n"
                              "0\tthe songs are bad\n"
                              "0\tI hate bad songs and the bad film\n"
                              "1\tlove songs\n";
static const char ratings[] = "anna\ttea\t5\nanna\tmilk\t1\nben\ttea\t2\n"
                              "ben\tmilk\t4\ncleo\ttea\t4.5\ncleo\tjam\t3\n"
                              "dan\tjam\t1\ndan\ttea\t3\n";

static long environment(const char *name, long otherwise)
{
    const char *text = getenv(name);

    return text && *text ? strtol(text, NULL, 10) : otherwise;
}

static void every_journey_comes_through_the_same_states(void **state)
{
    const char *folder = *state;
    long first = environment("SEED", 1);
    long count = environment("CASES", getenv("SOAK") ? CASES_SOAK : CASES);
    char *files[2] = {
        memory_text(folder_write(folder, "reviews.tsv", reviews)),
        memory_text(folder_write(folder, "ratings.tsv", ratings))};
    struct expected expected[CASES_A_CHILD];
    size_t waiting = 0;

    for (long seed = first; seed < first + count; seed++) {
        struct trial *t = memory_zeroed(1, sizeof *t);
        t->seed = seed;
        t->dice = (struct dice){(uint64_t)seed, files[0], files[1]};
        run_trial(t, folder);
        if (timeline(t)->now > 0)
            expected[waiting++] =
                (struct expected){seed, sitting_state(&t->sitting)};
        sitting_end(&t->sitting);
        str_clear(&t->typed);
        free(t);
        if (waiting == CASES_A_CHILD || (seed + 1 == first + count && waiting))
            compare_with_child(folder, expected, waiting);
        waiting %= CASES_A_CHILD;
    }
    free(files[0]);
    free(files[1]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_journey_comes_through_the_same_states),
    };

    if (argc > 1)
        return replay_cases(argv + 1);
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
