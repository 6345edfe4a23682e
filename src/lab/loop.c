/*
 * A mini-batch is taken, run phase by phase or at once, and booked. Between
 * two mini-batches batch.phase is PHASE_UPDATE (or PHASE_NONE at the start).
 */
#include "lab/loop.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

bool loop_between(const struct lab *lab)
{
    return lab->batch.phase == PHASE_NONE || lab->batch.phase == PHASE_UPDATE;
}

long loop_step_number(const struct lab *lab)
{
    return lab->step + !loop_between(lab);
}

long loop_epoch(const struct lab *lab)
{
    return lab->has_data ? lab->order.epoch : 0;
}

size_t loop_batch_count(const struct lab *lab)
{
    return lab->has_data ? epoch_order_batches(&lab->order) : 0;
}

size_t loop_batch_number(const struct lab *lab)
{
    if (!lab->has_data || lab->order.epoch == 0)
        return 0;
    return (lab->order.next + lab->order.B - 1) / lab->order.B;
}

bool loop_epoch_done(const struct lab *lab)
{
    return loop_between(lab) && lab->order.epoch > 0 &&
           lab->order.next >= lab->order.count;
}

/* --- filling a mini-batch ------------------------------------------------ */

static void fill_pairs(const struct lab *lab, const int64_t *examples, size_t B,
                       struct batch *batch)
{
    size_t C = lab->windows.C;
    const int32_t *ids = lab->text->corpus.ids;
    int64_t *ctx, *tgt;

    tensor_reshape(&batch->tensor[BATCH_CTX], TENSOR_INT64, 2,
                   (int64_t[]){(int64_t)B, (int64_t)C});
    tensor_reshape(&batch->tensor[BATCH_TGT], TENSOR_INT64, 1,
                   (int64_t[]){(int64_t)B});
    ctx = batch->tensor[BATCH_CTX].i;
    tgt = batch->tensor[BATCH_TGT].i;
    for (size_t b = 0; b < B; b++) {
        size_t target = lab->windows.target[examples[b]];
        for (size_t c = 0; c < C; c++)
            ctx[b * C + c] = ids[target - C + c];
        tgt[b] = ids[target];
    }
}

static size_t longest_line(const struct corpus *corpus, const size_t *lines,
                           const int64_t *examples, size_t B)
{
    size_t longest = 1;

    for (size_t b = 0; b < B; b++) {
        size_t line = lines[examples[b]];
        size_t n = corpus->line_start[line + 1] - corpus->line_start[line];
        if (n > longest)
            longest = n;
    }
    return longest;
}

/* sentiment: lines padded with <pad> to the longest in the batch. */
static void fill_lines(const struct lab *lab, const int64_t *examples, size_t B,
                       struct batch *batch)
{
    const struct corpus *corpus = &lab->text->corpus;
    const size_t *lines = lab->windows.target;
    size_t L = longest_line(corpus, lines, examples, B);

    tensor_reshape(&batch->tensor[BATCH_CTX], TENSOR_INT64, 2,
                   (int64_t[]){(int64_t)B, (int64_t)L});
    tensor_reshape(&batch->tensor[BATCH_TGT], TENSOR_FLOAT32, 1,
                   (int64_t[]){(int64_t)B});
    for (size_t b = 0; b < B; b++) {
        size_t line = lines[examples[b]];
        size_t start = corpus->line_start[line];
        size_t n = corpus->line_start[line + 1] - start;
        int64_t *row = batch->tensor[BATCH_CTX].i + b * L;
        for (size_t i = 0; i < L; i++)
            row[i] = i < n ? corpus->ids[start + i] : corpus->vocab.pad;
        batch->tensor[BATCH_TGT].f[b] = corpus->label[line];
    }
}

/* recommend: ctx (B, 2) is user and item; a line's two ids. */
static void fill_ratings(const struct lab *lab, const int64_t *examples,
                         size_t B, struct batch *batch)
{
    const struct corpus *corpus = &lab->text->corpus;

    tensor_reshape(&batch->tensor[BATCH_CTX], TENSOR_INT64, 2,
                   (int64_t[]){(int64_t)B, 2});
    tensor_reshape(&batch->tensor[BATCH_TGT], TENSOR_FLOAT32, 1,
                   (int64_t[]){(int64_t)B});
    for (size_t b = 0; b < B; b++) {
        size_t line = lab->windows.target[examples[b]];
        size_t start = corpus->line_start[line];
        batch->tensor[BATCH_CTX].i[2 * b] = corpus->ids[start];
        batch->tensor[BATCH_CTX].i[2 * b + 1] = corpus->ids[start + 1];
        batch->tensor[BATCH_TGT].f[b] = corpus->label[line];
    }
}

