/*
 * The end of the script: every tensor that the lab knows now, by its name
 * there. TWIN_EXACT writes each as a line NAME TYPE SIZE... and a line of its
 * values, a float32 as the integer its bits make, so that nothing is rounded.
 */
#include "lab/twin_parts.h"

#include "base/str.h"
#include "lab/names.h"

static const char *expression(const struct twin *t, const char *name)
{
    if (str_equal(name, "ids"))
        return t->lookup ? "ids" : "ctx";
    if (str_equal(name, "losses"))
        return "torch.tensor(losses)";
    return name;
}

static void write_tensors(const struct twin *t)
{
    const char *names[NAMES_MAX];
    size_t count = name_list(t->lab, names);

    twin_line(t, "tensors = {");
    for (size_t i = 0; i < count; i++)
        twin_line(t, "    \"%s\": %s,", names[i], expression(t, names[i]));
    twin_line(t, "}");
}

static void write_print_options(const struct twin *t)
{
    static const char *const sci[] = {"None", "True", "False"};
    const struct tensor_print_options *o = &t->options->print;
    const struct tensor_print_options d = tensor_print_defaults();

    if (o->precision == d.precision && o->threshold == d.threshold &&
        o->edgeitems == d.edgeitems && o->linewidth == d.linewidth &&
        o->sci_mode == d.sci_mode)
        return;
    twin_line(t,
              "torch.set_printoptions(precision=%d, threshold=%zu, "
              "edgeitems=%d,",
              o->precision, o->threshold, o->edgeitems);
    twin_line(t, "                       linewidth=%d, sci_mode=%s)",
              o->linewidth, sci[o->sci_mode]);
}

static void write_prints(const struct twin *t)
{
    write_print_options(t);
    twin_line(t, "for name, tensor in tensors.items():");
    twin_line(t, "    print(name)");
    twin_line(t, "    print(tensor)");
}

static void write_report(const struct twin *t)
{
    fputs("\n\ndef report(name, tensor):\n"
          "    if tensor is None:\n"
          "        print(name, \"None\")\n"
          "        return\n"
          "    tensor = tensor.detach()\n"
          "    if tensor.is_sparse:\n"
          "        tensor = tensor.to_dense()\n"
          "    kind = \"int64\"\n"
          "    values = tensor.reshape(-1)\n"
          "    if tensor.is_floating_point():\n"
          "        kind = \"float32\"\n"
          "        values = values.contiguous().view(torch.int32)\n"
          "    print(name, kind, *tensor.shape)\n"
          "    print(*values.tolist())\n"
          "\n\n"
          "print(\"emblab twin\", torch.__version__)\n"
          "for name, tensor in tensors.items():\n"
          "    report(name, tensor)\n"
          "print(\"end\")\n",
          t->out);
}

void twin_write_tensors(const struct twin *t)
{
    twin_title(t, "every tensor there is now");
    write_tensors(t);
    if (t->options->form == TWIN_EXACT)
        write_report(t);
    else
        write_prints(t);
}
