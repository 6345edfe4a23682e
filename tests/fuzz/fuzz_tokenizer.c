/*
 * Texts: any bytes become a source, are split by each tokenizer, numbered, and
 * visited again. What is visited must be what was numbered. The first byte
 * chooses the tokenizer, its options and the task.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "text/corpus.h"
#include "text/windows.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct walk {
    const struct corpus *corpus;
    size_t next;
};

static bool check_token(void *context, size_t position, size_t line,
                        const char *token, size_t length, int64_t id)
{
    struct walk *walk = context;
    (void)position;
    if (id < 0)
        return true;
    if (walk->next >= walk->corpus->tokens || length == 0 ||
        walk->next < walk->corpus->line_start[line - 1])
        abort();
    const char *word = vocab_word(&walk->corpus->vocab, id);
    if (walk->corpus->ids[walk->next++] != id || strlen(word) != length ||
        memcmp(word, token, length) != 0)
        abort();
    return true;
}

static void use(const struct corpus *corpus, const struct source *source)
{
    struct walk walk = {corpus, 0};
    struct windows windows;
    int64_t *ids = NULL;
    size_t count = 0, capacity = 0;
    if (corpus->task == CORPUS_TASK_TEXT) {
        corpus_each_token(corpus, source, check_token, &walk);
        if (walk.next != corpus->tokens)
            abort();
    }
    corpus_encode(corpus, source->text, source->length, &ids, &count, &capacity,
                  NULL);
    free(ids);
    if (windows_build(&windows, corpus, 2, 0.1, NULL) == 0)
        windows_floor(&windows, corpus, true);
    windows_clear(&windows);
}

static void build(const struct source *source, unsigned choice)
{
    struct tokenizer_options tokenizer = {
        .kind = (enum tokenizer_kind)(choice % 3),
        .lower = (choice & 4) != 0,
        .keep_punct = (choice & 8) != 0,
        .merges = 50};
    struct vocab_options vocab = {.min_count = (choice & 16) != 0 ? 2 : 1};
    int task = (choice & 32) != 0 ? 1 + (int)(choice >> 7) : CORPUS_TASK_TEXT;
    struct corpus corpus;
    struct error err;
    if (corpus_build(&corpus, source, &tokenizer, &vocab, task, NULL, NULL,
                     &err) == 0)
        use(&corpus, source);
    corpus_clear(&corpus);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct source source;
    struct str text = STR_INIT;
    if (length < 2)
        return 0;
    str_append_bytes(&text, (const char *)bytes + 1, length - 1);
    /* up to the first NUL: with one, nothing is read at all */
    if (source_type(&source, str_text(&text), NULL) == 0)
        build(&source, bytes[0]);
    source_clear(&source);
    str_clear(&text);
    return 0;
}
