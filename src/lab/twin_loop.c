/*
 * A mini-batch is its phases' lines one after the other; whole ones stand in a
 * loop. Between two mini-batches t->phase is PHASE_UPDATE (PHASE_NONE at the
 * start), as in lab/loop.c. zero_grad is the first act of the next mini-batch,
 * so that gradients can be looked at after the update.
 */
#include "lab/twin_parts.h"

#include <assert.h>

static bool is_sketch(const struct twin *t)
{
    return t->options->form == TWIN_SKETCH;
}

static const struct model_options *model_of(const struct twin *t)
{
    return &t->lab->head.model;
}

static bool has_two_optimizers(const struct twin *t)
{
    return t->optimizer.kind == OPTIMIZER_SPARSE_ADAM &&
           t->lab->model->has_output;
}

static bool is_negative(const struct twin *t)
{
    return model_of(t)->kind == MODEL_NEXT_WORD &&
           model_of(t)->loss == LOSS_NEGATIVE;
}

/* --- batch -------------------------------------------------------------- */

/* PyTorch before 2.0 leaves zeros unless it is told to leave None. */
void twin_write_zero_grad(const struct twin *t)
{
    const char *how = is_sketch(t) ? "" : "set_to_none=True";

    if (!t->has_data) {
        twin_line(t, "%s.grad = None", t->lab->model->parameters[0]->name);
        return;
    }
    twin_line(t, "opt.zero_grad(%s)", how);
    if (has_two_optimizers(t))
        twin_line(t, "opt_dense.zero_grad(%s)", how);
}

/* Of a large corpus the examples used stand in the script, and `used` tells
 * which: twin_data.c. */
static void write_choice(const struct twin *t)
{
    if (!is_sketch(t) && t->cut)
        twin_line(t, "i = torch.searchsorted(used, next(batches))");
    else
        twin_line(t, "i = next(batches)");
}

static void write_batch(struct twin *t)
{
    twin_write_zero_grad(t);
    write_choice(t);
    switch (model_of(t)->kind) {
    case MODEL_NEXT_WORD:
        twin_shaped(t, "ctx, tgt = contexts[i], targets[i]", "(B, C), (B,)");
        break;
    case MODEL_SENTIMENT:
        twin_line(t, "ctx = nn.utils.rnn.pad_sequence(");
        twin_line(t,
                  "    [texts[n] for n in i], batch_first=True, "
                  "padding_value=%lld)  # (B, L)",
                  (long long)t->lab->text->corpus.vocab.pad);
        twin_shaped(t, "tgt = labels[i]", "(B,)");
        break;
    case MODEL_RECOMMEND:
        twin_shaped(t, "ctx, tgt = pairs[i], ratings[i]", "(B, 2), (B,)");
        break;
    }
    if (!is_negative(t))
        return;
    twin_line(t,
              "noise = torch.multinomial(weights, len(i) * %zu, "
              "replacement=True)",
              model_of(t)->k);
    twin_line(t, "noise = noise.view(len(i), %zu)  # (B, k)", model_of(t)->k);
}

/* --- lookup, mean ------------------------------------------------------- */

static void write_lookup(struct twin *t)
{
    if (model_of(t)->kind == MODEL_RECOMMEND) {
        twin_line(t, "Eu, Ei = users(ctx[:, 0]), items(ctx[:, 1])"
                     "  # (B, D) each");
        twin_line(t, "Bu, Bi = user_bias(ctx[:, 0]), item_bias(ctx[:, 1])"
                     "  # (B, 1) each");
    } else if (t->lab->model->has_subwords) {
        twin_shaped(t, "rows, offsets = bags(ctx)", "(n,), (B,)");
        twin_shaped(t, "E = emb(rows)", "(n, D)");
    } else {
        twin_shaped(t, "E = emb(ctx)",
                    model_of(t)->kind == MODEL_SENTIMENT ? "(B, L, D)"
                                                         : "(B, C, D)");
    }
}

static void write_masked_mean(const struct twin *t)
{
    const struct embedding_options *o = &t->lab->model->tables[0].options;

    twin_line(t, "pads = (ctx == %lld).unsqueeze(2)",
              (long long)o->padding_idx);
    twin_line(t, "h = (E.masked_fill(pads, 0).sum(1)");
    twin_line(t, "     / (~pads).sum(1).clamp(min=1))  # (B, D)");
}

static void write_pool(struct twin *t)
{
    if (model_of(t)->kind == MODEL_RECOMMEND)
        return;
    if (t->lab->model->has_subwords) {
        twin_line(t, "h = F.embedding_bag(torch.arange(len(rows)), E, offsets)"
                     "  # (B, D), the mean of each bag");
        return;
    }
    switch (model_of(t)->pool) {
    case POOL_MEAN:
        twin_shaped(t, "h = E.mean(1)", "(B, D)");
        break;
    case POOL_SUM:
        twin_shaped(t, "h = E.sum(1)", "(B, D)");
        break;
    case POOL_MAX:
        twin_shaped(t, "h = E.max(1).values", "(B, D)");
        break;
    case POOL_CONCAT:
        twin_shaped(t, "h = E.flatten(1)", "(B, C*D)");
        break;
    case POOL_MASKED_MEAN:
        write_masked_mean(t);
        break;
    }
}

/* --- logits, loss ------------------------------------------------------- */

