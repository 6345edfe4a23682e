"""The COO entries of a sparse gradient that backward passes add to; writes
fixtures/entries.txt."""

import random

import torch
from torch import nn

from fixture import SEED, Fixture

PASSES = 4


def write(out, number, V, D, n, padding, stretched):
    chance = random.Random(number + SEED)
    out.case("entries-%d" % number, V=V, D=D, n=n, padding_idx=padding,
             stretched=stretched, passes=PASSES)
    torch.manual_seed(number)
    emb = nn.Embedding(V, D, sparse=True, padding_idx=padding)
    for t in range(PASSES):
        ids = torch.tensor([chance.randrange(V) for _ in range(n)])
        E = emb(ids)
        if stretched:
            E.sum().backward()
        else:
            i = torch.arange(n).unsqueeze(1)
            d = torch.arange(D).unsqueeze(0)
            E.backward(((7 * i + 3 * d + 5 * t) % 11 - 5).float() / 4)
        grad = emb.weight.grad
        out.array("ids_%d" % t, ids)
        out.array("entry_ids_%d" % t, grad._indices()[0])
        out.array("entry_values_%d" % t, grad._values())
        out.array("grad_%d" % t, grad)


with Fixture("entries.txt") as out:
    number = 0
    for stretched in (True, False):
        for padding in (None, 1):
            for V, D, n in ((5, 3, 4), (50, 3, 4), (4, 2, 6), (4, 2, 4),
                            (3, 7, 2)):
                number += 1
                write(out, number, V, D, n, padding, stretched)
