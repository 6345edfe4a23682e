/*
 * What several scenes draw with: a parameter's rows as a matrix, the words of
 * a mini-batch, the legend. Private to src/scenes.
 */
#ifndef EMBLAB_SCENES_PARTS_H
#define EMBLAB_SCENES_PARTS_H

#include "base/str.h"
#include "draw/matrix.h"
#include "lab/lab.h"
#include "scenes/lit.h"
#include "scenes/scene.h"

/* Which numbers of a parameter. */
enum part_values {
    PART_VALUE,
    PART_GRADIENT,
    PART_BEFORE,     /* at the start of the mini-batch */
    PART_DIFFERENCE, /* now - before */
};

struct part_table {
    const struct lab *lab;
    const struct parameter *p;
    enum part_values values;
    float factor; /* of differences, so that their digits can be seen */
    bool older;   /* the gradient is not that of what was looked up last */
    bool fresh;   /* rows with a mark are accented */
    const struct lit *lit;
    char lit_name[40]; /* what `why` calls these numbers */
    float *room;       /* (cols) for differences; part_table_clear frees */
    int64_t *touched;
    struct matrix_view view; /* its context is this struct: do not move */
};

/* A view of p's numbers with words, marks and heat, touched rows first. */
void part_table_init(struct part_table *table, const struct lab *lab,
                     const struct parameter *p, enum part_values values,
                     const struct frame *frame);
void part_table_clear(struct part_table *table);

/* Draw p's numbers below what grid holds. */
void part_parameter(const struct lab *lab, const struct parameter *p,
                    enum part_values values, const struct frame *frame,
                    struct grid *grid);

/* Rows of p's gradient with an element that is not zero, whosever it is: a
 * typed lookup empties the marks and leaves the mini-batch's gradient. */
size_t part_gradient_rows(const struct parameter *p);

/* Does p's gradient belong to what was looked up last? */
bool part_gradient_is_new(const struct lab *lab, const struct parameter *p);

/* " · from step 3", where p's gradient does not belong to what was looked up
 * last; else "". */
void part_gradient_age(const struct lab *lab, const struct parameter *p,
                       char *out, size_t size);

/* Small changes are shown times a power of ten: its exponent, so that they are
 * that times 10^exponent; 0: as they are. As a title says it: ", ×1e-3", or
 * "". */
int part_difference_exponent(const struct parameter *p,
                             const struct frame *frame);
void part_difference_factor(const struct parameter *p,
                            const struct frame *frame, char *out, size_t size);

/* How many columns of D fit: "6" or "4 of 6" for a title's hint. */
int64_t part_columns_shown(const struct lab *lab, const struct parameter *p,
                           enum part_values values, const struct frame *frame);

/* "● looked up ▲ gradient ≠ 0 Δ changed", of these the marks that rows have,
 * and how many of the columns of
 * these values are shown, where that is not all. */
void part_legend(const struct lab *lab, const struct parameter *p,
                 enum part_values values, const struct frame *frame, char *out,
                 size_t size);
/* ... where it is known that so many are. */
void part_legend_of(const struct lab *lab, const struct parameter *p,
                    int64_t shown, const struct frame *frame, char *out,
                    size_t size);

/* The word of a row of the first table. */
const char *part_word(const struct lab *lab, int64_t id);

/* "the cat": the context words of example b (of very many the first), and
 * "drinks", its target. */
void part_context(const struct lab *lab, size_t b, struct str *out);
void part_target(const struct lab *lab, size_t b, struct str *out);

/* The columns that word c of example b has in its context. */
void part_context_place(const struct lab *lab, size_t b, size_t c, int *col,
                        int *cols);

/* Of example b's loss: accented where `why` named it, or where it just became
 * known. */
enum style part_loss_style(const struct lab *lab, const struct frame *frame,
                           size_t b);

/* Columns of the widest context, at most limit. */
int part_context_width(const struct lab *lab, int limit);

/* "3 of 6 →" where fewer than cols columns are shown, behind a tab; else
 * "". */
void part_columns_text(const struct frame *frame, int64_t shown, int64_t cols,
                       char *out, size_t size);

/* Columns of the widest target, at most limit. */
int part_target_width(const struct lab *lab, int limit);

/* A row below what grid holds; returns its number. */
int part_line(struct grid *grid);

/* Rows that a scene may list: the frame's height or max_rows, or fallback. */
int part_room(const struct frame *frame, int used, int fallback);

/* Keep to the frame's height: what is beyond it goes, with a mark for it. */
void part_keep(const struct frame *frame, struct grid *grid);

/* The glyph as the frame wants it. */
const char *part_glyph(const struct frame *frame, enum glyph glyph);

#endif
