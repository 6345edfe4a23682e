"""A training step here beside PyTorch's, on one thread, in the same run.

Each of bench_model's cases is measured in turn with PyTorch's usual loop on the
same shapes; the medians of several rounds, in processor time, and their ratio
are printed beside the goal. BENCHES is the folder of the benchmark programs.
"""

import os
import statistics
import subprocess
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before PyTorch loads it
try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    print("PyTorch is not installed: nothing to compare with")
    sys.exit()

BENCH = os.path.join(os.environ.get("BENCHES", "build/gcc/tests/bench"),
                     "bench_model")
ROUNDS, TORCH_ROUNDS, BATCHES = 3, 3, 16
USED = 1000  # words in the data of the large tables, as in bench_model.c

# name: shape, optimizer, steps a round, how many times faster we want to be
CASES = {
    "worked-sgd": (dict(V=17, D=6, B=8, C=2), "SGD", 300, 40),
    "worked-adam": (dict(V=17, D=6, B=8, C=2), "Adam", 200, 40),
    "V1000-sgd": (dict(V=1000, D=64, B=32, C=4), "SGD", 50, 1.3),
    "V10000-sgd": (dict(V=10000, D=256, B=256, C=4), "SGD", 2, 1.1),
    "V1000-adam": (dict(V=1000, D=64, B=32, C=4), "Adam", 30, 1),
    "V10000-adam": (dict(V=10000, D=64, B=32, C=4), "Adam", 5, 1),
    "V1000-negative": (dict(V=1000, D=100, B=32, C=2, k=5), "SGD", 50, 1),
    "V100000-negative": (dict(V=100000, D=100, B=32, C=2, k=5), "SGD", 2, 1),
    "table-V1000-sgd": (dict(V=1000, D=64, n=256), "SGD", 100, 1),
    "table-V1000000-sgd": (dict(V=1000000, D=64, n=256), "SGD", 3, 1),
    "table-V1000-sparse_adam": (dict(V=1000, D=64, n=256), "SparseAdam", 100, 1),
    "table-V100000-sparse_adam": (dict(V=100000, D=64, n=256), "SparseAdam", 100, 1),
}
# one table a hundred and more times the other: what a step costs the more
PAIRS = [("V1000-negative", "V100000-negative", 1.5),
         ("table-V1000-sgd", "table-V1000000-sgd", 1.5),
         ("table-V1000-sparse_adam", "table-V100000-sparse_adam", 1.5)]


def ours(name):
    out = subprocess.run([BENCH, name], check=True, capture_output=True, text=True)
    return float(out.stdout.split()[1])


def make_table_step(shape, optimizer):
    V, D, n = (shape[key] for key in "VDn")
    emb = nn.Embedding(V, D, sparse=optimizer == "SparseAdam")
    opt = getattr(torch.optim, optimizer)(emb.parameters(), lr=0.01)
    ids = torch.randint(min(V, USED), (BATCHES, n))

    def step(i):
        E = emb(ids[i % BATCHES])
        E.backward(E.detach())
        opt.step()
        opt.zero_grad(set_to_none=True)

    return step


def make_step(shape, optimizer):
    if "n" in shape:
        return make_table_step(shape, optimizer)
    V, D, B, C = (shape[key] for key in "VDBC")
    k = shape.get("k")
    torch.manual_seed(1)
    emb, lin = nn.Embedding(V, D, sparse=bool(k)), nn.Linear(D, V)
    both = [*emb.parameters(), *lin.parameters()]
    opt = getattr(torch.optim, optimizer)(both, lr=0.01)
    used = min(V, USED) if k else V
    ctx = torch.randint(used, (BATCHES, B, C))
    tgt = torch.randint(used, (BATCHES, B))
    weights = (torch.arange(V) < used).float()

    def loss_of(i):
        h = emb(ctx[i]).mean(1)
        if k is None:
            return F.cross_entropy(lin(h), tgt[i])
        noise = torch.multinomial(weights, B * k, replacement=True).reshape(B, k)
        v = torch.cat([tgt[i].unsqueeze(1), noise], 1)
        s = (lin.weight[v] * h.unsqueeze(1)).sum(2) + lin.bias[v]
        return (-F.logsigmoid(s[:, 0]) - F.logsigmoid(-s[:, 1:]).sum(1)).mean()

    def step(i):
        loss = loss_of(i % BATCHES)
        loss.backward()
        opt.step()
        opt.zero_grad(set_to_none=True)

    return step


def theirs(step, steps):
    for i in range(3):
        step(i)
    times = []
    for _ in range(TORCH_ROUNDS):
        start = time.process_time()
        for i in range(steps):
            step(i)
        times.append(1e6 * (time.process_time() - start) / steps)
    return statistics.median(times)


def compare(name, shape, optimizer, steps, goal):
    step = make_step(shape, optimizer)
    pairs = [(ours(name), theirs(step, steps)) for _ in range(ROUNDS)]
    mine, peer = (statistics.median(side) for side in zip(*pairs))
    print("%-26s %10.2f   PyTorch %10.2f   %6.1f times faster (goal %g)"
          % (name, mine, peer, peer / mine, goal))
    return mine


def main():
    torch.set_num_threads(1)
    print("PyTorch %s on one thread; microseconds a step" % torch.__version__)
    mine = {name: compare(name, *case) for name, case in CASES.items()}
    bare = statistics.median(ours("V10000-products") for _ in range(ROUNDS))
    print("%-26s %10.2f   V10000-sgd takes %.2f times its three bare products "
          "(goal 1.25)" % ("", bare, mine["V10000-sgd"] / bare))
    for small, large, goal in PAIRS:
        print("%-26s %10.2f   times %s (goal %g)"
              % (large, mine[large] / mine[small], small, goal))


main()
