/*
 * What the student holds: the script's head, and what running it gives: text,
 * table, model, data, optimizer, the current mini-batch with all its
 * intermediates, and the loop's position. The lab changes only through the
 * calls here and in lab/loop.h, lab/lookup.h; a call that fails leaves it as
 * it was. It knows no commands, no screens, no lessons.
 */
#ifndef EMBLAB_LAB_LAB_H
#define EMBLAB_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/rng.h"
#include "base/str.h"
#include "lab/chain.h"
#include "lab/head.h"
#include "nn/batch.h"
#include "nn/model.h"
#include "nn/optimizer.h"
#include "text/corpus.h"
#include "text/subwords.h"
#include "text/windows.h"

/* The bytes of the text; a new vocabulary does not read the file again. */
struct lab_source {
    int users;
    struct source source;
};

/* The text as ids; a new table does not tokenise again. */
struct lab_text {
    int users; /* labs that hold it */
    struct lab_source *source;
    struct corpus corpus;
    struct subwords subwords;
    bool has_subwords;
};

/* The last typed lookup: until the next mini-batch E and ids are its own. */
struct lab_lookup {
    bool current;      /* E and ids name this lookup's tensors */
    size_t table;      /* of the model's tables: 1 in recommend: the items */
    char *typed;       /* what was typed, for the picture */
    struct tensor ids; /* any shape */
    struct tensor E;   /* shape of ids + (D) */
    struct tensor E_grad;
    bool has_grad;      /* E_grad is there: backward was typed */
    bool owns_gradient; /* W.grad came from typed backward: it accumulates */
};

/* The losses so far. */
struct lab_losses {
    float *step; /* (steps) loss of each training step */
    size_t steps, step_capacity;
    double *epoch; /* (epochs) mean over the pairs of each whole epoch */
    size_t epochs, epoch_capacity;
    double sum;   /* of the pairs' losses in the unfinished epoch */
    size_t pairs; /* ... and how many */
};

/* A file by what changes when it is written again. */
struct lab_file {
    long long device, inode, size, seconds, nanoseconds;
};

/* A row of one of the tables whose rows have names: W, or Wu and Wi. */
struct lab_row {
    const struct parameter *table;
    int64_t id;
};

enum { LAB_ASKED_MAX = 8 };

struct lab {
    struct head head;

    struct lab_text *text; /* NULL: no corpus */
    struct vocab numbers;  /* words of a table without a corpus: its ids */
    struct model *model;   /* NULL: no table drawn yet */
    bool has_data; /* output layer, windows, order and optimizer are there */
    struct windows windows;
    struct epoch_order order;
    struct optimizer optimizer;
    struct rng rng;
    struct rng epoch_rng; /* shuffled: before this epoch's order was drawn */
    struct lab_file from; /* the vector file, as it was when it was read */
    char **drawn_words;   /* words a vector file lacked; NULL-ended or NULL */
    size_t drawn_count;

    /* lookups of each row in an epoch: (V), then (items); NULL: not yet */
    int64_t *contexts;

    struct batch batch;
    int64_t *examples; /* (B) of the current mini-batch, by example number */
    long step;         /* training steps done */
    struct lab_losses losses;
    struct lab_lookup lookup;
    double floor; /* loss floor of the text; < 0: not computed yet */

    /* what plot, nearest and the like were asked about last */
    struct lab_row asked[LAB_ASKED_MAX];
    size_t asked_count;

    struct chain chain; /* the loop's past */

    struct str notes; /* what the last call chose or noticed, a line each */
};

void lab_init(struct lab *lab);
void lab_clear(struct lab *lab);

/* Called during long reading with bytes done of total; false: stop. */
struct lab_progress {
    bool (*call)(void *context, const char *what, double done, double total);
    void *context;
};

/*
 * Run an edited head: what it needs of the text is read again where that part
 * changed, weights are drawn again from the seed, the loop is at step 0. On
 * failure the lab is as it was. Takes over nothing: head is copied. Notes:
 * "training starts over (12 steps)" and the like. progress may be NULL. The
 * lab that was goes to *left (free with lab_clear and free), or is freed where
 * left is NULL.
 */
int lab_edit(struct lab *lab, const struct head *head,
             const struct lab_progress *progress, struct lab **left,
             struct error *err);

/* What a command needs to be there; each includes those before it. */
enum lab_stage {
    LAB_TEXT,  /* a corpus, tokenised and numbered */
    LAB_TABLE, /* W drawn */
    LAB_DATA,  /* windows, batches, model, optimizer */
};
/*
 * Build what is missing with the defaults; notes what was chosen. Fails with
 * ERROR_STATE naming the command that comes first where nothing can be
 * guessed.
 */
