/*
 * The speaker's notes: the second terminal reads what the first one wrote, and
 * neither is harmed by the other's end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "lesson/notes.h"
#include "player_case.h"

static const char text[] =
    "---\ntitle: The title\nid: t\n---\nOne.\n\n<!-- pause -->\n<!-- note: "
    "Ask the room. -->\n\nTwo.\n\n```emblab\nemb> corpus tiny\n```\n\n"
    "<!-- note: First line. -->\n<!-- note: Second one. -->\n";

/* A lesson on stage since the first second there was. */
static void begin(struct staging *t, const char *folder)
{
    struct player_options options = {
        .mode = PLAYER_TEACH, .notes = true, .began = 1};
    struct error err = {0};

    *t = (struct staging){0};
    sitting_begin(&t->s);
    t->player = player_open(&t->s.session, folder_write(folder, "l.md", text),
                            &options, &err);
    if (!t->player)
        fail_msg("%s", err.message);
    staging_settle(t);
}

static void must_read(struct notes *notes)
{
    struct error err = {0};

    if (notes_read("t", notes, &err) != 0)
        fail_msg("%s", err.message);
}

static void the_notes_follow_the_lesson(void **state)
{
    struct staging t;
    struct notes notes;

    begin(&t, *state);
    must_read(&notes);
    assert_string_equal(notes.title, "The title · 1/2");
    assert_int_equal(notes.page, 1);
    assert_int_equal(notes.pages, 2);
    assert_int_equal(notes.began, 1);
    assert_string_equal(notes.state, "Enter: continue");
    assert_string_equal(notes.next, "text: Two.");
    assert_string_equal(notes.note, "Ask the room.");
    notes_clear(&notes);
    staging_enter(&t, 1);
    must_read(&notes);
    assert_int_equal(notes.page, 2);
    assert_string_equal(notes.note, "First line.\nSecond one.");
    assert_string_equal(notes.next, "the end");
    notes_clear(&notes);
    staging_type(&t, "corpus farm");
    must_read(&notes);
    assert_string_equal(notes.state, "off script · Enter: back");
    notes_clear(&notes);
    staging_end(&t);
}

/* The speaker knows the answer while it is asked. */
static void the_answer_stands_in_the_notes(void **state)
{
    static const char questions[] =
        "---\ntitle: The title\nid: t\n---\n```quiz {#q}\nWhich?\n\n- [x] "
        "one\n- [ ] two\n```\n\n```try {#y}\nDo it.\n\ncheck: 1 < 0\n"
        "solution: corpus tiny\n```\n";
    struct player_options options = {.mode = PLAYER_TEACH, .notes = true};
    struct staging t = {0};
    struct notes notes;

    sitting_begin(&t.s);
    t.player = player_open(&t.s.session,
                           folder_write(*state, "l.md", questions), &options,
                           &t.s.err);
    must_read(&notes);
    assert_string_equal(notes.answer, "a  one");
    notes_clear(&notes);
    staging_enter(&t, 1);
    must_read(&notes);
    assert_null(notes.answer);
    notes_clear(&notes);
    staging_enter(&t, 1);
    must_read(&notes);
    assert_string_equal(notes.answer, "corpus tiny");
    notes_clear(&notes);
    staging_end(&t);
}

/* What is in the folder of the notes. */
static size_t count_files(void)
{
    char *path = file_xdg_path(FILE_XDG_STATE, "notes/", true);
    DIR *dir = opendir(path);
    struct dirent *entry;
    size_t count = 0;

    while ((entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(dir);
    free(path);
    return count;
}

static void one_file_is_there_and_then_none(void **state)
{
    struct staging t;

    begin(&t, *state);
    assert_int_equal(count_files(), 1);
    staging_enter(&t, 1);
    assert_int_equal(count_files(), 1);
    staging_end(&t);
    assert_int_equal(count_files(), 0);
}

static void with_the_lesson_its_notes_go(void **state)
{
    struct staging t;
    struct notes notes;
    struct error err = {0};

    begin(&t, *state);
    staging_end(&t);
    assert_int_equal(notes_read("t", &notes, &err), -1);
    assert_int_equal(err.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(err.message, "nobody plays t now"));
    notes_clear(&notes);
}

/* A lesson that was killed leaves its file, which is nobody's. */
static void notes_of_a_process_that_has_gone_are_none(void **state)
{
    struct notes notes;
    struct error err = {0};
    struct staging t;
    pid_t child = fork();

    if (child == 0) {
        begin(&t, *state);
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(count_files(), 1);
    assert_int_equal(notes_read("t", &notes, &err), -1);
    assert_int_equal(err.code, ERROR_NOT_FOUND);
    notes_clear(&notes);
    begin(&t, *state);
    must_read(&notes);
    notes_clear(&notes);
    staging_end(&t);
}

static void they_are_for_their_owner_alone(void **state)
{
    char *path = file_xdg_path(FILE_XDG_STATE, "notes/t", true);
    struct staging t;
    struct stat info;

    begin(&t, *state);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    staging_enter(&t, 1);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    staging_end(&t);
    free(path);
}

/* Whatever becomes of the file, the lesson plays on. */
static void a_file_that_cannot_be_written_stops_no_lesson(void **state)
{
    char *path = file_xdg_path(FILE_XDG_STATE, "notes/t", true);
    struct staging t;

    begin(&t, *state);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    staging_enter(&t, 1);
    assert_int_equal(t.player->page, 2);
    staging_end(&t);
    assert_int_equal(count_files(), 1); /* that folder, and nothing beside */
    assert_int_equal(rmdir(path), 0);
    free(path);
}

static void what_is_no_notes_file_is_refused(void **state)
{
    char *path = file_xdg_path(FILE_XDG_STATE, "notes/t", true);
    static const char unknown[] = "# emblab notes 1\nnote\ncolour red\n"
                                  "page x\nnote a\n\nnote b";
    struct notes notes;
    struct error err = {0};

    (void)state;
    assert_int_equal(file_write_all(path, "nonsense\n", 9, true, NULL), 0);
    assert_int_equal(notes_read("t", &notes, &err), -1);
    assert_int_equal(err.code, ERROR_FORMAT);
    notes_clear(&notes);
    /* Keys that nobody knows, lines without a text, are left alone. */
    assert_int_equal(file_write_all(path, unknown, strlen(unknown), true, NULL),
                     0);
    must_read(&notes);
    assert_string_equal(notes.note, "a\nb");
    notes_clear(&notes);
    (void)unlink(path);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_notes_follow_the_lesson),
        cmocka_unit_test(the_answer_stands_in_the_notes),
        cmocka_unit_test(one_file_is_there_and_then_none),
        cmocka_unit_test(with_the_lesson_its_notes_go),
        cmocka_unit_test(notes_of_a_process_that_has_gone_are_none),
        cmocka_unit_test(they_are_for_their_owner_alone),
        cmocka_unit_test(a_file_that_cannot_be_written_stops_no_lesson),
        cmocka_unit_test(what_is_no_notes_file_is_refused),
    };

    return cmocka_run_group_tests_name("notes", tests, folder_begin,
                                       folder_end);
}
