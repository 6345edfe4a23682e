/* From bytes to ids: what is read, refused, repaired, numbered, dropped. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/str.h"
#include "text/corpus.h"

static const struct tokenizer_options words = {.lower = true};
static const struct vocab_options all = {.min_count = 1};

static const char *const tiny = "the cat drinks milk\n"
                                "the dog drinks water\n"
                                "the cat chases a mouse\n"
                                "the dog chases a ball\n"
                                "the king rules the land\n"
                                "the queen rules the land\n"
                                "the cat sleeps on the mat\n"
                                "the dog sleeps on the mat\n";

static void assert_says(const struct error *err, enum error_code code,
                        const char *text)
{
    assert_int_equal(err->code, code);
    if (strstr(err->message, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->message, text);
}

/* Reading */

static char path[] = "/tmp/emblab-corpus-XXXXXX";

static int make_path(void **state)
{
    (void)state;
    strcpy(path + sizeof path - 7, "XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return remove(path);
}

static void put(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(bytes, 1, length, file);
    fclose(file);
}

static void assert_read(const char *bytes, size_t length, const char *text,
                        size_t invalid)
{
    struct source source;
    struct error err = {0};
    put(bytes, length);
    assert_int_equal(source_read(&source, "notes", path, &err), 0);
    assert_string_equal(source.text, text);
    assert_int_equal(source.length, strlen(text));
    assert_int_equal(source.invalid, invalid);
    assert_string_equal(source.name, "notes");
    assert_string_equal(source.path, path);
    source_clear(&source);
    assert_null(source.text);
}

static void a_file_is_read_as_it_is(void **state)
{
    (void)state;
    assert_read("the cat\r\nna\u00EFve", 15, "the cat\r\nna\u00EFve", 0);
}

static void invalid_utf8_is_replaced_and_counted(void **state)
{
    (void)state;
    assert_read("a\xFF\xFE b\xE2\x82", 7, "a\uFFFD\uFFFD b\uFFFD", 3);
}

static void a_byte_order_mark_is_no_text(void **state)
{
    (void)state;
    assert_read("\xEF\xBB\xBFthe", 6, "the", 0);
}

/* Published FNV-1a vectors (64 bits): of the bytes, before any repair. */
static void the_digest_is_of_the_bytes(void **state)
{
    (void)state;
    struct source source;
    source_type(&source, "a", NULL);
    assert_true(source.digest == UINT64_C(0xAF63DC4C8601EC8C));
    source_clear(&source);
    source_type(&source, "foobar", NULL);
    assert_true(source.digest == UINT64_C(0x85944171F73967E8));
    source_clear(&source);
}

static void assert_unreadable(const char *bytes, size_t length,
                              const char *says)
{
    struct source source;
    struct error err = {0};
    put(bytes, length);
    assert_int_equal(source_read(&source, "notes", path, &err), -1);
    assert_says(&err, ERROR_FORMAT, says);
    assert_says(&err, ERROR_FORMAT, "notes");
    assert_null(source.text);
    assert_null(source.name);
}

static void what_is_no_text_has_its_own_message(void **state)
{
    (void)state;
    assert_unreadable("", 0, "is empty");
    assert_unreadable("\x7F"
                      "ELF\0\0",
                      6, "binary (a NUL byte at 4)");
    assert_unreadable("\xFF\xFEt\0h\0e\0", 8, "is UTF-16");
}

static void what_is_no_file_has_its_own_message(void **state)
{
    (void)state;
    struct source source;
    struct error err = {0};
    assert_int_equal(source_read(&source, "x", "/no/such/file", &err), -1);
    assert_says(&err, ERROR_NOT_FOUND, "there is no file '/no/such/file'");
    assert_int_equal(source_read(&source, "x", "/tmp", &err), -1);
    assert_says(&err, ERROR_FILE, "a directory");
    assert_int_equal(source_read(&source, "x", "/dev/null", &err), -1);
    assert_says(&err, ERROR_FILE, "a device");
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(source_read(&source, "x", path, &err), -1);
    assert_says(&err, ERROR_FILE, "a named pipe");
}

static void typed_text_is_a_source(void **state)
{
    (void)state;
    struct source source;
    struct error err = {0};
    assert_int_equal(source_type(&source, "a\nb\xFF", &err), 0);
    assert_string_equal(source.text, "a\nb\uFFFD");
    assert_int_equal(source.invalid, 1);
    assert_null(source.path);
    source_clear(&source);
    assert_int_equal(source_type(&source, "", &err), -1);
    assert_says(&err, ERROR_FORMAT, "empty");
}

/* Building */

static int build(struct corpus *corpus, const char *text,
                 const struct tokenizer_options *tokenizer,
                 const struct vocab_options *vocab, int task, struct error *err)
{
    struct source source;
    assert_int_equal(source_type(&source, text, err), 0);
    int status =
        corpus_build(corpus, &source, tokenizer, vocab, task, NULL, NULL, err);
    source_clear(&source);
    return status;
}

static struct corpus built(const char *text,
                           const struct tokenizer_options *tokenizer,
                           const struct vocab_options *vocab, int task)
{
    struct corpus corpus;
    struct error err = {0};
    if (build(&corpus, text, tokenizer, vocab, task, &err) != 0)
        fail_msg("%s", err.message);
    return corpus;
}

/* The ids, line by line: "0 1 2/0 4/". */
static void assert_ids(const struct corpus *corpus, const char *expected)
{
    struct str list = STR_INIT;
    for (size_t l = 0; l < corpus->lines; l++) {
        for (size_t i = corpus->line_start[l]; i < corpus->line_start[l + 1];
             i++)
            str_printf(&list, "%d ", corpus->ids[i]);
        str_append(&list, "/");
    }
    assert_string_equal(str_text(&list), expected);
    assert_int_equal(corpus->line_start[corpus->lines], corpus->tokens);
    str_clear(&list);
}

/* design.md: V = 17, 40 tokens, ids by first appearance. */
static void the_worked_example_is_numbered(void **state)
{
    (void)state;
    struct corpus corpus = built(tiny, &words, &all, CORPUS_TASK_TEXT);
    assert_int_equal(corpus.vocab.size, 17);
    assert_int_equal(corpus.tokens, 40);
    assert_int_equal(corpus.total_tokens, 40);
    assert_int_equal(corpus.lines, 8);
    assert_ids(&corpus, "0 1 2 3 /0 4 2 5 /0 1 6 7 8 /0 4 6 7 9 /"
                        "0 10 11 0 12 /0 13 11 0 12 /0 1 14 15 0 16 /"
                        "0 4 14 15 0 16 /");
    assert_string_equal(vocab_word(&corpus.vocab, 16), "mat");
    assert_null(corpus.label);
    corpus_clear(&corpus);
}

static void lines_are_kept_apart(void **state)
{
    (void)state;
    struct corpus corpus = built("a b\r\n\r\n\nc\n a", &words, &all, 0);
    assert_ids(&corpus, "0 1 ///2 /0 /");
    corpus_clear(&corpus);
    corpus = built("a\n", &words, &all, 0); /* no empty line after the last */
    assert_ids(&corpus, "0 /");
    corpus_clear(&corpus);
}

static void dropped_words_leave_the_text(void **state)
{
    (void)state;
    struct vocab_options options = {.min_count = 2};
    struct corpus corpus = built("x a b\ny\na z b a\n", &words, &options, 0);
    assert_ids(&corpus, "0 1 //0 1 0 /");
    assert_int_equal(corpus.tokens, 5);
    assert_int_equal(corpus.total_tokens, 8);
    assert_int_equal(corpus.vocab.dropped_tokens, 3);
    corpus_clear(&corpus);
    options.unk = true;
    corpus = built("x a b\ny\na z b a\n", &words, &options, 0);
    assert_ids(&corpus, "0 1 2 /0 /1 0 2 1 /");
    corpus_clear(&corpus);
}

static void a_text_without_words_is_refused(void **state)
{
    (void)state;
    struct corpus corpus;
    struct error err = {0};
    assert_int_equal(build(&corpus, " \n...\n", &words, &all, 0, &err), -1);
    assert_says(&err, ERROR_FORMAT, "has no words");
    assert_null(corpus.ids);
    assert_null(corpus.line_start);
    assert_int_equal(corpus.vocab.size, 0);
}

static void a_failed_vocabulary_leaves_nothing(void **state)
{
    (void)state;
    struct corpus corpus;
    struct error err = {0};
    struct vocab_options options = {.min_count = 99};
    assert_int_equal(build(&corpus, tiny, &words, &options, 0, &err), -1);
    assert_says(&err, ERROR_RANGE, "min_count=99");
    assert_null(corpus.ids);
}

static void one_line_of_megabytes_is_a_line(void **state)
{
    (void)state;
    struct str text = STR_INIT;
    str_repeat(&text, "The cat drinks milk, ", 400000); /* 8.4 MB */
    struct corpus corpus = built(str_text(&text), &words, &all, 0);
    assert_int_equal(corpus.lines, 1);
    assert_int_equal(corpus.tokens, 1600000);
    assert_int_equal(corpus.vocab.size, 4);
    assert_int_equal(corpus.vocab.count[3], 400000);
    assert_int_equal(corpus.ids[1599999], 3);
    corpus_clear(&corpus);
    str_clear(&text);
}

static bool stop_at_once(void *context, size_t done, size_t total)
{
    size_t *calls = context;
    assert_true(done > 0 && done <= total);
    (*calls)++;
    return false;
}

static void reading_can_be_interrupted(void **state)
{
    (void)state;
    struct str text = STR_INIT;
    struct source source;
    struct corpus corpus;
    struct error err = {0};
    size_t calls = 0;
    str_repeat(&text, "the cat\n", 400000);
    assert_int_equal(source_type(&source, str_text(&text), &err), 0);
    assert_int_equal(corpus_build(&corpus, &source, &words, &all, 0,
                                  stop_at_once, &calls, &err),
                     -1);
    assert_int_equal(err.code, ERROR_INTERRUPTED);
    assert_int_equal(calls, 1);
    assert_null(corpus.ids);
    source_clear(&source);
    str_clear(&text);
}

static void characters_and_pieces_are_numbered_too(void **state)
{
    (void)state;
    struct tokenizer_options options = {.kind = TOKENIZER_CHAR, .lower = true};
    struct corpus corpus = built("a b\nB", &options, &all, 0);
    assert_ids(&corpus, "0 1 2 /2 /");
    assert_string_equal(vocab_word(&corpus.vocab, 1), "␣");
    corpus_clear(&corpus);
    options = (struct tokenizer_options){.kind = TOKENIZER_BPE, .merges = 1};
    corpus = built("abc ab\nbc", &options, &all, 0);
    assert_ids(&corpus, "0 1 0 /2 1 /"); /* ab c ab / b c */
    assert_int_equal(corpus.tokenizer.merge_count, 1);
    corpus_clear(&corpus);
}

/* Labels and ratings */

static void a_label_and_a_text_make_an_example(void **state)
{
    (void)state;
    struct corpus corpus = built("1\tGood film\r\n\n 0.5 \tbad\tfilm\n", &words,
                                 &all, CORPUS_TASK_LABELS);
    assert_ids(&corpus, "0 1 //2 1 /");
    assert_true(corpus.label[0] == 1.0f);
    assert_true(isnan(corpus.label[1]));
    assert_true(corpus.label[2] == 0.5f);
    corpus_clear(&corpus);
}

/* A label's digits are no text to learn from. */
static void labels_are_not_learned_from(void **state)
{
    (void)state;
    struct tokenizer_options options = {.kind = TOKENIZER_BPE, .merges = 1};
    struct corpus corpus =
        built("0.25\tab\n0.25\tcd\n", &options, &all, CORPUS_TASK_LABELS);
    assert_string_equal(corpus.tokenizer.merges[0].left, "a");
    corpus_clear(&corpus);
}

static void a_user_an_item_and_a_rating_make_an_example(void **state)
{
    (void)state;
    struct corpus corpus =
        built("Ann\tgreen tea\t4.5\nbob\tmilk\t2\t1999\n\nbob\tgreen tea\t-1\n",
              &words, &all, CORPUS_TASK_RATINGS);
    assert_ids(&corpus, "0 0 /1 1 //1 0 /");
    assert_int_equal(corpus.vocab.size, 2);
    assert_int_equal(corpus.items.size, 2);
    assert_string_equal(vocab_word(&corpus.vocab, 0), "Ann");
    assert_string_equal(vocab_word(&corpus.items, 0), "green tea");
    assert_int_equal(corpus.items.count[0], 2);
    assert_true(corpus.label[0] == 4.5f);
    assert_true(corpus.label[1] == 2.0f); /* a fourth field is left alone */
    assert_true(corpus.label[3] == -1.0f);
    assert_int_equal(corpus.total_tokens, 6);
    corpus_clear(&corpus);
}

static void a_rating_without_its_user_leaves(void **state)
{
    (void)state;
    struct vocab_options options = {.min_count = 2};
    struct corpus corpus = built("a\tx\t1\nb\tx\t2\na\ty\t3\na\tx\t4\n", &words,
                                 &options, CORPUS_TASK_RATINGS);
    assert_ids(&corpus, "0 0 ///0 0 /"); /* b and y occur once */
    corpus_clear(&corpus);
}

static void assert_bad(const char *text, int task, const char *says)
{
    struct corpus corpus;
    struct error err = {0};
    assert_int_equal(build(&corpus, text, &words, &all, task, &err), -1);
    assert_says(&err, ERROR_FORMAT, says);
    assert_null(corpus.ids);
    assert_null(corpus.label);
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    int labels = CORPUS_TASK_LABELS, ratings = CORPUS_TASK_RATINGS;
    assert_bad("1\ta\n\nno tab\n", labels, "typed text, line 3: no text after");
    assert_bad("1\ta\ngood\tb\n", labels,
               "line 2: the label 'good' is no number");
    assert_bad("\ta\n", labels, "line 1: the label '' is no number");
    assert_bad("nan\ta\n", labels, "line 1: the label 'nan' is no number");
    assert_bad("3\ta\n", labels, "line 1: a label is 0 or 1");
    assert_bad("u\ti\n", ratings, "line 1: a field is missing");
    assert_bad("u\n", ratings, "line 1: a field is missing");
    assert_bad("u\ti\t1\nu\t \t1\n", ratings, "line 2: a field is missing");
    assert_bad("u\ti\tfive\n", ratings, "line 1: the rating 'five' is no");
    assert_bad("u\ti\t\n", ratings, "line 1: the rating '' is no number");
}

static void a_bad_line_of_a_file_names_the_file(void **state)
{
    (void)state;
    struct source source;
    struct corpus corpus;
    struct error err = {0};
    put("x\ty\n", 4);
    assert_int_equal(source_read(&source, "notes", path, &err), 0);
    assert_int_equal(corpus_build(&corpus, &source, &words, &all,
                                  CORPUS_TASK_LABELS, NULL, NULL, &err),
                     -1);
    assert_says(&err, ERROR_FORMAT, path);
    source_clear(&source);
}

/* Typed words */

static void assert_encoded(const struct corpus *corpus, const char *text,
                           const char *expected)
{
    int64_t *ids = NULL;
    size_t count = 0, capacity = 0;
    struct error err = {0};
    struct str list = STR_INIT;
    if (corpus_encode(corpus, text, strlen(text), &ids, &count, &capacity,
                      &err) != 0)
        str_printf(&list, "%s", err.message);
    for (size_t i = 0; i < count; i++)
        str_printf(&list, "%d ", (int)ids[i]);
    assert_string_equal(str_text(&list), expected);
    str_clear(&list);
    free(ids);
}

static void typed_words_are_tokenised_as_the_text(void **state)
{
    (void)state;
    struct corpus corpus = built(tiny, &words, &all, 0);
    assert_encoded(&corpus, "the CAT, drinks", "0 1 2 ");
    assert_encoded(&corpus, " ", "");
    assert_encoded(&corpus, "the catt",
                   "'catt' is not in the vocabulary; did you mean 'cat'?");
    assert_encoded(&corpus, "zebra",
                   "'zebra' is not in the vocabulary; `vocab` lists its words");
    assert_encoded(&corpus, "<unk>",
                   "'unk' is not in the vocabulary; `vocab` lists its words");
    corpus_clear(&corpus);
}

static void specials_may_be_typed(void **state)
{
    (void)state;
    struct vocab_options options = {.min_count = 1, .pad = true, .unk = true};
    struct corpus corpus = built("the cat", &words, &options, 0);
    assert_encoded(&corpus, "<pad> the <unk> zebra <pad>", "0 2 1 1 0 ");
    corpus_clear(&corpus);
}

static void typed_characters_keep_their_spaces(void **state)
{
    (void)state;
    struct tokenizer_options options = {.kind = TOKENIZER_CHAR};
    struct corpus corpus = built("a b", &options, &all, 0);
    assert_encoded(&corpus, "b a", "2 1 0 ");
    corpus_clear(&corpus);
}

static void what_was_there_stays_where_a_word_is_unknown(void **state)
{
    (void)state;
    struct corpus corpus = built(tiny, &words, &all, 0);
    size_t count = 1, capacity = 1;
    int64_t *ids = memory_new(1, sizeof *ids);
    ids[0] = 7;
    assert_int_equal(
        corpus_encode(&corpus, "cat zebra", 9, &ids, &count, &capacity, NULL),
        -1);
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], 7);
    free(ids);
    corpus_clear(&corpus);
}

