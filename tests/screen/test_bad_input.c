/*
 * What nobody means to type, paste or read: random keys, halves of sequences,
 * pastes of a megabyte, texts full of escapes and of letters that are wide,
 * combine or run from right to left. The screen stays a screen: frames are
 * straight, a redraw changes nothing, and nothing but the picture reaches the
 * terminal (the harness looks at that in every test).
 *
 * SOAK tries more keys.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

enum { MEGABYTE = 1 << 20 };

static struct terminal *start_tiny(void)
{
    struct terminal *t = terminal_start(&(struct terminal_options){.rows = 24});
    terminal_type(t, "corpus tiny\r");
    return t;
}

/* Out of whatever it is in: a paste, a search, a question, play; and a
 * command works. */
static void assert_sane(struct terminal *t)
{
    terminal_post(t, "\033[201~", 6);
    for (int i = 0; i < 4; i++)
        terminal_interrupt(t);
    terminal_type(t, "theme default; corpus \"back to normal\"; "
                     "tokenize word\r");
    terminal_type(t, "view tokens\r");
    assert_shows(t, "back to normal");
    assert_redraws(t);
}

/* ---- keys ---- */

static void half_an_escape_sequence_takes_no_key_with_it(void **state)
{
    static const char *const halves[] = {"\033", "\033[", "\033[1;", "\033O",
                                         "\033[<0;10;"};
    struct terminal *t = start_tiny();
    char expected[32];
    (void)state;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        terminal_type(t, halves[i]); /* waits until it is given up */
        terminal_type(t, "step\r");
        snprintf(expected, sizeof expected, " step %zu ", i + 1);
        assert_shows(t, expected);
    }
    terminal_finish(t);
}

