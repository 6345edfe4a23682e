"""models.txt: whole models as PyTorch trains them. Every model x pool x loss,
with the table's options and the optimizers, 20 steps each: the losses, the
marks of the first and the last step, every tensor of the last step, and the
parameters afterwards.

A case is written only where PyTorch itself is stable: training again from
weights nudged by 2e-7 must leave the marks as they are and move no number by
more than a tenth of what meaning.md allows; and training in float64, which
shows where a number is all cancellation, by more than a third. SEED draws other
cases. Without it the cases are those of the tree's models.txt, as another
machine's rounding may find another case stable; remove the file to choose
anew.
"""

import os
import random

import torch
import torch.nn.functional as F
from torch import nn

from fixture import Fixture

SEED = int(os.environ.get("SEED", "1"))
STEPS = 20

VARIANTS = [
    dict(kind="next_word", pool=pool, loss=loss)
    for loss in ("softmax", "negative")
    for pool in ("mean", "sum", "max", "concat")
] + [
    dict(kind="next_word", pool="mean", loss="softmax", subwords=True),
    dict(kind="next_word", pool="mean", loss="negative", subwords=True),
    dict(kind="sentiment", pool="mean"),
    dict(kind="sentiment", pool="masked_mean"),
    dict(kind="sentiment", pool="mean", subwords=True),
    dict(kind="sentiment", pool="masked_mean", subwords=True),
    dict(kind="recommend", pool="mean"),
]

TABLES = [
    dict(),
    dict(padding=1),
    dict(padding=0, scale=True),
    dict(max_norm=1.5),
    dict(max_norm=2.0, norm_type=1.0, padding=2),
    dict(max_norm=0.9, norm_type=float("inf"), scale=True),
    dict(init="uniform"),
    dict(init="uniform", padding=1),
    dict(freeze="W"),
    dict(freeze="U"),
    dict(freeze="b"),
]

SPARSE = [
    dict(sparse=True),
    dict(sparse=True, padding=1),
    dict(sparse=True, max_norm=1.2, padding=0),
]

