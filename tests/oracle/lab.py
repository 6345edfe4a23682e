"""lab.txt: a text to a trained table, as a script with PyTorch goes the whole
way: random texts, tokens by first appearance, windows that stay in their line,
mini-batches in order or by torch.randperm, lines held out.

A case has the text (words between _, lines between /), the losses of all
steps, the parameters afterwards, and what they then say: the cosine of two
words, the probabilities after some contexts, the loss and the accuracy on the
held-out pairs, the two principal components of the table.

A case is written only where PyTorch itself is stable: training again from
weights nudged by 2e-7 must move no number by more than a tenth of what
meaning.md allows.
"""

import math
import random

import torch
import torch.nn.functional as F
from torch import nn

from fixture import SEED, Fixture

CASES, STEPS = 24, 20


def draw_case(rng):
    words = ["w%d" % i for i in range(rng.randrange(4, 30))]
    lines = [[rng.choice(words) for _ in range(rng.randrange(0, 12))]
             for _ in range(rng.randrange(6, 30))]
    C = rng.choice([1, 1, 2, 2, 3, 5])
    lines += [[rng.choice(words) for _ in range(C + 2)] for _ in range(4)]
    return dict(lines=lines, C=C, B=rng.choice([1, 2, 3, 8, 17, 1000]),
                D=rng.choice([1, 2, 3, 6, 8, 16, 33]),
                lr=rng.choice([0.05, 0.1, 0.3, 0.5]),
                seed=rng.randrange(1 << 31), shuffle=rng.random() < 0.5,
                holdout=rng.choice([0, 0, 0.1, 0.25]))


def pairs(lines, vocab, C):
    rows = [[vocab[w] for w in line] for line in lines]
    ctx = [row[i - C:i] for row in rows for i in range(C, len(row))]
    tgt = [row[i] for row in rows for i in range(C, len(row))]
    return torch.tensor(ctx, dtype=torch.int64).reshape(-1, C), \
        torch.tensor(tgt, dtype=torch.int64)


def split(case):
    """Pairs to train on and pairs held out: the last of the lines that hold
    words."""
    lines = [line for line in case["lines"] if line]
    vocab = {}
    for line in lines:
        for word in line:
            vocab.setdefault(word, len(vocab))
    held = math.ceil(len(lines) * case["holdout"])
    kept = lines[:len(lines) - held]
    return (vocab, *pairs(kept, vocab, case["C"]),
            *pairs(lines[len(kept):], vocab, case["C"]))


def train(case, nudge):
    vocab, ctx, tgt, _, _ = split(case)
    torch.manual_seed(case["seed"])
    emb = nn.Embedding(len(vocab), case["D"])
    lin = nn.Linear(case["D"], len(vocab))
    if nudge:
        with torch.no_grad():
            emb.weight.add_(2e-7 * torch.sign(emb.weight))
    opt = torch.optim.SGD([*emb.parameters(), *lin.parameters()],
                          lr=case["lr"])
    losses = []
    while len(losses) < STEPS:
        N = len(tgt)
        order = torch.randperm(N) if case["shuffle"] else torch.arange(N)
        for batch in order.split(case["B"]):
            if len(losses) == STEPS:
                break
            opt.zero_grad(set_to_none=True)
            loss = F.cross_entropy(lin(emb(ctx[batch]).mean(1)), tgt[batch])
            loss.backward()
            opt.step()
            losses.append(loss.item())
    return emb, lin, torch.tensor(losses)


def principal(W):
    """Scores on two components, the sign such that the largest element of
    each component is positive; their shares of the variance; and whether the
    components are far enough apart to be told one from the other."""
    centred = W.double() - W.double().mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred)
    axes = vectors[:, -2:].flip(1)
    largest = axes.abs().argmax(0)
    axes = axes * torch.sign(axes.gather(0, largest[None])[0])
    values = values.flip(0)
    share = values[:2] / values.sum()
    apart = [*values[:3], 0 * values[0]]
    clear = all(a - b > 0.05 * values.sum() for a, b in zip(apart, apart[1:3]))
    return (centred @ axes).float(), share.float(), clear


def measure(case, emb, lin):
    """What the trained model says, by name."""
    vocab, _, _, ctx, tgt = split(case)
    W, V, C = emb.weight.detach(), len(vocab), case["C"]
    out = {"W": W, "U": lin.weight, "b": lin.bias}
    out["cosine"] = F.cosine_similarity(W[:1], W[V - 1:], dim=1)
    with torch.no_grad():
        for n in range(1, C + 1):
            ids = torch.arange(n) % V
            out["after%d" % n] = lin(emb(ids[None]).mean(1)).softmax(1)[0]
        if len(tgt):
            logits = lin(emb(ctx).mean(1))
            out["held_out"] = torch.stack([
                F.cross_entropy(logits, tgt),
                (logits.argmax(1) == tgt).float().mean()])
    return out


def agree(a, b):
    scale = b.abs().max()
    return bool(((a - b).abs() <= 0.1 * (1e-5 * b.abs() + 1e-6 * scale)).all())


def result(case, nudge=False):
    emb, lin, losses = train(case, nudge)
    return {"losses": losses, **measure(case, emb, lin)}


def main():
    rng = random.Random("lab %d" % SEED)
    with Fixture("lab.txt") as out:
        written = 0
        while written < CASES:
            case = draw_case(rng)
            if not len(split(case)[2]):
                continue
            numbers = result(case)
            nudged = result(case, nudge=True)
            if not all(agree(nudged[k].detach(), numbers[k].detach())
                       for k in numbers if k not in ("cosine", "held_out")):
                continue
            written += 1
            text = "/".join("_".join(line) for line in case["lines"])
            options = {k: v for k, v in case.items() if k != "lines"}
            out.case("lab-%d" % written, text=text, **options)
            for name, values in numbers.items():
                out.array(name, values)
            if case["D"] >= 2 and len(numbers["b"]) >= 3:
                xy, share, clear = principal(numbers["W"].detach())
                if clear:
                    out.array("pca", xy)
                    out.array("share", share)


main()
