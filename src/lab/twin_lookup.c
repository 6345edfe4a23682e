/*
 * A lookup typed beside the loop, and what is typed after it. In the middle of
 * a mini-batch the names E and W.grad are lent to it: twin_write_resume gives
 * them back.
 */
#include "lab/twin_parts.h"

static const char *table_weight(const struct twin *t, size_t table)
{
    return t->lab->model->tables[table].weight.name;
}

/* The mini-batch will need its E again. (recommend has Eu and Ei.) */
static void keep_E(struct twin *t)
{
    if (t->kept_E || t->phase < PHASE_LOOKUP || t->phase == PHASE_UPDATE ||
        t->lab->head.model.kind == MODEL_RECOMMEND)
        return;
    twin_line(t, "batch_E = E");
    t->kept_E = true;
}

static void write_E(struct twin *t)
{
    bool frozen = twin_is_frozen(t, table_weight(t, t->lookup_table));

    twin_line(t, "E = %s(ids)", twin_table_name(t, t->lookup_table));
    if (!frozen && t->options->form != TWIN_SKETCH)
        twin_line(t, "E.retain_grad()");
    t->lookup_has_graph = !frozen;
}

void twin_write_lookup(struct twin *t, const struct act *act)
{
    if (!t->lookup && t->phase != PHASE_BATCH)
        fputc('\n', t->out);
    keep_E(t);
    fputs("ids = torch.tensor(", t->out);
    twin_ids(t, &act->ids);
    fputs(tensor_count(&act->ids) == 0 ? ", dtype=torch.int64)" : ")", t->out);
    if (act->typed && *act->typed != '[') { /* words */
        fputs("  # ", t->out);
        twin_comment(t, act->typed);
    }
    fputc('\n', t->out);
    t->lookup_table = act->table;
    write_E(t);
    t->lookup = true;
    t->rescaled = t->lab->model->tables[0].options.has_max_norm;
}

void twin_write_backward(struct twin *t)
{
    if (!t->own_gradients && t->phase == PHASE_UPDATE)
        twin_write_zero_grad(t); /* those of the mini-batch */
    if (!t->lookup_has_graph)
        write_E(t);
    twin_line(t, "E.sum().backward(retain_graph=True)");
    t->own_gradients |= 1u << t->lookup_table;
}

void twin_write_forget(struct twin *t)
{
    twin_write_zero_grad(t);
    t->own_gradients = 0;
}

void twin_write_resume(struct twin *t)
{
    for (size_t table = 0; table < MODEL_TABLES_MAX; table++) {
        if (t->own_gradients & 1u << table)
            twin_line(t, "%s.grad = None", table_weight(t, table));
    }
    if (t->kept_E)
        twin_line(t, "E = batch_E");
    t->own_gradients = 0;
    t->kept_E = t->lookup = false;
    if (t->rescaled)
        twin_write_again(t, "max_norm may have changed what it went through");
    t->rescaled = false;
}
