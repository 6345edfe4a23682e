/*
 * history, undo and goto as a person reads them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "commands/journal.h"
#include "contains.h"
#include "lab/lab.h"
#include "session_case.h"

/* Ctrl-C after the next step. Returns the steps that were done. */
static long interrupt(struct sitting *s, const char *command)
{
    static volatile sig_atomic_t stop;
    struct effect effect;
    struct error err = {0};
    size_t position = 0;
    long before = s->session.lab->step;

    s->session.stop = &stop;
    assert_int_equal(1, session_run(&s->session, command, strlen(command),
                                    &position, &effect, &err));
    stop = 1;
    assert_int_equal(-1, session_work(&s->session, 10, &err));
    stop = 0;
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    return s->session.lab->step - before;
}

static void what_was_stopped_keeps_its_name_and_says_how_far(void **state)
{
    struct sitting s, again;
    struct error err = {0};
    (void)state;
    sitting_begin(&s);
    journal_open(&s.session);
    sitting_ask(&s, "corpus tiny; step");
    assert_int_equal(interrupt(&s, "train epochs=9"), 1);
    has(sitting_ask(&s, "history"), "train epochs=9, stopped after 1 step ");
    has(sitting_ask(&s, "undo"), "undid  train epochs=9, stopped after 1 step");
    sitting_ask(&s, "redo");
    uint64_t hash = lab_hash(s.session.lab);
    sitting_end(&s);
    sitting_begin(&again);
    assert_int_equal(journal_resume(&again.session, false, &err), 0);
    assert_true(lab_hash(again.session.lab) == hash);
    has(sitting_ask(&again, "history"), "step 1 ");
    sitting_end(&again);
}

/* until= looks at each epoch's end, where an anchor is set: with room for what
 * is done there, and no more. */
static void an_anchor_an_epoch_holds_one_act(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; train epochs=20 until=\"loss < 0\"");
    const struct chain *chain = &s.session.lab->chain;
    assert_true(chain->count >= 20);
    for (size_t i = 1; i + 1 < chain->count; i++)
        assert_true(chain->anchors[i]->act_capacity <= 2);
    sitting_end(&s);
}

static void what_a_nan_stopped_says_so(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; optimizer sgd lr=1e30");
    sitting_run(&s, "step 9");
    sitting_run(&s, "next loss");
    const char *seen = sitting_ask(&s, "history");
    has(seen, "   3  step 9, stopped: not finite              step 1\n");
    has(seen, "   4> next loss, stopped: not finite           step 1\n");
    sitting_end(&s);
}

/* The branch is run again up to the NaN, which is part of it. */
static void a_branch_that_ends_in_a_nan_is_come_back_to(void **state)
{
    struct sitting s;
    uint64_t bad;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; optimizer sgd lr=1e30");
    sitting_run(&s, "step 9");
    bad = lab_hash(s.session.lab);
    sitting_ask(&s, "branch bad; undo 2; optimizer sgd lr=0.1; step 2");
    assert_true(lab_hash(s.session.lab) != bad);
    has(sitting_ask(&s, "compare branch bad"), "bad          step 1 ");
    sitting_ask(&s, "goto bad");
    assert_true(lab_hash(s.session.lab) == bad);
    sitting_end(&s);
}

/* Rows that only the new optimizer has touched since the chain's last anchor,
 * at step 1024, keep the state that the old one has for them. */
static void undo_gives_an_optimizer_its_state_back(void **state)
{
    struct sitting s, straight;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; table D=3 sparse=yes; batch B=1; "
                    "optimizer sparse_adam lr=0.01; step 1025");
    sitting_ask(&s, "optimizer sparse_adam lr=0.02; step 3; undo 2; step 30");
    sitting_begin(&straight);
    sitting_ask(&straight, "corpus tiny; table D=3 sparse=yes; batch B=1; "
                           "optimizer sparse_adam lr=0.01; step 1055");
    assert_true(lab_hash(s.session.lab) == lab_hash(straight.session.lab));
    sitting_end(&straight);
    sitting_end(&s);
}

/* Ctrl-C while the steps are taken again: the lab stands within them. */
static void a_redo_that_is_stopped_is_gone_on_with(void **state)
{
    static volatile sig_atomic_t stop;
    struct sitting s;
    uint64_t there;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; step; step 3000");
    there = lab_hash(s.session.lab);
    sitting_ask(&s, "undo");
    s.session.stop = &stop;
    stop = 1;
    assert_int_equal(sitting_run(&s, "redo"), -1);
    assert_int_equal(s.err.code, ERROR_INTERRUPTED);
    stop = 0;
    assert_true(s.session.lab->step > 1 && s.session.lab->step < 3001);
    has(sitting_ask(&s, "history"), "it goes on to step 3001)");
    sitting_ask(&s, "redo");
    assert_true(lab_hash(s.session.lab) == there);
    sitting_end(&s);
}

/* A step taken phase by phase, other commands between, is one step. */
static void goto_counts_a_step_taken_in_phases(void **state)
{
    struct sitting s;
    uint64_t there;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; next logits; lookup cat; next loss; "
                    "lookup dog; next update");
    assert_int_equal(s.session.lab->step, 1);
    there = lab_hash(s.session.lab);
    sitting_ask(&s, "step 2; goto 1");
    assert_int_equal(s.session.lab->step, 1);
    assert_true(lab_hash(s.session.lab) == there);
    sitting_end(&s);
}

static void inside_an_event_history_says_where(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; step; step 120; goto 10");
    has(sitting_ask(&s, "history"),
        "   3> step 120                                 step 10  (it goes on "
        "to step 121)\n");
    sitting_ask(&s, "redo");
    has(sitting_ask(&s, "history"), "step 121\n");
    sitting_end(&s);
}

static void before_the_beginning_is_said_in_steps_back(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; step 3");
    assert_string_equal(sitting_refusal(&s, "goto -5"),
                        "5 steps back from step 3 is before the beginning; "
                        "goto 0 is the beginning");
    sitting_end(&s);
}

#define STATE_TEST(name) \
    cmocka_unit_test_setup_teardown(name, folder_begin, folder_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATE_TEST(what_was_stopped_keeps_its_name_and_says_how_far),
        cmocka_unit_test(an_anchor_an_epoch_holds_one_act),
        cmocka_unit_test(what_a_nan_stopped_says_so),
        cmocka_unit_test(a_branch_that_ends_in_a_nan_is_come_back_to),
        cmocka_unit_test(undo_gives_an_optimizer_its_state_back),
        cmocka_unit_test(a_redo_that_is_stopped_is_gone_on_with),
        cmocka_unit_test(goto_counts_a_step_taken_in_phases),
        cmocka_unit_test(inside_an_event_history_says_where),
        cmocka_unit_test(before_the_beginning_is_said_in_steps_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
