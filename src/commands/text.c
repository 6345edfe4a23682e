/*
 * text: corpus tokenize tokens vocab subwords
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/edit.h"
#include "commands/families.h"
#include "commands/show.h"
#include "lab/lab.h"
#include "lang/match.h"
#include "text/hints.h"

/* --- corpus -------------------------------------------------------------- */

static const char *const corpus_endings[] = {".txt", ".tsv", NULL};

static void print_text(struct session *session)
{
    const struct lab_text *text = session->lab->text;
    const struct corpus *corpus = &text->corpus;

    show_line(session, STYLE_NORMAL,
              "%s: %s line%s, %s token%s, %s different%s",
              text->source->source.name, str_count(corpus->lines),
              str_s(corpus->lines), str_count(corpus->tokens),
              str_s(corpus->tokens), str_count(corpus->vocab.size),
              corpus->tokenizer.options.kind != TOKENIZER_WORD ? ""
              : corpus->vocab.size == 1                        ? " word"
                                                               : " words");
}

/* Labelled text read as plain text is seldom what was meant. */
static void hint_at_model(struct session *session)
{
    const struct source *source = &session->lab->text->source->source;
    int task = text_task(source->text, source->length);

    if (session->lab->head.model.kind != MODEL_NEXT_WORD)
        return;
    if (task == CORPUS_TASK_RATINGS)
        sink_notice(session->sink,
                    "%s looks like ratings; model recommend "
                    "reads them",
                    source->name);
    else if (task == CORPUS_TASK_LABELS)
        sink_notice(session->sink,
                    "%s looks like labelled text; model "
                    "sentiment reads the labels",
                    source->name);
}

/* What was typed for the text before this one goes on for this one. */
static void note_kept(struct session *session)
{
    struct str kept = STR_INIT;

    head_write_unusual(&session->lab->head, ~(unsigned)HEAD_CORPUS, &kept);
    if (kept.length > 0)
        lab_note(session->lab, "kept: %s", str_text(&kept));
    str_clear(&kept);
}

/* A file that is not there, named as a shipped text is, with its ending. */
static bool is_shipped_file(const char *name, char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        size_t length = strlen(names[i]);
        for (size_t e = 0; corpus_endings[e]; e++)
            if (strncmp(name, names[i], length) == 0 &&
                str_equal(name + length, corpus_endings[e]))
                return true;
    }
    return false;
}

/* stories.txt: what is shipped goes by its name alone. */
static int check_ending(const char *name, struct error *err)
{
    char **names = file_list_data("corpora", corpus_endings);
    bool shipped = !file_exists(name) && is_shipped_file(name, names);

    file_list_free(names);
    if (!shipped)
        return 0;
    return error_set(err, ERROR_NOT_FOUND,
                     "there is no file '%s' here; the text '%.*s' is shipped: "
                     "corpus %.*s",
                     name, (int)strcspn(name, "."), name,
                     (int)strcspn(name, "."), name);
}

/* A shipped text of that name, or a file; an error names the nearest. */
static char *find_corpus(const char *name, struct error *err)
{
    char *path = check_ending(name, err) != 0
                     ? NULL
                     : file_find_data("corpora", name, corpus_endings, err);
    bool file = strpbrk(name, "/.") != NULL;
    char **names = path || file ? NULL
                                : file_list_data("corpora", corpus_endings);
    const char *nearest;
    size_t count = 0;

    while (names && names[count])
        count++;
    nearest = count > 0 ? match_nearest(name, (const char *const *)names, count)
                        : NULL;
    if (nearest)
        error_set(err, ERROR_NOT_FOUND,
                  "no corpus is called \"%s\"; did you mean %s?", name,
                  nearest);
    file_list_free(names);
    return path;
}

enum { CORPUS_FILE };

static const struct option_spec corpus_options[] = {
    {"file", OPTION_FILE, "none", NULL, 0, 0,
     "a file whose name needs quotes: file=\"my notes.txt\""},
    {.type = OPTION_END},
};