static void typed_users_are_whole_words(void **state)
{
    (void)state;
    struct corpus corpus =
        built("u-1\tx\t1\nU.2\tx\t2\n", &words, &all, CORPUS_TASK_RATINGS);
    assert_encoded(&corpus, "U.2 u-1", "1 0 ");
    corpus_clear(&corpus);
}

/* Every token again */

static bool append_visited(void *context, size_t position, size_t line,
                           const char *token, size_t length, int64_t id)
{
    struct str *out = context;
    str_printf(out, "%zu:%zu:%.*s:%d ", position, line, (int)length, token,
               (int)id);
    return position < 4;
}

static void assert_walk(const char *text, const struct vocab_options *options,
                        int task, const char *expected)
{
    struct source source;
    struct corpus corpus;
    struct str out = STR_INIT;
    source_type(&source, text, NULL);
    assert_int_equal(
        corpus_build(&corpus, &source, &words, options, task, NULL, NULL, NULL),
        0);
    corpus_each_token(&corpus, &source, append_visited, &out);
    assert_string_equal(str_text(&out), expected);
    str_clear(&out);
    corpus_clear(&corpus);
    source_clear(&source);
}

static void every_token_is_visited_with_its_line(void **state)
{
    (void)state;
    struct vocab_options options = {.min_count = 2};
    assert_walk("A b\n\nc a", &options, 0,
                "0:1:a:0 1:1:b:-1 2:3:c:-1 3:3:a:0 ");
    options.unk = true;
    assert_walk("A b\n\nc a", &options, 0, "0:1:a:1 1:1:b:0 2:3:c:0 3:3:a:1 ");
    assert_walk("1\ta b\n\n0\tb\n", &all, CORPUS_TASK_LABELS,
                "0:1:a:0 1:1:b:1 2:3:b:1 ");
    assert_walk("u\ti\t1\nv\ti\t2\n", &all, CORPUS_TASK_RATINGS,
                "0:1:u:0 1:1:i:0 2:2:v:1 3:2:i:0 ");
}

