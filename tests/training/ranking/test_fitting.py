"""From a dataset to vectors: the computed member alone, and beside the towers."""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.datasets.interactions import Interactions, hold_out
from movierec_cli.questions.recommender import Recommender
from movierec_cli.store.facts import Epoch
from movierec_cli.training.backend import keras, tf
from movierec_cli.training.data import Listener, TrainingData, TrainingOptions
from movierec_cli.training.everybody import Everybody, whole
from movierec_cli.training.ranking import computed, fitting, trainer
from movierec_cli.training.ranking.config import RankingConfig
from movierec_cli.training.ranking.evidence import Evidence
from movierec_cli.training.train import train
from movierec_cli.training.trained import TrainedModel
from movierec_cli.training.validation import RankingTask
from movierec_cli.vectors.fold_in import HistoryWeights
from tests.support import Checkerboard, Stored, general_of, history_weights, make_dataset

Dense = npt.NDArray[np.float64]


def fitted(dataset: Dataset, epochs: int = 0, seed: int = 0, **settings: Any) -> TrainedModel:
    told: list[Epoch] = []
    trained = fitting.fit(
        TrainingData.of(dataset),
        TrainingOptions(epochs=epochs, patience=epochs or 1, seed=seed),
        Listener(on_epoch=told.append),
        RankingConfig(**settings),
    )
    assert told == trained.epochs
    return trained


def histories(stored: Stored) -> Dense:
    """(people, movies): what each person's ratings weigh, by the definition; 0 where nothing is rated."""
    column = {movie_id: index for index, movie_id in enumerate(stored.movies["movie_id"])}
    dense = np.zeros((len(stored.user_ids), len(column)))
    for person, user_id in enumerate(stored.user_ids):
        ratings = stored.ratings(user_id)
        dense[person, [column[movie_id] for movie_id in ratings]] = history_weights(
            list(ratings.values()), stored.model["fold_in"]["weights"]
        )
    return dense


# ---- the computed member alone ----


def test_without_epochs_scores_are_the_computed_members_and_a_little_popularity(
    by_chance: Dataset, tmp_path: Path
) -> None:
    """By numpy from the ratings: a dense ridge regression on the largest directions, scaled to a spread of 1
    over people and movies, and a tenth of that for what everybody likes."""
    train(by_chance, epochs=0, home=tmp_path)
    stored = Stored.read(tmp_path)
    config = RankingConfig()
    seen = Interactions.from_dataset(by_chance)
    plain = histories(stored)
    weight = HistoryWeights(**stored.model["fold_in"]["weights"])(seen.rating)
    sums = np.bincount(seen.movie_index, np.abs(weight), len(seen.movie_ids))
    evening = np.maximum(sums, 1) ** -0.25
    evened = plain * evening / np.median(evening)
    liked = np.zeros_like(plain)
    liked[seen.user_index, seen.movie_index] = (seen.rating / 5) ** 2
    width = computed.width_for(len(seen.rating), 30)
    _, singular, directions = np.linalg.svd(evened, full_matrices=False)
    kept, squares = directions[:width].T, singular[:width] ** 2
    floor = max(squares[-1], 0.01 * squares[0])
    places = evened @ kept
    ridge = config.computed_ridge * (len(seen.rating) / 30 / 50) ** (1 / 5)
    gram = places.T @ places + ridge * floor * np.eye(width)
    scores = places @ np.linalg.solve(gram, places.T @ liked)
    fresh = 1 / np.sqrt(1 + config.recency * seen.age / seen.counts[seen.user_index])
    worth = np.bincount(seen.movie_index, 2 ** (5 * (seen.rating / 5 - 1)) * fresh, len(seen.movie_ids))
    popularity = np.log1p(worth) - np.log1p(worth).mean()
    found = stored.user_matrix() @ stored.movie_matrix("score_vector").T
    general = stored.movie_matrix("score_vector")[:, -1]
    np.testing.assert_allclose(general, 0.1 * popularity / popularity.std(), rtol=1e-3, atol=1e-4)
    counted = [general_of(stored, list(stored.ratings(user_id).values()))[-1] for user_id in stored.user_ids]
    personal = found - np.array(counted)[:, None] * general
    assert personal.std() == pytest.approx(1.0, rel=0.05)  # over those who are judged: nearly everybody
    np.testing.assert_allclose(personal, scores * (personal.std() / scores.std()), atol=0.02)
    assert np.corrcoef(personal.ravel(), scores.ravel())[0, 1] > 0.9999


