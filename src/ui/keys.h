/*
 * Bytes from a terminal → keys. A pure state machine, one byte at a time: it
 * reads nothing, waits for nothing, and survives split, lying and random
 * input. What is for the line editor comes out as whole characters and as one
 * spelling of each sequence, whatever the terminal sent.
 */
#ifndef EMBLAB_UI_KEYS_H
#define EMBLAB_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_kind {
    KEYS_EDIT,     /* bytes: for the line editor */
    KEYS_PASTE,    /* bytes: pasted text; enter: a line ends behind it */
    KEYS_ESCAPE,   /* Escape alone */
    KEYS_FUNCTION, /* number: 1..12, shift */
    KEYS_PAGE_UP,
    KEYS_PAGE_DOWN,
    KEYS_SCROLL, /* Shift and an arrow; letter: A up, B down, C right, D left */
    KEYS_WHEEL_UP, /* row, col: from 0 */
    KEYS_WHEEL_DOWN,
    KEYS_CLICK,     /* the left button went down at row, col */
    KEYS_REDRAW,    /* Ctrl-L */
    KEYS_INTERRUPT, /* Ctrl-C as a byte, where the terminal makes no signal */
    KEYS_SUSPEND,   /* Ctrl-Z likewise */
};

enum { KEYS_BYTES = 4096 };

struct key {
    enum key_kind kind;
    const char *bytes; /* NUL-terminated; until the next call */
    size_t length;
    bool enter; /* KEYS_PASTE */
    bool shift;
    int number;
    char letter;
    int row, col;
};

enum key_state {
    KEY_GROUND,
    KEY_UTF8,      /* inside a character */
    KEY_AFTER_ESC, /* ESC came: alone, Alt or a sequence */
    KEY_CSI,       /* ESC [ */
    KEY_CSI_LINUX, /* ESC [ [ : the console's F1 to F5 */
    KEY_SS3,       /* ESC O */
    KEY_MOUSE_X10, /* ESC [ M : three bytes follow */
};

struct key_decoder {
    enum key_state state;
    bool utf8;        /* bytes from 0x80 are UTF-8; else they are dropped */
    bool pasting;     /* between the paste markers */
    bool after_cr;    /* a pasted CR came: an LF behind it is the same end */
    size_t marker;    /* bytes of the end marker seen while pasting */
    size_t expected;  /* bytes of the character in pending */
    char pending[32]; /* the unfinished key as it came */
    size_t length;
    bool overlong; /* more parameters than pending holds: to be dropped */
    char out[KEYS_BYTES + 8]; /* pasted text on its way out */
    size_t out_length;
    uint64_t received; /* bytes pushed */
};

void keys_init(struct key_decoder *decoder, bool utf8);

/* Take one byte; true: *key is filled in. */
bool keys_push(struct key_decoder *decoder, unsigned char byte,
               struct key *key);

/*
 * No byte came for a while. Escape alone becomes a key (true), half a sequence
 * is dropped, half a character and a paste stay.
 */
bool keys_timeout(struct key_decoder *decoder, struct key *key);

/* Milliseconds until keys_timeout is due after the last byte; -1: never. */
int keys_timeout_after(const struct key_decoder *decoder);

/* What a paste brought so far; true: *key is filled in. Call when no more
 * bytes are there, so that a slow paste is seen. */
bool keys_flush(struct key_decoder *decoder, struct key *key);

/* Forget a paste or sequence that never ends (Ctrl-C). */
void keys_reset(struct key_decoder *decoder);

/* Bytes that became keys or were dropped: received but for the unfinished. */
uint64_t keys_decoded(const struct key_decoder *decoder);

#endif
