"""nn.Embedding with every argument under every optimizer, as PyTorch does it.

Each case trains an embedding W, beside a dense weight U and bias b, for 20
steps towards targets that are a formula of the position, so that the gradient
depends on the values and an error in one step shows in the next.

Writes fixtures/layer.txt: a fixed grid, or with SEED set as many random cases.
"""

import random

import torch
from torch import nn

from fixture import SEED, Fixture

STEPS = 20
OUT = 3

INF = float("inf")

SGD = [
    dict(optimizer="sgd", lr=0.1),
    dict(optimizer="sgd", lr=0.05, momentum=0.9),
    dict(optimizer="sgd", lr=0.05, momentum=0.8, dampening=0.3),
    dict(optimizer="sgd", lr=0.03, momentum=0.9, nesterov=True),
]
SGD_DECAY = [
    dict(optimizer="sgd", lr=0.1, weight_decay=0.01),
    dict(optimizer="sgd", lr=0.05, momentum=0.9, weight_decay=0.02),
    dict(optimizer="sgd", lr=0.03, momentum=0.7, nesterov=True,
         weight_decay=0.05),
]
ADAGRAD = [
    dict(optimizer="adagrad", lr=0.1),
    dict(optimizer="adagrad", lr=0.2, lr_decay=0.05),
    dict(optimizer="adagrad", lr=0.1, initial_accumulator=0.5, eps=0.01),
]
ADAGRAD_DECAY = [dict(optimizer="adagrad", lr=0.1, weight_decay=0.03)]
ADAM = [
    dict(optimizer="adam", lr=0.05),
    dict(optimizer="adam", lr=0.05, beta1=0.5, beta2=0.9, eps=0.01),
    dict(optimizer="adam", lr=0.05, amsgrad=True, beta2=0.8),
    dict(optimizer="adam", lr=0.05, weight_decay=0.1),
    dict(optimizer="adam", lr=0.05, weight_decay=0.1, amsgrad=True),
]
ADAMW = [
    dict(optimizer="adamw", lr=0.05),
    dict(optimizer="adamw", lr=0.05, weight_decay=0.0),
    dict(optimizer="adamw", lr=0.05, weight_decay=0.3, amsgrad=True,
         beta1=0.0),
]
SPARSE_ADAM = [
    dict(optimizer="sparse_adam", lr=0.05),
    dict(optimizer="sparse_adam", lr=0.05, beta1=0.6, beta2=0.95, eps=0.01),
]
DENSE_OPTIMIZERS = SGD + SGD_DECAY + ADAGRAD + ADAGRAD_DECAY + ADAM + ADAMW
SPARSE_OPTIMIZERS = SGD + ADAGRAD + SPARSE_ADAM

ARGUMENTS = [
    dict(),
    dict(padding_idx=2),
    dict(padding_idx=-1, init="uniform"),
    dict(max_norm=1.0),
    dict(max_norm=1.5, norm_type=1.0, padding_idx=0),
    dict(max_norm=0.8, norm_type=INF),
    dict(max_norm=1.2, norm_type=3.5, init="xavier_normal", gain=2.5),
    dict(twice=True, padding_idx=1),
    dict(frozen=True, max_norm=1.0),
]
DENSE_ARGUMENTS = ARGUMENTS + [
    dict(scale_grad_by_freq=True),
    dict(scale_grad_by_freq=True, padding_idx=3, max_norm=2.0),
    dict(cancel=True),
]
SPARSE_ARGUMENTS = ARGUMENTS + [dict(cancel=True, padding_idx=1)]

SHAPES = [  # V, D, positions a step
    (7, 5, 6),
    (9, 3, 4),
    (5, 8, 10),
    (12, 4, 6),
    (6, 11, 8),
]


def rounds_apart(case):
    """Where gradients cancel in a sparse momentum buffer, PyTorch adds +g and
    -g one after the other and may leave a last bit changed; emblab keeps the
    sum of a row, which is 0, so that a step costs what it touches."""
    return (case.get("cancel") and case["sparse"] and
            case.get("momentum") is not None)


