/*
 * One state and the bytes of the unfinished key are all there is. Invariants:
 * pending[0..length) is the unfinished key as it came; a byte finishes at most
 * one key; a byte that cannot go on in a sequence drops the sequence and is
 * looked at again from the ground, so that Enter after half a sequence is
 * Enter.
 */
#include "ui/keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
    CTRL_C = 0x03,
    CTRL_L = 0x0c,
    CTRL_Z = 0x1a,
    ESC = 0x1b,
    CTRL_BACKSLASH = 0x1c,
    DELETE = 0x7f,
};
enum {
    ESCAPE_MS = 50,   /* Escape alone is a key after this */
    SEQUENCE_MS = 500 /* a slow line may split a sequence this long */
};

static const char paste_end[] = "\033[201~";

void keys_init(struct key_decoder *decoder, bool utf8)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->utf8 = utf8;
}

/* The unfinished key is finished or dropped. */
static void to_ground(struct key_decoder *decoder)
{
    decoder->state = KEY_GROUND;
    decoder->length = 0;
    decoder->overlong = false;
}

static void remember(struct key_decoder *decoder, unsigned char byte)
{
    if (decoder->length + 1 < sizeof decoder->pending)
        decoder->pending[decoder->length++] = (char)byte;
    else
        decoder->overlong = true;
}

static bool finish(struct key_decoder *decoder, struct key *key,
                   enum key_kind kind)
{
    key->kind = kind;
    to_ground(decoder);
    return true;
}

/* A key for the line editor: these bytes. */
static bool finish_edit(struct key_decoder *decoder, struct key *key,
                        const char *bytes, size_t length)
{
    memmove(decoder->out, bytes, length);
    decoder->out[length] = '\0';
    key->bytes = decoder->out;
    key->length = length;
    return finish(decoder, key, KEYS_EDIT);
}

static bool drop(struct key_decoder *decoder)
{
    to_ground(decoder);
    return false;
}

/* ---- escape sequences ---- */

/* The parameters of "ESC [ < 1 ; 2 ; 3 X"; a missing one is 0. */
static size_t read_parameters(const struct key_decoder *decoder, int *values,
                              size_t count)
{
    memset(values, 0, count * sizeof *values);
    size_t n = 0;
    for (size_t i = 2; i + 1 < decoder->length && n < count; i++) {
        char c = decoder->pending[i];
        if (c >= '0' && c <= '9')
            values[n] = values[n] < 10000 ? values[n] * 10 + c - '0' : 10000;
        else if (c == ';' || c == ':')
            n++;
    }
    return n + 1;
}

/* xterm's modifier parameter: 1 + (1 Shift, 2 Alt, 4 Ctrl). */
static bool has_shift(int modifier)
{
    return modifier > 1 && ((modifier - 1) & 1) != 0;
}

static bool has_alt_or_ctrl(int modifier)
{
    return modifier > 1 && ((modifier - 1) & 6) != 0;
}

static bool finish_function(struct key_decoder *decoder, struct key *key,
                            int number, int modifier)
{
    key->number = number;
    key->shift = has_shift(modifier);
    return finish(decoder, key, KEYS_FUNCTION);
}

/* Cursor keys by their final letter, in one spelling each. */
static bool finish_cursor(struct key_decoder *decoder, struct key *key,
                          char letter, int modifier)
{
    bool arrow = letter >= 'A' && letter <= 'D';
    bool word = has_alt_or_ctrl(modifier) && (letter == 'C' || letter == 'D');
    if (arrow && modifier == 2) {
        key->letter = letter;
        return finish(decoder, key, KEYS_SCROLL);
    }
    char bytes[8] = "\033[";
    if (word)
        strcat(bytes, "1;5");
    size_t length = strlen(bytes);
    bytes[length] = letter;
    return finish_edit(decoder, key, bytes, length + 1);
}

