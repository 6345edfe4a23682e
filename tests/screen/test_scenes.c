/*
 * Every scene of the worked example at three sizes, as stored screens: text,
 * how each cell looks, the cursor.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "harness.h"

static const struct size {
    const char *name;
    int rows, cols;
} sizes[] = {{"80x24", 24, 80}, {"120x34", 34, 120}, {"40x12", 12, 40}};

static const char head[] =
    "corpus tiny; table D=6 seed=42; windows C=2; batch B=8; "
    "optimizer sgd lr=0.5\r";

/* Type the commands at each size, then compare the screens. */
static void check(const char *name, const char *commands)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct terminal *t = terminal_start(&(struct terminal_options){
            .rows = sizes[i].rows, .cols = sizes[i].cols});
        char file[64];
        terminal_type(t, commands);
        terminal_type(t, "\014"); /* a key ends the lighting up */
        snprintf(file, sizeof file, "%s.%s", name, sizes[i].name);
        assert_screen(t, file);
        terminal_finish(t);
    }
}

static void check_phase(const char *phase)
{
    char commands[256];
    snprintf(commands, sizeof commands, "%snext %s\r", head, phase);
    check(phase, commands);
}

static void check_view(const char *name, const char *view)
{
    char commands[256];
    snprintf(commands, sizeof commands, "%sstep 3; view %s\r", head, view);
    check(name, commands);
}

static void an_empty_lab_says_how_to_begin(void **state)
{
    static const char *const env[] = {"EMBLAB_DATA=tests/screen", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct terminal *t = terminal_start(&(struct terminal_options){
            .rows = sizes[i].rows, .cols = sizes[i].cols, .env = env});
        char file[64];
        snprintf(file, sizeof file, "welcome.%s", sizes[i].name);
        assert_screen(t, file);
        terminal_finish(t);
    }
}

static void a_text_shows_its_tokens_and_vocabulary(void **state)
{
    (void)state;
    check("tokens", "corpus tiny\r");
}

static void the_vocabulary_has_a_view_of_its_own(void **state)
{
    (void)state;
    check("vocab", "corpus tiny; view vocab\r");
}

static void the_table_is_a_row_a_word(void **state)
{
    (void)state;
    check("table", "corpus tiny; table D=6 seed=42\r");
}

static void a_lookup_lights_the_rows_it_copies(void **state)
{
    (void)state;
    check("lookup", "corpus tiny; table D=6; lookup the cat drinks\r");
}

static void the_windows_are_listed_batch_by_batch(void **state)
{
    (void)state;
    check_view("windows", "windows");
}

static void phase_batch(void **state)
{
    (void)state;
    check_phase("batch");
}

static void phase_lookup_in_the_mini_batch(void **state)
{
    (void)state;
    char commands[256];
    snprintf(commands, sizeof commands, "%snext lookup\r", head);
    check("batch-lookup", commands);
}

static void phase_mean(void **state)
{
    (void)state;
    check_phase("mean");
}

static void phase_logits(void **state)
{
    (void)state;
    check_phase("logits");
}

static void phase_loss(void **state)
{
    (void)state;
    check_phase("loss");
}

static void phase_backward_lights_six_rows(void **state)
{
    (void)state;
    check_phase("backward");
}

static void phase_update(void **state)
{
    (void)state;
    check_phase("update");
}

static void the_curve_after_some_epochs(void **state)
{
    (void)state;
    char commands[256];
    snprintf(commands, sizeof commands, "%sepoch 40; view curve\r", head);
    check("curve", commands);
}

static void the_shapes_with_live_values(void **state)
{
    (void)state;
    check_view("shapes", "shapes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_lab_says_how_to_begin),
        cmocka_unit_test(a_text_shows_its_tokens_and_vocabulary),
        cmocka_unit_test(the_vocabulary_has_a_view_of_its_own),
        cmocka_unit_test(the_table_is_a_row_a_word),
        cmocka_unit_test(a_lookup_lights_the_rows_it_copies),
        cmocka_unit_test(the_windows_are_listed_batch_by_batch),
        cmocka_unit_test(phase_batch),
        cmocka_unit_test(phase_lookup_in_the_mini_batch),
        cmocka_unit_test(phase_mean),
        cmocka_unit_test(phase_logits),
        cmocka_unit_test(phase_loss),
        cmocka_unit_test(phase_backward_lights_six_rows),
        cmocka_unit_test(phase_update),
        cmocka_unit_test(the_curve_after_some_epochs),
        cmocka_unit_test(the_shapes_with_live_values),
    };
    return cmocka_run_group_tests_name("scenes", tests, NULL, NULL);
}
