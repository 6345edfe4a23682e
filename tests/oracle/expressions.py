"""Expressions as `print` takes them, and what PyTorch prints: expressions.txt
holds them as "> EXPRESSION" with the lines printed, or "error" where PyTorch
raises one (the wording is ours). The lab is that of test_eval.c:

    table V=10 D=3 seed=123; lookup [[1,2,4],[4,3,2]]; backward

The fixed ones are in tree order; SEED in the environment draws others of the
random ones.
"""

import os
import random

import torch
import torch.nn.functional as F
from torch import nn

from fixture import FOLDER

SEED = int(os.environ.get("SEED", "1"))

torch.manual_seed(123)
layer = nn.Embedding(10, 3)
ids = torch.tensor([[1, 2, 4], [4, 3, 2]])
E = layer(ids)
E.retain_grad()
E.sum().backward()



def plain(value, grad):
    value = value.detach().clone()
    value.grad = grad.clone()
    return value


def cos_sim(a, b, dim=None):
    """F.cosine_similarity, which wants a dim for two vectors; ours does not."""
    if dim is None:
        dim = 1 if max(a.dim(), b.dim()) > 1 else 0
    return F.cosine_similarity(a, b, dim=dim)


NAMES = dict(
    W=plain(layer.weight, layer.weight.grad), E=plain(E, E.grad), ids=ids,
    emb=lambda i: layer(i).detach(), torch=torch, F=F,
    onehot=lambda i: F.one_hot(i, 10), dot=torch.dot, norm=torch.norm,
    cos_sim=cos_sim,
    rows=lambda g: g.abs().sum(1).nonzero().flatten(),
    softmax=torch.softmax, equal=torch.equal, allclose=torch.allclose,
    nonzero=torch.nonzero, unique=torch.unique, argmax=torch.argmax,
    argmin=torch.argmin, exp=torch.exp, log=torch.log, sqrt=torch.sqrt,
    sum=torch.sum, mean=torch.mean, max=torch.max, min=torch.min,
    abs=torch.abs, sigmoid=torch.sigmoid, tanh=torch.tanh)

TENSORS = ["W", "E", "ids", "W.grad", "E.grad", "W[0]", "W[1:3]", "E[0,1]",
           "W[2:5].T", "W[:, 1]", "E[1]", "ids[0]", "W[[3, 1]]", "W[ids[0]]",
           "W[4, 1]", "E[:, 0]", "W[1:2]", "emb(ids[1])"]
INDICES = ["W[0]", "W[-1]", "W[2, 1]", "W[:, 0]", "W[1:4]", "W[1:4, 1:]",
           "W[:3]", "W[7:]", "W[::3]", "W[-3:]", "W[[0, 2, 4]]", "W[ids]",
           "W[ids].shape", "E[0, 1]", "E[0, 1, 2]", "E[:, :, 1]",
           "W[10]", "W[-11]", "W[0, 3]", "W[0, 0, 0]", "W[[0, 10]]",
           "W[[-1, 1]]", "W[1:1]", "W[5:2]", "W[None]", "E[1][2][0]",
           "ids[0, 1]", "W[ids[0, 1]]", "W[2:100]", "W[:, -1]", "W[:, 3]",
           "W[0][0]", "W[1.5]", "W[:2][:, 1:][1]",
           "E[..., 0]", "E[0, ...]", "W[..., 1]", "E[..., 1:, 0]", "E[...]",
           "E[0, ..., 1]", "E[0, 1, 2, ...]", "E[0, 0, 0, 0, ...]",
           "W[..., [0, 2]]", "E[None, ..., 0].shape", "W[...] == W"]
ATTRIBUTES = ["W.shape", "E.shape", "ids.shape", "W.T", "W.T.shape",
              "W.grad", "W.grad.shape", "E.grad", "W.grad[2]", "W[0].shape",
              "W.grad.sum()", "W.numel()", "W.dim()", "E.flatten()",
              "W.grad.long()", "ids.float()", "W.float()[0]", "W[4].long()",
              "W[0, 0].item()", "W.item()", "E.T.shape"]