def grid():
    number = 0
    for sparse, arguments, optimizers in (
        (False, DENSE_ARGUMENTS, DENSE_OPTIMIZERS),
        (True, SPARSE_ARGUMENTS, SPARSE_OPTIMIZERS),
    ):
        for argument in arguments:
            for optimizer in optimizers:
                V, D, n = SHAPES[number % len(SHAPES)]
                number += 1
                case = dict(V=V, D=D, n=n, seed=100 * number, sparse=sparse,
                            **argument, **optimizer)
                if not rounds_apart(case):
                    yield case
    # rows enough that most are never touched, and whole blocks of normals
    for optimizer in (SGD[0], SGD_DECAY[1], ADAGRAD[2], ADAM[2], ADAMW[0]):
        yield dict(V=60, D=17, n=5, seed=50000, sparse=False, **optimizer)
    for optimizer in (SGD[1], ADAGRAD[0], SPARSE_ADAM[0]):
        yield dict(V=60, D=17, n=5, seed=60000, sparse=True, **optimizer)


def random_case(chance):
    sparse = chance.random() < 0.5
    case = dict(V=chance.randint(1, 30), D=chance.randint(1, 24),
                n=chance.randint(1, 12), seed=chance.randint(0, 2 ** 31),
                sparse=sparse)
    if chance.random() < 0.4:
        case["padding_idx"] = chance.randint(-case["V"], case["V"] - 1)
    if chance.random() < 0.3:
        case["max_norm"] = round(chance.uniform(0.2, 3), 2)
        case["norm_type"] = chance.choice([1.0, 2.0, 2.0, 3.0, 0.7, INF])
    if not sparse and chance.random() < 0.3:
        case["scale_grad_by_freq"] = True
    if chance.random() < 0.3:
        case["init"] = chance.choice(["uniform", "xavier_normal"])
    for name in ("twice", "cancel", "frozen"):
        if chance.random() < 0.1:
            case[name] = True
    case.update(chance.choice(
        SPARSE_OPTIMIZERS if sparse else DENSE_OPTIMIZERS))
    if rounds_apart(case):
        del case["cancel"]
    if sparse and case["V"] == 1:
        case.pop("padding_idx", None)
    return case


def make_optimizers(case, emb, lin):
    kind = case["optimizer"]
    options = {name: case[name]
               for name in ("lr", "momentum", "dampening", "nesterov",
                            "weight_decay", "lr_decay", "eps", "amsgrad")
               if name in case}
    if "beta1" in case or "beta2" in case:
        options["betas"] = (case.get("beta1", 0.9), case.get("beta2", 0.999))
    if "initial_accumulator" in case:
        options["initial_accumulator_value"] = case["initial_accumulator"]
    everything = [emb.weight, lin.weight, lin.bias]
    if kind == "sparse_adam":
        return [torch.optim.SparseAdam([emb.weight], **options),
                torch.optim.Adam([lin.weight, lin.bias], **options)]
    kinds = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad,
             "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    return [kinds[kind](everything, **options)]


def make_embedding(case):
    names = ("padding_idx", "max_norm", "norm_type", "scale_grad_by_freq",
             "sparse")
    emb = nn.Embedding(case["V"], case["D"],
                       **{name: case[name] for name in names if name in case})
    if case.get("init") == "uniform":
        nn.init.uniform_(emb.weight, -0.7, 1.3)
    elif case.get("init") == "xavier_normal":
        nn.init.xavier_normal_(emb.weight, case.get("gain", 1.0))
    emb.weight.requires_grad_(not case.get("frozen", False))
    return emb


def draw_ids(case):
    """(STEPS, n); with cancel, every id stands twice, one after the other."""
    chance = random.Random(case["seed"])
    V, n = case["V"], case["n"]
    ids = [[chance.randrange(V) for _ in range(n)] for _ in range(STEPS)]
    if case.get("cancel"):
        ids = [[row[i - i % 2] for i in range(n)] for row in ids]
    if case["sparse"] and "padding_idx" in case:
        # PyTorch's sparse optimizers fail where all positions are padding's
        other = (case["padding_idx"] + 1) % V
        for row in ids:
            row[:2] = [other] * len(row[:2])
    return torch.tensor(ids)


def target(step, shape):
    """((7 i + 3 d + 5 step) mod 11 - 5) / 4 at row i, column d."""
    i = torch.arange(shape[0]).unsqueeze(1)
    d = torch.arange(shape[1]).unsqueeze(0)
    return ((7 * i + 3 * d + 5 * step) % 11 - 5).float() / 4


def gradient_of(case, step, E):
    """What the loss would give: the distance to the target; or +g, -g."""
    if not case.get("cancel"):
        return E.detach() - target(step, E.shape)
    sign = 1 - 2 * (torch.arange(E.shape[0]) % 2).float().unsqueeze(1)
    return target(step, (1, E.shape[1])) * sign


