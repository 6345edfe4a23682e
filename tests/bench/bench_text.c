/*
 * Tokenise + vocabulary of a 100 MB generated text that looks like English:
 * MB/s, the median of several rounds, the same by the time this process had a
 * processor (what others on the machine cannot spoil as much), and the peak
 * memory of the process, the text included. bench_text [MEGABYTES [ROUNDS]].
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/memory.h"
#include "base/str.h"
#include "text/corpus.h"

enum { LEXICON = 60000, LINE_WORDS = 14, ROUNDS_MAX = 99 };

static uint64_t state = 42;

static uint64_t draw(void)
{
    state = state * UINT64_C(6364136223846793005) +
            UINT64_C(1442695040888963407);
    return state >> 33;
}

/* A word of letters as frequent as in English; frequent words are short: 1 to 4
 * letters for the first, about 8 for the rare ones, 5 on average in the text.
 */
static char *make_word(size_t rank)
{
    static const char letters[] =
        "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhh"
        "rrrrrrddddlllluuucccmmmwwffggyyppbbvk";
    size_t bits = 0;
    for (; rank > 0; rank /= 2)
        bits++;
    size_t length = 1 + bits * 2 / 5 + draw() % 4;
    char *word = memory_new(length + 1, 1);
    for (size_t i = 0; i < length; i++)
        word[i] = letters[draw() % (sizeof letters - 1)];
    word[length] = '\0';
    return word;
}

/* Zipf's law, nearly: rank r about as often as 1 / r. */
static size_t draw_rank(void)
{
    size_t bits = draw() % 16;
    size_t rank = ((size_t)1 << bits) + draw() % ((size_t)1 << bits) - 1;
    return rank % LEXICON;
}

static void append_sentence(struct str *text, char **lexicon)
{
    size_t start = text->length;
    for (size_t i = 0, words = 4 + draw() % LINE_WORDS; i <= words; i++) {
        if (i > 0)
            str_append(text, draw() % 9 == 0 ? ", " : " ");
        str_append(text, lexicon[draw_rank()]);
    }
    text->data[start] = (char)(text->data[start] & ~0x20); /* a capital */
    str_append(text, ".\n");
}

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double peak_megabytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024 / 1e6;
}

/* Build once; the seconds it took, by the clock and of the processor. */
static void measure(const struct source *source, double *seconds, double *busy)
{
    struct tokenizer_options tokenizer = {.kind = TOKENIZER_WORD,
                                          .lower = true};
    struct vocab_options vocab = {.min_count = 1};
    struct corpus corpus;
    struct error err;
    double start = now(CLOCK_MONOTONIC), used = now(CLOCK_PROCESS_CPUTIME_ID);
    if (corpus_build(&corpus, source, &tokenizer, &vocab, CORPUS_TASK_TEXT,
                     NULL, NULL, &err) != 0) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    *seconds = now(CLOCK_MONOTONIC) - start;
    *busy = now(CLOCK_PROCESS_CPUTIME_ID) - used;
    printf("  %.0f MB/s (%zu tokens, V=%zu)\n",
           (double)source->length / 1e6 / *seconds, corpus.tokens,
           corpus.vocab.size);
    corpus_clear(&corpus);
}

static void generate(struct source *source, size_t bytes)
{
    struct str text = STR_INIT;
    char **lexicon = memory_new(LEXICON, sizeof *lexicon);
    for (size_t i = 0; i < LEXICON; i++)
        lexicon[i] = make_word(i);
    while (text.length < bytes)
        append_sentence(&text, lexicon);
    for (size_t i = 0; i < LEXICON; i++)
        free(lexicon[i]);
    free(lexicon);
    *source = (struct source){.name = memory_text("generated"),
                              .length = text.length};
    source->text = str_take(&text);
}

int main(int argc, char **argv)
{
    size_t megabytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 5;
    double seconds[ROUNDS_MAX], busy[ROUNDS_MAX];
    struct source source;
    if (megabytes == 0 || rounds == 0 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: bench_text [MEGABYTES [ROUNDS]]\n");
        return 2;
    }
    generate(&source, megabytes * 1000 * 1000);
    for (size_t i = 0; i < rounds; i++)
        measure(&source, &seconds[i], &busy[i]);
    qsort(seconds, rounds, sizeof *seconds, compare_doubles);
    qsort(busy, rounds, sizeof *busy, compare_doubles);
    double bytes = (double)source.length / 1e6;
    printf("tokenise + vocabulary: %.0f MB/s (median of %zu; goal 100), %.0f "
           "by processor time; peak memory %.0f MB with the text\n",
           bytes / seconds[rounds / 2], rounds, bytes / busy[rounds / 2],
           peak_megabytes());
    source_clear(&source);
    return 0;
}
