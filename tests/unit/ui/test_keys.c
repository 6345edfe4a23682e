/*
 * Bytes → keys. Keys are written down as the decoder gives them, one word
 * each: <bytes> for the editor, F3, PgUp, wheel-2,7, paste{text}, Esc.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ui/keys.h"

static void write_bytes(struct str *out, const struct key *key)
{
    for (size_t i = 0; i < key->length; i++) {
        unsigned char byte = (unsigned char)key->bytes[i];
        if (byte < 0x20 || byte == 0x7f)
            str_printf(out, "^%c", byte ^ 0x40);
        else
            str_append_char(out, (char)byte);
    }
}

static void write_key(struct str *out, const struct key *key)
{
    static const char *const names[] = {
        [KEYS_ESCAPE] = "Esc",       [KEYS_PAGE_UP] = "PgUp",
        [KEYS_PAGE_DOWN] = "PgDn",   [KEYS_WHEEL_UP] = "wheel-up",
        [KEYS_WHEEL_DOWN] = "wheel", [KEYS_CLICK] = "click",
        [KEYS_REDRAW] = "redraw",    [KEYS_INTERRUPT] = "interrupt",
        [KEYS_SUSPEND] = "suspend"};
    if (out->length > 0)
        str_append_char(out, ' ');
    switch (key->kind) {
    case KEYS_EDIT:
        write_bytes(out, key);
        break;
    case KEYS_PASTE:
        str_append(out, "paste{");
        write_bytes(out, key);
        str_append(out, key->enter ? "}Enter" : "}");
        break;
    case KEYS_FUNCTION:
        str_printf(out, "%sF%d", key->shift ? "S-" : "", key->number);
        break;
    case KEYS_SCROLL:
        str_printf(out, "scroll-%c", key->letter);
        break;
    case KEYS_WHEEL_UP:
    case KEYS_WHEEL_DOWN:
    case KEYS_CLICK:
        str_printf(out, "%s-%d,%d", names[key->kind], key->row, key->col);
        break;
    default:
        str_append(out, names[key->kind]);
    }
}

/* All keys in bytes; the end of input flushes a paste, timeout an escape. */
static void decode(struct key_decoder *decoder, const char *bytes,
                   size_t length, struct str *out)
{
    struct key key;
    for (size_t i = 0; i < length; i++)
        if (keys_push(decoder, (unsigned char)bytes[i], &key))
            write_key(out, &key);
    if (keys_flush(decoder, &key))
        write_key(out, &key);
}

static void check(const char *bytes, const char *expected)
{
    struct key_decoder decoder;
    struct str out = STR_INIT;
    keys_init(&decoder, true);
    decode(&decoder, bytes, strlen(bytes), &out);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
}

static void characters_come_whole(void **state)
{
    (void)state;
    check("a b", "a   b");
    check("é", "é");
    check("日本", "日 本");
    check("🐈", "🐈");
}

static void control_characters_go_to_the_editor(void **state)
{
    (void)state;
    check("\001\t\r\n\177\022", "^A ^I ^M ^J ^? ^R");
}

static void a_broken_character_is_dropped_and_the_next_key_counts(void **state)
{
    (void)state;
    check("\xc3\x28", "(");
    check("\xe6\x97\r", "^M");
    check("\xff\xfe\x80z", "z");
    check("\xc0\xafz", "z");     /* overlong */
    check("\xed\xa0\x80z", "z"); /* a surrogate */
    check("\xc2\x9bz", "z");     /* CSI of C1, written in UTF-8 */
}

static void without_utf8_high_bytes_are_dropped(void **state)
{
    struct key_decoder decoder;
    struct str out = STR_INIT;
    (void)state;
    keys_init(&decoder, false);
    decode(&decoder,
           "a\xe9"
           "b\xc3\xa9",
           5, &out);
    assert_string_equal(str_text(&out), "a b");
    str_clear(&out);
}

static void cursor_keys_have_one_spelling(void **state)
{
    (void)state;
    check("\033[A\033OA", "^[[A ^[[A");
    check("\033[H\033OH\033[1~\033[7~", "^[[H ^[[H ^[[H ^[[H");
    check("\033[F\033OF\033[4~\033[8~", "^[[F ^[[F ^[[F ^[[F");
    check("\033[3~", "^[[3~");
    check("\033[1;5C\033[1;3D\033O5C", "^[[1;5C ^[[1;5D ^[[1;5C");
}

static void shift_and_arrows_scroll(void **state)
{
    (void)state;
    check("\033[1;2A\033[1;2D", "scroll-A scroll-D");
}

static void function_keys_of_every_terminal(void **state)
{
    (void)state;
    check("\033OP\033OQ\033OR\033OS", "F1 F2 F3 F4");
    check("\033[11~\033[15~\033[17~\033[24~", "F1 F5 F6 F12");
    check("\033[[A\033[[E", "F1 F5"); /* the Linux console */
    check("\033[P\033[1;2P\033[17;2~", "F1 S-F1 S-F6");
    check("\033[5~\033[6~\033[6;5~", "PgUp PgDn PgDn");
}

