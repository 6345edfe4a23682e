/*
 * table from=FILE: rows copied over the drawn table (meaning.md: words the
 * file lacks keep their draw; the table is frozen unless told otherwise).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "lab/pretrained.h"
#include "lab/why.h"
#include "lab_case.h"

static char path[64];

static void write_file(const char *text)
{
    snprintf(path, sizeof path, "/tmp/emblab-vectors-%ld.txt", (long)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int remove_file(void **state)
{
    unlink(path);
    return drop_lab(state);
}

static struct head from_file(struct lab *lab)
{
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = 2;
    head.table.from = memory_text("vectors.txt");
    head.table.from_path = memory_text(path);
    head.table.freeze = true;
    return head;
}

static const float *row_of(const struct lab *lab, size_t row)
{
    return lab->model->tables[0].weight.value + row * 2;
}

static void found_words_are_copied_and_others_keep_their_draw(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = 2;
    lab_run(lab, &head);
    float drawn[2] = {row_of(lab, 1)[0], row_of(lab, 1)[1]};
    write_file("the 0.5 -0.25\nzebra 1 2\ndog 3 4\n");
    head = from_file(lab);
    str_clear(&lab->notes);
    lab_run(lab, &head);
    assert_true(row_of(lab, 0)[0] == 0.5f && row_of(lab, 0)[1] == -0.25f);
    assert_true(row_of(lab, 4)[0] == 3 && row_of(lab, 4)[1] == 4);
    assert_memory_equal(row_of(lab, 1), drawn, sizeof drawn);
    assert_int_equal(lab->drawn_count, 15);
    assert_string_equal(lab->drawn_words[0], "cat");
    assert_non_null(strstr(str_text(&lab->notes), "2 of 17 words found"));
    assert_non_null(strstr(str_text(&lab->notes), "cat drinks milk"));
}

/* Why W[row,0] is what it is: the lines that say where it began. */
static const char *start_of(const struct lab *lab, int64_t row)
{
    static char text[2][512];
    static int turn;
    struct why_cell cell = {.name = "W", .ndim = 2, .index = {row, 0}};
    struct why why;
    struct error err = {0};
    char *out = text[turn++ % 2];
    assert_int_equal(why_explain(lab, &cell, &why, &err), 0);
    size_t used = (size_t)snprintf(out, sizeof text[0], "%s", why.how);
    for (size_t i = 0; i < why.line_count; i++)
        used += (size_t)snprintf(out + used, sizeof text[0] - used, "; %s",
                                 why.lines[i].text);
    why_clear(&why);
    return out;
}

static void why_tells_a_row_of_the_file_from_a_draw(void **state)
{
    struct lab *lab = *state;
    write_file("the 0.5 -0.25\ndog 3 4\n");
    struct head head = from_file(lab);
    lab_run(lab, &head);
    assert_string_equal(start_of(lab, 4),
                        "as read; copied from vectors.txt: its vector of "
                        "\"dog\"");
    assert_string_equal(start_of(lab, 1),
                        "as drawn; vectors.txt has no vector of \"cat\"; "
                        "began as draw 2 of normal_ after manual_seed(42)");
}

static void words_that_stay_zero_are_not_called_drawn(void **state)
{
    struct lab *lab = *state;
    write_file("the 0.5 -0.25\ndog 3 4\n");
    struct head head = from_file(lab);
    head.table.options.init.kind = INIT_ZEROS;
    head.table.options.draw_again = true;
    str_clear(&lab->notes);
    lab_run(lab, &head);
    assert_non_null(strstr(str_text(&lab->notes),
                           "left at zeros (init=zeros): cat drinks"));
    assert_null(strstr(str_text(&lab->notes), "random"));
}

/* The draws after the table are those of a table without a file. */
static void what_is_drawn_later_is_as_without_a_file(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct head head = lab_head(lab, HEAD_TABLE);
    head.table.D = 2;
    lab_run(lab, &head);
    assert_int_equal(lab_require(lab, LAB_DATA, &err), 0);
    float U = model_parameter(lab->model, "U")->value[0];
    write_file("the 0.5 -0.25\n");
    head = from_file(lab);
    lab_run(lab, &head);
    assert_int_equal(lab_require(lab, LAB_DATA, &err), 0);
    assert_true(model_parameter(lab->model, "U")->value[0] == U);
}

static void the_table_is_frozen_unless_told_otherwise(void **state)
{
    struct lab *lab = *state;
    write_file("the 0.5 -0.25\n");
    struct head head = from_file(lab);
    lab_run(lab, &head);
    assert_true(model_parameter(lab->model, "W")->frozen);
    head = from_file(lab);
    head.table.freeze = false;
    lab_run(lab, &head);
    assert_false(model_parameter(lab->model, "W")->frozen);
}

