/* Memory: blocks, growing arrays, and asking before a large request. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

static void an_empty_block_is_a_block(void **state)
{
    (void)state;
    void *blocks[] = {memory_new(0, 8), memory_zeroed(0, 8),
                      memory_resize(NULL, 0, 8), memory_copy(NULL, 0, 8)};
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(blocks[i]);
        free(blocks[i]);
    }
}

static void zeroed_is_zero(void **state)
{
    (void)state;
    int *block = memory_zeroed(1000, sizeof *block);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(block[i], 0);
    free(block);
}

static void an_array_doubles_and_keeps_its_elements(void **state)
{
    (void)state;
    int *array = NULL;
    size_t capacity = 0, moves = 0;
    for (size_t length = 0; length < 1000; length++) {
        size_t before = capacity;
        array = memory_grow(array, length, &capacity, sizeof *array);
        moves += capacity != before;
        assert_true(capacity > length);
        array[length] = (int)length;
    }
    assert_true(moves <= 10); /* 2^10 > 1000 */
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(array[i], (int)i);
    free(array);
}

static void copies_are_separate(void **state)
{
    (void)state;
    char text[] = "abc";
    char *copy = memory_text(text);
    int numbers[] = {1, 2, 3};
    int *same = memory_copy(numbers, 3, sizeof *numbers);
    text[0] = 'X';
    numbers[0] = 9;
    assert_string_equal(copy, "abc");
    assert_int_equal(same[0], 1);
    assert_int_equal(same[2], 3);
    assert_null(memory_text(NULL));
    free(copy);
    free(same);
}

static void what_fits_is_granted(void **state)
{
    (void)state;
    struct error err = {0};
    assert_int_equal(memory_reserve(0, 4, "nothing", &err), 0);
    assert_int_equal(memory_reserve(1000, 4, "a little", &err), 0);
    assert_int_equal(err.code, ERROR_NONE);
}

/* 10^15 rows of 4 bytes are 4 PB, more than any machine has. */
static void what_does_not_fit_is_refused_with_its_size(void **state)
{
    (void)state;
    struct error err = {0};
    assert_int_equal(
        memory_reserve(1000000000000000, 4, "a table of V=10 x D=6", &err), -1);
    assert_int_equal(err.code, ERROR_MEMORY);
    assert_non_null(
        strstr(err.message, "a table of V=10 x D=6 would need 4.0 PB, "));
    assert_non_null(strstr(err.message, "are free"));
}

static void a_size_that_overflows_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    assert_int_equal(memory_reserve(SIZE_MAX / 2, 3, "it", &err), -1);
    assert_int_equal(err.code, ERROR_MEMORY);
}

/* The soft limit of the address space: what is left is at most that. */
static void a_limit_of_the_process_counts(void **state)
{
    (void)state;
    struct rlimit before, limited;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    limited = before;
    limited.rlim_cur = 1 << 28;
    assert_int_equal(setrlimit(RLIMIT_AS, &limited), 0);
    size_t left = memory_available();
    setrlimit(RLIMIT_AS, &before);
    assert_true(left < 1 << 28);
}

static int leave_pipe[2];

static void say_goodbye(void)
{
    ssize_t written = write(leave_pipe[1], "bye.", 4);
    (void)written;
}

/* In a child: a request that no system can meet. */
static void running_out_leaves_through_the_one_exit(void **state)
{
    (void)state;
    char said[300] = "";
    int status;
    assert_int_equal(pipe(leave_pipe), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(leave_pipe[1], STDERR_FILENO);
        memory_set_exit(say_goodbye);
        free(memory_new(SIZE_MAX / 2, 3));
        _exit(0);
    }
    close(leave_pipe[1]);
    size_t length = 0;
    for (ssize_t got; (got = read(leave_pipe[0], said + length,
                                  sizeof said - 1 - length)) > 0;)
        length += (size_t)got;
    close(leave_pipe[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_FAILURE);
    assert_int_equal(strncmp(said, "bye.emblab: error: out of memory; ", 34),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_block_is_a_block),
        cmocka_unit_test(zeroed_is_zero),
        cmocka_unit_test(an_array_doubles_and_keeps_its_elements),
        cmocka_unit_test(copies_are_separate),
        cmocka_unit_test(what_fits_is_granted),
        cmocka_unit_test(what_does_not_fit_is_refused_with_its_size),
        cmocka_unit_test(a_size_that_overflows_is_refused),
        cmocka_unit_test(a_limit_of_the_process_counts),
        cmocka_unit_test(running_out_leaves_through_the_one_exit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