/* Who types corpus alone wants to know what there is. */
static void ask_which(struct error *err)
{
    char **names = file_list_data("corpora", corpus_endings);
    struct str list = STR_INIT;

    for (size_t i = 0; names[i]; i++)
        str_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    error_set(err, ERROR_USAGE,
              "corpus of which text? a name%s%s%s, a file (with a / or a .) or "
              "\"some words\"",
              list.length > 0 ? " (" : "", str_text(&list),
              list.length > 0 ? ")" : "");
    str_clear(&list);
    file_list_free(names);
}

/* The one text that was typed, as an argument or as file=; NULL: err is set. */
static const struct value *one_text(const struct call *call, struct error *err)
{
    const struct option_value *file = &call->options[CORPUS_FILE];

    if (call->typed->argc == 1 && !file->given)
        return &call->typed->args[0];
    if (call->typed->argc == 0 && file->given)
        return file->value;
    if (file->given)
        error_set(err, ERROR_USAGE,
                  "one text at a time: file= or '%s', not both",
                  call->typed->args[0].text);
    else
        ask_which(err);
    return NULL;
}

/* Quotes make a text of a file's name. */
static void hint_at_file(struct session *session, const char *typed)
{
    struct str option = STR_INIT;

    if (!file_exists(typed))
        return;
    command_write_option("file", typed, &option);
    sink_notice(session->sink,
                "the text is the words in quotes; the file of that name: "
                "corpus %s",
                str_text(&option));
    str_clear(&option);
}

static int run_corpus(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    const struct value *text = one_text(call, err);
    bool another = session->lab->text != NULL;
    struct head head;

    if (!text)
        return -1;
    edit_begin(session, HEAD_CORPUS, &head);
    if (text->kind == VALUE_QUOTED && call->typed->argc > 0) {
        head.corpus.typed = memory_text(text->text);
    } else {
        head.corpus.path = session->text_path ? memory_text(session->text_path)
                                              : find_corpus(text->text, err);
        if (!head.corpus.path) {
            head_clear(&head);
            return call_error_at(text, err);
        }
        head.corpus.name = memory_text(text->text);
    }
    if (head.corpus.typed)
        hint_at_file(session, text->text);
    if (edit_finish(session, call, HEAD_CORPUS, &head, err) != 0)
        return -1;
    print_text(session);
    if (another)
        note_kept(session);
    hint_at_model(session);
    effect->view = "tokens";
    return 0;
}

const struct command_spec command_corpus = {
    .name = "corpus",
    .family = FAMILY_TEXT,
    .usage = "NAME|FILE|\"text\"",
    .summary = "the text to learn from",
    .details =
        "A bare word names a text that comes with emblab (tiny, farm, "
        "stories, reviews, ratings); a name with / or . is a file of yours; "
        "quoted words are the text itself, and file=\"my notes.txt\" is a "
        "file whose name needs quotes. Each line stands alone: no context "
        "crosses its end.",
    .options = corpus_options,
    .argument = ARGUMENT_CORPUS,
    .args_max = 1,
    .changes = true,
    .run = run_corpus,
};

/* --- tokenize ------------------------------------------------------------ */

enum { TOKENIZE_LOWER, TOKENIZE_PUNCT, TOKENIZE_MERGES };

static const struct option_spec tokenize_options[] = {
    {"lower", OPTION_FLAG, "yes", NULL, 0, 0, "fold case: The is the"},
    {"punct", OPTION_CHOICE, "drop", "drop|keep", 0, 0,
     "punctuation leaves the text, or each sign is a token"},
    {"merges", OPTION_COUNT, "100", NULL, 0, 1000000,
     "bpe: how many pairs to merge"},
    {.type = OPTION_END},
};

static int run_tokenize(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    const struct option_value *o = call->options;
    struct head head;
    int kind = TOKENIZER_WORD;

    if (call->typed->argc > 0 &&
        spec_choice(&call->typed->args[0], "tokenizer", head_tokenizer_choices,
                    &kind, err) != 0)
        return -1;
    edit_begin(session, HEAD_TOKENIZE, &head);
    head.tokenizer.kind = (enum tokenizer_kind)kind;
    if (o[TOKENIZE_LOWER].given)
        head.tokenizer.lower = o[TOKENIZE_LOWER].flag;
    if (o[TOKENIZE_PUNCT].given)
        head.tokenizer.keep_punct = o[TOKENIZE_PUNCT].choice == 1;
    if (o[TOKENIZE_MERGES].given)
        head.tokenizer.merges = (size_t)o[TOKENIZE_MERGES].count;
    if (edit_finish(session, call, HEAD_TOKENIZE, &head, err) != 0)
        return -1;
    if (edit_waits(session, call))
        return 0;
    show_scene(session, "tokens", true);
    show_scene(session, "merges", false);
    effect->view = "tokens";
    return 0;
}