static void fill_batch(const struct lab *lab, const int64_t *examples, size_t B,
                       struct batch *batch)
{
    batch->B = B;
    switch (lab->head.model.kind) {
    case MODEL_NEXT_WORD:
        fill_pairs(lab, examples, B, batch);
        break;
    case MODEL_SENTIMENT:
        fill_lines(lab, examples, B, batch);
        break;
    case MODEL_RECOMMEND:
        fill_ratings(lab, examples, B, batch);
        break;
    }
    batch->known[BATCH_CTX] = batch->known[BATCH_TGT] = true;
}

/* --- one mini-batch ------------------------------------------------------ */

static int check_trainable(const struct lab *lab, struct error *err)
{
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        if (!lab->model->parameters[i]->frozen)
            return 0;
    }
    return error_set(err, ERROR_STATE,
                     "every parameter is frozen, so nothing can learn; "
                     "unfreeze W first");
}

static void begin_batch(struct lab *lab, bool keep)
{
    size_t B;

    if (keep || chain_wants_anchor(lab))
        chain_before_batch(lab);
    if (lab->order.epoch == 0 || lab->order.next >= lab->order.count)
        lab->epoch_rng = lab->rng;
    B = epoch_order_take(&lab->order, &lab->rng, lab->examples);
    model_begin(lab->model, &lab->batch, keep);
    fill_batch(lab, lab->examples, B, &lab->batch);
    if (lab->head.model.loss == LOSS_NEGATIVE &&
        lab->head.model.kind == MODEL_NEXT_WORD)
        model_draw_noise(lab->model, &lab->batch, &lab->rng);
    lab->batch.phase = PHASE_BATCH;
    lab->lookup.current = false;
    lab->lookup.owns_gradient = false;
}

static void push_loss(struct lab_losses *losses, float loss)
{
    losses->step = memory_grow(losses->step, losses->steps,
                               &losses->step_capacity, sizeof(float));
    losses->step[losses->steps++] = loss;
}

static void push_epoch(struct lab_losses *losses)
{
    losses->epoch = memory_grow(losses->epoch, losses->epochs,
                                &losses->epoch_capacity, sizeof(double));
    losses->epoch[losses->epochs++] = losses->sum / (double)losses->pairs;
    losses->sum = 0;
    losses->pairs = 0;
}

static void book_step(struct lab *lab)
{
    float loss = lab->batch.tensor[BATCH_LOSS].f[0];

    lab->step++;
    push_loss(&lab->losses, loss);
    lab->losses.sum += (double)loss * (double)lab->batch.B;
    lab->losses.pairs += lab->batch.B;
    if (lab->order.next >= lab->order.count)
        push_epoch(&lab->losses);
}

static const char *name_value(float value)
{
    if (isnan(value))
        return "the loss is nan";
    return isinf(value) ? "the loss is infinite" : "a gradient is not finite";
}

static int explain_numeric(const struct lab *lab, struct error *err)
{
    return error_set(err, ERROR_NUMERIC,
                     "step %ld: %s, so training stopped before the update; "
                     "undo, then try a smaller lr (it is %g)",
                     lab->step + 1,
                     name_value(lab->batch.tensor[BATCH_LOSS].f[0]),
                     lab->head.optimizer.lr);
}

/* A lookup was typed in the middle of this mini-batch: E, the marks and the
 * gradient are the mini-batch's again. */
static void resume_batch(struct lab *lab)
{
    for (size_t t = 0; lab->lookup.owns_gradient && t < lab_table_count(lab);
         t++)
        parameter_zero_grad(&lab->model->tables[t].weight);
    lab->lookup.owns_gradient = false;
    if (!lab->lookup.current)
        return;
    lab->lookup.current = false;
    if (lab->batch.phase >= PHASE_LOOKUP)
        model_mark_lookup(lab->model, &lab->batch);
}

/* A step for the record: unseen ones are only counted. */
static void record_step(struct lab *lab, bool whole, bool keep, bool failed)
{
    if (failed)
        chain_record(lab, &(struct act){.kind = ACT_FAILED, .seen = keep});
    else if (whole && !keep)
        chain_record_step(lab);
    else
        chain_record(lab, &(struct act){.kind = ACT_FINISH});
}

/* A mini-batch that failed unseen, once more: now it is there to be looked at,
 * and the lab is the same whether anybody watched or not. */
static void fail_again(struct lab *lab)
{
    struct batch *batch = &lab->batch;
    bool noise = batch->known[BATCH_NOISE];
    size_t B = batch->B;

    model_begin(lab->model, batch, true);
    fill_batch(lab, lab->examples, B, batch);
    batch->known[BATCH_NOISE] = noise;
    batch->phase = PHASE_BATCH;
    (void)model_step(lab->model, batch, &lab->optimizer, true, NULL);
}

