"""What is trained in parts learns what is learned from the whole, and nobody has all ratings meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions
from movierec_cli.questions.recommender import Recommender
from movierec_cli.system.workers import HERE, Kept
from movierec_cli.training.everybody import Everybody
from movierec_cli.training.train import train
from tests.support import Checkerboard, Divided, Stored, home_with


@pytest.mark.slow
def test_the_movie_that_was_withheld_comes_first(checkerboard: Dataset, tmp_path: Path) -> None:
    run = train(checkerboard, epochs=20, dim=16, batch_size=20, seed=1, home=tmp_path, workers=Divided(2))
    assert run.facts.model.kind == "ranking"
    losses = [epoch.loss for epoch in run.facts.training.by_epoch]
    assert losses[-1] < losses[0]
    asked = Recommender.open(tmp_path)
    for person in range(Checkerboard.people):
        first = asked.recommend(Checkerboard.user_id(person), top=1)[0]
        assert first.movie.movie_id == Checkerboard.withheld(person)


@dataclass
class Most:
    """The most that was in one place: ratings, rows of people or of movies, and people of a table."""

    ratings: int = 0
    rows: int = 0

    def look_at(self, value: Any) -> None:
        if isinstance(value, Interactions):
            self.ratings = max(self.ratings, len(value.rating))
        elif isinstance(value, Everybody):
            pass  # stands for what workers have
        elif is_dataclass(value):
            for field in fields(value):
                self.look_at(getattr(value, field.name))
        elif isinstance(value, tuple | list):
            for one in value:
                self.look_at(one)
        elif hasattr(value, "nnz"):
            self.ratings = max(self.ratings, value.nnz)
        elif hasattr(value, "num_rows") or (hasattr(value, "ndim") and value.ndim == 2):
            self.rows = max(self.rows, len(value))


class Watched(Divided):
    """Workers of whom is known what they have, and what is brought here from them."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.there, self.here = Most(), Most()

    def keep(self, value: Any) -> Kept[Any]:
        self.there.look_at(value)
        return super().keep(value)

    def call(self, function: Callable[..., Any], *arguments: object) -> Kept[Any]:
        for argument in arguments:
            self.there.look_at(HERE.get(argument) if isinstance(argument, Kept) else argument)
        given = super().call(function, *arguments)
        self.there.look_at(HERE.get(given))
        return given

    def get(self, kept: Kept[Any]) -> Any:
        self.here.look_at(value := super().get(kept))
        return value


@pytest.mark.parametrize("epochs", [0, 1])
def test_nobody_has_all_ratings_or_everybodys_vectors(
    checkerboard: Dataset, tmp_path: Path, epochs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty people in five parts, of whom four are judged, and three are written at a time; each person has
    fewer ratings than there are movies."""
    monkeypatch.setattr("movierec_cli.training.validation.PEOPLE_JUDGED", 4)
    monkeypatch.setattr("movierec_cli.training.tables.PEOPLE_AT_ONCE", 3)
    home = home_with(checkerboard, tmp_path, "board")
    workers = Watched(5)
    train("board", epochs=epochs, dim=4, batch_size=10, home=home, workers=workers)
    movies = Checkerboard.movies + 1
    assert 0 < workers.there.ratings <= len(checkerboard.ratings) / 5 + movies
    assert workers.there.rows <= movies
    assert 0 < workers.here.ratings <= 4 * movies
    assert workers.here.rows <= movies
    assert len(Stored.read(home).user_ids) == Checkerboard.people


@pytest.mark.parametrize("parts", [2, 7])
def test_the_computed_model_is_that_of_the_whole(by_chance: Dataset, tmp_path: Path, parts: int) -> None:
    """Directions may be turned: scores are told. What is counted is the same."""
    home = home_with(by_chance, tmp_path, "board")
    train("board", epochs=0, home=home)
    one = Stored.read(home)
    train("board", epochs=0, home=home, workers=Divided(parts))
    other = Stored.read(home)
    for counted in ("movie_id", "mean_rating", "rating_count", "rating_histogram", "year"):
        assert list(one.movies[counted]) == list(other.movies[counted])
    assert one.user_ids == other.user_ids
    assert [one.ratings(user_id) for user_id in one.user_ids] == [
        other.ratings(user_id) for user_id in one.user_ids
    ]
    for column in ("score_vector", "star_vector"):
        scores, again = (
            np.stack(stored.users[column]).astype(np.float64) @ stored.movie_matrix(column).T
            for stored in (one, other)
        )
        np.testing.assert_allclose(scores, again, rtol=0, atol=1e-3 * scores.std())
    facts, again_facts = (stored.run.facts.training.validation for stored in (one, other))
    assert facts.ndcg == pytest.approx(again_facts.ndcg, rel=1e-3)
