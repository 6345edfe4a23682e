/*
 * Files: each test in an empty folder of its own, which is the working
 * directory.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char folder[] = "/tmp/emblab-test-XXXXXX";
static char before[PATH_MAX];

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    return getcwd(before, sizeof before) == NULL || mkdtemp(folder) == NULL ||
           chdir(folder) != 0;
}

static int remove_one(const char *path, const struct stat *status, int kind,
                      struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static int leave_folder(void **state)
{
    (void)state;
    return chdir(before) != 0 ||
           nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0;
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *path, const char *text)
{
    char held[200];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(held, 1, sizeof held - 1, file);
    fclose(file);
    held[length] = '\0';
    assert_string_equal(held, text);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

/* Files in the working directory, also hidden ones. */
static int count_files(void)
{
    int count = 0;
    DIR *directory = opendir(".");
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 &&
                 strcmp(entry->d_name, "..") != 0;
    closedir(directory);
    return count;
}

static void assert_says(const struct error *err, enum error_code code,
                        const char *text)
{
    assert_int_equal(err->code, code);
    if (strstr(err->message, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->message, text);
}

/* Reading */

static void a_file_is_read_whole(void **state)
{
    (void)state;
    struct file_bytes bytes;
    struct error err = {0};
    put("a.txt", "the cat\n");
    assert_int_equal(file_read("a.txt", &bytes, &err), 0);
    assert_int_equal(bytes.length, 8);
    assert_memory_equal(bytes.data, "the cat\n", 9); /* and a NUL */
    file_bytes_clear(&bytes);
    assert_null(bytes.data);
}

static void an_empty_file_is_no_error(void **state)
{
    (void)state;
    struct file_bytes bytes;
    put("empty", "");
    assert_int_equal(file_read("empty", &bytes, NULL), 0);
    assert_int_equal(bytes.length, 0);
    assert_string_equal(bytes.data, "");
    file_bytes_clear(&bytes);
}

/* The kernel says such a file has no bytes; it has. */
static void a_file_that_hides_its_size_is_read(void **state)
{
    (void)state;
    struct file_bytes bytes;
    if (!file_exists("/proc/self/status"))
        skip();
    assert_int_equal(file_read("/proc/self/status", &bytes, NULL), 0);
    assert_true(bytes.length > 100);
    assert_int_equal(strlen(bytes.data), bytes.length);
    file_bytes_clear(&bytes);
}

static void assert_unreadable(const char *path, enum error_code code,
                              const char *text)
{
    struct file_bytes bytes;
    struct error err = {0};
    assert_int_equal(file_read(path, &bytes, &err), -1);
    assert_null(bytes.data);
    assert_says(&err, code, text);
    assert_says(&err, code, path);
}

static void what_is_no_file_has_its_own_message(void **state)
{
    (void)state;
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_unreadable("missing.txt", ERROR_NOT_FOUND, "there is no file");
    assert_unreadable("folder", ERROR_FILE, "a directory");
    assert_unreadable("pipe", ERROR_FILE, "a named pipe"); /* never waits */
    assert_unreadable("/dev/null", ERROR_FILE, "a device");
}

static void a_file_of_someone_else_has_its_own_message(void **state)
{
    (void)state;
    put("secret", "x");
    assert_int_equal(chmod("secret", 0), 0);
    if (access("secret", R_OK) == 0)
        skip(); /* root may read anything */
    assert_unreadable("secret", ERROR_FILE, "not yours to read");
}

/* Writing */

static void a_new_file_is_written(void **state)
{
    (void)state;
    struct error err = {0};
    mode_t mask = umask(027);
    assert_int_equal(file_write_all("out.csv", "a,b\n", 4, false, &err), 0);
    umask(mask);
    assert_holds("out.csv", "a,b\n");
    assert_int_equal(mode_of("out.csv"), 0640);
    assert_int_equal(count_files(), 1);
}

static void nothing_is_there_before_the_commit(void **state)
{
    (void)state;
    struct file_write w;
    assert_int_equal(file_write_open(&w, "out", false, NULL), 0);
    fputs("half", w.stream);
    assert_false(file_exists("out"));
    assert_int_equal(file_write_commit(&w, NULL), 0);
    assert_holds("out", "half");
}

static void an_aborted_write_leaves_nothing(void **state)
{
    (void)state;
    struct file_write w;
    put("out", "old");
    assert_int_equal(file_write_open(&w, "out", true, NULL), 0);
    fputs("half", w.stream);
    assert_int_equal(count_files(), 2);
    file_write_abort(&w);
    file_write_abort(&w); /* once more does no harm */
    assert_holds("out", "old");
    assert_int_equal(count_files(), 1);
}

static void an_existing_file_needs_force(void **state)
{
    (void)state;
    struct file_write w; /* known before a table is written */
    struct error err = {0};
    put("out", "old");
    assert_int_equal(file_write_open(&w, "out", false, &err), -1);
    assert_says(&err, ERROR_FILE, "'out' exists; add force=yes");
    assert_holds("out", "old");
    assert_int_equal(count_files(), 1);
}

static void an_overwritten_file_keeps_its_mode(void **state)
{
    (void)state;
    put("out", "old");
    assert_int_equal(chmod("out", 0604), 0);
    assert_int_equal(file_write_all("out", "new", 3, true, NULL), 0);
    assert_holds("out", "new");
    assert_int_equal(mode_of("out"), 0604);
    assert_int_equal(count_files(), 1);
}

static void a_file_that_appears_meanwhile_is_not_replaced(void **state)
{
    (void)state;
    struct file_write w;
    struct error err = {0};
    assert_int_equal(file_write_open(&w, "out", false, NULL), 0);
    fputs("mine", w.stream);
    put("out", "theirs");
    assert_int_equal(file_write_commit(&w, &err), -1);
    assert_says(&err, ERROR_FILE, "'out' exists");
    assert_holds("out", "theirs");
    assert_int_equal(count_files(), 1);
}

static void assert_refused(const char *path, const char *text)
{
    struct error err = {0};
    assert_int_equal(file_write_all(path, "x", 1, true, &err), -1);
    assert_says(&err, ERROR_FILE, text);
}

static void what_is_no_file_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    assert_refused("folder", "a directory");
    assert_refused("pipe", "a named pipe");
    assert_refused("/dev/null", "a device");
    assert_refused("dangling", "a symbolic link to nothing");
    assert_refused("missing/out", "cannot write 'missing/out'");
    assert_int_equal(count_files(), 3);
}

