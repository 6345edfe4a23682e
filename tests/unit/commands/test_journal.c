/*
 * The journal and saved files: what is acknowledged is there again, and what
 * cannot be run says where and leaves the lab as it was.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/journal.h"
#include "contains.h"
#include "lab/lab.h"
#include "session_case.h"

static void resume(struct sitting *s)
{
    struct error err = {0};

    sitting_begin(s);
    if (journal_resume(&s->session, false, &err) != 0)
        fail_msg("%s", err.message);
}

/* A lab that keeps a journal does this and ends. Its hash. */
static uint64_t live(const char *commands)
{
    struct sitting s;
    uint64_t hash;

    sitting_begin(&s);
    journal_open(&s.session);
    sitting_ask(&s, commands);
    hash = lab_hash(s.session.lab);
    sitting_end(&s);
    return hash;
}

/* Paths of the journals in the state folder. */
static size_t list_journals(const char *folder, char paths[][512], size_t most)
{
    char name[512];
    struct dirent *entry;
    size_t count = 0;
    DIR *dir;

    snprintf(name, sizeof name, "%s/emblab/journal", folder);
    dir = opendir(name);
    while (dir && (entry = readdir(dir)) != NULL) {
        const char *end = strrchr(entry->d_name, '.');
        if (end && strcmp(end, ".emb") == 0 && count < most)
            snprintf(paths[count++], 512, "%.200s/%.200s", name, entry->d_name);
    }
    if (dir)
        closedir(dir);
    return count;
}

