"""Commands that are killed before each of their writes to an object store."""

import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch, load_dataset
from movierec_cli.home import Home
from movierec_cli.overview import prune_runs
from movierec_cli.profiles.profile import load_profile
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.audit import find_faults, verify
from movierec_cli.store.publishing import RUNS_KEPT
from movierec_cli.store.runs import run_ids
from movierec_cli.system import bucket
from tests.buckets.between import Act, Between, Request
from tests.buckets.conftest import Objects
from tests.faults.harness import Zygote
from tests.support import Checkerboard, write_csv_layout

pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork is for POSIX")


@pytest.fixture(scope="module")
def zygote(between: Between, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Begun when the keys are set."""
    folder = tmp_path_factory.mktemp("zygote")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))  # for what killed processes leave
        zygote = Zygote(folder / "said.txt")
    yield zygote
    zygote.close()


@dataclass(frozen=True)
class State:
    """What the home says."""

    run_id: str
    runs: list[str]
    stars: dict[str, float | None]
    ratings: int


def state(home: Home) -> State:
    """Asked as a user would: every answer must come from one run, which is whole."""
    recommender = Recommender.open(home.root)
    factor = 1.0 + recommender.run.facts.training.seed  # see quick_fit: each table has it once
    assert {hit.score for hit in recommender.recommend(Checkerboard.user_id(0), top=5)} == {factor * factor}
    assert find_faults(home, recommender.run.run_id) == []
    return State(
        recommender.run.run_id,
        run_ids(home),
        {own.title: own.stars for own in load_profile(home, "me").ratings},
        len(load_dataset("board", home=home).ratings),
    )


def may_follow(name: str, before: State, after: State) -> bool:
    """Whether a command that was killed may have left this."""
    same_run = (after.run_id, after.runs) == (before.run_id, before.runs)
    if name == "train":
        new = set(after.runs) - set(before.runs)
        gone = set(before.runs) - set(after.runs)
        return (after.run_id == before.run_id or new == {after.run_id}) and gone <= set(before.runs[:-1])
    if name == "runs --prune":
        return after.run_id == before.run_id and set(after.runs) <= set(before.runs)
    if name == "fetch":
        return same_run and after.ratings in {900, len(Checkerboard.dataset().ratings)}
    return same_run and after.stars in (before.stars, before.stars | {"Film 3": after.stars.get("Film 3")})


@pytest.fixture
def commands(tmp_path: Path, home: Home) -> dict[str, Callable[[int], list[str]]]:
    """For a number, which differs each time, a command line."""
    board = Checkerboard.dataset()
    few = Dataset(board.name, board.ratings.iloc[:900], board.movies, board.scale)
    sources = [write_csv_layout(one, tmp_path / name) for one, name in ((board, "board"), (few, "few"))]
    fetch(source=sources[0], name="board", home=home)
    at = ["--home", str(home.root)]
    return {
        "train": lambda n: ["train", "-d", "board", "--seed", str(n % 89), *at],
        "rate": lambda n: ["rate", "Film 3", str(1 + n % 9 / 2), *at],
        "fetch": lambda n: ["fetch", "--from", str(sources[n % 2]), "--name", "board", "--force", *at],
        "runs --prune": lambda _: ["runs", "--prune", "--keep", "1", *at],
    }


@pytest.mark.slow
def test_whenever_a_command_is_killed_the_home_is_old_or_new(
    home: Home,
    between: Between,
    zygote: Zygote,
    objects: Objects,
    commands: dict[str, Callable[[int], list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("train", "rate"):
        finish(zygote, commands[name](0))
    kills = 0
    for name, command in commands.items():
        between.watch()
        finish(zygote, command(1))
        last = sum(request.writes for request in between.requests)
        for write in sorted({*range(0, last, 5), *range(max(0, last - 4), last)}):
            while name == "runs --prune" and len(run_ids(home)) < 3:
                finish(zygote, commands["train"](kills))
            before = state(home)
            kills += killed(between, zygote, command(kills), write)
            after = state(home)
            assert may_follow(name, before, after), (name, write, before, after)
        assert {run_id: faults for run_id, faults in verify(home).items() if faults} == {}
    monkeypatch.setattr(bucket, "KEPT", timedelta(seconds=-5))
    prune_runs(home=home.root)
    assert {file.partition("/")[0] for file in objects.below(home.runs)} == set(run_ids(home))
    assert len(run_ids(home)) <= RUNS_KEPT + 1


def finish(zygote: Zygote, argv: list[str]) -> None:
    zygote.start(argv)
    assert zygote.end() == [0], zygote.said()


def killed(between: Between, zygote: Zygote, argv: list[str], write: int) -> bool:
    """Whether the command was killed before it wrote for the `write`-th time, from 0; else it ended well."""
    writes = itertools.count()
    started = threading.Event()

    def meddle(request: Request) -> Act:
        started.wait()
        return "kill" if request.writes and next(writes) == write else "forward"

    between.watch(meddle)
    [between.victim] = zygote.start(argv)
    started.set()
    [code] = zygote.end()
    between.watch()
    assert code in {0, -signal.SIGKILL}, zygote.said()
    return code != 0