const struct command_spec command_tokenize = {
    .name = "tokenize",
    .family = FAMILY_TEXT,
    .usage = "[word|char|bpe]",
    .summary = "how the text is cut into tokens",
    .details = "word: runs of letters, digits and marks, with ' and - inside "
               "them. char: every character, a space shown as \xe2\x90\xa3. "
               "bpe: words cut into pieces that the text itself taught, the "
               "most frequent pair merged first.",
    .options = tokenize_options,
    .argument = ARGUMENT_CHOICE,
    .choices = "word|char|bpe",
    .args_max = 1,
    .changes = true,
    .run = run_tokenize,
};

/* --- tokens -------------------------------------------------------------- */

static int run_tokens(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    int64_t lines = 0;

    if (call->typed->argc > 0 &&
        spec_count(&call->typed->args[0], "number of lines", 1, INT32_MAX,
                   &lines, err) != 0)
        return -1;
    if (lab_require(session->lab, LAB_TEXT, err) != 0)
        return -1;
    show_scene_rows(session, "tokens", (int)lines);
    effect->view = "tokens";
    return 0;
}

const struct command_spec command_tokens = {
    .name = "tokens",
    .family = FAMILY_TEXT,
    .usage = "[n]",
    .summary = "the text, its tokens and their ids",
    .details = "n: how many lines of the text to show [8].",
    .args_max = 1,
    .run = run_tokens,
};

/* --- vocab --------------------------------------------------------------- */

enum {
    VOCAB_ORDER,
    VOCAB_MIN_COUNT,
    VOCAB_MAX_SIZE,
    VOCAB_SPECIALS,
    VOCAB_HASH,
};

static const struct option_spec vocab_options[] = {
    {"order", OPTION_CHOICE, "appearance", "appearance|frequency|alphabetical",
     0, 0, "how ids are given out"},
    {"min_count", OPTION_COUNT, "1", NULL, 1, 1e15,
     "words seen less often leave the vocabulary"},
    {"max_size", OPTION_COUNT, "none", "none", 1, 1e9,
     "the most frequent words that fit, specials included"},
    {"specials", OPTION_TEXT, "none", NULL, 0, 0,
     "\"<pad> <unk>\": ids of their own, first"},
    {"hash", OPTION_COUNT, "off", "off", 1, 1e9,
     "id = hash of the word mod K: no vocabulary is kept"},
    {.type = OPTION_END},
};

static int read_specials(const struct option_value *value,
                         struct vocab_options *vocab, struct error *err)
{
    const char *c = value->text;

    if (str_equal(c, "none"))
        return 0;
    for (c += strspn(c, " "); *c; c += strspn(c, " ")) {
        size_t length = strcspn(c, " ");
        bool pad = length == 5 && strncmp(c, "<pad>", 5) == 0;
        bool unk = length == 5 && strncmp(c, "<unk>", 5) == 0;
        if (!pad && !unk) {
            error_set(err, ERROR_USAGE,
                      "specials knows <pad> and <unk>, not \"%.*s\"; write "
                      "specials=\"<pad> <unk>\"",
                      (int)length, c);
            return call_error_at(value->value, err);
        }
        if (unk && !vocab->pad)
            vocab->unk_first = true;
        vocab->pad |= pad;
        vocab->unk |= unk;
        c += length;
    }
    vocab->unk_first = vocab->unk_first && vocab->pad;
    return 0;
}

