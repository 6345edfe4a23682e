"""tiny_seed42.txt: the worked example as PyTorch computes it: initial weights,
every tensor of steps 1 to 3, the table after steps 1, 2, 3 and 120, and all
120 losses. It has a format of its own: a line `NAME stepN SHAPE`, then one
line a row. Nothing in it is random, so SEED does not matter.
"""

import os

import torch
import torch.nn.functional as F
from torch import nn

from fixture import FOLDER

TEXT = """the cat drinks milk
the dog drinks water
the cat chases a mouse
the dog chases a ball
the king rules the land
the queen rules the land
the cat sleeps on the mat
the dog sleeps on the mat
"""
C, B, D, STEPS = 2, 8, 6, 120


def rows(values):
    values = values.detach().reshape(-1, values.shape[-1] if values.dim() else 1)
    form = "%d" if values.dtype == torch.int64 else "%.9g"
    return "".join(" ".join(form % x for x in row) + "\n"
                   for row in values.tolist())


def write(out, name, values):
    out.write("%s %s\n%s" % (name, tuple(values.shape), rows(values)))


def pairs(words):
    lines = [[words.index(w) for w in line.split()]
             for line in TEXT.splitlines()]
    ctx = [line[i - C:i] for line in lines for i in range(C, len(line))]
    tgt = [line[i] for line in lines for i in range(C, len(line))]
    return torch.tensor(ctx), torch.tensor(tgt)


def train(out, emb, lin, ctx, tgt):
    opt = torch.optim.SGD([*emb.parameters(), *lin.parameters()], lr=0.5)
    for step in range(1, STEPS + 1):
        first = (step - 1) * B % len(tgt)
        x, y = ctx[first:first + B], tgt[first:first + B]
        opt.zero_grad(set_to_none=True)
        h = emb(x).mean(1)
        logits = lin(h)
        loss = F.cross_entropy(logits, y)
        h.retain_grad()
        logits.retain_grad()
        loss.backward()
        shown = {"ctx": x, "tgt": y, "h": h, "logits": logits,
                 "probs": logits.softmax(1), "loss": loss,
                 "logits.grad": logits.grad, "h.grad": h.grad,
                 "W.grad": emb.weight.grad, "U.grad": lin.weight.grad,
                 "b.grad": lin.bias.grad}
        for name, values in shown.items():
            if step <= 3:
                write(out, "%s step%d" % (name, step), values)
        opt.step()
        if step <= 3 or step == STEPS:
            write(out, "W step%d after update" % step, emb.weight)
        out.write("loss step%d %.9g\n" % (step, loss.item()))


def main():
    words = list(dict.fromkeys(TEXT.split()))
    with open(os.path.join(FOLDER, "tiny_seed42.txt"), "w",
              encoding="utf-8") as out:
        out.write(
            "# PyTorch %s: nn.Embedding(17,6), nn.Linear(6,17), "
            "torch.manual_seed(42), SGD lr 0.5, batches of 8 in order, no "
            "shuffle\n# tiny corpus, ids by first appearance: %s\n"
            % (torch.__version__, " ".join(words)))
        torch.manual_seed(42)
        emb, lin = nn.Embedding(len(words), D), nn.Linear(D, len(words))
        for name, values in (("W", emb.weight), ("U", lin.weight),
                             ("b", lin.bias)):
            write(out, "%s step0" % name, values)
        train(out, emb, lin, *pairs(words))


main()
