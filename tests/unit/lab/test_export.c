/*
 * What export writes besides tensors (language.md, "Files"), of the worked
 * example: counts by hand, marks from design.md.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/export.h"
#include "lab_case.h"

/* What a function writes, caller's to free. */
static char *written(const struct lab *lab,
                     void (*write)(const struct lab *lab, FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    write(lab, out);
    fclose(out);
    return text;
}

/* The line of that number, from 0; valid until the next call. */
static const char *line_of(const char *text, size_t number)
{
    static char line[256];
    while (number-- > 0) {
        text = strchr(text, '\n');
        assert_non_null(text);
        text++;
    }
    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
    return line;
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static void marks_have_a_line_for_every_row_with_a_word(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 1);
    char *text = written(lab, export_marks);
    assert_int_equal(lines_of(text), 1 + 17 + 17 + 17);
    assert_string_equal(line_of(text, 0),
                        "table,id,word,looked_up,grad_nonzero,changed");
    assert_string_equal(line_of(text, 1), "W,0,the,1,1,1");
    assert_string_equal(line_of(text, 4), "W,3,milk,0,0,0");
    assert_string_equal(line_of(text, 17 + 4), "U,3,milk,0,1,1");
    assert_string_equal(line_of(text, 34 + 17), "b,16,mat,0,1,1");
    free(text);
    lab_phase(lab, PHASE_BACKWARD); /* nothing has changed yet */
    text = written(lab, export_marks);
    assert_string_equal(line_of(text, 1), "W,0,the,1,1,0");
    free(text);
}

/* A single output row has no word. */
static void marks_leave_out_rows_without_words(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed = memory_text("1\tgood\n0\tbad\n");
    head.model.kind = MODEL_SENTIMENT;
    lab_run(&lab, &head);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    char *text = written(&lab, export_marks);
    assert_int_equal(lines_of(text), 1 + 3); /* <pad> good bad */
    free(text);
    lab_clear(&lab);
}

static void marks_of_ratings_name_users_and_items(void **state)
{
    (void)state;
    struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed = memory_text("ann\tsoup\t4\nbob\tcake\t2\n");
    head.model.kind = MODEL_RECOMMEND;
    lab_run(&lab, &head);
    char *text = written(&lab, export_marks);
    assert_int_equal(lines_of(text), 1 + 2 + 2 + 2 + 2);
    assert_string_equal(line_of(text, 2), "Wu,1,bob,0,0,0");
    assert_string_equal(line_of(text, 3), "Wi,0,soup,0,0,0");
    assert_string_equal(line_of(text, 8), "bi,1,cake,0,0,0");
    free(text);
    lab_clear(&lab);
}

static void vocab_counts_words(void **state)
{
    char *text = written(*state, export_vocab);
    assert_int_equal(lines_of(text), 1 + 17);
    assert_string_equal(line_of(text, 0), "id,word,count");
    assert_string_equal(line_of(text, 1), "0,the,12");
    assert_string_equal(line_of(text, 5), "4,dog,3");
    free(text);
}

/* Six words stand once each; the other 34 tokens stay. */
static void unk_counts_what_it_replaced_and_pad_nothing(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_VOCAB);
    head.vocab.min_count = 2;
    head.vocab.pad = head.vocab.unk = true;
    lab_run(lab, &head);
    char *text = written(lab, export_vocab);
    assert_string_equal(line_of(text, 1), "0,<pad>,0");
    assert_string_equal(line_of(text, 2), "1,<unk>,6");
    free(text);
}

static void a_dropped_token_has_no_id(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_VOCAB);
    head.vocab.min_count = 2;
    lab_run(lab, &head);
    char *text = written(lab, export_tokens);
    assert_int_equal(lines_of(text), 1 + 40);
    assert_string_equal(line_of(text, 0), "position,line,token,id");
    assert_string_equal(line_of(text, 3), "2,1,drinks,2");
    assert_string_equal(line_of(text, 4), "3,1,milk,");
    assert_string_equal(line_of(text, 5), "4,2,the,0");
    free(text);
}

static void words_with_signs_are_quoted(void **state)
{
    (void)state;
    struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_TOKENIZE);
    head.corpus.typed = memory_text("a , \" b");
    head.tokenizer.keep_punct = true;
    lab_run(&lab, &head);
    char *text = written(&lab, export_vocab);
    assert_string_equal(line_of(text, 2), "1,\",\",1");
    assert_string_equal(line_of(text, 3), "2,\"\"\"\",1");
    free(text);
    lab_clear(&lab);
}

static void losses_read_back_to_the_bit(void **state)
{
    struct lab *lab = *state;
    lab_steps(lab, 5);
    char *text = written(lab, export_losses);
    assert_int_equal(lines_of(text), 1 + 5);
    assert_string_equal(line_of(text, 0), "step,loss");
    for (size_t i = 0; i < 5; i++) {
        const char *line = line_of(text, i + 1);
        assert_int_equal(strtoul(line, NULL, 10), i + 1);
        assert_true(strtof(strchr(line, ',') + 1, NULL) == lab->losses.step[i]);
    }
    free(text);
}

static void metadata_is_a_word_a_line(void **state)
{
    struct lab *lab = *state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    export_words(lab, model_parameter(lab->model, "W"), out);
    fclose(out);
    assert_int_equal(lines_of(text), 17);
    assert_string_equal(line_of(text, 13), "queen");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TINY(marks_have_a_line_for_every_row_with_a_word),
        cmocka_unit_test(marks_leave_out_rows_without_words),
        cmocka_unit_test(marks_of_ratings_name_users_and_items),
        WITH_TINY(vocab_counts_words),
        WITH_TINY(unk_counts_what_it_replaced_and_pad_nothing),
        WITH_TINY(a_dropped_token_has_no_id),
        cmocka_unit_test(words_with_signs_are_quoted),
        WITH_TINY(losses_read_back_to_the_bit),
        WITH_TINY(metadata_is_a_word_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