/* Put a journal of that text where --resume looks for it. */
static void write_journal(const char *folder, const char *text)
{
    char path[512];
    FILE *file;

    live("corpus \"a b c\"");
    snprintf(path, sizeof path, "%s/emblab/journal/99999999-000000-1.emb",
             folder);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *resume_refusal(void)
{
    static struct error err;
    struct sitting s;

    error_clear(&err);
    sitting_begin(&s);
    assert_int_equal(journal_resume(&s.session, true, &err), -1);
    sitting_end(&s);
    return err.message;
}

/* --- resume -------------------------------------------------------------- */

static void resume_gives_the_lab_that_was_ended(void **state)
{
    struct sitting s;
    (void)state;
    uint64_t hash = live("corpus \"a b c a c b\"; step 3; undo; step; next");
    resume(&s);
    assert_true(lab_hash(s.session.lab) == hash);
    has(str_text(&s.notices),
        "resumed: typed text, step 1, after 3 commands; history lists them");
    sitting_end(&s);
}

/* A person who presses Ctrl-C when the bar appears. */
static volatile sig_atomic_t stopped;

static bool press_ctrl_c(struct sink *sink, const char *what, double done,
                         double total, const char *note)
{
    (void)sink;
    (void)done;
    (void)note;
    assert_string_equal(what, "again:");
    assert_float_equal(total, 100000000, 0);
    stopped = 1;
    return false;
}

static void a_long_resume_tells_how_far_it_is_and_can_be_stopped(void **state)
{
    struct sitting s;
    struct error err = {0};

    write_journal(*state, "# emblab journal 1\n"
                          "corpus tiny\n"
                          "train epochs=100000000\n"
                          "tokenize char\n");
    sitting_begin(&s);
    stopped = 0;
    s.session.sink->progress = press_ctrl_c;
    s.session.stop = &stopped;
    assert_int_equal(journal_resume(&s.session, true, &err), 0);
    assert_true(s.session.lab->step > 0);
    has(str_text(&s.notices), "of the lab that was to come back");
    assert_null(s.session.journal); /* the old one stays as it was */
    sitting_end(&s);
    sitting_begin(&s);
    s.session.stop = &stopped;
    stopped = 1;
    assert_int_equal(journal_resume(&s.session, false, &err), -1);
    assert_int_equal(err.code, ERROR_INTERRUPTED); /* of a script: its end */
    sitting_end(&s);
}

/* Ctrl-D, or a hang-up, while a long command runs. */
static void work_that_was_under_way_is_kept_as_its_steps(void **state)
{
    static const char train[] = "train epochs=1000000";
    struct sitting s;
    struct effect effect;
    struct error err = {0};
    size_t position = 0;
    long steps;

    (void)state;
    sitting_begin(&s);
    journal_open(&s.session);
    sitting_ask(&s, "corpus tiny");
    assert_int_equal(1, session_run(&s.session, train, strlen(train), &position,
                                    &effect, &err));
    assert_int_equal(1, session_work(&s.session, 0.001, &err));
    steps = s.session.lab->step;
    assert_true(steps > 0);
    sitting_end(&s);
    resume(&s);
    assert_int_equal(steps, s.session.lab->step);
    sitting_end(&s);
}

static void a_resumed_lab_goes_on_with_its_journal(void **state)
{
    struct sitting s;
    struct error err = {0};
    (void)state;
    live("corpus \"a b c a c b\"; step 3");
    sitting_begin(&s);
    assert_int_equal(journal_resume(&s.session, true, &err), 0);
    sitting_ask(&s, "step 2");
    uint64_t hash = lab_hash(s.session.lab);
    sitting_end(&s);
    resume(&s);
    assert_true(lab_hash(s.session.lab) == hash);
    assert_int_equal(s.session.lab->step, 5);
    sitting_end(&s);
}

static void a_lab_that_lives_is_not_resumed(void **state)
{
    struct sitting living, s;
    (void)state;
    uint64_t hash = live("corpus \"a b c\"; step");
    sitting_begin(&living);
    journal_open(&living.session);
    sitting_ask(&living, "corpus \"x y z\"; step 5");
    resume(&s);
    assert_true(lab_hash(s.session.lab) == hash);
    sitting_end(&s);
    sitting_end(&living);
}

static void two_labs_at_once_keep_two_journals(void **state)
{
    struct sitting a, b;
    char paths[4][512];
    sitting_begin(&a);
    sitting_begin(&b);
    journal_open(&a.session);
    journal_open(&b.session);
    sitting_ask(&a, "corpus \"a b\"");
    sitting_ask(&b, "corpus \"x y\"");
    assert_int_equal(list_journals(*state, paths, 4), 2);
    sitting_end(&a);
    sitting_end(&b);
}

static void old_journals_are_removed(void **state)
{
    static char paths[100][512];
    for (int i = 0; i < JOURNALS_KEPT + 5; i++)
        live("corpus \"a b\"");
    assert_int_equal(list_journals(*state, paths, 100), JOURNALS_KEPT);
}

/* --- bad journals -------------------------------------------------------- */

static void a_cut_last_line_is_left_out_with_a_notice(void **state)
{
    struct sitting s;
    write_journal(*state, "# emblab journal 1\ncorpus \"a b c a\"\nstep 2\nst");
    resume(&s);
    assert_int_equal(s.session.lab->step, 2);
    has(str_text(&s.notices), "cut");
    sitting_end(&s);
}

static void a_newer_version_is_named(void **state)
{
    write_journal(*state, "# emblab journal 2\ncorpus \"a b c a\"\n");
    has(resume_refusal(), "newer version");
}

static void what_is_no_journal_is_named(void **state)
{
    write_journal(*state, "hello, I am a text without any meaning\n");
    has(resume_refusal(), "is no journal");
}

/* `load` may be given any file: a script, a lesson, a picture. */
static void load_says_what_stands_where_a_saved_lab_begins(void **state)
{
    static const struct {
        const char *text, *message;
    } files[] = {
        {"corpus tiny; step\n", "here stands \"corpus tiny; step\"; `emblab "
                                "FILE` runs commands and plays lessons"},
        {"\x89PNG\r\n", "here stands \"�PNG␍\""},
        {"", "f.emb is empty; `load` reads what `save` wrote"},
        {"# emblab journal 1\r\nstep\r\n", "stands \"# emblab journal 1␍\""},
        {"# emblab journal 12\nstep\n", "of a newer version of emblab"},
        {"# emblab journal 1\ntable V=3\nfly\n", "f.emb:3: "},
    };
    struct sitting s;
    char line[600];
    sitting_begin(&s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(line, sizeof line, "load %s",
                 folder_write(*state, "f.emb", files[i].text));
        has(sitting_refusal(&s, line), files[i].message);
    }
    has_not(s.err.message, "remove");
    sitting_end(&s);
}

static void an_impossible_line_is_named_with_its_number(void **state)
{
    write_journal(*state, "# emblab journal 1\ncorpus \"a b c a\"\nstep 2\n"
                          "table D=-3\nstep\n");
    has(resume_refusal(), "99999999-000000-1.emb:4: ");
}

/* A file that somebody else wrote must not write, read or run anything. */
static void what_does_not_make_a_lab_is_refused_before_anything(void **state)
{
    static const char *const lines[] = {
        "export W %s/out.csv",
        "save %s/out.csv",
        "snapshot %s/out.csv",
        "load %s/out.csv",
        "exp torch %s/out.csv",
        "step; export W %s/out.csv",
        "set python %s/out.csv",
        "compare torch",
        "watch W",
    };
    struct sitting s;

    sitting_begin(&s);
    sitting_ask(&s, "corpus \"x y z x\"; step");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char line[600], text[800], load[600];
        const char *path;
        snprintf(line, sizeof line, lines[i], (const char *)*state);
        snprintf(text, sizeof text,
                 "# emblab journal 1\ncorpus \"a b c a\"\nstep 2\n%s\n", line);
        path = folder_write(*state, "evil.emb", text);
        snprintf(load, sizeof load, "load %s", path);
        has(sitting_refusal(&s, load), "evil.emb:4: ");
        has(s.err.message, "has no place here");
        snprintf(line, sizeof line, "%s/out.csv", (const char *)*state);
        assert_false(file_exists(line));
    }
    sitting_end(&s);
}

