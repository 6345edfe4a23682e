"""What PyTorch refuses, by trying: one step of every combination; writes
fixtures/refusals.txt. refused=1: it raised."""

import itertools

import torch
from torch import nn

from fixture import Fixture
from layer import make_optimizers

INF = float("inf")

TABLES = [
    dict(), dict(sparse=True), dict(scale_grad_by_freq=True),
    dict(sparse=True, scale_grad_by_freq=True), dict(padding_idx=0),
    dict(padding_idx=6), dict(padding_idx=7), dict(padding_idx=-7),
    dict(padding_idx=-8), dict(max_norm=1.0, norm_type=INF),
]
OPTIMIZERS = [
    dict(optimizer="sgd", lr=0.1),
    dict(optimizer="sgd", lr=0.0),
    dict(optimizer="sgd", lr=-0.1),
    dict(optimizer="sgd", lr=0.1, momentum=-0.1),
    dict(optimizer="sgd", lr=0.1, momentum=1.5),
    dict(optimizer="sgd", lr=0.1, momentum=0.9, dampening=-2.0),
    dict(optimizer="sgd", lr=0.1, nesterov=True),
    dict(optimizer="sgd", lr=0.1, nesterov=True, momentum=0.9),
    dict(optimizer="sgd", lr=0.1, nesterov=True, momentum=0.9, dampening=0.1),
    dict(optimizer="sgd", lr=0.1, weight_decay=0.1),
    dict(optimizer="sgd", lr=0.1, weight_decay=-0.1),
    dict(optimizer="sgd", lr=0.1, momentum=0.9, weight_decay=0.1),
    dict(optimizer="sgd", lr=0.1, eps=0.1),
    dict(optimizer="sgd", lr=0.1, amsgrad=True),
    dict(optimizer="adagrad"),
    dict(optimizer="adagrad", lr=-1.0),
    dict(optimizer="adagrad", lr_decay=-0.1),
    dict(optimizer="adagrad", eps=-1e-10),
    dict(optimizer="adagrad", initial_accumulator=-0.5),
    dict(optimizer="adagrad", initial_accumulator=0.5, lr_decay=1.0),
    dict(optimizer="adagrad", weight_decay=0.1),
    dict(optimizer="adagrad", weight_decay=-0.1),
    dict(optimizer="adagrad", momentum=0.5),
    dict(optimizer="adam"),
    dict(optimizer="adam", lr=-1.0),
    dict(optimizer="adam", lr=0.0),
    dict(optimizer="adam", beta1=1.0),
    dict(optimizer="adam", beta1=-0.1),
    dict(optimizer="adam", beta2=1.0),
    dict(optimizer="adam", beta2=-0.1),
    dict(optimizer="adam", beta1=0.0, beta2=0.0),
    dict(optimizer="adam", eps=-1.0),
    dict(optimizer="adam", eps=0.0),
    dict(optimizer="adam", weight_decay=0.1, amsgrad=True),
    dict(optimizer="adam", weight_decay=-0.1),
    dict(optimizer="adam", nesterov=True),
    dict(optimizer="adamw"),
    dict(optimizer="adamw", lr=-1.0),
    dict(optimizer="adamw", beta1=1.0),
    dict(optimizer="adamw", beta2=1.5),
    dict(optimizer="adamw", weight_decay=-0.1),
    dict(optimizer="adamw", eps=-0.1),
    dict(optimizer="adamw", amsgrad=True),
    dict(optimizer="adamw", dampening=0.1),
    dict(optimizer="sparse_adam"),
    dict(optimizer="sparse_adam", lr=0.0),
    dict(optimizer="sparse_adam", eps=0.0),
    dict(optimizer="sparse_adam", beta1=1.0),
    dict(optimizer="sparse_adam", weight_decay=0.1),
    dict(optimizer="sparse_adam", amsgrad=True),
]


def is_refused(table, optimizer):
    try:
        emb = nn.Embedding(7, 3, **table)
        lin = nn.Linear(3, 2)
        optimizers = make_optimizers(optimizer, emb, lin)
        lin(emb(torch.tensor([1, 2, 2]))).sum().backward()
        for each in optimizers:
            each.step()
    except (RuntimeError, ValueError, TypeError, AssertionError):
        return True
    return False


with Fixture("refusals.txt") as out:
    number = 0
    for table, optimizer in itertools.product(TABLES, OPTIMIZERS):
        number += 1
        out.case("refusal-%d" % number, refused=is_refused(table, optimizer),
                 **table, **optimizer)
