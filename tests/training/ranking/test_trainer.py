"""The ranking model: what it hands to the store is what the network computes."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from movierec_cli.datasets.dataset import Dataset
from movierec_cli.models import ranking
from movierec_cli.models.backend import keras, tf
from movierec_cli.training.content import movie_features
from movierec_cli.models.training import train
from movierec_cli.recommender import Recommender
from tests.support import Checkerboard, Stored, make_dataset


def histories(stored: Stored) -> npt.NDArray[np.float32]:
    """(people, movies) history weights from the definition, zero where not rated."""
    model = stored.model["fold_in"]
    column = {movie_id: index for index, movie_id in enumerate(stored.movies["movie_id"])}
    dense = np.zeros((len(stored.user_ids), len(column)), dtype=np.float32)
    for person, (movie_ids, stars) in enumerate(
        zip(stored.users["movie_ids"], stored.users["ratings"], strict=True)
    ):
        for later, (movie_id, given) in enumerate(zip(movie_ids[::-1], stars[::-1], strict=True)):
            weight = given / model["highest"] / np.sqrt(1 + later / model["recency"])
            dense[person, column[movie_id]] = weight
    counts = (dense > 0).sum(axis=1, keepdims=True)
    length = np.sqrt(counts / (counts + model["shrinkage"]))
    return np.asarray(dense * length / np.linalg.norm(dense, axis=1, keepdims=True))


def test_the_saved_network_scores_as_the_database_does(stored: Stored) -> None:
    """model.keras is read in safe mode, and the bias as one more dimension changes nothing."""
    network = keras.models.load_model(stored.run.folder / "model.keras", safe_mode=True)
    logits = network(tf.sparse.from_dense(histories(stored))).numpy()
    products = stored.user_matrix() @ stored.movie_matrix("score_vector").T
    assert logits.shape == (Checkerboard.people, Checkerboard.movies + 1)
    assert logits.std() > 0.1
    np.testing.assert_allclose(logits, products, rtol=1e-4, atol=1e-4)


def test_similar_compares_what_was_learned_and_what_a_movie_is_about(stored: Stored) -> None:
    """Unit vectors of both embeddings added up, to unit length, then 1.1 times unit vectors of genres and
    decades, where one that a share p of the movies has counts log(1 / p)."""
    score, history, similar = (
        stored.movie_matrix(name) for name in ("score_vector", "history_vector", "similar_vector")
    )
    both = sum(
        matrix[:, :-1] / np.linalg.norm(matrix[:, :-1], axis=1, keepdims=True) for matrix in (score, history)
    )
    about = [
        {*genres, *([year // 10] if year is not None else [])}
        for genres, year in zip(stored.movies["genres"], stored.movies["year"], strict=True)
    ]
    words = sorted(
        {word for words in about for word in words}, key=lambda word: (isinstance(word, int), word)
    )
    content = np.array(
        [[word in words for word in words_known] for words_known in [words] for words in about]
    )
    content = content * -np.log(content.mean(axis=0))
    length = np.linalg.norm(content, axis=1, keepdims=True)
    np.testing.assert_allclose(
        similar,
        np.hstack(
            [both / np.linalg.norm(both, axis=1, keepdims=True), 1.1 * content / np.where(length, length, 1)]
        ),
        atol=1e-5,
    )


def vectors(home: Path) -> dict[str, npt.NDArray[np.float64]]:
    stored = Stored.read(home)
    columns = ("score_vector", "history_vector", "similar_vector")
    return {"user": stored.user_matrix(), **{name: stored.movie_matrix(name) for name in columns}}


def test_the_seed_decides_the_embeddings(checkerboard: Dataset, tmp_path: Path) -> None:
    def trained(name: str, seed: int) -> dict[str, npt.NDArray[np.float64]]:
        train(checkerboard, epochs=3, dim=8, batch_size=16, seed=seed, home=tmp_path / name)
        return vectors(tmp_path / name)

    first, again, other = trained("first", 5), trained("again", 5), trained("other", 6)
    for name, matrix in first.items():
        np.testing.assert_array_equal(again[name], matrix)
        assert np.abs(other[name] - matrix).max() > 1e-3


def test_predicted_and_stored_dimensions_are_those_asked_for(stored: Stored) -> None:
    assert stored.model["config"]["dim"] == 16
    assert stored.model["dimensions"]["score_vector"] == stored.movie_matrix("score_vector").shape[1]
    assert stored.user_matrix().shape[1] == stored.movie_matrix("score_vector").shape[1]


def test_movie_features_are_genres_and_decades() -> None:
    dataset = make_dataset(
        "features",
        [
            (1, "A", 1994, ("Drama", "War")),
            (2, "B", 1999, ("Drama",)),
            (3, "C", 2001, ()),
            (4, "D", None, ("War",)),
            (5, "E", None, ()),
        ],
        [(1, 1, 5.0, 1)],
    )
    # Columns: Drama, War, the 1990s, the 2000s.
    expected = [[1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert movie_features(dataset).tolist() == expected


def test_movies_of_which_only_the_id_is_known_can_be_learned_from(tmp_path: Path) -> None:
    """A u.data alone has no years and no genres."""
    ratings = [
        (person, movie, 5.0, movie) for person in range(1, 9) for movie in range(1, 9) if person != movie
    ]
    movies = [(movie, f"Movie {movie}", None, ()) for movie in range(1, 9)]
    train(make_dataset("bare", movies, ratings), epochs=2, home=tmp_path)
    for person in range(1, 9):
        hits = Recommender.open(tmp_path).recommend(person)
        assert [hit.movie.movie_id for hit in hits] == [person]


@pytest.mark.parametrize("epochs", [1, 4])
def test_the_report_says_what_happened(checkerboard: Dataset, tmp_path: Path, epochs: int) -> None:
    seen: list[int] = []
    stages: list[str] = []
    report = train(
        checkerboard,
        epochs=epochs,
        dim=4,
        home=tmp_path,
        on_epoch=lambda epoch: seen.append(epoch.number),
        on_stage=stages.append,
    )
    assert seen == [epoch.number for epoch in report.history] == list(range(1, epochs + 1))
    best = max(epoch.validation_ndcg for epoch in report.history)
    assert report.history[report.best_epoch - 1].validation_ndcg == best
    assert (report.kind, report.dataset) == ("ranking", "checkerboard")
    assert (report.people, report.movies) == (Checkerboard.people, Checkerboard.movies + 1)
    assert report.ratings == len(checkerboard.ratings)
    assert report.folder == tmp_path / "runs" / report.run_id
    assert (report.folder / "model.keras").is_file()
    assert report.seconds > 0
    assert len(stages) >= 3
    facts = Recommender.open(tmp_path).run.facts
    assert facts.training.epochs == epochs
    assert facts.training.best_epoch == report.best_epoch
    assert facts.training.validation.ndcg == best
    assert list(facts.training.history) == report.history


def test_a_sample_of_the_movies_learns_as_well(checkerboard: Dataset) -> None:
    """Where there are many people and movies, the loss sees a sample; here it is made to."""
    from movierec_cli.datasets.interactions import Interactions
    from movierec_cli.models import ranking

    trained = ranking.fit(
        checkerboard,
        Interactions.from_dataset(checkerboard),
        {"dim": 16, "batch_size": 20, "sample_from": 0, "sample_size": 12, "sample_batch": 1},
        epochs=30,
        patience=30,
        seed=1,
        on_stage=lambda _: None,
        on_epoch=lambda _: None,
    )
    scores = trained.user_vectors["score_vector"] @ trained.movie_vectors["score_vector"].T
    interactions = Interactions.from_dataset(checkerboard)
    scores[interactions.user_index, interactions.movie_index] = -np.inf
    best = interactions.movie_ids[scores.argmax(axis=1)]
    assert best.tolist() == [Checkerboard.withheld(person) for person in range(Checkerboard.people)]


def test_a_batch_holds_the_ratings_of_its_people_in_their_order() -> None:
    """People in any order, one of them without ratings, one twice."""
    counts = [3, 0, 1, 4]
    movie = np.arange(10, 18)
    values = tf.zeros([8])
    data = ranking.TrainingData(
        tf.constant(np.cumsum([0, *counts])), tf.constant(movie), values, values, values
    )
    users = [3, 1, 0, 2, 0, 1]
    config = ranking.RankingConfig(members=2)
    batch = ranking._batch(data, tf.constant(users, tf.int64), 2, config)
    by_person = np.split(movie, np.cumsum(counts)[:-1])
    for start in (0, 2, 4):
        step = batch.step(start, 2)
        cells = [[row, entry] for row in (0, 1) for entry in by_person[users[start + row]]]
        assert step.cell.numpy().tolist() == cells
        assert step.shape(20).numpy().tolist() == [2, 20]
        assert [len(values) for values in (step.target, *step.weights)] == [len(cells)] * 3
        assert [noise.shape[0] for noise in step.noises] == [2, 2]


def test_the_vectors_of_some_movies_are_rows_of_all() -> None:
    features = np.random.default_rng(0).random((7, 3)).astype(np.float32)
    tower = ranking.Network(features, ranking.RankingConfig(dim=4), 1.0).movie_towers[0]
    tower.projection.assign(np.random.default_rng(1).normal(size=(3, 4)))
    some = [5, 0, 5]
    np.testing.assert_allclose(tower.vectors_of(tf.constant(some)), tower.vectors().numpy()[some], rtol=1e-6)


PEOPLE, MOVIES, FEATURES = 5, 9, 3
PLAIN = {
    "members": 2,
    "dim": 4,
    "batch_size": PEOPLE,
    "history_dropout": 0.0,
    "prefix_share": 0.0,
    "kept_target": 1.0,
    "mixup": 0.0,
    "noise": 0.0,
}
"""Nothing is left to chance."""


@pytest.fixture
def made_up() -> tuple[ranking.TrainingData, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Ratings with any weights and targets, and the two as matrices (people, movies)."""
    rng = np.random.default_rng(6)
    rated = rng.random((PEOPLE, MOVIES)) < 0.5
    weight, target = (np.where(rated, rng.random(rated.shape) + 0.1, 0.0) for _ in range(2))
    rows, movies = np.nonzero(rated)
    data = ranking.TrainingData(
        tf.constant(np.concatenate([[0], np.cumsum(rated.sum(axis=1))])),
        tf.constant(movies),
        tf.constant(weight[rows, movies], tf.float32),
        tf.constant(target[rows, movies], tf.float32),
        tf.zeros(len(rows)),
    )
    return data, weight, target


