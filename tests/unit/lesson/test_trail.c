/*
 * The trail: every place that was noted is reached again to the same bits, on
 * whatever way the lab has gone since.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "commands/journal.h"
#include "lab/history.h"
#include "lesson/trail.h"
#include "session_case.h"

static void go(struct trail *trail, struct sitting *s, size_t place)
{
    struct error err = {0};

    if (trail_go(trail, &s->session, place, &err) != 0)
        fail_msg("%s", err.message);
}

static void a_place_is_the_way_there_and_not_the_time(void **state)
{
    struct sitting s;
    struct trail trail;
    size_t first, second;

    (void)state;
    sitting_begin(&s);
    trail_init(&trail);
    assert_int_equal(trail_here(&trail, &s.session), TRAIL_START);
    sitting_ask(&s, "corpus tiny; step");
    first = trail_here(&trail, &s.session);
    sitting_ask(&s, "print W");
    assert_int_equal(trail_here(&trail, &s.session), first);
    sitting_ask(&s, "step");
    second = trail_here(&trail, &s.session);
    assert_int_not_equal(second, first);
    sitting_ask(&s, "undo; redo");
    assert_int_equal(trail_here(&trail, &s.session), second);
    sitting_ask(&s, "undo 9; corpus tiny; step");
    assert_int_equal(trail_here(&trail, &s.session), first);
    assert_true(trail_passes(&trail, second, first));
    assert_false(trail_passes(&trail, first, second));
    assert_true(trail_passes(&trail, second, TRAIL_START));
    trail_clear(&trail);
    sitting_end(&s);
}

static void the_middle_of_an_event_is_a_place_of_its_own(void **state)
{
    struct sitting s;
    struct trail trail;
    size_t end, middle;
    uint64_t at_end, in_middle;

    (void)state;
    sitting_begin(&s);
    trail_init(&trail);
    sitting_ask(&s, "corpus tiny; step 10");
    end = trail_here(&trail, &s.session);
    at_end = sitting_state(&s);
    sitting_ask(&s, "goto 4");
    middle = trail_here(&trail, &s.session);
    in_middle = sitting_state(&s);
    assert_int_not_equal(middle, end);
    go(&trail, &s, end);
    assert_int_equal(trail_here(&trail, &s.session), end);
    assert_int_equal(sitting_state(&s), at_end);
    go(&trail, &s, middle);
    assert_int_equal(sitting_state(&s), in_middle);
    trail_clear(&trail);
    sitting_end(&s);
}

static void a_command_whose_loss_is_not_finite_is_part_of_the_way(void **state)
{
    struct sitting s;
    struct trail trail;
    size_t place;
    uint64_t there;

    (void)state;
    sitting_begin(&s);
    trail_init(&trail);
    sitting_ask(&s, "corpus tiny; optimizer sgd lr=1e30");
    assert_int_equal(sitting_run(&s, "step 100"), -1);
    place = trail_here(&trail, &s.session);
    there = sitting_state(&s);
    sitting_ask(&s, "undo 2; step");
    go(&trail, &s, place);
    assert_int_equal(sitting_state(&s), there);
    trail_clear(&trail);
    sitting_end(&s);
}

static void branches_get_names_that_are_free(void **state)
{
    struct sitting s;

    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; step; branch aside");
    assert_string_equal(trail_keep(&s.session, "aside"), "aside-2");
    assert_string_equal(trail_keep(&s.session, "aside"), "aside-3");
    assert_string_equal(trail_keep(&s.session, "other"), "other");
    sitting_end(&s);
}

static void going_leaves_diff_what_the_last_command_changed(void **state)
{
    struct sitting s;
    struct trail trail;
    size_t place;
    char *diff;

    (void)state;
    sitting_begin(&s);
    trail_init(&trail);
    sitting_ask(&s, "corpus tiny; step; step");
    diff = memory_text(sitting_ask(&s, "diff"));
    place = trail_here(&trail, &s.session);
    sitting_ask(&s, "epoch 3");
    go(&trail, &s, place);
    assert_string_equal(sitting_ask(&s, "diff"), diff);
    sitting_ask(&s, "reset; step");
    go(&trail, &s, place);
    assert_string_equal(sitting_ask(&s, "diff"), diff);
    free(diff);
    trail_clear(&trail);
    sitting_end(&s);
}

/* A walk: commands that go on, go about on the timeline, and begin anew. */
static const char *const moves[] = {
    "step",           "step 3",         "epoch",       "next",
    "undo",           "undo 3",         "redo 2",      "goto 2",
    "goto 5",         "lookup the cat", "backward",    "table seed=7",
    "table D=3",      "reset",          "freeze W",    "unfreeze W",
    "optimizer adam", "batch B=4",      "corpus tiny", "zero_grad",
};

enum { MOVES = 40, WALKS = 15 };

static void walk(uint32_t seed)
{
    struct sitting s;
    struct trail trail;
    size_t places[MOVES];
    uint64_t states[MOVES];
    struct rng rng;

    sitting_begin(&s);
    trail_init(&trail);
    rng_seed(&rng, seed);
    sitting_ask(&s, "corpus tiny");
    for (size_t i = 0; i < MOVES; i++) {
        size_t n = sizeof moves / sizeof *moves;
        (void)sitting_run(&s, moves[rng_next32(&rng) % n]);
        places[i] = trail_here(&trail, &s.session);
        states[i] = sitting_state(&s);
    }
    for (size_t i = 0; i < MOVES; i++) {
        size_t at = rng_next32(&rng) % MOVES;
        go(&trail, &s, places[at]);
        if (sitting_state(&s) != states[at])
            fail_msg("walk %u: place %zu is another one", seed, at);
    }
    trail_clear(&trail);
    sitting_end(&s);
}

static void every_place_of_a_walk_is_reached_again(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= WALKS; seed++)
        walk(seed);
}

static void what_is_gone_is_in_the_journal(void **state)
{
    struct sitting s, again;
    struct trail trail;
    struct error err = {0};
    size_t place;
    uint64_t there;

    (void)state;
    sitting_begin(&s);
    journal_open(&s.session);
    trail_init(&trail);
    sitting_ask(&s, "corpus tiny; step 3");
    place = trail_here(&trail, &s.session);
    sitting_ask(&s, "undo; table seed=3; step 2");
    trail_keep(&s.session, "aside");
    go(&trail, &s, place);
    there = sitting_state(&s);
    sitting_end(&s);

    sitting_begin(&again);
    if (journal_resume(&again.session, false, &err) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(sitting_state(&again), there);
    sitting_ask(&again, "goto aside");
    assert_int_equal(again.session.lab->step, 2);
    sitting_end(&again);
    trail_clear(&trail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_the_way_there_and_not_the_time),
        cmocka_unit_test(the_middle_of_an_event_is_a_place_of_its_own),
        cmocka_unit_test(a_command_whose_loss_is_not_finite_is_part_of_the_way),
        cmocka_unit_test(branches_get_names_that_are_free),
        cmocka_unit_test(going_leaves_diff_what_the_last_command_changed),
        cmocka_unit_test(every_place_of_a_walk_is_reached_again),
        cmocka_unit_test(what_is_gone_is_in_the_journal),
    };

    return cmocka_run_group_tests_name("trail", tests, folder_begin,
                                       folder_end);
}
