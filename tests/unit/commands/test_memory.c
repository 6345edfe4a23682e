/*
 * memory counts what the model at hand has, in bytes of float32 and int64.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "contains.h"
#include "session_case.h"

static struct sitting sitting;

static int begin(void **state)
{
    (void)state;
    sitting_begin(&sitting);
    return 0;
}

static int end(void **state)
{
    (void)state;
    sitting_end(&sitting);
    return 0;
}

/* What a command prints, its columns and rows parted by a blank each: how wide
 * they are is not this test's. Until the next call. */
static const char *ask(const char *command)
{
    static char words[4096];
    size_t length = 0;
    for (const char *at = sitting_ask(&sitting, command); *at != '\0'; at++) {
        bool blank = *at == ' ' || *at == '\n';
        assert_true(length + 1 < sizeof words);
        if (!blank || (length > 0 && words[length - 1] != ' '))
            words[length++] = blank ? ' ' : *at;
    }
    words[length] = '\0';
    return words;
}

/* Run the commands, then memory. */
static const char *memory_of(const char *commands)
{
    sitting_ask(&sitting, commands);
    return ask("memory");
}

static const char *labelled(void **state)
{
    return folder_write(*state, "l.tsv", "1\ta b c d\n0\tb c\n1\td\n");
}

/* 3 words: U (3, 2) and b (3,) are 9 numbers; with C=2 concat's U is (3, 4). */
static void the_output_layer_is_the_pool_s(void **state)
{
    (void)state;
    const char *out = memory_of("corpus \"a b c a c b\"; table D=2; step");
    has(out, "output layer U (V, D), b 36 bytes");
    /* One number, or two, for each of W's 6. */
    has(out, "with momentum; adagrad 24 bytes");
    has(out, "optimizer adam, adamw 48 bytes");
    has(memory_of("model next_word pool=concat; step"),
        "output layer U (V, C x D), b 60 bytes");
}

/* Labels: <pad> a b c d; U (1, 2) and b are 3 numbers. The batch is (3, 4). */
static void a_sentiment_has_one_score_and_the_batch_s_positions(void **state)
{
    char line[512];
    snprintf(line, sizeof line,
             "model sentiment; corpus %s; table D=2; "
             "batch B=2",
             labelled(state));
    has(memory_of(line), "at most 8 ids");
    const char *out = memory_of("batch B=3; next logits");
    has(out, "V=5 D=2");
    has(out, "output layer U (1, D), b 12 bytes");
    has(out, "a mini-batch as ids 96 bytes 12 ids");
    has(out, "192 bytes 12 positions"); /* 12 x (8 + 2 x 4) */
}

/* min=3 max=3 on <ab>, <cd>: two n-grams and the word, 3 rows each; W has 2
 * words and 10 buckets, U 2 rows. */
static void subwords_add_rows_to_w_alone(void **state)
{
    (void)state;
    const char *out = memory_of("corpus \"ab cd ab cd\"; table D=2; "
                                "subwords min=3 max=3 buckets=10; batch B=2; "
                                "step");
    has(out, "V=2, 10 buckets, D=2");
    has(out, "table W (V + buckets, D) 96 bytes");
    has(out, "output layer U (V, D), b 24 bytes");
    has(out, "12 positions"); /* 2 pairs x 2 words x 3 rows */
}

/* <ab> has 2 n-grams of 3, <cde> has 3; with the word's own, 4 rows at most.
 * B=2 pairs of C=2 words are 16 ids at most. */
static void the_word_with_most_rows_counts_before_a_mini_batch(void **state)
{
    (void)state;
    has(memory_of("corpus \"ab cde ab cde\"; table D=2; subwords min=3 max=3 "
                  "buckets=10; batch B=2"),
        "at most 16 ids");
}

/* Wu (2, 2), Wi (3, 2), bu (2, 1), bi (3, 1): 15 numbers. A rating looks up
 * one row in each: (8 + 8) + (8 + 4) bytes, twice. */
static void recommend_has_four_tables_and_no_output_layer(void **state)
{
    char line[512];
    snprintf(line, sizeof line,
             "model recommend; corpus %s; table D=2; batch B=2; step",
             folder_write(*state, "r.tsv", "u\ti\t1\nv\tj\t2\nu\tk\t3\n"));
    const char *out = memory_of(line);
    has(out, "2 users, 3 items, D=2");
    has(out, "table Wu (users, D) 16 bytes");
    has(out, "table Wi (items, D) 24 bytes");
    has(out, "tables bu, bi (., 1) 20 bytes");
    has(out, "gradient, dense 60 bytes");
    has(out, "gradient, sparse=yes 112 bytes 2 positions a table");
    has(out, "all but 4 of them 0");
    has(out, "the same as one-hot 40 bytes"); /* 2 x (2 + 3) */
    has_not(out, "output layer");
}

static void any_size_can_be_asked_for(void **state)
{
    (void)state;
    const char *out = ask("memory V=1000 D=10");
    has(out, "table W (V, D) 40.0 kB");
    has(out, "output layer U (V, D), b 44.0 kB");
}

/* Bytes of the longest line: memory prints ASCII. */
static size_t longest_line(const char *text)
{
    size_t longest = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        longest = length > longest ? length : longest;
        text += length + (text[length] == '\n');
    }
    return longest;
}

static void no_line_is_wider_than_the_screen(void **state)
{
    static const size_t screens[] = {120, 80, 60, 40};
    (void)state;
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        sitting.sink.width = (int)screens[i];
        const char *out = sitting_ask(&sitting, "memory V=4000000000 D=300");
        assert_in_range(longest_line(out), 1, screens[i]);
        has(ask("memory V=1000000 D=300"), "optimizer adam, adamw 2.4 GB two "
                                           "numbers a weight; amsgrad a third");
    }
}

/* The widest of each column part them: "output layer U (V, D), b" and "128
 * bytes" of ids. */
static void a_remark_stands_below_where_there_is_no_room(void **state)
{
    (void)state;
    has(sitting_ask(&sitting, "memory V=1000000 D=300"),
        "  table W (V, D)               1.2 GB   V x D x 4\n");
    sitting.sink.width = 40;
    has(sitting_ask(&sitting, "memory V=1000000 D=300"),
        "  table W (V, D)               1.2 GB\n      V x D x 4\n");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_output_layer_is_the_pool_s),
        TEST(a_sentiment_has_one_score_and_the_batch_s_positions),
        TEST(subwords_add_rows_to_w_alone),
        TEST(the_word_with_most_rows_counts_before_a_mini_batch),
        TEST(recommend_has_four_tables_and_no_output_layer),
        TEST(any_size_can_be_asked_for),
        TEST(no_line_is_wider_than_the_screen),
        TEST(a_remark_stands_below_where_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