/* ESC [ or ESC O with a letter at the end. */
static bool finish_letter(struct key_decoder *decoder, struct key *key,
                          char letter, int modifier)
{
    switch (letter) {
    case 'A':
    case 'B':
    case 'C':
    case 'D':
    case 'F':
    case 'H':
        return finish_cursor(decoder, key, letter, modifier);
    case 'P':
    case 'Q':
    case 'R':
    case 'S':
        return finish_function(decoder, key, letter - 'P' + 1, modifier);
    case 'M': /* Enter of the number block */
        return finish_edit(decoder, key, "\r", 1);
    default:
        return drop(decoder);
    }
}

/* ESC [ number ~ */
static bool finish_tilde(struct key_decoder *decoder, struct key *key,
                         int number, int modifier)
{
    static const int functions[] = {11, 12, 13, 14, 15, 17,
                                    18, 19, 20, 21, 23, 24};
    for (int i = 0; i < 12; i++)
        if (functions[i] == number)
            return finish_function(decoder, key, i + 1, modifier);
    switch (number) {
    case 1:
    case 7:
        return finish_edit(decoder, key, "\033[H", 3);
    case 4:
    case 8:
        return finish_edit(decoder, key, "\033[F", 3);
    case 3:
        return finish_edit(decoder, key, "\033[3~", 4);
    case 5:
        return finish(decoder, key, KEYS_PAGE_UP);
    case 6:
        return finish(decoder, key, KEYS_PAGE_DOWN);
    case 200:
        decoder->pasting = true;
        decoder->after_cr = false;
        return drop(decoder);
    default:
        return drop(decoder);
    }
}

/* A mouse report: button as xterm codes it, col and row from 1. */
static bool finish_mouse(struct key_decoder *decoder, struct key *key,
                         int button, int col, int row)
{
    enum { MOTION = 32, WHEEL = 64, MODIFIERS = 4 | 8 | 16 };
    key->row = row > 0 ? row - 1 : 0;
    key->col = col > 0 ? col - 1 : 0;
    button &= ~MODIFIERS;
    if (button == WHEEL)
        return finish(decoder, key, KEYS_WHEEL_UP);
    if (button == WHEEL + 1)
        return finish(decoder, key, KEYS_WHEEL_DOWN);
    if (button == 0)
        return finish(decoder, key, KEYS_CLICK);
    return drop(decoder);
}

/* ESC [ ... final: the sequence stands whole in pending. */
static bool finish_csi(struct key_decoder *decoder, struct key *key, char final)
{
    int p[3];
    size_t count = read_parameters(decoder, p, 3);
    char mark = decoder->pending[2];
    if (decoder->overlong)
        return drop(decoder);
    if (mark == '<')
        return final == 'M' && count >= 3
                   ? finish_mouse(decoder, key, p[0], p[1], p[2])
                   : drop(decoder);
    if (final == '~')
        return finish_tilde(decoder, key, p[0], p[1]);
    if (final == 'M' || mark == '?' || mark == '>' || mark == '=')
        return drop(decoder);
    return finish_letter(decoder, key, final, p[1]);
}

static bool push_mouse_x10(struct key_decoder *decoder, unsigned char byte,
                           struct key *key)
{
    remember(decoder, byte);
    if (decoder->length < 6)
        return false;
    const unsigned char *p = (const unsigned char *)decoder->pending + 3;
    return finish_mouse(decoder, key, p[0] - 32, p[1] - 32, p[2] - 32);
}

static bool push_ground(struct key_decoder *decoder, unsigned char byte,
                        struct key *key);

static bool push_csi(struct key_decoder *decoder, unsigned char byte,
                     struct key *key)
{
    if (byte < 0x20 || byte >= DELETE) { /* cannot stand in a sequence */
        to_ground(decoder);
        return push_ground(decoder, byte, key);
    }
    remember(decoder, byte);
    if (byte < 0x40)
        return false;
    if (decoder->length == 3 && byte == 'M') {
        decoder->state = KEY_MOUSE_X10;
        return false;
    }
    if (decoder->length == 3 && byte == '[') {
        decoder->state = KEY_CSI_LINUX;
        return false;
    }
    return finish_csi(decoder, key, (char)byte);
}

static bool push_csi_linux(struct key_decoder *decoder, unsigned char byte,
                           struct key *key)
{
    if (byte >= 'A' && byte <= 'E')
        return finish_function(decoder, key, byte - 'A' + 1, 0);
    to_ground(decoder);
    return byte < 0x20 ? push_ground(decoder, byte, key) : false;
}

