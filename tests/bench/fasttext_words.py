"""Words a second of negative sampling here beside fastText's on one thread, on
the same text, in the same run: two million words, 100,000 of them different.
BENCHES is the folder of the benchmark programs.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

BENCH = os.path.join(os.environ.get("BENCHES", "build/gcc/tests/bench"),
                     "bench_words")
ROUNDS = 3
OPTIONS = ("-dim 100 -ws 2 -neg 5 -maxn 0 -minCount 1 -thread 1 -epoch 1").split()


def ours(text):
    out = subprocess.run([BENCH, text], check=True, capture_output=True, text=True)
    return float(re.search(r"(\d+) words a second", out.stdout).group(1))


def theirs(text, model):
    out = subprocess.run(["fasttext", "cbow", "-input", text, "-output", model,
                          *OPTIONS], check=True, capture_output=True, text=True)
    said = re.findall(r"words/sec/thread:\s*(\d+)", out.stdout + out.stderr)
    return float(said[-1])


def main():
    if shutil.which("fasttext") is None:
        print("fastText is not installed: nothing to compare with")
        sys.exit()
    with tempfile.TemporaryDirectory() as folder:
        text, model = (os.path.join(folder, name) for name in ("text", "model"))
        pairs = [(ours(text), theirs(text, model)) for _ in range(ROUNDS)]
    mine, peer = (statistics.median(side) for side in zip(*pairs))
    print("words a second %9.0f   fastText %9.0f   ratio %.2f (goal 1)"
          % (mine, peer, mine / peer))


main()