/* At once, before it is given up. */
static void enter_behind_half_a_sequence_is_enter(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\033[1;\rstep\033[\rstep\033O\rstep\033[[\r");
    assert_shows(t, " step 4 ");
    terminal_finish(t);
}

static void half_a_character_takes_no_key_with_it(void **state)
{
    static const char halves[] = "\xe6\x97step\r\xf0\x9fstep\r\xc3step\r";
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, halves);
    assert_shows(t, " step 3 ");
    terminal_finish(t);
}

static void ctrl_c_leaves_a_paste_that_never_ends(void **state)
{
    static const char half[] = "\033[200~half a paste\033[20";
    struct terminal *t = start_tiny();
    (void)state;
    terminal_post(t, half, strlen(half));
    terminal_interrupt(t);
    terminal_type(t, "step\r");
    assert_shows(t, " step 1 ");
    terminal_finish(t);
}

/* In nonsense of this kind readline loses undo lists of its own: leaks are
 * looked for in all other tests. */
static struct terminal *start_for_nonsense(void)
{
    static const char *const env[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
    struct terminal *t = terminal_start(&(struct terminal_options){.env = env});
    terminal_type(t, "corpus tiny\r");
    return t;
}

static unsigned draw_number(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (unsigned)(((uint64_t)*seed * below) >> 32);
}

/* Any byte but Ctrl-C, Ctrl-D and Ctrl-Z, which stop and leave. */
static char draw_byte(unsigned *seed)
{
    unsigned char byte = (unsigned char)draw_number(seed, 256);
    bool stops = byte == 3 || byte == 4 || byte == 26;
    return (char)(stops ? 27 : byte);
}

static void random_bytes_leave_it_sane(void **state)
{
    size_t count = getenv("SOAK") != NULL ? 10000000 : 50000;
    struct terminal *t = start_for_nonsense();
    terminal_be_patient(60); /* nonsense piles up */
    unsigned seed = 42;
    char bytes[1000];
    (void)state;
    for (size_t sent = 0; sent < count; sent += sizeof bytes) {
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = draw_byte(&seed);
        terminal_post(t, bytes, sizeof bytes);
    }
    assert_sane(t);
    terminal_finish(t);
}

/* Keys that exist, and pieces of commands: they get further than bytes. */
static const char *const pieces[] = {"\r",
                                     "\r",
                                     "\t",
                                     "\033",
                                     "\177",
                                     " ",
                                     "\001",
                                     "\005",
                                     "\013",
                                     "\025",
                                     "\027",
                                     "\031",
                                     "\022",
                                     "\022s",
                                     "\007",
                                     "\012",
                                     "\014",
                                     "\024",
                                     "\033b",
                                     "\033f",
                                     "\033d",
                                     "\033u",
                                     "\033.",
                                     "\0335",
                                     "\033-",
                                     "\033[A",
                                     "\033[B",
                                     "\033[C",
                                     "\033[D",
                                     "\033[H",
                                     "\033[F",
                                     "\033[3~",
                                     "\033[5~",
                                     "\033[6~",
                                     "\033[1;2A",
                                     "\033[1;2B",
                                     "\033[1;2C",
                                     "\033[1;2D",
                                     "\033[1;5C",
                                     "\033OP",
                                     "\033OQ",
                                     "\033OR",
                                     "\033OS",
                                     "\033[15~",
                                     "\033[17~",
                                     "\033[17;2~",
                                     "\033[<0;10;5M",
                                     "\033[<0;70;9M",
                                     "\033[<64;9;9M",
                                     "\033[<65;70;9M",
                                     "\033[200~",
                                     "\033[201~",
                                     "+",
                                     "-",
                                     "a",
                                     "日本",
                                     "é",
                                     "e\xcc\x81",
                                     "👩‍🔬",
                                     "שלום",
                                     "step\r",
                                     "step",
                                     "next\r",
                                     "undo\r",
                                     "redo\r",
                                     "play 9\r",
                                     "corpus tiny\r",
                                     "lookup the cat\r",
                                     "view table\r",
                                     "view curve\r",
                                     "why row cat\r",
                                     "quiz rows\r",
                                     "tokenize char\r",
                                     "tokenize word\r",
                                     "table D=40\r",
                                     "epoch\r",
                                     "goto 3\r",
                                     "help\r",
                                     "history\r",
                                     "show W\r",
                                     "theme mono\r",
                                     "theme projector\r",
                                     "W[cat,",
                                     "corpus \"",
                                     "; ",
                                     "D="};

static void post_random_piece(struct terminal *t, unsigned *seed)
{
    size_t count = sizeof pieces / sizeof *pieces;
    const char *piece = pieces[draw_number(seed, (unsigned)count)];
    terminal_post(t, piece, strlen(piece));
}

static void random_keys_and_sizes_leave_it_sane(void **state)
{
    int count = getenv("SOAK") != NULL ? 200000 : 3000;
    struct terminal *t = start_for_nonsense();
    terminal_be_patient(60); /* nonsense piles up */
    unsigned seed = 7;
    (void)state;
    for (int i = 0; i < count; i++) {
        if (draw_number(&seed, 50) == 0)
            terminal_post_resize(t, 1 + (int)draw_number(&seed, 50),
                                 1 + (int)draw_number(&seed, 150));
        post_random_piece(t, &seed);
    }
    terminal_post_resize(t, 24, 80);
    assert_sane(t);
    terminal_finish(t);
}

/* What random keys found readline 8.2 to stumble over; make asan sees it. */
static void keys_that_readline_stumbles_over_are_harmless(void **state)
{
    static const char *const keys[] = {
        "6;\033*+\r\0226\023+n\022",   /* a failed search turns round */
        "b\r\020\025\0335\n\022\033#", /* Enter behind a count */
        "b\r\020\025\0335\017\023\033*",
        "\030(\033n\007\r\030e\0335\030)\030", /* a macro that searches */
        "t\nz\n\020\033p\007t\020\033n\177\033<\016\r",
        "\022\030f", /* a sequence in a search */
        "\035\033q", /* Alt and a key without a meaning is sought */
        "\022a\033y\022\022\033t"};
    struct terminal *t = start_for_nonsense();
    terminal_be_patient(60); /* nonsense piles up */
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        terminal_type(t, keys[i]);
        assert_sane(t);
    }
    terminal_finish(t);
}

static void enter_behind_a_repeat_count_is_enter(void **state)
{
    struct terminal *t = start_tiny();
    (void)state;
    terminal_type(t, "step\0335\r");
    assert_shows(t, " step 1 ");
    assert_string_equal(terminal_row(t, 23), "emb>");
    terminal_finish(t);
}

/* ---- pastes ---- */

/* The keys of a terminal that marks no pastes. */
static void a_megabyte_of_keys_is_not_too_much(void **state)
{
    struct terminal *t = start_tiny();
    char *bytes = malloc(MEGABYTE);
    (void)state;
    memset(bytes, 'a', MEGABYTE);
    terminal_send(t, bytes, MEGABYTE);
    free(bytes);
    assert_sane(t);
    terminal_finish(t);
}

static void a_megabyte_of_anything_can_be_pasted(void **state)
{
    struct terminal *t = start_tiny();
    char *bytes = malloc(MEGABYTE);
    unsigned seed = 1;
    (void)state;
    for (size_t i = 0; i < MEGABYTE; i++)
        bytes[i] = draw_byte(&seed);
    terminal_post(t, "\033[200~", 6);
    terminal_send(t, bytes, MEGABYTE);
    free(bytes);
    assert_sane(t);
    terminal_finish(t);
}

/* ---- texts ---- */

/*
 * tests/screen/texts: escapes.txt has titles, colours, questions to the
 * terminal, acknowledgements of the harness, C1 controls as characters and as
 * bytes, half a sequence; letters.txt what is wide, combining (also without a
 * base), from right to left, joined by nothing visible, or no letter at all.
 */

/* Everything that shows words, at three sizes. */
static void check_text(const char *name, const char *tokenizer)
{
    static const char *const views[] = {"tokens", "vocab",   "table",
                                        "lookup", "windows", "backward",
                                        "logits", "update",  "output"};
    static const int sizes[][2] = {{24, 80}, {40, 132}, {12, 40}};
    char line[256];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct terminal *t = terminal_start(&(struct terminal_options){
            .rows = sizes[i][0], .cols = sizes[i][1]});
        snprintf(line, sizeof line,
                 "corpus tests/screen/texts/%s.txt; tokenize %s\r", name,
                 tokenizer);
        terminal_type(t, line);
        terminal_type(t, "step; tokens; vocab\r");
        for (size_t v = 0; v < sizeof views / sizeof *views; v++) {
            snprintf(line, sizeof line, "view %s\r", views[v]);
            terminal_type(t, line);
            terminal_type(t, "\033[6~");
            assert_frames(t);
            assert_redraws(t);
        }
        terminal_finish(t);
    }
}

static void a_text_of_escapes_stays_in_its_cells(void **state)
{
    (void)state;
    check_text("escapes", "word punct=keep");
    check_text("escapes", "char");
}

static void a_text_of_odd_letters_stays_in_its_cells(void **state)
{
    (void)state;
    check_text("letters", "word punct=keep");
    check_text("letters", "char");
}

/* A file in the program's home, whose name nobody would think of. */
static void make_file(struct terminal *t, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", terminal_home(t), name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("cat dog cat dog\n", file);
    fclose(file);
}

static void a_file_name_of_escapes_is_only_shown(void **state)
{
    struct terminal *t = terminal_start(&(struct terminal_options){.rows = 24});
    char line[256];
    (void)state;
    make_file(t, "odd\033]0;title\a\033[31m\xc2\x9b\x9b.txt");
    make_file(t, "odd\033[2J.txt");
    make_file(t, "unique\033]2;title\a.txt");
    snprintf(line, sizeof line, "corpus %s/o\t", terminal_home(t));
    terminal_type(t, line);
    assert_shows(t, "candidates");
    assert_redraws(t);
    snprintf(line, sizeof line, "\025load %s/u\t\r", terminal_home(t));
    terminal_type(t, line);
    assert_shows(t, "error");
    assert_redraws(t);
    terminal_finish(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_an_escape_sequence_takes_no_key_with_it),
        cmocka_unit_test(enter_behind_half_a_sequence_is_enter),
        cmocka_unit_test(half_a_character_takes_no_key_with_it),
        cmocka_unit_test(ctrl_c_leaves_a_paste_that_never_ends),
        cmocka_unit_test(random_bytes_leave_it_sane),
        cmocka_unit_test(random_keys_and_sizes_leave_it_sane),
        cmocka_unit_test(keys_that_readline_stumbles_over_are_harmless),
        cmocka_unit_test(enter_behind_a_repeat_count_is_enter),
        cmocka_unit_test(a_megabyte_of_keys_is_not_too_much),
        cmocka_unit_test(a_megabyte_of_anything_can_be_pasted),
        cmocka_unit_test(a_text_of_escapes_stays_in_its_cells),
        cmocka_unit_test(a_text_of_odd_letters_stays_in_its_cells),
        cmocka_unit_test(a_file_name_of_escapes_is_only_shown),
    };
    return cmocka_run_group_tests_name("bad_input", tests, NULL, NULL);
}