static void the_visitor_may_stop(void **state)
{
    (void)state;
    assert_walk("a b c\nd e f\ng", &all, 0,
                "0:1:a:0 1:1:b:1 2:1:c:2 3:2:d:3 4:2:e:4 ");
}

struct comparison {
    const struct corpus *corpus;
    size_t kept, tokens;
};

static bool compare_id(void *context, size_t position, size_t line,
                       const char *token, size_t length, int64_t id)
{
    struct comparison *c = context;
    assert_int_equal(position, c->tokens++);
    if (id < 0)
        return true;
    assert_true(c->kept >= c->corpus->line_start[line - 1]);
    assert_true(c->kept < c->corpus->line_start[line]);
    assert_int_equal(c->corpus->ids[c->kept++], id);
    assert_int_equal(strlen(vocab_word(&c->corpus->vocab, id)), length);
    assert_memory_equal(vocab_word(&c->corpus->vocab, id), token, length);
    return true;
}

/* Random words of the three kinds of tokens: one at a time is as in bulk. */
static void visiting_agrees_with_building(void **state)
{
    (void)state;
    uint32_t random = 5;
    for (int round = 0; round < 30; round++) {
        struct str text = STR_INIT;
        struct tokenizer_options tokenizer = {
            .kind = (enum tokenizer_kind)(round % 3),
            .lower = true,
            .keep_punct = round % 2 == 0,
            .merges = 20};
        struct vocab_options options = {.min_count = 1 + (size_t)round % 4};
        for (int i = 0; i < 3000; i++) {
            random = random * 1664525 + 1013904223;
            static const char *const pieces[] = {
                "a", "b", "C", "\u00E9", "-", " ", " ", ".", "\n", "word"};
            str_append(&text, pieces[random / 65536 % 10]);
        }
        struct source source;
        struct corpus corpus;
        source_type(&source, str_text(&text), NULL);
        assert_int_equal(corpus_build(&corpus, &source, &tokenizer, &options, 0,
                                      NULL, NULL, NULL),
                         0);
        struct comparison c = {&corpus, 0, 0};
        corpus_each_token(&corpus, &source, compare_id, &c);
        assert_int_equal(c.kept, corpus.tokens);
        assert_int_equal(c.tokens, corpus.total_tokens);
        corpus_clear(&corpus);
        source_clear(&source);
        str_clear(&text);
    }
}