/* Nothing at all: the lines above it have not been run either. */
static void a_refused_journal_leaves_an_empty_lab(void **state)
{
    struct sitting s;
    struct error err = {0};

    write_journal(*state, "# emblab journal 1\ncorpus \"a b c a\"\nstep 2\n"
                          "export W out.csv\n");
    sitting_begin(&s);
    assert_int_equal(journal_resume(&s.session, true, &err), -1);
    assert_null(s.session.lab->text);
    sitting_end(&s);
}

static void a_line_of_several_commands_is_run_whole(void **state)
{
    struct sitting s;

    write_journal(*state, "# emblab journal 1\ncorpus \"a b c a\"; step 2\n");
    resume(&s);
    assert_int_equal(s.session.lab->step, 2);
    sitting_end(&s);
}

/* Found by the fuzzer: an empty timeline has no last event to look at. */
static void a_journal_that_redoes_nothing_is_refused(void **state)
{
    write_journal(*state, "# emblab journal 1\nredo\ncorpus \"a b\"\n");
    has(resume_refusal(), "99999999-000000-1.emb:2: there is nothing to redo");
}

/* --- texts that change --------------------------------------------------- */

/* before, path and after: the corpus command in some spelling. */
static void change_text(const char *folder, const char *name,
                        const char *before, const char *after)
{
    struct sitting s;
    struct str line = STR_INIT;
    const char *path = folder_write(folder, name, "a b c\na c b\n");
    str_printf(&line, "%s%s%s; step 2", before, path, after);
    uint64_t hash = live(str_text(&line));
    folder_write(folder, name, "quite another text it is\n");
    resume(&s);
    assert_true(lab_hash(s.session.lab) == hash);
    has(str_text(&s.notices), "has changed since (its text was ");
    sitting_end(&s);
    unlink(path);
    resume(&s);
    assert_true(lab_hash(s.session.lab) == hash);
    sitting_end(&s);
    str_clear(&line);
}

/* load begins the journal anew: with the texts that its commands read. */
static void a_text_of_a_loaded_lab_is_kept_too(void **state)
{
    struct sitting s;
    struct str line = STR_INIT;
    const char *text = folder_write(*state, "t.txt", "a b c\na c b\n");
    str_printf(&line,
               "corpus %s; step 2; corpus \"x y z x\"; step; save %s/s.emb",
               text, (const char *)*state);
    sitting_begin(&s);
    sitting_ask(&s, str_text(&line));
    sitting_end(&s);
    str_truncate(&line, 0);
    str_printf(&line, "load %s/s.emb; undo 2", (const char *)*state);
    uint64_t hash = live(str_text(&line));
    unlink(text);
    resume(&s);
    assert_true(lab_hash(s.session.lab) == hash);
    assert_int_equal(s.session.lab->step, 2);
    sitting_end(&s);
    str_clear(&line);
}

static void a_saved_lab_names_the_text_that_changed(void **state)
{
    struct sitting s;
    struct str line = STR_INIT;
    const char *text = folder_write(*state, "t.txt", "a b c\na c b\n");
    str_printf(&line, "corpus %s; step 2; save %s/s.emb", text,
               (const char *)*state);
    sitting_begin(&s);
    sitting_ask(&s, str_text(&line));
    folder_write(*state, "t.txt", "quite another text it is\n");
    str_truncate(&line, 0);
    str_printf(&line, "load %s/s.emb", (const char *)*state);
    has(sitting_refusal(&s, str_text(&line)), "has its text changed?");
    has(str_text(&s.notices), "t.txt has changed since: its text is not ");
    sitting_end(&s);
    str_clear(&line);
}

