/*
 * bag and compare bag. The numbers are those of PyTorch's nn.EmbeddingBag from
 * the weight of nn.Embedding(17, 3, padding_idx=1) after manual_seed(42), whose
 * rows are 0 (1.9269 1.4873 0.9007), 3 (1.6487 -0.3925 -1.4036) and
 * 5 (0.7624 1.6423 -0.1596).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "contains.h"
#include "session_case.h"

static struct sitting sitting;

static int begin(void **state)
{
    (void)state;
    sitting_begin(&sitting);
    sitting_ask(&sitting, "corpus tiny; table D=3 padding_idx=1");
    return 0;
}

static int end(void **state)
{
    (void)state;
    sitting_end(&sitting);
    return 0;
}

static void each_row_of_ids_is_a_bag(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "bag [[0,3,5],[5,5,2]] mode=sum"),
        "EmbeddingBag(mode=sum): 6 ids in 2 bags -> (2, 3)\n"
        " id       0       1       2\n"
        "  0  4.3381  2.7371 -0.6625\n"
        "  1  1.4818  1.6800 -1.0713\n");
}

static void offsets_begin_bags_and_an_empty_one_is_zero(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "bag [0,3,5,5] offsets=[0,1,1] mode=max"),
        "  0  1.9269  1.4873  0.9007\n"
        "  1  0.0000  0.0000  0.0000\n"
        "  2  1.6487  1.6423 -0.1596\n");
}

static void weights_scale_each_id(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "bag [0,3,5] mode=sum weights=[1,2,-1]"),
        "  0  4.4619 -0.9400 -1.7469\n");
}

static void padding_is_left_out_of_sum_and_count(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "bag [[1,0,3],[1,1,2]]"),
        "  0  1.7878  0.5474 -0.2514\n"
        "  1 -0.0431 -1.6047 -0.7521\n");
}

/* The second of these rows is not the padding row, 1. */
static void bags_without_padding_are_whole(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "bag [[3,5,0,5]] mode=sum"),
        "  0  5.1005  4.3794 -0.8221\n");
}

/*
 * 3 5 1 5, 1 the padding row: the sum of column 0 is 1.6487 + 2 x 0.7624 =
 * 3.1736; a third less a fourth of it is 0.26447. Row 5 gets 2/3 - 2/4. The
 * largest of column 2 is -0.1596, but the padding row's 0 to who pools it.
 */
static void compare_tells_what_padding_changes(void **state)
{
    (void)state;
    sitting_ask(&sitting, "lookup [3,5,1,5]");
    const char *out = sitting_ask(&sitting, "compare bag");
    has(out, "  mean     1 bag    forward 0.26446");
    has(out, "gradient 0.166667\n");
    has(out, "  sum      1 bag    forward 0            gradient 0\n");
    has(out, "  max      1 bag    forward 0.159597     gradient 1\n");
    has(str_text(&sitting.notices), "leaves the padding row out");
}

static void compare_finds_no_difference_without_padding(void **state)
{
    (void)state;
    sitting_ask(&sitting, "lookup [3,5,0,5]");
    const char *out = sitting_ask(&sitting, "compare bag");
    has(out, "  mean     1 bag    forward 0            gradient 0\n");
    has(out, "  sum      1 bag    forward 0            gradient 0\n");
    has(out, "  max      1 bag    forward 0            gradient 0\n");
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    has(sitting_refusal(&sitting, "bag [1,2,3] offsets=[1,2]"),
        "the first bag begins at 0");
    has(sitting_refusal(&sitting, "bag [1,2] weights=[1] mode=sum"),
        "1 weights for 2 ids");
    has(sitting_refusal(&sitting, "bag [[1],[2]] offsets=[0,1]"),
        "a list of lists has its own bags");
    has(sitting_refusal(&sitting, "bag [[[1],[2]]]"), "one or two dimensions");
    has(sitting_refusal(&sitting, "bag [17]"), "ids go from 0 to 16");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_row_of_ids_is_a_bag),
        TEST(offsets_begin_bags_and_an_empty_one_is_zero),
        TEST(weights_scale_each_id),
        TEST(padding_is_left_out_of_sum_and_count),
        TEST(bags_without_padding_are_whole),
        TEST(compare_tells_what_padding_changes),
        TEST(compare_finds_no_difference_without_padding),
        TEST(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