def bits(tensor):
    return tensor.detach().clone().view(torch.int32)


def rows_differ(a, b):
    return (a != b).any(1)


def step(case, number, ids, emb, lin, optimizers):
    """One step; returns the marks of W's rows: 1 looked up, 2 gradient not
    zero, 4 changed, 8 renormalised at lookup."""
    before = bits(emb.weight)
    for optimizer in optimizers:
        optimizer.zero_grad(set_to_none=True)
    E = emb(ids)
    looked_up = torch.zeros(case["V"], dtype=torch.int64)
    looked_up[ids] = 1
    rescaled = rows_differ(before, bits(emb.weight)).long()
    if not case.get("frozen"):
        gradient = gradient_of(case, number, E)
        E.backward(gradient, retain_graph=True)
        if case.get("twice"):
            E.backward(gradient * 0.3)
    for weight, columns in ((lin.weight, case["D"]), (lin.bias, 1)):
        flat = weight.detach().reshape(OUT, columns)
        weight.grad = (flat - target(number, flat.shape)).reshape(weight.shape)
    grad = emb.weight.grad
    nonzero = torch.zeros(case["V"], dtype=torch.int64)
    if grad is not None:
        grad = grad.to_dense() if grad.is_sparse else grad.clone()
        nonzero = (grad != 0).any(1).long()
    for optimizer in optimizers:
        optimizer.step()
    changed = rows_differ(before, bits(emb.weight)).long()
    return looked_up + 2 * nonzero + 4 * changed + 8 * rescaled, grad


def train(case, nudge=0.0):
    """The whole case as a dictionary of what to write."""
    torch.manual_seed(case["seed"])
    emb = make_embedding(case)
    lin = nn.Linear(case["D"], OUT)
    optimizers = make_optimizers(case, emb, lin)
    with torch.no_grad():
        emb.weight.mul_(1 + nudge)
    ids = draw_ids(case)
    marks = torch.zeros(STEPS, case["V"], dtype=torch.int64)
    arrays = dict(ids=ids)
    for t in range(STEPS):
        marks[t], grad = step(case, t, ids[t], emb, lin, optimizers)
        if t == 0:
            if grad is not None:
                arrays["grad_first"] = grad
            arrays["W_first"] = emb.weight.detach().clone()
    arrays.update(marks=marks, W=emb.weight.detach(), U=lin.weight.detach(),
                  b=lin.bias.detach())
    state = optimizers[0].state.get(emb.weight, {})
    for name, key in (("momentum", "momentum_buffer"),
                      ("momentum", "exp_avg"), ("square", "exp_avg_sq"),
                      ("square", "sum"), ("square_max", "max_exp_avg_sq")):
        if state.get(key) is not None:
            arrays[name] = state[key]
    return arrays


def is_stable(case, arrays):
    """Does nudging the first W by 2e-7 move the last one less than a tenth of
    what a test allows? Where not, no two machines agree (meaning.md)."""
    nudged = train(case, 2e-7)["W"]
    W = arrays["W"]
    allowed = 1e-5 * W.abs() + 1e-6 * W.abs().max()
    return bool(((nudged - W).abs() <= 0.1 * allowed).all())


def train_stable(case):
    """The case with the first seed, from its own on, that PyTorch is stable
    with, and its arrays; None where it never is."""
    for seed in range(case["seed"], case["seed"] + 50):
        seeded = dict(case, seed=seed)
        arrays = train(seeded)
        if is_stable(seeded, arrays):
            return seeded, arrays
    return None


def write_case(out, number, case):
    stable = train_stable(case)
    if stable is None:
        out.comment("%d is never stable" % number)
        return
    case, arrays = stable
    form = "sparse" if case["sparse"] else "dense"
    out.case("%d-%s-%s" % (number, case["optimizer"], form), steps=STEPS,
             **case)
    for name, values in arrays.items():
        out.array(name, values)


def write(name, cases):
    torch.set_num_threads(1)
    with Fixture(name) as out:
        out.comment("written by tests/oracle/layer.py, PyTorch "
                    + torch.__version__.split("a")[0])
        for number, case in enumerate(cases):
            write_case(out, number + 1, case)


def random_cases():
    chance = random.Random(SEED)
    return [random_case(chance) for _ in grid()]


if __name__ == "__main__":
    write("layer.txt", random_cases() if SEED else grid())
