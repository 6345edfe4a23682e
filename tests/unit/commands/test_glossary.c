/*
 * The glossary knows the words that the program itself uses.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "commands/glossary.h"
#include "session_case.h"

static bool knows(const char *word, size_t length)
{
    for (size_t i = 0; i < glossary_count(); i++) {
        const char *name = glossary_terms[i].name;
        if (strlen(name) == length && memcmp(name, word, length) == 0)
            return true;
    }
    return false;
}

static void terms_are_in_alphabetical_order(void **state)
{
    (void)state;
    assert_in_range(glossary_count(), 40, 128);
    for (size_t i = 1; i < glossary_count(); i++) {
        const char *a = glossary_terms[i - 1].name, *b = glossary_terms[i].name;
        int order = strcasecmp(a, b);
        if (order > 0 || (order == 0 && strcmp(a, b) >= 0))
            fail_msg("%s stands before %s", a, b);
    }
}

static void letters_and_words_of_the_screen_are_there(void **state)
{
    static const char *const words[] = {
        "W",         "U",       "b",
        "V",         "D",       "E",
        "C",         "B",       "h",
        "ctx",       "tgt",     "lr",
        "None",      "vector",  "matrix",
        "row",       "table",   "mean",
        "dimension", "model",   "variance",
        "phase",     "corpus",  "principal component",
        "event",     "torch",   "-ln p",
        "Wu",        "bi",      "similar words",
        "~0",        "·",       "share",
        "N(0,1)",    "grad_fn", "dot product",
    };
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str line = STR_INIT;
        str_printf(&line, "glossary %s", words[i]);
        assert_non_null(strstr(sitting_ask(&s, str_text(&line)), words[i]));
        str_clear(&line);
    }
    sitting_end(&s);
}

/* --- what `why` says ------------------------------------------------------ */

/* Plain English, words of the corpus and parts of names. */
static bool is_plain(const char *word, size_t length)
{
    static const char plain[] =
        " a all an and are this put start as at before began by changed "
        "changes copied earlier goes have may when did "
        "counted each element every far for from goes gone in into is it its "
        "largest last lr lrs nn No no not number numbers of off one ones or "
        "other out over own pushed s said same second share side size so that "
        "the there times to took up used was what where whole whose with "
        "words word x why step steps after squared gradients rows columns "
        "places losses terms smaller row looked towards down "
        "emb Linear normal_ norm_type weight_decay cat the dog drinks milk "
        "land mat king queen rules chases water sleeps mouse ball a on e u i n "
        "t w v_ "
        "user users item items good bad film user1 ";
    char padded[64];

    if (length + 3 > sizeof padded)
        return false;
    padded[0] = ' ';
    memcpy(padded + 1, word, length);
    padded[length + 1] = ' ';
    padded[length + 2] = '\0';
    return strstr(plain, padded) != NULL;
}

/* Letters, and _ and - between them. */
static size_t word_length(const char *text)
{
    size_t n = 0;

    while (isalpha((unsigned char)text[n]) ||
           (n > 0 && (text[n] == '_' ||
                      (text[n] == '-' && isalpha((unsigned char)text[n + 1])))))
        n++;
    return n;
}

static void check_words(const char *text)
{
    while (*text) {
        size_t n = word_length(text);
        bool plural = n > 1 && text[n - 1] == 's' && knows(text, n - 1);
        if (n > 0 && !knows(text, n) && !plural && !is_plain(text, n))
            fail_msg("the glossary lacks '%.*s' of: %s", (int)n, text, text);
        text += n > 0 ? n : 1;
    }
}

static void check_why(const char *commands, const char *const *cells)
{
    struct sitting s;

    sitting_begin(&s);
    sitting_ask(&s, commands);
    for (; *cells; cells++)
        check_words(sitting_ask(&s, *cells));
    sitting_end(&s);
}

static void words_of_why_are_there(void **state)
{
    static const char *const cells[] = {"why W[cat,2]",
                                        "why W.grad[cat,2]",
                                        "why U[cat,2]",
                                        "why b[1]",
                                        "why h[0,1]",
                                        "why h.grad[0,1]",
                                        "why E[0,1,2]",
                                        "why loss",
                                        "why logits[0,1]",
                                        "why logits.grad[0,1]",
                                        NULL};
    static const char *const probs[] = {"why probs[0,1]", "why E.grad[0,1,2]",
                                        "why row cat", NULL};
    static const char *const optimizers[] = {
        "sgd momentum=0.9 nesterov=yes weight_decay=0.1", "adagrad",
        "adam amsgrad=yes", "adamw", "sgd"};
    (void)state;
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        struct str line = STR_INIT;
        str_printf(&line, "corpus tiny; optimizer %s; step 2", optimizers[i]);
        check_why(str_text(&line), cells);
        check_why(str_text(&line), probs);
        str_clear(&line);
    }
    check_why("corpus tiny; table max_norm=1; model next_word loss=negative; "
              "step 2",
              cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_in_alphabetical_order),
        cmocka_unit_test(letters_and_words_of_the_screen_are_there),
        cmocka_unit_test(words_of_why_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
