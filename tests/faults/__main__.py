"""python -m tests.faults --rounds 1000 [--seed 0]: the same as the test, for as long as one likes."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.harness import Harness, Zygote, table

parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
parser.add_argument("--rounds", type=int, default=1000, help="how many kills")
parser.add_argument("--seed", type=int, default=0, help="which random moments")
options = parser.parse_args()
started = time.perf_counter()
with tempfile.TemporaryDirectory() as folder:
    zygote = Zygote(Path(folder) / "said.txt")
    harness = Harness(Path(folder) / "work", zygote, random.Random(options.seed))
    try:
        harness.rounds(options.rounds, lambda line: print(line, file=sys.stderr, flush=True))
    finally:
        zygote.close()
        print(table(harness.tallies))
        print(f"\nseed {options.seed}, {time.perf_counter() - started:.0f} s", file=sys.stderr)
