"""nn.init and nn.Linear's own start; writes fixtures/initialisers.txt."""

import torch
from torch import nn

from fixture import SEED, Fixture

KINDS = [
    ("normal", dict(mean=0.0, std=1.0), nn.init.normal_),
    ("normal", dict(mean=-0.5, std=0.02), nn.init.normal_),
    ("uniform", dict(a=0.0, b=1.0), nn.init.uniform_),
    ("uniform", dict(a=-0.25, b=0.1), nn.init.uniform_),
    ("xavier_uniform", dict(gain=1.0), nn.init.xavier_uniform_),
    ("xavier_uniform", dict(gain=1.7), nn.init.xavier_uniform_),
    ("xavier_normal", dict(gain=1.0), nn.init.xavier_normal_),
    ("xavier_normal", dict(gain=0.3), nn.init.xavier_normal_),
    ("kaiming_uniform", dict(a=0.0), nn.init.kaiming_uniform_),
    ("kaiming_uniform", dict(a=1.5), nn.init.kaiming_uniform_),
    ("zeros", dict(), nn.init.zeros_),
    ("ones", dict(), nn.init.ones_),
]
SHAPES = [(17, 6), (3, 4), (1, 1), (10, 3), (2, 25)]

with Fixture("initialisers.txt") as out:
    for index, (kind, options, init) in enumerate(KINDS):
        for rows, cols in SHAPES:
            seed = 10 * index + rows + SEED
            out.case("%s-%d-%dx%d" % (kind, index, rows, cols), kind=kind,
                     seed=seed, rows=rows, cols=cols, **options)
            torch.manual_seed(seed)
            values = torch.empty(rows, cols)
            init(values, **options)
            out.array("values", values)
            out.array("after", torch.rand(1))
    for rows, cols in SHAPES:
        seed = rows + SEED
        out.case("linear-%dx%d" % (rows, cols), kind="linear", seed=seed,
                 rows=rows, cols=cols)
        torch.manual_seed(seed)
        lin = nn.Linear(cols, rows)
        out.array("values", lin.weight)
        out.array("bias", lin.bias)
        out.array("after", torch.rand(1))