static void a_link_stays_a_link(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(mkdir("real", 0700), 0);
    put("real/out", "old");
    assert_int_equal(symlink("real/out", "link"), 0);
    assert_int_equal(file_write_all("link", "new", 3, true, NULL), 0);
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_holds("real/out", "new");
}

/* A limit on the size of files stands for a disk that fills up. */
static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    static char big[100000];
    struct rlimit limit, small;
    struct error err = {0};
    put("out", "old");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = 50000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int status = file_write_all("out", big, sizeof big, true, &err);
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(status, -1);
    assert_says(&err, ERROR_FILE, "no room to write 'out'");
    assert_holds("out", "old");
    assert_int_equal(count_files(), 1);
}

/* Standard output as the file at path, or as it was (NULL). */
static void redirect_output(const char *path)
{
    static int kept = -1;
    fflush(stdout);
    if (path == NULL) {
        dup2(kept, STDOUT_FILENO);
        close(kept);
        return;
    }
    kept = dup(STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    dup2(fd, STDOUT_FILENO);
    close(fd);
}

static void a_dash_is_standard_output(void **state)
{
    (void)state;
    struct file_write w;
    struct error err = {0};
    redirect_output("caught");
    int opened = file_write_open(&w, "-", false, &err);
    fputs("one\n", w.stream);
    int committed = file_write_commit(&w, &err);
    puts("two"); /* it is still open */
    redirect_output(NULL);
    assert_int_equal(opened, 0);
    assert_int_equal(committed, 0);
    assert_holds("caught", "one\ntwo\n");
    assert_false(file_exists("-"));
}

static void a_full_disk_under_standard_output_is_an_error(void **state)
{
    (void)state;
    struct error err = {0};
    if (!file_exists("/dev/full"))
        skip();
    redirect_output("/dev/full");
    int status = file_write_all("-", "text", 4, false, &err);
    redirect_output(NULL);
    redirect_output("caught");
    int after = file_write_all("-", "text", 4, false, NULL);
    redirect_output(NULL);
    assert_int_equal(status, -1);
    assert_says(&err, ERROR_FILE, "no room to write 'standard output'");
    assert_int_equal(after, 0); /* the failure is not remembered */
}

/* Shipped data */

static const char *const endings[] = {".txt", ".tsv", NULL};

static int enter_data(void **state)
{
    if (enter_folder(state) != 0)
        return -1;
    setenv("EMBLAB_DATA", folder, 1);
    mkdir("corpora", 0700);
    put("corpora/tiny.txt", "");
    put("corpora/farm.txt", "");
    put("corpora/reviews.tsv", "");
    put("corpora/README.md", "");
    put("corpora/README.txt", "");
    put("corpora/old.bak.txt", "");
    return 0;
}

static int leave_data(void **state)
{
    unsetenv("EMBLAB_DATA");
    return leave_folder(state);
}

static void assert_found(const char *name, const char *expected)
{
    struct error err = {0};
    struct str path = STR_INIT;
    char *found = file_find_data("corpora", name, endings, &err);
    str_printf(&path, "%s/%s", folder, expected);
    assert_non_null(found);
    assert_string_equal(found, str_text(&path));
    str_clear(&path);
    free(found);
}

static void a_bare_name_is_shipped_data(void **state)
{
    (void)state;
    assert_found("tiny", "corpora/tiny.txt");
    assert_found("reviews", "corpora/reviews.tsv");
}

static void a_name_with_a_slash_or_a_dot_is_a_path(void **state)
{
    (void)state;
    static const char *const paths[] = {"./tiny", "tiny.txt", "no/where"};
    for (size_t i = 0; i < 3; i++) {
        char *found = file_find_data("corpora", paths[i], endings, NULL);
        assert_string_equal(found, paths[i]);
        free(found);
    }
}

static void an_unknown_name_lists_those_there_are(void **state)
{
    (void)state;
    struct error err = {0};
    assert_null(file_find_data("corpora", "tinny", endings, &err));
    assert_says(&err, ERROR_NOT_FOUND, "farm, reviews, tiny");
    assert_says(&err, ERROR_NOT_FOUND, folder);
    assert_says(&err, ERROR_NOT_FOUND, "share/emblab/corpora");
}

static void a_file_of_that_name_here_is_pointed_out(void **state)
{
    (void)state;
    struct error err = {0};
    put("notes", "");
    assert_null(file_find_data("corpora", "notes", endings, &err));
    assert_says(&err, ERROR_NOT_FOUND, "type ./notes");
}

static void assert_names(char **names, const char *expected)
{
    struct str all = STR_INIT;
    for (size_t i = 0; names[i] != NULL; i++)
        str_printf(&all, "%s ", names[i]);
    assert_string_equal(str_text(&all), expected);
    str_clear(&all);
    file_list_free(names);
}

static void shipped_names_are_sorted_without_ending(void **state)
{
    (void)state;
    assert_names(file_list_data("corpora", endings), "farm reviews tiny ");
    assert_names(file_list_data("no-such-folder", endings), "");
}

static void data_beside_the_executable_is_found(void **state)
{
    (void)state;
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0)
        skip();
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    struct str beside = STR_INIT, file = STR_INIT;
    str_printf(&beside, "%s/data-%ld", program, (long)getpid());
    str_printf(&file, "%s/x.txt", str_text(&beside));
    assert_int_equal(mkdir(str_text(&beside), 0700), 0);
    put(str_text(&file), "");
    char *found =
        file_find_data(strrchr(str_text(&beside), '/') + 1, "x", endings, NULL);
    remove(str_text(&file));
    remove(str_text(&beside));
    assert_non_null(found);
    assert_string_equal(found, str_text(&file));
    free(found);
    str_clear(&beside);
    str_clear(&file);
}