/* Private sequences, which answers of terminals are too, are no arrows. */
static void what_a_terminal_answers_is_no_key(void **state)
{
    (void)state;
    check("\033[?62;22cx\033[>41;354;0cy\033[=1cz", "x y z");
    check("\033[?1Ax\033[>1By\033[=1Cz", "x y z");
}

static void the_mouse_reports_rows_and_columns_from_0(void **state)
{
    (void)state;
    check("\033[<0;8;3M\033[<0;8;3m", "click-2,7");
    check("\033[<64;1;1M\033[<65;300;200M", "wheel-up-0,0 wheel-199,299");
    check("\033[<4;8;3M", "click-2,7");                    /* with Shift */
    check("\033[<35;8;3Mx", "x");                          /* a motion */
    check("\033[M !!\033[Ma!!x", "click-0,0 wheel-0,0 x"); /* the old form */
}

static void unknown_sequences_are_swallowed_whole(void **state)
{
    (void)state;
    check("\033[38;5;12mx", "x");
    check("\033[?1;2cx", "x");
    check("\033[>0;276;0cx", "x");
    check("\033[Ix\033[O", "x"); /* focus */
    check("\033[999999999999999999999~x", "x");
    check("\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1A!", "!");
}

static void enter_after_half_a_sequence_is_enter(void **state)
{
    (void)state;
    check("\033[\r", "^M");
    check("\033[1;\r", "^M");
    check("\033O\r", "^M");
    check("\033[\033[A", "^[[A");
    check("\033[12é", "é");
}

static void alt_goes_to_the_editor(void **state)
{
    (void)state;
    check("\033b\033\177", "^[b ^[^?");
    check("\033é", "^[é");
}

static void escape_is_a_key_when_nothing_follows(void **state)
{
    struct key_decoder decoder;
    struct key key;
    (void)state;
    keys_init(&decoder, true);
    assert_false(keys_push(&decoder, 0x1b, &key));
    assert_true(keys_timeout_after(&decoder) > 0);
    assert_int_equal(keys_decoded(&decoder), 0);
    assert_true(keys_timeout(&decoder, &key));
    assert_int_equal(key.kind, KEYS_ESCAPE);
    assert_int_equal(keys_decoded(&decoder), 1);
    assert_int_equal(keys_timeout_after(&decoder), -1);
}

static void half_a_sequence_is_dropped_when_nothing_follows(void **state)
{
    struct key_decoder decoder;
    struct key key;
    (void)state;
    keys_init(&decoder, true);
    assert_false(keys_push(&decoder, 0x1b, &key));
    assert_false(keys_push(&decoder, '[', &key));
    assert_false(keys_timeout(&decoder, &key));
    assert_true(keys_push(&decoder, 'A', &key));
    assert_int_equal(key.kind, KEYS_EDIT);
    assert_string_equal(key.bytes, "A");
}

static void half_a_character_waits_for_its_end(void **state)
{
    struct key_decoder decoder;
    struct key key;
    (void)state;
    keys_init(&decoder, true);
    assert_false(keys_push(&decoder, 0xc3, &key));
    assert_int_equal(keys_timeout_after(&decoder), -1);
    assert_false(keys_timeout(&decoder, &key));
    assert_true(keys_push(&decoder, 0xa9, &key));
    assert_string_equal(key.bytes, "é");
}

static void two_escapes_are_an_escape_and_the_start_of_another(void **state)
{
    (void)state;
    check("\033\033[A", "Esc ^[[A");
    check("\033\033b", "Esc ^[b");
}

static void the_application_has_its_own_control_keys(void **state)
{
    (void)state;
    check("\014\003\032\034", "redraw interrupt suspend");
}

static void a_paste_is_text_and_its_line_ends_are_enter(void **state)
{
    (void)state;
    check("\033[200~step\rnext\033[201~x", "paste{step}Enter paste{next} x");
    check("\033[200~a\r\nb\nc\033[201~",
          "paste{a}Enter paste{b}Enter paste{c}");
    check("\033[200~\n\n\033[201~", "paste{}Enter paste{}Enter");
    check("\033[200~\033[201~z", "z");
}

static void controls_in_a_paste_are_blanks(void **state)
{
    (void)state;
    check("\033[200~a\tb\007c\033[31md\033[201~", "paste{a b c [31md}");
    check("\033[200~x\xc2\x9by\xffz\xc3\033[201~", "paste{xyz}");
    check("\033[200~日é\033[201~", "paste{日é}");
}

static void the_end_of_a_paste_may_come_in_pieces(void **state)
{
    static const char bytes[] = "\033[200~ab\033[201~c";
    struct key_decoder decoder;
    struct str out = STR_INIT;
    (void)state;
    keys_init(&decoder, true);
    for (size_t i = 0; i < sizeof bytes - 1; i++)
        decode(&decoder, bytes + i, 1, &out);
    assert_string_equal(str_text(&out), "paste{a} paste{b} c");
    assert_int_equal(keys_decoded(&decoder), sizeof bytes - 1);
    str_clear(&out);
}

