/*
 * One pass over the lines counts the words and notes each token as its word's
 * number by first appearance; then the vocabulary chooses, and the numbers are
 * replaced by ids in place, closing up over words that leave the text.
 */
#include "text/corpus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"

enum { PAUSE_BYTES = 1 << 20 };

struct builder {
    struct corpus *corpus;
    const struct source *source;
    struct vocab_counter *words, *items; /* items: ratings only */
    size_t line_capacity, label_capacity;
    struct str field; /* a user's or item's name, normalised */
    corpus_progress *progress;
    void *context;
    struct error *err;
};

/* Lines */

struct line {
    const char *text;
    size_t length; /* without '\n'; a '\r' there is white space */
    size_t number; /* from 1 */
    size_t next;   /* where the next one starts */
};

/* Read the line after *line (all zero at first); false at the end. */
static bool next_line(const struct source *source, struct line *line)
{
    if (line->next >= source->length)
        return false;
    const char *start = source->text + line->next;
    size_t rest = source->length - line->next;
    const char *newline = memchr(start, '\n', rest);
    size_t length = newline == NULL ? rest : (size_t)(newline - start);
    line->text = start;
    line->next += length + 1;
    line->length = length;
    line->number++;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_blank_line(const struct line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (!is_blank(line->text[i]))
            return false;
    return true;
}

/* A piece of a line. */
struct field {
    const char *text;
    size_t length;
};

/* Take the field before the next tab off rest; false where there is no tab. */
static bool take_field(struct field *rest, struct field *out)
{
    *out = *rest;
    const char *tab = memchr(rest->text, '\t', rest->length);
    if (tab == NULL)
        return false;
    out->length = (size_t)(tab - rest->text);
    rest->text = tab + 1;
    rest->length -= out->length + 1;
    return true;
}

static void trim(struct field *field)
{
    while (field->length > 0 && is_blank(field->text[field->length - 1]))
        field->length--;
    for (; field->length > 0 && is_blank(field->text[0]); field->length--)
        field->text++;
}

static const char *place_name(const struct source *source)
{
    return source->path != NULL ? source->path : source->name;
}

/* Reading one line */

static bool add_token(void *context, const char *token, size_t length)
{
    struct builder *b = context;
    vocab_counter_note(b->words, token, length);
    return true;
}

static void add_label(struct builder *b, float label)
{
    struct corpus *corpus = b->corpus;
    corpus->label = memory_grow(corpus->label, corpus->lines,
                                &b->label_capacity, sizeof *corpus->label);
    corpus->label[corpus->lines] = label;
}

static int bad_line(struct builder *b, const struct line *line,
                    const char *what)
{
    return error_set(b->err, ERROR_FORMAT, "%s, line %zu: %s",
                     place_name(b->source), line->number, what);
}

/* what: "label", "rating". */
static int read_number(struct builder *b, const struct line *line,
                       const char *what, struct field field, float *out)
{
    trim(&field);
    if (number_read_float(field.text, field.length, out) && isfinite(*out))
        return 0;
    return error_set(b->err, ERROR_FORMAT,
                     "%s, line %zu: the %s '%.*s' is no number; write one",
                     place_name(b->source), line->number, what,
                     (int)(field.length < 40 ? field.length : 40), field.text);
}

static int read_label(struct builder *b, const struct line *line)
{
    struct field rest = {line->text, line->length}, field;
    float label;
    if (!take_field(&rest, &field))
        return bad_line(b, line, "no text after a label; write LABEL<TAB>TEXT");
    if (read_number(b, line, "label", field, &label) != 0)
        return -1;
    if (label < 0 || label > 1)
        return bad_line(b, line, "a label is 0 or 1 (or between); change it");
    add_label(b, label);
    tokenizer_split(&b->corpus->tokenizer, rest.text, rest.length, add_token,
                    b);
    return 0;
}

static void add_name(struct builder *b, struct vocab_counter *counter,
                     const struct field *name)
{
    str_truncate(&b->field, 0);
    utf8_append_normal(&b->field, name->text, name->length, false);
    vocab_counter_note(counter, str_text(&b->field), b->field.length);
}

static int read_rating(struct builder *b, const struct line *line)
{
    struct field rest = {line->text, line->length}, user, item, rating;
    float value;
    bool whole = take_field(&rest, &user) && take_field(&rest, &item);
    take_field(&rest, &rating);
    trim(&user);
    if (whole)
        trim(&item);
    if (!whole || user.length == 0 || item.length == 0)
        return bad_line(b, line,
                        "a field is missing; write USER<TAB>ITEM<TAB>RATING");
    if (read_number(b, line, "rating", rating, &value) != 0)
        return -1;
    add_label(b, value);
    add_name(b, b->words, &user);
    add_name(b, b->items, &item);
    return 0;
}

static int read_line(struct builder *b, const struct line *line)
{
    struct corpus *corpus = b->corpus;
    int failed = 0;
    corpus->line_start = memory_grow(corpus->line_start, corpus->lines,
                                     &b->line_capacity,
                                     sizeof *corpus->line_start);
    corpus->line_start[corpus->lines] = vocab_counter_noted(b->words);
    if (corpus->task == CORPUS_TASK_TEXT)
        tokenizer_split(&corpus->tokenizer, line->text, line->length, add_token,
                        b);
    else if (is_blank_line(line))
        add_label(b, NAN);
    else if (corpus->task == CORPUS_TASK_LABELS)
        failed = read_label(b, line);
    else
        failed = read_rating(b, line);
    corpus->lines++;
    return failed;
}

/* The part of a line that is words; rest of a line without a tab: all. */
static struct field words_of(const struct corpus *corpus,
                             const struct line *line)
{
    struct field rest = {line->text, line->length}, label;
    if (corpus->task == CORPUS_TASK_LABELS)
        take_field(&rest, &label);
    return rest;
}

static int study_line(struct builder *b, const struct line *line)
{
    struct field words = words_of(b->corpus, line);
    tokenizer_study(&b->corpus->tokenizer, words.text, words.length);
    return 0;
}

/* Now and then: go on? Is there memory for twice the tokens there are? */
static int pause_reading(struct builder *b, size_t done)
{
    if (b->progress != NULL &&
        !b->progress(b->context, done, b->source->length))
        return error_set(b->err, ERROR_INTERRUPTED,
                         "stopped while reading '%s'; nothing changed",
                         b->source->name);
    return memory_reserve(vocab_counter_noted(b->words), sizeof(int32_t),
                          "the ids of this text", b->err);
}

/* Do act for each line, with a pause now and then. */
static int each_line(struct builder *b,
                     int (*act)(struct builder *, const struct line *))
{
    size_t paused = 0;
    for (struct line line = {0}; next_line(b->source, &line);) {
        if (act(b, &line) != 0)
            return -1;
        if (line.next - paused < PAUSE_BYTES)
            continue;
        paused = line.next;
        if (pause_reading(b, paused) != 0)
            return -1;
    }
    return 0;
}

/* Byte-pair encoding learns in a pass of its own. */
static int learn(struct builder *b)
{
    struct tokenizer *tokenizer = &b->corpus->tokenizer;
    if (tokenizer->options.kind != TOKENIZER_BPE ||
        b->corpus->task == CORPUS_TASK_RATINGS)
        return 0;
    if (each_line(b, study_line) != 0)
        return -1;
    return tokenizer_learn(tokenizer, b->err);
}

/* From numbers to ids */

static void number_words(struct corpus *corpus, const int64_t *word_id)
{
    size_t kept = 0, at = 0;
    for (size_t l = 0; l < corpus->lines; l++) {
        size_t end = corpus->line_start[l + 1];
        corpus->line_start[l] = kept;
        for (; at < end; at++) {
            int64_t id = word_id[corpus->ids[at]];
            corpus->ids[kept] = (int32_t)id;
            kept += id >= 0;
        }
    }
    corpus->line_start[corpus->lines] = corpus->tokens = kept;
}

/*
 * ids holds the users, items the items: one each in a line that has a rating.
 * A rating that lacks one of them leaves.
 */
static void number_ratings(struct corpus *corpus, const int32_t *items,
                           const int64_t *user_id, const int64_t *item_id)
{
    int32_t *ids = memory_new(2 * corpus->tokens, sizeof *ids);
    size_t kept = 0, at = 0;
    for (size_t l = 0; l < corpus->lines; l++) {
        size_t end = corpus->line_start[l + 1];
        corpus->line_start[l] = kept;
        for (; at < end; at++) {
            int64_t user = user_id[corpus->ids[at]];
            int64_t item = item_id[items[at]];
            if (user < 0 || item < 0)
                continue;
            ids[kept++] = (int32_t)user;
            ids[kept++] = (int32_t)item;
        }
    }
    corpus->line_start[corpus->lines] = corpus->tokens = kept;
    free(corpus->ids);
    corpus->ids = ids;
}

static int build_words(struct builder *b, const struct vocab_options *options)
{
    struct corpus *corpus = b->corpus;
    int64_t *id = memory_new(vocab_counter_size(b->words), sizeof *id);
    int failed = vocab_build(&corpus->vocab, b->words, options, id, b->err);
    if (failed == 0)
        number_words(corpus, id);
    free(id);
    return failed;
}

static int build_ratings(struct builder *b, const struct vocab_options *options)
{
    struct corpus *corpus = b->corpus;
    int32_t *items = vocab_counter_take(b->items);
    int64_t *user_id =
        memory_new(vocab_counter_size(b->words), sizeof *user_id);
    int64_t *item_id =
        memory_new(vocab_counter_size(b->items), sizeof *item_id);
    int failed =
        vocab_build(&corpus->vocab, b->words, options, user_id, b->err);
    if (failed == 0)
        failed =
            vocab_build(&corpus->items, b->items, options, item_id, b->err);
    corpus->total_tokens *= 2;
    if (failed == 0)
        number_ratings(corpus, items, user_id, item_id);
    free(items);
    free(user_id);
    free(item_id);
    return failed;
}

/* The lines are read: every token is noted. */
static void take_tokens(struct builder *b)
{
    struct corpus *corpus = b->corpus;
    corpus->line_start = memory_resize(corpus->line_start, corpus->lines + 1,
                                       sizeof *corpus->line_start);
    corpus->tokens = vocab_counter_noted(b->words);
    corpus->line_start[corpus->lines] = corpus->tokens;
    corpus->total_tokens = (int64_t)corpus->tokens;
    corpus->ids = vocab_counter_take(b->words);
}

static int build(struct builder *b, const struct vocab_options *options)
{
    struct corpus *corpus = b->corpus;
    if (learn(b) != 0 || each_line(b, read_line) != 0)
        return -1;
    take_tokens(b);
    if (corpus->tokens == 0)
        return error_set(b->err, ERROR_FORMAT,
                         "'%s' has no words (tokens) in it; a corpus needs "
                         "some",
                         b->source->name);
    int failed = corpus->task == CORPUS_TASK_RATINGS ? build_ratings(b, options)
                                                     : build_words(b, options);
    if (failed == 0)
        corpus->ids =
            memory_resize(corpus->ids, corpus->tokens, sizeof *corpus->ids);
    return failed;
}

int corpus_build(struct corpus *corpus, const struct source *source,
                 const struct tokenizer_options *tokenizer,
                 const struct vocab_options *vocab, int task,
                 corpus_progress *progress, void *context, struct error *err)
{
    *corpus = (struct corpus){.task = task};
    tokenizer_init(&corpus->tokenizer, tokenizer);
    struct builder b = {
        .corpus = corpus,
        .source = source,
        .words = vocab_counter_new(),
        .items = vocab_counter_new(),
        .progress = progress,
        .context = context,
        .err = err,
    };
    int failed = build(&b, vocab);
    vocab_counter_free(b.words);
    vocab_counter_free(b.items);
    str_clear(&b.field);
    if (failed != 0)
        corpus_clear(corpus);
    return failed;
}

void corpus_clear(struct corpus *corpus)
{
    tokenizer_clear(&corpus->tokenizer);
    vocab_clear(&corpus->vocab);
    vocab_clear(&corpus->items);
    free(corpus->ids);
    free(corpus->line_start);
    free(corpus->label);
    *corpus = (struct corpus){0};
}

/* Typed words */

struct encoder {
    const struct corpus *corpus;
    int64_t **ids;
    size_t *count, *capacity;
    struct error *err;
    bool failed;
};

static bool encode_id(struct encoder *e, int64_t id)
{
    *e->ids = memory_grow(*e->ids, *e->count, e->capacity, sizeof **e->ids);
    (*e->ids)[(*e->count)++] = id;
    return true;
}

static void unknown_word(struct encoder *e, const char *token, size_t length)
{
    struct str word = STR_INIT;
    str_append_bytes(&word, token, length);
    const char *nearest = vocab_nearest(&e->corpus->vocab, str_text(&word));
    if (nearest != NULL)
        error_set(e->err, ERROR_NOT_FOUND,
                  "'%s' is not in the vocabulary; did you mean '%s'?",
                  str_text(&word), nearest);
    else
        error_set(e->err, ERROR_NOT_FOUND,
                  "'%s' is not in the vocabulary; `vocab` lists its words",
                  str_text(&word));
    str_clear(&word);
}

static bool encode_token(void *context, const char *token, size_t length)
{
    struct encoder *e = context;
    int64_t id = vocab_find(&e->corpus->vocab, token, length);
    if (id >= 0)
        return encode_id(e, id);
    unknown_word(e, token, length);
    e->failed = true;
    return false;
}

/* <pad> or <unk>, where the vocabulary has it: a tokenizer would take it
 * apart. -1: it is neither. */
static int64_t find_special(const struct vocab *vocab, const char *piece,
                            size_t length)
{
    const int64_t ids[] = {vocab->pad, vocab->unk};
    for (size_t i = 0; i < 2; i++) {
        const char *name = ids[i] < 0 ? "" : vocab_word(vocab, ids[i]);
        if (strlen(name) == length && memcmp(name, piece, length) == 0)
            return ids[i];
    }
    return -1;
}

static bool encode_piece(struct encoder *e, const char *piece, size_t length)
{
    const struct corpus *corpus = e->corpus;
    int64_t special = find_special(&corpus->vocab, piece, length);
    if (length > 0 && special >= 0)
        return encode_id(e, special);
    if (length > 0 && corpus->task == CORPUS_TASK_RATINGS)
        return encode_token(e, piece, length);
    return tokenizer_split(&corpus->tokenizer, piece, length, encode_token, e);
}

int corpus_encode(const struct corpus *corpus, const char *text, size_t length,
                  int64_t **ids, size_t *count, size_t *capacity,
                  struct error *err)
{
    struct encoder e = {corpus, ids, count, capacity, err, false};
    size_t before = *count;
    bool whole = corpus->tokenizer.options.kind == TOKENIZER_CHAR &&
                 corpus->task != CORPUS_TASK_RATINGS;
    for (size_t i = 0; i < length && !e.failed;) {
        size_t end = whole ? length : i;
        while (end < length && !is_blank(text[end]))
            end++;
        encode_piece(&e, text + i, end - i);
        i = end + 1;
    }
    if (e.failed)
        *count = before;
    return e.failed ? -1 : 0;
}

/* Every token again */

struct walk {
    const struct corpus *corpus;
    corpus_visit *visit;
    void *context;
    size_t position, line;
};

static bool walk_id(struct walk *w, const char *token, size_t length,
                    int64_t id)
{
    return w->visit(w->context, w->position++, w->line, token, length, id);
}

static bool walk_token(void *context, const char *token, size_t length)
{
    struct walk *w = context;
    return walk_id(w, token, length,
                   vocab_find(&w->corpus->vocab, token, length));
}

static bool walk_name(struct walk *w, const struct vocab *vocab,
                      struct field name)
{
    struct str normal = STR_INIT;
    trim(&name);
    utf8_append_normal(&normal, name.text, name.length, false);
    bool going = walk_id(w, str_text(&normal), normal.length,
                         vocab_find(vocab, str_text(&normal), normal.length));
    str_clear(&normal);
    return going;
}

static bool walk_line(struct walk *w, const struct line *line)
{
    const struct corpus *corpus = w->corpus;
    struct field rest = {line->text, line->length}, first, second;
    w->line = line->number;
    if (corpus->task != CORPUS_TASK_TEXT && is_blank_line(line))
        return true;
    if (corpus->task != CORPUS_TASK_TEXT)
        take_field(&rest, &first);
    if (corpus->task != CORPUS_TASK_RATINGS)
        return tokenizer_split(&corpus->tokenizer, rest.text, rest.length,
                               walk_token, w);
    take_field(&rest, &second);
    return walk_name(w, &corpus->vocab, first) &&
           walk_name(w, &corpus->items, second);
}

void corpus_each_token(const struct corpus *corpus, const struct source *source,
                       corpus_visit *visit, void *context)
{
    struct walk walk = {corpus, visit, context, 0, 0};
    struct line line = {0};
    while (next_line(source, &line) && walk_line(&walk, &line))
        continue;
}
