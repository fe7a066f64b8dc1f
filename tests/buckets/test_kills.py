"""Commands that are killed at each of their writes to an object store, just before it and just after."""

import os
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
from movierec_cli.store.audit import verify
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
    """Asked as a user would; every answer must come from one run, and every run be whole."""
    recommender = Recommender.open(home.root)
    factor = 1.0 + recommender.run.facts.training.seed  # see quick_fit: each table has it once
    assert {hit.score for hit in recommender.recommend(Checkerboard.user_id(0), top=5)} == {factor * factor}
    assert {run_id: faults for run_id, faults in verify(home).items() if faults} == {}
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
        zygote.start(commands[name](0))
        assert zygote.end() == [0], zygote.said()
    kills = 0
    for name, command in commands.items():
        for act in ("kill", "kill after"):
            for write in range(100):
                while name == "runs --prune" and len(run_ids(home)) < 3:
                    zygote.start(commands["train"](kills))
                    assert zygote.end() == [0], zygote.said()
                before = state(home)
                if not killed(between, zygote, command(kills), write, act):
                    break
                kills += 1
                after = state(home)
                assert may_follow(name, before, after), (name, act, write, before, after)
            else:
                pytest.fail("there was no end to the writes")
    assert kills > 50
    monkeypatch.setattr(bucket, "KEPT", timedelta(seconds=-5))
    prune_runs(home=home.root)
    assert {file.partition("/")[0] for file in objects.below(home.runs)} == set(run_ids(home))
    assert len(run_ids(home)) <= RUNS_KEPT + 1


def killed(between: Between, zygote: Zygote, argv: list[str], write: int, act: Act) -> bool:
    """Whether the command was killed at one of its writes; false where it has fewer and ended well."""
    writes = 0

    def meddle(request: Request) -> Act:
        nonlocal writes
        writes += request.writes
        return act if request.writes and writes == write + 1 else "forward"

    between.watch(meddle)
    [between.victim] = zygote.start(argv)
    [code] = zygote.end()
    between.watch()
    assert code in {0, -9}, zygote.said()
    return code != 0