static void write_logits(struct twin *t)
{
    if (model_of(t)->kind == MODEL_SENTIMENT) {
        twin_shaped(t, "logits = lin(h).squeeze(1)", "(B,)");
    } else if (model_of(t)->kind == MODEL_RECOMMEND) {
        twin_line(t, "logits = (Eu * Ei).sum(1) + Bu.squeeze(1) + "
                     "Bi.squeeze(1) + mean_rating  # (B,)");
    } else if (is_negative(t)) {
        twin_shaped(t, "v = torch.cat([tgt.unsqueeze(1), noise], 1)",
                    "(B, 1+k)");
        twin_shaped(t, "logits = (U[v] * h.unsqueeze(1)).sum(2) + b[v]",
                    "(B, 1+k)");
    } else {
        twin_shaped(t, "logits = lin(h)", "(B, V)");
    }
}

static void write_loss(struct twin *t)
{
    if (model_of(t)->kind == MODEL_SENTIMENT) {
        twin_shaped(t, "probs = logits.sigmoid()", "(B,)");
        twin_line(t, "loss = F.binary_cross_entropy_with_logits(logits, tgt)");
    } else if (model_of(t)->kind == MODEL_RECOMMEND) {
        twin_line(t, "loss = F.mse_loss(logits, tgt)");
    } else if (is_negative(t)) {
        twin_shaped(t, "probs = logits.sigmoid()", "(B, 1+k)");
        twin_line(t, "loss = (-F.logsigmoid(logits[:, 0])");
        twin_line(t, "        - F.logsigmoid(-logits[:, 1:]).sum(1)).mean()");
    } else {
        twin_shaped(t, "probs = logits.softmax(1)", "(B, V)");
        twin_line(t, "loss = F.cross_entropy(logits, tgt)");
    }
}

/* --- backward, update --------------------------------------------------- */

/* What does not depend on a parameter that learns cannot keep a gradient. */
static void write_retain_grad(const struct twin *t)
{
    bool recommend = model_of(t)->kind == MODEL_RECOMMEND;
    const char *first = recommend ? "Wu" : "W",
               *second = recommend ? "Wi" : "W";

    if (!twin_is_frozen(t, first))
        twin_line(t, "%s.retain_grad()", recommend ? "Eu" : "E");
    if (!twin_is_frozen(t, second))
        twin_line(t, "%s.retain_grad()", recommend ? "Ei" : "h");
    twin_line(t, "logits.retain_grad()");
}

static void write_backward(struct twin *t)
{
    if (!is_sketch(t))
        write_retain_grad(t);
    twin_line(t, "loss.backward()");
}

static void write_update(struct twin *t)
{
    twin_line(t, "opt.step()");
    if (has_two_optimizers(t))
        twin_line(t, "opt_dense.step()");
    if (!is_sketch(t))
        twin_line(t, "losses.append(loss.item())");
}

/* --- phases and loops --------------------------------------------------- */

static void (*const writers[PHASE_COUNT])(struct twin *t) = {
    [PHASE_BATCH] = write_batch,   [PHASE_LOOKUP] = write_lookup,
    [PHASE_MEAN] = write_pool,     [PHASE_LOGITS] = write_logits,
    [PHASE_LOSS] = write_loss,     [PHASE_BACKWARD] = write_backward,
    [PHASE_UPDATE] = write_update,
};

static bool is_between(const struct twin *t)
{
    return t->phase == PHASE_NONE || t->phase == PHASE_UPDATE;
}

/* What was typed before is no business of the next mini-batch. */
static void begin_batch(struct twin *t)
{
    t->lookup = t->rescaled = false;
    t->own_gradients = 0;
}

void twin_write_phases(struct twin *t, enum batch_phase to)
{
    const char *name = batch_phase_name(to);

    if (is_between(t)) {
        twin_title(t, "the next mini-batch, up to its %s", name);
        t->phase = PHASE_NONE;
        begin_batch(t);
    } else {
        twin_title(t, "on to its %s", name);
        twin_write_resume(t);
    }
    while (t->phase < to)
        writers[++t->phase](t);
}

void twin_write_again(struct twin *t, const char *why)
{
    if (t->phase < PHASE_LOOKUP || t->phase > PHASE_LOSS)
        return;
    twin_line(t, "# forward again: %s", why);
    if (t->kept_E)
        twin_line(t, "looked_up = E");
    for (enum batch_phase p = PHASE_LOOKUP; p <= t->phase; p++)
        writers[p](t);
    if (t->kept_E)
        twin_line(t, "batch_E, E = E, looked_up");
}

static void title_steps(const struct twin *t, long count)
{
    long batches = (long)epoch_order_batches(&t->lab->order);

    if (count % batches == 0)
        twin_title(t, "%ld mini-batch%s: %ld epoch%s", count,
                   count == 1 ? "" : "es", count / batches,
                   count == batches ? "" : "s");
    else
        twin_title(t, "%ld mini-batch%s", count, count == 1 ? "" : "es");
}

void twin_write_steps(struct twin *t, long count)
{
    bool folded = is_sketch(t) && t->loop_shown;

    assert(is_between(t));
    title_steps(t, count);
    if (count > 1 || folded) {
        twin_line(t, "for step in range(%ld):", count);
        t->indent++;
    }
    if (folded)
        twin_line(t, "...  # as above");
    for (int p = PHASE_BATCH; !folded && p <= PHASE_UPDATE; p++)
        writers[p](t);
    t->indent = 0;
    t->loop_shown = true;
    t->phase = PHASE_UPDATE;
    begin_batch(t);
}