int lab_require(struct lab *lab, enum lab_stage stage, struct error *err);

/* A new optimizer object: weights and step stay, its state is empty. */
int lab_set_optimizer(struct lab *lab, const struct optimizer_options *options,
                      struct error *err);

/* requires_grad of a parameter by name, in place. */
int lab_freeze(struct lab *lab, const char *name, bool freeze,
               struct error *err);

/* Runs the head again: the seed's weights, step 0. */
int lab_reset(struct lab *lab, struct lab **left, struct error *err);

/* A lab with the same head and text and no table yet; caller's to free. */
struct lab *lab_shell(const struct lab *lab);
/* Exchange two labs, wherever they stand. */
void lab_swap(struct lab *a, struct lab *b);

/* Append a line to lab->notes. */
void lab_note(struct lab *lab, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The words of a table's rows: W and U the vocabulary (then buckets "#0" ...),
 * recommend's tables users or items. One of four rotating buffers or
 * borrowed. */
const char *lab_row_word_whole(const struct lab *lab, const struct parameter *p,
                               int64_t row);
/* The same to be shown: a very long word (a file without blanks is one) is cut
 * with "…", so that no picture costs more than what is seen of it; one of
 * nothing to see has its characters' numbers, U+200B. */
const char *lab_row_word(const struct lab *lab, const struct parameter *p,
                         int64_t row);
const char *lab_shown(const char *word);
/* The vocabulary of W's (or Wu's) rows. */
const struct vocab *lab_vocab(const struct lab *lab);
/* The vocabulary of a parameter's rows. NULL: rows have no words. */
const struct vocab *lab_parameter_vocab(const struct lab *lab,
                                        const struct parameter *p);

/* The embedding whose weight a parameter is; NULL: of the output layer. */
const struct embedding *lab_embedding(const struct lab *lab,
                                      const struct parameter *p);

/* Ids of words as the corpus tokenises them, or of a table of numbers.
 * Fails naming the unknown word and the nearest. *ids: caller's to free. */
int lab_encode(const struct lab *lab, const char *text, int64_t **ids,
               size_t *count, struct error *err);

/* The same for rows of one of the model's tables, -1: of the one that the
 * first name is in. In recommend a name may be several words, and names are
 * parted by commas. */
int lab_encode_rows(const struct lab *lab, int table, const char *text,
                    int64_t **ids, size_t *count, struct error *err);
/* The words of that table's rows; -1: NULL. */
const struct vocab *lab_table_vocab(const struct lab *lab, int table);

/* A picture of many words names these (count of at most LAB_ASKED_MAX) first,
 * until others are asked about or the table is drawn again. */
void lab_ask(struct lab *lab, const struct lab_row *rows, size_t count);
bool lab_is_asked(const struct lab *lab, const struct parameter *table,
                  int64_t id);

/* How many tables there are whose rows have names: model->tables[0], and [1] in
 * recommend. */
size_t lab_table_count(const struct lab *lab);
/* The rows of a table that have names; subwords' buckets stand behind them. */
size_t lab_table_words(const struct lab *lab, const struct parameter *table);
/* The row of a user's or an item's name, as the corpus has them: not <unk>'s
 * for others, nor a hash's. -1: none of that table. */
int64_t lab_name_row(const struct lab *lab, const struct parameter *table,
                     const char *name);
/*
 * The row that one word names: in `first` (NULL: any) before the other table,
 * and there users before items. In one table a number that is no word of the
 * text is an id, as in W[2]. Fails naming an unknown word and the nearest, or a
 * text that is several tokens. The table must be there.
 */
int lab_find_row(const struct lab *lab, const struct parameter *first,
                 const char *word, struct lab_row *row, struct error *err);

/* V and D of the first table; 0 where there is none. */
size_t lab_V(const struct lab *lab);
size_t lab_D(const struct lab *lab);

/* How often an epoch looks up this row of W, Wu or Wi: 0 for the words whose
 * rows never learn. -1 where there is no data yet. */
int64_t lab_context_count(struct lab *lab, const struct parameter *table,
                          int64_t id);

/* The loss floor of this text (windows_floor), computed once; < 0: none, or
 * too large a text to count it. */
double lab_floor(struct lab *lab);

/* 64-bit digest of the whole state. */
uint64_t lab_hash(const struct lab *lab);

#endif
