/* Text, vocabulary, subwords: words over their ids, in columns. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"

static void tokens_stand_over_their_ids(void **state)
{
    (void)state;
    struct lab lab;
    struct frame frame = stream_frame();
    lab_with_text(&lab, "the king rules the land\n\nthe queen, too");
    assert_scene(&lab, "tokens",
                 "   1 the king rules the land\n"
                 "     0   1    2     0   3\n"
                 "   3 the queen too\n"
                 "     0   4     5\n");
    assert_string_equal(title_of(&lab, "tokens", &frame),
                        "typed text: 3 lines, 8 tokens, V=6 different");
    lab_clear(&lab);
}

static void dropped_tokens_have_a_dot(void **state)
{
    (void)state;
    struct lab lab;
    lab_with_text(&lab, "the the cat");
    struct head head = lab_head(&lab, HEAD_VOCAB);
    head.vocab.min_count = 2;
    lab_run(&lab, &head);
    assert_scene(&lab, "tokens",
                 "   1 the the cat\n"
                 "     0   0   ·\n");
    lab_clear(&lab);
}

static void the_rest_of_the_lines_is_counted(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct grid grid;
    frame.max_rows = 2;
    draw_scene(lab, "tokens", &frame, &grid);
    assert_picture(&grid, "   1 the cat drinks milk\n"
                          "     0   1   2      3\n"
                          "   2 the dog drinks water\n"
                          "     0   4   2      5\n"
                          "   ⋮ 6 more lines\n");
    grid_clear(&grid);
}

static void a_long_line_is_cut_after_four_rows(void **state)
{
    (void)state;
    struct lab lab;
    struct frame frame = stream_frame();
    struct grid grid;
    struct str text = STR_INIT;
    for (int i = 0; i < 1000; i++)
        str_append(&text, "word ");
    str_append(&text, "\nnext");
    lab_with_text(&lab, str_text(&text));
    draw_scene(&lab, "tokens", &frame, &grid);
    assert_int_equal(grid.rows, 2 * 4 + 2);
    assert_string_equal(grid_cell(&grid, 8, 5)->text, "n");
    assert_string_equal(grid_cell(&grid, 6, 75)->text, "…");
    grid_clear(&grid);
    str_clear(&text);
    lab_clear(&lab);
}

static void a_word_of_a_megabyte_is_cut(void **state)
{
    (void)state;
    struct lab lab;
    char *word = memory_new((1 << 20) + 1, 1);
    memset(word, 'a', 1 << 20);
    word[1 << 20] = '\0';
    lab_with_text(&lab, word);
    free(word);
    struct frame frame = stream_frame();
    struct grid grid;
    static const char *const names[] = {"tokens", "vocab"};
    for (int i = 0; i < 2; i++) {
        draw_scene(&lab, names[i], &frame, &grid);
        assert_in_range(grid.rows, 1, 10);
        grid_clear(&grid);
    }
    lab_clear(&lab);
}

static void a_long_word_leaves_room_for_ids_and_counts(void **state)
{
    (void)state;
    struct lab lab;
    lab_with_text(&lab, "abcdefghijklmnopqrstuvwxyz x x");
    struct frame frame = {.width = 24, .height = 8, .panel = true};
    struct grid grid;
    draw_scene(&lab, "vocab", &frame, &grid);
    assert_picture(&grid, "   id word         count\n"
                          "    0 abcdefghij…      1\n"
                          "    1 x                2\n");
    grid_clear(&grid);
    draw_scene(&lab, "tokens", &frame, &grid);
    assert_picture(&grid, "   1 abcdefghijklmnop…\n"
                          "     0\n"
                          "     x x\n"
                          "     1 1\n");
    grid_clear(&grid);
    lab_clear(&lab);
}

static void wide_words_keep_their_columns(void **state)
{
    (void)state;
    struct lab lab;
    lab_with_text(&lab, "日本 は cafe\xcc\x81 x");
    assert_scene(&lab, "tokens",
                 "   1 日本 は café x\n"
                 "     0    1  2    3\n");
    lab_clear(&lab);
}

static void controls_of_a_text_are_symbols(void **state)
{
    (void)state;
    struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_TOKENIZE);
    head.corpus.typed = memory_text("a\033b");
    head.tokenizer.kind = TOKENIZER_CHAR;
    lab_run(&lab, &head);
    assert_scene(&lab, "tokens",
                 "   1 a ␛ b\n"
                 "     0 1 2\n");
    lab_clear(&lab);
}

static void invisible_characters_have_names_of_their_own(void **state)
{
    (void)state;
    struct lab lab;
    lab_init(&lab);
    struct head head = lab_head(&lab, HEAD_CORPUS | HEAD_TOKENIZE);
    head.corpus.typed = memory_text("a\u200b\u200eb\u2067");
    head.tokenizer.kind = TOKENIZER_CHAR;
    lab_run(&lab, &head);
    assert_scene(&lab, "tokens",
                 "   1 a U+200B U+200E b U+2067\n"
                 "     0 1      2      3 4\n");
    assert_string_equal(vocab_word(lab_vocab(&lab), 1), "\u200b");
    lab_clear(&lab);
}

static void a_vocabulary_fills_columns_downward(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    assert_scene(
        lab, "vocab",
        "   id word    count     id word    count     id word    count\n"
        "    0 the        12      6 chases      2     12 land        2\n"
        "    1 cat         3      7 a           2     13 queen       1\n"
        "    2 drinks      2      8 mouse       1     14 sleeps      2\n"
        "    3 milk        1      9 ball        1     15 on          2\n"
        "    4 dog         3     10 king        1     16 mat         2\n"
        "    5 water       1     11 rules       2\n");
    assert_string_equal(title_of(lab, "vocab", &frame),
                        "vocabulary: V=17, in order of appearance");
}

static void hashing_says_how_many_share_the_rows(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_VOCAB);
    head.vocab.hash = 5;
    lab_run(lab, &head);
    assert_string_equal(title_of(lab, "vocab", &frame),
                        "vocabulary: 17 words hashed into K=5 rows, 5 of which "
                        "stand for several");
}

static void a_word_has_its_own_row_and_its_n_grams(void **state)
{
    struct lab *lab = *state;
    struct frame frame = stream_frame();
    struct head head = lab_head(lab, HEAD_SUBWORDS);
    assert_false(scene_find("subwords")->ready(lab));
    head.subwords.on = true;
    head.subwords.min = head.subwords.max = 3;
    head.subwords.buckets = 10;
    lab_run(lab, &head);
    assert_string_equal(title_of(lab, "subwords", &frame),
                        "subwords: n-grams of 3 to 3 characters, 10 buckets");
    /* FNV-1a of <a> is 0x8c9cd1f0, and that mod 10 is 0: the first bucket */
    assert_line(lab, "subwords", &frame, "a              7 17");
    frame = panel_frame(40, 6); /* a line of 17 words is left out: a mark */
    assert_line(lab, "subwords", &frame, "   ⋮");
}

