"""A hundred kills, and everything is as it was or as it was to be. More of them: python -m tests.faults"""

from tests.faults.harness import SHARES, Harness


def test_a_hundred_kills_lose_nothing(harness: Harness) -> None:
    harness.rounds(100)
    assert {name: tally.kills for name, tally in harness.tallies.items()} == SHARES
    assert sum(tally.while_writing for tally in harness.tallies.values()) >= 75
