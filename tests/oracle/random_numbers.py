"""What PyTorch's CPU generator draws; writes fixtures/random_numbers.txt."""

import torch

from fixture import SEED, Fixture


def checksum(tensor):
    """64-bit FNV-1a of the tensor's bytes, as two int64 halves."""
    value = 14695981039346656037
    for byte in tensor.numpy().tobytes():
        value = (value ^ byte) * 1099511628211 % 2 ** 64
    return torch.tensor([value >> 32, value & 0xffffffff])


def uniforms(out):
    for number, (seed, low, high) in enumerate([
        (0, 0, 1), (42, 0, 1), (2 ** 32 - 1, -1, 1), (2 ** 40 + 5, 0.1, 0.7),
        (-1, -0.001, 0.001), (123, -3, 1e6), (7, 5, 5),
    ]):
        out.case("uniform-%d" % number, draw="uniform",
                 seed=(seed + SEED) % 2 ** 64, n=30, low=float(low),
                 high=float(high))
        torch.manual_seed(seed + SEED)
        out.array("values", torch.empty(30).uniform_(low, high))


def normals(out):
    """Draws one after another: a second normal waits across other draws."""
    sizes = [1, 1, 2, 3, 15, 5, 16, 17, 1, 31, 32, 33, 48, 7, 102, 2]
    for number, (seed, mean, std) in enumerate([
        (42, 0, 1), (1, 2.5, 0.3), (99, -1e-3, 0.02),
    ]):
        out.case("normal-%d" % number, draw="normal", seed=seed + SEED,
                 mean=float(mean), std=float(std))
        torch.manual_seed(seed + SEED)
        values = []
        for n in sizes:
            values.append(torch.empty(n).normal_(mean, std))
            values.append(torch.empty(1).uniform_())
        out.array("sizes", torch.tensor(sizes))
        out.array("values", torch.cat(values))
    out.case("normal-many", draw="normal_sum", seed=2024 + SEED, n=100003)
    torch.manual_seed(2024 + SEED)
    out.array("sum", checksum(torch.empty(100003).normal_()))


def permutations(out):
    for n in (0, 1, 2, 3, 24, 1000):
        seed = n + 5 + SEED
        out.case("permutation-%d" % n, draw="permutation", seed=seed, n=n)
        torch.manual_seed(seed)
        out.array("values", torch.randperm(n))
    out.case("permutation-million", draw="permutation_sum", seed=8 + SEED,
             n=1000000)
    torch.manual_seed(8 + SEED)
    out.array("sum", checksum(torch.randperm(1000000)))


def choices(out):
    drawn = torch.Generator().manual_seed(3 + SEED)
    for number, (count, n) in enumerate([
        (1, 4), (2, 9), (17, 40), (17, 1), (300, 200), (1500, 100),
    ]):
        counts = torch.randint(0 if count > 2 else 1, 60, (count,),
                               generator=drawn)
        weights = torch.tensor([float(c) ** 0.75 for c in counts.tolist()])
        out.case("choice-%d" % number, draw="choice", seed=count + SEED, n=n,
                 count=count)
        out.array("weights", weights)
        torch.manual_seed(count + SEED)
        out.array("values", torch.multinomial(weights, n, replacement=True))
        out.array("after", torch.rand(1))


with Fixture("random_numbers.txt") as out:
    uniforms(out)
    normals(out)
    permutations(out)
    choices(out)