static void paths_are_completed(void **state)
{
    (void)state;
    put("cat.txt", "");
    put(".hidden", "");
    assert_names(file_list_prefix("c"), "cat.txt corpora/ ");
    assert_names(file_list_prefix("corpora/r"), "corpora/reviews.tsv ");
    assert_names(file_list_prefix("./co"), "./corpora/ ");
    assert_names(file_list_prefix(""), "cat.txt corpora/ ");
    assert_names(file_list_prefix(".h"), ".hidden ");
    assert_names(file_list_prefix("no/where/x"), "");
}

/* XDG folders */

static void the_state_folder_is_private(void **state)
{
    (void)state;
    struct str expected = STR_INIT;
    setenv("XDG_STATE_HOME", folder, 1);
    char *path = file_xdg_path(FILE_XDG_STATE, "lessons/progress", true);
    str_printf(&expected, "%s/emblab/lessons/progress", folder);
    assert_string_equal(path, str_text(&expected));
    assert_int_equal(mode_of("emblab"), 0700);
    assert_int_equal(mode_of("emblab/lessons"), 0700);
    assert_false(file_exists("emblab/lessons/progress"));
    unsetenv("XDG_STATE_HOME");
    str_clear(&expected);
    free(path);
}

static void without_xdg_variables_it_is_under_home(void **state)
{
    (void)state;
    char *home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
    unsetenv("XDG_CONFIG_HOME");
    setenv("XDG_STATE_HOME", "relative/is/ignored", 1);
    setenv("HOME", "/home/ann", 1);
    char *state_path = file_xdg_path(FILE_XDG_STATE, "x", false);
    char *config_path = file_xdg_path(FILE_XDG_CONFIG, "init.emb", false);
    unsetenv("HOME");
    char *nowhere = file_xdg_path(FILE_XDG_STATE, "x", false);
    unsetenv("XDG_STATE_HOME");
    if (home != NULL)
        setenv("HOME", home, 1);
    assert_string_equal(state_path, "/home/ann/.local/state/emblab/x");
    assert_string_equal(config_path, "/home/ann/.config/emblab/init.emb");
    assert_null(nowhere);
    free(state_path);
    free(config_path);
    free(home);
}

