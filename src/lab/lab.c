/*
 * A head edit never works on the lab it may have to leave as it was: the new
 * lab is built beside it, sharing the text where that did not change, and
 * takes its place only when everything succeeded.
 *
 * Invariant: has_data implies a model (with its output layer) and a text. The
 * optimizer points at the parameters inside the model, which never moves.
 */
#include "lab/lab.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/build.h"

void lab_init(struct lab *lab)
{
    *lab = (struct lab){.floor = -1};
    head_init(&lab->head);
}

static void lookup_clear(struct lab_lookup *lookup)
{
    free(lookup->typed);
    tensor_clear(&lookup->ids);
    tensor_clear(&lookup->E);
    tensor_clear(&lookup->E_grad);
    *lookup = (struct lab_lookup){0};
}

void lab_clear(struct lab *lab)
{
    build_drop_table(lab);
    build_drop_text(lab);
    lookup_clear(&lab->lookup);
    head_clear(&lab->head);
    str_clear(&lab->notes);
}

void lab_note(struct lab *lab, const char *format, ...)
{
    va_list args;

    if (lab->notes.length > 0)
        str_append_char(&lab->notes, '\n');
    va_start(args, format);
    str_vprintf(&lab->notes, format, args);
    va_end(args);
}

void lab_ask(struct lab *lab, const struct lab_row *rows, size_t count)
{
    assert(count <= LAB_ASKED_MAX);
    memcpy(lab->asked, rows, count * sizeof *rows);
    lab->asked_count = count;
}

bool lab_is_asked(const struct lab *lab, const struct parameter *table,
                  int64_t id)
{
    for (size_t i = 0; i < lab->asked_count; i++) {
        if (lab->asked[i].table == table && lab->asked[i].id == id)
            return true;
    }
    return false;
}

/* How far a head is built: as far as what was typed needs it, whatever the
 * order in which it was typed. -1: not at all. */
static int stage_wanted(const struct head *head)
{
    unsigned data = HEAD_WINDOWS | HEAD_BATCH | HEAD_MODEL | HEAD_OPTIMIZER;
    bool table = (head->set & HEAD_TABLE) != 0;

    if (!(head->set & HEAD_CORPUS))
        return table && head->table.V > 0 ? LAB_TABLE : -1;
    if (head->set & data)
        return LAB_DATA;
    return table ? LAB_TABLE : LAB_TEXT;
}

static void note_chosen(struct lab *lab, unsigned parts)
{
    struct str text = STR_INIT, line = STR_INIT;

    head_write(&lab->head, parts, &text);
    for (char *c = text.data; *c; c++) {
        if (*c != '\n')
            str_append_char(&line, *c);
        else if (c[1])
            str_append(&line, "; ");
    }
    lab_note(lab, "chosen for you: %s", str_text(&line));
    str_clear(&line);
    str_clear(&text);
}

/* sparse_adam wants a sparse table, which may be typed after it: the order of
 * the head's commands must not matter. */
static bool waits_for_sparse(const struct head *head)
{
    return head->optimizer.kind == OPTIMIZER_SPARSE_ADAM &&
           (head->set & HEAD_OPTIMIZER) && !(head->set & HEAD_TABLE);
}

static void note_waiting(struct lab *lab)
{
    lab_note(lab, "sparse_adam waits for a table with sparse=yes");
}

/* Parts of the head that a stage is built from and nobody typed are from now
 * on as if they had been typed; says so. */
static void take_defaults(struct lab *lab, int stage)
{
    unsigned needed = 0;

    if (stage >= LAB_TABLE)
        needed |= HEAD_TABLE;
    if (stage >= LAB_DATA)
        needed |= HEAD_MODEL | HEAD_WINDOWS | HEAD_BATCH | HEAD_OPTIMIZER;
    if (lab->head.model.kind != MODEL_NEXT_WORD)
        needed &= ~(unsigned)HEAD_WINDOWS;
    needed &= ~lab->head.set;
    lab->head.set |= needed;
    if (needed)
        note_chosen(lab, needed);
}

/* Put a freshly built lab in the place of the old one, which goes to *left,
 * or is freed. */
static void adopt(struct lab *lab, struct lab *next, struct lab **left)
{
    struct lab *old = memory_new(1, sizeof *old);
    struct str notes = next->notes;

    *old = *lab;
    *lab = *next;
    lab->notes = old->notes;
    old->notes = (struct str)STR_INIT;
    chain_moved(old);
    if (notes.length > 0)
        lab_note(lab, "%s", str_text(&notes));
    str_clear(&notes);
    if (left) {
        *left = old;
        return;
    }
    lab_clear(old);
    free(old);
}

static void note_what_is_lost(struct lab *lab, long steps)
{
    if (steps > 0)
        lab_note(lab,
                 "training starts over: %s step%s lost; undo brings %s back",
                 str_count((unsigned long long)steps), steps == 1 ? "" : "s",
                 steps == 1 ? "it" : "them");
}

int lab_edit(struct lab *lab, const struct head *head,
             const struct lab_progress *progress, struct lab **left,
             struct error *err)
{
    struct lab next;
    bool waits = stage_wanted(head) == LAB_DATA && waits_for_sparse(head);
    int wanted = waits ? LAB_TEXT : stage_wanted(head);
    long lost = lab->step;
    bool has_text = (head->set & HEAD_CORPUS) != 0;

