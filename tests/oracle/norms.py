"""Norms of rows of every width; writes fixtures/norms.txt."""

import torch

from fixture import SEED, Fixture

ROWS = 16

with Fixture("norms.txt") as out:
    for D in list(range(1, 26)) + [40, 67]:
        out.case("norm-%d" % D, D=D)
        torch.manual_seed(D + SEED)
        rows = torch.randn(ROWS, D)
        rows[4] *= 1e-3
        rows[5, 0] = 0
        out.array("rows", rows)
        for name, p in (("one", 1.0), ("two", 2.0), ("half", 0.5),
                        ("three", 3.0), ("inf", float("inf"))):
            out.array(name, torch.stack([row.norm(p) for row in rows]))