static void what_only_looks_like_the_end_of_a_paste_is_text(void **state)
{
    (void)state;
    check("\033[200~a\033[20b\033[201~", "paste{a [20b}");
    check("\033[200~a\033\033[201~b", "paste{a } b");
    check("\033[200~a\033[20\rb\033[201~", "paste{a [20}Enter paste{b}");
}

static void a_long_paste_comes_in_parts_of_whole_characters(void **state)
{
    struct key_decoder decoder;
    struct key key;
    size_t total = 0;
    (void)state;
    keys_init(&decoder, true);
    const char *start = "\033[200~";
    for (size_t i = 0; start[i] != '\0'; i++)
        assert_false(keys_push(&decoder, (unsigned char)start[i], &key));
    for (size_t i = 0; i < 3 * 10000; i++)
        if (keys_push(&decoder, (unsigned char)"日"[i % 3], &key)) {
            assert_true(key.length <= KEYS_BYTES);
            assert_int_equal(key.length % 3, 0);
            total += key.length;
        }
    if (keys_flush(&decoder, &key))
        total += key.length;
    assert_int_equal(total, 3 * 10000);
}

static void a_paste_without_end_can_be_forgotten(void **state)
{
    struct key_decoder decoder;
    struct str out = STR_INIT;
    (void)state;
    keys_init(&decoder, true);
    decode(&decoder, "\033[200~", 6, &out);
    keys_reset(&decoder);
    decode(&decoder, "\033[A", 3, &out);
    assert_string_equal(str_text(&out), "^[[A");
    str_clear(&out);
}

/* Split anywhere, the keys are the same. */
static void splitting_changes_nothing(void **state)
{
    static const char bytes[] =
        "aé\033[A\033OP\033[<0;8;3M\033[5~日\033[1;5C\033[[A\033b";
    struct str whole = STR_INIT, split = STR_INIT;
    (void)state;
    struct key_decoder decoder;
    keys_init(&decoder, true);
    decode(&decoder, bytes, sizeof bytes - 1, &whole);
    for (size_t at = 0; at < sizeof bytes - 1; at++) {
        str_truncate(&split, 0);
        keys_init(&decoder, true);
        decode(&decoder, bytes, at, &split);
        decode(&decoder, bytes + at, sizeof bytes - 1 - at, &split);
        assert_string_equal(str_text(&split), str_text(&whole));
    }
    str_clear(&whole);
    str_clear(&split);
}

/* Whatever comes: keys are sound, nothing is read or written outside, and
 * after Ctrl-C and Enter the decoder is itself again. */
static void random_bytes_leave_it_sane(void **state)
{
    struct key_decoder decoder;
    struct key key;
    uint32_t random = 42;
    (void)state;
    keys_init(&decoder, true);
    for (int i = 0; i < 2000000; i++) {
        random = random * 1664525u + 1013904223u;
        unsigned char byte = (unsigned char)(random >> 24);
        if (byte >= 0xf0) /* escapes more often than chance has them */
            byte = (unsigned char)"\033[O200~1;<M\033\033\033\033"[byte - 0xf0];
        if (keys_push(&decoder, byte, &key))
            assert_int_equal(key.bytes[key.length], 0);
        assert_true(decoder.length <= sizeof decoder.pending);
        assert_true(keys_decoded(&decoder) <= decoder.received);
    }
    keys_reset(&decoder);
    assert_true(keys_push(&decoder, '\r', &key));
    assert_string_equal(key.bytes, "\r");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_come_whole),
        cmocka_unit_test(control_characters_go_to_the_editor),
        cmocka_unit_test(a_broken_character_is_dropped_and_the_next_key_counts),
        cmocka_unit_test(without_utf8_high_bytes_are_dropped),
        cmocka_unit_test(cursor_keys_have_one_spelling),
        cmocka_unit_test(shift_and_arrows_scroll),
        cmocka_unit_test(function_keys_of_every_terminal),
        cmocka_unit_test(what_a_terminal_answers_is_no_key),
        cmocka_unit_test(the_mouse_reports_rows_and_columns_from_0),
        cmocka_unit_test(unknown_sequences_are_swallowed_whole),
        cmocka_unit_test(enter_after_half_a_sequence_is_enter),
        cmocka_unit_test(alt_goes_to_the_editor),
        cmocka_unit_test(escape_is_a_key_when_nothing_follows),
        cmocka_unit_test(half_a_sequence_is_dropped_when_nothing_follows),
        cmocka_unit_test(half_a_character_waits_for_its_end),
        cmocka_unit_test(two_escapes_are_an_escape_and_the_start_of_another),
        cmocka_unit_test(the_application_has_its_own_control_keys),
        cmocka_unit_test(a_paste_is_text_and_its_line_ends_are_enter),
        cmocka_unit_test(controls_in_a_paste_are_blanks),
        cmocka_unit_test(the_end_of_a_paste_may_come_in_pieces),
        cmocka_unit_test(what_only_looks_like_the_end_of_a_paste_is_text),
        cmocka_unit_test(a_long_paste_comes_in_parts_of_whole_characters),
        cmocka_unit_test(a_paste_without_end_can_be_forgotten),
        cmocka_unit_test(splitting_changes_nothing),
        cmocka_unit_test(random_bytes_leave_it_sane),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