@pytest.mark.parametrize("sampling", [{}, {"sample_from": 0, "sample_size": MOVIES, "sample_batch": 1}])
def test_the_loss_is_a_softmax_over_all_movies_with_the_targets_as_shares(
    made_up: tuple[ranking.TrainingData, npt.NDArray[np.float64], npt.NDArray[np.float64]],
    sampling: dict[str, int],
) -> None:
    """In numpy, from the networks' weights; a person counts by the root of their targets' sum."""
    data, weight, target = made_up
    features = np.random.default_rng(7).random((MOVIES, FEATURES)).astype(np.float32)
    config = ranking.RankingConfig(**PLAIN, **sampling)  # type: ignore[arg-type]
    trainer = ranking.Trainer.of(data, features, config)
    scores = np.zeros((PEOPLE, MOVIES))
    for user_tower, movie_tower in zip(
        trainer.network.user_towers, trainer.network.movie_towers, strict=True
    ):
        kernel, bias = user_tower.get_weights()
        movies = movie_tower.embedding.numpy() + features @ movie_tower.projection.numpy()
        scores += (weight @ kernel + bias) @ movies.T + movie_tower.bias.numpy()
    totals = target.sum(axis=1)
    log_softmax = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    losses = -(target / totals[:, None] * log_softmax).sum(axis=1)
    importance = np.sqrt(totals) / np.sqrt(totals).mean()
    assert trainer.run_epoch(1, 10, 0.0) == pytest.approx((importance * losses).mean(), rel=1e-5)
    assert trainer.run_epoch(2, 10, 0.05) > trainer.run_epoch(3, 10, 0.05)  # the one follows a step


@pytest.mark.parametrize(
    ("people", "batch_size", "batches"), [(10, 4, [4, 4, 4]), (9, 4, [3, 3, 3]), (3, 8, [3])]
)
def test_an_epoch_sees_everybody_in_batches_of_one_size(
    people: int, batch_size: int, batches: list[int]
) -> None:
    nothing = tf.zeros([people])
    data = ranking.TrainingData(
        tf.range(people + 1, dtype=tf.int64), tf.zeros([people], tf.int64), nothing, nothing + 1, nothing
    )
    config = ranking.RankingConfig(members=1, dim=2, batch_size=batch_size)
    trainer = ranking.Trainer.of(data, np.zeros((4, 1), np.float32), config)
    seen: list[int] = []

    def take_steps(_data: ranking.TrainingData, users: Any, size: int) -> float:
        assert len(users) % size == 0
        seen.extend(users.numpy().tolist())
        assert [size] * (len(users) // size) == batches
        return 0.5 * len(batches)

    trainer.take_steps = take_steps
    assert trainer.run_epoch(1, 1, 0.1) == 0.5
    assert sorted(set(seen)) == list(range(people))
    assert len(seen) - people < len(batches)