#define IN_FOLDER(test) \
    cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
#define WITH_DATA(test) \
    cmocka_unit_test_setup_teardown(test, enter_data, leave_data)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_file_is_read_whole),
        IN_FOLDER(an_empty_file_is_no_error),
        IN_FOLDER(a_file_that_hides_its_size_is_read),
        IN_FOLDER(what_is_no_file_has_its_own_message),
        IN_FOLDER(a_file_of_someone_else_has_its_own_message),
        IN_FOLDER(a_new_file_is_written),
        IN_FOLDER(nothing_is_there_before_the_commit),
        IN_FOLDER(an_aborted_write_leaves_nothing),
        IN_FOLDER(an_existing_file_needs_force),
        IN_FOLDER(an_overwritten_file_keeps_its_mode),
        IN_FOLDER(a_file_that_appears_meanwhile_is_not_replaced),
        IN_FOLDER(what_is_no_file_is_left_alone),
        IN_FOLDER(a_link_stays_a_link),
        IN_FOLDER(a_full_disk_leaves_the_old_file),
        IN_FOLDER(a_dash_is_standard_output),
        IN_FOLDER(a_full_disk_under_standard_output_is_an_error),
        WITH_DATA(a_bare_name_is_shipped_data),
        WITH_DATA(a_name_with_a_slash_or_a_dot_is_a_path),
        WITH_DATA(an_unknown_name_lists_those_there_are),
        WITH_DATA(a_file_of_that_name_here_is_pointed_out),
        WITH_DATA(shipped_names_are_sorted_without_ending),
        WITH_DATA(data_beside_the_executable_is_found),
        WITH_DATA(paths_are_completed),
        IN_FOLDER(the_state_folder_is_private),
        IN_FOLDER(without_xdg_variables_it_is_under_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
