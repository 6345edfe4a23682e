"""EmbeddingBag forward and backward; writes fixtures/bags.txt."""

import itertools

import torch
from torch import nn

from fixture import SEED, Fixture

# ids and where the bags begin; among them empty bags and repeated ids
BAGS = [
    ([1, 2, 3, 4, 5, 1, 2, 2, 7, 8, 0, 0], [0, 3, 8, 8, 9]),
    ([2, 2, 2, 6, 3], [0, 2]),
    ([4], [0, 0, 1, 1]),
    ([5, 3, 5, 1, 0, 8, 8, 8, 2, 6, 7, 4, 3, 1, 2, 5, 0, 0], [0, 7, 13]),
]


def gradient(shape):
    """((5 b + 3 d) mod 13 - 6) / 4 for bag b, column d."""
    b = torch.arange(shape[0]).unsqueeze(1)
    d = torch.arange(shape[1]).unsqueeze(0)
    return ((5 * b + 3 * d) % 13 - 6).float() / 4


def argmax_of(emb, ids, offsets):
    """The id each element of a max came from, -1 where the bag is empty."""
    found = torch.embedding_bag(emb.weight, ids, offsets, False, 2, False,
                                None, False, emb.padding_idx)[3].clone()
    ends = torch.cat([offsets[1:], torch.tensor([len(ids)])])
    for bag, (start, end) in enumerate(zip(offsets.tolist(), ends.tolist())):
        if all(i == emb.padding_idx for i in ids[start:end].tolist()):
            found[bag] = -1
    return found


def write(out, number, ids, offsets, D, mode, options, weighted, twice):
    ids, offsets = torch.tensor(ids), torch.tensor(offsets)
    torch.manual_seed(number + SEED)
    emb = nn.EmbeddingBag(9, D, mode=mode, **options)
    weights = torch.rand(len(ids)) if weighted else None
    out.case("%s-%d" % (mode, number), mode=mode, seed=number + SEED, V=9,
             D=D, twice=twice, **options)
    out.array("ids", ids)
    out.array("offsets", offsets)
    if weighted:
        out.array("weights", weights)
    pooled = emb(ids, offsets, per_sample_weights=weights)
    out.array("out", pooled)
    if mode == "max":
        out.array("argmax", argmax_of(emb, ids, offsets))
    pooled.backward(gradient(pooled.shape), retain_graph=True)
    if twice:
        pooled.backward(gradient(pooled.shape) * 0.3)
    grad = emb.weight.grad
    if grad.is_sparse:
        out.array("entry_ids", grad._indices()[0])
        out.array("entry_values", grad._values())
    out.array("grad", grad)
    out.array("W", emb.weight)


def cases():
    for mode, sparse, freq, padding, weighted in itertools.product(
            ("mean", "sum", "max"), (False, True), (False, True),
            (None, 2, -1), (False, True)):
        if mode == "max" and (sparse or freq) or sparse and freq:
            continue
        if weighted and mode != "sum":
            continue
        options = dict(sparse=sparse, scale_grad_by_freq=freq)
        if padding is not None:
            options["padding_idx"] = padding
        yield mode, options, weighted


with Fixture("bags.txt") as out:
    number = 0
    for mode, options, weighted in cases():
        for ids, offsets in BAGS:
            number += 1
            if number % 5 == 0:
                options = dict(options, max_norm=1.5)
            write(out, number, ids, offsets, (3, 8, 5)[number % 3], mode,
                  options, weighted, number % 4 == 0)
