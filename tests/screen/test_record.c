/* A recording over a file that is there: on a terminal, the person is asked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "harness.h"

/* PATH, with that in it. */
static void write_file(const char *path, const char *text)
{
    struct error err;
    if (file_write_all(path, text, strlen(text), true, &err) != 0)
        fail_msg("%s", err.message);
}

/* Record over a file, give the answer, expect that status. Returns how the file
 * begins now, caller's to free. */
static char *record_over(const char *answer, int status)
{
    const char *temporary = getenv("TMPDIR");
    struct str path = STR_INIT;
    struct file_bytes bytes = {0};
    str_printf(&path, "%s/over.md", temporary != NULL ? temporary : "/tmp");
    write_file(str_text(&path), "old\n");
    struct terminal *t = terminal_launch(&(struct terminal_options){
        .args = (const char *[]){"record", "which-rows", "-o", str_text(&path),
                                 NULL}});
    terminal_post(t, answer, strlen(answer)); /* it waits there to be read */
    assert_int_equal(terminal_wait_end(t), status);
    assert_shows(t, "exists; overwrite it? (y or n)");
    terminal_free(t);
    assert_int_equal(file_read(str_text(&path), &bytes, NULL), 0);
    char *text = memory_text(bytes.data);
    text[strcspn(text, "\n")] = '\0';
    remove(str_text(&path));
    file_bytes_clear(&bytes);
    str_clear(&path);
    return text;
}

static void check(const char *answer, int status, const char *expected)
{
    char *text = record_over(answer, status);
    assert_string_equal(text, expected);
    free(text);
}

static void only_y_writes_over_a_file(void **state)
{
    (void)state;
    check("y\r", 0, "# Which rows light up?");
    check("n\r", 1, "old");
    check("\r", 1, "old");
    check("\004", 1, "old");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_y_writes_over_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
