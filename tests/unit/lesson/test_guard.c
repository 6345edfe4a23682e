/*
 * What a lesson's commands may not do, and that a person's may. The many ways
 * to try it are lessons: tests/lessons/hostile.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/command.h"
#include "commands/settings.h"
#include "lab/lab.h"
#include "lesson/guard.h"
#include "session_case.h"

#define LAB "corpus \"the cat sat the dog\"; table D=2; windows C=1"

/* A sitting whose commands are a lesson's, in a folder of its own: the lesson
 * lies in lesson/, the working directory is beside it. */
struct play {
    struct sitting sitting;
    struct lesson_guard guard;
};

static void begin(struct play *play, void **state)
{
    static char path[300];
    const struct lesson lesson = {.path = path};

    assert_int_equal(chdir(*state), 0);
    mkdir("lesson", 0700);
    snprintf(path, sizeof path, "%s", folder_write(*state, "lesson/l.md", "x"));
    sitting_begin(&play->sitting);
    lesson_guard_init(&play->guard, &lesson);
    lesson_guard_on(&play->guard, &play->sitting.session);
}

static void end(struct play *play)
{
    lesson_guard_off(&play->sitting.session);
    lesson_guard_remove_files(&play->guard);
    lesson_guard_clear(&play->guard);
    sitting_end(&play->sitting);
}

static void assert_refused(struct play *play, const char *line,
                           const char *message)
{
    assert_int_equal(sitting_run(&play->sitting, line), -1);
    if (!strstr(play->sitting.err.message, message))
        fail_msg("%s: %s", line, play->sitting.err.message);
}

static void assert_runs(struct play *play, const char *line)
{
    if (sitting_run(&play->sitting, line) != 0)
        fail_msg("%s: %s", line, play->sitting.err.message);
}

static void lessons_do_what_labs_do(void **state)
{
    struct play play;

    begin(&play, state);
    assert_runs(&play, LAB "; step 3; print W; lookup cat; undo 2; redo; "
                           "train epochs=2; set precision 2; compare onehot; "
                           "corpus tiny; table D=50 from=stories");
    end(&play);
}

static void person_is_not_guarded(void **state)
{
    struct play play;

    begin(&play, state);
    assert_runs(&play, LAB);
    assert_refused(&play, "export W ./lesson/w.csv", "is elsewhere");
    lesson_guard_off(&play.sitting.session);
    assert_runs(&play, "export W ./lesson/w.csv");
    assert_runs(&play, "set threads 2; set threads 1");
    lesson_guard_on(&play.guard, &play.sitting.session);
    assert_refused(&play, "set threads 2", "does not set threads");
    end(&play);
}

static void own_files_are_read(void **state)
{
    struct play play;

    begin(&play, state);
    folder_write(*state, "lesson/words.txt", "one two\n");
    folder_write(*state, "words.txt", "three four\n");
    assert_runs(&play, "corpus lesson/words.txt");
    assert_runs(&play, "corpus ./lesson/words.txt");
    assert_refused(&play, "corpus words.txt", "is neither");
    assert_refused(&play, "corpus ./words.txt", "is neither");
    mkdir("lesson2", 0700); /* whose name only begins the same */
    folder_write(*state, "lesson2/words.txt", "five six\n");
    assert_refused(&play, "corpus lesson2/words.txt", "is neither");
    assert_int_equal(symlink("words.txt", "lesson/inside.txt"), 0);
    assert_runs(&play, "corpus lesson/inside.txt"); /* it leads to its own */
    assert_int_equal(symlink("../words.txt", "lesson/outside.txt"), 0);
    assert_refused(&play, "corpus lesson/outside.txt", "is neither");
    end(&play);
}

/* What the person read before a lesson began is done again all the same. */
static void going_back_is_not_asked_about(void **state)
{
    struct play play;

    begin(&play, state);
    lesson_guard_off(&play.sitting.session);
    folder_write(*state, "mine.txt", "one two\n");
    assert_runs(&play, "corpus ./mine.txt; table D=2");
    lesson_guard_on(&play.guard, &play.sitting.session);
    assert_runs(&play, "table D=3; undo 2; redo 2");
    end(&play);
}