static void merges_come_in_their_order(void **state)
{
    (void)state;
    struct lab lab;
    struct frame frame = stream_frame();
    lab_with_text(&lab, "the the then cat");
    assert_false(scene_find("merges")->ready(&lab));
    struct head head = lab_head(&lab, HEAD_TOKENIZE);
    head.tokenizer.kind = TOKENIZER_BPE;
    head.tokenizer.merges = 3;
    lab_run(&lab, &head);
    /* th and he stand three times each; th came first */
    assert_scene(&lab, "merges",
                 "   1  t + h → th                    3 times\n"
                 "   2  th + e → the                  3 times\n"
                 "   3  the + n → then                1 time\n");
    assert_string_equal(title_of(&lab, "merges", &frame),
                        "byte pairs: 3 merges, the most frequent pair first");
    frame = panel_frame(34, 4); /* not wide enough for that column */
    assert_line(&lab, "merges", &frame, "   1  t + h → th           3 times");
    frame = panel_frame(20, 4);
    assert_line(&lab, "merges", &frame, "   2  th + … 3 times");
    frame = panel_frame(40, 1);
    struct grid grid;
    draw_scene(&lab, "merges", &frame, &grid);
    assert_picture(&grid, "   ⋮ 3 more merges\n");
    grid_clear(&grid);
    lab_clear(&lab);
}

static void hashed_words_stand_in_their_rows(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_VOCAB);
    head.vocab.hash = 1;
    lab_run(lab, &head);
    assert_scene(lab, "vocab",
                 "   id  count  words of this row\n"
                 "    0     40  the cat drinks milk dog water chases a mouse "
                 "ball king rules land…\n");
}

static void panels_of_any_size_are_kept_to(void **state)
{
    struct lab *lab = *state;
    struct head head = lab_head(lab, HEAD_SUBWORDS);
    head.subwords.on = true;
    lab_run(lab, &head);
    assert_fits_panels(lab, "tokens");
    assert_fits_panels(lab, "vocab");
    assert_fits_panels(lab, "subwords");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_stand_over_their_ids),
        cmocka_unit_test(dropped_tokens_have_a_dot),
        WITH_TINY(the_rest_of_the_lines_is_counted),
        cmocka_unit_test(a_long_line_is_cut_after_four_rows),
        cmocka_unit_test(a_word_of_a_megabyte_is_cut),
        cmocka_unit_test(a_long_word_leaves_room_for_ids_and_counts),
        cmocka_unit_test(wide_words_keep_their_columns),
        cmocka_unit_test(controls_of_a_text_are_symbols),
        cmocka_unit_test(invisible_characters_have_names_of_their_own),
        WITH_TINY(a_vocabulary_fills_columns_downward),
        WITH_TINY(hashing_says_how_many_share_the_rows),
        WITH_TINY(hashed_words_stand_in_their_rows),
        cmocka_unit_test(merges_come_in_their_order),
        WITH_TINY(a_word_has_its_own_row_and_its_n_grams),
        WITH_TINY(panels_of_any_size_are_kept_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
