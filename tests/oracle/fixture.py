"""Writes fixtures in the format that tests/unit/fixture.h describes.

    with Fixture("layer.txt") as out:
        out.case("sgd-1", V=7, D=4, lr=0.5)
        out.array("W", emb.weight)

A fixture is deterministic: what is random in it comes from a stated seed.
"""

import os
import struct

import torch

FOLDER = os.environ.get(
    "EMBLAB_FIXTURES",
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures"),
)

# 0 for the cases in the tree; anything else asks for others (make oracle).
SEED = int(os.environ.get("SEED", 0))


def number(value):
    """A float32 so that strtof gives the same bits, short where it can be."""
    for form in ("%.7g", "%.8g"):
        text = form % value
        if struct.pack("f", float(text)) == struct.pack("f", value):
            return text
    return "%.9g" % value


def option(value):
    if isinstance(value, bool):
        return "1" if value else "0"
    return repr(value) if isinstance(value, float) else str(value)


class Fixture:
    def __init__(self, name):
        os.makedirs(FOLDER, exist_ok=True)
        self.file = open(os.path.join(FOLDER, name), "w", encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.file.close()

    def comment(self, text):
        self.file.write("# %s\n" % text)

    def case(self, name, **options):
        words = ["case", name]
        words += ["%s=%s" % (key, option(value))
                  for key, value in options.items() if value is not None]
        self.file.write(" ".join(words) + "\n")

    def array(self, name, values):
        tensor = torch.as_tensor(values).detach()
        if tensor.is_sparse:
            tensor = tensor.to_dense()
        shape = "x".join(str(size) for size in tensor.shape) or "-"
        flat = tensor.reshape(-1).tolist()
        width = tensor.shape[-1] if tensor.dim() > 1 else max(len(flat), 1)
        if tensor.dtype == torch.float32:
            kind, words = "float32", [number(value) for value in flat]
        elif tensor.dtype in (torch.int64, torch.bool):
            kind, words = "int64", [str(int(value)) for value in flat]
        else:
            raise TypeError("%s is %s" % (name, tensor.dtype))
        self.file.write("%s %s %s\n" % (name, kind, shape))
        for start in range(0, len(words), max(width, 1)):
            self.file.write(" ".join(words[start:start + width]) + "\n")
