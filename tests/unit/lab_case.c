#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lab_case.h"

#include <stdlib.h>

#include "base/memory.h"
#include "lab/lookup.h"
#include "lab/loop.h"

const char *const tiny_text = "the cat drinks milk\n"
                              "the dog drinks water\n"
                              "the cat chases a mouse\n"
                              "the dog chases a ball\n"
                              "the king rules the land\n"
                              "the queen rules the land\n"
                              "the cat sleeps on the mat\n"
                              "the dog sleeps on the mat\n";

struct head lab_head(const struct lab *lab, unsigned parts)
{
    struct head head;
    head_copy(&head, &lab->head);
    head_reset_part(&head, parts);
    head.set |= parts;
    return head;
}

void lab_run(struct lab *lab, struct head *head)
{
    struct error err = {0};
    if (lab_edit(lab, head, NULL, NULL, &err) != 0)
        fail_msg("the lab refuses: %s", err.message);
    head_clear(head);
}

const char *lab_refusal(struct lab *lab, struct head *head)
{
    static struct error err;
    uint64_t before = lab_hash(lab);
    error_clear(&err);
    assert_int_equal(lab_edit(lab, head, NULL, NULL, &err), -1);
    assert_true(lab_hash(lab) == before);
    head_clear(head);
    return err.message;
}

void lab_with_text(struct lab *lab, const char *text)
{
    lab_init(lab);
    struct head head = lab_head(lab, HEAD_CORPUS);
    head.corpus.typed = memory_text(text);
    lab_run(lab, &head);
}

int tiny_lab(void **state)
{
    struct lab *lab = memory_new(1, sizeof *lab);
    struct error err = {0};
    lab_with_text(lab, tiny_text);
    if (lab_require(lab, LAB_DATA, &err) != 0)
        fail_msg("%s", err.message);
    str_clear(&lab->notes);
    *state = lab;
    return 0;
}

int drop_lab(void **state)
{
    lab_clear(*state);
    free(*state);
    return 0;
}

void lab_steps(struct lab *lab, int n)
{
    struct error err = {0};
    for (int i = 0; i < n; i++)
        if (loop_step(lab, true, &err) != 0)
            fail_msg("step %ld: %s", lab->step + 1, err.message);
}

void lab_phase(struct lab *lab, enum batch_phase phase)
{
    struct error err = {0};
    do {
        if (loop_next(lab, &err) != 0)
            fail_msg("%s", err.message);
    } while (lab->batch.phase != phase);
}

void lab_look_up(struct lab *lab, const int64_t *ids, int64_t n)
{
    struct error err = {0};
    struct tensor t = tensor_borrow(TENSOR_INT64, 1, &n, (void *)ids);
    if (lookup_run(lab, &(struct lookup_input){0, t}, "typed", &err) != 0)
        fail_msg("%s", err.message);
}

const char *row_words(const struct lab *lab, const struct parameter *p,
                      const struct row_set *rows)
{
    static struct str text = STR_INIT;
    str_truncate(&text, 0);
    str_append(&text, "");
    for (int64_t row = 0; row < (int64_t)p->rows; row++)
        if (row_set_has(rows, row))
            str_printf(&text, "%s%s", text.length > 0 ? " " : "",
                       lab_row_word(lab, p, row));
    return str_text(&text);
}