static void kept_text(const char *folder, unsigned number, char path[512])
{
    snprintf(path, 512, "%.300s/emblab/journal/text-%016x", folder, number);
}

/* The texts used longest ago go; nothing else in the folder does. */
static void texts_are_kept_to_a_number(void **state)
{
    char path[512], other[512];
    live("corpus \"a b\"");
    snprintf(other, sizeof other, "%.300s/emblab/journal/text-of-mine",
             (const char *)*state);
    fclose(fopen(other, "w"));
    for (unsigned i = 0; i < JOURNAL_TEXTS_KEPT + 9; i++) {
        struct timespec times[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
        kept_text(*state, i, path);
        fclose(fopen(path, "w"));
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    live("corpus \"a b\"");
    for (unsigned i = 0; i < JOURNAL_TEXTS_KEPT + 9; i++) {
        kept_text(*state, i, path);
        assert_int_equal(file_exists(path), i >= 9);
    }
    assert_true(file_exists(other));
}

static void what_is_kept_is_for_its_owner_only(void **state)
{
    char name[512];
    struct stat info;
    struct dirent *entry;
    size_t files = 0;
    mode_t mask = umask(0022);
    live("corpus tiny; step");
    snprintf(name, sizeof name, "%s/emblab/journal", (const char *)*state);
    assert_int_equal(stat(name, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    DIR *dir = opendir(name);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        assert_int_equal(fstatat(dirfd(dir), entry->d_name, &info, 0), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        files++;
    }
    closedir(dir);
    assert_int_equal(files, 2); /* the journal, and the text */
    umask(mask);
}

static void a_changed_text_is_taken_from_the_kept_copy(void **state)
{
    change_text(*state, "t.txt", "corpus ", "");
}

static void a_text_named_in_short_is_kept_too(void **state)
{
    change_text(*state, "t.txt", "corp  ", "");
}

static void a_text_with_a_blank_in_its_name_is_kept_too(void **state)
{
    change_text(*state, "my text.txt", "corpus file=\"", "\"");
}

static void a_text_with_a_blank_in_its_name_is_saved_and_loaded(void **state)
{
    struct sitting s;
    struct str line = STR_INIT;
    const char *folder = *state;
    const char *text = folder_write(folder, "my text.txt", "a b c\na c b\n");
    sitting_begin(&s);
    str_printf(&line, "corpus file=\"%s\"; step; save %s/s.emb", text, folder);
    sitting_ask(&s, str_text(&line));
    uint64_t hash = lab_hash(s.session.lab);
    str_truncate(&line, 0);
    str_printf(&line, "corpus \"x y z\"; load %s/s.emb", folder);
    sitting_ask(&s, str_text(&line));
    assert_true(lab_hash(s.session.lab) == hash);
    str_truncate(&line, 0);
    str_printf(&line, "corpus \"%s\"", text);
    sitting_ask(&s, str_text(&line));
    has(str_text(&s.notices), "the text is the words in quotes; the file of "
                              "that name: corpus file=\"");
    sitting_end(&s);
    unlink(text);
    str_clear(&line);
}

/* --- a full disk --------------------------------------------------------- */

/* A limit on the size of files stands for it. */
static void fill_disk(const char *folder, bool room_again)
{
    struct rlimit before, full;
    struct sitting s;
    char paths[2][512];
    struct file_bytes bytes;
    sitting_begin(&s);
    journal_open(&s.session);
    sitting_ask(&s, "corpus \"a b c a c b\"; step 2");
    uint64_t hash = lab_hash(s.session.lab);
    assert_int_equal(list_journals(folder, paths, 2), 1);
    assert_int_equal(file_read(paths[0], &bytes, NULL), 0);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    full = before;
    full.rlim_cur = bytes.length + 3; /* not even a line more, but a part */
    setrlimit(RLIMIT_FSIZE, &full);
    sitting_ask(&s, "step 3");
    sitting_ask(&s, "step 4");
    has(str_text(&s.notices), "cannot be written: ");
    setrlimit(RLIMIT_FSIZE, &before);
    if (room_again)
        sitting_ask(&s, "step 5");
    hash = room_again ? lab_hash(s.session.lab) : hash;
    sitting_end(&s);
    resume(&s);
    assert_true(lab_hash(s.session.lab) == hash);
    sitting_end(&s);
    file_bytes_clear(&bytes);
}

static void a_full_disk_loses_nothing_and_says_so(void **state)
{
    fill_disk(*state, false);
}

static void a_disk_with_room_again_leaves_no_gap(void **state)
{
    fill_disk(*state, true);
}

/* --- save, load ---------------------------------------------------------- */

static void load_refuses_what_was_edited_and_keeps_the_lab(void **state)
{
    struct sitting s;
    struct str line = STR_INIT;
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"x y z x\"; step");
    str_printf(&line, "load %s",
               folder_write(*state, "bad.emb",
                            "# emblab journal 1\ncorpus \"a b c\"\nstep\n"
                            "optimizer adam lr=banana\n"));
    has(sitting_refusal(&s, str_text(&line)), "bad.emb:4: ");
    folder_write(*state, "bad.emb",
                 "# emblab journal 1\ncorpus \"a b c\"\nstep\n"
                 "# loss 99\n# hash 0123456789abcdef\n");
    has(sitting_refusal(&s, str_text(&line)), "was it edited");
    sitting_ask(&s, "undo");
    assert_int_equal(s.session.lab->step, 0);
    str_clear(&line);
    sitting_end(&s);
}

static void where_only_the_hash_differs_one_line_says_so(void **state)
{
    struct sitting s;
    struct str line = STR_INIT;
    char loss[64];
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"a b c\"; step");
    snprintf(loss, sizeof loss, "%.6f",
             (double)s.session.lab->losses.step[0] + 5e-5);
    str_printf(&line,
               "# emblab journal 1\ncorpus \"a b c\"\nstep\n# loss %s\n"
               "# hash 0123456789abcdef\n",
               loss);
    const char *path = folder_write(*state, "else.emb", str_text(&line));
    str_truncate(&line, 0);
    str_printf(&line, "load %s", path);
    sitting_ask(&s, str_text(&line));
    has(str_text(&s.notices), "the hash differs, the last loss agrees");
    str_clear(&line);
    sitting_end(&s);
}

#define JOURNAL_TEST(name) \
    cmocka_unit_test_setup_teardown(name, folder_begin, folder_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(resume_gives_the_lab_that_was_ended),
        JOURNAL_TEST(a_resumed_lab_goes_on_with_its_journal),
        JOURNAL_TEST(a_long_resume_tells_how_far_it_is_and_can_be_stopped),
        JOURNAL_TEST(work_that_was_under_way_is_kept_as_its_steps),
        JOURNAL_TEST(a_lab_that_lives_is_not_resumed),
        JOURNAL_TEST(two_labs_at_once_keep_two_journals),
        JOURNAL_TEST(old_journals_are_removed),
        JOURNAL_TEST(a_cut_last_line_is_left_out_with_a_notice),
        JOURNAL_TEST(a_newer_version_is_named),
        JOURNAL_TEST(what_is_no_journal_is_named),
        JOURNAL_TEST(load_says_what_stands_where_a_saved_lab_begins),
        JOURNAL_TEST(an_impossible_line_is_named_with_its_number),
        JOURNAL_TEST(what_does_not_make_a_lab_is_refused_before_anything),
        JOURNAL_TEST(a_refused_journal_leaves_an_empty_lab),
        JOURNAL_TEST(a_line_of_several_commands_is_run_whole),
        JOURNAL_TEST(a_text_named_in_short_is_kept_too),
        JOURNAL_TEST(a_text_with_a_blank_in_its_name_is_kept_too),
        JOURNAL_TEST(a_text_with_a_blank_in_its_name_is_saved_and_loaded),
        JOURNAL_TEST(a_text_of_a_loaded_lab_is_kept_too),
        JOURNAL_TEST(a_saved_lab_names_the_text_that_changed),
        JOURNAL_TEST(texts_are_kept_to_a_number),
        JOURNAL_TEST(what_is_kept_is_for_its_owner_only),
        JOURNAL_TEST(a_journal_that_redoes_nothing_is_refused),
        JOURNAL_TEST(a_changed_text_is_taken_from_the_kept_copy),
        JOURNAL_TEST(a_full_disk_loses_nothing_and_says_so),
        JOURNAL_TEST(a_disk_with_room_again_leaves_no_gap),
        JOURNAL_TEST(load_refuses_what_was_edited_and_keeps_the_lab),
        JOURNAL_TEST(where_only_the_hash_differs_one_line_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
