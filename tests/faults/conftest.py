"""A process to fork commands from, and a home that they work in."""

import os
import random
from collections.abc import Iterator

import pytest

from tests.faults.harness import Harness, Zygote


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    if os.name == "nt":
        pytest.skip("fork is for POSIX")
    zygote = Zygote(tmp_path_factory.mktemp("zygote") / "said.txt")
    yield zygote
    zygote.close()


@pytest.fixture(scope="session")
def harness(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Harness:
    """One for all tests: each leaves a home in which all is well."""
    return Harness(tmp_path_factory.mktemp("harness") / "work", zygote, random.Random(20_000))