OTHERS = ["equal(E[0,1], W[2])", "torch.equal(W, W.T)", "equal(W[0], W[1])",
          "allclose(W, W + 0.000000001)", "allclose(W, W + 1)",
          "allclose(W, W + 0.01, atol=0.1)", "dot(W[0], W[1])",
          "dot(W, W[1])", "cos_sim(W[0], W[1])", "cos_sim(W[0:2], W[2:4])",
          "rows(W.grad)", "unique(ids)", "unique(W.grad)", "nonzero(W.grad)",
          "nonzero(W.grad[2])", "nonzero(W.grad[0])", "onehot(ids)",
          "onehot(ids[0]).shape", "emb(ids).shape", "emb(ids[0])",
          "emb(W)", "softmax(W[0], dim=0)", "F.softmax(W[0], dim=-1)",
          "torch.softmax(E, dim=2)", "softmax(W[0], dim=1)",
          "softmax(W, dim=0)", "norm(W)", "W.norm(dim=1)", "E.norm(dim=-1)",
          "torch.norm(W[0])", "emb(ids) == E", "equal(emb(ids), E)",
          "(W[0] + W[1]) / 2", "E.mean(dim=1)", "E.mean(dim=1) @ W.T",
          "softmax(E.mean(dim=1) @ W.T, dim=1)",
          "(E.mean(dim=1) @ W.T).argmax(dim=1)", "W @ W.T", "W @ W",
          "E @ W.T", "W[0] @ W.T", "W @ W[0]", "E[0] @ E[1].T", "ids @ W",
          "W @ E", "W[0] @ E", "E @ E", "E[0:1] @ E", "E @ E[0]", "E @ W[0]",
          "E[:, :, :2] @ E", "W[:, :2] @ E", "ids[0] @ E", "E @ ids",
          "W[0:2].T @ E", "emb(ids)[:, None] @ E", "(W @ E).shape",
          "1 + 2", "1 / 3", "2 * 3.5", "1 < 2", "1 == 1.0", "7 / 2", "3 - 5",
          "-W[0]", "-2", "- -2", "1 / 0", "W[0] / 0", "0 * W[0]",
          "log(0 * W[0])", "sqrt(W[0])", "sqrt(-1 * W[0])", "nothing", "W +",
          "(W", "W)", "sum()", "W.nothing", "W.nothing()", "nothing(W)",
          "torch.nothing(W)", "W + nothing", "W[", "W[0", "equal(W)",
          "W.sum(dim=2)", "W.sum(dim=-3)", "W.sum(dim=-2)",
          "W.sum(dim=1, keepdim=True)", "E.max(dim=2)", "W.min(dim=0)",
          "W.max(dim=1, keepdim=True)", "sum(W, 0)", "mean(ids)",
          "ids.float().mean()", "max(ids)", "argmax(ids)",
          "norm(ids)", "ids.norm(dim=1)", "softmax(ids, dim=0)",
          "cos_sim(ids[0], ids[1])", "cos_sim(W, W[2])", "cos_sim(W[2], W)",
          "cos_sim(W[None], W[:3][:, None], dim=2)", "cos_sim(E, E[1])",
          "cos_sim(E, W[2], 2)", "cos_sim(E, E).shape", "cos_sim(W, W[0], dim=0)",
          "cos_sim(W, W[0], 2)", "cos_sim(W, W[:2])", "cos_sim(W, W[:, :1])",
          "cos_sim(W[0, 0], W[0, 1])", "cos_sim(W, 0 * W[0])",
          "cos_sim(0.00001 * W[1], 0.00001 * W[2])", "cos_sim(ids[0], W[0])",
          "cos_sim(0.000000001 * W[1], 1000 * W[2])",
          "F.cosine_similarity(W, W[1])", "F.cosine_similarity(W[0], W[1])",
          "F.cosine_similarity(W[0], W[1], dim=0)",
          "norm(ids.float())",
          "abs(-1 * ids)", "ids + 0.5", "ids / 2", "ids * ids", "ids == 4",
          "ids < 3", "ids > 2", "(ids == 4).sum()", "(W > 0).sum()",
          "sum(W > 0, 1)", "W.grad == 0", "W[0] < W[1]",
          "(ids > 2) + (ids < 4)", "(ids > 2) * (ids < 4)",
          "(ids > 2) - (ids < 4)", "(ids > 2) / (ids < 4)", "(ids > 2) + ids",
          "(ids > 2) * 3", "(ids > 2) - 1", "1.5 - (ids > 2)", "-(ids > 2)",
          "ids - (ids > 2)", "(ids > 2) @ (ids > 2).T", "(ids > 2) > (ids > 3)",
          "(ids > 2).float() - 1", "(1 == 1) + (ids > 2)",
          "W - (1 == 1)", "(1 == 1) - (1 == 2)"]
MAPS = ["exp", "abs", "sigmoid", "tanh", "sum", "mean", "max", "min",
        "argmax", "argmin", "norm"]


def drawn():
    random.seed(SEED)
    for name in MAPS:
        for tensor in random.sample(TENSORS, 4):
            if name == "exp" and "ids" in tensor:
                continue  # PyTorch's exp(4.) is not the nearest float
            yield "%s(%s)" % (name, tensor)
            if name not in ("exp", "abs", "sigmoid", "tanh"):
                yield "%s.%s(dim=%d)" % (tensor, name, random.randint(-1, 1))
    for _ in range(80):
        operator = random.choice(["+", "-", "*", "/", "@", "==", "<", ">"])
        yield "%s %s %s" % (random.choice(TENSORS), operator,
                            random.choice(TENSORS))
    for _ in range(20):
        yield "(%s %s %s) %s %d" % (
            random.choice(TENSORS), random.choice("+-*"),
            random.choice(TENSORS), random.choice("+-*/"),
            random.randint(1, 9))


def printed(expression):
    torch.set_printoptions(profile="default")
    try:
        return str(eval(expression, dict(NAMES)))
    except Exception:
        return "error"


def main():
    with open(os.path.join(FOLDER, "expressions.txt"), "w") as out:
        out.write("# Written by tests/oracle/expressions.py.\n")
        for expression in INDICES + ATTRIBUTES + OTHERS + list(drawn()):
            out.write("> %s\n%s\n" % (expression, printed(expression)))


main()
