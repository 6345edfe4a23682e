/*
 * Programs run for their output. The program is sh with a script on its
 * standard input; nothing of a run may be left, whatever the script does.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/process.h"

static char scratch[] = "/tmp/emblab-test-XXXXXX";

static int make_scratch(void **state)
{
    (void)state;
    return mkdtemp(scratch) ? setenv("TMPDIR", scratch, 1) : -1;
}

static int remove_scratch(void **state)
{
    (void)state;
    return rmdir(scratch); /* fails where something was left in it */
}

static size_t entries_of(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2; /* . and .. */
}

/* No child is left, running or not reaped, and no folder. */
static void assert_nothing_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(entries_of(scratch), 0);
}

static const char *const sh[] = {"sh", "-s", "one", "two", NULL};

static struct process_options defaults(void)
{
    return (struct process_options){
        .argv = sh, .seconds = 60, .output_max = 10000};
}

static int run(struct process_options options, const char *script,
               struct process_result *result, struct error *err)
{
    options.input = tmpfile();
    assert_non_null(options.input);
    fputs(script, options.input);
    error_clear(err);
    int status = process_run(&options, result, err);
    fclose(options.input);
    assert_nothing_left();
    return status;
}

/* Run it, which must succeed. */
static struct process_result succeed(const char *script)
{
    struct process_result result;
    struct error err = {0};
    if (run(defaults(), script, &result, &err) != 0)
        fail_msg("%s", err.message);
    return result;
}

static void check_output(const char *script, int status, const char *out,
                         const char *errors)
{
    struct process_result result = succeed(script);
    assert_int_equal(result.status, status);
    assert_string_equal(str_text(&result.out), out);
    assert_string_equal(str_text(&result.err), errors);
    process_result_clear(&result);
}

static void output_errors_and_status_come_back(void **state)
{
    (void)state;
    check_output("echo out; echo err >&2; exit 3\n", 3, "out\n", "err\n");
    check_output("echo $#, $1, $2\n", 0, "2, one, two\n", "");
    check_output("", 0, "", "");
    check_output("printf 'no newline'\n", 0, "no newline", "");
}

static void a_signal_that_ends_it_is_128_more(void **state)
{
    (void)state;
    check_output("kill -KILL $$\n", 128 + SIGKILL, "", "");
    check_output("kill -TERM $$\n", 128 + SIGTERM, "", "");
}

static void it_runs_in_an_empty_folder_of_its_own(void **state)
{
    (void)state;
    check_output("ls -A; ls -ld . | cut -c 1-10\n", 0, "drwx------\n", "");
    struct process_result result = succeed("pwd\n");
    assert_memory_equal(str_text(&result.out), scratch, strlen(scratch));
    process_result_clear(&result);
}

/* The link leads to a folder made for it: whatever breaks, nothing else can
 * be reached through it. */
static void what_it_leaves_in_its_folder_goes(void **state)
{
    char keep[] = "/tmp/emblab-keep-XXXXXX", script[160];

    (void)state;
    assert_non_null(mkdtemp(keep));
    snprintf(script, sizeof script,
             "mkdir -p a/b/c %s/d; echo x >a/b/c/d; ln -s %s a/out; mkfifo f\n",
             keep, keep);
    check_output(script, 0, "", "");
    snprintf(script, sizeof script, "%s/d", keep);
    assert_int_equal(rmdir(script), 0); /* links are not followed */
    assert_int_equal(rmdir(keep), 0);
}

static void much_on_both_pipes_blocks_neither(void **state)
{
    (void)state;
    struct process_options options = defaults();
    struct process_result result;
    struct error err = {0};
    options.output_max = 1 << 20;
    assert_int_equal(run(options,
                         "head -c 300000 /dev/zero >&2\n"
                         "head -c 900000 /dev/zero\necho end >&2\n",
                         &result, &err),
                     0);
    assert_int_equal(result.out.length, 900000);
    assert_int_equal(result.err.length, 64 * 1024);
    process_result_clear(&result);
}

static void more_output_than_expected_is_refused(void **state)
{
    (void)state;
    struct process_options options = defaults();
    struct process_result result;
    struct error err = {0};
    options.output_max = 5;
    assert_int_equal(run(options, "printf 12345\n", &result, &err), 0);
    process_result_clear(&result);
    assert_int_equal(run(options, "printf 123456\n", &result, &err), -1);
    assert_int_equal(err.code, ERROR_RANGE);
    process_result_clear(&result);
    assert_int_equal(run(options, "yes\n", &result, &err), -1);
    assert_int_equal(err.code, ERROR_RANGE);
    process_result_clear(&result);
}