static bool push_ss3(struct key_decoder *decoder, unsigned char byte,
                     struct key *key)
{
    if (byte >= '0' && byte <= '9') { /* some send a modifier: ESC O 5 C */
        remember(decoder, byte);
        return false;
    }
    if (byte >= 0x20 && byte < DELETE) {
        bool modified = decoder->length > 2;
        return finish_letter(decoder, key, (char)byte,
                             modified ? decoder->pending[2] - '0' : 0);
    }
    to_ground(decoder);
    return push_ground(decoder, byte, key);
}

/* ---- characters ---- */

/* The bytes a character has by its first, 0: it cannot be a first. */
static size_t utf8_expected(unsigned char first)
{
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

static bool begin_utf8(struct key_decoder *decoder, unsigned char byte)
{
    decoder->expected = decoder->utf8 ? utf8_expected(byte) : 0;
    if (decoder->expected == 0)
        return drop(decoder);
    decoder->state = KEY_UTF8;
    decoder->expected += decoder->length; /* Alt's ESC stands before it */
    remember(decoder, byte);
    return false;
}

/* A whole character (an ESC before it: Alt); controls of C1 are dropped. */
static bool finish_utf8(struct key_decoder *decoder, struct key *key)
{
    size_t skip = decoder->pending[0] == ESC;
    uint32_t code_point;
    bool valid = false;
    utf8_decode(decoder->pending + skip, decoder->length - skip, &code_point,
                &valid);
    if (!valid || (code_point >= 0x80 && code_point < 0xa0))
        return drop(decoder);
    return finish_edit(decoder, key, decoder->pending, decoder->length);
}

static bool push_utf8(struct key_decoder *decoder, unsigned char byte,
                      struct key *key)
{
    if ((byte & 0xc0) != 0x80) {
        to_ground(decoder);
        return push_ground(decoder, byte, key);
    }
    remember(decoder, byte);
    return decoder->length < decoder->expected ? false
                                               : finish_utf8(decoder, key);
}

static bool push_after_esc(struct key_decoder *decoder, unsigned char byte,
                           struct key *key)
{
    if (byte == '[' || byte == 'O') {
        remember(decoder, byte);
        decoder->state = byte == '[' ? KEY_CSI : KEY_SS3;
        return false;
    }
    if (byte == ESC) { /* the first was Escape; this one waits */
        key->kind = KEYS_ESCAPE;
        return true;
    }
    if (byte >= 0x80)
        return begin_utf8(decoder, byte);
    char alt[2] = {ESC, (char)byte};
    return finish_edit(decoder, key, alt, sizeof alt);
}

static bool push_ground(struct key_decoder *decoder, unsigned char byte,
                        struct key *key)
{
    switch (byte) {
    case ESC:
        remember(decoder, byte);
        decoder->state = KEY_AFTER_ESC;
        return false;
    case CTRL_C:
        return finish(decoder, key, KEYS_INTERRUPT);
    case CTRL_L:
        return finish(decoder, key, KEYS_REDRAW);
    case CTRL_Z:
        return finish(decoder, key, KEYS_SUSPEND);
    case CTRL_BACKSLASH: /* makes no core here */
        return drop(decoder);
    default:
        break;
    }
    if (byte >= 0x80)
        return begin_utf8(decoder, byte);
    return finish_edit(decoder, key, (const char *)&byte, 1);
}

/* ---- paste ---- */

static void paste_byte(struct key_decoder *decoder, char byte)
{
    assert(decoder->out_length < sizeof decoder->out - 1);
    decoder->out[decoder->out_length++] = byte;
}

/* Hand out what was pasted so far. */
static bool finish_paste(struct key_decoder *decoder, struct key *key,
                         bool enter)
{
    decoder->out[decoder->out_length] = '\0';
    key->kind = KEYS_PASTE;
    key->bytes = decoder->out;
    key->length = decoder->out_length;
    key->enter = enter;
    decoder->out_length = 0;
    return key->length > 0 || enter;
}

/* A pasted character is whole: it joins the text, broken ones do not. */
static void paste_character(struct key_decoder *decoder)
{
    uint32_t code_point;
    bool valid = false;
    utf8_decode(decoder->pending, decoder->length, &code_point, &valid);
    if (valid && code_point >= 0xa0)
        for (size_t i = 0; i < decoder->length; i++)
            paste_byte(decoder, decoder->pending[i]);
    to_ground(decoder);
}

/* One byte of pasted text: controls become spaces. */
static void paste_text(struct key_decoder *decoder, unsigned char byte)
{
    if (decoder->state == KEY_UTF8 && (byte & 0xc0) == 0x80) {
        remember(decoder, byte);
        if (decoder->length == decoder->expected)
            paste_character(decoder);
        return;
    }
    to_ground(decoder); /* half a character is dropped */
    if (byte >= 0x80)
        begin_utf8(decoder, byte);
    else
        paste_byte(decoder, byte < 0x20 || byte == DELETE ? ' ' : (char)byte);
}

static bool push_pasted(struct key_decoder *decoder, unsigned char byte,
                        struct key *key)
{
    if (byte == (unsigned char)paste_end[decoder->marker]) {
        if (paste_end[++decoder->marker] != '\0')
            return false;
        decoder->marker = 0;
        decoder->pasting = false;
        to_ground(decoder);
        return finish_paste(decoder, key, false);
    }
    for (size_t i = 0; i < decoder->marker; i++) /* it was no marker */
        paste_text(decoder, (unsigned char)paste_end[i]);
    decoder->marker = 0;
    bool second = byte == '\n' && decoder->after_cr;
    decoder->after_cr = byte == '\r';
    if (byte == ESC) {
        decoder->marker = 1;
        return false;
    }
    if (byte == '\r' || byte == '\n')
        return second ? false : finish_paste(decoder, key, true);
    paste_text(decoder, byte);
    return decoder->out_length >= KEYS_BYTES - 8
               ? finish_paste(decoder, key, false)
               : false;
}

/* ---- the four calls ---- */

bool keys_push(struct key_decoder *decoder, unsigned char byte, struct key *key)
{
    memset(key, 0, sizeof *key);
    key->bytes = "";
    decoder->received++;
    if (decoder->pasting)
        return push_pasted(decoder, byte, key);
    switch (decoder->state) {
    case KEY_GROUND:
        return push_ground(decoder, byte, key);
    case KEY_UTF8:
        return push_utf8(decoder, byte, key);
    case KEY_AFTER_ESC:
        return push_after_esc(decoder, byte, key);
    case KEY_CSI:
        return push_csi(decoder, byte, key);
    case KEY_CSI_LINUX:
        return push_csi_linux(decoder, byte, key);
    case KEY_SS3:
        return push_ss3(decoder, byte, key);
    case KEY_MOUSE_X10:
        return push_mouse_x10(decoder, byte, key);
    }
    return false;
}

bool keys_timeout(struct key_decoder *decoder, struct key *key)
{
    memset(key, 0, sizeof *key);
    key->bytes = "";
    if (keys_timeout_after(decoder) < 0)
        return false;
    bool escape = decoder->state == KEY_AFTER_ESC;
    key->kind = KEYS_ESCAPE;
    to_ground(decoder);
    return escape;
}

int keys_timeout_after(const struct key_decoder *decoder)
{
    if (decoder->pasting || decoder->state == KEY_GROUND ||
        decoder->state == KEY_UTF8)
        return -1;
    return decoder->state == KEY_AFTER_ESC ? ESCAPE_MS : SEQUENCE_MS;
}

bool keys_flush(struct key_decoder *decoder, struct key *key)
{
    memset(key, 0, sizeof *key);
    key->bytes = "";
    return decoder->pasting && finish_paste(decoder, key, false);
}

void keys_reset(struct key_decoder *decoder)
{
    decoder->pasting = false;
    decoder->marker = 0;
    decoder->out_length = 0;
    to_ground(decoder);
}

uint64_t keys_decoded(const struct key_decoder *decoder)
{
    return decoder->received - decoder->length - decoder->marker;
}
