"""What is written to a home in an object store: whole or not at all, and never lost to somebody else."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch, list_datasets, load_dataset
from movierec_cli.datasets.shelf import verify_datasets
from movierec_cli.errors import MovieRecError, UnreachableError
from movierec_cli.home import Home
from movierec_cli.overview import info, prune_runs, use
from movierec_cli.profiles.editing import editing
from movierec_cli.profiles.profile import OwnRating, list_profiles, load_profile
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.audit import verify
from movierec_cli.store.facts import write_facts
from movierec_cli.store.publishing import RUNS_KEPT, new_run, use_run
from movierec_cli.store.runs import current_run, id_in_use, run_ids
from movierec_cli.system import bucket
from movierec_cli.training.train import train
from movierec_cli.training.update import update
from tests.buckets.between import Act, Between, Request
from tests.buckets.conftest import Objects
from tests.support import Checkerboard, Cli, killed_in_epoch, run_facts, write_csv_layout

HEAT = OwnRating("Heat", 1995, None, 4.5, "2024-01-01")
ALIEN = OwnRating("Alien", 1979, None, 5.0, "2024-01-02")
DUNE = OwnRating("Dune", 1984, None, None, None)


def build(home: Home, created: str) -> str:
    """A run that holds next to nothing."""
    with new_run(home) as folder:
        write_facts(folder, run_facts(created))
        (folder / "movies").write_text(created)
    return folder.name


def together(*works: Callable[[], object]) -> None:
    """Do all of it at once. Raises what any of it raises."""
    failed: list[BaseException] = []

    def work(one: Callable[[], object]) -> None:
        try:
            one()
        except BaseException as error:  # for the thread that waits
            failed.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


# ---- datasets and runs ----


def test_from_the_fetched_files_to_the_first_answer(
    home: Home, objects: Objects, cli: Cli, tmp_path: Path
) -> None:
    board = Checkerboard.dataset()
    source = write_csv_layout(board, tmp_path / "board")
    fetched = cli("fetch", "--from", str(source), home=home.root)
    assert fetched.code == 0, fetched.err
    assert f"board is here: {home.root}/datasets/board" in fetched.err
    assert cli("fetch", "--from", str(source), home=home.root).code == 0  # and has nothing to do
    assert load_dataset("board", home=home.root).ratings.equals(board.ratings)
    trained = cli("train", "board", "--epochs", "0", home=home.root)
    assert trained.code == 0, trained.err
    assert Recommender.open(home.root).recommend(3)[0].movie.movie_id == Checkerboard.withheld(0)
    [dataset] = info(home.root).datasets
    assert (dataset.name, dataset.manifest and dataset.manifest.ratings) == ("board", len(board.ratings))
    assert verify(home) == {current_run(home).run_id: []}
    assert verify_datasets(home) == {"board": []}
    [ratings] = [name for name in objects.below(home.datasets) if name.endswith("/ratings.csv")]
    content = objects.read(home.datasets / ratings)
    objects.write(home.datasets / ratings, bytes([*content[:-3], content[-3] ^ 1, *content[-2:]]))
    answer = cli("info", "--verify", home=home.root)
    assert "datasets/board: ratings.csv has changed since it was fetched." in " ".join(answer.err.split())
    assert answer.code == 1


def test_a_dataset_is_replaced_as_a_whole_and_the_old_files_go_later(
    home: Home, objects: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Checkerboard.dataset()
    fetch(source=write_csv_layout(old, tmp_path / "old"), name="board", home=home)
    few = Dataset(old.name, old.ratings.iloc[:900], old.movies, old.scale)
    source = write_csv_layout(few, tmp_path / "few")
    fetch(source=source, name="board", home=home, force=True)
    assert len(load_dataset("board", home=home).ratings) == 900
    folders = {name.split("/")[1] for name in objects.below(home.datasets) if name.count("/") > 1}
    assert len(folders) == 2
    monkeypatch.setattr(bucket, "KEPT", timedelta(seconds=-5))
    fetch(source=source, name="board", home=home, force=True)
    folders = {name.split("/")[1] for name in objects.below(home.datasets) if name.count("/") > 1}
    assert len(folders) == 1
    assert [one.name for one in list_datasets(home) if one.fetched] == ["board"]
    assert len(load_dataset("board", home=home).ratings) == 900


def test_a_run_that_did_not_arrive_is_none_and_is_cleared_away_later(
    home: Home, objects: Objects, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = home.runs / "of-another-program" / "1"
    objects.write(foreign, b"mine")
    first = build(home, "one")
    between.watch(lambda request: "403" if "/MANIFEST" in request.path and request.writes else "forward")
    with pytest.raises(UnreachableError):
        build(home, "two")
    between.watch()
    assert run_ids(home) == [first] == [current_run(home).run_id]
    assert len(objects.below(home.runs)) == 4 + 3  # the mark, run.json, movies: they may be on their way
    monkeypatch.setattr(bucket, "KEPT", timedelta(seconds=-5))
    prune_runs(home=home.root)
    kept = [f"{first}/{name}" for name in ("MANIFEST", "movies", "run.json")]
    assert objects.below(home.runs) == [*kept, "of-another-program/1"]
    assert objects.read(foreign) == b"mine"


def test_runs_come_are_used_and_go(
    home: Home, objects: Objects, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [build(home, f"run {number}") for number in range(RUNS_KEPT + 1)]
    assert run_ids(home) == runs[1:]
    assert use(runs[2], home.root).facts.created == "run 2"
    asked = current_run(home)
    pruned = prune_runs(1, home.root)
    assert pruned.removed == [*runs[1:2], *runs[3:-1]]
    assert run_ids(home) == [runs[2], runs[-1]]
    assert objects.read(home.current).decode().strip() == runs[2]
    assert cli("use", runs[3], home=home.root).code == 1
    use(runs[-1], home.root)
    prune_runs(1, home.root)
    assert run_ids(home) == [runs[-1]]
    assert objects.read(asked.folder / "movies") == b"run 2"  # for whoever is still asking it
    monkeypatch.setattr(bucket, "KEPT", timedelta(seconds=-5))
    prune_runs(1, home.root)
    assert {name.partition("/")[0] for name in objects.below(home.runs)} == {runs[-1]}


@pytest.mark.slow
@pytest.mark.parametrize("outer", ["prune", "use"])
def test_a_run_is_never_removed_and_put_to_use_at_the_same_time(
    home: Home, between: Between, outer: str
) -> None:
    """Between whichever two requests of the one the other happens, CURRENT names a run that is there."""
    for moment in range(50):
        old, new = build(home, "old"), build(home, "new")
        commands: dict[str, Callable[[], object]] = {
            "prune": partial(prune_runs, 1, home.root),
            "use": partial(use_or_not, home, old),
        }
        meddle = Once(moment, commands["use" if outer == "prune" else "prune"])
        between.watch(meddle)
        commands[outer]()
        between.watch()
        assert current_run(home).run_id in {old, new}
        if not meddle.done:
            return
    pytest.fail("there was no end to the requests")


class Once:
    """Does something before the request of a number is forwarded."""

    def __init__(self, number: int, work: Callable[[], object]) -> None:
        self.number, self.work, self.done = number, work, False

    def __call__(self, request: Request) -> Act:
        if request.number == self.number and not self.done:
            self.done = True
            self.work()
        return "forward"


def use_or_not(home: Home, run_id: str) -> None:
    with suppress(MovieRecError):
        use_run(home, run_id)


@pytest.mark.slow
def test_two_trainings_at_once_both_end_and_one_is_in_use(home: Home) -> None:
    for _ in range(5):
        before = run_ids(home)
        together(lambda: build(home, "a"), lambda: build(home, "b"))
        new = set(run_ids(home)) - set(before)
        assert len(new) == 2
        assert id_in_use(home) in new
        assert {current_run(home).facts.created} <= {"a", "b"}


@pytest.mark.slow
def test_a_hundred_times_two_put_different_runs_to_use(home: Home) -> None:
    one, other = build(home, "one"), build(home, "other")

    def fifty(run_id: str) -> None:
        for _ in range(50):
            use_run(home, run_id)

    together(lambda: fifty(one), lambda: fifty(other))
    assert id_in_use(home) in {one, other}
    assert run_ids(home) == [one, other]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="fork is for POSIX")
def test_a_training_goes_on_in_another_process(home: Home, objects: Objects, tmp_path: Path) -> None:
    fetch(source=write_csv_layout(Checkerboard.dataset(), tmp_path / "board"), name="board", home=home)
    killed_in_epoch(2, home.root, epochs=3, dim=4)
    assert objects.below(home.unfinished) == ["board.npz"]
    assert info(home.root).unfinished == ("movierec train --dataset board --epochs 3 --dim 4 --resume",)
    told: list[int] = []
    train(
        "board",
        epochs=3,
        dim=4,
        resume=True,
        home=home.root,
        on_epoch=lambda epoch: told.append(epoch.number),
    )
    assert told == [3]
    assert objects.below(home.unfinished) == []
    assert current_run(home).facts.training.epochs == 3


def test_new_ratings_are_folded_in_as_in_a_folder(
    home: Home, trained: Home, objects: Objects, tmp_path: Path
) -> None:
    objects.copy(trained.root, home.root)
    folder = objects.copy(trained.root, tmp_path / "folder")
    rows = [f"{user_id},{Checkerboard.movie_id(3)},4.0,2000000" for user_id in (3, 7_777)]
    (tmp_path / "new.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *rows, ""]))
    first = current_run(home).run_id
    reports = [update(tmp_path / "new.csv", home=place) for place in (home.root, folder)]
    assert reports[0].update == reports[1].update
    assert (reports[0].update.of, reports[0].update.new) == (first, 1)
    assert run_ids(home) == [first, reports[0].run_id]
    answers = [Recommender.open(place).recommend(7_777) for place in (home.root, folder)]
    assert answers[0] == answers[1]
    assert verify(home) == {run_id: [] for run_id in run_ids(home)}


# ---- profiles ----


def test_a_profile_is_kept_listed_and_removed(trained: Home, objects: Objects, home: Home, cli: Cli) -> None:
    objects.copy(trained.root, home.root)
    for command in (
        *(["rate", "Film 2", "5", "--as", "ann"], ["seen", "Film 3", "--as", "ann"]),
        *(["hide", "Film 5", "--as", "ann"], ["rate", "Film 7", "1"]),
    ):
        assert cli(*command, home=home.root).code == 0
    assert list_profiles(home) == ["ann", "me"]
    ann = load_profile(home, "ann")
    assert [(own.title, own.stars) for own in ann.ratings] == [("Film 2", 5.0), ("Film 3", None)]
    assert [own.title for own in ann.hidden] == ["Film 5"]
    assert cli("recommend", "ann", home=home.root).code == 0
    assert cli("rate", "--remove", "Film 2", "--as", "ann", home=home.root).code == 0
    assert cli("profiles", "--remove", "me", "--yes", home=home.root).code == 0
    assert [own.title for own in load_profile(home, "ann").ratings] == ["Film 3"]
    assert objects.below(home.profiles) == ["ann.json"]


def test_a_change_is_made_again_on_what_somebody_else_has_written_meanwhile(home: Home) -> None:
    with editing(home, "me") as draft:
        draft.put(HEAT)
        draft.hidden.put(DUNE)
    with editing(home, "me") as mine:
        mine.put(ALIEN)
        mine.hidden.remove(DUNE)
        with editing(home, "me") as theirs:
            theirs.remove(HEAT)
            theirs.watchlist.put(DUNE)
    kept = load_profile(home, "me")
    assert (kept.ratings, kept.watchlist, kept.hidden) == ((ALIEN,), (DUNE,), ())


@pytest.mark.slow
def test_a_hundred_changes_of_two_writers_are_all_there(home: Home) -> None:
    def fifty(letter: str) -> None:
        for number in range(50):
            with editing(home, "me") as draft:
                draft.put(OwnRating(f"{letter} {number}", 2000, None, 3.0, None))

    together(lambda: fifty("A"), lambda: fifty("B"))
    titles = {own.title for own in load_profile(home, "me").ratings}
    assert titles == {f"{letter} {number}" for letter in "AB" for number in range(50)}