def test_without_epochs_there_is_no_network_and_no_history(checkerboard: Dataset) -> None:
    trained = fitted(checkerboard)
    assert trained.network is None
    assert (trained.epochs, trained.best_epoch, trained.finishing_epochs) == ([], 0, 0)
    assert 0 < trained.validation.ndcg <= 1 and trained.validation.loss > 0


@pytest.mark.slow
@pytest.mark.parametrize("epochs", [0, 2])
def test_the_seed_decides_the_vectors(checkerboard: Dataset, epochs: int) -> None:
    first, again, other = (fitted(checkerboard, epochs, seed, dim=8, batch_size=16) for seed in (5, 5, 6))
    for name, matrix in [*first.movie_vectors.items(), ("people", whole(first.user_vectors["score_vector"]))]:
        same, changed = (
            whole(one.user_vectors["score_vector"]) if name == "people" else one.movie_vectors[name]
            for one in (again, other)
        )
        np.testing.assert_array_equal(same, matrix)
        assert np.abs(changed - matrix).max() > 1e-4


def test_scores_of_the_computed_member_are_those_of_another_seed_but_for_their_spread(
    by_chance: Dataset,
) -> None:
    """The spread, which is measured over those who are judged, is nearly the same too."""
    first, other = (
        whole(one.user_vectors["score_vector"])[:, :-1] @ one.movie_vectors["score_vector"][:, :-1].T
        for one in (fitted(by_chance, seed=1), fitted(by_chance, seed=2))
    )
    assert first.std() == pytest.approx(other.std(), rel=0.05)
    np.testing.assert_allclose(first / first.std(), other / other.std(), atol=1e-3)


# ---- beside the towers ----


def test_the_saved_network_scores_as_the_database_does(stored: Stored) -> None:
    """model.keras is read in safe mode. The bias as one more dimension changes nothing, but for how much what
    everybody likes counts for people with few ratings."""
    network = keras.models.load_model(stored.run.folder / "model.keras", safe_mode=True)
    scores = network(tf.sparse.from_dense(histories(stored).astype(np.float32))).numpy()
    in_full = np.array(stored.model["fold_in"]["user_bias"])
    counted = [general_of(stored, list(stored.ratings(user_id).values())) for user_id in stored.user_ids]
    people = stored.user_matrix() - np.array(counted) + in_full
    products = people @ stored.movie_matrix("score_vector").T
    assert scores.shape == (Checkerboard.people, Checkerboard.movies + 1)
    assert scores.std() > 0.1
    np.testing.assert_allclose(scores, products, rtol=1e-3, atol=1e-3)


def test_the_computed_member_speaks_half_as_loud_as_the_towers(checkerboard: Dataset, stored: Stored) -> None:
    """Spreads of the two parts of the scores of those who are judged; the towers have 16 dimensions,
    and their bias does not count."""
    share = stored.model["config"]["computed_share"]
    seed = json.loads((stored.run.folder / "run.json").read_text())["training"]["seed"]
    seen, held_out = hold_out(Interactions.from_dataset(checkerboard), 0.05, seed=seed)
    judged = RankingTask(seen, held_out, 5.0, 1.0).judged
    people, movies = stored.user_matrix()[judged], stored.movie_matrix("score_vector")
    towers = people[:, :16] @ movies[:, :16].T
    by_itself = people[:, 16:-1] @ movies[:, 16:-1].T
    assert by_itself.std() / towers.std() == pytest.approx(share, rel=0.001)


@pytest.mark.slow
@pytest.mark.parametrize("sample_from", [trainer.SAMPLE_FROM, 0])
def test_towers_alone_learn_two_tastes(
    checkerboard: Dataset, monkeypatch: pytest.MonkeyPatch, sample_from: int
) -> None:
    """Also from a sample of the movies, of which there are too many to score all in larger data."""
    monkeypatch.setattr(trainer, "SAMPLE_SIZE", 12)
    monkeypatch.setattr(trainer, "SAMPLE_BATCH", 1)

    def sampling(*arguments: Any, **options: Any) -> trainer.Trainer:
        return made(*arguments, sample_from=sample_from, **options)

    made: Callable[..., trainer.Trainer] = trainer.Trainer
    monkeypatch.setattr(trainer, "Trainer", sampling)
    trained = fitted(checkerboard, 30, seed=1, dim=16, batch_size=20, computed_share=0.0)
    scores = whole(trained.user_vectors["score_vector"]) @ trained.movie_vectors["score_vector"].T
    interactions = Interactions.from_dataset(checkerboard)
    scores[interactions.user_index, interactions.movie_index] = -np.inf
    best = interactions.movie_ids[scores.argmax(axis=1)]
    assert best.tolist() == [Checkerboard.withheld(person) for person in range(Checkerboard.people)]


