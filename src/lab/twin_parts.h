/*
 * What the twin*.c files share and nobody else includes: the script as far as
 * it is written, and Python's spelling of strings, numbers and lists.
 */
#ifndef EMBLAB_LAB_TWIN_PARTS_H
#define EMBLAB_LAB_TWIN_PARTS_H

#include "lab/chain.h"
#include "lab/twin.h"

/* The script up to here, and what running it to here has brought about. */
struct twin {
    const struct lab *lab;
    const struct twin_options *options;
    FILE *out;
    int indent; /* of lines, in steps of four blanks */
    bool cut;   /* only the examples that were used are written */

    bool has_data; /* output layer, data and optimizer are there */
    enum batch_phase phase;
    unsigned frozen; /* requires_grad=False: bits of head_parameter_bit */
    struct optimizer_options optimizer;

    bool lookup;            /* E and ids are a typed lookup's */
    bool lookup_has_graph;  /* ... and W was not frozen when it was made */
    size_t lookup_table;    /* ... which read this one of the tables */
    unsigned own_gradients; /* bit t: table t's is of typed backwards */
    bool kept_E;            /* the mini-batch's E waits in batch_E */
    bool rescaled;          /* max_norm at a lookup in the mini-batch's graph */

    bool loop_shown; /* sketch: the loop was written, `...` will do */
};

/* --- Python's spelling (twin_python.c) ------------------------------------ */

/* One line of the script, indented, with its newline. */
void twin_line(const struct twin *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same with a shape behind it: "E = emb(ctx)  # (B, C, D)". */
void twin_shaped(const struct twin *t, const char *code, const char *shape);
/* "\n# --- TITLE" */
void twin_title(const struct twin *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "text" in quotes, all but plain ASCII escaped; the text valid UTF-8. */
void twin_quoted(const struct twin *t, const char *text);
/* The same without quotes, for a comment: it cannot end the line. */
void twin_comment(const struct twin *t, const char *text);
/* As short as it reads back the same; float("inf"). One of four rotating
 * buffers. */
const char *twin_number(double value);
const char *twin_float(float value);

/*
 * A list of numbers or strings, NAME = [...], in lines of some 76 columns:
 * a literal where it is short, else a text that is split, which Python reads
 * ten times as fast. Nested: a list of lists, twin_list_row between them.
 */
struct twin_list {
    const struct twin *t;
    bool nested, block, numbers;
    size_t column, items;
};
enum twin_list_kind { TWIN_STRINGS, TWIN_INTS, TWIN_FLOATS };
/* count: of all items. */
void twin_list_begin(struct twin_list *list, const struct twin *t,
                     const char *name, enum twin_list_kind kind, bool nested,
                     size_t count);
void twin_list_row(struct twin_list *list);
void twin_list_int(struct twin_list *list, int64_t value);
void twin_list_float(struct twin_list *list, float value);
void twin_list_text(struct twin_list *list, const char *text);
void twin_list_end(struct twin_list *list);

/* A tensor of ids of any shape as nested lists: [[1, 2], [3, 4]]. */
void twin_ids(const struct twin *t, const struct tensor *ids);

/* --- The parts ------------------------------------------------------------ */

/* twin_head.c: the table(s), a file's rows over them, freezes. */
int twin_write_tables(struct twin *t, struct error *err);
void twin_write_output(struct twin *t);
void twin_write_optimizer(struct twin *t);
/* Of the model's parameters from ... to - 1. */
void twin_write_freezes(const struct twin *t, size_t from, size_t to);
void twin_write_freeze(struct twin *t, const char *name, bool frozen);
bool twin_is_frozen(const struct twin *t, const char *name);
/* The module whose weight a table is: "emb", "users", "items". */
const char *twin_table_name(const struct twin *t, size_t table);

/* twin_data.c: words, examples, mini-batches. Cut: of a large corpus in its
 * first epoch only the examples that were trained on stand in the script. */
bool twin_is_cut(const struct lab *lab);
void twin_write_data(const struct twin *t);

/* twin_loop.c: count whole mini-batches; phases of one; gradients away. */
void twin_write_steps(struct twin *t, long count);
void twin_write_phases(struct twin *t, enum batch_phase to);
/* The forward pass again, as far as it had come: where PyTorch would not go
 * back through the one there was. */
void twin_write_again(struct twin *t, const char *why);
void twin_write_zero_grad(const struct twin *t);

/* twin_lookup.c: what is typed beside the loop. */
void twin_write_lookup(struct twin *t, const struct act *act);
void twin_write_backward(struct twin *t);
void twin_write_forget(struct twin *t); /* zero_grad */
/* The mini-batch goes on: E and W.grad are its own again. */
void twin_write_resume(struct twin *t);

/* twin_print.c: every tensor there is now. */
void twin_write_tensors(const struct twin *t);

#endif
