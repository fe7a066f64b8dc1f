"""A hundred kills, and everything is as it was or as it was to be. More of them: python -m tests.faults"""

import os
import random
from pathlib import Path

import pytest

from tests.faults.harness import SHARES, Harness, Zygote


@pytest.mark.skipif(os.name == "nt", reason="kill -9 and fork are for POSIX")
def test_a_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    zygote = Zygote(tmp_path / "said.txt")
    try:
        harness = Harness(tmp_path / "work", zygote, random.Random(20_000))
        harness.rounds(100)
    finally:
        zygote.close()
    assert {name: tally.kills for name, tally in harness.tallies.items()} == SHARES
    assert sum(tally.while_writing for tally in harness.tallies.values()) >= 75