static void too_slow_a_program_is_ended_with_all_it_started(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "sleep 1000\n",
        "sleep 1000 & sleep 1000 & wait\n",
        "trap '' TERM INT HUP; exec >&- 2>&-; sleep 1000; sleep 1000\n",
    };
    struct process_options options = defaults();
    options.seconds = 0.1;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct process_result result;
        struct error err = {0};
        assert_int_equal(run(options, scripts[i], &result, &err), -1);
        assert_int_equal(err.code, ERROR_RANGE);
        assert_non_null(strstr(err.message, "not finished after 0.1 s"));
        process_result_clear(&result);
    }
}

/* It holds the pipes open, and yet is not waited for. */
static void what_it_leaves_running_is_ended_too(void **state)
{
    (void)state;
    struct process_result result = succeed("sleep 1000 & echo $!\n");
    pid_t pid = (pid_t)strtol(str_text(&result.out), NULL, 10);
    assert_true(pid > 1);
    /* ended, and reaped by whoever adopts orphans, or not yet */
    for (int i = 0; i < 1000 && kill(pid, 0) == 0; i++) {
        char path[64], text[256] = "";
        snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
        FILE *stat = fopen(path, "r");
        if (stat == NULL)
            break;
        size_t length = fread(text, 1, sizeof text - 1, stat);
        fclose(stat);
        text[length] = '\0';
        if (strstr(text, ") Z ") != NULL)
            break;
        assert_true(i < 999);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    process_result_clear(&result);
}

static bool until_third(void *context, double seconds)
{
    assert_true(seconds >= 0);
    return ++*(int *)context < 3;
}

static void it_ends_when_nobody_wants_it_any_more(void **state)
{
    (void)state;
    struct process_options options = defaults();
    struct process_result result;
    struct error err = {0};
    int asked = 0;
    options.wanted = until_third;
    options.context = &asked;
    assert_int_equal(run(options, "sleep 1000\n", &result, &err), -1);
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    assert_int_equal(asked, 3);
    process_result_clear(&result);
}

static void a_program_that_is_not_there_is_named(void **state)
{
    (void)state;
    static const char *const missing[] = {"/nosuch/program", "nosuch-program"};
    for (size_t i = 0; i < 2; i++) {
        const char *const argv[] = {missing[i], NULL};
        struct process_options options = defaults();
        struct process_result result;
        struct error err = {0};
        options.argv = argv;
        assert_int_equal(run(options, "", &result, &err), -1);
        assert_int_equal(err.code, ERROR_NOT_FOUND);
        assert_non_null(strstr(err.message, missing[i]));
        process_result_clear(&result);
    }
}

static void what_is_no_program_is_refused(void **state)
{
    (void)state;
    const char *const argv[] = {"/", NULL};
    struct process_options options = defaults();
    struct process_result result;
    struct error err = {0};
    options.argv = argv;
    assert_int_equal(run(options, "", &result, &err), -1);
    assert_int_equal(err.code, ERROR_FILE);
    process_result_clear(&result);
}

/* The program runs elsewhere, but its path is meant from here. */
static void a_relative_path_is_meant_from_here(void **state)
{
    (void)state;
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir("/bin"), 0);
    const char *const argv[] = {"./sh", "-s", NULL};
    struct process_options options = defaults();
    struct process_result result;
    struct error err = {0};
    options.argv = argv;
    assert_int_equal(run(options, "echo found\n", &result, &err), 0);
    assert_string_equal(str_text(&result.out), "found\n");
    process_result_clear(&result);
    assert_int_equal(chdir(here), 0);
}

static void without_a_place_for_its_folder_nothing_runs(void **state)
{
    (void)state;
    struct process_options options = defaults();
    struct process_result result;
    struct error err = {0};
    setenv("TMPDIR", "/nosuch", 1);
    int status = run(options, "echo ran\n", &result, &err);
    setenv("TMPDIR", scratch, 1);
    assert_int_equal(status, -1);
    assert_int_equal(err.code, ERROR_FILE);
    assert_non_null(strstr(err.message, "TMPDIR"));
    process_result_clear(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_errors_and_status_come_back),
        cmocka_unit_test(a_signal_that_ends_it_is_128_more),
        cmocka_unit_test(it_runs_in_an_empty_folder_of_its_own),
        cmocka_unit_test(what_it_leaves_in_its_folder_goes),
        cmocka_unit_test(much_on_both_pipes_blocks_neither),
        cmocka_unit_test(more_output_than_expected_is_refused),
        cmocka_unit_test(too_slow_a_program_is_ended_with_all_it_started),
        cmocka_unit_test(what_it_leaves_running_is_ended_too),
        cmocka_unit_test(it_ends_when_nobody_wants_it_any_more),
        cmocka_unit_test(a_program_that_is_not_there_is_named),
        cmocka_unit_test(what_is_no_program_is_refused),
        cmocka_unit_test(a_relative_path_is_meant_from_here),
        cmocka_unit_test(without_a_place_for_its_folder_nothing_runs),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
