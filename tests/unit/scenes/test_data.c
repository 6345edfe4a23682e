/* The examples: mini-batch by mini-batch, and the one at hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/memory.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"

static void pairs_stand_in_their_mini_batches(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    struct frame frame = stream_frame();
    lab_with_text(&lab, "the cat drinks milk\nthe dog drinks water");
    struct head head = lab_head(&lab, HEAD_BATCH);
    head.batch.B = 3;
    lab_run(&lab, &head);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    assert_scene(&lab, "windows",
                 " batch 1      0  the cat → drinks\n"
                 "              1  cat drinks → milk\n"
                 "              2  the dog → drinks\n"
                 " batch 2      3  dog drinks → water\n");
    assert_string_equal(title_of(&lab, "windows", &frame),
                        "4 (context, target) pairs, C=2 · B=3: 2 mini-batches "
                        "an epoch");
    lab_clear(&lab);
}

static void the_rest_of_the_pairs_is_counted(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    frame.max_rows = 5;
    assert_line(lab, "windows", &frame, "              4  the cat → chases");
    assert_line(lab, "windows", &frame, "           ⋮ 19 more");
}

static void what_is_held_out_and_shuffled_is_said(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.shuffle = true;
    head.batch.holdout = 0.25;
    lab_run(lab, &head);
    assert_string_equal(title_of(lab, "windows", &frame),
                        "16 (context, target) pairs, C=2 · B=8: 2 mini-batches "
                        "an epoch · shuffled · 8 held out");
}

/* The order of a shuffled epoch is not known before it begins. */
static void shuffled_pairs_belong_to_no_mini_batch_yet(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.shuffle = true;
    lab_run(lab, &head);
    assert_line(lab, "windows", &frame, "              0  the cat → drinks");
}

static void a_mini_batch_has_words_and_ids(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    assert_false(scene_find("batch")->ready(lab));
    lab_phase(lab, PHASE_BATCH);
    assert_scene(lab, "batch",
                 "  0 the cat    → drinks        [0 1] → 2\n"
                 "  1 cat drinks → milk          [1 2] → 3\n"
                 "  2 the dog    → drinks        [0 4] → 2\n"
                 "  3 dog drinks → water         [4 2] → 5\n"
                 "  4 the cat    → chases        [0 1] → 6\n"
                 "  5 cat chases → a             [1 6] → 7\n"
                 "  6 chases a   → mouse         [6 7] → 8\n"
                 "  7 the dog    → chases        [0 4] → 6\n");
    assert_string_equal(title_of(lab, "batch", &frame),
                        "batch 1/3 · ctx (8, 2)  tgt (8,)");
}

/* torch.manual_seed(42), nn.Embedding(17, 6), nn.Linear(6, 17), then
 * torch.randperm(24)[:3] is tensor([21, 9, 23]) */
static void a_shuffled_mini_batch_is_pytorchs(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_BATCH);
    head.batch.shuffle = true;
    head.batch.B = 3;
    lab_run(lab, &head);
    lab_phase(lab, PHASE_BATCH);
    assert_scene(lab, "batch",
                 "  0 dog sleeps → on            [4 14] → 15\n"
                 "  1 chases a   → ball          [6 7] → 9\n"
                 "  2 on the     → mat           [15 0] → 16\n");
}

static void labels_and_ratings_are_targets_too(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_MODEL);
    head.corpus.typed = memory_text("ann\tsoup\t4.5\nbob\tcake\t2\n");
    head.model.kind = MODEL_RECOMMEND;
    lab_run(&lab, &head);
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    lab_phase(&lab, PHASE_BATCH);
    assert_scene(&lab, "windows",
                 " batch 1      0  ann soup → 4.5\n"
                 "              1  bob cake → 2\n");
    assert_scene(&lab, "batch",
                 "  0 ann soup → 4.5           [0 0] → 4.5\n"
                 "  1 bob cake → 2             [1 1] → 2\n");
    lab_clear(&lab);
}

static void panels_of_any_size_are_kept_to(void **state)
{
    struct lab *lab = *state;
    lab_phase(lab, PHASE_BATCH);
    assert_fits_panels(lab, "windows");
    assert_fits_panels(lab, "batch");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_stand_in_their_mini_batches),
        WITH_TINY(the_rest_of_the_pairs_is_counted),
        WITH_TINY(what_is_held_out_and_shuffled_is_said),
        WITH_TINY(shuffled_pairs_belong_to_no_mini_batch_yet),
        WITH_TINY(a_mini_batch_has_words_and_ids),
        WITH_TINY(a_shuffled_mini_batch_is_pytorchs),
        cmocka_unit_test(labels_and_ratings_are_targets_too),
        WITH_TINY(panels_of_any_size_are_kept_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
