/* What frames every picture: the status line, the chain of phases, a message.
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
#include "lab/lookup.h"
#include "lab_case.h"
#include "picture.h"
#include "scene_case.h"

static void check_status(const struct lab *lab, int width, const char *expected)
{
    struct grid grid;
    char line[200];
    grid_init(&grid, 1, width);
    scene_status(lab, NULL, width, &grid, 0);
    assert_sound(&grid);
    snprintf(line, sizeof line, "%s\n", expected);
    assert_picture(&grid, line);
    grid_clear(&grid);
}

static void check_chain(const struct lab *lab, const char *expected)
{
    struct grid grid;
    char line[200];
    grid_init(&grid, 1, 80);
    scene_chain(lab, 80, &grid, 0);
    snprintf(line, sizeof line, "%s\n", expected);
    assert_picture(&grid, line);
    grid_clear(&grid);
}

static const char *message(const struct lab *lab)
{
    static char text[600];
    scene_message(lab, 80, text, sizeof text);
    return text;
}

static void an_empty_lab_says_where_to_begin(void **state)
{
    (void)state;
    struct lab lab;
    lab_init(&lab);
    check_status(&lab, 40, " emblab · no text yet");
    check_chain(&lab, "  TEXT  tokens  vocab  table  lookup  windows  batch");
    assert_non_null(strstr(message(&lab), "corpus tiny"));
    assert_null(scene_current(&lab));
    lab_clear(&lab);
}

static void the_status_grows_with_the_lab(void **state)
{
    (void)state;
    struct lab lab;
    struct error err = {0};
    lab_with_text(&lab, tiny_text);
    check_status(&lab, 80, " typed text");
    assert_int_equal(lab_require(&lab, LAB_TABLE, &err), 0);
    check_status(&lab, 80, " typed text · V=17 D=6 · seed 42");
    assert_int_equal(lab_require(&lab, LAB_DATA, &err), 0);
    check_status(&lab, 80, " typed text · V=17 D=6 C=2 B=8 · sgd lr=0.5");
    lab_steps(&lab, 4);
    check_status(
        &lab, 80,
        " typed text · V=17 D=6 C=2 B=8 · sgd lr=0.5                   "
        " step 4 · epoch 2");
    check_status(&lab, 30, " typed text · V=17 D=6 C=2 B=…");
    lab_clear(&lab);
}

static void the_current_phase_stands_out(void **state)
{
    struct lab *lab = *state;
    struct grid grid;
    lab_phase(lab, PHASE_BACKWARD);
    check_chain(lab, "  batch  lookup  mean  logits  loss  BACKWARD  update");
    grid_init(&grid, 1, 80);
    scene_chain(lab, 80, &grid, 0);
    assert_int_equal(grid_cell(&grid, 0, 38)->style, STYLE_PHASE);
    assert_int_equal(grid_cell(&grid, 0, 2)->style, STYLE_DIM);
    grid_clear(&grid);
    lab_look_up(lab, (int64_t[]){1}, 1);
    check_chain(lab, "  text  tokens  vocab  table  LOOKUP  windows  batch");
}

static void the_current_scene_is_the_phases(void **state)
{
    struct lab *lab = *state;
    assert_string_equal(scene_current(lab)->name, "table");
    lab_phase(lab, PHASE_BATCH);
    assert_string_equal(scene_current(lab)->name, "batch");
    lab_phase(lab, PHASE_LOGITS);
    assert_string_equal(scene_current(lab)->name, "logits");
    lab_phase(lab, PHASE_UPDATE);
    assert_string_equal(scene_current(lab)->name, "update");
    lab_look_up(lab, (int64_t[]){1}, 1);
    assert_string_equal(scene_current(lab)->name, "lookup");
}

static void the_message_says_what_happened(void **state)
{
    struct lab *lab = *state;
    lab_phase(lab, PHASE_LOOKUP);
    assert_non_null(strstr(message(lab), "6 different rows of W"));
    lab_phase(lab, PHASE_LOSS);
    assert_non_null(strstr(message(lab), "The loss is 2.7842"));
    lab_phase(lab, PHASE_BACKWARD);
    assert_string_equal(message(lab), "6 different words looked up, so 6 rows "
                                      "of W have a gradient.");
    lab_phase(lab, PHASE_UPDATE);
    lab_look_up(lab, (int64_t[]){1, 1}, 2);
    assert_string_equal(message(lab),
                        "E = W[ids]: (2,) ids in, (2, 6) vectors out.");
    struct error err = {0};
    assert_int_equal(lookup_backward(lab, &err), 0);
    assert_string_equal(message(lab),
                        "E.sum().backward(): 1 row of W has a gradient, how "
                        "often each was looked up.");
}

static void every_scene_can_be_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < scene_count(); i++) {
        assert_ptr_equal(scene_find(scene_table[i]->name), scene_table[i]);
        assert_non_null(scene_table[i]->help);
    }
    assert_null(scene_find("nothing"));
    assert_null(scene_find("back"));
}

static void a_narrow_line_says_it_in_few_words(void **state)
{
    struct lab *lab = *state;
    static const enum batch_phase phases[] = {PHASE_LOOKUP, PHASE_LOGITS,
                                              PHASE_LOSS, PHASE_BACKWARD};
    static const char *const expected[] = {"6 rows of W copied into E.",
                                           "Every word has a score.",
                                           "The loss is 2.7842, the mean of 8.",
                                           "6 looked up, 6 with a gradient."};
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        char text[600];
        lab_phase(lab, phases[i]);
        scene_message(lab, 39, text, sizeof text);
        assert_string_equal(text, expected[i]);
        scene_message(lab, 79, text, sizeof text);
        assert_true(strlen(text) > strlen(expected[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_lab_says_where_to_begin),
        cmocka_unit_test(the_status_grows_with_the_lab),
        WITH_TINY(the_current_phase_stands_out),
        WITH_TINY(the_current_scene_is_the_phases),
        WITH_TINY(the_message_says_what_happened),
        WITH_TINY(a_narrow_line_says_it_in_few_words),
        cmocka_unit_test(every_scene_can_be_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