static void files_written_are_known_and_removed(void **state)
{
    struct play play;
    struct stat status;

    begin(&play, state);
    assert_runs(&play, LAB "; export W g.csv; export W ./g.tsv; save g.emb");
    assert_int_equal(play.guard.file_count, 4); /* with g_metadata.tsv */
    assert_int_equal(stat("g_metadata.tsv", &status), 0);
    assert_refused(&play, "save g.emb", "'g.emb' exists");
    lesson_guard_remove_files(&play.guard);
    assert_int_equal(stat("g.csv", &status), -1);
    assert_int_equal(stat("g.tsv", &status), -1);
    assert_int_equal(stat("g_metadata.tsv", &status), -1);
    assert_int_equal(stat("g.emb", &status), -1);
    end(&play);
}

static void file_beside_an_export_is_not_touched(void **state)
{
    struct play play;
    struct stat status;

    begin(&play, state);
    folder_write(*state, "x_metadata.tsv", "mine\n");
    assert_runs(&play, LAB "; lookup cat");
    assert_refused(&play, "export E x.tsv", "'x_metadata.tsv' exists");
    end(&play);
    assert_int_equal(stat("x_metadata.tsv", &status), 0);
}

static void large_file_is_not_written(void **state)
{
    struct play play;
    struct rlimit before, after;
    struct stat status;

    signal(SIGXFSZ, SIG_IGN); /* as main does */
    getrlimit(RLIMIT_FSIZE, &before);
    begin(&play, state);
    play.guard.limits.file = 100;
    assert_runs(&play, LAB "; table D=50");
    assert_refused(&play, "export W large.csv", "no room to write");
    assert_int_equal(stat("large.csv", &status), -1);
    assert_int_equal(play.guard.file_count, 0);
    getrlimit(RLIMIT_FSIZE, &after);
    assert_true(before.rlim_cur == after.rlim_cur);
    end(&play);
}

static void steps_have_an_end(void **state)
{
    struct play play;

    begin(&play, state);
    play.guard.limits.steps = 10;
    assert_runs(&play, LAB "; step 5; undo");
    assert_runs(&play, "step 6"); /* what was undone counts */
    assert_refused(&play, "step 1", "at most 10 training steps");
    assert_refused(&play, "rows", "at most 10 training steps");
    lesson_guard_off(&play.sitting.session);
    assert_runs(&play, "step 20");
    end(&play);
}

/* What was trained before it ended is there, and can be undone. */
static void work_ends_between_two_slices(void **state)
{
    struct play play;
    struct lab *lab;

    begin(&play, state);
    play.guard.limits.steps = 10;
    assert_runs(&play, LAB);
    assert_refused(&play, "step 100000000", "at most 10 training steps");
    lab = play.sitting.session.lab;
    assert_true(lab->step > 10);
    assert_null(play.sitting.session.work);
    lesson_guard_off(&play.sitting.session);
    assert_runs(&play, "undo");
    assert_int_equal(lab->step, 0);
    end(&play);
}

static void computing_has_an_end(void **state)
{
    struct play play;

    begin(&play, state);
    play.guard.limits.seconds = 0.02;
    assert_runs(&play, LAB);
    assert_refused(&play, "step 1000000000",
                   "computes for at most 0.02 seconds");
    assert_refused(&play, "rows", "computes for at most");
    end(&play);
}

/* A person's Ctrl-C is none of the guard's. */
static void stop_flag_is_given_back(void **state)
{
    static volatile sig_atomic_t stop;
    struct play play;

    begin(&play, state);
    play.sitting.session.stop = &stop;
    play.guard.limits.seconds = 0.02;
    assert_runs(&play, LAB);
    assert_refused(&play, "step 1000000000", "computes for");
    assert_ptr_equal(play.sitting.session.stop, &stop);
    assert_int_equal(stop, 0);
    play.guard.seconds = 0;
    play.guard.limits.seconds = 1000;
    stop = 1;
    assert_refused(&play, "step 1000000000", "stopped after step");
    assert_int_equal(stop, 1);
    end(&play);
}

