"""What PyTorch prints: print.txt holds the tensors and how they are printed,
print_expected.txt the text, each case under "== NAME".

Seeds are fixed; SEED in the environment draws other cases.
"""

import os
import random

import torch
from torch import nn

from fixture import FOLDER, Fixture

SEED = int(os.environ.get("SEED", "1"))
SPECIALS = [float("inf"), float("-inf"), float("nan"), 0.0, -0.0]
DEFAULTS = dict(precision=4, threshold=1000, edgeitems=3, linewidth=80)


class Cases:
    def __init__(self, fixture, expected):
        self.fixture = fixture
        self.expected = expected
        self.count = 0

    def add(self, name, t, **options):
        """Print t (Tensor, Parameter, sparse) under these print options."""
        self.count += 1
        name = "%s-%d" % (name, self.count)
        torch.set_printoptions(**dict(DEFAULTS, **options))
        self.expected.write("== %s\n%s\n" % (name, t))
        torch.set_printoptions(profile="default")
        kind = "parameter" if isinstance(t, nn.Parameter) else "plain"
        if t.is_sparse:
            kind = "sparse"
        if options.get("sci_mode") is not None:
            options["sci_mode"] = int(options["sci_mode"])
        self.fixture.case(name, kind=kind, type=str(t.dtype)[6:],
                          suffix=suffix_of(t), **options)
        if t.is_sparse:
            self.fixture.array("indices", t._indices())
            self.fixture.array("values", t._values())
            self.fixture.array("size", list(t.shape))
        else:
            self.fixture.array("t", t)


def suffix_of(t):
    if t.grad_fn is not None:
        return "grad_fn=<%s>" % type(t.grad_fn).__name__
    return "requires_grad=True" if t.requires_grad else None


def random_shape(most):
    while True:
        shape = [random.randint(1, 9) for _ in range(random.randint(0, 5))]
        count = 1
        for size in shape:
            count *= size
        if count <= most:
            return shape


def random_floats(shape):
    t = torch.randn(shape)
    kind = random.randrange(8)
    if kind == 1:
        t = t * 10.0 ** random.randint(-8, 12)
    elif kind == 2:
        t = t * 10.0 ** torch.randint(-6, 7, shape)
    elif kind == 3:
        t = (t * 10 ** random.randint(0, 4)).round()
    elif kind == 4:
        t = (t * 1e3).round() / 10 ** random.randint(1, 4)
    elif kind == 5:
        t = torch.zeros(shape)
    if random.random() < 0.4:
        flat = t.reshape(-1)
        for _ in range(random.randint(1, 3)):
            flat[random.randrange(flat.numel())] = random.choice(SPECIALS)
    return t


def random_options():
    options = {}
    if random.random() < 0.3:
        options["precision"] = random.randint(0, 9)
    if random.random() < 0.4:
        options["threshold"] = random.choice([0, 5, 20, 50])
        options["edgeitems"] = random.randint(1, 4)
    if random.random() < 0.3:
        options["linewidth"] = random.choice([1, 20, 40, 60, 79, 81, 120, 200])
    if random.random() < 0.3:
        options["sci_mode"] = random.choice([True, False])
    return options


def add_random(cases):
    for _ in range(300):
        t = random_floats(random_shape(120))
        if random.random() < 0.2:
            t.requires_grad_()
        elif random.random() < 0.2:
            t = nn.Parameter(t, requires_grad=random.random() < 0.7)
        elif random.random() < 0.2:
            t = random.choice([torch.exp, torch.neg])(t.requires_grad_())
        cases.add("float", t, **random_options())
    for _ in range(60):
        shape = random_shape(120)
        high = 10 ** random.randint(0, 18)
        t = torch.randint(-high if random.random() < 0.5 else 0, high + 1,
                          shape)
        cases.add("int", t, **random_options())
    for _ in range(20):
        cases.add("bool", torch.rand(random_shape(60)) < 0.5,
                  **random_options())


