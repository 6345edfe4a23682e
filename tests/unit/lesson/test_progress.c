/*
 * Progress: what was answered is there again, whatever happened to the file.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lesson/player.h"
#include "lesson/progress.h"
#include "session_case.h"

static void must_record(const char *lesson, const char *id,
                        enum progress_state progress)
{
    struct error err = {0};

    if (progress_record(lesson, id, progress, &err) != 0)
        fail_msg("%s", err.message);
}

static enum progress_state recorded(const char *lesson, const char *id)
{
    struct learning learning;
    enum progress_state progress;
    struct error err = {0};

    if (progress_read(&learning, &err) != 0)
        fail_msg("%s", err.message);
    progress = progress_of(&learning, lesson, id);
    progress_clear(&learning);
    return progress;
}

static size_t damage(void)
{
    struct learning learning;
    struct error err = {0};
    size_t damaged;

    assert_int_equal(progress_read(&learning, &err), 0);
    damaged = learning.damaged;
    progress_clear(&learning);
    return damaged;
}

/* The progress file with this content: length bytes, or up to its NUL. */
static void write_state(const char *name, const char *text, size_t length)
{
    char *path = file_xdg_path(FILE_XDG_STATE, name, true);
    struct error err = {0};

    assert_int_equal(
        file_write_all(path, text, length ? length : strlen(text), true, &err),
        0);
    free(path);
}

static char *read_state(const char *name)
{
    char *path = file_xdg_path(FILE_XDG_STATE, name, false);
    struct file_bytes bytes = {0};

    assert_int_equal(file_read(path, &bytes, NULL), 0);
    free(path);
    return bytes.data;
}

/* Each test begins without progress. */
static void begin(void)
{
    char *path = file_xdg_path(FILE_XDG_STATE, "progress", true);

    (void)unlink(path);
    free(path);
}

static void an_answer_is_there_again_and_done_stays_done(void **state)
{
    (void)state;
    begin();
    assert_int_equal(recorded("t", "q"), PROGRESS_NONE);
    must_record("t", "q", PROGRESS_SKIPPED);
    assert_int_equal(recorded("t", "q"), PROGRESS_SKIPPED);
    must_record("t", "q", PROGRESS_DONE);
    must_record("t", "q", PROGRESS_SHOWN);
    assert_int_equal(recorded("t", "q"), PROGRESS_DONE);
    assert_int_equal(recorded("t", "r"), PROGRESS_NONE);
    assert_int_equal(recorded("u", "q"), PROGRESS_NONE);
}

static void the_file_is_text_that_a_person_can_read(void **state)
{
    char *text;

    (void)state;
    begin();
    must_record("which-rows", "which", PROGRESS_DONE);
    must_record("lookup", "one", PROGRESS_SHOWN);
    must_record("which-rows", "a", PROGRESS_SKIPPED);
    text = read_state("progress");
    assert_string_equal(text, "# emblab progress 1\n"
                              "lookup one shown\n"
                              "which-rows a skipped\n"
                              "which-rows which done\n");
    free(text);
}

static void it_is_for_its_owner_alone_and_leaves_nothing_beside(void **state)
{
    char *path = file_xdg_path(FILE_XDG_STATE, "progress", true);
    char *folder = file_xdg_path(FILE_XDG_STATE, "", true);
    struct dirent *entry;
    struct stat info;
    DIR *dir;

    (void)state;
    begin();
    must_record("t", "q", PROGRESS_DONE);
    must_record("t", "r", PROGRESS_DONE);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    dir = opendir(folder);
    while ((entry = readdir(dir)) != NULL)
        assert_null(strstr(entry->d_name, ".tmp"));
    closedir(dir);
    free(folder);
    free(path);
}