    lab_init(&next);
    head_clear(&next.head);
    head_copy(&next.head, head);
    if (has_text && build_text(&next, lab, progress, err) != 0)
        goto fail;
    if (wanted >= LAB_TABLE && build_table(&next, progress, err) != 0)
        goto fail;
    if (wanted >= LAB_DATA && build_data(&next, err) != 0)
        goto fail;
    note_what_is_lost(&next, lost);
    take_defaults(&next, wanted);
    if (waits)
        note_waiting(&next);
    adopt(lab, &next, left);
    if (lab->model)
        chain_start(lab);
    return 0;
fail:
    lab_clear(&next);
    return -1;
}

int lab_reset(struct lab *lab, struct lab **left, struct error *err)
{
    struct head head;
    int status;

    if (!lab->model)
        return error_set(err, ERROR_STATE,
                         "there is no table to reset; corpus tiny first");
    head_copy(&head, &lab->head);
    status = lab_edit(lab, &head, NULL, left, err);
    head_clear(&head);
    return status;
}

static int require_text(const struct lab *lab, struct error *err)
{
    if (lab->text)
        return 0;
    return error_set(err, ERROR_STATE,
                     "no text yet; type `corpus tiny` (or corpus FILE, or "
                     "corpus \"some words\") first");
}

static int add_data(struct lab *lab, struct error *err)
{
    if (build_data(lab, err) != 0)
        return -1;
    chain_record(lab, &(struct act){.kind = ACT_DATA});
    return 0;
}

int lab_require(struct lab *lab, enum lab_stage stage, struct error *err)
{
    bool had_table = lab->model != NULL;

    if (!(stage == LAB_TABLE && lab->model) && require_text(lab, err) != 0)
        return -1;
    if (stage >= LAB_TABLE && !lab->model && build_table(lab, NULL, err) != 0)
        return -1;
    if (!had_table && lab->model)
        chain_start(lab);
    if (stage >= LAB_DATA && !lab->has_data && add_data(lab, err) != 0) {
        if (!had_table)
            build_drop_table(lab);
        return -1;
    }
    take_defaults(lab, (int)stage);
    return 0;
}

int lab_set_optimizer(struct lab *lab, const struct optimizer_options *options,
                      struct error *err)
{
    bool wants_sparse = options->kind == OPTIMIZER_SPARSE_ADAM;
    bool typed = (lab->head.set & HEAD_TABLE) != 0;
    bool sparse = typed ? lab->head.table.options.sparse : wants_sparse;

    if (optimizer_check(options, sparse, err) != 0)
        return -1;
    lab->head.optimizer = *options;
    lab->head.set |= HEAD_OPTIMIZER;
    if (waits_for_sparse(&lab->head))
        note_waiting(lab);
    if (lab->has_data) {
        chain_keep_optimizer(lab);
        optimizer_clear(&lab->optimizer);
        optimizer_init(&lab->optimizer, options, lab->model->parameters,
                       lab->model->parameter_count);
    }
    chain_record(lab,
                 &(struct act){.kind = ACT_OPTIMIZER, .options = *options});
    return 0;
}

static int error_no_parameter(const struct lab *lab, const char *name,
                              struct error *err)
{
    struct str names = STR_INIT;

    for (size_t i = 0; lab->model && i < lab->model->parameter_count; i++)
        str_printf(&names, "%s%s", i ? ", " : "",
                   lab->model->parameters[i]->name);
    error_set(err, ERROR_NOT_FOUND,
              "no parameter is called \"%s\"; there are: %s", name,
              names.length ? str_text(&names) : "none yet");
    str_clear(&names);
    return -1;
}

int lab_freeze(struct lab *lab, const char *name, bool freeze,
               struct error *err)
{
    unsigned bit = head_parameter_bit(name);
    struct parameter *p = lab->model ? model_parameter(lab->model, name) : NULL;

    if (!p)
        return error_no_parameter(lab, name, err);
    lab->head.freeze_typed |= bit;
    lab->head.freeze_value &= ~bit;
    if (freeze)
        lab->head.freeze_value |= bit;
    p->frozen = freeze;
    chain_record(
        lab,
        &(struct act){.kind = ACT_FREEZE, .name = p->name, .frozen = freeze});
    return 0;
}

/* Counting takes a second a million or so: nobody should wait for it. */
enum { FLOOR_PAIRS_MAX = 1000 * 1000 };

double lab_floor(struct lab *lab)
{
    bool any_order = lab->head.model.pool != POOL_CONCAT;

    if (!lab->has_data || lab->head.model.kind != MODEL_NEXT_WORD ||
        lab->head.model.loss != LOSS_SOFTMAX ||
        lab->windows.count > FLOOR_PAIRS_MAX)
        return -1;
    if (lab->floor < 0)
        lab->floor =
            windows_floor(&lab->windows, &lab->text->corpus, any_order);
    return lab->floor;
}

struct lab *lab_shell(const struct lab *lab)
{
    struct lab *shell = memory_new(1, sizeof *shell);

    lab_init(shell);
    head_clear(&shell->head);
    head_copy(&shell->head, &lab->head);
    shell->text = lab->text;
    if (shell->text)
        shell->text->users++;
    return shell;
}

void lab_swap(struct lab *a, struct lab *b)
{
    struct lab swap = *a;

    *a = *b;
    *b = swap;
    chain_moved(a);
    chain_moved(b);
}
