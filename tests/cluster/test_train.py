"""What is trained with workers is what one process trains."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.library import fetch
from movierec_cli.home import Home
from movierec_cli.questions.export import export
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.audit import verify
from movierec_cli.store.facts import Epoch
from movierec_cli.system.workers import Kept, Workers
from movierec_cli.training import checkpoint
from movierec_cli.training.train import train
from tests.support import Checkerboard, RatingRow, Stored, home_with, make_dataset

PEOPLE, MOVIES, EACH = 300, 120, 20


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """People at random who love some of six kinds of movies and hate others, with noise."""
    chance = np.random.default_rng(7)
    taste = chance.normal(size=(PEOPLE, 6))
    ratings: list[RatingRow] = []
    for person in range(PEOPLE):
        for movie in chance.choice(MOVIES, EACH, replace=False).tolist():
            stars = np.clip(np.round(3 + taste[person, movie % 6] + 0.5 * chance.normal()), 1, 5)
            ratings.append((person + 1, movie + 1, float(stars), len(ratings)))
    return make_dataset("kinds", [(movie + 1, f"Film {movie}", 2000, ()) for movie in range(MOVIES)], ratings)


@pytest.fixture(scope="module")
def alone(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the model that one process computes."""
    home = tmp_path_factory.mktemp("alone")
    train(dataset, epochs=0, seed=3, home=home)
    return home


def lists(home: Path, scratch: Path) -> dict[int, list[int]]:
    """Everybody's ten movies."""
    export(scratch / "all.csv", home=home)
    rows = [line.split(",") for line in (scratch / "all.csv").read_text("utf-8").splitlines()[1:]]
    found: dict[int, list[int]] = {}
    for user_id, _, movie_id, *_ in rows:
        found.setdefault(int(user_id), []).append(int(movie_id))
    return found


def same_lists(one: dict[int, list[int]], other: dict[int, list[int]]) -> float:
    """The share of people who have the same ten movies in the same order."""
    assert len(one) == PEOPLE and one.keys() == other.keys()
    return float(np.mean([one[person] == other[person] for person in one]))


@dataclass
class Told:
    """Workers that tell of each call."""

    workers: Workers
    on_call: Callable[[], None]

    @property
    def count(self) -> int:
        return self.workers.count

    @property
    def apart(self) -> bool:
        return self.workers.apart

    @property
    def ahead(self) -> int:
        return self.workers.ahead

    def keep(self, value: Any) -> Kept[Any]:
        return self.workers.keep(value)

    def call(self, function: Callable[..., Any], *arguments: object) -> Kept[Any]:
        called = self.workers.call(function, *arguments)
        self.on_call()
        return called

    def get(self, kept: Kept[Any]) -> Any:
        return self.workers.get(kept)


def test_two_workers_compute_the_same_lists(
    workers: Workers, dataset: Dataset, alone: Path, tmp_path: Path
) -> None:
    here = Stored.read(alone).run.facts
    there = train(dataset, epochs=0, seed=3, home=tmp_path, workers=workers).facts
    assert same_lists(lists(alone, tmp_path), lists(tmp_path, tmp_path)) >= 0.99
    assert there.training.validation.ndcg == pytest.approx(here.training.validation.ndcg, rel=0.005)
    assert there.model.stars and here.model.stars
    for name, value in asdict(here.model.stars).items():  # sums come in another order
        np.testing.assert_allclose(asdict(there.model.stars)[name], value, rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("where", ["folder", "object store"])
def test_workers_read_the_ratings_of_their_people(
    workers: Workers, dataset: Dataset, tmp_path: Path, home: Home, where: str
) -> None:
    local = home_with(dataset, tmp_path, "kinds")
    place = local
    if where == "object store":
        place = home.root
        fetch(source=tmp_path / "source", name="kinds", home=home)
    train("kinds", epochs=0, seed=3, home=local)
    alone = lists(local, tmp_path)
    train("kinds", epochs=0, seed=3, home=place, workers=workers)
    assert same_lists(alone, lists(place, tmp_path)) >= 0.99
    assert [faults for faults in verify(place).values() if faults] == []


@pytest.mark.parametrize("nth", [1, 8, 20])
def test_a_worker_that_is_killed_meanwhile_changes_nothing(
    workers: Workers,
    dataset: Dataset,
    alone: Path,
    tmp_path: Path,
    killed_at: Callable[[int], Callable[..., None]],
    nth: int,
) -> None:
    train(dataset, epochs=0, seed=3, home=tmp_path, workers=Told(workers, killed_at(nth)))
    assert same_lists(lists(alone, tmp_path), lists(tmp_path, tmp_path)) >= 0.99


def test_towers_that_two_workers_train_are_as_good(
    workers: Workers, checkerboard: Dataset, tmp_path: Path, killed_at: Callable[[int], Callable[..., None]]
) -> None:
    """Also when one of them is killed after the third epoch: the movie that was withheld comes first, and the
    validation figure is no more than 0.5 % below that of one process."""
    train_here = partial(train, checkerboard, epochs=6, dim=16, batch_size=20, seed=1)
    alone = train_here(home=tmp_path / "alone").facts
    both = train_here(home=tmp_path / "both", workers=workers, on_epoch=killed_at(3)).facts
    assert (both.model.kind, both.training.epochs) == ("ranking", 6)
    assert both.training.validation.ndcg >= 0.995 * alone.training.validation.ndcg
    asked = Recommender.open(tmp_path / "both")
    for person in range(Checkerboard.people):
        first = asked.recommend(Checkerboard.user_id(person), top=1)[0]
        assert first.movie.movie_id == Checkerboard.withheld(person)


def test_what_workers_train_goes_on_after_it_was_stopped(
    workers: Workers,
    checkerboard: Dataset,
    tmp_path: Path,
    killed_at: Callable[[int], Callable[..., None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the epochs that were finished: it becomes the model that nobody disturbed, also when a worker is
    killed then."""
    monkeypatch.setattr(checkpoint, "AFTER", 0.0)
    monkeypatch.setattr(checkpoint, "SPARED", 0)
    train_there = partial(
        train,
        checkerboard,
        epochs=5,
        dim=4,
        batch_size=20,
        seed=7,
        home=tmp_path / "stopped",
        workers=workers,
    )
    train_there(home=tmp_path / "undisturbed")
    epochs: list[int] = []

    def stop_after_the_third(epoch: Epoch) -> None:
        epochs.append(len(epochs) + 1)
        if epochs == [1, 2, 3]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_there(on_epoch=stop_after_the_third)
    stages: list[str] = []
    train_there(resume=True, on_stage=stages.append, on_epoch=killed_at(1))
    assert sum(stage.startswith("Going on after") for stage in stages) == 1
    resumed, undisturbed = (Stored.read(tmp_path / name) for name in ("stopped", "undisturbed"))
    assert len(resumed.run.facts.training.by_epoch) == 5
    np.testing.assert_allclose(
        resumed.movies["score_vector"], undisturbed.movies["score_vector"], rtol=0, atol=1e-5
    )