static void output_has_an_end(void **state)
{
    struct play play;
    const struct sink *sink;
    size_t before;

    begin(&play, state);
    sink = play.sitting.session.sink;
    assert_runs(&play, LAB);
    before = play.sitting.out.length;
    play.guard.limits.output = play.guard.output + 1000;
    assert_runs(&play, "help");
    assert_true(play.sitting.out.length < before + 1100);
    assert_non_null(strstr(str_text(&play.sitting.out),
                           "(the lesson prints too much; cut here)\n"));
    assert_ptr_equal(play.sitting.session.sink, sink);
    assert_refused(&play, "help", "a lesson prints at most");
    end(&play);
}

static void memory_has_an_end(void **state)
{
    struct play play;

    begin(&play, state);
    play.guard.limits.bytes = 10000;
    assert_runs(&play, LAB);
    assert_refused(&play, "table V=10000 D=10",
                   "at most 10.0 kB may be used here");
    lesson_guard_off(&play.sitting.session);
    assert_runs(&play, "table V=10000 D=10");
    end(&play);
}

static void large_files_are_not_read(void **state)
{
    static const char text[] = "the cat sat on the mat and the dog sat by";
    struct play play;

    begin(&play, state);
    folder_write(*state, "lesson/own.txt", text);
    play.guard.limits.file = sizeof text - 2;
    assert_refused(&play, "corpus lesson/own.txt",
                   "'lesson/own.txt' has 41 bytes, and a lesson reads at most "
                   "40 bytes");
    play.guard.limits.file++;
    assert_runs(&play, "corpus lesson/own.txt");
    end(&play);
}

static void front_end_is_asked_for_nothing(void **state)
{
    struct play play;

    begin(&play, state);
    play.sitting.session.front_end.plays = true;
    assert_runs(&play, LAB);
    assert_refused(&play, "play", "does not step by itself");
    assert_refused(&play, "quit", "does not end the lab");
    assert_refused(&play, "lesson x", "does not play lessons");
    assert_refused(&play, "lessons", "does not play lessons");
    assert_string_equal(play.sitting.session.settings->python, "python3");
    end(&play);
}

/* A command that names a file is one that the guard looks at. */
static void every_file_command_is_looked_at(void **state)
{
    static const char *const known = " corpus save load export snapshot ";

    (void)state;
    for (size_t i = 0; i < command_count(); i++) {
        const struct command_spec *spec = command_list[i];
        char name[64];
        snprintf(name, sizeof name, " %s ", spec->name);
        if (spec->usage && strstr(spec->usage, "FILE") && !strstr(known, name))
            fail_msg("%s takes a FILE: teach the guard", spec->name);
        if (strstr(known, name))
            assert_true(spec->argument == ARGUMENT_CORPUS ||
                        spec->argument == ARGUMENT_FILE ||
                        spec->argument == ARGUMENT_EXPORT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lessons_do_what_labs_do),
        cmocka_unit_test(person_is_not_guarded),
        cmocka_unit_test(own_files_are_read),
        cmocka_unit_test(going_back_is_not_asked_about),
        cmocka_unit_test(files_written_are_known_and_removed),
        cmocka_unit_test(file_beside_an_export_is_not_touched),
        cmocka_unit_test(large_file_is_not_written),
        cmocka_unit_test(steps_have_an_end),
        cmocka_unit_test(work_ends_between_two_slices),
        cmocka_unit_test(computing_has_an_end),
        cmocka_unit_test(stop_flag_is_given_back),
        cmocka_unit_test(output_has_an_end),
        cmocka_unit_test(memory_has_an_end),
        cmocka_unit_test(front_end_is_asked_for_nothing),
        cmocka_unit_test(large_files_are_not_read),
        cmocka_unit_test(every_file_command_is_looked_at),
    };

    return cmocka_run_group_tests_name("lesson/guard", tests, folder_begin,
                                       folder_end);
}