int loop_step(struct lab *lab, bool keep, struct error *err)
{
    bool whole = loop_between(lab), failed;

    if (check_trainable(lab, err) != 0)
        return -1;
    if (whole)
        begin_batch(lab, keep);
    else
        resume_batch(lab);
    failed = model_step(lab->model, &lab->batch, &lab->optimizer, keep, err);
    if (failed && !keep)
        fail_again(lab);
    record_step(lab, whole, keep, failed);
    if (failed)
        return err && err->code == ERROR_NUMERIC ? explain_numeric(lab, err)
                                                 : -1;
    book_step(lab);
    return 0;
}

static bool loss_is_finite(const struct lab *lab)
{
    return isfinite(lab->batch.tensor[BATCH_LOSS].f[0]);
}

static int run_phase(struct lab *lab, struct error *err)
{
    struct batch *batch = &lab->batch;

    if (check_trainable(lab, err) != 0)
        return -1;
    if (loop_between(lab)) {
        begin_batch(lab, true);
        return 0;
    }
    resume_batch(lab);
    switch (batch->phase) {
    case PHASE_BATCH:
        return model_lookup(lab->model, batch, err);
    case PHASE_LOOKUP:
        model_pool(lab->model, batch);
        break;
    case PHASE_MEAN:
        model_logits(lab->model, batch);
        break;
    case PHASE_LOGITS:
        model_loss(lab->model, batch);
        break;
    case PHASE_LOSS:
        if (!loss_is_finite(lab))
            return explain_numeric(lab, err);
        model_backward(lab->model, batch);
        break;
    case PHASE_BACKWARD:
        if (model_check_finite(lab->model, batch, err) != 0)
            return explain_numeric(lab, err);
        model_update(lab->model, batch, &lab->optimizer, true);
        book_step(lab);
        break;
    case PHASE_NONE:
    case PHASE_UPDATE:
    case PHASE_COUNT:
        assert(!"begin_batch has dealt with it");
    }
    return 0;
}

int loop_next(struct lab *lab, struct error *err)
{
    struct error error = {0};
    int status = run_phase(lab, &error);

    if (status == 0)
        chain_record(lab, &(struct act){.kind = ACT_PHASE});
    else if (error.code == ERROR_NUMERIC)
        chain_record(lab, &(struct act){.kind = ACT_FAILED, .phase = true});
    if (status != 0 && err)
        *err = error;
    return status;
}

/* --- evaluation ---------------------------------------------------------- */

static double right_answers(const struct lab *lab, const struct batch *batch)
{
    const float *logits = batch->tensor[BATCH_LOGITS].f;
    double right = 0;

    for (size_t b = 0; b < batch->B; b++) {
        if (lab->head.model.kind == MODEL_SENTIMENT) {
            bool good = logits[b] > 0;
            right += good == (batch->tensor[BATCH_TGT].f[b] > 0.5f);
        } else {
            size_t V = lab->model->shape.V, best = 0;
            for (size_t v = 1; v < V; v++) {
                if (logits[b * V + v] > logits[b * V + best])
                    best = v;
            }
            right += (int64_t)best == batch->tensor[BATCH_TGT].i[b];
        }
    }
    return right;
}

static int evaluate_some(struct lab *lab, struct batch *batch, size_t first,
                         size_t B, struct loop_evaluation *out,
                         struct error *err)
{
    int64_t examples[64];

    assert(B <= 64);
    for (size_t b = 0; b < B; b++)
        examples[b] = (int64_t)(first + b);
    batch_begin(batch);
    fill_batch(lab, examples, B, batch);
    batch->phase = PHASE_BATCH;
    if (model_forward(lab->model, batch, err) != 0)
        return -1;
    out->loss += (double)batch->tensor[BATCH_LOSS].f[0] * (double)B;
    if (lab->head.model.kind != MODEL_RECOMMEND)
        out->accuracy += right_answers(lab, batch);
    return 0;
}

int loop_evaluate(struct lab *lab, struct loop_evaluation *out,
                  struct error *err)
{
    struct batch batch = {0};
    size_t N = lab->windows.count, held = lab->windows.held_out;
    int status = 0;

    *out = (struct loop_evaluation){.examples = held};
    if (held == 0)
        return error_set(err, ERROR_STATE,
                         "no lines are held out; batch holdout=0.2 keeps the "
                         "last fifth of them from training");
    for (size_t i = 0; i < held && status == 0; i += 64)
        status = evaluate_some(lab, &batch, N + i,
                               held - i < 64 ? held - i : 64, out, err);
    batch_clear(&batch);
    out->loss /= (double)held;
    out->accuracy = lab->head.model.kind == MODEL_RECOMMEND
                        ? sqrt(out->loss)
                        : out->accuracy / (double)held;
    return status;
}