OPTIMIZERS = [
    dict(opt="sgd", lr=0.3),
    dict(opt="sgd", lr=0.1, momentum=0.8),
    dict(opt="sgd", lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    dict(opt="sgd", lr=0.2, momentum=0.5, dampening=0.3),
    dict(opt="sgd", lr=0.3, weight_decay=0.02),
    dict(opt="adagrad", lr=0.1),
    dict(opt="adagrad", lr=0.2, lr_decay=0.05, initial_accumulator=0.1,
         weight_decay=0.01),
    dict(opt="adam", lr=0.02),
    dict(opt="adam", lr=0.02, amsgrad=True, weight_decay=0.05),
    dict(opt="adamw", lr=0.02, weight_decay=0.1),
]

SPARSE_OPTIMIZERS = [
    dict(opt="sgd", lr=0.3),
    dict(opt="sgd", lr=0.1, momentum=0.8),
    dict(opt="sgd", lr=0.1, momentum=0.7, nesterov=True),
    dict(opt="adagrad", lr=0.1, lr_decay=0.02),
    dict(opt="sparse_adam", lr=0.02),
]


# --- The model ----------------------------------------------------------------

class Model:
    def __init__(self, case):
        self.case = case
        torch.manual_seed(case["seed"])
        V, D = case["V"], case["D"]
        if case["kind"] == "recommend":
            self.tables = {"Wu": self.table(V, D), "Wi": self.table(case["items"], D),
                           "bu": self.table(V, 1, True),
                           "bi": self.table(case["items"], 1, True)}
            self.lin = None
        else:
            self.tables = {"W": self.table(V + case.get("buckets", 0), D)}
            width = case["C"] * D if case["pool"] == "concat" else D
            self.lin = nn.Linear(width, 1 if case["kind"] == "sentiment" else V)
        self.parameters = {name: t.weight for name, t in self.tables.items()}
        if self.lin is not None:
            self.parameters.update(U=self.lin.weight, b=self.lin.bias)
        for name in case.get("freeze", "").split("+"):
            if name in self.parameters:
                self.parameters[name].requires_grad_(False)
        self.optimizers = self.make_optimizers()

    def table(self, rows, cols, zero=False):
        case = self.case
        emb = nn.Embedding(
            rows, cols, padding_idx=case.get("padding"),
            max_norm=case.get("max_norm"), norm_type=case.get("norm_type", 2.0),
            scale_grad_by_freq=case.get("scale", False),
            sparse=case.get("sparse", False))
        if zero:
            nn.init.zeros_(emb.weight)
        elif case.get("init") == "uniform":
            nn.init.uniform_(emb.weight)
        return emb

    def make_optimizers(self):
        c = self.case
        tables = [t.weight for t in self.tables.values()]
        dense = list(self.lin.parameters()) if self.lin else []
        both = tables + dense
        lr, decay = c["lr"], c.get("weight_decay")
        if c["opt"] == "sgd":
            return [torch.optim.SGD(
                both, lr=lr, momentum=c.get("momentum", 0),
                dampening=c.get("dampening", 0), weight_decay=decay or 0,
                nesterov=c.get("nesterov", False))]
        if c["opt"] == "adagrad":
            return [torch.optim.Adagrad(
                both, lr=lr, lr_decay=c.get("lr_decay", 0), weight_decay=decay or 0,
                initial_accumulator_value=c.get("initial_accumulator", 0))]
        if c["opt"] == "adam":
            return [torch.optim.Adam(both, lr=lr, amsgrad=c.get("amsgrad", False),
                                     weight_decay=decay or 0)]
        if c["opt"] == "adamw":
            return [torch.optim.AdamW(both, lr=lr, weight_decay=decay or 0)]
        return [torch.optim.SparseAdam(tables, lr=lr)] + (
            [torch.optim.Adam(dense, lr=lr)] if dense else [])

    def nudge(self, size):
        signs = torch.Generator().manual_seed(5)
        with torch.no_grad():
            for p in self.parameters.values():
                p *= 1 + size * (2 * torch.randint(2, p.shape, generator=signs) - 1)

    def to_double(self):
        for module in [*self.tables.values(), *([self.lin] if self.lin else [])]:
            for p in module.parameters():
                p.data = p.data.double()
        self.optimizers = self.make_optimizers()

    def ids(self, ctx):
        """What is looked up: {table: ids}; subwords are flat, with offsets."""
        if self.case["kind"] == "recommend":
            return {"Wu": ctx[:, 0], "Wi": ctx[:, 1], "bu": ctx[:, 0], "bi": ctx[:, 1]}
        return {"W": self.bags(ctx)[0] if self.case.get("subwords") else ctx}

    def bags(self, ctx):
        masked = self.case["pool"] == "masked_mean"
        bags = [[row for word in line
                 if not (masked and word == self.case["padding"])
                 for row in self.case["rows_of"][word]] for line in ctx.tolist()]
        return torch.tensor(sum(bags, []), dtype=torch.int64), [len(b) for b in bags]

    def hidden(self, ctx, seen):
        pool, emb = self.case["pool"], self.tables["W"]
        if self.case.get("subwords"):
            flat, sizes = self.bags(ctx)
            E = seen["E"] = emb(flat)
            return torch.stack([rows.mean(0) if len(rows) else rows.sum(0)
                                for rows in E.split(sizes)])
        E = seen["E"] = emb(ctx)
        if pool == "masked_mean":
            mask = (ctx != self.case["padding"]).to(E.dtype).unsqueeze(2)
            return (E * mask).sum(1) / mask.sum(1)
        return {"mean": lambda: E.mean(1), "sum": lambda: E.sum(1),
                "max": lambda: E.max(1).values, "concat": lambda: E.flatten(1)}[pool]()

    def forward(self, ctx, tgt, noise):
        """Every tensor of the forward pass by name."""
        case, seen = self.case, {}
        if case["kind"] == "recommend":
            t = self.tables
            Eu, Ei = seen["E"], seen["E2"] = t["Wu"](ctx[:, 0]), t["Wi"](ctx[:, 1])
            bu, bi = t["bu"](ctx[:, 0]).squeeze(1), t["bi"](ctx[:, 1]).squeeze(1)
            logits = (Eu * Ei).sum(1) + bu + bi + case["rating_mean"]
            loss = F.mse_loss(logits, tgt)
        else:
            h = seen["h"] = self.hidden(ctx, seen)
            if case["kind"] == "sentiment":
                logits = self.lin(h).squeeze(1)
                seen["probs"] = logits.sigmoid()
                loss = F.binary_cross_entropy_with_logits(logits, tgt)
            elif case["loss"] == "negative":
                v = torch.cat([tgt.unsqueeze(1), noise], 1)
                logits = (self.lin.weight[v] * h.unsqueeze(1)).sum(2) + self.lin.bias[v]
                seen["probs"] = logits.sigmoid()
                loss = (-F.logsigmoid(logits[:, 0]) -
                        F.logsigmoid(-logits[:, 1:]).sum(1)).mean()
            else:
                logits = self.lin(h)
                seen["probs"] = logits.softmax(1)
                loss = F.cross_entropy(logits, tgt)
        seen["logits"], seen["loss"] = logits, loss
        return seen

    def marks(self, before, looked_up):
        """One number a row: 1 looked up, 2 gradient not zero, 4 changed."""
        out = {}
        for name, p in self.parameters.items():
            rows = torch.zeros(len(p), dtype=torch.int64)
            if name in looked_up:
                rows[looked_up[name].reshape(-1)] = 1
            if p.grad is not None:
                grad = p.grad.to_dense() if p.grad.is_sparse else p.grad
                rows += 2 * (grad != 0).reshape(len(p), -1).any(1)
            rows += 4 * (p.detach() != before[name]).reshape(len(p), -1).any(1)
            out["marks." + name] = rows
        return out

    def step(self, ctx, tgt):
        case = self.case
        noise = None
        if case.get("loss") == "negative":
            weights = torch.tensor(case["counts"]).float() ** 0.75
            noise = torch.multinomial(weights, len(tgt) * case["k"],
                                      replacement=True).reshape(len(tgt), -1)
        before = {n: p.detach().clone() for n, p in self.parameters.items()}
        for opt in self.optimizers:
            opt.zero_grad(set_to_none=True)
        if tgt.is_floating_point():
            tgt = tgt.to(next(iter(self.parameters.values())).dtype)
        looked_up = self.ids(ctx)
        if noise is not None:
            looked_up["U"] = looked_up["b"] = torch.cat([tgt.unsqueeze(1), noise], 1)
        seen = self.forward(ctx, tgt, noise)
        for name in ("E", "E2", "h", "logits"):
            if name in seen and seen[name].requires_grad:
                seen[name].retain_grad()
        seen["loss"].backward()
        for opt in self.optimizers:
            opt.step()
        for name in ("E", "E2", "h", "logits"):
            if name in seen and seen[name].grad is not None:
                seen[name + ".grad"] = seen[name].grad
        if noise is not None:
            seen["noise"] = noise
        for name, p in self.parameters.items():
            if p.grad is not None:
                seen[name + ".grad"] = p.grad
        return seen, self.marks(before, looked_up)


def batch_of(case, step):
    """The mini-batch of a step (from 0), texts padded to the longest in it."""
    N, B = len(case["tgt"]), case["B"]
    first = step % ((N + B - 1) // B) * B
    ctx, tgt = case["ctx"][first:first + B], case["tgt"][first:first + B]
    longest = max(len(line) for line in ctx)
    ctx = [line + [0] * (longest - len(line)) for line in ctx]
    real = case["kind"] != "next_word"
    return torch.tensor(ctx), torch.tensor(tgt, dtype=torch.float32 if real
                                           else torch.int64)


def train(case, nudged=False, double=False):
    """Everything a case's fixture holds: {name: tensor}."""
    model = Model(case)
    if nudged:
        model.nudge(2e-7)
    if double:
        model.to_double()
    out, losses = {}, []
    for step in range(case["steps"]):
        seen, marks = model.step(*batch_of(case, step))
        losses.append(seen["loss"].item())
        if step == 0:
            out.update({"first." + n: m for n, m in marks.items()})
    out.update({"last." + n: m for n, m in marks.items()})
    out["losses"] = torch.tensor(losses)
    for name, values in seen.items():
        if name not in ("loss", "probs", "E", "E2"):
            out["last." + name] = values
    out.update(model.parameters)
    return {n: (t.detach().to_dense() if t.is_sparse else t.detach())
            for n, t in out.items()}


def is_stable(ours, nudged, part):
    """Does no mark change, no number by more than a part of what is allowed?"""
    for name, b in ours.items():
        a = nudged[name]
        if not b.is_floating_point():
            if not torch.equal(a, b):
                return False
        elif not (a - b).abs().le(
                part * (1e-5 * b.abs() + 1e-6 * b.abs().max())).all():
            return False
    return True


# --- The cases ----------------------------------------------------------------

def draw_lines(case, rng):
    V, N = case["V"], case["N"]
    if case["kind"] == "recommend":
        case["ctx"] = [[rng.randrange(V), rng.randrange(case["items"])]
                       for _ in range(N)]
        case["tgt"] = [float(rng.randint(1, 5)) for _ in range(N)]
        case["rating_mean"] = sum(case["tgt"]) / N
        return
    if case["kind"] == "sentiment":
        case["ctx"] = [[rng.randrange(1, V) for _ in range(rng.randint(1, 6))]
                       for _ in range(N)]
        case["tgt"] = [float(rng.randrange(2)) for _ in range(N)]
        return
    case["ctx"] = [[rng.randrange(V) for _ in range(case["C"])] for _ in range(N)]
    case["tgt"] = [rng.randrange(V) for _ in range(N)]


def draw_case(options, seed):
    rng = random.Random(seed)
    case = dict(V=rng.randint(5, 9), D=rng.randint(2, 5), C=rng.randint(1, 3),
                B=rng.randint(2, 5), N=rng.randint(5, 9), steps=STEPS,
                seed=rng.randrange(1 << 30))
    case.update(options)
    if case["kind"] == "recommend":
        case["items"] = rng.randint(4, 7)
        if case["opt"] == "sgd":  # its gradients are ten times the others'
            case["lr"] = round(case["lr"] / 4, 4)
    if case["pool"] == "masked_mean":
        case["padding"] = 0
    if case.get("loss") == "negative":
        case["k"] = rng.randint(1, 5)
        case["counts"] = [rng.randint(1, 9) for _ in range(case["V"])]
    if case.get("subwords"):
        case["buckets"] = rng.randint(2, 6)
        case["rows_of"] = [
            [v] + [case["V"] + rng.randrange(case["buckets"])
                   for _ in range(rng.randint(0, 3))] for v in range(case["V"])]
    draw_lines(case, rng)
    return case


def combinations():
    everything = []
    for i, variant in enumerate(VARIANTS):
        for j, table in enumerate(TABLES):
            everything.append((variant, table, OPTIMIZERS[(i + j) % len(OPTIMIZERS)]))
        for j, table in enumerate(SPARSE):
            everything.append(
                (variant, table, SPARSE_OPTIMIZERS[(i + j) % len(SPARSE_OPTIMIZERS)]))
        everything += [(variant, {}, optimizer) for optimizer in OPTIMIZERS]
    # above the size where CBLAS takes over
    large = dict(V=24, D=12, B=240, N=240, C=1, steps=2)
    everything += [(dict(VARIANTS[0], **large), {}, optimizer)
                   for optimizer in OPTIMIZERS[:2] + OPTIMIZERS[7:8]]
    return [dict(v, **t, **o) for v, t, o in everything]


def is_impossible(options):
    kind = options["kind"]
    frozen = options.get("freeze")
    return (kind == "recommend" and frozen in ("U", "b")) or (
        options["pool"] == "masked_mean" and options.get("padding", 0) != 0)


# What a file of reasonable size leaves out: of large cases what grows with B,
# of three in four what the gradients, which stay, are computed from.
LARGE = {"last." + n for n in ("h", "logits", "h.grad", "logits.grad", "E.grad")}
FORWARD = {"last.h", "last.logits", "last.E.grad"}

SHOWN = ("kind pool loss k V items D C buckets B steps seed padding max_norm "
         "norm_type scale sparse init freeze opt lr momentum dampening nesterov "
         "weight_decay lr_decay initial_accumulator amsgrad rating_mean").split()


def write(out, name, number, case, tensors):
    left_out = LARGE if case["B"] > 100 else FORWARD if number % 4 else ()
    out.case(name, **{key: case[key] for key in SHOWN if key in case})
    lengths = [len(line) for line in case["ctx"]]
    out.array("lengths", lengths)
    out.array("ctx", sum(case["ctx"], []))
    real = case["kind"] != "next_word"
    out.array("tgt", torch.tensor(case["tgt"], dtype=torch.float32 if real
                                  else torch.int64))
    if "counts" in case:
        out.array("counts", case["counts"])
    if "rows_of" in case:
        sizes = [0] + [len(rows) for rows in case["rows_of"]]
        out.array("offsets", torch.tensor(sizes).cumsum(0))
        out.array("rows", sum(case["rows_of"], []))
    for key, values in tensors.items():
        if key not in left_out:
            out.array(key, values)


def cases_in_tree():
    """{name: seed} of the cases chosen before."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures",
                        "models.txt")
    if "SEED" in os.environ or not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as lines:
        heads = [line.split() for line in lines if line.startswith("case ")]
    return {words[1]: int(dict(w.split("=") for w in words[2:])["seed"])
            for words in heads}


def train_if_stable(case):
    try:
        tensors = train(case)
    except RuntimeError:  # Adagrad: an empty sparse gradient
        return None
    part = 0.5 if case["B"] > 100 else 0.1
    if is_stable(tensors, train(case, double=True), 0.33) and \
            is_stable(tensors, train(case, nudged=True), part):
        return tensors
    return None


def find_case(options, number, chosen):
    """The case and its tensors: the one of that seed, or the first stable."""
    for attempt in range(200):
        case = draw_case(options, SEED * 1000003 + number * 211 + attempt)
        if chosen is None:
            tensors = train_if_stable(case)
        else:
            tensors = train(case) if case["seed"] == chosen else None
        if tensors is not None:
            return case, tensors
    return None, None


def main():
    torch.set_num_threads(1)
    in_tree = cases_in_tree()
    with Fixture("models.txt") as out:
        for number, options in enumerate(combinations(), 1):
            if is_impossible(options):
                continue
            name = "%s-%s-%d" % (options["kind"], options["opt"], number)
            case, tensors = find_case(options, number, in_tree.get(name))
            if case is None:
                print("no stable case:", options)
            else:
                write(out, name, number, case, tensors)


main()
