"""Two workers of a Ray that is started once for all tests; where Ray is not installed there are no tests."""

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pytest

from movierec_cli.cluster.session import open_cluster
from movierec_cli.system.workers import Workers
from tests.buckets.between import Between
from tests.buckets.conftest import between, home, objects

__all__ = ["between", "home", "objects"]  # fixtures that are at home there

if find_spec("ray") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def workers(between: Between) -> Iterator[Workers]:
    """Two of them, who know of the object store."""
    with open_cluster("local", workers=2) as found:
        yield found


def process_id(pause: float) -> int:
    time.sleep(pause)
    return os.getpid()


@pytest.fixture
def killed_at(workers: Workers) -> Callable[[int], Callable[..., None]]:
    """killed_at(n) makes something that kills a worker when it is called for the n-th time."""

    def alive() -> list[int]:
        calls = [workers.call(process_id, 0.2) for _ in range(2)]
        return [workers.get(call) for call in calls]

    known = alive()

    def at(nth: int) -> Callable[..., None]:
        times = itertools.count(1)

        def told(*_: object) -> None:
            if next(times) == nth:
                try:
                    os.kill(known[0], signal.SIGKILL)
                except ProcessLookupError:  # Ray ends workers that have nothing to do
                    os.kill(alive()[0], signal.SIGKILL)

        return told

    return at