static void of_a_damaged_file_the_readable_part_is_kept(void **state)
{
    static const char text[] = "# emblab progress 1\n"
                               "t a done\n"
                               "t b nonsense\n"
                               "t c\n"
                               "t d shown more\n"
                               "\xff\xfe\x80 e done\n"
                               "../x f done\n"
                               "t g shown\n"
                               "t h do\n"
                               "t i done";
    char *damaged;

    (void)state;
    begin();
    write_state("progress", text, 0);
    assert_int_equal(damage(), 6);
    assert_int_equal(recorded("t", "a"), PROGRESS_DONE);
    assert_int_equal(recorded("t", "g"), PROGRESS_SHOWN);
    assert_int_equal(recorded("t", "h"), PROGRESS_NONE);
    assert_int_equal(recorded("t", "i"), PROGRESS_DONE);
    must_record("t", "new", PROGRESS_DONE);
    assert_int_equal(damage(), 0);
    assert_int_equal(recorded("t", "a"), PROGRESS_DONE);
    assert_int_equal(recorded("t", "new"), PROGRESS_DONE);
    damaged = read_state("progress.damaged");
    assert_string_equal(damaged, text);
    free(damaged);
}

/* Every file of a few bytes changed: read without harm, and written again. */
static void no_bytes_do_harm(void **state)
{
    static const char whole[] = "# emblab progress 1\nt a done\nt b shown\n";
    unsigned dice = 1;

    (void)state;
    begin();
    for (int i = 0; i < 500; i++) {
        char text[sizeof whole];
        size_t length;
        memcpy(text, whole, sizeof whole);
        for (int j = 0; j < 3; j++) {
            dice = dice * 1103515245u + 12345u;
            text[(dice >> 8) % (sizeof whole - 1)] = (char)(dice >> 20);
        }
        length = 1 + (dice >> 4) % (sizeof whole - 1);
        write_state("progress", text, length);
        (void)damage();
    }
    must_record("t", "z", PROGRESS_DONE);
    assert_int_equal(damage(), 0);
    assert_int_equal(recorded("t", "z"), PROGRESS_DONE);
}