static void a_padding_row_from_a_file_is_not_zeroed_again(void **state)
{
    struct lab *lab = *state;
    write_file("the 0.5 -0.25\n");
    struct head head = from_file(lab);
    head.table.options.has_padding = true;
    head.table.options.padding_idx = 0;
    str_clear(&lab->notes);
    lab_run(lab, &head);
    assert_true(row_of(lab, 0)[0] == 0.5f);
    assert_non_null(
        strstr(str_text(&lab->notes), "the padding row 0 is not zero"));
}

static void another_dimension_is_refused(void **state)
{
    struct lab *lab = *state;
    write_file("the 0.5 -0.25 3\ndog 1 2 3\n");
    struct head head = from_file(lab);
    const char *message = lab_refusal(lab, &head);
    assert_non_null(strstr(message, "3"));
    assert_non_null(strstr(message, "2"));
}

/* --- the file is gone ----------------------------------------------------- */

static void move_file(bool away)
{
    char other[80];
    snprintf(other, sizeof other, "%s.away", path);
    assert_int_equal(away ? rename(path, other) : rename(other, path), 0);
}

static struct head learning_from_file(struct lab *lab)
{
    struct head head = from_file(lab);
    head.table.freeze = false;
    return head;
}

/* What happened is not kept: going back runs the head again. */
static void without_its_file_the_past_is_refused_and_the_lab_stays(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    write_file("the 0.5 -0.25\ncat 1 2\n");
    struct head head = learning_from_file(lab);
    lab_run(lab, &head);
    assert_int_equal(lab_require(lab, LAB_DATA, &err), 0);
    lab->chain.bytes_max = 1;
    struct place start = lab->chain.now;
    lab_steps(lab, 40);
    uint64_t now = lab_hash(lab);
    move_file(true);
    assert_int_equal(chain_goto(lab, start, NULL, &err), -1);
    assert_non_null(strstr(err.message, "'vectors.txt' must be read again"));
    assert_true(lab_hash(lab) == now);
    assert_int_equal(lab->step, 40);
    move_file(false);
    assert_int_equal(chain_goto(lab, start, NULL, &err), 0);
    lab_steps(lab, 40);
    assert_true(lab_hash(lab) == now);
}

static void a_lab_left_behind_waits_for_its_file(void **state)
{
    struct lab *lab = *state, *left;
    struct error err = {0};
    write_file("the 0.5 -0.25\ncat 1 2\n");
    struct head head = learning_from_file(lab);
    lab_run(lab, &head);
    assert_int_equal(lab_require(lab, LAB_DATA, &err), 0);
    lab_steps(lab, 3);
    uint64_t then = lab_hash(lab);
    head = lab_head(lab, HEAD_TABLE);
    assert_int_equal(lab_edit(lab, &head, NULL, &left, &err), 0);
    head_clear(&head);
    chain_chill(left);
    move_file(true);
    for (int i = 0; i < 2; i++)
        assert_int_equal(chain_warm(left, NULL, &err), -1);
    move_file(false);
    assert_int_equal(chain_warm(left, NULL, &err), 0);
    assert_true(lab_hash(left) == then);
    lab_clear(left);
    free(left);
}

static void a_file_that_changed_is_not_taken_for_the_old_one(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    write_file("the 0.5 -0.25\n");
    struct head head = learning_from_file(lab);
    lab_run(lab, &head);
    assert_int_equal(pretrained_check_same(lab, &err), 0);
    write_file("the 0.5 -0.125\n");
    assert_int_equal(pretrained_check_same(lab, &err), -1);
}

#define WITH_FILE(test) \
    cmocka_unit_test_setup_teardown(test, tiny_lab, remove_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILE(found_words_are_copied_and_others_keep_their_draw),
        WITH_FILE(what_is_drawn_later_is_as_without_a_file),
        WITH_FILE(without_its_file_the_past_is_refused_and_the_lab_stays),
        WITH_FILE(a_lab_left_behind_waits_for_its_file),
        WITH_FILE(a_file_that_changed_is_not_taken_for_the_old_one),
        WITH_FILE(the_table_is_frozen_unless_told_otherwise),
        WITH_FILE(why_tells_a_row_of_the_file_from_a_draw),
        WITH_FILE(words_that_stay_zero_are_not_called_drawn),
        WITH_FILE(a_padding_row_from_a_file_is_not_zeroed_again),
        WITH_FILE(another_dimension_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