def add_specials(cases):
    for value in SPECIALS + [1.0, 1.5, -3.0, 1e8, 1.1e8, 123456789.0, 1e-4,
                             0.99e-4, 1e-45, 3.4028235e38, 1000.0, 0.00012]:
        cases.add("scalar", torch.tensor(value))
        cases.add("pair", torch.tensor([value, 1.0]))
    for values in ([1.0, 1000.0], [1.0, 1001.0], [0.5, 500.0], [0.5, 500.5],
                   [0.00005, 0.00006], [1.0, 1e8], [2.0, 3e8], [-0.0, 0.0],
                   SPECIALS, SPECIALS * 9, [0.5, -0.0, float("nan")],
                   [1e-8, 2e-8], [0.25] * 40, [99999.0] * 30):
        cases.add("list", torch.tensor(values))
        for sci_mode in (True, False):
            cases.add("list", torch.tensor(values), sci_mode=sci_mode)
    for dtype in (torch.float32, torch.int64, torch.bool):
        for shape in ((0,), (0, 3), (3, 0), (2, 0, 4), (0, 0, 0, 0)):
            cases.add("empty", torch.zeros(shape, dtype=dtype))
    cases.add("empty", torch.zeros(0, requires_grad=True))
    cases.add("empty", nn.Parameter(torch.zeros(0, 5)))


def add_large(cases):
    for shape in ((1000,), (1001,), (4, 250), (26, 40), (7, 150), (2, 7, 80),
                  (11, 10, 10), (7, 7, 7, 3), (2, 2, 2, 2, 70)):
        cases.add("large", torch.randint(-9, 10, shape))
        cases.add("large", torch.randint(-99, 100, shape) / 8)


def add_borders(cases):
    """Lines that just fit and just do not, with and without a suffix."""
    row = torch.tensor([1.5, 2.5])
    for linewidth in range(20, 50):
        cases.add("border", row.clone().requires_grad_(), linewidth=linewidth)
        cases.add("border", torch.stack([row, row]).requires_grad_().exp(),
                  linewidth=linewidth)


def add_model(cases):
    """The tensors of a step, as a student prints them."""
    torch.manual_seed(42)
    emb, lin = nn.Embedding(17, 6), nn.Linear(6, 17)
    ctx = torch.tensor([[0, 1], [1, 2], [0, 4], [4, 2], [0, 1], [1, 6], [6, 7],
                        [0, 4]])
    tgt = torch.tensor([2, 3, 2, 5, 6, 7, 8, 6])
    e = emb(ctx)
    h = e.mean(1)
    logits = lin(h)
    loss = nn.functional.cross_entropy(logits, tgt)
    for t in (emb.weight, lin.weight, lin.bias, ctx, tgt, e, h, logits,
              logits.softmax(1), loss, emb(ctx[0]), emb(ctx[0][0])):
        cases.add("model", t)
    loss.backward()
    for t in (emb.weight.grad, lin.weight.grad, lin.bias.grad):
        cases.add("model", t)
    torch.manual_seed(123)
    cases.add("notes", nn.Embedding(10, 3)(torch.tensor([1, 2, 3, 4])))


def add_sparse(cases):
    emb = nn.Embedding(17, 6, sparse=True)
    emb(torch.tensor([[0, 1], [1, 2], [0, 4]])).sum().backward()
    cases.add("sparse", emb.weight.grad)
    cases.add("sparse", emb.weight.grad.coalesce())
    for number in range(30):
        rows, width = random.randint(1, 30), random.randint(1, 12)
        nnz = random.choice([0, 1, 4, 12, 40])
        t = torch.sparse_coo_tensor(
            torch.randint(0, rows, (1, nnz)), random_floats((nnz, width))
            if nnz else torch.zeros(0, width), (rows, width))
        if number % 5 == 4:
            t.requires_grad_()
        cases.add("sparse", t, **random_options())
    t = torch.randint(0, 3, (6, 6, 2)).float()
    cases.add("sparse", t.to_sparse())
    cases.add("sparse", t.to_sparse(2), linewidth=40)
    cases.add("sparse", torch.randint(0, 3, (5, 5)).to_sparse())
    cases.add("sparse", torch.ones(3).to_sparse())


def main():
    torch.manual_seed(SEED)
    random.seed(SEED)
    with Fixture("print.txt") as fixture:
        fixture.comment("Tensors that PyTorch %s printed: tests/oracle/print.py"
                        % torch.__version__.split("a")[0])
        path = os.path.join(FOLDER, "print_expected.txt")
        with open(path, "w", encoding="utf-8") as expected:
            cases = Cases(fixture, expected)
            add_specials(cases)
            add_borders(cases)
            add_model(cases)
            add_sparse(cases)
            add_large(cases)
            add_random(cases)


main()