static int read_vocab(const struct option_value *o, struct vocab_options *vocab,
                      struct error *err)
{
    if (o[VOCAB_ORDER].given)
        vocab->order = (enum vocab_order)o[VOCAB_ORDER].choice;
    if (o[VOCAB_MIN_COUNT].given)
        vocab->min_count = (size_t)o[VOCAB_MIN_COUNT].count;
    if (o[VOCAB_MAX_SIZE].given && o[VOCAB_MAX_SIZE].choice < 0)
        vocab->max_size = (size_t)o[VOCAB_MAX_SIZE].count;
    if (o[VOCAB_HASH].given && o[VOCAB_HASH].choice < 0)
        vocab->hash = (size_t)o[VOCAB_HASH].count;
    if (o[VOCAB_SPECIALS].given)
        return read_specials(&o[VOCAB_SPECIALS], vocab, err);
    return 0;
}

static int run_vocab(struct session *session, const struct call *call,
                     struct effect *effect, struct error *err)
{
    struct head head;

    edit_begin(session, HEAD_VOCAB, &head);
    if (read_vocab(call->options, &head.vocab, err) != 0) {
        head_clear(&head);
        return -1;
    }
    if (edit_finish(session, call, HEAD_VOCAB, &head, err) != 0)
        return -1;
    if (edit_waits(session, call))
        return 0;
    show_scene(session, "vocab", true);
    effect->view = "vocab";
    return 0;
}

const struct command_spec command_vocab = {
    .name = "vocab",
    .family = FAMILY_TEXT,
    .summary = "which words get an id, and in what order",
    .details = "min_count and max_size choose words by how often they stand "
               "in the text; order only numbers them. A word without an id "
               "leaves the text, or counts as <unk> where that is a special. "
               "`show vocab` shows the vocabulary and changes nothing.",
    .options = vocab_options,
    .changes = true,
    .run = run_vocab,
};

/* --- subwords ------------------------------------------------------------ */

enum { SUBWORDS_MIN, SUBWORDS_MAX, SUBWORDS_BUCKETS };

static const struct option_spec subwords_options[] = {
    {"min", OPTION_COUNT, "3", NULL, 1, 64, "shortest n-gram, in characters"},
    {"max", OPTION_COUNT, "6", NULL, 1, 64, "longest n-gram"},
    {"buckets", OPTION_COUNT, "2000", NULL, 1, 1e9,
     "rows that the n-grams share"},
    {.type = OPTION_END},
};

static int read_subwords(const struct call *call, struct head_subwords *s,
                         struct error *err)
{
    const struct option_value *o = call->options;
    int off;

    s->on = call->typed->argc == 0;
    if (!s->on)
        return spec_choice(&call->typed->args[0], "subwords", "off", &off, err);
    if (o[SUBWORDS_MIN].given)
        s->min = (size_t)o[SUBWORDS_MIN].count;
    if (o[SUBWORDS_MAX].given)
        s->max = (size_t)o[SUBWORDS_MAX].count;
    if (o[SUBWORDS_BUCKETS].given)
        s->buckets = (size_t)o[SUBWORDS_BUCKETS].count;
    if (s->min > s->max)
        return error_set(err, ERROR_RANGE,
                         "min=%zu is longer than max=%zu; n-grams go from min "
                         "to max characters",
                         s->min, s->max);
    return 0;
}

static int run_subwords(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    struct head head;

    edit_begin(session, HEAD_SUBWORDS, &head);
    if (read_subwords(call, &head.subwords, err) != 0) {
        head_clear(&head);
        return -1;
    }
    if (edit_finish(session, call, HEAD_SUBWORDS, &head, err) != 0)
        return -1;
    if (edit_waits(session, call))
        return 0;
    show_scene(session, "subwords", true);
    effect->view = "subwords";
    return 0;
}

const struct command_spec command_subwords = {
    .name = "subwords",
    .family = FAMILY_TEXT,
    .usage = "[off]",
    .summary = "words as means of rows of their character n-grams",
    .details = "As fastText does: every word has a row of its own and one for "
               "each n-gram of <word>, hashed into buckets; the context is "
               "the mean over all of them.",
    .options = subwords_options,
    .argument = ARGUMENT_CHOICE,
    .choices = "off",
    .args_max = 1,
    .changes = true,
    .run = run_subwords,
};