static void two_labs_lose_nothing_of_each_other(void **state)
{
    enum { LABS = 4, ANSWERS = 15 };
    int status;

    (void)state;
    begin();
    for (int lab = 0; lab < LABS; lab++) {
        if (fork() != 0)
            continue;
        for (int i = 0; i < ANSWERS; i++) {
            char id[16];
            snprintf(id, sizeof id, "q%d-%d", lab, i);
            if (progress_record("t", id, PROGRESS_DONE, NULL) != 0)
                _exit(1);
        }
        _exit(0);
    }
    for (int lab = 0; lab < LABS; lab++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    for (int lab = 0; lab < LABS; lab++) {
        for (int i = 0; i < ANSWERS; i++) {
            char id[16];
            snprintf(id, sizeof id, "q%d-%d", lab, i);
            assert_int_equal(recorded("t", id), PROGRESS_DONE);
        }
    }
}

static void one_lesson_is_forgotten_and_no_other(void **state)
{
    struct error err = {0};
    size_t forgotten;

    (void)state;
    begin();
    must_record("t", "a", PROGRESS_DONE);
    must_record("t", "b", PROGRESS_SKIPPED);
    must_record("tt", "a", PROGRESS_DONE);
    assert_int_equal(progress_forget("t", &forgotten, &err), 0);
    assert_int_equal(forgotten, 2);
    assert_int_equal(recorded("t", "a"), PROGRESS_NONE);
    assert_int_equal(recorded("tt", "a"), PROGRESS_DONE);
    assert_int_equal(progress_forget("t", &forgotten, &err), 0);
    assert_int_equal(forgotten, 0);
}

static void what_cannot_be_written_says_so(void **state)
{
    char *path = file_xdg_path(FILE_XDG_STATE, "progress", true);
    struct error err = {0};

    (void)state;
    begin();
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(progress_record("t", "a", PROGRESS_DONE, &err), -1);
    assert_non_null(strstr(err.message, "is a directory"));
    assert_int_equal(rmdir(path), 0);
    free(path);
}

/* --- counted and listed --------------------------------------------------- */

#define QUESTION(id) \
    "```quiz {#" id "}\nWhat?\n\n- [x] a word\n- [ ] none\n```\n\n"

static struct progress_count count_of(const char *text)
{
    struct learning learning;
    struct error err = {0};
    struct lesson *lesson = lesson_parse("t.md", text, strlen(text), &err);
    struct progress_count count;

    if (!lesson)
        fail_msg("%s", err.message);
    assert_int_equal(progress_read(&learning, &err), 0);
    count = progress_count(&learning, lesson);
    progress_clear(&learning);
    lesson_free(lesson);
    return count;
}

/* A lesson that was changed since. */
static void answers_stay_where_their_ids_do(void **state)
{
    struct progress_count count;

    (void)state;
    begin();
    must_record("t", "a", PROGRESS_DONE);
    must_record("t", "b", PROGRESS_SHOWN);
    must_record("t", "gone", PROGRESS_DONE);
    count = count_of("---\ntitle: T\nid: t\n---\n" QUESTION("b") QUESTION("a")
                         QUESTION("new"));
    assert_int_equal(count.questions, 3);
    assert_int_equal(count.done, 1);
    assert_int_equal(count.shown, 1);
    assert_int_equal(recorded("t", "gone"), PROGRESS_DONE);
}

static const char *list(struct sitting *s, enum lesson_request request,
                        const char *text)
{
    struct effect effect = {
        .request = REQUEST_LESSON, .lesson = request, .text = text};
    struct player *player = NULL;

    str_truncate(&s->out, 0);
    str_truncate(&s->notices, 0);
    str_append(&s->out, "");
    if (player_request(&player, &s->session, &effect, NULL, &s->err) != 0)
        fail_msg("%s", s->err.message);
    return str_text(&s->out);
}

static void lessons_are_listed_with_their_progress(void **state)
{
    char *folder = *state;
    struct str path = STR_INIT;
    struct sitting s;
    const char *text;

    begin();
    str_printf(&path, "%s/lessons", folder);
    assert_int_equal(mkdir(str_text(&path), 0700), 0);
    folder_write(folder, "lessons/01-one.md",
                 "---\ntitle: The first\nid: one\nminutes: 5\n---\n" QUESTION(
                     "a") QUESTION("b"));
    folder_write(folder, "lessons/02-two.md",
                 "---\ntitle: The second\nid: two\n---\n" QUESTION("a"));
    folder_write(folder, "lessons/03-bad.md", "nonsense\n");
    setenv("EMBLAB_DATA", folder, 1);
    must_record("one", "a", PROGRESS_DONE);
    must_record("one", "b", PROGRESS_SHOWN);
    must_record("two", "a", PROGRESS_DONE);

    sitting_begin(&s);
    text = list(&s, LESSON_LIST, NULL);
    assert_non_null(
        strstr(text, "01-one               The first                         "
                     "5 min   done (1 shown)\n"
                     "02-two               The second                        "
                     "        done\n"));
    assert_non_null(
        strstr(text, "\nshown: questions that showed you their solution.\n"));
    assert_null(strstr(text, "03-bad "));
    assert_non_null(strstr(str_text(&s.notices), "03-bad.md:1: error: "));
    assert_string_equal(list(&s, LESSON_FORGET, "01-one"),
                        "one: its progress is forgotten\n");
    assert_int_equal(recorded("one", "a"), PROGRESS_NONE);
    assert_null(strstr(list(&s, LESSON_LIST, NULL), "shown"));
    write_state("progress", "two a done\nnonsense\n", 0);
    (void)list(&s, LESSON_LIST, NULL);
    assert_non_null(strstr(str_text(&s.notices),
                           "your progress file is damaged: 1 line could"));
    sitting_end(&s);
    str_clear(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_there_again_and_done_stays_done),
        cmocka_unit_test(the_file_is_text_that_a_person_can_read),
        cmocka_unit_test(it_is_for_its_owner_alone_and_leaves_nothing_beside),
        cmocka_unit_test(of_a_damaged_file_the_readable_part_is_kept),
        cmocka_unit_test(no_bytes_do_harm),
        cmocka_unit_test(two_labs_lose_nothing_of_each_other),
        cmocka_unit_test(one_lesson_is_forgotten_and_no_other),
        cmocka_unit_test(what_cannot_be_written_says_so),
        cmocka_unit_test(answers_stay_where_their_ids_do),
        cmocka_unit_test(lessons_are_listed_with_their_progress),
    };

    return cmocka_run_group_tests_name("progress", tests, folder_begin,
                                       folder_end);
}