#define WITH_FILE(test) \
    cmocka_unit_test_setup_teardown(test, make_path, remove_path)

static void assert_latin1(const char *text, bool expected)
{
    struct source source;
    struct error err;
    assert_int_equal(source_type(&source, text, &err), 0);
    assert_int_equal(source.latin1, expected);
    source_clear(&source);
}

static void a_text_that_may_be_latin1_is_known(void **state)
{
    (void)state;
    assert_latin1("der K\xe4se i\xdft", true);
    assert_latin1("Stra\xdf"
                  "e \xfc\xfc",
                  true);
    assert_latin1("der K\xc3\xa4se", false);      /* UTF-8 */
    assert_latin1("K\xe4se, K\xc3\xa4se", false); /* both: broken */
    assert_latin1("a \x80 b", false);             /* a control there */
    assert_latin1("cheese", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILE(a_file_is_read_as_it_is),
        WITH_FILE(invalid_utf8_is_replaced_and_counted),
        WITH_FILE(a_byte_order_mark_is_no_text),
        cmocka_unit_test(a_text_that_may_be_latin1_is_known),
        cmocka_unit_test(the_digest_is_of_the_bytes),
        WITH_FILE(what_is_no_text_has_its_own_message),
        WITH_FILE(what_is_no_file_has_its_own_message),
        cmocka_unit_test(typed_text_is_a_source),
        cmocka_unit_test(the_worked_example_is_numbered),
        cmocka_unit_test(lines_are_kept_apart),
        cmocka_unit_test(dropped_words_leave_the_text),
        cmocka_unit_test(a_text_without_words_is_refused),
        cmocka_unit_test(a_failed_vocabulary_leaves_nothing),
        cmocka_unit_test(one_line_of_megabytes_is_a_line),
        cmocka_unit_test(reading_can_be_interrupted),
        cmocka_unit_test(characters_and_pieces_are_numbered_too),
        cmocka_unit_test(a_label_and_a_text_make_an_example),
        cmocka_unit_test(labels_are_not_learned_from),
        cmocka_unit_test(a_user_an_item_and_a_rating_make_an_example),
        cmocka_unit_test(a_rating_without_its_user_leaves),
        cmocka_unit_test(a_bad_line_is_named),
        WITH_FILE(a_bad_line_of_a_file_names_the_file),
        cmocka_unit_test(typed_words_are_tokenised_as_the_text),
        cmocka_unit_test(specials_may_be_typed),
        cmocka_unit_test(typed_characters_keep_their_spaces),
        cmocka_unit_test(what_was_there_stays_where_a_word_is_unknown),
        cmocka_unit_test(typed_users_are_whole_words),
        cmocka_unit_test(every_token_is_visited_with_its_line),
        cmocka_unit_test(the_visitor_may_stop),
        cmocka_unit_test(visiting_agrees_with_building),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