@pytest.mark.slow
def test_it_is_finished_on_all_ratings(checkerboard: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then five in a hundred of each person's ratings, rounded, are held out."""
    learned_from: list[tuple[int, int]] = []

    class Watched(trainer.Trainer):
        def __init__(self, evidence: Everybody[Evidence], *options: Any, **more: Any) -> None:
            learned_from.append((sum(len(part.target) for part in evidence), 0))
            super().__init__(evidence, *options, **more)

        def finish(self, everything: Everybody[Evidence], epochs: int, *options: Any) -> None:
            learned_from.append((sum(len(part.target) for part in everything), epochs))
            super().finish(everything, epochs, *options)

    monkeypatch.setattr(trainer, "Trainer", Watched)
    trained = fitted(checkerboard, 5, dim=4)
    counts = checkerboard.ratings.groupby("user_id").size()
    held_out = int((counts * 0.05 + 0.5).astype(int).sum())
    assert held_out > 0
    assert learned_from == [(len(checkerboard.ratings) - held_out, 0), (len(checkerboard.ratings), 2)]
    assert (len(trained.epochs), trained.finishing_epochs) == (5, 2)


@pytest.mark.slow
def test_with_a_sample_of_the_movies_half_as_many_passes_follow_as_the_best_epoch_took(
    checkerboard: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not half of the thirty that were asked for."""

    class Sampling(trainer.Trainer):
        def __init__(
            self, evidence: Everybody[Evidence], width: int, config: RankingConfig, seed: int, **_: Any
        ) -> None:
            super().__init__(evidence, width, config, seed, sample_from=0)

    monkeypatch.setattr(trainer, "Trainer", Sampling)
    options = TrainingOptions(epochs=30, patience=2, dim=4)
    trained = fitting.fit(TrainingData.of(checkerboard), options)
    assert trained.best_epoch <= len(trained.epochs) < 30
    assert trained.finishing_epochs == round(trained.best_epoch / 2)


@pytest.mark.slow
@pytest.mark.parametrize("epochs", [0, 1])
def test_movies_of_which_only_the_id_is_known_can_be_learned_from(tmp_path: Path, epochs: int) -> None:
    """A u.data alone has no years and no genres; and there are fewer people and movies than dimensions."""
    ratings = [
        (person, movie, 5.0, movie) for person in range(1, 9) for movie in range(1, 9) if person != movie
    ]
    movies = [(movie, f"Movie {movie}", None, ()) for movie in range(1, 9)]
    train(make_dataset("bare", movies, ratings), epochs=epochs, home=tmp_path)
    for person in range(1, 9):
        hits = Recommender.open(tmp_path).recommend(person)
        assert [hit.movie.movie_id for hit in hits] == [person]


def test_ratings_that_all_say_nothing_leave_what_everybody_likes(tmp_path: Path) -> None:
    """Everybody gives 2 of 5, the neutral place; one movie is rated by all, and the others by some."""
    ratings = [
        (person, movie, 2.0, movie) for person in range(1, 13) for movie in range(12) if movie <= person
    ]
    movies = [(movie, f"Movie {movie}", None, ()) for movie in range(14)]
    trained = fitted(make_dataset("neutral", movies, ratings), neutral=0.4)
    people = whole(trained.user_vectors["score_vector"])
    assert np.isfinite(people).all()
    np.testing.assert_allclose(people[:, :-1], np.tile(people[0, :-1], (12, 1)), atol=1e-5)
    scores = people @ trained.movie_vectors["score_vector"].T
    assert set(scores.argmax(axis=1).tolist()) <= {0, 1}


def test_widths_are_those_asked_for(checkerboard: Dataset) -> None:
    trained = fitted(checkerboard, 1, dim=5)
    width = computed.width_for(len(checkerboard.ratings), Checkerboard.movies)
    for name in ("score_vector", "history_vector"):
        assert trained.movie_vectors[name].shape == (Checkerboard.movies + 1, 5 + width + 1)
    assert trained.facts.config["dim"] == 5
    assert set(trained.facts.config) == {field.name for field in fields(RankingConfig)}


@pytest.mark.parametrize(
    ("people", "in_a_step"), [(50, 32), (610, 61), (943, 94), (6040, 128), (200_948, 128)]
)
def test_a_step_learns_from_fewer_people_where_there_are_fewer(people: int, in_a_step: int) -> None:
    """A tenth of them, from 32 to 128."""
    assert RankingConfig().people_in_a_step(people) == in_a_step


def test_a_batch_size_that_was_asked_for_is_taken() -> None:
    assert RankingConfig(batch_size=500).people_in_a_step(100) == 500
